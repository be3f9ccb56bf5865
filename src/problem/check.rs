//! Recomputes everything about a solution, plainly, and lists every broken constraint.
//!
//! The checker simulates each route forward, client by client. It shares no code with the solver, so
//! that an error there cannot hide here. What the rules mean is written at the fields of
//! [`crate::problem::Problem`]; the functions below say the same in code.
//!
//! A route without clients is a vehicle that stays at home: it costs nothing and breaks nothing.
//! A late arrival is served at once and reported; the simulation goes on from there.

use crate::id::Id;
use crate::measure::{Cost, Meters, Seconds};
use crate::problem::drive::{Round, latest_start};
use crate::problem::groups::check_groups;
use crate::problem::lock_rules::check_locks;
use crate::problem::model::{ClientId, MAX_LOADS, PickupOrder, PlaceId, Presence, Problem, Reload};
use crate::problem::pairs::Pair;
use crate::problem::price::{CostBreakdown, add_cost, plus};
use crate::problem::refusals::check_refusals;
use crate::problem::solution::{ReloadStop, Route, Solution};
use crate::problem::violation::Violation;

/// When one client is visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopTime {
    /// Who.
    pub client: ClientId,
    /// The vehicle is there.
    pub arrival: Seconds,
    /// Service begins, its setup first.
    pub start: Seconds,
    /// Service is over.
    pub departure: Seconds,
}

/// When a vehicle comes back to load again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReloadTime {
    /// Where.
    pub place: PlaceId,
    /// The vehicle is there.
    pub arrival: Seconds,
    /// Loaded, and everything of the next trip released: it leaves.
    pub departure: Seconds,
}

/// How one route runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteSchedule {
    /// Leaves its start.
    pub departure: Seconds,
    /// Is back at its end, any rest there included.
    pub arrival: Seconds,
    /// Length of all legs.
    pub distance: Meters,
    /// Time of all legs.
    pub travel: Seconds,
    /// Time of all services, setups included, and of loading again.
    pub service: Seconds,
    /// Time of the setups alone.
    pub setup: Seconds,
    /// Time spent waiting for windows, for releases when loading again, and for rests to begin.
    pub waiting: Seconds,
    /// Begin and end of each rest that was taken, in order.
    pub rests: Vec<(Seconds, Seconds)>,
    /// Begin and end of each rest that fell due by what was done; those spent waiting or resting anyway are not among them.
    pub respites: Vec<(Seconds, Seconds)>,
    /// The visits, in order.
    pub stops: Vec<StopTime>,
    /// The returns on the way, in order.
    pub reloads: Vec<ReloadTime>,
}

impl RouteSchedule {
    /// From departure to arrival.
    pub fn duration(&self) -> Seconds {
        self.arrival - self.departure
    }

    /// All rests together.
    pub fn rested(&self) -> Seconds {
        self.rests.iter().chain(&self.respites).map(|&(begin, end)| end - begin).sum()
    }

    /// Travel, setup and service: no waiting, no rest.
    pub fn work(&self) -> Seconds {
        self.travel + self.service
    }
}
/// Everything there is to know about a solution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What it costs.
    pub cost: Cost,
    /// The same by reason.
    pub breakdown: CostBreakdown,
    /// How each route of the solution runs, in the same order.
    pub routes: Vec<RouteSchedule>,
    /// What is broken; empty for a feasible solution.
    pub violations: Vec<Violation>,
}

impl Report {
    /// Whether nothing is broken.
    pub fn is_feasible(&self) -> bool {
        self.violations.is_empty()
    }

    /// Length of all routes.
    pub fn distance(&self) -> Meters {
        self.routes.iter().map(|route| route.distance).sum()
    }

    /// How many routes visit someone.
    pub fn n_vehicles(&self) -> usize {
        self.routes.iter().filter(|route| !route.stops.is_empty()).count()
    }
}

/// Recomputes cost, schedule and violations of a solution.
///
/// # Complexity
/// O(n).
pub fn check(problem: &Problem, solution: &Solution) -> Report {
    let mut report = Report::default();
    check_partition(problem, solution, &mut report);
    check_pairs(problem, solution, &mut report.violations);
    check_counts(problem, solution, &mut report.violations);
    check_locks(problem, solution, &mut report.violations);
    check_groups(problem, solution, &mut report.violations);
    check_refusals(problem, solution, &mut report.violations);
    for (index, route) in solution.routes.iter().enumerate() {
        let schedule = check_route(problem, index, route, &mut report);
        report.routes.push(schedule);
    }
    report.cost = report.breakdown.total();
    report
}

