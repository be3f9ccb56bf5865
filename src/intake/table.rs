//! Rows of cells → items: finds the header, leaves out what is no result, keeps the count.

use rustc_hash::FxHashMap;

use crate::finding::{Finding, FindingCode, Severity, Source};
use crate::intake::layout::{Column, Key, Layout, fold};
use crate::intake::record::{self, Row};
use crate::intake::scrub::scrub;
use crate::intake::{
    COLUMN_TWICE, COLUMN_UNKNOWN, DOSSIER_AGAIN, Error, FileCount, IDENTITY_DROPPED,
    ITEM_CODE_TAKEN, Intake, IntakeConfig, NO_ROWS, QUOTE_OPEN, ROW_SKIPPED, ROW_TOO_LONG,
    RejectedRow,
};
use crate::post::Item;

/// The header stands within this many rows (R-IN-1).
pub(super) const HEADER_ROWS: usize = 20;
/// Fewer known columns than this is no header.
const SCORE_MIN: usize = 2;

/// One row as its file gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct RawRow {
    /// As a spreadsheet shows it, counted from 1.
    pub(super) number: u32,
    pub(super) cells: Vec<String>,
    /// Lines swallowed by a quotation mark that never closes, as far as one can tell.
    pub(super) n_swallowed: usize,
}

impl RawRow {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// The table with its header found.
pub(super) struct Header {
    pub(super) layout: Layout,
    /// Index of the header among the first rows.
    pub(super) at: usize,
}

impl Header {
    /// The best-matching row among the first ones, if any is a header at all.
    pub(super) fn find(first_rows: &[RawRow]) -> Option<Self> {
        let mut best: Option<Self> = None;
        for (at, row) in first_rows.iter().enumerate().take(HEADER_ROWS) {
            let layout = Layout::new(&row.cells);
            let score = layout.score();
            if SCORE_MIN <= score && best.as_ref().is_none_or(|b| b.layout.score() < score) {
                best = Some(Self { layout, at });
            }
        }
        best
    }

    /// Names the columns without which no row can become an item.
    pub(super) fn check(&self, place: &Source, config: &IntakeConfig) -> Result<(), Error> {
        let missing = self.layout.missing(config.default_unit.is_some());
        if missing.is_empty() {
            return Ok(());
        }
        let describe = |key: &Key| {
            let headers: Vec<String> =
                key.headers().iter().take(3).map(|header| format!("«{header}»")).collect();
            format!("{} ({})", key.name(), headers.join(", "))
        };
        let kept = self.layout.headers.iter().filter(|header| !header.is_empty());
        Err(Error::MissingColumn {
            file: place.to_string(),
            missing: missing.iter().map(describe).collect(),
            headers: kept.cloned().collect(),
        })
    }
}

/// Where rows arrive and are counted.
pub(super) struct Desk<'a> {
    pub(super) config: &'a IntakeConfig,
    intake: Intake,
    count: FileCount,
    /// Rows with a result, all files together.
    n_rows: usize,
    n_dropped_before: usize,
    /// Dossier → its item, and item code → its dossier.
    by_dossier: FxHashMap<String, usize>,
    by_code: FxHashMap<String, usize>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(config: &'a IntakeConfig) -> Self {
        Self {
            config,
            intake: Intake::default(),
            count: FileCount::default(),
            n_rows: 0,
            n_dropped_before: 0,
            by_dossier: FxHashMap::default(),
            by_code: FxHashMap::default(),
        }
    }

    pub(super) fn open_file(&mut self, file: &str) {
        self.count = FileCount { file: file.to_owned(), ..FileCount::default() };
        self.n_dropped_before = self.intake.n_identity_numbers_dropped;
    }

    pub(super) fn close_file(&mut self) {
        let count = std::mem::take(&mut self.count);
        let n_ended = count.n_accepted + count.n_rejected + count.n_updated;
        assert_eq!(count.n_rows, n_ended, "every row of {} ends somewhere", count.file);
        let n_dropped = self.intake.n_identity_numbers_dropped - self.n_dropped_before;
        let source = Source { file: count.file.clone(), ..Source::default() };
        if 0 < n_dropped {
            let dropped = Finding::new(IDENTITY_DROPPED, Severity::Note, source.clone(), "");
            self.intake.findings.push(dropped.detail(n_dropped.to_string()));
        }
        if count.n_rows == 0 {
            self.note(NO_ROWS, &source, "");
        }
        self.intake.files.push(count);
    }

    pub(super) fn finish(self) -> Intake {
        let intake = self.intake;
        let sum = |of: fn(&FileCount) -> usize| intake.files.iter().map(of).sum::<usize>();
        assert_eq!(intake.items.len(), sum(|f| f.n_accepted), "each accepted row is one item");
        assert_eq!(intake.rejected.len(), sum(|f| f.n_rejected), "each rejected row is kept");
        assert_eq!(intake.n_updated, sum(|f| f.n_updated), "each update is counted once");
        intake
    }

