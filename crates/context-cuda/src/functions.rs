//! The functions of a device: each PTX text is loaded once, each kernel is looked up and checked once.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use context_core::{
    Device, Error, Result,
    cuda::{Context, Function, Module},
    kernel::{CudaSource, KernelCode, RawArguments},
};

/// What was loaded so far.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    /// By the address of their text, which is static.
    modules: Mutex<HashMap<usize, Arc<Module>>>,
    kernels: RwLock<HashMap<TypeId, Arc<Function>>>,
}

impl Functions {
    /// Returns the function of kernel `K`, loading it the first time.
    pub(crate) fn kernel<K: KernelCode>(
        &self,
        context: &Arc<Context>,
        device: Device,
        source: CudaSource,
    ) -> Result<Arc<Function>> {
        let known =
            self.kernels.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<K>()).cloned();
        if let Some(function) = known {
            return Ok(function);
        }
        let function = self.load(context, source, K::NAME)?;
        function.check_parameters(&<K::Raw as RawArguments>::layouts()).map_err(|error| Error::Kernel {
            kernel: K::NAME,
            device,
            reason: error.to_string(),
        })?;
        let function = Arc::new(function);
        // Two threads may have loaded it at once; either is right.
        self.kernels
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(TypeId::of::<K>(), function.clone());
        Ok(function)
    }

    /// Looks up an entry of a PTX text.
    pub(crate) fn load(&self, context: &Arc<Context>, source: CudaSource, name: &str) -> Result<Function> {
        let key = source.ptx.as_ptr().addr();
        let known = self.modules.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        // The driver is not called under the lock: compiling takes long, and may call back.
        let module = match known {
            Some(module) => module,
            None => {
                let module = Arc::new(Module::from_ptx(context, source.ptx, source.file)?);
                self.modules.lock().unwrap_or_else(PoisonError::into_inner).insert(key, module.clone());
                module
            }
        };
        Ok(module.function(name)?)
    }
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
