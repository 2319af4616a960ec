//! Instructions by which the lanes of a warp exchange values: shuffles, votes, matches, reductions.

use super::lanes::LANES;
use super::number::{extreme, out32};

/// What is exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `bar.warp.sync`
    Wait,
    ShuffleUp,
    ShuffleDown,
    ShuffleXor,
    ShuffleIndex,
    VoteAll,
    VoteAny,
    VoteUniform,
    Ballot,
    /// `elect.sync`: the first lane of all.
    Elect,
    MatchAny,
    MatchAll,
    /// By the operation and whether on signed numbers.
    Reduce(Reduce),
    /// Tensor core products and matrix loads, by number in the table of `matrix.rs`.
    Matrix(super::matrix::Matrix),
    /// A texture or surface, which each lane looks at for itself.
    Texture(super::texture::Look),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reduce {
    Add,
    MinUnsigned,
    MaxUnsigned,
    MinSigned,
    MaxSigned,
    And,
    Or,
    Xor,
    /// The extreme of numbers in single precision: the largest, of magnitudes, and a NaN if there is one.
    Extreme {
        largest: bool,
        magnitudes: bool,
        propagate: bool,
    },
}

/// One such instruction: its operands, [`NONE`](super::lanes::NONE) where it has none.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) kind: Kind,
    pub(super) dst: u32,
    /// The predicate that it also writes.
    pub(super) flag: u32,
    pub(super) a: u32,
    /// Whether values have 64 bits.
    pub(super) wide: bool,
    pub(super) b: u32,
    pub(super) c: u32,
    /// The column of member masks; [`NONE`](super::lanes::NONE) for the forms without `.sync`.
    pub(super) members: u32,
    /// Further registers of matrix instructions.
    pub(super) more: Vec<u32>,
}

/// What the lanes bring.
pub(super) struct Brought {
    pub(super) a: [u64; LANES],
    pub(super) b: [u32; LANES],
    pub(super) c: [u32; LANES],
}

/// What the lanes take away: a value each, and a flag each.
pub(super) struct Taken {
    pub(super) value: [u64; LANES],
    pub(super) flag: u32,
}

/// Exchanges values between the lanes in `mask`.
pub(super) fn exchange(kind: Kind, wide: bool, mask: u32, brought: &Brought) -> Taken {
    let mut taken = Taken { value: brought.a, flag: 0 };
    match kind {
        Kind::Wait | Kind::Matrix(_) | Kind::Texture(_) => {}
        Kind::ShuffleUp | Kind::ShuffleDown | Kind::ShuffleXor | Kind::ShuffleIndex => {
            shuffle(kind, mask, brought, &mut taken);
        }
        Kind::VoteAll | Kind::VoteAny | Kind::VoteUniform | Kind::Ballot => {
            vote(kind, mask, brought, &mut taken)
        }
        Kind::Elect => {
            let leader = mask.trailing_zeros();
            taken = Taken { value: [u64::from(leader); LANES], flag: 1u32.checked_shl(leader).unwrap_or(0) };
        }
        Kind::MatchAny | Kind::MatchAll => matched(kind, wide, mask, brought, &mut taken),
        Kind::Reduce(operation) => reduce(operation, mask, brought, &mut taken),
    }
    taken
}

fn shuffle(kind: Kind, mask: u32, brought: &Brought, taken: &mut Taken) {
    for lane in 0..LANES {
        let (step, clamp) = (brought.b[lane] as usize & 31, brought.c[lane]);
        let (segment, clamp) = ((clamp >> 8 & 31) as usize, (clamp & 31) as usize);
        let highest = (lane & segment) | (clamp & !segment);
        let lowest = lane & segment;
        let (from, valid) = match kind {
            // For `up` the clamp is the lowest lane of the segment.
            Kind::ShuffleUp => (lane.wrapping_sub(step), lane as i64 - step as i64 >= highest as i64),
            Kind::ShuffleDown => (lane + step, lane + step <= highest),
            Kind::ShuffleXor => (lane ^ step, (lane ^ step) <= highest),
            _ => {
                let from = lowest | (step & !segment & 31);
                (from, from <= highest)
            }
        };
        let from = if valid { from & 31 } else { lane };
        // Reading a lane that does not take part is undefined; here it gives that lane's own value.
        let from = if mask & (1 << from) != 0 { from } else { lane };
        taken.value[lane] = brought.a[from];
        taken.flag |= u32::from(valid) << lane;
    }
}

fn vote(kind: Kind, mask: u32, brought: &Brought, taken: &mut Taken) {
    let ballot = (0..LANES).fold(0, |sum, i| sum | u32::from(brought.a[i] != 0) << i) & mask;
    let flag = match kind {
        Kind::VoteAll => ballot == mask,
        Kind::VoteAny => ballot != 0,
        _ => ballot == 0 || ballot == mask,
    };
    taken.flag = if flag { u32::MAX } else { 0 };
    taken.value = [u64::from(ballot); LANES];
}

fn matched(kind: Kind, wide: bool, mask: u32, brought: &Brought, taken: &mut Taken) {
    let value = |lane: usize| if wide { brought.a[lane] } else { brought.a[lane] & 0xffff_ffff };
    for lane in 0..LANES {
        let equal = (0..LANES).fold(0, |sum, i| sum | u32::from(value(i) == value(lane)) << i) & mask;
        let all = equal == mask;
        taken.value[lane] = match kind {
            Kind::MatchAny => u64::from(equal),
            _ if all => u64::from(mask),
            _ => 0,
        };
        taken.flag |= u32::from(all) << lane;
    }
}

fn reduce(operation: Reduce, mask: u32, brought: &Brought, taken: &mut Taken) {
    let mut values = (0..LANES).filter(|i| mask & (1 << i) != 0).map(|i| brought.a[i] as u32);
    let first = values.next().unwrap_or(0);
    if let Reduce::Extreme { largest, magnitudes, propagate } = operation {
        let number = |it: u32| f64::from(f32::from_bits(if magnitudes { it & 0x7fff_ffff } else { it }));
        let sum = values.fold(number(first), |a, b| extreme(a, number(b), largest, propagate));
        taken.value = [u64::from(out32(sum as f32)); LANES];
        return;
    }
    let sum = values.fold(first, |a, b| match operation {
        Reduce::Add => a.wrapping_add(b),
        Reduce::MinUnsigned => a.min(b),
        Reduce::MaxUnsigned => a.max(b),
        Reduce::MinSigned => (a as i32).min(b as i32) as u32,
        Reduce::MaxSigned => (a as i32).max(b as i32) as u32,
        Reduce::And => a & b,
        Reduce::Or => a | b,
        Reduce::Xor | Reduce::Extreme { .. } => a ^ b,
    });
    taken.value = [u64::from(sum); LANES];
}
