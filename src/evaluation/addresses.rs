//! Addresses of known commune against what the resolver says: right, refused, wrong, and how honest its probability is.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Instant;

use crate::address::{Confidence, Resolver, ResolverConfig};
use crate::territory::{CommuneCode, Gazetteer};

/// Bands of the reliability table: one per twentieth of probability.
const N_BANDS: usize = 20;

/// Why a file could not be evaluated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// The file is not a readable table.
    #[error("{0}")]
    Table(#[from] csv::Error),
    /// A column is missing.
    #[error("no column {0}; needed are text, kind and commune_2025")]
    Column(&'static str),
}

/// Counts of one kind of address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindReport {
    /// Addresses read.
    pub n_read: usize,
    /// Of them, with a known commune.
    pub n_known: usize,
    /// Answered with a right commune.
    pub n_right: usize,
    /// Sent to review: no answer.
    pub n_refused: usize,
    /// Of the refused, those whose best guess or an alternative is right.
    pub n_refused_listed: usize,
    /// Answered with a wrong commune.
    pub n_wrong: usize,
    /// Of the wrong, those said to be certain.
    pub n_wrong_certain: usize,
    /// Answers said to be certain.
    pub n_certain: usize,
}

/// Answers of about the same stated probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReliabilityBand {
    /// How many answers.
    pub n: usize,
    /// Of them right.
    pub n_right: usize,
    /// Sum of their stated probabilities.
    pub stated: f64,
}

/// What an evaluation found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddressReport {
    /// By kind, as the file names them.
    pub kinds: BTreeMap<String, KindReport>,
    /// Stated probability against the share right; every answer of known truth, reviewed ones too.
    pub reliability: [ReliabilityBand; N_BANDS],
    /// Addresses a second on one core.
    pub per_second: f64,
    /// Texts answered wrongly, with the stated and the true codes: for the eyes of whoever asked.
    pub mistakes: Vec<Mistake>,
}

/// One wrong answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Kind of the address.
    pub kind: String,
    /// Row in the file, the header being row 1.
    pub row: usize,
    /// What was said; nothing when refused.
    pub said: Option<CommuneCode>,
    /// How sure.
    pub confidence: Confidence,
    /// What is true; several when any of them is.
    pub truth: Vec<CommuneCode>,
}

/// Evaluates a file with the columns `text`, `kind` and `commune_2025` (`;` between alternatives, empty when unknown).
///
/// # Errors
/// When the file cannot be read or lacks a column.
pub fn evaluate(path: &Path) -> Result<AddressReport, EvaluateError> {
    let mut reader = csv::Reader::from_path(path)?;
    let headers = reader.headers()?.clone();
    let column = |name: &'static str| {
        headers.iter().position(|header| header == name).ok_or(EvaluateError::Column(name))
    };
    let (text, kind, truth) = (column("text")?, column("kind")?, column("commune_2025")?);
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
    let start = Instant::now();
    let resolutions: Vec<_> =
        records.iter().map(|record| resolver.resolve_line(&record[text])).collect();
    let seconds = start.elapsed().as_secs_f64();
    let mut report = AddressReport {
        per_second: records.len() as f64 / seconds.max(1e-9),
        ..AddressReport::default()
    };
    for (i, (record, resolution)) in records.iter().zip(&resolutions).enumerate() {
        let truth: Vec<CommuneCode> =
            record[truth].split(';').filter_map(|code| code.parse().ok()).collect();
        let counts = report.kinds.entry(record[kind].to_owned()).or_default();
        counts.n_read += 1;
        if truth.is_empty() {
            continue;
        }
        counts.n_known += 1;
        let is_right = resolution.commune.is_some_and(|code| truth.contains(&code));
        // Where the old commune was split, naming its successors for review is the right answer.
        let answered_split = truth.len() > 1 && is_right;
        let refused = resolution.confidence == Confidence::Review && !answered_split;
        let certain = resolution.confidence == Confidence::Certain;
        let listed = is_right || resolution.alternatives.iter().any(|a| truth.contains(&a.commune));
        counts.n_refused += usize::from(refused);
        counts.n_refused_listed += usize::from(refused && listed);
        counts.n_right += usize::from(!refused && is_right);
        counts.n_wrong += usize::from(!refused && !is_right);
        counts.n_certain += usize::from(certain);
        counts.n_wrong_certain += usize::from(certain && !is_right);
        if resolution.commune.is_some() {
            let probability = f64::from(resolution.probability);
            let band = ((probability * N_BANDS as f64) as usize).min(N_BANDS - 1);
            let band = &mut report.reliability[band];
            band.n += 1;
            band.n_right += usize::from(is_right);
            band.stated += probability;
        }
        if refused || !is_right {
            let (said, confidence) = (resolution.commune, resolution.confidence);
            let kind = record[kind].to_owned();
            report.mistakes.push(Mistake { kind, row: i + 2, said, confidence, truth });
        }
    }
    Ok(report)
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

impl fmt::Display for AddressReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<20}{:>7}{:>7}{:>9}{:>10}{:>9}{:>9}{:>9}{:>15}",
            "kind",
            "read",
            "known",
            "right",
            "refused",
            "(listed)",
            "wrong",
            "certain",
            "certain wrong"
        )?;
        for (kind, c) in &self.kinds {
            writeln!(
                f,
                "{kind:<20}{:>7}{:>7}{:>8.1}%{:>9.1}%{:>8.1}%{:>8.2}%{:>8.1}%{:>15}",
                c.n_read,
                c.n_known,
                percent(c.n_right, c.n_known),
                percent(c.n_refused, c.n_known),
                percent(c.n_refused_listed, c.n_known),
                percent(c.n_wrong, c.n_known),
                percent(c.n_certain, c.n_known),
                c.n_wrong_certain,
            )?;
        }
        writeln!(f, "\n{:>10}{:>8}{:>10}", "stated", "n", "right")?;
        for band in self.reliability.iter().filter(|band| band.n > 0) {
            let stated = 100.0 * band.stated / band.n as f64;
            writeln!(f, "{stated:>9.1}%{:>8}{:>9.1}%", band.n, percent(band.n_right, band.n))?;
        }
        write!(f, "\n{:.0} addresses/s on one core", self.per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_two_known_addresses_is_counted_by_kind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("addresses.csv");
        let text = "text,kind,commune_2025\n\
            \"xã Thăng Bình, Đà Nẵng\",full,20791\n\
            \"thôn 3, Thăng Bình\",bare,20791\n\
            \"đường A\",bare,\n";
        std::fs::write(&path, text).unwrap();
        let report = evaluate(&path).unwrap();
        assert_eq!((report.kinds["full"].n_right, report.kinds["full"].n_certain), (1, 1));
        let bare = &report.kinds["bare"];
        assert_eq!((bare.n_read, bare.n_known, bare.n_refused, bare.n_wrong), (2, 1, 1, 0));
    }

    #[test]
    fn a_missing_column_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("addresses.csv");
        std::fs::write(&path, "text,kind\na,b\n").unwrap();
        assert!(matches!(evaluate(&path), Err(EvaluateError::Column("commune_2025"))));
    }
}
