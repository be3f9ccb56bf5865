//! What a reading means to people: the alternatives it leaves, and the evidence for it.

use crate::address::confidence::share;
use crate::address::matching::{Grade, Mention, is_strong};
use crate::address::names::{Meaning, Names};
use crate::address::normalize::{Level, Words};
use crate::address::postcode::is_postcode;
use crate::address::reading::Reading;
use crate::address::resolution::{Alternative, Confidence, Evidence};
use crate::address::surroundings::level_before;
use crate::territory::{CommuneCode, Gazetteer, ProvinceCode};

/// The most alternatives listed.
const MAX_ALTERNATIVES: usize = 8;
/// A candidate so far behind the best is none.
const LEAD_MAX: i32 = 30;

/// Other communes that the names allow, best first: of a split commune only its other parts.
pub(crate) fn alternatives(names: &Names, reading: &Reading) -> Vec<Alternative> {
    let mut listed: Vec<CommuneCode> = reading.commune.into_iter().collect();
    let mut found = Vec::new();
    let best = reading.candidates.first().map_or(0, |top| top.score);
    let n_meant = if reading.is_split { 1 } else { reading.candidates.len() };
    for candidate in &reading.candidates[..n_meant] {
        let target = &names.targets[candidate.target as usize];
        if candidate.score < best - LEAD_MAX || found.len() >= MAX_ALTERNATIVES {
            break;
        }
        for &commune in &target.today {
            if listed.contains(&commune) {
                continue;
            }
            listed.push(commune);
            let score = share(candidate.score);
            found.push(Alternative { commune, former: target.former, score });
        }
    }
    found
}

/// The evidence for the first candidate, strongest first.
pub(crate) fn why(
    gazetteer: &Gazetteer,
    names: &Names,
    words: &Words,
    reading: &Reading,
) -> Vec<Evidence> {
    let Some(top) = reading.candidates.first() else { return vec![Evidence::Nothing] };
    let text = text_of(words, &top.mention);
    let target = &names.targets[top.target as usize];
    let former = target.former.and_then(|code| gazetteer.former(code));
    let today = || gazetteer.commune(target.today[0]).map_or("", |commune| commune.full_name);
    let name = target.ended.or(former.map(|commune| commune.full_name)).unwrap_or_else(today);
    let mut why = vec![match (top.mention.meaning, former.is_some() || target.ended.is_some()) {
        (Meaning::OldName(_), _) => {
            Evidence::OldName { text: text.clone(), former: name.to_owned() }
        }
        (_, true) => Evidence::FormerName { text: text.clone(), former: name.to_owned() },
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
    why.extend(top.province.map(|m| above(gazetteer, words, &m)));
    if reading.by_area {
        why.push(Evidence::DepotArea);
    }
    if let Some(against) = top.against {
        let other = text_of(words, &against);
        why.push(Evidence::Contradiction { text: text.clone(), other });
    }
    if reading.is_split {
        why.push(Evidence::Split { former: name.to_owned() });
    } else if reading.confidence == Confidence::Review {
        why.push(Evidence::Ambiguous { text });
    }
    why
}

/// What names the province.
fn above(gazetteer: &Gazetteer, words: &Words, m: &Mention) -> Evidence {
    let text = text_of(words, m);
    match m.meaning {
        Meaning::FormerProvince(code) if is_postcode(words, m.start.into()) => {
            let province = gazetteer.former_province(ProvinceCode(code));
            let province = province.map_or("", |province| province.full_name).to_owned();
            Evidence::Postcode { text, province }
        }
        _ => Evidence::Province { text },
    }
}

/// That no commune is named, and what is said above it: "huyện Quan Sơn, tỉnh Thanh Hóa" is a place with many.
pub(crate) fn why_nothing(words: &Words, reading: &Reading) -> Vec<Evidence> {
    let mut why = vec![Evidence::Nothing];
    for m in reading.mentions.iter().filter(|m| is_strong(m, words.len())) {
        let text = text_of(words, m);
        let evidence = match m.meaning {
            Meaning::District(_) => Evidence::District { text },
            _ => Evidence::Province { text },
        };
        if !why.contains(&evidence) {
            why.push(evidence);
        }
    }
    why
}

/// The first word of a name, or of the level word before it, which two names may share.
pub(crate) fn first_word(words: &Words, mention: &Mention) -> usize {
    let start = usize::from(mention.start);
    match level_before(words, start) {
        Some((Level::Commune(_) | Level::District | Level::City | Level::Province, n)) => start - n,
        _ => start,
    }
}

/// The name as written.
pub(crate) fn text_of(words: &Words, mention: &Mention) -> String {
    words.slice(mention.start.into(), mention.end.into()).to_owned()
}
