//! Real CUDA C++, compiled by NVRTC 11.8, 12.9 and 13.5, runs and gives what plain Rust gives.

mod ptx_support;

use cuda_sim::ptx::{FaultKind, Launch};
use ptx_support::{Arguments, Random, TestDevice, launch, launch_with, variants};

fn blocks(n: usize, block: u32) -> [u32; 3] {
    [(n as u32).div_ceil(block), 1, 1]
}

#[test]
fn vadd_adds_every_element() {
    for (name, module) in variants("vadd") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(1), 1000);
        let (a, b) = (random.reals(n), random.reals(n));
        let (pa, pb, pc) = (device.upload(&a), device.upload(&b), device.alloc(4 * n));
        let args = Arguments::default().with(pa).with(pb).with(pc).with(n as u32);
        launch(&device, &module, &[], "vadd", blocks(n, 128), [128, 1, 1], args).unwrap();
        let wanted: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
        assert_eq!(device.read::<f32>(pc, n), wanted, "{name}");
    }
}

#[test]
fn saxpy_fuses_its_multiplication() {
    for (name, module) in variants("saxpy") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(2), 777);
        let (x, y) = (random.reals(n), random.reals(n));
        let (px, py) = (device.upload(&x), device.upload(&y));
        let args = Arguments::default().with(1.7f32).with(px).with(py).with(n as u64);
        launch(&device, &module, &[], "saxpy", blocks(n, 96), [96, 1, 1], args).unwrap();
        let wanted: Vec<f32> = x.iter().zip(&y).map(|(x, y)| 1.7f32.mul_add(*x, *y)).collect();
        assert_eq!(device.read::<f32>(py, n), wanted, "{name}");
    }
}

#[test]
fn reduce_sums_each_block_in_tree_order() {
    for (name, module) in variants("reduce_shared") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(3), 1000);
        let x = random.reals(n);
        let (px, out) = (device.upload(&x), device.alloc(4 * 4));
        let args = Arguments::default().with(px).with(out).with(n as u32);
        launch(&device, &module, &[], "reduce_shared", [4, 1, 1], [256, 1, 1], args).unwrap();
        let wanted: Vec<f32> = (0..4)
            .map(|block| {
                let mut s: Vec<f32> =
                    (0..256).map(|t| x.get(block * 256 + t).copied().unwrap_or(0.0)).collect();
                for k in [128, 64, 32, 16, 8, 4, 2, 1] {
                    (0..k).for_each(|t| s[t] += s[t + k]);
                }
                s[0]
            })
            .collect();
        assert_eq!(device.read::<f32>(out, 4), wanted, "{name}");
    }
}

#[test]
fn shuffles_and_votes_see_the_whole_warp() {
    for (name, module) in variants("warp_shuffle") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(4), 256);
        let x: Vec<i32> = (0..n).map(|_| random.below(2000) as i32 - 1000).collect();
        let px = device.upload(&x);
        let [sum, max, scan, vote] = [n / 32, n / 32, n, n / 32].map(|it| device.alloc(4 * it));
        let args = Arguments::default().with(px).with(sum).with(max).with(scan).with(vote);
        launch(&device, &module, &[], "warp_shuffle", [2, 1, 1], [128, 1, 1], args).unwrap();
        for (w, warp) in x.chunks(32).enumerate() {
            assert_eq!(device.read::<i32>(sum, 8)[w], warp.iter().sum::<i32>(), "{name}");
            assert_eq!(device.read::<i32>(max, 8)[w], *warp.iter().max().unwrap(), "{name}");
            let odd = warp.iter().enumerate().fold(0, |all, (i, v)| all | ((*v & 1) as u32) << i);
            let any = warp.iter().any(|it| *it < 0);
            let all = warp.iter().all(|it| *it > -1000);
            assert_eq!(device.read::<u32>(vote, 8)[w], odd ^ u32::from(any) ^ (2 * u32::from(all)), "{name}");
            let mut running = 0;
            for (i, v) in warp.iter().enumerate() {
                running += v;
                assert_eq!(device.read::<i32>(scan, n)[w * 32 + i], running + warp[0], "{name}");
            }
        }
    }
}

