//! `buuta resolve`: what do these addresses mean?

use std::fs::{self, File};
use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use serde_json::{Value, json};

use crate::address::{Confidence, Resolution, Resolver, ResolverConfig};
use crate::cli::knowledge::{KnowledgeArgs, RoadsArgs};
use crate::cli::review::{learn, write_review};
use crate::cli::sheet::{Sheet, column, write_csv};
use crate::cli::trouble::{Say, Trouble};
use crate::cli::voice::{self, note};
use crate::outputs::wording::{Lang, addresses as say, confidence_word, evidence_words, troubles};
use crate::post::AddressText;
use crate::territory::{CommuneCode, Gazetteer};

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
pub(crate) struct ResolveArgs {
    /// The addresses, one per argument.
    #[arg(required_unless_present_any = ["file", "learn"])]
    pub(crate) text: Vec<String>,
    /// Table for people, or one JSON value per line.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ResolveFormat,
    /// A CSV or XLSX file with a header; its columns are kept and the answer is added behind them.
    #[arg(long, conflicts_with = "text")]
    pub(crate) file: Option<PathBuf>,
    /// Where the answered file goes; standard output when not given.
    #[arg(long, requires = "file")]
    pub(crate) out: Option<PathBuf>,
    /// A workbook of the doubtful addresses, with the communes to choose from.
    #[arg(long, requires = "file", value_name = "XLSX")]
    pub(crate) review: Option<PathBuf>,
    /// Learns from a reviewed workbook, or from a table of deliveries with address, commune code, lat and lon.
    #[arg(long, conflicts_with_all = ["text", "file"], requires = "depot_db", value_name = "FILE")]
    pub(crate) learn: Option<PathBuf>,
    /// Communes preferred between equals, by code, with commas between.
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    pub(crate) area: Vec<CommuneCode>,
    #[command(flatten)]
    pub(crate) knowledge: KnowledgeArgs,
    #[command(flatten)]
    pub(crate) roads: RoadsArgs,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written, or has no column of addresses.
pub(crate) fn run(args: &ResolveArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let today = jiff::Zoned::now().date();
    let knowledge = &args.knowledge;
    let gazetteer = knowledge.gazetteer(today)?;
    // What is to be learned must not depend on what was learned before.
    let learned = if args.learn.is_some() { Vec::new() } else { knowledge.learned()? };
    let config = ResolverConfig::with_area(args.area.iter().copied())
        .with_learned(learned)
        .with_streets(args.roads.streets(knowledge, gazetteer)?);
    // The process ends with the command: taking the tables apart first would cost a tenth of a short run.
    let resolver = &*ManuallyDrop::new(Resolver::new(gazetteer, config));
    let words = Words { gazetteer, lang };
    if let Some((file, database)) = args.learn.as_ref().zip(knowledge.depot_db.as_ref()) {
        return learn(resolver, words, file, database, today);
    }
    if let Some(file) = &args.file {
        return resolve_file(resolver, words, file, args);
    }
    let mut out = voice::stdout();
    for line in &args.text {
        let resolution = resolver.resolve_line(line);
        match args.format {
            ResolveFormat::Table => writeln!(out, "{}", words.table(line, &resolution))?,
            ResolveFormat::Json => writeln!(out, "{}", words.json(line, &resolution))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Words for units and answers.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    pub(crate) gazetteer: &'static Gazetteer,
    pub(crate) lang: Lang,
}

impl Words {
    /// `Xã Thăng Bình (20791), Thành phố Đà Nẵng`.
    pub(crate) fn commune(self, code: CommuneCode) -> String {
        let Some(commune) = self.gazetteer.commune(code) else { return code.to_string() };
        let province = self.gazetteer.province(commune.province).map_or("", |p| p.full_name);
        format!("{} ({code}), {province}", commune.full_name)
    }

    fn answer(self, resolution: &Resolution) -> String {
        let unknown = || say::NOT_DETERMINED.of(self.lang).to_owned();
        resolution.commune.map_or_else(unknown, |code| self.commune(code))
    }

    fn former(self, resolution: &Resolution) -> Option<String> {
        let former = self.gazetteer.former(resolution.former?)?;
        let district = self.gazetteer.district(former.district?).map_or("", |d| d.full_name);
        Some(format!("{} ({}), {district}", former.full_name, former.code))
    }

    pub(crate) fn reasons(self, resolution: &Resolution) -> Vec<String> {
        resolution.why.iter().map(|evidence| evidence_words(self.lang, evidence)).collect()
    }

    fn table(self, line: &str, resolution: &Resolution) -> Table {
        let parts = &resolution.parts;
        let percent = format!("{:.1} %", 100.0 * resolution.probability);
        let sure = format!("{} ({percent})", confidence_word(self.lang, resolution.confidence));
        let alternatives: Vec<String> =
            resolution.alternatives.iter().map(|a| self.commune(a.commune)).collect();
        let place = resolution.place.map(|place| format!("{:.6}, {:.6}", place.lat(), place.lon()));
        let rows = [
            (say::ADDRESS, Some(line.to_owned())),
            (say::COMMUNE, Some(self.answer(resolution))),
            (say::FORMER_COMMUNE, self.former(resolution)),
            (say::CONFIDENCE, Some(sure)),
            (say::HOUSE, parts.house.clone()),
            (say::ALLEY, parts.alley.clone()),
            (say::STREET, parts.street.clone()),
            (say::HAMLET, parts.hamlet.clone()),
            (say::LANDMARK, parts.landmark.clone()),
            (say::LEARNED_POSITION, place),
            (say::ALSO_POSSIBLE, Some(alternatives.join("\n"))),
            (say::WHY, Some(self.reasons(resolution).join("\n"))),
        ];
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        for (name, value) in rows {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                table.add_row([name.of(self.lang).to_owned(), value]);
            }
        }
        table
    }

    fn json(self, line: &str, resolution: &Resolution) -> Value {
        let named = |code: CommuneCode| {
            let commune = self.gazetteer.commune(code);
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
            "place": resolution.place.map(|place| json!({ "lat": place.lat(), "lon": place.lon() })),
            "alternatives": alternatives,
            "why": self.reasons(resolution),
        })
    }
}

fn confidence_key(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Inferred => "inferred",
        Confidence::Review => "review",
    }
}

