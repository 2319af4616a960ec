//! Runs the warps of a block, one turn after the other.

use std::rc::Rc;

use super::decode::barrier_kind;
use super::exchange::{Brought, exchange};
use super::lanes::{Flow, Inst, LANES, Lanes, NONE, base};
use super::memory::{Cluster, Memory, bits};
use super::program::{Callee, Columns, Function, Program};
use super::warp::{Split, State, Warp};
use super::{Fault, FaultKind, Kernel, Launch, Statistics, function_at};

/// Backward branches after which a warp lets others run.
const TURN: u32 = 256;

/// Barriers of a block.
const BARRIERS: usize = 16;

/// Threads of the whole grid that a fault's place is computed from.
pub(super) struct Block {
    pub(super) index: [u32; 3],
    pub(super) warps: Vec<Warp>,
    pub(super) shared: Columns,
    /// Threads that have not exited.
    pub(super) live: u32,
    barriers: [Barrier; BARRIERS],
    /// The barriers at which somebody has arrived, a bit each.
    waited_at: u32,
    /// Its cluster, its rank there, and how often the cluster's barrier had opened when it last looked; none for a block alone.
    pub(super) cluster: Option<(Rc<Cluster>, u32, u32)>,
    /// Rounds through all warps without the block coming to its end.
    pub(super) rounds: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Barrier {
    arrived: u32,
    /// Threads to wait for; 0 for all.
    expected: u32,
    /// Of those that arrived, the threads whose predicate holds.
    holding: u32,
    /// What waiting threads get, see `barrier_kind`.
    kind: u64,
}

impl Block {
    pub(super) fn new(warps: Vec<Warp>, shared: Columns) -> Self {
        Self {
            index: [0; 3],
            warps,
            shared,
            live: 0,
            barriers: [Barrier::default(); BARRIERS],
            waited_at: 0,
            cluster: None,
            rounds: 0,
        }
    }

    pub(super) fn start(&mut self, index: [u32; 3], threads: u32) {
        (self.index, self.live, self.rounds) = (index, threads, 0);
        self.barriers = [Barrier::default(); BARRIERS];
        self.waited_at = 0;
        self.cluster = None;
    }

    /// Whether all threads have exited, and those of the other blocks of its cluster as well, which may look at its memory.
    pub(super) fn is_over(&self) -> bool {
        self.live == 0 && self.cluster.as_ref().is_none_or(|it| it.0.live.get() == 0)
    }

    /// Lets the threads go that waited for the cluster, if its barrier has opened since.
    fn pass_cluster_barrier(&mut self) {
        let Some((cluster, _, seen)) = &mut self.cluster else { return };
        if cluster.opened.get() == *seen {
            return;
        }
        *seen = cluster.opened.get();
        self.warps.iter_mut().for_each(|it| it.pending = 0);
        let waiting = self.warps.iter_mut().flat_map(|it| &mut it.splits);
        for split in waiting.filter(|it| it.state == State::Barrier(BARRIERS as u8)) {
            split.state = State::Passed(0);
        }
    }

    /// Opens the barriers for which all have come, after threads arrived or exited.
    fn open_barriers(&mut self) {
        for id in bits(self.waited_at) {
            let barrier = self.barriers[id];
            let wanted = if barrier.expected == 0 { self.live } else { barrier.expected };
            if barrier.arrived < wanted {
                continue;
            }
            self.waited_at &= !(1 << id);
            let value = match barrier.kind {
                barrier_kind::COUNT => barrier.holding,
                barrier_kind::AND if barrier.holding == barrier.arrived => u32::MAX,
                barrier_kind::OR if barrier.holding > 0 => u32::MAX,
                _ => 0,
            };
            self.barriers[id] = Barrier::default();
            let waiting = self.warps.iter_mut().flat_map(|it| &mut it.splits);
            for split in waiting.filter(|it| it.state == State::Barrier(id as u8)) {
                split.state = State::Passed(value);
            }
        }
    }
}

/// How a warp's turn went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It did something.
    Ran,
    /// All of its lanes wait, or have exited.
    Idle,
}

