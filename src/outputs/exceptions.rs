//! `exceptions.xlsx`: what a clerk repairs and hands back to intake.
//!
//! The refused rows keep their own headers in front, so that the repaired sheet is again a file of results;
//! the columns behind them say why and where. Two more sheets list what needs a look and what goes to other depots.
//! Every cell is text: a value such as `=1+1` stays what it is.

use crate::outputs::Error;
use crate::outputs::view::View;

/// Name of the workbook.
pub(crate) const FILE: &str = "exceptions.xlsx";

/// The workbook's bytes; nothing without the feature `xlsx`.
pub(crate) fn workbook(view: &View<'_>) -> Result<Option<Vec<u8>>, Error> {
    #[cfg(feature = "xlsx")]
    return sheets::workbook(view)
        .map(Some)
        .map_err(|error| Error::Workbook { file: FILE, reason: error.to_string() });
    #[cfg(not(feature = "xlsx"))]
    {
        let _ = view;
        Ok(None)
    }
}

#[cfg(feature = "xlsx")]
mod sheets {
    use rust_xlsxwriter::{
        DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
        XlsxError,
    };

    use crate::address::Confidence;
    use crate::outputs::view::{self, View};
    use crate::outputs::wording::{evidence_words, finding_words, phrases as say};

    const CELL_MAX: usize = 32_000;

