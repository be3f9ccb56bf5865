//! Where travel times come from: one trait, several sources.

use std::fmt;

use super::drawing::DrawnShape;
use super::estimate::{NetworkPlace, estimate};
use super::profile::TravelProfile;
use super::region::RegionError;
use super::server::ServerError;
use crate::matrix::{MatrixError, TravelMatrix};
use crate::measure::Meters;
use crate::place::{BoundingBox, LatLon};

/// Why travel cannot be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TravelError {
    /// A leg beyond the limits.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The region.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// The server.
    #[error(transparent)]
    Server(#[from] ServerError),
}

/// What stands behind a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TravelKind {
    /// Roads of a region.
    Region,
    /// Somebody else's measurement.
    External,
}

/// What a source calls itself, to be shown with every number it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelName {
    /// What stands behind it.
    pub kind: TravelKind,
    /// Its name: of a region, a file, a server.
    pub name: String,
    /// What must be shown with it; empty when nothing must.
    pub attribution: String,
}

/// Travel between places, and where it is not what it seems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// All legs.
    pub matrix: TravelMatrix,
    /// Places that the source does not reach, by index: their legs are estimated.
    pub estimated: Vec<usize>,
    /// Places far from any road, by index, with the straight way on foot.
    pub walked: Vec<(usize, Meters)>,
}

/// Something that knows how long it takes from here to there.
pub trait Travel: Send + Sync + fmt::Debug {
    /// What it is called.
    fn name(&self) -> TravelName;

    /// Measures all legs between places.
    ///
    /// # Errors
    /// When the source is away or damaged, or a leg exceeds the limits.
    fn measure(
        &self,
        places: &[NetworkPlace],
        fallback: &TravelProfile,
    ) -> Result<Measured, TravelError>;

    /// The way between two places as a line, or `None` when only the straight one is known.
    fn line(&self, from: LatLon, to: LatLon) -> Option<Vec<LatLon>>;

    /// The point of a road nearest to a place that is known only roughly, when roads are known.
    fn nearest_road(&self, _at: LatLon) -> Option<LatLon> {
        None
    }

    /// What a map of a box shows beneath routes; nothing when the source knows no map.
    fn drawing(&self, _bounds: BoundingBox) -> Vec<DrawnShape> {
        Vec::new()
    }
}

/// Fills what a source does not know with estimates.
///
/// `cells` holds times in seconds and lengths in meters, row by row; `None` is unknown. A place
/// none of whose legs is known counts as not reached, and so does one end of each other gap.
pub(super) fn fill(
    places: &[NetworkPlace],
    cells: &[Option<(u32, u32)>],
    fallback: &TravelProfile,
) -> Result<(TravelMatrix, Vec<usize>), MatrixError> {
    let n = places.len();
    let is_gap = |from: usize, to: usize| from != to && cells[from * n + to].is_none();
    let mut estimated: Vec<usize> = (0..n)
        .filter(|&a| n > 1 && (0..n).all(|b| a == b || is_gap(a, b) && is_gap(b, a)))
        .collect();
    for from in 0..n {
        for to in 0..n {
            let is_told = estimated.contains(&from) || estimated.contains(&to);
            if is_gap(from, to) && !is_told {
                estimated.push(to);
            }
        }
    }
    estimated.sort_unstable();
    let guess = if estimated.is_empty() { None } else { Some(estimate(places, fallback)?) };
    let mut times_s = Vec::with_capacity(n * n);
    let mut distances_m = Vec::with_capacity(n * n);
    for from in 0..n {
        for to in 0..n {
            let guessed = guess.as_ref().map_or((0, 0), |guess| {
                (guess.time_row_s(from)[to], guess.distance_row_m(from)[to])
            });
            let known = if from == to { Some((0, 0)) } else { cells[from * n + to] };
            let (time_s, distance_m) = known.unwrap_or(guessed);
            times_s.push(time_s);
            distances_m.push(distance_m);
        }
    }
    Ok((TravelMatrix::new(n, times_s, distances_m)?, estimated))
}
