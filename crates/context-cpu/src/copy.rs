//! Copies and fills at the machine's speed.

#![allow(unsafe_code)]

use context_core::parallel::Executor;

use crate::team::Team;

// The thresholds are measured: `cargo xtask bench cpu` prints the tables that they were read from. The machine had 2 MiB of second-level cache a
// core, and a third level of 300 MiB that others use too. Times are of the processor that the thread got.

/// From this size on a copy's stores go past the caches. At 4 MiB streaming copies 1.2 times as fast as plain stores do, and whoever then reads
/// the target loses a seventh; at 16 MiB 1.3 times, and the reader loses nothing.
const STREAMING_COPY: usize = 16 << 20;
/// As above, for fills: at 16 MiB streaming gains nothing, and whoever then reads the target loses a quarter; at 32 MiB it fills 1.5 times as
/// fast, and the reader gains too.
const STREAMING_FILL: usize = 32 << 20;
/// From this size on several threads share the work. Both processors had other work when it was measured: below this size two threads were never
/// faster than one; from here on up to 1.7 times in one run, and slower in others.
const PARALLEL: usize = 16 << 20;
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
        Some(team) => {
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
    unsafe { copy_much(team, bytes >= STREAMING_COPY, target, source, bytes) };
}

/// Copies so much that threads or streaming stores may help.
///
/// # Safety
/// As for [`copy`].
#[inline(never)]
unsafe fn copy_much(team: Option<&Team>, streaming: bool, target: *mut u8, source: *const u8, bytes: usize) {
    let (to, from) = (Address::of(target), Address::of(source));
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
    let bytes = pattern.len() * count;
    let team = team.filter(|_| bytes >= PARALLEL);
    // SAFETY: the caller vouches for it.
    unsafe { fill_much(team, bytes >= STREAMING_FILL, target, pattern, bytes) };
}

