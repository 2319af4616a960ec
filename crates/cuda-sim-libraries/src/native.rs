//! Kernels as code of the host: a safe layer above [`cuda_sim_native`].
//!
//! A kernel is a type that is [`Operation`]: its fields are the parameters, its `run` the body. [`Code::load`] loads a set of them into the
//! current context, as any module is loaded, and [`Code::launch`] launches one in a stream with `cuLaunchKernel`. From there on it is a
//! kernel to cuda-sim: ordered, captured, counted, and checked in every access that it makes through [`Memory`].
#![allow(unsafe_code)]

use std::borrow::Cow;
use std::ffi::{CString, c_void};
use std::fmt;
use std::mem::{MaybeUninit, size_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

use bytemuck::{AnyBitPattern, NoUninit};
use cuda_sim_native::{Body, Call, DONE, FAILED, READ, TABLE_ID, Table, WRITE};
use cuda_sys::Driver;
use cuda_sys::driver::{CUcontext, CUfunction, CUmodule, CUresult, CUstream, CUuuid};

/// A kernel: its fields are the parameters, plain numbers and device addresses.
///
/// Every pattern of bits must be a valid value, since a client may change the parameters of a captured kernel: what is a choice
/// is a number, and `run` refuses numbers without a meaning.
pub trait Operation: AnyBitPattern {
    /// The kernel's name, as reports, traces and graphs have it.
    const NAME: &'static str;

    /// Does it. This runs on a thread of the driver's, once for a launch, and cannot call the driver.
    ///
    /// # Errors
    /// [`Fault`] if memory cannot be accessed, or the parameters have no meaning: the launch fails, and with it the context.
    fn run(&self, memory: &Memory<'_>) -> Result<(), Fault>;
}

/// Why a kernel failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An access was refused; the driver knows which.
    Refused,
    /// Something else, which becomes the text of the context's error.
    Failed(String),
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        Self::Failed(text)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("an access to memory was refused"),
            Self::Failed(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Fault {}

/// A kernel that [`Code::load`] is to load.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    name: &'static str,
    bytes: usize,
    align: usize,
    body: Body,
}

impl Entry {
    /// The kernel `O`.
    pub const fn of<O: Operation>() -> Self {
        Self { name: O::NAME, bytes: size_of::<O>(), align: align_of::<O>(), body: body::<O> }
    }

    /// What the driver is told of it: an entry with the parameters in one piece.
    fn ptx(&self) -> String {
        let Self { name, bytes, align, .. } = self;
        format!(".visible .entry {name}(.param .align {align} .b8 p[{bytes}]) {{ ret; }}\n")
    }
}

/// Kernels that are loaded into a context.
#[derive(Debug)]
pub struct Code {
    driver: Driver,
    context: CUcontext,
    module: CUmodule,
    functions: Vec<(&'static str, CUfunction)>,
}

// SAFETY: the driver's handles may be used from any thread.
unsafe impl Send for Code {}
// SAFETY: as for `Send`.
unsafe impl Sync for Code {}

/// Makes an error of a missing function, and of any code but success.
macro_rules! call {
    ($driver:expr, $name:ident($($argument:expr),* $(,)?)) => {
        match $driver.$name($($argument),*) {
            Ok(CUresult::CUDA_SUCCESS) => Ok(()),
            Ok(error) => Err(error),
            Err(_) => Err(CUresult::CUDA_ERROR_NOT_SUPPORTED),
        }
    };
}

impl Code {
    /// Loads `entries` into the calling thread's current context.
    ///
    /// # Errors
    /// The driver's; `CUDA_ERROR_NOT_SUPPORTED` if it is not cuda-sim; `CUDA_ERROR_INVALID_CONTEXT` if no context is current.
    pub fn load(driver: Driver, entries: &[Entry]) -> Result<Self, CUresult> {
        let table = table(driver)?;
        let mut context = null_mut();
        // SAFETY: the pointer is to a live variable.
        unsafe { call!(driver, cuCtxGetCurrent(&mut context)) }?;
        if context.is_null() {
            return Err(CUresult::CUDA_ERROR_INVALID_CONTEXT);
        }
        let entries_text: String = entries.iter().map(Entry::ptx).collect();
        let text = format!(".version 7.0\n.target sm_50\n.address_size 64\n{entries_text}");
        let text = CString::new(text).map_err(|_| CUresult::CUDA_ERROR_INVALID_PTX)?;
        let mut module = null_mut();
        // SAFETY: the pointer is to a live variable, and the text ends in a zero byte.
        unsafe { call!(driver, cuModuleLoadData(&mut module, text.as_ptr().cast())) }?;
        let mut code = Self { driver, context, module, functions: Vec::new() };
        for entry in entries {
            if let Err(error) = code.add(table, entry) {
                // The first error says more than one of the unloading.
                let _ = code.unload();
                return Err(error);
            }
        }
        Ok(code)
    }

    fn add(&mut self, table: &Table, entry: &Entry) -> Result<(), CUresult> {
        let name = CString::new(entry.name).map_err(|_| CUresult::CUDA_ERROR_NOT_FOUND)?;
        let mut function = null_mut();
        // SAFETY: the pointer is to a live variable, the module is loaded, and the name ends in a zero byte.
        unsafe { call!(self.driver, cuModuleGetFunction(&mut function, self.module, name.as_ptr())) }?;
        // SAFETY: the body is a function, which lasts, for parameters of this size; it keeps panics in.
        match CUresult(unsafe { (table.attach)(function.cast(), entry.body, std::ptr::null()) }) {
            CUresult::CUDA_SUCCESS => self.functions.push((entry.name, function)),
            error => return Err(error),
        }
        Ok(())
    }

    /// Returns the driver that it is loaded by.
    pub fn driver(&self) -> Driver {
        self.driver
    }

    /// Returns the context that it is loaded into.
    pub fn context(&self) -> CUcontext {
        self.context
    }

    /// Launches a kernel in `stream`, which must be of the context; a null stream is that of the context if it is current.
    ///
    /// # Errors
    /// The driver's; `CUDA_ERROR_NOT_FOUND` if the kernel is not one that was loaded.
    // The driver, cuda-sim, looks at the stream as a name, and refuses one that it has not given out.
    #[allow(clippy::not_unsafe_ptr_arg_deref)]
    pub fn launch<O: Operation>(&self, stream: CUstream, operation: &O) -> Result<(), CUresult> {
        let found = self.functions.iter().find(|(name, _)| *name == O::NAME);
        let function = found.ok_or(CUresult::CUDA_ERROR_NOT_FOUND)?.1;
        let mut arguments = [std::ptr::from_ref(operation).cast_mut().cast::<c_void>()];
        let extra = null_mut();
        // SAFETY: the function takes one parameter of this type, which the driver copies before it returns.
        unsafe {
            call!(
                self.driver,
                cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, arguments.as_mut_ptr(), extra)
            )
        }
    }

    /// Unloads it. Launches that are under way, and graphs that hold some of it, are not touched by that.
    ///
    /// # Errors
    /// The driver's.
    pub fn unload(self) -> Result<(), CUresult> {
        // SAFETY: the module was loaded by `load`, and is unloaded once.
        unsafe { call!(self.driver, cuModuleUnload(self.module)) }
    }
}

/// Returns the driver's table for native kernels, which only cuda-sim has.
fn table(driver: Driver) -> Result<&'static Table, CUresult> {
    let (mut table, id) = (std::ptr::null(), CUuuid { bytes: TABLE_ID.map(|byte| byte as _) });
    // SAFETY: the pointers are to live variables.
    let result = unsafe { call!(driver, cuGetExportTable(&mut table, &id)) };
    if result.is_err() || table.is_null() {
        return Err(CUresult::CUDA_ERROR_NOT_SUPPORTED);
    }
    // SAFETY: the driver's table of this name is of this type, or a longer one, and lasts as long as the process.
    Ok(unsafe { &*table.cast::<Table>() })
}

/// The body of the kernel `O`.
unsafe extern "C" fn body<O: Operation>(call: *const Call) -> u32 {
    // SAFETY: the driver passes a call that lives until this returns.
    let memory = Memory(unsafe { &*call });
    let run = || {
        if memory.0.parameter_bytes != size_of::<O>() {
            return Err(format!("it has {} bytes of parameters", memory.0.parameter_bytes).into());
        }
        let mut operation = MaybeUninit::<O>::uninit();
        // SAFETY: the parameters have the size of `O`, for which any bits are a value.
        let operation = unsafe {
            let to = operation.as_mut_ptr().cast::<u8>();
            std::ptr::copy_nonoverlapping(memory.0.parameters, to, size_of::<O>());
            operation.assume_init()
        };
        operation.run(&memory)
    };
    let result = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(Fault::Failed(format!("its body panicked: {text}; this is a fault of the library in software")))
    });
    match result {
        Ok(()) => DONE,
        Err(fault) => {
            if let Fault::Failed(text) = fault {
                // SAFETY: the call is the driver's own, and the text lives.
                unsafe { (memory.0.fail)(memory.0, text.as_ptr().cast(), text.len()) };
            }
            FAILED
        }
    }
}

