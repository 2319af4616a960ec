//! Random bits for dropout: Philox4x32-10, counted from a state that lies in the device's memory.

/// Returns four random words for a seed and a position.
fn philox(seed: u64, position: u64) -> [u32; 4] {
    const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    let mut counter = [position as u32, (position >> 32) as u32, 0, 0];
    let mut key = [seed as u32, (seed >> 32) as u32];
    for _ in 0..10 {
        let [a, b] = [
            u64::from(MULTIPLIERS[0]) * u64::from(counter[0]),
            u64::from(MULTIPLIERS[1]) * u64::from(counter[2]),
        ];
        counter = [
            (b >> 32) as u32 ^ counter[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ counter[3] ^ key[1],
            a as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

/// Decides for each of `count` elements whether it is kept, when a share of `dropout` is not. Takes `count` positions from `position`
/// on, rounded up to groups of four.
pub(crate) fn keep(seed: u64, position: u64, dropout: f32, count: usize) -> Vec<bool> {
    // As a threshold on 32 bits, so that 0 keeps everything and 1 nothing.
    let threshold = (f64::from(dropout) * 4_294_967_296.0) as u64;
    let groups = (0..count.div_ceil(4) as u64).flat_map(|group| philox(seed, position / 4 + group));
    groups.take(count).map(|word| u64::from(word) >= threshold).collect()
}

/// Returns how far the position moves for `count` elements.
pub(crate) fn positions(count: usize) -> u64 {
    count.next_multiple_of(4) as u64
}

#[cfg(test)]
mod tests {
    use super::{keep, philox, positions};

    #[test]
    fn the_generator_gives_the_words_of_its_authors() {
        // From the known answers of Random123, for key and counter of zeros.
        assert_eq!(philox(0, 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
    }

    #[test]
    fn a_share_is_dropped_and_the_next_positions_drop_others() {
        let first = keep(7, 0, 0.3, 10_000);
        let second = keep(7, positions(10_000), 0.3, 10_000);

        for kept in [&first, &second] {
            let share = kept.iter().filter(|kept| !**kept).count();
            assert!((2_800..3_200).contains(&share), "{share} of 10000 were dropped");
        }
        assert_ne!(first, second);
        assert_eq!(first, keep(7, 0, 0.3, 10_000));
        assert!(keep(7, 0, 0.0, 100).iter().all(|kept| *kept));
        assert!(keep(7, 0, 1.0, 100).iter().all(|kept| !*kept));
    }
}
