//! A context whose device is chosen when the program runs.

use crate::{Context, Determinism, Device, Error, MathMode, Result};

/// A context on any kind of device that this build knows.
///
/// Generic code costs nothing on it: [`run`](AnyContext::run) looks at the kind once and hands over the context itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyContext {
    /// On the CPU.
    #[cfg(feature = "cpu")]
    Cpu(crate::CpuContext),
    /// On a CUDA device, real or simulated.
    #[cfg(feature = "cuda")]
    Cuda(crate::CudaContext),
}

/// Code that runs on any context: a closure that is generic over the kind, which Rust's closures cannot be.
///
/// # Examples
///
/// ```
/// use device_context::prelude::*;
///
/// struct Sum(Vec<f32>);
///
/// impl Program for Sum {
///     type Output = Result<f32>;
///
///     fn run<C: Context>(self, ctx: C) -> Result<f32> {
///         let buffer = ctx.upload(&self.0)?;
///         Ok(ctx.read(&buffer)?.iter().sum())
///     }
/// }
///
/// let ctx = AnyContext::open("cpu".parse()?)?;
/// assert_eq!(ctx.run(Sum(vec![1.0, 2.0]))?, 3.0);
/// # Ok::<(), Error>(())
/// ```
pub trait Program {
    /// What comes out.
    type Output;

    /// Runs on a context.
    fn run<C: Context>(self, ctx: C) -> Self::Output;
}

/// As [`Program`], for code that borrows the context and leaves it to its owner. Made for [`AnyContext::with`].
///
/// # Examples
///
/// ```
/// use device_context::prelude::*;
///
/// struct Mean<'a>(&'a [f32]);
///
/// impl Step for Mean<'_> {
///     type Output = Result<f32>;
///
///     fn run<C: Context>(self, ctx: &C) -> Result<f32> {
///         let buffer = ctx.upload(self.0)?;
///         Ok(ctx.read(&buffer)?.iter().sum::<f32>() / self.0.len() as f32)
///     }
/// }
///
/// let ctx = AnyContext::open("cpu".parse()?)?;
/// assert_eq!(ctx.with(Mean(&[1.0, 3.0]))?, 2.0);
/// assert_eq!(ctx.with(Mean(&[5.0]))?, 5.0);
/// # Ok::<(), Error>(())
/// ```
pub trait Step {
    /// What comes out.
    type Output;

    /// Runs on a context.
    fn run<C: Context>(self, ctx: &C) -> Self::Output;
}

/// A device, and why it was chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The device.
    pub device: Device,
    /// The reason, for a person to read.
    pub reason: String,
}

impl AnyContext {
    /// Opens a context on `device`, with random seed 0.
    ///
    /// # Errors
    /// [`Error::NoDevice`] if there is no such device; [`Error::Unsupported`] if this build does not know its kind, with the
    /// feature that is missing.
    pub fn open(device: Device) -> Result<AnyContext> {
        AnyContext::builder(device).build()
    }

    /// Starts choosing what a context on `device` is like.
    pub fn builder(device: Device) -> Builder {
        Builder {
            device,
            seed: 0,
            label: "",
            determinism: Determinism::default(),
            math_mode: MathMode::default(),
            memory_limit: None,
        }
    }

    /// Picks the first CUDA device if there is one that can be used, else the CPU, and says why.
    pub fn choose() -> Choice {
        #[cfg(feature = "cuda")]
        let reason = match context_cuda::probe(0) {
            Ok(name) => {
                return Choice { device: Device::Cuda(0), reason: format!("the first CUDA device: {name}") };
            }
            Err(error) => error.to_string(),
        };
        #[cfg(not(feature = "cuda"))]
        let reason = "this build has no feature `cuda`".to_owned();
        Choice { device: Device::Cpu, reason }
    }

    /// Runs a program on this context.
    pub fn run<P: Program>(self, program: P) -> P::Output {
        match self {
            #[cfg(feature = "cpu")]
            AnyContext::Cpu(ctx) => program.run(ctx),
            #[cfg(feature = "cuda")]
            AnyContext::Cuda(ctx) => program.run(ctx),
        }
    }

    /// Runs one step of a program on this context, which is kept. Buffers that are to live from step to step are the program's own: a
    /// [`Program`] keeps them as they are, typed by the context.
    pub fn with<S: Step>(&self, step: S) -> S::Output {
        match self {
            #[cfg(feature = "cpu")]
            AnyContext::Cpu(ctx) => step.run(ctx),
            #[cfg(feature = "cuda")]
            AnyContext::Cuda(ctx) => step.run(ctx),
        }
    }

