//! Which names stand in the text, and how well each commune among them fits the rest.

use crate::address::names::{Meaning, Name, Names, Target};
use crate::address::normalize::{Break, Level, Word};
use crate::territory::CommuneKind;

/// The longest name has five words.
const MAX_NAME_WORDS: usize = 5;

/// Words that announce a seat of government, as marked keys: UBND, HĐND, huyện ủy, trụ sở, hành chính.
const OFFICES: [&str; 5] = ["ubnd", "hđnd", "ui\u{309}", "so\u{31b}\u{309}", "ha\u{300}nh"];

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

/// All names in the text, by exact and by folded key.
pub(crate) fn mentions(names: &Names, words: &[Word]) -> Vec<Mention> {
    let mut found = Vec::with_capacity(64);
    let (mut folded, mut marked) = (String::with_capacity(40), String::with_capacity(60));
    for start in 0..words.len() {
        folded.clear();
        marked.clear();
        for end in start + 1..=words.len().min(start + MAX_NAME_WORDS) {
            let word = &words[end - 1];
            if end > start + 1 && word.before == Break::Hard {
                break;
            }
            folded.push_str(&word.folded);
            marked.push_str(&word.marked);
            let hits = names.look_up(&folded);
            if hits.is_empty() {
                continue;
            }
            let frame = frame(words, start, end);
            let numbered = folded.bytes().all(|c| c.is_ascii_digit());
            if numbered && !matches!(frame.level, Some(Level::Commune(_) | Level::District)) {
                continue;
            }
            for hit in hits {
                let grade = grade(hit, &folded, &marked);
                found.push(Mention { meaning: hit.meaning, grade, ..frame });
            }
        }
    }
    found
}

/// A mention of `words[start..end]` without its meaning: what stands around the name.
pub(crate) fn frame(words: &[Word], start: usize, end: usize) -> Mention {
    let level_before = level_before(words, start);
    let level_after = words.get(end).filter(|word| word.before == Break::None).and_then(|word| {
        let english = ["ward", "district", "citi", "province", "commune"];
        english.contains(&word.folded.as_str()).then_some(word.level).flatten()
    });
    let level = level_before.map(|(level, _)| level).or(level_after.map(|(level, _)| level));
    let first = level_before.map_or(start, |(_, n)| start - n);
    let office = words[..first].iter().rev().take(5).any(|w| OFFICES.contains(&w.marked.as_str()));
    let next = if level_after.is_some() { end + 1 } else { end };
    Mention {
        start: start as u16,
        end: end as u16,
        meaning: Meaning::Province(0),
        grade: Grade::Exact,
        office,
        level,
        begins: words[first].before != Break::None || first == 0,
        ends: words.get(next).is_none_or(|word| word.before != Break::None || word.level.is_some()),
    }
}

fn level_before(words: &[Word], start: usize) -> Option<(Level, usize)> {
    (1..=3usize.min(start)).rev().find_map(|n| {
        let (level, length) = words[start - n].level?;
        let joined = words[start - n + 1..=start].iter().all(|word| word.before != Break::Hard);
        (usize::from(length) == n && joined).then_some((level, n))
    })
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

/// Every commune mentioned, scored against all that is said above it, best first.
pub(crate) fn candidates(names: &Names, mentions: &[Mention], n_words: usize) -> Vec<Candidate> {
    let is_commune = |m: &&Mention| matches!(m.meaning, Meaning::Commune(_) | Meaning::OldName(_));
    let above: Vec<&Mention> = mentions.iter().filter(|m| !is_commune(m)).collect();
    let mut found: Vec<Candidate> = mentions
        .iter()
        .filter(is_commune)
        .map(|mention| candidate(names, mention, &above, n_words))
        .collect();
    found.sort_by_key(|c| (-c.score, c.mention.grade, c.target));
    found
}

fn candidate(names: &Names, mention: &Mention, above: &[&Mention], n_words: usize) -> Candidate {
    let (Meaning::Commune(target) | Meaning::OldName(target)) = mention.meaning else {
        unreachable!("only communes are candidates")
    };
    let facts = &names.targets[target as usize];
    let mut score = own_score(facts, mention);
    let others = || above.iter().filter(|m| !m.overlaps(mention)).copied();
    let best = |fits: &dyn Fn(&Mention) -> Option<i32>| {
        others()
            .filter_map(|m| Some((fits(m)? + place_score(mention, m), *m)))
            .max_by_key(|(score, m)| (*score, m.start))
    };
    let district = best(&|m| district_support(facts, m)).filter(|(score, _)| *score > 0);
    let province = best(&|m| province_support(facts, m)).filter(|(score, _)| *score > 0);
    score += district.map_or(0, |(score, _)| score) + province.map_or(0, |(score, _)| score);
    let supporting = [district, province].map(|found| found.map(|(_, m)| m));
    let against = others()
        .filter(|m| is_strong(m, n_words) && !supporting.iter().flatten().any(|s| s.overlaps(m)))
        .find(|m| speaks_against(facts, m, supporting, mentions_agree(facts, above, m)));
    if against.is_some() {
        score -= 35;
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
        Some(Level::Hamlet | Level::Street | Level::Alley | Level::Landmark) => -25,
        None => match (mention.begins, mention.ends) {
            (true, true) => 27,
            (false, true) => 14,
            (true, false) => 6,
            (false, false) => 0,
        },
    };
    let age = match (mention.meaning, facts.former) {
        (Meaning::OldName(_), _) => -8,
        // An address without a district is more often of today.
        (_, None) => 12,
        _ => 0,
    };
    let town = facts.kind == CommuneKind::ThiTran && mention.level == Some(Level::City);
    let cut_short = matches!(mention.level, Some(Level::Commune(_))) && !mention.ends;
    let level = if cut_short { level - 12 } else { level };
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
        Some(Level::Hamlet | Level::Street | Level::Alley | Level::Landmark) => -24,
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
fn is_strong(m: &Mention, n_words: usize) -> bool {
    let last = usize::from(m.end) == n_words && m.begins;
    match (m.meaning, m.level) {
        (Meaning::District(_), Some(Level::District | Level::City)) => m.grade <= Grade::Bare,
        (
            Meaning::Province(_) | Meaning::FormerProvince(_),
            Some(Level::Province | Level::City),
        ) => m.grade <= Grade::Bare,
        (Meaning::Province(_) | Meaning::FormerProvince(_), None) => {
            m.grade <= Grade::Bare
                && (last || m.begins && m.ends && usize::from(m.end) + 2 >= n_words)
        }
        _ => false,
    }
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

fn speaks_against(
    facts: &Target,
    m: &Mention,
    supporting: [Option<Mention>; 2],
    agrees: bool,
) -> bool {
    if agrees {
        return false;
    }
    match m.meaning {
        Meaning::District(d) => !facts.districts.contains(&d) && supporting[0].is_none(),
        // A former province and today's may both be named; one that agrees is enough.
        Meaning::Province(_) | Meaning::FormerProvince(_) => supporting[1].is_none(),
        _ => false,
    }
}