#[test]
fn tiled_matmul_equals_fused_sums_in_order() {
    for (name, module) in variants("matmul_tiled") {
        let (device, mut random) = (TestDevice::default(), Random::new(5));
        let (m, n, k) = (33usize, 50usize, 41usize);
        let (a, b) = (random.reals(m * k), random.reals(k * n));
        let (pa, pb, pc) = (device.upload(&a), device.upload(&b), device.alloc(4 * m * n));
        let args =
            Arguments::default().with(pa).with(pb).with(pc).with(m as u32).with(n as u32).with(k as u32);
        launch(&device, &module, &[], "matmul", [4, 3, 1], [16, 16, 1], args).unwrap();
        let got = device.read::<f32>(pc, m * n);
        for row in 0..m {
            for col in 0..n {
                let wanted = (0..k).fold(0f32, |sum, i| a[row * k + i].mul_add(b[i * n + col], sum));
                assert_eq!(got[row * n + col], wanted, "{name}: ({row}, {col})");
            }
        }
    }
}

#[test]
fn softmax_rows_sum_to_one() {
    for (name, module) in variants("softmax") {
        let (device, mut random) = (TestDevice::default(), Random::new(6));
        let (rows, cols) = (5usize, 300usize);
        let x: Vec<f32> = random.reals(rows * cols).iter().map(|it| it * 20.0).collect();
        let (px, py) = (device.upload(&x), device.alloc(4 * rows * cols));
        let args = Arguments::default().with(px).with(py).with(cols as u32);
        launch(&device, &module, &[], "softmax", [rows as u32, 1, 1], [128, 1, 1], args).unwrap();
        let got = device.read::<f32>(py, rows * cols);
        for (x, y) in x.chunks(cols).zip(got.chunks(cols)) {
            let max = x.iter().copied().fold(f32::MIN, f32::max);
            let sum: f64 = x.iter().map(|it| f64::from(it - max).exp()).sum();
            for (x, y) in x.iter().zip(y) {
                let wanted = f64::from(x - max).exp() / sum;
                assert!((f64::from(*y) - wanted).abs() <= 1e-6 * wanted + 1e-30, "{name}: {y} {wanted}");
            }
        }
    }
}

#[test]
fn atomics_lose_no_update() {
    for (name, module) in variants("atomics") {
        let (device, n) = (TestDevice::default(), 300usize);
        let gi = device.upload(&[0i32, 0, 0, 0, 0]);
        let gu = device.upload(&[u32::MAX, 0, 0, 0, 0, 0, 0, 0]);
        let (gl, gf, gd) = (device.upload(&[0u64, 0]), device.upload(&[0f32]), device.upload(&[0f64]));
        let old = device.alloc(4 * n);
        let args = Arguments::default().with(gi).with(gu).with(gl).with(gf).with(gd).with(old).with(n as u32);
        launch(&device, &module, &[], "atomics", blocks(n, 128), [128, 1, 1], args).unwrap();
        let n = n as i32;
        let sum = n * (n - 1) / 2;
        assert_eq!(device.read::<i32>(gi, 5), [n, -sum, -(n - 1), n - 1, n], "{name}");
        let xor = (0..n as u32).fold(0, |a, b| a ^ b);
        let wanted = [0, u32::MAX, xor, 300 % 10, 0, 7, sum as u32, n as u32 - 1];
        let got = device.read::<u32>(gu, 8);
        // Counting down from 0 wraps to 9 first: 300 steps end at 0 again.
        assert_eq!(got, wanted, "{name}");
        assert_eq!(device.read::<u64>(gl, 2), [n as u64 * 0x1_0000_0001, n as u64 - 1], "{name}");
        assert_eq!((device.read::<f32>(gf, 1)[0], device.read::<f64>(gd, 1)[0]), (300.0, 150.0), "{name}");
        let mut seen = device.read::<i32>(old, 300);
        seen.sort_unstable();
        assert!(seen.iter().copied().eq(0..300), "{name}: {seen:?}");
    }
}

