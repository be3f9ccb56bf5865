//! Reads and writes the text formats of research instances and of their published solutions.
//!
//! A file for each format; [`read_instance`] finds out which. Reading is linear in the text. What today's model cannot
//! state is refused by name instead of being read as something easier.

mod cordeau;
mod lilim;
mod sol;
mod solomon;
mod table;
mod vrplib;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use sol::{read_sol, write_sol};

use crate::measure::Cost;
use crate::problem::format::{FormatError, read_problem};
use crate::problem::literature::cordeau::read_cordeau;
use crate::problem::literature::lilim::read_lilim;
use crate::problem::literature::solomon::read_solomon;
use crate::problem::literature::vrplib::read_vrplib;
use crate::problem::model::{Problem, ProblemError, VehicleType, VehicleTypeId};
use crate::problem::travel::Rounding;
use crate::problem::vroom::{Vroom, VroomError, is_vroom, read_vroom};

/// The text formats of research instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InstanceFormat {
    /// Found out from the text.
    #[default]
    Auto,
    /// `KEY : value` lines and `…_SECTION` tables.
    Vrplib,
    /// Solomon, Gehring and Homberger.
    Solomon,
    /// Pickup and delivery pairs with windows, Li and Lim.
    LiLim,
    /// Several depots, Cordeau.
    Cordeau,
    /// The program's own `buuta-problem/1`.
    Buuta,
    /// The JSON of the VROOM API.
    Vroom,
}

/// A research instance: its problem, and how its numbers relate to the published ones.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The format it was read from.
    pub format: InstanceFormat,
    /// As the file calls it.
    pub name: String,
    /// The problem.
    pub problem: Problem,
    /// Cost units in one unit of the published value.
    pub cost_scale: i64,
    /// Number of each client in published solutions.
    pub client_names: Vec<u32>,
    /// Type of the k-th vehicle, when vehicles differ; then route k of a solution file is vehicle k.
    pub vehicles: Vec<VehicleTypeId>,
    /// What is needed to answer in VROOM's JSON, when the problem came in it.
    pub vroom: Option<Arc<Vroom>>,
}

/// Why a text is not an instance or a solution.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// The text follows no known format.
    #[error(
        "the text follows no known format; name it with `--format vrplib|solomon|lilim|cordeau|buuta|vroom`"
    )]
    UnknownFormat,
    /// Something that must be there is not.
    #[error("{what} is missing; the file may be cut off")]
    Missing {
        /// Which part.
        what: &'static str,
    },
    /// Too few rows or too many.
    #[error("{what} has {found} rows, {expected} are needed; the file may be cut off")]
    Rows {
        /// Which part.
        what: String,
        /// How many it has.
        found: usize,
        /// How many the numbers before it ask for.
        expected: usize,
    },
    /// Too few numbers or too many.
    #[error("{what} has {found} numbers, {expected} are needed; the file may be cut off")]
    Numbers {
        /// Which part.
        what: &'static str,
        /// How many it has.
        found: usize,
        /// How many its form asks for.
        expected: usize,
    },
    /// A value that cannot be understood.
    #[error("line {line}: `{value}` is not {expected}")]
    Value {
        /// Counted from one.
        line: usize,
        /// As read.
        value: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A feature that the model cannot state.
    #[error("line {line}: `{value}` asks for {feature}, which cannot be stated yet; leave it out")]
    Unsupported {
        /// Counted from one.
        line: usize,
        /// As read.
        value: String,
        /// In words.
        feature: &'static str,
    },
    /// The parts do not make a problem.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// The file in the program's own format cannot be used.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The file in VROOM's JSON cannot be used.
    #[error(transparent)]
    Vroom(#[from] VroomError),
}

/// Reads an instance; without a rounding, the usual one of its kind is taken.
///
/// # Errors
/// With the line, the value and what should stand there.
pub fn read_instance(
    text: &str,
    format: InstanceFormat,
    rounding: Option<Rounding>,
) -> Result<Instance, InstanceError> {
    match if format == InstanceFormat::Auto { detect(text)? } else { format } {
        InstanceFormat::Solomon => read_solomon(text, rounding.unwrap_or(Rounding::Dimacs)),
        InstanceFormat::Cordeau => read_cordeau(text, rounding.unwrap_or(Rounding::Scaled(1000))),
        InstanceFormat::LiLim => read_lilim(text, rounding.unwrap_or(Rounding::Scaled(1000))),
        InstanceFormat::Vrplib | InstanceFormat::Auto => read_vrplib(text, rounding),
        InstanceFormat::Buuta => Ok(own_instance(read_problem(text)?)),
        InstanceFormat::Vroom => Ok(read_vroom(text, None)?.into()),
    }
}

/// A problem of our own as an instance: its numbers are the published ones, its clients are numbered from zero.
fn own_instance(problem: Problem) -> Instance {
    Instance {
        vehicles: one_by_one(&problem),
        format: InstanceFormat::Buuta,
        name: String::new(),
        cost_scale: 1,
        client_names: (0..problem.n_clients() as u32).collect(),
        vroom: None,
        problem,
    }
}

/// The type of each vehicle, one entry each; no more of a type than there are clients.
fn one_by_one(problem: &Problem) -> Vec<VehicleTypeId> {
    let types = problem.vehicle_types().iter();
    let count = |kind: &VehicleType| (kind.count as usize).min(problem.n_clients());
    types.flat_map(|(id, kind)| std::iter::repeat_n(id, count(kind))).collect()
}

impl From<Vroom> for Instance {
    /// Clients are numbered from zero in plans that are not in VROOM's JSON.
    fn from(vroom: Vroom) -> Self {
        Self {
            format: InstanceFormat::Vroom,
            cost_scale: vroom.cost_scale(),
            vroom: Some(Arc::new(vroom.clone())),
            ..own_instance(vroom.problem)
        }
    }
}

fn detect(text: &str) -> Result<InstanceFormat, InstanceError> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().ok_or(InstanceError::UnknownFormat)?;
    if first.trim_start_matches('\u{feff}').starts_with('{') {
        let is_vroom = is_vroom(text);
        return Ok(if is_vroom { InstanceFormat::Vroom } else { InstanceFormat::Buuta });
    }
    if first.contains(':') || first.ends_with("_SECTION") {
        return Ok(InstanceFormat::Vrplib);
    }
    let numbers = first.split_whitespace().map(str::parse::<f64>);
    let n_numbers = numbers.collect::<Result<Vec<_>, _>>().map_or(0, |numbers| numbers.len());
    match n_numbers {
        4 => Ok(InstanceFormat::Cordeau),
        3 => Ok(InstanceFormat::LiLim),
        _ if lines.take(3).any(|line| line == "VEHICLE") => Ok(InstanceFormat::Solomon),
        _ => Err(InstanceError::UnknownFormat),
    }
}

impl Instance {
    /// A cost in the unit of the published values.
    pub fn published(&self, cost: Cost) -> f64 {
        cost.value() as f64 / self.cost_scale as f64
    }
}
