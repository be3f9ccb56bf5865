//! Solves a research instance and prints the answer in the form that the literature exchanges.
//!
//! `cargo run --release --example solve_cvrp -- [INSTANCE [ITERATIONS]]`

use std::error::Error;
use std::fs;

use buuta::problem::{InstanceFormat, check, read_instance, write_sol};
use buuta::rng::Seed;
use buuta::solver::{SolverConfig, StopWhen, solve};

const SQUARE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/instances/square.vrp");

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| SQUARE.to_owned());
    let iterations = match arguments.next() {
        Some(number) => {
            number.parse().map_err(|error| format!("iterations `{number}`: {error}"))?
        }
        None => 2_000,
    };
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let instance = read_instance(&text, InstanceFormat::Auto, None)
        .map_err(|error| format!("{path}: {error}"))?;
    let stop = StopWhen::iterations(iterations);
    let solved = solve(&instance.problem, &SolverConfig::default(), &stop, Seed(1));
    let report = check(&instance.problem, &solved.solution);
    for violation in &report.violations {
        eprintln!("{violation}");
    }
    print!("{}", write_sol(&solved.solution, &instance, report.cost));
    if report.is_feasible() { Ok(()) } else { Err("no plan without violations was found".into()) }
}
