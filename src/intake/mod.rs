//! Which results came in this morning? Files → [`Item`]s, row by row, nothing lost.
//!
//! A file is recognized by its bytes, not by its name: `workbook` reads XLSX, `delimited` reads text tables
//! of any delimiter and encoding. Both give rows of cells to `table`, which finds the header row, knows from
//! `layout` what each column means, leaves out what is no result (column numbers, totals, signatures) and
//! hands the rest to `record`: one row becomes an item with its warnings, or a rejected row with its reasons.
//!
//! Laws. Every row ends somewhere: rows in = accepted + rejected + updated, asserted for each file (R-IN-5).
//! A bad row never stops the day; a bad file does, with one error that says what to do. Identity numbers are
//! dropped here and go no further, not even into the rejected rows. A dossier that comes twice the same day
//! updates its item (R-IN-4).
//!
//! Deliberately not here: what an address means (`address`), which working day an item is due (`planning`),
//! what was carried forward from yesterday (`ledger`).

mod delimited;
mod handling;
mod layout;
mod record;
mod scrub;
mod table;
mod value;
#[cfg(feature = "xlsx")]
mod workbook;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::finding::{Finding, FindingCode, Source};
use crate::post::{HandlingTable, Item};

pub use handling::parse_handling;
pub use layout::{Key, fold};

use table::Desk;

/// A required value is missing; the row is rejected. `{0}` is the column's usual header.
pub const MISSING_VALUE: FindingCode = FindingCode("IN-01");
/// A required date cannot be read; the row is rejected. `{0}` is the column's usual header.
pub const REQUIRED_DATE: FindingCode = FindingCode("IN-02");
/// The dossier code has not the usual form; the item goes on.
pub const DOSSIER_FORM: FindingCode = FindingCode("IN-03");
/// The date inside the dossier code lies after the planning day. `{0}` is that date.
pub const DOSSIER_FUTURE: FindingCode = FindingCode("IN-04");
/// The item code has not the form of S10; the item goes on.
pub const ITEM_CODE_FORM: FindingCode = FindingCode("IN-05");
/// The check digit of the item code is wrong. `{0}` is the digit the others ask for.
pub const ITEM_CODE_DIGIT: FindingCode = FindingCode("IN-06");
/// The item code already belongs to another dossier; the row is rejected. `{0}` is that dossier, `{1}` its place.
pub const ITEM_CODE_TAKEN: FindingCode = FindingCode("IN-07");
/// The dossier came before today; this row updates it. `{0}` is the earlier place, `{1}` this one.
pub const DOSSIER_AGAIN: FindingCode = FindingCode("IN-08");
/// No phone number; the item goes on, and someone should find one.
pub const PHONE_MISSING: FindingCode = FindingCode("IN-09");
/// The phone number cannot be one; the item goes on without.
pub const PHONE_BAD: FindingCode = FindingCode("IN-10");
/// A count of papers is unreadable or unusual. `{0}` is the count used.
pub const COUNT_ODD: FindingCode = FindingCode("IN-11");
/// An amount of money cannot be read; nothing will be collected.
pub const MONEY_BAD: FindingCode = FindingCode("IN-12");
/// An optional date cannot be read; the item goes on without.
pub const DATE_BAD: FindingCode = FindingCode("IN-13");
/// The wished hours cannot be read; the item goes on without.
pub const HOURS_BAD: FindingCode = FindingCode("IN-14");
/// The registration for return by post is not the JSON it should be; the other columns are used.
pub const REGISTRATION_BAD: FindingCode = FindingCode("IN-15");
/// The coordinates cannot be read or are no place on earth; the item goes on without.
pub const COORDINATES_BAD: FindingCode = FindingCode("IN-16");
/// A column nobody knows; its cells are not used.
pub const COLUMN_UNKNOWN: FindingCode = FindingCode("IN-17");
/// Identity numbers were dropped on reading. `{0}` is how many.
pub const IDENTITY_DROPPED: FindingCode = FindingCode("IN-18");
/// A sheet without a recognizable header was not read.
pub const SHEET_SKIPPED: FindingCode = FindingCode("IN-19");
/// The row has filled cells beyond the last header; they are not used.
pub const ROW_TOO_LONG: FindingCode = FindingCode("IN-20");
/// A quotation mark opens and swallows the following rows; the row is rejected. `{0}` is how many lines it holds.
pub const QUOTE_OPEN: FindingCode = FindingCode("IN-21");
/// Some characters cannot be read in the encoding of the file. `{0}` is the encoding.
pub const CHARACTERS_LOST: FindingCode = FindingCode("IN-22");
/// The row is no result: column numbers, a total, a repeated header, a signature line.
pub const ROW_SKIPPED: FindingCode = FindingCode("IN-23");
/// The table has a header and no row under it.
pub const NO_ROWS: FindingCode = FindingCode("IN-24");
/// Two columns mean the same; the first that is filled counts. `{0}` is the other header.
pub const COLUMN_TWICE: FindingCode = FindingCode("IN-25");

