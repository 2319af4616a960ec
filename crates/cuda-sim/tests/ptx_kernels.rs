//! Real CUDA C++, compiled by NVRTC 11.8, 12.9 and 13.5, runs and gives what plain Rust gives.

mod ptx_support;

use ptx_support::{Arguments, Random, TestDevice, launch, variants};

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
