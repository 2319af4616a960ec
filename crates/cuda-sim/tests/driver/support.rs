//! What the tests share: a driver of many devices, of which each test takes one for itself.

use std::ffi::{CStr, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

pub(crate) use cuda_sys::Driver;
pub(crate) use cuda_sys::driver::*;

/// How much memory each device has.
pub(crate) const MEMORY: usize = 64 << 20;
pub(crate) const DEVICES: i32 = 64;

pub(crate) const OK: CUresult = CUresult::CUDA_SUCCESS;

static DRIVER: LazyLock<Driver> = LazyLock::new(|| {
    let config = cuda_sim::SimConfig {
        devices: DEVICES as usize,
        memory_bytes: MEMORY as u64,
        ..cuda_sim::SimConfig::default()
    };
    cuda_sim::configure(config).expect("nothing is alive yet");
    let driver = cuda_sim::driver();
    // SAFETY: `cuInit` may be called at any time.
    assert_eq!(unsafe { driver.cuInit(0) }.unwrap(), OK);
    driver
});

pub(crate) fn driver() -> Driver {
    *DRIVER
}

/// Calls a function of the driver and returns its code.
macro_rules! cu {
    ($name:ident($($argument:expr),* $(,)?)) => {{
        let driver = $crate::support::driver();
        // SAFETY: the tests pass pointers to live variables of theirs, and handles or addresses that the driver checks.
        unsafe { driver.$name($($argument),*) }.unwrap()
    }};
}
pub(crate) use cu;

/// Calls a function that must succeed.
macro_rules! ok {
    ($name:ident($($argument:tt)*)) => {
        assert_eq!($crate::support::cu!($name($($argument)*)), $crate::support::OK, stringify!($name))
    };
}
pub(crate) use ok;

/// The devices that no test uses now.
static FREE: LazyLock<Mutex<Vec<i32>>> = LazyLock::new(|| Mutex::new((0..DEVICES).collect()));

/// A device that no other test uses, with a context that is current to this thread.
pub(crate) struct Gpu {
    pub(crate) device: i32,
    pub(crate) context: CUcontext,
}

impl Gpu {
    pub(crate) fn new() -> Gpu {
        let device = FREE.lock().unwrap().pop().expect("a device that no other test uses");
        let mut context = null_mut();
        ok!(cuCtxCreate_v4(&mut context, null_mut(), 0, device));
        Gpu { device, context }
    }

    pub(crate) fn stream(&self) -> CUstream {
        let mut stream = null_mut();
        ok!(cuStreamCreate(&mut stream, 1));
        stream
    }

    pub(crate) fn event(&self) -> CUevent {
        let mut event = null_mut();
        ok!(cuEventCreate(&mut event, 0));
        event
    }

    pub(crate) fn alloc(&self, len: usize) -> CUdeviceptr {
        let mut address = 0;
        ok!(cuMemAlloc_v2(&mut address, len));
        address
    }

    /// Pinned memory, as words.
    pub(crate) fn pinned(&self, words: usize) -> &'static mut [u32] {
        let mut pointer: *mut c_void = null_mut();
        ok!(cuMemHostAlloc(&mut pointer, words * 4, 0));
        // SAFETY: the driver gave that many bytes, aligned to a page, and nothing else refers to them.
        unsafe { std::slice::from_raw_parts_mut(pointer.cast(), words) }
    }

    pub(crate) fn free_bytes(&self) -> usize {
        let (mut free, mut total) = (0, 0);
        ok!(cuMemGetInfo_v2(&mut free, &mut total));
        assert_eq!(total, MEMORY);
        free
    }

    pub(crate) fn upload(&self, words: &[u32]) -> CUdeviceptr {
        let address = self.alloc(words.len() * 4);
        ok!(cuMemcpyHtoD_v2(address, words.as_ptr().cast(), words.len() * 4));
        // The call has read its source; that the copy is done is another matter, and streams that do not block do not wait.
        ok!(cuStreamSynchronize(null_mut()));
        address
    }

    pub(crate) fn download(&self, address: CUdeviceptr, words: usize) -> Vec<u32> {
        let mut host = vec![0u32; words];
        ok!(cuMemcpyDtoH_v2(host.as_mut_ptr().cast(), address, words * 4));
        host
    }
}

impl Drop for Gpu {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        cu!(cuCtxDestroy_v2(self.context));
        // A device on which something is left (what belongs to no context, such as pools) is not for others.
        let (mut context, mut free, mut total) = (null_mut(), 0, 0);
        ok!(cuCtxCreate_v4(&mut context, null_mut(), 0, self.device));
        ok!(cuMemGetInfo_v2(&mut free, &mut total));
        ok!(cuCtxDestroy_v2(context));
        if free == total {
            FREE.lock().unwrap().push(self.device);
        }
    }
}

/// Loads PTX as a module.
pub(crate) fn load(image: &CStr) -> CUmodule {
    let mut module = null_mut();
    ok!(cuModuleLoadData(&mut module, image.as_ptr().cast()));
    module
}

/// Finds a kernel in a module.
pub(crate) fn function(module: CUmodule, name: &CStr) -> CUfunction {
    let mut function = null_mut();
    ok!(cuModuleGetFunction(&mut function, module, name.as_ptr()));
    function
}

/// Launches a kernel, and returns the code.
pub(crate) fn launch(
    function: CUfunction,
    grid: u32,
    block: u32,
    stream: CUstream,
    arguments: &mut [*mut c_void],
) -> CUresult {
    cu!(cuLaunchKernel(function, grid, 1, 1, block, 1, 1, 0, stream, arguments.as_mut_ptr(), null_mut()))
}

/// Where an argument of a kernel is.
pub(crate) fn argument<T>(value: &mut T) -> *mut c_void {
    (value as *mut T).cast()
}

/// Holds a stream up until it is opened.
pub(crate) struct Gate {
    open: AtomicBool,
    entered: AtomicUsize,
}

unsafe extern "C" fn wait_at_gate(data: *mut c_void) {
    // SAFETY: `Gate::close` leaks its gate, and gives it to nobody but this function.
    let gate = unsafe { &*data.cast::<Gate>() };
    gate.entered.fetch_add(1, Ordering::SeqCst);
    while !gate.open.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_micros(200));
    }
}

impl Gate {
    /// Puts a closed gate into `stream`.
    pub(crate) fn close(stream: CUstream) -> &'static Gate {
        let gate: &'static Gate =
            Box::leak(Box::new(Gate { open: AtomicBool::new(false), entered: AtomicUsize::new(0) }));
        ok!(cuLaunchHostFunc(stream, Some(wait_at_gate), (gate as *const Gate).cast_mut().cast()));
        gate
    }

    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
    }

    /// Waits until the stream has come to the gate.
    pub(crate) fn wait_until_entered(&self) {
        while self.entered.load(Ordering::SeqCst) == 0 {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}
