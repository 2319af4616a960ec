//! Integers of the client's on their way to the device, as parameters of kernels: so they are read when the call is made, and not when the
//! stream gets there.

use crate::cudnn::failure::Outcome;
use crate::cudnn::handle::Handle;
use crate::cudnn::memory::Memory;
use crate::native::Fault;

/// How many integers go with one kernel.
const CHUNK: usize = 500;

/// Writes up to [`CHUNK`] integers of 32 bits.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Integers {
    target: u64,
    count: u64,
    values: [i32; CHUNK],
}

impl Integers {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let count = (self.count as usize).min(CHUNK);
        let bytes: Vec<u8> = self.values[..count].iter().flat_map(|value| value.to_le_bytes()).collect();
        memory.store(self.target, &bytes)
    }
}

/// Queues that `values` are written at `target`.
pub(crate) fn upload(handle: &Handle, target: u64, values: &[i32]) -> Outcome {
    for (index, chunk) in values.chunks(CHUNK).enumerate() {
        let mut values = [0; CHUNK];
        values[..chunk.len()].copy_from_slice(chunk);
        let target = target + (4 * CHUNK * index) as u64;
        handle.launch(&Integers { target, count: chunk.len() as u64, values })?;
    }
    Ok(())
}
