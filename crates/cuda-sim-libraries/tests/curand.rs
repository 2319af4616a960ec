//! cuRAND in software: the numbers that the real host generators make, on the host and on the device, the documented errors, and what cuda-sim
//! sees of it.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cuda_sim::{ReportKind, SimConfig};
use cuda_sys::Curand;
use cuda_sys::curand::*;
use cuda_sys::driver::{CUcontext, CUevent, CUresult, CUstream, CUstreamCaptureMode};

const OK: curandStatus_t = curandStatus_t::CURAND_STATUS_SUCCESS;
const PHILOX: curandRngType_t = curandRngType_t::CURAND_RNG_PSEUDO_PHILOX4_32_10;
const XORWOW: curandRngType_t = curandRngType_t::CURAND_RNG_PSEUDO_XORWOW;
const MRG: curandRngType_t = curandRngType_t::CURAND_RNG_PSEUDO_MRG32K3A;
const ALL: [curandRngType_t; 3] = [PHILOX, XORWOW, MRG];

fn curand() -> Curand {
    cuda_sim_libraries::curand::table(13).unwrap()
}

/// Calls a function of cuRAND and returns its status.
macro_rules! rand {
    ($name:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: the tests pass pointers to live variables of theirs, and handles or addresses that are checked.
        unsafe { curand().$name($($argument),*) }.unwrap()
    };
}

/// Calls a function of the driver, which must succeed.
macro_rules! cu {
    ($name:ident($($argument:expr),* $(,)?)) => {{
        let driver = cuda_sim::driver();
        // SAFETY: as for cuRAND.
        let result = unsafe { driver.$name($($argument),*) }.unwrap();
        assert_eq!(result, CUresult::CUDA_SUCCESS, stringify!($name));
    }};
}

/// What is drawn in the tests.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Draw {
    Words,
    Uniform,
    UniformDouble,
    Normal,
    NormalDouble,
    LogNormal,
    LogNormalDouble,
    Poisson,
}

const DRAWS: [Draw; 8] = [
    Draw::Words,
    Draw::Uniform,
    Draw::UniformDouble,
    Draw::Normal,
    Draw::NormalDouble,
    Draw::LogNormal,
    Draw::LogNormalDouble,
    Draw::Poisson,
];

impl Draw {
    fn size(self) -> usize {
        match self {
            Draw::Words | Draw::Uniform | Draw::Normal | Draw::LogNormal | Draw::Poisson => 4,
            Draw::UniformDouble | Draw::NormalDouble | Draw::LogNormalDouble => 8,
        }
    }

    fn run(self, generator: curandGenerator_t, to: *mut c_void, count: usize) -> curandStatus_t {
        let (words, floats, doubles) = (to.cast(), to.cast(), to.cast());
        match self {
            Draw::Words => rand!(curandGenerate(generator, words, count)),
            Draw::Uniform => rand!(curandGenerateUniform(generator, floats, count)),
            Draw::UniformDouble => rand!(curandGenerateUniformDouble(generator, doubles, count)),
            Draw::Normal => rand!(curandGenerateNormal(generator, floats, count, 0.0, 1.0)),
            Draw::NormalDouble => rand!(curandGenerateNormalDouble(generator, doubles, count, 0.0, 1.0)),
            Draw::LogNormal => rand!(curandGenerateLogNormal(generator, floats, count, 0.5, 0.25)),
            Draw::LogNormalDouble => {
                rand!(curandGenerateLogNormalDouble(generator, doubles, count, 0.5, 0.25))
            }
            Draw::Poisson => rand!(curandGeneratePoisson(generator, words, count, 3.5)),
        }
    }

    /// Draws to the host, and returns the bits.
    fn here(self, generator: curandGenerator_t, count: usize) -> Vec<u8> {
        let mut bytes = vec![0u8; count * self.size()];
        assert_eq!(self.run(generator, bytes.as_mut_ptr().cast(), count), OK, "{self:?}");
        bytes
    }

    /// Draws to the device, and returns the bits.
    fn there(self, generator: curandGenerator_t, count: usize) -> Vec<u8> {
        let (mut address, mut bytes) = (0, vec![0u8; count * self.size()]);
        cu!(cuMemAlloc_v2(&mut address, bytes.len()));
        assert_eq!(self.run(generator, address as usize as *mut c_void, count), OK, "{self:?}");
        cu!(cuCtxSynchronize());
        cu!(cuMemcpyDtoH_v2(bytes.as_mut_ptr().cast(), address, bytes.len()));
        cu!(cuMemFree_v2(address));
        bytes
    }
}

