//! The plain law: one kind of vehicle from one depot, one load, nothing else.

use crate::problem::Problem;
use crate::solver::law::{Burden, Law, Piece, is_empty};
use crate::solver::legs::{Dense, Legs, Plane, dense, plane, rows_of};
use crate::solver::part::Part;
use crate::solver::routes::Links;

/// Capacity only.
pub(super) struct PlainLaw<G> {
    legs: G,
    depot: u32,
    capacity: i64,
    fixed: i64,
    symmetric: bool,
    demand: Vec<i64>,
}

/// The load of the route up to and with a node.
#[derive(Clone, Copy, Default)]
pub(super) struct LoadMark(i64);

/// Legs that a homogeneous law can be built on.
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

impl<G> PlainLaw<G> {
    fn over(&self, load: i64) -> Burden {
        Burden { priced: self.fixed, load: (load - self.capacity).max(0), time: 0 }
    }
}

impl<G: BuildLegs> Law for PlainLaw<G> {
    type Mark = LoadMark;
    const REVERSES: bool = true;

    fn build(problem: &Problem, part: &Part) -> Self {
        let rows = rows_of(problem, &part.clients, &part.depots(problem));
        let demand = part.clients.iter().map(|&client| problem.clients()[client].delivery.0[0]);
        let vehicle_type = part.slots.first().map(|&slot| &problem.vehicle_types()[slot]);
        let legs = G::build(problem, &rows);
        Self {
            symmetric: legs.is_symmetric(),
            legs,
            depot: part.n_clients() as u32,
            capacity: vehicle_type.map_or(0, |vehicle_type| vehicle_type.capacity.0[0]),
            fixed: vehicle_type.map_or(0, |vehicle_type| vehicle_type.fixed.value()),
            demand: demand.collect(),
        }
    }

    #[inline]
    fn leg(&self, _slot: u32, from: u32, to: u32) -> i64 {
        self.legs.distance(from.min(self.depot), to.min(self.depot))
    }

    #[inline]
    fn is_symmetric(&self) -> bool {
        self.symmetric
    }

    #[inline]
    fn same_kind(&self, _a: u32, _b: u32) -> bool {
        true
    }

    fn refresh(&self, slot: u32, sequence: &[u32], marks: &mut [LoadMark]) -> Burden {
        let mut load = 0;
        marks[(self.depot + 2 * slot) as usize] = LoadMark(0);
        for &client in sequence {
            load += self.demand[client as usize];
            marks[client as usize] = LoadMark(load);
        }
        marks[(self.depot + 2 * slot + 1) as usize] = LoadMark(load);
        if sequence.is_empty() { Burden::default() } else { self.over(load) }
    }

    #[inline]
    fn assess(&self, _slot: u32, pieces: &[Piece], links: &Links<Self>) -> Burden {
        let up_to = |node: u32| links.marks[node as usize].0;
        let demand = |node: u32| if links.is_client(node) { self.demand[node as usize] } else { 0 };
        let load_of = |piece: &Piece| match *piece {
            Piece::Prefix(node) => up_to(node),
            Piece::Suffix(node) => {
                let end = links.slots.end(links.nodes[node as usize].slot);
                up_to(end) - up_to(node) + demand(node)
            }
            Piece::One(client) => self.demand[client as usize],
            Piece::Span(first, last) | Piece::Reversed(first, last) => {
                up_to(last) - up_to(first) + demand(first)
            }
        };
        if self.fixed != 0 && is_empty(pieces, links) {
            return Burden::default();
        }
        self.over(pieces.iter().map(load_of).sum())
    }

    #[inline]
    fn load(&self, client: u32) -> i64 {
        self.demand[client as usize]
    }

    #[inline]
    fn slack(&self, slot: u32, links: &Links<Self>) -> i64 {
        self.capacity - links.marks[links.slots.end(slot) as usize].0
    }

    fn size(&self, client: u32) -> i64 {
        self.demand[client as usize]
    }
}
