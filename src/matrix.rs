//! Travel times and distances between n places, packed row by row.

use crate::measure::{Meters, Seconds};

/// The longest leg any matrix may hold, in meters (or in units of a research instance).
pub const MAX_LEG_M: u32 = 1 << 28;

/// What is wrong with the cells given for a matrix.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MatrixError {
    /// The number of cells is not n².
    #[error("a matrix of {n_places} places needs {expected} cells, found {found}")]
    Size {
        /// How many places the matrix is for.
        n_places: usize,
        /// n².
        expected: usize,
        /// How many cells were given.
        found: usize,
    },
    /// A leg is longer than the limit.
    #[error("the leg from place {from} to place {to} is {value}, more than the limit {limit}")]
    TooLong {
        /// Source place.
        from: usize,
        /// Target place.
        to: usize,
        /// What was given.
        value: u32,
        /// [`MAX_LEG_M`].
        limit: u32,
    },
}

/// Travel times (seconds) and distances (meters) between n places, both along the same fastest path.
///
/// Legs are finite by construction and need not be symmetric or obey the triangle inequality. Memory: 8·n² bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelMatrix {
    n_places: usize,
    // Invariant: n_places² cells, each at most MAX_LEG_M: research instances count time in units of length.
    times_s: Vec<u32>,
    // Invariant: n_places² cells, each at most MAX_LEG_M.
    distances_m: Vec<u32>,
}

impl TravelMatrix {
    /// Packs row-major cells: `times_s[from * n + to]`.
    ///
    /// # Errors
    /// When a table has the wrong number of cells, or a leg beyond the limit.
    pub fn new(
        n_places: usize,
        times_s: Vec<u32>,
        distances_m: Vec<u32>,
    ) -> Result<Self, MatrixError> {
        for (cells, limit) in [(&times_s, MAX_LEG_M), (&distances_m, MAX_LEG_M)] {
            let expected = n_places * n_places;
            if cells.len() != expected {
                return Err(MatrixError::Size { n_places, expected, found: cells.len() });
            }
            if let Some(i) = cells.iter().position(|&cell| cell > limit) {
                let (from, to) = (i / n_places, i % n_places);
                return Err(MatrixError::TooLong { from, to, value: cells[i], limit });
            }
        }
        Ok(Self { n_places, times_s, distances_m })
    }

    /// How many places the matrix knows.
    pub fn n_places(&self) -> usize {
        self.n_places
    }

    /// Travel time from place `from` to place `to`.
    #[inline]
    pub fn time(&self, from: usize, to: usize) -> Seconds {
        Seconds(i64::from(self.times_s[from * self.n_places + to]))
    }

    /// Distance from place `from` to place `to`, along the fastest path.
    #[inline]
    pub fn distance(&self, from: usize, to: usize) -> Meters {
        Meters(i64::from(self.distances_m[from * self.n_places + to]))
    }

    /// Travel times in seconds from place `from` to every place.
    #[inline]
    pub fn time_row_s(&self, from: usize) -> &[u32] {
        &self.times_s[from * self.n_places..][..self.n_places]
    }

    /// Distances in meters from place `from` to every place.
    #[inline]
    pub fn distance_row_m(&self, from: usize) -> &[u32] {
        &self.distances_m[from * self.n_places..][..self.n_places]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_back_by_row_and_column() {
        let m = TravelMatrix::new(2, vec![0, 7, 9, 0], vec![0, 70, 90, 0]).unwrap();
        assert_eq!((m.time(0, 1), m.time(1, 0)), (Seconds(7), Seconds(9)));
        assert_eq!(m.distance_row_m(1), [90, 0]);
    }

    #[test]
    fn a_matrix_of_the_wrong_size_is_refused() {
        let error = TravelMatrix::new(2, vec![0; 3], vec![0; 4]).unwrap_err();
        assert_eq!(error, MatrixError::Size { n_places: 2, expected: 4, found: 3 });
    }

    #[test]
    fn a_leg_beyond_the_limit_names_its_ends() {
        let error = TravelMatrix::new(2, vec![0; 4], vec![0, 0, u32::MAX, 0]).unwrap_err();
        assert!(matches!(error, MatrixError::TooLong { from: 1, to: 0, .. }));
    }
}
