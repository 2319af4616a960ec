//! `tex`, `tld4`, `txq`, `suld`, `sust`, `sured`, `suq`, `istypep`.

use super::super::access::{self, Width};
use super::super::exchange::{Exchange, Kind};
use super::super::lanes::{NONE, compare, map1, map2, masks};
use super::super::memory::space;
use super::super::number::{self, Rounding};
use super::super::parse::Parsed;
use super::super::reduction::{OPERATIONS, Operation, Reduction};
use super::super::syntax::{Operand, OperandKind};
use super::super::texture::{Detail, Geometry, Look, Outside, Property};
use super::super::types::Type;
use super::warp::blank;
use super::{Decoder, Symbol, Words};

const GEOMETRIES: &[(&str, Geometry)] = &[
    ("1d", Geometry::Line),
    ("2d", Geometry::Plane),
    ("3d", Geometry::Volume),
    ("a1d", Geometry::Lines),
    ("a2d", Geometry::Planes),
    ("cube", Geometry::Cube),
    ("acube", Geometry::Cubes),
];

const OUTSIDE: [(&str, Outside); 3] =
    [("trap", Outside::Trap), ("clamp", Outside::Clamp), ("zero", Outside::Zero)];

impl<'s> Decoder<'_, 's> {
    pub(super) fn texture_instruction(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.opcode {
            "tex" => self.sample(words),
            "tld4" => self.gather(words),
            "txq" | "suq" => self.ask(words),
            "suld" => self.surface(words, true),
            _ => self.surface(words, false),
        }
    }

    fn geometry(words: &mut Words<'_, 's>) -> Parsed<Geometry> {
        words
            .take_any(GEOMETRIES)
            .ok_or_else(|| words.error(format!("{} of this shape is not supported", words.opcode)))
    }

    /// `[object, {x, y}]`: the object's column and those of the coordinates.
    pub(super) fn texture_address(
        &mut self,
        operand: &Operand<'s>,
        wanted: usize,
        kinds: impl Fn(usize) -> Type,
    ) -> Parsed<(u32, Vec<u32>)> {
        self.place = operand.place;
        let OperandKind::Parts(parts) = &operand.kind else {
            return Err(self.error("expected an object and coordinates, as in [%rd1, {%f1, %f2}]"));
        };
        let (object, place) = match &parts[..] {
            [object, place] => (object, place),
            [object, _, place] if self.module.apart => (object, place),
            [_, _, _] => return Err(self.error("a sampler needs a .target with texmode_independent")),
            _ => return Err(self.error("expected an object, perhaps a sampler, and coordinates")),
        };
        let object = self.object(object)?;
        let list = match &place.kind {
            OperandKind::Vector(list) => &list[..],
            _ => std::slice::from_ref(place),
        };
        if list.len() < wanted {
            return Err(self.error(format!("expected {wanted} coordinates, found {}", list.len())));
        }
        let columns = list.iter().take(wanted).enumerate();
        let columns = columns.map(|(index, it)| self.source(it, kinds(index))).collect::<Parsed<Vec<_>>>()?;
        Ok((object, columns))
    }

    fn registers(
        &mut self,
        operand: &Operand<'s>,
        count: usize,
        kind: Type,
        written: bool,
    ) -> Parsed<Vec<u32>> {
        let list = match &operand.kind {
            OperandKind::Vector(list) => &list[..],
            _ => std::slice::from_ref(operand),
        };
        if list.len() != count {
            return Err(operand.place.error(format!("expected {count} registers, found {}", list.len())));
        }
        list.iter()
            .map(|it| match it.kind {
                OperandKind::Sink if written => Ok(NONE),
                _ if written => self.destination(it, kind),
                _ => self.source(it, kind),
            })
            .collect()
    }

    fn look(
        &mut self,
        look: Look,
        object: u32,
        registers: Vec<u32>,
        coordinates: Vec<u32>,
        wide: bool,
    ) -> Parsed<()> {
        let b = registers.len() as u32;
        let more = registers.into_iter().chain(coordinates).collect();
        self.exchange(Exchange { a: object, b, wide, more, ..blank(Kind::Texture(look)) })
    }

    /// `tex.2d.v4.f32.f32 {r, g, b, a}, [object, {x, y}]`, with `.level` a level behind that, with `.grad` two gradients, and perhaps
    /// offsets of texels.
    fn sample(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let detail = words.take_any(&[("level", Detail::Level), ("grad", Detail::Gradient)]);
        let detail = detail.unwrap_or(Detail::First);
        words.take("base");
        let geometry = Self::geometry(words)?;
        let pairs = words.take("v2");
        if !pairs && !words.take("v4") {
            return Err(words.error("tex needs .v4, or .v2 for pairs"));
        }
        let (result, given) = (words.take_type()?, words.take_type()?);
        let exists = if pairs {
            result == Type::F16x2
        } else {
            matches!(result, Type::F32 | Type::U32 | Type::S32 | Type::F16)
        };
        if !exists || !matches!(given, Type::F32 | Type::S32) {
            return words.unsupported(result);
        }
        let [registers, address, rest @ ..] = words.operands else {
            return Err(words.error("tex takes registers, and an object with coordinates"));
        };
        // The predicate says whether the memory is there, which it always is.
        let (registers, there) = match &registers.kind {
            OperandKind::Pair(pair) => (&pair[0], Some(&pair[1])),
            _ => (registers, None),
        };
        let kinds = |index| if index == 0 && geometry.is_layered() { Type::B32 } else { given };
        let (object, mut numbers) = self.texture_address(address, geometry.coordinates(), kinds)?;
        let directions = geometry.directions();
        let rest = match (detail, rest) {
            (Detail::First, rest) => rest,
            (Detail::Level, [level, rest @ ..]) => {
                numbers.push(self.source(level, given)?);
                rest
            }
            (Detail::Gradient, [x, y, rest @ ..]) => {
                for list in [x, y] {
                    numbers.extend(self.numbers(list, directions, Type::F32)?);
                }
                rest
            }
            _ => return Err(words.error("tex.level takes a level, and tex.grad two gradients")),
        };
        let shifted = match rest {
            [] => false,
            [offsets] if matches!(offsets.kind, OperandKind::Vector(_)) => {
                numbers.extend(self.numbers(offsets, directions, Type::S32)?);
                true
            }
            _ => return Err(words.error("comparing with depths is not supported")),
        };
        if let Some(there) = there {
            let (always, there) = (self.constant(u64::MAX, false), self.predicate_destination(there)?);
            self.ternary(masks(|a, _, _| a), there, [always; 3]);
        }
        let sampler = match &address.kind {
            OperandKind::Parts(parts) if parts.len() == 3 => Some(&parts[1]),
            _ => None,
        };
        if let Some(sampler) = sampler {
            let (sampler, number) = (self.object(sampler)?, self.temporary(32));
            self.unary(map1(|a: u64| a as u32), number, sampler);
            numbers.push(number);
        }
        let sampled = sampler.is_some();
        let look = Look::Sample { geometry, integers: given == Type::S32, detail, shifted, sampled };
        if !matches!(result, Type::F16 | Type::F16x2) {
            let registers = self.registers(registers, 4, Type::B32, true)?;
            return self.look(look, object, registers, numbers, false);
        }
        let whole: Vec<u32> = (0..4).map(|_| self.temporary(32)).collect();
        let kind = if pairs { Type::B32 } else { Type::B16 };
        let registers = self.registers(registers, if pairs { 2 } else { 4 }, kind, true)?;
        self.look(look, object, whole.clone(), numbers, false)?;
        for (index, register) in registers.into_iter().enumerate().filter(|it| it.1 != NONE) {
            if pairs {
                self.binary(
                    map2(|a: u32, b: u32| short(a) | short(b) << 16),
                    register,
                    whole[2 * index],
                    whole[2 * index + 1],
                );
            } else {
                self.unary(map1(short), register, whole[index]);
            }
        }
        Ok(())
    }

    /// The columns of so many numbers in braces.
    fn numbers(&mut self, operand: &Operand<'s>, wanted: usize, kind: Type) -> Parsed<Vec<u32>> {
        let list = match &operand.kind {
            OperandKind::Vector(list) => &list[..],
            _ => std::slice::from_ref(operand),
        };
        if list.len() < wanted {
            return Err(operand.place.error(format!("expected {wanted} numbers, found {}", list.len())));
        }
        list.iter().take(wanted).map(|it| self.source(it, kind)).collect()
    }

    /// `tld4.r.2d.v4.f32.f32 {…}, [object, {x, y}]`
    fn gather(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let component = words.take_any(&[("r", 0), ("g", 1), ("b", 2), ("a", 3)]);
        let component = component.ok_or_else(|| words.error("tld4 needs .r, .g, .b or .a"))?;
        let geometry = Self::geometry(words)?;
        if !matches!(geometry, Geometry::Plane | Geometry::Planes) || !words.take("v4") {
            return Err(words.error("tld4 is supported for .2d.v4 and .a2d.v4"));
        }
        let (_, given) = (words.take_type()?, words.take_type()?);
        let [registers, address] = words.operands()?;
        let kinds = |index| if index == 0 && geometry.is_layered() { Type::B32 } else { given };
        let (object, coordinates) = self.texture_address(address, geometry.coordinates(), kinds)?;
        let registers = self.registers(registers, 4, Type::B32, true)?;
        self.look(Look::Gather { geometry, component }, object, registers, coordinates, false)
    }

    /// The column of an object: a register's, or a variable's, whose memory has the object that is bound to it.
    fn object(&mut self, operand: &Operand<'s>) -> Parsed<u32> {
        let OperandKind::Name(name, 0) = operand.kind else { return self.source(operand, Type::B64) };
        match self.symbol(name)? {
            Symbol::Global { index, is_const } => {
                let address = self.global_address(index, 0);
                let object = self.temporary(64);
                let space = if is_const { space::CONST } else { space::GLOBAL };
                let site = self.site();
                self.push(access::load(space, Width::B64, false), object, [address, NONE, 8], 0).site = site;
                Ok(object)
            }
            _ => self.source(operand, Type::B64),
        }
    }

    /// `txq.width.b32 d, [object]`
    fn ask(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let level = words.take("level");
        let property = words.take_any(&[
            ("width", Property::Width),
            ("height", Property::Height),
            ("depth", Property::Depth),
            ("array_size", Property::Layers),
            ("num_mipmap_levels", Property::Levels),
            ("num_samples", Property::Samples),
            ("channel_data_type", Property::ChannelType),
            ("channel_order", Property::ChannelOrder),
            ("normalized_coords", Property::Normalized),
            ("memory_layout", Property::Layout),
            ("filter_mode", Property::Filter),
            ("addr_mode_0", Property::Addressing(0)),
            ("addr_mode_1", Property::Addressing(1)),
            ("addr_mode_2", Property::Addressing(2)),
        ]);
        let property = property.ok_or_else(|| words.error("this cannot be asked for"))?;
        let kind = words.take_type()?;
        let (d, address, number) = match words.operands {
            [d, address] if !level => (d, address, None),
            [d, address, number] if level => (d, address, Some(number)),
            _ => return Err(words.error("a query takes a result and an object, and .level a number")),
        };
        let OperandKind::Address(Some(name), 0) = address.kind else {
            return Err(words.error("expected an object, as in [%rd1]"));
        };
        let object = self.object(&Operand { place: address.place, kind: OperandKind::Name(name, 0) })?;
        let d = self.destination(d, kind)?;
        let numbers = match number {
            Some(number) => vec![self.source(number, Type::B32)?],
            None => Vec::new(),
        };
        self.look(Look::Ask { property, level }, object, vec![d], numbers, false)
    }

    /// `istypep.texref p, object`
    pub(super) fn is_type(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let property = match words.take_first()? {
            "texref" => Property::IsTexture,
            "surfref" => Property::IsSurface,
            // Objects never are samplers.
            "samplerref" => {
                let [p, object] = words.operands()?;
                self.source(object, Type::B64)?;
                let (never, p) = (self.constant(0, false), self.predicate_destination(p)?);
                self.ternary(masks(|a, _, _| a), p, [never; 3]);
                return Ok(());
            }
            other => return Err(words.error(format!("istypep.{other} is not supported"))),
        };
        let [p, object] = words.operands()?;
        let (object, answer) = (self.object(object)?, self.temporary(32));
        let p = self.predicate_destination(p)?;
        self.look(Look::Ask { property, level: false }, object, vec![answer], Vec::new(), false)?;
        self.binary(compare(|a: u32, _: u32| a != 0), p, answer, answer);
        Ok(())
    }

    /// `suld.b.2d.v2.b32.trap {a, b}, [object, {x, y}]` and `sust.b.2d.v2.b32.trap [object, {x, y}], {a, b}`
    fn surface(&mut self, words: &mut Words<'_, 's>, loads: bool) -> Parsed<()> {
        let texels = words.take("p");
        if texels == words.take("b") || (texels && loads) {
            return Err(words.error("a surface needs .b, or .p where texels are written"));
        }
        let geometry = Self::geometry(words)?;
        if words.opcode == "sured" {
            return self.surface_reduction(words, geometry, texels);
        }
        words.take_any(&[("ca", ()), ("cg", ()), ("cs", ()), ("cv", ()), ("wb", ()), ("wt", ())]);
        let count = words.take_any(&[("v2", 2), ("v4", 4)]).unwrap_or(1);
        let kind = words.take_type()?;
        let outside = words.take_any(&OUTSIDE).unwrap_or(Outside::Trap);
        let bytes = match kind {
            Type::B8 | Type::B16 | Type::B32 | Type::B64 => (kind.bits() / 8) as u8,
            _ => return words.unsupported(kind),
        };
        let [first, second] = words.operands()?;
        let (registers, address) = if loads { (first, second) } else { (second, first) };
        let (object, coordinates) = self.texture_address(address, geometry.coordinates(), |_| Type::B32)?;
        if texels {
            if kind != Type::B32 {
                return words.unsupported(kind);
            }
            let registers = self.registers(registers, count, kind, false)?;
            return self.look(
                Look::Put { geometry, count: count as u8, outside },
                object,
                registers,
                coordinates,
                false,
            );
        }
        let held = if kind == Type::B8 { Type::B16 } else { kind };
        let registers = self.registers(registers, count, held, loads)?;
        let look = if loads {
            Look::Load { geometry, bytes, count: count as u8, outside }
        } else {
            Look::Store { geometry, bytes, count: count as u8, outside }
        };
        self.look(look, object, registers, coordinates, kind == Type::B64)
    }

    /// `sured.b.2d.add.u32.trap [object, {x, y}], c`
    fn surface_reduction(
        &mut self,
        words: &mut Words<'_, 's>,
        geometry: Geometry,
        texels: bool,
    ) -> Parsed<()> {
        let operation = words.take_any(&OPERATIONS).ok_or_else(|| words.error("sured needs an operation"))?;
        let kind = words.take_type()?;
        let outside = words.take_any(&OUTSIDE).unwrap_or(Outside::Trap);
        // Of texels only the bits are known.
        let reduction = match (operation, kind) {
            (Operation::Inc | Operation::Dec, _) => None,
            (Operation::Add | Operation::Min | Operation::Max, Type::B32) if texels => {
                Reduction::new(operation, Type::U32)
            }
            (Operation::Add | Operation::Min | Operation::Max, Type::B64) if texels => {
                Reduction::new(operation, Type::S64)
            }
            (_, Type::U32 | Type::S32 | Type::U64 | Type::S64 | Type::B32 | Type::B64) => {
                Reduction::new(operation, kind)
            }
            _ => None,
        };
        let Some(reduction) = reduction else { return words.unsupported(kind) };
        if geometry.is_layered() || matches!(geometry, Geometry::Cube) {
            return Err(words.error("sured works on surfaces of 1, 2 and 3 dimensions"));
        }
        let [address, value] = words.operands()?;
        let (object, coordinates) = self.texture_address(address, geometry.coordinates(), |_| Type::B32)?;
        let registers = self.registers(value, 1, kind, false)?;
        let look = Look::Reduce { geometry, reduction, texels, outside };
        self.look(look, object, registers, coordinates, kind.bits() == 64)
    }
}

/// A number in half precision.
fn short(a: u32) -> u32 {
    number::narrow(f64::from(f32::from_bits(a)), number::F16, Rounding::Nearest)
}
