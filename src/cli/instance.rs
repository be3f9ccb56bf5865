//! A research instance named on the command line, and how its numbers are shown.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::quantity::parse_rounding;
use crate::cli::trouble::{Say, Trouble};
use crate::matrix::{MatrixError, TravelMatrix};
use crate::measure::Cost;
use crate::network::{NetworkPlace, TerrainClass, TravelProfile, estimate};
use crate::outputs::wording::troubles as say;
use crate::place::LatLon;
use crate::problem::{
    Instance, InstanceFormat, Problem, ProblemError, Report, Rounding, Solution, Travel,
    VehicleType, is_vroom, read_instance, read_sol, read_solution, read_vroom, read_vroom_answer,
};

/// The format of an instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FormatWord {
    /// Found out from the text.
    #[default]
    Auto,
    /// `KEY : value` lines and `…_SECTION` tables.
    Vrplib,
    /// Solomon, Gehring and Homberger.
    Solomon,
    /// Several depots, Cordeau.
    Cordeau,
    /// Pickup and delivery pairs, Li and Lim.
    Lilim,
    /// The program's own `buuta-problem/1`.
    Buuta,
    /// The JSON of the VROOM API.
    Vroom,
}

impl From<FormatWord> for InstanceFormat {
    fn from(word: FormatWord) -> Self {
        match word {
            FormatWord::Auto => Self::Auto,
            FormatWord::Vrplib => Self::Vrplib,
            FormatWord::Solomon => Self::Solomon,
            FormatWord::Cordeau => Self::Cordeau,
            FormatWord::Lilim => Self::LiLim,
            FormatWord::Buuta => Self::Buuta,
            FormatWord::Vroom => Self::Vroom,
        }
    }
}

/// What is to be small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ObjectiveWord {
    /// The cost that the instance states: distance, unit and fixed costs, missed prizes.
    #[default]
    Distance,
    /// As few vehicles as possible, then the cost.
    VehiclesDistance,
    /// The time that vehicles are under way, at the price of their distance.
    Duration,
}

/// An instance and how to read it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct InstanceArgs {
    /// The instance.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The format of the instance.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: FormatWord,
    /// How lengths become integers: round, floor, ceil, dimacs, exact or scaled:N; as the format wants when not given.
    #[arg(long, value_parser = parse_rounding)]
    pub(crate) rounding: Option<Rounding>,
    /// What is to be small.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) objective: ObjectiveWord,
}

impl InstanceArgs {
    /// Reads the instance and prices it for the objective.
    pub(crate) fn load(&self) -> anyhow::Result<Instance> {
        let file = self.file.display();
        let text = read_text(&self.file)?;
        let is_vroom = match self.format {
            FormatWord::Auto => is_vroom(&text),
            word => word == FormatWord::Vroom,
        };
        if is_vroom {
            // Only here are great circles at hand for files without matrices.
            let vroom = read_vroom(&text, Some(&estimated)).say(say::IN_FILE, &[&file])?;
            return Ok(vroom.into());
        }
        let mut instance =
            read_instance(&text, self.format.into(), self.rounding).say(say::IN_FILE, &[&file])?;
        if self.objective == ObjectiveWord::Duration {
            instance.problem = priced_by_duration(&instance.problem).say(say::IN_FILE, &[&file])?;
        }
        Ok(instance)
    }
}

/// Travel between points by great circles, whatever the profile is called.
fn estimated(_profile: &str, points: &[LatLon]) -> Result<TravelMatrix, MatrixError> {
    let place = |&at: &LatLon| NetworkPlace { at, terrain: TerrainClass::from_density(None) };
    let places: Vec<NetworkPlace> = points.iter().map(place).collect();
    estimate(&places, &TravelProfile::default())
}

/// The largest file that is read at all.
const FILE_BYTES_MAX: u64 = 4 << 30;

