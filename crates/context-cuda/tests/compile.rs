//! CUDA C++ by NVRTC: compiled once, kept on disk, and found there only by all that went into it.

mod support;
#[path = "../../cuda-sim/tests/toolkits/mod.rs"]
mod toolkits;

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use context_core::{
    Context,
    cuda::{Compiler, DeviceMemory, Error, LaunchShape, Module, Stream},
    kernel,
};
use cuda_sys::{
    Nvrtc,
    nvrtc::{nvrtcProgram, nvrtcResult},
};
use support::sim;

kernel! {
    /// y ← 3·y + 1
    fn triple(y: &mut [f32]);
    threads: y.len();
    cuda: unsafe "sources/triple.cu";
}

const TRIPLE: &str = r#"
extern "C" __global__ void triple(float* y, size_t n) {
    size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (i < n) y[i] *= FACTOR;
}
"#;

/// A folder that is gone with this.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("device-context-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Folder(folder)
    }

    fn files(&self) -> Vec<PathBuf> {
        fs::read_dir(&self.0).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Looks for the NVRTC of the oldest release, which the small set of the cache has.
fn nvrtc_file() -> Option<PathBuf> {
    let (_, wheel) = toolkits::wheels("nvidia-cuda-nvrtc-cu11").pop()?;
    Some(wheel.join("nvidia/cuda_nvrtc/lib/libnvrtc.so.11.2")).filter(|file| file.is_file())
}

fn real_nvrtc() -> Option<Nvrtc> {
    // SAFETY: the library is NVIDIA's, pinned by its hash.
    nvrtc_file().map(|file| unsafe { Nvrtc::open(&file) }.unwrap())
}

/// Runs an ignored test of this file in a process of its own, with these variables.
fn alone(test: &str, variables: &[(&str, &Path)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "run in a process of its own by the test below"]
fn call_a_kernel_of_cuda_cpp() {
    let sim = sim();
    let ctx = sim.context();
    let mut y = ctx.filled(1000, 2.0_f32).unwrap();

    ctx.run(triple(&mut y)).unwrap();
    ctx.run(triple(&mut y)).unwrap();

    assert_eq!(ctx.read(&y).unwrap(), [22.0; 1000]);
}

#[test]
fn a_kernel_may_be_cuda_cpp_and_is_compiled_at_its_first_call() {
    let Some(nvrtc) = nvrtc_file() else {
        return toolkits::say("NVRTC was not run: it is not in the cache (cargo xtask toolkits)");
    };
    let folder = Folder::new("first-call");
    let variables = [("CUDA_SYS_NVRTC", nvrtc.as_path()), ("DEVICE_CONTEXT_KERNEL_CACHE", &folder.0)];

    alone("call_a_kernel_of_cuda_cpp", &variables);

    let [file] = <[PathBuf; 1]>::try_from(folder.files()).expect("one compilation is kept");
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    alone("call_a_kernel_of_cuda_cpp", &variables);
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written, "the second process finds it");
}

#[test]
#[ignore = "run in a process of its own by the test below"]
fn call_a_kernel_of_cuda_cpp_without_a_compiler() {
    let sim = sim();
    let ctx = sim.context();
    let mut y = ctx.filled(10, 2.0_f32).unwrap();

    // A machine may have one.
    if let Err(error) = ctx.run(triple(&mut y)) {
        let text = error.to_string();
        assert!(
            text.contains("triple") && text.contains("sources/triple.cu is to be compiled: no NVRTC: tried"),
            "{text}"
        );
        assert_eq!(ctx.read(&y).unwrap(), [2.0; 10], "nothing ran, and the context goes on");
    }
}

#[test]
fn without_a_compiler_the_error_says_where_it_was_looked_for() {
    let (nothing, folder) = (Path::new("/nowhere/libnvrtc.so"), Folder::new("nothing"));
    alone(
        "call_a_kernel_of_cuda_cpp_without_a_compiler",
        &[("CUDA_SYS_NVRTC", nothing), ("DEVICE_CONTEXT_KERNEL_CACHE", &folder.0)],
    );
}

#[test]
fn a_source_is_compiled_kept_and_run() {
    let sim = sim();
    let Some(nvrtc) = real_nvrtc() else {
        return toolkits::say("NVRTC was not run: it is not in the cache (cargo xtask toolkits)");
    };
    let folder = Folder::new("compile");
    let ctx = sim.context();
    let compiler = Compiler::new(nvrtc, (5, 2)).cache(Some(folder.0.clone())).option("-DFACTOR=3.0f");

    let ptx = compiler.compile(TRIPLE, "triple.cu").unwrap();

    assert_eq!(folder.files().len(), 1, "it is kept");
    assert_eq!(compiler.compile(TRIPLE, "triple.cu").unwrap(), ptx);
    let module = Module::from_cuda(ctx.cuda_context(), &compiler, TRIPLE, "triple.cu").unwrap();
    let function = Arc::new(module).function("triple").unwrap();
    let stream = Stream::new(ctx.cuda_context(), 0).unwrap();
    let memory = DeviceMemory::new(ctx.cuda_context(), 400).unwrap();
    let (address, len) = (memory.as_raw(), 100_u64);
    let parameters = [(&raw const address).cast(), (&raw const len).cast()];
    let shape = LaunchShape::covering(&function, [100, 1, 1], [64, 1, 1]).unwrap().unwrap();
    let mut tripled = [0.0_f32; 100];
    // SAFETY: the memory and the target are that large and live until the work has ended; the parameters are those of `triple`.
    unsafe {
        stream.fill(address, &2.0_f32.to_ne_bytes(), 100).unwrap();
        stream.launch(&function, shape, &parameters).unwrap();
        stream.copy_to_host(tripled.as_mut_ptr().cast(), address, 400).unwrap();
    }
    stream.finish_copy().unwrap();
    assert_eq!(tripled, [6.0; 100]);

    let error = compiler.compile("void f() { nothing_known(); }", "wrong.cu").unwrap_err();
    assert!(matches!(error, Error::Compile { .. }), "{error}");
    assert!(error.to_string().contains("wrong.cu") && error.to_string().contains("nothing_known"), "{error}");
    assert_eq!(folder.files().len(), 1, "what failed is not kept");
}

/// An NVRTC that counts what it compiles: its PTX is the number.
mod counting {
    use super::*;

    pub(super) static COMPILED: AtomicU64 = AtomicU64::new(0);

    unsafe extern "C" fn version(major: *mut c_int, minor: *mut c_int) -> nvrtcResult {
        // SAFETY: the caller's pointers are valid.
        unsafe { (*major, *minor) = (12, 4) };
        nvrtcResult::NVRTC_SUCCESS
    }

    unsafe extern "C" fn count(count: *mut c_int) -> nvrtcResult {
        // SAFETY: the caller's pointer is valid.
        unsafe { *count = 3 };
        nvrtcResult::NVRTC_SUCCESS
    }

    unsafe extern "C" fn architectures(known: *mut c_int) -> nvrtcResult {
        // SAFETY: the caller has room for as many as `count` says.
        unsafe { std::ptr::copy_nonoverlapping([35, 52, 90].as_ptr(), known, 3) };
        nvrtcResult::NVRTC_SUCCESS
    }

    unsafe extern "C" fn create(
        program: *mut nvrtcProgram,
        _: *const c_char,
        _: *const c_char,
        _: c_int,
        _: *const *const c_char,
        _: *const *const c_char,
    ) -> nvrtcResult {
        // SAFETY: the caller's pointer is valid.
        unsafe { *program = std::ptr::dangling_mut() };
        nvrtcResult::NVRTC_SUCCESS
    }

    unsafe extern "C" fn compile(_: nvrtcProgram, _: c_int, _: *const *const c_char) -> nvrtcResult {
        COMPILED.fetch_add(1, SeqCst);
        nvrtcResult::NVRTC_SUCCESS
    }

    unsafe extern "C" fn size(_: nvrtcProgram, size: *mut usize) -> nvrtcResult {
        // SAFETY: the caller's pointer is valid.
        unsafe { *size = 5 };
        nvrtcResult::NVRTC_SUCCESS
    }

    unsafe extern "C" fn ptx(_: nvrtcProgram, text: *mut c_char) -> nvrtcResult {
        let number = format!("{:04}\0", COMPILED.load(SeqCst));
        // SAFETY: the caller has room for as much as `size` says.
        unsafe { std::ptr::copy_nonoverlapping(number.as_ptr(), text.cast(), 5) };
        nvrtcResult::NVRTC_SUCCESS
    }

    unsafe extern "C" fn destroy(_: *mut nvrtcProgram) -> nvrtcResult {
        nvrtcResult::NVRTC_SUCCESS
    }

    pub(super) fn nvrtc() -> Nvrtc {
        let lookup = |name: &CStr| match name.to_bytes() {
            b"nvrtcVersion" => version as *const c_void,
            b"nvrtcGetNumSupportedArchs" => count as *const c_void,
            b"nvrtcGetSupportedArchs" => architectures as *const c_void,
            b"nvrtcCreateProgram" => create as *const c_void,
            b"nvrtcCompileProgram" => compile as *const c_void,
            b"nvrtcGetPTXSize" => size as *const c_void,
            b"nvrtcGetPTX" => ptx as *const c_void,
            b"nvrtcDestroyProgram" => destroy as *const c_void,
            _ => std::ptr::null(),
        };
        // SAFETY: the functions have the signatures of their names, and live as long as the process.
        unsafe { Nvrtc::from_lookup("a counting compiler", lookup) }.unwrap()
    }
}

#[test]
fn what_went_in_decides_whether_it_is_compiled_again() {
    let folder = Folder::new("cache");
    let compiler =
        |architecture| Compiler::new(counting::nvrtc(), architecture).cache(Some(folder.0.clone()));
    let usual = compiler((8, 0));
    let compiled = |compiler: &Compiler, source: &str, name: &str| {
        let before = counting::COMPILED.load(SeqCst);
        compiler.compile(source, name).unwrap();
        counting::COMPILED.load(SeqCst) - before
    };

    assert_eq!(compiled(&usual, "a", "k.cu"), 1);
    assert_eq!(compiled(&usual, "a", "k.cu"), 0, "it is on disk");
    assert_eq!(compiled(&compiler((8, 0)), "a", "k.cu"), 0, "for every compiler like it");
    assert_eq!(compiled(&usual, "b", "k.cu"), 1, "another source");
    assert_eq!(compiled(&usual, "a", "other.cu"), 1, "the name is in messages and in the code's lines");
    assert_eq!(compiled(&compiler((9, 0)), "a", "k.cu"), 1, "another architecture");
    assert_eq!(compiled(&usual.clone().option("-DX"), "a", "k.cu"), 1, "another option");
    let (one, two) = (usual.clone().option("-DX\n-DY"), usual.clone().option("-DX").option("-DY"));
    assert_eq!(compiled(&one, "a", "k.cu") + compiled(&two, "a", "k.cu"), 2, "options do not run together");
    assert_eq!(compiled(&usual.clone().cache(None), "a", "k.cu"), 1, "nothing is looked up without a cache");
    for file in folder.files() {
        fs::write(file, "not what was kept").unwrap();
    }
    assert_eq!(compiled(&usual, "a", "k.cu"), 1, "a damaged file is none");
    assert_eq!(compiled(&usual, "a", "k.cu"), 0, "and is replaced");
}

#[test]
fn code_is_for_the_newest_architecture_that_device_and_compiler_know() {
    let sim = sim();
    let device = sim.context().cuda_device();
    let compute_capability = device.compute_capability().unwrap();
    assert!(((5, 2)..(9, 0)).contains(&compute_capability), "{compute_capability:?}");

    let compiler = Compiler::for_device(counting::nvrtc(), device).unwrap();

    assert!(format!("{compiler:?}").contains("compute_52\""), "{compiler:?}");
}
