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
            if threads[axis] == 0 {
                return None;
            }
            // The usual case is written out, so that it costs nothing where the compiler sees it.
            let blocks = match threads[axis] {
                1 => 1,
                count => (count as u64).div_ceil(u64::from(block[axis])),
            };
            if blocks > MOST_BLOCKS[axis] {
                return None;
            }
            grid[axis] = blocks as u32;
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
    // Saturating, since a product that wrapped around could look small.
    let size = block.iter().fold(1_u64, |size, &n| size.saturating_mul(u64::from(n)));
    size != 0 && size <= u64::from(function.max_threads()) && block[2] <= MOST_DEEP
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
        if launched.is_ok() {
            return Ok(());
        }
        // Made anew, so that the usual path need not have the shape in memory.
        let ([x, y, z], [block_x, block_y, block_z]) = (grid, block);
        let shape = LaunchShape { grid: [x, y, z], block: [block_x, block_y, block_z], shared_bytes };
        launch_failed(launched, function, shape)
    }
}
