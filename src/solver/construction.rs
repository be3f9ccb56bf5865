//! First plans by savings; whoever they leave out is inserted.

use rayon::prelude::*;

use crate::problem::{PlaceId, Problem};
use crate::solver::law::{Law, Penalties, Slots};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;
use crate::solver::routes::spared_prices;

/// Of so many kinds of vehicles of a depot each is tried, of more kinds as many spread over all.
const KINDS_TRIED_MAX: usize = 8;

/// Routes by slot, by savings limited to pairs of neighbors.
///
/// Idea. Begin with one route per client and join the two ends whose joining saves most, while the law allows. Clients
/// belong to the depot that is nearest. Where a depot has several kinds of vehicles, each is tried as if all were of that
/// kind; each route is then driven by the vehicle that is idle and cheapest for it, and the cheapest plan is kept.
/// Insertion would open the vehicles that are cheapest for one client alone, and the search hardly ever finds from many
/// small vehicles to a few large ones.
///
/// # Complexity
/// O(n·k·log(n·k)) for k neighbors, and O(route) for each joining that is tried; all this for each kind tried.
///
/// # Reference
/// Clarke, Wright (1964), Scheduling of vehicles from a central depot to a number of delivery points,
/// Operations Research 12(4); limited to neighbors as by Accorsi, Vigo (2021), Transportation Science 55(4).
pub(super) fn savings<L: Law>(
    law: &L,
    problem: &Problem,
    part: &Part,
    near: &Neighborhood,
) -> Vec<Vec<u32>> {
    let mut routes = vec![Vec::new(); part.slots.len()];
    for depot in depots(law, problem, part) {
        let every = depot.kinds.len().div_ceil(KINDS_TRIED_MAX).max(1);
        let tried: Vec<usize> = (0..depot.kinds.len()).step_by(every).collect();
        let plan = |&kind: &usize| {
            let (cost, plan) = depot.plan(law, part, near, kind);
            (cost, kind, plan)
        };
        let cheapest = tried.par_iter().map(plan).min_by_key(|&(cost, kind, _)| (cost, kind));
        for (slot, route) in cheapest.into_iter().flat_map(|(_, _, plan)| plan) {
            routes[slot as usize] = route;
        }
    }
    routes
}

/// Vehicles that start and end at the same places, and the clients nearest to these.
struct Depot {
    places: [Option<PlaceId>; 2],
    /// The slots of each kind of vehicle; those of locked vehicles are not among them.
    kinds: Vec<Vec<u32>>,
    clients: Vec<u32>,
}

fn depots<L: Law>(law: &L, problem: &Problem, part: &Part) -> Vec<Depot> {
    let mut depots: Vec<Depot> = Vec::new();
    for (slot, &vehicle_type) in part.slots.iter().enumerate() {
        if part.lock_of(slot).is_some() {
            continue;
        }
        let vehicle_type = &problem.vehicle_types()[vehicle_type];
        let places = [vehicle_type.start, vehicle_type.end];
        let known = depots.iter().position(|depot| depot.places == places).unwrap_or_else(|| {
            depots.push(Depot { places, kinds: Vec::new(), clients: Vec::new() });
            depots.len() - 1
        });
        let (kinds, slot) = (&mut depots[known].kinds, slot as u32);
        match kinds.last_mut().filter(|kind| law.same_kind(kind[0], slot)) {
            Some(kind) => kind.push(slot),
            None => kinds.push(vec![slot]),
        }
    }
    let slots = Slots { n_clients: part.n_visits() as u32 };
    for client in 0..part.n_clients() as u32 {
        let way = |(index, depot): (usize, &Depot)| {
            let slot = depot.kinds.iter().map(|kind| kind[0]).find(|&s| law.allows(s, client))?;
            let there = law.leg(slot, slots.start(slot), client);
            Some((there + law.leg(slot, client, slots.end(slot)), index))
        };
        if let Some((_, nearest)) = depots.iter().enumerate().filter_map(way).min() {
            depots[nearest].clients.push(client);
        }
    }
    depots
}

