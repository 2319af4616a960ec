// Made by `cargo xtask bindings` from cublas_v2.h of cuBLAS 13.10. Do not edit.

/// Hands the list of cuBLAS's functions to another macro, as
/// [`for_each_driver_function!`](crate::for_each_driver_function) does; the types are those of [`cublas`](crate::cublas).
/// `since` is cuBLAS's own version.
#[macro_export]
macro_rules! for_each_cublas_function {
    ($($callback:ident)::+ $({ $($extra:tt)* })?) => { $($callback)::+! {
        $($($extra)*)?
        current {
            #[doc(alias = "cublasCreate")]
            fn cublasCreate_v2(handle: *mut cublasHandle_t) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasDestroy")]
            fn cublasDestroy_v2(handle: cublasHandle_t) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasGetVersion")]
            fn cublasGetVersion_v2(handle: cublasHandle_t, version: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasGetProperty(type_: libraryPropertyType, value: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasGetCudartVersion() -> usize; since 11.11;
            #[doc(alias = "cublasSetWorkspace")]
            fn cublasSetWorkspace_v2(handle: cublasHandle_t, workspace: *mut c_void, workspaceSizeInBytes: usize) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasSetStream")]
            fn cublasSetStream_v2(handle: cublasHandle_t, streamId: cudaStream_t) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasGetStream")]
            fn cublasGetStream_v2(handle: cublasHandle_t, streamId: *mut cudaStream_t) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasGetPointerMode")]
            fn cublasGetPointerMode_v2(handle: cublasHandle_t, mode: *mut cublasPointerMode_t) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasSetPointerMode")]
            fn cublasSetPointerMode_v2(handle: cublasHandle_t, mode: cublasPointerMode_t) -> cublasStatus_t; since 11.11;
            fn cublasGetAtomicsMode(handle: cublasHandle_t, mode: *mut cublasAtomicsMode_t) -> cublasStatus_t; since 11.11;
            fn cublasSetAtomicsMode(handle: cublasHandle_t, mode: cublasAtomicsMode_t) -> cublasStatus_t; since 11.11;
            fn cublasGetMathMode(handle: cublasHandle_t, mode: *mut cublasMath_t) -> cublasStatus_t; since 11.11;
            fn cublasSetMathMode(handle: cublasHandle_t, mode: cublasMath_t) -> cublasStatus_t; since 11.11;
            fn cublasGetSmCountTarget(handle: cublasHandle_t, smCountTarget: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasSetSmCountTarget(handle: cublasHandle_t, smCountTarget: c_int) -> cublasStatus_t; since 11.11;
            fn cublasGetEmulationStrategy(handle: cublasHandle_t, emulationStrategy: *mut cublasEmulationStrategy_t) -> cublasStatus_t; since 12.9;
            fn cublasSetEmulationStrategy(handle: cublasHandle_t, emulationStrategy: cublasEmulationStrategy_t) -> cublasStatus_t; since 12.9;
            fn cublasGetEmulationSpecialValuesSupport(handle: cublasHandle_t, mask: *mut cudaEmulationSpecialValuesSupport) -> cublasStatus_t; since 13.1;
            fn cublasSetEmulationSpecialValuesSupport(handle: cublasHandle_t, mask: cudaEmulationSpecialValuesSupport) -> cublasStatus_t; since 13.1;
            fn cublasGetFixedPointEmulationMantissaControl(handle: cublasHandle_t, mantissaControl: *mut cudaEmulationMantissaControl) -> cublasStatus_t; since 13.1;
            fn cublasSetFixedPointEmulationMantissaControl(handle: cublasHandle_t, mantissaControl: cudaEmulationMantissaControl) -> cublasStatus_t; since 13.1;
            fn cublasGetFixedPointEmulationMaxMantissaBitCount(handle: cublasHandle_t, maxMantissaBitCount: *mut c_int) -> cublasStatus_t; since 13.1;
            fn cublasSetFixedPointEmulationMaxMantissaBitCount(handle: cublasHandle_t, maxMantissaBitCount: c_int) -> cublasStatus_t; since 13.1;
            fn cublasGetFixedPointEmulationMantissaBitOffset(handle: cublasHandle_t, mantissaBitOffset: *mut c_int) -> cublasStatus_t; since 13.1;
            fn cublasSetFixedPointEmulationMantissaBitOffset(handle: cublasHandle_t, mantissaBitOffset: c_int) -> cublasStatus_t; since 13.1;
            fn cublasGetFixedPointEmulationMantissaBitCountPointer(handle: cublasHandle_t, mantissaBitCount: *mut *mut c_int) -> cublasStatus_t; since 13.1;
            fn cublasSetFixedPointEmulationMantissaBitCountPointer(handle: cublasHandle_t, mantissaBitCount: *mut c_int) -> cublasStatus_t; since 13.1;
            fn cublasGetStatusName(status: cublasStatus_t) -> *const c_char; since 11.11;
            fn cublasGetStatusString(status: cublasStatus_t) -> *const c_char; since 11.11;
            fn cublasLoggerConfigure(logIsOn: c_int, logToStdOut: c_int, logToStdErr: c_int, logFileName: *const c_char) -> cublasStatus_t; since 11.11;
            fn cublasSetLoggerCallback(userCallback: cublasLogCallback) -> cublasStatus_t; since 11.11;
            fn cublasGetLoggerCallback(userCallback: *mut cublasLogCallback) -> cublasStatus_t; since 11.11;
            fn cublasSetVector(n: c_int, elemSize: c_int, x: *const c_void, incx: c_int, devicePtr: *mut c_void, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSetVector_64(n: i64, elemSize: i64, x: *const c_void, incx: i64, devicePtr: *mut c_void, incy: i64) -> cublasStatus_t; since 12.0;
            fn cublasGetVector(n: c_int, elemSize: c_int, x: *const c_void, incx: c_int, y: *mut c_void, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasGetVector_64(n: i64, elemSize: i64, x: *const c_void, incx: i64, y: *mut c_void, incy: i64) -> cublasStatus_t; since 12.0;
            fn cublasSetMatrix(rows: c_int, cols: c_int, elemSize: c_int, A: *const c_void, lda: c_int, B: *mut c_void, ldb: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSetMatrix_64(rows: i64, cols: i64, elemSize: i64, A: *const c_void, lda: i64, B: *mut c_void, ldb: i64) -> cublasStatus_t; since 12.0;
            fn cublasGetMatrix(rows: c_int, cols: c_int, elemSize: c_int, A: *const c_void, lda: c_int, B: *mut c_void, ldb: c_int) -> cublasStatus_t; since 11.11;
            fn cublasGetMatrix_64(rows: i64, cols: i64, elemSize: i64, A: *const c_void, lda: i64, B: *mut c_void, ldb: i64) -> cublasStatus_t; since 12.0;
            fn cublasSetVectorAsync(n: c_int, elemSize: c_int, hostPtr: *const c_void, incx: c_int, devicePtr: *mut c_void, incy: c_int, stream: cudaStream_t) -> cublasStatus_t; since 11.11;
            fn cublasSetVectorAsync_64(n: i64, elemSize: i64, hostPtr: *const c_void, incx: i64, devicePtr: *mut c_void, incy: i64, stream: cudaStream_t) -> cublasStatus_t; since 12.0;
            fn cublasGetVectorAsync(n: c_int, elemSize: c_int, devicePtr: *const c_void, incx: c_int, hostPtr: *mut c_void, incy: c_int, stream: cudaStream_t) -> cublasStatus_t; since 11.11;
            fn cublasGetVectorAsync_64(n: i64, elemSize: i64, devicePtr: *const c_void, incx: i64, hostPtr: *mut c_void, incy: i64, stream: cudaStream_t) -> cublasStatus_t; since 12.0;
            fn cublasSetMatrixAsync(rows: c_int, cols: c_int, elemSize: c_int, A: *const c_void, lda: c_int, B: *mut c_void, ldb: c_int, stream: cudaStream_t) -> cublasStatus_t; since 11.11;
            fn cublasSetMatrixAsync_64(rows: i64, cols: i64, elemSize: i64, A: *const c_void, lda: i64, B: *mut c_void, ldb: i64, stream: cudaStream_t) -> cublasStatus_t; since 12.0;
            fn cublasGetMatrixAsync(rows: c_int, cols: c_int, elemSize: c_int, A: *const c_void, lda: c_int, B: *mut c_void, ldb: c_int, stream: cudaStream_t) -> cublasStatus_t; since 11.11;
            fn cublasGetMatrixAsync_64(rows: i64, cols: i64, elemSize: i64, A: *const c_void, lda: i64, B: *mut c_void, ldb: i64, stream: cudaStream_t) -> cublasStatus_t; since 12.0;
            fn cublasXerbla(srName: *const c_char, info: c_int) -> (); since 11.11;
            fn cublasNrm2Ex(handle: cublasHandle_t, n: c_int, x: *const c_void, xType: cudaDataType, incx: c_int, result: *mut c_void, resultType: cudaDataType, executionType: cudaDataType) -> cublasStatus_t; since 11.11;
            fn cublasNrm2Ex_64(handle: cublasHandle_t, n: i64, x: *const c_void, xType: cudaDataType, incx: i64, result: *mut c_void, resultType: cudaDataType, executionType: cudaDataType) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSnrm2")]
            fn cublasSnrm2_v2(handle: cublasHandle_t, n: c_int, x: *const f32, incx: c_int, result: *mut f32) -> cublasStatus_t; since 11.11;
            fn cublasSnrm2_v2_64(handle: cublasHandle_t, n: i64, x: *const f32, incx: i64, result: *mut f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDnrm2")]
            fn cublasDnrm2_v2(handle: cublasHandle_t, n: c_int, x: *const f64, incx: c_int, result: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasDnrm2_v2_64(handle: cublasHandle_t, n: i64, x: *const f64, incx: i64, result: *mut f64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasScnrm2")]
            fn cublasScnrm2_v2(handle: cublasHandle_t, n: c_int, x: *const cuComplex, incx: c_int, result: *mut f32) -> cublasStatus_t; since 11.11;
            fn cublasScnrm2_v2_64(handle: cublasHandle_t, n: i64, x: *const cuComplex, incx: i64, result: *mut f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDznrm2")]
            fn cublasDznrm2_v2(handle: cublasHandle_t, n: c_int, x: *const cuDoubleComplex, incx: c_int, result: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasDznrm2_v2_64(handle: cublasHandle_t, n: i64, x: *const cuDoubleComplex, incx: i64, result: *mut f64) -> cublasStatus_t; since 12.0;
            fn cublasDotEx(handle: cublasHandle_t, n: c_int, x: *const c_void, xType: cudaDataType, incx: c_int, y: *const c_void, yType: cudaDataType, incy: c_int, result: *mut c_void, resultType: cudaDataType, executionType: cudaDataType) -> cublasStatus_t; since 11.11;
            fn cublasDotEx_64(handle: cublasHandle_t, n: i64, x: *const c_void, xType: cudaDataType, incx: i64, y: *const c_void, yType: cudaDataType, incy: i64, result: *mut c_void, resultType: cudaDataType, executionType: cudaDataType) -> cublasStatus_t; since 12.0;
            fn cublasDotcEx(handle: cublasHandle_t, n: c_int, x: *const c_void, xType: cudaDataType, incx: c_int, y: *const c_void, yType: cudaDataType, incy: c_int, result: *mut c_void, resultType: cudaDataType, executionType: cudaDataType) -> cublasStatus_t; since 11.11;
            fn cublasDotcEx_64(handle: cublasHandle_t, n: i64, x: *const c_void, xType: cudaDataType, incx: i64, y: *const c_void, yType: cudaDataType, incy: i64, result: *mut c_void, resultType: cudaDataType, executionType: cudaDataType) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSdot")]
            fn cublasSdot_v2(handle: cublasHandle_t, n: c_int, x: *const f32, incx: c_int, y: *const f32, incy: c_int, result: *mut f32) -> cublasStatus_t; since 11.11;
            fn cublasSdot_v2_64(handle: cublasHandle_t, n: i64, x: *const f32, incx: i64, y: *const f32, incy: i64, result: *mut f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDdot")]
            fn cublasDdot_v2(handle: cublasHandle_t, n: c_int, x: *const f64, incx: c_int, y: *const f64, incy: c_int, result: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasDdot_v2_64(handle: cublasHandle_t, n: i64, x: *const f64, incx: i64, y: *const f64, incy: i64, result: *mut f64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCdotu")]
            fn cublasCdotu_v2(handle: cublasHandle_t, n: c_int, x: *const cuComplex, incx: c_int, y: *const cuComplex, incy: c_int, result: *mut cuComplex) -> cublasStatus_t; since 11.11;
            fn cublasCdotu_v2_64(handle: cublasHandle_t, n: i64, x: *const cuComplex, incx: i64, y: *const cuComplex, incy: i64, result: *mut cuComplex) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCdotc")]
            fn cublasCdotc_v2(handle: cublasHandle_t, n: c_int, x: *const cuComplex, incx: c_int, y: *const cuComplex, incy: c_int, result: *mut cuComplex) -> cublasStatus_t; since 11.11;
            fn cublasCdotc_v2_64(handle: cublasHandle_t, n: i64, x: *const cuComplex, incx: i64, y: *const cuComplex, incy: i64, result: *mut cuComplex) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZdotu")]
            fn cublasZdotu_v2(handle: cublasHandle_t, n: c_int, x: *const cuDoubleComplex, incx: c_int, y: *const cuDoubleComplex, incy: c_int, result: *mut cuDoubleComplex) -> cublasStatus_t; since 11.11;
            fn cublasZdotu_v2_64(handle: cublasHandle_t, n: i64, x: *const cuDoubleComplex, incx: i64, y: *const cuDoubleComplex, incy: i64, result: *mut cuDoubleComplex) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZdotc")]
            fn cublasZdotc_v2(handle: cublasHandle_t, n: c_int, x: *const cuDoubleComplex, incx: c_int, y: *const cuDoubleComplex, incy: c_int, result: *mut cuDoubleComplex) -> cublasStatus_t; since 11.11;
            fn cublasZdotc_v2_64(handle: cublasHandle_t, n: i64, x: *const cuDoubleComplex, incx: i64, y: *const cuDoubleComplex, incy: i64, result: *mut cuDoubleComplex) -> cublasStatus_t; since 12.0;
            fn cublasScalEx(handle: cublasHandle_t, n: c_int, alpha: *const c_void, alphaType: cudaDataType, x: *mut c_void, xType: cudaDataType, incx: c_int, executionType: cudaDataType) -> cublasStatus_t; since 11.11;
            fn cublasScalEx_64(handle: cublasHandle_t, n: i64, alpha: *const c_void, alphaType: cudaDataType, x: *mut c_void, xType: cudaDataType, incx: i64, executionType: cudaDataType) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSscal")]
            fn cublasSscal_v2(handle: cublasHandle_t, n: c_int, alpha: *const f32, x: *mut f32, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSscal_v2_64(handle: cublasHandle_t, n: i64, alpha: *const f32, x: *mut f32, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDscal")]
            fn cublasDscal_v2(handle: cublasHandle_t, n: c_int, alpha: *const f64, x: *mut f64, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDscal_v2_64(handle: cublasHandle_t, n: i64, alpha: *const f64, x: *mut f64, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCscal")]
            fn cublasCscal_v2(handle: cublasHandle_t, n: c_int, alpha: *const cuComplex, x: *mut cuComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCscal_v2_64(handle: cublasHandle_t, n: i64, alpha: *const cuComplex, x: *mut cuComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCsscal")]
            fn cublasCsscal_v2(handle: cublasHandle_t, n: c_int, alpha: *const f32, x: *mut cuComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsscal_v2_64(handle: cublasHandle_t, n: i64, alpha: *const f32, x: *mut cuComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZscal")]
            fn cublasZscal_v2(handle: cublasHandle_t, n: c_int, alpha: *const cuDoubleComplex, x: *mut cuDoubleComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZscal_v2_64(handle: cublasHandle_t, n: i64, alpha: *const cuDoubleComplex, x: *mut cuDoubleComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZdscal")]
            fn cublasZdscal_v2(handle: cublasHandle_t, n: c_int, alpha: *const f64, x: *mut cuDoubleComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZdscal_v2_64(handle: cublasHandle_t, n: i64, alpha: *const f64, x: *mut cuDoubleComplex, incx: i64) -> cublasStatus_t; since 12.0;
            fn cublasAxpyEx(handle: cublasHandle_t, n: c_int, alpha: *const c_void, alphaType: cudaDataType, x: *const c_void, xType: cudaDataType, incx: c_int, y: *mut c_void, yType: cudaDataType, incy: c_int, executiontype: cudaDataType) -> cublasStatus_t; since 11.11;
            fn cublasAxpyEx_64(handle: cublasHandle_t, n: i64, alpha: *const c_void, alphaType: cudaDataType, x: *const c_void, xType: cudaDataType, incx: i64, y: *mut c_void, yType: cudaDataType, incy: i64, executiontype: cudaDataType) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSaxpy")]
            fn cublasSaxpy_v2(handle: cublasHandle_t, n: c_int, alpha: *const f32, x: *const f32, incx: c_int, y: *mut f32, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSaxpy_v2_64(handle: cublasHandle_t, n: i64, alpha: *const f32, x: *const f32, incx: i64, y: *mut f32, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDaxpy")]
            fn cublasDaxpy_v2(handle: cublasHandle_t, n: c_int, alpha: *const f64, x: *const f64, incx: c_int, y: *mut f64, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDaxpy_v2_64(handle: cublasHandle_t, n: i64, alpha: *const f64, x: *const f64, incx: i64, y: *mut f64, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCaxpy")]
            fn cublasCaxpy_v2(handle: cublasHandle_t, n: c_int, alpha: *const cuComplex, x: *const cuComplex, incx: c_int, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCaxpy_v2_64(handle: cublasHandle_t, n: i64, alpha: *const cuComplex, x: *const cuComplex, incx: i64, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZaxpy")]
            fn cublasZaxpy_v2(handle: cublasHandle_t, n: c_int, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: c_int, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZaxpy_v2_64(handle: cublasHandle_t, n: i64, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: i64, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            fn cublasCopyEx(handle: cublasHandle_t, n: c_int, x: *const c_void, xType: cudaDataType, incx: c_int, y: *mut c_void, yType: cudaDataType, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCopyEx_64(handle: cublasHandle_t, n: i64, x: *const c_void, xType: cudaDataType, incx: i64, y: *mut c_void, yType: cudaDataType, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasScopy")]
            fn cublasScopy_v2(handle: cublasHandle_t, n: c_int, x: *const f32, incx: c_int, y: *mut f32, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasScopy_v2_64(handle: cublasHandle_t, n: i64, x: *const f32, incx: i64, y: *mut f32, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDcopy")]
            fn cublasDcopy_v2(handle: cublasHandle_t, n: c_int, x: *const f64, incx: c_int, y: *mut f64, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDcopy_v2_64(handle: cublasHandle_t, n: i64, x: *const f64, incx: i64, y: *mut f64, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCcopy")]
            fn cublasCcopy_v2(handle: cublasHandle_t, n: c_int, x: *const cuComplex, incx: c_int, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCcopy_v2_64(handle: cublasHandle_t, n: i64, x: *const cuComplex, incx: i64, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZcopy")]
            fn cublasZcopy_v2(handle: cublasHandle_t, n: c_int, x: *const cuDoubleComplex, incx: c_int, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZcopy_v2_64(handle: cublasHandle_t, n: i64, x: *const cuDoubleComplex, incx: i64, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSswap")]
            fn cublasSswap_v2(handle: cublasHandle_t, n: c_int, x: *mut f32, incx: c_int, y: *mut f32, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSswap_v2_64(handle: cublasHandle_t, n: i64, x: *mut f32, incx: i64, y: *mut f32, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDswap")]
            fn cublasDswap_v2(handle: cublasHandle_t, n: c_int, x: *mut f64, incx: c_int, y: *mut f64, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDswap_v2_64(handle: cublasHandle_t, n: i64, x: *mut f64, incx: i64, y: *mut f64, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCswap")]
            fn cublasCswap_v2(handle: cublasHandle_t, n: c_int, x: *mut cuComplex, incx: c_int, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCswap_v2_64(handle: cublasHandle_t, n: i64, x: *mut cuComplex, incx: i64, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZswap")]
            fn cublasZswap_v2(handle: cublasHandle_t, n: c_int, x: *mut cuDoubleComplex, incx: c_int, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZswap_v2_64(handle: cublasHandle_t, n: i64, x: *mut cuDoubleComplex, incx: i64, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            fn cublasSwapEx(handle: cublasHandle_t, n: c_int, x: *mut c_void, xType: cudaDataType, incx: c_int, y: *mut c_void, yType: cudaDataType, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSwapEx_64(handle: cublasHandle_t, n: i64, x: *mut c_void, xType: cudaDataType, incx: i64, y: *mut c_void, yType: cudaDataType, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasIsamax")]
            fn cublasIsamax_v2(handle: cublasHandle_t, n: c_int, x: *const f32, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIsamax_v2_64(handle: cublasHandle_t, n: i64, x: *const f32, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasIdamax")]
            fn cublasIdamax_v2(handle: cublasHandle_t, n: c_int, x: *const f64, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIdamax_v2_64(handle: cublasHandle_t, n: i64, x: *const f64, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasIcamax")]
            fn cublasIcamax_v2(handle: cublasHandle_t, n: c_int, x: *const cuComplex, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIcamax_v2_64(handle: cublasHandle_t, n: i64, x: *const cuComplex, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasIzamax")]
            fn cublasIzamax_v2(handle: cublasHandle_t, n: c_int, x: *const cuDoubleComplex, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIzamax_v2_64(handle: cublasHandle_t, n: i64, x: *const cuDoubleComplex, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            fn cublasIamaxEx(handle: cublasHandle_t, n: c_int, x: *const c_void, xType: cudaDataType, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIamaxEx_64(handle: cublasHandle_t, n: i64, x: *const c_void, xType: cudaDataType, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasIsamin")]
            fn cublasIsamin_v2(handle: cublasHandle_t, n: c_int, x: *const f32, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIsamin_v2_64(handle: cublasHandle_t, n: i64, x: *const f32, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasIdamin")]
            fn cublasIdamin_v2(handle: cublasHandle_t, n: c_int, x: *const f64, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIdamin_v2_64(handle: cublasHandle_t, n: i64, x: *const f64, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasIcamin")]
            fn cublasIcamin_v2(handle: cublasHandle_t, n: c_int, x: *const cuComplex, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIcamin_v2_64(handle: cublasHandle_t, n: i64, x: *const cuComplex, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasIzamin")]
            fn cublasIzamin_v2(handle: cublasHandle_t, n: c_int, x: *const cuDoubleComplex, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIzamin_v2_64(handle: cublasHandle_t, n: i64, x: *const cuDoubleComplex, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            fn cublasIaminEx(handle: cublasHandle_t, n: c_int, x: *const c_void, xType: cudaDataType, incx: c_int, result: *mut c_int) -> cublasStatus_t; since 11.11;
            fn cublasIaminEx_64(handle: cublasHandle_t, n: i64, x: *const c_void, xType: cudaDataType, incx: i64, result: *mut i64) -> cublasStatus_t; since 12.0;
            fn cublasAsumEx(handle: cublasHandle_t, n: c_int, x: *const c_void, xType: cudaDataType, incx: c_int, result: *mut c_void, resultType: cudaDataType, executiontype: cudaDataType) -> cublasStatus_t; since 11.11;
            fn cublasAsumEx_64(handle: cublasHandle_t, n: i64, x: *const c_void, xType: cudaDataType, incx: i64, result: *mut c_void, resultType: cudaDataType, executiontype: cudaDataType) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSasum")]
            fn cublasSasum_v2(handle: cublasHandle_t, n: c_int, x: *const f32, incx: c_int, result: *mut f32) -> cublasStatus_t; since 11.11;
            fn cublasSasum_v2_64(handle: cublasHandle_t, n: i64, x: *const f32, incx: i64, result: *mut f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDasum")]
            fn cublasDasum_v2(handle: cublasHandle_t, n: c_int, x: *const f64, incx: c_int, result: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasDasum_v2_64(handle: cublasHandle_t, n: i64, x: *const f64, incx: i64, result: *mut f64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasScasum")]
            fn cublasScasum_v2(handle: cublasHandle_t, n: c_int, x: *const cuComplex, incx: c_int, result: *mut f32) -> cublasStatus_t; since 11.11;
            fn cublasScasum_v2_64(handle: cublasHandle_t, n: i64, x: *const cuComplex, incx: i64, result: *mut f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDzasum")]
            fn cublasDzasum_v2(handle: cublasHandle_t, n: c_int, x: *const cuDoubleComplex, incx: c_int, result: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasDzasum_v2_64(handle: cublasHandle_t, n: i64, x: *const cuDoubleComplex, incx: i64, result: *mut f64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSrot")]
            fn cublasSrot_v2(handle: cublasHandle_t, n: c_int, x: *mut f32, incx: c_int, y: *mut f32, incy: c_int, c: *const f32, s: *const f32) -> cublasStatus_t; since 11.11;
            fn cublasSrot_v2_64(handle: cublasHandle_t, n: i64, x: *mut f32, incx: i64, y: *mut f32, incy: i64, c: *const f32, s: *const f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDrot")]
            fn cublasDrot_v2(handle: cublasHandle_t, n: c_int, x: *mut f64, incx: c_int, y: *mut f64, incy: c_int, c: *const f64, s: *const f64) -> cublasStatus_t; since 11.11;
            fn cublasDrot_v2_64(handle: cublasHandle_t, n: i64, x: *mut f64, incx: i64, y: *mut f64, incy: i64, c: *const f64, s: *const f64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCrot")]
            fn cublasCrot_v2(handle: cublasHandle_t, n: c_int, x: *mut cuComplex, incx: c_int, y: *mut cuComplex, incy: c_int, c: *const f32, s: *const cuComplex) -> cublasStatus_t; since 11.11;
            fn cublasCrot_v2_64(handle: cublasHandle_t, n: i64, x: *mut cuComplex, incx: i64, y: *mut cuComplex, incy: i64, c: *const f32, s: *const cuComplex) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCsrot")]
            fn cublasCsrot_v2(handle: cublasHandle_t, n: c_int, x: *mut cuComplex, incx: c_int, y: *mut cuComplex, incy: c_int, c: *const f32, s: *const f32) -> cublasStatus_t; since 11.11;
            fn cublasCsrot_v2_64(handle: cublasHandle_t, n: i64, x: *mut cuComplex, incx: i64, y: *mut cuComplex, incy: i64, c: *const f32, s: *const f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZrot")]
            fn cublasZrot_v2(handle: cublasHandle_t, n: c_int, x: *mut cuDoubleComplex, incx: c_int, y: *mut cuDoubleComplex, incy: c_int, c: *const f64, s: *const cuDoubleComplex) -> cublasStatus_t; since 11.11;
            fn cublasZrot_v2_64(handle: cublasHandle_t, n: i64, x: *mut cuDoubleComplex, incx: i64, y: *mut cuDoubleComplex, incy: i64, c: *const f64, s: *const cuDoubleComplex) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZdrot")]
            fn cublasZdrot_v2(handle: cublasHandle_t, n: c_int, x: *mut cuDoubleComplex, incx: c_int, y: *mut cuDoubleComplex, incy: c_int, c: *const f64, s: *const f64) -> cublasStatus_t; since 11.11;
            fn cublasZdrot_v2_64(handle: cublasHandle_t, n: i64, x: *mut cuDoubleComplex, incx: i64, y: *mut cuDoubleComplex, incy: i64, c: *const f64, s: *const f64) -> cublasStatus_t; since 12.0;
            fn cublasRotEx(handle: cublasHandle_t, n: c_int, x: *mut c_void, xType: cudaDataType, incx: c_int, y: *mut c_void, yType: cudaDataType, incy: c_int, c: *const c_void, s: *const c_void, csType: cudaDataType, executiontype: cudaDataType) -> cublasStatus_t; since 11.11;
            fn cublasRotEx_64(handle: cublasHandle_t, n: i64, x: *mut c_void, xType: cudaDataType, incx: i64, y: *mut c_void, yType: cudaDataType, incy: i64, c: *const c_void, s: *const c_void, csType: cudaDataType, executiontype: cudaDataType) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSrotg")]
            fn cublasSrotg_v2(handle: cublasHandle_t, a: *mut f32, b: *mut f32, c: *mut f32, s: *mut f32) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasDrotg")]
            fn cublasDrotg_v2(handle: cublasHandle_t, a: *mut f64, b: *mut f64, c: *mut f64, s: *mut f64) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasCrotg")]
            fn cublasCrotg_v2(handle: cublasHandle_t, a: *mut cuComplex, b: *mut cuComplex, c: *mut f32, s: *mut cuComplex) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasZrotg")]
            fn cublasZrotg_v2(handle: cublasHandle_t, a: *mut cuDoubleComplex, b: *mut cuDoubleComplex, c: *mut f64, s: *mut cuDoubleComplex) -> cublasStatus_t; since 11.11;
            fn cublasRotgEx(handle: cublasHandle_t, a: *mut c_void, b: *mut c_void, abType: cudaDataType, c: *mut c_void, s: *mut c_void, csType: cudaDataType, executiontype: cudaDataType) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasSrotm")]
            fn cublasSrotm_v2(handle: cublasHandle_t, n: c_int, x: *mut f32, incx: c_int, y: *mut f32, incy: c_int, param: *const f32) -> cublasStatus_t; since 11.11;
            fn cublasSrotm_v2_64(handle: cublasHandle_t, n: i64, x: *mut f32, incx: i64, y: *mut f32, incy: i64, param: *const f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDrotm")]
            fn cublasDrotm_v2(handle: cublasHandle_t, n: c_int, x: *mut f64, incx: c_int, y: *mut f64, incy: c_int, param: *const f64) -> cublasStatus_t; since 11.11;
            fn cublasDrotm_v2_64(handle: cublasHandle_t, n: i64, x: *mut f64, incx: i64, y: *mut f64, incy: i64, param: *const f64) -> cublasStatus_t; since 12.0;
            fn cublasRotmEx(handle: cublasHandle_t, n: c_int, x: *mut c_void, xType: cudaDataType, incx: c_int, y: *mut c_void, yType: cudaDataType, incy: c_int, param: *const c_void, paramType: cudaDataType, executiontype: cudaDataType) -> cublasStatus_t; since 11.11;
            fn cublasRotmEx_64(handle: cublasHandle_t, n: i64, x: *mut c_void, xType: cudaDataType, incx: i64, y: *mut c_void, yType: cudaDataType, incy: i64, param: *const c_void, paramType: cudaDataType, executiontype: cudaDataType) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSrotmg")]
            fn cublasSrotmg_v2(handle: cublasHandle_t, d1: *mut f32, d2: *mut f32, x1: *mut f32, y1: *const f32, param: *mut f32) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasDrotmg")]
            fn cublasDrotmg_v2(handle: cublasHandle_t, d1: *mut f64, d2: *mut f64, x1: *mut f64, y1: *const f64, param: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasRotmgEx(handle: cublasHandle_t, d1: *mut c_void, d1Type: cudaDataType, d2: *mut c_void, d2Type: cudaDataType, x1: *mut c_void, x1Type: cudaDataType, y1: *const c_void, y1Type: cudaDataType, param: *mut c_void, paramType: cudaDataType, executiontype: cudaDataType) -> cublasStatus_t; since 11.11;
            #[doc(alias = "cublasSgemv")]
            fn cublasSgemv_v2(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const f32, A: *const f32, lda: c_int, x: *const f32, incx: c_int, beta: *const f32, y: *mut f32, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgemv_v2_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const f32, A: *const f32, lda: i64, x: *const f32, incx: i64, beta: *const f32, y: *mut f32, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDgemv")]
            fn cublasDgemv_v2(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const f64, A: *const f64, lda: c_int, x: *const f64, incx: c_int, beta: *const f64, y: *mut f64, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgemv_v2_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const f64, A: *const f64, lda: i64, x: *const f64, incx: i64, beta: *const f64, y: *mut f64, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCgemv")]
            fn cublasCgemv_v2(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, x: *const cuComplex, incx: c_int, beta: *const cuComplex, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemv_v2_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, x: *const cuComplex, incx: i64, beta: *const cuComplex, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZgemv")]
            fn cublasZgemv_v2(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, x: *const cuDoubleComplex, incx: c_int, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgemv_v2_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, x: *const cuDoubleComplex, incx: i64, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSgbmv")]
            fn cublasSgbmv_v2(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, kl: c_int, ku: c_int, alpha: *const f32, A: *const f32, lda: c_int, x: *const f32, incx: c_int, beta: *const f32, y: *mut f32, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgbmv_v2_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, kl: i64, ku: i64, alpha: *const f32, A: *const f32, lda: i64, x: *const f32, incx: i64, beta: *const f32, y: *mut f32, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDgbmv")]
            fn cublasDgbmv_v2(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, kl: c_int, ku: c_int, alpha: *const f64, A: *const f64, lda: c_int, x: *const f64, incx: c_int, beta: *const f64, y: *mut f64, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgbmv_v2_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, kl: i64, ku: i64, alpha: *const f64, A: *const f64, lda: i64, x: *const f64, incx: i64, beta: *const f64, y: *mut f64, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCgbmv")]
            fn cublasCgbmv_v2(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, kl: c_int, ku: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, x: *const cuComplex, incx: c_int, beta: *const cuComplex, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgbmv_v2_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, kl: i64, ku: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, x: *const cuComplex, incx: i64, beta: *const cuComplex, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZgbmv")]
            fn cublasZgbmv_v2(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, kl: c_int, ku: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, x: *const cuDoubleComplex, incx: c_int, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgbmv_v2_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, kl: i64, ku: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, x: *const cuDoubleComplex, incx: i64, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasStrmv")]
            fn cublasStrmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, A: *const f32, lda: c_int, x: *mut f32, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStrmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, A: *const f32, lda: i64, x: *mut f32, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDtrmv")]
            fn cublasDtrmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, A: *const f64, lda: c_int, x: *mut f64, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtrmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, A: *const f64, lda: i64, x: *mut f64, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCtrmv")]
            fn cublasCtrmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, A: *const cuComplex, lda: c_int, x: *mut cuComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtrmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, A: *const cuComplex, lda: i64, x: *mut cuComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZtrmv")]
            fn cublasZtrmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, A: *const cuDoubleComplex, lda: c_int, x: *mut cuDoubleComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtrmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, A: *const cuDoubleComplex, lda: i64, x: *mut cuDoubleComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasStbmv")]
            fn cublasStbmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, k: c_int, A: *const f32, lda: c_int, x: *mut f32, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStbmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, k: i64, A: *const f32, lda: i64, x: *mut f32, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDtbmv")]
            fn cublasDtbmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, k: c_int, A: *const f64, lda: c_int, x: *mut f64, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtbmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, k: i64, A: *const f64, lda: i64, x: *mut f64, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCtbmv")]
            fn cublasCtbmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, k: c_int, A: *const cuComplex, lda: c_int, x: *mut cuComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtbmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, k: i64, A: *const cuComplex, lda: i64, x: *mut cuComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZtbmv")]
            fn cublasZtbmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, k: c_int, A: *const cuDoubleComplex, lda: c_int, x: *mut cuDoubleComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtbmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, k: i64, A: *const cuDoubleComplex, lda: i64, x: *mut cuDoubleComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasStpmv")]
            fn cublasStpmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, AP: *const f32, x: *mut f32, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStpmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, AP: *const f32, x: *mut f32, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDtpmv")]
            fn cublasDtpmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, AP: *const f64, x: *mut f64, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtpmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, AP: *const f64, x: *mut f64, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCtpmv")]
            fn cublasCtpmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, AP: *const cuComplex, x: *mut cuComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtpmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, AP: *const cuComplex, x: *mut cuComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZtpmv")]
            fn cublasZtpmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, AP: *const cuDoubleComplex, x: *mut cuDoubleComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtpmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, AP: *const cuDoubleComplex, x: *mut cuDoubleComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasStrsv")]
            fn cublasStrsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, A: *const f32, lda: c_int, x: *mut f32, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStrsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, A: *const f32, lda: i64, x: *mut f32, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDtrsv")]
            fn cublasDtrsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, A: *const f64, lda: c_int, x: *mut f64, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtrsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, A: *const f64, lda: i64, x: *mut f64, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCtrsv")]
            fn cublasCtrsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, A: *const cuComplex, lda: c_int, x: *mut cuComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtrsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, A: *const cuComplex, lda: i64, x: *mut cuComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZtrsv")]
            fn cublasZtrsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, A: *const cuDoubleComplex, lda: c_int, x: *mut cuDoubleComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtrsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, A: *const cuDoubleComplex, lda: i64, x: *mut cuDoubleComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasStpsv")]
            fn cublasStpsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, AP: *const f32, x: *mut f32, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStpsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, AP: *const f32, x: *mut f32, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDtpsv")]
            fn cublasDtpsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, AP: *const f64, x: *mut f64, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtpsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, AP: *const f64, x: *mut f64, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCtpsv")]
            fn cublasCtpsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, AP: *const cuComplex, x: *mut cuComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtpsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, AP: *const cuComplex, x: *mut cuComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZtpsv")]
            fn cublasZtpsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, AP: *const cuDoubleComplex, x: *mut cuDoubleComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtpsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, AP: *const cuDoubleComplex, x: *mut cuDoubleComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasStbsv")]
            fn cublasStbsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, k: c_int, A: *const f32, lda: c_int, x: *mut f32, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStbsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, k: i64, A: *const f32, lda: i64, x: *mut f32, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDtbsv")]
            fn cublasDtbsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, k: c_int, A: *const f64, lda: c_int, x: *mut f64, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtbsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, k: i64, A: *const f64, lda: i64, x: *mut f64, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCtbsv")]
            fn cublasCtbsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, k: c_int, A: *const cuComplex, lda: c_int, x: *mut cuComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtbsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, k: i64, A: *const cuComplex, lda: i64, x: *mut cuComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZtbsv")]
            fn cublasZtbsv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: c_int, k: c_int, A: *const cuDoubleComplex, lda: c_int, x: *mut cuDoubleComplex, incx: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtbsv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, n: i64, k: i64, A: *const cuDoubleComplex, lda: i64, x: *mut cuDoubleComplex, incx: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSsymv")]
            fn cublasSsymv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f32, A: *const f32, lda: c_int, x: *const f32, incx: c_int, beta: *const f32, y: *mut f32, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSsymv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f32, A: *const f32, lda: i64, x: *const f32, incx: i64, beta: *const f32, y: *mut f32, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDsymv")]
            fn cublasDsymv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f64, A: *const f64, lda: c_int, x: *const f64, incx: c_int, beta: *const f64, y: *mut f64, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDsymv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f64, A: *const f64, lda: i64, x: *const f64, incx: i64, beta: *const f64, y: *mut f64, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCsymv")]
            fn cublasCsymv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, x: *const cuComplex, incx: c_int, beta: *const cuComplex, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsymv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, x: *const cuComplex, incx: i64, beta: *const cuComplex, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZsymv")]
            fn cublasZsymv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, x: *const cuDoubleComplex, incx: c_int, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZsymv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, x: *const cuDoubleComplex, incx: i64, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasChemv")]
            fn cublasChemv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, x: *const cuComplex, incx: c_int, beta: *const cuComplex, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasChemv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, x: *const cuComplex, incx: i64, beta: *const cuComplex, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZhemv")]
            fn cublasZhemv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, x: *const cuDoubleComplex, incx: c_int, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZhemv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, x: *const cuDoubleComplex, incx: i64, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSsbmv")]
            fn cublasSsbmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, k: c_int, alpha: *const f32, A: *const f32, lda: c_int, x: *const f32, incx: c_int, beta: *const f32, y: *mut f32, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSsbmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, k: i64, alpha: *const f32, A: *const f32, lda: i64, x: *const f32, incx: i64, beta: *const f32, y: *mut f32, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDsbmv")]
            fn cublasDsbmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, k: c_int, alpha: *const f64, A: *const f64, lda: c_int, x: *const f64, incx: c_int, beta: *const f64, y: *mut f64, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDsbmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, k: i64, alpha: *const f64, A: *const f64, lda: i64, x: *const f64, incx: i64, beta: *const f64, y: *mut f64, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasChbmv")]
            fn cublasChbmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, x: *const cuComplex, incx: c_int, beta: *const cuComplex, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasChbmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, x: *const cuComplex, incx: i64, beta: *const cuComplex, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZhbmv")]
            fn cublasZhbmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, x: *const cuDoubleComplex, incx: c_int, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZhbmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, x: *const cuDoubleComplex, incx: i64, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSspmv")]
            fn cublasSspmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f32, AP: *const f32, x: *const f32, incx: c_int, beta: *const f32, y: *mut f32, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSspmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f32, AP: *const f32, x: *const f32, incx: i64, beta: *const f32, y: *mut f32, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDspmv")]
            fn cublasDspmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f64, AP: *const f64, x: *const f64, incx: c_int, beta: *const f64, y: *mut f64, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDspmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f64, AP: *const f64, x: *const f64, incx: i64, beta: *const f64, y: *mut f64, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasChpmv")]
            fn cublasChpmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuComplex, AP: *const cuComplex, x: *const cuComplex, incx: c_int, beta: *const cuComplex, y: *mut cuComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasChpmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuComplex, AP: *const cuComplex, x: *const cuComplex, incx: i64, beta: *const cuComplex, y: *mut cuComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZhpmv")]
            fn cublasZhpmv_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuDoubleComplex, AP: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: c_int, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZhpmv_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuDoubleComplex, AP: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: i64, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSger")]
            fn cublasSger_v2(handle: cublasHandle_t, m: c_int, n: c_int, alpha: *const f32, x: *const f32, incx: c_int, y: *const f32, incy: c_int, A: *mut f32, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSger_v2_64(handle: cublasHandle_t, m: i64, n: i64, alpha: *const f32, x: *const f32, incx: i64, y: *const f32, incy: i64, A: *mut f32, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDger")]
            fn cublasDger_v2(handle: cublasHandle_t, m: c_int, n: c_int, alpha: *const f64, x: *const f64, incx: c_int, y: *const f64, incy: c_int, A: *mut f64, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDger_v2_64(handle: cublasHandle_t, m: i64, n: i64, alpha: *const f64, x: *const f64, incx: i64, y: *const f64, incy: i64, A: *mut f64, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCgeru")]
            fn cublasCgeru_v2(handle: cublasHandle_t, m: c_int, n: c_int, alpha: *const cuComplex, x: *const cuComplex, incx: c_int, y: *const cuComplex, incy: c_int, A: *mut cuComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgeru_v2_64(handle: cublasHandle_t, m: i64, n: i64, alpha: *const cuComplex, x: *const cuComplex, incx: i64, y: *const cuComplex, incy: i64, A: *mut cuComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCgerc")]
            fn cublasCgerc_v2(handle: cublasHandle_t, m: c_int, n: c_int, alpha: *const cuComplex, x: *const cuComplex, incx: c_int, y: *const cuComplex, incy: c_int, A: *mut cuComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgerc_v2_64(handle: cublasHandle_t, m: i64, n: i64, alpha: *const cuComplex, x: *const cuComplex, incx: i64, y: *const cuComplex, incy: i64, A: *mut cuComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZgeru")]
            fn cublasZgeru_v2(handle: cublasHandle_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: c_int, y: *const cuDoubleComplex, incy: c_int, A: *mut cuDoubleComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgeru_v2_64(handle: cublasHandle_t, m: i64, n: i64, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: i64, y: *const cuDoubleComplex, incy: i64, A: *mut cuDoubleComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZgerc")]
            fn cublasZgerc_v2(handle: cublasHandle_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: c_int, y: *const cuDoubleComplex, incy: c_int, A: *mut cuDoubleComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgerc_v2_64(handle: cublasHandle_t, m: i64, n: i64, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: i64, y: *const cuDoubleComplex, incy: i64, A: *mut cuDoubleComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSsyr")]
            fn cublasSsyr_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f32, x: *const f32, incx: c_int, A: *mut f32, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSsyr_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f32, x: *const f32, incx: i64, A: *mut f32, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDsyr")]
            fn cublasDsyr_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f64, x: *const f64, incx: c_int, A: *mut f64, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDsyr_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f64, x: *const f64, incx: i64, A: *mut f64, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCsyr")]
            fn cublasCsyr_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuComplex, x: *const cuComplex, incx: c_int, A: *mut cuComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsyr_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuComplex, x: *const cuComplex, incx: i64, A: *mut cuComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZsyr")]
            fn cublasZsyr_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: c_int, A: *mut cuDoubleComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZsyr_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: i64, A: *mut cuDoubleComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCher")]
            fn cublasCher_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f32, x: *const cuComplex, incx: c_int, A: *mut cuComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCher_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f32, x: *const cuComplex, incx: i64, A: *mut cuComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZher")]
            fn cublasZher_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f64, x: *const cuDoubleComplex, incx: c_int, A: *mut cuDoubleComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZher_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f64, x: *const cuDoubleComplex, incx: i64, A: *mut cuDoubleComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSspr")]
            fn cublasSspr_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f32, x: *const f32, incx: c_int, AP: *mut f32) -> cublasStatus_t; since 11.11;
            fn cublasSspr_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f32, x: *const f32, incx: i64, AP: *mut f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDspr")]
            fn cublasDspr_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f64, x: *const f64, incx: c_int, AP: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasDspr_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f64, x: *const f64, incx: i64, AP: *mut f64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasChpr")]
            fn cublasChpr_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f32, x: *const cuComplex, incx: c_int, AP: *mut cuComplex) -> cublasStatus_t; since 11.11;
            fn cublasChpr_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f32, x: *const cuComplex, incx: i64, AP: *mut cuComplex) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZhpr")]
            fn cublasZhpr_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f64, x: *const cuDoubleComplex, incx: c_int, AP: *mut cuDoubleComplex) -> cublasStatus_t; since 11.11;
            fn cublasZhpr_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f64, x: *const cuDoubleComplex, incx: i64, AP: *mut cuDoubleComplex) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSsyr2")]
            fn cublasSsyr2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f32, x: *const f32, incx: c_int, y: *const f32, incy: c_int, A: *mut f32, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSsyr2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f32, x: *const f32, incx: i64, y: *const f32, incy: i64, A: *mut f32, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDsyr2")]
            fn cublasDsyr2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f64, x: *const f64, incx: c_int, y: *const f64, incy: c_int, A: *mut f64, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDsyr2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f64, x: *const f64, incx: i64, y: *const f64, incy: i64, A: *mut f64, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCsyr2")]
            fn cublasCsyr2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuComplex, x: *const cuComplex, incx: c_int, y: *const cuComplex, incy: c_int, A: *mut cuComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsyr2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuComplex, x: *const cuComplex, incx: i64, y: *const cuComplex, incy: i64, A: *mut cuComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZsyr2")]
            fn cublasZsyr2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: c_int, y: *const cuDoubleComplex, incy: c_int, A: *mut cuDoubleComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZsyr2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: i64, y: *const cuDoubleComplex, incy: i64, A: *mut cuDoubleComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCher2")]
            fn cublasCher2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuComplex, x: *const cuComplex, incx: c_int, y: *const cuComplex, incy: c_int, A: *mut cuComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCher2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuComplex, x: *const cuComplex, incx: i64, y: *const cuComplex, incy: i64, A: *mut cuComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZher2")]
            fn cublasZher2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: c_int, y: *const cuDoubleComplex, incy: c_int, A: *mut cuDoubleComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZher2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: i64, y: *const cuDoubleComplex, incy: i64, A: *mut cuDoubleComplex, lda: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSspr2")]
            fn cublasSspr2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f32, x: *const f32, incx: c_int, y: *const f32, incy: c_int, AP: *mut f32) -> cublasStatus_t; since 11.11;
            fn cublasSspr2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f32, x: *const f32, incx: i64, y: *const f32, incy: i64, AP: *mut f32) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDspr2")]
            fn cublasDspr2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const f64, x: *const f64, incx: c_int, y: *const f64, incy: c_int, AP: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasDspr2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const f64, x: *const f64, incx: i64, y: *const f64, incy: i64, AP: *mut f64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasChpr2")]
            fn cublasChpr2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuComplex, x: *const cuComplex, incx: c_int, y: *const cuComplex, incy: c_int, AP: *mut cuComplex) -> cublasStatus_t; since 11.11;
            fn cublasChpr2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuComplex, x: *const cuComplex, incx: i64, y: *const cuComplex, incy: i64, AP: *mut cuComplex) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZhpr2")]
            fn cublasZhpr2_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: c_int, y: *const cuDoubleComplex, incy: c_int, AP: *mut cuDoubleComplex) -> cublasStatus_t; since 11.11;
            fn cublasZhpr2_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, n: i64, alpha: *const cuDoubleComplex, x: *const cuDoubleComplex, incx: i64, y: *const cuDoubleComplex, incy: i64, AP: *mut cuDoubleComplex) -> cublasStatus_t; since 12.0;
            fn cublasSgemvBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const f32, Aarray: *const *const f32, lda: c_int, xarray: *const *const f32, incx: c_int, beta: *const f32, yarray: *const *mut f32, incy: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgemvBatched_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const f32, Aarray: *const *const f32, lda: i64, xarray: *const *const f32, incx: i64, beta: *const f32, yarray: *const *mut f32, incy: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasDgemvBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const f64, Aarray: *const *const f64, lda: c_int, xarray: *const *const f64, incx: c_int, beta: *const f64, yarray: *const *mut f64, incy: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgemvBatched_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const f64, Aarray: *const *const f64, lda: i64, xarray: *const *const f64, incx: i64, beta: *const f64, yarray: *const *mut f64, incy: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgemvBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const cuComplex, Aarray: *const *const cuComplex, lda: c_int, xarray: *const *const cuComplex, incx: c_int, beta: *const cuComplex, yarray: *const *mut cuComplex, incy: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemvBatched_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const cuComplex, Aarray: *const *const cuComplex, lda: i64, xarray: *const *const cuComplex, incx: i64, beta: *const cuComplex, yarray: *const *mut cuComplex, incy: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasZgemvBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, Aarray: *const *const cuDoubleComplex, lda: c_int, xarray: *const *const cuDoubleComplex, incx: c_int, beta: *const cuDoubleComplex, yarray: *const *mut cuDoubleComplex, incy: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgemvBatched_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const cuDoubleComplex, Aarray: *const *const cuDoubleComplex, lda: i64, xarray: *const *const cuDoubleComplex, incx: i64, beta: *const cuDoubleComplex, yarray: *const *mut cuDoubleComplex, incy: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasSgemvStridedBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const f32, A: *const f32, lda: c_int, strideA: c_longlong, x: *const f32, incx: c_int, stridex: c_longlong, beta: *const f32, y: *mut f32, incy: c_int, stridey: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgemvStridedBatched_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const f32, A: *const f32, lda: i64, strideA: c_longlong, x: *const f32, incx: i64, stridex: c_longlong, beta: *const f32, y: *mut f32, incy: i64, stridey: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasDgemvStridedBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const f64, A: *const f64, lda: c_int, strideA: c_longlong, x: *const f64, incx: c_int, stridex: c_longlong, beta: *const f64, y: *mut f64, incy: c_int, stridey: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgemvStridedBatched_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const f64, A: *const f64, lda: i64, strideA: c_longlong, x: *const f64, incx: i64, stridex: c_longlong, beta: *const f64, y: *mut f64, incy: i64, stridey: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgemvStridedBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, strideA: c_longlong, x: *const cuComplex, incx: c_int, stridex: c_longlong, beta: *const cuComplex, y: *mut cuComplex, incy: c_int, stridey: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemvStridedBatched_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, strideA: c_longlong, x: *const cuComplex, incx: i64, stridex: c_longlong, beta: *const cuComplex, y: *mut cuComplex, incy: i64, stridey: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasZgemvStridedBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, strideA: c_longlong, x: *const cuDoubleComplex, incx: c_int, stridex: c_longlong, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: c_int, stridey: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgemvStridedBatched_64(handle: cublasHandle_t, trans: cublasOperation_t, m: i64, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, strideA: c_longlong, x: *const cuDoubleComplex, incx: i64, stridex: c_longlong, beta: *const cuDoubleComplex, y: *mut cuDoubleComplex, incy: i64, stridey: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSgemm")]
            fn cublasSgemm_v2(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const f32, A: *const f32, lda: c_int, B: *const f32, ldb: c_int, beta: *const f32, C: *mut f32, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgemm_v2_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const f32, A: *const f32, lda: i64, B: *const f32, ldb: i64, beta: *const f32, C: *mut f32, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDgemm")]
            fn cublasDgemm_v2(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const f64, A: *const f64, lda: c_int, B: *const f64, ldb: c_int, beta: *const f64, C: *mut f64, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgemm_v2_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const f64, A: *const f64, lda: i64, B: *const f64, ldb: i64, beta: *const f64, C: *mut f64, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCgemm")]
            fn cublasCgemm_v2(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemm_v2_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, beta: *const cuComplex, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgemm3m(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemm3m_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, beta: *const cuComplex, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgemm3mEx(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuComplex, A: *const c_void, Atype: cudaDataType, lda: c_int, B: *const c_void, Btype: cudaDataType, ldb: c_int, beta: *const cuComplex, C: *mut c_void, Ctype: cudaDataType, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemm3mEx_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuComplex, A: *const c_void, Atype: cudaDataType, lda: i64, B: *const c_void, Btype: cudaDataType, ldb: i64, beta: *const cuComplex, C: *mut c_void, Ctype: cudaDataType, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZgemm")]
            fn cublasZgemm_v2(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgemm_v2_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasZgemm3m(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgemm3m_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasSgemmEx(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const f32, A: *const c_void, Atype: cudaDataType, lda: c_int, B: *const c_void, Btype: cudaDataType, ldb: c_int, beta: *const f32, C: *mut c_void, Ctype: cudaDataType, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgemmEx_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const f32, A: *const c_void, Atype: cudaDataType, lda: i64, B: *const c_void, Btype: cudaDataType, ldb: i64, beta: *const f32, C: *mut c_void, Ctype: cudaDataType, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasGemmEx(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const c_void, A: *const c_void, Atype: cudaDataType, lda: c_int, B: *const c_void, Btype: cudaDataType, ldb: c_int, beta: *const c_void, C: *mut c_void, Ctype: cudaDataType, ldc: c_int, computeType: cublasComputeType_t, algo: cublasGemmAlgo_t) -> cublasStatus_t; since 11.11;
            fn cublasGemmEx_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const c_void, A: *const c_void, Atype: cudaDataType, lda: i64, B: *const c_void, Btype: cudaDataType, ldb: i64, beta: *const c_void, C: *mut c_void, Ctype: cudaDataType, ldc: i64, computeType: cublasComputeType_t, algo: cublasGemmAlgo_t) -> cublasStatus_t; since 12.0;
            fn cublasCgemmEx(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuComplex, A: *const c_void, Atype: cudaDataType, lda: c_int, B: *const c_void, Btype: cudaDataType, ldb: c_int, beta: *const cuComplex, C: *mut c_void, Ctype: cudaDataType, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemmEx_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuComplex, A: *const c_void, Atype: cudaDataType, lda: i64, B: *const c_void, Btype: cudaDataType, ldb: i64, beta: *const cuComplex, C: *mut c_void, Ctype: cudaDataType, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSsyrk")]
            fn cublasSsyrk_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f32, A: *const f32, lda: c_int, beta: *const f32, C: *mut f32, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSsyrk_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f32, A: *const f32, lda: i64, beta: *const f32, C: *mut f32, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDsyrk")]
            fn cublasDsyrk_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f64, A: *const f64, lda: c_int, beta: *const f64, C: *mut f64, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDsyrk_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f64, A: *const f64, lda: i64, beta: *const f64, C: *mut f64, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCsyrk")]
            fn cublasCsyrk_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsyrk_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, beta: *const cuComplex, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZsyrk")]
            fn cublasZsyrk_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZsyrk_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCsyrkEx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuComplex, A: *const c_void, Atype: cudaDataType, lda: c_int, beta: *const cuComplex, C: *mut c_void, Ctype: cudaDataType, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsyrkEx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuComplex, A: *const c_void, Atype: cudaDataType, lda: i64, beta: *const cuComplex, C: *mut c_void, Ctype: cudaDataType, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCsyrk3mEx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuComplex, A: *const c_void, Atype: cudaDataType, lda: c_int, beta: *const cuComplex, C: *mut c_void, Ctype: cudaDataType, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsyrk3mEx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuComplex, A: *const c_void, Atype: cudaDataType, lda: i64, beta: *const cuComplex, C: *mut c_void, Ctype: cudaDataType, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCherk")]
            fn cublasCherk_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f32, A: *const cuComplex, lda: c_int, beta: *const f32, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCherk_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f32, A: *const cuComplex, lda: i64, beta: *const f32, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZherk")]
            fn cublasZherk_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f64, A: *const cuDoubleComplex, lda: c_int, beta: *const f64, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZherk_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f64, A: *const cuDoubleComplex, lda: i64, beta: *const f64, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCherkEx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f32, A: *const c_void, Atype: cudaDataType, lda: c_int, beta: *const f32, C: *mut c_void, Ctype: cudaDataType, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCherkEx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f32, A: *const c_void, Atype: cudaDataType, lda: i64, beta: *const f32, C: *mut c_void, Ctype: cudaDataType, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCherk3mEx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f32, A: *const c_void, Atype: cudaDataType, lda: c_int, beta: *const f32, C: *mut c_void, Ctype: cudaDataType, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCherk3mEx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f32, A: *const c_void, Atype: cudaDataType, lda: i64, beta: *const f32, C: *mut c_void, Ctype: cudaDataType, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSsyr2k")]
            fn cublasSsyr2k_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f32, A: *const f32, lda: c_int, B: *const f32, ldb: c_int, beta: *const f32, C: *mut f32, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSsyr2k_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f32, A: *const f32, lda: i64, B: *const f32, ldb: i64, beta: *const f32, C: *mut f32, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDsyr2k")]
            fn cublasDsyr2k_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f64, A: *const f64, lda: c_int, B: *const f64, ldb: c_int, beta: *const f64, C: *mut f64, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDsyr2k_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f64, A: *const f64, lda: i64, B: *const f64, ldb: i64, beta: *const f64, C: *mut f64, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCsyr2k")]
            fn cublasCsyr2k_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsyr2k_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, beta: *const cuComplex, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZsyr2k")]
            fn cublasZsyr2k_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZsyr2k_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCher2k")]
            fn cublasCher2k_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, beta: *const f32, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCher2k_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, beta: *const f32, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZher2k")]
            fn cublasZher2k_v2(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, beta: *const f64, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZher2k_v2_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, beta: *const f64, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasSsyrkx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f32, A: *const f32, lda: c_int, B: *const f32, ldb: c_int, beta: *const f32, C: *mut f32, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSsyrkx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f32, A: *const f32, lda: i64, B: *const f32, ldb: i64, beta: *const f32, C: *mut f32, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasDsyrkx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const f64, A: *const f64, lda: c_int, B: *const f64, ldb: c_int, beta: *const f64, C: *mut f64, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDsyrkx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const f64, A: *const f64, lda: i64, B: *const f64, ldb: i64, beta: *const f64, C: *mut f64, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCsyrkx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsyrkx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, beta: *const cuComplex, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasZsyrkx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZsyrkx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCherkx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, beta: *const f32, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCherkx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, beta: *const f32, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasZherkx(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, beta: *const f64, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZherkx_64(handle: cublasHandle_t, uplo: cublasFillMode_t, trans: cublasOperation_t, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, beta: *const f64, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasSsymm")]
            fn cublasSsymm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: c_int, n: c_int, alpha: *const f32, A: *const f32, lda: c_int, B: *const f32, ldb: c_int, beta: *const f32, C: *mut f32, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSsymm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: i64, n: i64, alpha: *const f32, A: *const f32, lda: i64, B: *const f32, ldb: i64, beta: *const f32, C: *mut f32, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDsymm")]
            fn cublasDsymm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: c_int, n: c_int, alpha: *const f64, A: *const f64, lda: c_int, B: *const f64, ldb: c_int, beta: *const f64, C: *mut f64, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDsymm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: i64, n: i64, alpha: *const f64, A: *const f64, lda: i64, B: *const f64, ldb: i64, beta: *const f64, C: *mut f64, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCsymm")]
            fn cublasCsymm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: c_int, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCsymm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: i64, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, beta: *const cuComplex, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZsymm")]
            fn cublasZsymm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZsymm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: i64, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasChemm")]
            fn cublasChemm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: c_int, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasChemm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: i64, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, beta: *const cuComplex, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZhemm")]
            fn cublasZhemm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZhemm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, m: i64, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasStrsm")]
            fn cublasStrsm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const f32, A: *const f32, lda: c_int, B: *mut f32, ldb: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStrsm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const f32, A: *const f32, lda: i64, B: *mut f32, ldb: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDtrsm")]
            fn cublasDtrsm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const f64, A: *const f64, lda: c_int, B: *mut f64, ldb: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtrsm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const f64, A: *const f64, lda: i64, B: *mut f64, ldb: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCtrsm")]
            fn cublasCtrsm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *mut cuComplex, ldb: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtrsm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *mut cuComplex, ldb: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZtrsm")]
            fn cublasZtrsm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *mut cuDoubleComplex, ldb: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtrsm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *mut cuDoubleComplex, ldb: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasStrmm")]
            fn cublasStrmm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const f32, A: *const f32, lda: c_int, B: *const f32, ldb: c_int, C: *mut f32, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStrmm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const f32, A: *const f32, lda: i64, B: *const f32, ldb: i64, C: *mut f32, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasDtrmm")]
            fn cublasDtrmm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const f64, A: *const f64, lda: c_int, B: *const f64, ldb: c_int, C: *mut f64, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtrmm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const f64, A: *const f64, lda: i64, B: *const f64, ldb: i64, C: *mut f64, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasCtrmm")]
            fn cublasCtrmm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, B: *const cuComplex, ldb: c_int, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtrmm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, B: *const cuComplex, ldb: i64, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            #[doc(alias = "cublasZtrmm")]
            fn cublasZtrmm_v2(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, B: *const cuDoubleComplex, ldb: c_int, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtrmm_v2_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, B: *const cuDoubleComplex, ldb: i64, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasSgemmBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const f32, Aarray: *const *const f32, lda: c_int, Barray: *const *const f32, ldb: c_int, beta: *const f32, Carray: *const *mut f32, ldc: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgemmBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const f32, Aarray: *const *const f32, lda: i64, Barray: *const *const f32, ldb: i64, beta: *const f32, Carray: *const *mut f32, ldc: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasDgemmBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const f64, Aarray: *const *const f64, lda: c_int, Barray: *const *const f64, ldb: c_int, beta: *const f64, Carray: *const *mut f64, ldc: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgemmBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const f64, Aarray: *const *const f64, lda: i64, Barray: *const *const f64, ldb: i64, beta: *const f64, Carray: *const *mut f64, ldc: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgemmBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuComplex, Aarray: *const *const cuComplex, lda: c_int, Barray: *const *const cuComplex, ldb: c_int, beta: *const cuComplex, Carray: *const *mut cuComplex, ldc: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemmBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuComplex, Aarray: *const *const cuComplex, lda: i64, Barray: *const *const cuComplex, ldb: i64, beta: *const cuComplex, Carray: *const *mut cuComplex, ldc: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgemm3mBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuComplex, Aarray: *const *const cuComplex, lda: c_int, Barray: *const *const cuComplex, ldb: c_int, beta: *const cuComplex, Carray: *const *mut cuComplex, ldc: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemm3mBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuComplex, Aarray: *const *const cuComplex, lda: i64, Barray: *const *const cuComplex, ldb: i64, beta: *const cuComplex, Carray: *const *mut cuComplex, ldc: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasZgemmBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuDoubleComplex, Aarray: *const *const cuDoubleComplex, lda: c_int, Barray: *const *const cuDoubleComplex, ldb: c_int, beta: *const cuDoubleComplex, Carray: *const *mut cuDoubleComplex, ldc: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgemmBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuDoubleComplex, Aarray: *const *const cuDoubleComplex, lda: i64, Barray: *const *const cuDoubleComplex, ldb: i64, beta: *const cuDoubleComplex, Carray: *const *mut cuDoubleComplex, ldc: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasSgemmStridedBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const f32, A: *const f32, lda: c_int, strideA: c_longlong, B: *const f32, ldb: c_int, strideB: c_longlong, beta: *const f32, C: *mut f32, ldc: c_int, strideC: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgemmStridedBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const f32, A: *const f32, lda: i64, strideA: c_longlong, B: *const f32, ldb: i64, strideB: c_longlong, beta: *const f32, C: *mut f32, ldc: i64, strideC: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasDgemmStridedBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const f64, A: *const f64, lda: c_int, strideA: c_longlong, B: *const f64, ldb: c_int, strideB: c_longlong, beta: *const f64, C: *mut f64, ldc: c_int, strideC: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgemmStridedBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const f64, A: *const f64, lda: i64, strideA: c_longlong, B: *const f64, ldb: i64, strideB: c_longlong, beta: *const f64, C: *mut f64, ldc: i64, strideC: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgemmStridedBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, strideA: c_longlong, B: *const cuComplex, ldb: c_int, strideB: c_longlong, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int, strideC: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemmStridedBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, strideA: c_longlong, B: *const cuComplex, ldb: i64, strideB: c_longlong, beta: *const cuComplex, C: *mut cuComplex, ldc: i64, strideC: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgemm3mStridedBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, strideA: c_longlong, B: *const cuComplex, ldb: c_int, strideB: c_longlong, beta: *const cuComplex, C: *mut cuComplex, ldc: c_int, strideC: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgemm3mStridedBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, strideA: c_longlong, B: *const cuComplex, ldb: i64, strideB: c_longlong, beta: *const cuComplex, C: *mut cuComplex, ldc: i64, strideC: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasZgemmStridedBatched(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, strideA: c_longlong, B: *const cuDoubleComplex, ldb: c_int, strideB: c_longlong, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: c_int, strideC: c_longlong, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgemmStridedBatched_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, strideA: c_longlong, B: *const cuDoubleComplex, ldb: i64, strideB: c_longlong, beta: *const cuDoubleComplex, C: *mut cuDoubleComplex, ldc: i64, strideC: c_longlong, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasGemmBatchedEx(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const c_void, Aarray: *const *const c_void, Atype: cudaDataType, lda: c_int, Barray: *const *const c_void, Btype: cudaDataType, ldb: c_int, beta: *const c_void, Carray: *const *mut c_void, Ctype: cudaDataType, ldc: c_int, batchCount: c_int, computeType: cublasComputeType_t, algo: cublasGemmAlgo_t) -> cublasStatus_t; since 11.11;
            fn cublasGemmBatchedEx_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const c_void, Aarray: *const *const c_void, Atype: cudaDataType, lda: i64, Barray: *const *const c_void, Btype: cudaDataType, ldb: i64, beta: *const c_void, Carray: *const *mut c_void, Ctype: cudaDataType, ldc: i64, batchCount: i64, computeType: cublasComputeType_t, algo: cublasGemmAlgo_t) -> cublasStatus_t; since 12.0;
            fn cublasGemmStridedBatchedEx(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, k: c_int, alpha: *const c_void, A: *const c_void, Atype: cudaDataType, lda: c_int, strideA: c_longlong, B: *const c_void, Btype: cudaDataType, ldb: c_int, strideB: c_longlong, beta: *const c_void, C: *mut c_void, Ctype: cudaDataType, ldc: c_int, strideC: c_longlong, batchCount: c_int, computeType: cublasComputeType_t, algo: cublasGemmAlgo_t) -> cublasStatus_t; since 11.11;
            fn cublasGemmStridedBatchedEx_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, k: i64, alpha: *const c_void, A: *const c_void, Atype: cudaDataType, lda: i64, strideA: c_longlong, B: *const c_void, Btype: cudaDataType, ldb: i64, strideB: c_longlong, beta: *const c_void, C: *mut c_void, Ctype: cudaDataType, ldc: i64, strideC: c_longlong, batchCount: i64, computeType: cublasComputeType_t, algo: cublasGemmAlgo_t) -> cublasStatus_t; since 12.0;
            fn cublasSgemmGroupedBatched(handle: cublasHandle_t, transa_array: *const cublasOperation_t, transb_array: *const cublasOperation_t, m_array: *const c_int, n_array: *const c_int, k_array: *const c_int, alpha_array: *const f32, Aarray: *const *const f32, lda_array: *const c_int, Barray: *const *const f32, ldb_array: *const c_int, beta_array: *const f32, Carray: *const *mut f32, ldc_array: *const c_int, group_count: c_int, group_size: *const c_int) -> cublasStatus_t; since 12.4;
            fn cublasSgemmGroupedBatched_64(handle: cublasHandle_t, transa_array: *const cublasOperation_t, transb_array: *const cublasOperation_t, m_array: *const i64, n_array: *const i64, k_array: *const i64, alpha_array: *const f32, Aarray: *const *const f32, lda_array: *const i64, Barray: *const *const f32, ldb_array: *const i64, beta_array: *const f32, Carray: *const *mut f32, ldc_array: *const i64, group_count: i64, group_size: *const i64) -> cublasStatus_t; since 12.4;
            fn cublasDgemmGroupedBatched(handle: cublasHandle_t, transa_array: *const cublasOperation_t, transb_array: *const cublasOperation_t, m_array: *const c_int, n_array: *const c_int, k_array: *const c_int, alpha_array: *const f64, Aarray: *const *const f64, lda_array: *const c_int, Barray: *const *const f64, ldb_array: *const c_int, beta_array: *const f64, Carray: *const *mut f64, ldc_array: *const c_int, group_count: c_int, group_size: *const c_int) -> cublasStatus_t; since 12.4;
            fn cublasDgemmGroupedBatched_64(handle: cublasHandle_t, transa_array: *const cublasOperation_t, transb_array: *const cublasOperation_t, m_array: *const i64, n_array: *const i64, k_array: *const i64, alpha_array: *const f64, Aarray: *const *const f64, lda_array: *const i64, Barray: *const *const f64, ldb_array: *const i64, beta_array: *const f64, Carray: *const *mut f64, ldc_array: *const i64, group_count: i64, group_size: *const i64) -> cublasStatus_t; since 12.4;
            fn cublasGemmGroupedBatchedEx(handle: cublasHandle_t, transa_array: *const cublasOperation_t, transb_array: *const cublasOperation_t, m_array: *const c_int, n_array: *const c_int, k_array: *const c_int, alpha_array: *const c_void, Aarray: *const *const c_void, Atype: cudaDataType, lda_array: *const c_int, Barray: *const *const c_void, Btype: cudaDataType, ldb_array: *const c_int, beta_array: *const c_void, Carray: *const *mut c_void, Ctype: cudaDataType, ldc_array: *const c_int, group_count: c_int, group_size: *const c_int, computeType: cublasComputeType_t) -> cublasStatus_t; since 12.5;
            fn cublasGemmGroupedBatchedEx_64(handle: cublasHandle_t, transa_array: *const cublasOperation_t, transb_array: *const cublasOperation_t, m_array: *const i64, n_array: *const i64, k_array: *const i64, alpha_array: *const c_void, Aarray: *const *const c_void, Atype: cudaDataType, lda_array: *const i64, Barray: *const *const c_void, Btype: cudaDataType, ldb_array: *const i64, beta_array: *const c_void, Carray: *const *mut c_void, Ctype: cudaDataType, ldc_array: *const i64, group_count: i64, group_size: *const i64, computeType: cublasComputeType_t) -> cublasStatus_t; since 12.5;
            fn cublasSgeam(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, alpha: *const f32, A: *const f32, lda: c_int, beta: *const f32, B: *const f32, ldb: c_int, C: *mut f32, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgeam_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, alpha: *const f32, A: *const f32, lda: i64, beta: *const f32, B: *const f32, ldb: i64, C: *mut f32, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasDgeam(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, alpha: *const f64, A: *const f64, lda: c_int, beta: *const f64, B: *const f64, ldb: c_int, C: *mut f64, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgeam_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, alpha: *const f64, A: *const f64, lda: i64, beta: *const f64, B: *const f64, ldb: i64, C: *mut f64, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCgeam(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, alpha: *const cuComplex, A: *const cuComplex, lda: c_int, beta: *const cuComplex, B: *const cuComplex, ldb: c_int, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgeam_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, alpha: *const cuComplex, A: *const cuComplex, lda: i64, beta: *const cuComplex, B: *const cuComplex, ldb: i64, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasZgeam(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: c_int, beta: *const cuDoubleComplex, B: *const cuDoubleComplex, ldb: c_int, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgeam_64(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, m: i64, n: i64, alpha: *const cuDoubleComplex, A: *const cuDoubleComplex, lda: i64, beta: *const cuDoubleComplex, B: *const cuDoubleComplex, ldb: i64, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasStrsmBatched(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const f32, A: *const *const f32, lda: c_int, B: *const *mut f32, ldb: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStrsmBatched_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const f32, A: *const *const f32, lda: i64, B: *const *mut f32, ldb: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasDtrsmBatched(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const f64, A: *const *const f64, lda: c_int, B: *const *mut f64, ldb: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtrsmBatched_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const f64, A: *const *const f64, lda: i64, B: *const *mut f64, ldb: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasCtrsmBatched(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const cuComplex, A: *const *const cuComplex, lda: c_int, B: *const *mut cuComplex, ldb: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtrsmBatched_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const cuComplex, A: *const *const cuComplex, lda: i64, B: *const *mut cuComplex, ldb: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasZtrsmBatched(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: c_int, n: c_int, alpha: *const cuDoubleComplex, A: *const *const cuDoubleComplex, lda: c_int, B: *const *mut cuDoubleComplex, ldb: c_int, batchCount: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtrsmBatched_64(handle: cublasHandle_t, side: cublasSideMode_t, uplo: cublasFillMode_t, trans: cublasOperation_t, diag: cublasDiagType_t, m: i64, n: i64, alpha: *const cuDoubleComplex, A: *const *const cuDoubleComplex, lda: i64, B: *const *mut cuDoubleComplex, ldb: i64, batchCount: i64) -> cublasStatus_t; since 12.0;
            fn cublasSdgmm(handle: cublasHandle_t, mode: cublasSideMode_t, m: c_int, n: c_int, A: *const f32, lda: c_int, x: *const f32, incx: c_int, C: *mut f32, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSdgmm_64(handle: cublasHandle_t, mode: cublasSideMode_t, m: i64, n: i64, A: *const f32, lda: i64, x: *const f32, incx: i64, C: *mut f32, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasDdgmm(handle: cublasHandle_t, mode: cublasSideMode_t, m: c_int, n: c_int, A: *const f64, lda: c_int, x: *const f64, incx: c_int, C: *mut f64, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDdgmm_64(handle: cublasHandle_t, mode: cublasSideMode_t, m: i64, n: i64, A: *const f64, lda: i64, x: *const f64, incx: i64, C: *mut f64, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasCdgmm(handle: cublasHandle_t, mode: cublasSideMode_t, m: c_int, n: c_int, A: *const cuComplex, lda: c_int, x: *const cuComplex, incx: c_int, C: *mut cuComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCdgmm_64(handle: cublasHandle_t, mode: cublasSideMode_t, m: i64, n: i64, A: *const cuComplex, lda: i64, x: *const cuComplex, incx: i64, C: *mut cuComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasZdgmm(handle: cublasHandle_t, mode: cublasSideMode_t, m: c_int, n: c_int, A: *const cuDoubleComplex, lda: c_int, x: *const cuDoubleComplex, incx: c_int, C: *mut cuDoubleComplex, ldc: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZdgmm_64(handle: cublasHandle_t, mode: cublasSideMode_t, m: i64, n: i64, A: *const cuDoubleComplex, lda: i64, x: *const cuDoubleComplex, incx: i64, C: *mut cuDoubleComplex, ldc: i64) -> cublasStatus_t; since 12.0;
            fn cublasSmatinvBatched(handle: cublasHandle_t, n: c_int, A: *const *const f32, lda: c_int, Ainv: *const *mut f32, lda_inv: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDmatinvBatched(handle: cublasHandle_t, n: c_int, A: *const *const f64, lda: c_int, Ainv: *const *mut f64, lda_inv: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCmatinvBatched(handle: cublasHandle_t, n: c_int, A: *const *const cuComplex, lda: c_int, Ainv: *const *mut cuComplex, lda_inv: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZmatinvBatched(handle: cublasHandle_t, n: c_int, A: *const *const cuDoubleComplex, lda: c_int, Ainv: *const *mut cuDoubleComplex, lda_inv: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgeqrfBatched(handle: cublasHandle_t, m: c_int, n: c_int, Aarray: *const *mut f32, lda: c_int, TauArray: *const *mut f32, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgeqrfBatched(handle: cublasHandle_t, m: c_int, n: c_int, Aarray: *const *mut f64, lda: c_int, TauArray: *const *mut f64, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgeqrfBatched(handle: cublasHandle_t, m: c_int, n: c_int, Aarray: *const *mut cuComplex, lda: c_int, TauArray: *const *mut cuComplex, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgeqrfBatched(handle: cublasHandle_t, m: c_int, n: c_int, Aarray: *const *mut cuDoubleComplex, lda: c_int, TauArray: *const *mut cuDoubleComplex, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgelsBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, nrhs: c_int, Aarray: *const *mut f32, lda: c_int, Carray: *const *mut f32, ldc: c_int, info: *mut c_int, devInfoArray: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgelsBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, nrhs: c_int, Aarray: *const *mut f64, lda: c_int, Carray: *const *mut f64, ldc: c_int, info: *mut c_int, devInfoArray: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgelsBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, nrhs: c_int, Aarray: *const *mut cuComplex, lda: c_int, Carray: *const *mut cuComplex, ldc: c_int, info: *mut c_int, devInfoArray: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgelsBatched(handle: cublasHandle_t, trans: cublasOperation_t, m: c_int, n: c_int, nrhs: c_int, Aarray: *const *mut cuDoubleComplex, lda: c_int, Carray: *const *mut cuDoubleComplex, ldc: c_int, info: *mut c_int, devInfoArray: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStpttr(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, AP: *const f32, A: *mut f32, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDtpttr(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, AP: *const f64, A: *mut f64, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCtpttr(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, AP: *const cuComplex, A: *mut cuComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZtpttr(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, AP: *const cuDoubleComplex, A: *mut cuDoubleComplex, lda: c_int) -> cublasStatus_t; since 11.11;
            fn cublasStrttp(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, A: *const f32, lda: c_int, AP: *mut f32) -> cublasStatus_t; since 11.11;
            fn cublasDtrttp(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, A: *const f64, lda: c_int, AP: *mut f64) -> cublasStatus_t; since 11.11;
            fn cublasCtrttp(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, A: *const cuComplex, lda: c_int, AP: *mut cuComplex) -> cublasStatus_t; since 11.11;
            fn cublasZtrttp(handle: cublasHandle_t, uplo: cublasFillMode_t, n: c_int, A: *const cuDoubleComplex, lda: c_int, AP: *mut cuDoubleComplex) -> cublasStatus_t; since 11.11;
            fn cublasSgetrfBatched(handle: cublasHandle_t, n: c_int, A: *const *mut f32, lda: c_int, P: *mut c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgetrfBatched(handle: cublasHandle_t, n: c_int, A: *const *mut f64, lda: c_int, P: *mut c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgetrfBatched(handle: cublasHandle_t, n: c_int, A: *const *mut cuComplex, lda: c_int, P: *mut c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgetrfBatched(handle: cublasHandle_t, n: c_int, A: *const *mut cuDoubleComplex, lda: c_int, P: *mut c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgetriBatched(handle: cublasHandle_t, n: c_int, A: *const *const f32, lda: c_int, P: *const c_int, C: *const *mut f32, ldc: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgetriBatched(handle: cublasHandle_t, n: c_int, A: *const *const f64, lda: c_int, P: *const c_int, C: *const *mut f64, ldc: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgetriBatched(handle: cublasHandle_t, n: c_int, A: *const *const cuComplex, lda: c_int, P: *const c_int, C: *const *mut cuComplex, ldc: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgetriBatched(handle: cublasHandle_t, n: c_int, A: *const *const cuDoubleComplex, lda: c_int, P: *const c_int, C: *const *mut cuDoubleComplex, ldc: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasSgetrsBatched(handle: cublasHandle_t, trans: cublasOperation_t, n: c_int, nrhs: c_int, Aarray: *const *const f32, lda: c_int, devIpiv: *const c_int, Barray: *const *mut f32, ldb: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasDgetrsBatched(handle: cublasHandle_t, trans: cublasOperation_t, n: c_int, nrhs: c_int, Aarray: *const *const f64, lda: c_int, devIpiv: *const c_int, Barray: *const *mut f64, ldb: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasCgetrsBatched(handle: cublasHandle_t, trans: cublasOperation_t, n: c_int, nrhs: c_int, Aarray: *const *const cuComplex, lda: c_int, devIpiv: *const c_int, Barray: *const *mut cuComplex, ldb: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasZgetrsBatched(handle: cublasHandle_t, trans: cublasOperation_t, n: c_int, nrhs: c_int, Aarray: *const *const cuDoubleComplex, lda: c_int, devIpiv: *const c_int, Barray: *const *mut cuDoubleComplex, ldb: c_int, info: *mut c_int, batchSize: c_int) -> cublasStatus_t; since 11.11;
            fn cublasUint8gemmBias(handle: cublasHandle_t, transa: cublasOperation_t, transb: cublasOperation_t, transc: cublasOperation_t, m: c_int, n: c_int, k: c_int, A: *const c_uchar, A_bias: c_int, lda: c_int, B: *const c_uchar, B_bias: c_int, ldb: c_int, C: *mut c_uchar, C_bias: c_int, ldc: c_int, C_mult: c_int, C_shift: c_int) -> cublasStatus_t; since 11.11;
        }
        legacy {
        }
    } };
}
