//! `review.xlsx`: doubtful addresses, each with the communes it may mean to choose from.
//!
//! The choices of a row stand on a hidden sheet, as a list inside the cell may hold 255 characters only. Another
//! commune may be typed all the same: a warning asks, nothing is forbidden.

use crate::outputs::Error;
use crate::outputs::wording::Lang;

/// Name of the workbook in messages.
#[cfg(feature = "xlsx")]
const FILE: &str = "review.xlsx";

/// One doubtful address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewRow {
    /// The free line.
    pub line: String,
    /// The commune's column, or empty.
    pub commune: String,
    /// The district's column, or empty.
    pub district: String,
    /// The province's column, or empty.
    pub province: String,
    /// The communes it may mean, best first, each with its code in brackets.
    pub choices: Vec<String>,
    /// Why it is doubtful.
    pub why: String,
}

/// The workbook's bytes; none without the feature `xlsx`.
///
/// # Errors
/// When the file format cannot hold the rows.
pub fn review_workbook(rows: &[ReviewRow], lang: Lang) -> Result<Vec<u8>, Error> {
    #[cfg(feature = "xlsx")]
    return sheets::workbook(rows, lang)
        .map_err(|error| Error::Workbook { file: FILE, reason: error.to_string() });
    #[cfg(not(feature = "xlsx"))]
    {
        let _ = (rows, lang);
        Ok(Vec::new())
    }
}

#[cfg(feature = "xlsx")]
mod sheets {
    use rust_xlsxwriter::{
        DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Formula,
        Workbook, Worksheet, XlsxError,
    };

    use super::ReviewRow;
    use crate::outputs::wording::{Lang, phrases as say};

    /// Name of the sheet that holds the choices.
    const CHOICES: &str = "choices";
    /// Where the decision is written.
    const CHOICE_COLUMN: u16 = 4;
    const CELL_MAX: usize = 32_000;

    pub(super) fn workbook(rows: &[ReviewRow], lang: Lang) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let mut choices = Worksheet::new();
        choices.set_name(CHOICES)?.set_hidden(true);
        let sheet = workbook.add_worksheet();
        sheet.set_name(say::X_SHEET_REVIEW.of(lang))?;
        head(sheet, lang)?;
        // `@` keeps codes with leading zeros text when a clerk edits them.
        let body = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
        let open = body.clone().set_background_color("#FFF6D6").set_border(FormatBorder::Thin);
        for (i, row) in (1u32..).zip(rows) {
            let cells = [&row.line, &row.commune, &row.district, &row.province];
            for (column, cell) in (0u16..).zip(cells) {
                text(sheet, i, column, cell, &body)?;
            }
            for column in CHOICE_COLUMN..CHOICE_COLUMN + 3 {
                sheet.write_blank(i, column, &open)?;
            }
            text(sheet, i, CHOICE_COLUMN + 3, &row.why, &body)?;
            offer(sheet, &mut choices, i, &row.choices, lang)?;
        }
        workbook.push_worksheet(choices);
        workbook.save_to_buffer()
    }

    fn head(sheet: &mut Worksheet, lang: Lang) -> Result<(), XlsxError> {
        let format = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_background_color("#E4ECEA")
            .set_border_bottom(FormatBorder::Thin);
        let columns = [
            (say::B_ADDRESS, 48.0),
            (say::R_COMMUNE, 22.0),
            (say::R_DISTRICT, 18.0),
            (say::R_PROVINCE, 18.0),
            (say::R_CHOOSE, 44.0),
            (say::R_LAT, 12.0),
            (say::R_LON, 12.0),
            (say::WHY, 48.0),
        ];
        for (column, (phrase, width)) in (0u16..).zip(columns) {
            sheet.write_string_with_format(0, column, phrase.of(lang), &format)?;
            sheet.set_column_width(column, width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(())
    }

    /// A drop-down list in the row's decision cell.
    fn offer(
        sheet: &mut Worksheet,
        choices: &mut Worksheet,
        row: u32,
        offered: &[String],
        lang: Lang,
    ) -> Result<(), XlsxError> {
        if offered.is_empty() {
            return Ok(());
        }
        for (column, choice) in (0u16..).zip(offered) {
            choices.write_string(row, column, choice)?;
        }
        let last = rust_xlsxwriter::utility::column_number_to_name(offered.len() as u16 - 1);
        let list = Formula::new(format!("={CHOICES}!$A${0}:${last}${0}", row + 1));
        let validation = DataValidation::new()
            .allow_list_formula(list)
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_message(say::R_OTHER.of(lang))?;
        sheet.add_data_validation(row, CHOICE_COLUMN, row, CHOICE_COLUMN, &validation)?;
        Ok(())
    }

    /// Writes a string cell, never a formula; cut where the file format ends.
    fn text(
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        cell: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let cell: String = cell.chars().take(CELL_MAX).collect();
        sheet.write_string_with_format(row, column, cell, format).map(|_| ())
    }
}
