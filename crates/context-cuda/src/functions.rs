//! The functions of a device: each text is compiled and loaded once, each kernel is looked up and checked once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use context_core::{
    Device, Error, Result,
    cuda::{self, Compiler, Context, Function, Module},
    kernel::{CudaSource, KernelCode, RawArguments},
};
use cuda_sys::Nvrtc;

use crate::slots::Slots;

/// What was loaded so far.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    /// By the address of their text, which is static.
    modules: Mutex<BTreeMap<usize, Arc<Module>>>,
    /// By the number of the kernel's slot; place 0 stays empty, so that a kernel without a number is one that was not loaded.
    kernels: Slots<Function>,
}

impl Functions {
    /// Returns the function of kernel `K`, if it was loaded.
    #[inline]
    pub(crate) fn known<K: KernelCode>(&self) -> Option<&Function> {
        self.kernels.get(K::slot().number())
    }

    /// Loads the function of kernel `K`.
    #[cold]
    #[inline(never)]
    pub(crate) fn load_kernel<K: KernelCode>(
        &self,
        context: &Arc<Context>,
        device: Device,
    ) -> Result<&Function> {
        // A program that runs a kernel without a CUDA body here is not compiled.
        let source = const { K::CUDA.expect("the kernel has a CUDA body") };
        let function = self.load(context, source, K::NAME).map_err(|error| match error {
            // It may be the only place where the program meets a compiler: it says for whom one was looked for.
            Error::Cuda(error @ cuda::Error::Load(_)) => {
                let reason = format!("{} is to be compiled: {error}", source.file);
                Error::Kernel { kernel: K::NAME, device, reason }
            }
            other => other,
        })?;
        function.check_parameters(&<K::Raw as RawArguments>::layouts()).map_err(|error| Error::Kernel {
            kernel: K::NAME,
            device,
            reason: error.to_string(),
        })?;
        // Two threads may have loaded it at once; either is right.
        Ok(self.kernels.keep(K::slot().assign(), function))
    }

    /// Looks up an entry of a text.
    pub(crate) fn load(&self, context: &Arc<Context>, source: CudaSource, name: &str) -> Result<Function> {
        let key = source.text.as_ptr().addr();
        let known = self.modules.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        // The driver is not called under the lock: compiling takes long, and may call back.
        let module = match known {
            Some(module) => module,
            None => {
                let module = Arc::new(load_module(context, source)?);
                self.modules.lock().unwrap_or_else(PoisonError::into_inner).insert(key, module.clone());
                module
            }
        };
        Ok(module.function(name)?)
    }
}

/// Loads PTX; CUDA C++ is compiled first, by the system's NVRTC, which touches no device.
fn load_module(context: &Arc<Context>, source: CudaSource) -> Result<Module> {
    if !source.is_cuda() {
        return Ok(Module::from_ptx(context, source.text, source.file)?);
    }
    let nvrtc = Nvrtc::system().map_err(cuda::Error::from)?;
    let mut compiler = Compiler::for_device(nvrtc, context.device())?;
    for options in source.text.lines().filter_map(|line| line.strip_prefix("// nvrtc: ")) {
        compiler = options.split_whitespace().fold(compiler, Compiler::option);
    }
    Ok(Module::from_cuda(context, &compiler, source.text, source.file)?)
}

/// One function of our own device code, looked up when it is first used.
#[derive(Debug)]
pub(crate) struct OwnFunction {
    source: CudaSource,
    name: &'static str,
    loaded: OnceLock<Function>,
}

impl OwnFunction {
    pub(crate) const fn new(source: CudaSource, name: &'static str) -> OwnFunction {
        OwnFunction { source, name, loaded: OnceLock::new() }
    }

    pub(crate) fn get(&self, functions: &Functions, context: &Arc<Context>) -> Result<&Function> {
        if let Some(function) = self.loaded.get() {
            return Ok(function);
        }
        let function = functions.load(context, self.source, self.name)?;
        // Two threads may have loaded it at once; either is right.
        Ok(self.loaded.get_or_init(|| function))
    }
}
