//! Reductions that an instruction names by its modifiers, of memory with a value.

use super::memory::Element;
use super::number::{self, BF16, F16, Format, Rounding, add_odd, bhalf, extreme, half, narrow};
use super::types::Type;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Operation {
    Add,
    Min,
    Max,
    Inc,
    Dec,
    And,
    Or,
    Xor,
}

/// Names and operations; the numbers of the operations are their places.
pub(super) const OPERATIONS: [(&str, Operation); 8] = [
    ("add", Operation::Add),
    ("min", Operation::Min),
    ("max", Operation::Max),
    ("inc", Operation::Inc),
    ("dec", Operation::Dec),
    ("and", Operation::And),
    ("or", Operation::Or),
    ("xor", Operation::Xor),
];

const KINDS: [Type; 12] = [
    Type::U32,
    Type::S32,
    Type::U64,
    Type::S64,
    Type::B32,
    Type::B64,
    Type::F32,
    Type::F64,
    Type::F16,
    Type::Bf16,
    Type::F16x2,
    Type::Bf16x2,
];

/// An operation on elements of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reduction {
    pub(super) operation: Operation,
    pub(super) kind: Type,
}

impl Reduction {
    /// The operation on that type, if it makes sense.
    pub(super) fn new(operation: Operation, kind: Type) -> Option<Self> {
        let float =
            matches!(kind, Type::F32 | Type::F64 | Type::F16 | Type::Bf16 | Type::F16x2 | Type::Bf16x2);
        let exists = match operation {
            Operation::Add | Operation::Min | Operation::Max => float || kind.is_integer(),
            Operation::Inc | Operation::Dec => kind == Type::U32,
            Operation::And | Operation::Or | Operation::Xor => kind.is_untyped(),
        };
        (exists && KINDS.contains(&kind)).then_some(Self { operation, kind })
    }

    /// As a number below 256 that is not zero.
    pub(super) fn pack(self) -> u32 {
        let kind = KINDS.iter().position(|it| *it == self.kind).unwrap_or(0) as u32;
        1 + self.operation as u32 + 8 * kind
    }

    pub(super) fn unpack(number: u32) -> Option<Self> {
        let number = number.checked_sub(1)?;
        let operation = OPERATIONS[number as usize % 8].1;
        Some(Self { operation, kind: *KINDS.get(number as usize / 8)? })
    }

    pub(super) fn bytes(self) -> u32 {
        self.kind.bytes()
    }

    /// What becomes of `old` when `new` comes to it.
    pub(super) fn combine(self, old: u64, new: u64) -> u64 {
        match self.kind {
            Type::F32 => {
                let [a, b] = [old, new].map(|it| f32::from_bits(it as u32));
                u64::from(number::out32(match self.operation {
                    Operation::Add => a + b,
                    it => extreme(a.into(), b.into(), it == Operation::Max, false) as f32,
                }))
            }
            Type::F64 => {
                let (a, b) = (f64::from_bits(old), f64::from_bits(new));
                match self.operation {
                    Operation::Add => (a + b).to_bits(),
                    it => extreme(a, b, it == Operation::Max, false).to_bits(),
                }
            }
            Type::F16 => self.narrow_float(old as u32, new as u32, F16).into(),
            Type::Bf16 => self.narrow_float(old as u32, new as u32, BF16).into(),
            Type::F16x2 | Type::Bf16x2 => {
                let format = if self.kind == Type::F16x2 { F16 } else { BF16 };
                let part = |at: u32| self.narrow_float((old >> at) as u32, (new >> at) as u32, format);
                u64::from(part(0) | part(16) << 16)
            }
            _ if self.kind.bits() == 64 => self.integer(old, new, self.kind.is_signed()),
            Type::S32 => {
                let wide = |it: u64| i64::from(it as i32) as u64;
                self.integer(wide(old), wide(new), true) & 0xffff_ffff
            }
            _ => self.integer(old, new, false) & 0xffff_ffff,
        }
    }

    fn narrow_float(self, old: u32, new: u32, format: Format) -> u32 {
        let value = |it: u32| if format == F16 { half(it & 0xffff) } else { bhalf(it & 0xffff) };
        let (a, b) = (value(old), value(new));
        let result = match self.operation {
            Operation::Add => add_odd(a, b),
            it => extreme(a, b, it == Operation::Max, false),
        };
        narrow(result, format, Rounding::Nearest) & 0xffff
    }

    fn integer(self, old: u64, new: u64, signed: bool) -> u64 {
        match self.operation {
            Operation::Add => old.wrapping_add(new),
            Operation::Min if signed => (old as i64).min(new as i64) as u64,
            Operation::Max if signed => (old as i64).max(new as i64) as u64,
            Operation::Min => old.min(new),
            Operation::Max => old.max(new),
            Operation::Inc => {
                if old >= new {
                    0
                } else {
                    old + 1
                }
            }
            Operation::Dec => {
                if old == 0 || old > new {
                    new
                } else {
                    old - 1
                }
            }
            Operation::And => old & new,
            Operation::Or => old | new,
            Operation::Xor => old ^ new,
        }
    }

    /// Brings a value to an element in memory, in one step.
    ///
    /// # Safety
    /// `at` keeps Address 1 for an element.
    pub(super) unsafe fn apply(self, at: *mut u8, value: u64) {
        // SAFETY: the caller's promise.
        unsafe {
            match self.bytes() {
                2 => _ = u16::update(at, |old| self.combine(old.into(), value) as u16),
                4 => _ = u32::update(at, |old| self.combine(old.into(), value) as u32),
                _ => _ = u64::update(at, |old| self.combine(old, value)),
            }
        }
    }

    /// Reads an element.
    ///
    /// # Safety
    /// `at` keeps Address 1 for an element.
    pub(super) unsafe fn read(self, at: *mut u8) -> u64 {
        // SAFETY: the caller's promise.
        unsafe {
            match self.bytes() {
                2 => u16::load(at).into(),
                4 => u32::load(at).into(),
                _ => u64::load(at),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reduction_is_what_it_was_after_packing() {
        for (_, operation) in OPERATIONS {
            for it in KINDS.iter().filter_map(|kind| Reduction::new(operation, *kind)) {
                assert_eq!(Reduction::unpack(it.pack()), Some(it));
                assert!(it.pack() < 256);
            }
        }
        assert_eq!(Reduction::unpack(0), None);
    }
}
