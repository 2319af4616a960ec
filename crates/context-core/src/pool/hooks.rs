//! What a program and its libraries do when memory runs short.

use std::sync::{Arc, Mutex, Weak};

use super::{options::Hook, statistics::Rung};
use crate::clock::lock;

type WeakHook = Weak<dyn Fn(usize) -> usize + Send + Sync>;

/// The hooks of a device. Whoever registered one owns it.
#[derive(Default)]
pub(crate) struct Hooks(Mutex<Vec<(Rung, WeakHook)>>);

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} hooks", lock(&self.0).len())
    }
}

impl Hooks {
    /// Adds a hook; false if the rung has none.
    pub(crate) fn add(&self, rung: Rung, hook: &Hook) -> bool {
        let may = matches!(rung, Rung::Trim | Rung::Hooks);
        if may {
            let mut hooks = lock(&self.0);
            hooks.retain(|(_, hook)| hook.strong_count() > 0);
            hooks.push((rung, Arc::downgrade(hook)));
        }
        may
    }

    /// Calls a rung's hooks, without the lock, and returns how many bytes they gave up.
    pub(crate) fn call(&self, rung: Rung, bytes: usize) -> usize {
        let hooks: Vec<_> =
            lock(&self.0).iter().filter(|(of, _)| *of == rung).map(|(_, hook)| hook.clone()).collect();
        hooks.iter().filter_map(Weak::upgrade).map(|hook| hook(bytes)).fold(0, usize::saturating_add)
    }
}
