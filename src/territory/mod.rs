//! Which commune is this, who are its neighbors, and who walks it?

mod boundary;
mod clustering;
mod neighbors;
mod unit;
mod walk;

pub use boundary::{Boundaries, BoundaryError, NEAR_BORDER};
pub use clustering::CommuneWork;
pub use neighbors::neighbor_graph;
pub use unit::{CommuneCode, ProvinceCode, UnitCodeError};
pub use walk::Walk;