/// The columns of a table that make an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddressColumns {
    line: Option<usize>,
    commune: Option<usize>,
    district: Option<usize>,
    province: Option<usize>,
    code: Option<usize>,
}

/// Headers that name a column, folded.
const LINE: &[&str] = &["diachi", "diachinhanketqua", "diachichuhoso", "address", "text"];
const COMMUNE: &[&str] =
    &["xa", "phuong", "xaphuong", "phuongxa", "tenxa", "tenxaphuong", "commune"];
const DISTRICT: &[&str] = &["huien", "quan", "quanhuien", "tenhuien", "tenquanhuien", "district"];
const PROVINCE: &[&str] = &["tinh", "tinhtp", "tinhthanh", "tentinh", "tentinhthanh", "province"];
const CODE: &[&str] = &["maxa", "maphuong", "maphuongxa", "maxaphuong"];

impl AddressColumns {
    pub(crate) fn of(headers: &[String]) -> Self {
        Self {
            line: column(headers, LINE),
            commune: column(headers, COMMUNE),
            district: column(headers, DISTRICT),
            province: column(headers, PROVINCE),
            code: column(headers, CODE),
        }
    }

    pub(crate) fn are_usable(&self) -> bool {
        self.line.or(self.commune).or(self.code).is_some()
    }

    /// The address in a row; `code` says whether a commune's code there counts.
    pub(crate) fn address(&self, row: &[String]) -> AddressText {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).cloned();
        AddressText {
            line: cell(self.line).unwrap_or_default(),
            commune: cell(self.commune),
            district: cell(self.district),
            province: cell(self.province),
            commune_code: cell(self.code),
        }
    }
}

/// A table of addresses: the first header row that names a column we know, and what stands below.
pub(crate) fn read_addresses(file: &Path) -> anyhow::Result<(Sheet, AddressColumns)> {
    let sheet = Sheet::read_below(file, troubles::NO_ADDRESS_COLUMN, |row| {
        AddressColumns::of(row).are_usable()
    })?;
    let columns = AddressColumns::of(&sheet.headers);
    Ok((sheet, columns))
}