    pub(super) fn note(&mut self, code: FindingCode, source: &Source, value: &str) {
        self.intake.findings.push(Finding::new(code, Severity::Note, source.clone(), value));
    }

    pub(super) fn report(&mut self, finding: Finding) {
        self.intake.findings.push(finding);
    }

    /// Says which columns are not used, once per table.
    pub(super) fn open_table(&mut self, layout: &Layout, place: &Source) {
        for (header, column) in layout.headers.iter().zip(&layout.columns) {
            if *column == Column::Unknown {
                self.intake.unknown_columns.push((place.file.clone(), header.clone()));
                self.note(COLUMN_UNKNOWN, &place.with_column(header), header);
            }
        }
        for &key in Key::ALL {
            if let [first, others @ ..] = layout.positions(key) {
                for other in others {
                    let source = place.with_column(&layout.headers[*other]);
                    let twice =
                        Finding::new(COLUMN_TWICE, Severity::Note, source, &layout.headers[*other]);
                    self.intake.findings.push(twice.detail(&layout.headers[*first]));
                }
            }
        }
    }

    /// Counts blank rows that a reader passed over.
    pub(super) fn skip_blank(&mut self, n: usize) {
        self.count.n_skipped += n;
    }

    /// Takes one row below the header.
    pub(super) fn take(
        &mut self,
        layout: &Layout,
        place: &Source,
        mut raw: RawRow,
    ) -> Result<(), Error> {
        if raw.is_blank() {
            self.skip_blank(1);
            return Ok(());
        }
        let source = Source { row: Some(raw.number), ..place.clone() };
        self.drop_identity(layout, &mut raw.cells);
        if raw.n_swallowed == 0 && is_no_result(layout, &raw.cells) {
            self.count.n_skipped += 1;
            let text: Vec<&str> =
                raw.cells.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).take(4).collect();
            self.note(ROW_SKIPPED, &source, &text.join(" | "));
            return Ok(());
        }
        let limit = self.config.rows_max;
        if self.n_rows == limit {
            let (file, row) = (place.to_string(), raw.number);
            return Err(Error::TooManyRows { file, row, limit });
        }
        self.n_rows += 1;
        self.count.n_rows += 1;
        let mut findings = Vec::new();
        if raw.n_swallowed > 0 {
            let open = Finding::new(QUOTE_OPEN, Severity::Error, source.clone(), "\"");
            findings.push(open.detail(raw.n_swallowed.to_string()));
        }
        let beyond = raw.cells.iter().skip(layout.headers.len());
        if let Some(cell) = beyond.map(|c| c.trim()).find(|c| !c.is_empty()) {
            findings.push(Finding::new(ROW_TOO_LONG, Severity::Warning, source.clone(), cell));
        }
        let row = Row { layout, cells: &raw.cells, source: &source };
        let item = record::read(row, self.config, &mut findings);
        let is_broken = findings.iter().any(|f| f.severity == Severity::Error);
        match item.filter(|_| !is_broken).map(|item| self.place_of(&item, &mut findings)) {
            Some(Place::New(item)) => self.accept(item, findings),
            Some(Place::Again(at, item)) => self.update(at, item, findings),
            Some(Place::Taken) | None => self.reject(layout, source, &raw.cells, findings),
        }
        Ok(())
    }

    /// Empties the cells of identity columns, and takes announced numbers out of the others.
    fn drop_identity(&mut self, layout: &Layout, cells: &mut [String]) {
        let dropped = &mut self.intake.n_identity_numbers_dropped;
        // Whole fields first: a number taken out of them would be counted twice, or break the JSON.
        for &at in layout.positions(Key::Registration) {
            if let Some(cell) = cells.get_mut(at) {
                *dropped += record::keep_known_registration(cell);
            }
        }
        for (at, cell) in cells.iter_mut().enumerate() {
            if layout.columns.get(at) == Some(&Column::Identity) {
                // The shortest numbers of identity papers have seven digits; a row of column numbers has fewer.
                let n_digits = cell.chars().filter(char::is_ascii_digit).count();
                *dropped += usize::from(6 < n_digits);
                cell.clear();
            } else {
                *dropped += scrub(cell);
            }
        }
    }

    /// Whether the item is new, comes again, or carries the code of another.
    fn place_of(&self, item: &Item, findings: &mut Vec<Finding>) -> Place {
        let at = self.by_dossier.get(item.dossier.as_str()).copied();
        let holder = item.code.as_ref().and_then(|c| self.by_code.get(c.as_str())).copied();
        if let Some(other) = holder.filter(|holder| Some(*holder) != at) {
            let other = &self.intake.items[other];
            let code = item.code.as_ref().map_or("", |c| c.as_str());
            let source = item.source.with_column(Key::ItemCode.headers()[0]);
            let taken = Finding::new(ITEM_CODE_TAKEN, Severity::Error, source, code)
                .detail(other.dossier.as_str())
                .detail(other.source.to_string());
            findings.push(taken);
            return Place::Taken;
        }
        match at {
            None => Place::New(Box::new(item.clone())),
            Some(at) => Place::Again(at, Box::new(item.clone())),
        }
    }

    fn accept(&mut self, item: Box<Item>, findings: Vec<Finding>) {
        self.count.n_accepted += 1;
        let has_warning = findings.iter().any(|f| Severity::Warning <= f.severity);
        self.count.n_with_warnings += usize::from(has_warning);
        self.by_dossier.insert(item.dossier.as_str().to_owned(), self.intake.items.len());
        self.remember_code(&item, self.intake.items.len());
        self.intake.items.push(*item);
        self.intake.findings.extend(findings);
    }

    fn update(&mut self, at: usize, item: Box<Item>, findings: Vec<Finding>) {
        self.count.n_updated += 1;
        self.intake.n_updated += 1;
        let before = std::mem::replace(&mut self.intake.items[at], *item);
        if let Some(code) = &before.code {
            self.by_code.remove(code.as_str());
        }
        let item = self.intake.items[at].clone();
        self.remember_code(&item, at);
        let again = Finding::new(
            DOSSIER_AGAIN,
            Severity::Warning,
            item.source.with_column(Key::Dossier.headers()[0]),
            item.dossier.as_str(),
        );
        let again = again.detail(before.source.to_string()).detail(item.source.to_string());
        self.intake.findings.push(again);
        self.intake.findings.extend(findings);
    }

    fn remember_code(&mut self, item: &Item, at: usize) {
        if let Some(code) = &item.code {
            self.by_code.insert(code.as_str().to_owned(), at);
        }
    }

    fn reject(
        &mut self,
        layout: &Layout,
        source: Source,
        cells: &[String],
        mut findings: Vec<Finding>,
    ) {
        self.count.n_rejected += 1;
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let mut headers = Vec::new();
        let mut kept = Vec::new();
        for (at, column) in layout.columns.iter().enumerate() {
            if !matches!(column, Column::Identity | Column::Blank) {
                headers.push(layout.headers[at].clone());
                kept.push(cells.get(at).cloned().unwrap_or_default());
            }
        }
        self.intake.rejected.push(RejectedRow { source, headers, cells: kept, findings });
    }
}

