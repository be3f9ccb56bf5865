//! The slow truth: the best order of every set of clients on every kind of vehicle, and the best division into such
//! sets, with the checker as the judge.
//!
//! What a route costs and breaks depends on that route alone; so the sets can be judged one by one. What depends on who is
//! served at all (required clients, prizes) is judged on whole solutions, the cheapest of each set of the served.

use crate::id::Id;
use crate::measure::Cost;
use crate::problem::check::check;
use crate::problem::model::{ClientId, Problem, VehicleTypeId};
use crate::problem::solution::{ReloadStop, Route, Solution};
use crate::problem::violation::Violation;

/// The most clients of a problem without trips; with them, every return may come before every client.
const CLIENTS_MAX: usize = 8;
const CLIENTS_OF_TRIPS_MAX: usize = 5;

/// Whether brute force ends before the tea is cold.
pub(crate) fn is_small(problem: &Problem) -> bool {
    let kinds = || problem.vehicle_types().values();
    let has_trips = kinds().any(|kind| kind.reload.is_some());
    // Where too little work has a price, empty trips are worth something: as many as the shift allows.
    let is_endless = kinds().any(|kind| {
        let reload = kind.reload.as_ref();
        kind.balance.is_some() && reload.is_some_and(|reload| reload.trips_max.is_none())
    });
    let most = if has_trips { CLIENTS_OF_TRIPS_MAX } else { CLIENTS_MAX };
    problem.n_clients() <= most && !is_endless
}

/// The cheapest feasible solution, or `None` when there is none.
pub(crate) fn brute_force(problem: &Problem) -> Option<(Cost, Solution)> {
    assert!(is_small(problem), "more clients take too long");
    let n_sets = 1 << problem.n_clients();
    let nobody: Plan = Some((Cost::ZERO, Vec::new()));
    let mut best: Vec<Plan> = vec![None; n_sets];
    best[0] = nobody;
    for (id, kind) in problem.vehicle_types().iter() {
        let routes = best_routes(problem, id);
        for _ in 0..kind.count.min(problem.n_clients() as u32) {
            let with_one_more = (0..n_sets).map(|set| cheapest_with(set, &best, &routes)).collect();
            best = with_one_more;
        }
    }
    let whole = (0..n_sets).filter_map(|set| {
        let (_, routes) = best[set].clone()?;
        let unserved = clients(problem).filter(|client| set >> client.index() & 1 == 0).collect();
        let solution = Solution { routes, unserved }.canonical();
        let report = check(problem, &solution);
        report.is_feasible().then_some((report.cost, solution))
    });
    whole.min_by_key(|(cost, _)| *cost)
}

/// Routes and what they cost together, prizes aside.
type Plan = Option<(Cost, Vec<Route>)>;

fn clients(problem: &Problem) -> impl Iterator<Item = ClientId> {
    (0..problem.n_clients()).map(ClientId::from_index)
}

/// The cheapest way to serve a set by the vehicles so far, or by them and one more.
fn cheapest_with(set: usize, best: &[Plan], routes: &[Option<(Cost, Route)>]) -> Plan {
    let mut cheapest = best[set].clone();
    // All subsets of the set but the empty one, each as the last vehicle's.
    let mut last = set;
    while last > 0 {
        if let (Some((rest, others)), Some((cost, route))) = (&best[set & !last], &routes[last])
            && cheapest.as_ref().is_none_or(|(known, _)| *rest + *cost < *known)
        {
            let all = others.iter().chain([route]).cloned().collect();
            cheapest = Some((*rest + *cost, all));
        }
        last = (last - 1) & set;
    }
    cheapest
}

/// The cheapest unbroken route of the kind by the set that it serves.
fn best_routes(problem: &Problem, kind: VehicleTypeId) -> Vec<Option<(Cost, Route)>> {
    let mut best = vec![None; 1 << problem.n_clients()];
    order_next(problem, 0, &mut Route::new(kind, Vec::new()), &mut best);
    best
}

/// Puts every client that is not on the route yet behind it, and so on.
fn order_next(
    problem: &Problem,
    set: usize,
    route: &mut Route,
    best: &mut [Option<(Cost, Route)>],
) {
    for client in clients(problem) {
        let with_client = set | 1 << client.index();
        if with_client == set {
            continue;
        }
        route.clients.push(client);
        reload_next(problem, 0, route, &mut best[with_client]);
        order_next(problem, with_client, route, best);
        route.clients.pop();
    }
}

/// Puts a return, or none, before the client at `position`, and so on along the route; several where an empty trip may be
/// worth it.
fn reload_next(
    problem: &Problem,
    position: usize,
    route: &mut Route,
    best: &mut Option<(Cost, Route)>,
) {
    let kind = &problem.vehicle_types()[route.vehicle_type];
    let reload = kind.reload.as_ref().filter(|_| position <= route.clients.len());
    let Some(reload) = reload else { return judge(problem, route, best) };
    reload_next(problem, position + 1, route, best);
    let n_trips = route.reloads.len() + 1;
    if reload.trips_max.is_some_and(|limit| n_trips >= limit as usize) {
        return;
    }
    let then = if kind.balance.is_some() { position } else { position + 1 };
    for &place in &reload.places {
        route.reloads.push(ReloadStop { before: position, place });
        reload_next(problem, then, route, best);
        route.reloads.pop();
    }
}

/// Keeps the route when it is unbroken and cheaper than the best so far.
fn judge(problem: &Problem, route: &Route, best: &mut Option<(Cost, Route)>) {
    let unserved = clients(problem).filter(|client| !route.clients.contains(client)).collect();
    let report = check(problem, &Solution { routes: vec![route.clone()], unserved });
    // That others are not served is no fault of this route.
    let is_of_others = |v: &Violation| matches!(v, Violation::RequiredUnserved { .. });
    let cost = report.cost - report.breakdown.unserved;
    if report.violations.iter().all(is_of_others)
        && best.as_ref().is_none_or(|(known, _)| cost < *known)
    {
        *best = Some((cost, route.clone()));
    }
}
