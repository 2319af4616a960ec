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

// Reciprocals and logarithms, as bits: see `context_core::random`'s `normal.rs`, which has the same steps.
__device__ const unsigned long long LOGARITHMS[16][2] = {
    {0x3ff661ec79f8f3beull, 0xbfd57bf7808caadeull},
    {0x3ff571ed4aaf883dull, 0xbfd2bef0a7c06ddbull},
    {0x3ff49539f0f010b0ull, 0xbfd01eae7f513a67ull},
    {0x3ff3c995b0b80385ull, 0xbfcb31d8a68224e9ull},
    {0x3ff30d190c8864a5ull, 0xbfc6574f0ac07758ull},
    {0x3ff25e227b0b8ea0ull, 0xbfc1aa2bc79c8100ull},
    {0x3ff1bb4a4a1a343full, 0xbfba4e76ce8c0e5eull},
    {0x3ff12358f08ae5baull, 0xbfb1973c5a611cccull},
    {0x3ff0953f419900a7ull, 0xbfa252f438e10c1eull},
    {0x3ff0000000000000ull, 0x0000000000000000ull},
    {0x3fee608cfd9a47acull, 0x3faaa5aa5df25984ull},
    {0x3feca4b31f026aa0ull, 0x3fbc5e53aa362eb4ull},
    {0x3feb2036576afce6ull, 0x3fc526e57720db08ull},
    {0x3fe9c2d163a1aa2dull, 0x3fcbc2860d224770ull},
    {0x3fe886e6037841edull, 0x3fd1058bc8a07ee1ull},
    {0x3fe767dcf5534862ull, 0x3fd4043057b6ee09ull},
};

__device__ inline double of_bits(unsigned long long bits) { return __longlong_as_double((long long)bits); }

// The natural logarithm of a float in (0, 1].
__device__ inline float logarithm(float x) {
    const unsigned start = 0x3f330000u;
    unsigned shifted = __float_as_uint(x) + (0x3f800000u - start);
    double e = __int2double_rn((int)(shifted >> 23) - 127);
    double m = (double)__uint_as_float((shifted & 0x007fffffu) + start);
    const unsigned long long *row = LOGARITHMS[(shifted >> 19) & 15];
    double r = __fma_rn(m, of_bits(row[0]), -1.0);
    double whole = __fma_rn(e, of_bits(0x3fe62e42fefa39efull), of_bits(row[1]));
    double square = __dmul_rn(r, r);
    double tail = __fma_rn(of_bits(0x3fd5575b0be00b6aull), r, of_bits(0xbfdffffef20a4123ull));
    tail = __fma_rn(of_bits(0xbfd00ea348b88334ull), square, tail);
    return __double2float_rn(__fma_rn(tail, square, __dadd_rn(whole, r)));
}

__device__ inline void sine_cosine(float angle, float *sine, float *cosine) {
    const float round = 12582912.0f;
    float rounded = __fmaf_rn(angle, 0.63661975f, round);
    unsigned quadrant = __float_as_uint(rounded);
    float turns = __fsub_rn(round, rounded);
    float high = __fmaf_rn(turns, 1.5707964f, angle);
    float middle = __fmul_rn(turns, -4.37113954e-8f);
    float r = __fadd_rn(high, middle);
    float of_middle = __fsub_rn(r, high);
    float lost_sum = __fadd_rn(__fsub_rn(high, __fsub_rn(r, of_middle)), __fsub_rn(middle, of_middle));
    float low = __fmaf_rn(turns, 5.39030295e-15f, lost_sum);
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
