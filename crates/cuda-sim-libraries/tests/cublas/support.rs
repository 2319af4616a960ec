//! What the tests share: a machine for one test at a time, numbers of all types as pairs of `f64`, and matrices in device memory.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use cuda_sim::{Report, ReportKind, SimConfig};
pub(crate) use cuda_sys::cublas::*;
pub(crate) use cuda_sys::driver::{CUcontext, CUevent, CUresult, CUstream};

pub(crate) const OK: cublasStatus_t = cublasStatus_t::CUBLAS_STATUS_SUCCESS;
pub(crate) const INVALID: cublasStatus_t = cublasStatus_t::CUBLAS_STATUS_INVALID_VALUE;
pub(crate) const UNSUPPORTED: cublasStatus_t = cublasStatus_t::CUBLAS_STATUS_NOT_SUPPORTED;
pub(crate) const UNKNOWN_HANDLE: cublasStatus_t = cublasStatus_t::CUBLAS_STATUS_NOT_INITIALIZED;

pub(crate) const N: cublasOperation_t = cublasOperation_t::CUBLAS_OP_N;
pub(crate) const T: cublasOperation_t = cublasOperation_t::CUBLAS_OP_T;
pub(crate) const C: cublasOperation_t = cublasOperation_t::CUBLAS_OP_C;
pub(crate) const LOWER: cublasFillMode_t = cublasFillMode_t::CUBLAS_FILL_MODE_LOWER;
pub(crate) const UPPER: cublasFillMode_t = cublasFillMode_t::CUBLAS_FILL_MODE_UPPER;
pub(crate) const LEFT: cublasSideMode_t = cublasSideMode_t::CUBLAS_SIDE_LEFT;
pub(crate) const RIGHT: cublasSideMode_t = cublasSideMode_t::CUBLAS_SIDE_RIGHT;
pub(crate) const UNIT: cublasDiagType_t = cublasDiagType_t::CUBLAS_DIAG_UNIT;
pub(crate) const NON_UNIT: cublasDiagType_t = cublasDiagType_t::CUBLAS_DIAG_NON_UNIT;

/// Calls a function of cuBLAS 13 and returns its status.
macro_rules! blas {
    ($name:ident($($argument:expr),* $(,)?)) => {{
        let cublas = cuda_sim_libraries::cublas::table(13).unwrap();
        // SAFETY: the tests pass pointers to live variables of theirs, and handles or addresses that the library or the driver checks.
        unsafe { cublas.$name($($argument),*) }.unwrap()
    }};
}
pub(crate) use blas;

/// Calls a function of the driver, which must succeed.
macro_rules! cu {
    ($name:ident($($argument:expr),* $(,)?)) => {{
        let driver = cuda_sim::driver();
        // SAFETY: as for cuBLAS.
        let result = unsafe { driver.$name($($argument),*) }.unwrap();
        assert_eq!(result, CUresult::CUDA_SUCCESS, stringify!($name));
    }};
}
pub(crate) use cu;

/// A machine with one device, for one test at a time, and a handle.
pub(crate) struct Machine {
    _turn: MutexGuard<'static, ()>,
    context: CUcontext,
    pub(crate) handle: cublasHandle_t,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self::with(SimConfig::default())
    }

    pub(crate) fn with(config: SimConfig) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        cuda_sim::configure(SimConfig { memory_bytes: 256 << 20, ..config }).unwrap();
        cuda_sim_libraries::use_driver(cuda_sim::driver());
        let (mut context, mut handle) = (null_mut(), null_mut());
        cu!(cuInit(0));
        cu!(cuCtxCreate_v4(&mut context, null_mut(), 0, 0));
        assert_eq!(blas!(cublasCreate_v2(&mut handle)), OK);
        cuda_sim::take_reports();
        Self { _turn: turn, context, handle }
    }

    pub(crate) fn set_device_scalars(&self, on_device: bool) {
        let mode = match on_device {
            true => cublasPointerMode_t::CUBLAS_POINTER_MODE_DEVICE,
            false => cublasPointerMode_t::CUBLAS_POINTER_MODE_HOST,
        };
        assert_eq!(blas!(cublasSetPointerMode_v2(self.handle, mode)), OK);
    }

    pub(crate) fn stream(&self) -> CUstream {
        let mut stream = null_mut();
        cu!(cuStreamCreate(&mut stream, 1));
        stream
    }

    pub(crate) fn another_handle(&self) -> cublasHandle_t {
        let mut handle = null_mut();
        assert_eq!(blas!(cublasCreate_v2(&mut handle)), OK);
        handle
    }

    /// Device memory that nothing has written.
    pub(crate) fn memory(&self, bytes: usize) -> u64 {
        let mut address = 0;
        cu!(cuMemAlloc_v2(&mut address, bytes.max(1)));
        address
    }

    /// Waits, and fails if anything was reported.
    pub(crate) fn expect_no_reports(&self, what: &str) {
        assert_eq!(self.synchronize(), CUresult::CUDA_SUCCESS, "{what}: {:?}", cuda_sim::journal().notes);
        let reports = cuda_sim::take_reports();
        assert!(reports.is_empty(), "{what}: {}", reports[0]);
    }

    pub(crate) fn synchronize(&self) -> CUresult {
        // SAFETY: the call has no arguments.
        unsafe { cuda_sim::driver().cuCtxSynchronize() }.unwrap()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if !self.handle.is_null() {
            blas!(cublasDestroy_v2(self.handle));
        }
        // SAFETY: the context is live.
        unsafe { cuda_sim::driver().cuCtxDestroy_v2(self.context) }.unwrap();
    }
}