/// What a split does after it stopped running straight on.
enum Next {
    /// Goes on, perhaps elsewhere.
    On(Split),
    /// Waits, joined others, or exited.
    Gone,
    /// Goes on in its next turn.
    Later(Split),
}

pub(super) struct Machine<'r> {
    pub(super) program: &'r Program,
    pub(super) kernel: &'r Kernel,
    pub(super) launch: &'r Launch<'r>,
    pub(super) lanes: Lanes<'r>,
    pub(super) statistics: Statistics,
}

impl<'r> Machine<'r> {
    pub(super) fn new(
        program: &'r Program,
        kernel: &'r Kernel,
        launch: &'r Launch<'r>,
        memory: Memory<'r>,
        uniform: &mut Columns,
    ) -> Self {
        // Constant columns are never written: no destination has that base.
        let constants = program.constants.as_ptr().cast_mut();
        let none = std::ptr::null_mut();
        let lanes = Lanes { bases: [none, constants, none, uniform.as_mut_ptr()], mask: 0, carry: 0, memory };
        Self { program, kernel, launch, lanes, statistics: Statistics::default() }
    }

    /// Runs one warp until it waits, exits, or has had its time.
    pub(super) fn turn(&mut self, block: &mut Block, index: usize) -> Result<Turn, Fault> {
        block.pass_cluster_barrier();
        self.lanes.memory.cluster = block.cluster.as_ref().map(|it| it.0.clone());
        let shared_bytes = super::run::shared_extent(self.program, self.kernel, self.launch).1.into();
        self.lanes.memory.shared = block.shared.as_mut_ptr();
        self.lanes.memory.shared_bytes = shared_bytes;
        let warp = &mut block.warps[index];
        self.lanes.bases[(base::WARP >> 30) as usize] = warp.columns.as_mut_ptr();
        self.lanes.memory.local = warp.local.as_mut_ptr();
        self.lanes.carry = warp.carry;
        let (mut budget, mut turn) = (TURN, Turn::Idle);
        loop {
            let warp = &mut block.warps[index];
            let Some(mut split) = warp.take_ready() else {
                // Lanes that wait for others that cannot come now must not hold up those that can go on.
                if warp.release() {
                    continue;
                }
                break;
            };
            turn = Turn::Ran;
            self.bind(warp, &split);
            self.pass_barrier(&mut split, warp);
            loop {
                let function = &self.program.functions
                    [block.warps[index].frames[split.frame as usize].function as usize];
                let flow = self.run_straight(function, &mut split, &mut budget);
                match self.follow(flow, function, split, block, index) {
                    Ok(Next::Gone) => break,
                    // Whatever leads elsewhere counts like a backward branch, so that no way round is endless.
                    Ok(Next::On(next)) if budget > 1 => (split, budget) = (next, budget - 1),
                    Ok(Next::On(split) | Next::Later(split)) => {
                        self.poll(block, index, function, &split)?;
                        let warp = &mut block.warps[index];
                        warp.splits.insert(0, split);
                        warp.carry = self.lanes.carry;
                        warp.long_turns += 1;
                        if warp.long_turns >= warp.patience {
                            warp.release();
                        }
                        return Ok(Turn::Ran);
                    }
                    Err(fault) => return Err(self.placed(fault, block, index, function, &split)),
                }
            }
        }
        block.warps[index].carry = self.lanes.carry;
        if turn == Turn::Ran {
            block.warps[index].long_turns = 0;
        }
        Ok(turn)
    }

    /// Stops if the device says so.
    fn poll(&self, block: &Block, index: usize, function: &Function, split: &Split) -> Result<(), Fault> {
        if !self.lanes.memory.device.cancelled() {
            return Ok(());
        }
        let fault = Fault::new(FaultKind::Cancelled, "the launch was cancelled");
        Err(self.placed(fault, block, index, function, split))
    }