    pub(super) fn workbook(view: &View<'_>) -> Result<Vec<u8>, XlsxError> {
        let date = view.plan.date;
        let created = ExcelDateTime::from_ymd(
            date.year().unsigned_abs(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )?;
        let mut workbook = Workbook::new();
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        repair(view, workbook.add_worksheet())?;
        review(view, workbook.add_worksheet())?;
        if !view.plan.forwarded.is_empty() {
            forwarded(view, workbook.add_worksheet())?;
        }
        workbook.save_to_buffer()
    }

    fn repair(view: &View<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(say::X_SHEET_REPAIR.of(view.lang))?;
        let headers = all_headers(view);
        let own = [say::X_REASON, say::X_TODO, say::X_FILE, say::X_ROW].map(|p| p.of(view.lang));
        let names = headers.iter().map(String::as_str).chain(own);
        head(sheet, names.map(|name| (name, if own.contains(&name) { 36.0 } else { 18.0 })))?;
        let body = body_format();
        for (row, rejected) in (1..).zip(view.extras.rejected) {
            for (header, cell) in rejected.headers.iter().zip(&rejected.cells) {
                if let Some(column) = headers.iter().position(|name| name == header) {
                    text(sheet, row, column, cell, &body)?;
                }
            }
            let words: Vec<_> = rejected
                .reasons
                .iter()
                .map(|reason| (reason, finding_words(view.lang, reason)))
                .collect();
            let reasons: Vec<String> = (words.iter())
                .map(|(reason, words)| match &reason.source.column {
                    Some(column) => format!("{column}: {}", words.message),
                    None => words.message.clone(),
                })
                .collect();
            let hints: Vec<&str> = words.iter().map(|(_, words)| words.hint.as_str()).collect();
            let source = &rejected.source;
            let file = match &source.sheet {
                Some(sheet) => format!("{} [{sheet}]", source.file),
                None => source.file.clone(),
            };
            let n = headers.len();
            text(sheet, row, n, &reasons.join("\n"), &body)?;
            text(sheet, row, n + 1, &hints.join("\n"), &body)?;
            text(sheet, row, n + 2, &file, &body)?;
            text(sheet, row, n + 3, &source.row.map(|r| r.to_string()).unwrap_or_default(), &body)?;
        }
        Ok(())
    }

    /// Headers of all refused rows, each once, in the order they are met.
    fn all_headers(view: &View<'_>) -> Vec<String> {
        let mut headers: Vec<String> = Vec::new();
        for header in view.extras.rejected.iter().flat_map(|row| &row.headers) {
            if !header.trim().is_empty() && !headers.contains(header) {
                headers.push(header.clone());
            }
        }
        headers
    }

    fn review(view: &View<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(say::X_SHEET_REVIEW.of(view.lang))?;
        let columns = [
            (say::A_DOSSIER, 26.0),
            (say::A_ITEM_CODE, 18.0),
            (say::ADDRESS_AS_WRITTEN, 48.0),
            (say::SUGGESTION, 28.0),
            (say::ALTERNATIVES, 36.0),
            (say::WHY, 44.0),
            (say::X_FILE, 22.0),
            (say::X_ROW, 8.0),
        ];
        head(sheet, columns.into_iter().map(|(phrase, width)| (phrase.of(view.lang), width)))?;
        let body = body_format();
        let review = |r: &crate::address::Resolution| r.confidence == Confidence::Review;
        let rows = view.plan.resolutions.iter().filter(|(_, resolution)| review(resolution));
        for (row, (id, resolution)) in (1..).zip(rows) {
            let item = &view.plan.items[id];
            let named = |code| format!("{} ({code})", view.commune(code));
            let others: Vec<String> =
                resolution.alternatives.iter().map(|other| named(other.commune)).collect();
            let why: Vec<String> =
                resolution.why.iter().map(|evidence| evidence_words(view.lang, evidence)).collect();
            let cells = [
                item.dossier.to_string(),
                item.code.as_ref().map(ToString::to_string).unwrap_or_default(),
                view::address(&item.address),
                resolution.commune.map(named).unwrap_or_default(),
                others.join("\n"),
                why.join("\n"),
                item.source.file.clone(),
                item.source.row.map(|r| r.to_string()).unwrap_or_default(),
            ];
            for (column, cell) in cells.iter().enumerate() {
                text(sheet, row, column, cell, &body)?;
            }
        }
        Ok(())
    }

    /// The list that goes with what belongs to other depots (R-AD-5).
    fn forwarded(view: &View<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(say::X_SHEET_FORWARDED.of(view.lang))?;
        let columns = [
            (say::A_DOSSIER, 26.0),
            (say::A_ITEM_CODE, 18.0),
            (say::X_DESTINATION, 36.0),
            (say::ADDRESS_AS_WRITTEN, 48.0),
            (say::X_FILE, 22.0),
            (say::X_ROW, 8.0),
        ];
        head(sheet, columns.into_iter().map(|(phrase, width)| (phrase.of(view.lang), width)))?;
        let body = body_format();
        for (row, forwarded) in (1..).zip(&view.plan.forwarded) {
            let item = &view.plan.items[forwarded.item];
            let cells = [
                item.dossier.to_string(),
                item.code.as_ref().map(ToString::to_string).unwrap_or_default(),
                format!("{} ({})", view.commune(forwarded.commune), forwarded.commune),
                view::address(&item.address),
                item.source.file.clone(),
                item.source.row.map(|r| r.to_string()).unwrap_or_default(),
            ];
            for (column, cell) in cells.iter().enumerate() {
                text(sheet, row, column, cell, &body)?;
            }
        }
        Ok(())
    }

    fn body_format() -> Format {
        // `@` keeps codes with leading zeros text when a clerk edits them.
        Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top)
    }

    fn head<'h>(
        sheet: &mut Worksheet,
        columns: impl Iterator<Item = (&'h str, f64)>,
    ) -> Result<(), XlsxError> {
        let format = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_background_color("#E4ECEA")
            .set_border_bottom(FormatBorder::Thin);
        for (column, (name, width)) in (0u16..).zip(columns) {
            sheet.write_string_with_format(0, column, name, &format)?;
            sheet.set_column_width(column, width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(())
    }

    /// Writes a string cell, never a formula; cut where the file format ends.
    fn text(
        sheet: &mut Worksheet,
        row: u32,
        column: usize,
        cell: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let column = u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)?;
        let cell: String = cell.chars().take(CELL_MAX).collect();
        sheet.write_string_with_format(row, column, cell, format).map(|_| ())
    }
}
