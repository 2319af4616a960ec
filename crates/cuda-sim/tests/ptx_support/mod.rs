//! A device for the interpreter's tests: memory in separate allocations at addresses that the host cannot read.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod covered;
pub(crate) mod mutate;

pub(crate) use covered::parse;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use cuda_sim::ptx::{Access, Device, Fault, FaultKind, Launch, Module, Region, Statistics, run};

/// Device addresses start here.
const FIRST: u64 = 0x7f00_0000_0000;

/// Between allocations lies at least so much that belongs to none.
const GAP: u64 = 4096;

struct Allocation {
    base: u64,
    bytes: usize,
    words: Vec<u128>,
    is_const: bool,
}

/// Device memory, and what a kernel printed.
pub(crate) struct TestDevice {
    allocations: Mutex<Vec<Allocation>>,
    pub(crate) printed: Mutex<String>,
    pub(crate) stop: AtomicBool,
}

impl Default for TestDevice {
    fn default() -> Self {
        Self { allocations: Mutex::default(), printed: Mutex::default(), stop: AtomicBool::new(false) }
    }
}

impl TestDevice {
    pub(crate) fn alloc(&self, bytes: usize) -> u64 {
        let mut list = self.allocations.lock().unwrap();
        let base = list.iter().map(|it| it.base + it.bytes as u64).max().unwrap_or(FIRST);
        let base = (base + GAP).next_multiple_of(256);
        let words = vec![0; bytes.div_ceil(16).max(1)];
        list.push(Allocation { base, bytes, words, is_const: false });
        base
    }

    pub(crate) fn upload<T: Plain>(&self, values: &[T]) -> u64 {
        let address = self.alloc(size_of_val(values));
        self.write(address, values);
        address
    }

    pub(crate) fn write<T: Plain>(&self, address: u64, values: &[T]) {
        let bytes: Vec<u8> = values.iter().flat_map(|it| it.bytes()).collect();
        let host = self.find(address, bytes.len() as u64).expect("device memory");
        // SAFETY: `find` gave so many bytes of a live allocation, and no kernel runs meanwhile.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), host, bytes.len()) };
    }

    pub(crate) fn read<T: Plain>(&self, address: u64, count: usize) -> Vec<T> {
        let host = self.find(address, (count * size_of::<T>()) as u64).expect("device memory");
        // SAFETY: `find` gave so many bytes of a live allocation, and no kernel runs meanwhile.
        let bytes = unsafe { std::slice::from_raw_parts(host, count * size_of::<T>()) };
        bytes.chunks_exact(size_of::<T>()).map(T::from_bytes).collect()
    }

    fn find(&self, address: u64, len: u64) -> Option<*mut u8> {
        let mut list = self.allocations.lock().unwrap();
        let it =
            list.iter_mut().find(|it| it.base <= address && address + len <= it.base + it.bytes as u64)?;
        Some(it.words.as_mut_ptr().cast::<u8>().wrapping_add((address - it.base) as usize))
    }

    /// Loads a module's variables; gives their addresses.
    pub(crate) fn load(&self, module: &Module) -> Vec<u64> {
        let addresses: Vec<u64> = module.globals().iter().map(|it| self.alloc(it.size() as usize)).collect();
        for (it, address) in module.globals().iter().zip(&addresses) {
            self.write(*address, &it.initial_bytes(&addresses));
            if it.space() == cuda_sim::ptx::Space::Const {
                let mut list = self.allocations.lock().unwrap();
                list.iter_mut().filter(|it| it.base == *address).for_each(|it| it.is_const = true);
            }
        }
        addresses
    }

    pub(crate) fn printed(&self) -> String {
        self.printed.lock().unwrap().clone()
    }
}

// SAFETY: allocations stay where they are until a kernel frees them; nothing else touches them while kernels run.
unsafe impl Device for TestDevice {
    fn resolve(&self, address: u64, len: u32, access: Access) -> Result<Region, Fault> {
        let mut list = self.allocations.lock().unwrap();
        let end = address.checked_add(u64::from(len));
        let found = list.iter_mut().find(|it| {
            it.base <= address
                && end.is_some_and(|end| end <= it.base + it.bytes as u64)
                && (access == Access::Read || !it.is_const)
        });
        match found {
            Some(it) => Ok(Region::new(it.base, it.bytes as u64, it.words.as_mut_ptr().cast())),
            None => {
                let text = format!("{len} bytes at {address:#x} are in no allocation");
                Err(Fault::new(FaultKind::IllegalAddress, text).at_address(address))
            }
        }
    }

    fn printf(&self, text: &str) {
        self.printed.lock().unwrap().push_str(text);
    }

    fn malloc(&self, bytes: u64) -> u64 {
        self.alloc(bytes as usize)
    }

    fn free(&self, address: u64) {
        self.allocations.lock().unwrap().retain(|it| address == 0 || it.base != address);
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Values that have the same bytes on both sides.
pub(crate) trait Plain: Copy {
    fn bytes(self) -> Vec<u8>;
    fn from_bytes(bytes: &[u8]) -> Self;
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl Plain for $type {
            fn bytes(self) -> Vec<u8> {
                self.to_le_bytes().to_vec()
            }

            fn from_bytes(bytes: &[u8]) -> Self {
                Self::from_le_bytes(bytes.try_into().unwrap())
            }
        }
    )*};
}

plain! { u8 i8 u16 i16 u32 i32 f32 u64 i64 f64 }

/// A kernel's arguments, each aligned to its size.
#[derive(Default)]
pub(crate) struct Arguments(pub(crate) Vec<u8>);

