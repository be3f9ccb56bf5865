//! Published best-known solutions re-evaluate to exactly their published cost.

use std::fs;
use std::path::Path;

use buuta::problem::{InstanceFormat, check, read_instance, read_sol, write_sol};

fn published_cost(sol: &str) -> f64 {
    let line = sol.lines().find(|line| line.starts_with("Cost")).unwrap();
    line.trim_start_matches("Cost").trim_start_matches(':').trim().parse().unwrap()
}

/// Checks every solution of a family; the number checked. Some files of one family state the cost in its
/// scaled integers.
fn check_family(family: &str, tolerance: f64) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/instances").join(family);
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: no folder {family} beside the repository");
        return 0;
    };
    let mut n_checked = 0;
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|extension| extension != "sol") {
            continue;
        }
        let sol = fs::read_to_string(&path).unwrap();
        let file = ["vrp", "txt"].map(|e| path.with_extension(e)).into_iter().find(|p| p.exists());
        let text = fs::read_to_string(file.unwrap()).unwrap();
        let instance = read_instance(&text, InstanceFormat::Auto, None).unwrap();
        let solution = read_sol(&sol, &instance).unwrap();
        let report = check(&instance.problem, &solution);
        assert_eq!(report.violations, [], "{}", path.display());
        let (cost, expected) = (instance.published(report.cost), published_cost(&sol));
        let is_same = (cost - expected).abs() <= tolerance;
        let is_same_scaled = (report.cost.value() as f64 - expected).abs() < 0.5;
        assert!(is_same || is_same_scaled, "{}: {cost} {expected}", path.display());
        let again = read_sol(&write_sol(&solution, &instance, report.cost), &instance).unwrap();
        assert_eq!(again.canonical(), solution.canonical());
        n_checked += 1;
    }
    assert!(n_checked > 0, "{family} holds no solution");
    n_checked
}

#[test]
fn published_solutions_cost_what_was_published() {
    for family in ["cvrp-x", "cvrp-belgium", "vrptw-solomon100", "vrptw-gh1000", "pcvrptw-gh1000"] {
        let n_checked = check_family(family, 1e-9);
        println!("{family}: {n_checked} solutions");
    }
    for family in ["sdvrptw", "mdvrptw", "vrpb-x", "mtvrptwr"] {
        println!("{family}: {} solutions", check_family(family, 1e-9));
    }
    println!("hfvrp-x: {} solutions", check_family("hfvrp-x", 0.02));
}
