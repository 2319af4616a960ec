//! Random choices for tests that a failure's seed repeats, and choices that a fuzzer makes.

/// SplitMix64, or somebody's bytes for as long as there are some.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
    /// The last ones first; nothing if the seed decides.
    bytes: Option<Vec<u8>>,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random { state: seed, bytes: None }
    }

    /// Makes every choice out of two bytes. Behind the last one all choices are the first.
    pub fn of_bytes(bytes: &[u8]) -> Random {
        Random { state: 0, bytes: Some(bytes.iter().rev().copied().collect()) }
    }

    /// Tells whether no more choices are to be made.
    pub fn is_spent(&self) -> bool {
        self.bytes.as_ref().is_some_and(Vec::is_empty)
    }

    pub fn next(&mut self) -> u64 {
        if let Some(bytes) = &mut self.bytes {
            let mut byte = || u64::from(bytes.pop().unwrap_or(0));
            return byte() | byte() << 8;
        }
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not zero.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
