//! Locks and orders: which ones are refused, which plans break them, and that files keep them.

use std::sync::Arc;

use crate::problem::format::FormatError;
use crate::problem::{
    Bond, Client, ClientId, Load, Lock, Order, Pair, PlaceId, Problem, ProblemBuilder, Reload,
    ReloadStop, Rounding, Route, Solution, Travel, VehicleType, VehicleTypeId, Violation, check,
    read_problem, write_problem,
};

fn clients(numbers: &[u32]) -> Vec<ClientId> {
    numbers.iter().copied().map(ClientId).collect()
}

fn lock(vehicle_type: u32, begins_with: &[u32], holds: &[u32]) -> Lock {
    let (begins_with, holds) = (clients(begins_with), clients(holds));
    Lock { vehicle_type: VehicleTypeId(vehicle_type), begins_with, holds, is_frozen: false }
}

fn frozen(begins_with: &[u32], holds: &[u32]) -> Lock {
    Lock { is_frozen: true, ..lock(0, begins_with, holds) }
}

fn order(first: u32, then: u32, bond: Bond) -> Order {
    Order { first: ClientId(first), then: ClientId(then), bond }
}

/// Six clients in a row, and two vehicles of each of two types. Clients 4 and 5 are a pair.
fn row() -> ProblemBuilder {
    let points = Arc::new((0..7).map(|x| (f64::from(x), 0.0)).collect());
    let kind = VehicleType::at(PlaceId(0), 2, Load::single(9));
    Problem::builder()
        .profile(Travel::Plane { points, rounding: Rounding::Nearest })
        .clients((1..7).map(|place| Client::at(PlaceId(place))))
        .vehicle_types([kind.clone(), kind])
        .pair(Pair { pickup: ClientId(4), delivery: ClientId(5), load: Load::single(1) })
}

