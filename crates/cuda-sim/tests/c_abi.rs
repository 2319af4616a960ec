//! Programs in C, compiled against NVIDIA's own `cuda.h`, find in our `libcuda.so.1` the driver that they were written for.
//!
//! The headers come from the cache that `cargo xtask toolkits` fills; every release that is there is tried. Where there is
//! none, or no C compiler, the tests say so and check what needs neither.
#![cfg(target_os = "linux")]

mod toolkits;

use std::ffi::CString;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use toolkits::{say, wheels};

/// A folder with the library under its two names, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("cuda-sim-{}-{number}", process::id()));
        fs::create_dir_all(&path).unwrap();
        for name in ["libcuda.so.1", "libcuda.so"] {
            symlink(library(), path.join(name)).unwrap();
        }
        Folder(path)
    }

    /// Runs a program that finds the library here.
    fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        Command::new(program)
            .args(arguments)
            .env("LD_LIBRARY_PATH", &self.0)
            .env("CUDA_SIM_DEVICES", "2")
            .env("CUDA_SIM_MEMORY", "256M")
            .output()
            .unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns the shared library, which Cargo puts beside the tests.
fn library() -> PathBuf {
    let tests = env::current_exe().unwrap();
    let library = tests.parent().unwrap().join("libcuda_sim.so");
    assert!(library.is_file(), "there is no {}", library.display());
    library
}

/// Returns the folders that have a `cuda.h`, by release.
fn headers() -> Vec<(String, PathBuf)> {
    let include = |(name, wheel): (String, PathBuf)| {
        let components = fs::read_dir(wheel.join("nvidia")).into_iter().flatten().flatten();
        let mut folders = components.map(|one| one.path().join("include"));
        Some((name, folders.find(|one| one.join("cuda.h").is_file())?))
    };
    wheels("nvidia-cuda-runtime").into_iter().filter_map(include).collect()
}

/// Compiles a program against one release's header. `None` if there is no compiler.
fn compile(folder: &Folder, include: &Path, name: &str) -> Option<PathBuf> {
    let program = folder.0.join(name);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/c/{name}.c"));
    // Every symbol is bound when the program starts, so that one that is missing shows.
    // Found as a build script would find it, for the machine that the test runs on.
    let machine = format!("{}-unknown-{}-gnu", env::consts::ARCH, env::consts::OS);
    let mut build = cc::Build::new();
    build.target(&machine).host(&machine).opt_level(0).warnings(false).cargo_metadata(false);
    let output = build
        .try_get_compiler()
        .ok()?
        .to_command()
        .args(["-std=c99", "-Wall", "-Werror", "-Wno-deprecated-declarations", "-Wl,-z,now", "-o"])
        .arg(&program)
        .arg("-I")
        .arg(include)
        .arg(source)
        .arg("-L")
        .arg(&folder.0)
        .arg("-lcuda")
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(program)
}

/// Runs `check` with the program of every release, and says of how many.
fn with_each_release(what: &str, name: &str, check: impl Fn(&Folder, &Path, &str)) {
    let headers = headers();
    if headers.is_empty() {
        return say(&format!("{what}: not run: no cuda.h in the cache (cargo xtask toolkits)"));
    }
    for (release, include) in &headers {
        let folder = Folder::new();
        let Some(program) = compile(&folder, include, name) else {
            return say(&format!("{what}: not run: there is no C compiler"));
        };
        check(&folder, &program, release);
    }
    say(&format!("{what}: run with the headers of {} releases", headers.len()));
}

fn passed(output: &Output, release: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{release}: {:?}: {errors}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "passed\n", "{release}: {errors}");
}

#[test]
fn a_c_program_goes_once_round_the_driver() {
    with_each_release("a C program", "driver", |folder, program, release| {
        passed(&folder.run(program, &[]), release);
    });
}

#[test]
fn a_c_program_that_reads_a_device_pointer_is_stopped() {
    with_each_release("a C program that reads a device pointer", "driver", |folder, program, release| {
        let output = folder.run(program, &["peek"]);

        assert_eq!(output.status.signal(), Some(libc::SIGSEGV), "{release}: {output:?}");
        assert!(output.stdout.is_empty());
    });
}

#[test]
fn a_c_program_runs_a_kernel() {
    let ptx = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/axpy.ptx");
    with_each_release("a C program with a kernel", "driver", |folder, program, release| {
        passed(&folder.run(program, &["kernel", ptx.to_str().unwrap()]), release);
    });
}

#[test]
fn the_c_program_of_the_guide_passes() {
    with_each_release("the guide's C program", "scale", |folder, program, release| {
        passed(&folder.run(program, &[]), release);
    });
}

#[test]
fn the_library_says_that_it_is_the_driver() {
    // SAFETY: the library's initialisers are Rust's own, and it is never closed.
    let handle = unsafe { libc::dlopen(path_of(&library()).as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    assert!(!handle.is_null());
    let mut missing = Vec::new();
    for entry in cuda_sys::driver::ENTRY_POINTS.iter() {
        // SAFETY: the handle is of a library that stays open, and the name is a C string.
        if unsafe { libc::dlsym(handle, entry.symbol.as_ptr()) }.is_null() {
            missing.push(entry.name);
        }
    }
    assert_eq!(missing, [""; 0]);
    // Old names, and those of cudaProfiler.h, which no list of cuda.h has.
    for name in [c"cuMemAlloc", c"cuCtxCreate", c"cuEventDestroy", c"cuProfilerStart", c"cuProfilerStop"] {
        // SAFETY: as above.
        assert!(!unsafe { libc::dlsym(handle, name.as_ptr()) }.is_null(), "{name:?}");
    }
    let bytes = fs::read(library()).unwrap();
    let soname = b"\0libcuda.so.1\0";
    assert!(bytes.windows(soname.len()).any(|window| window == soname));
}

fn path_of(path: &Path) -> CString {
    CString::new(path.to_str().unwrap()).unwrap()
}
