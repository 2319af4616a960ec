//! Every way in which loading a library can go well or wrong, made to happen.

use cuda_sys::driver::{CUdriverProcAddressQueryResult, CUresult, ENTRY_POINTS, c_char, c_int};
use cuda_sys::{Driver, LoadError, Origin, Version};
use std::ffi::{CStr, c_void};
use std::path::{Path, PathBuf};
use std::{env, fs, process, ptr};

/// A file in a folder of its own, removed when dropped.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str, content: &[u8]) -> Self {
        let folder = env::temp_dir().join(format!("cuda-sys-loading-{}-{name}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        if let Some(folder) = self.0.parent() {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Opens something that is not a driver, and returns the reason that was given.
fn refused(path: &Path) -> LoadError {
    // SAFETY: nothing at these paths runs code of its own.
    let error = unsafe { Driver::open(path) }.unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    assert_eq!(error.attempts()[0].place, path);
    error
}

#[test]
fn a_missing_file_is_named_with_the_reason() {
    let error = refused(Path::new("/nowhere/libcuda.so.1"));

    assert_eq!(error.to_string(), "no CUDA driver: tried /nowhere/libcuda.so.1 (no such file or directory)");
}

#[test]
fn a_text_file_named_like_a_library_is_refused() {
    let file = TempFile::new(
        "libcuda-text.so",
        b"this is no library, but it is long enough to have a header of one\n",
    );

    let error = refused(&file.0);

    assert!(
        error.to_string().contains("libcuda-text.so (it is no library: it does not begin as an ELF file)"),
        "{error}"
    );
}

#[test]
fn an_empty_file_and_a_folder_are_refused() {
    let file = TempFile::new("libcuda-empty.so", b"");

    for path in [file.0.as_path(), file.0.parent().unwrap()] {
        assert!(!refused(path).attempts()[0].reason.is_empty());
    }
}

/// The beginning of a library for some machine, as ELF numbers it.
fn elf(bits: u8, machine: u8) -> Vec<u8> {
    let mut header = vec![0; 64];
    header[..8].copy_from_slice(&[0x7f, b'E', b'L', b'F', bits, 1, 1, 0]);
    header[16..20].copy_from_slice(&[3, 0, machine, 0]);
    header
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_library_of_another_architecture_is_refused_with_both_names() {
    for (header, name) in
        [(elf(2, 183), "64-bit ARM"), (elf(1, 3), "32-bit x86"), (elf(2, 99), "64-bit machine 99")]
    {
        let file = TempFile::new("libcuda-foreign.so", &header);

        let error = refused(&file.0);

        let reason = format!("(it is a library for {name}, and this process is 64-bit x86-64)");
        assert!(error.to_string().ends_with(&reason), "{error}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_that_is_not_a_driver_is_told_by_the_function_it_lacks() {
    let error = refused(Path::new("libm.so.6"));

    assert_eq!(error.to_string(), "no CUDA driver: tried libm.so.6 (it does not have cuDriverGetVersion)");
}

#[test]
fn a_path_with_a_zero_byte_is_an_error_and_not_a_panic() {
    assert!(refused(Path::new("lib\0cuda.so")).to_string().starts_with("no CUDA driver: tried lib"));
}

/// A driver of version 12.2 that has a few functions.
mod small {
    use super::*;

    pub(super) unsafe extern "C" fn get_version(version: *mut c_int) -> CUresult {
        // SAFETY: the caller's pointer is to a live integer.
        unsafe { version.write(12020) };
        CUresult::CUDA_SUCCESS
    }

    pub(super) unsafe extern "C" fn init(flags: u32) -> CUresult {
        CUresult(4242 + flags)
    }

    pub(super) fn lookup(name: &CStr) -> *const c_void {
        match name.to_bytes() {
            b"cuDriverGetVersion" => get_version as *const c_void,
            b"cuInit" => init as *const c_void,
            _ => ptr::null(),
        }
    }

    pub(super) fn load() -> Driver {
        // SAFETY: both functions have the signatures of cuda.h and live as long as the program.
        unsafe { Driver::from_lookup("a small driver", lookup) }.unwrap()
    }
}

#[test]
fn a_driver_made_of_a_closure_answers_calls() {
    let driver = small::load();

    // SAFETY: the function only adds.
    let result = unsafe { driver.cuInit(1) }.unwrap();

    assert_eq!(result, CUresult(4243));
    assert_eq!(driver.version(), Version::new(12, 2));
    assert_eq!(driver.origin(), &Origin::Lookup("a small driver".into()));
    assert_eq!(driver.lookup_name(), Some("a small driver"));
    assert!(driver.set_current_function().is_none());
    assert_eq!(format!("{driver:?}"), "Driver 12.2 at a small driver");
}

#[test]
fn a_driver_equals_its_copies_and_no_other() {
    let (one, other) = (small::load(), small::load());
    let copy = one;

    assert_eq!(one, copy);
    assert_ne!(one, other);
}

#[test]
fn a_missing_function_names_the_driver_it_needs() {
    // SAFETY: there is no such function, so that nothing is called.
    let newer = unsafe { small::load().cuStreamGetDevice(ptr::null_mut(), ptr::null_mut()) }.unwrap_err();
    // SAFETY: as above.
    let old = unsafe { small::load().cuMemAlloc_v2(ptr::null_mut(), 0) }.unwrap_err();

    assert_eq!(newer.to_string(), "cuStreamGetDevice needs a CUDA 12.8 driver; this one is 12.2");
    assert_eq!(old.to_string(), "cuMemAlloc_v2 is not in this CUDA driver 12.2, which should have it");
    assert_eq!(newer.entry().name, "cuStreamGetDevice");
    assert!(size_of_val(&newer) <= 16);
}

/// As a driver's own, which knows one function more than its library exports.
unsafe extern "C" fn get_proc_address(
    name: *const c_char,
    address: *mut *mut c_void,
    release: c_int,
    flags: u64,
    _: *mut CUdriverProcAddressQueryResult,
) -> CUresult {
    // SAFETY: the caller's name ends in a zero byte.
    match (unsafe { CStr::from_ptr(name) }.to_bytes(), release, flags) {
        (b"cuStreamGetId", 12000, 2) => {
            // SAFETY: the caller's pointer is to a live pointer.
            unsafe { address.write(small::init as *mut c_void) };
            CUresult::CUDA_SUCCESS
        }
        _ => CUresult::CUDA_ERROR_NOT_FOUND,
    }
}

#[test]
fn a_function_that_is_not_exported_by_name_is_asked_for_in_the_form_of_its_release() {
    // SAFETY: both functions have the signatures of cuda.h, and nothing else gets an address or is called.
    let (knowing, other) = unsafe {
        let knowing = |name: &CStr| match name.to_bytes() {
            b"cuGetProcAddress_v2" => get_proc_address as *const c_void,
            _ => small::lookup(name),
        };
        (Driver::from_lookup("knowing", knowing).unwrap(), small::load())
    };

    let names = ENTRY_POINTS.iter().map(|entry| entry.name);
    let more: Vec<&str> = names.filter(|name| knowing.has(name) && !other.has(name)).collect();
    assert_eq!(more, ["cuStreamGetId_ptsz", "cuGetProcAddress_v2"]);
}

#[test]
fn has_tells_which_functions_there_are() {
    let driver = small::load();

    assert!(driver.has("cuInit") && driver.has("cuDriverGetVersion"));
    assert!(!driver.has("cuMemAlloc_v2") && !driver.has("noSuchFunction") && !driver.has(""));
}

#[test]
fn a_closure_without_the_required_function_makes_no_driver() {
    // SAFETY: no address is given.
    let error = unsafe { Driver::from_lookup("nothing", |_| ptr::null()) }.unwrap_err();

    assert_eq!(error.to_string(), "no CUDA driver: tried nothing (it does not have cuDriverGetVersion)");
}

#[test]
fn a_driver_that_cannot_tell_its_version_is_refused_with_the_reason() {
    unsafe extern "C" fn fails(_: *mut c_int) -> CUresult {
        CUresult::CUDA_ERROR_SYSTEM_DRIVER_MISMATCH
    }

    // SAFETY: the function has the signature of cuDriverGetVersion, the only name that gets an address.
    let made = unsafe {
        Driver::from_lookup("a broken driver", |name| match name.to_bytes() {
            b"cuDriverGetVersion" => fails as *const c_void,
            _ => ptr::null(),
        })
    };

    let error = made.unwrap_err().to_string();
    assert!(
        error.contains("a broken driver (cuDriverGetVersion: system has unsupported display driver"),
        "{error}"
    );
}

#[test]
fn the_list_has_every_function_once_and_no_release_without_order() {
    let mut names: Vec<&str> = ENTRY_POINTS.iter().map(|entry| entry.name).collect();
    names.sort_unstable();

    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(names.len() > 500);
    for entry in ENTRY_POINTS.iter() {
        assert_eq!(entry.symbol.to_str(), Ok(entry.name));
        assert!(entry.since >= Version::new(11, 8) && entry.until.is_none_or(|until| until >= entry.since));
    }
}

#[test]
fn the_table_never_asks_for_the_form_of_a_function_that_programs_of_2010_used() {
    let mut asked = Vec::new();

    // SAFETY: the small driver's lookup is sound, and the closure only listens.
    let driver = unsafe {
        Driver::from_lookup("listening", |name| {
            asked.push(name.to_str().unwrap().to_owned());
            small::lookup(name)
        })
    };

    assert!(driver.is_ok());
    let has = |name: &str| asked.iter().any(|asked| asked == name);
    assert!(
        has("cuMemAlloc_v2")
            && has("cuCtxDestroy_v2")
            && has("cuMemcpyHtoD_v2")
            && has("cuMemcpyHtoDAsync_v2_ptsz")
    );
    assert!(!has("cuMemAlloc") && !has("cuCtxDestroy") && !has("cuMemcpyHtoD") && !has("cuStreamDestroy"));
}
