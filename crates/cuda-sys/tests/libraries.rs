//! The real cuRAND and cuBLAS, as far as they go without a GPU: cuRAND's host generators go all the way. They come from the cache
//! that `cargo xtask toolkits libraries` fills, which only `cargo xtask ci --full` asks for.

#[allow(unused_macros)]
mod c;

use c::{libraries, say};
use cuda_sys::curand::{curandRngType_t, curandStatus_t};
use cuda_sys::library::Library;
use cuda_sys::{Cublas, CublasLt, Curand, Driver, Version, cublas, cublasStatus_t, cublaslt, curand, set};
use std::ptr;

const NOT_FETCHED: &str = "was not run: it is not in the cache (cargo xtask toolkits libraries)";

/// Opens every cuRAND in the cache.
fn curands() -> Vec<Curand> {
    let files = libraries("nvidia-curand", "curand.h", &["libcurand.so.10"]);
    if files.is_empty() {
        say(&format!("cuRAND {NOT_FETCHED}"));
    }
    // From CUDA 13.5 on cuRAND needs the runtime, which is installed in the same folder, and lies in another one of the cache.
    for runtime in libraries("nvidia-cuda-runtime-13", "cuda_runtime.h", &["libcudart.so.13"]) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        unsafe { Library::open(&runtime) }.unwrap();
    }
    // SAFETY: as above.
    files.iter().map(|file| unsafe { Curand::open(file) }.unwrap()).collect()
}

