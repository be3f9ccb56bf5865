//! How a leg is measured: a matrix, or points on a plane with a rounding rule.

use std::sync::Arc;

use crate::matrix::TravelMatrix;
use crate::measure::{Meters, Seconds};

/// How research instances turn Euclidean lengths into integers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rounding {
    /// `floor(d + 0.5)`: CVRPLIB.
    #[default]
    Nearest,
    /// `floor(d)`.
    Floor,
    /// `ceil(d)`.
    Ceil,
    /// `floor(10·d)`: the DIMACS challenge's one decimal, times in tenths as well.
    Dimacs,
    /// `floor(factor·d + 0.5)`: integers that stand for thousandths, say; times scaled alike.
    Scaled(u32),
}

impl Rounding {
    /// How many integer units make one unit of the instance.
    pub fn scale(self) -> i64 {
        match self {
            Self::Nearest | Self::Floor | Self::Ceil => 1,
            Self::Dimacs => 10,
            Self::Scaled(factor) => i64::from(factor),
        }
    }

    /// The integer length of a Euclidean length.
    #[inline]
    pub fn round(self, length: f64) -> i64 {
        match self {
            Self::Nearest => (length + 0.5) as i64,
            Self::Floor => length as i64,
            Self::Ceil => length.ceil() as i64,
            Self::Dimacs => (10.0 * length) as i64,
            Self::Scaled(factor) => (f64::from(factor) * length + 0.5) as i64,
        }
    }
}

/// How legs between places are measured, for one speed profile.
#[derive(Clone, Debug)]
pub enum Travel {
    /// Explicit times and distances, possibly asymmetric. 8·n² bytes.
    Matrix(Arc<TravelMatrix>),
    /// Points on a plane; time equals distance. No memory per leg, so a million places are fine.
    Plane {
        /// Coordinates of each place.
        points: Arc<Vec<(f64, f64)>>,
        /// How lengths become integers.
        rounding: Rounding,
    },
}

impl Travel {
    /// How many places are known.
    pub fn n_places(&self) -> usize {
        match self {
            Self::Matrix(matrix) => matrix.n_places(),
            Self::Plane { points, .. } => points.len(),
        }
    }

    /// Distance of a leg.
    #[inline]
    pub fn distance(&self, from: usize, to: usize) -> Meters {
        match self {
            Self::Matrix(matrix) => matrix.distance(from, to),
            Self::Plane { points, rounding } => {
                let ((x1, y1), (x2, y2)) = (points[from], points[to]);
                let (dx, dy) = (x1 - x2, y1 - y2);
                Meters(rounding.round((dx * dx + dy * dy).sqrt()))
            }
        }
    }

    /// Travel time of a leg.
    #[inline]
    pub fn time(&self, from: usize, to: usize) -> Seconds {
        match self {
            Self::Matrix(matrix) => matrix.time(from, to),
            Self::Plane { .. } => Seconds(self.distance(from, to).value()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rounding_of_a_known_length() {
        // sqrt(2) = 1.41421…
        let length = 2f64.sqrt();
        let rounded = |rounding: Rounding| rounding.round(length);
        assert_eq!(rounded(Rounding::Nearest), 1);
        assert_eq!(rounded(Rounding::Floor), 1);
        assert_eq!(rounded(Rounding::Ceil), 2);
        assert_eq!(rounded(Rounding::Dimacs), 14);
        assert_eq!(rounded(Rounding::Scaled(1000)), 1414);
    }
}
