//! What the threads of a block do together beyond plain barriers: `mbarrier`, bulk copies, matrices in fragments; and the
//! rarer arithmetic.

mod ptx_support;

use cuda_sim::ptx::{FaultKind, Launch, Module};
use ptx_support::{Arguments, Random, TestDevice, launch, launch_with};

/// A kernel `k` with two pointers in `%rd1` and `%rd2`, `%tid.x` in `%r1`, and a body.
fn module(body: &str) -> Module {
    let source = format!(
        ".version 8.6\n.target sm_90\n.address_size 64\n
        .visible .entry k(.param .u64 p, .param .u64 q) {{
            .reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<40>; .reg .f32 %f<40>; .reg .f64 %d<8>; .reg .b64 %rd<20>;
            .shared .align 128 .b8 s[2048]; .shared .align 8 .b64 bar;
            ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q]; mov.u32 %r1, %tid.x;
            {body}
            ret;
        }}"
    );
    ptx_support::parse(&source).unwrap_or_else(|error| panic!("{error}\n{source}"))
}

fn run_on(device: &TestDevice, body: &str, threads: u32, p: u64, q: u64) -> Result<(), FaultKind> {
    let args = Arguments::default().with(p).with(q);
    let done = launch(device, &module(body), &[], "k", [1, 1, 1], [threads, 1, 1], args);
    done.map(|_| ()).map_err(|fault| fault.kind)
}

#[test]
fn an_mbarrier_holds_a_block_until_all_have_arrived_in_each_phase() {
    let device = TestDevice::default();
    let (p, q) = (device.alloc(4), device.alloc(4 * 128));
    let body = "
        setp.ne.u32 %p1, %r1, 0; @%p1 bra made; mov.u32 %r2, %ntid.x; mbarrier.init.shared.b64 [bar], %r2; made: bar.sync 0;
        mov.u32 %r3, 0;
        again:
        atom.global.add.u32 %r4, [%rd1], 1;
        mbarrier.arrive.shared.b64 %rd3, [bar];
        wait: mbarrier.test_wait.shared.b64 %p2, [bar], %rd3; @!%p2 bra wait;
        ld.volatile.global.u32 %r5, [%rd1];
        mad.lo.u32 %r6, %r3, 128, 128; setp.lt.u32 %p3, %r5, %r6; @%p3 trap;
        add.u32 %r3, %r3, 1; setp.lt.u32 %p4, %r3, 3; @%p4 bra again;
        mad.wide.u32 %rd4, %r1, 4, %rd2; st.global.u32 [%rd4], %r5;";
    run_on(&device, body, 128, p, q).unwrap();
    assert_eq!(device.read::<u32>(p, 1), [384]);
}

#[test]
fn parity_names_the_phase_and_pending_arrivals_count_down() {
    let device = TestDevice::default();
    let (p, q) = (device.alloc(64), device.alloc(4));
    let body = "
        mbarrier.init.shared::cta.b64 [bar], 3;
        mbarrier.try_wait.parity.shared::cta.b64 %p1, [bar], 1; selp.u32 %r2, 1, 0, %p1;
        mbarrier.try_wait.parity.shared::cta.b64 %p1, [bar], 0; selp.u32 %r3, 1, 0, %p1;
        mbarrier.arrive.release.cta.shared::cta.b64 %rd3, [bar], 2; mbarrier.pending_count.b64 %r4, %rd3;
        mbarrier.arrive_drop.shared.b64 %rd3, [bar]; mbarrier.pending_count.b64 %r5, %rd3;
        mbarrier.try_wait.parity.shared::cta.b64 %p1, [bar], 0; selp.u32 %r6, 1, 0, %p1;
        mbarrier.arrive.shared.b64 %rd3, [bar]; mbarrier.pending_count.b64 %r7, %rd3;
        mbarrier.inval.shared.b64 [bar];
        st.global.v4.u32 [%rd1], {%r2, %r3, %r4, %r5}; st.global.v2.u32 [%rd1+16], {%r6, %r7};";
    run_on(&device, body, 1, p, q).unwrap();
    assert_eq!(device.read::<u32>(p, 6), [1, 0, 3, 1, 1, 2]);
}

