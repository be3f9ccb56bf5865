//! Addresses of known commune against what the resolver says: right, refused, wrong, and how honest its probability is.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use crate::address::{Confidence, Resolution, Resolver};
use crate::evaluation::address_texts::{AddressWriter, Writing};
use crate::rng::{Rng, Seed};
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

/// An address whose commune is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAddress {
    /// As written.
    pub text: String,
    /// What kind of text it is; results are reported by kind.
    pub kind: String,
    /// Today's commune; several when a former one was split, none when unknown.
    pub truth: Vec<CommuneCode>,
}

/// Counts of one kind of address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KindReport {
    /// Addresses read.
    pub n_read: usize,
    /// Of them, with a known commune.
    pub n_known: usize,
    /// Of the known, those that lie in a former commune that was split: the text alone cannot say which part.
    pub n_split: usize,
    /// Of the split, those sent to review with exactly their successors named: all that the text says.
    pub n_split_listed: usize,
    /// Answered with a right commune; a text that was sent to review is not answered.
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
    /// Wall-clock time of reading all of them on one core.
    pub seconds: f64,
}

/// Answers of about the same stated probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReliabilityBand {
    /// How many answers.
    pub n: usize,
    /// Of them right; of a split commune the share that one of its parts is worth.
    pub right: f64,
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
    /// Texts refused or answered wrongly: for the eyes of whoever asked.
    pub mistakes: Vec<Mistake>,
}

/// An answer that is not right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Which of the addresses, counted from 0.
    pub index: usize,
    /// What was said; nothing when refused without a guess.
    pub said: Option<CommuneCode>,
    /// How sure.
    pub confidence: Confidence,
}

/// Reads a file with the columns `text`, `kind` and `commune_2025` (`;` between alternatives, empty when unknown).
///
/// # Errors
/// When the file cannot be read or lacks a column.
pub fn read_known_addresses(path: &Path) -> Result<Vec<KnownAddress>, EvaluateError> {
    let mut reader = csv::Reader::from_path(path)?;
    let headers = reader.headers()?.clone();
    let column = |name: &'static str| {
        headers.iter().position(|header| header == name).ok_or(EvaluateError::Column(name))
    };
    let (text, kind, truth) = (column("text")?, column("kind")?, column("commune_2025")?);
    let known = |record: csv::StringRecord| KnownAddress {
        text: record[text].to_owned(),
        kind: record[kind].to_owned(),
        truth: record[truth].split(';').filter_map(|code| code.parse().ok()).collect(),
    };
    reader.records().map(|record| Ok(known(record?))).collect()
}

/// So many made-up addresses of every way of writing.
pub fn generated_addresses(gazetteer: &Gazetteer, seed: Seed, n_each: u32) -> Vec<KnownAddress> {
    let writer = AddressWriter::new(gazetteer);
    let mut known = Vec::with_capacity(Writing::ALL.len() * n_each as usize);
    for (i, writing) in (0..).zip(Writing::ALL) {
        let mut rng = Rng::new(seed.derive(i));
        known.extend((0..n_each).map(|_| {
            let written = writer.write(&mut rng, writing);
            KnownAddress {
                text: written.text,
                kind: writing.key().to_owned(),
                truth: written.truth,
            }
        }));
    }
    known
}

/// Resolves every address and counts.
pub fn evaluate(resolver: &Resolver<'_>, addresses: &[KnownAddress]) -> AddressReport {
    let mut report = AddressReport::default();
    let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, address) in addresses.iter().enumerate() {
        by_kind.entry(&address.kind).or_default().push(i);
    }
    for (kind, indices) in by_kind {
        let start = Instant::now();
        let resolutions: Vec<Resolution> =
            indices.iter().map(|&i| resolver.resolve_line(&addresses[i].text)).collect();
        let mut counts =
            KindReport { seconds: start.elapsed().as_secs_f64(), ..KindReport::default() };
        for (&index, resolution) in indices.iter().zip(&resolutions) {
            count(&mut counts, &addresses[index].truth, resolution);
            judge(&mut report, index, &addresses[index].truth, resolution);
        }
        report.kinds.insert(kind.to_owned(), counts);
    }
    report.mistakes.sort_by_key(|mistake| mistake.index);
    report
}

