//! The command `buuta`.

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    buuta::cli::run(Instant::now())
}
