//! Stores and reductions that tell a barrier, bulk reductions, copies for several blocks, ways through tensors, and the barrier of
//! a cluster.

mod ptx_support;

use cuda_sim::ptx::{Fault, FaultKind, Launch, Module, TensorMap};
use ptx_support::{Arguments, Random, TestDevice, launch_with};

/// Runs a body on clusters of so many blocks: pointers in `%rd1` and `%rd2`, `%tid.x` in `%r0`, the rank in `%r1`, shared memory at
/// `%r2` and a barrier at `%r3`.
fn run(device: &TestDevice, body: &str, blocks: u32, threads: u32, p: u64, q: u64) -> Result<(), Fault> {
    let source = format!(
        ".version 8.7\n.target sm_100a\n.address_size 64\n.visible .entry k(.param .u64 p, .param .u64 q) {{\n\
        .reg .pred %p<4>; .reg .b16 %h<8>; .reg .b32 %r<40>; .reg .b64 %rd<20>;\n\
        .shared .align 1024 .b8 s[4096]; .shared .align 8 .b64 bar;\n\
        ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q]; mov.u32 %r0, %tid.x; mov.u32 %r1, %cluster_ctarank;\n\
        mov.u32 %r2, s; mov.u32 %r3, bar;\n{body}\nret; }}"
    );
    let module = Module::parse(&source).unwrap_or_else(|error| panic!("{error}\n{source}"));
    let arguments = Arguments::default().with(p).with(q);
    let cluster = Some([blocks, 1, 1]);
    let launch = Launch { cluster, ..Launch::new([blocks, 1, 1], [threads, 1, 1], &arguments.0, &[]) };
    launch_with(device, &module, "k", &launch).map(|_| ())
}

fn numbers(count: usize) -> Vec<i32> {
    let mut random = Random::new(count as u64);
    (0..count).map(|_| random.below(2000) as i32 - 1000).collect()
}

#[test]
fn stores_and_reductions_tell_the_other_blocks_barrier() {
    let (device, x) = (TestDevice::default(), numbers(128));
    let (p, q) = (device.upload(&x), device.alloc(4 * 128));
    let body = "shl.b32 %r4, %r0, 2; add.u32 %r5, %r2, %r4; mov.u32 %r6, 5; st.shared.u32 [%r5+512], %r6;
        setp.ne.u32 %p1, %r0, 0; @%p1 bra ready;
        mbarrier.init.shared.b64 [%r3], 1; mbarrier.arrive.expect_tx.shared.b64 %rd5, [%r3], 512;
        ready: barrier.cluster.arrive; barrier.cluster.wait; xor.b32 %r6, %r1, 1;
        mapa.shared::cluster.u32 %r7, %r5, %r6; mapa.shared::cluster.u32 %r8, %r3, %r6;
        mad.lo.u32 %r9, %r1, 64, %r0; mad.wide.u32 %rd6, %r9, 4, %rd1; ld.global.u32 %r10, [%rd6];
        st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b32 [%r7], %r10, [%r8];
        red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.add.u32 [%r7+512], %r10, [%r8];
        wait: mbarrier.try_wait.parity.shared.b64 %p2, [%r3], 0; @!%p2 bra wait;
        ld.shared.u32 %r11, [%r5]; ld.shared.u32 %r12, [%r5+512]; mad.lo.u32 %r11, %r11, 1000, %r12;
        mad.wide.u32 %rd7, %r9, 4, %rd2; st.global.u32 [%rd7], %r11; barrier.cluster.arrive; barrier.cluster.wait;";
    run(&device, body, 2, 64, p, q).unwrap();

    let wanted: Vec<i32> = (0..128).map(|i| x[(i + 64) % 128] * 1001 + 5).collect();
    assert_eq!(device.read::<i32>(q, 128), wanted);
}

