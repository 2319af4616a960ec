//! Memory and events of other processes.
//!
//! One process [describes](DeviceMemory::describe) what it has and sends the descriptor's bytes, by a pipe or a file; the other one opens
//! it. A descriptor is untrusted input: what is not one, was damaged, is of another device, or promises more than the driver finds
//! behind it is refused with an error. The contents of shared memory are whatever the other process writes, at any time: they are bytes,
//! and work on them is ordered by shared events.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::driver::{CUdeviceptr, CUipcEventHandle, CUipcMem_flags, CUipcMemHandle};

use super::{Context, DeviceMemory, Error, Event, Result, call, report::report};
use crate::Bytes;

/// The size of the driver's own handles in bytes.
const HANDLE_BYTES: usize = 64;

/// What a descriptor begins with.
const MARK: [u8; 8] = *b"dctx-ipc";

const MEMORY: u8 = 1;
const EVENT: u8 = 2;

/// Where the parts of a descriptor begin: mark, kind, device, size, handle, checksum.
const KIND_AT: usize = 8;
const DEVICE_AT: usize = 16;
const SIZE_AT: usize = 32;
const HANDLE_AT: usize = 40;
const SUM_AT: usize = HANDLE_AT + HANDLE_BYTES;

/// The size of a descriptor in bytes.
pub const DESCRIPTOR_BYTES: usize = SUM_AT + 8;

/// What both kinds of descriptor are made of.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Descriptor {
    /// The device's number that no other device has.
    device: [u8; 16],
    bytes: u64,
    handle: [u8; HANDLE_BYTES],
}

/// FNV-1a, against damage on the way; it keeps nobody from making a descriptor.
fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

fn refused(reason: String) -> Error {
    Error::Descriptor { reason }
}

impl Descriptor {
    fn to_bytes(self, kind: u8) -> [u8; DESCRIPTOR_BYTES] {
        let mut bytes = [0; DESCRIPTOR_BYTES];
        bytes[..KIND_AT].copy_from_slice(&MARK);
        bytes[KIND_AT] = kind;
        bytes[DEVICE_AT..SIZE_AT].copy_from_slice(&self.device);
        bytes[SIZE_AT..HANDLE_AT].copy_from_slice(&self.bytes.to_le_bytes());
        bytes[HANDLE_AT..SUM_AT].copy_from_slice(&self.handle);
        let sum = checksum(&bytes[..SUM_AT]);
        bytes[SUM_AT..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8], kind: u8) -> Result<Descriptor> {
        let Ok(bytes): std::result::Result<&[u8; DESCRIPTOR_BYTES], _> = bytes.try_into() else {
            return Err(refused(format!("{} bytes; a descriptor has {DESCRIPTOR_BYTES}", bytes.len())));
        };
        if bytes[..KIND_AT] != MARK {
            return Err(refused("it does not begin as one of this crate's".to_owned()));
        }
        if bytes[KIND_AT] != kind {
            let names = ["nothing that is known", "memory", "an event"];
            let name = |kind: u8| names.get(usize::from(kind)).unwrap_or(&names[0]);
            return Err(refused(format!("it is of {}, not of {}", name(bytes[KIND_AT]), name(kind))));
        }
        if checksum(&bytes[..SUM_AT]).to_le_bytes() != bytes[SUM_AT..] {
            return Err(refused("it was damaged on its way".to_owned()));
        }
        let (mut device, mut size, mut handle) = ([0; 16], [0; 8], [0; HANDLE_BYTES]);
        device.copy_from_slice(&bytes[DEVICE_AT..SIZE_AT]);
        size.copy_from_slice(&bytes[SIZE_AT..HANDLE_AT]);
        handle.copy_from_slice(&bytes[HANDLE_AT..SUM_AT]);
        Ok(Descriptor { device, bytes: u64::from_le_bytes(size), handle })
    }

    fn check_device(&self, context: &Context) -> Result<()> {
        let here = context.device().uuid()?;
        if here == self.device {
            return Ok(());
        }
        let text = |uuid: [u8; 16]| uuid.map(|byte| format!("{byte:02x}")).concat();
        Err(refused(format!(
            "it is of a device with the uuid {}, and {:?} has {}",
            text(self.device),
            context.device(),
            text(here)
        )))
    }
}

/// What another process needs to open memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MemoryDescriptor(Descriptor);

/// What another process needs to open an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EventDescriptor(Descriptor);