fn host(kind: curandRngType_t, seed: u64) -> curandGenerator_t {
    let mut generator = null_mut();
    assert_eq!(rand!(curandCreateGeneratorHost(&mut generator, kind)), OK);
    assert_eq!(rand!(curandSetPseudoRandomGeneratorSeed(generator, seed)), OK);
    generator
}

fn device(kind: curandRngType_t, seed: u64) -> curandGenerator_t {
    let mut generator = null_mut();
    assert_eq!(rand!(curandCreateGenerator(&mut generator, kind)), OK);
    assert_eq!(rand!(curandSetPseudoRandomGeneratorSeed(generator, seed)), OK);
    generator
}

fn destroy(generator: curandGenerator_t) {
    assert_eq!(rand!(curandDestroyGenerator(generator)), OK);
}

/// A machine with one device, for one test at a time.
struct Machine {
    _turn: MutexGuard<'static, ()>,
    context: CUcontext,
}

impl Machine {
    fn new() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        cuda_sim::configure(SimConfig { memory_bytes: 256 << 20, ..SimConfig::default() }).unwrap();
        cuda_sim_libraries::use_driver(cuda_sim::driver());
        let mut context = null_mut();
        cu!(cuInit(0));
        cu!(cuCtxCreate_v4(&mut context, null_mut(), 0, 0));
        cuda_sim::take_reports();
        Self { _turn: turn, context }
    }

    fn stream(&self) -> CUstream {
        let mut stream = null_mut();
        cu!(cuStreamCreate(&mut stream, 1));
        stream
    }

    fn memory(&self, bytes: usize) -> u64 {
        let mut address = 0;
        cu!(cuMemAlloc_v2(&mut address, bytes));
        address
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        cu!(cuCtxDestroy_v2(self.context));
    }
}

/// The first eight words of seed 1234, recorded from the real cuRAND 10.4.5.
const RECORDED: [(curandRngType_t, [u32; 8]); 3] = [
    (
        XORWOW,
        [
            0x253d_5e15,
            0xd1f7_605a,
            0x8ce6_f6f8,
            0x4b79_ff67,
            0xea2b_ee0d,
            0xde75_663f,
            0x5269_64f3,
            0xc869_4a55,
        ],
    ),
    (
        MRG,
        [
            0xc968_91f0,
            0x26f0_d612,
            0xef26_9080,
            0xfc8f_a50e,
            0xfcef_6715,
            0x4df3_3f46,
            0xed30_be53,
            0x6e9a_abc4,
        ],
    ),
    (
        PHILOX,
        [
            0x2090_b348,
            0xda7c_f0ab,
            0x4401_906f,
            0xcbca_470e,
            0xd115_a128,
            0x52fc_7c75,
            0xc7f3_3f17,
            0x0f15_39db,
        ],
    ),
];

#[test]
fn the_first_words_are_those_that_were_recorded_of_the_real_one() {
    for (kind, expected) in RECORDED {
        let generator = host(kind, 1234);

        let found = Draw::Words.here(generator, 8);

        let expected: Vec<u8> = expected.iter().flat_map(|word| word.to_ne_bytes()).collect();
        assert_eq!(found, expected, "{kind:?}");
        destroy(generator);
    }
}

#[test]
fn the_device_makes_what_the_host_makes_in_any_mixture() {
    let _machine = Machine::new();
    for kind in ALL {
        let (here, there) = (host(kind, 77), device(kind, 77));
        for draw in DRAWS.into_iter().chain(DRAWS.into_iter().rev()) {
            let count = if draw == Draw::Words { 5003 } else { 1002 };
            assert_eq!(draw.there(there, count), draw.here(here, count), "{kind:?} {draw:?}");
        }
        destroy(here);
        destroy(there);
    }
    assert!(cuda_sim::take_reports().is_empty());
}

