//! What the tests of the checks share: a machine of two devices for one test at a time, and operations to run on it.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use cuda_sim::{Checks, Reaction, Report, ReportKind, SimConfig};
pub(crate) use cuda_sys::driver::*;

pub(crate) const OK: CUresult = CUresult::CUDA_SUCCESS;

/// Calls a function of the driver and returns its code.
macro_rules! cu {
    ($name:ident($($argument:expr),* $(,)?)) => {{
        let driver = cuda_sim::driver();
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

/// Kernels that touch one word for each thread.
const KERNELS: &str = r"
.version 7.0
.target sm_70
.address_size 64
.visible .entry write(.param .u64 p, .param .u32 n)
{
    .reg .u32 %r<4>; .reg .u64 %rd<4>; .reg .pred %p;
    ld.param.u64 %rd1, [p]; ld.param.u32 %r1, [n];
    mov.u32 %r2, %tid.x; setp.ge.u32 %p, %r2, %r1; @%p ret;
    mul.wide.u32 %rd2, %r2, 4; add.u64 %rd3, %rd1, %rd2;
    st.global.u32 [%rd3], %r2; ret;
}
.visible .entry read(.param .u64 p, .param .u32 n)
{
    .reg .u32 %r<4>; .reg .u64 %rd<4>; .reg .pred %p;
    ld.param.u64 %rd1, [p]; ld.param.u32 %r1, [n];
    mov.u32 %r2, %tid.x; setp.ge.u32 %p, %r2, %r1; @%p ret;
    mul.wide.u32 %rd2, %r2, 4; add.u64 %rd3, %rd1, %rd2;
    ld.global.u32 %r3, [%rd3]; ret;
}
.visible .entry count(.param .u64 p, .param .u32 n)
{
    .reg .u32 %r<4>; .reg .u64 %rd<4>; .reg .pred %p;
    ld.param.u64 %rd1, [p]; ld.param.u32 %r1, [n];
    mov.u32 %r2, %tid.x; setp.ge.u32 %p, %r2, %r1; @%p ret;
    mul.wide.u32 %rd2, %r2, 4; add.u64 %rd3, %rd1, %rd2;
    atom.global.add.u32 %r3, [%rd3], 1; ret;
}
.visible .entry count_in_block(.param .u64 p, .param .u32 n)
{
    .reg .u32 %r<4>; .reg .u64 %rd<4>;
    ld.param.u64 %rd1, [p];
    atom.global.cta.add.u32 %r3, [%rd1], 1; ret;
}
.visible .entry signal(.param .u64 p, .param .u32 n)
{
    .reg .u32 %r<4>; .reg .u64 %rd<4>;
    ld.param.u64 %rd1, [p];
    st.volatile.global.u32 [%rd1], 1; ret;
}
.visible .entry peek(.param .u64 p, .param .u32 n)
{
    .reg .u32 %r<4>; .reg .u64 %rd<4>; .shared .align 4 .b32 own;
    ld.param.u64 %rd1, [p]; ld.shared.u32 %r1, [own+64]; st.global.u32 [%rd1], %r1; ret;
}
.visible .entry look(.param .u64 p, .param .u32 n)
{
    .reg .u32 %r<4>; .reg .u64 %rd<4>;
    ld.param.u64 %rd1, [p];
    ld.volatile.global.u32 %r1, [%rd1]; ret;
}
.visible .entry spin(.param .u64 p, .param .u32 n)
{
    .reg .u32 %r<4>; .reg .u64 %rd<4>; .reg .pred %p;
    ld.param.u64 %rd1, [p];
again:
    ld.volatile.global.u32 %r1, [%rd1];
    setp.eq.u32 %p, %r1, 0;
    @%p bra again;
    ret;
}
";

/// Words of a buffer.
pub(crate) const WORDS: usize = 64;
pub(crate) const BYTES: usize = WORDS * 4;

/// The machine, for one test at a time.
pub(crate) struct Machine {
    _turn: MutexGuard<'static, ()>,
    pub(crate) contexts: [CUcontext; 2],
    modules: [CUmodule; 2],
}

impl Machine {
    pub(crate) fn new() -> Machine {
        Machine::with(SimConfig::default())
    }

    pub(crate) fn with(config: SimConfig) -> Machine {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        cuda_sim::configure(SimConfig { devices: 2, memory_bytes: 64 << 20, ..config }).unwrap();
        cuda_sim::take_reports();
        ok!(cuInit(0));
        let (mut contexts, mut modules) = ([null_mut(); 2], [null_mut(); 2]);
        let text = std::ffi::CString::new(KERNELS).unwrap();
        for device in [1, 0] {
            let index = device as usize;
            ok!(cuCtxCreate_v4(&mut contexts[index], null_mut(), 0, device));
            ok!(cuModuleLoadData(&mut modules[index], text.as_ptr().cast()));
        }
        Machine { _turn: turn, contexts, modules }
    }

    /// Makes the context of a device current.
    pub(crate) fn enter(&self, device: usize) {
        ok!(cuCtxSetCurrent(self.contexts[device]));
    }

    pub(crate) fn stream(&self) -> CUstream {
        self.stream_of(1)
    }

    pub(crate) fn blocking_stream(&self) -> CUstream {
        self.stream_of(0)
    }

    fn stream_of(&self, flags: u32) -> CUstream {
        let mut stream = null_mut();
        ok!(cuStreamCreate(&mut stream, flags));
        stream
    }

    pub(crate) fn event(&self) -> CUevent {
        let mut event = null_mut();
        ok!(cuEventCreate(&mut event, 2));
        event
    }

    pub(crate) fn alloc(&self, len: usize) -> CUdeviceptr {
        let mut address = 0;
        ok!(cuMemAlloc_v2(&mut address, len));
        address
    }

    /// Memory of the device with something in it, which everything comes after.
    pub(crate) fn buffer(&self) -> CUdeviceptr {
        let address = self.alloc(BYTES);
        ok!(cuMemsetD32_v2(address, 0, WORDS));
        ok!(cuCtxSynchronize());
        address
    }

    pub(crate) fn pinned(&self, len: usize) -> *mut c_void {
        let mut pointer = null_mut();
        ok!(cuMemHostAlloc(&mut pointer, len, 0));
        pointer
    }

    pub(crate) fn launch(
        &self,
        device: usize,
        kernel: &str,
        address: CUdeviceptr,
        words: u32,
        stream: CUstream,
    ) {
        let name = std::ffi::CString::new(kernel).unwrap();
        let mut function = null_mut();
        ok!(cuModuleGetFunction(&mut function, self.modules[device], name.as_ptr()));
        let (mut address, mut words) = (address, words);
        let mut arguments: [*mut c_void; 2] = [(&raw mut address).cast(), (&raw mut words).cast()];
        let (grid, none) = (1, null_mut());
        ok!(cuLaunchKernel(function, grid, 1, 1, 64, 1, 1, 0, stream, arguments.as_mut_ptr(), none));
    }

    /// Waits for everything, and returns what was found.
    pub(crate) fn reports(&self) -> Vec<Report> {
        for device in [1, 0] {
            self.enter(device);
            ok!(cuCtxSynchronize());
        }
        cuda_sim::take_reports()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for context in self.contexts {
            cu!(cuCtxDestroy_v2(context));
        }
    }
}

/// Makes `stream` wait for what `first` has been given so far.
pub(crate) fn join(machine: &Machine, first: CUstream, stream: CUstream) {
    let event = machine.event();
    ok!(cuEventRecord(event, first));
    ok!(cuStreamWaitEvent(stream, event, 0));
    ok!(cuEventDestroy_v2(event));
}

/// One way to touch a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    Fill,
    CopyIn,
    CopyOut,
    CopyWithin,
    Upload,
    Download,
    Write,
    Read,
    Count,
}

impl Touch {
    /// Does it in `stream`, on the device whose context is current.
    pub(crate) fn run(self, machine: &Machine, buffer: CUdeviceptr, stream: CUstream, device: usize) {
        match self {
            Touch::Fill => ok!(cuMemsetD32Async(buffer, 1, WORDS, stream)),
            Touch::CopyIn => ok!(cuMemcpyDtoDAsync_v2(buffer, machine.buffer(), BYTES, stream)),
            Touch::CopyOut => ok!(cuMemcpyDtoDAsync_v2(machine.alloc(BYTES), buffer, BYTES, stream)),
            Touch::CopyWithin => ok!(cuMemcpyDtoDAsync_v2(buffer + 8, buffer, 8, stream)),
            Touch::Upload => ok!(cuMemcpyHtoDAsync_v2(buffer, machine.pinned(BYTES), BYTES, stream)),
            Touch::Download => ok!(cuMemcpyDtoHAsync_v2(machine.pinned(BYTES), buffer, BYTES, stream)),
            Touch::Write => machine.launch(device, "write", buffer, WORDS as u32, stream),
            Touch::Read => machine.launch(device, "read", buffer, WORDS as u32, stream),
            Touch::Count => machine.launch(device, "count", buffer, WORDS as u32, stream),
        }
    }
}

/// Pairs of which at least one writes.
pub(crate) const CONFLICTS: [(Touch, Touch); 14] = [
    (Touch::Fill, Touch::Fill),
    (Touch::Fill, Touch::Read),
    (Touch::Fill, Touch::Download),
    (Touch::Upload, Touch::Read),
    (Touch::Upload, Touch::Write),
    (Touch::Write, Touch::Read),
    (Touch::Read, Touch::Write),
    (Touch::Write, Touch::Download),
    (Touch::CopyOut, Touch::Fill),
    (Touch::CopyIn, Touch::Count),
    (Touch::Count, Touch::Read),
    (Touch::Read, Touch::Count),
    (Touch::CopyWithin, Touch::CopyOut),
    (Touch::Download, Touch::Upload),
];
