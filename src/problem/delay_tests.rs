//! Hand-worked tables for clients who are due and for the price of waiting.

use std::sync::Arc;

use smallvec::smallvec;

use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Seconds};
use crate::problem::{
    Client, Departure, Due, Effort, Load, Overtime, PlaceId, Problem, ProblemError, Reload,
    ReloadStop, Report, Respite, Rest, Route, Solution, TimeWindow, Travel, VehicleType,
    VehicleTypeId, check,
};

/// Places on a line, ten apart: place k lies at 10·k. Time and distance are equal.
fn line() -> Travel {
    let cells: Vec<u32> = (0..25u32).map(|i| 10 * (i / 5).abs_diff(i % 5)).collect();
    Travel::Matrix(Arc::new(TravelMatrix::new(5, cells.clone(), cells).unwrap()))
}

/// Nothing but times has a price.
fn van() -> VehicleType {
    VehicleType { per_meter: 0, ..VehicleType::at(PlaceId(0), 2, Load::single(10)) }
}

fn client(place: u32) -> Client {
    Client { service: Seconds(5), ..Client::at(PlaceId(place)) }
}

fn due(at: i64, per_second: i64) -> Due {
    Due { at: Seconds(at), per_second }
}

fn opening(place: u32, start: i64) -> Client {
    Client { windows: smallvec![TimeWindow::new(start, 500)], ..client(place) }
}

fn built(clients: Vec<Client>, vehicle_type: VehicleType) -> Result<Problem, ProblemError> {
    Problem::builder().profile(line()).clients(clients).vehicle_type(vehicle_type).build()
}

/// All clients on one route, in order, with these returns.
fn run_with(clients: Vec<Client>, kind: VehicleType, reloads: Vec<ReloadStop>) -> Report {
    let problem = built(clients, kind).unwrap();
    let clients = problem.clients().ids().collect();
    let route = Route { reloads, ..Route::new(VehicleTypeId(0), clients) };
    let report = check(&problem, &Solution { routes: vec![route], unserved: vec![] });
    assert_eq!(report.violations, []);
    report
}

fn run(clients: Vec<Client>, kind: VehicleType) -> Report {
    run_with(clients, kind, Vec::new())
}

#[test]
fn each_second_of_delay_is_paid_and_nothing_before() {
    // Begun at 10 and at 10 + 5 + 10 = 25: the first is in time to the second, the other one 5 late.
    let clients = vec![
        Client { due: Some(due(10, 7)), ..client(1) },
        Client { due: Some(due(20, 3)), ..client(2) },
    ];
    let report = run(clients, van());
    assert_eq!((report.breakdown.delay, report.cost), (Cost(15), Cost(15)));
}

#[test]
fn a_free_departure_delays_nobody_for_nothing() {
    // Nobody pays for time: at the latest, 65, the first client would be served at 75, 35 after it is due.
    let clients = vec![Client { due: Some(due(40, 1)), ..client(1) }, opening(2, 90)];
    let report = run(clients.clone(), van());
    assert_eq!((report.routes[0].departure, report.cost), (Seconds(30), Cost(0)));
    // Served before it is due at the earliest, too.
    let report = run(clients, VehicleType { departure: Departure::AtShiftStart, ..van() });
    assert_eq!((report.routes[0].stops[0].start, report.cost), (Seconds(10), Cost(0)));
}

#[test]
fn a_free_departure_weighs_delays_against_time_under_way() {
    // A second under way costs 2. Two clients at place 1 are due at 40 and at 50, at 1 and at 3 a second: past 30 leaving
    // later costs 1 and saves 2; the second one is served 5 after the first, so past 35 it costs 4.
    let clients = || {
        let second = Client { due: Some(due(50, 3)), ..client(1) };
        vec![Client { due: Some(due(40, 1)), ..client(1) }, second, opening(2, 90)]
    };
    let kind = || VehicleType { per_second: 2, ..van() };
    let report = run(clients(), kind());
    let route = &report.routes[0];
    // Out 35 to 45, served 45 to 55, at place 2 at 65, waits for 90, home at 90 + 5 + 20 = 115.
    assert_eq!(
        (route.departure, route.arrival, route.waiting),
        (Seconds(35), Seconds(115), Seconds(25))
    );
    assert_eq!((report.breakdown.delay, report.breakdown.duration), (Cost(5), Cost(160)));
    // As well by a price of waiting; by overtime until none is left: from 31 on the route takes 84 or less.
    let waiting = run(clients(), VehicleType { per_waiting_second: 2, ..van() });
    assert_eq!((waiting.routes[0].departure, waiting.cost), (Seconds(35), Cost(5 + 2 * 25)));
    let overtime = Some(Overtime { after: Seconds(84), per_second: 2 });
    let overtime = run(clients(), VehicleType { overtime, ..van() });
    assert_eq!((overtime.routes[0].departure, overtime.cost), (Seconds(31), Cost(1)));
    // The longest duration is a rule: at most 70 asks for 45, 15 and 10 seconds of delay.
    let duration_max = Some(Seconds(70));
    let short = run(clients(), VehicleType { duration_max, ..van() });
    assert_eq!((short.routes[0].departure, short.cost), (Seconds(45), Cost(15 + 3 * 10)));
}

