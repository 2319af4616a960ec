//! What the driver finds that a GPU hides: races between streams, reads of what nobody wrote, use after free, leaks; the
//! adversary that makes them show; and failures on demand.

mod adversary;
mod early;
mod failures;
mod memory;
mod native;
mod random;
mod rules;
mod support;
