//! Travel without a map: great circles, made longer by a detour factor.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::profile::{TerrainClass, TravelProfile};
use crate::matrix::MatrixError;
use crate::matrix::TravelMatrix;
use crate::place::LatLon;

/// Mean diameter of the earth in meters (twice IUGG R1).
const EARTH_DIAMETER_M: f64 = 2.0 * 6_371_008.8;

/// A place to travel from and to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkPlace {
    /// Where it is.
    pub at: LatLon,
    /// What kind of land surrounds it.
    pub terrain: TerrainClass,
}

/// A place with everything a leg needs, so that a cell costs one root and one arc sine.
#[derive(Clone, Copy)]
struct Prepared {
    /// Point on the unit sphere.
    unit: [f64; 3],
    /// Half of the detour factor here: the leg's factor is the sum of both ends.
    half_detour: f64,
    /// Seconds for half a meter here: a leg goes half its way at each end's speed.
    half_pace: f64,
}

/// Estimates the travel between all places by great circles.
///
/// Idea. A leg is as long as the great circle times the mean detour factor of its two ends, and
/// half of it is driven at each end's speed, so the speed is their harmonic mean. Distances are
/// rounded to the nearest meter, times up to the next second. Two different places are at least
/// [`TravelProfile::leg_min_time`] and [`TravelProfile::leg_min_distance`] apart; a place to itself is 0.
/// The result is symmetric. It is an estimate and must be called one wherever it is shown.
///
/// # Complexity
/// O(n²) cells, the rows in parallel; the same cells on any number of threads.
///
/// # Errors
/// When a leg exceeds the limits of a [`TravelMatrix`].
pub fn estimate(
    places: &[NetworkPlace],
    profile: &TravelProfile,
) -> Result<TravelMatrix, MatrixError> {
    let n = places.len();
    let prepared: Vec<Prepared> = places.iter().map(|place| prepare(place, profile)).collect();
    let mut times_s = vec![0; n * n];
    let mut distances_m = vec![0; n * n];
    // `max(1)`: chunks of nothing are refused even when there is nothing to cut.
    let time_rows = times_s.par_chunks_mut(n.max(1));
    let distance_rows = distances_m.par_chunks_mut(n.max(1));
    time_rows.zip(distance_rows).enumerate().for_each(|(from, (times_s, distances_m))| {
        for to in (0..n).filter(|&to| to != from) {
            (times_s[to], distances_m[to]) = leg(&prepared[from], &prepared[to], profile);
        }
    });
    TravelMatrix::new(n, times_s, distances_m)
}

fn prepare(place: &NetworkPlace, profile: &TravelProfile) -> Prepared {
    let (lat, lon) = (place.at.lat().to_radians(), place.at.lon().to_radians());
    let speed = profile.on(place.terrain);
    Prepared {
        unit: [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()],
        half_detour: speed.detour() / 2.0,
        half_pace: 3.6 / speed.speed_kmh() / 2.0,
    }
}

/// Seconds and meters between two different places.
fn leg(a: &Prepared, b: &Prepared, profile: &TravelProfile) -> (u32, u32) {
    let chord_squared: f64 = a.unit.iter().zip(&b.unit).map(|(p, q)| (p - q) * (p - q)).sum();
    let half_chord = (chord_squared.sqrt() / 2.0).min(1.0);
    let distance_m = EARTH_DIAMETER_M * half_chord.asin() * (a.half_detour + b.half_detour);
    let time_s = distance_m * (a.half_pace + b.half_pace);
    // `as` saturates, and the matrix refuses what is beyond its limits.
    let time_s = time_s.ceil().max(profile.leg_min_time.value() as f64) as u32;
    let distance_m = distance_m.round().max(profile.leg_min_distance.value() as f64) as u32;
    (time_s, distance_m)
}
