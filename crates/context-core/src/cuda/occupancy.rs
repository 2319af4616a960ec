//! How a function is started: shapes that suit a device, and launches whose blocks know of each other.

#![allow(unsafe_code)]

use cuda_sys::driver::{
    CUfunction_attribute, CUlaunchAttribute, CUlaunchAttributeID, CUlaunchAttributeValue,
    CUlaunchAttributeValue_union__bindgen_ty_1, CUlaunchConfig,
};

use super::{Error, Function, LaunchShape, Result, Stream, call, launch::check_shared};

/// How blocks of a launch belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Together {
    /// All run at once, and can wait for each other.
    Grid,
    /// Clusters of so many blocks along x, y and z run at once on neighbouring multiprocessors, and share their memory.
    Clusters([u32; 3]),
}

/// How many blocks a cluster has at the most, unless its function is set to have more.
const MOST_IN_CLUSTER: u64 = 8;

impl Function {
    fn allows_large_clusters(&self) -> Result<bool> {
        let attribute = CUfunction_attribute::CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED;
        Ok(self.attribute(attribute)? != 0)
    }

    /// Lets clusters have more blocks than the eight that every device with clusters takes, up to what this one does.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuFuncSetAttribute")]
    pub fn allow_large_clusters(&self) -> Result<()> {
        let attribute = CUfunction_attribute::CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED;
        self.context().make_current()?;
        // SAFETY: the function's module is loaded (Module 1).
        unsafe { call!(self.context(), cuFuncSetAttribute(self.as_raw(), attribute, 1)) }
    }

    /// Returns the block size at which the most threads of this function run at once, and the smallest grid that fills the device.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuOccupancyMaxPotentialBlockSize")]
    pub fn best_block(&self, shared_bytes: usize) -> Result<(u32, u32)> {
        self.context().make_current()?;
        let (mut grid, mut block) = (0, 0);
        // SAFETY: the function's module is loaded (Module 1); both outlive the call; no callback.
        unsafe {
            call!(
                self.context(),
                cuOccupancyMaxPotentialBlockSize(&mut grid, &mut block, self.as_raw(), None, shared_bytes, 0)
            )
        }
        .map_err(|error| error.doing(|| format!("choosing a block for {}", self.name())))?;
        Ok((block.max(0) as u32, grid.max(0) as u32))
    }

    /// Returns how many blocks of this function run at once on one multiprocessor.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuOccupancyMaxActiveBlocksPerMultiprocessor")]
    pub fn resident_blocks(&self, block: u32, shared_bytes: usize) -> Result<u32> {
        self.context().make_current()?;
        let mut blocks = 0;
        let threads = i32::try_from(block).unwrap_or(i32::MAX);
        // SAFETY: the function's module is loaded (Module 1); `blocks` outlives the call.
        unsafe {
            call!(
                self.context(),
                cuOccupancyMaxActiveBlocksPerMultiprocessor(
                    &mut blocks,
                    self.as_raw(),
                    threads,
                    shared_bytes
                )
            )
        }?;
        Ok(blocks.max(0) as u32)
    }
}

impl LaunchShape {
    /// Covers at least `threads`, with the block that suits `function` the best.
    ///
    /// # Errors
    /// As [`covering`](LaunchShape::covering) and [`Function::best_block`].
    pub fn fitting(function: &Function, threads: usize) -> Result<Option<LaunchShape>> {
        let (block, _) = function.best_block(0)?;
        LaunchShape::covering(function, [threads, 1, 1], [block.max(1), 1, 1])
    }
}

impl Stream {
    /// Runs `function`, in stream order, with blocks that belong together.
    ///
    /// # Errors
    /// [`Error::Launch`] if the grid does not divide into the clusters, or one has more blocks than it may; [`Error::Call`], for example if not all blocks fit the device
    /// at once; [`Error::Missing`] for clusters with a driver before 11.8.
    ///
    /// # Safety
    /// As [`launch`](Stream::launch).
    #[doc(alias = "cuLaunchCooperativeKernel")]
    #[doc(alias = "cuLaunchKernelEx")]
    pub unsafe fn launch_together(
        &self,
        function: &Function,
        shape: LaunchShape,
        together: Together,
        parameters: &[*const u8],
    ) -> Result<()> {
        let LaunchShape { grid, block, shared_bytes } = shape;
        check_shared(function, shared_bytes)?;
        self.context().bind_in_scope()?;
        let (id, value) = match together {
            Together::Grid => (
                CUlaunchAttributeID::CU_LAUNCH_ATTRIBUTE_COOPERATIVE,
                CUlaunchAttributeValue { cooperative: 1 },
            ),
            Together::Clusters(size) => {
                if (0..3).any(|axis| size[axis] == 0 || !grid[axis].is_multiple_of(size[axis])) {
                    return Err(Error::Launch {
                        function: function.name().to_owned(),
                        reason: format!(
                            "a grid of {grid:?} blocks does not divide into clusters of {size:?}"
                        ),
                    });
                }
                let blocks = size.iter().fold(1_u64, |blocks, &n| blocks.saturating_mul(u64::from(n)));
                if blocks > MOST_IN_CLUSTER && !function.allows_large_clusters()? {
                    return Err(Error::Launch {
                        function: function.name().to_owned(),
                        reason: format!(
                            "a cluster of {size:?} has {blocks} blocks, more than the {MOST_IN_CLUSTER} that every device with clusters takes; \
                             `allow_large_clusters` lifts that"
                        ),
                    });
                }
                let [x, y, z] = size;
                let value = CUlaunchAttributeValue_union__bindgen_ty_1 { x, y, z };
                let id = CUlaunchAttributeID::CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
                (id, CUlaunchAttributeValue { clusterDim: value })
            }
        };
        let mut attribute = CUlaunchAttribute { id, pad: [0; 4], value };
        let config = CUlaunchConfig {
            gridDimX: grid[0],
            gridDimY: grid[1],
            gridDimZ: grid[2],
            blockDimX: block[0],
            blockDimY: block[1],
            blockDimZ: block[2],
            sharedMemBytes: shared_bytes,
            hStream: self.as_raw(),
            attrs: &mut attribute,
            numAttrs: 1,
        };
        let list = parameters.as_ptr().cast_mut().cast();
        let (raw, none) = (function.as_raw(), std::ptr::null_mut());
        // SAFETY: the function's module is loaded (Module 1), the stream is live (Stream 1), the configuration outlives the call;
        // the caller vouches for the parameters, whose values the driver copies before it returns.
        unsafe { call!(self.context(), cuLaunchKernelEx(&config, raw, list, none)) }.map_err(|error| {
            error.doing(|| format!("launching {} as {shape:?}, {together:?}", function.name()))
        })
    }
}
