//! `buuta evaluate addresses`: how well are addresses read, and how honest is the stated probability?

use std::path::PathBuf;

use comfy_table::Table;

use crate::address::{Resolver, ResolverConfig};
use crate::cli::evaluate::numeric_table;
use crate::cli::knowledge::{KnowledgeArgs, RoadsArgs};
use crate::cli::trouble::Say;
use crate::evaluation::{AddressReport, evaluate, generated_addresses, read_known_addresses};
use crate::outputs::wording::{Lang, addresses as say, confidence_word, troubles};
use crate::rng::Seed;
use crate::territory::CommuneCode;

/// Addresses of known commune: from files, or made up.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct AddressesArgs {
    /// Files of addresses.
    #[arg(value_name = "FILE", required_unless_present = "generated")]
    pub(crate) files: Vec<PathBuf>,
    /// So many made-up addresses of every way of writing, besides.
    #[arg(long, value_name = "N")]
    pub(crate) generated: Option<u32>,
    /// Where the chance of the made-up addresses starts. Seed 1 trained the probabilities.
    #[arg(long, default_value_t = 2)]
    pub(crate) seed: u64,
    /// Communes preferred between equals, by code, with commas between.
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    pub(crate) area: Vec<CommuneCode>,
    /// Also list every address that was refused or answered wrongly.
    #[arg(long)]
    pub(crate) mistakes: bool,
    #[command(flatten)]
    pub(crate) knowledge: KnowledgeArgs,
    #[command(flatten)]
    pub(crate) roads: RoadsArgs,
}

/// Reads and counts; the report.
pub(super) fn evaluate_addresses(args: &AddressesArgs, lang: Lang) -> anyhow::Result<String> {
    let gazetteer = args.knowledge.gazetteer(jiff::Zoned::now().date())?;
    let mut known = Vec::new();
    for file in &args.files {
        let read = read_known_addresses(file);
        known.extend(read.say(troubles::IN_FILE, &[&file.display()])?);
    }
    if let Some(n_each) = args.generated {
        known.extend(generated_addresses(gazetteer, Seed(args.seed), n_each));
    }
    let config = ResolverConfig::with_area(args.area.iter().copied())
        .with_learned(args.knowledge.learned()?)
        .with_streets(args.roads.streets(&args.knowledge, gazetteer)?);
    let resolver = Resolver::new(gazetteer, config);
    // The tables are touched once, so that the first kind does not pay for reading them.
    resolver.resolve_line("xã Bình Minh, huyện Thăng Bình cũ, TP Đà Nẵng");
    let report = evaluate(&resolver, &known);
    let mut text = format!("{}\n{}", table_of_kinds(&report, lang), reliability(&report, lang));
    for mistake in report.mistakes.iter().filter(|_| args.mistakes) {
        let address = &known[mistake.index];
        let said = mistake.said.map_or("-".to_owned(), |code| code.to_string());
        let truth: Vec<String> = address.truth.iter().map(ToString::to_string).collect();
        let sure = confidence_word(lang, mistake.confidence);
        let values = [&address.kind, sure, &said, &truth.join(";"), &address.text];
        text.push('\n');
        text.push_str(&say::MISTAKE.with(lang, &values));
    }
    Ok(text)
}

fn percent(part: f64, whole: f64) -> f64 {
    100.0 * part / whole.max(1.0)
}

fn table_of_kinds(report: &AddressReport, lang: Lang) -> Table {
    let mut table = numeric_table(&say::KINDS_HEADER.map(|phrase| phrase.of(lang)));
    for (kind, c) in &report.kinds {
        let of_known = |n: usize| percent(n as f64, c.n_known as f64);
        // A text of a split commune has no right answer but review with its parts.
        let n_whole = c.n_known - c.n_split;
        let as_labeled = c.n_right + c.n_split_listed;
        table.add_row([
            kind.clone(),
            c.n_known.to_string(),
            format!("{:.1}", of_known(c.n_right)),
            format!("{:.1}", of_known(as_labeled)),
            format!("{:.1}", of_known(c.n_refused)),
            format!("{:.1}", of_known(c.n_refused_listed)),
            format!("{:.2}", of_known(c.n_wrong)),
            format!("{:.1}", of_known(c.n_certain)),
            c.n_wrong_certain.to_string(),
            format!("{:.1}", percent(c.n_right as f64, n_whole as f64)),
            c.n_split.to_string(),
            c.n_split_listed.to_string(),
            format!("{:.0}", c.n_read as f64 / c.seconds.max(1e-9)),
        ]);
    }
    table
}

/// Stated probability against the share right, by bands.
fn reliability(report: &AddressReport, lang: Lang) -> Table {
    let mut table = numeric_table(&say::RELIABILITY_HEADER.map(|phrase| phrase.of(lang)));
    for band in report.reliability.iter().filter(|band| 0 < band.n) {
        let n = band.n as f64;
        table.add_row([
            format!("{:.1}", percent(band.stated, n)),
            band.n.to_string(),
            format!("{:.1}", percent(band.right, n)),
        ]);
    }
    table
}
