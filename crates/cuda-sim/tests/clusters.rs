//! What devices can from compute capability 9.0 on: clusters of blocks that reach each other's shared memory, and copies of boxes of
//! tensors.

use std::ffi::{CString, c_void};
use std::ptr::null_mut;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use cuda_sys::Driver;
use cuda_sys::driver::*;

const OK: CUresult = CUresult::CUDA_SUCCESS;
const INVALID_VALUE: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;

static DRIVER: LazyLock<Driver> = LazyLock::new(|| {
    let config = cuda_sim::SimConfig { compute_capability: (9, 0), ..cuda_sim::SimConfig::default() };
    cuda_sim::configure(config).unwrap();
    let driver = cuda_sim::driver();
    // SAFETY: it may be called at any time.
    assert_eq!(unsafe { driver.cuInit(0) }.unwrap(), OK);
    driver
});

macro_rules! cu {
    ($name:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: the tests pass pointers to live variables of theirs, and handles or addresses that the driver checks.
        unsafe { DRIVER.$name($($argument),*) }.unwrap()
    };
}

macro_rules! ok {
    ($name:ident($($argument:tt)*)) => { assert_eq!(cu!($name($($argument)*)), OK, stringify!($name)) };
}

/// A context of its own for one test at a time.
struct Gpu(CUcontext, #[allow(dead_code)] MutexGuard<'static, ()>);

impl Gpu {
    fn new() -> Gpu {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut context = null_mut();
        ok!(cuCtxCreate_v4(&mut context, null_mut(), 0, 0));
        Gpu(context, turn)
    }

    fn alloc(&self, words: usize) -> CUdeviceptr {
        let mut address = 0;
        ok!(cuMemAlloc_v2(&mut address, 4 * words));
        ok!(cuMemsetD32_v2(address, 0, words));
        address
    }

    fn upload(&self, words: &[u32]) -> CUdeviceptr {
        let address = self.alloc(words.len());
        ok!(cuMemcpyHtoD_v2(address, words.as_ptr().cast(), 4 * words.len()));
        address
    }

    fn download(&self, address: CUdeviceptr, words: usize) -> Vec<u32> {
        let mut host = vec![0; words];
        ok!(cuMemcpyDtoH_v2(host.as_mut_ptr().cast(), address, 4 * words));
        host
    }

    /// A kernel with a pointer in `%rd1`, `%tid.x` in `%r1`, 4 KiB of shared memory at `s` and a barrier at `bar`.
    fn kernel(&self, directives: &str, body: &str) -> CUfunction {
        let source = format!(
            ".version 8.6\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 p, .param .align 64 .b8 map[128]) {directives} {{\n\
            .reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<40>; .reg .b64 %rd<20>;\n\
            .shared .align 1024 .b8 s[4096]; .shared .align 8 .b64 bar;\n\
            ld.param.u64 %rd1, [p]; mov.u32 %r1, %tid.x;\n{body}\nret; }}"
        );
        let source = CString::new(source).unwrap();
        let (mut module, mut function) = (null_mut(), null_mut());
        ok!(cuModuleLoadData(&mut module, source.as_ptr().cast()));
        ok!(cuModuleGetFunction(&mut function, module, c"k".as_ptr()));
        function
    }
}

impl Drop for Gpu {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            ok!(cuCtxDestroy_v2(self.0));
        }
    }
}

#[repr(C, align(64))]
struct Map(CUtensorMap);

fn blank() -> Map {
    Map(CUtensorMap { opaque: [0; 16] })
}

/// Launches blocks of 32 threads.
fn launch(
    function: CUfunction,
    grid: [u32; 3],
    cluster: Option<[u32; 3]>,
    p: CUdeviceptr,
    map: &Map,
) -> CUresult {
    // SAFETY: structures of numbers, pointers and arrays of them.
    let (mut attribute, mut config): (CUlaunchAttribute, CUlaunchConfig) =
        unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
    (config.gridDimX, config.gridDimY, config.gridDimZ) = (grid[0], grid[1], grid[2]);
    (config.blockDimX, config.blockDimY, config.blockDimZ) = (32, 1, 1);
    if let Some([x, y, z]) = cluster {
        attribute.id = CUlaunchAttributeID::CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
        attribute.value.clusterDim = CUlaunchAttributeValue_union__bindgen_ty_1 { x, y, z };
        (config.attrs, config.numAttrs) = (&mut attribute, 1);
    }
    let mut arguments = [(&raw const p).cast_mut().cast::<c_void>(), (&raw const map.0).cast_mut().cast()];
    cu!(cuLaunchKernelEx(&config, function, arguments.as_mut_ptr(), null_mut()))
}

