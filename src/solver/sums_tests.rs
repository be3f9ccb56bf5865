//! Problems of what only adds up along routes, or is gathered there.

use crate::problem::{Feature, Problem, generate_problem};
use crate::rng::{Rng, Seed};
use crate::solver::sums::{Needs, SumsLaw, needs};
use crate::solver::tests::{against_brute_force, judge_all, solved};
use crate::solver::{Features, SUMS_WORDS, features};

/// What lets the time of day matter, or the order in which some pick up.
const LEFT_OUT: [Feature; 9] = [
    Feature::Windows,
    Feature::SeveralWindows,
    Feature::SoftWindows,
    Feature::WaitingPrice,
    Feature::Rests,
    Feature::Respites,
    Feature::Trips,
    Feature::Pairs,
    Feature::Backhauls,
];

/// Random problems of few, of some or of most of the other features.
fn summed(seed: u64, n_clients: usize) -> Problem {
    let mut rng = Rng::new(Seed(seed).derive(11));
    let share = [0.15, 0.4, 0.7][rng.index(3)];
    let others = Feature::ALL.iter().filter(|feature| !LEFT_OUT.contains(feature));
    let drawn = others.filter(|_| rng.chance(share)).copied().collect();
    generate_problem(Seed(seed), n_clients, drawn)
}

fn is_summed(problem: &Problem) -> bool {
    features(problem) == Features::Sums
}

#[test]
fn the_law_of_sums_judges_as_the_checker_does() {
    let problems = || (0..2_000).map(|seed| summed(seed, 8));
    judge_all::<SumsLaw<5, 3, SUMS_WORDS, 1>>(problems(), is_summed);
    // The leaner ones, where they suffice.
    let of_legs = |problem: &Problem| {
        is_summed(problem)
            && matches!(needs(problem), Needs { visits: ..=1, legs: 1, words: 0, peaks: 0 })
    };
    let of_visits = |problem: &Problem| {
        is_summed(problem) && matches!(needs(problem), Needs { legs: 0, words: 0, peaks: 0, .. })
    };
    judge_all::<SumsLaw<1, 1, 0, 0>>(problems(), of_legs);
    judge_all::<SumsLaw<5, 0, 0, 0>>(problems(), of_visits);
}

#[test]
fn small_problems_of_sums_are_solved_to_the_optimum_nearly_always() {
    against_brute_force((0..80).map(|seed| summed(seed, 5)).filter(is_summed), 0.95);
}

#[test]
fn plans_by_the_law_of_sums_pass_the_checker() {
    for seed in 0..12 {
        solved(&summed(seed, 60), 400, seed);
    }
    // Cut into parts.
    solved(&summed(5, 750), 300, 3);
}
