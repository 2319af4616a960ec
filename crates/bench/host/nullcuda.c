/* nullcuda: a CUDA driver that does nothing, at once.
 *
 * Exports the CUDA driver API's plain C symbols. Every call succeeds immediately with plausible
 * outputs: handles from a counter, host memory behind every allocation, memcpy/memset for copies.
 * It exists to measure the HOST cost of what sits above the driver, and to count driver calls.
 * There is no ordering to get wrong here (everything has already happened), so it is NOT a
 * correctness model of streams; a kernel launch runs nothing.
 *
 * Build (from this folder):
 *   gcc -O2 -g -fPIC -shared -pthread -Wl,-soname,libcuda.so.1 -o OUT/libcuda.so.1 nullcuda.c
 *
 * Control surface (not part of CUDA; find with dlsym):
 *   uint64_t nullcuda_calls(void)                total driver calls since the last reset
 *   uint64_t nullcuda_count(const char *name)    calls of one entry point
 *   void     nullcuda_reset(void)                zero the counters
 *   void     nullcuda_dump(FILE *)               non-zero counters, one a line
 *   int      nullcuda_fail(name, after, code)    let `after` more calls of `name` pass, then have
 *                                                one return `code`; 0 on success, -1 unknown name
 *   uint64_t nullcuda_live_bytes(void), nullcuda_live_allocs(void)
 * Environment: NULLCUDA_DEVICES (default 2), NULLCUDA_MEM_MIB (per process, default 81920),
 * NULLCUDA_NO_POOLS=1 (report stream-ordered memory pools as unsupported).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef void *H; /* any opaque handle */
#define API __attribute__((visibility("default")))
#define TLS static __thread __attribute__((tls_model("initial-exec")))
#define EXPECT0(x) __builtin_expect(!!(x), 0)
enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_DEVICE = 101, INVALID_CONTEXT = 201,
       NOT_FOUND = 500, NOT_SUPPORTED = 801 };

