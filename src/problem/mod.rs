//! The vehicle-routing problem, exactly: what may be decided, what it costs, what is forbidden.
//!
//! A [`Problem`] is built once, checked once, and never changes; a [`Solution`] is a plain list of
//! routes. Beside them stand [`check()`], which recomputes everything about an answer plainly and shares no code
//! with any solver; readers of the research formats ([`read_instance`]); the program's own files, `buuta-problem/1`
//! and `buuta-solution/1` ([`read_problem`], [`write_solution`]); and a generator of random problems. Readers take
//! text and give typed errors with its line: this room knows no map, no post, and opens no file.
//!
//! Laws kept here: legs are finite; sums cannot overflow (limits at build); a problem is valid once built.

mod check;
mod drive;
mod format;
mod generate;
mod groups;
mod literature;
mod lock_rules;
mod locks;
mod model;
mod pairs;
mod price;
mod refusals;
mod solution;
mod travel;
mod violation;
mod vroom;

#[cfg(test)]
mod delay_tests;
#[cfg(test)]
mod lock_tests;
#[cfg(test)]
pub(crate) mod oracle;
#[cfg(test)]
mod tests;

pub use check::{ReloadTime, Report, RouteSchedule, StopTime, check};
pub use format::{
    FormatError, PROBLEM_FORMAT, PROBLEM_SCHEMA, SOLUTION_FORMAT, SOLUTION_SCHEMA, read_problem,
    read_solution, write_problem, write_solution,
};
pub use generate::{Feature, FeatureSet, MATRIX_CLIENTS_MAX, generate_problem, random_problem};
pub use groups::{Group, GroupPresence};
pub use literature::{Instance, InstanceError, InstanceFormat, read_instance, read_sol, write_sol};
pub use locks::{Bond, Lock, Order};
pub use model::{
    AreaId, BalanceRule, Client, ClientId, Departure, Due, Effort, Load, MAX_AREAS, MAX_CLIENTS,
    MAX_LOADS, MAX_RELOAD_PLACES, MAX_RESTS, Overtime, PickupOrder, PlaceId, Presence, Problem,
    ProblemBuilder, ProblemError, ProfileId, Reload, Respite, Rest, RestNeed, RestPlace, SkillSet,
    TimeWindow, VehicleType, VehicleTypeId,
};
pub use pairs::Pair;
pub use price::CostBreakdown;
pub use refusals::Refusal;
pub use solution::{ReloadStop, Route, Solution};
pub use travel::{Rounding, Travel};
pub use violation::Violation;
pub use vroom::{
    Remedy, TravelSource, Vroom, VroomAnswer, VroomError, is_vroom, read_vroom, read_vroom_answer,
    write_vroom, write_vroom_error,
};
