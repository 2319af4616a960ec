//! Trains a small convolutional network on real handwritten digits: on a CUDA device through cuDNN, on the CPU by plain kernels. The
//! network and its training are the same source. At the end four threads look at the images that were held out.
//!
//! ```text
//! cargo run --release --example digits_cnn
//! cargo run --release --features sim,cudnn --example digits_cnn -- --compare cpu,sim:0 --epochs 3
//! ```

// Modules of a program have nobody outside to be reachable from.
#![allow(unreachable_pub)]

#[path = "digits/data.rs"]
mod data;
#[path = "digits/network.rs"]
#[allow(dead_code)] // its kernels are used, its network is another example's
mod digits;
#[cfg(feature = "cudnn")]
#[path = "digits_cnn/dnn.rs"]
mod dnn;
#[path = "digits_cnn/layers.rs"]
mod layers;
#[path = "digits_cnn/network.rs"]
mod network;
#[path = "digits_cnn/plain.rs"]
mod plain;
#[path = "digits_cnn/training.rs"]
mod training;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use device_context::{AnyContext, Device, Error};

use data::Images;
use training::{Settings, THREADS, Trained};

/// Trains a small convolutional network on handwritten digits.
#[derive(Debug, Parser)]
#[command(name = "digits_cnn")]
struct Options {
    /// Where to train: cpu, cuda:N or sim:N
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: Device,
    /// How often every image is trained on
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    epochs: u32,
    /// How many images are trained on at once
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    batch: u32,
    /// How many images of an epoch are trained on at the most
    #[arg(long, default_value_t = u32::MAX)]
    images: u32,
    /// Chooses the held-out images, the first weights and the order of training
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// A file of images instead of the built-in set
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Trains on two devices and prints how far they are apart
    #[arg(long, value_name = "A,B", value_delimiter = ',', num_args = 1, conflicts_with = "device")]
    compare: Vec<Device>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("digits_cnn: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let images = Images::load(options.data.as_ref()).map_err(|error| error.to_string())?;
    let settings = Settings {
        epochs: options.epochs as usize,
        batch: options.batch as usize,
        seed: options.seed,
        images: options.images as usize,
    };
    match options.compare.as_slice() {
        [] => train(options.device, &images, settings).map(drop),
        [first, second] => {
            let (first, second) = (train(*first, &images, settings)?, train(*second, &images, settings)?);
            compare(&first, &second);
            Ok(())
        }
        _ => Err("--compare needs two devices with a comma between them, as in cpu,sim:0".to_owned()),
    }
}

fn train(device: Device, images: &Images, settings: Settings) -> Result<Trained, String> {
    let context = AnyContext::builder(device)
        .seed(settings.seed)
        .build()
        .map_err(|error| format!("opening {device}: {error}"))?;
    let shown = |epoch: usize, loss: f64| println!("{device}: epoch {:2}: loss {loss:.4}", epoch + 1);
    let trained = match context {
        AnyContext::Cpu(ctx) => training::run(&ctx, images, settings, shown),
        #[cfg(feature = "cudnn")]
        AnyContext::Cuda(ctx) => training::run(&ctx, images, settings, shown),
        other => Err(Error::Unsupported {
            device: other.device(),
            what: "a convolutional network",
            reason: "this build has no feature `cudnn`".to_owned(),
        }),
    };
    let trained = trained.map_err(|error| format!("training on {device}: {error}"))?;
    let Trained { correct, classes, elapsed, .. } = &trained;
    println!(
        "{device}: {correct} of {} held-out images right, by {THREADS} threads; {:.1} s",
        classes.len(),
        elapsed.as_secs_f64()
    );
    Ok(trained)
}

fn compare(first: &Trained, second: &Trained) {
    let apart = first.parameters.iter().zip(&second.parameters).map(|(a, b)| f64::from((a - b).abs()));
    let differ = first.classes.iter().zip(&second.classes).filter(|(a, b)| a != b).count();
    println!(
        "{} and {}: weights at most {:.2e} apart, {differ} of {} images told apart differently",
        first.device,
        second.device,
        apart.fold(0.0, f64::max),
        first.classes.len()
    );
    for (epoch, (a, b)) in first.losses.iter().zip(&second.losses).enumerate() {
        println!("  epoch {:2}: losses {a:.6} and {b:.6}", epoch + 1);
    }
}
