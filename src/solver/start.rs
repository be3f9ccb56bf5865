//! Where a search begins when a plan is given: complete, partial or broken.

use std::collections::{HashMap, HashSet};

use crate::problem::{ClientId, Problem, ReloadStop, Solution};
use crate::solver::decomposition::{ReloadNumbers, WholeRoute};
use crate::solver::law::{FORBIDDEN, Law, Penalties};
use crate::solver::part::Part;
use crate::solver::ties::Ties;

/// The routes of a given plan by slot, without whoever breaks a rule there.
pub(super) fn given_routes<L: Law>(
    law: &L,
    whole: &Part,
    start: &Solution,
    problem: &Problem,
) -> Vec<Vec<u32>> {
    let mut routes = vec![Vec::new(); whole.slots.len()];
    place_start(whole, start, problem, &mut routes);
    if let Some(ties) = &whole.ties {
        leave_out_alternatives(ties, &mut routes);
    }
    for (slot, route) in routes.iter_mut().enumerate() {
        if let Some(ties) = &whole.ties {
            *route = ties.tidy(slot as u32, route);
            leave_out_torn_pairs(problem, route);
        }
        leave_out_offenders(law, whole, slot as u32, problem, route);
        if let Some(ties) = &whole.ties
            && !(is_allowed(law, slot as u32, route) && ties.holds(slot as u32, route))
        {
            *route = tied_route(law, slot as u32, ties);
        }
    }
    routes
}

/// Places the routes of a given plan into slots; what does not exist, comes twice, or finds no vehicle is left out.
fn place_start(whole: &Part, start: &Solution, problem: &Problem, routes: &mut [Vec<u32>]) {
    let mut seen = vec![false; problem.n_clients()];
    let mut numbering = ReloadNumbers::new(whole);
    let mut is_taken = vec![false; whole.slots.len()];
    for route in &start.routes {
        // The vehicle of a lock is for those bound to it, as far as others will do.
        let bound = route.clients.iter().filter(|client| (client.0 as usize) < problem.n_clients());
        let lock = bound.into_iter().find_map(|&client| problem.lock_of(client));
        let is_free = |&slot: &usize| !is_taken[slot] && whole.slots[slot] == route.vehicle_type;
        let is_wanted = |&slot: &usize| is_free(&slot) && whole.lock_of(slot) == lock;
        let slots = || 0..whole.slots.len();
        let Some(slot) = slots().find(is_wanted).or_else(|| slots().find(is_free)) else {
            continue;
        };
        is_taken[slot] = true;
        let may_reload = problem.vehicle_types()[route.vehicle_type].reload.as_ref();
        let mut kept = WholeRoute {
            vehicle_type: route.vehicle_type,
            lock: None,
            clients: Vec::with_capacity(route.clients.len()),
            reloads: Vec::new(),
        };
        let mut reloads = route.reloads.iter().peekable();
        for position in 0..=route.clients.len() {
            while let Some(&reload) = reloads.next_if(|reload| reload.before <= position) {
                if may_reload.is_some_and(|may| may.places.contains(&reload.place)) {
                    kept.reloads.push(ReloadStop { before: kept.clients.len(), ..reload });
                }
            }
            let Some(&client) = route.clients.get(position) else { break };
            let is_new =
                seen.get_mut(client.0 as usize).is_some_and(|s| !std::mem::replace(s, true));
            if is_new {
                kept.clients.push(client);
            }
        }
        routes[slot] = numbering.visits(&kept, |client| client.0);
    }
    if !problem.pairs().is_empty() {
        for route in routes {
            leave_out_torn_pairs(problem, route);
        }
    }
}

/// Whether a route obeys every rule of its vehicle.
fn is_allowed<L: Law>(law: &L, slot: u32, route: &[u32]) -> bool {
    let burden = law.judge(slot, route);
    burden.is_feasible() && burden.priced < FORBIDDEN
}

