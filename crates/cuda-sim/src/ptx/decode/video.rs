//! The scalar video instructions.

use super::super::parse::Parsed;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::super::video::{self, Operation, Part, Second, Video};
use super::{Decoder, Words};

impl<'s> Decoder<'_, 's> {
    /// Splits `%r1.b0` into the register and the part of it.
    fn split_part(operand: &Operand<'s>) -> Parsed<(Operand<'s>, Option<Part>)> {
        let OperandKind::Part(name, part) = operand.kind else { return Ok((operand.clone(), None)) };
        match Part::named(part) {
            Some(part) => {
                Ok((Operand { place: operand.place, kind: OperandKind::Name(name, 0) }, Some(part)))
            }
            None => Err(operand.place.error(format!("a register has no part .{part}"))),
        }
    }

    pub(super) fn scalar_video(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let multiplies = words.opcode == "vmad";
        let mut signed = [false; 3];
        for it in signed.iter_mut().skip(usize::from(words.opcode == "vset")) {
            *it = match words.take_type()? {
                Type::U32 => false,
                Type::S32 => true,
                other => return words.unsupported(other),
            };
        }
        let saturate = words.take("sat");
        let wrap = words.take("wrap");
        let operation = match words.opcode {
            "vadd" => Operation::Add,
            "vsub" => Operation::Subtract,
            "vabsdiff" => Operation::Difference,
            "vmin" => Operation::Least,
            "vmax" => Operation::Greatest,
            "vmad" => Operation::MultiplyAdd,
            "vset" => {
                let found = words.take_any(&[
                    ("lt", Operation::Less),
                    ("le", Operation::LessOrEqual),
                    ("eq", Operation::Equal),
                    ("ne", Operation::NotEqual),
                    ("ge", Operation::GreaterOrEqual),
                    ("gt", Operation::Greater),
                ]);
                found.ok_or_else(|| words.error("vset needs a comparison"))?
            }
            shift => {
                if wrap == words.take("clamp") {
                    return Err(words.error(format!("{shift} needs .clamp or .wrap")));
                }
                if shift == "vshl" { Operation::Left } else { Operation::Right }
            }
        };
        let second =
            words.take_any(&[("add", Second::Add), ("min", Second::Least), ("max", Second::Greatest)]);
        let scale = words.take_any(&[("shr7", 7), ("shr15", 15)]).unwrap_or(0);
        let plus_one = words.take("po");
        let (d, a, b, c) = match words.operands {
            [d, a, b] if second.is_none() && !multiplies => (d, a, b, None),
            [d, a, b, c] => (d, a, b, Some(c)),
            _ => return Err(words.error(format!("wrong number of operands for {}", words.opcode))),
        };
        let ((d, d_part), (a, a_part), (b, b_part)) =
            (Self::split_part(d)?, Self::split_part(a)?, Self::split_part(b)?);
        if c.is_some() != (d_part.is_some() || second.is_some() || multiplies)
            || (d_part.is_some() && second.is_some())
        {
            return Err(words.error("a third operand goes with .add, .min, .max or a part to merge into"));
        }
        let (a, b) = (self.source(&a, Type::U32)?, self.source(&b, Type::U32)?);
        let c = match c {
            Some(c) => self.source(c, Type::U32)?,
            None => self.constant(0, false),
        };
        let d = self.destination(&d, Type::U32)?;
        let whole = Part::WHOLE;
        let video = Video {
            operation,
            second: second.unwrap_or(if d_part.is_some() { Second::Merge } else { Second::Nothing }),
            signed,
            a: a_part.unwrap_or(whole),
            b: b_part.unwrap_or(whole),
            d: d_part.unwrap_or(whole),
            saturate,
            wrap,
            scale,
            plus_one,
        };
        self.push(video::evaluate(), d, [a, b, c], video.pack());
        Ok(())
    }
}
