//! Which names stand in the text, and how well each commune among them fits the rest.

use crate::address::names::{Meaning, Name, Names, Target};
use crate::address::normalize::{Break, Level, Words};
use crate::address::postcode::postcode;
use crate::address::surroundings::Surroundings;
use crate::territory::CommuneKind;

/// The longest name has five words.
const MAX_NAME_WORDS: usize = 5;

/// What a bare name loses right behind a house number.
const AT_HOUSE_SCORE: i32 = 20;
/// What a bare name loses that is read as a district by a candidate with a commune's name before it.
const UNEXPLAINED_SCORE: i32 = 14;
/// What a district loses that stands behind the province of a commune: "phường Hòa Bình, tỉnh Phú Thọ (TP Hòa Bình cũ)"
/// was whole before it, and speaks of today.
const AFTER_PROVINCE_SCORE: i32 = 16;
/// What a commune loses when a mention speaks against it.
const AGAINST_SCORE: i32 = 35;

/// How a name in the text agrees with the name of the unit, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// Letter by letter, accents included.
    Exact,
    /// The text bears no accents.
    Bare,
    /// Only the folded form of the name is known.
    Folded,
    /// Some accents differ.
    OtherAccents,
    /// So many letters differ.
    Misread(u8),
}

impl Grade {
    fn score(self) -> i32 {
        match self {
            Self::Exact => 0,
            Self::Bare => -6,
            Self::Folded => -8,
            Self::OtherAccents => -13,
            Self::Misread(n) => -12 - 7 * i32::from(n),
        }
    }
}

/// A name found in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mention {
    /// Words `start..end`.
    pub(crate) start: u16,
    pub(crate) end: u16,
    pub(crate) meaning: Meaning,
    pub(crate) grade: Grade,
    /// The level word before or after the name.
    pub(crate) level: Option<Level>,
    /// The name begins its part of the text (after its level word).
    pub(crate) begins: bool,
    /// The name ends its part of the text.
    pub(crate) ends: bool,
    /// A seat of government was named before: `UBND huyện An Minh`.
    pub(crate) office: bool,
    /// A house number stands right before, so that the name is likely a street's.
    pub(crate) at_house: bool,
}

impl Mention {
    /// Whether no level word says that the name is of a lower unit.
    pub(crate) fn level_fits(&self) -> bool {
        matches!(self.level, None | Some(Level::District | Level::City | Level::Province))
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A commune the text may mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) mention: Mention,
    /// Index of its [`Target`].
    pub(crate) target: u32,
    pub(crate) score: i32,
    /// The mention of its district that supports it.
    pub(crate) district: Option<Mention>,
    /// The mention of its province that supports it.
    pub(crate) province: Option<Mention>,
    /// A mention that speaks against it.
    pub(crate) against: Option<Mention>,
}

/// All names in the text, by exact and by folded key, and its postcode.
pub(crate) fn mentions(names: &Names, words: &Words) -> Vec<Mention> {
    let mut found = Vec::with_capacity(64);
    for start in 0..words.len() {
        let mut around = None;
        for end in start + 1..=words.len().min(start + MAX_NAME_WORDS) {
            if end > start + 1 && words.list[end - 1].before == Break::Hard {
                break;
            }
            let folded = words.folded(start, end);
            let hits = names.look_up(folded);
            if hits.is_empty() {
                continue;
            }
            let around = around.get_or_insert_with(|| Surroundings::of(words, start));
            let frame = around.frame(words, end);
            let numbered = folded.bytes().all(|c| c.is_ascii_digit());
            if numbered && !matches!(frame.level, Some(Level::Commune(_) | Level::District)) {
                continue;
            }
            let marked = words.marked(start, end);
            for hit in hits {
                let grade = grade(hit, folded, marked);
                found.push(Mention { meaning: hit.meaning, grade, ..frame });
            }
        }
    }
    found.extend(postcode(words));
    found
}

fn grade(name: &Name, folded: &str, marked: &str) -> Grade {
    if name.marked.is_empty() {
        Grade::Folded
    } else if name.marked == marked {
        Grade::Exact
    } else if folded == marked {
        Grade::Bare
    } else {
        Grade::OtherAccents
    }
}

/// What is said above the communes: districts and provinces.
struct Above<'m> {
    all: Vec<&'m Mention>,
    /// Of them, those that surely are what they name.
    strong: Vec<&'m Mention>,
}

