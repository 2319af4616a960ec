//! What a person sees: a progress bar on a terminal, plain lines on a pipe, a summary, and the comparison of two runs.

use std::{io::IsTerminal, time::Duration};

use device_context::{Bytes, Device, MemoryStatistics};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::training::Trained;

/// Prints a line. A reader that has gone away, as `head` does, is no reason to stop training, nor to panic.
macro_rules! say {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($argument)*);
    }};
}
#[allow(unused_imports)] // the benchmark shares this file
pub(crate) use say;

/// Shows how far training is.
pub struct Progress {
    device: Device,
    epochs: usize,
    images: usize,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub fn new(device: Device, epochs: usize, images: usize) -> Progress {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(epochs as u64), ProgressDrawTarget::stderr());
            if let Ok(style) =
                ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {msg} ({eta} left)")
            {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_prefix(device.to_string());
            bar
        });
        Progress { device, epochs, images, bar }
    }

    pub fn epoch(&self, epoch: usize, loss: f64, memory: MemoryStatistics, elapsed: Duration) {
        let rate = ((epoch + 1) * self.images) as f64 / elapsed.as_secs_f64().max(1e-9);
        let state = format!("loss {loss:.4}, {rate:.0} images/s, {} in use", Bytes(memory.live));
        match &self.bar {
            Some(bar) => {
                bar.set_message(state);
                bar.inc(1);
            }
            None => say!("{} epoch {}/{}: {state}", self.device, epoch + 1, self.epochs),
        }
    }

    pub fn finish(&self, trained: &Trained) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        say!(
            "{}: {:.2} % of {} held-out digits right ({} wrong), loss {:.4}, {:.2} s, peak memory {}, {} driver calls",
            trained.device,
            100.0 * trained.correct as f64 / trained.tested as f64,
            trained.tested,
            trained.tested - trained.correct,
            trained.losses.last().copied().unwrap_or(f64::NAN),
            trained.elapsed.as_secs_f64(),
            Bytes(trained.memory.peak),
            trained.driver_calls,
        );
    }
}

/// Prints how far two runs are apart.
pub fn comparison(first: &Trained, second: &Trained) {
    let differing =
        first.initial.iter().zip(&second.initial).filter(|(a, b)| a.to_bits() != b.to_bits()).count();
    say!("\n{} against {}", first.device, second.device);
    say!("  first weights that differ in any bit      {differing} of {}", first.initial.len());
    say!("  largest difference in an epoch's loss     {:.3e}", largest(&first.losses, &second.losses));
    say!("  difference in the last epoch's loss       {:.3e}", last_loss_difference(first, second));
    let (a, b): (Vec<f64>, Vec<f64>) = (widen(&first.parameters), widen(&second.parameters));
    say!("  largest difference in a weight at the end {:.3e}", largest(&a, &b));
    say!("  held-out digits right                     {} and {}", first.correct, second.correct);
}

fn last(values: &[f64]) -> &[f64] {
    &values[values.len().saturating_sub(1)..]
}

fn widen(values: &[f32]) -> Vec<f64> {
    values.iter().copied().map(f64::from).collect()
}

/// Returns how far the last losses of two runs are apart.
pub fn last_loss_difference(first: &Trained, second: &Trained) -> f64 {
    largest(last(&first.losses), last(&second.losses))
}

/// Returns the largest difference; NaN if one of them is.
fn largest(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |most, difference| {
        if difference.is_nan() || difference > most { difference } else { most }
    })
}