impl MemoryDescriptor {
    /// Returns it as bytes, to be sent.
    pub fn to_bytes(&self) -> [u8; DESCRIPTOR_BYTES] {
        self.0.to_bytes(MEMORY)
    }

    /// Reads what was received.
    ///
    /// # Errors
    /// [`Error::Descriptor`] if it is none, or was damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<MemoryDescriptor> {
        Descriptor::from_bytes(bytes, MEMORY).map(MemoryDescriptor)
    }

    /// Returns the size of the memory in bytes, as its owner said.
    pub fn size_bytes(&self) -> usize {
        usize::try_from(self.0.bytes).unwrap_or(usize::MAX)
    }
}

impl EventDescriptor {
    /// Returns it as bytes, to be sent.
    pub fn to_bytes(&self) -> [u8; DESCRIPTOR_BYTES] {
        self.0.to_bytes(EVENT)
    }

    /// Reads what was received.
    ///
    /// # Errors
    /// [`Error::Descriptor`] if it is none, or was damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<EventDescriptor> {
        Descriptor::from_bytes(bytes, EVENT).map(EventDescriptor)
    }
}

impl fmt::Debug for MemoryDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryDescriptor({})", Bytes(self.size_bytes()))
    }
}

impl fmt::Debug for EventDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventDescriptor")
    }
}

impl DeviceMemory {
    /// Describes this memory for another process. It must stay until the other one has closed it.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuIpcGetMemHandle")]
    pub fn describe(&self) -> Result<MemoryDescriptor> {
        let context = self.context();
        context.make_current()?;
        let mut handle = CUipcMemHandle { reserved: [0; HANDLE_BYTES] };
        // SAFETY: the memory is live while borrowed; `handle` outlives the call.
        unsafe { call!(context, cuIpcGetMemHandle(&mut handle, self.as_raw())) }
            .map_err(|error| error.doing(|| format!("describing {self:?} for another process")))?;
        Ok(MemoryDescriptor(Descriptor {
            device: context.device().uuid()?,
            bytes: self.size_bytes() as u64,
            handle: handle.reserved.map(|byte| byte.to_ne_bytes()[0]),
        }))
    }
}

/// Memory of another process, on the same device.
pub struct SharedMemory {
    address: CUdeviceptr,
    bytes: usize,
    // Last: the memory goes before its context.
    context: Arc<Context>,
}

impl SharedMemory {
    /// Opens memory of another process. A process cannot open its own.
    ///
    /// # Errors
    /// [`Error::Descriptor`] if it is of another device, or if there is less memory than it says; [`Error::Call`], for example if the
    /// other process is gone.
    #[doc(alias = "cuIpcOpenMemHandle")]
    pub fn open(context: &Arc<Context>, descriptor: &MemoryDescriptor) -> Result<SharedMemory> {
        descriptor.0.check_device(context)?;
        context.make_current()?;
        let handle =
            CUipcMemHandle { reserved: descriptor.0.handle.map(|byte| i8::from_ne_bytes([byte]) as _) };
        let flags = CUipcMem_flags::CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS.0;
        let mut address = 0;
        // SAFETY: the context is current; the driver checks the handle, which it made in the other process; `address` outlives the call.
        unsafe { call!(context, cuIpcOpenMemHandle_v2(&mut address, handle, flags)) }
            .map_err(|error| error.doing(|| format!("opening {descriptor:?} of another process")))?;
        let memory = SharedMemory { address, bytes: descriptor.size_bytes(), context: context.clone() };
        let found = memory.found_bytes()?;
        if memory.bytes == 0 || memory.bytes > found {
            return Err(refused(format!(
                "it promises {}, and there are {}",
                Bytes(memory.bytes),
                Bytes(found)
            )));
        }
        Ok(memory)
    }

    /// Asks the driver how much memory there is.
    fn found_bytes(&self) -> Result<usize> {
        let (mut base, mut bytes) = (0, 0);
        // SAFETY: a context is current; both outlive the call.
        unsafe { call!(&self.context, cuMemGetAddressRange_v2(&mut base, &mut bytes, self.address)) }?;
        // The memory may begin behind the start of what it was cut from.
        Ok(bytes.saturating_sub(usize::try_from(self.address.saturating_sub(base)).unwrap_or(usize::MAX)))
    }

    /// Takes ownership of opened memory.
    ///
    /// # Safety
    /// - `address` came from `cuIpcOpenMemHandle` in `context`, there are `bytes` behind it, and nothing else will close it.
    pub unsafe fn from_raw(context: &Arc<Context>, address: CUdeviceptr, bytes: usize) -> SharedMemory {
        SharedMemory { address, bytes, context: context.clone() }
    }