    /// Points the lanes at a split's call.
    fn bind(&mut self, warp: &mut Warp, split: &Split) {
        let frame = &mut warp.frames[split.frame as usize];
        let function = &self.program.functions[frame.function as usize];
        let start = frame.memory.as_mut_ptr();
        self.lanes.bases[0] = start;
        self.lanes.memory.frame = start.wrapping_add(function.column_bytes as usize);
        self.lanes.memory.frame_bytes = u64::from(function.param_bytes);
        self.lanes.memory.local_base = frame.local_base;
    }

    /// Runs instructions until one needs more than the lanes; branches that all lanes take together do not.
    fn run_straight(&mut self, function: &Function, split: &mut Split, budget: &mut u32) -> Flow {
        let (active, mut pc) = (split.mask, split.pc as usize);
        let (mut count, mut lane_count) = (0u64, 0u64);
        self.lanes.mask = active;
        let mut width = u64::from(active.count_ones());
        let flow = loop {
            let inst = &function.code[pc];
            let mask = active & self.guard(inst);
            if mask == 0 {
                pc += 1;
                continue;
            }
            if mask != self.lanes.mask {
                self.lanes.mask = mask;
                width = u64::from(mask.count_ones());
            }
            count += 1;
            lane_count += width;
            // SAFETY: the decoder made the instruction for this function (Operand 1), and `bind` set this split's
            // bases: its frame has the function's columns.
            let flow = unsafe { (inst.run)(&mut self.lanes, inst) };
            match flow {
                Flow::Next => pc += 1,
                Flow::Branch if mask == active => {
                    let target = inst.imm as usize;
                    if target <= pc {
                        *budget = budget.saturating_sub(1);
                        if *budget == 0 {
                            pc = target;
                            break Flow::Expired;
                        }
                    }
                    pc = target;
                }
                other => break other,
            }
        };
        self.statistics.warp_instructions += count;
        self.statistics.lane_instructions += lane_count;
        split.pc = pc as u32;
        flow
    }

    #[inline(always)]
    fn guard(&self, inst: &Inst) -> u32 {
        if inst.guard == NONE {
            return u32::MAX;
        }
        let offset = inst.guard & !super::lanes::GUARD_NOT;
        // SAFETY: a guard is a predicate in the frame (Operand 1).
        let holds = unsafe { self.lanes.read_mask(offset) };
        if inst.guard & super::lanes::GUARD_NOT != 0 { !holds } else { holds }
    }

    /// Does what an instruction asked for beyond its lanes.
    fn follow(
        &mut self,
        flow: Flow,
        function: &'r Function,
        mut split: Split,
        block: &mut Block,
        index: usize,
    ) -> Result<Next, Fault> {
        let inst = function.code.get(split.pc as usize).copied();
        let Some(inst) = inst else {
            return Err(Fault::new(FaultKind::InvalidPc, "the thread left its function's code"));
        };
        let warp = &mut block.warps[index];
        match flow {
            Flow::Next | Flow::Branch => Ok(Next::On(self.part(&inst, split, warp))),
            Flow::Switch => self.switch(function, &inst, split, warp).map(Next::On),
            Flow::Call => self.call(function, &inst, split, warp),
            Flow::Return => Ok(self.give_back(split, warp)),
            Flow::Join => {
                if !warp.joins_here(&split) {
                    split.pc += 1;
                    return Ok(Next::On(split));
                }
                Ok(warp.arrive(split).map_or(Next::Gone, Next::On))
            }
            Flow::Yield | Flow::Expired => {
                split.pc += u32::from(flow == Flow::Yield);
                Ok(Next::Later(split))
            }
            Flow::Exit => {
                let lanes = self.lanes.mask;
                warp.exit(&split, lanes);
                block.live -= lanes.count_ones();
                let warp = &mut block.warps[index];
                let pending = (warp.pending & lanes).count_ones();
                warp.pending &= !lanes;
                if let Some((cluster, rank, _)) = &block.cluster {
                    cluster.exit(lanes.count_ones(), pending, (block.live == 0).then_some(*rank));
                }
                block.open_barriers();
                self.settle_exchanges(&mut block.warps[index])?;
                split.mask &= !lanes;
                split.pc += 1;
                if split.mask == 0 {
                    return Ok(Next::Gone);
                }
                self.bind(&mut block.warps[index], &split);
                Ok(Next::On(split))
            }
            Flow::Barrier => self.barrier(&inst, split, block, index),
            Flow::Sync => self.synchronise(function, &inst, split, &mut block.warps[index]),
            Flow::Fault => Err(match self.lanes.memory.fault.take() {
                Some((lane, fault)) => {
                    self.lanes.mask = 1 << lane;
                    *fault
                }
                None => Fault::new(FaultKind::IllegalInstruction, "an instruction failed without a reason"),
            }),
        }
    }

