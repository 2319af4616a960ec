//! Fills: setting memory to a value of one, two or four bytes.

use crate::error::*;
use crate::exports::Sim;
use crate::graph::Task;
use crate::handle::Handle;
use crate::operation::{Fault, Work};
use crate::race::{Manner, Touch};
use crate::schedule::synchronize;
use crate::shadow;
use crate::space::{self, Piece};
use crate::state::lock;
use crate::sys::CUDA_MEMSET_NODE_PARAMS;

/// A fill: `height` rows of `width` elements.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    address: u64,
    pitch: u64,
    value: Value,
    width: u64,
    height: u64,
}

#[derive(Clone, Copy, Debug)]
enum Value {
    Byte(u8),
    Half(u16),
    Word(u32),
}

impl Value {
    fn size(self) -> u64 {
        match self {
            Value::Byte(_) => 1,
            Value::Half(_) => 2,
            Value::Word(_) => 4,
        }
    }
}

impl Fill {
    /// Does it.
    pub(crate) fn run(self) -> Result<(), Fault> {
        let size = self.value.size();
        for row in 0..self.height {
            let address = self.address + row * self.pitch;
            let Some(pieces) = space::read().pieces_in_flight(address, self.width * size) else {
                return Err(Fault::unmapped("a fill", address));
            };
            for piece in pieces {
                shadow::set(piece.host, piece.len);
                set(piece, self.value);
            }
        }
        Ok(())
    }
}

impl Fill {
    /// How many bytes it fills.
    pub(crate) fn bytes(&self) -> u64 {
        self.width * self.height * self.value.size()
    }

    /// What it touches.
    pub(crate) fn touches(&self) -> Vec<Touch> {
        let len = self.width * self.value.size();
        let mut touches = Vec::new();
        for row in 0..self.height {
            let mut at = self.address + row * self.pitch;
            for piece in space::read().pieces_in_flight(at, len).unwrap_or_default() {
                let (host, len) = (piece.host as u64, piece.len as u64);
                touches.push(Touch { host, len, address: at, manner: Manner::Write });
                at += len;
            }
        }
        touches
    }
}

fn set(Piece { host, len }: Piece, value: Value) {
    // SAFETY: the piece was found in the space a moment ago, memory in flight is not given back before the operation has
    // completed (Release), and pieces begin and end at multiples of the element, which the submission checked.
    unsafe {
        match value {
            Value::Byte(byte) => std::ptr::write_bytes(host as *mut u8, byte, len),
            Value::Half(half) => std::slice::from_raw_parts_mut(host as *mut u16, len / 2).fill(half),
            Value::Word(word) => std::slice::from_raw_parts_mut(host as *mut u32, len / 4).fill(word),
        }
    }
}

impl Fill {
    /// Checks a fill of elements of `size` bytes. `None` if there is nothing to fill.
    pub(crate) fn new(
        address: u64,
        pitch: Option<usize>,
        value: u32,
        size: u32,
        width: usize,
        height: usize,
    ) -> Answer<Option<Fill>> {
        let value = match size {
            1 => Value::Byte(value as u8),
            2 => Value::Half(value as u16),
            4 => Value::Word(value),
            _ => return Err(INVALID_VALUE),
        };
        let (width, height, size) = (width as u64, height as u64, u64::from(size));
        if width == 0 || height == 0 {
            return Ok(None);
        }
        let row = width.checked_mul(size).ok_or(INVALID_VALUE)?;
        let pitch = pitch.map_or(row, |pitch| pitch as u64);
        if !address.is_multiple_of(size) || (height > 1 && (pitch < row || !pitch.is_multiple_of(size))) {
            return Err(INVALID_VALUE);
        }
        let span =
            pitch.checked_mul(height - 1).and_then(|rows| rows.checked_add(row)).ok_or(INVALID_VALUE)?;
        space::read().pieces(address, span).ok_or(INVALID_VALUE)?;
        Ok(Some(Fill { address, pitch, value, width, height }))
    }

