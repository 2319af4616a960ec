// Made by `cargo xtask bindings` from nccl.h of NCCL 2.32. Do not edit.

abi! {
    newest "2.32"
    type ncclUniqueId "ncclUniqueId" {
        internal "internal",
    }
    type ncclConfig_v23100 "struct ncclConfig_v23100" {
        size "size",
        magic "magic",
        version "version",
        blocking "blocking",
        cgaClusterSize "cgaClusterSize",
        minCTAs "minCTAs",
        maxCTAs "maxCTAs",
        netName "netName",
        splitShare "splitShare",
        trafficClass "trafficClass",
        commName "commName",
        collnetEnable "collnetEnable",
        CTAPolicy "CTAPolicy",
        shrinkShare "shrinkShare",
        nvlsCTAs "nvlsCTAs",
        nChannelsPerNetPeer "nChannelsPerNetPeer",
        nvlinkCentricSched "nvlinkCentricSched",
        graphUsageMode "graphUsageMode",
        numRmaCtx "numRmaCtx",
        maxP2pPeers "maxP2pPeers",
        graphStreamOrdering "graphStreamOrdering",
        launchOrderImplicit "launchOrderImplicit",
        numRmaSig "numRmaSig",
        rmaEagerInit "rmaEagerInit",
        hostCftMode "hostCftMode",
        nvlsHostMode "nvlsHostMode",
    }
    type ncclConfigExt "struct ncclConfigExt" {
        next "next",
        key "key",
        key.vendorId "key.vendorId",
        key.optionId "key.optionId",
        val "val",
        val.i "val.i",
        val.s "val.s",
        val.raw "val.raw",
    }
    type ncclCollConfig_v23200 "struct ncclCollConfig_v23200" {
        size "size",
        magic "magic",
        version "version",
        ext "ext",
        minCTAs "minCTAs",
        maxCTAs "maxCTAs",
        nvlsCTAs "nvlsCTAs",
        cgaClusterSize "cgaClusterSize",
        algSelection "algSelection",
        forceAlgSelection "forceAlgSelection",
        CTAPolicy "CTAPolicy",
        userProfilerTag "userProfilerTag",
        launchCompletionEvent "launchCompletionEvent",
    }
    type ncclSimInfo_v22200 "struct ncclSimInfo_v22200" {
        size "size",
        magic "magic",
        version "version",
        estimatedTime "estimatedTime",
    }
    type ncclWaitSignalDesc_t "ncclWaitSignalDesc_t" {
        opCnt "opCnt",
        peer "peer",
        sigIdx "sigIdx",
        ctx "ctx",
    }
    type ncclEncryptionConfig_v23200 "struct ncclEncryptionConfig_v23200" {
        size "size",
        magic "magic",
        version "version",
        mode "mode",
        psk "psk",
    }
    enum ncclResult_t {
        ncclSuccess,
        ncclUnhandledCudaError,
        ncclSystemError,
        ncclInternalError,
        ncclInvalidArgument,
        ncclInvalidUsage,
        ncclRemoteError,
        ncclInProgress,
        ncclTimeout,
        ncclNumResults,
    }
    enum ncclHostCftMode_t {
        ncclHostCftDefault,
        ncclHostCftEnable,
        ncclHostCftDisable,
        ncclHostCftFallback,
    }
    enum ncclNvlsHostMode_t {
        ncclNvlsHostModeDefault,
        ncclNvlsHostModeEnable,
        ncclNvlsHostModeDisableTransport,
        ncclNvlsHostModeDisableSymmetricMultimem,
        ncclNvlsHostModeDisable,
    }
    enum ncclCommMemStat_t {
        ncclStatGpuMemSuspend,
        ncclStatGpuMemSuspended,
        ncclStatGpuMemPersist,
        ncclStatGpuMemTotal,
    }
    enum ncclRedOp_dummy_t {
        ncclNumOps_dummy,
    }
    enum ncclRedOp_t {
        ncclSum,
        ncclProd,
        ncclMax,
        ncclMin,
        ncclAvg,
        ncclNumOps,
        ncclMaxRedOp,
    }
    enum ncclDataType_t {
        ncclInt8,
        ncclChar,
        ncclUint8,
        ncclInt32,
        ncclInt,
        ncclUint32,
        ncclInt64,
        ncclUint64,
        ncclFloat16,
        ncclHalf,
        ncclFloat32,
        ncclFloat,
        ncclFloat64,
        ncclDouble,
        ncclBfloat16,
        ncclFloat8e4m3,
        ncclFloat8e5m2,
        ncclNumTypes,
    }
    enum ncclScalarResidence_t {
        ncclScalarDevice,
        ncclScalarHostImmediate,
    }
    enum ncclEncryptionMode_t {
        NCCL_ENCRYPTION_MODE_NONE,
        NCCL_ENCRYPTION_MODE_PSK,
    }
    constant NCCL_MAJOR
    constant NCCL_MINOR
    constant NCCL_PATCH
    constant NCCL_VERSION_CODE
    constant NCCL_UNIQUE_ID_BYTES
    constant NCCL_SPLIT_NOCOLOR
    constant NCCL_UNDEF_FLOAT
    constant NCCL_API_MAGIC
    constant NCCL_WIN_DEFAULT
    constant NCCL_WIN_COLL_SYMMETRIC
    constant NCCL_WIN_STRICT_ORDERING
    constant NCCL_WIN_GIN_ONLY
    constant NCCL_WIN_CFT_COUNTED
    constant NCCL_WIN_REQUIRED_ALIGNMENT
    constant NCCL_CTA_POLICY_DEFAULT
    constant NCCL_CTA_POLICY_EFFICIENCY
    constant NCCL_CTA_POLICY_ZERO
    constant NCCL_SHRINK_DEFAULT
    constant NCCL_SHRINK_ABORT
    constant NCCL_REVOKE_DEFAULT
    constant NCCL_SUSPEND_MEM
}
