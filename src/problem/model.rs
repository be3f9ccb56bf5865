//! The problem as data: clients, vehicle types, and the builder that makes them agree.
//!
//! Units are integers: meters (or units of a research instance), seconds, and a dimensionless [`Cost`].
//! The cost of a solution is
//!
//! ```text
//! Σ routes [ fixed + per_meter·distance + per_second·duration + per_travel_second·travel + per_service_second·service
//!            + overtime.per_second·max(0, duration − overtime.after)
//!            + Σ clients habit(vehicle type, area) + area_split·(areas on the route) + balance(work) ]
//! + Σ unserved clients: prize of an optional client, `Presence::Required` clients are violations
//! ```

use smallvec::SmallVec;

use crate::id::{Id, IdVec, dense_id};
use crate::matrix::MAX_LEG_M;
use crate::measure::{Cost, Meters, Seconds};
use crate::problem::groups::{Group, Groups};
use crate::problem::locks::{Lock, Locks, Order};
use crate::problem::pairs::{Pair, Pairs};
use crate::problem::refusals::{Refusal, Refusals};
use crate::problem::travel::Travel;

dense_id!(
    /// A place: a row of every travel profile. Several clients may share one.
    PlaceId
);
dense_id!(
    /// A client to visit.
    ClientId
);
dense_id!(
    /// A kind of vehicle.
    VehicleTypeId
);
dense_id!(
    /// An area of habit: a commune, say.
    AreaId
);
dense_id!(
    /// A speed profile: one [`Travel`].
    ProfileId
);

/// How many dimensions a load may have.
pub const MAX_LOADS: usize = 4;
/// The largest number of clients: a little over a million.
pub const MAX_CLIENTS: usize = 1 << 21;
/// The largest number of areas of habit.
pub const MAX_AREAS: usize = 1 << 11;
/// The most places where vehicles may load again.
pub const MAX_RELOAD_PLACES: usize = 64;
/// The most rests of a vehicle.
pub const MAX_RESTS: usize = 4;
/// The largest load in one dimension, of one client or vehicle.
pub(crate) const MAX_LOAD: i64 = 1 << 40;
/// The latest time of day, and the longest duration.
pub(crate) const MAX_TIME: i64 = 1 << 40;
/// The largest single price, and the largest product of a rate and a leg.
pub(crate) const MAX_PRICE: i64 = 1 << 42;

// Sums over all clients of the largest price stay within i64: 2²¹ · 2⁴² = 2⁶³ is one too many,
// so the builder also bounds the sum itself; this assertion keeps the single terms honest.
const _: () = assert!(MAX_PRICE.checked_mul(1 << 20).is_some());

/// An amount in up to [`MAX_LOADS`] dimensions; unused ones are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load(pub [i64; MAX_LOADS]);

impl Load {
    /// Nothing.
    pub const ZERO: Self = Self([0; MAX_LOADS]);

    /// An amount in the first dimension only.
    pub fn single(amount: i64) -> Self {
        let mut load = Self::ZERO;
        load.0[0] = amount;
        load
    }
}

/// A span of time; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeWindow {
    /// First moment.
    pub start: Seconds,
    /// Last moment.
    pub end: Seconds,
}

impl TimeWindow {
    /// All of time.
    pub const ALWAYS: Self = Self { start: Seconds(0), end: Seconds(MAX_TIME) };

    /// A window from numbers of seconds.
    pub fn new(start_s: i64, end_s: i64) -> Self {
        Self { start: Seconds(start_s), end: Seconds(end_s) }
    }
}

/// A set of up to 64 skills, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SkillSet(pub u64);

impl SkillSet {
    /// Whether every skill of `needed` is here.
    #[inline]
    pub fn covers(self, needed: Self) -> bool {
        needed.0 & !self.0 == 0
    }
}

/// Whether a client must be visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Must be visited: leaving it out is a violation.
    Required,
    /// May be left out at this price.
    Optional {
        /// Added to the cost when the client is not visited.
        prize: Cost,
    },
}

