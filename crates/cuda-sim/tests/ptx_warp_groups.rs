//! Products of four warps (`wgmma`): each way in which factors may lie in shared memory, each type, sums that go on or start anew.

mod ptx_support;

use cuda_sim::ptx::Module;
use ptx_support::{Arguments, Random, TestDevice, launch};

/// How a factor lies in shared memory: rows of so many bytes whose chunks of 16 are shuffled, or 16 for blocks of eight rows that are
/// not; along the depth, or across it.
#[derive(Clone, Copy, Debug)]
struct Layout {
    row_bytes: usize,
    across: bool,
}

impl Layout {
    /// The byte at which an element is, given its row of a or column of b, its depth, its length, and how many there are of each.
    fn place(self, row: usize, depth: usize, bytes: usize, (rows, depths): (usize, usize)) -> usize {
        let each = 16 / bytes;
        let (major, minor) = if self.across { (depth, row) } else { (row, depth) };
        let (chunk, within) = (minor / each, minor % each * bytes);
        if self.row_bytes == 16 {
            // Blocks of eight by sixteen bytes, along the depth first, or across it.
            let (leading, stride) = self.strides(bytes, (rows, depths));
            let (along, over) = if self.across { (stride, leading) } else { (leading, stride) };
            return chunk * along + major / 8 * over + major % 8 * 16 + within;
        }
        let turned = match self.row_bytes {
            128 => (chunk % 8) ^ (major % 8),
            64 => (chunk % 4) ^ (major / 2 % 4),
            _ => (chunk % 2) ^ (major / 4 % 2),
        };
        let (leading, stride) = self.strides(bytes, (rows, depths));
        let far = chunk / (self.row_bytes / 16) * leading;
        far + major / 8 * stride + major % 8 * self.row_bytes + turned * 16 + within
    }

    /// The two strides of the descriptor.
    fn strides(self, bytes: usize, (rows, depths): (usize, usize)) -> (usize, usize) {
        match (self.across, self.row_bytes) {
            (false, 16) => (128, 8 * depths * bytes),
            (true, 16) => (8 * rows * bytes, 128),
            (false, row) => (16, 8 * row),
            // Eight depths of as many elements as a row has, then the next eight, then the next rows.
            (true, row) => (row * depths, 8 * row),
        }
    }

    fn descriptor(self, start: usize, bytes: usize, extent: (usize, usize)) -> u64 {
        let (leading, stride) = self.strides(bytes, extent);
        let mode = match self.row_bytes {
            128 => 1u64,
            64 => 2,
            32 => 3,
            _ => 0,
        };
        (start / 16) as u64 | (leading as u64 / 16) << 16 | (stride as u64 / 16) << 32 | mode << 62
    }
}

fn half(value: i32) -> u32 {
    if value == 0 {
        return 0;
    }
    let exponent = value.unsigned_abs().ilog2();
    u32::from(value < 0) << 15 | (exponent + 15) << 10 | (value.unsigned_abs() << (10 - exponent)) & 0x3ff
}

fn encode(kind: &str, value: i32) -> u32 {
    match kind {
        "f16" => half(value),
        "bf16" => (value as f32).to_bits() >> 16,
        "tf32" => (value as f32).to_bits(),
        "e4m3" => [0, 0x38, 0x40, 0x44][value.unsigned_abs() as usize] | u32::from(value < 0) << 7,
        "u8" => value.unsigned_abs(),
        _ => value as u32 & 0xff,
    }
}

fn length(kind: &str) -> usize {
    match kind {
        "f16" | "bf16" => 2,
        "tf32" => 4,
        _ => 1,
    }
}

struct Case {
    sums: &'static str,
    left: &'static str,
    right: &'static str,
    columns: usize,
    depth: usize,
    /// None if the rows are in registers.
    a: Option<Layout>,
    b: Layout,
    adds: bool,
    sign: i32,
}

