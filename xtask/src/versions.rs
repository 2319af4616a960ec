//! `ci/versions.toml`, the only list of versions.

use crate::workspace;
use anyhow::{Context, Result};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Versions {
    /// What reads headers when bindings are made; fetched by the xtask that starts the one with bindgen.
    #[cfg_attr(feature = "bindgen", allow(dead_code))]
    pub(crate) libclang: Wheel,
    /// What the headers of cuDNN and cuBLAS need besides the runtime's: `crt/host_defines.h`.
    pub(crate) crt: Wheel,
    /// The same: `nv/target`.
    pub(crate) cccl: Wheel,
    /// The assembler that the software driver's parser of PTX is compared with.
    pub(crate) ptxas: Wheel,
    /// PyTorch, for its reader of memory snapshots.
    pub(crate) viewer: Wheel,
    /// CUDA's releases, oldest first.
    pub(crate) cuda: Vec<Cuda>,
    /// cuDNN's releases, oldest first.
    pub(crate) cudnn: Vec<Listed>,
    /// The releases of cuBLAS and cuBLASLt, oldest first.
    pub(crate) cublas: Vec<Listed>,
    /// cuRAND's releases, oldest first.
    pub(crate) curand: Vec<Listed>,
    /// NCCL's releases, oldest first.
    pub(crate) nccl: Vec<Listed>,
}

/// One release of CUDA.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cuda {
    /// As in `12.4`.
    pub(crate) release: String,
    /// The wheel that holds `cuda.h`.
    pub(crate) runtime: Wheel,
    /// The wheel that holds `nvrtc.h` and the library.
    pub(crate) nvrtc: Option<Wheel>,
}

/// One release of a library that is numbered apart from CUDA.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    /// As in `8.9`.
    pub(crate) release: String,
    /// The wheel that holds the header and the library.
    pub(crate) wheel: Wheel,
}

/// A file on the package index, pinned.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wheel {
    #[serde(rename = "wheel")]
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) sha256: String,
    /// What the file runs on, if that is not Linux on x86-64 but all the same to us.
    pub(crate) platform: Option<String>,
}

impl Versions {
    /// Reads the file.
    ///
    /// # Errors
    /// If it is missing or says something that this program does not understand; the text has the line.
    pub(crate) fn read() -> Result<Self> {
        let path = workspace::root().join("ci/versions.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))
    }
}
