//! Products of sparse matrices, of 8-bit floating point numbers, of the oldest shape, and of fragments of few bits.

mod ptx_support;

use cuda_sim::ptx::Module;
use ptx_support::{Arguments, Random, TestDevice, launch};

fn list(prefix: &str, first: usize, count: usize) -> String {
    (first..first + count).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>().join(", ")
}

/// Runs `text` on a warp, whose lanes have so many words of `words` each in `%r0` and on; gives the `count` words from `%r40` on.
fn warp(text: &str, words: &[u32], count: usize) -> Vec<u32> {
    let each = words.len() / 32;
    let mut body =
        format!("mad.wide.u32 %rd1, %r63, {}, %rd1; mad.wide.u32 %rd2, %r63, {}, %rd2;", 4 * each, 4 * count);
    (0..each).for_each(|i| body += &format!("ld.global.u32 %r{i}, [%rd1+{}];", 4 * i));
    body += text;
    (0..count).for_each(|i| body += &format!("st.global.u32 [%rd2+{}], %r{};", 4 * i, 40 + i));
    let device = TestDevice::default();
    let (p, q) = (device.upload(words), device.alloc(4 * 32 * count));
    run(&device, &body, p, q);
    device.read(q, 32 * count)
}

fn run(device: &TestDevice, body: &str, p: u64, q: u64) {
    let source = format!(
        ".version 8.7\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 p, .param .u64 q) {{\n\
        .reg .b32 %r<64>; .reg .b64 %rd<4>; ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q]; mov.u32 %r63, %tid.x;\n\
        {body}\nret; }}"
    );
    let module = Module::parse(&source).unwrap_or_else(|error| panic!("{error}\n{source}"));
    let arguments = Arguments::default().with(p).with(q);
    launch(device, &module, &[], "k", [1, 1, 1], [32, 1, 1], arguments).unwrap();
}

/// An element's type: its bits, and what small whole numbers look like.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    bits: usize,
    encode: fn(i32) -> u32,
    float: bool,
}

fn half(value: i32) -> u32 {
    // Whole numbers up to 1024 are exact.
    if value == 0 {
        return 0;
    }
    let (sign, magnitude) = (u32::from(value < 0) << 15, value.unsigned_abs());
    let exponent = magnitude.ilog2();
    sign | (exponent + 15) << 10 | (magnitude << (10 - exponent)) & 0x3ff
}

const F16: Kind = Kind { name: "f16", bits: 16, encode: half, float: true };
const BF16: Kind = Kind { name: "bf16", bits: 16, encode: |it| (it as f32).to_bits() >> 16, float: true };
const TF32: Kind = Kind { name: "tf32", bits: 32, encode: |it| (it as f32).to_bits(), float: true };
const S8: Kind = Kind { name: "s8", bits: 8, encode: |it| it as u32 & 0xff, float: false };
const U8: Kind = Kind { name: "u8", bits: 8, encode: |it| it.unsigned_abs(), float: false };
const S4: Kind = Kind { name: "s4", bits: 4, encode: |it| it as u32 & 15, float: false };
/// 0, 1, 2, 3, and their negatives.
const E4M3: Kind = Kind {
    name: "e4m3",
    bits: 8,
    encode: |it| [0, 0x38, 0x40, 0x44][it.unsigned_abs() as usize] | u32::from(it < 0) << 7,
    float: true,
};
const E5M2: Kind = Kind {
    name: "e5m2",
    bits: 8,
    encode: |it| [0, 0x3c, 0x40, 0x42][it.unsigned_abs() as usize] | u32::from(it < 0) << 7,
    float: true,
};

impl Kind {
    fn value(self, value: i32) -> i32 {
        if self.name.starts_with('u') { value.abs() } else { value }
    }

    fn packed(self) -> usize {
        32 / self.bits
    }

    /// Row and column of element `i` of a lane in a matrix of sixteen rows, and in one of eight columns.
    fn left(self, lane: usize, i: usize) -> (usize, usize) {
        let register = i / self.packed();
        let column = lane % 4 * self.packed() + i % self.packed() + 4 * self.packed() * (register / 2);
        (lane / 4 + 8 * (register % 2), column)
    }

