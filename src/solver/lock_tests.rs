//! Locks and orders: never broken, by no move, whatever else a problem states.

use crate::problem::{
    Bond, Client, ClientId, Load, Lock, Order, Pair, PlaceId, Presence, Problem, ProfileId, Route,
    Solution, VehicleType, VehicleTypeId, Violation, check,
};
use crate::rng::{Rng, Seed};
use crate::solver::tests::{
    against_brute_force, backhauls, compared, homogeneous, is_broken, paired, plane, rich, solved,
    trips,
};
use crate::solver::{Objective, SolverConfig, StopWhen, solve};

/// The same problem with these locks and orders.
fn tied(problem: &Problem, locks: Vec<Lock>, orders: Vec<Order>) -> Problem {
    let mut builder = Problem::builder()
        .clients(problem.clients().values().cloned())
        .vehicle_types(problem.vehicle_types().values().cloned())
        .pairs(problem.pairs().iter().copied())
        .groups(problem.groups().iter().cloned())
        .refusals(problem.refusals().iter().copied())
        .locks(locks)
        .orders(orders);
    for travel in problem.profiles().values() {
        builder = builder.profile(travel.clone());
    }
    builder.build().unwrap()
}

/// Locks and orders that a plan obeys, found in it: every route begins as it did, holds somebody, or is frozen, or none of it;
/// some clients stay behind each other.
fn ties_of(problem: &Problem, plan: &Solution, rng: &mut Rng) -> (Vec<Lock>, Vec<Order>) {
    let (mut locks, mut orders) = (Vec::new(), Vec::new());
    for route in &plan.routes {
        let clients = &route.clients;
        let first_trip = route.reloads.first().map_or(clients.len(), |reload| reload.before);
        let is_frozen = route.reloads.is_empty() && rng.chance(0.1);
        let n_begun = match (is_frozen, first_trip > 0 && rng.chance(0.5)) {
            (true, _) => clients.len(),
            (_, true) => rng.between(1, first_trip as u32) as usize,
            _ => 0,
        };
        let (begun, rest) = clients.split_at(n_begun);
        let holds: Vec<ClientId> = rest.iter().copied().filter(|_| rng.chance(0.2)).collect();
        if n_begun > 0 || !holds.is_empty() {
            let begins_with = begun.to_vec();
            locks.push(Lock { vehicle_type: route.vehicle_type, begins_with, holds, is_frozen });
        }
        let is_single = |client: &ClientId| problem.pair_of(*client).is_none();
        for two in rest.windows(2).filter(|two| two.iter().all(is_single)) {
            if rng.chance(0.15) {
                orders.push(Order { first: two[0], then: two[1], bond: Bond::Direct });
            }
        }
        for _ in 0..rest.len() / 4 {
            let (a, b) = (rng.index(rest.len()), rng.index(rest.len()));
            if a != b {
                let (first, then) = (rest[a.min(b)], rest[a.max(b)]);
                orders.push(Order { first, then, bond: Bond::Loose });
            }
        }
    }
    (locks, orders)
}

/// A problem with ties that some plan of it obeys.
fn bound(problem: &Problem, seed: u64) -> Problem {
    let plan = solved(problem, 60, seed).solution;
    let mut rng = Rng::new(Seed(seed).derive(11));
    let (locks, orders) = ties_of(problem, &plan, &mut rng);
    tied(problem, locks, orders)
}

/// One of each family.
fn family(seed: u64, n_clients: usize) -> Problem {
    match seed % 6 {
        0 => homogeneous(seed, n_clients, false),
        1 => homogeneous(seed, n_clients, true),
        2 => paired(seed, n_clients, seed.is_multiple_of(4)),
        3 => backhauls(seed, n_clients),
        4 => trips(seed, n_clients, (n_clients as u32 / 6).max(1)),
        _ => rich(seed, n_clients),
    }
}

fn random_pair(rng: &mut Rng, n: u32) -> (ClientId, ClientId) {
    let first = rng.below(n);
    let then = (first + 1 + rng.below(n - 1)) % n;
    (ClientId(first), ClientId(then))
}