#[test]
fn more_arrivals_than_a_barrier_waits_for_are_a_fault() {
    let device = TestDevice::default();
    let body = "mbarrier.init.shared.b64 [bar], 1; mbarrier.arrive.shared.b64 _, [bar], 2;";
    assert_eq!(run_on(&device, body, 1, 0, 0), Err(FaultKind::IllegalInstruction));
    assert_eq!(
        run_on(&device, "mbarrier.init.shared.b64 [bar], 0;", 1, 0, 0),
        Err(FaultKind::IllegalInstruction)
    );
}

#[test]
fn bulk_copies_move_bytes_both_ways_and_tell_their_barrier() {
    let device = TestDevice::default();
    let words: Vec<u32> = (0..256).map(|it| it * 7).collect();
    let (p, q) = (device.upload(&words), device.alloc(1024));
    let body = "
        setp.ne.u32 %p1, %r1, 0; @%p1 bra made;
        mbarrier.init.shared::cta.b64 [bar], 1; fence.mbarrier_init.release.cluster;
        mbarrier.arrive.expect_tx.shared::cta.b64 _, [bar], 1024;
        cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [s], [%rd1], 1024, [bar];
        made: bar.sync 0;
        wait: mbarrier.try_wait.parity.shared::cta.b64 %p2, [bar], 0; @!%p2 bra wait;
        shl.b32 %r2, %r1, 2; mov.u32 %r3, s; add.u32 %r3, %r3, %r2; ld.shared.u32 %r4, [%r3]; add.u32 %r4, %r4, 1; st.shared.u32 [%r3], %r4;
        fence.proxy.async.shared::cta; bar.sync 0; @%p1 bra done;
        cp.async.bulk.global.shared::cta.bulk_group [%rd2], [s], 1024; cp.async.bulk.commit_group; cp.async.bulk.wait_group.read 0;
        done:";
    run_on(&device, body, 256, p, q).unwrap();
    assert_eq!(device.read::<u32>(q, 256), words.iter().map(|it| it + 1).collect::<Vec<u32>>());
    let odd = "cp.async.bulk.global.shared::cta.bulk_group [%rd2], [s], 20;";
    assert_eq!(run_on(&device, odd, 1, p, q), Err(FaultKind::IllegalInstruction));
}

#[test]
fn vectors_are_added_atomically_element_by_element() {
    let device = TestDevice::default();
    let (p, q) = (device.upload(&[1f32, 2.0, 3.0, 4.0]), device.alloc(64));
    let body = "
        mov.f32 %f1, 0f3F000000; mov.f32 %f2, 0f40000000;
        red.global.add.v4.f32 [%rd1], {%f1, %f2, %f1, %f2};
        setp.ne.u32 %p1, %r1, 0; @%p1 bra done; bar.warp.sync 1;
        atom.global.v2.f32.add {%f3, %f4}, [%rd1+8], {%f1, %f1}; st.global.v2.f32 [%rd2], {%f3, %f4};
        done:";
    run_on(&device, body, 32, p, q).unwrap();
    assert_eq!(device.read::<f32>(p, 4), [17.0, 66.0, 19.5, 68.5]);
    assert_eq!(device.read::<f32>(q, 2), [19.0, 68.0]);
}

#[test]
fn stmatrix_puts_back_what_ldmatrix_took() {
    let device = TestDevice::default();
    let halves: Vec<u16> = (0..256).map(|it| it * 3 + 1).collect();
    let (p, q) = (device.upload(&halves), device.alloc(512));
    let body = "
        mul.wide.u32 %rd3, %r1, 16; add.u64 %rd4, %rd1, %rd3; ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd4];
        shl.b32 %r6, %r1, 4; mov.u32 %r7, s; add.u32 %r7, %r7, %r6; st.shared.v4.u32 [%r7], {%r2, %r3, %r4, %r5}; bar.sync 0;
        ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r10, %r11, %r12, %r13}, [%r7];
        stmatrix.sync.aligned.m8n8.x4.trans.shared.b16 [%r7+512], {%r10, %r11, %r12, %r13}; bar.sync 0;
        ld.shared.v4.u32 {%r2, %r3, %r4, %r5}, [%r7+512]; add.u64 %rd5, %rd2, %rd3; st.global.v4.u32 [%rd5], {%r2, %r3, %r4, %r5};";
    run_on(&device, body, 32, p, q).unwrap();
    let stored = device.read::<u16>(q, 256);
    for matrix in 0..4 {
        for row in 0..8 {
            for column in 0..8 {
                let wanted = halves[matrix * 64 + column * 8 + row];
                assert_eq!(stored[matrix * 64 + row * 8 + column], wanted, "matrix {matrix}");
            }
        }
    }
}

