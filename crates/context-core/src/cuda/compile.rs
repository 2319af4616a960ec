//! CUDA C++ to PTX by NVRTC, compiled once and kept on disk.
//!
//! A file of the cache holds all that went into the compilation next to what came out. It is used only if the former is equal, byte for
//! byte: neither a collision of names nor a damaged file can bring a wrong program.

#![allow(unsafe_code)]

use std::{
    ffi::CString,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use cuda_sys::nvrtc::{Nvrtc, nvrtcProgram, nvrtcResult};

use super::{Device, Error, Result};

/// How a source is compiled.
#[derive(Clone, Debug)]
pub struct Compiler {
    nvrtc: Nvrtc,
    options: Vec<String>,
    cache: Option<PathBuf>,
}

/// The variable that moves the cache; empty for none.
const VARIABLE: &str = "DEVICE_CONTEXT_KERNEL_CACHE";

/// The first line of a file of the cache.
const MAGIC: &[u8] = b"device-context kernel 1\n";

impl Compiler {
    /// Compiles with `nvrtc`, for devices of `compute_capability` and newer ones. What was compiled is kept in the folder that the
    /// variable `DEVICE_CONTEXT_KERNEL_CACHE` names, or else in the user's cache.
    pub fn new(nvrtc: Nvrtc, compute_capability: (u32, u32)) -> Compiler {
        let (major, minor) = compute_capability;
        let options = vec![format!("--gpu-architecture=compute_{major}{minor}"), "--std=c++17".to_owned()];
        Compiler { nvrtc, options, cache: default_cache() }
    }

    /// Compiles with `nvrtc` for `device`, as [`new`](Compiler::new) does: for the newest architecture up to its own that the compiler knows, of
    /// which an older one has not heard of newer devices.
    ///
    /// # Errors
    /// [`Error::Call`] if the device does not tell its own; [`Error::Compile`] if the compiler does not tell which it knows, or knows only newer ones.
    #[doc(alias = "nvrtcGetSupportedArchs")]
    pub fn for_device(nvrtc: Nvrtc, device: Device) -> Result<Compiler> {
        let (major, minor) = device.compute_capability()?;
        let own = major * 10 + minor;
        let refuse = |log: String| Error::Compile { name: format!("code for {device:?}"), log };
        let check = |outcome: Result<nvrtcResult, _>| match outcome {
            Ok(nvrtcResult::NVRTC_SUCCESS) => Ok(()),
            Ok(code) => Err(refuse(code.to_string())),
            Err(missing) => Err(Error::Missing(missing)),
        };
        let mut count = 0;
        // SAFETY: `count` outlives the call.
        check(unsafe { nvrtc.nvrtcGetNumSupportedArchs(&mut count) })?;
        let mut known = vec![0; count.max(0) as usize];
        // SAFETY: there is room for as many as the compiler says.
        check(unsafe { nvrtc.nvrtcGetSupportedArchs(known.as_mut_ptr()) })?;
        let best = known.iter().map(|&known| known.max(0) as u32).filter(|&known| known <= own).max();
        match best {
            Some(best) => Ok(Compiler::new(nvrtc, (best / 10, best % 10))),
            None => Err(refuse(format!(
                "NVRTC {} compiles for no device as old as one of compute capability {major}.{minor}",
                nvrtc.version()
            ))),
        }
    }

    /// Adds an option of NVRTC's.
    pub fn option(mut self, option: impl Into<String>) -> Compiler {
        self.options.push(option.into());
        self
    }

    /// Keeps what is compiled in `folder`; `None` keeps nothing.
    pub fn cache(self, folder: Option<PathBuf>) -> Compiler {
        Compiler { cache: folder, ..self }
    }

    /// Compiles `source`, which `name` names in messages, to PTX; or finds that this was done before.
    ///
    /// # Errors
    /// [`Error::Compile`] with the compiler's log. A cache that cannot be read or written is none, and `tracing` says so.
    pub fn compile(&self, source: &str, name: &str) -> Result<String> {
        let key = self.key(source, name);
        let file = self.cache.as_ref().map(|folder| folder.join(file_name(&key)));
        if let Some(ptx) = file.as_deref().and_then(|file| find(file, &key)) {
            return Ok(ptx);
        }
        let ptx = self.compile_now(source, name)?;
        if let Some(file) = file
            && let Err(error) = keep(&file, &key, &ptx)
        {
            tracing::warn!(%error, file = %file.display(), "a compiled kernel could not be kept");
        }
        Ok(ptx)
    }

    /// All that the outcome depends on.
    fn key(&self, source: &str, name: &str) -> Vec<u8> {
        // Quoted, so that no two lists of options give one text.
        format!("NVRTC {}\n{name:?}\n{:?}\n{source}", self.nvrtc.version(), self.options).into_bytes()
    }

    fn compile_now(&self, source: &str, name: &str) -> Result<String> {
        let refuse = |log: &str| Error::Compile { name: name.to_owned(), log: log.trim_end().to_owned() };
        let text = |text: &str| {
            CString::new(text).map_err(|_| refuse("there is a zero byte in the source or an option"))
        };
        let (source, file) = (text(source)?, text(name)?);
        let options: Vec<CString> = self.options.iter().map(|option| text(option)).collect::<Result<_>>()?;
        let options: Vec<_> = options.iter().map(|option| option.as_ptr()).collect();
        let nvrtc = self.nvrtc;
        let check = |outcome: Result<nvrtcResult, _>| match outcome {
            Ok(nvrtcResult::NVRTC_SUCCESS) => Ok(()),
            Ok(code) => Err(refuse(&code.to_string())),
            Err(missing) => Err(Error::Missing(missing)),
        };
        let mut raw: nvrtcProgram = std::ptr::null_mut();
        let none = std::ptr::null();
        // SAFETY: the texts are zero-terminated and outlive the call; there are no headers.
        check(unsafe { nvrtc.nvrtcCreateProgram(&mut raw, source.as_ptr(), file.as_ptr(), 0, none, none) })?;
        let program = Program { nvrtc, raw };
        let count = options.len().try_into().map_err(|_| refuse("too many options"))?;
        // SAFETY: the program is live; the options are zero-terminated and outlive the call.
        let compiled = check(unsafe { nvrtc.nvrtcCompileProgram(program.raw, count, options.as_ptr()) });
        if let Err(error) = compiled {
            let mut size = 0;
            // SAFETY: the program is live, and the room is as large as the program says.
            let log = unsafe {
                check(nvrtc.nvrtcGetProgramLogSize(program.raw, &mut size))?;
                let mut log = vec![0_u8; size];
                check(nvrtc.nvrtcGetProgramLog(program.raw, log.as_mut_ptr().cast()))?;
                log
            };
            let log = String::from_utf8_lossy(&log);
            let log = log.trim_end_matches(['\0', '\n']);
            return Err(if log.is_empty() { error } else { refuse(log) });
        }
        let mut size = 0;
        // SAFETY: the program is live, and the room is as large as the program says.
        let mut ptx = unsafe {
            check(nvrtc.nvrtcGetPTXSize(program.raw, &mut size))?;
            let mut ptx = vec![0_u8; size];
            check(nvrtc.nvrtcGetPTX(program.raw, ptx.as_mut_ptr().cast()))?;
            ptx
        };
        // The text's own end.
        if ptx.last() == Some(&0) {
            ptx.pop();
        }
        String::from_utf8(ptx).map_err(|_| refuse("the compiler made PTX that is not text"))
    }
}

/// A program of NVRTC's, destroyed when it goes.
struct Program {
    nvrtc: Nvrtc,
    raw: nvrtcProgram,
}

impl Drop for Program {
    fn drop(&mut self) {
        // SAFETY: made once, destroyed once. There is nothing to do about a failure.
        let _ = unsafe { self.nvrtc.nvrtcDestroyProgram(&mut self.raw) };
    }
}

fn default_cache() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(VARIABLE) {
        return Some(PathBuf::from(folder)).filter(|folder| !folder.as_os_str().is_empty());
    }
    let user = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let user = user.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    Some(user.join("device-context").join("kernels"))
}

