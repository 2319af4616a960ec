//! Products of small matrices of few bits, with the layouts of the manual's figures; and the instructions about clusters.

mod ptx_support;

use ptx_support::{Arguments, Random, TestDevice, instruction, launch};

/// Runs a body with pointers `p` and `q` in `%rd1` and `%rd2`, on one block.
fn run(device: &TestDevice, body: &str, threads: u32, p: u64, q: u64) {
    let source = format!(
        ".version 8.6\n.target sm_90\n.address_size 64\n
        .visible .entry k(.param .u64 p, .param .u64 q) {{
            .reg .pred %p<8>; .reg .b32 %r<40>; .reg .f64 %d<24>; .reg .b64 %rd<20>;
            .shared .align 16 .b8 s[1024];
            ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q]; mov.u32 %r39, %tid.x;
            {body}
            ret;
        }}"
    );
    let module = ptx_support::parse(&source).unwrap_or_else(|error| panic!("{error}\n{source}"));
    let args = Arguments::default().with(p).with(q);
    launch(device, &module, &[], "k", [1, 1, 1], [threads, 1, 1], args).unwrap();
}

/// Where the figures put element `i` of a lane: row and column of a, of b, and of c.
struct Layout {
    /// Elements of one register.
    packed: usize,
    rows: usize,
}

impl Layout {
    fn a(&self, lane: usize, i: usize) -> (usize, usize) {
        let (group, within, register) = (lane >> 2, lane & 3, i / self.packed);
        let column = within * self.packed + i % self.packed;
        if self.rows == 8 {
            return (group, column);
        }
        // Registers 0 and 2 have the upper rows; 2 and 3 the right half.
        (group + if register % 2 == 1 { 8 } else { 0 }, column + 4 * self.packed * (register / 2))
    }

    fn b(&self, lane: usize, i: usize) -> (usize, usize) {
        let (group, within, register) = (lane >> 2, lane & 3, i / self.packed);
        (within * self.packed + i % self.packed + 4 * self.packed * register, group)
    }

    fn c(lane: usize, i: usize) -> (usize, usize) {
        ((lane >> 2) + if i < 2 { 0 } else { 8 }, 2 * (lane & 3) + (i & 1))
    }
}

