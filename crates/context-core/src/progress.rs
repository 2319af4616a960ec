//! What a program keeps in its context: values of its own by type, and how far it has got.

use std::{
    any::{Any, TypeId},
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use crate::clock::lock;

/// Values of any types, one a type.
#[derive(Default)]
pub struct Extensions(RefCell<BTreeMap<TypeId, Box<dyn Any + Send>>>);

impl Extensions {
    /// Puts a value in, and returns the one of its type that was there.
    pub fn insert<T: Any + Send>(&self, value: T) -> Option<T> {
        let before = self.0.borrow_mut().insert(TypeId::of::<T>(), Box::new(value));
        before.and_then(|value| value.downcast().ok()).map(|value| *value)
    }

    /// Takes the value of a type out.
    pub fn remove<T: Any + Send>(&self) -> Option<T> {
        let value = self.0.borrow_mut().remove(&TypeId::of::<T>());
        value.and_then(|value| value.downcast().ok()).map(|value| *value)
    }

    /// Works on the value of a type, which is made by its default if there is none. Inside, the others are within reach, and the
    /// value itself is not: it would be a fresh one, which is lost at the end.
    pub fn with<T: Any + Send + Default, R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let mut value = self.remove::<T>().unwrap_or_default();
        let result = work(&mut value);
        self.insert(value);
        result
    }

    /// Returns a copy of the value of a type.
    pub fn get<T: Any + Send + Clone>(&self) -> Option<T> {
        self.0.borrow().get(&TypeId::of::<T>()).and_then(|value| value.downcast_ref()).cloned()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extensions({})", self.0.borrow().len())
    }
}

/// How far a program has got. The context's owner writes it, any thread reads it.
#[derive(Clone, Debug)]
pub struct Progress(Arc<State>);

#[derive(Debug)]
struct State {
    step: AtomicU64,
    total: AtomicU64,
    told: Mutex<Told>,
}

#[derive(Debug)]
struct Told {
    message: String,
    start: Instant,
    /// The step that `start` was taken at.
    start_step: u64,
}

/// What a [`Progress`] was at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressReport {
    /// Steps done.
    pub step: u64,
    /// Steps to do, if that is known.
    pub total: Option<u64>,
    /// Steps a second since the last [`restart`](Progress::restart).
    pub rate: f64,
    /// How long the rest will take at this rate, if that is known.
    pub left: Option<Duration>,
    /// What is being done.
    pub message: String,
}

impl Default for Progress {
    fn default() -> Self {
        let told = Told { message: String::new(), start: Instant::now(), start_step: 0 };
        Progress(Arc::new(State {
            step: AtomicU64::new(0),
            total: AtomicU64::new(0),
            told: Mutex::new(told),
        }))
    }
}

impl Progress {
    /// Counts one step.
    pub fn advance(&self) {
        self.0.step.fetch_add(1, Relaxed);
    }

    /// Says which step it is.
    pub fn set_step(&self, step: u64) {
        self.0.step.store(step, Relaxed);
    }

    /// Says how many steps there are; 0 for unknown.
    pub fn set_total(&self, total: u64) {
        self.0.total.store(total, Relaxed);
    }

    /// Says what is being done.
    pub fn set_message(&self, message: impl Into<String>) {
        lock(&self.0.told).message = message.into();
    }

    /// Measures the rate from now on.
    pub fn restart(&self) {
        let mut told = lock(&self.0.told);
        told.start = Instant::now();
        told.start_step = self.0.step.load(Relaxed);
    }

    /// Returns how far it is.
    pub fn report(&self) -> ProgressReport {
        let told = lock(&self.0.told);
        let step = self.0.step.load(Relaxed);
        let total = Some(self.0.total.load(Relaxed)).filter(|total| *total > 0);
        let seconds = told.start.elapsed().as_secs_f64();
        let done = step.saturating_sub(told.start_step) as f64;
        let rate = if seconds > 0.0 { done / seconds } else { 0.0 };
        let left = total
            .filter(|_| rate > 0.0)
            .and_then(|total| Duration::try_from_secs_f64(total.saturating_sub(step) as f64 / rate).ok());
        ProgressReport { step, total, rate, left, message: told.message.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_type_and_no_other() {
        let extensions = Extensions::default();
        assert_eq!(extensions.insert(7_u32), None);
        assert_eq!(extensions.insert(8_u32), Some(7));
        extensions.insert("text".to_owned());

        assert_eq!(extensions.get::<u32>(), Some(8));
        extensions.with(|text: &mut String| text.push_str(" and more"));
        assert_eq!(extensions.remove::<String>().as_deref(), Some("text and more"));
        assert_eq!(extensions.get::<u64>(), None);
    }

    #[test]
    fn progress_is_read_by_another_thread() {
        let progress = Progress::default();
        progress.set_total(10);
        progress.set_message("training");
        let reader = progress.clone();
        progress.advance();

        let report = std::thread::spawn(move || reader.report()).join().unwrap();
        assert_eq!((report.step, report.total, report.message.as_str()), (1, Some(10), "training"));
        assert!(report.rate > 0.0 && report.left.is_some());
    }
}
