//! Hand-worked tables for every rule of the checker.

use std::sync::Arc;

use smallvec::smallvec;

use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Meters, Seconds};
use crate::problem::oracle::brute_force;
use crate::problem::{
    AreaId, BalanceRule, Client, ClientId, Departure, Load, Overtime, Pair, PlaceId, Presence,
    Problem, ProblemError, Report, Rest, Route, SkillSet, Solution, TimeWindow, Travel,
    VehicleType, VehicleTypeId, Violation, check,
};

/// Places on a line, ten apart: place k lies at 10·k. Time and distance are equal.
fn line(n_places: usize) -> Travel {
    let cells: Vec<u32> = (0..n_places * n_places)
        .map(|i| 10 * (i / n_places).abs_diff(i % n_places) as u32)
        .collect();
    Travel::Matrix(Arc::new(TravelMatrix::new(n_places, cells.clone(), cells).unwrap()))
}

fn van() -> VehicleType {
    VehicleType::at(PlaceId(0), 2, Load::single(10))
}

fn client(place: u32) -> Client {
    Client::at(PlaceId(place))
}

fn served_within(place: u32, start: i64, end: i64) -> Client {
    Client { windows: smallvec![TimeWindow::new(start, end)], service: Seconds(5), ..client(place) }
}

fn problem(clients: Vec<Client>, vehicle_type: VehicleType) -> Problem {
    Problem::builder().profile(line(5)).clients(clients).vehicle_type(vehicle_type).build().unwrap()
}

/// All clients on one route, in order.
fn one_route(problem: &Problem) -> Report {
    let route =
        Route { vehicle_type: VehicleTypeId(0), clients: problem.clients().ids().collect() };
    check(problem, &Solution { routes: vec![route], unserved: vec![] })
}

fn run(clients: Vec<Client>, vehicle_type: VehicleType) -> Report {
    one_route(&problem(clients, vehicle_type))
}

#[test]
fn distance_and_fixed_cost_are_paid_per_route() {
    // 0 → 10 → 30 → 0: 10 + 20 + 30 = 60, at 2 per meter, and 7 for the vehicle.
    let report =
        run(vec![client(1), client(3)], VehicleType { fixed: Cost(7), per_meter: 2, ..van() });
    assert_eq!(report.cost, Cost(127));
    assert_eq!(report.routes[0].distance, Meters(60));
    assert!(report.is_feasible());
}

#[test]
fn a_free_departure_waits_at_home() {
    // The window opens at 100: leave at 90, serve 100 to 105, back at 115. Duration 25.
    let report = run(vec![served_within(1, 100, 100)], VehicleType { per_second: 1, ..van() });
    let route = &report.routes[0];
    assert_eq!(
        (route.departure, route.arrival, route.waiting),
        (Seconds(90), Seconds(115), Seconds(0))
    );
    assert_eq!(report.breakdown.duration, Cost(25));
}

#[test]
fn a_free_departure_is_bounded_by_the_first_deadline() {
    // First client until 20, second from 100: leave at 10, wait 65 at the second. 20+5+10 = 35, 100-35 = 65.
    let report = run(vec![served_within(1, 0, 20), served_within(2, 100, 200)], van());
    let route = &report.routes[0];
    assert_eq!((route.departure, route.arrival), (Seconds(10), Seconds(125)));
    assert_eq!(route.waiting, Seconds(65));
}

#[test]
fn a_departure_at_shift_start_waits_on_the_way() {
    let vehicle = VehicleType { departure: Departure::AtShiftStart, per_second: 1, ..van() };
    let report = run(vec![served_within(1, 100, 100)], vehicle);
    assert_eq!(report.routes[0].departure, Seconds(0));
    assert_eq!(report.routes[0].waiting, Seconds(90));
    assert_eq!(report.cost, Cost(20 + 115));
}

#[test]
fn nobody_leaves_before_the_last_release() {
    for departure in [Departure::AtShiftStart, Departure::Free] {
        let late = Client { release: Seconds(40), ..client(1) };
        let report = run(vec![client(1), late], VehicleType { departure, ..van() });
        assert_eq!(report.routes[0].departure, Seconds(40));
    }
}

#[test]
fn service_may_start_at_either_end_of_a_window_and_not_after() {
    let at_shift_start = || VehicleType { departure: Departure::AtShiftStart, ..van() };
    assert!(run(vec![served_within(1, 0, 10)], at_shift_start()).is_feasible());
    let late = run(vec![served_within(1, 0, 9)], at_shift_start());
    let (route, client) = (0, ClientId(0));
    let expected = Violation::Late { route, client, start: Seconds(10), latest: Seconds(9) };
    assert_eq!(late.violations, [expected]);
}

