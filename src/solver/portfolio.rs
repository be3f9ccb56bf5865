//! Many searches side by side, one answer.
//!
//! The budget is cut into epochs. In each epoch the workers search disjoint parts of one plan, or, when the problem is
//! too small to be cut, each a plan of its own; between epochs they meet, and the best goes on. What a worker does
//! depends on the seed, the epoch and its number, never on the thread it runs on. How it begins stands in `beginning`,
//! how vehicles are saved first in `vehicles`.

mod beginning;
mod vehicles;

use std::time::Duration;

use rayon::prelude::*;

use crate::measure::Cost;
use crate::problem::{Problem, Solution};
use crate::rng::{Rng, Seed};
use crate::solver::acceptance::Schedule;
use crate::solver::config::{Objective, Progress, SolverConfig, Tuning};
use crate::solver::decomposition::{Cut, Map, Task, WholePlan, cut, left_out, whole_routes};
use crate::solver::law::Law;
use crate::solver::legs::DENSE_ROWS_MAX;
use crate::solver::loyalty::{DEARNESS_FIRST, Given, Loyalty};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::{Part, price_of_alternatives, unserved_prices};
use crate::solver::ruin::relative_heat;
use crate::solver::search::{Plan, Search};
use crate::solver::stop::Clock;

/// How many times the workers meet.
const EPOCHS: u64 = 60;
/// Shortest epoch worth the meeting.
const EPOCH_MIN: Duration = Duration::from_millis(100);
/// Shortest search of one part, a few times what building the part takes: problems of very many parts have fewer epochs.
const TASK_MIN: Duration = Duration::from_millis(60);
/// Below this many clients per worker a problem is not cut.
const CUT_CLIENTS_MIN: usize = 350;
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
    /// What another vehicle costs, in temperatures, and how many clients that was steered by.
    dearness: (f64, u32),
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
    /// How far apart clients lie: around each, relative to the mean of all.
    scales: Vec<f32>,
    workers: usize,
    prices: (f64, f64),
    /// What another vehicle than in the given plan costs, in temperatures.
    dearness: f64,
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
    /// Who is served by whom in the plan that is to be improved, if one is.
    given: Option<Given>,
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
            dearness: DEARNESS_FIRST,
            schedule: Schedule { hot: 1.0, cold: 1.0 },
            current: WholePlan::default(),
            best: WholePlan::default(),
            iterations: 0,
            trace: Vec::new(),
            last_improvement: Duration::ZERO,
            first_epoch: 0,
            cool_from: 0.0,
            keeps_vehicles: false,
            given: None,
        };
        portfolio.construct::<W, L>();
        portfolio
    }

    fn tuning(&self) -> &Tuning {
        &self.config.tuning
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
            if self.n_parts() > 1 && self.is_cuttable() {
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

    fn schedule_of(&self, unit: f64) -> Schedule {
        let n_served = self.problem.n_clients() - self.best.unserved.len();
        let heat = relative_heat(n_served as f64 / self.best.routes.len().max(1) as f64);
        let hot = (unit * self.tuning().temperature_start * heat).max(1e-3);
        let cold = hot * self.tuning().temperature_end;
        let warmth = if self.given.is_some() { self.tuning().temperature_warm } else { 1.0 };
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
        // Numbered by angle, neighbors lie together in memory.
        let by_angle = 0;
        let Cut { mut tasks, numbering } =
            cut(self.problem, first, &map, &self.unserved, 1, by_angle, &mut rng);
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
            let plan = &self.current;
            let Cut { tasks, numbering } =
                cut(self.problem, plan, &map, &self.unserved, self.n_parts(), epoch, &mut rng);
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
            self.dearness = mean_dearness(&brought).unwrap_or(self.dearness);
            self.current = merge(brought.iter().map(|b| (&b.part, &b.current)));
            self.offer(merge(brought.iter().map(|b| (&b.part, &b.best))));
            self.note();
            epoch += 1;
        }
    }

    /// How many parts the problem is cut into: one where it is small, for each worker to search the whole of it.
    fn n_parts(&self) -> usize {
        let n_clients = self.problem.n_clients();
        let by_size = n_clients.div_ceil(self.tuning().part_clients.max(1));
        if n_clients < CUT_CLIENTS_MIN * self.workers { 1 } else { by_size.max(self.workers) }
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
        let threads = rayon::current_num_threads().min(n_tasks).max(1);
        let rounds = n_tasks as f64 / threads as f64;
        let least = EPOCH_MIN.max(TASK_MIN.mul_f64(rounds));
        let epoch = (whole / EPOCHS as u32).max(least).min(remaining);
        Budget::Time { per_task: epoch.div_f64(rounds) }
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
        if let Some(given) = &self.given {
            search.be_loyal(Loyalty::new(given.usual_slots(part, start), self.dearness));
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
        let dearness = search.dearness();
        Brought { part: ground.part, current, best, iterations, prices, dearness }
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

/// What a worker may use until the next meeting.
enum Budget {
    Iterations { per_task: u64, from: f64, to: f64 },
    Time { per_task: Duration },
}

fn is_large_problem(problem: &Problem) -> bool {
    problem.n_clients() >= DENSE_ROWS_MAX
}

/// Whether a part has too many rows for the matrix of a small one: a few routes of very many clients cannot be cut.
fn is_large(part: &Part) -> bool {
    part.n_clients() >= DENSE_ROWS_MAX
}

/// What another vehicle costs after the parts of an epoch, each as many times as clients steered it; `None` of none.
fn mean_dearness(brought: &[Brought]) -> Option<f64> {
    let n_loyal: u32 = brought.iter().map(|b| b.dearness.1).sum();
    let sum: f64 = brought.iter().map(|b| b.dearness.0 * f64::from(b.dearness.1)).sum();
    (n_loyal > 0).then(|| sum / f64::from(n_loyal))
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
