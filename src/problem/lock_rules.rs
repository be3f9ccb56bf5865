//! The checker's rules about locks and orders, plainly.

use crate::id::Id;
use crate::problem::locks::{Bond, Lock, Order};
use crate::problem::model::{ClientId, Problem};
use crate::problem::solution::Solution;
use crate::problem::violation::Violation;

/// Where each client is visited first: its route and its position there.
type Visits = Vec<Option<(usize, usize)>>;

/// Every lock has a vehicle of its own that obeys it, and every order is kept.
pub(super) fn check_locks(problem: &Problem, solution: &Solution, violations: &mut Vec<Violation>) {
    if problem.locks().is_empty() && problem.orders().is_empty() {
        return;
    }
    let mut visits: Visits = vec![None; problem.n_clients()];
    for (route, tour) in solution.routes.iter().enumerate() {
        for (position, client) in tour.clients.iter().enumerate() {
            if let Some(visit) = visits.get_mut(client.index()) {
                visit.get_or_insert((route, position));
            }
        }
    }
    let mut lock_of_route: Vec<Option<usize>> = vec![None; solution.routes.len()];
    for (index, lock) in problem.locks().iter().enumerate() {
        check_beginning(index, lock, &visits, violations);
        check_vehicle(index, lock, solution, &visits, &mut lock_of_route, violations);
    }
    for &Order { first, then, bond } in problem.orders() {
        let is_kept = match (visits[first.index()], visits[then.index()], bond) {
            (None, None, _) => true,
            (Some((a, at)), Some((b, behind)), Bond::Direct) => a == b && behind == at + 1,
            (_, _, Bond::Direct) => false,
            (Some((a, at)), Some((b, behind)), Bond::Loose) => a != b || at < behind,
            (_, _, Bond::Loose) => true,
        };
        if !is_kept {
            violations.push(Violation::OrderBroken { first, then });
        }
    }
}

/// The clients that a locked route begins with stand at its beginning.
fn check_beginning(index: usize, lock: &Lock, visits: &Visits, violations: &mut Vec<Violation>) {
    let route = lock.begins_with.first().and_then(|first| visits[first.index()]);
    for (position, &client) in lock.begins_with.iter().enumerate() {
        let is_kept =
            route.is_some() && visits[client.index()] == route.map(|(r, _)| (r, position));
        if !is_kept {
            violations.push(Violation::BeginningChanged { lock: index, position, client });
        }
    }
}

/// One vehicle of the right type visits everybody of a lock who is visited at all, and no other lock has it; its beginning is
/// one trip.
fn check_vehicle(
    index: usize,
    lock: &Lock,
    solution: &Solution,
    visits: &Visits,
    lock_of_route: &mut [Option<usize>],
    violations: &mut Vec<Violation>,
) {
    let named = || lock.begins_with.iter().chain(&lock.holds).copied();
    let route_of = |client: ClientId| visits[client.index()].map(|(route, _)| route);
    let Some(vehicle) = named().find_map(route_of) else { return };
    let tour = &solution.routes[vehicle];
    let is_taken = lock_of_route[vehicle].is_some();
    if is_taken || tour.vehicle_type != lock.vehicle_type {
        violations.push(Violation::LockedVehicle { lock: index, route: vehicle });
    }
    lock_of_route[vehicle].get_or_insert(index);
    let is_early = |before: usize| lock.is_frozen || before < lock.begins_with.len();
    if tour.reloads.iter().any(|reload| is_early(reload.before)) {
        violations.push(Violation::BeginningInterrupted { lock: index, route: vehicle });
    }
    for client in named() {
        if let Some(route) = route_of(client).filter(|&route| route != vehicle) {
            violations.push(Violation::HeldElsewhere { lock: index, client, route });
        }
    }
    if lock.is_frozen && tour.clients.len() > lock.begins_with.len() {
        let client = tour.clients[lock.begins_with.len()];
        violations.push(Violation::FrozenRoute { lock: index, route: vehicle, client });
    }
}
