//! Which commune do the names in a text mean, and how surely?

use smallvec::SmallVec;

use crate::address::matching::{Candidate, Grade, Mention, candidates, mentions};
use crate::address::misread::misread_mentions;
use crate::address::names::{Meaning, Names, Target};
use crate::address::normalize::{Break, Level, Words};
use crate::address::resolution::Confidence;
use crate::address::surroundings::is_office;
use crate::territory::CommuneCode;

/// Below this score no commune is named.
pub(crate) const SCORE_MIN: i32 = 38;
/// The lead over the next commune that lets the first be taken.
const LEAD_MIN: i32 = 8;
/// The lead that leaves no doubt.
const LEAD_CERTAIN: i32 = 13;
/// A misread name of so few letters goes to review.
const MISREAD_MIN: usize = 5;
/// What the depot's area adds to a commune in it.
const AREA_SCORE: i32 = 9;

/// What the names in a text were found to mean, before the parts below them are read.
pub(crate) struct Reading {
    /// Best first.
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) confidence: Confidence,
    /// Today's commune that the first candidate means: the likeliest, where it was split.
    pub(crate) commune: Option<CommuneCode>,
    /// The former commune is told, and only that it was split leaves today's open.
    pub(crate) is_split: bool,
    /// The depot's area decided.
    pub(crate) by_area: bool,
    pub(crate) lead: i32,
}

/// Reads the names in a text; misread ones only where the others do not decide.
pub(crate) fn read(names: &Names, area: &[CommuneCode], words: &Words) -> Reading {
    let reader = Reader { names, area, words };
    let mut mentions = mentions(names, words);
    let first = reader.decide(&mentions);
    if first.confidence != Confidence::Review || words.len() == 0 || first.is_split {
        return Reading { mentions, ..first };
    }
    let before = mentions.len();
    misread_mentions(names, words, &mut mentions);
    let last = if mentions.len() == before { first } else { reader.decide(&mentions) };
    Reading { mentions, ..last }
}

struct Reader<'r> {
    names: &'r Names,
    area: &'r [CommuneCode],
    words: &'r Words,
}

