//! buuta (*bưu tá*, the mail carrier) plans the day of a post office that returns the results of
//! administrative procedures to people's doors.
//!
//! Files come in each morning; `intake` reads them, `address` finds the commune and place of each item,
//! `territory` clusters, `network` measures the ways, `problem` states the routing problem, `solver` solves
//! it, `planning` joins them into a day, `outputs` writes it for phones, hands and eyes. Every room may use
//! lower floors only; `docs/ARCHITECTURE.md` is the map, and a test holds it true.

pub mod finding;
pub mod id;
pub mod matrix;
pub mod measure;
pub mod place;
pub mod rng;

pub mod network;
pub mod post;
pub mod problem;
pub mod solver;
pub mod territory;

pub mod address;
pub mod intake;
pub mod ledger;

pub mod planning;

pub mod evaluation;
pub mod outputs;

#[cfg(feature = "cli")]
pub mod cli;