/// Runs `wmma` on random small integers, so that every sum is exact.
fn fragment_product(
    shape: (usize, usize, usize),
    layouts: (&str, &str, &str),
    kinds: (&str, &str),
    body: &str,
) {
    let (m, n, k) = shape;
    let mut random = Random::new((m * n * k) as u64);
    let mut any = |count: usize| (0..count).map(|_| random.below(9) as i32 - 4).collect::<Vec<i32>>();
    let (a, b, c) = (any(m * k), any(k * n), any(m * n));
    let at = |row: usize, column: usize, rows: usize, columns: usize, layout: &str| {
        if layout == "row" { row * columns + column } else { column * rows + row }
    };
    let device = TestDevice::default();
    let encode = |values: &[i32], kind: &str| -> Vec<u8> {
        let one = |value: &i32| match kind {
            "f16" => half(*value).to_le_bytes().to_vec(),
            "bf16" => ((*value as f32).to_bits() >> 16).to_le_bytes()[..2].to_vec(),
            "s8" => vec![*value as u8],
            "s32" => value.to_le_bytes().to_vec(),
            "f64" => f64::from(*value).to_le_bytes().to_vec(),
            _ => (*value as f32).to_le_bytes().to_vec(),
        };
        values.iter().flat_map(one).collect()
    };
    // The factors one after the other, each at a multiple of 2048 bytes; then the sums.
    let mut factors = encode(&a, kinds.0);
    factors.resize(2048, 0);
    factors.extend(encode(&b, kinds.0));
    factors.resize(4096, 0);
    let (p, q) = (device.upload(&factors), device.upload(&encode(&c, kinds.1)));
    run_on(&device, &format!("add.u64 %rd3, %rd1, 2048;{body}"), 32, p, q).unwrap();
    let mut wanted = vec![0; m * n];
    for row in 0..m {
        for column in 0..n {
            let place = at(row, column, m, n, layouts.2);
            let products = (0..k).map(|i| a[at(row, i, m, k, layouts.0)] * b[at(i, column, k, n, layouts.1)]);
            wanted[place] = c[place] + products.sum::<i32>();
        }
    }
    let wanted = encode(&wanted, kinds.1);
    assert_eq!(device.read::<u8>(q, wanted.len()), wanted, "{shape:?} {kinds:?}");
}

/// A small integer in half precision.
fn half(value: i32) -> u16 {
    let single = (value as f32).to_bits();
    if value == 0 {
        return 0;
    }
    (single >> 16 & 0x8000) as u16
        | (((single >> 23 & 0xff) - 112) << 10) as u16
        | (single >> 13 & 0x3ff) as u16
}

