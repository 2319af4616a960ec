//! What the driver knows of an address.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, In};
use crate::handle::Handle;
use crate::space::{self, Range, Use};
use crate::state::lock;
use crate::sys::{CUmemorytype, CUpointer_attribute};

/// An attribute's value, in the type that the header gives it.
enum Value {
    Context(Handle),
    Pointer(u64),
    Number(u64),
    Word(u32),
    Flag(bool),
}

impl Value {
    fn put(self, out: Address) -> Answer {
        match self {
            Value::Context(handle) => out.put(handle.0),
            Value::Pointer(value) | Value::Number(value) => out.put(value),
            Value::Word(value) => out.put(value),
            Value::Flag(value) => out.put(value as u8),
        }
    }
}

/// Returns an attribute of an address in `range`.
///
/// # Errors
/// `INVALID_VALUE` if that kind of memory does not have it.
fn attribute(range: &Range, attribute: CUpointer_attribute, address: u64) -> Answer<Value> {
    use CUpointer_attribute as A;
    Ok(match attribute {
        A::CU_POINTER_ATTRIBUTE_CONTEXT if range.context.is_null() => return Err(INVALID_VALUE),
        A::CU_POINTER_ATTRIBUTE_CONTEXT => Value::Context(range.context),
        A::CU_POINTER_ATTRIBUTE_MEMORY_TYPE if range.is_pinned() => {
            Value::Word(CUmemorytype::CU_MEMORYTYPE_HOST.0)
        }
        A::CU_POINTER_ATTRIBUTE_MEMORY_TYPE => Value::Word(CUmemorytype::CU_MEMORYTYPE_DEVICE.0),
        A::CU_POINTER_ATTRIBUTE_DEVICE_POINTER => Value::Pointer(address),
        A::CU_POINTER_ATTRIBUTE_HOST_POINTER if range.is_host() => Value::Pointer(address),
        A::CU_POINTER_ATTRIBUTE_SYNC_MEMOPS => Value::Flag(range.sync_memops),
        A::CU_POINTER_ATTRIBUTE_BUFFER_ID => Value::Number(range.id),
        A::CU_POINTER_ATTRIBUTE_IS_MANAGED => Value::Flag(range.is_managed()),
        A::CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL => Value::Word(range.device as u32),
        A::CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE => Value::Flag(range.usage == Use::Device),
        A::CU_POINTER_ATTRIBUTE_RANGE_START_ADDR | A::CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR => {
            Value::Pointer(range.base)
        }
        A::CU_POINTER_ATTRIBUTE_RANGE_SIZE | A::CU_POINTER_ATTRIBUTE_MAPPING_SIZE => Value::Number(range.len),
        A::CU_POINTER_ATTRIBUTE_MAPPED => Value::Flag(range.accessible),
        A::CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES => Value::Number(0),
        A::CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE => Value::Flag(false),
        A::CU_POINTER_ATTRIBUTE_ACCESS_FLAGS if range.writable != 0 => Value::Word(3),
        A::CU_POINTER_ATTRIBUTE_ACCESS_FLAGS => Value::Word(u32::from(range.readable != 0)),
        A::CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE => match range.usage {
            Use::Pooled { pool } | Use::PooledHost { pool, .. } => Value::Context(pool),
            _ => Value::Context(Handle(0)),
        },
        A::CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID => Value::Number(range.id),
        A::CU_POINTER_ATTRIBUTE_IS_HW_DECOMPRESS_CAPABLE => Value::Flag(false),
        _ => return Err(INVALID_VALUE),
    })
}

/// Returns what [`Sim::cuPointerGetAttributes`] gives for an address that the driver does not know.
fn attribute_of_nothing(attribute: CUpointer_attribute) -> Answer<Value> {
    use CUpointer_attribute as A;
    Ok(match attribute {
        A::CU_POINTER_ATTRIBUTE_CONTEXT | A::CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE => Value::Context(Handle(0)),
        A::CU_POINTER_ATTRIBUTE_MEMORY_TYPE => Value::Word(0),
        A::CU_POINTER_ATTRIBUTE_DEVICE_POINTER
        | A::CU_POINTER_ATTRIBUTE_HOST_POINTER
        | A::CU_POINTER_ATTRIBUTE_RANGE_START_ADDR
        | A::CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR => Value::Pointer(0),
        A::CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL => Value::Word(-2i32 as u32),
        A::CU_POINTER_ATTRIBUTE_ACCESS_FLAGS => Value::Word(0),
        A::CU_POINTER_ATTRIBUTE_BUFFER_ID
        | A::CU_POINTER_ATTRIBUTE_RANGE_SIZE
        | A::CU_POINTER_ATTRIBUTE_MAPPING_SIZE
        | A::CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID
        | A::CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES => Value::Number(0),
        A::CU_POINTER_ATTRIBUTE_SYNC_MEMOPS
        | A::CU_POINTER_ATTRIBUTE_IS_MANAGED
        | A::CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE
        | A::CU_POINTER_ATTRIBUTE_MAPPED
        | A::CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE
        | A::CU_POINTER_ATTRIBUTE_IS_HW_DECOMPRESS_CAPABLE => Value::Flag(false),
        _ => return Err(INVALID_VALUE),
    })
}

impl Sim {
    /// An address that the driver did not give out is a wrong value.
    pub(crate) fn cuPointerGetAttribute(
        data: Address,
        attribute_id: CUpointer_attribute,
        address: u64,
    ) -> Answer {
        data.required()?;
        lock().usable()?;
        let space = space::read();
        let range = space.live(address).ok_or(INVALID_VALUE)?;
        attribute(range, attribute_id, address)?.put(data)
    }

    /// Never fails for an address: each attribute that it does not have is left as null or zero.
    pub(crate) fn cuPointerGetAttributes(
        count: u32,
        attributes: In<CUpointer_attribute>,
        data: In<*mut core::ffi::c_void>,
        address: u64,
    ) -> Answer {
        let attributes = attributes.all(count as usize)?;
        let places = data.all(count as usize)?;
        lock().usable()?;
        let space = space::read();
        let range = space.live(address);
        for (wanted, place) in attributes.into_iter().zip(places) {
            let value = range.map(|range| attribute(range, wanted, address));
            let value = match value {
                Some(Ok(value)) => value,
                _ => attribute_of_nothing(wanted)?,
            };
            value.put(Address(place as u64))?;
        }
        Ok(())
    }

    pub(crate) fn cuPointerSetAttribute(
        value: Address,
        attribute: CUpointer_attribute,
        address: u64,
    ) -> Answer {
        let wanted = value.reader::<u32>().read()?;
        lock().usable()?;
        if attribute != CUpointer_attribute::CU_POINTER_ATTRIBUTE_SYNC_MEMOPS {
            return Err(INVALID_VALUE);
        }
        let mut space = space::write();
        let base = space.live(address).map(|range| range.base).ok_or(INVALID_VALUE)?;
        let range = space.live_at(base).ok_or(INVALID_VALUE)?;
        if range.is_host() {
            return Err(INVALID_VALUE);
        }
        range.sync_memops = wanted != 0;
        Ok(())
    }
}
