//! The solver against the checker and against brute force, on random problems of every feature.

mod random;

use std::sync::Arc;

use smallvec::smallvec;

use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Seconds};
use crate::problem::oracle::{brute_force, is_small};
use crate::problem::{
    Client, ClientId, Departure, Effort, Feature, Load, MAX_LOADS, Pair, PickupOrder, PlaceId,
    Presence, Problem, ProfileId, Reload, Respite, Rest, RestNeed, RestPlace, Rounding, Route,
    Solution, TimeWindow, Travel, VehicleType, VehicleTypeId, Violation, check, generate_problem,
    random_problem,
};
use crate::rng::{Rng, Seed};
use crate::solver::construction::savings;
use crate::solver::decomposition::{Numbering, whole_routes};
use crate::solver::law::{FORBIDDEN, Law, Slots};
use crate::solver::legs::Dense;
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;
use crate::solver::plain::PlainLaw;
use crate::solver::rich::RichLaw;
use crate::solver::search::Search;
use crate::solver::trips::TripLaw;
use crate::solver::{
    Features, Objective, Solved, SolverConfig, StopWhen, Tuning, features, prices_moments, solve,
};

pub(super) fn points(rng: &mut Rng, n: usize) -> Vec<(f64, f64)> {
    (0..n).map(|_| (f64::from(rng.below(1_000)), f64::from(rng.below(1_000)))).collect()
}

pub(super) fn plane(points: Vec<(f64, f64)>) -> Travel {
    Travel::Plane { points: Arc::new(points), rounding: Rounding::Nearest }
}

