//! The convolutional example: what it learns on the CPU, that a CUDA device learns the same through cuDNN, and that four threads race for
//! nothing. The device is simulated and its cuDNN is in software.
#![cfg(all(feature = "cpu", feature = "sim", feature = "cudnn"))]
// The example's modules are a program's.
#![allow(unreachable_pub, dead_code)]

#[path = "../examples/digits/data.rs"]
mod data;
#[path = "../examples/digits/network.rs"]
mod digits;
#[path = "../examples/digits_cnn/dnn.rs"]
mod dnn;
#[path = "../examples/digits_cnn/layers.rs"]
mod layers;
#[path = "../examples/digits_cnn/network.rs"]
mod network;
#[path = "../examples/digits_cnn/plain.rs"]
mod plain;
#[path = "../examples/digits_cnn/training.rs"]
mod training;

use std::sync::{Mutex, PoisonError};

use device_context::{CpuContext, CudaContext, CudnnWrapper, sim, simulated};

use data::Images;
use layers::{Layers, Shape};
use training::{Settings, Trained};

/// The driver is the process's: one test at a time.
static SIM: Mutex<()> = Mutex::new(());

fn open() -> CudaContext {
    simulated().cudnn_slots(2).build().unwrap()
}

fn train<C: Layers>(ctx: &C, epochs: usize, images: usize) -> Trained {
    let settings = Settings { epochs, batch: 16, seed: 0, images };
    training::run(ctx, &Images::load(None).unwrap(), settings, |_, _| ()).unwrap()
}

#[test]
fn the_network_learns_the_digits_on_the_cpu() {
    let trained = train(&CpuContext::new().unwrap(), 4, usize::MAX);
    assert!(trained.losses[3] < trained.losses[0] / 2.0, "{:?}", trained.losses);
    let accuracy = trained.correct as f64 / trained.classes.len() as f64;
    assert!(accuracy > 0.9, "{accuracy}");
}

#[test]
fn cudnn_and_plain_kernels_learn_the_same() {
    let _sim = SIM.lock().unwrap_or_else(PoisonError::into_inner);
    let cpu = train(&CpuContext::new().unwrap(), 2, 192);
    let cuda = train(&open(), 2, 192);
    for (epoch, (a, b)) in cpu.losses.iter().zip(&cuda.losses).enumerate() {
        assert!((a - b).abs() < 1e-3 * a.abs(), "epoch {epoch}: {a} and {b}");
    }
    let apart = cpu.parameters.iter().zip(&cuda.parameters).map(|(a, b)| (a - b).abs());
    let largest = apart.fold(0.0, f32::max);
    assert!(largest < 1e-3, "weights {largest} apart");
    let differ = cpu.classes.iter().zip(&cuda.classes).filter(|(a, b)| a != b).count();
    assert!(differ * 100 <= cpu.classes.len(), "{differ} of {} images", cpu.classes.len());
    assert!(cpu.correct.abs_diff(cuda.correct) * 100 <= cpu.classes.len());
}

/// The layers one by one, so that a difference is found where it is.
#[test]
fn each_layer_is_the_plain_kernels() {
    let _sim = SIM.lock().unwrap_or_else(PoisonError::into_inner);
    let shape = Shape { images: 3, channels: 2, filters: 4, side: 6, size: 3 };
    let results = [every_layer(&CpuContext::new().unwrap(), shape), every_layer(&open(), shape)];
    for (layer, (a, b)) in results[0].iter().zip(&results[1]).enumerate() {
        assert_eq!(a.len(), b.len());
        let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-5, "layer {layer}: {apart}");
    }
}

