//! XLSX: every sheet with a recognizable header is read, the others are named.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use unicode_normalization::UnicodeNormalization as _;

use crate::finding::Source;
use crate::intake::table::{Desk, HEADER_ROWS, Header, RawRow};
use crate::intake::{Error, NoTable, SHEET_SKIPPED};

/// Cells to the right of this column are decoration.
const COLUMNS_MAX: u32 = 512;
/// Fewer known columns than this, and a sheet beside another one is a legend or a code list.
const SHEET_SCORE: usize = 4;

struct Sheet {
    place: Source,
    rows: Vec<RawRow>,
    header: Option<Header>,
}

/// Reads all sheets of a workbook.
pub(super) fn read(path: &Path, file: &str, desk: &mut Desk) -> Result<(), Error> {
    // The reader of a foreign format may trip over bytes nobody thought of; that is a damaged file, not our end.
    let sheets = catch_unwind(AssertUnwindSafe(|| read_sheets(path, file)));
    let damaged = |reason: String| Error::DamagedWorkbook { file: file.to_owned(), reason };
    let sheets = sheets.map_err(|_| damaged("its parts contradict each other".to_owned()))??;
    let score = |sheet: &Sheet| sheet.header.as_ref().map_or(0, |header| header.layout.score());
    let best = sheets.iter().map(score).max().unwrap_or(0);
    if best == 0 {
        return Err(Error::NotATable { file: file.to_owned(), reason: NoTable::NoSheet });
    }
    let enough = best.min(SHEET_SCORE);
    for Sheet { place, rows, header } in sheets {
        let Some(header) = header.filter(|header| enough <= header.layout.score()) else {
            if !rows.is_empty() {
                desk.note(SHEET_SKIPPED, &place, place.sheet.as_deref().unwrap_or(""));
            }
            continue;
        };
        header.check(&place, desk.config)?;
        desk.open_table(&header.layout, &place);
        let mut last = rows[header.at].number;
        for row in rows.into_iter().skip(header.at + 1) {
            desk.skip_blank((row.number - last) as usize - 1);
            last = row.number;
            desk.take(&header.layout, &place, row)?;
        }
    }
    Ok(())
}

fn read_sheets(path: &Path, file: &str) -> Result<Vec<Sheet>, Error> {
    let damaged = |e: &dyn std::fmt::Display| Error::DamagedWorkbook {
        file: file.to_owned(),
        reason: e.to_string(),
    };
    let opened = File::open(path)
        .map_err(|cause| Error::Unreadable { path: path.display().to_string(), cause })?;
    let mut workbook = Xlsx::new(BufReader::new(opened)).map_err(|e| damaged(&e))?;
    let names = workbook.sheet_names();
    let mut sheets = Vec::new();
    for name in names {
        // Cell by cell: a range would allocate the whole rectangle up to one stray cell far away.
        let mut cells = match workbook.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(e) => return Err(damaged(&e)),
        };
        let mut rows: Vec<RawRow> = Vec::new();
        while let Some(cell) = cells.next_cell().map_err(|e| damaged(&e))? {
            let (row, column) = cell.get_position();
            let text = cell_text(cell.get_value());
            if text.trim().is_empty() || COLUMNS_MAX <= column {
                continue;
            }
            place_cell(&mut rows, row + 1, column as usize, text);
        }
        rows.sort_by_key(|row| row.number);
        let header = Header::find(&rows[..rows.len().min(HEADER_ROWS)]);
        let place = Source { file: file.to_owned(), sheet: Some(name), ..Source::default() };
        sheets.push(Sheet { place, rows, header });
    }
    Ok(sheets)
}

/// Cells come row by row; a sheet that jumps back is put in order.
fn place_cell(rows: &mut Vec<RawRow>, number: u32, column: usize, text: String) {
    if rows.last().is_none_or(|row| row.number != number) {
        match rows
            .iter()
            .position(|row| row.number == number)
            .filter(|_| rows.last().is_some_and(|row| number < row.number))
        {
            Some(at) => {
                let row = rows.remove(at);
                rows.push(row);
            }
            None => rows.push(RawRow { number, ..RawRow::default() }),
        }
    }
    let cells = &mut rows.last_mut().expect("a row was just pushed").cells;
    if cells.len() <= column {
        cells.resize(column + 1, String::new());
    }
    cells[column] = text;
}

/// A cell as a clerk would type it.
fn cell_text(value: &DataRef) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(x) => number_text(*x),
        DataRef::String(text) => text.nfc().collect(),
        DataRef::SharedString(text) => text.nfc().collect(),
        DataRef::Bool(yes) => if *yes { "có" } else { "không" }.to_owned(),
        DataRef::DateTime(at) => date_text(at),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Whole numbers without a decimal point: codes and phones are stored as numbers.
fn number_text(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < 1e15 { format!("{x:.0}") } else { x.to_string() }
}

fn date_text(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    if at.as_f64() < 1.0 {
        return format!("{hour:02}:{minute:02}");
    }
    if hour == 0 && minute == 0 && second == 0 {
        return format!("{day:02}/{month:02}/{year}");
    }
    format!("{day:02}/{month:02}/{year} {hour:02}:{minute:02}:{second:02}")
}
