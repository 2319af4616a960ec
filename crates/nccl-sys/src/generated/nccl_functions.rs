// Made by `cargo xtask bindings` from nccl.h of NCCL 2.32. Do not edit.

/// Hands the list of NCCL's functions to another macro, as `cuda_sys::for_each_driver_function!` does; the types are
/// those of this crate. `since` is the first of the releases in `ci/versions.toml` that has the function.
#[macro_export]
macro_rules! for_each_nccl_function {
    ($($callback:ident)::+ $({ $($extra:tt)* })?) => { $($callback)::+! {
        $($($extra)*)?
        current {
            fn ncclMemAlloc(ptr: *mut *mut c_void, size: usize) -> ncclResult_t; since 2.19;
            fn ncclMemFree(ptr: *mut c_void) -> ncclResult_t; since 2.19;
            fn ncclGetVersion(version: *mut c_int) -> ncclResult_t; since 2.16;
            fn ncclGetUniqueId(uniqueId: *mut ncclUniqueId) -> ncclResult_t; since 2.16;
            fn ncclCommInitRankConfig(comm: *mut ncclComm_t, nranks: c_int, commId: ncclUniqueId, rank: c_int, config: *mut ncclConfig_t) -> ncclResult_t; since 2.16;
            fn ncclCommInitRank(comm: *mut ncclComm_t, nranks: c_int, commId: ncclUniqueId, rank: c_int) -> ncclResult_t; since 2.16;
            fn ncclCommInitAll(comm: *mut ncclComm_t, ndev: c_int, devlist: *const c_int) -> ncclResult_t; since 2.16;
            fn ncclCommFinalize(comm: ncclComm_t) -> ncclResult_t; since 2.16;
            fn ncclCommDestroy(comm: ncclComm_t) -> ncclResult_t; since 2.16;
            fn ncclCommAbort(comm: ncclComm_t) -> ncclResult_t; since 2.16;
            fn ncclCommRevoke(comm: ncclComm_t, revokeFlags: c_int) -> ncclResult_t; since 2.32;
            fn ncclCommSplit(comm: ncclComm_t, color: c_int, key: c_int, newcomm: *mut ncclComm_t, config: *mut ncclConfig_t) -> ncclResult_t; since 2.19;
            fn ncclCommShrink(comm: ncclComm_t, excludeRanksList: *mut c_int, excludeRanksCount: c_int, newcomm: *mut ncclComm_t, config: *mut ncclConfig_t, shrinkFlags: c_int) -> ncclResult_t; since 2.27;
            fn ncclCommGetUniqueId(comm: ncclComm_t, uniqueId: *mut ncclUniqueId) -> ncclResult_t; since 2.32;
            fn ncclCommGrow(comm: ncclComm_t, nRanks: c_int, uniqueId: *const ncclUniqueId, rank: c_int, newcomm: *mut ncclComm_t, config: *mut ncclConfig_t) -> ncclResult_t; since 2.32;
            fn ncclCommInitRankScalable(newcomm: *mut ncclComm_t, nranks: c_int, myrank: c_int, nId: c_int, commIds: *mut ncclUniqueId, config: *mut ncclConfig_t) -> ncclResult_t; since 2.24;
            fn ncclGetErrorString(result: ncclResult_t) -> *const c_char; since 2.16;
            fn ncclGetLastError(comm: ncclComm_t) -> *const c_char; since 2.16;
            fn ncclCommGetAsyncError(comm: ncclComm_t, asyncError: *mut ncclResult_t) -> ncclResult_t; since 2.16;
            fn ncclCommCount(comm: ncclComm_t, count: *mut c_int) -> ncclResult_t; since 2.16;
            fn ncclCommCuDevice(comm: ncclComm_t, device: *mut c_int) -> ncclResult_t; since 2.16;
            fn ncclCommUserRank(comm: ncclComm_t, rank: *mut c_int) -> ncclResult_t; since 2.16;
            fn ncclCommRegister(comm: ncclComm_t, buff: *mut c_void, size: usize, handle: *mut *mut c_void) -> ncclResult_t; since 2.19;
            fn ncclCommDeregister(comm: ncclComm_t, handle: *mut c_void) -> ncclResult_t; since 2.19;
            fn ncclCommSuspend(comm: ncclComm_t, flags: c_int) -> ncclResult_t; since 2.32;
            fn ncclCommResume(comm: ncclComm_t) -> ncclResult_t; since 2.32;
            fn ncclCommMemStats(comm: ncclComm_t, stat: ncclCommMemStat_t, value: *mut u64) -> ncclResult_t; since 2.32;
            fn ncclCommWindowRegister(comm: ncclComm_t, buff: *mut c_void, size: usize, win: *mut ncclWindow_t, winFlags: c_int) -> ncclResult_t; since 2.27;
            fn ncclCommWindowDeregister(comm: ncclComm_t, win: ncclWindow_t) -> ncclResult_t; since 2.27;
            fn ncclWinGetUserPtr(comm: ncclComm_t, win: ncclWindow_t, outUserPtr: *mut *mut c_void) -> ncclResult_t; since 2.32;
            fn ncclRedOpCreatePreMulSum(op: *mut ncclRedOp_t, scalar: *mut c_void, datatype: ncclDataType_t, residence: ncclScalarResidence_t, comm: ncclComm_t) -> ncclResult_t; since 2.16;
            fn ncclRedOpDestroy(op: ncclRedOp_t, comm: ncclComm_t) -> ncclResult_t; since 2.16;
            fn ncclReduce(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, op: ncclRedOp_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.16;
            fn ncclBcast(buff: *mut c_void, count: usize, datatype: ncclDataType_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.16;
            fn ncclBroadcast(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.16;
            fn ncclAllReduce(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, op: ncclRedOp_t, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.16;
            fn ncclReduceScatter(sendbuff: *const c_void, recvbuff: *mut c_void, recvcount: usize, datatype: ncclDataType_t, op: ncclRedOp_t, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.16;
            fn ncclAllGather(sendbuff: *const c_void, recvbuff: *mut c_void, sendcount: usize, datatype: ncclDataType_t, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.16;
            fn ncclAlltoAll(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.32;
            fn ncclGather(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.32;
            fn ncclScatter(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.32;
            fn ncclAllReduceConfig(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, op: ncclRedOp_t, comm: ncclComm_t, stream: cudaStream_t, config: *const ncclCollConfig_t) -> ncclResult_t; since 2.32;
            fn ncclBroadcastConfig(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t, config: *const ncclCollConfig_t) -> ncclResult_t; since 2.32;
            fn ncclReduceConfig(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, op: ncclRedOp_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t, config: *const ncclCollConfig_t) -> ncclResult_t; since 2.32;
            fn ncclAllGatherConfig(sendbuff: *const c_void, recvbuff: *mut c_void, sendcount: usize, datatype: ncclDataType_t, comm: ncclComm_t, stream: cudaStream_t, config: *const ncclCollConfig_t) -> ncclResult_t; since 2.32;
            fn ncclReduceScatterConfig(sendbuff: *const c_void, recvbuff: *mut c_void, recvcount: usize, datatype: ncclDataType_t, op: ncclRedOp_t, comm: ncclComm_t, stream: cudaStream_t, config: *const ncclCollConfig_t) -> ncclResult_t; since 2.32;
            fn ncclAlltoAllConfig(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, comm: ncclComm_t, stream: cudaStream_t, config: *const ncclCollConfig_t) -> ncclResult_t; since 2.32;
            fn ncclGatherConfig(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t, config: *const ncclCollConfig_t) -> ncclResult_t; since 2.32;
            fn ncclScatterConfig(sendbuff: *const c_void, recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, root: c_int, comm: ncclComm_t, stream: cudaStream_t, config: *const ncclCollConfig_t) -> ncclResult_t; since 2.32;
            fn ncclSend(sendbuff: *const c_void, count: usize, datatype: ncclDataType_t, peer: c_int, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.16;
            fn ncclRecv(recvbuff: *mut c_void, count: usize, datatype: ncclDataType_t, peer: c_int, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.16;
            fn ncclPutSignal(localbuff: *const c_void, count: usize, datatype: ncclDataType_t, peer: c_int, peerWin: ncclWindow_t, peerWinOffset: usize, sigIdx: c_int, ctx: c_int, flags: c_uint, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.32;
            fn ncclSignal(peer: c_int, sigIdx: c_int, ctx: c_int, flags: c_uint, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.32;
            fn ncclWaitSignal(nDesc: c_int, signalDescs: *mut ncclWaitSignalDesc_t, comm: ncclComm_t, stream: cudaStream_t) -> ncclResult_t; since 2.32;
            fn ncclGroupStart() -> ncclResult_t; since 2.16;
            fn ncclGroupEnd() -> ncclResult_t; since 2.16;
            fn ncclGroupSimulateEnd(simInfo: *mut ncclSimInfo_t) -> ncclResult_t; since 2.24;
            fn ncclSetEncryption(config: *const ncclEncryptionConfig_t) -> ncclResult_t; since 2.32;
            fn ncclParamBind(out: *mut ncclParamHandle_t, key: *const c_char) -> ncclResult_t; since 2.32;
            fn ncclParamGetI8(h: ncclParamHandle_t, out: *mut i8) -> ncclResult_t; since 2.32;
            fn ncclParamGetI16(h: ncclParamHandle_t, out: *mut i16) -> ncclResult_t; since 2.32;
            fn ncclParamGetI32(h: ncclParamHandle_t, out: *mut i32) -> ncclResult_t; since 2.32;
            fn ncclParamGetI64(h: ncclParamHandle_t, out: *mut i64) -> ncclResult_t; since 2.32;
            fn ncclParamGetU8(h: ncclParamHandle_t, out: *mut u8) -> ncclResult_t; since 2.32;
            fn ncclParamGetU16(h: ncclParamHandle_t, out: *mut u16) -> ncclResult_t; since 2.32;
            fn ncclParamGetU32(h: ncclParamHandle_t, out: *mut u32) -> ncclResult_t; since 2.32;
            fn ncclParamGetU64(h: ncclParamHandle_t, out: *mut u64) -> ncclResult_t; since 2.32;
            fn ncclParamGetStr(h: ncclParamHandle_t, out: *mut *const c_char) -> ncclResult_t; since 2.32;
            fn ncclParamGet(h: ncclParamHandle_t, out: *mut c_void, maxLen: c_int, len: *mut c_int) -> ncclResult_t; since 2.32;
            fn ncclParamGetParameter(key: *const c_char, value: *mut *const c_char, valueLen: *mut c_int) -> ncclResult_t; since 2.32;
            fn ncclParamGetAllParameterKeys(table: *mut *mut *const c_char, tableLen: *mut c_int) -> ncclResult_t; since 2.32;
            fn ncclParamDumpAll() -> (); since 2.32;
        }
        legacy {
        }
    } };
}
