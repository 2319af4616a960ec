//! What names mean, in the module and in a function's scopes.

use std::collections::{HashMap, HashSet};

use super::super::lex::Place;
use super::super::parse::Parsed;
use super::super::program::{Builtin, Function, Slot};
use super::super::syntax::{self, StatementKind, Storage, Text, Variable};
use super::super::types::Type;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Symbol {
    /// A register, its width, and its column once it is used.
    Register {
        kind: Type,
        index: usize,
    },
    /// Numbered registers.
    Registers {
        kind: Type,
        count: u32,
    },
    /// A vector of registers: the first one's index, the others follow.
    Vector {
        kind: Type,
        index: usize,
        count: u32,
    },
    /// A variable in local memory, by its offset in the function's part.
    Local(u32),
    /// A variable in the block's shared memory, by its offset.
    Shared(u32),
    /// The start of dynamic shared memory.
    DynamicShared,
    /// A kernel's parameter, by its offset.
    KernelParam(u32),
    /// A `.param` variable of a function.
    Param(Slot),
    /// A parameter of a function that takes its address, by the offset of its copy in local memory.
    Spilled(u32),
    /// A variable of the module, by index.
    Global {
        index: usize,
        is_const: bool,
    },
    /// A function, by index.
    Function(usize),
    Builtin(Builtin),
    Label(usize),
    Targets(usize),
    Prototype,
}

/// The names of the module's scope.
#[derive(Debug, Default)]
pub(in super::super) struct ModuleNames<'s> {
    pub(in super::super) symbols: HashMap<&'s str, Symbol>,
    /// Where each function's own shared variables are, by function and name (module variables that only it uses, too).
    shared: HashMap<(usize, &'s str), u32>,
    /// The bytes of an element of each variable.
    elements: HashMap<&'s str, u32>,
    /// Bytes of shared memory of each function: of a kernel all that it needs.
    pub(in super::super) shared_bytes: Vec<u32>,
    /// Which functions are defined here.
    pub(in super::super) has_body: Vec<bool>,
    /// Whether samplers are apart from textures.
    pub(in super::super) apart: bool,
    /// The number of the target, and whether a letter is behind it.
    pub(in super::super) target: u32,
    pub(in super::super) has_letter: bool,
    pub(in super::super) version: (u32, u32),
}

impl<'s> ModuleNames<'s> {
    /// Collects the module's variables and functions and lays out shared memory.
    pub(in super::super) fn new(text: &Text<'s>) -> Parsed<Self> {
        let mut names = Self {
            apart: text.apart,
            target: text.target,
            has_letter: text.target_name.ends_with(['a', 'f']),
            version: text.version,
            ..Self::default()
        };
        let mut global = 0;
        for variable in &text.variables {
            names.elements.insert(variable.name, variable.kind.bytes());
            let symbol = match variable.storage {
                Storage::Device(space) => {
                    global += 1;
                    Symbol::Global { index: global - 1, is_const: space == super::super::Space::Const }
                }
                Storage::Shared if variable.unsized_array => Symbol::DynamicShared,
                // The offset depends on the kernel, see `shared`.
                Storage::Shared => Symbol::Shared(u32::MAX),
                _ => return Err(variable.place.error("a variable that cannot stand outside functions")),
            };
            if names.symbols.insert(variable.name, symbol).is_some_and(|it| it != symbol) {
                return Err(variable.place.error(format!("{} is already declared", variable.name)));
            }
        }
        for (index, function) in text.functions.iter().enumerate() {
            names.function(text, index, function)?;
            names.has_body.push(function.body.is_some());
        }
        names.layout(text)?;
        Ok(names)
    }

    fn function(&mut self, text: &Text<'s>, index: usize, function: &syntax::Function<'s>) -> Parsed<()> {
        let symbol = match Builtin::named(function.name) {
            Some(builtin) if function.body.is_none() => Symbol::Builtin(builtin),
            _ => Symbol::Function(index),
        };
        match self.symbols.get(function.name) {
            // A declaration before or after the definition; the definition counts.
            Some(Symbol::Function(other)) => {
                let (old, new) = (text.functions[*other].body.is_some(), function.body.is_some());
                if old && new {
                    return Err(function.place.error(format!("{} is already defined", function.name)));
                }
                if new {
                    self.symbols.insert(function.name, symbol);
                }
            }
            Some(Symbol::Builtin(_)) if symbol == self.symbols[function.name] => {}
            Some(_) => return Err(function.place.error(format!("{} is already declared", function.name))),
            None => {
                self.symbols.insert(function.name, symbol);
            }
        }
        Ok(())
    }