#[test]
fn bulk_reductions_change_every_element() {
    type Combine = fn(i32, i32) -> i32;
    let cases: [(&str, Combine); 7] = [
        ("add.s32", |a, b| a + b),
        ("min.s32", i32::min),
        ("max.u32", |a, b| (a as u32).max(b as u32) as i32),
        ("inc.u32", |a, b| if a as u32 >= b as u32 { 0 } else { a + 1 }),
        ("and.b32", |a, b| a & b),
        ("or.b32", |a, b| a | b),
        ("xor.b32", |a, b| a ^ b),
    ];
    for (name, combine) in cases {
        let (device, x) = (TestDevice::default(), numbers(128));
        let (p, q) = (device.upload(&x), device.upload(&x[64..]));
        let body = format!(
            "shl.b32 %r4, %r0, 2; add.u32 %r5, %r2, %r4; mad.wide.u32 %rd6, %r0, 4, %rd1; ld.global.u32 %r10, [%rd6];
            st.shared.u32 [%r5], %r10; fence.proxy.async.shared::cta; bar.sync 0; setp.ne.u32 %p1, %r0, 0; @%p1 ret;
            cp.reduce.async.bulk.global.shared::cta.bulk_group.{name} [%rd2], [%r2], 256;
            cp.async.bulk.commit_group; cp.async.bulk.wait_group 0;"
        );
        run(&device, &body, 1, 64, p, q).unwrap();
        let wanted: Vec<i32> = (0..64).map(|i| combine(x[64 + i], x[i])).collect();
        assert_eq!(device.read::<i32>(q, 64), wanted, "{name}");
    }
}

#[test]
fn a_bulk_copy_goes_to_the_blocks_of_its_mask() {
    let (device, x) = (TestDevice::default(), numbers(64));
    let (p, q) = (device.upload(&x), device.alloc(4 * 256));
    let body = "setp.ne.u32 %p1, %r0, 0; @%p1 bra ready; mbarrier.init.shared.b64 [%r3], 1;
        mbarrier.arrive.expect_tx.shared.b64 %rd5, [%r3], 256; ready: barrier.cluster.arrive; barrier.cluster.wait;
        mul.lo.u32 %r4, %r0, 4; add.u32 %r4, %r4, %r1; mov.b16 %h1, 13; setp.eq.u32 %p2, %r4, 1;
        @%p2 cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster
            [%r2], [%rd1], 256, [%r3], %h1;
        setp.eq.u32 %p3, %r1, 1; @%p3 bra out;
        wait: mbarrier.try_wait.parity.shared.b64 %p2, [%r3], 0; @!%p2 bra wait;
        shl.b32 %r4, %r0, 2; add.u32 %r5, %r2, %r4; ld.shared.u32 %r6, [%r5]; mad.lo.u32 %r7, %r1, 64, %r0;
        mad.wide.u32 %rd6, %r7, 4, %rd2; st.global.u32 [%rd6], %r6; out: barrier.cluster.arrive; barrier.cluster.wait;";
    run(&device, body, 4, 64, p, q).unwrap();

    let got = device.read::<i32>(q, 256);
    for (rank, block) in got.chunks(64).enumerate() {
        assert_eq!(block, if rank == 1 { &[0; 64][..] } else { &x }, "block {rank}");
    }
}

#[test]
fn arriving_at_a_clusters_barrier_does_not_wait() {
    // The first block waits for a word that the second writes after having arrived, and before it waits.
    let device = TestDevice::default();
    let q = device.upload(&[0u32; 2]);
    let body = "barrier.cluster.arrive.relaxed; setp.ne.u32 %p1, %r1, 0; @%p1 bra second;
        spin: ld.volatile.global.u32 %r4, [%rd2]; setp.eq.u32 %p2, %r4, 0; @%p2 bra spin;
        barrier.cluster.wait; barrier.cluster.arrive; barrier.cluster.wait; bra out;
        second: mov.u32 %r5, 7; st.volatile.global.u32 [%rd2], %r5; barrier.cluster.wait;
        barrier.cluster.arrive; barrier.cluster.wait; mov.u32 %r5, 9; st.global.u32 [%rd2+4], %r5; out:";
    run(&device, body, 2, 64, q, q).unwrap();
    assert_eq!(device.read::<u32>(q, 2), [7, 9]);
}

#[test]
fn a_thread_that_exits_after_arriving_holds_nobody_up() {
    let device = TestDevice::default();
    let q = device.upload(&[0u32]);
    let body = "barrier.cluster.arrive; setp.lt.u32 %p1, %r0, 40; @%p1 exit; barrier.cluster.wait;
        barrier.cluster.arrive; barrier.cluster.wait; red.global.add.u32 [%rd2], 1;";
    run(&device, body, 2, 64, q, q).unwrap();
    assert_eq!(device.read::<u32>(q, 1), [48]);
}

