// The kernel of the README. Each slice of the declaration is two parameters, a pointer and its length.

extern "C" __global__ void saxpy(float a, const float *x, size_t, float *y, size_t y_len) {
    size_t i = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < y_len) y[i] += a * x[i];
}
