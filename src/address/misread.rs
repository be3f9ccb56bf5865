//! Names that stand in the text with a letter or two wrong, sought only where the context leaves few to choose from.

use strsim::osa_distance;

use crate::address::matching::{Grade, Mention, frame};
use crate::address::names::{Meaning, Names, Spelled};
use crate::address::normalize::{Break, Level, Word};

/// The longest misread name, in words.
const MAX_WORDS: usize = 5;

/// Misread provinces and districts, then misread communes within what is known above them.
///
/// # Complexity
/// Spans × names; a comparison of letter sets rules out nearly all of them before any distance is computed.
pub(crate) fn misread_mentions(names: &Names, words: &[Word], known: &mut Vec<Mention>) {
    let spans = spans(words);
    let provinces = provinces_of(names, known);
    for (frame, spelled) in &spans {
        let commune_worded = matches!(frame.level, Some(Level::Commune(_)));
        if commune_worded || !(frame.level.is_some() || frame.begins) {
            continue;
        }
        for higher in &names.higher {
            let is_district = matches!(higher.meaning, Meaning::District(_));
            let in_context = provinces.contains(&higher.province)
                || provinces.is_empty() && frame.level.is_some();
            if is_district && !in_context {
                continue;
            }
            if let Some(n) = misread(&higher.spelled, spelled) {
                known.push(Mention { meaning: higher.meaning, grade: Grade::Misread(n), ..*frame });
            }
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
    let in_districts = districts.iter().flat_map(|&d| names.of_district(d));
    let in_provinces = provinces.iter().flat_map(|&p| names.of_province(p));
    let mut targets: Vec<(u32, bool)> = in_districts.map(|&t| (t, true)).collect();
    targets.extend(in_provinces.map(|&t| (t, false)));
    for (frame, spelled) in &spans {
        let worded = matches!(frame.level, Some(Level::Commune(_)));
        if !worded && (frame.level.is_some() || !frame.begins || !frame.ends) {
            continue;
        }
        for &(target, in_district) in &targets {
            if !in_district && !worded {
                continue;
            }
            if let Some(n) = misread(&names.targets[target as usize].spelled, spelled) {
                let meaning = Meaning::Commune(target);
                let mention = Mention { meaning, grade: Grade::Misread(n), ..*frame };
                known.push(mention);
            }
        }
    }
}

/// A district by its initials, as in `P5, BT, TP. Hồ Chí Minh`, where one district of the province has them.
fn add_initials(names: &Names, words: &[Word], provinces: &[u8], known: &mut Vec<Mention>) {
    for (i, word) in words.iter().enumerate() {
        let alone = word.before != Break::None
            && words.get(i + 1).is_none_or(|next| next.before != Break::None);
        if !alone || !(2..=3).contains(&word.folded.len()) || word.level.is_some() {
            continue;
        }
        let mut fitting = names.higher.iter().filter(|higher| {
            matches!(higher.meaning, Meaning::District(_))
                && provinces.contains(&higher.province)
                && higher.initials == word.folded
        });
        if let (Some(higher), None) = (fitting.next(), fitting.next()) {
            let frame = frame(words, i, i + 1);
            known.push(Mention { meaning: higher.meaning, grade: Grade::Folded, ..frame });
        }
    }
}

fn spans(words: &[Word]) -> Vec<(Mention, Spelled)> {
    let mut found = Vec::new();
    for start in 0..words.len() {
        let mut folded = String::new();
        for end in start + 1..=words.len().min(start + MAX_WORDS) {
            let word = &words[end - 1];
            if end > start + 1 && word.before == Break::Hard {
                break;
            }
            folded.push_str(&word.folded);
            let frame = frame(words, start, end);
            if folded.len() >= 4 && (frame.level.is_some() || frame.begins) {
                found.push((frame, Spelled::new(&folded)));
            }
        }
    }
    found
}

fn provinces_of(names: &Names, known: &[Mention]) -> Vec<u8> {
    let mut found: Vec<u8> = known
        .iter()
        .filter_map(|m| match m.meaning {
            Meaning::Province(_) | Meaning::FormerProvince(_) => {
                names.higher.iter().find(|h| h.meaning == m.meaning).map(|h| h.province)
            }
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// How many letters differ, when few enough do: one in a name of five letters or more, two from nine.
fn misread(name: &Spelled, text: &Spelled) -> Option<u8> {
    let length = name.folded.len();
    let allowed = match length {
        0..=4 => return None,
        5..=8 => 1,
        _ => 2,
    };
    if length.abs_diff(text.folded.len()) > allowed {
        return None;
    }
    // One wrong letter changes the set by two letters at most.
    if (name.letters ^ text.letters).count_ones() as usize > 2 * allowed {
        return None;
    }
    let distance = osa_distance(&name.folded, &text.folded);
    (1..=allowed).contains(&distance).then_some(distance as u8)
}
