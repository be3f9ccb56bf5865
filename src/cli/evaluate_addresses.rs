//! `buuta evaluate addresses`: how well are addresses read, and how honest is the stated probability?

use std::path::PathBuf;

use anyhow::Context;

use crate::address::{Resolver, ResolverConfig};
use crate::cli::knowledge::KnowledgeArgs;
use crate::evaluation::{evaluate, generated_addresses, read_known_addresses};
use crate::rng::Seed;
use crate::territory::CommuneCode;

/// Addresses of known commune: from files, or made up.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "A file has the columns text, kind and commune_2025 (codes, ; between alternatives).\n\n\
    Examples:\n  buuta evaluate addresses samples.csv --mistakes\n  \
    buuta evaluate addresses --generated 1000 --seed 7"
)]
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
}

/// Reads and counts; the report.
pub(super) fn evaluate_addresses(args: &AddressesArgs) -> anyhow::Result<String> {
    let gazetteer = args.knowledge.gazetteer(jiff::Zoned::now().date())?;
    let mut known = Vec::new();
    for file in &args.files {
        let read = read_known_addresses(file);
        known.extend(read.with_context(|| format!("cannot use {}", file.display()))?);
    }
    if let Some(n_each) = args.generated {
        known.extend(generated_addresses(gazetteer, Seed(args.seed), n_each));
    }
    let config = ResolverConfig::with_area(args.area.iter().copied())
        .with_learned(args.knowledge.learned()?)
        .with_streets(args.knowledge.streets(gazetteer)?);
    let resolver = Resolver::new(gazetteer, config);
    // The tables are touched once, so that the first kind does not pay for reading them.
    resolver.resolve_line("xã Bình Minh, huyện Thăng Bình cũ, TP Đà Nẵng");
    let report = evaluate(&resolver, &known);
    let mut text = report.to_string();
    for mistake in report.mistakes.iter().filter(|_| args.mistakes) {
        let address = &known[mistake.index];
        let said = mistake.said.map_or("-".to_owned(), |code| code.to_string());
        let truth: Vec<String> = address.truth.iter().map(ToString::to_string).collect();
        let (kind, confidence) = (&address.kind, mistake.confidence);
        let line =
            format!("\n{kind}\t{confidence:?}\t{said}\t{}\t{}", truth.join(";"), address.text);
        text.push_str(&line);
    }
    Ok(text)
}
