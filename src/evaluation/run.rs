//! Families of instances, solved and held against the best known.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::evaluation::statistics::{
    CurvePoint, cost_at, gap_percent, primal_integral_percent, sample_indices,
};
use crate::problem::{Instance, InstanceFormat, Rounding, check, read_instance};
use crate::rng::Seed;
use crate::solver::{Objective, SolverConfig, StopWhen, solve};

/// What may be chosen about an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyConfig {
    /// So many instances of each family, evenly over the sorted names; all when nothing is said.
    pub sample: Option<usize>,
    /// Seeds 1 to this.
    pub n_seeds: u64,
    /// Wall-clock time for each instance and seed, reading included.
    pub time: Duration,
    /// Iterations instead of the time.
    pub iterations: Option<u64>,
    /// Threads; all cores when 0.
    pub threads: usize,
    /// Searches side by side; chosen by the solver when 0.
    pub workers: usize,
    /// What is to be small; when nothing is said, vehicles come first where the table counts them.
    pub objective: Option<Objective>,
}

impl Default for FamilyConfig {
    /// All instances, one seed, 30 seconds on two threads.
    fn default() -> Self {
        Self {
            sample: None,
            n_seeds: 1,
            time: Duration::from_secs(30),
            iterations: None,
            threads: 2,
            workers: 0,
            objective: None,
        }
    }
}

/// Why a family could not be evaluated at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FamilyError {
    /// The table of best known values cannot be read.
    #[error("{path}: {source}; a family needs a table with the columns name and bks")]
    Table {
        /// Which file.
        path: String,
        /// Why.
        source: csv::Error,
    },
    /// A column is missing.
    #[error("{path} has no column {column}; found: {found}")]
    Column {
        /// Which file.
        path: String,
        /// Which column.
        column: &'static str,
        /// The columns there are.
        found: String,
    },
    /// A best known value is not a number.
    #[error("{path} line {line}: `{value}` is not a positive number")]
    Value {
        /// Which file.
        path: String,
        /// Counted from one.
        line: usize,
        /// As read.
        value: String,
    },
}

/// One instance solved with one seed: a line of the CSV. Gaps are in percent and empty where there is no plan or none
/// was asked for so early.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// Name of the folder.
    pub family: String,
    /// Name of the instance.
    pub instance: String,
    /// What chance started from.
    pub seed: u64,
    /// Threads asked for.
    pub threads: usize,
    /// Time asked for.
    pub time_s: f64,
    /// Clients of the instance.
    pub clients: usize,
    /// The best known value.
    pub best: f64,
    /// Vehicles of the best known value, where they come first.
    pub best_vehicles: Option<usize>,
    /// Cost found, in the unit of the best known value.
    pub cost: Option<f64>,
    /// Vehicles used.
    pub vehicles: Option<usize>,
    /// Clients left out.
    pub unserved: Option<usize>,
    /// What the checker says.
    pub feasible: bool,
    /// Gap after one second.
    pub gap_1s: Option<f64>,
    /// Gap after three seconds.
    pub gap_3s: Option<f64>,
    /// Gap after ten seconds.
    pub gap_10s: Option<f64>,
    /// Gap at the end.
    pub gap: Option<f64>,
    /// Gap averaged over the time.
    pub primal_integral: Option<f64>,
    /// Iterations of all workers together.
    pub iterations: u64,
    /// The same for each second of search.
    pub iterations_per_s: f64,
    /// Time used, reading and checking included.
    pub seconds: f64,
    /// Why the instance could not be read; empty when it could.
    pub unreadable: String,
}

/// Nobody halves a best known value: one more than so many times as dear as a plan that breaks no rule is in another unit.
const OTHER_UNIT: f64 = 2.0;

impl RunRow {
    /// Whether the best known value cannot be in the unit of the cost found, so that no gap says anything.
    pub fn is_incomparable(&self) -> bool {
        self.feasible && self.cost.is_some_and(|cost| self.best > OTHER_UNIT * cost)
    }
}

/// The best known value of one instance.
#[derive(Clone, Debug, PartialEq)]
pub struct BestKnown {
    /// Name of the instance.
    pub name: String,
    /// Its value.
    pub cost: f64,
    /// Its vehicles, where fewer vehicles come before less cost.
    pub vehicles: Option<usize>,
    /// How lengths become integers where its kind of table wants another way than its format.
    pub rounding: Option<Rounding>,
}

