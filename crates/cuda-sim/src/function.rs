//! Functions: what kernels need, and how they are tuned.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{HandleOut, Out};
use crate::handle::Handle;
use crate::module::Function;
use crate::state::{State, lock};
use crate::sys::{
    CUdevice_attribute, CUfunc_cache, CUfunction_attribute, CUfunctionLoadingState, CUsharedconfig,
};
use core::ffi::c_char;

/// What clients have set for a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// The most dynamic shared memory that a launch may ask for; unset means what needs no opting in.
    max_dynamic_shared: Option<i32>,
    carveout: i32,
    non_portable_cluster: i32,
    cluster_policy: i32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { max_dynamic_shared: None, carveout: -1, non_portable_cluster: 0, cluster_policy: 0 }
    }
}

/// The limits of the device that a function is on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) threads_per_block: i32,
    pub(crate) shared_per_block: i32,
    pub(crate) shared_opt_in: i32,
    pub(crate) registers: i32,
    pub(crate) binary_version: i32,
}

impl State {
    /// Returns a figure of the device that `context` is on.
    pub(crate) fn figure(&self, context: Handle, attribute: CUdevice_attribute) -> i32 {
        let device = self.contexts.get(context).and_then(|context| self.devices.get(context.device));
        device.map_or(0, |device| device.attribute(attribute))
    }

