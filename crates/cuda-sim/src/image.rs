//! Images: what `cuModuleLoadData` and its relatives are given.
//!
//! This driver runs PTX. So it takes PTX text, and the PTX inside of a fat binary; machine code it cannot run, and says so as a
//! device would that the code was not made for.

use std::sync::Arc;

use cuda_sys::CUresult;

use crate::config::SimConfig;
use crate::error::*;
use crate::ffi::{Address, In, Out};
use crate::journal;
use crate::ptx;
use crate::sys::CUjit_option;
use crate::zstd;

const ELF: u32 = 0x464c_457f;
/// A fat binary.
const FAT: u32 = 0xba55_ed50;
/// What compilers put around one: magic, version, a pointer to it, and a spare pointer.
const WRAPPER: u32 = 0x4662_43b1;
/// Flags of an entry in a fat binary: how its data is compressed.
const LZ4: u64 = 0x2000;
const ZSTD: u64 = 0x8000;

/// Why an image was refused, with the text for the client's error log.
pub(crate) type Refusal = (CUresult, String);

/// Reads and parses an image.
///
/// # Errors
/// `INVALID_IMAGE` if it is nothing known, `NO_BINARY_FOR_GPU` if it has only machine code or uses what it does not define,
/// `UNSUPPORTED_PTX_VERSION` and `INVALID_PTX` as they say.
pub(crate) fn load(
    image: Address,
    config: &SimConfig,
    options: &Options,
) -> Result<Arc<ptx::Module>, Refusal> {
    let mut module = parse(&text_of(image, config)?, config)?;
    if let Some(most) = options.most_registers {
        module.limit_registers(most);
    }
    Ok(Arc::new(module))
}

/// Finds the PTX text in an image.
pub(crate) fn text_of(image: Address, config: &SimConfig) -> Result<String, Refusal> {
    image.required().map_err(|code| (code, String::new()))?;
    // The shortest image that there can be is a text, of which one byte is sure to be there.
    let first = image.bytes(1).map_err(|code| (code, String::new()))?;
    if matches!(first[0], 0x7f | 0x50 | 0xb1) {
        let magic = image.reader::<u32>().read().map_err(|code| (code, String::new()))?;
        match magic {
            ELF => {
                return Err((
                    NO_BINARY_FOR_GPU,
                    "the image is machine code, which cuda-sim cannot run".into(),
                ));
            }
            WRAPPER => {
                let data =
                    Address(image.0 + 8).reader::<u64>().read().map_err(|code| (code, String::new()))?;
                return text_of(Address(data), config);
            }
            FAT => return text_of_fat(image, config),
            _ => {}
        }
    }
    // SAFETY-relevant: a text ends in a zero byte, which is all that the call says of its length (Ffi 1).
    image.text().map_err(|code| (code, String::new()))
}

/// Parses PTX text.
pub(crate) fn parse(text: &str, config: &SimConfig) -> Result<ptx::Module, Refusal> {
    check_version(text, config)?;
    let module = ptx::Module::parse(text).map_err(|problems| {
        let code = if problems.are_unresolved() { NO_BINARY_FOR_GPU } else { INVALID_PTX };
        (code, problems.to_string())
    })?;
    let (major, minor) = config.compute_capability;
    if module.target() > (major * 10 + minor) as u32 {
        let text = format!("the text is for sm_{}, and this device is sm_{major}{minor}", module.target());
        return Err((INVALID_PTX, text));
    }
    Ok(module)
}

/// Refuses what is no PTX, and PTX that is newer than the driver.
fn check_version(text: &str, config: &SimConfig) -> Result<(), Refusal> {
    let Some(version) = version_of(text) else {
        return Err((
            INVALID_IMAGE,
            "the image is neither PTX text, nor a fat binary, nor machine code".into(),
        ));
    };
    let newest = newest_ptx(config.driver_version);
    if version > newest {
        let ((major, minor), (most, least)) = (version, newest);
        let text = format!(
            "ptx version {major}.{minor} is newer than this driver, which knows up to {most}.{least}"
        );
        return Err((UNSUPPORTED_PTX_VERSION, text));
    }
    Ok(())
}

