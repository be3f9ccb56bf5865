//! Moves: one idea per file. A move names the new routes of one or two slots as pieces of today's routes; pricing
//! reads, applying writes, and both follow from the pieces.
//!
//! The moves of one client are found in a single pass over its neighbors ([`Beside`]): what is read of a neighbor is
//! read once, and shared by all kinds of moves.

mod reload;
mod relocate;
mod removals;
mod swap_star;
mod tails;
mod two_opt;

pub(super) use reload::{best_shift, is_idle, return_beside};
pub(super) use relocate::{Chains, relocate, relocate_to_empty};
pub(super) use removals::Removals;
pub(super) use swap_star::{Removal, swap_star};
pub(super) use tails::tails;
pub(super) use two_opt::two_opt;

use crate::solver::capacity::Room;
use crate::solver::law::{Law, Limit, NewLegs, Penalties, Piece, visits_of};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::routes::{Node, Routes, Step};

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

    /// Whether it begins and ends at once, as far as its pieces tell.
    #[inline]
    fn is_emptied(&self) -> bool {
        self.n_pieces <= 2
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

/// The client whose moves are sought, as it stands.
#[derive(Clone, Copy)]
pub(super) struct Here {
    pub client: u32,
    pub node: Node,
    /// The load that decides about most moves, of its whole route; 0 where trips have loads of their own.
    pub load: i64,
    /// Where its route may be cut next to it: ahead of it, and behind.
    pub cuts: [Cut; 2],
}

impl Here {
    pub(super) fn of<L: Law>(routes: &Routes<L>, client: u32) -> Self {
        let node = routes.node(client);
        let load = routes.load_of(node.slot);
        Self { client, node, load, cuts: Cut::around(routes, client, &node, load) }
    }
}

/// A place where a route may be cut.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    /// The node ahead of it, and the one behind.
    pub up_to: u32,
    pub from: u32,
    /// The leg that is cut.
    pub leg: i64,
    /// Of the load that decides about most moves, what meets other loads there: up to the cut, and from it on.
    pub load: i64,
    pub rest: i64,
}

impl Cut {
    /// Ahead of a client, and behind it, on a route of such a load.
    #[inline(always)]
    pub(super) fn around<L: Law>(
        routes: &Routes<L>,
        client: u32,
        node: &Node,
        load: i64,
    ) -> [Self; 2] {
        let between = |up_to: u32, from: u32, leg: i64| {
            let (load, rest) = routes.law.loads_at_cut((up_to, from), load, &routes.links);
            Self { up_to, from, leg, load, rest }
        };
        [between(node.prev, client, node.leg_in), between(client, node.next, node.leg_out)]
    }
}

/// A neighbor of the client whose moves are sought, as it stands.
#[derive(Clone, Copy)]
pub(super) struct Beside {
    pub other: u32,
    pub node: Node,
    /// The load that decides about most moves, of its whole route; 0 where trips have loads of their own.
    pub load: i64,
    /// Leg from the client to it, for the client's vehicle.
    pub there: i64,
    /// Leg from it to the client, for its own vehicle.
    pub back: i64,
}

/// What driving around to a place costs at least, when the leg to it is `near` and one leg of `direct` is saved: by
/// the triangle inequality the second leg is no shorter than their difference. Legs that break it can make a move
/// overlooked, never mispriced.
#[inline]
pub(super) fn least_detour(near: i64, direct: i64) -> i64 {
    let more = near - direct;
    more + more.max(0)
}

/// The best move of a client so far, and what every file of moves needs to find a better one.
pub(super) struct Scan<'r, 'a, L: Law> {
    pub routes: &'r Routes<'a, L>,
    pub near: &'r Neighborhood,
    /// The neighbors of the client whose moves are sought that are served, nearest first.
    pub beside: &'r [u32],
    pub removals: &'r Removals,
    pub penalties: Penalties,
    pub n_moves: usize,
    pub best: Option<Move>,
    /// Change that a move must beat.
    pub bound: i64,
}

impl<'r, 'a, L: Law> Scan<'r, 'a, L> {
    /// No move yet, and no neighbors to look for one beside.
    pub(super) fn new(
        routes: &'r Routes<'a, L>,
        near: &'r Neighborhood,
        removals: &'r Removals,
        penalties: Penalties,
    ) -> Self {
        Self { routes, near, beside: &[], removals, penalties, n_moves: 0, best: None, bound: 0 }
    }
}

