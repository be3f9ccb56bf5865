//! Which commune is this, who are its neighbors, and who walks it?
//!
//! Outlines, when a user has them, tell the commune of a point ([`Boundaries`]) and which communes
//! lie side by side ([`neighbor_graph`]); without outlines the communes' points do, and a map shows
//! each commune's [`cell`]. The day's work,
//! summed by commune, is then divided into balanced, compact, connected clusters ([`cluster`]),
//! each following the [`Walk`] of its carrier where one is stated.
//!
//! Laws kept here: every commune ends in exactly one cluster, and the same input gives the same
//! clusters in any order of its communes. Not here: items, persons, files; the room reads the
//! bytes it is handed.

mod boundary;
mod cells;
mod clustering;
mod gazetteer;
mod learned;
pub mod legacy;
mod neighbors;
mod spelling;
#[cfg(test)]
mod tests;
mod unit;
mod units;
mod walk;

pub use boundary::{Boundaries, BoundaryError, NEAR_BORDER};
pub use cells::cell;
pub use clustering::{CommuneWork, cluster};
pub use gazetteer::Gazetteer;
pub use learned::{LearnedPlace, PlaceKind};
pub use neighbors::neighbor_graph;
pub use spelling::{fold_into, mark_into, spelling_key};
pub use unit::{
    Commune, CommuneCode, CommuneKind, District, DistrictCode, Province, ProvinceCode,
    UnitCodeError,
};
pub use units::{EndedCommune, OldName, UnitTables, UnitsError};
pub use walk::Walk;
