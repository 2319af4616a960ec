//! The real libraries beside the software ones, as far as the real ones go without a GPU. They come from the cache that
//! `cargo xtask toolkits libraries` fills, which only `cargo xtask ci --full` asks for.

#[path = "../../cuda-sys/tests/c/mod.rs"]
#[allow(unused_macros)]
mod c;

use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

use c::{libraries, say};
use cuda_sys::curand::{curandGenerator_t, curandOrdering_t, curandRngType_t};
use cuda_sys::library::Library;
use cuda_sys::{Cublas, CublasLt, Curand, cublasStatus_t};

fn curands() -> Vec<Curand> {
    let files = libraries("nvidia-curand", "curand.h", &["libcurand.so.10"]);
    if files.is_empty() {
        say("the real cuRAND was not run: it is not in the cache (cargo xtask toolkits libraries)");
    }
    for runtime in libraries("nvidia-cuda-runtime-13", "cuda_runtime.h", &["libcudart.so.13"]) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        unsafe { Library::open(&runtime) }.unwrap();
    }
    // SAFETY: as above.
    files.iter().map(|file| unsafe { Curand::open(file) }.unwrap()).collect()
}

fn software() -> Curand {
    cuda_sim_libraries::curand::table(13).unwrap()
}

const KINDS: [curandRngType_t; 3] = [
    curandRngType_t::CURAND_RNG_PSEUDO_PHILOX4_32_10,
    curandRngType_t::CURAND_RNG_PSEUDO_XORWOW,
    curandRngType_t::CURAND_RNG_PSEUDO_MRG32K3A,
];

/// One thing that a program does with a generator. What it answers is compared: the status, and the bits.
#[derive(Clone, Copy, Debug)]
enum Step {
    Seed(u64),
    Offset(u64),
    Order(curandOrdering_t),
    Seeds,
    Words(usize),
    Uniform(usize),
    UniformDouble(usize),
    Normal(usize),
    NormalDouble(usize),
    LogNormal(usize),
    LogNormalDouble(usize),
}

impl Step {
    fn run(self, curand: Curand, generator: curandGenerator_t) -> (u32, Vec<u8>) {
        let count = match self {
            Step::Words(n) | Step::Uniform(n) | Step::Normal(n) | Step::LogNormal(n) => 4 * n,
            Step::UniformDouble(n) | Step::NormalDouble(n) | Step::LogNormalDouble(n) => 8 * n,
            _ => 0,
        };
        let mut bytes = vec![0u8; count];
        let to = bytes.as_mut_ptr();
        // SAFETY: the generator is live, and the bytes are as many as are made.
        let status = unsafe {
            match self {
                Step::Seed(seed) => curand.curandSetPseudoRandomGeneratorSeed(generator, seed),
                Step::Offset(offset) => curand.curandSetGeneratorOffset(generator, offset),
                Step::Order(order) => curand.curandSetGeneratorOrdering(generator, order),
                Step::Seeds => curand.curandGenerateSeeds(generator),
                Step::Words(n) => curand.curandGenerate(generator, to.cast(), n),
                Step::Uniform(n) => curand.curandGenerateUniform(generator, to.cast(), n),
                Step::UniformDouble(n) => curand.curandGenerateUniformDouble(generator, to.cast(), n),
                Step::Normal(n) => curand.curandGenerateNormal(generator, to.cast(), n, 2.0, 3.0),
                Step::NormalDouble(n) => curand.curandGenerateNormalDouble(generator, to.cast(), n, 2.0, 3.0),
                Step::LogNormal(n) => curand.curandGenerateLogNormal(generator, to.cast(), n, 0.5, 0.25),
                Step::LogNormalDouble(n) => {
                    curand.curandGenerateLogNormalDouble(generator, to.cast(), n, 0.5, 0.25)
                }
            }
        };
        (status.unwrap().0, bytes)
    }
}

fn compare(name: &str, steps: &[Step]) {
    for real in curands() {
        for kind in KINDS {
            let mut pair = [null_mut(); 2];
            for (curand, generator) in [real, software()].into_iter().zip(&mut pair) {
                // SAFETY: the pointer is to a live variable.
                unsafe { curand.curandCreateGeneratorHost(generator, kind) }.unwrap().ok().unwrap();
            }
            for (index, step) in steps.iter().enumerate() {
                let (expected, found) = (step.run(real, pair[0]), step.run(software(), pair[1]));
                assert_eq!(found.0, expected.0, "{name}: {real:?}, {kind:?}, step {index}, {step:?}");
                let differs = found.1.iter().zip(&expected.1).position(|(found, expected)| found != expected);
                assert_eq!(differs, None, "{name}: {real:?}, {kind:?}, step {index}, {step:?}");
            }
            for (curand, generator) in [real, software()].into_iter().zip(pair) {
                // SAFETY: the generator is live, and is destroyed once.
                unsafe { curand.curandDestroyGenerator(generator) }.unwrap().ok().unwrap();
            }
        }
        say(&format!("{name}: cuRAND {} and the software one agree", real.version()));
    }
}

