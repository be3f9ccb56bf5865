//! What a kind of vehicle can state.

use smallvec::SmallVec;

use crate::measure::{Cost, Meters, Seconds};
use crate::problem::model::{Load, PlaceId, ProfileId, SkillSet, TimeWindow};

/// When a vehicle leaves its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Departure {
    /// As late as the earliest possible finish allows, each client served in the window in which it would be served then:
    /// the duration is the shortest for the visits and these windows. Where that delays
    /// clients who are due, at the moment up to then that makes the route cheapest, the last of several, within
    /// `duration_max`.
    #[default]
    Free,
    /// When the shift (or the last release on the route) begins; waiting counts as duration.
    AtShiftStart,
}

/// When a vehicle picks up, beside what it delivers. A client delivers, or picks up, when any dimension of that load
/// is positive; it may do both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PickupOrder {
    /// In any order: what is picked up lies beside what is still to be delivered.
    #[default]
    Anytime,
    /// Backhauls: nobody is delivered to behind a client that picked up.
    Last,
    /// Backhauls on the way home only: last, and on a route that delivers something.
    LastOfDeliveries,
}

/// Where a rest may be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestPlace {
    /// Between two legs: before leaving the start, after finishing a service, or on arrival at the end.
    #[default]
    BetweenLegs,
    /// On a leg, its beginning and its end included.
    OnLegs,
}

/// Whom a rest is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestNeed {
    /// Not for a vehicle that would be back at its end, having taken the rests before, no later than it may begin.
    #[default]
    WhenDue,
    /// For every vehicle that is used.
    Always,
}

/// A rest of fixed length.
///
/// It must begin within one of its windows (both ends belong to them); the vehicle may wait for that. Rests are taken
/// in order, each once, where the route is least late and then finishes earliest. They count as duration, not as work; a
/// rest on arrival at the end delays the arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// When it may begin, ascending and disjoint; empty means always.
    pub windows: SmallVec<[TimeWindow; 1]>,
    /// How long.
    pub duration: Seconds,
    /// Where it may be taken.
    pub place: RestPlace,
    /// Whom it is for.
    pub need: RestNeed,
}

impl Rest {
    /// A rest between legs, for vehicles that are under way when it falls due.
    pub fn within(start: TimeWindow, duration: Seconds) -> Self {
        let windows = smallvec::smallvec![start];
        Self { windows, duration, place: RestPlace::default(), need: RestNeed::default() }
    }

    /// The first moment it may begin.
    pub fn earliest(&self) -> Seconds {
        self.windows.first().unwrap_or(&TimeWindow::ALWAYS).start
    }

    /// The last moment it may begin.
    pub fn latest(&self) -> Seconds {
        self.windows.last().unwrap_or(&TimeWindow::ALWAYS).end
    }
}

/// What brings a [`Respite`] due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// Travel.
    #[default]
    Travel,
    /// Travel, setup, service, and loading again.
    Work,
}

/// A rest that falls due by what was done, as often as it falls due: fifteen minutes after at most four hours of driving.
///
/// When so much was done since the last one, the vehicle rests before it goes on, in the middle of a leg too. A visit is
/// not interrupted: where its work would go beyond, the vehicle rests on arrival, before it waits for a window. Whenever
/// a vehicle stands at least as long to wait or to take one of its [`Rest`]s, it has rested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Respite {
    /// Most that may be done without one.
    pub after: Seconds,
    /// How long. It counts as duration, not as work.
    pub duration: Seconds,
    /// What counts.
    pub of: Effort,
}

/// Working beyond a nominal duration, at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overtime {
    /// Nominal route duration.
    pub after: Seconds,
    /// Price of each second beyond.
    pub per_second: i64,
}

