//! Many searches side by side, one answer.
//!
//! The budget is cut into epochs. In each epoch the workers search disjoint parts of one plan, or, when the problem is
//! too small to be cut, each a plan of its own; between epochs they meet, and the best goes on. What a worker does
//! depends on the seed, the epoch and its number, never on the thread it runs on.

use std::time::Duration;

use rayon::prelude::*;

use crate::id::Id;
use crate::measure::Cost;
use crate::problem::{Client, ClientId, Load, MAX_LOADS, Presence, Problem, Solution};
use crate::rng::{Rng, Seed};
use crate::solver::acceptance::Schedule;
use crate::solver::config::{Objective, Progress, SolverConfig, Tuning};
use crate::solver::construction::savings;
use crate::solver::decomposition::{Cut, Map, Task, WholePlan, cut, left_out, whole_routes};
use crate::solver::law::Law;
use crate::solver::legs::DENSE_ROWS_MAX;
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::{Part, price_of_alternatives, unserved_prices};
use crate::solver::ruin::stretch;
use crate::solver::search::{FleetReduction, Plan, Search};
use crate::solver::start::{begin_route, given_routes};
use crate::solver::stop::Clock;

/// How many times the workers meet.
const EPOCHS: u64 = 60;
/// Shortest epoch worth the meeting.
const EPOCH_MIN: Duration = Duration::from_millis(100);
/// Below this many clients per worker a problem is not cut.
const CUT_CLIENTS_MIN: usize = 350;
/// Share of the budget in which vehicles are saved, where fewer vehicles come first.
const SAVING_SHARE: f64 = 0.5;
/// Leaving a client out once more weighs so many times the heat at the beginning.
const WAITING_WEIGHT: f64 = 100.0;
/// Iterations of the probe that finds the unit of temperature.
const PROBE: usize = 256;
/// Savings are sought among as many neighbors as fill so many vehicles.
const SAVINGS_ROUTES: usize = 5;
/// And among no more of each client, and of all together: each pair takes 16 bytes for a moment.
const SAVINGS_NEIGHBORS_MAX: usize = 400;
const SAVINGS_PAIRS_MAX: usize = 100_000_000;
/// So many parts are probed, spread over all.
const PROBED_PARTS: usize = 8;
/// Neighbors by whom the distance scale around a client is measured.
const SCALE_NEIGHBORS: usize = 8;
/// Share of a budget of time after which the probe stops.
const PROBE_SHARE: f64 = 0.05;

/// A point on the curve of cost over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracePoint {
    /// Since the search began.
    pub elapsed: Duration,
    /// Iterations of all workers together.
    pub iterations: u64,
    /// Cost of the best plan.
    pub cost: Cost,
}

/// What a search stands on: a part, its law, and who is near whom.
struct Ground<L: Law> {
    part: Part,
    law: L,
    near: Neighborhood,
}

/// What a worker brings to a meeting.
struct Brought {
    part: Part,
    current: Plan,
    best: Plan,
    iterations: u64,
    prices: (f64, f64),
}

/// A part after its first descent.
struct Settled {
    part: Part,
    plan: Plan,
    /// The unit of temperature found there; 0 where none was looked for.
    unit: f64,
    prices: (f64, f64),
}

/// The coordinator's state between two meetings.
pub(super) struct Portfolio<'p> {
    problem: &'p Problem,
    /// The same problem as it was stated, should vehicles be priced only to have few of them.
    unpriced: &'p Problem,
    config: &'p SolverConfig,
    clock: &'p Clock,
    seed: Seed,
    unserved: Vec<i64>,
    /// The part of those prices that is no cost.
    alternatives: i64,
    /// Who is near whom in the whole problem.
    near: Neighborhood,
    /// How far apart clients lie, around each.
    scales: Vec<f32>,
    workers: usize,
    prices: (f64, f64),
    schedule: Schedule,
    /// The plan that is cut into parts.
    current: WholePlan,
    best: WholePlan,
    iterations: u64,
    trace: Vec<TracePoint>,
    last_improvement: Duration,
    /// The first epoch of annealing, and the share of the budget used until then: before, vehicles are saved.
    first_epoch: u64,
    cool_from: f64,
    /// Whether no route more may be opened than a search starts with.
    keeps_vehicles: bool,
    /// Whether a given plan is to be improved.
    is_warm: bool,
}

