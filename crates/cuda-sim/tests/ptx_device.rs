//! What goes beyond arithmetic in real CUDA C++: printing, assertions, fences, the heap, exchanges between lanes and
//! blocks, half precision, tensor cores.

mod ptx_support;

use std::sync::atomic::Ordering;

use cuda_sim::ptx::{FaultKind, Launch};
use ptx_support::{Arguments, Random, TestDevice, launch, launch_with, variants};

/// The value of half precision bits, by the definition.
fn half(bits: u16) -> f64 {
    let (sign, exponent, fraction) = (bits >> 15, i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let magnitude = match exponent {
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        0 => fraction * 2f64.powi(-24),
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if sign == 1 { -magnitude } else { magnitude }
}

/// The nearest half precision number, found by trying all.
fn to_half(value: f64) -> u16 {
    if value.is_nan() {
        return 0x7fff;
    }
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = value.abs();
    if magnitude >= 65520.0 {
        return sign | 0x7c00;
    }
    let above = (0..0x7c00u16).collect::<Vec<_>>().partition_point(|it| half(*it) < magnitude) as u16;
    let below = above.saturating_sub(1);
    let to_above = if above == 0x7c00 { 65536.0 } else { half(above) } - magnitude;
    let to_below = magnitude - half(below);
    let up = to_above < to_below || (to_above == to_below && above & 1 == 0);
    sign | if up { above } else { below }
}

fn bhalf(bits: u16) -> f64 {
    f64::from(f32::from_bits(u32::from(bits) << 16))
}

/// The nearest bfloat16 of a value in `f32`'s range that needs no second rounding.
fn to_bhalf(value: f64) -> u16 {
    let exact = value as f32;
    let bits = exact.to_bits();
    let (kept, rest) = ((bits >> 16) as u16, bits & 0xffff);
    let beyond = match (f64::from(exact).abs()).partial_cmp(&value.abs()).unwrap() {
        std::cmp::Ordering::Less => 1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => -1,
    };
    let over = i64::from(rest) * 2 + beyond - 0x10000;
    if over > 0 || (over == 0 && kept & 1 == 1) { kept + 1 } else { kept }
}

#[test]
fn half_precision_rounds_each_operation_once() {
    for (name, module) in variants("fp16") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(20), 64usize);
        let mut any = || (0..n).map(|_| to_half(f64::from(random.real()) * 4.0)).collect::<Vec<u16>>();
        let (a, b) = (any(), any());
        let (pa, pb) = (device.upload(&a), device.upload(&b));
        let [po, p2, pf, pc] = [2 * n, 4 * n, 4 * n, 4 * n].map(|it| device.alloc(it));
        let args = Arguments::default().with(pa).with(pb).with(po).with(p2).with(pf).with(pc).with(n as u32);
        launch(&device, &module, &[], "fp16_ops", [1, 1, 1], [64, 1, 1], args).unwrap();
        let (o, o2) = (device.read::<u16>(po, n), device.read::<u16>(p2, 2 * n));
        let (f, c) = (device.read::<f32>(pf, n), device.read::<i32>(pc, n));
        for i in 0..n {
            let (x, y) = (half(a[i]), half(b[i]));
            let round = |it: f64| half(to_half(it));
            let inner = round(round(x + y) - round(x * x));
            assert_eq!(half(o[i]), round(x * y + inner), "{name}: {x}, {y}");
            for (k, p) in [x, y].into_iter().enumerate() {
                assert_eq!(half(o2[2 * i + k]), round(p * 0.5 + round(p - 0.5)), "{name}: {p}");
            }
            let wanted = round(x / round(y + 2.0)) + round(x.exp()) + x.max(y);
            assert!(
                (f64::from(f[i]) - wanted).abs() < 2e-3 * wanted.abs().max(1.0),
                "{name}: {} {wanted}",
                f[i]
            );
            let compared = i32::from(x < y) | (x.round_ties_even() as i32) << 4 | i32::from(b[i] & 8);
            assert_eq!(c[i], compared, "{name}: {x}, {y}");
        }
    }
}

