//! What the driver keeps for each thread of the client.
//!
//! Clients call the driver from destructors of their own thread-local values, when thread-locals that have a destructor
//! may be gone already. So everything here is plain data without one.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Answer, INVALID_VALUE};
use crate::handle::Handle;

/// How many contexts a thread can stack. NVIDIA states no limit; nested libraries push two or three.
const DEPTH: usize = 128;

struct Local {
    stack: [Cell<u64>; DEPTH],
    depth: Cell<usize>,
    id: Cell<u64>,
    system_id: Cell<u32>,
    per_thread_default: Cell<bool>,
    in_host_function: Cell<bool>,
    /// This thread runs the driver's code, or is one of its own: what host functions do there has its place in their stream.
    inside: Cell<bool>,
    capture_mode: Cell<u32>,
    call: Cell<&'static str>,
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            stack: [const { Cell::new(0) }; DEPTH],
            depth: Cell::new(0),
            id: Cell::new(0),
            system_id: Cell::new(0),
            per_thread_default: Cell::new(false),
            in_host_function: Cell::new(false),
            inside: Cell::new(false),
            capture_mode: Cell::new(0),
            call: Cell::new("the driver"),
        }
    };
}

/// Returns the context on top of this thread's stack; null if the stack is empty.
pub(crate) fn current() -> Handle {
    LOCAL.with(|local| match local.depth.get() {
        0 => Handle(0),
        depth => Handle(local.stack[depth - 1].get()),
    })
}

/// Puts `context` on top of this thread's stack.
pub(crate) fn push(context: Handle) -> Answer {
    LOCAL.with(|local| {
        let depth = local.depth.get();
        local.stack.get(depth).ok_or(INVALID_VALUE)?.set(context.0);
        local.depth.set(depth + 1);
        Ok(())
    })
}

/// Puts `context` in place of the top of this thread's stack; null takes it off.
#[inline]
pub(crate) fn replace(context: Handle) {
    LOCAL.with(|local| match (local.depth.get(), context.0) {
        (0, 0) => {}
        (depth, 0) => local.depth.set(depth - 1),
        (0, handle) => {
            local.stack[0].set(handle);
            local.depth.set(1);
        }
        (depth, handle) => local.stack[depth - 1].set(handle),
    });
}

/// Takes the context off the top of this thread's stack.
pub(crate) fn pop() -> Option<Handle> {
    LOCAL.with(|local| {
        let depth = local.depth.get().checked_sub(1)?;
        local.depth.set(depth);
        Some(Handle(local.stack[depth].get()))
    })
}

/// Returns a number for this thread, which no other thread of the process ever has.
pub(crate) fn id() -> u64 {
    static ISSUED: AtomicU64 = AtomicU64::new(0);
    LOCAL.with(|local| {
        if local.id.get() == 0 {
            local.id.set(ISSUED.fetch_add(1, Ordering::Relaxed) + 1);
        }
        local.id.get()
    })
}

/// Returns the number that the system has for this thread; zero where it does not say.
pub(crate) fn system_id() -> u32 {
    LOCAL.with(|local| {
        if local.system_id.get() == 0 {
            let link = std::fs::read_link("/proc/thread-self").unwrap_or_default();
            let name = link.file_name().and_then(|name| name.to_str());
            local.system_id.set(name.and_then(|name| name.parse().ok()).unwrap_or(0));
        }
        local.system_id.get()
    })
}

/// Runs `call` with the null stream meaning this thread's own default stream, as the entry points with the suffixes
/// `_ptds` and `_ptsz` have it.
pub(crate) fn with_per_thread_default(call: &mut dyn FnMut() -> Answer) -> Answer {
    LOCAL.with(|local| {
        let before = local.per_thread_default.replace(true);
        let result = call();
        local.per_thread_default.set(before);
        result
    })
}

/// Whether the null stream means this thread's own default stream.
pub(crate) fn per_thread_default() -> bool {
    LOCAL.with(|local| local.per_thread_default.get())
}

/// Runs `function` as a stream's host function: it may not call the driver meanwhile.
pub(crate) fn as_host_function(function: impl FnOnce()) {
    LOCAL.with(|local| {
        let before = local.in_host_function.replace(true);
        function();
        local.in_host_function.set(before);
    });
}

/// Notes that this thread runs the driver's code from now on, or does not; says whether it did.
pub(crate) fn set_inside(inside: bool) -> bool {
    LOCAL.with(|local| local.inside.replace(inside))
}

/// Whether this thread runs the driver's code.
pub(crate) fn is_inside() -> bool {
    LOCAL.with(|local| local.inside.get())
}

/// Whether this thread is inside a stream's host function.
pub(crate) fn in_host_function() -> bool {
    LOCAL.with(|local| local.in_host_function.get())
}

/// Notes which driver function this thread is in.
pub(crate) fn enter_call(name: &'static str) {
    LOCAL.with(|local| local.call.set(name));
}

/// Returns the driver function that this thread is in.
pub(crate) fn call() -> &'static str {
    LOCAL.with(|local| local.call.get())
}

/// Returns how careful this thread is with calls that could disturb a capture, as the header numbers it.
pub(crate) fn capture_mode() -> u32 {
    LOCAL.with(|local| local.capture_mode.get())
}

/// Sets how careful this thread is, and returns how careful it was.
pub(crate) fn exchange_capture_mode(mode: u32) -> u32 {
    LOCAL.with(|local| local.capture_mode.replace(mode))
}