    /// Says what it fills, in the words of a client.
    pub(crate) fn describe(&self) -> CUDA_MEMSET_NODE_PARAMS {
        let value = match self.value {
            Value::Byte(byte) => byte.into(),
            Value::Half(half) => half.into(),
            Value::Word(word) => word,
        };
        CUDA_MEMSET_NODE_PARAMS {
            dst: self.address,
            pitch: self.pitch as usize,
            value,
            elementSize: self.value.size() as u32,
            width: self.width as usize,
            height: self.height as usize,
        }
    }
}

/// Submits a fill. Without a stream it goes to the default stream, and is asynchronous all the same unless the host can
/// see the memory.
fn fill(
    address: u64,
    pitch: Option<usize>,
    (value, size): (u32, u32),
    width: usize,
    height: usize,
    stream: Option<Handle>,
) -> Answer {
    let mut state = lock();
    let target = state.stream(stream.unwrap_or_default())?;
    let Some(fill) = Fill::new(address, pitch, value, size, width, height)? else { return Ok(()) };
    let (is_host, waits) = {
        let space = space::read();
        space.live(address).map_or((false, false), |range| (range.is_host(), range.sync_memops))
    };
    if (waits || (stream.is_none() && is_host)) && state.capture_of(target)?.is_none() {
        let context = state.streams.get(target).map(|stream| stream.context).ok_or(INVALID_HANDLE)?;
        state.submit_awaited(target, Work::Fill(fill), &[]);
        return synchronize(state, context, &[target]);
    }
    state.submit_or_capture(target, Task::Do(Work::Fill(fill), None))
}

impl Sim {
    pub(crate) fn cuMemsetD8_v2(address: u64, value: u8, count: usize) -> Answer {
        fill(address, None, (value.into(), 1), count, 1, None)
    }

    pub(crate) fn cuMemsetD16_v2(address: u64, value: u16, count: usize) -> Answer {
        fill(address, None, (value.into(), 2), count, 1, None)
    }

    pub(crate) fn cuMemsetD32_v2(address: u64, value: u32, count: usize) -> Answer {
        fill(address, None, (value, 4), count, 1, None)
    }

    pub(crate) fn cuMemsetD2D8_v2(
        address: u64,
        pitch: usize,
        value: u8,
        width: usize,
        height: usize,
    ) -> Answer {
        fill(address, Some(pitch), (value.into(), 1), width, height, None)
    }

    pub(crate) fn cuMemsetD2D16_v2(
        address: u64,
        pitch: usize,
        value: u16,
        width: usize,
        height: usize,
    ) -> Answer {
        fill(address, Some(pitch), (value.into(), 2), width, height, None)
    }

    pub(crate) fn cuMemsetD2D32_v2(
        address: u64,
        pitch: usize,
        value: u32,
        width: usize,
        height: usize,
    ) -> Answer {
        fill(address, Some(pitch), (value, 4), width, height, None)
    }

    pub(crate) fn cuMemsetD8Async(address: u64, value: u8, count: usize, stream: Handle) -> Answer {
        fill(address, None, (value.into(), 1), count, 1, Some(stream))
    }

    pub(crate) fn cuMemsetD16Async(address: u64, value: u16, count: usize, stream: Handle) -> Answer {
        fill(address, None, (value.into(), 2), count, 1, Some(stream))
    }

    pub(crate) fn cuMemsetD32Async(address: u64, value: u32, count: usize, stream: Handle) -> Answer {
        fill(address, None, (value, 4), count, 1, Some(stream))
    }

    pub(crate) fn cuMemsetD2D8Async(
        address: u64,
        pitch: usize,
        value: u8,
        width: usize,
        height: usize,
        stream: Handle,
    ) -> Answer {
        fill(address, Some(pitch), (value.into(), 1), width, height, Some(stream))
    }

    pub(crate) fn cuMemsetD2D16Async(
        address: u64,
        pitch: usize,
        value: u16,
        width: usize,
        height: usize,
        stream: Handle,
    ) -> Answer {
        fill(address, Some(pitch), (value.into(), 2), width, height, Some(stream))
    }

    pub(crate) fn cuMemsetD2D32Async(
        address: u64,
        pitch: usize,
        value: u32,
        width: usize,
        height: usize,
        stream: Handle,
    ) -> Answer {
        fill(address, Some(pitch), (value, 4), width, height, Some(stream))
    }
}