#[test]
fn bfloat16_keeps_the_range_of_single_precision() {
    for (name, module) in variants("bf16") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(21), 64usize);
        let mut any = || (0..n).map(|_| to_bhalf(f64::from(random.real()) * 4.0)).collect::<Vec<u16>>();
        let (a, b) = (any(), any());
        let (pa, pb, po, p2, pf) = (
            device.upload(&a),
            device.upload(&b),
            device.alloc(2 * n),
            device.alloc(4 * n),
            device.alloc(4 * n),
        );
        let args = Arguments::default().with(pa).with(pb).with(po).with(p2).with(pf).with(n as u32);
        launch(&device, &module, &[], "bf16_ops", [1, 1, 1], [64, 1, 1], args).unwrap();
        let (o, o2, f) =
            (device.read::<u16>(po, n), device.read::<u16>(p2, 2 * n), device.read::<f32>(pf, n));
        for i in 0..n {
            let (x, y) = (bhalf(a[i]), bhalf(b[i]));
            assert_eq!(o[i], to_bhalf(x * y + bhalf(to_bhalf(x + y))), "{name}: {x}, {y}");
            assert_eq!(o2[2 * i..2 * i + 2], [to_bhalf(x * 1.5), to_bhalf(y * 1.5)], "{name}: {x}, {y}");
            let third = bhalf(to_bhalf(f64::from(y as f32 / 3.0))) as f32;
            assert_eq!(f[i], (x as f32).mul_add(2.0, third), "{name}: {x}, {y}");
        }
    }
}

#[test]
fn printf_formats_like_c() {
    for (name, module) in variants("printf") {
        let device = TestDevice::default();
        let args = Arguments::default().with(-7i32).with(1u64 << 40).with(2.5f32).with(0u64);
        launch(&device, &module, &[], "print_all", [1, 1, 1], [2, 1, 1], args).unwrap();
        let wanted = "a=-7 b=1099511627776 c=2.500 s=str ch=x hex=fffffff9 pct=% null=(nil)\nno args\n";
        assert_eq!(device.printed(), wanted, "{name}");
    }
}

#[test]
fn the_last_block_sees_what_the_others_wrote() {
    for (name, module) in variants("fences_clock") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(22), 1000usize);
        let x: Vec<f32> = (0..n).map(|_| random.below(100) as f32).collect();
        let (px, pp, po, pt, ps) =
            (device.upload(&x), device.alloc(64), device.alloc(4), device.alloc(128), device.alloc(64));
        let args = Arguments::default().with(px).with(pp).with(po).with(pt).with(ps).with(n as u32);
        let globals = device.load(&module);
        launch(&device, &module, &globals, "last_block", [5, 1, 1], [64, 1, 1], args).unwrap();
        assert_eq!(device.read::<f32>(po, 1), [x.iter().sum::<f32>()], "{name}");
        assert!(device.read::<u64>(pt, 5).iter().all(|it| *it > 0), "{name}: the clock stands still");
        assert_eq!(device.read::<u32>(ps, 5), [0; 5], "{name}");
    }
}

#[test]
fn assertions_traps_and_exits_end_as_they_should() {
    for (name, module) in variants("assert_trap") {
        let run = |x: &[i32]| {
            let device = TestDevice::default();
            let (px, py) = (device.upload(x), device.upload(&vec![-1i32; x.len()]));
            let args = Arguments::default().with(px).with(py).with(x.len() as u32);
            let result = launch(&device, &module, &[], "assert_trap", [1, 1, 1], [64, 1, 1], args);
            (result, device.read::<i32>(py, x.len()))
        };
        let (result, y) = run(&[1, 777, 3]);
        result.unwrap();
        assert_eq!(y, [2, -1, 4], "{name}: the thread that exits writes nothing");
        let fault = run(&[0, 5, -3, 1]).0.unwrap_err();
        assert_eq!((fault.kind, fault.thread), (FaultKind::Assert, [2, 0, 0]), "{name}: {fault}");
        assert!(fault.text.contains("x[i] >= 0") && fault.text.contains("assert_trap.cu"), "{name}: {fault}");
        assert_eq!(run(&[12345]).0.unwrap_err().kind, FaultKind::Trap, "{name}");
        assert_eq!(run(&[54321]).0.unwrap_err().kind, FaultKind::IllegalInstruction, "{name}");
    }
}