    /// The lanes of a branch part: those that take it become a split of their own.
    fn part(&mut self, inst: &Inst, mut split: Split, warp: &mut Warp) -> Split {
        let taken = self.lanes.mask;
        if inst.c != NONE {
            split.join = warp.join_point(&split, inst.c);
        }
        let mut other = split;
        (other.mask, other.pc) = (taken, inst.imm as u32);
        split.mask &= !taken;
        split.pc += 1;
        // Backward first: lanes that go round a loop come to the meeting point of those that leave it.
        if other.pc < split.pc {
            std::mem::swap(&mut other, &mut split);
        }
        warp.splits.push(other);
        split
    }

    fn switch(
        &mut self,
        function: &Function,
        inst: &Inst,
        split: Split,
        warp: &mut Warp,
    ) -> Result<Split, Fault> {
        // SAFETY: the instruction keeps Operand 1 for its index.
        let indices = unsafe { self.lanes.read::<u32>(inst.a) };
        let table = &function.tables[inst.imm as usize];
        let first = indices[Warp::first_lane(split.mask)];
        let same = |value: u32| {
            bits(split.mask).filter(|it| indices[*it] == value).fold(0, |sum, it| sum | 1u32 << it)
        };
        let Some(&target) = table.get(first as usize) else {
            self.lanes.mask = same(first);
            let text = format!("brx.idx with index {first} in a list of {} targets", table.len());
            return Err(Fault::new(FaultKind::InvalidPc, text));
        };
        let group = same(first);
        let mut taken = split;
        if group != split.mask {
            let join = if inst.c == NONE { split.join } else { warp.join_point(&split, inst.c) };
            // The others come back to this instruction with what is left of the lanes.
            warp.splits.push(Split { mask: split.mask & !group, join, ..split });
            taken.join = join;
        }
        (taken.mask, taken.pc) = (group, target);
        Ok(taken)
    }

    fn call(
        &mut self,
        function: &'r Function,
        inst: &Inst,
        mut split: Split,
        warp: &mut Warp,
    ) -> Result<Next, Fault> {
        let site = &function.calls[inst.imm as usize];
        let callee = match site.callee {
            Callee::Builtin(builtin) => {
                super::builtin::call(&mut self.lanes, builtin, site, split.mask)?;
                split.pc += 1;
                return Ok(Next::On(split));
            }
            Callee::Function(index) => index,
            Callee::Indirect(column) => {
                // SAFETY: the decoder checked the column's width (Operand 1).
                let targets = unsafe { self.lanes.read::<u64>(column) };
                let first = targets[Warp::first_lane(split.mask)];
                let group =
                    bits(split.mask).filter(|it| targets[*it] == first).fold(0, |sum, it| sum | 1u32 << it);
                if group != split.mask {
                    split.join = warp.join_point(&split, split.pc + 1);
                    warp.splits.push(Split { mask: split.mask & !group, ..split });
                    split.mask = group;
                }
                self.indirect_target(first, site.arguments.len(), group)?
            }
        };
        self.enter(function, callee, site, split, warp)
    }

