//! Training, and looking at images by several threads at once.

use std::time::{Duration, Instant};

use device_context::{Device, prelude::*};

use super::{
    data::{CLASSES, Images, Order},
    digits::add,
    layers::Layers,
    network::Network,
};

/// Pixels along a side of an image.
const SIDE: usize = 8;
const RATE: f32 = 0.05;
const MOMENTUM: f32 = 0.9;
/// How far each pixel is moved at random at first, so that the network does not learn images by heart.
const NOISE: f32 = 0.4;
/// How many batches the host may queue ahead of the device.
const BATCHES_AHEAD: usize = 8;
/// How many threads look at the held-out images.
pub const THREADS: usize = 4;
/// How many images a thread looks at at once.
const GLANCE: usize = 15;

/// What the command line chooses.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub epochs: usize,
    pub batch: usize,
    pub seed: u64,
    /// At most that many images are trained on; all if there are fewer.
    pub images: usize,
}

/// What training made.
pub struct Trained {
    pub device: Device,
    /// The mean loss of each epoch.
    pub losses: Vec<f64>,
    /// All weights after training.
    pub parameters: Vec<f32>,
    /// The classes that the threads found for the held-out images.
    pub classes: Vec<u32>,
    pub correct: usize,
    pub elapsed: Duration,
}

/// Trains on `ctx`, and has four threads look at the images that were held out. Calls `shown` after each epoch.
pub fn run<C: Layers>(
    ctx: &C,
    images: &Images,
    settings: Settings,
    mut shown: impl FnMut(usize, f64),
) -> Result<Trained> {
    let Settings { epochs, batch, seed, images: most } = settings;
    let mut order = Order::new(seed);
    let (train, test) = images.split(&mut order);
    let started = Instant::now();
    let mut network = Network::new(ctx, SIDE, CLASSES)?;
    let mut losses = Vec::with_capacity(epochs);
    for epoch in 0..epochs {
        // Noise fades out and the rate falls to a tenth, so that the last epochs settle.
        let done = epoch as f32 / epochs as f32;
        let (rate, noise) = (RATE * (1.0 - 0.9 * done), NOISE * (1.0 - done));
        let mut indices = order.shuffled(train.len());
        indices.truncate(most);
        losses.push(train_epoch(ctx, &mut network, &train, &indices, batch, rate, noise)?);
        shown(epoch, losses[epoch]);
    }
    let classes = classify(ctx, &mut network, &test)?;
    let correct = classes.iter().zip(&test.labels).filter(|(class, label)| class == label).count();
    let parameters = network.parameters(ctx)?;
    Ok(Trained { device: ctx.device(), losses, parameters, classes, correct, elapsed: started.elapsed() })
}

/// Trains on every image once, in this order, and returns the mean loss.
fn train_epoch<C: Layers>(
    ctx: &C,
    network: &mut Network<C>,
    images: &Images,
    indices: &[usize],
    batch: usize,
    rate: f32,
    noise: f32,
) -> Result<f64> {
    let mut losses = ctx.alloc::<f32>(indices.len())?;
    let mut queued = std::collections::VecDeque::new();
    let mut start = 0;
    for indices in indices.chunks(batch) {
        let batch = images.gather(indices);
        let mut pixels = ctx.upload(&batch.pixels)?;
        if noise > 0.0 {
            let noise = ctx.uniform(pixels.len(), -noise..noise)?;
            ctx.run(add(&noise, &mut pixels))?;
        }
        let labels = ctx.upload(&batch.labels)?;
        let range = start..start + indices.len();
        network.train(ctx, &pixels, &labels, losses.slice_mut(range.clone())?, rate, MOMENTUM)?;
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
    Ok(losses.iter().copied().map(f64::from).sum::<f64>() / losses.len().max(1) as f64)
}

/// Has several threads look at the images, each with a context of its own, beside one another.
fn classify<C: Layers>(ctx: &C, network: &mut Network<C>, images: &Images) -> Result<Vec<u32>> {
    let glances: Vec<Vec<usize>> =
        (0..images.len()).collect::<Vec<_>>().chunks(GLANCE).map(<[usize]>::to_vec).collect();
    for glance in &glances {
        network.prepare(ctx, glance.len())?;
    }
    let network = &*network;
    let forks: Result<Vec<C>> = (0..THREADS).map(|_| ctx.fork()).collect();
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = forks?
            .into_iter()
            .enumerate()
            .map(|(thread, fork)| {
                let glances = glances.iter().skip(thread).step_by(THREADS);
                scope.spawn(move || -> Result<Vec<Vec<u32>>> {
                    glances
                        .map(|glance| {
                            let part = images.gather(glance);
                            let pixels = fork.upload(&part.pixels)?;
                            let classes =
                                fork.beside(|ctx| network.classify(ctx, &pixels, part.labels.len()))?;
                            fork.read(&classes)
                        })
                        .collect()
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect::<Result<Vec<_>>>()
    })?;
    // Thread t has every fourth glance, from the t-th on.
    let glance = |index: usize| &parts[index % THREADS][index / THREADS];
    Ok((0..glances.len()).flat_map(|index| glance(index).iter().copied()).collect())
}
