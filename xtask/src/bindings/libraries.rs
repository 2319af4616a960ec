//! The libraries that are numbered apart from CUDA and whose headers include the runtime's: cuBLAS, cuBLASLt, cuRAND, NCCL.

use crate::bindings::output::Output;
use crate::bindings::source::{Release, Source, table, words};
use crate::toolkits::{Keep, fetch, find};
use crate::versions::{Listed, Versions};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Makes the files of cuBLAS.
pub(crate) fn cublas(output: &mut Output) -> Result<()> {
    let versions = Versions::read()?;
    let source = Source {
        files: ("crates/cuda-sys", "cublas"),
        newest: format!("cublas_v2.h of cuBLAS {}", newest(&versions.cublas)?),
        headers: releases(&versions, &versions.cublas, "include/cublas_v2.h")?,
        names: "cublas.*|CUBLAS_.*",
        foreign: STREAM,
        prelude: "pub use ::core::ffi::{c_char, c_int, c_longlong, c_uchar, c_void};\n\
                  pub use ::cuda_sys::driver::CUstream as cudaStream_t;",
        list: ("for_each_cublas_function", CUBLAS),
        results: "cublasStatus_t",
        ..library()
    };
    generate(&source, &["CUBLAS_STATUS_"], output)
}

/// Makes the files of cuBLASLt. Its result codes are those of cuBLAS.
pub(crate) fn cublaslt(output: &mut Output) -> Result<()> {
    let versions = Versions::read()?;
    let source = Source {
        files: ("crates/cuda-sys", "cublaslt"),
        newest: format!("cublasLt.h of cuBLAS {}", newest(&versions.cublas)?),
        headers: releases(&versions, &versions.cublas, "include/cublasLt.h")?,
        names: "cublasLt.*|CUBLASLT_.*",
        foreign: "cudaStream_t|CUstream_st|FILE|_IO_.*|__off.*|cublasStatus_t|cublasComputeType_t|cudaDataType.*|libraryPropertyType.*",
        prelude: "pub use ::core::ffi::{c_char, c_int, c_uint, c_void};\n\
                  pub use ::cuda_sys::cublas::{\n    \
                  cublasComputeType_t, cublasStatus_t, cudaDataType, cudaDataType as cudaDataType_t, libraryPropertyType,\n\
                  };\n\
                  pub use ::cuda_sys::driver::CUstream as cudaStream_t;\n\n\
                  /// A stream of C's standard library.\n\
                  pub type FILE = c_void;",
        list: ("for_each_cublaslt_function", CUBLASLT),
        results: "cublasStatus_t",
        ..library()
    };
    source.generate(output).map(drop)
}

/// Makes the files of cuRAND.
pub(crate) fn curand(output: &mut Output) -> Result<()> {
    let versions = Versions::read()?;
    let source = Source {
        files: ("crates/cuda-sys", "curand"),
        newest: format!("curand.h of cuRAND {}", newest(&versions.curand)?),
        headers: releases(&versions, &versions.curand, "include/curand.h")?,
        names: "curand.*|CURAND_.*",
        foreign: "cudaStream_t|CUstream_st|libraryPropertyType.*",
        prelude: "pub use ::core::ffi::{c_int, c_uint, c_ulonglong, c_void};\n\
                  pub use ::cuda_sys::cublas::libraryPropertyType;\n\
                  pub use ::cuda_sys::driver::CUstream as cudaStream_t;",
        list: ("for_each_curand_function", CURAND),
        results: "curandStatus_t",
        ..library()
    };
    generate(&source, &["CURAND_STATUS_"], output)
}

/// Makes the files of NCCL.
pub(crate) fn nccl(output: &mut Output) -> Result<()> {
    let versions = Versions::read()?;
    let source = Source {
        files: ("crates/nccl-sys", "nccl"),
        newest: format!("nccl.h of NCCL {}", newest(&versions.nccl)?),
        headers: releases(&versions, &versions.nccl, "include/nccl.h")?,
        names: "nccl.*|NCCL_.*",
        foreign: "cudaStream_t|CUstream_st|cudaEvent_t|CUevent_st",
        prelude: "pub use ::core::ffi::{c_char, c_int, c_uint, c_void};\n\
                  pub use ::cuda_sys::driver::{CUevent as cudaEvent_t, CUstream as cudaStream_t};",
        list: ("for_each_nccl_function", NCCL),
        results: "ncclResult_t",
        ..library()
    };
    let read = source.generate(output)?;
    let codes = source.codes(&read)?;
    // ncclGetErrorString has sentences of its own; NCCL's names say the same.
    let sentence = |_, name: &str| Some(spaced(name.strip_prefix("nccl")?));
    let results = table("TEXTS", &codes, sentence)?;
    let results = format!("{}\nuse cuda_sys::result::ResultText;\n\n{results}", source.note());
    output.file("crates/nccl-sys/src/generated/nccl_results.rs", &results)
}

