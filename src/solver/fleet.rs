//! Which vehicle drives a route: changes of the whole route, where fleets are mixed.

use crate::solver::law::{Law, Penalties};
use crate::solver::routes::{Routes, Step};

/// Routes of other kinds that each changed route is compared with, at most.
const PARTNERS_MAX: usize = 8;

/// Gives routes that changed to the vehicles that drive them cheapest: an idle vehicle of another kind, or that of
/// another changed route in exchange.
///
/// Idea. Moves of a few clients pass from one fleet to a better one through plans that are dearer than both; a whole
/// route in another vehicle is such a passage in one step.
///
/// # Complexity
/// O(length) for each pair of a route and a vehicle.
pub(super) struct Fleet {
    slots: Vec<u32>,
    first: Vec<u32>,
    second: Vec<u32>,
    steps: [Vec<Step>; 2],
}

impl Fleet {
    pub(super) fn new() -> Self {
        Self {
            slots: Vec::new(),
            first: Vec::new(),
            second: Vec::new(),
            steps: [Vec::new(), Vec::new()],
        }
    }

    /// Improves who drives the routes touched in this iteration, as far as single changes do.
    pub(super) fn reassign<L: Law>(&mut self, routes: &mut Routes<L>, penalties: Penalties) {
        if routes.n_kinds() < 2 {
            return;
        }
        self.slots.clear();
        self.slots.extend_from_slice(routes.touched());
        for at in 0..self.slots.len() {
            let slot = self.slots[at];
            if routes.states[slot as usize].n_clients > 0 {
                self.take_idle(routes, slot, penalties);
            }
        }
        for at in 0..self.slots.len() {
            for other in at + 1..self.slots.len().min(at + 1 + PARTNERS_MAX) {
                self.exchange(routes, self.slots[at], self.slots[other], penalties);
            }
        }
    }

    /// Lets an idle vehicle of another kind drive a slot's route, when that is cheaper.
    fn take_idle<L: Law>(&mut self, routes: &mut Routes<L>, slot: u32, penalties: Penalties) {
        self.first.clear();
        self.first.extend(routes.clients(slot));
        let now = routes.penalized_worth_of(slot, penalties);
        let other = |&empty: &u32| !routes.law.same_kind(slot, empty);
        let mut best = (now, slot);
        for empty in routes.empty_slots().filter(other) {
            // What burdens a route is never negative: legs alone exclude most vehicles.
            let legs = legs(routes, empty, &self.first);
            if legs < best.0 {
                let burden = routes.law.judge(empty, &self.first);
                best = best.min((legs + penalties.price(burden), empty));
            }
        }
        if best.0 < now {
            let empty = best.1;
            lay(routes, empty, &self.first, &mut self.steps[0]);
            let nobody = [Step { node: routes.end(slot), leg: 0 }];
            routes.set_routes((slot, &nobody), (empty, &self.steps[0]));
        }
    }

    /// Lets two vehicles of different kinds exchange their routes, when that is cheaper.
    fn exchange<L: Law>(&mut self, routes: &mut Routes<L>, a: u32, b: u32, penalties: Penalties) {
        let is_used = |slot: u32| routes.states[slot as usize].n_clients > 0;
        // Where both kinds have idle vehicles, each route has had its choice of them.
        let is_free = routes.has_idle(a) && routes.has_idle(b);
        if is_free || routes.law.same_kind(a, b) || !is_used(a) || !is_used(b) {
            return;
        }
        self.first.clear();
        self.first.extend(routes.clients(a));
        self.second.clear();
        self.second.extend(routes.clients(b));
        let now = routes.penalized_worth_of(a, penalties) + routes.penalized_worth_of(b, penalties);
        let legs = legs(routes, b, &self.first) + legs(routes, a, &self.second);
        if legs >= now {
            return;
        }
        let half = legs + penalties.price(routes.law.judge(b, &self.first));
        if half < now && half + penalties.price(routes.law.judge(a, &self.second)) < now {
            lay(routes, a, &self.second, &mut self.steps[0]);
            lay(routes, b, &self.first, &mut self.steps[1]);
            routes.set_routes((a, &self.steps[0]), (b, &self.steps[1]));
        }
    }
}

/// What the legs of a route cost for the vehicle of a slot, and that clients are strangers there; more than anything where it may
/// not serve somebody.
fn legs<L: Law>(routes: &Routes<L>, slot: u32, clients: &[u32]) -> i64 {
    let (mut last, end) = routes.ends(slot);
    let mut legs = 0;
    for &node in clients {
        if !routes.allows(slot, node) {
            return i64::MAX / 4;
        }
        legs += routes.law.leg(slot, last, node) + routes.loyalty.price_of(node, slot);
        last = node;
    }
    legs + routes.law.leg(slot, last, end)
}

fn lay<L: Law>(routes: &Routes<L>, slot: u32, clients: &[u32], steps: &mut Vec<Step>) {
    steps.clear();
    let mut last = routes.start(slot);
    for &node in clients.iter().chain([&routes.end(slot)]) {
        steps.push(Step { node, leg: routes.law.leg(slot, last, node) });
        last = node;
    }
}
