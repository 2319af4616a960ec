//! Copies and fills at the machine's speed.

#![allow(unsafe_code)]

use context_core::parallel::Executor;

use crate::team::Team;

/// From this size on stores go past the caches: the target does not fit them, and is not read for ownership first. The
/// number is that of a machine with a cache of about that size; `cargo xtask bench cpu` prints what it gives at 256 MiB.
const STREAMING: usize = 48 << 20;
/// From this size on several threads share the work. Chosen so that calling them, a few microseconds, is little beside a copy
/// of this size, some hundred.
const PARALLEL: usize = 4 << 20;
/// The least that a thread is given.
const PART: usize = 1 << 20;

/// An address that threads may share.
#[derive(Clone, Copy)]
struct Address(usize);

impl Address {
    fn of<T>(pointer: *const T) -> Address {
        Address(pointer.expose_provenance())
    }

    fn at(self, offset: usize) -> *mut u8 {
        std::ptr::with_exposed_provenance_mut(self.0 + offset)
    }
}

fn in_parts(team: Option<&Team>, bytes: usize, unit: usize, body: impl Fn(usize, usize) + Sync) {
    match team {
        Some(team) if bytes >= PARALLEL => {
            // Two parts a thread, so that one that is late does not keep the others waiting for long.
            let part = bytes.div_ceil(2 * team.threads()).max(PART).next_multiple_of(64 * unit);
            team.run(bytes.div_ceil(part), &|index| {
                let start = index * part;
                body(start, part.min(bytes - start));
            });
        }
        _ => body(0, bytes),
    }
}

/// Copies, with the threads of `team` where that is faster.
///
/// # Safety
/// Both are valid for `bytes`, and they do not overlap.
#[inline]
pub(crate) unsafe fn copy(team: Option<&Team>, target: *mut u8, source: *const u8, bytes: usize) {
    if bytes < PARALLEL {
        // SAFETY: the caller vouches for both.
        unsafe { std::ptr::copy_nonoverlapping(source, target, bytes) };
        return;
    }
    // SAFETY: the caller vouches for both.
    unsafe { copy_much(team, target, source, bytes) };
}

/// Copies so much that threads or streaming stores may help.
///
/// # Safety
/// As for [`copy`].
#[inline(never)]
unsafe fn copy_much(team: Option<&Team>, target: *mut u8, source: *const u8, bytes: usize) {
    let (to, from) = (Address::of(target), Address::of(source));
    let streaming = bytes >= STREAMING;
    in_parts(team, bytes, 1, |start, len| {
        // SAFETY: the caller vouches for both; parts do not overlap.
        unsafe {
            match streaming {
                true => stream_copy(to.at(start), from.at(start), len),
                false => std::ptr::copy_nonoverlapping(from.at(start), to.at(start), len),
            }
        }
    });
}

/// # Safety
/// As for [`copy`].
unsafe fn stream_copy(target: *mut u8, source: *const u8, bytes: usize) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the caller vouches for the memory, and the CPU has AVX2.
        unsafe { x86::stream_copy(target, source, bytes) };
        return;
    }
    // SAFETY: the caller vouches for it.
    unsafe { std::ptr::copy_nonoverlapping(source, target, bytes) };
}

/// Writes a pattern of 1 to 16 bytes `count` times.
///
/// # Safety
/// `target` is valid for `pattern.len() * count` bytes.
pub(crate) unsafe fn fill(team: Option<&Team>, target: *mut u8, pattern: &[u8], count: usize) {
    let to = Address::of(target);
    let width = pattern.len();
    in_parts(team, width * count, width, |start, len| {
        // SAFETY: the caller vouches for it; parts do not overlap, and begin at multiples of the pattern's length.
        let part = unsafe { std::slice::from_raw_parts_mut(to.at(start), len) };
        fill_part(part, pattern);
    });
}

/// How much of a pattern is made by hand before it is copied.
const SEED: usize = 4096;

fn fill_part(part: &mut [u8], pattern: &[u8]) {
    if let [byte] = pattern {
        part.fill(*byte);
        return;
    }
    let seed = part.len().min(SEED - SEED % pattern.len());
    let (head, rest) = part.split_at_mut(seed);
    head.chunks_exact_mut(pattern.len()).for_each(|slot| slot.copy_from_slice(pattern));
    rest.chunks_mut(seed.max(1)).for_each(|chunk| chunk.copy_from_slice(&head[..chunk.len()]));
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    /// # Safety
    /// As for `copy`; the CPU has AVX2.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn stream_copy(target: *mut u8, source: *const u8, bytes: usize) {
        // SAFETY: the caller vouches for `bytes` of both; streaming stores need a target at a multiple of 32, which the
        // head makes it.
        unsafe {
            let head = target.align_offset(32).min(bytes);
            std::ptr::copy_nonoverlapping(source, target, head);
            let blocks = (bytes - head) / 128;
            let (mut to, mut from) = (target.add(head), source.add(head));
            for _ in 0..blocks {
                let values: [__m256i; 4] =
                    std::array::from_fn(|i| _mm256_loadu_si256(from.add(32 * i).cast()));
                _mm_prefetch::<_MM_HINT_T0>(from.wrapping_add(1024).cast());
                _mm_prefetch::<_MM_HINT_T0>(from.wrapping_add(1088).cast());
                for (i, value) in values.into_iter().enumerate() {
                    _mm256_stream_si256(to.add(32 * i).cast(), value);
                }
                (to, from) = (to.add(128), from.add(128));
            }
            // Streaming stores are not ordered with what comes after by themselves.
            _mm_sfence();
            std::ptr::copy_nonoverlapping(from, to, bytes - head - blocks * 128);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_every_path_arrive_whole() {
        let team = Team::get(2, None).unwrap();
        for bytes in [0, 1, 31, 127, 4097, PARALLEL + 5, STREAMING + 77] {
            let source: Vec<u8> = (0..bytes).map(|i| (i % 251) as u8).collect();
            for team in [None, Some(&*team)] {
                let mut target = vec![0; bytes + 3];
                // SAFETY: both are of that size.
                unsafe { copy(team, target[3..].as_mut_ptr(), source.as_ptr(), bytes) };
                assert!(target[3..] == source, "{bytes}");
                assert_eq!(target[..3], [0; 3]);
            }
        }
    }

    #[test]
    fn patterns_of_every_width_repeat_over_every_length() {
        let team = Team::get(2, None).unwrap();
        let pattern: Vec<u8> = (1..=16).collect();
        for width in 1..=16 {
            for count in [0, 1, 7, 5000, (PARALLEL + PART / 3) / width] {
                let mut target = vec![0; width * count];
                // SAFETY: the target is of that size.
                unsafe { fill(Some(&team), target.as_mut_ptr(), &pattern[..width], count) };
                assert!(target.chunks(width).all(|slot| slot == &pattern[..width]), "{width} × {count}");
            }
        }
    }
}
