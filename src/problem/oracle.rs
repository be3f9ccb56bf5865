//! The slow truth: tries every assignment and every order, with the checker as the judge.

use crate::id::Id;
use crate::measure::Cost;
use crate::problem::check::check;
use crate::problem::model::{ClientId, Problem};
use crate::problem::solution::{Route, Solution};

/// The cheapest feasible solution, or `None` when there is none. For at most seven clients.
pub(crate) fn brute_force(problem: &Problem) -> Option<(Cost, Solution)> {
    assert!(problem.n_clients() <= 7, "more than seven clients take too long");
    let mut best = None;
    place_next(problem, 0, &mut Solution::default(), &mut best);
    best
}

/// Puts client `next` at every place of the partial solution: unserved, into a route, or alone in a new one.
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
    partial.unserved.push(client);
    place_next(problem, next + 1, partial, best);
    partial.unserved.pop();
    for route in 0..partial.routes.len() {
        for position in 0..=partial.routes[route].clients.len() {
            partial.routes[route].clients.insert(position, client);
            place_next(problem, next + 1, partial, best);
            partial.routes[route].clients.remove(position);
        }
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