/// The commune a resolution puts first, answered or not.
fn first_guess(resolution: &Resolution) -> Option<CommuneCode> {
    resolution.commune.or(resolution.alternatives.first().map(|a| a.commune))
}

fn count(counts: &mut KindReport, truth: &[CommuneCode], resolution: &Resolution) {
    counts.n_read += 1;
    if truth.is_empty() {
        return;
    }
    let listed = resolution.alternatives.iter().map(|a| a.commune);
    let named: Vec<CommuneCode> = resolution.commune.into_iter().chain(listed).collect();
    let is_named = |code: &CommuneCode| named.contains(code);
    let refused = resolution.confidence == Confidence::Review;
    let is_right = resolution.commune.is_some_and(|code| truth.contains(&code));
    let certain = resolution.confidence == Confidence::Certain;
    let split = 1 < truth.len();
    counts.n_known += 1;
    counts.n_split += usize::from(split);
    let is_exact = named.len() == truth.len() && truth.iter().all(is_named);
    counts.n_split_listed += usize::from(split && refused && is_exact);
    counts.n_refused += usize::from(refused);
    counts.n_refused_listed += usize::from(refused && truth.iter().any(is_named));
    counts.n_right += usize::from(!refused && is_right);
    counts.n_wrong += usize::from(!refused && !is_right);
    counts.n_certain += usize::from(certain);
    counts.n_wrong_certain += usize::from(certain && !is_right);
}

fn judge(report: &mut AddressReport, index: usize, truth: &[CommuneCode], resolution: &Resolution) {
    if truth.is_empty() {
        return;
    }
    let guess = first_guess(resolution);
    let is_right = guess.is_some_and(|guess| truth.contains(&guess));
    if !is_right || resolution.confidence == Confidence::Review {
        let (said, confidence) = (resolution.commune, resolution.confidence);
        report.mistakes.push(Mistake { index, said, confidence });
    }
    if guess.is_none() {
        return;
    }
    let probability = f64::from(resolution.probability);
    let band = ((probability * N_BANDS as f64) as usize).min(N_BANDS - 1);
    let band = &mut report.reliability[band];
    band.n += 1;
    band.right += if is_right { 1.0 / truth.len() as f64 } else { 0.0 };
    band.stated += probability;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::ResolverConfig;

    #[test]
    fn a_file_of_known_addresses_is_counted_by_kind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("addresses.csv");
        let text = "text,kind,commune_2025\n\
            \"xã Thăng Bình, Đà Nẵng\",full,20791\n\
            \"thôn 3, Thăng Bình\",bare,20791\n\
            \"xã Hòa Liên, huyện Hòa Vang, Đà Nẵng\",split,20194;20197\n\
            \"đường A\",bare,\n";
        std::fs::write(&path, text).unwrap();
        let known = read_known_addresses(&path).unwrap();
        let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
        let report = evaluate(&resolver, &known);
        assert_eq!((report.kinds["full"].n_right, report.kinds["full"].n_certain), (1, 1));
        let bare = &report.kinds["bare"];
        assert_eq!((bare.n_read, bare.n_known, bare.n_refused, bare.n_wrong), (2, 1, 1, 0));
        // Sent to review is not right, whatever was guessed.
        let split = &report.kinds["split"];
        assert_eq!((split.n_split, split.n_right, split.n_refused), (1, 0, 1));
        // But it names both parts and no other commune, which is what the file says.
        assert_eq!(split.n_split_listed, 1);
        assert_eq!(report.mistakes.iter().map(|m| m.index).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_missing_column_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("addresses.csv");
        std::fs::write(&path, "text,kind\na,b\n").unwrap();
        let error = read_known_addresses(&path).unwrap_err();
        assert!(matches!(error, EvaluateError::Column("commune_2025")));
    }

    #[test]
    fn the_same_seed_writes_the_same_addresses() {
        let write = |seed| generated_addresses(Gazetteer::bundled(), Seed(seed), 20);
        assert_eq!(write(1), write(1));
        assert_ne!(write(1), write(2));
    }
}
