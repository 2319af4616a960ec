// Made by `cargo xtask bindings` from cudnn.h of cuDNN 9.28. Do not edit.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]
// Comparing two structures compares the addresses of the functions in them, which is as good as it gets.
#![allow(unpredictable_function_pointer_comparisons)]

pub use ::core::ffi::{c_char, c_int, c_uint, c_ulonglong, c_void};
pub use ::cuda_sys::driver::CUstream as cudaStream_t;

pub const CUDNN_MAJOR: u32 = 9;
pub const CUDNN_MINOR: u32 = 28;
pub const CUDNN_PATCHLEVEL: u32 = 1;
pub const CUDNN_VERSION: u32 = 92801;
pub const CUDNN_MAX_SM_MAJOR_NUMBER: u32 = 12;
pub const CUDNN_MAX_SM_MINOR_NUMBER: u32 = 1;
pub const CUDNN_MAX_DEVICE_VERSION: u32 = 1210;
pub const CUDNN_GRAPH_MAJOR: u32 = 9;
pub const CUDNN_GRAPH_MINOR: u32 = 28;
pub const CUDNN_GRAPH_PATCH: u32 = 1;
pub const CUDNN_DIM_MAX: u32 = 8;
pub const CUDNN_OPS_MAJOR: u32 = 9;
pub const CUDNN_OPS_MINOR: u32 = 28;
pub const CUDNN_OPS_PATCH: u32 = 1;
pub const CUDNN_LRN_MIN_N: u32 = 1;
pub const CUDNN_LRN_MAX_N: u32 = 16;
pub const CUDNN_LRN_MIN_K: f64 = 0.00001;
pub const CUDNN_LRN_MIN_BETA: f64 = 0.01;
pub const CUDNN_BN_MIN_EPSILON: f64 = 0.0;
pub const CUDNN_ADV_MAJOR: u32 = 9;
pub const CUDNN_ADV_MINOR: u32 = 28;
pub const CUDNN_ADV_PATCH: u32 = 1;
pub const CUDNN_RNN_PADDED_IO_DISABLED: u32 = 0;
pub const CUDNN_RNN_PADDED_IO_ENABLED: u32 = 1;
pub const CUDNN_SEQDATA_DIM_COUNT: u32 = 4;
pub const CUDNN_ATTN_QUERYMAP_ALL_TO_ONE: u32 = 0;
pub const CUDNN_ATTN_QUERYMAP_ONE_TO_ONE: u32 = 1;
pub const CUDNN_ATTN_DISABLE_PROJ_BIASES: u32 = 0;
pub const CUDNN_ATTN_ENABLE_PROJ_BIASES: u32 = 2;
pub const CUDNN_ATTN_WKIND_COUNT: u32 = 8;
pub const CUDNN_CNN_MAJOR: u32 = 9;
pub const CUDNN_CNN_MINOR: u32 = 28;
pub const CUDNN_CNN_PATCH: u32 = 1;
#[repr(C)]
#[derive(Debug)]
pub struct CUgraph_st {
    _unused: [u8; 0],
}
pub type cudaGraph_t = *mut CUgraph_st;
impl libraryPropertyType {
    pub const MAJOR_VERSION: Self = Self(0);
    pub const MINOR_VERSION: Self = Self(1);
    pub const PATCH_LEVEL: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct libraryPropertyType(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct cudnnContext {
    _unused: [u8; 0],
}
pub type cudnnHandle_t = *mut cudnnContext;
impl cudnnStatus_t {
    pub const CUDNN_STATUS_SUCCESS: Self = Self(0);
    pub const CUDNN_STATUS_NOT_INITIALIZED: Self = Self(1001);
    pub const CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH: Self = Self(1002);
    pub const CUDNN_STATUS_SERIALIZATION_VERSION_MISMATCH: Self = Self(1003);
    pub const CUDNN_STATUS_DEPRECATED: Self = Self(1004);
    pub const CUDNN_STATUS_LICENSE_ERROR: Self = Self(1005);
    pub const CUDNN_STATUS_RUNTIME_IN_PROGRESS: Self = Self(1006);
    pub const CUDNN_STATUS_RUNTIME_FP_OVERFLOW: Self = Self(1007);
    pub const CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED: Self = Self(1008);
    pub const CUDNN_STATUS_BAD_PARAM: Self = Self(2000);
    pub const CUDNN_STATUS_BAD_PARAM_NULL_POINTER: Self = Self(2002);
    pub const CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER: Self = Self(2003);
    pub const CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED: Self = Self(2004);
    pub const CUDNN_STATUS_BAD_PARAM_OUT_OF_BOUND: Self = Self(2005);
    pub const CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT: Self = Self(2006);
    pub const CUDNN_STATUS_BAD_PARAM_STREAM_MISMATCH: Self = Self(2007);
    pub const CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH: Self = Self(2008);
    pub const CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES: Self = Self(2009);
    pub const CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE: Self = Self(2010);
    pub const CUDNN_STATUS_BAD_PARAM_CUDA_GRAPH_MISMATCH: Self = Self(2011);
    pub const CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE: Self = Self(2012);
    pub const CUDNN_STATUS_NOT_SUPPORTED: Self = Self(3000);
    pub const CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN: Self = Self(3001);
    pub const CUDNN_STATUS_NOT_SUPPORTED_SHAPE: Self = Self(3002);
    pub const CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE: Self = Self(3003);
    pub const CUDNN_STATUS_NOT_SUPPORTED_LAYOUT: Self = Self(3004);
    pub const CUDNN_STATUS_NOT_SUPPORTED_INCOMPATIBLE_CUDA_DRIVER: Self = Self(3005);
    pub const CUDNN_STATUS_NOT_SUPPORTED_INCOMPATIBLE_CUDART: Self = Self(3006);
    pub const CUDNN_STATUS_NOT_SUPPORTED_ARCH_MISMATCH: Self = Self(3007);
    pub const CUDNN_STATUS_NOT_SUPPORTED_RUNTIME_PREREQUISITE_MISSING: Self = Self(3008);
    pub const CUDNN_STATUS_NOT_SUPPORTED_SUBLIBRARY_UNAVAILABLE: Self = Self(3009);
    pub const CUDNN_STATUS_NOT_SUPPORTED_SHARED_MEMORY_INSUFFICIENT: Self = Self(3010);
    pub const CUDNN_STATUS_NOT_SUPPORTED_PADDING: Self = Self(3011);
    pub const CUDNN_STATUS_NOT_SUPPORTED_BAD_LAUNCH_PARAM: Self = Self(3012);
    pub const CUDNN_STATUS_NOT_SUPPORTED_CUDA_GRAPH_NATIVE_API: Self = Self(3013);
    pub const CUDNN_STATUS_NOT_SUPPORTED_INVALID_DYNAMIC_SHAPE: Self = Self(3014);
    pub const CUDNN_STATUS_INTERNAL_ERROR: Self = Self(4000);
    pub const CUDNN_STATUS_INTERNAL_ERROR_COMPILATION_FAILED: Self = Self(4001);
    pub const CUDNN_STATUS_INTERNAL_ERROR_UNEXPECTED_VALUE: Self = Self(4002);
    pub const CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED: Self = Self(4003);
    pub const CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED: Self = Self(4004);
    pub const CUDNN_STATUS_INTERNAL_ERROR_BAD_LAUNCH_PARAM: Self = Self(4005);
    pub const CUDNN_STATUS_INTERNAL_ERROR_TEXTURE_CREATION_FAILED: Self = Self(4006);
    pub const CUDNN_STATUS_EXECUTION_FAILED: Self = Self(5000);
    pub const CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER: Self = Self(5001);
    pub const CUDNN_STATUS_EXECUTION_FAILED_CUBLAS: Self = Self(5002);
    pub const CUDNN_STATUS_EXECUTION_FAILED_CUDART: Self = Self(5003);
    pub const CUDNN_STATUS_EXECUTION_FAILED_CURAND: Self = Self(5004);
    pub const CUDNN_STATUS_ALLOC_FAILED: Self = Self(4003);
    pub const CUDNN_STATUS_INVALID_VALUE: Self = Self(2001);
    pub const CUDNN_STATUS_ARCH_MISMATCH: Self = Self(3007);
    pub const CUDNN_STATUS_MAPPING_ERROR: Self = Self(4006);
    pub const CUDNN_STATUS_RUNTIME_PREREQUISITE_MISSING: Self = Self(3008);
    pub const CUDNN_STATUS_VERSION_MISMATCH: Self = Self(1002);
}
#[repr(transparent)]
#[derive(Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnStatus_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct cudnnRuntimeTag_t {
    _unused: [u8; 0],
}
impl cudnnErrQueryMode_t {
    pub const CUDNN_ERRQUERY_RAWCODE: Self = Self(0);
    pub const CUDNN_ERRQUERY_NONBLOCKING: Self = Self(1);
    pub const CUDNN_ERRQUERY_BLOCKING: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnErrQueryMode_t(pub ::core::ffi::c_uint);
impl cudnnDataType_t {
    pub const CUDNN_DATA_FLOAT: Self = Self(0);
    pub const CUDNN_DATA_DOUBLE: Self = Self(1);
    pub const CUDNN_DATA_HALF: Self = Self(2);
    pub const CUDNN_DATA_INT8: Self = Self(3);
    pub const CUDNN_DATA_INT32: Self = Self(4);
    pub const CUDNN_DATA_INT8x4: Self = Self(5);
    pub const CUDNN_DATA_UINT8: Self = Self(6);
    pub const CUDNN_DATA_UINT8x4: Self = Self(7);
    pub const CUDNN_DATA_INT8x32: Self = Self(8);
    pub const CUDNN_DATA_BFLOAT16: Self = Self(9);
    pub const CUDNN_DATA_INT64: Self = Self(10);
    pub const CUDNN_DATA_BOOLEAN: Self = Self(11);
    pub const CUDNN_DATA_FP8_E4M3: Self = Self(12);
    pub const CUDNN_DATA_FP8_E5M2: Self = Self(13);
    pub const CUDNN_DATA_FAST_FLOAT_FOR_FP8: Self = Self(14);
    pub const CUDNN_DATA_FP8_E8M0: Self = Self(15);
    pub const CUDNN_DATA_FP4_E2M1: Self = Self(16);
    pub const CUDNN_DATA_INT4: Self = Self(17);
    pub const CUDNN_DATA_UINT4: Self = Self(18);
    pub const CUDNN_DATA_UINT32: Self = Self(19);
    pub const CUDNN_DATA_COMPLEX_FP32: Self = Self(20);
    pub const CUDNN_DATA_COMPLEX_FP64: Self = Self(21);
    pub const CUDNN_DATA_BYTE_BOOLEAN: Self = Self(22);
    pub const CUDNN_DATA_FP8_E5M3: Self = Self(23);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnDataType_t(pub ::core::ffi::c_uint);
impl cudnnMathType_t {
    pub const CUDNN_DEFAULT_MATH: Self = Self(0);
    pub const CUDNN_TENSOR_OP_MATH: Self = Self(1);
    pub const CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION: Self = Self(2);
    pub const CUDNN_FMA_MATH: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnMathType_t(pub ::core::ffi::c_uint);
impl cudnnNanPropagation_t {
    pub const CUDNN_NOT_PROPAGATE_NAN: Self = Self(0);
    pub const CUDNN_PROPAGATE_NAN: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnNanPropagation_t(pub ::core::ffi::c_uint);
impl cudnnCTCGradMode_t {
    pub const CUDNN_CTC_ZERO_OOB_GRADIENTS: Self = Self(0);
    pub const CUDNN_CTC_SKIP_OOB_GRADIENTS: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnCTCGradMode_t(pub ::core::ffi::c_uint);
impl cudnnTensorFormat_t {
    pub const CUDNN_TENSOR_NCHW: Self = Self(0);
    pub const CUDNN_TENSOR_NHWC: Self = Self(1);
    pub const CUDNN_TENSOR_NCHW_VECT_C: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnTensorFormat_t(pub ::core::ffi::c_uint);
impl cudnnReduceTensorOp_t {
    pub const CUDNN_REDUCE_TENSOR_ADD: Self = Self(0);
    pub const CUDNN_REDUCE_TENSOR_MUL: Self = Self(1);
    pub const CUDNN_REDUCE_TENSOR_MIN: Self = Self(2);
    pub const CUDNN_REDUCE_TENSOR_MAX: Self = Self(3);
    pub const CUDNN_REDUCE_TENSOR_AMAX: Self = Self(4);
    pub const CUDNN_REDUCE_TENSOR_AVG: Self = Self(5);
    pub const CUDNN_REDUCE_TENSOR_NORM1: Self = Self(6);
    pub const CUDNN_REDUCE_TENSOR_NORM2: Self = Self(7);
    pub const CUDNN_REDUCE_TENSOR_MUL_NO_ZEROS: Self = Self(8);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnReduceTensorOp_t(pub ::core::ffi::c_uint);
impl cudnnActivationMode_t {
    pub const CUDNN_ACTIVATION_SIGMOID: Self = Self(0);
    pub const CUDNN_ACTIVATION_RELU: Self = Self(1);
    pub const CUDNN_ACTIVATION_TANH: Self = Self(2);
    pub const CUDNN_ACTIVATION_CLIPPED_RELU: Self = Self(3);
    pub const CUDNN_ACTIVATION_ELU: Self = Self(4);
    pub const CUDNN_ACTIVATION_IDENTITY: Self = Self(5);
    pub const CUDNN_ACTIVATION_SWISH: Self = Self(6);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnActivationMode_t(pub ::core::ffi::c_uint);
impl cudnnSeverity_t {
    pub const CUDNN_SEV_FATAL: Self = Self(0);
    pub const CUDNN_SEV_ERROR: Self = Self(1);
    pub const CUDNN_SEV_WARNING: Self = Self(2);
    pub const CUDNN_SEV_INFO: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnSeverity_t(pub ::core::ffi::c_uint);
#[repr(C)]
pub struct cudnnDebugStruct {
    pub cudnn_version: ::core::ffi::c_uint,
    pub cudnnStatus: cudnnStatus_t,
    pub time_sec: ::core::ffi::c_uint,
    pub time_usec: ::core::ffi::c_uint,
    pub time_delta: ::core::ffi::c_uint,
    pub handle: cudnnHandle_t,
    pub stream: cudaStream_t,
    pub pid: ::core::ffi::c_ulonglong,
    pub tid: ::core::ffi::c_ulonglong,
    pub cudaDeviceId: ::core::ffi::c_int,
    pub reserved: [::core::ffi::c_int; 15usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cudnnDebugStruct"][::core::mem::size_of::<cudnnDebugStruct>() - 120usize];
    ["Alignment of cudnnDebugStruct"][::core::mem::align_of::<cudnnDebugStruct>() - 8usize];
    ["Offset of field: cudnnDebugStruct::cudnn_version"]
        [::core::mem::offset_of!(cudnnDebugStruct, cudnn_version) - 0usize];
    ["Offset of field: cudnnDebugStruct::cudnnStatus"]
        [::core::mem::offset_of!(cudnnDebugStruct, cudnnStatus) - 4usize];
    ["Offset of field: cudnnDebugStruct::time_sec"]
        [::core::mem::offset_of!(cudnnDebugStruct, time_sec) - 8usize];
    ["Offset of field: cudnnDebugStruct::time_usec"]
        [::core::mem::offset_of!(cudnnDebugStruct, time_usec) - 12usize];
    ["Offset of field: cudnnDebugStruct::time_delta"]
        [::core::mem::offset_of!(cudnnDebugStruct, time_delta) - 16usize];
    ["Offset of field: cudnnDebugStruct::handle"]
        [::core::mem::offset_of!(cudnnDebugStruct, handle) - 24usize];
    ["Offset of field: cudnnDebugStruct::stream"]
        [::core::mem::offset_of!(cudnnDebugStruct, stream) - 32usize];
    ["Offset of field: cudnnDebugStruct::pid"][::core::mem::offset_of!(cudnnDebugStruct, pid) - 40usize];
    ["Offset of field: cudnnDebugStruct::tid"][::core::mem::offset_of!(cudnnDebugStruct, tid) - 48usize];
    ["Offset of field: cudnnDebugStruct::cudaDeviceId"]
        [::core::mem::offset_of!(cudnnDebugStruct, cudaDeviceId) - 56usize];
    ["Offset of field: cudnnDebugStruct::reserved"]
        [::core::mem::offset_of!(cudnnDebugStruct, reserved) - 60usize];
};
pub type cudnnDebug_t = cudnnDebugStruct;
pub type cudnnCallback_t = ::core::option::Option<
    unsafe extern "C" fn(
        sev: cudnnSeverity_t,
        udata: *mut ::core::ffi::c_void,
        dbg: *const cudnnDebug_t,
        msg: *const ::core::ffi::c_char,
    ),
>;
impl cudnnConvolutionMode_t {
    pub const CUDNN_CONVOLUTION: Self = Self(0);
    pub const CUDNN_CROSS_CORRELATION: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnConvolutionMode_t(pub ::core::ffi::c_uint);
impl cudnnReorderType_t {
    pub const CUDNN_DEFAULT_REORDER: Self = Self(0);
    pub const CUDNN_NO_REORDER: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnReorderType_t(pub ::core::ffi::c_uint);
pub type cudnnBackendDescriptor_t = *mut ::core::ffi::c_void;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnFractionStruct {
    pub numerator: i64,
    pub denominator: i64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cudnnFractionStruct"][::core::mem::size_of::<cudnnFractionStruct>() - 16usize];
    ["Alignment of cudnnFractionStruct"][::core::mem::align_of::<cudnnFractionStruct>() - 8usize];
    ["Offset of field: cudnnFractionStruct::numerator"]
        [::core::mem::offset_of!(cudnnFractionStruct, numerator) - 0usize];
    ["Offset of field: cudnnFractionStruct::denominator"]
        [::core::mem::offset_of!(cudnnFractionStruct, denominator) - 8usize];
};
pub type cudnnFraction_t = cudnnFractionStruct;
impl cudnnPointwiseMode_t {
    pub const CUDNN_POINTWISE_ADD: Self = Self(0);
    pub const CUDNN_POINTWISE_ADD_SQUARE: Self = Self(5);
    pub const CUDNN_POINTWISE_DIV: Self = Self(6);
    pub const CUDNN_POINTWISE_MAX: Self = Self(3);
    pub const CUDNN_POINTWISE_MIN: Self = Self(2);
    pub const CUDNN_POINTWISE_MOD: Self = Self(7);
    pub const CUDNN_POINTWISE_MUL: Self = Self(1);
    pub const CUDNN_POINTWISE_POW: Self = Self(8);
    pub const CUDNN_POINTWISE_SUB: Self = Self(9);
    pub const CUDNN_POINTWISE_ABS: Self = Self(10);
    pub const CUDNN_POINTWISE_CEIL: Self = Self(11);
    pub const CUDNN_POINTWISE_COS: Self = Self(12);
    pub const CUDNN_POINTWISE_EXP: Self = Self(13);
    pub const CUDNN_POINTWISE_FLOOR: Self = Self(14);
    pub const CUDNN_POINTWISE_LOG: Self = Self(15);
    pub const CUDNN_POINTWISE_NEG: Self = Self(16);
    pub const CUDNN_POINTWISE_RSQRT: Self = Self(17);
    pub const CUDNN_POINTWISE_SIN: Self = Self(18);
    pub const CUDNN_POINTWISE_SQRT: Self = Self(4);
    pub const CUDNN_POINTWISE_TAN: Self = Self(19);
    pub const CUDNN_POINTWISE_ERF: Self = Self(20);
    pub const CUDNN_POINTWISE_IDENTITY: Self = Self(21);
    pub const CUDNN_POINTWISE_RECIPROCAL: Self = Self(22);
    pub const CUDNN_POINTWISE_ATAN2: Self = Self(23);
    pub const CUDNN_POINTWISE_FLOOR_MOD: Self = Self(24);
    pub const CUDNN_POINTWISE_RELU_FWD: Self = Self(100);
    pub const CUDNN_POINTWISE_TANH_FWD: Self = Self(101);
    pub const CUDNN_POINTWISE_SIGMOID_FWD: Self = Self(102);
    pub const CUDNN_POINTWISE_ELU_FWD: Self = Self(103);
    pub const CUDNN_POINTWISE_GELU_FWD: Self = Self(104);
    pub const CUDNN_POINTWISE_SOFTPLUS_FWD: Self = Self(105);
    pub const CUDNN_POINTWISE_SWISH_FWD: Self = Self(106);
    pub const CUDNN_POINTWISE_GELU_APPROX_TANH_FWD: Self = Self(107);
    pub const CUDNN_POINTWISE_RELU_BWD: Self = Self(200);
    pub const CUDNN_POINTWISE_TANH_BWD: Self = Self(201);
    pub const CUDNN_POINTWISE_SIGMOID_BWD: Self = Self(202);
    pub const CUDNN_POINTWISE_ELU_BWD: Self = Self(203);
    pub const CUDNN_POINTWISE_GELU_BWD: Self = Self(204);
    pub const CUDNN_POINTWISE_SOFTPLUS_BWD: Self = Self(205);
    pub const CUDNN_POINTWISE_SWISH_BWD: Self = Self(206);
    pub const CUDNN_POINTWISE_GELU_APPROX_TANH_BWD: Self = Self(207);
    pub const CUDNN_POINTWISE_CMP_EQ: Self = Self(300);
    pub const CUDNN_POINTWISE_CMP_NEQ: Self = Self(301);
    pub const CUDNN_POINTWISE_CMP_GT: Self = Self(302);
    pub const CUDNN_POINTWISE_CMP_GE: Self = Self(303);
    pub const CUDNN_POINTWISE_CMP_LT: Self = Self(304);
    pub const CUDNN_POINTWISE_CMP_LE: Self = Self(305);
    pub const CUDNN_POINTWISE_LOGICAL_AND: Self = Self(400);
    pub const CUDNN_POINTWISE_LOGICAL_OR: Self = Self(401);
    pub const CUDNN_POINTWISE_LOGICAL_NOT: Self = Self(402);
    pub const CUDNN_POINTWISE_GEN_INDEX: Self = Self(501);
    pub const CUDNN_POINTWISE_BINARY_SELECT: Self = Self(601);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnPointwiseMode_t(pub ::core::ffi::c_uint);
impl cudnnResampleMode_t {
    pub const CUDNN_RESAMPLE_NEAREST: Self = Self(0);
    pub const CUDNN_RESAMPLE_BILINEAR: Self = Self(1);
    pub const CUDNN_RESAMPLE_AVGPOOL: Self = Self(2);
    pub const CUDNN_RESAMPLE_AVGPOOL_INCLUDE_PADDING: Self = Self(2);
    pub const CUDNN_RESAMPLE_AVGPOOL_EXCLUDE_PADDING: Self = Self(4);
    pub const CUDNN_RESAMPLE_MAXPOOL: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnResampleMode_t(pub ::core::ffi::c_uint);
impl cudnnSignalMode_t {
    pub const CUDNN_SIGNAL_SET: Self = Self(0);
    pub const CUDNN_SIGNAL_WAIT: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnSignalMode_t(pub ::core::ffi::c_uint);
impl cudnnGenStatsMode_t {
    pub const CUDNN_GENSTATS_SUM_SQSUM: Self = Self(0);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnGenStatsMode_t(pub ::core::ffi::c_uint);
impl cudnnBnFinalizeStatsMode_t {
    pub const CUDNN_BN_FINALIZE_STATISTICS_TRAINING: Self = Self(0);
    pub const CUDNN_BN_FINALIZE_STATISTICS_INFERENCE: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBnFinalizeStatsMode_t(pub ::core::ffi::c_uint);
impl cudnnRngDistribution_t {
    pub const CUDNN_RNG_DISTRIBUTION_BERNOULLI: Self = Self(0);
    pub const CUDNN_RNG_DISTRIBUTION_UNIFORM: Self = Self(1);
    pub const CUDNN_RNG_DISTRIBUTION_NORMAL: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnRngDistribution_t(pub ::core::ffi::c_uint);
impl cudnnMoeGroupedMatmulMode_t {
    pub const CUDNN_MOE_GROUPED_MATMUL_MODE_NONE: Self = Self(0);
    pub const CUDNN_MOE_GROUPED_MATMUL_MODE_GATHER: Self = Self(1);
    pub const CUDNN_MOE_GROUPED_MATMUL_MODE_SCATTER: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnMoeGroupedMatmulMode_t(pub ::core::ffi::c_uint);
impl cudnnBackendAttributeName_t {
    pub const CUDNN_ATTR_POINTWISE_MODE: Self = Self(0);
    pub const CUDNN_ATTR_POINTWISE_MATH_PREC: Self = Self(1);
    pub const CUDNN_ATTR_POINTWISE_NAN_PROPAGATION: Self = Self(2);
    pub const CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP: Self = Self(3);
    pub const CUDNN_ATTR_POINTWISE_RELU_UPPER_CLIP: Self = Self(4);
    pub const CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP_SLOPE: Self = Self(5);
    pub const CUDNN_ATTR_POINTWISE_ELU_ALPHA: Self = Self(6);
    pub const CUDNN_ATTR_POINTWISE_SOFTPLUS_BETA: Self = Self(7);
    pub const CUDNN_ATTR_POINTWISE_SWISH_BETA: Self = Self(8);
    pub const CUDNN_ATTR_POINTWISE_AXIS: Self = Self(9);
    pub const CUDNN_ATTR_CONVOLUTION_COMP_TYPE: Self = Self(100);
    pub const CUDNN_ATTR_CONVOLUTION_CONV_MODE: Self = Self(101);
    pub const CUDNN_ATTR_CONVOLUTION_DILATIONS: Self = Self(102);
    pub const CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES: Self = Self(103);
    pub const CUDNN_ATTR_CONVOLUTION_POST_PADDINGS: Self = Self(104);
    pub const CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS: Self = Self(105);
    pub const CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS: Self = Self(106);
    pub const CUDNN_ATTR_ENGINEHEUR_MODE: Self = Self(200);
    pub const CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH: Self = Self(201);
    pub const CUDNN_ATTR_ENGINEHEUR_RESULTS: Self = Self(202);
    pub const CUDNN_ATTR_ENGINEHEUR_SM_COUNT_TARGET: Self = Self(203);
    pub const CUDNN_ATTR_ENGINEHEUR_DEVICEPROP: Self = Self(204);
    pub const CUDNN_ATTR_ENGINEHEUR_SHARED_MEMORY_LIMIT: Self = Self(205);
    pub const CUDNN_ATTR_ENGINECFG_ENGINE: Self = Self(300);
    pub const CUDNN_ATTR_ENGINECFG_INTERMEDIATE_INFO: Self = Self(301);
    pub const CUDNN_ATTR_ENGINECFG_KNOB_CHOICES: Self = Self(302);
    pub const CUDNN_ATTR_ENGINECFG_WORKSPACE_SIZE: Self = Self(303);
    pub const CUDNN_ATTR_ENGINECFG_SHARED_MEMORY_USED: Self = Self(304);
    pub const CUDNN_ATTR_EXECUTION_PLAN_HANDLE: Self = Self(400);
    pub const CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG: Self = Self(401);
    pub const CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE: Self = Self(402);
    pub const CUDNN_ATTR_EXECUTION_PLAN_COMPUTED_INTERMEDIATE_UIDS: Self = Self(403);
    pub const CUDNN_ATTR_EXECUTION_PLAN_RUN_ONLY_INTERMEDIATE_UIDS: Self = Self(404);
    pub const CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION: Self = Self(405);
    pub const CUDNN_ATTR_EXECUTION_PLAN_KERNEL_CACHE: Self = Self(406);
    pub const CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP: Self = Self(407);
    pub const CUDNN_ATTR_EXECUTION_PLAN_CUDA_GRAPH_RETENTION: Self = Self(408);
    pub const CUDNN_ATTR_INTERMEDIATE_INFO_UNIQUE_ID: Self = Self(500);
    pub const CUDNN_ATTR_INTERMEDIATE_INFO_SIZE: Self = Self(501);
    pub const CUDNN_ATTR_INTERMEDIATE_INFO_DEPENDENT_DATA_UIDS: Self = Self(502);
    pub const CUDNN_ATTR_INTERMEDIATE_INFO_DEPENDENT_ATTRIBUTES: Self = Self(503);
    pub const CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE: Self = Self(600);
    pub const CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE: Self = Self(601);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA: Self = Self(700);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA: Self = Self(701);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC: Self = Self(702);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W: Self = Self(703);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X: Self = Self(704);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y: Self = Self(705);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA: Self = Self(706);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA: Self = Self(707);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC: Self = Self(708);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W: Self = Self(709);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX: Self = Self(710);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY: Self = Self(711);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA: Self = Self(712);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA: Self = Self(713);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC: Self = Self(714);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW: Self = Self(715);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X: Self = Self(716);
    pub const CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY: Self = Self(717);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR: Self = Self(750);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_XDESC: Self = Self(751);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_BDESC: Self = Self(752);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_YDESC: Self = Self(753);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_ALPHA1: Self = Self(754);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_ALPHA2: Self = Self(755);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_DXDESC: Self = Self(756);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_DYDESC: Self = Self(757);
    pub const CUDNN_ATTR_OPERATION_POINTWISE_TDESC: Self = Self(758);
    pub const CUDNN_ATTR_OPERATION_GENSTATS_MODE: Self = Self(770);
    pub const CUDNN_ATTR_OPERATION_GENSTATS_MATH_PREC: Self = Self(771);
    pub const CUDNN_ATTR_OPERATION_GENSTATS_XDESC: Self = Self(772);
    pub const CUDNN_ATTR_OPERATION_GENSTATS_SUMDESC: Self = Self(773);
    pub const CUDNN_ATTR_OPERATION_GENSTATS_SQSUMDESC: Self = Self(774);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_STATS_MODE: Self = Self(780);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_MATH_PREC: Self = Self(781);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_Y_SUM_DESC: Self = Self(782);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_Y_SQ_SUM_DESC: Self = Self(783);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_SCALE_DESC: Self = Self(784);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_BIAS_DESC: Self = Self(785);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_PREV_RUNNING_MEAN_DESC: Self = Self(786);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_PREV_RUNNING_VAR_DESC: Self = Self(787);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_UPDATED_RUNNING_MEAN_DESC: Self = Self(788);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_UPDATED_RUNNING_VAR_DESC: Self = Self(789);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_SAVED_MEAN_DESC: Self = Self(790);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_SAVED_INV_STD_DESC: Self = Self(791);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_EQ_SCALE_DESC: Self = Self(792);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_EQ_BIAS_DESC: Self = Self(793);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_ACCUM_COUNT_DESC: Self = Self(794);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_EPSILON_DESC: Self = Self(795);
    pub const CUDNN_ATTR_OPERATION_BN_FINALIZE_EXP_AVERATE_FACTOR_DESC: Self = Self(796);
    pub const CUDNN_ATTR_OPERATIONGRAPH_HANDLE: Self = Self(800);
    pub const CUDNN_ATTR_OPERATIONGRAPH_OPS: Self = Self(801);
    pub const CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT: Self = Self(802);
    pub const CUDNN_ATTR_OPERATIONGRAPH_IS_DYNAMIC_SHAPE_ENABLED: Self = Self(803);
    pub const CUDNN_ATTR_OPERATIONGRAPH_IS_SAME_TOPOLOGY: Self = Self(804);
    pub const CUDNN_ATTR_OPERATIONGRAPH_IS_OVERRIDE_SHAPE_ENABLED: Self = Self(805);
    pub const CUDNN_ATTR_OPERATIONGRAPH_MODE: Self = Self(806);
    pub const CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT: Self = Self(900);
    pub const CUDNN_ATTR_TENSOR_DATA_TYPE: Self = Self(901);
    pub const CUDNN_ATTR_TENSOR_DIMENSIONS: Self = Self(902);
    pub const CUDNN_ATTR_TENSOR_STRIDES: Self = Self(903);
    pub const CUDNN_ATTR_TENSOR_VECTOR_COUNT: Self = Self(904);
    pub const CUDNN_ATTR_TENSOR_VECTORIZED_DIMENSION: Self = Self(905);
    pub const CUDNN_ATTR_TENSOR_UNIQUE_ID: Self = Self(906);
    pub const CUDNN_ATTR_TENSOR_IS_VIRTUAL: Self = Self(907);
    pub const CUDNN_ATTR_TENSOR_IS_BY_VALUE: Self = Self(908);
    pub const CUDNN_ATTR_TENSOR_REORDERING_MODE: Self = Self(909);
    pub const CUDNN_ATTR_TENSOR_CONSTANT_VALUE: Self = Self(910);
    pub const CUDNN_ATTR_TENSOR_RAGGED_OFFSET_DESC: Self = Self(913);
    pub const CUDNN_ATTR_TENSOR_RAGGED_OFFSET_MULTIPLIER: Self = Self(914);
    pub const CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS: Self = Self(1000);
    pub const CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS: Self = Self(1001);
    pub const CUDNN_ATTR_VARIANT_PACK_INTERMEDIATES: Self = Self(1002);
    pub const CUDNN_ATTR_VARIANT_PACK_WORKSPACE: Self = Self(1003);
    pub const CUDNN_ATTR_VARIANT_PACK_OVERRIDE_UNIQUE_IDS: Self = Self(1010);
    pub const CUDNN_ATTR_VARIANT_PACK_OVERRIDE_SHAPES: Self = Self(1011);
    pub const CUDNN_ATTR_VARIANT_PACK_OVERRIDE_STRIDES: Self = Self(1012);
    pub const CUDNN_ATTR_LAYOUT_INFO_TENSOR_UID: Self = Self(1100);
    pub const CUDNN_ATTR_LAYOUT_INFO_TYPES: Self = Self(1101);
    pub const CUDNN_ATTR_KNOB_INFO_TYPE: Self = Self(1200);
    pub const CUDNN_ATTR_KNOB_INFO_MAXIMUM_VALUE: Self = Self(1201);
    pub const CUDNN_ATTR_KNOB_INFO_MINIMUM_VALUE: Self = Self(1202);
    pub const CUDNN_ATTR_KNOB_INFO_STRIDE: Self = Self(1203);
    pub const CUDNN_ATTR_ENGINE_OPERATION_GRAPH: Self = Self(1300);
    pub const CUDNN_ATTR_ENGINE_GLOBAL_INDEX: Self = Self(1301);
    pub const CUDNN_ATTR_ENGINE_KNOB_INFO: Self = Self(1302);
    pub const CUDNN_ATTR_ENGINE_NUMERICAL_NOTE: Self = Self(1303);
    pub const CUDNN_ATTR_ENGINE_LAYOUT_INFO: Self = Self(1304);
    pub const CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE: Self = Self(1305);
    pub const CUDNN_ATTR_ENGINE_SM_COUNT_TARGET: Self = Self(1306);
    pub const CUDNN_ATTR_ENGINE_DEVICEPROP: Self = Self(1307);
    pub const CUDNN_ATTR_ENGINE_DISABLE_CLUSTER_COOPERATIVE: Self = Self(1308);
    pub const CUDNN_ATTR_ENGINE_SHARED_MEMORY_LIMIT: Self = Self(1309);
    pub const CUDNN_ATTR_MATMUL_COMP_TYPE: Self = Self(1500);
    pub const CUDNN_ATTR_MATMUL_PADDING_VALUE: Self = Self(1503);
    pub const CUDNN_ATTR_OPERATION_MATMUL_ADESC: Self = Self(1520);
    pub const CUDNN_ATTR_OPERATION_MATMUL_BDESC: Self = Self(1521);
    pub const CUDNN_ATTR_OPERATION_MATMUL_CDESC: Self = Self(1522);
    pub const CUDNN_ATTR_OPERATION_MATMUL_DESC: Self = Self(1523);
    pub const CUDNN_ATTR_OPERATION_MATMUL_IRREGULARLY_STRIDED_BATCH_COUNT: Self = Self(1524);
    pub const CUDNN_ATTR_OPERATION_MATMUL_GEMM_M_OVERRIDE_DESC: Self = Self(1525);
    pub const CUDNN_ATTR_OPERATION_MATMUL_GEMM_N_OVERRIDE_DESC: Self = Self(1526);
    pub const CUDNN_ATTR_OPERATION_MATMUL_GEMM_K_OVERRIDE_DESC: Self = Self(1527);
    pub const CUDNN_ATTR_REDUCTION_OPERATOR: Self = Self(1600);
    pub const CUDNN_ATTR_REDUCTION_COMP_TYPE: Self = Self(1601);
    pub const CUDNN_ATTR_REDUCTION_IS_DETERMINISTIC: Self = Self(1602);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_XDESC: Self = Self(1610);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_YDESC: Self = Self(1611);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_DESC: Self = Self(1612);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_GROUP_OFFSET_DESC: Self = Self(1613);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_MATH_PREC: Self = Self(1620);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_MEAN_DESC: Self = Self(1621);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_INVSTD_DESC: Self = Self(1622);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_BN_SCALE_DESC: Self = Self(1623);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_X_DESC: Self = Self(1624);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_DY_DESC: Self = Self(1625);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_DBN_SCALE_DESC: Self = Self(1626);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_DBN_BIAS_DESC: Self = Self(1627);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_EQ_DY_SCALE_DESC: Self = Self(1628);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_EQ_X_SCALE_DESC: Self = Self(1629);
    pub const CUDNN_ATTR_OPERATION_BN_BWD_WEIGHTS_EQ_BIAS: Self = Self(1630);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_DIMS: Self = Self(1640);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_INIT_VALUES: Self = Self(1641);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_SUBGRAPH: Self = Self(1642);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_SUBGRAPH_ACCUMULATOR_UIDS: Self = Self(1643);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_SUBGRAPH_CURRENT_UIDS: Self = Self(1644);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_SUBGRAPH_OUTPUT_UIDS: Self = Self(1645);
    pub const CUDNN_ATTR_OPERATION_REDUCTION_SUBGRAPH_COMPUTE_TYPES: Self = Self(1646);
    pub const CUDNN_ATTR_RESAMPLE_MODE: Self = Self(1700);
    pub const CUDNN_ATTR_RESAMPLE_COMP_TYPE: Self = Self(1701);
    pub const CUDNN_ATTR_RESAMPLE_SPATIAL_DIMS: Self = Self(1702);
    pub const CUDNN_ATTR_RESAMPLE_POST_PADDINGS: Self = Self(1703);
    pub const CUDNN_ATTR_RESAMPLE_PRE_PADDINGS: Self = Self(1704);
    pub const CUDNN_ATTR_RESAMPLE_STRIDES: Self = Self(1705);
    pub const CUDNN_ATTR_RESAMPLE_WINDOW_DIMS: Self = Self(1706);
    pub const CUDNN_ATTR_RESAMPLE_NAN_PROPAGATION: Self = Self(1707);
    pub const CUDNN_ATTR_RESAMPLE_PADDING_MODE: Self = Self(1708);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_FWD_XDESC: Self = Self(1710);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_FWD_YDESC: Self = Self(1711);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_FWD_IDXDESC: Self = Self(1712);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_FWD_ALPHA: Self = Self(1713);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_FWD_BETA: Self = Self(1714);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_FWD_DESC: Self = Self(1716);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_BWD_DXDESC: Self = Self(1720);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_BWD_DYDESC: Self = Self(1721);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_BWD_IDXDESC: Self = Self(1722);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_BWD_ALPHA: Self = Self(1723);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_BWD_BETA: Self = Self(1724);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_BWD_DESC: Self = Self(1725);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_BWD_XDESC: Self = Self(1726);
    pub const CUDNN_ATTR_OPERATION_RESAMPLE_BWD_YDESC: Self = Self(1727);
    pub const CUDNN_ATTR_OPERATION_CONCAT_AXIS: Self = Self(1800);
    pub const CUDNN_ATTR_OPERATION_CONCAT_INPUT_DESCS: Self = Self(1801);
    pub const CUDNN_ATTR_OPERATION_CONCAT_INPLACE_INDEX: Self = Self(1802);
    pub const CUDNN_ATTR_OPERATION_CONCAT_OUTPUT_DESC: Self = Self(1803);
    pub const CUDNN_ATTR_OPERATION_SIGNAL_MODE: Self = Self(1900);
    pub const CUDNN_ATTR_OPERATION_SIGNAL_FLAGDESC: Self = Self(1901);
    pub const CUDNN_ATTR_OPERATION_SIGNAL_VALUE: Self = Self(1902);
    pub const CUDNN_ATTR_OPERATION_SIGNAL_XDESC: Self = Self(1903);
    pub const CUDNN_ATTR_OPERATION_SIGNAL_YDESC: Self = Self(1904);
    pub const CUDNN_ATTR_OPERATION_PAGED_CACHE_LOAD_CONTAINER_DESC: Self = Self(1950);
    pub const CUDNN_ATTR_OPERATION_PAGED_CACHE_LOAD_YDESC: Self = Self(1951);
    pub const CUDNN_ATTR_OPERATION_PAGED_CACHE_LOAD_SEQUENCE_DESC: Self = Self(1952);
    pub const CUDNN_ATTR_OPERATION_PAGED_CACHE_LOAD_PAGE_TABLE_DESC: Self = Self(1953);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_MODE: Self = Self(2000);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_PHASE: Self = Self(2001);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_XDESC: Self = Self(2002);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_MEAN_DESC: Self = Self(2003);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_INV_VARIANCE_DESC: Self = Self(2004);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_SCALE_DESC: Self = Self(2005);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_BIAS_DESC: Self = Self(2006);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_EPSILON_DESC: Self = Self(2007);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_EXP_AVG_FACTOR_DESC: Self = Self(2008);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_INPUT_RUNNING_MEAN_DESC: Self = Self(2009);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_INPUT_RUNNING_VAR_DESC: Self = Self(2010);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_OUTPUT_RUNNING_MEAN_DESC: Self = Self(2011);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_OUTPUT_RUNNING_VAR_DESC: Self = Self(2012);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_YDESC: Self = Self(2013);
    pub const CUDNN_ATTR_OPERATION_NORM_FWD_PEER_STAT_DESCS: Self = Self(2014);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_MODE: Self = Self(2100);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_XDESC: Self = Self(2101);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_MEAN_DESC: Self = Self(2102);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_INV_VARIANCE_DESC: Self = Self(2103);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_DYDESC: Self = Self(2104);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_SCALE_DESC: Self = Self(2105);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_EPSILON_DESC: Self = Self(2106);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_DSCALE_DESC: Self = Self(2107);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_DBIAS_DESC: Self = Self(2108);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_DXDESC: Self = Self(2109);
    pub const CUDNN_ATTR_OPERATION_NORM_BWD_PEER_STAT_DESCS: Self = Self(2110);
    pub const CUDNN_ATTR_OPERATION_RESHAPE_XDESC: Self = Self(2200);
    pub const CUDNN_ATTR_OPERATION_RESHAPE_YDESC: Self = Self(2201);
    pub const CUDNN_ATTR_OPERATION_RESHAPE_MODE: Self = Self(2202);
    pub const CUDNN_ATTR_OPERATION_TRANSPOSE_XDESC: Self = Self(3200);
    pub const CUDNN_ATTR_OPERATION_TRANSPOSE_YDESC: Self = Self(3201);
    pub const CUDNN_ATTR_OPERATION_TRANSPOSE_PERMUTATION: Self = Self(3202);
    pub const CUDNN_ATTR_OPERATION_SLICE_XDESC: Self = Self(3300);
    pub const CUDNN_ATTR_OPERATION_SLICE_YDESC: Self = Self(3301);
    pub const CUDNN_ATTR_OPERATION_SLICE_START_INDICES: Self = Self(3302);
    pub const CUDNN_ATTR_OPERATION_SLICE_LIMIT_INDICES: Self = Self(3303);
    pub const CUDNN_ATTR_OPERATION_SLICE_STRIDES: Self = Self(3304);
    pub const CUDNN_ATTR_OPERATION_ROPE_FWD_XDESC: Self = Self(3400);
    pub const CUDNN_ATTR_OPERATION_ROPE_FWD_YDESC: Self = Self(3401);
    pub const CUDNN_ATTR_OPERATION_ROPE_FWD_FREQSDESC: Self = Self(3402);
    pub const CUDNN_ATTR_OPERATION_ROPE_FWD_OUTPUT_SCALE: Self = Self(3403);
    pub const CUDNN_ATTR_OPERATION_ROPE_FWD_ROPE_DIM: Self = Self(3404);
    pub const CUDNN_ATTR_OPERATION_ROPE_BWD_DYDESC: Self = Self(3410);
    pub const CUDNN_ATTR_OPERATION_ROPE_BWD_DXDESC: Self = Self(3411);
    pub const CUDNN_ATTR_OPERATION_ROPE_BWD_FREQSDESC: Self = Self(3412);
    pub const CUDNN_ATTR_OPERATION_ROPE_BWD_OUTPUT_SCALE: Self = Self(3413);
    pub const CUDNN_ATTR_OPERATION_ROPE_BWD_ROPE_DIM: Self = Self(3414);
    pub const CUDNN_ATTR_OPERATION_EXPAND_BAND_MATRIX_XDESC: Self = Self(2250);
    pub const CUDNN_ATTR_OPERATION_EXPAND_BAND_MATRIX_YDESC: Self = Self(2251);
    pub const CUDNN_ATTR_OPERATION_EXPAND_BAND_MATRIX_LOWER_BANDWIDTH: Self = Self(2252);
    pub const CUDNN_ATTR_OPERATION_EXPAND_BAND_MATRIX_UPPER_BANDWIDTH: Self = Self(2253);
    pub const CUDNN_ATTR_OPERATION_EXPAND_BAND_MATRIX_AXIS: Self = Self(2254);
    pub const CUDNN_ATTR_OPERATION_EXPAND_BAND_MATRIX_PAD_VALUE: Self = Self(2255);
    pub const CUDNN_ATTR_OPERATION_EXPAND_BAND_MATRIX_KV_TOKEN_OFFSET_DESC: Self = Self(2256);
    pub const CUDNN_ATTR_OPERATION_EXPAND_BAND_MATRIX_SPECULATIVE_MASK_DESC: Self = Self(2257);
    pub const CUDNN_ATTR_OPERATION_CONTRACT_BAND_MATRIX_XDESC: Self = Self(2270);
    pub const CUDNN_ATTR_OPERATION_CONTRACT_BAND_MATRIX_YDESC: Self = Self(2271);
    pub const CUDNN_ATTR_OPERATION_CONTRACT_BAND_MATRIX_LOWER_BANDWIDTH: Self = Self(2272);
    pub const CUDNN_ATTR_OPERATION_CONTRACT_BAND_MATRIX_UPPER_BANDWIDTH: Self = Self(2273);
    pub const CUDNN_ATTR_OPERATION_CONTRACT_BAND_MATRIX_AXIS: Self = Self(2274);
    pub const CUDNN_ATTR_OPERATION_CONTRACT_BAND_MATRIX_PAD_VALUE: Self = Self(2275);
    pub const CUDNN_ATTR_OPERATION_CONTRACT_BAND_MAX_TOKEN_VALUE: Self = Self(2276);
    pub const CUDNN_ATTR_RNG_DISTRIBUTION: Self = Self(2300);
    pub const CUDNN_ATTR_RNG_NORMAL_DIST_MEAN: Self = Self(2301);
    pub const CUDNN_ATTR_RNG_NORMAL_DIST_STANDARD_DEVIATION: Self = Self(2302);
    pub const CUDNN_ATTR_RNG_UNIFORM_DIST_MAXIMUM: Self = Self(2303);
    pub const CUDNN_ATTR_RNG_UNIFORM_DIST_MINIMUM: Self = Self(2304);
    pub const CUDNN_ATTR_RNG_BERNOULLI_DIST_PROBABILITY: Self = Self(2305);
    pub const CUDNN_ATTR_OPERATION_RNG_YDESC: Self = Self(2310);
    pub const CUDNN_ATTR_OPERATION_RNG_SEED: Self = Self(2311);
    pub const CUDNN_ATTR_OPERATION_RNG_DESC: Self = Self(2312);
    pub const CUDNN_ATTR_OPERATION_RNG_OFFSET_DESC: Self = Self(2313);
    pub const CUDNN_ATTR_KERNEL_CACHE_OPERATION_GRAPH: Self = Self(2400);
    pub const CUDNN_ATTR_KERNEL_CACHE_IS_ENGINECFG_KERNEL_CACHED: Self = Self(2401);
    pub const CUDNN_ATTR_KERNEL_CACHE_JSON_REPRESENTATION: Self = Self(2402);
    pub const CUDNN_ATTR_KERNEL_CACHE_REVISION: Self = Self(2403);
    pub const CUDNN_ATTR_KERNEL_CACHE_ENTRY_COUNT: Self = Self(2404);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_QUANTIZE_XDESC: Self = Self(2500);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_QUANTIZE_YDESC: Self = Self(2501);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_QUANTIZE_SCALE_DESC: Self = Self(2502);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_QUANTIZE_MATH_PREC: Self = Self(2503);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_QUANTIZE_BLOCK_SIZE: Self = Self(2504);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_DEQUANTIZE_XDESC: Self = Self(2600);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_DEQUANTIZE_SCALE_DESC: Self = Self(2601);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_DEQUANTIZE_YDESC: Self = Self(2602);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_DEQUANTIZE_MATH_PREC: Self = Self(2603);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_DEQUANTIZE_BLOCK_SIZE: Self = Self(2604);
    pub const CUDNN_ATTR_OPERATION_BLOCK_SCALE_DEQUANTIZE_NEG_SCALE: Self = Self(2605);
    pub const CUDNN_ATTR_DEVICEPROP_DEVICE_ID: Self = Self(2700);
    pub const CUDNN_ATTR_DEVICEPROP_HANDLE: Self = Self(2701);
    pub const CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION: Self = Self(2702);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_QDESC: Self = Self(2800);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_KDESC: Self = Self(2801);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_VDESC: Self = Self(2802);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_ODESC: Self = Self(2803);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_STATSDESC: Self = Self(2804);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SCALEDESC: Self = Self(2805);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_BLOCK_MASK_DESC: Self = Self(2806);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_PAGE_TABLE_KDESC: Self = Self(2807);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_PAGE_TABLE_VDESC: Self = Self(2808);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SEQ_LEN_QDESC: Self = Self(2809);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SEQ_LEN_KVDESC: Self = Self(2810);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SUBGRAPH: Self = Self(2811);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SUBGRAPH_INPUT_UID: Self = Self(2812);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SUBGRAPH_OUTPUT_UID: Self = Self(2813);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SOFTMAX_DESC: Self = Self(2814);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_DROPOUT_SEED_DESC: Self = Self(2815);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_DROPOUT_OFFSET_DESC: Self = Self(2816);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_DROPOUT_RNG_DUMP_DESC: Self = Self(2817);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_DROPOUT_PROBABILITY: Self = Self(2818);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_UNFUSE_FMA: Self = Self(2819);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_CU_SEQ_LEN_QDESC: Self = Self(2820);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_CU_SEQ_LEN_KVDESC: Self = Self(2821);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_DESCALE_QDESC: Self = Self(2822);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_DESCALE_KDESC: Self = Self(2823);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_DESCALE_VDESC: Self = Self(2824);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_DESCALE_SDESC: Self = Self(2825);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SCALE_SDESC: Self = Self(2826);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_SCALE_ODESC: Self = Self(2827);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_AMAX_SDESC: Self = Self(2828);
    pub const CUDNN_ATTR_OPERATION_SDPA_FWD_AMAX_ODESC: Self = Self(2829);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_QDESC: Self = Self(2851);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_KDESC: Self = Self(2852);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_VDESC: Self = Self(2853);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_ODESC: Self = Self(2854);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_STATSDESC: Self = Self(2855);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_SCALEDESC: Self = Self(2856);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_SEQ_LEN_QDESC: Self = Self(2857);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_SEQ_LEN_KVDESC: Self = Self(2858);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DQDESC: Self = Self(2859);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DKDESC: Self = Self(2860);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DVDESC: Self = Self(2861);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DODDESC: Self = Self(2862);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_SINK_DESC: Self = Self(2863);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DSINK_DESC: Self = Self(2864);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_MAX_TOTAL_SEQ_LEN_Q: Self = Self(2865);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_MAX_TOTAL_SEQ_LEN_KV: Self = Self(2866);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_SUBGRAPH: Self = Self(2867);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_SUBGRAPH_INPUT_UID: Self = Self(2868);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_SUBGRAPH_OUTPUT_UID: Self = Self(2869);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_CU_SEQ_LEN_QDESC: Self = Self(2870);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_CU_SEQ_LEN_KVDESC: Self = Self(2871);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DROPOUT_SEED_DESC: Self = Self(2872);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DROPOUT_OFFSET_DESC: Self = Self(2873);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DROPOUT_PROBABILITY: Self = Self(2874);
    pub const CUDNN_ATTR_OPERATION_SDPA_BWD_DBIAS_DESC: Self = Self(2875);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_MODE: Self = Self(2900);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_MATH_PREC: Self = Self(2901);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_TOKEN_DESC: Self = Self(2902);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_WEIGHT_DESC: Self = Self(2903);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_FIRST_TOKEN_OFFSET_DESC: Self = Self(2904);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_OUTPUT_DESC: Self = Self(2905);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_TOKEN_INDEX_DESC: Self = Self(2906);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_TOKEN_KS_DESC: Self = Self(2907);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_TOP_K: Self = Self(2908);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_BWD_MATH_PREC: Self = Self(2951);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_BWD_TOKEN_DESC: Self = Self(2952);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_BWD_DWEIGHT_DESC: Self = Self(2953);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_BWD_FIRST_TOKEN_OFFSET_DESC: Self = Self(2954);
    pub const CUDNN_ATTR_OPERATION_MOE_GROUPED_MATMUL_BWD_DOUTPUT_DESC: Self = Self(2955);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_XDESC: Self = Self(3000);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_SEQ_LEN_KVDESC: Self = Self(3001);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_SEQ_LEN_QDESC: Self = Self(3002);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_LEFT_BOUND_DESC: Self = Self(3003);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_SHIFT_RIGHT_BOUND_DESC: Self = Self(3004);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_BDESC: Self = Self(3005);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_YDESC: Self = Self(3006);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_COMPARISON_MODE: Self = Self(3007);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_CU_SEQ_LEN_KVDESC: Self = Self(3008);
    pub const CUDNN_ATTR_OPERATION_DIAGONAL_BAND_MASK_CU_SEQ_LEN_QDESC: Self = Self(3009);
    pub const CUDNN_ATTR_OPERATION_SOFTMAX_XDESC: Self = Self(3100);
    pub const CUDNN_ATTR_OPERATION_SOFTMAX_YDESC: Self = Self(3101);
    pub const CUDNN_ATTR_OPERATION_SOFTMAX_STATS_DESC: Self = Self(3102);
    pub const CUDNN_ATTR_OPERATION_SOFTMAX_MAX_DESC: Self = Self(3103);
    pub const CUDNN_ATTR_OPERATION_SOFTMAX_SUM_EXP_DESC: Self = Self(3104);
    pub const CUDNN_ATTR_OPERATION_SOFTMAX_SINK_DESC: Self = Self(3105);
    pub const CUDNN_ATTR_OPERATION_SOFTMAX_STATS_LOG2: Self = Self(3106);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendAttributeName_t(pub ::core::ffi::c_uint);
impl cudnnBackendAttributeType_t {
    pub const CUDNN_TYPE_HANDLE: Self = Self(0);
    pub const CUDNN_TYPE_DATA_TYPE: Self = Self(1);
    pub const CUDNN_TYPE_BOOLEAN: Self = Self(2);
    pub const CUDNN_TYPE_INT64: Self = Self(3);
    pub const CUDNN_TYPE_FLOAT: Self = Self(4);
    pub const CUDNN_TYPE_DOUBLE: Self = Self(5);
    pub const CUDNN_TYPE_VOID_PTR: Self = Self(6);
    pub const CUDNN_TYPE_CONVOLUTION_MODE: Self = Self(7);
    pub const CUDNN_TYPE_HEUR_MODE: Self = Self(8);
    pub const CUDNN_TYPE_KNOB_TYPE: Self = Self(9);
    pub const CUDNN_TYPE_NAN_PROPOGATION: Self = Self(10);
    pub const CUDNN_TYPE_NUMERICAL_NOTE: Self = Self(11);
    pub const CUDNN_TYPE_LAYOUT_TYPE: Self = Self(12);
    pub const CUDNN_TYPE_ATTRIB_NAME: Self = Self(13);
    pub const CUDNN_TYPE_POINTWISE_MODE: Self = Self(14);
    pub const CUDNN_TYPE_BACKEND_DESCRIPTOR: Self = Self(15);
    pub const CUDNN_TYPE_GENSTATS_MODE: Self = Self(16);
    pub const CUDNN_TYPE_BN_FINALIZE_STATS_MODE: Self = Self(17);
    pub const CUDNN_TYPE_REDUCTION_OPERATOR_TYPE: Self = Self(18);
    pub const CUDNN_TYPE_BEHAVIOR_NOTE: Self = Self(19);
    pub const CUDNN_TYPE_TENSOR_REORDERING_MODE: Self = Self(20);
    pub const CUDNN_TYPE_RESAMPLE_MODE: Self = Self(21);
    pub const CUDNN_TYPE_PADDING_MODE: Self = Self(22);
    pub const CUDNN_TYPE_INT32: Self = Self(23);
    pub const CUDNN_TYPE_CHAR: Self = Self(24);
    pub const CUDNN_TYPE_SIGNAL_MODE: Self = Self(25);
    pub const CUDNN_TYPE_FRACTION: Self = Self(26);
    pub const CUDNN_TYPE_NORM_MODE: Self = Self(27);
    pub const CUDNN_TYPE_NORM_FWD_PHASE: Self = Self(28);
    pub const CUDNN_TYPE_RNG_DISTRIBUTION: Self = Self(29);
    pub const CUDNN_TYPE_MOE_GROUPED_MATMUL_MODE: Self = Self(30);
    pub const CUDNN_TYPE_RESHAPE_MODE: Self = Self(31);
    pub const CUDNN_TYPE_OPERATIONGRAPH_MODE: Self = Self(32);
    pub const CUDNN_TYPE_CUDA_GRAPH_RETENTION: Self = Self(33);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendAttributeType_t(pub ::core::ffi::c_uint);
impl cudnnBackendDescriptorType_t {
    pub const CUDNN_BACKEND_POINTWISE_DESCRIPTOR: Self = Self(0);
    pub const CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR: Self = Self(1);
    pub const CUDNN_BACKEND_ENGINE_DESCRIPTOR: Self = Self(2);
    pub const CUDNN_BACKEND_ENGINECFG_DESCRIPTOR: Self = Self(3);
    pub const CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR: Self = Self(4);
    pub const CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR: Self = Self(5);
    pub const CUDNN_BACKEND_INTERMEDIATE_INFO_DESCRIPTOR: Self = Self(6);
    pub const CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR: Self = Self(7);
    pub const CUDNN_BACKEND_KNOB_INFO_DESCRIPTOR: Self = Self(8);
    pub const CUDNN_BACKEND_LAYOUT_INFO_DESCRIPTOR: Self = Self(9);
    pub const CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR: Self = Self(10);
    pub const CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR: Self = Self(11);
    pub const CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR: Self = Self(12);
    pub const CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR: Self = Self(13);
    pub const CUDNN_BACKEND_OPERATION_GEN_STATS_DESCRIPTOR: Self = Self(14);
    pub const CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR: Self = Self(15);
    pub const CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR: Self = Self(16);
    pub const CUDNN_BACKEND_TENSOR_DESCRIPTOR: Self = Self(17);
    pub const CUDNN_BACKEND_MATMUL_DESCRIPTOR: Self = Self(18);
    pub const CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR: Self = Self(19);
    pub const CUDNN_BACKEND_OPERATION_BN_FINALIZE_STATISTICS_DESCRIPTOR: Self = Self(20);
    pub const CUDNN_BACKEND_REDUCTION_DESCRIPTOR: Self = Self(21);
    pub const CUDNN_BACKEND_OPERATION_REDUCTION_DESCRIPTOR: Self = Self(22);
    pub const CUDNN_BACKEND_OPERATION_BN_BWD_WEIGHTS_DESCRIPTOR: Self = Self(23);
    pub const CUDNN_BACKEND_RESAMPLE_DESCRIPTOR: Self = Self(24);
    pub const CUDNN_BACKEND_OPERATION_RESAMPLE_FWD_DESCRIPTOR: Self = Self(25);
    pub const CUDNN_BACKEND_OPERATION_RESAMPLE_BWD_DESCRIPTOR: Self = Self(26);
    pub const CUDNN_BACKEND_OPERATION_CONCAT_DESCRIPTOR: Self = Self(27);
    pub const CUDNN_BACKEND_OPERATION_SIGNAL_DESCRIPTOR: Self = Self(28);
    pub const CUDNN_BACKEND_OPERATION_NORM_FORWARD_DESCRIPTOR: Self = Self(29);
    pub const CUDNN_BACKEND_OPERATION_NORM_BACKWARD_DESCRIPTOR: Self = Self(30);
    pub const CUDNN_BACKEND_OPERATION_RESHAPE_DESCRIPTOR: Self = Self(31);
    pub const CUDNN_BACKEND_RNG_DESCRIPTOR: Self = Self(32);
    pub const CUDNN_BACKEND_OPERATION_RNG_DESCRIPTOR: Self = Self(33);
    pub const CUDNN_BACKEND_KERNEL_CACHE_DESCRIPTOR: Self = Self(34);
    pub const CUDNN_BACKEND_OPERATION_PAGED_CACHE_LOAD_DESCRIPTOR: Self = Self(35);
    pub const CUDNN_BACKEND_OPERATION_BLOCK_SCALE_QUANTIZE_DESCRIPTOR: Self = Self(36);
    pub const CUDNN_BACKEND_OPERATION_BLOCK_SCALE_DEQUANTIZE_DESCRIPTOR: Self = Self(37);
    pub const CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR: Self = Self(38);
    pub const CUDNN_BACKEND_OPERATION_EXPAND_BAND_MATRIX_DESCRIPTOR: Self = Self(39);
    pub const CUDNN_BACKEND_OPERATION_CONTRACT_BAND_MATRIX_DESCRIPTOR: Self = Self(40);
    pub const CUDNN_BACKEND_OPERATION_SDPA_FWD_DESCRIPTOR: Self = Self(41);
    pub const CUDNN_BACKEND_OPERATION_MOE_GROUPED_MATMUL_DESCRIPTOR: Self = Self(42);
    pub const CUDNN_BACKEND_OPERATION_SDPA_BWD_DESCRIPTOR: Self = Self(43);
    pub const CUDNN_BACKEND_OPERATION_DIAGONAL_BAND_MASK_DESCRIPTOR: Self = Self(44);
    pub const CUDNN_BACKEND_OPERATION_SOFTMAX_DESCRIPTOR: Self = Self(45);
    pub const CUDNN_BACKEND_OPERATION_TRANSPOSE_DESCRIPTOR: Self = Self(46);
    pub const CUDNN_BACKEND_OPERATION_SLICE_DESCRIPTOR: Self = Self(47);
    pub const CUDNN_BACKEND_OPERATION_MOE_GROUPED_MATMUL_BWD_DESCRIPTOR: Self = Self(48);
    pub const CUDNN_BACKEND_OPERATION_ROPE_FWD_DESCRIPTOR: Self = Self(49);
    pub const CUDNN_BACKEND_OPERATION_ROPE_BWD_DESCRIPTOR: Self = Self(50);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendDescriptorType_t(pub ::core::ffi::c_uint);
impl cudnnBackendNumericalNote_t {
    pub const CUDNN_NUMERICAL_NOTE_TENSOR_CORE: Self = Self(0);
    pub const CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS: Self = Self(1);
    pub const CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION: Self = Self(2);
    pub const CUDNN_NUMERICAL_NOTE_FFT: Self = Self(3);
    pub const CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC: Self = Self(4);
    pub const CUDNN_NUMERICAL_NOTE_WINOGRAD: Self = Self(5);
    pub const CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4: Self = Self(6);
    pub const CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6: Self = Self(7);
    pub const CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13: Self = Self(8);
    pub const CUDNN_NUMERICAL_NOTE_STRICT_NAN_PROP: Self = Self(9);
    pub const CUDNN_NUMERICAL_NOTE_TYPE_COUNT: Self = Self(10);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendNumericalNote_t(pub ::core::ffi::c_uint);
impl cudnnBackendBehaviorNote_t {
    pub const CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION: Self = Self(0);
    pub const CUDNN_BEHAVIOR_NOTE_REQUIRES_FILTER_INT8x32_REORDER: Self = Self(1);
    pub const CUDNN_BEHAVIOR_NOTE_REQUIRES_BIAS_INT8x32_REORDER: Self = Self(2);
    pub const CUDNN_BEHAVIOR_NOTE_SUPPORTS_CUDA_GRAPH_NATIVE_API: Self = Self(3);
    pub const CUDNN_BEHAVIOR_NOTE_CUBLASLT_DEPENDENCY: Self = Self(4);
    pub const CUDNN_BEHAVIOR_NOTE_TYPE_COUNT: Self = Self(5);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendBehaviorNote_t(pub ::core::ffi::c_uint);
impl cudnnBackendKnobType_t {
    pub const CUDNN_KNOB_TYPE_SPLIT_K: Self = Self(0);
    pub const CUDNN_KNOB_TYPE_SWIZZLE: Self = Self(1);
    pub const CUDNN_KNOB_TYPE_TILE_SIZE: Self = Self(2);
    pub const CUDNN_KNOB_TYPE_USE_TEX: Self = Self(3);
    pub const CUDNN_KNOB_TYPE_EDGE: Self = Self(4);
    pub const CUDNN_KNOB_TYPE_KBLOCK: Self = Self(5);
    pub const CUDNN_KNOB_TYPE_LDGA: Self = Self(6);
    pub const CUDNN_KNOB_TYPE_LDGB: Self = Self(7);
    pub const CUDNN_KNOB_TYPE_CHUNK_K: Self = Self(8);
    pub const CUDNN_KNOB_TYPE_SPLIT_H: Self = Self(9);
    pub const CUDNN_KNOB_TYPE_WINO_TILE: Self = Self(10);
    pub const CUDNN_KNOB_TYPE_MULTIPLY: Self = Self(11);
    pub const CUDNN_KNOB_TYPE_SPLIT_K_BUF: Self = Self(12);
    pub const CUDNN_KNOB_TYPE_TILEK: Self = Self(13);
    pub const CUDNN_KNOB_TYPE_STAGES: Self = Self(14);
    pub const CUDNN_KNOB_TYPE_REDUCTION_MODE: Self = Self(15);
    pub const CUDNN_KNOB_TYPE_CTA_SPLIT_K_MODE: Self = Self(16);
    pub const CUDNN_KNOB_TYPE_SPLIT_K_SLC: Self = Self(17);
    pub const CUDNN_KNOB_TYPE_IDX_MODE: Self = Self(18);
    pub const CUDNN_KNOB_TYPE_SLICED: Self = Self(19);
    pub const CUDNN_KNOB_TYPE_SPLIT_RS: Self = Self(20);
    pub const CUDNN_KNOB_TYPE_SINGLEBUFFER: Self = Self(21);
    pub const CUDNN_KNOB_TYPE_LDGC: Self = Self(22);
    pub const CUDNN_KNOB_TYPE_SPECFILT: Self = Self(23);
    pub const CUDNN_KNOB_TYPE_KERNEL_CFG: Self = Self(24);
    pub const CUDNN_KNOB_TYPE_WORKSPACE: Self = Self(25);
    pub const CUDNN_KNOB_TYPE_TILE_CGA: Self = Self(26);
    pub const CUDNN_KNOB_TYPE_TILE_CGA_M: Self = Self(27);
    pub const CUDNN_KNOB_TYPE_TILE_CGA_N: Self = Self(28);
    pub const CUDNN_KNOB_TYPE_BLOCK_SIZE: Self = Self(29);
    pub const CUDNN_KNOB_TYPE_OCCUPANCY: Self = Self(30);
    pub const CUDNN_KNOB_TYPE_ARRAY_SIZE_PER_THREAD: Self = Self(31);
    pub const CUDNN_KNOB_TYPE_NUM_C_PER_BLOCK: Self = Self(32);
    pub const CUDNN_KNOB_TYPE_SPLIT_COLS: Self = Self(33);
    pub const CUDNN_KNOB_TYPE_TILE_ROWS: Self = Self(34);
    pub const CUDNN_KNOB_TYPE_TILE_COLS: Self = Self(35);
    pub const CUDNN_KNOB_TYPE_LOAD_SIZE: Self = Self(36);
    pub const CUDNN_KNOB_TYPE_CTA_COUNT: Self = Self(37);
    pub const CUDNN_KNOB_TYPE_STREAM_K: Self = Self(38);
    pub const CUDNN_KNOB_TYPE_SPLIT_P_SLC: Self = Self(39);
    pub const CUDNN_KNOB_TYPE_TILE_M: Self = Self(40);
    pub const CUDNN_KNOB_TYPE_TILE_N: Self = Self(41);
    pub const CUDNN_KNOB_TYPE_WARP_SPEC_CFG: Self = Self(42);
    pub const CUDNN_KNOB_TYPE_SWAP_AB: Self = Self(43);
    pub const CUDNN_KNOB_TYPE_INPUT_TMA_ENABLE: Self = Self(44);
    pub const CUDNN_KNOB_TYPE_OUTPUT_TMA_ENABLE: Self = Self(45);
    pub const CUDNN_KNOB_TYPE_COUNTS: Self = Self(46);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendKnobType_t(pub ::core::ffi::c_uint);
impl cudnnBackendLayoutType_t {
    pub const CUDNN_LAYOUT_TYPE_PREFERRED_NCHW: Self = Self(0);
    pub const CUDNN_LAYOUT_TYPE_PREFERRED_NHWC: Self = Self(1);
    pub const CUDNN_LAYOUT_TYPE_PREFERRED_PAD4CK: Self = Self(2);
    pub const CUDNN_LAYOUT_TYPE_PREFERRED_PAD8CK: Self = Self(3);
    pub const CUDNN_LAYOUT_TYPE_COUNT: Self = Self(4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendLayoutType_t(pub ::core::ffi::c_uint);
impl cudnnBackendHeurMode_t {
    pub const CUDNN_HEUR_MODE_INSTANT: Self = Self(0);
    pub const CUDNN_HEUR_MODE_B: Self = Self(1);
    pub const CUDNN_HEUR_MODE_FALLBACK: Self = Self(2);
    pub const CUDNN_HEUR_MODE_A: Self = Self(3);
    pub const CUDNN_HEUR_MODES_COUNT: Self = Self(4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendHeurMode_t(pub ::core::ffi::c_uint);
impl cudnnBackendTensorReordering_t {
    pub const CUDNN_TENSOR_REORDERING_NONE: Self = Self(0);
    pub const CUDNN_TENSOR_REORDERING_INT8x32: Self = Self(1);
    pub const CUDNN_TENSOR_REORDERING_F16x16: Self = Self(2);
    pub const CUDNN_TENSOR_REORDERING_F8_128x4: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendTensorReordering_t(pub ::core::ffi::c_uint);
impl cudnnPaddingMode_t {
    pub const CUDNN_ZERO_PAD: Self = Self(0);
    pub const CUDNN_NEG_INF_PAD: Self = Self(1);
    pub const CUDNN_EDGE_VAL_PAD: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnPaddingMode_t(pub ::core::ffi::c_uint);
impl cudnnBackendNormMode_t {
    pub const CUDNN_LAYER_NORM: Self = Self(0);
    pub const CUDNN_INSTANCE_NORM: Self = Self(1);
    pub const CUDNN_BATCH_NORM: Self = Self(2);
    pub const CUDNN_GROUP_NORM: Self = Self(3);
    pub const CUDNN_RMS_NORM: Self = Self(4);
    pub const CUDNN_ADA_LAYER_NORM: Self = Self(5);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendNormMode_t(pub ::core::ffi::c_uint);
impl cudnnBackendNormFwdPhase_t {
    pub const CUDNN_NORM_FWD_INFERENCE: Self = Self(0);
    pub const CUDNN_NORM_FWD_TRAINING: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendNormFwdPhase_t(pub ::core::ffi::c_uint);
impl cudnnBackendReshapeMode_t {
    pub const CUDNN_RESHAPE_VIEW_ONLY: Self = Self(0);
    pub const CUDNN_RESHAPE_LOGICAL: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendReshapeMode_t(pub ::core::ffi::c_uint);
impl cudnnBackendOperationGraphMode_t {
    pub const CUDNN_OPERATIONGRAPH_MODE_AUTO: Self = Self(-1);
    pub const CUDNN_OPERATIONGRAPH_MODE_CONV_FORWARD: Self = Self(0);
    pub const CUDNN_OPERATIONGRAPH_MODE_CONV_BWD_DATA: Self = Self(1);
    pub const CUDNN_OPERATIONGRAPH_MODE_CONV_BWD_FILTER: Self = Self(2);
    pub const CUDNN_OPERATIONGRAPH_MODE_NORM_FWD_INFER: Self = Self(17);
    pub const CUDNN_OPERATIONGRAPH_MODE_NORM_FWD_TRAIN: Self = Self(18);
    pub const CUDNN_OPERATIONGRAPH_MODE_NORM_BWD: Self = Self(19);
    pub const CUDNN_OPERATIONGRAPH_MODE_GENERIC_CONV_FUSION: Self = Self(20);
    pub const CUDNN_OPERATIONGRAPH_MODE_RESAMPLE_FWD: Self = Self(22);
    pub const CUDNN_OPERATIONGRAPH_MODE_RESAMPLE_BWD: Self = Self(23);
    pub const CUDNN_OPERATIONGRAPH_MODE_BLAS_MATMUL: Self = Self(25);
    pub const CUDNN_OPERATIONGRAPH_MODE_GENERIC_MATMUL_FUSION: Self = Self(26);
    pub const CUDNN_OPERATIONGRAPH_MODE_GENERIC_POINTWISE_FUSION: Self = Self(27);
    pub const CUDNN_OPERATIONGRAPH_MODE_SDPA_FWD: Self = Self(28);
    pub const CUDNN_OPERATIONGRAPH_MODE_SDPA_BWD: Self = Self(29);
    pub const CUDNN_OPERATIONGRAPH_MODE_UNIFIED_SDPA_FWD: Self = Self(30);
    pub const CUDNN_OPERATIONGRAPH_MODE_UNIFIED_SDPA_BWD: Self = Self(31);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBackendOperationGraphMode_t(pub ::core::ffi::c_int);
impl cudnnCudaGraphRetention_t {
    pub const CUDNN_CUDA_GRAPH_RETENTION_PER_GRAPH: Self = Self(0);
    pub const CUDNN_CUDA_GRAPH_RETENTION_NONE: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnCudaGraphRetention_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct cudnnTensorStruct {
    _unused: [u8; 0],
}
pub type cudnnTensorDescriptor_t = *mut cudnnTensorStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnPoolingStruct {
    _unused: [u8; 0],
}
pub type cudnnPoolingDescriptor_t = *mut cudnnPoolingStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnFilterStruct {
    _unused: [u8; 0],
}
pub type cudnnFilterDescriptor_t = *mut cudnnFilterStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnLRNStruct {
    _unused: [u8; 0],
}
pub type cudnnLRNDescriptor_t = *mut cudnnLRNStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnActivationStruct {
    _unused: [u8; 0],
}
pub type cudnnActivationDescriptor_t = *mut cudnnActivationStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnSpatialTransformerStruct {
    _unused: [u8; 0],
}
pub type cudnnSpatialTransformerDescriptor_t = *mut cudnnSpatialTransformerStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnOpTensorStruct {
    _unused: [u8; 0],
}
pub type cudnnOpTensorDescriptor_t = *mut cudnnOpTensorStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnReduceTensorStruct {
    _unused: [u8; 0],
}
pub type cudnnReduceTensorDescriptor_t = *mut cudnnReduceTensorStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnCTCLossStruct {
    _unused: [u8; 0],
}
pub type cudnnCTCLossDescriptor_t = *mut cudnnCTCLossStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnTensorTransformStruct {
    _unused: [u8; 0],
}
pub type cudnnTensorTransformDescriptor_t = *mut cudnnTensorTransformStruct;
impl cudnnDeterminism_t {
    pub const CUDNN_NON_DETERMINISTIC: Self = Self(0);
    pub const CUDNN_DETERMINISTIC: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnDeterminism_t(pub ::core::ffi::c_uint);
impl cudnnFoldingDirection_t {
    pub const CUDNN_TRANSFORM_FOLD: Self = Self(0);
    pub const CUDNN_TRANSFORM_UNFOLD: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnFoldingDirection_t(pub ::core::ffi::c_uint);
impl cudnnOpTensorOp_t {
    pub const CUDNN_OP_TENSOR_ADD: Self = Self(0);
    pub const CUDNN_OP_TENSOR_MUL: Self = Self(1);
    pub const CUDNN_OP_TENSOR_MIN: Self = Self(2);
    pub const CUDNN_OP_TENSOR_MAX: Self = Self(3);
    pub const CUDNN_OP_TENSOR_SQRT: Self = Self(4);
    pub const CUDNN_OP_TENSOR_NOT: Self = Self(5);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnOpTensorOp_t(pub ::core::ffi::c_uint);
impl cudnnReduceTensorIndices_t {
    pub const CUDNN_REDUCE_TENSOR_NO_INDICES: Self = Self(0);
    pub const CUDNN_REDUCE_TENSOR_FLATTENED_INDICES: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnReduceTensorIndices_t(pub ::core::ffi::c_uint);
impl cudnnIndicesType_t {
    pub const CUDNN_32BIT_INDICES: Self = Self(0);
    pub const CUDNN_64BIT_INDICES: Self = Self(1);
    pub const CUDNN_16BIT_INDICES: Self = Self(2);
    pub const CUDNN_8BIT_INDICES: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnIndicesType_t(pub ::core::ffi::c_uint);
impl cudnnSoftmaxAlgorithm_t {
    pub const CUDNN_SOFTMAX_FAST: Self = Self(0);
    pub const CUDNN_SOFTMAX_ACCURATE: Self = Self(1);
    pub const CUDNN_SOFTMAX_LOG: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnSoftmaxAlgorithm_t(pub ::core::ffi::c_uint);
impl cudnnSoftmaxMode_t {
    pub const CUDNN_SOFTMAX_MODE_INSTANCE: Self = Self(0);
    pub const CUDNN_SOFTMAX_MODE_CHANNEL: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnSoftmaxMode_t(pub ::core::ffi::c_uint);
impl cudnnPoolingMode_t {
    pub const CUDNN_POOLING_MAX: Self = Self(0);
    pub const CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING: Self = Self(1);
    pub const CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING: Self = Self(2);
    pub const CUDNN_POOLING_MAX_DETERMINISTIC: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnPoolingMode_t(pub ::core::ffi::c_uint);
impl cudnnLRNMode_t {
    pub const CUDNN_LRN_CROSS_CHANNEL_DIM1: Self = Self(0);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnLRNMode_t(pub ::core::ffi::c_uint);
impl cudnnDivNormMode_t {
    pub const CUDNN_DIVNORM_PRECOMPUTED_MEANS: Self = Self(0);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnDivNormMode_t(pub ::core::ffi::c_uint);
impl cudnnBatchNormMode_t {
    pub const CUDNN_BATCHNORM_PER_ACTIVATION: Self = Self(0);
    pub const CUDNN_BATCHNORM_SPATIAL: Self = Self(1);
    pub const CUDNN_BATCHNORM_SPATIAL_PERSISTENT: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBatchNormMode_t(pub ::core::ffi::c_uint);
impl cudnnBatchNormOps_t {
    pub const CUDNN_BATCHNORM_OPS_BN: Self = Self(0);
    pub const CUDNN_BATCHNORM_OPS_BN_ACTIVATION: Self = Self(1);
    pub const CUDNN_BATCHNORM_OPS_BN_ADD_ACTIVATION: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnBatchNormOps_t(pub ::core::ffi::c_uint);
impl cudnnNormMode_t {
    pub const CUDNN_NORM_PER_ACTIVATION: Self = Self(0);
    pub const CUDNN_NORM_PER_CHANNEL: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnNormMode_t(pub ::core::ffi::c_uint);
impl cudnnNormAlgo_t {
    pub const CUDNN_NORM_ALGO_STANDARD: Self = Self(0);
    pub const CUDNN_NORM_ALGO_PERSIST: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnNormAlgo_t(pub ::core::ffi::c_uint);
impl cudnnNormOps_t {
    pub const CUDNN_NORM_OPS_NORM: Self = Self(0);
    pub const CUDNN_NORM_OPS_NORM_ACTIVATION: Self = Self(1);
    pub const CUDNN_NORM_OPS_NORM_ADD_ACTIVATION: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnNormOps_t(pub ::core::ffi::c_uint);
impl cudnnSamplerType_t {
    pub const CUDNN_SAMPLER_BILINEAR: Self = Self(0);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnSamplerType_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct cudnnDropoutStruct {
    _unused: [u8; 0],
}
pub type cudnnDropoutDescriptor_t = *mut cudnnDropoutStruct;
impl cudnnConvolutionFwdAlgo_t {
    pub const CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM: Self = Self(0);
    pub const CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM: Self = Self(1);
    pub const CUDNN_CONVOLUTION_FWD_ALGO_GEMM: Self = Self(2);
    pub const CUDNN_CONVOLUTION_FWD_ALGO_DIRECT: Self = Self(3);
    pub const CUDNN_CONVOLUTION_FWD_ALGO_FFT: Self = Self(4);
    pub const CUDNN_CONVOLUTION_FWD_ALGO_FFT_TILING: Self = Self(5);
    pub const CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD: Self = Self(6);
    pub const CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED: Self = Self(7);
    pub const CUDNN_CONVOLUTION_FWD_ALGO_COUNT: Self = Self(8);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnConvolutionFwdAlgo_t(pub ::core::ffi::c_uint);
impl cudnnConvolutionBwdFilterAlgo_t {
    pub const CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0: Self = Self(0);
    pub const CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1: Self = Self(1);
    pub const CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT: Self = Self(2);
    pub const CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3: Self = Self(3);
    pub const CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD: Self = Self(4);
    pub const CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD_NONFUSED: Self = Self(5);
    pub const CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT_TILING: Self = Self(6);
    pub const CUDNN_CONVOLUTION_BWD_FILTER_ALGO_COUNT: Self = Self(7);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnConvolutionBwdFilterAlgo_t(pub ::core::ffi::c_uint);
impl cudnnConvolutionBwdDataAlgo_t {
    pub const CUDNN_CONVOLUTION_BWD_DATA_ALGO_0: Self = Self(0);
    pub const CUDNN_CONVOLUTION_BWD_DATA_ALGO_1: Self = Self(1);
    pub const CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT: Self = Self(2);
    pub const CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT_TILING: Self = Self(3);
    pub const CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD: Self = Self(4);
    pub const CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD_NONFUSED: Self = Self(5);
    pub const CUDNN_CONVOLUTION_BWD_DATA_ALGO_COUNT: Self = Self(6);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnConvolutionBwdDataAlgo_t(pub ::core::ffi::c_uint);
impl cudnnCTCLossAlgo_t {
    pub const CUDNN_CTC_LOSS_ALGO_DETERMINISTIC: Self = Self(0);
    pub const CUDNN_CTC_LOSS_ALGO_NON_DETERMINISTIC: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnCTCLossAlgo_t(pub ::core::ffi::c_uint);
impl cudnnRNNAlgo_t {
    pub const CUDNN_RNN_ALGO_STANDARD: Self = Self(0);
    pub const CUDNN_RNN_ALGO_PERSIST_STATIC: Self = Self(1);
    pub const CUDNN_RNN_ALGO_PERSIST_DYNAMIC: Self = Self(2);
    pub const CUDNN_RNN_ALGO_PERSIST_STATIC_SMALL_H: Self = Self(3);
    pub const CUDNN_RNN_ALGO_COUNT: Self = Self(4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnRNNAlgo_t(pub ::core::ffi::c_uint);
impl cudnnForwardMode_t {
    pub const CUDNN_FWD_MODE_INFERENCE: Self = Self(0);
    pub const CUDNN_FWD_MODE_TRAINING: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnForwardMode_t(pub ::core::ffi::c_uint);
impl cudnnRNNMode_t {
    pub const CUDNN_RNN_RELU: Self = Self(0);
    pub const CUDNN_RNN_TANH: Self = Self(1);
    pub const CUDNN_LSTM: Self = Self(2);
    pub const CUDNN_GRU: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnRNNMode_t(pub ::core::ffi::c_uint);
impl cudnnRNNBiasMode_t {
    pub const CUDNN_RNN_NO_BIAS: Self = Self(0);
    pub const CUDNN_RNN_SINGLE_INP_BIAS: Self = Self(1);
    pub const CUDNN_RNN_DOUBLE_BIAS: Self = Self(2);
    pub const CUDNN_RNN_SINGLE_REC_BIAS: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnRNNBiasMode_t(pub ::core::ffi::c_uint);
impl cudnnDirectionMode_t {
    pub const CUDNN_UNIDIRECTIONAL: Self = Self(0);
    pub const CUDNN_BIDIRECTIONAL: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnDirectionMode_t(pub ::core::ffi::c_uint);
impl cudnnRNNInputMode_t {
    pub const CUDNN_LINEAR_INPUT: Self = Self(0);
    pub const CUDNN_SKIP_INPUT: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnRNNInputMode_t(pub ::core::ffi::c_uint);
impl cudnnRNNClipMode_t {
    pub const CUDNN_RNN_CLIP_NONE: Self = Self(0);
    pub const CUDNN_RNN_CLIP_MINMAX: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnRNNClipMode_t(pub ::core::ffi::c_uint);
impl cudnnRNNDataLayout_t {
    pub const CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED: Self = Self(0);
    pub const CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED: Self = Self(1);
    pub const CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnRNNDataLayout_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct cudnnRNNStruct {
    _unused: [u8; 0],
}
pub type cudnnRNNDescriptor_t = *mut cudnnRNNStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnRNNDataStruct {
    _unused: [u8; 0],
}
pub type cudnnRNNDataDescriptor_t = *mut cudnnRNNDataStruct;
impl cudnnSeqDataAxis_t {
    pub const CUDNN_SEQDATA_TIME_DIM: Self = Self(0);
    pub const CUDNN_SEQDATA_BATCH_DIM: Self = Self(1);
    pub const CUDNN_SEQDATA_BEAM_DIM: Self = Self(2);
    pub const CUDNN_SEQDATA_VECT_DIM: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnSeqDataAxis_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct cudnnSeqDataStruct {
    _unused: [u8; 0],
}
pub type cudnnSeqDataDescriptor_t = *mut cudnnSeqDataStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnAttnStruct {
    _unused: [u8; 0],
}
pub type cudnnAttnDescriptor_t = *mut cudnnAttnStruct;
impl cudnnMultiHeadAttnWeightKind_t {
    pub const CUDNN_MH_ATTN_Q_WEIGHTS: Self = Self(0);
    pub const CUDNN_MH_ATTN_K_WEIGHTS: Self = Self(1);
    pub const CUDNN_MH_ATTN_V_WEIGHTS: Self = Self(2);
    pub const CUDNN_MH_ATTN_O_WEIGHTS: Self = Self(3);
    pub const CUDNN_MH_ATTN_Q_BIASES: Self = Self(4);
    pub const CUDNN_MH_ATTN_K_BIASES: Self = Self(5);
    pub const CUDNN_MH_ATTN_V_BIASES: Self = Self(6);
    pub const CUDNN_MH_ATTN_O_BIASES: Self = Self(7);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnMultiHeadAttnWeightKind_t(pub ::core::ffi::c_uint);
impl cudnnWgradMode_t {
    pub const CUDNN_WGRAD_MODE_ADD: Self = Self(0);
    pub const CUDNN_WGRAD_MODE_SET: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnWgradMode_t(pub ::core::ffi::c_uint);
impl cudnnLossNormalizationMode_t {
    pub const CUDNN_LOSS_NORMALIZATION_NONE: Self = Self(0);
    pub const CUDNN_LOSS_NORMALIZATION_SOFTMAX: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnLossNormalizationMode_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug)]
pub struct cudnnConvolutionStruct {
    _unused: [u8; 0],
}
pub type cudnnConvolutionDescriptor_t = *mut cudnnConvolutionStruct;
#[repr(C)]
#[derive(Debug, Copy, Clone, PartialEq)]
pub struct cudnnConvolutionFwdAlgoPerfStruct {
    pub algo: cudnnConvolutionFwdAlgo_t,
    pub status: cudnnStatus_t,
    pub time: f32,
    pub memory: usize,
    pub determinism: cudnnDeterminism_t,
    pub mathType: cudnnMathType_t,
    pub reserved: [::core::ffi::c_int; 3usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cudnnConvolutionFwdAlgoPerfStruct"]
        [::core::mem::size_of::<cudnnConvolutionFwdAlgoPerfStruct>() - 48usize];
    ["Alignment of cudnnConvolutionFwdAlgoPerfStruct"]
        [::core::mem::align_of::<cudnnConvolutionFwdAlgoPerfStruct>() - 8usize];
    ["Offset of field: cudnnConvolutionFwdAlgoPerfStruct::algo"]
        [::core::mem::offset_of!(cudnnConvolutionFwdAlgoPerfStruct, algo) - 0usize];
    ["Offset of field: cudnnConvolutionFwdAlgoPerfStruct::status"]
        [::core::mem::offset_of!(cudnnConvolutionFwdAlgoPerfStruct, status) - 4usize];
    ["Offset of field: cudnnConvolutionFwdAlgoPerfStruct::time"]
        [::core::mem::offset_of!(cudnnConvolutionFwdAlgoPerfStruct, time) - 8usize];
    ["Offset of field: cudnnConvolutionFwdAlgoPerfStruct::memory"]
        [::core::mem::offset_of!(cudnnConvolutionFwdAlgoPerfStruct, memory) - 16usize];
    ["Offset of field: cudnnConvolutionFwdAlgoPerfStruct::determinism"]
        [::core::mem::offset_of!(cudnnConvolutionFwdAlgoPerfStruct, determinism) - 24usize];
    ["Offset of field: cudnnConvolutionFwdAlgoPerfStruct::mathType"]
        [::core::mem::offset_of!(cudnnConvolutionFwdAlgoPerfStruct, mathType) - 28usize];
    ["Offset of field: cudnnConvolutionFwdAlgoPerfStruct::reserved"]
        [::core::mem::offset_of!(cudnnConvolutionFwdAlgoPerfStruct, reserved) - 32usize];
};
pub type cudnnConvolutionFwdAlgoPerf_t = cudnnConvolutionFwdAlgoPerfStruct;
#[repr(C)]
#[derive(Debug, Copy, Clone, PartialEq)]
pub struct cudnnConvolutionBwdDataAlgoPerfStruct {
    pub algo: cudnnConvolutionBwdDataAlgo_t,
    pub status: cudnnStatus_t,
    pub time: f32,
    pub memory: usize,
    pub determinism: cudnnDeterminism_t,
    pub mathType: cudnnMathType_t,
    pub reserved: [::core::ffi::c_int; 3usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cudnnConvolutionBwdDataAlgoPerfStruct"]
        [::core::mem::size_of::<cudnnConvolutionBwdDataAlgoPerfStruct>() - 48usize];
    ["Alignment of cudnnConvolutionBwdDataAlgoPerfStruct"]
        [::core::mem::align_of::<cudnnConvolutionBwdDataAlgoPerfStruct>() - 8usize];
    ["Offset of field: cudnnConvolutionBwdDataAlgoPerfStruct::algo"]
        [::core::mem::offset_of!(cudnnConvolutionBwdDataAlgoPerfStruct, algo) - 0usize];
    ["Offset of field: cudnnConvolutionBwdDataAlgoPerfStruct::status"]
        [::core::mem::offset_of!(cudnnConvolutionBwdDataAlgoPerfStruct, status) - 4usize];
    ["Offset of field: cudnnConvolutionBwdDataAlgoPerfStruct::time"]
        [::core::mem::offset_of!(cudnnConvolutionBwdDataAlgoPerfStruct, time) - 8usize];
    ["Offset of field: cudnnConvolutionBwdDataAlgoPerfStruct::memory"]
        [::core::mem::offset_of!(cudnnConvolutionBwdDataAlgoPerfStruct, memory) - 16usize];
    ["Offset of field: cudnnConvolutionBwdDataAlgoPerfStruct::determinism"]
        [::core::mem::offset_of!(cudnnConvolutionBwdDataAlgoPerfStruct, determinism) - 24usize];
    ["Offset of field: cudnnConvolutionBwdDataAlgoPerfStruct::mathType"]
        [::core::mem::offset_of!(cudnnConvolutionBwdDataAlgoPerfStruct, mathType) - 28usize];
    ["Offset of field: cudnnConvolutionBwdDataAlgoPerfStruct::reserved"]
        [::core::mem::offset_of!(cudnnConvolutionBwdDataAlgoPerfStruct, reserved) - 32usize];
};
pub type cudnnConvolutionBwdDataAlgoPerf_t = cudnnConvolutionBwdDataAlgoPerfStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnFusedOpsConstParamStruct {
    _unused: [u8; 0],
}
pub type cudnnFusedOpsConstParamPack_t = *mut cudnnFusedOpsConstParamStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnFusedOpsVariantParamStruct {
    _unused: [u8; 0],
}
pub type cudnnFusedOpsVariantParamPack_t = *mut cudnnFusedOpsVariantParamStruct;
#[repr(C)]
#[derive(Debug)]
pub struct cudnnFusedOpsPlanStruct {
    _unused: [u8; 0],
}
pub type cudnnFusedOpsPlan_t = *mut cudnnFusedOpsPlanStruct;
impl cudnnFusedOps_t {
    pub const CUDNN_FUSED_SCALE_BIAS_ACTIVATION_CONV_BNSTATS: Self = Self(0);
    pub const CUDNN_FUSED_SCALE_BIAS_ACTIVATION_WGRAD: Self = Self(1);
    pub const CUDNN_FUSED_BN_FINALIZE_STATISTICS_TRAINING: Self = Self(2);
    pub const CUDNN_FUSED_BN_FINALIZE_STATISTICS_INFERENCE: Self = Self(3);
    pub const CUDNN_FUSED_CONV_SCALE_BIAS_ADD_ACTIVATION: Self = Self(4);
    pub const CUDNN_FUSED_SCALE_BIAS_ADD_ACTIVATION_GEN_BITMASK: Self = Self(5);
    pub const CUDNN_FUSED_DACTIVATION_FORK_DBATCHNORM: Self = Self(6);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnFusedOps_t(pub ::core::ffi::c_uint);
impl cudnnFusedOpsConstParamLabel_t {
    pub const CUDNN_PARAM_XDESC: Self = Self(0);
    pub const CUDNN_PARAM_XDATA_PLACEHOLDER: Self = Self(1);
    pub const CUDNN_PARAM_BN_MODE: Self = Self(2);
    pub const CUDNN_PARAM_BN_EQSCALEBIAS_DESC: Self = Self(3);
    pub const CUDNN_PARAM_BN_EQSCALE_PLACEHOLDER: Self = Self(4);
    pub const CUDNN_PARAM_BN_EQBIAS_PLACEHOLDER: Self = Self(5);
    pub const CUDNN_PARAM_ACTIVATION_DESC: Self = Self(6);
    pub const CUDNN_PARAM_CONV_DESC: Self = Self(7);
    pub const CUDNN_PARAM_WDESC: Self = Self(8);
    pub const CUDNN_PARAM_WDATA_PLACEHOLDER: Self = Self(9);
    pub const CUDNN_PARAM_DWDESC: Self = Self(10);
    pub const CUDNN_PARAM_DWDATA_PLACEHOLDER: Self = Self(11);
    pub const CUDNN_PARAM_YDESC: Self = Self(12);
    pub const CUDNN_PARAM_YDATA_PLACEHOLDER: Self = Self(13);
    pub const CUDNN_PARAM_DYDESC: Self = Self(14);
    pub const CUDNN_PARAM_DYDATA_PLACEHOLDER: Self = Self(15);
    pub const CUDNN_PARAM_YSTATS_DESC: Self = Self(16);
    pub const CUDNN_PARAM_YSUM_PLACEHOLDER: Self = Self(17);
    pub const CUDNN_PARAM_YSQSUM_PLACEHOLDER: Self = Self(18);
    pub const CUDNN_PARAM_BN_SCALEBIAS_MEANVAR_DESC: Self = Self(19);
    pub const CUDNN_PARAM_BN_SCALE_PLACEHOLDER: Self = Self(20);
    pub const CUDNN_PARAM_BN_BIAS_PLACEHOLDER: Self = Self(21);
    pub const CUDNN_PARAM_BN_SAVED_MEAN_PLACEHOLDER: Self = Self(22);
    pub const CUDNN_PARAM_BN_SAVED_INVSTD_PLACEHOLDER: Self = Self(23);
    pub const CUDNN_PARAM_BN_RUNNING_MEAN_PLACEHOLDER: Self = Self(24);
    pub const CUDNN_PARAM_BN_RUNNING_VAR_PLACEHOLDER: Self = Self(25);
    pub const CUDNN_PARAM_ZDESC: Self = Self(26);
    pub const CUDNN_PARAM_ZDATA_PLACEHOLDER: Self = Self(27);
    pub const CUDNN_PARAM_BN_Z_EQSCALEBIAS_DESC: Self = Self(28);
    pub const CUDNN_PARAM_BN_Z_EQSCALE_PLACEHOLDER: Self = Self(29);
    pub const CUDNN_PARAM_BN_Z_EQBIAS_PLACEHOLDER: Self = Self(30);
    pub const CUDNN_PARAM_ACTIVATION_BITMASK_DESC: Self = Self(31);
    pub const CUDNN_PARAM_ACTIVATION_BITMASK_PLACEHOLDER: Self = Self(32);
    pub const CUDNN_PARAM_DXDESC: Self = Self(33);
    pub const CUDNN_PARAM_DXDATA_PLACEHOLDER: Self = Self(34);
    pub const CUDNN_PARAM_DZDESC: Self = Self(35);
    pub const CUDNN_PARAM_DZDATA_PLACEHOLDER: Self = Self(36);
    pub const CUDNN_PARAM_BN_DSCALE_PLACEHOLDER: Self = Self(37);
    pub const CUDNN_PARAM_BN_DBIAS_PLACEHOLDER: Self = Self(38);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnFusedOpsConstParamLabel_t(pub ::core::ffi::c_uint);
impl cudnnFusedOpsPointerPlaceHolder_t {
    pub const CUDNN_PTR_NULL: Self = Self(0);
    pub const CUDNN_PTR_ELEM_ALIGNED: Self = Self(1);
    pub const CUDNN_PTR_16B_ALIGNED: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnFusedOpsPointerPlaceHolder_t(pub ::core::ffi::c_uint);
impl cudnnFusedOpsVariantParamLabel_t {
    pub const CUDNN_PTR_XDATA: Self = Self(0);
    pub const CUDNN_PTR_BN_EQSCALE: Self = Self(1);
    pub const CUDNN_PTR_BN_EQBIAS: Self = Self(2);
    pub const CUDNN_PTR_WDATA: Self = Self(3);
    pub const CUDNN_PTR_DWDATA: Self = Self(4);
    pub const CUDNN_PTR_YDATA: Self = Self(5);
    pub const CUDNN_PTR_DYDATA: Self = Self(6);
    pub const CUDNN_PTR_YSUM: Self = Self(7);
    pub const CUDNN_PTR_YSQSUM: Self = Self(8);
    pub const CUDNN_PTR_WORKSPACE: Self = Self(9);
    pub const CUDNN_PTR_BN_SCALE: Self = Self(10);
    pub const CUDNN_PTR_BN_BIAS: Self = Self(11);
    pub const CUDNN_PTR_BN_SAVED_MEAN: Self = Self(12);
    pub const CUDNN_PTR_BN_SAVED_INVSTD: Self = Self(13);
    pub const CUDNN_PTR_BN_RUNNING_MEAN: Self = Self(14);
    pub const CUDNN_PTR_BN_RUNNING_VAR: Self = Self(15);
    pub const CUDNN_PTR_ZDATA: Self = Self(16);
    pub const CUDNN_PTR_BN_Z_EQSCALE: Self = Self(17);
    pub const CUDNN_PTR_BN_Z_EQBIAS: Self = Self(18);
    pub const CUDNN_PTR_ACTIVATION_BITMASK: Self = Self(19);
    pub const CUDNN_PTR_DXDATA: Self = Self(20);
    pub const CUDNN_PTR_DZDATA: Self = Self(21);
    pub const CUDNN_PTR_BN_DSCALE: Self = Self(22);
    pub const CUDNN_PTR_BN_DBIAS: Self = Self(23);
    pub const CUDNN_SCALAR_SIZE_T_WORKSPACE_SIZE_IN_BYTES: Self = Self(100);
    pub const CUDNN_SCALAR_INT64_T_BN_ACCUMULATION_COUNT: Self = Self(101);
    pub const CUDNN_SCALAR_DOUBLE_BN_EXP_AVG_FACTOR: Self = Self(102);
    pub const CUDNN_SCALAR_DOUBLE_BN_EPSILON: Self = Self(103);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnFusedOpsVariantParamLabel_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug, Copy, Clone, PartialEq)]
pub struct cudnnConvolutionBwdFilterAlgoPerfStruct {
    pub algo: cudnnConvolutionBwdFilterAlgo_t,
    pub status: cudnnStatus_t,
    pub time: f32,
    pub memory: usize,
    pub determinism: cudnnDeterminism_t,
    pub mathType: cudnnMathType_t,
    pub reserved: [::core::ffi::c_int; 3usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cudnnConvolutionBwdFilterAlgoPerfStruct"]
        [::core::mem::size_of::<cudnnConvolutionBwdFilterAlgoPerfStruct>() - 48usize];
    ["Alignment of cudnnConvolutionBwdFilterAlgoPerfStruct"]
        [::core::mem::align_of::<cudnnConvolutionBwdFilterAlgoPerfStruct>() - 8usize];
    ["Offset of field: cudnnConvolutionBwdFilterAlgoPerfStruct::algo"]
        [::core::mem::offset_of!(cudnnConvolutionBwdFilterAlgoPerfStruct, algo) - 0usize];
    ["Offset of field: cudnnConvolutionBwdFilterAlgoPerfStruct::status"]
        [::core::mem::offset_of!(cudnnConvolutionBwdFilterAlgoPerfStruct, status) - 4usize];
    ["Offset of field: cudnnConvolutionBwdFilterAlgoPerfStruct::time"]
        [::core::mem::offset_of!(cudnnConvolutionBwdFilterAlgoPerfStruct, time) - 8usize];
    ["Offset of field: cudnnConvolutionBwdFilterAlgoPerfStruct::memory"]
        [::core::mem::offset_of!(cudnnConvolutionBwdFilterAlgoPerfStruct, memory) - 16usize];
    ["Offset of field: cudnnConvolutionBwdFilterAlgoPerfStruct::determinism"]
        [::core::mem::offset_of!(cudnnConvolutionBwdFilterAlgoPerfStruct, determinism) - 24usize];
    ["Offset of field: cudnnConvolutionBwdFilterAlgoPerfStruct::mathType"]
        [::core::mem::offset_of!(cudnnConvolutionBwdFilterAlgoPerfStruct, mathType) - 28usize];
    ["Offset of field: cudnnConvolutionBwdFilterAlgoPerfStruct::reserved"]
        [::core::mem::offset_of!(cudnnConvolutionBwdFilterAlgoPerfStruct, reserved) - 32usize];
};
pub type cudnnConvolutionBwdFilterAlgoPerf_t = cudnnConvolutionBwdFilterAlgoPerfStruct;
impl cudnnCausalConv1dActivation_t {
    pub const CUDNN_CAUSAL_CONV1D_ACTIVATION_IDENTITY: Self = Self(0);
    pub const CUDNN_CAUSAL_CONV1D_ACTIVATION_SILU: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnCausalConv1dActivation_t(pub ::core::ffi::c_uint);
impl cudnnGnnAggOp_t {
    pub const CUDNN_GNN_AGG_SUM: Self = Self(0);
    pub const CUDNN_GNN_AGG_MEAN: Self = Self(1);
    pub const CUDNN_GNN_AGG_MAX: Self = Self(2);
    pub const CUDNN_GNN_AGG_MIN: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnGnnAggOp_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnGnnCscGraph_t {
    pub cscOffsets: *const ::core::ffi::c_void,
    pub cscIndices: *const ::core::ffi::c_void,
    pub mapCscToCoo: *const ::core::ffi::c_void,
    pub mapRevToCoo: *const ::core::ffi::c_void,
    pub nSrcNodes: i64,
    pub nDstNodes: i64,
    pub nIndices: i64,
    pub idxType: cudnnDataType_t,
    pub cscRevOffsets: *const ::core::ffi::c_void,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cudnnGnnCscGraph_t"][::core::mem::size_of::<cudnnGnnCscGraph_t>() - 72usize];
    ["Alignment of cudnnGnnCscGraph_t"][::core::mem::align_of::<cudnnGnnCscGraph_t>() - 8usize];
    ["Offset of field: cudnnGnnCscGraph_t::cscOffsets"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, cscOffsets) - 0usize];
    ["Offset of field: cudnnGnnCscGraph_t::cscIndices"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, cscIndices) - 8usize];
    ["Offset of field: cudnnGnnCscGraph_t::mapCscToCoo"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, mapCscToCoo) - 16usize];
    ["Offset of field: cudnnGnnCscGraph_t::mapRevToCoo"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, mapRevToCoo) - 24usize];
    ["Offset of field: cudnnGnnCscGraph_t::nSrcNodes"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, nSrcNodes) - 32usize];
    ["Offset of field: cudnnGnnCscGraph_t::nDstNodes"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, nDstNodes) - 40usize];
    ["Offset of field: cudnnGnnCscGraph_t::nIndices"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, nIndices) - 48usize];
    ["Offset of field: cudnnGnnCscGraph_t::idxType"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, idxType) - 56usize];
    ["Offset of field: cudnnGnnCscGraph_t::cscRevOffsets"]
        [::core::mem::offset_of!(cudnnGnnCscGraph_t, cscRevOffsets) - 64usize];
};
impl cudnnGnnActivationOp_t {
    pub const CUDNN_GNN_ACT_LINEAR: Self = Self(0);
    pub const CUDNN_GNN_ACT_RELU: Self = Self(1);
    pub const CUDNN_GNN_ACT_SIGMOID: Self = Self(2);
    pub const CUDNN_GNN_ACT_TANH: Self = Self(3);
    pub const CUDNN_GNN_ACT_ELU: Self = Self(4);
    pub const CUDNN_GNN_ACT_SCALAR: Self = Self(5);
    pub const CUDNN_GNN_ACT_LEAKY_RELU: Self = Self(6);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cudnnGnnActivationOp_t(pub ::core::ffi::c_uint);
#[repr(C)]
#[derive(Debug, Copy, Clone, PartialEq)]
pub struct cudnnGnnMhaParams_t {
    pub activation: cudnnGnnActivationOp_t,
    pub activationAlpha: f32,
    pub numHeads: ::core::ffi::c_int,
    pub concatHeads: ::core::ffi::c_int,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cudnnGnnMhaParams_t"][::core::mem::size_of::<cudnnGnnMhaParams_t>() - 16usize];
    ["Alignment of cudnnGnnMhaParams_t"][::core::mem::align_of::<cudnnGnnMhaParams_t>() - 4usize];
    ["Offset of field: cudnnGnnMhaParams_t::activation"]
        [::core::mem::offset_of!(cudnnGnnMhaParams_t, activation) - 0usize];
    ["Offset of field: cudnnGnnMhaParams_t::activationAlpha"]
        [::core::mem::offset_of!(cudnnGnnMhaParams_t, activationAlpha) - 4usize];
    ["Offset of field: cudnnGnnMhaParams_t::numHeads"]
        [::core::mem::offset_of!(cudnnGnnMhaParams_t, numHeads) - 8usize];
    ["Offset of field: cudnnGnnMhaParams_t::concatHeads"]
        [::core::mem::offset_of!(cudnnGnnMhaParams_t, concatHeads) - 12usize];
};
::cuda_sys::zeroed_default! {
cudnnDebugStruct,
cudnnConvolutionFwdAlgoPerfStruct,
cudnnConvolutionBwdDataAlgoPerfStruct,
cudnnConvolutionBwdFilterAlgoPerfStruct,
cudnnGnnCscGraph_t,
cudnnGnnMhaParams_t,
}
::cuda_sys::opaque_debug! {
cudnnDebugStruct,
}
