//! Searching for a library: every rule finds it, whatever is broken is told and passed over, and nothing that the environment
//! or a folder may hold makes it panic, hang, or open what it was not asked for.
//!
//! Tests run in child processes where they set variables: another thread may read the environment.
#![cfg(target_os = "linux")]

#[allow(unused_macros)]
mod c;

use c::{say, shared_library};
use cuda_sys::search::Rule;
use cuda_sys::{Driver, Nvrtc, Version};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

/// The variables that a search reads; children get none but those that a test gives them.
const VARIABLES: [&str; 7] = [
    "CUDA_SYS_DRIVER",
    "CUDA_SYS_NVRTC",
    "CUDA_PATH",
    "CUDA_HOME",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "LD_LIBRARY_PATH",
];

/// Set in a child process: the test's own part of the work.
const CHILD: &str = "CUDA_SYS_CHILD";

/// Runs the test `name` again in a process with `variables`, and returns what it printed. The child's own call returns `None`.
fn in_child(name: &str, variables: &[(&str, &OsStr)]) -> Option<String> {
    in_child_at(&env::current_exe().unwrap(), name, variables)
}

fn in_child_at(program: &Path, name: &str, variables: &[(&str, &OsStr)]) -> Option<String> {
    if env::var_os(CHILD).is_some() {
        return None;
    }
    let mut command = Command::new(program);
    command.args(["--exact", name, "--nocapture"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in VARIABLES {
        command.env_remove(name);
    }
    let child = command.env(CHILD, "1").envs(variables.iter().copied()).spawn().unwrap();
    Some(wait(child, variables))
}

/// Waits for a child that must neither fail nor hang.
fn wait(mut child: Child, variables: &[(&str, &OsStr)]) -> String {
    const PATIENCE: Duration = Duration::from_secs(600);

    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the child hangs with {variables:?}");
        }
        thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} with {variables:?}: {text}", output.status);
    text
}

