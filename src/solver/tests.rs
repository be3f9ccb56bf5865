//! The solver against the checker and against brute force, on random problems of every feature.

use std::sync::Arc;

use smallvec::smallvec;

use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Seconds};
use crate::problem::oracle::brute_force;
use crate::problem::{
    Client, ClientId, Load, Pair, PlaceId, Presence, Problem, ProfileId, Rounding, Route, Solution,
    TimeWindow, Travel, VehicleType, Violation, check, random_problem,
};
use crate::rng::{Rng, Seed};
use crate::solver::decomposition::Numbering;
use crate::solver::law::Law;
use crate::solver::legs::Dense;
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;
use crate::solver::plain::PlainLaw;
use crate::solver::search::Search;
use crate::solver::{Features, Objective, Solved, SolverConfig, StopWhen, Tuning, features, solve};

fn points(rng: &mut Rng, n: usize) -> Vec<(f64, f64)> {
    (0..n).map(|_| (f64::from(rng.below(1_000)), f64::from(rng.below(1_000)))).collect()
}

fn plane(points: Vec<(f64, f64)>) -> Travel {
    Travel::Plane { points: Arc::new(points), rounding: Rounding::Nearest }
}

/// One kind of vehicle, one load; windows and a longest duration when `timed`.
fn homogeneous(seed: u64, n_clients: usize, timed: bool) -> Problem {
    let mut rng = Rng::new(Seed(seed));
    let points = points(&mut rng, n_clients + 1);
    let mut kind = VehicleType::at(PlaceId(0), n_clients as u32, Load::single(20));
    if timed {
        kind.shift = TimeWindow::new(0, 6_000);
        kind.duration_max = rng.chance(0.5).then_some(Seconds(4_500));
    }
    let clients: Vec<Client> = (1..=n_clients as u32)
        .map(|place| {
            let mut client = Client::at(PlaceId(place));
            client.delivery = Load::single(i64::from(rng.between(1, 8)));
            if timed {
                client.service = Seconds(i64::from(rng.below(100)));
                let start = i64::from(rng.below(2_000));
                client.windows =
                    smallvec![TimeWindow::new(start, start + i64::from(rng.between(600, 2_000)))];
            }
            if rng.chance(0.2) {
                client.presence = Presence::Optional { prize: Cost(i64::from(rng.below(900))) };
            }
            client
        })
        .collect();
    Problem::builder().profile(plane(points)).clients(clients).vehicle_type(kind).build().unwrap()
}

/// Pairs among homogeneous clients with windows: two of every three, or all, have a partner.
fn paired(seed: u64, n_clients: usize, all: bool) -> Problem {
    let base = homogeneous(seed, n_clients, true);
    let mut rng = Rng::new(Seed(seed).derive(7));
    let mut clients: Vec<ClientId> = base.clients().ids().collect();
    rng.shuffle(&mut clients);
    let n_pairs = n_clients / if all { 2 } else { 3 };
    let mut loads = vec![0; n_clients];
    let pairs: Vec<Pair> = clients
        .chunks_exact(2)
        .take(n_pairs)
        .map(|members| {
            let (pickup, delivery) = (members[0], members[1]);
            let load = i64::from(rng.between(1, 12));
            (loads[pickup.0 as usize], loads[delivery.0 as usize]) = (load, load);
            Pair { pickup, delivery, load: Load::single(load) }
        })
        .collect();
    // A member of a pair has no load of its own but now and then, and time enough to be reached in order.
    let clients = base.clients().values().zip(loads).map(|(client, load)| {
        let mut client = client.clone();
        if load > 0 {
            client.windows[0].end += Seconds(1_500);
            client.delivery = if rng.chance(0.2) { client.delivery } else { Load::ZERO };
        }
        if rng.chance(0.1) {
            client.pickup = Load::single(i64::from(rng.between(1, 3)));
        }
        client
    });
    let builder = Problem::builder().profile(base.profiles()[ProfileId(0)].clone());
    let kinds = base.vehicle_types().values().cloned().collect::<Vec<_>>();
    builder.clients(clients.collect::<Vec<_>>()).vehicle_types(kinds).pairs(pairs).build().unwrap()
}

