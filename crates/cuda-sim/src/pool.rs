//! Memory pools: allocation in stream order.
//!
//! A pool *reserves* memory of its device, and hands it out. What the client gives back stays reserved, and so is not free
//! for others, until the host synchronises with the device: then what is more than the release threshold goes back. The
//! counts that clients read follow these rules exactly; places in memory are given out as everywhere else.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, In, Out};
use crate::graph::Task;
use crate::handle::Handle;
use crate::memory::taken_by;
use crate::operation::Work;
use crate::space::{self, ALIGNMENT, Use};
use crate::state::{State, lock};
use crate::sys::{
    CUmemAccess_flags, CUmemAccessDesc, CUmemAllocationHandleType, CUmemAllocationType, CUmemLocation,
    CUmemLocationType, CUmemPool_attribute, CUmemPoolProps,
};
use crate::virtual_memory::device_of;
use std::collections::BTreeMap;

/// A pool.
#[derive(Debug)]
pub(crate) struct Pool {
    device: usize,
    is_default: bool,
    max_bytes: u64,
    reuse: [i32; 3],
    threshold: u64,
    reserved: u64,
    reserved_high: u64,
    used: u64,
    used_high: u64,
    /// Devices other than its own that were given access, and which.
    access: BTreeMap<usize, CUmemAccess_flags>,
    /// Destroyed by the client; it goes when its last allocation does.
    destroyed: bool,
}

impl Pool {
    /// Makes a pool of `device`; `max_bytes` of zero is no limit.
    pub(crate) fn new(device: usize, is_default: bool, max_bytes: u64) -> Pool {
        Pool {
            device,
            is_default,
            max_bytes,
            reuse: [1; 3],
            threshold: 0,
            reserved: 0,
            reserved_high: 0,
            used: 0,
            used_high: 0,
            access: BTreeMap::new(),
            destroyed: false,
        }
    }

    /// The devices whose kernels may read, and those whose kernels may write, the pool's memory, a bit each.
    fn reach(&self) -> (u64, u64) {
        let own = 1u64 << self.device;
        self.access.iter().fold((own, own), |(readable, writable), (&device, &flags)| match flags {
            CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE => {
                (readable | 1 << device, writable | 1 << device)
            }
            CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READ => (readable | 1 << device, writable),
            _ => (readable, writable),
        })
    }
}

impl State {
    fn pool(&mut self, handle: Handle) -> Answer<&mut Pool> {
        // A null pool is no pool, which is a wrong value; a stale one too.
        self.pools.get_mut(handle).filter(|pool| !pool.destroyed).ok_or(INVALID_VALUE)
    }

    /// Takes `bytes` out of a pool, which reserves more of its device if it has too little.
    fn take_from_pool(&mut self, handle: Handle, bytes: u64) -> Answer {
        let pool = self.pool(handle)?;
        let used = pool.used.checked_add(bytes).ok_or(OUT_OF_MEMORY)?;
        if pool.max_bytes > 0 && used > pool.max_bytes {
            return Err(OUT_OF_MEMORY);
        }
        let (device, missing) = (pool.device, used.saturating_sub(pool.reserved));
        if self.charge(device, missing).is_err() {
            // Other pools of the device may hold what nobody uses.
            self.trim_pools(device);
            self.charge(device, missing)?;
        }
        let pool = self.pool(handle)?;
        pool.used = used;
        pool.reserved += missing;
        pool.used_high = pool.used_high.max(pool.used);
        pool.reserved_high = pool.reserved_high.max(pool.reserved);
        Ok(())
    }

    /// Takes back `bytes` that a pool had handed out.
    pub(crate) fn pool_given_back(&mut self, handle: Handle, bytes: u64) {
        let Some(pool) = self.pools.get_mut(handle) else { return };
        pool.used = pool.used.saturating_sub(bytes);
        if pool.destroyed {
            self.trim_pool(handle, 0);
            if self.pools.get(handle).is_some_and(|pool| pool.used == 0) {
                self.pools.remove(handle);
            }
        }
    }

    /// Gives back what a pool holds beyond `keep` bytes and is not in use.
    fn trim_pool(&mut self, handle: Handle, keep: u64) {
        let Some(pool) = self.pools.get_mut(handle) else { return };
        let kept = pool.reserved.min(pool.used.max(keep));
        let (device, excess) = (pool.device, pool.reserved - kept);
        pool.reserved = kept;
        self.discharge(device, excess);
    }

    /// Does what a synchronisation of the host with the device of `context` brings with it.
    pub(crate) fn synchronized(&mut self, context: Handle) {
        if let Some(device) = self.contexts.get(context).map(|context| context.device) {
            self.trim_pools(device);
        }
    }