    fn indirect_target(&mut self, address: u64, arguments: usize, group: u32) -> Result<usize, Fault> {
        let index = function_at(address).filter(|it| {
            self.program.functions.get(*it).is_some_and(|it| it.has_body && it.formals.len() == arguments)
        });
        self.lanes.mask = group;
        index.ok_or_else(|| {
            let text = format!(
                "an indirect call to {address:#x}, which is not a function with {arguments} parameters"
            );
            Fault::new(FaultKind::InvalidPc, text).at_address(address)
        })
    }

    fn enter(
        &mut self,
        function: &Function,
        callee: usize,
        site: &super::program::Call,
        mut split: Split,
        warp: &mut Warp,
    ) -> Result<Next, Fault> {
        let target = &self.program.functions[callee];
        // Each call takes some stack even without variables, as it does in hardware.
        let used = u64::from(function.local_bytes.max(16).next_multiple_of(16));
        let mut local_base = warp.frames[split.frame as usize].local_base + used;
        if let Some(end) = function.stack_end {
            // Behind what the lanes have asked for. SAFETY: the column is the caller's, whose frame is bound (Operand 1).
            let ends = unsafe { self.lanes.read::<u64>(end) };
            local_base =
                bits(split.mask).map(|lane| ends[lane].next_multiple_of(16)).fold(local_base, u64::max);
        }
        if local_base + u64::from(target.local_bytes) > self.lanes.memory.local_bytes {
            let text = format!(
                "calling {} at depth {} needs more than the {} bytes of the thread's stack",
                target.name,
                warp.depth(split.frame),
                self.lanes.memory.local_bytes
            );
            return Err(Fault::new(FaultKind::StackOverflow, text));
        }
        let frame = warp.open_frame(self.program, callee, split.frame, split.pc, split.mask, local_base);
        let pairs = site.arguments.iter().zip(&target.formals).map(|it| (*it.0, *it.1));
        copy_params(warp, (split.frame, function), (frame, target), split.mask, pairs);
        (split.frame, split.pc) = (frame, 0);
        self.bind(warp, &split);
        Ok(Next::On(split))
    }

    fn give_back(&mut self, mut split: Split, warp: &mut Warp) -> Next {
        let frame = &warp.frames[split.frame as usize];
        let (caller, call_pc) = (frame.caller, frame.call_pc);
        let (from, own) = (split.frame, &self.program.functions[frame.function as usize]);
        let function = &self.program.functions[warp.frames[caller as usize].function as usize];
        let call = &function.calls[function.code[call_pc as usize].imm as usize];
        let pairs = own.returns.iter().zip(&call.results).map(|it| (*it.0, *it.1));
        copy_params(warp, (from, own), (caller, function), split.mask, pairs);
        warp.leave_frame(from, split.mask);
        (split.frame, split.pc) = (caller, call_pc + 1);
        self.bind(warp, &split);
        Next::On(split)
    }

