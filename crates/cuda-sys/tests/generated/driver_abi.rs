// Made by `cargo xtask bindings` from cuda.h of CUDA 13.5. Do not edit.

abi! {
    newest "13.5"
    type CUuuid_st "struct CUuuid_st" {
        bytes "bytes",
    }
    type CUmemFabricHandle_st "struct CUmemFabricHandle_st" {
        data "data",
    }
    type CUipcEventHandle_st "struct CUipcEventHandle_st" {
        reserved "reserved",
    }
    type CUipcMemHandle_st "struct CUipcMemHandle_st" {
        reserved "reserved",
    }
    type CUstreamBatchMemOpParams_union "union CUstreamBatchMemOpParams_union" {
        operation "operation",
        waitValue "waitValue",
        writeValue "writeValue",
        flushRemoteWrites "flushRemoteWrites",
        memoryBarrier "memoryBarrier",
        atomicReduction "atomicReduction",
        pad "pad",
    }
    type CUstreamBatchMemOpParams_union_CUstreamMemOpWaitValueParams_st "struct CUstreamMemOpWaitValueParams_st" {
        operation "operation",
        address "address",
        __bindgen_anon_1.value "value",
        __bindgen_anon_1.value64 "value64",
        flags "flags",
        alias "alias",
    }
    type CUstreamBatchMemOpParams_union_CUstreamMemOpWriteValueParams_st "struct CUstreamMemOpWriteValueParams_st" {
        operation "operation",
        address "address",
        __bindgen_anon_1.value "value",
        __bindgen_anon_1.value64 "value64",
        flags "flags",
        alias "alias",
    }
    type CUstreamBatchMemOpParams_union_CUstreamMemOpFlushRemoteWritesParams_st "struct CUstreamMemOpFlushRemoteWritesParams_st" {
        operation "operation",
        flags "flags",
    }
    type CUstreamBatchMemOpParams_union_CUstreamMemOpMemoryBarrierParams_st "struct CUstreamMemOpMemoryBarrierParams_st" {
        operation "operation",
        flags "flags",
    }
    type CUstreamBatchMemOpParams_union_CUstreamMemOpAtomicReductionParams_st "struct CUstreamMemOpAtomicReductionParams_st" {
        operation "operation",
        flags "flags",
        reductionOp "reductionOp",
        dataType "dataType",
        address "address",
        value "value",
        alias "alias",
    }
    type CUDA_BATCH_MEM_OP_NODE_PARAMS_v1_st "struct CUDA_BATCH_MEM_OP_NODE_PARAMS_v1_st" {
        ctx "ctx",
        count "count",
        paramArray "paramArray",
        flags "flags",
    }
    type CUDA_BATCH_MEM_OP_NODE_PARAMS_v2_st "struct CUDA_BATCH_MEM_OP_NODE_PARAMS_v2_st" {
        ctx "ctx",
        count "count",
        paramArray "paramArray",
        flags "flags",
    }
    type CUasyncNotificationInfo_st "struct CUasyncNotificationInfo_st" {
        type_ "type",
        info "info",
        info.overBudget "info.overBudget",
        info.overBudget.bytesOverBudget "info.overBudget.bytesOverBudget",
    }
    type CUdevprop_st "struct CUdevprop_st" {
        maxThreadsPerBlock "maxThreadsPerBlock",
        maxThreadsDim "maxThreadsDim",
        maxGridSize "maxGridSize",
        sharedMemPerBlock "sharedMemPerBlock",
        totalConstantMemory "totalConstantMemory",
        SIMDWidth "SIMDWidth",
        memPitch "memPitch",
        regsPerBlock "regsPerBlock",
        clockRate "clockRate",
        textureAlign "textureAlign",
    }
    type CUaccessPolicyWindow_st "struct CUaccessPolicyWindow_st" {
        base_ptr "base_ptr",
        num_bytes "num_bytes",
        hitRatio "hitRatio",
        hitProp "hitProp",
        missProp "missProp",
    }
    type CUDA_KERNEL_NODE_PARAMS_st "struct CUDA_KERNEL_NODE_PARAMS_st" {
        func "func",
        gridDimX "gridDimX",
        gridDimY "gridDimY",
        gridDimZ "gridDimZ",
        blockDimX "blockDimX",
        blockDimY "blockDimY",
        blockDimZ "blockDimZ",
        sharedMemBytes "sharedMemBytes",
        kernelParams "kernelParams",
        extra "extra",
    }
    type CUDA_KERNEL_NODE_PARAMS_v2_st "struct CUDA_KERNEL_NODE_PARAMS_v2_st" {
        func "func",
        gridDimX "gridDimX",
        gridDimY "gridDimY",
        gridDimZ "gridDimZ",
        blockDimX "blockDimX",
        blockDimY "blockDimY",
        blockDimZ "blockDimZ",
        sharedMemBytes "sharedMemBytes",
        kernelParams "kernelParams",
        extra "extra",
        kern "kern",
        ctx "ctx",
    }
    type CUDA_KERNEL_NODE_PARAMS_v3_st "struct CUDA_KERNEL_NODE_PARAMS_v3_st" {
        func "func",
        gridDimX "gridDimX",
        gridDimY "gridDimY",
        gridDimZ "gridDimZ",
        blockDimX "blockDimX",
        blockDimY "blockDimY",
        blockDimZ "blockDimZ",
        sharedMemBytes "sharedMemBytes",
        kernelParams "kernelParams",
        extra "extra",
        kern "kern",
        ctx "ctx",
    }
    type CUDA_MEMSET_NODE_PARAMS_st "struct CUDA_MEMSET_NODE_PARAMS_st" {
        dst "dst",
        pitch "pitch",
        value "value",
        elementSize "elementSize",
        width "width",
        height "height",
    }
    type CUDA_MEMSET_NODE_PARAMS_v2_st "struct CUDA_MEMSET_NODE_PARAMS_v2_st" {
        dst "dst",
        pitch "pitch",
        value "value",
        elementSize "elementSize",
        width "width",
        height "height",
        ctx "ctx",
    }
    type CUDA_HOST_NODE_PARAMS_st "struct CUDA_HOST_NODE_PARAMS_st" {
        fn_ "fn",
        userData "userData",
    }
    type CUDA_HOST_NODE_PARAMS_v2_st "struct CUDA_HOST_NODE_PARAMS_v2_st" {
        fn_ "fn",
        userData "userData",
        syncMode "syncMode",
        __bindgen_anon_1.ctx "ctx",
        __bindgen_anon_1.gCtx "gCtx",
    }
    type CUDA_CONDITIONAL_NODE_PARAMS "struct CUDA_CONDITIONAL_NODE_PARAMS" {
        handle "handle",
        type_ "type",
        size "size",
        phGraph_out "phGraph_out",
        ctx "ctx",
    }
    type CUgraphEdgeData_st "struct CUgraphEdgeData_st" {
        from_port "from_port",
        to_port "to_port",
        type_ "type",
        reserved "reserved",
    }
    type CUDA_GRAPH_INSTANTIATE_PARAMS_st "struct CUDA_GRAPH_INSTANTIATE_PARAMS_st" {
        flags "flags",
        hUploadStream "hUploadStream",
        hErrNode_out "hErrNode_out",
        result_out "result_out",
    }
    type CUlaunchMemSyncDomainMap_st "struct CUlaunchMemSyncDomainMap_st" {
        default_ "default_",
        remote "remote",
    }
    type CUlaunchAttributeValue_union "union CUlaunchAttributeValue_union" {
        pad "pad",
        accessPolicyWindow "accessPolicyWindow",
        cooperative "cooperative",
        syncPolicy "syncPolicy",
        clusterDim "clusterDim",
        clusterDim.x "clusterDim.x",
        clusterDim.y "clusterDim.y",
        clusterDim.z "clusterDim.z",
        clusterSchedulingPolicyPreference "clusterSchedulingPolicyPreference",
        programmaticStreamSerializationAllowed "programmaticStreamSerializationAllowed",
        programmaticEvent "programmaticEvent",
        programmaticEvent.event "programmaticEvent.event",
        programmaticEvent.flags "programmaticEvent.flags",
        programmaticEvent.triggerAtBlockStart "programmaticEvent.triggerAtBlockStart",
        launchCompletionEvent "launchCompletionEvent",
        launchCompletionEvent.event "launchCompletionEvent.event",
        launchCompletionEvent.flags "launchCompletionEvent.flags",
        priority "priority",
        memSyncDomainMap "memSyncDomainMap",
        memSyncDomain "memSyncDomain",
        preferredClusterDim "preferredClusterDim",
        preferredClusterDim.x "preferredClusterDim.x",
        preferredClusterDim.y "preferredClusterDim.y",
        preferredClusterDim.z "preferredClusterDim.z",
        deviceUpdatableKernelNode "deviceUpdatableKernelNode",
        deviceUpdatableKernelNode.deviceUpdatable "deviceUpdatableKernelNode.deviceUpdatable",
        deviceUpdatableKernelNode.devNode "deviceUpdatableKernelNode.devNode",
        sharedMemCarveout "sharedMemCarveout",
        nvlinkUtilCentricScheduling "nvlinkUtilCentricScheduling",
        portableClusterSizeMode "portableClusterSizeMode",
        sharedMemoryMode "sharedMemoryMode",
    }
    type CUlaunchAttribute_st "struct CUlaunchAttribute_st" {
        id "id",
        pad "pad",
        value "value",
    }
    type CUlaunchConfig_st "struct CUlaunchConfig_st" {
        gridDimX "gridDimX",
        gridDimY "gridDimY",
        gridDimZ "gridDimZ",
        blockDimX "blockDimX",
        blockDimY "blockDimY",
        blockDimZ "blockDimZ",
        sharedMemBytes "sharedMemBytes",
        hStream "hStream",
        attrs "attrs",
        numAttrs "numAttrs",
    }
    type CUexecAffinitySmCount_st "struct CUexecAffinitySmCount_st" {
        val "val",
    }
    type CUexecAffinityParam_st "struct CUexecAffinityParam_st" {
        type_ "type",
        param "param",
        param.smCount "param.smCount",
    }
    type CUctxCigParam_st "struct CUctxCigParam_st" {
        sharedDataType "sharedDataType",
        sharedData "sharedData",
    }
    type CUctxCreateParams_st "struct CUctxCreateParams_st" {
        execAffinityParams "execAffinityParams",
        numExecAffinityParams "numExecAffinityParams",
        cigParams "cigParams",
    }
    type CUstreamCigParam_st "struct CUstreamCigParam_st" {
        streamSharedDataType "streamSharedDataType",
        streamSharedData "streamSharedData",
    }
    type CUstreamCigCaptureParams_st "struct CUstreamCigCaptureParams_st" {
        streamCigParams "streamCigParams",
    }
    type CUlibraryHostUniversalFunctionAndDataTable_st "struct CUlibraryHostUniversalFunctionAndDataTable_st" {
        functionTable "functionTable",
        functionWindowSize "functionWindowSize",
        dataTable "dataTable",
        dataWindowSize "dataWindowSize",
    }
    type CUDA_MEMCPY2D_st "struct CUDA_MEMCPY2D_st" {
        srcXInBytes "srcXInBytes",
        srcY "srcY",
        srcMemoryType "srcMemoryType",
        srcHost "srcHost",
        srcDevice "srcDevice",
        srcArray "srcArray",
        srcPitch "srcPitch",
        dstXInBytes "dstXInBytes",
        dstY "dstY",
        dstMemoryType "dstMemoryType",
        dstHost "dstHost",
        dstDevice "dstDevice",
        dstArray "dstArray",
        dstPitch "dstPitch",
        WidthInBytes "WidthInBytes",
        Height "Height",
    }
    type CUDA_MEMCPY3D_st "struct CUDA_MEMCPY3D_st" {
        srcXInBytes "srcXInBytes",
        srcY "srcY",
        srcZ "srcZ",
        srcLOD "srcLOD",
        srcMemoryType "srcMemoryType",
        srcHost "srcHost",
        srcDevice "srcDevice",
        srcArray "srcArray",
        reserved0 "reserved0",
        srcPitch "srcPitch",
        srcHeight "srcHeight",
        dstXInBytes "dstXInBytes",
        dstY "dstY",
        dstZ "dstZ",
        dstLOD "dstLOD",
        dstMemoryType "dstMemoryType",
        dstHost "dstHost",
        dstDevice "dstDevice",
        dstArray "dstArray",
        reserved1 "reserved1",
        dstPitch "dstPitch",
        dstHeight "dstHeight",
        WidthInBytes "WidthInBytes",
        Height "Height",
        Depth "Depth",
    }
    type CUDA_MEMCPY3D_PEER_st "struct CUDA_MEMCPY3D_PEER_st" {
        srcXInBytes "srcXInBytes",
        srcY "srcY",
        srcZ "srcZ",
        srcLOD "srcLOD",
        srcMemoryType "srcMemoryType",
        srcHost "srcHost",
        srcDevice "srcDevice",
        srcArray "srcArray",
        srcContext "srcContext",
        srcPitch "srcPitch",
        srcHeight "srcHeight",
        dstXInBytes "dstXInBytes",
        dstY "dstY",
        dstZ "dstZ",
        dstLOD "dstLOD",
        dstMemoryType "dstMemoryType",
        dstHost "dstHost",
        dstDevice "dstDevice",
        dstArray "dstArray",
        dstContext "dstContext",
        dstPitch "dstPitch",
        dstHeight "dstHeight",
        WidthInBytes "WidthInBytes",
        Height "Height",
        Depth "Depth",
    }
    type CUDA_MEMCPY_NODE_PARAMS_st "struct CUDA_MEMCPY_NODE_PARAMS_st" {
        flags "flags",
        reserved "reserved",
        copyCtx "copyCtx",
        copyParams "copyParams",
    }
    type CUDA_ARRAY_DESCRIPTOR_st "struct CUDA_ARRAY_DESCRIPTOR_st" {
        Width "Width",
        Height "Height",
        Format "Format",
        NumChannels "NumChannels",
    }
    type CUDA_ARRAY3D_DESCRIPTOR_st "struct CUDA_ARRAY3D_DESCRIPTOR_st" {
        Width "Width",
        Height "Height",
        Depth "Depth",
        Format "Format",
        NumChannels "NumChannels",
        Flags "Flags",
    }
    type CUDA_ARRAY_SPARSE_PROPERTIES_st "struct CUDA_ARRAY_SPARSE_PROPERTIES_st" {
        tileExtent "tileExtent",
        tileExtent.width "tileExtent.width",
        tileExtent.height "tileExtent.height",
        tileExtent.depth "tileExtent.depth",
        miptailFirstLevel "miptailFirstLevel",
        miptailSize "miptailSize",
        flags "flags",
        reserved "reserved",
    }
    type CUDA_ARRAY_MEMORY_REQUIREMENTS_st "struct CUDA_ARRAY_MEMORY_REQUIREMENTS_st" {
        size "size",
        alignment "alignment",
        reserved "reserved",
    }
    type CUDA_RESOURCE_DESC_st "struct CUDA_RESOURCE_DESC_st" {
        resType "resType",
        res "res",
        res.array "res.array",
        res.array.hArray "res.array.hArray",
        res.mipmap "res.mipmap",
        res.mipmap.hMipmappedArray "res.mipmap.hMipmappedArray",
        res.linear "res.linear",
        res.linear.devPtr "res.linear.devPtr",
        res.linear.format "res.linear.format",
        res.linear.numChannels "res.linear.numChannels",
        res.linear.sizeInBytes "res.linear.sizeInBytes",
        res.pitch2D "res.pitch2D",
        res.pitch2D.devPtr "res.pitch2D.devPtr",
        res.pitch2D.format "res.pitch2D.format",
        res.pitch2D.numChannels "res.pitch2D.numChannels",
        res.pitch2D.width "res.pitch2D.width",
        res.pitch2D.height "res.pitch2D.height",
        res.pitch2D.pitchInBytes "res.pitch2D.pitchInBytes",
        res.reserved "res.reserved",
        res.reserved.reserved "res.reserved.reserved",
        flags "flags",
    }
    type CUDA_TEXTURE_DESC_st "struct CUDA_TEXTURE_DESC_st" {
        addressMode "addressMode",
        filterMode "filterMode",
        flags "flags",
        maxAnisotropy "maxAnisotropy",
        mipmapFilterMode "mipmapFilterMode",
        mipmapLevelBias "mipmapLevelBias",
        minMipmapLevelClamp "minMipmapLevelClamp",
        maxMipmapLevelClamp "maxMipmapLevelClamp",
        borderColor "borderColor",
        reserved "reserved",
    }
    type CUDA_RESOURCE_VIEW_DESC_st "struct CUDA_RESOURCE_VIEW_DESC_st" {
        format "format",
        width "width",
        height "height",
        depth "depth",
        firstMipmapLevel "firstMipmapLevel",
        lastMipmapLevel "lastMipmapLevel",
        firstLayer "firstLayer",
        lastLayer "lastLayer",
        reserved "reserved",
    }
    type CUtensorMap_st "struct CUtensorMap_st" {
        opaque "opaque",
    }
    type CUDA_POINTER_ATTRIBUTE_P2P_TOKENS_st "struct CUDA_POINTER_ATTRIBUTE_P2P_TOKENS_st" {
        p2pToken "p2pToken",
        vaSpaceToken "vaSpaceToken",
    }
    type CUDA_LAUNCH_PARAMS_st "struct CUDA_LAUNCH_PARAMS_st" {
        function "function",
        gridDimX "gridDimX",
        gridDimY "gridDimY",
        gridDimZ "gridDimZ",
        blockDimX "blockDimX",
        blockDimY "blockDimY",
        blockDimZ "blockDimZ",
        sharedMemBytes "sharedMemBytes",
        hStream "hStream",
        kernelParams "kernelParams",
    }
    type CUDA_EXTERNAL_MEMORY_HANDLE_DESC_st "struct CUDA_EXTERNAL_MEMORY_HANDLE_DESC_st" {
        type_ "type",
        handle "handle",
        handle.fd "handle.fd",
        handle.win32 "handle.win32",
        handle.win32.handle "handle.win32.handle",
        handle.win32.name "handle.win32.name",
        handle.nvSciBufObject "handle.nvSciBufObject",
        size "size",
        flags "flags",
        reserved "reserved",
    }
    type CUDA_EXTERNAL_MEMORY_BUFFER_DESC_st "struct CUDA_EXTERNAL_MEMORY_BUFFER_DESC_st" {
        offset "offset",
        size "size",
        flags "flags",
        reserved "reserved",
    }
    type CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC_st "struct CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC_st" {
        offset "offset",
        arrayDesc "arrayDesc",
        numLevels "numLevels",
        reserved "reserved",
    }
    type CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC_st "struct CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC_st" {
        type_ "type",
        handle "handle",
        handle.fd "handle.fd",
        handle.win32 "handle.win32",
        handle.win32.handle "handle.win32.handle",
        handle.win32.name "handle.win32.name",
        handle.nvSciSyncObj "handle.nvSciSyncObj",
        flags "flags",
        reserved "reserved",
    }
    type CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS_st "struct CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS_st" {
        params "params",
        params.fence "params.fence",
        params.fence.value "params.fence.value",
        params.nvSciSync "params.nvSciSync",
        params.nvSciSync.fence "params.nvSciSync.fence",
        params.nvSciSync.reserved "params.nvSciSync.reserved",
        params.keyedMutex "params.keyedMutex",
        params.keyedMutex.key "params.keyedMutex.key",
        params.reserved "params.reserved",
        flags "flags",
        reserved "reserved",
    }
    type CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS_st "struct CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS_st" {
        params "params",
        params.fence "params.fence",
        params.fence.value "params.fence.value",
        params.nvSciSync "params.nvSciSync",
        params.nvSciSync.fence "params.nvSciSync.fence",
        params.nvSciSync.reserved "params.nvSciSync.reserved",
        params.keyedMutex "params.keyedMutex",
        params.keyedMutex.key "params.keyedMutex.key",
        params.keyedMutex.timeoutMs "params.keyedMutex.timeoutMs",
        params.reserved "params.reserved",
        flags "flags",
        reserved "reserved",
    }
    type CUDA_EXT_SEM_SIGNAL_NODE_PARAMS_st "struct CUDA_EXT_SEM_SIGNAL_NODE_PARAMS_st" {
        extSemArray "extSemArray",
        paramsArray "paramsArray",
        numExtSems "numExtSems",
    }
    type CUDA_EXT_SEM_SIGNAL_NODE_PARAMS_v2_st "struct CUDA_EXT_SEM_SIGNAL_NODE_PARAMS_v2_st" {
        extSemArray "extSemArray",
        paramsArray "paramsArray",
        numExtSems "numExtSems",
        __bindgen_anon_1.ctx "ctx",
        __bindgen_anon_1.gCtx "gCtx",
    }
    type CUDA_EXT_SEM_WAIT_NODE_PARAMS_st "struct CUDA_EXT_SEM_WAIT_NODE_PARAMS_st" {
        extSemArray "extSemArray",
        paramsArray "paramsArray",
        numExtSems "numExtSems",
    }
    type CUDA_EXT_SEM_WAIT_NODE_PARAMS_v2_st "struct CUDA_EXT_SEM_WAIT_NODE_PARAMS_v2_st" {
        extSemArray "extSemArray",
        paramsArray "paramsArray",
        numExtSems "numExtSems",
        __bindgen_anon_1.ctx "ctx",
        __bindgen_anon_1.gCtx "gCtx",
    }
    type CUarrayMapInfo_st "struct CUarrayMapInfo_st" {
        resourceType "resourceType",
        resource "resource",
        resource.mipmap "resource.mipmap",
        resource.array "resource.array",
        subresourceType "subresourceType",
        subresource "subresource",
        subresource.sparseLevel "subresource.sparseLevel",
        subresource.sparseLevel.level "subresource.sparseLevel.level",
        subresource.sparseLevel.layer "subresource.sparseLevel.layer",
        subresource.sparseLevel.offsetX "subresource.sparseLevel.offsetX",
        subresource.sparseLevel.offsetY "subresource.sparseLevel.offsetY",
        subresource.sparseLevel.offsetZ "subresource.sparseLevel.offsetZ",
        subresource.sparseLevel.extentWidth "subresource.sparseLevel.extentWidth",
        subresource.sparseLevel.extentHeight "subresource.sparseLevel.extentHeight",
        subresource.sparseLevel.extentDepth "subresource.sparseLevel.extentDepth",
        subresource.miptail "subresource.miptail",
        subresource.miptail.layer "subresource.miptail.layer",
        subresource.miptail.offset "subresource.miptail.offset",
        subresource.miptail.size "subresource.miptail.size",
        memOperationType "memOperationType",
        memHandleType "memHandleType",
        memHandle "memHandle",
        memHandle.memHandle "memHandle.memHandle",
        offset "offset",
        deviceBitMask "deviceBitMask",
        flags "flags",
        reserved "reserved",
    }
    type CUmemLocation_st "struct CUmemLocation_st" {
        type_ "type",
        __bindgen_anon_1.id "id",
        __bindgen_anon_1.localized "localized",
        __bindgen_anon_1.localized.deviceId "localized.deviceId",
        __bindgen_anon_1.localized.localityDomainId "localized.localityDomainId",
    }
    type CUmemAllocationProp_st "struct CUmemAllocationProp_st" {
        type_ "type",
        requestedHandleTypes "requestedHandleTypes",
        location "location",
        win32HandleMetaData "win32HandleMetaData",
        allocFlags "allocFlags",
        allocFlags.compressionType "allocFlags.compressionType",
        allocFlags.gpuDirectRDMACapable "allocFlags.gpuDirectRDMACapable",
        allocFlags.usage "allocFlags.usage",
        allocFlags.reserved "allocFlags.reserved",
    }
    type CUmulticastObjectProp_st "struct CUmulticastObjectProp_st" {
        numDevices "numDevices",
        size "size",
        handleTypes "handleTypes",
        flags "flags",
    }
    type CUmemAccessDesc_st "struct CUmemAccessDesc_st" {
        location "location",
        flags "flags",
    }
    type CUgraphExecUpdateResultInfo_st "struct CUgraphExecUpdateResultInfo_st" {
        result "result",
        errorNode "errorNode",
        errorFromNode "errorFromNode",
    }
    type CUmemPoolProps_st "struct CUmemPoolProps_st" {
        allocType "allocType",
        handleTypes "handleTypes",
        location "location",
        win32SecurityAttributes "win32SecurityAttributes",
        maxSize "maxSize",
        usage "usage",
        gpuDirectRDMACapable "gpuDirectRDMACapable",
        reserved "reserved",
    }
    type CUmemPoolPtrExportData_st "struct CUmemPoolPtrExportData_st" {
        reserved "reserved",
    }
    type CUmemcpyAttributes_st "struct CUmemcpyAttributes_st" {
        srcAccessOrder "srcAccessOrder",
        srcLocHint "srcLocHint",
        dstLocHint "dstLocHint",
        flags "flags",
    }
    type CUoffset3D_st "struct CUoffset3D_st" {
        x "x",
        y "y",
        z "z",
    }
    type CUextent3D_st "struct CUextent3D_st" {
        width "width",
        height "height",
        depth "depth",
    }
    type CUmemcpy3DOperand_st "struct CUmemcpy3DOperand_st" {
        type_ "type",
        op "op",
        op.ptr "op.ptr",
        op.ptr.ptr "op.ptr.ptr",
        op.ptr.rowLength "op.ptr.rowLength",
        op.ptr.layerHeight "op.ptr.layerHeight",
        op.ptr.locHint "op.ptr.locHint",
        op.array "op.array",
        op.array.array "op.array.array",
        op.array.offset "op.array.offset",
    }
    type CUDA_MEMCPY3D_BATCH_OP_st "struct CUDA_MEMCPY3D_BATCH_OP_st" {
        src "src",
        dst "dst",
        extent "extent",
        srcAccessOrder "srcAccessOrder",
        flags "flags",
    }
    type CUDA_MEM_ALLOC_NODE_PARAMS_v1_st "struct CUDA_MEM_ALLOC_NODE_PARAMS_v1_st" {
        poolProps "poolProps",
        accessDescs "accessDescs",
        accessDescCount "accessDescCount",
        bytesize "bytesize",
        dptr "dptr",
    }
    type CUDA_MEM_ALLOC_NODE_PARAMS_v2_st "struct CUDA_MEM_ALLOC_NODE_PARAMS_v2_st" {
        poolProps "poolProps",
        accessDescs "accessDescs",
        accessDescCount "accessDescCount",
        bytesize "bytesize",
        dptr "dptr",
    }
    type CUDA_MEM_FREE_NODE_PARAMS_st "struct CUDA_MEM_FREE_NODE_PARAMS_st" {
        dptr "dptr",
    }
    type CUDA_CHILD_GRAPH_NODE_PARAMS_st "struct CUDA_CHILD_GRAPH_NODE_PARAMS_st" {
        graph "graph",
        ownership "ownership",
    }
    type CUDA_EVENT_RECORD_NODE_PARAMS_st "struct CUDA_EVENT_RECORD_NODE_PARAMS_st" {
        event "event",
        __bindgen_anon_1.ctx "ctx",
        __bindgen_anon_1.gCtx "gCtx",
    }
    type CUDA_EVENT_WAIT_NODE_PARAMS_st "struct CUDA_EVENT_WAIT_NODE_PARAMS_st" {
        event "event",
    }
    type CUDA_MEMCPY_BATCH_NODE_PARAMS_V1_st "struct CUDA_MEMCPY_BATCH_NODE_PARAMS_V1_st" {
        count "count",
        dsts "dsts",
        srcs "srcs",
        sizes "sizes",
        attrs "attrs",
        attrsIdxs "attrsIdxs",
        numAttrs "numAttrs",
        __bindgen_anon_1.ctx "ctx",
        __bindgen_anon_1.gCtx "gCtx",
    }
    type CUDA_FABRIC_CPY_BATCH_NODE_PARAMS_V1_st "struct CUDA_FABRIC_CPY_BATCH_NODE_PARAMS_V1_st" {
        numOps "numOps",
        opList "opList",
        flags "flags",
        __bindgen_anon_1.ctx "ctx",
        __bindgen_anon_1.gCtx "gCtx",
    }
    type CUgraphNodeParams_st "struct CUgraphNodeParams_st" {
        type_ "type",
        reserved0 "reserved0",
        __bindgen_anon_1.reserved1 "reserved1",
        __bindgen_anon_1.kernel "kernel",
        __bindgen_anon_1.memcpy "memcpy",
        __bindgen_anon_1.memset "memset",
        __bindgen_anon_1.host "host",
        __bindgen_anon_1.graph "graph",
        __bindgen_anon_1.eventWait "eventWait",
        __bindgen_anon_1.eventRecord "eventRecord",
        __bindgen_anon_1.extSemSignal "extSemSignal",
        __bindgen_anon_1.extSemWait "extSemWait",
        __bindgen_anon_1.alloc "alloc",
        __bindgen_anon_1.free "free",
        __bindgen_anon_1.memOp "memOp",
        __bindgen_anon_1.conditional "conditional",
        __bindgen_anon_1.memcpyBatch "memcpyBatch",
        __bindgen_anon_1.fabricCpyBatch "fabricCpyBatch",
        __bindgen_anon_1.asBytes "asBytes",
        reserved2 "reserved2",
    }
    type CUcheckpointCustomStoragePerDeviceData_st "struct CUcheckpointCustomStoragePerDeviceData_st" {
        devPtr "devPtr",
        size "size",
        stream "stream",
    }
    type CUcheckpointCustomStorageInfo_st "struct CUcheckpointCustomStorageInfo_st" {
        handle "handle",
        perDeviceData "perDeviceData",
        deviceCount "deviceCount",
    }
    type CUcheckpointLockArgs_st "struct CUcheckpointLockArgs_st" {
        timeoutMs "timeoutMs",
        reserved0 "reserved0",
        reserved1 "reserved1",
    }
    type CUcheckpointCheckpointArgs_st "struct CUcheckpointCheckpointArgs_st" {
        customStorageInfo_out "customStorageInfo_out",
        reserved "reserved",
    }
    type CUcheckpointGpuPair_st "struct CUcheckpointGpuPair_st" {
        oldUuid "oldUuid",
        newUuid "newUuid",
    }
    type CUcheckpointRestoreArgs_st "struct CUcheckpointRestoreArgs_st" {
        gpuPairs "gpuPairs",
        gpuPairsCount "gpuPairsCount",
        padding0 "padding0",
        customStorageInfo_out "customStorageInfo_out",
        reserved "reserved",
    }
    type CUcheckpointUnlockArgs_st "struct CUcheckpointUnlockArgs_st" {
        reserved "reserved",
    }
    type CUmemDecompressParams_st "struct CUmemDecompressParams_st" {
        srcNumBytes "srcNumBytes",
        dstNumBytes "dstNumBytes",
        dstActBytes "dstActBytes",
        src "src",
        dst "dst",
        algo "algo",
        padding "padding",
    }
    type CUcliqueInfo_st "struct CUcliqueInfo_st" {
        type_ "type",
        id "id",
    }
    type CUlogicalEndpointFabricHandle_st "struct CUlogicalEndpointFabricHandle_st" {
        data "data",
    }
    type CUlogicalEndpointProp_struct "struct CUlogicalEndpointProp_struct" {
        type_ "type",
        __bindgen_anon_1.unicast "unicast",
        __bindgen_anon_1.unicast.device "unicast.device",
        __bindgen_anon_1.multicast "multicast",
        __bindgen_anon_1.multicast.numDevices "multicast.numDevices",
        size "size",
        ipcHandleTypes "ipcHandleTypes",
        flags "flags",
    }
    type CUfabricCpyOperand_st "struct CUfabricCpyOperand_st" {
        type_ "type",
        op "op",
        op.ptr "op.ptr",
        op.ptr.ptr "op.ptr.ptr",
        op.ptr.locHint "op.ptr.locHint",
        op.le "op.le",
        op.le.id "op.le.id",
        op.le.offset "op.le.offset",
    }
    type CUDA_FABRIC_COPY_BATCH_OP_st "struct CUDA_FABRIC_COPY_BATCH_OP_st" {
        src "src",
        dst "dst",
        size "size",
        flags "flags",
    }
    type CUdevSmResource_st "struct CUdevSmResource_st" {
        smCount "smCount",
        minSmPartitionSize "minSmPartitionSize",
        smCoscheduledAlignment "smCoscheduledAlignment",
        flags "flags",
        localityDomainId "localityDomainId",
    }
    type CUdevWorkqueueConfigResource_st "struct CUdevWorkqueueConfigResource_st" {
        device "device",
        wqConcurrencyLimit "wqConcurrencyLimit",
        sharingScope "sharingScope",
    }
    type CUdevWorkqueueResource_st "struct CUdevWorkqueueResource_st" {
        reserved "reserved",
    }
    type CU_DEV_SM_RESOURCE_GROUP_PARAMS_st "struct CU_DEV_SM_RESOURCE_GROUP_PARAMS_st" {
        smCount "smCount",
        coscheduledSmCount "coscheduledSmCount",
        preferredCoscheduledSmCount "preferredCoscheduledSmCount",
        flags "flags",
        localityDomainId "localityDomainId",
        reserved "reserved",
    }
    type CUdevResource_st "struct CUdevResource_st" {
        type_ "type",
        _internal_padding "_internal_padding",
        __bindgen_anon_1.sm "sm",
        __bindgen_anon_1.wqConfig "wqConfig",
        __bindgen_anon_1.wq "wq",
        __bindgen_anon_1._oversize "_oversize",
        nextResource "nextResource",
    }
    type CUDA_MEMCPY2D_v1_st "struct CUDA_MEMCPY2D_v1_st" {
        srcXInBytes "srcXInBytes",
        srcY "srcY",
        srcMemoryType "srcMemoryType",
        srcHost "srcHost",
        srcDevice "srcDevice",
        srcArray "srcArray",
        srcPitch "srcPitch",
        dstXInBytes "dstXInBytes",
        dstY "dstY",
        dstMemoryType "dstMemoryType",
        dstHost "dstHost",
        dstDevice "dstDevice",
        dstArray "dstArray",
        dstPitch "dstPitch",
        WidthInBytes "WidthInBytes",
        Height "Height",
    }
    type CUDA_MEMCPY3D_v1_st "struct CUDA_MEMCPY3D_v1_st" {
        srcXInBytes "srcXInBytes",
        srcY "srcY",
        srcZ "srcZ",
        srcLOD "srcLOD",
        srcMemoryType "srcMemoryType",
        srcHost "srcHost",
        srcDevice "srcDevice",
        srcArray "srcArray",
        reserved0 "reserved0",
        srcPitch "srcPitch",
        srcHeight "srcHeight",
        dstXInBytes "dstXInBytes",
        dstY "dstY",
        dstZ "dstZ",
        dstLOD "dstLOD",
        dstMemoryType "dstMemoryType",
        dstHost "dstHost",
        dstDevice "dstDevice",
        dstArray "dstArray",
        reserved1 "reserved1",
        dstPitch "dstPitch",
        dstHeight "dstHeight",
        WidthInBytes "WidthInBytes",
        Height "Height",
        Depth "Depth",
    }
    type CUDA_ARRAY_DESCRIPTOR_v1_st "struct CUDA_ARRAY_DESCRIPTOR_v1_st" {
        Width "Width",
        Height "Height",
        Format "Format",
        NumChannels "NumChannels",
    }
    type CUDA_ARRAY3D_DESCRIPTOR_v1_st "struct CUDA_ARRAY3D_DESCRIPTOR_v1_st" {
        Width "Width",
        Height "Height",
        Depth "Depth",
        Format "Format",
        NumChannels "NumChannels",
        Flags "Flags",
    }
    enum CUipcMem_flags {
        CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS,
    }
    enum CUmemAttach_flags {
        CU_MEM_ATTACH_GLOBAL,
        CU_MEM_ATTACH_HOST,
        CU_MEM_ATTACH_SINGLE,
    }
    enum CUctx_flags {
        CU_CTX_SCHED_AUTO,
        CU_CTX_SCHED_SPIN,
        CU_CTX_SCHED_YIELD,
        CU_CTX_SCHED_BLOCKING_SYNC,
        CU_CTX_BLOCKING_SYNC,
        CU_CTX_SCHED_MASK,
        CU_CTX_MAP_HOST,
        CU_CTX_LMEM_RESIZE_TO_MAX,
        CU_CTX_COREDUMP_ENABLE,
        CU_CTX_USER_COREDUMP_ENABLE,
        CU_CTX_SYNC_MEMOPS,
        CU_CTX_FLAGS_MASK,
    }
    enum CUevent_sched_flags {
        CU_EVENT_SCHED_AUTO,
        CU_EVENT_SCHED_SPIN,
        CU_EVENT_SCHED_YIELD,
        CU_EVENT_SCHED_BLOCKING_SYNC,
    }
    enum CUhostTaskSyncMode {
        CU_HOST_TASK_BLOCKING,
        CU_HOST_TASK_SPINWAIT,
    }
    enum CUstream_flags {
        CU_STREAM_DEFAULT,
        CU_STREAM_NON_BLOCKING,
    }
    enum CUevent_flags {
        CU_EVENT_DEFAULT,
        CU_EVENT_BLOCKING_SYNC,
        CU_EVENT_DISABLE_TIMING,
        CU_EVENT_INTERPROCESS,
    }
    enum CUevent_record_flags {
        CU_EVENT_RECORD_DEFAULT,
        CU_EVENT_RECORD_EXTERNAL,
    }
    enum CUevent_wait_flags {
        CU_EVENT_WAIT_DEFAULT,
        CU_EVENT_WAIT_EXTERNAL,
    }
    enum CUatomicOperation {
        CU_ATOMIC_OPERATION_INTEGER_ADD,
        CU_ATOMIC_OPERATION_INTEGER_MIN,
        CU_ATOMIC_OPERATION_INTEGER_MAX,
        CU_ATOMIC_OPERATION_INTEGER_INCREMENT,
        CU_ATOMIC_OPERATION_INTEGER_DECREMENT,
        CU_ATOMIC_OPERATION_AND,
        CU_ATOMIC_OPERATION_OR,
        CU_ATOMIC_OPERATION_XOR,
        CU_ATOMIC_OPERATION_EXCHANGE,
        CU_ATOMIC_OPERATION_CAS,
        CU_ATOMIC_OPERATION_FLOAT_ADD,
        CU_ATOMIC_OPERATION_FLOAT_MIN,
        CU_ATOMIC_OPERATION_FLOAT_MAX,
        CU_ATOMIC_OPERATION_MAX,
    }
    enum CUatomicOperationCapability {
        CU_ATOMIC_CAPABILITY_SIGNED,
        CU_ATOMIC_CAPABILITY_UNSIGNED,
        CU_ATOMIC_CAPABILITY_REDUCTION,
        CU_ATOMIC_CAPABILITY_SCALAR_32,
        CU_ATOMIC_CAPABILITY_SCALAR_64,
        CU_ATOMIC_CAPABILITY_SCALAR_128,
        CU_ATOMIC_CAPABILITY_VECTOR_32x4,
    }
    enum CUstreamWaitValue_flags {
        CU_STREAM_WAIT_VALUE_GEQ,
        CU_STREAM_WAIT_VALUE_EQ,
        CU_STREAM_WAIT_VALUE_AND,
        CU_STREAM_WAIT_VALUE_NOR,
        CU_STREAM_WAIT_VALUE_FLUSH,
    }
    enum CUstreamWriteValue_flags {
        CU_STREAM_WRITE_VALUE_DEFAULT,
        CU_STREAM_WRITE_VALUE_NO_MEMORY_BARRIER,
    }
    enum CUstreamBatchMemOpType {
        CU_STREAM_MEM_OP_WAIT_VALUE_32,
        CU_STREAM_MEM_OP_WRITE_VALUE_32,
        CU_STREAM_MEM_OP_WAIT_VALUE_64,
        CU_STREAM_MEM_OP_WRITE_VALUE_64,
        CU_STREAM_MEM_OP_BARRIER,
        CU_STREAM_MEM_OP_ATOMIC_REDUCTION,
        CU_STREAM_MEM_OP_FLUSH_REMOTE_WRITES,
    }
    enum CUstreamMemoryBarrier_flags {
        CU_STREAM_MEMORY_BARRIER_TYPE_SYS,
        CU_STREAM_MEMORY_BARRIER_TYPE_GPU,
    }
    enum CUstreamAtomicReductionOpType {
        CU_STREAM_ATOMIC_REDUCTION_OP_OR,
        CU_STREAM_ATOMIC_REDUCTION_OP_AND,
        CU_STREAM_ATOMIC_REDUCTION_OP_ADD,
    }
    enum CUstreamAtomicReductionDataType {
        CU_STREAM_ATOMIC_REDUCTION_UNSIGNED_32,
        CU_STREAM_ATOMIC_REDUCTION_UNSIGNED_64,
    }
    enum CUoccupancy_flags {
        CU_OCCUPANCY_DEFAULT,
        CU_OCCUPANCY_DISABLE_CACHING_OVERRIDE,
    }
    enum CUstreamUpdateCaptureDependencies_flags {
        CU_STREAM_ADD_CAPTURE_DEPENDENCIES,
        CU_STREAM_SET_CAPTURE_DEPENDENCIES,
    }
    enum CUasyncNotificationType {
        CU_ASYNC_NOTIFICATION_TYPE_OVER_BUDGET,
    }
    enum CUarray_format {
        CU_AD_FORMAT_UNSIGNED_INT8,
        CU_AD_FORMAT_UNSIGNED_INT16,
        CU_AD_FORMAT_UNSIGNED_INT32,
        CU_AD_FORMAT_SIGNED_INT8,
        CU_AD_FORMAT_SIGNED_INT16,
        CU_AD_FORMAT_SIGNED_INT32,
        CU_AD_FORMAT_HALF,
        CU_AD_FORMAT_FLOAT,
        CU_AD_FORMAT_NV12,
        CU_AD_FORMAT_UNORM_INT8X1,
        CU_AD_FORMAT_UNORM_INT8X2,
        CU_AD_FORMAT_UNORM_INT8X4,
        CU_AD_FORMAT_UNORM_INT16X1,
        CU_AD_FORMAT_UNORM_INT16X2,
        CU_AD_FORMAT_UNORM_INT16X4,
        CU_AD_FORMAT_SNORM_INT8X1,
        CU_AD_FORMAT_SNORM_INT8X2,
        CU_AD_FORMAT_SNORM_INT8X4,
        CU_AD_FORMAT_SNORM_INT16X1,
        CU_AD_FORMAT_SNORM_INT16X2,
        CU_AD_FORMAT_SNORM_INT16X4,
        CU_AD_FORMAT_BC1_UNORM,
        CU_AD_FORMAT_BC1_UNORM_SRGB,
        CU_AD_FORMAT_BC2_UNORM,
        CU_AD_FORMAT_BC2_UNORM_SRGB,
        CU_AD_FORMAT_BC3_UNORM,
        CU_AD_FORMAT_BC3_UNORM_SRGB,
        CU_AD_FORMAT_BC4_UNORM,
        CU_AD_FORMAT_BC4_SNORM,
        CU_AD_FORMAT_BC5_UNORM,
        CU_AD_FORMAT_BC5_SNORM,
        CU_AD_FORMAT_BC6H_UF16,
        CU_AD_FORMAT_BC6H_SF16,
        CU_AD_FORMAT_BC7_UNORM,
        CU_AD_FORMAT_BC7_UNORM_SRGB,
        CU_AD_FORMAT_P010,
        CU_AD_FORMAT_P016,
        CU_AD_FORMAT_NV16,
        CU_AD_FORMAT_P210,
        CU_AD_FORMAT_P216,
        CU_AD_FORMAT_YUY2,
        CU_AD_FORMAT_Y210,
        CU_AD_FORMAT_Y216,
        CU_AD_FORMAT_AYUV,
        CU_AD_FORMAT_Y410,
        CU_AD_FORMAT_Y416,
        CU_AD_FORMAT_Y444_PLANAR8,
        CU_AD_FORMAT_Y444_PLANAR10,
        CU_AD_FORMAT_YUV444_8bit_SemiPlanar,
        CU_AD_FORMAT_YUV444_16bit_SemiPlanar,
        CU_AD_FORMAT_UNORM_INT_101010_2,
        CU_AD_FORMAT_UINT8_PACKED_422,
        CU_AD_FORMAT_UINT8_PACKED_444,
        CU_AD_FORMAT_UINT8_SEMIPLANAR_420,
        CU_AD_FORMAT_UINT16_SEMIPLANAR_420,
        CU_AD_FORMAT_UINT8_SEMIPLANAR_422,
        CU_AD_FORMAT_UINT16_SEMIPLANAR_422,
        CU_AD_FORMAT_UINT8_SEMIPLANAR_444,
        CU_AD_FORMAT_UINT16_SEMIPLANAR_444,
        CU_AD_FORMAT_UINT8_PLANAR_420,
        CU_AD_FORMAT_UINT16_PLANAR_420,
        CU_AD_FORMAT_UINT8_PLANAR_422,
        CU_AD_FORMAT_UINT16_PLANAR_422,
        CU_AD_FORMAT_UINT8_PLANAR_444,
        CU_AD_FORMAT_UINT16_PLANAR_444,
        CU_AD_FORMAT_MAX,
    }
    enum CUaddress_mode {
        CU_TR_ADDRESS_MODE_WRAP,
        CU_TR_ADDRESS_MODE_CLAMP,
        CU_TR_ADDRESS_MODE_MIRROR,
        CU_TR_ADDRESS_MODE_BORDER,
    }
    enum CUfilter_mode {
        CU_TR_FILTER_MODE_POINT,
        CU_TR_FILTER_MODE_LINEAR,
    }
    enum CUdevice_attribute {
        CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK,
        CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X,
        CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y,
        CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z,
        CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X,
        CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y,
        CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z,
        CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK,
        CU_DEVICE_ATTRIBUTE_SHARED_MEMORY_PER_BLOCK,
        CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY,
        CU_DEVICE_ATTRIBUTE_WARP_SIZE,
        CU_DEVICE_ATTRIBUTE_MAX_PITCH,
        CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK,
        CU_DEVICE_ATTRIBUTE_REGISTERS_PER_BLOCK,
        CU_DEVICE_ATTRIBUTE_CLOCK_RATE,
        CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT,
        CU_DEVICE_ATTRIBUTE_GPU_OVERLAP,
        CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT,
        CU_DEVICE_ATTRIBUTE_KERNEL_EXEC_TIMEOUT,
        CU_DEVICE_ATTRIBUTE_INTEGRATED,
        CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY,
        CU_DEVICE_ATTRIBUTE_COMPUTE_MODE,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_DEPTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LAYERED_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LAYERED_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LAYERED_LAYERS,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_ARRAY_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_ARRAY_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_ARRAY_NUMSLICES,
        CU_DEVICE_ATTRIBUTE_SURFACE_ALIGNMENT,
        CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS,
        CU_DEVICE_ATTRIBUTE_ECC_ENABLED,
        CU_DEVICE_ATTRIBUTE_PCI_BUS_ID,
        CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID,
        CU_DEVICE_ATTRIBUTE_TCC_DRIVER,
        CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE,
        CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH,
        CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE,
        CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR,
        CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT,
        CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LAYERED_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LAYERED_LAYERS,
        CU_DEVICE_ATTRIBUTE_CAN_TEX2D_GATHER,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_GATHER_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_GATHER_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_WIDTH_ALTERNATE,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_HEIGHT_ALTERNATE,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_DEPTH_ALTERNATE,
        CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID,
        CU_DEVICE_ATTRIBUTE_TEXTURE_PITCH_ALIGNMENT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURECUBEMAP_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURECUBEMAP_LAYERED_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURECUBEMAP_LAYERED_LAYERS,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE1D_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE2D_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE2D_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE3D_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE3D_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE3D_DEPTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE1D_LAYERED_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE1D_LAYERED_LAYERS,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE2D_LAYERED_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE2D_LAYERED_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE2D_LAYERED_LAYERS,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACECUBEMAP_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACECUBEMAP_LAYERED_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACECUBEMAP_LAYERED_LAYERS,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LINEAR_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_HEIGHT,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_PITCH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_MIPMAPPED_WIDTH,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_MIPMAPPED_HEIGHT,
        CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR,
        CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR,
        CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_MIPMAPPED_WIDTH,
        CU_DEVICE_ATTRIBUTE_STREAM_PRIORITIES_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_GLOBAL_L1_CACHE_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_LOCAL_L1_CACHE_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR,
        CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR,
        CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY,
        CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD,
        CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD_GROUP_ID,
        CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO,
        CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS,
        CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS,
        CU_DEVICE_ATTRIBUTE_COMPUTE_PREEMPTION_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM,
        CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_MEM_OPS_V1,
        CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS_V1,
        CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR_V1,
        CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH,
        CU_DEVICE_ATTRIBUTE_COOPERATIVE_MULTI_DEVICE_LAUNCH,
        CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN,
        CU_DEVICE_ATTRIBUTE_CAN_FLUSH_REMOTE_WRITES,
        CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS_USES_HOST_PAGE_TABLES,
        CU_DEVICE_ATTRIBUTE_DIRECT_MANAGED_MEM_ACCESS_FROM_HOST,
        CU_DEVICE_ATTRIBUTE_VIRTUAL_ADDRESS_MANAGEMENT_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_WIN32_HANDLE_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_WIN32_KMT_HANDLE_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR,
        CU_DEVICE_ATTRIBUTE_GENERIC_COMPRESSION_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE,
        CU_DEVICE_ATTRIBUTE_MAX_ACCESS_POLICY_WINDOW_SIZE,
        CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK,
        CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_READ_ONLY_HOST_REGISTER_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_TIMELINE_SEMAPHORE_INTEROP_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_FLUSH_WRITES_OPTIONS,
        CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WRITES_ORDERING,
        CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES,
        CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH,
        CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS,
        CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR,
        CU_DEVICE_ATTRIBUTE_DMA_BUF_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_IPC_EVENT_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT,
        CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_FABRIC_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_UNIFIED_FUNCTION_POINTERS,
        CU_DEVICE_ATTRIBUTE_NUMA_CONFIG,
        CU_DEVICE_ATTRIBUTE_NUMA_ID,
        CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_MPS_ENABLED,
        CU_DEVICE_ATTRIBUTE_HOST_NUMA_ID,
        CU_DEVICE_ATTRIBUTE_D3D12_CIG_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_MEM_DECOMPRESS_ALGORITHM_MASK,
        CU_DEVICE_ATTRIBUTE_MEM_DECOMPRESS_MAXIMUM_LENGTH,
        CU_DEVICE_ATTRIBUTE_VULKAN_CIG_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_GPU_PCI_DEVICE_ID,
        CU_DEVICE_ATTRIBUTE_GPU_PCI_SUBSYSTEM_ID,
        CU_DEVICE_ATTRIBUTE_HOST_NUMA_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HOST_NUMA_MEMORY_POOLS_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HOST_NUMA_MULTINODE_IPC_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HOST_MEMORY_POOLS_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HOST_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_HOST_ALLOC_DMA_BUF_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_ONLY_PARTIAL_HOST_NATIVE_ATOMIC_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_ATOMIC_REDUCTION_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_LOCALITY_DOMAIN_COUNT,
        CU_DEVICE_ATTRIBUTE_MAX_OVERSIZED_SHARED_MEMORY_PER_BLOCK,
        CU_DEVICE_ATTRIBUTE_D3D12_CIG_STREAMS_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_DMA_BUF_MMAP_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_LOGICAL_ENDPOINT_UNICAST_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_LOGICAL_ENDPOINT_MULTICAST_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_LOGICAL_ENDPOINT_COUNTED_OPS_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_LOGICAL_ENDPOINT_UNICAST_ACCESS_ON_OWNER_DEVICE_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_LOCALITY_DOMAIN_MULTIPROCESSOR_COUNT,
        CU_DEVICE_ATTRIBUTE_LOGICAL_ENDPOINT_SUPPORTED_HANDLE_TYPES,
        CU_DEVICE_ATTRIBUTE_VULKAN_CIG_STREAMS_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_TENSOR_MAP_LARGE_TENSOR_MIN_SIZE,
        CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_LOCALIZED_MEMORY_SUPPORTED,
        CU_DEVICE_ATTRIBUTE_MAX,
    }
    enum CUpointer_attribute {
        CU_POINTER_ATTRIBUTE_CONTEXT,
        CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
        CU_POINTER_ATTRIBUTE_DEVICE_POINTER,
        CU_POINTER_ATTRIBUTE_HOST_POINTER,
        CU_POINTER_ATTRIBUTE_P2P_TOKENS,
        CU_POINTER_ATTRIBUTE_SYNC_MEMOPS,
        CU_POINTER_ATTRIBUTE_BUFFER_ID,
        CU_POINTER_ATTRIBUTE_IS_MANAGED,
        CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
        CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE,
        CU_POINTER_ATTRIBUTE_RANGE_START_ADDR,
        CU_POINTER_ATTRIBUTE_RANGE_SIZE,
        CU_POINTER_ATTRIBUTE_MAPPED,
        CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES,
        CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE,
        CU_POINTER_ATTRIBUTE_ACCESS_FLAGS,
        CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE,
        CU_POINTER_ATTRIBUTE_MAPPING_SIZE,
        CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR,
        CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID,
        CU_POINTER_ATTRIBUTE_IS_HW_DECOMPRESS_CAPABLE,
        CU_POINTER_ATTRIBUTE_LOCALITY_DOMAIN_ORDINAL,
    }
    enum CUfunction_attribute {
        CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK,
        CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES,
        CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES,
        CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES,
        CU_FUNC_ATTRIBUTE_NUM_REGS,
        CU_FUNC_ATTRIBUTE_PTX_VERSION,
        CU_FUNC_ATTRIBUTE_BINARY_VERSION,
        CU_FUNC_ATTRIBUTE_CACHE_MODE_CA,
        CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
        CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT,
        CU_FUNC_ATTRIBUTE_CLUSTER_SIZE_MUST_BE_SET,
        CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH,
        CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT,
        CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH,
        CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED,
        CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE,
        CU_FUNC_ATTRIBUTE_DEVICE_NODE_UPDATE_SUPPORTED,
        CU_FUNC_ATTRIBUTE_SHARED_MEMORY_MODE,
        CU_FUNC_ATTRIBUTE_MAX,
    }
    enum CUfunc_cache {
        CU_FUNC_CACHE_PREFER_NONE,
        CU_FUNC_CACHE_PREFER_SHARED,
        CU_FUNC_CACHE_PREFER_L1,
        CU_FUNC_CACHE_PREFER_EQUAL,
    }
    enum CUsharedconfig {
        CU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE,
        CU_SHARED_MEM_CONFIG_FOUR_BYTE_BANK_SIZE,
        CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE,
    }
    enum CUshared_carveout {
        CU_SHAREDMEM_CARVEOUT_DEFAULT,
        CU_SHAREDMEM_CARVEOUT_MAX_SHARED,
        CU_SHAREDMEM_CARVEOUT_MAX_L1,
    }
    enum CUmemorytype {
        CU_MEMORYTYPE_HOST,
        CU_MEMORYTYPE_DEVICE,
        CU_MEMORYTYPE_ARRAY,
        CU_MEMORYTYPE_UNIFIED,
    }
    enum CUcomputemode {
        CU_COMPUTEMODE_DEFAULT,
        CU_COMPUTEMODE_PROHIBITED,
        CU_COMPUTEMODE_EXCLUSIVE_PROCESS,
    }
    enum CUmem_advise {
        CU_MEM_ADVISE_SET_READ_MOSTLY,
        CU_MEM_ADVISE_UNSET_READ_MOSTLY,
        CU_MEM_ADVISE_SET_PREFERRED_LOCATION,
        CU_MEM_ADVISE_UNSET_PREFERRED_LOCATION,
        CU_MEM_ADVISE_SET_ACCESSED_BY,
        CU_MEM_ADVISE_UNSET_ACCESSED_BY,
    }
    enum CUmem_range_attribute {
        CU_MEM_RANGE_ATTRIBUTE_READ_MOSTLY,
        CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION,
        CU_MEM_RANGE_ATTRIBUTE_ACCESSED_BY,
        CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION,
        CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION_TYPE,
        CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION_ID,
        CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION_TYPE,
        CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION_ID,
    }
    enum CUjit_option {
        CU_JIT_MAX_REGISTERS,
        CU_JIT_THREADS_PER_BLOCK,
        CU_JIT_WALL_TIME,
        CU_JIT_INFO_LOG_BUFFER,
        CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES,
        CU_JIT_ERROR_LOG_BUFFER,
        CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
        CU_JIT_OPTIMIZATION_LEVEL,
        CU_JIT_TARGET_FROM_CUCONTEXT,
        CU_JIT_TARGET,
        CU_JIT_FALLBACK_STRATEGY,
        CU_JIT_GENERATE_DEBUG_INFO,
        CU_JIT_LOG_VERBOSE,
        CU_JIT_GENERATE_LINE_INFO,
        CU_JIT_CACHE_MODE,
        CU_JIT_NEW_SM3X_OPT,
        CU_JIT_FAST_COMPILE,
        CU_JIT_GLOBAL_SYMBOL_NAMES,
        CU_JIT_GLOBAL_SYMBOL_ADDRESSES,
        CU_JIT_GLOBAL_SYMBOL_COUNT,
        CU_JIT_LTO,
        CU_JIT_FTZ,
        CU_JIT_PREC_DIV,
        CU_JIT_PREC_SQRT,
        CU_JIT_FMA,
        CU_JIT_REFERENCED_KERNEL_NAMES,
        CU_JIT_REFERENCED_KERNEL_COUNT,
        CU_JIT_REFERENCED_VARIABLE_NAMES,
        CU_JIT_REFERENCED_VARIABLE_COUNT,
        CU_JIT_OPTIMIZE_UNUSED_DEVICE_VARIABLES,
        CU_JIT_POSITION_INDEPENDENT_CODE,
        CU_JIT_MIN_CTA_PER_SM,
        CU_JIT_MAX_THREADS_PER_BLOCK,
        CU_JIT_OVERRIDE_DIRECTIVE_VALUES,
        CU_JIT_SPLIT_COMPILE,
        CU_JIT_BINARY_LOADER_THREAD_COUNT,
        CU_JIT_NUM_OPTIONS,
    }
    enum CUjit_target {
        CU_TARGET_COMPUTE_30,
        CU_TARGET_COMPUTE_32,
        CU_TARGET_COMPUTE_35,
        CU_TARGET_COMPUTE_37,
        CU_TARGET_COMPUTE_50,
        CU_TARGET_COMPUTE_52,
        CU_TARGET_COMPUTE_53,
        CU_TARGET_COMPUTE_60,
        CU_TARGET_COMPUTE_61,
        CU_TARGET_COMPUTE_62,
        CU_TARGET_COMPUTE_70,
        CU_TARGET_COMPUTE_72,
        CU_TARGET_COMPUTE_75,
        CU_TARGET_COMPUTE_80,
        CU_TARGET_COMPUTE_86,
        CU_TARGET_COMPUTE_87,
        CU_TARGET_COMPUTE_89,
        CU_TARGET_COMPUTE_90,
        CU_TARGET_COMPUTE_100,
        CU_TARGET_COMPUTE_110,
        CU_TARGET_COMPUTE_103,
        CU_TARGET_COMPUTE_107,
        CU_TARGET_COMPUTE_120,
        CU_TARGET_COMPUTE_121,
        CU_TARGET_COMPUTE_90A,
        CU_TARGET_COMPUTE_100A,
        CU_TARGET_COMPUTE_110A,
        CU_TARGET_COMPUTE_103A,
        CU_TARGET_COMPUTE_107A,
        CU_TARGET_COMPUTE_120A,
        CU_TARGET_COMPUTE_121A,
        CU_TARGET_COMPUTE_100F,
        CU_TARGET_COMPUTE_110F,
        CU_TARGET_COMPUTE_103F,
        CU_TARGET_COMPUTE_107F,
        CU_TARGET_COMPUTE_120F,
        CU_TARGET_COMPUTE_121F,
    }
    enum CUjit_fallback {
        CU_PREFER_PTX,
        CU_PREFER_BINARY,
    }
    enum CUjit_cacheMode {
        CU_JIT_CACHE_OPTION_NONE,
        CU_JIT_CACHE_OPTION_CG,
        CU_JIT_CACHE_OPTION_CA,
    }
    enum CUjitInputType {
        CU_JIT_INPUT_CUBIN,
        CU_JIT_INPUT_PTX,
        CU_JIT_INPUT_FATBINARY,
        CU_JIT_INPUT_OBJECT,
        CU_JIT_INPUT_LIBRARY,
        CU_JIT_INPUT_NVVM,
        CU_JIT_NUM_INPUT_TYPES,
    }
    enum CUgraphicsRegisterFlags {
        CU_GRAPHICS_REGISTER_FLAGS_NONE,
        CU_GRAPHICS_REGISTER_FLAGS_READ_ONLY,
        CU_GRAPHICS_REGISTER_FLAGS_WRITE_DISCARD,
        CU_GRAPHICS_REGISTER_FLAGS_SURFACE_LDST,
        CU_GRAPHICS_REGISTER_FLAGS_TEXTURE_GATHER,
    }
    enum CUgraphicsMapResourceFlags {
        CU_GRAPHICS_MAP_RESOURCE_FLAGS_NONE,
        CU_GRAPHICS_MAP_RESOURCE_FLAGS_READ_ONLY,
        CU_GRAPHICS_MAP_RESOURCE_FLAGS_WRITE_DISCARD,
    }
    enum CUarray_cubemap_face {
        CU_CUBEMAP_FACE_POSITIVE_X,
        CU_CUBEMAP_FACE_NEGATIVE_X,
        CU_CUBEMAP_FACE_POSITIVE_Y,
        CU_CUBEMAP_FACE_NEGATIVE_Y,
        CU_CUBEMAP_FACE_POSITIVE_Z,
        CU_CUBEMAP_FACE_NEGATIVE_Z,
    }
    enum CUlimit {
        CU_LIMIT_STACK_SIZE,
        CU_LIMIT_PRINTF_FIFO_SIZE,
        CU_LIMIT_MALLOC_HEAP_SIZE,
        CU_LIMIT_DEV_RUNTIME_SYNC_DEPTH,
        CU_LIMIT_DEV_RUNTIME_PENDING_LAUNCH_COUNT,
        CU_LIMIT_MAX_L2_FETCH_GRANULARITY,
        CU_LIMIT_PERSISTING_L2_CACHE_SIZE,
        CU_LIMIT_SHMEM_SIZE,
        CU_LIMIT_CIG_ENABLED,
        CU_LIMIT_CIG_SHMEM_FALLBACK_ENABLED,
        CU_LIMIT_PER_BLOCK_MEMORY_SIZE,
        CU_LIMIT_MAX,
    }
    enum CUresourcetype {
        CU_RESOURCE_TYPE_ARRAY,
        CU_RESOURCE_TYPE_MIPMAPPED_ARRAY,
        CU_RESOURCE_TYPE_LINEAR,
        CU_RESOURCE_TYPE_PITCH2D,
    }
    enum CUaccessProperty {
        CU_ACCESS_PROPERTY_NORMAL,
        CU_ACCESS_PROPERTY_STREAMING,
        CU_ACCESS_PROPERTY_PERSISTING,
    }
    enum CUgraphConditionalNodeType {
        CU_GRAPH_COND_TYPE_IF,
        CU_GRAPH_COND_TYPE_WHILE,
        CU_GRAPH_COND_TYPE_SWITCH,
    }
    enum CUgraphNodeType {
        CU_GRAPH_NODE_TYPE_KERNEL,
        CU_GRAPH_NODE_TYPE_MEMCPY,
        CU_GRAPH_NODE_TYPE_MEMSET,
        CU_GRAPH_NODE_TYPE_HOST,
        CU_GRAPH_NODE_TYPE_GRAPH,
        CU_GRAPH_NODE_TYPE_EMPTY,
        CU_GRAPH_NODE_TYPE_WAIT_EVENT,
        CU_GRAPH_NODE_TYPE_EVENT_RECORD,
        CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL,
        CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT,
        CU_GRAPH_NODE_TYPE_MEM_ALLOC,
        CU_GRAPH_NODE_TYPE_MEM_FREE,
        CU_GRAPH_NODE_TYPE_BATCH_MEM_OP,
        CU_GRAPH_NODE_TYPE_CONDITIONAL,
        CU_GRAPH_NODE_TYPE_MEMCPY_BATCH,
        CU_GRAPH_NODE_TYPE_RESERVED_16,
        CU_GRAPH_NODE_TYPE_EXTERNAL_ENGINE,
        CU_GRAPH_NODE_TYPE_FABRIC_CPY_BATCH,
    }
    enum CUgraphDependencyType {
        CU_GRAPH_DEPENDENCY_TYPE_DEFAULT,
        CU_GRAPH_DEPENDENCY_TYPE_PROGRAMMATIC,
    }
    enum CUgraphInstantiateResult {
        CUDA_GRAPH_INSTANTIATE_SUCCESS,
        CUDA_GRAPH_INSTANTIATE_ERROR,
        CUDA_GRAPH_INSTANTIATE_INVALID_STRUCTURE,
        CUDA_GRAPH_INSTANTIATE_NODE_OPERATION_NOT_SUPPORTED,
        CUDA_GRAPH_INSTANTIATE_MULTIPLE_CTXS_NOT_SUPPORTED,
        CUDA_GRAPH_INSTANTIATE_CONDITIONAL_HANDLE_UNUSED,
    }
    enum CUsynchronizationPolicy {
        CU_SYNC_POLICY_AUTO,
        CU_SYNC_POLICY_SPIN,
        CU_SYNC_POLICY_YIELD,
        CU_SYNC_POLICY_BLOCKING_SYNC,
    }
    enum CUclusterSchedulingPolicy {
        CU_CLUSTER_SCHEDULING_POLICY_DEFAULT,
        CU_CLUSTER_SCHEDULING_POLICY_SPREAD,
        CU_CLUSTER_SCHEDULING_POLICY_LOAD_BALANCING,
        CU_CLUSTER_SCHEDULING_POLICY_RUBIN_DSMEM_LOCALITY,
    }
    enum CUlaunchMemSyncDomain {
        CU_LAUNCH_MEM_SYNC_DOMAIN_DEFAULT,
        CU_LAUNCH_MEM_SYNC_DOMAIN_REMOTE,
    }
    enum CUlaunchAttributePortableClusterMode {
        CU_LAUNCH_PORTABLE_CLUSTER_MODE_DEFAULT,
        CU_LAUNCH_PORTABLE_CLUSTER_MODE_REQUIRE_PORTABLE,
        CU_LAUNCH_PORTABLE_CLUSTER_MODE_ALLOW_NON_PORTABLE,
    }
    enum CUsharedMemoryMode {
        CU_SHARED_MEMORY_MODE_DEFAULT,
        CU_SHARED_MEMORY_MODE_REQUIRE_PORTABLE,
        CU_SHARED_MEMORY_MODE_ALLOW_NON_PORTABLE,
        CU_SHARED_MEMORY_MODE_ALLOW_OVERSIZED_SHARED_MEMORY,
        CU_SHARED_MEMORY_MODE_PREFER_OVERSIZED_SHARED_MEMORY,
    }
    enum CUlaunchAttributeID {
        CU_LAUNCH_ATTRIBUTE_IGNORE,
        CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW,
        CU_LAUNCH_ATTRIBUTE_COOPERATIVE,
        CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY,
        CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION,
        CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE,
        CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION,
        CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT,
        CU_LAUNCH_ATTRIBUTE_PRIORITY,
        CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP,
        CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN,
        CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION,
        CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT,
        CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE,
        CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT,
        CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING,
        CU_LAUNCH_ATTRIBUTE_PORTABLE_CLUSTER_SIZE_MODE,
        CU_LAUNCH_ATTRIBUTE_SHARED_MEMORY_MODE,
        CU_LAUNCH_ATTRIBUTE_MAX,
    }
    enum CUstreamCaptureStatus {
        CU_STREAM_CAPTURE_STATUS_NONE,
        CU_STREAM_CAPTURE_STATUS_ACTIVE,
        CU_STREAM_CAPTURE_STATUS_INVALIDATED,
    }
    enum CUstreamCaptureMode {
        CU_STREAM_CAPTURE_MODE_GLOBAL,
        CU_STREAM_CAPTURE_MODE_THREAD_LOCAL,
        CU_STREAM_CAPTURE_MODE_RELAXED,
    }
    enum CUdriverProcAddress_flags {
        CU_GET_PROC_ADDRESS_DEFAULT,
        CU_GET_PROC_ADDRESS_LEGACY_STREAM,
        CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM,
    }
    enum CUdriverProcAddressQueryResult {
        CU_GET_PROC_ADDRESS_SUCCESS,
        CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND,
        CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT,
    }
    enum CUexecAffinityType {
        CU_EXEC_AFFINITY_TYPE_SM_COUNT,
        CU_EXEC_AFFINITY_TYPE_MAX,
    }
    enum CUcigDataType {
        CIG_DATA_TYPE_D3D12_COMMAND_QUEUE,
        CIG_DATA_TYPE_NV_BLOB,
    }
    enum CUstreamCigDataType {
        STREAM_CIG_DATA_TYPE_D3D12_COMMAND_LIST,
        STREAM_CIG_DATA_TYPE_VULKAN_COMMAND_BUFFER_HANDLE_NV,
    }
    enum CUlibraryOption {
        CU_LIBRARY_HOST_UNIVERSAL_FUNCTION_AND_DATA_TABLE,
        CU_LIBRARY_BINARY_IS_PRESERVED,
        CU_LIBRARY_NUM_OPTIONS,
    }
    enum CUresult {
        CUDA_SUCCESS,
        CUDA_ERROR_INVALID_VALUE,
        CUDA_ERROR_OUT_OF_MEMORY,
        CUDA_ERROR_NOT_INITIALIZED,
        CUDA_ERROR_DEINITIALIZED,
        CUDA_ERROR_PROFILER_DISABLED,
        CUDA_ERROR_PROFILER_NOT_INITIALIZED,
        CUDA_ERROR_PROFILER_ALREADY_STARTED,
        CUDA_ERROR_PROFILER_ALREADY_STOPPED,
        CUDA_ERROR_STUB_LIBRARY,
        CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER,
        CUDA_ERROR_DEVICE_UNAVAILABLE,
        CUDA_ERROR_MULTICAST_RESOURCE_FULL,
        CUDA_ERROR_NO_DEVICE,
        CUDA_ERROR_INVALID_DEVICE,
        CUDA_ERROR_DEVICE_NOT_LICENSED,
        CUDA_ERROR_INVALID_IMAGE,
        CUDA_ERROR_INVALID_CONTEXT,
        CUDA_ERROR_CONTEXT_ALREADY_CURRENT,
        CUDA_ERROR_MAP_FAILED,
        CUDA_ERROR_UNMAP_FAILED,
        CUDA_ERROR_ARRAY_IS_MAPPED,
        CUDA_ERROR_ALREADY_MAPPED,
        CUDA_ERROR_NO_BINARY_FOR_GPU,
        CUDA_ERROR_ALREADY_ACQUIRED,
        CUDA_ERROR_NOT_MAPPED,
        CUDA_ERROR_NOT_MAPPED_AS_ARRAY,
        CUDA_ERROR_NOT_MAPPED_AS_POINTER,
        CUDA_ERROR_ECC_UNCORRECTABLE,
        CUDA_ERROR_UNSUPPORTED_LIMIT,
        CUDA_ERROR_CONTEXT_ALREADY_IN_USE,
        CUDA_ERROR_PEER_ACCESS_UNSUPPORTED,
        CUDA_ERROR_INVALID_PTX,
        CUDA_ERROR_INVALID_GRAPHICS_CONTEXT,
        CUDA_ERROR_NVLINK_UNCORRECTABLE,
        CUDA_ERROR_JIT_COMPILER_NOT_FOUND,
        CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
        CUDA_ERROR_JIT_COMPILATION_DISABLED,
        CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY,
        CUDA_ERROR_UNSUPPORTED_DEVSIDE_SYNC,
        CUDA_ERROR_CONTAINED,
        CUDA_ERROR_INSUFFICIENT_LOADER_VERSION,
        CUDA_ERROR_INVALID_SOURCE,
        CUDA_ERROR_FILE_NOT_FOUND,
        CUDA_ERROR_SHARED_OBJECT_SYMBOL_NOT_FOUND,
        CUDA_ERROR_SHARED_OBJECT_INIT_FAILED,
        CUDA_ERROR_OPERATING_SYSTEM,
        CUDA_ERROR_INVALID_HANDLE,
        CUDA_ERROR_ILLEGAL_STATE,
        CUDA_ERROR_LOSSY_QUERY,
        CUDA_ERROR_NOT_FOUND,
        CUDA_ERROR_NOT_READY,
        CUDA_ERROR_ILLEGAL_ADDRESS,
        CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
        CUDA_ERROR_LAUNCH_TIMEOUT,
        CUDA_ERROR_LAUNCH_INCOMPATIBLE_TEXTURING,
        CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED,
        CUDA_ERROR_PEER_ACCESS_NOT_ENABLED,
        CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE,
        CUDA_ERROR_CONTEXT_IS_DESTROYED,
        CUDA_ERROR_ASSERT,
        CUDA_ERROR_TOO_MANY_PEERS,
        CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED,
        CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED,
        CUDA_ERROR_HARDWARE_STACK_ERROR,
        CUDA_ERROR_ILLEGAL_INSTRUCTION,
        CUDA_ERROR_MISALIGNED_ADDRESS,
        CUDA_ERROR_INVALID_ADDRESS_SPACE,
        CUDA_ERROR_INVALID_PC,
        CUDA_ERROR_LAUNCH_FAILED,
        CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE,
        CUDA_ERROR_TENSOR_MEMORY_LEAK,
        CUDA_ERROR_NOT_PERMITTED,
        CUDA_ERROR_NOT_SUPPORTED,
        CUDA_ERROR_SYSTEM_NOT_READY,
        CUDA_ERROR_SYSTEM_DRIVER_MISMATCH,
        CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE,
        CUDA_ERROR_MPS_CONNECTION_FAILED,
        CUDA_ERROR_MPS_RPC_FAILURE,
        CUDA_ERROR_MPS_SERVER_NOT_READY,
        CUDA_ERROR_MPS_MAX_CLIENTS_REACHED,
        CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED,
        CUDA_ERROR_MPS_CLIENT_TERMINATED,
        CUDA_ERROR_CDP_NOT_SUPPORTED,
        CUDA_ERROR_CDP_VERSION_MISMATCH,
        CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
        CUDA_ERROR_STREAM_CAPTURE_INVALIDATED,
        CUDA_ERROR_STREAM_CAPTURE_MERGE,
        CUDA_ERROR_STREAM_CAPTURE_UNMATCHED,
        CUDA_ERROR_STREAM_CAPTURE_UNJOINED,
        CUDA_ERROR_STREAM_CAPTURE_ISOLATION,
        CUDA_ERROR_STREAM_CAPTURE_IMPLICIT,
        CUDA_ERROR_CAPTURED_EVENT,
        CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD,
        CUDA_ERROR_TIMEOUT,
        CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE,
        CUDA_ERROR_EXTERNAL_DEVICE,
        CUDA_ERROR_INVALID_CLUSTER_SIZE,
        CUDA_ERROR_FUNCTION_NOT_LOADED,
        CUDA_ERROR_INVALID_RESOURCE_TYPE,
        CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION,
        CUDA_ERROR_KEY_ROTATION,
        CUDA_ERROR_STREAM_DETACHED,
        CUDA_ERROR_GRAPH_RECAPTURE_FAILURE,
        CUDA_ERROR_FABRIC_NOT_READY,
        CUDA_ERROR_UNKNOWN,
    }
    enum CUdevice_P2PAttribute {
        CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK,
        CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED,
        CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED,
        CU_DEVICE_P2P_ATTRIBUTE_ACCESS_ACCESS_SUPPORTED,
        CU_DEVICE_P2P_ATTRIBUTE_CUDA_ARRAY_ACCESS_SUPPORTED,
        CU_DEVICE_P2P_ATTRIBUTE_ONLY_PARTIAL_NATIVE_ATOMIC_SUPPORTED,
    }
    enum CUresourceViewFormat {
        CU_RES_VIEW_FORMAT_NONE,
        CU_RES_VIEW_FORMAT_UINT_1X8,
        CU_RES_VIEW_FORMAT_UINT_2X8,
        CU_RES_VIEW_FORMAT_UINT_4X8,
        CU_RES_VIEW_FORMAT_SINT_1X8,
        CU_RES_VIEW_FORMAT_SINT_2X8,
        CU_RES_VIEW_FORMAT_SINT_4X8,
        CU_RES_VIEW_FORMAT_UINT_1X16,
        CU_RES_VIEW_FORMAT_UINT_2X16,
        CU_RES_VIEW_FORMAT_UINT_4X16,
        CU_RES_VIEW_FORMAT_SINT_1X16,
        CU_RES_VIEW_FORMAT_SINT_2X16,
        CU_RES_VIEW_FORMAT_SINT_4X16,
        CU_RES_VIEW_FORMAT_UINT_1X32,
        CU_RES_VIEW_FORMAT_UINT_2X32,
        CU_RES_VIEW_FORMAT_UINT_4X32,
        CU_RES_VIEW_FORMAT_SINT_1X32,
        CU_RES_VIEW_FORMAT_SINT_2X32,
        CU_RES_VIEW_FORMAT_SINT_4X32,
        CU_RES_VIEW_FORMAT_FLOAT_1X16,
        CU_RES_VIEW_FORMAT_FLOAT_2X16,
        CU_RES_VIEW_FORMAT_FLOAT_4X16,
        CU_RES_VIEW_FORMAT_FLOAT_1X32,
        CU_RES_VIEW_FORMAT_FLOAT_2X32,
        CU_RES_VIEW_FORMAT_FLOAT_4X32,
        CU_RES_VIEW_FORMAT_UNSIGNED_BC1,
        CU_RES_VIEW_FORMAT_UNSIGNED_BC2,
        CU_RES_VIEW_FORMAT_UNSIGNED_BC3,
        CU_RES_VIEW_FORMAT_UNSIGNED_BC4,
        CU_RES_VIEW_FORMAT_SIGNED_BC4,
        CU_RES_VIEW_FORMAT_UNSIGNED_BC5,
        CU_RES_VIEW_FORMAT_SIGNED_BC5,
        CU_RES_VIEW_FORMAT_UNSIGNED_BC6H,
        CU_RES_VIEW_FORMAT_SIGNED_BC6H,
        CU_RES_VIEW_FORMAT_UNSIGNED_BC7,
    }
    enum CUtensorMapDataType {
        CU_TENSOR_MAP_DATA_TYPE_UINT8,
        CU_TENSOR_MAP_DATA_TYPE_UINT16,
        CU_TENSOR_MAP_DATA_TYPE_UINT32,
        CU_TENSOR_MAP_DATA_TYPE_INT32,
        CU_TENSOR_MAP_DATA_TYPE_UINT64,
        CU_TENSOR_MAP_DATA_TYPE_INT64,
        CU_TENSOR_MAP_DATA_TYPE_FLOAT16,
        CU_TENSOR_MAP_DATA_TYPE_FLOAT32,
        CU_TENSOR_MAP_DATA_TYPE_FLOAT64,
        CU_TENSOR_MAP_DATA_TYPE_BFLOAT16,
        CU_TENSOR_MAP_DATA_TYPE_FLOAT32_FTZ,
        CU_TENSOR_MAP_DATA_TYPE_TFLOAT32,
        CU_TENSOR_MAP_DATA_TYPE_TFLOAT32_FTZ,
        CU_TENSOR_MAP_DATA_TYPE_16U4_ALIGN8B,
        CU_TENSOR_MAP_DATA_TYPE_16U4_ALIGN16B,
        CU_TENSOR_MAP_DATA_TYPE_16U6_ALIGN16B,
    }
    enum CUtensorMapInterleave {
        CU_TENSOR_MAP_INTERLEAVE_NONE,
        CU_TENSOR_MAP_INTERLEAVE_16B,
        CU_TENSOR_MAP_INTERLEAVE_32B,
    }
    enum CUtensorMapSwizzle {
        CU_TENSOR_MAP_SWIZZLE_NONE,
        CU_TENSOR_MAP_SWIZZLE_32B,
        CU_TENSOR_MAP_SWIZZLE_64B,
        CU_TENSOR_MAP_SWIZZLE_128B,
        CU_TENSOR_MAP_SWIZZLE_128B_ATOM_32B,
        CU_TENSOR_MAP_SWIZZLE_128B_ATOM_32B_FLIP_8B,
        CU_TENSOR_MAP_SWIZZLE_128B_ATOM_64B,
    }
    enum CUtensorMapL2promotion {
        CU_TENSOR_MAP_L2_PROMOTION_NONE,
        CU_TENSOR_MAP_L2_PROMOTION_L2_64B,
        CU_TENSOR_MAP_L2_PROMOTION_L2_128B,
        CU_TENSOR_MAP_L2_PROMOTION_L2_256B,
    }
    enum CUtensorMapFloatOOBfill {
        CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE,
        CU_TENSOR_MAP_FLOAT_OOB_FILL_NAN_REQUEST_ZERO_FMA,
    }
    enum CUtensorMapIm2ColWideMode {
        CU_TENSOR_MAP_IM2COL_WIDE_MODE_W,
        CU_TENSOR_MAP_IM2COL_WIDE_MODE_W128,
    }
    enum CUtensorMapAllocClass {
        CU_TENSOR_MAP_ALLOC_CLASS_AUTO,
        CU_TENSOR_MAP_ALLOC_CLASS_SMALL,
        CU_TENSOR_MAP_ALLOC_CLASS_LARGE,
    }
    enum CUDA_POINTER_ATTRIBUTE_ACCESS_FLAGS {
        CU_POINTER_ATTRIBUTE_ACCESS_FLAG_NONE,
        CU_POINTER_ATTRIBUTE_ACCESS_FLAG_READ,
        CU_POINTER_ATTRIBUTE_ACCESS_FLAG_READWRITE,
    }
    enum CUexternalMemoryHandleType {
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD,
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_WIN32,
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_WIN32_KMT,
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_D3D12_HEAP,
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_D3D12_RESOURCE,
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_D3D11_RESOURCE,
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_D3D11_RESOURCE_KMT,
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_NVSCIBUF,
        CU_EXTERNAL_MEMORY_HANDLE_TYPE_DMABUF_FD,
    }
    enum CUexternalSemaphoreHandleType {
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_WIN32,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_WIN32_KMT,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_D3D12_FENCE,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_D3D11_FENCE,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_NVSCISYNC,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_D3D11_KEYED_MUTEX,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_D3D11_KEYED_MUTEX_KMT,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_FD,
        CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_WIN32,
    }
    enum CUmemAllocationHandleType {
        CU_MEM_HANDLE_TYPE_NONE,
        CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
        CU_MEM_HANDLE_TYPE_WIN32,
        CU_MEM_HANDLE_TYPE_WIN32_KMT,
        CU_MEM_HANDLE_TYPE_FABRIC,
        CU_MEM_HANDLE_TYPE_MAX,
    }
    enum CUmemAccess_flags {
        CU_MEM_ACCESS_FLAGS_PROT_NONE,
        CU_MEM_ACCESS_FLAGS_PROT_READ,
        CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
        CU_MEM_ACCESS_FLAGS_PROT_MAX,
    }
    enum CUmemLocationType {
        CU_MEM_LOCATION_TYPE_INVALID,
        CU_MEM_LOCATION_TYPE_NONE,
        CU_MEM_LOCATION_TYPE_DEVICE,
        CU_MEM_LOCATION_TYPE_HOST,
        CU_MEM_LOCATION_TYPE_HOST_NUMA,
        CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT,
        CU_MEM_LOCATION_TYPE_INVISIBLE,
        CU_MEM_LOCATION_TYPE_DEVICE_LOCALITY_DOMAIN,
        CU_MEM_LOCATION_TYPE_MAX,
    }
    enum CUmemAllocationType {
        CU_MEM_ALLOCATION_TYPE_INVALID,
        CU_MEM_ALLOCATION_TYPE_PINNED,
        CU_MEM_ALLOCATION_TYPE_MANAGED,
        CU_MEM_ALLOCATION_TYPE_MAX,
    }
    enum CUmemAllocationGranularity_flags {
        CU_MEM_ALLOC_GRANULARITY_MINIMUM,
        CU_MEM_ALLOC_GRANULARITY_RECOMMENDED,
    }
    enum CUmemRangeHandleType {
        CU_MEM_RANGE_HANDLE_TYPE_DMA_BUF_FD,
        CU_MEM_RANGE_HANDLE_TYPE_MAX,
    }
    enum CUmemRangeFlags {
        CU_MEM_RANGE_FLAG_DMA_BUF_MAPPING_TYPE_PCIE,
    }
    enum CUarraySparseSubresourceType {
        CU_ARRAY_SPARSE_SUBRESOURCE_TYPE_SPARSE_LEVEL,
        CU_ARRAY_SPARSE_SUBRESOURCE_TYPE_MIPTAIL,
    }
    enum CUmemOperationType {
        CU_MEM_OPERATION_TYPE_MAP,
        CU_MEM_OPERATION_TYPE_UNMAP,
    }
    enum CUmemHandleType {
        CU_MEM_HANDLE_TYPE_GENERIC,
    }
    enum CUmemAllocationCompType {
        CU_MEM_ALLOCATION_COMP_NONE,
        CU_MEM_ALLOCATION_COMP_GENERIC,
    }
    enum CUmulticastGranularity_flags {
        CU_MULTICAST_GRANULARITY_MINIMUM,
        CU_MULTICAST_GRANULARITY_RECOMMENDED,
    }
    enum CUgraphExecUpdateResult {
        CU_GRAPH_EXEC_UPDATE_SUCCESS,
        CU_GRAPH_EXEC_UPDATE_ERROR,
        CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED,
        CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED,
        CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED,
        CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED,
        CU_GRAPH_EXEC_UPDATE_ERROR_NOT_SUPPORTED,
        CU_GRAPH_EXEC_UPDATE_ERROR_UNSUPPORTED_FUNCTION_CHANGE,
        CU_GRAPH_EXEC_UPDATE_ERROR_ATTRIBUTES_CHANGED,
    }
    enum CUmemPool_attribute {
        CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES,
        CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC,
        CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES,
        CU_MEMPOOL_ATTR_RELEASE_THRESHOLD,
        CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT,
        CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH,
        CU_MEMPOOL_ATTR_USED_MEM_CURRENT,
        CU_MEMPOOL_ATTR_USED_MEM_HIGH,
        CU_MEMPOOL_ATTR_ALLOCATION_TYPE,
        CU_MEMPOOL_ATTR_EXPORT_HANDLE_TYPES,
        CU_MEMPOOL_ATTR_LOCATION_ID,
        CU_MEMPOOL_ATTR_LOCATION_TYPE,
        CU_MEMPOOL_ATTR_MAX_POOL_SIZE,
        CU_MEMPOOL_ATTR_HW_DECOMPRESS_ENABLED,
        CU_MEMPOOL_ATTR_LOCALITY_DOMAIN_ID,
    }
    enum CUmemcpyFlags {
        CU_MEMCPY_FLAG_DEFAULT,
        CU_MEMCPY_FLAG_PREFER_OVERLAP_WITH_COMPUTE,
    }
    enum CUmemcpySrcAccessOrder {
        CU_MEMCPY_SRC_ACCESS_ORDER_INVALID,
        CU_MEMCPY_SRC_ACCESS_ORDER_STREAM,
        CU_MEMCPY_SRC_ACCESS_ORDER_DURING_API_CALL,
        CU_MEMCPY_SRC_ACCESS_ORDER_ANY,
        CU_MEMCPY_SRC_ACCESS_ORDER_MAX,
    }
    enum CUmemcpy3DOperandType {
        CU_MEMCPY_OPERAND_TYPE_POINTER,
        CU_MEMCPY_OPERAND_TYPE_ARRAY,
        CU_MEMCPY_OPERAND_TYPE_MAX,
    }
    enum CUgraphMem_attribute {
        CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT,
        CU_GRAPH_MEM_ATTR_USED_MEM_HIGH,
        CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT,
        CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH,
    }
    enum CUgraphChildGraphNodeOwnership {
        CU_GRAPH_CHILD_GRAPH_OWNERSHIP_CLONE,
        CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE,
        CU_GRAPH_CHILD_GRAPH_OWNERSHIP_INVALID,
    }
    enum CUflushGPUDirectRDMAWritesOptions {
        CU_FLUSH_GPU_DIRECT_RDMA_WRITES_OPTION_HOST,
        CU_FLUSH_GPU_DIRECT_RDMA_WRITES_OPTION_MEMOPS,
    }
    enum CUGPUDirectRDMAWritesOrdering {
        CU_GPU_DIRECT_RDMA_WRITES_ORDERING_NONE,
        CU_GPU_DIRECT_RDMA_WRITES_ORDERING_OWNER,
        CU_GPU_DIRECT_RDMA_WRITES_ORDERING_ALL_DEVICES,
    }
    enum CUflushGPUDirectRDMAWritesScope {
        CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TO_OWNER,
        CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TO_ALL_DEVICES,
    }
    enum CUflushGPUDirectRDMAWritesTarget {
        CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TARGET_CURRENT_CTX,
    }
    enum CUgraphDebugDot_flags {
        CU_GRAPH_DEBUG_DOT_FLAGS_VERBOSE,
        CU_GRAPH_DEBUG_DOT_FLAGS_RUNTIME_TYPES,
        CU_GRAPH_DEBUG_DOT_FLAGS_KERNEL_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_MEMCPY_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_MEMSET_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_HOST_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_EVENT_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_EXT_SEMAS_SIGNAL_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_EXT_SEMAS_WAIT_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_KERNEL_NODE_ATTRIBUTES,
        CU_GRAPH_DEBUG_DOT_FLAGS_HANDLES,
        CU_GRAPH_DEBUG_DOT_FLAGS_MEM_ALLOC_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_MEM_FREE_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_BATCH_MEM_OP_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_EXTRA_TOPO_INFO,
        CU_GRAPH_DEBUG_DOT_FLAGS_CONDITIONAL_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_MEMCPY_BATCH_NODE_PARAMS,
        CU_GRAPH_DEBUG_DOT_FLAGS_FABRIC_CPY_BATCH_NODE_PARAMS,
    }
    enum CUuserObject_flags {
        CU_USER_OBJECT_NO_DESTRUCTOR_SYNC,
    }
    enum CUuserObjectRetain_flags {
        CU_GRAPH_USER_OBJECT_MOVE,
    }
    enum CUgraphInstantiate_flags {
        CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH,
        CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD,
        CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH,
        CUDA_GRAPH_INSTANTIATE_FLAG_USE_NODE_PRIORITY,
    }
    enum CUdeviceNumaConfig {
        CU_DEVICE_NUMA_CONFIG_NONE,
        CU_DEVICE_NUMA_CONFIG_NUMA_NODE,
    }
    enum CUprocessState {
        CU_PROCESS_STATE_RUNNING,
        CU_PROCESS_STATE_LOCKED,
        CU_PROCESS_STATE_CHECKPOINTED,
        CU_PROCESS_STATE_FAILED,
        CU_PROCESS_STATE_CHECKPOINTING,
        CU_PROCESS_STATE_RESTORING,
    }
    enum CUmoduleLoadingMode {
        CU_MODULE_EAGER_LOADING,
        CU_MODULE_LAZY_LOADING,
    }
    enum CUmemDecompressAlgorithm {
        CU_MEM_DECOMPRESS_UNSUPPORTED,
        CU_MEM_DECOMPRESS_ALGORITHM_DEFLATE,
        CU_MEM_DECOMPRESS_ALGORITHM_SNAPPY,
        CU_MEM_DECOMPRESS_ALGORITHM_LZ4,
    }
    enum CUcliqueType {
        CU_CLIQUE_TYPE_UNICAST_POINTER,
        CU_CLIQUE_TYPE_MULTICAST_POINTER,
        CU_CLIQUE_TYPE_UNICAST_LOGICAL_ENDPOINT,
        CU_CLIQUE_TYPE_MULTICAST_LOGICAL_ENDPOINT,
    }
    enum CUlogicalEndpointIpcHandleType {
        CU_LOGICAL_ENDPOINT_IPC_HANDLE_TYPE_NONE,
        CU_LOGICAL_ENDPOINT_IPC_HANDLE_TYPE_FABRIC,
    }
    enum CUlogicalEndpointType {
        CU_LOGICAL_ENDPOINT_TYPE_INVALID,
        CU_LOGICAL_ENDPOINT_TYPE_UNICAST,
        CU_LOGICAL_ENDPOINT_TYPE_MULTICAST,
    }
    enum CUlogicalEndpointFlag {
        CU_LOGICAL_ENDPOINT_FLAG_NONE,
        CU_LOGICAL_ENDPOINT_FLAG_COUNTED_OPS,
    }
    enum CUfabricCpyOperandType {
        CU_FABRIC_COPY_OPERAND_TYPE_POINTER,
        CU_FABRIC_COPY_OPERAND_TYPE_LOGICAL_ENDPOINT,
        CU_FABRIC_COPY_OPERAND_TYPE_MAX,
    }
    enum CUgraphRecaptureStatus {
        CU_GRAPH_RECAPTURE_ELIGIBLE_FOR_UPDATE,
        CU_GRAPH_RECAPTURE_INELIGIBLE_FOR_UPDATE,
        CU_GRAPH_RECAPTURE_ERROR,
    }
    enum CUfunctionLoadingState {
        CU_FUNCTION_LOADING_STATE_UNLOADED,
        CU_FUNCTION_LOADING_STATE_LOADED,
        CU_FUNCTION_LOADING_STATE_MAX,
    }
    enum CUcoredumpSettings {
        CU_COREDUMP_ENABLE_ON_EXCEPTION,
        CU_COREDUMP_TRIGGER_HOST,
        CU_COREDUMP_LIGHTWEIGHT,
        CU_COREDUMP_ENABLE_USER_TRIGGER,
        CU_COREDUMP_FILE,
        CU_COREDUMP_PIPE,
        CU_COREDUMP_GENERATION_FLAGS,
        CU_COREDUMP_MAX,
    }
    enum CUCoredumpGenerationFlags {
        CU_COREDUMP_DEFAULT_FLAGS,
        CU_COREDUMP_SKIP_NONRELOCATED_ELF_IMAGES,
        CU_COREDUMP_SKIP_GLOBAL_MEMORY,
        CU_COREDUMP_SKIP_SHARED_MEMORY,
        CU_COREDUMP_SKIP_LOCAL_MEMORY,
        CU_COREDUMP_SKIP_ABORT,
        CU_COREDUMP_SKIP_CONSTBANK_MEMORY,
        CU_COREDUMP_GZIP_COMPRESS,
        CU_COREDUMP_FAULTED_CONTEXTS_ONLY,
        CU_COREDUMP_SKIP_TENSOR_MEMORY,
        CU_COREDUMP_NO_ERRBAR_AT_EXIT,
        CU_COREDUMP_LOG_ONLY,
        CU_COREDUMP_LIGHTWEIGHT_FLAGS,
    }
    enum CUgreenCtxCreate_flags {
        CU_GREEN_CTX_NONE,
        CU_GREEN_CTX_DEFAULT_STREAM,
    }
    enum CUdevSmResourceGroup_flags {
        CU_DEV_SM_RESOURCE_GROUP_DEFAULT,
        CU_DEV_SM_RESOURCE_GROUP_BACKFILL,
        CU_DEV_SM_RESOURCE_GROUP_LOCALITY_DOMAIN_ID,
        CU_DEV_SM_RESOURCE_GROUP_LOCALITY_DOMAIN_SUPPLEMENTAL_SMS,
    }
    enum CUdevSmResourceSplitByCount_flags {
        CU_DEV_SM_RESOURCE_SPLIT_IGNORE_SM_COSCHEDULING,
        CU_DEV_SM_RESOURCE_SPLIT_MAX_POTENTIAL_CLUSTER_SIZE,
    }
    enum CUdevResourceType {
        CU_DEV_RESOURCE_TYPE_INVALID,
        CU_DEV_RESOURCE_TYPE_SM,
        CU_DEV_RESOURCE_TYPE_WORKQUEUE_CONFIG,
        CU_DEV_RESOURCE_TYPE_WORKQUEUE,
    }
    enum CUdevWorkqueueConfigScope {
        CU_WORKQUEUE_SCOPE_DEVICE_CTX,
        CU_WORKQUEUE_SCOPE_GREEN_CTX_BALANCED,
    }
    enum CUlogLevel {
        CU_LOG_LEVEL_ERROR,
        CU_LOG_LEVEL_WARNING,
    }
    constant CUDA_VERSION
    constant CU_IPC_HANDLE_SIZE
    constant CU_COMPUTE_ACCELERATED_TARGET_BASE
    constant CU_COMPUTE_FAMILY_TARGET_BASE
    constant CU_GRAPH_COND_ASSIGN_DEFAULT
    constant CU_GRAPH_KERNEL_NODE_PORT_DEFAULT
    constant CU_GRAPH_KERNEL_NODE_PORT_PROGRAMMATIC
    constant CU_GRAPH_KERNEL_NODE_PORT_LAUNCH_ORDER
    constant CU_MEMHOSTALLOC_PORTABLE
    constant CU_MEMHOSTALLOC_DEVICEMAP
    constant CU_MEMHOSTALLOC_WRITECOMBINED
    constant CU_MEMHOSTREGISTER_PORTABLE
    constant CU_MEMHOSTREGISTER_DEVICEMAP
    constant CU_MEMHOSTREGISTER_IOMEMORY
    constant CU_MEMHOSTREGISTER_READ_ONLY
    constant CU_ARRAY_SPARSE_PROPERTIES_SINGLE_MIPTAIL
    constant CU_TENSOR_MAP_NUM_QWORDS
    constant CUDA_EXTERNAL_MEMORY_DEDICATED
    constant CUDA_EXTERNAL_SEMAPHORE_SIGNAL_SKIP_NVSCIBUF_MEMSYNC
    constant CUDA_EXTERNAL_SEMAPHORE_WAIT_SKIP_NVSCIBUF_MEMSYNC
    constant CUDA_NVSCISYNC_ATTR_SIGNAL
    constant CUDA_NVSCISYNC_ATTR_WAIT
    constant CU_MEM_CREATE_USAGE_TILE_POOL
    constant CU_MEM_CREATE_USAGE_HW_DECOMPRESS
    constant CU_MEM_CREATE_USAGE_GPU_DIRECT_RDMA_OVER_PCIE
    constant CU_MEM_POOL_CREATE_USAGE_HW_DECOMPRESS
    constant CUDA_COOPERATIVE_LAUNCH_MULTI_DEVICE_NO_PRE_LAUNCH_SYNC
    constant CUDA_COOPERATIVE_LAUNCH_MULTI_DEVICE_NO_POST_LAUNCH_SYNC
    constant CUDA_ARRAY3D_LAYERED
    constant CUDA_ARRAY3D_2DARRAY
    constant CUDA_ARRAY3D_SURFACE_LDST
    constant CUDA_ARRAY3D_CUBEMAP
    constant CUDA_ARRAY3D_TEXTURE_GATHER
    constant CUDA_ARRAY3D_DEPTH_TEXTURE
    constant CUDA_ARRAY3D_COLOR_ATTACHMENT
    constant CUDA_ARRAY3D_SPARSE
    constant CUDA_ARRAY3D_DEFERRED_MAPPING
    constant CUDA_ARRAY3D_VIDEO_ENCODE_DECODE
    constant CU_TRSA_OVERRIDE_FORMAT
    constant CU_TRSF_READ_AS_INTEGER
    constant CU_TRSF_NORMALIZED_COORDINATES
    constant CU_TRSF_SRGB
    constant CU_TRSF_DISABLE_TRILINEAR_OPTIMIZATION
    constant CU_TRSF_SEAMLESS_CUBEMAP
    constant CU_LAUNCH_KERNEL_REQUIRED_BLOCK_DIM
    constant CU_LAUNCH_PARAM_END_AS_INT
    constant CU_LAUNCH_PARAM_BUFFER_POINTER_AS_INT
    constant CU_LAUNCH_PARAM_BUFFER_SIZE_AS_INT
    constant CU_PARAM_TR_DEFAULT
    constant CU_DEV_SM_RESOURCE_GROUP_LOCALITY_DOMAIN_ID_ANY
}
