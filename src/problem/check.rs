//! Recomputes everything about a solution, plainly, and lists every broken constraint.
//!
//! The checker simulates each route forward, client by client. It shares no code with the solver, so
//! that an error there cannot hide here. What the rules mean is written at the fields of
//! [`crate::problem::Problem`]; the functions below say the same in code.
//!
//! A route without clients is a vehicle that stays at home: it costs nothing and breaks nothing.
//! A late arrival is served at once and reported; the simulation goes on from there.

use std::fmt;

use crate::id::Id;
use crate::measure::{Cost, Meters, Seconds};
use crate::problem::model::{
    Client, ClientId, Departure, MAX_LOADS, PickupOrder, PlaceId, Presence, Problem, Reload, Rest,
    TimeWindow, VehicleType, VehicleTypeId,
};
use crate::problem::pairs::Pair;
use crate::problem::solution::{ReloadStop, Route, Solution};
use crate::problem::travel::Travel;

/// What a solution costs, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostBreakdown {
    /// Vehicles used.
    pub fixed: Cost,
    /// Meters driven.
    pub distance: Cost,
    /// Seconds between departure and arrival.
    pub duration: Cost,
    /// Seconds beyond the nominal duration.
    pub overtime: Cost,
    /// Clients served by a type that does not know their area.
    pub habit: Cost,
    /// Different areas on the routes.
    pub area_split: Cost,
    /// Working time outside the band.
    pub balance: Cost,
    /// Prizes of optional clients left out.
    pub unserved: Cost,
}

impl CostBreakdown {
    /// The sum of all reasons.
    pub fn total(&self) -> Cost {
        let parts = [
            self.fixed,
            self.distance,
            self.duration,
            self.overtime,
            self.habit,
            self.area_split,
            self.balance,
            self.unserved,
        ];
        parts.into_iter().fold(Cost::ZERO, plus)
    }
}

/// When one client is visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopTime {
    /// Who.
    pub client: ClientId,
    /// The vehicle is there.
    pub arrival: Seconds,
    /// Service begins.
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
    /// Time of all services, and of loading again.
    pub service: Seconds,
    /// Time spent waiting for windows, for releases when loading again, and for the rest to begin.
    pub waiting: Seconds,
    /// Begin and end of the rest, when one was taken.
    pub rest: Option<(Seconds, Seconds)>,
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

    /// Travel and service: no waiting, no rest.
    pub fn work(&self) -> Seconds {
        self.travel + self.service
    }
}