    pub(crate) fn limits(&self, context: Handle) -> Limits {
        use CUdevice_attribute as A;
        Limits {
            threads_per_block: self.figure(context, A::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
            shared_per_block: self.figure(context, A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK),
            shared_opt_in: self.figure(context, A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
            registers: self.figure(context, A::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK),
            binary_version: self.figure(context, A::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) * 10
                + self.figure(context, A::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        }
    }

    /// Finds the function that `handle` names, with the limits of its device.
    pub(crate) fn function_and_limits(&mut self, handle: Handle) -> Answer<(&mut Function, Limits)> {
        let handle = self.function(handle)?;
        let context = self.functions.get(handle).ok_or(INVALID_HANDLE)?.context;
        let limits = self.limits(context);
        Ok((self.functions.get_mut(handle).ok_or(INVALID_HANDLE)?, limits))
    }
}

impl Function {
    /// The most threads that a block of it may have: what the device, or its author, allows.
    pub(crate) fn max_threads(&self, limits: &Limits) -> i32 {
        let kernel = self.kernel();
        let bound = kernel.max_threads().or(kernel.required_threads());
        let bound = bound.map(|[x, y, z]| x.saturating_mul(y.max(1)).saturating_mul(z.max(1)));
        bound.map_or(limits.threads_per_block, |bound| (bound as i32).clamp(1, limits.threads_per_block))
    }

    /// The registers of a thread. What the interpreter estimates is cut to what lets the largest block run: a compiler
    /// would find a way, and an estimate is no reason to refuse a launch.
    pub(crate) fn registers(&self, limits: &Limits) -> i32 {
        (self.kernel().registers() as i32).min(limits.registers / self.max_threads(limits))
    }

    /// The most dynamic shared memory that a launch may ask for.
    pub(crate) fn max_dynamic_shared(&self, limits: &Limits) -> i32 {
        let ordinary = limits.shared_per_block - self.kernel().static_shared() as i32;
        self.settings.max_dynamic_shared.unwrap_or(ordinary.max(0))
    }

    fn attribute(&self, attribute: CUfunction_attribute, limits: &Limits) -> Answer<i32> {
        use CUfunction_attribute as A;
        let kernel = self.kernel();
        Ok(match attribute {
            A::CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK => self.max_threads(limits),
            A::CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES => kernel.static_shared() as i32,
            A::CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES => {
                let constants = self.program.code.globals().iter();
                let constants = constants.filter(|variable| variable.space() == crate::ptx::Space::Const);
                constants.map(|variable| variable.size() as i32).sum()
            }
            A::CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES => kernel.local_bytes() as i32,
            A::CU_FUNC_ATTRIBUTE_NUM_REGS => self.registers(limits),
            A::CU_FUNC_ATTRIBUTE_PTX_VERSION => self.program.code.target() as i32,
            A::CU_FUNC_ATTRIBUTE_BINARY_VERSION => limits.binary_version,
            A::CU_FUNC_ATTRIBUTE_CACHE_MODE_CA => 0,
            A::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES => self.max_dynamic_shared(limits),
            A::CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT => self.settings.carveout,
            A::CU_FUNC_ATTRIBUTE_CLUSTER_SIZE_MUST_BE_SET => kernel.must_set_cluster().into(),
            A::CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH => self.required_cluster(0),
            A::CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT => self.required_cluster(1),
            A::CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH => self.required_cluster(2),
            A::CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED => self.settings.non_portable_cluster,
            A::CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE => self.settings.cluster_policy,
            A::CU_FUNC_ATTRIBUTE_DEVICE_NODE_UPDATE_SUPPORTED | A::CU_FUNC_ATTRIBUTE_SHARED_MEMORY_MODE => 0,
            _ => return Err(INVALID_VALUE),
        })
    }

    fn required_cluster(&self, axis: usize) -> i32 {
        self.kernel().required_cluster().map_or(0, |sides| sides[axis] as i32)
    }

    /// Blocks that a cluster may have: eight everywhere, more where the function allows what is not portable.
    pub(crate) fn largest_cluster(&self, limits: &Limits) -> u32 {
        match (limits.binary_version >= 90, self.settings.non_portable_cluster != 0) {
            (false, _) => 1,
            (true, false) => 8,
            (true, true) => 16,
        }
    }

    fn set_attribute(&mut self, attribute: CUfunction_attribute, value: i32, limits: &Limits) -> Answer {
        use CUfunction_attribute as A;
        match attribute {
            A::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES => {
                let most = limits.shared_opt_in - self.kernel().static_shared() as i32;
                if !(0..=most).contains(&value) {
                    return Err(INVALID_VALUE);
                }
                self.settings.max_dynamic_shared = Some(value);
            }
            A::CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT if (-1..=100).contains(&value) => {
                self.settings.carveout = value;
            }
            A::CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED => {
                self.settings.non_portable_cluster = value
            }
            A::CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE if (0..=2).contains(&value) => {
                self.settings.cluster_policy = value;
            }
            _ => return Err(INVALID_VALUE),
        }
        Ok(())
    }
}

fn parameter(function: Handle, index: usize, offset: Out<usize>, size: Out<usize>) -> Answer {
    let offset_out = offset.required()?;
    let mut state = lock();
    let (function, _) = state.function_and_limits(function)?;
    let found = function.kernel().params().get(index).ok_or(INVALID_VALUE)?;
    offset_out.put(found.offset as usize);
    size.put(found.size as usize);
    Ok(())
}

fn parameter_count(function: Handle, count: Out<usize>) -> Answer {
    let out = count.required()?;
    let mut state = lock();
    out.put(state.function_and_limits(function)?.0.kernel().params().len());
    Ok(())
}

impl Sim {
    pub(crate) fn cuFuncGetAttribute(
        value: Out<i32>,
        attribute: CUfunction_attribute,
        function: Handle,
    ) -> Answer {
        let out = value.required()?;
        let mut state = lock();
        let (function, limits) = state.function_and_limits(function)?;
        out.put(function.attribute(attribute, &limits)?);
        Ok(())
    }

    pub(crate) fn cuFuncSetAttribute(
        function: Handle,
        attribute: CUfunction_attribute,
        value: i32,
    ) -> Answer {
        let mut state = lock();
        let (function, limits) = state.function_and_limits(function)?;
        function.set_attribute(attribute, value, &limits)
    }

    /// Caches are not simulated; the preference is taken.
    pub(crate) fn cuFuncSetCacheConfig(function: Handle, config: CUfunc_cache) -> Answer {
        lock().function_and_limits(function)?;
        if config.0 > CUfunc_cache::CU_FUNC_CACHE_PREFER_EQUAL.0 { Err(INVALID_VALUE) } else { Ok(()) }
    }

    /// Banks have had one size for a decade; devices take the setting and ignore it.
    pub(crate) fn cuFuncSetSharedMemConfig(function: Handle, config: CUsharedconfig) -> Answer {
        lock().function_and_limits(function)?;
        if config.0 > CUsharedconfig::CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE.0 {
            return Err(INVALID_VALUE);
        }
        Ok(())
    }

    pub(crate) fn cuFuncGetModule(module: HandleOut, function: Handle) -> Answer {
        let out = module.required()?;
        let mut state = lock();
        out.put(state.function_and_limits(function)?.0.module);
        Ok(())
    }

    /// The name lives as long as the module.
    pub(crate) fn cuFuncGetName(name: Out<*const c_char>, function: Handle) -> Answer {
        let out = name.required()?;
        let mut state = lock();
        out.put(state.function_and_limits(function)?.0.name.as_ptr());
        Ok(())
    }

    pub(crate) fn cuFuncGetParamInfo(
        function: Handle,
        index: usize,
        offset: Out<usize>,
        size: Out<usize>,
    ) -> Answer {
        parameter(function, index, offset, size)
    }

    pub(crate) fn cuFuncGetParamCount(function: Handle, count: Out<usize>) -> Answer {
        parameter_count(function, count)
    }

    pub(crate) fn cuFuncIsLoaded(loaded: Out<CUfunctionLoadingState>, function: Handle) -> Answer {
        let out = loaded.required()?;
        lock().function_and_limits(function)?;
        out.put(CUfunctionLoadingState::CU_FUNCTION_LOADING_STATE_LOADED);
        Ok(())
    }

    pub(crate) fn cuFuncLoad(function: Handle) -> Answer {
        lock().function_and_limits(function).map(|_| ())
    }
}

// Kernels of libraries have the same, on any device; here all devices are alike, so that of the current context serves.
impl Sim {
    pub(crate) fn cuKernelGetAttribute(
        value: Out<i32>,
        attribute: CUfunction_attribute,
        kernel: Handle,
        device: i32,
    ) -> Answer {
        lock().device(device)?;
        Sim::cuFuncGetAttribute(value, attribute, kernel)
    }

    pub(crate) fn cuKernelSetAttribute(
        attribute: CUfunction_attribute,
        value: i32,
        kernel: Handle,
        device: i32,
    ) -> Answer {
        lock().device(device)?;
        Sim::cuFuncSetAttribute(kernel, attribute, value)
    }

    pub(crate) fn cuKernelSetCacheConfig(kernel: Handle, config: CUfunc_cache, device: i32) -> Answer {
        lock().device(device)?;
        Sim::cuFuncSetCacheConfig(kernel, config)
    }

    pub(crate) fn cuKernelGetParamInfo(
        kernel: Handle,
        index: usize,
        offset: Out<usize>,
        size: Out<usize>,
    ) -> Answer {
        parameter(kernel, index, offset, size)
    }

    pub(crate) fn cuKernelGetParamCount(kernel: Handle, count: Out<usize>) -> Answer {
        parameter_count(kernel, count)
    }
}
