//! What is decided in full is taken out before anything is searched: frozen routes, and those whose locked beginning
//! breaks a rule already, so that nothing can be added to it. The rest is a smaller problem of the same kind.

use std::sync::Arc;

use crate::id::Id;
use crate::measure::Cost;
use crate::problem::{
    ClientId, Group, Lock, MAX_LOADS, Order, Pair, Presence, Problem, ProblemBuilder, Refusal,
    Route, Solution,
};
use crate::solver::config::{Progress, SolverConfig};
use crate::solver::law::{FORBIDDEN, Law, Slots};
use crate::solver::part::Part;
use crate::solver::portfolio::TracePoint;
use crate::solver::rich::RichLaw;
use crate::solver::start::begin_route;
use crate::solver::{AREA_WORDS_MAX, Solved};

/// A problem without the routes that are decided.
pub(super) struct Decided {
    pub rest: Problem,
    /// The client of each client of the rest.
    clients: Vec<ClientId>,
    routes: Vec<Route>,
    /// Whom the decided routes cannot serve though nobody else may.
    unserved: Vec<ClientId>,
    /// What both cost.
    cost: i64,
}

impl Decided {
    /// What is decided in a problem; `None` when nothing is, in full.
    pub(super) fn of(problem: &Problem) -> Option<Self> {
        let (routes, cost) = decided_routes(problem);
        let is_decided: Vec<bool> = routes.iter().map(Option::is_some).collect();
        let routes: Vec<Route> = routes.into_iter().flatten().collect();
        if routes.is_empty() {
            return None;
        }
        let mut is_visited = vec![false; problem.n_clients()];
        for client in routes.iter().flat_map(|route| &route.clients) {
            is_visited[client.index()] = true;
        }
        // Who would be one more of a group is left out; a lock binds all of a group.
        let is_open = |client: ClientId| problem.lock_of(client).is_none_or(|l| !is_decided[l]);
        let (clients, others): (Vec<_>, Vec<_>) =
            problem.clients().ids().partition(|&client| is_open(client));
        let unserved: Vec<ClientId> =
            others.into_iter().filter(|client| !is_visited[client.index()]).collect();
        let prizes = unserved.iter().map(|&client| match problem.clients()[client].presence {
            Presence::Optional { prize } => prize.value(),
            Presence::Required => 0,
        });
        let cost = cost + prizes.sum::<i64>();
        let rest = rest_of(problem, &clients, &is_decided);
        Some(Self { rest, clients, routes, unserved, cost })
    }

    /// How to search the rest: from what a given plan says about it, telling the cost of all.
    pub(super) fn config(&self, config: &SolverConfig) -> SolverConfig {
        let start = config.start.as_ref().map(|start| self.within(start));
        let progress = config.progress.clone().map(|told| {
            let (cost, n_unserved) = (self.cost, self.unserved.len());
            let told: crate::solver::ProgressSink = Arc::new(move |progress: &Progress| {
                told(&Progress {
                    cost: Cost(progress.cost.value() + cost),
                    unserved: progress.unserved + n_unserved,
                    ..progress.clone()
                });
            });
            told
        });
        SolverConfig { start, progress, ..config.clone() }
    }

    /// A plan of the whole in the numbers of the rest.
    fn within(&self, plan: &Solution) -> Solution {
        let number =
            |client: &ClientId| self.clients.binary_search(client).ok().map(ClientId::from_index);
        let mut routes = Vec::with_capacity(plan.routes.len());
        for route in &plan.routes {
            let mut kept = Route::new(route.vehicle_type, Vec::new());
            let mut reloads = route.reloads.iter().copied().peekable();
            for position in 0..=route.clients.len() {
                while let Some(mut reload) = reloads.next_if(|stop| stop.before <= position) {
                    reload.before = kept.clients.len();
                    kept.reloads.push(reload);
                }
                kept.clients.extend(route.clients.get(position).and_then(number));
            }
            routes.push(kept);
        }
        Solution { routes, unserved: Vec::new() }.canonical()
    }

    /// What was found for the rest, and what is decided, as one.
    pub(super) fn join(self, found: Solved) -> Solved {
        let whole = |clients: &[ClientId]| -> Vec<ClientId> {
            clients.iter().map(|client| self.clients[client.index()]).collect()
        };
        let mut solution = Solution { routes: self.routes, unserved: self.unserved };
        solution.unserved.extend(whole(&found.solution.unserved));
        solution.routes.extend(found.solution.routes.into_iter().map(|route| {
            let clients = whole(&route.clients);
            Route { clients, ..route }
        }));
        let trace = found.trace.into_iter().map(|point| {
            let cost = Cost(point.cost.value() + self.cost);
            TracePoint { cost, ..point }
        });
        Solved { solution: solution.canonical(), trace: trace.collect(), ..found }
    }
}

