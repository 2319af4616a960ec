//! `mbarrier`, and asynchronous copies that tell one.

use super::super::asynchronous::{self, Step};
use super::super::lanes::{NONE, map1};
use super::super::memory::space;
use super::super::parse::Parsed;
use super::super::program::COLUMN;
use super::super::syntax::{Operand, OperandKind};
use super::super::tensor;
use super::super::types::Type;
use super::{Decoder, Words};

impl<'s> Decoder<'_, 's> {
    /// The column of a barrier's address, and its state space.
    fn barrier_address(&mut self, words: &mut Words<'_, 's>, operand: &Operand<'s>) -> Parsed<(u32, u8)> {
        let mut space = self.take_space(words);
        if !matches!(space, space::SHARED | space::GENERIC) {
            return Err(words.error("an mbarrier lies in shared memory"));
        }
        let place = self.address(operand, &mut space)?;
        Ok((self.full_address(&place), space))
    }

    fn step(&mut self, step: Step, state: u32, (address, space): (u32, u8), count: u32) {
        self.push(asynchronous::take(), state, [address, count, space.into()], step as u64);
    }

    pub(super) fn mbarrier(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let action = words.take_first()?;
        if words.take("noComplete") && !matches!(action, "arrive" | "arrive_drop") {
            return Err(words.error("only arrivals can be .noComplete"));
        }
        let expecting = words.take("expect_tx");
        let parity = words.take("parity");
        self.take_hints(words);
        let operands = words.operands;
        let kind = words.take_type()?;
        if kind != Type::B64 {
            return words.unsupported(kind);
        }
        let wrong = || words.place.error(format!("wrong number of operands for mbarrier.{action}"));
        match (action, operands) {
            ("init", [at, count]) => self.counted(words, Step::Init, None, at, Some(count)),
            ("inval", [at]) => self.counted(words, Step::Invalidate, None, at, None),
            ("expect_tx", [at, count]) => self.counted(words, Step::Expect, None, at, Some(count)),
            ("complete_tx", [at, count]) => self.counted(words, Step::Complete, None, at, Some(count)),
            ("arrive" | "arrive_drop", _) => {
                let step = match (action, expecting) {
                    ("arrive", false) => Step::Arrive,
                    ("arrive", true) => Step::ArriveExpecting,
                    (_, false) => Step::Drop,
                    _ => return Err(words.error("mbarrier.arrive_drop.expect_tx is not supported")),
                };
                // Of a barrier of another block there is no state to give.
                let (state, rest) = match operands {
                    [Operand { kind: OperandKind::Address(..), .. }, ..] => (None, operands),
                    [state, rest @ ..] => (Some(state), rest),
                    [] => return Err(wrong()),
                };
                match rest {
                    [at] if !expecting => self.counted(words, step, state, at, None),
                    [at, count] => self.counted(words, step, state, at, Some(count)),
                    _ => Err(wrong()),
                }
            }
            ("test_wait" | "try_wait", [done, at, phase]) => self.wait(words, parity, [done, at, phase]),
            ("try_wait", [done, at, phase, limit]) => {
                self.source(limit, Type::U32)?;
                self.wait(words, parity, [done, at, phase])
            }
            ("pending_count", [count, state]) => {
                let (state, count) = (self.source(state, kind)?, self.destination(count, Type::U32)?);
                self.unary(map1(asynchronous::pending), count, state);
                Ok(())
            }
            ("test_wait" | "pending_count" | "init" | "inval" | "expect_tx" | "complete_tx", _) => {
                Err(wrong())
            }
            _ => Err(words.error(format!("mbarrier.{action} is not supported"))),
        }
    }

    fn counted(
        &mut self,
        words: &mut Words<'_, 's>,
        step: Step,
        state: Option<&Operand<'s>>,
        at: &Operand<'s>,
        count: Option<&Operand<'s>>,
    ) -> Parsed<()> {
        let address = self.barrier_address(words, at)?;
        let count = match count {
            Some(count) => self.source(count, Type::U32)?,
            None => self.constant(1, false),
        };
        let state = match state {
            Some(state) => self.destination(state, Type::B64)?,
            None => NONE,
        };
        self.step(step, state, address, count);
        Ok(())
    }

    fn wait(&mut self, words: &mut Words<'_, 's>, parity: bool, operands: [&Operand<'s>; 3]) -> Parsed<()> {
        let [done, at, phase] = operands;
        let (address, space) = self.barrier_address(words, at)?;
        let phase = self.source(phase, if parity { Type::U32 } else { Type::B64 })?;
        let done = self.predicate_destination(done)?;
        self.push(asynchronous::test(parity), done, [address, phase, space.into()], 0);
        Ok(())
    }

    /// `cp.async.mbarrier.arrive`: the copies before it are done already.
    pub(super) fn arrive_after_copies(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if !words.take("arrive") || words.take_type()? != Type::B64 {
            return Err(words.error("cp.async.mbarrier needs .arrive and .b64"));
        }
        let step = if words.take("noinc") { Step::Arrive } else { Step::ArriveAfterCopies };
        let [at] = words.operands()?;
        self.counted(words, step, None, at, None)
    }

    /// `cp.async.bulk`: copies of any multiple of 16 bytes between global and shared memory.
    pub(super) fn bulk_copy(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if words.take("commit_group") || words.take("wait_group") || words.take("prefetch") {
            words.left.clear();
            self.hint();
            return Ok(());
        }
        if words.take("tensor") {
            return self.tensor_copy(words);
        }
        let told = words.take("mbarrier::complete_tx::bytes");
        if told == words.take("bulk_group") {
            return Err(words.error("cp.async.bulk completes on an mbarrier or in a .bulk_group"));
        }
        self.take_hints(words);
        words.take("L2::cache_hint");
        if words.left.len() != 2 {
            return Err(words.error(format!("cp.async.bulk.{} is not supported", words.left.join("."))));
        }
        // In the order in which they are written: to, from.
        let mut spaces = [space::GENERIC; 2];
        for it in &mut spaces {
            *it = match words.take_first()? {
                "shared::cluster" | "shared::cta" => space::SHARED,
                "global" => space::GLOBAL,
                other => return Err(words.error(format!("cp.async.bulk with .{other} is not supported"))),
            };
        }
        let [mut to, mut from] = spaces;
        let (d, a, len, barrier) = match words.operands {
            [d, a, len, barrier] | [d, a, len, barrier, _] if told => (d, a, len, Some(barrier)),
            [d, a, len] | [d, a, len, _] if !told => (d, a, len, None),
            _ => return Err(words.error("wrong number of operands for cp.async.bulk")),
        };
        let d = self.address(d, &mut to)?;
        let d = self.full_address(&d);
        let a = self.address(a, &mut from)?;
        let a = self.full_address(&a);
        let len = self.source(len, Type::U32)?;
        let barrier = match barrier {
            Some(barrier) => self.shared_address(barrier)?,
            None => NONE,
        };
        let site = self.site();
        let spaces = u32::from_le_bytes([to, from, space::SHARED, 0]);
        self.push(asynchronous::bulk(), d, [a, len, spaces], u64::from(barrier)).site = site;
        Ok(())
    }

    /// `cp.async.bulk.tensor`: copies of boxes that a tensor map describes.
    fn tensor_copy(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        const RANKS: &[(&str, usize)] = &[("1d", 1), ("2d", 2), ("3d", 3), ("4d", 4), ("5d", 5)];
        let rank =
            words.take_any(RANKS).ok_or_else(|| words.error("cp.async.bulk.tensor needs .1d to .5d"))?;
        let told = words.take("mbarrier::complete_tx::bytes");
        if told == words.take("bulk_group") {
            return Err(words.error("cp.async.bulk.tensor completes on an mbarrier or in a .bulk_group"));
        }
        let shared = words.take("multicast::cluster");
        words.take("tile");
        words.take("cta_group::1");
        self.take_hints(words);
        words.take("L2::cache_hint");
        let (target, source) = (words.take_first()?, words.take_first()?);
        let in_shared = |name: &str| matches!(name, "shared::cluster" | "shared::cta");
        let loads = match (target, source) {
            (to, "global") if in_shared(to) && told => true,
            ("global", "shared::cta") if !told => false,
            _ => return Err(words.error(format!("cp.async.bulk.tensor from .{source} to .{target}"))),
        };
        if !words.left.is_empty() {
            return Err(
                words.error(format!("cp.async.bulk.tensor.{} is not supported", words.left.join(".")))
            );
        }
        let (place, tensor, rest) = match words.operands {
            [place, tensor, rest @ ..] if loads => (place, tensor, rest),
            [tensor, place, rest @ ..] => (place, tensor, rest),
            _ => return Err(words.error("wrong number of operands for cp.async.bulk.tensor")),
        };
        let (barrier, mask) = match rest {
            [barrier, mask, ..] if loads && shared => (Some(barrier), Some(mask)),
            [barrier, ..] if loads => (Some(barrier), None),
            _ if !loads && rest.len() < 2 => (None, None),
            _ => return Err(words.error("wrong number of operands for cp.async.bulk.tensor")),
        };
        let (map, coordinates) = self.texture_address(tensor, rank, |_| Type::S32)?;
        // Side by side, where the instruction finds them all by the first.
        let columns: Vec<u32> = (0..rank).map(|_| self.temporary(32)).collect();
        if columns.windows(2).any(|pair| pair[0] + COLUMN != pair[1]) {
            return Err(words.error("a coordinate has no place"));
        }
        for (to, from) in columns.iter().zip(coordinates) {
            self.unary(map1(|it: u32| it), *to, from);
        }
        let at = self.shared_address(place)?;
        let barrier = barrier.map_or(Ok(NONE), |barrier| self.shared_address(barrier))?;
        let mask = mask.map_or(Ok(NONE), |mask| self.low_source(mask, Type::U16))?;
        let site = self.site();
        let manner = tensor::manner(barrier, rank as u32);
        self.push(tensor::copy(loads), columns[0], [at, map, mask], manner).site = site;
        Ok(())
    }
}
