//! What does the depot remember? One `SQLite` file per depot, which outlives every plan.
//!
//! `database` opens the file, checks that it is ours and brings older ones to the present form; `places` keeps
//! what the planner decided about doubtful addresses and where deliveries were confirmed. Other memories of the
//! depot will live beside them.
//!
//! Laws: what was written is on the disk before the call returns; several places are learned together or not at
//! all; a file of a newer program is refused, never changed; no name and no phone is kept.
//! Not here: what a place means for an address (`address`), the words people see.

mod database;
mod places;
#[cfg(test)]
mod tests;

pub use database::{DepotDatabase, Error};
pub use places::StoredPlace;