#[test]
fn drawing_in_pieces_or_from_an_offset_gives_the_same_numbers() {
    for kind in ALL {
        for draw in [Draw::Words, Draw::Uniform] {
            let (whole, pieces, later) = (host(kind, 5), host(kind, 5), host(kind, 5));
            let count = 200_000;
            let all = draw.here(whole, count);

            let mut parts = draw.here(pieces, 7);
            parts.extend(draw.here(pieces, 90_000));
            parts.extend(draw.here(pieces, count - 90_007));
            assert_eq!(rand!(curandSetGeneratorOffset(later, 123_457)), OK);
            let tail = draw.here(later, count - 123_457);

            assert!(parts == all, "{kind:?} {draw:?}");
            assert!(tail == all[123_457 * draw.size()..], "{kind:?} {draw:?}");
            [whole, pieces, later].into_iter().for_each(destroy);
        }
    }
}

#[test]
fn numbers_have_the_moments_of_their_distribution() {
    for kind in ALL {
        let generator = host(kind, 2024);
        for (draw, mean, deviation) in [
            (Draw::Uniform, 0.5, (1.0f64 / 12.0).sqrt()),
            (Draw::UniformDouble, 0.5, (1.0f64 / 12.0).sqrt()),
            (Draw::Normal, 0.0, 1.0),
            (Draw::NormalDouble, 0.0, 1.0),
            (Draw::Poisson, 3.5, 3.5f64.sqrt()),
        ] {
            let count = 200_000;
            let bytes = draw.here(generator, count);
            let values: Vec<f64> = bytes
                .chunks(draw.size())
                .map(|bytes| match (draw, draw.size()) {
                    (Draw::Poisson, _) => u32::from_ne_bytes(bytes.try_into().unwrap()).into(),
                    (_, 4) => f32::from_ne_bytes(bytes.try_into().unwrap()).into(),
                    _ => f64::from_ne_bytes(bytes.try_into().unwrap()),
                })
                .collect();
            let average = values.iter().sum::<f64>() / count as f64;
            let variance = values.iter().map(|x| (x - average).powi(2)).sum::<f64>() / count as f64;
            // Five standard errors.
            let error = 5.0 * deviation / (count as f64).sqrt();
            assert!((average - mean).abs() < error, "{kind:?} {draw:?}: {average}");
            assert!((variance.sqrt() / deviation - 1.0).abs() < 0.02, "{kind:?} {draw:?}: {variance}");
        }
        destroy(generator);
    }
}

#[test]
fn what_the_manual_refuses_is_refused() {
    let (mut generator, mut words) = (null_mut(), [0u32; 8]);
    let unknown = curandStatus_t::CURAND_STATUS_NOT_INITIALIZED;
    let range = curandStatus_t::CURAND_STATUS_OUT_OF_RANGE;
    let wrong_type = curandStatus_t::CURAND_STATUS_TYPE_ERROR;
    assert_eq!(rand!(curandCreateGeneratorHost(&mut generator, curandRngType_t(999))), wrong_type);
    assert_eq!(rand!(curandDestroyGenerator(null_mut())), unknown);
    assert_eq!(rand!(curandGenerate(words.as_mut_ptr().cast(), words.as_mut_ptr(), 8)), unknown);
    for kind in ALL {
        let generator = host(kind, 1);
        let mut floats = [0.0f32; 8];
        let odd = rand!(curandGenerateNormal(generator, floats.as_mut_ptr(), 3, 0.0, 1.0));
        let expected = if kind == PHILOX { OK } else { curandStatus_t::CURAND_STATUS_LENGTH_NOT_MULTIPLE };
        assert_eq!(odd, expected, "{kind:?}");
        let poisson = |mean| rand!(curandGeneratePoisson(generator, words.as_mut_ptr(), 4, mean));
        assert_eq!([0.0, -1.0, 4e9, f64::NAN].map(poisson), [range; 4]);
        assert_eq!(rand!(curandGenerateLongLong(generator, null_mut(), 4)), wrong_type);
        assert_eq!(rand!(curandSetQuasiRandomGeneratorDimensions(generator, 3)), wrong_type);
        let dynamic = curandOrdering_t::CURAND_ORDERING_PSEUDO_DYNAMIC;
        let quasi = curandOrdering_t::CURAND_ORDERING_QUASI_DEFAULT;
        assert_eq!(rand!(curandSetGeneratorOrdering(generator, dynamic)), range);
        assert_eq!(rand!(curandSetGeneratorOrdering(generator, quasi)), range);
        assert_eq!(rand!(curandGenerate(generator, words.as_mut_ptr(), 0)), OK);
        destroy(generator);
        assert_eq!(rand!(curandDestroyGenerator(generator)), unknown);
    }
}