    /// Brings the pools of a device down to their release thresholds, as happens when the host synchronises with it.
    pub(crate) fn trim_pools(&mut self, device: usize) {
        let excess = |pool: &Pool| pool.device == device && pool.reserved > pool.used.max(pool.threshold);
        for handle in self.pools.handles(excess) {
            let threshold = self.pools.get(handle).map_or(0, |pool| pool.threshold);
            self.trim_pool(handle, threshold);
        }
    }

    fn allocate_from_pool(&mut self, handle: Handle, len: usize, context: Handle) -> Answer<u64> {
        let len = len as u64;
        self.take_from_pool(handle, taken_by(len))?;
        let pool = self.pool(handle)?;
        let (device, (readable, writable)) = (pool.device, pool.reach());
        let placed = self.place(device, context, len, ALIGNMENT, Use::Pooled { pool: handle });
        match placed {
            Ok(base) => {
                if let Some(range) = space::write().live_at(base) {
                    (range.readable, range.writable) = (readable, writable);
                }
            }
            Err(_) => self.pool_given_back(handle, taken_by(len)),
        }
        placed
    }
}

fn allocate(address: Out<u64>, len: usize, pool: Option<Handle>, stream: Handle) -> Answer {
    let out = address.required()?;
    let mut state = lock();
    let stream = state.stream(stream)?;
    let context = state.streams.get(stream).map(|stream| stream.context).ok_or(INVALID_HANDLE)?;
    let device = state.contexts.get(context).map(|context| context.device).ok_or(INVALID_CONTEXT)?;
    if len == 0 {
        return Err(INVALID_VALUE);
    }
    if state.capture_of(stream)?.is_some() {
        let address = state.allocate_for_graph(device, len)?;
        state.submit_or_capture(stream, Task::Allocate { address })?;
        out.put(address);
        return Ok(());
    }
    let current = state.devices.get(device).ok_or(INVALID_DEVICE)?.current_pool;
    let base = state.allocate_from_pool(pool.unwrap_or(current), len, context)?;
    state.submit(stream, Work::Claim { base });
    out.put(base);
    Ok(())
}

// Allocation.
impl Sim {
    pub(crate) fn cuMemAllocAsync(address: Out<u64>, len: usize, stream: Handle) -> Answer {
        allocate(address, len, None, stream)
    }

    pub(crate) fn cuMemAllocFromPoolAsync(
        address: Out<u64>,
        len: usize,
        pool: Handle,
        stream: Handle,
    ) -> Answer {
        allocate(address, len, Some(pool), stream)
    }

    /// The address ends for the client at once, and its bytes count as given back; they stay in place until the stream
    /// gets here. Also frees what `cuMemAlloc` gave.
    pub(crate) fn cuMemFreeAsync(address: u64, stream: Handle) -> Answer {
        let mut state = lock();
        let stream = state.stream(stream)?;
        let usage = space::write().live_at(address).map(|range| range.usage).ok_or(INVALID_VALUE)?;
        if usage == Use::Graph {
            // It stays until its graphs are gone.
            return state.submit_or_capture(stream, Task::Free { address });
        }
        if state.capture_of(stream)?.is_some() || !matches!(usage, Use::Device | Use::Pooled { .. }) {
            return Err(INVALID_VALUE);
        }
        let range = state.retire(address)?;
        state.submit(stream, Work::Release { base: range.base });
        Ok(())
    }
}

// Pools themselves.
impl Sim {
    pub(crate) fn cuDeviceGetDefaultMemPool(pool: HandleOut, device: i32) -> Answer {
        let out = pool.required()?;
        out.put(lock().device(device)?.default_pool);
        Ok(())
    }

    pub(crate) fn cuDeviceGetMemPool(pool: HandleOut, device: i32) -> Answer {
        let out = pool.required()?;
        out.put(lock().device(device)?.current_pool);
        Ok(())
    }

    pub(crate) fn cuDeviceSetMemPool(device: i32, pool: Handle) -> Answer {
        let mut state = lock();
        state.device(device)?;
        if state.pool(pool)?.device != device as usize {
            return Err(INVALID_DEVICE);
        }
        state.device(device)?.current_pool = pool;
        Ok(())
    }

    /// Only memory of devices, which no other process can reach: there is no way to export it here.
    pub(crate) fn cuMemPoolCreate(pool: HandleOut, properties: In<CUmemPoolProps>) -> Answer {
        let out = pool.required()?;
        let properties = properties.read()?;
        let mut state = lock();
        if properties.allocType != CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED {
            return Err(INVALID_VALUE);
        }
        if properties.handleTypes != CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_NONE {
            return Err(NOT_SUPPORTED);
        }
        let device = device_of(&mut state, &properties.location)?;
        out.put(state.pools.insert(Pool::new(device, false, properties.maxSize as u64)));
        Ok(())
    }

