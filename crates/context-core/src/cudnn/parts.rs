//! The files of cuDNN's parts, read without loading them: whether they are of one version, and go together.
//!
//! cuDNN loads its parts by name when it needs them, and ends the process where a part of another release lacks what it looks for. So this is looked
//! at before. A part exports its version as a number, or else shows by the names that it takes from other parts what release it is of.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use super::CudnnVersion;

/// What a part's file says of itself.
#[derive(Debug, Default)]
struct Symbols {
    /// Its version, where it exports one.
    version: Option<CudnnVersion>,
    /// The names that it exports.
    given: HashSet<Vec<u8>>,
    /// The names that it takes from other files.
    taken: Vec<Vec<u8>>,
}

/// A part that does not belong to the main library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stranger {
    pub(super) part: &'static str,
    pub(super) found: String,
}

/// Looks at the files that the loader would take for `parts` of the library at `main`, which is of `version`. A file that is not there, or cannot be
/// read, is passed over: whoever loads it is told more.
pub(super) fn find_stranger(main: &Path, version: CudnnVersion, parts: &[&'static str]) -> Option<Stranger> {
    let folders = folders(main);
    let files: Vec<(&'static str, PathBuf, Symbols)> = parts
        .iter()
        .filter_map(|part| {
            let path = find(&folders, part, version)?;
            let symbols = Symbols::read(&path).ok().flatten()?;
            Some((*part, path, symbols))
        })
        .collect();
    for (part, path, symbols) in &files {
        if let Some(other) = symbols.version.filter(|other| *other != version) {
            return Some(Stranger { part, found: format!("{other} at {}", path.display()) });
        }
    }
    for (part, path, symbols) in &files {
        let lacks = |name: &&Vec<u8>| !files.iter().any(|(.., other)| other.given.contains(*name));
        if let Some(name) = symbols.taken.iter().find(lacks) {
            let name = String::from_utf8_lossy(name);
            let found = format!("a file of another version at {}, which needs {name}", path.display());
            return Some(Stranger { part, found });
        }
    }
    None
}

/// Returns where the loader looks for parts: in the folders of `LD_LIBRARY_PATH` and beside the main library. That comes first
/// in releases that have an RPATH, and last in those that have a RUNPATH.
fn folders(main: &Path) -> Vec<PathBuf> {
    let variable = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let named = std::env::split_paths(&variable).filter(|folder| !folder.as_os_str().is_empty());
    let mut folders: Vec<PathBuf> = named.collect();
    if let Some(beside) = main.parent() {
        let place = if matches!(has_rpath(main), Ok(Some(true))) { 0 } else { folders.len() };
        folders.insert(place, beside.to_path_buf());
    }
    folders
}

/// Finds the file of a part. cuDNN tries the most exact name first.
fn find(folders: &[PathBuf], part: &str, version: CudnnVersion) -> Option<PathBuf> {
    let (major, minor, patch) = (version.major(), version.minor(), version.patch());
    let suffixes = [
        format!(".{major}.{minor}.{patch}"),
        format!(".{major}.{minor}"),
        format!(".{major}"),
        String::new(),
    ];
    let names = suffixes.iter().map(|suffix| format!("libcudnn_{part}.so{suffix}"));
    names.flat_map(|name| folders.iter().map(move |folder| folder.join(&name))).find(|path| path.is_file())
}

/// The most that is read of a file at once: a table of names of a damaged file may claim any size.
const MOST: u64 = 256 << 20;

/// A section's kind: the names that the loader knows.
const DYNAMIC_SYMBOLS: u32 = 11;

/// A section's kind: what else the loader knows.
const DYNAMIC: u32 = 6;

/// The tag of a path that comes before `LD_LIBRARY_PATH`.
const RPATH: u64 = 15;

/// The size of an entry of the table of symbols.
const SYMBOL: usize = 24;

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    number(bytes, at).map(u32::from_le_bytes)
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    number(bytes, at).map(u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    number(bytes, at).map(u64::from_le_bytes)
}

fn piece(file: &mut File, offset: u64, size: u64) -> io::Result<Vec<u8>> {
    if size > MOST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; size as usize];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The sections of a file, one behind the other.
struct Sections {
    bytes: Vec<u8>,
    size: usize,
}

impl Sections {
    /// Reads them; `None` where it is not an ELF file of 64 bits, low byte first.
    fn read(file: &mut File) -> io::Result<Option<Sections>> {
        let header = piece(file, 0, 64)?;
        if !header.starts_with(b"\x7fELF\x02\x01") {
            return Ok(None);
        }
        let places = (long(&header, 40), half(&header, 58), half(&header, 60));
        let (Some(offset), Some(size), Some(count)) = places else { return Ok(None) };
        if size < 64 {
            return Ok(None);
        }
        let bytes = piece(file, offset, u64::from(size) * u64::from(count))?;
        Ok(Some(Sections { bytes, size: size.into() }))
    }

    /// Returns a section's kind, offset, size and link.
    fn get(&self, index: usize) -> Option<(u32, u64, u64, u32)> {
        let bytes = self.bytes.chunks_exact(self.size).nth(index)?;
        Some((word(bytes, 4)?, long(bytes, 24)?, long(bytes, 32)?, word(bytes, 40)?))
    }

    /// Returns the first section of a kind.
    fn find(&self, kind: u32) -> Option<(u32, u64, u64, u32)> {
        (0..self.bytes.len() / self.size)
            .filter_map(|index| self.get(index))
            .find(|section| section.0 == kind)
    }
}

/// Tells whether a library's own path comes before `LD_LIBRARY_PATH`.
fn has_rpath(path: &Path) -> io::Result<Option<bool>> {
    let mut file = File::open(path)?;
    let Some(sections) = Sections::read(&mut file)? else { return Ok(None) };
    let Some((_, offset, size, _)) = sections.find(DYNAMIC) else { return Ok(None) };
    let entries = piece(&mut file, offset, size)?;
    Ok(Some(entries.chunks_exact(16).any(|entry| long(entry, 0) == Some(RPATH))))
}

impl Symbols {
    /// Reads the names of a file; `None` where it is not a library for this kind of machine, or has none of cuDNN's names.
    fn read(path: &Path) -> io::Result<Option<Symbols>> {
        let mut file = File::open(path)?;
        let Some(sections) = Sections::read(&mut file)? else { return Ok(None) };
        let Some((_, offset, bytes, link)) = sections.find(DYNAMIC_SYMBOLS) else { return Ok(None) };
        let Some((_, names_at, names_size, _)) = sections.get(link as usize) else { return Ok(None) };
        let file = &mut file;
        let table = piece(file, offset, bytes)?;
        let names = piece(file, names_at, names_size)?;
        let mut found = Symbols::default();
        let mut version_at = None;
        for entry in table.chunks_exact(SYMBOL) {
            let fields = (word(entry, 0), half(entry, 6), long(entry, 8), long(entry, 16));
            let (Some(name), Some(section), Some(value), Some(size)) = fields else { continue };
            let name = names.get(name as usize..).unwrap_or_default();
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            if !name.windows(5).any(|part| part == b"cudnn") {
                continue;
            }
            if section == 0 {
                found.taken.push(name.to_vec());
                continue;
            }
            if name.starts_with(b"cudnn_") && name.ends_with(b"_version") && size == 4 {
                version_at = Some(value);
            }
            found.given.insert(name.to_vec());
        }
        if let Some(address) = version_at {
            found.version = Self::version(file, address)?;
        }
        Ok(Some(found).filter(|found| !found.given.is_empty()))
    }

    /// Reads the version, which is at this address once the file is loaded: patch, minor, major.
    fn version(file: &mut File, address: u64) -> io::Result<Option<CudnnVersion>> {
        let header = piece(file, 0, 64)?;
        let places = (long(&header, 32), half(&header, 54), half(&header, 56));
        let (Some(offset), Some(size), Some(count)) = places else { return Ok(None) };
        let segments = piece(file, offset, u64::from(size) * u64::from(count))?;
        for segment in segments.chunks_exact(usize::from(size.max(1))) {
            let fields = (word(segment, 0), long(segment, 8), long(segment, 16), long(segment, 32));
            let (Some(1), Some(offset), Some(start), Some(bytes)) = fields else { continue };
            if let Some(within) = address.checked_sub(start).filter(|within| *within < bytes) {
                let Some(place) = offset.checked_add(within) else { return Ok(None) };
                let bytes = piece(file, place, 4)?;
                let major = half(&bytes, 2).unwrap_or_default();
                return Ok(Some(CudnnVersion::new(major, bytes[1], bytes[0])));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a file and reads it as a part.
    fn read(name: &str, bytes: &[u8]) -> io::Result<Option<Symbols>> {
        let path = std::env::temp_dir().join(format!("cudnn-part-{name}-{}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let symbols = Symbols::read(&path);
        std::fs::remove_file(&path).unwrap();
        symbols
    }

    #[test]
    fn what_is_no_library_says_nothing() {
        assert!(read("text", &[b'x'; 100]).unwrap().is_none());
        assert!(read("short", b"\x7fELF\x02\x01").is_err());
    }

    #[test]
    fn a_damaged_library_is_read_without_a_panic() {
        // This very program, cut short and with its header's fields changed one by one.
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        for cut in [64, 65, 200, 4096] {
            let _ = read("cut", &own[..cut.min(own.len())]);
        }
        for at in 16..64 {
            let mut head = own[..own.len().min(1 << 16)].to_vec();
            head[at] ^= 0xff;
            let _ = read("changed", &head);
        }
    }
}