impl<'p> Portfolio<'p> {
    /// Constructs a first plan and finds the unit of temperature.
    pub(super) fn new<W: Law, L: Law>(
        (problem, unpriced): (&'p Problem, &'p Problem),
        config: &'p SolverConfig,
        clock: &'p Clock,
        seed: Seed,
    ) -> Self {
        let mut portfolio = Self {
            problem,
            unpriced,
            config,
            clock,
            seed,
            unserved: unserved_prices(problem),
            alternatives: price_of_alternatives(problem),
            near: Neighborhood::empty(problem.n_clients()),
            scales: Vec::new(),
            workers: if config.workers == 0 { 2 } else { config.workers },
            prices: (1.0, 1.0),
            schedule: Schedule { hot: 1.0, cold: 1.0 },
            current: WholePlan::default(),
            best: WholePlan::default(),
            iterations: 0,
            trace: Vec::new(),
            last_improvement: Duration::ZERO,
            first_epoch: 0,
            cool_from: 0.0,
            keeps_vehicles: false,
            is_warm: false,
        };
        portfolio.construct::<W, L>();
        portfolio
    }

    fn tuning(&self) -> &Tuning {
        &self.config.tuning
    }

    fn construct<W: Law, L: Law>(&mut self) {
        let whole = Part::whole(self.problem, &self.unserved);
        let law = W::build(self.problem, &whole);
        // A ruin walks through the list until it has met enough routes: longer than an insertion needs.
        let width = (2 * self.tuning().insertion_neighbors).max(64);
        let wide = if whole.slots.is_empty() {
            Neighborhood::empty(whole.n_clients())
        } else {
            let widest = if self.begins_with_savings() { savings_width(self.problem) } else { 0 };
            Neighborhood::new(self.problem, &whole, &law, width.max(widest))
        };
        let start = self.first_routes(&whole, &law, &wide);
        let n_given = start.iter().map(Vec::len).sum::<usize>();
        self.is_warm = self.config.start.is_some() && 2 * n_given >= whole.n_clients();
        self.scales = scales(&law, &wide, whole.n_clients());
        self.near = wide.narrowed(width);
        drop(law);
        let routes = whole_routes(&whole, &start);
        let unserved = left_out(&whole, &start);
        let first = WholePlan { cost: i64::MAX, routes, unserved };
        let map = Map::new(self.problem);
        let n_parts = self.problem.n_clients().div_ceil(self.tuning().part_clients.max(1)).max(1);
        let mut rng = Rng::new(self.seed.derive(0));
        let mut cut = cut(self.problem, &first, &map, &self.unserved, n_parts, 1, &mut rng);
        if cut.tasks.is_empty() {
            cut = Cut::whole(whole, start);
        }
        let Cut { tasks, numbering } = cut;
        let every = tasks.len().div_ceil(PROBED_PARTS).max(1);
        let settled: Vec<Settled> = tasks
            .into_par_iter()
            .enumerate()
            .map(|(index, task)| {
                let seed = self.seed.derive(1).derive(index as u64);
                let near = self.near.within(&task.part, index as u32, &numbering);
                if is_large(&task.part) {
                    self.settle::<W>(task, near, seed, index.is_multiple_of(every))
                } else {
                    self.settle::<L>(task, near, seed, index.is_multiple_of(every))
                }
            })
            .collect();
        let probed: Vec<_> = settled.iter().filter(|settled| settled.unit > 0.0).collect();
        let mean = |of: &dyn Fn(&Settled) -> f64| {
            probed.iter().map(|settled| of(settled)).sum::<f64>() / probed.len().max(1) as f64
        };
        let unit = mean(&|settled| settled.unit / self.relative_scale(&settled.part));
        self.prices = (mean(&|settled| settled.prices.0), mean(&|settled| settled.prices.1));
        self.best = merge(settled.iter().map(|settled| (&settled.part, &settled.plan)));
        self.schedule = self.schedule_of(unit);
        self.current = self.best.clone();
        self.note();
    }

