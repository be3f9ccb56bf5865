//! From the written address to a [`Resolution`]: code, then columns, then text, then what the depot knows.

use crate::address::confidence;
use crate::address::explanation::{alternatives, first_word, text_of, why, why_nothing};
use crate::address::household::names_a_person;
use crate::address::matching::is_strong;
use crate::address::memory::{Memorized, Memory, known_by};
use crate::address::names::{Meaning, Names};
use crate::address::normalize::{Words, words};
use crate::address::parse::parts;
use crate::address::postcode::is_postcode;
use crate::address::reading::{Reading, SCORE_MIN, read};
use crate::address::resolution::{AddressParts, Alternative, Confidence, Evidence, Resolution};
use crate::address::streets::{CommuneShare, StreetStretch, Streets};
use crate::place::LatLon;
use crate::post::AddressText;
use crate::territory::{CommuneCode, Gazetteer, LearnedPlace, PlaceKind};

/// A guess of so much less than [`SCORE_MIN`] is still shown as an alternative.
const SHOWN_BELOW: i32 = 18;
/// A street decides when so large a share of its doors lies in one commune.
const STREET_SHARE_MIN: f64 = 0.9;

/// How addresses are read.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ResolverConfig {
    /// Communes of the depot's area: they win between equals. Empty when nothing is preferred.
    pub area: Vec<CommuneCode>,
    /// What the depot has learned.
    pub learned: Vec<LearnedPlace>,
    /// Streets and the communes they run through.
    pub streets: Vec<StreetStretch>,
}

impl ResolverConfig {
    /// A reader that prefers these communes between equals.
    pub fn with_area(area: impl IntoIterator<Item = CommuneCode>) -> Self {
        Self { area: area.into_iter().collect(), ..Self::default() }
    }

    /// The same reader with what the depot has learned.
    pub fn with_learned(self, learned: Vec<LearnedPlace>) -> Self {
        Self { learned, ..self }
    }

    /// The same reader with a table of streets.
    pub fn with_streets(self, streets: Vec<StreetStretch>) -> Self {
        Self { streets, ..self }
    }
}

/// Reads addresses. Built once; shared by threads.
#[derive(Debug)]
pub struct Resolver<'g> {
    gazetteer: &'g Gazetteer,
    names: Names,
    // Invariant: ascending.
    area: Vec<CommuneCode>,
    memory: Memory,
    streets: Streets,
}

impl<'g> Resolver<'g> {
    /// Prepares the names of all units for look-up.
    pub fn new(gazetteer: &'g Gazetteer, config: ResolverConfig) -> Self {
        let mut area = config.area;
        area.sort_unstable();
        let hamlets = gazetteer.hamlets().iter().cloned();
        let places = config.learned.into_iter().chain(hamlets).collect();
        Self {
            gazetteer,
            names: Names::new(gazetteer),
            area,
            memory: Memory::new(places),
            streets: Streets::new(&config.streets),
        }
    }

    /// What an address of one free line means.
    pub fn resolve_line(&self, line: &str) -> Resolution {
        let words = words(line);
        self.conclude(&words, &words, &self.read(&words))
    }

    /// What an address means: its code, else its columns, else its text.
    pub fn resolve(&self, address: &AddressText) -> Resolution {
        if let Some(resolution) = self.by_code(address) {
            return resolution;
        }
        let columns = columns_text(address);
        if columns.is_empty() {
            return self.resolve_line(&address.line);
        }
        if filled(address.commune.as_ref()).is_some() {
            let column_words = words(&columns);
            let found = self.read(&column_words);
            if found.confidence != Confidence::Review {
                let line = words(&address.line);
                let mut resolution = self.conclude(&column_words, &line, &found);
                self.note_contradiction(&mut resolution, &line, &columns);
                resolution.why.insert(0, Evidence::Column { text: columns });
                return resolution;
            }
        }
        self.resolve_line(&format!("{}, {columns}", address.line))
    }

