//! What OpenStreetMap's tags say about a way, in the few words that matter for travel.

use serde::{Deserialize, Serialize};

/// Who travels, as far as access and turn rules of OpenStreetMap are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vehicle {
    /// A motorbike: `motorcycle=*`.
    Motorbike,
    /// A car or van: `motorcar=*`.
    Car,
    /// On foot: `foot=*`.
    Foot,
}

impl Vehicle {
    /// All of them, in the order of their bits.
    pub const ALL: [Self; 3] = [Self::Motorbike, Self::Car, Self::Foot];

    /// The bit of this vehicle in a mask.
    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Keys that allow or forbid, the most particular first.
    pub(super) fn access_keys(self) -> &'static [&'static str] {
        match self {
            Self::Motorbike => &["motorcycle", "motor_vehicle", "vehicle", "access"],
            Self::Car => &["motorcar", "motor_vehicle", "vehicle", "access"],
            Self::Foot => &["foot", "access"],
        }
    }
}

/// Declares an enum whose variants are known by a word of OpenStreetMap or of a profile file.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "each variant is the word beside it")]
        #[repr(u8)]
        pub enum $name { $(#[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in files.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The variant of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(super) use words;

words!(
    /// The class of a road.
    RoadClass {
        Motorway = "motorway",
        MotorwayLink = "motorway_link",
        Trunk = "trunk",
        TrunkLink = "trunk_link",
        Primary = "primary",
        PrimaryLink = "primary_link",
        Secondary = "secondary",
        SecondaryLink = "secondary_link",
        Tertiary = "tertiary",
        TertiaryLink = "tertiary_link",
        Unclassified = "unclassified",
        Residential = "residential",
        LivingStreet = "living_street",
        Road = "road",
        Service = "service",
        Alley = "alley",
        Driveway = "driveway",
        Track = "track",
        Path = "path",
        Cycleway = "cycleway",
        Footway = "footway",
        Pedestrian = "pedestrian",
        Steps = "steps",
        Ferry = "ferry",
        Barrier = "barrier",
    }
);

words!(
    /// What a road is made of.
    Surface {
        Unknown = "unknown",
        Asphalt = "asphalt",
        Concrete = "concrete",
        Paved = "paved",
        Stones = "stones",
        Compacted = "compacted",
        Unpaved = "unpaved",
        Gravel = "gravel",
        Dirt = "dirt",
        Sand = "sand",
        Mud = "mud",
    }
);

words!(
    /// How smooth a road is.
    Smoothness {
        Unknown = "unknown",
        Excellent = "excellent",
        Good = "good",
        Intermediate = "intermediate",
        Bad = "bad",
        VeryBad = "very_bad",
        Horrible = "horrible",
        VeryHorrible = "very_horrible",
        Impassable = "impassable",
    }
);

words!(
    /// What stands in the way.
    BarrierKind {
        None = "none",
        Gate = "gate",
        LiftGate = "lift_gate",
        SwingGate = "swing_gate",
        Bollard = "bollard",
        CycleBarrier = "cycle_barrier",
        Block = "block",
        Chain = "chain",
        Stile = "stile",
        TollBooth = "toll_booth",
        Checkpoint = "checkpoint",
        Other = "other",
    }
);

words!(
    /// Whether a vehicle may use a way in one direction.
    Access {
        Unstated = "unstated",
        Open = "open",
        Destination = "destination",
        Private = "private",
        Closed = "closed",
    }
);

/// Everything about a way that decides how fast, and by whom, it is travelled.
///
/// Ways share kinds: a region has some hundreds of them. Speeds are not here but in a profile, so
/// that they can be changed without reading the map again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RoadKind {
    /// Class of the road.
    pub class: RoadClass,
    /// Surface, `Unknown` when not mapped.
    pub surface: Surface,
    /// Smoothness, `Unknown` when not mapped.
    pub smoothness: Smoothness,
    /// What stands in the way; `None` for roads.
    pub barrier: BarrierKind,
    /// Width in decimeters, 0 when not mapped.
    pub width_dm: u16,
    /// The signed speed limit, 0 when not mapped.
    pub maxspeed_kmh: u16,
    /// `tracktype` 1 to 5, 0 when not mapped.
    pub grade: u8,
    /// Steepness in percent, either way, 0 when not mapped.
    pub incline_percent: u8,
    /// Whether money is due.
    pub toll: bool,
    /// Whether it is a roundabout.
    pub roundabout: bool,
    /// Whether it is drawn as a bridge.
    pub bridge: bool,
    /// Access by vehicle, forward and backward.
    pub access: [[Access; 2]; 3],
    /// Duration of a ferry's whole crossing in seconds, 0 when not mapped.
    pub crossing_s: u32,
    /// Time between two ferries in seconds, 0 when not mapped.
    pub interval_s: u32,
    /// Length of a ferry's whole way, over which duration and waiting are spread; 0 for roads.
    pub crossing_cm: u32,
    /// When a ferry runs, in minutes since midnight.
    pub hours: Option<(u16, u16)>,
}

impl RoadKind {
    /// A plain road of a class: nothing else is known.
    pub fn plain(class: RoadClass) -> Self {
        Self {
            class,
            surface: Surface::Unknown,
            smoothness: Smoothness::Unknown,
            barrier: BarrierKind::None,
            width_dm: 0,
            maxspeed_kmh: 0,
            grade: 0,
            incline_percent: 0,
            toll: false,
            roundabout: false,
            bridge: false,
            access: [[Access::Unstated; 2]; 3],
            crossing_s: 0,
            interval_s: 0,
            crossing_cm: 0,
            hours: None,
        }
    }
}
