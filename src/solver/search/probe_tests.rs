//! The unit of temperature is of the problem, not of the luck of a search.

use crate::problem::{Feature, FeatureSet, MAX_LOADS, Problem, generate_problem};
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

/// Where vehicles are few and prizes beyond all ways, who waits is another after most changes.
#[test]
fn prizes_of_another_scale_do_not_set_the_heat() {
    const PRIZE: i64 = 1_000_000_000;
    let set: FeatureSet = [Feature::Windows, Feature::Loads].into_iter().collect();
    let problem = generate_problem(Seed(4), 100, set.complete());
    let prizes: Vec<i64> = (1..=100).map(|priority| PRIZE * priority).collect();
    let part = Part::whole(&problem, &prizes);
    let law = RichLaw::<MAX_LOADS, 0, 0>::build(&problem, &part);
    let near = Neighborhood::new(&problem, &part, &law, 80);
    let start = vec![Vec::new(); part.slots.len()];
    let tuning = Tuning::default();
    let mut search = Search::new(&law, &part, &near, &tuning, &start, (1.0, 1.0), Seed(1));
    search.routes.limit = 2;
    search.settle(|| false);
    search.improve(200, || false);
    assert!(search.waiting().len() > 20, "{} wait", search.waiting().len());
    assert!(search.probe(256, true, || false) < PRIZE as f64 / 1e3);
}

/// How many wait, and the unit of temperature, where leaving a client out costs so much.
fn probed(problem: &Problem, price: i64, seed: u64) -> (usize, f64) {
    let part = Part::whole(problem, &vec![price; problem.n_clients()]);
    let law = RichLaw::<1, 0, 0>::build(problem, &part);
    let near = Neighborhood::new(problem, &part, &law, 80);
    let start = vec![Vec::new(); part.slots.len()];
    let tuning = Tuning::default();
    let mut search = Search::new(&law, &part, &near, &tuning, &start, (1.0, 1.0), Seed(seed));
    search.settle(|| false);
    let before = search.current_cost();
    search.improve(400, || false);
    assert!(search.current_cost() <= before, "what is no better is not taken");
    let n_waiting = search.waiting().len();
    (n_waiting, search.probe(256, true, || false))
}
