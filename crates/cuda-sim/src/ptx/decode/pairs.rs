//! Conversions of two numbers at once, and of formats that exist in pairs alone.

use super::super::formats::{Small, to_power};
use super::super::lanes::{map1, map2, map3};
use super::super::number::{self, BF16, F16, Rounding, f32, f64, narrow};
use super::super::parse::Parsed;
use super::super::types::Type;
use super::convert::{Conversion, Mode};
use super::{Decoder, Words};

/// Integers of less than a byte, to which only `cvt.pack` converts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tiny {
    S4,
    U4,
    S2,
    U2,
}

impl<'s> Decoder<'_, 's> {
    /// `cvt.pack.sat.s8.s32.b32 d, a, b, c`: two numbers made narrow side by side, below the low part of `c`.
    pub(super) fn narrow_pair(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("sat");
        const TINY: [(&str, Tiny); 4] =
            [("s4", Tiny::S4), ("u4", Tiny::U4), ("s2", Tiny::S2), ("u2", Tiny::U2)];
        let tiny = words.take_any(&TINY);
        let to = if tiny.is_some() { Type::B8 } else { words.take_type()? };
        let from = words.take_type()?;
        let third = words.take_type_if_any();
        let (d, a, b, c) = match words.operands {
            [d, a, b] if third.is_none() => (d, a, b, None),
            [d, a, b, c] if third.is_some() => (d, a, b, Some(c)),
            _ => {
                return Err(
                    words.error("cvt.pack takes a result, two numbers, and perhaps what is above them")
                );
            }
        };
        let signed = from == Type::S32;
        if !signed && from != Type::U32 {
            return words.unsupported(from);
        }
        let (a, b) = (self.source(a, from)?, self.source(b, from)?);
        let c = match c {
            Some(c) => self.source(c, Type::B32)?,
            None => self.constant(0, false),
        };
        let d = self.destination(d, Type::B32)?;
        /// Both numbers in `BITS` bits each, below what is left of `c`.
        fn packed<const BITS: u32, const LOW: i64, const HIGH: i64>(a: i64, b: i64, c: u32) -> u32 {
            let mask = (1u32 << BITS) - 1;
            let narrow = |it: i64| it.clamp(LOW, HIGH) as u32 & mask;
            c.checked_shl(2 * BITS).unwrap_or(0) | narrow(a) << BITS | narrow(b)
        }
        macro_rules! run {
            ($bits:literal, $low:literal, $high:literal) => {
                if signed {
                    map3(|a: u32, b: u32, c: u32| {
                        packed::<$bits, { $low }, $high>((a as i32).into(), (b as i32).into(), c)
                    })
                } else {
                    map3(|a: u32, b: u32, c: u32| packed::<$bits, { $low }, $high>(a.into(), b.into(), c))
                }
            };
        }
        let run = match to {
            _ if tiny == Some(Tiny::S4) => run!(4, -8, 7),
            _ if tiny == Some(Tiny::U4) => run!(4, 0, 15),
            _ if tiny == Some(Tiny::S2) => run!(2, -2, 1),
            _ if tiny == Some(Tiny::U2) => run!(2, 0, 3),
            Type::S16 => run!(16, -32768, 32767),
            Type::U16 => run!(16, 0, 65535),
            Type::S8 => run!(8, -128, 127),
            Type::U8 => run!(8, 0, 255),
            _ => return words.unsupported(to),
        };
        self.ternary(run, d, [a, b, c]);
        Ok(())
    }

    /// Conversions of two values at once, and from packed pairs.
    pub(super) fn convert_pair(
        &mut self,
        words: &mut Words<'_, 's>,
        conversion: Conversion,
        to: Type,
        from: Type,
    ) -> Parsed<()> {
        let Some(Mode::Format(mode)) = conversion.mode else { return words.unsupported(to) };
        let (high, low, d) = match (from, words.operands) {
            (Type::F32, [d, a, b]) => (self.source(a, from)?, self.source(b, from)?, d),
            (_, [d, a]) if is_pair(from) => {
                let a = self.source(a, from)?;
                (a, a, d)
            }
            _ => return words.unsupported(from),
        };
        let mut wide = [low, high];
        for (index, it) in wide.iter_mut().enumerate() {
            let run = match (from, index) {
                (Type::F32, _) => map1(|a: u32| f64::from(f32(a)).to_bits()),
                (Type::F16x2, 0) => map1(|a: u32| number::half(a).to_bits()),
                (Type::F16x2, _) => map1(|a: u32| number::half(a >> 16).to_bits()),
                (Type::Bf16x2, 0) => map1(|a: u32| number::bhalf(a & 0xffff).to_bits()),
                (Type::Bf16x2, _) => map1(|a: u32| number::bhalf(a >> 16).to_bits()),
                (Type::E4m3x2, 0) => map1(|a: u32| Small::E4m3.decode(a & 0xff).to_bits()),
                (Type::E4m3x2, _) => map1(|a: u32| Small::E4m3.decode(a >> 8 & 0xff).to_bits()),
                (Type::E5m2x2, 0) => map1(|a: u32| Small::E5m2.decode(a & 0xff).to_bits()),
                (Type::E5m2x2, _) => map1(|a: u32| Small::E5m2.decode(a >> 8 & 0xff).to_bits()),
                (Type::E2m3x2, 0) => map1(|a: u32| Small::E2m3.decode(a & 0x3f).to_bits()),
                (Type::E2m3x2, _) => map1(|a: u32| Small::E2m3.decode(a >> 8 & 0x3f).to_bits()),
                (Type::E3m2x2, 0) => map1(|a: u32| Small::E3m2.decode(a & 0x3f).to_bits()),
                (Type::E3m2x2, _) => map1(|a: u32| Small::E3m2.decode(a >> 8 & 0x3f).to_bits()),
                (Type::E2m1x2, 0) => map1(|a: u32| Small::E2m1.decode(a & 15).to_bits()),
                (Type::E2m1x2, _) => map1(|a: u32| Small::E2m1.decode(a >> 4 & 15).to_bits()),
                (_, 0) => map1(|a: u32| Small::Ue8m0.decode(a & 0xff).to_bits()),
                _ => map1(|a: u32| Small::Ue8m0.decode(a >> 8 & 0xff).to_bits()),
            };
            let column = self.temporary(64);
            self.unary(run, column, *it);
            if conversion.relu {
                let run = map1(|a: u64| if f64(a) > 0.0 || f64(a).is_nan() { a } else { 0 });
                self.unary(run, column, column);
            }
            *it = column;
        }
        let finite = conversion.finite;
        let run = match to {
            Type::F16x2 if finite => {
                map2(|a: u64, b: u64| super::half::pair(a, b, |it| super::half::finite(it, F16)))
            }
            Type::F16x2 => {
                rounded!(mode, M => map2(|a: u64, b: u64| super::half::pair(a, b, |it| narrow(it, F16, M))))
            }
            Type::Bf16x2 if finite => {
                map2(|a: u64, b: u64| super::half::pair(a, b, |it| super::half::finite(it, BF16)))
            }
            Type::Bf16x2 => {
                rounded!(mode, M => map2(|a: u64, b: u64| super::half::pair(a, b, |it| narrow(it, BF16, M))))
            }
            Type::E4m3x2 if finite => {
                map2(|a: u64, b: u64| Small::E4m3.encode(f64(a)) | Small::E4m3.encode(f64(b)) << 8)
            }
            Type::E5m2x2 if finite => {
                map2(|a: u64, b: u64| Small::E5m2.encode(f64(a)) | Small::E5m2.encode(f64(b)) << 8)
            }
            Type::E2m3x2 if finite => {
                map2(|a: u64, b: u64| Small::E2m3.encode(f64(a)) | Small::E2m3.encode(f64(b)) << 8)
            }
            Type::E3m2x2 if finite => {
                map2(|a: u64, b: u64| Small::E3m2.encode(f64(a)) | Small::E3m2.encode(f64(b)) << 8)
            }
            Type::E2m1x2 if finite => {
                map2(|a: u64, b: u64| Small::E2m1.encode(f64(a)) | Small::E2m1.encode(f64(b)) << 4)
            }
            Type::Ue8m0x2 if matches!(mode, Rounding::Zero | Rounding::Up) => match (mode, finite) {
                (Rounding::Zero, true) => map2(|a: u64, b: u64| powers(a, b, Rounding::Zero, true)),
                (Rounding::Zero, false) => map2(|a: u64, b: u64| powers(a, b, Rounding::Zero, false)),
                (_, true) => map2(|a: u64, b: u64| powers(a, b, Rounding::Up, true)),
                (_, false) => map2(|a: u64, b: u64| powers(a, b, Rounding::Up, false)),
            },
            _ => return words.unsupported(to),
        };
        let d = self.destination(d, to)?;
        self.binary(run, d, wide[0], wide[1]);
        Ok(())
    }
}

/// Whether a type holds two numbers that are not of single precision.
pub(super) fn is_pair(kind: Type) -> bool {
    matches!(
        kind,
        Type::F16x2
            | Type::Bf16x2
            | Type::E4m3x2
            | Type::E5m2x2
            | Type::E2m3x2
            | Type::E3m2x2
            | Type::E2m1x2
            | Type::Ue8m0x2
    )
}

fn powers(low: u64, high: u64, mode: Rounding, finite: bool) -> u32 {
    to_power(f64(low), mode, finite) | to_power(f64(high), mode, finite) << 8
}
