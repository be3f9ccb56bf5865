//! What a random problem may state: one switch for each feature of the model, and what each needs.

use crate::rng::Rng;

/// Declares the features in the order in which they shape a problem: a later one looks at what earlier ones drew.
macro_rules! features {
    ($($(#[doc = $words:literal])+ $feature:ident = $name:literal;)*) => {
        /// One thing that a problem may state beyond deliveries by vehicles of one kind at a price per meter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Feature {
            $($(#[doc = $words])+ $feature,)*
        }

        impl Feature {
            /// Every feature, in the order in which they shape a problem.
            pub const ALL: &[Self] = &[$(Self::$feature),*];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$feature => $name),* }
            }
        }
    };
}

features! {
    /// Vehicles that differ in room and price.
    Fleet = "fleet";
    /// Two depots; some vehicles end at the other one.
    Depots = "depots";
    /// Routes that end at their last client, some that start at their first.
    OpenRoutes = "open-routes";
    /// Legs from a table, other there than back, instead of straight lines.
    Matrix = "matrix";
    /// A kind of vehicle with travel times of its own.
    Speeds = "speeds";
    /// Loads of several dimensions.
    Loads = "loads";
    /// Clients that hand something over.
    Pickups = "pickups";
    /// Pickups behind all deliveries.
    Backhauls = "backhauls";
    /// Vehicles that work from a moment to a moment.
    Shifts = "shifts";
    /// Vehicles that leave when their shift begins.
    FixedDeparture = "fixed-departure";
    /// Clients that are served within a window.
    Windows = "windows";
    /// Clients with a second window.
    SeveralWindows = "several-windows";
    /// Deliveries that are not there in the morning.
    Releases = "releases";
    /// Time for parking.
    Setups = "setups";
    /// Loads carried from one client to another.
    Pairs = "pairs";
    /// Clients that may be left out at a price.
    Prizes = "prizes";
    /// Clients that not every vehicle can serve.
    Skills = "skills";
    /// Longest time under way.
    DurationLimit = "duration-limit";
    /// Longest time of travel.
    TravelLimit = "travel-limit";
    /// Longest distance.
    DistanceLimit = "distance-limit";
    /// Most clients on a route.
    StopLimit = "stop-limit";
    /// A price of using a vehicle.
    FixedPrice = "fixed-price";
    /// A price of time under way, waiting included.
    TimePrice = "time-price";
    /// Prices of travel and of service.
    WorkPrice = "work-price";
    /// A price of time beyond the usual.
    Overtime = "overtime";
    /// Rests on the way.
    Rests = "rests";
    /// A rest that falls due after so much travel or work.
    Respites = "respites";
    /// Coming back to load again.
    Trips = "trips";
    /// Prices of areas that a kind of vehicle does not know.
    Habits = "habits";
    /// A price of each area on a route.
    Compactness = "compactness";
    /// A price of working much less or much more than others.
    Balance = "balance";
    /// Clients tied to vehicles and to each other: locks, orders, groups of which one is served, refused kinds of vehicle.
    Ties = "ties";
    /// Clients that are due at a moment; a later one is served at a price.
    SoftWindows = "soft-windows";
    /// A price of waiting.
    WaitingPrice = "waiting-price";
}

/// Features that mean nothing, or are refused by the builder, without another one.
const NEEDS: &[(Feature, Feature)] = &[
    (Feature::SeveralWindows, Feature::Windows),
    (Feature::Rests, Feature::Shifts),
    (Feature::Respites, Feature::Shifts),
    (Feature::Windows, Feature::Shifts),
    (Feature::Releases, Feature::Shifts),
    (Feature::Trips, Feature::Shifts),
    (Feature::Backhauls, Feature::Pickups),
    (Feature::SoftWindows, Feature::Shifts),
    (Feature::WaitingPrice, Feature::Windows),
];

/// A set of features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeatureSet(u64);

const _: () = assert!(Feature::ALL.len() <= 64);

impl FeatureSet {
    /// No feature: a capacitated vehicle-routing problem.
    pub const PLAIN: Self = Self(0);

    /// All of them.
    pub fn all() -> Self {
        Feature::ALL.iter().copied().collect()
    }

    /// Each by chance, few or many, and what these need.
    pub(super) fn random(rng: &mut Rng) -> Self {
        let chance = [0.1, 0.25, 0.5][rng.index(3)];
        let drawn: Self = Feature::ALL.iter().copied().filter(|_| rng.chance(chance)).collect();
        drawn.complete()
    }

    /// Whether the feature is in the set.
    pub fn has(self, feature: Feature) -> bool {
        self.0 >> feature as u32 & 1 == 1
    }

    /// The features, in the order in which they shape a problem.
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL.iter().copied().filter(move |&feature| self.has(feature))
    }

    /// The set and all that it needs.
    pub fn complete(self) -> Self {
        let mut set = self;
        // A need may have needs: as often as there are rules is enough.
        for _ in NEEDS {
            for &(feature, needed) in NEEDS {
                set.0 |= u64::from(set.has(feature)) << needed as u32;
            }
        }
        set
    }

    /// Whether the legs stand in a table, 8 bytes for each pair of places.
    pub fn needs_table(self) -> bool {
        self.has(Feature::Matrix) || self.has(Feature::Speeds)
    }

    pub(super) fn without(self, feature: Feature) -> Self {
        Self(self.0 & !(1 << feature as u32))
    }
}

impl FromIterator<Feature> for FeatureSet {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        Self(features.into_iter().fold(0, |bits, feature| bits | 1 << feature as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn names_are_unique_and_plain() {
        let mut names: Vec<&str> = Feature::ALL.iter().map(|feature| feature.name()).collect();
        let is_plain = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(names.iter().all(is_plain));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Feature::ALL.len());
    }

    #[test]
    fn a_set_is_completed_by_what_it_needs() {
        let rests: FeatureSet = [Feature::Rests].into_iter().collect();
        let needed: Vec<&str> = rests.complete().iter().map(Feature::name).collect();
        assert_eq!(needed, ["shifts", "rests"]);
        // Several windows need windows, which need shifts.
        let several: FeatureSet = [Feature::SeveralWindows].into_iter().collect();
        assert!(several.complete().has(Feature::Shifts));
    }

    #[test]
    fn chance_reaches_every_feature() {
        let mut rng = Rng::new(Seed(1));
        let mut seen = FeatureSet::PLAIN;
        for _ in 0..200 {
            let set = FeatureSet::random(&mut rng);
            assert_eq!(set.complete(), set);
            seen.0 |= set.0;
        }
        assert_eq!(seen, FeatureSet::all());
    }
}