/// Balance of work: a price on working time (travel + service, no waiting, no rest) away from a target band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceRule {
    /// Work below this is not free: each missing second costs `per_second`, for used vehicles.
    pub work_min: Seconds,
    /// Work above this costs `per_second`.
    pub work_max: Seconds,
    /// Price of a second outside the band.
    pub per_second: i64,
}

/// Coming back on the way, to leave what was picked up and to load again. A route is then several trips.
///
/// Each trip has a load of its own: its deliveries are on board from its beginning, its pickups until its end. It
/// begins no sooner than the release of every client it serves; the clients of other trips do not hold it up. Where
/// pickups come last, they do so on each trip. Both members of a pair are visited on one trip. A rest between legs may
/// be taken once the vehicle is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reload {
    /// Where: any of these places.
    pub places: SmallVec<[PlaceId; 1]>,
    /// Most trips of one vehicle; `None`: as many as the shift allows.
    pub trips_max: Option<u32>,
    /// Time that unloading and loading take. It counts as work.
    pub duration: Seconds,
}

/// A kind of vehicle, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VehicleType {
    /// How many vehicles.
    pub count: u32,
    /// Where routes start; `None`: at their first client.
    pub start: Option<PlaceId>,
    /// Where routes end; `None`: at their last client.
    pub end: Option<PlaceId>,
    /// Largest load at any moment, per dimension.
    pub capacity: Load,
    /// Price of using one vehicle.
    pub fixed: Cost,
    /// Price of a meter.
    pub per_meter: i64,
    /// Price of a second of route duration, waiting included.
    pub per_second: i64,
    /// Price of a second of travel alone.
    pub per_travel_second: i64,
    /// Price of a second of setup and service alone.
    pub per_service_second: i64,
    /// Price of a second of waiting alone: under way, neither at work nor at rest.
    pub per_waiting_second: i64,
    /// Earliest departure, latest return.
    pub shift: TimeWindow,
    /// When it leaves.
    pub departure: Departure,
    /// Longest route, in time.
    pub duration_max: Option<Seconds>,
    /// Longest travel, in time: no service, no waiting, no rest.
    pub travel_max: Option<Seconds>,
    /// Longest route, in meters.
    pub distance_max: Option<Meters>,
    /// Most clients on a route.
    pub clients_max: Option<u32>,
    /// When pickups may come.
    pub pickups: PickupOrder,
    /// Priced overtime.
    pub overtime: Option<Overtime>,
    /// Rests on the way, in order.
    pub rests: Vec<Rest>,
    /// Rests that fall due by what was done.
    pub respite: Option<Respite>,
    /// Several trips.
    pub reload: Option<Reload>,
    /// Skills.
    pub skills: SkillSet,
    /// Speed profile.
    pub profile: ProfileId,
    /// Price of serving one client of an area, by [`AreaId`](crate::problem::AreaId); shorter than the areas means zero for the rest.
    pub habit: Vec<Cost>,
    /// Price of each different area on a route (splitting areas among vehicles costs).
    pub area_split: Cost,
    /// Priced balance of work.
    pub balance: Option<BalanceRule>,
}

impl VehicleType {
    /// `count` vehicles from one depot and back, one cost unit per meter, no other limit.
    pub fn at(depot: PlaceId, count: u32, capacity: Load) -> Self {
        Self {
            count,
            start: Some(depot),
            end: Some(depot),
            capacity,
            fixed: Cost::ZERO,
            per_meter: 1,
            per_second: 0,
            per_travel_second: 0,
            per_service_second: 0,
            per_waiting_second: 0,
            shift: TimeWindow::ALWAYS,
            departure: Departure::Free,
            duration_max: None,
            travel_max: None,
            distance_max: None,
            clients_max: None,
            pickups: PickupOrder::Anytime,
            overtime: None,
            rests: Vec::new(),
            respite: None,
            reload: None,
            skills: SkillSet(u64::MAX),
            profile: ProfileId(0),
            habit: Vec::new(),
            area_split: Cost::ZERO,
            balance: None,
        }
    }
}