/// Every client is visited once or is listed as unserved; the unserved pay their prize.
fn check_partition(problem: &Problem, solution: &Solution, report: &mut Report) {
    let n_clients = problem.n_clients();
    let mut times = vec![0usize; n_clients];
    let visited = solution.routes.iter().flat_map(|route| &route.clients);
    for &client in visited.chain(&solution.unserved) {
        match times.get_mut(client.index()) {
            Some(count) => *count += 1,
            None => report.violations.push(Violation::UnknownClient { client, n_clients }),
        }
    }
    for (index, &times) in times.iter().enumerate() {
        let client = ClientId::from_index(index);
        if times == 0 {
            report.violations.push(Violation::Lost { client });
        } else if times > 1 {
            report.violations.push(Violation::Repeated { client, times });
        }
    }
    for &client in &solution.unserved {
        match problem.clients().get(client).map(|client| client.presence) {
            Some(Presence::Optional { prize }) => {
                report.breakdown.unserved = plus(report.breakdown.unserved, prize);
            }
            Some(Presence::Required) => {
                report.violations.push(Violation::RequiredUnserved { client });
            }
            None => {}
        }
    }
}

/// Both members of a pair are on one trip, the pickup first, or on no route.
fn check_pairs(problem: &Problem, solution: &Solution, violations: &mut Vec<Violation>) {
    // Where each client is visited; once per route and position, should it be repeated.
    let mut visits: Vec<Vec<(usize, usize)>> = vec![Vec::new(); problem.n_clients()];
    for (index, route) in solution.routes.iter().enumerate() {
        for (position, client) in route.clients.iter().enumerate() {
            if let Some(visits) = visits.get_mut(client.index()) {
                visits.push((index, position));
            }
        }
    }
    for &Pair { pickup, delivery, .. } in problem.pairs() {
        match (visits[pickup.index()].as_slice(), visits[delivery.index()].as_slice()) {
            ([], []) => {}
            (&[(from, first)], &[(to, then)]) if from == to => {
                let route = from;
                if then < first {
                    violations.push(Violation::PairOrder { route, pickup, delivery });
                }
                let is_between =
                    |reload: &ReloadStop| first < reload.before && reload.before <= then;
                if solution.routes[route].reloads.iter().any(is_between) {
                    violations.push(Violation::PairAcrossTrips { route, pickup, delivery });
                }
            }
            _ => violations.push(Violation::PairSplit { pickup, delivery }),
        }
    }
}

/// No more routes than vehicles, per type.
fn check_counts(problem: &Problem, solution: &Solution, violations: &mut Vec<Violation>) {
    for (id, vehicle_type) in problem.vehicle_types().iter() {
        let of_this_type = |route: &&Route| route.vehicle_type == id && !route.clients.is_empty();
        let used = solution.routes.iter().filter(of_this_type).count();
        let count = vehicle_type.count;
        if used > count as usize {
            violations.push(Violation::TooManyVehicles { vehicle_type: id, used, count });
        }
    }
}

fn check_route(
    problem: &Problem,
    index: usize,
    route: &Route,
    report: &mut Report,
) -> RouteSchedule {
    let known: Vec<ClientId> = route
        .clients
        .iter()
        .copied()
        .filter(|&client| problem.clients().get(client).is_some())
        .collect();
    let Some(vehicle_type) = problem.vehicle_types().get(route.vehicle_type) else {
        report.violations.push(Violation::UnknownVehicleType {
            route: index,
            vehicle_type: route.vehicle_type,
            n_types: problem.vehicle_types().len(),
        });
        return RouteSchedule::default();
    };
    if known.is_empty() {
        return RouteSchedule::default();
    }
    let round = Round {
        problem,
        vehicle_type,
        travel: problem.travel(route.vehicle_type),
        clients: &known,
        reloads: known_reloads(problem, route),
    };
    check_reloads(&round, index, route, &mut report.violations);
    check_load(&round, index, &mut report.violations);
    check_pickup_order(&round, index, &mut report.violations);
    check_clients(&round, index, &mut report.violations);
    let schedule = round.schedule();
    check_schedule(&round, index, &schedule, &mut report.violations);
    add_cost(&round, &schedule, &mut report.breakdown);
    schedule
}

/// Deliveries are on board from the start of their trip, pickups to its end, the loads of pairs between their members;
/// at no moment may it be too much.
fn check_load(round: &Round<'_>, route: usize, violations: &mut Vec<Violation>) {
    for dimension in 0..MAX_LOADS {
        let mut peak = 0;
        for trip in round.trips() {
            let clients = || trip.iter().map(|&client| (client, &round.problem.clients()[client]));
            let mut load: i64 = clients().map(|(_, client)| client.delivery.0[dimension]).sum();
            peak = peak.max(load);
            for (id, client) in clients() {
                load += client.pickup.0[dimension] - client.delivery.0[dimension];
                if let Some(pair) = round.problem.pair_of(id) {
                    let carried = pair.load.0[dimension];
                    load += if pair.pickup == id { carried } else { -carried };
                }
                peak = peak.max(load);
            }
        }
        let capacity = round.vehicle_type.capacity.0[dimension];
        if peak > capacity {
            violations.push(Violation::Overload { route, dimension, load: peak, capacity });
        }
    }
}

