//! The cache that `cargo xtask toolkits` fills, and how a test says that a part of it is missing.

use std::io::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

/// Prints even where the test harness keeps the output of tests that pass: a check that was not made must not look like
/// one that was.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Returns the folders of the wheels in the cache whose names start so, in order of their names.
pub(crate) fn wheels(prefix: &str) -> Vec<(String, PathBuf)> {
    let cache = env::var_os("DEVICE_CONTEXT_TOOLKITS").map(PathBuf::from).or_else(|| {
        let base = env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
        Some(base.or_else(|| Some(env::home_dir()?.join(".cache")))?.join("device-context"))
    });
    let wheels = cache.and_then(|cache| fs::read_dir(cache).ok()).into_iter().flatten().flatten();
    let named = wheels.map(|wheel| (wheel.file_name().to_string_lossy().into_owned(), wheel.path()));
    let mut found: Vec<_> = named.filter(|(name, _)| name.starts_with(prefix)).collect();
    found.sort();
    found
}
