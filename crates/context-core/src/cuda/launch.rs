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

/// The most blocks along x, y and z that any device takes.
const MOST_BLOCKS: [u64; 3] = [(1 << 31) - 1, 65_535, 65_535];

impl LaunchShape {
    /// Covers at least `threads` with blocks of `block`. `None` if there is no thread to start.
    ///
    /// # Errors
    /// [`Error::Launch`] with the limit if the grid or the block is larger than the device takes.
    #[inline(always)]
    pub fn covering(
        function: &Function,
        threads: [usize; 3],
        block: [u32; 3],
    ) -> Result<Option<LaunchShape>> {
        let size = block.iter().map(|&n| u64::from(n)).product::<u64>();
        if size == 0 || size > u64::from(function.max_threads()) {
            return refuse_block(function, block);
        }
        let mut grid = [0; 3];
        for axis in 0..3 {
            if threads[axis] == 0 {
                return Ok(None);
            }
            // The usual case is written out, so that it costs nothing where the compiler sees it.
            let blocks = match threads[axis] {
                1 => 1,
                count => (count as u64).div_ceil(u64::from(block[axis])),
            };
            if blocks > MOST_BLOCKS[axis] {
                return refuse_grid(function, threads, block, axis);
            }
            grid[axis] = blocks as u32;
        }
        Ok(Some(LaunchShape { grid, block, shared_bytes: 0 }))
    }
}

#[cold]
#[inline(never)]
fn refuse_block(function: &Function, block: [u32; 3]) -> Result<Option<LaunchShape>> {
    let most = function.max_threads();
    let reason = format!("a block of {block:?} threads is none or more than the {most} it can have");
    Err(Error::Launch { function: function.name().to_owned(), reason })
}

#[cold]
#[inline(never)]
fn refuse_grid(
    function: &Function,
    threads: [usize; 3],
    block: [u32; 3],
    axis: usize,
) -> Result<Option<LaunchShape>> {
    if threads.contains(&0) {
        return Ok(None);
    }
    let blocks = (threads[axis] as u64).div_ceil(u64::from(block[axis]));
    let most = MOST_BLOCKS[axis];
    let reason = format!(
        "{threads:?} threads in blocks of {block:?} take {blocks} blocks along axis {axis}, more than {most}"
    );
    Err(Error::Launch { function: function.name().to_owned(), reason })
}

#[cold]
#[inline(never)]
fn launch_failed(result: Result<()>, function: &Function, shape: LaunchShape) -> Result<()> {
    result.map_err(|error| error.doing(|| format!("launching {} as {shape:?}", function.name())))
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
    #[inline]
    pub unsafe fn launch(
        &self,
        function: &Function,
        shape: LaunchShape,
        parameters: &[*const u8],
    ) -> Result<()> {
        self.context().bind_in_scope()?;
        let LaunchShape { grid, block, shared_bytes } = shape;
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
        if launched.is_ok() { Ok(()) } else { launch_failed(launched, function, shape) }
    }
}
