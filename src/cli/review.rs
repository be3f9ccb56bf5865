//! The review of doubtful addresses: a workbook out, a planner's decisions back into the depot's memory.

use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;

use crate::address::{Confidence, Resolution, Resolver};
use crate::cli::INPUT_ERRORS;
use crate::cli::resolve::{Words, read_addresses};
use crate::cli::sheet::{Sheet, column};
use crate::cli::trouble::Say;
use crate::cli::voice::{note, tell};
use crate::ledger::DepotDatabase;
use crate::outputs::wording::{addresses as say, troubles};
use crate::outputs::{ReviewRow, review_workbook};
use crate::place::LatLon;
use crate::post::AddressText;
use crate::territory::{CommuneCode, LearnedPlace};

/// Headers of the decision, folded: as the workbook writes them, and as other tables may.
const CHOSEN: &[&str] = &["chonxaphuong", "choosecommune", "chon", "maxa", "communecode"];
const LAT: &[&str] = &["vido", "lat", "latitude"];
const LON: &[&str] = &["kinhdo", "lon", "longitude"];

/// The workbook of those addresses that somebody must look at; empty when built without workbooks.
pub(super) fn write_review(
    words: Words,
    addresses: &[AddressText],
    resolutions: &[Resolution],
) -> anyhow::Result<Vec<u8>> {
    let doubtful = addresses.iter().zip(resolutions);
    let rows: Vec<ReviewRow> = doubtful
        .filter(|(_, resolution)| resolution.confidence == Confidence::Review)
        .map(|(address, resolution)| {
            let others = resolution.alternatives.iter().map(|a| a.commune);
            ReviewRow {
                line: address.line.clone(),
                commune: address.commune.clone().unwrap_or_default(),
                district: address.district.clone().unwrap_or_default(),
                province: address.province.clone().unwrap_or_default(),
                choices: resolution
                    .commune
                    .into_iter()
                    .chain(others)
                    .map(|c| words.commune(c))
                    .collect(),
                why: words.reasons(resolution).join("\n"),
            }
        })
        .collect();
    Ok(review_workbook(&rows, words.lang)?)
}

/// What a table of decisions taught, and the rows that taught nothing.
#[derive(Debug, Default)]
struct Lessons {
    places: Vec<LearnedPlace>,
    /// Row and reason.
    refused: Vec<(usize, String)>,
    n_open: usize,
}

/// Learns every row that holds a decision.
pub(super) fn learn(
    resolver: &Resolver<'_>,
    words: Words,
    file: &Path,
    database: &Path,
    today: Date,
) -> anyhow::Result<ExitCode> {
    let (sheet, columns) = read_addresses(file)?;
    let address_of = |row: &[String]| {
        // Here the code column, if any, is the decision and not a part of the address.
        AddressText { commune_code: None, ..columns.address(row) }
    };
    let lessons = lessons(resolver, words, &sheet, address_of, today)
        .say(troubles::IN_FILE, &[&file.display()])?;
    let n_new = DepotDatabase::open(database)?.learn(&lessons.places)?;
    for (row, reason) in &lessons.refused {
        let (file, row) = (file.display().to_string(), row.to_string());
        note!("{}", say::ROW_TEACHES_NOTHING.with(words.lang, &[&file, &row, reason]));
    }
    let counts = [lessons.places.len(), n_new, lessons.n_open, lessons.refused.len()];
    let counts = counts.map(|n| n.to_string());
    tell!("{}", say::LEARNED.with(words.lang, &counts.each_ref().map(String::as_str)))?;
    Ok(if lessons.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INPUT_ERRORS) })
}