#[test]
fn dynamic_shared_memory_holds_two_arrays() {
    for (name, module) in variants("dyn_shared") {
        let (device, n) = (TestDevice::default(), 96usize);
        let x: Vec<f64> = (0..2 * n).map(|it| it as f64 * 0.25).collect();
        let (px, py, pk) = (device.upload(&x), device.alloc(16 * n), device.alloc(8 * n));
        let bytes = [px, py, pk].map(u64::to_le_bytes).concat();
        let mut config = Launch::new([2, 1, 1], [n as u32, 1, 1], &bytes, &[]);
        config.dynamic_shared = 12 * n as u32;
        launch_with(&device, &module, "dyn_shared", &config).unwrap();
        let got = device.read::<f64>(py, 2 * n);
        for (i, value) in got.iter().enumerate() {
            assert_eq!(*value, x[i / n * n + (n - 1 - i % n)], "{name}");
        }
        assert_eq!(device.read::<i32>(pk, 2 * n)[1], n as i32 - 2, "{name}");
        // Too little of it is an error that says where.
        config.dynamic_shared = 8 * n as u32;
        let fault = launch_with(&device, &module, "dyn_shared", &config).unwrap_err();
        assert_eq!(fault.kind, FaultKind::IllegalAddress, "{name}: {fault}");
        assert!(fault.line > 0 && fault.to_string().contains("shared"), "{name}: {fault}");
    }
}

#[test]
fn local_arrays_sort() {
    for (name, module) in variants("local_array") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(7), 70usize);
        let x: Vec<i32> = (0..16 * n).map(|_| random.below(1000) as i32 - 500).collect();
        let perm: Vec<i32> = (0..16).collect();
        let (px, py, pp) = (device.upload(&x), device.alloc(64 * n), device.upload(&perm));
        let args = Arguments::default().with(px).with(py).with(pp);
        launch(&device, &module, &[], "local_sort", [1, 1, 1], [n as u32, 1, 1], args).unwrap();
        for (x, y) in x.chunks(16).zip(device.read::<i32>(py, 16 * n).chunks(16)) {
            let mut wanted = x.to_vec();
            wanted.sort_unstable();
            assert_eq!(y, wanted, "{name}");
        }
    }
}

fn close(got: f64, wanted: f64, relative: f64, what: &str) {
    let same = got == wanted || (got.is_nan() && wanted.is_nan());
    assert!(
        same || (got - wanted).abs() <= relative * wanted.abs() + 1e-30,
        "{what}: {got} instead of {wanted}"
    );
}