    /// First routes of the whole: the given plan, or savings; nothing for mixed fleets or pairs, whose clients are
    /// inserted.
    fn first_routes<W: Law>(&self, whole: &Part, law: &W, near: &Neighborhood) -> Vec<Vec<u32>> {
        let mut routes = vec![Vec::new(); whole.slots.len()];
        if let Some(start) = &self.config.start {
            return given_routes(law, whole, start, self.problem);
        }
        if let Some(ties) = &whole.ties {
            for (slot, route) in routes.iter_mut().enumerate() {
                let (held, kept) = ties.beginning(slot as u32);
                *route = begin_route(law, slot as u32, held, kept);
            }
        }
        if self.begins_with_savings() {
            let is_free = |slot: &usize| whole.lock_of(*slot).is_none();
            let free = (0..routes.len()).filter(is_free);
            for (slot, route) in free.zip(savings(law, whole, near)) {
                routes[slot] = route;
            }
        }
        routes
    }

    fn begins_with_savings(&self) -> bool {
        let is_given = self.config.start.is_some();
        !is_given && self.problem.pairs().is_empty() && self.problem.vehicle_types().len() == 1
    }

    fn settle<L: Law>(&self, task: Task, near: Neighborhood, seed: Seed, probes: bool) -> Settled {
        let Ground { part, law, near } = self.ground::<L>(task.part, near);
        let prices = first_prices(&law, &part, &task.start);
        let mut search = Search::new(&law, &part, &near, self.tuning(), &task.start, prices, seed);
        search.settle(|| self.clock.is_over());
        let mut unit = 0.0;
        if probes && part.n_clients() > 0 && !part.slots.is_empty() && !self.clock.is_over() {
            unit = search.probe(PROBE, || self.probe_is_over());
        }
        let (plan, prices) = (search.best().clone(), search.prices());
        Settled { part, plan, unit, prices }
    }

    /// How much farther apart the clients of a part lie than those of the whole: where they lie dense, all differences
    /// are small, and the heat that suits a wide country would never settle a town.
    fn relative_scale(&self, part: &Part) -> f64 {
        let mean = |sum: f64, n: usize| sum / n.max(1) as f64;
        let whole =
            mean(self.scales.iter().map(|&scale| f64::from(scale)).sum(), self.scales.len());
        let of = |client: &ClientId| f64::from(self.scales.get(client.index()).map_or(0.0, |&s| s));
        let here = mean(part.clients.iter().map(of).sum(), part.n_clients());
        if whole > 0.0 && here > 0.0 { here / whole } else { 1.0 }
    }

    /// The probe may take a small share of the budget only.
    fn probe_is_over(&self) -> bool {
        self.clock.is_over() || (self.clock.is_timed() && self.clock.fraction(0) > PROBE_SHARE)
    }

