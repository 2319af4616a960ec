//! Registers of 128 bits: moving, loading, storing, exchanging.

use super::super::access::space_and_align;
use super::super::lanes::{NONE, compare, map1};
use super::super::memory::space;
use super::super::parse::Parsed;
use super::super::quad::{self, HALF, Quad};
use super::super::special;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::super::watch::{BLOCK_SCOPE, STRONG};
use super::memory::Place;
use super::{Decoder, Symbol, Words};

impl<'s> Decoder<'_, 's> {
    /// The column of a 128-bit register's lower half.
    pub(super) fn quad(&mut self, operand: &Operand<'s>) -> Parsed<u32> {
        self.place = operand.place;
        if let OperandKind::Name(name, 0) = operand.kind
            && let Symbol::Register { kind: Type::B128, index } = self.symbol(name)?
        {
            return Ok(self.register(index, Type::B128));
        }
        Err(self.error("expected a register of 128 bits"))
    }

    /// `mov.b128 x, {a, b}`, `mov.b128 {a, b}, x` and `mov.b128 x, y`.
    pub(super) fn quad_move(&mut self, words: &Words<'_, 's>) -> Parsed<()> {
        let [d, a] = words.operands()?;
        let copy = |it: &mut Self, to: u32, from: u32| it.unary(map1(|a: u64| a), to, from);
        match (&d.kind, &a.kind) {
            (OperandKind::Vector(parts), _) => {
                let [low, high] = &parts[..] else { return Err(words.error("a b128 has two halves")) };
                let from = self.quad(a)?;
                for (part, from) in [(low, from), (high, from + HALF)] {
                    if !matches!(part.kind, OperandKind::Sink) {
                        let to = self.destination(part, Type::B64)?;
                        copy(self, to, from);
                    }
                }
            }
            (_, OperandKind::Vector(parts)) => {
                let [low, high] = &parts[..] else { return Err(words.error("a b128 has two halves")) };
                let (low, high) = (self.source(low, Type::B64)?, self.source(high, Type::B64)?);
                let to = self.quad(d)?;
                copy(self, to, low);
                copy(self, to + HALF, high);
            }
            _ => {
                let (low, high) = match a.kind {
                    OperandKind::Int(value) => (self.constant(value, true), self.constant(0, true)),
                    _ => self.quad(a).map(|it| (it, it + HALF))?,
                };
                let to = self.quad(d)?;
                copy(self, to, low);
                copy(self, to + HALF, high);
            }
        }
        Ok(())
    }

    /// A load or store of one register.
    pub(super) fn quad_access(
        &mut self,
        kind: Quad,
        (register, place): (u32, &Place),
        (space, strength): (u8, u32),
        ordered: bool,
    ) {
        let address = self.full_address(place);
        let site = self.site();
        let how = space_and_align(space, 16) | strength & STRONG;
        let (dst, b) = if kind == Quad::Load { (register, NONE) } else { (NONE, register) };
        self.push(quad::access(kind), dst, [address, b, how], NONE.into()).site = site;
        if ordered && kind == Quad::Load {
            self.push(special::fence(), 0, [NONE; 3], 0);
        }
    }

    /// `atom.exch.b128` and `atom.cas.b128`
    pub(super) fn quad_atomic(
        &mut self,
        words: &Words<'_, 's>,
        operation: &str,
        space: u8,
        strength: u32,
    ) -> Parsed<()> {
        let (d, a, b, c) = match (operation, words.operands) {
            ("exch", [d, a, b]) => (d, a, b, None),
            ("cas", [d, a, b, c]) => (d, a, b, Some(c)),
            _ => return Err(words.error("of 128 bits there are atom.exch and atom.cas")),
        };
        let mut space = space;
        let place = self.address(a, &mut space)?;
        let address = self.full_address(&place);
        let b = self.quad(b)?;
        let c = c.map_or(Ok(NONE), |c| self.quad(c))?;
        let d = if matches!(d.kind, OperandKind::Sink) { NONE } else { self.quad(d)? };
        let kind = if c == NONE { Quad::Exchange } else { Quad::Swap };
        self.push(special::fence(), 0, [NONE; 3], 0);
        let site = self.site();
        let how = space_and_align(space, 16) | strength & BLOCK_SCOPE;
        self.push(quad::access(kind), d, [address, b, how], c.into()).site = site;
        Ok(())
    }

    /// `clusterlaunchcontrol`: asking for a cluster that has not started, to do its work instead. The answer is always no, as it
    /// may be; every cluster starts by itself.
    pub(super) fn cluster_launch_control(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.take_first()? {
            "try_cancel" => {
                words.left.retain(|it| {
                    !matches!(
                        *it,
                        "async"
                            | "shared::cta"
                            | "mbarrier::complete_tx::bytes"
                            | "multicast::cluster::all"
                            | "b128"
                    )
                });
                let [answer, barrier] = words.operands()?;
                let mut space = space::SHARED;
                let place = self.address(answer, &mut space)?;
                let zero = self.column(128);
                let value = self.constant(0, true);
                for column in [zero, zero + HALF] {
                    self.unary(map1(|a: u64| a), column, value);
                }
                self.quad_access(Quad::Store, (zero, &place), (space, 0), false);
                let barrier = self.shared_address(barrier)?;
                let bytes = self.constant(16, false);
                self.complete(barrier, space::SHARED, bytes);
                Ok(())
            }
            "query_cancel" => {
                let what = words.take_first()?;
                words.take("b128");
                words.take("v4");
                words.take("b32");
                words.take("pred");
                // The form without .b32 in the middle names its types one after the other.
                words.take("b128");
                let [d, answer] = words.operands()?;
                let from = self.quad(answer)?;
                match what {
                    "is_canceled" => {
                        let zero = self.constant(0, true);
                        let d = self.predicate_destination(d)?;
                        self.binary(compare(|a: u64, _: u64| a & 1 != 0), d, from, zero);
                        Ok(())
                    }
                    "get_first_ctaid" | "get_first_ctaid::x" | "get_first_ctaid::y"
                    | "get_first_ctaid::z" => {
                        let list = match &d.kind {
                            OperandKind::Vector(list) => &list[..],
                            _ => std::slice::from_ref(d),
                        };
                        let first = match what.rsplit_once("::") {
                            Some((_, "y")) => 1,
                            Some((_, "z")) => 2,
                            _ => 0,
                        };
                        for (index, part) in list.iter().enumerate() {
                            if matches!(part.kind, OperandKind::Sink) {
                                continue;
                            }
                            let part = self.destination(part, Type::B32)?;
                            // The numbers follow the word that says whether there are any.
                            let run = match first + index {
                                0 => map1(|a: u64| (a >> 32) as u32),
                                1 => map1(|a: u64| a as u32),
                                2 => map1(|a: u64| (a >> 32) as u32),
                                _ => map1(|_: u64| 0u32),
                            };
                            self.unary(run, part, if first + index == 0 { from } else { from + HALF });
                        }
                        Ok(())
                    }
                    other => {
                        Err(words
                            .error(format!("clusterlaunchcontrol.query_cancel.{other} is not supported")))
                    }
                }
            }
            other => Err(words.error(format!("clusterlaunchcontrol.{other} is not supported"))),
        }
    }
}
