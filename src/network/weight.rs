//! A weight is a time and a length in one integer, so that one comparison orders by both.
//!
//! The upper half counts milliseconds, the lower half centimeters. Weights add as plain integers,
//! and the smaller one is the faster way, or of two equally fast ways the shorter. The shortest
//! weight between two places is therefore one exact pair of numbers, whichever of several equal
//! paths is found: no second attribute to carry along, no ties to break.

/// No way at all. Twice this still fits, so that sums need no check.
pub(crate) const INFINITE: u64 = 1 << 62;

/// Packs a time and a length.
///
/// Both must stay below 2^30 along any path: 12 days, or 10,000 km.
#[inline]
pub(crate) fn pack(time_ms: u32, length_cm: u32) -> u64 {
    u64::from(time_ms) << 32 | u64::from(length_cm)
}

/// The time of a finite weight.
#[inline]
pub(crate) fn time_ms(weight: u64) -> u32 {
    (weight >> 32) as u32
}

/// The length of a finite weight.
#[inline]
pub(crate) fn length_cm(weight: u64) -> u32 {
    weight as u32
}

/// Whole seconds, rounded up, and whole meters, rounded to the nearest.
pub(crate) fn rounded(weight: u64) -> (u32, u32) {
    let cm = length_cm(weight);
    (time_ms(weight).div_ceil(1000), cm / 100 + u32::from(cm % 100 >= 50))
}

/// A share of a weight: the part of an edge up to a point. Rounded up, so that parts never vanish.
pub(crate) fn share(weight: u64, share: f64) -> u64 {
    if weight >= INFINITE {
        return INFINITE;
    }
    let part = |whole: u32| (f64::from(whole) * share).ceil() as u32;
    pack(part(time_ms(weight)), part(length_cm(weight)))
}
