//! From a parsed function to instructions that run: names become columns, opcodes become handlers.
//!
//! The decoder is strict where the assembler is: an operand must be as wide as the instruction says, and a modifier that
//! an instruction does not have is an error.

/// Chooses a handler by a rounding mode, which its closure gets as a constant, so that each is compiled on its own.
macro_rules! rounded {
    ($mode:expr, $name:ident => $handler:expr) => {
        match $mode {
            Rounding::Nearest => {
                const $name: Rounding = Rounding::Nearest;
                $handler
            }
            Rounding::Zero => {
                const $name: Rounding = Rounding::Zero;
                $handler
            }
            Rounding::Down => {
                const $name: Rounding = Rounding::Down;
                $handler
            }
            Rounding::Up => {
                const $name: Rounding = Rounding::Up;
                $handler
            }
            Rounding::Away => {
                const $name: Rounding = Rounding::Away;
                $handler
            }
        }
    };
}

mod arithmetic;
mod asynchronous;
mod bitwise;
mod compare;
mod control;
mod convert;
mod float;
mod fragment;
mod group;
mod half;
mod matrix;
mod memory;
mod names;
mod needs;
mod operand;
mod packed;
mod pairs;
mod quad;
mod special;
mod stack;
mod tensor_map;
mod texture;
mod video;
mod warp;

pub(super) use control::barrier_kind;
pub(super) use names::{ModuleNames, Symbol};

use super::flow;
use super::lanes::{GUARD_NOT, Handler, Inst, NONE, nothing};
use super::lex::Place;
use super::parse::Parsed;
use super::program::{COLUMN, Function, Program};
use super::syntax::{self, Instruction, Operand, OperandKind, StatementKind};
use super::types::Type;
use names::Names;

/// Registers of one function are at most so many bytes for a warp.
const LARGEST_FRAME: u32 = 1 << 24;

/// `.param` variables of one function are at most so many bytes for each thread; the manual's limit is smaller.
const LARGEST_PARAMS: u32 = 1 << 16;

/// Decodes one function.
pub(super) struct Decoder<'a, 's> {
    module: &'a ModuleNames<'s>,
    program: &'a mut Program,
    constants: &'a mut std::collections::HashMap<(u64, bool), u32>,
    names: Names<'s>,
    function: Function,
    scope: u32,
    place: Place,
    guard: u32,
    /// Bytes of columns given out.
    columns: u32,
    /// Where the next predicate goes, and how many bytes are left there.
    predicates: (u32, u32),
    /// The first instruction of each label, by its number.
    labels: Vec<u32>,
}

/// Decodes `source` into a [`Function`]; shared parts go to `program`.
pub(super) fn decode<'s>(
    module: &ModuleNames<'s>,
    program: &mut Program,
    constants: &mut std::collections::HashMap<(u64, bool), u32>,
    index: usize,
    source: &syntax::Function<'s>,
) -> Parsed<Function> {
    let mut function = Function { name: source.name.to_owned(), ..Function::default() };
    let names = Names::new(module, index, source, &mut function)?;
    if function.param_bytes > LARGEST_PARAMS {
        return Err(source.place.error(format!("{} has too large .param variables", source.name)));
    }
    let Some(body) = &source.body else { return Ok(function) };
    function.has_body = true;
    let mut decoder = Decoder {
        module,
        program,
        constants,
        names,
        function,
        scope: 0,
        place: source.place,
        guard: NONE,
        columns: 0,
        predicates: (0, 0),
        labels: Vec::new(),
    };
    decoder.labels = vec![u32::MAX; decoder.names.label_count()];
    for (slot, copy) in decoder.names.spilled.clone() {
        decoder.push(super::special::spill(), NONE, [slot.offset, slot.size, NONE], copy.into());
    }
    for (slot, kind, index) in decoder.names.passed.formals.clone() {
        let register = decoder.register(index, kind);
        decoder.fetch(slot, kind, register);
    }
    decoder.start_stack(body);
    for statement in &body.statements {
        decoder.statement(statement)?;
    }
    decoder.finish(source.is_kernel)
}

