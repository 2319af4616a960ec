//! Modules: compiled code on a device, and the functions in it.

#![allow(unsafe_code)]

use std::{
    ffi::{CStr, CString},
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use cuda_sys::{
    CUresult,
    driver::{CUdevice_attribute, CUfunction, CUfunction_attribute, CUjit_option, CUmodule},
};

use super::{Compiler, Context, Error, Result, call, report::report};
use crate::kernel::ParameterLayout;

/// Code that was loaded into a context.
pub struct Module {
    context: Arc<Context>,
    raw: CUmodule,
    ptx: String,
}

// SAFETY: any thread may use a module handle (driver API, "Module Management").
unsafe impl Send for Module {}
// SAFETY: as above.
unsafe impl Sync for Module {}

/// The room for what the driver's compiler writes about an error, in bytes, and for a zero byte behind it.
const LOG_BYTES: usize = 8192;

impl Module {
    /// Loads PTX text; the driver compiles it for the device. `origin` names it in messages.
    ///
    /// # Errors
    /// [`Error::Module`] with the compiler's log.
    #[doc(alias = "cuModuleLoadDataEx")]
    pub fn from_ptx(context: &Arc<Context>, ptx: &str, origin: &str) -> Result<Module> {
        context.make_current()?;
        let refuse = |code, log| Error::Module { origin: origin.to_owned(), code, log };
        let text = CString::new(ptx).map_err(|_| {
            refuse(CUresult::CUDA_ERROR_INVALID_PTX, "the text has a zero byte in it".to_owned())
        })?;
        // Not cleared, as most code has no error: a text of none, and the end of the longest, are enough.
        let mut log = Box::<[u8]>::new_uninit_slice(LOG_BYTES);
        log[0].write(0);
        log[LOG_BYTES - 1].write(0);
        let mut options =
            [CUjit_option::CU_JIT_ERROR_LOG_BUFFER, CUjit_option::CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES];
        // Both are passed by value in a pointer, as the manual says of options that fit.
        let mut values = [log.as_mut_ptr().cast(), std::ptr::without_provenance_mut(LOG_BYTES - 1)];
        let mut raw = std::ptr::null_mut();
        // SAFETY: the context is current; the image is zero-terminated text; the options and the log outlive the call.
        let loaded = unsafe {
            call!(
                context,
                cuModuleLoadDataEx(
                    &mut raw,
                    text.as_ptr().cast(),
                    2,
                    options.as_mut_ptr(),
                    values.as_mut_ptr()
                )
            )
        };
        match loaded {
            Ok(()) => Ok(Module { context: context.clone(), raw, ptx: ptx.to_owned() }),
            Err(Error::Call { code, .. }) => {
                // SAFETY: there is a zero byte at the front until the driver writes a text that ends in one, as the manual says of it, and
                // one that the driver does not reach at the very end.
                let text = unsafe { CStr::from_ptr(log.as_ptr().cast()) };
                Err(refuse(code, text.to_string_lossy().into_owned()))
            }
            Err(error) => Err(error),
        }
    }

    /// Loads an image: a cubin or a fat binary, as a compiler made it. `origin` names it in messages.
    ///
    /// Which parameters its functions take is known from CUDA 12.4 on.
    ///
    /// # Errors
    /// [`Error::Module`], for example if there is no code for this device in it.
    ///
    /// # Safety
    /// - `image` is a whole image of a compiler's: the driver takes its lengths from it, and a damaged one makes it read elsewhere.
    #[doc(alias = "cuModuleLoadData")]
    pub unsafe fn from_image(context: &Arc<Context>, image: &[u8], origin: &str) -> Result<Module> {
        context.make_current()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the context is current; the caller vouches for the image; `raw` outlives the call.
        match unsafe { call!(context, cuModuleLoadData(&mut raw, image.as_ptr().cast())) } {
            Ok(()) => Ok(Module { context: context.clone(), raw, ptx: String::new() }),
            Err(Error::Call { code, .. }) => {
                Err(Error::Module { origin: origin.to_owned(), code, log: String::new() })
            }
            Err(error) => Err(error),
        }
    }

    /// Compiles CUDA C++ and loads it. `name` names the source in messages.
    ///
    /// # Errors
    /// As [`Compiler::compile`] and [`from_ptx`](Module::from_ptx).
    pub fn from_cuda(
        context: &Arc<Context>,
        compiler: &Compiler,
        source: &str,
        name: &str,
    ) -> Result<Module> {
        Module::from_ptx(context, &compiler.compile(source, name)?, name)
    }

    /// Takes ownership of a module. Which parameters its functions take is known from CUDA 12.4 on.
    ///
    /// # Safety
    /// - `raw` was loaded in `context`, and nothing else will unload it.
    pub unsafe fn from_raw(context: &Arc<Context>, raw: CUmodule) -> Module {
        Module { context: context.clone(), raw, ptx: String::new() }
    }

    /// Gives up ownership: the caller unloads the module, with `cuModuleUnload` or [`from_raw`](Module::from_raw).
    pub fn into_raw(mut self) -> CUmodule {
        std::mem::replace(&mut self.raw, std::ptr::null_mut())
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUmodule {
        self.raw
    }

    /// Unloads the module, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuModuleUnload")]
    pub fn close(mut self) -> Result<()> {
        self.unload()
    }

    fn unload(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: loaded in one of the constructors or given to `from_raw`, unloaded once: `raw` is null from now on; functions hold a
        // reference.
        self.context.release(|| unsafe { call!(&self.context, cuModuleUnload(raw)) })
    }

    /// Finds a function.
    ///
    /// # Errors
    /// [`Error::Call`] with `CUDA_ERROR_NOT_FOUND`.
    #[doc(alias = "cuModuleGetFunction")]
    pub fn function(self: &Arc<Module>, name: &str) -> Result<Function> {
        let symbol = CString::new(name).map_err(|_| Error::Launch {
            function: name.to_owned(),
            reason: "a function's name has no zero byte in it".to_owned(),
        })?;
        self.context.make_current()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the module is live while borrowed (Module 1); the name is zero-terminated; `raw` outlives the call.
        unsafe { call!(&self.context, cuModuleGetFunction(&mut raw, self.raw, symbol.as_ptr())) }
            .map_err(|error| error.doing(|| format!("looking up function {name}")))?;
        // SAFETY: the driver has just found it in this module.
        unsafe { Function::from_raw(self, raw, name) }
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "module {:p} on {:?}", self.raw, self.context.device())
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        let unloaded = self.unload();
        report("unloading a module", unloaded);
    }
}

/// An entry point of a module.
pub struct Function {
    module: Arc<Module>,
    raw: CUfunction,
    name: String,
    max_threads: u32,
    /// How much dynamic shared memory a launch may ask for.
    max_shared: AtomicU32,
    parameters: Option<Vec<(usize, usize)>>,
}

// SAFETY: any thread may use a function handle (driver API, "Execution Control").
unsafe impl Send for Function {}
// SAFETY: as above.
unsafe impl Sync for Function {}

impl Function {
    /// Takes a function of a module into use. Functions go with their module: there is nothing to give up or to close.
    ///
    /// # Errors
    /// [`Error::Call`] if the driver does not tell its limits.
    ///
    /// # Safety
    /// - `raw` is a function of `module`.
    pub unsafe fn from_raw(module: &Arc<Module>, raw: CUfunction, name: &str) -> Result<Function> {
        let (max_threads, max_shared) = (0, AtomicU32::new(0));
        let (module, name) = (module.clone(), name.to_owned());
        let mut function = Function { module, raw, name, max_threads, max_shared, parameters: None };
        function.max_threads =
            function.limit(CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK)?;
        let shared = function.limit(CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES)?;
        function.max_shared.store(shared, Relaxed);
        function.parameters = function.find_parameters()?;
        Ok(function)
    }

    fn limit(&self, attribute: CUfunction_attribute) -> Result<u32> {
        Ok(self.attribute(attribute)?.max(0) as u32)
    }

    /// Returns how many bytes of dynamic shared memory a launch may ask for.
    pub fn max_shared_bytes(&self) -> u32 {
        self.max_shared.load(Relaxed)
    }

    /// Lets launches ask for up to `bytes` of dynamic shared memory, more than the usual 48 KiB where the device has more.
    ///
    /// # Errors
    /// [`Error::Launch`] with the device's limit if that is more than it has beside the function's static shared memory;
    /// [`Error::Call`].
    #[doc(alias = "cuFuncSetAttribute")]
    pub fn allow_shared_bytes(&self, bytes: u32) -> Result<()> {
        let of_device = CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN;
        let device = self.context().device().attribute(of_device)?.max(0) as u32;
        let fixed = self.limit(CUfunction_attribute::CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES)?;
        let most = device.saturating_sub(fixed);
        if bytes > most {
            return Err(Error::Launch {
                function: self.name.clone(),
                reason: format!(
                    "{bytes} bytes of dynamic shared memory are more than {most}: the device has {device}, of which the function itself takes {fixed}"
                ),
            });
        }
        let attribute = CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        let value = i32::try_from(bytes).unwrap_or(i32::MAX);
        self.context().make_current()?;
        // SAFETY: the function's module is loaded (Module 1).
        unsafe { call!(self.context(), cuFuncSetAttribute(self.raw, attribute, value)) }?;
        self.max_shared.store(bytes, Relaxed);
        Ok(())
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.module.context
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUfunction {
        self.raw
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how many threads a block may have at the most, which registers and shared memory bound.
    pub fn max_threads(&self) -> u32 {
        self.max_threads
    }

    /// Returns one attribute.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuFuncGetAttribute")]
    pub fn attribute(&self, attribute: CUfunction_attribute) -> Result<i32> {
        self.context().make_current()?;
        let mut value = 0;
        // SAFETY: the function's module is loaded (Module 1); `value` outlives the call.
        unsafe { call!(self.context(), cuFuncGetAttribute(&mut value, attribute, self.raw)) }?;
        Ok(value)
    }

    /// Returns the offset and size in bytes of each parameter, where the driver or the PTX text tells.
    pub fn parameters(&self) -> Option<&[(usize, usize)]> {
        self.parameters.as_deref()
    }

    /// Asks the driver (12.4 and later), or reads the signature in the text.
    #[doc(alias = "cuFuncGetParamInfo")]
    fn find_parameters(&self) -> Result<Option<Vec<(usize, usize)>>> {
        // As many as most have.
        let mut parameters = Vec::with_capacity(8);
        loop {
            let (mut offset, mut size) = (0, 0);
            // SAFETY: the function's module is loaded (Module 1); both outlive the call.
            let asked = unsafe {
                call!(self.context(), cuFuncGetParamInfo(self.raw, parameters.len(), &mut offset, &mut size))
            };
            match asked {
                Ok(()) => parameters.push((offset, size)),
                Err(error) if error.code() == Some(CUresult::CUDA_ERROR_INVALID_VALUE) => {
                    return Ok(Some(parameters));
                }
                Err(Error::Missing(_)) => return Ok(ptx_parameters(&self.module.ptx, &self.name)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Checks that the function takes parameters of these layouts, and no others.
    ///
    /// # Errors
    /// [`Error::Launch`] with both lists, or if the function's own is not known.
    pub fn check_parameters(&self, layouts: &[ParameterLayout]) -> Result<()> {
        let Some(found) = self.parameters() else {
            return Err(Error::Launch {
                function: self.name.clone(),
                reason: "what parameters it takes cannot be read in its PTX, and this driver does not tell \
                         (cuFuncGetParamInfo needs CUDA 12.4)"
                    .to_owned(),
            });
        };
        let mut offset = 0_usize;
        let expected: Vec<(usize, usize)> = layouts
            .iter()
            .map(|layout| {
                let start = offset.next_multiple_of(layout.align);
                offset = start + layout.size;
                (start, layout.size)
            })
            .collect();
        if found == expected {
            return Ok(());
        }
        Err(Error::Launch {
            function: self.name.clone(),
            reason: format!(
                "its declaration makes {}, but the device code takes {}; a slice is a pointer and a size_t length",
                describe(&expected),
                describe(found)
            ),
        })
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function {} of {:?}", self.name, self.module)
    }
}

fn describe(parameters: &[(usize, usize)]) -> String {
    let list: Vec<String> =
        parameters.iter().map(|(offset, size)| format!("{size} bytes at {offset}")).collect();
    format!("{} parameters ({})", parameters.len(), list.join(", "))
}

/// Reads the offsets and sizes of an entry's parameters from PTX text.
fn ptx_parameters(ptx: &str, name: &str) -> Option<Vec<(usize, usize)>> {
    let entry = ptx.match_indices(".entry").find_map(|(at, word)| {
        let rest = ptx[at + word.len()..].trim_start().strip_prefix(name)?.trim_start();
        rest.starts_with(['(', '{', '.']).then_some(rest)
    })?;
    let Some(list) = entry.strip_prefix('(') else { return Some(Vec::new()) };
    let list = &list[..list.find(')')?];
    let mut offset = 0_usize;
    list.split(',')
        .map(str::trim)
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let words: Vec<&str> = parameter.split_whitespace().collect();
            let element = words.iter().find_map(|word| type_bytes(word))?;
            let declared =
                words.iter().position(|word| *word == ".align").filter(|_| !words.contains(&".ptr"));
            let align = match declared {
                Some(at) => words.get(at + 1)?.parse().ok()?,
                None => element,
            };
            let count = match parameter.rsplit_once('[') {
                Some((_, count)) => count.trim_end_matches(']').trim().parse().ok()?,
                None => 1,
            };
            let start = offset.checked_next_multiple_of(align)?;
            let size = element.checked_mul(count)?;
            offset = start.checked_add(size)?;
            Some((start, size))
        })
        .collect()
}

/// Returns the size of a PTX type such as `.u64`.
fn type_bytes(word: &str) -> Option<usize> {
    let bits = word.strip_prefix('.')?.strip_prefix(['b', 'u', 's', 'f'])?;
    matches!(bits, "8" | "16" | "32" | "64").then(|| bits.parse::<usize>().ok().map(|bits| bits / 8))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const PTX: &str = "
.version 7.8
.target sm_52
.address_size 64
.visible .entry saxpy_all(.param .u32 saxpy_all_param_0) { ret; }
.visible .entry saxpy(
    .param .f32 saxpy_param_0,
    .param .u64 .ptr .align 1 saxpy_param_1,
    .param .u64 saxpy_param_2,
    .param .align 16 .b8 saxpy_param_3[24],
    .param .u8 saxpy_param_4
)
{ ret; }
.visible .entry nothing()
{ ret; }
";

    #[test]
    fn a_signature_is_read_from_the_text() {
        assert_eq!(ptx_parameters(PTX, "saxpy"), Some(vec![(0, 4), (8, 8), (16, 8), (32, 24), (56, 1)]));
        assert_eq!(ptx_parameters(PTX, "saxpy_all"), Some(vec![(0, 4)]));
        assert_eq!(ptx_parameters(PTX, "nothing"), Some(vec![]));
        assert_eq!(ptx_parameters(PTX, "sax"), None);
    }

    #[test]
    fn a_broken_text_is_no_signature() {
        for end in 0..PTX.len() {
            let _ = ptx_parameters(&PTX[..end], "saxpy");
        }
        assert_eq!(ptx_parameters(".entry f(.param .u64 p[99999999999999999999])", "f"), None);
    }
}
