// Made by `cargo xtask bindings` from cublas_v2.h of cuBLAS 13.10. Do not edit.

abi! {
    newest "13.10"
    type float2 "struct float2" {
        x "x",
        y "y",
    }
    type double2 "struct double2" {
        x "x",
        y "y",
    }
    enum cudaDataType {
        CUDA_R_16F,
        CUDA_C_16F,
        CUDA_R_16BF,
        CUDA_C_16BF,
        CUDA_R_32F,
        CUDA_C_32F,
        CUDA_R_64F,
        CUDA_C_64F,
        CUDA_R_4I,
        CUDA_C_4I,
        CUDA_R_4U,
        CUDA_C_4U,
        CUDA_R_8I,
        CUDA_C_8I,
        CUDA_R_8U,
        CUDA_C_8U,
        CUDA_R_16I,
        CUDA_C_16I,
        CUDA_R_16U,
        CUDA_C_16U,
        CUDA_R_32I,
        CUDA_C_32I,
        CUDA_R_32U,
        CUDA_C_32U,
        CUDA_R_64I,
        CUDA_C_64I,
        CUDA_R_64U,
        CUDA_C_64U,
        CUDA_R_8F_E4M3,
        CUDA_R_8F_UE4M3,
        CUDA_R_8F_E5M2,
        CUDA_R_8F_UE8M0,
        CUDA_R_6F_E2M3,
        CUDA_R_6F_E3M2,
        CUDA_R_4F_E2M1,
        CUDA_R_8F_UE5M3,
    }
    enum cudaEmulationMantissaControl {
        CUDA_EMULATION_MANTISSA_CONTROL_DYNAMIC,
        CUDA_EMULATION_MANTISSA_CONTROL_FIXED,
    }
    enum cudaEmulationSpecialValuesSupport {
        CUDA_EMULATION_SPECIAL_VALUES_SUPPORT_DEFAULT,
        CUDA_EMULATION_SPECIAL_VALUES_SUPPORT_NONE,
        CUDA_EMULATION_SPECIAL_VALUES_SUPPORT_INFINITY,
        CUDA_EMULATION_SPECIAL_VALUES_SUPPORT_NAN,
    }
    enum libraryPropertyType {
        MAJOR_VERSION,
        MINOR_VERSION,
        PATCH_LEVEL,
    }
    enum cublasStatus_t {
        CUBLAS_STATUS_SUCCESS,
        CUBLAS_STATUS_NOT_INITIALIZED,
        CUBLAS_STATUS_ALLOC_FAILED,
        CUBLAS_STATUS_INVALID_VALUE,
        CUBLAS_STATUS_ARCH_MISMATCH,
        CUBLAS_STATUS_MAPPING_ERROR,
        CUBLAS_STATUS_EXECUTION_FAILED,
        CUBLAS_STATUS_INTERNAL_ERROR,
        CUBLAS_STATUS_NOT_SUPPORTED,
        CUBLAS_STATUS_LICENSE_ERROR,
    }
    enum cublasFillMode_t {
        CUBLAS_FILL_MODE_LOWER,
        CUBLAS_FILL_MODE_UPPER,
        CUBLAS_FILL_MODE_FULL,
    }
    enum cublasDiagType_t {
        CUBLAS_DIAG_NON_UNIT,
        CUBLAS_DIAG_UNIT,
    }
    enum cublasSideMode_t {
        CUBLAS_SIDE_LEFT,
        CUBLAS_SIDE_RIGHT,
    }
    enum cublasOperation_t {
        CUBLAS_OP_N,
        CUBLAS_OP_T,
        CUBLAS_OP_C,
        CUBLAS_OP_HERMITAN,
        CUBLAS_OP_CONJG,
    }
    enum cublasPointerMode_t {
        CUBLAS_POINTER_MODE_HOST,
        CUBLAS_POINTER_MODE_DEVICE,
    }
    enum cublasAtomicsMode_t {
        CUBLAS_ATOMICS_NOT_ALLOWED,
        CUBLAS_ATOMICS_ALLOWED,
    }
    enum cublasGemmAlgo_t {
        CUBLAS_GEMM_DFALT,
        CUBLAS_GEMM_DEFAULT,
        CUBLAS_GEMM_ALGO0,
        CUBLAS_GEMM_ALGO1,
        CUBLAS_GEMM_ALGO2,
        CUBLAS_GEMM_ALGO3,
        CUBLAS_GEMM_ALGO4,
        CUBLAS_GEMM_ALGO5,
        CUBLAS_GEMM_ALGO6,
        CUBLAS_GEMM_ALGO7,
        CUBLAS_GEMM_ALGO8,
        CUBLAS_GEMM_ALGO9,
        CUBLAS_GEMM_ALGO10,
        CUBLAS_GEMM_ALGO11,
        CUBLAS_GEMM_ALGO12,
        CUBLAS_GEMM_ALGO13,
        CUBLAS_GEMM_ALGO14,
        CUBLAS_GEMM_ALGO15,
        CUBLAS_GEMM_ALGO16,
        CUBLAS_GEMM_ALGO17,
        CUBLAS_GEMM_ALGO18,
        CUBLAS_GEMM_ALGO19,
        CUBLAS_GEMM_ALGO20,
        CUBLAS_GEMM_ALGO21,
        CUBLAS_GEMM_ALGO22,
        CUBLAS_GEMM_ALGO23,
        CUBLAS_GEMM_DEFAULT_TENSOR_OP,
        CUBLAS_GEMM_DFALT_TENSOR_OP,
        CUBLAS_GEMM_ALGO0_TENSOR_OP,
        CUBLAS_GEMM_ALGO1_TENSOR_OP,
        CUBLAS_GEMM_ALGO2_TENSOR_OP,
        CUBLAS_GEMM_ALGO3_TENSOR_OP,
        CUBLAS_GEMM_ALGO4_TENSOR_OP,
        CUBLAS_GEMM_ALGO5_TENSOR_OP,
        CUBLAS_GEMM_ALGO6_TENSOR_OP,
        CUBLAS_GEMM_ALGO7_TENSOR_OP,
        CUBLAS_GEMM_ALGO8_TENSOR_OP,
        CUBLAS_GEMM_ALGO9_TENSOR_OP,
        CUBLAS_GEMM_ALGO10_TENSOR_OP,
        CUBLAS_GEMM_ALGO11_TENSOR_OP,
        CUBLAS_GEMM_ALGO12_TENSOR_OP,
        CUBLAS_GEMM_ALGO13_TENSOR_OP,
        CUBLAS_GEMM_ALGO14_TENSOR_OP,
        CUBLAS_GEMM_ALGO15_TENSOR_OP,
        CUBLAS_GEMM_AUTOTUNE,
    }
    enum cublasMath_t {
        CUBLAS_DEFAULT_MATH,
        CUBLAS_TENSOR_OP_MATH,
        CUBLAS_PEDANTIC_MATH,
        CUBLAS_TF32_TENSOR_OP_MATH,
        CUBLAS_FP32_EMULATED_BF16X9_MATH,
        CUBLAS_FP64_EMULATED_FIXEDPOINT_MATH,
        CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION,
    }
    enum cublasComputeType_t {
        CUBLAS_COMPUTE_16F,
        CUBLAS_COMPUTE_16F_PEDANTIC,
        CUBLAS_COMPUTE_32F,
        CUBLAS_COMPUTE_32F_PEDANTIC,
        CUBLAS_COMPUTE_32F_FAST_16F,
        CUBLAS_COMPUTE_32F_FAST_16BF,
        CUBLAS_COMPUTE_32F_FAST_TF32,
        CUBLAS_COMPUTE_32F_EMULATED_16BFX9,
        CUBLAS_COMPUTE_64F,
        CUBLAS_COMPUTE_64F_PEDANTIC,
        CUBLAS_COMPUTE_64F_EMULATED_FIXEDPOINT,
        CUBLAS_COMPUTE_32I,
        CUBLAS_COMPUTE_32I_PEDANTIC,
    }
    enum cublasEmulationStrategy_t {
        CUBLAS_EMULATION_STRATEGY_DEFAULT,
        CUBLAS_EMULATION_STRATEGY_PERFORMANT,
        CUBLAS_EMULATION_STRATEGY_EAGER,
    }
    constant CUBLAS_VER_MAJOR
    constant CUBLAS_VER_MINOR
    constant CUBLAS_VER_PATCH
    constant CUBLAS_VER_BUILD
    constant CUBLAS_VERSION
}