impl<'s> Decoder<'_, 's> {
    fn statement(&mut self, statement: &syntax::Statement<'s>) -> Parsed<()> {
        self.scope = statement.scope;
        self.place = statement.place;
        match &statement.kind {
            StatementKind::Label(name) => {
                let label = self.names.label(self.scope, name).ok_or_else(|| self.error("a lost label"))?;
                self.labels[label] = self.function.code.len() as u32;
            }
            StatementKind::Targets(..) | StatementKind::Prototype(_) => {}
            StatementKind::Instruction(instruction) => self.instruction(instruction)?,
        }
        if self.columns > LARGEST_FRAME {
            return Err(self.error("the function needs more registers than a device can have"));
        }
        Ok(())
    }

    fn finish(mut self, is_kernel: bool) -> Parsed<Function> {
        // Running off the end of a body returns.
        self.guard = NONE;
        self.place_results();
        let last = if is_kernel { super::lanes::exit() } else { super::lanes::give_back() };
        self.push(last, 0, [NONE; 3], 0);
        self.function.column_bytes = self.columns;
        self.function.registers = self.columns / COLUMN;
        self.function.param_bytes = self.function.param_bytes.next_multiple_of(16);
        flow::link(&mut self.function, &self.labels, is_kernel);
        Ok(self.function)
    }

    fn error(&self, message: impl Into<String>) -> super::Diagnostic {
        self.place.error(message)
    }

    fn instruction(&mut self, instruction: &Instruction<'s>) -> Parsed<()> {
        self.guard = match instruction.guard {
            None => NONE,
            Some((name, negated)) => {
                let offset = self.predicate_register(name)?;
                if negated { offset | GUARD_NOT } else { offset }
            }
        };
        let expanded;
        let operands = if self.names.has_vectors {
            expanded = instruction.operands.iter().map(|it| self.expanded(it)).collect::<Vec<_>>();
            &expanded
        } else {
            &instruction.operands
        };
        let mut words = Words {
            opcode: instruction.opcode,
            place: self.place,
            left: instruction.modifiers.clone(),
            operands,
            used_bytes: instruction.used_bytes,
        };
        self.check_needs(&words)?;
        // Policies of caches change nothing; the one that an access follows is its last operand.
        let cached = ["ld", "st", "atom", "red", "cp"].contains(&words.opcode);
        if cached && words.opcode != "cp" && words.take("L2::cache_hint") {
            let Some((policy, rest)) = words.operands.split_last() else {
                return Err(words.error("L2::cache_hint needs a policy"));
            };
            self.source(policy, Type::B64)?;
            words.operands = rest;
        }
        self.dispatch(&mut words)?;
        words.finish()
    }

    /// An operand with the vectors of registers that it names taken apart.
    fn expanded(&mut self, operand: &Operand<'s>) -> Operand<'s> {
        let place = operand.place;
        let mut all = |list: &[Operand<'s>]| list.iter().map(|it| self.expanded(it)).collect::<Vec<_>>();
        let kind = match &operand.kind {
            OperandKind::Parts(list) => OperandKind::Parts(all(list)),
            OperandKind::Pair(pair) => {
                OperandKind::Pair(Box::new([all(&pair[..1]).remove(0), all(&pair[1..]).remove(0)]))
            }
            OperandKind::Name(name, 0) => match self.symbol(name) {
                Ok(Symbol::Vector { count, .. }) => {
                    let parts = ["x", "y", "z", "w"].into_iter().take(count as usize);
                    OperandKind::Vector(
                        parts.map(|it| Operand { place, kind: OperandKind::Part(name, it) }).collect(),
                    )
                }
                _ => return operand.clone(),
            },
            _ => return operand.clone(),
        };
        Operand { place, kind }
    }

    fn dispatch(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.opcode {
            "add" | "sub" | "mul" | "mad" | "fma" | "div" | "rem" | "min" | "max" | "abs" | "neg"
            | "mul24" | "mad24" | "sad" | "addc" | "subc" | "madc" | "copysign" | "dp4a" | "dp2a" => {
                self.arithmetic(words)
            }
            "rcp" | "sqrt" | "rsqrt" | "sin" | "cos" | "lg2" | "ex2" | "tanh" | "testp" => {
                self.special_float(words)
            }
            "and" | "or" | "xor" | "not" | "cnot" | "shl" | "shr" | "shf" | "lop3" | "bfe" | "bfi"
            | "bfind" | "brev" | "clz" | "popc" | "prmt" | "fns" | "bmsk" | "szext" => self.bitwise(words),
            "set" | "setp" | "selp" | "slct" => self.comparison(words),
            "mov" => self.mov(words),
            "cvt" => self.cvt(words),
            "cvta" | "isspacep" | "ld" | "ldu" | "st" | "atom" | "red" | "cp" | "prefetch" | "prefetchu"
            | "membar" | "fence" | "discard" | "applypriority" => self.memory(words),
            "alloca" | "stacksave" | "stackrestore" => self.stack(words),
            "bra" | "brx" | "call" | "ret" | "exit" | "trap" | "brkpt" | "bar" | "barrier" | "nanosleep"
            | "pmevent" | "setmaxnreg" | "griddepcontrol" => self.control(words),
            "mapa" | "getctarank" => self.cluster_address(words),
            "clusterlaunchcontrol" => self.cluster_launch_control(words),
            "tensormap" => self.tensor_map(words),
            "createpolicy" => self.cache_policy(words),
            "shfl" | "vote" | "match" | "redux" | "activemask" | "elect" | "mma" | "ldmatrix"
            | "stmatrix" | "movmatrix" => self.warp(words),
            "wgmma" => self.group(words),
            "wmma" => self.fragment_instruction(words),
            "tex" | "tld4" | "txq" | "suld" | "sust" | "sured" | "suq" => self.texture_instruction(words),
            "istypep" => self.is_type(words),
            "mbarrier" => self.mbarrier(words),
            "vadd" | "vsub" | "vabsdiff" | "vmin" | "vmax" | "vmad" | "vset" | "vshl" | "vshr" => {
                self.scalar_video(words)
            }
            "vabsdiff4" | "vadd4" | "vsub4" | "vavrg4" | "vmin4" | "vmax4" | "vset4" | "vadd2" | "vsub2"
            | "vavrg2" | "vmin2" | "vmax2" | "vabsdiff2" => self.packed_integer(words),
            other => Err(self.error(format!("instruction {other} is not supported"))),
        }
    }

    /// Appends an instruction under the current guard.
    fn push(&mut self, run: Handler, dst: u32, [a, b, c]: [u32; 3], imm: u64) -> &mut Inst {
        self.function.lines.push(self.place.line);
        let index = self.function.code.len();
        self.function.code.push(Inst { run, imm, dst, a, b, c, guard: self.guard, site: 0 });
        &mut self.function.code[index]
    }

    /// Appends `dst = run(a)`.
    fn unary(&mut self, run: Handler, dst: u32, a: u32) {
        self.push(run, dst, [a, NONE, NONE], 0);
    }

    /// Appends `dst = run(a, b)`.
    fn binary(&mut self, run: Handler, dst: u32, a: u32, b: u32) {
        self.push(run, dst, [a, b, NONE], 0);
    }

    /// Appends `dst = run(a, b, c)`.
    fn ternary(&mut self, run: Handler, dst: u32, abc: [u32; 3]) {
        self.push(run, dst, abc, 0);
    }

    /// Appends an instruction that does nothing, as a hint does.
    fn hint(&mut self) {
        self.push(nothing(), 0, [NONE; 3], 0);
    }
}

/// An instruction's words while they are taken one by one.
pub(super) struct Words<'w, 's> {
    opcode: &'s str,
    place: Place,
    left: Vec<&'s str>,
    operands: &'w [Operand<'s>],
    /// Which bytes of what it loads are used, the first the lowest bit.
    used_bytes: u32,
}

