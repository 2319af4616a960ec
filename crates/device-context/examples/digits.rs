//! Trains a small network on real handwritten digits, on whatever device there is.
//!
//! ```text
//! cargo run --release --example digits
//! cargo run --release --features sim --example digits -- --compare cpu,sim:0
//! ```
//!
//! The network (`digits/network.rs`) and the training below are written once, generic over the context.

// Modules of a program have nobody outside to be reachable from.
#![allow(unreachable_pub)]

#[path = "digits/data.rs"]
mod data;
#[path = "digits/network.rs"]
mod network;
#[path = "digits/report.rs"]
mod report;
#[path = "digits/training.rs"]
mod training;

use std::{fmt::Display, path::PathBuf, process::ExitCode};

use clap::Parser;
use device_context::{AnyContext, Device, Error};

use data::Images;
use training::{Settings, Trained, Training};

/// Trains a small network on handwritten digits.
#[derive(Debug, Parser)]
#[command(name = "digits")]
struct Options {
    /// Where to train: cpu, cuda:N or sim:N [default: a CUDA device if there is one, else the CPU]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
    /// How often every image is trained on
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    epochs: u32,
    /// How many images are trained on at once
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    batch: u32,
    /// Chooses the held-out images, the first weights and the order of training
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// A file of images instead of the built-in set
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Trains on two devices and prints how far they are apart
    #[arg(long, value_name = "A,B", conflicts_with = "device")]
    compare: Option<String>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("digits: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let images = Images::load(options.data.as_ref()).map_err(text)?;
    let settings =
        Settings { epochs: options.epochs as usize, batch: options.batch as usize, seed: options.seed };
    if let Some(pair) = &options.compare {
        let (first, second) = devices(pair)?;
        let first = train(first, &images, settings)?;
        let second = train(second, &images, settings)?;
        report::comparison(&first, &second);
        return Ok(());
    }
    let device = match &options.device {
        Some(name) => parse(name)?,
        None => {
            let choice = AnyContext::choose();
            report::say!("device {}: {}", choice.device, choice.reason);
            choice.device
        }
    };
    train(device, &images, settings).map(drop)
}

fn train(device: Device, images: &Images, settings: Settings) -> Result<Trained, String> {
    let context =
        AnyContext::builder(device).seed(settings.seed).build().map_err(|error| explain(&error, device))?;
    context
        .run(Training { images, settings, shown: true })
        .map_err(|error| format!("training on {device}: {error}"))
}

/// Adds the command that helps, where one does.
fn explain(error: &Error, device: Device) -> String {
    let feature = match (error, device) {
        (Error::Unsupported { .. }, Device::Cuda(_)) => "cuda",
        (Error::Unsupported { .. }, Device::Sim(_)) => "sim",
        (Error::NoDevice { .. }, _) => return error.to_string(),
        _ => return format!("opening {device}: {error}"),
    };
    format!("{error}:\n    cargo run --release --features {feature} --example digits -- --device {device}")
}

fn devices(pair: &str) -> Result<(Device, Device), String> {
    match pair.split_once(',') {
        Some((first, second)) => Ok((parse(first)?, parse(second)?)),
        None => Err(format!(
            "--compare {pair}: two devices with a comma between them are needed, as in cpu,sim:0"
        )),
    }
}

fn parse(name: &str) -> Result<Device, String> {
    name.parse().map_err(|error: Error| error.to_string())
}

fn text(error: impl Display) -> String {
    error.to_string()
}