    /// Runs all epochs.
    pub(super) fn run<W: Law, L: Law>(mut self) -> (Solution, u64, Vec<TracePoint>) {
        let trivial = self.problem.n_clients() == 0 || self.problem.n_vehicles() == 0;
        if !trivial {
            if self.config.objective == Objective::VehiclesThenCost && self.serves_all() {
                if is_large_problem(self.problem) {
                    self.save_vehicles::<W>();
                } else {
                    self.save_vehicles::<L>();
                }
            }
            if self.problem.n_clients() >= CUT_CLIENTS_MIN * self.workers && self.is_cuttable() {
                self.run_parts::<W, L>();
            } else if is_large_problem(self.problem) {
                self.run_islands::<W>();
            } else {
                self.run_islands::<L>();
            }
        }
        let routes = self.best.routes.into_iter().map(|route| crate::problem::Route {
            vehicle_type: route.vehicle_type,
            clients: route.clients,
            reloads: route.reloads,
        });
        let solution = Solution { routes: routes.collect(), unserved: self.best.unserved };
        (solution.canonical(), self.iterations, self.trace)
    }

    fn is_over(&self, epoch: u64) -> bool {
        let done = self.clock.iterations().is_some_and(|_| epoch >= EPOCHS);
        done || self.clock.is_over() || self.clock.is_idle(self.last_improvement)
    }

    /// Whether everyone is and must be served.
    fn serves_all(&self) -> bool {
        let mut clients = self.problem.clients().values();
        self.best.unserved.is_empty() && clients.all(|c| c.presence == Presence::Required)
    }

