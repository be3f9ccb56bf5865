//! Every example of docs/PROBLEM.md is a file that can be read, solved, checked, and costs what the page says.

use buuta::problem::{Violation, check, read_problem, write_problem};
use buuta::rng::Seed;
use buuta::solver::{SolverConfig, StopWhen, solve};

const PAGE: &str = include_str!("../../docs/PROBLEM.md");

/// The blocks of examples: what is expected, and the file.
fn examples() -> Vec<(&'static str, &'static str)> {
    PAGE.split("```json expect ")
        .skip(1)
        .map(|block| {
            let (expected, rest) = block.split_once('\n').unwrap();
            (expected, rest.split("```").next().unwrap())
        })
        .collect()
}

#[test]
fn every_example_of_the_page_costs_what_it_says() {
    let examples = examples();
    assert!(examples.len() >= 12, "the page shows each feature");
    for (expected, text) in examples {
        let problem = read_problem(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let config = SolverConfig { threads: 1, ..SolverConfig::default() };
        let solved = solve(&problem, &config, &StopWhen::iterations(2_000), Seed(1));
        let report = check(&problem, &solved.solution);
        assert_eq!(report.violations, [] as [Violation; 0], "{text}");
        let found = format!(
            "cost={} routes={} unserved={}",
            report.cost.value(),
            report.n_vehicles(),
            solved.solution.unserved.len()
        );
        assert_eq!(found, expected, "{text}");
        let again = read_problem(&write_problem(&problem)).unwrap();
        assert_eq!(write_problem(&again), write_problem(&problem));
    }
}

/// Names of the model that the page has to mention: what the fields of its types are called.
#[test]
fn the_page_names_every_rule() {
    let rules = include_str!("../../src/problem/violation.rs");
    let enumeration = rules.split("pub enum Violation {").nth(1).unwrap();
    let enumeration = enumeration.split("\n}").next().unwrap();
    let is_data = |name: &str| name.starts_with("Unknown");
    for line in enumeration.lines() {
        let Some(name) = line.strip_prefix("    ").and_then(|line| line.strip_suffix(" {")) else {
            continue;
        };
        assert!(is_data(name) || PAGE.contains(&format!("`{name}`")), "{name} is not on the page");
    }
}
