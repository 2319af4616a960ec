//! Instructions about clusters and caches. Caches are not simulated.

use super::super::lanes::{NONE, base, map1, map2};
use super::super::memory::RANK_BIT;
use super::super::parse::Parsed;
use super::super::program::warp_column;
use super::super::syntax::OperandKind;
use super::super::types::Type;
use super::{Decoder, Words};

/// An address of shared memory as it is in the block of that rank. One that no block has faults when it is used.
fn in_block(address: u64, rank: u32) -> u64 {
    address & !(0xff << RANK_BIT) | u64::from(rank.min(0xfe) + 1) << RANK_BIT
}

/// The rank of the block that an address of shared memory is of, which is the own one if it names none.
fn rank_of(address: u64, own: u32) -> u32 {
    match (address >> RANK_BIT) as u32 & 0xff {
        0 => own,
        number => number - 1,
    }
}

impl<'s> Decoder<'_, 's> {
    /// `mapa.shared::cluster.u32 d, a, rank`: the address in that block of the cluster.
    /// `getctarank.shared::cluster.u32 d, a`: which block an address is of. See [`RANK_BIT`].
    pub(super) fn cluster_address(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("shared::cluster");
        let kind = words.take_type()?;
        if !matches!(kind, Type::U32 | Type::U64) {
            return words.unsupported(kind);
        }
        if words.opcode == "getctarank" {
            let [d, a] = words.operands()?;
            let (a, own) = (self.source(a, kind)?, base::WARP | warp_column::CLUSTER_CTARANK);
            let d = self.destination(d, Type::U32)?;
            if kind == Type::U64 {
                self.binary(map2(|a: u64, own: u32| rank_of(a, own)), d, a, own);
            } else {
                self.binary(map2(|a: u32, own: u32| rank_of(a.into(), own)), d, a, own);
            }
            return Ok(());
        }
        let [d, a, rank] = words.operands()?;
        let (a, rank) = (self.source(a, kind)?, self.source(rank, Type::U32)?);
        let d = self.destination(d, kind)?;
        if kind == Type::U64 {
            self.binary(map2(in_block), d, a, rank);
        } else {
            self.binary(map2(|a: u32, rank: u32| in_block(a.into(), rank) as u32), d, a, rank);
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