/// Everything the model can state, at random.
fn rich(seed: u64, n_clients: usize) -> Problem {
    random_problem(Seed(seed), n_clients)
}

/// Solves, and insists on what every answer must satisfy: only required clients that fit nowhere may be missing.
#[track_caller]
fn solved(problem: &Problem, iterations: u64, seed: u64) -> Solved {
    let config = SolverConfig { threads: 2, ..SolverConfig::default() };
    let solved = solve(problem, &config, &StopWhen::iterations(iterations), Seed(seed));
    let report = check(problem, &solved.solution);
    let is_broken = |v: &&Violation| !matches!(v, Violation::RequiredUnserved { .. });
    assert_eq!(report.violations.iter().find(is_broken), None, "seed {seed}");
    if report.is_feasible() {
        let found = solved.trace.last().map(|point| point.cost);
        assert_eq!(found, Some(report.cost), "seed {seed}: the solver and the checker agree");
    }
    solved
}

/// Compares with brute force: never better, never infeasible where a plan exists, and the optimum at least this often.
fn against_brute_force(problems: impl Iterator<Item = Problem>, optimal_share: f64) {
    let (mut n, mut n_optimal) = (0, 0);
    for (seed, problem) in problems.enumerate() {
        let Some((optimum, _)) = brute_force(&problem) else { continue };
        let solution = solved(&problem, 1_500, seed as u64).solution;
        let report = check(&problem, &solution);
        assert!(report.is_feasible(), "problem {seed}: {:?}", report.violations);
        assert!(report.cost >= optimum, "problem {seed}: better than the best");
        n += 1;
        n_optimal += usize::from(report.cost == optimum);
    }
    assert!(n > 5, "enough problems have a plan at all: {n}");
    let reached = n_optimal as f64 / f64::from(n);
    assert!(reached >= optimal_share, "{n_optimal} of {n} optimal");
}

#[test]
fn small_plain_problems_are_solved_to_the_optimum() {
    against_brute_force((0..20).map(|seed| homogeneous(seed, 6, false)), 1.0);
}

#[test]
fn small_timed_problems_are_solved_to_the_optimum() {
    against_brute_force((0..20).map(|seed| homogeneous(seed, 6, true)), 1.0);
}

#[test]
fn small_rich_problems_are_solved_to_the_optimum_nearly_always() {
    against_brute_force((0..30).map(|seed| rich(seed, 4)), 0.9);
}

#[test]
fn small_paired_problems_are_solved_to_the_optimum() {
    against_brute_force((0..20).map(|seed| paired(seed, 6, false)), 1.0);
    against_brute_force((0..10).map(|seed| paired(seed, 8, true)), 1.0);
}

#[test]
fn each_problem_gets_the_leanest_law_that_knows_it() {
    assert_eq!(features(&paired(1, 5, false)), Features::Paired);
    assert_eq!(features(&homogeneous(1, 5, false)), Features::Plain);
    assert_eq!(features(&homogeneous(1, 5, true)), Features::Timed);
    assert_eq!(features(&rich(1, 5)), Features::Rich);
}

#[test]
fn every_plan_of_a_random_problem_passes_the_checker() {
    for seed in 0..4 {
        solved(&homogeneous(seed, 30, false), 300, seed);
        solved(&homogeneous(seed, 30, true), 300, seed);
        solved(&paired(seed, 30, seed % 2 == 0), 300, seed);
        solved(&rich(seed, 12), 300, seed);
    }
}

#[test]
fn a_problem_cut_into_parts_passes_the_checker() {
    for timed in [false, true] {
        solved(&homogeneous(3, 750, timed), 600, 5);
    }
    solved(&paired(3, 750, false), 600, 5);
}

