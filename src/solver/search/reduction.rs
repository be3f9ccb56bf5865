//! Doing with fewer vehicles: a route is given up, and its clients are squeezed into the others.

use crate::rng::Rng;
use crate::solver::law::{Law, Penalties};
use crate::solver::routes::Routes;
use crate::solver::ruin::{Around, Ruined};
use crate::solver::search::{CLOCK_EVERY, Search};

/// Chance that a ruin begins beside someone who waits.
const NEAR_WAITING: f64 = 0.5;

/// A search for a plan with one vehicle fewer, and then one fewer again.
///
/// Idea. Whoever waits grows dearer with every iteration that leaves it out. A plan is kept when those it leaves out
/// are cheaper than those left out before, so that clients who are hard to place push out those who are easy. Which
/// route is given up next is decided by the same counts: the one whose clients were seldom left out.
///
/// # Reference
/// Christiaens, Vanden Berghe (2020), Slack Induction by String Removals for Vehicle Routing Problems, Transportation
/// Science 54(2), section 5.4. We differ: plans that leave out the same clients are annealed by their length, ruins begin
/// beside those who wait every other time, and they are tried on the routes that changed, everywhere there.
pub(in crate::solver) struct FleetReduction<'a, L: Law> {
    search: Search<'a, L>,
    /// How often each client was left out, plus one.
    absences: Vec<i64>,
    /// Price of being left out once.
    weight: i64,
    /// The plan with fewest routes that serves everyone, and how many they are.
    best: Vec<Vec<u32>>,
    n_best: usize,
}

impl<'a, L: Law> FleetReduction<'a, L> {
    /// Begins from a plan that serves everyone.
    pub(in crate::solver) fn new(search: Search<'a, L>, weight: i64) -> Self {
        let n_clients = search.n_clients();
        let best = search.current().routes;
        let n_best = search.routes.n_used();
        let mut fleet = Self { search, absences: vec![1; n_clients], weight, best, n_best };
        fleet.search.recreate.squeezes = true;
        fleet.give_up_route();
        fleet
    }

    /// The plan with fewest routes so far, and their number.
    pub(in crate::solver) fn best(&self) -> (&[Vec<u32>], usize) {
        (&self.best, self.n_best)
    }

    /// Goes on from a plan of another search that does with fewer vehicles.
    pub(in crate::solver) fn adopt(&mut self, routes: &[Vec<u32>], n_routes: usize) {
        self.search.routes.begin();
        self.search.routes.set_all(routes);
        (self.best, self.n_best) = (routes.to_vec(), n_routes);
        self.give_up_route();
    }

    /// Iterates while `go_on` says so; it is asked every few dozen iterations.
    /// Returns their number.
    pub(in crate::solver) fn squeeze(
        &mut self,
        heat: f64,
        mut go_on: impl FnMut(u64) -> bool,
    ) -> u64 {
        let mut iterations = 0u64;
        while !iterations.is_multiple_of(CLOCK_EVERY) || go_on(iterations) {
            iterations += 1;
            if self.n_best <= 1 {
                break;
            }
            self.iterate(heat);
            if self.search.routes.bank.is_empty() {
                self.best = self.search.current().routes;
                self.n_best = self.search.routes.n_used();
                self.give_up_route();
            }
        }
        iterations
    }

    fn iterate(&mut self, heat: f64) {
        let Self { search, absences, weight, .. } = self;
        let before = search.routes.cost();
        search.routes.begin();
        let around = around(&search.routes, &mut search.rng);
        search.perturb_around(around, Penalties::PROHIBITIVE);
        let threshold = -heat * search.rng.unit().max(1e-300).ln();
        let is_kept = search.routes.cost() - before <= threshold as i64;
        let waiting: smallvec::SmallVec<[u32; 32]> = search.routes.bank.as_slice().into();
        if !is_kept || !search.routes.is_feasible() {
            search.routes.rollback();
        }
        for client in waiting {
            absences[client as usize] += 1;
            search.routes.reprice(client, absences[client as usize] * *weight);
        }
        if cfg!(any(debug_assertions, feature = "paranoid")) {
            search.routes.assert_consistent();
        }
    }

    /// Takes apart the route whose clients were left out least often, and closes its vehicle.
    fn give_up_route(&mut self) {
        let routes = &mut self.search.routes;
        routes.begin();
        for client in 0..routes.n_clients() as u32 {
            routes.reprice(client, self.absences[client as usize] * self.weight);
        }
        // A return on the way is nobody who could be left out.
        let absence = |visit: u32| self.absences.get(visit as usize).copied().unwrap_or(0);
        let used =
            (0..routes.n_slots() as u32).filter(|&s| routes.states[s as usize].n_clients > 0);
        // The vehicle of a lock stays, for those bound to it.
        let used = used.filter(|&s| routes.ties.is_none_or(|ties| ties.lock_of(s).is_none()));
        let easiest =
            used.min_by_key(|&slot| (routes.clients(slot).map(absence).sum::<i64>(), slot));
        let Some(slot) = easiest else { return };
        let mut removed: Vec<u32> = routes.clients(slot).collect();
        routes.remove_all(slot, &removed);
        removed.retain(|&visit| !routes.is_reload(visit));
        routes.limit = self.n_best - 1;
        // Some may find a place elsewhere at once.
        let ruined = Ruined { removed, ..Ruined::default() };
        let Search { recreate, routes, near, tuning, rng, .. } = &mut self.search;
        recreate.recreate(routes, near, tuning, &ruined, Penalties::PROHIBITIVE, rng);
        routes.freshen();
        routes.begin();
    }
}

/// Around whom to ruin: every other time someone who waits.
fn around<L: Law>(routes: &Routes<L>, rng: &mut Rng) -> Around {
    if routes.bank.is_empty() || !rng.chance(NEAR_WAITING) {
        return Around::Anyone;
    }
    Around::Client(routes.bank[rng.index(routes.bank.len())])
}
