//! What happens when nobody reads on, as in `cargo xtask test | head`.

/// Lets a closed pipe end this program quietly, as it ends other Unix programs; Rust would make a panic of it.
#[cfg(unix)]
#[allow(unsafe_code)]
pub(crate) fn end_with_the_reader() {
    // SAFETY: no thread has been started yet, and the default action runs no code of ours.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// Does nothing: only Unix sends a signal.
#[cfg(not(unix))]
pub(crate) fn end_with_the_reader() {}
