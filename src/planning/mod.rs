//! The stairwell: joins the rooms into one day. The only place that knows them all.

mod config;
mod due;
mod plan;
#[cfg(test)]
mod samples;
mod stops;

pub use config::{ConfigError, PlanConfig, Prices, ServiceTimes, ZoneNorm};
pub use due::{due_class, due_date};
pub use plan::{
    Baseline, CarrierRoute, Cluster, DayPlan, Forwarded, Indicators, ScoreLine, Stop, StopId,
    TravelSource, Unplanned, UnplannedReason, Visit,
};
