//! Each family of integer instructions gives what an independent definition in plain Rust gives.

mod ptx_support;

use ptx_support::Random;

fn integers() -> Vec<[u64; 3]> {
    let mut random = Random::new(31);
    let edges = [
        0,
        1,
        2,
        31,
        32,
        33,
        63,
        64,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        i64::MAX as u64,
        i64::MIN as u64,
        u64::MAX,
    ];
    let mut value = |round: u64| match random.below(4) {
        0 => edges[random.below(edges.len() as u64) as usize],
        1 => (round + random.below(70)) & 0x7f,
        _ => random.bits() >> random.below(64),
    };
    (0..2048).map(|round| [value(round), value(round), value(round)]).collect()
}

fn check(text: &str, reference: impl Fn(u64, u64, u64) -> u64) {
    ptx_support::check(text, &integers(), reference);
}

/// The value of the low bits as a signed or unsigned number.
fn int(value: u64, bits: u32, signed: bool) -> i128 {
    let value = if bits == 64 { value } else { value & ((1 << bits) - 1) };
    if signed && value >> (bits - 1) & 1 == 1 {
        i128::from(value) - (1i128 << bits)
    } else {
        i128::from(value)
    }
}

fn low(value: i128, bits: u32) -> u64 {
    (value as u64) & (u64::MAX >> (64 - bits))
}

const TYPES: [(&str, u32, bool); 6] = [
    ("u16", 16, false),
    ("s16", 16, true),
    ("u32", 32, false),
    ("s32", 32, true),
    ("u64", 64, false),
    ("s64", 64, true),
];

#[test]
fn sums_products_and_extremes_wrap_at_their_width() {
    for (name, w, signed) in TYPES {
        let int = |it| int(it, w, signed);
        let binary = |op: &str, f: &dyn Fn(i128, i128) -> i128| {
            check(&format!("{op}.{name} %d{w}, %a{w}, %b{w};"), |a, b, _| low(f(int(a), int(b)), w));
        };
        binary("add", &|a, b| a + b);
        binary("sub", &|a, b| a - b);
        binary("mul.lo", &|a, b| a.wrapping_mul(b));
        binary("mul.hi", &|a, b| a.wrapping_mul(b) >> w);
        binary("min", &|a, b| a.min(b));
        binary("max", &|a, b| a.max(b));
        // By zero: all ones, and the dividend is left.
        binary("div", &|a, b| if b == 0 { -1 } else { a / b });
        binary("rem", &|a, b| if b == 0 { a } else { a % b });
        let text = format!("mad.lo.{name} %d{w}, %a{w}, %b{w}, %c{w};");
        check(&text, |a, b, c| low(int(a).wrapping_mul(int(b)).wrapping_add(int(c)), w));
        let text = format!("mad.hi.{name} %d{w}, %a{w}, %b{w}, %c{w};");
        check(&text, |a, b, c| low((int(a).wrapping_mul(int(b)) >> w) + int(c), w));
        let text = format!("sad.{name} %d{w}, %a{w}, %b{w}, %c{w};");
        check(&text, |a, b, c| low((int(a) - int(b)).abs() + int(c), w));
        if w < 64 {
            let wide = 2 * w;
            let text = format!("mul.wide.{name} %d{wide}, %a{w}, %b{w};");
            check(&text, |a, b, _| low(int(a) * int(b), wide));
            let text = format!("mad.wide.{name} %d{wide}, %a{w}, %b{w}, %c{wide};");
            check(&text, |a, b, c| low(int(a) * int(b) + i128::from(c), wide));
        }
        if signed {
            check(&format!("abs.{name} %d{w}, %a{w};"), |a, _, _| low(int(a).abs(), w));
            check(&format!("neg.{name} %d{w}, %a{w};"), |a, _, _| low(-int(a), w));
        }
    }
}