/// Each block leaves its number in its shared memory, waits, and tells what the next block of its cluster has.
const NEIGHBOUR: &str = "
    mov.u32 %r2, %ctaid.x; mov.u32 %r3, %ctaid.y; mad.lo.u32 %r2, %r3, 100, %r2;
    mov.u32 %r4, s; st.shared.u32 [%r4], %r2;
    barrier.cluster.arrive.aligned; barrier.cluster.wait.aligned;
    mov.u32 %r5, %cluster_ctarank; mov.u32 %r6, %cluster_nctarank; add.u32 %r7, %r5, 1; rem.u32 %r7, %r7, %r6;
    mapa.shared::cluster.u32 %r8, %r4, %r7; ld.shared::cluster.u32 %r9, [%r8];
    getctarank.shared::cluster.u32 %r10, %r8; mad.lo.u32 %r9, %r10, 10000, %r9;
    mov.u64 %rd6, s; cvta.shared.u64 %rd6, %rd6; mapa.u64 %rd7, %rd6, %r7; ld.u32 %r11, [%rd7];
    rem.u32 %r12, %r9, 10000; setp.ne.u32 %p1, %r11, %r12; @%p1 trap;
    mov.u32 %r13, %nctaid.x; mov.u32 %r14, %ctaid.x; mov.u32 %r15, %ctaid.y; mad.lo.u32 %r15, %r15, %r13, %r14;
    mad.wide.u32 %rd3, %r15, 4, %rd1; st.global.u32 [%rd3], %r9;
    barrier.cluster.arrive; barrier.cluster.wait;";

#[test]
fn blocks_of_a_cluster_reach_each_others_shared_memory() {
    let gpu = Gpu::new();
    let (function, p) = (gpu.kernel("", NEIGHBOUR), gpu.alloc(8));

    assert_eq!(launch(function, [4, 2, 1], Some([2, 2, 1]), p, &blank()), OK);

    // Block (x, y) has rank x % 2 + 2 y, and the next rank is the next in x, then in y.
    let wanted = [10001, 20100, 10003, 20102, 30101, 0, 30103, 2];
    assert_eq!(gpu.download(p, 8), wanted);
}

#[test]
fn a_kernel_may_say_how_large_its_clusters_are() {
    let gpu = Gpu::new();
    let body = "mov.u32 %r2, %cluster_nctarank; mov.u32 %r3, %nclusterid.x; mov.u32 %r4, %clusterid.x; mov.u32 %r5, %cluster_ctaid.x;
        mov.pred %p2, %is_explicit_cluster; selp.u32 %r9, 7, 8, %p2;
        mov.u32 %r6, %ctaid.x; mad.wide.u32 %rd3, %r6, 20, %rd1;
        st.global.u32 [%rd3], %r2; st.global.u32 [%rd3+4], %r3; st.global.u32 [%rd3+8], %r4; st.global.u32 [%rd3+12], %r5;
        st.global.u32 [%rd3+16], %r9;";
    let (function, p) = (gpu.kernel(".explicitcluster .reqnctapercluster 3, 1, 1", body), gpu.alloc(30));
    let mut width = 0;
    let attribute = CUfunction_attribute::CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH;
    ok!(cuFuncGetAttribute(&mut width, attribute, function));

    assert_eq!(launch(function, [6, 1, 1], None, p, &blank()), OK);

    assert_eq!(width, 3);
    let got = gpu.download(p, 30);
    for (block, told) in got.chunks(5).enumerate() {
        assert_eq!(told, [3, 2, block as u32 / 3, block as u32 % 3, 7]);
    }
    assert_eq!(launch(function, [6, 1, 1], Some([2, 1, 1]), p, &blank()), INVALID_VALUE);
    assert_eq!(launch(function, [4, 1, 1], None, p, &blank()), INVALID_VALUE);
}