/// A folder that is removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("cuda-sys-searching-{}-{name}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder.canonicalize().unwrap())
    }

    fn path(&self, below: &str) -> PathBuf {
        let path = self.0.join(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The source of a driver that has a version and nothing else.
fn driver_source(version: i32) -> String {
    format!("int cuDriverGetVersion(int *version) {{ *version = {version}; return 0; }}\n")
}

/// The source of an NVRTC that has a version and nothing else.
const NVRTC: &str = "int nvrtcVersion(int *major, int *minor) { *major = 12; *minor = 4; return 0; }\n";

/// Makes a library, or says that the test was not run.
fn make(path: &Path, source: &str, arguments: &[&str]) -> bool {
    match shared_library(path, source, arguments) {
        Ok(()) => true,
        Err(reason) => {
            say(&format!("a test of loading was not run: {reason}"));
            false
        }
    }
}

/// In a child: searches for NVRTC and prints what was found and what was passed over.
fn search_for_nvrtc() {
    match Nvrtc::system() {
        Ok(nvrtc) => {
            assert_eq!(Nvrtc::system().unwrap(), nvrtc);
            println!("found {} by {:?}", nvrtc.origin(), nvrtc.rule());
            nvrtc.skipped().iter().for_each(|attempt| println!("skipped {attempt}"));
        }
        Err(error) => println!("{error}"),
    }
}

#[test]
fn each_rule_finds_the_library_where_it_says() {
    let test = "each_rule_finds_the_library_where_it_says";
    if env::var_os(CHILD).is_some() {
        return search_for_nvrtc();
    }
    let layouts = [
        ("CUDA_SYS_NVRTC", "own/some-nvrtc.so", "own/some-nvrtc.so", "Variable"),
        ("LD_LIBRARY_PATH", "ld/libnvrtc.so.12", "ld", "System"),
        ("CUDA_PATH", "toolkit/lib64/libnvrtc.so.12", "toolkit", "Toolkit"),
        ("CUDA_HOME", "home/targets/x86_64-linux/lib/libnvrtc.so.13", "home", "Toolkit"),
        (
            "VIRTUAL_ENV",
            "venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12",
            "venv",
            "Python",
        ),
        (
            "VIRTUAL_ENV",
            "venv13/lib/python3.13/site-packages/nvidia/cu13/lib/libnvrtc.so.13",
            "venv13",
            "Python",
        ),
        ("CONDA_PREFIX", "conda/lib/libnvrtc.so.12", "conda", "Conda"),
    ];
    for (variable, file, value, rule) in layouts {
        let folder = Folder::new(&format!("rule-{}", value.replace('/', "-")));
        let file = folder.path(file);
        if !make(&file, NVRTC, &[]) {
            return;
        }
        let value = folder.0.join(value);

        let text = in_child(test, &[(variable, value.as_os_str())]).unwrap();

        assert!(text.contains(&format!("found {} by {rule}", file.display())), "{variable}: {text}");
    }
}

#[test]
fn a_library_beside_the_program_is_found() {
    let test = "a_library_beside_the_program_is_found";
    if env::var_os(CHILD).is_some() {
        return search_for_nvrtc();
    }
    for place in ["bin/libnvrtc.so.12", "lib/libnvrtc.so.12"] {
        let folder = Folder::new(&format!("program-{}", &place[..3]));
        let (program, file) = (folder.path("bin/program"), folder.path(place));
        fs::copy(env::current_exe().unwrap(), &program).unwrap();
        if !make(&file, NVRTC, &[]) {
            return;
        }

        let text = in_child_at(&program, test, &[]).unwrap();

        assert!(text.contains(&format!("found {} by Program", file.display())), "{text}");
    }
}

#[test]
fn a_broken_candidate_is_told_and_the_next_is_tried() {
    let test = "a_broken_candidate_is_told_and_the_next_is_tried";
    if env::var_os(CHILD).is_some() {
        return search_for_nvrtc();
    }
    let folder = Folder::new("broken");
    let (text_file, good) = (folder.path("lib64/libnvrtc.so.13"), folder.path("lib64/libnvrtc.so.12"));
    fs::write(&text_file, "this is a text, whatever its name may say").unwrap();
    if !make(&good, NVRTC, &[]) {
        return;
    }
    let mistyped = folder.0.join("lib64/libnvrtc.so.99");

    let variables = [("CUDA_SYS_NVRTC", mistyped.as_os_str()), ("CUDA_PATH", folder.0.as_os_str())];
    let text = in_child(test, &variables).unwrap();

    for expected in [
        format!("found {} by Toolkit", good.display()),
        format!("skipped {} (no such file or directory)", mistyped.display()),
        format!("skipped {} (it is no library: it does not begin as an ELF file)", text_file.display()),
    ] {
        assert!(text.contains(&expected), "{expected}\nis not in\n{text}");
    }
}

#[test]
fn a_search_that_finds_nothing_tells_every_place_and_why() {
    let test = "a_search_that_finds_nothing_tells_every_place_and_why";
    if env::var_os(CHILD).is_some() {
        let (first, second) = (Nvrtc::system(), Nvrtc::system());
        // A machine with CUDA on it finds one after all that is broken, and then both calls find the same.
        if let (Ok(first), Ok(second)) = (&first, &second) {
            assert_eq!(first, second);
            first.skipped().iter().for_each(|attempt| println!("{attempt}"));
            return println!("; set CUDA_SYS_NVRTC to its path");
        }
        let (first, second) = (first.unwrap_err().to_string(), second.unwrap_err().to_string());
        assert_eq!(first, second);
        return println!("{first}");
    }
    let folder = Folder::new("nothing");
    let empty = folder.path("toolkit/lib64/x").parent().unwrap().to_owned();
    let toolkit = folder.0.join("toolkit");

    let text = in_child(
        test,
        &[("CUDA_SYS_NVRTC", OsStr::new("/nowhere/it.so")), ("CUDA_PATH", toolkit.as_os_str())],
    );

    let text = text.unwrap();
    for expected in [
        "/nowhere/it.so (no such file or directory)".to_owned(),
        "libnvrtc.so (cannot open shared object file: No such file or directory)".to_owned(),
        format!(
            "{} (it has no libnvrtc.so.13 or libnvrtc.so.12 or libnvrtc.so.11.2 or libnvrtc.so)",
            empty.display()
        ),
        format!(
            "{}/targets/x86_64-linux/lib, {}/lib (there is no such folder)",
            toolkit.display(),
            toolkit.display()
        ),
        "; set CUDA_SYS_NVRTC to its path".to_owned(),
    ] {
        assert!(text.contains(&expected), "{expected}\nis not in\n{text}");
    }
}

#[test]
fn a_library_that_appears_later_is_found_on_the_next_try() {
    let test = "a_library_that_appears_later_is_found_on_the_next_try";
    let folder = Folder::new("later");
    let (file, hidden) = (folder.path("libcuda-later.so"), folder.path("hidden.so"));
    if env::var_os(CHILD).is_some() {
        let target = PathBuf::from(env::var_os("CUDA_SYS_DRIVER").unwrap());
        // A machine with a driver has one from the beginning.
        if Driver::system().is_err() {
            fs::rename(target.with_file_name("hidden.so"), &target).unwrap();
            let driver = Driver::system().unwrap();
            assert_eq!((driver.version(), driver.rule()), (Version::new(12, 2), Rule::Variable));
        }
        return;
    }
    if make(&hidden, &driver_source(12020), &[]) {
        in_child(test, &[("CUDA_SYS_DRIVER", file.as_os_str())]).unwrap();
    }
}

#[test]
fn what_the_process_has_loaded_already_is_taken_before_the_system_is_asked() {
    let test = "what_the_process_has_loaded_already_is_taken_before_the_system_is_asked";
    let folder = Folder::new("loaded");
    let file = folder.path("somewhere/else.so");
    if env::var_os(CHILD).is_some() {
        let path = env::var_os("CUDA_PATH").unwrap();
        // SAFETY: the library has one function, and no initialisers.
        let opened = unsafe { cuda_sys::library::Library::open(Path::new(&path)) };
        assert!(opened.is_ok());
        return search_for_nvrtc();
    }
    if make(&file, NVRTC, &["-Wl,-soname,libnvrtc.so.13"]) {
        let text = in_child(test, &[("CUDA_PATH", file.as_os_str())]).unwrap();
        assert!(text.contains(&format!("found {} by Loaded", file.display())), "{text}");
    }
}

/// Opens `path` as a driver, which must fail, and returns the message.
fn refused(path: &Path) -> String {
    // SAFETY: what lies at these paths has no initialisers.
    unsafe { Driver::open(path) }.unwrap_err().to_string()
}

#[test]
fn a_driver_that_is_too_old_is_refused_with_both_releases() {
    let folder = Folder::new("old");
    let path = folder.path("libcuda.so.1");
    if make(&path, &driver_source(11040), &[]) {
        let reason =
            "(it is a CUDA 11.4 driver, and the oldest that these bindings serve is a CUDA 11.8 driver)";
        for attempt in ["first", "next"] {
            assert!(refused(&path).ends_with(reason), "{attempt}: {}", refused(&path));
        }
    }
}

#[test]
fn a_library_of_a_major_release_that_nobody_knows_yet_is_refused_and_a_newer_driver_is_not() {
    let folder = Folder::new("new");
    let (nvrtc, driver) = (folder.path("libnvrtc.so"), folder.path("libcuda.so"));
    let source = NVRTC.replace("*major = 12", "*major = 99");
    if make(&nvrtc, &source, &[]) && make(&driver, &driver_source(99_000), &[]) {
        // SAFETY: the libraries have one function each, and no initialisers.
        let error = unsafe { Nvrtc::open(&nvrtc) }.unwrap_err().to_string();
        assert!(
            error.ends_with("(it is NVRTC 99.4, and these bindings know NVRTC only up to 13)"),
            "{error}"
        );
        // SAFETY: as above.
        assert_eq!(unsafe { Driver::open(&driver) }.unwrap().version(), Version::new(99, 0));
    }
}

#[test]
fn a_missing_dependency_is_named() {
    let folder = Folder::new("dependency");
    let (needed, path) = (folder.path("libneeded-by-cuda.so.7"), folder.path("other/libcuda.so.1"));
    let link = needed.display().to_string();
    if make(&needed, "int needed(void) { return 1; }\n", &["-Wl,-soname,libneeded-by-cuda.so.7"])
        && make(
            &path,
            &format!("int needed(void);\nint use(void) {{ return needed(); }}\n{}", driver_source(12020)),
            &[&link],
        )
    {
        assert!(
            refused(&path).ends_with("(it needs libneeded-by-cuda.so.7, which was not found)"),
            "{}",
            refused(&path)
        );

        // A dependency of another kind beside it is told apart from none.
        fs::write(path.with_file_name("libneeded-by-cuda.so.7"), "no library").unwrap();
        assert!(refused(&path).contains("does not serve: it is no library"), "{}", refused(&path));

        // The one that it needs, beside it, is found, though the loader does not look there.
        fs::copy(&needed, path.with_file_name("libneeded-by-cuda.so.7")).unwrap();
        // SAFETY: the library has two functions, and no initialisers.
        assert_eq!(unsafe { Driver::open(&path) }.unwrap().version(), Version::new(12, 2));
    }
}

#[test]
fn a_dependency_in_the_folder_of_another_wheel_is_found() {
    let folder = Folder::new("wheel");
    let needed = folder.path("site-packages/nvidia/other/lib/libneeded-by-wheel.so.7");
    let path = folder.path("site-packages/nvidia/cuda/lib/libcuda.so.1");
    let link = needed.display().to_string();
    if make(&needed, "int needed(void) { return 1; }\n", &["-Wl,-soname,libneeded-by-wheel.so.7"])
        && make(
            &path,
            &format!("int needed(void);\nint use(void) {{ return needed(); }}\n{}", driver_source(12020)),
            &[&link],
        )
    {
        // SAFETY: the libraries have functions, and no initialisers.
        assert_eq!(unsafe { Driver::open(&path) }.unwrap().version(), Version::new(12, 2));
    }
}

#[test]
fn many_threads_that_search_at_once_get_one_table() {
    let test = "many_threads_that_search_at_once_get_one_table";
    let folder = Folder::new("threads");
    let file = folder.path("libcuda-threads.so");
    if env::var_os(CHILD).is_some() {
        let path = PathBuf::from(env::var_os("CUDA_SYS_DRIVER").unwrap());
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let path = path.clone();
                thread::spawn(move || match number % 2 {
                    0 => Driver::system().unwrap(),
                    // SAFETY: the library has one function, and no initialisers.
                    _ => unsafe { Driver::open(&path) }.unwrap(),
                })
            })
            .collect();
        let drivers: Vec<Driver> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(drivers.windows(2).all(|pair| pair[0] == pair[1]), "{drivers:?}");
        return;
    }
    if make(&file, &driver_source(12020), &[]) {
        for _ in 0..5 {
            in_child(test, &[("CUDA_SYS_DRIVER", file.as_os_str())]).unwrap();
        }
    }
}

