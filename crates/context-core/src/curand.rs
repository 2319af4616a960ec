//! cuRAND, the library of random numbers: a generator that owns its object.
//!
//! A [`Context`](crate::Context) draws its own numbers, which are the same on every device. cuRAND is for programs that want its
//! other sequences and distributions.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::{
    Version,
    curand::{Curand, curandGenerator_t, curandRngType_t},
    driver::CUstream,
};

use crate::{
    backend::Address,
    cuda::{Context, Error, Result, Stream, library::library_call, report::report},
};

/// A sequence of cuRAND.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sequence {
    /// Philox4x32-10: what a [`Context`](crate::Context) draws too.
    #[default]
    Philox,
    /// XORWOW, which cuRAND calls its default.
    Xorwow,
    /// MRG32k3a.
    Mrg32k3a,
    /// MTGP32, a Mersenne twister for GPUs.
    Mtgp32,
    /// MT19937.
    Mt19937,
}

impl Sequence {
    fn as_raw(self) -> curandRngType_t {
        match self {
            Sequence::Philox => curandRngType_t::CURAND_RNG_PSEUDO_PHILOX4_32_10,
            Sequence::Xorwow => curandRngType_t::CURAND_RNG_PSEUDO_XORWOW,
            Sequence::Mrg32k3a => curandRngType_t::CURAND_RNG_PSEUDO_MRG32K3A,
            Sequence::Mtgp32 => curandRngType_t::CURAND_RNG_PSEUDO_MTGP32,
            Sequence::Mt19937 => curandRngType_t::CURAND_RNG_PSEUDO_MT19937,
        }
    }
}

/// How random numbers are distributed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Distribution {
    /// Uniform in (0, 1].
    Uniform,
    /// Normal, with this mean and standard deviation. cuRAND draws an even number of them.
    Normal {
        /// The mean.
        mean: f32,
        /// The standard deviation.
        deviation: f32,
    },
    /// Those whose logarithm is normal, with this mean and standard deviation of the logarithm. cuRAND draws an even number of them.
    LogNormal {
        /// The logarithm's mean.
        mean: f32,
        /// The logarithm's standard deviation.
        deviation: f32,
    },
}

/// A generator of cuRAND, on a device.
pub struct Generator {
    raw: curandGenerator_t,
    curand: Curand,
    sequence: Sequence,
    /// The stream that was set last; `None` where that is not known, or does not count any more.
    stream: Option<CUstream>,
    seeded: bool,
    // Last: the generator goes before its context.
    context: Arc<Context>,
}

// SAFETY: a generator may be used from any thread, by one at a time (cuRAND, "Thread Safety"), and every use is exclusive.
unsafe impl Send for Generator {}
// SAFETY: what takes it shared calls nothing.
unsafe impl Sync for Generator {}

impl Generator {
    /// Makes a generator in `context`, with cuRAND's first seed.
    ///
    /// # Errors
    /// [`Error::Status`].
    ///
    /// # Safety
    /// - `curand` works through the driver of `context`. The system's works through the system's driver.
    #[doc(alias = "curandCreateGenerator")]
    pub unsafe fn new(context: &Arc<Context>, curand: Curand, sequence: Sequence) -> Result<Generator> {
        context.make_current()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the context is current, and of the driver that the library calls, as the caller vouches; `raw` outlives the call.
        unsafe { library_call!(context, curand, curandCreateGenerator(&mut raw, sequence.as_raw())) }
            .map_err(|error| {
                error.doing(|| format!("making a {sequence:?} generator on {:?}", context.device()))
            })?;
        // SAFETY: just made here.
        Ok(unsafe { Generator::from_raw(context, curand, sequence, raw) })
    }

    /// Takes ownership of a generator.
    ///
    /// # Safety
    /// - `raw` is a generator of that sequence that `curand` made in `context`, and nothing else will use or destroy it.
    pub unsafe fn from_raw(
        context: &Arc<Context>,
        curand: Curand,
        sequence: Sequence,
        raw: curandGenerator_t,
    ) -> Generator {
        Generator { raw, curand, sequence, stream: None, seeded: false, context: context.clone() }
    }

    /// Gives up ownership: the caller destroys the generator, with `curandDestroyGenerator` or [`from_raw`](Generator::from_raw).
    pub fn into_raw(mut self) -> curandGenerator_t {
        std::mem::replace(&mut self.raw, std::ptr::null_mut())
    }

    /// Returns the library's handle, for calls that are not here.
    pub fn as_raw(&self) -> curandGenerator_t {
        self.raw
    }

    /// Returns the sequence.
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// Returns the table of cuRAND.
    pub fn curand(&self) -> Curand {
        self.curand
    }

