//! The parts below the commune: house, alley, street, hamlet, landmark.

use std::ops::Range;

use crate::address::normalize::{Break, Level, Words};
use crate::address::resolution::AddressParts;
use crate::address::surroundings::is_office;

/// A run of this many digits is a telephone, not a house.
const PHONE_DIGITS: usize = 9;

/// Reads the words before `end`, the first word of the commune.
pub(crate) fn parts(words: &Words, end: usize) -> AddressParts {
    let mut parts = AddressParts::default();
    let mut start = 0;
    for i in 1..=end {
        if i == end || words.list[i].before == Break::Hard {
            segment(words, start..i, &mut parts);
            start = i;
        }
    }
    parts
}

/// One part of the text between commas.
fn segment(words: &Words, range: Range<usize>, parts: &mut AddressParts) {
    let mut at = range.start;
    if let Some(end) = house_end(words, &range) {
        let house = words.slice(house_start(words, at).min(end - 1), end);
        if is_phone(house) {
            return;
        }
        parts.house.get_or_insert_with(|| house.to_owned());
        at = end;
    }
    while at < range.end {
        let level = words.list[at].level.filter(|_| at == range.start || is_part_level(words, at));
        let own = level.map_or(1, |(_, n)| usize::from(n));
        let mut next =
            (at + own..range.end).find(|&i| is_part_level(words, i)).unwrap_or(range.end);
        if matches!(level, Some((Level::Alley | Level::Unit, _))) {
            // "kiệt 20 Hùng Vương": the street begins behind the number.
            next = number_end(words, at + own, next).unwrap_or(next);
        }
        let here = words.slice(at, next);
        match level {
            Some((Level::Hamlet, _)) => append(&mut parts.hamlet, here),
            Some((Level::Alley, _)) => append(&mut parts.alley, here),
            Some((Level::Unit, _)) => append(&mut parts.house, here),
            _ if is_seat(words, at) => append(&mut parts.landmark, here),
            Some((Level::Landmark, _)) => append(&mut parts.landmark, here),
            Some((Level::Street, n)) => {
                let bare = words.slice((at + usize::from(n)).min(next), next);
                if !bare.is_empty() && parts.street.is_none() {
                    parts.street = Some(bare.to_owned());
                }
            }
            // A district or province in front of the commune is no part of a street.
            Some((Level::District | Level::City | Level::Province, _)) => {}
            _ if parts.street.is_none() && !is_phone(here) => {
                parts.street = Some(here.to_owned());
            }
            _ => {}
        }
        at = next;
    }
}

/// `UBND xã …`, `Trụ sở …`: a building, not a street.
fn is_seat(words: &Words, at: usize) -> bool {
    words.is(at, "ubnd")
        || words.is(at, "hdnd")
        || words.is(at, "tru") && at + 1 < words.len() && is_office(words, at + 1)
}

fn is_part_level(words: &Words, i: usize) -> bool {
    // "Tổ 5 thôn Trung": a word of two letters or more, lest initials cut a name.
    let level = words.list[i].level.map(|(level, _)| level);
    let is_part = matches!(
        level,
        Some(Level::Hamlet | Level::Alley | Level::Unit | Level::Landmark | Level::Street)
    );
    is_part && 2 <= words.folded(i, i + 1).len()
}

fn append(part: &mut Option<String>, text: &str) {
    match part {
        Some(found) => {
            found.push_str(", ");
            found.push_str(text);
        }
        None => *part = Some(text.to_owned()),
    }
}

/// The first word of the number itself: `số nhà 7` begins at 7.
fn house_start(words: &Words, start: usize) -> usize {
    let so = usize::from(words.is(start, "so"));
    start + so + usize::from(so == 1 && words.is(start + 1, "nha"))
}

/// Where a house number at the start ends: `K356/12`, `12/5/3`, `số 7B`.
fn house_end(words: &Words, range: &Range<usize>) -> Option<usize> {
    let start = range.start;
    let mut i = house_start(words, start);
    if i == start && ["k", "h", "sn"].iter().any(|word| words.is(start, word)) {
        i += 1;
    }
    number_end(words, i, range.end)
}

/// Where a number that starts at a word ends, with all that hangs on to it: `12/5B`.
fn number_end(words: &Words, start: usize, end: usize) -> Option<usize> {
    let is_number = |i: usize| words.folded(i, i + 1).starts_with(|c: char| c.is_ascii_digit());
    if end <= start || !is_number(start) {
        return None;
    }
    let mut i = start + 1;
    // What hangs on without a space belongs to the number.
    while i < end {
        let short = words.folded(i, i + 1).len() <= 3;
        if words.between(i).contains(char::is_whitespace) || !short {
            break;
        }
        i += 1;
    }
    Some(i)
}

fn is_phone(text: &str) -> bool {
    PHONE_DIGITS <= text.bytes().filter(u8::is_ascii_digit).count()
}
