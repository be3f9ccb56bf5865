//! Legs as the kernel reads them: rows of clients first, then rows of depots, packed.

use crate::id::Id;
use crate::problem::{ClientId, PlaceId, Problem, ProfileId, Rounding, Travel};

/// Above this many rows a matrix would not stay near the caches: lengths are computed from points.
pub(super) const DENSE_ROWS_MAX: usize = 4_000;

/// Distances between rows of a part of a problem, where time equals distance or does not matter.
pub(super) trait Legs: Sync + Send {
    fn distance(&self, from: u32, to: u32) -> i64;

    /// The same distance, read from where those into one row lie together.
    fn distance_into(&self, from: u32, to: u32) -> i64;

    /// Whether every leg is as long back as forth.
    fn is_symmetric(&self) -> bool;
}

/// All distances, in a square of `u32`; where they differ both ways, the turned square lies behind it.
pub(super) struct Dense {
    width: usize,
    cells: Vec<u32>,
    /// Where the turned square begins; 0 when it is the same.
    turned: usize,
}

impl Dense {
    fn new(width: usize, mut cells: Vec<u32>, is_plane: bool) -> Self {
        let is_symmetric = is_plane
            || (0..width).all(|a| (0..a).all(|b| cells[a * width + b] == cells[b * width + a]));
        let turned = if is_symmetric { 0 } else { width * width };
        if !is_symmetric {
            cells.reserve_exact(width * width);
            for to in 0..width {
                for from in 0..width {
                    cells.push(cells[from * width + to]);
                }
            }
        }
        Self { width, cells, turned }
    }
}

impl Legs for Dense {
    #[inline]
    fn distance(&self, from: u32, to: u32) -> i64 {
        i64::from(self.cells[from as usize * self.width + to as usize])
    }

    #[inline]
    fn distance_into(&self, from: u32, to: u32) -> i64 {
        i64::from(self.cells[self.turned + to as usize * self.width + from as usize])
    }

    fn is_symmetric(&self) -> bool {
        self.turned == 0
    }
}

/// Distances computed from points on a plane.
pub(super) struct Plane {
    points: Vec<(f64, f64)>,
    rounding: Rounding,
}

impl Legs for Plane {
    #[inline]
    fn distance(&self, from: u32, to: u32) -> i64 {
        let ((x1, y1), (x2, y2)) = (self.points[from as usize], self.points[to as usize]);
        let (dx, dy) = (x1 - x2, y1 - y2);
        self.rounding.round((dx * dx + dy * dy).sqrt())
    }

    #[inline]
    fn distance_into(&self, from: u32, to: u32) -> i64 {
        self.distance(from, to)
    }

    fn is_symmetric(&self) -> bool {
        true
    }
}

/// Which places the rows of a part stand for.
pub(super) fn rows_of(problem: &Problem, clients: &[ClientId], depots: &[PlaceId]) -> Vec<usize> {
    let of_clients = clients.iter().map(|&client| problem.clients()[client].place.index());
    of_clients.chain(depots.iter().map(|depot| depot.index())).collect()
}

/// Whether distances of so many rows should be computed instead of stored.
pub(super) fn prefers_plane(problem: &Problem, n_rows: usize) -> bool {
    let plane = matches!(problem.profiles()[ProfileId(0)], Travel::Plane { .. });
    plane && n_rows > DENSE_ROWS_MAX
}

/// The distances of profile 0 between the rows, stored. O(rows²).
pub(super) fn dense(problem: &Problem, rows: &[usize]) -> Dense {
    let travel = &problem.profiles()[ProfileId(0)];
    let width = rows.len();
    let mut cells = Vec::with_capacity(width * width);
    match travel {
        Travel::Plane { points, rounding } => {
            let local: Vec<(f64, f64)> = rows.iter().map(|&row| points[row]).collect();
            for &(x1, y1) in &local {
                cells.extend(local.iter().map(|&(x2, y2)| {
                    let (dx, dy) = (x1 - x2, y1 - y2);
                    rounding.round((dx * dx + dy * dy).sqrt()) as u32
                }));
            }
        }
        Travel::Matrix(matrix) => {
            for &from in rows {
                let row = matrix.distance_row_m(from);
                cells.extend(rows.iter().map(|&to| row[to]));
            }
        }
    }
    Dense::new(width, cells, matches!(travel, Travel::Plane { .. }))
}

/// The points of profile 0 at the rows.
///
/// # Panics
/// When profile 0 is a matrix; [`prefers_plane`] tells.
pub(super) fn plane(problem: &Problem, rows: &[usize]) -> Plane {
    let Travel::Plane { points, rounding } = &problem.profiles()[ProfileId(0)] else {
        panic!("`prefers_plane` said that profile 0 is a plane");
    };
    Plane { points: rows.iter().map(|&row| points[row]).collect(), rounding: *rounding }
}
