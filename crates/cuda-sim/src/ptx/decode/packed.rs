//! Arithmetic on pairs of single precision numbers, and on numbers of two precisions.

use super::super::lanes::{map1, map2};
use super::super::number::{Rounding, bhalf, half, saturate32};
use super::super::parse::Parsed;
use super::super::types::Type;
use super::float::{ROUNDINGS, single_binary, single_fma};
use super::{Decoder, NONE, Words};

impl<'s> Decoder<'_, 's> {
    /// `add.rn.ftz.f32x2 d, a, b` and its like: each half of the registers for itself.
    pub(super) fn packed_float(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let mode = words.take_any(&ROUNDINGS).unwrap_or(Rounding::Nearest);
        let flush = words.take("ftz");
        let (count, run) = match words.opcode {
            "add" | "sub" | "mul" => (2, single_binary(words.opcode, mode, flush)),
            "fma" => (3, single_fma(mode, flush)),
            other => return Err(words.error(format!("{other} does not work on type .f32x2"))),
        };
        let Some((d, sources)) = words.operands.split_first().filter(|it| it.1.len() == count) else {
            return Err(words.error(format!("{} takes {} operands", words.opcode, count + 1)));
        };
        let mut wide = [NONE; 3];
        for (column, source) in wide.iter_mut().zip(sources) {
            *column = self.source(source, Type::B64)?;
        }
        let d = self.destination(d, Type::B64)?;
        let halves = [map1(|a: u64| a as u32), map1(|a: u64| (a >> 32) as u32)].map(|cut| {
            let mut columns = [NONE; 3];
            for (column, wide) in columns.iter_mut().zip(wide).take(count) {
                *column = self.temporary(32);
                self.unary(cut, *column, wide);
            }
            let result = self.temporary(32);
            self.ternary(run, result, columns);
            result
        });
        self.binary(map2(|a: u32, b: u32| u64::from(a) | u64::from(b) << 32), d, halves[0], halves[1]);
        Ok(())
    }

    /// `add.f32.f16 d, a, c`, `sub` and `fma.rn.f32.bf16 d, a, b, c`: all but the last operand are of the narrow type.
    pub(super) fn mixed_arithmetic(
        &mut self,
        words: &mut Words<'_, 's>,
        narrow: Type,
        mode: Rounding,
        (flush, saturate): (bool, bool),
    ) -> Parsed<()> {
        let run = match words.opcode {
            "add" | "sub" => single_binary(words.opcode, mode, flush),
            "fma" => single_fma(mode, flush),
            _ => return words.unsupported(narrow),
        };
        let count = if words.opcode == "fma" { 3 } else { 2 };
        let Some((d, sources)) = words.operands.split_first().filter(|it| it.1.len() == count) else {
            return Err(words.error(format!("{} takes {} operands", words.opcode, count + 1)));
        };
        let widen = match narrow {
            Type::F16 => map1(|a: u32| (half(a) as f32).to_bits()),
            _ => map1(|a: u32| (bhalf(a & 0xffff) as f32).to_bits()),
        };
        let mut columns = [NONE; 3];
        for (index, (column, source)) in columns.iter_mut().zip(sources).enumerate() {
            if index + 1 == count {
                *column = self.source(source, Type::F32)?;
                continue;
            }
            let given = self.source(source, narrow)?;
            *column = self.temporary(32);
            self.unary(widen, *column, given);
        }
        let d = self.destination(d, Type::F32)?;
        self.ternary(run, d, columns);
        if saturate {
            self.unary(map1(saturate32), d, d);
        }
        Ok(())
    }
}