fn resolve_file(
    resolver: &Resolver<'_>,
    words: Words,
    file: &Path,
    args: &ResolveArgs,
) -> anyhow::Result<ExitCode> {
    let (sheet, columns) = read_addresses(file)?;
    let addresses: Vec<AddressText> =
        sheet.rows.iter().map(|(_, row)| columns.address(row)).collect();
    let resolutions: Vec<Resolution> =
        addresses.iter().map(|address| resolver.resolve(address)).collect();
    if let Some(path) = &args.review {
        let bytes = write_review(words, &addresses, &resolutions)?;
        if bytes.is_empty() {
            return Err(Trouble::new(troubles::NO_REVIEW_WORKBOOK, &[]).into());
        }
        fs::write(path, bytes).say(troubles::CANNOT_WRITE, &[&path.display()])?;
    }
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => Box::new(File::create(path).say(troubles::CANNOT_WRITE, &[&path.display()])?),
        None => Box::new(voice::stdout()),
    };
    if args.format == ResolveFormat::Json {
        for (address, resolution) in addresses.iter().zip(&resolutions) {
            writeln!(out, "{}", words.json(&address.line, resolution))?;
        }
    } else if args.out.is_some() || args.review.is_none() {
        write_csv(out, answered_rows(words, &sheet, &resolutions))?;
    }
    let n_review = resolutions.iter().filter(|r| r.confidence == Confidence::Review).count();
    let (n, review) = (resolutions.len(), n_review.to_string());
    note!("{}", say::RESOLVED.with(words.lang, &[&n.to_string(), &review]));
    Ok(ExitCode::SUCCESS)
}

/// The rows of a table with the answers behind them.
fn answered_rows(
    words: Words,
    sheet: &Sheet,
    resolutions: &[Resolution],
) -> impl Iterator<Item = Vec<String>> {
    let added = [
        "commune_code",
        "commune",
        "former_code",
        "confidence",
        "probability",
        "alternatives",
        "why",
    ];
    let mut headers = sheet.headers.clone();
    headers.extend(added.map(str::to_owned));
    let n_columns = sheet.headers.len();
    let rows = sheet.rows.iter().zip(resolutions).map(move |((_, row), resolution)| {
        let codes: Vec<String> =
            resolution.alternatives.iter().map(|a| a.commune.to_string()).collect();
        // A short row keeps its answer under the right header.
        let mut answered = row.clone();
        answered.resize(n_columns, String::new());
        answered.extend([
            resolution.commune.map(|code| code.to_string()).unwrap_or_default(),
            words.answer(resolution),
            resolution.former.map(|code| code.to_string()).unwrap_or_default(),
            confidence_key(resolution.confidence).to_owned(),
            format!("{:.3}", resolution.probability),
            codes.join(" "),
            words.reasons(resolution).join("; "),
        ]);
        answered
    });
    std::iter::once(headers).chain(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: fn(Lang) -> Words = |lang| Words { gazetteer: Gazetteer::bundled(), lang };

    fn resolver() -> Resolver<'static> {
        Resolver::new(Gazetteer::bundled(), ResolverConfig::default())
    }

    #[test]
    fn a_file_keeps_its_columns_and_gains_the_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, "STT,Địa chỉ,Ghi chú\n1,\"xã Thăng Bình, Đà Nẵng\",gọi trước\n2\n")
            .unwrap();
        let (sheet, columns) = read_addresses(&path).unwrap();
        let resolver = resolver();
        let resolutions: Vec<_> =
            sheet.rows.iter().map(|(_, row)| resolver.resolve(&columns.address(row))).collect();
        let rows: Vec<_> = answered_rows(WORDS(Lang::Vi), &sheet, &resolutions).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1][..4], ["1", "xã Thăng Bình, Đà Nẵng", "gọi trước", "20791"]);
        assert_eq!(rows[2][..7], ["2", "", "", "", "không xác định", "", "review"]);
    }

    #[test]
    fn a_file_without_addresses_names_its_columns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let error = format!("{:#}", read_addresses(&path).unwrap_err());
        assert!(error.contains("«Địa chỉ»") && error.ends_with("found: a, b"), "{error}");
    }

    #[test]
    fn json_holds_codes_as_text_with_their_zeros() {
        let line = "phường Ba Đình, Hà Nội";
        let value = WORDS(Lang::En).json(line, &resolver().resolve_line(line));
        assert_eq!(value["commune"]["code"], "00004");
        assert_eq!(value["confidence"], "certain");
    }
}