impl<L: Law> Scan<'_, '_, L> {
    #[inline(always)]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        self.routes.law.leg(slot, from, to)
    }

    /// The same leg, read near its second node.
    #[inline(always)]
    fn leg_into(&self, slot: u32, from: u32, to: u32) -> i64 {
        self.routes.law.leg_into(slot, from, to)
    }

    #[inline]
    fn price(&self, route: &NewRoute, limit: i64) -> i64 {
        let limit = Limit { penalties: self.penalties, price: limit };
        let Routes { law, links, .. } = self.routes;
        self.penalties.price(law.assess(route.slot, route.pieces(), links, limit))
    }

    /// Whether ties let a route be so; asked of those only that would be the best.
    #[inline]
    fn permits(&self, route: &NewRoute) -> bool {
        self.routes.ties.is_none_or(|ties| ties.permits(&self.routes.links, route))
    }

    #[inline]
    fn keep(&mut self, found: Move) {
        self.bound = found.delta;
        self.best = Some(found);
    }

    /// Keeps a change of one route when it beats the best: `legs` is the exact change of its legs.
    #[inline]
    fn offer_one(&mut self, legs: i64, route: NewRoute, ends: [u32; 6]) {
        if legs - self.routes.relief_of_order(route.slot, self.penalties) >= self.bound {
            return;
        }
        let before = self.routes.burden_price(route.slot, self.penalties);
        let delta = legs + self.price(&route, self.bound - legs + before) - before;
        if delta < self.bound && self.permits(&route) {
            self.keep(Move { delta, first: route, second: None, ends });
        }
    }

    /// Keeps a change of two routes when it beats the best. The caller has seen that legs do not exclude it.
    #[inline]
    fn offer_two(&mut self, legs: i64, first: NewRoute, second: NewRoute, ends: [u32; 6]) {
        let before = self.routes.burden_price(first.slot, self.penalties)
            + self.routes.burden_price(second.slot, self.penalties);
        let firm = self.routes.states[second.slot as usize].burden.firm;
        let half = legs + self.price(&first, self.bound - legs + before) - before;
        if half + if second.is_emptied() { 0 } else { firm } < self.bound {
            self.offer_second(half, first, second, ends);
        }
    }

    /// What a slot's route would be priced with clients of another put behind a node.
    #[inline]
    fn price_taking_in(&self, slot: u32, taken: Piece, after: u32, limit: i64) -> i64 {
        let limit = Limit { penalties: self.penalties, price: limit };
        let Routes { law, links, .. } = self.routes;
        self.penalties.price(law.assess_taking_in(slot, taken, after, links, limit))
    }

    /// How much dearer a slot's route becomes at least beyond its legs for driving others.
    #[inline]
    fn price_of_legs<const N: usize>(&self, slot: u32, legs: &NewLegs<N>) -> i64 {
        let Routes { law, links, states, .. } = self.routes;
        law.price_of_legs(slot, legs, states[slot as usize].burden, links, self.penalties)
    }

    /// Keeps a change of two routes that beats the best, if it also does with what it costs that clients change their vehicle.
    #[inline]
    fn offer_priced(&mut self, delta: i64, first: NewRoute, second: NewRoute, ends: [u32; 6]) {
        let delta = delta + self.price_of_change(&first) + self.price_of_change(&second);
        if delta < self.bound && self.permits(&first) && self.permits(&second) {
            self.keep(Move { delta, first, second: Some(second), ends });
        }
    }

    /// How much more it costs now that those whom a slot's new route takes over are served there.
    #[inline]
    fn price_of_change(&self, route: &NewRoute) -> i64 {
        let Routes { links, loyalty, .. } = self.routes;
        if !loyalty.counts() {
            return 0;
        }
        let change = |client: u32| {
            let now = self.routes.slot_of(client);
            loyalty.price_of(client, route.slot) - loyalty.price_of(client, now)
        };
        route.pieces().iter().flat_map(|&piece| visits_of(piece, links)).map(change).sum()
    }

    /// Keeps a change of two routes when it beats the best: `half` is all of the change but what the second route will be
    /// priced.
    #[inline]
    fn offer_second(&mut self, half: i64, first: NewRoute, second: NewRoute, ends: [u32; 6]) {
        if half >= self.bound {
            return;
        }
        let delta = half + self.price(&second, self.bound - half);
        if delta < self.bound {
            self.offer_priced(delta, first, second, ends);
        }
    }

    /// How much of the load that decides about most moves the vehicle of a slot takes.
    #[inline(always)]
    fn room(&self, slot: u32) -> L::Room {
        self.routes.law.room(slot)
    }

    /// What it would at least be priced that a slot's route has so much of that load.
    #[inline]
    fn overload(&self, slot: u32, load: i64) -> i64 {
        self.penalties.of_load(self.routes.law.excess(slot, load))
    }

    /// The load of the trip of a neighbor on the client's route, where the client is on another.
    #[inline(always)]
    fn load_across(&self, here: &Here, beside: &Beside) -> Option<i64> {
        let Routes { law, links, .. } = self.routes;
        law.load_across(here.client, beside.other, links)
    }

    /// How much dearer a trip of so much of that load becomes at least that takes more in.
    #[inline]
    fn overload_by(&self, slot: u32, load: i64, more: i64) -> i64 {
        let room = self.room(slot);
        let [now, then] = [load, load + more].map(|load| self.penalties.of_load(room.excess(load)));
        (then - now).max(0)
    }

    /// How much dearer the route of a neighbor becomes at least that takes clients in beside it of such a load and such work.
    #[inline(always)]
    fn price_of_more(&self, beside: &Beside, load: i64, work: i64) -> i64 {
        let slot = beside.node.slot;
        let burden = self.routes.states[slot as usize].burden;
        self.routes.more_overload(slot, beside.other, (beside.load, load), self.penalties)
            + self.routes.law.price_of_more_work(slot, burden, work, self.penalties)
    }

    /// What a slot's route is priced at least that is joined up to one node and from another on.
    #[inline]
    fn least_of_joined(&self, slot: u32, up_to: u32, from: u32) -> i64 {
        let Routes { law, links, .. } = self.routes;
        law.least_of_joined(slot, up_to, from, links, self.penalties)
    }

    /// By how much taking clients in usually relieves a slot's route at most.
    #[inline]
    fn relief_by_insertion(&self, slot: u32) -> i64 {
        self.routes.relief_by_insertion(slot, self.penalties)
    }

    /// Price of the leg to the node behind, from memory.
    #[inline]
    fn leg_behind(&self, node: u32) -> i64 {
        self.routes.node(node).leg_out
    }

    /// What two routes cost beyond their legs now, apart from what is firm in it: where new routes are priced as far as they are
    /// known, that is left.
    #[inline]
    fn unfirm_of_two(&self, a: u32, b: u32) -> i64 {
        self.routes.relief(a, self.penalties) + self.routes.relief(b, self.penalties)
    }

    /// By how much two routes are usually relieved at most that are joined anew at one of the cuts of each.
    #[inline(always)]
    fn relief_of_exchange(&self, slots: [u32; 2], cuts: [&[Cut; 2]; 2]) -> i64 {
        let Routes { law, links, states, .. } = self.routes;
        let now = slots.map(|slot| states[slot as usize].burden);
        let cuts = cuts.map(|[ahead, behind]| [ahead.from, behind.from]);
        law.relief_of_exchange(slots, cuts, now, links, self.penalties)
    }
}