/// Where an item belongs among the earlier ones.
enum Place {
    New(Box<Item>),
    Again(usize, Box<Item>),
    Taken,
}

/// Column numbers, totals, repeated headers and signature lines are no results.
///
/// A row that names its dossier is a result whatever else it says, so that nothing is lost.
fn is_no_result(layout: &Layout, cells: &[String]) -> bool {
    let filled: Vec<String> =
        cells.iter().filter(|c| !c.trim().is_empty()).map(|c| fold(c)).collect();
    is_number_row(&filled) || is_header_again(layout, cells) || is_total_or_legend(layout, cells)
}

/// `(1) (2) (3)` or `1 2 3` or `A B 1 2`: short marks that only grow.
fn is_number_row(filled: &[String]) -> bool {
    let is_mark = |c: &String| match c.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => true,
        digits => (1..=2).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
    };
    let numbers: Vec<u32> = filled.iter().filter_map(|c| c.parse().ok()).collect();
    3 <= filled.len() && filled.iter().all(is_mark) && numbers.windows(2).all(|w| w[0] < w[1])
}

fn is_header_again(layout: &Layout, cells: &[String]) -> bool {
    let same = layout
        .headers
        .iter()
        .zip(cells)
        .filter(|(header, cell)| !header.is_empty() && fold(header) == fold(cell));
    3 <= same.count()
}

fn is_total_or_legend(layout: &Layout, cells: &[String]) -> bool {
    const LEGENDS: [&str; 16] = [
        "tong",
        "cong",
        "nguoi lap",
        "nguoi giao",
        "nguoi nhan",
        "ghi chu",
        "luu y",
        "ngay",
        "ky ten",
        "ky ghi ro",
        "xac nhan",
        "danh sach",
        "dai dien",
        "so luong",
        "thu truong",
        "lanh dao",
    ];
    let cell = |key: Key| {
        let mut filled = layout.positions(key).iter().filter_map(|&at| cells.get(at));
        filled.find(|c| !c.trim().is_empty())
    };
    let mut filled = cells.iter().filter(|c| !c.trim().is_empty());
    let Some(first) = filled.next() else { return true };
    let folded = fold(first);
    let says = LEGENDS.iter().any(|legend| {
        folded.strip_prefix(legend).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let has_dossier = cell(Key::Dossier).is_some_and(|c| c != first);
    let has_person = [Key::Owner, Key::Address, Key::Promised]
        .iter()
        .filter(|key| cell(**key).is_some_and(|c| c != first))
        .count();
    says && !has_dossier && has_person < 2
}
