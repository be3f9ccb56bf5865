//! How good are we? Known answers against ours.

mod addresses;

pub use addresses::{AddressReport, EvaluateError, KindReport, Mistake, ReliabilityBand, evaluate};
