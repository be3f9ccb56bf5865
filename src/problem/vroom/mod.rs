//! Reads and writes the JSON of the VROOM API (version 1.14), so that a user of that program changes a command only.
//!
//! [`read_vroom`] goes through the text once (`json`, `input`) and makes a [`Problem`] of it (`convert`); [`write_vroom`]
//! tells a solution in steps (`write`), with costs as that program counts them: travel time, unless prices are given.
//! What the model cannot state is refused by name. Fields nobody knows are passed over, as there, and listed.
//!
//! Deliberately not here: routing. Where a file has coordinates and no matrices, the caller is asked for the tables.

mod answer;
mod convert;
mod input;
mod json;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use crate::id::Id;
use crate::matrix::{MatrixError, TravelMatrix};
use crate::place::LatLon;
use crate::problem::model::{ClientId, PlaceId, Problem, ProblemError, VehicleTypeId};
use crate::problem::solution::Solution;
use crate::problem::vroom::input::{Input, Task, Vehicle};

pub use write::{VroomAnswer, write_vroom, write_vroom_error};

/// What should stand where something else was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// An object in braces.
    Object,
    /// A list in brackets.
    Array,
    /// A text in quotes.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A finite number.
    Number,
    /// A whole number within limits.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// Less nesting.
    Depth,
    /// Fewer values.
    AtMost(usize),
    /// `[start, end]`.
    Window,
    /// Windows ascending and apart.
    WindowOrder,
    /// `[lon, lat]`.
    LonLat,
    /// An `id`.
    Id,
    /// An `id` of its own.
    OwnId {
        /// Where the id was seen first.
        first: String,
    },
    /// A place.
    Spot,
    /// A start, an end or both.
    StartOrEnd,
    /// The other half of a shipment.
    Partner,
    /// A row of the matrices.
    Row {
        /// How many rows there are.
        n: usize,
    },
    /// Square tables of one size.
    Square {
        /// The size.
        n: usize,
    },
    /// Tables for a profile.
    Profile,
    /// A table of distances.
    Distances,
    /// Amounts of as many dimensions as capacities have.
    Dimensions {
        /// How many.
        n: usize,
    },
    /// From 0.01 to 100.
    SpeedFactor,
    /// Prices that go together.
    CustomCosts,
    /// A known type of step.
    StepType,
    /// The routes of an answer.
    Routes,
    /// An id that a vehicle of the problem has.
    KnownVehicle,
    /// An id that a job, shipment or break of that type has.
    KnownStep,
    /// A job once only.
    StepOnce,
    /// A break within the time window of its vehicle.
    BreakInShift {
        /// How long that is.
        shift_s: i64,
    },
    /// Something that the model cannot state.
    Unsupported(&'static str),
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object => f.write_str("give an object, `{…}`"),
            Self::Array => f.write_str("give a list, `[…]`"),
            Self::Text => f.write_str("give a text in quotes"),
            Self::Boolean => f.write_str("give true or false"),
            Self::Number => f.write_str("give a number"),
            Self::Integer { min, max } => write!(f, "give a whole number from {min} to {max}"),
            Self::Depth => f.write_str("no problem needs so deep a nesting, remove it"),
            Self::AtMost(max) => write!(f, "give at most {max}"),
            Self::Window => {
                f.write_str("give [start, end] in seconds, the end not before the start")
            }
            Self::WindowOrder => f.write_str("give windows in order, each behind the one before"),
            Self::LonLat => f.write_str("give [longitude, latitude] in degrees"),
            Self::Id => f.write_str("give each an `id` of its own"),
            Self::OwnId { first } => write!(f, "{first} has it too, give each an `id` of its own"),
            Self::Spot => f.write_str("give a `location` or, with matrices, a `location_index`"),
            Self::StartOrEnd => {
                f.write_str("give a `start`, an `end` or both (with matrices: `start_index`)")
            }
            Self::Partner => f.write_str("a shipment needs both a `pickup` and a `delivery`"),
            Self::Row { n } => {
                write!(f, "the matrices have {n} rows, counted from 0: give an index of one")
            }
            Self::Square { n } => write!(f, "give {n}, as many as in the first row and table"),
            Self::Profile => f.write_str("give it a table `durations` under `matrices`"),
            Self::Distances => {
                f.write_str("per_km and max_distance need a table `distances` under `matrices`")
            }
            Self::Dimensions { n } => write!(f, "give {n}, as many as the first capacity has"),
            Self::SpeedFactor => f.write_str("give a number from 0.01 to 100"),
            Self::CustomCosts => {
                f.write_str("with a table `costs`, leave out per_hour, per_km and max_distance")
            }
            Self::StepType => {
                f.write_str("give start, job, pickup, delivery, break or end as `type`")
            }
            Self::Routes => f.write_str("give the `routes` of an answer, each with its `steps`"),
            Self::KnownVehicle => f.write_str("give the `id` of a vehicle that the problem has"),
            Self::KnownStep => f.write_str("give the `id` of one that the file has"),
            Self::StepOnce => f.write_str("it has a step already, name each once"),
            Self::BreakInShift { shift_s } => {
                write!(
                    f,
                    "the vehicle's time_window has {shift_s} s, shorten one or widen the other"
                )
            }
            Self::Unsupported(feature) => {
                write!(f, "it asks for {feature}, which cannot be stated here; leave it out")
            }
        }
    }
}

