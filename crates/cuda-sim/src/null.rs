//! Null mode: calls that give work to a device succeed at once, without doing it.
//!
//! For measuring what a program costs its host: what is left in a profile is the program's own. Calls that say what the
//! machine is, contexts, modules and graphs' making are the driver's usual ones; memory, copies, launches, streams and
//! events are here, a handful of instructions each. Device addresses have no bytes behind them, copies copy nothing (so what
//! is read back is whatever was there), events have always happened, and handles are counted up and not checked.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use cuda_sys::CUresult;

use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, In, Out};
use crate::handle::Handle;
use crate::sys::{CUdeviceptr, CUhostFn, CUmemAccessDesc, CUmemAllocationProp, CUpointer_attribute};
use crate::sys::{CUlaunchConfig, CUstreamCaptureMode, CUstreamCaptureStatus};
use crate::{state, thread};

/// What answers in null mode; functions that it lacks are the driver's usual ones.
#[derive(Debug)]
pub(crate) struct Null;

static ON: AtomicBool = AtomicBool::new(false);
/// Where the next allocation, or the next handle, is.
static NEXT: AtomicU64 = AtomicU64::new(FIRST);
/// Above what the system gives to processes, so that nothing real is there.
const FIRST: u64 = 1 << 52;

const OK: CUresult = CUresult::CUDA_SUCCESS;

/// Whether calls do nothing.
#[inline(always)]
pub(crate) fn on() -> bool {
    ON.load(Relaxed)
}

/// Turns null mode on or off.
pub(crate) fn set(on: bool) {
    ON.store(on, Relaxed);
}

#[inline(always)]
fn next(len: usize) -> u64 {
    NEXT.fetch_add((len as u64).next_multiple_of(512), Relaxed)
}

#[inline(always)]
fn new_handle(out: HandleOut) -> CUresult {
    out.put(Handle(next(1)));
    OK
}

#[inline(always)]
fn new_address(out: Out<u64>, len: usize) -> CUresult {
    out.put(next(len));
    OK
}

/// Memory of the host is real: the program will use it.
fn host_memory(len: usize) -> Option<u64> {
    let pages = crate::space::Mapping::allocate(crate::memory::host_footprint(len as u64))?;
    let base = pages.base as u64;
    // It is never given back: a free does not say how long it is, and nothing here remembers.
    std::mem::forget(pages);
    Some(base)
}

fn new_host_memory(out: HandleOut, len: usize) -> CUresult {
    match host_memory(len) {
        Some(base) => {
            out.put(Handle(base));
            OK
        }
        None => CUresult::CUDA_ERROR_OUT_OF_MEMORY,
    }
}

/// Functions that do nothing at all.
macro_rules! nothing {
    ($($name:ident($($argument:ty),*);)*) => {
        impl Null { $(
            #[inline(always)]
            pub(crate) fn $name($(_: $argument),*) -> CUresult {
                OK
            }
        )* }
    };
}

type Parameters = In<*mut core::ffi::c_void>;

