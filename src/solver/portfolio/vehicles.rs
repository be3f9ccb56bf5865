//! Plans with fewer vehicles, where these come first: looked for before the annealing.

use rayon::prelude::*;

use crate::problem::{Client, Load, MAX_LOADS, Presence, Problem};
use crate::rng::Rng;
use crate::solver::config::SolverConfig;
use crate::solver::decomposition::{Cut, Map, Task, cut};
use crate::solver::law::Law;
use crate::solver::portfolio::beginning::PROBE;
use crate::solver::portfolio::{Budget, Ground, Portfolio, merge};
use crate::solver::search::{FleetReduction, Search};

/// Share of the budget in which vehicles are saved, where fewer vehicles come first.
const SAVING_SHARE: f64 = 0.5;
/// Leaving a client out once more weighs so many times the heat at the beginning.
const WAITING_WEIGHT: f64 = 100.0;
impl<'p> Portfolio<'p> {
    /// Whether everyone is and must be served.
    pub(super) fn serves_all(&self) -> bool {
        let mut clients = self.problem.clients().values();
        self.best.unserved.is_empty() && clients.all(|c| c.presence == Presence::Required)
    }

    /// The workers look for plans with fewer vehicles; the one with fewest is annealed afterwards.
    pub(super) fn save_vehicles<L: Law>(&mut self) {
        let mut rng = Rng::new(self.seed.derive(4));
        let map = Map::new(self.problem);
        let Cut { mut tasks, numbering } =
            cut(self.problem, &self.current, &map, &self.unserved, 1, 1, &mut rng);
        let Some(Task { part, start }) = tasks.pop() else { return };
        let near = self.near.within(&part, 0, &numbering);
        let ground = self.ground::<L>(part, near);
        // Without a price on vehicles: what matters here is their number, and a route may be emptied and filled again.
        let law = L::build(self.unpriced, &ground.part);
        let weight = (self.schedule.hot * WAITING_WEIGHT) as i64 + 1;
        let config: &'p SolverConfig = self.config;
        let mut fleets: Vec<FleetReduction<L>> = (0..self.workers as u64)
            .map(|worker| {
                let (Ground { part, near, .. }, tuning) = (&ground, &config.tuning);
                let seed = self.seed.derive(5).derive(worker);
                FleetReduction::new(
                    Search::new(&law, part, near, tuning, &start, self.prices, seed),
                    weight,
                )
            })
            .collect();
        let fewest = vehicles_at_least(self.problem).max(self.problem.locks().len());
        let (mut epoch, mut plan, mut n_routes) = (0, start, usize::MAX);
        while !self.is_over(epoch) && self.fraction(epoch) < SAVING_SHARE && fewest < n_routes {
            let budget = self.budget(epoch, fleets.len());
            let this = &*self;
            self.iterations +=
                fleets.par_iter_mut().map(|fleet| this.squeeze(fleet, &budget)).sum::<u64>();
            let leader = fleets.iter().min_by_key(|fleet| fleet.best().1).map(FleetReduction::best);
            if let Some((found, n_found)) = leader
                && n_found < n_routes
            {
                (plan, n_routes) = (found.to_vec(), n_found);
                self.offer_routes(&ground, &plan);
            }
            for fleet in fleets.iter_mut().filter(|fleet| n_routes < fleet.best().1) {
                fleet.adopt(&plan, n_routes);
            }
            self.note();
            epoch += 1;
        }
        self.keeps_vehicles = true;
        let mut search = self.begin(&ground, &plan, self.seed.derive(6));
        let unit = search.probe(PROBE, false, || self.clock.is_over());
        let plan = search.best().routes.clone();
        self.offer_routes(&ground, &plan);
        self.schedule = self.schedule_of(unit);
        (self.first_epoch, self.cool_from) = (epoch, self.fraction(epoch).min(SAVING_SHARE));
        self.current = self.best.clone();
    }

    /// Offers routes of the whole as the best plan.
    fn offer_routes<L: Law>(&mut self, ground: &Ground<L>, routes: &[Vec<u32>]) {
        let search = self.begin(ground, routes, self.seed);
        let plan = merge([(&ground.part, search.best())]);
        self.offer(plan);
    }

    fn squeeze<L: Law>(&self, fleet: &mut FleetReduction<L>, budget: &Budget) -> u64 {
        let began = self.clock.elapsed();
        fleet.squeeze(self.schedule.hot, |iterations| match *budget {
            Budget::Iterations { per_task, .. } => {
                iterations < per_task && !self.clock.is_cancelled()
            }
            Budget::Time { per_task } => {
                self.clock.elapsed() < began + per_task && !self.clock.is_over()
            }
        })
    }
}

/// How many vehicles are needed at least, for all deliveries or all pickups to be on board.
pub(super) fn vehicles_at_least(problem: &Problem) -> usize {
    let of_dimension = |d: usize| {
        let capacity = problem.vehicle_types().values().map(|kind| kind.capacity.0[d]).max();
        let sum = |load: fn(&Client) -> Load| -> i64 {
            problem.clients().values().map(|client| load(client).0[d]).sum()
        };
        let most = sum(|client| client.delivery).max(sum(|client| client.pickup));
        capacity.map_or(0, |capacity| {
            most.div_euclid(capacity.max(1)) + i64::from(most % capacity.max(1) > 0)
        })
    };
    (0..MAX_LOADS).map(of_dimension).max().map_or(1, |n| n.max(1) as usize)
}
