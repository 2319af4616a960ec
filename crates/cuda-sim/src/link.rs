//! Linking: putting PTX together to an image.
//!
//! One text is an image already. More than one would have to be merged, which is not simulated.

use cuda_sys::CUresult;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, In, Out, Text};
use crate::handle::Handle;
use crate::image::{self, Options};
use crate::state::lock;
use crate::sys::{CUjit_option, CUjitInputType};

/// A link in progress.
#[derive(Debug)]
pub(crate) struct Link {
    options: Options,
    /// The image so far, with the zero byte that ends a text. Clients get its address, so it stays where it is.
    image: Option<Box<[u8]>>,
}

fn add(link: Handle, kind: CUjitInputType, mut bytes: Vec<u8>) -> Answer {
    let mut state = lock();
    let config = state.config.clone();
    let found = state.links.get_mut(link).ok_or(INVALID_HANDLE)?;
    match kind {
        CUjitInputType::CU_JIT_INPUT_PTX | CUjitInputType::CU_JIT_INPUT_FATBINARY => {}
        CUjitInputType::CU_JIT_INPUT_CUBIN
        | CUjitInputType::CU_JIT_INPUT_OBJECT
        | CUjitInputType::CU_JIT_INPUT_LIBRARY => return Err(NO_BINARY_FOR_GPU),
        _ => return Err(INVALID_VALUE),
    }
    if found.image.is_some() {
        return Err(NOT_SUPPORTED);
    }
    bytes.extend([0; 8]);
    let outcome = image::load(Address(bytes.as_ptr() as u64), &config);
    let outcome = outcome.map_err(|(code, text)| match code {
        // What is not PTX at all was still given as PTX.
        CUresult::CUDA_ERROR_INVALID_IMAGE => (INVALID_PTX, text),
        _ => (code, text),
    });
    found.options.report(outcome)?;
    found.image = Some(bytes.into_boxed_slice());
    Ok(())
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
        out.put(state.links.insert(Link { options, image: None }));
        Ok(())
    }

    /// The options of a single input tune its compilation, and change nothing here.
    pub(crate) fn cuLinkAddData_v2(
        link: Handle,
        kind: CUjitInputType,
        data: Address,
        len: usize,
        _name: Text,
        _count: u32,
        _options: In<CUjit_option>,
        _values: In<*mut core::ffi::c_void>,
    ) -> Answer {
        data.required()?;
        add(link, kind, data.bytes(len)?)
    }

    pub(crate) fn cuLinkAddFile_v2(
        link: Handle,
        kind: CUjitInputType,
        path: Text,
        _count: u32,
        _options: In<CUjit_option>,
        _values: In<*mut core::ffi::c_void>,
    ) -> Answer {
        let bytes = std::fs::read(path.read()?).map_err(|_| FILE_NOT_FOUND)?;
        add(link, kind, bytes)
    }

    /// The image is the link's, and goes with it.
    pub(crate) fn cuLinkComplete(link: Handle, image: HandleOut, len: Out<usize>) -> Answer {
        let out = image.required()?;
        let state = lock();
        let link = state.links.get(link).ok_or(INVALID_HANDLE)?;
        let image = link.image.as_ref().ok_or(INVALID_VALUE)?;
        out.put(Handle(image.as_ptr() as u64));
        len.put(image.len());
        Ok(())
    }

    pub(crate) fn cuLinkDestroy(link: Handle) -> Answer {
        lock().links.remove(link).map(|_| ()).ok_or(INVALID_HANDLE)
    }
}