nothing! {
    cuMemFree_v2(u64);
    cuMemFreeAsync(u64, Handle);
    cuMemFreeHost(Address);
    cuMemHostRegister_v2(Address, usize, u32);
    cuMemHostUnregister(Address);
    cuMemcpy(u64, u64, usize);
    cuMemcpyAsync(u64, u64, usize, Handle);
    cuMemcpyHtoD_v2(u64, Address, usize);
    cuMemcpyHtoDAsync_v2(u64, Address, usize, Handle);
    cuMemcpyDtoH_v2(Address, u64, usize);
    cuMemcpyDtoHAsync_v2(Address, u64, usize, Handle);
    cuMemcpyDtoD_v2(u64, u64, usize);
    cuMemcpyDtoDAsync_v2(u64, u64, usize, Handle);
    cuMemcpyPeer(u64, Handle, u64, Handle, usize);
    cuMemcpyPeerAsync(u64, Handle, u64, Handle, usize, Handle);
    cuMemcpy2D_v2(In<crate::sys::CUDA_MEMCPY2D>);
    cuMemcpy2DAsync_v2(In<crate::sys::CUDA_MEMCPY2D>, Handle);
    cuMemcpy3D_v2(In<crate::sys::CUDA_MEMCPY3D>);
    cuMemcpy3DAsync_v2(In<crate::sys::CUDA_MEMCPY3D>, Handle);
    cuMemsetD8_v2(CUdeviceptr, u8, usize);
    cuMemsetD16_v2(CUdeviceptr, u16, usize);
    cuMemsetD32_v2(CUdeviceptr, u32, usize);
    cuMemsetD8Async(CUdeviceptr, u8, usize, Handle);
    cuMemsetD16Async(CUdeviceptr, u16, usize, Handle);
    cuMemsetD32Async(CUdeviceptr, u32, usize, Handle);
    cuMemsetD2D8Async(CUdeviceptr, usize, u8, usize, usize, Handle);
    cuMemsetD2D16Async(CUdeviceptr, usize, u16, usize, usize, Handle);
    cuMemsetD2D32Async(CUdeviceptr, usize, u32, usize, usize, Handle);
    cuLaunchKernel(Handle, u32, u32, u32, u32, u32, u32, u32, Handle, Parameters, Parameters);
    cuLaunchCooperativeKernel(Handle, u32, u32, u32, u32, u32, u32, u32, Handle, Parameters);
    cuLaunchKernelEx(In<CUlaunchConfig>, Handle, Parameters, Parameters);
    cuLaunchHostFunc(Handle, CUhostFn, Address);
    cuStreamAddCallback(Handle, crate::sys::CUstreamCallback, Address, u32);
    cuStreamDestroy_v2(Handle);
    cuStreamSynchronize(Handle);
    cuStreamQuery(Handle);
    cuStreamWaitEvent(Handle, Handle, u32);
    cuStreamAttachMemAsync(Handle, u64, usize, u32);
    cuStreamWaitValue32_v2(Handle, u64, u32, u32);
    cuStreamWaitValue64_v2(Handle, u64, u64, u32);
    cuStreamWriteValue32_v2(Handle, u64, u32, u32);
    cuStreamWriteValue64_v2(Handle, u64, u64, u32);
    cuStreamBeginCapture_v2(Handle, CUstreamCaptureMode);
    cuEventDestroy_v2(Handle);
    cuEventRecord(Handle, Handle);
    cuEventRecordWithFlags(Handle, Handle, u32);
    cuEventSynchronize(Handle);
    cuEventQuery(Handle);
    cuCtxSynchronize();
    cuGraphLaunch(Handle, Handle);
    cuGraphUpload(Handle, Handle);
    cuMemAddressFree(u64, usize);
    cuMemRelease(u64);
    cuMemMap(u64, usize, usize, u64, u64);
    cuMemUnmap(u64, usize);
    cuMemSetAccess(u64, usize, In<CUmemAccessDesc>, usize);
    cuMemPrefetchAsync(u64, usize, i32, Handle);
}

impl Null {
    #[inline(always)]
    pub(crate) fn cuMemAlloc_v2(address: Out<u64>, len: usize) -> CUresult {
        new_address(address, len)
    }

    #[inline(always)]
    pub(crate) fn cuMemAllocAsync(address: Out<u64>, len: usize, _: Handle) -> CUresult {
        new_address(address, len)
    }

    #[inline(always)]
    pub(crate) fn cuMemAllocFromPoolAsync(address: Out<u64>, len: usize, _: Handle, _: Handle) -> CUresult {
        new_address(address, len)
    }

    #[inline(always)]
    pub(crate) fn cuMemAllocPitch_v2(
        address: Out<u64>,
        pitch: Out<usize>,
        width: usize,
        height: usize,
        _: u32,
    ) -> CUresult {
        let row = width.next_multiple_of(512);
        pitch.put(row);
        new_address(address, row * height)
    }

    pub(crate) fn cuMemAllocManaged(address: Out<u64>, len: usize, _: u32) -> CUresult {
        match host_memory(len) {
            Some(base) => {
                address.put(base);
                OK
            }
            None => CUresult::CUDA_ERROR_OUT_OF_MEMORY,
        }
    }

    pub(crate) fn cuMemAllocHost_v2(pointer: HandleOut, len: usize) -> CUresult {
        new_host_memory(pointer, len)
    }

    pub(crate) fn cuMemHostAlloc(pointer: HandleOut, len: usize, _: u32) -> CUresult {
        new_host_memory(pointer, len)
    }

    #[inline(always)]
    pub(crate) fn cuMemHostGetDevicePointer_v2(address: Out<u64>, pointer: Address, _: u32) -> CUresult {
        address.put(pointer.0);
        OK
    }

    /// All memory is always free.
    pub(crate) fn cuMemGetInfo_v2(free: Out<usize>, total: Out<usize>) -> CUresult {
        let bytes = state::lock().config.memory_bytes as usize;
        free.put(bytes);
        total.put(bytes);
        OK
    }

