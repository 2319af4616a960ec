//! `cargo xtask ci`: everything that CI checks, as rows of `ci/matrix.toml`.

use crate::cargo::cargo;
use crate::workspace;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};
use std::{env, io};

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Ci {
    /// The one row to run; `plan` prints all rows as JSON
    row: Option<String>,
    /// Also runs the rows that fetch gigabytes
    #[arg(long)]
    full: bool,
}

/// `ci/matrix.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matrix {
    row: Vec<Row>,
}

/// One thing that is checked.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    /// What is true when it passes.
    about: String,
    /// The commands, one after the other.
    run: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// Why it runs only on request, if it does.
    full: Option<String>,
}

/// What became of a row.
#[derive(Debug)]
enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

impl Ci {
    /// Runs the rows, prints a table, and fails if one did not pass.
    pub(crate) fn run(self) -> Result<()> {
        let rows = Matrix::read()?.row;
        let chosen: Vec<&Row> = match self.row.as_deref() {
            Some("plan") => return plan(&rows),
            Some(name) => {
                vec![rows.iter().find(|row| row.name == name).with_context(|| unknown(name, &rows))?]
            }
            None => rows.iter().collect(),
        };
        let mut results = Vec::new();
        for row in chosen {
            let start = Instant::now();
            let outcome = match &row.full {
                Some(why) if !self.full && self.row.is_none() => {
                    Outcome::NotRun(format!("needs --full: {why}"))
                }
                _ => row.run(),
            };
            results.push((row, outcome, start.elapsed()));
        }
        summary(&results)
    }
}

impl Matrix {
    fn read() -> Result<Self> {
        let path = workspace::root().join("ci/matrix.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))
    }
}

impl Row {
    /// Runs the commands up to the first that fails.
    fn run(&self) -> Outcome {
        println!("\n== {}: {}", self.name, self.about);
        for line in &self.run {
            println!("$ {line}");
            match self.command(line).and_then(|mut command| Ok(command.status()?)) {
                Ok(status) if status.success() => {}
                Ok(status) => return failed(line, status),
                Err(error) => return Outcome::Failed(format!("{line}: {error:#}")),
            }
        }
        Outcome::Passed
    }

    /// Makes a process of a line such as `cargo fmt --check` or `xtask test`.
    fn command(&self, line: &str) -> Result<Command> {
        let mut words = line.split_whitespace();
        let mut command = match (words.next(), words.next()) {
            (Some("cargo"), Some(verb)) => cargo(verb),
            (Some("xtask"), Some(verb)) => {
                let mut command = Command::new(env::current_exe().context("finding this program")?);
                command.arg(verb).current_dir(workspace::root());
                command
            }
            _ => bail!("a command begins with `cargo` or `xtask` and a verb"),
        };
        command.args(words).envs(&self.env);
        Ok(command)
    }
}

/// Tells a failure from a fetch that was impossible, for which this program's exit code is 3.
fn failed(line: &str, status: ExitStatus) -> Outcome {
    match status.code() {
        Some(3) if line.starts_with("xtask") => {
            Outcome::NotRun(format!("{line}: a download was not possible"))
        }
        _ => Outcome::Failed(format!("{line}: {status}")),
    }
}

fn unknown(name: &str, rows: &[Row]) -> String {
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    format!("ci/matrix.toml has no row {name}; it has {}", names.join(", "))
}

/// Prints the rows as JSON, from which CI services make their jobs.
fn plan(rows: &[Row]) -> Result<()> {
    let plan = serde_json::to_string(rows).context("making the plan")?;
    writeln!(io::stdout(), "{plan}").context("printing the plan")
}

/// Prints the table, and fails unless everything passed that was to run.
fn summary(results: &[(&Row, Outcome, Duration)]) -> Result<()> {
    let width = results.iter().map(|(row, ..)| row.name.len()).max().unwrap_or(0);
    println!();
    let (mut failed, mut missing) = (Vec::new(), Vec::new());
    for (row, outcome, time) in results {
        let (word, note) = match outcome {
            Outcome::Passed => ("passed", ""),
            Outcome::Failed(note) => ("FAILED", note.as_str()),
            Outcome::NotRun(note) => ("not run", note.as_str()),
        };
        println!("{:width$}  {word:7}  {:6.1} s  {note}", row.name, time.as_secs_f64());
        match outcome {
            Outcome::Failed(_) => failed.push(row.name.as_str()),
            Outcome::NotRun(note) if !note.starts_with("needs --full") => missing.push(row.name.as_str()),
            _ => {}
        }
    }
    let total: Duration = results.iter().map(|(.., time)| *time).sum();
    let passed = results.iter().filter(|(_, outcome, _)| matches!(outcome, Outcome::Passed)).count();
    println!("{passed} of {} rows passed in {:.0} s", results.len(), total.as_secs_f64());
    match (failed.as_slice(), missing.as_slice()) {
        ([], []) => Ok(()),
        ([], missing) => bail!("could not be run: {}", missing.join(", ")),
        (failed, _) => bail!("failed: {}; repeat one with `cargo xtask ci NAME`", failed.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::Matrix;

    #[test]
    fn every_row_has_its_own_name_and_commands_that_can_be_made() {
        let rows = Matrix::read().unwrap().row;

        for (index, row) in rows.iter().enumerate() {
            assert!(
                row.name != "plan" && rows[..index].iter().all(|other| other.name != row.name),
                "{}",
                row.name
            );
            assert!(!row.run.is_empty(), "{}", row.name);
            for line in &row.run {
                assert!(row.command(line).is_ok(), "{line}");
            }
        }
    }
}
