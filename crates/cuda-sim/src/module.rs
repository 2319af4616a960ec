//! Modules and libraries: code, and the variables that come with it.
//!
//! A module is code loaded into one context. A library is code loaded once, of which each context gets a module when it
//! first asks. The parsed code is shared; variables are each module's own.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::Arc;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, In, Out, Text};
use crate::function::Settings;
use crate::handle::Handle;
use crate::image::{self, Options};
use crate::native::Native;
use crate::old_launch::Prepared;
use crate::ptx;
use crate::schedule::Action;
use crate::space::{self, Use};
use crate::state::{State, lock};
use crate::sys::{CUjit_option, CUmoduleLoadingMode};
use core::ffi::c_char;

/// Code with the places of its variables in one context.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) code: Arc<ptx::Module>,
    /// The address of each variable, in the order of the code.
    pub(crate) addresses: Vec<u64>,
}

/// A module.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) context: Handle,
    program: Arc<Program>,
    /// The functions, by name, in the order of the text.
    functions: Vec<(String, Handle)>,
    /// The library that it is a part of: then only the library's end unloads it.
    library: Option<Handle>,
}

/// A kernel in a module.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) context: Handle,
    pub(crate) module: Handle,
    pub(crate) program: Arc<Program>,
    /// Its place among the code's kernels.
    pub(crate) index: usize,
    pub(crate) name: CString,
    pub(crate) settings: Settings,
    pub(crate) prepared: Prepared,
    /// What launches do in place of the code, if a library has given it.
    pub(crate) native: Option<Native>,
}

impl Function {
    /// Returns what the code says of it.
    pub(crate) fn kernel(&self) -> &ptx::Kernel {
        &self.program.code.kernels()[self.index]
    }
}

/// A library.
#[derive(Debug)]
pub(crate) struct Library {
    code: Arc<ptx::Module>,
    kernels: Vec<(String, Handle)>,
    /// Its module in each context that has asked.
    modules: BTreeMap<Handle, Handle>,
}

/// A kernel in a library.
#[derive(Debug)]
pub(crate) struct Kernel {
    library: Handle,
    name: CString,
}

impl State {
    fn add_module(
        &mut self,
        code: Arc<ptx::Module>,
        context: Handle,
        library: Option<Handle>,
    ) -> Answer<Handle> {
        let device = self.contexts.get(context).map(|context| context.device).ok_or(INVALID_CONTEXT)?;
        let addresses = self.place_variables(&code, device, context)?;
        let program = Arc::new(Program { code, addresses });
        let names: Vec<String> =
            program.code.kernels().iter().map(|kernel| kernel.name().to_owned()).collect();
        let module = Module { context, program: program.clone(), functions: Vec::new(), library };
        let handle = self.modules.insert(module);
        let mut functions = Vec::new();
        for (index, name) in names.into_iter().enumerate() {
            let function = self.functions.insert(Function {
                context,
                module: handle,
                program: program.clone(),
                index,
                name: CString::new(name.as_str()).map_err(|_| INVALID_IMAGE)?,
                settings: Settings::default(),
                prepared: Prepared::default(),
                native: None,
            });
            functions.push((name, function));
        }
        if let Some(module) = self.modules.get_mut(handle) {
            module.functions = functions;
        }
        Ok(handle)
    }

    /// Gives each variable of `code` its place, then its first value, which may be the address of another.
    fn place_variables(&mut self, code: &ptx::Module, device: usize, context: Handle) -> Answer<Vec<u64>> {
        let mut addresses = Vec::new();
        for variable in code.globals() {
            let usage = Use::Variable { read_only: variable.space() == ptx::Space::Const };
            let len = variable.size().max(1);
            match self.allocate(device, context, len, u64::from(variable.align()).next_power_of_two(), usage)
            {
                Ok(address) => addresses.push(address),
                Err(code) => {
                    self.release_variables(&addresses);
                    return Err(code);
                }
            }
        }
        for (variable, &address) in code.globals().iter().zip(&addresses) {
            let bytes = variable.initial_bytes(&addresses);
            if let Some(range) = space::read().find(address) {
                let len = bytes.len().min(range.len as usize);
                space::fill_new(range, &bytes[..len]);
            }
        }
        Ok(addresses)
    }

