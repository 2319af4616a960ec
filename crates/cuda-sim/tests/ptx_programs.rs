//! What programs include: blocks that sort, scan and count by CUB, cooperative groups, atomics, barriers and pipelines of libcu++, and
//! integers of 128 bits. Compiled by NVRTC 12.9 and 13.5; the results are those of plain Rust.

mod ptx_support;

use ptx_support::{Arguments, Random, TestDevice, launch, variants};

fn numbers(seed: u64, count: usize) -> Vec<i32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.below(2000) as i32 - 1000).collect()
}

#[test]
fn integers_of_128_bits_are_divided() {
    for (name, module) in variants("int128") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(128), 64usize);
        let x: Vec<u64> = (0..4 * n).map(|_| random.bits()).collect();
        let (px, out) = (device.upload(&x), device.alloc(16 * 8 * n));
        let args = Arguments::default().with(px).with(out).with(n as u32);
        launch(&device, &module, &[], "k", [1, 1, 1], [64, 1, 1], args).unwrap();
        let got = device.read::<u64>(out, 16 * n);
        for (i, x) in x.chunks(4).enumerate() {
            let wide = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
            let a = wide(x[0], x[1]);
            let b = wide(x[2] >> (x[2] & 63), x[3]).max(1);
            let wanted = [
                a.wrapping_add(b),
                a.wrapping_sub(b),
                a.wrapping_mul(b),
                a / b,
                a % b,
                a >> (x[0] & 127),
                a << (x[1] & 127),
                (a as i128).wrapping_div((b | 1) as i128) as u128,
            ];
            for (j, wanted) in wanted.into_iter().enumerate() {
                let at = 2 * (j * n + i);
                assert_eq!(wide(got[at], got[at + 1]), wanted, "{name}: result {j} of {a:#x} and {b:#x}");
            }
        }
    }
}

#[test]
fn a_block_sorts_by_digits() {
    for (name, module) in variants("block_sort") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(5), 512usize);
        let keys: Vec<u32> = (0..n)
            .map(|i| if i % 3 == 0 { random.bits() as u32 } else { random.below(300) as u32 })
            .collect();
        let values: Vec<i32> = (0..n as i32).collect();
        let (pk, pv) = (device.upload(&keys), device.upload(&values));
        let (sorted, moved) = (device.alloc(4 * n), device.alloc(4 * n));
        let args = Arguments::default().with(pk).with(pv).with(sorted).with(moved);
        launch(&device, &module, &[], "k", [1, 1, 1], [128, 1, 1], args).unwrap();
        let mut order = values.clone();
        order.sort_by_key(|it| keys[*it as usize]);
        assert_eq!(device.read::<i32>(moved, n), order, "{name}");
        let wanted: Vec<u32> = order.iter().map(|it| keys[*it as usize]).collect();
        assert_eq!(device.read::<u32>(sorted, n), wanted, "{name}");

        let mut reals = random.reals(n);
        let (pr, out) = (device.upload(&reals), device.alloc(4 * n));
        let args = Arguments::default().with(pr).with(out);
        launch(&device, &module, &[], "f", [1, 1, 1], [128, 1, 1], args).unwrap();
        reals.sort_by(|a, b| b.total_cmp(a));
        assert_eq!(device.read::<f32>(out, n), reals, "{name}");
    }
}

#[test]
fn a_block_scans_reduces_counts_and_merges() {
    for (name, module) in variants("block_parts") {
        let (device, n) = (TestDevice::default(), 128usize);
        let x = numbers(6, n);
        let (px, out) = (device.upload(&x), device.alloc(4 * 5 * n));
        let args = Arguments::default().with(px).with(out).with(n as u32);
        launch(&device, &module, &[], "k", [1, 1, 1], [128, 1, 1], args).unwrap();
        let got = device.read::<i32>(out, 5 * n);
        let total: i32 = x.iter().sum();
        assert_eq!((got[2 * n], got[2 * n + 1]), (total, *x[..100].iter().max().unwrap()), "{name}");
        let warps: Vec<i32> = x.chunks(32).map(|it| it.iter().sum()).collect();
        assert_eq!(got[2 * n + 2..2 * n + 6], warps, "{name}");
        for i in 0..n {
            let before: i32 = x[..i].iter().sum();
            assert_eq!((got[i], got[n + i]), (before + x[i], before + total), "{name}: {i}");
            let heads = |it: usize| it.is_multiple_of(5) || it.is_multiple_of(32);
            if heads(i) {
                let end = (i + 1..=n).find(|it| *it == n || heads(*it)).unwrap();
                assert_eq!(got[3 * n + i], x[i..end].iter().sum::<i32>(), "{name}: segment at {i}");
            }
            let largest = x[i / 32 * 32..i].iter().copied().fold(-1_000_000, i32::max);
            assert_eq!(got[4 * n + i], largest, "{name}: {i}");
        }

        let n = 512usize;
        let mut random = Random::new(7);
        let mut x: Vec<i32> = (0..n).map(|_| random.below(400) as i32).collect();
        let px = device.upload(&x);
        let [counts, sorted, rest] = [64, n, 2 * n].map(|it| device.alloc(4 * it));
        let args = Arguments::default().with(px).with(counts).with(sorted).with(rest).with(n as u32);
        launch(&device, &module, &[], "h", [1, 1, 1], [128, 1, 1], args).unwrap();
        let of = |it: i32| x.iter().filter(|x| **x & 31 == it).count() as i32;
        let wanted: Vec<i32> = (0..64).map(|it| of(it & 31)).collect();
        assert_eq!(device.read::<i32>(counts, 64), wanted, "{name}");
        x.sort_unstable();
        assert_eq!(device.read::<i32>(sorted, n), x, "{name}");
        let rest = device.read::<i32>(rest, 2 * n);
        for i in 0..n {
            let step = if i == 0 { x[0] } else { x[i] - x[i - 1] };
            assert_eq!(rest[i], step, "{name}: difference {i}");
            assert_eq!(rest[n + i], i32::from(i == 0 || step != 0), "{name}: head {i}");
        }
    }
}