/// Why a text is no problem in VROOM's JSON.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum VroomError {
    /// No JSON.
    #[error("line {line}, column {column}, in {path}: `{found}` stands where JSON has {expected}")]
    Syntax {
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
        /// The value that was being read.
        path: String,
        /// The character found; none at the end of the text.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A value that cannot be used.
    #[error("{path} is {value}: {remedy}")]
    Value {
        /// Such as `jobs[3].service`.
        path: String,
        /// As read, the beginning of it.
        value: String,
        /// What to do.
        remedy: Remedy,
    },
    /// Neither matrices nor coordinates everywhere.
    #[error("{path} has no coordinates and the file no matrices: give one of them")]
    NoTravel {
        /// What has none.
        path: String,
    },
    /// A leg beyond the limits.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The parts do not make a problem.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

/// Answers with travel times and distances between points, for a profile of that name.
pub type TravelSource<'a> =
    dyn Fn(&str, &[LatLon]) -> Result<TravelMatrix, MatrixError> + Send + Sync + 'a;

/// A problem in VROOM's JSON, and everything needed to tell its answer.
#[derive(Clone, Debug)]
pub struct Vroom {
    /// The problem.
    pub problem: Problem,
    /// Routes that the file gives for its vehicles, if any.
    pub given: Option<Solution>,
    /// The vehicle of each of these routes, in the order of the file.
    pub given_vehicles: Vec<usize>,
    /// The file asks for the times of these routes instead of better ones.
    pub asks_for_plan: bool,
    /// Fields that were passed over.
    pub passed_over: Vec<String>,
    /// The travel was estimated from coordinates.
    pub is_estimated: bool,
    input: Arc<Input>,
    /// The task of each client.
    tasks: Vec<TaskOf>,
    /// The type of each vehicle of the file.
    type_of: Vec<VehicleTypeId>,
    /// How each type travels.
    tables: Vec<Arc<TypeTables>>,
    /// Cost units of the problem in one unit of the file's costs.
    cost_scale: i64,
}

/// Which task of the file a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TaskOf {
    Job(usize),
    Pickup(usize),
    Delivery(usize),
}

/// What is told of legs besides their time, for one profile and speed.
#[derive(Debug)]
struct TypeTables {
    n_places: usize,
    distances: Option<Arc<Vec<u32>>>,
    costs: Option<Arc<Vec<u32>>>,
}

impl Vroom {
    fn task(&self, client: ClientId) -> &Task {
        self.input.task(self.tasks[client.0 as usize])
    }

    /// The length of all routes in meters, when the file tells lengths.
    pub fn distance(&self, solution: &Solution) -> Option<i64> {
        let mut total = 0;
        for route in &solution.routes {
            let tables = &self.tables[route.vehicle_type.index()];
            let distances = tables.distances.as_ref()?;
            let kind = &self.problem.vehicle_types()[route.vehicle_type];
            let clients = route.clients.iter().map(|&client| self.problem.clients()[client].place);
            let ends = |end: Option<PlaceId>| end.filter(|_| !route.clients.is_empty());
            let places: Vec<PlaceId> =
                ends(kind.start).into_iter().chain(clients).chain(ends(kind.end)).collect();
            let cell =
                |leg: &[PlaceId]| distances[leg[0].index() * tables.n_places + leg[1].index()];
            total += places.windows(2).map(|leg| i64::from(cell(leg))).sum::<i64>();
        }
        Some(total)
    }

    /// The same, where the given routes keep the moments that their steps ask for.
    ///
    /// # Errors
    /// When such moments contradict each other.
    pub fn with_given_times(self) -> Result<Self, VroomError> {
        Ok(Self { problem: convert::with_given_times(&self)?, ..self })
    }

    fn vehicle(&self, index: usize) -> &Vehicle {
        &self.input.vehicles[index]
    }

    /// Cost units of the problem in one unit of the file's costs.
    pub fn cost_scale(&self) -> i64 {
        self.cost_scale
    }
}

/// Whether a text looks like a problem in VROOM's JSON: an object that lists vehicles, and says no format.
pub fn is_vroom(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let head = &start[..start.floor_char_boundary(start.len().min(1 << 12))];
    start.starts_with('{')
        && !head.contains("\"format\"")
        && ["\"jobs\"", "\"vehicles\"", "\"shipments\"", "\"matrices\"", "\"matrix\""]
            .iter()
            .any(|key| head.contains(key))
}

/// Reads a problem; where the file has no matrices, `travel` is asked for tables of its coordinates.
///
/// # Errors
/// With the path, the value and what to do.
pub fn read_vroom(text: &str, travel: Option<&TravelSource<'_>>) -> Result<Vroom, VroomError> {
    convert::convert(input::read(text)?, travel)
}

/// Reads the routes of an answer to a problem: who is in none of them is left out.
///
/// # Errors
/// Where the text departs from the format, or names what the problem does not have.
pub fn read_vroom_answer(text: &str, vroom: &Vroom) -> Result<Solution, VroomError> {
    convert::solution(&answer::read_answer(text)?, vroom)
}