    /// Allocations live on; the pool goes with the last of them.
    pub(crate) fn cuMemPoolDestroy(pool: Handle) -> Answer {
        let mut state = lock();
        let found = state.pool(pool)?;
        if found.is_default {
            return Err(INVALID_VALUE);
        }
        found.destroyed = true;
        let (device, used) = (found.device, found.used);
        state.trim_pool(pool, 0);
        if used == 0 {
            state.pools.remove(pool);
        }
        if let Some(device) = state.devices.get_mut(device)
            && device.current_pool == pool
        {
            device.current_pool = device.default_pool;
        }
        Ok(())
    }

    pub(crate) fn cuMemPoolTrimTo(pool: Handle, keep: usize) -> Answer {
        let mut state = lock();
        state.pool(pool)?;
        state.trim_pool(pool, keep as u64);
        Ok(())
    }

    pub(crate) fn cuMemPoolSetAttribute(
        pool: Handle,
        attribute: CUmemPool_attribute,
        value: Address,
    ) -> Answer {
        use CUmemPool_attribute as A;
        let mut state = lock();
        let pool = state.pool(pool)?;
        match attribute {
            A::CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES
            | A::CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC
            | A::CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES => {
                pool.reuse[attribute.0 as usize - 1] = value.reader::<i32>().read()?;
            }
            A::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD => pool.threshold = value.reader::<u64>().read()?,
            // A high-water mark can be reset, and not set.
            A::CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH if value.reader::<u64>().read()? == 0 => {
                pool.reserved_high = pool.reserved;
            }
            A::CU_MEMPOOL_ATTR_USED_MEM_HIGH if value.reader::<u64>().read()? == 0 => {
                pool.used_high = pool.used
            }
            _ => return Err(INVALID_VALUE),
        }
        Ok(())
    }

    pub(crate) fn cuMemPoolGetAttribute(
        pool: Handle,
        attribute: CUmemPool_attribute,
        value: Address,
    ) -> Answer {
        use CUmemPool_attribute as A;
        let mut state = lock();
        let pool = state.pool(pool)?;
        match attribute {
            A::CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES
            | A::CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC
            | A::CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES => {
                value.put(pool.reuse[attribute.0 as usize - 1])
            }
            A::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD => value.put(pool.threshold),
            A::CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT => value.put(pool.reserved),
            A::CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH => value.put(pool.reserved_high),
            A::CU_MEMPOOL_ATTR_USED_MEM_CURRENT => value.put(pool.used),
            A::CU_MEMPOOL_ATTR_USED_MEM_HIGH => value.put(pool.used_high),
            A::CU_MEMPOOL_ATTR_ALLOCATION_TYPE => {
                value.put(CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED)
            }
            A::CU_MEMPOOL_ATTR_EXPORT_HANDLE_TYPES => {
                value.put(CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_NONE)
            }
            A::CU_MEMPOOL_ATTR_LOCATION_ID => value.put(pool.device as i32),
            A::CU_MEMPOOL_ATTR_LOCATION_TYPE => value.put(CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE),
            A::CU_MEMPOOL_ATTR_MAX_POOL_SIZE => value.put(pool.max_bytes),
            A::CU_MEMPOOL_ATTR_HW_DECOMPRESS_ENABLED => value.put(0i32),
            _ => Err(INVALID_VALUE),
        }
    }

    pub(crate) fn cuMemPoolSetAccess(pool: Handle, map: In<CUmemAccessDesc>, count: usize) -> Answer {
        let descriptions = map.all(count)?;
        let mut state = lock();
        for description in descriptions {
            let device = device_of(&mut state, &description.location)?;
            let own = state.pool(pool)?.device;
            let denied = description.flags == CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_NONE;
            // A device always reaches its own pools.
            if denied && device == own {
                return Err(INVALID_VALUE);
            }
            if device != own && !state.config.peers {
                return Err(INVALID_DEVICE);
            }
            state.pool(pool)?.access.insert(device, description.flags);
        }
        let (readable, writable) = state.pool(pool)?.reach();
        for range in space::write().iter_mut().filter(|range| range.usage == Use::Pooled { pool }) {
            (range.readable, range.writable) = (readable, writable);
        }
        Ok(())
    }

    pub(crate) fn cuMemPoolGetAccess(
        flags: Out<CUmemAccess_flags>,
        pool: Handle,
        location: In<CUmemLocation>,
    ) -> Answer {
        let out = flags.required()?;
        let location = location.read()?;
        let mut state = lock();
        let device = device_of(&mut state, &location)?;
        let pool = state.pool(pool)?;
        out.put(match pool.access.get(&device) {
            _ if device == pool.device => CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
            Some(&flags) => flags,
            None => CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_NONE,
        });
        Ok(())
    }
}
