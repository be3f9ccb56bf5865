//! What does this address mean? Free Vietnamese text to today's commune, with an honest "don't know".
//!
//! `normalize` cuts the text into words and recognizes level words; `matching` looks every run of words up
//! among all names of all times and scores each commune found against the districts and provinces that
//! stand around it, a `postcode` included; `misread` tolerates wrong letters where the context leaves few names; `resolver`
//! decides, and refuses when two communes fit; `parse` reads house, street and hamlet; `geocode` finds the place.
//!
//! Laws: a unit is a unit on a day, so former names lead to today's communes, and to several when one was
//! split; nothing is guessed silently; any text is read in linear time and without a panic.
//! Not here: coordinates to commune (`territory`), street geometry (`network`).

mod confidence;
mod distance;
mod explanation;
mod geocode;
mod household;
mod matching;
mod memory;
mod misread;
mod names;
mod normalize;
mod parse;
mod postcode;
mod reading;
mod resolution;
mod resolver;
mod streets;
mod surroundings;
#[cfg(test)]
mod tests;

pub use geocode::{
    CODES, COLUMNS_CONTRADICT, FAR_FROM_COMMUNE, NO_COMMUNE, SEVERAL_COMMUNES, locate,
};
pub use resolution::{
    AddressParts, Alternative, Confidence, Evidence, Placement, Resolution, Tier,
};
pub use resolver::{Resolver, ResolverConfig};
pub use streets::{StreetSide, StreetSideError, StreetStretch};