/// Reads `bks.csv` of a folder: `name`, then `bks` or `bks_distance…`, and perhaps `bks_vehicles`. Sorted by name.
///
/// # Errors
/// When the table is missing, lacks a column or holds what is not a number.
pub fn read_best_known(folder: &Path) -> Result<Vec<BestKnown>, FamilyError> {
    read_table(&folder.join("bks.csv"))
}

/// Best known values where only the cost counts: those of `bks_distance_only.csv` where there are any, and otherwise the
/// costs of plans with the fewest vehicles, which may be undercut.
fn without_vehicles(folder: &Path, known: &mut [BestKnown]) -> Result<(), FamilyError> {
    let file = folder.join("bks_distance_only.csv");
    let costs = if file.is_file() { read_table(&file)? } else { Vec::new() };
    for best in known {
        best.vehicles = None;
        if let Some(found) = costs.iter().find(|other| other.name == best.name) {
            best.cost = found.cost;
        }
    }
    Ok(())
}

fn read_table(file: &Path) -> Result<Vec<BestKnown>, FamilyError> {
    let path = file.display().to_string();
    let table = |source| FamilyError::Table { path: path.clone(), source };
    let mut reader = csv::Reader::from_path(file).map_err(table)?;
    let headers = reader.headers().map_err(table)?.clone();
    let find = |column: &'static str, wanted: &dyn Fn(&str) -> bool| {
        let found = headers.iter().collect::<Vec<_>>().join(", ");
        let at = headers.iter().position(wanted);
        at.ok_or(FamilyError::Column { path: path.clone(), column, found })
    };
    let name = find("name", &|header| header == "name")?;
    let cost =
        find("bks", &|header| header.starts_with("bks") && !header.starts_with("bks_vehicles"))?;
    let vehicles = headers.iter().position(|header| header == "bks_vehicles");
    let mut known = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(table)?;
        let wrong = |value: &str| {
            let value = value.to_owned();
            FamilyError::Value { path: path.clone(), line: index + 2, value }
        };
        let text = record[cost].trim();
        let value = text.parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0);
        let vehicles = match vehicles.map(|at| record[at].trim()) {
            Some(text) => Some(text.parse().map_err(|_| wrong(text))?),
            None => None,
        };
        let cost = value.ok_or_else(|| wrong(text))?;
        // Values with vehicles first are published for lengths that are not rounded.
        let rounding = vehicles.map(|_| Rounding::Scaled(1000));
        let name = record[name].trim().to_owned();
        known.push(BestKnown { name, cost, vehicles, rounding });
    }
    known.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(known)
}

/// Solves the instances of a folder and tells each result to `told` as soon as it is there.
///
/// Instances that cannot be read come back as a row each, with the reason.
///
/// # Errors
/// When the table of best known values cannot be read.
pub fn run_family(
    folder: &Path,
    config: &FamilyConfig,
    mut told: impl FnMut(&RunRow),
) -> Result<Vec<RunRow>, FamilyError> {
    let family = folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let mut known = read_best_known(folder)?;
    if config.objective == Some(Objective::Cost) {
        without_vehicles(folder, &mut known)?;
    }
    let chosen = sample_indices(known.len(), config.sample.unwrap_or(known.len()));
    let mut rows = Vec::new();
    for index in chosen {
        for seed in 1..=config.n_seeds {
            let row = run_once(folder, &family, &known[index], config, seed);
            told(&row);
            let is_unreadable = !row.unreadable.is_empty();
            rows.push(row);
            if is_unreadable {
                break;
            }
        }
    }
    Ok(rows)
}

fn run_once(
    folder: &Path,
    family: &str,
    best: &BestKnown,
    config: &FamilyConfig,
    seed: u64,
) -> RunRow {
    let started = Instant::now();
    let row = RunRow {
        family: family.to_owned(),
        instance: best.name.clone(),
        seed,
        threads: config.threads,
        time_s: config.time.as_secs_f64(),
        best: best.cost,
        best_vehicles: best.vehicles,
        ..RunRow::default()
    };
    match read(folder, best) {
        Ok(instance) => solve_once(row, &instance, config, started),
        Err(unreadable) => RunRow { unreadable: unreadable.to_string(), ..row },
    }
}

