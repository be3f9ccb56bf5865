//! Integration tests: the house as a whole.

mod addresses;
mod architecture;
mod commands;
mod fuzz;
mod gazetteer;
mod golden_day;
mod literature;
mod problem_page;
mod program;
#[cfg(feature = "cli")]
mod region;
#[cfg(feature = "cli")]
mod vroom;
