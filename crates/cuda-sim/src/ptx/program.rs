//! A resolved module: what the parser's names became, ready to run.

use super::exchange::Exchange;
use super::lanes::{Inst, LANES};

/// Everything of a module that running a kernel needs.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) functions: Vec<Function>,
    /// The columns of constants.
    pub(super) constants: Columns,
    /// The module's variables whose addresses instructions use, by column.
    pub(super) addresses: Vec<Address>,
    /// Instructions that access device memory.
    pub(super) sites: u32,
    /// Whether an instruction asks for the shared memory that the system reserves.
    pub(super) uses_reserved: bool,
    /// Whether an instruction is about a cluster's barrier.
    pub(super) uses_cluster_barrier: bool,
}

/// Columns of equal values, as memory.
#[derive(Debug, Default)]
pub(super) struct Columns(Vec<Line>);

/// A cache line: keeps columns aligned for vector instructions.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(super) struct Line([u64; 8]);

/// Bytes of a column of 32-bit values.
pub(super) const COLUMN: u32 = 4 * LANES as u32;

impl Columns {
    pub(super) fn zeroed(bytes: u32) -> Self {
        Self(vec![Line::default(); bytes.div_ceil(64) as usize])
    }

    pub(super) fn bytes(&self) -> u32 {
        self.0.len() as u32 * 64
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }

    /// For columns that are only read.
    pub(super) fn as_ptr(&self) -> *const u8 {
        self.0.as_ptr().cast()
    }

    /// Appends a column of one value; gives its offset.
    pub(super) fn push(&mut self, value: u64, wide: bool) -> u32 {
        let offset = self.bytes();
        let word = if wide { value } else { value & 0xffff_ffff | value << 32 };
        let lines = if wide { 4 } else { 2 };
        self.0.extend(std::iter::repeat_n(Line([word; 8]), lines));
        offset
    }

    pub(super) fn fill32(&mut self, offset: u32, value: impl Fn(usize) -> u32) {
        let first = (offset / 8) as usize;
        for i in 0..LANES / 2 {
            let word = u64::from(value(2 * i)) | u64::from(value(2 * i + 1)) << 32;
            self.set_word(first + i, word);
        }
    }

    pub(super) fn fill64(&mut self, offset: u32, value: u64) {
        let first = (offset / 8) as usize;
        (0..LANES).for_each(|i| self.set_word(first + i, value));
    }

    pub(super) fn get_bytes(&self, at: usize, bytes: &mut [u8]) {
        for (k, it) in bytes.iter_mut().enumerate() {
            let word = self.0[(at + k) / 64].0[(at + k) / 8 % 8];
            *it = (word >> (8 * ((at + k) % 8))) as u8;
        }
    }

    pub(super) fn set_bytes(&mut self, at: usize, bytes: &[u8]) {
        for (k, it) in bytes.iter().enumerate() {
            let word = &mut self.0[(at + k) / 64].0[(at + k) / 8 % 8];
            let shift = 8 * ((at + k) % 8);
            *word = (*word & !(0xff << shift)) | u64::from(*it) << shift;
        }
    }

    fn set_word(&mut self, index: usize, word: u64) {
        self.0[index / 8].0[index % 8] = word;
    }
}

/// The address of a module's variable plus a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) global: usize,
    pub(super) addend: u64,
}

/// Columns that are the same for the whole launch, by offset.
pub(super) mod launch_column {
    use super::COLUMN;

