//! Hand-worked tables for the price of waiting.

use std::sync::Arc;

use smallvec::smallvec;

use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Seconds};
use crate::problem::{
    Client, Departure, Effort, Load, PlaceId, Problem, ProblemError, Report, Respite, Rest, Route,
    Solution, TimeWindow, Travel, VehicleType, VehicleTypeId, check,
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

fn opening(place: u32, start: i64) -> Client {
    Client { windows: smallvec![TimeWindow::new(start, 500)], ..client(place) }
}

fn built(clients: Vec<Client>, vehicle_type: VehicleType) -> Result<Problem, ProblemError> {
    Problem::builder().profile(line()).clients(clients).vehicle_type(vehicle_type).build()
}

/// All clients on one route, in order.
fn run(clients: Vec<Client>, kind: VehicleType) -> Report {
    let problem = built(clients, kind).unwrap();
    let route = Route::new(VehicleTypeId(0), problem.clients().ids().collect());
    let report = check(&problem, &Solution { routes: vec![route], unserved: vec![] });
    assert_eq!(report.violations, []);
    report
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

#[test]
fn a_price_of_waiting_that_cannot_be_is_refused_by_name() {
    let kind = VehicleType { per_waiting_second: -1, ..van() };
    let message = "vehicle type 0: per_waiting_second is -1, allowed are 0 to 16384";
    assert_eq!(built(vec![client(1)], kind).unwrap_err().to_string(), message);
}
