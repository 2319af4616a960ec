// Made by `cargo xtask bindings` from cudnn.h of cuDNN 9.28. Do not edit.

use cuda_sys::result::ResultText;

#[rustfmt::skip]
pub(super) const TEXTS_8: &[ResultText] = &[
    ResultText { code: 0, name: "CUDNN_STATUS_SUCCESS", sentence: "success" },
    ResultText { code: 1, name: "CUDNN_STATUS_NOT_INITIALIZED", sentence: "not initialized" },
    ResultText { code: 2, name: "CUDNN_STATUS_ALLOC_FAILED", sentence: "alloc failed" },
    ResultText { code: 3, name: "CUDNN_STATUS_BAD_PARAM", sentence: "bad param" },
    ResultText { code: 4, name: "CUDNN_STATUS_INTERNAL_ERROR", sentence: "internal error" },
    ResultText { code: 5, name: "CUDNN_STATUS_INVALID_VALUE", sentence: "invalid value" },
    ResultText { code: 6, name: "CUDNN_STATUS_ARCH_MISMATCH", sentence: "arch mismatch" },
    ResultText { code: 7, name: "CUDNN_STATUS_MAPPING_ERROR", sentence: "mapping error" },
    ResultText { code: 8, name: "CUDNN_STATUS_EXECUTION_FAILED", sentence: "execution failed" },
    ResultText { code: 9, name: "CUDNN_STATUS_NOT_SUPPORTED", sentence: "not supported" },
    ResultText { code: 10, name: "CUDNN_STATUS_LICENSE_ERROR", sentence: "license error" },
    ResultText { code: 11, name: "CUDNN_STATUS_RUNTIME_PREREQUISITE_MISSING", sentence: "runtime prerequisite missing" },
    ResultText { code: 12, name: "CUDNN_STATUS_RUNTIME_IN_PROGRESS", sentence: "runtime in progress" },
    ResultText { code: 13, name: "CUDNN_STATUS_RUNTIME_FP_OVERFLOW", sentence: "runtime fp overflow" },
    ResultText { code: 14, name: "CUDNN_STATUS_VERSION_MISMATCH", sentence: "version mismatch" },
];

