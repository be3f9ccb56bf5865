//! How much of a load a vehicle takes, and how grave it is to load more.

use crate::solver::law::EXCESS_MAX;

/// How much of a load a vehicle takes.
pub(super) trait Room: Copy {
    /// How much of a load is too much; 0 exactly where it is within the capacity.
    fn excess(self, load: i64) -> i64;
}

/// Where loads tell nothing.
impl Room for () {
    #[inline(always)]
    fn excess(self, _load: i64) -> i64 {
        0
    }
}

/// A capacity where all vehicles are alike, and loads have one dimension: what is too much is measured in units of it.
#[derive(Clone, Copy)]
pub(super) struct Units(pub i64);

impl Room for Units {
    #[inline(always)]
    fn excess(self, load: i64) -> i64 {
        (load - self.0).max(0)
    }
}

/// A capacity, ready to be compared with. What is too much is measured in thousandths of it, rounded up: of vehicles and
/// dimensions that differ by orders of magnitude one price then says how grave it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capacity {
    most: i64,
    /// What a unit of load too much counts, in 2^-32: loads are compared all the time, and dividing takes long.
    unit: u64,
}

impl Capacity {
    /// Of what is not limited.
    pub(super) const ENDLESS: Self = Self { most: i64::MAX / 4, unit: 1 };

    pub(super) fn of(most: i64) -> Self {
        let unit = (1_000 << 32) / most.max(1).cast_unsigned();
        Self { most, unit: unit.max(1) }
    }

    /// Where each that is too much counts one.
    pub(super) fn of_count(most: i64) -> Self {
        Self { most, unit: 1 << 32 }
    }
}

impl Room for Capacity {
    #[inline(always)]
    fn excess(self, load: i64) -> i64 {
        let more = load - self.most;
        if more <= 0 {
            return 0;
        }
        let counted = u128::from(more.cast_unsigned()) * u128::from(self.unit);
        let rounded_up = (counted + 0xffff_ffff) >> 32;
        rounded_up.min(EXCESS_MAX as u128) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excess_is_counted_in_thousandths() {
        let excess = |most, load| Capacity::of(most).excess(load);
        assert_eq!([excess(100, 99), excess(100, 100), excess(100, 101)], [0, 0, 10]);
        assert_eq!([excess(8, 9), excess(8, 12), excess(0, 3)], [125, 500, 3_000]);
        // However large both are, something too much is never nothing, nor more than can be priced.
        let huge = i64::MAX / 8;
        assert_eq!(
            [excess(huge, huge), excess(huge, huge + 1), excess(1, huge)],
            [0, 1, EXCESS_MAX]
        );
        assert_eq!(Capacity::ENDLESS.excess(huge), 0);
    }

    #[test]
    fn what_is_counted_counts_one_each() {
        let count = Capacity::of_count(7);
        assert_eq!([0, 7, 8, 20].map(|n| count.excess(n)), [0, 0, 1, 13]);
    }

    #[test]
    fn excess_is_that_of_a_division_rounded_up() {
        for most in [1, 3, 7, 40, 999, 1_000, 12_345, 1 << 20] {
            for more in [1, 2, 5, 17, 400, 99_999, 1 << 19] {
                let exact = (i128::from(more) * 1_000 + i128::from(most) - 1) / i128::from(most);
                let exact = exact.min(i128::from(EXCESS_MAX)) as i64;
                let excess = Capacity::of(most).excess(most + more);
                assert!(
                    (exact - 1..=exact).contains(&excess) && excess > 0,
                    "{more} beyond {most}"
                );
            }
        }
    }
}
