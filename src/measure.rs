//! Quantities: integers that know their unit.
//!
//! Every quantity wraps one `i64` and adds only to its own kind, so that seconds never meet meters
//! by mistake. The wrappers are `#[repr(transparent)]`: they compile to the bare integer.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $unit:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Nothing at all.
            pub const ZERO: Self = Self(0);
            /// The largest value; a sentinel for "not found yet", never an operand.
            pub const MAX: Self = Self(i64::MAX);

            /// The bare number, in this quantity's unit.
            #[inline]
            pub const fn value(self) -> i64 {
                self.0
            }
        }

        impl Add for $name {
            type Output = Self;
            #[inline]
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = Self;
            #[inline]
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Neg for $name {
            type Output = Self;
            #[inline]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl Mul<i64> for $name {
            type Output = Self;
            #[inline]
            fn mul(self, factor: i64) -> Self {
                Self(self.0 * factor)
            }
        }

        impl AddAssign for $name {
            #[inline]
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl SubAssign for $name {
            #[inline]
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self::ZERO, Add::add)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{}", $unit), self.0)
            }
        }
    };
}

quantity!(
    /// A length in meters.
    Meters,
    " m"
);
quantity!(
    /// A duration, or a time of day since local midnight of the planning day, in seconds.
    Seconds,
    " s"
);
quantity!(
    /// A mass in grams.
    Grams,
    " g"
);
quantity!(
    /// Money in Vietnamese đồng.
    Dong,
    " ₫"
);
quantity!(
    /// What the solver minimizes: a dimensionless integer; see `solver::objective`.
    Cost,
    ""
);

impl Seconds {
    /// A duration of whole minutes.
    pub const fn minutes(n: i64) -> Self {
        Self(n * 60)
    }

    /// A time of day on the 24-hour clock.
    pub const fn clock(hour: i64, minute: i64) -> Self {
        Self(hour * 3600 + minute * 60)
    }

    /// The time of day as `HH:MM`, rounded down to the minute.
    pub fn hh_mm(self) -> String {
        format!("{:02}:{:02}", self.0 / 3600, self.0 / 60 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_of_one_kind_add_and_subtract() {
        // 7 + 5 - 2 = 10.
        assert_eq!(Meters(7) + Meters(5) - Meters(2), Meters(10));
        assert_eq!([Seconds(1), Seconds(2)].into_iter().sum::<Seconds>(), Seconds(3));
    }

    #[test]
    fn a_time_of_day_prints_as_hours_and_minutes() {
        assert_eq!(Seconds::clock(8, 5).hh_mm(), "08:05");
        assert_eq!(Seconds(86_399).hh_mm(), "23:59");
    }
}
