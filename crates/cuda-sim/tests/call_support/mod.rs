//! Any function of the driver, called with arguments of any kind in a process of its own.
//!
//! The tests that use it are alone in their files, because only a process with one thread may be forked.
#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::{null, null_mut};

use core::ffi::{c_char, c_int, c_uchar, c_uint, c_ulonglong, c_ushort};
use cuda_sys::Driver;
use cuda_sys::driver::*;

/// A function of the driver: its arguments by name and type, and how to call it with those of a case.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static [(&'static str, &'static str)],
    call: fn(&Case) -> u32,
}

macro_rules! functions {
    (
        current { $(
            $(#[$alias:meta])*
            fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty; since $since:literal $(until $until:literal)?;
        )* }
        legacy { $(
            $(#[$old_alias:meta])*
            fn $old:ident($($old_argument:ident: $old_type:ty),* $(,)?) -> $old_result:ty; since $old_since:literal $(until $old_until:literal)?;
        )* }
    ) => { functions! { all
        $(fn $name($($argument: $type),*);)*
        $(fn $old($($old_argument: $old_type),*);)*
    } };
    (all $(fn $name:ident($($argument:ident: $type:ty),*);)*) => {
        /// The functions as C programs see them.
        mod exported {
            use super::*;

            #[allow(clashing_extern_declarations)]
            unsafe extern "C" {
                $(pub(super) fn $name($($argument: $type),*) -> CUresult;)*
            }
        }

        pub(crate) const FUNCTIONS: &[Function] = &[$(Function {
            name: stringify!($name),
            arguments: &[$((stringify!($argument), stringify!($type))),*],
            call: |case| {
                let _ = case;
                // SAFETY: pointers are to a page of zeros or null; all else is for the driver to check, which is what is tested.
                unsafe { exported::$name($(case.make::<$type>(stringify!($argument), stringify!($type))),*) }.0
            },
        }),*];
    };
}

cuda_sys::for_each_driver_function! { functions }

/// Handles, by type.
pub(crate) type Handles = BTreeMap<&'static str, u64>;

/// What to pass.
#[derive(Clone)]
pub(crate) struct Case {
    /// What is not here is null.
    pub(crate) handles: Handles,
    /// Where pointers lead: to zeros with nothing behind them.
    pub(crate) page: *mut u8,
    /// What counts and sizes are.
    pub(crate) count: u64,
    /// What flags are.
    pub(crate) flags: u64,
    /// The number of devices.
    pub(crate) device: u64,
    /// Which context is current.
    pub(crate) current: Current,
}

/// Which context is current when a function is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Current {
    /// The one that the handles belong to.
    Own,
    None,
    /// One that has been destroyed.
    Destroyed,
}

impl Current {
    /// Makes it so.
    fn enter(self) {
        if self == Current::Own {
            return;
        }
        let driver = cuda_sim::driver();
        let mut context = null_mut();
        // SAFETY: the pointer is to a live variable.
        unsafe {
            driver.cuCtxSetCurrent(null_mut()).unwrap();
            if self == Current::Destroyed {
                // It is on the stack twice, and only the top goes with it.
                driver.cuCtxCreate_v4(&mut context, null_mut(), 0, 0).unwrap().ok().unwrap();
                driver.cuCtxPushCurrent_v2(context).unwrap().ok().unwrap();
                driver.cuCtxDestroy_v2(context).unwrap().ok().unwrap();
            }
        }
    }
}

const PAGE: usize = 1 << 16;

/// Names of arguments that say how many, or how large.
pub(crate) fn is_count(name: &str, kind: &str) -> bool {
    let numbers = ["usize", "c_uint", "c_int", "cuuint32_t", "cuuint64_t", "c_ulonglong"];
    let name = name.to_lowercase();
    let parts =
        ["count", "num", "size", "bytes", "width", "height", "pitch", "length", "len", "nb", "maxlevel"];
    numbers.contains(&kind) && (name == "n" || parts.iter().any(|part| name.contains(part)))
}

/// Arguments that are a set of bits, of which some mean nothing.
pub(crate) fn is_flags(name: &str, kind: &str) -> bool {
    name.to_lowercase().contains("flags") && matches!(kind, "c_uint" | "c_ulonglong" | "cuuint64_t")
}

impl Case {
    fn make<T>(&self, name: &str, kind: &str) -> T {
        let value = if let Some(handle) = self.handles.get(kind) {
            *handle
        } else if kind.starts_with('*') {
            self.page as u64
        } else if is_flags(name, kind) {
            self.flags
        } else if kind == "CUdevice" {
            self.device
        } else if is_count(name, kind) {
            self.count
        } else if matches!(kind, "CUdevice" | "CUmemGenericAllocationHandle" | "CUdeviceptr")
            || size_of::<T>() > 8
            || kind.starts_with("CU")
        {
            0
        } else {
            1
        };
        assert!(size_of::<T>() <= 128);
        let mut bytes = [0u64; 16];
        bytes[0] = value;
        // SAFETY: integers, enumerations that are integers, structures of them, pointers and optional function pointers, of which zero
        // is none: each is a value for any bits but a function pointer, which is zero here.
        unsafe { bytes.as_ptr().cast::<T>().read_unaligned() }
    }
}

/// A handle of each kind.
pub(crate) fn handles(driver: &Driver, context: CUcontext) -> Handles {
    let mut all = BTreeMap::new();
    macro_rules! made {
        ($kind:literal, $type:ty, $name:ident, |$out:ident| ($($argument:expr),*)) => {{
            // SAFETY: for a handle, zero is null.
            let mut handle: $type = unsafe { std::mem::zeroed() };
            {
                let $out = &mut handle;
                // SAFETY: pointers are to live variables.
                let code = unsafe { driver.$name($($argument),*) }.unwrap();
                assert_eq!(code, CUresult::CUDA_SUCCESS, stringify!($name));
            }
            all.insert($kind, handle as u64);
            handle
        }};
    }
    let source = c".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry nothing() { ret; }";
    let code: *const c_void = source.as_ptr().cast();
    all.insert("CUcontext", context as u64);
    made!("CUstream", CUstream, cuStreamCreate, |out| (out, 1));
    made!("CUevent", CUevent, cuEventCreate, |out| (out, 0));
    let module = made!("CUmodule", CUmodule, cuModuleLoadData, |out| (out, code));
    let name = c"nothing".as_ptr();
    made!("CUfunction", CUfunction, cuModuleGetFunction, |out| (out, module, name));
    let none = null_mut();
    let library = made!("CUlibrary", CUlibrary, cuLibraryLoadData, |out| (
        out,
        code,
        none,
        null_mut(),
        0,
        null_mut(),
        null_mut(),
        0
    ));
    made!("CUkernel", CUkernel, cuLibraryGetKernel, |out| (out, library, name));
    let graph = made!("CUgraph", CUgraph, cuGraphCreate, |out| (out, 0));
    made!("CUgraphNode", CUgraphNode, cuGraphAddEmptyNode, |out| (out, graph, null(), 0));
    made!("CUgraphExec", CUgraphExec, cuGraphInstantiateWithFlags, |out| (out, graph, 0));
    let location = CUmemLocation { type_: CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE, ..location() };
    let properties = CUmemPoolProps {
        allocType: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        location,
        // SAFETY: a structure of numbers and pointers.
        ..unsafe { std::mem::zeroed() }
    };
    made!("CUmemoryPool", CUmemoryPool, cuMemPoolCreate, |out| (out, &properties));
    let shape = CUDA_ARRAY3D_DESCRIPTOR {
        Width: 4,
        Height: 4,
        Depth: 0,
        Format: CUarray_format::CU_AD_FORMAT_UNSIGNED_INT32,
        NumChannels: 1,
        Flags: CUDA_ARRAY3D_SURFACE_LDST,
    };
    made!("CUmipmappedArray", CUmipmappedArray, cuMipmappedArrayCreate, |out| (out, &shape, 2));
    let array = made!("CUarray", CUarray, cuArray3DCreate_v2, |out| (out, &shape));
    // SAFETY: structures of numbers, pointers and arrays of them.
    let (mut resource, texture): (CUDA_RESOURCE_DESC, CUDA_TEXTURE_DESC) =
        unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
    resource.res.array.hArray = array;
    made!("CUtexObject", CUtexObject, cuTexObjectCreate, |out| (out, &resource, &texture, null()));
    made!("CUsurfObject", CUsurfObject, cuSurfObjectCreate, |out| (out, &resource));
    unsafe extern "C" fn nothing(_: *mut c_void) {}
    made!("CUuserObject", CUuserObject, cuUserObjectCreate, |out| (out, null_mut(), Some(nothing), 1, 1));
    made!("CUlinkState", CUlinkState, cuLinkCreate_v2, |state| (0, null_mut(), null_mut(), state));
    // SAFETY: a structure of numbers and pointers.
    let mut share: CUdevResource = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live variable.
    unsafe { driver.cuDeviceGetDevResource(0, &mut share, CUdevResourceType::CU_DEV_RESOURCE_TYPE_SM) }
        .unwrap();
    let descriptor =
        made!("CUdevResourceDesc", CUdevResourceDesc, cuDevResourceGenerateDesc, |out| (out, &mut share, 1));
    made!("CUgreenCtx", CUgreenCtx, cuGreenCtxCreate, |out| (out, descriptor, 0, 1));
    made!("CUdeviceptr", CUdeviceptr, cuMemAlloc_v2, |out| (out, 4096));
    let properties = CUmemAllocationProp {
        type_: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        location,
        // SAFETY: a structure of numbers and pointers.
        ..unsafe { std::mem::zeroed() }
    };
    made!("CUmemGenericAllocationHandle", u64, cuMemCreate, |out| (out, 2 << 20, &properties, 0));
    all
}

fn location() -> CUmemLocation {
    // SAFETY: a structure of numbers.
    unsafe { std::mem::zeroed() }
}

/// Ends everything that was made.
pub(crate) fn destroy(driver: &Driver, handles: &Handles) {
    macro_rules! end {
        ($($kind:literal $name:ident;)*) => { $(
            // SAFETY: the handle was made by this test.
            let code = unsafe { driver.$name(handles[$kind] as _) }.unwrap();
            assert_eq!(code, CUresult::CUDA_SUCCESS, stringify!($name));
        )* };
    }
    end! {
        "CUgraphExec" cuGraphExecDestroy; "CUgraphNode" cuGraphDestroyNode; "CUgraph" cuGraphDestroy;
        "CUtexObject" cuTexObjectDestroy; "CUsurfObject" cuSurfObjectDestroy; "CUarray" cuArrayDestroy; "CUmipmappedArray" cuMipmappedArrayDestroy;
        "CUgreenCtx" cuGreenCtxDestroy; "CUmodule" cuModuleUnload; "CUlibrary" cuLibraryUnload; "CUlinkState" cuLinkDestroy;
        "CUmemoryPool" cuMemPoolDestroy; "CUstream" cuStreamDestroy_v2; "CUevent" cuEventDestroy_v2;
        "CUdeviceptr" cuMemFree_v2; "CUmemGenericAllocationHandle" cuMemRelease;
    }
    // SAFETY: as above.
    unsafe { driver.cuUserObjectRelease(handles["CUuserObject"] as _, 1) }.unwrap();
}

/// How a call in a process of its own ended.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    Code(u32),
    /// The driver does not have the function, as its journal says.
    Missing,
    /// By a signal, or in a panic of the test.
    Crash(i32),
    /// The driver panicked, and said so in its journal.
    Fault,
}

