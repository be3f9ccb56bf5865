//! `buuta demo`: a bundled day, planned like any other.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::{Date, date};

use crate::cli::knowledge::KnowledgeArgs;
use crate::cli::plan;
use crate::cli::trouble::Say;
use crate::outputs::wording::{Lang, troubles as say};

/// The bundled files, as a planner would find them in the morning.
const FILES: [(&str, &[u8]); 4] = [
    ("1-tam-ky.csv", include_bytes!("../../data/demo/1-tam-ky.csv")),
    ("2-hoi-an.xlsx", include_bytes!("../../data/demo/2-hoi-an.xlsx")),
    ("3-lon-xon.csv", include_bytes!("../../data/demo/3-lon-xon.csv")),
    ("depot.toml", include_bytes!("../../data/demo/depot.toml")),
];

/// The day the files are made for.
const DAY: Date = date(2025, 11, 24);

/// Where the demonstration goes, and how long it searches.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// The folder to write.
    #[arg(long, default_value = "out/demo")]
    out: PathBuf,
    #[command(flatten)]
    search: plan::SearchArgs,
}

/// Runs the command. The input files are kept beside the outputs, so that the same day can be planned by hand.
///
/// # Errors
/// When the folder cannot be written.
pub(crate) fn run(args: &DemoArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let input = args.out.with_extension("input");
    std::fs::create_dir_all(&input).say(say::CANNOT_CREATE, &[&input.display()])?;
    for (name, bytes) in FILES {
        let path = input.join(name);
        std::fs::write(&path, bytes).say(say::CANNOT_WRITE, &[&path.display()])?;
    }
    let (results, depot) = FILES.split_at(FILES.len() - 1);
    let day = plan::PlanArgs {
        results: results.iter().map(|(name, _)| input.join(name)).collect(),
        depot: Some(input.join(depot[0].0)),
        date: DAY,
        out: args.out.clone(),
        search: args.search.clone(),
        travel: crate::cli::travel::TravelArgs::default(),
        boundaries: None,
        export_problem: None,
        dry_run: false,
        no_area_prior: false,
        knowledge: KnowledgeArgs::default(),
    };
    plan::run(&day, lang)?;
    // The bundled day holds addresses that nobody could plan: that some are left out is no failure here.
    Ok(ExitCode::SUCCESS)
}