    /// Makes a context on the same device with a stream of its own, sharing the memory pool.
    ///
    /// # Errors
    /// As [`Context::fork`].
    pub fn fork(&self) -> Result<AnyContext> {
        match self {
            #[cfg(feature = "cpu")]
            AnyContext::Cpu(ctx) => ctx.fork().map(AnyContext::Cpu),
            #[cfg(feature = "cuda")]
            AnyContext::Cuda(ctx) => ctx.fork().map(AnyContext::Cuda),
        }
    }

    /// Waits for all work given to this context, and drops it.
    ///
    /// # Errors
    /// As [`Context::close`].
    pub fn close(self) -> Result<()> {
        match self {
            #[cfg(feature = "cpu")]
            AnyContext::Cpu(ctx) => ctx.close(),
            #[cfg(feature = "cuda")]
            AnyContext::Cuda(ctx) => ctx.close(),
        }
    }

    /// Returns the device.
    pub fn device(&self) -> Device {
        match self {
            #[cfg(feature = "cpu")]
            AnyContext::Cpu(ctx) => ctx.device(),
            #[cfg(feature = "cuda")]
            AnyContext::Cuda(ctx) => ctx.device(),
        }
    }
}

/// What an [`AnyContext`] is to be like.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is made before `build`"]
pub struct Builder {
    device: Device,
    seed: u64,
    label: &'static str,
    determinism: Determinism,
    math_mode: MathMode,
    memory_limit: Option<usize>,
}

impl Builder {
    /// Seeds the random numbers; 0 if this is not called.
    pub fn seed(self, seed: u64) -> Builder {
        Builder { seed, ..self }
    }

    /// Names the context and its forks, for people who read messages.
    pub fn label(self, label: &'static str) -> Builder {
        Builder { label, ..self }
    }

    /// Chooses whether the same operations give the same bits each time; they do if this is not called.
    pub fn determinism(self, determinism: Determinism) -> Builder {
        Builder { determinism, ..self }
    }

    /// Chooses which arithmetic NVIDIA's libraries may form products with, where they do.
    pub fn math_mode(self, math_mode: MathMode) -> Builder {
        Builder { math_mode, ..self }
    }

    /// Bounds the memory of this context and its forks, in bytes, and gives them a pool of their own.
    pub fn memory_limit(self, bytes: usize) -> Builder {
        Builder { memory_limit: Some(bytes), ..self }
    }

    /// Opens the context.
    ///
    /// # Errors
    /// As [`AnyContext::open`].
    pub fn build(self) -> Result<AnyContext> {
        match self.device {
            #[cfg(feature = "cpu")]
            Device::Cpu | Device::CpuNode(_) => {
                let builder = crate::CpuContext::builder()
                    .seed(self.seed)
                    .label(self.label)
                    .determinism(self.determinism)
                    .math_mode(self.math_mode);
                let builder = match self.device {
                    Device::CpuNode(node) => builder.node(crate::cpu::Node::new(node)?),
                    _ => builder,
                };
                let builder = match self.memory_limit {
                    Some(bytes) => builder.memory_limit(bytes),
                    None => builder,
                };
                builder.build().map(AnyContext::Cpu)
            }
            #[cfg(feature = "cuda")]
            Device::Cuda(ordinal) => self.build_cuda(crate::CudaContext::builder().device(ordinal)),
            #[cfg(feature = "sim")]
            Device::Sim(ordinal) => self.build_cuda(crate::simulated().device(ordinal)),
            device => Err(Error::Unsupported {
                device,
                what: "opening a context",
                reason: format!(
                    "this build of device-context has no feature `{0}`; build with `--features {0}`",
                    feature_of(device)
                ),
            }),
        }
    }
}

#[cfg(feature = "cuda")]
impl Builder {
    fn build_cuda(self, builder: context_cuda::Builder) -> Result<AnyContext> {
        let builder =
            builder.seed(self.seed).label(self.label).determinism(self.determinism).math_mode(self.math_mode);
        let builder = match self.memory_limit {
            Some(bytes) => builder.memory_limit(bytes),
            None => builder,
        };
        builder.build().map(AnyContext::Cuda)
    }
}

fn feature_of(device: Device) -> &'static str {
    match device {
        Device::Cuda(_) => "cuda",
        Device::Sim(_) => "sim",
        _ => "cpu",
    }
}