#[test]
fn single_precision_library_functions_are_close() {
    for (name, module) in variants("math_f32") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(8), 200usize);
        let mut x: Vec<f32> = random.reals(n).iter().map(|it| it * 8.0).collect();
        (x[0], x[1], x[2], x[3]) = (1.0, 1e6, -3e7, 0.0);
        let y: Vec<f32> = random.reals(n).iter().map(|it| it * 2.0).collect();
        let (px, py, po) = (device.upload(&x), device.upload(&y), device.alloc(96 * n));
        let args = Arguments::default().with(px).with(py).with(po).with(n as u32);
        launch(&device, &module, &[], "math_f32", blocks(n, 64), [64, 1, 1], args).unwrap();
        let out = device.read::<f32>(po, 24 * n);
        assert_eq!(out[0], 0.841471f32, "{name}: sinf(1) is exact");
        for (i, o) in out.chunks(24).enumerate() {
            let (a, b) = (f64::from(x[i]), f64::from(y[i]));
            let what = |function: &str| format!("{name}: {function} of {a}, {b}");
            let check = |k: usize, wanted: f64, relative, function: &str| {
                close(f64::from(o[k]), wanted, relative, &what(function));
            };
            assert!((f64::from(o[0]) - a.sin()).abs() < 2e-7, "{}", what("sin"));
            assert!((f64::from(o[1]) - a.cos()).abs() < 2e-7, "{}", what("cos"));
            check(2, a.tan(), 1e-6, "tan");
            check(3, f64::from(a.exp() as f32), 2e-7, "exp");
            assert!((f64::from(o[4]) - f64::from(x[i].abs() + 1e-6).ln()).abs() < 1e-6, "{}", what("log"));
            check(5, f64::from(a.abs().powf(b) as f32), 1e-6, "pow");
            check(6, a.tanh(), 3e-7, "tanh");
            assert_eq!(o[7], x[i].abs().sqrt(), "{}", what("sqrt"));
            check(8, 1.0 / (f64::from(x[i].abs() + 1.0)).sqrt(), 2e-7, "rsqrt");
            assert_eq!(o[9], x[i] / (y[i] + 3.0), "{}", what("division"));
            assert_eq!(o[10], x[i] % 0.7, "{}", what("fmod"));
            assert_eq!(o[12], x[i].floor(), "{}", what("floor"));
            assert_eq!(o[13], x[i].ceil(), "{}", what("ceil"));
            assert_eq!(o[14], x[i].round_ties_even(), "{}", what("rint"));
            assert_eq!(o[15], x[i].trunc(), "{}", what("trunc"));
            assert_eq!(o[16], x[i].copysign(y[i]), "{}", what("copysign"));
            assert_eq!(o[17], x[i].min(y[i]), "{}", what("min"));
            check(18, a.exp(), 1e-5, "fast exp");
            assert!((f64::from(o[19]) - (a.sin() + b.cos())).abs() < 1e-5, "{}", what("fast sin + cos"));
            check(20, f64::from(x[i].abs() + 1.0).log2(), 1e-6, "log2");
            check(21, f64::from(a.exp2() as f32), 3e-7, "exp2");
            check(22, f64::from(x[i]) / f64::from(y[i] + 3.0), 3e-7, "fast division");
            let frcp = 1.0 / (y[i].abs() + 1.0);
            let sum = frcp + x[i].clamp(0.0, 1.0) + (x[i] as i32) as f32 + x[i].mul_add(y[i], 1.0);
            assert_eq!(o[23], sum, "{}", what("the rest"));
        }
    }
}

#[test]
fn double_precision_library_functions_are_close() {
    for (name, module) in variants("math_f64") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(9), 100usize);
        let mut real =
            |scale: f64| -> Vec<f64> { (0..n).map(|_| f64::from(random.real()) * scale).collect() };
        let (mut x, y) = (real(10.0), real(3.0));
        (x[0], x[1]) = (1e15, -1e9);
        let (px, py, po) = (device.upload(&x), device.upload(&y), device.alloc(80 * n));
        let args = Arguments::default().with(px).with(py).with(po).with(n as u32);
        let globals = device.load(&module);
        launch(&device, &module, &globals, "math_f64", blocks(n, 64), [64, 1, 1], args).unwrap();
        for (i, o) in device.read::<f64>(po, 10 * n).chunks(10).enumerate() {
            let (a, b) = (x[i], y[i]);
            let what = format!("{name}: {a}, {b}");
            assert!((o[0] - a.sin()).abs() < 1e-15, "sin {what}");
            assert!((o[1] - a.cos()).abs() < 1e-15, "cos {what}");
            close(o[2], a.exp(), 1e-15, &format!("exp {what}"));
            close(o[3], (a.abs() + 1e-9).ln(), 1e-14, &format!("log {what}"));
            close(o[4], (a.abs() + 0.1).powf(b), 1e-14, &format!("pow {what}"));
            assert_eq!(o[5], a.abs().sqrt(), "sqrt {what}");
            assert_eq!(o[6], a / (b + 3.0), "division {what}");
            assert_eq!(o[7], a.mul_add(b, 1.0), "fma {what}");
            assert_eq!(o[8], a.floor() + b.round_ties_even(), "floor {what}");
            assert_eq!(o[9], a.min(b) + f64::from(a as f32) + (b as i64) as f64, "conversions {what}");
        }
    }
}