impl Reader<'_> {
    fn target(&self, candidate: &Candidate) -> &Target {
        &self.names.targets[candidate.target as usize]
    }

    fn decide(&self, mentions: &[Mention]) -> Reading {
        let mut candidates = candidates(self.names, mentions, self.words.len());
        let mut confidence = self.confidence(&candidates, mentions);
        let mut by_area = false;
        let close = candidates.first().is_some_and(|top| top.score >= SCORE_MIN - AREA_SCORE);
        if confidence == Confidence::Review && close && !self.area.is_empty() {
            let mut preferred = candidates.clone();
            for candidate in &mut preferred {
                if self.target(candidate).today.iter().any(|code| self.is_near(*code)) {
                    candidate.score += AREA_SCORE;
                }
            }
            preferred.sort_by_key(|c| (-c.score, c.mention.grade, c.target));
            if self.confidence(&preferred, mentions) != Confidence::Review {
                confidence = Confidence::Inferred;
                by_area = true;
            }
            candidates = preferred;
        }
        let lead = self.lead(&candidates);
        let today = candidates.first().map_or(&[][..], |top| &self.target(top).today);
        let commune = today.first().copied();
        let told = Reading {
            mentions: Vec::new(),
            commune,
            is_split: false,
            confidence,
            by_area,
            lead,
            candidates,
        };
        if today.len() < 2 || confidence == Confidence::Review { told } else { self.part(told) }
    }

    /// The former commune is told but was split: the depot's area tells its part where only one part lies in it.
    fn part(&self, told: Reading) -> Reading {
        let today = &self.target(&told.candidates[0]).today;
        let mut near = today.iter().copied().filter(|code| self.is_near(*code));
        match (near.next(), near.next()) {
            (Some(commune), None) => Reading {
                commune: Some(commune),
                confidence: Confidence::Inferred,
                by_area: true,
                is_split: true,
                ..told
            },
            _ => Reading { confidence: Confidence::Review, is_split: true, ..told },
        }
    }

    /// Whether a commune is of the depot's area.
    fn is_near(&self, commune: CommuneCode) -> bool {
        self.area.binary_search(&commune).is_ok()
    }

    fn confidence(&self, candidates: &[Candidate], mentions: &[Mention]) -> Confidence {
        let Some(top) = candidates.first() else { return Confidence::Review };
        let lead = self.lead(candidates);
        let worded = matches!(top.mention.level, Some(Level::Commune(_)));
        let alone = top.mention.level.is_none() && top.mention.begins && top.mention.ends;
        let supported = top.district.is_some() || top.province.is_some();
        if top.score < SCORE_MIN || lead < LEAD_MIN {
            return Confidence::Review;
        }
        if !self.is_complete(top) || self.leaves_level_unread(top, mentions) {
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
            && (worded || alone && !district && !self.says_it_twice(top))
            && support_exact
            && (top.mention.ends || is_followed_by_support(top))
            && top.against.is_none()
            && lead >= LEAD_CERTAIN;
        if certain {
            return Confidence::Certain;
        }
        let weak = top.against.is_some() && top.score < SCORE_MIN + 12;
        // A short name with a wrong letter may have been any other.
        let short = self.target(top).folded.len() <= MISREAD_MIN;
        let guessed = matches!(top.mention.grade, Grade::Misread(_)) && short;
        if weak || guessed { Confidence::Review } else { Confidence::Inferred }
    }

    /// How far the first candidate leads before the best that means another commune of today.
    fn lead(&self, candidates: &[Candidate]) -> i32 {
        let Some(top) = candidates.first() else { return 0 };
        let today = |c: &Candidate| -> &SmallVec<[CommuneCode; 2]> { &self.target(c).today };
        let rivals = candidates.iter().filter(|c| today(c) != today(top));
        rivals.map(|rival| top.score - rival.score).min().unwrap_or(i32::MAX)
    }

    /// A bare name that was a district and is now a commune says too little.
    fn may_be_a_district(&self, top: &Candidate, mentions: &[Mention]) -> bool {
        let target = self.target(top);
        top.mention.level.is_none()
            && target.former.is_none()
            && mentions.iter().any(|m| {
                let same_words = m.start == top.mention.start && m.end == top.mention.end;
                same_words
                    && matches!(m.meaning, Meaning::District(d) if target.districts.contains(&d))
            })
    }

    /// "Hải Châu, Hai Chau": a commune and the district of its name, or the district twice.
    fn says_it_twice(&self, top: &Candidate) -> bool {
        let name = |m: &Mention| self.words.folded(m.start.into(), m.end.into());
        top.district.is_some_and(|district| name(&district) == name(&top.mention))
    }

    /// Whether a name after its level word goes on to a comma, another level word, or what is above it.
    fn is_complete(&self, top: &Candidate) -> bool {
        let worded = matches!(top.mention.level, Some(Level::Commune(_)));
        let next = usize::from(top.mention.end);
        !worded
            || top.mention.ends
            || is_followed_by_support(top)
            || self.words.folded(next, next + 1).len() == 1
    }

    /// Whether the text says `xã` or `huyện` and what follows could not be read.
    fn leaves_level_unread(&self, top: &Candidate, mentions: &[Mention]) -> bool {
        let words = self.words;
        let worded = matches!(top.mention.level, Some(Level::Commune(_)));
        let mut level_words = words.list.iter().enumerate().filter_map(|(i, word)| {
            let (level, n) = word.level?;
            let start = i + usize::from(n);
            // Quan in Thượng Quan is no quận.
            let in_name = (top.mention.start..top.mention.end).contains(&(i as u16));
            let goes_on = words.list.get(start).is_some_and(|next| next.before != Break::Hard);
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
                    && words.folded(start, start + 1).len() > 1
                    && !is_office(words, start)
                    && !mentions.iter().any(is_read)
                    && start != usize::from(top.mention.start)
            }
            _ => false,
        })
    }
}

/// Whether the name of what is above follows without a comma.
fn is_followed_by_support(top: &Candidate) -> bool {
    let above = [top.district, top.province];
    above.into_iter().flatten().any(|m| m.start == top.mention.end)
}
