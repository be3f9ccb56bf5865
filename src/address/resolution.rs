//! What an address turned out to mean, how sure we are, and why.

use crate::place::LatLon;
use crate::territory::CommuneCode;

/// How sure a resolution is. The words are the clerk's: `chắc chắn`, `suy ra`, `cần xem`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Chắc chắn: nothing in the text speaks against it.
    Certain,
    /// Suy ra: inferred, and the evidence says from what.
    Inferred,
    /// Cần xem: someone has to look; alternatives are listed, or nothing was found.
    Review,
}

/// What a position rests on, best first. Shown to planner and carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Coordinates came with the item and lie in or near the commune.
    Given,
    /// The depot learned it from confirmed deliveries.
    Learned,
    /// A mapped house number.
    AddressPoint,
    /// A mapped street.
    Street,
    /// A hamlet or quarter.
    Hamlet,
    /// The point of the commune as it was before 1 July 2025.
    FormerCommune,
    /// The point of today's commune.
    Commune,
}

/// A position and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Where.
    pub place: LatLon,
    /// Resting on what.
    pub tier: Tier,
}

/// The parts of an address below the commune, as read; each may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressParts {
    /// House number, with its alley numbers: `K356/12`.
    pub house: Option<String>,
    /// Named or numbered alley: `kiệt 20`.
    pub alley: Option<String>,
    /// Street without its type word.
    pub street: Option<String>,
    /// Tổ, khối phố, thôn, ấp, bản: `thôn Bình Trung`.
    pub hamlet: Option<String>,
    /// Landmark: `đối diện chợ Bà Hoa`.
    pub landmark: Option<String>,
}

/// One piece of evidence. The words for a clerk are in `outputs::wording`, keyed by the variant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The commune's code was given.
    Code {
        /// As read.
        text: String,
    },
    /// A column named the commune.
    Column {
        /// As read.
        text: String,
    },
    /// A commune's name of today stands in the text.
    Name {
        /// As read.
        text: String,
        /// With its level word (xã, phường).
        with_level: bool,
    },
    /// A commune's name from before 1 July 2025 stands in the text.
    FormerName {
        /// As read.
        text: String,
        /// Name of the old commune.
        former: String,
    },
    /// A name from before a merge of 2019 to 2025 stands in the text.
    OldName {
        /// As read.
        text: String,
        /// Name of the commune that absorbed it.
        former: String,
    },
    /// The name matched only without its accents.
    Unaccented {
        /// As read.
        text: String,
    },
    /// The name matched only with spelling mistakes.
    Misspelled {
        /// As read.
        text: String,
        /// As it should be.
        name: String,
    },
    /// A district name narrowed the choice.
    District {
        /// As read.
        text: String,
    },
    /// A province name narrowed the choice.
    Province {
        /// As read.
        text: String,
    },
    /// A postcode of a province narrowed the choice.
    Postcode {
        /// As read.
        text: String,
        /// Name of the province of before 1 July 2025.
        province: String,
    },
    /// A street known to lie in one commune.
    Street {
        /// As read.
        text: String,
    },
    /// A place the depot has learned.
    Learned {
        /// As learned.
        text: String,
    },
    /// The depot's own area decided between equals.
    DepotArea,
    /// Several communes fit.
    Ambiguous {
        /// The text that fits several.
        text: String,
    },
    /// The old commune was split among several.
    Split {
        /// Name of the old commune.
        former: String,
    },
    /// Two parts of the text contradict each other.
    Contradiction {
        /// One part.
        text: String,
        /// The other.
        other: String,
    },
    /// Nothing in the text names a commune.
    Nothing,
}

/// Another commune the text allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Today's commune.
    pub commune: CommuneCode,
    /// The commune of before 1 July 2025, when that is what the text names.
    pub former: Option<CommuneCode>,
    /// Between 0 and 1; higher is better.
    pub score: f32,
}

/// What an address means.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// Today's commune; `None` when the text does not say.
    pub commune: Option<CommuneCode>,
    /// The commune of before 1 July 2025, when the text names or implies one.
    pub former: Option<CommuneCode>,
    /// House, alley, street, hamlet, landmark.
    pub parts: AddressParts,
    /// How sure.
    pub confidence: Confidence,
    /// Probability that `commune`, or the first alternative where there is none, is right: the share counted among
    /// generated addresses that were read alike.
    pub probability: f32,
    /// Other communes the text allows, best first; never contains `commune`.
    pub alternatives: Vec<Alternative>,
    /// Where the depot has learned it to be.
    pub place: Option<LatLon>,
    /// Why, strongest first.
    pub why: Vec<Evidence>,
}

impl Resolution {
    /// The answer to a text that says nothing.
    pub fn unknown() -> Self {
        Self {
            commune: None,
            former: None,
            parts: AddressParts::default(),
            confidence: Confidence::Review,
            probability: 0.0,
            alternatives: Vec::new(),
            place: None,
            why: vec![Evidence::Nothing],
        }
    }
}