#[test]
fn saturating_and_24_bit_forms_follow_the_manual() {
    let clamp = |it: i128| low(it.clamp(i32::MIN.into(), i32::MAX.into()), 32);
    let s = |it| int(it, 32, true);
    check("add.sat.s32 %d32, %a32, %b32;", |a, b, _| clamp(s(a) + s(b)));
    check("sub.sat.s32 %d32, %a32, %b32;", |a, b, _| clamp(s(a) - s(b)));
    check("mad.hi.sat.s32 %d32, %a32, %b32, %c32;", |a, b, c| clamp(((s(a) * s(b)) >> 32) + s(c)));
    for (name, signed) in [("u32", false), ("s32", true)] {
        let part = |it| int(it, 24, signed);
        check(&format!("mul24.lo.{name} %d32, %a32, %b32;"), |a, b, _| low(part(a) * part(b), 32));
        check(&format!("mul24.hi.{name} %d32, %a32, %b32;"), |a, b, _| low((part(a) * part(b)) >> 16, 32));
        let text = format!("mad24.lo.{name} %d32, %a32, %b32, %c32;");
        check(&text, |a, b, c| low(part(a) * part(b) + i128::from(c), 32));
    }
}

#[test]
fn carry_chains_are_wide_arithmetic() {
    let join = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
    // The sum of (c, a) and (b, c), each 128 bits, in 64-bit steps: its upper half.
    let text = "{ .reg .b64 %l; add.cc.u64 %l, %a64, %c64; addc.u64 %d64, %c64, %b64; }";
    check(text, |a, b, c| (join(c, a).wrapping_add(join(b, c)) >> 64) as u64);
    let text = "{ .reg .b64 %l; sub.cc.u64 %l, %a64, %c64; subc.u64 %d64, %c64, %b64; }";
    check(text, |a, b, c| (join(c, a).wrapping_sub(join(b, c)) >> 64) as u64);
    // 64 by 64 bits from products of 32, as compilers write it: bits 32 to 95.
    let text = "{ .reg .b32 %x<4>, %y<8>; mov.b64 {%x0,%x1}, %a64; mov.b64 {%x2,%x3}, %b64; \
        mul.hi.u32 %y0, %x0, %x2; mad.lo.cc.u32 %y1, %x0, %x3, %y0; madc.hi.u32 %y2, %x0, %x3, 0; \
        mad.lo.cc.u32 %y3, %x1, %x2, %y1; madc.hi.cc.u32 %y4, %x1, %x2, %y2; addc.u32 %y5, 0, 0; \
        mad.lo.cc.u32 %y6, %x1, %x3, %y4; madc.hi.u32 %y7, %x1, %x3, %y5; mov.b64 %d64, {%y6,%y7}; }";
    check(text, |a, b, _| ((u128::from(a) * u128::from(b)) >> 64) as u64);
}

#[test]
fn logic_and_shifts_clamp() {
    for w in [16u32, 32, 64] {
        let cut = |it: u64| low(it.into(), w);
        check(&format!("and.b{w} %d{w}, %a{w}, %b{w};"), |a, b, _| cut(a & b));
        check(&format!("or.b{w} %d{w}, %a{w}, %b{w};"), |a, b, _| cut(a | b));
        check(&format!("xor.b{w} %d{w}, %a{w}, %b{w};"), |a, b, _| cut(a ^ b));
        check(&format!("not.b{w} %d{w}, %a{w};"), |a, _, _| cut(!a));
        check(&format!("cnot.b{w} %d{w}, %a{w};"), |a, _, _| u64::from(cut(a) == 0));
        let by = |it: u64| (it as u32).min(100);
        check(&format!("shl.b{w} %d{w}, %a{w}, %b32;"), |a, b, _| low(int(a, w, false) << by(b).min(64), w));
        check(&format!("shr.u{w} %d{w}, %a{w}, %b32;"), |a, b, _| low(int(a, w, false) >> by(b), w));
        check(&format!("shr.s{w} %d{w}, %a{w}, %b32;"), |a, b, _| low(int(a, w, true) >> by(b), w));
    }
    let both = |a: u64, b: u64| (b & 0xffff_ffff) << 32 | a & 0xffff_ffff;
    check("shf.l.wrap.b32 %d32, %a32, %b32, %c32;", |a, b, c| both(a, b) << (c & 31) >> 32);
    check("shf.r.wrap.b32 %d32, %a32, %b32, %c32;", |a, b, c| both(a, b) >> (c & 31) & 0xffff_ffff);
    let clamp = |c: u64| (c & 0xffff_ffff).min(32);
    check("shf.l.clamp.b32 %d32, %a32, %b32, %c32;", |a, b, c| both(a, b) << clamp(c) >> 32);
    check("shf.r.clamp.b32 %d32, %a32, %b32, %c32;", |a, b, c| both(a, b) >> clamp(c) & 0xffff_ffff);
    for table in [0u64, 0x1b, 0x80, 0x96, 0xca, 0xe8, 0xfe, 0xff] {
        check(&format!("lop3.b32 %d32, %a32, %b32, %c32, {table};"), |a, b, c| {
            (0..32).fold(0, |sum, i| {
                let index = (a >> i & 1) << 2 | (b >> i & 1) << 1 | c >> i & 1;
                sum | (table >> index & 1) << i
            })
        });
    }
}