/// A broken constraint. Routes are counted as in [`Solution::routes`], from zero; messages count from one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// A client that the problem does not have.
    UnknownClient {
        /// Who.
        client: ClientId,
        /// How many clients there are.
        n_clients: usize,
    },
    /// A vehicle type that the problem does not have.
    UnknownVehicleType {
        /// On which route.
        route: usize,
        /// Which type.
        vehicle_type: VehicleTypeId,
        /// How many types there are.
        n_types: usize,
    },
    /// A client that appears several times, in routes or among the unserved.
    Repeated {
        /// Who.
        client: ClientId,
        /// How often.
        times: usize,
    },
    /// A client that appears nowhere, neither on a route nor among the unserved.
    Lost {
        /// Who.
        client: ClientId,
    },
    /// A required client that is left out.
    RequiredUnserved {
        /// Who.
        client: ClientId,
    },
    /// More routes than vehicles of a type.
    TooManyVehicles {
        /// Which type.
        vehicle_type: VehicleTypeId,
        /// Routes with clients.
        used: usize,
        /// Vehicles there are.
        count: u32,
    },
    /// More on board than fits.
    Overload {
        /// Which route.
        route: usize,
        /// Which dimension of the load.
        dimension: usize,
        /// The largest load on the way.
        load: i64,
        /// What fits.
        capacity: i64,
    },
    /// Delivered to behind a pickup, where pickups come last.
    DeliveryBehindPickup {
        /// Which route.
        route: usize,
        /// Who is delivered to.
        client: ClientId,
    },
    /// A route of pickups alone, where they need a delivery before them.
    PickupsAlone {
        /// Which route.
        route: usize,
    },
    /// Service starts after the last window.
    Late {
        /// Which route.
        route: usize,
        /// Who.
        client: ClientId,
        /// When service starts.
        start: Seconds,
        /// The end of the last window.
        latest: Seconds,
    },
    /// Back after the end of the shift.
    ShiftEnd {
        /// Which route.
        route: usize,
        /// When it is back.
        arrival: Seconds,
        /// End of the shift.
        latest: Seconds,
    },
    /// Longer than allowed, in time.
    Duration {
        /// Which route.
        route: usize,
        /// Its duration.
        duration: Seconds,
        /// The limit.
        limit: Seconds,
    },
    /// Longer than allowed, in meters.
    Distance {
        /// Which route.
        route: usize,
        /// Its length.
        distance: Meters,
        /// The limit.
        limit: Meters,
    },
    /// More clients than allowed.
    TooManyClients {
        /// Which route.
        route: usize,
        /// How many it visits.
        n_clients: usize,
        /// The limit.
        limit: u32,
    },
    /// A return on the way where the vehicle cannot load again.
    ReloadPlace {
        /// Which route.
        route: usize,
        /// Where.
        place: PlaceId,
    },
    /// Returns that do not ascend along the route, or lie beyond its last client.
    ReloadOrder {
        /// Which route.
        route: usize,
        /// Position of the client before which it should be.
        before: usize,
    },
    /// More trips than allowed.
    TooManyTrips {
        /// Which route.
        route: usize,
        /// How many there are.
        n_trips: usize,
        /// The limit.
        limit: u32,
    },
    /// The vehicle lacks a skill.
    Skills {
        /// Which route.
        route: usize,
        /// Who.
        client: ClientId,
        /// The missing skills, one bit each.
        missing: u64,
    },
    /// A pair of which only one member is visited, or each by another route.
    PairSplit {
        /// Where the load comes on board.
        pickup: ClientId,
        /// Where it should leave the vehicle.
        delivery: ClientId,
    },
    /// A pair whose delivery is visited before its pickup.
    PairOrder {
        /// Which route.
        route: usize,
        /// Where the load comes on board.
        pickup: ClientId,
        /// Where it should leave the vehicle.
        delivery: ClientId,
    },
    /// The rest begins too late.
    RestLate {
        /// Which route.
        route: usize,
        /// When it begins.
        begin: Seconds,
        /// When it should begin at the latest.
        latest: Seconds,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UnknownClient { client, n_clients } => {
                write!(f, "client {} does not exist, there are {n_clients}", client.0)
            }
            Self::UnknownVehicleType { route, vehicle_type, n_types } => {
                let VehicleTypeId(id) = vehicle_type;
                write!(
                    f,
                    "route {}: vehicle type {id} does not exist, there are {n_types}",
                    route + 1
                )
            }
            Self::Repeated { client, times } => {
                write!(f, "client {} appears {times} times instead of once", client.0)
            }
            Self::Lost { client } => {
                write!(f, "client {} is neither visited nor listed as unserved", client.0)
            }
            Self::RequiredUnserved { client } => {
                write!(f, "client {} is required and not visited", client.0)
            }
            Self::TooManyVehicles { vehicle_type, used, count } => {
                write!(f, "vehicle type {}: {used} routes, {count} vehicles", vehicle_type.0)
            }
            Self::Overload { route, dimension, load, capacity } => write!(
                f,
                "route {}: load {load} in dimension {dimension} exceeds capacity {capacity}",
                route + 1
            ),
            Self::DeliveryBehindPickup { route, client } => write!(
                f,
                "route {}: client {} is delivered to behind a pickup, pickups come last",
                route + 1,
                client.0
            ),
            Self::PickupsAlone { route } => {
                write!(f, "route {}: it picks up and delivers nothing", route + 1)
            }
            Self::Late { route, client, start, latest } => write!(
                f,
                "route {}: client {} is served at {start}, its last window ends at {latest}",
                route + 1,
                client.0
            ),
            Self::ShiftEnd { route, arrival, latest } => {
                write!(f, "route {}: back at {arrival}, the shift ends at {latest}", route + 1)
            }
            Self::Duration { route, duration, limit } => {
                write!(f, "route {}: duration {duration} exceeds {limit}", route + 1)
            }
            Self::Distance { route, distance, limit } => {
                write!(f, "route {}: distance {distance} exceeds {limit}", route + 1)
            }
            Self::TooManyClients { route, n_clients, limit } => {
                write!(f, "route {}: {n_clients} clients exceed {limit}", route + 1)
            }
            Self::ReloadPlace { route, place } => write!(
                f,
                "route {}: this vehicle cannot load again at place {}",
                route + 1,
                place.0
            ),
            Self::ReloadOrder { route, before } => write!(
                f,
                "route {}: a return before client number {} is out of order",
                route + 1,
                before + 1
            ),
            Self::TooManyTrips { route, n_trips, limit } => {
                write!(f, "route {}: {n_trips} trips exceed {limit}", route + 1)
            }
            Self::Skills { route, client, missing } => write!(
                f,
                "route {}: client {} needs skills {missing:#x} that the vehicle lacks",
                route + 1,
                client.0
            ),
            Self::PairSplit { pickup, delivery } => write!(
                f,
                "clients {} and {} are a pair and not visited by one vehicle",
                pickup.0, delivery.0
            ),
            Self::PairOrder { route, pickup, delivery } => write!(
                f,
                "route {}: client {} is visited before client {}, whose load it gets",
                route + 1,
                delivery.0,
                pickup.0
            ),
            Self::RestLate { route, begin, latest } => write!(
                f,
                "route {}: the rest begins at {begin}, at the latest allowed is {latest}",
                route + 1
            ),
        }
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
/// O(n), and O(k²) for a route of k clients whose vehicle takes a rest.
pub fn check(problem: &Problem, solution: &Solution) -> Report {
    let mut report = Report::default();
    check_partition(problem, solution, &mut report);
    check_pairs(problem, solution, &mut report.violations);
    check_counts(problem, solution, &mut report.violations);
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

/// Both members of a pair are on one route, the pickup first, or on none.
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
                if then < first {
                    violations.push(Violation::PairOrder { route: from, pickup, delivery });
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
    if let (Some(rest), Some((begin, _))) = (vehicle_type.rest, schedule.rest)
        && begin > rest.start.end
    {
        violations.push(Violation::RestLate { route, begin, latest: rest.start.end });
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
    let distance = schedule.distance;
    if let Some(limit) = vehicle_type.distance_max
        && distance > limit
    {
        violations.push(Violation::Distance { route, distance, limit });
    }
}

fn add_cost(round: &Round<'_>, schedule: &RouteSchedule, costs: &mut CostBreakdown) {
    let vehicle_type = round.vehicle_type;
    let duration = schedule.duration();
    costs.fixed = plus(costs.fixed, vehicle_type.fixed);
    let distance = times(vehicle_type.per_meter, schedule.distance.value());
    costs.distance = plus(costs.distance, distance);
    costs.duration = plus(costs.duration, times(vehicle_type.per_second, duration.value()));
    if let Some(overtime) = vehicle_type.overtime {
        let beyond = (duration - overtime.after).max(Seconds::ZERO);
        costs.overtime = plus(costs.overtime, times(overtime.per_second, beyond.value()));
    }
    let mut areas = Vec::new();
    for area in round.clients().filter_map(|client| client.area) {
        let habit = vehicle_type.habit.get(area.index()).copied().unwrap_or(Cost::ZERO);
        costs.habit = plus(costs.habit, habit);
        areas.push(area);
    }
    areas.sort_unstable();
    areas.dedup();
    let area_split = times(vehicle_type.area_split.value(), areas.len() as i64);
    costs.area_split = plus(costs.area_split, area_split);
    if let Some(balance) = vehicle_type.balance {
        let below = (balance.work_min - schedule.work()).max(Seconds::ZERO);
        let above = (schedule.work() - balance.work_max).max(Seconds::ZERO);
        let outside = below + above;
        costs.balance = plus(costs.balance, times(balance.per_second, outside.value()));
    }
}

/// One route with everything it refers to.
struct Round<'a> {
    problem: &'a Problem,
    vehicle_type: &'a VehicleType,
    travel: &'a Travel,
    // Invariant: not empty, every client exists.
    clients: &'a [ClientId],
    // Invariant: positions ascend within the clients, every place exists.
    reloads: Vec<ReloadStop>,
}

/// A place that a route comes to between its start and its end.
#[derive(Clone, Copy)]
enum Call {
    Client(ClientId),
    /// The next trip is released at this moment.
    Reload {
        place: PlaceId,
        release: Seconds,
    },
}

impl<'a> Round<'a> {
    fn clients(&self) -> impl Iterator<Item = &'a Client> {
        let problem = self.problem;
        self.clients.iter().map(move |&client| &problem.clients()[client])
    }

    /// The clients of each trip.
    fn trips(&self) -> Vec<&'a [ClientId]> {
        let mut trips = Vec::with_capacity(self.reloads.len() + 1);
        let mut from = 0;
        for reload in &self.reloads {
            trips.push(&self.clients[from..reload.before]);
            from = reload.before;
        }
        trips.push(&self.clients[from..]);
        trips
    }

    fn released(&self, trip: &[ClientId]) -> Seconds {
        let releases = trip.iter().map(|&client| self.problem.clients()[client].release);
        releases.max().unwrap_or(Seconds::ZERO)
    }

    /// Clients and returns, in order of driving.
    fn calls(&self) -> Vec<Call> {
        let trips = self.trips();
        let mut calls = Vec::with_capacity(self.clients.len() + self.reloads.len());
        calls.extend(trips[0].iter().map(|&client| Call::Client(client)));
        for (reload, trip) in self.reloads.iter().zip(&trips[1..]) {
            calls.push(Call::Reload { place: reload.place, release: self.released(trip) });
            calls.extend(trip.iter().map(|&client| Call::Client(client)));
        }
        calls
    }

    fn place_of(&self, call: Call) -> usize {
        match call {
            Call::Client(client) => self.problem.clients()[client].place.index(),
            Call::Reload { place, .. } => place.index(),
        }
    }

    fn reload_duration(&self) -> Seconds {
        self.vehicle_type.reload.as_ref().map_or(Seconds::ZERO, |reload| reload.duration)
    }

    /// The places in order of driving: start, clients and returns, end; without a start or end, those between alone.
    fn places(&self) -> Vec<usize> {
        let calls = self.calls();
        let mut places = Vec::with_capacity(calls.len() + 2);
        places.extend(self.vehicle_type.start.map(Id::index));
        places.extend(calls.into_iter().map(|call| self.place_of(call)));
        places.extend(self.vehicle_type.end.map(Id::index));
        places
    }

    /// Travel time to each client or return from the place before it, and to the end.
    fn leg_times(&self) -> Vec<Seconds> {
        let places = self.places();
        let mut times = Vec::with_capacity(places.len());
        if self.vehicle_type.start.is_none() {
            times.push(Seconds::ZERO);
        }
        times.extend(places.windows(2).map(|leg| self.travel.time(leg[0], leg[1])));
        if self.vehicle_type.end.is_none() {
            times.push(Seconds::ZERO);
        }
        times
    }

    /// The shift has begun, and everything for the first trip is released.
    fn earliest_departure(&self) -> Seconds {
        self.vehicle_type.shift.start.max(self.released(self.trips()[0]))
    }

    fn schedule(&self) -> RouteSchedule {
        let legs = self.leg_times();
        let earliest = self.earliest_departure();
        match (self.vehicle_type.departure, self.vehicle_type.rest) {
            (Departure::Free, _) => {
                let first = self.simulate(&legs, earliest, None);
                self.simulate(&legs, self.latest_departure(&legs, &first), None)
            }
            (Departure::AtShiftStart, None) => self.simulate(&legs, earliest, None),
            (Departure::AtShiftStart, Some(rest)) => self.schedule_with_rest(&legs, earliest, rest),
        }
    }

    /// The latest departure that keeps the finish of the earliest schedule, found from its end backward.
    fn latest_departure(&self, legs: &[Seconds], earliest: &RouteSchedule) -> Seconds {
        let calls = self.calls();
        let mut latest = earliest.arrival - legs[calls.len()];
        let mut stops = earliest.stops.iter().rev();
        for (position, &call) in calls.iter().enumerate().rev() {
            let start = match call {
                Call::Reload { .. } => latest - self.reload_duration(),
                Call::Client(client) => {
                    let client = &self.problem.clients()[client];
                    let stop = stops.next().expect("the schedule has a stop for every client");
                    // A stop that is late at the earliest cannot be put off.
                    (latest - client.service).min(latest_start(client)).max(stop.start)
                }
            };
            latest = start - legs[position];
        }
        latest.max(earliest.departure)
    }

    /// Tries the rest at every boundary, and without a rest when the route is over before it is due.
    fn schedule_with_rest(
        &self,
        legs: &[Seconds],
        departure: Seconds,
        rest: Rest,
    ) -> RouteSchedule {
        let without = self.simulate(legs, departure, None);
        if without.arrival <= rest.start.start {
            return without;
        }
        let boundaries = 0..=self.clients.len() + 1;
        boundaries
            .map(|boundary| self.simulate(legs, departure, Some((boundary, rest))))
            .min_by_key(|schedule| (self.n_late(schedule), schedule.arrival))
            .expect("there is a boundary before the first leg")
    }

    fn n_late(&self, schedule: &RouteSchedule) -> usize {
        let is_late = |s: &&StopTime| s.start > latest_start(&self.problem.clients()[s.client]);
        let late_stops = schedule.stops.iter().filter(is_late).count();
        let rest_late = match (self.vehicle_type.rest, schedule.rest) {
            (Some(rest), Some((begin, _))) => begin > rest.start.end,
            _ => false,
        };
        late_stops + usize::from(rest_late)
    }

    /// Drives the route as early as possible. The rest is taken at a boundary: 0 before the first leg,
    /// k after the k-th service, one more on arrival at the end.
    fn simulate(
        &self,
        legs: &[Seconds],
        departure: Seconds,
        rest_at: Option<(usize, Rest)>,
    ) -> RouteSchedule {
        let mut schedule = RouteSchedule { departure, ..RouteSchedule::default() };
        let mut now = departure;
        take_rest(&mut schedule, &mut now, 0, rest_at);
        let calls = self.calls();
        for (position, &call) in calls.iter().enumerate() {
            let arrival = now + legs[position];
            let client_id = match call {
                Call::Client(client) => client,
                Call::Reload { place, release } => {
                    let loaded = arrival + self.reload_duration();
                    now = loaded.max(release);
                    schedule.travel += legs[position];
                    schedule.service += self.reload_duration();
                    schedule.waiting += now - loaded;
                    schedule.reloads.push(ReloadTime { place, arrival, departure: now });
                    continue;
                }
            };
            let client = &self.problem.clients()[client_id];
            let start = service_start(client, arrival);
            now = start + client.service;
            schedule.travel += legs[position];
            schedule.waiting += start - arrival;
            schedule.service += client.service;
            schedule.stops.push(StopTime { client: client_id, arrival, start, departure: now });
            take_rest(&mut schedule, &mut now, position + 1, rest_at);
        }
        let last_leg = legs[calls.len()];
        now += last_leg;
        schedule.travel += last_leg;
        take_rest(&mut schedule, &mut now, self.clients.len() + 1, rest_at);
        schedule.arrival = now;
        let places = self.places();
        schedule.distance = places.windows(2).map(|leg| self.travel.distance(leg[0], leg[1])).sum();
        schedule
    }
}

/// Rests at this boundary when it is the one chosen, waiting until the rest may begin.
fn take_rest(
    schedule: &mut RouteSchedule,
    now: &mut Seconds,
    boundary: usize,
    rest_at: Option<(usize, Rest)>,
) {
    if let Some((chosen, rest)) = rest_at
        && chosen == boundary
    {
        let begin = rest.start.start.max(*now);
        schedule.waiting += begin - *now;
        *now = begin + rest.duration;
        schedule.rest = Some((begin, *now));
    }
}

/// The first moment from `arrival` on that lies in a window; `arrival` itself when all are over.
fn service_start(client: &Client, arrival: Seconds) -> Seconds {
    let next_window = client.windows.iter().find(|window| arrival <= window.end);
    next_window.map_or(arrival, |window| window.start.max(arrival))
}

fn latest_start(client: &Client) -> Seconds {
    client.windows.last().unwrap_or(&TimeWindow::ALWAYS).end
}

/// Limits at build keep real costs far from the end of `i64`; absurd solutions stop there.
fn plus(a: Cost, b: Cost) -> Cost {
    Cost(a.value().saturating_add(b.value()))
}

fn times(rate: i64, amount: i64) -> Cost {
    Cost(rate.saturating_mul(amount))
}