#[test]
fn a_generator_that_is_not_built_is_refused_and_named() {
    let mut generator = null_mut();

    let status = rand!(curandCreateGeneratorHost(&mut generator, curandRngType_t::CURAND_RNG_PSEUDO_MTGP32));

    assert_eq!(status, curandStatus_t::CURAND_STATUS_TYPE_ERROR);
    let names = cuda_sim_libraries::not_built();
    assert!(names.iter().any(|name| name.contains("MTGP32")), "{names:?}");
}

#[test]
fn numbers_come_in_the_order_of_the_stream_and_with_a_graph() {
    let machine = Machine::new();
    for kind in ALL {
        let (generator, stream, address) = (device(kind, 9), machine.stream(), machine.memory(4096));
        let reference = host(kind, 9);
        assert_eq!(rand!(curandSetStream(generator, stream)), OK);
        // The first draw makes the states.
        let first = rand!(curandGenerate(generator, address as usize as *mut u32, 4));
        assert_eq!(first, OK);
        Draw::Words.here(reference, 4);

        cu!(cuStreamBeginCapture_v2(stream, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL));
        assert_eq!(rand!(curandGenerate(generator, address as usize as *mut u32, 1024)), OK);
        let (mut graph, mut exec) = (null_mut(), null_mut());
        cu!(cuStreamEndCapture(stream, &mut graph));
        cu!(cuGraphInstantiateWithFlags(&mut exec, graph, 0));
        cu!(cuMemsetD32Async(address, 0, 1024, stream));
        cu!(cuGraphLaunch(exec, stream));
        cu!(cuStreamSynchronize(stream));

        let mut found = vec![0u8; 4096];
        cu!(cuMemcpyDtoH_v2(found.as_mut_ptr().cast(), address, 4096));
        assert_eq!(found, Draw::Words.here(reference, 1024), "{kind:?}");
        destroy(generator);
        destroy(reference);
    }
    assert!(cuda_sim::take_reports().is_empty());
}

#[test]
fn a_generator_with_states_that_two_streams_use_at_once_is_reported() {
    for (kind, ordered) in [(XORWOW, false), (XORWOW, true), (MRG, false), (PHILOX, false)] {
        let machine = Machine::new();
        let (generator, streams) = (device(kind, 9), [machine.stream(), machine.stream()]);
        let targets = [machine.memory(64), machine.memory(64)];
        for (index, stream) in streams.into_iter().enumerate() {
            if index == 1 && ordered {
                let mut event: CUevent = null_mut();
                cu!(cuEventCreate(&mut event, 2));
                cu!(cuEventRecord(event, streams[0]));
                cu!(cuStreamWaitEvent(streams[1], event, 0));
            }
            assert_eq!(rand!(curandSetStream(generator, stream)), OK);
            assert_eq!(rand!(curandGenerate(generator, targets[index] as usize as *mut u32, 16)), OK);
        }
        cu!(cuCtxSynchronize());

        let reports = cuda_sim::take_reports();
        let races = reports.iter().filter(|report| report.kind == ReportKind::Race).count();
        // Philox has no states to share.
        assert_eq!(races > 0, kind != PHILOX && !ordered, "{kind:?} {ordered}: {reports:?}");
        destroy(generator);
    }
}

#[test]
fn a_generator_leaves_nothing_behind() {
    let _machine = Machine::new();
    let before = cuda_sim::journal().leaks;

    for kind in ALL {
        let generator = device(kind, 3);
        Draw::Uniform.there(generator, 100);
        destroy(generator);
    }

    let after = cuda_sim::journal().leaks;
    assert_eq!((after.allocations, after.bytes), (before.allocations, before.bytes));
}

#[test]
fn a_target_that_is_too_short_is_a_fault() {
    let machine = Machine::new();
    let (generator, address) = (device(PHILOX, 3), machine.memory(64));

    assert_eq!(rand!(curandGenerate(generator, address as usize as *mut u32, 17)), OK);

    // SAFETY: the call has no arguments.
    let result = unsafe { cuda_sim::driver().cuCtxSynchronize() }.unwrap();
    assert_eq!(result, CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    let status = rand!(curandGenerate(generator, address as usize as *mut u32, 4));
    assert_eq!(status, curandStatus_t::CURAND_STATUS_LAUNCH_FAILURE);
}