    /// What the depot would learn if somebody found this address in a commune, at a place: nothing when the address
    /// names no door, landmark, hamlet or street. Words that name whose home it is are not learned.
    pub fn lesson(
        &self,
        address: &AddressText,
        commune: CommuneCode,
        place: Option<LatLon>,
        day: jiff::civil::Date,
    ) -> Option<LearnedPlace> {
        let whole = words(&whole_line(address));
        let reading = self.read(&whole);
        let from = head(&whole, &reading);
        let mut known = known_by(&parts(&whole, from)).into_iter();
        let (kind, words) = known.find(|(_, words)| !names_a_person(words))?;
        let within = units_written(&whole, &reading, from);
        Some(LearnedPlace { kind, words, within, commune, place, count: 1, last: day })
    }

    /// What the answer to a line rests on, as the table of probabilities names it.
    pub fn ground(&self, line: &str) -> String {
        let words = words(line);
        let reading = self.read(&words);
        let resolution = self.named(&words, &reading, AddressParts::default());
        confidence::ground(&reading, resolution.alternatives.len())
    }

    fn read(&self, words: &Words) -> Reading {
        read(&self.names, &self.area, words)
    }

    fn by_code(&self, address: &AddressText) -> Option<Resolution> {
        let as_code = |text: &str| -> Option<CommuneCode> {
            let text = text.trim();
            let digits = text.len() >= 3 && text.bytes().all(|c| c.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let given = filled(address.commune_code.as_ref()).or(filled(address.commune.as_ref()))?;
        let code = as_code(given)?;
        let today = self.gazetteer.today(code);
        let (&commune, rest) = today.split_first()?;
        let former = self.gazetteer.former(code).filter(|_| commune != code).map(|c| c.code);
        let alternative = |&commune| Alternative { commune, former, score: 0.5 };
        let is_split = !rest.is_empty();
        let line = words(&address.line);
        let reading = self.read(&line);
        let mut resolution = Resolution {
            commune: Some(commune),
            former,
            parts: parts(&line, head(&line, &reading)),
            confidence: if is_split { Confidence::Review } else { Confidence::Certain },
            probability: confidence::of_code(today.len()),
            alternatives: rest.iter().map(alternative).collect(),
            place: None,
            why: vec![Evidence::Code { text: given.to_owned() }],
        };
        let mut units = units_written(&line, &reading, head(&line, &reading));
        units.extend(
            former
                .and_then(|code| self.gazetteer.former(code))
                .map(|c| LearnedPlace::key_of(c.name)),
        );
        self.recall(&mut resolution, &units);
        Some(resolution)
    }

    /// Puts together what was read of the units in one text and of the door in another, or the same.
    fn conclude(&self, read: &Words, line: &Words, reading: &Reading) -> Resolution {
        let is_same = std::ptr::eq(read, line);
        let from = if is_same { head(line, reading) } else { head(line, &self.read(line)) };
        let parts = parts(line, from);
        let mut resolution = self.named(read, reading, parts);
        if !self.memory.is_empty() {
            let from = if is_same { from } else { 0 };
            self.recall(&mut resolution, &units_written(read, reading, from));
        }
        if is_open(&resolution) && !self.streets.is_empty() {
            self.look_for_street(&mut resolution, read, reading);
        }
        resolution
    }

    /// What the names say.
    fn named(&self, words: &Words, reading: &Reading, parts: AddressParts) -> Resolution {
        let top = reading.candidates.first().filter(|top| top.score >= SCORE_MIN - SHOWN_BELOW);
        let Some(top) = top else {
            let why = why_nothing(words, reading);
            return Resolution { parts, why, ..Resolution::unknown() };
        };
        let target = &self.names.targets[top.target as usize];
        let mut alternatives = alternatives(&self.names, reading);
        let is_shown = reading.confidence != Confidence::Review || top.score >= SCORE_MIN;
        if let Some(commune) = reading.commune.filter(|_| !is_shown) {
            let score = confidence::share(top.score);
            alternatives.insert(0, Alternative { commune, former: target.former, score });
        }
        Resolution {
            commune: reading.commune.filter(|_| is_shown),
            former: target.former.filter(|_| is_shown),
            parts,
            confidence: reading.confidence,
            probability: confidence::of_reading(reading, alternatives.len()),
            alternatives,
            place: None,
            why: why(self.gazetteer, &self.names, words, reading),
        }
    }

    /// Lets the depot's memory decide or say where the place is.
    fn recall(&self, resolution: &mut Resolution, units: &[String]) {
        let Some(found) = self.memory.find(&resolution.parts, units) else { return };
        let is_open = is_open(resolution);
        if !is_open && resolution.commune == Some(found.commune) {
            if found.place.is_some() {
                resolution.place = found.place;
                resolution.why.push(Evidence::Learned { text: found.words });
            }
            return;
        }
        let is_listed = resolution.commune == Some(found.commune)
            || resolution.alternatives.iter().any(|a| a.commune == found.commune);
        let nothing_known = resolution.commune.is_none() && resolution.alternatives.is_empty();
        if found.is_exact || is_open && (is_listed || nothing_known) {
            decide(resolution, found);
        }
    }

    /// Lets the street decide where the names do not.
    fn look_for_street(&self, resolution: &mut Resolution, words: &Words, reading: &Reading) {
        let (mut provinces, mut districts) = (Vec::new(), Vec::new());
        for m in reading.mentions.iter().filter(|m| is_strong(m, words.len())) {
            provinces.extend(self.names.province_of(m.meaning));
            if let Meaning::District(district) = m.meaning {
                districts.push(district);
            }
        }
        let is_placed = !provinces.is_empty() || !districts.is_empty();
        // Communes that the text allows limit the choice only when one of them was surely named.
        let is_named = reading.candidates.first().is_some_and(|top| SCORE_MIN <= top.score);
        let named: Vec<CommuneCode> = if is_named { all_communes(resolution) } else { Vec::new() };
        let is_allowed = |code: CommuneCode| {
            let Some(target) = self.names.today(code) else { return false };
            let in_province = provinces.is_empty() || provinces.contains(&target.province);
            let in_district =
                districts.is_empty() || target.districts.iter().any(|d| districts.contains(d));
            // Without a province in the text a street is taken for one of the depot's own.
            let in_area = is_placed || self.area.binary_search(&code).is_ok();
            in_province && in_district && in_area && (named.is_empty() || named.contains(&code))
        };
        let shares = self.streets.find(&resolution.parts, is_allowed);
        follow_street(resolution, &shares, is_named);
    }

    /// A line that surely names another commune than the columns do is worth a look.
    fn note_contradiction(&self, resolution: &mut Resolution, line: &Words, columns: &str) {
        let found = self.read(line);
        let Some(top) = found.candidates.first() else { return };
        let target = &self.names.targets[top.target as usize];
        let agrees = target.today.iter().any(|code| Some(*code) == resolution.commune);
        if found.confidence == Confidence::Certain && !agrees {
            let text = columns.to_owned();
            let other = text_of(line, &top.mention);
            resolution.why.push(Evidence::Contradiction { text, other });
            resolution.confidence = Confidence::Review;
            resolution.probability = resolution.probability.min(0.6);
            resolution.alternatives.extend(target.today.iter().map(|&commune| Alternative {
                commune,
                former: target.former,
                score: 0.4,
            }));
        }
    }
}

/// The first word of the units in a line, or its end.
fn head(line: &Words, reading: &Reading) -> usize {
    let top = reading.candidates.first().filter(|top| top.score >= SCORE_MIN - SHOWN_BELOW);
    if let Some(top) = top {
        return first_word(line, &top.mention);
    }
    // "46 Đào Duy Anh, Đà Nẵng": the province is no street.
    let above = reading.mentions.iter().filter(|m| is_strong(m, line.len()) && m.start != 0);
    above.map(|m| first_word(line, m)).min().unwrap_or(line.len())
}

/// The folded names of the units written from a word on, longest first found, none within another.
fn units_written(words: &Words, reading: &Reading, from: usize) -> Vec<String> {
    let mut spans: Vec<(u16, u16)> = reading
        .mentions
        .iter()
        .filter(|m| from <= usize::from(m.start) && !is_postcode(words, m.start.into()))
        .map(|m| (m.start, m.end))
        .collect();
    spans.sort_unstable_by_key(|&(start, end)| (start, std::cmp::Reverse(end)));
    let mut units: Vec<String> = Vec::new();
    let mut free = 0;
    for (start, end) in spans {
        if free <= start {
            let unit = words.folded(start.into(), end.into()).to_owned();
            if !units.contains(&unit) {
                units.push(unit);
            }
            free = end;
        }
    }
    units
}

/// The communes a resolution allows, best first.
fn all_communes(resolution: &Resolution) -> Vec<CommuneCode> {
    let listed = resolution.alternatives.iter().map(|a| a.commune);
    resolution.commune.into_iter().chain(listed).collect()
}

/// A street that lies in one commune names it; one that lies in several lists them, where the text named none.
fn follow_street(resolution: &mut Resolution, shares: &[CommuneShare], is_named: bool) {
    let Some(&(commune, share)) = shares.first() else { return };
    let text = resolution.parts.street.clone().unwrap_or_default();
    let alternative = |&(commune, share): &CommuneShare| Alternative {
        commune,
        former: None,
        score: share as f32,
    };
    if share < STREET_SHARE_MIN {
        if resolution.commune.is_none() && !is_named {
            resolution.alternatives = shares.iter().map(alternative).collect();
            resolution.probability = confidence::of_street(share);
            resolution.why.push(Evidence::Street { text });
        }
        return;
    }
    let listed = resolution.alternatives.iter().find(|a| a.commune == commune);
    if resolution.commune != Some(commune) {
        resolution.former = listed.and_then(|a| a.former);
    }
    resolution.alternatives = if is_named {
        let said = resolution.commune.filter(|said| *said != commune);
        let said = said.map(|commune| Alternative { commune, former: None, score: 0.0 });
        let others = resolution.alternatives.iter().filter(|a| a.commune != commune).cloned();
        said.into_iter().chain(others).collect()
    } else {
        shares[1..].iter().map(alternative).collect()
    };
    resolution.commune = Some(commune);
    resolution.confidence = Confidence::Inferred;
    resolution.probability = confidence::of_street(share);
    resolution.why.retain(|evidence| !leaves_open(evidence));
    resolution.why.push(Evidence::Street { text });
}

/// Whether the text leaves the commune open: what decides then comes before the depot's area, a weak sign.
fn is_open(resolution: &Resolution) -> bool {
    resolution.confidence == Confidence::Review || resolution.why.contains(&Evidence::DepotArea)
}

/// Evidence that a commune could not be told, or hardly, which no longer holds once it was.
fn leaves_open(evidence: &Evidence) -> bool {
    matches!(
        evidence,
        Evidence::Ambiguous { .. }
            | Evidence::Nothing
            | Evidence::Split { .. }
            | Evidence::DepotArea
    )
}

/// The learned commune becomes the answer; what the text said remains as an alternative.
fn decide(resolution: &mut Resolution, found: Memorized) {
    let said = resolution.commune.filter(|said| *said != found.commune);
    let listed = resolution.alternatives.iter().find(|a| a.commune == found.commune);
    if resolution.commune != Some(found.commune) {
        resolution.former = listed.and_then(|a| a.former);
    }
    resolution.alternatives.retain(|a| a.commune != found.commune);
    if let Some(commune) = said {
        let score = resolution.probability;
        resolution.alternatives.insert(0, Alternative { commune, former: None, score });
    }
    resolution.commune = Some(found.commune);
    resolution.confidence = Confidence::Inferred;
    resolution.probability = confidence::of_memory(found.kind == PlaceKind::Door);
    resolution.place = found.place;
    resolution.why.retain(|evidence| !leaves_open(evidence));
    resolution.why.insert(0, Evidence::Learned { text: found.words });
}

fn filled(column: Option<&String>) -> Option<&str> {
    column.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Line and columns as one text.
fn whole_line(address: &AddressText) -> String {
    let columns = columns_text(address);
    if columns.is_empty() { address.line.clone() } else { format!("{}, {columns}", address.line) }
}

/// The columns as one text, each with a level word.
fn columns_text(address: &AddressText) -> String {
    let columns = [
        (filled(address.commune.as_ref()), "xã"),
        (filled(address.district.as_ref()), "huyện"),
        (filled(address.province.as_ref()), "tỉnh"),
    ];
    let written: Vec<String> = columns
        .into_iter()
        .filter_map(|(column, level)| {
            let column = column?;
            let has_level = words(column).list.first().is_some_and(|word| word.level.is_some());
            Some(if has_level { column.to_owned() } else { format!("{level} {column}") })
        })
        .collect();
    written.join(", ")
}
