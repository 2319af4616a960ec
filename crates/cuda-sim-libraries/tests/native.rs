//! The layer for kernels of the host: what they load and store is what they mean to, however it is strided.

use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytemuck::AnyBitPattern;
use cuda_sim::{ReportKind, SimConfig};
use cuda_sim_libraries::native::{Code, Entry, Fault, Memory, Operation};
use cuda_sys::Driver;
use cuda_sys::driver::{CUcontext, CUresult};

const OK: CUresult = CUresult::CUDA_SUCCESS;

/// The machine, for one test at a time.
struct Machine {
    _turn: MutexGuard<'static, ()>,
    driver: Driver,
    context: CUcontext,
}

impl Machine {
    fn new() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        cuda_sim::configure(SimConfig { memory_bytes: 64 << 20, ..SimConfig::default() }).unwrap();
        cuda_sim::take_reports();
        let (driver, mut context) = (cuda_sim::driver(), null_mut());
        // SAFETY: the pointers are to live variables.
        unsafe {
            assert_eq!(driver.cuInit(0).unwrap(), OK);
            assert_eq!(driver.cuCtxCreate_v4(&mut context, null_mut(), 0, 0).unwrap(), OK);
        }
        Self { _turn: turn, driver, context }
    }

    /// Device memory with `values` in it; what is `None` nothing has written.
    fn memory(&self, values: &[Option<f32>]) -> u64 {
        let mut address = 0;
        // SAFETY: the pointers are to live variables, and the memory has room.
        unsafe {
            assert_eq!(self.driver.cuMemAlloc_v2(&mut address, 4 * values.len()).unwrap(), OK);
            for (index, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let at = address + 4 * index as u64;
                let from = std::ptr::from_ref(value).cast();
                assert_eq!(self.driver.cuMemcpyHtoD_v2(at, from, 4).unwrap(), OK);
            }
        }
        address
    }

    fn read(&self, address: u64, count: usize) -> Vec<f32> {
        let mut values = vec![0.0f32; count];
        // SAFETY: the vector has room.
        let result = unsafe { self.driver.cuMemcpyDtoH_v2(values.as_mut_ptr().cast(), address, 4 * count) };
        assert_eq!(result.unwrap(), OK);
        values
    }

    fn synchronize(&self) -> CUresult {
        // SAFETY: the call has no arguments.
        unsafe { self.driver.cuCtxSynchronize() }.unwrap()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SAFETY: the context is live.
        unsafe { self.driver.cuCtxDestroy_v2(self.context) }.unwrap();
    }
}

/// Loads a tensor of three dimensions in one way, and stores it in another.
#[derive(Clone, Copy, AnyBitPattern)]
#[repr(C)]
struct Rearrange {
    from: u64,
    to: u64,
    dimensions: [u64; 3],
    from_strides: [i64; 3],
    to_strides: [i64; 3],
}

impl Operation for Rearrange {
    const NAME: &'static str = "rearrange";

    fn run(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        let dimensions = self.dimensions.map(|len| len as usize);
        let held: Vec<f32> = memory.load_tensor(self.from, &dimensions, &self.from_strides)?;
        memory.store_tensor(self.to, &held, &dimensions, &self.to_strides)
    }
}

/// Fails, in the way that its number says.
#[derive(Clone, Copy, AnyBitPattern)]
#[repr(C)]
struct Fail {
    way: u32,
}

impl Operation for Fail {
    const NAME: &'static str = "fail";

    fn run(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        match self.way {
            0 => Err(Fault::Failed("it was asked to".into())),
            1 => panic!("it fell over"),
            _ => memory.load::<f64>(4096, 1 << 60).map(drop),
        }
    }
}

fn code(machine: &Machine) -> Code {
    Code::load(machine.driver, &[Entry::of::<Rearrange>(), Entry::of::<Fail>()]).unwrap()
}

