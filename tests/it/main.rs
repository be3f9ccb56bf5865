//! Integration tests: the house as a whole.

mod architecture;
mod commands;
mod gazetteer;
mod golden_day;
mod literature;