pub(crate) fn alone(function: &Function, case: &Case) -> End {
    let mut pipe = [0; 2];
    // SAFETY: this process has no thread that could hold a lock; the child calls one function, writes eight bytes, and ends.
    unsafe {
        assert_eq!(libc::pipe(pipe.as_mut_ptr()), 0);
        let child = libc::fork();
        assert!(child >= 0);
        if child == 0 {
            libc::alarm(20);
            case.current.enter();
            let code = i64::from((function.call)(case));
            let journal = cuda_sim::journal();
            let fault = journal.notes.iter().any(|note| note.contains("a fault of cuda-sim"));
            let code = if fault { -2 } else { code };
            let missing = i64::from(journal.unsupported.contains(&function.name));
            libc::write(pipe[1], [code, missing].as_ptr().cast(), 16);
            libc::_exit(0);
        }
        libc::close(pipe[1]);
        let (mut answer, mut status) = ([0i64; 2], 0);
        let read = libc::read(pipe[0], answer.as_mut_ptr().cast(), 16);
        libc::close(pipe[0]);
        libc::waitpid(child, &mut status, 0);
        match (read, answer) {
            (16, [-2, _]) => End::Fault,
            (16, [_, 1]) => End::Missing,
            (16, [code, _]) => End::Code(code as u32),
            _ => End::Crash(status),
        }
    }
}