    /// The workers look for plans with fewer vehicles; the one with fewest is annealed afterwards.
    fn save_vehicles<L: Law>(&mut self) {
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
        let unit = search.probe(PROBE, || self.clock.is_over());
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

    fn schedule_of(&self, unit: f64) -> Schedule {
        let n_served = self.problem.n_clients() - self.best.unserved.len();
        let stretch = stretch(n_served as f64 / self.best.routes.len().max(1) as f64);
        let hot = (unit * self.tuning().temperature_start * stretch).max(1e-3);
        let cold = hot * self.tuning().temperature_end;
        let warmth = if self.is_warm { self.tuning().temperature_warm } else { 1.0 };
        Schedule { hot: (hot * warmth).max(cold), cold }
    }

    /// The share of the annealing that is done when this share of the budget is used.
    fn cooled(&self, fraction: f64) -> f64 {
        (fraction - self.cool_from) / (1.0 - self.cool_from)
    }

    fn run_islands<L: Law>(&mut self) {
        let mut rng = Rng::new(self.seed.derive(2));
        let map = Map::new(self.problem);
        let first = &self.current;
        let Cut { mut tasks, numbering } =
            cut(self.problem, first, &map, &self.unserved, 1, 1, &mut rng);
        let Some(Task { part, start }) = tasks.pop() else { return };
        let near = self.near.within(&part, 0, &numbering);
        let ground = self.ground::<L>(part, near);
        let mut searches: Vec<Search<L>> = (0..self.workers as u64)
            .map(|worker| self.begin(&ground, &start, self.seed.derive(3).derive(worker)))
            .collect();
        let mut epoch = self.first_epoch;
        while !self.is_over(epoch) {
            let budget = self.budget(epoch, searches.len());
            let this = &*self;
            searches.par_iter_mut().for_each(|search| this.anneal(search, &budget, 1.0));
            self.iterations += searches.iter_mut().map(Search::take_iterations).sum::<u64>();
            for search in &searches {
                if search.best().cost < self.best.cost {
                    self.offer(merge([(&ground.part, search.best())]));
                }
            }
            self.meet(epoch, &mut searches);
            self.note();
            epoch += 1;
        }
    }

    /// Late in the search the workers go on from the best plan; until then each follows its own.
    fn meet<L: Law>(&self, epoch: u64, searches: &mut [Search<L>]) {
        if self.cooled(self.fraction(epoch + 1)) > 0.5 && epoch % 4 == 3 {
            let cost = |search: &Search<L>| search.current_cost();
            let worst = (0..searches.len()).max_by_key(|&i| (cost(&searches[i]), i));
            let best = (0..searches.len()).min_by_key(|&i| (cost(&searches[i]), i));
            if let (Some(worst), Some(best)) = (worst, best)
                && worst != best
            {
                let plan = searches[best].current();
                searches[worst].go_on_from(&plan);
            }
        }
    }

    /// The workers search disjoint parts of one plan, with new borders in each epoch.
    fn run_parts<W: Law, L: Law>(&mut self) {
        let map = Map::new(self.problem);
        let mut epoch = self.first_epoch;
        while !self.is_over(epoch) {
            let mut rng = Rng::new(self.seed.derive(2).derive(epoch));
            let by_size = self.problem.n_clients().div_ceil(self.tuning().part_clients.max(1));
            let n_parts = by_size.max(self.workers);
            let plan = &self.current;
            let Cut { tasks, numbering } =
                cut(self.problem, plan, &map, &self.unserved, n_parts, epoch, &mut rng);
            if tasks.is_empty() {
                return;
            }
            let budget = self.budget(epoch, tasks.len());
            let brought: Vec<Brought> = tasks
                .into_par_iter()
                .enumerate()
                .map(|(index, task)| {
                    let seed = self.seed.derive(3).derive(epoch).derive(index as u64);
                    let near = self.near.within(&task.part, index as u32, &numbering);
                    if is_large(&task.part) {
                        self.search::<W>(task, near, seed, &budget)
                    } else {
                        self.search::<L>(task, near, seed, &budget)
                    }
                })
                .collect();
            self.iterations += brought.iter().map(|b| b.iterations).sum::<u64>();
            let n = brought.len() as f64;
            let sum = brought.iter().fold((0.0, 0.0), |s, b| (s.0 + b.prices.0, s.1 + b.prices.1));
            self.prices = (sum.0 / n, sum.1 / n);
            self.current = merge(brought.iter().map(|b| (&b.part, &b.current)));
            self.offer(merge(brought.iter().map(|b| (&b.part, &b.best))));
            self.note();
            epoch += 1;
        }
    }

    /// Whether parts of this problem can be searched on their own: several routes, and enough vehicles.
    fn is_cuttable(&self) -> bool {
        self.current.routes.len() >= 2 * self.workers
    }

    fn offer(&mut self, plan: WholePlan) {
        if plan.cost < self.best.cost {
            self.best = plan;
            self.last_improvement = self.clock.elapsed();
        }
    }

    fn fraction(&self, epoch: u64) -> f64 {
        if self.clock.is_timed() {
            self.clock.fraction(self.iterations)
        } else {
            epoch as f64 / EPOCHS as f64
        }
    }

    fn budget(&self, epoch: u64, n_tasks: usize) -> Budget {
        if let Some(total) = self.clock.iterations() {
            let per_task = (total / EPOCHS / n_tasks as u64).max(1);
            let share = |epoch: u64| self.cooled(epoch as f64 / EPOCHS as f64);
            let (from, to) = (share(epoch), share(epoch + 1));
            return Budget::Iterations { per_task, from, to };
        }
        let remaining = self.clock.remaining().unwrap_or(Duration::from_secs(1) * EPOCHS as u32);
        let whole = self.clock.elapsed() + remaining;
        let epoch = (whole / EPOCHS as u32).max(EPOCH_MIN).min(remaining);
        let threads = rayon::current_num_threads().min(n_tasks).max(1);
        Budget::Time { per_task: epoch.mul_f64(threads as f64 / n_tasks as f64) }
    }

    fn ground<L: Law>(&self, part: Part, near: Neighborhood) -> Ground<L> {
        Ground { law: L::build(self.problem, &part), part, near }
    }

    fn begin<'g, L: Law>(
        &self,
        ground: &'g Ground<L>,
        start: &[Vec<u32>],
        seed: Seed,
    ) -> Search<'g, L>
    where
        'p: 'g,
    {
        let config: &'p SolverConfig = self.config;
        let Ground { part, law, near } = ground;
        let mut search = Search::new(law, part, near, &config.tuning, start, self.prices, seed);
        if self.keeps_vehicles {
            search.keep_vehicles();
        }
        search
    }

