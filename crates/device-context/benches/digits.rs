//! The main example over ten seeds, on the CPU and on the simulated device: accuracy, time and how far they are apart.
//!
//! `cargo xtask bench digits` runs it. Times are this machine's, in this run; the other figures repeat.

#![allow(unreachable_pub, dead_code)] // the modules are the example's

#[path = "../examples/digits/data.rs"]
mod data;
#[path = "../examples/digits/network.rs"]
mod network;
#[path = "../examples/digits/report.rs"]
mod report;
#[path = "../examples/digits/training.rs"]
mod training;

use device_context::{AnyContext, Bytes, Device, Result};

use data::Images;
use training::{Settings, Trained, Training};

const SEEDS: u64 = 10;
const SETTINGS: Settings = Settings { epochs: 30, batch: 32, seed: 0 };

fn main() -> Result<()> {
    let images = Images::load(None).unwrap_or_else(|error| panic!("the built-in images: {error}"));
    println!("{} epochs in batches of {}, one fifth held out", SETTINGS.epochs, SETTINGS.batch);
    println!(
        "seed |  cpu right  cpu time   cpu peak |  sim right  sim time  calls a batch | first weights    last loss"
    );
    println!(
        "     |        %          s            |        %          s                 | that differ   differs by"
    );
    let mut worst = (f64::INFINITY, 0.0_f64);
    for seed in 0..SEEDS {
        let cpu = train(Device::Cpu, &images, seed)?;
        let sim = train(Device::Sim(0), &images, seed)?;
        let differing =
            cpu.initial.iter().zip(&sim.initial).filter(|(a, b)| a.to_bits() != b.to_bits()).count();
        let difference = report::last_loss_difference(&cpu, &sim);
        let batches = (images.len() - cpu.tested).div_ceil(SETTINGS.batch) * SETTINGS.epochs;
        println!(
            "{seed:4} | {:10.2} {:9.3} {:>10} | {:10.2} {:9.2} {:14.1} | {differing:13} {difference:12.2e}",
            accuracy(&cpu),
            cpu.elapsed.as_secs_f64(),
            Bytes(cpu.memory.peak).to_string(),
            accuracy(&sim),
            sim.elapsed.as_secs_f64(),
            sim.driver_calls as f64 / batches as f64,
        );
        worst = (worst.0.min(accuracy(&cpu)).min(accuracy(&sim)), worst.1.max(difference));
    }
    println!("least right {:.2} %, largest difference in the last loss {:.2e}", worst.0, worst.1);
    Ok(())
}

fn train(device: Device, images: &Images, seed: u64) -> Result<Trained> {
    let context = AnyContext::builder(device).seed(seed).build()?;
    context.run(Training { images, settings: Settings { seed, ..SETTINGS }, shown: false })
}

fn accuracy(trained: &Trained) -> f64 {
    100.0 * trained.correct as f64 / trained.tested as f64
}
