//! Which commune is this, who are its neighbors, and who walks it?

mod gazetteer;
mod spelling;
mod unit;

pub use gazetteer::{Gazetteer, OldName};
pub use spelling::{fold_into, mark_into, spelling_key};
pub use unit::{
    Commune, CommuneCode, CommuneKind, District, DistrictCode, Province, ProvinceCode,
    UnitCodeError,
};
