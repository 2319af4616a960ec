//! Instructions about clusters and caches. A cluster is one block here, and caches are not simulated.

use super::super::lanes::{NONE, map1, map2};
use super::super::parse::Parsed;
use super::super::syntax::OperandKind;
use super::super::types::Type;
use super::{Decoder, Words};

impl<'s> Decoder<'_, 's> {
    /// `mapa.shared::cluster.u32 d, a, rank`: the address in that block of the cluster; there is none but block 0.
    /// `getctarank.shared::cluster.u32 d, a`: which block an address is of.
    pub(super) fn cluster_address(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("shared::cluster");
        let kind = words.take_type()?;
        if !matches!(kind, Type::U32 | Type::U64) {
            return words.unsupported(kind);
        }
        if words.opcode == "getctarank" {
            let [d, a] = words.operands()?;
            let _ = self.source(a, kind)?;
            let (d, zero) = (self.destination(d, Type::U32)?, self.constant(0, false));
            self.unary(map1(|it: u32| it), d, zero);
            return Ok(());
        }
        let [d, a, rank] = words.operands()?;
        let (a, rank) = (self.source(a, kind)?, self.source(rank, Type::U32)?);
        let d = self.destination(d, kind)?;
        // An address that no block has faults when it is used.
        if kind == Type::U64 {
            self.binary(map2(|a: u64, rank: u32| if rank == 0 { a } else { u64::MAX << 8 }), d, a, rank);
        } else {
            self.binary(map2(|a: u32, rank: u32| if rank == 0 { a } else { u32::MAX << 8 }), d, a, rank);
        }
        Ok(())
    }

    /// `createpolicy.fractional.L2::evict_last.b64 d, 1.0`
    pub(super) fn cache_policy(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.left.retain(|it| *it == "b64");
        let kind = words.take_type()?;
        let Some((d, rest)) = words.operands.split_first() else {
            return Err(words.error("createpolicy needs a result"));
        };
        for operand in rest {
            if matches!(operand.kind, OperandKind::Name(..)) {
                let wanted =
                    if rest.len() == 3 && std::ptr::eq(operand, &rest[0]) { Type::U64 } else { Type::U32 };
                let _ = self.low_source(operand, wanted)?;
            }
        }
        let (d, zero) = (self.destination(d, kind)?, self.constant(0, true));
        self.push(map1(|it: u64| it), d, [zero, NONE, NONE], 0);
        Ok(())
    }
}