/// Where the second factor starts in shared memory.
const SECOND: usize = 16384;

fn check(case: &Case) {
    let Case { sums, left, right, columns, depth, a, b, adds, sign } = *case;
    let mut random = Random::new((columns + depth) as u64);
    let mut any = |count: usize, kind: &str| -> Vec<i32> {
        (0..count)
            .map(|_| random.below(7) as i32 - 3)
            .map(|it| if kind == "u8" { it.abs() } else { it })
            .collect()
    };
    let (x, y) = (any(64 * depth, left), any(depth * columns, right));
    let mut image = vec![0u8; 2 * SECOND];
    let mut put = |at: usize, kind: &str, value: i32| {
        let bytes = encode(kind, value).to_le_bytes();
        image[at..at + length(kind)].copy_from_slice(&bytes[..length(kind)]);
    };
    for (row, k) in (0..64).flat_map(|row| (0..depth).map(move |k| (row, k))) {
        if let Some(a) = a {
            put(a.place(row, k, length(left), (64, depth)), left, x[row * depth + k]);
        }
    }
    for (column, k) in (0..columns).flat_map(|column| (0..depth).map(move |k| (column, k))) {
        let at = SECOND + b.place(column, k, length(right), (columns, depth));
        put(at, right, y[k * columns + column]);
    }
    // Rows in registers: four words of each lane, behind the image.
    let packed = 4 / length(left);
    for thread in 0..128 {
        for register in 0..4 {
            let word = (0..packed).fold(0, |word, part| {
                let row = thread / 32 * 16 + thread % 32 / 4 + register % 2 * 8;
                let k = thread % 4 * packed + part + register / 2 * 4 * packed;
                word | encode(left, x[row * depth + k]) << (8 * length(left) * part)
            });
            image.extend(word.to_le_bytes());
        }
    }
    let count = columns / 2 * if sums == "f16" { 1 } else { 2 } / 2;
    let list = |first: usize, count: usize| {
        (first..first + count).map(|i| format!("%r{i}")).collect::<Vec<_>>().join(", ")
    };
    let start = match sums {
        "f32" => 5f32.to_bits(),
        "f16" => half(5) * 0x1_0001,
        _ => 5,
    };
    let descriptors = [
        a.map_or(0, |it| it.descriptor(0, length(left), (64, depth))),
        b.descriptor(SECOND, length(right), (columns, depth)),
    ];
    let first = if a.is_some() { "%rd5".to_owned() } else { format!("{{{}}}", list(180, 4)) };
    let turned = |layout: Layout| u32::from(layout.across);
    let rest = match (sums, length(left)) {
        ("s32", _) => String::new(),
        (_, 2) if a.is_some() => format!(", {sign}, 1, {}, {}", turned(a.unwrap()), turned(b)),
        (_, 2) => format!(", {sign}, 1, {}", turned(b)),
        _ => format!(", {sign}, 1"),
    };
    let mut body = String::new();
    (0..count).for_each(|i| body += &format!("mov.b32 %r{i}, {start};"));
    (0..4).for_each(|i| body += &format!("ld.global.u32 %r{}, [%rd3+{}];", 180 + i, 4 * i));
    body += &format!(
        "mov.b64 %rd5, {}; mov.b64 %rd6, {}; wgmma.fence.sync.aligned;
        wgmma.mma_async.sync.aligned.m64n{columns}k{depth}.{sums}.{left}.{right} {{{}}}, {first}, %rd6, {}{rest};
        wgmma.commit_group.sync.aligned; wgmma.wait_group.sync.aligned 0;",
        descriptors[0],
        descriptors[1],
        list(0, count),
        u32::from(adds)
    );
    (0..count).for_each(|i| body += &format!("st.global.u32 [%rd4+{}], %r{i};", 4 * i));
    let source = format!(
        ".version 8.3\n.target sm_90a\n.address_size 64\n.visible .entry k(.param .u64 p, .param .u64 q) {{\n\
        .reg .pred %p1; .reg .b32 %r<200>; .reg .b64 %rd<9>; .shared .align 1024 .b8 s[{}];\n\
        ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q]; mov.u32 %r199, %tid.x; mov.u32 %r198, %r199;\n\
        fill: mad.wide.u32 %rd7, %r198, 4, %rd1; ld.global.u32 %r197, [%rd7]; mov.u32 %r196, s;\n\
        mad.lo.u32 %r196, %r198, 4, %r196; st.shared.u32 [%r196], %r197; add.u32 %r198, %r198, 128;\n\
        setp.lt.u32 %p1, %r198, {}; @%p1 bra fill; bar.sync 0;\n\
        mad.wide.u32 %rd3, %r199, 16, %rd1; add.u64 %rd3, %rd3, {}; mad.wide.u32 %rd4, %r199, {}, %rd2;\n{body}\nret; }}",
        2 * SECOND,
        2 * SECOND / 4,
        2 * SECOND,
        4 * count
    );
    let module = Module::parse(&source).unwrap_or_else(|error| panic!("{error}\n{source}"));
    let device = TestDevice::default();
    let (p, q) = (device.upload(&image), device.alloc(4 * 128 * count));
    let arguments = Arguments::default().with(p).with(q);
    launch(&device, &module, &[], "k", [1, 1, 1], [128, 1, 1], arguments).unwrap();

    let got = device.read::<u32>(q, 128 * count);
    for (thread, i) in (0..128).flat_map(|thread| (0..columns / 2).map(move |i| (thread, i))) {
        let row = thread / 32 * 16 + thread % 32 / 4 + i / 2 % 2 * 8;
        let column = i / 4 * 8 + thread % 4 * 2 + i % 2;
        let products: i32 = (0..depth).map(|k| x[row * depth + k] * y[k * columns + column]).sum();
        let wanted = if adds { 5 } else { 0 } + sign * products;
        let same = match sums {
            "f32" => f32::from_bits(got[thread * count + i]) == wanted as f32,
            "f16" => got[thread * count + i / 2] >> (16 * (i % 2)) & 0xffff == half(wanted),
            _ => got[thread * count + i] as i32 == wanted,
        };
        assert!(same, "({row}, {column}) of {sums}.{left}.{right}, {a:?}, {b:?}");
    }
}