    /// Gives shared variables their offsets: first those that functions use, which every kernel that calls has, then each
    /// kernel's own.
    fn layout(&mut self, text: &Text<'s>) -> Parsed<()> {
        let uses: Vec<Uses<'s>> = text.functions.iter().map(Uses::of).collect();
        let mut common = Layout::default();
        let mut placed = HashMap::new();
        for (function, uses) in text.functions.iter().zip(&uses).filter(|it| !it.0.is_kernel) {
            for variable in self.shared_of(text, function, uses) {
                let own = variable.key();
                if let std::collections::hash_map::Entry::Vacant(e) = placed.entry(own) {
                    e.insert(common.add(variable)?);
                }
            }
        }
        for (index, (function, uses)) in text.functions.iter().zip(&uses).enumerate() {
            let mut layout = if uses.calls || !function.is_kernel { common } else { Layout::default() };
            for variable in self.shared_of(text, function, uses) {
                let offset = match placed.get(&variable.key()) {
                    Some(offset) if uses.calls || !function.is_kernel => *offset,
                    _ => layout.add(variable)?,
                };
                self.shared.insert((index, variable.name), offset);
            }
            self.shared_bytes.push(layout.bytes);
        }
        Ok(())
    }

    fn shared_of<'t>(
        &self,
        text: &'t Text<'s>,
        function: &'t syntax::Function<'s>,
        uses: &'t Uses<'s>,
    ) -> Vec<&'t Variable<'s>> {
        let own = function.body.iter().flat_map(|it| &it.variables);
        let module = text.variables.iter().filter(|it| uses.names.contains(it.name));
        let shared = |it: &&Variable<'s>| it.storage == Storage::Shared && !it.unsized_array;
        own.chain(module).filter(shared).collect()
    }

    fn shared_offset(&self, function: usize, name: &str) -> Option<u32> {
        self.shared.get(&(function, name)).copied()
    }
}

impl Variable<'_> {
    /// Tells a function's own variable from the module's and other functions' of the same name.
    fn key(&self) -> (u32, u32) {
        (self.place.line, self.place.column)
    }
}

#[derive(Clone, Copy, Default)]
struct Layout {
    bytes: u32,
}

impl Layout {
    fn add(&mut self, variable: &Variable<'_>) -> Parsed<u32> {
        let bytes = u32::try_from(variable.bytes()).ok();
        let start = self.bytes.checked_next_multiple_of(variable.align.max(1));
        let end = start.zip(bytes).and_then(|(start, bytes)| start.checked_add(bytes));
        let (Some(start), Some(end)) = (start, end.filter(|it| *it <= 1 << 28)) else {
            return Err(variable.place.error(format!("{} does not fit into shared memory", variable.name)));
        };
        self.bytes = end;
        Ok(start)
    }
}

/// The names that a function's operands mention, and whether it calls.
struct Uses<'s> {
    names: HashSet<&'s str>,
    calls: bool,
}

impl<'s> Uses<'s> {
    fn of(function: &syntax::Function<'s>) -> Self {
        let calls = function.body.iter().flat_map(|it| &it.statements).any(
            |it| matches!(&it.kind, StatementKind::Instruction(instruction) if instruction.opcode == "call"),
        );
        Self { names: function.names_used().collect(), calls }
    }
}

/// A function's parameters and results that are registers.
#[derive(Clone, Debug, Default)]
pub(super) struct Passed {
    pub(super) formals: Vec<(Slot, Type, usize)>,
    pub(super) returns: Vec<(Slot, Type, usize)>,
}

