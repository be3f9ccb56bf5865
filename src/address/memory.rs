//! What the depot has learned, ready to be found by the words of an address.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::address::resolution::AddressParts;
use crate::place::LatLon;
use crate::territory::{CommuneCode, LearnedPlace, PlaceKind};

/// Learned places by kind and key.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    places: Vec<LearnedPlace>,
    by_key: FxHashMap<(PlaceKind, String), SmallVec<[u32; 2]>>,
}

/// What an address reminds the depot of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Memorized {
    pub(crate) kind: PlaceKind,
    pub(crate) commune: CommuneCode,
    pub(crate) place: Option<LatLon>,
    /// As learned.
    pub(crate) words: String,
    /// The units written are the very ones it was learned with.
    pub(crate) is_exact: bool,
}

impl Memory {
    pub(crate) fn new(places: Vec<LearnedPlace>) -> Self {
        let mut by_key: FxHashMap<(PlaceKind, String), SmallVec<[u32; 2]>> = FxHashMap::default();
        for (i, place) in (0..).zip(&places) {
            by_key.entry((place.kind, place.key())).or_default().push(i);
        }
        Self { places, by_key }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The most exact place of these words that agrees with the units written; none when two communes claim it.
    pub(crate) fn find(&self, parts: &AddressParts, units: &[String]) -> Option<Memorized> {
        known_by(parts).into_iter().find_map(|(kind, words)| {
            let found = self.by_key.get(&(kind, LearnedPlace::key_of(&words)))?;
            let agreeing = found
                .iter()
                .map(|&i| &self.places[i as usize])
                .filter(|place| place.within.iter().all(|unit| units.contains(unit)));
            // Those that share more units with the text say more.
            let n_shared = agreeing.clone().map(|place| place.within.len()).max()?;
            let mut best = agreeing.filter(|place| place.within.len() == n_shared);
            let first = best.next()?;
            if best.any(|place| place.commune != first.commune) {
                return None;
            }
            Some(Memorized {
                kind,
                commune: first.commune,
                place: first.place,
                words: first.words.clone(),
                is_exact: n_shared == units.len(),
            })
        })
    }
}

/// The kinds of place an address names and the words each is known by, most exact first.
pub(crate) fn known_by(parts: &AddressParts) -> SmallVec<[(PlaceKind, String); 4]> {
    let mut found = SmallVec::new();
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    if parts.house.is_some() && (parts.street.is_some() || parts.hamlet.is_some()) {
        let below = if parts.street.is_some() { &parts.street } else { &parts.hamlet };
        let words = [text(&parts.house), text(&parts.alley), text(below)];
        let written: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        found.push((PlaceKind::Door, written.join(" ")));
    }
    let wholes = [
        (PlaceKind::Landmark, &parts.landmark),
        (PlaceKind::Hamlet, &parts.hamlet),
        (PlaceKind::Street, &parts.street),
    ];
    found.extend(wholes.into_iter().filter_map(|(kind, part)| Some((kind, part.clone()?))));
    // "tổ 5, khối phố An Hà" is also known by its khối phố.
    let last_hamlet = parts.hamlet.as_ref().and_then(|hamlet| hamlet.rsplit_once(", "));
    found.extend(last_hamlet.map(|(_, last)| (PlaceKind::Hamlet, last.to_owned())));
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn place(words: &str, within: &[&str], commune: u32) -> LearnedPlace {
        LearnedPlace {
            kind: PlaceKind::Hamlet,
            words: words.to_owned(),
            within: within.iter().map(|&unit| unit.to_owned()).collect(),
            commune: CommuneCode(commune),
            place: None,
            count: 1,
            last: date(2025, 11, 24),
        }
    }

    fn find(memory: &Memory, hamlet: &str, units: &[&str]) -> Option<(u32, bool)> {
        let parts = AddressParts { hamlet: Some(hamlet.to_owned()), ..AddressParts::default() };
        let units: Vec<String> = units.iter().map(|&unit| unit.to_owned()).collect();
        memory.find(&parts, &units).map(|found| (found.commune.0, found.is_exact))
    }

    #[test]
    fn a_place_is_found_when_its_units_stand_in_the_text() {
        let memory = Memory::new(vec![place("thôn An Hà", &["thangbinh"], 1)]);
        assert_eq!(find(&memory, "Thon An Ha", &["thangbinh"]), Some((1, true)));
        assert_eq!(find(&memory, "tổ 5, thôn An Hà", &["thangbinh", "danang"]), Some((1, false)));
        assert_eq!(find(&memory, "thôn An Hà", &["queson"]), None);
    }

    #[test]
    fn the_place_that_shares_more_units_wins_and_equals_are_not_told_apart() {
        let memory = Memory::new(vec![
            place("thôn 3", &[], 1),
            place("thôn 3", &["thangbinh"], 2),
            place("thôn 4", &["thangbinh"], 3),
            place("thôn 4", &["danang"], 4),
        ]);
        assert_eq!(find(&memory, "thôn 3", &["thangbinh"]), Some((2, true)));
        assert_eq!(find(&memory, "thôn 3", &["queson"]), Some((1, false)));
        assert_eq!(find(&memory, "thôn 4", &["thangbinh", "danang"]), None);
    }
}