#[test]
fn clusters_that_cannot_be_are_refused() {
    let gpu = Gpu::new();
    let (function, p) = (gpu.kernel("", NEIGHBOUR), gpu.alloc(64));
    let too_large = CUresult::CUDA_ERROR_INVALID_CLUSTER_SIZE;

    assert_eq!(launch(function, [16, 1, 1], Some([16, 1, 1]), p, &blank()), too_large);
    assert_eq!(launch(function, [4, 1, 1], Some([0, 1, 1]), p, &blank()), too_large);
    assert_eq!(launch(function, [5, 1, 1], Some([2, 1, 1]), p, &blank()), INVALID_VALUE);
    let attribute = CUfunction_attribute::CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED;
    ok!(cuFuncSetAttribute(function, attribute, 1));
    assert_eq!(launch(function, [16, 1, 1], Some([16, 1, 1]), p, &blank()), OK);
    let must = gpu.kernel(".explicitcluster", "");
    assert_eq!(launch(must, [2, 1, 1], None, p, &blank()), INVALID_VALUE);
    ok!(cuCtxSynchronize());
}

#[test]
fn the_shared_memory_of_a_block_that_has_exited_is_gone() {
    let gpu = Gpu::new();
    let body = "mov.u32 %r5, %cluster_ctarank; setp.eq.u32 %p1, %r5, 0; @%p1 ret;
        mov.u32 %r20, 0; late: add.u32 %r20, %r20, 1; setp.lt.u32 %p2, %r20, 10000; @%p2 bra late;
        mov.u32 %r4, s; mov.u32 %r7, 0; mapa.shared::cluster.u32 %r8, %r4, %r7; ld.shared::cluster.u32 %r9, [%r8];";
    let (function, p) = (gpu.kernel("", body), gpu.alloc(1));

    assert_eq!(launch(function, [2, 1, 1], Some([2, 1, 1]), p, &blank()), OK);

    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
}

/// Arguments of `cuTensorMapEncodeTiled` that it takes.
#[derive(Clone)]
struct Tiled {
    kind: u32,
    rank: u32,
    address: u64,
    sizes: [u64; 5],
    strides: [u64; 4],
    sides: [u32; 5],
    steps: [u32; 5],
    modes: [u32; 4],
}

impl Tiled {
    fn encode(&self, map: &mut Map) -> CUresult {
        let [interleave, swizzle, promotion, fill] = self.modes;
        cu!(cuTensorMapEncodeTiled(
            &mut map.0,
            CUtensorMapDataType(self.kind),
            self.rank,
            self.address as *mut c_void,
            self.sizes.as_ptr(),
            self.strides.as_ptr(),
            self.sides.as_ptr(),
            self.steps.as_ptr(),
            CUtensorMapInterleave(interleave),
            CUtensorMapSwizzle(swizzle),
            CUtensorMapL2promotion(promotion),
            CUtensorMapFloatOOBfill(fill),
        ))
    }
}

/// A tensor of 20 columns and 6 rows of words, in boxes of 8 by 4.
fn words(address: u64) -> Tiled {
    Tiled {
        kind: 2,
        rank: 2,
        address,
        sizes: [20, 6, 1, 1, 1],
        strides: [80, 16, 16, 16],
        sides: [8, 4, 1, 1, 1],
        steps: [1; 5],
        modes: [0; 4],
    }
}

