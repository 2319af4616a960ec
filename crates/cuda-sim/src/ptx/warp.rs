//! One warp: which lanes are where, and how they part and meet.
//!
//! The lanes of a warp are in one or more *splits*, groups that run the same instruction of the same call. A branch on
//! which they differ makes two splits and a *join point*, where they wait for each other and become one again. Joining
//! is for speed alone: lanes that wait there are let go when the others do not come for long, so that lanes that spin
//! until a waiting lane does something do not hang. What must be done together, the `.sync` instructions say by mask.

use super::lanes::{LANES, NONE};
use super::memory::bits;
use super::program::{Columns, Function, Program};

/// Where lanes of a split are, and what they wait for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    pub(super) mask: u32,
    pub(super) pc: u32,
    pub(super) frame: u32,
    /// The innermost join point.
    pub(super) join: u32,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ready,
    /// Waits at a barrier of the block, by number.
    Barrier(u8),
    /// The barrier opened and gives this value; the instruction is still to be left.
    Passed(u32),
    /// Waits for other lanes of a `.sync` instruction.
    Sync,
}

/// Where lanes that parted meet.
#[derive(Clone, Copy, Debug)]
pub(super) struct JoinPoint {
    pub(super) pc: u32,
    pub(super) frame: u32,
    /// The lanes that are to come.
    pub(super) members: u32,
    /// Those that came.
    pub(super) arrived: u32,
    pub(super) parent: u32,
}

/// A call's registers.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) function: u32,
    /// Columns, and after them the `.param` bytes of each lane.
    pub(super) memory: Columns,
    /// The caller's frame and the call instruction in it.
    pub(super) caller: u32,
    pub(super) call_pc: u32,
    /// The lanes in this call.
    pub(super) lanes: u32,
    pub(super) local_base: u64,
}

#[derive(Debug)]
pub(super) struct Warp {
    /// The warp's number in its block.
    pub(super) index: u32,
    /// The lanes that exist.
    pub(super) existing: u32,
    /// The lanes that have not exited.
    pub(super) live: u32,
    pub(super) carry: u32,
    pub(super) splits: Vec<Split>,
    pub(super) joins: Vec<JoinPoint>,
    free_joins: Vec<u32>,
    pub(super) frames: Vec<Frame>,
    free_frames: Vec<u32>,
    pub(super) columns: Columns,
    pub(super) local: Columns,
    /// Turns in a row that ended only because they were long.
    pub(super) long_turns: u32,
    /// How many such turns the lanes at join points wait.
    pub(super) patience: u32,
    /// The lanes that have arrived at the cluster's barrier and not waited there since.
    pub(super) arrived: u32,
    /// Of those, the ones that arrived since it opened last.
    pub(super) pending: u32,
}

/// Long turns after which lanes at join points are let go.
const PATIENCE: u32 = 64;
/// The same once the warp has shown that it needs it.
const IMPATIENCE: u32 = 2;

impl Warp {
    pub(super) fn new(index: u32, columns: Columns, local_bytes: u64) -> Self {
        Self {
            index,
            existing: 0,
            live: 0,
            carry: 0,
            splits: Vec::new(),
            joins: Vec::new(),
            free_joins: Vec::new(),
            frames: Vec::new(),
            free_frames: Vec::new(),
            columns,
            local: Columns::zeroed((local_bytes as usize * LANES) as u32),
            long_turns: 0,
            patience: PATIENCE,
            arrived: 0,
            pending: 0,
        }
    }

    /// Starts a kernel with these lanes.
    pub(super) fn start(&mut self, program: &Program, kernel: usize, existing: u32) {
        (self.existing, self.live, self.carry) = (existing, existing, 0);
        self.splits.clear();
        self.joins.clear();
        self.free_joins.clear();
        for frame in 0..self.frames.len() as u32 {
            self.frames[frame as usize].lanes = 0;
        }
        self.free_frames = (0..self.frames.len() as u32).rev().collect();
        (self.long_turns, self.patience) = (0, PATIENCE);
        (self.arrived, self.pending) = (0, 0);
        let frame = self.open_frame(program, kernel, NONE, 0, existing, 0);
        if existing != 0 {
            self.splits.push(Split { mask: existing, pc: 0, frame, join: NONE, state: State::Ready });
        }
    }

    /// A frame for a call of a function by these lanes.
    pub(super) fn open_frame(
        &mut self,
        program: &Program,
        function: usize,
        caller: u32,
        call_pc: u32,
        lanes: u32,
        local_base: u64,
    ) -> u32 {
        let reusable =
            self.free_frames.iter().rposition(|it| self.frames[*it as usize].function as usize == function);
        let index = match reusable {
            Some(at) => self.free_frames.swap_remove(at),
            None => {
                let memory = Columns::zeroed(frame_bytes(&program.functions[function]));
                let function = function as u32;
                self.frames.push(Frame { function, memory, caller, call_pc, lanes: 0, local_base });
                self.frames.len() as u32 - 1
            }
        };
        let frame = &mut self.frames[index as usize];
        (frame.caller, frame.call_pc, frame.lanes, frame.local_base) = (caller, call_pc, lanes, local_base);
        index
    }

