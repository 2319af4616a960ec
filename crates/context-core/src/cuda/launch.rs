//! Launches: running a function on a grid of threads.

#![allow(unsafe_code)]

use super::{Error, Function, Result, Stream, call};

/// How many blocks of how many threads, and how much dynamic shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaunchShape {
    /// Blocks along x, y and z.
    pub grid: [u32; 3],
    /// Threads in a block along x, y and z.
    pub block: [u32; 3],
    /// Bytes of dynamic shared memory in each block.
    pub shared_bytes: u32,
}

/// The most threads of a block along z that any device takes. Along x and y, the limit of the whole block is the lower one.
const MOST_DEEP: u32 = 64;

/// More threads than a layer of any block has.
const MOST_AREA: u64 = u32::MAX as u64;

/// The most blocks along x, y and z that any device takes.
const MOST_BLOCKS: [u64; 3] = [(1 << 31) - 1, 65_535, 65_535];

impl LaunchShape {
    /// Covers at least `threads` with blocks of `block`. `None` if there is no thread to start.
    ///
    /// # Errors
    /// [`Error::Launch`] with the limit if the grid or the block is larger than the device takes.
    #[inline]
    pub fn covering(
        function: &Function,
        threads: [usize; 3],
        block: [u32; 3],
    ) -> Result<Option<LaunchShape>> {
        match LaunchShape::usual(function, threads, block) {
            Some(shape) => Ok(Some(shape)),
            None => unusual(function, threads, block),
        }
    }

    /// As [`covering`](LaunchShape::covering), which says why there is no shape where this has none. It costs a few instructions.
    #[inline(always)]
    pub fn usual(function: &Function, threads: [usize; 3], block: [u32; 3]) -> Option<LaunchShape> {
        if !fits(function, block) {
            return None;
        }
        let mut grid = [0; 3];
        for axis in 0..3 {
            // The last block's number; no thread has none, which wraps around to more than there can be.
            let last = (threads[axis] as u64).wrapping_sub(1) / u64::from(block[axis]);
            if threads[axis] == 0 || last >= MOST_BLOCKS[axis] {
                return None;
            }
            grid[axis] = last as u32 + 1;
        }
        Some(LaunchShape { grid, block, shared_bytes: 0 })
    }

    /// Gives each block `bytes` of dynamic shared memory.
    ///
    /// # Errors
    /// [`Error::Launch`] with the limit if `function` may not have as much.
    pub fn with_shared(self, function: &Function, bytes: u32) -> Result<LaunchShape> {
        check_shared(function, bytes)?;
        Ok(LaunchShape { shared_bytes: bytes, ..self })
    }
}

/// Refuses a launch with more dynamic shared memory than the function may have.
#[cold]
#[inline(never)]
pub(super) fn check_shared(function: &Function, bytes: u32) -> Result<()> {
    let most = function.max_shared_bytes();
    if bytes <= most {
        return Ok(());
    }
    Err(Error::Launch {
        function: function.name().to_owned(),
        reason: format!(
            "{bytes} bytes of dynamic shared memory are more than the {most} it may have; `allow_shared_bytes` raises that where the device has more"
        ),
    })
}

/// Tells whether a block is of a size that the function can have.
#[inline(always)]
fn fits(function: &Function, block: [u32; 3]) -> bool {
    // Written out, so that it is a constant where the block is one. Two factors do not wrap around, nor three if the third is that small.
    let [x, y, z] = block.map(u64::from);
    let area = x * y;
    let size = if area <= MOST_AREA && z <= u64::from(MOST_DEEP) { area * z } else { u64::MAX };
    size != 0 && size <= u64::from(function.max_threads())
}

/// Says why there is no shape.
#[cold]
#[inline(never)]
fn unusual(function: &Function, threads: [usize; 3], block: [u32; 3]) -> Result<Option<LaunchShape>> {
    let reason = if block[2] > MOST_DEEP {
        format!("a block of {block:?} threads has more than {MOST_DEEP} along z")
    } else if !fits(function, block) {
        let most = function.max_threads();
        format!("a block of {block:?} threads is none or more than the {most} it can have")
    } else if threads.contains(&0) {
        return Ok(None);
    } else {
        let blocks: [u64; 3] =
            std::array::from_fn(|axis| (threads[axis] as u64).div_ceil(u64::from(block[axis])));
        let axis = (0..3).find(|&axis| blocks[axis] > MOST_BLOCKS[axis]).unwrap_or(0);
        format!(
            "{threads:?} threads in blocks of {block:?} take {} blocks along axis {axis}, more than {}",
            blocks[axis], MOST_BLOCKS[axis]
        )
    };
    Err(Error::Launch { function: function.name().to_owned(), reason })
}

#[cold]
#[inline(never)]
fn launch_failed(error: Error, function: &Function, grid: [u32; 3], block: [u32; 3]) -> Box<Error> {
    let doing = || format!("launching {} on a grid of {grid:?} blocks of {block:?} threads", function.name());
    Box::new(error.doing(doing))
}

impl Stream {
    /// Runs `function`, in stream order.
    ///
    /// # Errors
    /// [`Error::Call`]; a failure of the function itself is reported by whoever waits for the stream.
    ///
    /// # Safety
    /// - `parameters` holds a pointer to a value of the right size for each parameter of the function.
    /// - With these values the function touches only memory that it may, until it has run.
    #[doc(alias = "cuLaunchKernel")]
    #[inline(always)]
    pub unsafe fn launch(
        &self,
        function: &Function,
        shape: LaunchShape,
        parameters: &[*const u8],
    ) -> Result<()> {
        let LaunchShape { grid, block, shared_bytes } = shape;
        if shared_bytes > 0 {
            check_shared(function, shared_bytes)?;
        }
        self.context().bind_in_scope()?;
        // The driver takes the list as mutable and only reads it.
        let list = parameters.as_ptr().cast_mut().cast();
        // SAFETY: the function's module is loaded (Module 1), the stream is live (Stream 1), the caller vouches for the
        // parameters, whose values the driver copies before it returns.
        let launched = unsafe {
            call!(
                self.context(),
                cuLaunchKernel(
                    function.as_raw(),
                    grid[0],
                    grid[1],
                    grid[2],
                    block[0],
                    block[1],
                    block[2],
                    shared_bytes,
                    self.as_raw(),
                    list,
                    std::ptr::null_mut()
                )
            )
        };
        match launched {
            Ok(()) => Ok(()),
            Err(error) => {
                // Made anew, so that the usual path need not have the shape in memory.
                let ([x, y, z], [block_x, block_y, block_z]) = (grid, block);
                Err(*launch_failed(error, function, [x, y, z], [block_x, block_y, block_z]))
            }
        }
    }
}
