//! Thousands of random problems of every feature: each plan through the checker, small ones against brute force.

use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::problem::{Feature, FeatureSet, generate_problem};

/// What came of one problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Too large for brute force, or nothing serves all required clients.
    Checked,
    /// As cheap as can be.
    Optimal,
    /// Everybody is served, at a higher price.
    Dearer,
    /// Required clients are left out, and need not be.
    LeftOut,
}

/// Small ones for brute force, four of five; now and then one of a carrier's day.
fn n_clients(number: u64, rng: &mut Rng) -> usize {
    (match number % 10 {
        0..=5 => rng.between(1, 5),
        6 => rng.between(6, 7),
        7 if number % 100 == 7 => 8,
        7 => 6,
        8 => rng.between(9, 15),
        _ if number % 100 == 99 => rng.between(26, 70),
        _ => rng.between(10, 20),
    }) as usize
}

/// A start as bad as it can be: everybody on the first vehicle, some twice.
fn crowded(problem: &Problem) -> Option<Solution> {
    let kind = problem.vehicle_types().ids().next()?;
    let mut clients: Vec<ClientId> = problem.clients().ids().collect();
    clients.extend_from_within(..clients.len() / 2);
    Some(Solution { routes: vec![Route::new(kind, clients)], unserved: Vec::new() })
}

/// A start as it usually is: a plan of the same problem, without a tenth of the clients.
fn usual(number: u64, problem: &Problem) -> Solution {
    let config = SolverConfig { threads: 1, workers: 1, ..SolverConfig::default() };
    let mut plan = solve(problem, &config, &StopWhen::iterations(20), Seed(number)).solution;
    for route in &mut plan.routes {
        route.clients.retain(|client| client.0 % 10 != 3);
    }
    plan
}

fn outcome(number: u64, problem: &Problem) -> Outcome {
    let start = match number % 7 {
        3 => crowded(problem),
        5 => Some(usual(number, problem)),
        _ => None,
    };
    let config = SolverConfig {
        threads: 1,
        workers: 1 + number as usize % 2,
        objective: if number % 5 == 4 { Objective::VehiclesThenCost } else { Objective::Cost },
        start,
        ..SolverConfig::default()
    };
    let n_iterations = if problem.n_clients() < 9 { 400 } else { 100 };
    let solved = solve(problem, &config, &StopWhen::iterations(n_iterations), Seed(number));
    let report = check(problem, &solved.solution);
    let is_broken = |v: &&Violation| !matches!(v, Violation::RequiredUnserved { .. });
    assert_eq!(report.violations.iter().find(is_broken), None, "problem {number}");
    if report.is_feasible() && config.objective == Objective::Cost {
        let found = solved.trace.last().map(|point| point.cost);
        assert_eq!(found, Some(report.cost), "problem {number}: the cost the solver believes");
    }
    let best = is_small(problem).then(|| brute_force(problem)).flatten();
    let Some((optimum, _)) = best else { return Outcome::Checked };
    if !report.is_feasible() {
        return Outcome::LeftOut;
    }
    assert!(optimum <= report.cost, "problem {number}: cheaper than the cheapest");
    let is_optimal = optimum == report.cost || config.objective == Objective::VehiclesThenCost;
    if is_optimal { Outcome::Optimal } else { Outcome::Dearer }
}

/// A problem by its number.
fn random(number: u64) -> Problem {
    let mut rng = Rng::new(Seed(number).derive(99));
    let n_clients = n_clients(number, &mut rng);
    random_problem(Seed(number), n_clients)
}

/// What came of each problem, by number; `None` where it panicked. On two threads of their own: a search has a pool of
/// its own, and rayon would begin another problem while it waits for that.
fn outcomes(n_problems: u64) -> Vec<(u64, Option<Outcome>)> {
    let next = AtomicU64::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= n_problems {
                break;
            }
            let outcome = catch_unwind(|| outcome(number, &random(number))).ok();
            found.lock().unwrap().push((number, outcome));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    found.into_inner().unwrap()
}

/// `RANDOM_PROBLEM=896` looks at that one again, with its panic.
#[test]
fn every_plan_of_two_thousand_random_problems_obeys_them() {
    if let Some(number) = std::env::var("RANDOM_PROBLEM").ok().and_then(|n| n.parse().ok()) {
        println!("problem {number}: {:?}", outcome(number, &random(number)));
        return;
    }
    let n_problems = if std::env::var_os("RUN_SLOW_TESTS").is_some() { 2_000 } else { 60 };
    let outcomes = outcomes(n_problems);
    let are = |wanted: Option<Outcome>| -> Vec<u64> {
        let of_this = outcomes.iter().filter(|(_, outcome)| *outcome == wanted);
        of_this.map(|(number, _)| *number).collect()
    };
    let optimal = are(Some(Outcome::Optimal)).len();
    let [dearer, left_out] = [Outcome::Dearer, Outcome::LeftOut].map(|outcome| are(Some(outcome)));
    let broken = are(None);
    let told = format!(
        "{optimal} optimal, dearer: {dearer:?}, left out: {left_out:?}, broken: {broken:?}"
    );
    println!("{told}");
    assert_eq!(broken, [] as [u64; 0], "{told}");
    let n_known = optimal + dearer.len() + left_out.len();
    assert!(n_known as u64 > n_problems / 3, "enough problems have a plan at all: {told}");
    assert!(dearer.len() <= n_known / 50, "{told}");
    assert!(left_out.len() <= n_known / 100, "{told}");
}

#[test]
fn every_feature_alone_and_all_together_obey_the_checker() {
    let alone = Feature::ALL.iter().map(|&feature| [feature].into_iter().collect());
    for features in alone.chain([FeatureSet::PLAIN, FeatureSet::all()]) {
        let problem = generate_problem(Seed(1), 40, features);
        let solution = solved(&problem, 60, 1).solution;
        // Together they leave many out, each alone but few.
        assert!(solution.n_served() > 15, "{} served with {features:?}", solution.n_served());
    }
}