    /// Gives up ownership: the caller closes the memory, with `cuIpcCloseMemHandle` or [`from_raw`](SharedMemory::from_raw).
    pub fn into_raw(mut self) -> CUdeviceptr {
        std::mem::take(&mut self.address)
    }

    /// Returns the address of the first byte.
    pub fn as_raw(&self) -> CUdeviceptr {
        self.address
    }

    /// Returns the size.
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }

    /// Closes the memory, which stays where it is, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuIpcCloseMemHandle")]
    pub fn close(mut self) -> Result<()> {
        self.release()
    }

    fn release(&mut self) -> Result<()> {
        let address = std::mem::take(&mut self.address);
        if address == 0 {
            return Ok(());
        }
        // SAFETY: opened in `open` or given to `from_raw`, closed once: the address is null from now on.
        self.context.release(|| unsafe { call!(&self.context, cuIpcCloseMemHandle(address)) })
    }
}

impl fmt::Debug for SharedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of another process at {:#x}", Bytes(self.bytes), self.address)
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        let released = self.release();
        report("closing memory of another process", released);
    }
}

impl Event {
    /// Describes this event, made by [`Event::shared`], for another process.
    ///
    /// # Errors
    /// [`Error::Call`], for example if it was made otherwise.
    #[doc(alias = "cuIpcGetEventHandle")]
    pub fn describe(&self) -> Result<EventDescriptor> {
        let context = self.context();
        context.make_current()?;
        let mut handle = CUipcEventHandle { reserved: [0; HANDLE_BYTES] };
        // SAFETY: the handle is live while borrowed (Event 1); `handle` outlives the call.
        unsafe { call!(context, cuIpcGetEventHandle(&mut handle, self.as_raw())) }
            .map_err(|error| error.doing(|| "describing an event for another process".to_owned()))?;
        Ok(EventDescriptor(Descriptor {
            device: context.device().uuid()?,
            bytes: 0,
            handle: handle.reserved.map(|byte| byte.to_ne_bytes()[0]),
        }))
    }

    /// Opens an event of another process. Either of them may record it and wait for it; a process cannot open its own.
    ///
    /// # Errors
    /// [`Error::Descriptor`] if it is of another device; [`Error::Call`], for example if the other process is gone.
    #[doc(alias = "cuIpcOpenEventHandle")]
    pub fn open(context: &Arc<Context>, descriptor: &EventDescriptor) -> Result<Event> {
        descriptor.0.check_device(context)?;
        context.make_current()?;
        let handle =
            CUipcEventHandle { reserved: descriptor.0.handle.map(|byte| i8::from_ne_bytes([byte]) as _) };
        let mut raw = std::ptr::null_mut();
        // SAFETY: the context is current; the driver checks the handle, which it made in the other process; `raw` outlives the call.
        unsafe { call!(context, cuIpcOpenEventHandle(&mut raw, handle)) }
            .map_err(|error| error.doing(|| "opening an event of another process".to_owned()))?;
        // SAFETY: the event was just opened in this context, and is destroyed as one of its own.
        Ok(unsafe { Event::from_raw(context, raw) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptor() -> Descriptor {
        Descriptor { device: [7; 16], bytes: 1 << 40, handle: std::array::from_fn(|place| place as u8) }
    }

    #[test]
    fn a_descriptor_arrives_as_it_was_sent() {
        let sent = MemoryDescriptor(descriptor());
        assert_eq!(MemoryDescriptor::from_bytes(&sent.to_bytes()).unwrap(), sent);
    }

    #[test]
    fn what_is_no_descriptor_is_refused() {
        let sent = MemoryDescriptor(descriptor()).to_bytes();
        for place in 0..sent.len() {
            let mut damaged = sent;
            damaged[place] ^= 1 << (place % 8);
            // Bytes between the kind and the device mean nothing, but are summed.
            assert!(MemoryDescriptor::from_bytes(&damaged).is_err(), "byte {place}");
            assert!(MemoryDescriptor::from_bytes(&sent[..place]).is_err(), "{place} bytes");
        }
        let of_event = EventDescriptor(descriptor()).to_bytes();
        let error = MemoryDescriptor::from_bytes(&of_event).unwrap_err().to_string();
        assert!(error.contains("an event, not of memory"), "{error}");
    }
}
