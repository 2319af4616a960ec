//! Works through a file larger than the memory that it is given, in two buffers that take turns: while one is computed on, the
//! next chunk is read.
//!
//! ```text
//! cargo run --release --example chunks -- --generate 256 --file /tmp/numbers
//! ```

use std::{
    fs::File,
    io::{BufWriter, Read, Write},
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

use clap::Parser;
use device_context::{AnyContext, Bytes, Device, Event, prelude::*, random::Philox};
use indicatif::ProgressBar;

/// Columns of the table in the file; each row is projected onto one number.
const COLUMNS: usize = 64;

/// Projects the rows of a large table of floats, and adds up the results.
#[derive(Debug, Parser)]
struct Options {
    /// Where to compute: cpu, cuda:N or sim:N
    #[arg(long, default_value = "cpu")]
    device: Device,
    /// The file: little-endian floats, 64 a row
    #[arg(long)]
    file: PathBuf,
    /// Writes so many MiB of random rows to the file first
    #[arg(long)]
    generate: Option<usize>,
    /// Rows in a chunk
    #[arg(long, default_value_t = 16384)]
    rows: usize,
}

fn generate(file: &PathBuf, mebibytes: usize) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    let mut values = vec![0.0_f32; 1 << 18];
    let mut random = Philox::new(1);
    for _ in 0..mebibytes {
        random.fill_uniform(&mut values, (0.0, 1.0));
        random.advance(values.len() as u64);
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        out.write_all(&bytes)?;
    }
    out.flush()
}

/// One of the two buffers, with the projections of its chunk and the point at which they are there.
struct Slot<C: Context> {
    table: Buffer<f32, C>,
    projected: Buffer<f32, C>,
    under_way: Option<(usize, Event<C::Backend>)>,
}

struct Chunks<'a>(&'a Options);

impl Program for Chunks<'_> {
    type Output = Result<(), String>;

    fn run<C: Context>(self, ctx: C) -> Result<(), String> {
        let text = |error: Error| error.to_string();
        let options = self.0;
        let reading = |error: std::io::Error| format!("reading {}: {error}", options.file.display());
        let mut file = File::open(&options.file).map_err(reading)?;
        let size = file.metadata().map_err(reading)?.len();
        let weights: Vec<f32> = (0..COLUMNS).map(|column| 1.0 / (column + 1) as f32).collect();
        let weights = ctx.upload(&weights).map_err(text)?;
        let slot = || -> Result<Slot<C>> {
            let table = ctx.alloc(options.rows * COLUMNS)?;
            Ok(Slot { table, projected: ctx.alloc(options.rows)?, under_way: None })
        };
        let mut slots = [slot().map_err(text)?, slot().map_err(text)?];

        let (bar, started) = (ProgressBar::new(size), Instant::now());
        let (mut sum, mut rows_done) = (0.0, 0);
        let mut bytes = vec![0; options.rows * COLUMNS * 4];
        for turn in 0.. {
            let slot = &mut slots[turn % 2];
            // The file is read while the device works on the other slot.
            let read = read_up_to(&mut file, &mut bytes).map_err(reading)?;
            sum += collect(&ctx, slot).map_err(text)?;
            let rows = read / (COLUMNS * 4);
            if rows == 0 {
                break;
            }
            let values: Vec<f32> = bytes[..rows * COLUMNS * 4]
                .chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect();
            project(&ctx, slot, &weights, &values, rows).map_err(text)?;
            rows_done += rows;
            bar.inc(read as u64);
        }
        for slot in &mut slots {
            sum += collect(&ctx, slot).map_err(text)?;
        }
        bar.finish_and_clear();
        let rate = size as f64 / started.elapsed().as_secs_f64() / 1e9;
        println!("{rows_done} rows, mean {:.6}", sum / rows_done.max(1) as f64);
        println!("{rate:.2} GB/s on {}, with {} of its memory", ctx.device(), Bytes(ctx.memory().peak));
        Ok(())
    }
}

fn read_up_to(file: &mut File, bytes: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read(&mut bytes[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn project<C: Context>(
    ctx: &C,
    slot: &mut Slot<C>,
    weights: &Buffer<f32, C>,
    values: &[f32],
    rows: usize,
) -> Result<()> {
    ctx.write(slot.table.slice_mut(..values.len())?, values)?;
    let table = slot.table.slice(..values.len())?;
    let projected = slot.projected.slice_mut(..rows)?;
    ctx.gemm(
        1.0,
        table.matrix(rows, COLUMNS)?,
        weights.matrix(COLUMNS, 1)?,
        0.0,
        projected.matrix(rows, 1)?,
    )?;
    slot.under_way = Some((rows, ctx.record()?));
    Ok(())
}

/// Waits for the slot's chunk, if it has one, and adds up its projections.
fn collect<C: Context>(ctx: &C, slot: &mut Slot<C>) -> Result<f64> {
    let Some((rows, done)) = slot.under_way.take() else { return Ok(0.0) };
    done.synchronize()?;
    Ok(ctx.read(slot.projected.slice(..rows)?)?.into_iter().map(f64::from).sum())
}

fn open(device: Device) -> Result<AnyContext> {
    match device {
        // A worker computes while this thread reads.
        Device::Cpu => {
            let builder = device_context::CpuContext::builder();
            builder.stream(device_context::cpu::StreamKind::Worker).build().map(AnyContext::Cpu)
        }
        device => AnyContext::open(device),
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let run = || {
        if let Some(mebibytes) = options.generate {
            generate(&options.file, mebibytes).map_err(|error| format!("writing the file: {error}"))?;
        }
        open(options.device).map_err(|error| error.to_string())?.run(Chunks(&options))
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("chunks: {message}");
            ExitCode::FAILURE
        }
    }
}
