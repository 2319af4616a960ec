//! A parsed module, its kernels and its variables.

use std::collections::HashMap;

use super::Diagnostics;
use super::decode::{self, ModuleNames, Symbol};
use super::link;
use super::parse::{self, Parsed};
use super::program::{Function, Program};
use super::syntax::{self, Initial, Storage, Text, Variable};
use super::types::Type;

/// A parsed and resolved PTX text. Immutable; kernels of it may run on any number of threads at once.
#[derive(Debug)]
pub struct Module {
    version: (u32, u32),
    target: u32,
    kernels: Vec<Kernel>,
    pub(super) globals: Vec<Global>,
    pub(super) program: Program,
}

impl Module {
    /// Parses and resolves PTX text.
    ///
    /// # Errors
    /// Says with line and column what is not PTX, or not supported, like the assembler's log.
    pub fn parse(source: &str) -> Result<Self, Diagnostics> {
        build(source).map_err(|it| Diagnostics::new(vec![it]))
    }

    /// The PTX version that the text asks for, as in `.version 8.8`.
    pub fn version(&self) -> (u32, u32) {
        self.version
    }

    /// The number in `.target sm_75`: ten times the major plus the minor compute capability.
    pub fn target(&self) -> u32 {
        self.target
    }

    /// The kernels, in the order of the text.
    pub fn kernels(&self) -> &[Kernel] {
        &self.kernels
    }

    /// The kernel of this name.
    pub fn kernel(&self, name: &str) -> Option<&Kernel> {
        self.kernels.iter().find(|it| it.name == name)
    }

    /// Gives no kernel more than `most` registers: those above would be in local memory.
    pub fn limit_registers(&mut self, most: u32) {
        self.kernels.iter_mut().for_each(|it| it.registers = it.registers.min(most.max(1)));
    }

    /// The line of the text that an instruction is on, by the number that [`Touched::uninitialised`](super::Touched) gives.
    pub fn line_of(&self, site: u32) -> Option<u32> {
        let find = |it: &Function| Some(*it.lines.get(it.code.iter().position(|inst| inst.site == site)?)?);
        self.program.functions.iter().find_map(find)
    }

    /// The module's variables in global and constant memory, in the order of the text.
    pub fn globals(&self) -> &[Global] {
        &self.globals
    }
}

/// A function that the host may launch.
#[derive(Debug)]
pub struct Kernel {
    pub(super) name: String,
    params: Vec<Param>,
    pub(super) param_bytes: u32,
    pub(super) static_shared: u32,
    pub(super) local_bytes: u32,
    /// Its number among the program's functions.
    pub(super) function: usize,
    registers: u32,
    max_threads: Option<[u32; 3]>,
    required_threads: Option<[u32; 3]>,
    required_cluster: Option<[u32; 3]>,
    explicit_cluster: bool,
}

impl Kernel {
    /// The name in the PTX text.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters, in order.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// The length of the parameter buffer in bytes.
    pub fn param_bytes(&self) -> u32 {
        self.param_bytes
    }

    /// Bytes of shared memory that every block of this kernel has.
    pub fn static_shared(&self) -> u32 {
        self.static_shared
    }

    /// Bytes of local memory of each thread, without what called functions need.
    pub fn local_bytes(&self) -> u32 {
        self.local_bytes
    }

    /// An estimate of the 32-bit registers of a thread, between 16 and 255.
    pub fn registers(&self) -> u32 {
        self.registers
    }

    /// `.maxntid`: the most threads that a block may have in x, y and z.
    pub fn max_threads(&self) -> Option<[u32; 3]> {
        self.max_threads
    }

    /// `.reqntid`: the threads that a block must have in x, y and z.
    pub fn required_threads(&self) -> Option<[u32; 3]> {
        self.required_threads
    }

    /// The number of blocks in each direction that clusters must have (`.reqnctapercluster`).
    pub fn required_cluster(&self) -> Option<[u32; 3]> {
        self.required_cluster
    }

    /// Whether a launch must say how large clusters are, unless the kernel does (`.explicitcluster`).
    pub fn must_set_cluster(&self) -> bool {
        self.explicit_cluster && self.required_cluster.is_none()
    }
}

/// A kernel's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Where it starts in the parameter buffer, in bytes.
    pub offset: u32,
    /// Its length in bytes.
    pub size: u32,
    /// Its alignment in bytes.
    pub align: u32,
}

/// Where a module's variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// `.global`: readable and writable by every thread.
    Global,
    /// `.const`: readable only.
    Const,
}

/// A variable of the module in device memory.
#[derive(Debug)]
pub struct Global {
    name: String,
    space: Space,
    size: u64,
    align: u32,
    is_reference: bool,
    bytes: Vec<u8>,
    relocations: Vec<Relocation>,
}

/// A pointer inside a variable's initial bytes.
#[derive(Clone, Copy, Debug)]
struct Relocation {
    offset: usize,
    width: u32,
    /// The address's bit that comes first.
    shift: u32,
    target: Target,
    addend: i64,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    Global(usize),
    Function(usize),
}

