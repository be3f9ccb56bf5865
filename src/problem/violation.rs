//! What a solution can break, and how that is said.

use std::fmt;

use crate::measure::{Meters, Seconds};
use crate::problem::model::{ClientId, PlaceId, VehicleTypeId};

/// A broken constraint. Routes are counted as in [`Solution::routes`](crate::problem::Solution::routes), from zero;
/// messages count from one.
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
    /// A pair between whose members the vehicle comes back to load.
    PairAcrossTrips {
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
    /// A vehicle that comes back to load before or within its locked beginning, or at all on a frozen route.
    BeginningInterrupted {
        /// Which lock of the problem.
        lock: usize,
        /// The route of its clients.
        route: usize,
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
            Self::PairAcrossTrips { route, pickup, delivery } => write!(
                f,
                "route {}: the vehicle comes back to load between clients {} and {}, who are a pair",
                route + 1,
                pickup.0,
                delivery.0
            ),
            Self::BeginningChanged { lock, position, client } => write!(
                f,
                "lock {lock}: client {} is not visited as number {} of its route",
                client.0,
                position + 1
            ),
            Self::BeginningInterrupted { lock, route } => write!(
                f,
                "lock {lock}: route {} comes back to load before its beginning is done",
                route + 1
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