/// Every code this room reports.
pub const CODES: &[FindingCode] = &[
    MISSING_VALUE,
    REQUIRED_DATE,
    DOSSIER_FORM,
    DOSSIER_FUTURE,
    ITEM_CODE_FORM,
    ITEM_CODE_DIGIT,
    ITEM_CODE_TAKEN,
    DOSSIER_AGAIN,
    PHONE_MISSING,
    PHONE_BAD,
    COUNT_ODD,
    MONEY_BAD,
    DATE_BAD,
    HOURS_BAD,
    REGISTRATION_BAD,
    COORDINATES_BAD,
    COLUMN_UNKNOWN,
    IDENTITY_DROPPED,
    SHEET_SKIPPED,
    ROW_TOO_LONG,
    QUOTE_OPEN,
    CHARACTERS_LOST,
    ROW_SKIPPED,
    NO_ROWS,
    COLUMN_TWICE,
];

/// Largest text table read, in bytes: some three million rows.
pub const MAX_TEXT_BYTES: u64 = 1 << 30;
/// Most rows with a result in one day, all files together: a hundred times the busiest day of a large depot. What is
/// held in memory stays below some hundred megabytes.
pub const MAX_ROWS: usize = 200_000;
/// Largest workbook read, in bytes: its sheets are held in memory, many times larger than on disk.
pub const MAX_WORKBOOK_BYTES: u64 = 64 << 20;

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No file was named.
    #[error("no file to read: name at least one CSV or XLSX file with results")]
    NoFiles,
    /// The file is missing, or the system refuses to open it.
    #[error("cannot read {path}: {cause}; check the path and that no other program holds the file")]
    Unreadable {
        /// As given.
        path: String,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The file holds nothing.
    #[error("{file} is empty: export it again")]
    Empty {
        /// File name.
        file: String,
    },
    /// The file is larger than this program reads.
    #[error("{file} has {size} bytes, the limit is {limit}: split it and name the parts")]
    TooLarge {
        /// File name.
        file: String,
        /// In bytes.
        size: u64,
        /// In bytes.
        limit: u64,
    },
    /// No row among the first ones looks like a header.
    #[error(
        "{file} is not a table of results ({reason}): save it as .xlsx or .csv with its header row"
    )]
    NotATable {
        /// File name, with the sheet when there is one.
        file: String,
        /// What was seen instead.
        reason: NoTable,
    },
    /// An old kind of workbook, or one with a password.
    #[error("{file} is an old .xls workbook, or one with a password: save it as .xlsx without one")]
    OldWorkbook {
        /// File name.
        file: String,
    },
    /// The files hold more results than a day of any depot.
    #[error(
        "{file}, row {row}: more than {limit} results in one day; split the files and plan them apart"
    )]
    TooManyRows {
        /// File name.
        file: String,
        /// Row as a spreadsheet shows it.
        row: u32,
        /// Most rows with a result, all files together.
        limit: usize,
    },
    /// The workbook cannot be opened.
    #[error("{file} is damaged or not an .xlsx workbook ({reason}): open it and save it again")]
    DamagedWorkbook {
        /// File name.
        file: String,
        /// What the reader says.
        reason: String,
    },
    /// Columns are missing without which no row can become an item.
    #[error(
        "{file} lacks {}; columns found: {}: rename or add the column",
        missing.join(" and "), headers.join(" | ")
    )]
    MissingColumn {
        /// File name, with the sheet when there is one.
        file: String,
        /// Key and usual headers of each missing column: `ngay_hen_tra («Ngày hẹn trả», …)`.
        missing: Vec<String>,
        /// The headers found.
        headers: Vec<String>,
    },
    /// The handling table cannot be read.
    #[error("{file}, row {row}: {reason}")]
    HandlingTable {
        /// File name.
        file: String,
        /// Row as a spreadsheet shows it.
        row: u64,
        /// What is wrong, and what would be right.
        reason: String,
    },
}

/// Why a file is no table of results.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoTable {
    /// A picture, a program, a damaged file.
    #[error("it holds bytes that are no text")]
    Bytes,
    /// Some systems save a web page under the name of a table.
    #[error("it is a web page")]
    WebPage,
    /// Nothing among the first rows names the columns.
    #[error("none of its first 20 rows is a header")]
    NoHeader,
    /// The same, for a whole workbook.
    #[error("no sheet has a header among its first 20 rows")]
    NoSheet,
    /// The rest of the file became one cell.
    #[error("a quotation mark opens in row {row} and never closes")]
    OpenQuote {
        /// Where it opens, as a spreadsheet shows it.
        row: u32,
    },
    /// Wider than any table of results.
    #[error("row {row} has {columns} columns")]
    TooWide {
        /// Row as a spreadsheet shows it.
        row: u32,
        /// How many.
        columns: usize,
    },
    /// The reader of text tables gave up.
    #[error("{0}")]
    Unreadable(String),
    /// The program was built without the feature `xlsx`.
    #[error("this build reads no workbooks, save it as CSV")]
    NoWorkbooks,
}

