// The kernels of the conformance suite. Each slice is a pointer and a length; see `kernels.rs` above this folder.
// Products and sums are rounded each, as in the Rust bodies.
// nvrtc: --fmad=false

static __device__ size_t thread_x() { return size_t(blockIdx.x) * blockDim.x + threadIdx.x; }
static __device__ size_t thread_y() { return size_t(blockIdx.y) * blockDim.y + threadIdx.y; }
static __device__ size_t thread_z() { return size_t(blockIdx.z) * blockDim.z + threadIdx.z; }

// y ← a·x + y
extern "C" __global__ void axpy(float a, const float *x, size_t x_len, float *y, size_t y_len) {
    size_t i = thread_x();
    if (i >= y_len) return;
    y[i] = a * x[i] + y[i];
}

// x ← 3·x + 1: two in the wrong order, or one lost, give another number.
extern "C" __global__ void step(unsigned *x, size_t x_len) {
    size_t i = thread_x();
    if (i >= x_len) return;
    x[i] = 3 * x[i] + 1;
}

// sum ← sum + Σ x, by one thread.
extern "C" __global__ void accumulate(const unsigned *x, size_t x_len, unsigned *sum, size_t) {
    if (thread_x() != 0) return;
    for (size_t i = 0; i < x_len; ++i) sum[0] += x[i];
}

struct Pair {
    unsigned short first, second;
};

// Values of every size, and between them what aligns the next.
extern "C" __global__ void values(
    unsigned char byte, short small, unsigned word, double wide, Pair pair, float last, double *out, size_t) {
    if (thread_x() != 0) return;
    out[0] = byte;
    out[1] = small;
    out[2] = word;
    out[3] = wide;
    out[4] = pair.first;
    out[5] = pair.second;
    out[6] = last;
}

// Each element says which thread wrote it.
extern "C" __global__ void plane(unsigned long long columns, unsigned *out, size_t out_len) {
    size_t x = thread_x(), y = thread_y();
    if (x >= columns || y >= out_len / columns) return;
    out[y * columns + x] = unsigned(1000 * y + x);
}

extern "C" __global__ void space(unsigned nx, unsigned ny, unsigned *out, size_t out_len) {
    size_t x = thread_x(), y = thread_y(), z = thread_z();
    size_t layer = size_t(nx) * ny;
    if (x >= nx || y >= ny || z >= out_len / layer) return;
    out[z * layer + y * nx + x] = unsigned(10000 * z + 100 * y + x);
}

// Two that are read, two that are written.
extern "C" __global__ void combine(
    const unsigned *x, size_t, const unsigned *y, size_t, unsigned *sum, size_t sum_len, unsigned *product, size_t) {
    size_t i = thread_x();
    if (i >= sum_len) return;
    sum[i] = x[i] + y[i];
    product[i] = x[i] * y[i];
}

// One thread writes how many there are to be.
extern "C" __global__ void mark(unsigned threads, unsigned *y, size_t y_len) {
    if (blockIdx.x == 0 && threadIdx.x == 0 && y_len > 0) y[0] = threads;
}