/// Someone or something to visit, once, by one vehicle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Where.
    pub place: PlaceId,
    /// Brought from the start of the route.
    pub delivery: Load,
    /// Taken to the end of the route.
    pub pickup: Load,
    /// Time spent.
    pub service: Seconds,
    /// Time spent before the service, within it as far as windows and prices go, by a vehicle that comes from another
    /// place: looking for a parking space, say.
    pub setup: Seconds,
    /// When service may start, ascending and disjoint; empty means always. Early arrivals wait.
    pub windows: SmallVec<[TimeWindow; 1]>,
    /// The vehicle may not begin the trip that serves the client before this moment.
    pub release: Seconds,
    /// Must it be visited?
    pub presence: Presence,
    /// Skills the vehicle needs.
    pub skills: SkillSet,
    /// Area of habit.
    pub area: Option<AreaId>,
}

impl Client {
    /// A required client without load, service time or windows.
    pub fn at(place: PlaceId) -> Self {
        Self {
            place,
            delivery: Load::ZERO,
            pickup: Load::ZERO,
            service: Seconds::ZERO,
            setup: Seconds::ZERO,
            windows: SmallVec::new(),
            release: Seconds::ZERO,
            presence: Presence::Required,
            skills: SkillSet::default(),
            area: None,
        }
    }

    /// Whether anything is brought.
    pub fn delivers(&self) -> bool {
        self.delivery != Load::ZERO
    }

    /// Whether anything is taken.
    pub fn picks_up(&self) -> bool {
        self.pickup != Load::ZERO
    }
}

/// When a vehicle leaves its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Departure {
    /// As late as the earliest possible finish allows: the duration is the shortest for the visits.
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
/// pickups come last, they do so on each trip.
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
    /// Several trips.
    pub reload: Option<Reload>,
    /// Skills.
    pub skills: SkillSet,
    /// Speed profile.
    pub profile: ProfileId,
    /// Price of serving one client of an area, by [`AreaId`]; shorter than the areas means zero for the rest.
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
            shift: TimeWindow::ALWAYS,
            departure: Departure::Free,
            duration_max: None,
            travel_max: None,
            distance_max: None,
            clients_max: None,
            pickups: PickupOrder::Anytime,
            overtime: None,
            rests: Vec::new(),
            reload: None,
            skills: SkillSet(u64::MAX),
            profile: ProfileId(0),
            habit: Vec::new(),
            area_split: Cost::ZERO,
            balance: None,
        }
    }
}

/// Why the parts do not make a problem. Every message names the part, its value and the limit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemError {
    /// No travel profile was given.
    #[error("a problem needs at least one travel profile")]
    NoProfile,
    /// Profiles differ in size.
    #[error("profile {profile} knows {found} places, profile 0 knows {expected}")]
    ProfileSize {
        /// Which profile.
        profile: usize,
        /// Places of profile 0.
        expected: usize,
        /// Places of this one.
        found: usize,
    },
    /// Too many clients.
    #[error("{found} clients exceed the limit {MAX_CLIENTS}")]
    TooManyClients {
        /// How many.
        found: usize,
    },
    /// A reference to something that does not exist.
    #[error("{part} refers to {what} {index}, there are {count}")]
    Dangling {
        /// Who refers.
        part: String,
        /// To what kind of thing.
        what: &'static str,
        /// Which one.
        index: u32,
        /// How many exist.
        count: usize,
    },
    /// A number outside its limits.
    #[error("{part}: {field} is {value}, allowed are {min} to {max}")]
    OutOfRange {
        /// Whose.
        part: String,
        /// Which number.
        field: &'static str,
        /// As given.
        value: i64,
        /// Smallest allowed.
        min: i64,
        /// Largest allowed.
        max: i64,
    },
    /// Windows out of order, overlapping or empty.
    #[error("{part}: window {index} ({start} to {end}) is empty or does not follow the one before")]
    Window {
        /// Whose.
        part: String,
        /// Which window.
        index: usize,
        /// Its start, seconds.
        start: i64,
        /// Its end, seconds.
        end: i64,
    },
    /// A client that two pairs claim.
    #[error(
        "client {client} is in pair {first} and in pair {second}; split it into two clients at its place"
    )]
    InTwoPairs {
        /// Who.
        client: u32,
        /// The pair that named it first.
        first: usize,
        /// The pair that named it again.
        second: usize,
    },
    /// Two features that do not go together.
    #[error("{part}: {reason}")]
    Conflict {
        /// Whose.
        part: String,
        /// What does not go together, and what to do.
        reason: &'static str,
    },
}