#[test]
fn wide_integers_follow_i128() {
    for (name, module) in variants("int64") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(10), 150usize);
        let mut any = || random.bits() >> random.below(64);
        let (x, y): (Vec<u64>, Vec<i64>) =
            (0..n).map(|_| (any(), any() as i64 * if any() & 1 == 0 { 1 } else { -1 })).unzip();
        let (px, py, po) = (device.upload(&x), device.upload(&y), device.alloc(80 * n));
        let args = Arguments::default().with(px).with(py).with(po).with(n as u32);
        launch(&device, &module, &[], "int64_ops", blocks(n, 64), [64, 1, 1], args).unwrap();
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        for (i, o) in device.read::<u64>(po, 10 * n).chunks(10).enumerate() {
            let (a, b) = (x[i], y[i]);
            let wanted = [
                a.wrapping_mul(GOLDEN),
                ((u128::from(a) * u128::from(GOLDEN)) >> 64) as u64,
                ((i128::from(a as i64) * i128::from(b)) >> 64) as u64,
                a / (b | 1) as u64,
                (b % 37) as u64,
                b.wrapping_div(a as i64 | 1) as u64,
                a.wrapping_shl((b & 63) as u32) | (a >> (b & 31)),
                u64::from(a.count_ones())
                    + 100 * u64::from(b.leading_zeros())
                    + 10000 * if b == 0 { 0 } else { u64::from(b.trailing_zeros()) + 1 },
                a.reverse_bits() ^ (b >> 3) as u64,
                (b.max(i as i64) as u64).wrapping_add(a.min(5)),
            ];
            assert_eq!(o, wanted, "{name}: {a:#x}, {b:#x}");
        }
    }
}

#[test]
fn integer_division_truncates() {
    for (name, module) in variants("int_div") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(11), 150usize);
        let x: Vec<i32> = (0..n).map(|_| (random.bits() as i32) >> random.below(32)).collect();
        let y: Vec<u32> = (0..n).map(|_| (random.bits() as u32) >> random.below(32)).collect();
        let (px, py, po) = (device.upload(&x), device.upload(&y), device.alloc(32 * n));
        let args = Arguments::default().with(px).with(py).with(po).with(n as u32);
        launch(&device, &module, &[], "int_div", blocks(n, 64), [64, 1, 1], args).unwrap();
        for (i, o) in device.read::<i32>(po, 8 * n).chunks(8).enumerate() {
            let (a, b) = (x[i], y[i] | 1);
            let signed24 = |it: i32| i64::from((it << 8) >> 8);
            let wanted = [
                a.wrapping_div(b as i32),
                a.wrapping_rem(b as i32),
                (a as u32 / b) as i32,
                (a as u32 % b) as i32,
                a / 7,
                (b % 10) as i32,
                i32::from((a as i16).wrapping_div(b as i16 | 1)),
                a.wrapping_abs()
                    .wrapping_add((signed24(a) * 3) as i32)
                    .wrapping_add(((i64::from(a) * i64::from(b as i32)) >> 32) as i32),
            ];
            // -32768 / -1 is computed in 32 bits and cut.
            assert_eq!(o, wanted, "{name}: {a}, {b}");
        }
    }
}

#[test]
fn a_divergent_switch_takes_every_case() {
    for (name, module) in variants("switch") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(12), 100usize);
        let code: Vec<i32> = (0..60).map(|_| random.below(16) as i32).collect();
        let seed: Vec<i32> = (0..n).map(|_| random.bits() as i32 >> 8).collect();
        let (pc, ps, po) = (device.upload(&code), device.upload(&seed), device.alloc(4 * n));
        let args = Arguments::default().with(pc).with(60u32).with(ps).with(po).with(n as u32);
        launch(&device, &module, &[], "switch_vm", blocks(n, 64), [64, 1, 1], args).unwrap();
        let wanted: Vec<i32> = (0..n).map(|i| interpret(&code, seed[i], i as i32)).collect();
        assert_eq!(device.read::<i32>(po, n), wanted, "{name}");

        let x: Vec<u32> = (0..n as u32).map(|it| it * 7).collect();
        let (px, py) = (device.upload(&x), device.alloc(4 * n));
        let args = Arguments::default().with(px).with(py).with(n as u32);
        launch(&device, &module, &[], "brx_table", blocks(n, 64), [64, 1, 1], args).unwrap();
        let wanted: Vec<u32> = x.iter().map(|it| [10, 21, 32, 43][*it as usize & 3]).collect();
        assert_eq!(device.read::<u32>(py, n), wanted, "{name}");
    }
}

