// Made by `cargo xtask bindings` from curand.h of cuRAND 10.4.5. Do not edit.

use super::ResultText;

#[rustfmt::skip]
pub(super) const TEXTS: &[ResultText] = &[
    ResultText { code: 0, name: "CURAND_STATUS_SUCCESS", sentence: "success" },
    ResultText { code: 100, name: "CURAND_STATUS_VERSION_MISMATCH", sentence: "version mismatch" },
    ResultText { code: 101, name: "CURAND_STATUS_NOT_INITIALIZED", sentence: "not initialized" },
    ResultText { code: 102, name: "CURAND_STATUS_ALLOCATION_FAILED", sentence: "allocation failed" },
    ResultText { code: 103, name: "CURAND_STATUS_TYPE_ERROR", sentence: "type error" },
    ResultText { code: 104, name: "CURAND_STATUS_OUT_OF_RANGE", sentence: "out of range" },
    ResultText { code: 105, name: "CURAND_STATUS_LENGTH_NOT_MULTIPLE", sentence: "length not multiple" },
    ResultText { code: 106, name: "CURAND_STATUS_DOUBLE_PRECISION_REQUIRED", sentence: "double precision required" },
    ResultText { code: 201, name: "CURAND_STATUS_LAUNCH_FAILURE", sentence: "launch failure" },
    ResultText { code: 202, name: "CURAND_STATUS_PREEXISTING_FAILURE", sentence: "preexisting failure" },
    ResultText { code: 203, name: "CURAND_STATUS_INITIALIZATION_FAILED", sentence: "initialization failed" },
    ResultText { code: 204, name: "CURAND_STATUS_ARCH_MISMATCH", sentence: "arch mismatch" },
    ResultText { code: 999, name: "CURAND_STATUS_INTERNAL_ERROR", sentence: "internal error" },
];
