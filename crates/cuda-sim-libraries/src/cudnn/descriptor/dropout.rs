//! Dropout descriptors. The generator's state lies in memory of the client's.
#![allow(clippy::too_many_arguments)]

use crate::cudnn::call::dropout::{Initialize, STATES_BYTES};
use crate::cudnn::failure::{Failure, Outcome, require};
use crate::cudnn::ffi::{Address, Out, Slot};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::cudnnStatus_t as Status;
use std::ffi::c_ulonglong;
use std::ptr;

/// How much is dropped, and where the state of the generator lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DropoutDescriptor {
    pub(crate) dropout: f32,
    pub(crate) states: u64,
    pub(crate) seed: u64,
}
object!(DropoutDescriptor, "dropout descriptor");

/// Checks what both functions that set a descriptor are given.
fn check(dropout: f32, states: Address, bytes: usize) -> Outcome {
    require((0.0..=1.0).contains(&dropout), format!("a share of {dropout} is not between 0 and 1"))?;
    if !states.is_null() && bytes < STATES_BYTES {
        let message = format!("{bytes} bytes for the states are fewer than {STATES_BYTES}");
        return Err(Failure::new(Status::CUDNN_STATUS_INVALID_VALUE, message));
    }
    Ok(())
}

impl Dnn {
    pub(crate) fn cudnnCreateDropoutDescriptor(dropoutDesc: Slot) -> Outcome {
        dropoutDesc.create(DropoutDescriptor::default())
    }

    pub(crate) fn cudnnDestroyDropoutDescriptor(dropoutDesc: Ref<DropoutDescriptor>) -> Outcome {
        dropoutDesc.destroy_if_any()
    }

    pub(crate) fn cudnnDropoutGetStatesSize(handle: Ref<Handle>, sizeInBytes: Out<usize>) -> Outcome {
        handle::find(handle)?;
        sizeInBytes.check("sizeInBytes")?;
        sizeInBytes.set(STATES_BYTES)
    }

    /// Writes the first state, in the order of the stream. Without states there is only the share to be set.
    pub(crate) fn cudnnSetDropoutDescriptor(
        dropoutDesc: Ref<DropoutDescriptor>,
        handle: Ref<Handle>,
        dropout: f32,
        states: Address,
        stateSizeInBytes: usize,
        seed: c_ulonglong,
    ) -> Outcome {
        dropoutDesc.get()?;
        let handle = handle::find(handle)?;
        check(dropout, states, stateSizeInBytes)?;
        if !states.is_null() {
            handle.launch(&Initialize { states: states.0, seed })?;
        }
        dropoutDesc.set(DropoutDescriptor { dropout, states: states.0, seed })
    }

    /// Takes over a state that is there already.
    pub(crate) fn cudnnRestoreDropoutDescriptor(
        dropoutDesc: Ref<DropoutDescriptor>,
        handle: Ref<Handle>,
        dropout: f32,
        states: Address,
        stateSizeInBytes: usize,
        seed: c_ulonglong,
    ) -> Outcome {
        dropoutDesc.get()?;
        handle::find(handle)?;
        states.get("states")?;
        check(dropout, states, stateSizeInBytes)?;
        dropoutDesc.set(DropoutDescriptor { dropout, states: states.0, seed })
    }

    pub(crate) fn cudnnGetDropoutDescriptor(
        dropoutDesc: Ref<DropoutDescriptor>,
        handle: Ref<Handle>,
        dropout: Out<f32>,
        states: Out<*mut std::ffi::c_void>,
        seed: Out<c_ulonglong>,
    ) -> Outcome {
        let descriptor = dropoutDesc.get()?;
        handle::find(handle)?;
        dropout.set_if_any(descriptor.dropout);
        states.set_if_any(ptr::without_provenance_mut(descriptor.states as usize));
        seed.set_if_any(descriptor.seed);
        Ok(())
    }
}
