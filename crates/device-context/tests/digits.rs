//! The main example as a user runs it: what it learns, what it says, and how it refuses.
#![cfg(feature = "cpu")]

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
};

/// The example, which `cargo test --package device-context` has built beside the tests; with `--test digits` alone cargo
/// does not build it.
fn program() -> Command {
    let deps = env::current_exe().expect("a test knows its own path");
    let target = deps.ancestors().nth(2).expect("tests lie in a folder of the target's");
    let program = target.join("examples").join(format!("digits{}", env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{}: `cargo test --package device-context` builds it", program.display());
    let mut command = Command::new(program);
    // Whatever this machine has, these tests see no device: the driver that is named does not exist, and another one, should there
    // be one, shows none.
    command.env("CUDA_SYS_DRIVER", "/nowhere/libcuda.so.1");
    // The simulated driver obeys this variable as well, and its devices are wanted.
    if !cfg!(feature = "sim") {
        command.env("CUDA_VISIBLE_DEVICES", "-1");
    }
    command
}

fn digits(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("running the example")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the one message of a run that was refused.
fn refusal(arguments: &[&str]) -> String {
    let output = digits(arguments);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    for word in ["panicked", "backtrace", "unwrap"] {
        assert!(!message.contains(word), "{arguments:?}: {message}");
    }
    message
}

/// Returns the number in front of ` % of`.
fn accuracy(report: &str) -> f64 {
    let line = report.lines().last().expect("a last line");
    let (_, rest) = line.split_once(": ").expect("a device in front");
    rest.split_once(" % of").expect("an accuracy").0.parse().expect("a number")
}

/// A data file that lives until the test ends.
struct DataFile(PathBuf);

impl DataFile {
    fn new(name: &str, text: impl AsRef<[u8]>) -> DataFile {
        let path = env::temp_dir().join(format!("device-context-digits-{}-{name}.csv", std::process::id()));
        fs::write(&path, text).expect("writing a temporary file");
        DataFile(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a temporary path is text")
    }
}

impl Drop for DataFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn line(pixel: &str, digit: &str) -> String {
    format!("{}{digit}\n", format!("{pixel},").repeat(64))
}

#[test]
fn ten_seeds_learn_at_least_96_percent_of_the_held_out_digits() {
    for seed in 0..10 {
        let report = stdout(&digits(&["--device", "cpu", "--seed", &seed.to_string()]));

        assert!(accuracy(&report) >= 96.0, "seed {seed}: {report}");
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let losses = |report: String| -> Vec<String> {
        let loss = |line: &str| Some(line.split_once("loss ")?.1.split_once(',')?.0.to_owned());
        report.lines().filter_map(loss).collect()
    };
    let run = |seed| losses(stdout(&digits(&["--device", "cpu", "--epochs", "3", "--seed", seed])));

    assert_eq!(run("7"), run("7"));
    assert_ne!(run("7"), run("8"));
}

#[test]
fn the_default_device_is_named_with_the_reason() {
    let report = stdout(&digits(&["--epochs", "1"]));

    let first = report.lines().next().expect("a first line");
    assert!(first.starts_with("device cpu: "), "{first}");
    assert!(first.contains("cuda") || first.contains("CUDA"), "{first}");
}

#[test]
fn a_pipe_gets_plain_lines_and_a_summary() {
    let report = stdout(&digits(&["--device", "cpu", "--epochs", "2", "--batch", "100"]));

    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 3, "{report}");
    assert!(lines[0].starts_with("cpu epoch 1/2: loss ") && lines[0].contains(" images/s, "), "{report}");
    for part in ["% of 359 held-out digits", "loss ", " s, ", "peak memory ", " driver calls"] {
        assert!(lines[2].contains(part), "{part}: {report}");
    }
    assert!(!report.contains('\u{1b}'), "no colours or cursor movements on a pipe");
}

/// Printing to a closed pipe panicked.
#[test]
fn a_reader_that_goes_away_does_not_matter() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = program()
        .args(["--device", "cpu", "--epochs", "2"])
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .expect("running the example");

    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_comparison_of_a_device_with_itself_finds_no_difference() {
    let report = stdout(&digits(&["--compare", "cpu,cpu", "--epochs", "2"]));

    assert!(report.contains("first weights that differ in any bit      0 of 4810"), "{report}");
    assert!(report.contains("largest difference in an epoch's loss     0.000e0"), "{report}");
    assert!(report.contains("largest difference in a weight at the end 0.000e0"), "{report}");
}

#[test]
fn a_device_that_does_not_parse_is_refused_with_the_forms_that_do() {
    for device in ["gpu", "cuda:x", "", "cuda:-1"] {
        let message = refusal(&["--device", device]);

        assert!(message.contains(&format!("`{device}`")) && message.contains("cuda:N"), "{message}");
    }
    assert!(refusal(&["--compare", "cpu"]).contains("two devices"), "a comparison needs two");
    assert!(refusal(&["--compare", "cpu,gpu"]).contains("`gpu`"));
}

#[test]
fn a_number_that_makes_no_sense_is_refused() {
    for (option, value) in [("--epochs", "0"), ("--batch", "0"), ("--batch", "x"), ("--seed", "-1")] {
        let message = refusal(&[&format!("{option}={value}")]);

        assert!(message.contains(option), "{message}");
    }
}

#[test]
fn a_batch_larger_than_the_set_trains_on_all_of_it() {
    let report = stdout(&digits(&["--device", "cpu", "--epochs", "1", "--batch", "5000"]));

    assert_eq!(report.lines().count(), 2, "{report}");
}

#[cfg(not(feature = "cuda"))]
#[test]
fn a_device_that_was_not_built_is_refused_with_the_command_that_builds_it() {
    for (device, feature) in [("cuda:0", "cuda"), ("sim:0", "sim")] {
        let message = refusal(&["--device", device]);

        let command =
            format!("cargo run --release --features {feature} --example digits -- --device {device}");
        assert!(message.contains(&command), "{message}");
    }
}

#[cfg(feature = "cuda")]
#[test]
fn a_machine_without_a_driver_is_told_what_was_tried() {
    let message = refusal(&["--device", "cuda:0"]);

    assert!(message.contains("cuda:0"), "{message}");
    if message.contains("CUDA_ERROR_NO_DEVICE") {
        return eprintln!("what a machine without a driver is told was not tested: this one has a driver");
    }
    for part in ["no CUDA driver", "/nowhere/libcuda.so.1", "CUDA_SYS_DRIVER"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn a_data_file_that_is_missing_is_named() {
    let message = refusal(&["--data", "/nowhere/digits.csv"]);

    assert!(message.contains("`/nowhere/digits.csv`"), "{message}");
}

#[test]
fn a_data_file_that_is_broken_is_refused_with_its_line() {
    let good = line("3", "7");
    let ten = good.repeat(10);
    let cases = [
        ("columns", format!("{ten}1,2,3\n"), "line 11", "3 columns instead of 65"),
        ("wide", format!("{ten}{}", line("1", "1,1")), "line 11", "66 columns instead of 65"),
        ("pixel", format!("{good}{}", line("17", "7")), "line 2", "17 is no pixel"),
        ("digit", format!("{good}{}", line("3", "10")), "line 2", "10 is no digit"),
        ("word", format!("{good}{}", line("3", "seven")), "line 2", "`seven`"),
        ("negative", format!("{good}{}", line("-1", "7")), "line 2", "`-1`"),
        ("cut", ten[..ten.len() - 60].to_owned(), "line 10", "truncated: 36 columns"),
        ("digitless", ten[..ten.len() - 2].to_owned(), "line 10", "truncated: column 65, ``"),
        ("gap", format!("{good}\n{good}"), "line 2", "1 columns instead of 65"),
        ("few", good.repeat(3), "", "3 images"),
        ("empty", String::new(), "", "0 images"),
    ];
    for (name, text, place, reason) in cases {
        let file = DataFile::new(name, text);
        let message = refusal(&["--data", file.path()]);

        assert!(message.contains(file.path()), "{name}: {message}");
        assert!(message.contains(place) && message.contains(reason), "{name}: {message}");
        assert_eq!(message.lines().count(), 1, "{name}: {message}");
    }
    let file = DataFile::new("bytes", b"1,2\n\xff\xfe");
    assert!(refusal(&["--data", file.path()]).contains("line 2: not text"));
}

#[test]
fn a_data_file_of_ones_own_is_trained_on() {
    // Without a line's end behind the last one, as editors leave it.
    let lines: String = (0..50).map(|i| line(&(i % 10).to_string(), &(i % 10).to_string())).collect();
    let file = DataFile::new("own", lines.trim_end());
    let report = stdout(&digits(&["--device", "cpu", "--epochs", "2", "--data", file.path()]));

    assert!(report.contains("of 10 held-out digits"), "{report}");
}

#[cfg(feature = "sim")]
mod sim {
    use super::*;

    #[test]
    fn a_simulated_device_trains_like_the_cpu() {
        let report = stdout(&digits(&["--compare", "cpu,sim:0", "--epochs", "4"]));

        let figure = |name: &str| -> f64 {
            let line = report.lines().find(|line| line.contains(name)).expect(name);
            line.rsplit(' ').next().expect("a figure").parse().expect("a number")
        };
        assert!(report.contains("first weights that differ in any bit      0 of 4810"), "{report}");
        assert!(figure("difference in the last epoch's loss") < 1e-4, "{report}");
        assert!(figure("largest difference in an epoch's loss") < 1e-4, "{report}");
    }

    #[test]
    fn a_simulated_device_that_is_not_there_is_refused_with_the_number_of_those_that_are() {
        let message = refusal(&["--device", "sim:99"]);

        assert!(message.contains("sim:99") && message.contains("the driver has 1"), "{message}");
    }
}
