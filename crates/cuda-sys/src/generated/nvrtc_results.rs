// Made by `cargo xtask bindings` from nvrtc.h of CUDA 13.5. Do not edit.

use super::ResultText;

#[rustfmt::skip]
pub(super) const TEXTS: &[ResultText] = &[
    ResultText { code: 0, name: "NVRTC_SUCCESS", sentence: "success" },
    ResultText { code: 1, name: "NVRTC_ERROR_OUT_OF_MEMORY", sentence: "out of memory" },
    ResultText { code: 2, name: "NVRTC_ERROR_PROGRAM_CREATION_FAILURE", sentence: "program creation failure" },
    ResultText { code: 3, name: "NVRTC_ERROR_INVALID_INPUT", sentence: "invalid input" },
    ResultText { code: 4, name: "NVRTC_ERROR_INVALID_PROGRAM", sentence: "invalid program" },
    ResultText { code: 5, name: "NVRTC_ERROR_INVALID_OPTION", sentence: "invalid option" },
    ResultText { code: 6, name: "NVRTC_ERROR_COMPILATION", sentence: "compilation" },
    ResultText { code: 7, name: "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE", sentence: "builtin operation failure" },
    ResultText { code: 8, name: "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION", sentence: "no name expressions after compilation" },
    ResultText { code: 9, name: "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION", sentence: "no lowered names before compilation" },
    ResultText { code: 10, name: "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID", sentence: "name expression not valid" },
    ResultText { code: 11, name: "NVRTC_ERROR_INTERNAL_ERROR", sentence: "internal error" },
    ResultText { code: 12, name: "NVRTC_ERROR_TIME_FILE_WRITE_FAILED", sentence: "time file write failed" },
    ResultText { code: 13, name: "NVRTC_ERROR_NO_PCH_CREATE_ATTEMPTED", sentence: "no pch create attempted" },
    ResultText { code: 14, name: "NVRTC_ERROR_PCH_CREATE_HEAP_EXHAUSTED", sentence: "pch create heap exhausted" },
    ResultText { code: 15, name: "NVRTC_ERROR_PCH_CREATE", sentence: "pch create" },
    ResultText { code: 16, name: "NVRTC_ERROR_CANCELLED", sentence: "cancelled" },
    ResultText { code: 17, name: "NVRTC_ERROR_TIME_TRACE_FILE_WRITE_FAILED", sentence: "time trace file write failed" },
    ResultText { code: 18, name: "NVRTC_ERROR_BUSY", sentence: "busy" },
];
