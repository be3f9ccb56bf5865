//! What each feature of the model costs the search: iterations a second at so many stops with no feature, each one
//! alone, and all together.
//!
//! The problems of a seed differ in nothing but the feature (see `problem::generate_problem`): how long its routes are, how tight
//! its limits, is drawn, so several are looked at, and rates and shares are geometric means. Each begins from a plan that was
//! searched before, on one thread. Rounds are interleaved and the fastest counts, since other programs only slow down.
//!
//! Run with `cargo run --release --example plain_versus_rich -- [STOPS] [ROUNDS] [PROBLEMS] [FEATURE …]`; without features, all.

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

/// One problem, and the plan to begin with.
struct Contender {
    problem: Problem,
    start: Solution,
    /// Iterations a second in the fastest round.
    rate: f64,
}

impl Contender {
    fn new(features: FeatureSet, n_stops: usize, seed: u64) -> Self {
        let problem = generate_problem(Seed(seed), n_stops, features);
        let start = solve(&problem, &config(None), &StopWhen::iterations(FIRST), Seed(1)).solution;
        Self { problem, start, rate: 0.0 }
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

fn geometric_mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    (values.map(f64::ln).sum::<f64>() / n).exp()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| {
        arguments.next().map_or(usual, |word| {
            word.parse().unwrap_or_else(|_| {
                panic!("`{word}` is no number; give STOPS, ROUNDS and PROBLEMS")
            })
        })
    };
    let (n_stops, n_rounds, n_problems) = (number(1_000) as usize, number(3), number(1));
    let wanted: Vec<String> = arguments.collect();
    let alone =
        Feature::ALL.iter().map(|&feature| (feature.name(), [feature].into_iter().collect()));
    let sets = alone.chain([("all together", FeatureSet::all())]);
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let sets = sets.filter(|(name, _)| is_wanted(name));
    let of_seeds = |features: FeatureSet| -> Vec<Contender> {
        (1..=n_problems).map(|seed| Contender::new(features, n_stops, seed)).collect()
    };
    let mut contenders: Vec<(&str, Vec<Contender>)> = [("plain", FeatureSet::PLAIN)]
        .into_iter()
        .chain(sets)
        .map(|(name, features)| (name, of_seeds(features)))
        .collect();
    for _ in 0..n_rounds {
        contenders.iter_mut().flat_map(|(_, problems)| problems).for_each(Contender::run);
    }
    println!("| feature | iterations/s | of plain | of each problem |\n| --- | --- | --- | --- |");
    for (name, problems) in &contenders {
        let plain = &contenders[0].1;
        let shares = problems.iter().zip(plain).map(|(rich, plain)| 100.0 * rich.rate / plain.rate);
        let rate = geometric_mean(problems.iter().map(|contender| contender.rate));
        let share = geometric_mean(shares.clone());
        let each: Vec<String> = shares.map(|share| format!("{share:.0}")).collect();
        println!("| {name} | {rate:.0} | {share:.0} % | {} |", each.join(", "));
    }
}
