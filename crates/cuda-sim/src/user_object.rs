//! User objects: what a client wants to live as long as the graphs that use it.
//!
//! An object counts its references. Graphs and executables hold some; an executable's go when the launches that were in
//! flight have ended. With the last one the client's function is called, on a thread of its own, in which it may not call
//! the driver.

use std::collections::BTreeMap;
use std::ffi::c_void;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut};
use crate::handle::Handle;
use crate::journal;
use crate::operation::{HostFunction, Work};
use crate::state::{State, lock};
use crate::sys::CUhostFn;

/// `CU_USER_OBJECT_NO_DESTRUCTOR_SYNC`: clients must say that they do not wait for the destructor.
const NO_DESTRUCTOR_SYNC: u32 = 1;
/// `CU_GRAPH_USER_OBJECT_MOVE`: the graph takes over references of the caller.
const MOVE: u32 = 1;

/// A user object.
pub(crate) struct UserObject {
    destroy: unsafe extern "C" fn(*mut c_void),
    data: u64,
    references: u64,
}

impl std::fmt::Debug for UserObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserObject").field("references", &self.references).finish_non_exhaustive()
    }
}

/// References that somebody holds, by object.
pub(crate) type References = BTreeMap<Handle, u64>;

impl State {
    fn user_object(&mut self, object: Handle) -> Answer<&mut UserObject> {
        self.user_objects.get_mut(object).ok_or(INVALID_VALUE)
    }

    /// Adds a reference for each that is in `held`.
    pub(crate) fn retain_objects(&mut self, held: &References) {
        for (&object, &count) in held {
            if let Ok(object) = self.user_object(object) {
                object.references += count;
            }
        }
    }

    /// Gives up references; objects without any end.
    pub(crate) fn release_objects(&mut self, held: &References) {
        for (&object, &count) in held {
            let Ok(found) = self.user_object(object) else { continue };
            found.references = found.references.saturating_sub(count);
            if found.references > 0 {
                continue;
            }
            let Some(gone) = self.user_objects.remove(object) else { continue };
            let end = Work::Host { function: HostFunction::Plain(gone.destroy), data: gone.data };
            let builder = std::thread::Builder::new().name("cuda-sim objects".into());
            if let Err(error) = builder.spawn(move || end.run(None, None)) {
                journal::note(format!("starting a thread for the end of a user object: {error}"));
            }
        }
    }
}

impl Sim {
    pub(crate) fn cuUserObjectCreate(
        object: HandleOut,
        data: Address,
        destroy: CUhostFn,
        references: u32,
        flags: u32,
    ) -> Answer {
        let out = object.required()?;
        let destroy = destroy.ok_or(INVALID_VALUE)?;
        if references == 0 || references > i32::MAX as u32 || flags != NO_DESTRUCTOR_SYNC {
            return Err(INVALID_VALUE);
        }
        let object = UserObject { destroy, data: data.0, references: references.into() };
        out.put(lock().user_objects.insert(object));
        Ok(())
    }

    pub(crate) fn cuUserObjectRetain(object: Handle, count: u32) -> Answer {
        let mut state = lock();
        let object = state.user_object(object)?;
        check_count(count)?;
        object.references += u64::from(count);
        Ok(())
    }

    /// Giving up more references than there are is the client's fault, and refused.
    pub(crate) fn cuUserObjectRelease(object: Handle, count: u32) -> Answer {
        let mut state = lock();
        let references = state.user_object(object)?.references;
        check_count(count)?;
        if u64::from(count) > references {
            return Err(INVALID_VALUE);
        }
        state.release_objects(&References::from([(object, count.into())]));
        Ok(())
    }

    pub(crate) fn cuGraphRetainUserObject(graph: Handle, object: Handle, count: u32, flags: u32) -> Answer {
        let mut state = lock();
        state.graph(graph)?;
        let references = state.user_object(object)?.references;
        check_count(count)?;
        if flags & !MOVE != 0 || (flags == MOVE && u64::from(count) > references) {
            return Err(INVALID_VALUE);
        }
        if flags != MOVE {
            state.user_object(object)?.references += u64::from(count);
        }
        let graph = state.graphs.get_mut(graph).ok_or(INVALID_VALUE)?;
        *graph.objects.entry(object).or_default() += u64::from(count);
        Ok(())
    }

    pub(crate) fn cuGraphReleaseUserObject(graph: Handle, object: Handle, count: u32) -> Answer {
        let mut state = lock();
        state.graph(graph)?;
        state.user_object(object)?;
        check_count(count)?;
        let objects = &mut state.graphs.get_mut(graph).ok_or(INVALID_VALUE)?.objects;
        let held = objects.get_mut(&object).filter(|held| **held >= u64::from(count)).ok_or(INVALID_VALUE)?;
        *held -= u64::from(count);
        if *held == 0 {
            objects.remove(&object);
        }
        state.release_objects(&References::from([(object, count.into())]));
        Ok(())
    }
}

fn check_count(count: u32) -> Answer {
    if count == 0 || count > i32::MAX as u32 { Err(INVALID_VALUE) } else { Ok(()) }
}
