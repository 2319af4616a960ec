//! The index of free memory by size: classes, and through two levels of bitmaps which of them have something.

#![allow(unsafe_code)]

use std::mem::MaybeUninit;

use super::arena::GRANULE;

/// Classes to a doubling, as a power of two.
const STEP_BITS: u32 = 5;

/// How many classes there are, and how many words have a bit for each: more than any size needs, so that a mask bounds both.
pub(super) const CLASSES: usize = 64 << STEP_BITS;
const WORDS: usize = CLASSES / 64;

/// Returns the class of a size: 32 to each doubling.
#[inline]
pub(super) fn class_of(bytes: u64) -> usize {
    let granules = bytes / GRANULE;
    let doublings = (granules | 1 << STEP_BITS).ilog2() - STEP_BITS;
    // Below 64 granules, which are 4 KiB, each size is a class of its own.
    ((u64::from(doublings) << STEP_BITS) + (granules >> doublings)) as usize % CLASSES
}

/// A bit for each class, and one for each word of them.
#[derive(Clone, Debug, Default)]
struct Bitmap {
    words: [u64; WORDS],
    top: u32,
}

impl Bitmap {
    #[inline]
    fn has(&self, class: usize) -> bool {
        self.words[class / 64] & (1 << (class % 64)) != 0
    }

    #[inline]
    fn set(&mut self, class: usize) {
        self.words[class / 64] |= 1 << (class % 64);
        self.top |= 1 << (class / 64);
    }

    #[inline]
    fn clear(&mut self, class: usize) {
        let word = &mut self.words[class / 64];
        *word &= !(1 << (class % 64));
        self.top &= !(u32::from(*word == 0) << (class / 64));
    }

    /// Returns the first class at or behind `from` that has its bit.
    #[inline]
    fn first(&self, from: usize) -> Option<usize> {
        let word = from / 64;
        let here = self.words.get(word)? & (u64::MAX << (from % 64));
        if here != 0 {
            return Some(word * 64 + here.trailing_zeros() as usize);
        }
        let later = self.top & (u32::MAX << word << 1);
        if later == 0 {
            return None;
        }
        let word = later.trailing_zeros() as usize % WORDS;
        Some(word * 64 + self.words[word].trailing_zeros() as usize)
    }
}

/// The free nodes of one owner, by size: which classes have some, and the first node of each of those.
#[derive(Debug)]
pub(super) struct Bins {
    occupied: Bitmap,
    /// Written where the class has its bit (Bins 1), and nowhere else: a new stream is not to clear room for all that it will never use.
    heads: Box<[MaybeUninit<u32>; CLASSES]>,
    #[cfg(test)]
    pub(super) nodes: usize,
}

impl Bins {
    pub(super) fn new() -> Bins {
        Bins {
            occupied: Bitmap::default(),
            heads: Box::new([const { MaybeUninit::uninit() }; CLASSES]),
            #[cfg(test)]
            nodes: 0,
        }
    }

    /// Returns the first class at or behind `from` that has nodes, and its first node.
    #[inline(always)]
    pub(super) fn first(&self, from: usize) -> Option<(usize, u32)> {
        let class = self.occupied.first(from)?;
        // SAFETY: the class has its bit (Bins 1).
        Some((class, unsafe { self.heads[class].assume_init() }))
    }

    /// Returns the first node of a class, if it has any.
    #[inline(always)]
    pub(super) fn head(&self, class: usize) -> Option<u32> {
        // SAFETY: the class has its bit (Bins 1).
        self.occupied.has(class).then(|| unsafe { self.heads[class].assume_init() })
    }

    /// Makes a node the first of a class that has none yet.
    #[inline(always)]
    pub(super) fn begin(&mut self, class: usize, id: u32) {
        self.heads[class].write(id);
        self.occupied.set(class);
    }

    /// Makes a node the first of a class that has others.
    #[inline(always)]
    pub(super) fn replace(&mut self, class: usize, id: u32) {
        self.heads[class].write(id);
    }

    /// Leaves a class without nodes.
    #[inline(always)]
    pub(super) fn end(&mut self, class: usize) {
        self.occupied.clear(class);
    }
}
