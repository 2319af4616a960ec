//! Pools that processes share: the exporting one allocates and frees, the others map what they are told of.

use std::fs::File;
use std::os::fd::{IntoRawFd, OwnedFd};
use std::os::unix::fs::FileExt;

use crate::error::*;
use crate::exports::Sim;
use crate::external::{Ticket, file_of};
use crate::ffi::{Address, HandleOut, In, Out};
use crate::handle::Handle;
use crate::pool::Pool;
use crate::space::{self, Use};
use crate::state::lock;
use crate::sys::{CUmemAllocationHandleType, CUmemPoolPtrExportData};

/// The first word of the file that stands for a pool.
const MARK: u64 = 0x6c6f_6f70_6d69_7363;
const BY_DESCRIPTOR: CUmemAllocationHandleType =
    CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;

impl Sim {
    /// The client gets a file descriptor, to close or to send to another process.
    pub(crate) fn cuMemPoolExportToShareableHandle(
        shareable: Address,
        pool: Handle,
        kind: CUmemAllocationHandleType,
        flags: u64,
    ) -> Answer {
        let out = Out::<i32>::at(shareable).required()?;
        let mut state = lock();
        let found = state.pool(pool)?;
        if kind != BY_DESCRIPTOR || found.handle_type != kind || found.imported || flags != 0 {
            return Err(INVALID_VALUE);
        }
        let file = space::memory_file(4096).ok_or(OUT_OF_MEMORY)?;
        let words = [MARK, u64::from(std::process::id()), pool.0, found.device as u64];
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let file = File::from(file);
        file.write_all_at(&bytes, 0).map_err(|_| OUT_OF_MEMORY)?;
        out.put(file.into_raw_fd());
        Ok(())
    }

    /// The descriptor stays the client's. Nothing can be allocated from the pool.
    pub(crate) fn cuMemPoolImportFromShareableHandle(
        pool: HandleOut,
        shareable: Address,
        kind: CUmemAllocationHandleType,
        flags: u64,
    ) -> Answer {
        let out = pool.required()?;
        if kind != BY_DESCRIPTOR {
            return Err(NOT_SUPPORTED);
        }
        let (file, _) = file_of(shareable.0 as i64)?;
        let mut bytes = [0; 32];
        File::from(file).read_exact_at(&mut bytes, 0).map_err(|_| INVALID_VALUE)?;
        let word = |index: usize| u64::from_le_bytes(std::array::from_fn(|byte| bytes[8 * index + byte]));
        if word(0) != MARK || flags != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        // The other process may see other devices.
        let device = usize::try_from(word(3)).ok().filter(|&device| device < state.devices.len());
        let device = device.ok_or(INVALID_DEVICE)?;
        let made = Pool::imported(device, kind);
        out.put(state.pools.insert(made));
        Ok(())
    }

    /// For memory of a pool that can be shared.
    pub(crate) fn cuMemPoolExportPointer(data: Out<CUmemPoolPtrExportData>, address: u64) -> Answer {
        let out = data.required()?;
        let mut state = lock();
        let range = space::read().live(address).copied().ok_or(INVALID_VALUE)?;
        let Use::Pooled { pool } = range.usage else { return Err(INVALID_VALUE) };
        if state.pool(pool)?.handle_type != BY_DESCRIPTOR {
            return Err(INVALID_VALUE);
        }
        let (descriptor, offset) =
            state.devices.get(range.device).ok_or(INVALID_VALUE)?.arena.file_of(range.base);
        let process = u64::from(std::process::id());
        let ticket = Ticket { process, descriptor: descriptor as u64, offset, len: range.len };
        out.put(CUmemPoolPtrExportData { reserved: ticket.bytes() });
        Ok(())
    }

    /// The memory is to be freed here before the exporting process frees it.
    pub(crate) fn cuMemPoolImportPointer(
        address: Out<u64>,
        pool: Handle,
        data: In<CUmemPoolPtrExportData>,
    ) -> Answer {
        let out = address.required()?;
        let data = data.read()?;
        let mut state = lock();
        if !state.pool(pool)?.imported {
            return Err(INVALID_VALUE);
        }
        let ticket = Ticket::from_bytes(&data.reserved).ok_or(INVALID_VALUE)?;
        let file: OwnedFd = ticket.open()?;
        out.put(state.map_file(&file, ticket.offset, ticket.len, false)?);
        Ok(())
    }
}
