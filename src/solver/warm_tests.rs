//! A warm start: most of a given plan stays, and what it leaves to do is done well.

use std::collections::HashSet;

use crate::measure::Cost;
use crate::problem::{
    Client, ClientId, PlaceId, Problem, ProfileId, Solution, VehicleTypeId, check,
};
use crate::rng::{Rng, Seed};
use crate::solver::tests::{homogeneous, is_broken};
use crate::solver::{SolverConfig, StopWhen, Tuning, solve};

/// The same day with every twentieth stop at the place of another.
fn changed(problem: &Problem, seed: u64) -> (Problem, HashSet<ClientId>) {
    let mut rng = Rng::new(Seed(seed).derive(19));
    let mut moved = HashSet::new();
    let clients = problem.clients().iter().map(|(id, client)| {
        let mut client: Client = client.clone();
        if id.0 % 20 == 7 {
            moved.insert(id);
            client.place = PlaceId(1 + rng.below(problem.n_clients() as u32));
        }
        client
    });
    let builder = Problem::builder()
        .profile(problem.profiles()[ProfileId(0)].clone())
        .clients(clients.collect::<Vec<_>>())
        .vehicle_type(problem.vehicle_types()[VehicleTypeId(0)].clone());
    (builder.build().unwrap(), moved)
}

/// How many clients stay together with most of their route.
fn n_kept(before: &Solution, after: &Solution) -> usize {
    let n_shared = |old: &[ClientId]| {
        let shared = |new: &Vec<ClientId>| old.iter().filter(|c| new.contains(c)).count();
        after.routes.iter().map(|route| shared(&route.clients)).max().unwrap_or(0)
    };
    before.routes.iter().map(|route| n_shared(&route.clients)).sum()
}

#[test]
fn a_warm_start_keeps_more_of_a_plan_than_a_cold_one_and_costs_no_more_than_what_it_was_given() {
    let (mut n_warm, mut n_cold) = (0, 0);
    for seed in 0..3 {
        let yesterday = homogeneous(seed, 80, true);
        let config = SolverConfig { threads: 1, ..SolverConfig::default() };
        let plan = solve(&yesterday, &config, &StopWhen::iterations(1_500), Seed(seed)).solution;
        let (today, moved) = changed(&yesterday, seed);
        let mut given = plan;
        for route in &mut given.routes {
            route.clients.retain(|client| !moved.contains(client));
        }
        let warm = SolverConfig { start: Some(given.clone()), ..config.clone() };
        let of = |config: &SolverConfig, iterations| {
            let stop = StopWhen::iterations(iterations);
            let found = solve(&today, config, &stop, Seed(seed + 9)).solution;
            let report = check(&today, &found);
            assert_eq!(report.violations.iter().find(|v| is_broken(v)), None);
            (report.cost, found)
        };
        let ((at_once, _), (cost, found)) = (of(&warm, 0), of(&warm, 600));
        assert!(Cost::ZERO < cost && cost <= at_once, "{cost:?}, {at_once:?} at once");
        n_warm += n_kept(&given, &found);
        n_cold += n_kept(&given, &of(&config, 600).1);
    }
    assert!(n_cold < n_warm, "{n_cold} stay in cold searches, {n_warm} in warm ones");
}

#[test]
fn a_start_that_serves_hardly_anybody_is_searched_like_none() {
    let problem = homogeneous(2, 60, true);
    let config = SolverConfig { threads: 1, ..SolverConfig::default() };
    let stop = StopWhen::iterations(1_000);
    let cold = solve(&problem, &config, &stop, Seed(1)).solution;
    let one_route = Solution { routes: vec![cold.routes[0].clone()], unserved: Vec::new() };
    let config = SolverConfig { start: Some(one_route), ..config };
    let begun = solve(&problem, &config, &stop, Seed(1)).solution;
    let cost = |plan: &Solution| check(&problem, plan).cost.value();
    assert!(100 * cost(&begun) <= 105 * cost(&cold));
}

#[test]
fn the_fewer_may_change_their_vehicle_the_more_clients_keep_theirs() {
    let n_kept_at = |strangers_share: f64| -> usize {
        let kept = |seed: u64| {
            let yesterday = homogeneous(seed, 80, true);
            let config = SolverConfig { threads: 1, ..SolverConfig::default() };
            let stop = StopWhen::iterations(1_500);
            let given = solve(&yesterday, &config, &stop, Seed(seed)).solution;
            let (today, _) = changed(&yesterday, seed);
            let tuning = Tuning { temperature_warm: 1.0, strangers_share, ..Tuning::default() };
            let warm = SolverConfig { start: Some(given.clone()), tuning, ..config };
            let found = solve(&today, &warm, &StopWhen::iterations(6_000), Seed(seed + 9)).solution;
            n_kept(&given, &found)
        };
        (0..4).map(kept).sum()
    };
    let [all, none] = [1.0, 0.0].map(n_kept_at);
    assert!(all + 5 < none, "{all} of 320 stay where all may change, {none} where nobody may");
}
