//! Plans, kept by what they were made of.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Graph, Plan};
use crate::cudnn::{Handle, Result, Settings};

/// What a plan depends on: the graph, the CUDA context (by its address: the plan keeps it alive), the library, and what was demanded.
type Key = (String, usize, usize, Settings);

/// Plans that were made before, by graph, device, library and settings. Threads share it.
#[derive(Debug, Default)]
pub struct PlanCache {
    plans: Mutex<HashMap<Key, Arc<Plan>>>,
}

impl PlanCache {
    /// Makes an empty one.
    pub fn new() -> PlanCache {
        PlanCache::default()
    }

    /// Returns the plan for a graph, which is made if it is not there. Two threads that ask for the same one at once may both make it; one of
    /// the two is kept.
    ///
    /// # Errors
    /// As [`Graph::plan`].
    pub fn plan(&self, graph: &Graph, handle: &mut Handle, settings: Settings) -> Result<Arc<Plan>> {
        let context = Arc::as_ptr(handle.context()).addr();
        let version = handle.library().version().to_raw();
        let key = (graph.key(), context, version, settings);
        let known = self.lock().get(&key).cloned();
        // A plan of another table of the same version, in the same context, is none for this handle.
        if let Some(plan) = known
            && plan.check_handle(handle).is_ok()
        {
            return Ok(plan);
        }
        let made = Arc::new(graph.plan(handle, settings)?);
        let mut plans = self.lock();
        let kept = plans.entry(key).or_insert_with(|| made.clone());
        if kept.check_handle(handle).is_err() {
            *kept = made;
        }
        Ok(kept.clone())
    }

    /// Returns how many plans there are.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Drops the plans that nobody else holds, and with them the CUDA contexts that only they keep alive.
    pub fn trim(&self) {
        let mut gone = Vec::new();
        self.lock().retain(|_, plan| {
            let used = Arc::strong_count(plan) > 1;
            if !used {
                gone.push(plan.clone());
            }
            used
        });
        // The calls that destroy them are made without the lock.
        drop(gone);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Plan>>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
