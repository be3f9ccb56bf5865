//! Integration tests: the house as a whole.

mod architecture;
mod gazetteer;
mod literature;
