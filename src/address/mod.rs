//! What does this address mean? Free Vietnamese text to today's commune, with an honest "don't know".

mod resolution;

pub use resolution::{
    AddressParts, Alternative, Confidence, Evidence, Placement, Resolution, Tier,
};
