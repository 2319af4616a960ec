//! `tensormap.replace`: kernels that change descriptions of tensors.

use super::asynchronous::each_lane;
use super::lanes::{Body, Flow, Handler, Inst, Lanes, scalar_handler};
use super::memory::{Element, space};
use super::tensor::{Swizzle, TensorMap};
use super::{Access, Fault, FaultKind};

/// What `tensormap.replace` changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Field {
    Address,
    Rank,
    Side,
    Size,
    Stride,
    Step,
    Kind,
    Interleave,
    Swizzle,
    Atomicity,
    Fill,
}

const FIELDS: [Field; 11] = [
    Field::Address,
    Field::Rank,
    Field::Side,
    Field::Size,
    Field::Stride,
    Field::Step,
    Field::Kind,
    Field::Interleave,
    Field::Swizzle,
    Field::Atomicity,
    Field::Fill,
];

/// The manual's numbers of element types, as those of `CUtensorMapDataType`.
const KINDS: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 10, 8, 9, 11, 12, 13, 14, 15];

impl TensorMap {
    /// Gives a field a value; none if it cannot have that.
    fn replaced(mut self, field: Field, number: usize, value: u64) -> Option<TensorMap> {
        match field {
            Field::Address => self.address = value,
            // One less than the rank.
            Field::Rank => self.rank = u8::try_from(value).ok().filter(|it| *it < 5)? + 1,
            Field::Side => self.sides[number] = u16::try_from(value).ok().filter(|it| *it > 0)?,
            Field::Size => self.sizes[number] = value,
            Field::Stride => *self.strides.get_mut(number)? = value,
            Field::Step => self.steps[number] = u8::try_from(value).ok().filter(|it| *it > 0)?,
            Field::Kind => self.kind = *KINDS.get(value as usize)?,
            Field::Interleave => self.interleave = u8::try_from(value).ok()?,
            Field::Swizzle => self.swizzle = Swizzle::of(u32::try_from(value).ok().filter(|it| *it < 4)?)?,
            Field::Atomicity => {
                self.swizzle = match (value, self.swizzle) {
                    (0, it) if it.span() != Some(128) => it,
                    (0, _) => Swizzle::In128,
                    (1, _) => Swizzle::In128By32,
                    (2, _) => Swizzle::In128By32Flipped,
                    (3, _) => Swizzle::In128By64,
                    _ => return None,
                }
            }
            Field::Fill => self.nan = value & 1 != 0,
        }
        Some(self)
    }
}

struct Replace;

impl Body for Replace {
    /// Gives the field `imm` of the map at `a` the value `b`; `c` is the state space.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these columns.
        let (maps, values) = unsafe { (lanes.read::<u64>(inst.a), lanes.read::<u64>(inst.b)) };
        let field = FIELDS[inst.imm as usize % 256 % FIELDS.len()];
        let number = (inst.imm >> 8) as usize % 5;
        each_lane(lanes, |memory, lane| {
            let seen = (0, inst.site);
            let at = memory.locate(lane, inst.c as u8, maps[lane], (128, 64), Access::Atomic, seen)?;
            // SAFETY: `locate` gave 128 bytes (Address 1).
            let words = std::array::from_fn(|word| unsafe { u64::load(at.wrapping_add(8 * word)) });
            let map = TensorMap::read(&words);
            let Some(map) = map.and_then(|map| map.replaced(field, number, values[lane])) else {
                let text = format!(
                    "what is at {:#x} is no tensor map, or its field {field:?} cannot be {}",
                    maps[lane], values[lane]
                );
                return Err(Fault::new(FaultKind::IllegalInstruction, text).at_address(maps[lane]));
            };
            for (word, value) in map.words().into_iter().enumerate() {
                // SAFETY: as above.
                unsafe { u64::store(at.wrapping_add(8 * word), value) };
            }
            Ok(())
        })
    }
}

/// Changes a field of a tensor map.
pub(super) fn replace() -> Handler {
    scalar_handler::<Replace>()
}

struct CopyMap;

impl Body for CopyMap {
    /// The 128 bytes of global memory at `a` become those of shared memory at `b`.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these columns.
        let (to, from) = unsafe { (lanes.read::<u64>(inst.a), lanes.read::<u64>(inst.b)) };
        each_lane(lanes, |memory, lane| {
            let seen = (0, inst.site);
            let from = memory.locate(lane, space::SHARED, from[lane], (128, 128), Access::Read, seen)?;
            let to = memory.locate(lane, space::GLOBAL, to[lane], (128, 128), Access::Write, seen)?;
            for at in (0..128).step_by(8) {
                // SAFETY: `locate` gave 128 bytes each (Address 1).
                unsafe { u64::store(to.wrapping_add(at), u64::load(from.wrapping_add(at))) };
            }
            Ok(())
        })
    }
}

/// Copies a tensor map.
pub(super) fn copy_map() -> Handler {
    scalar_handler::<CopyMap>()
}
