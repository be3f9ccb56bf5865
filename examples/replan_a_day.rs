//! Yesterday's plan, 5 % of the stops changed: a warm start against a cold one with five times the budget.
//!
//! `cargo run --release --example replan_a_day -- [stops …] [--seeds N] [--iterations N | --time] [--heat H] [--strangers S]`

use std::collections::HashSet;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use buuta::measure::Seconds;
use buuta::problem::{
    Client, ClientId, Load, PlaceId, Problem, Rounding, Solution, TimeWindow, Travel, VehicleType,
    check,
};
use buuta::rng::{Rng, Seed};
use buuta::solver::{SolverConfig, StopWhen, Tuning, solve};

/// Share of the stops that are others today.
const CHANGED: f64 = 0.05;
/// How much more a cold start may use.
const COLD_FACTOR: u32 = 5;
/// Items that a carrier's bag holds.
const BAG: i64 = 60;
/// Most items of a stop.
const ITEMS_MAX: u32 = 3;
/// Half a day, in seconds.
const HALF_DAY_S: i64 = 4 * 3_600;

/// How long to search.
#[derive(Clone, Copy)]
enum Budget {
    Iterations(u64),
    Time(Duration),
}

impl Budget {
    fn times(self, factor: u32) -> StopWhen {
        match self {
            Self::Iterations(n) => StopWhen::iterations(n * u64::from(factor)),
            Self::Time(time) => StopWhen::elapsed(time * factor),
        }
    }
}

/// Where a town and the villages around lie: the same every day.
fn villages(rng: &mut Rng) -> Vec<(u32, u32)> {
    (0..12).map(|_| (rng.below(5_000), rng.below(5_000))).collect()
}

/// Stops there; a third of them can be met in one half of the day only. A second for a meter of way at walking pace would
/// be too long a day: points are in units of three meters.
fn stops(rng: &mut Rng, villages: &[(u32, u32)], n: usize) -> Vec<((f64, f64), Client)> {
    let stop = |_| {
        let (x, y) = villages[rng.index(villages.len())];
        let spread = if rng.chance(0.3) { 2_000 } else { 500 };
        let point = (f64::from(x + rng.below(spread)), f64::from(y + rng.below(spread)));
        let mut client = Client::at(PlaceId(0));
        client.delivery = Load::single(i64::from(rng.between(1, ITEMS_MAX)));
        client.service = Seconds(180);
        if rng.chance(0.3) {
            let from = if rng.chance(0.5) { 0 } else { HALF_DAY_S };
            client.windows.push(TimeWindow::new(from, from + HALF_DAY_S));
        }
        (point, client)
    };
    (0..n).map(stop).collect()
}

fn day(stops: &[((f64, f64), Client)]) -> Problem {
    let depot = (3_000.0, 3_000.0);
    let points = std::iter::once(depot).chain(stops.iter().map(|(point, _)| *point)).collect();
    let places = (1u32..).map(PlaceId);
    let clients =
        stops.iter().zip(places).map(|((_, client), place)| Client { place, ..client.clone() });
    let n_carriers = stops.len() as u32 / 20 + 2;
    let mut kind = VehicleType::at(PlaceId(0), n_carriers, Load::single(BAG));
    kind.shift = TimeWindow::new(0, 2 * HALF_DAY_S);
    Problem::builder()
        .profile(Travel::Plane { points: Arc::new(points), rounding: Rounding::Nearest })
        .clients(clients.collect::<Vec<_>>())
        .vehicle_type(kind)
        .build()
        .expect("a day within all limits")
}

