//! How long does it take from here to there?
//!
//! Behind one trait, [`Travel`], stand several answers. A [`Region`] holds the roads of one area, built
//! once from an OpenStreetMap extract ([`build_region`]); a [`Router`] answers on it with a profile
//! and the closures of a day: all pairs of places at once, or one way with its line and steps. A
//! [`MatrixFile`] and a [`ServerTravel`] bring what others measured. Without any of them [`estimate`]
//! answers by great circles.
//!
//! How roads become answers: `import` reads the extract, `graph` cuts its ways into edges, `turns`
//! makes restrictions ordinary arcs, `hierarchy` orders and contracts, `metric` prices the arcs for a
//! [`RoadProfile`], `snap` brings places to edges, and `query` finds shortest ways; `calibrate` fits a profile to recorded times. A weight is a
//! time and a length in one integer (`weight`), so both belong to the same way, exactly.
//!
//! Laws kept here: legs are finite, whole seconds and whole meters; time rounds up, and only here;
//! the same extract gives the same bytes, the same places the same matrix on any number of threads;
//! a damaged file is refused, never believed. What stands behind a number is told with it
//! ([`TravelName`]): an estimate is never shown as the length of a road.
//!
//! Not here: items, carriers, dates, and opening files: the room reads what it is handed.

use crate::finding::FindingCode;

mod calibrate;
mod changes;
mod drawing;
mod estimate;
mod graph;
mod hierarchy;
mod import;
mod matrix_file;
mod metric;
mod profile;
mod query;
mod region;
mod road_kind;
mod road_profile;
mod router;
mod server;
mod sketch;
mod snap;
#[cfg(test)]
mod tests;
mod travel;
mod turns;
mod weight;

pub use calibrate::{
    CalibrateError, Calibrated, CalibratedSpeed, RecordedLeg, RecordedLegs, calibrate,
};
pub use changes::{ChangeEffect, ChangedRoads, RoadChange};
pub use drawing::{DrawnShape, drawing_geojson};
pub use estimate::{NetworkPlace, estimate};
pub use import::{
    Area, BuildObserver, BuildStep, ImportError, PointKind, Polygon, QuietBuild, WaterKind,
    named_area,
};
pub use matrix_file::{MATRIX_FORMAT, MatrixFile, MatrixFileError};
pub use profile::{
    DELTA_DENSITY_MIN, ProfileError, TerrainClass, TerrainSpeed, TravelProfile, URBAN_DENSITY_MIN,
};
pub use region::{
    ATTRIBUTION, BuildConfig, BuildError, MapPoint, OwnedBytes, ProfileSummary, REGION_FORMAT,
    Region, RegionBytes, RegionError, RegionSummary, Street, Water, build_region,
};
pub use road_kind::{Access, BarrierKind, RoadClass, RoadKind, Smoothness, Surface, Vehicle};
pub use road_profile::{PROFILE_FORMAT, RoadProfile, RoadProfileError, SpeedName};
pub use router::{DayRules, RoadRoute, RouteStep, Router};
pub use server::{Fetch, FetchError, ServerError, ServerTravel};
pub use sketch::{MapSketch, Member};
pub use snap::SnapConfig;
pub use travel::{Measured, Travel, TravelError, TravelKind, TravelName};

/// The findings of this room: none, for it meets no data of the day, only numbers checked before.
pub const CODES: &[FindingCode] = &[];