fn interpret(code: &[i32], seed: i32, index: i32) -> i32 {
    let (mut acc, mut r, mut pc) = (seed, index, 0);
    while pc < code.len() as i32 {
        match (code[pc as usize] + (index & 1)) & 15 {
            0 => acc = acc.wrapping_add(r),
            1 => acc = acc.wrapping_sub(r.wrapping_mul(3)),
            2 => acc ^= 0x55,
            3 => acc = acc.wrapping_mul(5).wrapping_add(1),
            4 => r = acc & 7,
            5 => acc = acc.wrapping_neg(),
            6 => acc <<= r & 3,
            7 => acc >>= 1,
            8 => acc |= r << 4,
            9 => acc = acc.min(99),
            10 => r = r.wrapping_add(pc),
            11 => acc %= 1001,
            12 => pc += 1,
            13 => acc = if acc < 0 { !acc } else { acc },
            14 => r ^= acc,
            _ => acc = r,
        }
        pc += 1;
    }
    acc
}

#[test]
fn calls_recurse_and_go_through_pointers() {
    for (name, module) in variants("device_call") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(13), 90usize);
        let x = random.reals(n);
        let (px, py, pf, pd) =
            (device.upload(&x), device.alloc(4 * n), device.alloc(4 * n), device.alloc(8 * n));
        let args = Arguments::default().with(px).with(py).with(pf).with(pd).with(n as u32);
        let globals = device.load(&module);
        launch(&device, &module, &globals, "device_call", blocks(n, 64), [64, 1, 1], args).unwrap();
        let fib = |n: usize| (0..n).fold((0, 1), |(a, b), _| (b, a + b)).0;
        let (y, f, d) = (device.read::<f32>(py, n), device.read::<i32>(pf, n), device.read::<f64>(pd, n));
        for i in 0..n {
            assert_eq!(y[i], if i & 1 == 0 { x[i] + 3.0 } else { x[i] * 3.0 }, "{name}");
            assert_eq!(f[i], fib(i % 12), "{name}: fib({})", i % 12);
            assert_eq!(d[i], f64::from(x[i]) * 2.0 + (i + 1) as f64, "{name}");
        }
    }
}

#[test]
fn module_variables_are_initialised_and_kept() {
    for (name, module) in variants("constant_global") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(14), 64usize);
        let x = random.reals(n);
        let globals = device.load(&module);
        let (px, py) = (device.upload(&x), device.alloc(4 * n));
        let args = Arguments::default().with(px).with(py).with(n as u32);
        launch(&device, &module, &globals, "constant_poly", [1, 1, 1], [64, 1, 1], args).unwrap();
        let coeff: Vec<f32> = (0..8).map(|it| 0.5f32.powi(it)).collect();
        for (i, y) in device.read::<f32>(py, n).iter().enumerate() {
            let r = (0..8).fold(0f32, |r, k| r.mul_add(x[i], coeff[(k + i) & 7]));
            let tag = (i % 5 + 1) as f32;
            let wanted = [(r.mul_add(3.0, tag)) + r, (r * 3.0 + tag) + r];
            assert!(wanted.contains(y), "{name}: {y} instead of {wanted:?}");
        }
        let counter = module.globals().iter().position(|it| it.name() == "counter").unwrap();
        assert_eq!(device.read::<i32>(globals[counter], 1), [42], "{name}");
    }
}

#[test]
fn grid_stride_loops_load_vectors() {
    for (name, module) in variants("grid_stride") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(15), 1000usize);
        let x = random.reals(4 * n);
        let (px, py) = (device.upload(&x), device.alloc(16 * n));
        let args = Arguments::default().with(px).with(py).with(0.25f32).with(n as u64);
        launch(&device, &module, &[], "grid_stride", [2, 1, 1], [256, 1, 1], args).unwrap();
        let wanted: Vec<f32> = x
            .chunks(4)
            .flat_map(|v| {
                [if v[0] > 0.0 { v[0] } else { 0.25 * v[0] }, v[1].max(0.0), v[2] * 0.25, v[3].abs()]
            })
            .collect();
        assert_eq!(device.read::<f32>(py, 4 * n), wanted, "{name}");
    }
}

