//! Memory that others made: external memory, and memory of other processes.
//!
//! Both are a file in the end: a descriptor that the client has, or one of another process's, found by its number.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::error::*;
use crate::event::Event;
use crate::exports::Sim;
use crate::ffi::{HandleOut, In, Out};
use crate::handle::Handle;
use crate::memory::new_range;
use crate::schedule::Action;
use crate::shared_mark::SharedMarks;
use crate::space::{self, Mapping, Range, Use};
use crate::state::{State, lock};
use crate::sys::{
    CUDA_EXTERNAL_MEMORY_BUFFER_DESC, CUDA_EXTERNAL_MEMORY_HANDLE_DESC, CUexternalMemoryHandleType,
    CUipcEventHandle, CUipcMemHandle,
};

/// External memory.
#[derive(Debug)]
pub(crate) struct External {
    file: OwnedFd,
    len: u64,
}

/// Mappings of files start at multiples of this.
const PAGE: u64 = 4096;

/// Returns a descriptor of our own for the file of the client's descriptor, and the file's length.
pub(crate) fn file_of(descriptor: i64) -> Answer<(OwnedFd, u64)> {
    let descriptor = i32::try_from(descriptor).ok().filter(|it| *it >= 0).ok_or(INVALID_VALUE)?;
    // SAFETY: duplicating fails on a number that is no descriptor, and touches nothing.
    let own = unsafe { libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0) };
    if own < 0 {
        return Err(INVALID_VALUE);
    }
    // SAFETY: the descriptor was made just now, and nobody else closes it.
    let file = unsafe { OwnedFd::from_raw_fd(own) };
    // SAFETY: a structure of integers may be all zeros.
    let mut status: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the structure is ours to write.
    if unsafe { libc::fstat(own, &mut status) } != 0 {
        return Err(INVALID_VALUE);
    }
    Ok((file, u64::try_from(status.st_size).map_err(|_| INVALID_VALUE)?))
}

impl State {
    /// Gives `len` bytes of a file, from `offset` on, an address on the current device.
    pub(crate) fn map_file(&mut self, file: &OwnedFd, offset: u64, len: u64, ipc: bool) -> Answer<u64> {
        let (context, device) = self.usable_device()?;
        let skip = offset % PAGE;
        let room = usize::try_from(len.checked_add(skip).ok_or(INVALID_VALUE)?).map_err(|_| INVALID_VALUE)?;
        let pages = Mapping::share(file, offset - skip, room).ok_or(OUT_OF_MEMORY)?;
        let window = Mapping::reserve(room).ok_or(OUT_OF_MEMORY)?;
        let (base, host) = (window.base as u64 + skip, pages.base + skip as usize);
        let mut space = space::write();
        space.add_window(window.base as u64, room as u64);
        space.insert(new_range(base, len, host, Use::Imported { ipc }, device, context));
        // Both live until `unmap`, which finds them by the range.
        std::mem::forget((pages, window));
        Ok(base)
    }
}

/// Gives back the addresses of a range that `map_file` made, which has left the address space.
pub(crate) fn unmap(range: &Range) {
    let skip = range.base % PAGE;
    let len = (range.len + skip) as usize;
    space::write().remove_window(range.base - skip);
    drop(Mapping { base: range.host - skip as usize, len });
    drop(Mapping { base: (range.base - skip) as usize, len });
}

impl Sim {
    /// Takes file descriptors that can be mapped into memory; the driver owns the descriptor from then on.
    pub(crate) fn cuImportExternalMemory(
        memory: HandleOut,
        description: In<CUDA_EXTERNAL_MEMORY_HANDLE_DESC>,
    ) -> Answer {
        let out = memory.required()?;
        let description = description.read()?;
        if description.size == 0 || description.flags & !1 != 0 {
            return Err(INVALID_VALUE);
        }
        match description.type_ {
            CUexternalMemoryHandleType::CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD => {}
            CUexternalMemoryHandleType(1..=9) => return Err(NOT_SUPPORTED),
            _ => return Err(INVALID_VALUE),
        }
        let mut state = lock();
        state.usable_device()?;
        // SAFETY: every bit pattern is an integer; for this type, the descriptor is what the client filled in.
        let descriptor = unsafe { description.handle.fd };
        let (file, len) = file_of(i64::from(descriptor)).map_err(|_| INVALID_HANDLE)?;
        if len < description.size {
            return Err(INVALID_VALUE);
        }
        // SAFETY: a successful import takes the descriptor over, as documented, so nobody else closes it.
        drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
        out.put(state.externals.insert(External { file, len: description.size }));
        Ok(())
    }

