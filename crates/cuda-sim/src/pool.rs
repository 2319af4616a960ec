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
use crate::memory::{host_footprint, new_range, taken_by};
use crate::operation::Work;
use crate::space::{self, ALIGNMENT, Mapping, Use};
use crate::state::{State, lock};
use crate::sys::{
    CUmemAccess_flags, CUmemAccessDesc, CUmemAllocationHandleType, CUmemAllocationType, CUmemLocation,
    CUmemLocationType, CUmemPool_attribute, CUmemPoolProps,
};
use crate::virtual_memory::device_of;
use std::collections::BTreeMap;

/// What a pool's memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Device,
    /// Page-locked memory of the host.
    Host,
    Managed,
}

/// A pool.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) kind: Kind,
    /// Of device memory: the device.
    pub(crate) device: usize,
    /// Where the client said that the memory is to be.
    location: (CUmemLocationType, i32),
    pub(crate) handle_type: CUmemAllocationHandleType,
    /// Another process's: nothing new can be allocated from it.
    pub(crate) imported: bool,
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
            kind: Kind::Device,
            device,
            location: (CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE, device as i32),
            handle_type: CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_NONE,
            imported: false,
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

    /// Stands for a pool of another process.
    pub(crate) fn imported(device: usize, handle_type: CUmemAllocationHandleType) -> Pool {
        Pool { imported: true, handle_type, ..Pool::new(device, false, 0) }
    }

    /// Makes a pool of host memory, page-locked or managed.
    fn of_host(kind: Kind, location: (CUmemLocationType, i32), is_default: bool, max_bytes: u64) -> Pool {
        Pool { kind, location, ..Pool::new(0, is_default, max_bytes) }
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
    pub(crate) fn pool(&mut self, handle: Handle) -> Answer<&mut Pool> {
        // A null pool is no pool, which is a wrong value; a stale one too.
        self.pools.get_mut(handle).filter(|pool| !pool.destroyed).ok_or(INVALID_VALUE)
    }

    /// Takes `bytes` out of a pool, which reserves more of its device if it has too little.
    fn take_from_pool(&mut self, handle: Handle, bytes: u64) -> Answer {
        let pool = self.pool(handle)?;
        let used = pool.used.checked_add(bytes).ok_or(OUT_OF_MEMORY)?;
        if pool.imported {
            return Err(INVALID_VALUE);
        }
        if pool.max_bytes > 0 && used > pool.max_bytes {
            return Err(OUT_OF_MEMORY);
        }
        let (device, missing) = (pool.device, used.saturating_sub(pool.reserved));
        if pool.kind == Kind::Device && self.charge(device, missing).is_err() {
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
        if pool.kind == Kind::Device {
            self.discharge(device, excess);
        }
    }

    /// Does what a synchronisation of the host with the device of `context` brings with it.
    pub(crate) fn synchronized(&mut self, context: Handle) {
        if let Some(device) = self.contexts.get(context).map(|context| context.device) {
            self.trim_pools(device);
        }
    }

    /// Brings the pools of a device down to their release thresholds, as happens when the host synchronises with it.
    pub(crate) fn trim_pools(&mut self, device: usize) {
        let near = |pool: &Pool| pool.kind != Kind::Device || pool.device == device;
        let excess = |pool: &Pool| near(pool) && pool.reserved > pool.used.max(pool.threshold);
        for handle in self.pools.handles(excess) {
            let threshold = self.pools.get(handle).map_or(0, |pool| pool.threshold);
            self.trim_pool(handle, threshold);
        }
    }

    /// What a pool at `location` is, and that location.
    fn kind_of(
        &mut self,
        location: &CUmemLocation,
        kind: CUmemAllocationType,
    ) -> Answer<(Kind, (CUmemLocationType, i32))> {
        use CUmemLocationType as L;
        let managed = match kind {
            CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED => false,
            CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_MANAGED => true,
            _ => return Err(INVALID_VALUE),
        };
        let id = match location.type_ {
            L::CU_MEM_LOCATION_TYPE_DEVICE => device_of(self, location)? as i32,
            L::CU_MEM_LOCATION_TYPE_HOST_NUMA => crate::virtual_memory::id_of(location),
            L::CU_MEM_LOCATION_TYPE_HOST | L::CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT => 0,
            L::CU_MEM_LOCATION_TYPE_NONE if managed => 0,
            _ => return Err(INVALID_VALUE),
        };
        if id < 0 {
            return Err(INVALID_VALUE);
        }
        let of_device = location.type_ == L::CU_MEM_LOCATION_TYPE_DEVICE;
        let kind = match (managed, of_device) {
            (true, _) => Kind::Managed,
            (false, true) => Kind::Device,
            (false, false) => Kind::Host,
        };
        Ok((kind, (location.type_, id)))
    }

    /// The default and the current pool of a location. Those of the host are made when somebody asks.
    fn pools_of(&mut self, location: &CUmemLocation, kind: CUmemAllocationType) -> Answer<(Handle, Handle)> {
        let (kind, place) = self.kind_of(location, kind)?;
        if kind == Kind::Device {
            let device = self.device(place.1)?;
            return Ok((device.default_pool, device.current_pool));
        }
        let key = (kind == Kind::Managed, place.0.0, place.1);
        if let Some(&known) = self.host_pools.get(&key) {
            return Ok(known);
        }
        let made = self.pools.insert(Pool::of_host(kind, place, true, 0));
        self.host_pools.insert(key, (made, made));
        Ok((made, made))
    }

    fn allocate_from_pool(&mut self, handle: Handle, len: usize, context: Handle) -> Answer<u64> {
        let len = len as u64;
        self.take_from_pool(handle, taken_by(len))?;
        let pool = self.pool(handle)?;
        let (device, (readable, writable)) = (pool.device, pool.reach());
        if pool.kind != Kind::Device {
            let managed = pool.kind == Kind::Managed;
            let device = self.contexts.get(context).map_or(0, |context| context.device);
            let Some(pages) = Mapping::allocate(host_footprint(len)) else {
                self.pool_given_back(handle, taken_by(len));
                return Err(OUT_OF_MEMORY);
            };
            let base = pages.base;
            // The range owns the pages from here on; `perform` gives them back.
            std::mem::forget(pages);
            let usage = Use::PooledHost { pool: handle, managed };
            space::write().insert(new_range(base as u64, len, base, usage, device, context));
            return Ok(base as u64);
        }
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
            if state.capture_of(stream)?.is_some() {
                return state.submit_or_capture(stream, Task::Free { address });
            }
            return state.free_graph_memory(address);
        }
        let freeable = matches!(
            usage,
            Use::Device | Use::Pooled { .. } | Use::PooledHost { .. } | Use::Imported { ipc: false }
        );
        if state.capture_of(stream)?.is_some() || !freeable {
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
        let found = state.pool(pool)?;
        if found.kind != Kind::Device || found.imported {
            return Err(INVALID_VALUE);
        }
        if found.device != device as usize {
            return Err(INVALID_DEVICE);
        }
        state.device(device)?.current_pool = pool;
        Ok(())
    }

    /// Memory of a device, or of the host: page-locked, or managed.
    pub(crate) fn cuMemPoolCreate(pool: HandleOut, properties: In<CUmemPoolProps>) -> Answer {
        use CUmemAllocationHandleType as H;
        let out = pool.required()?;
        let properties = properties.read()?;
        let mut state = lock();
        let (kind, location) = state.kind_of(&properties.location, properties.allocType)?;
        match properties.handleTypes {
            H::CU_MEM_HANDLE_TYPE_NONE => {}
            H::CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR if kind == Kind::Device => {}
            H(1..=15) => return Err(NOT_SUPPORTED),
            _ => return Err(INVALID_VALUE),
        }
        let most = properties.maxSize as u64;
        let made = match kind {
            Kind::Device => Pool::new(location.1 as usize, false, most),
            kind => Pool::of_host(kind, location, false, most),
        };
        out.put(state.pools.insert(Pool { handle_type: properties.handleTypes, ..made }));
        Ok(())
    }

    /// The pool that a location has from the start.
    pub(crate) fn cuMemGetDefaultMemPool(
        pool: HandleOut,
        location: In<CUmemLocation>,
        kind: CUmemAllocationType,
    ) -> Answer {
        let out = pool.required()?;
        let location = location.read()?;
        out.put(lock().pools_of(&location, kind)?.0);
        Ok(())
    }

    /// The pool that allocations at a location come from where no other is named.
    pub(crate) fn cuMemGetMemPool(
        pool: HandleOut,
        location: In<CUmemLocation>,
        kind: CUmemAllocationType,
    ) -> Answer {
        let out = pool.required()?;
        let location = location.read()?;
        out.put(lock().pools_of(&location, kind)?.1);
        Ok(())
    }

    pub(crate) fn cuMemSetMemPool(
        location: In<CUmemLocation>,
        kind: CUmemAllocationType,
        pool: Handle,
    ) -> Answer {
        let location = location.read()?;
        let mut state = lock();
        let (kind, place) = state.kind_of(&location, kind)?;
        let found = state.pool(pool)?;
        if found.kind != kind || found.location != place || found.imported {
            return Err(INVALID_VALUE);
        }
        if kind == Kind::Device {
            state.device(place.1)?.current_pool = pool;
        } else {
            state.host_pools.entry((kind == Kind::Managed, place.0.0, place.1)).or_insert((pool, pool)).1 =
                pool;
        }
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
        for (default, current) in state.host_pools.values_mut().filter(|pools| pools.1 == pool) {
            *current = *default;
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
            A::CU_MEMPOOL_ATTR_ALLOCATION_TYPE if pool.kind == Kind::Managed => {
                value.put(CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_MANAGED)
            }
            A::CU_MEMPOOL_ATTR_ALLOCATION_TYPE => {
                value.put(CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED)
            }
            A::CU_MEMPOOL_ATTR_EXPORT_HANDLE_TYPES => value.put(pool.handle_type),
            A::CU_MEMPOOL_ATTR_LOCATION_ID => value.put(pool.location.1),
            A::CU_MEMPOOL_ATTR_LOCATION_TYPE => value.put(pool.location.0),
            A::CU_MEMPOOL_ATTR_MAX_POOL_SIZE => value.put(pool.max_bytes),
            A::CU_MEMPOOL_ATTR_HW_DECOMPRESS_ENABLED => value.put(0i32),
            _ => Err(INVALID_VALUE),
        }
    }

    pub(crate) fn cuMemPoolSetAccess(pool: Handle, map: In<CUmemAccessDesc>, count: usize) -> Answer {
        let descriptions = map.all(count)?;
        let mut state = lock();
        for description in descriptions {
            if matches!(description.location.type_, CUmemLocationType(2..=4)) {
                // The host reaches its own memory, and no device's.
                let of_host = state.pool(pool)?.kind != Kind::Device;
                if !of_host || description.flags != CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE {
                    return Err(INVALID_VALUE);
                }
                continue;
            }
            let device = device_of(&mut state, &description.location)?;
            if state.pool(pool)?.kind != Kind::Device {
                continue;
            }
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
        if state.pool(pool)?.kind != Kind::Device {
            // Devices and the host all reach it.
            if location.type_ == CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE {
                device_of(&mut state, &location)?;
            }
            out.put(CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
            return Ok(());
        }
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
