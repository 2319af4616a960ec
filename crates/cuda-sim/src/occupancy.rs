//! Occupancy: how many blocks of a kernel fit on a multiprocessor, by the rules of the programming guide.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{In, Out};
use crate::function::Limits;
use crate::handle::Handle;
use crate::module::Function;
use crate::state::{State, lock};
use crate::sys::{
    CUdevice_attribute as A, CUlaunchAttribute, CUlaunchAttributeID, CUlaunchConfig, CUoccupancyB2DSize,
};

impl State {
    /// Returns how many blocks of so many threads, with so much dynamic shared memory, fit on a multiprocessor.
    pub(crate) fn blocks_per_multiprocessor(
        &self,
        function: &Function,
        limits: &Limits,
        threads: i32,
        dynamic_shared: usize,
    ) -> i32 {
        let figure = |attribute| self.figure(function.context, attribute);
        if threads <= 0 || threads > function.max_threads(limits) {
            return 0;
        }
        let warps = (threads + 31) / 32;
        let by_threads = figure(A::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR) / (warps * 32);
        // Registers are handed out to warps, in units of 256.
        let per_warp = (function.registers(limits) * 32 + 255) / 256 * 256;
        let by_registers =
            figure(A::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR) / (per_warp * warps).max(1);
        let reserved = figure(A::CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK) as usize;
        let shared = function.kernel().static_shared() as usize + dynamic_shared + reserved;
        if shared.saturating_sub(reserved) > limits.shared_opt_in as usize {
            return 0;
        }
        let room = figure(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR) as usize;
        let by_shared = room.checked_div(shared).map_or(i32::MAX, |blocks| blocks as i32);
        let most = figure(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR);
        by_threads.min(by_registers).min(by_shared).min(most)
    }
}

impl Sim {
    pub(crate) fn cuOccupancyMaxActiveBlocksPerMultiprocessor(
        count: Out<i32>,
        function: Handle,
        threads: i32,
        dynamic_shared: usize,
    ) -> Answer {
        Sim::cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(count, function, threads, dynamic_shared, 0)
    }

    /// The one flag is about caching that is not simulated.
    pub(crate) fn cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
        count: Out<i32>,
        function: Handle,
        threads: i32,
        dynamic_shared: usize,
        flags: u32,
    ) -> Answer {
        let out = count.required()?;
        if threads <= 0 || flags > 1 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let handle = state.function(function)?;
        let function = state.functions.get(handle).ok_or(INVALID_HANDLE)?;
        let limits = state.limits(function.context);
        out.put(state.blocks_per_multiprocessor(function, &limits, threads, dynamic_shared));
        Ok(())
    }

    pub(crate) fn cuOccupancyMaxPotentialBlockSize(
        grid: Out<i32>,
        block: Out<i32>,
        function: Handle,
        shared_of: CUoccupancyB2DSize,
        shared: usize,
        limit: i32,
    ) -> Answer {
        Sim::cuOccupancyMaxPotentialBlockSizeWithFlags(grid, block, function, shared_of, shared, limit, 0)
    }

    /// Tries every multiple of a warp, and takes the largest of those that fill a multiprocessor best.
    pub(crate) fn cuOccupancyMaxPotentialBlockSizeWithFlags(
        grid: Out<i32>,
        block: Out<i32>,
        function: Handle,
        shared_of: CUoccupancyB2DSize,
        shared: usize,
        limit: i32,
        flags: u32,
    ) -> Answer {
        let (grid_out, block_out) = (grid.required()?, block.required()?);
        if flags > 1 || limit < 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let handle = state.function(function)?;
        let found = state.functions.get(handle).ok_or(INVALID_HANDLE)?;
        let limits = state.limits(found.context);
        let most = found.max_threads(&limits);
        let most = if limit == 0 { most } else { most.min(limit) };
        let multiprocessors = state.figure(found.context, A::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
        drop(state);
        let sizes = (1..=most / 32).rev().map(|warps| warps * 32).chain((most < 32).then_some(most));
        let (mut best, mut best_blocks, mut best_threads) = (0, 0, 0);
        for threads in sizes {
            // SAFETY: the client gave this function for this call; it takes a block size and returns bytes. No lock is held.
            let shared = shared_of.map_or(shared, |function| unsafe { function(threads) });
            let state = lock();
            let function = state.functions.get(handle).ok_or(INVALID_HANDLE)?;
            let blocks = state.blocks_per_multiprocessor(function, &limits, threads, shared);
            if blocks * threads > best_threads {
                (best, best_blocks, best_threads) = (threads, blocks, blocks * threads);
            }
        }
        block_out.put(best);
        grid_out.put(best_blocks * multiprocessors);
        Ok(())
    }

    pub(crate) fn cuOccupancyAvailableDynamicSMemPerBlock(
        bytes: Out<usize>,
        function: Handle,
        blocks: i32,
        threads: i32,
    ) -> Answer {
        let out = bytes.required()?;
        if blocks <= 0 || threads <= 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let handle = state.function(function)?;
        let function = state.functions.get(handle).ok_or(INVALID_HANDLE)?;
        let limits = state.limits(function.context);
        let room =
            state.figure(function.context, A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR);
        let reserved =
            state.figure(function.context, A::CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK);
        let statics = function.kernel().static_shared() as i32;
        let each = (room / blocks - reserved - statics).min(limits.shared_opt_in - statics).max(0);
        out.put(each as usize);
        Ok(())
    }

    /// As many blocks as a cluster may have: a device is taken to have room for them.
    pub(crate) fn cuOccupancyMaxPotentialClusterSize(
        size: Out<i32>,
        function: Handle,
        _config: In<CUlaunchConfig>,
    ) -> Answer {
        let out = size.required()?;
        let mut state = lock();
        let handle = state.function(function)?;
        let function = state.functions.get(handle).ok_or(INVALID_HANDLE)?;
        out.put(function.largest_cluster(&state.limits(function.context)) as i32);
        Ok(())
    }

    /// As many as all blocks that are resident at once make.
    pub(crate) fn cuOccupancyMaxActiveClusters(
        count: Out<i32>,
        function: Handle,
        config: In<CUlaunchConfig>,
    ) -> Answer {
        let out = count.required()?;
        let config = config.read()?;
        let attributes = crate::ffi::Address(config.attrs as u64).reader::<CUlaunchAttribute>();
        let attributes = attributes.all(config.numAttrs as usize)?;
        let of_cluster =
            |it: &&CUlaunchAttribute| it.id == CUlaunchAttributeID::CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
        // SAFETY: the id says that this member was filled in.
        let sides = attributes.iter().find(of_cluster).map(|it| unsafe { it.value.clusterDim });
        let cluster =
            sides.map_or(1, |it| it.x.saturating_mul(it.y).saturating_mul(it.z).min(i32::MAX as u32) as i32);
        let mut state = lock();
        let handle = state.function(function)?;
        let function = state.functions.get(handle).ok_or(INVALID_HANDLE)?;
        let limits = state.limits(function.context);
        let threads = [config.blockDimX, config.blockDimY, config.blockDimZ].iter().product::<u32>() as i32;
        let blocks =
            state.blocks_per_multiprocessor(function, &limits, threads, config.sharedMemBytes as usize);
        let resident = blocks * state.figure(function.context, A::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
        out.put(resident / cluster.max(1));
        Ok(())
    }
}