    fn search<L: Law>(
        &self,
        task: Task,
        near: Neighborhood,
        seed: Seed,
        budget: &Budget,
    ) -> Brought {
        let ground = self.ground::<L>(task.part, near);
        let mut search = self.begin(&ground, &task.start, seed);
        self.anneal(&mut search, budget, self.relative_scale(&ground.part));
        let (current, best) = (search.current(), search.best().clone());
        let (iterations, prices) = (search.take_iterations(), search.prices());
        Brought { part: ground.part, current, best, iterations, prices }
    }

    fn anneal<L: Law>(&self, search: &mut Search<L>, budget: &Budget, scale: f64) {
        if search.n_clients() == 0 {
            return;
        }
        let began = self.clock.elapsed();
        search.anneal(|iterations| match *budget {
            Budget::Iterations { per_task, from, to } => {
                let share = iterations as f64 / per_task as f64;
                let go_on = iterations < per_task && !self.clock.is_cancelled();
                go_on.then(|| self.schedule.at(from + (to - from) * share).times(scale))
            }
            Budget::Time { per_task } => {
                let go_on = self.clock.elapsed() < began + per_task && !self.clock.is_over();
                go_on.then(|| self.schedule.at(self.cooled(self.clock.fraction(0))).times(scale))
            }
        });
    }

    fn note(&mut self) {
        let elapsed = self.clock.elapsed();
        let cost = Cost(self.best.cost - self.alternatives);
        self.trace.push(TracePoint { elapsed, iterations: self.iterations, cost });
        if let Some(progress) = &self.config.progress {
            let fraction = self.clock.fraction(self.iterations);
            let unserved = self.best.unserved.len();
            progress(&Progress { elapsed, iterations: self.iterations, cost, unserved, fraction });
        }
    }
}

/// The mean way from each client to its nearest neighbors.
fn scales<L: Law>(law: &L, near: &Neighborhood, n_clients: usize) -> Vec<f32> {
    let scale = |client: u32| {
        let nearest = near.of(client).iter().take(SCALE_NEIGHBORS);
        let n = nearest.len().max(1) as f32;
        nearest.map(|&other| law.way(client, other) as f32).sum::<f32>() / n
    };
    (0..n_clients as u32).map(scale).collect()
}

/// What a worker may use until the next meeting.
enum Budget {
    Iterations { per_task: u64, from: f64, to: f64 },
    Time { per_task: Duration },
}

/// Among how many neighbors of each client savings are sought: where many clients fill one vehicle, the nearest are all
/// taken soon, and pieces of routes find none to join with.
fn savings_width(problem: &Problem) -> usize {
    let n_clients = problem.n_clients().max(1);
    let wanted = SAVINGS_ROUTES * n_clients / vehicles_at_least(problem);
    wanted.min(SAVINGS_NEIGHBORS_MAX).min(SAVINGS_PAIRS_MAX / n_clients)
}

/// How many vehicles are needed at least, for all deliveries or all pickups to be on board.
fn vehicles_at_least(problem: &Problem) -> usize {
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

fn is_large_problem(problem: &Problem) -> bool {
    problem.n_clients() >= DENSE_ROWS_MAX
}

/// Whether a part has too many rows for the matrix of a small one: a few routes of very many clients cannot be cut.
fn is_large(part: &Part) -> bool {
    part.n_clients() >= DENSE_ROWS_MAX
}

/// Joins the plans of disjoint parts.
fn merge<'a>(parts: impl IntoIterator<Item = (&'a Part, &'a Plan)>) -> WholePlan {
    let mut whole = WholePlan::default();
    for (part, plan) in parts {
        whole.cost += plan.cost;
        whole.routes.extend(whole_routes(part, &plan.routes));
        whole.unserved.extend(left_out(part, &plan.routes));
    }
    whole
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