/// Reads a text file; bytes that are not UTF-8 can only stand in names and comments, so they are replaced.
pub(crate) fn read_text(path: &Path) -> anyhow::Result<String> {
    let size = fs::metadata(path).say(say::CANNOT_READ, &[&path.display()])?.len();
    if size > FILE_BYTES_MAX {
        let values: [&dyn std::fmt::Display; 3] = [&path.display(), &size, &FILE_BYTES_MAX];
        return Err(Trouble::new(say::FILE_TOO_LARGE, &values).into());
    }
    let bytes = fs::read(path).say(say::CANNOT_READ, &[&path.display()])?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// Reads a plan in VRPLIB text.
pub(crate) fn load_plan(path: &Path, instance: &Instance) -> anyhow::Result<Solution> {
    let text = read_text(path)?;
    parse_plan(path, &text, instance)
}

/// The plan that `text`, the content of `path`, states; a text without any route is refused, being no plan at all.
pub(crate) fn parse_plan(path: &Path, text: &str, instance: &Instance) -> anyhow::Result<Solution> {
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    if is_json && let Some(vroom) = &instance.vroom {
        return read_vroom_answer(text, vroom).say(say::IN_FILE, &[&path.display()]);
    }
    if is_json {
        return read_solution(text, &instance.problem).say(say::IN_FILE, &[&path.display()]);
    }
    let solution = read_sol(text, instance).say(say::IN_FILE, &[&path.display()])?;
    let is_plan = instance.problem.n_clients() == 0 || text.contains("Route");
    if !is_plan {
        return Err(Trouble::new(say::NO_ROUTE_LINE, &[&path.display()]).into());
    }
    Ok(solution)
}

/// The same problem where what a meter cost is asked for a second.
fn priced_by_duration(problem: &Problem) -> Result<Problem, ProblemError> {
    let types = problem.vehicle_types().values().map(|kind| VehicleType {
        per_meter: 0,
        per_second: kind.per_meter,
        ..kind.clone()
    });
    problem.with_vehicle_types(types)
}

/// The length of all routes in the unit of the published values.
pub(crate) fn published_distance(instance: &Instance, solution: &Solution, report: &Report) -> f64 {
    if let Some(vroom) = &instance.vroom {
        // Nothing is told of lengths when the file has none.
        return vroom.distance(solution).unwrap_or(0) as f64;
    }
    // Unit costs may have a scale of their own; lengths have that of their rounding.
    let scale = match instance.problem.profiles().values().next() {
        Some(Travel::Plane { rounding, .. }) => instance.cost_scale.min(rounding.scale()),
        _ => instance.cost_scale,
    };
    report.distance().value() as f64 / scale as f64
}

/// A cost in the unit of the published values, for JSON.
pub(crate) fn published_cost(instance: &Instance, cost: Cost) -> Value {
    number(instance.published(cost))
}

/// A number for JSON, without a decimal point when it is whole.
pub(crate) fn number(value: f64) -> Value {
    // Below 2⁵³ every whole float is an exact integer.
    if value.fract() == 0.0 && value.abs() < 9e15 {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::check;

    fn args(name: &str, objective: ObjectiveWord) -> InstanceArgs {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances").join(name);
        InstanceArgs { file, format: FormatWord::Auto, rounding: None, objective }
    }

    #[test]
    fn the_objective_duration_prices_waiting_and_service() {
        let instance = args("windows.txt", ObjectiveWord::Duration).load().unwrap();
        let plan = read_sol("Route #1: 1 2", &instance).unwrap();
        let report = check(&instance.problem, &plan);
        // 10 + 5 + 10 + 5 + 14.1 with no waiting: from 0 at 10, ready at 5; from 15 at 25, ready at 20.
        assert!((instance.published(report.cost) - 44.1).abs() < 1e-9);
        assert!((published_distance(&instance, &plan, &report) - 34.1).abs() < 1e-9);
    }

    #[test]
    fn whole_numbers_are_written_without_a_point() {
        assert_eq!(number(27_591.0).to_string(), "27591");
        assert_eq!(number(827.3).to_string(), "827.3");
    }

    #[test]
    fn an_unreadable_file_is_named_with_the_remedy() {
        let error = args("missing.vrp", ObjectiveWord::Distance).load().unwrap_err();
        let message = format!("{error:#}");
        assert!(message.starts_with("cannot read") && message.contains("missing.vrp"), "{message}");
    }

    #[test]
    fn a_text_without_routes_is_no_plan() {
        let instance = args("square.vrp", ObjectiveWord::Distance).load().unwrap();
        let error = parse_plan(Path::new("plan.sol"), "nothing", &instance).unwrap_err();
        assert!(error.to_string().starts_with("plan.sol: no line begins"));
    }
}