/// Every commune mentioned, scored against all that is said above it, best first.
pub(crate) fn candidates(names: &Names, mentions: &[Mention], n_words: usize) -> Vec<Candidate> {
    let is_commune = |m: &&Mention| matches!(m.meaning, Meaning::Commune(_) | Meaning::OldName(_));
    let all: Vec<&Mention> = mentions.iter().filter(|m| !is_commune(m)).collect();
    let strong = all.iter().copied().filter(|m| is_strong(m, n_words)).collect();
    let above = Above { all, strong };
    let mut found: Vec<Candidate> = mentions
        .iter()
        .filter(is_commune)
        .map(|mention| candidate(names, mention, &above))
        .collect();
    leave_unexplained(&mut found);
    found.sort_by_key(|c| (-c.score, c.mention.grade, c.target));
    found
}

/// "Phú Bình, Chiêm Hóa": who takes the district's name for the commune leaves the name before it unexplained.
fn leave_unexplained(candidates: &mut [Candidate]) {
    let explaining: Vec<Mention> = candidates
        .iter()
        .filter(|c| c.mention.grade <= Grade::Misread(1) && !c.mention.at_house)
        .filter(|c| c.mention.level.is_none() || matches!(c.mention.level, Some(Level::Commune(_))))
        .filter_map(|c| {
            let follows = |d: &Mention| c.mention.ends && c.mention.end <= d.start;
            c.district.filter(|d| follows(d) || c.mention.end == d.start)
        })
        .collect();
    for candidate in candidates.iter_mut().filter(|c| c.mention.level.is_none()) {
        if explaining.iter().any(|district| district.overlaps(&candidate.mention)) {
            candidate.score -= UNEXPLAINED_SCORE;
        }
    }
}

fn candidate(names: &Names, mention: &Mention, above: &Above<'_>) -> Candidate {
    let (Meaning::Commune(target) | Meaning::OldName(target)) = mention.meaning else {
        unreachable!("only communes are candidates")
    };
    let facts = &names.targets[target as usize];
    let mut score = own_score(facts, mention);
    let others = || above.all.iter().copied().filter(|m| !m.overlaps(mention));
    let province_end = others()
        .filter(|m| mention.end <= m.start && province_support(facts, m).is_some())
        .map(|m| m.end)
        .min();
    let district = best(mention, others(), |m| {
        let is_late = province_end.is_some_and(|end| end <= m.start);
        let late = if is_late { AFTER_PROVINCE_SCORE } else { 0 };
        district_support(facts, m).map(|score| score - late)
    });
    let is_other = |m: &&Mention| district.is_none_or(|(_, d)| !d.overlaps(m));
    // A city may bear the name of its province: the same words do not count twice.
    let province = best(mention, others().filter(is_other), |m| province_support(facts, m));
    score += district.map_or(0, |(score, _)| score) + province.map_or(0, |(score, _)| score);
    let supporting = [district, province].map(|found| found.map(|(_, m)| m));
    let apart =
        |m: &&Mention| !m.overlaps(mention) && !supporting.iter().flatten().any(|s| s.overlaps(m));
    let mut strong = above.strong.iter().copied().filter(apart);
    let against = strong
        .find(|m| speaks_against(facts, m, supporting) && !mentions_agree(facts, &above.all, m));
    if against.is_some() {
        score -= AGAINST_SCORE;
    }
    Candidate {
        mention: *mention,
        target,
        score,
        district: supporting[0],
        province: supporting[1],
        against: against.copied(),
    }
}

/// The mention that supports a commune most, with what it adds.
fn best<'m>(
    commune: &Mention,
    above: impl Iterator<Item = &'m Mention>,
    support: impl Fn(&Mention) -> Option<i32>,
) -> Option<(i32, Mention)> {
    above
        .filter_map(|m| Some((support(m)? + place_score(commune, m), *m)))
        .max_by_key(|(score, m)| (*score, m.start))
        .filter(|(score, _)| *score > 0)
}

