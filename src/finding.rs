//! Findings: what is wrong with the data, and where.
//!
//! A finding travels beside the result and never stops the day. It carries a stable code, the place it
//! was found and the offending text; the words people read live in `outputs::wording`, keyed by the code.

use std::fmt;

/// A stable name such as `IN-07`. Declared as a constant in the room that reports it, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingCode(pub &'static str);

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Note,
    /// The item goes on; someone should look.
    Warning,
    /// The item cannot go on until someone repairs it.
    Error,
}

/// Where something was read: a file, and as much of sheet, row and column as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// File name without its folder.
    pub file: String,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Row as the spreadsheet shows it, counted from 1.
    pub row: Option<u32>,
    /// Header of the column.
    pub column: Option<String>,
}

impl Source {
    /// The same row, narrowed to one column.
    pub fn with_column(&self, column: impl Into<String>) -> Self {
        Self { column: Some(column.into()), ..self.clone() }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(sheet) = &self.sheet {
            write!(f, "[{sheet}]")?;
        }
        if let Some(row) = self.row {
            write!(f, ":{row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, " «{column}»")?;
        }
        Ok(())
    }
}

/// Something wrong with the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of trouble.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// Where it was read.
    pub source: Source,
    /// The offending text as read; may hold personal data, so it goes to the clerk and never to a log.
    pub value: String,
    /// Further values the words refer to as `{0}`, `{1}` …: limits, alternatives, names of columns.
    pub details: Vec<String>,
}

impl Finding {
    /// A finding without further values.
    pub fn new(
        code: FindingCode,
        severity: Severity,
        source: Source,
        value: impl Into<String>,
    ) -> Self {
        Self { code, severity, source, value: value.into(), details: Vec::new() }
    }

    /// The same finding with one more value for its words.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_prints_as_a_clerk_would_look_it_up() {
        let source =
            Source { file: "a.xlsx".into(), sheet: Some("T11".into()), row: Some(7), column: None };
        assert_eq!(source.with_column("SĐT").to_string(), "a.xlsx[T11]:7 «SĐT»");
    }
}