fn layouts(across: bool) -> [Layout; 4] {
    [16, 32, 64, 128].map(|row_bytes| Layout { row_bytes, across })
}

#[test]
fn factors_may_lie_in_shared_memory_in_every_way() {
    for (a, b) in layouts(false).into_iter().zip(layouts(true)) {
        // Rows of 128 bytes hold 64 numbers: as many columns as that, and twice.
        for columns in [64, 128] {
            let case = Case {
                sums: "f32",
                left: "f16",
                right: "f16",
                columns,
                depth: 16,
                a: Some(a),
                b,
                adds: true,
                sign: 1,
            };
            check(&case);
            check(&Case { a: Some(Layout { across: true, ..a }), b: Layout { across: false, ..b }, ..case });
        }
    }
}

#[test]
fn every_type_is_multiplied_and_sums_may_start_anew() {
    for (sums, left, right, depth) in [
        ("f16", "f16", "f16", 16),
        ("f32", "bf16", "bf16", 16),
        ("f32", "tf32", "tf32", 8),
        ("f32", "e4m3", "e4m3", 32),
        ("s32", "s8", "u8", 32),
        ("s32", "u8", "s8", 32),
    ] {
        for layout in layouts(false).into_iter().take(2) {
            for (adds, sign) in [(true, 1), (false, if sums == "s32" { 1 } else { -1 })] {
                let case =
                    Case { sums, left, right, columns: 24, depth, a: Some(layout), b: layout, adds, sign };
                check(&case);
                check(&Case { a: None, ..case });
            }
        }
    }
}