    #[inline(always)]
    pub(crate) fn cuMemAddressReserve(address: Out<u64>, len: usize, _: usize, _: u64, _: u64) -> CUresult {
        // Large pages' alignment, whatever was there before.
        let at = NEXT.fetch_add(len as u64 + (2 << 20), Relaxed).next_multiple_of(2 << 20);
        address.put(at);
        OK
    }

    #[inline(always)]
    pub(crate) fn cuMemCreate(handle: Out<u64>, _: usize, _: In<CUmemAllocationProp>, _: u64) -> CUresult {
        new_address(handle, 1)
    }

    /// Device memory of the calling thread's context, or of the host where that is below the devices'.
    pub(crate) fn cuPointerGetAttribute(
        data: Address,
        attribute: CUpointer_attribute,
        address: u64,
    ) -> CUresult {
        use CUpointer_attribute as A;
        let put = match attribute {
            A::CU_POINTER_ATTRIBUTE_CONTEXT => data.put(thread::current().0),
            A::CU_POINTER_ATTRIBUTE_MEMORY_TYPE => data.put(if address < FIRST { 1u32 } else { 2 }),
            A::CU_POINTER_ATTRIBUTE_DEVICE_POINTER | A::CU_POINTER_ATTRIBUTE_HOST_POINTER => {
                data.put(address)
            }
            A::CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL => data.put(0u32),
            _ => return CUresult::CUDA_ERROR_INVALID_VALUE,
        };
        put.err().unwrap_or(OK)
    }

    #[inline(always)]
    pub(crate) fn cuStreamCreate(stream: HandleOut, _: u32) -> CUresult {
        new_handle(stream)
    }

    #[inline(always)]
    pub(crate) fn cuStreamCreateWithPriority(stream: HandleOut, _: u32, _: i32) -> CUresult {
        new_handle(stream)
    }

    #[inline(always)]
    pub(crate) fn cuStreamGetId(stream: Handle, id: Out<u64>) -> CUresult {
        id.put(stream.0);
        OK
    }

    #[inline(always)]
    pub(crate) fn cuStreamGetPriority(_: Handle, priority: Out<i32>) -> CUresult {
        priority.put(0);
        OK
    }

    #[inline(always)]
    pub(crate) fn cuStreamGetFlags(_: Handle, flags: Out<u32>) -> CUresult {
        flags.put(1);
        OK
    }

    #[inline(always)]
    pub(crate) fn cuStreamGetCtx(_: Handle, context: HandleOut) -> CUresult {
        context.put(thread::current());
        OK
    }

    /// Nothing is ever captured: what a program gives to a stream is gone at once.
    #[inline(always)]
    pub(crate) fn cuStreamIsCapturing(_: Handle, status: Out<CUstreamCaptureStatus>) -> CUresult {
        status.put(CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_NONE);
        OK
    }

    /// The graph is empty.
    pub(crate) fn cuStreamEndCapture(_: Handle, graph: HandleOut) -> CUresult {
        Sim::cuGraphCreate(graph, 0).err().unwrap_or(OK)
    }

    #[inline(always)]
    pub(crate) fn cuEventCreate(event: HandleOut, _: u32) -> CUresult {
        new_handle(event)
    }

    #[inline(always)]
    pub(crate) fn cuEventElapsedTime_v2(milliseconds: Out<f32>, _: Handle, _: Handle) -> CUresult {
        milliseconds.put(0.0);
        OK
    }

    #[inline(always)]
    pub(crate) fn cuEventElapsedTime(milliseconds: Out<f32>, _: Handle, _: Handle) -> CUresult {
        milliseconds.put(0.0);
        OK
    }

    /// As always, but the context is not looked at.
    #[inline(always)]
    pub(crate) fn cuCtxSetCurrent(context: Handle) -> CUresult {
        thread::replace(context);
        OK
    }

    #[inline(always)]
    pub(crate) fn cuCtxGetCurrent(context: HandleOut) -> CUresult {
        context.put(thread::current());
        OK
    }

    #[inline(always)]
    pub(crate) fn cuCtxPushCurrent_v2(context: Handle) -> CUresult {
        thread::push(context).err().unwrap_or(OK)
    }

    #[inline(always)]
    pub(crate) fn cuCtxPopCurrent_v2(context: HandleOut) -> CUresult {
        context.put(thread::pop().unwrap_or_default());
        OK
    }
}
