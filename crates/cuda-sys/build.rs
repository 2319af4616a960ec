//! Without the feature `bindgen` this does nothing. With it, the reader's own `cuda.h` is read.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "bindgen")]
    if let Err(reason) = header::generate() {
        println!("cargo::error=cuda-sys with feature bindgen: {reason}");
    }
}

#[cfg(feature = "bindgen")]
mod header {
    use std::env;
    use std::path::{Path, PathBuf};

    /// Writes what bindgen makes of the header to `OUT_DIR`.
    pub(crate) fn generate() -> Result<(), String> {
        let header = find()?;
        println!("cargo::rerun-if-changed={}", header.display());
        let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("header.rs");
        let builder = bindgen::builder()
            .header(header.to_string_lossy())
            .allowlist_item("cu.*|CU.*")
            // An enumeration is an open integer: a code of a newer driver is a value like any other.
            .default_enum_style(bindgen::EnumVariation::NewType { is_bitfield: false, is_global: false })
            .prepend_enum_name(false)
            .generate_comments(false)
            .use_core()
            .derive_default(true)
            .rust_edition(bindgen::RustEdition::Edition2024);
        let bindings =
            builder.generate().map_err(|error| format!("reading {}: {error}", header.display()))?;
        bindings.write_to_file(&out).map_err(|error| format!("writing {}: {error}", out.display()))
    }

    /// Finds the header that the reader means.
    fn find() -> Result<PathBuf, String> {
        for name in ["CUDA_SYS_HEADER", "CUDA_PATH", "CUDA_HOME"] {
            println!("cargo::rerun-if-env-changed={name}");
        }
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(header) = set("CUDA_SYS_HEADER") {
            return present(header);
        }
        let Some(toolkit) = set("CUDA_PATH").or_else(|| set("CUDA_HOME")) else {
            return Err("set CUDA_SYS_HEADER to a cuda.h, or CUDA_PATH to a toolkit".into());
        };
        present(toolkit.join(Path::new("include/cuda.h")))
    }

    fn present(header: PathBuf) -> Result<PathBuf, String> {
        match header.is_file() {
            true => Ok(header),
            false => Err(format!("there is no file {}", header.display())),
        }
    }
}
