//! Work over the threads of a context, for the CPU bodies of kernels.
//!
//! A CPU body gets slices. It may split what it does over the context's threads with the functions here; called
//! elsewhere, or on a context of one thread, they do everything in the calling thread. The parts do not depend on
//! how many threads there are, so what a kernel computes does not either.
//!
//! # Examples
//!
//! ```
//! use context_core::{kernel, parallel};
//!
//! kernel! {
//!     /// y ← a·x + y
//!     pub fn saxpy(a: f32, x: &[f32], y: &mut [f32]);
//!     requires: x.len() == y.len();
//!     threads: y.len();
//!     cpu: {
//!         parallel::chunks_mut(y, 4096, |start, y| {
//!             y.iter_mut().zip(&x[start..]).for_each(|(y, x)| *y += a * x);
//!         });
//!     }
//! }
//! ```

use std::{cell::RefCell, ops::Range, sync::Arc};

use crate::{clock::lock, kernel::Threads};

/// Threads that work together on parts.
pub trait Executor: Send + Sync {
    /// Returns how many threads there are, the caller's included.
    fn threads(&self) -> usize;

    /// Calls `body` once for each number below `parts`, and returns when all calls have. A panic of one is the caller's.
    fn run(&self, parts: usize, body: &(dyn Fn(usize) + Sync));
}

#[derive(Clone, Default)]
struct Current {
    executor: Option<Arc<dyn Executor>>,
    space: [usize; 3],
}

thread_local! {
    static CURRENT: RefCell<Current> = RefCell::default();
}

/// Calls `body` with `executor` as what this module's functions use, and `space` as the index space. For backends.
pub fn with<R>(executor: Option<Arc<dyn Executor>>, space: Threads, body: impl FnOnce() -> R) -> R {
    struct Restore(Current);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.with(|current| current.replace(std::mem::take(&mut self.0)));
        }
    }
    let current = Current { executor, space: space.count };
    let _restore = Restore(CURRENT.with(|cell| cell.replace(current)));
    body()
}

fn executor() -> Option<Arc<dyn Executor>> {
    CURRENT.with(|current| current.borrow().executor.clone())
}

/// Returns how many threads the kernel that is running was called with, along x, y and z: its index space. Zeros outside a
/// kernel.
pub fn index_space() -> [usize; 3] {
    CURRENT.with(|current| current.borrow().space)
}

/// Returns how many threads work on what this module's functions are given.
pub fn threads() -> usize {
    executor().map_or(1, |executor| executor.threads())
}

/// Calls `body` with ranges of at most `grain` numbers that together are `0..len`.
pub fn ranges(len: usize, grain: usize, body: impl Fn(Range<usize>) + Sync) {
    let grain = grain.max(1);
    let part = |part: usize| part * grain..len.min((part + 1) * grain);
    let parts = len.div_ceil(grain);
    match executor() {
        Some(executor) if parts > 1 => executor.run(parts, &|index| body(part(index))),
        _ => (0..parts).for_each(|index| body(part(index))),
    }
}

/// Calls `body` with the place and the elements of each part of `slice`, of at most `grain` elements.
pub fn chunks_mut<T: Send>(slice: &mut [T], grain: usize, body: impl Fn(usize, &mut [T]) + Sync) {
    let grain = grain.max(1);
    let parts = slice.len().div_ceil(grain);
    let Some(executor) = executor().filter(|_| parts > 1) else {
        slice.chunks_mut(grain).enumerate().for_each(|(index, chunk)| body(index * grain, chunk));
        return;
    };
    let chunks: Vec<_> = slice.chunks_mut(grain).map(|chunk| std::sync::Mutex::new(Some(chunk))).collect();
    executor.run(parts, &|index| {
        if let Some(chunk) = lock(&chunks[index]).take() {
            body(index * grain, chunk);
        }
    });
}

/// Calls `body` with each place of the index space of the kernel that is running, x fastest.
pub fn places(grain: usize, body: impl Fn([usize; 3]) + Sync) {
    let [x, y, z] = index_space();
    ranges(x * y * z, grain, |range| {
        range.for_each(|index| body([index % x, index / x % y, index / (x * y)]));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering::Relaxed},
        thread,
    };

    struct Spawning;

    impl Executor for Spawning {
        fn threads(&self) -> usize {
            2
        }

        fn run(&self, parts: usize, body: &(dyn Fn(usize) + Sync)) {
            thread::scope(|scope| (0..parts).for_each(|part| drop(scope.spawn(move || body(part)))));
        }
    }

    #[test]
    fn every_part_is_worked_on_once_with_threads_and_without() {
        for executor in [None, Some(Arc::new(Spawning) as Arc<dyn Executor>)] {
            with(executor, Threads::from((3, 5, 2)), || {
                let mut values = vec![0; 1001];
                chunks_mut(&mut values, 100, |start, chunk| {
                    chunk.iter_mut().enumerate().for_each(|(i, value)| *value += start + i);
                });
                assert!(values.iter().enumerate().all(|(i, value)| i == *value));

                let places_seen = AtomicUsize::new(0);
                places(7, |[x, y, z]| {
                    places_seen.fetch_add(x + 3 * y + 15 * z, Relaxed);
                });
                assert_eq!(places_seen.load(Relaxed), (0..30).sum());
            });
            assert_eq!((index_space(), threads()), ([0; 3], 1));
        }
    }
}