#[test]
fn bit_fields_are_taken_bit_by_bit() {
    for (name, w, signed) in &TYPES[2..] {
        let (w, signed) = (*w, *signed);
        check(&format!("bfe.{name} %d{w}, %a{w}, %b32, %c32;"), |a, b, c| {
            let (pos, len, top) = (b & 0xff, c & 0xff, u64::from(w) - 1);
            let sign = if !signed || len == 0 { 0 } else { a >> (pos + len - 1).min(top) & 1 };
            (0..u64::from(w)).fold(0, |d, i| {
                let bit = if i < len && pos + i <= top { a >> (pos + i) & 1 } else { sign };
                d | bit << i
            })
        });
        if !signed {
            check(
                &format!(
                    "{{ .reg .b32 %l; and.b32 %l, %c32, 127; bfi.b{w} %d{w}, %a{w}, %b{w}, %c32, %l; }}"
                ),
                |a, b, c| {
                    let (pos, len) = (c & 0xff, c & 127);
                    (0..u64::from(w)).fold(low(b.into(), w), |f, i| {
                        if i < len && pos + i < u64::from(w) {
                            f & !(1 << (pos + i)) | (a >> i & 1) << (pos + i)
                        } else {
                            f
                        }
                    })
                },
            );
            check(&format!("popc.b{w} %d32, %a{w};"), |a, _, _| (0..w).map(|i| a >> i & 1).sum());
            check(&format!("clz.b{w} %d32, %a{w};"), |a, _, _| {
                (0..w).rev().take_while(|i| a >> i & 1 == 0).count() as u64
            });
            check(&format!("brev.b{w} %d{w}, %a{w};"), |a, _, _| {
                (0..w).fold(0, |sum, i| sum | (a >> i & 1) << (w - 1 - i))
            });
        }
        let highest = |a: u64| {
            let sign = if signed { a >> (w - 1) & 1 } else { 0 };
            (0..w).rev().find(|i| a >> i & 1 != sign)
        };
        let text = format!("bfind.{name} %d32, %a{w};");
        check(&text, |a, _, _| highest(a).map_or(0xffff_ffff, u64::from));
        let text = format!("bfind.shiftamt.{name} %d32, %a{w};");
        check(&text, |a, _, _| highest(a).map_or(0xffff_ffff, |it| u64::from(w - 1 - it)));
    }
    check("bmsk.clamp.b32 %d32, %a32, %b32;", |a, b, _| {
        let (start, length) = ((a & 0xffff_ffff).min(32), (b & 0xffff_ffff).min(32));
        (0..32).filter(|i| (start..start + length).contains(i)).fold(0, |m, i| m | 1 << i)
    });
}

#[test]
fn permutations_pick_bytes() {
    let bytes = |a: u64, b: u64| ((b & 0xffff_ffff) << 32 | a & 0xffff_ffff).to_le_bytes();
    let pick = |a, b, which: [u64; 4]| {
        which.iter().rev().fold(0, |sum, it| sum << 8 | u64::from(bytes(a, b)[*it as usize]))
    };
    check("prmt.b32 %d32, %a32, %b32, %c32;", |a, b, c| {
        (0..4).rev().fold(0, |sum, i| {
            let selector = c >> (4 * i) & 15;
            let byte = bytes(a, b)[selector as usize & 7];
            let byte = if selector & 8 == 0 {
                byte
            } else if byte & 0x80 != 0 {
                0xff
            } else {
                0
            };
            sum << 8 | u64::from(byte)
        })
    });
    check("prmt.b32.f4e %d32, %a32, %b32, %c32;", |a, b, c| {
        let c = c & 3;
        pick(a, b, [c, c + 1, c + 2, c + 3])
    });
    check("prmt.b32.b4e %d32, %a32, %b32, %c32;", |a, b, c| {
        let c = c & 3;
        pick(a, b, [c, (c + 7) & 7, (c + 6) & 7, (c + 5) & 7])
    });
    check("prmt.b32.rc8 %d32, %a32, %b32, %c32;", |a, b, c| pick(a, b, [c & 3; 4]));
    check("prmt.b32.ecl %d32, %a32, %b32, %c32;", |a, b, c| pick(a, b, [0, 1, 2, 3].map(|i| i.max(c & 3))));
    check("prmt.b32.ecr %d32, %a32, %b32, %c32;", |a, b, c| pick(a, b, [0, 1, 2, 3].map(|i| i.min(c & 3))));
    check("prmt.b32.rc16 %d32, %a32, %b32, %c32;", |a, b, c| {
        let c = 2 * (c & 1);
        pick(a, b, [c, c + 1, c, c + 1])
    });
}

