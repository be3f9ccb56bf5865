//! Hand-worked tables for every rule of the checker.

use std::sync::Arc;

use smallvec::smallvec;

use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Meters, Seconds};
use crate::problem::oracle::brute_force;
use crate::problem::{
    AreaId, BalanceRule, Client, ClientId, Departure, Effort, Load, Overtime, Pair, PickupOrder,
    PlaceId, Presence, Problem, ProblemError, Reload, ReloadStop, ReloadTime, Report, Respite,
    Rest, RestPlace, Route, RouteSchedule, SkillSet, Solution, TimeWindow, Travel, VehicleType,
    VehicleTypeId, Violation, check,
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
    let route = Route::new(VehicleTypeId(0), problem.clients().ids().collect());
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
    let route = |clients: &&[u32]| Route {
        vehicle_type: VehicleTypeId(0),
        clients: ids(clients),
        reloads: Vec::new(),
    };
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
fn pickups_come_last_where_that_is_the_rule() {
    let delivery = || Client { delivery: Load::single(1), ..client(1) };
    let pickup = || Client { pickup: Load::single(1), ..client(1) };
    let both = || Client { delivery: Load::single(1), ..pickup() };
    let broken = |clients, pickups| run(clients, VehicleType { pickups, ..van() }).violations;
    let behind = |client| Violation::DeliveryBehindPickup { route: 0, client: ClientId(client) };
    // A visit that brings nothing and takes nothing may stand anywhere, and hides no pickup before it.
    let early = || vec![pickup(), client(1), delivery()];
    assert_eq!(broken(early(), PickupOrder::Anytime), []);
    assert_eq!(broken(early(), PickupOrder::Last), [behind(2)]);
    // One that does both may be the last to be delivered to, and no other.
    assert_eq!(broken(vec![delivery(), both(), pickup()], PickupOrder::Last), []);
    assert_eq!(broken(vec![both(), both(), pickup()], PickupOrder::Last), [behind(1)]);
    assert_eq!(broken(vec![pickup()], PickupOrder::Last), []);
    let alone = Violation::PickupsAlone { route: 0 };
    assert_eq!(broken(vec![pickup()], PickupOrder::LastOfDeliveries), [alone]);
    assert_eq!(broken(vec![both()], PickupOrder::LastOfDeliveries), []);
}

/// Two clients ten away, six each, for a van of ten; the second is released at 50. Loading again takes 3.
fn two_trips(kind: VehicleType) -> Problem {
    let six = || Client { delivery: Load::single(6), ..client(1) };
    problem(vec![six(), Client { release: Seconds(50), ..six() }], kind)
}

fn reloading() -> VehicleType {
    let places = smallvec![PlaceId(0)];
    let reload = Reload { places, trips_max: None, duration: Seconds(3) };
    VehicleType { reload: Some(reload), per_second: 1, ..van() }
}

/// Both clients on one route, with a return between them.
fn with_return(problem: &Problem, before: usize, place: u32) -> Report {
    let mut route = Route::new(VehicleTypeId(0), problem.clients().ids().collect());
    route.reloads.push(ReloadStop { before, place: PlaceId(place) });
    check(problem, &Solution { routes: vec![route], unserved: vec![] })
}

#[test]
fn each_trip_has_its_own_load_and_its_own_release() {
    let kind = VehicleType { departure: Departure::AtShiftStart, ..reloading() };
    let report = with_return(&two_trips(kind), 1, 0);
    assert_eq!(report.violations, []);
    // Out 10, back 20, loaded 23, released 50, out 60, home 70.
    let reload = ReloadTime { place: PlaceId(0), arrival: Seconds(20), departure: Seconds(50) };
    let route = &report.routes[0];
    assert_eq!(route.reloads, [reload]);
    assert_eq!(
        (route.departure, route.arrival, route.waiting),
        (Seconds(0), Seconds(70), Seconds(27))
    );
    assert_eq!((route.distance, route.work()), (Meters(40), Seconds(43)));
    assert_eq!(report.cost, Cost(40 + 70));
}

#[test]
fn a_free_departure_waits_at_home_for_a_later_trip() {
    // Leaving at 27 it is back at 47 and loaded at 50.
    let report = with_return(&two_trips(reloading()), 1, 0);
    assert_eq!(report.routes[0].departure, Seconds(27));
    assert_eq!(report.cost, Cost(40 + 43));
}

#[test]
fn a_single_trip_carries_everything() {
    let expected = Violation::Overload { route: 0, dimension: 0, load: 12, capacity: 10 };
    assert_eq!(one_route(&two_trips(reloading())).violations, [expected]);
}

#[test]
fn returns_are_allowed_in_place_number_and_order() {
    let problem = two_trips(reloading());
    let wrong_place = with_return(&problem, 1, 1).violations;
    assert_eq!(wrong_place, [Violation::ReloadPlace { route: 0, place: PlaceId(1) }]);
    let beyond = with_return(&problem, 3, 0).violations;
    assert!(beyond.contains(&Violation::ReloadOrder { route: 0, before: 3 }), "{beyond:?}");
    let mut kind = reloading();
    kind.reload.as_mut().unwrap().trips_max = Some(1);
    let too_many = with_return(&two_trips(kind), 1, 0).violations;
    assert_eq!(too_many, [Violation::TooManyTrips { route: 0, n_trips: 2, limit: 1 }]);
}

#[test]
fn a_rest_is_taken_where_the_vehicle_loads_again() {
    let rest = Rest::within(TimeWindow::new(20, 30), Seconds(4));
    let departure = Departure::AtShiftStart;
    let kind = VehicleType { rests: vec![rest], departure, ..reloading() };
    let report = with_return(&problem(vec![client(1), client(1)], kind), 1, 0);
    assert_eq!(report.violations, []);
    // Back at 20, loaded at 23, rested at 27, out 37, home 47.
    let route = &report.routes[0];
    assert_eq!(route.rests, [(Seconds(23), Seconds(27))]);
    assert_eq!(
        (route.arrival, route.waiting, route.work()),
        (Seconds(47), Seconds(0), Seconds(43))
    );
    // Back at 60 a respite is due before the vehicle goes on, at 63; who waits for the second trip until 70 has rested.
    let respite = Respite { after: Seconds(60), duration: Seconds(5), of: Effort::Travel };
    for (release, respites) in [(0, &[(Seconds(63), Seconds(68))][..]), (70, &[])] {
        let kind = VehicleType { respite: Some(respite), departure, ..reloading() };
        let second = Client { release: Seconds(release), ..client(3) };
        let report = with_return(&problem(vec![client(3), second], kind), 1, 0);
        assert_eq!(report.routes[0].respites, respites);
    }
}

#[test]
fn coming_back_to_load_shares_no_setup_with_the_trip_before() {
    let set_up = |place| Client { setup: Seconds(6), ..client(place) };
    let kind = VehicleType { departure: Departure::AtShiftStart, ..reloading() };
    // Out 10, set up 16, back 26, loaded 29, out 39, set up 45, back 55.
    let report = with_return(&problem(vec![set_up(1), set_up(1)], kind.clone()), 1, 0);
    assert_eq!((report.routes[0].setup, report.routes[0].arrival), (Seconds(12), Seconds(55)));
    // At the place of loading itself it is spared.
    let report = with_return(&problem(vec![set_up(1), set_up(0)], kind), 1, 0);
    assert_eq!((report.routes[0].setup, report.routes[0].arrival), (Seconds(6), Seconds(29)));
}

#[test]
fn a_pair_is_served_on_one_trip() {
    let clients = vec![client(1), client(1), client(1)];
    let pair = Pair { pickup: ClientId(0), delivery: ClientId(2), load: Load::single(1) };
    let builder = Problem::builder().profile(line(2)).clients(clients).pair(pair);
    let problem = builder.vehicle_type(reloading()).build().unwrap();
    let (pickup, delivery) = (ClientId(0), ClientId(2));
    let across = Violation::PairAcrossTrips { route: 0, pickup, delivery };
    for (before, broken) in [(0, false), (1, true), (2, true), (3, false)] {
        let violations = with_return(&problem, before, 0).violations;
        assert_eq!(violations.contains(&across), broken, "before client {before}");
    }
}

#[test]
fn a_free_departure_leaves_each_client_its_window() {
    let windows = |list: &[(i64, i64)]| list.iter().map(|&(a, b)| TimeWindow::new(a, b)).collect();
    let twice = Client { windows: windows(&[(0, 15), (100, 120)]), ..client(1) };
    let late = Client { windows: windows(&[(0, 5), (200, 210)]), ..client(2) };
    // Served at 10 at the earliest, so by 15: it leaves at 5, waits until 200, and is home at 220.
    let report = run(vec![twice, late], van());
    assert_eq!(report.violations, []);
    let route = &report.routes[0];
    assert_eq!((route.departure, route.arrival), (Seconds(5), Seconds(220)));
    assert_eq!(route.stops[0].start, Seconds(15));
}

#[test]
fn a_place_to_load_is_needed() {
    let nowhere = Reload { places: smallvec![], trips_max: None, duration: Seconds(0) };
    let kind = VehicleType { reload: Some(nowhere), ..van() };
    let built = Problem::builder().profile(line(2)).vehicle_type(kind).build();
    assert!(built.unwrap_err().to_string().contains("reload.places is 0"));
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

/// Serves 20 from home from 50 on, then 30 from home from 200 on, with a rest of 30 from 60 on; free to leave late.
fn resting_late(place: RestPlace) -> RouteSchedule {
    let clients = vec![served_within(2, 50, 200), served_within(3, 200, 300)];
    let rest = Rest { place, ..Rest::within(TimeWindow::new(60, 70), Seconds(30)) };
    let report = run(clients, VehicleType { rests: vec![rest], ..van() });
    assert!(report.is_feasible());
    report.routes[0].clone()
}

#[test]
fn a_free_departure_leaves_a_rest_where_it_is() {
    // At once it would wait 30 for the first window, 5 for the rest, then from 100 on for the second window.
    let route = resting_late(RestPlace::BetweenLegs);
    assert_eq!((route.departure, route.arrival), (Seconds(35), Seconds(235)));
    assert_eq!((route.rests, route.waiting), (vec![(Seconds(60), Seconds(90))], Seconds(100)));
    // On the leg nobody waits for it, and what comes behind it does not move either.
    let route = resting_late(RestPlace::OnLegs);
    assert_eq!((route.departure, route.arrival), (Seconds(30), Seconds(235)));
    assert_eq!((route.rests, route.waiting), (vec![(Seconds(60), Seconds(90))], Seconds(105)));
}

#[test]
fn a_free_departure_leaves_a_respite_its_wait() {
    let free = |clients, respite| {
        let kind = VehicleType { respite: Some(respite), ..van() };
        run(clients, kind).routes[0].clone()
    };
    // Out 40, a wait of 60 spares the rest of 15 that would fall due on the way back: 45 of it may be left out.
    let respite = Respite { after: Seconds(60), duration: Seconds(15), of: Effort::Travel };
    let route = free(vec![served_within(4, 100, 200)], respite);
    assert_eq!((route.departure, route.arrival), (Seconds(45), Seconds(145)));
    assert_eq!((route.respites, route.waiting), (vec![], Seconds(15)));
    // Where it falls due on a leg, from 60 to 75, the wait behind it cannot be left out at all.
    let route = free(vec![client(4), served_within(1, 200, 300)], respite);
    assert_eq!((route.departure, route.respites[0]), (Seconds(0), (Seconds(60), Seconds(75))));
}

/// A rest of 15 after 60 of travel or work.
fn relieved(of: Effort) -> VehicleType {
    let respite = Respite { after: Seconds(60), duration: Seconds(15), of };
    VehicleType { respite: Some(respite), departure: Departure::AtShiftStart, ..van() }
}

#[test]
fn a_respite_falls_due_in_the_middle_of_a_leg() {
    // Out 40 and back 20 of 40: rests 60 to 75, then the other 20.
    let report = run(vec![client(4)], relieved(Effort::Travel));
    let route = &report.routes[0];
    assert_eq!((route.arrival, route.waiting), (Seconds(95), Seconds(0)));
    assert_eq!(route.respites, [(Seconds(60), Seconds(75))]);
    // Exactly 60 in all needs none: there is nothing left to do.
    assert_eq!(run(vec![client(3)], relieved(Effort::Travel)).routes[0].respites, []);
    // Twice out and back is 160: after 60, and after 120, which is at the far end again.
    let twice = run(vec![client(4), client(0), client(4)], relieved(Effort::Travel));
    let expected = [(Seconds(60), Seconds(75)), (Seconds(135), Seconds(150))];
    assert_eq!(
        (twice.routes[0].arrival, twice.routes[0].respites.as_slice()),
        (Seconds(190), &expected[..])
    );
}

#[test]
fn who_waits_long_enough_has_rested() {
    let waits = |opens| run(vec![served_within(4, opens, 200)], relieved(Effort::Travel));
    // There at 40, waits 15 for 55, serves until 60, back at 100.
    let enough = &waits(55).routes[0];
    assert_eq!((enough.arrival, enough.respites.as_slice()), (Seconds(100), &[][..]));
    // A second less is not enough: serves 54 to 59, 20 back until 79, rests until 94, back at 114.
    let short = &waits(54).routes[0];
    assert_eq!(short.arrival, Seconds(114));
    assert_eq!(short.respites, [(Seconds(79), Seconds(94))]);
}

#[test]
fn a_respite_by_work_comes_before_the_visit_that_would_go_beyond() {
    // Out 40, and 30 of service would be 70: rests 40 to 55, serves until 85, 30 back, rests 115 to 130, 10 more.
    let visit = Client { service: Seconds(30), ..client(4) };
    let report = run(vec![visit], relieved(Effort::Work));
    let route = &report.routes[0];
    assert_eq!(route.respites, [(Seconds(40), Seconds(55)), (Seconds(115), Seconds(130))]);
    assert_eq!((route.stops[0].start, route.arrival), (Seconds(55), Seconds(140)));
}

#[test]
fn a_rest_that_is_long_enough_is_a_respite_too() {
    // Rests 50 to 65 at the client: then 40 back are allowed.
    let both = VehicleType { rests: resting(50, 60, 15).rests, ..relieved(Effort::Travel) };
    let report = run(vec![client(4)], both);
    let route = &report.routes[0];
    assert_eq!((route.rests.len(), route.respites.len(), route.arrival), (1, 0, Seconds(105)));
    // A shorter one, without waiting, is not: rests 40 to 54, 20 back until 74, rests until 89, back at 109.
    let both = VehicleType { rests: resting(40, 60, 14).rests, ..relieved(Effort::Travel) };
    let route = &run(vec![client(4)], both).routes[0];
    assert_eq!(route.respites, [(Seconds(74), Seconds(89))]);
    assert_eq!(route.arrival, Seconds(109));
}

#[test]
fn a_respite_that_cannot_be_is_refused_by_name() {
    #[track_caller]
    fn check(kind: VehicleType, message: &str) {
        let visit = Client { service: Seconds(70), ..client(1) };
        let builder = Problem::builder().profile(line(5)).client(visit).vehicle_type(kind);
        assert_eq!(builder.build().unwrap_err().to_string(), message);
    }
    let changed = |change: fn(&mut Respite), of| {
        let mut kind = relieved(of);
        kind.respite.iter_mut().for_each(change);
        kind
    };
    check(
        changed(|respite| respite.after = Seconds(59), Effort::Travel),
        "vehicle type 0: respite.after is 59, allowed are 60 to 1099511627776",
    );
    check(
        changed(|_| (), Effort::Work),
        "vehicle type 0: respite.after is 60, allowed are 70 to 1099511627776",
    );
    check(
        changed(|respite| respite.duration = Seconds(0), Effort::Travel),
        "vehicle type 0: respite.duration is 0, allowed are 1 to 1099511627776",
    );
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
        Route::new(VehicleTypeId(0), vec![ClientId(0), ClientId(0)]),
        Route::new(VehicleTypeId(7), vec![ClientId(9)]),
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
    let route = |clients: &[u32]| {
        Route::new(VehicleTypeId(0), clients.iter().copied().map(ClientId).collect())
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