    fn barrier(
        &mut self,
        inst: &Inst,
        mut split: Split,
        block: &mut Block,
        index: usize,
    ) -> Result<Next, Fault> {
        if matches!(inst.imm, barrier_kind::CLUSTER_ARRIVE | barrier_kind::CLUSTER_WAIT) {
            return self.cluster_barrier(inst.imm == barrier_kind::CLUSTER_ARRIVE, split, block, index);
        }
        let lane = Warp::first_lane(split.mask);
        // SAFETY: the instruction keeps Operand 1 for its number and its count and predicate, if it has them.
        let (id, count, holds) = unsafe {
            let id = self.lanes.read::<u32>(inst.a)[lane];
            let count = if inst.b == NONE { None } else { Some(self.lanes.read::<u32>(inst.b)[lane]) };
            (id, count, if inst.c == NONE { 0 } else { self.lanes.read_mask(inst.c) })
        };
        if id as usize >= BARRIERS {
            let text = format!("barrier {id}, but a block has {BARRIERS}");
            return Err(Fault::new(FaultKind::IllegalInstruction, text));
        }
        if count.is_some_and(|it| it == 0 || it % LANES as u32 != 0) {
            let text =
                format!("barrier {id} for {} threads, which is not a multiple of a warp", count.unwrap_or(0));
            return Err(Fault::new(FaultKind::IllegalInstruction, text));
        }
        let warp = &mut block.warps[index];
        // With a count, threads that a warp does not have count as well.
        let whole = split.mask == warp.live && count.is_some();
        let arrived = if whole { LANES as u32 } else { split.mask.count_ones() };
        let barrier = &mut block.barriers[id as usize];
        barrier.arrived += arrived;
        block.waited_at |= 1 << id;
        barrier.expected = count.unwrap_or(0);
        barrier.holding += (holds & split.mask).count_ones();
        if inst.imm == barrier_kind::ARRIVE {
            split.pc += 1;
            block.open_barriers();
            return Ok(Next::On(split));
        }
        barrier.kind = inst.imm;
        split.state = State::Barrier(id as u8);
        warp.splits.push(split);
        block.open_barriers();
        Ok(Next::Gone)
    }

    /// Arriving at the cluster's barrier, which no thread waits in, and waiting until it has opened since.
    fn cluster_barrier(
        &mut self,
        arrives: bool,
        mut split: Split,
        block: &mut Block,
        index: usize,
    ) -> Result<Next, Fault> {
        let warp = &mut block.warps[index];
        let wrong = if arrives { split.mask & warp.arrived } else { split.mask & !warp.arrived };
        if wrong != 0 {
            self.lanes.mask = wrong;
            let text = match arrives {
                true => "the thread arrives at the cluster's barrier twice without waiting in between",
                false => "the thread waits at the cluster's barrier, and has not arrived",
            };
            return Err(Fault::new(FaultKind::IllegalInstruction, text));
        }
        if arrives {
            warp.arrived |= split.mask;
            warp.pending |= split.mask;
            if let Some((cluster, ..)) = &block.cluster {
                cluster.arrive(split.mask.count_ones());
            }
            block.pass_cluster_barrier();
            split.pc += 1;
            return Ok(Next::On(split));
        }
        warp.arrived &= !split.mask;
        let waiting = split.mask & warp.pending;
        if waiting != 0 {
            warp.splits.push(Split { mask: waiting, state: State::Barrier(BARRIERS as u8), ..split });
            split.mask &= !waiting;
        }
        if split.mask == 0 {
            return Ok(Next::Gone);
        }
        split.pc += 1;
        Ok(Next::On(split))
    }

    /// Takes what an open barrier gives and leaves it.
    fn pass_barrier(&mut self, split: &mut Split, warp: &Warp) {
        let State::Passed(value) = split.state else { return };
        split.state = State::Ready;
        let function = &self.program.functions[warp.frames[split.frame as usize].function as usize];
        let inst = &function.code[split.pc as usize];
        split.pc += 1;
        if inst.dst == NONE {
            return;
        }
        self.lanes.mask = split.mask;
        // SAFETY: `bind` set this split's bases, and the instruction keeps Operand 1 for its result, which is a count or
        // a predicate by its kind.
        unsafe {
            if inst.imm == barrier_kind::COUNT {
                self.lanes.write(inst.dst, &[value; LANES]);
            } else {
                self.lanes.write_mask(inst.dst, value);
            }
        }
    }

