//! Procedure → care at the door: a table of facts a depot may replace.

use crate::intake::Error;
use crate::intake::layout::fold;
use crate::post::{Handling, HandlingTable};

const BUNDLED: &str = include_str!("../../data/handling/procedures.csv");
const COLUMNS: [&str; 6] =
    ["code", "keyword", "in_person", "authorized", "take_back_original", "confidential"];

/// The table that comes with the program.
pub(super) fn bundled() -> HandlingTable {
    parse_handling("procedures.csv", BUNDLED).expect("a test reads the bundled table")
}

/// Reads a handling table: CSV with the columns `code,keyword,in_person,authorized,take_back_original,confidential,note`,
/// 1 for yes; each row needs a code or a keyword, and the first row that matches wins.
///
/// # Errors
/// The first row that cannot be read.
pub fn parse_handling(file: &str, text: &str) -> Result<HandlingTable, Error> {
    let wrong =
        |row: u64, reason: String| Error::HandlingTable { file: file.to_owned(), row, reason };
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| wrong(1, e.to_string()))?.clone();
    let column = |name: &str| {
        let found = headers.iter().position(|h| h.trim() == name);
        found.ok_or_else(|| wrong(1, format!("column {name} is missing")))
    };
    let [code, keyword, in_person, authorized, take_back, confidential] = COLUMNS.map(column);
    let (code, keyword) = (code?, keyword?);
    let flags = [in_person?, authorized?, take_back?, confidential?];
    let mut table = HandlingTable::default();
    for (index, record) in reader.records().enumerate() {
        let row = index as u64 + 2;
        let record = record.map_err(|e| wrong(row, e.to_string()))?;
        let cell = |at: usize| record.get(at).unwrap_or("").trim();
        let mut values = [false; 4];
        for (value, at) in values.iter_mut().zip(flags) {
            *value = match cell(at) {
                "1" => true,
                "" | "0" => false,
                other => return Err(wrong(row, format!("{other} is neither 1 nor 0"))),
            };
        }
        let [in_person, authorized, take_back_original, confidential] = values;
        let handling = Handling {
            in_person,
            authorized,
            take_back_original,
            confidential,
            ..Handling::default()
        };
        if cell(code).is_empty() && cell(keyword).is_empty() {
            return Err(wrong(row, "neither a code nor a keyword".to_owned()));
        }
        if !cell(code).is_empty() {
            table.by_code.push((cell(code).to_owned(), handling));
        }
        if !cell(keyword).is_empty() {
            table.by_keyword.push((fold(cell(keyword)), handling));
        }
    }
    Ok(table)
}
