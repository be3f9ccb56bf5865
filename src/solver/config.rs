//! What a caller may choose about a search.

use std::sync::Arc;
use std::time::Duration;

use crate::measure::Cost;
use crate::problem::Solution;

/// What a search minimizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// The cost of the problem.
    #[default]
    Cost,
    /// As few vehicles as possible, then the cost: each used vehicle is priced above any detour.
    VehiclesThenCost,
}

/// How a running search stands; given to [`SolverConfig::progress`] a few times a second.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Since the search began.
    pub elapsed: Duration,
    /// Iterations of all workers together.
    pub iterations: u64,
    /// Cost of the best solution so far.
    pub cost: Cost,
    /// Clients it leaves out.
    pub unserved: usize,
    /// Share of the budget that is used, 0 to 1.
    pub fraction: f64,
}

/// Receives [`Progress`] on the calling thread.
pub type ProgressSink = Arc<dyn Fn(&Progress) + Send + Sync>;

/// Options of a search; every value is legal.
#[derive(Clone)]
pub struct SolverConfig {
    /// Threads to run on; 0 means all cores. Never changes the answer of an iteration budget.
    pub threads: usize,
    /// Logical workers: the searches that run side by side between two meetings. 0 chooses 2.
    /// Part of what determines the answer, together with problem, seed and iterations.
    pub workers: usize,
    /// A plan to begin with: complete, partial or broken. What does not fit is left out and served anew; the search is
    /// cooler, and while it is hot another vehicle than in the plan costs as much as keeps most clients with theirs;
    /// unless the plan serves less than half of the clients.
    pub start: Option<Solution>,
    /// What to minimize.
    pub objective: Objective,
    /// Called from the coordinator at every meeting of the workers.
    pub progress: Option<ProgressSink>,
    /// The kernel's parameters.
    pub tuning: Tuning,
}

impl Default for SolverConfig {
    fn default() -> Self {
        Self {
            threads: 0,
            workers: 0,
            start: None,
            objective: Objective::Cost,
            progress: None,
            tuning: Tuning::default(),
        }
    }
}

/// Parameters of the kernel; `docs/DESIGN.md` tells what each was measured against.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuning {
    /// Clients removed per iteration, on average; up to 1.8 times as many where routes are long.
    pub removed_average: f64,
    /// Longest string removed from one route; up to 2.6 times as long where routes are long.
    pub string_max: usize,
    /// Chance that an insertion position is overlooked.
    pub blink: f64,
    /// Neighbors whose sides are tried when a client is inserted.
    pub insertion_neighbors: usize,
    /// Chance that an insertion also tries the first and the last legs of routes, wherever these go; higher where routes
    /// are long, and few.
    pub stem_chance: f64,
    /// Routes whose first and last legs are tried in one repair.
    pub stems: usize,
    /// Neighbors tried by the local search.
    pub move_neighbors: usize,
    /// Neighbors tried by SWAP*.
    pub swap_neighbors: usize,
    /// Temperature at the beginning, in units of the typical change that a ruined and repaired plan shows; up to twice
    /// as hot where routes are long.
    pub temperature_start: f64,
    /// Temperature at the beginning of a search from a given plan that serves most clients, as a share of the one of
    /// others: at full heat nothing of the plan would be left.
    pub temperature_warm: f64,
    /// Share of the clients of a given plan that may change their vehicle, in each part of a large problem: what that costs
    /// rises while more do, and falls while fewer do.
    pub strangers_share: f64,
    /// Temperature at the end, as a share of the one at the beginning.
    pub temperature_end: f64,
    /// Share of the descents gone through with that may overload a route before it is repaired or undone.
    pub overload_share: f64,
    /// Clients in one part of a large problem.
    pub part_clients: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            removed_average: 10.0,
            string_max: 10,
            blink: 0.01,
            insertion_neighbors: 40,
            stem_chance: 0.3,
            stems: 50,
            move_neighbors: 16,
            swap_neighbors: 10,
            temperature_start: 1.5,
            temperature_warm: 0.5,
            strangers_share: 0.17,
            temperature_end: 0.01,
            overload_share: 0.05,
            part_clients: 1_000,
        }
    }
}
