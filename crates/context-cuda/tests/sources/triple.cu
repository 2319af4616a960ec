// nvrtc: -DFACTOR=3.0f -DOFFSET=1.0f
// Compiled when the test runs; `cargo xtask kernels` looks into folders named so.
extern "C" __global__ void triple(float *y, size_t y_len) {
    size_t i = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < y_len) y[i] = y[i] * FACTOR + OFFSET;
}
