//! All that is done in one way with cuDNN 8 and in another with cuDNN 9. No other file asks for the version.

#![allow(unsafe_code)]

use std::ffi::CStr;

use cudnn_sys::{Cudnn, cudnnStatus_t};

use super::{
    CudnnVersion, Error, Library, Result,
    parts::{Stranger, find_stranger},
};
use crate::backend::Address;

/// Returns what cuDNN 9 says of the last failure on this thread; nothing with cuDNN 8, which does not tell.
pub(super) fn last_error(table: Cudnn) -> String {
    if !table.has("cudnnGetLastErrorString") {
        return String::new();
    }
    let mut text = [0_u8; 1024];
    // SAFETY: the room is as large as said, and outlives the call.
    let told = unsafe { table.cudnnGetLastErrorString(text.as_mut_ptr().cast(), text.len()) };
    if told.is_err() {
        return String::new();
    }
    let text = CStr::from_bytes_until_nul(&text).unwrap_or_default();
    text.to_string_lossy().trim().to_owned()
}

/// The parts' names in those of their files.
const FILES_8: &[&str] = &["ops_infer", "ops_train", "cnn_infer", "cnn_train", "adv_infer", "adv_train"];
const FILES_9: &[&str] = &[
    "graph",
    "ops",
    "cnn",
    "adv",
    "heuristic",
    "engines_precompiled",
    "engines_runtime_compiled",
    "engines_tensor_ir",
    "ext",
];

/// Looks at the files of all parts, and then asks each of `parts` whether it is of the version of the parts below it, which loads it.
///
/// cuDNN 9 has a function for that in each part. In cuDNN 8 these lie beside the main interface, and are not asked.
pub(super) fn check_parts(table: Cudnn, parts: &[Part]) -> Result<()> {
    let version = CudnnVersion::from(table.version());
    if let Some(main) = table.origin().path().filter(|_| cfg!(target_os = "linux")) {
        let files = if version.major() >= 9 { FILES_9 } else { FILES_8 };
        if let Some(Stranger { part, found }) = find_stranger(main, version, files) {
            return Err(Error::Mixed { part, version, found });
        }
    }
    for part in parts {
        if !table.has(part.function()) {
            continue;
        }
        // SAFETY: the functions take nothing.
        let raw = unsafe {
            match part {
                Part::Graph => table.cudnnGraphVersionCheck(),
                Part::Ops => table.cudnnOpsVersionCheck(),
                Part::Cnn => table.cudnnCnnVersionCheck(),
                Part::Adv => table.cudnnAdvVersionCheck(),
            }
        }?;
        match table.status(raw).code() {
            cudnnStatus_t::CUDNN_STATUS_SUCCESS => {}
            // The second is what cuDNN answers where what it has loaded is not what it wants.
            cudnnStatus_t::CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH
            | cudnnStatus_t::CUDNN_STATUS_NOT_SUPPORTED_SUBLIBRARY_UNAVAILABLE => {
                let found = table.status(raw).to_string();
                return Err(Error::Mixed { part: part.name(), version, found });
            }
            _ => {
                let error = Error::of_call(table, part.function(), Ok(raw));
                return Err(error.doing(|| format!("loading cuDNN's part for {}", part.name())));
            }
        }
    }
    Ok(())
}

/// A part of cuDNN: a library of its own, that the main one loads when it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The graph interface, with its engines.
    Graph,
    /// Tensors, activations, pooling, normalisation, softmax, dropout.
    Ops,
    /// Convolutions.
    Cnn,
    /// Recurrent networks, attention, CTC.
    Adv,
}

impl Part {
    /// All parts, each behind those that it builds on.
    pub const ALL: [Part; 4] = [Part::Graph, Part::Ops, Part::Cnn, Part::Adv];

    /// Returns the part's name in the name of its file.
    pub fn name(self) -> &'static str {
        match self {
            Part::Graph => "graph",
            Part::Ops => "ops",
            Part::Cnn => "cnn",
            Part::Adv => "adv",
        }
    }

    fn function(self) -> &'static str {
        match self {
            Part::Graph => "cudnnGraphVersionCheck",
            Part::Ops => "cudnnOpsVersionCheck",
            Part::Cnn => "cudnnCnnVersionCheck",
            Part::Adv => "cudnnAdvVersionCheck",
        }
    }
}

/// Refuses a recurrent network without the lengths of its sequences on the device, where the library needs them there: before 8.9.1.
pub(super) fn check_lengths(library: Library, lengths: Address) -> Result<()> {
    if lengths != 0 {
        return Ok(());
    }
    library.require_since("a recurrent network without the lengths on the device", CudnnVersion::new(8, 9, 1))
}
