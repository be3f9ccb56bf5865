//! The command line: one file per command.

mod check;
mod evaluate;
mod instance;
mod quantity;
mod solve;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

/// Plans the rounds of a post office.
#[derive(clap::Parser)]
#[command(name = "buuta", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Searches for a good plan of a research instance.
    Solve(solve::SolveArgs),
    /// Checks a plan and tells its cost.
    Check(check::CheckArgs),
    /// Solves families of instances and compares with the best known.
    Evaluate(evaluate::EvaluateArgs),
}

/// Parses the arguments and runs the command.
pub fn run(started: Instant) -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Solve(args) => solve::run(&args, started),
        Command::Check(args) => check::run(&args, started),
        Command::Evaluate(args) => evaluate::run(&args, started),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(3)
    })
}
