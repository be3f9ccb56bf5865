//! How good are we? Known answers against ours.
//!
//! [`evaluate`] holds the resolver against addresses whose commune is known; [`AddressWriter`] makes such addresses. [`run_family`] holds the solver
//! against the best known values of research instances: gaps at the moments a planner waits for and at the end, the
//! area under the curve, iterations a second. [`summarize`] and [`compare_runs`] say what the rows mean together.
//!
//! Laws kept here: the cost at the end is what `problem::check` says, never what a search believes (the gaps on the way
//! come from the search's own trace); what could not be read is a row too. Deliberately not here: what is printed, and the choice of folders.

mod address_doors;
mod address_noise;
mod address_texts;
mod addresses;
mod run;
mod statistics;
mod summary;

pub use address_texts::{AddressWriter, Writing, WrittenAddress};
pub use addresses::{
    AddressReport, EvaluateError, KindReport, KnownAddress, Mistake, ReliabilityBand, evaluate,
    generated_addresses, read_known_addresses,
};
pub use run::{BestKnown, FamilyConfig, FamilyError, RunRow, read_best_known, run_family};
pub use statistics::{Comparison, CurvePoint};
pub use summary::{FamilyComparison, FamilySummary, compare_runs, read_rows, summarize};