#[test]
fn the_same_seed_gives_the_same_plan_on_any_number_of_threads() {
    let paired = [paired(1, 60, true), paired(2, 750, false)];
    let others = [homogeneous(1, 60, true), homogeneous(2, 750, false), rich(3, 8)];
    for problem in paired.into_iter().chain(others) {
        let plan = |threads| {
            let config = SolverConfig { threads, ..SolverConfig::default() };
            solve(&problem, &config, &StopWhen::iterations(600), Seed(9)).solution
        };
        let one = plan(1);
        assert_eq!(one, plan(2));
        assert_eq!(one, plan(8));
    }
}

#[test]
fn nothing_to_do_is_done_at_once() {
    let empty = Problem::builder().profile(plane(vec![(0.0, 0.0)])).build().unwrap();
    assert_eq!(solved(&empty, 100, 1).solution, Solution::default());
    let mut nobody = homogeneous(1, 3, false);
    nobody = Problem::builder()
        .profile(nobody.profiles()[ProfileId(0)].clone())
        .clients(nobody.clients().values().cloned())
        .build()
        .unwrap();
    assert_eq!(solved(&nobody, 100, 1).solution.unserved.len(), 3);
}

#[test]
fn many_identical_points_are_no_trouble() {
    let points = vec![(5.0, 5.0); 601];
    let clients = (1..601).map(|place| {
        let mut client = Client::at(PlaceId(place));
        client.delivery = Load::single(1);
        client
    });
    let kind = VehicleType::at(PlaceId(0), 600, Load::single(10));
    let builder = Problem::builder().profile(plane(points)).clients(clients).vehicle_type(kind);
    let solution = solved(&builder.build().unwrap(), 300, 1).solution;
    assert_eq!(solution.n_served(), 600);
}

#[test]
fn a_client_that_fits_no_vehicle_is_left_out_alone() {
    let mut clients: Vec<Client> = (1..5).map(|place| Client::at(PlaceId(place))).collect();
    clients[2].delivery = Load::single(99);
    let mut rng = Rng::new(Seed(1));
    let kind = VehicleType::at(PlaceId(0), 2, Load::single(10));
    let problem = Problem::builder().profile(plane(points(&mut rng, 5))).clients(clients);
    let problem = problem.vehicle_type(kind).build().unwrap();
    let solution = solved(&problem, 500, 1).solution;
    assert_eq!(solution.unserved, [crate::problem::ClientId(2)]);
}

#[test]
fn fewer_vehicles_come_first_when_asked() {
    // Two clients on opposite sides: two short rounds cost 40 + 40, one round costs 20 + 40 + 20 as well, so make the
    // single round dearer by an asymmetric leg: distance alone takes two vehicles, vehicles first takes one.
    let distances = vec![0, 20, 20, 20, 0, 90, 20, 90, 0];
    let matrix = TravelMatrix::new(3, distances.clone(), distances).unwrap();
    let clients = [Client::at(PlaceId(1)), Client::at(PlaceId(2))];
    let problem = Problem::builder()
        .profile(Travel::Matrix(Arc::new(matrix)))
        .clients(clients)
        .vehicle_type(VehicleType::at(PlaceId(0), 2, Load::single(1)))
        .build()
        .unwrap();
    let n_routes = |objective| {
        let config = SolverConfig { objective, ..SolverConfig::default() };
        solve(&problem, &config, &StopWhen::iterations(500), Seed(1)).solution.routes.len()
    };
    assert_eq!(n_routes(Objective::Cost), 2);
    assert_eq!(n_routes(Objective::VehiclesThenCost), 1);
}

/// The same problem with so many vehicles of each kind, each at this price more.
fn with_fleet(problem: &Problem, count: u32, price: i64) -> Problem {
    let kinds = problem.vehicle_types().values().map(|kind| VehicleType {
        count,
        fixed: kind.fixed + Cost(price),
        ..kind.clone()
    });
    problem.with_vehicle_types(kinds.collect::<Vec<_>>()).unwrap()
}

/// The same problem with everybody required.
fn all_required(problem: &Problem) -> Problem {
    let clients = problem.clients().values().map(|client| {
        let presence = Presence::Required;
        Client { presence, ..client.clone() }
    });
    let kinds = problem.vehicle_types().values().cloned().collect::<Vec<_>>();
    let builder = Problem::builder().profile(problem.profiles()[ProfileId(0)].clone());
    let builder = builder.clients(clients.collect::<Vec<_>>()).vehicle_types(kinds);
    builder.pairs(problem.pairs().iter().copied()).build().unwrap()
}