/// The clients that a route begins with, and those it must serve behind them, each where the rest of it is least broken
/// among the places that keep orders; then, as long as that helps a broken route, each once more.
pub(super) fn begin_route<L: Law>(
    law: &L,
    slot: u32,
    (held, kept): (&[u32], &[u32]),
    keeps_orders: impl Fn(&[u32]) -> bool,
) -> Vec<u32> {
    let price = |route: &Vec<u32>| Penalties::PROHIBITIVE.price(law.judge(slot, route));
    let with = |route: &[u32], client: u32| {
        let at = |position: usize| {
            let mut longer = route.to_vec();
            longer.insert(position, client);
            longer
        };
        let places = (held.len()..=route.len()).map(at);
        let longer = places.filter(|longer| keeps_orders(longer)).min_by_key(price);
        longer.expect("whoever comes behind all it has to has a place")
    };
    let mut route = held.to_vec();
    let mut rest = kept.to_vec();
    while !rest.is_empty() {
        let is_next = |&&client: &&u32| {
            rest.iter().all(|&other| other == client || keeps_orders(&[client, other]))
        };
        let next = *rest.iter().find(is_next).expect("orders lead in no circle");
        route = with(&route, next);
        rest.retain(|&client| client != next);
    }
    while !is_allowed(law, slot, &route) {
        let without = |client: u32| -> Vec<u32> {
            route.iter().copied().filter(|&other| other != client).collect()
        };
        let moved = kept.iter().map(|&client| with(&without(client), client)).min_by_key(price);
        match moved.filter(|moved| price(moved) < price(&route)) {
            Some(better) => route = better,
            None => break,
        }
    }
    route
}

/// What a slot's route begins with, given its ties.
pub(super) fn tied_route<L: Law>(law: &L, slot: u32, ties: &Ties) -> Vec<u32> {
    let keeps_orders = |route: &[u32]| ties.keeps_orders(route.iter().copied());
    begin_route(law, slot, ties.beginning(slot), keeps_orders)
}

/// Leaves the first of each group that a route serves, or the one that a route always serves.
fn leave_out_alternatives(ties: &Ties, routes: &mut [Vec<u32>]) {
    let mut served: HashSet<u32> = HashSet::new();
    for route in routes.iter_mut() {
        route.retain(|&client| {
            let alternatives = ties.alternatives(client);
            let Some(&first) = alternatives.first() else { return true };
            let is_lost = !ties.is_fixed(client) && alternatives.iter().any(|&a| ties.is_fixed(a));
            !is_lost && served.insert(first)
        });
    }
}

/// A given route longer than this is not searched for its worst offender: its clients are taken in one by one.
const OFFENDERS_SOUGHT_MAX: usize = 150;

/// Takes clients out of a given route until it obeys every rule: who relieves it most goes first, with the partner.
fn leave_out_offenders<L: Law>(
    law: &L,
    whole: &Part,
    slot: u32,
    problem: &Problem,
    route: &mut Vec<u32>,
) {
    let price = |route: &[u32]| Penalties::PROHIBITIVE.price(law.judge(slot, route));
    let is_allowed = |route: &[u32]| is_allowed(law, slot, route);
    if is_allowed(route) {
        return;
    }
    let ties = whole.ties.as_deref();
    let is_fixed = |client: u32| ties.is_some_and(|ties| ties.is_fixed(client));
    route.retain(|&client| is_fixed(client) || law.allows(slot, client));
    leave_out_torn_pairs(problem, route);
    let n_fixed = route.iter().take_while(|&&client| is_fixed(client)).count();
    if let Some(ties) = ties {
        ties.drop_torn_chains(route, n_fixed);
    }
    if route.len() > OFFENDERS_SOUGHT_MAX && problem.pairs().is_empty() {
        let given = std::mem::take(route);
        for client in given {
            route.push(client);
            if !is_fixed(client) && !is_allowed(route) {
                route.pop();
            }
        }
        if let Some(ties) = ties {
            ties.drop_torn_chains(route, n_fixed);
        }
    }
    while !is_allowed(route) {
        let without = |client: u32| -> Vec<u32> {
            let partner = problem.partner(ClientId(client));
            let head = |client: u32| ties.map_or(client, |ties| ties.head_of(client));
            let stays =
                |&other: &u32| head(other) != head(client) && partner != Some(ClientId(other));
            route.iter().copied().filter(stays).collect()
        };
        let removable = route.iter().filter(|&&client| !is_fixed(client));
        let relieved = removable.map(|&client| without(client));
        match relieved.min_by_key(|route| price(route)) {
            Some(best) => *route = best,
            None => break,
        }
    }
}

/// Takes out of a route of the whole problem whoever's partner is not where it should be, on the same trip behind or
/// ahead.
fn leave_out_torn_pairs(problem: &Problem, route: &mut Vec<u32>) {
    let position_of: HashMap<u32, usize> =
        route.iter().enumerate().map(|(position, &client)| (client, position)).collect();
    let given = route.clone();
    let is_return = |visit: u32| visit as usize >= problem.n_clients();
    route.retain(|&client| {
        let Some(pair) = problem.pair_of(ClientId(client)) else { return true };
        match (position_of.get(&pair.pickup.0), position_of.get(&pair.delivery.0)) {
            (Some(&first), Some(&then)) => {
                first < then && given[first..then].iter().all(|&visit| !is_return(visit))
            }
            _ => false,
        }
    });
}
