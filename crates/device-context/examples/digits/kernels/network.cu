// The kernels of a small fully connected network. Each slice is a pointer and a length; see `network.rs` beside this folder.

// NVRTC has no <math.h>: infinity and NaN are written as their bits.

// h ← max(h + bias, 0), the bias repeated for each row.
extern "C" __global__ void bias_relu(const float *bias, size_t bias_len, float *h, size_t h_len) {
    size_t i = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= h_len) return;
    h[i] = fmaxf(h[i] + bias[i % bias_len], 0.0f);
}

// One thread a sample: its loss, and the gradient of the mean loss over the batch in place of the logits.
extern "C" __global__ void softmax_cross_entropy(
    const float *bias, size_t classes, const unsigned *labels, size_t samples,
    float *logits, size_t, float *losses, size_t) {
    size_t sample = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (sample >= samples) return;
    float *row = logits + sample * classes;

    float largest = -__int_as_float(0x7f800000);
    for (size_t c = 0; c < classes; ++c) {
        row[c] += bias[c];
        largest = fmaxf(largest, row[c]);
    }
    float sum = 0.0f;
    for (size_t c = 0; c < classes; ++c) sum += expf(row[c] - largest);

    unsigned label = labels[sample];
    losses[sample] = label < classes ? logf(sum) - (row[label] - largest) : __int_as_float(0x7fffffff);
    for (size_t c = 0; c < classes; ++c) {
        float probability = expf(row[c] - largest) / sum;
        row[c] = (probability - (c == label ? 1.0f : 0.0f)) / float(samples);
    }
}

// y ← y + x
extern "C" __global__ void add(const float *x, size_t, float *y, size_t len) {
    size_t i = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < len) y[i] += x[i];
}

// The gradient passes where the rectifier let the value through.
extern "C" __global__ void relu_backward(const float *h, size_t, float *gradient, size_t gradient_len) {
    size_t i = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= gradient_len) return;
    if (h[i] <= 0.0f) gradient[i] = 0.0f;
}

// One thread a column.
extern "C" __global__ void column_sum(const float *matrix, size_t matrix_len, float *sums, size_t columns) {
    size_t column = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (column >= columns) return;
    float sum = 0.0f;
    for (size_t i = column; i < matrix_len; i += columns) sum += matrix[i];
    sums[column] = sum;
}

// velocity ← momentum·velocity − rate·gradient; weights ← weights + velocity.
extern "C" __global__ void sgd_momentum(
    float rate, float momentum, const float *gradient, size_t, float *velocity, size_t, float *weights, size_t len) {
    size_t i = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= len) return;
    velocity[i] = momentum * velocity[i] - rate * gradient[i];
    weights[i] += velocity[i];
}

// One thread a sample: the class with the largest logit.
extern "C" __global__ void classify(
    const float *bias, size_t classes, const float *logits, size_t, unsigned *best, size_t samples) {
    size_t sample = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (sample >= samples) return;
    const float *row = logits + sample * classes;
    unsigned winner = 0;
    for (size_t c = 1; c < classes; ++c)
        if (row[c] + bias[c] > row[winner] + bias[winner]) winner = unsigned(c);
    best[sample] = winner;
}
