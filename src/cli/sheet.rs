//! A table from a file, CSV of any dialect or XLSX, with its columns as they are.

use std::fs;
use std::io::Write;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use crate::cli::trouble::{Say, Trouble};
use crate::outputs::wording::{Phrase, troubles as say};
use crate::territory::fold_into;

/// A header is sought in so many rows from the top.
const HEADER_ROWS: usize = 20;
/// What separates cells in a text table.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A table: its header and its rows, each with its number in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) headers: Vec<String>,
    pub(crate) rows: Vec<(usize, Vec<String>)>,
}

impl Sheet {
    /// Reads the first sheet of a file; its first filled row is the header.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        Self::read_below(path, say::NO_ROW, |_| true)
    }

    /// Reads a file whose header, among the first 20 rows, is the first that is recognized; `missing` says, of the file
    /// and its first row, that there is none.
    pub(crate) fn read_below(
        path: &Path,
        missing: Phrase,
        is_header: impl Fn(&[String]) -> bool,
    ) -> anyhow::Result<Self> {
        let bytes = fs::read(path).say(say::CANNOT_READ, &[&path.display()])?;
        let rows = if bytes.starts_with(b"PK") {
            workbook_rows(path)?
        } else {
            text_rows(&bytes).say(say::NO_TABLE, &[&path.display()])?
        };
        let is_filled =
            |(_, row): &(usize, Vec<String>)| row.iter().any(|cell| !cell.trim().is_empty());
        let mut rows: Vec<(usize, Vec<String>)> = rows.into_iter().filter(is_filled).collect();
        let at = rows.iter().take(HEADER_ROWS).position(|(_, row)| is_header(row));
        let Some(at) = at else {
            let found = rows.first().map(|(_, row)| row.join(", ")).unwrap_or_default();
            return Err(Trouble::new(missing, &[&path.display(), &found]).into());
        };
        let rows_below = rows.split_off(at + 1);
        let headers = rows.pop().map(|(_, headers)| headers).unwrap_or_default();
        Ok(Self { headers, rows: rows_below })
    }
}

/// The position of a column by the folded forms of its header.
pub(crate) fn column(headers: &[String], names: &[&str]) -> Option<usize> {
    headers.iter().position(|header| {
        let mut folded = String::new();
        fold_into(&mut folded, header);
        names.contains(&folded.as_str())
    })
}

fn text_rows(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, csv::Error> {
    let encoding = match (Encoding::for_bom(bytes), std::str::from_utf8(bytes)) {
        (Some((encoding, _)), _) => encoding,
        (None, Ok(_)) => UTF_8,
        (None, Err(_)) => {
            let mut detector =
                chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            detector.guess(None, chardetng::Utf8Detection::Deny)
        }
    };
    let (text, ..) = encoding.decode(bytes);
    let delimiter = delimiter_of(&text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let bytes = text.as_bytes();
    let is_break = |at: usize| bytes.get(at).is_some_and(|c| matches!(c, b'\r' | b'\n'));
    let (mut rows, mut number, mut at) = (Vec::new(), 1, 0);
    for record in reader.records() {
        let record = record?;
        // The reader counts the line breaks before a record to it.
        let mut start = record.position().map_or(at, |position| position.byte() as usize);
        while is_break(start) {
            start += 1;
        }
        number += text[at..start].matches('\n').count();
        at = start;
        rows.push((number, record.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}

/// The delimiter that stands equally often in most lines; commas also stand in addresses.
fn delimiter_of(text: &str) -> u8 {
    let fitness = |delimiter: &u8| {
        let counts = text.lines().take(HEADER_ROWS).map(|line| {
            let mut quoted = false;
            let outside = line.bytes().filter(|c| {
                quoted ^= *c == b'"';
                c == delimiter && !quoted
            });
            outside.count()
        });
        let first = counts.clone().find(|n| 0 < *n);
        counts.filter(|n| Some(*n) == first).count()
    };
    DELIMITERS.into_iter().rev().max_by_key(fitness).unwrap_or(b',')
}

#[cfg(feature = "xlsx")]
fn workbook_rows(path: &Path) -> anyhow::Result<Vec<(usize, Vec<String>)>> {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use calamine::{Data, Reader, Xlsx, open_workbook};

    let damaged = || Trouble::new(say::DAMAGED_WORKBOOK, &[&path.display()]);
    let read = || -> anyhow::Result<Vec<(usize, Vec<String>)>> {
        let mut workbook: Xlsx<_> =
            open_workbook(path).say(say::DAMAGED_WORKBOOK, &[&path.display()])?;
        let first = workbook.sheet_names().into_iter().next().ok_or_else(damaged)?;
        let range =
            workbook.worksheet_range(&first).say(say::DAMAGED_WORKBOOK, &[&path.display()])?;
        let top = range.start().map_or(0, |(row, _)| row as usize);
        let text = |cell: &Data| match cell {
            Data::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => format!("{x:.0}"),
            other => other.to_string(),
        };
        let rows = range.rows().map(|row| row.iter().map(text).collect());
        Ok((top + 1..).zip(rows).collect())
    };
    // The reader of a foreign format may trip over bytes nobody thought of; that is a damaged file, not our end.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged().into()))
}

#[cfg(not(feature = "xlsx"))]
fn workbook_rows(path: &Path) -> anyhow::Result<Vec<(usize, Vec<String>)>> {
    Err(Trouble::new(say::NO_WORKBOOKS, &[&path.display()]).into())
}

/// Writes a table as CSV.
pub(crate) fn write_csv(
    out: impl Write,
    rows: impl Iterator<Item = Vec<String>>,
) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Sheet {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, bytes).unwrap();
        Sheet::read_below(&path, say::NO_ROW, |row| column(row, &["diachi"]).is_some()).unwrap()
    }

    #[test]
    fn a_table_is_read_whatever_separates_its_cells() {
        let expected = Sheet {
            headers: vec!["STT".to_owned(), "Địa chỉ".to_owned()],
            rows: vec![(2, vec!["1".to_owned(), "xã A, B".to_owned()])],
        };
        assert_eq!(read("STT,Địa chỉ\n1,\"xã A, B\"\n".as_bytes()), expected);
        assert_eq!(read("\u{feff}STT;Địa chỉ\n1;xã A, B\n".as_bytes()), expected);
        assert_eq!(read("STT;Địa chỉ\n1;xã A, B\n".as_bytes()), expected);
        assert_eq!(read("STT\tĐịa chỉ\r\n1\txã A, B\r\n".as_bytes()), expected);
    }

    #[test]
    fn a_header_below_a_title_keeps_the_numbers_of_its_rows() {
        let sheet = read("Bảng kê,\n,\nSTT,Địa chỉ\n\n1,xã A\n".as_bytes());
        assert_eq!(sheet.rows, [(5, vec!["1".to_owned(), "xã A".to_owned()])]);
    }

    #[test]
    fn other_encodings_are_read() {
        let text = "\u{feff}STT;Địa chỉ\n1;Đà Lạt\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&bytes).rows, [(2, vec!["1".to_owned(), "Đà Lạt".to_owned()])]);
    }
}
