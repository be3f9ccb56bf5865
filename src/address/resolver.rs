//! From the written address to a [`Resolution`]: code, then columns, then text.

use crate::address::matching::{Candidate, Grade, Mention, candidates, is_office, mentions};
use crate::address::misread::misread_mentions;
use crate::address::names::{Meaning, Names};
use crate::address::normalize::{Break, Level, Words, words};
use crate::address::parse::parts;
use crate::address::resolution::{AddressParts, Alternative, Confidence, Evidence, Resolution};
use crate::post::AddressText;
use crate::territory::{CommuneCode, Gazetteer};

/// Below this score no commune is named.
const SCORE_MIN: i32 = 38;
/// The lead over the next commune that lets the first be taken.
const LEAD_MIN: i32 = 8;
/// The lead that leaves no doubt.
const LEAD_CERTAIN: i32 = 12;
/// A misread name of so few letters goes to review.
const MISREAD_MIN: usize = 5;
/// What a candidate gains that explains a name its rival leaves unexplained.
const UNEXPLAINED_SCORE: i32 = 14;
/// What the depot's area adds to a commune in it.
const AREA_SCORE: i32 = 9;
/// The most alternatives listed.
const MAX_ALTERNATIVES: usize = 8;

/// How addresses are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolverConfig {
    /// Communes of the depot's area: they win between equals. May be empty.
    pub area: Vec<CommuneCode>,
}

impl ResolverConfig {
    /// A reader that prefers these communes between equals.
    pub fn with_area(area: impl IntoIterator<Item = CommuneCode>) -> Self {
        Self { area: area.into_iter().collect() }
    }
}

/// Reads addresses. Built once; shared by threads.
#[derive(Debug)]
pub struct Resolver<'g> {
    gazetteer: &'g Gazetteer,
    names: Names,
    // Invariant: ascending.
    area: Vec<CommuneCode>,
}

/// The commune a text was found to mean, before the parts below it are read.
struct Finding {
    candidates: Vec<Candidate>,
    confidence: Confidence,
    /// The depot's area decided.
    by_area: bool,
}

impl<'g> Resolver<'g> {
    /// Prepares the names of all units for look-up.
    pub fn new(gazetteer: &'g Gazetteer, config: ResolverConfig) -> Self {
        let mut area = config.area;
        area.sort_unstable();
        Self { gazetteer, names: Names::new(gazetteer), area }
    }

    /// What an address of one free line means.
    pub fn resolve_line(&self, line: &str) -> Resolution {
        let words = words(line);
        self.resolution_of(&words, &words, &self.read(&words))
    }

    /// What an address means: its code, else its columns, else its text.
    pub fn resolve(&self, address: &AddressText) -> Resolution {
        if let Some(resolution) = self.by_code(address) {
            return resolution;
        }
        let line = words(&address.line);
        let columns = columns_text(address);
        if columns.is_empty() {
            return self.resolution_of(&line, &line, &self.read(&line));
        }
        if filled(address.commune.as_ref()).is_some() {
            let column_words = words(&columns);
            let found = self.read(&column_words);
            if found.confidence != Confidence::Review {
                let mut resolution = self.resolution_of(&column_words, &line, &found);
                self.note_contradiction(&mut resolution, &line, &columns);
                let text = columns.clone();
                resolution.why.insert(0, Evidence::Column { text });
                return resolution;
            }
        }
        let whole = words(&format!("{}, {columns}", address.line));
        self.resolution_of(&whole, &whole, &self.read(&whole))
    }

