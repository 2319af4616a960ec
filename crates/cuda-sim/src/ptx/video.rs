//! The scalar video instructions: arithmetic on bytes and halves of registers, with a second operation behind.

use super::lanes::{Body, Flow, Handler, Inst, LANES, Lanes, scalar_handler};

/// The first operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Operation {
    Add,
    Subtract,
    Difference,
    Least,
    Greatest,
    Left,
    Right,
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
    MultiplyAdd,
}

impl Operation {
    const ALL: [Operation; 14] = [
        Operation::Add,
        Operation::Subtract,
        Operation::Difference,
        Operation::Least,
        Operation::Greatest,
        Operation::Left,
        Operation::Right,
        Operation::Less,
        Operation::LessOrEqual,
        Operation::Equal,
        Operation::NotEqual,
        Operation::GreaterOrEqual,
        Operation::Greater,
        Operation::MultiplyAdd,
    ];
}

/// What is done with the third operand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Second {
    #[default]
    Nothing,
    Add,
    Least,
    Greatest,
    /// The result replaces a part of it.
    Merge,
}

impl Second {
    const ALL: [Second; 5] = [Second::Nothing, Second::Add, Second::Least, Second::Greatest, Second::Merge];
}

/// A part of a register: its first bit and its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) shift: u8,
    pub(super) bits: u8,
}

impl Part {
    pub(super) const WHOLE: Part = Part { shift: 0, bits: 32 };

    pub(super) fn named(name: &str) -> Option<Part> {
        let (kind, number) = name.split_at_checked(1)?;
        let number: u8 = number.parse().ok()?;
        match (kind, number) {
            ("b", 0..=3) => Some(Part { shift: 8 * number, bits: 8 }),
            ("h", 0..=1) => Some(Part { shift: 16 * number, bits: 16 }),
            _ => None,
        }
    }

    fn read(self, register: u32, signed: bool) -> i64 {
        let spare = 64 - u32::from(self.bits);
        let high = u64::from(register >> self.shift) << spare;
        if signed { high as i64 >> spare } else { (high >> spare) as i64 }
    }
}

/// All that one instruction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Video {
    pub(super) operation: Operation,
    pub(super) second: Second,
    /// Whether the result and the two operands are signed.
    pub(super) signed: [bool; 3],
    pub(super) a: Part,
    pub(super) b: Part,
    pub(super) d: Part,
    pub(super) saturate: bool,
    /// Shift amounts wrap, rather than being clamped.
    pub(super) wrap: bool,
    /// Of a multiplication, how far the sum is shifted down.
    pub(super) scale: u8,
    /// One is added to a multiplication's sum.
    pub(super) plus_one: bool,
}

impl Video {
    /// Packs it into an instruction's number.
    pub(super) fn pack(self) -> u64 {
        let part = |it: Part| u64::from(it.shift / 8) | u64::from(it.bits / 8) << 2;
        let flags = [self.signed[0], self.signed[1], self.signed[2], self.saturate, self.wrap, self.plus_one];
        let flags = flags.iter().enumerate().fold(0, |sum, (i, it)| sum | u64::from(*it) << i);
        self.operation as u64
            | (self.second as u64) << 4
            | part(self.a) << 8
            | part(self.b) << 16
            | part(self.d) << 24
            | flags << 32
            | u64::from(self.scale) << 40
    }

    fn unpack(number: u64) -> Self {
        let part = |at: u32| {
            let it = (number >> at) as u8;
            Part { shift: (it & 3) * 8, bits: (it >> 2 & 7) * 8 }
        };
        let flag = |i: u32| number >> (32 + i) & 1 != 0;
        Self {
            operation: Operation::ALL[(number & 15) as usize % Operation::ALL.len()],
            second: Second::ALL[(number >> 4 & 15) as usize % Second::ALL.len()],
            signed: [flag(0), flag(1), flag(2)],
            a: part(8),
            b: part(16),
            d: part(24),
            saturate: flag(3),
            wrap: flag(4),
            scale: (number >> 40) as u8,
            plus_one: flag(5),
        }
    }

    fn evaluate(self, a: u32, b: u32, c: u32) -> u32 {
        let (x, y) = (self.a.read(a, self.signed[1]), self.b.read(b, self.signed[2]));
        let amount = if self.wrap { y & 31 } else { y.clamp(0, 32) };
        let third = if self.signed[0] { i64::from(c as i32) } else { i64::from(c) };
        let mut value = match self.operation {
            Operation::Add => x + y,
            Operation::Subtract => x - y,
            Operation::Difference => (x - y).abs(),
            Operation::Least => x.min(y),
            Operation::Greatest => x.max(y),
            Operation::Left => x << amount,
            Operation::Right => x >> amount,
            Operation::Less => i64::from(x < y),
            Operation::LessOrEqual => i64::from(x <= y),
            Operation::Equal => i64::from(x == y),
            Operation::NotEqual => i64::from(x != y),
            Operation::GreaterOrEqual => i64::from(x >= y),
            Operation::Greater => i64::from(x > y),
            Operation::MultiplyAdd => {
                // The product of two unsigned registers needs all 64 bits, and the sum one more.
                let sum = i128::from(x) * i128::from(y) + i128::from(third) + i128::from(self.plus_one);
                let sum = sum >> self.scale;
                if self.saturate { sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64 } else { sum as i64 }
            }
        };
        if self.saturate {
            let bits = u32::from(if self.second == Second::Merge { self.d.bits } else { 32 });
            let (low, high) = if self.signed[0] {
                (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1)
            } else {
                (0, (1i64 << bits) - 1)
            };
            value = value.clamp(low, high);
        }
        let result = value as u32;
        let signed = self.signed[0];
        match self.second {
            Second::Nothing => result,
            Second::Add => result.wrapping_add(c),
            Second::Least if signed => (result as i32).min(c as i32) as u32,
            Second::Least => result.min(c),
            Second::Greatest if signed => (result as i32).max(c as i32) as u32,
            Second::Greatest => result.max(c),
            Second::Merge => {
                let mask = (u32::MAX >> (32 - u32::from(self.d.bits))) << self.d.shift;
                c & !mask | (result << self.d.shift) & mask
            }
        }
    }
}

struct Evaluate;

impl Body for Evaluate {
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let video = Video::unpack(inst.imm);
        // SAFETY: the caller keeps Operand 1 for these columns.
        unsafe {
            let (a, b, c) = (lanes.read::<u32>(inst.a), lanes.read::<u32>(inst.b), lanes.read::<u32>(inst.c));
            let result: [u32; LANES] = std::array::from_fn(|i| video.evaluate(a[i], b[i], c[i]));
            lanes.write(inst.dst, &result);
        }
        Flow::Next
    }
}

/// `dst` = what `imm` says of `a`, `b` and `c`.
pub(super) fn evaluate() -> Handler {
    scalar_handler::<Evaluate>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_is_what_it_was_after_packing() {
        let video = Video {
            operation: Operation::MultiplyAdd,
            second: Second::Merge,
            signed: [true, false, true],
            a: Part { shift: 24, bits: 8 },
            b: Part { shift: 16, bits: 16 },
            d: Part::WHOLE,
            saturate: true,
            wrap: false,
            scale: 15,
            plus_one: true,
        };
        assert_eq!(Video::unpack(video.pack()), video);
    }
}