/// A vehicle-routing problem, valid by construction and immutable.
#[derive(Clone, Debug)]
pub struct Problem {
    // Invariant: all references resolve, all numbers are within their limits.
    clients: IdVec<ClientId, Client>,
    vehicle_types: IdVec<VehicleTypeId, VehicleType>,
    profiles: IdVec<ProfileId, Travel>,
    pairs: Pairs,
    locks: Locks,
    groups: Groups,
    refusals: Refusals,
    n_areas: usize,
}

impl Problem {
    /// Starts an empty problem.
    pub fn builder() -> ProblemBuilder {
        ProblemBuilder::default()
    }

    /// All clients.
    pub fn clients(&self) -> &IdVec<ClientId, Client> {
        &self.clients
    }

    /// All vehicle types.
    pub fn vehicle_types(&self) -> &IdVec<VehicleTypeId, VehicleType> {
        &self.vehicle_types
    }

    /// All travel profiles.
    pub fn profiles(&self) -> &IdVec<ProfileId, Travel> {
        &self.profiles
    }

    /// All pairs, in the order given.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs.list
    }

    /// The pair that a client belongs to, if any.
    pub fn pair_of(&self, client: ClientId) -> Option<&Pair> {
        self.pairs.of(client)
    }

    /// The other member of a client's pair, if any.
    pub fn partner(&self, client: ClientId) -> Option<ClientId> {
        let pair = self.pairs.of(client)?;
        Some(if pair.pickup == client { pair.delivery } else { pair.pickup })
    }

    /// What is decided about vehicles, in the order given.
    pub fn locks(&self) -> &[Lock] {
        &self.locks.list
    }

    /// The orders between clients, as given.
    pub fn orders(&self) -> &[Order] {
        &self.locks.orders
    }

    /// The lock whose vehicle alone may visit a client, counted as in [`Problem::locks`]: it names the client, its
    /// partner, or a direct neighbor.
    pub fn lock_of(&self, client: ClientId) -> Option<usize> {
        self.locks.of(client)
    }

    /// All groups of alternatives, in the order given.
    pub fn groups(&self) -> &[Group] {
        &self.groups.list
    }

    /// The group that a client belongs to, counted as in [`Problem::groups`].
    pub fn group_of(&self, client: ClientId) -> Option<usize> {
        self.groups.of(client)
    }

    /// All refusals, ascending.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals.list
    }

    /// The vehicle types that may not serve a client, ascending; skills are another matter.
    pub fn refused_by(&self, client: ClientId) -> impl Iterator<Item = VehicleTypeId> + '_ {
        self.refusals.of(client).iter().map(|refusal| refusal.vehicle_type)
    }

    /// Who is visited right behind a client, by a direct order.
    pub fn right_behind(&self, client: ClientId) -> Option<ClientId> {
        self.locks.behind(client)
    }

    /// Who is visited right ahead of a client, by a direct order.
    pub fn right_ahead(&self, client: ClientId) -> Option<ClientId> {
        self.locks.ahead(client)
    }

    /// The same problem with other vehicles.
    ///
    /// # Errors
    /// As [`ProblemBuilder::build`].
    pub fn with_vehicle_types(
        &self,
        types: impl IntoIterator<Item = VehicleType>,
    ) -> Result<Self, ProblemError> {
        let builder = ProblemBuilder {
            clients: self.clients.values().cloned().collect(),
            vehicle_types: types.into_iter().collect(),
            profiles: self.profiles.values().cloned().collect(),
            pairs: self.pairs.list.clone(),
            locks: self.locks.list.clone(),
            orders: self.locks.orders.clone(),
            groups: self.groups.list.clone(),
            refusals: self.refusals.list.clone(),
        };
        builder.build()
    }

    /// The travel profile of a vehicle type.
    pub fn travel(&self, vehicle_type: VehicleTypeId) -> &Travel {
        &self.profiles[self.vehicle_types[vehicle_type].profile]
    }

    /// How many clients.
    pub fn n_clients(&self) -> usize {
        self.clients.len()
    }

    /// How many places.
    pub fn n_places(&self) -> usize {
        self.profiles[ProfileId(0)].n_places()
    }

    /// How many areas of habit.
    pub fn n_areas(&self) -> usize {
        self.n_areas
    }

    /// How many vehicles of all types together.
    pub fn n_vehicles(&self) -> usize {
        self.vehicle_types.values().map(|vt| vt.count as usize).sum()
    }
}

