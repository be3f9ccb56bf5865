//! The problem as data: clients, vehicle types, and the builder that makes them agree.
//!
//! Units are integers: meters (or units of a research instance), seconds, and a dimensionless [`Cost`].
//! The cost of a solution is
//!
//! ```text
//! Σ routes [ fixed + per_meter·distance + per_second·duration + per_travel_second·travel + per_service_second·service
//!            + per_waiting_second·waiting
//!            + overtime.per_second·max(0, duration − overtime.after)
//!            + Σ clients [ habit(vehicle type, area) + due.per_second·max(0, begin of service − due.at) ]
//!            + area_split·(areas on the route) + balance(work) ]
//! + Σ unserved clients: prize of an optional client, `Presence::Required` clients are violations
//! ```

mod build;
mod vehicle;

pub use build::{ProblemBuilder, ProblemError};
pub use vehicle::{
    BalanceRule, Departure, Effort, Overtime, PickupOrder, Reload, Respite, Rest, RestNeed,
    RestPlace, VehicleType,
};

use smallvec::SmallVec;

use crate::id::{IdVec, dense_id};
use crate::measure::{Cost, Seconds};
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
/// The least that a vehicle may do before a [`Respite`] falls due: a minute.
pub(crate) const MIN_EFFORT: i64 = 60;
/// The largest load in one dimension, of one client or vehicle.
pub(crate) const MAX_LOAD: i64 = 1 << 40;
/// The latest time of day, and the longest duration.
pub(crate) const MAX_TIME: i64 = 1 << 40;
/// The largest single price, and the largest product of a rate and a leg.
pub(crate) const MAX_PRICE: i64 = 1 << 42;
/// Largest price of a second or a meter.
pub(crate) const MAX_RATE: i64 = MAX_PRICE / crate::matrix::MAX_LEG_M as i64;

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

/// When service should begin; a later one is served at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Service that begins later is delayed.
    pub at: Seconds,
    /// Price of each second of delay.
    pub per_second: i64,
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
    /// When service should start, no later than the last window ends.
    pub due: Option<Due>,
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
            due: None,
            release: Seconds::ZERO,
            presence: Presence::Required,
            skills: SkillSet::default(),
            area: None,
        }
    }

    /// The longest delay of a client who is due, when all vehicles are back by a moment.
    pub(crate) fn delay_max(&self, closes: Seconds) -> Seconds {
        let latest = self.windows.last().map_or(closes, |window| window.end.min(closes));
        self.due.map_or(Seconds::ZERO, |due| (latest - due.at).max(Seconds::ZERO))
    }

    /// What that delay costs.
    pub(crate) fn dearest_delay(&self, closes: Seconds) -> i64 {
        let rate = self.due.map_or(0, |due| due.per_second);
        rate.saturating_mul(self.delay_max(closes).value())
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