    fn right(self, lane: usize, i: usize) -> (usize, usize) {
        (lane % 4 * self.packed() + i % self.packed() + 4 * self.packed() * (i / self.packed()), lane / 4)
    }
}

/// Places elements in the lanes' registers, `all` words each.
fn put(
    words: &mut [u32],
    kind: Kind,
    (all, first, registers): (usize, usize, usize),
    value: impl Fn(usize, usize) -> i32,
) {
    for lane in 0..32 {
        for i in 0..registers * kind.packed() {
            let bits = (kind.encode)(value(lane, i)) << (kind.bits * (i % kind.packed()));
            words[lane * all + first + i / kind.packed()] |= bits;
        }
    }
}

fn small(random: &mut Random) -> i32 {
    random.below(7) as i32 - 3
}

/// `selector` is that of a sparse product; none for a dense one.
fn product(size: &str, depth: usize, left: Kind, right: Kind, selector: Option<usize>, random: &mut Random) {
    let held = if selector.is_some() { depth / 2 } else { depth };
    let (a, b) = (16 * held / 32 / left.packed(), depth * 8 / 32 / right.packed());
    let all = a + b + 4 + 1;
    let values: Vec<i32> = (0..16 * held).map(|_| left.value(small(random))).collect();
    let factors: Vec<i32> = (0..depth * 8).map(|_| right.value(small(random))).collect();
    let sums: Vec<i32> = (0..128).map(|_| random.below(100) as i32 - 50).collect();

    // Where the held numbers of each row are in the whole matrix, and two bits for each that say so.
    let (mut places, mut said) = (vec![0usize; 16 * held], vec![Vec::<u32>::new(); 16]);
    for row in 0..16 {
        for i in 0..held {
            let place = &mut places[row * held + i];
            match (selector, left.bits) {
                (None, _) => *place = i,
                (_, 32) => {
                    let second = random.below(2) as usize;
                    *place = 2 * i + second;
                    said[row].extend(if second == 1 { [2, 3] } else { [0, 1] });
                }
                (_, bits) => {
                    // Two of four; of nibbles, two pairs of four.
                    let unit = if bits == 4 { 2 } else { 1 };
                    if i % (2 * unit) == 0 {
                        let first = random.below(3) as u32;
                        said[row].extend([first, first + 1 + random.below(3 - u64::from(first)) as u32]);
                    }
                    *place = i / (2 * unit) * 4 * unit + said[row][i / unit] as usize * unit + i % unit;
                }
            }
        }
    }
    let mut words = vec![0u32; 32 * all];
    put(&mut words, left, (all, 0, a), |lane, i| {
        let (row, column) = left.left(lane, i);
        values[row * held + column]
    });
    put(&mut words, right, (all, a, b), |lane, i| {
        let (row, column) = right.right(lane, i);
        factors[row * 8 + column]
    });
    let sum_at = |lane: usize, i: usize| (lane / 4 + 8 * (i / 2)) * 8 + lane % 4 * 2 + i % 2;
    for (lane, i) in (0..32).flat_map(|lane| (0..4).map(move |i| (lane, i))) {
        let sum = sums[sum_at(lane, i)];
        words[lane * all + a + b + i] = if left.float { (sum as f32).to_bits() } else { sum as u32 };
        words[lane * all + all - 1] = random.bits() as u32;
    }
    if let Some(selector) = selector {
        for (row, said) in said.iter().enumerate() {
            let (group, lower) = (row % 8, row / 8);
            // Of sixteen bits and more, a word has sixteen bits of two rows; of fewer, 32 of one.
            let each = if left.bits >= 16 { 8 } else { 16 };
            for (part, said) in said.chunks(each).enumerate() {
                let bits = said.iter().rev().fold(0u64, |bits, it| bits << 2 | u64::from(*it)) as u32;
                let parts = depth_parts(left, held);
                let (lane, shift, mask) = if left.bits >= 16 {
                    (parts * selector + part, 16 * lower, 0xffff << (16 * lower))
                } else {
                    (2 * parts * selector + lower + 2 * part, 0, u32::MAX)
                };
                let word = &mut words[(4 * group + lane) * all + all - 1];
                *word = *word & !mask | bits << shift;
            }
        }
    }
    let kind = if left.float { "f32" } else { "s32" };
    let (name, rest) = match selector {
        Some(selector) => ("mma.sp", format!(", %r{}, {selector}", all - 1)),
        None => ("mma", String::new()),
    };
    let text = format!(
        "{name}.sync.aligned.{size}.row.col.{kind}.{}.{}.{kind} {{{}}}, {{{}}}, {{{}}}, {{{}}}{rest};",
        left.name,
        right.name,
        list("%r", 40, 4),
        list("%r", 0, a),
        list("%r", a, b),
        list("%r", a + b, 4)
    );
    let got = warp(&text, &words, 4);
    for (lane, i) in (0..32).flat_map(|lane| (0..4).map(move |i| (lane, i))) {
        let (row, column) = (sum_at(lane, i) / 8, sum_at(lane, i) % 8);
        let products =
            (0..held).map(|k| values[row * held + k] * factors[places[row * held + k] * 8 + column]);
        let wanted = sums[row * 8 + column] + products.sum::<i32>();
        let bits = got[4 * lane + i];
        let found = if left.float { f32::from_bits(bits) as i32 } else { bits as i32 };
        assert_eq!(found, wanted, "{text} at ({row}, {column})");
    }
}

