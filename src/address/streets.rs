//! Streets and the communes they run through: what a street says when the text names no commune.

use std::str::FromStr;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::address::resolution::AddressParts;
use crate::territory::{CommuneCode, fold_into, mark_into};

/// The probability that remains for a commune whose known house numbers lie elsewhere.
const OUTSIDE_WEIGHT: f64 = 0.02;
/// House numbers reach so far beyond those that are known.
const HOUSE_MARGIN: u32 = 6;
/// A street of a longer table than this is refused: no country has so many.
const MAX_ROWS: usize = 10_000_000;

/// Which side of a street a row speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreetSide {
    /// Both.
    #[default]
    Both,
    /// Odd house numbers.
    Odd,
    /// Even house numbers.
    Even,
}

/// Why a text is no side of a street.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a side of a street is odd, even or empty")]
pub struct StreetSideError;

impl FromStr for StreetSide {
    type Err = StreetSideError;

    fn from_str(text: &str) -> Result<Self, StreetSideError> {
        match text {
            "" | "both" => Ok(Self::Both),
            "odd" => Ok(Self::Odd),
            "even" => Ok(Self::Even),
            _ => Err(StreetSideError),
        }
    }
}

/// A stretch of a street in one commune.
#[derive(Clone, Debug, PartialEq)]
pub struct StreetStretch {
    /// Name, with or without its type word.
    pub name: String,
    /// Today's commune.
    pub commune: CommuneCode,
    /// How much of the street lies there, in any unit that is the same for all stretches.
    pub weight: f64,
    /// House numbers seen there, when any are known.
    pub houses: Option<(u32, u32)>,
    /// The side these numbers are on.
    pub side: StreetSide,
}

/// Streets by name.
#[derive(Debug, Default)]
pub(crate) struct Streets {
    by_folded: FxHashMap<String, Vec<Stretch>>,
}

#[derive(Debug)]
struct Stretch {
    marked: String,
    commune: CommuneCode,
    weight: f64,
    houses: Option<(u32, u32)>,
    side: StreetSide,
}

/// A commune a street runs through, and the share of the street's doors that are there.
pub(crate) type CommuneShare = (CommuneCode, f64);

impl Streets {
    pub(crate) fn new(stretches: &[StreetStretch]) -> Self {
        let mut streets = Self::default();
        for stretch in stretches.iter().take(MAX_ROWS) {
            let name = without_type(&stretch.name);
            let (mut folded, mut marked) = (String::new(), String::new());
            fold_into(&mut folded, name);
            mark_into(&mut marked, name);
            let stretch = Stretch {
                marked,
                commune: stretch.commune,
                weight: stretch.weight,
                houses: stretch.houses,
                side: stretch.side,
            };
            streets.by_folded.entry(folded).or_default().push(stretch);
        }
        streets
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_folded.is_empty()
    }

    /// The communes where this door of this street may be, likeliest first.
    pub(crate) fn find(
        &self,
        parts: &AddressParts,
        is_allowed: impl Fn(CommuneCode) -> bool,
    ) -> SmallVec<[CommuneShare; 4]> {
        let mut shares: SmallVec<[CommuneShare; 4]> = SmallVec::new();
        let Some(street) = parts.street.as_deref().map(without_type) else { return shares };
        let (mut folded, mut marked) = (String::new(), String::new());
        fold_into(&mut folded, street);
        mark_into(&mut marked, street);
        let Some(stretches) = self.by_folded.get(&folded) else { return shares };
        let is_exact = |stretch: &&Stretch| stretch.marked == marked || folded == marked;
        let any_exact = stretches.iter().any(|stretch| is_exact(&stretch));
        let number = street_number(parts);
        let fitting = stretches
            .iter()
            .filter(|stretch| !any_exact || is_exact(stretch))
            .filter(|stretch| is_allowed(stretch.commune));
        for stretch in fitting {
            let weight = stretch.weight * fit(stretch, number);
            match shares.iter_mut().find(|(commune, _)| *commune == stretch.commune) {
                Some((_, sum)) => *sum += weight,
                None => shares.push((stretch.commune, weight)),
            }
        }
        let total: f64 = shares.iter().map(|(_, weight)| weight).sum();
        shares.iter_mut().for_each(|(_, weight)| *weight /= total.max(f64::MIN_POSITIVE));
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        shares
    }
}