/// Finds the number in the first `.version` directive.
fn version_of(text: &str) -> Option<(u32, u32)> {
    let line = text.lines().map(str::trim_start).find(|line| line.starts_with(".version"))?;
    let number = line[".version".len()..].split_whitespace().next()?;
    let (major, minor) = number.split_once('.')?;
    Some((major.parse().ok()?, minor.trim_end_matches(';').parse().ok()?))
}

/// Returns the newest PTX version that a driver takes, from the release notes in NVIDIA's PTX manual.
fn newest_ptx(driver_version: i32) -> (u32, u32) {
    let (major, minor) = (driver_version as u32 / 1000, driver_version as u32 % 1000 / 10);
    match (major, minor) {
        (11, _) => (7, 8),
        (12, 0..=5) => (8, minor),
        (12, 6) => (8, 5),
        (12, 7 | 8) => (8, 7),
        (12, _) => (8, 8),
        _ => (major - 4, minor),
    }
}

/// Finds the PTX in a fat binary.
fn text_of_fat(image: Address, config: &SimConfig) -> Result<String, Refusal> {
    let broken = |_| (INVALID_IMAGE, "the fat binary is cut short".to_string());
    let header = image.bytes(16).map_err(broken)?;
    let header_len = u64::from(u16::from_le_bytes([header[6], header[7]]));
    let body_len = number(&header, 8, 8);
    let body = Address(image.0 + header_len).bytes_if_any(body_len as usize).map_err(broken)?;
    let (major, minor) = config.compute_capability;
    let device = (major * 10 + minor) as u64;
    let mut best: Option<(u64, String)> = None;
    let mut at = 0usize;
    // Each entry: kind, …, length of its header at 4, of its data at 8, of compressed data at 16, architecture at 28, flags at
    // 40, length of what the data unpacks to at 56.
    while at + 64 <= body.len() {
        let entry = &body[at..];
        let (kind, entry_len) = (number(entry, 0, 2), number(entry, 4, 4) as usize);
        let data_len = number(entry, 8, 8) as usize;
        let target = number(entry, 28, 4);
        let Some(end) = entry_len.checked_add(data_len).filter(|&end| end <= entry.len() && entry_len >= 32)
        else {
            break;
        };
        let is_ptx = kind == 1 && target <= device;
        if is_ptx && best.as_ref().is_none_or(|&(found, _)| found < target) {
            let data = &entry[entry_len..end];
            let packed = data.get(..number(entry, 16, 4) as usize);
            let plain = match number(entry, 40, 8) & (LZ4 | ZSTD) {
                0 => Some(data.to_vec()),
                LZ4 => unpack(packed, number(entry, 56, 8)),
                _ => packed.and_then(zstd::unpack),
            };
            if let Some(plain) = plain {
                let text = plain.split(|&byte| byte == 0).next().unwrap_or_default();
                best = Some((target, String::from_utf8_lossy(text).into_owned()));
            }
        }
        at += end;
    }
    match best {
        Some((_, text)) => Ok(text),
        None => {
            let text =
                format!("the fat binary has no PTX for sm_{device}, and cuda-sim cannot run machine code");
            Err((NO_BINARY_FOR_GPU, text))
        }
    }
}

/// Reads a little-endian number; missing bytes are zero.
fn number(bytes: &[u8], at: usize, len: usize) -> u64 {
    let bytes = bytes.get(at..at + len).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// Undoes compression by LZ4, which compilers applied by default before Zstandard. `None` if the data is not that.
fn unpack(packed: Option<&[u8]>, len: u64) -> Option<Vec<u8>> {
    let packed = packed?;
    let mut plain: Vec<u8> = Vec::new();
    let mut at = 0;
    let more = |at: &mut usize, count: usize| -> Option<usize> {
        let mut count = count;
        if count == 15 {
            loop {
                let byte = *packed.get(*at)?;
                *at += 1;
                count += usize::from(byte);
                if byte != 255 {
                    break;
                }
            }
        }
        Some(count)
    };
    while at < packed.len() {
        let token = packed[at];
        at += 1;
        let literals = more(&mut at, usize::from(token >> 4))?;
        plain.extend_from_slice(packed.get(at..at + literals)?);
        at += literals;
        if at >= packed.len() || plain.len() as u64 >= len {
            break;
        }
        let distance = number(packed, at, 2) as usize;
        at += 2;
        let matched = more(&mut at, usize::from(token & 15))? + 4;
        let start = plain.len().checked_sub(distance).filter(|_| distance > 0)?;
        for index in start..start + matched {
            plain.push(*plain.get(index)?);
        }
    }
    Some(plain)
}

/// The options of a just-in-time compilation that mean something here.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) most_registers: Option<u32>,
    info: Log,
    error: Log,
}

