//! What a function has on its stack: parameters in registers, and memory that it asks for while it runs.

use super::super::access::{self, Width};
use super::super::lanes::{NONE, map1};
use super::super::memory::space;
use super::super::parse::Parsed;
use super::super::program::Slot;
use super::super::special;
use super::super::syntax::{Body, Operand, OperandKind, StatementKind};
use super::super::types::Type;
use super::{Decoder, LARGEST_PARAMS, Words};

fn width(kind: Type) -> Width {
    match kind.bits() {
        8 => Width::U8,
        16 => Width::U16,
        32 => Width::B32,
        _ => Width::B64,
    }
}

impl<'s> Decoder<'_, 's> {
    /// Loads a parameter into a register.
    pub(super) fn fetch(&mut self, slot: Slot, kind: Type, register: u32) {
        let (start, site) = (self.constant(0, true), self.site());
        let run = access::load(space::FRAME, width(kind), false);
        self.push(run, register, [start, NONE, kind.bytes()], slot.offset.into()).site = site;
    }

    /// Stores a value as a parameter.
    fn hand_over(&mut self, slot: Slot, kind: Type, column: u32) {
        let (start, site) = (self.constant(0, true), self.site());
        let run = access::store(space::FRAME, width(kind), false);
        self.push(run, NONE, [start, column, kind.bytes()], slot.offset.into()).site = site;
    }

    /// Puts results that are registers where the caller gets them.
    pub(super) fn place_results(&mut self) {
        for (slot, kind, index) in self.names.passed.returns.clone() {
            let register = self.register(index, kind);
            self.hand_over(slot, kind, register);
        }
    }

    /// Room for a parameter that has no variable.
    pub(super) fn fresh_slot(&mut self, kind: Type) -> Parsed<Slot> {
        let offset = self.function.param_bytes.next_multiple_of(kind.bytes());
        let size = kind.bytes();
        self.function.param_bytes = offset + size;
        if self.function.param_bytes > LARGEST_PARAMS {
            return Err(self.error("the function passes too many parameters"));
        }
        Ok(Slot { offset, size })
    }

    /// Where an argument is passed: a variable, or a new place for a register or a number.
    pub(super) fn argument_slot(&mut self, operand: &Operand<'s>) -> Parsed<Slot> {
        if let Some((value, kind)) = self.as_register(operand) {
            let slot = self.fresh_slot(kind)?;
            self.hand_over(slot, kind, value.column);
            return Ok(slot);
        }
        let kind = match operand.kind {
            OperandKind::Int(_) => Type::B64,
            OperandKind::Single(_) => Type::F32,
            OperandKind::Double(_) => Type::F64,
            _ => return self.param_slot(operand),
        };
        // The callee takes as many of the low bytes as it wants.
        let (slot, column) = (self.fresh_slot(kind)?, self.source(operand, kind)?);
        self.hand_over(slot, kind, column);
        Ok(slot)
    }

    /// Sets up the stack's end where a function moves it.
    pub(super) fn start_stack(&mut self, body: &Body<'s>) {
        let moves = |opcode: &str| matches!(opcode, "alloca" | "stacksave" | "stackrestore");
        let moved = body.statements.iter().any(
            |it| matches!(&it.kind, StatementKind::Instruction(instruction) if moves(instruction.opcode)),
        );
        if !moved {
            return;
        }
        let end = self.column(64);
        self.function.stack_end = Some(end);
        let local = self.function.local_bytes.next_multiple_of(16);
        self.push(special::local_address(), end, [NONE; 3], local.into());
    }

    /// `alloca.u64 d, size, align`, `stacksave.u64 d`, `stackrestore.u64 a`: addresses are local ones.
    pub(super) fn stack(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        if !matches!(kind, Type::U32 | Type::U64) {
            return words.unsupported(kind);
        }
        let Some(end) = self.function.stack_end else { return Err(words.error("a lost stack")) };
        match (words.opcode, words.operands) {
            ("stacksave", [d]) => {
                let d = self.destination(d, kind)?;
                self.unary(
                    if kind == Type::U64 { map1(|a: u64| a) } else { map1(|a: u64| a as u32) },
                    d,
                    end,
                );
            }
            ("stackrestore", [a]) => {
                let a = self.source(a, kind)?;
                self.unary(
                    if kind == Type::U64 { map1(|a: u64| a) } else { map1(|a: u32| u64::from(a)) },
                    end,
                    a,
                );
            }
            ("alloca", [d, size] | [d, size, _]) => {
                let align = match words.operands.get(2).map(|it| &it.kind) {
                    None => 8,
                    Some(OperandKind::Int(align)) if align.is_power_of_two() && *align <= 1 << 16 => *align,
                    _ => return Err(words.error("alloca needs a power of two as its alignment")),
                };
                let mut size = self.source(size, kind)?;
                let d = self.destination(d, kind)?;
                let start = self.temporary(64);
                if kind == Type::U32 {
                    let wide = self.temporary(64);
                    self.unary(map1(|a: u32| u64::from(a)), wide, size);
                    size = wide;
                }
                self.push(special::grow_stack(), start, [size, end, NONE], align);
                self.unary(
                    if kind == Type::U64 { map1(|a: u64| a) } else { map1(|a: u64| a as u32) },
                    d,
                    start,
                );
            }
            _ => return Err(words.error(format!("wrong number of operands for {}", words.opcode))),
        }
        Ok(())
    }
}