#[test]
fn groups_of_threads_reduce_scan_and_part() {
    for (name, module) in variants("groups") {
        let (device, n) = (TestDevice::default(), 128usize);
        let x = numbers(8, n);
        let (px, out) = (device.upload(&x), device.alloc(4 * 12 * n));
        let args = Arguments::default().with(px).with(out).with(n as u32);
        launch(&device, &module, &[], "k", [1, 1, 1], [128, 1, 1], args).unwrap();
        let got = device.read::<i32>(out, 12 * n);
        for i in 0..n {
            let at = |row: usize| got[row * n + i];
            let (warp, tile) = (i / 32 * 32, i / 8 * 8);
            let sum: i32 = x[warp..warp + 32].iter().sum();
            assert_eq!((at(0), at(11)), (sum, sum), "{name}: {i}");
            assert_eq!(at(1), *x[tile..tile + 8].iter().max().unwrap(), "{name}: {i}");
            assert_eq!(at(2), x[tile..=i].iter().sum::<i32>(), "{name}: {i}");
            assert_eq!(at(3), x[warp..i].iter().fold(0, |a, b| a ^ b), "{name}: {i}");
            // Size and rank of a part: those whose numbers are alike in some way.
            let part = |first: usize, count: usize, alike: &dyn Fn(i32) -> bool| {
                let members: Vec<usize> = (first..first + count).filter(|it| alike(x[*it])).collect();
                (members.len() as i32, members.iter().position(|it| *it == i), members)
            };
            let (size, rank, _) = part(warp, 32, &|it| it & 3 == x[i] & 3);
            assert_eq!(at(4), size * 1000 + rank.unwrap() as i32, "{name}: {i}");
            let (size, rank, _) = part(tile, 8, &|it| it & 1 == x[i] & 1);
            assert_eq!(at(5), size * 100 + rank.unwrap() as i32, "{name}: {i}");
            if x[i] > 0 {
                let (size, rank, members) = part(warp, 32, &|it| it > 0);
                let wanted = size * 100 + rank.unwrap() as i32 + 10000 * (x[members[0]] & 7);
                assert_eq!(at(6), wanted, "{name}: {i}");
                assert_eq!(at(7), members.iter().map(|it| x[*it]).min().unwrap(), "{name}: {i}");
            }
            assert_eq!((at(8), at(10)), (x[n - 1 - i], 1600 + i as i32 % 16), "{name}: {i}");
        }
    }
}

#[test]
fn atomics_barriers_and_pipelines_keep_order() {
    for (name, module) in variants("barriers") {
        let (device, n) = (TestDevice::default(), 128usize);
        let x = numbers(9, n);
        let mut initial = vec![0i32; 6 * n];
        initial[n + 1] = i32::MIN;
        let (px, out) = (device.upload(&x), device.upload(&initial));
        let (reals, bytes, shorts) =
            (device.upload(&vec![0f32; n + 1]), device.upload(&[0u8; 4]), device.upload(&[0i16; 2]));
        let args =
            Arguments::default().with(px).with(out).with(reals).with(bytes).with(shorts).with(n as u32);
        launch(&device, &module, &[], "k", [1, 1, 1], [128, 1, 1], args).unwrap();
        let got = device.read::<i32>(out, 6 * n);
        let at = |i: usize| x[i % n];
        for i in 0..n {
            let rounds: i32 = (0..4).map(|r| at(i + 1 + r) * (r as i32 + 1)).sum();
            assert_eq!(got[i], 6 + rounds, "{name}: {i}");
            let chosen = if x[i] & 1 == 1 { i as i32 } else { -1 };
            assert_eq!(got[2 * n + i], chosen + 1000 * x[i].count_ones() as i32, "{name}: {i}");
            assert_eq!(got[3 * n + i], at(i) + at(i + 1) + at(i + 2), "{name}: {i}");
            assert_eq!((got[4 * n + i], got[5 * n + i]), (at(5 * i), x[n - 1 - i]), "{name}: {i}");
        }
        let xor = x.iter().fold(0, |a, b| a ^ b);
        let wanted = [x.iter().sum(), *x.iter().max().unwrap(), xor, 2 * n as i32, n as i32, -1, n as i32];
        assert_eq!(got[n..n + 7], wanted, "{name}");
        assert_eq!(device.read::<u8>(bytes, 4), [32; 4], "{name}");
        assert_eq!(device.read::<i16>(shorts, 2), [-128; 2], "{name}");
        let reals = device.read::<f32>(reals, n + 1);
        assert_eq!(reals[0], 1.5 * n as f32, "{name}");
        for (x, y) in x.iter().zip(&reals[1..]) {
            // |(x + i)² / (2 + i)|
            let wanted = (f64::from(*x).powi(2) + 1.0) / 5f64.sqrt();
            assert!((f64::from(*y) - wanted).abs() <= 1e-5 * wanted, "{name}: {y} for {x}");
        }
    }
}
