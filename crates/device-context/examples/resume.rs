//! Trains a network with checkpoints: stopped at any epoch and started again, it ends with the same bits as in one run.
//!
//! ```text
//! cargo run --release --example resume -- --checkpoint /tmp/digits.checkpoint --stop-after 5
//! cargo run --release --example resume -- --checkpoint /tmp/digits.checkpoint
//! ```

#![allow(unreachable_pub, dead_code)] // modules of a program, shared with the example `digits`

#[path = "digits/data.rs"]
mod data;
#[path = "digits/network.rs"]
mod network;

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Parser;
use device_context::{Device, prelude::*, random::Philox};
use indicatif::ProgressBar;

use data::{CLASSES, Images, Order, PIXELS};
use network::Network;

/// Trains with checkpoints.
#[derive(Debug, Parser)]
struct Options {
    /// Where to train: cpu, cuda:N or sim:N
    #[arg(long, default_value = "cpu")]
    device: Device,
    #[arg(long, default_value_t = 10)]
    epochs: u64,
    /// Ends the program after this many epochs in all, as a crash would
    #[arg(long)]
    stop_after: Option<u64>,
    /// The file that the state is written to after each epoch, and read from at the start if it exists
    #[arg(long)]
    checkpoint: PathBuf,
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// What training goes on from: how far it is, the place in the random sequence, weights and velocities.
struct Checkpoint {
    epoch: u64,
    random: Philox,
    network: Vec<f32>,
}

impl Checkpoint {
    fn write(&self, file: &PathBuf) -> Result<(), String> {
        let mut bytes = self.epoch.to_le_bytes().to_vec();
        bytes.extend(self.random.to_bytes());
        self.network.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
        // Beside it first: a crash while writing must not cost the checkpoint before.
        let fresh = file.with_extension("new");
        let written = fs::write(&fresh, bytes).and_then(|()| fs::rename(&fresh, file));
        written.map_err(|error| format!("writing {}: {error}", file.display()))
    }

    fn read(file: &PathBuf) -> Result<Option<Checkpoint>, String> {
        if !file.exists() {
            return Ok(None);
        }
        let bytes = fs::read(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
        let broken = || format!("{} is not a checkpoint", file.display());
        let (epoch, rest) = bytes.split_first_chunk::<8>().ok_or_else(broken)?;
        let (random, rest) = rest.split_first_chunk::<20>().ok_or_else(broken)?;
        let network = rest.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let random = Philox::from_bytes(*random);
        Ok(Some(Checkpoint { epoch: u64::from_le_bytes(*epoch), random, network }))
    }
}

struct Training<'a>(&'a Options);

impl Program for Training<'_> {
    type Output = Result<(), String>;

    fn run<C: Context>(self, ctx: C) -> Result<(), String> {
        let text = |error: Error| error.to_string();
        let options = self.0;
        let images = Images::load(None).map_err(|error| error.to_string())?;
        let mut order = Order::new(options.seed);
        let (train, test) = images.split(&mut order);
        let mut network = Network::new(&ctx, PIXELS, 64, CLASSES).map_err(text)?;
        let mut start = 0;
        if let Some(saved) = Checkpoint::read(&options.checkpoint)? {
            start = saved.epoch;
            ctx.set_random(saved.random);
            network.restore(&ctx, &saved.network).map_err(text)?;
            println!("goes on after epoch {start}");
        }
        let progress = ctx.progress();
        progress.set_total(options.epochs);
        progress.set_step(start);
        progress.restart();
        let bar = ProgressBar::new(options.epochs).with_position(start);
        for epoch in 0..options.epochs {
            // The order of the epochs before is drawn too: it is what the next one goes on from.
            let indices = order.shuffled(train.len());
            if epoch < start {
                continue;
            }
            if options.stop_after == Some(epoch) {
                println!("stops after epoch {epoch}");
                return Ok(());
            }
            let loss = epoch_of(&ctx, &mut network, &train, &indices).map_err(text)?;
            let state = network.save(&ctx).map_err(text)?;
            progress.advance();
            progress.set_message(format!("loss {loss:.4}"));
            let report = progress.report();
            Checkpoint { epoch: report.step, random: ctx.random(), network: state }
                .write(&options.checkpoint)?;
            bar.set_position(report.step);
            bar.set_message(report.message);
        }
        bar.finish_and_clear();
        let pixels = ctx.upload(&test.pixels).map_err(text)?;
        let classes = network.classify(&ctx, &pixels, test.len()).and_then(|c| ctx.read(&c)).map_err(text)?;
        let right = classes.iter().zip(&test.labels).filter(|(class, label)| class == label).count();
        let state = network.save(&ctx).map_err(text)?;
        let sum = state.iter().fold(0_u64, |sum, x| sum.rotate_left(5) ^ u64::from(x.to_bits()));
        println!("{right} of {} right; weights {sum:016x}", test.len());
        Ok(())
    }
}

fn epoch_of<C: Context>(ctx: &C, network: &mut Network<C>, train: &Images, indices: &[usize]) -> Result<f32> {
    let mut losses = ctx.alloc(train.len())?;
    let mut start = 0;
    for indices in indices.chunks(32) {
        let batch = train.gather(indices);
        let mut pixels = ctx.upload(&batch.pixels)?;
        let noise = ctx.normal(pixels.len(), 0.0, 0.1)?;
        ctx.run(network::add(&noise, &mut pixels))?;
        let labels = ctx.upload(&batch.labels)?;
        let end = start + indices.len();
        network.train(ctx, &pixels, &labels, losses.slice_mut(start..end)?, 0.05, 0.9)?;
        start = end;
    }
    let losses = ctx.read(&losses)?;
    Ok(losses.iter().sum::<f32>() / losses.len() as f32)
}

fn main() -> ExitCode {
    let options = Options::parse();
    let outcome =
        AnyContext::builder(options.device).seed(options.seed).build().map_err(|error| error.to_string());
    match outcome.and_then(|ctx| ctx.run(Training(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("resume: {message}");
            ExitCode::FAILURE
        }
    }
}
