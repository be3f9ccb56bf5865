//! Text tables of any delimiter and encoding, as a stream: a file of a million rows is never held whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258,
};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::finding::{Finding, Severity, Source};
use crate::intake::table::{Desk, HEADER_ROWS, Header, RawRow};
use crate::intake::{CHARACTERS_LOST, Error, NoTable};

const BLOCK: usize = 1 << 16;
/// Longest cell believed; a spreadsheet holds 32,767 characters. A longer one is an open quotation mark.
const CELL_MAX: usize = 1 << 17;
const COLUMNS_MAX: usize = 1_000;
const DELIMITERS: [u8; 4] = *b";,\t|";

/// Reads a text table from its file.
pub(super) fn read(path: &Path, file: &str, desk: &mut Desk) -> Result<(), Error> {
    let unreadable = |cause| Error::Unreadable { path: path.display().to_string(), cause };
    let open = || File::open(path).map_err(unreadable);
    let encoding = encoding_of(open()?).map_err(unreadable)?;
    let mut start = Vec::new();
    Decoding::new(open()?, encoding)
        .take(BLOCK as u64)
        .read_to_end(&mut start)
        .map_err(unreadable)?;
    let not_a_table = |reason| Error::NotATable { file: file.to_owned(), reason };
    if start.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Empty { file: file.to_owned() });
    }
    if start.contains(&0) {
        return Err(not_a_table(NoTable::Bytes));
    }
    if start.trim_ascii_start().starts_with(b"<") {
        return Err(not_a_table(NoTable::WebPage));
    }
    let delimiter = sniff(&start);
    let mut rows = Rows::new(Decoding::new(open()?, encoding), delimiter, file);
    let mut first_rows = Vec::new();
    while first_rows.len() < HEADER_ROWS
        && let Some(row) = rows.next_row()?
    {
        first_rows.push(row);
    }
    let header = Header::find(&first_rows).ok_or_else(|| not_a_table(NoTable::NoHeader))?;
    let place = Source { file: file.to_owned(), ..Source::default() };
    header.check(&place, desk.config)?;
    let layout = &header.layout;
    desk.open_table(layout, &place);
    rows.n_columns = layout.headers.len();
    let mut last = first_rows[header.at].number;
    for mut row in first_rows.drain(..).skip(header.at + 1) {
        row.n_swallowed = rows.n_swallowed(&row.cells);
        desk.skip_blank((row.number - last) as usize - 1);
        last = row.number;
        desk.take(layout, &place, row)?;
    }
    while let Some(row) = rows.next_row()? {
        desk.skip_blank((row.number - last) as usize - 1);
        last = row.number;
        desk.take(layout, &place, row)?;
    }
    if rows.csv.get_ref().has_lost {
        let lost = Finding::new(CHARACTERS_LOST, Severity::Warning, place, "\u{fffd}");
        desk.report(lost.detail(encoding.name()));
    }
    Ok(())
}

/// Byte-order mark, else UTF-8 when every byte fits, else the two-byte pattern of UTF-16, else a guess.
fn encoding_of(mut file: impl Read) -> io::Result<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut utf_8 = UTF_8.new_decoder_without_bom_handling();
    let mut is_utf_8 = true;
    let mut scratch = vec![0; BLOCK * 3 + 16];
    let mut block = vec![0; BLOCK];
    let mut is_first = true;
    loop {
        let n = fill(&mut file, &mut block)?;
        let bytes = &block[..n];
        if is_first {
            if let Some((encoding, _)) = Encoding::for_bom(bytes) {
                return Ok(encoding);
            }
            if let Some(encoding) = two_byte_pattern(bytes) {
                return Ok(encoding);
            }
            is_first = false;
        }
        let is_last = n < BLOCK;
        detector.feed(bytes, is_last);
        if is_utf_8 {
            let (_, _, _, had_errors) = utf_8.decode_to_utf8(bytes, &mut scratch, is_last);
            is_utf_8 = !had_errors;
        }
        if is_last {
            break;
        }
    }
    if is_utf_8 {
        return Ok(UTF_8);
    }
    // Western and Vietnamese share most bytes; from a Vietnamese office the latter is meant.
    let guess = detector.guess(Some(b"vn"), Utf8Detection::Deny);
    Ok(if guess == WINDOWS_1252 { WINDOWS_1258 } else { guess })
}

/// UTF-16 without a mark: in a table every other byte of the ASCII part is zero.
fn two_byte_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4_096)];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = sample.len() / 8;
    match () {
        () if sample.len() < 8 => None,
        () if many < odd && even * 8 < odd => Some(UTF_16LE),
        () if many < even && odd * 8 < even => Some(UTF_16BE),
        () => None,
    }
}