/// # Safety
/// `target` is valid for `bytes`, a multiple of the pattern's length.
unsafe fn fill_much(team: Option<&Team>, streaming: bool, target: *mut u8, pattern: &[u8], bytes: usize) {
    let to = Address::of(target);
    in_parts(team, bytes, pattern.len(), |start, len| {
        // SAFETY: the caller vouches for it; parts do not overlap, and begin at multiples of the pattern's length.
        let part = unsafe { std::slice::from_raw_parts_mut(to.at(start), len) };
        match streaming {
            true => stream_fill(part, pattern),
            false => fill_part(part, pattern),
        }
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

fn stream_fill(part: &mut [u8], pattern: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the CPU has AVX2.
        unsafe { x86::stream_fill(part, pattern) };
        return;
    }
    fill_part(part, pattern);
}

/// Copies and fills with the choices made by the caller, for the benchmark that the thresholds are read from.
#[doc(hidden)]
pub mod by_hand {
    use super::{Team, copy_much, fill_much};

    /// Copies as much as both have.
    pub fn copy(threads: usize, streaming: bool, target: &mut [u8], source: &[u8]) {
        let (team, bytes) = (Team::get(threads, None), target.len().min(source.len()));
        // SAFETY: both are borrowed, the target exclusively, for at least that.
        unsafe { copy_much(team.as_deref(), streaming, target.as_mut_ptr(), source.as_ptr(), bytes) };
    }

    /// Fills with a byte.
    pub fn fill(threads: usize, streaming: bool, target: &mut [u8], byte: u8) {
        let team = Team::get(threads, None);
        // SAFETY: the target is borrowed exclusively.
        unsafe { fill_much(team.as_deref(), streaming, target.as_mut_ptr(), &[byte], target.len()) };
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    /// Pages that are copied side by side: more of the memory's banks work at the same time than if one page came after the other.
    const PAGES: usize = 4;
    const PAGE: usize = 4096;
    /// A cache line.
    const LINE: usize = 64;

    /// # Safety
    /// As for `copy`; the CPU has AVX2.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn stream_copy(target: *mut u8, source: *const u8, bytes: usize) {
        // SAFETY: the caller vouches for `bytes` of both; streaming stores need a target at a multiple of 32, which the head makes
        // one of 64.
        unsafe {
            let head = target.align_offset(LINE).min(bytes);
            std::ptr::copy_nonoverlapping(source, target, head);
            let blocks = (bytes - head) / (PAGES * PAGE);
            let (mut to, mut from) = (target.add(head), source.add(head));
            for _ in 0..blocks {
                for line in (0..PAGE).step_by(LINE) {
                    for place in (line..PAGES * PAGE).step_by(PAGE) {
                        let low = _mm256_loadu_si256(from.add(place).cast());
                        let high = _mm256_loadu_si256(from.add(place + 32).cast());
                        _mm256_stream_si256(to.add(place).cast(), low);
                        _mm256_stream_si256(to.add(place + 32).cast(), high);
                    }
                }
                (to, from) = (to.add(PAGES * PAGE), from.add(PAGES * PAGE));
            }
            // Streaming stores are not ordered with what comes after by themselves.
            _mm_sfence();
            std::ptr::copy_nonoverlapping(from, to, bytes - head - blocks * PAGES * PAGE);
        }
    }

    /// What is stored again and again.
    #[repr(align(64))]
    struct Seed([u8; 16 * 256]);

    /// Writes a pattern of 1 to 16 bytes over and over.
    #[target_feature(enable = "avx2")]
    pub(super) fn stream_fill(part: &mut [u8], pattern: &[u8]) {
        let head = part.as_ptr().align_offset(LINE).min(part.len());
        let repeat = |slots: &mut [u8], phase: usize| {
            let cycle = pattern.iter().cycle().skip(phase % pattern.len());
            slots.iter_mut().zip(cycle).for_each(|(slot, byte)| *slot = *byte);
        };
        let (head, rest) = part.split_at_mut(head);
        let phase = head.len();
        repeat(head, 0);
        let mut seed = Seed([0; 16 * 256]);
        let seed = &mut seed.0[..256 * pattern.len()];
        repeat(seed, phase);
        let mut blocks = rest.chunks_exact_mut(seed.len());
        for block in &mut blocks {
            for place in (0..block.len()).step_by(32) {
                // SAFETY: both have as many bytes, a multiple of 32; the block begins at a cache line, as the seed does.
                unsafe {
                    let value = _mm256_load_si256(seed.as_ptr().add(place).cast());
                    _mm256_stream_si256(block.as_mut_ptr().add(place).cast(), value);
                }
            }
        }
        _mm_sfence();
        repeat(blocks.into_remainder(), phase);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_every_path_arrive_whole() {
        let team = Team::get(2, None).unwrap();
        for bytes in [0, 1, 31, 127, 4097, PARALLEL + 5, STREAMING_COPY + 77] {
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

    #[test]
    fn streaming_writes_what_plain_stores_do_at_every_alignment() {
        let source: Vec<u8> = (0..80_000).map(|i| (i % 251) as u8).collect();
        let mut target = vec![0; source.len() + 64];
        for shift in [0, 1, 31, 32, 63] {
            for bytes in [0, 5, 64, 4096, 16_384, 16_385, 80_000] {
                target.fill(0);
                // SAFETY: both are at least of that size.
                unsafe { copy_much(None, true, target[shift..].as_mut_ptr(), source.as_ptr(), bytes) };
                assert!(target[shift..shift + bytes] == source[..bytes], "{bytes} at {shift}");
                assert!(target[shift + bytes..].iter().all(|byte| *byte == 0));
            }
            for width in 1..=16 {
                let (pattern, bytes) = (&source[1..=width], width * 1300);
                target.fill(0);
                // SAFETY: the target is at least of that size.
                unsafe { fill_much(None, true, target[shift..].as_mut_ptr(), pattern, bytes) };
                assert!(
                    target[shift..shift + bytes].chunks(width).all(|slot| slot == pattern),
                    "{width} at {shift}"
                );
                assert!(target[shift + bytes..].iter().all(|byte| *byte == 0));
            }
        }
    }
}
