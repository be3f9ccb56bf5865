//! The stairwell: joins the rooms into one day. The only place that knows them all.
//!
//! [`plan_day`] follows the corridor: `morning` reads addresses and decides who is visited, who waits and who goes
//! elsewhere; `stops` gathers items at one door; `ways` measures; `clusters`
//! divides the communes; `assembly` states the routing problem, in which
//! laws are rules and wishes are prices; the solver searches; `reasons` takes a last look at what is left out and
//! says why; `baseline` and `indicators` compare. [`streets_of`] tells addresses the streets of a region. What is shown has passed `problem::check`.
//!
//! Laws kept here: items in = planned + unplanned with a reason + forwarded; the same morning, configuration and
//! iteration budget give the same plan on any number of threads; no name reaches the problem. The clock is the
//! shell's: an [`Observer`] hears when a step begins. Deliberately not here: files, words, the look of anything.

mod assembly;
mod baseline;
mod clusters;
mod config;
mod day;
mod due;
mod indicators;
mod morning;
mod plan;
mod reasons;
#[cfg(test)]
mod samples;
mod stops;
mod streets;
#[cfg(test)]
mod tests;
mod ways;

pub use config::{ConfigError, PlanConfig, Prices, ServiceTimes, ZoneNorm};
pub use day::{Error, Observer, Quiet, STOPS_MAX, Step, plan_day, problem_of};
pub use due::{due_class, due_date};
pub use morning::{
    CODES, DOOR_FAR_FROM_ROADS, DOOR_OFF_THE_ROADS, HOURS_BACKWARD, Morning, NO_ROOM_LEFT,
    NO_TIME_LEFT, WALK_AMBIGUOUS, WALK_UNKNOWN,
};
pub use plan::{
    Baseline, CarrierRoute, Cluster, DayPlan, Forwarded, Indicators, ScoreLine, Stop, StopId,
    TravelSource, Unplanned, UnplannedReason, Visit,
};
pub use streets::streets_of;
