//! `cargo xtask test`: the tests of the whole workspace, with one line of sums at the end.

use crate::cargo::{Counts, cargo};
use crate::gpu;
use crate::toolkits::{self, Set};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::PathBuf;

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Runs only the tests whose names contain this
    filter: Option<String>,
    /// A real `libcuda.so.1`, which is asked what a driver answers without a device
    #[arg(long, value_name = "PATH")]
    driver: Option<PathBuf>,
    /// Runs the suite of contexts on the system's own CUDA driver and its first device, and nothing else
    #[arg(long, conflicts_with = "driver")]
    gpu: bool,
}

/// What is tested together, in this order: what others build on comes first, so that the first failure is the nearest to
/// its cause. Everything that uses `cuda-sim` is one step: chosen by itself, each package would get another set of its
/// dependencies' features, and with it another build of `cuda-sim`, which takes longer than all the tests.
const STEPS: &[(&str, &[&str])] = &[
    ("bindings", &["--package=cuda-sys", "--package=cudnn-sys", "--package=nccl-sys"]),
    ("core and CPU", &["--package=context-core", "--package=context-cpu"]),
    ("the facade on the CPU", &["--package=device-context"]),
    (
        "everything with CUDA, on the software driver",
        &[
            "--package=cuda-sim",
            "--package=cuda-sim-native",
            "--package=cuda-sim-libraries",
            "--package=context-core",
            "--package=context-cuda",
            "--package=device-context",
            "--features=device-context/cudnn,device-context/sim",
        ],
    ),
    ("xtask", &["--package=xtask"]),
];

impl Test {
    /// Runs the tests; fails if one does.
    pub(crate) fn run(self) -> Result<()> {
        if self.gpu {
            return self.run_on_gpu();
        }
        let toolkits = fetch();
        let mut sum = Counts::default();
        let mut broken = Vec::new();
        for (name, arguments) in STEPS {
            println!("== {name}");
            let mut command = cargo("test");
            command.arg("--no-fail-fast").args(*arguments);
            if let Some(path) = &toolkits {
                command.env(toolkits::VARIABLE, path);
            }
            if let Some(driver) = &self.driver {
                command.env("CUDA_SYS_TEST_DRIVER", driver);
            }
            if let Some(filter) = &self.filter {
                command.args(["--", filter]);
            }
            let (counts, success) = Counts::of(command)?;
            sum += counts;
            if !success {
                broken.push(*name);
            }
        }
        println!("{sum}");
        match broken.as_slice() {
            [] => Ok(()),
            broken => bail!("not passed: {}", broken.join(", ")),
        }
    }
}

impl Test {
    /// Runs the suite that every context passes on a real device. That there is none is an error: nothing was tested then.
    fn run_on_gpu(self) -> Result<()> {
        println!("== contexts, on the system's driver");
        let found = gpu::find().context("there is no GPU here, so that nothing was tested on one")?;
        found.iter().for_each(|device| println!("found {device}"));
        let mut command = cargo("test");
        command.args([
            "--package=device-context",
            "--features=cuda",
            "--test=conformance",
            "--no-fail-fast",
            "--",
        ]);
        // Those of this kind are ignored otherwise; one at a time, since they share a device with whoever else uses it.
        command.args(["--ignored", "--test-threads=1"]);
        command.arg(self.filter.map_or("cuda::".to_owned(), |filter| filter));
        let (counts, success) = Counts::of(command)?;
        println!("{counts}");
        match (success, counts.passed) {
            (true, 0) => bail!("no test has this name"),
            (true, _) => Ok(()),
            (false, _) => bail!("not passed on {}", found[0]),
        }
    }
}

/// Fetches what the tests use and returns the cache, in which they look for it. Tests that need what is missing say so.
fn fetch() -> Option<OsString> {
    if let Err(error) = toolkits::fetch_set(Set::Small) {
        println!("{error:#}");
        println!("tests that compile CUDA C++ or compare with cuda.h will say that they were not run");
    }
    Some(toolkits::cache().into_os_string())
}
