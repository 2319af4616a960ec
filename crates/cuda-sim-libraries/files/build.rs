//! Gives a library the name that programs look for: the first line of the package's file `names` is the SONAME, and links with all of its
//! names are made in the folder that has those of the simulated driver, `target/<profile>/cuda-sim/`. See cuda-sim's own build script.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=../build.rs");
    println!("cargo::rerun-if-changed=names");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return Ok(());
    }
    let names = fs::read_to_string("names")?;
    let soname = names.lines().next().unwrap_or_default();
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,{soname}");
    // OUT_DIR is target/<profile>/build/<package>/out.
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let Some(profile) = Path::new(&out).ancestors().nth(3) else { return Ok(()) };
    let folder = profile.join("cuda-sim");
    fs::create_dir_all(&folder)?;
    let package = env::var("CARGO_PKG_NAME").map_err(io::Error::other)?;
    let file = format!("../lib{}.so", package.replace('-', "_"));
    names.lines().try_for_each(|name| link(&file, &folder.join(name)))
}

/// Makes a link to the library, which Cargo builds after this script has run. Another build may be making the same one.
#[cfg(unix)]
fn link(file: &str, name: &Path) -> io::Result<()> {
    match std::os::unix::fs::symlink(file, name) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Linux is not built for on systems without links.
#[cfg(not(unix))]
fn link(_file: &str, _name: &Path) -> io::Result<()> {
    Ok(())
}
