//! Names that stand in the text with a letter or two wrong, sought only where the context leaves few to choose from.

use crate::address::distance::{Pattern, distance_within};
use crate::address::matching::{Grade, Mention};
use crate::address::names::{Higher, Meaning, Names, Shape};
use crate::address::normalize::{Break, Level, Words};
use crate::address::surroundings::Surroundings;

/// The longest misread name, in words.
const MAX_WORDS: usize = 5;
/// A text that names more provinces is no address: nothing misread is sought in it, lest all names be compared with
/// all its words.
const MAX_PROVINCES: usize = 6;

/// A run of words that may be a misread name.
struct Span {
    frame: Mention,
    shape: Shape,
    pattern: Pattern,
}

/// Misread provinces and districts, then misread communes within what is known above them.
///
/// # Complexity
/// Spans × names; a comparison of letter sets rules out nearly all of them before any distance is computed.
pub(crate) fn misread_mentions(names: &Names, words: &Words, known: &mut Vec<Mention>) {
    let provinces = provinces_of(names, known);
    if MAX_PROVINCES < provinces.len() {
        return;
    }
    let spans = spans(words);
    for span in &spans {
        if matches!(span.frame.level, Some(Level::Commune(_))) {
            continue;
        }
        add_higher(span, names.provinces(), known);
        if provinces.is_empty() && span.frame.level.is_some() {
            add_higher(span, names.higher.iter().filter(|higher| is_district(higher)), known);
        }
        for &province in &provinces {
            add_higher(span, names.districts_of(province), known);
        }
    }
    let provinces = provinces_of(names, known);
    add_initials(names, words, &provinces, known);
    let mut districts: Vec<u16> = known
        .iter()
        .filter_map(|m| if let Meaning::District(d) = m.meaning { Some(d) } else { None })
        .collect();
    districts.sort_unstable();
    districts.dedup();
    for span in &spans {
        let frame = &span.frame;
        let worded = matches!(frame.level, Some(Level::Commune(_)));
        if !worded && (frame.level.is_some() || !frame.begins || !frame.ends) {
            continue;
        }
        for &district in &districts {
            add_communes(names, span, names.of_district(district), known);
        }
        for &province in provinces.iter().filter(|_| worded) {
            add_communes(names, span, names.of_province(province), known);
        }
    }
}

fn is_district(higher: &Higher) -> bool {
    matches!(higher.meaning, Meaning::District(_))
}

fn add_higher<'n>(span: &Span, higher: impl Iterator<Item = &'n Higher>, known: &mut Vec<Mention>) {
    known.extend(higher.filter_map(|higher| {
        let n = misread(higher.shape, span, || higher.folded.as_str())?;
        Some(Mention { meaning: higher.meaning, grade: Grade::Misread(n), ..span.frame })
    }));
}

fn add_communes(names: &Names, span: &Span, targets: &[u32], known: &mut Vec<Mention>) {
    known.extend(targets.iter().filter_map(|&target| {
        let i = target as usize;
        let n = misread(names.shapes[i], span, || names.targets[i].folded.as_str())?;
        let meaning = Meaning::Commune(target);
        Some(Mention { meaning, grade: Grade::Misread(n), ..span.frame })
    }));
}

/// A district by its initials, as in `P5, BT, TP. Hồ Chí Minh`, where one district of the province has them.
fn add_initials(names: &Names, words: &Words, provinces: &[u8], known: &mut Vec<Mention>) {
    for (i, word) in words.list.iter().enumerate() {
        let next = words.list.get(i + 1);
        let alone = word.before != Break::None && next.is_none_or(|n| n.before != Break::None);
        let folded = words.folded(i, i + 1);
        if !alone || !(2..=3).contains(&folded.len()) || word.level.is_some() {
            continue;
        }
        let districts = provinces.iter().flat_map(|&province| names.districts_of(province));
        let mut fitting = districts.filter(|higher| higher.initials == folded);
        if let (Some(higher), None) = (fitting.next(), fitting.next()) {
            let frame = Surroundings::of(words, i).frame(words, i + 1);
            known.push(Mention { meaning: higher.meaning, grade: Grade::Folded, ..frame });
        }
    }
}

/// Runs of words that begin a part of the text or follow a level word.
fn spans(words: &Words) -> Vec<Span> {
    let mut found = Vec::new();
    for start in 0..words.len() {
        let mut around = None;
        for end in start + 1..=words.len().min(start + MAX_WORDS) {
            if end > start + 1 && words.list[end - 1].before == Break::Hard {
                break;
            }
            let folded = words.folded(start, end);
            if folded.len() < 4 {
                continue;
            }
            let around = around.get_or_insert_with(|| Surroundings::of(words, start));
            let frame = around.frame(words, end);
            if frame.level.is_none() && !frame.begins {
                break;
            }
            let Some(pattern) = Pattern::new(folded) else { break };
            found.push(Span { frame, shape: Shape::of(folded), pattern });
        }
    }
    found
}

fn provinces_of(names: &Names, known: &[Mention]) -> Vec<u8> {
    let mut found: Vec<u8> = known.iter().filter_map(|m| names.province_of(m.meaning)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// How many letters of a name differ, when few enough do.
#[inline]
fn misread<'n>(name: Shape, span: &Span, folded: impl FnOnce() -> &'n str) -> Option<u8> {
    let allowed = name.wrong_letters_max();
    if allowed == 0 || !name.may_differ_by(span.shape, allowed) {
        return None;
    }
    let distance = distance_within(&span.pattern, folded(), allowed.into())?;
    (1..=usize::from(allowed)).contains(&distance).then_some(distance as u8)
}
