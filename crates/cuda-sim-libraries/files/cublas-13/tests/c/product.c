/* Multiplies two matrices by cuBLAS. What cuda.h and cublas_v2.h declare is declared here, so that it compiles without a toolkit;
   a program includes them instead. */
#include <stdio.h>

typedef unsigned long long CUdeviceptr;
int cuInit(unsigned flags);
int cuDevicePrimaryCtxRetain(void **context, int device);
int cuCtxSetCurrent(void *context);
int cuMemAlloc_v2(CUdeviceptr *address, size_t bytes);
int cuMemFree_v2(CUdeviceptr address);
int cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes);
int cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes);

typedef struct cublasContext *cublasHandle_t;
enum { CUBLAS_OP_N = 0 };
int cublasCreate_v2(cublasHandle_t *handle);
int cublasDestroy_v2(cublasHandle_t handle);
int cublasSgemm_v2(cublasHandle_t handle, int transa, int transb, int m, int n, int k, const float *alpha, const float *a, int lda,
                   const float *b, int ldb, const float *beta, float *c, int ldc);

int main(void) {
    const float factors[8] = {1, 2, 3, 4, 5, 6, 7, 8}, one = 1, zero = 0;
    float product[4];
    void *context;
    CUdeviceptr memory;
    cublasHandle_t cublas;

    if (cuInit(0) || cuDevicePrimaryCtxRetain(&context, 0) || cuCtxSetCurrent(context)) return 1;
    if (cuMemAlloc_v2(&memory, 48) || cuMemcpyHtoD_v2(memory, factors, 32) || cublasCreate_v2(&cublas)) return 2;
    if (cublasSgemm_v2(cublas, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 2, &one, (float *)memory, 2, (float *)(memory + 16), 2, &zero,
                       (float *)(memory + 32), 2)) return 3;
    if (cuMemcpyDtoH_v2(product, memory + 32, 16) || cublasDestroy_v2(cublas) || cuMemFree_v2(memory)) return 4;
    printf("%g %g %g %g\n", product[0], product[1], product[2], product[3]);
    return 0;
}