#[test]
fn small_types_extend_and_saturate() {
    for (name, module) in variants("small_types") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(16), 120usize);
        let a: Vec<i8> = (0..n).map(|_| random.bits() as i8).collect();
        let b: Vec<u16> = (0..n).map(|_| random.bits() as u16 >> random.below(12)).collect();
        let c: Vec<i8> = (0..4 * n).map(|_| random.bits() as i8).collect();
        let (pa, pb, pc) = (device.upload(&a), device.upload(&b), device.upload(&c));
        let (p8, p16, pf) = (device.alloc(n), device.alloc(4 * n), device.alloc(n));
        let args = Arguments::default().with(pa).with(pb).with(pc).with(p8).with(p16).with(pf).with(n as u32);
        launch(&device, &module, &[], "small_types", blocks(n, 64), [64, 1, 1], args).unwrap();
        let (o8, o16, flag) =
            (device.read::<u8>(p8, n), device.read::<i16>(p16, 2 * n), device.read::<u8>(pf, n));
        for i in 0..n {
            let s = i32::from(a[i]) * 3 + i32::from(c[4 * i]) - i32::from(c[4 * i + 3]);
            assert_eq!(o8[i], s.clamp(0, 255) as u8, "{name}");
            assert_eq!(o16[2 * i], (i32::from(b[i]) + i32::from(c[4 * i + 1])) as i16, "{name}");
            assert_eq!(o16[2 * i + 1], (f32::from(b[i]) * 0.5).round_ties_even() as i32 as i16, "{name}");
            assert_eq!(flag[i], u8::from((s > 10) != (b[i] > 1000)), "{name}");
        }
    }
}

#[test]
fn bit_tricks_do_what_their_names_say() {
    for (name, module) in variants("bitops") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(17), 150usize);
        let mut any = || (0..n).map(|_| random.bits() as u32 >> random.below(32)).collect::<Vec<u32>>();
        let (x, y) = (any(), any());
        let (px, py, po) = (device.upload(&x), device.upload(&y), device.alloc(48 * n));
        let args = Arguments::default().with(px).with(py).with(po).with(n as u32);
        launch(&device, &module, &[], "bitops", blocks(n, 64), [64, 1, 1], args).unwrap();
        for (i, o) in device.read::<u32>(po, 12 * n).chunks(12).enumerate() {
            let (a, b) = (x[i], y[i]);
            let both = u64::from(b) << 32 | u64::from(a);
            let low = if a & 1 == 0 { a & 0xffff } else { a >> 8 & 0xff | a << 8 & 0xff00 };
            let low = if a & 1 == 0 { low } else { a >> 8 & 0xff | (a & 0xff00) };
            let bytes = |v: u32| v.to_le_bytes();
            let dot =
                (0..4).fold(5i32, |s, k| s + i32::from(bytes(a)[k] as i8) * i32::from(bytes(b)[k] as i8));
            let join =
                |f: fn(u8, u8) -> u8| u32::from_le_bytes([0, 1, 2, 3].map(|k| f(bytes(a)[k], bytes(b)[k])));
            let ffs = if a == 0 { 0 } else { a.trailing_zeros() + 1 };
            let first = if b == 0 { u32::MAX } else { b.trailing_zeros() };
            let hadd = ((i64::from(a as i32) + i64::from(b as i32)) >> 1) as u32;
            let rhadd = ((i64::from(a as i32) + i64::from(b as i32) + 1) >> 1) as u32;
            let wanted = [
                b << 16 | low,
                ((both << (a & 31)) >> 32) as u32,
                (both >> (b & 31)) as u32,
                a.count_ones() + 64 * b.leading_zeros(),
                ffs.wrapping_add(64u32.wrapping_mul(first)),
                a.reverse_bits(),
                (a & b) ^ (!a | b >> 3),
                dot as u32,
                a.abs_diff(b).wrapping_add(7),
                a >> 5 & 0x1ff,
                b & !0xfff0 | a << 4 & 0xfff0,
                join(u8::wrapping_add) ^ join(u8::abs_diff) ^ hadd ^ rhadd,
            ];
            assert_eq!(o, wanted, "{name}: {a:#x}, {b:#x}");
        }
    }
}