    fn by_code(&self, address: &AddressText) -> Option<Resolution> {
        let as_code = |text: &str| -> Option<CommuneCode> {
            let text = text.trim();
            let digits = text.len() >= 3 && text.bytes().all(|c| c.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let given = filled(address.commune_code.as_ref()).or(filled(address.commune.as_ref()))?;
        let code = as_code(given)?;
        let line = words(&address.line);
        let parts = parts(&line, self.head_of(&line));
        let why = vec![Evidence::Code { text: given.to_owned() }];
        if self.gazetteer.commune(code).is_some() {
            let confidence = Confidence::Certain;
            let probability = 0.999;
            let (former, alternatives) = (None, Vec::new());
            let commune = Some(code);
            return Some(Resolution {
                commune,
                former,
                parts,
                confidence,
                probability,
                alternatives,
                why,
            });
        }
        let successors = self.gazetteer.successors(code);
        let (&first, rest) = successors.split_first()?;
        let alternatives = rest
            .iter()
            .map(|&commune| Alternative { commune, former: Some(code), score: 0.5 })
            .collect();
        let split = !rest.is_empty();
        Some(Resolution {
            commune: Some(first),
            former: Some(code),
            parts,
            confidence: if split { Confidence::Review } else { Confidence::Certain },
            probability: if split { 1.0 / successors.len() as f32 } else { 0.995 },
            alternatives,
            why,
        })
    }

    /// The first word of the commune in a line, or the end of the line.
    fn head_of(&self, line: &Words) -> usize {
        self.read(line)
            .candidates
            .first()
            .map_or(line.words.len(), |c| first_word(line, &c.mention))
    }

    /// A line that surely names another commune than the columns do is worth a look.
    fn note_contradiction(&self, resolution: &mut Resolution, line: &Words, columns: &str) {
        let found = self.read(line);
        let Some(top) = found.candidates.first() else { return };
        let agrees = self.names.targets[top.target as usize]
            .today
            .iter()
            .any(|code| Some(*code) == resolution.commune);
        if found.confidence == Confidence::Certain && !agrees {
            let text = columns.to_owned();
            let other = text_of(line, &top.mention);
            resolution.why.push(Evidence::Contradiction { text, other });
            resolution.confidence = Confidence::Review;
            resolution.probability = resolution.probability.min(0.6);
            let target = &self.names.targets[top.target as usize];
            resolution.alternatives.extend(target.today.iter().map(|&commune| Alternative {
                commune,
                former: target.former,
                score: 0.4,
            }));
        }
    }

    fn read(&self, words: &Words) -> Finding {
        let mut mentions = mentions(&self.names, &words.words);
        let first = self.decide(&mentions, words);
        if first.confidence != Confidence::Review || words.words.is_empty() {
            return first;
        }
        let before = mentions.len();
        misread_mentions(&self.names, &words.words, &mut mentions);
        if mentions.len() == before { first } else { self.decide(&mentions, words) }
    }

    fn decide(&self, mentions: &[Mention], words: &Words) -> Finding {
        let mut candidates = candidates(&self.names, mentions, words.words.len());
        let mut confidence = self.confidence(&candidates, mentions, words);
        let mut by_area = false;
        let close = candidates.first().is_some_and(|top| top.score >= SCORE_MIN - AREA_SCORE);
        if confidence == Confidence::Review && close && !self.area.is_empty() {
            let mut preferred = candidates.clone();
            for candidate in &mut preferred {
                let today = &self.names.targets[candidate.target as usize].today;
                if today.iter().any(|code| self.area.binary_search(code).is_ok()) {
                    candidate.score += AREA_SCORE;
                }
            }
            preferred.sort_by_key(|c| (-c.score, c.mention.grade, c.target));
            if self.confidence(&preferred, mentions, words) != Confidence::Review {
                confidence = Confidence::Inferred;
                by_area = true;
            }
            candidates = preferred;
        }
        Finding { candidates, confidence, by_area }
    }

    fn confidence(
        &self,
        candidates: &[Candidate],
        mentions: &[Mention],
        words: &Words,
    ) -> Confidence {
        let Some(top) = candidates.first() else { return Confidence::Review };
        let today = &self.names.targets[top.target as usize].today;
        let lead = self.lead(candidates);
        let worded = matches!(top.mention.level, Some(Level::Commune(_)));
        let alone = top.mention.level.is_none() && top.mention.begins && top.mention.ends;
        let supported = top.district.is_some() || top.province.is_some();
        if today.len() > 1 || top.score < SCORE_MIN || lead < LEAD_MIN {
            return Confidence::Review;
        }
        if !is_complete(top, words) || leaves_level_unread(top, mentions, words) {
            return Confidence::Review;
        }
        let district = self.may_be_a_district(top, mentions);
        if !supported && !worded || district && !top.mention.office && top.district.is_none() {
            return Confidence::Review;
        }
        let support_exact = [top.district, top.province]
            .into_iter()
            .flatten()
            .any(|m| m.grade == Grade::Exact && m.level_fits());
        let certain = top.mention.grade == Grade::Exact
            && matches!(top.mention.meaning, Meaning::Commune(_))
            && (worded || alone && !district)
            && support_exact
            && top.against.is_none()
            && lead >= LEAD_CERTAIN;
        if certain {
            return Confidence::Certain;
        }
        let weak = top.against.is_some() && top.score < SCORE_MIN + 12;
        // A short name with a wrong letter may have been any other.
        let short = self.names.targets[top.target as usize].spelled.folded.len() <= MISREAD_MIN;
        let guessed = matches!(top.mention.grade, Grade::Misread(_)) && short;
        if weak || guessed { Confidence::Review } else { Confidence::Inferred }
    }

    /// How far the first candidate leads before the best that means another commune of today.
    fn lead(&self, candidates: &[Candidate]) -> i32 {
        let Some(top) = candidates.first() else { return 0 };
        let today = |c: &Candidate| &self.names.targets[c.target as usize].today;
        let leads = candidates.iter().filter(|c| today(c) != today(top)).map(|rival| {
            // A rival that is itself the district of the first leaves the first name unexplained.
            let bare = rival.mention.level.is_none();
            let explained = bare && top.district.is_some_and(|d| d.overlaps(&rival.mention));
            top.score - rival.score + if explained { UNEXPLAINED_SCORE } else { 0 }
        });
        leads.min().unwrap_or(i32::MAX)
    }

    /// A bare name that was a district and is now a commune says too little.
    fn may_be_a_district(&self, top: &Candidate, mentions: &[Mention]) -> bool {
        let target = &self.names.targets[top.target as usize];
        top.mention.level.is_none()
            && target.former.is_none()
            && mentions.iter().any(|m| {
                let same_words = m.start == top.mention.start && m.end == top.mention.end;
                same_words
                    && matches!(m.meaning, Meaning::District(d) if target.districts.contains(&d))
            })
    }

    fn resolution_of(&self, read: &Words, line: &Words, found: &Finding) -> Resolution {
        let top = found.candidates.first().filter(|top| top.score >= SCORE_MIN - 18);
        let same_text = std::ptr::eq(read, line);
        let head = match top {
            Some(top) if same_text => first_word(line, &top.mention),
            Some(_) => self.head_of(line),
            None => line.words.len(),
        };
        let parts = if line.words.is_empty() { AddressParts::default() } else { parts(line, head) };
        let Some(top) = top else {
            let (alternatives, why) = (Vec::new(), vec![Evidence::Nothing]);
            let confidence = Confidence::Review;
            let (commune, former, probability) = (None, None, 0.0);
            return Resolution {
                commune,
                former,
                parts,
                confidence,
                probability,
                alternatives,
                why,
            };
        };
        let target = &self.names.targets[top.target as usize];
        let mut alternatives = self.alternatives(&found.candidates);
        let commune = if found.confidence == Confidence::Review && top.score < SCORE_MIN {
            alternatives.insert(
                0,
                Alternative {
                    commune: target.today[0],
                    former: target.former,
                    score: share(top.score),
                },
            );
            None
        } else {
            Some(target.today[0])
        };
        Resolution {
            commune,
            former: target.former.filter(|_| commune.is_some()),
            parts,
            confidence: found.confidence,
            probability: self.probability(found, top),
            alternatives,
            why: self.why(read, found, top),
        }
    }

    fn alternatives(&self, candidates: &[Candidate]) -> Vec<Alternative> {
        let mut listed: Vec<CommuneCode> = Vec::new();
        let mut found = Vec::new();
        let best = candidates.first().map_or(0, |top| top.score);
        for (i, candidate) in candidates.iter().enumerate() {
            let target = &self.names.targets[candidate.target as usize];
            if candidate.score < best - 30 || found.len() >= MAX_ALTERNATIVES {
                break;
            }
            for (j, &commune) in target.today.iter().enumerate() {
                if listed.contains(&commune) {
                    continue;
                }
                listed.push(commune);
                if (i, j) != (0, 0) {
                    let score = share(candidate.score);
                    found.push(Alternative { commune, former: target.former, score });
                }
            }
        }
        found
    }

    fn probability(&self, found: &Finding, top: &Candidate) -> f32 {
        // Chosen by hand to order the grades; not fitted: in review the true shares are far higher.
        match (found.confidence, top.mention.grade) {
            (Confidence::Certain, _) => 0.998,
            (Confidence::Inferred, _) if found.by_area => 0.85,
            (Confidence::Inferred, Grade::Exact) => 0.985,
            (Confidence::Inferred, Grade::Bare) => 0.97,
            (Confidence::Inferred, Grade::Folded | Grade::OtherAccents) => 0.95,
            (Confidence::Inferred, Grade::Misread(_)) => 0.93,
            (Confidence::Review, _) => {
                let rivals = self.alternatives(&found.candidates).len() as f32;
                0.8 / (1.0 + rivals)
            }
        }
    }

    fn why(&self, words: &Words, found: &Finding, top: &Candidate) -> Vec<Evidence> {
        let text = text_of(words, &top.mention);
        let target = &self.names.targets[top.target as usize];
        let name = match target.former.and_then(|code| self.gazetteer.former(code)) {
            Some(former) => former.full_name,
            None => self.gazetteer.commune(target.today[0]).map_or("", |c| c.full_name),
        };
        let mut why = vec![match (top.mention.meaning, target.former) {
            (Meaning::OldName(_), _) => {
                Evidence::OldName { text: text.clone(), former: name.to_owned() }
            }
            (_, Some(_)) => Evidence::FormerName { text: text.clone(), former: name.to_owned() },
            _ => {
                let with_level = matches!(top.mention.level, Some(Level::Commune(_)));
                Evidence::Name { text: text.clone(), with_level }
            }
        }];
        match top.mention.grade {
            Grade::Exact => {}
            Grade::Bare | Grade::Folded => why.push(Evidence::Unaccented { text: text.clone() }),
            Grade::OtherAccents | Grade::Misread(_) => {
                why.push(Evidence::Misspelled { text: text.clone(), name: name.to_owned() });
            }
        }
        why.extend(top.district.map(|m| Evidence::District { text: text_of(words, &m) }));
        why.extend(top.province.map(|m| Evidence::Province { text: text_of(words, &m) }));
        if found.by_area {
            why.push(Evidence::DepotArea);
        }
        if let Some(against) = top.against {
            let other = text_of(words, &against);
            why.push(Evidence::Contradiction { text: text.clone(), other });
        }
        if target.today.len() > 1 {
            why.push(Evidence::Split { former: name.to_owned() });
        } else if found.confidence == Confidence::Review {
            why.push(Evidence::Ambiguous { text });
        }
        why
    }
}

/// Whether a name after its level word goes on to a comma, another level word, or what is above it.
fn is_complete(top: &Candidate, words: &Words) -> bool {
    let worded = matches!(top.mention.level, Some(Level::Commune(_)));
    let next = usize::from(top.mention.end);
    let above = [top.district, top.province];
    !worded
        || top.mention.ends
        || above.into_iter().flatten().any(|m| usize::from(m.start) == next)
        || words.words[next].folded.len() == 1
}

/// Whether the text says `xã` or `huyện` and what follows could not be read.
fn leaves_level_unread(top: &Candidate, mentions: &[Mention], words: &Words) -> bool {
    let worded = matches!(top.mention.level, Some(Level::Commune(_)));
    let mut level_words = words.words.iter().enumerate().filter_map(|(i, word)| {
        let (level, n) = word.level?;
        let start = i + usize::from(n);
        // Quan in Thượng Quan is no quận.
        let in_name = (top.mention.start..top.mention.end).contains(&(i as u16));
        let goes_on = words.words.get(start).is_some_and(|next| next.before != Break::Hard);
        (goes_on && !in_name).then_some((level, start))
    });
    level_words.any(|(level, start)| match level {
        Level::Commune(_) => !worded,
        Level::District => {
            let is_read = |m: &Mention| {
                let names_district = matches!(m.meaning, Meaning::District(_));
                names_district && usize::from(m.start) == start
            };
            top.district.is_none()
                && words.words[start].folded.len() > 1
                && !is_office(&words.words[start])
                && !mentions.iter().any(is_read)
                && start != usize::from(top.mention.start)
        }
        _ => false,
    })
}

/// A score as a share of what a flawless address reaches.
fn share(score: i32) -> f32 {
    (score as f32 / 120.0).clamp(0.0, 1.0)
}

fn filled(column: Option<&String>) -> Option<&str> {
    column.map(|text| text.trim()).filter(|text| !text.is_empty())
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
            let has_level = words(column).words.first().is_some_and(|word| word.level.is_some());
            Some(if has_level { column.to_owned() } else { format!("{level} {column}") })
        })
        .collect();
    written.join(", ")
}

fn first_word(words: &Words, mention: &Mention) -> usize {
    let start = usize::from(mention.start);
    let with_level = (1..=3usize.min(start)).rev().find(|&n| {
        words.words[start - n].level.is_some_and(|(level, length)| {
            usize::from(length) == n && matches!(level, Level::Commune(_))
        })
    });
    start - with_level.unwrap_or(0)
}

fn text_of(words: &Words, mention: &Mention) -> String {
    let (start, end) = (usize::from(mention.start), usize::from(mention.end));
    words.text[words.words[start].start..words.words[end - 1].end].to_owned()
}