/* ---- call counters: one entry per API function, in its own section -------------------------- */
struct ent { uint64_t n; const char *name; int64_t fail_after; int fail_code; int _pad; };
extern struct ent __start_nullcnt[], __stop_nullcnt[];
#define N(f)                                                                                      \
  static struct ent e_##f __attribute__((section("nullcnt"), used, aligned(32))) = {0, #f, 0, 0, 0}; \
  __atomic_fetch_add(&e_##f.n, 1, __ATOMIC_RELAXED);                                              \
  if (EXPECT0(e_##f.fail_code)) { int c_ = fail_hit(&e_##f); if (c_) return c_; }

static int fail_hit(struct ent *e) {
  if (__atomic_fetch_sub(&e->fail_after, 1, __ATOMIC_RELAXED) > 0) return 0;
  int c = e->fail_code; e->fail_code = 0; return c;
}
static struct ent *ent_find(const char *name) {
  for (struct ent *e = __start_nullcnt; e < __stop_nullcnt; e++) if (!strcmp(e->name, name)) return e;
  return NULL;
}
API uint64_t nullcuda_calls(void) {
  uint64_t s = 0; for (struct ent *e = __start_nullcnt; e < __stop_nullcnt; e++) s += e->n; return s;
}
API uint64_t nullcuda_count(const char *name) { struct ent *e = ent_find(name); return e ? e->n : 0; }
API void nullcuda_reset(void) { for (struct ent *e = __start_nullcnt; e < __stop_nullcnt; e++) e->n = 0; }
API void nullcuda_dump(FILE *f) {
  for (struct ent *e = __start_nullcnt; e < __stop_nullcnt; e++)
    if (e->n) fprintf(f ? f : stderr, "%s %llu\n", e->name, (unsigned long long)e->n);
}
API int nullcuda_fail(const char *name, uint64_t after, int code) {
  struct ent *e = ent_find(name); if (!e) return -1;
  e->fail_after = (int64_t)after; e->fail_code = code; return 0;
}

/* ---- state ---------------------------------------------------------------------------------- */
static int ndev = 2, no_pools;
static uint64_t mem_total = 81920ull << 20;
static uint64_t next_handle = 0x100;
static uint64_t live_bytes, live_high, live_allocs;
static struct { int refs; unsigned flags; } primary[64];
TLS H cur_ctx;
TLS H ctx_stack[16];
TLS int ctx_depth;

__attribute__((constructor)) static void boot(void) {
  const char *s;
  if ((s = getenv("NULLCUDA_DEVICES")) && atoi(s) >= 0 && atoi(s) <= 64) ndev = atoi(s);
  no_pools = (s = getenv("NULLCUDA_NO_POOLS")) && atoi(s);
  if ((s = getenv("NULLCUDA_MEM_MIB")) && atoll(s) > 0) mem_total = (uint64_t)atoll(s) << 20;
}
static inline H handle(void) { return (H)(uintptr_t)(__atomic_fetch_add(&next_handle, 1, __ATOMIC_RELAXED) << 12); }
/* contexts carry their device: primary context of device d is 0xC0000000 + d * 0x10000 */
#define CTX_BASE 0xC0000000ull
static inline H primary_ctx(int d) { return (H)(uintptr_t)(CTX_BASE + (uint64_t)d * 0x10000); }
static inline int ctx_dev(H c) {
  uint64_t v = (uint64_t)(uintptr_t)c;
  return v >= CTX_BASE && v < CTX_BASE + 64 * 0x10000 ? (int)((v - CTX_BASE) / 0x10000) : 0;
}
#define STREAM(h, flags, prio) ((H)((uintptr_t)(h) | ((uintptr_t)(((prio) + 8) & 0xf) << 4) | ((flags) & 0xf)))

/* host memory behind an allocation, 512-byte aligned like the real driver's; header before it */
struct hdr { void *base; uint64_t size; };
static inline CUresult dev_alloc(CUdeviceptr *out, size_t n) {
  if (EXPECT0(!out || !n)) return INVALID_VALUE;
  if (EXPECT0(__atomic_load_n(&live_bytes, __ATOMIC_RELAXED) + n > mem_total)) return OUT_OF_MEMORY;
  char *b = malloc(n + 512 + sizeof(struct hdr));
  if (EXPECT0(!b)) return OUT_OF_MEMORY;
  uintptr_t p = ((uintptr_t)b + sizeof(struct hdr) + 511) & ~(uintptr_t)511;
  struct hdr *h = (struct hdr *)p - 1;
  h->base = b; h->size = n;
  uint64_t now = __atomic_add_fetch(&live_bytes, n, __ATOMIC_RELAXED);
  if (now > live_high) live_high = now;
  __atomic_add_fetch(&live_allocs, 1, __ATOMIC_RELAXED);
  *out = p;
  return OK;
}
static inline CUresult dev_free(CUdeviceptr p) {
  if (!p) return OK;
  struct hdr *h = (struct hdr *)(uintptr_t)p - 1;
  __atomic_sub_fetch(&live_bytes, h->size, __ATOMIC_RELAXED);
  __atomic_sub_fetch(&live_allocs, 1, __ATOMIC_RELAXED);
  free(h->base);
  return OK;
}
API uint64_t nullcuda_live_bytes(void) { return live_bytes; }
API uint64_t nullcuda_live_allocs(void) { return live_allocs; }
#define P(d) ((void *)(uintptr_t)(d))

/* ---- init, version, errors, entry points ------------------------------------------------------ */
API CUresult cuInit(unsigned f) { N(cuInit) (void)f; return OK; }
API CUresult cuDriverGetVersion(int *v) { N(cuDriverGetVersion) *v = 13050; return OK; }
static const struct { int code; const char *name, *text; } errs[] = {
    {0, "CUDA_SUCCESS", "no error"}, {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"}, {3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {4, "CUDA_ERROR_DEINITIALIZED", "driver shutting down"}, {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"}, {200, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"}, {400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"}, {600, "CUDA_ERROR_NOT_READY", "device not ready"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"}, {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {801, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"}, {999, "CUDA_ERROR_UNKNOWN", "unknown error"}};
API CUresult cuGetErrorName(CUresult e, const char **s) {
  N(cuGetErrorName)
  for (size_t i = 0; i < sizeof errs / sizeof *errs; i++) if (errs[i].code == e) { *s = errs[i].name; return OK; }
  *s = NULL; return INVALID_VALUE;
}
API CUresult cuGetErrorString(CUresult e, const char **s) {
  N(cuGetErrorString)
  for (size_t i = 0; i < sizeof errs / sizeof *errs; i++) if (errs[i].code == e) { *s = errs[i].text; return OK; }
  *s = NULL; return INVALID_VALUE;
}
static void *resolve(const char *sym) {
  static const char *suf[] = {"_v4", "_v3", "_v2", ""};
  char b[128]; void *self = NULL; Dl_info di;
  if (dladdr((void *)cuInit, &di)) self = dlopen(di.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  for (int i = 0; i < 4; i++) {
    if (snprintf(b, sizeof b, "%s%s", sym, suf[i]) >= (int)sizeof b) return NULL;
    void *p = self ? dlsym(self, b) : dlsym(RTLD_DEFAULT, b);
    if (p) return p;
  }
  return NULL;
}
API CUresult cuGetProcAddress(const char *sym, void **fn, int ver, uint64_t flags) {
  N(cuGetProcAddress) (void)ver; (void)flags;
  *fn = resolve(sym); return *fn ? OK : NOT_FOUND;
}
API CUresult cuGetProcAddress_v2(const char *sym, void **fn, int ver, uint64_t flags, int *st) {
  N(cuGetProcAddress_v2) (void)ver; (void)flags;
  *fn = resolve(sym); if (st) *st = *fn ? 0 : 1;
  return *fn ? OK : NOT_FOUND;
}

/* ---- devices ---------------------------------------------------------------------------------- */
API CUresult cuDeviceGetCount(int *n) { N(cuDeviceGetCount) *n = ndev; return OK; }
API CUresult cuDeviceGet(CUdevice *d, int i) { N(cuDeviceGet) if (i < 0 || i >= ndev) return INVALID_DEVICE; *d = i; return OK; }
API CUresult cuDeviceGetName(char *s, int len, CUdevice d) { N(cuDeviceGetName) snprintf(s, len, "Null Device %d", d); return OK; }
API CUresult cuDeviceGetUuid(void *u, CUdevice d) { N(cuDeviceGetUuid) memset(u, 0xA0, 16); ((char *)u)[15] = (char)d; return OK; }
API CUresult cuDeviceGetUuid_v2(void *u, CUdevice d) { N(cuDeviceGetUuid_v2) memset(u, 0xA0, 16); ((char *)u)[15] = (char)d; return OK; }
API CUresult cuDeviceGetLuid(char *l, unsigned *m, CUdevice d) { N(cuDeviceGetLuid) memset(l, 0, 8); *m = 1; (void)d; return OK; }
API CUresult cuDeviceTotalMem_v2(size_t *n, CUdevice d) { N(cuDeviceTotalMem_v2) (void)d; *n = mem_total; return OK; }
API CUresult cuDeviceGetPCIBusId(char *s, int len, CUdevice d) { N(cuDeviceGetPCIBusId) snprintf(s, len, "0000:%02x:00.0", d + 1); return OK; }
API CUresult cuDeviceGetByPCIBusId(CUdevice *d, const char *s) { N(cuDeviceGetByPCIBusId) unsigned b = 1; sscanf(s, "%*x:%x", &b); *d = (int)b - 1; return OK; }
API CUresult cuDeviceComputeCapability(int *a, int *b, CUdevice d) { N(cuDeviceComputeCapability) (void)d; *a = 9; *b = 0; return OK; }
API CUresult cuDeviceCanAccessPeer(int *y, CUdevice a, CUdevice b) { N(cuDeviceCanAccessPeer) *y = a != b; return OK; }
API CUresult cuDeviceGetP2PAttribute(int *v, int a, CUdevice s, CUdevice d) { N(cuDeviceGetP2PAttribute) (void)a; *v = s != d; return OK; }
static const int attrs[144] = { /* figures of a large data-centre part */
    [1] = 1024, [2] = 1024, [3] = 1024, [4] = 64, [5] = 2147483647, [6] = 65535, [7] = 65535, [8] = 49152,
    [9] = 65536, [10] = 32, [11] = 2147483647, [12] = 65536, [13] = 1980000, [14] = 512, [15] = 1, [16] = 132,
    [19] = 1, [21] = 131072, [22] = 131072, [23] = 65536, [24] = 16384, [25] = 16384, [26] = 16384,
    [30] = 512, [31] = 1, [32] = 1, [33] = 1, [36] = 2619000, [37] = 5120, [38] = 52428800, [39] = 2048,
    [40] = 3, [41] = 1, [51] = 32, [75] = 9, [76] = 0, [78] = 1, [79] = 1, [80] = 1, [81] = 233472,
    [82] = 65536, [83] = 1, [86] = 0, [87] = 2, [89] = 1, [90] = 1, [91] = 1, [92] = 1, [93] = 1, [94] = 1,
    [95] = 1, [96] = 0, [97] = 232448, [98] = 1, [99] = 1, [102] = 1, [103] = 1, [106] = 32, [107] = 1,
    [108] = 33030144, [109] = 134217728, [110] = 1, [111] = 1024, [112] = 1, [113] = 1, [114] = 1,
    [115] = 1, [116] = 1, [117] = 1, [118] = 100, [119] = 9, [120] = 1, [121] = 1, [122] = 1, [123] = 1,
    [124] = 1, [125] = 1, [126] = 4, [127] = 1, [129] = 1, [132] = 1};
API CUresult cuDeviceGetAttribute(int *v, int a, CUdevice d) {
  N(cuDeviceGetAttribute)
  if (d < 0 || d >= ndev) return INVALID_DEVICE;
  *v = a == 33 ? d + 1 : a == 115 && no_pools ? 0 : a >= 0 && a < 144 ? attrs[a] : 0; return OK;
}

/* ---- contexts --------------------------------------------------------------------------------- */
API CUresult cuDevicePrimaryCtxRetain(H *c, CUdevice d) {
  N(cuDevicePrimaryCtxRetain) if (d < 0 || d >= ndev) return INVALID_DEVICE;
  __atomic_fetch_add(&primary[d].refs, 1, __ATOMIC_RELAXED); *c = primary_ctx(d); return OK;
}
static CUresult prim_release(CUdevice d) {
  if (d < 0 || d >= ndev || primary[d].refs <= 0) return INVALID_CONTEXT;
  __atomic_fetch_sub(&primary[d].refs, 1, __ATOMIC_RELAXED); return OK;
}
API CUresult cuDevicePrimaryCtxRelease(CUdevice d) { N(cuDevicePrimaryCtxRelease) return prim_release(d); }
API CUresult cuDevicePrimaryCtxRelease_v2(CUdevice d) { N(cuDevicePrimaryCtxRelease_v2) return prim_release(d); }
API CUresult cuDevicePrimaryCtxReset(CUdevice d) { N(cuDevicePrimaryCtxReset) (void)d; return OK; }
API CUresult cuDevicePrimaryCtxReset_v2(CUdevice d) { N(cuDevicePrimaryCtxReset_v2) (void)d; return OK; }
API CUresult cuDevicePrimaryCtxSetFlags(CUdevice d, unsigned f) { N(cuDevicePrimaryCtxSetFlags) primary[d & 63].flags = f; return OK; }
API CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice d, unsigned f) { N(cuDevicePrimaryCtxSetFlags_v2) primary[d & 63].flags = f; return OK; }
API CUresult cuDevicePrimaryCtxGetState(CUdevice d, unsigned *f, int *a) { N(cuDevicePrimaryCtxGetState) *f = primary[d & 63].flags; *a = primary[d & 63].refs > 0; return OK; }
static CUresult ctx_create(H *c, CUdevice d) {
  if (d < 0 || d >= ndev) return INVALID_DEVICE;
  /* device in bits 16.., serial in the low bits, so ctx_dev() works */
  *c = (H)((uintptr_t)primary_ctx(d) + (__atomic_fetch_add(&next_handle, 1, __ATOMIC_RELAXED) & 0xffff));
  if (ctx_depth < 16) ctx_stack[ctx_depth++] = cur_ctx;
  cur_ctx = *c; return OK;
}
API CUresult cuCtxCreate_v2(H *c, unsigned f, CUdevice d) { N(cuCtxCreate_v2) (void)f; return ctx_create(c, d); }
API CUresult cuCtxCreate_v3(H *c, void *p, int n, unsigned f, CUdevice d) { N(cuCtxCreate_v3) (void)p; (void)n; (void)f; return ctx_create(c, d); }
API CUresult cuCtxCreate_v4(H *c, void *p, unsigned f, CUdevice d) { N(cuCtxCreate_v4) (void)p; (void)f; return ctx_create(c, d); }
API CUresult cuCtxDestroy_v2(H c) { N(cuCtxDestroy_v2) if (cur_ctx == c) cur_ctx = NULL; return OK; }
API CUresult cuCtxPushCurrent_v2(H c) { N(cuCtxPushCurrent_v2) if (ctx_depth >= 16) return INVALID_VALUE; ctx_stack[ctx_depth++] = cur_ctx; cur_ctx = c; return OK; }
API CUresult cuCtxPopCurrent_v2(H *c) { N(cuCtxPopCurrent_v2) if (!ctx_depth && !cur_ctx) return INVALID_CONTEXT; if (c) *c = cur_ctx; cur_ctx = ctx_depth ? ctx_stack[--ctx_depth] : NULL; return OK; }
API CUresult cuCtxSetCurrent(H c) { N(cuCtxSetCurrent) cur_ctx = c; return OK; }
API CUresult cuCtxGetCurrent(H *c) { N(cuCtxGetCurrent) *c = cur_ctx; return OK; }
API CUresult cuCtxGetDevice(CUdevice *d) { N(cuCtxGetDevice) if (!cur_ctx) return INVALID_CONTEXT; *d = ctx_dev(cur_ctx); return OK; }
API CUresult cuCtxGetDevice_v2(CUdevice *d, H c) { N(cuCtxGetDevice_v2) *d = ctx_dev(c ? c : cur_ctx); return OK; }
API CUresult cuCtxGetId(H c, unsigned long long *id) { N(cuCtxGetId) *id = (uintptr_t)(c ? c : cur_ctx); return OK; }
API CUresult cuCtxGetFlags(unsigned *f) { N(cuCtxGetFlags) *f = 0; return OK; }
API CUresult cuCtxSetFlags(unsigned f) { N(cuCtxSetFlags) (void)f; return OK; }
API CUresult cuCtxSynchronize(void) { N(cuCtxSynchronize) return OK; }
API CUresult cuCtxSynchronize_v2(H c) { N(cuCtxSynchronize_v2) (void)c; return OK; }
API CUresult cuCtxGetApiVersion(H c, unsigned *v) { N(cuCtxGetApiVersion) (void)c; *v = 3020; return OK; }
static size_t limits[16] = {1024, 1048576, 8388608, 2, 2048, 128, 0};
API CUresult cuCtxGetLimit(size_t *v, int l) { N(cuCtxGetLimit) *v = limits[l & 15]; return OK; }
API CUresult cuCtxSetLimit(int l, size_t v) { N(cuCtxSetLimit) limits[l & 15] = v; return OK; }
API CUresult cuCtxGetCacheConfig(int *v) { N(cuCtxGetCacheConfig) *v = 0; return OK; }
API CUresult cuCtxSetCacheConfig(int v) { N(cuCtxSetCacheConfig) (void)v; return OK; }
API CUresult cuCtxGetSharedMemConfig(int *v) { N(cuCtxGetSharedMemConfig) *v = 1; return OK; }
API CUresult cuCtxSetSharedMemConfig(int v) { N(cuCtxSetSharedMemConfig) (void)v; return OK; }
API CUresult cuCtxGetStreamPriorityRange(int *lo, int *hi) { N(cuCtxGetStreamPriorityRange) if (lo) *lo = 0; if (hi) *hi = -5; return OK; }
API CUresult cuCtxResetPersistingL2Cache(void) { N(cuCtxResetPersistingL2Cache) return OK; }
API CUresult cuCtxEnablePeerAccess(H c, unsigned f) { N(cuCtxEnablePeerAccess) (void)c; (void)f; return OK; }
API CUresult cuCtxDisablePeerAccess(H c) { N(cuCtxDisablePeerAccess) (void)c; return OK; }

/* ---- streams and events ------------------------------------------------------------------------ */
API CUresult cuStreamCreate(H *s, unsigned f) { N(cuStreamCreate) *s = STREAM(handle(), f, 0); return OK; }
API CUresult cuStreamCreateWithPriority(H *s, unsigned f, int p) { N(cuStreamCreateWithPriority) *s = STREAM(handle(), f, p < -5 ? -5 : p > 0 ? 0 : p); return OK; }
API CUresult cuStreamDestroy_v2(H s) { N(cuStreamDestroy_v2) (void)s; return OK; }
API CUresult cuStreamSynchronize(H s) { N(cuStreamSynchronize) (void)s; return OK; }
API CUresult cuStreamQuery(H s) { N(cuStreamQuery) (void)s; return OK; }
API CUresult cuStreamWaitEvent(H s, H e, unsigned f) { N(cuStreamWaitEvent) (void)s; (void)e; (void)f; return OK; }
API CUresult cuStreamGetPriority(H s, int *p) { N(cuStreamGetPriority) *p = (uintptr_t)s < 16 ? 0 : (int)(((uintptr_t)s >> 4) & 0xf) - 8; return OK; }
API CUresult cuStreamGetFlags(H s, unsigned *f) { N(cuStreamGetFlags) *f = (uintptr_t)s < 16 ? 0 : (unsigned)((uintptr_t)s & 0xf); return OK; }
API CUresult cuStreamGetId(H s, unsigned long long *id) { N(cuStreamGetId) *id = (uintptr_t)s; return OK; }
API CUresult cuStreamGetCtx(H s, H *c) { N(cuStreamGetCtx) (void)s; *c = cur_ctx; return OK; }
API CUresult cuStreamGetCtx_v2(H s, H *c, H *g) { N(cuStreamGetCtx_v2) (void)s; *c = cur_ctx; if (g) *g = NULL; return OK; }
API CUresult cuStreamGetDevice(H s, CUdevice *d) { N(cuStreamGetDevice) (void)s; *d = ctx_dev(cur_ctx); return OK; }
API CUresult cuStreamAddCallback(H s, void (*cb)(H, CUresult, void *), void *u, unsigned f) { N(cuStreamAddCallback) (void)f; cb(s, OK, u); return OK; }
API CUresult cuLaunchHostFunc(H s, void (*fn)(void *), void *u) { N(cuLaunchHostFunc) (void)s; fn(u); return OK; }
API CUresult cuLaunchHostFunc_v2(H s, void (*fn)(void *), void *u, unsigned m) { N(cuLaunchHostFunc_v2) (void)s; (void)m; fn(u); return OK; }
API CUresult cuStreamAttachMemAsync(H s, CUdeviceptr p, size_t n, unsigned f) { N(cuStreamAttachMemAsync) (void)s; (void)p; (void)n; (void)f; return OK; }
API CUresult cuStreamIsCapturing(H s, int *st) { N(cuStreamIsCapturing) (void)s; *st = 0; return OK; }
API CUresult cuStreamBeginCapture_v2(H s, int m) { N(cuStreamBeginCapture_v2) (void)s; (void)m; return OK; }
API CUresult cuStreamEndCapture(H s, H *g) { N(cuStreamEndCapture) (void)s; *g = handle(); return OK; }
API CUresult cuStreamGetCaptureInfo_v2(H s, int *st, uint64_t *id, H *g, const H **d, size_t *n) { N(cuStreamGetCaptureInfo_v2) (void)s; *st = 0; if (id) *id = 0; if (g) *g = NULL; if (d) *d = NULL; if (n) *n = 0; return OK; }
API CUresult cuThreadExchangeStreamCaptureMode(int *m) { N(cuThreadExchangeStreamCaptureMode) (void)m; return OK; }
API CUresult cuStreamWriteValue32_v2(H s, CUdeviceptr p, uint32_t v, unsigned f) { N(cuStreamWriteValue32_v2) (void)s; (void)f; *(volatile uint32_t *)P(p) = v; return OK; }
API CUresult cuStreamWriteValue64_v2(H s, CUdeviceptr p, uint64_t v, unsigned f) { N(cuStreamWriteValue64_v2) (void)s; (void)f; *(volatile uint64_t *)P(p) = v; return OK; }
API CUresult cuStreamWaitValue32_v2(H s, CUdeviceptr p, uint32_t v, unsigned f) { N(cuStreamWaitValue32_v2) (void)s; (void)p; (void)v; (void)f; return OK; }
API CUresult cuStreamWaitValue64_v2(H s, CUdeviceptr p, uint64_t v, unsigned f) { N(cuStreamWaitValue64_v2) (void)s; (void)p; (void)v; (void)f; return OK; }
API CUresult cuEventCreate(H *e, unsigned f) { N(cuEventCreate) (void)f; *e = handle(); return OK; }
API CUresult cuEventDestroy_v2(H e) { N(cuEventDestroy_v2) (void)e; return OK; }
API CUresult cuEventRecord(H e, H s) { N(cuEventRecord) (void)e; (void)s; return OK; }
API CUresult cuEventRecordWithFlags(H e, H s, unsigned f) { N(cuEventRecordWithFlags) (void)e; (void)s; (void)f; return OK; }
API CUresult cuEventQuery(H e) { N(cuEventQuery) (void)e; return OK; }
API CUresult cuEventSynchronize(H e) { N(cuEventSynchronize) (void)e; return OK; }
API CUresult cuEventElapsedTime(float *ms, H a, H b) { N(cuEventElapsedTime) (void)a; (void)b; *ms = 0.01f; return OK; }
API CUresult cuEventElapsedTime_v2(float *ms, H a, H b) { N(cuEventElapsedTime_v2) (void)a; (void)b; *ms = 0.01f; return OK; }

/* ---- memory: allocation ------------------------------------------------------------------------- */
API CUresult cuMemGetInfo_v2(size_t *fr, size_t *tot) { N(cuMemGetInfo_v2) *tot = mem_total; *fr = mem_total - live_bytes; return OK; }
API CUresult cuMemAlloc_v2(CUdeviceptr *p, size_t n) { N(cuMemAlloc_v2) return dev_alloc(p, n); }
API CUresult cuMemAllocPitch_v2(CUdeviceptr *p, size_t *pitch, size_t w, size_t h, unsigned el) { N(cuMemAllocPitch_v2) (void)el; *pitch = (w + 511) & ~(size_t)511; return dev_alloc(p, *pitch * h); }
API CUresult cuMemFree_v2(CUdeviceptr p) { N(cuMemFree_v2) return dev_free(p); }
API CUresult cuMemAllocAsync(CUdeviceptr *p, size_t n, H s) { N(cuMemAllocAsync) (void)s; return dev_alloc(p, n); }
API CUresult cuMemAllocFromPoolAsync(CUdeviceptr *p, size_t n, H pool, H s) { N(cuMemAllocFromPoolAsync) (void)pool; (void)s; return dev_alloc(p, n); }
API CUresult cuMemFreeAsync(CUdeviceptr p, H s) { N(cuMemFreeAsync) (void)s; return dev_free(p); }
API CUresult cuMemAllocManaged(CUdeviceptr *p, size_t n, unsigned f) { N(cuMemAllocManaged) (void)f; return dev_alloc(p, n); }
API CUresult cuMemAllocHost_v2(void **p, size_t n) { N(cuMemAllocHost_v2) *p = malloc(n); return *p ? OK : OUT_OF_MEMORY; }
API CUresult cuMemHostAlloc(void **p, size_t n, unsigned f) { N(cuMemHostAlloc) (void)f; *p = malloc(n); return *p ? OK : OUT_OF_MEMORY; }
API CUresult cuMemFreeHost(void *p) { N(cuMemFreeHost) free(p); return OK; }
API CUresult cuMemHostRegister_v2(void *p, size_t n, unsigned f) { N(cuMemHostRegister_v2) (void)p; (void)n; (void)f; return OK; }
API CUresult cuMemHostUnregister(void *p) { N(cuMemHostUnregister) (void)p; return OK; }
API CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *d, void *p, unsigned f) { N(cuMemHostGetDevicePointer_v2) (void)f; *d = (uintptr_t)p; return OK; }
API CUresult cuMemHostGetFlags(unsigned *f, void *p) { N(cuMemHostGetFlags) (void)p; *f = 0; return OK; }
API CUresult cuMemGetAddressRange_v2(CUdeviceptr *b, size_t *n, CUdeviceptr p) { N(cuMemGetAddressRange_v2) if (b) *b = p; if (n) *n = ((struct hdr *)(uintptr_t)p - 1)->size; return OK; }
API CUresult cuPointerGetAttribute(void *v, int a, CUdeviceptr p) {
  N(cuPointerGetAttribute)
  switch (a) {
  case 1: *(H *)v = cur_ctx; break;
  case 2: *(unsigned *)v = 2; break;
  case 3: *(CUdeviceptr *)v = p; break;
  case 4: *(void **)v = P(p); break;
  case 7: *(unsigned long long *)v = p; break;
  case 9: *(int *)v = ctx_dev(cur_ctx); break;
  default: *(unsigned *)v = 0;
  }
  return OK;
}
API CUresult cuPointerSetAttribute(const void *v, int a, CUdeviceptr p) { N(cuPointerSetAttribute) (void)v; (void)a; (void)p; return OK; }
API CUresult cuPointerGetAttributes(unsigned n, int *a, void **v, CUdeviceptr p) { N(cuPointerGetAttributes) for (unsigned i = 0; i < n; i++) cuPointerGetAttribute(v[i], a[i], p); return OK; }
API CUresult cuMemPrefetchAsync(CUdeviceptr p, size_t n, CUdevice d, H s) { N(cuMemPrefetchAsync) (void)p; (void)n; (void)d; (void)s; return OK; }
API CUresult cuMemAdvise(CUdeviceptr p, size_t n, int a, CUdevice d) { N(cuMemAdvise) (void)p; (void)n; (void)a; (void)d; return OK; }

API CUresult cuMemPrefetchAsync_v2(CUdeviceptr p, size_t n, uint64_t loc, unsigned f, H s) { N(cuMemPrefetchAsync_v2) (void)p; (void)n; (void)loc; (void)f; (void)s; return OK; }
API CUresult cuMemAdvise_v2(CUdeviceptr p, size_t n, int a, uint64_t loc) { N(cuMemAdvise_v2) (void)p; (void)n; (void)a; (void)loc; return OK; }

/* pools: one set of attributes each, statistics process-wide */
struct pool { uint64_t thr; int reuse[4]; };
static struct pool pools[256];
static uint64_t npools;
static H dev_pool(int d) { return (H)&pools[d & 63]; }
API CUresult cuDeviceGetDefaultMemPool(H *p, CUdevice d) { N(cuDeviceGetDefaultMemPool) *p = dev_pool(d); return OK; }
API CUresult cuDeviceGetMemPool(H *p, CUdevice d) { N(cuDeviceGetMemPool) *p = dev_pool(d); return OK; }
API CUresult cuDeviceSetMemPool(CUdevice d, H p) { N(cuDeviceSetMemPool) (void)d; (void)p; return OK; }
API CUresult cuMemPoolCreate(H *p, const void *props) { N(cuMemPoolCreate) (void)props; *p = &pools[64 + __atomic_fetch_add(&npools, 1, __ATOMIC_RELAXED) % 192]; return OK; }
API CUresult cuMemPoolDestroy(H p) { N(cuMemPoolDestroy) (void)p; return OK; }
API CUresult cuMemPoolTrimTo(H p, size_t n) { N(cuMemPoolTrimTo) (void)p; (void)n; return OK; }
API CUresult cuMemPoolSetAttribute(H p, int a, void *v) {
  N(cuMemPoolSetAttribute) struct pool *q = p;
  if (a >= 1 && a <= 3) q->reuse[a] = *(int *)v;
  else if (a == 4) q->thr = *(uint64_t *)v;
  else if (a == 6 || a == 8) live_high = live_bytes;
  return OK;
}
API CUresult cuMemPoolGetAttribute(H p, int a, void *v) {
  N(cuMemPoolGetAttribute) struct pool *q = p;
  switch (a) {
  case 1: case 2: case 3: *(int *)v = q->reuse[a]; break;
  case 4: *(uint64_t *)v = q->thr; break;
  case 5: case 7: *(uint64_t *)v = live_bytes; break;
  case 6: case 8: *(uint64_t *)v = live_high; break;
  default: return INVALID_VALUE;
  }
  return OK;
}
API CUresult cuMemPoolSetAccess(H p, const void *m, size_t n) { N(cuMemPoolSetAccess) (void)p; (void)m; (void)n; return OK; }
API CUresult cuMemPoolGetAccess(int *f, H p, void *l) { N(cuMemPoolGetAccess) (void)p; (void)l; *f = 3; return OK; }

/* virtual memory management: reserve = PROT_NONE mapping, map = make it accessible */
API CUresult cuMemGetAllocationGranularity(size_t *g, const void *p, int o) { N(cuMemGetAllocationGranularity) (void)p; (void)o; *g = 2u << 20; return OK; }
API CUresult cuMemAddressReserve(CUdeviceptr *p, size_t n, size_t al, CUdeviceptr a, unsigned long long f) {
  N(cuMemAddressReserve) (void)al; (void)a; (void)f;
  size_t m = n + (2u << 20);
  char *b = mmap(NULL, m, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (b == MAP_FAILED) return OUT_OF_MEMORY;
  uintptr_t q = ((uintptr_t)b + (2u << 20) - 1) & ~(uintptr_t)((2u << 20) - 1);
  if (q > (uintptr_t)b) munmap(b, q - (uintptr_t)b);
  if (q + n < (uintptr_t)b + m) munmap((void *)(q + n), (uintptr_t)b + m - q - n);
  *p = q; return OK;
}
API CUresult cuMemAddressFree(CUdeviceptr p, size_t n) { N(cuMemAddressFree) munmap(P(p), n); return OK; }
API CUresult cuMemCreate(H *h, size_t n, const void *p, unsigned long long f) {
  N(cuMemCreate) (void)p; (void)f;
  if (__atomic_load_n(&live_bytes, __ATOMIC_RELAXED) + n > mem_total) return OUT_OF_MEMORY;
  __atomic_add_fetch(&live_bytes, n, __ATOMIC_RELAXED);
  *h = (H)(uintptr_t)n; /* the handle is the size: all that release needs */
  return OK;
}
API CUresult cuMemRelease(H h) { N(cuMemRelease) __atomic_sub_fetch(&live_bytes, (uintptr_t)h, __ATOMIC_RELAXED); return OK; }
API CUresult cuMemMap(CUdeviceptr p, size_t n, size_t o, H h, unsigned long long f) { N(cuMemMap) (void)o; (void)h; (void)f; return mprotect(P(p), n, PROT_READ | PROT_WRITE) ? INVALID_VALUE : OK; }
API CUresult cuMemUnmap(CUdeviceptr p, size_t n) { N(cuMemUnmap) madvise(P(p), n, MADV_DONTNEED); return mprotect(P(p), n, PROT_NONE) ? INVALID_VALUE : OK; }
API CUresult cuMemSetAccess(CUdeviceptr p, size_t n, const void *d, size_t c) { N(cuMemSetAccess) (void)p; (void)n; (void)d; (void)c; return OK; }
API CUresult cuMemGetAccess(unsigned long long *f, const void *l, CUdeviceptr p) { N(cuMemGetAccess) (void)l; (void)p; *f = 3; return OK; }

/* ---- memory: copies and fills -------------------------------------------------------------------- */
#define CPY(name, args, d, s, n) API CUresult name args { N(name) memcpy((void *)(uintptr_t)(d), (const void *)(uintptr_t)(s), n); return OK; }
#define MOV(name, args, d, s, n) API CUresult name args { N(name) memmove((void *)(uintptr_t)(d), (const void *)(uintptr_t)(s), n); return OK; }
#define U __attribute__((unused))
CPY(cuMemcpyHtoD_v2, (CUdeviceptr d, const void *s, size_t n), d, s, n)
CPY(cuMemcpyDtoH_v2, (void *d, CUdeviceptr s, size_t n), d, s, n)
MOV(cuMemcpyDtoD_v2, (CUdeviceptr d, CUdeviceptr s, size_t n), d, s, n)
MOV(cuMemcpy, (CUdeviceptr d, CUdeviceptr s, size_t n), d, s, n)
CPY(cuMemcpyHtoDAsync_v2, (CUdeviceptr d, const void *s, size_t n, H q U), d, s, n)
CPY(cuMemcpyDtoHAsync_v2, (void *d, CUdeviceptr s, size_t n, H q U), d, s, n)
MOV(cuMemcpyDtoDAsync_v2, (CUdeviceptr d, CUdeviceptr s, size_t n, H q U), d, s, n)
MOV(cuMemcpyAsync, (CUdeviceptr d, CUdeviceptr s, size_t n, H q U), d, s, n)
MOV(cuMemcpyPeer, (CUdeviceptr d, H dc U, CUdeviceptr s, H sc U, size_t n), d, s, n)
MOV(cuMemcpyPeerAsync, (CUdeviceptr d, H dc U, CUdeviceptr s, H sc U, size_t n, H q U), d, s, n)
struct cpy2d { size_t sx, sy; int st; const void *sh; CUdeviceptr sd; H sa; size_t sp, dx, dy; int dt; void *dh; CUdeviceptr dd; H da; size_t dp, w, h; };
static CUresult copy2d(const struct cpy2d *c) {
  const char *s = (c->st == 1 ? (const char *)c->sh : (const char *)P(c->sd)) + c->sy * c->sp + c->sx;
  char *d = (c->dt == 1 ? (char *)c->dh : (char *)P(c->dd)) + c->dy * c->dp + c->dx;
  for (size_t y = 0; y < c->h; y++) memmove(d + y * c->dp, s + y * c->sp, c->w);
  return OK;
}
API CUresult cuMemcpy2D_v2(const struct cpy2d *c) { N(cuMemcpy2D_v2) return copy2d(c); }
API CUresult cuMemcpy2DUnaligned_v2(const struct cpy2d *c) { N(cuMemcpy2DUnaligned_v2) return copy2d(c); }
API CUresult cuMemcpy2DAsync_v2(const struct cpy2d *c, H q U) { N(cuMemcpy2DAsync_v2) return copy2d(c); }
#define FILL(sfx, T)                                                                                                                                       \
  static inline void fill_##sfx(CUdeviceptr p, T v, size_t n) { T *q = P(p); for (size_t i = 0; i < n; i++) q[i] = v; }                                       \
  API CUresult cuMemset##sfx##_v2(CUdeviceptr p, T v, size_t n) { N(cuMemset##sfx##_v2) fill_##sfx(p, v, n); return OK; }                                      \
  API CUresult cuMemset##sfx##Async(CUdeviceptr p, T v, size_t n, H q U) { N(cuMemset##sfx##Async) fill_##sfx(p, v, n); return OK; }
FILL(D8, uint8_t)
FILL(D16, uint16_t)
FILL(D32, uint32_t)
/* CUDA spells the 2-D ones cuMemsetD2D8 / D2D16 / D2D32 */
#define FILL2(sfx, T)                                                                                                                                      \
  API CUresult cuMemsetD2##sfx##_v2(CUdeviceptr p, size_t pitch, T v, size_t w, size_t h) { N(cuMemsetD2##sfx##_v2) for (; h; h--, p += pitch) fill_##sfx(p, v, w); return OK; } \
  API CUresult cuMemsetD2##sfx##Async(CUdeviceptr p, size_t pitch, T v, size_t w, size_t h, H q U) { N(cuMemsetD2##sfx##Async) for (; h; h--, p += pitch) fill_##sfx(p, v, w); return OK; }
FILL2(D8, uint8_t)
FILL2(D16, uint16_t)
FILL2(D32, uint32_t)

/* ---- modules, functions, launches --------------------------------------------------------------- */
API CUresult cuModuleLoad(H *m, const char *f) { N(cuModuleLoad) (void)f; *m = handle(); return OK; }
API CUresult cuModuleLoadData(H *m, const void *i) { N(cuModuleLoadData) (void)i; *m = handle(); return OK; }
API CUresult cuModuleLoadDataEx(H *m, const void *i, unsigned n, int *o, void **v) { N(cuModuleLoadDataEx) (void)i; (void)n; (void)o; (void)v; *m = handle(); return OK; }
API CUresult cuModuleLoadFatBinary(H *m, const void *i) { N(cuModuleLoadFatBinary) (void)i; *m = handle(); return OK; }
API CUresult cuModuleUnload(H m) { N(cuModuleUnload) (void)m; return OK; }
API CUresult cuModuleGetFunction(H *f, H m, const char *n) { N(cuModuleGetFunction) (void)m; (void)n; *f = handle(); return OK; }
API CUresult cuModuleGetGlobal_v2(CUdeviceptr *p, size_t *n, H m, const char *s) { N(cuModuleGetGlobal_v2) static char g[65536] __attribute__((aligned(512))); (void)m; (void)s; if (p) *p = (uintptr_t)g; if (n) *n = sizeof g; return OK; }
API CUresult cuModuleGetLoadingMode(int *m) { N(cuModuleGetLoadingMode) *m = 2; return OK; }
API CUresult cuLibraryLoadData(H *l, const void *c, int *a, void **b, unsigned n, int *d, void **e, unsigned k) { N(cuLibraryLoadData) (void)c; (void)a; (void)b; (void)n; (void)d; (void)e; (void)k; *l = handle(); return OK; }
API CUresult cuLibraryUnload(H l) { N(cuLibraryUnload) (void)l; return OK; }
API CUresult cuLibraryGetKernel(H *k, H l, const char *n) { N(cuLibraryGetKernel) (void)l; (void)n; *k = handle(); return OK; }
API CUresult cuKernelGetFunction(H *f, H k) { N(cuKernelGetFunction) *f = k; return OK; }
/* The parameters of k.ptx, whatever function is asked. */
API CUresult cuFuncGetParamInfo(H f, size_t i, size_t *offset, size_t *size) {
  N(cuFuncGetParamInfo) (void)f;
  static const size_t offsets[] = {0, 4, 8, 16, 24, 32}, sizes[] = {4, 4, 8, 8, 8, 8};
  if (i >= 6) return INVALID_VALUE;
  *offset = offsets[i]; *size = sizes[i];
  return OK;
}
API CUresult cuFuncGetAttribute(int *v, int a, H f) {
  N(cuFuncGetAttribute) (void)f;
  static const int t[16] = {1024, 0, 0, 0, 32, 90, 90, 0, 49152, -1};
  *v = a >= 0 && a < 16 ? t[a] : 0; return OK;
}
API CUresult cuFuncSetAttribute(H f, int a, int v) { N(cuFuncSetAttribute) (void)f; (void)a; (void)v; return OK; }
API CUresult cuFuncSetCacheConfig(H f, int v) { N(cuFuncSetCacheConfig) (void)f; (void)v; return OK; }
API CUresult cuFuncSetSharedMemConfig(H f, int v) { N(cuFuncSetSharedMemConfig) (void)f; (void)v; return OK; }
API CUresult cuFuncGetModule(H *m, H f) { N(cuFuncGetModule) *m = f; return OK; }
API CUresult cuLaunchKernel(H f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned sh, H s, void **a, void **e) {
  N(cuLaunchKernel) (void)sh; (void)s; (void)a; (void)e;
  return EXPECT0(!f || !gx || !gy || !gz || !bx || !by || !bz) ? INVALID_VALUE : OK;
}
API CUresult cuLaunchKernelEx(const void *cfg, H f, void **a, void **e) { N(cuLaunchKernelEx) (void)a; (void)e; return EXPECT0(!cfg || !f) ? INVALID_VALUE : OK; }
API CUresult cuLaunchCooperativeKernel(H f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned sh, H s, void **a) {
  N(cuLaunchCooperativeKernel) (void)sh; (void)s; (void)a;
  return EXPECT0(!f || !gx || !gy || !gz || !bx || !by || !bz) ? INVALID_VALUE : OK;
}
API CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *n, H f, int b, size_t s) { N(cuOccupancyMaxActiveBlocksPerMultiprocessor) (void)f; (void)s; *n = b > 0 ? 2048 / b : 0; return OK; }
API CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *n, H f, int b, size_t s, unsigned fl) { N(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags) (void)f; (void)s; (void)fl; *n = b > 0 ? 2048 / b : 0; return OK; }
API CUresult cuOccupancyMaxPotentialBlockSize(int *g, int *b, H f, void *cb, size_t s, int l) { N(cuOccupancyMaxPotentialBlockSize) (void)f; (void)cb; (void)s; (void)l; *g = 264; *b = 1024; return OK; }
API CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int *g, int *b, H f, void *cb, size_t s, int l, unsigned fl) { N(cuOccupancyMaxPotentialBlockSizeWithFlags) (void)f; (void)cb; (void)s; (void)l; (void)fl; *g = 264; *b = 1024; return OK; }