/// Where pickups come last, no delivery follows one; where they need a delivery, there is one.
fn check_pickup_order(round: &Round<'_>, route: usize, violations: &mut Vec<Violation>) {
    let order = round.vehicle_type.pickups;
    if order == PickupOrder::Anytime {
        return;
    }
    for trip in round.trips() {
        let mut has_picked_up = false;
        let mut has_delivered = false;
        for &client in trip {
            let visit = &round.problem.clients()[client];
            if visit.delivers() && has_picked_up {
                violations.push(Violation::DeliveryBehindPickup { route, client });
            }
            has_delivered |= visit.delivers();
            has_picked_up |= visit.picks_up();
        }
        if order == PickupOrder::LastOfDeliveries && has_picked_up && !has_delivered {
            violations.push(Violation::PickupsAlone { route });
        }
    }
}

/// Returns are where the vehicle may load again, in order, and not too many.
fn check_reloads(round: &Round<'_>, index: usize, route: &Route, violations: &mut Vec<Violation>) {
    let mut least = 0;
    for &ReloadStop { before, place } in &route.reloads {
        let is_allowed = |reload: &Reload| reload.places.contains(&place);
        if !round.vehicle_type.reload.as_ref().is_some_and(is_allowed) {
            violations.push(Violation::ReloadPlace { route: index, place });
        }
        if before < least || before > route.clients.len() {
            violations.push(Violation::ReloadOrder { route: index, before });
        }
        least = before;
    }
    let n_trips = route.reloads.len() + 1;
    if let Some(limit) = round.vehicle_type.reload.as_ref().and_then(|reload| reload.trips_max)
        && n_trips > limit as usize
    {
        violations.push(Violation::TooManyTrips { route: index, n_trips, limit });
    }
}

/// The returns of a route to places that exist, in order, counted among the clients that exist.
fn known_reloads(problem: &Problem, route: &Route) -> Vec<ReloadStop> {
    let exists = |client: &&ClientId| problem.clients().get(**client).is_some();
    let mut known: Vec<ReloadStop> = Vec::with_capacity(route.reloads.len());
    for &ReloadStop { before, place } in &route.reloads {
        if place.index() < problem.n_places() {
            let before = before.min(route.clients.len());
            let before = route.clients[..before].iter().filter(exists).count();
            known.push(ReloadStop { before, place });
        }
    }
    known.sort_by_key(|reload| reload.before);
    known
}

fn check_clients(round: &Round<'_>, route: usize, violations: &mut Vec<Violation>) {
    let n_clients = round.clients.len();
    if let Some(limit) = round.vehicle_type.clients_max
        && n_clients > limit as usize
    {
        violations.push(Violation::TooManyClients { route, n_clients, limit });
    }
    for &client in round.clients {
        let needed = round.problem.clients()[client].skills;
        if !round.vehicle_type.skills.covers(needed) {
            let missing = needed.0 & !round.vehicle_type.skills.0;
            violations.push(Violation::Skills { route, client, missing });
        }
    }
}

fn check_schedule(
    round: &Round<'_>,
    route: usize,
    schedule: &RouteSchedule,
    violations: &mut Vec<Violation>,
) {
    let vehicle_type = round.vehicle_type;
    for stop in &schedule.stops {
        let latest = latest_start(&round.problem.clients()[stop.client]);
        if stop.start > latest {
            let (client, start) = (stop.client, stop.start);
            violations.push(Violation::Late { route, client, start, latest });
        }
    }
    for (rest, (kind, &(begin, _))) in vehicle_type.rests.iter().zip(&schedule.rests).enumerate() {
        let latest = kind.latest();
        if begin > latest {
            violations.push(Violation::RestLate { route, rest, begin, latest });
        }
    }
    if schedule.arrival > vehicle_type.shift.end {
        let (arrival, latest) = (schedule.arrival, vehicle_type.shift.end);
        violations.push(Violation::ShiftEnd { route, arrival, latest });
    }
    let duration = schedule.duration();
    if let Some(limit) = vehicle_type.duration_max
        && duration > limit
    {
        violations.push(Violation::Duration { route, duration, limit });
    }
    let travel = schedule.travel;
    if let Some(limit) = vehicle_type.travel_max
        && travel > limit
    {
        violations.push(Violation::Travel { route, travel, limit });
    }
    let distance = schedule.distance;
    if let Some(limit) = vehicle_type.distance_max
        && distance > limit
    {
        violations.push(Violation::Distance { route, distance, limit });
    }
}