    /// The buffer is freed with `cuMemFree`.
    pub(crate) fn cuExternalMemoryGetMappedBuffer(
        address: Out<u64>,
        memory: Handle,
        description: In<CUDA_EXTERNAL_MEMORY_BUFFER_DESC>,
    ) -> Answer {
        let out = address.required()?;
        let CUDA_EXTERNAL_MEMORY_BUFFER_DESC { offset, size, flags, .. } = description.read()?;
        let mut state = lock();
        let external = state.externals.get(memory).ok_or(INVALID_HANDLE)?;
        let inside = offset.checked_add(size).is_some_and(|end| end <= external.len);
        if size == 0 || flags != 0 || !inside {
            return Err(INVALID_VALUE);
        }
        let file = external.file.try_clone().map_err(|_| OUT_OF_MEMORY)?;
        out.put(state.map_file(&file, offset, size, false)?);
        Ok(())
    }

    /// Buffers that were mapped stay usable until they are freed.
    pub(crate) fn cuDestroyExternalMemory(memory: Handle) -> Answer {
        lock().externals.remove(memory).map(drop).ok_or(INVALID_HANDLE)
    }
}

/// The first bytes of an IPC handle: marks it as ours.
const MARK: u64 = 0x6d69_735f_6164_7563;

/// Names memory of a process: its id, a descriptor of it, where the allocation is in that file, and how long it is.
#[derive(Debug, PartialEq)]
pub(crate) struct Ticket {
    pub(crate) process: u64,
    pub(crate) descriptor: u64,
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

impl Ticket {
    /// Writes it as what clients send to each other.
    pub(crate) fn bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        let words = [MARK, self.process, self.descriptor, self.offset, self.len];
        for (to, byte) in bytes.iter_mut().zip(words.iter().flat_map(|it| it.to_le_bytes())) {
            *to = byte;
        }
        bytes
    }

    /// Reads what a client was sent, if it is ours.
    pub(crate) fn from_bytes(bytes: &[u8; 64]) -> Option<Ticket> {
        let word = |index: usize| u64::from_le_bytes(std::array::from_fn(|k| bytes[8 * index + k]));
        (word(0) == MARK).then(|| Ticket {
            process: word(1),
            descriptor: word(2),
            offset: word(3),
            len: word(4),
        })
    }

    /// Opens the file of the other process, which may be gone.
    pub(crate) fn open(&self) -> Answer<OwnedFd> {
        let path = format!("/proc/{}/fd/{}", self.process, self.descriptor);
        let file =
            std::fs::OpenOptions::new().read(true).write(true).open(path).map_err(|_| INVALID_HANDLE)?;
        let file = OwnedFd::from(file);
        let (_, len) = file_of(i64::from(file.as_raw_fd()))?;
        let inside = self.offset.checked_add(self.len).is_some_and(|end| end <= len);
        if self.len > 0 && inside { Ok(file) } else { Err(INVALID_HANDLE) }
    }
}

fn bytes_of(reserved: [core::ffi::c_char; 64]) -> [u8; 64] {
    reserved.map(|byte| byte as u8)
}

// Events.
impl Sim {
    /// For events that were made for it.
    pub(crate) fn cuIpcGetEventHandle(handle: Out<CUipcEventHandle>, event: Handle) -> Answer {
        let out = handle.required()?;
        let state = lock();
        let event = state.events.get(event).ok_or(INVALID_HANDLE)?;
        let marks = event.shared.as_ref().ok_or(INVALID_HANDLE)?;
        let process = u64::from(std::process::id());
        let ticket = Ticket { process, descriptor: marks.descriptor() as u64, offset: 0, len: 1 };
        out.put(CUipcEventHandle { reserved: ticket.bytes().map(|byte| byte as core::ffi::c_char) });
        Ok(())
    }