fn lessons(
    resolver: &Resolver<'_>,
    words: Words,
    sheet: &Sheet,
    address_of: impl Fn(&[String]) -> AddressText,
    today: Date,
) -> anyhow::Result<Lessons> {
    let chosen = column(&sheet.headers, CHOSEN).say(troubles::NO_DECISIONS, &[])?;
    let position = column(&sheet.headers, LAT).zip(column(&sheet.headers, LON));
    let mut lessons = Lessons::default();
    for (number, row) in &sheet.rows {
        let cell = |at: usize| row.get(at).map_or("", |cell| cell.trim());
        let decision = cell(chosen);
        if decision.is_empty() {
            lessons.n_open += 1;
            continue;
        }
        let place = match position.map(|(lat, lon)| (cell(lat), cell(lon))) {
            None | Some(("", "")) => Ok(None),
            Some((lat, lon)) => place_of(lat, lon)
                .map(Some)
                .ok_or_else(|| say::NO_POSITION.with(words.lang, &[lat, lon])),
        };
        let learned = place.and_then(|place| {
            let commune = commune_of(words, decision)?;
            let lesson = resolver.lesson(&address_of(row), commune, place, today);
            lesson.ok_or_else(|| say::NOTHING_TO_REMEMBER.of(words.lang).to_owned())
        });
        match learned {
            Ok(place) => lessons.places.push(place),
            Err(reason) => lessons.refused.push((*number, reason)),
        }
    }
    Ok(lessons)
}

fn place_of(lat: &str, lon: &str) -> Option<LatLon> {
    let degrees = |text: &str| text.replace(',', ".").parse().ok();
    LatLon::new(degrees(lat)?, degrees(lon)?)
}

/// The commune of a decision: its code, in brackets or alone, or its name with the province behind a comma.
fn commune_of(words: Words, decision: &str) -> Result<CommuneCode, String> {
    let in_brackets = decision.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let code = in_brackets.map_or(decision, |(code, _)| code).trim().parse::<CommuneCode>();
    if let Some(commune) = code.ok().and_then(|code| words.gazetteer.commune(code)) {
        return Ok(commune.code);
    }
    let (name, province) = match decision.split_once(',') {
        Some((name, province)) => (name, Some(province.trim())),
        None => (decision, None),
    };
    match words.gazetteer.commune_named(name, province)[..] {
        [code] => Ok(code),
        [] => Err(say::NO_SUCH_COMMUNE.with(words.lang, &[decision])),
        ref several => {
            let codes: Vec<String> = several.iter().map(|&code| words.commune(code)).collect();
            Err(say::SEVERAL_COMMUNES.with(words.lang, &[decision, &codes.join("; ")]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::ResolverConfig;
    use crate::outputs::wording::Lang;
    use crate::territory::Gazetteer;

    fn words() -> Words {
        Words { gazetteer: Gazetteer::bundled(), lang: Lang::En }
    }

    #[track_caller]
    fn check(rows: &str, expected_communes: &[u32], expected_refused: &[usize]) -> Lessons {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("review.csv");
        std::fs::write(&path, format!("Địa chỉ;Chọn xã, phường;Vĩ độ;Kinh độ\n{rows}")).unwrap();
        let (sheet, columns) = read_addresses(&path).unwrap();
        let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
        let day = jiff::civil::date(2025, 11, 24);
        let lessons = lessons(&resolver, words(), &sheet, |row| columns.address(row), day).unwrap();
        let communes: Vec<u32> = lessons.places.iter().map(|place| place.commune.0).collect();
        let refused: Vec<usize> = lessons.refused.iter().map(|(row, _)| *row).collect();
        assert_eq!(
            (&communes[..], &refused[..]),
            (expected_communes, expected_refused),
            "{lessons:?}"
        );
        lessons
    }

    #[test]
    fn decisions_are_read_as_codes_names_and_choices() {
        let lessons = check(
            "thôn 3, Thăng Bình;Xã Thăng Bình (20791), Thành phố Đà Nẵng;15.7;108,4\n\
             12 Hùng Vương, Thăng Bình;20791;;\n\
             thôn 4, Thăng Bình;xã thăng bình, Đà Nẵng;;\n\
             thôn 5, Thăng Bình;;;\n",
            &[20791, 20791, 20791],
            &[],
        );
        assert_eq!(lessons.n_open, 1);
        assert_eq!(lessons.places[0].place, LatLon::new(15.7, 108.4));
        assert_eq!(lessons.places[0].within, ["thangbinh"]);
    }

    #[test]
    fn decisions_that_teach_nothing_are_told_with_their_row() {
        check(
            "thôn 3, Thăng Bình;Atlantis;;\n\
             thôn 3, Thăng Bình;Phường Tân Thành;;\n\
             Thăng Bình;20791;;\n\
             thôn 3, Thăng Bình;20791;99;200\n",
            &[],
            &[2, 3, 4, 5],
        );
    }
}
