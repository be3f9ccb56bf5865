//! What each feature of the model costs the search: iterations a second at so many stops with no feature, each one
//! alone, and all together.
//!
//! The problems differ in nothing but the feature (see `problem::generate_problem`). Each begins from a plan that was
//! searched before, on one thread. Rounds are interleaved and the fastest counts, since other programs only slow down.
//!
//! Run with `cargo run --release --example plain_versus_rich -- [STOPS] [ROUNDS] [FEATURE …]`; without features, all.

use std::time::Duration;

use buuta::problem::{Feature, FeatureSet, Problem, Solution, generate_problem};
use buuta::rng::Seed;
use buuta::solver::{SolverConfig, StopWhen, solve};

/// Iterations that make the plan to begin from.
const FIRST: u64 = 2_000;
/// How long a short and a long measured search take: what both spend before their first iteration falls out of the
/// difference.
const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_millis(1_800);

struct Contender {
    name: String,
    problem: Problem,
    start: Solution,
    /// Iterations a second in the fastest round.
    rate: f64,
}

impl Contender {
    fn new(name: &str, features: FeatureSet, n_stops: usize) -> Self {
        let problem = generate_problem(Seed(1), n_stops, features);
        let start = solve(&problem, &config(None), &StopWhen::iterations(FIRST), Seed(1)).solution;
        let name = name.to_owned();
        Self { name, problem, start, rate: 0.0 }
    }

    fn run(&mut self) {
        let iterations = |limit: Duration| {
            let config = config(Some(self.start.clone()));
            solve(&self.problem, &config, &StopWhen::elapsed(limit), Seed(2)).iterations
        };
        let more = iterations(LONG).saturating_sub(iterations(SHORT));
        self.rate = self.rate.max(more as f64 / (LONG.as_secs_f64() - SHORT.as_secs_f64()));
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
    let wanted: Vec<String> = arguments.collect();
    let alone =
        Feature::ALL.iter().map(|&feature| (feature.name(), [feature].into_iter().collect()));
    let sets = alone.chain([("all together", FeatureSet::all())]);
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let sets = sets.filter(|(name, _)| is_wanted(name));
    let mut contenders: Vec<Contender> = [("plain", FeatureSet::PLAIN)]
        .into_iter()
        .chain(sets)
        .map(|(name, features)| Contender::new(name, features, n_stops))
        .collect();
    for _ in 0..n_rounds {
        contenders.iter_mut().for_each(Contender::run);
    }
    let plain = contenders[0].rate;
    println!("| feature | iterations/s | of plain |\n| --- | --- | --- |");
    for contender in &contenders {
        let rate = contender.rate;
        println!("| {} | {rate:.0} | {:.0} % |", contender.name, 100.0 * rate / plain);
    }
}