/// The steps of a new route: legs within a piece are known, only those between pieces are looked up.
pub(super) fn lay_out<L: Law>(routes: &Routes<L>, route: &NewRoute, steps: &mut Vec<Step>) {
    steps.clear();
    let slot = route.slot;
    let (law, n_clients) = (routes.law, routes.n_visits() as u32);
    let mut last = routes.start(slot);
    for &piece in route.pieces() {
        let (mut node, final_node, forward) = match piece {
            Piece::One(client) => (client, client, true),
            Piece::Prefix(last) => (routes.start(routes.node(last).slot), last, true),
            Piece::Suffix(first) => (first, routes.end(routes.node(first).slot), true),
            Piece::Span(first, last) => (first, last, true),
            Piece::Reversed(first, last) => (last, first, false),
        };
        let owner = routes.node(node).slot;
        let is_known =
            (forward || law.is_symmetric()) && (owner == slot || law.same_kind(owner, slot));
        let mut is_inside = false;
        loop {
            let here = routes.node(node);
            if node < n_clients {
                let leg = match (is_inside && is_known, forward) {
                    (true, true) => here.leg_in,
                    (true, false) => here.leg_out,
                    (false, _) => law.leg(slot, last, node),
                };
                steps.push(Step { node, leg });
                last = node;
                is_inside = true;
            } else if forward && node == routes.start(owner) {
                is_inside = true;
            }
            if node == final_node {
                break;
            }
            node = if forward { here.next } else { here.prev };
        }
    }
    let end = routes.end(slot);
    // An empty route has no legs, not even from its start to its end.
    let home = if steps.is_empty() { 0 } else { law.leg(slot, last, end) };
    steps.push(Step { node: end, leg: home });
}