fn list(prefix: &str, first: usize, count: usize) -> String {
    (first..first + count).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn products_of_bytes_nibbles_and_bits_are_those_of_the_matrices() {
    type Decode = fn(u32) -> i64;
    let signed4: Decode = |bits| i64::from((bits as i32) << 28 >> 28);
    let unsigned4: Decode = |bits| i64::from(bits & 15);
    let bit: Decode = |bits| i64::from(bits & 1);
    let signed8: Decode = |bits| i64::from(bits as u8 as i8);
    for (shape, types, rows, depth, width, left, right, xor) in [
        ("m8n8k16", "s32.s8.s8.s32", 8, 16, 8, signed8, signed8, false),
        ("m8n8k32", "s32.s4.u4.s32", 8, 32, 4, signed4, unsigned4, false),
        ("m16n8k32", "s32.u4.s4.s32", 16, 32, 4, unsigned4, signed4, false),
        ("m16n8k64", "s32.s4.s4.s32", 16, 64, 4, signed4, signed4, false),
        ("m8n8k128", "s32.b1.b1.s32.xor.popc", 8, 128, 1, bit, bit, true),
        ("m16n8k128", "s32.b1.b1.s32.and.popc", 16, 128, 1, bit, bit, false),
        ("m16n8k256", "s32.b1.b1.s32.xor.popc", 16, 256, 1, bit, bit, true),
    ] {
        let packed = 32 / width;
        let (a, b, c) = (rows * depth / 32 / packed, depth * 8 / 32 / packed, rows * 8 / 32);
        let mut random = Random::new(depth as u64);
        let words: Vec<u32> =
            (0..32 * (a + b + c))
                .map(|index| {
                    if index % (a + b + c) < a + b { random.bits() as u32 } else { random.below(1000) as u32 }
                })
                .collect();
        let device = TestDevice::default();
        let (p, q) = (device.upload(&words), device.alloc(32 * 4 * c));
        let all = a + b + c;
        let mut body =
            format!("mad.wide.u32 %rd3, %r39, {}, %rd1; mad.wide.u32 %rd4, %r39, {}, %rd2;", 4 * all, 4 * c);
        for i in 0..all {
            body += &format!("ld.global.u32 %r{i}, [%rd3+{}];", 4 * i);
        }
        body += &format!(
            "mma.sync.aligned.{shape}.row.col.{types} {{{}}}, {{{}}}, {{{}}}, {{{}}};",
            list("%r", 20, c),
            list("%r", 0, a),
            list("%r", a, b),
            list("%r", a + b, c)
        );
        for i in 0..c {
            body += &format!("st.global.u32 [%rd4+{}], %r{};", 4 * i, 20 + i);
        }
        run(&device, &body, 32, p, q);

        let layout = Layout { packed, rows };
        let element = |lane: usize, first: usize, i: usize| {
            words[lane * all + first + i / packed] >> (width * (i % packed))
        };
        let (mut am, mut bm) = (vec![0i64; rows * depth], vec![0i64; depth * 8]);
        for lane in 0..32 {
            for i in 0..a * packed {
                let (row, column) = layout.a(lane, i);
                am[row * depth + column] = left(element(lane, 0, i));
            }
            for i in 0..b * packed {
                let (row, column) = layout.b(lane, i);
                bm[row * 8 + column] = right(element(lane, a, i));
            }
        }
        let got = device.read::<i32>(q, 32 * c);
        for lane in 0..32 {
            for i in 0..c {
                let (row, column) = Layout::c(lane, i);
                let products = (0..depth).map(|k| {
                    let (x, y) = (am[row * depth + k], bm[k * 8 + column]);
                    if xor { x ^ y } else { x * y }
                });
                let wanted = i64::from(words[lane * all + a + b + i] as i32) + products.sum::<i64>();
                assert_eq!(i64::from(got[lane * c + i]), wanted, "{shape} {types}, ({row}, {column})");
            }
        }
    }
}

#[test]
fn products_in_double_precision_have_sixteen_rows() {
    for depth in [4usize, 8, 16] {
        let (a, b, c) = (depth / 2, depth / 4, 4);
        let all = a + b + c;
        let mut random = Random::new(depth as u64);
        let values: Vec<f64> = (0..32 * all).map(|_| random.below(17) as f64 - 8.0).collect();
        let device = TestDevice::default();
        let (p, q) = (device.upload(&values), device.alloc(32 * 8 * c));
        let mut body =
            format!("mad.wide.u32 %rd3, %r39, {}, %rd1; mad.wide.u32 %rd4, %r39, 32, %rd2;", 8 * all);
        for i in 0..all {
            body += &format!("ld.global.f64 %d{i}, [%rd3+{}];", 8 * i);
        }
        body += &format!(
            "mma.sync.aligned.m16n8k{depth}.row.col.f64.f64.f64.f64 {{{}}}, {{{}}}, {{{}}}, {{{}}};",
            list("%d", 20, c),
            list("%d", 0, a),
            list("%d", a, b),
            list("%d", a + b, c)
        );
        for i in 0..c {
            body += &format!("st.global.f64 [%rd4+{}], %d{};", 8 * i, 20 + i);
        }
        run(&device, &body, 32, p, q);

        let layout = Layout { packed: 1, rows: 16 };
        let (mut am, mut bm) = (vec![0.0; 16 * depth], vec![0.0; depth * 8]);
        for lane in 0..32 {
            for i in 0..a {
                let (row, column) = layout.a(lane, i);
                am[row * depth + column] = values[lane * all + i];
            }
            for i in 0..b {
                let (row, column) = layout.b(lane, i);
                bm[row * 8 + column] = values[lane * all + a + i];
            }
        }
        let got = device.read::<f64>(q, 32 * c);
        for lane in 0..32 {
            for i in 0..c {
                let (row, column) = Layout::c(lane, i);
                let sum: f64 = (0..depth).map(|k| am[row * depth + k] * bm[k * 8 + column]).sum();
                assert_eq!(
                    got[lane * c + i],
                    values[lane * all + a + b + i] + sum,
                    "k{depth} ({row}, {column})"
                );
            }
        }
    }
}

#[test]
fn one_lane_of_those_named_is_elected() {
    let device = TestDevice::default();
    let q = device.alloc(4 * 64);
    let body = "
        setp.lt.u32 %p1, %r39, 5; @%p1 bra out;
        elect.sync %r1|%p2, 0xffffffe0; selp.u32 %r2, 100, 0, %p2; add.u32 %r1, %r1, %r2;
        mad.wide.u32 %rd3, %r39, 4, %rd2; st.global.u32 [%rd3], %r1;
        out:";
    run(&device, body, 32, q, q);

    let got = device.read::<u32>(q, 32);
    assert_eq!(got[5], 105);
    assert!(got[6..].iter().all(|&leader| leader == 5));
}

#[test]
fn a_block_alone_is_a_cluster() {
    let device = TestDevice::default();
    let q = device.alloc(4 * 64);
    // Each thread reads what its neighbour has put into shared memory, through the address in the cluster.
    let body = "
        cvt.u64.u32 %rd5, %r39; shl.b64 %rd5, %rd5, 2;
        mov.u32 %r1, s; shl.b32 %r2, %r39, 2; add.u32 %r1, %r1, %r2; st.shared.u32 [%r1], %r39;
        barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;
        mov.u32 %r3, %cluster_ctarank; xor.b32 %r4, %r1, 4; mapa.shared::cluster.u32 %r5, %r4, %r3;
        getctarank.shared::cluster.u32 %r6, %r5;
        ld.shared::cluster.u32 %r7, [%r5]; mad.lo.u32 %r7, %r6, 1000, %r7;
        add.u64 %rd3, %rd2, %rd5; st.global.u32 [%rd3], %r7;";
    run(&device, body, 64, q, q);

    let wanted: Vec<u32> = (0..64).map(|i| i ^ 1).collect();
    assert_eq!(device.read::<u32>(q, 64), wanted);
}

#[test]
fn numbers_are_packed_with_saturation() {
    let mut random = Random::new(5);
    let mut inputs: Vec<[u64; 3]> = (0..200)
        .map(|_| [random.bits() & 0xffff_ffff, random.below(700), random.bits() & 0xffff_ffff])
        .collect();
    inputs.push([u64::from(-300i32 as u32), 127, 0x1234_5678]);
    let check = |text: &str, wanted: &dyn Fn(i32, i32, u32) -> u32| {
        for (input, got) in inputs.iter().zip(instruction(text, &inputs)) {
            let expected = wanted(input[0] as u32 as i32, input[1] as u32 as i32, input[2] as u32);
            assert_eq!(got as u32, expected, "{text} of {input:x?}");
        }
    };
    check("cvt.pack.sat.s16.s32 %d32, %a32, %b32;", &|a, b, _| {
        let one = |it: i32| it.clamp(-32768, 32767) as u32 & 0xffff;
        one(a) << 16 | one(b)
    });
    check("cvt.pack.sat.u8.s32.b32 %d32, %a32, %b32, %c32;", &|a, b, c| {
        let one = |it: i32| it.clamp(0, 255) as u32;
        c << 16 | one(a) << 8 | one(b)
    });
}

#[test]
fn policies_of_caches_change_nothing() {
    let device = TestDevice::default();
    let (p, q) = (device.upload(&[7u32, 0]), device.alloc(8));
    let body = "
        createpolicy.fractional.L2::evict_last.b64 %rd3, 1.0;
        ld.global.L2::cache_hint.u32 %r1, [%rd1], %rd3;
        st.global.L2::cache_hint.u32 [%rd2], %r1, %rd3;
        atom.global.add.L2::cache_hint.u32 %r2, [%rd2], 1, %rd3;";
    run(&device, body, 1, p, q);
    assert_eq!(device.read::<u32>(q, 1), [8]);
}