impl<'w, 's> Words<'w, 's> {
    fn error(&self, message: impl Into<String>) -> super::Diagnostic {
        self.place.error(message)
    }

    /// Takes a modifier if it is there.
    fn take(&mut self, name: &str) -> bool {
        let found = self.left.iter().position(|it| *it == name);
        if let Some(index) = found {
            self.left.remove(index);
        }
        found.is_some()
    }

    /// Takes the first of these modifiers that is there.
    fn take_any<T: Copy>(&mut self, choices: &[(&str, T)]) -> Option<T> {
        choices.iter().find(|it| self.take(it.0)).map(|it| it.1)
    }

    /// Takes the first modifier, whatever it is.
    fn take_first(&mut self) -> Parsed<&'s str> {
        if self.left.is_empty() {
            return Err(self.error(format!("{} lacks a modifier", self.opcode)));
        }
        Ok(self.left.remove(0))
    }

    /// Takes the first type among the modifiers.
    fn take_type(&mut self) -> Parsed<Type> {
        self.take_type_if_any().ok_or_else(|| self.error(format!("{} lacks a type", self.opcode)))
    }

    fn take_type_if_any(&mut self) -> Option<Type> {
        let index = self.left.iter().position(|it| Type::named(it).is_some())?;
        Type::named(self.left.remove(index))
    }

    /// The operands, which must be so many.
    fn operands<const N: usize>(&self) -> Parsed<&'w [Operand<'s>; N]> {
        self.operands.try_into().map_err(|_| {
            self.error(format!("{} takes {N} operands here, not {}", self.opcode, self.operands.len()))
        })
    }

    fn unsupported<T>(&self, kind: Type) -> Parsed<T> {
        Err(self.error(format!(
            "{} does not work on type .{}",
            self.opcode,
            format!("{kind:?}").to_lowercase()
        )))
    }

    fn finish(&self) -> Parsed<()> {
        match self.left.first() {
            None => Ok(()),
            Some(modifier) => {
                Err(self.error(format!("modifier .{modifier} is not supported here for {}", self.opcode)))
            }
        }
    }
}