/// Device memory as a running kernel sees it. All addresses are device addresses; all counts and strides are in elements.
///
/// Every access is checked as one of a kernel in PTX: for memory that is not allocated or that the device may not touch, which fails the
/// launch; for bytes that nothing has written; and for races between streams. So a body loads what a kernel would read, and no more.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a>(&'a Call);

/// An element that kernels load and store.
pub trait Element: AnyBitPattern + NoUninit + Default {}

impl<T: AnyBitPattern + NoUninit + Default> Element for T {}

/// The most that one operand may have, in bytes: more is a mistake in the arguments, and would take the machine's memory.
const MOST: usize = 1 << 36;

impl Memory<'_> {
    /// Fills `to` with the elements at `address`.
    ///
    /// # Errors
    /// [`Fault::Refused`] if any of them cannot be read.
    pub fn load_into<T: Element>(&self, address: u64, to: &mut [T]) -> Result<(), Fault> {
        let bytes = size_of_val(to);
        // SAFETY: the call is the driver's own, which writes so many bytes; any bits are a `T`.
        let done = unsafe { (self.0.load)(self.0, address, to.as_mut_ptr().cast(), bytes) };
        if done { Ok(()) } else { Err(Fault::Refused) }
    }

    /// Stores `from` at `address`.
    ///
    /// # Errors
    /// [`Fault::Refused`] if any element cannot be written.
    pub fn store<T: Element>(&self, address: u64, from: &[T]) -> Result<(), Fault> {
        // SAFETY: the call is the driver's own, which reads so many bytes, all of them with a value.
        let done = unsafe { (self.0.store)(self.0, address, from.as_ptr().cast(), size_of_val(from)) };
        if done { Ok(()) } else { Err(Fault::Refused) }
    }

    /// Returns `count` elements that lie side by side from `address` on.
    ///
    /// # Errors
    /// [`Fault`] if any of them cannot be read, or the count is absurd.
    pub fn load<T: Element>(&self, address: u64, count: usize) -> Result<Vec<T>, Fault> {
        let mut elements = room(count)?;
        self.load_into(address, &mut elements)?;
        Ok(elements)
    }

    /// Returns the one element at `address`.
    ///
    /// # Errors
    /// [`Fault::Refused`] if it cannot be read.
    pub fn load_one<T: Element>(&self, address: u64) -> Result<T, Fault> {
        let mut one = [T::default()];
        self.load_into(address, &mut one)?;
        Ok(one[0])
    }

    /// Returns `count` elements, each `stride` behind the one before; the first is at `address`. The stride may be negative.
    ///
    /// # Errors
    /// [`Fault`] if any of them cannot be read, or the count is absurd.
    pub fn load_strided<T: Element>(&self, address: u64, count: usize, stride: i64) -> Result<Vec<T>, Fault> {
        self.load_tensor(address, &[count], &[stride])
    }

    /// Stores elements as [`load_strided`](Self::load_strided) loads them.
    ///
    /// # Errors
    /// [`Fault`] if any of them cannot be written.
    pub fn store_strided<T: Element>(&self, address: u64, from: &[T], stride: i64) -> Result<(), Fault> {
        self.store_tensor(address, from, &[from.len()], &[stride])
    }

    /// Returns a matrix that is stored by columns, `leading` from one to the next, packed: element (i, j) is at `i + j * rows`.
    ///
    /// # Errors
    /// [`Fault`] if any element cannot be read, or there are absurdly many.
    pub fn load_matrix<T: Element>(
        &self,
        address: u64,
        (rows, columns): (usize, usize),
        leading: i64,
    ) -> Result<Vec<T>, Fault> {
        self.load_tensor(address, &[columns, rows], &[leading, 1])
    }

    /// Stores a packed matrix as [`load_matrix`](Self::load_matrix) loads it.
    ///
    /// # Errors
    /// [`Fault`] if any element cannot be written.
    pub fn store_matrix<T: Element>(
        &self,
        address: u64,
        from: &[T],
        (rows, columns): (usize, usize),
        leading: i64,
    ) -> Result<(), Fault> {
        self.store_tensor(address, from, &[columns, rows], &[leading, 1])
    }

    /// Returns a tensor with `strides` for its `dimensions`, packed with the last dimension innermost.
    ///
    /// # Errors
    /// [`Fault`] if any element cannot be read, or there are absurdly many.
    pub fn load_tensor<T: Element>(
        &self,
        address: u64,
        dimensions: &[usize],
        strides: &[i64],
    ) -> Result<Vec<T>, Fault> {
        let walk = Walk::new(dimensions, strides)?;
        let mut sorted = room::<T>(walk.count)?;
        let mut at = 0;
        walk.runs(|offset, len| {
            let place = &mut sorted[at..at + len];
            at += len;
            self.load_into(offset_address::<T>(address, offset), place)
        })?;
        if walk.is_in_order() {
            return Ok(sorted);
        }
        let mut packed = room::<T>(walk.count)?;
        walk.places(|from, to| packed[to] = sorted[from]);
        Ok(packed)
    }

    /// Stores a packed tensor as [`load_tensor`](Self::load_tensor) loads it.
    ///
    /// # Errors
    /// [`Fault`] if any element cannot be written, or `from` has not as many as the dimensions say.
    pub fn store_tensor<T: Element>(
        &self,
        address: u64,
        from: &[T],
        dimensions: &[usize],
        strides: &[i64],
    ) -> Result<(), Fault> {
        let walk = Walk::new(dimensions, strides)?;
        if walk.count != from.len() {
            return Err(format!("{} elements for a tensor of {dimensions:?}", from.len()).into());
        }
        let mut sorted = Cow::Borrowed(from);
        if !walk.is_in_order() {
            let mut held = room::<T>(walk.count)?;
            walk.places(|to, packed| held[to] = from[packed]);
            sorted = Cow::Owned(held);
        }
        let mut at = 0;
        walk.runs(|offset, len| {
            let piece = &sorted[at..at + len];
            at += len;
            self.store(offset_address::<T>(address, offset), piece)
        })
    }

    /// Enters that a workspace is written, without writing to it: so two kernels that use it at the same time are found out.
    ///
    /// # Errors
    /// [`Fault::Refused`] if any byte cannot be written.
    pub fn use_workspace(&self, address: u64, bytes: usize) -> Result<(), Fault> {
        self.touch(address, bytes, WRITE)
    }

    /// Enters that memory is read without loading it, where what it holds does not matter to the result.
    ///
    /// # Errors
    /// [`Fault::Refused`] if any byte cannot be read.
    pub fn use_read_only(&self, address: u64, bytes: usize) -> Result<(), Fault> {
        self.touch(address, bytes, READ)
    }

    fn touch(&self, address: u64, bytes: usize, manner: u32) -> Result<(), Fault> {
        // SAFETY: the call is the driver's own.
        let done = unsafe { (self.0.touch)(self.0, address, bytes, manner) };
        if done { Ok(()) } else { Err(Fault::Refused) }
    }
}