    fn release_variables(&mut self, addresses: &[u64]) {
        for &base in addresses {
            if self.retire(base).is_ok() {
                self.defer(Action::Release { base });
            }
        }
    }

    fn unload(&mut self, handle: Handle) {
        let Some(module) = self.modules.remove(handle) else { return };
        for (_, function) in module.functions {
            self.functions.remove(function);
        }
        self.drop_references_of(handle);
        self.release_variables(&module.program.addresses.clone());
    }

    /// Unloads what is in `context`; its variables have gone with the context's memory.
    pub(crate) fn unload_modules_of(&mut self, context: Handle) {
        for module in self.modules.handles(|module| module.context == context) {
            self.unload(module);
        }
        for (_, library) in self.libraries.iter_mut() {
            library.modules.remove(&context);
        }
    }

    fn module(&self, handle: Handle) -> Answer<&Module> {
        self.modules.get(handle).ok_or(INVALID_HANDLE)
    }

    fn function_named(&self, module: Handle, name: &str) -> Answer<Handle> {
        let module = self.module(module)?;
        module.functions.iter().find(|(known, _)| known == name).map(|&(_, handle)| handle).ok_or(NOT_FOUND)
    }

    /// Returns the place and length of a variable.
    fn variable(&self, module: Handle, name: &str) -> Answer<(u64, usize)> {
        let program = &self.module(module)?.program;
        let index =
            program.code.globals().iter().position(|variable| variable.name() == name).ok_or(NOT_FOUND)?;
        Ok((program.addresses[index], program.code.globals()[index].size() as usize))
    }

    /// Returns the place of a texture or surface reference.
    pub(crate) fn reference_variable(&self, module: Handle, name: &str) -> Answer<u64> {
        let program = &self.module(module)?.program;
        let named = |it: &ptx::Global| it.is_reference() && it.name() == name;
        let index = program.code.globals().iter().position(named).ok_or(NOT_FOUND)?;
        Ok(program.addresses[index])
    }

    /// Returns the context that a module is loaded in.
    pub(crate) fn context_of_module(&self, module: Handle) -> Option<Handle> {
        self.modules.get(module).map(|module| module.context)
    }

    /// Returns the module of `library` in the current context, which is loaded if it is not there.
    fn module_of(&mut self, library: Handle) -> Answer<Handle> {
        let found = self.libraries.get(library).ok_or(INVALID_HANDLE)?;
        let context = self.usable()?;
        if let Some(&module) = found.modules.get(&context) {
            return Ok(module);
        }
        let module = self.add_module(found.code.clone(), context, Some(library))?;
        if let Some(found) = self.libraries.get_mut(library) {
            found.modules.insert(context, module);
        }
        Ok(module)
    }

    /// Returns the function that `handle` names: itself, or in the current context if it is a library's kernel, whose
    /// handle clients may use as a function's.
    pub(crate) fn function(&mut self, handle: Handle) -> Answer<Handle> {
        if self.functions.get(handle).is_some() {
            return Ok(handle);
        }
        let kernel = self.kernels.get(handle).ok_or(INVALID_HANDLE)?;
        let (library, name) = (kernel.library, kernel.name.to_string_lossy().into_owned());
        let module = self.module_of(library)?;
        self.function_named(module, &name)
    }
}

fn load(module: HandleOut, image: Address, options: &Options) -> Answer {
    let out = module.required()?;
    let state = lock();
    let context = state.usable()?;
    let config = state.config.clone();
    // Parsing takes a while, and needs nothing that is locked.
    drop(state);
    let code = options.report(image::load(image, &config, options))?;
    let mut state = lock();
    state.check_context(context)?;
    out.put(state.add_module(code, context, None)?);
    Ok(())
}

/// Reads a file into memory, with the zero byte that ends a text.
fn read_file(path: Text) -> Answer<Vec<u8>> {
    let mut bytes = std::fs::read(path.read()?).map_err(|_| FILE_NOT_FOUND)?;
    bytes.extend([0; 64]);
    Ok(bytes)
}

