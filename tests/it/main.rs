//! Integration tests: the house as a whole.

mod architecture;
mod commands;
mod gazetteer;
mod literature;
#[cfg(feature = "cli")]
mod region;