impl Arguments {
    pub(crate) fn with<T: Plain>(mut self, value: T) -> Self {
        self.0.resize(self.0.len().next_multiple_of(size_of::<T>()), 0);
        self.0.extend(value.bytes());
        self
    }
}

/// Runs a kernel of a module, which is loaded now unless `globals` says where its variables are.
pub(crate) fn launch(
    device: &TestDevice,
    module: &Module,
    globals: &[u64],
    kernel: &str,
    grid: [u32; 3],
    block: [u32; 3],
    arguments: Arguments,
) -> Result<Statistics, Fault> {
    let loaded = if globals.is_empty() { device.load(module) } else { globals.to_vec() };
    launch_with(device, module, kernel, &Launch::new(grid, block, &arguments.0, &loaded))
}

pub(crate) fn launch_with(
    device: &TestDevice,
    module: &Module,
    kernel: &str,
    launch: &Launch<'_>,
) -> Result<Statistics, Fault> {
    let kernel = module.kernel(kernel).unwrap_or_else(|| panic!("no kernel {kernel}"));
    run(module, kernel, launch, device)
}

/// Every variant of a fixture, with its name.
pub(crate) fn variants(name: &str) -> Vec<(String, Module)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        if file.starts_with(&format!("{name}-")) && file.ends_with(".ptx") {
            let source = std::fs::read_to_string(&path).unwrap();
            let module = parse(&source).unwrap_or_else(|it| panic!("{file}: {it}"));
            found.push((file, module));
        }
    }
    assert!(found.len() >= 2, "{name} has {} variants", found.len());
    found
}

/// A random generator that is the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound
    }

    /// Between -1 and 1.
    pub(crate) fn real(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    pub(crate) fn reals(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.real()).collect()
    }

    /// A float of any size, sometimes special.
    pub(crate) fn any_f32(&mut self) -> f32 {
        match self.below(8) {
            0 => [
                0.0,
                -0.0,
                1.0,
                -1.0,
                f32::INFINITY,
                f32::NEG_INFINITY,
                f32::NAN,
                f32::MAX,
                f32::MIN_POSITIVE,
                1e-45,
            ][self.below(10) as usize],
            1..=3 => self.real() * 100.0,
            _ => f32::from_bits(self.bits() as u32),
        }
    }
}

/// Runs an instruction, or a few in braces, on each input; the words that name its registers are `%a32` and the like for
/// the sources, `%d16`, `%d32` or `%d64` for the result, `%p` for a predicate that is the result if none of those is named.
pub(crate) fn instruction(text: &str, inputs: &[[u64; 3]]) -> Vec<u64> {
    let store = if text.contains("%d64") {
        "st.global.b64 [%out], %d64;"
    } else if text.contains("%d32") {
        "cvt.u64.u32 %d64, %d32; st.global.b64 [%out], %d64;"
    } else if text.contains("%d16") {
        "cvt.u64.u16 %d64, %d16; st.global.b64 [%out], %d64;"
    } else {
        "selp.b64 %d64, 1, 0, %p; st.global.b64 [%out], %d64;"
    };
    let mut cuts = String::new();
    for name in ["a", "b", "c"] {
        cuts += &format!("cvt.u32.u64 %{name}32, %{name}64; cvt.u16.u64 %{name}16, %{name}64;\n");
    }
    let source = format!(
        ".version 8.8\n.target sm_100\n.address_size 64\n\
         .visible .entry k(.param .u64 in, .param .u64 out, .param .u32 n)\n{{\n\
         .reg .pred %p, %past;\n.reg .b16 %a16, %b16, %c16, %d16;\n.reg .b32 %a32, %b32, %c32, %d32, %i, %n, %t, %s;\n\
         .reg .b64 %a64, %b64, %c64, %d64, %in, %out, %at;\n\
         ld.param.u64 %in, [in]; ld.param.u64 %out, [out]; ld.param.u32 %n, [n];\n\
         mov.u32 %t, %tid.x; mov.u32 %s, %ctaid.x; mad.lo.s32 %i, %s, 96, %t;\n\
         setp.ge.u32 %past, %i, %n; @%past exit;\n\
         mad.wide.u32 %in, %i, 24, %in; mad.wide.u32 %out, %i, 8, %out;\n\
         ld.global.u64 %a64, [%in]; ld.global.u64 %b64, [%in+8]; ld.global.u64 %c64, [%in+16];\n{cuts}\
         mov.b16 %d16, 0; mov.b32 %d32, 0; mov.b64 %d64, 0;\n{text}\n{store}\nret;\n}}\n"
    );
    let module = parse(&source).unwrap_or_else(|it| panic!("{text}: {it}"));
    let device = TestDevice::default();
    let words: Vec<u64> = inputs.iter().flatten().copied().collect();
    let (from, to) = (device.upload(&words), device.alloc(8 * inputs.len()));
    let arguments = Arguments::default().with(from).with(to).with(inputs.len() as u32);
    let grid = [(inputs.len() as u32).div_ceil(96), 1, 1];
    launch(&device, &module, &[], "k", grid, [96, 1, 1], arguments)
        .unwrap_or_else(|it| panic!("{text}: {it}"));
    device.read(to, inputs.len())
}

/// Runs an instruction, as [`instruction`] does, and compares each result with what `reference` makes of the input.
pub(crate) fn check(text: &str, inputs: &[[u64; 3]], reference: impl Fn(u64, u64, u64) -> u64) {
    for (input, got) in inputs.iter().zip(instruction(text, inputs)) {
        let [a, b, c] = *input;
        let wanted = reference(a, b, c);
        assert_eq!(got, wanted, "{text} of {a:#x}, {b:#x}, {c:#x}: {got:#x} instead of {wanted:#x}");
    }
}
