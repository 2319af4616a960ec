// Made by `cargo xtask bindings` from cuda.h of CUDA 13.5. Do not edit.

/// Hands the list of the driver's functions to another macro.
///
/// `for_each_driver_function! { callback { extra } }` expands to
/// `callback! { extra current { … } legacy { … } }`. Each function is
/// `fn name(argument: type, …) -> result; since 12.0;`, where ` until 12.9` follows if newer headers dropped it.
/// `legacy` holds what drivers export only for programs of long ago; no supported header shows it. The types are those of
/// [`driver`](crate::driver), which the callback needs in scope: `use cuda_sys::driver::*;`.
#[macro_export]
macro_rules! for_each_driver_function {
    ($($callback:ident)::+ $({ $($extra:tt)* })?) => { $($callback)::+! {
        $($($extra)*)?
        current {
            fn cuGetErrorString(error: CUresult, pStr: *mut *const c_char) -> CUresult; since 11.8;
            fn cuGetErrorName(error: CUresult, pStr: *mut *const c_char) -> CUresult; since 11.8;
            fn cuInit(Flags: c_uint) -> CUresult; since 11.8;
            fn cuDriverGetVersion(driverVersion: *mut c_int) -> CUresult; since 11.8;
            fn cuDeviceGet(device: *mut CUdevice, ordinal: c_int) -> CUresult; since 11.8;
            fn cuDeviceGetCount(count: *mut c_int) -> CUresult; since 11.8;
            fn cuDeviceGetName(name: *mut c_char, len: c_int, dev: CUdevice) -> CUresult; since 11.8;
            #[doc(alias = "cuDeviceGetUuid")]
            fn cuDeviceGetUuid_v2(uuid: *mut CUuuid, dev: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceGetLuid(luid: *mut c_char, deviceNodeMask: *mut c_uint, dev: CUdevice) -> CUresult; since 11.8;
            #[doc(alias = "cuDeviceTotalMem")]
            fn cuDeviceTotalMem_v2(bytes: *mut usize, dev: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceGetTexture1DLinearMaxWidth(maxWidthInElements: *mut usize, format: CUarray_format, numChannels: c_uint, dev: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceGetAttribute(pi: *mut c_int, attrib: CUdevice_attribute, dev: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceGetHostAtomicCapabilities(capabilities: *mut c_uint, operations: *const CUatomicOperation, count: c_uint, dev: CUdevice) -> CUresult; since 13.0;
            fn cuDeviceGetNvSciSyncAttributes(nvSciSyncAttrList: *mut c_void, dev: CUdevice, flags: c_int) -> CUresult; since 11.8;
            fn cuDeviceSetMemPool(dev: CUdevice, pool: CUmemoryPool) -> CUresult; since 11.8;
            fn cuDeviceGetMemPool(pool: *mut CUmemoryPool, dev: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceGetDefaultMemPool(pool_out: *mut CUmemoryPool, dev: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceGetExecAffinitySupport(pi: *mut c_int, type_: CUexecAffinityType, dev: CUdevice) -> CUresult; since 11.8;
            fn cuFlushGPUDirectRDMAWrites(target: CUflushGPUDirectRDMAWritesTarget, scope: CUflushGPUDirectRDMAWritesScope) -> CUresult; since 11.8;
            fn cuDeviceGetProperties(prop: *mut CUdevprop, dev: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceComputeCapability(major: *mut c_int, minor: *mut c_int, dev: CUdevice) -> CUresult; since 11.8;
            fn cuDevicePrimaryCtxRetain(pctx: *mut CUcontext, dev: CUdevice) -> CUresult; since 11.8;
            #[doc(alias = "cuDevicePrimaryCtxRelease")]
            fn cuDevicePrimaryCtxRelease_v2(dev: CUdevice) -> CUresult; since 11.8;
            #[doc(alias = "cuDevicePrimaryCtxSetFlags")]
            fn cuDevicePrimaryCtxSetFlags_v2(dev: CUdevice, flags: c_uint) -> CUresult; since 11.8;
            fn cuDevicePrimaryCtxGetState(dev: CUdevice, flags: *mut c_uint, active: *mut c_int) -> CUresult; since 11.8;
            #[doc(alias = "cuDevicePrimaryCtxReset")]
            fn cuDevicePrimaryCtxReset_v2(dev: CUdevice) -> CUresult; since 11.8;
            #[doc(alias = "cuCtxCreate")]
            fn cuCtxCreate_v4(pctx: *mut CUcontext, ctxCreateParams: *mut CUctxCreateParams, flags: c_uint, dev: CUdevice) -> CUresult; since 12.5;
            #[doc(alias = "cuCtxDestroy")]
            fn cuCtxDestroy_v2(ctx: CUcontext) -> CUresult; since 11.8;
            #[doc(alias = "cuCtxPushCurrent")]
            fn cuCtxPushCurrent_v2(ctx: CUcontext) -> CUresult; since 11.8;
            #[doc(alias = "cuCtxPopCurrent")]
            fn cuCtxPopCurrent_v2(pctx: *mut CUcontext) -> CUresult; since 11.8;
            fn cuCtxSetCurrent(ctx: CUcontext) -> CUresult; since 11.8;
            fn cuCtxGetCurrent(pctx: *mut CUcontext) -> CUresult; since 11.8;
            fn cuCtxGetDevice(device: *mut CUdevice) -> CUresult; since 11.8;
            #[doc(alias = "cuCtxGetDevice")]
            fn cuCtxGetDevice_v2(device: *mut CUdevice, ctx: CUcontext) -> CUresult; since 13.0;
            fn cuCtxGetFlags(flags: *mut c_uint) -> CUresult; since 11.8;
            fn cuCtxSetFlags(flags: c_uint) -> CUresult; since 12.1;
            fn cuCtxGetId(ctx: CUcontext, ctxId: *mut c_ulonglong) -> CUresult; since 12.0;
            fn cuCtxSynchronize() -> CUresult; since 11.8;
            #[doc(alias = "cuCtxSynchronize")]
            fn cuCtxSynchronize_v2(ctx: CUcontext) -> CUresult; since 13.0;
            fn cuCtxSetLimit(limit: CUlimit, value: usize) -> CUresult; since 11.8;
            fn cuCtxGetLimit(pvalue: *mut usize, limit: CUlimit) -> CUresult; since 11.8;
            fn cuCtxGetCacheConfig(pconfig: *mut CUfunc_cache) -> CUresult; since 11.8;
            fn cuCtxSetCacheConfig(config: CUfunc_cache) -> CUresult; since 11.8;
            fn cuCtxGetApiVersion(ctx: CUcontext, version: *mut c_uint) -> CUresult; since 11.8;
            fn cuCtxGetStreamPriorityRange(leastPriority: *mut c_int, greatestPriority: *mut c_int) -> CUresult; since 11.8;
            fn cuCtxResetPersistingL2Cache() -> CUresult; since 11.8;
            fn cuCtxGetExecAffinity(pExecAffinity: *mut CUexecAffinityParam, type_: CUexecAffinityType) -> CUresult; since 11.8;
            fn cuCtxRecordEvent(hCtx: CUcontext, hEvent: CUevent) -> CUresult; since 12.5;
            fn cuCtxWaitEvent(hCtx: CUcontext, hEvent: CUevent) -> CUresult; since 12.5;
            fn cuCtxAttach(pctx: *mut CUcontext, flags: c_uint) -> CUresult; since 11.8;
            fn cuCtxDetach(ctx: CUcontext) -> CUresult; since 11.8;
            fn cuCtxGetSharedMemConfig(pConfig: *mut CUsharedconfig) -> CUresult; since 11.8;
            fn cuCtxSetSharedMemConfig(config: CUsharedconfig) -> CUresult; since 11.8;
            fn cuModuleLoad(module: *mut CUmodule, fname: *const c_char) -> CUresult; since 11.8;
            fn cuModuleLoadData(module: *mut CUmodule, image: *const c_void) -> CUresult; since 11.8;
            fn cuModuleLoadDataEx(module: *mut CUmodule, image: *const c_void, numOptions: c_uint, options: *mut CUjit_option, optionValues: *mut *mut c_void) -> CUresult; since 11.8;
            fn cuModuleLoadFatBinary(module: *mut CUmodule, fatCubin: *const c_void) -> CUresult; since 11.8;
            fn cuModuleUnload(hmod: CUmodule) -> CUresult; since 11.8;
            fn cuModuleGetLoadingMode(mode: *mut CUmoduleLoadingMode) -> CUresult; since 11.8;
            fn cuModuleGetFunction(hfunc: *mut CUfunction, hmod: CUmodule, name: *const c_char) -> CUresult; since 11.8;
            fn cuModuleGetFunctionCount(count: *mut c_uint, mod_: CUmodule) -> CUresult; since 12.4;
            fn cuModuleEnumerateFunctions(functions: *mut CUfunction, numFunctions: c_uint, mod_: CUmodule) -> CUresult; since 12.4;
            #[doc(alias = "cuModuleGetGlobal")]
            fn cuModuleGetGlobal_v2(dptr: *mut CUdeviceptr, bytes: *mut usize, hmod: CUmodule, name: *const c_char) -> CUresult; since 11.8;
            #[doc(alias = "cuLinkCreate")]
            fn cuLinkCreate_v2(numOptions: c_uint, options: *mut CUjit_option, optionValues: *mut *mut c_void, stateOut: *mut CUlinkState) -> CUresult; since 11.8;
            #[doc(alias = "cuLinkAddData")]
            fn cuLinkAddData_v2(state: CUlinkState, type_: CUjitInputType, data: *mut c_void, size: usize, name: *const c_char, numOptions: c_uint, options: *mut CUjit_option, optionValues: *mut *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuLinkAddFile")]
            fn cuLinkAddFile_v2(state: CUlinkState, type_: CUjitInputType, path: *const c_char, numOptions: c_uint, options: *mut CUjit_option, optionValues: *mut *mut c_void) -> CUresult; since 11.8;
            fn cuLinkComplete(state: CUlinkState, cubinOut: *mut *mut c_void, sizeOut: *mut usize) -> CUresult; since 11.8;
            fn cuLinkDestroy(state: CUlinkState) -> CUresult; since 11.8;
            fn cuModuleGetTexRef(pTexRef: *mut CUtexref, hmod: CUmodule, name: *const c_char) -> CUresult; since 11.8;
            fn cuModuleGetSurfRef(pSurfRef: *mut CUsurfref, hmod: CUmodule, name: *const c_char) -> CUresult; since 11.8;
            fn cuLibraryLoadData(library: *mut CUlibrary, code: *const c_void, jitOptions: *mut CUjit_option, jitOptionsValues: *mut *mut c_void, numJitOptions: c_uint, libraryOptions: *mut CUlibraryOption, libraryOptionValues: *mut *mut c_void, numLibraryOptions: c_uint) -> CUresult; since 12.0;
            fn cuLibraryLoadFromFile(library: *mut CUlibrary, fileName: *const c_char, jitOptions: *mut CUjit_option, jitOptionsValues: *mut *mut c_void, numJitOptions: c_uint, libraryOptions: *mut CUlibraryOption, libraryOptionValues: *mut *mut c_void, numLibraryOptions: c_uint) -> CUresult; since 12.0;
            fn cuLibraryUnload(library: CUlibrary) -> CUresult; since 12.0;
            fn cuLibraryGetKernel(pKernel: *mut CUkernel, library: CUlibrary, name: *const c_char) -> CUresult; since 12.0;
            fn cuLibraryGetKernelCount(count: *mut c_uint, lib: CUlibrary) -> CUresult; since 12.4;
            fn cuLibraryEnumerateKernels(kernels: *mut CUkernel, numKernels: c_uint, lib: CUlibrary) -> CUresult; since 12.4;
            fn cuLibraryGetModule(pMod: *mut CUmodule, library: CUlibrary) -> CUresult; since 12.0;
            fn cuKernelGetFunction(pFunc: *mut CUfunction, kernel: CUkernel) -> CUresult; since 12.0;
            fn cuKernelGetLibrary(pLib: *mut CUlibrary, kernel: CUkernel) -> CUresult; since 12.5;
            fn cuLibraryGetGlobal(dptr: *mut CUdeviceptr, bytes: *mut usize, library: CUlibrary, name: *const c_char) -> CUresult; since 12.0;
            fn cuLibraryGetManaged(dptr: *mut CUdeviceptr, bytes: *mut usize, library: CUlibrary, name: *const c_char) -> CUresult; since 12.0;
            fn cuLibraryGetUnifiedFunction(fptr: *mut *mut c_void, library: CUlibrary, symbol: *const c_char) -> CUresult; since 12.0;
            fn cuKernelGetAttribute(pi: *mut c_int, attrib: CUfunction_attribute, kernel: CUkernel, dev: CUdevice) -> CUresult; since 12.0;
            fn cuKernelSetAttribute(attrib: CUfunction_attribute, val: c_int, kernel: CUkernel, dev: CUdevice) -> CUresult; since 12.0;
            fn cuKernelSetCacheConfig(kernel: CUkernel, config: CUfunc_cache, dev: CUdevice) -> CUresult; since 12.0;
            fn cuKernelGetName(name: *mut *const c_char, hfunc: CUkernel) -> CUresult; since 12.3;
            fn cuKernelGetParamInfo(kernel: CUkernel, paramIndex: usize, paramOffset: *mut usize, paramSize: *mut usize) -> CUresult; since 12.4;
            fn cuKernelGetParamCount(kernel: CUkernel, paramCount: *mut usize) -> CUresult; since 13.2;
            #[doc(alias = "cuMemGetInfo")]
            fn cuMemGetInfo_v2(free: *mut usize, total: *mut usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemAlloc")]
            fn cuMemAlloc_v2(dptr: *mut CUdeviceptr, bytesize: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemAllocPitch")]
            fn cuMemAllocPitch_v2(dptr: *mut CUdeviceptr, pPitch: *mut usize, WidthInBytes: usize, Height: usize, ElementSizeBytes: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuMemFree")]
            fn cuMemFree_v2(dptr: CUdeviceptr) -> CUresult; since 11.8;
            #[doc(alias = "cuMemGetAddressRange")]
            fn cuMemGetAddressRange_v2(pbase: *mut CUdeviceptr, psize: *mut usize, dptr: CUdeviceptr) -> CUresult; since 11.8;
            #[doc(alias = "cuMemAllocHost")]
            fn cuMemAllocHost_v2(pp: *mut *mut c_void, bytesize: usize) -> CUresult; since 11.8;
            fn cuMemFreeHost(p: *mut c_void) -> CUresult; since 11.8;
            fn cuMemHostAlloc(pp: *mut *mut c_void, bytesize: usize, Flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuMemHostGetDevicePointer")]
            fn cuMemHostGetDevicePointer_v2(pdptr: *mut CUdeviceptr, p: *mut c_void, Flags: c_uint) -> CUresult; since 11.8;
            fn cuMemHostGetFlags(pFlags: *mut c_uint, p: *mut c_void) -> CUresult; since 11.8;
            fn cuMemAllocManaged(dptr: *mut CUdeviceptr, bytesize: usize, flags: c_uint) -> CUresult; since 11.8;
            fn cuDeviceRegisterAsyncNotification(device: CUdevice, callbackFunc: CUasyncCallback, userData: *mut c_void, callback: *mut CUasyncCallbackHandle) -> CUresult; since 12.4;
            fn cuDeviceUnregisterAsyncNotification(device: CUdevice, callback: CUasyncCallbackHandle) -> CUresult; since 12.4;
            fn cuDeviceGetByPCIBusId(dev: *mut CUdevice, pciBusId: *const c_char) -> CUresult; since 11.8;
            fn cuDeviceGetPCIBusId(pciBusId: *mut c_char, len: c_int, dev: CUdevice) -> CUresult; since 11.8;
            fn cuIpcGetEventHandle(pHandle: *mut CUipcEventHandle, event: CUevent) -> CUresult; since 11.8;
            fn cuIpcOpenEventHandle(phEvent: *mut CUevent, handle: CUipcEventHandle) -> CUresult; since 11.8;
            fn cuIpcGetMemHandle(pHandle: *mut CUipcMemHandle, dptr: CUdeviceptr) -> CUresult; since 11.8;
            #[doc(alias = "cuIpcOpenMemHandle")]
            fn cuIpcOpenMemHandle_v2(pdptr: *mut CUdeviceptr, handle: CUipcMemHandle, Flags: c_uint) -> CUresult; since 11.8;
            fn cuIpcCloseMemHandle(dptr: CUdeviceptr) -> CUresult; since 11.8;
            #[doc(alias = "cuMemHostRegister")]
            fn cuMemHostRegister_v2(p: *mut c_void, bytesize: usize, Flags: c_uint) -> CUresult; since 11.8;
            fn cuMemHostUnregister(p: *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy")]
            fn cuMemcpy_ptds(dst: CUdeviceptr, src: CUdeviceptr, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyPeer")]
            fn cuMemcpyPeer_ptds(dstDevice: CUdeviceptr, dstContext: CUcontext, srcDevice: CUdeviceptr, srcContext: CUcontext, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyHtoD")]
            fn cuMemcpyHtoD_v2_ptds(dstDevice: CUdeviceptr, srcHost: *const c_void, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoH")]
            fn cuMemcpyDtoH_v2_ptds(dstHost: *mut c_void, srcDevice: CUdeviceptr, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoD")]
            fn cuMemcpyDtoD_v2_ptds(dstDevice: CUdeviceptr, srcDevice: CUdeviceptr, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoA")]
            fn cuMemcpyDtoA_v2_ptds(dstArray: CUarray, dstOffset: usize, srcDevice: CUdeviceptr, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAtoD")]
            fn cuMemcpyAtoD_v2_ptds(dstDevice: CUdeviceptr, srcArray: CUarray, srcOffset: usize, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyHtoA")]
            fn cuMemcpyHtoA_v2_ptds(dstArray: CUarray, dstOffset: usize, srcHost: *const c_void, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAtoH")]
            fn cuMemcpyAtoH_v2_ptds(dstHost: *mut c_void, srcArray: CUarray, srcOffset: usize, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAtoA")]
            fn cuMemcpyAtoA_v2_ptds(dstArray: CUarray, dstOffset: usize, srcArray: CUarray, srcOffset: usize, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy2D")]
            fn cuMemcpy2D_v2_ptds(pCopy: *const CUDA_MEMCPY2D) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy2DUnaligned")]
            fn cuMemcpy2DUnaligned_v2_ptds(pCopy: *const CUDA_MEMCPY2D) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy3D")]
            fn cuMemcpy3D_v2_ptds(pCopy: *const CUDA_MEMCPY3D) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy3DPeer")]
            fn cuMemcpy3DPeer_ptds(pCopy: *const CUDA_MEMCPY3D_PEER) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAsync")]
            fn cuMemcpyAsync_ptsz(dst: CUdeviceptr, src: CUdeviceptr, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyPeerAsync")]
            fn cuMemcpyPeerAsync_ptsz(dstDevice: CUdeviceptr, dstContext: CUcontext, srcDevice: CUdeviceptr, srcContext: CUcontext, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyHtoDAsync")]
            fn cuMemcpyHtoDAsync_v2_ptsz(dstDevice: CUdeviceptr, srcHost: *const c_void, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoHAsync")]
            fn cuMemcpyDtoHAsync_v2_ptsz(dstHost: *mut c_void, srcDevice: CUdeviceptr, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoDAsync")]
            fn cuMemcpyDtoDAsync_v2_ptsz(dstDevice: CUdeviceptr, srcDevice: CUdeviceptr, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyHtoAAsync")]
            fn cuMemcpyHtoAAsync_v2_ptsz(dstArray: CUarray, dstOffset: usize, srcHost: *const c_void, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAtoHAsync")]
            fn cuMemcpyAtoHAsync_v2_ptsz(dstHost: *mut c_void, srcArray: CUarray, srcOffset: usize, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy2DAsync")]
            fn cuMemcpy2DAsync_v2_ptsz(pCopy: *const CUDA_MEMCPY2D, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy3DAsync")]
            fn cuMemcpy3DAsync_v2_ptsz(pCopy: *const CUDA_MEMCPY3D, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy3DPeerAsync")]
            fn cuMemcpy3DPeerAsync_ptsz(pCopy: *const CUDA_MEMCPY3D_PEER, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyBatchAsync")]
            fn cuMemcpyBatchAsync_v2_ptsz(dsts: *mut CUdeviceptr, srcs: *mut CUdeviceptr, sizes: *mut usize, count: usize, attrs: *mut CUmemcpyAttributes, attrsIdxs: *mut usize, numAttrs: usize, hStream: CUstream) -> CUresult; since 13.0;
            #[doc(alias = "cuMemcpy3DBatchAsync")]
            fn cuMemcpy3DBatchAsync_v2_ptsz(numOps: usize, opList: *mut CUDA_MEMCPY3D_BATCH_OP, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.0;
            #[doc(alias = "cuMemcpyWithAttributesAsync")]
            fn cuMemcpyWithAttributesAsync_ptsz(dst: CUdeviceptr, src: CUdeviceptr, size: usize, attr: *mut CUmemcpyAttributes, hStream: CUstream) -> CUresult; since 13.2;
            #[doc(alias = "cuMemcpy3DWithAttributesAsync")]
            fn cuMemcpy3DWithAttributesAsync_ptsz(op: *mut CUDA_MEMCPY3D_BATCH_OP, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.2;
            #[doc(alias = "cuMemsetD8")]
            fn cuMemsetD8_v2_ptds(dstDevice: CUdeviceptr, uc: c_uchar, N: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD16")]
            fn cuMemsetD16_v2_ptds(dstDevice: CUdeviceptr, us: c_ushort, N: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD32")]
            fn cuMemsetD32_v2_ptds(dstDevice: CUdeviceptr, ui: c_uint, N: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D8")]
            fn cuMemsetD2D8_v2_ptds(dstDevice: CUdeviceptr, dstPitch: usize, uc: c_uchar, Width: usize, Height: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D16")]
            fn cuMemsetD2D16_v2_ptds(dstDevice: CUdeviceptr, dstPitch: usize, us: c_ushort, Width: usize, Height: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D32")]
            fn cuMemsetD2D32_v2_ptds(dstDevice: CUdeviceptr, dstPitch: usize, ui: c_uint, Width: usize, Height: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD8Async")]
            fn cuMemsetD8Async_ptsz(dstDevice: CUdeviceptr, uc: c_uchar, N: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD16Async")]
            fn cuMemsetD16Async_ptsz(dstDevice: CUdeviceptr, us: c_ushort, N: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD32Async")]
            fn cuMemsetD32Async_ptsz(dstDevice: CUdeviceptr, ui: c_uint, N: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D8Async")]
            fn cuMemsetD2D8Async_ptsz(dstDevice: CUdeviceptr, dstPitch: usize, uc: c_uchar, Width: usize, Height: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D16Async")]
            fn cuMemsetD2D16Async_ptsz(dstDevice: CUdeviceptr, dstPitch: usize, us: c_ushort, Width: usize, Height: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D32Async")]
            fn cuMemsetD2D32Async_ptsz(dstDevice: CUdeviceptr, dstPitch: usize, ui: c_uint, Width: usize, Height: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuArrayCreate")]
            fn cuArrayCreate_v2(pHandle: *mut CUarray, pAllocateArray: *const CUDA_ARRAY_DESCRIPTOR) -> CUresult; since 11.8;
            #[doc(alias = "cuArrayGetDescriptor")]
            fn cuArrayGetDescriptor_v2(pArrayDescriptor: *mut CUDA_ARRAY_DESCRIPTOR, hArray: CUarray) -> CUresult; since 11.8;
            fn cuArrayGetSparseProperties(sparseProperties: *mut CUDA_ARRAY_SPARSE_PROPERTIES, array: CUarray) -> CUresult; since 11.8;
            fn cuMipmappedArrayGetSparseProperties(sparseProperties: *mut CUDA_ARRAY_SPARSE_PROPERTIES, mipmap: CUmipmappedArray) -> CUresult; since 11.8;
            fn cuArrayGetMemoryRequirements(memoryRequirements: *mut CUDA_ARRAY_MEMORY_REQUIREMENTS, array: CUarray, device: CUdevice) -> CUresult; since 11.8;
            fn cuMipmappedArrayGetMemoryRequirements(memoryRequirements: *mut CUDA_ARRAY_MEMORY_REQUIREMENTS, mipmap: CUmipmappedArray, device: CUdevice) -> CUresult; since 11.8;
            fn cuArrayGetPlane(pPlaneArray: *mut CUarray, hArray: CUarray, planeIdx: c_uint) -> CUresult; since 11.8;
            fn cuArrayDestroy(hArray: CUarray) -> CUresult; since 11.8;
            #[doc(alias = "cuArray3DCreate")]
            fn cuArray3DCreate_v2(pHandle: *mut CUarray, pAllocateArray: *const CUDA_ARRAY3D_DESCRIPTOR) -> CUresult; since 11.8;
            #[doc(alias = "cuArray3DGetDescriptor")]
            fn cuArray3DGetDescriptor_v2(pArrayDescriptor: *mut CUDA_ARRAY3D_DESCRIPTOR, hArray: CUarray) -> CUresult; since 11.8;
            fn cuMipmappedArrayCreate(pHandle: *mut CUmipmappedArray, pMipmappedArrayDesc: *const CUDA_ARRAY3D_DESCRIPTOR, numMipmapLevels: c_uint) -> CUresult; since 11.8;
            fn cuMipmappedArrayGetLevel(pLevelArray: *mut CUarray, hMipmappedArray: CUmipmappedArray, level: c_uint) -> CUresult; since 11.8;
            fn cuMipmappedArrayDestroy(hMipmappedArray: CUmipmappedArray) -> CUresult; since 11.8;
            fn cuMemGetHandleForAddressRange(handle: *mut c_void, dptr: CUdeviceptr, size: usize, handleType: CUmemRangeHandleType, flags: c_ulonglong) -> CUresult; since 11.8;
            #[doc(alias = "cuMemBatchDecompressAsync")]
            fn cuMemBatchDecompressAsync_ptsz(paramsArray: *mut CUmemDecompressParams, count: usize, flags: c_uint, errorIndex: *mut usize, stream: CUstream) -> CUresult; since 12.8;
            fn cuMemAddressReserve(ptr: *mut CUdeviceptr, size: usize, alignment: usize, addr: CUdeviceptr, flags: c_ulonglong) -> CUresult; since 11.8;
            fn cuMemAddressFree(ptr: CUdeviceptr, size: usize) -> CUresult; since 11.8;
            fn cuMemCreate(handle: *mut CUmemGenericAllocationHandle, size: usize, prop: *const CUmemAllocationProp, flags: c_ulonglong) -> CUresult; since 11.8;
            fn cuMemRelease(handle: CUmemGenericAllocationHandle) -> CUresult; since 11.8;
            fn cuMemMap(ptr: CUdeviceptr, size: usize, offset: usize, handle: CUmemGenericAllocationHandle, flags: c_ulonglong) -> CUresult; since 11.8;
            #[doc(alias = "cuMemMapArrayAsync")]
            fn cuMemMapArrayAsync_ptsz(mapInfoList: *mut CUarrayMapInfo, count: c_uint, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemUnmap(ptr: CUdeviceptr, size: usize) -> CUresult; since 11.8;
            fn cuMemSetAccess(ptr: CUdeviceptr, size: usize, desc: *const CUmemAccessDesc, count: usize) -> CUresult; since 11.8;
            fn cuMemGetAccess(flags: *mut c_ulonglong, location: *const CUmemLocation, ptr: CUdeviceptr) -> CUresult; since 11.8;
            fn cuMemExportToShareableHandle(shareableHandle: *mut c_void, handle: CUmemGenericAllocationHandle, handleType: CUmemAllocationHandleType, flags: c_ulonglong) -> CUresult; since 11.8;
            fn cuMemImportFromShareableHandle(handle: *mut CUmemGenericAllocationHandle, osHandle: *mut c_void, shHandleType: CUmemAllocationHandleType) -> CUresult; since 11.8;
            fn cuMemGetAllocationGranularity(granularity: *mut usize, prop: *const CUmemAllocationProp, option: CUmemAllocationGranularity_flags) -> CUresult; since 11.8;
            fn cuMemGetAllocationPropertiesFromHandle(prop: *mut CUmemAllocationProp, handle: CUmemGenericAllocationHandle) -> CUresult; since 11.8;
            fn cuMemRetainAllocationHandle(handle: *mut CUmemGenericAllocationHandle, addr: *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuMemFreeAsync")]
            fn cuMemFreeAsync_ptsz(dptr: CUdeviceptr, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemAllocAsync")]
            fn cuMemAllocAsync_ptsz(dptr: *mut CUdeviceptr, bytesize: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemPoolTrimTo(pool: CUmemoryPool, minBytesToKeep: usize) -> CUresult; since 11.8;
            fn cuMemPoolSetAttribute(pool: CUmemoryPool, attr: CUmemPool_attribute, value: *mut c_void) -> CUresult; since 11.8;
            fn cuMemPoolGetAttribute(pool: CUmemoryPool, attr: CUmemPool_attribute, value: *mut c_void) -> CUresult; since 11.8;
            fn cuMemPoolSetAccess(pool: CUmemoryPool, map: *const CUmemAccessDesc, count: usize) -> CUresult; since 11.8;
            fn cuMemPoolGetAccess(flags: *mut CUmemAccess_flags, memPool: CUmemoryPool, location: *mut CUmemLocation) -> CUresult; since 11.8;
            fn cuMemPoolCreate(pool: *mut CUmemoryPool, poolProps: *const CUmemPoolProps) -> CUresult; since 11.8;
            fn cuMemPoolDestroy(pool: CUmemoryPool) -> CUresult; since 11.8;
            fn cuMemGetDefaultMemPool(pool_out: *mut CUmemoryPool, location: *mut CUmemLocation, type_: CUmemAllocationType) -> CUresult; since 13.0;
            fn cuMemGetMemPool(pool: *mut CUmemoryPool, location: *mut CUmemLocation, type_: CUmemAllocationType) -> CUresult; since 13.0;
            fn cuMemSetMemPool(location: *mut CUmemLocation, type_: CUmemAllocationType, pool: CUmemoryPool) -> CUresult; since 13.0;
            #[doc(alias = "cuMemAllocFromPoolAsync")]
            fn cuMemAllocFromPoolAsync_ptsz(dptr: *mut CUdeviceptr, bytesize: usize, pool: CUmemoryPool, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemPoolExportToShareableHandle(handle_out: *mut c_void, pool: CUmemoryPool, handleType: CUmemAllocationHandleType, flags: c_ulonglong) -> CUresult; since 11.8;
            fn cuMemPoolImportFromShareableHandle(pool_out: *mut CUmemoryPool, handle: *mut c_void, handleType: CUmemAllocationHandleType, flags: c_ulonglong) -> CUresult; since 11.8;
            fn cuMemPoolExportPointer(shareData_out: *mut CUmemPoolPtrExportData, ptr: CUdeviceptr) -> CUresult; since 11.8;
            fn cuMemPoolImportPointer(ptr_out: *mut CUdeviceptr, pool: CUmemoryPool, shareData: *mut CUmemPoolPtrExportData) -> CUresult; since 11.8;
            fn cuMulticastCreate(mcHandle: *mut CUmemGenericAllocationHandle, prop: *const CUmulticastObjectProp) -> CUresult; since 12.1;
            fn cuMulticastAddDevice(mcHandle: CUmemGenericAllocationHandle, dev: CUdevice) -> CUresult; since 12.1;
            fn cuMulticastBindMem(mcHandle: CUmemGenericAllocationHandle, mcOffset: usize, memHandle: CUmemGenericAllocationHandle, memOffset: usize, size: usize, flags: c_ulonglong) -> CUresult; since 12.1;
            #[doc(alias = "cuMulticastBindMem")]
            fn cuMulticastBindMem_v2(mcHandle: CUmemGenericAllocationHandle, dev: CUdevice, mcOffset: usize, memHandle: CUmemGenericAllocationHandle, memOffset: usize, size: usize, flags: c_ulonglong) -> CUresult; since 13.1;
            fn cuMulticastBindAddr(mcHandle: CUmemGenericAllocationHandle, mcOffset: usize, memptr: CUdeviceptr, size: usize, flags: c_ulonglong) -> CUresult; since 12.1;
            #[doc(alias = "cuMulticastBindAddr")]
            fn cuMulticastBindAddr_v2(mcHandle: CUmemGenericAllocationHandle, dev: CUdevice, mcOffset: usize, memptr: CUdeviceptr, size: usize, flags: c_ulonglong) -> CUresult; since 13.1;
            fn cuMulticastUnbind(mcHandle: CUmemGenericAllocationHandle, dev: CUdevice, mcOffset: usize, size: usize) -> CUresult; since 12.1;
            fn cuMulticastGetGranularity(granularity: *mut usize, prop: *const CUmulticastObjectProp, option: CUmulticastGranularity_flags) -> CUresult; since 12.1;
            fn cuDeviceGetFabricClusterUuid(uuid: *mut CUuuid, dev: CUdevice) -> CUresult; since 13.4;
            fn cuDeviceGetCliqueCount(count: *mut usize, dev: CUdevice) -> CUresult; since 13.4;
            fn cuDeviceGetCliqueInfo(cliqueInfo: *mut CUcliqueInfo, count: *mut usize, dev: CUdevice) -> CUresult; since 13.4;
            fn cuLogicalEndpointIdReserve(baseLeId: *mut CUlogicalEndpointId, count: cuuint32_t) -> CUresult; since 13.3;
            fn cuLogicalEndpointIdRelease(baseLeId: CUlogicalEndpointId, count: cuuint32_t) -> CUresult; since 13.3;
            fn cuLogicalEndpointCreate(leId: CUlogicalEndpointId, prop: *const CUlogicalEndpointProp) -> CUresult; since 13.3;
            fn cuLogicalEndpointAddDevice(leId: CUlogicalEndpointId, dev: CUdevice) -> CUresult; since 13.3;
            fn cuLogicalEndpointDestroy(leId: CUlogicalEndpointId) -> CUresult; since 13.3;
            fn cuLogicalEndpointBindAddr(leId: CUlogicalEndpointId, dev: CUdevice, offset: cuuint64_t, ptr: *mut c_void, size: cuuint64_t, flags: c_ulonglong) -> CUresult; since 13.3;
            fn cuLogicalEndpointBindMem(leId: CUlogicalEndpointId, dev: CUdevice, offset: cuuint64_t, memHandle: CUmemGenericAllocationHandle, memOffset: cuuint64_t, size: cuuint64_t, flags: c_ulonglong) -> CUresult; since 13.3;
            fn cuLogicalEndpointUnbind(leId: CUlogicalEndpointId, dev: CUdevice, offset: cuuint64_t, size: cuuint64_t) -> CUresult; since 13.3;
            fn cuLogicalEndpointExport(handle: *mut c_void, leId: CUlogicalEndpointId, handleType: CUlogicalEndpointIpcHandleType) -> CUresult; since 13.3;
            fn cuLogicalEndpointImport(leId: CUlogicalEndpointId, handle: *const c_void, handleType: CUlogicalEndpointIpcHandleType) -> CUresult; since 13.3;
            fn cuLogicalEndpointGetLimits(bindAlignment: *mut cuuint64_t, maxSize: *mut cuuint64_t, prop: *const CUlogicalEndpointProp) -> CUresult; since 13.3;
            fn cuLogicalEndpointQuery(leId: CUlogicalEndpointId, count: cuuint32_t, queryStatus: *mut c_int) -> CUresult; since 13.3;
            #[doc(alias = "cuFabricCpyBatchAsync")]
            fn cuFabricCpyBatchAsync_ptsz(numOps: usize, opList: *mut CUDA_FABRIC_COPY_BATCH_OP, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.5;
            fn cuPointerGetAttribute(data: *mut c_void, attribute: CUpointer_attribute, ptr: CUdeviceptr) -> CUresult; since 11.8;
            #[doc(alias = "cuMemPrefetchAsync")]
            fn cuMemPrefetchAsync_v2_ptsz(devPtr: CUdeviceptr, count: usize, location: CUmemLocation, flags: c_uint, hStream: CUstream) -> CUresult; since 12.2;
            #[doc(alias = "cuMemAdvise")]
            fn cuMemAdvise_v2(devPtr: CUdeviceptr, count: usize, advice: CUmem_advise, location: CUmemLocation) -> CUresult; since 12.2;
            #[doc(alias = "cuMemPrefetchBatchAsync")]
            fn cuMemPrefetchBatchAsync_ptsz(dptrs: *mut CUdeviceptr, sizes: *mut usize, count: usize, prefetchLocs: *mut CUmemLocation, prefetchLocIdxs: *mut usize, numPrefetchLocs: usize, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.0;
            #[doc(alias = "cuMemDiscardBatchAsync")]
            fn cuMemDiscardBatchAsync_ptsz(dptrs: *mut CUdeviceptr, sizes: *mut usize, count: usize, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.0;
            #[doc(alias = "cuMemDiscardAndPrefetchBatchAsync")]
            fn cuMemDiscardAndPrefetchBatchAsync_ptsz(dptrs: *mut CUdeviceptr, sizes: *mut usize, count: usize, prefetchLocs: *mut CUmemLocation, prefetchLocIdxs: *mut usize, numPrefetchLocs: usize, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.0;
            fn cuMemGetLocationInfo(ptr: CUdeviceptr, size: usize, summaryGranularity: usize, samplingGranularity: usize, location_out: *mut CUmemLocation) -> CUresult; since 13.4;
            fn cuMemRangeGetAttribute(data: *mut c_void, dataSize: usize, attribute: CUmem_range_attribute, devPtr: CUdeviceptr, count: usize) -> CUresult; since 11.8;
            fn cuMemRangeGetAttributes(data: *mut *mut c_void, dataSizes: *mut usize, attributes: *mut CUmem_range_attribute, numAttributes: usize, devPtr: CUdeviceptr, count: usize) -> CUresult; since 11.8;
            fn cuPointerSetAttribute(value: *const c_void, attribute: CUpointer_attribute, ptr: CUdeviceptr) -> CUresult; since 11.8;
            fn cuPointerGetAttributes(numAttributes: c_uint, attributes: *mut CUpointer_attribute, data: *mut *mut c_void, ptr: CUdeviceptr) -> CUresult; since 11.8;
            fn cuStreamCreate(phStream: *mut CUstream, Flags: c_uint) -> CUresult; since 11.8;
            fn cuStreamCreateWithPriority(phStream: *mut CUstream, flags: c_uint, priority: c_int) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamBeginCaptureToCig")]
            fn cuStreamBeginCaptureToCig_ptsz(hStream: CUstream, streamCigCaptureParams: *mut CUstreamCigCaptureParams) -> CUresult; since 13.2;
            #[doc(alias = "cuStreamEndCaptureToCig")]
            fn cuStreamEndCaptureToCig_ptsz(hStream: CUstream) -> CUresult; since 13.2;
            #[doc(alias = "cuStreamGetPriority")]
            fn cuStreamGetPriority_ptsz(hStream: CUstream, priority: *mut c_int) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamGetDevice")]
            fn cuStreamGetDevice_ptsz(hStream: CUstream, device: *mut CUdevice) -> CUresult; since 12.8;
            #[doc(alias = "cuStreamGetFlags")]
            fn cuStreamGetFlags_ptsz(hStream: CUstream, flags: *mut c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamGetId")]
            fn cuStreamGetId_ptsz(hStream: CUstream, streamId: *mut c_ulonglong) -> CUresult; since 12.0;
            #[doc(alias = "cuStreamGetCtx")]
            fn cuStreamGetCtx_ptsz(hStream: CUstream, pctx: *mut CUcontext) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamGetCtx")]
            fn cuStreamGetCtx_v2_ptsz(hStream: CUstream, pCtx: *mut CUcontext, pGreenCtx: *mut CUgreenCtx) -> CUresult; since 12.5;
            #[doc(alias = "cuStreamWaitEvent")]
            fn cuStreamWaitEvent_ptsz(hStream: CUstream, hEvent: CUevent, Flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamAddCallback")]
            fn cuStreamAddCallback_ptsz(hStream: CUstream, callback: CUstreamCallback, userData: *mut c_void, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamBeginCapture")]
            fn cuStreamBeginCapture_v2_ptsz(hStream: CUstream, mode: CUstreamCaptureMode) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamBeginRecaptureToGraph")]
            fn cuStreamBeginRecaptureToGraph_ptsz(hStream: CUstream, mode: CUstreamCaptureMode, hGraph: CUgraph, callbackFunc: CUgraphRecaptureCallback, userData: *mut c_void) -> CUresult; since 13.3;
            #[doc(alias = "cuStreamBeginCaptureToGraph")]
            fn cuStreamBeginCaptureToGraph_ptsz(hStream: CUstream, hGraph: CUgraph, dependencies: *const CUgraphNode, dependencyData: *const CUgraphEdgeData, numDependencies: usize, mode: CUstreamCaptureMode) -> CUresult; since 12.3;
            fn cuThreadExchangeStreamCaptureMode(mode: *mut CUstreamCaptureMode) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamEndCapture")]
            fn cuStreamEndCapture_ptsz(hStream: CUstream, phGraph: *mut CUgraph) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamIsCapturing")]
            fn cuStreamIsCapturing_ptsz(hStream: CUstream, captureStatus: *mut CUstreamCaptureStatus) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamGetCaptureInfo")]
            fn cuStreamGetCaptureInfo_v3_ptsz(hStream: CUstream, captureStatus_out: *mut CUstreamCaptureStatus, id_out: *mut cuuint64_t, graph_out: *mut CUgraph, dependencies_out: *mut *const CUgraphNode, edgeData_out: *mut *const CUgraphEdgeData, numDependencies_out: *mut usize) -> CUresult; since 12.3;
            #[doc(alias = "cuStreamUpdateCaptureDependencies")]
            fn cuStreamUpdateCaptureDependencies_v2_ptsz(hStream: CUstream, dependencies: *mut CUgraphNode, dependencyData: *const CUgraphEdgeData, numDependencies: usize, flags: c_uint) -> CUresult; since 12.3;
            #[doc(alias = "cuStreamAttachMemAsync")]
            fn cuStreamAttachMemAsync_ptsz(hStream: CUstream, dptr: CUdeviceptr, length: usize, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamQuery")]
            fn cuStreamQuery_ptsz(hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamSynchronize")]
            fn cuStreamSynchronize_ptsz(hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamDestroy")]
            fn cuStreamDestroy_v2(hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamCopyAttributes")]
            fn cuStreamCopyAttributes_ptsz(dst: CUstream, src: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamGetAttribute")]
            fn cuStreamGetAttribute_ptsz(hStream: CUstream, attr: CUstreamAttrID, value_out: *mut CUstreamAttrValue) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamSetAttribute")]
            fn cuStreamSetAttribute_ptsz(hStream: CUstream, attr: CUstreamAttrID, value: *const CUstreamAttrValue) -> CUresult; since 11.8;
            fn cuEventCreate(phEvent: *mut CUevent, Flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuEventRecord")]
            fn cuEventRecord_ptsz(hEvent: CUevent, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuEventRecordWithFlags")]
            fn cuEventRecordWithFlags_ptsz(hEvent: CUevent, hStream: CUstream, flags: c_uint) -> CUresult; since 11.8;
            fn cuEventQuery(hEvent: CUevent) -> CUresult; since 11.8;
            fn cuEventSynchronize(hEvent: CUevent) -> CUresult; since 11.8;
            #[doc(alias = "cuEventDestroy")]
            fn cuEventDestroy_v2(hEvent: CUevent) -> CUresult; since 11.8;
            #[doc(alias = "cuEventElapsedTime")]
            fn cuEventElapsedTime_v2(pMilliseconds: *mut f32, hStart: CUevent, hEnd: CUevent) -> CUresult; since 12.8;
            fn cuImportExternalMemory(extMem_out: *mut CUexternalMemory, memHandleDesc: *const CUDA_EXTERNAL_MEMORY_HANDLE_DESC) -> CUresult; since 11.8;
            fn cuExternalMemoryGetMappedBuffer(devPtr: *mut CUdeviceptr, extMem: CUexternalMemory, bufferDesc: *const CUDA_EXTERNAL_MEMORY_BUFFER_DESC) -> CUresult; since 11.8;
            fn cuExternalMemoryGetMappedMipmappedArray(mipmap: *mut CUmipmappedArray, extMem: CUexternalMemory, mipmapDesc: *const CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC) -> CUresult; since 11.8;
            fn cuDestroyExternalMemory(extMem: CUexternalMemory) -> CUresult; since 11.8;
            fn cuImportExternalSemaphore(extSem_out: *mut CUexternalSemaphore, semHandleDesc: *const CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC) -> CUresult; since 11.8;
            #[doc(alias = "cuSignalExternalSemaphoresAsync")]
            fn cuSignalExternalSemaphoresAsync_ptsz(extSemArray: *const CUexternalSemaphore, paramsArray: *const CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS, numExtSems: c_uint, stream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuWaitExternalSemaphoresAsync")]
            fn cuWaitExternalSemaphoresAsync_ptsz(extSemArray: *const CUexternalSemaphore, paramsArray: *const CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS, numExtSems: c_uint, stream: CUstream) -> CUresult; since 11.8;
            fn cuDestroyExternalSemaphore(extSem: CUexternalSemaphore) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamWaitValue32")]
            fn cuStreamWaitValue32_v2_ptsz(stream: CUstream, addr: CUdeviceptr, value: cuuint32_t, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamWaitValue64")]
            fn cuStreamWaitValue64_v2_ptsz(stream: CUstream, addr: CUdeviceptr, value: cuuint64_t, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamWriteValue32")]
            fn cuStreamWriteValue32_v2_ptsz(stream: CUstream, addr: CUdeviceptr, value: cuuint32_t, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamWriteValue64")]
            fn cuStreamWriteValue64_v2_ptsz(stream: CUstream, addr: CUdeviceptr, value: cuuint64_t, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamBatchMemOp")]
            fn cuStreamBatchMemOp_v2_ptsz(stream: CUstream, count: c_uint, paramArray: *mut CUstreamBatchMemOpParams, flags: c_uint) -> CUresult; since 11.8;
            fn cuFuncGetAttribute(pi: *mut c_int, attrib: CUfunction_attribute, hfunc: CUfunction) -> CUresult; since 11.8;
            fn cuFuncSetAttribute(hfunc: CUfunction, attrib: CUfunction_attribute, value: c_int) -> CUresult; since 11.8;
            fn cuFuncSetCacheConfig(hfunc: CUfunction, config: CUfunc_cache) -> CUresult; since 11.8;
            fn cuFuncGetModule(hmod: *mut CUmodule, hfunc: CUfunction) -> CUresult; since 11.8;
            fn cuFuncGetName(name: *mut *const c_char, hfunc: CUfunction) -> CUresult; since 12.3;
            fn cuFuncGetParamInfo(func: CUfunction, paramIndex: usize, paramOffset: *mut usize, paramSize: *mut usize) -> CUresult; since 12.4;
            fn cuFuncGetParamCount(func: CUfunction, paramCount: *mut usize) -> CUresult; since 13.2;
            fn cuFuncIsLoaded(state: *mut CUfunctionLoadingState, function: CUfunction) -> CUresult; since 12.4;
            fn cuFuncLoad(function: CUfunction) -> CUresult; since 12.4;
            #[doc(alias = "cuLaunchKernel")]
            fn cuLaunchKernel_ptsz(f: CUfunction, gridDimX: c_uint, gridDimY: c_uint, gridDimZ: c_uint, blockDimX: c_uint, blockDimY: c_uint, blockDimZ: c_uint, sharedMemBytes: c_uint, hStream: CUstream, kernelParams: *mut *mut c_void, extra: *mut *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuLaunchKernelEx")]
            fn cuLaunchKernelEx_ptsz(config: *const CUlaunchConfig, f: CUfunction, kernelParams: *mut *mut c_void, extra: *mut *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuLaunchCooperativeKernel")]
            fn cuLaunchCooperativeKernel_ptsz(f: CUfunction, gridDimX: c_uint, gridDimY: c_uint, gridDimZ: c_uint, blockDimX: c_uint, blockDimY: c_uint, blockDimZ: c_uint, sharedMemBytes: c_uint, hStream: CUstream, kernelParams: *mut *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuLaunchHostFunc")]
            fn cuLaunchHostFunc_ptsz(hStream: CUstream, fn_: CUhostFn, userData: *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuLaunchHostFunc")]
            fn cuLaunchHostFunc_v2_ptsz(hStream: CUstream, fn_: CUhostFn, userData: *mut c_void, syncMode: c_uint) -> CUresult; since 13.2;
            fn cuFuncSetBlockShape(hfunc: CUfunction, x: c_int, y: c_int, z: c_int) -> CUresult; since 11.8;
            fn cuFuncSetSharedSize(hfunc: CUfunction, bytes: c_uint) -> CUresult; since 11.8;
            fn cuParamSetSize(hfunc: CUfunction, numbytes: c_uint) -> CUresult; since 11.8;
            fn cuParamSeti(hfunc: CUfunction, offset: c_int, value: c_uint) -> CUresult; since 11.8;
            fn cuParamSetf(hfunc: CUfunction, offset: c_int, value: f32) -> CUresult; since 11.8;
            fn cuParamSetv(hfunc: CUfunction, offset: c_int, ptr: *mut c_void, numbytes: c_uint) -> CUresult; since 11.8;
            fn cuLaunch(f: CUfunction) -> CUresult; since 11.8;
            fn cuLaunchGrid(f: CUfunction, grid_width: c_int, grid_height: c_int) -> CUresult; since 11.8;
            fn cuLaunchGridAsync(f: CUfunction, grid_width: c_int, grid_height: c_int, hStream: CUstream) -> CUresult; since 11.8;
            fn cuLaunchCooperativeKernelMultiDevice(launchParamsList: *mut CUDA_LAUNCH_PARAMS, numDevices: c_uint, flags: c_uint) -> CUresult; since 11.8;
            fn cuParamSetTexRef(hfunc: CUfunction, texunit: c_int, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuFuncSetSharedMemConfig(hfunc: CUfunction, config: CUsharedconfig) -> CUresult; since 11.8;
            fn cuGraphCreate(phGraph: *mut CUgraph, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphAddKernelNode")]
            fn cuGraphAddKernelNode_v2(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, nodeParams: *const CUDA_KERNEL_NODE_PARAMS) -> CUresult; since 12.0;
            #[doc(alias = "cuGraphKernelNodeGetParams")]
            fn cuGraphKernelNodeGetParams_v2(hNode: CUgraphNode, nodeParams: *mut CUDA_KERNEL_NODE_PARAMS) -> CUresult; since 12.0;
            #[doc(alias = "cuGraphKernelNodeSetParams")]
            fn cuGraphKernelNodeSetParams_v2(hNode: CUgraphNode, nodeParams: *const CUDA_KERNEL_NODE_PARAMS) -> CUresult; since 12.0;
            fn cuGraphAddMemcpyNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, copyParams: *const CUDA_MEMCPY3D, ctx: CUcontext) -> CUresult; since 11.8;
            fn cuGraphMemcpyNodeGetParams(hNode: CUgraphNode, nodeParams: *mut CUDA_MEMCPY3D) -> CUresult; since 11.8;
            fn cuGraphMemcpyNodeSetParams(hNode: CUgraphNode, nodeParams: *const CUDA_MEMCPY3D) -> CUresult; since 11.8;
            fn cuGraphAddMemsetNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, memsetParams: *const CUDA_MEMSET_NODE_PARAMS, ctx: CUcontext) -> CUresult; since 11.8;
            fn cuGraphMemsetNodeGetParams(hNode: CUgraphNode, nodeParams: *mut CUDA_MEMSET_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphMemsetNodeSetParams(hNode: CUgraphNode, nodeParams: *const CUDA_MEMSET_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphAddHostNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, nodeParams: *const CUDA_HOST_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphHostNodeGetParams(hNode: CUgraphNode, nodeParams: *mut CUDA_HOST_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphHostNodeSetParams(hNode: CUgraphNode, nodeParams: *const CUDA_HOST_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphAddChildGraphNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, childGraph: CUgraph) -> CUresult; since 11.8;
            fn cuGraphChildGraphNodeGetGraph(hNode: CUgraphNode, phGraph: *mut CUgraph) -> CUresult; since 11.8;
            fn cuGraphAddEmptyNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize) -> CUresult; since 11.8;
            fn cuGraphAddEventRecordNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, event: CUevent) -> CUresult; since 11.8;
            fn cuGraphEventRecordNodeGetEvent(hNode: CUgraphNode, event_out: *mut CUevent) -> CUresult; since 11.8;
            fn cuGraphEventRecordNodeSetEvent(hNode: CUgraphNode, event: CUevent) -> CUresult; since 11.8;
            fn cuGraphAddEventWaitNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, event: CUevent) -> CUresult; since 11.8;
            fn cuGraphEventWaitNodeGetEvent(hNode: CUgraphNode, event_out: *mut CUevent) -> CUresult; since 11.8;
            fn cuGraphEventWaitNodeSetEvent(hNode: CUgraphNode, event: CUevent) -> CUresult; since 11.8;
            fn cuGraphAddExternalSemaphoresSignalNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, nodeParams: *const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphExternalSemaphoresSignalNodeGetParams(hNode: CUgraphNode, params_out: *mut CUDA_EXT_SEM_SIGNAL_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphExternalSemaphoresSignalNodeSetParams(hNode: CUgraphNode, nodeParams: *const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphAddExternalSemaphoresWaitNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, nodeParams: *const CUDA_EXT_SEM_WAIT_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphExternalSemaphoresWaitNodeGetParams(hNode: CUgraphNode, params_out: *mut CUDA_EXT_SEM_WAIT_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphExternalSemaphoresWaitNodeSetParams(hNode: CUgraphNode, nodeParams: *const CUDA_EXT_SEM_WAIT_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphAddBatchMemOpNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, nodeParams: *const CUDA_BATCH_MEM_OP_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphBatchMemOpNodeGetParams(hNode: CUgraphNode, nodeParams_out: *mut CUDA_BATCH_MEM_OP_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphBatchMemOpNodeSetParams(hNode: CUgraphNode, nodeParams: *const CUDA_BATCH_MEM_OP_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphExecBatchMemOpNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, nodeParams: *const CUDA_BATCH_MEM_OP_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphAddMemAllocNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, nodeParams: *mut CUDA_MEM_ALLOC_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphMemAllocNodeGetParams(hNode: CUgraphNode, params_out: *mut CUDA_MEM_ALLOC_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphAddMemFreeNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, dptr: CUdeviceptr) -> CUresult; since 11.8;
            fn cuGraphMemFreeNodeGetParams(hNode: CUgraphNode, dptr_out: *mut CUdeviceptr) -> CUresult; since 11.8;
            fn cuDeviceGraphMemTrim(device: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceGetGraphMemAttribute(device: CUdevice, attr: CUgraphMem_attribute, value: *mut c_void) -> CUresult; since 11.8;
            fn cuDeviceSetGraphMemAttribute(device: CUdevice, attr: CUgraphMem_attribute, value: *mut c_void) -> CUresult; since 11.8;
            fn cuGraphClone(phGraphClone: *mut CUgraph, originalGraph: CUgraph) -> CUresult; since 11.8;
            fn cuGraphNodeFindInClone(phNode: *mut CUgraphNode, hOriginalNode: CUgraphNode, hClonedGraph: CUgraph) -> CUresult; since 11.8;
            fn cuGraphNodeGetType(hNode: CUgraphNode, type_: *mut CUgraphNodeType) -> CUresult; since 11.8;
            fn cuGraphNodeGetContainingGraph(hNode: CUgraphNode, phGraph: *mut CUgraph) -> CUresult; since 13.1;
            fn cuGraphNodeGetLocalId(hNode: CUgraphNode, nodeId: *mut c_uint) -> CUresult; since 13.1;
            fn cuGraphNodeGetToolsId(hNode: CUgraphNode, toolsNodeId: *mut c_ulonglong) -> CUresult; since 13.1;
            fn cuGraphGetId(hGraph: CUgraph, graphId: *mut c_uint) -> CUresult; since 13.1;
            fn cuGraphExecGetId(hGraphExec: CUgraphExec, graphId: *mut c_uint) -> CUresult; since 13.1;
            fn cuGraphGetNodes(hGraph: CUgraph, nodes: *mut CUgraphNode, numNodes: *mut usize) -> CUresult; since 11.8;
            fn cuGraphGetRootNodes(hGraph: CUgraph, rootNodes: *mut CUgraphNode, numRootNodes: *mut usize) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphGetEdges")]
            fn cuGraphGetEdges_v2(hGraph: CUgraph, from: *mut CUgraphNode, to: *mut CUgraphNode, edgeData: *mut CUgraphEdgeData, numEdges: *mut usize) -> CUresult; since 12.3;
            #[doc(alias = "cuGraphNodeGetDependencies")]
            fn cuGraphNodeGetDependencies_v2(hNode: CUgraphNode, dependencies: *mut CUgraphNode, edgeData: *mut CUgraphEdgeData, numDependencies: *mut usize) -> CUresult; since 12.3;
            #[doc(alias = "cuGraphNodeGetDependentNodes")]
            fn cuGraphNodeGetDependentNodes_v2(hNode: CUgraphNode, dependentNodes: *mut CUgraphNode, edgeData: *mut CUgraphEdgeData, numDependentNodes: *mut usize) -> CUresult; since 12.3;
            #[doc(alias = "cuGraphAddDependencies")]
            fn cuGraphAddDependencies_v2(hGraph: CUgraph, from: *const CUgraphNode, to: *const CUgraphNode, edgeData: *const CUgraphEdgeData, numDependencies: usize) -> CUresult; since 12.3;
            #[doc(alias = "cuGraphRemoveDependencies")]
            fn cuGraphRemoveDependencies_v2(hGraph: CUgraph, from: *const CUgraphNode, to: *const CUgraphNode, edgeData: *const CUgraphEdgeData, numDependencies: usize) -> CUresult; since 12.3;
            fn cuGraphDestroyNode(hNode: CUgraphNode) -> CUresult; since 11.8;
            fn cuGraphInstantiateWithFlags(phGraphExec: *mut CUgraphExec, hGraph: CUgraph, flags: c_ulonglong) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphInstantiateWithParams")]
            fn cuGraphInstantiateWithParams_ptsz(phGraphExec: *mut CUgraphExec, hGraph: CUgraph, instantiateParams: *mut CUDA_GRAPH_INSTANTIATE_PARAMS) -> CUresult; since 12.0;
            fn cuGraphExecGetFlags(hGraphExec: CUgraphExec, flags: *mut cuuint64_t) -> CUresult; since 12.0;
            #[doc(alias = "cuGraphExecKernelNodeSetParams")]
            fn cuGraphExecKernelNodeSetParams_v2(hGraphExec: CUgraphExec, hNode: CUgraphNode, nodeParams: *const CUDA_KERNEL_NODE_PARAMS) -> CUresult; since 12.0;
            fn cuGraphExecMemcpyNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, copyParams: *const CUDA_MEMCPY3D, ctx: CUcontext) -> CUresult; since 11.8;
            fn cuGraphExecMemsetNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, memsetParams: *const CUDA_MEMSET_NODE_PARAMS, ctx: CUcontext) -> CUresult; since 11.8;
            fn cuGraphExecHostNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, nodeParams: *const CUDA_HOST_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphExecChildGraphNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, childGraph: CUgraph) -> CUresult; since 11.8;
            fn cuGraphExecEventRecordNodeSetEvent(hGraphExec: CUgraphExec, hNode: CUgraphNode, event: CUevent) -> CUresult; since 11.8;
            fn cuGraphExecEventWaitNodeSetEvent(hGraphExec: CUgraphExec, hNode: CUgraphNode, event: CUevent) -> CUresult; since 11.8;
            fn cuGraphExecExternalSemaphoresSignalNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, nodeParams: *const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphExecExternalSemaphoresWaitNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, nodeParams: *const CUDA_EXT_SEM_WAIT_NODE_PARAMS) -> CUresult; since 11.8;
            fn cuGraphNodeSetEnabled(hGraphExec: CUgraphExec, hNode: CUgraphNode, isEnabled: c_uint) -> CUresult; since 11.8;
            fn cuGraphNodeGetEnabled(hGraphExec: CUgraphExec, hNode: CUgraphNode, isEnabled: *mut c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphUpload")]
            fn cuGraphUpload_ptsz(hGraphExec: CUgraphExec, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphLaunch")]
            fn cuGraphLaunch_ptsz(hGraphExec: CUgraphExec, hStream: CUstream) -> CUresult; since 11.8;
            fn cuGraphExecDestroy(hGraphExec: CUgraphExec) -> CUresult; since 11.8;
            fn cuGraphDestroy(hGraph: CUgraph) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphExecUpdate")]
            fn cuGraphExecUpdate_v2(hGraphExec: CUgraphExec, hGraph: CUgraph, resultInfo: *mut CUgraphExecUpdateResultInfo) -> CUresult; since 12.0;
            fn cuGraphKernelNodeCopyAttributes(dst: CUgraphNode, src: CUgraphNode) -> CUresult; since 11.8;
            fn cuGraphKernelNodeGetAttribute(hNode: CUgraphNode, attr: CUkernelNodeAttrID, value_out: *mut CUkernelNodeAttrValue) -> CUresult; since 11.8;
            fn cuGraphKernelNodeSetAttribute(hNode: CUgraphNode, attr: CUkernelNodeAttrID, value: *const CUkernelNodeAttrValue) -> CUresult; since 11.8;
            fn cuGraphDebugDotPrint(hGraph: CUgraph, path: *const c_char, flags: c_uint) -> CUresult; since 11.8;
            fn cuUserObjectCreate(object_out: *mut CUuserObject, ptr: *mut c_void, destroy: CUhostFn, initialRefcount: c_uint, flags: c_uint) -> CUresult; since 11.8;
            fn cuUserObjectRetain(object: CUuserObject, count: c_uint) -> CUresult; since 11.8;
            fn cuUserObjectRelease(object: CUuserObject, count: c_uint) -> CUresult; since 11.8;
            fn cuGraphRetainUserObject(graph: CUgraph, object: CUuserObject, count: c_uint, flags: c_uint) -> CUresult; since 11.8;
            fn cuGraphReleaseUserObject(graph: CUgraph, object: CUuserObject, count: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphAddNode")]
            fn cuGraphAddNode_v2(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, dependencyData: *const CUgraphEdgeData, numDependencies: usize, nodeParams: *mut CUgraphNodeParams) -> CUresult; since 12.3;
            #[doc(alias = "cuGraphAddNode")]
            fn cuGraphAddNode_v3(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, dependencyData: *const CUgraphEdgeData, numDependencies: usize, nodeParams: *mut CUgraphNodeParams) -> CUresult; since 13.4;
            fn cuGraphNodeSetParams(hNode: CUgraphNode, nodeParams: *mut CUgraphNodeParams) -> CUresult; since 12.2;
            #[doc(alias = "cuGraphNodeSetParams")]
            fn cuGraphNodeSetParams_v2(hNode: CUgraphNode, nodeParams: *mut CUgraphNodeParams) -> CUresult; since 13.4;
            fn cuGraphNodeGetParams(hNode: CUgraphNode, nodeParams: *mut CUgraphNodeParams) -> CUresult; since 13.2;
            fn cuGraphExecNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, nodeParams: *mut CUgraphNodeParams) -> CUresult; since 12.2;
            fn cuGraphConditionalHandleCreate(pHandle_out: *mut CUgraphConditionalHandle, hGraph: CUgraph, ctx: CUcontext, defaultLaunchValue: c_uint, flags: c_uint) -> CUresult; since 12.3;
            fn cuOccupancyMaxActiveBlocksPerMultiprocessor(numBlocks: *mut c_int, func: CUfunction, blockSize: c_int, dynamicSMemSize: usize) -> CUresult; since 11.8;
            fn cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(numBlocks: *mut c_int, func: CUfunction, blockSize: c_int, dynamicSMemSize: usize, flags: c_uint) -> CUresult; since 11.8;
            fn cuOccupancyMaxPotentialBlockSize(minGridSize: *mut c_int, blockSize: *mut c_int, func: CUfunction, blockSizeToDynamicSMemSize: CUoccupancyB2DSize, dynamicSMemSize: usize, blockSizeLimit: c_int) -> CUresult; since 11.8;
            fn cuOccupancyMaxPotentialBlockSizeWithFlags(minGridSize: *mut c_int, blockSize: *mut c_int, func: CUfunction, blockSizeToDynamicSMemSize: CUoccupancyB2DSize, dynamicSMemSize: usize, blockSizeLimit: c_int, flags: c_uint) -> CUresult; since 11.8;
            fn cuOccupancyAvailableDynamicSMemPerBlock(dynamicSmemSize: *mut usize, func: CUfunction, numBlocks: c_int, blockSize: c_int) -> CUresult; since 11.8;
            fn cuOccupancyMaxPotentialClusterSize(clusterSize: *mut c_int, func: CUfunction, config: *const CUlaunchConfig) -> CUresult; since 11.8;
            fn cuOccupancyMaxActiveClusters(numClusters: *mut c_int, func: CUfunction, config: *const CUlaunchConfig) -> CUresult; since 11.8;
            fn cuTexRefSetArray(hTexRef: CUtexref, hArray: CUarray, Flags: c_uint) -> CUresult; since 11.8;
            fn cuTexRefSetMipmappedArray(hTexRef: CUtexref, hMipmappedArray: CUmipmappedArray, Flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuTexRefSetAddress")]
            fn cuTexRefSetAddress_v2(ByteOffset: *mut usize, hTexRef: CUtexref, dptr: CUdeviceptr, bytes: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuTexRefSetAddress2D")]
            fn cuTexRefSetAddress2D_v3(hTexRef: CUtexref, desc: *const CUDA_ARRAY_DESCRIPTOR, dptr: CUdeviceptr, Pitch: usize) -> CUresult; since 11.8;
            fn cuTexRefSetFormat(hTexRef: CUtexref, fmt: CUarray_format, NumPackedComponents: c_int) -> CUresult; since 11.8;
            fn cuTexRefSetAddressMode(hTexRef: CUtexref, dim: c_int, am: CUaddress_mode) -> CUresult; since 11.8;
            fn cuTexRefSetFilterMode(hTexRef: CUtexref, fm: CUfilter_mode) -> CUresult; since 11.8;
            fn cuTexRefSetMipmapFilterMode(hTexRef: CUtexref, fm: CUfilter_mode) -> CUresult; since 11.8;
            fn cuTexRefSetMipmapLevelBias(hTexRef: CUtexref, bias: f32) -> CUresult; since 11.8;
            fn cuTexRefSetMipmapLevelClamp(hTexRef: CUtexref, minMipmapLevelClamp: f32, maxMipmapLevelClamp: f32) -> CUresult; since 11.8;
            fn cuTexRefSetMaxAnisotropy(hTexRef: CUtexref, maxAniso: c_uint) -> CUresult; since 11.8;
            fn cuTexRefSetBorderColor(hTexRef: CUtexref, pBorderColor: *mut f32) -> CUresult; since 11.8;
            fn cuTexRefSetFlags(hTexRef: CUtexref, Flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuTexRefGetAddress")]
            fn cuTexRefGetAddress_v2(pdptr: *mut CUdeviceptr, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetArray(phArray: *mut CUarray, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetMipmappedArray(phMipmappedArray: *mut CUmipmappedArray, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetAddressMode(pam: *mut CUaddress_mode, hTexRef: CUtexref, dim: c_int) -> CUresult; since 11.8;
            fn cuTexRefGetFilterMode(pfm: *mut CUfilter_mode, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetFormat(pFormat: *mut CUarray_format, pNumChannels: *mut c_int, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetMipmapFilterMode(pfm: *mut CUfilter_mode, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetMipmapLevelBias(pbias: *mut f32, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetMipmapLevelClamp(pminMipmapLevelClamp: *mut f32, pmaxMipmapLevelClamp: *mut f32, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetMaxAnisotropy(pmaxAniso: *mut c_int, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetBorderColor(pBorderColor: *mut f32, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefGetFlags(pFlags: *mut c_uint, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuTexRefCreate(pTexRef: *mut CUtexref) -> CUresult; since 11.8;
            fn cuTexRefDestroy(hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuSurfRefSetArray(hSurfRef: CUsurfref, hArray: CUarray, Flags: c_uint) -> CUresult; since 11.8;
            fn cuSurfRefGetArray(phArray: *mut CUarray, hSurfRef: CUsurfref) -> CUresult; since 11.8;
            fn cuTexObjectCreate(pTexObject: *mut CUtexObject, pResDesc: *const CUDA_RESOURCE_DESC, pTexDesc: *const CUDA_TEXTURE_DESC, pResViewDesc: *const CUDA_RESOURCE_VIEW_DESC) -> CUresult; since 11.8;
            fn cuTexObjectDestroy(texObject: CUtexObject) -> CUresult; since 11.8;
            fn cuTexObjectGetResourceDesc(pResDesc: *mut CUDA_RESOURCE_DESC, texObject: CUtexObject) -> CUresult; since 11.8;
            fn cuTexObjectGetTextureDesc(pTexDesc: *mut CUDA_TEXTURE_DESC, texObject: CUtexObject) -> CUresult; since 11.8;
            fn cuTexObjectGetResourceViewDesc(pResViewDesc: *mut CUDA_RESOURCE_VIEW_DESC, texObject: CUtexObject) -> CUresult; since 11.8;
            fn cuSurfObjectCreate(pSurfObject: *mut CUsurfObject, pResDesc: *const CUDA_RESOURCE_DESC) -> CUresult; since 11.8;
            fn cuSurfObjectDestroy(surfObject: CUsurfObject) -> CUresult; since 11.8;
            fn cuSurfObjectGetResourceDesc(pResDesc: *mut CUDA_RESOURCE_DESC, surfObject: CUsurfObject) -> CUresult; since 11.8;
            fn cuTensorMapEncodeTiled(tensorMap: *mut CUtensorMap, tensorDataType: CUtensorMapDataType, tensorRank: cuuint32_t, globalAddress: *mut c_void, globalDim: *const cuuint64_t, globalStrides: *const cuuint64_t, boxDim: *const cuuint32_t, elementStrides: *const cuuint32_t, interleave: CUtensorMapInterleave, swizzle: CUtensorMapSwizzle, l2Promotion: CUtensorMapL2promotion, oobFill: CUtensorMapFloatOOBfill) -> CUresult; since 12.0;
            fn cuTensorMapEncodeIm2col(tensorMap: *mut CUtensorMap, tensorDataType: CUtensorMapDataType, tensorRank: cuuint32_t, globalAddress: *mut c_void, globalDim: *const cuuint64_t, globalStrides: *const cuuint64_t, pixelBoxLowerCorner: *const c_int, pixelBoxUpperCorner: *const c_int, channelsPerPixel: cuuint32_t, pixelsPerColumn: cuuint32_t, elementStrides: *const cuuint32_t, interleave: CUtensorMapInterleave, swizzle: CUtensorMapSwizzle, l2Promotion: CUtensorMapL2promotion, oobFill: CUtensorMapFloatOOBfill) -> CUresult; since 12.0;
            fn cuTensorMapEncodeIm2colWide(tensorMap: *mut CUtensorMap, tensorDataType: CUtensorMapDataType, tensorRank: cuuint32_t, globalAddress: *mut c_void, globalDim: *const cuuint64_t, globalStrides: *const cuuint64_t, pixelBoxLowerCornerWidth: c_int, pixelBoxUpperCornerWidth: c_int, channelsPerPixel: cuuint32_t, pixelsPerColumn: cuuint32_t, elementStrides: *const cuuint32_t, interleave: CUtensorMapInterleave, mode: CUtensorMapIm2ColWideMode, swizzle: CUtensorMapSwizzle, l2Promotion: CUtensorMapL2promotion, oobFill: CUtensorMapFloatOOBfill) -> CUresult; since 12.8;
            fn cuTensorMapReplaceAddress(tensorMap: *mut CUtensorMap, globalAddress: *mut c_void) -> CUresult; since 12.0;
            fn cuTensorMapSetAllocationClass(tensorMap: *mut CUtensorMap, allocClass: CUtensorMapAllocClass, outAllocClass: *mut CUtensorMapAllocClass) -> CUresult; since 13.5;
            fn cuDeviceCanAccessPeer(canAccessPeer: *mut c_int, dev: CUdevice, peerDev: CUdevice) -> CUresult; since 11.8;
            fn cuCtxEnablePeerAccess(peerContext: CUcontext, Flags: c_uint) -> CUresult; since 11.8;
            fn cuCtxDisablePeerAccess(peerContext: CUcontext) -> CUresult; since 11.8;
            fn cuDeviceGetP2PAttribute(value: *mut c_int, attrib: CUdevice_P2PAttribute, srcDevice: CUdevice, dstDevice: CUdevice) -> CUresult; since 11.8;
            fn cuDeviceGetP2PAtomicCapabilities(capabilities: *mut c_uint, operations: *const CUatomicOperation, count: c_uint, srcDevice: CUdevice, dstDevice: CUdevice) -> CUresult; since 13.0;
            fn cuGraphicsUnregisterResource(resource: CUgraphicsResource) -> CUresult; since 11.8;
            fn cuGraphicsSubResourceGetMappedArray(pArray: *mut CUarray, resource: CUgraphicsResource, arrayIndex: c_uint, mipLevel: c_uint) -> CUresult; since 11.8;
            fn cuGraphicsResourceGetMappedMipmappedArray(pMipmappedArray: *mut CUmipmappedArray, resource: CUgraphicsResource) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphicsResourceGetMappedPointer")]
            fn cuGraphicsResourceGetMappedPointer_v2(pDevPtr: *mut CUdeviceptr, pSize: *mut usize, resource: CUgraphicsResource) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphicsResourceSetMapFlags")]
            fn cuGraphicsResourceSetMapFlags_v2(resource: CUgraphicsResource, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphicsMapResources")]
            fn cuGraphicsMapResources_ptsz(count: c_uint, resources: *mut CUgraphicsResource, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphicsUnmapResources")]
            fn cuGraphicsUnmapResources_ptsz(count: c_uint, resources: *mut CUgraphicsResource, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuGetProcAddress")]
            fn cuGetProcAddress_v2(symbol: *const c_char, pfn: *mut *mut c_void, cudaVersion: c_int, flags: cuuint64_t, symbolStatus: *mut CUdriverProcAddressQueryResult) -> CUresult; since 12.0;
            fn cuCoredumpGetAttribute(attrib: CUcoredumpSettings, value: *mut c_void, size: *mut usize) -> CUresult; since 12.1;
            fn cuCoredumpGetAttributeGlobal(attrib: CUcoredumpSettings, value: *mut c_void, size: *mut usize) -> CUresult; since 12.1;
            fn cuCoredumpSetAttribute(attrib: CUcoredumpSettings, value: *mut c_void, size: *mut usize) -> CUresult; since 12.1;
            fn cuCoredumpSetAttributeGlobal(attrib: CUcoredumpSettings, value: *mut c_void, size: *mut usize) -> CUresult; since 12.1;
            fn cuCoredumpRegisterStartCallback(callback: CUcoredumpStatusCallback, userData: *mut c_void, callbackOut: *mut CUcoredumpCallbackHandle) -> CUresult; since 13.2;
            fn cuCoredumpRegisterCompleteCallback(callback: CUcoredumpStatusCallback, userData: *mut c_void, callbackOut: *mut CUcoredumpCallbackHandle) -> CUresult; since 13.2;
            fn cuCoredumpDeregisterStartCallback(callback: CUcoredumpCallbackHandle) -> CUresult; since 13.2;
            fn cuCoredumpDeregisterCompleteCallback(callback: CUcoredumpCallbackHandle) -> CUresult; since 13.2;
            fn cuGetExportTable(ppExportTable: *mut *const c_void, pExportTableId: *const CUuuid) -> CUresult; since 11.8;
            fn cuGreenCtxCreate(phCtx: *mut CUgreenCtx, desc: CUdevResourceDesc, dev: CUdevice, flags: c_uint) -> CUresult; since 12.4;
            fn cuGreenCtxDestroy(hCtx: CUgreenCtx) -> CUresult; since 12.4;
            fn cuCtxFromGreenCtx(pContext: *mut CUcontext, hCtx: CUgreenCtx) -> CUresult; since 12.4;
            fn cuDeviceGetDevResource(device: CUdevice, resource: *mut CUdevResource, type_: CUdevResourceType) -> CUresult; since 12.4;
            fn cuCtxGetDevResource(hCtx: CUcontext, resource: *mut CUdevResource, type_: CUdevResourceType) -> CUresult; since 12.4;
            fn cuGreenCtxGetDevResource(hCtx: CUgreenCtx, resource: *mut CUdevResource, type_: CUdevResourceType) -> CUresult; since 12.4;
            fn cuDevSmResourceSplitByCount(result: *mut CUdevResource, nbGroups: *mut c_uint, input: *const CUdevResource, remainder: *mut CUdevResource, flags: c_uint, minCount: c_uint) -> CUresult; since 12.4;
            fn cuDevSmResourceSplit(result: *mut CUdevResource, nbGroups: c_uint, input: *const CUdevResource, remainder: *mut CUdevResource, flags: c_uint, groupParams: *mut CU_DEV_SM_RESOURCE_GROUP_PARAMS) -> CUresult; since 13.1;
            fn cuDevResourceGenerateDesc(phDesc: *mut CUdevResourceDesc, resources: *mut CUdevResource, nbResources: c_uint) -> CUresult; since 12.4;
            fn cuGreenCtxRecordEvent(hCtx: CUgreenCtx, hEvent: CUevent) -> CUresult; since 12.4;
            fn cuGreenCtxWaitEvent(hCtx: CUgreenCtx, hEvent: CUevent) -> CUresult; since 12.4;
            fn cuStreamGetGreenCtx(hStream: CUstream, phCtx: *mut CUgreenCtx) -> CUresult; since 12.4;
            fn cuGreenCtxStreamCreate(phStream: *mut CUstream, greenCtx: CUgreenCtx, flags: c_uint, priority: c_int) -> CUresult; since 12.5;
            fn cuGreenCtxGetId(greenCtx: CUgreenCtx, greenCtxId: *mut c_ulonglong) -> CUresult; since 13.0;
            #[doc(alias = "cuStreamGetDevResource")]
            fn cuStreamGetDevResource_ptsz(hStream: CUstream, resource: *mut CUdevResource, type_: CUdevResourceType) -> CUresult; since 13.1;
            fn cuLogsRegisterCallback(callbackFunc: CUlogsCallback, userData: *mut c_void, callback_out: *mut CUlogsCallbackHandle) -> CUresult; since 12.9;
            fn cuLogsUnregisterCallback(callback: CUlogsCallbackHandle) -> CUresult; since 12.9;
            fn cuLogsCurrent(iterator_out: *mut CUlogIterator, flags: c_uint) -> CUresult; since 12.9;
            fn cuLogsDumpToFile(iterator: *mut CUlogIterator, pathToFile: *const c_char, flags: c_uint) -> CUresult; since 12.9;
            fn cuLogsDumpToMemory(iterator: *mut CUlogIterator, buffer: *mut c_char, size: *mut usize, flags: c_uint) -> CUresult; since 12.9;
            #[doc(alias = "cuCtxCreate")]
            fn cuCtxCreate_v2(pctx: *mut CUcontext, flags: c_uint, dev: CUdevice) -> CUresult; since 11.8 until 12.9;
            #[doc(alias = "cuCtxCreate")]
            fn cuCtxCreate_v3(pctx: *mut CUcontext, paramsArray: *mut CUexecAffinityParam, numParams: c_int, flags: c_uint, dev: CUdevice) -> CUresult; since 11.8 until 12.9;
            fn cuEventElapsedTime(pMilliseconds: *mut f32, hStart: CUevent, hEnd: CUevent) -> CUresult; since 11.8 until 12.9;
            fn cuDeviceGetUuid(uuid: *mut CUuuid, dev: CUdevice) -> CUresult; since 11.8 until 12.9;
            #[doc(alias = "cuMemcpyHtoD")]
            fn cuMemcpyHtoD_v2(dstDevice: CUdeviceptr, srcHost: *const c_void, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoH")]
            fn cuMemcpyDtoH_v2(dstHost: *mut c_void, srcDevice: CUdeviceptr, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoD")]
            fn cuMemcpyDtoD_v2(dstDevice: CUdeviceptr, srcDevice: CUdeviceptr, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoA")]
            fn cuMemcpyDtoA_v2(dstArray: CUarray, dstOffset: usize, srcDevice: CUdeviceptr, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAtoD")]
            fn cuMemcpyAtoD_v2(dstDevice: CUdeviceptr, srcArray: CUarray, srcOffset: usize, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyHtoA")]
            fn cuMemcpyHtoA_v2(dstArray: CUarray, dstOffset: usize, srcHost: *const c_void, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAtoH")]
            fn cuMemcpyAtoH_v2(dstHost: *mut c_void, srcArray: CUarray, srcOffset: usize, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAtoA")]
            fn cuMemcpyAtoA_v2(dstArray: CUarray, dstOffset: usize, srcArray: CUarray, srcOffset: usize, ByteCount: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyHtoAAsync")]
            fn cuMemcpyHtoAAsync_v2(dstArray: CUarray, dstOffset: usize, srcHost: *const c_void, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyAtoHAsync")]
            fn cuMemcpyAtoHAsync_v2(dstHost: *mut c_void, srcArray: CUarray, srcOffset: usize, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy2D")]
            fn cuMemcpy2D_v2(pCopy: *const CUDA_MEMCPY2D) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy2DUnaligned")]
            fn cuMemcpy2DUnaligned_v2(pCopy: *const CUDA_MEMCPY2D) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy3D")]
            fn cuMemcpy3D_v2(pCopy: *const CUDA_MEMCPY3D) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyHtoDAsync")]
            fn cuMemcpyHtoDAsync_v2(dstDevice: CUdeviceptr, srcHost: *const c_void, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoHAsync")]
            fn cuMemcpyDtoHAsync_v2(dstHost: *mut c_void, srcDevice: CUdeviceptr, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpyDtoDAsync")]
            fn cuMemcpyDtoDAsync_v2(dstDevice: CUdeviceptr, srcDevice: CUdeviceptr, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy2DAsync")]
            fn cuMemcpy2DAsync_v2(pCopy: *const CUDA_MEMCPY2D, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemcpy3DAsync")]
            fn cuMemcpy3DAsync_v2(pCopy: *const CUDA_MEMCPY3D, hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD8")]
            fn cuMemsetD8_v2(dstDevice: CUdeviceptr, uc: c_uchar, N: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD16")]
            fn cuMemsetD16_v2(dstDevice: CUdeviceptr, us: c_ushort, N: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD32")]
            fn cuMemsetD32_v2(dstDevice: CUdeviceptr, ui: c_uint, N: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D8")]
            fn cuMemsetD2D8_v2(dstDevice: CUdeviceptr, dstPitch: usize, uc: c_uchar, Width: usize, Height: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D16")]
            fn cuMemsetD2D16_v2(dstDevice: CUdeviceptr, dstPitch: usize, us: c_ushort, Width: usize, Height: usize) -> CUresult; since 11.8;
            #[doc(alias = "cuMemsetD2D32")]
            fn cuMemsetD2D32_v2(dstDevice: CUdeviceptr, dstPitch: usize, ui: c_uint, Width: usize, Height: usize) -> CUresult; since 11.8;
            fn cuMemcpy(dst: CUdeviceptr, src: CUdeviceptr, ByteCount: usize) -> CUresult; since 11.8;
            fn cuMemcpyAsync(dst: CUdeviceptr, src: CUdeviceptr, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpyPeer(dstDevice: CUdeviceptr, dstContext: CUcontext, srcDevice: CUdeviceptr, srcContext: CUcontext, ByteCount: usize) -> CUresult; since 11.8;
            fn cuMemcpyPeerAsync(dstDevice: CUdeviceptr, dstContext: CUcontext, srcDevice: CUdeviceptr, srcContext: CUcontext, ByteCount: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpy3DPeer(pCopy: *const CUDA_MEMCPY3D_PEER) -> CUresult; since 11.8;
            fn cuMemcpy3DPeerAsync(pCopy: *const CUDA_MEMCPY3D_PEER, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpyBatchAsync(dsts: *mut CUdeviceptr, srcs: *mut CUdeviceptr, sizes: *mut usize, count: usize, attrs: *mut CUmemcpyAttributes, attrsIdxs: *mut usize, numAttrs: usize, failIdx: *mut usize, hStream: CUstream) -> CUresult; since 12.8 until 12.9;
            fn cuMemcpy3DBatchAsync(numOps: usize, opList: *mut CUDA_MEMCPY3D_BATCH_OP, failIdx: *mut usize, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 12.8 until 12.9;
            #[doc(alias = "cuMemcpyBatchAsync")]
            fn cuMemcpyBatchAsync_ptsz(dsts: *mut CUdeviceptr, srcs: *mut CUdeviceptr, sizes: *mut usize, count: usize, attrs: *mut CUmemcpyAttributes, attrsIdxs: *mut usize, numAttrs: usize, failIdx: *mut usize, hStream: CUstream) -> CUresult; since 12.8 until 12.9;
            #[doc(alias = "cuMemcpy3DBatchAsync")]
            fn cuMemcpy3DBatchAsync_ptsz(numOps: usize, opList: *mut CUDA_MEMCPY3D_BATCH_OP, failIdx: *mut usize, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 12.8 until 12.9;
            #[doc(alias = "cuMemcpyBatchAsync")]
            fn cuMemcpyBatchAsync_v2(dsts: *mut CUdeviceptr, srcs: *mut CUdeviceptr, sizes: *mut usize, count: usize, attrs: *mut CUmemcpyAttributes, attrsIdxs: *mut usize, numAttrs: usize, hStream: CUstream) -> CUresult; since 13.0;
            #[doc(alias = "cuMemcpy3DBatchAsync")]
            fn cuMemcpy3DBatchAsync_v2(numOps: usize, opList: *mut CUDA_MEMCPY3D_BATCH_OP, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.0;
            fn cuMemcpyWithAttributesAsync(dst: CUdeviceptr, src: CUdeviceptr, size: usize, attr: *mut CUmemcpyAttributes, hStream: CUstream) -> CUresult; since 13.2;
            fn cuMemcpy3DWithAttributesAsync(op: *mut CUDA_MEMCPY3D_BATCH_OP, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.2;
            fn cuMemsetD8Async(dstDevice: CUdeviceptr, uc: c_uchar, N: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemsetD16Async(dstDevice: CUdeviceptr, us: c_ushort, N: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemsetD32Async(dstDevice: CUdeviceptr, ui: c_uint, N: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemsetD2D8Async(dstDevice: CUdeviceptr, dstPitch: usize, uc: c_uchar, Width: usize, Height: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemsetD2D16Async(dstDevice: CUdeviceptr, dstPitch: usize, us: c_ushort, Width: usize, Height: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemsetD2D32Async(dstDevice: CUdeviceptr, dstPitch: usize, ui: c_uint, Width: usize, Height: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuStreamGetPriority(hStream: CUstream, priority: *mut c_int) -> CUresult; since 11.8;
            fn cuStreamGetId(hStream: CUstream, streamId: *mut c_ulonglong) -> CUresult; since 12.0;
            fn cuStreamGetFlags(hStream: CUstream, flags: *mut c_uint) -> CUresult; since 11.8;
            fn cuStreamGetDevice(hStream: CUstream, device: *mut CUdevice) -> CUresult; since 12.8;
            fn cuStreamGetDevResource(hStream: CUstream, resource: *mut CUdevResource, type_: CUdevResourceType) -> CUresult; since 13.1;
            fn cuStreamGetCtx(hStream: CUstream, pctx: *mut CUcontext) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamGetCtx")]
            fn cuStreamGetCtx_v2(hStream: CUstream, pCtx: *mut CUcontext, pGreenCtx: *mut CUgreenCtx) -> CUresult; since 12.5;
            fn cuStreamWaitEvent(hStream: CUstream, hEvent: CUevent, Flags: c_uint) -> CUresult; since 11.8;
            fn cuStreamAddCallback(hStream: CUstream, callback: CUstreamCallback, userData: *mut c_void, flags: c_uint) -> CUresult; since 11.8;
            fn cuStreamAttachMemAsync(hStream: CUstream, dptr: CUdeviceptr, length: usize, flags: c_uint) -> CUresult; since 11.8;
            fn cuStreamQuery(hStream: CUstream) -> CUresult; since 11.8;
            fn cuStreamSynchronize(hStream: CUstream) -> CUresult; since 11.8;
            fn cuEventRecord(hEvent: CUevent, hStream: CUstream) -> CUresult; since 11.8;
            fn cuEventRecordWithFlags(hEvent: CUevent, hStream: CUstream, flags: c_uint) -> CUresult; since 11.8;
            fn cuLaunchKernel(f: CUfunction, gridDimX: c_uint, gridDimY: c_uint, gridDimZ: c_uint, blockDimX: c_uint, blockDimY: c_uint, blockDimZ: c_uint, sharedMemBytes: c_uint, hStream: CUstream, kernelParams: *mut *mut c_void, extra: *mut *mut c_void) -> CUresult; since 11.8;
            fn cuLaunchKernelEx(config: *const CUlaunchConfig, f: CUfunction, kernelParams: *mut *mut c_void, extra: *mut *mut c_void) -> CUresult; since 11.8;
            fn cuLaunchHostFunc(hStream: CUstream, fn_: CUhostFn, userData: *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuLaunchHostFunc")]
            fn cuLaunchHostFunc_v2(hStream: CUstream, fn_: CUhostFn, userData: *mut c_void, syncMode: c_uint) -> CUresult; since 13.2;
            fn cuGraphicsMapResources(count: c_uint, resources: *mut CUgraphicsResource, hStream: CUstream) -> CUresult; since 11.8;
            fn cuGraphicsUnmapResources(count: c_uint, resources: *mut CUgraphicsResource, hStream: CUstream) -> CUresult; since 11.8;
            fn cuStreamWriteValue32(stream: CUstream, addr: CUdeviceptr, value: cuuint32_t, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            fn cuStreamWaitValue32(stream: CUstream, addr: CUdeviceptr, value: cuuint32_t, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            fn cuStreamWriteValue64(stream: CUstream, addr: CUdeviceptr, value: cuuint64_t, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            fn cuStreamWaitValue64(stream: CUstream, addr: CUdeviceptr, value: cuuint64_t, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            fn cuStreamBatchMemOp(stream: CUstream, count: c_uint, paramArray: *mut CUstreamBatchMemOpParams, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            #[doc(alias = "cuStreamWriteValue32")]
            fn cuStreamWriteValue32_ptsz(stream: CUstream, addr: CUdeviceptr, value: cuuint32_t, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            #[doc(alias = "cuStreamWaitValue32")]
            fn cuStreamWaitValue32_ptsz(stream: CUstream, addr: CUdeviceptr, value: cuuint32_t, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            #[doc(alias = "cuStreamWriteValue64")]
            fn cuStreamWriteValue64_ptsz(stream: CUstream, addr: CUdeviceptr, value: cuuint64_t, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            #[doc(alias = "cuStreamWaitValue64")]
            fn cuStreamWaitValue64_ptsz(stream: CUstream, addr: CUdeviceptr, value: cuuint64_t, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            #[doc(alias = "cuStreamBatchMemOp")]
            fn cuStreamBatchMemOp_ptsz(stream: CUstream, count: c_uint, paramArray: *mut CUstreamBatchMemOpParams, flags: c_uint) -> CUresult; since 11.8 until 11.8;
            #[doc(alias = "cuStreamWriteValue32")]
            fn cuStreamWriteValue32_v2(stream: CUstream, addr: CUdeviceptr, value: cuuint32_t, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamWaitValue32")]
            fn cuStreamWaitValue32_v2(stream: CUstream, addr: CUdeviceptr, value: cuuint32_t, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamWriteValue64")]
            fn cuStreamWriteValue64_v2(stream: CUstream, addr: CUdeviceptr, value: cuuint64_t, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamWaitValue64")]
            fn cuStreamWaitValue64_v2(stream: CUstream, addr: CUdeviceptr, value: cuuint64_t, flags: c_uint) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamBatchMemOp")]
            fn cuStreamBatchMemOp_v2(stream: CUstream, count: c_uint, paramArray: *mut CUstreamBatchMemOpParams, flags: c_uint) -> CUresult; since 11.8;
            fn cuMemPrefetchAsync(devPtr: CUdeviceptr, count: usize, dstDevice: CUdevice, hStream: CUstream) -> CUresult; since 11.8 until 12.9;
            #[doc(alias = "cuMemPrefetchAsync")]
            fn cuMemPrefetchAsync_ptsz(devPtr: CUdeviceptr, count: usize, dstDevice: CUdevice, hStream: CUstream) -> CUresult; since 11.8 until 12.9;
            #[doc(alias = "cuMemPrefetchAsync")]
            fn cuMemPrefetchAsync_v2(devPtr: CUdeviceptr, count: usize, location: CUmemLocation, flags: c_uint, hStream: CUstream) -> CUresult; since 12.2;
            fn cuMemAdvise(devPtr: CUdeviceptr, count: usize, advice: CUmem_advise, device: CUdevice) -> CUresult; since 11.8 until 12.9;
            fn cuMemPrefetchBatchAsync(dptrs: *mut CUdeviceptr, sizes: *mut usize, count: usize, prefetchLocs: *mut CUmemLocation, prefetchLocIdxs: *mut usize, numPrefetchLocs: usize, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.0;
            fn cuMemDiscardBatchAsync(dptrs: *mut CUdeviceptr, sizes: *mut usize, count: usize, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.0;
            fn cuMemDiscardAndPrefetchBatchAsync(dptrs: *mut CUdeviceptr, sizes: *mut usize, count: usize, prefetchLocs: *mut CUmemLocation, prefetchLocIdxs: *mut usize, numPrefetchLocs: usize, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.0;
            fn cuLaunchCooperativeKernel(f: CUfunction, gridDimX: c_uint, gridDimY: c_uint, gridDimZ: c_uint, blockDimX: c_uint, blockDimY: c_uint, blockDimZ: c_uint, sharedMemBytes: c_uint, hStream: CUstream, kernelParams: *mut *mut c_void) -> CUresult; since 11.8;
            fn cuSignalExternalSemaphoresAsync(extSemArray: *const CUexternalSemaphore, paramsArray: *const CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS, numExtSems: c_uint, stream: CUstream) -> CUresult; since 11.8;
            fn cuWaitExternalSemaphoresAsync(extSemArray: *const CUexternalSemaphore, paramsArray: *const CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS, numExtSems: c_uint, stream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamBeginCapture")]
            fn cuStreamBeginCapture_v2(hStream: CUstream, mode: CUstreamCaptureMode) -> CUresult; since 11.8;
            fn cuStreamBeginCaptureToGraph(hStream: CUstream, hGraph: CUgraph, dependencies: *const CUgraphNode, dependencyData: *const CUgraphEdgeData, numDependencies: usize, mode: CUstreamCaptureMode) -> CUresult; since 12.3;
            fn cuStreamBeginRecaptureToGraph(hStream: CUstream, mode: CUstreamCaptureMode, hGraph: CUgraph, callbackFunc: CUgraphRecaptureCallback, userData: *mut c_void) -> CUresult; since 13.3;
            fn cuFabricCpyBatchAsync(numOps: usize, opList: *mut CUDA_FABRIC_COPY_BATCH_OP, flags: c_ulonglong, hStream: CUstream) -> CUresult; since 13.5;
            fn cuStreamEndCapture(hStream: CUstream, phGraph: *mut CUgraph) -> CUresult; since 11.8;
            fn cuStreamIsCapturing(hStream: CUstream, captureStatus: *mut CUstreamCaptureStatus) -> CUresult; since 11.8;
            fn cuStreamGetCaptureInfo(hStream: CUstream, captureStatus_out: *mut CUstreamCaptureStatus, id_out: *mut cuuint64_t) -> CUresult; since 11.8 until 11.8;
            #[doc(alias = "cuStreamGetCaptureInfo")]
            fn cuStreamGetCaptureInfo_ptsz(hStream: CUstream, captureStatus_out: *mut CUstreamCaptureStatus, id_out: *mut cuuint64_t) -> CUresult; since 11.8 until 11.8;
            #[doc(alias = "cuStreamGetCaptureInfo")]
            fn cuStreamGetCaptureInfo_v2(hStream: CUstream, captureStatus_out: *mut CUstreamCaptureStatus, id_out: *mut cuuint64_t, graph_out: *mut CUgraph, dependencies_out: *mut *const CUgraphNode, numDependencies_out: *mut usize) -> CUresult; since 11.8 until 12.9;
            #[doc(alias = "cuStreamGetCaptureInfo")]
            fn cuStreamGetCaptureInfo_v2_ptsz(hStream: CUstream, captureStatus_out: *mut CUstreamCaptureStatus, id_out: *mut cuuint64_t, graph_out: *mut CUgraph, dependencies_out: *mut *const CUgraphNode, numDependencies_out: *mut usize) -> CUresult; since 11.8 until 12.9;
            #[doc(alias = "cuStreamGetCaptureInfo")]
            fn cuStreamGetCaptureInfo_v3(hStream: CUstream, captureStatus_out: *mut CUstreamCaptureStatus, id_out: *mut cuuint64_t, graph_out: *mut CUgraph, dependencies_out: *mut *const CUgraphNode, edgeData_out: *mut *const CUgraphEdgeData, numDependencies_out: *mut usize) -> CUresult; since 12.3;
            fn cuGraphAddKernelNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, nodeParams: *const CUDA_KERNEL_NODE_PARAMS_v1) -> CUresult; since 11.8 until 11.8;
            fn cuGraphKernelNodeGetParams(hNode: CUgraphNode, nodeParams: *mut CUDA_KERNEL_NODE_PARAMS_v1) -> CUresult; since 11.8 until 11.8;
            fn cuGraphKernelNodeSetParams(hNode: CUgraphNode, nodeParams: *const CUDA_KERNEL_NODE_PARAMS_v1) -> CUresult; since 11.8 until 11.8;
            fn cuGraphExecKernelNodeSetParams(hGraphExec: CUgraphExec, hNode: CUgraphNode, nodeParams: *const CUDA_KERNEL_NODE_PARAMS_v1) -> CUresult; since 11.8 until 11.8;
            fn cuGraphInstantiateWithParams(phGraphExec: *mut CUgraphExec, hGraph: CUgraph, instantiateParams: *mut CUDA_GRAPH_INSTANTIATE_PARAMS) -> CUresult; since 12.0;
            fn cuGraphExecUpdate(hGraphExec: CUgraphExec, hGraph: CUgraph, hErrorNode_out: *mut CUgraphNode, updateResult_out: *mut CUgraphExecUpdateResult) -> CUresult; since 11.8 until 11.8;
            fn cuGraphUpload(hGraph: CUgraphExec, hStream: CUstream) -> CUresult; since 11.8;
            fn cuGraphLaunch(hGraph: CUgraphExec, hStream: CUstream) -> CUresult; since 11.8;
            fn cuGraphGetEdges(hGraph: CUgraph, from: *mut CUgraphNode, to: *mut CUgraphNode, numEdges: *mut usize) -> CUresult; since 11.8 until 12.9;
            fn cuGraphNodeGetDependencies(hNode: CUgraphNode, dependencies: *mut CUgraphNode, numDependencies: *mut usize) -> CUresult; since 11.8 until 12.9;
            fn cuGraphNodeGetDependentNodes(hNode: CUgraphNode, dependentNodes: *mut CUgraphNode, numDependentNodes: *mut usize) -> CUresult; since 11.8 until 12.9;
            fn cuGraphAddDependencies(hGraph: CUgraph, from: *const CUgraphNode, to: *const CUgraphNode, numDependencies: usize) -> CUresult; since 11.8 until 12.9;
            fn cuGraphRemoveDependencies(hGraph: CUgraph, from: *const CUgraphNode, to: *const CUgraphNode, numDependencies: usize) -> CUresult; since 11.8 until 12.9;
            fn cuGraphAddNode(phGraphNode: *mut CUgraphNode, hGraph: CUgraph, dependencies: *const CUgraphNode, numDependencies: usize, nodeParams: *mut CUgraphNodeParams) -> CUresult; since 12.2 until 12.9;
            fn cuStreamCopyAttributes(dstStream: CUstream, srcStream: CUstream) -> CUresult; since 11.8;
            fn cuStreamGetAttribute(hStream: CUstream, attr: CUstreamAttrID, value: *mut CUstreamAttrValue) -> CUresult; since 11.8;
            fn cuStreamSetAttribute(hStream: CUstream, attr: CUstreamAttrID, param: *const CUstreamAttrValue) -> CUresult; since 11.8;
            #[doc(alias = "cuGraphInstantiate")]
            fn cuGraphInstantiate_v2(phGraphExec: *mut CUgraphExec, hGraph: CUgraph, phErrorNode: *mut CUgraphNode, logBuffer: *mut c_char, bufferSize: usize) -> CUresult; since 11.8 until 11.8;
            fn cuMemMapArrayAsync(mapInfoList: *mut CUarrayMapInfo, count: c_uint, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemFreeAsync(dptr: CUdeviceptr, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemAllocAsync(dptr: *mut CUdeviceptr, bytesize: usize, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemAllocFromPoolAsync(dptr: *mut CUdeviceptr, bytesize: usize, pool: CUmemoryPool, hStream: CUstream) -> CUresult; since 11.8;
            fn cuStreamUpdateCaptureDependencies(hStream: CUstream, dependencies: *mut CUgraphNode, numDependencies: usize, flags: c_uint) -> CUresult; since 11.8 until 12.9;
            #[doc(alias = "cuStreamUpdateCaptureDependencies")]
            fn cuStreamUpdateCaptureDependencies_ptsz(hStream: CUstream, dependencies: *mut CUgraphNode, numDependencies: usize, flags: c_uint) -> CUresult; since 11.8 until 12.9;
            #[doc(alias = "cuStreamUpdateCaptureDependencies")]
            fn cuStreamUpdateCaptureDependencies_v2(hStream: CUstream, dependencies: *mut CUgraphNode, dependencyData: *const CUgraphEdgeData, numDependencies: usize, flags: c_uint) -> CUresult; since 12.3;
            fn cuStreamBeginCaptureToCig(hStream: CUstream, streamCigCaptureParams: *mut CUstreamCigCaptureParams) -> CUresult; since 13.2;
            fn cuStreamEndCaptureToCig(hStream: CUstream) -> CUresult; since 13.2;
            fn cuMemBatchDecompressAsync(paramsArray: *mut CUmemDecompressParams, count: usize, flags: c_uint, errorIndex: *mut usize, stream: CUstream) -> CUresult; since 12.8;
            fn cuGetProcAddress(symbol: *const c_char, pfn: *mut *mut c_void, cudaVersion: c_int, flags: cuuint64_t) -> CUresult; since 11.8 until 11.8;
            fn cuCheckpointProcessGetRestoreThreadId(pid: c_int, tid: *mut c_int) -> CUresult; since 12.8;
            fn cuCheckpointProcessGetState(pid: c_int, state: *mut CUprocessState) -> CUresult; since 12.8;
            fn cuCheckpointProcessLock(pid: c_int, args: *mut CUcheckpointLockArgs) -> CUresult; since 12.8;
            fn cuCheckpointProcessCheckpoint(pid: c_int, args: *mut CUcheckpointCheckpointArgs) -> CUresult; since 12.8;
            fn cuCheckpointProcessRestore(pid: c_int, args: *mut CUcheckpointRestoreArgs) -> CUresult; since 12.8;
            fn cuCheckpointOperationComplete(handle: CUcheckpointOperationHandle) -> CUresult; since 13.4;
            fn cuCheckpointProcessUnlock(pid: c_int, args: *mut CUcheckpointUnlockArgs) -> CUresult; since 12.8;
        }
        legacy {
            fn cuMemHostRegister(p: *mut c_void, bytesize: usize, Flags: c_uint) -> CUresult; since 11.8;
            fn cuGraphicsResourceSetMapFlags(resource: CUgraphicsResource, flags: c_uint) -> CUresult; since 11.8;
            fn cuLinkCreate(numOptions: c_uint, options: *mut CUjit_option, optionValues: *mut *mut c_void, stateOut: *mut CUlinkState) -> CUresult; since 11.8;
            fn cuLinkAddData(state: CUlinkState, type_: CUjitInputType, data: *mut c_void, size: usize, name: *const c_char, numOptions: c_uint, options: *mut CUjit_option, optionValues: *mut *mut c_void) -> CUresult; since 11.8;
            fn cuLinkAddFile(state: CUlinkState, type_: CUjitInputType, path: *const c_char, numOptions: c_uint, options: *mut CUjit_option, optionValues: *mut *mut c_void) -> CUresult; since 11.8;
            #[doc(alias = "cuTexRefSetAddress2D")]
            fn cuTexRefSetAddress2D_v2(hTexRef: CUtexref, desc: *const CUDA_ARRAY_DESCRIPTOR, dptr: CUdeviceptr, Pitch: usize) -> CUresult; since 11.8;
            fn cuDeviceTotalMem(bytes: *mut c_uint, dev: CUdevice) -> CUresult; since 11.8;
            fn cuCtxCreate(pctx: *mut CUcontext, flags: c_uint, dev: CUdevice) -> CUresult; since 11.8;
            fn cuModuleGetGlobal(dptr: *mut CUdeviceptr_v1, bytes: *mut c_uint, hmod: CUmodule, name: *const c_char) -> CUresult; since 11.8;
            fn cuMemGetInfo(free: *mut c_uint, total: *mut c_uint) -> CUresult; since 11.8;
            fn cuMemAlloc(dptr: *mut CUdeviceptr_v1, bytesize: c_uint) -> CUresult; since 11.8;
            fn cuMemAllocPitch(dptr: *mut CUdeviceptr_v1, pPitch: *mut c_uint, WidthInBytes: c_uint, Height: c_uint, ElementSizeBytes: c_uint) -> CUresult; since 11.8;
            fn cuMemFree(dptr: CUdeviceptr_v1) -> CUresult; since 11.8;
            fn cuMemGetAddressRange(pbase: *mut CUdeviceptr_v1, psize: *mut c_uint, dptr: CUdeviceptr_v1) -> CUresult; since 11.8;
            fn cuMemAllocHost(pp: *mut *mut c_void, bytesize: c_uint) -> CUresult; since 11.8;
            fn cuMemHostGetDevicePointer(pdptr: *mut CUdeviceptr_v1, p: *mut c_void, Flags: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyHtoD(dstDevice: CUdeviceptr_v1, srcHost: *const c_void, ByteCount: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyDtoH(dstHost: *mut c_void, srcDevice: CUdeviceptr_v1, ByteCount: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyDtoD(dstDevice: CUdeviceptr_v1, srcDevice: CUdeviceptr_v1, ByteCount: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyDtoA(dstArray: CUarray, dstOffset: c_uint, srcDevice: CUdeviceptr_v1, ByteCount: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyAtoD(dstDevice: CUdeviceptr_v1, srcArray: CUarray, srcOffset: c_uint, ByteCount: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyHtoA(dstArray: CUarray, dstOffset: c_uint, srcHost: *const c_void, ByteCount: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyAtoH(dstHost: *mut c_void, srcArray: CUarray, srcOffset: c_uint, ByteCount: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyAtoA(dstArray: CUarray, dstOffset: c_uint, srcArray: CUarray, srcOffset: c_uint, ByteCount: c_uint) -> CUresult; since 11.8;
            fn cuMemcpyHtoAAsync(dstArray: CUarray, dstOffset: c_uint, srcHost: *const c_void, ByteCount: c_uint, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpyAtoHAsync(dstHost: *mut c_void, srcArray: CUarray, srcOffset: c_uint, ByteCount: c_uint, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpy2D(pCopy: *const CUDA_MEMCPY2D_v1) -> CUresult; since 11.8;
            fn cuMemcpy2DUnaligned(pCopy: *const CUDA_MEMCPY2D_v1) -> CUresult; since 11.8;
            fn cuMemcpy3D(pCopy: *const CUDA_MEMCPY3D_v1) -> CUresult; since 11.8;
            fn cuMemcpyHtoDAsync(dstDevice: CUdeviceptr_v1, srcHost: *const c_void, ByteCount: c_uint, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpyDtoHAsync(dstHost: *mut c_void, srcDevice: CUdeviceptr_v1, ByteCount: c_uint, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpyDtoDAsync(dstDevice: CUdeviceptr_v1, srcDevice: CUdeviceptr_v1, ByteCount: c_uint, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpy2DAsync(pCopy: *const CUDA_MEMCPY2D_v1, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemcpy3DAsync(pCopy: *const CUDA_MEMCPY3D_v1, hStream: CUstream) -> CUresult; since 11.8;
            fn cuMemsetD8(dstDevice: CUdeviceptr_v1, uc: c_uchar, N: c_uint) -> CUresult; since 11.8;
            fn cuMemsetD16(dstDevice: CUdeviceptr_v1, us: c_ushort, N: c_uint) -> CUresult; since 11.8;
            fn cuMemsetD32(dstDevice: CUdeviceptr_v1, ui: c_uint, N: c_uint) -> CUresult; since 11.8;
            fn cuMemsetD2D8(dstDevice: CUdeviceptr_v1, dstPitch: c_uint, uc: c_uchar, Width: c_uint, Height: c_uint) -> CUresult; since 11.8;
            fn cuMemsetD2D16(dstDevice: CUdeviceptr_v1, dstPitch: c_uint, us: c_ushort, Width: c_uint, Height: c_uint) -> CUresult; since 11.8;
            fn cuMemsetD2D32(dstDevice: CUdeviceptr_v1, dstPitch: c_uint, ui: c_uint, Width: c_uint, Height: c_uint) -> CUresult; since 11.8;
            fn cuArrayCreate(pHandle: *mut CUarray, pAllocateArray: *const CUDA_ARRAY_DESCRIPTOR_v1) -> CUresult; since 11.8;
            fn cuArrayGetDescriptor(pArrayDescriptor: *mut CUDA_ARRAY_DESCRIPTOR_v1, hArray: CUarray) -> CUresult; since 11.8;
            fn cuArray3DCreate(pHandle: *mut CUarray, pAllocateArray: *const CUDA_ARRAY3D_DESCRIPTOR_v1) -> CUresult; since 11.8;
            fn cuArray3DGetDescriptor(pArrayDescriptor: *mut CUDA_ARRAY3D_DESCRIPTOR_v1, hArray: CUarray) -> CUresult; since 11.8;
            fn cuTexRefSetAddress(ByteOffset: *mut c_uint, hTexRef: CUtexref, dptr: CUdeviceptr_v1, bytes: c_uint) -> CUresult; since 11.8;
            fn cuTexRefSetAddress2D(hTexRef: CUtexref, desc: *const CUDA_ARRAY_DESCRIPTOR_v1, dptr: CUdeviceptr_v1, Pitch: c_uint) -> CUresult; since 11.8;
            fn cuTexRefGetAddress(pdptr: *mut CUdeviceptr_v1, hTexRef: CUtexref) -> CUresult; since 11.8;
            fn cuGraphicsResourceGetMappedPointer(pDevPtr: *mut CUdeviceptr_v1, pSize: *mut c_uint, resource: CUgraphicsResource) -> CUresult; since 11.8;
            fn cuCtxDestroy(ctx: CUcontext) -> CUresult; since 11.8;
            fn cuCtxPopCurrent(pctx: *mut CUcontext) -> CUresult; since 11.8;
            fn cuCtxPushCurrent(ctx: CUcontext) -> CUresult; since 11.8;
            fn cuStreamDestroy(hStream: CUstream) -> CUresult; since 11.8;
            fn cuEventDestroy(hEvent: CUevent) -> CUresult; since 11.8;
            fn cuDevicePrimaryCtxRelease(dev: CUdevice) -> CUresult; since 11.8;
            fn cuDevicePrimaryCtxReset(dev: CUdevice) -> CUresult; since 11.8;
            fn cuDevicePrimaryCtxSetFlags(dev: CUdevice, flags: c_uint) -> CUresult; since 11.8;
            fn cuStreamBeginCapture(hStream: CUstream) -> CUresult; since 11.8;
            #[doc(alias = "cuStreamBeginCapture")]
            fn cuStreamBeginCapture_ptsz(hStream: CUstream) -> CUresult; since 11.8;
            fn cuIpcOpenMemHandle(pdptr: *mut CUdeviceptr, handle: CUipcMemHandle, Flags: c_uint) -> CUresult; since 11.8;
            fn cuGraphInstantiate(phGraphExec: *mut CUgraphExec, hGraph: CUgraph, phErrorNode: *mut CUgraphNode, logBuffer: *mut c_char, bufferSize: usize) -> CUresult; since 11.8;
        }
    } };
}
