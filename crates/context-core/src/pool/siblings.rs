//! The pools that share a device's memory: one that has run out asks the others for what they hold idle.

use std::sync::{Arc, Mutex, Weak};

use crate::{Backend, DeviceState, MemoryKind, clock::lock};

/// What can give idle memory back.
trait Sibling: Send + Sync {
    fn give_back_idle(self: Arc<Self>) -> u64;
}

impl<B: Backend> Sibling for DeviceState<B> {
    fn give_back_idle(self: Arc<Self>) -> u64 {
        let trimmed = self.attempt(|| self.pool(MemoryKind::Device).trim(&self));
        trimmed.unwrap_or_else(|error| {
            tracing::debug!(%error, "another pool of the device could not give memory back");
            0
        }) as u64
    }
}

/// By the number of their memory.
static SIBLINGS: Mutex<Vec<(u64, Weak<dyn Sibling>)>> = Mutex::new(Vec::new());

/// Makes a pool known to the others of its memory.
pub(crate) fn add<B: Backend>(state: &Arc<DeviceState<B>>) {
    if let Some(domain) = state.backend().memory_domain() {
        let this: Weak<DeviceState<B>> = Arc::downgrade(state);
        let mut siblings = lock(&SIBLINGS);
        siblings.retain(|(_, sibling)| sibling.strong_count() > 0);
        siblings.push((domain, this));
    }
}

/// Gives back what the other pools of `state`'s memory hold idle.
pub(crate) fn trim<B: Backend>(state: &Arc<DeviceState<B>>) -> u64 {
    let Some(domain) = state.backend().memory_domain() else { return 0 };
    let others: Vec<_> = lock(&SIBLINGS)
        .iter()
        .filter(|(other, _)| *other == domain)
        .map(|(_, sibling)| sibling.clone())
        .collect();
    let this = Arc::as_ptr(state).cast::<()>();
    let others = others.iter().filter_map(Weak::upgrade);
    others.filter(|other| Arc::as_ptr(other).cast::<()>() != this).map(Sibling::give_back_idle).sum()
}
