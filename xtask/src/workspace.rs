//! Where things are in the tree.

use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;
use xshell::Shell;

/// Returns the root of the workspace. Cargo tells a program that it runs where its manifest is; a program that is run
/// without cargo remembers where it was built.
pub(crate) fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let xtask = PathBuf::from(manifest);
    xtask.parent().map_or_else(|| xtask.clone(), PathBuf::from)
}

/// Returns a shell in the root of the workspace.
pub(crate) fn shell() -> Result<Shell> {
    let shell = Shell::new().context("finding the working folder")?;
    shell.change_dir(root());
    Ok(shell)
}