#[test]
fn the_device_heap_gives_and_takes() {
    for (name, module) in variants("malloc") {
        let (device, n, len) = (TestDevice::default(), 40usize, 5i32);
        let out = device.alloc(24 * n);
        let args = Arguments::default().with(out).with(len);
        launch(&device, &module, &[], "device_malloc", [1, 1, 1], [n as u32, 1, 1], args).unwrap();
        for (i, bytes) in device.read::<u8>(out, 24 * n).chunks(24).enumerate() {
            let sum = (0..len).map(|k| k + i as i32).sum::<i32>();
            assert_eq!(bytes, [(sum & 127) as u8; 24], "{name}: thread {i}");
        }
    }
}

#[test]
fn matches_and_reductions_see_the_lanes_of_their_mask() {
    for (name, module) in variants("warp_ext") {
        let (device, mut random, n) = (TestDevice::default(), Random::new(23), 64usize);
        let x: Vec<u32> = (0..n).map(|_| random.bits() as u32 >> 1).collect();
        let (px, po, pd) = (device.upload(&x), device.alloc(4 * n), device.alloc(8 * n));
        let args = Arguments::default().with(px).with(po).with(pd);
        launch(&device, &module, &[], "warp_ext", [1, 1, 1], [64, 1, 1], args).unwrap();
        let (o, d) = (device.read::<u32>(po, n), device.read::<f64>(pd, n));
        for (w, warp) in x.chunks(32).enumerate() {
            let mask = |f: &dyn Fn(u32) -> bool| {
                warp.iter().enumerate().fold(0u32, |m, (i, v)| m | u32::from(f(*v)) << i)
            };
            let sum = warp.iter().fold(0u32, |a, b| a.wrapping_add(*b));
            let reduced = sum
                ^ warp.iter().max().unwrap()
                ^ warp.iter().fold(0, |a, b| a | b)
                ^ warp.iter().map(|it| *it as i32).min().unwrap() as u32;
            for (lane, v) in warp.iter().enumerate() {
                let same = mask(&|it| it & 3 == v & 3);
                let mut r = reduced;
                if lane < 11 {
                    r = r.wrapping_add(11 + (mask(&|it| it & 1 == 1) & 0x7ff));
                }
                assert_eq!(o[32 * w + lane], same ^ u32::MAX ^ r ^ 1, "{name}: lane {lane}");
                let from = (lane & 16) | ((lane + 1) & 15);
                assert_eq!(d[32 * w + lane], f64::from(warp[from]) * 0.5, "{name}: lane {lane}");
            }
        }
    }
}

#[test]
fn asynchronous_copies_arrive_before_they_are_waited_for() {
    for (name, module) in variants("cp_async") {
        let (device, mut random, tiles) = (TestDevice::default(), Random::new(24), 5usize);
        let x = random.reals(4 * 128 * tiles);
        let (px, po) = (device.upload(&x), device.alloc(4 * 128));
        let args = Arguments::default().with(px).with(po).with(tiles as u32);
        launch(&device, &module, &[], "cp_async_sum", [1, 1, 1], [128, 1, 1], args).unwrap();
        for (t, got) in device.read::<f32>(po, 128).iter().enumerate() {
            let wanted = (0..tiles).fold(0f32, |s, k| {
                let v = &x[4 * (k * 128 + 127 - t)..][..4];
                s + (v[0] + v[1] + v[2] + v[3])
            });
            assert_eq!(*got, wanted, "{name}: thread {t}");
        }
    }
}

