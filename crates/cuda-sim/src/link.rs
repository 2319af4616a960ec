//! Linking: putting PTX together to an image, which is PTX text again.

use cuda_sys::CUresult;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, In, Out, Text};
use crate::handle::Handle;
use crate::image::{self, Options, Refusal};
use crate::ptx::{self, LinkError};
use crate::state::lock;
use crate::sys::{CUjit_option, CUjitInputType};

/// A link in progress.
#[derive(Debug)]
pub(crate) struct Link {
    options: Options,
    /// The names and texts so far.
    inputs: Vec<(String, String)>,
    /// The image, with the zero byte that ends a text. Clients get its address, so it stays where it is.
    image: Option<Box<[u8]>>,
}

fn add(link: Handle, kind: CUjitInputType, mut bytes: Vec<u8>, name: String) -> Answer {
    let mut state = lock();
    let config = state.config.clone();
    let found = state.links.get_mut(link).ok_or(INVALID_HANDLE)?;
    bytes.extend([0; 64]);
    if kind == CUjitInputType::CU_JIT_INPUT_LIBRARY && is_device_runtime(&bytes) {
        found.inputs.push((name, DEVICE_RUNTIME.to_owned()));
        return Ok(());
    }
    let machine_code = bytes.starts_with(b"\x7fELF") || bytes.starts_with(b"!<arch>");
    match kind {
        CUjitInputType::CU_JIT_INPUT_PTX | CUjitInputType::CU_JIT_INPUT_FATBINARY => {}
        // What a link made is text, whatever clients call it.
        CUjitInputType::CU_JIT_INPUT_CUBIN if !machine_code => {}
        CUjitInputType::CU_JIT_INPUT_CUBIN
        | CUjitInputType::CU_JIT_INPUT_OBJECT
        | CUjitInputType::CU_JIT_INPUT_LIBRARY => return Err(NO_BINARY_FOR_GPU),
        _ => return Err(INVALID_VALUE),
    }
    let outcome = image::text_of(Address(bytes.as_ptr() as u64), &config).and_then(|text| {
        match image::parse(&text, &config) {
            // Others may define what it does not.
            Ok(_) | Err((NO_BINARY_FOR_GPU, _)) => Ok(text),
            // What is not PTX at all was still given as PTX.
            Err((INVALID_IMAGE, text)) if kind == CUjitInputType::CU_JIT_INPUT_PTX => {
                Err((INVALID_PTX, text))
            }
            Err(refusal) => Err(refusal),
        }
    });
    let text = found.options.report(outcome)?;
    found.inputs.push((name, text));
    Ok(())
}

/// What stands in for NVIDIA's device runtime library, which is machine code.
const DEVICE_RUNTIME: &str = include_str!("device_runtime.ptx");

/// Whether this is that library, by the name of its one member.
fn is_device_runtime(bytes: &[u8]) -> bool {
    let member = b"cuda_device_runtime.o/";
    bytes.starts_with(b"!<arch>") && bytes.windows(member.len()).any(|window| window == member)
}

/// Links what was added.
fn complete(link: &Link) -> Result<String, Refusal> {
    let inputs = link.inputs.iter().map(|(name, text)| ptx::Input { name, text }).collect::<Vec<_>>();
    ptx::link(&inputs, link.options.most_registers).map_err(|error| {
        let code = match error {
            LinkError::Text { .. } => INVALID_PTX,
            LinkError::Duplicate { .. } => CUresult::CUDA_ERROR_INVALID_IMAGE,
            LinkError::Undefined { .. } => NO_BINARY_FOR_GPU,
        };
        (code, error.to_string())
    })
}

impl Sim {
    pub(crate) fn cuLinkCreate_v2(
        count: u32,
        options: In<CUjit_option>,
        values: In<*mut core::ffi::c_void>,
        link: HandleOut,
    ) -> Answer {
        let out = link.required()?;
        let mut state = lock();
        state.usable()?;
        let options = Options::read(count, options, values.address())?;
        out.put(state.links.insert(Link { options, inputs: Vec::new(), image: None }));
        Ok(())
    }

    /// The options of a single input tune its compilation, and change nothing here.
    pub(crate) fn cuLinkAddData_v2(
        link: Handle,
        kind: CUjitInputType,
        data: Address,
        len: usize,
        name: Text,
        _count: u32,
        _options: In<CUjit_option>,
        _values: In<*mut core::ffi::c_void>,
    ) -> Answer {
        data.required()?;
        lock().links.get(link).ok_or(INVALID_HANDLE)?;
        let name = name.read().unwrap_or_else(|_| "<input>".into());
        add(link, kind, data.bytes_if_any(len)?, name)
    }

    /// The first forms differ in nothing but their names.
    pub(crate) fn cuLinkCreate(
        count: u32,
        options: In<CUjit_option>,
        values: In<*mut core::ffi::c_void>,
        link: HandleOut,
    ) -> Answer {
        Sim::cuLinkCreate_v2(count, options, values, link)
    }

    pub(crate) fn cuLinkAddData(
        link: Handle,
        kind: CUjitInputType,
        data: Address,
        len: usize,
        name: Text,
        count: u32,
        options: In<CUjit_option>,
        values: In<*mut core::ffi::c_void>,
    ) -> Answer {
        Sim::cuLinkAddData_v2(link, kind, data, len, name, count, options, values)
    }

    pub(crate) fn cuLinkAddFile(
        link: Handle,
        kind: CUjitInputType,
        path: Text,
        count: u32,
        options: In<CUjit_option>,
        values: In<*mut core::ffi::c_void>,
    ) -> Answer {
        Sim::cuLinkAddFile_v2(link, kind, path, count, options, values)
    }

    pub(crate) fn cuLinkAddFile_v2(
        link: Handle,
        kind: CUjitInputType,
        path: Text,
        _count: u32,
        _options: In<CUjit_option>,
        _values: In<*mut core::ffi::c_void>,
    ) -> Answer {
        if lock().links.get(link).is_none() {
            return Err(INVALID_HANDLE);
        }
        let path = path.read()?;
        let bytes = std::fs::read(&path).map_err(|_| FILE_NOT_FOUND)?;
        add(link, kind, bytes, path)
    }

    /// The image is the link's, and goes with it.
    pub(crate) fn cuLinkComplete(link: Handle, image: HandleOut, len: Out<usize>) -> Answer {
        let out = image.required()?;
        let mut state = lock();
        let config = state.config.clone();
        let found = state.links.get_mut(link).ok_or(INVALID_HANDLE)?;
        if found.inputs.is_empty() {
            return Err(INVALID_VALUE);
        }
        let outcome = complete(found).and_then(|text| image::parse(&text, &config).map(|_| text));
        let mut bytes = found.options.report(outcome)?.into_bytes();
        bytes.push(0);
        let image = found.image.insert(bytes.into_boxed_slice());
        out.put(Handle(image.as_ptr() as u64));
        len.put(image.len());
        Ok(())
    }

    pub(crate) fn cuLinkDestroy(link: Handle) -> Answer {
        lock().links.remove(link).map(|_| ()).ok_or(INVALID_HANDLE)
    }
}
