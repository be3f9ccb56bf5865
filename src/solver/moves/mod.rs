//! Moves: one idea per file. A move names the new routes of one or two slots as pieces of today's routes; pricing
//! reads, applying writes, and both follow from the pieces.

mod relocate;
mod swap_star;
mod tails;
mod two_opt;

pub(super) use relocate::relocate;
pub(super) use swap_star::swap_star;
pub(super) use tails::tails;
pub(super) use two_opt::two_opt;

use crate::solver::law::{Law, Penalties, Piece};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::routes::Routes;

/// Most pieces a move makes a route of.
const PIECES_MAX: usize = 4;

/// A slot's new route.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewRoute {
    pub slot: u32,
    pieces: [Piece; PIECES_MAX],
    n_pieces: u8,
}

impl NewRoute {
    #[inline]
    pub(super) fn new<const N: usize>(slot: u32, pieces: [Piece; N]) -> Self {
        let mut padded = [Piece::One(0); PIECES_MAX];
        padded[..N].copy_from_slice(&pieces);
        Self { slot, pieces: padded, n_pieces: N as u8 }
    }

    #[inline]
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces[..self.n_pieces as usize]
    }
}

/// A priced change of one or two routes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub delta: i64,
    pub first: NewRoute,
    pub second: Option<NewRoute>,
    /// Nodes whose neighbors on the route change; repeated or missing ends do no harm.
    pub ends: [u32; 6],
}

/// The best move of a client so far, and what every file of moves needs to find a better one.
pub(super) struct Scan<'r, 'a, L: Law> {
    pub routes: &'r Routes<'a, L>,
    pub near: &'r Neighborhood,
    pub penalties: Penalties,
    pub n_moves: usize,
    pub n_swaps: usize,
    pub best: Option<Move>,
}

impl<L: Law> Scan<'_, '_, L> {
    #[inline]
    fn bound(&self) -> i64 {
        self.best.map_or(0, |found| found.delta)
    }

    #[inline]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        self.routes.law.leg(slot, from, to)
    }

    #[inline]
    fn price(&self, route: &NewRoute) -> i64 {
        self.penalties.price(self.routes.law.assess(route.slot, route.pieces(), &self.routes.links))
    }

    /// Keeps a change of one route when it beats the best: `legs` is the exact change of its legs.
    #[inline]
    fn offer_one(&mut self, legs: i64, route: NewRoute, ends: [u32; 6]) {
        let before = self.routes.burden_price(route.slot, self.penalties);
        if legs - before >= self.bound() {
            return;
        }
        let delta = legs + self.price(&route) - before;
        if delta < self.bound() {
            self.best = Some(Move { delta, first: route, second: None, ends });
        }
    }

    /// Keeps a change of two routes when it beats the best. Burdens are never negative, so legs bound the price.
    #[inline]
    fn offer_two(&mut self, legs: i64, first: NewRoute, second: NewRoute, ends: [u32; 6]) {
        let before = self.routes.burden_price(first.slot, self.penalties)
            + self.routes.burden_price(second.slot, self.penalties);
        if legs - before >= self.bound() {
            return;
        }
        let half = legs + self.price(&first) - before;
        if half >= self.bound() {
            return;
        }
        let delta = half + self.price(&second);
        if delta < self.bound() {
            self.best = Some(Move { delta, first, second: Some(second), ends });
        }
    }

    /// What it would at least be priced that a slot's route takes on so much more load.
    #[inline]
    fn overload(&self, slot: u32, load: i64) -> i64 {
        let slack = self.routes.law.slack(slot, &self.routes.links);
        ((load - slack).max(0) * self.penalties.load) >> 10
    }

    /// Price of the leg to the node behind, from memory.
    #[inline]
    fn leg_behind(&self, node: u32) -> i64 {
        self.routes.node(node).leg
    }

    /// Whether the first pricing already excludes the change, before its pieces are named.
    #[inline]
    fn is_lost(&self, legs: i64, a: u32, b: u32) -> bool {
        let before = self.routes.burden_price(a, self.penalties)
            + if a == b { 0 } else { self.routes.burden_price(b, self.penalties) };
        legs - before >= self.bound()
    }
}

/// The clients that the pieces name, in order.
pub(super) fn collect<L: Law>(routes: &Routes<L>, pieces: &[Piece], clients: &mut Vec<u32>) {
    clients.clear();
    let n_clients = routes.n_clients() as u32;
    for &piece in pieces {
        let (mut node, last, forward) = match piece {
            Piece::One(client) => {
                clients.push(client);
                continue;
            }
            Piece::Prefix(last) => (routes.start(routes.node(last).slot), last, true),
            Piece::Suffix(first) => (first, routes.end(routes.node(first).slot), true),
            Piece::Span(first, last) => (first, last, true),
            Piece::Reversed(first, last) => (last, first, false),
        };
        loop {
            if node < n_clients {
                clients.push(node);
            }
            if node == last {
                break;
            }
            node = if forward { routes.node(node).next } else { routes.node(node).prev };
        }
    }
}
