//! An inference server's loop: requests arrive, are answered in batches, and their latencies are counted.
//!
//! ```text
//! cargo run --release --example server -- --requests 20000 --batch 32
//! ```

#![allow(unreachable_pub, dead_code)] // modules of a program, shared with the example `digits`

#[path = "digits/data.rs"]
mod data;
#[path = "digits/network.rs"]
mod network;

use std::{
    process::ExitCode,
    sync::mpsc::{self, Receiver, SyncSender},
    thread,
    time::{Duration, Instant},
};

use clap::Parser;
use device_context::{Device, prelude::*};
use indicatif::ProgressBar;

use data::{CLASSES, Images, Order, PIXELS};
use network::Network;

/// Answers requests in batches.
#[derive(Debug, Parser)]
struct Options {
    /// Where to compute: cpu, cuda:N or sim:N
    #[arg(long, default_value = "cpu")]
    device: Device,
    #[arg(long, default_value_t = 5000)]
    requests: usize,
    /// The most requests that are answered at once
    #[arg(long, default_value_t = 32)]
    batch: usize,
    /// Microseconds that the first request of a batch waits for others
    #[arg(long, default_value_t = 200)]
    patience: u64,
    /// Clients, each of which waits for its answer before it asks again
    #[arg(long, default_value_t = 16)]
    clients: usize,
}

struct Request {
    image: usize,
    arrived: Instant,
    answer: SyncSender<u32>,
}

struct Server<'a>(&'a Options, &'a Images);

impl Program for Server<'_> {
    type Output = Result<()>;

    fn run<C: Context>(self, ctx: C) -> Result<()> {
        let Server(options, images) = self;
        let mut network = Network::new(&ctx, PIXELS, 64, CLASSES)?;
        train(&ctx, &mut network, images)?;
        let (sender, requests) = mpsc::sync_channel(options.clients);
        thread::scope(|scope| {
            let clients: Vec<_> = (0..options.clients)
                .map(|client| {
                    let sender = sender.clone();
                    scope.spawn(move || ask(options, images, client, &sender))
                })
                .collect();
            drop(sender);
            let served = serve(&ctx, &network, images, options, &requests);
            // Clients that still wait for an answer hear that there is none.
            drop(requests);
            let right: usize = clients.into_iter().map(|client| client.join().unwrap_or(0)).sum();
            let (mut latencies, batches) = served?;
            latencies.sort_unstable();
            let at = |percent: usize| latencies[(latencies.len() - 1) * percent / 100];
            println!(
                "{} answers in {batches} batches on {}, {:.1} % right",
                latencies.len(),
                ctx.device(),
                right as f64 * 100.0 / latencies.len() as f64
            );
            println!(
                "latency: half within {:?}, 90 % {:?}, 99 % {:?}, all {:?}",
                at(50),
                at(90),
                at(99),
                at(100)
            );
            Ok(())
        })
    }
}

/// Collects batches, answers them, and returns the latencies and the number of batches.
fn serve<C: Context>(
    ctx: &C,
    network: &Network<C>,
    images: &Images,
    options: &Options,
    requests: &Receiver<Request>,
) -> Result<(Vec<Duration>, usize)> {
    let bar = ProgressBar::new(options.requests as u64);
    let (mut latencies, mut batches) = (Vec::with_capacity(options.requests), 0);
    while let Ok(first) = requests.recv() {
        let end = first.arrived + Duration::from_micros(options.patience);
        let mut batch = vec![first];
        while batch.len() < options.batch
            && let Ok(next) = requests.recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            batch.push(next);
        }
        let indices: Vec<_> = batch.iter().map(|request| request.image).collect();
        let pixels = ctx.upload(&images.gather(&indices).pixels)?;
        let classes = ctx.read(&network.classify(ctx, &pixels, batch.len())?)?;
        for (request, class) in batch.iter().zip(classes) {
            // A client that is gone needs no answer.
            let _ = request.answer.send(class);
            latencies.push(request.arrived.elapsed());
        }
        batches += 1;
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok((latencies, batches))
}

/// Asks its share of the requests, and returns how many answers were right.
fn ask(options: &Options, images: &Images, client: usize, server: &SyncSender<Request>) -> usize {
    let mut right = 0;
    for number in (client..options.requests).step_by(options.clients) {
        let (answer, answered) = mpsc::sync_channel(1);
        let image = number % images.len();
        if server.send(Request { image, arrived: Instant::now(), answer }).is_err() {
            return right;
        }
        right += usize::from(answered.recv().is_ok_and(|class| class == images.labels[image]));
    }
    right
}

fn train<C: Context>(ctx: &C, network: &mut Network<C>, images: &Images) -> Result<()> {
    let mut order = Order::new(1);
    let mut losses = ctx.alloc(32)?;
    for _ in 0..3 {
        for indices in order.shuffled(images.len()).chunks(32) {
            let batch = images.gather(indices);
            let (pixels, labels) = (ctx.upload(&batch.pixels)?, ctx.upload(&batch.labels)?);
            network.train(ctx, &pixels, &labels, losses.slice_mut(..indices.len())?, 0.05, 0.9)?;
        }
    }
    ctx.synchronize()
}

fn main() -> ExitCode {
    let options = Options::parse();
    if options.requests == 0 || options.clients == 0 {
        eprintln!("server: at least one request and one client are needed");
        return ExitCode::FAILURE;
    }
    let outcome = Images::load(None).map_err(|error| error.to_string()).and_then(|images| {
        let ctx = AnyContext::open(options.device).map_err(|error| error.to_string())?;
        ctx.run(Server(&options, &images)).map_err(|error| error.to_string())
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("server: {message}");
            ExitCode::FAILURE
        }
    }
}
