//! What the laws of one kind of vehicle share: the depot it comes from and returns to, the legs, what it is.

use crate::measure::Seconds;
use crate::problem::{Problem, VehicleType};
use crate::solver::legs::{Dense, Legs, Plane, dense, plane, rows_of};
use crate::solver::part::Part;
use crate::solver::timed::Stretch;

/// Legs that such a law can be built on.
pub(super) trait BuildLegs: Legs + Sized {
    fn build(problem: &Problem, rows: &[usize]) -> Self;
}

impl BuildLegs for Dense {
    fn build(problem: &Problem, rows: &[usize]) -> Self {
        dense(problem, rows)
    }
}

impl BuildLegs for Plane {
    fn build(problem: &Problem, rows: &[usize]) -> Self {
        plane(problem, rows)
    }
}

/// One kind of vehicle and its depot, whose row stands behind those of the clients.
pub(super) struct Home<G> {
    legs: G,
    pub depot: u32,
    pub capacity: i64,
    pub fixed: i64,
}

/// The kind of vehicle of a part that has one kind at most.
pub(super) fn only_kind<'p>(problem: &'p Problem, part: &Part) -> Option<&'p VehicleType> {
    part.slots.first().map(|&slot| &problem.vehicle_types()[slot])
}

impl<G: BuildLegs> Home<G> {
    pub(super) fn build(problem: &Problem, part: &Part) -> Self {
        let kind = only_kind(problem, part);
        Self {
            legs: G::build(problem, &rows_of(problem, &part.clients, &part.depots(problem))),
            depot: part.n_clients() as u32,
            capacity: kind.map_or(0, |kind| kind.capacity.0[0]),
            fixed: kind.map_or(0, |kind| kind.fixed.value()),
        }
    }

    pub(super) fn is_symmetric(&self) -> bool {
        self.legs.is_symmetric()
    }

    /// The row of a node: all starts and ends are the depot.
    #[inline]
    pub(super) fn row(&self, node: u32) -> u32 {
        node.min(self.depot)
    }

    #[inline]
    pub(super) fn leg(&self, from: u32, to: u32) -> i64 {
        self.legs.distance(self.row(from), self.row(to))
    }

    #[inline]
    pub(super) fn leg_into(&self, from: u32, to: u32) -> i64 {
        self.legs.distance_into(self.row(from), self.row(to))
    }

    /// A leg between two clients, when the leg back is so long.
    #[inline]
    pub(super) fn leg_back(&self, from: u32, to: u32, there: i64) -> i64 {
        if self.is_symmetric() { there } else { self.leg_into(from, to) }
    }

    /// What using a vehicle costs, for laws that have it paid on the leg that leaves the start.
    #[inline]
    pub(super) fn opening(&self, from: u32) -> i64 {
        if from >= self.depot { self.fixed } else { 0 }
    }
}

/// When the vehicle works, and for how long.
#[derive(Clone, Copy)]
pub(super) struct Hours {
    /// The visit of the depot.
    pub shift: Stretch,
    duration_max: i64,
}

impl Hours {
    pub(super) fn of(kind: Option<&VehicleType>) -> Self {
        let shift = kind.map_or(Stretch::default(), |kind| {
            Stretch::visit(0, kind.shift.start.value(), kind.shift.end.value())
        });
        let limit = kind.and_then(|kind| kind.duration_max);
        Self { shift, duration_max: limit.map_or(i64::MAX / 4, Seconds::value) }
    }

    /// Seconds that a whole route is late and too long.
    #[inline]
    pub(super) fn excess(&self, route: Stretch) -> i64 {
        route.warp + (route.duration - route.warp - self.duration_max).max(0)
    }
}
