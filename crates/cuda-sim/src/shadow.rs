//! Which bytes of device memory have been written: one bit a byte, in pages beside the memory of each device.
//!
//! Copies carry the bits along with the bytes; fills, and copies from the host, set them; kernels set and ask them. Memory
//! that the host can write itself (pinned, registered, managed) has no bits and counts as written.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};

use crate::space::Mapping;

/// The bits of one stretch of memory.
#[derive(Debug)]
struct Shadow {
    base: usize,
    len: usize,
    bits: Mapping,
}

static SHADOWS: RwLock<Vec<Shadow>> = RwLock::new(Vec::new());

/// Keeps bits for `len` bytes at `base` from now on, none of them set. Both are multiples of 64.
pub(crate) fn add(base: usize, len: usize) {
    if let Some(bits) = Mapping::allocate((len / 8).next_multiple_of(4096)) {
        SHADOWS.write().unwrap_or_else(PoisonError::into_inner).push(Shadow { base, len, bits });
    }
}

/// Keeps no bits for the memory at `base` any more.
pub(crate) fn remove(base: usize) {
    SHADOWS.write().unwrap_or_else(PoisonError::into_inner).retain(|shadow| shadow.base != base);
}

/// Does `work` with the bits of the memory that `host` lies in and the place of its bit in them.
fn with<T>(host: usize, work: impl FnOnce(&[AtomicU64], usize) -> T) -> Option<T> {
    let shadows = SHADOWS.read().unwrap_or_else(PoisonError::into_inner);
    let shadow = shadows.iter().find(|shadow| host.wrapping_sub(shadow.base) < shadow.len)?;
    // SAFETY: the mapping holds that many words, all zeros at first, and lives as long as the entry, which the lock keeps;
    // everybody reaches them by atomics.
    let words = unsafe { std::slice::from_raw_parts(shadow.bits.base as *const AtomicU64, shadow.len / 64) };
    Some(work(words, host - shadow.base))
}

/// The word that holds the bit of the byte at `host`, which is a multiple of 64 from the start; null if there is none.
pub(crate) fn words_at(host: usize) -> *mut u64 {
    with(host, |words, at| words[at / 64..].as_ptr().cast_mut().cast()).unwrap_or(std::ptr::null_mut())
}

/// The words that `len` bits from `at` lie in, each with a mask of the bits.
fn masks(at: usize, len: usize) -> impl Iterator<Item = (usize, u64)> {
    let end = at + len;
    (at / 64..end.div_ceil(64)).map(move |word| {
        let low = at.max(word * 64) - word * 64;
        let high = end.min(word * 64 + 64) - word * 64;
        (word, (u64::MAX >> (64 - (high - low))) << low)
    })
}

/// Enters that `len` bytes at `host` have been written.
pub(crate) fn set(host: usize, len: usize) {
    if len > 0 {
        with(host, |words, at| {
            for (word, mask) in masks(at, len) {
                match mask {
                    u64::MAX => words[word].store(mask, Relaxed),
                    _ => drop(words[word].fetch_or(mask, Relaxed)),
                }
            }
        });
    }
}

/// Enters that `len` bytes at `host`, which nobody uses, have not been written.
pub(crate) fn clear(host: usize, len: usize) {
    const PAGE: usize = 4096;
    if len == 0 {
        return;
    }
    with(host, |words, at| {
        let (mut first, last) = (at / 64, (at + len).div_ceil(64));
        // Whole pages of bits go back to the system, which makes zeros of them.
        let start = (words.as_ptr() as usize + first * 8).next_multiple_of(PAGE);
        let end = (words.as_ptr() as usize + last * 8) & !(PAGE - 1);
        if end > start + 16 * PAGE {
            let skip = (start - words.as_ptr() as usize) / 8;
            words[first..skip].iter().for_each(|word| word.store(0, Relaxed));
            // SAFETY: the pages lie in the mapping of the bits, which anonymous memory backs.
            unsafe { libc::madvise(start as *mut _, end - start, libc::MADV_DONTNEED) };
            first = (end - words.as_ptr() as usize) / 8;
        }
        words[first..last].iter().for_each(|word| word.store(0, Relaxed));
    });
}

/// Returns the first of `len` bytes at `host` that has not been written, counted from `host`, and how many have not.
pub(crate) fn missing(host: usize, len: usize) -> Option<(usize, usize)> {
    if len == 0 {
        return None;
    }
    with(host, |words, at| {
        let (mut first, mut count) = (None, 0);
        for (word, mask) in masks(at, len) {
            let clear = !words[word].load(Relaxed) & mask;
            if clear != 0 {
                first.get_or_insert(word * 64 + clear.trailing_zeros() as usize - at);
                count += clear.count_ones() as usize;
            }
        }
        first.map(|first| (first, count))
    })
    .flatten()
}

/// Copies the bits of `len` bytes from one place to another.
pub(crate) fn copy(from: usize, to: usize, len: usize) {
    if missing(from, len).is_none() {
        return set(to, len);
    }
    let bits = with(from, |words, at| {
        (at..at + len).map(|bit| words[bit / 64].load(Relaxed) >> (bit % 64) & 1 != 0).collect::<Vec<bool>>()
    });
    let Some(bits) = bits else { return };
    with(to, |words, at| {
        for (bit, &is_set) in bits.iter().enumerate() {
            let (word, mask) = (&words[(at + bit) / 64], 1 << ((at + bit) % 64));
            if is_set {
                word.fetch_or(mask, Relaxed);
            } else {
                word.fetch_and(!mask, Relaxed);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_follow_what_is_written_copied_and_given_back() {
        let memory = Mapping::reserve(1 << 20).unwrap();
        add(memory.base, memory.len);
        let at = memory.base;

        set(at + 100, 200);
        copy(at + 90, at + 4001, 300);

        assert_eq!(missing(at + 100, 200), None);
        assert_eq!(missing(at + 99, 202), Some((0, 2)));
        assert_eq!(missing(at + 4011, 200), None);
        assert_eq!(missing(at + 4001, 300), Some((0, 100)));
        clear(at, 512);
        assert_eq!(missing(at + 100, 200), Some((0, 200)));
        set(at, 1 << 20);
        clear(at, 1 << 20);
        assert_eq!(missing(at, 1 << 20), Some((0, 1 << 20)));
        remove(at);
        assert_eq!(missing(at, 64), None);
    }
}
