//! Which libraries the process has loaded.
//!
//! The system's loader tells it as well, with a flag that lets it load nothing. But for a name that it does not know it opens and
//! reads what it finds under that name, which takes longer than all else in a search, and waits for ever on a named pipe.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

/// The entries of a library's dynamic section that matter here, as the ELF standard numbers them.
const END: usize = 0;
const STRINGS: usize = 5;
const NAME: usize = 14;

/// An entry of a dynamic section.
#[repr(C)]
struct Entry {
    tag: usize,
    value: usize,
}

/// What is looked for, and the first name under which the process has a library so far.
struct Wanted<'a, 'b> {
    names: &'a [&'b str],
    found: Option<&'b str>,
}

/// Returns the first of these names under which the process has a library: of this file name, or one that was built to be found under it.
pub(crate) fn first_of<'b>(names: &[&'b str]) -> Option<&'b str> {
    let mut wanted = Wanted { names, found: None };
    // SAFETY: the function has the signature that is asked for, and is given the pointer to `wanted`, which outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(compare), ptr::from_mut(&mut wanted).cast()) };
    wanted.found
}

/// Compares one library of the process with what is wanted; anything but 0 ends the walk.
unsafe extern "C" fn compare(info: *mut libc::dl_phdr_info, _size: usize, wanted: *mut c_void) -> c_int {
    // SAFETY: `first_of` passes a pointer to its `Wanted`, and nobody else uses it meanwhile.
    let wanted = unsafe { &mut *wanted.cast::<Wanted<'_, '_>>() };
    // SAFETY: the loader describes a library that stays loaded during this call: it holds its lock.
    let info = unsafe { &*info };
    // SAFETY: the loader's name for the file, null or a string.
    let file = unsafe { text(info.dlpi_name.cast()) };
    // The program itself, whose name is empty, is nobody's library.
    if file.is_empty() {
        return 0;
    }
    let name = file.rsplit(|byte| *byte == b'/').next();
    // SAFETY: as the loader describes it.
    let built = unsafe { built_name(info) };
    if let Some(index) =
        wanted.names.iter().position(|wanted| [name, Some(built)].contains(&Some(wanted.as_bytes())))
    {
        wanted.found = Some(wanted.names[index]);
        // Only those before it are better.
        wanted.names = &wanted.names[..index];
    }
    c_int::from(wanted.names.is_empty())
}

/// Returns the name that a library was built to be found under (`DT_SONAME`), or nothing.
///
/// # Safety
/// `info` describes a library that is loaded.
unsafe fn built_name(info: &libc::dl_phdr_info) -> &[u8] {
    let base = info.dlpi_addr as usize;
    for index in 0..usize::from(info.dlpi_phnum) {
        // SAFETY: the loader gave so many headers.
        let header = unsafe { &*info.dlpi_phdr.add(index) };
        if header.p_type != libc::PT_DYNAMIC {
            continue;
        }
        let mut entry = ptr::with_exposed_provenance::<Entry>(base.wrapping_add(header.p_vaddr as usize));
        let (mut strings, mut name) = (None, None);
        let (strings, name) = loop {
            // SAFETY: the header says where the section is; it ends in an entry that says so, and the loop with it.
            let Entry { tag, value } = unsafe { entry.read() };
            match tag {
                END => return &[],
                STRINGS => strings = Some(value),
                NAME => name = Some(value),
                _ => {}
            }
            if let Some(both) = strings.zip(name) {
                break both;
            }
            // SAFETY: that was not the last one.
            entry = unsafe { entry.add(1) };
        };
        // Some loaders write the address over the distance from the library's base, and some do not.
        let strings = if strings < base { base + strings } else { strings };
        // SAFETY: the section has strings there, of which this is one.
        return unsafe { text(ptr::with_exposed_provenance(strings + name)) };
    }
    &[]
}

/// Returns the bytes of a string; none for a null pointer.
///
/// # Safety
/// The pointer is null or that of a string that lives as long as the result is used.
unsafe fn text<'a>(string: *const u8) -> &'a [u8] {
    if string.is_null() {
        return &[];
    }
    // SAFETY: the caller vouches for it.
    unsafe { CStr::from_ptr(string.cast()) }.to_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_found_under_its_name_and_no_other() {
        // Every program here has the C library in it.
        let c = if cfg!(target_env = "gnu") { Some("libc.so.6") } else { None };
        assert_eq!(first_of(&["libc.so.66", "libc.so.6", "libc.so"]), c);
        assert_eq!(first_of(&["libc.so.6", "libgcc_s.so.1"]), c);
        assert_eq!(first_of(&["libcuda-that-nobody-has.so.1", "libc.so", "libc.so.66"]), None);
    }
}