#[test]
fn a_process_that_forks_while_others_load_leaves_its_child_able_to_load() {
    let test = "a_process_that_forks_while_others_load_leaves_its_child_able_to_load";
    let folder = Folder::new("fork");
    let file = folder.path("libcuda-fork.so");
    if env::var_os(CHILD).is_some() {
        let path = PathBuf::from(env::var_os("CUDA_SYS_DRIVER").unwrap());
        let loading = {
            let path = path.clone();
            thread::spawn(move || {
                for _ in 0..2_000 {
                    // SAFETY: the library has one function, and no initialisers.
                    let _ = unsafe { Driver::open(&path) };
                    let _ = Driver::system();
                }
            })
        };
        for _ in 0..50 {
            // SAFETY: the child only searches and ends; what it allocates is for glibc's allocator to get right, which does.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let found = Driver::system().is_ok_and(|driver| driver.version() == Version::new(12, 2));
                // SAFETY: ends the process at once.
                unsafe { libc::_exit(i32::from(!found)) };
            }
            let mut status = -1;
            // SAFETY: the pointer is to a live integer.
            assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
            assert_eq!(status, 0);
        }
        loading.join().unwrap();
        return;
    }
    if make(&file, &driver_source(12020), &[]) {
        in_child(test, &[("CUDA_SYS_DRIVER", file.as_os_str())]).unwrap();
    }
}

