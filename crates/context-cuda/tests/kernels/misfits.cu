// Kernels whose declarations in the tests do not fit, or that do what no kernel should.

extern "C" __global__ void takes_pointer_only(float *y) {
    y[threadIdx.x] = 1.0f;
}

extern "C" __global__ void twice(float *y, size_t len) {
    size_t i = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < len) y[i] *= 2.0f;
}

// Writes behind the end of its slice.
extern "C" __global__ void runs_over(float *y, size_t len) {
    y[len + (1 << 20) + threadIdx.x] = 1.0f;
}
