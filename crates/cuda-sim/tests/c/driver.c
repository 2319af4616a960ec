/* A program for the CUDA driver, compiled against NVIDIA's own cuda.h and linked with libcuda.
 *
 * With no argument it goes once round the driver and prints "passed". With "peek" it reads a device pointer on the
 * host, which must end the process. With "kernel FILE" it loads PTX and checks what its kernel "axpy" computes.
 */
#include <cuda.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(CUresult result, const char *call, int line)
{
    const char *name = "a code without a name";

    if (result == CUDA_SUCCESS)
        return;
    cuGetErrorName(result, &name);
    fprintf(stderr, "line %d: %s: %s\n", line, call, name);
    exit(1);
}
#define CHECK(call) check(call, #call, __LINE__)

#define EXPECT(condition)                                                \
    do {                                                                 \
        if (!(condition)) {                                              \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #condition); \
            exit(1);                                                     \
        }                                                                \
    } while (0)

static CUcontext create_context(CUdevice device)
{
    CUcontext context;

#if CUDA_VERSION >= 13000
    CHECK(cuCtxCreate(&context, NULL, 0, device));
#else
    CHECK(cuCtxCreate(&context, 0, device));
#endif
    return context;
}

static void CUDA_CB count_up(void *data)
{
    ++*(int *)data;
}