#[test]
fn waiting_without_having_arrived_is_a_fault_and_so_is_arriving_twice() {
    for body in ["barrier.cluster.wait;", "barrier.cluster.arrive; barrier.cluster.arrive;"] {
        let fault = run(&TestDevice::default(), body, 2, 32, 0, 0).unwrap_err();
        assert_eq!(fault.kind, FaultKind::IllegalInstruction, "{body}");
    }
}

#[test]
fn rows_of_a_matrix_are_gathered_and_scattered() {
    let (device, x) = (TestDevice::default(), numbers(160));
    let tensor = device.upload(&x);
    let map = TensorMap {
        address: tensor,
        kind: 3,
        rank: 2,
        sizes: [16, 10, 0, 0, 0],
        strides: [64, 0, 0, 0],
        sides: [8, 1, 0, 0, 0],
        steps: [1; 5],
        ..TensorMap::default()
    };
    let (p, q) = (device.upload(&map.words()), device.alloc(4 * 32));
    let body = "setp.ne.u32 %p1, %r0, 0; @%p1 bra wait;
        mbarrier.init.shared.b64 [%r3], 1; mbarrier.arrive.expect_tx.shared.b64 %rd5, [%r3], 128;
        cp.async.bulk.tensor.2d.shared::cta.global.tile::gather4.mbarrier::complete_tx::bytes
            [%r2], [%rd1, {4, 9, 0, 11, 3}], [%r3];
        wait: bar.sync 0; mbarrier.try_wait.parity.shared.b64 %p2, [%r3], 0; @!%p2 trap;
        shl.b32 %r4, %r0, 2; add.u32 %r4, %r4, %r2; ld.shared.u32 %r5, [%r4]; mad.wide.u32 %rd6, %r0, 4, %rd2;
        st.global.u32 [%rd6], %r5; bar.sync 0; @%p1 ret;
        cp.async.bulk.tensor.2d.global.shared::cta.tile::scatter4.bulk_group [%rd1, {0, 5, 6, 12, 7}], [%r2];";
    run(&device, body, 1, 32, p, q).unwrap();

    let row = |row: usize| if row < 10 { x[16 * row + 4..16 * row + 12].to_vec() } else { vec![0; 8] };
    let gathered: Vec<i32> = [9, 0, 11, 3].into_iter().flat_map(row).collect();
    assert_eq!(device.read::<i32>(q, 32), gathered);
    let mut wanted = x.clone();
    for (to, from) in [(5, 0), (6, 1), (7, 3)] {
        wanted[16 * to..16 * to + 8].copy_from_slice(&gathered[8 * from..8 * from + 8]);
    }
    assert_eq!(device.read::<i32>(tensor, 160), wanted);
}

#[test]
fn boxes_are_added_to_a_tensor() {
    let (device, x) = (TestDevice::default(), numbers(160));
    let tensor = device.upload(&x);
    let map = TensorMap {
        address: tensor,
        kind: 3,
        rank: 2,
        sizes: [16, 10, 0, 0, 0],
        strides: [64, 0, 0, 0],
        sides: [8, 4, 0, 0, 0],
        steps: [1; 5],
        ..TensorMap::default()
    };
    let p = device.upload(&map.words());
    let body = "shl.b32 %r4, %r0, 2; add.u32 %r4, %r4, %r2; st.shared.u32 [%r4], %r0; bar.sync 0;
        setp.ne.u32 %p1, %r0, 0; @%p1 ret;
        cp.reduce.async.bulk.tensor.2d.global.shared::cta.add.tile.bulk_group [%rd1, {12, -1}], [%r2];";
    run(&device, body, 1, 32, p, p).unwrap();

    let mut wanted = x;
    for (row, column) in (1..4).flat_map(|row| (0..4).map(move |column| (row, column))) {
        wanted[16 * (row - 1) + 12 + column] += (8 * row + column) as i32;
    }
    assert_eq!(device.read::<i32>(tensor, 160), wanted);
}

