//! How a search begins: a first plan, the unit of temperature, the prices of excess.

use rayon::prelude::*;

use crate::id::Id;
use crate::problem::{Presence, Problem};
use crate::rng::{Rng, Seed};
use crate::solver::construction::savings;
use crate::solver::decomposition::{Cut, Map, Task, WholePlan, cut, left_out, whole_routes};
use crate::solver::law::Law;
use crate::solver::loyalty::Given;
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;
use crate::solver::portfolio::vehicles::vehicles_at_least;
use crate::solver::portfolio::{Ground, Portfolio, is_large, merge};
use crate::solver::search::{Plan, Search};
use crate::solver::start::{given_routes, tied_route};

/// Iterations of the probe that finds the unit of temperature.
pub(super) const PROBE: usize = 256;
/// Savings are sought among as many neighbors as fill so many vehicles.
const SAVINGS_ROUTES: usize = 5;
/// And among no more of each client, and of all together: each pair takes 16 bytes for a moment.
const SAVINGS_NEIGHBORS_MAX: usize = 400;
const SAVINGS_PAIRS_MAX: usize = 100_000_000;
/// Iterations for each client that improve a plan which leaves clients out, before it is probed.
const IMPROVEMENTS_PER_CLIENT: usize = 2;
/// So many parts are probed, spread over all.
const PROBED_PARTS: usize = 8;
/// Neighbors by whom the distance scale around a client is measured.
const SCALE_NEIGHBORS: usize = 8;
/// Share of a budget of time within which another first plan may be begun.
const SECOND_START_BEFORE: f64 = 0.05;
/// Share of a budget of time that a probe may take.
const PROBE_SHARE: f64 = 0.05;

/// Where clients may be left out, lists of neighbors are so many times longer: most on them may wait. All lists together
/// hold no more entries than this for that reason.
const OPTIONAL_WIDTH: usize = 4;
const LISTED_MAX: usize = 1 << 25;

