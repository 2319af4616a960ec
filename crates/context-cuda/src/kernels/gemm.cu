// C ← alpha·A·B + beta·C for any strides: a block computes a tile of C, through tiles of A and B in shared memory.
//
// A is m × k, B is k × n, C is m × n; strides count elements. With beta zero, C is not read.

#define TILE 16

template <typename T>
__device__ void gemm(
    unsigned long long m, unsigned long long n, unsigned long long k, T alpha,
    const T *a, unsigned long long a_row, unsigned long long a_column,
    const T *b, unsigned long long b_row, unsigned long long b_column, T beta,
    T *c, unsigned long long c_row, unsigned long long c_column) {
    // One column more than needed, so that a column's elements lie in different banks.
    __shared__ T a_tile[TILE][TILE + 1];
    __shared__ T b_tile[TILE][TILE + 1];

    unsigned x = threadIdx.x, y = threadIdx.y;
    unsigned long long row = (unsigned long long)blockIdx.y * TILE + y;
    unsigned long long column = (unsigned long long)blockIdx.x * TILE + x;

    T sum = 0;
    for (unsigned long long start = 0; start < k; start += TILE) {
        a_tile[y][x] = row < m && start + x < k ? a[row * a_row + (start + x) * a_column] : T(0);
        b_tile[y][x] = start + y < k && column < n ? b[(start + y) * b_row + column * b_column] : T(0);
        __syncthreads();
#pragma unroll
        for (int i = 0; i < TILE; ++i) sum += a_tile[y][i] * b_tile[i][x];
        __syncthreads();
    }
    if (row < m && column < n) {
        T *target = c + row * c_row + column * c_column;
        *target = beta == T(0) ? alpha * sum : alpha * sum + beta * *target;
    }
}

#define GEMM(NAME, T)                                                                                      \
    extern "C" __global__ void NAME(                                                                       \
        unsigned long long m, unsigned long long n, unsigned long long k, T alpha, const T *a,             \
        unsigned long long a_row, unsigned long long a_column, const T *b, unsigned long long b_row,       \
        unsigned long long b_column, T beta, T *c, unsigned long long c_row, unsigned long long c_column) { \
        gemm<T>(m, n, k, alpha, a, a_row, a_column, b, b_row, b_column, beta, c, c_row, c_column);         \
    }

GEMM(gemm_f32, float)
GEMM(gemm_f64, double)
