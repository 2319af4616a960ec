//! `tex`, `tld4`, `txq`, `suld`, `sust`, `suq`.

use super::super::exchange::{Exchange, Kind};
use super::super::lanes::NONE;
use super::super::parse::Parsed;
use super::super::syntax::{Operand, OperandKind};
use super::super::texture::{Geometry, Look, Outside, Property};
use super::super::types::Type;
use super::warp::blank;
use super::{Decoder, Words};

const GEOMETRIES: &[(&str, Geometry)] = &[
    ("1d", Geometry::Line),
    ("2d", Geometry::Plane),
    ("3d", Geometry::Volume),
    ("a1d", Geometry::Lines),
    ("a2d", Geometry::Planes),
    ("cube", Geometry::Cube),
    ("acube", Geometry::Cubes),
];

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
            _ => return Err(self.error("samplers apart from textures are not supported")),
        };
        let object = self.source(object, Type::B64)?;
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

    /// `tex.2d.v4.f32.f32 {r, g, b, a}, [object, {x, y}]`; the level that some forms give must be the only one there is.
    fn sample(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let derived = words.take("level") || words.take("grad") || words.take("base");
        let geometry = Self::geometry(words)?;
        if !words.take("v4") {
            return Err(words.error("tex needs .v4"));
        }
        let (result, given) = (words.take_type()?, words.take_type()?);
        if !matches!(result, Type::F32 | Type::U32 | Type::S32) || !matches!(given, Type::F32 | Type::S32) {
            return words.unsupported(result);
        }
        let (registers, address) = match words.operands {
            [registers, address] => (registers, address),
            // Levels of detail and gradients choose among levels, of which there is one.
            [registers, address, _] | [registers, address, _, _] if derived => (registers, address),
            _ => return Err(words.error("tex takes four registers, and an object with coordinates")),
        };
        let kinds = |index| if index == 0 && geometry.is_layered() { Type::B32 } else { given };
        let (object, coordinates) = self.texture_address(address, geometry.coordinates(), kinds)?;
        let registers = self.registers(registers, 4, Type::B32, true)?;
        let look = Look::Sample { geometry, integers: given == Type::S32 };
        self.look(look, object, registers, coordinates, false)
    }

    /// `tld4.r.2d.v4.f32.f32 {…}, [object, {x, y}]`
    fn gather(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let component = words.take_any(&[("r", 0), ("g", 1), ("b", 2), ("a", 3)]);
        let component = component.ok_or_else(|| words.error("tld4 needs .r, .g, .b or .a"))?;
        if Self::geometry(words)? != Geometry::Plane || !words.take("v4") {
            return Err(words.error("tld4 is supported for .2d.v4"));
        }
        let (_, given) = (words.take_type()?, words.take_type()?);
        let [registers, address] = words.operands()?;
        let (object, coordinates) = self.texture_address(address, 2, |_| given)?;
        let registers = self.registers(registers, 4, Type::B32, true)?;
        self.look(Look::Gather { component }, object, registers, coordinates, false)
    }

    /// `txq.width.b32 d, [object]`
    fn ask(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let property = words.take_any(&[
            ("width", Property::Width),
            ("height", Property::Height),
            ("depth", Property::Depth),
        ]);
        let property =
            property.ok_or_else(|| words.error("only .width, .height and .depth can be asked for"))?;
        let kind = words.take_type()?;
        let [d, address] = words.operands()?;
        let OperandKind::Address(Some(name), 0) = address.kind else {
            return Err(words.error("expected an object, as in [%rd1]"));
        };
        let named = Operand { place: address.place, kind: OperandKind::Name(name, 0) };
        let object = self.source(&named, Type::B64)?;
        let d = self.destination(d, kind)?;
        self.look(Look::Ask(property), object, vec![d], Vec::new(), false)
    }

    /// `suld.b.2d.v2.b32.trap {a, b}, [object, {x, y}]` and `sust.b.2d.v2.b32.trap [object, {x, y}], {a, b}`
    fn surface(&mut self, words: &mut Words<'_, 's>, loads: bool) -> Parsed<()> {
        if !words.take("b") {
            return Err(words.error("surfaces are supported as bytes, with .b"));
        }
        let geometry = Self::geometry(words)?;
        words.take_any(&[("ca", ()), ("cg", ()), ("cs", ()), ("cv", ()), ("wb", ()), ("wt", ())]);
        let count = words.take_any(&[("v2", 2), ("v4", 4)]).unwrap_or(1);
        let kind = words.take_type()?;
        let outside = [("trap", Outside::Trap), ("clamp", Outside::Clamp), ("zero", Outside::Zero)];
        let outside = words.take_any(&outside).unwrap_or(Outside::Trap);
        let bytes = match kind {
            Type::B8 | Type::B16 | Type::B32 | Type::B64 => (kind.bits() / 8) as u8,
            _ => return words.unsupported(kind),
        };
        let [first, second] = words.operands()?;
        let (registers, address) = if loads { (first, second) } else { (second, first) };
        let (object, coordinates) = self.texture_address(address, geometry.coordinates(), |_| Type::B32)?;
        let held = if kind == Type::B8 { Type::B16 } else { kind };
        let registers = self.registers(registers, count, held, loads)?;
        let look = if loads {
            Look::Load { geometry, bytes, count: count as u8, outside }
        } else {
            Look::Store { geometry, bytes, count: count as u8, outside }
        };
        self.look(look, object, registers, coordinates, kind == Type::B64)
    }
}