/// What intake needs to know beside the files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IntakeConfig {
    /// The planning day.
    pub date: Date,
    /// Procedure → care at the door.
    pub handling: HandlingTable,
    /// The unit of rows that name none, for files of a single unit.
    pub default_unit: Option<String>,
    /// Most rows with a result, all files together.
    pub rows_max: usize,
}

impl IntakeConfig {
    /// A planning day, the bundled handling table, no default unit, [`MAX_ROWS`].
    pub fn new(date: Date) -> Self {
        Self { date, handling: handling::bundled(), default_unit: None, rows_max: MAX_ROWS }
    }
}

/// What came in.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// The items, in the order of their first row.
    pub items: Vec<Item>,
    /// Findings about accepted rows and whole files; those of rejected rows are with their rows.
    pub findings: Vec<Finding>,
    /// The rows a clerk has to repair.
    pub rejected: Vec<RejectedRow>,
    /// One count per file, in the order read.
    pub files: Vec<FileCount>,
    /// Identity numbers that were read and not kept.
    pub n_identity_numbers_dropped: usize,
    /// File and header of each column that is not used.
    pub unknown_columns: Vec<(String, String)>,
    /// Rows that updated an item of an earlier row.
    pub n_updated: usize,
}

/// A row that cannot become an item as it stands. Its cells can be written to a workbook, repaired, and read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// File, sheet, row.
    pub source: Source,
    /// Headers of the kept columns: those of identity papers are gone.
    pub headers: Vec<String>,
    /// One cell per header.
    pub cells: Vec<String>,
    /// Why, errors first.
    pub findings: Vec<Finding>,
}

/// How the rows of one file ended: `n_rows = n_accepted + n_rejected + n_updated`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCount {
    /// File name without its folder.
    pub file: String,
    /// Rows that should hold a result.
    pub n_rows: usize,
    /// Rows that became an item, with or without warnings.
    pub n_accepted: usize,
    /// Of the accepted, those with a warning.
    pub n_with_warnings: usize,
    /// Rows a clerk has to repair.
    pub n_rejected: usize,
    /// Rows that updated the item of an earlier row.
    pub n_updated: usize,
    /// Rows below the header that are no result: blank, column numbers, totals, legends. Not in `n_rows`.
    pub n_skipped: usize,
}

/// Reads files of results, in the order given; a later row of the same dossier updates the earlier one.
///
/// # Errors
/// The first file that cannot be read at all; see [`Error`]. Bad rows are no errors.
///
/// # Panics
/// When a row was lost between reading and counting, which would be a fault of this program.
pub fn read_files(paths: &[PathBuf], config: &IntakeConfig) -> Result<Intake, Error> {
    if paths.is_empty() {
        return Err(Error::NoFiles);
    }
    let mut desk = Desk::new(config);
    for path in paths {
        read_file(path, &mut desk)?;
    }
    Ok(desk.finish())
}

fn read_file(path: &Path, desk: &mut Desk) -> Result<(), Error> {
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let unreadable = |cause| Error::Unreadable { path: path.display().to_string(), cause };
    let mut handle = File::open(path).map_err(unreadable)?;
    let size = handle.metadata().map_err(unreadable)?.len();
    let mut start = [0; 8];
    let mut n_start = 0;
    while n_start < start.len() {
        match handle.read(&mut start[n_start..]).map_err(unreadable)? {
            0 => break,
            n => n_start += n,
        }
    }
    desk.open_file(&file);
    match Format::of(&start[..n_start]) {
        Format::Nothing => return Err(Error::Empty { file }),
        Format::Workbook => read_workbook(path, &file, size, desk)?,
        Format::OldWorkbook => return Err(Error::OldWorkbook { file }),
        Format::Text => {
            check_size(&file, size, MAX_TEXT_BYTES)?;
            delimited::read(path, &file, desk)?;
        }
    }
    desk.close_file();
    Ok(())
}

#[cfg(feature = "xlsx")]
fn read_workbook(path: &Path, file: &str, size: u64, desk: &mut Desk) -> Result<(), Error> {
    check_size(file, size, MAX_WORKBOOK_BYTES)?;
    workbook::read(path, file, desk)
}

#[cfg(not(feature = "xlsx"))]
fn read_workbook(_: &Path, file: &str, _: u64, _: &mut Desk) -> Result<(), Error> {
    Err(Error::NotATable { file: file.to_owned(), reason: NoTable::NoWorkbooks })
}

fn check_size(file: &str, size: u64, limit: u64) -> Result<(), Error> {
    if size <= limit {
        return Ok(());
    }
    Err(Error::TooLarge { file: file.to_owned(), size, limit })
}

/// What the first bytes of a file promise. Exports carry wrong extensions too often to trust them.
enum Format {
    Nothing,
    Workbook,
    OldWorkbook,
    Text,
}

impl Format {
    fn of(start: &[u8]) -> Self {
        match start {
            [] => Self::Nothing,
            [b'P', b'K', 3, 4, ..] => Self::Workbook,
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Self::OldWorkbook,
            _ => Self::Text,
        }
    }
}
