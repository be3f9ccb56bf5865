//! Finds good solutions of a [`Problem`]; the only room that is clever.
//!
//! One kernel, generic over what a route is burdened with (`law`): strings of neighboring clients are taken out
//! (`ruin`), put back where they cost least (`recreate`, pairs by `pair_insertion`), the changed places descend (`local_search`), and the
//! result is kept or undone by simulated annealing (`search`). Routes may be overloaded in between, at a price that
//! keeps such iterations rare. Many such searches run side by side on disjoint parts (`decomposition`) or on plans of
//! their own (`portfolio`).
//!
//! Laws kept here: the same problem, configuration, seed and iteration budget give the same solution on any number
//! of threads; every applied change is priced exactly (asserted in debug builds and under the feature `paranoid`); the
//! clock is read in `stop` only. Deliberately not here: whether a plan is any good. That is `problem::check`'s to say.

#![expect(
    clippy::inline_always,
    reason = "what every candidate asks for is small, and compilers do not know that it is asked so often"
)]

mod acceptance;
mod backhaul;
mod capacity;
mod chain_insertion;
mod config;
mod construction;
mod couples;
mod decided;
mod decomposition;
mod fleet;
mod home;
mod law;
mod legs;
mod local_search;
mod loyalty;
mod mixed;
mod moves;
mod neighborhood;
mod pair_insertion;
mod paired;
mod part;
mod plain;
mod portfolio;
mod prospect;
mod recreate;
mod rich;
mod routes;
mod ruin;
mod search;
mod squares;
mod start;
mod stop;
mod sums;
mod ties;
mod timed;
mod trips;
mod upkeep;

pub use config::{Objective, Progress, ProgressSink, SolverConfig, Tuning};
pub use portfolio::TracePoint;
pub use stop::StopWhen;

use crate::measure::Cost;
use crate::problem::{
    Client, Departure, MAX_AREAS, MAX_LOADS, PickupOrder, Problem, ProfileId, Solution, TimeWindow,
    Travel, VehicleType,
};
use crate::rng::Seed;
use crate::solver::backhaul::BackhaulLaw;
use crate::solver::decided::Decided;
use crate::solver::law::Law;
use crate::solver::legs::{Dense, Plane, prefers_plane};
use crate::solver::mixed::MixedLaw;
use crate::solver::paired::PairedLaw;
use crate::solver::plain::PlainLaw;
use crate::solver::portfolio::Portfolio;
use crate::solver::rich::RichLaw;
use crate::solver::stop::Clock;
use crate::solver::sums::{Needs, SumsLaw};
use crate::solver::timed::TimedLaw;
use crate::solver::trips::TripLaw;

/// What a search found.
#[derive(Clone, Debug)]
pub struct Solved {
    /// The best plan, in canonical order.
    pub solution: Solution,
    /// Iterations of all workers together.
    pub iterations: u64,
    /// How the best cost fell.
    pub trace: Vec<TracePoint>,
}

/// Words of bits that know the areas of a usual day.
const AREA_WORDS: usize = 2;
/// So many areas are more than they know.
const AREAS_MANY: usize = 64 * AREA_WORDS + 1;
/// Words of what a law of sums gathers: releases, skills, and areas.
const SUMS_WORDS: usize = 2 + AREA_WORDS;
/// Words of bits for as many areas as a problem may have.
const AREA_WORDS_MAX: usize = MAX_AREAS / 64;

/// Searches for a good plan until `stop` says so.
///
/// Always returns a plan that obeys every rule of the problem but perhaps one: clients that fit no vehicle are left
/// out, required ones too.
///
/// # Panics
/// When the thread pool cannot be built.
pub fn solve(problem: &Problem, config: &SolverConfig, stop: &StopWhen, seed: Seed) -> Solved {
    let clock = stop.start();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(config.threads)
        .build()
        .expect("threads can be started on any machine that runs this program");
    pool.install(|| match Decided::of(problem) {
        None => search(problem, config, &clock, seed),
        Some(decided) => {
            let found = search(&decided.rest, &decided.config(config), &clock, seed);
            decided.join(found)
        }
    })
}

/// Searches for what the caller wants.
fn search(problem: &Problem, config: &SolverConfig, clock: &Clock, seed: Seed) -> Solved {
    match config.objective {
        Objective::Cost => dispatch((problem, problem), config, clock, seed),
        Objective::VehiclesThenCost => {
            dispatch((&priced_by_vehicle(problem), problem), config, clock, seed)
        }
    }
}