#[test]
fn an_arrival_between_two_windows_waits_for_the_second() {
    let windows = smallvec![TimeWindow::new(0, 9), TimeWindow::new(50, 60)];
    let vehicle = VehicleType { departure: Departure::AtShiftStart, ..van() };
    let report = run(vec![Client { windows, ..client(1) }], vehicle);
    assert_eq!(report.routes[0].stops[0].start, Seconds(50));
}

#[test]
fn the_load_is_checked_at_every_moment() {
    let delivery = |amount| Client { delivery: Load::single(amount), ..client(1) };
    let pickup = |amount| Client { pickup: Load::single(amount), ..client(1) };
    assert!(run(vec![delivery(6), pickup(10)], van()).violations.is_empty());
    // 6 on board, 10 more taken before the 6 are out: 16.
    let expected = Violation::Overload { route: 0, dimension: 0, load: 16, capacity: 10 };
    assert_eq!(run(vec![pickup(10), delivery(6)], van()).violations, [expected]);
}

fn pair(pickup: u32, delivery: u32, amount: i64) -> Pair {
    let (pickup, delivery) = (ClientId(pickup), ClientId(delivery));
    Pair { pickup, delivery, load: Load::single(amount) }
}

/// Clients at places 1, 2, … with these pairs.
fn paired(n_clients: u32, pairs: &[Pair]) -> Problem {
    let builder = Problem::builder().profile(line(5)).clients((1..=n_clients).map(client));
    builder.vehicle_type(van()).pairs(pairs.iter().copied()).build().unwrap()
}

fn violations(problem: &Problem, routes: &[&[u32]], unserved: &[u32]) -> Vec<Violation> {
    let ids = |clients: &[u32]| clients.iter().copied().map(ClientId).collect();
    let route = |clients: &&[u32]| Route { vehicle_type: VehicleTypeId(0), clients: ids(clients) };
    let routes = routes.iter().map(route).collect();
    check(problem, &Solution { routes, unserved: ids(unserved) }).violations
}

#[test]
fn a_pair_is_served_in_order_by_one_vehicle() {
    let problem = paired(3, &[pair(2, 0, 4)]);
    let (pickup, delivery) = (ClientId(2), ClientId(0));
    assert_eq!(violations(&problem, &[&[2, 1, 0]], &[]), []);
    let order = Violation::PairOrder { route: 1, pickup, delivery };
    assert_eq!(violations(&problem, &[&[1], &[0, 2]], &[]), [order]);
    let split = Violation::PairSplit { pickup, delivery };
    assert_eq!(violations(&problem, &[&[2, 1], &[0]], &[]), std::slice::from_ref(&split));
    let left_out = Violation::RequiredUnserved { client: delivery };
    assert_eq!(violations(&problem, &[&[2, 1]], &[0]), [left_out, split]);
}

#[test]
fn a_pair_may_be_left_out_as_a_whole_for_both_prizes() {
    let optional =
        |prize| Client { presence: Presence::Optional { prize: Cost(prize) }, ..client(1) };
    let builder = Problem::builder().profile(line(5)).vehicle_type(van());
    let problem = builder.clients([optional(3), optional(4)]).pair(pair(0, 1, 1)).build().unwrap();
    let unserved = vec![ClientId(0), ClientId(1)];
    let report = check(&problem, &Solution { routes: Vec::new(), unserved });
    assert_eq!((report.violations, report.cost), (Vec::new(), Cost(7)));
}

#[test]
fn the_load_of_a_pair_is_on_board_between_its_members_only() {
    // Loads of 6 overlap to 12 where the second is taken before the first is out; one after the other they fit.
    let problem = paired(4, &[pair(0, 1, 6), pair(2, 3, 6)]);
    assert_eq!(violations(&problem, &[&[0, 1, 2, 3]], &[]), []);
    let expected = Violation::Overload { route: 0, dimension: 0, load: 12, capacity: 10 };
    assert_eq!(violations(&problem, &[&[0, 2, 1, 3]], &[]), [expected]);
}

#[test]
fn the_load_of_a_pair_comes_on_top_of_deliveries_and_pickups() {
    // 5 to deliver at the end are on board all the time, 6 of the pair are not until place 2: 11 there.
    let late = Client { delivery: Load::single(5), ..client(4) };
    let build = |last: Client, amount| {
        let clients = [client(1), client(2), last];
        let builder = Problem::builder().profile(line(5)).clients(clients).vehicle_type(van());
        builder.pair(pair(0, 1, amount)).build().unwrap()
    };
    let expected = Violation::Overload { route: 0, dimension: 0, load: 11, capacity: 10 };
    let problem = build(late.clone(), 6);
    assert_eq!(violations(&problem, &[&[0, 1, 2]], &[]), [expected]);
    assert_eq!(violations(&problem, &[&[2, 0, 1]], &[]), []);
    assert_eq!(violations(&build(late, 5), &[&[0, 1, 2]], &[]), []);
    // 5 taken in at place 4 first, to stay: then the pair's 6 are too much.
    let early = Client { pickup: Load::single(5), ..client(4) };
    assert_eq!(violations(&build(early.clone(), 6), &[&[2, 0, 1]], &[]).len(), 1);
    assert_eq!(violations(&build(early, 6), &[&[0, 1, 2]], &[]), []);
}