#[test]
fn words_and_uniform_numbers_are_those_of_the_real_one_bit_for_bit() {
    // Past the places where generators take their second and third turn.
    let many = 1_000_003;
    compare(
        "words and uniforms",
        &[
            Step::Seed(1234),
            Step::Words(many),
            Step::Uniform(many),
            Step::UniformDouble(many),
            Step::Words(17),
        ],
    );
}

#[test]
fn normal_numbers_are_those_of_the_real_one_bit_for_bit() {
    let many = 300_000;
    compare(
        "normals",
        &[
            Step::Seed(99),
            Step::Normal(many),
            Step::NormalDouble(many),
            Step::LogNormal(1000),
            Step::LogNormalDouble(1000),
            Step::Normal(3),
            Step::NormalDouble(5),
            Step::Words(10),
        ],
    );
}

#[test]
fn seeds_offsets_and_orders_lead_to_the_same_places() {
    compare(
        "places",
        &[
            Step::Words(8),
            Step::Seed(0),
            Step::Words(3),
            Step::Seed(u64::MAX - 5),
            Step::Words(11),
            Step::Offset(70_001),
            Step::Words(9),
            Step::Normal(4),
            Step::Words(9),
            Step::Offset(10),
            Step::Words(5),
            Step::Seed(7),
            Step::Words(6),
            Step::Order(curandOrdering_t::CURAND_ORDERING_PSEUDO_BEST),
            Step::Words(6),
            Step::Order(curandOrdering_t::CURAND_ORDERING_PSEUDO_LEGACY),
            Step::Uniform(6),
            Step::Seeds,
            Step::UniformDouble(6),
            Step::Order(curandOrdering_t::CURAND_ORDERING_PSEUDO_DYNAMIC),
            Step::Words(6),
        ],
    );
}

#[test]
fn cublas_says_what_the_real_one_says() {
    let files = libraries("nvidia-cublas", "cublas_v2.h", &["libcublas.so.13", "libcublas.so.12"]);
    if files.is_empty() {
        say("the real cuBLAS was not run: it is not in the cache (cargo xtask toolkits libraries)");
    }
    for file in files {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        let real = unsafe { Cublas::open(&file) }.unwrap();
        let Some(software) = cuda_sim_libraries::cublas::table(real.version().major()) else { continue };
        let text = |pointer| {
            // SAFETY: both libraries' texts end in a zero byte, and last.
            unsafe { CStr::from_ptr(pointer) }.to_str().unwrap().to_owned()
        };
        for code in (0..20).chain([4242]).map(cublasStatus_t) {
            // SAFETY: these functions look at nothing but the code.
            unsafe {
                let names = [real, software].map(|it| text(it.cublasGetStatusName(code).unwrap()));
                assert_eq!(names[1], names[0], "the name of {}", code.0);
                let sentences = [real, software].map(|it| text(it.cublasGetStatusString(code).unwrap()));
                assert_eq!(sentences[1], sentences[0], "the sentence of {}", code.0);
            }
        }
        let (mut versions, none) = ([0; 2], null_mut());
        for (cublas, version) in [real, software].into_iter().zip(&mut versions) {
            // SAFETY: without a handle; the pointer is to a live variable.
            unsafe { cublas.cublasGetVersion_v2(none, version) }.unwrap().ok().unwrap();
        }
        // SAFETY: the function has no arguments.
        let runtimes = [real, software].map(|it| unsafe { it.cublasGetCudartVersion() }.unwrap());
        if real.version() == software.version() {
            assert_eq!(versions[1], versions[0]);
            assert_eq!(runtimes[1], runtimes[0]);
        }
        let one = 1.0f32;
        for cublas in [real, software] {
            // SAFETY: what is no handle is refused before anything else is looked at.
            unsafe {
                let status = cublas.cublasSscal_v2(none, 1, &one, null_mut(), 1).unwrap();
                assert_eq!(status, cublasStatus_t::CUBLAS_STATUS_NOT_INITIALIZED);
                let status = cublas.cublasSetStream_v2(none, null_mut()).unwrap();
                assert_eq!(status, cublasStatus_t::CUBLAS_STATUS_NOT_INITIALIZED);
            }
        }
        say(&format!("cuBLAS {} and the software one say the same", real.version()));
    }
}

