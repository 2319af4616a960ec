//! `cargo xtask check ptx`: which instructions of PTX the tests of `cuda-sim` run, of those that compilers make.
//!
//! The list was made of NVRTC's output for a few dozen kernels. The tests note the instructions of each text that they run, once the
//! parser has taken it; each of those tests compares with a reference of its own.

use crate::cargo::cargo;
use crate::workspace;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The list: an instruction with its modifiers is the first word of each line behind the title.
const LIST: &str = "crates/cuda-sim/tests/facts/ptx-instructions.tsv";

/// The tests that run PTX and compare.
const TESTS: [&str; 7] =
    ["ptx_integers", "ptx_floats", "ptx_listed", "ptx_blocks", "ptx_device", "ptx_kernels", "ptx_matrices"];

/// Tests whose subject is whole kernels of a compiler, and not one instruction.
const OF_KERNELS: [&str; 2] = ["ptx_kernels::", "ptx_device::"];

/// Runs the tests, and prints a line for each instruction of the list and their sum.
pub(crate) fn check() -> Result<()> {
    let notes = workspace::root().join("target/ptx-covered.tsv");
    if let Some(folder) = notes.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    fs::write(&notes, "").with_context(|| format!("writing {}", notes.display()))?;
    let mut command = cargo("test");
    command.args(["--quiet", "--package=cuda-sim"]).args(TESTS.map(|test| format!("--test={test}")));
    let status = command.env("CUDA_SIM_PTX_COVERED", &notes).status().context("starting cargo")?;
    if !status.success() {
        bail!("the tests of PTX: {status}");
    }
    let noted = fs::read_to_string(&notes).context("reading what the tests noted")?;
    let covered = read_notes(&noted);
    let list = fs::read_to_string(workspace::root().join(LIST)).with_context(|| format!("reading {LIST}"))?;
    let (text, missing) = compare(&list, &covered);
    print!("{text}");
    if !missing.is_empty() {
        bail!("no test runs {}", missing.join(", "));
    }
    Ok(())
}

/// Reads lines of an instruction and a test, with a tab between.
fn read_notes(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut covered = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (form, test) in text.lines().filter_map(|line| line.split_once('\t')) {
        covered.entry(form).or_default().insert(test);
    }
    covered
}

/// Returns what is to be printed, and the instructions that no test runs.
fn compare<'a>(list: &'a str, covered: &BTreeMap<&str, BTreeSet<&str>>) -> (String, Vec<&'a str>) {
    let listed: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let (mut text, mut missing, mut alone) = (String::new(), Vec::new(), 0);
    for form in &listed {
        let Some(tests) = covered.get(form) else {
            text += &format!("{form}\tnot run\n");
            missing.push(*form);
            continue;
        };
        let own: Vec<&str> =
            tests.iter().copied().filter(|test| !OF_KERNELS.iter().any(|it| test.starts_with(it))).collect();
        alone += usize::from(!own.is_empty());
        let of_kernels = tests.len() - own.len();
        let first = own.first().or_else(|| tests.first()).copied().unwrap_or_default();
        text += &format!("{form}\ttaken\t{first}\t{} tests, {of_kernels} of them of kernels\n", tests.len());
    }
    text += &format!(
        "PTX instructions working / listed: {} / {}; {alone} by tests of instructions, the others by those of kernels alone\n",
        listed.len() - missing.len(),
        listed.len()
    );
    (text, missing)
}

#[cfg(test)]
mod tests {
    use super::{compare, read_notes};

    #[test]
    fn an_instruction_that_no_test_runs_is_told() {
        let covered =
            read_notes("add.s32\tptx_integers::sums\nadd.s32\tptx_kernels::vadd\nret\tptx_kernels::vadd\n");

        let (text, missing) = compare("instruction\tbase\nadd.s32\tadd\nret\tret\nsub.s32\tsub\n", &covered);

        assert_eq!(missing, ["sub.s32"]);
        assert!(text.contains("add.s32\ttaken\tptx_integers::sums\t2 tests, 1 of them"), "{text}");
        assert!(text.ends_with(
            "working / listed: 2 / 3; 1 by tests of instructions, the others by those of kernels alone\n"
        ));
    }
}
