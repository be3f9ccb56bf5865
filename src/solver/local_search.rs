//! Local search on what changed: a queue of clients, the best move of each, until none is left.

use crate::solver::config::Tuning;
use crate::solver::law::{Law, Penalties};
use crate::solver::moves::{Move, Scan, collect, relocate, swap_star, tails, two_opt};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::routes::{BANK, Routes};

/// Descends from the clients in its queue. A move puts the ends it changed back into the queue, so that the cost is
/// proportional to what changes and never to the size of the problem.
pub(super) struct LocalSearch {
    queue: Vec<u32>,
    is_queued: Vec<bool>,
    first: Vec<u32>,
    second: Vec<u32>,
}

impl LocalSearch {
    pub(super) fn new(n_clients: usize) -> Self {
        Self {
            queue: Vec::new(),
            is_queued: vec![false; n_clients],
            first: Vec::new(),
            second: Vec::new(),
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
        while let Some(client) = self.queue.pop() {
            self.is_queued[client as usize] = false;
            if routes.slot_of(client) == BANK {
                continue;
            }
            let mut scan = Scan {
                routes,
                near,
                penalties,
                n_moves: tuning.move_neighbors,
                n_swaps: tuning.swap_neighbors,
                best: None,
            };
            relocate(&mut scan, client);
            tails(&mut scan, client);
            two_opt(&mut scan, client);
            swap_star(&mut scan, client);
            if let Some(found) = scan.best {
                self.apply(routes, &found, penalties);
            }
        }
    }

    fn apply<L: Law>(&mut self, routes: &mut Routes<L>, found: &Move, penalties: Penalties) {
        let before = penalized(routes, found, penalties);
        collect(routes, found.first.pieces(), &mut self.first);
        match &found.second {
            Some(second) => {
                collect(routes, second.pieces(), &mut self.second);
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

/// Penalized cost of the routes a move changes.
fn penalized<L: Law>(routes: &Routes<L>, found: &Move, penalties: Penalties) -> i64 {
    let of = |slot: u32| {
        let state = &routes.states[slot as usize];
        state.legs + penalties.price(state.burden)
    };
    of(found.first.slot) + found.second.as_ref().map_or(0, |second| of(second.slot))
}
