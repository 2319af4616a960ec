//! `cargo xtask bench`: the benchmarks, each a command that prints its own figures.

use crate::cargo::cargo;
use anyhow::{Context, Result, bail};

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// The one to run; `list` names them; without it, all run
    name: Option<String>,
    /// For the benchmark itself, behind `--`; `memory` takes traces to replay
    #[arg(last = true)]
    more: Vec<String>,
}

/// A benchmark: its name, what its figures say, and the arguments of cargo that run it.
type Entry = (&'static str, &'static str, &'static [&'static str]);

/// The benchmark that measures other wrappers too, and is built apart from the workspace.
const HOST: &str = "host";

/// All benchmarks, in the order in which they run.
const BENCHES: &[Entry] = &[
    (
        "digits",
        "what the main example learns on the CPU and on the simulated device, how fast, and how far they are apart",
        &["bench", "--package=device-context", "--features=device-context/sim", "--bench=digits"],
    ),
    (
        HOST,
        "what a call of ours costs above the driver, in instructions and driver calls, beside other wrappers",
        &[],
    ),
    (
        "driver-call",
        "what a call through the driver's table costs beside one through a plain function pointer",
        &["bench", "--package=cuda-sys", "--bench=call"],
    ),
    (
        "sim",
        "how many lane-instructions a second the simulated device runs on one core, and with every access checked and recorded; what they, calls and starting cost",
        &["run", "--release", "--quiet", "--package=cuda-sim", "--example=speed"],
    ),
    (
        "memory",
        "how much memory the pool takes for what is live on recorded traces, what it costs the host, and what others need",
        &["run", "--release", "--quiet", "--package=bench", "--bin=memory"],
    ),
    (
        "cpu",
        "streams, events, random numbers, copies and products on the CPU beside what others need",
        &["run", "--release", "--quiet", "--package=bench", "--bin=cpu"],
    ),
    (
        "cpu",
        "the main example, trained by the CPU context and by candle's CPU device",
        &["run", "--release", "--quiet", "--manifest-path=crates/bench/training/Cargo.toml"],
    ),
];

impl Bench {
    /// Runs one benchmark or all, or lists them.
    pub(crate) fn run(self) -> Result<()> {
        let chosen: Vec<&Entry> = match self.name.as_deref() {
            Some("list") => {
                for (name, about, _) in BENCHES {
                    println!("{name}: {about}");
                }
                return Ok(());
            }
            Some(wanted) => BENCHES.iter().filter(|(name, ..)| *name == wanted).collect(),
            None => BENCHES.iter().collect(),
        };
        if let (Some(wanted), []) = (&self.name, &chosen[..]) {
            bail!("{}", unknown(wanted));
        }
        for (name, about, arguments) in chosen {
            println!("== {name}: {about}");
            if *name == HOST {
                crate::host_bench::run()?;
                continue;
            }
            let [verb, arguments @ ..] = arguments else { bail!("{name} has no command") };
            let mut command = cargo(verb);
            command.args(arguments);
            if !self.more.is_empty() {
                command.arg("--").args(&self.more);
            }
            let status = command.status().context("starting cargo")?;
            if !status.success() {
                bail!("{name}: {status}");
            }
        }
        Ok(())
    }
}

fn unknown(wanted: &str) -> String {
    let mut names: Vec<&str> = BENCHES.iter().map(|(name, ..)| *name).collect();
    names.dedup();
    format!("there is no benchmark {wanted}; there are {}", names.join(", "))
}
