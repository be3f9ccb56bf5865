//! Rows of numbers as research formats have them, and the errors that name their lines.

use crate::problem::literature::InstanceError;
use crate::problem::model::TimeWindow;
use crate::problem::travel::Rounding;

/// The largest amount, time or price of a text: in thousandths it is still within the limits of the model.
const AMOUNT_MAX: f64 = 1e9;

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

    /// The line that number `position` of the table stands in.
    pub(super) fn line_of(&self, position: usize) -> usize {
        let behind = self.rows.partition_point(|&(start, _)| start <= position);
        self.rows[behind.saturating_sub(1)].1
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

/// Number `column` of a row, which counts something: never negative.
pub(super) fn amount(line: usize, row: &[f64], column: usize) -> Result<f64, InstanceError> {
    let value = cell(line, row, column)?;
    if (0.0..=AMOUNT_MAX).contains(&value) {
        return Ok(value);
    }
    Err(wrong(line, value, "a number from 0 to 1000000000"))
}

/// The window whose start stands in `column`, its end behind it.
pub(super) fn window(
    line: usize,
    row: &[f64],
    column: usize,
    rounding: Rounding,
) -> Result<TimeWindow, InstanceError> {
    let (start, end) = (amount(line, row, column)?, amount(line, row, column + 1)?);
    if end < start {
        return Err(wrong(
            line,
            format!("{start} {end}"),
            "a window that ends when it begins or later",
        ));
    }
    Ok(TimeWindow::new(scaled(start, rounding), scaled(end, rounding)))
}

/// The rows of numbers below a title and headings of words. A row that begins as one must hold nothing else: none is
/// lost for one wrong letter.
pub(super) fn numeric_lines(text: &str) -> Result<Table, InstanceError> {
    let mut table = Table::default();
    for (index, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace().map(|word| number(index + 1, word));
        let Some(Ok(_)) = words.next() else { continue };
        // A title may begin with a number.
        if index == 0 && words.any(|word| word.is_err()) {
            continue;
        }
        table.push(index + 1, line)?;
    }
    Ok(table)
}
