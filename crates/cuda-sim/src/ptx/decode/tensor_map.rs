//! `tensormap.replace` and what goes with it: changing descriptions of tensors from kernels.

use super::super::lanes::{NONE, map1};
use super::super::memory::space;
use super::super::parse::Parsed;
use super::super::syntax::{Operand, OperandKind};
use super::super::tensor_edit::{self, Field};
use super::super::types::Type;
use super::{Decoder, Words};

const FIELDS: [(&str, Field); 11] = [
    ("global_address", Field::Address),
    ("rank", Field::Rank),
    ("box_dim", Field::Side),
    ("global_dim", Field::Size),
    ("global_stride", Field::Stride),
    ("element_stride", Field::Step),
    ("elemtype", Field::Kind),
    ("interleave_layout", Field::Interleave),
    ("swizzle_mode", Field::Swizzle),
    ("swizzle_atomicity", Field::Atomicity),
    ("fill_mode", Field::Fill),
];

impl<'s> Decoder<'_, 's> {
    pub(super) fn tensor_map(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if words.take("cp_fenceproxy") {
            return self.tensor_map_copy(words);
        }
        if !words.take("replace") || !words.take("tile") {
            return Err(words.error("tensormap needs .replace.tile or .cp_fenceproxy"));
        }
        let field = words.take_any(&FIELDS).ok_or_else(|| words.error("tensormap.replace needs a field"))?;
        let mut space = self.take_space(words);
        words.take("b1024");
        let kind = words.take_type()?;
        let wide = matches!(field, Field::Address | Field::Stride);
        if kind != if wide { Type::B64 } else { Type::B32 } {
            return words.unsupported(kind);
        }
        let numbered = matches!(field, Field::Side | Field::Size | Field::Stride | Field::Step);
        let (map, number, value) = match words.operands {
            [map, number, value] if numbered => (map, Some(number), value),
            [map, value] if !numbered => (map, None, value),
            _ => return Err(words.error("wrong number of operands for tensormap.replace")),
        };
        let number = match number.map(|it| &it.kind) {
            None => 0,
            Some(OperandKind::Int(number @ 0..=4)) => *number,
            _ => return Err(words.error("a dimension is a number from 0 to 4")),
        };
        let place = self.address(map, &mut space)?;
        let at = self.full_address(&place);
        let mut value = self.source(value, kind)?;
        if !wide {
            let copy = self.temporary(64);
            self.unary(map1(|a: u32| u64::from(a)), copy, value);
            value = copy;
        }
        let site = self.site();
        self.push(tensor_edit::replace(), NONE, [at, value, space.into()], field as u64 | number << 8).site =
            site;
        Ok(())
    }

    /// `tensormap.cp_fenceproxy.global.shared::cta.tensormap::generic.release.gpu.sync.aligned [to], [from], 128`
    fn tensor_map_copy(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.left.clear();
        let [to, from, size] = words.operands()?;
        if !matches!(size.kind, OperandKind::Int(128)) {
            return Err(words.error("a tensor map has 128 bytes"));
        }
        let place = |it: &mut Self, operand: &Operand<'s>, mut space: u8| {
            let place = it.address(operand, &mut space)?;
            Ok(it.full_address(&place))
        };
        let (to, from) = (place(self, to, space::GLOBAL)?, place(self, from, space::SHARED)?);
        let site = self.site();
        self.push(tensor_edit::copy_map(), NONE, [to, from, NONE], 0).site = site;
        Ok(())
    }
}