fn file_name(key: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    format!("{:016x}.ptx", hasher.finish())
}

/// Everything in the file before the PTX.
fn header(key: &[u8]) -> Vec<u8> {
    [MAGIC, &(key.len() as u64).to_le_bytes(), key].concat()
}

fn find(file: &Path, key: &[u8]) -> Option<String> {
    let bytes = fs::read(file).ok()?;
    let rest = bytes.strip_prefix(header(key).as_slice())?;
    let (size, ptx) = rest.split_first_chunk::<8>()?;
    if u64::from_le_bytes(*size) != ptx.len() as u64 {
        return None;
    }
    String::from_utf8(ptx.to_vec()).ok()
}

fn keep(file: &Path, key: &[u8], ptx: &str) -> std::io::Result<()> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Written aside and moved into place, so that no reader finds half of it.
    let aside = file.with_extension(format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Relaxed)));
    let contents = [header(key).as_slice(), &(ptx.len() as u64).to_le_bytes(), ptx.as_bytes()].concat();
    fs::write(&aside, contents).and_then(|()| fs::rename(&aside, file)).inspect_err(|_| {
        let _ = fs::remove_file(&aside);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_by_its_whole_key_and_only_whole() {
        let folder = std::env::temp_dir().join(format!("device-context-cache-{}", std::process::id()));
        let file = folder.join("a.ptx");
        keep(&file, b"key", "text").unwrap();

        assert_eq!(find(&file, b"key").as_deref(), Some("text"));
        assert_eq!(find(&file, b"kez"), None);
        let whole = fs::read(&file).unwrap();
        for end in 0..whole.len() {
            fs::write(&file, &whole[..end]).unwrap();
            assert_eq!(find(&file, b"key"), None, "{end} of {} bytes", whole.len());
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
