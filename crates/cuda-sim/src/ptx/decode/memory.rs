//! Loads, stores, atomic operations, address conversions, fences.

use super::super::access::{self, Width, space_and_align};
use super::super::lanes::{Handler, NONE, map1, map2, select};
use super::super::memory::{GRID_WINDOW, LOCAL_WINDOW, PARAM_WINDOW, SHARED_WINDOW, WINDOW, space};
use super::super::number::{self, Rounding, f32, f64, narrow};
use super::super::parse::Parsed;
use super::super::quad::Quad;
use super::super::special;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::super::watch::{BLOCK_SCOPE, STRONG};
use super::operand::Value;
use super::{Decoder, Symbol, Words};

/// Words that say how an access is ordered or cached; the interpreter's memory has no caches.
const CACHE_HINTS: [&str; 22] = [
    "ca", "cg", "cs", "lu", "cv", "wb", "wt", "nc", "cta", "gpu", "sys", "cluster", "weak", "volatile",
    "mmio", "relaxed", "unified", "noftz", "L2::64B", "L2::128B", "L2::256B", "aligned",
];

/// Words that make an access strong: it may meet others of the same bytes without being a race.
const STRONG_WORDS: [&str; 6] = ["volatile", "mmio", "relaxed", "acquire", "release", "sc"];

/// Where an access goes.
#[derive(Clone, Copy)]
pub(super) struct Place {
    column: u32,
    short: bool,
    offset: u64,
}

