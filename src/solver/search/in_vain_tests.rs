//! Who waits finds the same places whether or not it knows where it has looked in vain.

use crate::problem::{Feature, FeatureSet, MAX_LOADS, Problem, generate_problem};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;
use crate::solver::rich::RichLaw;
use crate::solver::routes::BANK;
use crate::solver::trips::TripLaw;

use super::*;

/// How many times fifty iterations a search runs.
const STEPS: usize = 12;

/// The plans of a search in which leaving a client out costs so much, every fifty iterations, and of how many routes somebody
/// knows then that there is no place.
fn plans<L: Law>(problem: &Problem, seed: u64, price: i64, forgets: bool) -> (Vec<Plan>, usize) {
    let part = Part::whole(problem, &vec![price; problem.n_clients()]);
    let law = L::build(problem, &part);
    let near = Neighborhood::new(problem, &part, &law, 1);
    // Who overlooks a place has not looked in vain.
    let tuning = Tuning { blink: 0.2, ..Tuning::default() };
    let start = vec![Vec::new(); part.slots.len()];
    let mut search = Search::new(&law, &part, &near, &tuning, &start, (1.0, 1.0), Seed(seed));
    search.recreate.in_vain.forgets = forgets;
    search.settle(|| false);
    let n_slots = part.slots.len() as u32;
    let mut rng = Rng::new(Seed(seed));
    let usual =
        (0..problem.n_clients()).map(|_| if rng.chance(0.5) { BANK } else { rng.below(n_slots) });
    search.be_loyal(Loyalty::new(usual.collect(), 1.0));
    let mut n_known = 0;
    let after_fifty = |step: usize| {
        // What another vehicle costs falls, and with it what was looked for in vain may be found.
        search.routes.steer_loyalty(0.17, price as f64 / (step + 1) as f64);
        for _ in 0..50 {
            search.iterate(price / 20);
        }
        n_known = n_known.max(search.recreate.in_vain.n_known());
        search.current()
    };
    ((0..STEPS).map(after_fifty).collect(), n_known)
}

fn assert_nothing_changes<L: Law>(problem: &Problem, seed: u64, price: i64) -> usize {
    let (plans_then, _) = plans::<L>(problem, seed, price, true);
    let (plans_now, n_known) = plans::<L>(problem, seed, price, false);
    for (step, (now, then)) in plans_now.iter().zip(&plans_then).enumerate() {
        assert_eq!(now, then, "seed {seed}, price {price}, step {step}");
    }
    n_known
}

#[test]
fn what_is_known_to_be_in_vain_changes_no_plan() {
    let sets: [FeatureSet; 4] = [
        [Feature::Windows, Feature::Prizes].into_iter().collect(),
        [Feature::Pairs, Feature::Skills, Feature::Loads].into_iter().collect(),
        [Feature::Trips, Feature::Windows, Feature::Pairs].into_iter().collect(),
        FeatureSet::all(),
    ];
    let mut n_known = [0; 4];
    for seed in 0..6 {
        for (set, n_known) in sets.iter().zip(&mut n_known) {
            let problem = generate_problem(Seed(seed), 60, set.complete());
            for price in [100, 1_000, 10_000] {
                *n_known += if set.has(Feature::Trips) {
                    assert_nothing_changes::<TripLaw<MAX_LOADS, 1>>(&problem, seed, price)
                } else {
                    assert_nothing_changes::<RichLaw<MAX_LOADS, 1, 1>>(&problem, seed, price)
                };
            }
        }
    }
    assert!(n_known.iter().all(|&n| n > 0), "{n_known:?}");
}