/// By lock its route, where that is decided; and what all of them cost.
fn decided_routes(problem: &Problem) -> (Vec<Option<Route>>, i64) {
    let beginnings: Vec<Vec<ClientId>> =
        problem.locks().iter().map(|l| beginning(problem, l)).collect();
    let mut clients: Vec<ClientId> = beginnings.concat();
    if clients.is_empty() {
        return (vec![None; problem.locks().len()], 0);
    }
    clients.sort_unstable();
    let kinds = problem.locks().iter().map(|lock| lock.vehicle_type);
    let unlocked = Part::unbound(problem, clients, kinds.collect());
    let law = RichLaw::<MAX_LOADS, AREA_WORDS_MAX, 1>::build(problem, &unlocked);
    let slots = Slots { n_clients: unlocked.n_clients() as u32 };
    let mut cost = 0;
    let routes =
        problem.locks().iter().zip(beginnings).enumerate().map(|(slot, (lock, clients))| {
            let slot = slot as u32;
            let number = |client: &ClientId| unlocked.clients.binary_search(client).ok();
            let visits: Vec<u32> = clients.iter().filter_map(number).map(|n| n as u32).collect();
            let beginning = visits.split_at(lock.begins_with.len());
            let both = |order: &Order| Some((number(&order.first)?, number(&order.then)?));
            let is_here = |order: &&Order| clients.contains(&order.first);
            let orders: Vec<_> = problem.orders().iter().filter(is_here).filter_map(both).collect();
            let place = |route: &[u32], number: usize| {
                route.iter().position(|&visit| visit as usize == number)
            };
            let keeps_orders = |route: &[u32]| {
                let is_kept = |&(first, then): &(usize, usize)| {
                    place(route, then).is_none_or(|then| place(route, first) <= Some(then))
                };
                orders.iter().all(is_kept)
            };
            let visits = begin_route(&law, slot, beginning, keeps_orders);
            let burden = law.judge(slot, &visits);
            let is_allowed = burden.is_feasible()
                && burden.priced < FORBIDDEN
                && visits.iter().all(|&client| law.allows(slot, client))
                && !clients
                    .iter()
                    .any(|&c| problem.refused_by(c).any(|kind| kind == lock.vehicle_type));
            if clients.is_empty() || (is_allowed && !lock.is_frozen) {
                return None;
            }
            let nodes = [&[slots.start(slot)], visits.as_slice(), &[slots.end(slot)]].concat();
            cost += burden.priced;
            cost += nodes.windows(2).map(|leg| law.leg(slot, leg[0], leg[1])).sum::<i64>();
            let clients = visits.iter().map(|&client| unlocked.clients[client as usize]);
            Some(Route::new(lock.vehicle_type, clients.collect()))
        });
    let routes = routes.collect();
    (routes, cost)
}

/// Whom a locked route visits at least: those it begins with, and the deliveries of what they pick up.
fn beginning(problem: &Problem, lock: &Lock) -> Vec<ClientId> {
    let held = &lock.begins_with;
    let partners = held.iter().filter_map(|&client| problem.partner(client));
    let late = partners.filter(|partner| !held.contains(partner));
    held.iter().copied().chain(late).collect()
}

/// The problem of some clients and the vehicles that no decided route takes.
fn rest_of(problem: &Problem, clients: &[ClientId], is_decided: &[bool]) -> Problem {
    let mut numbers = vec![None; problem.n_clients()];
    for (number, client) in clients.iter().enumerate() {
        numbers[client.index()] = Some(ClientId::from_index(number));
    }
    let number = |client: ClientId| numbers[client.index()];
    let all = |clients: &[ClientId]| clients.iter().filter_map(|&client| number(client)).collect();
    let mut kinds: Vec<_> = problem.vehicle_types().values().cloned().collect();
    for (lock, _) in problem.locks().iter().zip(is_decided).filter(|(_, decided)| **decided) {
        kinds[lock.vehicle_type.index()].count -= 1;
    }
    let locks = problem.locks().iter().zip(is_decided).filter(|(_, decided)| !**decided);
    let locks = locks.map(|(lock, _)| Lock {
        begins_with: all(&lock.begins_with),
        holds: all(&lock.holds),
        ..lock.clone()
    });
    let pairs = problem.pairs().iter().filter_map(|pair| {
        let (pickup, delivery) = (number(pair.pickup)?, number(pair.delivery)?);
        Some(Pair { pickup, delivery, ..*pair })
    });
    let orders = problem.orders().iter().filter_map(|order| {
        let (first, then) = (number(order.first)?, number(order.then)?);
        Some(Order { first, then, ..*order })
    });
    let groups = problem
        .groups()
        .iter()
        .map(|group| Group { clients: all(&group.clients), ..group.clone() });
    let groups = groups.filter(|group| !group.clients.is_empty());
    let refusals = problem.refusals().iter().filter_map(|refusal| {
        let client = number(refusal.client)?;
        Some(Refusal { client, ..*refusal })
    });
    let mut builder: ProblemBuilder = Problem::builder()
        .clients(clients.iter().map(|&client| problem.clients()[client].clone()))
        .vehicle_types(kinds)
        .pairs(pairs)
        .locks(locks)
        .groups(groups)
        .refusals(refusals)
        .orders(orders);
    for travel in problem.profiles().values() {
        builder = builder.profile(travel.clone());
    }
    builder.build().expect("what is left of a valid problem is valid")
}
