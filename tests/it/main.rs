//! Integration tests: the house as a whole.

mod architecture;
mod literature;
mod gazetteer;
