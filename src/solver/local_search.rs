//! Local search on what changed: a queue of clients, the best move of each, until none is left.

use crate::solver::config::Tuning;
use crate::solver::law::{Law, Penalties};
use crate::solver::moves::{
    Beside, Chains, Here, Move, Removal, Removals, Scan, best_shift, is_idle, lay_out, relocate,
    relocate_to_empty, return_beside, swap_star, tails, two_opt,
};
use crate::solver::neighborhood::{Neighborhood, list_wanted};
use crate::solver::routes::{BANK, Routes, Step};

/// Descends from the clients in its queue. A move puts the ends it changed back into the queue, so that the cost is
/// proportional to what changes and never to the size of the problem.
pub(super) struct LocalSearch {
    queue: Vec<u32>,
    is_queued: Vec<bool>,
    first: Vec<Step>,
    second: Vec<Step>,
    removals: Removals,
    /// The served neighbors of the client whose moves are sought.
    beside: Vec<u32>,
}

impl LocalSearch {
    pub(super) fn new(n_clients: usize) -> Self {
        Self {
            queue: Vec::new(),
            is_queued: vec![false; n_clients],
            first: Vec::new(),
            second: Vec::new(),
            removals: Removals::new(n_clients),
            beside: Vec::new(),
        }
    }

    /// Puts a node into the queue; starts and ends of routes are ignored.
    #[inline]
    pub(super) fn push(&mut self, node: u32) {
        if let Some(is_queued) = self.is_queued.get_mut(node as usize)
            && !std::mem::replace(is_queued, true)
        {
            self.queue.push(node);
        }
    }

    /// Applies the best improving move of each queued client until the queue is empty.
    pub(super) fn descend<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        tuning: &Tuning,
        penalties: Penalties,
    ) {
        self.descend_while(routes, near, tuning, penalties, |_, _| true);
    }

    /// The same as long as it `goes_on`, which is asked before each client, with how many are queued; whether it did to the end.
    /// Whoever is queued then is forgotten.
    pub(super) fn descend_while<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        tuning: &Tuning,
        penalties: Penalties,
        mut goes_on: impl FnMut(&Routes<L>, usize) -> bool,
    ) -> bool {
        routes.freshen();
        while !self.queue.is_empty() {
            if !goes_on(routes, self.queue.len()) {
                self.forget();
                return false;
            }
            self.settle_next(routes, near, tuning, penalties);
        }
        true
    }

    /// Whether nobody is queued.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && !self.is_queued.contains(&true)
    }

    fn forget(&mut self) {
        for client in self.queue.drain(..) {
            self.is_queued[client as usize] = false;
        }
    }

    /// Applies the best improving move of the client that is next in the queue.
    fn settle_next<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        tuning: &Tuning,
        penalties: Penalties,
    ) {
        let Some(client) = self.queue.pop() else { return };
        self.is_queued[client as usize] = false;
        if routes.slot_of(client) == BANK {
            return;
        }
        if routes.is_reload(client) {
            self.settle_return(routes, near, penalties, client);
            return;
        }
        let Self { removals, beside, .. } = self;
        let found = best_move(routes, near, (removals, beside), tuning, penalties, client);
        if L::RELOADS && self.load_again(routes, near, penalties, client, found.as_ref()) {
            return;
        }
        if let Some(found) = found {
            self.apply(routes, &found, penalties);
        }
    }

    /// Drops a return that its route does not need, or moves it to a better place.
    fn settle_return<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        penalties: Penalties,
        reload: u32,
    ) {
        let node = routes.node(reload);
        if is_idle(routes, reload, penalties) {
            routes.remove_all(node.slot, &[reload]);
            self.push(node.prev);
            self.push(node.next);
            return;
        }
        let removals = &self.removals;
        let mut scan = Scan::new(routes, near, removals, penalties);
        if let Some(found) = best_shift(&mut scan, reload) {
            self.apply(routes, &found, penalties);
        }
    }

    /// Lets a vehicle beyond its limits load again beside a client, when that beats the client's best move.
    fn load_again<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        penalties: Penalties,
        client: u32,
        found: Option<&Move>,
    ) -> bool {
        let bound = found.map_or(0, |found| found.delta);
        let removals = &self.removals;
        let mut scan = Scan { bound, ..Scan::new(routes, near, removals, penalties) };
        let Some((reload, after)) = return_beside(&mut scan, client) else { return false };
        let slot = routes.slot_of(client);
        routes.insert(reload, slot, after);
        let node = routes.node(reload);
        self.push(node.prev);
        self.push(node.next);
        self.push(reload);
        true
    }

    fn apply<L: Law>(&mut self, routes: &mut Routes<L>, found: &Move, penalties: Penalties) {
        let before = penalized(routes, found, penalties);
        lay_out(routes, &found.first, &mut self.first);
        match &found.second {
            Some(second) => {
                lay_out(routes, second, &mut self.second);
                let first = (found.first.slot, self.first.as_slice());
                routes.set_routes(first, (second.slot, self.second.as_slice()));
            }
            None => routes.set_route(found.first.slot, &self.first),
        }
        if cfg!(any(debug_assertions, feature = "paranoid")) {
            let after = penalized(routes, found, penalties);
            // Rounding of the penalties may differ by one unit on each of the two routes.
            assert!(
                (after - before - found.delta).abs() <= 2,
                "a move must be priced exactly: {found:?}"
            );
        }
        for end in found.ends {
            self.push(end);
        }
    }
}

