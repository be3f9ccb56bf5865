//! What a kind of vehicle limits and prices, ready to be added up: what it does not limit has no end, what it does not
//! price is free.

use crate::measure::{Meters, Seconds};
use crate::problem::{Departure, PickupOrder, VehicleType};
use crate::solver::capacity::Capacity;

/// Of what is not limited.
const NO_END: i64 = i64::MAX / 4;

/// The limits and prices of a kind of vehicle. Seconds, meters, and cost per unit.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Rules<const D: usize> {
    pub(in crate::solver) capacity: [Capacity; D],
    pub(super) skills: u64,
    pub(super) shift: (i64, i64),
    pub(super) leaves_freely: bool,
    pub(super) pickups: PickupOrder,
    distance_max: i64,
    clients_max: i64,
    duration_max: i64,
    travel_max: i64,
    overtime_after: i64,
    overtime_price: i64,
    work_min: i64,
    work_max: i64,
    balance_price: i64,
    pub(super) area_split: i64,
    pub(super) per_second: i64,
    pub(super) per_waiting_second: i64,
}

impl<const D: usize> Rules<D> {
    pub(super) fn of(kind: &VehicleType) -> Self {
        let balance = kind.balance.as_ref();
        Self {
            capacity: std::array::from_fn(|d| Capacity::of(kind.capacity.0[d])),
            skills: kind.skills.0,
            shift: (kind.shift.start.value(), kind.shift.end.value()),
            leaves_freely: kind.departure == Departure::Free,
            pickups: kind.pickups,
            distance_max: kind.distance_max.map_or(NO_END, Meters::value),
            clients_max: kind.clients_max.map_or(NO_END, i64::from),
            duration_max: kind.duration_max.map_or(NO_END, Seconds::value),
            travel_max: kind.travel_max.map_or(NO_END, Seconds::value),
            overtime_after: kind.overtime.as_ref().map_or(NO_END, |o| o.after.value()),
            overtime_price: kind.overtime.as_ref().map_or(0, |o| o.per_second),
            work_min: balance.map_or(0, |balance| balance.work_min.value()),
            work_max: balance.map_or(NO_END, |balance| balance.work_max.value()),
            balance_price: balance.map_or(0, |balance| balance.per_second),
            area_split: kind.area_split.value(),
            per_second: kind.per_second,
            per_waiting_second: kind.per_waiting_second,
        }
    }

    /// Whether working longer may cost more for itself.
    pub(super) fn prices_work(&self) -> bool {
        self.overtime_price > 0 || self.balance_price > 0
    }

    /// Whether it matters how long a vehicle is out, or idle.
    pub(super) fn minds_duration(&self) -> bool {
        self.duration_max < NO_END
            || self.overtime_price > 0
            || self.per_second > 0
            || self.per_waiting_second > 0
    }

    /// What it costs to be out for so long.
    #[inline]
    pub(super) fn overtime(&self, duration: i64) -> i64 {
        (duration - self.overtime_after).max(0) * self.overtime_price
    }

    /// What it costs to work more than one should.
    #[inline]
    pub(super) fn too_much_work(&self, work: i64) -> i64 {
        (work - self.work_max).max(0) * self.balance_price
    }

    /// What it costs to work less than one should.
    #[inline]
    pub(in crate::solver) fn missing_work(&self, work: i64) -> i64 {
        (self.work_min - work).max(0) * self.balance_price
    }

    /// As long as a route of so much time is out at least, where what it is late shortens it: longer than the longest duration
    /// it costs no less to be late. Seconds late are taken to be dearer than those of overtime.
    #[inline]
    pub(in crate::solver) fn out_at_least(&self, seconds: i64) -> i64 {
        if self.overtime_price > 0 { seconds.min(self.duration_max) } else { seconds }
    }

    /// Prices that depend on how long a vehicle is out and how much of that it works.
    #[inline]
    pub(in crate::solver) fn of_work(&self, duration: i64, work: i64) -> i64 {
        self.overtime(duration) + self.too_much_work(work) + self.missing_work(work)
    }

    /// Meters and clients beyond their most.
    #[inline]
    pub(in crate::solver) fn too_far(&self, distance: i64, n_clients: i64) -> i64 {
        (distance - self.distance_max).max(0) + (n_clients - self.clients_max).max(0)
    }

    /// Seconds beyond the longest duration and the most travel.
    #[inline]
    pub(in crate::solver) fn too_long(&self, duration: i64, travel: i64) -> i64 {
        (duration - self.duration_max).max(0) + (travel - self.travel_max).max(0)
    }
}