/// What the host generators of cuRAND give first for seed 1234: the type, eight words, and the bits of eight uniform floats.
/// Recorded from cuRAND 10.4.5.
const FIRST: [(curandRngType_t, [u32; 8]); 4] = [
    (
        curandRngType_t::CURAND_RNG_PSEUDO_XORWOW,
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
        curandRngType_t::CURAND_RNG_PSEUDO_MRG32K3A,
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
        curandRngType_t::CURAND_RNG_PSEUDO_MTGP32,
        [
            0x9513_0d0d,
            0x76af_12e1,
            0x9d99_d21c,
            0xff12_34b2,
            0x1e43_4deb,
            0x4466_438c,
            0xec92_6fde,
            0xb752_f740,
        ],
    ),
    (
        curandRngType_t::CURAND_RNG_PSEUDO_PHILOX4_32_10,
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

/// Makes eight words with a host generator.
fn words(curand: Curand, kind: curandRngType_t) -> [u32; 8] {
    let mut generator = ptr::null_mut();
    let mut words = [0; 8];
    // SAFETY: the pointers are to live variables; the generator is live between its creation and its end, and writes eight words.
    unsafe {
        curand.curandCreateGeneratorHost(&mut generator, kind).unwrap().ok().unwrap();
        curand.curandSetPseudoRandomGeneratorSeed(generator, 1234).unwrap().ok().unwrap();
        curand.curandGenerate(generator, words.as_mut_ptr(), words.len()).unwrap().ok().unwrap();
        curand.curandDestroyGenerator(generator).unwrap().ok().unwrap();
    }
    words
}

#[test]
fn curand_s_host_generators_give_the_numbers_that_were_recorded() {
    for curand in curands() {
        for (kind, expected) in FIRST {
            assert_eq!(words(curand, kind), expected, "{kind:?} in {curand:?}");
        }
        say(&format!("cuRAND {}: four host generators give the words that were recorded", curand.version()));
    }
}

#[test]
fn curand_says_which_cuda_it_is_for_and_refuses_a_device_generator_without_a_device() {
    for curand in curands() {
        let cuda = curand.member().cuda;
        assert_eq!(
            cuda,
            Some(if curand.version().minor() == 4 {
                13
            } else if curand.version().patch() == 0 {
                11
            } else {
                12
            })
        );
        let mut generator = ptr::null_mut();
        // SAFETY: the pointer is to a live variable.
        let status = unsafe {
            curand.curandCreateGenerator(&mut generator, curandRngType_t::CURAND_RNG_PSEUDO_XORWOW)
        };
        // A machine with a GPU makes one.
        if status.unwrap() != curandStatus_t::CURAND_STATUS_SUCCESS {
            assert_eq!(status.unwrap(), curandStatus_t::CURAND_STATUS_INITIALIZATION_FAILED, "{curand:?}");
            assert_eq!(
                status.unwrap().to_string(),
                "initialization failed (CURAND_STATUS_INITIALIZATION_FAILED, 203)"
            );
        }
    }
}

/// What the headers declare and the libraries do not export. Calling them is a `MissingFunction`.
const NOT_EXPORTED: [&str; 3] =
    ["curandGenerateBinomial", "curandGenerateBinomialMethod", "cublasLtDisableCpuInstructionsSetMask"];

#[test]
fn every_library_has_the_functions_of_its_release() {
    for curand in curands() {
        let lacks =
            curand::ENTRY_POINTS.iter().filter(|it| it.since <= curand.version() && it.until.is_none());
        let lacks: Vec<&str> = lacks.map(|it| it.name).filter(|name| !curand.has(name)).collect();
        assert!(lacks.iter().all(|name| NOT_EXPORTED.contains(name)), "{curand:?} lacks {lacks:?}");
    }
    for (cublas, lt) in cublases() {
        let lacks =
            cublas::ENTRY_POINTS.iter().filter(|it| it.since <= cublas.version() && it.until.is_none());
        let lacks: Vec<&str> = lacks.map(|it| it.name).filter(|name| !cublas.has(name)).collect();
        assert!(lacks.is_empty(), "{cublas:?} lacks {lacks:?}");
        let lacks = cublaslt::ENTRY_POINTS.iter().filter(|it| it.since <= lt.version() && it.until.is_none());
        let lacks: Vec<&str> = lacks.map(|it| it.name).filter(|name| !lt.has(name)).collect();
        assert!(lacks.iter().all(|name| NOT_EXPORTED.contains(name)), "{lt:?} lacks {lacks:?}");
    }
}

/// Opens every cuBLAS in the cache, with the cuBLASLt beside it.
fn cublases() -> Vec<(Cublas, CublasLt)> {
    let files =
        libraries("nvidia-cublas", "cublas_v2.h", &["libcublas.so.13", "libcublas.so.12", "libcublas.so.11"]);
    if files.is_empty() {
        say(&format!("cuBLAS {NOT_FETCHED}"));
    }
    let open = |file: &std::path::PathBuf| {
        let name = file.file_name().unwrap().to_str().unwrap().replace("cublas", "cublasLt");
        // SAFETY: the libraries are NVIDIA's, pinned by their hash.
        unsafe { (Cublas::open(file).unwrap(), CublasLt::open(file.with_file_name(name)).unwrap()) }
    };
    files.iter().map(open).collect()
}

#[test]
fn cublas_without_a_device_is_an_error_value_with_the_documented_code() {
    for (cublas, lt) in cublases() {
        assert_eq!(cublas.version(), lt.version());
        assert_eq!(cublas.member().cuda, Some(cublas.version().major()));
        let (mut handle, mut lt_handle) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the pointers are to live variables.
        let results = unsafe {
            [cublas.cublasCreate_v2(&mut handle).unwrap(), lt.cublasLtCreate(&mut lt_handle).unwrap()]
        };
        for result in results {
            // A machine with a GPU makes handles, which live as long as this process.
            assert!(
                matches!(
                    result,
                    cublasStatus_t::CUBLAS_STATUS_NOT_INITIALIZED | cublasStatus_t::CUBLAS_STATUS_SUCCESS
                ),
                "{result}"
            );
        }
        say(&format!("cuBLAS {}: cublasCreate without a device: {}", cublas.version(), results[0]));
    }
}

#[test]
fn libraries_for_two_releases_of_cuda_are_refused_with_both_paths() {
    let curands = curands();
    let [old, .., new] = curands.as_slice() else { return };
    // Sorted by name, which is not by release.
    let mut members = [old.member(), new.member()];
    members.sort_by_key(|member| member.cuda);
    let error = set::check(&members).unwrap_err().to_string();
    assert!(members.iter().all(|member| error.contains(&member.origin.to_string())), "{error}");

    // SAFETY: the closure gives one function, of the right signature.
    let driver = unsafe { Driver::from_lookup("a driver", twelve) }.unwrap();
    assert_eq!(driver.version(), Version::new(12, 4));
    for member in members {
        assert_eq!(
            set::check(&[driver.member(), member.clone()]).is_ok(),
            member.cuda <= Some(12),
            "{member}"
        );
    }
}

/// The one function of a driver for CUDA 12.4.
fn twelve(name: &std::ffi::CStr) -> *const std::ffi::c_void {
    unsafe extern "C" fn get_version(version: *mut i32) -> cuda_sys::CUresult {
        // SAFETY: the caller's pointer is to a live integer.
        unsafe { version.write(12040) };
        cuda_sys::CUresult::CUDA_SUCCESS
    }
    if name == c"cuDriverGetVersion" { get_version as *const _ } else { ptr::null() }
}