/// One kind of vehicle, one load; windows and a longest duration when `timed`.
pub(super) fn homogeneous(seed: u64, n_clients: usize, timed: bool) -> Problem {
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
pub(super) fn paired(seed: u64, n_clients: usize, all: bool) -> Problem {
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

/// Some are delivered to, the others picked up from, last; a third of the problems lets pickups go alone.
pub(super) fn backhauls(seed: u64, n_clients: usize) -> Problem {
    let plain = homogeneous(seed, n_clients, false);
    let mut rng = Rng::new(Seed(seed).derive(1));
    let rule = if rng.chance(0.3) { PickupOrder::Last } else { PickupOrder::LastOfDeliveries };
    let clients = plain.clients().values().cloned().map(|mut client| {
        if rng.chance(0.4) {
            std::mem::swap(&mut client.pickup, &mut client.delivery);
        }
        client
    });
    let clients: Vec<Client> = clients.collect();
    let kind = plain.vehicle_types()[VehicleTypeId(0)].clone();
    let kind = VehicleType { pickups: rule, fixed: Cost(i64::from(rng.below(50))), ..kind };
    let travel = plain.profiles()[ProfileId(0)].clone();
    Problem::builder().profile(travel).clients(clients).vehicle_type(kind).build().unwrap()
}

/// One or two vehicles that must come back to load again, for clients released over the day.
pub(super) fn trips(seed: u64, n_clients: usize, n_vehicles: u32) -> Problem {
    let timed = homogeneous(seed, n_clients, true);
    let mut rng = Rng::new(Seed(seed).derive(2));
    let clients = timed.clients().values().cloned().map(|mut client| {
        client.release = Seconds(i64::from(rng.below(1_500)));
        if let Some(window) = client.windows.first_mut() {
            window.end += Seconds(3_000);
        }
        if rng.chance(0.3) {
            std::mem::swap(&mut client.pickup, &mut client.delivery);
        }
        client
    });
    let clients: Vec<Client> = clients.collect();
    let mut kind = timed.vehicle_types()[VehicleTypeId(0)].clone();
    (kind.count, kind.capacity, kind.duration_max) = (n_vehicles, Load::single(9), None);
    kind.shift.end = Seconds(12_000);
    kind.per_second = i64::from(rng.below(2));
    kind.departure = if rng.chance(0.5) { Departure::Free } else { Departure::AtShiftStart };
    kind.reload = Some(Reload {
        places: smallvec![PlaceId(rng.below(2))],
        trips_max: rng.chance(0.3).then_some(3),
        duration: Seconds(i64::from(rng.below(100))),
    });
    let travel = timed.profiles()[ProfileId(0)].clone();
    Problem::builder().profile(travel).clients(clients).vehicle_type(kind).build().unwrap()
}

/// Vehicles that leave at once and rest when they have travelled or worked for long, perhaps in a window of their own too.
fn relieved(seed: u64, n_clients: usize) -> Problem {
    let timed = homogeneous(seed, n_clients, true);
    let mut rng = Rng::new(Seed(seed).derive(4));
    let mut kind = timed.vehicle_types()[VehicleTypeId(0)].clone();
    kind.per_second = i64::from(rng.below(2));
    kind.respite = Some(Respite {
        after: Seconds(i64::from(rng.between(150, 1_500))),
        duration: Seconds(i64::from(rng.between(30, 300))),
        of: if rng.chance(0.5) { Effort::Travel } else { Effort::Work },
    });
    if rng.chance(0.5) {
        let start = i64::from(rng.between(300, 1_200));
        let length = Seconds(i64::from(rng.between(20, 400)));
        let mut rest = Rest::within(TimeWindow::new(start, start + 900), length);
        rest.place = if rng.chance(0.7) { RestPlace::OnLegs } else { RestPlace::BetweenLegs };
        kind.rests = vec![rest];
    }
    let clients = timed.clients().values().cloned().map(|mut client| {
        for window in &mut client.windows {
            window.end += Seconds(1_500);
        }
        client
    });
    let clients: Vec<Client> = clients.collect();
    let travel = timed.profiles()[ProfileId(0)].clone();
    Problem::builder().profile(travel).clients(clients).vehicle_type(kind).build().unwrap()
}

/// Clients who are due, prices of waiting and of time, and by turns something else that moves the clock.
fn delayed(seed: u64, n_clients: usize) -> Problem {
    let others = [
        Feature::Overtime,
        Feature::Trips,
        Feature::Rests,
        Feature::DurationLimit,
        Feature::Respites,
        Feature::Setups,
        Feature::Trips,
        Feature::Pairs,
    ];
    let other = others[seed as usize % others.len()];
    let features = [Feature::SoftWindows, Feature::WaitingPrice, Feature::TimePrice, other];
    generate_problem(Seed(seed), n_clients, features.into_iter().collect())
}

/// Vehicles that load again, and something that only a clock led along the whole route can tell, or pairs.
fn rich_trips(seed: u64, n_clients: usize) -> Problem {
    let others = [
        Feature::Rests,
        Feature::Respites,
        Feature::SeveralWindows,
        Feature::Setups,
        Feature::Pairs,
    ];
    let other = others[seed as usize % others.len()];
    let prices = [Feature::TimePrice, Feature::WaitingPrice, Feature::Overtime, Feature::Releases];
    let price = prices[seed as usize / others.len() % prices.len()];
    generate_problem(Seed(seed), n_clients, [Feature::Trips, other, price].into_iter().collect())
}

/// Everything the model can state, at random.
pub(super) fn rich(seed: u64, n_clients: usize) -> Problem {
    random_problem(Seed(seed), n_clients)
}

/// Whether a violation is more than somebody left out whom no vehicle could take.
pub(super) fn is_broken(violation: &Violation) -> bool {
    !matches!(violation, Violation::RequiredUnserved { .. } | Violation::GroupUnserved { .. })
}

/// Whether a violation is the law's concern: not who is on no route, nor pairs and ties torn apart, which moves never do.
fn is_of_law(violation: &Violation) -> bool {
    use Violation::{
        BeginningChanged, BeginningInterrupted, FrozenRoute, GroupRepeated, GroupUnserved,
        HeldElsewhere, LockedVehicle, Lost, OrderBroken, PairAcrossTrips, PairOrder, PairSplit,
        Refused,
    };
    let is_of_pairs =
        matches!(violation, PairSplit { .. } | PairOrder { .. } | PairAcrossTrips { .. });
    let is_of_groups = matches!(violation, GroupRepeated { .. } | GroupUnserved { .. });
    let is_of_locks = matches!(
        violation,
        BeginningChanged { .. }
            | BeginningInterrupted { .. }
            | FrozenRoute { .. }
            | HeldElsewhere { .. }
            | LockedVehicle { .. }
    );
    let is_of_others = matches!(violation, Lost { .. } | OrderBroken { .. } | Refused { .. });
    !(is_of_pairs || is_of_groups || is_of_locks || is_of_others)
}

/// Solves, and insists on what every answer must satisfy: only required clients that fit nowhere may be missing.
#[track_caller]
pub(super) fn solved(problem: &Problem, iterations: u64, seed: u64) -> Solved {
    let config = SolverConfig { threads: 2, ..SolverConfig::default() };
    let solved = solve(problem, &config, &StopWhen::iterations(iterations), Seed(seed));
    let report = check(problem, &solved.solution);
    assert_eq!(report.violations.iter().find(|v| is_broken(v)), None, "seed {seed}");
    if report.is_feasible() {
        let found = solved.trace.last().map(|point| point.cost);
        assert_eq!(found, Some(report.cost), "seed {seed}: the solver and the checker agree");
    }
    solved
}

/// Compares with brute force: never better, never infeasible where a plan exists, and the optimum at least this often.
pub(super) fn against_brute_force(problems: impl Iterator<Item = Problem>, optimal_share: f64) {
    let (n, n_served, n_optimal) = compared(problems);
    assert_eq!(n_served, n, "everyone is served where that can be");
    assert!(f64::from(n_optimal) >= optimal_share * f64::from(n), "{n_optimal} of {n} optimal");
}

/// How many problems brute force knows a plan of, in how many of these the solver serves all, and how many it solves to
/// the optimum. It is never better.
pub(super) fn compared(problems: impl Iterator<Item = Problem>) -> (u32, u32, u32) {
    let (mut n, mut n_served, mut n_optimal) = (0, 0, 0);
    for (seed, problem) in problems.enumerate().filter(|(_, problem)| is_small(problem)) {
        let Some((optimum, _)) = brute_force(&problem) else { continue };
        let solution = solved(&problem, 1_500, seed as u64).solution;
        let report = check(&problem, &solution);
        n += 1;
        if report.is_feasible() {
            assert!(report.cost >= optimum, "problem {seed}: better than the best");
            n_served += 1;
            n_optimal += u32::from(report.cost == optimum);
        }
    }
    assert!(n > 5, "enough problems have a plan at all: {n}");
    (n, n_served, n_optimal)
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
fn small_problems_with_respites_are_solved_to_the_optimum_nearly_always() {
    against_brute_force((0..20).map(|seed| relieved(seed, 5)), 0.9);
}

#[test]
fn small_problems_with_delays_are_solved_to_the_optimum_nearly_always() {
    against_brute_force((0..32).map(|seed| delayed(seed, 5)), 0.9);
}

/// The first rest is taken waiting at the end of the first leg, the second before the next, which leads to the same place.
/// Were the first put off to that leg, the second would come after the last visit, and the end 82 seconds later.
#[test]
fn a_rest_on_a_leg_leaves_the_next_its_place_between_legs() {
    let points = vec![(275.0, 240.0), (14.0, 75.0)];
    let mut kind = VehicleType::at(PlaceId(0), 1, Load::single(10));
    (kind.per_waiting_second, kind.departure) = (3, Departure::AtShiftStart);
    kind.shift = TimeWindow::new(28_800, 32_915);
    let rest = |start, end, duration, place, need| Rest {
        windows: smallvec![TimeWindow::new(start, end)],
        duration: Seconds(duration),
        place,
        need,
    };
    kind.rests = vec![
        rest(29_458, 30_404, 288, RestPlace::OnLegs, RestNeed::WhenDue),
        rest(30_404, 30_897, 82, RestPlace::BetweenLegs, RestNeed::Always),
        rest(31_061, 32_048, 288, RestPlace::BetweenLegs, RestNeed::WhenDue),
    ];
    let mut clients = vec![Client::at(PlaceId(1)); 2];
    (clients[0].service, clients[1].service) = (Seconds(228), Seconds(141));
    clients[1].windows.push(TimeWindow::new(30_630, 32_317));
    let travel = Travel::Plane { points: Arc::new(points), rounding: Rounding::Nearest };
    let builder = Problem::builder().profile(travel).clients(clients);
    let problem = builder.vehicle_type(kind).build().unwrap();
    let solved = solved(&problem, 60, 1);
    let report = check(&problem, &solved.solution);
    assert_eq!(report.routes[0].arrival, Seconds(31_368));
    assert_eq!(solved.trace.last().map(|point| point.cost), Some(report.cost));
}

#[test]
fn small_paired_problems_are_solved_to_the_optimum() {
    against_brute_force((0..20).map(|seed| paired(seed, 6, false)), 1.0);
    against_brute_force((0..10).map(|seed| paired(seed, 8, true)), 1.0);
}

#[test]
fn small_problems_with_backhauls_are_solved_to_the_optimum() {
    against_brute_force((0..20).map(|seed| backhauls(seed, 6)), 1.0);
}

#[test]
fn small_problems_of_several_trips_are_solved_to_the_optimum_nearly_always() {
    against_brute_force((0..20).map(|seed| trips(seed, 5, 1 + seed as u32 % 2)), 0.9);
}

#[test]
fn small_rich_problems_of_several_trips_are_solved_to_the_optimum_nearly_always() {
    against_brute_force((0..40).map(|seed| rich_trips(seed, 4)), 0.9);
}

/// A random order of random clients, with returns wherever the vehicle may load again.
fn random_visits(rng: &mut Rng, part: &Part, kind: &VehicleType) -> Vec<u32> {
    let mut clients: Vec<u32> = (0..part.n_clients() as u32).collect();
    rng.shuffle(&mut clients);
    clients.truncate(rng.between(1, 5) as usize);
    let mut visits = Vec::new();
    let mut n_dealt = 0;
    for client in clients {
        if let Some(reload) = &kind.reload
            && rng.chance(0.4)
        {
            let place = reload.places[rng.index(reload.places.len())];
            let number = part.first_reload(place).map_or(part.n_visits(), |n| n + n_dealt);
            if part.reloads.get(number - part.n_clients()) == Some(&place) {
                visits.push(number as u32);
                n_dealt += 1;
            }
        }
        visits.push(client);
    }
    visits
}

/// Random routes of a problem, judged by a law and by the checker: how many obey every rule, and how many break one.
fn judged<L: Law>(problem: &Problem, seed: u64) -> (usize, usize) {
    let part = Part::whole(problem, &[0; 8]);
    let law = L::build(problem, &part);
    let slots = Slots { n_clients: part.n_visits() as u32 };
    let mut rng = Rng::new(Seed(seed).derive(3));
    let (mut n_feasible, mut n_broken) = (0, 0);
    for _ in 0..30 {
        let slot = rng.below(part.slots.len() as u32);
        let kind = &problem.vehicle_types()[part.slots[slot as usize]];
        let visits = random_visits(&mut rng, &part, kind);
        let ends = [[slots.start(slot)].as_slice(), &visits, &[slots.end(slot)]].concat();
        let legs: i64 = ends.windows(2).map(|leg| law.leg(slot, leg[0], leg[1])).sum();
        let clients = visits.iter().filter(|&&node| (node as usize) < part.n_clients());
        let stays: i64 = clients.map(|&client| law.least_stay(client)).sum();
        let burden = law.judge(slot, &visits);
        let mut routes = vec![Vec::new(); part.slots.len()];
        routes[slot as usize] = visits;
        let whole = whole_routes(&part, &routes).remove(0);
        let route = Route {
            vehicle_type: whole.vehicle_type,
            clients: whole.clients,
            reloads: whole.reloads,
        };
        let report = check(problem, &Solution { routes: vec![route], unserved: Vec::new() });
        let broken = report.violations.iter().find(|violation| is_of_law(violation));
        let is_fine = burden.is_feasible() && burden.priced < FORBIDDEN / 2;
        assert_eq!(is_fine, broken.is_none(), "seed {seed}: {burden:?}, {broken:?}");
        if is_fine {
            assert_eq!(Cost(legs + stays + burden.priced), report.cost, "seed {seed}");
            n_feasible += 1;
        } else {
            n_broken += 1;
        }
    }
    (n_feasible, n_broken)
}

/// Judges all problems that a law is for.
#[track_caller]
pub(super) fn judge_all<L: Law>(
    problems: impl Iterator<Item = Problem>,
    is_for: impl Fn(&Problem) -> bool,
) {
    let (mut n_feasible, mut n_broken) = (0, 0);
    for (seed, problem) in problems.enumerate().filter(|(_, problem)| is_for(problem)) {
        let (feasible, broken) = judged::<L>(&problem, seed as u64);
        (n_feasible, n_broken) = (n_feasible + feasible, n_broken + broken);
    }
    assert!(n_feasible > 300, "{n_feasible} feasible routes");
    assert!(n_broken > 300, "{n_broken} broken routes");
}

#[test]
fn the_law_of_trips_judges_as_the_checker_does() {
    let problems = (0..400).map(|n| match n % 4 {
        0 => trips(n, 8, 2),
        1 => rich_trips(n / 4, 8),
        2 => delayed(8 * n + 1, 8),
        _ => rich(n, 8),
    });
    judge_all::<TripLaw<MAX_LOADS, 1>>(problems, |problem| features(problem) == Features::Trips);
}

#[test]
fn the_rich_law_judges_as_the_checker_does() {
    let problems = || (0..400).map(|n| if n % 4 == 0 { relieved(n, 8) } else { rich(n, 8) });
    let is_rich = |problem: &Problem| features(problem) == Features::Rich;
    let is_usual = |problem: &Problem| is_rich(problem) && !prices_moments(problem);
    judge_all::<RichLaw<MAX_LOADS, 1, 0>>(problems(), is_usual);
    // A law that prices moments is as right where they cost nothing.
    let problems = problems().chain((0..200).map(|n| delayed(n, 8)));
    judge_all::<RichLaw<MAX_LOADS, 1, 1>>(problems, is_rich);
}

/// Alone each client would be cheapest in a small vehicle of its own; together they fill three large ones, at three quarters
/// of the price.
#[test]
fn a_mixed_fleet_begins_with_the_vehicles_that_are_cheapest_together() {
    let mut rng = Rng::new(Seed(5));
    let points = points(&mut rng, 61);
    let vehicles = |capacity: i64, fixed: i64| {
        let kind = VehicleType::at(PlaceId(0), 60, Load::single(capacity));
        VehicleType { fixed: Cost(fixed), ..kind }
    };
    let client = |place| Client { delivery: Load::single(1), ..Client::at(PlaceId(place)) };
    let builder = Problem::builder().profile(plane(points)).clients((1..=60).map(client));
    let builder = builder.vehicle_type(vehicles(5, 5_000)).vehicle_type(vehicles(20, 15_000));
    let problem = builder.build().unwrap();
    let part = Part::whole(&problem, &[1 << 30; 60]);
    let law = RichLaw::<MAX_LOADS, 1, 0>::build(&problem, &part);
    let near = Neighborhood::new(&problem, &part, &law, 40);
    let routes = savings(&law, &problem, &part, &near);
    let used = routes.iter().zip(&part.slots).filter(|(route, _)| !route.is_empty());
    let kinds: Vec<VehicleTypeId> = used.map(|(_, &kind)| kind).collect();
    let n_large = kinds.iter().filter(|&&kind| kind == VehicleTypeId(1)).count();
    assert_eq!(routes.iter().map(Vec::len).sum::<usize>(), 60);
    assert!(n_large >= 2 && kinds.len() <= 5, "{kinds:?}");
}

#[test]
fn more_trips_never_cost_more() {
    for seed in 0..6 {
        let problem = trips(seed, 4, 1);
        let optimum = |n_trips: u32| {
            let mut kind = problem.vehicle_types()[VehicleTypeId(0)].clone();
            kind.reload.as_mut().unwrap().trips_max = Some(n_trips);
            let problem = Problem::builder()
                .profile(problem.profiles()[ProfileId(0)].clone())
                .clients(problem.clients().values().cloned())
                .vehicle_type(kind);
            brute_force(&problem.build().unwrap()).map_or(Cost(i64::MAX), |(cost, _)| cost)
        };
        assert!(optimum(2) <= optimum(1));
        assert!(optimum(3) <= optimum(2));
    }
}

#[test]
fn a_plan_of_several_trips_is_a_start_like_any_other() {
    let problem = trips(3, 25, 3);
    let first = solved(&problem, 400, 1).solution;
    assert!(first.routes.iter().any(|route| !route.reloads.is_empty()));
    let config = SolverConfig { start: Some(first.clone()), ..SolverConfig::default() };
    let again = solve(&problem, &config, &StopWhen::iterations(60), Seed(2)).solution;
    assert!(check(&problem, &again).cost <= check(&problem, &first).cost);
}

#[test]
fn without_pickups_their_order_changes_nothing() {
    for seed in 0..4 {
        let plain = homogeneous(seed, 20, false);
        let kind = plain.vehicle_types()[VehicleTypeId(0)].clone();
        let kind = VehicleType { pickups: PickupOrder::LastOfDeliveries, ..kind };
        let ordered = Problem::builder()
            .profile(plain.profiles()[ProfileId(0)].clone())
            .clients(plain.clients().values().cloned())
            .vehicle_type(kind);
        let ordered = ordered.build().unwrap();
        assert_eq!(solved(&plain, 200, 1).solution, solved(&ordered, 200, 1).solution);
    }
}

#[test]
fn a_stricter_order_of_pickups_never_costs_less() {
    for seed in 0..10 {
        let ordered = backhauls(seed, 5);
        let kind = ordered.vehicle_types()[VehicleTypeId(0)].clone();
        let optimum = |pickups| {
            let problem = Problem::builder()
                .profile(ordered.profiles()[ProfileId(0)].clone())
                .clients(ordered.clients().values().cloned())
                .vehicle_type(VehicleType { pickups, ..kind.clone() });
            brute_force(&problem.build().unwrap()).map_or(Cost(i64::MAX), |(cost, _)| cost)
        };
        let rules = [PickupOrder::Anytime, PickupOrder::Last, PickupOrder::LastOfDeliveries];
        let [anytime, last, never_alone] = rules.map(optimum);
        assert!(anytime <= last);
        assert!(last <= never_alone);
    }
}

#[test]
fn each_problem_gets_the_leanest_law_that_knows_it() {
    assert_eq!(features(&paired(1, 5, false)), Features::Paired);
    assert_eq!(features(&homogeneous(1, 5, false)), Features::Plain);
    assert_eq!(features(&homogeneous(1, 5, true)), Features::Timed);
    assert_eq!(features(&backhauls(1, 5)), Features::Backhauls);
    assert_eq!(features(&trips(1, 5, 1)), Features::Trips);
    let without = |&seed: &u64| features(&rich(seed, 5)) != Features::Trips;
    let seed = (0..99).find(without).unwrap();
    assert_eq!(features(&rich(seed, 5)), Features::Rich);
}

#[test]
fn every_plan_of_a_random_problem_passes_the_checker() {
    for seed in 0..4 {
        solved(&homogeneous(seed, 30, false), 300, seed);
        solved(&homogeneous(seed, 30, true), 300, seed);
        solved(&paired(seed, 30, seed % 2 == 0), 300, seed);
        solved(&backhauls(seed, 30), 300, seed);
        solved(&trips(seed, 25, 4), 300, seed);
        solved(&relieved(seed, 25), 300, seed);
        solved(&rich(seed, 12), 300, seed);
        solved(&rich(seed + 50, 12), 300, seed);
    }
}

#[test]
fn a_problem_cut_into_parts_passes_the_checker() {
    for timed in [false, true] {
        solved(&homogeneous(3, 750, timed), 600, 5);
    }
    solved(&paired(3, 750, false), 600, 5);
    solved(&trips(3, 720, 90), 120, 5);
}

#[test]
fn the_same_seed_gives_the_same_plan_on_any_number_of_threads() {
    let paired = [paired(1, 60, true), paired(2, 750, false)];
    let others =
        [homogeneous(1, 60, true), homogeneous(2, 750, false), rich(3, 8), trips(4, 40, 6)];
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
        assert_eq!(check(&problem, &one).violations.iter().find(|v| is_broken(v)), None);
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
    let route = |clients: &[ClientId]| Route {
        vehicle_type,
        clients: clients.to_vec(),
        reloads: Vec::new(),
    };
    for routes in
        [vec![route(&[delivery, pickup])], vec![route(&[pickup, other]), route(&[delivery])]]
    {
        let start = Solution { routes, unserved: Vec::new() };
        let config = SolverConfig { start: Some(start), ..SolverConfig::default() };
        let found = solve(&problem, &config, &StopWhen::iterations(300), Seed(1));
        assert_eq!(check(&problem, &found.solution).violations.iter().find(|v| is_broken(v)), None);
    }
}

#[test]
fn a_start_with_strangers_and_repetitions_is_repaired() {
    let problem = homogeneous(4, 12, false);
    let client = crate::problem::ClientId;
    let vehicle_type = crate::problem::VehicleTypeId(0);
    let clients = vec![client(3), client(3), client(99), client(1)];
    let start = Solution { routes: vec![Route::new(vehicle_type, clients)], unserved: Vec::new() };
    let config = SolverConfig { start: Some(start), ..SolverConfig::default() };
    let found = solve(&problem, &config, &StopWhen::iterations(300), Seed(1));
    assert!(check(&problem, &found.solution).is_feasible());
}

#[test]
fn more_iterations_cost_less_over_several_problems() {
    let cost = |iterations| -> Cost {
        // So large that the least that a search does, its clock being asked now and then only, is far from enough.
        let costs = (0..3).map(|seed| {
            let problem = homogeneous(seed, 400, false);
            check(&problem, &solved(&problem, iterations, seed).solution).cost
        });
        costs.sum()
    };
    let (long, short) = (cost(12_000), cost(60));
    assert!(long < short, "{long:?} after many iterations, {short:?} after few");
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

/// The same problem with other parts.
fn with(
    problem: &Problem,
    travel: Travel,
    clients: Vec<Client>,
    extra: Option<VehicleType>,
) -> Problem {
    let kinds = problem.vehicle_types().values().cloned().chain(extra);
    let builder = Problem::builder().profile(travel).clients(clients);
    builder.vehicle_types(kinds.collect::<Vec<_>>()).build().unwrap()
}

fn clients_of(problem: &Problem) -> Vec<Client> {
    problem.clients().values().cloned().collect()
}

fn moved(problem: &Problem, by: (f64, f64)) -> Travel {
    let Travel::Plane { points, .. } = &problem.profiles()[ProfileId(0)] else {
        panic!("the problem lies in a plane")
    };
    plane(points.iter().map(|&(x, y)| (x + by.0, y + by.1)).collect())
}

#[test]
fn a_problem_moved_elsewhere_has_the_same_plan() {
    for (seed, timed) in [(1, false), (2, true)] {
        let problem = homogeneous(seed, 40, timed);
        let travel = moved(&problem, (12_345.0, -678.0));
        let elsewhere = with(&problem, travel, clients_of(&problem), None);
        let plan = |problem: &Problem| solved(problem, 400, seed).solution;
        // Savings sort routes about the depot, which moves along: nothing may depend on where the origin lies.
        assert_eq!(plan(&problem), plan(&elsewhere));
    }
}

#[test]
fn names_of_clients_do_not_matter() {
    for seed in 0..8 {
        let problem = homogeneous(seed, 6, seed % 2 == 0);
        let mut clients = clients_of(&problem);
        clients.reverse();
        let renamed = with(&problem, moved(&problem, (0.0, 0.0)), clients, None);
        let cost = |problem: &Problem| check(problem, &solved(problem, 1_500, seed).solution).cost;
        assert_eq!(cost(&problem), cost(&renamed), "seed {seed}");
    }
}

#[test]
fn a_useless_vehicle_changes_no_cost() {
    for seed in 0..8 {
        let problem = homogeneous(seed, 6, seed % 2 == 0);
        let kind = problem.vehicle_types()[VehicleTypeId(0)].clone();
        let useless = VehicleType { fixed: Cost(1_000_000), ..kind };
        let travel = moved(&problem, (0.0, 0.0));
        let more = with(&problem, travel, clients_of(&problem), Some(useless));
        let cost = |problem: &Problem| check(problem, &solved(problem, 1_500, seed).solution).cost;
        assert_eq!(cost(&problem), cost(&more), "seed {seed}");
    }
}

#[test]
fn windows_of_no_width_and_places_out_of_reach_are_no_trouble() {
    let mut rng = Rng::new(Seed(4));
    let n = 21;
    let legs: Vec<u32> = (0..n * n)
        .map(|cell| match (cell % (n + 1), rng.chance(0.2)) {
            (0, _) => 0,
            // As far as a leg may be: nobody gets there within a shift.
            (_, true) => 1 << 22,
            (_, false) => rng.between(1, 300),
        })
        .collect();
    let matrix = TravelMatrix::new(n, legs.clone(), legs).unwrap();
    let clients: Vec<Client> = (1..n as u32)
        .map(|place| {
            let mut client = Client::at(PlaceId(place));
            let start = i64::from(rng.below(3_000));
            client.windows = smallvec![TimeWindow::new(start, start)];
            client
        })
        .collect();
    let kind = VehicleType::at(PlaceId(0), 20, Load::single(20));
    let kind = VehicleType { shift: TimeWindow::new(0, 4_000), ..kind };
    let builder = Problem::builder().profile(Travel::Matrix(Arc::new(matrix)));
    let problem = builder.clients(clients).vehicle_type(kind).build().unwrap();
    assert!(solved(&problem, 600, 1).solution.n_served() > 0);
}

#[test]
fn a_broken_start_is_repaired_before_anything_is_searched() {
    for seed in 0..40 {
        let problem = rich(seed, 9);
        // Everybody on the first vehicle, some twice.
        let kind = problem.vehicle_types().ids().next().unwrap();
        let mut clients: Vec<_> = problem.clients().ids().collect();
        clients.extend(clients.clone());
        let start = Solution {
            routes: vec![Route { vehicle_type: kind, clients, reloads: Vec::new() }],
            unserved: Vec::new(),
        };
        let config = SolverConfig { threads: 1, start: Some(start), ..SolverConfig::default() };
        let solved = solve(&problem, &config, &StopWhen::iterations(0), Seed(seed));
        let report = check(&problem, &solved.solution);
        assert_eq!(report.violations.iter().find(|v| is_broken(v)), None, "seed {seed}");
    }
}

/// Two towns on one road from the depot, each of a hundred clients who have only each other as neighbors, and a plan by
/// which nobody on the way to the farther town stops in the nearer one.
#[test]
fn whoever_drives_past_a_town_may_serve_some_of_it() {
    let mut places = vec![(0.0, 0.0)];
    for town in [1_000.0, 2_000.0] {
        places.extend((0..100).map(|i| (town + f64::from(i % 10), f64::from(i / 10))));
    }
    let clients = (1..=200).map(|place| {
        let mut client = Client::at(PlaceId(place));
        client.delivery = Load::single(1);
        client
    });
    let problem = Problem::builder()
        .profile(plane(places))
        .clients(clients.collect::<Vec<_>>())
        .vehicle_type(VehicleType::at(PlaceId(0), 200, Load::single(80)))
        .build()
        .unwrap();
    let route = |clients: std::ops::Range<u32>| Route {
        vehicle_type: VehicleTypeId(0),
        clients: clients.map(ClientId).collect(),
        reloads: Vec::new(),
    };
    let apart = [0..80, 80..100, 100..180, 180..200].map(route);
    let start = Solution { routes: apart.to_vec(), unserved: Vec::new() };
    let vehicles = |stem_chance: f64| {
        let tuning = Tuning { stem_chance, ..Tuning::default() };
        let config = SolverConfig { start: Some(start.clone()), tuning, ..Default::default() };
        let solved = solve(&problem, &config, &StopWhen::iterations(4_000), Seed(1));
        solved.solution.routes.len()
    };
    assert_eq!(vehicles(0.0), 4, "neighbors alone never bring the towns together");
    assert_eq!(vehicles(Tuning::default().stem_chance), 3);
}