impl Global {
    /// The name in the PTX text.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it lives.
    pub fn space(&self) -> Space {
        self.space
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its alignment in bytes.
    pub fn align(&self) -> u32 {
        self.align
    }

    /// Whether it is a texture or surface reference (`.texref`, `.surfref`), whose eight bytes are the object that is bound to it.
    pub fn is_reference(&self) -> bool {
        self.is_reference
    }

    /// Its bytes when the module is loaded, `size()` of them, given the device address of every variable by index.
    pub fn initial_bytes(&self, global_addresses: &[u64]) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.resize(self.size as usize, 0);
        for it in &self.relocations {
            let value = match it.target {
                Target::Global(index) => global_addresses.get(index).copied().unwrap_or(0),
                Target::Function(index) => function_address(index),
            };
            let value = (value.wrapping_add(it.addend as u64) >> it.shift).to_le_bytes();
            let end = (it.offset + it.width.min(8) as usize).min(bytes.len());
            let start = it.offset.min(end);
            bytes[start..end].copy_from_slice(&value[..end - start]);
        }
        bytes
    }
}

/// The value of a pointer to function number `index`.
pub(super) fn function_address(index: usize) -> u64 {
    0x10 * (index as u64 + 1)
}

/// The number of the function at an address.
pub(super) fn function_at(address: u64) -> Option<usize> {
    (address != 0 && address.is_multiple_of(0x10)).then(|| (address / 0x10 - 1) as usize)
}

fn build(source: &str) -> Parsed<Module> {
    let mut text = parse::parse(source)?;
    link::settle(&mut text);
    let names = ModuleNames::new(&text)?;
    let mut program = Program::default();
    let mut constants = HashMap::new();
    for (index, function) in text.functions.iter().enumerate() {
        let decoded = decode::decode(&names, &mut program, &mut constants, index, function)?;
        program.functions.push(decoded);
    }
    let defined = text.functions.iter().enumerate().filter(|it| it.1.is_kernel && it.1.body.is_some());
    let kernels = defined.map(|(index, it)| kernel(index, it, &names, &program)).collect();
    Ok(Module {
        version: text.version,
        target: text.target,
        kernels,
        globals: globals(&text, &names)?,
        program,
    })
}

fn kernel(index: usize, source: &syntax::Function<'_>, names: &ModuleNames<'_>, program: &Program) -> Kernel {
    let mut params: Vec<Param> = Vec::new();
    for it in &source.params {
        let end = params.last().map_or(0, |it| it.offset + it.size);
        let offset = end.next_multiple_of(it.align.max(1));
        params.push(Param { offset, size: it.bytes() as u32, align: it.align });
    }
    let function = &program.functions[index];
    Kernel {
        name: source.name.to_owned(),
        param_bytes: params.last().map_or(0, |it| it.offset + it.size),
        params,
        static_shared: names.shared_bytes[index],
        local_bytes: function.local_bytes,
        function: index,
        registers: (function.registers / 2).clamp(16, 255).min(source.max_registers.unwrap_or(255).max(1)),
        max_threads: source.max_threads,
        required_threads: source.required_threads,
        required_cluster: source.required_cluster,
        explicit_cluster: source.explicit_cluster,
    }
}

fn globals(text: &Text<'_>, names: &ModuleNames<'_>) -> Parsed<Vec<Global>> {
    let in_memory = text.variables.iter().filter_map(|it| match it.storage {
        Storage::Device(space) => Some((it, space)),
        _ => None,
    });
    in_memory.map(|(it, space)| global(it, space, names)).collect()
}

fn global(variable: &Variable<'_>, space: Space, names: &ModuleNames<'_>) -> Parsed<Global> {
    let mut global = Global {
        name: variable.name.to_owned(),
        space,
        size: variable.bytes(),
        align: variable.align,
        is_reference: variable.is_reference,
        bytes: Vec::new(),
        relocations: Vec::new(),
    };
    let width = variable.kind.bytes() as usize;
    for initial in &variable.initial {
        let value = match *initial {
            Initial::Int(value) => match variable.kind {
                Type::F32 => u64::from((value as i64 as f32).to_bits()),
                Type::F64 => (value as i64 as f64).to_bits(),
                _ => value,
            },
            Initial::Single(bits) if width == 4 => u64::from(bits),
            Initial::Single(bits) => f64::from(f32::from_bits(bits)).to_bits(),
            Initial::Double(bits) if width == 4 => u64::from((f64::from_bits(bits) as f32).to_bits()),
            Initial::Double(bits) => bits,
            Initial::Symbol { name, addend, mask, place } => {
                let target = match names.symbols.get(name) {
                    Some(Symbol::Global { index, .. }) => Target::Global(*index),
                    Some(Symbol::Function(index)) => Target::Function(*index),
                    _ => {
                        return Err(
                            place.error(format!("{name} is not a variable or function with an address"))
                        );
                    }
                };
                // A mask such as 0xFF00 takes one byte of the address.
                let shift = mask.map_or(0, u64::trailing_zeros);
                let offset = global.bytes.len();
                global.relocations.push(Relocation { offset, width: width as u32, shift, target, addend });
                0
            }
        };
        global.bytes.extend(&value.to_le_bytes()[..width.min(8)]);
        global.bytes.resize(global.bytes.len() + width.saturating_sub(8), 0);
    }
    Ok(global)
}
