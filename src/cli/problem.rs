//! `buuta problem`: what the program's own files look like.

use std::io::Write;
use std::process::ExitCode;

use crate::cli::voice;
use crate::problem::{PROBLEM_SCHEMA, SOLUTION_SCHEMA};

/// The files that routing problems travel in.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ProblemArgs {
    #[command(subcommand)]
    command: ProblemCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum ProblemCommand {
    /// Prints the JSON Schema of a file.
    Schema(SchemaArgs),
}

/// Which schema.
#[derive(Clone, Debug, clap::Args)]
struct SchemaArgs {
    /// The file to describe.
    #[arg(value_enum, default_value_t)]
    kind: FileWord,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum FileWord {
    /// `buuta-problem/1`.
    #[default]
    Problem,
    /// `buuta-solution/1`.
    Solution,
}

/// Runs the command.
///
/// # Errors
/// When the schema cannot be printed.
pub(crate) fn run(args: &ProblemArgs) -> anyhow::Result<ExitCode> {
    let ProblemCommand::Schema(SchemaArgs { kind }) = args.command;
    let schema = match kind {
        FileWord::Problem => PROBLEM_SCHEMA,
        FileWord::Solution => SOLUTION_SCHEMA,
    };
    voice::stdout().write_all(schema.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