    pub(in super::super) const NTID: u32 = 0;
    pub(in super::super) const NCTAID: u32 = 3 * COLUMN;
    pub(in super::super) const NWARPID: u32 = 6 * COLUMN;
    pub(in super::super) const NSMID: u32 = 7 * COLUMN;
    pub(in super::super) const DYNAMIC_SMEM: u32 = 8 * COLUMN;
    pub(in super::super) const TOTAL_SMEM: u32 = 9 * COLUMN;
    pub(in super::super) const GRID_HIGH: u32 = 10 * COLUMN;
    pub(in super::super) const GRID_LOW: u32 = 11 * COLUMN;
    pub(in super::super) const ZERO: u32 = 12 * COLUMN;
    pub(in super::super) const ONE: u32 = 13 * COLUMN;
    pub(in super::super) const GRID_ID: u32 = 14 * COLUMN;
    pub(in super::super) const DYNAMIC_BASE: u32 = 16 * COLUMN;
    pub(in super::super) const DYNAMIC_BASE_SHORT: u32 = 18 * COLUMN;
    pub(in super::super) const NCLUSTERID: u32 = 20 * COLUMN;
    pub(in super::super) const CLUSTER_NCTAID: u32 = 23 * COLUMN;
    pub(in super::super) const CLUSTER_NCTARANK: u32 = 26 * COLUMN;
    /// A predicate in each word.
    pub(in super::super) const IS_EXPLICIT_CLUSTER: u32 = 27 * COLUMN;
    /// Where the shared memory that the system keeps for itself begins and ends.
    pub(in super::super) const RESERVED: u32 = 28 * COLUMN;
    pub(in super::super) const RESERVED_END: u32 = 29 * COLUMN;
    /// All shared memory of a block, reserved memory included.
    pub(in super::super) const ALL_SMEM: u32 = 30 * COLUMN;
    /// Addresses of variables follow, 64 bits each.
    pub(in super::super) const ADDRESSES: u32 = 32 * COLUMN;
}

/// Columns that differ from warp to warp, by offset.
pub(super) mod warp_column {
    use super::COLUMN;

    pub(in super::super) const TID: u32 = 0;
    pub(in super::super) const CTAID: u32 = 3 * COLUMN;
    pub(in super::super) const LANEID: u32 = 6 * COLUMN;
    pub(in super::super) const WARPID: u32 = 7 * COLUMN;
    pub(in super::super) const LANEMASK_EQ: u32 = 8 * COLUMN;
    pub(in super::super) const LANEMASK_LT: u32 = 9 * COLUMN;
    pub(in super::super) const LANEMASK_LE: u32 = 10 * COLUMN;
    pub(in super::super) const LANEMASK_GT: u32 = 11 * COLUMN;
    pub(in super::super) const LANEMASK_GE: u32 = 12 * COLUMN;
    pub(in super::super) const SMID: u32 = 13 * COLUMN;
    pub(in super::super) const CLUSTERID: u32 = 14 * COLUMN;
    pub(in super::super) const CLUSTER_CTAID: u32 = 17 * COLUMN;
    pub(in super::super) const CLUSTER_CTARANK: u32 = 20 * COLUMN;
    pub(in super::super) const END: u32 = 22 * COLUMN;
}

/// A decoded function.
#[derive(Debug, Default)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) code: Vec<Inst>,
    /// The line in the text of each instruction.
    pub(super) lines: Vec<u32>,
    /// Bytes of register columns.
    pub(super) column_bytes: u32,
    /// Bytes of `.param` variables of one lane: the function's own, and what it passes on.
    pub(super) param_bytes: u32,
    pub(super) formals: Vec<Slot>,
    pub(super) returns: Vec<Slot>,
    pub(super) local_bytes: u32,
    /// The column of where the stack ends, if the function moves it.
    pub(super) stack_end: Option<u32>,
    pub(super) calls: Vec<Call>,
    pub(super) exchanges: Vec<Exchange>,
    /// Instructions that do not go on to the next one, until the flow is linked.
    pub(super) edges: Vec<(u32, Edge)>,
    /// Branch targets of `brx.idx`: labels, and once linked the instructions' numbers.
    pub(super) tables: Vec<Vec<u32>>,
    pub(super) has_body: bool,
    pub(super) registers: u32,
}

/// A stretch of a lane's `.param` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) offset: u32,
    pub(super) size: u32,
}

/// A call: whom, and which `.param` variables of the caller hold arguments and results.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) callee: Callee,
    pub(super) arguments: Vec<Slot>,
    pub(super) results: Vec<Slot>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callee {
    /// A function of this module, by index.
    Function(usize),
    /// The function whose address a 64-bit column holds.
    Indirect(u32),
    Builtin(Builtin),
}

/// Functions that the driver provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    Printf,
    AssertFail,
    Malloc,
    Free,
    SetConditional,
}

impl Builtin {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "vprintf" => Self::Printf,
            "__assertfail" => Self::AssertFail,
            "malloc" => Self::Malloc,
            "free" => Self::Free,
            "cudaGraphSetConditional" => Self::SetConditional,
            _ => return None,
        })
    }
}

/// Where an instruction leads besides the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// To a label.
    Branch(usize),
    /// To the labels of a table.
    Switch(usize),
    Return,
    Exit,
}