#[test]
fn columns_of_images_go_on_in_the_next_row_and_image() {
    // Two images of 5 by 4 pixels of 4 channels; filters of 3 by 3 pixels, so that centres stay one pixel inside.
    let (device, x) = (TestDevice::default(), numbers(160));
    let map = TensorMap {
        address: device.upload(&x),
        kind: 3,
        rank: 4,
        sizes: [4, 5, 4, 2, 0],
        strides: [16, 80, 320, 0],
        sides: [4, 0, 0, 0, 0],
        steps: [1; 5],
        pixels: 8,
        lower: [-1, -1, 0],
        upper: [-1, -1, 0],
        ..TensorMap::default()
    };
    let (p, q) = (device.upload(&map.words()), device.alloc(4 * 32));
    for (dx, dy) in [(0usize, 0usize), (2, 1), (1, 2)] {
        let body = format!(
            "setp.ne.u32 %p1, %r0, 0; @%p1 bra wait; mov.b16 %h1, {dx}; mov.b16 %h2, {dy};
            mbarrier.init.shared.b64 [%r3], 1; mbarrier.arrive.expect_tx.shared.b64 %rd5, [%r3], 128;
            cp.async.bulk.tensor.4d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes
                [%r2], [%rd1, {{0, 1, 1, 0}}], [%r3], {{%h1, %h2}};
            wait: bar.sync 0; mbarrier.try_wait.parity.shared.b64 %p2, [%r3], 0; @!%p2 trap;
            shl.b32 %r4, %r0, 2; add.u32 %r4, %r4, %r2; ld.shared.u32 %r5, [%r4]; mad.wide.u32 %rd6, %r0, 4, %rd2;
            st.global.u32 [%rd6], %r5;"
        );
        run(&device, &body, 1, 32, p, q).unwrap();

        // Corners of filters: from (-1, -1) up to (3, 2), row by row and image by image, starting at (1, 1).
        let corners = (0..2).flat_map(|n| (-1..3).flat_map(move |y| (-1..4).map(move |x| (n, y, x))));
        let from_start = corners.skip_while(|it| *it != (0, 1, 1)).take(8);
        let wanted: Vec<i32> = from_start
            .flat_map(|(n, row, column)| {
                let (row, column) = (row + dy as i32, column + dx as i32);
                let inside = (0..4).contains(&row) && (0..5).contains(&column);
                let pixel = (n * 20 + row * 5 + column) as usize;
                (0..4).map(move |c| if inside { Some(4 * pixel + c) } else { None })
            })
            .map(|at| at.map_or(0, |at| x[at]))
            .collect();
        assert_eq!(device.read::<i32>(q, 32), wanted, "({dx}, {dy})");
    }
}

#[test]
fn a_tensor_map_can_be_changed_by_a_kernel() {
    let (device, x) = (TestDevice::default(), numbers(160));
    let map = TensorMap {
        address: 0x1000,
        kind: 2,
        rank: 2,
        sizes: [1, 1, 0, 0, 0],
        strides: [16, 0, 0, 0],
        sides: [1, 1, 0, 0, 0],
        steps: [1; 5],
        ..TensorMap::default()
    };
    let (p, q) = (device.upload(&map.words()), device.upload(&x));
    let body = "setp.ne.u32 %p1, %r0, 0; @%p1 ret;
        tensormap.replace.tile.global_address.global.b1024.b64 [%rd1], %rd2;
        tensormap.replace.tile.global_dim.global.b1024.b32 [%rd1], 0, 16; mov.u64 %rd5, 64;
        tensormap.replace.tile.global_dim.global.b1024.b32 [%rd1], 1, 10;
        tensormap.replace.tile.global_stride.global.b1024.b64 [%rd1], 0, %rd5;
        tensormap.replace.tile.box_dim.global.b1024.b32 [%rd1], 0, 8;
        tensormap.replace.tile.elemtype.global.b1024.b32 [%rd1], 3;
        tensormap.replace.tile.swizzle_mode.global.b1024.b32 [%rd1], 1;";
    run(&device, body, 1, 32, p, q).unwrap();

    let words: [u64; 16] = device.read::<u64>(p, 16).try_into().unwrap();
    let wanted = TensorMap {
        address: q,
        kind: 3,
        sizes: [16, 10, 0, 0, 0],
        strides: [64, 0, 0, 0],
        sides: [8, 1, 0, 0, 0],
        swizzle: cuda_sim::ptx::Swizzle::In32,
        ..map
    };
    assert_eq!(TensorMap::read(&words), Some(wanted));
}
