//! Yesterday's plan, 5 % of the stops changed: a warm start against cold ones with five times the budget.
//!
//! `cargo run --release --example replan_a_day -- [stops …] [--seeds N] [--row N] [--iterations N | --time] [--colds N]
//! [--warms N] [--yesterday N] [--keep FOLDER] [--heat H] [--strangers S]`
//!
//! `--seeds` says how many days, `--colds` and `--warms` how many searches of each. Yesterday's plan is a cold one, as long as
//! today's or, with `--yesterday`, so many times as long; with `--row`, so many days follow each other, each planned warm from the
//! plan of the day before. With `--keep`, plans of yesterday and cold plans are kept in a folder, by their budget: runs with other
//! options then begin from the same and are held against the same.

use std::collections::HashSet;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use buuta::measure::Seconds;
use buuta::problem::{
    Client, ClientId, Load, PlaceId, Problem, Rounding, Route, Solution, TimeWindow, Travel,
    VehicleType, VehicleTypeId, check,
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

    /// Its part of a file's name.
    fn label(self) -> String {
        match self {
            Self::Iterations(n) => n.to_string(),
            Self::Time(time) => format!("{}ms", time.as_millis()),
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
fn value<T: FromStr>(arguments: &mut impl Iterator<Item = String>, option: &str) -> T {
    let word = arguments.next();
    let value = word.and_then(|word| word.parse().ok());
    value.unwrap_or_else(|| {
        panic!("{option} takes a value; the first lines of this file name all options")
    })
}

/// Where what need not be searched again is kept, if anywhere.
struct Kept(Option<PathBuf>);

impl Kept {
    /// Lines of words: as they were kept, or as they are made now.
    fn lines(&self, name: &str, make: impl FnOnce() -> String) -> String {
        let Some(folder) = &self.0 else { return make() };
        let path = folder.join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|_| {
            let lines = make();
            std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(&path, &lines))
                .expect("a folder to write to");
            lines
        })
    }

    /// A plan in which everybody is served, by vehicles of one kind.
    fn plan(&self, name: &str, make: impl FnOnce() -> Solution) -> Solution {
        let line = |route: &Route| {
            let clients: Vec<String> = route.clients.iter().map(|c| c.0.to_string()).collect();
            clients.join(" ")
        };
        let lines = self.lines(name, || {
            let plan = make();
            assert!(plan.unserved.is_empty(), "vehicles for everybody");
            plan.routes.iter().map(line).collect::<Vec<_>>().join("\n")
        });
        let route = |line: &str| {
            let client = |word: &str| ClientId(word.parse().expect("a client's number"));
            Route::new(VehicleTypeId(0), line.split_whitespace().map(client).collect())
        };
        Solution { routes: lines.lines().map(route).collect(), unserved: Vec::new() }
    }
}

/// What was asked for.
struct Options {
    sizes: Vec<usize>,
    n_days: u64,
    /// How many days follow each other.
    n_row: u64,
    n_colds: u64,
    n_warms: u64,
    /// How many times as long as a cold plan of today's the one of yesterday is searched for.
    yesterday: u32,
    budget: Budget,
    tuning: Tuning,
    kept: Kept,
}

impl Options {
    fn read() -> Self {
        let mut options = Self {
            sizes: Vec::new(),
            n_days: 5,
            n_row: 1,
            n_colds: 1,
            n_warms: 1,
            yesterday: 1,
            budget: Budget::Iterations(40_000),
            tuning: Tuning::default(),
            kept: Kept(None),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(word) = arguments.next() {
            let more = &mut arguments;
            match word.as_str() {
                "--heat" => options.tuning.temperature_warm = value(more, &word),
                "--strangers" => options.tuning.strangers_share = value(more, &word),
                "--seeds" => options.n_days = value(more, &word),
                "--row" => options.n_row = value(more, &word),
                "--colds" => options.n_colds = value(more, &word),
                "--warms" => options.n_warms = value(more, &word),
                "--yesterday" => options.yesterday = value(more, &word),
                "--keep" => options.kept = Kept(Some(value(more, &word))),
                "--iterations" => options.budget = Budget::Iterations(value(more, &word)),
                "--time" => options.budget = Budget::Time(Duration::from_secs(2)),
                _ => options.sizes.push(word.parse().expect("numbers of stops")),
            }
        }
        if options.sizes.is_empty() {
            options.sizes = vec![300, 1_000];
        }
        options
    }
}

/// A warm start, held against the mean of the cold ones.
struct Outcome {
    /// How much dearer, in hundredths.
    dearer: f64,
    /// How many of the untouched stay, in hundredths.
    stay: f64,
}

/// Stops of a day, with a plan of them.
struct Planned {
    stops: Vec<((f64, f64), Client)>,
    plan: Solution,
}

impl Planned {
    fn cost(&self) -> i64 {
        cost(&day(&self.stops), &self.plan)
    }
}

/// Days of so many stops in a row, and the searches of each but the first.
fn run_days(options: &Options, n: usize, seed: u64) -> Vec<Outcome> {
    let budget = options.budget;
    let mut rng = Rng::new(Seed(seed));
    let villages = villages(&mut rng);
    let stops = stops(&mut rng, &villages, n);
    let name = format!("{n}-{seed}-{}", budget.label());
    let long =
        if options.yesterday == 1 { String::new() } else { format!("-{}", options.yesterday) };
    let plan = options.kept.plan(&format!("{name}-yesterday{long}"), || {
        let long = budget.times(COLD_FACTOR * options.yesterday);
        solve(&day(&stops), &usual(), &long, Seed(seed)).solution
    });
    let mut yesterday = Planned { stops, plan };
    let mut outcomes = Vec::new();
    for number in 0..options.n_row {
        let mut changed: Vec<usize> = (0..n).collect();
        rng.shuffle(&mut changed);
        changed.truncate((n as f64 * CHANGED) as usize);
        let others = self::stops(&mut rng, &villages, changed.len());
        let mut stops = yesterday.stops.clone();
        for (&at, other) in changed.iter().zip(others) {
            stops[at] = other;
        }
        let name = if number == 0 { name.clone() } else { format!("{name}-{number}") };
        let found = replan(options, &yesterday, &stops, &changed, (&name, seed + 10_000 * number));
        outcomes.extend(found.1);
        yesterday = Planned { stops, plan: found.0 };
    }
    outcomes
}

fn usual() -> SolverConfig {
    SolverConfig { threads: 2, ..SolverConfig::default() }
}

/// Searches of a day on which some stops are others than yesterday; the plan of the first warm one.
fn replan(
    options: &Options,
    yesterday: &Planned,
    stops: &[((f64, f64), Client)],
    changed: &[usize],
    (name, seed): (&str, u64),
) -> (Solution, Vec<Outcome>) {
    let today = day(stops);
    let is_untouched = |client: ClientId| !changed.contains(&(client.0 as usize));
    let mut given = yesterday.plan.clone();
    for route in &mut given.routes {
        route.clients.retain(|&client| is_untouched(client));
    }
    let cold = |search: u64| {
        options.kept.plan(&format!("{name}-cold-{search}"), || {
            let long = options.budget.times(COLD_FACTOR);
            solve(&today, &usual(), &long, Seed(seed + 100 + search)).solution
        })
    };
    let colds: Vec<Solution> = (0..options.n_colds).map(cold).collect();
    let cold_cost = mean(colds.iter().map(|plan| cost(&today, plan) as f64));
    let stay = |plan: &Solution| 100.0 * share_kept(&given, plan, is_untouched);
    let tuning = options.tuning.clone();
    let warm = SolverConfig { start: Some(given.clone()), tuning, ..usual() };
    let taken = solve(&today, &warm, &StopWhen::iterations(0), Seed(seed + 200)).solution;
    let search_warm = |search: u64| {
        let seed_of_search = Seed(seed + 200 + 1_000 * search);
        let plan = solve(&today, &warm, &options.budget.times(1), seed_of_search).solution;
        let warm_cost = cost(&today, &plan);
        let dearer = 100.0 * (warm_cost as f64 / cold_cost - 1.0);
        println!(
            "{name},{},{},{cold_cost:.0},{warm_cost},{dearer:+.2},{:.1},{:.1}",
            yesterday.cost(),
            cost(&today, &taken),
            mean(colds.iter().map(stay)),
            stay(&plan),
        );
        let outcome = Outcome { dearer, stay: stay(&plan) };
        (plan, outcome)
    };
    let (plans, outcomes): (Vec<_>, Vec<_>) = (0..options.n_warms).map(search_warm).unzip();
    (plans.into_iter().next().expect("at least one warm search"), outcomes)
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len().max(1) as f64;
    values.sum::<f64>() / n
}

fn main() {
    let options = Options::read();
    println!("day,yesterday,carried over,cold,warm,warm to cold %,kept cold %,kept warm %");
    for &n in &options.sizes {
        let of_seed = |seed: u64| run_days(&options, n, seed);
        let outcomes: Vec<Outcome> = (1..=options.n_days).flat_map(of_seed).collect();
        let dearer = mean(outcomes.iter().map(|outcome| outcome.dearer));
        let stay = mean(outcomes.iter().map(|outcome| outcome.stay));
        println!("{n} stops, mean of {}: {dearer:+.2} %, {stay:.1} % stay", outcomes.len());
    }
}
