//! `mov` and `cvt`.

use super::super::lanes::{Handler, map1, map2, map3};
use super::super::number::{
    self, BF16, F16, F32, Rounding, TF32, double_from_integer, f32, f64, flush32, from_integer, integral,
    narrow, out32, saturate32, saturate64,
};
use super::super::parse::Parsed;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::pairs::is_pair;
use super::{Decoder, Words};

/// What the rounding modifier of a conversion says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// `.rn` and its siblings: how the result is rounded to the format.
    Format(Rounding),
    /// `.rni` and its siblings: to an integral value.
    Integral(Rounding),
}

const MODES: [(&str, Mode); 9] = [
    ("rni", Mode::Integral(Rounding::Nearest)),
    ("rzi", Mode::Integral(Rounding::Zero)),
    ("rmi", Mode::Integral(Rounding::Down)),
    ("rpi", Mode::Integral(Rounding::Up)),
    ("rn", Mode::Format(Rounding::Nearest)),
    ("rz", Mode::Format(Rounding::Zero)),
    ("rm", Mode::Format(Rounding::Down)),
    ("rp", Mode::Format(Rounding::Up)),
    ("rna", Mode::Format(Rounding::Away)),
];

/// What the modifiers of a conversion say.
#[derive(Clone, Copy)]
pub(super) struct Conversion {
    pub(super) mode: Option<Mode>,
    flush: bool,
    saturate: bool,
    pub(super) relu: bool,
    pub(super) finite: bool,
}

fn is_float(kind: Type) -> bool {
    matches!(kind, Type::F16 | Type::Bf16 | Type::F32 | Type::F64 | Type::Tf32)
}

