// C ← alpha·A·B + beta·C for any strides, of a batch of products: a block computes tiles of C, through tiles of A and B in shared memory.
//
// A is m × k, B is k × n, C is m × n; strides count elements, also those from one product of the batch to the next. With beta zero, C is not read.
// Rows and products may be more than a grid has blocks: blocks go on to the next ones.
// Elements of 16 bits are added up in `float`, and rounded once.

#define TILE 16

struct Half {
    unsigned short bits;
};

struct BFloat16 {
    unsigned short bits;
};

__device__ float widen(float value) { return value; }
__device__ double widen(double value) { return value; }

__device__ float widen(Half value) {
    float wide;
    asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(value.bits));
    return wide;
}

__device__ float widen(BFloat16 value) { return __uint_as_float((unsigned)value.bits << 16); }

__device__ void narrow(float *target, float value) { *target = value; }
__device__ void narrow(double *target, double value) { *target = value; }

__device__ void narrow(Half *target, float value) {
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(target->bits) : "f"(value));
}

// By hand, since devices before 8.0 have no such conversion: to the nearest, ties to even; what is no number stays none.
__device__ void narrow(BFloat16 *target, float value) {
    unsigned bits = __float_as_uint(value);
    target->bits = value != value ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

template <typename T, typename Sum>
__device__ void gemm(
    unsigned long long m, unsigned long long n, unsigned long long k, unsigned long long batches, Sum alpha,
    const T *a, unsigned long long a_row, unsigned long long a_column, unsigned long long a_batch,
    const T *b, unsigned long long b_row, unsigned long long b_column, unsigned long long b_batch, Sum beta,
    T *c, unsigned long long c_row, unsigned long long c_column, unsigned long long c_batch) {
    // One column more than needed, so that a column's elements lie in different banks.
    __shared__ Sum a_tile[TILE][TILE + 1];
    __shared__ Sum b_tile[TILE][TILE + 1];

    unsigned x = threadIdx.x, y = threadIdx.y;
    unsigned long long column = (unsigned long long)blockIdx.x * TILE + x;
    for (unsigned long long batch = blockIdx.z; batch < batches; batch += gridDim.z) {
        for (unsigned long long first = (unsigned long long)blockIdx.y * TILE; first < m;
             first += (unsigned long long)gridDim.y * TILE) {
            unsigned long long row = first + y;
            const T *left = a + batch * a_batch, *right = b + batch * b_batch;
            Sum sum = 0;
            for (unsigned long long start = 0; start < k; start += TILE) {
                a_tile[y][x] =
                    row < m && start + x < k ? widen(left[row * a_row + (start + x) * a_column]) : Sum(0);
                b_tile[y][x] =
                    start + y < k && column < n ? widen(right[(start + y) * b_row + column * b_column]) : Sum(0);
                __syncthreads();
#pragma unroll
                for (int i = 0; i < TILE; ++i) sum += a_tile[y][i] * b_tile[i][x];
                __syncthreads();
            }
            if (row < m && column < n) {
                T *target = c + batch * c_batch + row * c_row + column * c_column;
                narrow(target, beta == Sum(0) ? alpha * sum : alpha * sum + beta * widen(*target));
            }
        }
    }
}

#define GEMM(NAME, T, SUM)                                                                                  \
    extern "C" __global__ void NAME(                                                                        \
        unsigned long long m, unsigned long long n, unsigned long long k, unsigned long long batches,      \
        SUM alpha, const T *a, unsigned long long a_row, unsigned long long a_column,                       \
        unsigned long long a_batch, const T *b, unsigned long long b_row, unsigned long long b_column,    \
        unsigned long long b_batch, SUM beta, T *c, unsigned long long c_row,                             \
        unsigned long long c_column, unsigned long long c_batch) {                                        \
        gemm<T, SUM>(m, n, k, batches, alpha, a, a_row, a_column, a_batch, b, b_row, b_column,           \
            b_batch, beta, c, c_row, c_column, c_batch);                                                \
    }

GEMM(gemm_f32, float, float)
GEMM(gemm_f64, double, double)
GEMM(gemm_f16, Half, float)
GEMM(gemm_bf16, BFloat16, float)
