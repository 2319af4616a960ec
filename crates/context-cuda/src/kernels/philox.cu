// Philox4x32-10, as `context_core::random` defines it: the same words on every device.

__device__ inline void philox4x32_10(unsigned c[4], unsigned k0, unsigned k1) {
#pragma unroll
    for (int round = 0; round < 10; ++round) {
        unsigned left_high = __umulhi(0xD2511F53u, c[0]), left = 0xD2511F53u * c[0];
        unsigned right_high = __umulhi(0xCD9E8D57u, c[2]), right = 0xCD9E8D57u * c[2];
        c[0] = right_high ^ c[1] ^ k0;
        c[1] = right;
        c[2] = left_high ^ c[3] ^ k1;
        c[3] = left;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

// Makes the four words of a quad, and says where they go; false for threads beyond the end.
__device__ inline bool quad_of_thread(
    unsigned c[4], unsigned long long *first, unsigned long long count, unsigned long long position,
    unsigned seed_low, unsigned seed_high, unsigned fork) {
    unsigned long long thread = (unsigned long long)blockIdx.x * blockDim.x + threadIdx.x;
    unsigned long long quad = position / 4 + thread;
    *first = quad * 4;
    if (*first >= position + count) return false;
    unsigned long long block = quad / 65536;
    c[0] = (unsigned)block;
    c[1] = (unsigned)(block >> 32);
    c[2] = (unsigned)(quad % 65536);
    c[3] = fork;
    philox4x32_10(c, seed_low, seed_high);
    return true;
}

#define STEP 2.3283064365386963e-10f  // 2⁻³²
#define ANGLE (STEP * 6.2831855f)     // 2⁻³²·2π

// From here on every product and sum is rounded as it is written, as on the host: nothing is contracted.
__device__ inline float uniform(unsigned word) { return __fmaf_rn(__uint2float_rn(word), STEP, STEP / 2.0f); }

// The natural logarithm of a float in (0, 1]; see `context_core::random`'s `normal.rs`, which has the same steps.
__device__ inline float logarithm(float x) {
    unsigned shifted = __float_as_uint(x) + (0x3f800000u - 0x3f3504f3u);
    float e = __int2float_rn((int)(shifted >> 23) - 127);
    float f = __fsub_rn(__uint_as_float((shifted & 0x007fffffu) + 0x3f3504f3u), 1.0f);
    float square = __fmul_rn(f, f);
    float p = 7.0376836e-2f;
    p = __fmaf_rn(p, f, -1.15146103e-1f);
    p = __fmaf_rn(p, f, 1.1676999e-1f);
    p = __fmaf_rn(p, f, -1.2420141e-1f);
    p = __fmaf_rn(p, f, 1.4249323e-1f);
    p = __fmaf_rn(p, f, -1.6668058e-1f);
    p = __fmaf_rn(p, f, 2.0000715e-1f);
    p = __fmaf_rn(p, f, -2.4999994e-1f);
    p = __fmaf_rn(p, f, 3.3333331e-1f);
    float half = __fmul_rn(square, 0.5f);
    float lost_square = __fmaf_rn(f, f, __fsub_rn(0.0f, square));
    float high = __fsub_rn(f, half);
    float low = __fmaf_rn(lost_square, -0.5f, __fsub_rn(__fsub_rn(f, high), half));
    float tail = __fmaf_rn(__fmul_rn(square, f), p, low);
    float whole = __fmul_rn(e, 0.69314575f);
    float sum = __fadd_rn(whole, high);
    float lost = __fsub_rn(high, __fsub_rn(sum, whole));
    return __fadd_rn(sum, __fadd_rn(lost, __fmaf_rn(e, 1.4286068e-6f, tail)));
}

__device__ inline void sine_cosine(float angle, float *sine, float *cosine) {
    const float round = 12582912.0f;
    float rounded = __fmaf_rn(angle, 0.63661975f, round);
    unsigned quadrant = __float_as_uint(rounded);
    float turns = __fsub_rn(round, rounded);
    float high = __fmaf_rn(turns, 1.5707964f, angle);
    float rest = __fmul_rn(turns, -4.371139e-8f);
    float r = __fadd_rn(high, rest);
    float low = __fadd_rn(__fsub_rn(high, r), rest);
    float square = __fmul_rn(r, r);
    float p = 2.755732e-6f;
    p = __fmaf_rn(p, square, -1.984127e-4f);
    p = __fmaf_rn(p, square, 8.333334e-3f);
    p = __fmaf_rn(p, square, -1.6666667e-1f);
    float s = __fadd_rn(r, __fmaf_rn(__fmul_rn(r, square), p, low));
    float half = __fmul_rn(0.5f, square);
    float near = __fsub_rn(1.0f, half);
    float lost = __fsub_rn(__fsub_rn(1.0f, near), half);
    p = -2.755732e-7f;
    p = __fmaf_rn(p, square, 2.4801587e-5f);
    p = __fmaf_rn(p, square, -1.3888889e-3f);
    p = __fmaf_rn(p, square, 4.1666668e-2f);
    float tail = __fmaf_rn(__fmul_rn(square, square), p, __fmaf_rn(__fsub_rn(0.0f, r), low, lost));
    float c = __fadd_rn(near, tail);
    bool odd = quadrant & 1;
    *sine = __uint_as_float(__float_as_uint(odd ? c : s) ^ ((quadrant & 2) << 30));
    *cosine = __uint_as_float(__float_as_uint(odd ? s : c) ^ (((quadrant + 1) & 2) << 30));
}

__device__ inline void box_muller(unsigned first, unsigned second, float mean, float deviation, float *out) {
    float radius = __fsqrt_rn(__fmul_rn(-2.0f, logarithm(uniform(first))));
    float angle = __fadd_rn(__fmul_rn(__uint2float_rn(second), ANGLE), ANGLE / 2.0f);
    float sine, cosine;
    sine_cosine(angle, &sine, &cosine);
    out[0] = __fadd_rn(__fmul_rn(__fmul_rn(radius, sine), deviation), mean);
    out[1] = __fadd_rn(__fmul_rn(__fmul_rn(radius, cosine), deviation), mean);
}

// One thread a block of four words. The last two parameters are the kernel's own: a range, a mean and a deviation, nothing.
#define PHILOX(name, type, ...)                                                                            \
    extern "C" __global__ void name(                                                                       \
        type *target, unsigned long long count, unsigned long long position,                               \
        unsigned seed_low, unsigned seed_high, unsigned fork, float low, float high) {                     \
        unsigned c[4];                                                                                     \
        unsigned long long first;                                                                          \
        if (!quad_of_thread(c, &first, count, position, seed_low, seed_high, fork)) return;                \
        type out[4];                                                                                       \
        __VA_ARGS__                                                                                        \
        _Pragma("unroll") for (int lane = 0; lane < 4; ++lane) {                                           \
            unsigned long long place = first + lane;                                                       \
            if (place >= position && place < position + count) target[place - position] = out[lane];       \
        }                                                                                                  \
    }

PHILOX(philox_words, unsigned, for (int lane = 0; lane < 4; ++lane) out[lane] = c[lane];)

PHILOX(philox_uniform, float, {
    float width = __fsub_rn(high, low);
    for (int lane = 0; lane < 4; ++lane)
        out[lane] = fminf(__fadd_rn(__fmul_rn(uniform(c[lane]), width), low), high);
})

PHILOX(philox_normal, float, {
    box_muller(c[0], c[1], low, high, out);
    box_muller(c[2], c[3], low, high, out + 2);
})