#[test]
fn dot_products_extend_each_part() {
    for (x, a_signed) in [("u32", false), ("s32", true)] {
        for (y, b_signed) in [("u32", false), ("s32", true)] {
            check(&format!("dp4a.{x}.{y} %d32, %a32, %b32, %c32;"), |a, b, c| {
                let part = |i| int(a >> (8 * i), 8, a_signed) * int(b >> (8 * i), 8, b_signed);
                low((0..4).map(part).sum::<i128>() + i128::from(c), 32)
            });
            for (half, at) in [("lo", 0), ("hi", 16)] {
                check(&format!("dp2a.{half}.{x}.{y} %d32, %a32, %b32, %c32;"), |a, b, c| {
                    let part = |i| int(a >> (16 * i), 16, a_signed) * int(b >> (at + 8 * i), 8, b_signed);
                    low((0..2).map(part).sum::<i128>() + i128::from(c), 32)
                });
            }
        }
    }
}

#[test]
fn comparisons_order_by_their_type() {
    for (name, w, signed) in TYPES {
        let int = |it| int(it, w, signed);
        type Order = fn(&i128, &i128) -> bool;
        let orders: [(&str, Order); 6] = [
            ("eq", i128::eq),
            ("ne", i128::ne),
            ("lt", i128::lt),
            ("le", i128::le),
            ("gt", i128::gt),
            ("ge", i128::ge),
        ];
        for (order, f) in orders {
            check(&format!("setp.{order}.{name} %p, %a{w}, %b{w};"), |a, b, _| {
                u64::from(f(&int(a), &int(b)))
            });
            let text = format!(
                "{{ .reg .pred %q; setp.ne.b32 %q, %c32, 0; setp.{order}.and.{name} %p|%q, %a{w}, %b{w}, !%q; \
                @%q xor.b32 %d32, %d32, 2; @%p xor.b32 %d32, %d32, 1; }}"
            );
            check(&text, |a, b, c| {
                let (holds, other) = (f(&int(a), &int(b)), c & 0xffff_ffff == 0);
                u64::from(holds && other) | (2 * u64::from(!holds && other))
            });
        }
        check(&format!("set.lt.u32.{name} %d32, %a{w}, %b{w};"), |a, b, _| {
            if int(a) < int(b) { 0xffff_ffff } else { 0 }
        });
    }
    check(
        "slct.s32.s32 %d32, %a32, %b32, %c32;",
        |a, b, c| if (c as i32) >= 0 { a } else { b } & 0xffff_ffff,
    );
}

#[test]
fn integer_conversions_extend_cut_and_saturate() {
    let all = [("u8", 8, false), ("s8", 8, true)].into_iter().chain(TYPES);
    let all: Vec<_> = all.collect();
    for &(from, fw, fs) in &all {
        for &(to, tw, ts) in &all {
            let (fr, tr) = (fw.max(16), tw.max(16));
            let extend = |it: u64| if tw == 8 { low(int(it, 8, ts), 16) } else { it };
            let text = format!("cvt.{to}.{from} %d{tr}, %a{fr};");
            check(&text, |a, _, _| extend(low(int(a, fw, fs), tw)));
            let (least, most) =
                if ts { (-(1i128 << (tw - 1)), (1i128 << (tw - 1)) - 1) } else { (0, (1i128 << tw) - 1) };
            let text = format!("cvt.sat.{to}.{from} %d{tr}, %a{fr};");
            check(&text, |a, _, _| extend(low(int(a, fw, fs).clamp(least, most), tw)));
        }
    }
    // A wider register gets the extended result.
    check("cvt.s16.s8 %d64, %a32;", |a, _, _| low(int(a, 8, true), 64));
    check("cvt.u8.u32 %d32, %a32;", |a, _, _| a & 0xff);
}
