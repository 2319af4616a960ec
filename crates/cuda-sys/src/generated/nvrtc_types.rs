// Made by `cargo xtask bindings` from nvrtc.h of CUDA 13.5. Do not edit.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]
// Comparing two structures compares the addresses of the functions in them, which is as good as it gets.
#![allow(unpredictable_function_pointer_comparisons)]

pub use ::core::ffi::{c_char, c_int, c_uint, c_void};

pub const NVRTC_INSTALL_HEADERS_SKIP_IF_EXISTS: u32 = 0;
pub const NVRTC_INSTALL_HEADERS_FORCE_OVERWRITE: u32 = 1;
pub const NVRTC_INSTALL_HEADERS_NO_WAIT: u32 = 2;
impl nvrtcResult {
    pub const NVRTC_SUCCESS: Self = Self(0);
    pub const NVRTC_ERROR_OUT_OF_MEMORY: Self = Self(1);
    pub const NVRTC_ERROR_PROGRAM_CREATION_FAILURE: Self = Self(2);
    pub const NVRTC_ERROR_INVALID_INPUT: Self = Self(3);
    pub const NVRTC_ERROR_INVALID_PROGRAM: Self = Self(4);
    pub const NVRTC_ERROR_INVALID_OPTION: Self = Self(5);
    pub const NVRTC_ERROR_COMPILATION: Self = Self(6);
    pub const NVRTC_ERROR_BUILTIN_OPERATION_FAILURE: Self = Self(7);
    pub const NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION: Self = Self(8);
    pub const NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION: Self = Self(9);
    pub const NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID: Self = Self(10);
    pub const NVRTC_ERROR_INTERNAL_ERROR: Self = Self(11);
    pub const NVRTC_ERROR_TIME_FILE_WRITE_FAILED: Self = Self(12);
    pub const NVRTC_ERROR_NO_PCH_CREATE_ATTEMPTED: Self = Self(13);
    pub const NVRTC_ERROR_PCH_CREATE_HEAP_EXHAUSTED: Self = Self(14);
    pub const NVRTC_ERROR_PCH_CREATE: Self = Self(15);
    pub const NVRTC_ERROR_CANCELLED: Self = Self(16);
    pub const NVRTC_ERROR_TIME_TRACE_FILE_WRITE_FAILED: Self = Self(17);
    pub const NVRTC_ERROR_BUSY: Self = Self(18);
}
#[repr(transparent)]
#[derive(Copy, Clone, Hash, PartialEq, Eq)]
pub struct nvrtcResult(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct _nvrtcProgram {
    _unused: [u8; 0],
}
pub type nvrtcProgram = *mut _nvrtcProgram;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone, Hash, PartialEq, Eq)]
pub struct nvrtcBundledHeadersInfo {
    pub available: ::core::ffi::c_int,
    pub compressedSize: usize,
    pub uncompressedSize: usize,
    pub cudaVersionMajor: ::core::ffi::c_int,
    pub cudaVersionMinor: ::core::ffi::c_int,
    pub numFiles: ::core::ffi::c_uint,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of nvrtcBundledHeadersInfo"][::core::mem::size_of::<nvrtcBundledHeadersInfo>() - 40usize];
    ["Alignment of nvrtcBundledHeadersInfo"][::core::mem::align_of::<nvrtcBundledHeadersInfo>() - 8usize];
    ["Offset of field: nvrtcBundledHeadersInfo::available"]
        [::core::mem::offset_of!(nvrtcBundledHeadersInfo, available) - 0usize];
    ["Offset of field: nvrtcBundledHeadersInfo::compressedSize"]
        [::core::mem::offset_of!(nvrtcBundledHeadersInfo, compressedSize) - 8usize];
    ["Offset of field: nvrtcBundledHeadersInfo::uncompressedSize"]
        [::core::mem::offset_of!(nvrtcBundledHeadersInfo, uncompressedSize) - 16usize];
    ["Offset of field: nvrtcBundledHeadersInfo::cudaVersionMajor"]
        [::core::mem::offset_of!(nvrtcBundledHeadersInfo, cudaVersionMajor) - 24usize];
    ["Offset of field: nvrtcBundledHeadersInfo::cudaVersionMinor"]
        [::core::mem::offset_of!(nvrtcBundledHeadersInfo, cudaVersionMinor) - 28usize];
    ["Offset of field: nvrtcBundledHeadersInfo::numFiles"]
        [::core::mem::offset_of!(nvrtcBundledHeadersInfo, numFiles) - 32usize];
};
