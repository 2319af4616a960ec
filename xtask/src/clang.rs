//! What build scripts find libclang by, where the system need not have one.

use std::{env, ffi::OsString, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{
    toolkits::{Keep, fetch, find},
    versions::Versions,
};

/// Returns the variables by which bindgen finds libclang, the reader's or that of the cache, and the headers of a compiler, which the wheel in
/// the cache lacks.
pub(crate) fn environment(versions: &Versions) -> Result<Vec<(&'static str, OsString)>> {
    let compiler = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .arg("-print-file-name=include")
        .output()
        .context("asking the C compiler for its headers")?;
    ensure!(compiler.status.success(), "asking the C compiler for its headers: {}", compiler.status);
    let arguments = format!("-isystem {}", String::from_utf8_lossy(&compiler.stdout).trim());
    let mut variables = vec![("BINDGEN_EXTRA_CLANG_ARGS", arguments.into())];
    if env::var_os("LIBCLANG_PATH").is_none_or(|path| path.is_empty()) {
        let libclang = find(&fetch(&versions.libclang, Keep::All)?, "libclang.so")?;
        variables.push(("LIBCLANG_PATH", libclang.into()));
    }
    Ok(variables)
}
