//! The vehicle-routing problem, exactly: what may be decided, what it costs, what is forbidden.
//!
//! A [`Problem`] is built once, checked once, and never changes; a [`Solution`] is a plain list of
//! routes. This room knows no map, no post, no file.
//!
//! Laws kept here: legs are finite; sums cannot overflow (limits at build); a problem is valid once built.

mod check;
mod model;
mod solution;
mod travel;

#[cfg(test)]
pub(crate) mod oracle;
#[cfg(test)]
mod tests;

pub use check::{CostBreakdown, Report, RouteSchedule, StopTime, Violation, check};
pub use model::{
    AreaId, BalanceRule, Client, ClientId, Departure, Load, MAX_CLIENTS, MAX_LOADS, Overtime,
    PlaceId, Presence, Problem, ProblemBuilder, ProblemError, ProfileId, Rest, SkillSet,
    TimeWindow, VehicleType, VehicleTypeId,
};
pub use solution::{Route, Solution};
pub use travel::{Rounding, Travel};