impl Portfolio<'_> {
    /// Constructs a first plan and finds the unit of temperature.
    pub(super) fn construct<W: Law, L: Law>(&mut self) {
        let whole = Part::whole(self.problem, &self.unserved);
        let law = W::build(self.problem, &whole);
        // A ruin walks through the list until it has met enough routes: longer than an insertion needs.
        let mut width = (2 * self.tuning().insertion_neighbors).max(64);
        if has_optional(self.problem) {
            width = (OPTIONAL_WIDTH * width).min(LISTED_MAX / whole.n_clients().max(1)).max(width);
        }
        let wide = if whole.slots.is_empty() {
            Neighborhood::empty(whole.n_clients())
        } else {
            let widest = if self.begins_with_savings() { savings_width(self.problem) } else { 0 };
            Neighborhood::new(self.problem, &whole, &law, width.max(widest))
        };
        let starts = self.first_routes(&whole, &law, &wide);
        let n_given = starts[0].iter().map(Vec::len).sum::<usize>();
        let kept = self.config.start.as_ref().filter(|_| 2 * n_given >= whole.n_clients());
        self.given = kept.map(|plan| Given::new(self.problem, plan));
        self.scales = scales(&law, &wide, whole.n_clients());
        self.near = wide.narrowed(width);
        drop(law);
        let mut cheapest: Option<(i64, Vec<Settled>)> = None;
        for start in starts {
            if cheapest.is_some() && self.clock.fraction(0) > SECOND_START_BEFORE {
                break;
            }
            let settled = self.settle_parts::<W, L>(&whole, start);
            let cost = settled.iter().map(|settled| settled.plan.cost).sum();
            if cheapest.as_ref().is_none_or(|(least, _)| cost < *least) {
                cheapest = Some((cost, settled));
            }
        }
        let settled = cheapest.map_or_else(Vec::new, |(_, settled)| settled);
        let probed: Vec<_> = settled.iter().filter(|settled| settled.unit > 0.0).collect();
        let mean = |of: &dyn Fn(&Settled) -> f64| {
            probed.iter().map(|settled| of(settled)).sum::<f64>() / probed.len().max(1) as f64
        };
        let unit = |settled: &&Settled| settled.unit / self.relative_scale(&settled.part);
        // A mean would follow a part where most changes open a route.
        let unit = median(probed.iter().map(unit).collect());
        self.prices = (mean(&|settled| settled.prices.0), mean(&|settled| settled.prices.1));
        self.best = merge(settled.iter().map(|settled| (&settled.part, &settled.plan)));
        self.schedule = self.schedule_of(unit);
        self.current = self.best.clone();
        self.note();
    }

    /// Descends from first routes, in parts.
    fn settle_parts<W: Law, L: Law>(&self, whole: &Part, start: Vec<Vec<u32>>) -> Vec<Settled> {
        let routes = whole_routes(whole, &start);
        let unserved = left_out(whole, &start);
        let first = WholePlan { cost: i64::MAX, routes, unserved };
        let map = Map::new(self.problem);
        let n_parts = self.problem.n_clients().div_ceil(self.tuning().part_clients.max(1)).max(1);
        let mut rng = Rng::new(self.seed.derive(0));
        let mut cut = cut(self.problem, &first, &map, &self.unserved, n_parts, 1, &mut rng);
        if cut.tasks.is_empty() {
            cut = Cut::whole(whole.clone(), start);
        }
        let Cut { tasks, numbering } = cut;
        let every = tasks.len().div_ceil(PROBED_PARTS).max(1);
        let settle = |(index, task): (usize, Task)| {
            let seed = self.seed.derive(1).derive(index as u64);
            let near = self.near.within(&task.part, index as u32, &numbering);
            if is_large(&task.part) {
                self.settle::<W>(task, near, seed, index.is_multiple_of(every))
            } else {
                self.settle::<L>(task, near, seed, index.is_multiple_of(every))
            }
        };
        tasks.into_par_iter().enumerate().map(settle).collect()
    }

    /// First routes of the whole, one way or several: the given plan; or savings, for mixed fleets also none at all, for
    /// pairs only none: who is on no route is inserted.
    fn first_routes<W: Law>(
        &self,
        whole: &Part,
        law: &W,
        near: &Neighborhood,
    ) -> Vec<Vec<Vec<u32>>> {
        if let Some(start) = &self.config.start {
            return vec![given_routes(law, whole, start, self.problem)];
        }
        let mut locked = vec![Vec::new(); whole.slots.len()];
        if let Some(ties) = &whole.ties {
            for (slot, route) in locked.iter_mut().enumerate() {
                *route = tied_route(law, slot as u32, ties);
            }
        }
        if !self.begins_with_savings() {
            return vec![locked];
        }
        let saved = savings(law, self.problem, whole, near);
        let either = |(locked, saved): (&Vec<u32>, Vec<u32>)| {
            if locked.is_empty() { saved } else { locked.clone() }
        };
        let first = locked.iter().zip(saved).map(either).collect();
        let is_mixed = self.problem.vehicle_types().len() > 1;
        if is_mixed { vec![first, locked] } else { vec![first] }
    }

    fn begins_with_savings(&self) -> bool {
        self.config.start.is_none() && self.problem.pairs().is_empty()
    }

    fn settle<L: Law>(&self, task: Task, near: Neighborhood, seed: Seed, probes: bool) -> Settled {
        let Ground { part, law, near } = self.ground::<L>(task.part, near);
        let prices = first_prices(&law, &part, &task.start);
        let mut search = Search::new(&law, &part, &near, self.tuning(), &task.start, prices, seed);
        search.settle(|| self.clock.is_over());
        let mut unit = 0.0;
        if probes && part.n_clients() > 0 && !part.slots.is_empty() && !self.clock.is_over() {
            let began = self.clock.fraction(0);
            // A first plan that serves everybody it can says little about one that chooses.
            let by_choice = self.waits_by_choice(&part, search.waiting());
            if by_choice && self.config.start.is_none() {
                let n = IMPROVEMENTS_PER_CLIENT * part.n_clients();
                search.improve(n.max(PROBE), || self.probe_is_over(began));
            }
            let began = self.clock.fraction(0);
            unit = search.probe(PROBE, by_choice, || self.probe_is_over(began));
        }
        let (plan, prices) = (search.best().clone(), search.prices());
        Settled { part, plan, unit, prices }
    }

    /// Whether somebody waits, and nobody who must be served.
    fn waits_by_choice(&self, part: &Part, waiting: &[u32]) -> bool {
        let is_optional = |&client: &u32| {
            let client = &self.problem.clients()[part.clients[client as usize]];
            client.presence != Presence::Required
        };
        !waiting.is_empty() && waiting.iter().all(is_optional)
    }

    /// How much farther apart the clients of a part lie than those of the whole: where they lie dense, all differences
    /// are small, and the heat that suits a wide country would never settle a town. O(clients of the part).
    pub(super) fn relative_scale(&self, part: &Part) -> f64 {
        let here = mean(part.clients.iter().map(|client| self.scales[client.index()]));
        if here > 0.0 { here } else { 1.0 }
    }

    /// A probe may take a small share of the budget only.
    fn probe_is_over(&self, began: f64) -> bool {
        let may_last = || self.clock.fraction(0) <= began + PROBE_SHARE;
        self.clock.is_over() || (self.clock.is_timed() && !may_last())
    }
}