/// Words that a row of a sparse matrix's places takes.
fn depth_parts(kind: Kind, held: usize) -> usize {
    match kind.bits {
        32 => held * 4 / 16,
        16 => held * 2 / 16,
        bits => (held * 2 * bits / 8).div_ceil(32),
    }
}

#[test]
fn sparse_matrices_are_multiplied_as_if_they_were_whole() {
    let mut random = Random::new(77);
    for (size, depth, left, right) in [
        ("m16n8k16", 16, F16, F16),
        ("m16n8k32", 32, F16, F16),
        ("m16n8k16", 16, BF16, BF16),
        ("m16n8k32", 32, BF16, BF16),
        ("m16n8k8", 8, TF32, TF32),
        ("m16n8k16", 16, TF32, TF32),
        ("m16n8k32", 32, S8, U8),
        ("m16n8k64", 64, U8, S8),
        ("m16n8k64", 64, S4, S4),
        ("m16n8k128", 128, S4, S4),
        ("m16n8k64", 64, E4M3, E5M2),
    ] {
        let parts = depth_parts(left, depth / 2) * if left.bits >= 16 { 1 } else { 2 };
        for selector in 0..4 / parts {
            product(size, depth, left, right, Some(selector), &mut random);
        }
    }
}

#[test]
fn numbers_of_eight_bits_are_multiplied() {
    let mut random = Random::new(78);
    for (left, right) in [(E4M3, E4M3), (E4M3, E5M2), (E5M2, E4M3), (E5M2, E5M2)] {
        product("m16n8k32", 32, left, right, None, &mut random);
        product("m16n8k16", 16, left, right, None, &mut random);
    }
}