/// Why one instance could not be read.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("no file {0}.vrp or {0}.txt")]
    Missing(String),
    #[error("{0}")]
    File(#[from] std::io::Error),
    #[error("{0}")]
    Instance(#[from] crate::problem::InstanceError),
}

fn read(folder: &Path, best: &BestKnown) -> Result<Instance, ReadError> {
    let path =
        instance_file(folder, &best.name).ok_or_else(|| ReadError::Missing(best.name.clone()))?;
    let text = fs::read_to_string(path)?;
    Ok(read_instance(&text, InstanceFormat::Auto, best.rounding)?)
}

/// The file of an instance. Not by `with_extension`, for names may hold a dot.
fn instance_file(folder: &Path, name: &str) -> Option<PathBuf> {
    let candidates = ["vrp", "txt"].map(|extension| folder.join(format!("{name}.{extension}")));
    candidates.into_iter().find(|path| path.is_file())
}

fn solve_once(row: RunRow, instance: &Instance, config: &FamilyConfig, started: Instant) -> RunRow {
    let stop = match config.iterations {
        Some(n) => StopWhen::iterations(n),
        None => StopWhen::deadline(started + config.time),
    };
    let by_vehicles = match config.objective {
        Some(objective) => objective == Objective::VehiclesThenCost,
        None => row.best_vehicles.is_some(),
    };
    let solver = SolverConfig {
        threads: config.threads,
        workers: config.workers,
        objective: if by_vehicles { Objective::VehiclesThenCost } else { Objective::Cost },
        ..SolverConfig::default()
    };
    let before = started.elapsed();
    let searching = Instant::now();
    let solved = solve(&instance.problem, &solver, &stop, Seed(row.seed));
    let searched_s = searching.elapsed().as_secs_f64();
    let report = check(&instance.problem, &solved.solution);
    let curve: Vec<CurvePoint> = solved
        .trace
        .iter()
        .map(|point| CurvePoint {
            seconds: (before + point.elapsed).as_secs_f64(),
            cost: instance.published(point.cost),
        })
        .collect();
    let ran_s = before.as_secs_f64() + searched_s;
    let limit_s = if config.iterations.is_some() { ran_s } else { row.time_s };
    // Where vehicles are priced above everything, the curve holds their price and says nothing about lengths.
    let gap_at = |seconds: f64| {
        let reached = !by_vehicles && seconds <= limit_s;
        let cost = reached.then(|| cost_at(&curve, seconds)).flatten();
        cost.map(|cost| gap_percent(cost, row.best))
    };
    let cost = instance.published(report.cost);
    let row = RunRow {
        clients: instance.problem.n_clients(),
        cost: Some(cost),
        vehicles: Some(report.n_vehicles()),
        unserved: Some(solved.solution.unserved.len()),
        feasible: report.is_feasible(),
        gap_1s: gap_at(1.0),
        gap_3s: gap_at(3.0),
        gap_10s: gap_at(10.0),
        gap: report.is_feasible().then(|| gap_percent(cost, row.best)),
        primal_integral: (!by_vehicles).then(|| primal_integral_percent(&curve, row.best, limit_s)),
        iterations: solved.iterations,
        iterations_per_s: solved.iterations as f64 / searched_s.max(1e-9),
        seconds: started.elapsed().as_secs_f64(),
        ..row
    };
    if row.is_incomparable() {
        let (gap_1s, gap_3s, gap_10s) = (None, None, None);
        return RunRow { gap_1s, gap_3s, gap_10s, gap: None, primal_integral: None, ..row };
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(bks: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances");
        for name in ["square.vrp", "windows.txt"] {
            fs::copy(data.join(name), folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("bks.csv"), bks).unwrap();
        folder
    }

    fn config() -> FamilyConfig {
        FamilyConfig { iterations: Some(2_000), threads: 1, workers: 1, ..FamilyConfig::default() }
    }

    #[test]
    fn a_best_known_value_in_another_unit_gives_no_gap() {
        let folder = folder_with("name,bks\nsquare,4000000\n");
        let rows = run_family(folder.path(), &config(), |_| ()).unwrap();
        assert!(rows[0].feasible && rows[0].is_incomparable());
        assert_eq!((rows[0].gap, rows[0].gap_1s, rows[0].primal_integral), (None, None, None));
    }

    #[test]
    fn instances_are_solved_and_held_against_the_best_known() {
        let folder = folder_with("name,bks\nwindows,31\nsquare,40\n");
        let mut told = Vec::new();
        let config = FamilyConfig { n_seeds: 2, ..config() };
        let rows = run_family(folder.path(), &config, |row| told.push(row.clone())).unwrap();
        assert_eq!(told, rows);
        let names: Vec<(&str, u64)> = rows.iter().map(|r| (r.instance.as_str(), r.seed)).collect();
        assert_eq!(names, [("square", 1), ("square", 2), ("windows", 1), ("windows", 2)]);
        assert_eq!((rows[0].cost, rows[0].gap, rows[0].feasible), (Some(40.0), Some(0.0), true));
        // 34.1 against 31.
        assert!((rows[2].gap.unwrap() - 10.0).abs() < 1e-9);
        assert_eq!((rows[2].vehicles, rows[2].clients), (Some(1), 2));
    }

    #[test]
    fn vehicles_come_first_where_the_table_counts_them() {
        let folder = folder_with("name,bks_vehicles,bks_distance\nwindows,1,34.142\n");
        let rows = run_family(folder.path(), &config(), |_| {}).unwrap();
        assert_eq!((rows[0].vehicles, rows[0].best_vehicles), (Some(1), Some(1)));
        // Not rounded to tenths: 10 + 10 + 14.142.
        assert_eq!(rows[0].cost, Some(34.142));
        assert_eq!(rows[0].primal_integral, None);
    }

    #[test]
    fn only_the_cost_counts_when_asked() {
        let folder = folder_with("name,bks_vehicles,bks_distance\nwindows,1,30\n");
        let config = FamilyConfig { objective: Some(Objective::Cost), ..config() };
        let run = || run_family(folder.path(), &config, |_| {}).unwrap().remove(0);
        assert_eq!((run().best, run().best_vehicles, run().cost), (30.0, None, Some(34.142)));
        let table = "name,bks_distance_only\nother,9\nwindows,34.142\n";
        fs::write(folder.path().join("bks_distance_only.csv"), table).unwrap();
        assert_eq!((run().best, run().gap), (34.142, Some(0.0)));
    }

    #[test]
    fn what_cannot_be_read_is_a_row_with_its_reason() {
        let folder = folder_with("name,bks\nmissing,31\nbroken,40\n");
        fs::write(folder.path().join("broken.vrp"), "NAME : broken\nTYPE : CVRP\n").unwrap();
        let rows = run_family(folder.path(), &FamilyConfig { n_seeds: 3, ..config() }, |_| {});
        let rows = rows.unwrap();
        assert_eq!(rows.len(), 2, "one row each, whatever the seeds");
        assert!(rows[0].unreadable.contains("DIMENSION is missing"), "{}", rows[0].unreadable);
        assert_eq!(rows[1].unreadable, "no file missing.vrp or missing.txt");
    }

    #[test]
    fn a_sample_is_taken_over_the_sorted_names() {
        let folder = folder_with("name,bks\nd,1\nc,1\nb,1\na,1\n");
        let config = FamilyConfig { sample: Some(2), ..config() };
        let rows = run_family(folder.path(), &config, |_| {}).unwrap();
        let names: Vec<&str> = rows.iter().map(|row| row.instance.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
    }

    #[test]
    fn a_table_without_its_columns_or_numbers_is_refused() {
        let error = read_best_known(folder_with("name,value\na,1\n").path()).unwrap_err();
        assert!(error.to_string().ends_with("has no column bks; found: name, value"), "{error}");
        let error = read_best_known(folder_with("name,bks\na,1\nb,?\n").path()).unwrap_err();
        assert!(error.to_string().ends_with("line 3: `?` is not a positive number"), "{error}");
    }

    #[test]
    fn a_name_with_a_dot_finds_its_file() {
        let folder = folder_with("name,bks\nsq.5,40\n");
        fs::copy(folder.path().join("square.vrp"), folder.path().join("sq.5.vrp")).unwrap();
        assert!(instance_file(folder.path(), "sq.5").is_some());
    }
}
