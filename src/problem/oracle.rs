//! The slow truth: the best order of every set of clients on every kind of vehicle, and the best division into such
//! sets, with the checker as the judge.
//!
//! What a route costs and breaks depends on that route alone; so the sets can be judged one by one. What depends on who is
//! served at all (required clients, groups, prizes) is judged on whole solutions, the cheapest of each set of the served.
//! Locks and direct orders bind routes to each other: there every whole solution is tried.

use crate::id::Id;
use crate::measure::Cost;
use crate::problem::check::check;
use crate::problem::locks::{Bond, Order};
use crate::problem::model::{ClientId, Problem, Reload, VehicleType, VehicleTypeId};
use crate::problem::solution::{ReloadStop, Route, Solution};
use crate::problem::violation::Violation;

/// The most clients of a problem without trips; with them, every return may come before every client.
const CLIENTS_MAX: usize = 8;
const CLIENTS_OF_TRIPS_MAX: usize = 5;
/// The most clients where every whole solution is tried; and where there are trips of several kinds or places besides.
const CLIENTS_BOUND_MAX: usize = 6;
const CLIENTS_BOUND_OF_TRIPS_MAX: usize = 5;

/// Whether brute force ends before the tea is cold.
pub(crate) fn is_small(problem: &Problem) -> bool {
    let kinds = || problem.vehicle_types().values();
    let has_trips = kinds().any(|kind| kind.reload.is_some());
    // As many empty trips as the shift allows.
    let is_endless = kinds().any(|kind| {
        let reload = kind.reload.as_ref();
        let may_go_on = |reload: &Reload| reload.trips_max.is_none() || is_bound(problem);
        rewards_work(kind) && reload.is_some_and(may_go_on)
    });
    let n_places = |kind: &VehicleType| kind.reload.as_ref().map_or(0, |r| r.places.len());
    let has_one_way_to_load = kinds().map(|kind| n_places(kind).max(1)).sum::<usize>() <= 1;
    let most = match (is_bound(problem), has_trips) {
        (true, true) if !has_one_way_to_load => CLIENTS_BOUND_OF_TRIPS_MAX,
        (true, _) => CLIENTS_BOUND_MAX,
        (false, true) => CLIENTS_OF_TRIPS_MAX,
        (false, false) => CLIENTS_MAX,
    };
    problem.n_clients() <= most && !is_endless
}

/// Whether too little work has a price, so that empty trips are worth something.
fn rewards_work(kind: &VehicleType) -> bool {
    kind.balance.is_some() || kind.per_waiting_second > 0
}

/// Whether one route may break what another one does.
fn is_bound(problem: &Problem) -> bool {
    let is_direct = |order: &Order| order.bond == Bond::Direct;
    !problem.locks().is_empty() || problem.orders().iter().any(is_direct)
}

/// The cheapest feasible solution, or `None` when there is none.
pub(crate) fn brute_force(problem: &Problem) -> Option<(Cost, Solution)> {
    assert!(is_small(problem), "more clients take too long");
    if is_bound(problem) {
        let mut best = None;
        place_next(problem, 0, &mut Solution::default(), &mut best);
        return best;
    }
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
    let then = if rewards_work(kind) { position } else { position + 1 };
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
    let is_of_others = |v: &Violation| {
        matches!(v, Violation::RequiredUnserved { .. } | Violation::GroupUnserved { .. })
    };
    let cost = report.cost - report.breakdown.unserved;
    if report.violations.iter().all(is_of_others)
        && best.as_ref().is_none_or(|(known, _)| cost < *known)
    {
        *best = Some((cost, route.clone()));
    }
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
        return_next(problem, (0, 0), partial, best);
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
            partial.routes.push(Route::new(vehicle_type, vec![client]));
            place_next(problem, next + 1, partial, best);
            partial.routes.pop();
        }
    }
}

/// Puts a return, or none, before a position of a route, and so on along it and the routes behind.
fn return_next(
    problem: &Problem,
    (route, position): (usize, usize),
    partial: &mut Solution,
    best: &mut Option<(Cost, Solution)>,
) {
    let Some(tour) = partial.routes.get(route) else {
        let report = check(problem, partial);
        if report.is_feasible() && best.as_ref().is_none_or(|(cost, _)| report.cost < *cost) {
            *best = Some((report.cost, partial.clone().canonical()));
        }
        return;
    };
    let reload = &problem.vehicle_types()[tour.vehicle_type].reload;
    let Some(reload) = reload.as_ref().filter(|_| position <= tour.clients.len()) else {
        return return_next(problem, (route + 1, 0), partial, best);
    };
    return_next(problem, (route, position + 1), partial, best);
    for &place in &reload.places {
        partial.routes[route].reloads.push(ReloadStop { before: position, place });
        return_next(problem, (route, position + 1), partial, best);
        partial.routes[route].reloads.pop();
    }
}