#[rustfmt::skip]
pub(super) const TEXTS_9: &[ResultText] = &[
    ResultText { code: 0, name: "CUDNN_STATUS_SUCCESS", sentence: "success" },
    ResultText { code: 1001, name: "CUDNN_STATUS_NOT_INITIALIZED", sentence: "not initialized" },
    ResultText { code: 1002, name: "CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH", sentence: "sublibrary version mismatch" },
    ResultText { code: 1003, name: "CUDNN_STATUS_SERIALIZATION_VERSION_MISMATCH", sentence: "serialization version mismatch" },
    ResultText { code: 1004, name: "CUDNN_STATUS_DEPRECATED", sentence: "deprecated" },
    ResultText { code: 1005, name: "CUDNN_STATUS_LICENSE_ERROR", sentence: "license error" },
    ResultText { code: 1006, name: "CUDNN_STATUS_RUNTIME_IN_PROGRESS", sentence: "runtime in progress" },
    ResultText { code: 1007, name: "CUDNN_STATUS_RUNTIME_FP_OVERFLOW", sentence: "runtime fp overflow" },
    ResultText { code: 1008, name: "CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED", sentence: "sublibrary loading failed" },
    ResultText { code: 2000, name: "CUDNN_STATUS_BAD_PARAM", sentence: "bad param" },
    ResultText { code: 2001, name: "CUDNN_STATUS_INVALID_VALUE", sentence: "invalid value" },
    ResultText { code: 2002, name: "CUDNN_STATUS_BAD_PARAM_NULL_POINTER", sentence: "bad param null pointer" },
    ResultText { code: 2003, name: "CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER", sentence: "bad param misaligned pointer" },
    ResultText { code: 2004, name: "CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED", sentence: "bad param not finalized" },
    ResultText { code: 2005, name: "CUDNN_STATUS_BAD_PARAM_OUT_OF_BOUND", sentence: "bad param out of bound" },
    ResultText { code: 2006, name: "CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT", sentence: "bad param size insufficient" },
    ResultText { code: 2007, name: "CUDNN_STATUS_BAD_PARAM_STREAM_MISMATCH", sentence: "bad param stream mismatch" },
    ResultText { code: 2008, name: "CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH", sentence: "bad param shape mismatch" },
    ResultText { code: 2009, name: "CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES", sentence: "bad param duplicated entries" },
    ResultText { code: 2010, name: "CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE", sentence: "bad param attribute type" },
    ResultText { code: 2011, name: "CUDNN_STATUS_BAD_PARAM_CUDA_GRAPH_MISMATCH", sentence: "bad param cuda graph mismatch" },
    ResultText { code: 2012, name: "CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE", sentence: "bad param descriptor type" },
    ResultText { code: 3000, name: "CUDNN_STATUS_NOT_SUPPORTED", sentence: "not supported" },
    ResultText { code: 3001, name: "CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN", sentence: "not supported graph pattern" },
    ResultText { code: 3002, name: "CUDNN_STATUS_NOT_SUPPORTED_SHAPE", sentence: "not supported shape" },
    ResultText { code: 3003, name: "CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE", sentence: "not supported data type" },
    ResultText { code: 3004, name: "CUDNN_STATUS_NOT_SUPPORTED_LAYOUT", sentence: "not supported layout" },
    ResultText { code: 3005, name: "CUDNN_STATUS_NOT_SUPPORTED_INCOMPATIBLE_CUDA_DRIVER", sentence: "not supported incompatible cuda driver" },
    ResultText { code: 3006, name: "CUDNN_STATUS_NOT_SUPPORTED_INCOMPATIBLE_CUDART", sentence: "not supported incompatible cudart" },
    ResultText { code: 3007, name: "CUDNN_STATUS_NOT_SUPPORTED_ARCH_MISMATCH", sentence: "not supported arch mismatch" },
    ResultText { code: 3008, name: "CUDNN_STATUS_NOT_SUPPORTED_RUNTIME_PREREQUISITE_MISSING", sentence: "not supported runtime prerequisite missing" },
    ResultText { code: 3009, name: "CUDNN_STATUS_NOT_SUPPORTED_SUBLIBRARY_UNAVAILABLE", sentence: "not supported sublibrary unavailable" },
    ResultText { code: 3010, name: "CUDNN_STATUS_NOT_SUPPORTED_SHARED_MEMORY_INSUFFICIENT", sentence: "not supported shared memory insufficient" },
    ResultText { code: 3011, name: "CUDNN_STATUS_NOT_SUPPORTED_PADDING", sentence: "not supported padding" },
    ResultText { code: 3012, name: "CUDNN_STATUS_NOT_SUPPORTED_BAD_LAUNCH_PARAM", sentence: "not supported bad launch param" },
    ResultText { code: 3013, name: "CUDNN_STATUS_NOT_SUPPORTED_CUDA_GRAPH_NATIVE_API", sentence: "not supported cuda graph native api" },
    ResultText { code: 3014, name: "CUDNN_STATUS_NOT_SUPPORTED_INVALID_DYNAMIC_SHAPE", sentence: "not supported invalid dynamic shape" },
    ResultText { code: 4000, name: "CUDNN_STATUS_INTERNAL_ERROR", sentence: "internal error" },
    ResultText { code: 4001, name: "CUDNN_STATUS_INTERNAL_ERROR_COMPILATION_FAILED", sentence: "internal error compilation failed" },
    ResultText { code: 4002, name: "CUDNN_STATUS_INTERNAL_ERROR_UNEXPECTED_VALUE", sentence: "internal error unexpected value" },
    ResultText { code: 4003, name: "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED", sentence: "internal error host allocation failed" },
    ResultText { code: 4004, name: "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED", sentence: "internal error device allocation failed" },
    ResultText { code: 4005, name: "CUDNN_STATUS_INTERNAL_ERROR_BAD_LAUNCH_PARAM", sentence: "internal error bad launch param" },
    ResultText { code: 4006, name: "CUDNN_STATUS_INTERNAL_ERROR_TEXTURE_CREATION_FAILED", sentence: "internal error texture creation failed" },
    ResultText { code: 5000, name: "CUDNN_STATUS_EXECUTION_FAILED", sentence: "execution failed" },
    ResultText { code: 5001, name: "CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER", sentence: "execution failed cuda driver" },
    ResultText { code: 5002, name: "CUDNN_STATUS_EXECUTION_FAILED_CUBLAS", sentence: "execution failed cublas" },
    ResultText { code: 5003, name: "CUDNN_STATUS_EXECUTION_FAILED_CUDART", sentence: "execution failed cudart" },
    ResultText { code: 5004, name: "CUDNN_STATUS_EXECUTION_FAILED_CURAND", sentence: "execution failed curand" },
];

/// The numbers of cuDNN 8, each with the one that its name has since cuDNN 9.
#[rustfmt::skip]
pub(super) const RENUMBERED: &[(u32, u32)] = &[
    (0, 0), // CUDNN_STATUS_SUCCESS
    (1, 1001), // CUDNN_STATUS_NOT_INITIALIZED
    (2, 4003), // CUDNN_STATUS_ALLOC_FAILED
    (3, 2000), // CUDNN_STATUS_BAD_PARAM
    (4, 4000), // CUDNN_STATUS_INTERNAL_ERROR
    (5, 2001), // CUDNN_STATUS_INVALID_VALUE
    (6, 3007), // CUDNN_STATUS_ARCH_MISMATCH
    (7, 4006), // CUDNN_STATUS_MAPPING_ERROR
    (8, 5000), // CUDNN_STATUS_EXECUTION_FAILED
    (9, 3000), // CUDNN_STATUS_NOT_SUPPORTED
    (10, 1005), // CUDNN_STATUS_LICENSE_ERROR
    (11, 3008), // CUDNN_STATUS_RUNTIME_PREREQUISITE_MISSING
    (12, 1006), // CUDNN_STATUS_RUNTIME_IN_PROGRESS
    (13, 1007), // CUDNN_STATUS_RUNTIME_FP_OVERFLOW
    (14, 1002), // CUDNN_STATUS_VERSION_MISMATCH
];