/// A number, in double precision: the real part, and the imaginary one.
pub(crate) type Pair = (f64, f64);

pub(crate) fn add(a: Pair, b: Pair) -> Pair {
    (a.0 + b.0, a.1 + b.1)
}

pub(crate) fn sub(a: Pair, b: Pair) -> Pair {
    (a.0 - b.0, a.1 - b.1)
}

pub(crate) fn mul(a: Pair, b: Pair) -> Pair {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

pub(crate) fn conj(a: Pair) -> Pair {
    (a.0, -a.1)
}

/// A type of numbers in memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    S,
    D,
    C,
    Z,
    Half,
    Brain,
    Byte,
    Int,
}

impl Kind {
    pub(crate) fn size(self) -> usize {
        match self {
            Kind::Byte => 1,
            Kind::Half | Kind::Brain => 2,
            Kind::S | Kind::Int => 4,
            Kind::D | Kind::C => 8,
            Kind::Z => 16,
        }
    }

    pub(crate) fn data_type(self) -> cudaDataType {
        match self {
            Kind::S => cudaDataType::CUDA_R_32F,
            Kind::D => cudaDataType::CUDA_R_64F,
            Kind::C => cudaDataType::CUDA_C_32F,
            Kind::Z => cudaDataType::CUDA_C_64F,
            Kind::Half => cudaDataType::CUDA_R_16F,
            Kind::Brain => cudaDataType::CUDA_R_16BF,
            Kind::Byte => cudaDataType::CUDA_R_8I,
            Kind::Int => cudaDataType::CUDA_R_32I,
        }
    }

    pub(crate) fn is_complex(self) -> bool {
        matches!(self, Kind::C | Kind::Z)
    }

    /// How far a result may be from the exact one, for numbers around one and a handful of operations.
    pub(crate) fn tolerance(self) -> f64 {
        match self {
            Kind::D | Kind::Z => 1e-12,
            Kind::S | Kind::C => 2e-5,
            Kind::Half => 4e-3,
            Kind::Brain => 3e-2,
            Kind::Byte | Kind::Int => 0.0,
        }
    }

    pub(crate) fn encode(self, (re, im): Pair) -> Vec<u8> {
        match self {
            Kind::S => (re as f32).to_ne_bytes().to_vec(),
            Kind::D => re.to_ne_bytes().to_vec(),
            Kind::C => [(re as f32).to_ne_bytes(), (im as f32).to_ne_bytes()].concat(),
            Kind::Z => [re.to_ne_bytes(), im.to_ne_bytes()].concat(),
            Kind::Half => half::f16::from_f64(re).to_ne_bytes().to_vec(),
            Kind::Brain => half::bf16::from_f64(re).to_ne_bytes().to_vec(),
            Kind::Byte => (re as i8).to_ne_bytes().to_vec(),
            Kind::Int => (re as i32).to_ne_bytes().to_vec(),
        }
    }

    pub(crate) fn decode(self, bytes: &[u8]) -> Pair {
        let four = |at: usize| f32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap()).into();
        let eight = |at: usize| f64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap());
        match self {
            Kind::S => (four(0), 0.0),
            Kind::D => (eight(0), 0.0),
            Kind::C => (four(0), four(4)),
            Kind::Z => (eight(0), eight(8)),
            Kind::Half => (half::f16::from_ne_bytes(bytes[..2].try_into().unwrap()).to_f64(), 0.0),
            Kind::Brain => (half::bf16::from_ne_bytes(bytes[..2].try_into().unwrap()).to_f64(), 0.0),
            Kind::Byte => (f64::from(bytes[0] as i8), 0.0),
            Kind::Int => (f64::from(i32::from_ne_bytes(bytes[..4].try_into().unwrap())), 0.0),
        }
    }

    /// The number as the type holds it.
    pub(crate) fn round(self, value: Pair) -> Pair {
        self.decode(&self.encode(value))
    }
}

