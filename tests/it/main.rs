//! Integration tests: the house as a whole.

mod architecture;
mod commands;
mod gazetteer;
mod literature;