impl Depot {
    /// The routes of a fleet of one kind, each driven by the vehicle that drives it cheapest, and the cost of that; who is
    /// left out is counted in.
    fn plan<L: Law>(
        &self,
        law: &L,
        part: &Part,
        near: &Neighborhood,
        kind: usize,
    ) -> (i64, Vec<(u32, Vec<u32>)>) {
        let slots = Slots { n_clients: part.n_visits() as u32 };
        let mut routes = self.joined(law, part, near, self.kinds[kind][0]);
        routes.sort_by_key(|route| std::cmp::Reverse(route.len()));
        let mut idle: Vec<&[u32]> = self.kinds.iter().map(Vec::as_slice).collect();
        let spared = spared_prices(law, part);
        let spared = |clients: &[u32]| clients.iter().map(|&c| spared[c as usize]).sum::<i64>();
        let mut cost = spared(&self.clients);
        let mut plan = Vec::with_capacity(routes.len());
        for route in routes {
            let price = |(kind, idle): (usize, &&[u32])| {
                let &slot = idle.first()?;
                let may = route.iter().all(|&client| law.allows(slot, client));
                let burden = law.judge(slot, &route);
                let (start, end) = (slots.start(slot), slots.end(slot));
                let froms = std::iter::once(&start).chain(&route);
                let legs = froms.zip(route.iter().chain([&end]));
                let legs: i64 = legs.map(|(&from, &to)| law.leg(slot, from, to)).sum();
                let price = legs + Penalties::PROHIBITIVE.price(burden);
                (may && burden.is_feasible()).then_some((price, kind, slot))
            };
            if let Some((price, kind, slot)) = idle.iter().enumerate().filter_map(price).min() {
                idle[kind] = &idle[kind][1..];
                cost += price - spared(&route);
                plan.push((slot, route));
            }
        }
        (cost, plan)
    }

    fn joined<L: Law>(
        &self,
        law: &L,
        part: &Part,
        near: &Neighborhood,
        slot: u32,
    ) -> Vec<Vec<u32>> {
        let slots = Slots { n_clients: part.n_visits() as u32 };
        let (start, end) = (slots.start(slot), slots.end(slot));
        let mut joined = Joined::new(law, slot, part, &self.clients);
        let mut pairs: Vec<(i64, u32, u32)> = Vec::new();
        for &a in self.clients.iter().filter(|&&a| joined.serves(a)) {
            for &b in near.of(a) {
                let saved = law.leg(slot, a, end) + law.leg(slot, start, b) - law.leg(slot, a, b);
                if saved > 0 && a != b && joined.serves(b) {
                    pairs.push((-saved, a, b));
                }
            }
        }
        pairs.sort_unstable();
        for (_, a, b) in pairs {
            joined.try_join(a, b);
        }
        joined.routes.retain(|route| !route.is_empty());
        joined.routes
    }
}

struct Joined<'l, L: Law> {
    law: &'l L,
    slot: u32,
    route_of: Vec<u32>,
    routes: Vec<Vec<u32>>,
    candidate: Vec<u32>,
}

impl<'l, L: Law> Joined<'l, L> {
    /// A client that the vehicle cannot serve even alone begins in the bank, as does one that something binds.
    fn new(law: &'l L, slot: u32, part: &Part, clients: &[u32]) -> Self {
        let n_clients = part.n_clients();
        let mut routes = vec![Vec::new(); n_clients];
        for &client in clients {
            let is_free = part.ties.as_ref().is_none_or(|ties| ties.is_free(client));
            if is_free && law.allows(slot, client) && law.judge(slot, &[client]).is_feasible() {
                routes[client as usize].push(client);
            }
        }
        Self { law, slot, route_of: (0..n_clients as u32).collect(), routes, candidate: Vec::new() }
    }

    fn serves(&self, client: u32) -> bool {
        !self.routes[self.route_of[client as usize] as usize].is_empty()
    }

    /// Lets the route that ends at `a` continue with the one that begins at `b`, turning either when that helps.
    fn try_join(&mut self, a: u32, b: u32) {
        let (ra, rb) = (self.route_of[a as usize] as usize, self.route_of[b as usize] as usize);
        if ra == rb {
            return;
        }
        let (turn_a, turn_b) =
            (self.routes[ra].last() != Some(&a), self.routes[rb].first() != Some(&b));
        let is_end_a = !turn_a || self.routes[ra].first() == Some(&a);
        let is_end_b = !turn_b || self.routes[rb].last() == Some(&b);
        if !is_end_a || !is_end_b || ((turn_a || turn_b) && !L::REVERSES) {
            return;
        }
        self.candidate.clear();
        push_turned(&mut self.candidate, &self.routes[ra], turn_a);
        push_turned(&mut self.candidate, &self.routes[rb], turn_b);
        if !self.law.judge(self.slot, &self.candidate).is_feasible() {
            return;
        }
        for &client in &self.routes[rb] {
            self.route_of[client as usize] = ra as u32;
        }
        self.routes[rb] = Vec::new();
        std::mem::swap(&mut self.routes[ra], &mut self.candidate);
    }
}

fn push_turned(to: &mut Vec<u32>, route: &[u32], turned: bool) {
    if turned {
        to.extend(route.iter().rev());
    } else {
        to.extend(route);
    }
}