#[test]
fn cublaslt_says_what_the_real_one_says() {
    for file in libraries("nvidia-cublas", "cublasLt.h", &["libcublasLt.so.13", "libcublasLt.so.12"]) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        let real = unsafe { CublasLt::open(&file) }.unwrap();
        let Some(software) = cuda_sim_libraries::cublaslt::table(real.version().major()) else { continue };
        if real.version() != software.version() {
            continue;
        }
        // SAFETY: the functions have no arguments.
        unsafe {
            assert_eq!(software.cublasLtGetVersion().unwrap(), real.cublasLtGetVersion().unwrap());
            let runtimes = [real, software].map(|it| it.cublasLtGetCudartVersion().unwrap());
            assert_eq!(runtimes[1], runtimes[0]);
        }
        say(&format!("cuBLASLt {} and the software one say the same", real.version()));
    }
}

#[test]
fn curand_says_what_the_real_one_says() {
    for real in curands().into_iter().filter(|real| real.version() == software().version()) {
        let mut versions: [c_int; 2] = [0; 2];
        for (curand, version) in [real, software()].into_iter().zip(&mut versions) {
            // SAFETY: the pointer is to a live variable.
            unsafe { curand.curandGetVersion(version) }.unwrap().ok().unwrap();
        }
        assert_eq!(versions[1], versions[0]);
        for curand in [real, software()] {
            let mut generator = null_mut();
            // SAFETY: the pointer is to a live variable; what is no generator is refused.
            unsafe {
                let odd = curandRngType_t(999);
                assert_eq!(curand.curandCreateGeneratorHost(&mut generator, odd).unwrap().0, 103);
                assert_eq!(curand.curandDestroyGenerator(null_mut()).unwrap().0, 101);
            }
        }
    }
}

/// An attribute's status, size and bytes.
type Read = (u32, usize, Vec<u8>);

#[test]
fn cublaslt_s_descriptors_have_the_attributes_of_the_real_ones() {
    use cuda_sys::cublaslt::*;

    for file in libraries("nvidia-cublas", "cublasLt.h", &["libcublasLt.so.13"]) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        let real = unsafe { CublasLt::open(&file) }.unwrap();
        let software = cuda_sim_libraries::cublaslt::table(13).unwrap();
        let all = [real, software].map(|lt| {
            let (mut product, mut layout, mut preference) = (null_mut(), null_mut(), null_mut());
            let kind = cudaDataType::CUDA_R_32F;
            // SAFETY: the pointers are to live variables; sizes of attributes are asked for before their values.
            unsafe {
                let compute = cublasComputeType_t::CUBLAS_COMPUTE_32F;
                lt.cublasLtMatmulDescCreate(&mut product, compute, kind).unwrap().ok().unwrap();
                lt.cublasLtMatrixLayoutCreate(&mut layout, kind, 4, 5, 6).unwrap().ok().unwrap();
                lt.cublasLtMatmulPreferenceCreate(&mut preference).unwrap().ok().unwrap();
                let mut found: Vec<Read> = Vec::new();
                let mut bytes = [0u8; 64];
                let to = bytes.as_mut_ptr().cast();
                for number in 0..50 {
                    let mut size = 0;
                    let attribute = cublasLtMatmulDescAttributes_t(number);
                    let read =
                        |to, len, size| lt.cublasLtMatmulDescGetAttribute(product, attribute, to, len, size);
                    // Number 16 is in no header.
                    if number != 16 {
                        let status = read(null_mut(), 0, &mut size).unwrap().0;
                        let value = read(to, size, null_mut()).unwrap().0;
                        found.push((
                            status,
                            size,
                            if value == 0 { bytes[..size].to_vec() } else { Vec::new() },
                        ));
                    }
                    let attribute = cublasLtMatrixLayoutAttribute_t(number);
                    let read =
                        |to, len, size| lt.cublasLtMatrixLayoutGetAttribute(layout, attribute, to, len, size);
                    // Those from 9 on are of groups, and in no header as attributes.
                    if number < 9 {
                        let status = read(null_mut(), 0, &mut size).unwrap().0;
                        let value = read(to, size, null_mut()).unwrap().0;
                        found.push((
                            status,
                            size,
                            if value == 0 { bytes[..size].to_vec() } else { Vec::new() },
                        ));
                    }
                    size = 0;
                    let attribute = cublasLtMatmulPreferenceAttributes_t(number);
                    let read = |to, len, size| {
                        lt.cublasLtMatmulPreferenceGetAttribute(preference, attribute, to, len, size)
                    };
                    let status = read(null_mut(), 0, &mut size).unwrap().0;
                    let value = read(to, size, null_mut()).unwrap().0;
                    found.push((status, size, if value == 0 { bytes[..size].to_vec() } else { Vec::new() }));
                }
                lt.cublasLtMatmulDescDestroy(product).unwrap().ok().unwrap();
                lt.cublasLtMatrixLayoutDestroy(layout).unwrap().ok().unwrap();
                lt.cublasLtMatmulPreferenceDestroy(preference).unwrap().ok().unwrap();
                found
            }
        });
        assert_eq!(all[1], all[0]);
        say(&format!(
            "cuBLASLt {}: {} attributes are those of the software one",
            real.version(),
            all[0].len()
        ));
    }
}
