//! The command `buuta`.

fn main() {}