fn offset_address<T>(address: u64, offset: i64) -> u64 {
    // What leads out of the address space is refused where it leads.
    address.wrapping_add_signed(offset.wrapping_mul(size_of::<T>() as i64))
}

fn room<T: Element>(count: usize) -> Result<Vec<T>, Fault> {
    let absurd = || Fault::Failed(format!("an operand of {count} elements of {} bytes", size_of::<T>()));
    if count.checked_mul(size_of::<T>().max(1)).is_none_or(|bytes| bytes > MOST) {
        return Err(absurd());
    }
    let mut elements = Vec::new();
    elements.try_reserve_exact(count).map_err(|_| absurd())?;
    elements.resize(count, T::default());
    Ok(elements)
}

/// The order in which a tensor's elements lie in memory: its dimensions by falling stride, so that what lies side by side is moved
/// in one piece.
struct Walk {
    /// Length, stride in memory, and stride in the packed form, outermost first.
    axes: Vec<(usize, i64, usize)>,
    count: usize,
    in_order: bool,
}

impl Walk {
    fn new(dimensions: &[usize], strides: &[i64]) -> Result<Self, Fault> {
        if dimensions.len() != strides.len() {
            return Err(format!("{} strides for {} dimensions", strides.len(), dimensions.len()).into());
        }
        let count = dimensions.iter().try_fold(1usize, |all, len| all.checked_mul(*len));
        let count = count.ok_or_else(|| format!("a tensor of {dimensions:?} elements"))?;
        let mut packed = 1usize;
        let mut axes = Vec::new();
        for (&len, &stride) in dimensions.iter().zip(strides).rev() {
            axes.push((len, stride, packed));
            packed = packed.saturating_mul(len);
        }
        axes.reverse();
        axes.retain(|(len, ..)| *len != 1);
        let before: Vec<usize> = axes.iter().map(|axis| axis.2).collect();
        axes.sort_by_key(|(_, stride, _)| std::cmp::Reverse(stride.unsigned_abs()));
        let in_order = axes.iter().map(|axis| axis.2).eq(before);
        Ok(Self { axes, count, in_order })
    }

