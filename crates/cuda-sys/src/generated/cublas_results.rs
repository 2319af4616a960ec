// Made by `cargo xtask bindings` from cublas_v2.h of cuBLAS 13.10. Do not edit.

use super::ResultText;

#[rustfmt::skip]
pub(super) const TEXTS: &[ResultText] = &[
    ResultText { code: 0, name: "CUBLAS_STATUS_SUCCESS", sentence: "success" },
    ResultText { code: 1, name: "CUBLAS_STATUS_NOT_INITIALIZED", sentence: "not initialized" },
    ResultText { code: 3, name: "CUBLAS_STATUS_ALLOC_FAILED", sentence: "alloc failed" },
    ResultText { code: 7, name: "CUBLAS_STATUS_INVALID_VALUE", sentence: "invalid value" },
    ResultText { code: 8, name: "CUBLAS_STATUS_ARCH_MISMATCH", sentence: "arch mismatch" },
    ResultText { code: 11, name: "CUBLAS_STATUS_MAPPING_ERROR", sentence: "mapping error" },
    ResultText { code: 13, name: "CUBLAS_STATUS_EXECUTION_FAILED", sentence: "execution failed" },
    ResultText { code: 14, name: "CUBLAS_STATUS_INTERNAL_ERROR", sentence: "internal error" },
    ResultText { code: 15, name: "CUBLAS_STATUS_NOT_SUPPORTED", sentence: "not supported" },
    ResultText { code: 16, name: "CUBLAS_STATUS_LICENSE_ERROR", sentence: "license error" },
];