#[test]
fn tensor_cores_multiply_matrices() {
    for (name, module) in variants("mma") {
        let (device, mut random) = (TestDevice::default(), Random::new(25));
        let mut any = |n: usize| (0..n).map(|_| to_half(f64::from(random.real()))).collect::<Vec<u16>>();
        let (a, b) = (any(256), any(128));
        let (pa, pb, pc) = (device.upload(&a), device.upload(&b), device.alloc(4 * 128));
        let args = Arguments::default().with(pa).with(pb).with(pc);
        launch(&device, &module, &[], "mma_16x8x16", [1, 1, 1], [32, 1, 1], args).unwrap();
        let c = device.read::<f32>(pc, 128);
        for m in 0..16 {
            for n in 0..8 {
                let wanted: f64 = (0..16).map(|k| half(a[m * 16 + k]) * half(b[n * 16 + k])).sum();
                assert_eq!(c[m * 8 + n], wanted as f32, "{name}: ({m}, {n})");
            }
        }
    }
}

#[test]
fn cooperative_blocks_wait_for_each_other() {
    for (name, module) in variants("coop_grid") {
        let (device, blocks, rounds) = (TestDevice::default(), 7u32, 4u32);
        let (pp, po) = (device.alloc(4 * 7), device.alloc(4 * 7 * 64));
        let args = Arguments::default().with(pp).with(po).with(rounds);
        let globals = device.load(&module);
        let mut config = Launch::new([blocks, 1, 1], [64, 1, 1], &args.0, &globals);
        config.cooperative = true;
        launch_with(&device, &module, "coop_grid", &config).unwrap();
        let total = (0..rounds).fold(0u32, |total, r| (0..blocks).map(|b| b * 10 + r + total).sum());
        assert_eq!(device.read::<u32>(po, 7 * 64), vec![total; 7 * 64], "{name}");
    }
}

#[test]
fn lanes_of_one_warp_can_share_a_lock() {
    for (name, module) in variants("spin") {
        let device = TestDevice::default();
        let (lock, count) = (device.upload(&[0i32]), device.upload(&[0i32]));
        let args = Arguments::default().with(lock).with(count);
        launch(&device, &module, &[], "spin_lock", [2, 1, 1], [64, 1, 1], args).unwrap();
        assert_eq!(device.read::<i32>(count, 1), [128], "{name}");
    }
}

#[test]
fn a_block_that_waits_for_a_later_one_is_not_stuck() {
    for (name, module) in variants("spin") {
        let device = TestDevice::default();
        let (flag, order) = (device.upload(&[0u32; 6]), device.upload(&[0u32; 7]));
        let args = Arguments::default().with(flag).with(order);
        launch(&device, &module, &[], "chain", [6, 1, 1], [32, 1, 1], args).unwrap();
        assert_eq!(device.read::<u32>(order, 6), [5, 4, 3, 2, 1, 0], "{name}");
    }
}

#[test]
fn numbered_barriers_count_their_threads() {
    for (name, module) in variants("spin") {
        let device = TestDevice::default();
        let x: Vec<i32> = (0..128).map(|it| it * 3 % 50 - 4).collect();
        let (px, py) = (device.upload(&x), device.alloc(4 * 131));
        let args = Arguments::default().with(px).with(py);
        launch(&device, &module, &[], "named_barriers", [1, 1, 1], [128, 1, 1], args).unwrap();
        let y = device.read::<i32>(py, 131);
        let wanted: Vec<i32> = (0..128).map(|t| x[t % 64] * 2 + 1).collect();
        assert_eq!(y[..128], wanted, "{name}");
        let odd = x.iter().filter(|it| **it & 1 == 1).count() as i32;
        let all = i32::from(x.iter().all(|it| *it >= 0));
        assert_eq!((y[128], i32::from(y[129] != 0), i32::from(y[130] != 0)), (odd, all, 1), "{name}");
    }
}

