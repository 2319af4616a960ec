//! Gives the shared library the name that programs look for.
//!
//! Cargo calls the library `libcuda_sim.so`. Programs ask for `libcuda.so.1` (and some for `libcuda.so`), and one that is
//! linked against it keeps the name that the library itself says it has, its SONAME. So the SONAME is set, and links with
//! both names are made in a folder of their own, `target/<profile>/cuda-sim/`, to be put on `LD_LIBRARY_PATH`. They are not
//! made beside `libcuda_sim.so`, because Cargo puts *that* folder on the library path of everything it runs: each
//! `cargo run` and `cargo test` in this workspace would then find the simulated driver in place of the system's.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return Ok(());
    }
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libcuda.so.1");
    // OUT_DIR is target/<profile>/build/<package>/out.
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let Some(profile) = Path::new(&out).ancestors().nth(3) else { return Ok(()) };
    let folder = profile.join("cuda-sim");
    fs::create_dir_all(&folder)?;
    for name in ["libcuda.so.1", "libcuda.so"] {
        link(&folder.join(name))?;
    }
    Ok(())
}

/// Makes a link to the library, which Cargo builds after this script has run. Another build may be making the same one.
#[cfg(unix)]
fn link(name: &Path) -> io::Result<()> {
    match std::os::unix::fs::symlink("../libcuda_sim.so", name) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Linux is not built for on systems without links.
#[cfg(not(unix))]
fn link(_name: &Path) -> io::Result<()> {
    Ok(())
}