#[test]
fn a_tensor_is_loaded_and_stored_by_any_strides_and_nothing_else_is_touched() {
    let dimensions = [2usize, 3, 4];
    // Packed; with a gap between rows; transposed; the last dimension backwards.
    let cases: [([i64; 3], i64); 4] = [([12, 4, 1], 0), ([20, 6, 1], 0), ([1, 2, 6], 0), ([12, 4, -1], 3)];
    let indices =
        || (0..2).flat_map(|i| (0..3).flat_map(move |j| (0..4).map(move |k| [i as i64, j as i64, k as i64])));
    let place = |strides: [i64; 3], first: i64, index: [i64; 3]| {
        (first + index.iter().zip(strides).map(|(at, stride)| at * stride).sum::<i64>()) as usize
    };
    for (from_strides, from_first) in cases {
        for (to_strides, to_first) in cases {
            let machine = Machine::new();
            let code = code(&machine);
            let (mut source, mut expected) = (vec![None; 40], vec![-1.0; 40]);
            for (number, index) in indices().enumerate() {
                source[place(from_strides, from_first, index)] = Some(number as f32);
                expected[place(to_strides, to_first, index)] = number as f32;
            }
            let (from, to) = (machine.memory(&source), machine.memory(&[Some(-1.0); 40]));

            let operation = Rearrange {
                from: from + 4 * from_first as u64,
                to: to + 4 * to_first as u64,
                dimensions: dimensions.map(|len| len as u64),
                from_strides,
                to_strides,
            };
            code.launch(null_mut(), &operation).unwrap();

            assert_eq!(machine.synchronize(), OK);
            assert_eq!(machine.read(to, 40), expected, "{from_strides:?} to {to_strides:?}");
            let reports = cuda_sim::take_reports();
            assert!(reports.is_empty(), "{from_strides:?}: {}", reports[0]);
            code.unload().unwrap();
        }
    }
}

#[test]
fn what_nothing_has_written_is_reported_under_the_kernel_s_name() {
    let machine = Machine::new();
    let code = code(&machine);
    let (from, to) = (machine.memory(&[Some(1.0), None, Some(1.0), None]), machine.memory(&[Some(0.0); 4]));

    let (from_strides, to_strides) = ([4, 4, 1], [4, 4, 1]);
    code.launch(null_mut(), &Rearrange { from, to, dimensions: [1, 1, 4], from_strides, to_strides })
        .unwrap();

    assert_eq!(machine.synchronize(), OK);
    let reports = cuda_sim::take_reports();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!((reports[0].kind, reports[0].count), (ReportKind::Uninitialised, 8));
    assert!(reports[0].advice.contains("`rearrange`"), "{}", reports[0]);
}

#[test]
fn a_body_that_fails_or_panics_fails_the_launch_and_says_why() {
    for (way, text) in [
        (0, "kernel fail failed: it was asked to"),
        (1, "its body panicked: it fell over"),
        (2, "an operand of 1152921504606846976 elements of 8 bytes"),
    ] {
        let machine = Machine::new();
        cuda_sim::clear_journal();

        code(&machine).launch(null_mut(), &Fail { way }).unwrap();

        assert_eq!(machine.synchronize(), CUresult::CUDA_ERROR_LAUNCH_FAILED);
        let notes = cuda_sim::journal().notes.join("\n");
        assert!(notes.contains(text), "{notes}");
    }
}

#[test]
fn tables_are_of_the_release_that_was_asked_for() {
    use cuda_sim_libraries::{cublas, cublaslt, cudnn, curand};

    assert_eq!(cublas::table(12).unwrap().version().to_string(), "12.9.3");
    assert_eq!(cublas::table(13).unwrap().version().to_string(), "13.10");
    assert_eq!(cublaslt::table(12).unwrap().version().to_string(), "12.9.3");
    assert_eq!(curand::table(13).unwrap().version().to_string(), "10.4.5");
    assert_eq!(cudnn::table(8).unwrap().version().to_string(), "8.9.7");
    assert_eq!(cudnn::table(9).unwrap().version().to_string(), "9.28.1");
    assert!(cublas::table(11).is_none() && cudnn::table(7).is_none());
    assert_eq!(cublas::table(13), cublas::table(13));
    // A function of a later release is missing.
    let name = "cublasGetEmulationSpecialValuesSupport";
    assert!(cublas::table(13).unwrap().has(name) && !cublas::table(12).unwrap().has(name));
    let name = "cudnnGetLastErrorString";
    assert!(cudnn::table(9).unwrap().has(name) && !cudnn::table(8).unwrap().has(name));
}

#[test]
fn a_function_that_is_not_built_says_so_and_is_named() {
    let cublas = cuda_sim_libraries::cublas::table(13).unwrap();

    // SAFETY: the function looks at no argument.
    let status =
        unsafe { cublas.cublasSgeqrfBatched(null_mut(), 1, 1, null_mut(), 1, null_mut(), null_mut(), 1) };

    assert_eq!(status.unwrap(), cuda_sys::cublasStatus_t::CUBLAS_STATUS_NOT_SUPPORTED);
    assert!(cuda_sim_libraries::not_built().contains(&"cublasSgeqrfBatched"));
}