#[test]
fn lanes_that_went_apart_exchange_by_mask() {
    for (name, module) in variants("spin") {
        let device = TestDevice::default();
        let x: Vec<i32> = (0..64).map(|it| it * 11 % 37).collect();
        let (px, py) = (device.upload(&x), device.alloc(256));
        let args = Arguments::default().with(px).with(py);
        launch(&device, &module, &[], "partial_masks", [1, 1, 1], [64, 1, 1], args).unwrap();
        let own = |t: usize| if t & 1 == 1 { x[t] + 100 } else { (0..3).fold(x[t] - 100, |v, k| v ^ k) };
        let sum = |t: usize| own(t) + own(t ^ 2);
        let wanted: Vec<i32> = (0..64).map(|t| sum(t) + sum(t & !15)).collect();
        assert_eq!(device.read::<i32>(py, 64), wanted, "{name}");
    }
}

#[test]
fn philox_gives_the_published_words() {
    for (name, module) in variants("philox") {
        let device = TestDevice::default();
        let out = device.alloc(16 * 8);
        let args = Arguments::default().with(0u64).with(0u64).with(out).with(8u32);
        launch(&device, &module, &[], "philox", [1, 1, 1], [32, 1, 1], args).unwrap();
        // The known answer of Random123 for a counter and key of zeros.
        let first = device.read::<u32>(out, 4);
        assert_eq!(first, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8], "{name}");
    }
}

#[test]
fn structures_are_parameters_by_value() {
    for (name, module) in variants("struct_args") {
        let device = TestDevice::default();
        let out = device.alloc(8 * 64);
        let mut bytes = vec![0u8; 336];
        bytes[0] = -3i8 as u8;
        bytes[2..4].copy_from_slice(&(-300i16).to_le_bytes());
        bytes[8] = -5i8 as u8;
        bytes[10..12].copy_from_slice(&7i16.to_le_bytes());
        bytes[12..16].copy_from_slice(&(-11i32).to_le_bytes());
        bytes[16..24].copy_from_slice(&0.25f64.to_le_bytes());
        bytes[24] = 1;
        for k in 0..64 {
            bytes[28 + 4 * k..32 + 4 * k].copy_from_slice(&(k as f32 * 0.5).to_le_bytes());
        }
        let kernel = module.kernel("struct_args").unwrap();
        let offsets: Vec<u32> = kernel.params().iter().map(|it| it.offset).collect();
        assert_eq!(offsets, [0, 2, 8, 24, 28, 288, 296, 304], "{name}");
        bytes[288..292].copy_from_slice(&3f32.to_le_bytes());
        bytes[292..296].copy_from_slice(&4f32.to_le_bytes());
        bytes[296..304].copy_from_slice(&5u64.to_le_bytes());
        bytes[304..312].copy_from_slice(&out.to_le_bytes());
        let config = Launch::new([1, 1, 1], [64, 1, 1], &bytes[..312], &[]);
        launch_with(&device, &module, "struct_args", &config).unwrap();
        let fixed = -3.0 - 300.0 - 10.0 + 21.0 - 55.0 + 0.25 + 1000.0 + 12.0 + 5.0;
        for (t, got) in device.read::<f64>(out, 64).iter().enumerate() {
            assert_eq!(*got, fixed + t as f64 * 0.5, "{name}: thread {t}");
        }
    }
}

#[test]
fn a_cancelled_launch_stops() {
    for (name, module) in variants("spin") {
        let device = TestDevice::default();
        // The lock is held by nobody who could give it back.
        let (lock, count) = (device.upload(&[1i32]), device.upload(&[0i32]));
        let args = Arguments::default().with(lock).with(count);
        let fault = std::thread::scope(|scope| {
            let running =
                scope.spawn(|| launch(&device, &module, &[], "spin_lock", [1, 1, 1], [32, 1, 1], args));
            std::thread::sleep(std::time::Duration::from_millis(50));
            device.stop.store(true, Ordering::Relaxed);
            running.join().unwrap().unwrap_err()
        });
        assert_eq!(fault.kind, FaultKind::Cancelled, "{name}: {fault}");
    }
}