    fn is_in_order(&self) -> bool {
        self.in_order
    }

    /// Calls `each` for each run of elements that lie side by side: where it begins, and how many they are.
    fn runs(&self, mut each: impl FnMut(i64, usize) -> Result<(), Fault>) -> Result<(), Fault> {
        if self.count == 0 {
            return Ok(());
        }
        let (mut run, mut outer) = (1usize, self.axes.len());
        while outer > 0 && self.axes[outer - 1].1 == run as i64 {
            run *= self.axes[outer - 1].0;
            outer -= 1;
        }
        let mut index = vec![0usize; outer];
        loop {
            let offset = index
                .iter()
                .zip(&self.axes)
                .fold(0i64, |sum, (at, axis)| sum.wrapping_add((*at as i64).wrapping_mul(axis.1)));
            each(offset, run)?;
            if !advance(&mut index, &self.axes) {
                return Ok(());
            }
        }
    }

    /// Calls `each` with the place of every element in the order of memory and in the packed form.
    fn places(&self, mut each: impl FnMut(usize, usize)) {
        if self.count == 0 {
            return;
        }
        let mut index = vec![0usize; self.axes.len()];
        for at in 0.. {
            each(at, index.iter().zip(&self.axes).map(|(at, axis)| at * axis.2).sum());
            if !advance(&mut index, &self.axes) {
                return;
            }
        }
    }
}

/// Goes to the next index, the last axis first; says whether there is one.
fn advance(index: &mut [usize], axes: &[(usize, i64, usize)]) -> bool {
    for (at, axis) in index.iter_mut().zip(axes).rev() {
        *at += 1;
        if *at < axis.0 {
            return true;
        }
        *at = 0;
    }
    false
}