/// The best improving move of a client, found in one pass over its neighbors.
fn best_move<L: Law>(
    routes: &Routes<L>,
    near: &Neighborhood,
    (removals, beside): (&Removals, &mut Vec<u32>),
    tuning: &Tuning,
    penalties: Penalties,
    client: u32,
) -> Option<Move> {
    let n_waiting = routes.bank.len();
    let n_moves = routes.listed(tuning.move_neighbors, n_waiting);
    let n_swaps = routes.listed(tuning.swap_neighbors, n_waiting);
    // A client that is alone in its part is its own neighbor.
    let is_beside = |other: u32| routes.slot_of(other) != BANK && other != client;
    let neighbors = near.of(client);
    let neighbors = &neighbors[..n_moves.min(neighbors.len())];
    beside.resize(neighbors.len(), 0);
    let (nearest, others) = neighbors.split_at(n_swaps.min(neighbors.len()));
    let n_swaps = list_wanted(beside, nearest.iter().copied(), is_beside);
    let n_others = list_wanted(&mut beside[n_swaps..], others.iter().copied(), is_beside);
    let beside = &beside[..n_swaps + n_others];
    let mut scan = Scan { beside, n_moves, ..Scan::new(routes, near, removals, penalties) };
    let here = Here::of(routes, client);
    let mut chains = Chains::of(&scan, &here);
    let removal = Removal::of(&scan, &here);
    for (rank, &other) in beside.iter().enumerate() {
        let node = routes.node(other);
        let there = routes.law.leg(here.node.slot, client, other);
        let back = routes.law.leg_back(node.slot, other, client, there);
        let load = routes.load_of(node.slot);
        let beside = Beside { other, node, load, there, back };
        relocate(&mut scan, &here, &mut chains, &beside);
        if beside.node.slot == here.node.slot {
            two_opt(&mut scan, &here, &beside);
        } else {
            tails(&mut scan, &here, &beside);
            if rank < n_swaps {
                swap_star(&mut scan, &here, removal, &beside);
            }
        }
    }
    relocate_to_empty(&mut scan, &here, &mut chains);
    scan.best
}

/// Penalized worth of the routes a move changes.
fn penalized<L: Law>(routes: &Routes<L>, found: &Move, penalties: Penalties) -> i64 {
    let of = |slot: u32| routes.penalized_worth_of(slot, penalties);
    of(found.first.slot) + found.second.as_ref().map_or(0, |second| of(second.slot))
}