    /// A `.sync` instruction: done at once if all lanes that it names are here, else the split waits for them.
    fn synchronise(
        &mut self,
        function: &Function,
        inst: &Inst,
        mut split: Split,
        warp: &mut Warp,
    ) -> Result<Next, Fault> {
        let it = &function.exchanges[inst.imm as usize];
        let members = if it.members == NONE {
            [split.mask; LANES]
        } else {
            // SAFETY: the decoder checked the column's width (Operand 1).
            unsafe { self.lanes.read::<u32>(it.members) }
        };
        let mut left = split.mask;
        while left != 0 {
            let lane = Warp::first_lane(left);
            let mask = members[lane];
            let group = bits(left).filter(|it| members[*it] == mask).fold(0, |sum, it| sum | 1u32 << it);
            if mask & group != group {
                let own = Warp::first_lane(group & !mask);
                self.lanes.mask = 1 << own;
                let text = format!(
                    "a .sync instruction with member mask {mask:#010x}, which lacks lane {own} itself"
                );
                return Err(Fault::new(FaultKind::IllegalInstruction, text));
            }
            if mask & warp.live != group {
                break;
            }
            self.perform(warp, group, &[Split { mask: group, ..split }])?;
            left &= !group;
        }
        if left == 0 {
            split.pc += 1;
            self.bind(warp, &split);
            return Ok(Next::On(split));
        }
        if left != split.mask {
            // Some groups are done and go on.
            warp.splits.push(Split { mask: split.mask & !left, pc: split.pc + 1, ..split });
            split.mask = left;
        }
        split.state = State::Sync;
        warp.splits.push(split);
        self.settle_exchanges(warp)?;
        Ok(Next::Gone)
    }

    /// Does the exchanges whose lanes have all come, perhaps by different ways.
    fn settle_exchanges(&mut self, warp: &mut Warp) -> Result<(), Fault> {
        while let Some((group, parts)) = self.complete_group(warp) {
            self.perform(warp, group, &parts)?;
            for split in &mut warp.splits {
                if split.state == State::Sync {
                    split.mask &= !group;
                }
            }
            warp.splits.retain(|it| it.mask != 0);
            warp.splits.extend(parts.iter().map(|it| Split { pc: it.pc + 1, state: State::Ready, ..*it }));
        }
        Ok(())
    }

    /// Waiting lanes with the same kind of exchange and the same mask that are all that it names.
    fn complete_group(&mut self, warp: &mut Warp) -> Option<(u32, Vec<Split>)> {
        let waiting: Vec<Split> = warp.splits.iter().filter(|it| it.state == State::Sync).copied().collect();
        let mut found: Vec<(u32, super::exchange::Kind, u32, Vec<Split>)> = Vec::new();
        for split in waiting {
            self.bind(warp, &split);
            let function = &self.program.functions[warp.frames[split.frame as usize].function as usize];
            let it = &function.exchanges[function.code[split.pc as usize].imm as usize];
            // SAFETY: the decoder checked the column's width (Operand 1); `bind` set this split's bases.
            let members = unsafe { self.lanes.read::<u32>(it.members) };
            for lane in bits(split.mask) {
                let key = (members[lane], it.kind);
                let at = found.iter().position(|it| (it.0, it.1) == key).unwrap_or_else(|| {
                    found.push((key.0, key.1, 0, Vec::new()));
                    found.len() - 1
                });
                let (_, _, group, parts) = &mut found[at];
                *group |= 1 << lane;
                match parts
                    .iter_mut()
                    .find(|it| (it.pc, it.frame, it.join) == (split.pc, split.frame, split.join))
                {
                    Some(part) => part.mask |= 1 << lane,
                    None => parts.push(Split { mask: 1 << lane, ..split }),
                }
            }
        }
        let complete = found.into_iter().find(|it| it.0 & warp.live == it.2);
        complete.map(|(_, _, group, parts)| (group, parts))
    }

