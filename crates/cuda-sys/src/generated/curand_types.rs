// Made by `cargo xtask bindings` from curand.h of cuRAND 10.4.5. Do not edit.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]
// Comparing two structures compares the addresses of the functions in them, which is as good as it gets.
#![allow(unpredictable_function_pointer_comparisons)]

pub use ::core::ffi::{c_int, c_uint, c_ulonglong, c_void};
pub use ::cuda_sys::cublas::libraryPropertyType;
pub use ::cuda_sys::driver::CUstream as cudaStream_t;

pub const CURAND_VER_MAJOR: u32 = 10;
pub const CURAND_VER_MINOR: u32 = 4;
pub const CURAND_VER_PATCH: u32 = 5;
pub const CURAND_VER_BUILD: u32 = 25;
pub const CURAND_VERSION: u32 = 10405;
impl curandStatus_t {
    pub const CURAND_STATUS_SUCCESS: Self = Self(0);
    pub const CURAND_STATUS_VERSION_MISMATCH: Self = Self(100);
    pub const CURAND_STATUS_NOT_INITIALIZED: Self = Self(101);
    pub const CURAND_STATUS_ALLOCATION_FAILED: Self = Self(102);
    pub const CURAND_STATUS_TYPE_ERROR: Self = Self(103);
    pub const CURAND_STATUS_OUT_OF_RANGE: Self = Self(104);
    pub const CURAND_STATUS_LENGTH_NOT_MULTIPLE: Self = Self(105);
    pub const CURAND_STATUS_DOUBLE_PRECISION_REQUIRED: Self = Self(106);
    pub const CURAND_STATUS_LAUNCH_FAILURE: Self = Self(201);
    pub const CURAND_STATUS_PREEXISTING_FAILURE: Self = Self(202);
    pub const CURAND_STATUS_INITIALIZATION_FAILED: Self = Self(203);
    pub const CURAND_STATUS_ARCH_MISMATCH: Self = Self(204);
    pub const CURAND_STATUS_INTERNAL_ERROR: Self = Self(999);
}
#[repr(transparent)]
#[derive(Copy, Clone, Hash, PartialEq, Eq)]
pub struct curandStatus_t(pub ::core::ffi::c_uint);
impl curandRngType_t {
    pub const CURAND_RNG_TEST: Self = Self(0);
    pub const CURAND_RNG_PSEUDO_DEFAULT: Self = Self(100);
    pub const CURAND_RNG_PSEUDO_XORWOW: Self = Self(101);
    pub const CURAND_RNG_PSEUDO_MRG32K3A: Self = Self(121);
    pub const CURAND_RNG_PSEUDO_MTGP32: Self = Self(141);
    pub const CURAND_RNG_PSEUDO_MT19937: Self = Self(142);
    pub const CURAND_RNG_PSEUDO_PHILOX4_32_10: Self = Self(161);
    pub const CURAND_RNG_QUASI_DEFAULT: Self = Self(200);
    pub const CURAND_RNG_QUASI_SOBOL32: Self = Self(201);
    pub const CURAND_RNG_QUASI_SCRAMBLED_SOBOL32: Self = Self(202);
    pub const CURAND_RNG_QUASI_SOBOL64: Self = Self(203);
    pub const CURAND_RNG_QUASI_SCRAMBLED_SOBOL64: Self = Self(204);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct curandRngType_t(pub ::core::ffi::c_uint);
impl curandOrdering_t {
    pub const CURAND_ORDERING_PSEUDO_BEST: Self = Self(100);
    pub const CURAND_ORDERING_PSEUDO_DEFAULT: Self = Self(101);
    pub const CURAND_ORDERING_PSEUDO_SEEDED: Self = Self(102);
    pub const CURAND_ORDERING_PSEUDO_LEGACY: Self = Self(103);
    pub const CURAND_ORDERING_PSEUDO_DYNAMIC: Self = Self(104);
    pub const CURAND_ORDERING_QUASI_DEFAULT: Self = Self(201);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct curandOrdering_t(pub ::core::ffi::c_uint);
impl curandDirectionVectorSet_t {
    pub const CURAND_DIRECTION_VECTORS_32_JOEKUO6: Self = Self(101);
    pub const CURAND_SCRAMBLED_DIRECTION_VECTORS_32_JOEKUO6: Self = Self(102);
    pub const CURAND_DIRECTION_VECTORS_64_JOEKUO6: Self = Self(103);
    pub const CURAND_SCRAMBLED_DIRECTION_VECTORS_64_JOEKUO6: Self = Self(104);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct curandDirectionVectorSet_t(pub ::core::ffi::c_uint);
pub type curandDirectionVectors32_t = [::core::ffi::c_uint; 32usize];
pub type curandDirectionVectors64_t = [::core::ffi::c_ulonglong; 64usize];
#[repr(C)]
#[derive(Debug)]
pub struct curandGenerator_st {
    _unused: [u8; 0],
}
pub type curandGenerator_t = *mut curandGenerator_st;
pub type curandDistribution_st = f64;
pub type curandDistribution_t = *mut curandDistribution_st;
#[repr(C)]
#[derive(Debug)]
pub struct curandDistributionShift_st {
    _unused: [u8; 0],
}
pub type curandDistributionShift_t = *mut curandDistributionShift_st;
#[repr(C)]
#[derive(Debug)]
pub struct curandDistributionM2Shift_st {
    _unused: [u8; 0],
}
pub type curandDistributionM2Shift_t = *mut curandDistributionM2Shift_st;
#[repr(C)]
#[derive(Debug)]
pub struct curandHistogramM2_st {
    _unused: [u8; 0],
}
pub type curandHistogramM2_t = *mut curandHistogramM2_st;
pub type curandHistogramM2K_st = ::core::ffi::c_uint;
pub type curandHistogramM2K_t = *mut curandHistogramM2K_st;
pub type curandHistogramM2V_st = curandDistribution_st;
pub type curandHistogramM2V_t = *mut curandHistogramM2V_st;
#[repr(C)]
#[derive(Debug)]
pub struct curandDiscreteDistribution_st {
    _unused: [u8; 0],
}
pub type curandDiscreteDistribution_t = *mut curandDiscreteDistribution_st;
impl curandMethod_t {
    pub const CURAND_CHOOSE_BEST: Self = Self(0);
    pub const CURAND_ITR: Self = Self(1);
    pub const CURAND_KNUTH: Self = Self(2);
    pub const CURAND_HITR: Self = Self(3);
    pub const CURAND_M1: Self = Self(4);
    pub const CURAND_M2: Self = Self(5);
    pub const CURAND_BINARY_SEARCH: Self = Self(6);
    pub const CURAND_DISCRETE_GAUSS: Self = Self(7);
    pub const CURAND_REJECTION: Self = Self(8);
    pub const CURAND_DEVICE_API: Self = Self(9);
    pub const CURAND_FAST_REJECTION: Self = Self(10);
    pub const CURAND_3RD: Self = Self(11);
    pub const CURAND_DEFINITION: Self = Self(12);
    pub const CURAND_POISSON: Self = Self(13);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct curandMethod_t(pub ::core::ffi::c_uint);
