//! The command line: reads arguments and files, runs the rooms, prints a table, sets the exit code.
//!
//! Standard output is the result, standard error the conversation. Exit codes: 0 done, 1 a fault of the program,
//! 2 wrong usage, 3 the input has errors or a file or folder cannot be used, 4 planned with items left out,
//! 5 a region or the depot's database is missing or damaged.
//!
//! Words are not here: those of commands and options are in `outputs::wording::help`, which `language` lays over
//! clap; those of errors in `outputs::wording::troubles`, which `trouble` carries to the door. `voice` prints them.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod calibrate;
mod check;
mod demo;
mod depot;
mod evaluate;
mod evaluate_addresses;
mod instance;
mod knowledge;
mod language;
mod places;
mod plan;
mod problem;
mod progress;
mod quantity;
mod region;
mod resolve;
mod review;
mod sheet;
mod solve;
mod summary;
mod travel;
mod trouble;
mod voice;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;
use std::time::Instant;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli::voice::{note, unless_left};
use crate::outputs::wording::Lang;
use crate::outputs::wording::help::page;

/// The exit code of a fault of the program itself.
pub(crate) const INTERNAL_ERROR: u8 = 1;
/// The exit code of wrong usage.
pub(crate) const WRONG_USAGE: u8 = 2;
/// The exit code when the input has errors.
pub(crate) const INPUT_ERRORS: u8 = 3;
/// The exit code of a command ended by a second interrupt, as shells count signals.
pub(crate) const INTERRUPTED: u8 = 130;
/// The exit code when a plan was written but leaves items out.
pub(crate) const ITEMS_LEFT_OUT: u8 = 4;
/// The exit code when a region or the depot's database is missing or damaged.
pub(crate) const STORE_UNUSABLE: u8 = 5;

/// The arguments. Doc comments here are for readers of the code; people read `outputs::wording::help`.
#[derive(Debug, Parser)]
#[command(name = "buuta", version)]
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
    /// Plans a bundled day of an invented office.
    Demo(demo::DemoArgs),
    /// Plans a day from files of results.
    Plan(plan::PlanArgs),
    /// Roads: builds a region file from an OpenStreetMap extract, and asks it.
    Region(region::RegionArgs),
    /// Says which commune an address means, and why.
    Resolve(resolve::ResolveArgs),
    /// Lists, exports and forgets the places a depot has learned.
    Places(places::PlacesArgs),
    /// Solves a routing problem of research.
    Solve(solve::SolveArgs),
    /// Recomputes a solution of a routing problem.
    Check(check::CheckArgs),
    /// Describes the program's own files of routing problems.
    Problem(problem::ProblemArgs),
    /// Solves whole sets of research instances.
    Evaluate(evaluate::EvaluateArgs),
    /// Prints the help of the program or of a command.
    Help {
        /// The command to look up.
        command: Vec<String>,
    },
}

/// Runs the command line; `started` is when the program began, so that `--time` covers reading as well.
pub fn main(started: Instant) -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let lang = match language::asked(&arguments, std::env::var_os(language::VARIABLE).as_deref()) {
        Ok(lang) => lang,
        Err(value) => {
            let lang = Lang::default();
            return wrong_usage(&page::BAD_LANG.with(lang, &[&value.to_string_lossy()]), lang);
        }
    };
    let command = language::localized(Cli::command(), lang);
    let cli = command.clone().try_get_matches_from(&arguments);
    let cli = cli.and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match cli {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error, lang),
    };
    let lang = cli.lang.into();
    let result = match &cli.command {
        Command::Demo(args) => demo::run(args, lang),
        Command::Plan(args) => plan::run(args, lang),
        Command::Region(args) => region::run(args, lang),
        Command::Resolve(args) => resolve::run(args, lang),
        Command::Places(args) => places::run(args, lang),
        Command::Solve(args) => solve::run(args, started, lang),
        Command::Check(args) => check::run(args, lang),
        Command::Problem(args) => problem::run(args),
        Command::Evaluate(args) => evaluate::run(args, lang),
        Command::Help { command: path } => return help(command, path, lang),
    };
    result.unwrap_or_else(|error| {
        note!("buuta: {}", trouble::told(lang, &error));
        ExitCode::from(trouble::exit_code(&error))
    })
}

/// Help and version are answers; everything else clap says is wrong usage.
fn not_understood(error: &clap::Error, lang: Lang) -> ExitCode {
    match language::usage_words(error, lang) {
        Some(words) => wrong_usage(&words, lang),
        None => printed(error.print()),
    }
}

/// Whether help could be printed; one who has read enough of it may leave.
fn printed(written: io::Result<()>) -> ExitCode {
    unless_left(written, ()).map_or(ExitCode::from(INTERNAL_ERROR), |()| ExitCode::SUCCESS)
}

fn wrong_usage(words: &str, lang: Lang) -> ExitCode {
    note!("buuta: {words}");
    note!("{}", page::SEE_HELP.with(lang, &["buuta"]));
    ExitCode::from(WRONG_USAGE)
}

/// The help of the command at `path`.
fn help(program: clap::Command, path: &[String], lang: Lang) -> ExitCode {
    let mut command = program;
    for name in path {
        let Some(found) = command.find_subcommand(name) else {
            return wrong_usage(&page::UNKNOWN_COMMAND.with(lang, &[name]), lang);
        };
        command = found.clone();
    }
    printed(command.print_help())
}
