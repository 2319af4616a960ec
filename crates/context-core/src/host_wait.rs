//! What streams wait for on the host: events that no work of their own device ends.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use crate::{Error, Result, clock::Dependency, completion::Completion, shared_event::Life};

/// An event's end that a stream waits for, and what its failure means to the stream.
#[derive(Clone)]
pub(crate) struct HostWait {
    end: Arc<Completion>,
    /// Weak: it may own a point of the device whose clock has this.
    life: Weak<Life>,
    dependency: Dependency,
}

impl HostWait {
    pub(crate) fn new(life: &Arc<Life>) -> HostWait {
        HostWait { end: life.end.clone(), life: Arc::downgrade(life), dependency: Dependency::Data }
    }

    fn failure(&self) -> Option<Error> {
        match self.dependency {
            Dependency::Data => self.end.query().err(),
            Dependency::Order => None,
        }
    }

    /// Tells whether this is, or cannot end before, the end of `life`.
    pub(crate) fn needs(&self, life: &Arc<Life>) -> bool {
        let Some(own) = self.life.upgrade().filter(|own| !own.end.is_done()) else { return false };
        Arc::ptr_eq(&own, life) || own.host_waits().iter().any(|wait| wait.needs(life))
    }
}

impl fmt::Debug for HostWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostWait({:?}, {:?})", self.end, self.dependency)
    }
}

/// The waits that all later work of a stream, or a point in its work, is behind.
#[derive(Clone, Debug, Default)]
pub(crate) struct HostWaits(Vec<HostWait>);

impl HostWaits {
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, HostWait> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn add(&mut self, wait: HostWait) {
        self.forget_passed();
        self.0.push(wait);
    }

    pub(crate) fn remove(&mut self, wait: &HostWait) {
        self.0.retain(|own| !Arc::ptr_eq(&own.end, &wait.end));
    }

    /// Takes over the waits of a point that is waited for.
    pub(crate) fn inherit(&mut self, others: &HostWaits, dependency: Dependency) {
        self.forget_passed();
        for other in &others.0 {
            let dependency = match dependency {
                Dependency::Data => other.dependency,
                Dependency::Order => Dependency::Order,
            };
            match self.0.iter_mut().find(|own| Arc::ptr_eq(&own.end, &other.end)) {
                Some(own) if dependency == Dependency::Data => own.dependency = dependency,
                Some(_) => {}
                None => self.0.push(HostWait { dependency, ..other.clone() }),
            }
        }
    }

    /// Forgets what says nothing any more. The first failure stays.
    pub(crate) fn forget_passed(&mut self) {
        self.0.retain(|wait| !wait.end.is_done() || wait.failure().is_some());
    }

    pub(crate) fn any_pending(&self) -> bool {
        self.0.iter().any(|wait| !wait.end.is_done())
    }

    /// Returns the failure that work behind these takes over, if there is one so far.
    pub(crate) fn check(&self) -> Result<()> {
        self.0.iter().find_map(HostWait::failure).map_or(Ok(()), |failure| Err(failure.of_an_event()))
    }
}