#[test]
fn maps_are_checked_as_documented() {
    let gpu = Gpu::new();
    let good = words(gpu.alloc(120));
    let mut map = blank();
    let mut refused = |change: &dyn Fn(&mut Tiled)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.encode(&mut map) == INVALID_VALUE
    };

    assert!(!refused(&|_| {}));
    let wrong: [&dyn Fn(&mut Tiled); 24] = [
        &|it| it.kind = 16,
        &|it| it.rank = 0,
        &|it| it.rank = 6,
        &|it| it.address += 8,
        &|it| it.sizes[1] = 0,
        &|it| it.sizes[1] = (1 << 31) + 1,
        &|it| it.strides[0] = 72,
        &|it| it.strides[0] = 1 << 40,
        &|it| it.sides[1] = 0,
        &|it| it.sides[1] = 257,
        &|it| it.sides[0] = 6,
        &|it| it.steps[1] = 0,
        &|it| it.steps[1] = 9,
        &|it| it.modes[0] = 3,
        &|it| it.modes[0] = 1,
        &|it| it.modes[1] = 7,
        &|it| it.modes[1..3].copy_from_slice(&[0, 4]),
        &|it| it.modes[3] = 2,
        &|it| it.modes[3] = 1,
        &|it| (it.modes[1], it.sides[0]) = (1, 16),
        &|it| (it.modes[1], it.sides[0]) = (2, 32),
        &|it| (it.modes[1], it.sides[0]) = (3, 64),
        &|it| (it.modes[0], it.rank, it.address) = (2, 3, it.address + 16),
        &|it| (it.kind, it.sizes[0], it.sides[0]) = (14, 100, 128),
    ];
    for (number, change) in wrong.iter().enumerate() {
        assert!(refused(change), "change {number} was taken");
    }
    let fine: [&dyn Fn(&mut Tiled); 5] = [
        &|it| it.steps[0] = 0,
        &|it| (it.kind, it.modes[3]) = (7, 1),
        &|it| it.modes[1] = 1,
        &|it| (it.modes[0], it.modes[1], it.rank, it.strides) = (2, 1, 3, [96; 4]),
        &|it| it.sizes[1] = 1 << 31,
    ];
    for (number, change) in fine.iter().enumerate() {
        assert!(!refused(change), "change {number} was refused");
    }
    #[repr(C, align(64))]
    struct Shifted([u64; 24]);
    let mut shifted = Shifted([0; 24]);
    let odd: *mut Map = (&raw mut shifted.0[2]).cast();
    let steps = good.steps.as_ptr();
    assert_eq!(
        cu!(cuTensorMapEncodeTiled(
            odd.cast(),
            CUtensorMapDataType(2),
            2,
            good.address as *mut c_void,
            good.sizes.as_ptr(),
            good.strides.as_ptr(),
            good.sides.as_ptr(),
            steps,
            CUtensorMapInterleave(0),
            CUtensorMapSwizzle(0),
            CUtensorMapL2promotion(0),
            CUtensorMapFloatOOBfill(0),
        )),
        INVALID_VALUE
    );
}

/// Copies the box at column 16, row 4 into shared memory, and that to `%rd1`.
fn load(swizzle: u32, fill: u32) -> Vec<u32> {
    let gpu = Gpu::new();
    let source: Vec<u32> = (0..120).map(|i| 1000 + i).collect();
    let (tensor, p) = (gpu.upload(&source), gpu.alloc(32));
    let mut map = blank();
    let description =
        Tiled { modes: [0, swizzle, 0, fill], kind: if fill == 0 { 2 } else { 7 }, ..words(tensor) };
    assert_eq!(description.encode(&mut map), OK);
    let body = "mov.b64 %rd4, map; cvta.param.u64 %rd4, %rd4; mov.u32 %r20, s; mov.u32 %r21, bar;
        setp.ne.u32 %p1, %r1, 0; @%p1 bra wait;
        mbarrier.init.shared::cta.b64 [%r21], 1;
        mbarrier.arrive.expect_tx.shared::cta.b64 %rd5, [%r21], 128;
        cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%r20], [%rd4, {16, 4}], [%r21];
        wait: bar.sync 0; mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r21], 0; @!%p2 trap;
        mad.lo.u32 %r22, %r1, 4, %r20; ld.shared.u32 %r23, [%r22]; mad.wide.u32 %rd6, %r1, 4, %rd1; st.global.u32 [%rd6], %r23;";
    let function = gpu.kernel("", body);
    assert_eq!(launch(function, [1, 1, 1], None, p, &map), OK);
    gpu.download(p, 32)
}