#[test]
fn lanes_that_call_different_functions_meet_again() {
    for (name, module) in variants("virtual") {
        let (device, n) = (TestDevice::default(), 6i32);
        let out = device.alloc(4 * 40);
        let args = Arguments::default().with(out).with(n);
        launch(&device, &module, &[], "virtuals", [1, 1, 1], [40, 1, 1], args).unwrap();
        let sum = |t: i32| (0..n + t % 3).map(|i| if t & 1 == 1 { i * n } else { i + 1 }).sum::<i32>();
        assert_eq!(device.read::<i32>(out, 40), (0..40).map(sum).collect::<Vec<_>>(), "{name}");
    }
}

/// A kernel of one line of PTX, run by one warp.
fn run_text(body: &str) -> Result<cuda_sim::ptx::Statistics, cuda_sim::ptx::Fault> {
    let source = format!(
        ".version 8.0\n.target sm_75\n.address_size 64\n.visible .entry k(.param .u64 p)\n{{\n.reg .pred %q;\n.reg .b32 %r<4>;\n.reg .b64 %a;\nld.param.u64 %a, [p];\nmov.u32 %r1, %tid.x;\n{body}\nret;\n}}\n"
    );
    let module = ptx_support::parse(&source).unwrap_or_else(|it| panic!("{body}: {it}"));
    let device = TestDevice::default();
    let buffer = device.alloc(64);
    launch(&device, &module, &[], "k", [1, 1, 1], [32, 1, 1], Arguments::default().with(buffer))
}

#[test]
fn faults_name_the_thread_the_line_and_the_reason() {
    for (body, kind, thread, words) in [
        (
            "mad.wide.u32 %a, %r1, 4, %a; ld.global.u32 %r2, [%a];",
            FaultKind::IllegalAddress,
            16,
            "no allocation",
        ),
        ("add.u64 %a, %a, 2; st.global.u32 [%a], %r1;", FaultKind::MisalignedAddress, 0, "multiple of 4"),
        ("ld.global.v4.u32 {%r0,%r1,%r2,%r3}, [%a+8];", FaultKind::MisalignedAddress, 0, "multiple of 16"),
        (
            "{ .shared .align 8 .b8 s[64]; mov.u32 %r2, s; add.u32 %r2, %r2, %r1; ld.shared.u32 %r2, [%r2]; }",
            FaultKind::MisalignedAddress,
            1,
            "shared",
        ),
        ("ld.local.u32 %r2, [64];", FaultKind::IllegalAddress, 0, "local"),
        ("setp.eq.u32 %q, %r1, 5; @%q trap;", FaultKind::Trap, 5, "trap"),
        ("mov.b64 %a, 0; atom.global.add.u32 %r2, [%a], 1;", FaultKind::IllegalAddress, 0, "no allocation"),
        ("bar.sync 17;", FaultKind::IllegalInstruction, 0, "barrier 17"),
        ("bar.sync 1, 33;", FaultKind::IllegalInstruction, 0, "multiple of a warp"),
        ("vote.sync.ballot.b32 %r2, 1, 0x0000ffff;", FaultKind::IllegalInstruction, 16, "lacks lane 16"),
        ("{ t: .branchtargets L; brx.idx %r1, t; L: }", FaultKind::InvalidPc, 1, "list of 1"),
    ] {
        let fault = run_text(body).unwrap_err();
        assert_eq!((fault.kind, fault.thread), (kind, [thread, 0, 0]), "{body}: {fault}");
        assert!(fault.to_string().contains(words), "{body}: {fault}");
        assert_eq!((fault.line, &fault.kernel[..]), (11, "k"), "{body}: {fault}");
    }
}

#[test]
fn threads_that_wait_for_nobody_are_a_deadlock() {
    let body = "setp.eq.u32 %q, %r1, 5;\n@%q bra L;\nbar.sync 1, 64;\nL:";
    let fault = run_text(body).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Deadlock, "{fault}");
    assert!(fault.text.contains("31 threads"), "{fault}");
}