    /// Exchanges values between the lanes of `group`, which are in one or more splits.
    fn perform(&mut self, warp: &mut Warp, group: u32, parts: &[Split]) -> Result<(), Fault> {
        let mut brought = Brought { a: [0; LANES], b: [0; LANES], c: [0; LANES] };
        let mut kind = None;
        for part in parts {
            self.bind(warp, part);
            let function = &self.program.functions[warp.frames[part.frame as usize].function as usize];
            let it = &function.exchanges[function.code[part.pc as usize].imm as usize];
            kind = Some((it.kind, it.wide));
            if let super::exchange::Kind::Matrix(matrix) = it.kind {
                self.lanes.mask = group;
                return super::matrix::perform(&mut self.lanes, matrix, it);
            }
            if let super::exchange::Kind::Texture(look) = it.kind {
                self.lanes.mask = group;
                return super::look::perform(&mut self.lanes, look, it);
            }
            // SAFETY: the decoder checked the columns' widths (Operand 1); `bind` set this split's bases.
            unsafe {
                if it.a != NONE && it.wide {
                    let a = self.lanes.read::<u64>(it.a);
                    bits(part.mask).for_each(|i| brought.a[i] = a[i]);
                } else if it.a != NONE {
                    let a = self.lanes.read::<u32>(it.a);
                    bits(part.mask).for_each(|i| brought.a[i] = u64::from(a[i]));
                }
                if it.b != NONE {
                    let (b, c) = (self.lanes.read::<u32>(it.b), self.lanes.read::<u32>(it.c));
                    bits(part.mask).for_each(|i| (brought.b[i], brought.c[i]) = (b[i], c[i]));
                }
            }
        }
        let Some((kind, wide)) = kind else { return Ok(()) };
        let taken = exchange(kind, wide, group, &brought);
        for part in parts {
            self.bind(warp, part);
            let function = &self.program.functions[warp.frames[part.frame as usize].function as usize];
            let it = &function.exchanges[function.code[part.pc as usize].imm as usize];
            self.lanes.mask = part.mask;
            // SAFETY: as above; results are 32 bits wide.
            unsafe {
                if it.dst != NONE {
                    self.lanes.write(it.dst, &taken.value.map(|it| it as u32));
                }
                if it.flag != NONE {
                    self.lanes.write_mask(it.flag, taken.flag);
                }
            }
        }
        Ok(())
    }

    /// A fault with the place where it happened.
    fn placed(
        &self,
        mut fault: Fault,
        block: &Block,
        warp: usize,
        function: &Function,
        split: &Split,
    ) -> Fault {
        let lane = Warp::first_lane(if self.lanes.mask == 0 { split.mask } else { self.lanes.mask });
        let thread = warp as u32 * LANES as u32 + lane as u32;
        let [x, y, _] = self.launch.block;
        fault.thread = [thread % x, thread / x % y, thread / (x * y)];
        fault.block = block.index;
        fault.line = function.lines.get(split.pc as usize).copied().unwrap_or(0);
        fault.kernel.clone_from(&self.kernel.name);
        fault
    }
}

/// Copies `.param` variables of some lanes from one call's to another's.
fn copy_params(
    warp: &mut Warp,
    (from, source): (u32, &Function),
    (to, target): (u32, &Function),
    mask: u32,
    pairs: impl Iterator<Item = (super::program::Slot, super::program::Slot)>,
) {
    for (a, b) in pairs {
        let size = a.size.min(b.size) as usize;
        let mut bytes = [0u8; 64];
        for lane in bits(mask) {
            let read_at = (source.column_bytes + lane as u32 * source.param_bytes + a.offset) as usize;
            let write_at = (target.column_bytes + lane as u32 * target.param_bytes + b.offset) as usize;
            let mut done = 0;
            while done < size {
                let part = (size - done).min(bytes.len());
                warp.frames[from as usize].memory.get_bytes(read_at + done, &mut bytes[..part]);
                warp.frames[to as usize].memory.set_bytes(write_at + done, &bytes[..part]);
                done += part;
            }
        }
    }
}
