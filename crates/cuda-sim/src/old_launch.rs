//! How kernels were launched before CUDA 4: a function keeps its block's shape and its arguments until it is launched.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::Address;
use crate::handle::Handle;
use crate::launch::{MAX_PARAMETER_BYTES, Shape, launch_with};
use crate::state::lock;

/// What a client has set for the next launch of a function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prepared {
    block: [u32; 3],
    shared: u32,
    arguments: Vec<u8>,
}

fn change(function: Handle, change: impl FnOnce(&mut Prepared) -> Answer) -> Answer {
    let mut state = lock();
    state.usable()?;
    let function = state.function(function)?;
    change(&mut state.functions.get_mut(function).ok_or(INVALID_HANDLE)?.prepared)
}

fn put(function: Handle, offset: i32, bytes: &[u8]) -> Answer {
    let offset = usize::try_from(offset).map_err(|_| INVALID_VALUE)?;
    let end = offset.checked_add(bytes.len()).filter(|&end| end <= MAX_PARAMETER_BYTES);
    let end = end.ok_or(INVALID_VALUE)?;
    change(function, |prepared| {
        let arguments = &mut prepared.arguments;
        arguments.resize(arguments.len().max(end), 0);
        arguments[offset..end].copy_from_slice(bytes);
        Ok(())
    })
}

fn launch(function: Handle, width: i32, height: i32, stream: Handle) -> Answer {
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return Err(INVALID_VALUE);
    };
    let mut prepared = Prepared::default();
    change(function, |found| {
        prepared.clone_from(found);
        Ok(())
    })?;
    let shape = Shape {
        grid: [width, height, 1],
        block: prepared.block,
        dynamic_shared: prepared.shared,
        cooperative: false,
        cluster: None,
    };
    launch_with(function, shape, stream, &prepared.arguments)
}

impl Sim {
    pub(crate) fn cuFuncSetBlockShape(function: Handle, x: i32, y: i32, z: i32) -> Answer {
        let shape = [x, y, z].map(|side| u32::try_from(side).unwrap_or(0));
        if shape.contains(&0) {
            return Err(INVALID_VALUE);
        }
        change(function, |prepared| {
            prepared.block = shape;
            Ok(())
        })
    }

    pub(crate) fn cuFuncSetSharedSize(function: Handle, bytes: u32) -> Answer {
        change(function, |prepared| {
            prepared.shared = bytes;
            Ok(())
        })
    }

    pub(crate) fn cuParamSetSize(function: Handle, bytes: u32) -> Answer {
        if bytes as usize > MAX_PARAMETER_BYTES {
            return Err(INVALID_VALUE);
        }
        change(function, |prepared| {
            prepared.arguments.resize(bytes as usize, 0);
            Ok(())
        })
    }

    pub(crate) fn cuParamSeti(function: Handle, offset: i32, value: u32) -> Answer {
        put(function, offset, &value.to_le_bytes())
    }

    pub(crate) fn cuParamSetf(function: Handle, offset: i32, value: f32) -> Answer {
        put(function, offset, &value.to_le_bytes())
    }

    pub(crate) fn cuParamSetv(function: Handle, offset: i32, data: Address, len: u32) -> Answer {
        data.required()?;
        put(function, offset, &data.bytes_if_any(len as usize)?)
    }

    pub(crate) fn cuLaunch(function: Handle) -> Answer {
        launch(function, 1, 1, Handle(0))
    }

    pub(crate) fn cuLaunchGrid(function: Handle, width: i32, height: i32) -> Answer {
        launch(function, width, height, Handle(0))
    }

    pub(crate) fn cuLaunchGridAsync(function: Handle, width: i32, height: i32, stream: Handle) -> Answer {
        launch(function, width, height, stream)
    }
}
