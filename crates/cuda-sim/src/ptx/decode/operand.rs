//! Operands: registers, constants, special registers, addresses of variables.

use super::super::lanes::{NONE, base, map1, map2, masks};
use super::super::lex::Place;
use super::super::number::{self, Rounding};
use super::super::parse::Parsed;
use super::super::program::{Address, COLUMN, launch_column, warp_column};
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::{Decoder, Symbol};

/// Something that can be read: a column and its width in bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) column: u32,
    pub(super) bits: u32,
}

impl<'s> Decoder<'_, 's> {
    /// A fresh column for values of so many bits.
    pub(super) fn column(&mut self, bits: u32) -> u32 {
        let offset = self.columns;
        self.columns = self.columns.saturating_add(COLUMN * bits.div_ceil(32).max(1));
        offset
    }

    pub(super) fn temporary(&mut self, bits: u32) -> u32 {
        self.column(bits)
    }

    pub(super) fn fresh_predicate(&mut self) -> u32 {
        if self.predicates.1 == 0 {
            self.predicates = (self.column(32), COLUMN);
        }
        let offset = self.predicates.0;
        self.predicates = (offset + 4, self.predicates.1 - 4);
        offset
    }

    /// The column of equal values; `wide` for 64 bits.
    pub(super) fn constant(&mut self, value: u64, wide: bool) -> u32 {
        let value = if wide { value } else { value & 0xffff_ffff };
        let columns = &mut self.program.constants;
        base::CONSTANT | *self.constants.entry((value, wide)).or_insert_with(|| columns.push(value, wide))
    }

    fn lookup(&mut self, name: &'s str) -> Option<Symbol> {
        self.names.lookup(self.module, self.function_index(), self.scope, name)
    }

    pub(super) fn symbol(&mut self, name: &'s str) -> Parsed<Symbol> {
        self.lookup(name).ok_or_else(|| self.error(format!("{name} is not declared")))
    }

    /// The column of a register, made at its first use.
    pub(super) fn register(&mut self, index: usize, kind: Type) -> u32 {
        if let Some(column) = self.names.columns[index] {
            return column;
        }
        let column = if kind == Type::Pred { self.fresh_predicate() } else { self.column(kind.bits()) };
        self.names.columns[index] = Some(column);
        column
    }

    pub(super) fn predicate_register(&mut self, name: &'s str) -> Parsed<u32> {
        match self.symbol(name)? {
            Symbol::Register { kind: Type::Pred, index } => Ok(self.register(index, Type::Pred)),
            _ => Err(self.error(format!("{name} is not a predicate"))),
        }
    }

    /// A register that an operand names, if it names one.
    pub(super) fn as_register(&mut self, operand: &Operand<'s>) -> Option<(Value, Type)> {
        if let OperandKind::Part(name, part) = operand.kind
            && let Some(Symbol::Vector { kind, index, count }) = self.lookup(name)
        {
            let at = ["x", "y", "z", "w"].iter().take(count as usize).position(|it| *it == part)?;
            let column = self.register(index + at, kind);
            return Some((Value { column, bits: kind.bits() }, kind));
        }
        let OperandKind::Name(name, 0) = operand.kind else { return None };
        match self.lookup(name)? {
            Symbol::Register { kind, index } if kind != Type::Pred && kind.bits() <= 64 => {
                let column = self.register(index, kind);
                Some((Value { column, bits: kind.bits() }, kind))
            }
            _ => None,
        }
    }

    /// What an operand's value is, for an instruction of type `kind`; its width may differ from the type's.
    pub(super) fn value(&mut self, operand: &Operand<'s>, kind: Type) -> Parsed<Value> {
        self.place = operand.place;
        if let Some((value, _)) = self.as_register(operand) {
            return Ok(value);
        }
        let bits = kind.bits();
        let value = match operand.kind {
            OperandKind::Int(value) => self.integer(value, kind),
            OperandKind::Single(value) if bits == 32 => u64::from(value),
            OperandKind::Single(value) if bits == 64 => f64::from(f32::from_bits(value)).to_bits(),
            OperandKind::Double(value) if bits == 64 => value,
            OperandKind::Double(value) => self.short_float(f64::from_bits(value), kind)?,
            OperandKind::Part(name, part) => return self.special(name, part, kind),
            OperandKind::Name(name, offset) => return self.named(name, offset, kind),
            OperandKind::Element { name, index, plus } => {
                let (offset, index) = self.element(operand.place, name, index, plus)?;
                let start = self.named(name, offset, kind)?;
                let Some(index) = index else { return Ok(start) };
                return Ok(Value { column: self.moved_by(start, index), bits: start.bits });
            }
            OperandKind::Negative(name) => {
                return Err(self.error(format!("-{name}: only numbers can be negated in an operand")));
            }
            _ => return Err(self.error("expected a register, a constant or a variable")),
        };
        let column = self.constant(value, bits > 32);
        Ok(Value { column, bits })
    }

    fn integer(&self, value: u64, kind: Type) -> u64 {
        match kind {
            Type::F32 => (value as i64 as f32).to_bits().into(),
            Type::F64 => (value as i64 as f64).to_bits(),
            _ => match kind.bits() {
                8 => value & 0xff,
                16 => value & 0xffff,
                32 => value & 0xffff_ffff,
                _ => value,
            },
        }
    }

    fn short_float(&self, value: f64, kind: Type) -> Parsed<u64> {
        Ok(match kind {
            Type::F32 | Type::B32 => u64::from((value as f32).to_bits()),
            Type::F16 => u64::from(number::narrow(value, number::F16, Rounding::Nearest)),
            Type::Bf16 => u64::from(number::narrow(value, number::BF16, Rounding::Nearest)),
            _ => return Err(self.error("a floating point constant where an integer is needed")),
        })
    }

    fn named(&mut self, name: &'s str, offset: i64, kind: Type) -> Parsed<Value> {
        let symbol = match self.lookup(name) {
            Some(symbol) => symbol,
            None => return self.special(name, "", kind),
        };
        self.address_value(symbol, name, offset, kind)
    }

    /// The address of a variable as a value.
    fn address_value(&mut self, symbol: Symbol, name: &str, offset: i64, kind: Type) -> Parsed<Value> {
        let wide = kind.bits() == 64;
        let column = match symbol {
            Symbol::Shared(at) => self.constant(u64::from(at).wrapping_add(offset as u64), wide),
            Symbol::KernelParam(at) => self.constant(u64::from(at).wrapping_add(offset as u64), wide),
            Symbol::DynamicShared => {
                let column =
                    if wide { launch_column::DYNAMIC_BASE } else { launch_column::DYNAMIC_BASE_SHORT };
                return self.plus(base::LAUNCH | column, offset, kind.bits());
            }
            Symbol::Global { index, .. } if wide => self.global_address(index, offset as u64),
            Symbol::Function(index) if wide => {
                self.constant(super::super::function_address(index).wrapping_add(offset as u64), true)
            }
            Symbol::Local(at) | Symbol::Spilled(at) => {
                let column = self.temporary(64);
                let run = super::super::special::local_address();
                self.push(run, column, [NONE; 3], u64::from(at).wrapping_add(offset as u64));
                if !wide {
                    let short = self.temporary(32);
                    self.unary(map1(|a: u64| a as u32), short, column);
                    return Ok(Value { column: short, bits: 32 });
                }
                column
            }
            Symbol::Register { kind: Type::Pred, .. } => {
                return Err(self.error(format!("{name} is a predicate, which cannot be used here")));
            }
            Symbol::Register { .. } => return Err(self.error(format!("{name} cannot be used here"))),
            _ => return Err(self.error(format!("{name} has no address that fits here"))),
        };
        Ok(Value { column, bits: if wide { 64 } else { 32 } })
    }

    /// Where in an array an element is: how many bytes from its beginning, and a column of 64 bits with how many more.
    pub(super) fn element(
        &mut self,
        place: Place,
        name: &'s str,
        index: Option<&'s str>,
        plus: i64,
    ) -> Parsed<(i64, Option<u32>)> {
        let Some(bytes) = self.names.element_bytes(self.module, self.scope, name) else {
            return Err(place.error(format!("{name} is not an array")));
        };
        let offset = plus.wrapping_mul(i64::from(bytes));
        let Some(index) = index else { return Ok((offset, None)) };
        let register = Operand { place, kind: OperandKind::Name(index, 0) };
        let Some((Value { column, bits: bits @ (32 | 64) }, _)) = self.as_register(&register) else {
            return Err(place.error(format!("{index} is not a register of 32 or 64 bits")));
        };
        let (size, wide) = (self.constant(bytes.into(), bits == 64), self.temporary(64));
        if bits == 64 {
            self.binary(map2(|a: u64, b: u64| a.wrapping_mul(b)), wide, column, size);
        } else {
            // As the assembler does it: the product has 32 bits, and no sign.
            let short = self.temporary(32);
            self.binary(map2(|a: u32, b: u32| a.wrapping_mul(b)), short, column, size);
            self.unary(map1(|a: u32| u64::from(a)), wide, short);
        }
        Ok((offset, Some(wide)))
    }

    /// An address and so many bytes more.
    pub(super) fn moved_by(&mut self, start: Value, bytes: u32) -> u32 {
        let mut addend = bytes;
        if start.bits <= 32 {
            addend = self.temporary(32);
            self.unary(map1(|a: u64| a as u32), addend, bytes);
        }
        self.sum(start.column, addend, start.bits)
    }

    fn plus(&mut self, column: u32, offset: i64, bits: u32) -> Parsed<Value> {
        if offset == 0 {
            return Ok(Value { column, bits });
        }
        let addend = self.constant(offset as u64, bits > 32);
        Ok(Value { column: self.sum(column, addend, bits), bits })
    }

    /// Adds two columns of so many bits.
    fn sum(&mut self, column: u32, addend: u32, bits: u32) -> u32 {
        let sum = self.temporary(bits);
        let run = if bits > 32 {
            map2(|a: u64, b: u64| a.wrapping_add(b))
        } else {
            map2(|a: u32, b: u32| a.wrapping_add(b))
        };
        self.binary(run, sum, column, addend);
        sum
    }

    /// The column of a module variable's address.
    pub(super) fn global_address(&mut self, global: usize, addend: u64) -> u32 {
        let address = Address { global, addend };
        let list = &mut self.program.addresses;
        let index = list.iter().position(|it| *it == address).unwrap_or_else(|| {
            list.push(address);
            list.len() - 1
        });
        base::LAUNCH | (launch_column::ADDRESSES + 2 * COLUMN * index as u32)
    }

    /// A special register such as `%tid.x`.
    fn special(&mut self, name: &str, part: &str, kind: Type) -> Parsed<Value> {
        self.check_register(name)?;
        let axis = match part {
            "" => None,
            "x" => Some(0),
            "y" => Some(1),
            "z" => Some(2),
            "w" => Some(3),
            _ => return Err(self.error(format!("{name}.{part} is not supported here"))),
        };
        let short = |column| Ok(Value { column, bits: 32 });
        let zero = base::LAUNCH | launch_column::ZERO;
        if let Some(axis) = axis {
            let at = |start: u32| short(if axis < 3 { start + axis * COLUMN } else { zero });
            return match name {
                "%tid" => at(base::WARP | warp_column::TID),
                "%ctaid" => at(base::WARP | warp_column::CTAID),
                "%ntid" => at(base::LAUNCH | launch_column::NTID),
                "%nctaid" => at(base::LAUNCH | launch_column::NCTAID),
                "%nclusterid" => at(base::LAUNCH | launch_column::NCLUSTERID),
                "%clusterid" => at(base::WARP | warp_column::CLUSTERID),
                "%cluster_ctaid" => at(base::WARP | warp_column::CLUSTER_CTAID),
                "%cluster_nctaid" => at(base::LAUNCH | launch_column::CLUSTER_NCTAID),
                _ => Err(self.error(format!("{name} is not declared"))),
            };
        }
        let column = match name {
            "%laneid" => base::WARP | warp_column::LANEID,
            "%warpid" => base::WARP | warp_column::WARPID,
            "%smid" => base::WARP | warp_column::SMID,
            "%lanemask_eq" => base::WARP | warp_column::LANEMASK_EQ,
            "%lanemask_lt" => base::WARP | warp_column::LANEMASK_LT,
            "%lanemask_le" => base::WARP | warp_column::LANEMASK_LE,
            "%lanemask_gt" => base::WARP | warp_column::LANEMASK_GT,
            "%lanemask_ge" => base::WARP | warp_column::LANEMASK_GE,
            "%nwarpid" => base::LAUNCH | launch_column::NWARPID,
            "%nsmid" => base::LAUNCH | launch_column::NSMID,
            "%dynamic_smem_size" => base::LAUNCH | launch_column::DYNAMIC_SMEM,
            "%total_smem_size" => base::LAUNCH | launch_column::TOTAL_SMEM,
            "%aggr_smem_size" => base::LAUNCH | launch_column::ALL_SMEM,
            "%reserved_smem_offset_begin" | "%reserved_smem_offset_0" | "%reserved_smem_offset_1" => {
                self.program.uses_reserved = true;
                base::LAUNCH | launch_column::RESERVED
            }
            "%reserved_smem_offset_end" | "%reserved_smem_offset_cap" => {
                self.program.uses_reserved = true;
                base::LAUNCH | launch_column::RESERVED_END
            }
            "%current_graph_exec"
            | "%pm0_64"
            | "%pm1_64"
            | "%pm2_64"
            | "%pm3_64"
            | "%pm4_64"
            | "%pm5_64"
            | "%pm6_64"
            | "%pm7_64"
                if kind.bits() == 64 =>
            {
                let column = self.constant(0, true);
                return Ok(Value { column, bits: 64 });
            }
            "%envreg1" => base::LAUNCH | launch_column::GRID_HIGH,
            "%envreg2" => base::LAUNCH | launch_column::GRID_LOW,
            "%cluster_ctarank" => base::WARP | warp_column::CLUSTER_CTARANK,
            "%cluster_nctarank" => base::LAUNCH | launch_column::CLUSTER_NCTARANK,
            "WARP_SZ" => self.constant(32, false),
            "%gridid" if kind.bits() == 64 => {
                return Ok(Value { column: base::LAUNCH | launch_column::GRID_ID, bits: 64 });
            }
            "%gridid" => base::LAUNCH | launch_column::ONE,
            "%clock" | "%clock_hi" | "%clock64" | "%globaltimer" | "%globaltimer_lo" | "%globaltimer_hi" => {
                return self.timer(name);
            }
            _ if name.starts_with("%envreg") || name.starts_with("%pm") => zero,
            _ => return Err(self.error(format!("{name} is not declared"))),
        };
        short(column)
    }

    fn timer(&mut self, name: &str) -> Parsed<Value> {
        let wide = self.temporary(64);
        let clock = name.starts_with("%clock");
        let run = if clock { super::super::special::clock() } else { super::super::special::global_timer() };
        self.push(run, wide, [NONE; 3], 0);
        if matches!(name, "%clock64" | "%globaltimer") {
            return Ok(Value { column: wide, bits: 64 });
        }
        let short = self.temporary(32);
        let run =
            if name.ends_with("_hi") { map1(|a: u64| (a >> 32) as u32) } else { map1(|a: u64| a as u32) };
        self.unary(run, short, wide);
        Ok(Value { column: short, bits: 32 })
    }

    /// The column of a source operand, which must be as wide as `kind`.
    pub(super) fn source(&mut self, operand: &Operand<'s>, kind: Type) -> Parsed<u32> {
        let value = self.value(operand, kind)?;
        if value.bits != kind.bits() {
            return Err(self.width_error(value.bits, kind.bits()));
        }
        Ok(value.column)
    }

    fn width_error(&self, found: u32, wanted: u32) -> super::super::Diagnostic {
        self.error(format!("the operand has {found} bits, the instruction needs {wanted}"))
    }

    /// The column of a source operand that may be wider than `kind`, as for stores and conversions: its low bits, with
    /// those above `kind`'s width unspecified.
    pub(super) fn low_source(&mut self, operand: &Operand<'s>, kind: Type) -> Parsed<u32> {
        let value = self.value(operand, kind)?;
        if value.bits < kind.bits() {
            return Err(self.width_error(value.bits, kind.bits()));
        }
        if value.bits <= 32 || kind.bits() > 32 {
            return Ok(value.column);
        }
        let short = self.temporary(32);
        self.unary(map1(|a: u64| a as u32), short, value.column);
        Ok(short)
    }

    /// The column of a destination, which must be as wide as `kind`; `_` gives a column that nobody reads.
    pub(super) fn destination(&mut self, operand: &Operand<'s>, kind: Type) -> Parsed<u32> {
        let value = self.any_destination(operand, kind)?;
        if value.bits != kind.bits() {
            return Err(self.width_error(value.bits, kind.bits()));
        }
        Ok(value.column)
    }

    /// The column of a destination of any width.
    pub(super) fn any_destination(&mut self, operand: &Operand<'s>, kind: Type) -> Parsed<Value> {
        self.place = operand.place;
        if matches!(operand.kind, OperandKind::Sink) {
            let column = self.temporary(kind.bits());
            return Ok(Value { column, bits: kind.bits() });
        }
        match self.as_register(operand) {
            Some((value, _)) => Ok(value),
            None => Err(match operand.kind {
                OperandKind::Name(name, _) => {
                    self.error(format!("expected a declared register to write to, found {name}"))
                }
                _ => self.error("expected a register to write to"),
            }),
        }
    }

    /// A predicate that is written; `_` gives one that nobody reads.
    pub(super) fn predicate_destination(&mut self, operand: &Operand<'s>) -> Parsed<u32> {
        self.place = operand.place;
        match operand.kind {
            OperandKind::Sink => Ok(self.fresh_predicate()),
            OperandKind::Name(name, 0) => self.predicate_register(name),
            _ => Err(self.error("expected a predicate to write to")),
        }
    }

    /// A predicate that is read: a register, a negated one, or a constant.
    pub(super) fn predicate_source(&mut self, operand: &Operand<'s>) -> Parsed<u32> {
        self.place = operand.place;
        match operand.kind {
            OperandKind::Name(name @ "%is_explicit_cluster", 0) => {
                self.check_register(name)?;
                Ok(base::LAUNCH | launch_column::IS_EXPLICIT_CLUSTER)
            }
            OperandKind::Name(name, 0) => self.predicate_register(name),
            OperandKind::Not(name) => {
                let positive = self.predicate_register(name)?;
                let negated = self.fresh_predicate();
                self.push(masks(|a, _, _| !a), negated, [positive; 3], 0);
                Ok(negated)
            }
            OperandKind::Int(value) => Ok(self.constant(if value == 0 { 0 } else { u64::MAX }, false)),
            _ => Err(self.error("expected a predicate")),
        }
    }

    fn function_index(&self) -> usize {
        self.names.function
    }
}