#[test]
fn equal_costs_leave_at_the_last_moment() {
    // Each second past 30 costs as much as it saves.
    let clients = vec![Client { due: Some(due(40, 2)), ..client(1) }, opening(2, 90)];
    let report = run(clients, VehicleType { per_second: 2, ..van() });
    assert_eq!(report.routes[0].departure, Seconds(65));
    assert_eq!((report.breakdown.delay, report.breakdown.duration), (Cost(70), Cost(100)));
}

#[test]
fn delays_of_later_trips_count_from_their_releases() {
    // Out and back by 25, loaded at 28, released at 50, served at 60: 8 after it is due.
    let places = smallvec![PlaceId(0)];
    let reload = Some(Reload { places, trips_max: None, duration: Seconds(3) });
    let late = Client { release: Seconds(50), due: Some(due(52, 2)), ..client(1) };
    let before = vec![ReloadStop { before: 1, place: PlaceId(0) }];
    let report = run_with(vec![client(1), late], VehicleType { reload, ..van() }, before);
    assert_eq!((report.breakdown.delay, report.routes[0].departure), (Cost(16), Seconds(22)));
}

#[test]
fn what_is_neither_work_nor_rest_is_waiting() {
    // At place 2 at 20, opens at 90, served to 95, home at 115. The rest is due at 40 for 15.
    let rest = Rest::within(TimeWindow::new(40, 60), Seconds(15));
    let kind =
        || VehicleType { per_waiting_second: 3, departure: Departure::AtShiftStart, ..van() };
    let report = run(vec![opening(2, 90)], kind());
    assert_eq!((report.routes[0].waiting, report.breakdown.waiting), (Seconds(70), Cost(210)));
    let report = run(vec![opening(2, 90)], VehicleType { rests: vec![rest], ..kind() });
    assert_eq!((report.routes[0].waiting, report.cost), (Seconds(55), Cost(165)));
    // A respite that waiting makes needless is no rest; one that falls due on the leg is.
    let respite =
        |after| Some(Respite { after: Seconds(after), duration: Seconds(10), of: Effort::Travel });
    let spared = run(vec![opening(2, 90)], VehicleType { respite: respite(60), ..kind() });
    assert_eq!((spared.routes[0].respites.len(), spared.cost), (0, Cost(210)));
    let clients = vec![client(4), opening(0, 200)];
    let taken = run(clients, VehicleType { respite: respite(60), ..kind() });
    // Out at 40, served to 45, rests at 65, at place 0 at 95, waits for 105.
    assert_eq!((taken.routes[0].respites.len(), taken.routes[0].waiting), (1, Seconds(105)));
}

#[test]
fn a_free_departure_pays_for_waiting_only_where_it_must() {
    let report = run(vec![opening(1, 90)], VehicleType { per_waiting_second: 3, ..van() });
    assert_eq!((report.routes[0].departure, report.cost), (Seconds(80), Cost(0)));
    // The first client until 20 keeps it from leaving later than 10: 65 are waited at the second.
    let first = Client { windows: smallvec![TimeWindow::new(0, 20)], ..client(1) };
    let report = run(vec![first, opening(2, 100)], VehicleType { per_waiting_second: 3, ..van() });
    assert_eq!(report.cost, Cost(3 * 65));
}

#[track_caller]
fn refused(clients: Vec<Client>, kind: VehicleType, message: &str) {
    assert_eq!(built(clients, kind).unwrap_err().to_string(), message);
}

#[test]
fn prices_that_cannot_be_are_refused_by_name() {
    let windows = smallvec![TimeWindow::new(0, 9), TimeWindow::new(50, 60)];
    let outside = Client { windows, due: Some(due(61, 1)), ..client(1) };
    refused(vec![outside], van(), "client 0: due.at is 61, allowed are 0 to 60");
    let dear = Client { due: Some(due(5, 20_000)), ..client(1) };
    refused(vec![dear], van(), "client 0: due.per_second is 20000, allowed are 0 to 16384");
    let kind = VehicleType { per_waiting_second: -1, ..van() };
    refused(
        vec![client(1)],
        kind,
        "vehicle type 0: per_waiting_second is -1, allowed are 0 to 16384",
    );
    // A shift without end: each may be delayed by 2^40 seconds, at 2^14 a second.
    let endless = vec![Client { due: Some(due(0, 16_384)), ..client(1) }; 200];
    refused(
        endless.clone(),
        van(),
        "all clients: sum of prices of the longest delays is 3602879701896396800, allowed are 0 to 2305843009213693951",
    );
    let shift = TimeWindow::new(0, 86_400);
    assert!(built(endless, VehicleType { shift, ..van() }).is_ok());
}