impl<'s> Decoder<'_, 's> {
    pub(super) fn memory(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.opcode {
            "ld" | "ldu" => self.load(words),
            "st" => self.store(words),
            "atom" | "red" => self.atomic(words),
            "cvta" => self.convert_address(words),
            "isspacep" => self.is_space(words),
            "cp" => self.copy(words),
            "membar" | "fence" => {
                words.left.clear();
                self.push(special::fence(), 0, [NONE; 3], 0);
                Ok(())
            }
            _ => {
                words.left.clear();
                self.hint();
                Ok(())
            }
        }
    }

    /// Takes what says how to access: whether it orders other accesses, and how strong it is itself.
    pub(super) fn take_hints(&mut self, words: &mut Words<'_, 's>) -> (bool, u32) {
        let block = words.left.contains(&"cta");
        let strong = words.left.iter().any(|it| STRONG_WORDS.contains(it)) && !block;
        let ordered =
            words.take("acquire") | words.take("release") | words.take("acq_rel") | words.take("sc");
        words.left.retain(|it| {
            !CACHE_HINTS.contains(it) && !it.starts_with("L1::") && !it.starts_with("L2::evict")
        });
        (ordered, if strong { STRONG } else { 0 } | if block { BLOCK_SCOPE } else { 0 })
    }

    pub(super) fn take_space(&mut self, words: &mut Words<'_, 's>) -> u8 {
        words
            .take_any(&[
                ("global", space::GLOBAL),
                ("const", space::CONST),
                ("shared", space::SHARED),
                ("shared::cta", space::SHARED),
                ("shared::cluster", space::SHARED),
                ("local", space::LOCAL),
                ("param", space::PARAM),
                ("param::entry", space::PARAM),
                ("param::func", space::PARAM),
            ])
            .unwrap_or(space::GENERIC)
    }

    /// The column of an address and what to add; the space may change from parameters to a frame's.
    pub(super) fn address(&mut self, operand: &Operand<'s>, space: &mut u8) -> Parsed<Place> {
        self.place = operand.place;
        let (name, offset) = match operand.kind {
            OperandKind::Address(name, offset) => (name, offset),
            OperandKind::Element { name, index, plus } => {
                let (offset, index) = self.element(operand.place, name, index, plus)?;
                let array = OperandKind::Address(Some(name), offset);
                let place = self.address(&Operand { place: operand.place, kind: array }, space)?;
                let Some(index) = index else { return Ok(place) };
                let start = Value { column: place.column, bits: if place.short { 32 } else { 64 } };
                return Ok(Place { column: self.moved_by(start, index), ..place });
            }
            _ => return Err(self.error("expected an address in brackets")),
        };
        let zero = Operand { place: operand.place, kind: OperandKind::Int(0) };
        let Some(name) = name else {
            let column = self.source(&zero, Type::U64)?;
            return Ok(Place { column, short: false, offset: offset as u64 });
        };
        let named = Operand { place: operand.place, kind: OperandKind::Name(name, 0) };
        if let Some((value, _)) = self.as_register(&named) {
            return self.register_address(value, offset, *space);
        }
        let wanted = match self.symbol(name)? {
            Symbol::Param(slot) => {
                if *space != space::PARAM {
                    return Err(self.error(format!("{name} is in parameter memory")));
                }
                *space = space::FRAME;
                let column = self.constant(0, true);
                return Ok(Place {
                    column,
                    short: false,
                    offset: u64::from(slot.offset).wrapping_add(offset as u64),
                });
            }
            Symbol::Spilled(_) if *space == space::PARAM => {
                *space = space::LOCAL;
                space::LOCAL
            }
            Symbol::KernelParam(_) => space::PARAM,
            Symbol::Shared(_) | Symbol::DynamicShared => space::SHARED,
            Symbol::Local(_) => space::LOCAL,
            Symbol::Global { is_const, .. } => {
                if is_const {
                    space::CONST
                } else {
                    space::GLOBAL
                }
            }
            _ => return Err(self.error(format!("{name} is not in memory"))),
        };
        if *space != wanted && !(*space == space::GENERIC && matches!(wanted, space::GLOBAL | space::CONST)) {
            let message = format!("{name} is in {} memory", space::name(wanted));
            return Err(self.error(message));
        }
        let column = self.source(&named, Type::U64)?;
        Ok(Place { column, short: false, offset: offset as u64 })
    }

    fn register_address(&mut self, value: Value, offset: i64, space: u8) -> Parsed<Place> {
        let (column, offset) = (value.column, offset as u64);
        match value.bits {
            64 => Ok(Place { column, short: false, offset }),
            32 if matches!(space, space::SHARED | space::LOCAL) => Ok(Place { column, short: true, offset }),
            32 => {
                let wide = self.temporary(64);
                self.unary(map1(|a: u32| u64::from(a)), wide, column);
                Ok(Place { column: wide, short: false, offset })
            }
            bits => Err(self.error(format!("an address register has 64 bits, or 32, not {bits}"))),
        }
    }

    pub(super) fn site(&mut self) -> u32 {
        // Zero is for instructions that access no memory.
        self.program.sites = self.program.sites.max(1) + 1;
        self.program.sites - 1
    }

    fn take_vector(&mut self, words: &mut Words<'_, 's>) -> usize {
        words.take_any(&[("v2", 2), ("v4", 4), ("v8", 8)]).unwrap_or(1)
    }

    fn load(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let (ordered, strength) = self.take_hints(words);
        let mut space = self.take_space(words);
        let vector = self.take_vector(words);
        let kind = words.take_type()?;
        if vector * kind.bytes() as usize > 16 {
            self.must_have("an access of 32 bytes", 100, (8, 8))?;
        }
        let [d, a] = words.operands()?;
        if kind == Type::B128 && vector == 1 {
            let place = self.address(a, &mut space)?;
            let register = self.quad(d)?;
            self.quad_access(Quad::Load, (register, &place), (space, strength), ordered);
            return Ok(());
        }
        let Some(width) = loaded(kind) else { return words.unsupported(kind) };
        let mut place = self.address(a, &mut space)?;
        let parts = self.parts(d, vector)?;
        if vector > 1 && !place.short {
            // A part may overwrite the address.
            let copy = self.temporary(64);
            self.unary(map1(|a: u64| a), copy, place.column);
            place.column = copy;
        } else if vector > 1 {
            let copy = self.temporary(32);
            self.unary(map1(|a: u32| a), copy, place.column);
            place.column = copy;
        }
        let bytes = kind.bytes();
        let mut align = bytes * vector as u32;
        for (index, part) in parts.iter().enumerate() {
            let d = self.any_destination(part, kind)?;
            if d.bits < kind.bits() {
                return Err(self.error(format!("{} bits do not fit a register of {}", kind.bits(), d.bits)));
            }
            let at = index as u32 * bytes;
            let all = (1 << bytes) - 1;
            let used = words.used_bytes.checked_shr(at).unwrap_or(all) & all;
            if used == all {
                let run = access::load(space, width, place.short);
                self.load_part(run, d, kind, &place, at.into(), align | (strength & STRONG));
            } else {
                self.load_used(space, d, kind, &place, (at.into(), used), strength & STRONG);
            }
            align = bytes;
        }
        if ordered {
            self.push(special::fence(), 0, [NONE; 3], 0);
        }
        Ok(())
    }

    fn load_part(&mut self, run: Handler, d: Value, kind: Type, place: &Place, at: u64, align: u32) {
        let shape = shape(kind, d.bits);
        let to = if shape.is_some() { self.temporary(32) } else { d.column };
        let site = self.site();
        let offset = place.offset.wrapping_add(at);
        let inst = self.push(run, to, [place.column, NONE, align], offset);
        inst.site = site;
        if let Some(shape) = shape {
            self.unary(shape, d.column, to);
        }
    }

    /// Loads those bytes of a value that `used` has bits for. The others are not looked at, since they may be where the program may
    /// not read; they are zero.
    fn load_used(
        &mut self,
        space: u8,
        d: Value,
        kind: Type,
        place: &Place,
        (at, used): (u64, u32),
        strength: u32,
    ) {
        let value = self.temporary(64);
        let zero = self.constant(0, true);
        self.unary(map1(|a: u64| a), value, zero);
        for index in (0..kind.bytes()).filter(|index| used >> index & 1 == 1) {
            let (byte, wide) = (self.temporary(32), self.temporary(64));
            let offset = place.offset.wrapping_add(at + u64::from(index));
            let (run, site) = (access::load(space, Width::U8, place.short), self.site());
            self.push(run, byte, [place.column, NONE, 1 | strength], offset).site = site;
            self.unary(map1(|a: u32| u64::from(a)), wide, byte);
            let shift = self.constant(u64::from(8 * index), true);
            self.binary(map2(|a: u64, shift: u64| a << shift), wide, wide, shift);
            self.binary(map2(|a: u64, b: u64| a | b), value, value, wide);
        }
        if kind.bits() == 64 {
            return self.unary(map1(|a: u64| a), d.column, value);
        }
        let narrow = self.temporary(32);
        self.unary(map1(|a: u64| a as u32), narrow, value);
        match kind {
            Type::S8 => self.unary(map1(|a: u32| a as i8 as i32 as u32), narrow, narrow),
            Type::S16 => self.unary(map1(|a: u32| a as i16 as i32 as u32), narrow, narrow),
            _ => {}
        }
        self.unary(shape(kind, d.bits).unwrap_or_else(|| map1(|a: u32| a)), d.column, narrow);
    }

    /// The registers of a vector operand, or the one.
    fn parts<'o>(&mut self, operand: &'o Operand<'s>, vector: usize) -> Parsed<&'o [Operand<'s>]> {
        match &operand.kind {
            OperandKind::Vector(list) if list.len() == vector => Ok(list),
            OperandKind::Vector(_) => Err(operand.place.error(format!("expected a vector of {vector}"))),
            _ if vector == 1 => Ok(std::slice::from_ref(operand)),
            _ => Err(operand.place.error(format!("expected a vector of {vector} in braces"))),
        }
    }

    pub(super) fn store(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if words.take("async") || words.left.contains(&"bulk") {
            return self.asynchronous_store(words);
        }
        let (ordered, strength) = self.take_hints(words);
        if ordered {
            self.push(special::fence(), 0, [NONE; 3], 0);
        }
        let mut space = self.take_space(words);
        let vector = self.take_vector(words);
        let kind = words.take_type()?;
        if vector * kind.bytes() as usize > 16 {
            self.must_have("an access of 32 bytes", 100, (8, 8))?;
        }
        let [a, b] = words.operands()?;
        let place = self.address(a, &mut space)?;
        if kind == Type::B128 && vector == 1 && !matches!(space, space::CONST | space::PARAM) {
            let register = self.quad(b)?;
            self.quad_access(Quad::Store, (register, &place), (space, strength), ordered);
            return Ok(());
        }
        let Some(width) = loaded(kind) else { return words.unsupported(kind) };
        if matches!(space, space::CONST | space::PARAM) {
            return Err(words.error(format!("{} memory cannot be written", space::name(space))));
        }
        let bytes = kind.bytes();
        for (index, part) in self.parts(b, vector)?.iter().enumerate() {
            let value = self.low_source(part, kind)?;
            let align = if index == 0 { bytes * vector as u32 } else { bytes };
            let offset = place.offset.wrapping_add(index as u64 * u64::from(bytes));
            let run = access::store(space, width, place.short);
            let site = self.site();
            self.push(run, NONE, [place.column, value, align | (strength & STRONG)], offset).site = site;
        }
        Ok(())
    }

    pub(super) fn atomic(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if words.take("async") {
            return self.asynchronous_reduction(words);
        }
        let (ordered, strength) = self.take_hints(words);
        let mut space = self.take_space(words);
        if !matches!(space, space::GLOBAL | space::SHARED | space::GENERIC) {
            return Err(
                words.error(format!("atomic operations do not work on {} memory", space::name(space)))
            );
        }
        let vector = self.take_vector(words);
        let kind = words.take_type()?;
        let operation = words.take_first()?;
        let returns = words.opcode == "atom";
        if kind == Type::B128 && returns {
            return self.quad_atomic(words, operation, space, strength);
        }
        let (d, rest) = match words.operands {
            [d, rest @ ..] if returns => (Some(d), rest),
            rest => (None, rest),
        };
        let (a, b, c) = match rest {
            [a, b] if operation != "cas" => (a, b, b),
            [a, b, c] if operation == "cas" => (a, b, c),
            _ => return Err(words.error("wrong number of operands for this atomic operation")),
        };
        let Some(run) = atomic_handler(operation, kind) else { return words.unsupported(kind) };
        let place = self.address(a, &mut space)?;
        let wide =
            vector > 1 && matches!(kind, Type::F32 | Type::F16 | Type::Bf16 | Type::F16x2 | Type::Bf16x2);
        let narrow = !matches!(kind, Type::F32) && matches!(operation, "min" | "max");
        if vector > 1 && !(wide && space == space::GLOBAL && kind.bytes() as usize * vector <= 16)
            || narrow && vector == 1 && !kind.is_integer()
        {
            return words.unsupported(kind);
        }
        if ordered {
            self.push(special::fence(), 0, [NONE; 3], 0);
        }
        let (parts, results) = (self.parts(b, vector)?, d.map(|d| self.parts(d, vector)).transpose()?);
        // A part's result may overwrite the address or another part's operand, so all are read first.
        let mut columns = Vec::with_capacity(vector);
        for (index, part) in parts.iter().enumerate() {
            let at = place.offset.wrapping_add(index as u64 * u64::from(kind.bytes()));
            let address = self.full_address(&Place { offset: at, ..place });
            let (b, d) = (
                self.source(part, kind)?,
                match results {
                    Some(results) => self.destination(&results[index], kind)?,
                    None => NONE,
                },
            );
            let to = if vector > 1 && d != NONE { self.temporary(kind.bits()) } else { d };
            columns.push((address, b, d, to));
        }
        let c = if operation == "cas" { self.source(c, kind)? } else { columns[0].1 };
        for (index, &(address, b, _, to)) in columns.iter().enumerate() {
            let align = if index == 0 { kind.bytes() * vector as u32 } else { kind.bytes() };
            let site = self.site();
            let operands = [address, b, space_and_align(space, align) | (strength & BLOCK_SCOPE)];
            self.push(run, to, operands, u64::from(c)).site = site;
        }
        for (_, _, d, to) in columns.into_iter().filter(|it| it.2 != it.3) {
            self.unary(map1(|a: u32| a), d, to);
        }
        Ok(())
    }

    /// The 64-bit column of an address in shared memory.
    pub(super) fn shared_address(&mut self, operand: &Operand<'s>) -> Parsed<u32> {
        let mut space = space::SHARED;
        let place = self.address(operand, &mut space)?;
        Ok(self.full_address(&place))
    }

    /// An address with its offset added, in 64 bits.
    pub(super) fn full_address(&mut self, place: &Place) -> u32 {
        let mut column = place.column;
        if place.short {
            let wide = self.temporary(64);
            self.unary(map1(|a: u32| u64::from(a)), wide, column);
            column = wide;
        }
        if place.offset != 0 {
            let sum = self.temporary(64);
            let offset = self.constant(place.offset, true);
            self.binary(map2(|a: u64, b: u64| a.wrapping_add(b)), sum, column, offset);
            column = sum;
        }
        column
    }

    fn convert_address(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let to = words.take("to");
        let space = self.take_space(words);
        let kind = words.take_type()?;
        if kind != Type::U64 {
            return words.unsupported(kind);
        }
        let [d, a] = words.operands()?;
        let a = self.source(a, kind)?;
        let d = self.destination(d, kind)?;
        let window = match space {
            space::GLOBAL | space::CONST => {
                self.unary(map1(|a: u64| a), d, a);
                return Ok(());
            }
            space::SHARED => SHARED_WINDOW,
            space::LOCAL => LOCAL_WINDOW,
            space::PARAM => PARAM_WINDOW,
            _ => return Err(words.error("cvta needs a state space")),
        };
        let window = self.constant(window, true);
        // A null pointer is null in every space; it is address 0 of none.
        let run = if to {
            map2(|a: u64, window: u64| a.wrapping_sub(window))
        } else {
            map2(|a: u64, window: u64| a.wrapping_add(window))
        };
        self.binary(run, d, a, window);
        Ok(())
    }

    fn is_space(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let space = self.take_space(words);
        let [p, a] = words.operands()?;
        let a = self.source(a, Type::U64)?;
        let p = self.predicate_destination(p)?;
        let run = match space {
            space::GLOBAL => special::in_window::<0, SHARED_WINDOW>(),
            space::SHARED => special::in_window::<SHARED_WINDOW, { SHARED_WINDOW + WINDOW }>(),
            space::LOCAL => special::in_window::<LOCAL_WINDOW, { LOCAL_WINDOW + WINDOW }>(),
            space::PARAM => special::in_window::<PARAM_WINDOW, { PARAM_WINDOW + WINDOW }>(),
            // Constant memory has no window of its own.
            space::CONST => special::in_window::<GRID_WINDOW, GRID_WINDOW>(),
            _ => return Err(words.error("isspacep needs a state space")),
        };
        self.unary(run, p, a);
        Ok(())
    }

    /// `cp.async`: the copy is done at once, and waiting for it is nothing.
    fn copy(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let reduces = words.take("reduce");
        if !words.take("async") || (reduces && !words.left.contains(&"bulk")) {
            return Err(words.error(format!("cp.{} is not supported", words.left.join("."))));
        }
        if words.take("bulk") {
            return self.bulk_copy(words, reduces);
        }
        if words.take("mbarrier") {
            return self.arrive_after_copies(words);
        }
        if words.take("commit_group") || words.take("wait_all") || words.take("wait_group") {
            self.hint();
            return Ok(());
        }
        self.take_hints(words);
        if words.take("L2::cache_hint") {
            self.drop_policy(words)?;
        }
        let (mut to, mut from) = (space::SHARED, space::GLOBAL);
        if !(words.take("shared") | words.take("shared::cta") | words.take("shared::cluster"))
            || !words.take("global")
        {
            return Err(words.error("cp.async copies from .global to .shared"));
        }
        let (d, a, bytes, source) = match words.operands {
            [d, a, bytes] => (d, a, bytes, None),
            [d, a, bytes, source] => (d, a, bytes, Some(source)),
            _ => return Err(words.error("cp.async takes two addresses and a size")),
        };
        let OperandKind::Int(size @ (4 | 8 | 16)) = bytes.kind else {
            return Err(words.error("cp.async copies 4, 8 or 16 bytes"));
        };
        let d = self.address(d, &mut to)?;
        let d = self.full_address(&d);
        let a = self.address(a, &mut from)?;
        let a = self.full_address(&a);
        let wanted = match source {
            None => self.constant(size, false),
            // A predicate says whether to take zeros instead.
            Some(Operand { kind: OperandKind::Name(name, 0), .. })
                if matches!(self.symbol(name), Ok(Symbol::Register { kind: Type::Pred, .. })) =>
            {
                let (ignored, all) = (self.predicate_register(name)?, self.constant(size, false));
                let (none, wanted) = (self.constant(0, false), self.temporary(32));
                self.ternary(select::<u32>(), wanted, [none, all, ignored]);
                wanted
            }
            Some(source) => self.source(source, Type::U32)?,
        };
        let site = self.site();
        self.push(access::copy(), d, [a, wanted, NONE], size).site = site;
        Ok(())
    }
}

