//! What the driver finds that a GPU hides: races between streams, reads of what nobody wrote, use after free, leaks; and the
//! adversary that makes them show.

mod random;
mod rules;
mod support;