#[test]
fn no_plan_does_with_fewer_vehicles_than_the_one_found() {
    let objective = Objective::VehiclesThenCost;
    let config = SolverConfig { objective, ..SolverConfig::default() };
    let problems = (0..24).map(|seed| match seed % 3 {
        0 => homogeneous(seed, 6, false),
        1 => homogeneous(seed, 6, true),
        _ => paired(seed, 6, true),
    });
    let mut n = 0;
    for problem in problems.map(|problem| all_required(&problem)) {
        let Some((_, fewest)) = brute_force(&with_fleet(&problem, 6, 1 << 20)) else { continue };
        let found = solve(&problem, &config, &StopWhen::iterations(1_500), Seed(1)).solution;
        assert!(check(&problem, &found).is_feasible());
        assert_eq!(found.routes.len(), fewest.routes.len());
        n += 1;
    }
    assert!(n > 12, "enough problems have a plan at all: {n}");
}

#[test]
fn saving_vehicles_is_the_same_on_any_number_of_threads() {
    for problem in [homogeneous(1, 60, true), paired(1, 60, false), paired(2, 750, false)] {
        let problem = all_required(&problem);
        let plan = |threads| {
            let objective = Objective::VehiclesThenCost;
            let config = SolverConfig { threads, objective, ..SolverConfig::default() };
            solve(&problem, &config, &StopWhen::iterations(600), Seed(9)).solution
        };
        let one = plan(1);
        assert_eq!(one, plan(2));
        let is_broken = |v: &&Violation| !matches!(v, Violation::RequiredUnserved { .. });
        assert_eq!(check(&problem, &one).violations.iter().find(is_broken), None);
    }
}

#[test]
fn numbering_the_clients_of_pairs_anew_changes_no_optimum() {
    for seed in 0..8 {
        let problem = paired(seed, 8, true);
        let n = problem.n_clients() as u32;
        let anew = |client: ClientId| ClientId((client.0 * 3 + 1) % n);
        let mut clients: Vec<(ClientId, Client)> =
            problem.clients().iter().map(|(id, client)| (anew(id), client.clone())).collect();
        clients.sort_by_key(|(id, _)| *id);
        let pairs = problem.pairs().iter().map(|pair| Pair {
            pickup: anew(pair.pickup),
            delivery: anew(pair.delivery),
            load: pair.load,
        });
        let kinds = problem.vehicle_types().values().cloned().collect::<Vec<_>>();
        let builder = Problem::builder().profile(problem.profiles()[ProfileId(0)].clone());
        let builder = builder.clients(clients.into_iter().map(|(_, client)| client));
        let other = builder.vehicle_types(kinds).pairs(pairs).build().unwrap();
        let cost = |problem: &Problem| {
            let report = check(problem, &solved(problem, 3_000, seed).solution);
            (report.cost, report.violations.len())
        };
        assert_eq!(cost(&problem), cost(&other), "problem {seed}");
    }
}

#[test]
fn pairs_that_wait_stay_together_when_a_problem_is_cut() {
    let problem = with_fleet(&paired(5, 750, false), 40, 0);
    let solution = solved(&problem, 600, 1).solution;
    let waits = |pair: &&Pair| solution.unserved.contains(&pair.pickup);
    assert!(problem.pairs().iter().filter(waits).count() > 5, "vehicles are short");
}

#[test]
fn a_start_that_tears_pairs_is_repaired() {
    let problem = paired(3, 12, true);
    let Pair { pickup, delivery, .. } = problem.pairs()[0];
    let other = problem.pairs()[1].pickup;
    let vehicle_type = crate::problem::VehicleTypeId(0);
    let route = |clients: &[ClientId]| Route { vehicle_type, clients: clients.to_vec() };
    for routes in
        [vec![route(&[delivery, pickup])], vec![route(&[pickup, other]), route(&[delivery])]]
    {
        let start = Solution { routes, unserved: Vec::new() };
        let config = SolverConfig { start: Some(start), ..SolverConfig::default() };
        let found = solve(&problem, &config, &StopWhen::iterations(300), Seed(1));
        let is_broken = |v: &&Violation| !matches!(v, Violation::RequiredUnserved { .. });
        assert_eq!(check(&problem, &found.solution).violations.iter().find(is_broken), None);
    }
}