// Modules.
impl Sim {
    pub(crate) fn cuModuleLoadData(module: HandleOut, image: Address) -> Answer {
        load(module, image, &Options::default())
    }

    pub(crate) fn cuModuleLoadDataEx(
        module: HandleOut,
        image: Address,
        count: u32,
        options: In<CUjit_option>,
        values: In<*mut core::ffi::c_void>,
    ) -> Answer {
        load(module, image, &Options::read(count, options, values.address())?)
    }

    pub(crate) fn cuModuleLoadFatBinary(module: HandleOut, image: Address) -> Answer {
        load(module, image, &Options::default())
    }

    pub(crate) fn cuModuleLoad(module: HandleOut, path: Text) -> Answer {
        module.required()?;
        lock().usable()?;
        let bytes = read_file(path)?;
        load(module, Address(bytes.as_ptr() as u64), &Options::default())
    }

    /// Kernels of it that are in flight run on.
    pub(crate) fn cuModuleUnload(module: Handle) -> Answer {
        let mut state = lock();
        let found = state.module(module)?;
        let context = found.context;
        if found.library.is_some() {
            return Err(INVALID_HANDLE);
        }
        state.check_fault(context)?;
        state.unload(module);
        Ok(())
    }

    /// Code is loaded at once, not on first use.
    pub(crate) fn cuModuleGetLoadingMode(mode: Out<CUmoduleLoadingMode>) -> Answer {
        mode.required()?.put(CUmoduleLoadingMode::CU_MODULE_EAGER_LOADING);
        Ok(())
    }

    pub(crate) fn cuModuleGetFunction(function: HandleOut, module: Handle, name: Text) -> Answer {
        let out = function.required()?;
        let state = lock();
        state.module(module)?;
        let name = name.read()?;
        out.put(state.function_named(module, &name)?);
        Ok(())
    }

    pub(crate) fn cuModuleGetFunctionCount(count: Out<u32>, module: Handle) -> Answer {
        let out = count.required()?;
        out.put(lock().module(module)?.functions.len() as u32);
        Ok(())
    }

    pub(crate) fn cuModuleEnumerateFunctions(functions: HandleOut, room: u32, module: Handle) -> Answer {
        let state = lock();
        let all = state.module(module)?.functions.iter().map(|&(_, handle)| handle);
        functions.required()?.put_all(all, room as usize);
        Ok(())
    }

    pub(crate) fn cuModuleGetGlobal_v2(
        address: Out<u64>,
        len: Out<usize>,
        module: Handle,
        name: Text,
    ) -> Answer {
        if !address.is_wanted() && !len.is_wanted() {
            return Err(INVALID_VALUE);
        }
        let state = lock();
        state.module(module)?;
        let (found, size) = state.variable(module, &name.read()?)?;
        address.put(found);
        len.put(size);
        Ok(())
    }
}

fn load_library(library: HandleOut, image: Address, options: &Options) -> Answer {
    let out = library.required()?;
    let config = lock().config.clone();
    let code = options.report(image::load(image, &config, options))?;
    let mut state = lock();
    let names: Vec<String> = code.kernels().iter().map(|kernel| kernel.name().to_owned()).collect();
    let handle = state.libraries.insert(Library { code, kernels: Vec::new(), modules: BTreeMap::new() });
    let mut kernels = Vec::new();
    for name in names {
        let kernel =
            Kernel { library: handle, name: CString::new(name.as_str()).map_err(|_| INVALID_IMAGE)? };
        kernels.push((name, state.kernels.insert(kernel)));
    }
    if let Some(library) = state.libraries.get_mut(handle) {
        library.kernels = kernels;
    }
    out.put(handle);
    Ok(())
}

// Libraries. Their options (how binaries are kept) change nothing here.
impl Sim {
    pub(crate) fn cuLibraryLoadData(
        library: HandleOut,
        image: Address,
        options: In<CUjit_option>,
        values: In<*mut core::ffi::c_void>,
        count: u32,
        _library_options: In<crate::sys::CUlibraryOption>,
        _library_values: In<*mut core::ffi::c_void>,
        _library_count: u32,
    ) -> Answer {
        load_library(library, image, &Options::read(count, options, values.address())?)
    }

