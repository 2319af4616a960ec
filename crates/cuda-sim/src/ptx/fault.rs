//! What stops a kernel: the fault, where it happened, and what the program was doing.

use std::fmt;

/// The class of a fault; each stands for one sticky error of the CUDA driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// An access outside every allocation, or of the wrong kind.
    #[doc(alias = "CUDA_ERROR_ILLEGAL_ADDRESS")]
    IllegalAddress,
    /// An access whose address is not a multiple of its size.
    #[doc(alias = "CUDA_ERROR_MISALIGNED_ADDRESS")]
    MisalignedAddress,
    /// A device `assert` failed.
    #[doc(alias = "CUDA_ERROR_ASSERT")]
    Assert,
    /// The kernel executed `trap`.
    #[doc(alias = "CUDA_ERROR_LAUNCH_FAILED")]
    Trap,
    /// The kernel executed an instruction whose operands have no meaning, or a breakpoint with no debugger.
    #[doc(alias = "CUDA_ERROR_ILLEGAL_INSTRUCTION")]
    IllegalInstruction,
    /// An instruction for one state space got an address of another.
    #[doc(alias = "CUDA_ERROR_INVALID_ADDRESS_SPACE")]
    InvalidAddressSpace,
    /// An indirect call or branch went to something that is not code.
    #[doc(alias = "CUDA_ERROR_INVALID_PC")]
    InvalidPc,
    /// Calls nested deeper than the stack of a thread allows.
    #[doc(alias = "CUDA_ERROR_HARDWARE_STACK_ERROR")]
    StackOverflow,
    /// The launch asks for more threads, shared memory or parameters than the device or kernel has.
    #[doc(alias = "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES")]
    OutOfResources,
    /// Every thread that is left waits for one that can no longer come.
    #[doc(alias = "CUDA_ERROR_LAUNCH_TIMEOUT")]
    Deadlock,
    /// The device asked the kernel to stop.
    Cancelled,
}

impl FaultKind {
    /// What the fault is, in words.
    pub fn text(self) -> &'static str {
        match self {
            Self::IllegalAddress => "an illegal memory access",
            Self::MisalignedAddress => "a misaligned memory access",
            Self::Assert => "a failed device assertion",
            Self::Trap => "a trap instruction",
            Self::IllegalInstruction => "an illegal instruction",
            Self::InvalidAddressSpace => "an address of the wrong state space",
            Self::InvalidPc => "a jump to something that is not code",
            Self::StackOverflow => "a stack overflow",
            Self::OutOfResources => "a launch that asks for too many resources",
            Self::Deadlock => "a deadlock",
            Self::Cancelled => "a cancelled launch",
        }
    }
}

/// Why a kernel stopped, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The class of the fault.
    pub kind: FaultKind,
    /// What the thread was doing, with the values that show why it failed.
    pub text: String,
    /// The kernel's name.
    pub kernel: String,
    /// The block's index in the grid.
    pub block: [u32; 3],
    /// The thread's index in its block.
    pub thread: [u32; 3],
    /// The line of the instruction in the PTX text; 0 when no instruction is to blame.
    pub line: u32,
    /// The device address of a memory fault.
    pub address: Option<u64>,
}

impl Fault {
    /// A fault that does not know its place yet; [`run`](super::run) fills that in.
    pub fn new(kind: FaultKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            kernel: String::new(),
            block: [0; 3],
            thread: [0; 3],
            line: 0,
            address: None,
        }
    }

    /// The same fault, about this device address.
    pub fn at_address(mut self, address: u64) -> Self {
        self.address = Some(address);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([bx, by, bz], [tx, ty, tz]) = (self.block, self.thread);
        write!(f, "{} in kernel {}", self.kind.text(), self.kernel)?;
        if self.line > 0 {
            write!(f, ", block ({bx}, {by}, {bz}), thread ({tx}, {ty}, {tz}), PTX line {}", self.line)?;
        }
        write!(f, ": {}", self.text)
    }
}

impl std::error::Error for Fault {}
