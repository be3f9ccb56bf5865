//! How long does it take from here to there?
//!
//! Without a map of roads, [`estimate`] answers by great circles: every place knows the kind of
//! land around it ([`TerrainClass`]), every kind of land has a speed and a detour factor
//! ([`TravelProfile`]), and all pairs of places make a `TravelMatrix`, row by row in parallel.
//!
//! Laws kept here: legs are finite, whole seconds and whole meters; time rounds up; two different
//! doors are never zero apart. What stands behind a number must be told with it: an estimate is
//! shown as an estimate, never as the length of a road.
//!
//! Not here: items, carriers, files. The room sees places and gives back numbers.

use crate::finding::FindingCode;

mod estimate;
mod profile;
#[cfg(test)]
mod tests;

pub use estimate::{NetworkPlace, estimate};
pub use profile::{
    DELTA_DENSITY_MIN, ProfileError, TerrainClass, TerrainSpeed, TravelProfile, URBAN_DENSITY_MIN,
};

/// The findings of this room: none, for it meets no data of the day, only numbers checked before.
pub const CODES: &[FindingCode] = &[];
