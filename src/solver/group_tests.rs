//! Groups of alternatives: one of each at most, the right one, whatever else a problem states.

use crate::measure::Cost;
use crate::problem::{Client, Load, Pair, Rounding};
use crate::problem::{
    ClientId, Group, GroupPresence, Lock, PlaceId, Presence, Problem, ProblemBuilder, Route,
    Solution, Travel, VehicleType, VehicleTypeId, Violation, check, read_problem, write_problem,
};
use crate::rng::{Rng, Seed};
use crate::solver::tests::{
    against_brute_force, backhauls, homogeneous, is_broken, rich, solved, trips,
};
use crate::solver::{SolverConfig, StopWhen, solve};

/// The same problem with groups of two or three clients, all optional there; about so much of all clients in groups.
fn grouped(problem: &Problem, seed: u64, share: f64) -> Problem {
    let mut rng = Rng::new(Seed(seed).derive(13));
    let mut clients: Vec<Client> = problem.clients().values().cloned().collect();
    let is_free = |client: &ClientId| {
        let is_alone = problem.pair_of(*client).is_none() && problem.group_of(*client).is_none();
        let neighbors = [problem.right_ahead(*client), problem.right_behind(*client)];
        is_alone && neighbors == [None, None] && problem.lock_of(*client).is_none()
    };
    let mut free: Vec<ClientId> = problem.clients().ids().filter(is_free).collect();
    rng.shuffle(&mut free);
    free.truncate((share * free.len() as f64) as usize);
    let mut groups = problem.groups().to_vec();
    while free.len() > 1 {
        let members = free.split_off(free.len().saturating_sub(rng.between(2, 3) as usize));
        let is_required = rng.chance(0.5);
        for member in &members {
            let prize = Cost(i64::from(rng.below(if is_required { 50 } else { 1_500 })));
            clients[member.0 as usize].presence = Presence::Optional { prize };
        }
        let presence = if is_required { GroupPresence::Required } else { GroupPresence::Optional };
        groups.push(Group { clients: members, presence });
    }
    let mut builder = Problem::builder()
        .clients(clients)
        .vehicle_types(problem.vehicle_types().values().cloned())
        .pairs(problem.pairs().iter().copied())
        .locks(problem.locks().iter().cloned())
        .orders(problem.orders().iter().copied())
        .refusals(problem.refusals().iter().copied())
        .groups(groups);
    for travel in problem.profiles().values() {
        builder = builder.profile(travel.clone());
    }
    builder.build().unwrap()
}

#[test]
fn small_problems_with_groups_are_solved_to_the_optimum() {
    against_brute_force((0..20).map(|s| grouped(&homogeneous(s, 6, false), s, 0.8)), 1.0);
    against_brute_force((0..20).map(|s| grouped(&homogeneous(s, 6, true), s, 0.8)), 1.0);
    against_brute_force((0..10).map(|s| grouped(&backhauls(s, 6), s, 0.8)), 0.9);
    against_brute_force((0..10).map(|s| grouped(&trips(s, 5, 2), s, 0.8)), 0.8);
    against_brute_force((0..20).map(|s| grouped(&rich(s, 4), s, 0.8)), 0.85);
}

#[test]
fn no_plan_serves_two_of_a_group() {
    for seed in 0..12 {
        let base = match seed % 4 {
            0 => homogeneous(seed, 40, true),
            1 => backhauls(seed, 30),
            2 => trips(seed, 24, 4),
            _ => rich(seed, 20),
        };
        solved(&grouped(&base, seed, 0.7), 500, seed);
    }
}

#[test]
fn no_two_parts_of_a_problem_serve_one_group() {
    let problem = grouped(&homogeneous(3, 750, true), 1, 0.4);
    let solution = solved(&problem, 300, 1).solution;
    let is_served = |group: &&Group| group.clients.iter().any(|c| !solution.unserved.contains(c));
    let required = problem.groups().iter().filter(|g| g.presence == GroupPresence::Required);
    assert!(required.clone().count() > 40);
    assert_eq!(required.clone().filter(is_served).count(), required.count());
}