/// The problem to solve, and the same as it was stated, without a price on vehicles for the sake of few of them.
type Stated<'p> = (&'p Problem, &'p Problem);

/// Chooses the leanest law that knows everything the problem states.
fn dispatch(stated: Stated<'_>, config: &SolverConfig, clock: &Clock, seed: Seed) -> Solved {
    let (problem, _) = stated;
    let plane = prefers_plane(problem, problem.n_clients() + 1);
    // Parts of a large problem are small: only the first construction sees all rows at once.
    match (features(problem), plane) {
        (Features::Plain, false) => {
            run::<PlainLaw<Dense>, PlainLaw<Dense>>(stated, config, clock, seed)
        }
        (Features::Plain, true) => {
            run::<PlainLaw<Plane>, PlainLaw<Dense>>(stated, config, clock, seed)
        }
        (Features::Backhauls, false) => {
            run::<BackhaulLaw<Dense>, BackhaulLaw<Dense>>(stated, config, clock, seed)
        }
        (Features::Backhauls, true) => {
            run::<BackhaulLaw<Plane>, BackhaulLaw<Dense>>(stated, config, clock, seed)
        }
        (Features::Timed, false) => {
            run::<TimedLaw<Dense>, TimedLaw<Dense>>(stated, config, clock, seed)
        }
        (Features::Timed, true) => {
            run::<TimedLaw<Plane>, TimedLaw<Dense>>(stated, config, clock, seed)
        }
        (Features::Paired, false) => {
            run::<PairedLaw<Dense>, PairedLaw<Dense>>(stated, config, clock, seed)
        }
        (Features::Paired, true) => {
            run::<PairedLaw<Plane>, PairedLaw<Dense>>(stated, config, clock, seed)
        }
        (Features::Mixed { timeless: true }, false) => {
            run::<MixedLaw<Dense, false>, MixedLaw<Dense, false>>(stated, config, clock, seed)
        }
        (Features::Mixed { timeless: true }, true) => {
            run::<MixedLaw<Plane, false>, MixedLaw<Dense, false>>(stated, config, clock, seed)
        }
        (Features::Mixed { timeless: false }, false) => {
            run::<MixedLaw<Dense, true>, MixedLaw<Dense, true>>(stated, config, clock, seed)
        }
        (Features::Mixed { timeless: false }, true) => {
            run::<MixedLaw<Plane, true>, MixedLaw<Dense, true>>(stated, config, clock, seed)
        }
        (Features::Sums, _) => dispatch_sums(stated, config, clock, seed),
        (Features::Trips, _) => dispatch_trips(stated, config, clock, seed),
        (Features::Rich, _) if prices_moments(problem) => {
            dispatch_priced(stated, config, clock, seed)
        }
        (Features::Rich, _) => dispatch_rich(stated, config, clock, seed),
    }
}

