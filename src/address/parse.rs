//! The parts below the commune: house, alley, street, hamlet, landmark.

use crate::address::normalize::{Break, Level, Word, Words};
use crate::address::resolution::AddressParts;

/// Reads the words before `end`, the first word of the commune.
pub(crate) fn parts(words: &Words, end: usize) -> AddressParts {
    let head = &words.words[..end];
    let mut parts = AddressParts::default();
    let mut start = 0;
    for i in 1..=head.len() {
        if i == head.len() || head[i].before == Break::Hard {
            segment(&words.text, &head[start..i], &mut parts);
            start = i;
        }
    }
    parts
}

fn segment(text: &str, words: &[Word], parts: &mut AddressParts) {
    let mut at = 0;
    if let Some(n) = house_words(text, words) {
        let from = usize::from(words[0].folded == "so");
        let from = from + usize::from(from > 0 && words.get(1).is_some_and(|w| w.folded == "nha"));
        let house = slice(text, &words[from.min(n - 1)..n]);
        if is_phone(house) {
            return;
        }
        parts.house.get_or_insert_with(|| house.to_owned());
        at = n;
    }
    while at < words.len() {
        let level = words[at].level.filter(|_| at == 0 || is_part_level(&words[at]));
        let own = level.map_or(1, |(_, n)| usize::from(n));
        let next =
            (at + own..words.len()).find(|&i| is_part_level(&words[i])).unwrap_or(words.len());
        let here = slice(text, &words[at..next]);
        match level {
            Some((Level::Hamlet, _)) => append(&mut parts.hamlet, here),
            Some((Level::Alley, _)) => append(&mut parts.alley, here),
            _ if is_office(&words[at..next]) => append(&mut parts.landmark, here),
            Some((Level::Landmark, _)) => append(&mut parts.landmark, here),
            Some((Level::Street, n)) => {
                let bare = slice(text, &words[(at + usize::from(n)).min(next)..next]);
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
fn is_office(words: &[Word]) -> bool {
    let first = words.first().map(|word| word.folded.as_str());
    let second = words.get(1).map(|word| word.folded.as_str());
    first == Some("ubnd") || (first, second) == (Some("tru"), Some("so"))
}

fn is_part_level(word: &Word) -> bool {
    // "Tổ 5 thôn Trung": a word of two letters or more, lest initials cut a name.
    word.folded.len() >= 2
        && matches!(
            word.level,
            Some((Level::Hamlet | Level::Alley | Level::Landmark | Level::Street, _))
        )
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

/// How many words a house number takes at the start: `K356/12`, `12/5/3`, `số 7B`.
fn house_words(text: &str, words: &[Word]) -> Option<usize> {
    let first = words.first()?;
    let mut i = 0;
    if first.folded == "so" {
        i = 1 + usize::from(words.get(1).is_some_and(|word| word.folded == "nha"));
    } else if matches!(first.folded.as_str(), "k" | "h" | "sn" | "lo") {
        i = 1;
    }
    if !words.get(i)?.folded.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    i += 1;
    // What hangs on without a space belongs to the number.
    while let Some(word) = words.get(i) {
        let between = &text[words[i - 1].end..word.start];
        let short = word.folded.len() <= 3;
        if between.contains(char::is_whitespace) || !short {
            break;
        }
        i += 1;
    }
    Some(i)
}

fn slice<'t>(text: &'t str, words: &[Word]) -> &'t str {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => text[first.start..last.end].trim(),
        _ => "",
    }
}

fn is_phone(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 9
}