/// What brings a loaded value into the shape of a register of so many bits. Loads give 32 bits, or 64 for types of that width.
fn shape(kind: Type, bits: u32) -> Option<Handler> {
    match (kind, bits) {
        (_, 64) if kind.bits() == 64 => None,
        (Type::S8 | Type::S16 | Type::S32, 64) => Some(map1(|a: u32| i64::from(a as i32) as u64)),
        (_, 64) => Some(map1(|a: u32| u64::from(a))),
        (Type::S8, 16) => Some(map1(|a: u32| a & 0xffff)),
        (Type::S16, 16) => Some(map1(|a: u32| a & 0xffff)),
        (Type::S8, 8) => Some(map1(|a: u32| a & 0xff)),
        _ => None,
    }
}

fn loaded(kind: Type) -> Option<Width> {
    Some(match kind {
        Type::S8 => Width::S8,
        Type::S16 => Width::S16,
        Type::Pred | Type::B128 => return None,
        _ => match kind.bits() {
            8 => Width::U8,
            16 => Width::U16,
            32 => Width::B32,
            _ => Width::B64,
        },
    })
}

fn atomic_handler(operation: &str, kind: Type) -> Option<Handler> {
    use access::atomic;
    Some(match (operation, kind) {
        ("add", Type::U32 | Type::S32) => atomic::<u32, u32, _>(|old, b, _| old.wrapping_add(b)),
        ("add", Type::U64 | Type::S64) => atomic::<u64, u64, _>(|old, b, _| old.wrapping_add(b)),
        ("add", Type::F32) => atomic::<u32, u32, _>(|old, b, _| number::out32(f32(old) + f32(b))),
        ("add", Type::F64) => atomic::<u64, u64, _>(|old, b, _| (f64(old) + f64(b)).to_bits()),
        ("add", Type::F16) => atomic::<u16, u32, _>(|old, b, _| add16(old.into(), b.into()) as u16),
        ("add", Type::Bf16) => atomic::<u16, u32, _>(|old, b, _| addb(old.into(), b.into()) as u16),
        ("add", Type::F16x2) => {
            atomic::<u32, u32, _>(|old, b, _| add16(old, b) | add16(old >> 16, b >> 16) << 16)
        }
        ("add", Type::Bf16x2) => {
            atomic::<u32, u32, _>(|old, b, _| addb(old, b) | addb(old >> 16, b >> 16) << 16)
        }
        ("min", Type::F16x2) => atomic::<u32, u32, _>(|old, b, _| extremes::<false, true>(old, b)),
        ("max", Type::F16x2) => atomic::<u32, u32, _>(|old, b, _| extremes::<true, true>(old, b)),
        ("min", Type::Bf16x2) => atomic::<u32, u32, _>(|old, b, _| extremes::<false, false>(old, b)),
        ("max", Type::Bf16x2) => atomic::<u32, u32, _>(|old, b, _| extremes::<true, false>(old, b)),
        ("min", Type::F16) => {
            atomic::<u16, u32, _>(|old, b, _| extremes::<false, true>(old.into(), b.into()) as u16)
        }
        ("max", Type::F16) => {
            atomic::<u16, u32, _>(|old, b, _| extremes::<true, true>(old.into(), b.into()) as u16)
        }
        ("min", Type::Bf16) => {
            atomic::<u16, u32, _>(|old, b, _| extremes::<false, false>(old.into(), b.into()) as u16)
        }
        ("max", Type::Bf16) => {
            atomic::<u16, u32, _>(|old, b, _| extremes::<true, false>(old.into(), b.into()) as u16)
        }
        ("min", Type::U32) => atomic::<u32, u32, _>(|old, b, _| old.min(b)),
        ("max", Type::U32) => atomic::<u32, u32, _>(|old, b, _| old.max(b)),
        ("min", Type::S32) => atomic::<u32, u32, _>(|old, b, _| (old as i32).min(b as i32) as u32),
        ("max", Type::S32) => atomic::<u32, u32, _>(|old, b, _| (old as i32).max(b as i32) as u32),
        ("min", Type::U64) => atomic::<u64, u64, _>(|old, b, _| old.min(b)),
        ("max", Type::U64) => atomic::<u64, u64, _>(|old, b, _| old.max(b)),
        ("min", Type::S64) => atomic::<u64, u64, _>(|old, b, _| (old as i64).min(b as i64) as u64),
        ("max", Type::S64) => atomic::<u64, u64, _>(|old, b, _| (old as i64).max(b as i64) as u64),
        ("inc", Type::U32) => atomic::<u32, u32, _>(|old, b, _| if old >= b { 0 } else { old + 1 }),
        ("dec", Type::U32) => {
            atomic::<u32, u32, _>(|old, b, _| if old == 0 || old > b { b } else { old - 1 })
        }
        ("and", Type::B32) => atomic::<u32, u32, _>(|old, b, _| old & b),
        ("or", Type::B32) => atomic::<u32, u32, _>(|old, b, _| old | b),
        ("xor", Type::B32) => atomic::<u32, u32, _>(|old, b, _| old ^ b),
        ("and", Type::B64) => atomic::<u64, u64, _>(|old, b, _| old & b),
        ("or", Type::B64) => atomic::<u64, u64, _>(|old, b, _| old | b),
        ("xor", Type::B64) => atomic::<u64, u64, _>(|old, b, _| old ^ b),
        ("exch", Type::B32 | Type::U32 | Type::S32 | Type::F32) => atomic::<u32, u32, _>(|_, b, _| b),
        ("exch", Type::B64 | Type::U64 | Type::S64 | Type::F64) => atomic::<u64, u64, _>(|_, b, _| b),
        ("cas", Type::B16 | Type::U16) => atomic::<u16, u32, _>(|old, b, c| if old == b { c } else { old }),
        ("cas", Type::B32 | Type::U32 | Type::S32) => {
            atomic::<u32, u32, _>(|old, b, c| if old == b { c } else { old })
        }
        ("cas", Type::B64 | Type::U64 | Type::S64) => {
            atomic::<u64, u64, _>(|old, b, c| if old == b { c } else { old })
        }
        _ => return None,
    })
}

fn add16(a: u32, b: u32) -> u32 {
    narrow(number::half(a) + number::half(b), number::F16, Rounding::Nearest)
}

fn addb(a: u32, b: u32) -> u32 {
    let sum = number::add_odd(number::bhalf(a & 0xffff), number::bhalf(b & 0xffff));
    narrow(sum, number::BF16, Rounding::Nearest)
}

/// The extreme in each half, of half precision or bfloat16.
fn extremes<const LARGEST: bool, const HALF: bool>(a: u32, b: u32) -> u32 {
    let format = if HALF { number::F16 } else { number::BF16 };
    let value = |it: u32| if HALF { number::half(it) } else { number::bhalf(it & 0xffff) };
    let one = |a: u32, b: u32| {
        narrow(number::extreme(value(a), value(b), LARGEST, false), format, Rounding::Nearest)
    };
    one(a, b) | one(a >> 16, b >> 16) << 16
}
