//! Training and testing, on any context.

use std::time::{Duration, Instant};

use device_context::{Device, MemoryStatistics, prelude::*};

use crate::{
    data::{CLASSES, Images, Order, PIXELS},
    network::{Network, add},
    report::Progress,
};

const HIDDEN: usize = 64;
const RATE: f32 = 0.1;
const MOMENTUM: f32 = 0.9;
/// How far each pixel is moved at random at first, so that the network does not learn images by heart.
const NOISE: f32 = 0.6;

/// What the command line chooses.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub epochs: usize,
    pub batch: usize,
    pub seed: u64,
}

/// What training made.
pub struct Trained {
    pub device: Device,
    /// The mean loss of each epoch.
    pub losses: Vec<f64>,
    /// All weights before and after training.
    pub initial: Vec<f32>,
    pub parameters: Vec<f32>,
    pub correct: usize,
    pub tested: usize,
    pub elapsed: Duration,
    pub memory: MemoryStatistics,
    pub driver_calls: u64,
}

/// The whole run as a program for any context.
pub struct Training<'a> {
    pub images: &'a Images,
    pub settings: Settings,
    /// Whether to show how far training is.
    pub shown: bool,
}

impl Program for Training<'_> {
    type Output = Result<Trained>;

    fn run<C: Context>(self, ctx: C) -> Result<Trained> {
        let Settings { epochs, batch, seed } = self.settings;
        let mut order = Order::new(seed);
        let (train, test) = self.images.split(&mut order);
        let progress = self.shown.then(|| Progress::new(ctx.device(), epochs, train.len()));
        let started = Instant::now();

        let mut network = Network::new(&ctx, PIXELS, HIDDEN, CLASSES)?;
        let initial = network.parameters(&ctx)?;
        let mut losses = Vec::with_capacity(epochs);
        for epoch in 0..epochs {
            // Noise fades out and the rate falls to a tenth, so that the last epochs settle.
            let done = epoch as f32 / epochs as f32;
            let step = Step { batch, rate: RATE * (1.0 - 0.9 * done), noise: NOISE * (1.0 - done) };
            losses.push(train_epoch(&ctx, &mut network, &train, &mut order, step)?);
            if let Some(progress) = &progress {
                progress.epoch(epoch, losses[epoch], ctx.memory(), started.elapsed());
            }
        }
        let correct = count_correct(&ctx, &network, &test)?;

        let trained = Trained {
            device: ctx.device(),
            losses,
            initial,
            parameters: network.parameters(&ctx)?,
            correct,
            tested: test.len(),
            elapsed: started.elapsed(),
            memory: ctx.memory(),
            driver_calls: ctx.driver_calls(),
        };
        if let Some(progress) = &progress {
            progress.finish(&trained);
        }
        Ok(trained)
    }
}

/// How an epoch's batches are trained on.
#[derive(Clone, Copy)]
struct Step {
    batch: usize,
    rate: f32,
    noise: f32,
}

/// How many batches the host may queue ahead of the device.
const BATCHES_AHEAD: usize = 8;

/// Trains on every image once, in random order, and returns the mean loss.
fn train_epoch<C: Context>(
    ctx: &C,
    network: &mut Network<C>,
    images: &Images,
    order: &mut Order,
    step: Step,
) -> Result<f64> {
    let indices = order.shuffled(images.len());
    let mut losses = ctx.alloc::<f32>(images.len())?;
    let mut queued = std::collections::VecDeque::new();
    let mut start = 0;
    for indices in indices.chunks(step.batch) {
        let batch = images.gather(indices);
        let mut pixels = ctx.upload(&batch.pixels)?;
        let noise = ctx.uniform(pixels.len(), -step.noise..step.noise)?;
        ctx.run(add(&noise, &mut pixels))?;
        let labels = ctx.upload(&batch.labels)?;
        let range = start..start + indices.len();
        network.train(ctx, &pixels, &labels, losses.slice_mut(range.clone())?, step.rate, MOMENTUM)?;
        start = range.end;

        // Nothing else waits before the epoch's end: without this the host could queue all of it at once.
        queued.push_back(ctx.record()?);
        if queued.len() > BATCHES_AHEAD
            && let Some(event) = queued.pop_front()
        {
            event.synchronize()?;
        }
    }
    let losses = ctx.read(&losses)?;
    Ok(losses.iter().copied().map(f64::from).sum::<f64>() / losses.len() as f64)
}

fn count_correct<C: Context>(ctx: &C, network: &Network<C>, images: &Images) -> Result<usize> {
    let pixels = ctx.upload(&images.pixels)?;
    let classes = network.classify(ctx, &pixels, images.len())?;
    Ok(ctx.read(&classes)?.iter().zip(&images.labels).filter(|(class, label)| class == label).count())
}