#[test]
fn launches_that_cannot_be_are_refused() {
    let module =
        ptx_support::parse(".version 8.0\n.target sm_75\n.visible .entry k(.param .u64 p) { ret; }").unwrap();
    let device = TestDevice::default();
    for (grid, block, params, shared) in [
        ([0, 1, 1], [1, 1, 1], 8, 0),
        ([u32::MAX; 3], [1, 1, 1], 8, 0),
        ([1, 1, 1], [u32::MAX; 3], 8, 0),
        ([1, 1, 1], [1025, 1, 1], 8, 0),
        ([1, 1, 1], [0, 1, 1], 8, 0),
        ([1, 1, 1], [1, 1, 1], 4, 0),
        ([1, 1, 1], [1, 1, 1], 8, 1 << 20),
    ] {
        let bytes = vec![0; params];
        let mut config = Launch::new(grid, block, &bytes, &[]);
        config.dynamic_shared = shared;
        let fault = launch_with(&device, &module, "k", &config).unwrap_err();
        assert_eq!(fault.kind, FaultKind::OutOfResources, "{fault}");
    }
}

#[test]
fn endless_recursion_is_a_stack_overflow() {
    let module = ptx_support::parse(
        ".version 8.0\n.target sm_75\n.func f { call f; ret; }\n.visible .entry k { call f; ret; }",
    )
    .unwrap();
    let fault =
        launch(&TestDevice::default(), &module, &[], "k", [1, 1, 1], [32, 1, 1], Arguments::default());
    let fault = fault.unwrap_err();
    assert_eq!(fault.kind, FaultKind::StackOverflow, "{fault}");
    assert!(fault.text.contains("calling f at depth"), "{fault}");
}

#[test]
fn parameters_and_shared_memory_are_read_with_the_width_and_sign_of_the_instruction() {
    let source = ".version 8.0\n.target sm_75\n.address_size 64
        .visible .entry k(.param .u64 out, .param .s32 a, .param .u16 b, .param .align 8 .b8 c[8])
        {
            .reg .b64 %o, %w, %x, %y; .reg .b32 %i, %t; .reg .b16 %h; .reg .f32 %f<2>;
            .shared .align 8 .b64 s[32];
            ld.param.u64 %o, [out];
            ld.param.s32 %w, [a]; ld.param.u16 %i, [b]; ld.param.v2.f32 {%f0, %f1}, [c];
            st.global.u64 [%o], %w; st.global.u32 [%o+8], %i;
            st.global.f32 [%o+12], %f1; st.global.f32 [%o+16], %f0;
            mov.u32 %t, %tid.x; mul.wide.u32 %x, %t, 0x10001; shl.b64 %y, %x, 30; or.b64 %x, %x, %y;
            mov.u64 %w, s; cvt.u64.u32 %y, %t; shl.b64 %y, %y, 3; add.u64 %w, %w, %y;
            st.shared.u64 [%w], %x; bar.sync 0;
            mov.u64 %w, s; xor.b64 %y, %y, 248; add.u64 %w, %w, %y; ld.shared.u64 %x, [%w];
            cvt.u64.u32 %y, %t; shl.b64 %y, %y, 3; add.u64 %o, %o, %y; st.global.u64 [%o+24], %x; ret;
        }";
    let module = ptx_support::parse(source).unwrap();
    let device = TestDevice::default();
    let out = device.alloc(24 + 32 * 8);
    let mut args = Arguments::default().with(out).with(-7i32).with(65530u16);
    args.0.resize(args.0.len().next_multiple_of(8), 0);
    launch(&device, &module, &[], "k", [1, 1, 1], [32, 1, 1], args.with(1.5f32).with(-2.5f32)).unwrap();

    assert_eq!(device.read::<i64>(out, 1), [-7], "the sign is carried on");
    assert_eq!(device.read::<u32>(out + 8, 1), [65530], "and where there is none, zeros are");
    assert_eq!(device.read::<f32>(out + 12, 2), [-2.5, 1.5]);
    let value = |thread: u64| (thread * 0x10001) | ((thread * 0x10001) << 30);
    // Each thread reads what its mirror image wrote.
    assert_eq!(
        device.read::<u64>(out + 24, 32),
        (0..32).map(|thread| value(31 - thread)).collect::<Vec<_>>()
    );
}
