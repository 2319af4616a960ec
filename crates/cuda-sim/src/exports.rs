//! The C functions that this library exports: every one that a driver of the newest CUDA has, and some of old.
//!
//! The list and the signatures are cuda-sys's. Each function goes through one [`gate`](crate::gate), which counts it, fails
//! it on demand, and keeps panics in, to a function of the same name of [`Sim`]. Those are inherent functions, spread
//! over the files that they belong to; where there is none, the name finds the method of the trait [`Fallback`], since
//! inherent functions go first. So implementing one more is writing it, and nothing can be forgotten.
// Which of these types C signatures have is the list's business.
#![allow(unused_imports)]

use core::any::type_name_of_val;
use core::ffi::{
    c_char, c_int, c_longlong, c_short, c_uchar, c_uint, c_ulong, c_ulonglong, c_ushort, c_void,
};
use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use crate::error::{Answer, NOT_SUPPORTED};
use crate::ffi::FromC;
use crate::gate;
use crate::journal::Counter;
use crate::null::{self, Null};
use crate::sys::*;
use crate::thread;
use crate::trace::{self, ShowAny, ShowPointee, Shown};

/// What the exported functions are functions of.
#[derive(Debug)]
pub(crate) struct Sim;

/// A function as the table of exports has it.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) name: &'static str,
    /// The first release that has it, as in `11.8`.
    pub(crate) since: &'static str,
    pub(crate) address: Pointer,
}

/// The address of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pointer(pub(crate) *const c_void);

// SAFETY: the address of a function is the same for every thread, and is never written through.
unsafe impl Send for Pointer {}
// SAFETY: as for `Send`.
unsafe impl Sync for Pointer {}

/// Which traits' methods answer for a function where `Sim` and `Null` have none of their own: the names that the compiler gives
/// to the two that are called.
pub(crate) type Answerers = (&'static str, &'static str);

/// Whether that is a function of its own, and not the one that stands in.
pub(crate) fn is_own(answerer: &str) -> bool {
    !answerer.contains("Fallback")
}

/// Finds an exported function by its full name.
pub(crate) fn find(name: &str) -> Option<&'static Export> {
    static BY_NAME: LazyLock<HashMap<&'static str, &'static Export>> =
        LazyLock::new(|| EXPORTS.iter().map(|export| (export.name, export)).collect());
    BY_NAME.get(name).copied()
}

/// Returns the function that `name` is the per-thread form of: the same, with another meaning of the null stream.
fn plain_form(name: &str) -> Option<Pointer> {
    find(plain_name(name)?).map(|export| export.address)
}

/// Returns the name of which `name` is the per-thread form.
pub(crate) fn plain_name(name: &str) -> Option<&str> {
    name.strip_suffix("_ptsz").or_else(|| name.strip_suffix("_ptds"))
}

/// Answers for a function that this driver does not have.
fn unsupported(counter: &Counter) -> Answer {
    counter.unsupported.fetch_add(1, Ordering::Relaxed);
    Err(NOT_SUPPORTED)
}

/// `CUeglFrame`, which nothing looks into: three addresses, six numbers and three kinds.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct EglFrame {
    planes: [*mut c_void; 3],
    numbers: [c_uint; 6],
    kinds: [c_uint; 3],
}