#[test]
fn a_start_with_strangers_and_repetitions_is_repaired() {
    let problem = homogeneous(4, 12, false);
    let client = crate::problem::ClientId;
    let vehicle_type = crate::problem::VehicleTypeId(0);
    let clients = vec![client(3), client(3), client(99), client(1)];
    let start = Solution { routes: vec![Route { vehicle_type, clients }], unserved: Vec::new() };
    let config = SolverConfig { start: Some(start), ..SolverConfig::default() };
    let found = solve(&problem, &config, &StopWhen::iterations(300), Seed(1));
    assert!(check(&problem, &found.solution).is_feasible());
}

#[test]
fn more_iterations_cost_less_over_several_problems() {
    let cost = |iterations| -> Cost {
        let costs = (0..6).map(|seed| {
            let problem = homogeneous(seed, 60, false);
            check(&problem, &solved(&problem, iterations, seed).solution).cost
        });
        costs.sum()
    };
    assert!(cost(4_000) < cost(60));
}

#[test]
fn clients_whose_neighbors_are_all_in_other_parts_are_searched_all_the_same() {
    // Two pairs far from each other; the part holds one client of each pair, and lists are one long.
    let corners = vec![(0.0, 0.0), (10.0, 0.0), (11.0, 0.0), (0.0, 90.0), (0.0, 91.0)];
    let kind = VehicleType::at(PlaceId(0), 2, Load::single(5));
    let problem = Problem::builder()
        .profile(plane(corners))
        .clients((1..=4).map(|place| Client::at(PlaceId(place))))
        .vehicle_type(kind)
        .build()
        .unwrap();
    let unserved = vec![1_000; 4];
    let whole = Part::whole(&problem, &unserved);
    let law = PlainLaw::<Dense>::build(&problem, &whole);
    let near = Neighborhood::new(&problem, &whole, &law, 1);
    assert_eq!([near.of(0), near.of(3)], [[1], [2]]);
    let numbering = Numbering { part_of: vec![0, 1, 0, 1], number: vec![0, 0, 1, 1] };
    let part = Part {
        clients: vec![whole.clients[0], whole.clients[2]],
        unserved: vec![1_000; 2],
        ..whole.clone()
    };
    let near = near.within(&part, 0, &numbering);
    let law = PlainLaw::<Dense>::build(&problem, &part);
    let (tuning, start) = (Tuning::default(), vec![vec![0, 1], Vec::new()]);
    let mut search = Search::new(&law, &part, &near, &tuning, &start, (1.0, 1.0), Seed(1));
    search.settle(|| false);
    // Out to one, across, and home: 10 + √(10² + 90²) + 90.
    assert_eq!(search.best().cost, 10 + 91 + 90);
}

#[test]
fn a_broken_start_is_repaired_before_anything_is_searched() {
    for seed in 0..40 {
        let problem = rich(seed, 9);
        // Everybody on the first vehicle, some twice.
        let kind = problem.vehicle_types().ids().next().unwrap();
        let mut clients: Vec<_> = problem.clients().ids().collect();
        clients.extend(clients.clone());
        let start =
            Solution { routes: vec![Route { vehicle_type: kind, clients }], unserved: Vec::new() };
        let config = SolverConfig { threads: 1, start: Some(start), ..SolverConfig::default() };
        let solved = solve(&problem, &config, &StopWhen::iterations(0), Seed(seed));
        let report = check(&problem, &solved.solution);
        let is_broken = |v: &&Violation| !matches!(v, Violation::RequiredUnserved { .. });
        assert_eq!(report.violations.iter().find(is_broken), None, "seed {seed}");
    }
}