/// Share of the given clients who stay with their vehicle, where routes of both plans are matched by whom they share.
fn share_kept(before: &Solution, after: &Solution, is_untouched: impl Fn(ClientId) -> bool) -> f64 {
    let sets: Vec<HashSet<ClientId>> =
        after.routes.iter().map(|route| route.clients.iter().copied().collect()).collect();
    let mut shared: Vec<(usize, usize, usize)> = Vec::new();
    let mut n_untouched = 0;
    for (old, route) in before.routes.iter().enumerate() {
        let untouched: Vec<ClientId> =
            route.clients.iter().copied().filter(|&client| is_untouched(client)).collect();
        n_untouched += untouched.len();
        for (new, set) in sets.iter().enumerate() {
            let n = untouched.iter().filter(|client| set.contains(client)).count();
            shared.push((n, old, new));
        }
    }
    shared.sort_unstable_by(|a, b| b.cmp(a));
    let (mut olds, mut news) = (HashSet::new(), HashSet::new());
    let mut n_kept = 0;
    for (n, old, new) in shared {
        if !olds.contains(&old) && !news.contains(&new) {
            olds.insert(old);
            news.insert(new);
            n_kept += n;
        }
    }
    n_kept as f64 / n_untouched.max(1) as f64
}

fn cost(problem: &Problem, plan: &Solution) -> i64 {
    let report = check(problem, plan);
    assert!(report.is_feasible(), "{:?}", report.violations.first());
    report.cost.value()
}

/// What stands behind an option.
fn value<T: FromStr>(arguments: &mut impl Iterator<Item = String>) -> Option<T> {
    arguments.next()?.parse().ok()
}

fn main() {
    let (mut sizes, mut n_seeds, mut budget) = (Vec::new(), 5, Budget::Iterations(40_000));
    let mut tuning = Tuning::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--heat" => {
                tuning.temperature_warm = value(&mut arguments)
                    .expect("--heat takes a share of the heat of a cold start");
            }
            "--strangers" => {
                tuning.strangers_share = value(&mut arguments)
                    .expect("--strangers takes the share of stops that may change their vehicle");
            }
            "--seeds" => n_seeds = value(&mut arguments).expect("--seeds takes a number"),
            "--iterations" => {
                let n = value(&mut arguments).expect("--iterations takes a number");
                budget = Budget::Iterations(n);
            }
            "--time" => budget = Budget::Time(Duration::from_secs(2)),
            _ => sizes.push(argument.parse::<usize>().expect("numbers of stops")),
        }
    }
    if sizes.is_empty() {
        sizes = vec![300, 1_000];
    }
    println!("stops,seed,yesterday,carried over,cold,warm,warm to cold %,kept cold %,kept warm %");
    for n in sizes {
        for seed in 1..=n_seeds {
            let mut rng = Rng::new(Seed(seed));
            let villages = villages(&mut rng);
            let mut stops = stops(&mut rng, &villages, n);
            let yesterday = day(&stops);
            let tuning = tuning.clone();
            let config = SolverConfig { threads: 2, tuning, ..SolverConfig::default() };
            let plan = solve(&yesterday, &config, &budget.times(COLD_FACTOR), Seed(seed)).solution;
            let mut changed: Vec<usize> = (0..n).collect();
            rng.shuffle(&mut changed);
            changed.truncate((n as f64 * CHANGED) as usize);
            let others = self::stops(&mut rng, &villages, changed.len());
            for (&at, other) in changed.iter().zip(others) {
                stops[at] = other;
            }
            let today = day(&stops);
            let is_untouched = |client: ClientId| !changed.contains(&(client.0 as usize));
            let mut given = plan.clone();
            for route in &mut given.routes {
                route.clients.retain(|&client| is_untouched(client));
            }
            let cold =
                solve(&today, &config, &budget.times(COLD_FACTOR), Seed(seed + 100)).solution;
            let warm = SolverConfig { start: Some(given.clone()), ..config };
            let taken = solve(&today, &warm, &StopWhen::iterations(0), Seed(seed + 200)).solution;
            let warm = solve(&today, &warm, &budget.times(1), Seed(seed + 200)).solution;
            let (cold_cost, warm_cost) = (cost(&today, &cold), cost(&today, &warm));
            println!(
                "{n},{seed},{},{},{cold_cost},{warm_cost},{:+.2},{:.1},{:.1}",
                cost(&yesterday, &plan),
                cost(&today, &taken),
                100.0 * (warm_cost as f64 / cold_cost as f64 - 1.0),
                100.0 * share_kept(&given, &cold, is_untouched),
                100.0 * share_kept(&given, &warm, is_untouched),
            );
        }
    }
}