fn fill(file: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < block.len() {
        match file.read(&mut block[n..]) {
            Ok(0) => break,
            Ok(k) => n += k,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(n)
}

/// The delimiter that divides the first lines into the most and the most even columns.
fn sniff(start: &[u8]) -> u8 {
    let score = |delimiter: u8| {
        let mut counts: Vec<usize> = Vec::new();
        let (mut n, mut is_quoted) = (0, false);
        for &byte in start {
            match byte {
                b'"' => is_quoted = !is_quoted,
                b'\n' if !is_quoted => {
                    counts.push(n);
                    n = 0;
                }
                _ => n += usize::from(byte == delimiter && !is_quoted),
            }
        }
        counts.push(n);
        counts.sort_unstable();
        // The median line is even where titles and totals are not.
        (counts[counts.len() / 2], counts[counts.len() - 1])
    };
    DELIMITERS.into_iter().rev().max_by_key(|d| score(*d)).unwrap_or(b';')
}

/// Bytes of any encoding as UTF-8 with plain line ends; the last line always ends.
struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    block: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    is_done: bool,
    after_return: bool,
    has_lost: bool,
}

impl<R: Read> Decoding<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            block: vec![0; BLOCK],
            text: Vec::new(),
            at: 0,
            is_done: false,
            after_return: false,
            has_lost: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let n = fill(&mut self.inner, &mut self.block)?;
        self.is_done = n < BLOCK;
        let mut decoded = vec![0; BLOCK * 3 + 16];
        self.text.clear();
        self.at = 0;
        let mut from = 0;
        loop {
            let (result, n_read, n_written, had_errors) =
                self.decoder.decode_to_utf8(&self.block[from..n], &mut decoded, self.is_done);
            self.has_lost |= had_errors;
            for &byte in &decoded[..n_written] {
                match byte {
                    b'\n' if self.after_return => {}
                    b'\r' => self.text.push(b'\n'),
                    other => self.text.push(other),
                }
                self.after_return = byte == b'\r';
            }
            from += n_read;
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if self.is_done {
            self.text.push(b'\n');
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.is_done {
            self.refill()?;
        }
        let n = out.len().min(self.text.len() - self.at);
        out[..n].copy_from_slice(&self.text[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

/// The rows of a text table, numbered as a spreadsheet shows them: a quoted line break makes no new row.
struct Rows<'a> {
    csv: csv::Reader<Decoding<File>>,
    record: csv::ByteRecord,
    file: &'a str,
    delimiter: u8,
    n_columns: usize,
    number: u32,
}

impl<'a> Rows<'a> {
    fn new(text: Decoding<File>, delimiter: u8, file: &'a str) -> Self {
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(text);
        let record = csv::ByteRecord::new();
        Self { csv, record, file, delimiter, n_columns: usize::MAX, number: 0 }
    }

    fn next_row(&mut self) -> Result<Option<RawRow>, Error> {
        let line_before = self.csv.position().line();
        let not_a_table = |reason| Error::NotATable { file: self.file.to_owned(), reason };
        let more = self.csv.read_byte_record(&mut self.record);
        let more = more.map_err(|error| not_a_table(NoTable::Unreadable(error.to_string())))?;
        if !more {
            return Ok(None);
        }
        // Blank lines are passed over by the reader, but a spreadsheet shows them as rows.
        let n_inside = self.record.as_slice().split(|b| *b == b'\n').count() as u64 - 1;
        let n_lines = self.csv.position().line().saturating_sub(line_before);
        self.number += n_lines.saturating_sub(n_inside).max(1) as u32;
        let row = self.number;
        if self.record.iter().any(|cell| CELL_MAX < cell.len()) {
            return Err(not_a_table(NoTable::OpenQuote { row }));
        }
        if COLUMNS_MAX < self.record.len() {
            let columns = self.record.len();
            return Err(not_a_table(NoTable::TooWide { row, columns }));
        }
        let cells: Vec<String> = self.record.iter().map(cell_text).collect();
        let n_swallowed = self.n_swallowed(&cells);
        Ok(Some(RawRow { number: row, cells, n_swallowed }))
    }

    /// Lines inside a cell that looks like whole rows: it holds line breaks and as many delimiters as a row.
    fn n_swallowed(&self, cells: &[String]) -> usize {
        if self.n_columns < 3 || self.n_columns == usize::MAX {
            return 0;
        }
        let is_rows = |cell: &&String| {
            cell.contains('\n')
                && self.n_columns - 1 <= cell.bytes().filter(|b| *b == self.delimiter).count()
        };
        let swallowed = cells.iter().find(is_rows);
        swallowed.map_or(0, |cell| cell.matches('\n').count())
    }
}

/// Composed form: Windows-1258 and files from a Mac hold base letters and combining tones.
fn cell_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if is_nfc(&text) { text.into_owned() } else { text.nfc().collect() }
}