    /// Returns cuRAND's version.
    pub fn version(&self) -> Version {
        self.curand.version()
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Sends later work to `stream`.
    ///
    /// # Errors
    /// [`Error::Status`].
    #[doc(alias = "curandSetStream")]
    pub fn set_stream(&mut self, stream: &Stream) -> Result<()> {
        self.context.check_driver_of(stream.context(), "curandSetStream")?;
        self.context.bind_in_scope()?;
        self.stream = None;
        // SAFETY: both handles are live while borrowed, and of one driver; whoever gives this generator work promises that the stream then lives.
        unsafe { library_call!(&self.context, self.curand, curandSetStream(self.raw, stream.as_raw())) }?;
        self.stream = Some(stream.as_raw());
        Ok(())
    }

    /// Tells whether `stream` is the one that was set last.
    #[inline]
    pub fn is_set_to(&self, stream: &Stream) -> bool {
        self.stream == Some(stream.as_raw())
    }

    /// Forgets which stream was set: where that may be gone, or foreign code may have set another one.
    pub fn forget_stream(&mut self) {
        self.stream = None;
    }

    /// Tells whether a seed was set since the generator was made, or since [`forget_seed`](Generator::forget_seed).
    #[inline]
    pub fn is_seeded(&self) -> bool {
        self.seeded
    }

    /// Forgets that a seed was set: for who comes next.
    pub fn forget_seed(&mut self) {
        self.seeded = false;
    }

    /// Starts the sequence of `seed`.
    ///
    /// # Errors
    /// [`Error::Status`].
    #[doc(alias = "curandSetPseudoRandomGeneratorSeed")]
    pub fn set_seed(&mut self, seed: u64) -> Result<()> {
        self.context.bind_in_scope()?;
        // SAFETY: the handle is live.
        unsafe {
            library_call!(&self.context, self.curand, curandSetPseudoRandomGeneratorSeed(self.raw, seed))
        }?;
        // A seed alone does not begin its sequence from the start.
        match self.sequence {
            Sequence::Mtgp32 | Sequence::Mt19937 => {}
            _ => self.set_offset(0)?,
        }
        self.seeded = true;
        Ok(())
    }

    /// Goes to place `offset` of the sequence, in words.
    ///
    /// # Errors
    /// [`Error::Status`] if the sequence cannot, as MT19937 cannot.
    #[doc(alias = "curandSetGeneratorOffset")]
    pub fn set_offset(&mut self, offset: u64) -> Result<()> {
        self.context.bind_in_scope()?;
        // SAFETY: the handle is live.
        unsafe { library_call!(&self.context, self.curand, curandSetGeneratorOffset(self.raw, offset)) }
    }

    /// Writes `count` random words, in the order of the stream.
    ///
    /// # Errors
    /// [`Error::Status`].
    ///
    /// # Safety
    /// - The stream that was set lives.
    /// - `target` is device memory for that many words, which nothing else touches before the work has run.
    #[doc(alias = "curandGenerate")]
    pub unsafe fn words(&mut self, target: Address, count: usize) -> Result<()> {
        self.context.bind_in_scope()?;
        let target = std::ptr::with_exposed_provenance_mut(target as usize);
        // SAFETY: the handle is live; the caller vouches for the memory and the stream.
        unsafe { library_call!(&self.context, self.curand, curandGenerate(self.raw, target, count)) }
            .map_err(|error| error.doing(|| format!("drawing {count} random words")))
    }

    /// Writes `count` random floats, in the order of the stream.
    ///
    /// # Errors
    /// [`Error::Status`], for example if cuRAND cannot draw that many of this distribution.
    ///
    /// # Safety
    /// - As [`words`](Generator::words), for floats.
    #[doc(alias = "curandGenerateUniform", alias = "curandGenerateNormal", alias = "curandGenerateLogNormal")]
    pub unsafe fn floats(&mut self, target: Address, count: usize, distribution: Distribution) -> Result<()> {
        self.context.bind_in_scope()?;
        let (context, curand, raw) = (&self.context, self.curand, self.raw);
        let target = std::ptr::with_exposed_provenance_mut(target as usize);
        // SAFETY: the handle is live; the caller vouches for the memory and the stream.
        unsafe {
            match distribution {
                Distribution::Uniform => {
                    library_call!(context, curand, curandGenerateUniform(raw, target, count))
                }
                Distribution::Normal { mean, deviation } => {
                    library_call!(context, curand, curandGenerateNormal(raw, target, count, mean, deviation))
                }
                Distribution::LogNormal { mean, deviation } => {
                    library_call!(
                        context,
                        curand,
                        curandGenerateLogNormal(raw, target, count, mean, deviation)
                    )
                }
            }
        }
        .map_err(|error: Error| error.doing(|| format!("drawing {count} random floats, {distribution:?}")))
    }

    /// Destroys the generator, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Status`].
    #[doc(alias = "curandDestroyGenerator")]
    pub fn close(mut self) -> Result<()> {
        self.destroy()
    }

    fn destroy(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: made in `new` or given to `from_raw`, destroyed once: `raw` is null from now on. That the context could be bound
        // says that the driver is not gone.
        let destroy = || unsafe { library_call!(&self.context, self.curand, curandDestroyGenerator(raw)) };
        self.context.release(destroy)
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let device = self.context.device();
        write!(f, "cuRAND {} {:?} generator {:p} of {device:?}", self.version(), self.sequence, self.raw)
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report("destroying a cuRAND generator", destroyed);
    }
}
