//! The slow truth: tries every assignment and every order, with the checker as the judge.

use crate::id::Id;
use crate::measure::Cost;
use crate::problem::check::check;
use crate::problem::model::{ClientId, Problem};
use crate::problem::solution::{Route, Solution};

/// The cheapest feasible solution, or `None` when there is none. For at most seven clients, eight when all are paired.
pub(crate) fn brute_force(problem: &Problem) -> Option<(Cost, Solution)> {
    // A pair has two orders fewer than two clients of their own have, at every place.
    let n_free = problem.n_clients() - problem.pairs().len();
    assert!(problem.n_clients() <= 7 || n_free <= 4, "more clients take too long");
    let mut best = None;
    place_next(problem, 0, &mut Solution::default(), &mut best);
    best
}

/// Puts client `next` at every place of the partial solution: unserved, into a route, or alone in a new one. Places that
/// tear its pair apart are passed over.
fn place_next(
    problem: &Problem,
    next: usize,
    partial: &mut Solution,
    best: &mut Option<(Cost, Solution)>,
) {
    if next == problem.n_clients() {
        let report = check(problem, partial);
        if report.is_feasible() && best.as_ref().is_none_or(|(cost, _)| report.cost < *cost) {
            *best = Some((report.cost, partial.clone().canonical()));
        }
        return;
    }
    let client = ClientId::from_index(next);
    let pair = problem.pair_of(client);
    let partner = problem.partner(client).filter(|partner| partner.index() < next);
    let is_unserved = |partner| partial.unserved.contains(&partner);
    if partner.is_none_or(is_unserved) {
        partial.unserved.push(client);
        place_next(problem, next + 1, partial, best);
        partial.unserved.pop();
    }
    for route in 0..partial.routes.len() {
        let n_clients = partial.routes[route].clients.len();
        let mut positions = 0..=n_clients;
        if let Some(partner) = partner {
            let at = partial.routes[route].clients.iter().position(|&other| other == partner);
            let Some(at) = at else { continue };
            let is_pickup = pair.is_some_and(|pair| pair.pickup == client);
            positions = if is_pickup { 0..=at } else { at + 1..=n_clients };
        }
        for position in positions {
            partial.routes[route].clients.insert(position, client);
            place_next(problem, next + 1, partial, best);
            partial.routes[route].clients.remove(position);
        }
    }
    if partner.is_some() {
        return;
    }
    for (vehicle_type, kind) in problem.vehicle_types().iter() {
        let used = partial.routes.iter().filter(|r| r.vehicle_type == vehicle_type).count();
        if used < kind.count as usize {
            partial.routes.push(Route { vehicle_type, clients: vec![client] });
            place_next(problem, next + 1, partial, best);
            partial.routes.pop();
        }
    }
}
