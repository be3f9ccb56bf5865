//! The stairwell: joins the rooms into one day. The only place that knows them all.

mod plan;

pub use plan::{
    Baseline, CarrierRoute, Cluster, DayPlan, Forwarded, Indicators, ScoreLine, Stop, StopId,
    TravelSource, Unplanned, UnplannedReason, Visit,
};