    /// Not in the process that the event is of. The event behaves as one of this process, and is destroyed as such.
    pub(crate) fn cuIpcOpenEventHandle(event: HandleOut, handle: CUipcEventHandle) -> Answer {
        let out = event.required()?;
        let mut state = lock();
        let context = state.usable()?;
        let ticket = Ticket::from_bytes(&bytes_of(handle.reserved)).ok_or(INVALID_VALUE)?;
        if ticket.process == u64::from(std::process::id()) {
            return Err(INVALID_CONTEXT);
        }
        let marks = SharedMarks::of(ticket.open()?).ok_or(OUT_OF_MEMORY)?;
        out.put(state.events.insert(Event::shared(context, marks)));
        Ok(())
    }
}

// Memory.
impl Sim {
    /// For memory from `cuMemAlloc`; the handle names the whole allocation.
    pub(crate) fn cuIpcGetMemHandle(handle: Out<CUipcMemHandle>, address: u64) -> Answer {
        let out = handle.required()?;
        let state = lock();
        let range = space::read().live(address).copied().ok_or(INVALID_VALUE)?;
        if range.usage != Use::Device {
            return Err(INVALID_VALUE);
        }
        let device = state.devices.get(range.device).ok_or(INVALID_VALUE)?;
        let (descriptor, offset) = device.arena.file_of(range.base);
        let process = u64::from(std::process::id());
        let ticket = Ticket { process, descriptor: descriptor as u64, offset, len: range.len };
        out.put(CUipcMemHandle { reserved: ticket.bytes().map(|byte| byte as core::ffi::c_char) });
        Ok(())
    }

    /// Not in the process that the memory is of, as documented.
    pub(crate) fn cuIpcOpenMemHandle_v2(address: Out<u64>, handle: CUipcMemHandle, flags: u32) -> Answer {
        let out = address.required()?;
        // Lazy peer access is the only flag there is, and clients must set it.
        if flags != 1 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let (context, _) = state.usable_device()?;
        let name = bytes_of(handle.reserved);
        let ticket = Ticket::from_bytes(&name).ok_or(INVALID_VALUE)?;
        if ticket.process == u64::from(std::process::id()) {
            return Err(INVALID_CONTEXT);
        }
        // It went with its context, if that has ended.
        state.opened.retain(|_, (base, _)| space::read().live(*base).is_some());
        if let Some((base, count)) = state.opened.get_mut(&(context, name)) {
            *count += 1;
            out.put(*base);
            return Ok(());
        }
        let file = ticket.open()?;
        let base = state.map_file(&file, ticket.offset, ticket.len, true)?;
        state.opened.insert((context, name), (base, 1));
        out.put(base);
        Ok(())
    }

    pub(crate) fn cuIpcOpenMemHandle(address: Out<u64>, handle: CUipcMemHandle, flags: u32) -> Answer {
        Sim::cuIpcOpenMemHandle_v2(address, handle, flags)
    }

    /// What was opened several times is closed as often.
    pub(crate) fn cuIpcCloseMemHandle(address: u64) -> Answer {
        let mut state = lock();
        let usage = space::read().live(address).filter(|it| it.base == address).map(|it| it.usage);
        if usage != Some(Use::Imported { ipc: true }) {
            return Err(INVALID_VALUE);
        }
        if let Some((_, count)) = state.opened.values_mut().find(|(base, _)| *base == address) {
            *count -= 1;
            if *count > 0 {
                return Ok(());
            }
        }
        state.opened.retain(|_, (base, _)| *base != address);
        let range = state.retire(address)?;
        state.defer(Action::Release { base: range.base });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipc_handle_keeps_what_it_names() {
        let ticket = Ticket { process: 7, descriptor: 3, offset: 1 << 40, len: 12345 };

        assert_eq!(Ticket::from_bytes(&ticket.bytes()), Some(ticket));
        assert_eq!(Ticket::from_bytes(&[0; 64]), None);
    }
}
