//! Rows of numbers as research formats have them, and the errors that name their lines.

use crate::problem::literature::InstanceError;
use crate::problem::travel::Rounding;

/// Rows of numbers with the lines they come from, stored flat: a million rows are common.
#[derive(Default)]
pub(super) struct Table {
    pub(super) numbers: Vec<f64>,
    // Invariant: starts ascend and do not exceed the length of `numbers`.
    rows: Vec<(usize, usize)>,
}

impl Table {
    pub(super) fn push(&mut self, line: usize, text: &str) -> Result<(), InstanceError> {
        self.rows.push((self.numbers.len(), line));
        for word in text.split_whitespace() {
            self.numbers.push(number(line, word)?);
        }
        Ok(())
    }

    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = (usize, &[f64])> {
        (0..self.rows.len()).map(|i| {
            let (start, line) = self.rows[i];
            let end = self.rows.get(i + 1).map_or(self.numbers.len(), |row| row.0);
            (line, &self.numbers[start..end])
        })
    }
}

pub(super) fn number(line: usize, word: &str) -> Result<f64, InstanceError> {
    let parsed = word.trim().parse::<f64>().ok().filter(|value| value.abs() < 1e15);
    parsed.ok_or_else(|| wrong(line, word, "a number"))
}

pub(super) fn wrong(
    line: usize,
    value: impl std::fmt::Display,
    expected: &'static str,
) -> InstanceError {
    InstanceError::Value { line, value: value.to_string(), expected }
}

/// Number `column` of a row.
pub(super) fn cell(line: usize, row: &[f64], column: usize) -> Result<f64, InstanceError> {
    let short = || wrong(line, format!("{row:?}"), "a row with enough columns");
    row.get(column).copied().ok_or_else(short)
}

pub(super) fn scaled(value: f64, rounding: Rounding) -> i64 {
    (value * rounding.scale() as f64).round() as i64
}

/// The lines that hold nothing but numbers.
pub(super) fn numeric_lines(text: &str) -> Table {
    let mut table = Table::default();
    for (index, line) in text.lines().enumerate() {
        let is_numeric = line.split_whitespace().all(|word| number(index + 1, word).is_ok());
        if is_numeric && !line.trim().is_empty() {
            table.push(index + 1, line).expect("every word was just read as a number");
        }
    }
    table
}