#[derive(Clone, Copy, Debug, Default)]
struct Log {
    buffer: u64,
    room: usize,
    /// Where the client wants to read how much was written: the option's own slot.
    size_slot: u64,
}

impl Options {
    /// Reads options and their values. Those that would tune a compiler are taken and change nothing.
    pub(crate) fn read(count: u32, options: In<CUjit_option>, values: Address) -> Answer<Options> {
        let mut read = Options::default();
        let given = values.reader::<u64>().all(count as usize)?;
        for (index, (option, value)) in options.all(count as usize)?.into_iter().zip(given).enumerate() {
            let slot = Address(values.0 + 8 * index as u64);
            match option {
                CUjit_option::CU_JIT_INFO_LOG_BUFFER => read.info.buffer = value,
                CUjit_option::CU_JIT_ERROR_LOG_BUFFER => read.error.buffer = value,
                CUjit_option::CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES => read.info.size(value, slot),
                CUjit_option::CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES => read.error.size(value, slot),
                CUjit_option::CU_JIT_MAX_REGISTERS => {
                    // In a slot as wide as a pointer; only the low half counts. Zero is no limit.
                    read.most_registers = Some(value as u32).filter(|&most| most > 0);
                }
                CUjit_option::CU_JIT_WALL_TIME => slot.put(0f32)?,
                option if option.0 >= CUjit_option::CU_JIT_NUM_OPTIONS.0 => return Err(INVALID_VALUE),
                _ => {}
            }
        }
        Ok(read)
    }

    /// Leaves the outcome of a load in the client's logs, and returns it without its text.
    pub(crate) fn report<T>(&self, outcome: Result<T, Refusal>) -> Answer<T> {
        let text = outcome.as_ref().err().map_or("", |(_, text)| text.as_str());
        self.info.write("");
        self.error.write(text);
        if !text.is_empty() {
            journal::note(format!("loading an image: {text}"));
        }
        outcome.map_err(|(code, _)| code)
    }
}

impl Log {
    fn size(&mut self, value: u64, slot: Address) {
        // The size is passed by value in a slot as wide as a pointer; only the low half counts.
        (self.room, self.size_slot) = (value as u32 as usize, slot.0);
    }

    fn write(&self, text: &str) {
        if self.buffer != 0 && self.room > 0 {
            Out::<core::ffi::c_char>::at(Address(self.buffer)).put_text(text, self.room);
        }
        if self.size_slot != 0 {
            let written = if self.buffer == 0 { 0 } else { text.len().min(self.room.saturating_sub(1)) };
            Out::<u32>::at(Address(self.size_slot)).put(written as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_takes_the_ptx_of_its_own_release() {
        assert_eq!(newest_ptx(11080), (7, 8));
        assert_eq!(newest_ptx(12040), (8, 4));
        assert_eq!(newest_ptx(12090), (8, 8));
        assert_eq!(newest_ptx(13050), (9, 5));
    }

    #[test]
    fn the_version_is_found_behind_comments() {
        assert_eq!(version_of("// made by\n\n.version 8.8\n.target sm_75\n"), Some((8, 8)));
        assert_eq!(version_of("hello"), None);
    }

    #[test]
    fn packed_text_is_unpacked() {
        // Five literals, then eleven bytes from five back, then one literal.
        let packed = [0x57, b'a', b'b', b'c', b'd', b'e', 5, 0, 0x10, b'!'];

        assert_eq!(unpack(Some(&packed), 17), Some(b"abcdeabcdeabcdea!".to_vec()));
        assert_eq!(unpack(Some(&[0x0f, 9, 0]), 100), None);
    }
}