fn every_layer<C: Layers>(ctx: &C, shape: Shape) -> Vec<Vec<f32>> {
    let plan = ctx.plan(shape).unwrap();
    let pixels = shape.images * shape.channels * shape.side * shape.side;
    let random = |len: usize| ctx.uniform(len, -1.0..1.0).unwrap();
    let (x, filter, bias) = (random(pixels), random(shape.weights()), random(shape.filters));
    let mut y = ctx.alloc(shape.output()).unwrap();
    ctx.convolve(&plan, x.view(), filter.view(), bias.view(), y.view_mut()).unwrap();
    let mut pooled = ctx.alloc(shape.pooled()).unwrap();
    ctx.pool(&plan, y.view(), pooled.view_mut()).unwrap();
    let d_pooled = random(shape.pooled());
    let mut dy = ctx.alloc(shape.output()).unwrap();
    ctx.unpool(&plan, y.view(), pooled.view(), d_pooled.view(), dy.view_mut()).unwrap();
    let mut dz = ctx.alloc(shape.output()).unwrap();
    ctx.unrectify(&plan, y.view(), dy.view(), dz.view_mut()).unwrap();
    let mut d_filter = ctx.alloc(shape.weights()).unwrap();
    let mut d_bias = ctx.alloc(shape.filters).unwrap();
    ctx.convolve_parameters(&plan, x.view(), dz.view(), d_filter.view_mut(), d_bias.view_mut()).unwrap();
    let mut dx = ctx.alloc(pixels).unwrap();
    ctx.convolve_input(&plan, filter.view(), dz.view(), dx.view_mut()).unwrap();
    [y, pooled, dy, dz, d_filter, d_bias, dx].iter().map(|layer| ctx.read(layer).unwrap()).collect()
}

/// Opens the device with the cuDNN of another major release.
#[allow(unsafe_code)]
fn open_with(major: u16) -> CudaContext {
    drop(open()); // which makes the libraries clients of the simulated driver
    let mut libraries = device_context::cuda_context::Libraries::default();
    libraries.cudnn = cuda_sim_libraries::cudnn::table(major);
    let builder = CudaContext::builder().driver(sim::driver());
    // SAFETY: the library is a client of the simulated driver.
    unsafe { builder.libraries(libraries) }.build().unwrap()
}

#[test]
fn one_program_runs_with_cudnn_8_and_9() {
    let _sim = SIM.lock().unwrap_or_else(PoisonError::into_inner);
    let shape = Shape { images: 2, channels: 3, filters: 2, side: 4, size: 3 };
    let results = [8, 9].map(|major| {
        let ctx = open_with(major);
        assert_eq!(ctx.cudnn().unwrap().library().version().major(), major);
        every_layer(&ctx, shape)
    });
    assert_eq!(results[0], results[1]);
}

#[test]
fn four_threads_that_share_states_race_for_nothing_under_two_hundred_seeds() {
    let _sim = SIM.lock().unwrap_or_else(PoisonError::into_inner);
    let seeds = std::env::var("DIGITS_CNN_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(200);
    let images = Images::load(None).unwrap();
    let few: Vec<usize> = (0..8).collect();
    let batch = images.gather(&few);
    let expected = {
        let ctx = CpuContext::new().unwrap();
        let mut network = network::Network::new(&ctx, 8, data::CLASSES).unwrap();
        network.prepare(&ctx, 2).unwrap();
        classify(&ctx, &network, &batch)
    };
    sim::explore(seeds, || {
        let ctx = open();
        let mut network = network::Network::new(&ctx, 8, data::CLASSES).unwrap();
        network.prepare(&ctx, 2).unwrap();
        assert_eq!(classify(&ctx, &network, &batch), expected);
        let uses: u64 = CudnnWrapper::new(&ctx).states().statistics().iter().map(|slot| slot.uses).sum();
        assert_eq!(uses, 4);
    })
    .unwrap_or_else(|failure| panic!("{failure}"));
}

/// Four threads with two images each.
fn classify<C: Layers>(ctx: &C, network: &network::Network<C>, images: &Images) -> Vec<u32> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let fork = ctx.fork().unwrap();
                scope.spawn(move || {
                    let part = images.gather(&[2 * thread, 2 * thread + 1]);
                    let pixels = fork.upload(&part.pixels).unwrap();
                    let classes = fork.beside(|ctx| network.classify(ctx, &pixels, 2)).unwrap();
                    fork.read(&classes).unwrap()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
