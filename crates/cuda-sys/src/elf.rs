//! What kind of file something is, before the system's loader is asked to open it: the loader waits for ever on a named pipe,
//! and calls a library of another architecture missing.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Says why the file at `path` cannot be a library that this process can load; `None` if nothing speaks against it.
pub(crate) fn objection(path: &Path) -> Option<String> {
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) => return Some(system_reason(&error)),
    };
    if metadata.is_dir() {
        return Some("it is a folder".into());
    }
    if !metadata.is_file() {
        return Some("it is not a regular file".into());
    }
    if !cfg!(target_os = "linux") {
        return None;
    }
    let mut header = [0; 20];
    match File::open(path).and_then(|mut file| file.read_exact(&mut header)) {
        Ok(()) => foreign(&header),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Some(format!("it is no library: it has {} bytes", metadata.len()))
        }
        Err(error) => Some(system_reason(&error)),
    }
}

/// Says what the system said, without the number that Rust adds.
fn system_reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((text, _)) => text.to_lowercase(),
        None => text,
    }
}

/// Says why a file that begins with `header` is not for this process.
fn foreign(header: &[u8; 20]) -> Option<String> {
    if !header.starts_with(b"\x7fELF") {
        return Some("it is no library: it does not begin as an ELF file".into());
    }
    let little = header[5] == 1;
    let machine = [header[18], header[19]];
    let machine = if little { u16::from_le_bytes(machine) } else { u16::from_be_bytes(machine) };
    let bits = if header[4] == 1 { 32 } else { 64 };
    let own = own_machine()?;
    if (machine, bits, little) == own {
        return None;
    }
    let name =
        |(machine, bits, _): (u16, u32, bool)| match NAMES.iter().find(|(number, _)| *number == machine) {
            Some((_, name)) => format!("{bits}-bit {name}"),
            None => format!("{bits}-bit machine {machine}"),
        };
    Some(format!("it is a library for {}, and this process is {}", name((machine, bits, little)), name(own)))
}

/// The machine of this process as ELF numbers it, with the size of its words and whether the low byte comes first.
fn own_machine() -> Option<(u16, u32, bool)> {
    let machine = match std::env::consts::ARCH {
        "x86" => 3,
        "x86_64" => 62,
        "arm" => 40,
        "aarch64" => 183,
        "powerpc64" => 21,
        "riscv64" => 243,
        _ => return None,
    };
    Some((machine, usize::BITS, cfg!(target_endian = "little")))
}

/// Machines as ELF numbers them.
const NAMES: [(u16, &str); 6] =
    [(3, "x86"), (62, "x86-64"), (40, "ARM"), (183, "ARM"), (21, "PowerPC"), (243, "RISC-V")];
