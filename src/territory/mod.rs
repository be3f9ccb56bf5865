//! Which commune is this, who are its neighbors, and who walks it?

mod unit;

pub use unit::{CommuneCode, ProvinceCode, UnitCodeError};
