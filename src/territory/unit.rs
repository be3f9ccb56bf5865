//! Units of government. A unit is a unit *on a day*: the reform of 1 July 2025 ended districts and
//! joined 10,035 communes into 3,321.

use std::fmt;
use std::str::FromStr;

use crate::place::LatLon;

/// Code of a commune-level unit in the national list: five digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommuneCode(pub u32);

/// Code of a province-level unit in the national list: two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProvinceCode(pub u8);

/// Why a text is not a unit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a unit code has only digits: five for a commune, two for a province")]
pub struct UnitCodeError;

/// Code of a district, a level that ended on 30 June 2025: three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DistrictCode(pub u16);

/// What a commune-level unit is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommuneKind {
    /// Xã: rural.
    Xa,
    /// Phường: urban.
    Phuong,
    /// Thị trấn: a rural town, until 30 June 2025.
    ThiTran,
    /// Đặc khu: an island, from 1 July 2025.
    DacKhu,
}

impl CommuneKind {
    /// The level word as it stands before the name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Xa => "Xã",
            Self::Phuong => "Phường",
            Self::ThiTran => "Thị trấn",
            Self::DacKhu => "Đặc khu",
        }
    }

    /// The kind and the bare name of a full name such as `Xã Bình Minh`.
    pub fn split(full_name: &str) -> Option<(Self, &str)> {
        [Self::Xa, Self::Phuong, Self::ThiTran, Self::DacKhu].into_iter().find_map(|kind| {
            full_name.strip_prefix(kind.word())?.strip_prefix(' ').map(|name| (kind, name))
        })
    }
}

/// A province-level unit, of today's 34 or of the 63 before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Province {
    /// Its code.
    pub code: ProvinceCode,
    /// `Đà Nẵng`.
    pub name: &'static str,
    /// `Thành phố Đà Nẵng`.
    pub full_name: &'static str,
    /// Today's province it became part of; itself when it is one of today's.
    pub successor: ProvinceCode,
}

/// A district, until 30 June 2025.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct District {
    /// Its code.
    pub code: DistrictCode,
    /// `Thăng Bình`.
    pub name: &'static str,
    /// `Huyện Thăng Bình`.
    pub full_name: &'static str,
    /// The former province it belonged to.
    pub province: ProvinceCode,
    /// Today's commune, for an island district that had no communes below it.
    pub successor: Option<CommuneCode>,
}

/// A commune-level unit, of today or of before 1 July 2025.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Commune {
    /// Its code, in the list of its time: the same digits may name another unit in the other list.
    pub code: CommuneCode,
    /// `Bình Minh`.
    pub name: &'static str,
    /// `Xã Bình Minh`.
    pub full_name: &'static str,
    /// What it is called.
    pub kind: CommuneKind,
    /// The province it belongs to, or belonged to.
    pub province: ProvinceCode,
    /// The district it belonged to; today's communes have none.
    pub district: Option<DistrictCode>,
    /// A point inside.
    pub point: LatLon,
    /// Published area; only of today's communes.
    pub area_km2: Option<f64>,
    /// Published population; only of today's communes.
    pub population: Option<u32>,
}

impl FromStr for CommuneCode {
    type Err = UnitCodeError;

    fn from_str(text: &str) -> Result<Self, UnitCodeError> {
        // A spreadsheet that stored the code as a number has eaten the leading zeros.
        let valid = (1..=5).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        if !valid {
            return Err(UnitCodeError);
        }
        text.parse().map(Self).map_err(|_| UnitCodeError)
    }
}

impl fmt::Display for CommuneCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

impl fmt::Display for ProvinceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl fmt::Display for DistrictCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_lost_its_zeros_is_still_read() {
        assert_eq!("4".parse(), Ok(CommuneCode(4)));
        assert_eq!(CommuneCode(4).to_string(), "00004");
        assert_eq!("004x5".parse::<CommuneCode>(), Err(UnitCodeError));
        assert_eq!("123456".parse::<CommuneCode>(), Err(UnitCodeError));
    }
}
