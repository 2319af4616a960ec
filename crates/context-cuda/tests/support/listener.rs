//! Counts what is told through `tracing`, for tests in which driver calls fail.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// How many failures `tracing` was told of.
pub(crate) static TOLD: AtomicU64 = AtomicU64::new(0);

/// Counts what is told as a warning or worse.
pub(crate) struct Listener;

impl tracing::Subscriber for Listener {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        TOLD.fetch_add(1, SeqCst);
    }

    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}
