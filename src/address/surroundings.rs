//! What stands around a run of words that may be a name: its level word, a house number, a seat of government, the
//! ends of its part of the text.

use crate::address::matching::{Grade, Mention};
use crate::address::names::Meaning;
use crate::address::normalize::{Break, Level, Words, is_number};
use crate::address::postcode::is_postcode;

/// Words that announce a seat of government, as marked keys: UBND, HĐND, huyện ủy, trụ sở, hành chính.
const OFFICES: [&str; 5] = ["ubnd", "hđnd", "ui\u{309}", "so\u{31b}\u{309}", "ha\u{300}nh"];
/// A seat of government is announced so few words before the name.
const OFFICE_REACH: usize = 5;

/// The word that joins two names of one level, as a marked key: và.
const AND: &str = "va\u{300}";
/// The level word stands at most so many words before the second name: "xã Diễn Cát và Minh Châu".
const AND_REACH: usize = 6;

/// Words that follow a whole name, as marked keys: cũ, mới, hiện (nay), trước (đây), và.
const MARKERS: [&str; 5] =
    ["cu\u{303}", "mo\u{31b}i\u{301}", "hie\u{302}\u{323}n", "tru\u{31b}o\u{31b}\u{301}c", AND];

/// Level words that stand behind the name in English, as folded keys.
const ENGLISH: [&str; 6] = ["ward", "district", "citi", "province", "commune", "town"];

/// Whether a word announces a seat of government.
pub(crate) fn is_office(words: &Words, i: usize) -> bool {
    OFFICES.contains(&words.marked(i, i + 1))
}

/// What stands before a word, found once for all names that begin there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    start: usize,
    level_before: Option<Level>,
    /// The name, with its level word, begins its part of the text.
    begins: bool,
    office: bool,
    at_house: bool,
}

impl Surroundings {
    /// Looks at what stands before a word.
    pub(crate) fn of(words: &Words, start: usize) -> Self {
        let level_before = level_before(words, start);
        let first = level_before.map_or(start, |(_, n)| start - n);
        let office = (first.saturating_sub(OFFICE_REACH)..first).any(|i| is_office(words, i));
        Self {
            start,
            level_before: level_before.map(|(level, _)| level),
            begins: first == 0 || words.list[first].before != Break::None,
            office,
            at_house: level_before.is_none() && follows_house(words, start),
        }
    }

    /// A mention that begins here and ends before a word, without its meaning.
    pub(crate) fn frame(&self, words: &Words, end: usize) -> Mention {
        let after = words.list.get(end).filter(|word| word.before == Break::None);
        let level_after = after
            .and_then(|word| word.level.filter(|_| ENGLISH.contains(&words.folded(end, end + 1))));
        let level = self.level_before.or(level_after.map(|(level, _)| level));
        let next = if level_after.is_some() { end + 1 } else { end };
        Mention {
            start: self.start as u16,
            end: end as u16,
            meaning: Meaning::Province(0),
            grade: Grade::Exact,
            office: self.office,
            at_house: level.is_none() && self.at_house,
            level,
            begins: self.begins,
            ends: words.list.get(next).is_none_or(|word| {
                word.before != Break::None
                    || word.level.is_some()
                    || is_postcode(words, next)
                    || MARKERS.contains(&words.marked(next, next + 1))
            }),
        }
    }
}

/// Whether a house number stands right before a word: one that begins its part of the text, or follows `số` or an
/// alley's level word. The 2 in "Trung Chánh 2 Trung Chánh" is none.
fn follows_house(words: &Words, start: usize) -> bool {
    if start == 0 || words.list[start].before != Break::None {
        return false;
    }
    let mut first = start - 1;
    while 0 < first && words.between(first).chars().all(|c| !c.is_whitespace() && c != ',') {
        first -= 1;
    }
    let any_number = (first..start).any(|i| is_number(words, i));
    let begins = first == 0 || words.list[first].before != Break::None || words.is(first - 1, "so");
    let in_alley = matches!(level_before(words, first), Some((Level::Alley | Level::Unit, _)));
    let levels = words.list[first..start].iter().any(|word| word.level.is_some());
    any_number && !levels && (begins || in_alley || words.is(first - 1, "nha"))
}

/// The level word of the name that begins at a word, and how many words before it stands.
pub(crate) fn level_before(words: &Words, start: usize) -> Option<(Level, usize)> {
    let directly = (1..=3usize.min(start)).rev().find_map(|n| {
        let (level, length) = words.list[start - n].level?;
        let mut until = words.list[start - n + 1..=start].iter();
        (usize::from(length) == n && until.all(|word| word.before != Break::Hard))
            .then_some((level, n))
    });
    directly.or_else(|| shared_level(words, start))
}

/// The level word of the name that `và` joins this one to, and how many words before it stands.
fn shared_level(words: &Words, start: usize) -> Option<(Level, usize)> {
    if start < 3 || words.marked(start - 1, start) != AND {
        return None;
    }
    let goes_on = |&n: &usize| words.list[start - n + 1].before != Break::Hard;
    let within = (1..=AND_REACH.min(start)).take_while(goes_on);
    let named = within.filter_map(|n| {
        let (level, length) = words.list[start - n].level?;
        (usize::from(length) + 1 < n).then_some((level, n))
    });
    named.last()
}
