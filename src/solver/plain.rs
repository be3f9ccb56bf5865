//! The plain law: one kind of vehicle from one depot, one load, nothing else.

use crate::problem::Problem;
use crate::solver::capacity::Units;
use crate::solver::home::{BuildLegs, Home};
use crate::solver::law::{Burden, Law, Limit, NewLegs, Penalties, Piece, is_empty};
use crate::solver::part::Part;
use crate::solver::routes::Links;

/// Capacity only.
pub(super) struct PlainLaw<G> {
    home: Home<G>,
    symmetric: bool,
    demand: Vec<i64>,
}

/// The load of the route up to and with a node.
#[derive(Clone, Copy, Default)]
pub(super) struct LoadMark(i64);

impl<G> PlainLaw<G> {
    fn over(&self, load: i64) -> Burden {
        let (priced, load) = (self.home.fixed, (load - self.home.capacity).max(0));
        Burden { priced, firm: priced, idle: 0, load, time: 0, work: 0 }
    }
}

impl<G: BuildLegs> Law for PlainLaw<G> {
    type Mark = LoadMark;
    type Brief = ();
    type Head = ();
    type Room = Units;
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = false;

    fn build(problem: &Problem, part: &Part) -> Self {
        let home = Home::build(problem, part);
        let demand = part.clients.iter().map(|&client| problem.clients()[client].delivery.0[0]);
        Self { symmetric: home.is_symmetric(), home, demand: demand.collect() }
    }

    #[inline]
    fn leg(&self, _slot: u32, from: u32, to: u32) -> i64 {
        self.home.leg(from, to)
    }

    #[inline]
    fn leg_back(&self, _slot: u32, from: u32, to: u32, there: i64) -> i64 {
        self.home.leg_back(from, to, there)
    }

    #[inline]
    fn leg_into(&self, _slot: u32, from: u32, to: u32) -> i64 {
        self.home.leg_into(from, to)
    }

    #[inline]
    fn is_symmetric(&self) -> bool {
        self.symmetric
    }

    fn judge(&self, _slot: u32, sequence: &[u32]) -> Burden {
        if sequence.is_empty() {
            return Burden::default();
        }
        self.over(sequence.iter().map(|&client| self.demand[client as usize]).sum())
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let mut load = 0;
        links.marks[start as usize] = LoadMark(0);
        let mut node = links.nodes[start as usize].next;
        let is_empty = node == end;
        while node != end {
            load += self.demand[node as usize];
            links.marks[node as usize] = LoadMark(load);
            node = links.nodes[node as usize].next;
        }
        links.marks[end as usize] = LoadMark(load);
        if is_empty { Burden::default() } else { self.over(load) }
    }

    #[inline]
    fn take_in(&self, slot: u32, client: u32, links: &mut Links<Self>) -> Burden {
        let total = &mut links.marks[links.slots.end(slot) as usize];
        total.0 += self.demand[client as usize];
        self.over(total.0)
    }

    #[inline]
    fn assess_insertion(
        &self,
        slot: u32,
        client: u32,
        _after: u32,
        links: &Links<Self>,
        _: Limit,
    ) -> Burden {
        let load = links.marks[links.slots.end(slot) as usize].0;
        self.over(load + self.demand[client as usize])
    }

    #[inline]
    fn assess(&self, _slot: u32, pieces: &[Piece], links: &Links<Self>, _: Limit) -> Burden {
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
        if self.home.fixed != 0 && is_empty(pieces, links) {
            return Burden::default();
        }
        self.over(pieces.iter().map(load_of).sum())
    }

    #[inline]
    fn load(&self, client: u32) -> i64 {
        self.demand[client as usize]
    }

    #[inline]
    fn load_up_to(&self, node: u32, links: &Links<Self>) -> i64 {
        links.marks[node as usize].0
    }

    #[inline]
    fn price_of_legs<const N: usize>(
        &self,
        _slot: u32,
        _legs: &NewLegs<N>,
        _now: Burden,
        _links: &Links<Self>,
        _prices: Penalties,
    ) -> i64 {
        0
    }

    #[inline]
    fn relief_of_order(&self, _slot: u32, _now: Burden, _prices: Penalties) -> i64 {
        0
    }

    #[inline]
    fn room(&self, _slot: u32) -> Units {
        Units(self.home.capacity)
    }

    fn size(&self, client: u32) -> i64 {
        self.demand[client as usize]
    }
}