/// How well a house number fits a stretch.
fn fit(stretch: &Stretch, number: Option<u32>) -> f64 {
    let (Some(number), Some((lo, hi))) = (number, stretch.houses) else { return 1.0 };
    let on_side = match stretch.side {
        StreetSide::Both => true,
        StreetSide::Odd => number % 2 == 1,
        StreetSide::Even => number % 2 == 0,
    };
    let inside =
        (lo.saturating_sub(HOUSE_MARGIN)..=hi.saturating_add(HOUSE_MARGIN)).contains(&number);
    if on_side && inside { 1.0 } else { OUTSIDE_WEIGHT }
}

/// The number that counts along the street: that of the alley's mouth, else the first of the house.
fn street_number(parts: &AddressParts) -> Option<u32> {
    let first = |text: &String| {
        let digits = text.split(|c: char| !c.is_ascii_digit()).find(|run| !run.is_empty())?;
        digits.parse().ok()
    };
    parts.alley.as_ref().and_then(first).or(parts.house.as_ref().and_then(first))
}

/// The name without `đường`, `phố` in front.
fn without_type(name: &str) -> &str {
    let name = name.trim();
    let rest = ["đường ", "phố ", "đ. "].into_iter().find_map(|word| {
        let head: String = name.chars().take(word.chars().count()).collect();
        (head.to_lowercase() == word).then(|| name[head.len()..].trim())
    });
    rest.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(name: &str, commune: u32, houses: Option<(u32, u32)>) -> StreetStretch {
        let (commune, side) = (CommuneCode(commune), StreetSide::Both);
        StreetStretch { name: name.to_owned(), commune, weight: 100.0, houses, side }
    }

    fn door(house: &str, street: &str) -> AddressParts {
        AddressParts {
            house: Some(house.to_owned()),
            street: Some(street.to_owned()),
            ..AddressParts::default()
        }
    }

    #[test]
    fn a_house_number_chooses_the_stretch_it_lies_in() {
        let streets = Streets::new(&[
            stretch("Đường Hùng Vương", 1, Some((1, 99))),
            stretch("Hùng Vương", 2, Some((120, 400))),
        ]);
        let best = |house| streets.find(&door(house, "Hùng Vương"), |_| true)[0];
        assert_eq!(best("K56/2").0, CommuneCode(1));
        assert_eq!(best("356/2").0, CommuneCode(2));
        // 1 against 0.02.
        assert!((best("56").1 - 1.0 / 1.02).abs() < 1e-9);
    }

    #[test]
    fn the_alley_counts_before_the_house() {
        let parts = AddressParts { alley: Some("Kiệt 152".into()), ..door("12", "2-9") };
        assert_eq!(street_number(&parts), Some(152));
        assert_eq!(street_number(&door("K356/12", "")), Some(356));
        assert_eq!(street_number(&door("99999999999", "")), None);
    }

    #[test]
    fn accents_tell_streets_apart_where_they_are_written() {
        let streets = Streets::new(&[stretch("Trần Cao", 1, None), stretch("Trần Cáo", 2, None)]);
        assert_eq!(
            streets.find(&door("1", "Trần Cáo"), |_| true).as_slice(),
            [(CommuneCode(2), 1.0)]
        );
        assert_eq!(streets.find(&door("1", "Tran Cao"), |_| true).len(), 2);
        assert!(streets.find(&door("1", "Trần Cáo"), |code| code.0 == 1).is_empty());
    }
}