    pub(crate) fn cuLibraryLoadFromFile(
        library: HandleOut,
        path: Text,
        options: In<CUjit_option>,
        values: In<*mut core::ffi::c_void>,
        count: u32,
        _library_options: In<crate::sys::CUlibraryOption>,
        _library_values: In<*mut core::ffi::c_void>,
        _library_count: u32,
    ) -> Answer {
        let options = Options::read(count, options, values.address())?;
        let bytes = read_file(path)?;
        load_library(library, Address(bytes.as_ptr() as u64), &options)
    }

    pub(crate) fn cuLibraryUnload(library: Handle) -> Answer {
        let mut state = lock();
        let gone = state.libraries.remove(library).ok_or(INVALID_HANDLE)?;
        for (_, kernel) in gone.kernels {
            state.kernels.remove(kernel);
        }
        for (_, module) in gone.modules {
            state.unload(module);
        }
        Ok(())
    }

    pub(crate) fn cuLibraryGetKernel(kernel: HandleOut, library: Handle, name: Text) -> Answer {
        let out = kernel.required()?;
        let state = lock();
        let library = state.libraries.get(library).ok_or(INVALID_HANDLE)?;
        let name = name.read()?;
        out.put(library.kernels.iter().find(|(known, _)| *known == name).ok_or(NOT_FOUND)?.1);
        Ok(())
    }

    pub(crate) fn cuLibraryGetKernelCount(count: Out<u32>, library: Handle) -> Answer {
        let out = count.required()?;
        out.put(lock().libraries.get(library).ok_or(INVALID_HANDLE)?.kernels.len() as u32);
        Ok(())
    }

    pub(crate) fn cuLibraryEnumerateKernels(kernels: HandleOut, room: u32, library: Handle) -> Answer {
        let state = lock();
        let library = state.libraries.get(library).ok_or(INVALID_HANDLE)?;
        kernels.required()?.put_all(library.kernels.iter().map(|&(_, handle)| handle), room as usize);
        Ok(())
    }

    pub(crate) fn cuLibraryGetModule(module: HandleOut, library: Handle) -> Answer {
        let out = module.required()?;
        out.put(lock().module_of(library)?);
        Ok(())
    }

    pub(crate) fn cuLibraryGetGlobal(
        address: Out<u64>,
        len: Out<usize>,
        library: Handle,
        name: Text,
    ) -> Answer {
        if !address.is_wanted() && !len.is_wanted() {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let module = state.module_of(library)?;
        let (found, size) = state.variable(module, &name.read()?)?;
        address.put(found);
        len.put(size);
        Ok(())
    }

    /// PTX has no managed variables of its own.
    pub(crate) fn cuLibraryGetManaged(
        _address: Out<u64>,
        _len: Out<usize>,
        library: Handle,
        name: Text,
    ) -> Answer {
        lock().libraries.get(library).ok_or(INVALID_HANDLE)?;
        name.read()?;
        Err(NOT_FOUND)
    }

    pub(crate) fn cuKernelGetFunction(function: HandleOut, kernel: Handle) -> Answer {
        let out = function.required()?;
        let mut state = lock();
        state.kernels.get(kernel).ok_or(INVALID_HANDLE)?;
        out.put(state.function(kernel)?);
        Ok(())
    }

    pub(crate) fn cuKernelGetLibrary(library: HandleOut, kernel: Handle) -> Answer {
        let out = library.required()?;
        out.put(lock().kernels.get(kernel).ok_or(INVALID_HANDLE)?.library);
        Ok(())
    }

    /// The name lives as long as the library.
    pub(crate) fn cuKernelGetName(name: Out<*const c_char>, kernel: Handle) -> Answer {
        let out = name.required()?;
        out.put(lock().kernels.get(kernel).ok_or(INVALID_HANDLE)?.name.as_ptr());
        Ok(())
    }
}
