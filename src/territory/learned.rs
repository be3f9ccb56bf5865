//! Places that a depot has come to know: a door, a hamlet, a landmark, and the commune it turned out to lie in.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::place::LatLon;
use crate::territory::spelling::fold_into;
use crate::territory::unit::CommuneCode;

/// What a learned place is, most exact first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// A house with its number.
    Door,
    /// Something everybody knows: a market, a school.
    Landmark,
    /// Thôn, tổ, khối phố.
    Hamlet,
    /// A street without a number.
    Street,
}

/// Every kind with its key in files.
const KEYS: [(PlaceKind, &str); 4] = [
    (PlaceKind::Door, "door"),
    (PlaceKind::Landmark, "landmark"),
    (PlaceKind::Hamlet, "hamlet"),
    (PlaceKind::Street, "street"),
];

impl fmt::Display for PlaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = KEYS.iter().find(|(kind, _)| kind == self).map_or("", |(_, key)| key);
        f.write_str(key)
    }
}

/// Why a text is no kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a kind of place is one of: door, landmark, hamlet, street")]
pub struct PlaceKindError;

impl FromStr for PlaceKind {
    type Err = PlaceKindError;

    fn from_str(text: &str) -> Result<Self, PlaceKindError> {
        KEYS.iter().find(|(_, key)| *key == text).map(|(kind, _)| *kind).ok_or(PlaceKindError)
    }
}

/// A place as a depot has learned it. Holds no name of a person and no phone.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedPlace {
    /// What it is.
    pub kind: PlaceKind,
    /// The words it is known by, as first read: `K356/12 Hoàng Diệu`.
    pub words: String,
    /// The units written beside it, folded: `haichau`, `danang`. All must stand in a text for the place to be meant.
    pub within: Vec<String>,
    /// Today's commune it lies in.
    pub commune: CommuneCode,
    /// Where it is, when somebody was there.
    pub place: Option<LatLon>,
    /// How often it was confirmed.
    pub count: u32,
    /// When it was confirmed last.
    pub last: Date,
}

impl LearnedPlace {
    /// The key under which its words are found again.
    pub fn key(&self) -> String {
        Self::key_of(&self.words)
    }

    /// The key of any words.
    pub fn key_of(words: &str) -> String {
        let mut key = String::with_capacity(words.len());
        fold_into(&mut key, words);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_key() {
        for (kind, key) in KEYS {
            assert_eq!(kind.to_string(), key);
            assert_eq!(key.parse(), Ok(kind));
        }
        assert_eq!("house".parse::<PlaceKind>(), Err(PlaceKindError));
    }
}
