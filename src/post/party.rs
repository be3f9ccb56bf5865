//! Who takes part: shops, people at doors, carriers, offices.

use crate::id::dense_id;
use crate::measure::{Dong, Grams, Seconds};
use crate::place::LatLon;
use crate::post::calendar::Shift;

dense_id!(
    /// A carrier of the depot, in the order of its file.
    CarrierId
);

/// A person or an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartyKind {
    /// Cá nhân.
    #[default]
    Person,
    /// Tổ chức: a company, cooperative, committee, school.
    Organization,
}

/// Whose dossier it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Full name as written.
    pub name: String,
    /// Person or organization.
    pub kind: PartyKind,
}

/// Who receives at the door.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipient {
    /// Full name as written.
    pub name: String,
    /// Ten digits from 0, or nothing when no valid phone was given.
    pub phone: Option<String>,
    /// Name of the authorized person, when the owner sends one.
    pub authorized: Option<String>,
}

/// A one-stop shop (Bộ phận Một cửa, Trung tâm PVHCC) or any unit that hands items over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverUnit {
    /// Short code used in manifest numbers, such as `TK01`.
    pub code: String,
    /// Full name as on its papers.
    pub name: String,
    /// Further spellings found in files.
    pub aliases: Vec<String>,
}

/// Something only some carriers can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skill {
    /// Trained to deliver passports and police papers into the own hand (phát tận tay).
    InPerson,
    /// Goes to islands and across water (đảo, đò).
    Water,
    /// Rides mountain tracks (đường núi).
    Mountain,
}

impl Skill {
    /// All skills, in the order of their bits.
    pub const ALL: [Self; 3] = [Self::InPerson, Self::Water, Self::Mountain];
}

/// What a carrier can take in one shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarrierLimits {
    /// Doors in a shift, or no limit.
    pub stops: Option<u32>,
    /// Items in the bag, existing load included.
    pub items: u32,
    /// Weight in the bag.
    pub weight: Grams,
    /// Cash carried before it must be handed in.
    pub cash: Dong,
}

/// A carrier (bưu tá) as the depot describes them for a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Carrier {
    /// Short code, unique in the depot.
    pub code: String,
    /// Name as on the lists.
    pub name: String,
    /// Hours on the street, with breaks.
    pub shift: Shift,
    /// Where the day starts; the depot unless said.
    pub start: LatLon,
    /// Where the day ends; the depot unless said.
    pub end: LatLon,
    /// Items of ordinary mail already in the bag.
    pub existing_items: u32,
    /// Working time that ordinary mail takes.
    pub existing_work: Seconds,
    /// Limits.
    pub limits: CarrierLimits,
    /// Skills.
    pub skills: Vec<Skill>,
    /// Name of the standing walk (tuyến phát).
    pub walk_name: Option<String>,
    /// Communes habitually served, as names or codes, with the strength of the habit from 0 to 1.
    pub walk: Vec<(String, f64)>,
}

/// A delivery post office (bưu cục phát): the depot of the day.
#[derive(Clone, Debug, PartialEq)]
pub struct PostOffice {
    /// Six digits.
    pub code: String,
    /// Name.
    pub name: String,
    /// Address line for the head of papers.
    pub address: String,
    /// Where it stands.
    pub place: LatLon,
    /// Code or name of the commune it stands in.
    pub commune: String,
    /// Place name printed before the date on papers, such as `Tam Kỳ`.
    pub locality: String,
}