/// Numbers that look random, and are the same each time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as f64 / f64::from(1u32 << 30)) - 1.0
    }

    /// A number of the type, between minus one and one; of integers, between minus eight and eight.
    pub(crate) fn number(&mut self, kind: Kind) -> Pair {
        let scale = if matches!(kind, Kind::Byte | Kind::Int) { 8.0 } else { 1.0 };
        let value = (self.next() * scale, self.next() * scale);
        kind.round(if kind.is_complex() { value } else { (value.0, 0.0) })
    }

    pub(crate) fn numbers(&mut self, kind: Kind, count: usize) -> Vec<Pair> {
        (0..count).map(|_| self.number(kind)).collect()
    }
}

/// A scalar where the pointer mode wants it.
pub(crate) struct Scalar {
    host: Vec<u8>,
    device: Option<u64>,
}

impl Scalar {
    pub(crate) fn new(machine: &Machine, kind: Kind, value: Pair, on_device: bool) -> Self {
        let host = kind.encode(value);
        let device = on_device.then(|| {
            let address = machine.memory(16);
            cu!(cuMemcpyHtoD_v2(address, host.as_ptr().cast(), host.len()));
            address
        });
        Self { host, device }
    }

    pub(crate) fn pointer<P>(&self) -> *const P {
        self.device.map_or(self.host.as_ptr().cast(), |address| address as usize as *const P)
    }
}

/// Elements in device memory at places of the test's choice; the rest of it nothing has written.
pub(crate) struct Device {
    pub(crate) kind: Kind,
    pub(crate) address: u64,
}

impl Device {
    pub(crate) fn new(machine: &Machine, kind: Kind, len: usize) -> Self {
        Self { kind, address: machine.memory(len * kind.size()) }
    }

    /// With these elements side by side.
    pub(crate) fn of(machine: &Machine, kind: Kind, values: &[Pair]) -> Self {
        let device = Self::new(machine, kind, values.len());
        let bytes: Vec<u8> = values.iter().flat_map(|value| kind.encode(*value)).collect();
        if !bytes.is_empty() {
            cu!(cuMemcpyHtoD_v2(device.address, bytes.as_ptr().cast(), bytes.len()));
        }
        device
    }

    /// With these elements at `place` of each.
    pub(crate) fn scattered(
        machine: &Machine,
        kind: Kind,
        len: usize,
        elements: impl IntoIterator<Item = (usize, Pair)>,
    ) -> Self {
        let device = Self::new(machine, kind, len);
        for (place, value) in elements {
            assert!(place < len, "{place} of {len}");
            let bytes = kind.encode(value);
            let at = device.address + (place * kind.size()) as u64;
            cu!(cuMemcpyHtoD_v2(at, bytes.as_ptr().cast(), bytes.len()));
        }
        device
    }

    pub(crate) fn pointer<P>(&self) -> *mut P {
        self.address as usize as *mut P
    }

    pub(crate) fn read(&self, len: usize) -> Vec<Pair> {
        let mut bytes = vec![0u8; len * self.kind.size()];
        if len > 0 {
            cu!(cuMemcpyDtoH_v2(bytes.as_mut_ptr().cast(), self.address, bytes.len()));
        }
        bytes.chunks(self.kind.size()).map(|bytes| self.kind.decode(bytes)).collect()
    }
}

/// A dense matrix of a test, by columns and without gaps.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Vec<Pair>,
}

impl Dense {
    pub(crate) fn new(rows: usize, columns: usize, mut value: impl FnMut(usize, usize) -> Pair) -> Self {
        let values = (0..rows * columns).map(|at| value(at % rows.max(1), at / rows.max(1))).collect();
        Self { rows, columns, values }
    }