/// Collects the parts of a [`Problem`]; `build` makes sure that they agree.
#[derive(Clone, Debug, Default)]
pub struct ProblemBuilder {
    clients: Vec<Client>,
    vehicle_types: Vec<VehicleType>,
    profiles: Vec<Travel>,
    pairs: Vec<Pair>,
    locks: Vec<Lock>,
    orders: Vec<Order>,
    groups: Vec<Group>,
    refusals: Vec<Refusal>,
}

impl ProblemBuilder {
    /// Adds one client.
    pub fn client(mut self, client: Client) -> Self {
        self.clients.push(client);
        self
    }

    /// Adds clients.
    pub fn clients(mut self, clients: impl IntoIterator<Item = Client>) -> Self {
        self.clients.extend(clients);
        self
    }

    /// Adds one vehicle type.
    pub fn vehicle_type(mut self, vehicle_type: VehicleType) -> Self {
        self.vehicle_types.push(vehicle_type);
        self
    }

    /// Adds vehicle types.
    pub fn vehicle_types(mut self, types: impl IntoIterator<Item = VehicleType>) -> Self {
        self.vehicle_types.extend(types);
        self
    }

    /// Adds one pair of clients.
    pub fn pair(mut self, pair: Pair) -> Self {
        self.pairs.push(pair);
        self
    }

    /// Adds pairs of clients.
    pub fn pairs(mut self, pairs: impl IntoIterator<Item = Pair>) -> Self {
        self.pairs.extend(pairs);
        self
    }

    /// Adds what is decided about vehicles.
    pub fn locks(mut self, locks: impl IntoIterator<Item = Lock>) -> Self {
        self.locks.extend(locks);
        self
    }

    /// Adds orders between clients.
    pub fn orders(mut self, orders: impl IntoIterator<Item = Order>) -> Self {
        self.orders.extend(orders);
        self
    }

    /// Adds groups of alternatives.
    pub fn groups(mut self, groups: impl IntoIterator<Item = Group>) -> Self {
        self.groups.extend(groups);
        self
    }

    /// Adds vehicle types that may not serve a client.
    pub fn refusals(mut self, refusals: impl IntoIterator<Item = Refusal>) -> Self {
        self.refusals.extend(refusals);
        self
    }

    /// Adds a travel profile.
    pub fn profile(mut self, travel: Travel) -> Self {
        self.profiles.push(travel);
        self
    }

    /// Checks that all parts agree. After this nobody checks again.
    ///
    /// # Errors
    /// The first part that does not fit, with its value and the limit.
    pub fn build(self) -> Result<Problem, ProblemError> {
        let n_places = self.profiles.first().ok_or(ProblemError::NoProfile)?.n_places();
        for (profile, travel) in self.profiles.iter().enumerate() {
            check_profile(profile, travel, n_places)?;
        }
        if self.clients.len() > MAX_CLIENTS {
            return Err(ProblemError::TooManyClients { found: self.clients.len() });
        }
        for (i, client) in self.clients.iter().enumerate() {
            check_client(i, client, n_places)?;
        }
        for (i, vehicle_type) in self.vehicle_types.iter().enumerate() {
            check_vehicle_type(i, vehicle_type, n_places, &self)?;
        }
        check_reload_places(&self.vehicle_types)?;
        check_sum_of_prizes(&self.clients)?;
        let n_areas = self.clients.iter().filter_map(|c| c.area).map(|a| a.index() + 1).max();
        let pairs = Pairs::new(self.pairs, self.clients.len())?;
        let vehicle_types: IdVec<VehicleTypeId, VehicleType> = self.vehicle_types.into();
        let decided = (self.locks, self.orders);
        let refusals = Refusals::new(self.refusals, self.clients.len(), vehicle_types.len())?;
        let groups = Groups::new(self.groups, &self.clients, &pairs)?;
        let locks = Locks::new(decided, self.clients.len(), &vehicle_types, (&pairs, &groups))?;
        Ok(Problem {
            clients: self.clients.into(),
            vehicle_types,
            profiles: self.profiles.into(),
            pairs,
            locks,
            groups,
            refusals,
            n_areas: n_areas.unwrap_or(0),
        })
    }
}

