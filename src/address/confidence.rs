//! How probable is an answer? Shares counted on generated addresses, by what the answer rests on.
//!
//! The table `data/address/confidence.csv` is made by `cargo run --release --example fit_confidence` from the
//! generator's texts; other seeds of the same generator test it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::address::matching::Grade;
use crate::address::reading::Reading;
use crate::address::resolution::Confidence;

/// A commune given by its code is wrong only by a slip of the hand. By judgment, not by count.
const CODE_PROBABILITY: f32 = 0.999;
/// A door somebody decided upon or delivered to. By judgment: no depot has counted yet.
const DOOR_PROBABILITY: f32 = 0.98;
/// A hamlet, street or landmark somebody decided upon. By judgment.
const PLACE_PROBABILITY: f32 = 0.93;
/// The former commune of a reading that only its splitting leaves open was told rightly so often. By judgment: the
/// made-up addresses hold hardly one that was not.
const FORMER_PROBABILITY: f32 = 0.99;
/// The one part of a split commune in the depot's area: most of what the depot gets lies there. By judgment.
const PART_PROBABILITY: f32 = 0.9;
/// A name that two streets bear may lead astray even where the table knows one. By judgment.
const STREET_PROBABILITY: f64 = 0.97;
/// An answer of a kind that the generator never made.
const UNKNOWN_PROBABILITY: f32 = 0.5;

static SHARES: LazyLock<FxHashMap<&'static str, f32>> = LazyLock::new(|| {
    let rows = include_str!("../../data/address/confidence.csv").lines().skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split(',');
        let ground = cells.next()?;
        Some((ground, cells.next_back()?.parse().ok()?))
    })
    .collect()
});

/// What an answer rests on, in a few words: the key of its row in the table.
pub(crate) fn ground(reading: &Reading, n_alternatives: usize) -> String {
    let Some(top) = reading.candidates.first() else { return "nothing".to_owned() };
    let confidence = match reading.confidence {
        _ if reading.is_split => "split",
        Confidence::Certain => "certain",
        Confidence::Inferred if reading.by_area => "area",
        Confidence::Inferred => "inferred",
        Confidence::Review => "review",
    };
    let grade = match top.mention.grade {
        Grade::Exact => "exact",
        Grade::Bare | Grade::Folded => "bare",
        Grade::OtherAccents => "accents",
        Grade::Misread(1) => "one",
        Grade::Misread(_) => "two",
    };
    let step = match (reading.confidence, reading.lead) {
        (Confidence::Review, _) => match n_alternatives {
            0 => "alone",
            1 => "pair",
            2..=3 => "few",
            _ => "many",
        },
        (_, ..=15) => "near",
        (_, 16..=30) => "clear",
        _ => "far",
    };
    let support = match (top.district, top.province, top.against) {
        (_, _, Some(_)) => "against",
        (Some(_), Some(_), _) => "both",
        (Some(_), None, _) => "district",
        (None, Some(_), _) => "province",
        (None, None, _) => "none",
    };
    format!("{confidence}-{grade}-{step}-{support}")
}

/// How probable the first candidate of a reading is.
///
/// No table says how people are divided among the parts of a split commune: each is taken to be as likely.
pub(crate) fn of_reading(reading: &Reading, n_alternatives: usize) -> f32 {
    if reading.is_split {
        let is_told = reading.confidence != Confidence::Review;
        let even = FORMER_PROBABILITY / (n_alternatives + 1) as f32;
        return if is_told { PART_PROBABILITY } else { even };
    }
    let ground = ground(reading, n_alternatives);
    SHARES.get(ground.as_str()).copied().unwrap_or(UNKNOWN_PROBABILITY)
}

/// How probable a commune is whose code was given, or the first of several it was split into.
pub(crate) fn of_code(n_successors: usize) -> f32 {
    CODE_PROBABILITY / n_successors.max(1) as f32
}

/// How probable a commune is that the depot has learned.
pub(crate) fn of_memory(is_door: bool) -> f32 {
    if is_door { DOOR_PROBABILITY } else { PLACE_PROBABILITY }
}

/// How probable a commune is in which this share of a street lies.
pub(crate) fn of_street(share: f64) -> f32 {
    (share * STREET_PROBABILITY) as f32
}

/// A score as a share of what a flawless address reaches.
pub(crate) fn share(score: i32) -> f32 {
    (score as f32 / 120.0).clamp(0.0, 1.0)
}
