//! Chance, seeded: one stream per worker, the same on every machine.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng};

/// What a run's chance starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// A seed of its own for the `index`-th worker, epoch or part; nearby indices give unrelated streams.
    pub fn derive(self, index: u64) -> Self {
        // The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over seed and index.
        let mut z = self.0 ^ index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self(z ^ (z >> 31))
    }
}

/// A stream of chance: xoshiro256++ (Blackman, Vigna 2021).
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The stream of this seed.
    pub fn new(seed: Seed) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed.0))
    }

    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..n`, by multiplication (Lemire 2019) without the rejection step: the bias is below n / 2³².
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        (((self.0.next_u64() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// An index of a slice of `n` elements.
    #[inline]
    pub fn index(&mut self, n: usize) -> usize {
        self.below(n as u32) as usize
    }

    /// A number in `lo..=hi`.
    #[inline]
    pub fn between(&mut self, lo: u32, hi: u32) -> u32 {
        lo + self.below(hi - lo + 1)
    }

    /// A float in `[0, 1)`.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// True with this probability.
    #[inline]
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Brings as many randomly chosen items to the front, in random order.
    pub fn choose_first<T>(&mut self, items: &mut [T], n: usize) {
        for i in 0..n.min(items.len()) {
            let other = i + self.index(items.len() - i);
            items.swap(i, other);
        }
    }

    /// Shuffles in place (Fisher-Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.index(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_never_changes() {
        // Pinned: a change here would silently change every published result.
        let mut rng = Rng::new(Seed(1));
        assert_eq!(
            [rng.bits(), rng.bits()],
            [14_971_601_782_005_023_387, 13_781_649_495_232_077_965]
        );
    }

    #[test]
    fn derived_seeds_differ_from_each_other_and_from_their_parent() {
        let seeds = [Seed(1), Seed(1).derive(0), Seed(1).derive(1), Seed(2).derive(0)];
        let mut unique = seeds.map(|s| s.0);
        unique.sort_unstable();
        assert!(unique.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn below_reaches_every_value_and_none_beyond() {
        let mut rng = Rng::new(Seed(7));
        let mut seen = [false; 6];
        for _ in 0..1_000 {
            seen[rng.index(6)] = true;
        }
        assert_eq!(seen, [true; 6]);
    }
}