#[test]
fn a_start_that_serves_all_of_a_group_is_repaired() {
    for seed in 0..6 {
        let problem = homogeneous(seed, 20, true);
        let all = solved(&problem, 100, seed).solution;
        let problem = grouped(&problem, seed, 1.0);
        let config = SolverConfig { threads: 1, start: Some(all), ..SolverConfig::default() };
        for iterations in [0, 200] {
            let found = solve(&problem, &config, &StopWhen::iterations(iterations), Seed(1));
            let report = check(&problem, &found.solution);
            assert_eq!(report.violations.iter().find(|v| is_broken(v)), None, "seed {seed}");
        }
    }
}

/// Four clients in a row with prizes, the last two a pair.
fn row() -> ProblemBuilder {
    let points = std::sync::Arc::new((0..5).map(|x| (f64::from(x), 0.0)).collect());
    let presence = Presence::Optional { prize: Cost(1) };
    let client = |place| Client { presence, ..Client::at(PlaceId(place)) };
    Problem::builder()
        .profile(Travel::Plane { points, rounding: Rounding::Nearest })
        .clients((1..5).map(client))
        .client(Client::at(PlaceId(1)))
        .vehicle_type(VehicleType::at(PlaceId(0), 2, Load::single(9)))
        .pair(Pair { pickup: ClientId(2), delivery: ClientId(3), load: Load::ZERO })
}

fn group(clients: &[u32]) -> Group {
    let clients = clients.iter().copied().map(ClientId).collect();
    Group { clients, presence: GroupPresence::Required }
}

#[track_caller]
fn refused(groups: &[Group], expected: &str) {
    let error = row().groups(groups.iter().cloned()).build().unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn groups_that_cannot_be_are_refused() {
    refused(&[group(&[])], "group 0: it has no clients; name its alternatives");
    refused(&[group(&[0, 5])], "group 0 refers to client 5, there are 5");
    let prize = "one of its clients has no prize; give each a prize, 0 will do";
    refused(&[group(&[0, 4])], &format!("group 0: {prize}"));
    let paired = "one of its clients is in a pair; alternatives have no partners";
    refused(&[group(&[0, 2])], &format!("group 0: {paired}"));
    let twice = "one of its clients is in a group already; name each client once";
    refused(&[group(&[0]), group(&[1, 0])], &format!("group 1: {twice}"));
    let holds = vec![ClientId(0)];
    let lock =
        Lock { vehicle_type: VehicleTypeId(0), begins_with: Vec::new(), holds, is_frozen: false };
    let torn = row().groups([group(&[0, 1])]).locks([lock]).build().unwrap_err().to_string();
    assert!(torn.starts_with("group 0: locks begin with more than one"), "{torn}");
}

#[test]
fn the_checker_counts_who_of_a_group_is_served() {
    let problem = row().groups([group(&[0, 1])]).build().unwrap();
    let broken = |clients: &[u32]| {
        let mut served: Vec<ClientId> = clients.iter().copied().map(ClientId).collect();
        served.push(ClientId(4));
        let unserved = problem.clients().ids().filter(|id| !served.contains(id)).collect();
        let routes = vec![Route::new(VehicleTypeId(0), served)];
        check(&problem, &Solution { routes, unserved }).violations
    };
    let (first, second) = (ClientId(0), ClientId(1));
    assert_eq!(broken(&[0, 1]), [Violation::GroupRepeated { group: 0, first, second }]);
    assert_eq!(broken(&[]), [Violation::GroupUnserved { group: 0 }]);
    assert_eq!(broken(&[1]), []);
}

#[test]
fn files_keep_groups() {
    let problem = row().groups([group(&[0, 1])]).build().unwrap();
    let text = write_problem(&problem);
    assert_eq!(read_problem(&text).unwrap().groups(), problem.groups());
    let damaged = text.replace("\"clients\":[0,1]", "\"clients\":[0,7]");
    let error = read_problem(&damaged).unwrap_err().to_string();
    let remedy = "the problem has 5 of them, counted from zero";
    assert_eq!(error, format!("groups[0].clients[1] is 7; {remedy}"));
}
