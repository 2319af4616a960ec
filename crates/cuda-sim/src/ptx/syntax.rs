//! A PTX text as it was written: names are not resolved yet.

use super::Space;
use super::lex::Place;
use super::types::Type;

/// A whole text.
#[derive(Debug, Default)]
pub(super) struct Text<'s> {
    pub(super) version: (u32, u32),
    pub(super) target: u32,
    /// Whether samplers are apart from textures (`texmode_independent`).
    pub(super) apart: bool,
    /// As it was written, as in `sm_90a`.
    pub(super) target_name: &'s str,
    pub(super) variables: Vec<Variable<'s>>,
    pub(super) functions: Vec<Function<'s>>,
}

/// Which texts a name is known in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Linkage {
    /// Its own.
    #[default]
    Internal,
    /// All.
    Visible,
    /// All, and another one defines it.
    Extern,
    /// All; any definition will do.
    Weak,
    /// All; what several texts declare is one variable.
    Common,
}

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    Device(Space),
    Shared,
    Local,
    Param,
    Reg,
}

/// A declared variable; of registers `count` of them with numbered names.
#[derive(Debug)]
pub(super) struct Variable<'s> {
    pub(super) name: &'s str,
    pub(super) place: Place,
    pub(super) scope: u32,
    pub(super) storage: Storage,
    pub(super) kind: Type,
    /// Elements of `kind`: 1 for a scalar, 2 or 4 for a vector, the product of the dimensions for an array.
    pub(super) elements: u64,
    /// `.reg .b32 %r<4>`: the 4.
    pub(super) numbered: Option<u32>,
    /// Declared with `[]`.
    pub(super) unsized_array: bool,
    pub(super) align: u32,
    pub(super) linkage: Linkage,
    /// A texture, surface or sampler: the object that is bound to it.
    pub(super) is_reference: bool,
    pub(super) initial: Vec<Initial<'s>>,
}

impl Variable<'_> {
    pub(super) fn bytes(&self) -> u64 {
        self.elements.saturating_mul(u64::from(self.kind.bytes()))
    }
}

/// One element of an initialiser.
#[derive(Clone, Copy, Debug)]
pub(super) enum Initial<'s> {
    Int(u64),
    Single(u32),
    Double(u64),
    /// A symbol's address, a number added to it, and the byte of it that `0xFF00(symbol)` selects.
    Symbol {
        name: &'s str,
        addend: i64,
        mask: Option<u64>,
        place: Place,
    },
}

/// `.entry` or `.func`, with or without a body.
#[derive(Debug)]
pub(super) struct Function<'s> {
    pub(super) name: &'s str,
    pub(super) place: Place,
    pub(super) is_kernel: bool,
    pub(super) linkage: Linkage,
    pub(super) returns: Vec<Variable<'s>>,
    pub(super) params: Vec<Variable<'s>>,
    pub(super) max_threads: Option<[u32; 3]>,
    pub(super) required_threads: Option<[u32; 3]>,
    pub(super) required_cluster: Option<[u32; 3]>,
    pub(super) explicit_cluster: bool,
    /// `.maxnreg`: the most registers of a thread.
    pub(super) max_registers: Option<u32>,
    pub(super) body: Option<Body<'s>>,
}

impl<'s> Function<'s> {
    /// The names that its instructions mention.
    pub(super) fn names_used(&self) -> impl Iterator<Item = &'s str> {
        let instructions = self.body.iter().flat_map(|it| &it.statements).filter_map(|it| match &it.kind {
            StatementKind::Instruction(instruction) => Some(instruction),
            _ => None,
        });
        let mut names = Vec::new();
        for instruction in instructions {
            instruction.operands.iter().for_each(|it| it.names_into(&mut names));
        }
        names.into_iter()
    }
}

/// The statements between a function's braces, flat; scopes are numbers, 0 the outermost.
#[derive(Debug, Default)]
pub(super) struct Body<'s> {
    /// The parent of each scope; that of scope 0 is 0.
    pub(super) scopes: Vec<u32>,
    pub(super) variables: Vec<Variable<'s>>,
    pub(super) statements: Vec<Statement<'s>>,
    /// What a pragma says of the next instruction, see [`Instruction::used_bytes`].
    pub(super) used_bytes: Option<u32>,
}

#[derive(Debug)]
pub(super) struct Statement<'s> {
    pub(super) scope: u32,
    pub(super) place: Place,
    pub(super) kind: StatementKind<'s>,
}

#[derive(Debug)]
pub(super) enum StatementKind<'s> {
    Label(&'s str),
    /// `name: .branchtargets a, b;`
    Targets(&'s str, Vec<(&'s str, Place)>),
    /// `name: .callprototype …;` or `name: .calltargets …;`
    Prototype(&'s str),
    Instruction(Instruction<'s>),
}

#[derive(Debug)]
pub(super) struct Instruction<'s> {
    /// `@%p` is `(%p, false)`, `@!%p` is `(%p, true)`.
    pub(super) guard: Option<(&'s str, bool)>,
    pub(super) opcode: &'s str,
    pub(super) modifiers: Vec<&'s str>,
    pub(super) operands: Vec<Operand<'s>>,
    /// Which bytes of what it loads are used, the first the lowest bit: `.pragma "used_bytes_mask 15"` before it says that.
    pub(super) used_bytes: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Operand<'s> {
    pub(super) place: Place,
    pub(super) kind: OperandKind<'s>,
}

#[derive(Clone, Debug)]
pub(super) enum OperandKind<'s> {
    /// A register, symbol or label, and a number added to it.
    Name(&'s str, i64),
    /// `%tid.x`, `%r1.b0`.
    Part(&'s str, &'s str),
    Int(u64),
    Single(u32),
    Double(u64),
    /// `!%p`
    Not(&'s str),
    /// `-%r1`
    Negative(&'s str),
    /// `_`
    Sink,
    /// `[name+4]` or `[16]`
    Address(Option<&'s str>, i64),
    /// `name[4]` or `name[%r1+4]`: an element of an array, in memory where an address stands and as its address elsewhere.
    Element {
        name: &'s str,
        index: Option<&'s str>,
        plus: i64,
    },
    /// `[object, {x, y}]`
    Parts(Vec<Operand<'s>>),
    /// `{a, b}`
    Vector(Vec<Operand<'s>>),
    /// `a|b`
    Pair(Box<[Operand<'s>; 2]>),
    /// `(a, b)`
    List(Vec<Operand<'s>>),
}

impl<'s> Operand<'s> {
    /// Appends the names in it that may be of the module's scope.
    pub(super) fn names_into(&self, names: &mut Vec<&'s str>) {
        match &self.kind {
            OperandKind::Name(name, _)
            | OperandKind::Address(Some(name), _)
            | OperandKind::Element { name, .. } => names.push(name),
            OperandKind::Vector(list) | OperandKind::List(list) | OperandKind::Parts(list) => {
                list.iter().for_each(|it| it.names_into(names));
            }
            OperandKind::Pair(pair) => pair.iter().for_each(|it| it.names_into(names)),
            _ => {}
        }
    }
}
