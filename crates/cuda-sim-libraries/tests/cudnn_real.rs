//! The software cuDNN and the real one answer alike, as far as the real one goes without a device: versions, names, descriptors, sizes,
//! and the status of what is refused. The real ones come from the cache that `cargo xtask toolkits cudnn-libraries` fills.

#[allow(unused_macros)]
#[path = "../../cuda-sys/tests/c/mod.rs"]
mod c;
#[path = "cudnn_real/script.rs"]
mod script;

use c::say;
use cuda_sim_libraries::cudnn::{V8, V9, V9First, lookup};
use cudnn_sys::Cudnn;
use std::path::PathBuf;
use std::process::Command;

/// In a process that has this set, the cuDNN at this path is asked.
const CHILD: &str = "CUDA_SIM_LIBRARIES_CUDNN";

/// What the newest answers to some questions where there is no driver at all.
const UNANSWERED: &str = "CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED";

/// The releases that the software is, each with its table.
fn software() -> Vec<Cudnn> {
    // SAFETY: the functions have the signatures of the list.
    unsafe {
        vec![
            Cudnn::from_lookup("software 8.9", lookup::<V8>).unwrap(),
            Cudnn::from_lookup("software 9.0", lookup::<V9First>).unwrap(),
            Cudnn::from_lookup("software 9.28", lookup::<V9>).unwrap(),
        ]
    }
}

/// Asks the real cuDNN at `path` in a process of its own, since it ends the process that asks it for too much without a device.
fn ask(path: &PathBuf) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "software_and_real_answer_alike", "--nocapture"]).env(CHILD, path);
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = text.lines().rfind(|line| line.starts_with("answer "));
    assert!(output.status.success(), "{}: {} behind {last:?}", path.display(), output.status);
    text.lines().filter_map(|line| line.strip_prefix("answer ")).map(str::to_owned).collect()
}

#[test]
fn software_and_real_answer_alike() {
    if let Some(path) = std::env::var_os(CHILD) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        let cudnn = unsafe { Cudnn::open(path) }.unwrap();
        // SAFETY: the function may be called at any time.
        eprintln!("answer {}", unsafe { cudnn.cudnnGetVersion() }.unwrap());
        script::run(cudnn, &mut |line| eprintln!("answer {line}"));
        return;
    }
    let files = c::libraries("nvidia-cudnn", "cudnn.h", &["libcudnn.so.9", "libcudnn.so.8"]);
    if files.is_empty() {
        say("cuDNN was not compared: it is not in the cache (cargo xtask toolkits cudnn-libraries)");
    }
    let mut all: Vec<String> = Vec::new();
    for path in files {
        let expected = ask(&path);
        // Two libraries of one name are not opened in one process: the second would be the first again.
        let version = expected.first().cloned().unwrap_or_default();
        let of_version = |software: &Cudnn| {
            // SAFETY: the function may be called at any time.
            version == unsafe { software.cudnnGetVersion() }.unwrap().to_string()
        };
        let Some(software) = software().into_iter().find(of_version) else {
            say(&format!("cuDNN {version} was not compared: the software is not of this version"));
            continue;
        };
        let mut found = vec![version.clone()];
        script::run(software, &mut |line| found.push(line));

        assert!(expected.len() > 500, "only {} answers of cuDNN {version}", expected.len());
        let differences: Vec<String> = expected
            .iter()
            .zip(&found)
            .filter(|(expected, found)| expected != found && !expected.ends_with(UNANSWERED))
            .map(|(expected, found)| format!("real:     {expected}\nsoftware: {found}"))
            .collect();
        let count = differences.len();
        all.extend(
            (count > 0).then(|| format!("cuDNN {version}: {count} differ\n{}", differences.join("\n"))),
        );
        assert_eq!(expected.len(), found.len());
        say(&format!("cuDNN {version}: {} answers, {count} of them not the same", expected.len()));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}