/// A few clients of a small problem held, begun with and ordered at random.
fn small(problem: &Problem, seed: u64) -> Problem {
    let mut rng = Rng::new(Seed(seed).derive(12));
    let (a, b) = random_pair(&mut rng, 4);
    let kind = VehicleTypeId(0);
    let begins = problem.pair_of(a).is_none() && rng.chance(0.5);
    let (begins_with, holds) = if begins { (vec![a], vec![b]) } else { (Vec::new(), vec![a, b]) };
    let lock = Lock { vehicle_type: kind, begins_with, holds, is_frozen: false };
    let (first, then) = (ClientId(4), ClientId(5));
    let is_turned = problem.pair_of(first).is_some_and(|pair| pair.delivery == first);
    let is_single = problem.pair_of(first).is_none() && problem.pair_of(then).is_none();
    let bond = if is_single && rng.chance(0.6) { Bond::Direct } else { Bond::Loose };
    let (first, then) = if is_turned { (then, first) } else { (first, then) };
    let locks = if rng.chance(0.7) { vec![lock] } else { Vec::new() };
    tied(problem, locks, vec![Order { first, then, bond }])
}

#[test]
fn small_problems_with_ties_are_solved_to_the_optimum() {
    against_brute_force((0..20).map(|s| small(&homogeneous(s, 6, false), s)), 1.0);
    against_brute_force((0..20).map(|s| small(&homogeneous(s, 6, true), s)), 1.0);
    against_brute_force((0..15).map(|s| small(&paired(s, 6, false), s)), 0.95);
    against_brute_force((0..15).map(|s| small(&backhauls(s, 6), s)), 0.95);
    // Two who stay together are not put in along with a return: where vehicles are scarce they may be left out.
    let (n, _, n_optimal) = compared((0..24).map(|s| small(&trips(s, 6, 2), s)));
    assert!(5 * n_optimal >= 4 * n, "{n_optimal} of {n} optimal");
}

#[test]
fn ties_are_never_broken() {
    let (n_seeds, iterations) = match std::env::var_os("RUN_SLOW_TESTS") {
        Some(_) => (36, 10_000),
        None => (12, 600),
    };
    let mut n_ties = 0;
    for seed in 0..n_seeds {
        let problem = bound(&family(seed, 24), seed);
        n_ties += problem.locks().len() + problem.orders().len();
        solved(&problem, iterations, seed);
    }
    assert!(n_ties > 3 * n_seeds as usize, "{n_ties} locks and orders");
}

#[test]
fn ties_are_never_broken_in_ten_thousand_iterations() {
    let problem = bound(&homogeneous(5, 40, true), 5);
    assert!(problem.locks().len() + problem.orders().len() > 4);
    solved(&problem, 10_000, 5);
}

#[test]
fn ties_are_never_broken_where_a_problem_is_cut_into_parts() {
    for (seed, problem) in [homogeneous(3, 750, true), paired(3, 750, false)].iter().enumerate() {
        solved(&bound(problem, seed as u64), 300, 5);
    }
}

#[test]
fn ties_are_never_broken_while_vehicles_are_saved() {
    for seed in [0, 1, 2, 3, 5] {
        let problem = bound(&family(seed, 24), seed);
        let clients = problem.clients().values().cloned().map(|mut client| {
            client.presence = Presence::Required;
            client
        });
        let builder = Problem::builder()
            .profile(problem.profiles()[ProfileId(0)].clone())
            .clients(clients.collect::<Vec<_>>())
            .vehicle_types(problem.vehicle_types().values().cloned())
            .pairs(problem.pairs().iter().copied())
            .locks(problem.locks().iter().cloned())
            .orders(problem.orders().iter().copied());
        let Ok(problem) = builder.build() else { continue };
        let objective = Objective::VehiclesThenCost;
        let config = SolverConfig { objective, ..SolverConfig::default() };
        let found = solve(&problem, &config, &StopWhen::iterations(600), Seed(seed)).solution;
        assert_eq!(broken(&problem, &found), None, "seed {seed}");
    }
}

fn broken(problem: &Problem, plan: &Solution) -> Option<Violation> {
    let violations = check(problem, plan).violations;
    violations.into_iter().find(is_broken)
}

