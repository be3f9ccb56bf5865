//! From parts to a [`Problem`]: everything is checked once, here, and each refusal names part, value and limit.

use crate::id::{Id, IdVec};
use crate::matrix::MAX_LEG_M;
use crate::measure::Seconds;
use crate::problem::groups::{Group, Groups};
use crate::problem::locks::{Lock, Locks, Order};
use crate::problem::model::{
    Client, Effort, MAX_AREAS, MAX_CLIENTS, MAX_LOAD, MAX_LOADS, MAX_PRICE, MAX_RATE,
    MAX_RELOAD_PLACES, MAX_RESTS, MAX_TIME, MIN_EFFORT, PlaceId, Presence, Problem, ProfileId,
    TimeWindow, VehicleType, VehicleTypeId,
};
use crate::problem::pairs::{Pair, Pairs};
use crate::problem::refusals::{Refusal, Refusals};
use crate::problem::travel::Travel;

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
/// Collects the parts of a [`Problem`]; `build` makes sure that they agree.
#[derive(Clone, Debug, Default)]
pub struct ProblemBuilder {
    pub(super) clients: Vec<Client>,
    pub(super) vehicle_types: Vec<VehicleType>,
    pub(super) profiles: Vec<Travel>,
    pub(super) pairs: Vec<Pair>,
    pub(super) locks: Vec<Lock>,
    pub(super) orders: Vec<Order>,
    pub(super) groups: Vec<Group>,
    pub(super) refusals: Vec<Refusal>,
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
        check_sum_of_delays(&self.clients, &self.vehicle_types)?;
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
    check_windows(part, &client.windows)?;
    if let Some(due) = client.due {
        let latest = client.windows.last().unwrap_or(&TimeWindow::ALWAYS).end;
        in_range(part, "due.at", due.at.value(), 0, latest.value())?;
        in_range(part, "due.per_second", due.per_second, 0, MAX_RATE)?;
    }
    Ok(())
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
    in_range(part, "per_meter", vehicle_type.per_meter, 0, MAX_RATE)?;
    in_range(part, "per_second", vehicle_type.per_second, 0, MAX_RATE)?;
    in_range(part, "per_travel_second", vehicle_type.per_travel_second, 0, MAX_RATE)?;
    in_range(part, "per_service_second", vehicle_type.per_service_second, 0, MAX_RATE)?;
    in_range(part, "per_waiting_second", vehicle_type.per_waiting_second, 0, MAX_RATE)?;
    in_range(part, "shift start", vehicle_type.shift.start.value(), 0, MAX_TIME)?;
    let shift_start = vehicle_type.shift.start.value();
    in_range(part, "shift end", vehicle_type.shift.end.value(), shift_start, MAX_TIME)?;
    if let Some(overtime) = vehicle_type.overtime {
        in_range(part, "overtime.after", overtime.after.value(), 0, MAX_TIME)?;
        in_range(part, "overtime.per_second", overtime.per_second, 0, MAX_RATE)?;
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
        in_range(part, "balance.per_second", balance.per_second, 0, MAX_RATE)?;
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
    if let Some(respite) = &vehicle_type.respite {
        // No visit is interrupted: the longest one must fit between two of them.
        let after_min = match respite.of {
            Effort::Travel => MIN_EFFORT,
            Effort::Work => MIN_EFFORT.max(longest_stay(vehicle_type, &parts.clients)),
        };
        in_range(part, "respite.after", respite.after.value(), after_min, MAX_TIME)?;
        in_range(part, "respite.duration", respite.duration.value(), 1, MAX_TIME)?;
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
    Ok(())
}

/// The longest time that a vehicle of this type may have to spend at one place.
fn longest_stay(vehicle_type: &VehicleType, clients: &[Client]) -> i64 {
    let stays = clients.iter().map(|client| (client.setup + client.service).value());
    let loading = vehicle_type.reload.as_ref().map_or(0, |reload| reload.duration.value());
    stays.max().unwrap_or(0).max(loading)
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

/// Everybody served at the last moment of windows and shifts.
fn check_sum_of_delays(
    clients: &[Client],
    vehicle_types: &[VehicleType],
) -> Result<(), ProblemError> {
    let closes = vehicle_types.iter().map(|kind| kind.shift.end).max().unwrap_or(Seconds::ZERO);
    let prices = clients.iter().map(|client| client.dearest_delay(closes));
    let sum = prices.fold(0, i64::saturating_add);
    let field = "sum of prices of the longest delays";
    in_range(|| "all clients".to_owned(), field, sum, 0, i64::MAX / 4)
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