/// A small generator, so that each case can be made again from its number.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

/// Puts something that is no library at `path`. What opens a pipe for reading waits for ever, so that a file which nobody
/// should open is one that nobody can open unseen.
fn put_junk(random: &mut Random, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let name = std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
    let _ = match random.below(8) {
        0 => fs::write(path, ""),
        1 => fs::write(path, "some text, and then some more of it"),
        2 => fs::create_dir(path),
        3 => std::os::unix::fs::symlink(path, path),
        4 => std::os::unix::fs::symlink("/nowhere", path),
        5 => {
            fs::write(path, [&b"\x7fELF\x02\x01\x01\x00"[..], &[0; 8], &[3, 0, 62, 0], &[0xff; 60]].concat())
        }
        6 => fs::write(path, [&b"\x7fELF\x01\x01"[..], &[7; 400]].concat()),
        // SAFETY: the name ends in a zero byte.
        _ => match unsafe { libc::mkfifo(name.as_ptr(), 0o600) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        },
    };
}

/// A value that nobody in their right mind gives a variable.
fn hostile_value(random: &mut Random, folder: &Folder) -> OsString {
    match random.below(9) {
        0 => OsString::new(),
        1 => OsString::from("."),
        2 => OsString::from_vec(vec![0xff, 0xfe, b'/', 0xc3, 0x28]),
        3 => OsString::from("x".repeat(100_000)),
        4 => OsString::from("/".repeat(5_000)),
        5 => OsString::from("/dev/null"),
        6 => OsString::from("../../../../../../etc:/proc/self::;\n"),
        _ => folder.0.clone().into_os_string(),
    }
}