macro_rules! exports {
    (
        extra { $(fn $extra:ident($($extra_argument:ident: $extra_type:ty),*) -> $extra_result:ty; since $extra_since:literal;)* }
        current { $(
            $(#[$alias:meta])*
            fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty; since $since:literal $(until $until:literal)?;
        )* }
        legacy { $(
            $(#[$old_alias:meta])*
            fn $old:ident($($old_argument:ident: $old_type:ty),* $(,)?) -> $old_result:ty; since $old_since:literal $(until $old_until:literal)?;
        )* }
    ) => { exports! { all
        $(fn $extra($($extra_argument: $extra_type),*) -> $extra_result; since $extra_since;)*
        $(fn $name($($argument: $type),*) -> $result; since $since;)*
        $(fn $old($($old_argument: $old_type),*) -> $old_result; since $old_since;)*
    } };
    (all $(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty; since $since:literal;)*) => {
        /// What answers where [`Sim`] has no function of its own; where it has, this one is never called.
        #[allow(non_snake_case, dead_code, clippy::too_many_arguments)]
        trait Fallback { $(
            fn $name($($argument: $type),*) -> Answer {
                let Some(plain) = plain_form(stringify!($name)) else {
                    $(let _ = $argument;)*
                    return unsupported(&COUNTERS[Index::$name as usize]);
                };
                type Plain = unsafe extern "C" fn($($type),*) -> $result;
                // SAFETY: the header declares the per-thread form with the signature of the plain one.
                let plain = unsafe { std::mem::transmute::<*const c_void, Plain>(plain.0) };
                // SAFETY: the arguments are the client's own, handed on.
                thread::with_per_thread_default(&mut || unsafe { plain($($argument),*) }.ok())
            }
        )* }

        impl Fallback for Sim {}

        $(
            #[allow(non_snake_case, clippy::too_many_arguments, clippy::useless_conversion)]
            #[unsafe(no_mangle)]
            pub(crate) unsafe extern "C" fn $name($($argument: $type),*) -> $result {
                if null::on() {
                    COUNTERS[Index::$name as usize].calls.fetch_add(1, Ordering::Relaxed);
                    return Null::$name($(FromC::from_c($argument)),*);
                }
                Usual::$name($($argument),*)
            }
        )*

        /// The functions as they are when null mode is off.
        struct Usual;

        #[allow(non_snake_case, dead_code, clippy::too_many_arguments, clippy::useless_conversion)]
        impl Usual { $(
            #[inline(never)]
            fn $name($($argument: $type),*) -> $result {
                let result =
                    gate::call(&COUNTERS[Index::$name as usize], &mut || Sim::$name($(FromC::from_c($argument)),*));
                if trace::is_on() {
                    trace::add(
                        stringify!($name),
                        vec![$((stringify!($argument), (&Shown($argument, result)).show())),*],
                        result,
                    );
                }
                result
            }
        )* }

        /// What answers in null mode where [`Null`] has no function of its own.
        #[allow(non_snake_case, dead_code, clippy::too_many_arguments)]
        trait NullFallback { $(
            #[inline(always)]
            fn $name($($argument: $type),*) -> $result {
                // The gate counts it once more.
                COUNTERS[Index::$name as usize].calls.fetch_sub(1, Ordering::Relaxed);
                Usual::$name($($argument),*)
            }
        )* }

        impl NullFallback for Null {}

        /// The position of each function in the tables.
        #[allow(non_camel_case_types, clippy::enum_variant_names)]
        #[derive(Clone, Copy)]
        enum Index { $( $name, )* }

        /// How often each function was called.
        pub(crate) static COUNTERS: [Counter; COUNT] = [$( Counter::new(stringify!($name)), )*];

        const COUNT: usize = [$( stringify!($name), )*].len();

        /// Every function, in the order of the header.
        pub(crate) static EXPORTS: &[Export] = &[$( Export {
            name: stringify!($name),
            since: stringify!($since),
            address: Pointer($name as *const c_void),
        }, )*];

        /// What answers for each function, in the same order: usually, and in null mode.
        pub(crate) fn answerers() -> Vec<Answerers> {
            vec![$( (type_name_of_val(&Sim::$name), type_name_of_val(&Null::$name)), )*]
        }
    };
}

cuda_sys::for_each_driver_function! { exports {
    // Those of the driver that are declared elsewhere than in cuda.h. Some programs do without CUDA where one of them is missing.
    extra {
        // cudaProfiler.h
        fn cuProfilerInitialize(configFile: *const c_char, outputFile: *const c_char, outputMode: c_uint) -> CUresult; since 4.0;
        fn cuProfilerStart() -> CUresult; since 4.0;
        fn cuProfilerStop() -> CUresult; since 4.0;
        // cudaGL.h
        fn cuGraphicsGLRegisterBuffer(pCudaResource: *mut CUgraphicsResource, buffer: c_uint, Flags: c_uint) -> CUresult; since 3.0;
        fn cuGraphicsGLRegisterImage(pCudaResource: *mut CUgraphicsResource, image: c_uint, target: c_uint, Flags: c_uint) -> CUresult; since 3.0;
        fn cuGLGetDevices(pCudaDeviceCount: *mut c_uint, pCudaDevices: *mut CUdevice, cudaDeviceCount: c_uint, deviceList: c_uint) -> CUresult; since 4.1;
        fn cuGLGetDevices_v2(pCudaDeviceCount: *mut c_uint, pCudaDevices: *mut CUdevice, cudaDeviceCount: c_uint, deviceList: c_uint) -> CUresult; since 6.5;
        fn cuGLCtxCreate(pCtx: *mut CUcontext, Flags: c_uint, device: CUdevice) -> CUresult; since 2.0;
        fn cuGLCtxCreate_v2(pCtx: *mut CUcontext, Flags: c_uint, device: CUdevice) -> CUresult; since 3.2;
        fn cuGLInit() -> CUresult; since 2.0;
        fn cuGLRegisterBufferObject(buffer: c_uint) -> CUresult; since 2.0;
        fn cuGLMapBufferObject(dptr: *mut c_uint, size: *mut c_uint, buffer: c_uint) -> CUresult; since 2.0;
        fn cuGLMapBufferObject_v2(dptr: *mut CUdeviceptr, size: *mut usize, buffer: c_uint) -> CUresult; since 3.2;
        fn cuGLMapBufferObject_v2_ptds(dptr: *mut CUdeviceptr, size: *mut usize, buffer: c_uint) -> CUresult; since 7.0;
        fn cuGLUnmapBufferObject(buffer: c_uint) -> CUresult; since 2.0;
        fn cuGLUnregisterBufferObject(buffer: c_uint) -> CUresult; since 2.0;
        fn cuGLSetBufferObjectMapFlags(buffer: c_uint, Flags: c_uint) -> CUresult; since 2.3;
        fn cuGLMapBufferObjectAsync(dptr: *mut c_uint, size: *mut c_uint, buffer: c_uint, hStream: CUstream) -> CUresult; since 2.3;
        fn cuGLMapBufferObjectAsync_v2(dptr: *mut CUdeviceptr, size: *mut usize, buffer: c_uint, hStream: CUstream) -> CUresult; since 3.2;
        fn cuGLMapBufferObjectAsync_v2_ptsz(dptr: *mut CUdeviceptr, size: *mut usize, buffer: c_uint, hStream: CUstream) -> CUresult; since 7.0;
        fn cuGLUnmapBufferObjectAsync(buffer: c_uint, hStream: CUstream) -> CUresult; since 2.3;
        // cudaEGL.h
        fn cuGraphicsEGLRegisterImage(pCudaResource: *mut CUgraphicsResource, image: *mut c_void, flags: c_uint) -> CUresult; since 7.0;
        fn cuEGLStreamConsumerConnect(conn: *mut *mut c_void, stream: *mut c_void) -> CUresult; since 7.0;
        fn cuEGLStreamConsumerConnectWithFlags(conn: *mut *mut c_void, stream: *mut c_void, flags: c_uint) -> CUresult; since 8.0;
        fn cuEGLStreamConsumerDisconnect(conn: *mut *mut c_void) -> CUresult; since 7.0;
        fn cuEGLStreamConsumerAcquireFrame(conn: *mut *mut c_void, pCudaResource: *mut CUgraphicsResource, pStream: *mut CUstream, timeout: c_uint) -> CUresult; since 7.0;
        fn cuEGLStreamConsumerReleaseFrame(conn: *mut *mut c_void, pCudaResource: CUgraphicsResource, pStream: *mut CUstream) -> CUresult; since 7.0;
        fn cuEGLStreamProducerConnect(conn: *mut *mut c_void, stream: *mut c_void, width: c_int, height: c_int) -> CUresult; since 7.0;
        fn cuEGLStreamProducerDisconnect(conn: *mut *mut c_void) -> CUresult; since 7.0;
        fn cuEGLStreamProducerPresentFrame(conn: *mut *mut c_void, eglframe: EglFrame, pStream: *mut CUstream) -> CUresult; since 7.0;
        fn cuEGLStreamProducerReturnFrame(conn: *mut *mut c_void, eglframe: *mut EglFrame, pStream: *mut CUstream) -> CUresult; since 7.0;
        fn cuGraphicsResourceGetMappedEglFrame(eglFrame: *mut EglFrame, resource: CUgraphicsResource, index: c_uint, mipLevel: c_uint) -> CUresult; since 7.0;
        fn cuEventCreateFromEGLSync(phEvent: *mut CUevent, eglSync: *mut c_void, flags: c_uint) -> CUresult; since 9.0;
        // cudaVDPAU.h
        fn cuVDPAUGetDevice(pDevice: *mut CUdevice, vdpDevice: c_uint, vdpGetProcAddress: *mut c_void) -> CUresult; since 3.1;
        fn cuVDPAUCtxCreate(pCtx: *mut CUcontext, flags: c_uint, device: CUdevice, vdpDevice: c_uint, vdpGetProcAddress: *mut c_void) -> CUresult; since 3.1;
        fn cuVDPAUCtxCreate_v2(pCtx: *mut CUcontext, flags: c_uint, device: CUdevice, vdpDevice: c_uint, vdpGetProcAddress: *mut c_void) -> CUresult; since 3.2;
        fn cuGraphicsVDPAURegisterVideoSurface(pCudaResource: *mut CUgraphicsResource, vdpSurface: c_uint, flags: c_uint) -> CUresult; since 3.1;
        fn cuGraphicsVDPAURegisterOutputSurface(pCudaResource: *mut CUgraphicsResource, vdpSurface: c_uint, flags: c_uint) -> CUresult; since 3.1;
    }
} }

impl Sim {
    /// There is no profiler to start or stop.
    pub(crate) fn cuProfilerStart() -> Answer {
        Ok(())
    }

    pub(crate) fn cuProfilerStop() -> Answer {
        Ok(())
    }
}