#[test]
fn partners_know_each_other() {
    let problem = paired(4, &[pair(2, 0, 4)]);
    assert_eq!(problem.partner(ClientId(0)), Some(ClientId(2)));
    assert_eq!(problem.partner(ClientId(2)), Some(ClientId(0)));
    assert_eq!(problem.pair_of(ClientId(0)), Some(&problem.pairs()[0]));
    assert_eq!((problem.partner(ClientId(1)), problem.pair_of(ClientId(3))), (None, None));
}

#[test]
fn a_pair_that_cannot_be_is_refused_by_name() {
    #[track_caller]
    fn check(pairs: &[Pair], message: &str) {
        let clients = (1..=3).map(client);
        let builder = Problem::builder().profile(line(5)).clients(clients).vehicle_type(van());
        let error: ProblemError = builder.pairs(pairs.iter().copied()).build().unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    check(&[pair(0, 3, 1)], "pair 0 refers to client 3, there are 3");
    check(
        &[pair(0, 1, 1), pair(2, 2, 1)],
        "pair 1: its pickup is its delivery too; give two clients, they may share a place",
    );
    check(
        &[pair(0, 1, 1), pair(2, 1, 1)],
        "client 1 is in pair 0 and in pair 1; split it into two clients at its place",
    );
    check(&[pair(0, 1, -1)], "pair 0: load is -1, allowed are 0 to 1099511627776");
}

#[test]
fn the_oracle_serves_pairs_or_leaves_them_out() {
    // 1 → 4 is served on the way to 3 → 2: 0 → 10 → 30 → 40 → 20 → 0 is 80 at 40 + 40.
    let problem = paired(4, &[pair(0, 3, 5), pair(2, 1, 5)]);
    let (cost, solution) = brute_force(&problem).unwrap();
    assert_eq!((cost, solution.routes.len()), (Cost(80), 1));
    assert_eq!(violations(&problem, &[&[0, 2, 3, 1]], &[]), []);
}

#[test]
fn limits_of_a_route_name_value_and_limit() {
    let limited = VehicleType {
        duration_max: Some(Seconds(39)),
        distance_max: Some(Meters(39)),
        clients_max: Some(1),
        shift: TimeWindow::new(0, 39),
        ..van()
    };
    let report = run(vec![client(1), client(2)], limited);
    let text: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
    assert_eq!(
        text,
        [
            "route 1: 2 clients exceed 1",
            "route 1: back at 40 s, the shift ends at 39 s",
            "route 1: duration 40 s exceeds 39 s",
            "route 1: distance 40 m exceeds 39 m",
        ]
    );
}

#[test]
fn a_missing_skill_is_named() {
    let needs = Client { skills: SkillSet(0b101), ..client(1) };
    let report = run(vec![needs], VehicleType { skills: SkillSet(0b001), ..van() });
    let expected = Violation::Skills { route: 0, client: ClientId(0), missing: 0b100 };
    assert_eq!(report.violations, [expected]);
}

#[test]
fn habit_areas_overtime_and_balance_are_priced() {
    let in_area = |area| Client { area: Some(AreaId(area)), service: Seconds(5), ..client(1) };
    let vehicle = VehicleType {
        per_meter: 0,
        habit: vec![Cost(3)],
        area_split: Cost(100),
        overtime: Some(Overtime { after: Seconds(30), per_second: 2 }),
        balance: Some(BalanceRule { work_min: Seconds(40), work_max: Seconds(50), per_second: 7 }),
        ..van()
    };
    let report = run(vec![in_area(0), in_area(1), in_area(0)], vehicle);
    // Work and duration 10 + 15 + 10 = 35: five over 30, five under 40.
    let costs = &report.breakdown;
    assert_eq!((costs.habit, costs.area_split), (Cost(6), Cost(200)));
    assert_eq!((costs.overtime, costs.balance), (Cost(10), Cost(35)));
    assert_eq!(report.cost, Cost(251));
}

fn resting(start: i64, end: i64, duration: i64) -> VehicleType {
    let rest = Rest::within(TimeWindow::new(start, end), Seconds(duration));
    VehicleType { rests: vec![rest], departure: Departure::AtShiftStart, ..van() }
}

#[test]
fn a_rest_is_not_needed_when_back_before_it_is_due() {
    assert_eq!(run(vec![client(2)], resting(40, 50, 30)).routes[0].rests, []);
    let due = run(vec![client(2)], resting(39, 50, 30));
    // Back at 40, rests 40 to 70.
    assert_eq!(due.routes[0].rests, [(Seconds(40), Seconds(70))]);
    assert_eq!(due.routes[0].arrival, Seconds(70));
}

#[test]
fn a_rest_is_taken_where_the_finish_is_earliest() {
    // Serve 20 to 25, rest 25 to 55 instead of waiting, second client opens at 100.
    let clients = vec![served_within(2, 0, 20), served_within(3, 100, 200)];
    let report = run(clients, resting(20, 60, 30));
    assert_eq!(report.routes[0].rests, [(Seconds(25), Seconds(55))]);
    assert_eq!(report.routes[0].arrival, Seconds(100 + 5 + 30));
    assert!(report.is_feasible());
}

#[test]
fn a_rest_that_can_only_begin_late_is_reported() {
    let long = Client { service: Seconds(100), ..client(1) };
    // Boundaries at 0 (waiting until 50 is allowed), 110, 120: resting first is in time.
    let first = run(vec![long.clone()], resting(50, 60, 10));
    assert_eq!(first.routes[0].rests, [(Seconds(50), Seconds(60))]);
    // With a deadline at the client, it comes too late anywhere else.
    let urgent = Client { windows: smallvec![TimeWindow::new(0, 10)], ..long };
    let late = run(vec![urgent], resting(50, 60, 10));
    let expected =
        Violation::RestLate { route: 0, rest: 0, begin: Seconds(110), latest: Seconds(60) };
    assert_eq!(late.violations, [expected]);
}

#[test]
fn an_open_route_starts_and_ends_at_its_clients() {
    let report = run(vec![client(1), client(3)], VehicleType { start: None, end: None, ..van() });
    assert_eq!(report.cost, Cost(20));
    let half = run(vec![client(1), client(3)], VehicleType { end: None, ..van() });
    assert_eq!(half.cost, Cost(30));
}

#[test]
fn every_client_is_visited_once_or_listed() {
    let optional = Client { presence: Presence::Optional { prize: Cost(9) }, ..client(1) };
    let problem = problem(vec![client(1), client(1), optional, client(1)], van());
    let routes = vec![
        Route { vehicle_type: VehicleTypeId(0), clients: vec![ClientId(0), ClientId(0)] },
        Route { vehicle_type: VehicleTypeId(7), clients: vec![ClientId(9)] },
    ];
    let report = check(&problem, &Solution { routes, unserved: vec![ClientId(1), ClientId(2)] });
    let expected = [
        Violation::UnknownClient { client: ClientId(9), n_clients: 4 },
        Violation::Repeated { client: ClientId(0), times: 2 },
        Violation::Lost { client: ClientId(3) },
        Violation::RequiredUnserved { client: ClientId(1) },
        Violation::UnknownVehicleType { route: 1, vehicle_type: VehicleTypeId(7), n_types: 1 },
    ];
    assert_eq!(report.violations, expected);
    assert_eq!(report.breakdown.unserved, Cost(9));
}

#[test]
fn more_routes_than_vehicles_are_reported_and_empty_ones_do_not_count() {
    let problem =
        problem(vec![client(1), client(1), client(1)], VehicleType { fixed: Cost(5), ..van() });
    let route = |clients: &[u32]| Route {
        vehicle_type: VehicleTypeId(0),
        clients: clients.iter().copied().map(ClientId).collect(),
    };
    let fine = vec![route(&[0, 1]), route(&[]), route(&[2])];
    let report = check(&problem, &Solution { routes: fine, unserved: vec![] });
    assert!(report.is_feasible());
    assert_eq!((report.cost, report.n_vehicles()), (Cost(2 * 25), 2));
    let many = vec![route(&[0]), route(&[1]), route(&[2])];
    let report = check(&problem, &Solution { routes: many, unserved: vec![] });
    let vehicle_type = VehicleTypeId(0);
    assert_eq!(report.violations, [Violation::TooManyVehicles { vehicle_type, used: 3, count: 2 }]);
}

#[test]
fn the_oracle_finds_the_best_of_all() {
    // Two vehicles with room for two: {1, 2} and {3, 4} cost 40 + 80; {1, 4} and {2, 3} 80 + 60.
    let clients = (1..=4).map(|k| Client { delivery: Load::single(5), ..client(k) }).collect();
    let (cost, solution) = brute_force(&problem(clients, van())).unwrap();
    assert_eq!(cost, Cost(120));
    assert_eq!(solution.routes.len(), 2);
}

#[test]
fn the_oracle_knows_when_there_is_nothing_to_find() {
    let heavy = Client { delivery: Load::single(11), ..client(1) };
    assert_eq!(brute_force(&problem(vec![heavy], van())), None);
}