#[test]
fn wmma_multiplies_matrices_of_every_supported_type() {
    let eight = |first: usize| (first..first + 8).map(|it| format!("%r{it}")).collect::<Vec<_>>().join(", ");
    let floats = (10..18).map(|it| format!("%f{it}")).collect::<Vec<_>>().join(", ");
    let (a, b) = (eight(2), eight(10));
    for (shape, name) in [((16, 16, 16), "m16n16k16"), ((32, 8, 16), "m32n8k16"), ((8, 32, 16), "m8n32k16")] {
        let n = shape.1;
        fragment_product(
            shape,
            ("row", "col", "row"),
            ("f16", "f32"),
            &format!(
                "wmma.load.a.sync.aligned.row.{name}.global.f16 {{{a}}}, [%rd1], 16;
                 wmma.load.b.sync.aligned.col.{name}.f16 {{{b}}}, [%rd3];
                 wmma.load.c.sync.aligned.row.{name}.global.f32 {{{floats}}}, [%rd2], {n};
                 wmma.mma.sync.aligned.row.col.{name}.f32.f32 {{{floats}}}, {{{a}}}, {{{b}}}, {{{floats}}};
                 wmma.store.d.sync.aligned.row.{name}.global.f32 [%rd2], {{{floats}}}, {n};"
            ),
        );
    }
    fragment_product(
        (16, 16, 16),
        ("col", "row", "col"),
        ("f16", "f16"),
        &format!(
            "wmma.load.a.sync.aligned.col.m16n16k16.global.f16 {{{a}}}, [%rd1], 16;
             wmma.load.b.sync.aligned.row.m16n16k16.global.f16 {{{b}}}, [%rd3], 16;
             wmma.load.c.sync.aligned.col.m16n16k16.f16 {{%r20, %r21, %r22, %r23}}, [%rd2];
             wmma.mma.sync.aligned.col.row.m16n16k16.f16.f16 {{%r20, %r21, %r22, %r23}}, {{{a}}}, {{{b}}}, {{%r20, %r21, %r22, %r23}};
             wmma.store.d.sync.aligned.col.m16n16k16.f16 [%rd2], {{%r20, %r21, %r22, %r23}};"
        ),
    );
    let sums = eight(20);
    fragment_product(
        (16, 16, 16),
        ("row", "col", "row"),
        ("s8", "s32"),
        &format!(
            "wmma.load.a.sync.aligned.row.m16n16k16.global.s8 {{%r2, %r3}}, [%rd1], 16;
             wmma.load.b.sync.aligned.col.m16n16k16.global.s8 {{%r4, %r5}}, [%rd3], 16;
             wmma.load.c.sync.aligned.row.m16n16k16.global.s32 {{{sums}}}, [%rd2], 16;
             wmma.mma.sync.aligned.row.col.m16n16k16.s32.s8.s8.s32 {{{sums}}}, {{%r2, %r3}}, {{%r4, %r5}}, {{{sums}}};
             wmma.store.d.sync.aligned.row.m16n16k16.global.s32 [%rd2], {{{sums}}}, 16;"
        ),
    );
    for (kind, name, depth) in [("bf16", "m16n16k16", 16), ("tf32", "m16n16k8", 8)] {
        fragment_product(
            (16, 16, depth),
            ("row", "row", "row"),
            (kind, "f32"),
            &format!(
                "wmma.load.a.sync.aligned.row.{name}.global.{kind} {{%r2, %r3, %r4, %r5}}, [%rd1];
                 wmma.load.b.sync.aligned.row.{name}.global.{kind} {{%r6, %r7, %r8, %r9}}, [%rd3];
                 wmma.load.c.sync.aligned.row.{name}.global.f32 {{{floats}}}, [%rd2];
                 wmma.mma.sync.aligned.row.row.{name}.f32.{kind}.{kind}.f32 {{{floats}}}, {{%r2, %r3, %r4, %r5}}, {{%r6, %r7, %r8, %r9}}, {{{floats}}};
                 wmma.store.d.sync.aligned.row.{name}.global.f32 [%rd2], {{{floats}}};"
            ),
        );
    }
    fragment_product(
        (8, 8, 4),
        ("row", "col", "row"),
        ("f64", "f64"),
        "wmma.load.a.sync.aligned.row.m8n8k4.global.f64 {%d1}, [%rd1];
         wmma.load.b.sync.aligned.col.m8n8k4.global.f64 {%d2}, [%rd3];
         wmma.load.c.sync.aligned.row.m8n8k4.global.f64 {%d3, %d4}, [%rd2];
         wmma.mma.sync.aligned.row.col.m8n8k4.f64.f64.f64.f64.rn {%d3, %d4}, {%d1}, {%d2}, {%d3, %d4};
         wmma.store.d.sync.aligned.row.m8n8k4.global.f64 [%rd2], {%d3, %d4};",
    );
}

#[test]
fn video_instructions_work_on_parts_and_saturate() {
    let device = TestDevice::default();
    let (a, b, c) = (0x8001_ff7fu32, 0x7fff_0280u32, 0x1122_3344u32);
    let (p, q) = (device.upload(&[a, b, c]), device.alloc(64));
    let cases: [(&str, u32); 12] = [
        ("vadd.s32.u32.s32.sat %r9, %r2.b1, %r3.h1", 0xff + 0x7fff),
        ("vadd.u32.s32.s32.sat %r9, %r2.h1, %r3.b0", 0),
        ("vsub.s32.s32.s32.sat %r9, %r2, %r3", i32::MIN as u32),
        ("vsub.s32.s32.s32 %r9, %r2, %r3", a.wrapping_sub(b)),
        ("vabsdiff.u32.s32.s32.add %r9, %r2.b0, %r3.b0, %r4", c + 0x7f + 0x80),
        ("vmin.s32.s32.s32.max %r9, %r2, %r3, %r4", c),
        ("vmax.s32.s32.s32 %r9, %r2, %r3", b),
        ("vadd.s32.s32.s32.sat %r9.b1, %r2.b0, %r3.h1, %r4", 0x1122_7f44),
        ("vshl.u32.u32.u32.clamp %r9, %r2, %r3", 0),
        ("vshr.s32.s32.u32.wrap %r9, %r2, %r3.b1", (a as i32 >> 2) as u32),
        ("vset.s32.s32.lt %r9, %r2, %r3", 1),
        ("vmad.s32.s32.s32.shr7 %r9, %r2.h0, %r3.h1, %r4", ((-129i64 * 0x7fff + i64::from(c)) >> 7) as u32),
    ];
    for (text, wanted) in cases {
        let body = format!(
            "ld.global.u32 %r2, [%rd1]; ld.global.u32 %r3, [%rd1+4]; ld.global.u32 %r4, [%rd1+8];
             {text}; st.global.u32 [%rd2], %r9;"
        );
        run_on(&device, &body, 1, p, q).unwrap();
        assert_eq!(device.read::<u32>(q, 1), [wanted], "{text}");
    }
}

