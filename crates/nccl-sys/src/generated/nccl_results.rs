// Made by `cargo xtask bindings` from nccl.h of NCCL 2.32. Do not edit.

use cuda_sys::result::ResultText;

#[rustfmt::skip]
pub(super) const TEXTS: &[ResultText] = &[
    ResultText { code: 0, name: "ncclSuccess", sentence: "success" },
    ResultText { code: 1, name: "ncclUnhandledCudaError", sentence: "unhandled cuda error" },
    ResultText { code: 2, name: "ncclSystemError", sentence: "system error" },
    ResultText { code: 3, name: "ncclInternalError", sentence: "internal error" },
    ResultText { code: 4, name: "ncclInvalidArgument", sentence: "invalid argument" },
    ResultText { code: 5, name: "ncclInvalidUsage", sentence: "invalid usage" },
    ResultText { code: 6, name: "ncclRemoteError", sentence: "remote error" },
    ResultText { code: 7, name: "ncclInProgress", sentence: "in progress" },
    ResultText { code: 8, name: "ncclTimeout", sentence: "timeout" },
    ResultText { code: 9, name: "ncclNumResults", sentence: "num results" },
];
