//! The use cases as a user runs them, on the CPU and on the simulated device.
#![cfg(feature = "cpu")]

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
};

const DEVICES: &[&str] = if cfg!(feature = "sim") { &["cpu", "sim:0"] } else { &["cpu"] };

/// Runs an example, which `cargo test --package device-context` has built beside the tests.
fn run(example: &str, arguments: &[&str]) -> String {
    let deps = env::current_exe().expect("a test knows its own path");
    let target = deps.ancestors().nth(2).expect("tests lie in a folder of the target's");
    let program = target.join("examples").join(format!("{example}{}", env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{}: `cargo test --package device-context` builds it", program.display());
    let Output { status, stdout, stderr } =
        Command::new(program).args(arguments).output().expect("running the example");
    assert!(status.success(), "{example}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}

fn scratch(name: &str) -> PathBuf {
    let file = env::temp_dir().join(format!("device-context-{}-{name}", std::process::id()));
    drop(fs::remove_file(&file));
    file
}

#[test]
fn training_that_was_stopped_ends_with_the_bits_of_one_run() {
    for device in DEVICES {
        let (whole, parts) = (scratch("whole"), scratch("parts"));
        let train = |file: &PathBuf, more: &[&str]| {
            let file = file.to_str().unwrap();
            run("resume", &[&["--device", device, "--epochs", "3", "--checkpoint", file], more].concat())
        };
        let once = train(&whole, &[]);
        assert!(train(&parts, &["--stop-after", "1"]).contains("stops after epoch 1"));
        let resumed = train(&parts, &[]);
        assert!(resumed.contains("goes on after epoch 1"));
        assert_eq!(resumed.lines().last(), once.lines().last(), "{device}");
        fs::remove_file(whole).and(fs::remove_file(parts)).unwrap();
    }
}

#[test]
fn the_server_answers_every_request_and_mostly_rightly() {
    for device in DEVICES {
        let said = run("server", &["--device", device, "--requests", "400"]);
        assert!(said.starts_with("400 answers"), "{said}");
        let right: f64 = said.split(" % right").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        assert!(right > 80.0, "{said}");
        assert!(said.contains("99 %"), "{said}");
    }
}

#[test]
fn a_file_is_worked_through_in_chunks_with_the_same_result_everywhere() {
    let file = scratch("numbers");
    let name = file.to_str().unwrap();
    let mut means = Vec::new();
    for device in DEVICES {
        let said = run("chunks", &["--device", device, "--file", name, "--generate", "2", "--rows", "1000"]);
        assert!(said.starts_with("8192 rows"), "{said}");
        let mean: f64 = said.lines().next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        means.push(mean);
    }
    // Half the sum of 1/1 to 1/64.
    assert!(
        means.iter().all(|mean| (mean - 2.372).abs() < 0.02 && (mean - means[0]).abs() < 1e-4),
        "{means:?}"
    );
    fs::remove_file(file).unwrap();
}

#[test]
fn the_pole_is_balanced_for_475_steps_on_average_over_100_episodes() {
    let said = run("cartpole", &[]);
    let mean: f64 = said.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(mean >= 475.0, "{said}");
}

#[cfg(feature = "sim")]
#[test]
fn the_pole_is_learnt_on_the_simulated_device_as_on_the_cpu() {
    let learn = |device| {
        run("cartpole", &["--device", device, "--rounds", "2", "--environments", "2", "--episodes", "2"])
    };
    let steps = |said: String| said.split(" on ").next().map(str::to_owned);
    assert_eq!(steps(learn("cpu")), steps(learn("sim:0")));
}