/// A part after its first descent.
struct Settled {
    part: Part,
    plan: Plan,
    /// The unit of temperature found there; 0 where none was looked for.
    unit: f64,
    prices: (f64, f64),
}

/// The mean way from each client to its nearest neighbors, relative to the mean of all clients; 0 where that is 0.
fn scales<L: Law>(law: &L, near: &Neighborhood, n_clients: usize) -> Vec<f32> {
    let scale = |client: u32| {
        let nearest = near.of(client).iter().take(SCALE_NEIGHBORS);
        let n = nearest.len().max(1) as f32;
        nearest.map(|&other| law.way(client, other) as f32).sum::<f32>() / n
    };
    let mut scales: Vec<f32> = (0..n_clients as u32).map(scale).collect();
    let whole = mean(scales.iter().copied());
    let relative = |scale: &mut f32| *scale = if whole > 0.0 { *scale / whole as f32 } else { 0.0 };
    scales.iter_mut().for_each(relative);
    scales
}

/// The lower median; 0 of nothing.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

fn mean(values: impl ExactSizeIterator<Item = f32>) -> f64 {
    let n = values.len().max(1) as f64;
    values.map(f64::from).sum::<f64>() / n
}

/// Among how many neighbors of each client savings are sought: where many clients fill one vehicle, the nearest are all
/// taken soon, and pieces of routes find none to join with.
fn savings_width(problem: &Problem) -> usize {
    let n_clients = problem.n_clients().max(1);
    let wanted = SAVINGS_ROUTES * n_clients / vehicles_at_least(problem);
    wanted.min(SAVINGS_NEIGHBORS_MAX).min(SAVINGS_PAIRS_MAX / n_clients)
}

fn has_optional(problem: &Problem) -> bool {
    let mut clients = problem.clients().values();
    clients.any(|client| client.presence != Presence::Required)
}

/// Prices of excess to begin with: a mean leg for a tenth of a mean load, a leg's length for its time.
fn first_prices<L: Law>(law: &L, part: &Part, start: &[Vec<u32>]) -> (f64, f64) {
    let (mut legs, mut n_legs) = (0i64, 0i64);
    for route in start {
        for pair in route.windows(2) {
            legs += law.way(pair[0], pair[1]);
            n_legs += 1;
        }
    }
    if n_legs == 0 && !part.slots.is_empty() {
        for pair in (0..part.n_clients() as u32).collect::<Vec<_>>().windows(2) {
            legs += law.way(pair[0], pair[1]);
            n_legs += 1;
        }
    }
    let leg = (legs as f64 / n_legs.max(1) as f64).max(1.0);
    let sizes: i64 = (0..part.n_clients() as u32).map(|client| law.size(client)).sum();
    let size = (sizes as f64 / part.n_clients().max(1) as f64).max(1.0);
    (20.0 * leg / size, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hot_part_of_eight_does_not_set_the_heat_of_all() {
        assert!((median(vec![2.0, 900.0, 1.0, 3.0]) - 2.0).abs() < 1e-9);
        assert!(median(Vec::new()).abs() < 1e-9);
    }
}