/// The names of a function's scopes.
pub(super) struct Names<'s> {
    symbols: HashMap<(u32, &'s str), Symbol>,
    /// The bytes of an element of each variable of its own, by its block.
    elements: HashMap<(u32, &'s str), u32>,
    scopes: Vec<u32>,
    /// The function's number.
    pub(super) function: usize,
    /// Whether there are registers of vector type.
    pub(super) has_vectors: bool,
    /// Parameters and results in registers: where they are passed, and the register's type and index.
    pub(super) passed: Passed,
    /// The columns of registers that are in use, by their index.
    pub(super) columns: Vec<Option<u32>>,
    /// Of numbered registers: by scope, prefix and number.
    pub(super) numbered: HashMap<(u32, &'s str, u32), usize>,
    labels: usize,
    /// Parameters that move to local memory when the function starts, and their offsets there.
    pub(super) spilled: Vec<(Slot, u32)>,
    /// The labels of each `.branchtargets`.
    pub(super) targets: Vec<(u32, Vec<(&'s str, Place)>)>,
}

impl<'s> Names<'s> {
    pub(super) fn new(
        module: &ModuleNames<'s>,
        index: usize,
        source: &syntax::Function<'s>,
        function: &mut Function,
    ) -> Parsed<Self> {
        let mut names = Self {
            symbols: HashMap::new(),
            elements: HashMap::new(),
            scopes: vec![0],
            function: index,
            has_vectors: false,
            passed: Passed::default(),
            columns: Vec::new(),
            numbered: HashMap::new(),
            labels: 0,
            spilled: Vec::new(),
            targets: Vec::new(),
        };
        names.params(source, function)?;
        let Some(body) = &source.body else { return Ok(names) };
        names.scopes.clone_from(&body.scopes);
        for variable in &body.variables {
            names.variable(module, index, variable, function)?;
        }
        for statement in &body.statements {
            let symbol = match &statement.kind {
                StatementKind::Label(name) => {
                    names.labels += 1;
                    (*name, Symbol::Label(names.labels - 1))
                }
                StatementKind::Targets(name, list) => {
                    names.targets.push((statement.scope, list.clone()));
                    (*name, Symbol::Targets(names.targets.len() - 1))
                }
                StatementKind::Prototype(name) => (*name, Symbol::Prototype),
                StatementKind::Instruction(_) => continue,
            };
            names.insert(statement.scope, symbol.0, symbol.1, statement.place)?;
        }
        Ok(names)
    }

    fn insert(&mut self, scope: u32, name: &'s str, symbol: Symbol, place: Place) -> Parsed<()> {
        if self.symbols.insert((scope, name), symbol).is_some() {
            return Err(place.error(format!("{name} is already declared in this block")));
        }
        Ok(())
    }

    fn params(&mut self, source: &syntax::Function<'s>, function: &mut Function) -> Parsed<()> {
        let kernel = source.is_kernel;
        let mut kernel_bytes = 0u32;
        let addressed = addressed(source);
        for (variable, result) in
            source.returns.iter().map(|it| (it, true)).chain(source.params.iter().map(|it| (it, false)))
        {
            let in_register = variable.storage != Storage::Param;
            if in_register && (kernel || variable.kind == Type::Pred || variable.elements != 1) {
                let message = format!("parameter {} cannot be in a register", variable.name);
                return Err(variable.place.error(message));
            }
            let bytes = if kernel { &mut kernel_bytes } else { &mut function.param_bytes };
            let slot = param_slot(variable, bytes)?;
            match (kernel, result) {
                (true, _) => {}
                (false, true) => function.returns.push(slot),
                (false, false) => function.formals.push(slot),
            }
            let mut symbol = if kernel { Symbol::KernelParam(slot.offset) } else { Symbol::Param(slot) };
            if !kernel && !result && addressed.contains(variable.name) {
                let copy = param_slot(variable, &mut function.local_bytes)?.offset;
                self.spilled.push((slot, copy));
                symbol = Symbol::Spilled(copy);
            }
            if in_register {
                let (kind, index) = (variable.kind, self.columns.len());
                self.columns.push(None);
                let list = if result { &mut self.passed.returns } else { &mut self.passed.formals };
                list.push((slot, kind, index));
                symbol = Symbol::Register { kind, index };
            }
            // Prototypes call every parameter `_`.
            if variable.name != "_" {
                self.insert(0, variable.name, symbol, variable.place)?;
            }
        }
        Ok(())
    }

    fn variable(
        &mut self,
        module: &ModuleNames<'s>,
        index: usize,
        variable: &Variable<'s>,
        function: &mut Function,
    ) -> Parsed<()> {
        if variable.storage != Storage::Reg {
            self.elements.insert((variable.scope, variable.name), variable.kind.bytes());
        }
        let symbol = match variable.storage {
            Storage::Reg => match variable.numbered {
                None if matches!(variable.elements, 2 | 4) => {
                    let (kind, index, count) = (variable.kind, self.columns.len(), variable.elements as u32);
                    self.columns.resize(index + count as usize, None);
                    self.has_vectors = true;
                    Symbol::Vector { kind, index, count }
                }
                _ if variable.elements != 1 => {
                    return Err(variable.place.error("numbered registers of vector type are not supported"));
                }
                Some(count) => Symbol::Registers { kind: variable.kind, count },
                None => {
                    self.columns.push(None);
                    Symbol::Register { kind: variable.kind, index: self.columns.len() - 1 }
                }
            },
            Storage::Local => {
                let slot = param_slot(variable, &mut function.local_bytes)?;
                Symbol::Local(slot.offset)
            }
            Storage::Param => Symbol::Param(param_slot(variable, &mut function.param_bytes)?),
            Storage::Shared if variable.unsized_array => Symbol::DynamicShared,
            Storage::Shared => Symbol::Shared(module.shared_offset(index, variable.name).unwrap_or(0)),
            Storage::Device(_) => {
                return Err(variable
                    .place
                    .error("a .global or .const variable in a function is not supported"));
            }
        };
        self.insert(variable.scope, variable.name, symbol, variable.place)
    }

    pub(super) fn label_count(&self) -> usize {
        self.labels
    }

    /// The label of this name, seen from `scope`.
    pub(super) fn label(&self, scope: u32, name: &str) -> Option<usize> {
        match self.find(scope, name)?.1 {
            Symbol::Label(label) => Some(label),
            _ => None,
        }
    }

    /// What a name means in `scope`, and in which scope it was declared; module names are not looked at.
    fn find(&self, mut scope: u32, name: &str) -> Option<(u32, Symbol)> {
        loop {
            if let Some(symbol) = self.symbols.get(&(scope, name)) {
                return Some((scope, *symbol));
            }
            if scope == 0 {
                return None;
            }
            scope = self.scopes[scope as usize];
        }
    }

    /// The bytes of an element of a variable; none if the name is of something else.
    pub(super) fn element_bytes(&self, module: &ModuleNames<'s>, scope: u32, name: &'s str) -> Option<u32> {
        match self.find(scope, name) {
            Some((scope, _)) => self.elements.get(&(scope, name)).copied(),
            None => module.elements.get(name).copied(),
        }
    }

    /// What a name means in `scope`; a numbered register becomes one of its own.
    pub(super) fn lookup(
        &mut self,
        module: &ModuleNames<'s>,
        function: usize,
        scope: u32,
        name: &'s str,
    ) -> Option<Symbol> {
        if let Some((_, symbol)) = self.find(scope, name) {
            return Some(symbol);
        }
        let prefix = name.trim_end_matches(|it: char| it.is_ascii_digit());
        let digits = &name[prefix.len()..];
        let canonical = !digits.is_empty() && (digits == "0" || !digits.starts_with('0'));
        if canonical
            && let Ok(number) = digits.parse::<u32>()
            && let Some((scope, Symbol::Registers { kind, count })) = self.find(scope, prefix)
            && number < count
        {
            let next = self.columns.len();
            let index = *self.numbered.entry((scope, prefix, number)).or_insert(next);
            if index == next {
                self.columns.push(None);
            }
            return Some(Symbol::Register { kind, index });
        }
        match module.symbols.get(name) {
            Some(Symbol::Shared(_)) => module.shared_offset(function, name).map(Symbol::Shared),
            other => other.copied(),
        }
    }
}

/// The names whose addresses a function takes with `mov`.
fn addressed<'s>(source: &syntax::Function<'s>) -> HashSet<&'s str> {
    let mut names = HashSet::new();
    for statement in source.body.iter().flat_map(|it| &it.statements) {
        if let StatementKind::Instruction(instruction) = &statement.kind
            && instruction.opcode == "mov"
            && let [_, syntax::Operand { kind: syntax::OperandKind::Name(name, _), .. }] =
                instruction.operands[..]
        {
            names.insert(name);
        }
    }
    names
}

/// Places a variable behind `bytes`.
fn param_slot(variable: &Variable<'_>, bytes: &mut u32) -> Parsed<Slot> {
    let mut layout = Layout { bytes: *bytes };
    let offset = layout.add(variable)?;
    *bytes = layout.bytes;
    Ok(Slot { offset, size: layout.bytes - offset })
}
