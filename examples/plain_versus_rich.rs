//! What each feature of the model costs the search: iterations a second at so many stops with no feature, each one
//! alone, and all together.
//!
//! The problems differ in nothing but the feature (see `problem::generate_problem`). Each begins from a plan that was
//! searched before, on one thread. Rounds are interleaved and the fastest counts, since other programs only slow down.
//!
//! Run with `cargo run --release --example plain_versus_rich -- [STOPS] [ROUNDS]`.

use std::time::Instant;

use buuta::problem::{Feature, FeatureSet, Problem, Solution, generate_problem};
use buuta::rng::Seed;
use buuta::solver::{SolverConfig, StopWhen, solve};

/// Iterations that make the plan to begin from, and those of a short and a long measured search: what both spend before
/// their first iteration falls out of the difference.
const FIRST: u64 = 2_000;
const SHORT: u64 = 200;
const LONG: u64 = 2_200;

struct Contender {
    name: String,
    problem: Problem,
    start: Solution,
    seconds_short: f64,
    seconds_long: f64,
}

impl Contender {
    fn new(name: &str, features: FeatureSet, n_stops: usize) -> Self {
        let problem = generate_problem(Seed(1), n_stops, features);
        let start = solve(&problem, &config(None), &StopWhen::iterations(FIRST), Seed(1)).solution;
        let name = name.to_owned();
        Self { name, problem, start, seconds_short: f64::INFINITY, seconds_long: f64::INFINITY }
    }

    fn run(&mut self) {
        let seconds = |iterations| {
            let config = config(Some(self.start.clone()));
            let started = Instant::now();
            solve(&self.problem, &config, &StopWhen::iterations(iterations), Seed(2));
            started.elapsed().as_secs_f64()
        };
        self.seconds_short = self.seconds_short.min(seconds(SHORT));
        self.seconds_long = self.seconds_long.min(seconds(LONG));
    }

    /// Iterations a second.
    fn rate(&self) -> f64 {
        (LONG - SHORT) as f64 / (self.seconds_long - self.seconds_short).max(1e-9)
    }
}

fn config(start: Option<Solution>) -> SolverConfig {
    SolverConfig { threads: 1, workers: 1, start, ..SolverConfig::default() }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: usize| {
        arguments.next().map_or(usual, |word| {
            word.parse().unwrap_or_else(|_| panic!("`{word}` is no number; give STOPS and ROUNDS"))
        })
    };
    let (n_stops, n_rounds) = (number(1_000), number(3));
    let alone =
        Feature::ALL.iter().map(|&feature| (feature.name(), [feature].into_iter().collect()));
    let sets = [("plain", FeatureSet::PLAIN)].into_iter().chain(alone);
    let sets = sets.chain([("all together", FeatureSet::all())]);
    let mut contenders: Vec<Contender> =
        sets.map(|(name, features)| Contender::new(name, features, n_stops)).collect();
    for _ in 0..n_rounds {
        contenders.iter_mut().for_each(Contender::run);
    }
    let plain = contenders[0].rate();
    println!("| feature | iterations/s | of plain |\n| --- | --- | --- |");
    for contender in &contenders {
        let rate = contender.rate();
        println!("| {} | {rate:.0} | {:.0} % |", contender.name, 100.0 * rate / plain);
    }
}