#[test]
fn nothing_in_the_environment_or_in_a_folder_makes_a_search_panic_hang_or_open_other_files() {
    let test = "nothing_in_the_environment_or_in_a_folder_makes_a_search_panic_hang_or_open_other_files";
    if env::var_os(CHILD).is_some() {
        for found in [Driver::system().map(drop), Nvrtc::system().map(drop)] {
            if let Err(error) = found {
                assert!(!error.to_string().is_empty() && !error.attempts().is_empty());
            }
        }
        assert!(!cuda_sys::nvrtc::PRODUCT.search().to_string().is_empty());
        return;
    }
    let cases = env::var("CUDA_SYS_FUZZ").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60);
    for case in 0..cases {
        let random = &mut Random(case);
        let folder = Folder::new("hostile");
        let named = [
            "libcuda.so.1",
            "libcuda.so",
            "libnvrtc.so.13",
            "libnvrtc.so.12",
            "libnvrtc.so.11.2",
            "libnvrtc.so",
        ];
        let below = ["", "lib", "lib64", "lib/python3.9/site-packages/nvidia/cuda_nvrtc/lib"];
        for folder in below.map(|below| folder.0.join(below)) {
            for name in named {
                if random.below(2) == 0 {
                    put_junk(random, &folder.join(name));
                }
            }
            // Files that are not asked for, and that nobody may open.
            for name in ["libcuda.so.2", "libnvrtc.so.1", "README", "libnvrtc-builtins.so.12.4"] {
                let pipe = std::ffi::CString::new(folder.join(name).into_os_string().into_vec()).unwrap();
                fs::create_dir_all(&folder).unwrap();
                // SAFETY: the name ends in a zero byte.
                assert_eq!(unsafe { libc::mkfifo(pipe.as_ptr(), 0o600) }, 0);
            }
        }
        let mut variables: Vec<(&str, OsString)> = Vec::new();
        for name in VARIABLES {
            if random.below(2) == 0 {
                variables.push((name, hostile_value(random, &folder)));
            }
        }
        let variables: Vec<(&str, &OsStr)> =
            variables.iter().map(|(name, value)| (*name, value.as_os_str())).collect();

        in_child(test, &variables).unwrap();
    }
}