#[test]
fn a_start_that_breaks_ties_is_repaired() {
    for seed in 0..12 {
        let problem = family(seed, 18);
        let any = solved(&problem, 20, seed + 100).solution;
        let problem = bound(&problem, seed);
        let config = SolverConfig { threads: 1, start: Some(any), ..SolverConfig::default() };
        for iterations in [0, 60] {
            let stop = StopWhen::iterations(iterations);
            let found = solve(&problem, &config, &stop, Seed(seed)).solution;
            assert_eq!(broken(&problem, &found), None, "seed {seed}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_plan_of_a_bound_problem_on_any_number_of_threads() {
    for problem in [bound(&homogeneous(1, 60, true), 1), bound(&homogeneous(2, 750, false), 2)] {
        let plan = |threads| {
            let config = SolverConfig { threads, ..SolverConfig::default() };
            solve(&problem, &config, &StopWhen::iterations(300), Seed(9)).solution
        };
        assert_eq!(plan(1), plan(2));
    }
}

#[test]
fn a_beginning_that_breaks_a_rule_stays_and_all_others_are_served() {
    let problem = homogeneous(7, 12, false);
    let begins_with: Vec<ClientId> = problem.clients().ids().take(8).collect();
    let vehicle_type = VehicleTypeId(0);
    let lock = Lock { vehicle_type, begins_with, holds: Vec::new(), is_frozen: false };
    let problem = tied(&problem, vec![lock.clone()], Vec::new());
    let found = solve(&problem, &SolverConfig::default(), &StopWhen::iterations(300), Seed(1));
    let report = check(&problem, &found.solution);
    let is_overload = |v: &Violation| matches!(v, Violation::Overload { .. });
    assert!(report.violations.iter().all(is_overload), "{:?}", report.violations);
    assert_eq!(report.violations.len(), 1);
    let is_locked = |route: &&Route| route.clients == lock.begins_with;
    assert_eq!(found.solution.routes.iter().filter(is_locked).count(), 1);
    assert_eq!(found.trace.last().map(|point| point.cost), Some(report.cost));
}

#[test]
fn a_frozen_day_stays_as_it_is() {
    let problem = homogeneous(8, 20, true);
    let plan = solved(&problem, 200, 1).solution;
    let frozen = plan.routes.iter().map(|route| Lock {
        vehicle_type: route.vehicle_type,
        begins_with: route.clients.clone(),
        holds: Vec::new(),
        is_frozen: true,
    });
    let again = tied(&problem, frozen.collect(), Vec::new());
    let found = solved(&again, 200, 2);
    assert_eq!(found.solution.routes, plan.routes);
}

#[test]
fn deliveries_of_what_a_route_begins_with_keep_their_orders() {
    let line: Vec<_> = (0..=4).map(|place| (f64::from(10 * place), 0.0)).collect();
    let clients = (1..=4).map(|place| Client::at(PlaceId(place))).collect::<Vec<_>>();
    let [first, second, third, fourth] = [0, 1, 2, 3].map(ClientId);
    let pair = |pickup, delivery| Pair { pickup, delivery, load: Load::single(1) };
    let pairs = [pair(first, third), pair(second, fourth)];
    // With room for one, the beginning breaks a rule, and its route is decided.
    for (before, after, room) in
        [(third, fourth, 2), (fourth, third, 2), (third, fourth, 1), (fourth, third, 1)]
    {
        let begins_with = vec![first, second];
        let vehicle_type = VehicleTypeId(0);
        let lock = Lock { vehicle_type, begins_with, holds: Vec::new(), is_frozen: false };
        let kind = VehicleType::at(PlaceId(0), 2, Load::single(room));
        let builder = Problem::builder().profile(plane(line.clone())).clients(clients.clone());
        let order = Order { first: before, then: after, bond: Bond::Loose };
        let builder = builder.vehicle_type(kind).pairs(pairs).locks([lock]).orders([order]);
        let problem = builder.build().unwrap();
        let given = [
            None,
            Some(vec![first, second, third, fourth]),
            Some(vec![first, second, fourth, third]),
            Some(vec![first, second]),
        ];
        for start in given {
            let route = |clients| Route::new(VehicleTypeId(0), clients);
            let start = start
                .map(|clients| Solution { routes: vec![route(clients)], unserved: Vec::new() });
            let config = SolverConfig { threads: 1, start, ..SolverConfig::default() };
            let found = solve(&problem, &config, &StopWhen::iterations(20), Seed(1)).solution;
            assert_eq!(found.routes[0].clients, [first, second, before, after]);
        }
    }
}
