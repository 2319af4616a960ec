#include <cuda.h>
#include <stdio.h>

#define CHECK(call)                                                      \
    do {                                                                 \
        CUresult code = (call);                                          \
        if (code != CUDA_SUCCESS) {                                      \
            const char *name = "?";                                      \
            cuGetErrorName(code, &name);                                 \
            fprintf(stderr, "%s: %s\n", #call, name);                    \
            return 1;                                                    \
        }                                                                \
    } while (0)

static const char *ptx =
    ".version 7.0\n.target sm_70\n.address_size 64\n"
    ".visible .entry scale(.param .u64 x, .param .u32 n) {\n"
    "  .reg .pred %p<2>; .reg .b32 %r<6>; .reg .f32 %f<3>; .reg .b64 %rd<4>;\n"
    "  ld.param.u64 %rd1, [x]; ld.param.u32 %r1, [n];\n"
    "  mov.u32 %r2, %ctaid.x; mov.u32 %r3, %ntid.x; mov.u32 %r4, %tid.x;\n"
    "  mad.lo.u32 %r5, %r2, %r3, %r4; setp.ge.u32 %p1, %r5, %r1; @%p1 bra done;\n"
    "  mul.wide.u32 %rd2, %r5, 4; add.u64 %rd3, %rd1, %rd2;\n"
    "  ld.global.f32 %f1, [%rd3]; add.f32 %f2, %f1, %f1; st.global.f32 [%rd3], %f2;\n"
    "done: ret;\n}\n";

int main(void) {
    enum { N = 1000 };
    float host[N];
    for (int i = 0; i < N; i++) host[i] = (float)i;
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CUfunction scale;
    CUdeviceptr x;
    unsigned n = N;
    CHECK(cuInit(0));
    CHECK(cuDeviceGet(&device, 0));
    CHECK(cuDevicePrimaryCtxRetain(&context, device));
    CHECK(cuCtxSetCurrent(context));
    CHECK(cuModuleLoadData(&module, ptx));
    CHECK(cuModuleGetFunction(&scale, module, "scale"));
    CHECK(cuMemAlloc(&x, sizeof host));
    CHECK(cuMemcpyHtoD(x, host, sizeof host));
    void *arguments[] = {&x, &n};
    CHECK(cuLaunchKernel(scale, (N + 127) / 128, 1, 1, 128, 1, 1, 0, 0, arguments, 0));
    CHECK(cuMemcpyDtoH(host, x, sizeof host));
    CHECK(cuMemFree(x));
    for (int i = 0; i < N; i++)
        if (host[i] != 2.0f * i) return 2;
    puts("passed");
    return 0;
}