impl<'s> Decoder<'_, 's> {
    pub(super) fn mov(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let vector = words.take_any(&[("v2", 2), ("v4", 4)]);
        let kind = words.take_type()?;
        let [d, a] = words.operands()?;
        if let Some(count) = vector {
            return self.vector_move(words, d, a, (kind, count));
        }
        if kind == Type::Pred {
            let a = self.predicate_source(a)?;
            let d = self.predicate_destination(d)?;
            self.ternary(super::super::lanes::masks(|a, _, _| a), d, [a; 3]);
            return Ok(());
        }
        if kind == Type::B128 {
            return self.quad_move(words);
        }
        match (&d.kind, &a.kind) {
            (OperandKind::Vector(parts), _) => self.unpack(words, parts, a, kind),
            (_, OperandKind::Vector(parts)) => self.pack(words, d, parts, kind),
            _ => {
                // Special registers have 32 bits and may be moved to 16 or 64.
                let value = self.value(a, kind)?;
                let d = self.destination(d, kind)?;
                let run = match (value.bits > 32, kind.bits()) {
                    (false, 16) if value.bits == 16 => map1(|a: u32| a),
                    (false, 16) => map1(|a: u32| a & 0xffff),
                    (false, 32) if value.bits == 32 => map1(|a: u32| a),
                    (true, 64) => map1(|a: u64| a),
                    (false, 64) if matches!(a.kind, OperandKind::Part(..)) => map1(|a: u32| u64::from(a)),
                    _ => {
                        return Err(words.error(format!(
                            "mov of {} bits from an operand of {} bits",
                            kind.bits(),
                            value.bits
                        )));
                    }
                };
                self.unary(run, d, value.column);
                Ok(())
            }
        }
    }

    /// `mov.v4.u32 {a, b, c, d}, %tid` and between vectors.
    fn vector_move(
        &mut self,
        words: &Words<'_, 's>,
        d: &Operand<'s>,
        a: &Operand<'s>,
        (kind, count): (Type, usize),
    ) -> Parsed<()> {
        let special: Vec<Operand<'s>>;
        let sources = match &a.kind {
            OperandKind::Vector(list) => &list[..],
            OperandKind::Name(name, 0) => {
                let parts = ["x", "y", "z", "w"].into_iter().take(count);
                special =
                    parts.map(|it| Operand { place: a.place, kind: OperandKind::Part(name, it) }).collect();
                &special[..]
            }
            _ => return Err(words.error("mov of a vector takes one, or a special register")),
        };
        let OperandKind::Vector(targets) = &d.kind else {
            return Err(words.error("mov of a vector writes one"));
        };
        if targets.len() != count || sources.len() != count {
            return Err(words.error(format!("expected vectors of {count}")));
        }
        let mut copies = Vec::new();
        let wide = kind.bits() == 64;
        for source in sources {
            let (from, copy) = (self.source(source, kind)?, self.temporary(kind.bits()));
            self.unary(if wide { map1(|a: u64| a) } else { map1(|a: u32| a) }, copy, from);
            copies.push(copy);
        }
        for (target, copy) in targets.iter().zip(copies).filter(|it| !matches!(it.0.kind, OperandKind::Sink))
        {
            let to = self.destination(target, kind)?;
            self.unary(if wide { map1(|a: u64| a) } else { map1(|a: u32| a) }, to, copy);
        }
        Ok(())
    }

    /// `mov.b64 d, {a, b}`: the first part is the lowest.
    fn pack(
        &mut self,
        words: &Words<'_, 's>,
        d: &Operand<'s>,
        parts: &[Operand<'s>],
        kind: Type,
    ) -> Parsed<()> {
        let each =
            part_type(kind, parts.len()).ok_or_else(|| words.error("parts that do not fill the type"))?;
        let mut columns = Vec::with_capacity(parts.len());
        for part in parts {
            columns.push(self.source(part, each)?);
        }
        let d = self.destination(d, kind)?;
        let mut join = |run: Handler, bits: u32, a: u32, b: u32, to: Option<u32>| {
            let to = to.unwrap_or_else(|| self.temporary(bits));
            self.binary(run, to, a, b);
            to
        };
        let bytes = map2(|a: u32, b: u32| a & 0xff | (b & 0xff) << 8);
        let shorts = map2(|a: u32, b: u32| a | b << 16);
        let words32 = map2(|a: u32, b: u32| u64::from(a) | u64::from(b) << 32);
        match (each.bits(), columns[..].len()) {
            (8, 2) => {
                join(bytes, 32, columns[0], columns[1], Some(d));
            }
            (8, 4) => {
                let low = join(bytes, 32, columns[0], columns[1], None);
                let high = join(bytes, 32, columns[2], columns[3], None);
                join(shorts, 32, low, high, Some(d));
            }
            (16, 2) => {
                join(shorts, 32, columns[0], columns[1], Some(d));
            }
            (16, 4) => {
                let low = join(shorts, 32, columns[0], columns[1], None);
                let high = join(shorts, 32, columns[2], columns[3], None);
                join(words32, 64, low, high, Some(d));
            }
            (32, 2) => {
                join(words32, 64, columns[0], columns[1], Some(d));
            }
            _ => return words.unsupported(kind),
        }
        Ok(())
    }

    fn unpack(
        &mut self,
        words: &Words<'_, 's>,
        parts: &[Operand<'s>],
        a: &Operand<'s>,
        kind: Type,
    ) -> Parsed<()> {
        let each =
            part_type(kind, parts.len()).ok_or_else(|| words.error("parts that do not fill the type"))?;
        let source = self.source(a, kind)?;
        // A part may be the source itself: keep a copy.
        let copy = self.temporary(kind.bits());
        let run = if kind.bits() == 64 { map1(|a: u64| a) } else { map1(|a: u32| a) };
        self.unary(run, copy, source);
        for (index, part) in parts.iter().enumerate() {
            if matches!(part.kind, OperandKind::Sink) {
                continue;
            }
            let d = self.destination(part, each)?;
            let run = match (kind.bits(), each.bits(), index) {
                (16 | 32, 8, 0) => map1(|a: u32| a & 0xff),
                (16 | 32, 8, 1) => map1(|a: u32| a >> 8 & 0xff),
                (32, 8, 2) => map1(|a: u32| a >> 16 & 0xff),
                (32, 8, 3) => map1(|a: u32| a >> 24),
                (32, 16, 0) => map1(|a: u32| a & 0xffff),
                (32, 16, 1) => map1(|a: u32| a >> 16),
                (64, 16, 0) => map1(|a: u64| a as u32 & 0xffff),
                (64, 16, 1) => map1(|a: u64| (a >> 16) as u32 & 0xffff),
                (64, 16, 2) => map1(|a: u64| (a >> 32) as u32 & 0xffff),
                (64, 16, 3) => map1(|a: u64| (a >> 48) as u32),
                (64, 32, 0) => map1(|a: u64| a as u32),
                (64, 32, 1) => map1(|a: u64| (a >> 32) as u32),
                _ => return words.unsupported(kind),
            };
            self.unary(run, d, copy);
        }
        Ok(())
    }

    pub(super) fn cvt(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if words.take("pack") {
            return self.narrow_pair(words);
        }
        let conversion = Conversion {
            mode: words.take_any(&MODES),
            flush: words.take("ftz"),
            saturate: words.take("sat"),
            relu: words.take("relu"),
            finite: words.take("satfinite"),
        };
        let (to, from) = (words.take_type()?, words.take_type()?);
        if words.operands.len() == 3 || is_pair(from) {
            return self.convert_pair(words, conversion, to, from);
        }
        let [d, a] = words.operands()?;
        let a = self.low_source(a, from)?;
        let d = self.any_destination(d, to)?;
        if d.bits < to.bits() {
            return Err(words.error(format!(
                "the result of {} bits does not fit a register of {}",
                to.bits(),
                d.bits
            )));
        }
        if let Some(run) = direct(conversion, to, from, d.bits) {
            self.unary(run, d.column, a);
            return Ok(());
        }
        let result = match (is_float(from), is_float(to)) {
            (false, false) => self.integer_to_integer(words, a, from, to, conversion)?,
            (false, true) => self.integer_to_float(words, a, from, to, conversion)?,
            (true, false) => self.float_to_integer(words, a, from, to, conversion)?,
            (true, true) => self.float_to_float(words, a, from, to, conversion)?,
        };
        self.settle(words, result, to, d)
    }

    /// Brings a 64-bit column to a destination: cut to the type, then extended to the register.
    fn settle(&mut self, words: &Words<'_, 's>, wide: u32, to: Type, d: super::operand::Value) -> Parsed<()> {
        let run = match (to, d.bits) {
            (Type::S8, 64) => map1(|a: u64| i64::from(a as i8) as u64),
            (Type::S8, 32) => map1(|a: u64| i32::from(a as i8) as u32),
            (Type::S8, 16) => map1(|a: u64| i32::from(a as i8) as u32 & 0xffff),
            (Type::S16, 64) => map1(|a: u64| i64::from(a as i16) as u64),
            (Type::S16, 32) => map1(|a: u64| i32::from(a as i16) as u32),
            (Type::S32, 64) => map1(|a: u64| i64::from(a as i32) as u64),
            (_, 64) => match to.bits() {
                8 => map1(|a: u64| a & 0xff),
                16 => map1(|a: u64| a & 0xffff),
                32 => map1(|a: u64| a & 0xffff_ffff),
                64 => map1(|a: u64| a),
                _ => return words.unsupported(to),
            },
            _ => match to.bits() {
                8 => map1(|a: u64| a as u32 & 0xff),
                16 => map1(|a: u64| a as u32 & 0xffff),
                32 => map1(|a: u64| a as u32),
                _ => return words.unsupported(to),
            },
        };
        self.unary(run, d.column, wide);
        Ok(())
    }

    /// An integer as 64 bits.
    fn extended_integer(&mut self, words: &Words<'_, 's>, a: u32, from: Type) -> Parsed<u32> {
        let run = match from {
            Type::U8 | Type::B8 => map1(|a: u32| u64::from(a as u8)),
            Type::S8 => map1(|a: u32| i64::from(a as i8) as u64),
            Type::U16 | Type::B16 => map1(|a: u32| u64::from(a as u16)),
            Type::S16 => map1(|a: u32| i64::from(a as i16) as u64),
            Type::U32 | Type::B32 => map1(|a: u32| u64::from(a)),
            Type::S32 => map1(|a: u32| i64::from(a as i32) as u64),
            Type::U64 | Type::S64 | Type::B64 => return Ok(a),
            _ => return words.unsupported(from),
        };
        let wide = self.temporary(64);
        self.unary(run, wide, a);
        Ok(wide)
    }

    fn integer_to_integer(
        &mut self,
        words: &Words<'_, 's>,
        a: u32,
        from: Type,
        to: Type,
        conversion: Conversion,
    ) -> Parsed<u32> {
        if conversion.mode.is_some() || !to.is_integer() {
            return words.unsupported(to);
        }
        let wide = self.extended_integer(words, a, from)?;
        if !conversion.saturate {
            return Ok(wide);
        }
        let (low, high) = range(to);
        let clamped = self.temporary(64);
        if from.is_signed() {
            let high = high.min(i64::MAX as u64);
            let (low, high) = (self.constant(low as u64, true), self.constant(high, true));
            let run = map3(|a: u64, low: u64, high: u64| (a as i64).clamp(low as i64, high as i64) as u64);
            self.ternary(run, clamped, [wide, low, high]);
        } else {
            let high = self.constant(high, true);
            self.binary(map2(|a: u64, high: u64| a.min(high)), clamped, wide, high);
        }
        Ok(clamped)
    }

    fn integer_to_float(
        &mut self,
        words: &Words<'_, 's>,
        a: u32,
        from: Type,
        to: Type,
        conversion: Conversion,
    ) -> Parsed<u32> {
        let Some(Mode::Format(mode)) = conversion.mode else {
            return Err(words.error("a conversion from integer to floating point needs a rounding"));
        };
        let wide = self.extended_integer(words, a, from)?;
        let result = self.temporary(64);
        let signed = from.is_signed();
        let run = match (to, signed) {
            (Type::F64, true) => rounded!(mode, M => map1(|a: u64| {
                double_from_integer((a as i64) < 0, (a as i64).unsigned_abs(), M).to_bits()
            })),
            (Type::F64, false) => {
                rounded!(mode, M => map1(|a: u64| double_from_integer(false, a, M).to_bits()))
            }
            (Type::F32, true) => rounded!(mode, M => map1(|a: u64| {
                u64::from(from_integer((a as i64) < 0, (a as i64).unsigned_abs(), F32, M))
            })),
            (Type::F32, false) => {
                rounded!(mode, M => map1(|a: u64| u64::from(from_integer(false, a, F32, M))))
            }
            (Type::F16, true) => rounded!(mode, M => map1(|a: u64| {
                u64::from(from_integer((a as i64) < 0, (a as i64).unsigned_abs(), F16, M))
            })),
            (Type::F16, false) => {
                rounded!(mode, M => map1(|a: u64| u64::from(from_integer(false, a, F16, M))))
            }
            (Type::Bf16, true) => rounded!(mode, M => map1(|a: u64| {
                u64::from(from_integer((a as i64) < 0, (a as i64).unsigned_abs(), BF16, M))
            })),
            (Type::Bf16, false) => {
                rounded!(mode, M => map1(|a: u64| u64::from(from_integer(false, a, BF16, M))))
            }
            _ => return words.unsupported(to),
        };
        self.unary(run, result, wide);
        Ok(result)
    }

    /// A floating point value as double precision.
    fn widened(&mut self, words: &Words<'_, 's>, a: u32, from: Type, flush: bool) -> Parsed<u32> {
        let run = match from {
            Type::F64 => return Ok(a),
            Type::F32 if flush => map1(|a: u32| f64::from(f32(flush32(a))).to_bits()),
            Type::F32 => map1(|a: u32| f64::from(f32(a)).to_bits()),
            Type::F16 => map1(|a: u32| number::half(a).to_bits()),
            Type::Bf16 => map1(|a: u32| number::bhalf(a).to_bits()),
            _ => return words.unsupported(from),
        };
        let wide = self.temporary(64);
        self.unary(run, wide, a);
        Ok(wide)
    }

    /// Out of range saturates, and NaN becomes 0.
    fn float_to_integer(
        &mut self,
        words: &Words<'_, 's>,
        a: u32,
        from: Type,
        to: Type,
        conversion: Conversion,
    ) -> Parsed<u32> {
        let Some(Mode::Integral(mode)) = conversion.mode else {
            return Err(words.error("a conversion to an integer needs a rounding such as .rzi"));
        };
        if !to.is_integer() {
            return words.unsupported(to);
        }
        let wide = self.widened(words, a, from, conversion.flush)?;
        let (low, high) = range(to);
        let (low, high) = (self.constant(low as u64, true), self.constant(high, true));
        let result = self.temporary(64);
        let run = if to.is_signed() {
            rounded!(mode, M => map3(|a: u64, low: u64, high: u64| {
                (integral(f64(a), M) as i64).clamp(low as i64, high as i64) as u64
            }))
        } else {
            rounded!(mode, M => map3(|a: u64, _: u64, high: u64| (integral(f64(a), M) as u64).min(high)))
        };
        self.ternary(run, result, [wide, low, high]);
        Ok(result)
    }

    fn float_to_float(
        &mut self,
        words: &Words<'_, 's>,
        a: u32,
        from: Type,
        to: Type,
        conversion: Conversion,
    ) -> Parsed<u32> {
        let mut wide = self.widened(words, a, from, conversion.flush)?;
        let mode = match conversion.mode {
            Some(Mode::Integral(mode)) => {
                let whole = self.temporary(64);
                self.unary(rounded!(mode, M => map1(|a: u64| integral(f64(a), M).to_bits())), whole, wide);
                wide = whole;
                Rounding::Nearest
            }
            Some(Mode::Format(mode)) => mode,
            None if to.bits() < from.bits() => {
                return Err(words.error("a conversion to a narrower type needs a rounding"));
            }
            None => Rounding::Nearest,
        };
        if conversion.relu {
            let positive = self.temporary(64);
            self.unary(map1(|a: u64| if f64(a) > 0.0 || f64(a).is_nan() { a } else { 0 }), positive, wide);
            wide = positive;
        }
        if conversion.saturate {
            let clamped = self.temporary(64);
            self.unary(map1(saturate64), clamped, wide);
            wide = clamped;
        }
        let run = match to {
            Type::F64 => map1(|a: u64| a),
            Type::F32 if conversion.flush => {
                rounded!(mode, M => map1(|a: u64| u64::from(flush32(narrow(f64(a), F32, M)))))
            }
            Type::F32 => rounded!(mode, M => map1(|a: u64| u64::from(narrow(f64(a), F32, M)))),
            Type::F16 => rounded!(mode, M => map1(|a: u64| u64::from(narrow(f64(a), F16, M)))),
            Type::Bf16 => rounded!(mode, M => map1(|a: u64| u64::from(narrow(f64(a), BF16, M)))),
            Type::Tf32 => rounded!(mode, M => map1(|a: u64| {
                // The low bits of a single precision register are zero.
                u64::from(narrow(f64(a), TF32, M)) << 13
            })),
            _ => return words.unsupported(to),
        };
        let result = self.temporary(64);
        self.unary(run, result, wide);
        Ok(result)
    }
}

/// The type of each of so many parts of a value.
fn part_type(kind: Type, parts: usize) -> Option<Type> {
    match (kind.bits(), parts) {
        (16, 2) | (32, 4) => Some(Type::B8),
        (32, 2) | (64, 4) => Some(Type::B16),
        (64, 2) => Some(Type::B32),
        _ => None,
    }
}

/// The smallest and largest value of an integer type.
fn range(kind: Type) -> (i64, u64) {
    let bits = kind.bits();
    if kind.is_signed() {
        (i64::MIN >> (64 - bits), i64::MAX as u64 >> (64 - bits))
    } else {
        (0, u64::MAX >> (64 - bits))
    }
}

/// The conversions that programs are full of, in one step.
fn direct(conversion: Conversion, to: Type, from: Type, register: u32) -> Option<Handler> {
    let Conversion { mode, flush, saturate, relu, finite } = conversion;
    if relu || finite || flush || register != to.bits().max(16) {
        return None;
    }
    let nearest = mode == Some(Mode::Format(Rounding::Nearest));
    Some(match (to, from) {
        (Type::F32, Type::F32) if mode.is_none() && saturate => map1(saturate32),
        _ if saturate => return None,
        (Type::U64 | Type::S64, Type::U32) => map1(|a: u32| u64::from(a)),
        (Type::U64 | Type::S64, Type::S32) => map1(|a: u32| i64::from(a as i32) as u64),
        (Type::U32 | Type::S32, Type::U64 | Type::S64) => map1(|a: u64| a as u32),
        (Type::U32 | Type::S32, Type::U32 | Type::S32) => map1(|a: u32| a),
        (Type::U32 | Type::S32, Type::U16) => map1(|a: u32| a & 0xffff),
        (Type::U32 | Type::S32, Type::S16) => map1(|a: u32| i32::from(a as i16) as u32),
        (Type::U32 | Type::S32, Type::U8) => map1(|a: u32| a & 0xff),
        (Type::U32 | Type::S32, Type::S8) => map1(|a: u32| i32::from(a as i8) as u32),
        (Type::U16 | Type::S16, Type::U16 | Type::S16 | Type::U32 | Type::S32) => map1(|a: u32| a & 0xffff),
        (Type::F32, Type::S32) if nearest => map1(|a: u32| (a as i32 as f32).to_bits()),
        (Type::F32, Type::U32) if nearest => map1(|a: u32| (a as f32).to_bits()),
        (Type::F32, Type::S64) if nearest => map1(|a: u64| (a as i64 as f32).to_bits()),
        (Type::F32, Type::U64) if nearest => map1(|a: u64| (a as f32).to_bits()),
        (Type::F64, Type::S32) if nearest => map1(|a: u32| f64::from(a as i32).to_bits()),
        (Type::F64, Type::U32) if nearest => map1(|a: u32| f64::from(a).to_bits()),
        (Type::F64, Type::S64) if nearest => map1(|a: u64| (a as i64 as f64).to_bits()),
        (Type::F64, Type::U64) if nearest => map1(|a: u64| (a as f64).to_bits()),
        (Type::F64, Type::F32) if mode.is_none() => map1(|a: u32| f64::from(f32(a)).to_bits()),
        (Type::F32, Type::F64) if nearest => map1(|a: u64| out32(f64(a) as f32)),
        (Type::F16, Type::F32) if nearest => map1(|a: u32| narrow(f64::from(f32(a)), F16, Rounding::Nearest)),
        (Type::F32, Type::F16) if mode.is_none() => map1(|a: u32| out32(number::half(a) as f32)),
        (Type::Bf16, Type::F32) if nearest => {
            map1(|a: u32| narrow(f64::from(f32(a)), BF16, Rounding::Nearest))
        }
        (Type::F32, Type::Bf16) if mode.is_none() => map1(|a: u32| out32(f32(a << 16))),
        (Type::S32, Type::F32) => match mode {
            Some(Mode::Integral(Rounding::Zero)) => map1(|a: u32| f32(a) as i32 as u32),
            Some(Mode::Integral(Rounding::Nearest)) => map1(|a: u32| f32(a).round_ties_even() as i32 as u32),
            Some(Mode::Integral(Rounding::Down)) => map1(|a: u32| f32(a).floor() as i32 as u32),
            _ => return None,
        },
        (Type::U32, Type::F32) => match mode {
            Some(Mode::Integral(Rounding::Zero)) => map1(|a: u32| f32(a) as u32),
            Some(Mode::Integral(Rounding::Nearest)) => map1(|a: u32| f32(a).round_ties_even() as u32),
            _ => return None,
        },
        (Type::F32, Type::F32) => match mode {
            None => map1(|a: u32| a),
            Some(Mode::Integral(Rounding::Zero)) => map1(|a: u32| out32(f32(a).trunc())),
            Some(Mode::Integral(Rounding::Nearest)) => map1(|a: u32| out32(f32(a).round_ties_even())),
            Some(Mode::Integral(Rounding::Down)) => map1(|a: u32| out32(f32(a).floor())),
            Some(Mode::Integral(Rounding::Up)) => map1(|a: u32| out32(f32(a).ceil())),
            _ => return None,
        },
        _ => return None,
    })
}