/// Chooses the leanest law of what adds up.
fn dispatch_sums(stated: Stated<'_>, config: &SolverConfig, clock: &Clock, seed: Seed) -> Solved {
    let Needs { visits, legs, words, peaks } = sums::needs(stated.0);
    match (visits, legs, words, peaks) {
        (0 | 1, 0, 0, 0) => {
            run::<SumsLaw<1, 0, 0, 0>, SumsLaw<1, 0, 0, 0>>(stated, config, clock, seed)
        }
        (0 | 1, 0, 0, 1) => {
            run::<SumsLaw<1, 0, 0, 1>, SumsLaw<1, 0, 0, 1>>(stated, config, clock, seed)
        }
        (0 | 1, 1, 0, 0) => {
            run::<SumsLaw<1, 1, 0, 0>, SumsLaw<1, 1, 0, 0>>(stated, config, clock, seed)
        }
        (_, 0, 0, 0) => {
            run::<SumsLaw<5, 0, 0, 0>, SumsLaw<5, 0, 0, 0>>(stated, config, clock, seed)
        }
        (0 | 1, 0 | 1, 2, 0) => {
            run::<SumsLaw<1, 1, 2, 0>, SumsLaw<1, 1, 2, 0>>(stated, config, clock, seed)
        }
        (0 | 1, 0, ..=SUMS_WORDS, 0) => {
            type Law = SumsLaw<1, 0, SUMS_WORDS, 0>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        (_, _, ..=SUMS_WORDS, _) => {
            type Law = SumsLaw<5, 3, SUMS_WORDS, 1>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        _ => dispatch_rich(stated, config, clock, seed),
    }
}

/// Chooses the leanest law that states everything.
fn dispatch_rich(stated: Stated<'_>, config: &SolverConfig, clock: &Clock, seed: Seed) -> Solved {
    match (n_loads(stated.0), n_priced_areas(stated.0)) {
        (_, AREAS_MANY..) => {
            type Law = RichLaw<MAX_LOADS, AREA_WORDS_MAX, 0>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        (0 | 1, 0) if n_rests(stated.0) == 0 => {
            type Law = RichLaw<1, 0, 0, 1>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        (0 | 1, 0) => run::<RichLaw<1, 0, 0>, RichLaw<1, 0, 0>>(stated, config, clock, seed),
        (_, 0) => {
            type Law = RichLaw<MAX_LOADS, 0, 0>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        (0 | 1, _) => {
            type Law = RichLaw<1, AREA_WORDS, 0>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        _ => {
            type Law = RichLaw<MAX_LOADS, AREA_WORDS, 0>;
            run::<Law, Law>(stated, config, clock, seed)
        }
    }
}

/// Whether what a route costs depends on its single moments: clients are due, or waiting has a price and must be told from
/// resting as it falls due.
fn prices_moments(problem: &Problem) -> bool {
    let mut kinds = problem.vehicle_types().values();
    problem.clients().values().any(|client| client.due.is_some())
        || kinds.any(|kind| kind.per_waiting_second > 0 && kind.respite.is_some())
}

/// Chooses the leaner law that prices moments.
fn dispatch_priced(stated: Stated<'_>, config: &SolverConfig, clock: &Clock, seed: Seed) -> Solved {
    match (n_loads(stated.0), n_priced_areas(stated.0)) {
        (_, AREAS_MANY..) => {
            type Law = RichLaw<MAX_LOADS, AREA_WORDS_MAX, 1>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        (0 | 1, 0) if n_rests(stated.0) == 0 => {
            type Law = RichLaw<1, 0, 1, 1>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        _ => {
            type Law = RichLaw<MAX_LOADS, AREA_WORDS, 1>;
            run::<Law, Law>(stated, config, clock, seed)
        }
    }
}

/// Chooses the leanest law of several trips.
fn dispatch_trips(stated: Stated<'_>, config: &SolverConfig, clock: &Clock, seed: Seed) -> Solved {
    match (n_loads(stated.0), n_priced_areas(stated.0)) {
        (_, AREAS_MANY..) => {
            type Law = TripLaw<MAX_LOADS, AREA_WORDS_MAX>;
            run::<Law, Law>(stated, config, clock, seed)
        }
        (0 | 1, 0) => run::<TripLaw<1, 0>, TripLaw<1, 0>>(stated, config, clock, seed),
        _ => {
            type Law = TripLaw<MAX_LOADS, AREA_WORDS>;
            run::<Law, Law>(stated, config, clock, seed)
        }
    }
}

/// Most rests that a vehicle may take.
fn n_rests(problem: &Problem) -> usize {
    problem.vehicle_types().values().map(|kind| kind.rests.len()).max().unwrap_or(0)
}

/// How many areas a route may come through that has a price on each.
fn n_priced_areas(problem: &Problem) -> usize {
    let is_priced = problem.vehicle_types().values().any(|kind| kind.area_split != Cost::ZERO);
    if is_priced { problem.n_areas() } else { 0 }
}

/// How many dimensions of load the problem uses.
fn n_loads(problem: &Problem) -> usize {
    let clients = problem.clients().values().flat_map(|client| [client.delivery, client.pickup]);
    let loads = clients.chain(problem.pairs().iter().map(|pair| pair.load));
    loads
        .map(|load| load.0.iter().rposition(|&amount| amount > 0).map_or(0, |d| d + 1))
        .max()
        .unwrap_or(0)
}

/// Runs with `W` for the whole and `L` for its parts.
fn run<W: Law, L: Law>(
    stated: Stated<'_>,
    config: &SolverConfig,
    clock: &Clock,
    seed: Seed,
) -> Solved {
    let portfolio = Portfolio::new::<W, L>(stated, config, clock, seed);
    let (solution, iterations, trace) = portfolio.run::<W, L>();
    Solved { solution, iterations, trace }
}

/// How much a problem states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Features {
    Plain,
    Backhauls,
    Timed,
    Paired,
    /// Several kinds of vehicles, perhaps from several depots.
    Mixed {
        timeless: bool,
    },
    /// What only adds up along a route: nobody has hours.
    Sums,
    Trips,
    Rich,
}

fn features(problem: &Problem) -> Features {
    match lean_features(problem) {
        Features::Rich if sums::adds_up(problem) => Features::Sums,
        features => features,
    }
}

/// The same, where sums are not told from all else.
fn lean_features(problem: &Problem) -> Features {
    let kinds = || problem.vehicle_types().values();
    let clients = || problem.clients().values();
    if kinds().any(|kind| kind.reload.is_some()) {
        return Features::Trips;
    }
    let Some(first) = kinds().next() else { return Features::Rich };
    let lean_client = |client: &Client| {
        client.release.value() == 0
            && client.setup.value() == 0
            && client.windows.len() <= 1
            && client.due.is_none()
    };
    if !kinds().all(is_lean) || n_loads(problem) > 1 || !clients().all(lean_client) {
        return Features::Rich;
    }
    let has_hours =
        |kind: &VehicleType| kind.shift != TimeWindow::ALWAYS || kind.duration_max.is_some();
    let timeless = !kinds().any(has_hours) && clients().all(|client| client.windows.is_empty());
    let one_scale = match &problem.profiles()[ProfileId(0)] {
        Travel::Plane { .. } => true,
        Travel::Matrix(matrix) => (0..matrix.n_places())
            .all(|from| matrix.time_row_s(from) == matrix.distance_row_m(from)),
    };
    let delivers_only = clients().all(|client| !client.picks_up());
    let has_pairs = !problem.pairs().is_empty();
    let is_uniform = kinds().len() == 1
        && first.per_meter == 1
        && clients().all(|client| first.skills.covers(client.skills));
    if !is_uniform {
        let is_mixed = delivers_only && !has_pairs && (timeless || one_scale);
        return if is_mixed { Features::Mixed { timeless } } else { Features::Rich };
    }
    let one_each = || clients().all(|client| client.picks_up() != client.delivers());
    let has_order = first.pickups != PickupOrder::Anytime;
    if has_pairs {
        let is_paired = one_scale && (delivers_only || !has_order);
        return if is_paired { Features::Paired } else { Features::Rich };
    }
    match (timeless, delivers_only) {
        (true, true) => Features::Plain,
        (true, false) if has_order && one_each() && loads_are_small(problem) => Features::Backhauls,
        (false, true) if one_scale => Features::Timed,
        _ => Features::Rich,
    }
}

/// Whether a kind of vehicle states nothing beyond what it carries and may do, where it comes from and returns to, what it
/// costs to use and a meter, when it works and how long.
fn is_lean(kind: &VehicleType) -> bool {
    kind.start.is_some()
        && kind.start == kind.end
        && kind.profile == ProfileId(0)
        && kind.per_second == 0
        && kind.departure == Departure::Free
        && kind.distance_max.is_none()
        && kind.clients_max.is_none()
        && kind.overtime.is_none()
        && kind.rests.is_empty()
        && kind.respite.is_none()
        && kind.per_travel_second == 0
        && kind.per_service_second == 0
        && kind.per_waiting_second == 0
        && kind.travel_max.is_none()
        && kind.habit.is_empty()
        && kind.area_split == Cost::ZERO
        && kind.balance.is_none()
}

/// Whether the loads of all clients together fit into half a word: the law of backhauls keeps two in one.
fn loads_are_small(problem: &Problem) -> bool {
    let load = |client: &Client| client.delivery.0[0].max(client.pickup.0[0]);
    problem.clients().values().fold(0i64, |sum, c| sum.saturating_add(load(c))) < 1 << 30
}

/// The same problem with each used vehicle priced above any detour.
fn priced_by_vehicle(problem: &Problem) -> Problem {
    // The dearest way there and back to every client, within what prices may be.
    let prices = part::unserved_prices(problem);
    let dearest = prices.into_iter().max().unwrap_or(1);
    let dearest = dearest.saturating_mul(problem.n_clients() as i64).min(1 << 38);
    let kinds = problem.vehicle_types().values().cloned().map(|mut kind| {
        kind.fixed = Cost(kind.fixed.value() + dearest);
        kind
    });
    problem.with_vehicle_types(kinds).expect("a valid problem with a bounded price more is valid")
}

#[cfg(test)]
mod bound_tests;
#[cfg(test)]
mod group_tests;
#[cfg(test)]
mod lock_tests;
#[cfg(test)]
mod mixed_tests;
#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod sums_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod warm_tests;