/* ---- graphs (opaque) and profiler ----------------------------------------------------------------- */
API CUresult cuGraphCreate(H *g, unsigned f) { N(cuGraphCreate) (void)f; *g = handle(); return OK; }
API CUresult cuGraphDestroy(H g) { N(cuGraphDestroy) (void)g; return OK; }
API CUresult cuGraphInstantiateWithFlags(H *x, H g, unsigned long long f) { N(cuGraphInstantiateWithFlags) (void)g; (void)f; *x = handle(); return OK; }
API CUresult cuGraphExecDestroy(H x) { N(cuGraphExecDestroy) (void)x; return OK; }
API CUresult cuGraphUpload(H x, H s) { N(cuGraphUpload) (void)x; (void)s; return OK; }
API CUresult cuGraphLaunch(H x, H s) { N(cuGraphLaunch) (void)x; (void)s; return OK; }
API CUresult cuProfilerStart(void) { N(cuProfilerStart) return OK; }
API CUresult cuProfilerStop(void) { N(cuProfilerStop) return OK; }

/* ---- the rest of the API exists, and is not supported ---------------------------------------------- */
#define S(f) API CUresult f(void) { N(f) return NOT_SUPPORTED; }
S(cuArray3DCreate) S(cuArray3DCreate_v2) S(cuArray3DGetDescriptor) S(cuArray3DGetDescriptor_v2) S(cuArrayCreate) S(cuArrayCreate_v2) S(cuArrayDestroy)
S(cuArrayGetDescriptor) S(cuArrayGetDescriptor_v2) S(cuArrayGetMemoryRequirements) S(cuArrayGetPlane) S(cuArrayGetSparseProperties)
S(cuCheckpointProcessCheckpoint) S(cuCheckpointProcessGetRestoreThreadId) S(cuCheckpointProcessGetState) S(cuCheckpointProcessLock)
S(cuCheckpointProcessRestore) S(cuCheckpointProcessUnlock) S(cuCoredumpDeregisterCompleteCallback) S(cuCoredumpDeregisterStartCallback)
S(cuCoredumpGetAttribute) S(cuCoredumpGetAttributeGlobal) S(cuCoredumpRegisterCompleteCallback) S(cuCoredumpRegisterStartCallback)
S(cuCoredumpSetAttribute) S(cuCoredumpSetAttributeGlobal) S(cuCtxAttach) S(cuCtxCreate) S(cuCtxDestroy) S(cuCtxDetach) S(cuCtxFromGreenCtx)
S(cuCtxGetDevResource) S(cuCtxGetExecAffinity) S(cuCtxPopCurrent) S(cuCtxPushCurrent) S(cuCtxRecordEvent) S(cuCtxWaitEvent) S(cuDestroyExternalMemory)
S(cuDestroyExternalSemaphore) S(cuDevResourceGenerateDesc) S(cuDevSmResourceSplit) S(cuDevSmResourceSplitByCount) S(cuDeviceGetCliqueCount)
S(cuDeviceGetCliqueInfo) S(cuDeviceGetDevResource) S(cuDeviceGetExecAffinitySupport) S(cuDeviceGetFabricClusterUuid) S(cuDeviceGetGraphMemAttribute)
S(cuDeviceGetHostAtomicCapabilities) S(cuDeviceGetNvSciSyncAttributes) S(cuDeviceGetP2PAtomicCapabilities) S(cuDeviceGetProperties)
S(cuDeviceGetTexture1DLinearMaxWidth) S(cuDeviceGraphMemTrim) S(cuDeviceRegisterAsyncNotification) S(cuDeviceSetGraphMemAttribute) S(cuDeviceTotalMem)
S(cuDeviceUnregisterAsyncNotification) S(cuEventDestroy) S(cuExternalMemoryGetMappedBuffer) S(cuExternalMemoryGetMappedMipmappedArray)
S(cuFlushGPUDirectRDMAWrites) S(cuFuncGetName) S(cuFuncGetParamCount) S(cuFuncIsLoaded) S(cuFuncLoad) S(cuFuncSetBlockShape)
S(cuFuncSetSharedSize) S(cuGetExportTable) S(cuGraphAddBatchMemOpNode) S(cuGraphAddChildGraphNode) S(cuGraphAddDependencies)
S(cuGraphAddDependencies_v2) S(cuGraphAddEmptyNode) S(cuGraphAddEventRecordNode) S(cuGraphAddEventWaitNode) S(cuGraphAddExternalSemaphoresSignalNode)
S(cuGraphAddExternalSemaphoresWaitNode) S(cuGraphAddHostNode) S(cuGraphAddKernelNode) S(cuGraphAddKernelNode_v2) S(cuGraphAddMemAllocNode)
S(cuGraphAddMemFreeNode) S(cuGraphAddMemcpyNode) S(cuGraphAddMemsetNode) S(cuGraphAddNode) S(cuGraphAddNode_v2) S(cuGraphAddNode_v3)
S(cuGraphBatchMemOpNodeGetParams) S(cuGraphBatchMemOpNodeSetParams) S(cuGraphChildGraphNodeGetGraph) S(cuGraphClone) S(cuGraphConditionalHandleCreate)
S(cuGraphDebugDotPrint) S(cuGraphDestroyNode) S(cuGraphEventRecordNodeGetEvent) S(cuGraphEventRecordNodeSetEvent) S(cuGraphEventWaitNodeGetEvent)
S(cuGraphEventWaitNodeSetEvent) S(cuGraphExecBatchMemOpNodeSetParams) S(cuGraphExecChildGraphNodeSetParams) S(cuGraphExecEventRecordNodeSetEvent)
S(cuGraphExecEventWaitNodeSetEvent) S(cuGraphExecExternalSemaphoresSignalNodeSetParams) S(cuGraphExecExternalSemaphoresWaitNodeSetParams)
S(cuGraphExecGetFlags) S(cuGraphExecGetId) S(cuGraphExecHostNodeSetParams) S(cuGraphExecKernelNodeSetParams) S(cuGraphExecKernelNodeSetParams_v2)
S(cuGraphExecMemcpyNodeSetParams) S(cuGraphExecMemsetNodeSetParams) S(cuGraphExecNodeSetParams) S(cuGraphExecUpdate) S(cuGraphExecUpdate_v2)
S(cuGraphExternalSemaphoresSignalNodeGetParams) S(cuGraphExternalSemaphoresSignalNodeSetParams) S(cuGraphExternalSemaphoresWaitNodeGetParams)
S(cuGraphExternalSemaphoresWaitNodeSetParams) S(cuGraphGetEdges) S(cuGraphGetEdges_v2) S(cuGraphGetId) S(cuGraphGetNodes) S(cuGraphGetRootNodes)
S(cuGraphHostNodeGetParams) S(cuGraphHostNodeSetParams) S(cuGraphInstantiate) S(cuGraphInstantiateWithParams) S(cuGraphInstantiate_v2)
S(cuGraphKernelNodeCopyAttributes) S(cuGraphKernelNodeGetAttribute) S(cuGraphKernelNodeGetParams) S(cuGraphKernelNodeGetParams_v2)
S(cuGraphKernelNodeSetAttribute) S(cuGraphKernelNodeSetParams) S(cuGraphKernelNodeSetParams_v2) S(cuGraphMemAllocNodeGetParams)
S(cuGraphMemFreeNodeGetParams) S(cuGraphMemcpyNodeGetParams) S(cuGraphMemcpyNodeSetParams) S(cuGraphMemsetNodeGetParams) S(cuGraphMemsetNodeSetParams)
S(cuGraphNodeFindInClone) S(cuGraphNodeGetContainingGraph) S(cuGraphNodeGetDependencies) S(cuGraphNodeGetDependencies_v2)
S(cuGraphNodeGetDependentNodes) S(cuGraphNodeGetDependentNodes_v2) S(cuGraphNodeGetEnabled) S(cuGraphNodeGetLocalId) S(cuGraphNodeGetParams)
S(cuGraphNodeGetToolsId) S(cuGraphNodeGetType) S(cuGraphNodeSetEnabled) S(cuGraphNodeSetParams) S(cuGraphNodeSetParams_v2) S(cuGraphReleaseUserObject)
S(cuGraphRemoveDependencies) S(cuGraphRemoveDependencies_v2) S(cuGraphRetainUserObject) S(cuGraphicsMapResources)
S(cuGraphicsResourceGetMappedMipmappedArray) S(cuGraphicsResourceGetMappedPointer) S(cuGraphicsResourceGetMappedPointer_v2)
S(cuGraphicsResourceSetMapFlags) S(cuGraphicsResourceSetMapFlags_v2) S(cuGraphicsSubResourceGetMappedArray) S(cuGraphicsUnmapResources)
S(cuGraphicsUnregisterResource) S(cuGreenCtxCreate) S(cuGreenCtxDestroy) S(cuGreenCtxGetDevResource) S(cuGreenCtxGetId) S(cuGreenCtxRecordEvent)
S(cuGreenCtxStreamCreate) S(cuGreenCtxWaitEvent) S(cuImportExternalMemory) S(cuImportExternalSemaphore) S(cuIpcCloseMemHandle) S(cuIpcGetEventHandle)
S(cuIpcGetMemHandle) S(cuIpcOpenEventHandle) S(cuIpcOpenMemHandle) S(cuIpcOpenMemHandle_v2) S(cuKernelGetAttribute) S(cuKernelGetLibrary)
S(cuKernelGetName) S(cuKernelGetParamCount) S(cuKernelGetParamInfo) S(cuKernelSetAttribute) S(cuKernelSetCacheConfig) S(cuLaunch)
S(cuLaunchCooperativeKernelMultiDevice) S(cuLaunchGrid) S(cuLaunchGridAsync) S(cuLibraryEnumerateKernels) S(cuLibraryGetGlobal)
S(cuLibraryGetKernelCount) S(cuLibraryGetManaged) S(cuLibraryGetModule) S(cuLibraryGetUnifiedFunction) S(cuLibraryLoadFromFile) S(cuLinkAddData)
S(cuLinkAddData_v2) S(cuLinkAddFile) S(cuLinkAddFile_v2) S(cuLinkComplete) S(cuLinkCreate) S(cuLinkCreate_v2) S(cuLinkDestroy)
S(cuLogicalEndpointAddDevice) S(cuLogicalEndpointBindAddr) S(cuLogicalEndpointBindMem) S(cuLogicalEndpointCreate) S(cuLogicalEndpointDestroy)
S(cuLogicalEndpointExport) S(cuLogicalEndpointGetLimits) S(cuLogicalEndpointIdRelease) S(cuLogicalEndpointIdReserve) S(cuLogicalEndpointImport)
S(cuLogicalEndpointQuery) S(cuLogicalEndpointUnbind) S(cuLogsCurrent) S(cuLogsDumpToFile) S(cuLogsDumpToMemory) S(cuLogsRegisterCallback)
S(cuLogsUnregisterCallback) S(cuMemAlloc) S(cuMemAllocHost) S(cuMemAllocPitch) S(cuMemBatchDecompressAsync) S(cuMemDiscardAndPrefetchBatchAsync)
S(cuMemDiscardBatchAsync) S(cuMemExportToShareableHandle) S(cuMemFree) S(cuMemGetAddressRange) S(cuMemGetAllocationPropertiesFromHandle)
S(cuMemGetDefaultMemPool) S(cuMemGetHandleForAddressRange) S(cuMemGetInfo) S(cuMemGetLocationInfo) S(cuMemGetMemPool) S(cuMemHostGetDevicePointer)
S(cuMemHostRegister) S(cuMemImportFromShareableHandle) S(cuMemMapArrayAsync) S(cuMemPoolExportPointer) S(cuMemPoolExportToShareableHandle)
S(cuMemPoolImportFromShareableHandle) S(cuMemPoolImportPointer) S(cuMemPrefetchBatchAsync) S(cuMemRangeGetAttribute) S(cuMemRangeGetAttributes)
S(cuMemRetainAllocationHandle) S(cuMemSetMemPool) S(cuMemcpy2D) S(cuMemcpy2DAsync) S(cuMemcpy2DUnaligned) S(cuMemcpy3D) S(cuMemcpy3DAsync)
S(cuMemcpy3DAsync_v2) S(cuMemcpy3DBatchAsync) S(cuMemcpy3DBatchAsync_v2) S(cuMemcpy3DPeer) S(cuMemcpy3DPeerAsync) S(cuMemcpy3DWithAttributesAsync)
S(cuMemcpy3D_v2) S(cuMemcpyAtoA) S(cuMemcpyAtoA_v2) S(cuMemcpyAtoD) S(cuMemcpyAtoD_v2) S(cuMemcpyAtoH) S(cuMemcpyAtoHAsync) S(cuMemcpyAtoHAsync_v2)
S(cuMemcpyAtoH_v2) S(cuMemcpyBatchAsync) S(cuMemcpyBatchAsync_v2) S(cuMemcpyDtoA) S(cuMemcpyDtoA_v2) S(cuMemcpyDtoD) S(cuMemcpyDtoDAsync)
S(cuMemcpyDtoH) S(cuMemcpyDtoHAsync) S(cuMemcpyHtoA) S(cuMemcpyHtoAAsync) S(cuMemcpyHtoAAsync_v2) S(cuMemcpyHtoA_v2) S(cuMemcpyHtoD)
S(cuMemcpyHtoDAsync) S(cuMemcpyWithAttributesAsync) S(cuMemsetD16) S(cuMemsetD2D16) S(cuMemsetD2D32) S(cuMemsetD2D8) S(cuMemsetD32) S(cuMemsetD8)
S(cuMipmappedArrayCreate) S(cuMipmappedArrayDestroy) S(cuMipmappedArrayGetLevel) S(cuMipmappedArrayGetMemoryRequirements)
S(cuMipmappedArrayGetSparseProperties) S(cuModuleEnumerateFunctions) S(cuModuleGetFunctionCount) S(cuModuleGetGlobal) S(cuModuleGetSurfRef)
S(cuModuleGetTexRef) S(cuMulticastAddDevice) S(cuMulticastBindAddr) S(cuMulticastBindAddr_v2) S(cuMulticastBindMem) S(cuMulticastBindMem_v2)
S(cuMulticastCreate) S(cuMulticastGetGranularity) S(cuMulticastUnbind) S(cuOccupancyAvailableDynamicSMemPerBlock) S(cuOccupancyMaxActiveClusters)
S(cuOccupancyMaxPotentialClusterSize) S(cuParamSetSize) S(cuParamSetTexRef) S(cuParamSetf) S(cuParamSeti) S(cuParamSetv) S(cuProfilerInitialize)
S(cuSignalExternalSemaphoresAsync) S(cuStreamBatchMemOp) S(cuStreamBatchMemOp_ptsz) S(cuStreamBatchMemOp_v2) S(cuStreamBeginCapture)
S(cuStreamBeginCaptureToCig) S(cuStreamBeginCaptureToGraph) S(cuStreamBeginCapture_ptsz) S(cuStreamBeginRecaptureToGraph) S(cuStreamCopyAttributes)
S(cuStreamDestroy) S(cuStreamEndCaptureToCig) S(cuStreamGetAttribute) S(cuStreamGetCaptureInfo) S(cuStreamGetCaptureInfo_ptsz)
S(cuStreamGetCaptureInfo_v3) S(cuStreamGetDevResource) S(cuStreamGetGreenCtx) S(cuStreamSetAttribute) S(cuStreamUpdateCaptureDependencies)
S(cuStreamUpdateCaptureDependencies_v2) S(cuStreamWaitValue32) S(cuStreamWaitValue32_ptsz) S(cuStreamWaitValue64) S(cuStreamWaitValue64_ptsz)
S(cuStreamWriteValue32) S(cuStreamWriteValue32_ptsz) S(cuStreamWriteValue64) S(cuStreamWriteValue64_ptsz) S(cuSurfObjectCreate) S(cuSurfObjectDestroy)
S(cuSurfObjectGetResourceDesc) S(cuSurfRefGetArray) S(cuSurfRefSetArray) S(cuTensorMapEncodeIm2col) S(cuTensorMapEncodeIm2colWide)
S(cuTensorMapEncodeTiled) S(cuTensorMapReplaceAddress) S(cuTexObjectCreate) S(cuTexObjectDestroy) S(cuTexObjectGetResourceDesc)
S(cuTexObjectGetResourceViewDesc) S(cuTexObjectGetTextureDesc) S(cuTexRefCreate) S(cuTexRefDestroy) S(cuTexRefGetAddress) S(cuTexRefGetAddressMode)
S(cuTexRefGetAddress_v2) S(cuTexRefGetArray) S(cuTexRefGetBorderColor) S(cuTexRefGetFilterMode) S(cuTexRefGetFlags) S(cuTexRefGetFormat)
S(cuTexRefGetMaxAnisotropy) S(cuTexRefGetMipmapFilterMode) S(cuTexRefGetMipmapLevelBias) S(cuTexRefGetMipmapLevelClamp) S(cuTexRefGetMipmappedArray)
S(cuTexRefSetAddress) S(cuTexRefSetAddress2D) S(cuTexRefSetAddress2D_v2) S(cuTexRefSetAddress2D_v3) S(cuTexRefSetAddressMode) S(cuTexRefSetAddress_v2)
S(cuTexRefSetArray) S(cuTexRefSetBorderColor) S(cuTexRefSetFilterMode) S(cuTexRefSetFlags) S(cuTexRefSetFormat) S(cuTexRefSetMaxAnisotropy)
S(cuTexRefSetMipmapFilterMode) S(cuTexRefSetMipmapLevelBias) S(cuTexRefSetMipmapLevelClamp) S(cuTexRefSetMipmappedArray) S(cuUserObjectCreate)
S(cuUserObjectRelease) S(cuUserObjectRetain) S(cuWaitExternalSemaphoresAsync)
