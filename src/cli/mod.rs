//! The command line: reads arguments and files, runs the rooms, prints a table, sets the exit code.
//!
//! Standard output is the result, standard error the conversation. Exit codes: 0 done, 1 internal error,
//! 2 wrong usage, 3 the input has errors, 4 planned with items left out, 5 a region or ledger is missing or damaged.

mod check;
mod demo;
mod depot;
mod evaluate;
mod instance;
mod plan;
mod progress;
mod quantity;
mod region;
mod resolve;
mod solve;
mod summary;
mod travel;

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};

use crate::outputs::wording::Lang;

/// The exit code when the input has errors.
pub(crate) const INPUT_ERRORS: u8 = 3;
/// The exit code when a plan was written but leaves items out.
pub(crate) const ITEMS_LEFT_OUT: u8 = 4;
/// The exit code when a region is missing or damaged.
const REGION_UNUSABLE: u8 = 5;

/// Plans the day of a post office that returns the results of administrative procedures to people's doors.
#[derive(Debug, Parser)]
#[command(
    name = "buuta",
    version,
    after_help = "Examples:\n  \
    buuta demo\n  \
    buuta plan data/demo/1-tam-ky.csv --depot data/demo/depot.toml --date 2025-11-24 --out out/today"
)]
struct Cli {
    /// Language of everything people read.
    #[arg(long, global = true, value_enum, default_value_t)]
    lang: LangChoice,
    #[command(subcommand)]
    command: Command,
}

/// Languages to choose from.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum LangChoice {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

impl From<LangChoice> for Lang {
    fn from(choice: LangChoice) -> Self {
        match choice {
            LangChoice::Vi => Self::Vi,
            LangChoice::En => Self::En,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plans a bundled day of an invented office and writes it to out/demo.
    Demo(demo::DemoArgs),
    /// Plans a day from files of results.
    Plan(plan::PlanArgs),
    /// Roads: builds a region file from an OpenStreetMap extract, and asks it.
    Region(region::RegionArgs),
    /// Says which commune an address means, and why.
    Resolve(resolve::ResolveArgs),
    /// Solves a routing problem of research.
    Solve(solve::SolveArgs),
    /// Recomputes a solution of a routing problem and lists what it breaks.
    Check(check::CheckArgs),
    /// Solves whole sets of research instances and compares with the best known.
    Evaluate(evaluate::EvaluateArgs),
}

/// Runs the command line; `started` is when the program began, so that `--time` covers reading as well.
pub fn main(started: Instant) -> ExitCode {
    let cli = Cli::parse();
    let lang = cli.lang.into();
    let result = match &cli.command {
        Command::Demo(args) => demo::run(args, lang),
        Command::Plan(args) => plan::run(args, lang),
        Command::Region(args) => region::run(args, lang),
        Command::Resolve(args) => resolve::run(args, lang),
        Command::Solve(args) => solve::run(args, started),
        Command::Check(args) => check::run(args, started),
        Command::Evaluate(args) => evaluate::run(args, started),
    };
    result.unwrap_or_else(|error| {
        eprintln!("buuta: {error:#}");
        let is_of_region =
            error.is::<travel::NoRegionFile>() || error.is::<crate::network::RegionError>();
        ExitCode::from(if is_of_region { REGION_UNUSABLE } else { INPUT_ERRORS })
    })
}