#[track_caller]
fn refused(locks: Vec<Lock>, orders: Vec<Order>, expected: &str) {
    let error = row().locks(locks).orders(orders).build().unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn locks_that_cannot_be_are_refused() {
    refused(vec![lock(2, &[0], &[])], vec![], "lock 0 refers to vehicle type 2, there are 2");
    refused(vec![lock(0, &[6], &[])], vec![], "lock 0 refers to client 6, there are 6");
    let nothing = "it says nothing: name the clients that its route begins with or holds";
    refused(vec![lock(0, &[], &[])], vec![], &format!("lock 0: {nothing}"));
    let twice = "it names a client that is in a lock already; name each client once";
    refused(vec![lock(0, &[1], &[1])], vec![], &format!("lock 0: {twice}"));
    refused(vec![lock(0, &[1], &[]), lock(1, &[], &[1])], vec![], &format!("lock 1: {twice}"));
    let three = (0..3).map(|client| lock(0, &[], &[client])).collect();
    refused(three, vec![], "vehicle type 0: number of locks is 3, allowed are 0 to 2");
    let holds = "a frozen route holds nobody beside those it begins with; name all of them there";
    refused(vec![frozen(&[0], &[1])], vec![], &format!("lock 0: {holds}"));
    let undelivered = "its frozen route picks up what it does not deliver; name the delivery too";
    refused(vec![frozen(&[4], &[])], vec![], &format!("lock 0: {undelivered}"));
    let undue = "it begins with a delivery whose pickup is not before it; name the pickup first";
    refused(vec![lock(0, &[5], &[])], vec![], &format!("lock 0: {undue}"));
    let apart = "a lock binds it and another one its partner, direct neighbor or alternative; one vehicle may visit both";
    let two = vec![lock(0, &[], &[4]), lock(0, &[], &[5])];
    refused(two, vec![], &format!("client 5: {apart}"));
}

#[test]
fn orders_that_cannot_be_are_refused() {
    use Bond::{Direct, Loose};
    refused(vec![], vec![order(0, 6, Loose)], "order 0 refers to client 6, there are 6");
    let itself = "a client cannot come before itself; give two clients";
    refused(vec![], vec![order(3, 3, Loose)], &format!("order 0: {itself}"));
    let turned = "it asks for the delivery of a pair before its pickup; turn it around";
    refused(vec![], vec![order(5, 4, Loose)], &format!("order 0: {turned}"));
    let paired = "members of pairs have no direct order; a loose one may be given";
    refused(vec![], vec![order(4, 0, Direct)], &format!("order 0: {paired}"));
    let many = "only one client may be right behind another; give a chain of direct orders";
    refused(vec![], vec![order(0, 1, Direct), order(0, 2, Direct)], &format!("order 1: {many}"));
    let circle = "orders lead in a circle by way of it; leave one of them out";
    let around = vec![order(0, 1, Direct), order(1, 2, Loose), order(2, 0, Loose)];
    refused(vec![], around, &format!("client 0: {circle}"));
    let cut = "its beginning cuts a direct order; name both clients, one behind the other";
    refused(vec![lock(0, &[0, 2], &[])], vec![order(0, 1, Direct)], &format!("lock 0: {cut}"));
    refused(vec![lock(0, &[1], &[])], vec![order(0, 1, Direct)], &format!("lock 0: {cut}"));
    let contrary = "its beginning contradicts an order; change either";
    refused(vec![lock(0, &[1, 0], &[])], vec![order(0, 1, Loose)], &format!("lock 0: {contrary}"));
    // The delivery comes behind all that the route begins with.
    refused(vec![lock(0, &[4, 0], &[])], vec![order(5, 0, Loose)], &format!("lock 0: {contrary}"));
}

#[test]
fn a_locked_beginning_is_one_trip() {
    let mut kind = VehicleType::at(PlaceId(0), 1, Load::single(9));
    let (places, duration) = (smallvec::smallvec![PlaceId(0)], crate::measure::Seconds(0));
    kind.reload = Some(Reload { places, trips_max: None, duration });
    let points = Arc::new(vec![(0.0, 0.0), (1.0, 0.0)]);
    let builder = Problem::builder()
        .profile(Travel::Plane { points, rounding: Rounding::Nearest })
        .clients(vec![Client::at(PlaceId(1)); 3])
        .vehicle_type(kind);
    let broken = |problem: &Problem, before: usize| {
        let mut route = Route::new(VehicleTypeId(0), clients(&[0, 1, 2]));
        route.reloads.push(ReloadStop { before, place: PlaceId(0) });
        check(problem, &Solution { routes: vec![route], unserved: vec![] }).violations
    };
    let interrupted = Violation::BeginningInterrupted { lock: 0, route: 0 };
    let begun = builder.clone().locks([lock(0, &[0, 1], &[])]).build().unwrap();
    for before in [0, 1] {
        assert_eq!(broken(&begun, before), std::slice::from_ref(&interrupted));
    }
    for before in [2, 3] {
        assert_eq!(broken(&begun, before), []);
    }
    let whole = builder.clone().locks([frozen(&[0, 1, 2], &[])]).build().unwrap();
    assert_eq!(broken(&whole, 3), [interrupted]);
    assert!(builder.locks([lock(0, &[], &[0])]).build().is_ok());
}

/// What a plan of the row breaks: routes by type and clients; whoever is missing is unserved, required or not.
#[track_caller]
fn breaks(problem: &Problem, routes: &[(u32, &[u32])], expected: &[Violation]) {
    let routes: Vec<Route> =
        routes.iter().map(|(kind, list)| Route::new(VehicleTypeId(*kind), clients(list))).collect();
    let is_served = |client: &ClientId| routes.iter().any(|route| route.clients.contains(client));
    let unserved = problem.clients().ids().filter(|client| !is_served(client)).collect();
    let report = check(problem, &Solution { routes, unserved });
    let is_of_ties = |v: &Violation| !matches!(v, Violation::RequiredUnserved { .. });
    let found: Vec<Violation> = report.violations.into_iter().filter(is_of_ties).collect();
    assert_eq!(found, expected);
}

#[test]
fn plans_that_break_locks_are_told_apart() {
    let problem = row().locks([lock(0, &[0, 1], &[2]), lock(0, &[], &[3])]).build().unwrap();
    let moved = |position, client| Violation::BeginningChanged {
        lock: 0,
        position,
        client: ClientId(client),
    };
    breaks(&problem, &[(0, &[0, 1, 2]), (0, &[3])], &[]);
    breaks(&problem, &[(0, &[0, 1, 4, 5, 2])], &[]);
    breaks(&problem, &[(0, &[0, 2, 1])], &[moved(1, 1)]);
    breaks(&problem, &[(0, &[2, 0, 1])], &[moved(0, 0), moved(1, 1)]);
    breaks(&problem, &[(0, &[3])], &[moved(0, 0), moved(1, 1)]);
    let other_type = Violation::LockedVehicle { lock: 0, route: 0 };
    breaks(&problem, &[(1, &[0, 1])], &[other_type]);
    let shared = Violation::LockedVehicle { lock: 1, route: 0 };
    breaks(&problem, &[(0, &[0, 1, 3])], &[shared]);
    let elsewhere = Violation::HeldElsewhere { lock: 0, client: ClientId(2), route: 1 };
    breaks(&problem, &[(0, &[0, 1]), (0, &[2])], &[elsewhere]);
    let torn = Violation::HeldElsewhere { lock: 0, client: ClientId(1), route: 1 };
    breaks(&problem, &[(0, &[0]), (1, &[1])], &[moved(1, 1), torn]);
    let problem = row().locks([frozen(&[0, 1], &[])]).build().unwrap();
    let grown = Violation::FrozenRoute { lock: 0, route: 0, client: ClientId(3) };
    breaks(&problem, &[(0, &[0, 1, 3])], &[grown]);
    breaks(&problem, &[(0, &[0, 1]), (1, &[3])], &[]);
}

#[test]
fn plans_that_break_orders_are_told_apart() {
    let orders = [order(0, 1, Bond::Direct), order(2, 3, Bond::Loose)];
    let problem = row().orders(orders).build().unwrap();
    let broken =
        |first, then| Violation::OrderBroken { first: ClientId(first), then: ClientId(then) };
    breaks(&problem, &[(0, &[2, 0, 1, 3])], &[]);
    breaks(&problem, &[(0, &[3]), (1, &[2])], &[]);
    breaks(&problem, &[(0, &[3])], &[]);
    breaks(&problem, &[(0, &[3, 2])], &[broken(2, 3)]);
    breaks(&problem, &[(0, &[1, 0])], &[broken(0, 1)]);
    breaks(&problem, &[(0, &[0, 2, 1])], &[broken(0, 1)]);
    breaks(&problem, &[(0, &[0])], &[broken(0, 1)]);
    breaks(&problem, &[(0, &[0]), (0, &[1])], &[broken(0, 1)]);
}

#[test]
fn partners_and_direct_neighbors_are_bound_along() {
    let problem = row().locks([lock(1, &[], &[0, 4])]).orders([order(0, 1, Bond::Direct)]);
    let problem = problem.build().unwrap();
    let bound: Vec<Option<usize>> = problem.clients().ids().map(|c| problem.lock_of(c)).collect();
    assert_eq!(bound, [Some(0), Some(0), None, None, Some(0), Some(0)]);
    assert_eq!(problem.right_behind(ClientId(0)), Some(ClientId(1)));
    assert_eq!(problem.right_ahead(ClientId(1)), Some(ClientId(0)));
}

#[test]
fn files_keep_locks_and_orders() {
    let orders = [order(0, 1, Bond::Direct), order(2, 3, Bond::Loose)];
    let locks = [lock(0, &[0, 1], &[2]), frozen(&[4, 5], &[])];
    let problem = row().locks(locks.clone()).orders(orders).build().unwrap();
    let text = write_problem(&problem);
    let again = read_problem(&text).unwrap();
    assert_eq!((again.locks(), again.orders()), (locks.as_slice(), orders.as_slice()));
    assert_eq!(write_problem(&again), text);
    let message =
        |damaged: &str| read_problem(damaged).map_err(|error: FormatError| error.to_string());
    let remedy = "the problem has 6 of them, counted from zero";
    let damaged = text.replace("\"holds\":[2]", "\"holds\":[6]");
    assert_eq!(message(&damaged).unwrap_err(), format!("locks[0].holds[0] is 6; {remedy}"));
    let damaged = text.replace("\"first\":2", "\"first\":9");
    assert_eq!(message(&damaged).unwrap_err(), format!("orders[1].first is 9; {remedy}"));
}
