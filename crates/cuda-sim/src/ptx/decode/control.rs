//! Branches, calls, barriers.

use super::super::lanes::{self, GUARD_NOT, NONE};
use super::super::parse::Parsed;
use super::super::program::{Call, Callee, Edge, Slot};
use super::super::special;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::{Decoder, Symbol, Words};

/// What a barrier instruction does, as its `imm`.
pub(in super::super) mod barrier_kind {
    pub(in super::super::super) const SYNC: u64 = 0;
    pub(in super::super::super) const ARRIVE: u64 = 1;
    pub(in super::super::super) const COUNT: u64 = 2;
    pub(in super::super::super) const AND: u64 = 3;
    pub(in super::super::super) const OR: u64 = 4;
    /// Of a cluster.
    pub(in super::super::super) const CLUSTER_ARRIVE: u64 = 5;
    pub(in super::super::super) const CLUSTER_WAIT: u64 = 6;
}

impl<'s> Decoder<'_, 's> {
    pub(super) fn control(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.opcode {
            "bra" => self.branch(words),
            "brx" => self.indexed_branch(words),
            "call" => self.guarded(|it| it.call(words)),
            "ret" => {
                words.take("uni");
                self.place_results();
                self.push(lanes::give_back(), 0, [NONE; 3], 0);
                self.edge(Edge::Return);
                Ok(())
            }
            "exit" => {
                self.push(lanes::exit(), 0, [NONE; 3], 0);
                self.edge(Edge::Exit);
                Ok(())
            }
            "trap" | "brkpt" => {
                self.push(special::trap(), 0, [NONE; 3], u64::from(words.opcode == "brkpt"));
                Ok(())
            }
            "nanosleep" => {
                words.take_type()?;
                self.push(lanes::give_way(), 0, [NONE; 3], 0);
                Ok(())
            }
            "bar" | "barrier" => {
                if words.take("warp") {
                    return self.warp_barrier(words);
                }
                self.guarded(|it| it.barrier(words))
            }
            _ => {
                words.left.clear();
                self.hint();
                Ok(())
            }
        }
    }

    /// Notes that the last instruction goes elsewhere.
    fn edge(&mut self, edge: Edge) {
        let index = self.function.code.len() as u32 - 1;
        self.function.edges.push((index, edge));
    }

    /// Emits something that all active lanes do together: under a guard the others jump over it.
    pub(super) fn guarded(&mut self, emit: impl FnOnce(&mut Self) -> Parsed<()>) -> Parsed<()> {
        if self.guard == NONE {
            return emit(self);
        }
        let (guard, label) = (self.guard, self.labels.len());
        self.guard ^= GUARD_NOT;
        self.push(lanes::branch(), 0, [NONE; 3], 0);
        self.edge(Edge::Branch(label));
        self.labels.push(u32::MAX);
        self.guard = NONE;
        emit(self)?;
        self.guard = guard;
        self.labels[label] = self.function.code.len() as u32;
        Ok(())
    }

    fn branch(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("uni");
        let [target] = words.operands()?;
        let label = self.label(target)?;
        self.push(lanes::branch(), 0, [NONE; 3], 0);
        self.edge(Edge::Branch(label));
        Ok(())
    }

    fn label(&mut self, operand: &Operand<'s>) -> Parsed<usize> {
        self.place = operand.place;
        let OperandKind::Name(name, 0) = operand.kind else { return Err(self.error("expected a label")) };
        self.names.label(self.scope, name).ok_or_else(|| self.error(format!("label {name} is not defined")))
    }

    fn indexed_branch(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if !words.take("idx") {
            return Err(words.error("only brx.idx is supported"));
        }
        words.take("uni");
        let [index, list] = words.operands()?;
        let OperandKind::Name(name, 0) = list.kind else {
            return Err(words.error("expected the name of a .branchtargets list"));
        };
        let Symbol::Targets(list) = self.symbol(name)? else {
            return Err(words.error(format!("{name} is not a .branchtargets list")));
        };
        let (scope, list) = self.names.targets[list].clone();
        let mut labels = Vec::with_capacity(list.len());
        for (name, place) in list {
            let label = self.names.label(scope, name);
            labels.push(label.ok_or_else(|| place.error(format!("label {name} is not defined")))?);
        }
        let index = self.source(index, Type::U32)?;
        let table = self.function.tables.len();
        self.function.tables.push(labels.iter().map(|it| *it as u32).collect());
        self.guarded(|it| {
            it.push(lanes::switch(), 0, [index, NONE, NONE], table as u64);
            it.edge(Edge::Switch(table));
            Ok(())
        })
    }

    fn call(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("uni");
        let (results, rest) = match words.operands {
            [Operand { kind: OperandKind::List(list), .. }, rest @ ..] => (&list[..], rest),
            rest => (&[][..], rest),
        };
        let (target, arguments) = match rest {
            [target] => (target, &[][..]),
            [target, Operand { kind: OperandKind::List(list), .. }] => (target, &list[..]),
            [target, Operand { kind: OperandKind::List(list), .. }, prototype] => {
                self.check_prototype(prototype)?;
                (target, &list[..])
            }
            [target, prototype] => {
                self.check_prototype(prototype)?;
                (target, &[][..])
            }
            _ => return Err(words.error("call takes results, a function, arguments and perhaps a prototype")),
        };
        let callee = self.callee(target)?;
        let (mut argument_slots, mut result_slots) = (Vec::new(), Vec::new());
        for it in arguments {
            argument_slots.push(self.argument_slot(it)?);
        }
        let mut fetched = Vec::new();
        for it in results {
            match self.as_register(it) {
                Some((value, kind)) => {
                    let slot = self.fresh_slot(kind)?;
                    fetched.push((slot, kind, value.column));
                    result_slots.push(slot);
                }
                None => result_slots.push(self.param_slot(it)?),
            }
        }
        let index = self.function.calls.len() as u64;
        self.function.calls.push(Call { callee, arguments: argument_slots, results: result_slots });
        self.push(lanes::call(), 0, [NONE; 3], index);
        if matches!(callee, Callee::Indirect(_)) {
            // Lanes that called different functions meet again behind the call.
            self.push(lanes::join(), 0, [NONE; 3], 0);
        }
        for (slot, kind, register) in fetched {
            self.fetch(slot, kind, register);
        }
        Ok(())
    }

    fn check_prototype(&mut self, operand: &Operand<'s>) -> Parsed<()> {
        self.place = operand.place;
        match operand.kind {
            OperandKind::Name(name, 0) if matches!(self.symbol(name)?, Symbol::Prototype) => Ok(()),
            _ => Err(self.error("expected the name of a .callprototype or .calltargets")),
        }
    }

    fn callee(&mut self, target: &Operand<'s>) -> Parsed<Callee> {
        if self.as_register(target).is_some() {
            return Ok(Callee::Indirect(self.source(target, Type::U64)?));
        }
        self.place = target.place;
        let OperandKind::Name(name, 0) = target.kind else { return Err(self.error("expected a function")) };
        match self.symbol(name)? {
            Symbol::Function(index) if !self.module.has_body[index] => {
                let message = format!("unresolved extern function {name}");
                Err(super::super::Diagnostic { unresolved: true, ..self.error(message) })
            }
            Symbol::Function(index) => Ok(Callee::Function(index)),
            Symbol::Builtin(builtin) => Ok(Callee::Builtin(builtin)),
            _ => Err(self.error(format!("{name} is not a function"))),
        }
    }

    pub(super) fn param_slot(&mut self, operand: &Operand<'s>) -> Parsed<Slot> {
        self.place = operand.place;
        match operand.kind {
            OperandKind::Name(name, 0) => match self.symbol(name)? {
                Symbol::Param(slot) => Ok(slot),
                _ => Err(self.error(format!("{name} is not a .param variable; pass registers through one"))),
            },
            _ => Err(self.error("expected a .param variable")),
        }
    }

    fn barrier(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("cta");
        words.take("aligned");
        if words.take("cluster") {
            words.take_any(&[("release", ()), ("relaxed", ()), ("acquire", ())]);
            let arrives = words.take("arrive");
            if !arrives && !words.take("wait") {
                return Err(words.error("a cluster's barrier needs .arrive or .wait"));
            }
            let [] = words.operands()?;
            self.program.uses_cluster_barrier = true;
            self.push(special::fence(), 0, [NONE; 3], 0);
            let kind = if arrives { barrier_kind::CLUSTER_ARRIVE } else { barrier_kind::CLUSTER_WAIT };
            self.push(lanes::barrier(), NONE, [NONE; 3], kind);
            return Ok(());
        }
        let kind =
            words.take_any(&[("sync", barrier_kind::SYNC), ("arrive", barrier_kind::ARRIVE), ("red", 9)]);
        match kind {
            Some(9) => self.reducing_barrier(words),
            Some(kind) => {
                let (id, count) = match words.operands {
                    [id] => (id, NONE),
                    [id, count] => (id, self.source(count, Type::U32)?),
                    _ => return Err(words.error("a barrier takes its number and perhaps a count")),
                };
                if kind == barrier_kind::ARRIVE && count == NONE {
                    return Err(words.error("arriving at a barrier needs a count"));
                }
                let id = self.source(id, Type::U32)?;
                self.push(lanes::barrier(), NONE, [id, count, NONE], kind);
                Ok(())
            }
            None => Err(words.error("a barrier needs .sync, .arrive or .red")),
        }
    }

    fn reducing_barrier(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_any(&[
            ("popc", barrier_kind::COUNT),
            ("and", barrier_kind::AND),
            ("or", barrier_kind::OR),
        ]);
        let Some(kind) = kind else { return Err(words.error("bar.red needs .popc, .and or .or")) };
        let result = words.take_type()?;
        let (d, id, count, p) = match words.operands {
            [d, id, p] => (d, id, NONE, p),
            [d, id, count, p] => (d, id, self.source(count, Type::U32)?, p),
            _ => {
                return Err(
                    words.error("bar.red takes a result, the barrier, perhaps a count, and a predicate")
                );
            }
        };
        let (id, p) = (self.source(id, Type::U32)?, self.predicate_source(p)?);
        let d = match (kind, result) {
            (barrier_kind::COUNT, Type::U32) => self.destination(d, result)?,
            (barrier_kind::AND | barrier_kind::OR, Type::Pred) => self.predicate_destination(d)?,
            _ => return words.unsupported(result),
        };
        self.push(lanes::barrier(), d, [id, count, p], kind);
        Ok(())
    }
}
