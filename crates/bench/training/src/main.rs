//! The example `digits` trained twice in each round, by this workspace's CPU context and by candle's CPU device: the same network, images, noise,
//! batches and steps. `cargo xtask bench cpu` runs it. Times are this machine's, in this run.

#![allow(unreachable_pub, dead_code)] // the modules are the example's

#[path = "../../../device-context/examples/digits/data.rs"]
mod data;
#[path = "../../../device-context/examples/digits/network.rs"]
mod network;
#[path = "../../../device-context/examples/digits/report.rs"]
mod report;
#[path = "../../../device-context/examples/digits/training.rs"]
mod training;

use std::{error::Error, time::Instant};

use candle_core::{DType, Device, Tensor, Var};
use data::{CLASSES, Images, Order, PIXELS};
use device_context::{CpuContext, Program};
use training::{Settings, Training};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ROUNDS: u64 = 11;
const SETTINGS: Settings = Settings { epochs: 30, batch: 32, seed: 0 };
// As in the example.
const HIDDEN: usize = 64;
const RATE: f64 = 0.1;
const MOMENTUM: f64 = 0.9;
const NOISE: f64 = 0.6;

fn main() -> Result<()> {
    let images = Images::load(None).map_err(|error| error.to_string())?;
    println!("{} epochs in batches of {}, median of {ROUNDS} rounds", SETTINGS.epochs, SETTINGS.batch);
    let mut runs = [Vec::new(), Vec::new()];
    for seed in 0..ROUNDS {
        let settings = Settings { seed, ..SETTINGS };
        let started = Instant::now();
        let ctx = CpuContext::builder().seed(seed).build()?;
        let ours = Training { images: &images, settings, shown: false }.run(ctx)?;
        runs[0].push((started.elapsed().as_secs_f64(), ours.correct as f64 / ours.tested as f64));
        let started = Instant::now();
        let right = with_candle(&images, settings)?;
        runs[1].push((started.elapsed().as_secs_f64(), right));
    }
    let ratio = median(runs[0].iter().zip(&runs[1]).map(|(ours, theirs)| ours.0 / theirs.0));
    for (name, runs) in ["device-context", "candle"].iter().zip(&runs) {
        let time = median(runs.iter().map(|run| run.0));
        let right = median(runs.iter().map(|run| run.1));
        println!("{name:15} | {time:6.3} s | {:5.2} % right", 100.0 * right);
    }
    println!("device-context takes {ratio:.2} of candle's time (goal: at most 1)");
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A trained value with its velocity.
struct Parameter {
    value: Var,
    velocity: Tensor,
}

impl Parameter {
    fn new(value: Tensor) -> Result<Parameter> {
        Ok(Parameter { velocity: value.zeros_like()?, value: Var::from_tensor(&value)? })
    }
}

/// Weights and bias of the hidden layer, and of the output.
struct Network([Parameter; 4]);

impl Network {
    fn new(device: &Device) -> Result<Network> {
        let weights = |inputs: usize, outputs: usize| {
            let bound = (6.0 / inputs as f32).sqrt();
            Parameter::new(Tensor::rand(-bound, bound, (inputs, outputs), device)?)
        };
        let bias = |outputs: usize| Parameter::new(Tensor::zeros(outputs, DType::F32, device)?);
        Ok(Network([weights(PIXELS, HIDDEN)?, bias(HIDDEN)?, weights(HIDDEN, CLASSES)?, bias(CLASSES)?]))
    }

    fn logits(&self, pixels: &Tensor) -> candle_core::Result<Tensor> {
        let [weights, bias, output, output_bias] = &self.0;
        let hidden = pixels.matmul(&weights.value)?.broadcast_add(&bias.value)?.relu()?;
        hidden.matmul(&output.value)?.broadcast_add(&output_bias.value)
    }

    /// Trains on one batch, and returns the sum of its losses.
    fn train(&mut self, pixels: &Tensor, labels: &Tensor, rate: f64) -> candle_core::Result<f32> {
        let loss = candle_nn::loss::cross_entropy(&self.logits(pixels)?, labels)?;
        let gradients = loss.backward()?;
        for parameter in &mut self.0 {
            let Some(gradient) = gradients.get(&parameter.value) else { continue };
            parameter.velocity = ((&parameter.velocity * MOMENTUM)? - (gradient * rate)?)?;
            parameter.value.set(&(parameter.value.as_tensor() + &parameter.velocity)?)?;
        }
        Ok(loss.to_scalar::<f32>()? * labels.dim(0)? as f32)
    }
}

/// Returns the share of held-out images that are right in the end.
fn with_candle(images: &Images, settings: Settings) -> Result<f64> {
    let Settings { epochs, batch, seed } = settings;
    let device = Device::Cpu;
    let mut order = Order::new(seed);
    let (train, test) = images.split(&mut order);
    let mut network = Network::new(&device)?;
    for epoch in 0..epochs {
        let done = epoch as f64 / epochs as f64;
        let (rate, noise) = (RATE * (1.0 - 0.9 * done), (NOISE * (1.0 - done)) as f32);
        let mut sum = 0.0;
        for indices in order.shuffled(train.len()).chunks(batch) {
            let images = train.gather(indices);
            let shape = (images.len(), PIXELS);
            let pixels = Tensor::from_vec(images.pixels, shape, &device)?;
            let pixels = (pixels + Tensor::rand(-noise, noise, shape, &device)?)?;
            let labels = Tensor::from_vec(images.labels, shape.0, &device)?;
            sum += network.train(&pixels, &labels, rate)?;
        }
        assert!(sum.is_finite());
    }
    let pixels = Tensor::from_vec(test.pixels.clone(), (test.len(), PIXELS), &device)?;
    let classes = network.logits(&pixels)?.argmax(1)?.to_vec1::<u32>()?;
    let right = classes.iter().zip(&test.labels).filter(|(class, label)| class == label).count();
    Ok(right as f64 / test.len() as f64)
}
