//! Refusals: no vehicle serves whom it may not.

use crate::measure::Cost;
use crate::problem::{
    ClientId, Problem, Refusal, Route, Solution, VehicleType, VehicleTypeId, Violation, check,
    read_problem, write_problem,
};
use crate::rng::{Rng, Seed};
use crate::solver::tests::{
    against_brute_force, backhauls, homogeneous, is_broken, paired, solved,
};
use crate::solver::{SolverConfig, StopWhen, solve};

/// The same problem with a second, dearer type, and refusals for about so much of all clients by the first or by both.
fn refusing(problem: &Problem, seed: u64, share: f64) -> Problem {
    let mut rng = Rng::new(Seed(seed).derive(17));
    let kind = problem.vehicle_types()[VehicleTypeId(0)].clone();
    let dear = VehicleType { fixed: Cost(200), ..kind.clone() };
    let mut refusals = Vec::new();
    for client in problem.clients().ids().filter(|_| rng.chance(share)) {
        let vehicle_type = VehicleTypeId(u32::from(client.0 % 4 == 0));
        refusals.push(Refusal { client, vehicle_type });
    }
    let mut builder = Problem::builder()
        .clients(problem.clients().values().cloned())
        .vehicle_types([kind, dear])
        .pairs(problem.pairs().iter().copied())
        .refusals(refusals);
    for travel in problem.profiles().values() {
        builder = builder.profile(travel.clone());
    }
    builder.build().unwrap()
}

#[test]
fn small_problems_with_refusals_are_solved_to_the_optimum() {
    against_brute_force((0..12).map(|s| refusing(&homogeneous(s, 5, false), s, 0.6)), 0.95);
    against_brute_force((0..12).map(|s| refusing(&homogeneous(s, 5, true), s, 0.6)), 0.95);
}

#[test]
fn no_vehicle_serves_whom_it_may_not() {
    for seed in 0..6 {
        let base = match seed % 3 {
            0 => homogeneous(seed, 40, true),
            1 => paired(seed, 30, false),
            _ => backhauls(seed, 30),
        };
        solved(&refusing(&base, seed, 0.5), 400, seed);
    }
    solved(&refusing(&homogeneous(1, 750, true), 1, 0.3), 200, 1);
}

#[test]
fn a_start_by_vehicles_that_may_not_is_repaired() {
    let problem = refusing(&homogeneous(3, 20, true), 3, 0.5);
    let all = problem.clients().ids().collect();
    let start = Solution { routes: vec![Route::new(VehicleTypeId(0), all)], unserved: Vec::new() };
    let config = SolverConfig { threads: 1, start: Some(start), ..SolverConfig::default() };
    let found = solve(&problem, &config, &StopWhen::iterations(60), Seed(1)).solution;
    let report = check(&problem, &found);
    assert_eq!(report.violations.iter().find(|v| is_broken(v)), None);
}

#[test]
fn refusals_are_checked_and_survive_the_file() {
    let refusal =
        |client, kind| Refusal { client: ClientId(client), vehicle_type: VehicleTypeId(kind) };
    let base = homogeneous(1, 3, false);
    let builder = || {
        Problem::builder()
            .profile(base.profiles()[crate::problem::ProfileId(0)].clone())
            .clients(base.clients().values().cloned())
            .vehicle_types(base.vehicle_types().values().cloned())
    };
    let error = builder().refusals([refusal(0, 0), refusal(3, 0)]).build().unwrap_err();
    assert_eq!(error.to_string(), "refusal 1 refers to client 3, there are 3");
    let error = builder().refusals([refusal(0, 7)]).build().unwrap_err();
    assert_eq!(error.to_string(), "refusal 0 refers to vehicle type 7, there are 1");
    let problem =
        builder().refusals([refusal(2, 0), refusal(0, 0), refusal(2, 0)]).build().unwrap();
    assert_eq!(problem.refusals(), [refusal(0, 0), refusal(2, 0)]);
    let text = write_problem(&problem);
    assert_eq!(read_problem(&text).unwrap().refusals(), problem.refusals());
    let routes = vec![Route::new(VehicleTypeId(0), vec![ClientId(1), ClientId(2)])];
    let report = check(&problem, &Solution { routes, unserved: vec![ClientId(0)] });
    assert!(report.violations.contains(&Violation::Refused { route: 0, client: ClientId(2) }));
}
