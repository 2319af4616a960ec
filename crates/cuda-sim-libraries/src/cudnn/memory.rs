//! The device's memory as an operation sees it: bytes at addresses, each access checked by the driver.

use crate::cudnn::element;
use crate::native::{self, Fault};
use cudnn_sys::cudnnDataType_t as DataType;

/// Where an operation's tensors lie.
pub(crate) trait Memory {
    /// Reads bytes from `address` on.
    fn load(&self, address: u64, to: &mut [u8]) -> Result<(), Fault>;

    /// Writes bytes from `address` on.
    fn store(&self, address: u64, from: &[u8]) -> Result<(), Fault>;
}

impl Memory for native::Memory<'_> {
    fn load(&self, address: u64, to: &mut [u8]) -> Result<(), Fault> {
        self.load_into(address, to)
    }

    fn store(&self, address: u64, from: &[u8]) -> Result<(), Fault> {
        native::Memory::store(self, address, from)
    }
}

/// Passes `values` through a workspace: every byte of it is written and read back, as an algorithm that keeps its intermediate results
/// there does. If somebody else writes to the workspace meanwhile, the values are wrong, and the driver sees that two work in one place.
pub(crate) fn pass_through(
    memory: &dyn Memory,
    workspace: Workspace,
    values: &mut [f64],
) -> Result<(), Fault> {
    const CHUNK: usize = 1 << 13;

    let room = workspace.bytes as usize / 8;
    if values.is_empty() || room == 0 {
        return Ok(());
    }
    // The values go around as often as it takes to fill the workspace, and it is filled as often as it takes to pass them all.
    let total = room.max(values.len());
    let mut done = 0;
    while done < total {
        let at = done % values.len();
        let place = done % room;
        let count = CHUNK.min(values.len() - at).min(room - place).min(total - done);
        let bytes: Vec<u8> = values[at..at + count].iter().flat_map(|value| value.to_le_bytes()).collect();
        let address = workspace.address + 8 * place as u64;
        memory.store(address, &bytes)?;
        let mut back = vec![0; bytes.len()];
        memory.load(address, &mut back)?;
        let mut places = values[at..at + count].iter_mut();
        element::read(DataType::CUDNN_DATA_DOUBLE, &back, |value| {
            if let Some(place) = places.next() {
                *place = value;
            }
        });
        done += count;
    }
    Ok(())
}

/// Memory that a caller lends to an operation.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Workspace {
    pub(crate) address: u64,
    pub(crate) bytes: u64,
}

impl Workspace {
    pub(crate) const NONE: Self = Self { address: 0, bytes: 0 };
}

/// Reads numbers that lie as `double` in memory.
pub(crate) fn load_numbers(memory: &dyn Memory, address: u64, count: usize) -> Result<Vec<f64>, Fault> {
    let mut bytes = vec![0; count * 8];
    memory.load(address, &mut bytes)?;
    let mut numbers = Vec::with_capacity(count);
    element::read(DataType::CUDNN_DATA_DOUBLE, &bytes, |value| numbers.push(value));
    Ok(numbers)
}

/// Writes numbers as `double` into memory.
pub(crate) fn store_numbers(memory: &dyn Memory, address: u64, numbers: &[f64]) -> Result<(), Fault> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    memory.store(address, &bytes)
}

/// Reads integers of 32 bits.
pub(crate) fn load_integers(memory: &dyn Memory, address: u64, count: usize) -> Result<Vec<i32>, Fault> {
    let mut bytes = vec![0; count * 4];
    memory.load(address, &mut bytes)?;
    let integers =
        bytes.chunks_exact(4).map(|bytes| i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    Ok(integers.collect())
}

#[cfg(test)]
pub(crate) mod testing {
    use super::Memory;
    use crate::native::Fault;
    use std::cell::{Cell, RefCell};

    /// A memory that begins at address 0 and counts what is done to it.
    pub(crate) struct Array {
        bytes: RefCell<Vec<u8>>,
        loaded: Cell<usize>,
        written: Cell<usize>,
    }

    impl Array {
        pub(crate) fn new(size: usize) -> Self {
            Self { bytes: RefCell::new(vec![0xee; size]), loaded: Cell::new(0), written: Cell::new(0) }
        }

        pub(crate) fn bytes(&self) -> Vec<u8> {
            self.bytes.borrow().clone()
        }

        pub(crate) fn floats(&self) -> Vec<f32> {
            let bytes = self.bytes();
            bytes
                .chunks_exact(4)
                .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                .collect()
        }

        pub(crate) fn loaded(&self) -> usize {
            self.loaded.get()
        }

        pub(crate) fn written(&self) -> usize {
            self.written.get()
        }
    }

    impl Memory for Array {
        fn load(&self, address: u64, to: &mut [u8]) -> Result<(), Fault> {
            let bytes = self.bytes.borrow();
            let range = address as usize..address as usize + to.len();
            to.copy_from_slice(bytes.get(range).ok_or(Fault::Refused)?);
            self.loaded.set(self.loaded.get() + to.len());
            Ok(())
        }

        fn store(&self, address: u64, from: &[u8]) -> Result<(), Fault> {
            let mut bytes = self.bytes.borrow_mut();
            let range = address as usize..address as usize + from.len();
            bytes.get_mut(range).ok_or(Fault::Refused)?.copy_from_slice(from);
            self.written.set(self.written.get() + from.len());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::Array;
    use super::{Workspace, pass_through};

    #[test]
    fn every_byte_of_a_workspace_is_written_and_read() {
        for (bytes, count) in [(80, 3), (80, 25), (800_000, 7), (8, 1000)] {
            let memory = Array::new(bytes);
            let mut values: Vec<f64> = (0..count).map(f64::from).collect();

            pass_through(&memory, Workspace { address: 0, bytes: bytes as u64 }, &mut values).unwrap();

            assert_eq!(values, (0..count).map(f64::from).collect::<Vec<_>>());
            assert!(memory.written() >= bytes && memory.loaded() == memory.written());
            assert!(!memory.bytes().chunks_exact(8).any(|word| word == [0xee; 8]));
        }
    }
}
