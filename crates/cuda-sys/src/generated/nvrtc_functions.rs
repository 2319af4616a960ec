// Made by `cargo xtask bindings` from nvrtc.h of CUDA 13.5. Do not edit.

/// Hands the list of NVRTC's functions to another macro, as
/// [`for_each_driver_function!`](crate::for_each_driver_function) does; the types are those of [`nvrtc`](crate::nvrtc).
#[macro_export]
macro_rules! for_each_nvrtc_function {
    ($($callback:ident)::+ $({ $($extra:tt)* })?) => { $($callback)::+! {
        $($($extra)*)?
        current {
            fn nvrtcGetErrorString(result: nvrtcResult) -> *const c_char; since 11.8;
            fn nvrtcVersion(major: *mut c_int, minor: *mut c_int) -> nvrtcResult; since 11.8;
            fn nvrtcGetNumSupportedArchs(numArchs: *mut c_int) -> nvrtcResult; since 11.8;
            fn nvrtcGetSupportedArchs(supportedArchs: *mut c_int) -> nvrtcResult; since 11.8;
            fn nvrtcCreateProgram(prog: *mut nvrtcProgram, src: *const c_char, name: *const c_char, numHeaders: c_int, headers: *const *const c_char, includeNames: *const *const c_char) -> nvrtcResult; since 11.8;
            fn nvrtcDestroyProgram(prog: *mut nvrtcProgram) -> nvrtcResult; since 11.8;
            fn nvrtcCompileProgram(prog: nvrtcProgram, numOptions: c_int, options: *const *const c_char) -> nvrtcResult; since 11.8;
            fn nvrtcGetPTXSize(prog: nvrtcProgram, ptxSizeRet: *mut usize) -> nvrtcResult; since 11.8;
            fn nvrtcGetPTX(prog: nvrtcProgram, ptx: *mut c_char) -> nvrtcResult; since 11.8;
            fn nvrtcGetCUBINSize(prog: nvrtcProgram, cubinSizeRet: *mut usize) -> nvrtcResult; since 11.8;
            fn nvrtcGetCUBIN(prog: nvrtcProgram, cubin: *mut c_char) -> nvrtcResult; since 11.8;
            fn nvrtcGetLTOIRSize(prog: nvrtcProgram, LTOIRSizeRet: *mut usize) -> nvrtcResult; since 12.0;
            fn nvrtcGetLTOIR(prog: nvrtcProgram, LTOIR: *mut c_char) -> nvrtcResult; since 12.0;
            fn nvrtcGetOptiXIRSize(prog: nvrtcProgram, optixirSizeRet: *mut usize) -> nvrtcResult; since 12.0;
            fn nvrtcGetOptiXIR(prog: nvrtcProgram, optixir: *mut c_char) -> nvrtcResult; since 12.0;
            fn nvrtcGetProgramLogSize(prog: nvrtcProgram, logSizeRet: *mut usize) -> nvrtcResult; since 11.8;
            fn nvrtcGetProgramLog(prog: nvrtcProgram, log: *mut c_char) -> nvrtcResult; since 11.8;
            fn nvrtcAddNameExpression(prog: nvrtcProgram, name_expression: *const c_char) -> nvrtcResult; since 11.8;
            fn nvrtcGetLoweredName(prog: nvrtcProgram, name_expression: *const c_char, lowered_name: *mut *const c_char) -> nvrtcResult; since 11.8;
            fn nvrtcGetPCHHeapSize(ret: *mut usize) -> nvrtcResult; since 12.8;
            fn nvrtcSetPCHHeapSize(size: usize) -> nvrtcResult; since 12.8;
            fn nvrtcGetPCHCreateStatus(prog: nvrtcProgram) -> nvrtcResult; since 12.8;
            fn nvrtcGetPCHHeapSizeRequired(prog: nvrtcProgram, size: *mut usize) -> nvrtcResult; since 12.8;
            fn nvrtcSetFlowCallback(prog: nvrtcProgram, callback: Option<unsafe extern "C" fn(arg1: *mut c_void, arg2: *mut c_void) -> c_int>, payload: *mut c_void) -> nvrtcResult; since 12.8;
            fn nvrtcGetTileIRSize(prog: nvrtcProgram, TileIRSizeRet: *mut usize) -> nvrtcResult; since 13.2;
            fn nvrtcGetTileIR(prog: nvrtcProgram, TileIR: *mut c_char) -> nvrtcResult; since 13.2;
            fn nvrtcInstallBundledHeaders(installPath: *const c_char, flags: c_uint, errorLog: *mut *const c_char) -> nvrtcResult; since 13.3;
            fn nvrtcGetBundledHeadersInfo(info: *mut nvrtcBundledHeadersInfo, errorLog: *mut *const c_char) -> nvrtcResult; since 13.3;
            fn nvrtcRemoveBundledHeaders(installPath: *const c_char, errorLog: *mut *const c_char) -> nvrtcResult; since 13.3;
        }
        legacy {
        }
    } };
}
