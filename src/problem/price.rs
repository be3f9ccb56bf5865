//! What routes cost, by reason, for the checker.

use crate::id::Id;
use crate::measure::{Cost, Seconds};
use crate::problem::check::RouteSchedule;
use crate::problem::drive::Round;
use crate::problem::model::{Client, Due};

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
    /// Seconds of waiting.
    pub waiting: Cost,
    /// Seconds beyond the nominal duration.
    pub overtime: Cost,
    /// Clients served by a type that does not know their area.
    pub habit: Cost,
    /// Seconds by which service begins later than it was due.
    pub delay: Cost,
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
            self.waiting,
            self.overtime,
            self.habit,
            self.delay,
            self.area_split,
            self.balance,
            self.unserved,
        ];
        parts.into_iter().fold(Cost::ZERO, plus)
    }
}

/// Adds what a route costs.
pub(super) fn add_cost(round: &Round<'_>, schedule: &RouteSchedule, costs: &mut CostBreakdown) {
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
    let waiting = times(vehicle_type.per_waiting_second, schedule.waiting.value());
    costs.waiting = plus(costs.waiting, waiting);
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
    for stop in &schedule.stops {
        let delay = price_of_delay(&round.problem.clients()[stop.client], stop.start);
        costs.delay = plus(costs.delay, delay);
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

/// What it costs that the service of a client begins at such a moment.
pub(super) fn price_of_delay(client: &Client, start: Seconds) -> Cost {
    let price = |due: Due| times(due.per_second, (start - due.at).max(Seconds::ZERO).value());
    client.due.map_or(Cost::ZERO, price)
}

/// Limits at build keep real costs far from the end of `i64`; absurd solutions stop there.
pub(super) fn plus(a: Cost, b: Cost) -> Cost {
    Cost(a.value().saturating_add(b.value()))
}

pub(super) fn times(rate: i64, amount: i64) -> Cost {
    Cost(rate.saturating_mul(amount))
}
