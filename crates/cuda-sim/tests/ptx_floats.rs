//! Each family of floating point instructions gives what exact arithmetic rounded once gives.

mod ptx_support;

use ptx_support::{Random, check, instruction};

const NAN32: u32 = 0x7fff_ffff;

fn singles() -> Vec<[u64; 3]> {
    let mut random = Random::new(41);
    let mut value = || u64::from(random.any_f32().to_bits());
    (0..4096).map(|_| [value(), value(), value()]).collect()
}

fn f(bits: u64) -> f32 {
    f32::from_bits(bits as u32)
}

fn out(value: f32) -> u64 {
    u64::from(if value.is_nan() { NAN32 } else { value.to_bits() })
}

fn flush(value: f32) -> f32 {
    if value.is_subnormal() { 0f32.copysign(value) } else { value }
}

/// Arbitrary whole numbers, little endian, to compute exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Whole(Vec<u32>);

impl Whole {
    fn new(value: u128) -> Self {
        Self((0..4).map(|i| (value >> (32 * i)) as u32).collect()).trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    fn shifted(&self, bits: u32) -> Self {
        let mut words = vec![0; bits as usize / 32];
        let mut carry = 0u64;
        for it in &self.0 {
            carry |= u64::from(*it) << (bits % 32);
            words.push(carry as u32);
            carry >>= 32;
        }
        words.push(carry as u32);
        Self(words).trimmed()
    }

    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn plus(&self, other: &Self) -> Self {
        let (mut words, mut carry) = (Vec::new(), 0u64);
        for i in 0..self.0.len().max(other.0.len()) + 1 {
            carry += u64::from(*self.0.get(i).unwrap_or(&0)) + u64::from(*other.0.get(i).unwrap_or(&0));
            words.push(carry as u32);
            carry >>= 32;
        }
        Self(words).trimmed()
    }

    /// For `other` not above this.
    fn minus(&self, other: &Self) -> Self {
        let (mut words, mut borrow) = (Vec::new(), 0i64);
        for i in 0..self.0.len() {
            borrow += i64::from(self.0[i]) - i64::from(*other.0.get(i).unwrap_or(&0));
            words.push(borrow as u32);
            borrow >>= 32;
        }
        Self(words).trimmed()
    }
}

/// A signed whole number in units of `2^-2200`, which every product of two doubles is a multiple of.
#[derive(Clone, Debug)]
struct Exact {
    negative: bool,
    magnitude: Whole,
}

const UNIT: i32 = 2200;

fn exact(value: f64) -> Exact {
    let bits = value.to_bits();
    let (field, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let (significand, exponent) =
        if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    let magnitude = Whole::new(significand.into()).shifted((exponent + UNIT) as u32);
    Exact { negative: value.is_sign_negative(), magnitude }
}

fn sum(a: &Exact, b: &Exact) -> Exact {
    if a.negative == b.negative {
        return Exact { negative: a.negative, magnitude: a.magnitude.plus(&b.magnitude) };
    }
    match a.magnitude.cmp(&b.magnitude) {
        std::cmp::Ordering::Less => {
            Exact { negative: b.negative, magnitude: b.magnitude.minus(&a.magnitude) }
        }
        _ => Exact { negative: a.negative, magnitude: a.magnitude.minus(&b.magnitude) },
    }
}

/// The exact product, from significands.
fn product(a: f64, b: f64) -> Exact {
    let split = |value: f64| {
        let bits = value.to_bits();
        let (field, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
        if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) }
    };
    let ((x, ex), (y, ey)) = (split(a), split(b));
    let magnitude = Whole::new(u128::from(x) * u128::from(y)).shifted((ex + ey + UNIT) as u32);
    Exact { negative: a.is_sign_negative() != b.is_sign_negative(), magnitude }
}

/// Whether `result` is `value` rounded as the mode says, judged by its neighbours.
fn rounds_to(value: &Exact, result: f64, neighbours: [f64; 2], mode: &str) -> bool {
    let order = |x: f64| {
        let x = exact(x);
        match (value.negative && value.magnitude != Whole(vec![]), x.negative) {
            (false, false) => value.magnitude.cmp(&x.magnitude),
            (true, true) => x.magnitude.cmp(&value.magnitude),
            (false, true) if value.magnitude == Whole(vec![]) && x.magnitude == Whole(vec![]) => {
                std::cmp::Ordering::Equal
            }
            (false, true) => std::cmp::Ordering::Greater,
            (true, false) => std::cmp::Ordering::Less,
        }
    };
    let [below, above] = neighbours;
    let fits_below = |x: f64| x == f64::INFINITY || (x.is_finite() && order(x).is_lt());
    let fits_above = |x: f64| x == f64::NEG_INFINITY || (x.is_finite() && order(x).is_gt());
    let down = (result == f64::NEG_INFINITY || order(result).is_ge()) && fits_below(above);
    let up = (result == f64::INFINITY || order(result).is_le()) && fits_above(below);
    match mode {
        "rm" => down,
        "rp" => up,
        _ if value.negative => up,
        _ => down,
    }
}

fn neighbours32(value: f32) -> [f64; 2] {
    [value.next_down(), value.next_up()].map(f64::from)
}

/// Results on finite inputs must be exact arithmetic rounded in a direction.
fn check_directed32(text: &str, mode: &str, inputs: &[[u64; 3]], value: impl Fn(f64, f64, f64) -> Exact) {
    for (input, got) in inputs.iter().zip(instruction(text, inputs)) {
        let ([a, b, c], got) = (input.map(f), f(got));
        let value = value(a.into(), b.into(), c.into());
        if value.magnitude == Whole(vec![]) {
            assert_eq!(got, 0.0, "{text} of {a:e}, {b:e}, {c:e}");
            continue;
        }
        let right = rounds_to(&value, f64::from(got), neighbours32(got), mode);
        assert!(right, "{text} of {a:e}, {b:e}, {c:e} gives {got:e}");
        assert_eq!(got.is_sign_negative(), value.negative, "{text} of {a:e}, {b:e}, {c:e} gives {got:e}");
    }
}

#[test]
fn single_precision_is_ieee_with_canonical_nan() {
    let inputs = singles();
    check("add.f32 %d32, %a32, %b32;", &inputs, |a, b, _| out(f(a) + f(b)));
    check("sub.rn.f32 %d32, %a32, %b32;", &inputs, |a, b, _| out(f(a) - f(b)));
    check("mul.f32 %d32, %a32, %b32;", &inputs, |a, b, _| out(f(a) * f(b)));
    check("div.rn.f32 %d32, %a32, %b32;", &inputs, |a, b, _| out(f(a) / f(b)));
    check("fma.rn.f32 %d32, %a32, %b32, %c32;", &inputs, |a, b, c| out(f(a).mul_add(f(b), f(c))));
    check("sqrt.rn.f32 %d32, %a32;", &inputs, |a, _, _| out(f(a).sqrt()));
    check("rcp.rn.f32 %d32, %a32;", &inputs, |a, _, _| out(1.0 / f(a)));
    check("abs.f32 %d32, %a32;", &inputs, |a, _, _| a & 0x7fff_ffff);
    check("neg.f32 %d32, %a32;", &inputs, |a, _, _| a ^ 0x8000_0000);
    check("copysign.f32 %d32, %a32, %b32;", &inputs, |a, b, _| (a & 0x8000_0000) | (b & 0x7fff_ffff));
}

#[test]
fn ftz_flushes_inputs_and_results() {
    let tiny: Vec<[u64; 3]> = singles()
        .iter()
        .map(|it| it.map(|bits| (bits & 0x807f_ffff) | if bits & 0x100 == 0 { 0 } else { 0x0080_0000 }))
        .chain(singles())
        .collect();
    let ftz = |it: u64| flush(f(it));
    let end = |it: f32| out(flush(it));
    check("add.ftz.f32 %d32, %a32, %b32;", &tiny, |a, b, _| end(ftz(a) + ftz(b)));
    check("sub.ftz.f32 %d32, %a32, %b32;", &tiny, |a, b, _| end(ftz(a) - ftz(b)));
    check("mul.ftz.f32 %d32, %a32, %b32;", &tiny, |a, b, _| end(ftz(a) * ftz(b)));
    check("fma.rn.ftz.f32 %d32, %a32, %b32, %c32;", &tiny, |a, b, c| end(ftz(a).mul_add(ftz(b), ftz(c))));
    check("div.rn.ftz.f32 %d32, %a32, %b32;", &tiny, |a, b, _| end(ftz(a) / ftz(b)));
    check("sqrt.rn.ftz.f32 %d32, %a32;", &tiny, |a, _, _| end(ftz(a).sqrt()));
    check("setp.lt.ftz.f32 %p, %a32, %b32;", &tiny, |a, b, _| u64::from(ftz(a) < ftz(b)));
    let clamp = |it: f32| if it.is_nan() { 0 } else { out(it.clamp(0.0, 1.0) + 0.0) };
    check("add.sat.f32 %d32, %a32, %b32;", &tiny, |a, b, _| clamp(f(a) + f(b)));
    check("fma.rn.ftz.sat.f32 %d32, %a32, %b32, %c32;", &tiny, |a, b, c| {
        clamp(flush(ftz(a).mul_add(ftz(b), ftz(c))))
    });
    check("cvt.sat.f32.f32 %d32, %a32;", &tiny, |a, _, _| clamp(f(a)));
}

#[test]
fn single_precision_rounds_in_every_direction() {
    let inputs = singles();
    for mode in ["rz", "rm", "rp"] {
        let text = |op: &str, operands: &str| format!("{op}.{mode}.f32 %d32, {operands};");
        let finite: Vec<[u64; 3]> =
            inputs.iter().copied().filter(|it| it.iter().all(|it| f(*it).is_finite())).collect();
        let judge = |op: &str, operands: &str, value: &dyn Fn(f64, f64, f64) -> Exact| {
            check_directed32(&text(op, operands), mode, &finite, value);
        };
        judge("add", "%a32, %b32", &|a, b, _| sum(&exact(a), &exact(b)));
        judge("sub", "%a32, %b32", &|a, b, _| sum(&exact(a), &exact(-b)));
        judge("mul", "%a32, %b32", &|a, b, _| product(a, b));
        judge("fma", "%a32, %b32, %c32", &|a, b, c| sum(&product(a, b), &exact(c)));
        // A quotient q of a and b is judged by q · b against a.
        for (input, got) in finite.iter().zip(instruction(&text("div", "%a32, %b32"), &finite)) {
            let ([a, b, _], got) = (input.map(|it| f64::from(f(it))), f(got));
            if a == 0.0 || b == 0.0 || got.is_infinite() || got.abs() == f32::MAX {
                continue;
            }
            let side = |quotient: f32| {
                let rest = sum(&product(quotient.into(), b), &exact(-a));
                let inexact = rest.magnitude != Whole(vec![]);
                i32::from(inexact) * if rest.negative == (b < 0.0) { 1 } else { -1 }
            };
            let down = side(got) <= 0 && side(got.next_up()) > 0;
            let up = side(got) >= 0 && side(got.next_down()) < 0;
            let right = match mode {
                "rm" => down,
                "rp" => up,
                _ if got.is_sign_positive() => down,
                _ => up,
            };
            assert!(right, "div.{mode} of {a:e}, {b:e} gives {got:e}");
        }
        for (input, got) in inputs.iter().zip(instruction(&text("sqrt", "%a32"), &inputs)) {
            let (a, got) = (f64::from(f(input[0])), f(got));
            if a > 0.0 && a.is_finite() {
                let square = |it: f32| f64::from(it) * f64::from(it);
                let low_enough = square(got) <= a && square(got.next_up()) > a;
                let high_enough = square(got) >= a && square(got.next_down()) < a;
                assert!(
                    if mode == "rp" { high_enough } else { low_enough },
                    "sqrt.{mode} of {a:e} gives {got:e}"
                );
            }
        }
    }
}

fn doubles() -> Vec<[u64; 3]> {
    let mut random = Random::new(42);
    let edges =
        [0.0, -0.0, 1.0, -1.0, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1.0 + f64::EPSILON, 4503599627370497.5];
    let mut value = |near: f64| match random.below(6) {
        0 => edges[random.below(edges.len() as u64) as usize],
        1 => f64::from_bits(random.bits()),
        2 => near * (1.0 + (random.below(64) as f64 - 32.0) * f64::EPSILON),
        _ => {
            f64::from_bits(random.bits() >> 12 | (1023 - 20 + random.below(40)) << 52 | random.below(2) << 63)
        }
    };
    let mut inputs = Vec::new();
    while inputs.len() < 3000 {
        let (a, b) = (value(1.0), value(1.0));
        let c = value(-(a * b));
        if a.is_finite() && b.is_finite() && c.is_finite() {
            inputs.push([a, b, c].map(f64::to_bits));
        }
    }
    inputs
}

#[test]
fn double_precision_rounds_in_every_direction() {
    let inputs = doubles();
    let d = f64::from_bits;
    check("add.f64 %d64, %a64, %b64;", &inputs, |a, b, _| (d(a) + d(b)).to_bits());
    check("mul.rn.f64 %d64, %a64, %b64;", &inputs, |a, b, _| (d(a) * d(b)).to_bits());
    check("fma.rn.f64 %d64, %a64, %b64, %c64;", &inputs, |a, b, c| d(a).mul_add(d(b), d(c)).to_bits());
    for mode in ["rz", "rm", "rp"] {
        let judge = |text: String, value: &dyn Fn(f64, f64, f64) -> Exact| {
            for (input, got) in inputs.iter().zip(instruction(&text, &inputs)) {
                let ([a, b, c], got) = (input.map(d), d(got));
                let value = value(a, b, c);
                if value.magnitude == Whole(vec![]) {
                    assert_eq!(got, 0.0, "{text} of {a:e}, {b:e}, {c:e}");
                    continue;
                }
                let near = [got.next_down(), got.next_up()];
                assert!(rounds_to(&value, got, near, mode), "{text} of {a:e}, {b:e}, {c:e} gives {got:e}");
            }
        };
        judge(format!("add.{mode}.f64 %d64, %a64, %c64;"), &|a, _, c| sum(&exact(a), &exact(c)));
        judge(format!("sub.{mode}.f64 %d64, %a64, %c64;"), &|a, _, c| sum(&exact(a), &exact(-c)));
        judge(format!("mul.{mode}.f64 %d64, %a64, %b64;"), &|a, b, _| product(a, b));
        judge(format!("fma.{mode}.f64 %d64, %a64, %b64, %c64;"), &|a, b, c| sum(&product(a, b), &exact(c)));
        for (input, got) in
            inputs.iter().zip(instruction(&format!("div.{mode}.f64 %d64, %a64, %b64;"), &inputs))
        {
            let ([a, b, _], got) = (input.map(d), d(got));
            if a == 0.0 || b == 0.0 || !got.is_normal() {
                continue;
            }
            // One of the quotient and its neighbour lies on the other side of the exact one.
            let side = |q: f64| {
                let rest = sum(&product(q, b), &exact(-a));
                if rest.magnitude == Whole(vec![]) {
                    0
                } else if rest.negative != (b < 0.0) {
                    -1
                } else {
                    1
                }
            };
            let right = match mode {
                "rm" => side(got) <= 0 && side(got.next_up()) > 0,
                "rp" => side(got) >= 0 && side(got.next_down()) < 0,
                _ if got > 0.0 => side(got) <= 0 && side(got.next_up()) > 0,
                _ => side(got) >= 0 && side(got.next_down()) < 0,
            };
            assert!(right || got.abs() == f64::MAX, "div.{mode} of {a:e}, {b:e} gives {got:e}");
        }
        for (input, got) in inputs.iter().zip(instruction(&format!("sqrt.{mode}.f64 %d64, %a64;"), &inputs)) {
            let (a, got) = (d(input[0]), d(got));
            if a > 0.0 {
                let side = |it: f64| sum(&product(it, it), &exact(-a));
                let above = |it: f64| side(it).magnitude != Whole(vec![]) && !side(it).negative;
                let below = |it: f64| side(it).magnitude != Whole(vec![]) && side(it).negative;
                let right = if mode == "rp" {
                    !below(got) && below(got.next_down())
                } else {
                    !above(got) && above(got.next_up())
                };
                assert!(right, "sqrt.{mode} of {a:e} gives {got:e}");
            }
        }
    }
}

#[test]
fn extremes_prefer_numbers_and_order_zeros() {
    let inputs = singles();
    let number = |a: f32, b: f32, largest: bool| {
        if a.is_nan() || b.is_nan() {
            return if a.is_nan() { b } else { a };
        }
        let a_first = a < b || (a == b && a.is_sign_negative());
        if a_first != largest { a } else { b }
    };
    check("min.f32 %d32, %a32, %b32;", &inputs, |a, b, _| out(number(f(a), f(b), false)));
    check("max.f32 %d32, %a32, %b32;", &inputs, |a, b, _| out(number(f(a), f(b), true)));
    check("max.NaN.f32 %d32, %a32, %b32;", &inputs, |a, b, _| {
        if f(a).is_nan() || f(b).is_nan() { NAN32.into() } else { out(number(f(a), f(b), true)) }
    });
    check("min.f32 %d32, %a32, %b32, %c32;", &inputs, |a, b, c| {
        out(number(number(f(a), f(b), false), f(c), false))
    });
}

#[test]
fn comparisons_know_nan() {
    let inputs: Vec<[u64; 3]> = singles().iter().flat_map(|it| [*it, [it[0], it[0], it[2]]]).collect();
    let unordered = |a: u64, b: u64| f(a).is_nan() || f(b).is_nan();
    type Order = fn(&f32, &f32) -> bool;
    let orders: [(&str, Order); 5] =
        [("eq", f32::eq), ("lt", f32::lt), ("le", f32::le), ("gt", f32::gt), ("ge", f32::ge)];
    for (order, holds) in orders {
        check(&format!("setp.{order}.f32 %p, %a32, %b32;"), &inputs, |a, b, _| {
            u64::from(holds(&f(a), &f(b)))
        });
        let text = format!("setp.{order}u.f32 %p, %a32, %b32;");
        check(&text, &inputs, |a, b, _| u64::from(unordered(a, b) || holds(&f(a), &f(b))));
    }
    check("setp.ne.f32 %p, %a32, %b32;", &inputs, |a, b, _| u64::from(!unordered(a, b) && f(a) != f(b)));
    check("setp.neu.f32 %p, %a32, %b32;", &inputs, |a, b, _| u64::from(f(a) != f(b)));
    check("setp.num.f32 %p, %a32, %b32;", &inputs, |a, b, _| u64::from(!unordered(a, b)));
    check("setp.nan.f32 %p, %a32, %b32;", &inputs, |a, b, _| u64::from(unordered(a, b)));
    check("testp.finite.f32 %p, %a32;", &inputs, |a, _, _| u64::from(f(a).is_finite()));
    check("testp.subnormal.f32 %p, %a32;", &inputs, |a, _, _| u64::from(f(a).is_subnormal()));
    check("testp.notanumber.f32 %p, %a32;", &inputs, |a, _, _| u64::from(f(a).is_nan()));
}

#[test]
fn conversions_to_integers_round_and_saturate() {
    let inputs = singles();
    type Function = fn(f64) -> f64;
    let modes: [(&str, Function); 4] =
        [("rni", f64::round_ties_even), ("rzi", f64::trunc), ("rmi", f64::floor), ("rpi", f64::ceil)];
    for (mode, round) in modes {
        let whole = |a: u64, low: i128, high: i128| {
            let value = f64::from(f(a));
            if value.is_nan() { 0 } else { (round(value) as i128).clamp(low, high) as u64 }
        };
        check(&format!("cvt.{mode}.s32.f32 %d32, %a32;"), &inputs, |a, _, _| {
            whole(a, i32::MIN.into(), i32::MAX.into()) & 0xffff_ffff
        });
        check(&format!("cvt.{mode}.u32.f32 %d32, %a32;"), &inputs, |a, _, _| whole(a, 0, u32::MAX.into()));
        check(&format!("cvt.{mode}.s64.f32 %d64, %a32;"), &inputs, |a, _, _| {
            whole(a, i64::MIN.into(), i64::MAX.into())
        });
        check(&format!("cvt.{mode}.u64.f32 %d64, %a32;"), &inputs, |a, _, _| whole(a, 0, u64::MAX.into()));
        check(&format!("cvt.{mode}.s16.f32 %d16, %a32;"), &inputs, |a, _, _| {
            whole(a, i16::MIN.into(), i16::MAX.into()) & 0xffff
        });
        check(&format!("cvt.{mode}.u8.f32 %d16, %a32;"), &inputs, |a, _, _| whole(a, 0, 255));
        check(&format!("cvt.{mode}.f32.f32 %d32, %a32;"), &inputs, |a, _, _| {
            out(round(f64::from(f(a))) as f32)
        });
    }
}

#[test]
fn conversions_from_integers_round_once() {
    let mut random = Random::new(43);
    let inputs: Vec<[u64; 3]> = (0..4000).map(|_| [random.bits() >> random.below(64), 0, 0]).collect();
    check("cvt.rn.f32.u64 %d32, %a64;", &inputs, |a, _, _| out(a as f32));
    check("cvt.rn.f32.s64 %d32, %a64;", &inputs, |a, _, _| out(a as i64 as f32));
    check("cvt.rn.f64.u64 %d64, %a64;", &inputs, |a, _, _| (a as f64).to_bits());
    check("cvt.rn.f32.u16 %d32, %a16;", &inputs, |a, _, _| out(f32::from(a as u16)));
    for mode in ["rz", "rm", "rp"] {
        let text = format!("cvt.{mode}.f32.s64 %d32, %a64;");
        for (input, got) in inputs.iter().zip(instruction(&text, &inputs)) {
            let (value, got) = (i128::from(input[0] as i64), f(got));
            let whole = got as i128;
            let below = whole == value || (got.next_down() as i128) < value;
            let above = whole == value || (got.next_up() as i128) > value;
            let right = match mode {
                "rm" => got as i128 <= value && above,
                "rp" => got as i128 >= value && below,
                _ if value >= 0 => got as i128 <= value && above,
                _ => got as i128 >= value && below,
            };
            assert!(right, "{text} of {value} gives {got}");
        }
        let text = format!("cvt.{mode}.f64.u64 %d64, %a64;");
        for (input, got) in inputs.iter().zip(instruction(&text, &inputs)) {
            let (value, got) = (i128::from(input[0]), f64::from_bits(got));
            let whole = got as i128;
            let right = match mode {
                _ if whole == value => true,
                "rp" => whole > value && (got.next_down() as i128) < value,
                _ => whole < value && (got.next_up() as i128) > value,
            };
            assert!(right, "{text} of {value} gives {got}");
        }
    }
}

#[test]
fn narrow_formats_widen_exactly_and_round_back() {
    // All half precision numbers there and back.
    let inputs: Vec<[u64; 3]> = (0..0x10000).map(|it| [it, 0, 0]).collect();
    let is_nan = |a: u64| a & 0x7c00 == 0x7c00 && a & 0x3ff != 0;
    let text = "{ .reg .b32 %w; cvt.f32.f16 %w, %a16; cvt.rn.f16.f32 %d16, %w; }";
    check(text, &inputs, |a, _, _| if is_nan(a) { 0x7fff } else { a });
    let is_nan = |a: u64| a & 0x7f80 == 0x7f80 && a & 0x7f != 0;
    let text = "{ .reg .b32 %w; cvt.f32.bf16 %w, %a16; cvt.rn.bf16.f32 %d16, %w; }";
    check(text, &inputs, |a, _, _| if is_nan(a) { 0x7fff } else { a });
    // Rounding to single precision from double.
    let doubles = doubles();
    check("cvt.rn.f32.f64 %d32, %a64;", &doubles, |a, _, _| out(f64::from_bits(a) as f32));
    for mode in ["rz", "rm", "rp"] {
        let text = format!("cvt.{mode}.f32.f64 %d32, %a64;");
        for (input, got) in doubles.iter().zip(instruction(&text, &doubles)) {
            let (value, got) = (f64::from_bits(input[0]), f(got));
            let right = value == 0.0 && got == 0.0
                || rounds_to(&exact(value), f64::from(got), neighbours32(got), mode);
            assert!(right, "{text} of {value:e} gives {got:e}");
        }
    }
    let singles = singles();
    check("cvt.f64.f32 %d64, %a32;", &singles, |a, _, _| f64::from(f(a)).to_bits());
    // 8-bit floats: all of them there and back.
    let bytes: Vec<[u64; 3]> = (0..256).map(|it| [it | it << 8, 0, 0]).collect();
    let text = "{ .reg .b32 %w, %l, %h; .reg .b16 %x, %y; cvt.rn.f16x2.e4m3x2 %w, %a16; mov.b32 {%x, %y}, %w; \
        cvt.f32.f16 %l, %x; cvt.f32.f16 %h, %y; cvt.rn.satfinite.e4m3x2.f32 %d16, %h, %l; }";
    check(text, &bytes, |a, _, _| if a & 0x7f == 0x7f { 0x7f7f } else { a });
}

#[test]
fn approximations_stay_within_the_manuals_bounds() {
    let mut random = Random::new(44);
    let inputs: Vec<[u64; 3]> = (0..3000)
        .map(|_| [u64::from((random.real() * 3.0).to_bits()), u64::from((random.real() * 9.0).to_bits()), 0])
        .collect();
    type Function = fn(f64) -> f64;
    let relative: [(&str, Function, f64); 6] = [
        ("rcp.approx.f32", |a| 1.0 / a, 1.2e-7),
        ("rsqrt.approx.f32", |a| 1.0 / a.sqrt(), 2.9e-7),
        ("sqrt.approx.f32", f64::sqrt, 2.4e-7),
        ("ex2.approx.f32", f64::exp2, 2.4e-7),
        ("ex2.approx.ftz.f32", f64::exp2, 2.4e-7),
        ("tanh.approx.f32", f64::tanh, 4.9e-4),
    ];
    for (name, function, bound) in relative {
        for (input, got) in inputs.iter().zip(instruction(&format!("{name} %d32, %a32;"), &inputs)) {
            let (a, got) = (f64::from(f(input[0])), f64::from(f(got)));
            let wanted = function(a);
            assert!(
                wanted.is_nan() && got.is_nan() || (got - wanted).abs() <= bound * wanted.abs(),
                "{name} of {a}: {got}"
            );
        }
    }
    let absolute: [(&str, Function, f64); 3] = [
        ("sin.approx.f32", f64::sin, 4.8e-7),
        ("cos.approx.f32", f64::cos, 4.8e-7),
        ("lg2.approx.f32", f64::log2, 3.9e-6),
    ];
    for (name, function, bound) in absolute {
        for (input, got) in inputs.iter().zip(instruction(&format!("{name} %d32, %a32;"), &inputs)) {
            let (a, got) = (f64::from(f(input[0])), f64::from(f(got)));
            let wanted = function(a);
            assert!(wanted.is_nan() && got.is_nan() || (got - wanted).abs() <= bound, "{name} of {a}: {got}");
        }
    }
    let doubles: Vec<f64> = (0..1000).map(|_| f64::from(random.real()).abs()).collect();
    let doubles: Vec<[u64; 3]> = doubles.iter().map(|it| [it.to_bits(), 0, 0]).collect();
    for (name, bound) in [("rsqrt.approx.f64", 4e-16), ("rsqrt.approx.ftz.f64", 1e-6)] {
        for (input, got) in doubles.iter().zip(instruction(&format!("{name} %d64, %a64;"), &doubles)) {
            let (a, got) = (f64::from_bits(input[0]), f64::from_bits(got));
            let wanted = 1.0 / a.sqrt();
            assert!((got - wanted).abs() <= bound * wanted, "{name} of {a}: {got}, not {wanted}");
        }
    }
    check("div.approx.f32 %d32, %a32, %b32;", &inputs, |a, b, _| out(f(a) / f(b)));
}
