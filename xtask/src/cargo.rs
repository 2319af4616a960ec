//! Running cargo, and reading what its tests print.

use crate::workspace;
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};
use std::{env, fmt};

/// Starts a command line `cargo <verb>` in the root of the workspace, with the cargo that runs this program.
pub(crate) fn cargo(verb: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(verb).current_dir(workspace::root());
    // This program's own manifest is no business of the builds that it starts.
    for variable in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(variable);
    }
    command
}

/// How many tests passed, failed and were ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) ignored: usize,
}

impl Counts {
    /// Runs a `cargo test`, shows its output as it comes, and adds up its result lines. Tells also whether cargo was
    /// content.
    pub(crate) fn of(mut command: Command) -> Result<(Self, bool)> {
        let mut child = command.stdout(Stdio::piped()).spawn().context("starting cargo")?;
        let output = child.stdout.take().context("cargo has no output")?;
        let mut counts = Self::default();
        for line in BufReader::new(output).split(b'\n') {
            let line = line.context("reading cargo's output")?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            counts.add_line(&line);
        }
        let status = child.wait().context("waiting for cargo")?;
        Ok((counts, status.success()))
    }

    /// Adds a line such as `test result: ok. 2 passed; 0 failed; 0 ignored; …`; other lines say nothing.
    fn add_line(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        for part in result.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(Ok(count)), Some(what)) = (words.next().map(str::parse::<usize>), words.next()) else {
                continue;
            };
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.ignored > 0 {
            write!(f, ", {} ignored", self.ignored)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn result_lines_add_up_and_other_lines_do_not() {
        let mut counts = Counts::default();

        counts.add_line("running 4 tests");
        counts.add_line(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        );
        counts.add_line("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.2s");

        assert_eq!(counts, Counts { passed: 4, failed: 2, ignored: 1 });
    }
}