#[test]
fn boxes_are_copied_and_what_is_outside_is_filled() {
    let row = |y: u32, fill: u32| -> Vec<u32> {
        (0..8).map(|x| if x < 4 && y < 2 { 1000 + (4 + y) * 20 + 16 + x } else { fill }).collect()
    };
    let wanted = |fill| (0..4).flat_map(|y| row(y, fill)).collect::<Vec<u32>>();

    assert_eq!(load(0, 0), wanted(0));
    assert_eq!(load(0, 1), wanted(0x7fff_ffff));
    // Rows of 32 bytes, four to the 128 after which the pattern changes: all of this box is in the first.
    assert_eq!(load(1, 0), wanted(0));
}

#[test]
fn boxes_are_stored_within_the_tensor_only() {
    let gpu = Gpu::new();
    let (tensor, p) = (gpu.alloc(120), gpu.alloc(1));
    let mut map = blank();
    assert_eq!(words(tensor).encode(&mut map), OK);
    let body = "mov.b64 %rd4, map; cvta.param.u64 %rd4, %rd4; mov.u32 %r20, s;
        mad.lo.u32 %r22, %r1, 4, %r20; add.u32 %r23, %r1, 1; st.shared.u32 [%r22], %r23; bar.sync 0;
        setp.ne.u32 %p1, %r1, 0; @%p1 ret; mov.u32 %r24, -2; mov.u32 %r25, 5;
        cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%rd4, {%r24, %r25}], [%r20];
        cp.async.bulk.commit_group; cp.async.bulk.wait_group 0;";
    assert_eq!(launch(gpu.kernel("", body), [1, 1, 1], None, p, &map), OK);

    let got = gpu.download(tensor, 120);
    let wanted: Vec<u32> = (0..120).map(|i| if (100..106).contains(&i) { i - 100 + 3 } else { 0 }).collect();
    assert_eq!(got, wanted);
}

#[test]
fn a_box_is_given_to_several_blocks_at_once() {
    let gpu = Gpu::new();
    let source: Vec<u32> = (0..120).collect();
    let (tensor, p) = (gpu.upload(&source), gpu.alloc(64));
    let mut map = blank();
    assert_eq!(words(tensor).encode(&mut map), OK);
    let body = "mov.b64 %rd4, map; cvta.param.u64 %rd4, %rd4; mov.u32 %r20, s; mov.u32 %r21, bar;
        setp.ne.u32 %p1, %r1, 0; @%p1 bra ready;
        mbarrier.init.shared::cta.b64 [%r21], 1; mbarrier.arrive.expect_tx.shared::cta.b64 %rd5, [%r21], 128;
        ready: barrier.cluster.arrive; barrier.cluster.wait;
        mov.u32 %r5, %cluster_ctarank; or.b32 %r6, %r5, %r1; setp.ne.u32 %p1, %r6, 0; @%p1 bra wait; mov.u16 %h1, 3;
        cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster
            [%r20], [%rd4, {0, 1}], [%r21], %h1;
        wait: mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r21], 0; @!%p2 bra wait;
        mad.lo.u32 %r22, %r1, 4, %r20; ld.shared.u32 %r23, [%r22]; mad.lo.u32 %r7, %r5, 32, %r1;
        mad.wide.u32 %rd6, %r7, 4, %rd1; st.global.u32 [%rd6], %r23;";
    assert_eq!(launch(gpu.kernel("", body), [2, 1, 1], Some([2, 1, 1]), p, &map), OK);

    let got = gpu.download(p, 64);
    let wanted: Vec<u32> = (0..32).map(|i| (1 + i / 8) * 20 + i % 8).collect();
    assert_eq!(got[..32], wanted);
    assert_eq!(got[32..], wanted);
}

#[test]
fn something_else_than_a_map_is_a_fault() {
    let gpu = Gpu::new();
    let p = gpu.alloc(1);
    let body = "mov.b64 %rd4, map; cvta.param.u64 %rd4, %rd4; mov.u32 %r20, s; mov.u32 %r21, bar;
        mbarrier.init.shared::cta.b64 [%r21], 1;
        cp.async.bulk.tensor.1d.shared::cluster.global.mbarrier::complete_tx::bytes [%r20], [%rd4, {0}], [%r21];";
    assert_eq!(launch(gpu.kernel("", body), [1, 1, 1], None, p, &blank()), OK);
    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_ILLEGAL_INSTRUCTION);
}
