//! Multicast objects: memory of several devices behind one address.
//!
//! Simulated devices report that they do not support them (`CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED` is 0), as devices that no
//! switch connects do. So arguments are checked, and what is left is the documented refusal; no handle of one ever exists.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{In, Out};
use crate::state::lock;
use crate::sys::{CUmulticastGranularity_flags, CUmulticastObjectProp};

fn refuse(properties: &CUmulticastObjectProp) -> Answer {
    let devices = lock().devices.len();
    if properties.numDevices == 0 || properties.numDevices as usize > devices || properties.flags != 0 {
        return Err(INVALID_VALUE);
    }
    Err(NOT_SUPPORTED)
}

impl Sim {
    pub(crate) fn cuMulticastGetGranularity(
        granularity: Out<usize>,
        properties: In<CUmulticastObjectProp>,
        option: CUmulticastGranularity_flags,
    ) -> Answer {
        granularity.required()?;
        if option.0 > CUmulticastGranularity_flags::CU_MULTICAST_GRANULARITY_RECOMMENDED.0 {
            return Err(INVALID_VALUE);
        }
        refuse(&properties.read()?)
    }

    pub(crate) fn cuMulticastCreate(handle: Out<u64>, properties: In<CUmulticastObjectProp>) -> Answer {
        handle.required()?;
        let properties = properties.read()?;
        if properties.size == 0 {
            return Err(INVALID_VALUE);
        }
        refuse(&properties)
    }

    pub(crate) fn cuMulticastAddDevice(_handle: u64, device: i32) -> Answer {
        lock().device(device)?;
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuMulticastBindMem(
        _handle: u64,
        _offset: usize,
        _memory: u64,
        _memory_offset: usize,
        _len: usize,
        _flags: u64,
    ) -> Answer {
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuMulticastBindMem_v2(
        _handle: u64,
        device: i32,
        _offset: usize,
        _memory: u64,
        _memory_offset: usize,
        _len: usize,
        _flags: u64,
    ) -> Answer {
        lock().device(device)?;
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuMulticastBindAddr(
        _handle: u64,
        _offset: usize,
        _address: u64,
        _len: usize,
        _flags: u64,
    ) -> Answer {
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuMulticastBindAddr_v2(
        _handle: u64,
        device: i32,
        _offset: usize,
        _address: u64,
        _len: usize,
        _flags: u64,
    ) -> Answer {
        lock().device(device)?;
        Err(INVALID_VALUE)
    }

    pub(crate) fn cuMulticastUnbind(_handle: u64, device: i32, _offset: usize, _len: usize) -> Answer {
        lock().device(device)?;
        Err(INVALID_VALUE)
    }
}
