//! Streets and the communes they run through: what a street says when the text names no commune.

use std::str::FromStr;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::address::resolution::AddressParts;
use crate::territory::{CommuneCode, fold_into, mark_into};

/// The probability that remains for a commune whose known house numbers lie elsewhere.
const OUTSIDE_WEIGHT: f64 = 0.02;
/// The weight of a commune without known numbers, when another holds the number.
const UNKNOWN_WEIGHT: f64 = 0.1;
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
        let Some(street) = parts.street.as_deref().map(without_type) else {
            return SmallVec::new();
        };
        // An alley may be a street of its own: Kiệt 356 Hoàng Diệu.
        let alley = parts.alley.as_ref().map(|alley| format!("{alley} {street}"));
        let alley_of_house = parts.house.as_deref().and_then(alley_number);
        let alley = alley.or(alley_of_house.map(|number| format!("Kiệt {number} {street}")));
        let own = alley.map(|name| self.of_name(&name, parts, &is_allowed)).unwrap_or_default();
        if own.is_empty() { self.of_name(street, parts, &is_allowed) } else { own }
    }

    fn of_name(
        &self,
        name: &str,
        parts: &AddressParts,
        is_allowed: &impl Fn(CommuneCode) -> bool,
    ) -> SmallVec<[CommuneShare; 4]> {
        let (mut folded, mut marked) = (String::new(), String::new());
        fold_into(&mut folded, name);
        mark_into(&mut marked, name);
        let Some(stretches) = self.by_folded.get(&folded) else { return SmallVec::new() };
        let is_exact = |stretch: &&Stretch| stretch.marked == marked || folded == marked;
        let any_exact = stretches.iter().any(|stretch| is_exact(&stretch));
        let number = street_number(parts);
        let mut found: SmallVec<[Part; 4]> = SmallVec::new();
        let fitting = stretches
            .iter()
            .filter(|stretch| !any_exact || is_exact(stretch))
            .filter(|stretch| is_allowed(stretch.commune));
        for stretch in fitting {
            let at = found.iter().position(|part| part.commune == stretch.commune);
            let at = at.unwrap_or_else(|| {
                found.push(Part { commune: stretch.commune, weight: 0.0, holds: None });
                found.len() - 1
            });
            let part = &mut found[at];
            part.weight += stretch.weight;
            part.holds = part.holds.max(number.and_then(|number| holds(stretch, number)));
        }
        let is_held = found.iter().any(|part| part.holds == Some(true));
        let mut shares: SmallVec<[CommuneShare; 4]> = found
            .iter()
            .map(|part| {
                let fit = match part.holds {
                    Some(false) => OUTSIDE_WEIGHT,
                    None if is_held => UNKNOWN_WEIGHT,
                    Some(true) | None => 1.0,
                };
                (part.commune, part.weight * fit)
            })
            .collect();
        let total: f64 = shares.iter().map(|(_, weight)| weight).sum();
        shares.iter_mut().for_each(|(_, weight)| *weight /= total.max(f64::MIN_POSITIVE));
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        shares
    }
}

/// What a street has in one commune.
struct Part {
    commune: CommuneCode,
    weight: f64,
    /// Whether the number asked for is among the known ones; nothing when none are known on its side.
    holds: Option<bool>,
}

/// Whether a house number is among those of a stretch; nothing when none on its side are known.
fn holds(stretch: &Stretch, number: u32) -> Option<bool> {
    let (lo, hi) = stretch.houses?;
    let on_side = match stretch.side {
        StreetSide::Both => true,
        StreetSide::Odd => number % 2 == 1,
        StreetSide::Even => number.is_multiple_of(2),
    };
    let known = lo.saturating_sub(HOUSE_MARGIN)..=hi.saturating_add(HOUSE_MARGIN);
    on_side.then(|| known.contains(&number))
}

/// The number that counts along the street: that of the alley's mouth, else the first of the house.
fn street_number(parts: &AddressParts) -> Option<u32> {
    let first = |text: &String| {
        let digits = text.split(|c: char| !c.is_ascii_digit()).find(|run| !run.is_empty())?;
        digits.parse().ok()
    };
    parts.alley.as_ref().and_then(first).or(parts.house.as_ref().and_then(first))
}

/// 356 in `K356/12`.
fn alley_number(house: &str) -> Option<&str> {
    let rest = house.strip_prefix(['K', 'k'])?.trim_start_matches(['.', ' ']);
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    (!digits.is_empty()).then_some(digits)
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
    fn an_alley_that_is_a_street_of_its_own_counts_before_the_street() {
        let streets = Streets::new(&[
            stretch("Hoàng Diệu", 1, None),
            stretch("Kiệt 356 Hoàng Diệu", 2, None),
        ]);
        let best = |house| streets.find(&door(house, "Hoàng Diệu"), |_| true)[0].0;
        assert_eq!((best("K356/12"), best("356")), (CommuneCode(2), CommuneCode(1)));
    }

    #[test]
    fn a_number_of_the_other_side_says_nothing() {
        let even =
            StreetStretch { side: StreetSide::Even, ..stretch("Lê Lợi", 1, Some((2, 90))) };
        let streets = Streets::new(&[even, stretch("Lê Lợi", 2, None)]);
        let share = |house| streets.find(&door(house, "Lê Lợi"), |_| true)[0].1;
        // Held against unknown: 1 to 0.1; unknown against unknown: even.
        assert!((share("44") - 1.0 / 1.1).abs() < 1e-9);
        assert!((share("45") - 0.5).abs() < 1e-9);
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
