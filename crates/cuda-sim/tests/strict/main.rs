//! What the driver finds that a GPU hides: races between streams, reads of what nobody wrote, use after free, leaks; the
//! adversary that makes them show; and failures on demand.

mod adversary;
mod check;
mod early;
mod failures;
mod graph_rules;
mod host_rules;
mod memory;
mod native;
mod random;
mod rules;
mod support;
