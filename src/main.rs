//! The command `buuta`.

fn main() -> std::process::ExitCode {
    buuta::cli::main(std::time::Instant::now())
}