fn check_profile(profile: usize, travel: &Travel, n_places: usize) -> Result<(), ProblemError> {
    if travel.n_places() != n_places {
        let found = travel.n_places();
        return Err(ProblemError::ProfileSize { profile, expected: n_places, found });
    }
    let Travel::Plane { points, rounding } = travel else { return Ok(()) };
    let mut span = [(f64::INFINITY, f64::NEG_INFINITY); 2];
    for &(x, y) in points.iter() {
        for (side, value) in span.iter_mut().zip([x, y]) {
            *side = (side.0.min(value), side.1.max(value));
        }
        if !x.is_finite() || !y.is_finite() {
            let reason = "a coordinate is not a finite number";
            return Err(ProblemError::Conflict { part: format!("profile {profile}"), reason });
        }
    }
    let longest = span.iter().map(|(lo, hi)| (hi - lo).max(0.0).powi(2)).sum::<f64>().sqrt();
    let part = || format!("profile {profile}");
    let longest = (longest * rounding.scale() as f64).min(9e15) as i64;
    in_range(part, "longest leg", longest, 0, i64::from(MAX_LEG_M))
}

fn check_client(i: usize, client: &Client, n_places: usize) -> Result<(), ProblemError> {
    let part = || format!("client {i}");
    known_place(part, client.place, n_places)?;
    for d in 0..MAX_LOADS {
        in_range(part, "delivery", client.delivery.0[d], 0, MAX_LOAD)?;
        in_range(part, "pickup", client.pickup.0[d], 0, MAX_LOAD)?;
    }
    in_range(part, "service", client.service.value(), 0, MAX_TIME)?;
    in_range(part, "setup", client.setup.value(), 0, MAX_TIME)?;
    if let Some(area) = client.area {
        in_range(part, "area", i64::from(area.0), 0, MAX_AREAS as i64 - 1)?;
    }
    in_range(part, "release", client.release.value(), 0, MAX_TIME)?;
    if let Presence::Optional { prize } = client.presence {
        in_range(part, "prize", prize.value(), 0, MAX_PRICE)?;
    }
    check_windows(part, &client.windows)
}

/// Windows are within all of time, not empty, ascending and disjoint.
fn check_windows(
    part: impl Fn() -> String + Copy,
    windows: &[TimeWindow],
) -> Result<(), ProblemError> {
    let mut previous_end = Seconds(-1);
    for (index, window) in windows.iter().enumerate() {
        in_range(part, "window end", window.end.value(), 0, MAX_TIME)?;
        if window.start <= previous_end || window.start > window.end {
            let (start, end) = (window.start.value(), window.end.value());
            return Err(ProblemError::Window { part: part(), index, start, end });
        }
        previous_end = window.end;
    }
    Ok(())
}

