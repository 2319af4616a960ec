//! `cargo xtask bindings`: makes the bindings from the real headers.
//!
//! bindgen takes long to compile, so that it is behind a feature; without it, this command runs itself again with it.

#[cfg(feature = "bindgen")]
mod abi;
#[cfg(feature = "bindgen")]
mod cudnn;
#[cfg(feature = "bindgen")]
mod driver;
#[cfg(feature = "bindgen")]
mod header;
#[cfg(feature = "bindgen")]
mod libraries;
#[cfg(feature = "bindgen")]
mod nvrtc;
#[cfg(feature = "bindgen")]
mod output;
#[cfg(feature = "bindgen")]
mod source;

use anyhow::Result;

/// The arguments of the command.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Bindings {
    /// Changes nothing; fails if a file differs from what the headers give
    #[arg(long)]
    check: bool,
    /// The libraries to make bindings for
    #[arg(default_values = ["driver"])]
    libraries: Vec<Library>,
}

/// A library that has bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Library {
    /// The CUDA driver, from `cuda.h`
    Driver,
    /// NVRTC, from `nvrtc.h`: fetches 0.8 GB once
    Nvrtc,
    /// cuDNN, from `cudnn.h`: fetches 2.4 GB once
    Cudnn,
    /// cuBLAS, from `cublas_v2.h`: fetches 10 GB once, and keeps the headers
    Cublas,
    /// cuBLASLt, from `cublasLt.h`: the same wheels
    Cublaslt,
    /// cuRAND, from `curand.h`: fetches 1 GB once
    Curand,
    /// NCCL, from `nccl.h`: fetches 1.5 GB once
    Nccl,
}

#[cfg(not(feature = "bindgen"))]
impl Bindings {
    /// Runs this command again, in an xtask that was built with bindgen.
    pub(crate) fn run(self) -> Result<()> {
        use crate::toolkits::{Keep, fetch, find};
        use crate::versions::Versions;
        use anyhow::bail;
        use std::env;
        use std::process::Command;

        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["run", "--quiet", "--package=xtask", "--features=bindgen", "--"]);
        command.args(env::args_os().skip(1)).current_dir(crate::workspace::root());
        if env::var_os("LIBCLANG_PATH").is_none_or(|path| path.is_empty()) {
            match fetch(&Versions::read()?.libclang, Keep::All)
                .and_then(|folder| find(&folder, "libclang.so"))
            {
                Ok(libclang) => {
                    command.env("LIBCLANG_PATH", libclang);
                }
                Err(error) => eprintln!("using the system's libclang: {error:#}"),
            }
        }
        let status = command.status()?;
        match status.code() {
            Some(0) => Ok(()),
            Some(3) => std::process::exit(3),
            _ => bail!("making bindings failed"),
        }
    }
}

#[cfg(feature = "bindgen")]
impl Bindings {
    /// Makes the bindings, or compares them with those in the tree.
    pub(crate) fn run(self) -> Result<()> {
        let mut output = output::Output::new(self.check);
        for library in self.libraries {
            match library {
                Library::Driver => driver::generate(&mut output)?,
                Library::Nvrtc => nvrtc::generate(&mut output)?,
                Library::Cudnn => cudnn::generate(&mut output)?,
                Library::Cublas => libraries::cublas(&mut output)?,
                Library::Cublaslt => libraries::cublaslt(&mut output)?,
                Library::Curand => libraries::curand(&mut output)?,
                Library::Nccl => libraries::nccl(&mut output)?,
            }
        }
        output.finish()
    }
}
