//! The unit of temperature is of the problem, not of the luck of a search.

use crate::problem::{Feature, FeatureSet, Problem, generate_problem};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;
use crate::solver::rich::RichLaw;

use super::*;

#[test]
fn where_clients_are_chosen_the_unit_hardly_depends_on_the_seed() {
    let set: FeatureSet = [Feature::Windows].into_iter().collect();
    let problem = generate_problem(Seed(3), 200, set.complete());
    // What waiting costs is halved until a third waits.
    let mut prices = (0..12).map(|halved| 4_000 >> halved);
    let is_chosen = |&price: &i64| 3 * probed(&problem, price, 0).0 > problem.n_clients();
    let price = prices.find(is_chosen).expect("whoever waits for nothing waits");
    for price in [price, 2 * price] {
        // Seeds differ by how few their changes are, not by orders of magnitude.
        let units: Vec<f64> = (0..6).map(|seed| probed(&problem, price, seed).1).collect();
        let (least, most) = units
            .iter()
            .fold((f64::MAX, 0.0f64), |(least, most), &unit| (least.min(unit), most.max(unit)));
        assert!(most < 8.0 * least, "price {price}: {units:?}");
    }
}

#[test]
fn few_changes_without_others_waiting_tell_nothing() {
    let same = vec![40, 10, 30, 20];
    let sixteen: Vec<i64> = (1..=16).map(|n| 100 * n).collect();
    let seventeen: Vec<i64> = (1..=17).map(|n| 100 * n).collect();
    let close = |unit: f64, expected: f64| assert!((unit - expected).abs() < 1e-9, "{unit}");
    close(unit(Vec::new(), Vec::new(), 1e9), 1.0);
    close(unit(same.clone(), Vec::new(), 1e9), 30.0);
    close(unit(same.clone(), sixteen, 1e9), 30.0);
    // Of 21 changes, 10 20 30 40 100 200 300 …, the one behind the first five.
    close(unit(same.clone(), seventeen.clone(), 1e9), 200.0 / 3.0);
    close(unit(Vec::new(), vec![9, 3, 6, 12], 1e9), 2.0);
    // Prizes of another scale: too few are left that cost as little as ways do.
    close(unit(same, seventeen, 1_600.0), 30.0);
}

/// How many wait, and the unit of temperature, where leaving a client out costs so much, and up to twice that.
fn probed(problem: &Problem, price: i64, seed: u64) -> (usize, f64) {
    let mut rng = Rng::new(Seed(9));
    // Few are alike: one who waits instead of another would seem the same client.
    let prizes: Vec<i64> =
        (0..problem.n_clients()).map(|_| price + i64::from(rng.below(price as u32 + 1))).collect();
    let part = Part::whole(problem, &prizes);
    let law = RichLaw::<1, 0, 0>::build(problem, &part);
    let near = Neighborhood::new(problem, &part, &law, 80);
    let start = vec![Vec::new(); part.slots.len()];
    let tuning = Tuning::default();
    let mut search = Search::new(&law, &part, &near, &tuning, &start, (1.0, 1.0), Seed(seed));
    search.settle(|| false);
    for _ in 0..20 {
        let before = search.current_cost();
        search.improve(20, || false);
        assert!(search.current_cost() <= before, "what is no better is not taken");
    }
    let n_waiting = search.waiting().len();
    (n_waiting, search.probe(256, true, || false))
}