fn check_vehicle_type(
    i: usize,
    vehicle_type: &VehicleType,
    n_places: usize,
    parts: &ProblemBuilder,
) -> Result<(), ProblemError> {
    let part = || format!("vehicle type {i}");
    for place in [vehicle_type.start, vehicle_type.end].into_iter().flatten() {
        known_place(part, place, n_places)?;
    }
    let ProfileId(profile) = vehicle_type.profile;
    if profile as usize >= parts.profiles.len() {
        let count = parts.profiles.len();
        return Err(ProblemError::Dangling {
            part: part(),
            what: "profile",
            index: profile,
            count,
        });
    }
    for d in 0..MAX_LOADS {
        in_range(part, "capacity", vehicle_type.capacity.0[d], 0, MAX_LOAD)?;
    }
    in_range(part, "fixed", vehicle_type.fixed.value(), 0, MAX_PRICE)?;
    in_range(part, "per_meter", vehicle_type.per_meter, 0, MAX_PRICE / i64::from(MAX_LEG_M))?;
    let rate_max = MAX_PRICE / i64::from(MAX_LEG_M);
    in_range(part, "per_second", vehicle_type.per_second, 0, rate_max)?;
    in_range(part, "per_travel_second", vehicle_type.per_travel_second, 0, rate_max)?;
    in_range(part, "per_service_second", vehicle_type.per_service_second, 0, rate_max)?;
    in_range(part, "shift start", vehicle_type.shift.start.value(), 0, MAX_TIME)?;
    let shift_start = vehicle_type.shift.start.value();
    in_range(part, "shift end", vehicle_type.shift.end.value(), shift_start, MAX_TIME)?;
    if let Some(overtime) = vehicle_type.overtime {
        in_range(part, "overtime.after", overtime.after.value(), 0, MAX_TIME)?;
        in_range(part, "overtime.per_second", overtime.per_second, 0, rate_max)?;
    }
    if let Some(balance) = vehicle_type.balance {
        in_range(part, "balance.work_min", balance.work_min.value(), 0, MAX_TIME)?;
        in_range(
            part,
            "balance.work_max",
            balance.work_max.value(),
            balance.work_min.value(),
            MAX_TIME,
        )?;
        in_range(part, "balance.per_second", balance.per_second, 0, rate_max)?;
    }
    in_range(part, "area_split", vehicle_type.area_split.value(), 0, MAX_PRICE)?;
    for cost in &vehicle_type.habit {
        in_range(part, "habit", cost.value(), 0, MAX_PRICE)?;
    }
    in_range(part, "number of rests", vehicle_type.rests.len() as i64, 0, MAX_RESTS as i64)?;
    for rest in &vehicle_type.rests {
        in_range(part, "rest duration", rest.duration.value(), 0, MAX_TIME)?;
        check_windows(|| format!("vehicle type {i}, rest"), &rest.windows)?;
    }
    if let Some(reload) = &vehicle_type.reload {
        for &place in &reload.places {
            known_place(part, place, n_places)?;
        }
        in_range(part, "reload.places", reload.places.len() as i64, 1, MAX_RELOAD_PLACES as i64)?;
        let trips_max = reload.trips_max.unwrap_or(1).into();
        in_range(part, "reload.trips_max", trips_max, 1, MAX_CLIENTS as i64)?;
        in_range(part, "reload.duration", reload.duration.value(), 0, MAX_TIME)?;
    }
    let several_windows = parts.clients.iter().any(|client| client.windows.len() > 1);
    if vehicle_type.departure == Departure::Free
        && (!vehicle_type.rests.is_empty() || several_windows)
    {
        let reason = "a rest, or clients with several windows, need `Departure::AtShiftStart`";
        return Err(ProblemError::Conflict { part: part(), reason });
    }
    let has_rests = parts.vehicle_types.iter().any(|kind| !kind.rests.is_empty());
    let has_setups = parts.clients.iter().any(|client| client.setup > Seconds::ZERO);
    if vehicle_type.reload.is_some() && (has_rests || several_windows || has_setups) {
        let reason = "several trips go neither with rests nor with setups nor with clients of several \
                      windows; give one window each, no rests, and setup as service";
        return Err(ProblemError::Conflict { part: part(), reason });
    }
    if vehicle_type.reload.is_some() && !parts.pairs.is_empty() {
        let reason = "several trips do not go with pairs; plan the pairs as a problem of their own";
        return Err(ProblemError::Conflict { part: part(), reason });
    }
    Ok(())
}

fn check_reload_places(vehicle_types: &[VehicleType]) -> Result<(), ProblemError> {
    let reloads = vehicle_types.iter().filter_map(|kind| kind.reload.as_ref());
    let mut places: Vec<PlaceId> = reloads.flat_map(|reload| &reload.places).copied().collect();
    places.sort_unstable();
    places.dedup();
    let part = || "all vehicle types".to_owned();
    in_range(part, "reload.places", places.len() as i64, 0, MAX_RELOAD_PLACES as i64)
}

fn check_sum_of_prizes(clients: &[Client]) -> Result<(), ProblemError> {
    let mut sum = 0i64;
    for client in clients {
        if let Presence::Optional { prize } = client.presence {
            sum = sum.saturating_add(prize.value());
        }
    }
    in_range(|| "all clients".to_owned(), "sum of prizes", sum, 0, i64::MAX / 4)
}

fn known_place(
    part: impl Fn() -> String,
    place: PlaceId,
    n_places: usize,
) -> Result<(), ProblemError> {
    if place.index() < n_places {
        return Ok(());
    }
    Err(ProblemError::Dangling { part: part(), what: "place", index: place.0, count: n_places })
}

fn in_range(
    part: impl Fn() -> String,
    field: &'static str,
    value: i64,
    min: i64,
    max: i64,
) -> Result<(), ProblemError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(ProblemError::OutOfRange { part: part(), field, value, min, max })
}
