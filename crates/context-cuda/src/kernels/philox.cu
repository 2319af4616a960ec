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

// One thread a block of four words. Every product and sum is rounded by itself, as on the host: nothing is contracted.
extern "C" __global__ void philox_uniform(
    float *target, unsigned long long count, unsigned long long position,
    unsigned seed_low, unsigned seed_high, unsigned fork, float low, float high) {
    unsigned long long thread = (unsigned long long)blockIdx.x * blockDim.x + threadIdx.x;
    unsigned long long quad = position / 4 + thread;
    unsigned long long first = quad * 4;
    if (first >= position + count) return;

    unsigned long long block = quad / 65536;
    unsigned c[4] = {(unsigned)block, (unsigned)(block >> 32), (unsigned)(quad % 65536), fork};
    philox4x32_10(c, seed_low, seed_high);

    const float step = 2.3283064365386963e-10f;  // 2⁻³²
    float width = __fsub_rn(high, low);
#pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        unsigned long long place = first + lane;
        if (place < position || place >= position + count) continue;
        float uniform = __fadd_rn(__fmul_rn(__uint2float_rn(c[lane]), step), step / 2.0f);
        target[place - position] = fminf(__fadd_rn(__fmul_rn(uniform, width), low), high);
    }
}