/// Handles of a machine on which one context is current.
pub(crate) struct World {
    pub(crate) live: Handles,
    /// Of things that have ended. Descriptors do not end, and the context of all this must not.
    pub(crate) stale: Handles,
    /// Of each kind one of another kind.
    pub(crate) foreign: Handles,
    page: *mut u8,
}

impl World {
    pub(crate) fn new() -> World {
        cuda_sim::configure(cuda_sim::SimConfig { memory_bytes: 64 << 20, ..cuda_sim::SimConfig::default() })
            .unwrap();
        let driver = cuda_sim::driver();
        let mut context = null_mut();
        // SAFETY: the pointer is to a live variable.
        let page = unsafe {
            driver.cuInit(0).unwrap();
            driver.cuDevicePrimaryCtxRetain(&mut context, 0).unwrap();
            driver.cuCtxSetCurrent(context).unwrap();
            let (read_write, own) =
                (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
            let all = libc::mmap(null_mut(), 2 * PAGE, libc::PROT_NONE, own, -1, 0);
            libc::mprotect(all, PAGE, read_write);
            all.cast::<u8>()
        };
        let live = handles(&driver, context);
        let mut stale = {
            let gone = handles(&driver, context);
            destroy(&driver, &gone);
            gone
        };
        stale.remove("CUdevResourceDesc");
        stale.remove("CUcontext");
        let other = |kind| if kind == "CUevent" { "CUarray" } else { "CUevent" };
        let foreign = live.keys().map(|&kind| (kind, live[other(kind)])).collect();
        World { live, stale, foreign, page }
    }

    /// A call with these handles, and ones and zeros for the rest.
    pub(crate) fn with(&self, handles: &Handles) -> Case {
        let handles = handles.clone();
        Case { handles, page: self.page, count: 1, flags: 1, device: 0, current: Current::Own }
    }
}
