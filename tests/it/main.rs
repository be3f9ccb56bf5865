//! Integration tests: the house as a whole.

mod architecture;
<<<<<<< HEAD
mod literature;
=======
mod gazetteer;
>>>>>>> address