    pub(crate) fn random(random: &mut Random, kind: Kind, rows: usize, columns: usize) -> Self {
        Self::new(rows, columns, |_, _| random.number(kind))
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> Pair {
        self.values[row + column * self.rows]
    }

    pub(crate) fn set(&mut self, row: usize, column: usize, value: Pair) {
        self.values[row + column * self.rows] = value;
    }

    pub(crate) fn with(&self, operation: cublasOperation_t) -> Self {
        match operation {
            T => Self::new(self.columns, self.rows, |i, j| self.at(j, i)),
            C => Self::new(self.columns, self.rows, |i, j| conj(self.at(j, i))),
            _ => self.clone(),
        }
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        assert_eq!(self.columns, other.rows);
        Self::new(self.rows, other.columns, |i, j| {
            (0..self.columns).fold((0.0, 0.0), |sum, k| add(sum, mul(self.at(i, k), other.at(k, j))))
        })
    }

    pub(crate) fn scaled(&self, factor: Pair) -> Self {
        Self::new(self.rows, self.columns, |i, j| mul(factor, self.at(i, j)))
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self::new(self.rows, self.columns, |i, j| add(self.at(i, j), other.at(i, j)))
    }

    /// Only one triangle, the other being zero; the diagonal as it is, or ones.
    pub(crate) fn triangle(&self, fill: cublasFillMode_t, diagonal: cublasDiagType_t) -> Self {
        Self::new(self.rows, self.columns, |i, j| match i == j {
            true if diagonal == UNIT => (1.0, 0.0),
            _ if is_stored(fill, i, j) => self.at(i, j),
            _ => (0.0, 0.0),
        })
    }

    /// The whole of which one triangle is given.
    pub(crate) fn mirrored(&self, fill: cublasFillMode_t, hermitian: bool) -> Self {
        Self::new(self.rows, self.columns, |i, j| match (is_stored(fill, i, j), hermitian) {
            (true, true) if i == j => (self.at(i, j).0, 0.0),
            (true, _) => self.at(i, j),
            (false, true) => conj(self.at(j, i)),
            (false, false) => self.at(j, i),
        })
    }

    /// In device memory with a leading dimension; what is between the columns, and what `has` leaves out, nothing has written.
    pub(crate) fn upload_part(
        &self,
        machine: &Machine,
        kind: Kind,
        leading: usize,
        has: impl Fn(usize, usize) -> bool,
    ) -> Device {
        let places = (0..self.columns).flat_map(|j| (0..self.rows).map(move |i| (i, j)));
        let elements = places.filter(|&(i, j)| has(i, j)).map(|(i, j)| (i + j * leading, self.at(i, j)));
        Device::scattered(machine, kind, (leading * self.columns).max(1), elements)
    }

    pub(crate) fn upload(&self, machine: &Machine, kind: Kind, leading: usize) -> Device {
        self.upload_part(machine, kind, leading, |_, _| true)
    }

    /// What is in device memory.
    pub(crate) fn download(device: &Device, rows: usize, columns: usize, leading: usize) -> Self {
        let all = device.read(leading * columns);
        Self::new(rows, columns, |i, j| all[i + j * leading])
    }

    pub(crate) fn expect_close(&self, expected: &Self, tolerance: f64, what: &str) {
        assert_eq!((self.rows, self.columns), (expected.rows, expected.columns));
        expect_close(&self.values, &expected.values, tolerance, what);
    }
}

/// Whether a triangle has an element.
pub(crate) fn is_stored(fill: cublasFillMode_t, i: usize, j: usize) -> bool {
    if fill == LOWER { i >= j } else { i <= j }
}

/// Fails unless all numbers are as close as they have to be, relative to numbers of their size.
pub(crate) fn expect_close(found: &[Pair], expected: &[Pair], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let far = |found: f64, expected: f64| (found - expected).abs() > tolerance * expected.abs().max(1.0);
        // Not a number is far from everything.
        let bad = |found: f64, expected: f64| found.is_nan() || far(found, expected);
        assert!(
            !bad(found.0, expected.0) && !bad(found.1, expected.1),
            "{what}: number {index} is {found:?}, not {expected:?}"
        );
    }
}

/// An array of addresses in device memory.
pub(crate) fn addresses(machine: &Machine, all: &[u64]) -> u64 {
    let address = machine.memory(8 * all.len());
    cu!(cuMemcpyHtoD_v2(address, all.as_ptr().cast(), 8 * all.len()));
    address
}

/// Makes a pointer of a device address.
pub(crate) fn at<P>(address: u64) -> *mut P {
    address as usize as *mut P
}

/// Records an event in one stream and lets another wait for it.
pub(crate) fn join(first: CUstream, second: CUstream) {
    let mut event: CUevent = null_mut();
    cu!(cuEventCreate(&mut event, 2));
    cu!(cuEventRecord(event, first));
    cu!(cuStreamWaitEvent(second, event, 0));
    cu!(cuEventDestroy_v2(event));
}

/// The bytes of a variable, for results on the host.
pub(crate) fn result_of<const LEN: usize>(call: impl FnOnce(*mut c_void) -> cublasStatus_t) -> [u8; LEN] {
    let mut bytes = [0xee; LEN];
    assert_eq!(call(bytes.as_mut_ptr().cast()), OK);
    bytes
}