    /// Lanes leave a call; its frame is free once all have.
    pub(super) fn leave_frame(&mut self, frame: u32, lanes: u32) {
        let it = &mut self.frames[frame as usize];
        it.lanes &= !lanes;
        if it.lanes == 0 {
            self.free_frames.push(frame);
        }
    }

    /// Calls that a frame is nested in.
    pub(super) fn depth(&self, mut frame: u32) -> usize {
        let mut depth = 0;
        while frame != NONE {
            frame = self.frames[frame as usize].caller;
            depth += 1;
        }
        depth
    }

    /// The join point where the lanes of `split` meet at `pc`: the innermost one if it is that, or a new one.
    pub(super) fn join_point(&mut self, split: &Split, pc: u32) -> u32 {
        if split.join != NONE {
            let join = &self.joins[split.join as usize];
            if (join.pc, join.frame) == (pc, split.frame) {
                return split.join;
            }
        }
        let join = JoinPoint { pc, frame: split.frame, members: split.mask, arrived: 0, parent: split.join };
        match self.free_joins.pop() {
            Some(index) => {
                self.joins[index as usize] = join;
                index
            }
            None => {
                self.joins.push(join);
                self.joins.len() as u32 - 1
            }
        }
    }

    /// Whether a join instruction is where this split meets others.
    pub(super) fn joins_here(&self, split: &Split) -> bool {
        split.join != NONE && {
            let join = &self.joins[split.join as usize];
            (join.pc, join.frame) == (split.pc, split.frame)
        }
    }

    /// The split arrives at its join point; `Some` is all members as one if they are complete.
    pub(super) fn arrive(&mut self, split: Split) -> Option<Split> {
        let join = &mut self.joins[split.join as usize];
        join.arrived |= split.mask;
        self.complete(split.join)
    }

    fn complete(&mut self, index: u32) -> Option<Split> {
        let join = self.joins[index as usize];
        if join.arrived != join.members {
            return None;
        }
        self.free_joins.push(index);
        // Marks it unused for `release`.
        self.joins[index as usize].arrived = 0;
        self.joins[index as usize].members = 0;
        (join.members != 0).then_some(Split {
            mask: join.members,
            pc: join.pc,
            frame: join.frame,
            join: join.parent,
            state: State::Ready,
        })
    }

    /// Lanes of a split exit: nobody waits for them any more.
    pub(super) fn exit(&mut self, split: &Split, lanes: u32) {
        self.live &= !lanes;
        let mut join = split.join;
        while join != NONE {
            let parent = self.joins[join as usize].parent;
            self.joins[join as usize].members &= !lanes;
            if let Some(met) = self.complete(join) {
                self.splits.push(met);
            }
            join = parent;
        }
        let mut frame = split.frame;
        while frame != NONE {
            let caller = self.frames[frame as usize].caller;
            self.leave_frame(frame, lanes);
            frame = caller;
        }
    }

    /// Lets go of all lanes that wait at join points; says whether there were any.
    pub(super) fn release(&mut self) -> bool {
        let mut released = false;
        for index in 0..self.joins.len() {
            let join = &mut self.joins[index];
            if join.arrived == 0 {
                continue;
            }
            released = true;
            let (mask, pc, frame, parent) = (join.arrived, join.pc, join.frame, join.parent);
            join.members &= !mask;
            join.arrived = 0;
            if join.members == 0 {
                self.free_joins.push(index as u32);
            }
            self.splits.push(Split { mask, pc, frame, join: parent, state: State::Ready });
        }
        if released {
            self.patience = IMPATIENCE;
        }
        self.long_turns = 0;
        released
    }

    /// Takes out the split that runs next: the one that parted last, so that the innermost join point is soon complete.
    pub(super) fn take_ready(&mut self) -> Option<Split> {
        let ready = |it: &Split| matches!(it.state, State::Ready | State::Passed(_));
        let at = self.splits.iter().rposition(ready)?;
        Some(self.splits.remove(at))
    }

    /// The first lane of a mask, for messages.
    pub(super) fn first_lane(mask: u32) -> usize {
        bits(mask).next().unwrap_or(0)
    }
}

/// Bytes of a function's registers and of the `.param` variables of all lanes.
fn frame_bytes(function: &Function) -> u32 {
    function.column_bytes + function.param_bytes * LANES as u32
}