#[test]
fn forms_that_do_not_exist_are_refused() {
    for body in [
        "mbarrier.init.global.b64 [%rd1], 1;",
        "mbarrier.test_wait.shared.b64 %p1, [bar];",
        "cp.async.bulk.global.shared::cta [%rd2], [s], 16;",
        "wmma.load.a.sync.aligned.row.m16n16k16.global.s16 {%r2}, [%rd1];",
        "wmma.load.a.sync.aligned.row.m16n16k16.global.f16 {%r2}, [%rd1];",
        "vadd.s32.s32.s32 %r9, %r2.b4, %r3;",
        "vshl.u32.u32.u32 %r9, %r2, %r3;",
        "red.global.add.v4.u32 [%rd1], {%r1, %r1, %r1, %r1};",
    ] {
        let source = format!(
            ".version 8.6\n.target sm_90\n.address_size 64\n.entry k(.param .u64 p) {{ .reg .pred %p<2>; .reg .b32 %r<10>; \
             .reg .b64 %rd<4>; .shared .align 8 .b64 bar; .shared .b8 s[64];\n{body}\nret; }}"
        );
        assert!(Module::parse(&source).is_err(), "{body}");
    }
}

#[test]
fn blocks_of_a_long_grid_run_on_several_threads_with_the_same_result() {
    let source = "
        .version 7.0\n.target sm_70\n.address_size 64
        .visible .entry k(.param .u64 p, .param .u64 q) {
            .reg .pred %p<2>; .reg .b32 %r<8>; .reg .b64 %rd<6>;
            ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q];
            mov.u32 %r1, %ctaid.x; mov.u32 %r2, %tid.x; mad.lo.u32 %r3, %r1, 64, %r2; mov.u32 %r4, 2000; mov.u32 %r5, %r3;
            again: mad.lo.u32 %r5, %r5, 1664525, 1013904223; sub.u32 %r4, %r4, 1; setp.ne.u32 %p1, %r4, 0; @%p1 bra again;
            mul.wide.u32 %rd3, %r3, 4; add.u64 %rd4, %rd1, %rd3; st.global.u32 [%rd4], %r5;
            atom.global.add.u32 %r6, [%rd2], 1;
            ret;
        }";
    let module = ptx_support::parse(source).unwrap();
    let device = TestDevice::default();
    let (p, q) = (device.alloc(4 * 64 * 64), device.upload(&[0u32]));
    let args = Arguments::default().with(p).with(q);
    let shape = Launch { threads: 4, ..Launch::new([64, 1, 1], [64, 1, 1], &args.0, &[]) };

    let statistics = launch_with(&device, &module, "k", &shape).unwrap();

    assert_eq!(statistics.blocks, 64);
    assert_eq!(device.read::<u32>(q, 1), [64 * 64]);
    let wanted = (0..64 * 64u32)
        .map(|first| (0..2000).fold(first, |it, _| it.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)));
    assert_eq!(device.read::<u32>(p, 64 * 64), wanted.collect::<Vec<u32>>());
    // The fault of one thread ends all, and is the one that is told.
    device.write(q, &[0u32]);
    let args = Arguments::default().with(p).with(16u64);
    let shape = Launch { threads: 4, ..Launch::new([64, 1, 1], [64, 1, 1], &args.0, &[]) };
    assert_eq!(launch_with(&device, &module, "k", &shape).unwrap_err().kind, FaultKind::IllegalAddress);
}
