#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

use core::ffi::{c_char, c_void};

/// The name of the [`Table`], for `cuGetExportTable`: the bytes of a `CUuuid`.
pub const TABLE_ID: [u8; 16] = *b"cuda-sim native1";

/// What a body returns when it has done its work.
pub const DONE: u32 = 0;

/// What a body returns when it could not: the launch fails with `CUDA_ERROR_LAUNCH_FAILED`, or if an access was refused, with
/// `CUDA_ERROR_ILLEGAL_ADDRESS`. What it told [`Call::fail`] becomes the fault's text.
pub const FAILED: u32 = 1;

/// How a stretch of memory is touched, for [`Call::touch`]: it is read.
pub const READ: u32 = 0;

/// It is written.
pub const WRITE: u32 = 1;

/// A kernel as code of the host.
///
/// It runs on a thread of the driver's, outside of the driver's locks, and must not call the driver, nor unwind. It may run at any
/// time until the process ends, and on several threads at once.
pub type Body = unsafe extern "C" fn(call: *const Call) -> u32;

/// One launch, as its body sees it. It lives until the body returns.
#[derive(Debug)]
#[repr(C)]
pub struct Call {
    /// The size of this structure in bytes; a newer driver may have a longer one.
    pub size: usize,
    /// The kernel's parameters, as the entry declares them.
    pub parameters: *const u8,
    /// Their length in bytes.
    pub parameter_bytes: usize,
    /// Blocks in x, y and z.
    pub grid: [u32; 3],
    /// Threads of a block in x, y and z.
    pub block: [u32; 3],
    /// What the library passed to [`Table::attach`].
    pub data: *const c_void,
    /// The driver's own.
    pub driver: *const c_void,
    /// Copies `bytes` bytes at the device address `address` to `to`, and says whether the kernel may read them. If not, nothing
    /// is copied, and the body should return [`FAILED`].
    pub load: unsafe extern "C" fn(call: *const Call, address: u64, to: *mut u8, bytes: usize) -> bool,
    /// Copies `bytes` bytes at `from` to the device address `address`, and says whether the kernel may write there.
    pub store: unsafe extern "C" fn(call: *const Call, address: u64, from: *const u8, bytes: usize) -> bool,
    /// Enters that the kernel uses `bytes` bytes at `address`, [`READ`] or [`WRITE`], without moving them, and says whether it may.
    /// This is for workspaces: what is in them matters to nobody, but whether two kernels use one at the same time does.
    pub touch: unsafe extern "C" fn(call: *const Call, address: u64, bytes: usize, manner: u32) -> bool,
    /// Says why the body is about to return [`FAILED`], in UTF-8. The first text counts.
    pub fail: unsafe extern "C" fn(call: *const Call, text: *const c_char, bytes: usize),
}

/// What `cuGetExportTable` gives for [`TABLE_ID`].
#[derive(Debug)]
#[repr(C)]
pub struct Table {
    /// The size of this structure in bytes; a newer driver may have a longer one.
    pub size: usize,
    /// Makes `body` what launches of `function` do, from the next launch on; `function` is a `CUfunction`. Returns a `CUresult`:
    /// `CUDA_ERROR_INVALID_HANDLE` if there is no such function.
    ///
    /// The body, and what `data` points to, must stay valid until the process ends: a graph may hold the kernel for longer than its
    /// module is loaded.
    pub attach: unsafe extern "C" fn(function: *mut c_void, body: Body, data: *const c_void) -> u32,
}
