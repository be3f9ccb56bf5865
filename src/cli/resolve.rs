//! `buuta resolve`: what do these addresses mean?

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use serde_json::{Value, json};

use crate::address::{Confidence, Resolution, Resolver, ResolverConfig};
use crate::outputs::wording::{Lang, Phrase, confidence_word, evidence_words};
use crate::post::AddressText;
use crate::territory::{CommuneCode, Gazetteer, fold_into};

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ResolveFormat {
    /// For people.
    #[default]
    Table,
    /// For machines: one JSON value per line.
    Json,
}

/// Addresses to be resolved: on the command line, or a file of them.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    buuta resolve \"K356/12 Hoàng Diệu, Bình Thuận, Hải Châu, Đà Nẵng\"\n  \
    buuta resolve --file addresses.csv --out resolved.csv")]
pub(crate) struct ResolveArgs {
    /// The addresses, one per argument.
    #[arg(required_unless_present = "file")]
    pub(crate) text: Vec<String>,
    /// Table for people, or one JSON value per line.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ResolveFormat,
    /// A CSV file with a header; its columns are kept and the answer is added behind them.
    #[arg(long, conflicts_with = "text")]
    pub(crate) file: Option<PathBuf>,
    /// Where the answered file goes; standard output when not given.
    #[arg(long, requires = "file")]
    pub(crate) out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written, or has no column of addresses.
pub(crate) fn run(args: &ResolveArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
    if let Some(file) = &args.file {
        let out: Box<dyn Write> = match &args.out {
            Some(path) => Box::new(
                File::create(path).with_context(|| format!("cannot write {}", path.display()))?,
            ),
            None => Box::new(io::stdout().lock()),
        };
        resolve_file(&resolver, file, out, lang)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = io::stdout().lock();
    for line in &args.text {
        let resolution = resolver.resolve_line(line);
        match args.format {
            ResolveFormat::Table => writeln!(out, "{}", table(line, &resolution, lang))?,
            ResolveFormat::Json => writeln!(out, "{}", to_json(line, &resolution, lang))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `Xã Thăng Bình (20791), Thành phố Đà Nẵng`.
fn commune_words(code: CommuneCode) -> String {
    let gazetteer = Gazetteer::bundled();
    let Some(commune) = gazetteer.commune(code) else { return code.to_string() };
    let province = gazetteer.province(commune.province).map_or("", |p| p.full_name);
    format!("{} ({code}), {province}", commune.full_name)
}

const UNKNOWN: Phrase = Phrase { vi: "không xác định", en: "not determined" };

fn answer_words(resolution: &Resolution, lang: Lang) -> String {
    resolution.commune.map_or_else(|| UNKNOWN.of(lang).to_owned(), commune_words)
}

fn former_words(resolution: &Resolution) -> Option<String> {
    let gazetteer = Gazetteer::bundled();
    let former = gazetteer.former(resolution.former?)?;
    let district = gazetteer.district(former.district?).map_or("", |d| d.full_name);
    Some(format!("{} ({}), {district}", former.full_name, former.code))
}

fn reasons(resolution: &Resolution, lang: Lang) -> Vec<String> {
    resolution.why.iter().map(|evidence| evidence_words(lang, evidence)).collect()
}

fn table(line: &str, resolution: &Resolution, lang: Lang) -> Table {
    let word = |vi, en| Phrase { vi, en }.of(lang);
    let parts = &resolution.parts;
    let percent = format!("{:.1} %", 100.0 * resolution.probability);
    let sure = format!("{} ({percent})", confidence_word(lang, resolution.confidence));
    let alternatives: Vec<String> =
        resolution.alternatives.iter().map(|a| commune_words(a.commune)).collect();
    let rows = [
        (word("địa chỉ", "address"), Some(line.to_owned())),
        (word("xã, phường", "commune"), Some(answer_words(resolution, lang))),
        (word("xã, phường cũ", "former commune"), former_words(resolution)),
        (word("độ chắc", "confidence"), Some(sure)),
        (word("số nhà", "house"), parts.house.clone()),
        (word("kiệt, hẻm", "alley"), parts.alley.clone()),
        (word("đường", "street"), parts.street.clone()),
        (word("thôn, tổ", "hamlet"), parts.hamlet.clone()),
        (word("mốc", "landmark"), parts.landmark.clone()),
        (word("cũng có thể", "also possible"), Some(alternatives.join("\n"))),
        (word("vì sao", "why"), Some(reasons(resolution, lang).join("\n"))),
    ];
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    for (name, value) in rows {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            table.add_row([name.to_owned(), value]);
        }
    }
    table
}

fn confidence_key(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Inferred => "inferred",
        Confidence::Review => "review",
    }
}

fn to_json(line: &str, resolution: &Resolution, lang: Lang) -> Value {
    let named = |code: CommuneCode| {
        let commune = Gazetteer::bundled().commune(code);
        json!({ "code": code.to_string(), "name": commune.map(|c| c.full_name) })
    };
    let parts = &resolution.parts;
    let alternatives: Vec<Value> = resolution
        .alternatives
        .iter()
        .map(|a| json!({ "commune": named(a.commune), "score": a.score }))
        .collect();
    json!({
        "text": line,
        "commune": resolution.commune.map(named),
        "former": resolution.former.map(|code| code.to_string()),
        "confidence": confidence_key(resolution.confidence),
        "probability": resolution.probability,
        "parts": {
            "house": parts.house, "alley": parts.alley, "street": parts.street,
            "hamlet": parts.hamlet, "landmark": parts.landmark,
        },
        "alternatives": alternatives,
        "why": reasons(resolution, lang),
    })
}

/// Headers that name a column, folded.
const LINE: &[&str] = &["diachi", "diachinhanketqua", "diachichuhoso", "address", "text"];
const COMMUNE: &[&str] = &["xa", "phuong", "xaphuong", "phuongxa", "tenxa", "tenxaphuong"];
const DISTRICT: &[&str] = &["huien", "quan", "quanhuien", "tenhuien", "tenquanhuien"];
const PROVINCE: &[&str] = &["tinh", "tinhtp", "tinhthanh", "tentinh", "tentinhthanh"];
const CODE: &[&str] = &["maxa", "maphuong", "maphuongxa", "maxaphuong"];

fn resolve_file(
    resolver: &Resolver<'_>,
    file: &Path,
    out: impl Write,
    lang: Lang,
) -> anyhow::Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let headers = reader.headers().context("the file is not a table")?.clone();
    let column = |aliases: &[&str]| {
        headers.iter().position(|header| {
            let mut folded = String::new();
            fold_into(&mut folded, header);
            aliases.contains(&folded.as_str())
        })
    };
    let columns = [LINE, COMMUNE, DISTRICT, PROVINCE, CODE].map(column);
    anyhow::ensure!(
        columns[0].is_some() || columns[1].is_some() || columns[4].is_some(),
        "{} has no column «Địa chỉ», «Xã» or «Mã xã»; found: {}",
        file.display(),
        headers.iter().collect::<Vec<_>>().join(", ")
    );
    let mut writer = csv::Writer::from_writer(out);
    let added = ["commune_code", "commune", "former_code", "confidence", "alternatives", "why"];
    writer.write_record(headers.iter().chain(added))?;
    for record in reader.records() {
        let record = record.with_context(|| format!("{} is not a table", file.display()))?;
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).map(str::to_owned);
        let address = AddressText {
            line: cell(columns[0]).unwrap_or_default(),
            commune: cell(columns[1]),
            district: cell(columns[2]),
            province: cell(columns[3]),
            commune_code: cell(columns[4]),
        };
        let resolution = resolver.resolve(&address);
        let codes: Vec<String> =
            resolution.alternatives.iter().map(|a| a.commune.to_string()).collect();
        let answer = [
            resolution.commune.map(|code| code.to_string()).unwrap_or_default(),
            answer_words(&resolution, lang),
            resolution.former.map(|code| code.to_string()).unwrap_or_default(),
            confidence_key(resolution.confidence).to_owned(),
            codes.join(" "),
            reasons(&resolution, lang).join("; "),
        ];
        // A short row keeps its answer under the right header.
        let blanks = std::iter::repeat_n("", headers.len().saturating_sub(record.len()));
        let original = record.iter().take(headers.len()).chain(blanks);
        writer.write_record(original.chain(answer.iter().map(String::as_str)))?;
    }
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_columns_and_gains_the_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, "STT,Địa chỉ,Ghi chú\n1,\"xã Thăng Bình, Đà Nẵng\",gọi trước\n2\n")
            .unwrap();
        let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
        let mut out = Vec::new();
        resolve_file(&resolver, &path, &mut out, Lang::Vi).unwrap();
        let text = String::from_utf8(out).unwrap();
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 3);
        assert!(rows[1].starts_with("1,\"xã Thăng Bình, Đà Nẵng\",gọi trước,20791,"));
        assert!(rows[2].starts_with("2,,,,không xác định,,review,"));
    }

    #[test]
    fn a_file_without_addresses_names_its_columns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
        let error = resolve_file(&resolver, &path, Vec::new(), Lang::Vi).unwrap_err();
        assert!(error.to_string().ends_with("found: a, b"));
    }

    #[test]
    fn json_holds_codes_as_text_with_their_zeros() {
        let resolver = Resolver::new(Gazetteer::bundled(), ResolverConfig::default());
        let line = "phường Ba Đình, Hà Nội";
        let value = to_json(line, &resolver.resolve_line(line), Lang::En);
        assert_eq!(value["commune"]["code"], "00004");
        assert_eq!(value["confidence"], "certain");
    }
}