#[test]
fn the_oldest_shape_is_four_products_in_quarters_of_the_warp() {
    let mut random = Random::new(79);
    for (left, right) in [("row", "col"), ("col", "row"), ("row", "row"), ("col", "col")] {
        let mut any = |count: usize| (0..count).map(|_| small(&mut random)).collect::<Vec<i32>>();
        let (a, b, c) = (any(4 * 32), any(4 * 32), any(4 * 64));
        let sum_at = |lane: usize, i: usize| {
            let row = (lane & 1) + (i & 2) + lane / 16 * 4;
            lane % 16 / 4 * 64 + row * 8 + (i & 4) + (lane & 2) + (i & 1)
        };
        let mut words = vec![0u32; 32 * 12];
        for lane in 0..32 {
            let (part, within, beyond) = (lane % 16 / 4 * 32, lane % 4, lane / 16 * 4);
            for i in 0..4 {
                let (row, k) = if left == "row" { (within + beyond, i) } else { (i + beyond, within) };
                words[12 * lane + i / 2] |= half(a[part + row * 4 + k]) << (16 * (i % 2));
                let (k, column) = if right == "row" { (within, i + beyond) } else { (i, within + beyond) };
                words[12 * lane + 2 + i / 2] |= half(b[part + k * 8 + column]) << (16 * (i % 2));
            }
            (0..8).for_each(|i| words[12 * lane + 4 + i] = (c[sum_at(lane, i)] as f32).to_bits());
        }
        let text = format!(
            "mma.sync.aligned.m8n8k4.{left}.{right}.f32.f16.f16.f32 {{{}}}, {{%r0, %r1}}, {{%r2, %r3}}, {{{}}};",
            list("%r", 40, 8),
            list("%r", 4, 8)
        );
        let got = warp(&text, &words, 8);
        for (lane, i) in (0..32).flat_map(|lane| (0..8).map(move |i| (lane, i))) {
            let at = sum_at(lane, i);
            let (part, row, column) = (at / 64 * 32, at % 64 / 8, at % 8);
            let sum: i32 = (0..4).map(|k| a[part + row * 4 + k] * b[part + k * 8 + column]).sum();
            assert_eq!(
                f32::from_bits(got[8 * lane + i]) as i32,
                c[at] + sum,
                "{left} {right}, ({row}, {column})"
            );
        }
    }
}

#[test]
fn fragments_of_nibbles_and_bits_are_multiplied() {
    type Combine = fn(i32, i32) -> i32;
    let times: Combine = |a, b| a * b;
    let cases: [(&str, usize, usize, &str, Combine); 4] = [
        ("s4", 4, 32, "", times),
        ("u4", 4, 32, "", times),
        ("b1", 1, 128, "xor.popc.", |a, b| a ^ b),
        ("b1", 1, 128, "and.popc.", times),
    ];
    let mut random = Random::new(80);
    for (kind, bits, depth, operation, combine) in cases {
        let lowest = if kind == "s4" { -8 } else { 0 };
        let mut any =
            |count: usize| (0..count).map(|_| random.below(1 << bits) as i32 + lowest).collect::<Vec<i32>>();
        // Both by the depth: rows of a, columns of b.
        let (a, b) = (any(8 * depth), any(8 * depth));
        let pack = |values: &[i32]| -> Vec<u32> {
            let mask = (1u32 << bits) - 1;
            let one = |part: &[i32]| {
                part.iter().enumerate().fold(0, |sum, (i, it)| sum | (*it as u32 & mask) << (bits * i))
            };
            values.chunks(32 / bits).map(one).collect()
        };
        let sums: Vec<u32> = (0..64).collect();
        let words = [pack(&a), pack(&b), sums].concat();
        let bytes = 8 * depth * bits / 8;
        let size = format!("m8n8k{depth}");
        let body = format!(
            "wmma.load.a.sync.aligned.row.{size}.global.{kind} {{%r0}}, [%rd1], {depth};
            wmma.load.b.sync.aligned.col.{size}.global.{kind} {{%r1}}, [%rd1+{bytes}];
            wmma.load.c.sync.aligned.row.{size}.global.s32 {{%r2, %r3}}, [%rd1+{}], 8;
            wmma.mma.{operation}sync.aligned.row.col.{size}.s32.{kind}.{kind}.s32 {{%r4, %r5}}, {{%r0}}, {{%r1}}, {{%r2, %r3}};
            wmma.store.d.sync.aligned.col.{size}.global.s32 [%rd2], {{%r4, %r5}}, 8;",
            2 * bytes
        );
        let device = TestDevice::default();
        let (p, q) = (device.upload(&words), device.alloc(256));
        run(&device, &body, p, q);
        let got = device.read::<i32>(q, 64);
        for (row, column) in (0..8).flat_map(|row| (0..8).map(move |column| (row, column))) {
            let sum: i32 = (0..depth).map(|k| combine(a[row * depth + k], b[column * depth + k])).sum();
            assert_eq!(got[column * 8 + row], (row * 8 + column) as i32 + sum, "{kind} {operation}");
        }
    }
}