/// What the name says by itself.
fn own_score(facts: &Target, mention: &Mention) -> i32 {
    let level = match mention.level {
        Some(Level::Commune(kind)) if kind == facts.kind => 45,
        // The seat of a former district is now, nearly always, that of the commune of its name.
        Some(Level::District | Level::City) if facts.former.is_none() && mention.office => 20,
        // A town became a phường or xã of today's name; writers also take one word for the other.
        Some(Level::Commune(_)) => 36,
        Some(Level::District | Level::Province) => -40,
        Some(Level::City) => -30,
        Some(Level::Hamlet | Level::Street | Level::Alley | Level::Unit | Level::Landmark) => -25,
        None => match (mention.begins, mention.ends) {
            (true, true) => 27,
            (false, true) => 14,
            (true, false) => 6,
            (false, false) => 0,
        },
    };
    let age = match (mention.meaning, facts.former, facts.ended) {
        (Meaning::OldName(_), ..) => -8,
        // An address without a district is more often of today.
        (_, None, None) => 12,
        (_, None, Some(_)) => 6,
        _ => 0,
    };
    let town = facts.kind == CommuneKind::ThiTran && mention.level == Some(Level::City);
    let level = if mention.at_house { level - AT_HOUSE_SCORE } else { level };
    let cut_short = matches!(mention.level, Some(Level::Commune(_))) && !mention.ends;
    let level = if cut_short { level - 20 } else { level };
    level + age + mention.grade.score() + if town { 5 } else { 0 }
        // A longer name is less likely a chance hit.
        + 3 * i32::from(mention.end - mention.start).min(3)
}

/// Units are written from small to large; the reverse occurs and counts a little less.
fn place_score(commune: &Mention, above: &Mention) -> i32 {
    if above.start >= commune.end { 0 } else { -8 }
}

fn above_score(m: &Mention, full: i32) -> i32 {
    let level = match m.level {
        Some(Level::Commune(_)) => -14,
        Some(Level::Hamlet | Level::Street | Level::Alley | Level::Unit | Level::Landmark) => -24,
        _ => 0,
    };
    let ragged = if m.level.is_none() && !(m.begins || m.ends) { -8 } else { 0 };
    full + level + ragged + m.grade.score() / 2
}

fn district_support(facts: &Target, m: &Mention) -> Option<i32> {
    let Meaning::District(district) = m.meaning else { return None };
    if !facts.districts.contains(&district) {
        return None;
    }
    if m.level == Some(Level::Province) {
        return None;
    }
    // Whoever writes a district mostly writes the commune of that time too.
    let full = if facts.former.is_some() { 30 } else { 8 };
    Some(above_score(m, full))
}

fn province_support(facts: &Target, m: &Mention) -> Option<i32> {
    let full = match m.meaning {
        Meaning::Province(p) if p == facts.province => {
            // A former commune of another province than its name says is written so only since the reform.
            if facts.former.is_some() && !facts.former_provinces.contains(&p) { 27 } else { 30 }
        }
        Meaning::FormerProvince(p) if facts.former_provinces.contains(&p) => {
            if facts.former.is_some() { 30 } else { 22 }
        }
        _ => return None,
    };
    Some(above_score(m, full))
}

/// Whether a mention surely is a district or province: by its level word, or by standing last.
pub(crate) fn is_strong(m: &Mention, n_words: usize) -> bool {
    let last = usize::from(m.end) == n_words && m.begins;
    let is_province = matches!(m.meaning, Meaning::Province(_) | Meaning::FormerProvince(_));
    let fits = match m.level {
        Some(Level::City) => true,
        Some(Level::District) => !is_province,
        Some(Level::Province) => is_province,
        None => {
            let near_end = m.begins && m.ends && usize::from(m.end) + 2 >= n_words;
            is_province && (last || near_end)
        }
        Some(_) => false,
    };
    fits && m.grade <= Grade::Bare
}

/// Whether some mention of the same words agrees with the commune after all.
fn mentions_agree(facts: &Target, above: &[&Mention], m: &Mention) -> bool {
    above.iter().filter(|other| other.start == m.start && other.end == m.end).any(|other| {
        match other.meaning {
            Meaning::District(d) => facts.districts.contains(&d),
            Meaning::Province(p) => facts.province == p,
            Meaning::FormerProvince(p) => facts.former_provinces.contains(&p),
            _ => false,
        }
    })
}

fn speaks_against(facts: &Target, m: &Mention, supporting: [Option<Mention>; 2]) -> bool {
    match m.meaning {
        Meaning::District(d) => !facts.districts.contains(&d) && supporting[0].is_none(),
        // A former province and today's may both be named; one that agrees is enough.
        Meaning::Province(_) | Meaning::FormerProvince(_) => supporting[1].is_none(),
        _ => false,
    }
}