/// A stream is the driver's.
const STREAM: &str = "cudaStream_t|CUstream_st";

/// What the sources have in common.
fn library() -> Source {
    Source {
        files: ("", ""),
        newest: String::new(),
        headers: Vec::new(),
        names: "",
        foreign: "",
        views: &[],
        internal: None,
        prelude: "",
        list: ("", ""),
        results: "",
        respelled: &[],
    }
}

/// Makes the files of `source`, and the table of its result codes, whose names without `prefixes` are all there is to make
/// sentences of.
fn generate(source: &Source, prefixes: &[&str], output: &mut Output) -> Result<()> {
    let read = source.generate(output)?;
    let results = table("TEXTS", &source.codes(&read)?, |_, name| words(name, prefixes))?;
    let results = format!("{}\nuse super::ResultText;\n\n{results}", source.note());
    let (folder, word) = source.files;
    output.file(&format!("{folder}/src/generated/{word}_results.rs"), &results)
}

/// Fetches the header of each release, with the folders of CUDA's headers that it includes.
pub(crate) fn releases(versions: &Versions, listed: &[Listed], header: &str) -> Result<Vec<Release>> {
    let cuda = cuda_headers(versions)?;
    let release = |listed: &Listed| -> Result<Release> {
        let header = find(&fetch(&listed.wheel, Keep::Headers)?, header)?;
        let own = header.parent().map(ToOwned::to_owned);
        let includes = own.into_iter().chain(cuda.iter().cloned()).collect();
        Ok(Release { name: listed.release.clone(), header, includes })
    };
    listed.iter().map(release).collect()
}

/// Fetches the headers of the CUDA runtime, and returns their folders.
fn cuda_headers(versions: &Versions) -> Result<Vec<PathBuf>> {
    let runtime = &versions.cuda.last().context("ci/versions.toml lists no CUDA release")?.runtime;
    let runtime = find(&fetch(runtime, Keep::All)?, "include/cuda_runtime.h")?;
    let compiler = find(&fetch(&versions.crt, Keep::All)?, "include/crt/host_defines.h")?;
    let target = find(&fetch(&versions.cccl, Keep::All)?, "include/nv/target")?;
    let above = |file: &Path| file.parent().and_then(Path::parent).map(ToOwned::to_owned);
    let folders = [runtime.parent().map(ToOwned::to_owned), above(&compiler), above(&target)];
    Ok(folders.into_iter().flatten().collect())
}

fn newest(listed: &[Listed]) -> Result<&str> {
    Ok(&listed.last().context("ci/versions.toml lists no release")?.release)
}

/// Makes words of `UnhandledCudaError`: "unhandled cuda error".
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

const CUBLAS: &str = "\
/// Hands the list of cuBLAS's functions to another macro, as
/// [`for_each_driver_function!`](crate::for_each_driver_function) does; the types are those of [`cublas`](crate::cublas).
/// `since` is cuBLAS's own version.";

const CUBLASLT: &str = "\
/// Hands the list of cuBLASLt's functions to another macro, as
/// [`for_each_driver_function!`](crate::for_each_driver_function) does; the types are those of [`cublaslt`](crate::cublaslt).
/// `since` is cuBLAS's version.";

const CURAND: &str = "\
/// Hands the list of cuRAND's functions to another macro, as
/// [`for_each_driver_function!`](crate::for_each_driver_function) does; the types are those of [`curand`](crate::curand).
/// `since` is cuRAND's own version.";

const NCCL: &str = "\
/// Hands the list of NCCL's functions to another macro, as `cuda_sys::for_each_driver_function!` does; the types are
/// those of this crate. `since` is the first of the releases in `ci/versions.toml` that has the function.";
