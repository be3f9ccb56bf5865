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
use crate::problem::groups::check_groups;
use crate::problem::lock_rules::check_locks;
use crate::problem::model::{
    Client, ClientId, Departure, MAX_LOADS, PickupOrder, PlaceId, Presence, Problem, Reload, Rest,
    RestNeed, RestPlace, TimeWindow, VehicleType, VehicleTypeId,
};
use crate::problem::pairs::Pair;
use crate::problem::refusals::check_refusals;
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
    /// Seconds of travel.
    pub travel: Cost,
    /// Seconds of setup and service.
    pub service: Cost,
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
            self.travel,
            self.service,
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

    /// Travel, setup and service: no waiting, no rest.
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
    /// More travel than allowed, in time.
    Travel {
        /// Which route.
        route: usize,
        /// Its travel time.
        travel: Seconds,
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
    /// A route that begins otherwise than its lock says, or does not visit whom it should begin with.
    BeginningChanged {
        /// Which lock of the problem.
        lock: usize,
        /// Position on the route, counted from zero.
        position: usize,
        /// Who should be visited there.
        client: ClientId,
    },
    /// A locked vehicle that is of another type, or that another lock has too.
    LockedVehicle {
        /// Which lock of the problem.
        lock: usize,
        /// The route of its clients.
        route: usize,
    },
    /// A client that is visited by another vehicle than the one that holds it.
    HeldElsewhere {
        /// Which lock of the problem.
        lock: usize,
        /// Who.
        client: ClientId,
        /// Who visits it.
        route: usize,
    },
    /// A frozen route with someone more.
    FrozenRoute {
        /// Which lock of the problem.
        lock: usize,
        /// Its route.
        route: usize,
        /// The first client who does not belong there.
        client: ClientId,
    },
    /// An order between two clients that is not kept.
    OrderBroken {
        /// Who should come first.
        first: ClientId,
        /// Who should come then.
        then: ClientId,
    },
    /// A client visited by a vehicle that may not serve it.
    Refused {
        /// Which route.
        route: usize,
        /// Who.
        client: ClientId,
    },
    /// A second client of a group that is visited.
    GroupRepeated {
        /// Which group of the problem.
        group: usize,
        /// Who is visited.
        first: ClientId,
        /// Who is visited as well.
        second: ClientId,
    },
    /// A required group of which nobody is visited.
    GroupUnserved {
        /// Which group of the problem.
        group: usize,
    },
    /// A rest begins too late.
    RestLate {
        /// Which route.
        route: usize,
        /// Which rest of the vehicle, counted from zero.
        rest: usize,
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
            Self::Travel { route, travel, limit } => {
                write!(f, "route {}: travel time {travel} exceeds {limit}", route + 1)
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
            Self::BeginningChanged { lock, position, client } => write!(
                f,
                "lock {lock}: client {} is not visited as number {} of its route",
                client.0,
                position + 1
            ),
            Self::LockedVehicle { lock, route } => write!(
                f,
                "lock {lock}: route {} visits its clients, and is of another type or of another lock",
                route + 1
            ),
            Self::HeldElsewhere { lock, client, route } => write!(
                f,
                "lock {lock}: client {} is visited by route {}, another vehicle holds it",
                client.0,
                route + 1
            ),
            Self::FrozenRoute { lock, route, client } => write!(
                f,
                "lock {lock}: route {} is frozen and visits client {} too",
                route + 1,
                client.0
            ),
            Self::OrderBroken { first, then } => {
                write!(f, "clients {} and {} are not visited in their order", first.0, then.0)
            }
            Self::Refused { route, client } => {
                write!(
                    f,
                    "route {}: client {} may not be served by this vehicle",
                    route + 1,
                    client.0
                )
            }
            Self::GroupRepeated { group, first, second } => write!(
                f,
                "group {group}: clients {} and {} are both visited, one of the group may be",
                first.0, second.0
            ),
            Self::GroupUnserved { group } => {
                write!(f, "group {group}: one of its clients is required and none is visited")
            }
            Self::RestLate { route, rest, begin, latest } => write!(
                f,
                "route {}: rest {} begins at {begin}, at the latest allowed is {latest}",
                route + 1,
                rest + 1
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

fn add_cost(round: &Round<'_>, schedule: &RouteSchedule, costs: &mut CostBreakdown) {
    let vehicle_type = round.vehicle_type;
    let duration = schedule.duration();
    costs.fixed = plus(costs.fixed, vehicle_type.fixed);
    let distance = times(vehicle_type.per_meter, schedule.distance.value());
    costs.distance = plus(costs.distance, distance);
    costs.duration = plus(costs.duration, times(vehicle_type.per_second, duration.value()));
    let travel = times(vehicle_type.per_travel_second, schedule.travel.value());
    costs.travel = plus(costs.travel, travel);
    let service = times(vehicle_type.per_service_second, schedule.service.value());
    costs.service = plus(costs.service, service);
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

    /// Time of setup at each client: none where the vehicle is at that place already, and none at a return.
    fn setups(&self, calls: &[Call]) -> Vec<Seconds> {
        let mut here = self.vehicle_type.start.map(Id::index);
        let setup = |&call: &Call| {
            let place = self.place_of(call);
            let is_here = here.replace(place) == Some(place);
            match call {
                Call::Client(client) if !is_here => self.problem.clients()[client].setup,
                _ => Seconds::ZERO,
            }
        };
        calls.iter().map(setup).collect()
    }

    fn schedule(&self) -> RouteSchedule {
        let calls = self.calls();
        let setups = self.setups(&calls);
        let drive = Drive { round: self, calls, legs: self.leg_times(), setups };
        let earliest = self.earliest_departure();
        match self.vehicle_type.departure {
            Departure::Free => {
                let first = drive.simulate(earliest, &[]);
                drive.simulate(drive.latest_departure(&first), &[])
            }
            Departure::AtShiftStart => drive.simulate_with_rests(earliest),
        }
    }
}

/// A round on its way. The moments at which rests may be taken are counted as steps: 0 before the first leg, then
/// odd ones on a leg and even ones behind the service at its end; the last one is on arrival at the end of the route.
struct Drive<'a> {
    round: &'a Round<'a>,
    /// Clients and returns, in order.
    calls: Vec<Call>,
    /// Travel time to each of them, and to the end.
    legs: Vec<Seconds>,
    /// Setup at each of them.
    setups: Vec<Seconds>,
}

/// How late a route has become at some moment, in stops and rests, and that moment. The smaller is the better.
type Standing = (usize, Seconds);

impl Drive<'_> {
    fn n_steps(&self) -> usize {
        2 * self.legs.len() + 1
    }

    /// Setup and service, or loading again.
    fn stay(&self, position: usize) -> Seconds {
        match self.calls[position] {
            Call::Client(client) => {
                self.setups[position] + self.round.problem.clients()[client].service
            }
            Call::Reload { .. } => self.round.reload_duration(),
        }
    }

    /// The latest departure that keeps the finish of the earliest schedule, found from its end backward.
    fn latest_departure(&self, earliest: &RouteSchedule) -> Seconds {
        let mut latest = earliest.arrival - self.legs[self.calls.len()];
        let mut stops = earliest.stops.iter().rev();
        for (position, &call) in self.calls.iter().enumerate().rev() {
            let start = match call {
                Call::Reload { .. } => latest - self.stay(position),
                Call::Client(client) => {
                    let stop = stops.next().expect("the schedule has a stop for every client");
                    let last = latest_start(&self.round.problem.clients()[client]);
                    // A stop that is late at the earliest cannot be put off.
                    (latest - self.stay(position)).min(last).max(stop.start)
                }
            };
            latest = start - self.legs[position];
        }
        latest.max(earliest.departure)
    }

    /// Takes as few of the rests, in their order, as are needed.
    fn simulate_with_rests(&self, departure: Seconds) -> RouteSchedule {
        let rests = &self.round.vehicle_type.rests;
        let plans = self.rest_steps(departure);
        for (n_taken, steps) in plans.iter().enumerate() {
            let Some(steps) = steps else { continue };
            let schedule = self.simulate(departure, steps);
            let needless = &rests[n_taken..];
            let is_over = needless.first().is_none_or(|rest| schedule.arrival <= rest.earliest());
            if is_over && needless.iter().all(|rest| rest.need == RestNeed::WhenDue) {
                return schedule;
            }
        }
        unreachable!("all rests can be taken before the first leg or on it");
    }

    /// For each number of first rests, the step at which each is taken so that the route is least late, then earliest
    /// at every moment.
    fn rest_steps(&self, departure: Seconds) -> Vec<Option<Vec<usize>>> {
        let rests = &self.round.vehicle_type.rests;
        let mut standing: Vec<Option<Standing>> = vec![None; rests.len() + 1];
        standing[0] = Some((0, departure));
        // By step, then by number of rests taken: how many of them at this very step.
        let mut taken = vec![vec![0; rests.len() + 1]; self.n_steps()];
        for (step, taken) in taken.iter_mut().enumerate() {
            let before = std::mem::replace(&mut standing, vec![None; rests.len() + 1]);
            // Those who have rested before come first: of two equals, the earlier rest is kept.
            for (from, start) in before.iter().enumerate().rev() {
                let Some(start) = *start else { continue };
                for to in from..=rests.len() {
                    let Some(end) = self.pass(step, start, &rests[from..to]) else { break };
                    if standing[to].is_none_or(|known| end < known) {
                        (standing[to], taken[to]) = (Some(end), to - from);
                    }
                }
            }
        }
        let plan = |n_taken: usize| {
            standing[n_taken]?;
            let (mut steps, mut left) = (Vec::new(), n_taken);
            for step in (0..self.n_steps()).rev() {
                let here: usize = taken[step][left];
                steps.extend(std::iter::repeat_n(step, here));
                left -= here;
            }
            steps.reverse();
            Some(steps)
        };
        (0..=rests.len()).map(plan).collect()
    }

    /// Where one stands after a step with these rests in it; `None` when one of them may not be taken there. Behind a
    /// leg, the service at its end belongs to the step.
    fn pass(&self, step: usize, (n_late, now): Standing, rests: &[Rest]) -> Option<Standing> {
        let place = if is_leg(step) { RestPlace::OnLegs } else { RestPlace::BetweenLegs };
        if rests.iter().any(|rest| rest.place != place) {
            return None;
        }
        let (arrival, begins) = self.go(step, now, rests);
        let is_late = |(rest, begin): (&Rest, &Seconds)| *begin > rest.latest();
        let n_late = n_late + rests.iter().zip(&begins).filter(|&pair| is_late(pair)).count();
        let position = step / 2;
        if !is_leg(step) {
            return Some((n_late, arrival));
        }
        let client = match self.calls.get(position) {
            None => return Some((n_late, arrival)),
            Some(&Call::Reload { release, .. }) => {
                return Some((n_late, (arrival + self.stay(position)).max(release)));
            }
            Some(&Call::Client(client)) => &self.round.problem.clients()[client],
        };
        let start = service_start(&client.windows, arrival);
        let is_late = start > latest_start(client);
        Some((n_late + usize::from(is_late), start + self.stay(position)))
    }

    /// Drives the leg of a step, if it is one, with these rests on it; says when one arrives and when each rest begins.
    fn go(&self, step: usize, mut now: Seconds, rests: &[Rest]) -> (Seconds, Vec<Seconds>) {
        let mut left = if is_leg(step) { self.legs[step / 2] } else { Seconds::ZERO };
        let mut begins = Vec::new();
        for rest in rests {
            let begin = service_start(&rest.windows, now);
            left -= left.min(begin - now);
            now = begin + rest.duration;
            begins.push(begin);
        }
        (now + left, begins)
    }

    /// Drives the route as early as possible, the first rests at these steps.
    fn simulate(&self, departure: Seconds, rest_steps: &[usize]) -> RouteSchedule {
        let mut schedule = RouteSchedule { departure, ..RouteSchedule::default() };
        let mut now = departure;
        let mut rests = &self.round.vehicle_type.rests[..rest_steps.len()];
        for step in 0..self.n_steps() {
            let n_here = rest_steps.iter().filter(|&&taken| taken == step).count();
            let (here, later) = rests.split_at(n_here);
            rests = later;
            let (arrival, begins) = self.go(step, now, here);
            let mut away = arrival - now;
            for (rest, begin) in here.iter().zip(begins) {
                schedule.rests.push((begin, begin + rest.duration));
                away -= rest.duration;
            }
            now = arrival;
            if !is_leg(step) {
                schedule.waiting += away;
                continue;
            }
            let position = step / 2;
            schedule.travel += self.legs[position];
            schedule.waiting += away - self.legs[position];
            let Some(&call) = self.calls.get(position) else { continue };
            schedule.service += self.stay(position);
            let client = match call {
                Call::Client(client) => client,
                Call::Reload { place, release } => {
                    let loaded = arrival + self.stay(position);
                    now = loaded.max(release);
                    schedule.waiting += now - loaded;
                    schedule.reloads.push(ReloadTime { place, arrival, departure: now });
                    continue;
                }
            };
            let start = service_start(&self.round.problem.clients()[client].windows, arrival);
            now = start + self.stay(position);
            schedule.waiting += start - arrival;
            schedule.setup += self.setups[position];
            schedule.stops.push(StopTime { client, arrival, start, departure: now });
        }
        schedule.arrival = now;
        let places = self.round.places();
        let length = |leg: &[usize]| self.round.travel.distance(leg[0], leg[1]);
        schedule.distance = places.windows(2).map(length).sum();
        schedule
    }
}

/// Whether a step of a drive is a leg, and not a moment between legs.
fn is_leg(step: usize) -> bool {
    step % 2 == 1
}

/// The first moment from `arrival` on that lies in a window; `arrival` itself when all are over.
fn service_start(windows: &[TimeWindow], arrival: Seconds) -> Seconds {
    let next_window = windows.iter().find(|window| arrival <= window.end);
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