static void go_round(void)
{
    enum { COUNT = 1000 };
    CUdevice device;
    CUcontext current, context;
    CUstream stream;
    CUevent start, end;
    CUdeviceptr memory, base;
    CUdevprop properties;
    CUuuid uuid;
    int version, major, *pinned, i, counted = 0;
    unsigned int words[COUNT];
    size_t before, after, total, size;
    float milliseconds;
    char name[64];
    void *function = NULL;

    CHECK(cuDriverGetVersion(&version));
    EXPECT(version >= CUDA_VERSION);
    CHECK(cuDeviceGet(&device, 0));
    CHECK(cuDeviceGetName(name, sizeof name, device));
    CHECK(cuDeviceGetUuid(&uuid, device));
    CHECK(cuDeviceTotalMem(&total, device));
    CHECK(cuDeviceGetAttribute(&major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device));
    CHECK(cuDeviceGetProperties(&properties, device));
    EXPECT(properties.maxThreadsPerBlock == 1024 && properties.SIMDWidth == 32 && major >= 3);

    context = create_context(device);
    CHECK(cuCtxGetCurrent(&current));
    EXPECT(current == context);
    CHECK(cuMemGetInfo(&before, &size));
    EXPECT(size == total);

    CHECK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    CHECK(cuEventCreate(&start, CU_EVENT_DEFAULT));
    CHECK(cuEventCreate(&end, CU_EVENT_DEFAULT));
    CHECK(cuMemAlloc(&memory, sizeof words));
    CHECK(cuMemGetAddressRange(&base, &size, memory + 8));
    EXPECT(base == memory && size == sizeof words);
    CHECK(cuMemAllocHost((void **)&pinned, sizeof words));

    CHECK(cuEventRecord(start, stream));
    CHECK(cuMemsetD32Async(memory, 7, COUNT, stream));
    CHECK(cuMemcpyDtoHAsync(pinned, memory, sizeof words, stream));
    CHECK(cuLaunchHostFunc(stream, count_up, &counted));
    CHECK(cuEventRecord(end, stream));
    CHECK(cuEventSynchronize(end));
    CHECK(cuEventElapsedTime(&milliseconds, start, end));
    EXPECT(counted == 1 && milliseconds >= 0);
    for (i = 0; i < COUNT; i++)
        EXPECT(pinned[i] == 7);

    for (i = 0; i < COUNT; i++)
        words[i] = (unsigned int)i;
    CHECK(cuMemcpyHtoD(memory, words, sizeof words));
    memset(words, 0, sizeof words);
    CHECK(cuMemcpyDtoH(words, memory, sizeof words));
    for (i = 0; i < COUNT; i++)
        EXPECT(words[i] == (unsigned int)i);

#if CUDA_VERSION >= 12000
    CHECK(cuGetProcAddress("cuMemAlloc", &function, CUDA_VERSION, CU_GET_PROC_ADDRESS_DEFAULT, NULL));
#else
    CHECK(cuGetProcAddress("cuMemAlloc", &function, CUDA_VERSION, CU_GET_PROC_ADDRESS_DEFAULT));
#endif
    EXPECT(function == (void *)cuMemAlloc);

    EXPECT(cuMemAlloc(NULL, 1) == CUDA_ERROR_INVALID_VALUE);
    EXPECT(cuStreamSynchronize((CUstream)0x1230) == CUDA_ERROR_INVALID_HANDLE);
    EXPECT(cuModuleUnload(NULL) == CUDA_ERROR_INVALID_HANDLE);

    CHECK(cuMemFree(memory));
    CHECK(cuMemFreeHost(pinned));
    CHECK(cuEventDestroy(start));
    CHECK(cuEventDestroy(end));
    CHECK(cuStreamDestroy(stream));
    CHECK(cuMemGetInfo(&after, &size));
    EXPECT(after == before);
    CHECK(cuCtxDestroy(context));
}

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);

    EXPECT(file != NULL && text != NULL);
    EXPECT(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void run_kernel(const char *path)
{
    enum { COUNT = 1000 };
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CUfunction axpy;
    CUdeviceptr x, y;
    float a = 2.0f, host_x[COUNT], host_y[COUNT];
    int i, count = COUNT, threads;
    void *arguments[] = {&a, &x, &y, &count};
    char log[1000] = "";
    CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
    void *values[] = {log, (void *)sizeof log};

    CHECK(cuDeviceGet(&device, 0));
    CHECK(cuDevicePrimaryCtxRetain(&context, device));
    CHECK(cuCtxSetCurrent(context));
    EXPECT(cuModuleLoadDataEx(&module, ".version 7.0\n.target sm_50\n.address_size 64\nnonsense;\n", 2, options,
                              values) == CUDA_ERROR_INVALID_PTX);
    EXPECT(strlen(log) > 0);
    CHECK(cuModuleLoadData(&module, read_text(path)));
    EXPECT(cuModuleGetFunction(&axpy, module, "no_such_kernel") == CUDA_ERROR_NOT_FOUND);
    CHECK(cuModuleGetFunction(&axpy, module, "axpy"));
    CHECK(cuFuncGetAttribute(&threads, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, axpy));
    EXPECT(threads >= 256);

    for (i = 0; i < COUNT; i++) {
        host_x[i] = (float)i;
        host_y[i] = 1.0f;
    }
    CHECK(cuMemAlloc(&x, sizeof host_x));
    CHECK(cuMemAlloc(&y, sizeof host_y));
    CHECK(cuMemcpyHtoD(x, host_x, sizeof host_x));
    CHECK(cuMemcpyHtoD(y, host_y, sizeof host_y));
    CHECK(cuLaunchKernel(axpy, (COUNT + 255) / 256, 1, 1, 256, 1, 1, 0, NULL, arguments, NULL));
    CHECK(cuMemcpyDtoH(host_y, y, sizeof host_y));
    for (i = 0; i < COUNT; i++)
        EXPECT(host_y[i] == 2.0f * (float)i + 1.0f);
    EXPECT(cuLaunchKernel(axpy, 1, 1, 1, 2048, 1, 1, 0, NULL, arguments, NULL) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuModuleUnload(module));
    CHECK(cuDevicePrimaryCtxRelease(device));
}

static void peek(void)
{
    CUdevice device;
    CUdeviceptr memory;

    CHECK(cuDeviceGet(&device, 0));
    create_context(device);
    CHECK(cuMemAlloc(&memory, 4096));
    CHECK(cuMemsetD8(memory, 1, 4096));
    CHECK(cuCtxSynchronize());
    printf("the host read %d\n", *(volatile char *)(size_t)memory);
}

int main(int count, char **arguments)
{
    EXPECT(cuCtxSynchronize() == CUDA_ERROR_NOT_INITIALIZED);
    CHECK(cuInit(0));
    if (count == 2 && strcmp(arguments[1], "peek") == 0)
        peek();
    else if (count == 3 && strcmp(arguments[1], "kernel") == 0)
        run_kernel(arguments[2]);
    else
        go_round();
    printf("passed\n");
    return 0;
}
