//! `mbarrier`, and asynchronous copies that tell one.

use super::super::asynchronous::{self, Step, manner};
use super::super::lanes::{NONE, map1};
use super::super::memory::space;
use super::super::parse::Parsed;
use super::super::program::COLUMN;
use super::super::reduction::{OPERATIONS, Operation, Reduction};
use super::super::syntax::{Operand, OperandKind};
use super::super::tensor::{self, Mode};
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
                    _ => Step::DropExpecting,
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

    /// Tells a barrier that bytes have been copied.
    pub(super) fn complete(&mut self, barrier: u32, space: u8, bytes: u32) {
        self.step(Step::Complete, NONE, (barrier, space), bytes);
    }

    /// `st.async [a], b, [barrier]`: a store that tells a barrier, done at once. `st.bulk [a], len, 0`.
    pub(super) fn asynchronous_store(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if words.take("bulk") {
            words.take("weak");
            let mut space = self.take_space(words);
            let [at, len, value] = words.operands()?;
            if !matches!(value.kind, OperandKind::Int(0)) || !matches!(space, space::SHARED | space::GENERIC)
            {
                return Err(words.error("st.bulk stores zeros to shared memory"));
            }
            let place = self.address(at, &mut space)?;
            let (at, len) = (self.full_address(&place), self.source(len, Type::U64)?);
            let site = self.site();
            self.push(asynchronous::clear(), NONE, [at, len, space.into()], 0).site = site;
            return Ok(());
        }
        let (barrier, operands) = self.asynchronous_operands(words)?;
        let (kind, vector) = stored(words);
        let bytes = kind.map_or(0, Type::bytes) * vector;
        let all = std::mem::replace(&mut words.operands, operands);
        self.store(words)?;
        words.operands = all;
        self.told(barrier, bytes)
    }

    /// `red.async.op [a], b, [barrier]`
    pub(super) fn asynchronous_reduction(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let (barrier, operands) = self.asynchronous_operands(words)?;
        let bytes = stored(words).0.map_or(0, Type::bytes);
        let all = std::mem::replace(&mut words.operands, operands);
        self.atomic(words)?;
        words.operands = all;
        self.told(barrier, bytes)
    }

    /// The barrier that an asynchronous store tells, and the operands before it.
    fn asynchronous_operands<'w>(
        &mut self,
        words: &mut Words<'w, 's>,
    ) -> Parsed<(Option<&'w Operand<'s>>, &'w [Operand<'s>])> {
        if !words.take("mbarrier::complete_tx::bytes") {
            return Ok((None, words.operands));
        }
        if !words.left.contains(&"shared::cluster") {
            return Err(words.error(format!("{}.async goes to .shared::cluster", words.opcode)));
        }
        let [to, value, barrier] = words.operands else {
            return Err(
                words.error(format!("{}.async takes an address, a value and a barrier", words.opcode))
            );
        };
        let _ = (to, value);
        Ok((Some(barrier), &words.operands[..2]))
    }

    fn told(&mut self, barrier: Option<&Operand<'s>>, bytes: u32) -> Parsed<()> {
        let Some(barrier) = barrier else { return Ok(()) };
        let barrier = self.shared_address(barrier)?;
        let bytes = self.constant(bytes.into(), false);
        self.complete(barrier, space::SHARED, bytes);
        Ok(())
    }

    /// `cp.async.bulk` and `cp.reduce.async.bulk`: any multiple of 16 bytes between global and shared memory.
    pub(super) fn bulk_copy(&mut self, words: &mut Words<'_, 's>, reduces: bool) -> Parsed<()> {
        if words.take("commit_group") || words.take("wait_group") || words.take("prefetch") {
            words.left.clear();
            self.hint();
            return Ok(());
        }
        let operation = if reduces {
            let found = words.take_any(&OPERATIONS);
            Some(found.ok_or_else(|| words.error("cp.reduce needs an operation such as .add"))?)
        } else {
            None
        };
        if words.take("tensor") {
            return self.tensor_copy(words, operation);
        }
        let reduction = match operation {
            None => 0,
            Some(operation) => {
                words.take("noftz");
                let kind = words.take_type()?;
                let Some(it) = Reduction::new(operation, kind) else { return words.unsupported(kind) };
                it.pack()
            }
        };
        let told = words.take("mbarrier::complete_tx::bytes");
        if told == words.take("bulk_group") {
            return Err(words.error("cp.async.bulk completes on an mbarrier or in a .bulk_group"));
        }
        let (spread, masked) = (words.take("multicast::cluster"), words.take("cp_mask"));
        self.take_hints(words);
        if words.take("L2::cache_hint") {
            self.drop_policy(words)?;
        }
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
        let (d, a, len, rest) = match words.operands {
            [d, a, len, rest @ ..] => (d, a, len, rest),
            _ => return Err(words.error("wrong number of operands for cp.async.bulk")),
        };
        let (barrier, mask) = match rest {
            [barrier, mask] if told && spread => (Some(barrier), Some(mask)),
            [barrier] if told && !spread => (Some(barrier), None),
            [mask] if !told && masked => (None, Some(mask)),
            [] if !told && !masked => (None, None),
            _ => return Err(words.error("wrong number of operands for cp.async.bulk")),
        };
        let d = self.address(d, &mut to)?;
        let d = self.full_address(&d);
        let a = self.address(a, &mut from)?;
        let a = self.full_address(&a);
        let len = self.source(len, Type::U32)?;
        let mut said = u64::from(reduction) << manner::REDUCTION;
        // Side by side, where the instruction finds the second by the first.
        let (told_column, mask_column) = (self.temporary(64), self.temporary(32));
        match barrier {
            Some(barrier) => {
                let barrier = self.shared_address(barrier)?;
                self.unary(map1(|it: u64| it), told_column, barrier);
            }
            None => said |= manner::SILENT,
        }
        if let Some(mask) = mask {
            let mask = self.low_source(mask, Type::U16)?;
            self.unary(map1(|it: u32| it), mask_column, mask);
            said |= if spread { manner::SPREAD } else { manner::MASKED };
        }
        let site = self.site();
        let spaces = u32::from_le_bytes([to, from, space::SHARED, 0]);
        self.push(asynchronous::bulk(), d, [a, len, spaces], u64::from(told_column) | said).site = site;
        Ok(())
    }

    /// Takes the policy of caches away, which is the last operand.
    pub(super) fn drop_policy(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let Some((policy, rest)) = words.operands.split_last() else {
            return Err(words.error("L2::cache_hint needs a policy"));
        };
        self.source(policy, Type::B64)?;
        words.operands = rest;
        Ok(())
    }

    /// `cp.async.bulk.tensor`: copies of boxes that a tensor map describes.
    fn tensor_copy(&mut self, words: &mut Words<'_, 's>, operation: Option<Operation>) -> Parsed<()> {
        const RANKS: &[(&str, usize)] = &[("1d", 1), ("2d", 2), ("3d", 3), ("4d", 4), ("5d", 5)];
        const MODES: &[(&str, Mode)] = &[
            ("tile", Mode::Tile),
            ("im2col", Mode::Columns),
            ("im2col_no_offs", Mode::Columns),
            ("tile::gather4", Mode::Rows),
            ("tile::scatter4", Mode::Rows),
        ];
        let rank =
            words.take_any(RANKS).ok_or_else(|| words.error("cp.async.bulk.tensor needs .1d to .5d"))?;
        let told = words.take("mbarrier::complete_tx::bytes");
        if told == words.take("bulk_group") {
            return Err(words.error("cp.async.bulk.tensor completes on an mbarrier or in a .bulk_group"));
        }
        let shared = words.take("multicast::cluster");
        let mode = words.take_any(MODES).unwrap_or(Mode::Tile);
        words.take("cta_group::1");
        self.take_hints(words);
        if words.take("L2::cache_hint") {
            self.drop_policy(words)?;
        }
        let (target, source) = (words.take_first()?, words.take_first()?);
        let in_shared = |name: &str| matches!(name, "shared::cluster" | "shared::cta");
        let loads = match (target, source) {
            (to, "global") if in_shared(to) && told => true,
            ("global", "shared::cta") if !told => false,
            _ => return Err(words.error(format!("cp.async.bulk.tensor from .{source} to .{target}"))),
        };
        if !words.left.is_empty() || (loads && operation.is_some()) {
            return Err(
                words.error(format!("cp.async.bulk.tensor.{} is not supported", words.left.join(".")))
            );
        }
        let (place, tensor, rest) = match words.operands {
            [place, tensor, rest @ ..] if loads => (place, tensor, rest),
            [tensor, place, rest @ ..] => (place, tensor, rest),
            _ => return Err(words.error("wrong number of operands for cp.async.bulk.tensor")),
        };
        let shifted = loads && mode == Mode::Columns;
        let (barrier, offsets, mask) = match rest {
            [barrier, offsets, mask] if shifted && shared => (Some(barrier), Some(offsets), Some(mask)),
            [barrier, offsets] if shifted && !shared => (Some(barrier), Some(offsets), None),
            [barrier, mask] if loads && !shifted && shared => (Some(barrier), None, Some(mask)),
            [barrier] if loads && !shifted && !shared => (Some(barrier), None, None),
            [] if !loads => (None, None, None),
            _ => return Err(words.error("wrong number of operands for cp.async.bulk.tensor")),
        };
        if (mode == Mode::Columns && rank < 3) || (mode == Mode::Rows && rank != 2) {
            return Err(words.error(format!("cp.async.bulk.tensor of {rank} dimensions has no such mode")));
        }
        let count = if mode == Mode::Rows { 5 } else { rank };
        let (map, coordinates) = self.texture_address(tensor, count, |_| Type::S32)?;
        // Side by side, where the instruction finds them all by the first: coordinates, then offsets.
        let first = self.temporary(32 * 8);
        for (index, from) in coordinates.into_iter().enumerate() {
            self.unary(map1(|it: u32| it), first + index as u32 * COLUMN, from);
        }
        if let Some(Operand { kind: OperandKind::Vector(list), .. }) = offsets {
            for (index, offset) in list.iter().enumerate().take(3) {
                let from = self.low_source(offset, Type::U16)?;
                self.unary(map1(|it: u32| it & 0xffff), first + (5 + index as u32) * COLUMN, from);
            }
        } else if shifted {
            return Err(words.error("im2col needs its offsets in braces"));
        }
        let at = self.shared_address(place)?;
        let barrier = barrier.map_or(Ok(NONE), |barrier| self.shared_address(barrier))?;
        let mask = mask.map_or(Ok(NONE), |mask| self.low_source(mask, Type::U16))?;
        let site = self.site();
        let manner = tensor::manner(barrier, rank as u32, mode, shifted, operation);
        self.push(tensor::copy(loads), first, [at, map, mask], manner).site = site;
        Ok(())
    }
}

/// The type that a store or reduction has, and how many of it.
fn stored(words: &Words<'_, '_>) -> (Option<Type>, u32) {
    let vector = words.left.iter().find_map(|it| match *it {
        "v2" => Some(2),
        "v4" => Some(4),
        _ => None,
    });
    (words.left.iter().find_map(|it| Type::named(it)), vector.unwrap_or(1))
}
