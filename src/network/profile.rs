//! How fast a carrier moves, and how crooked the way is, by the kind of land.

use crate::measure::Meters;
use crate::measure::Seconds;

/// Persons per km² from which a commune is travelled like a town.
pub const URBAN_DENSITY_MIN: f64 = 2_000.0;
/// Persons per km² from which a commune is travelled like the delta; below it lie hills and forest.
pub const DELTA_DENSITY_MIN: f64 = 200.0;

/// The kind of land a place lies in, as far as travel is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TerrainClass {
    /// Streets, traffic lights, short blocks.
    Urban,
    /// Rural plain with a dense net of lanes.
    Delta,
    /// Hills and mountains: few roads, many bends.
    Mountain,
    /// Islands and banks reached by ferry; never guessed, always stated.
    Water,
}

impl TerrainClass {
    /// Guesses the class from the density of population, in persons per km².
    ///
    /// At least [`URBAN_DENSITY_MIN`] is urban, at least [`DELTA_DENSITY_MIN`] is delta, less is
    /// mountain. An unknown density (`None`, or not a number) counts as delta, the land most
    /// communes are.
    pub fn from_density(persons_per_km2: Option<f64>) -> Self {
        match persons_per_km2 {
            Some(density) if URBAN_DENSITY_MIN <= density => Self::Urban,
            Some(density) if density < DELTA_DENSITY_MIN => Self::Mountain,
            _ => Self::Delta,
        }
    }
}

/// Why a speed cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// The speed is not between 1 and 130 km/h.
    #[error("the speed {0} km/h is not between 1 and 130")]
    Speed(f64),
    /// The ratio of road to straight line is not between 1 and 10.
    #[error("the detour factor {0} is not between 1 and 10")]
    Detour(f64),
}

/// Travel in one kind of land.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TerrainSpeed {
    // Invariant: 1 <= speed_kmh <= 130.
    speed_kmh: f64,
    // Invariant: 1 <= detour <= 10.
    detour: f64,
}

impl TerrainSpeed {
    /// Travel at `speed_kmh` on roads `detour` times as long as the straight line.
    ///
    /// # Errors
    /// When the speed is not within 1 and 130 km/h, or the detour not within 1 and 10.
    pub fn new(speed_kmh: f64, detour: f64) -> Result<Self, ProfileError> {
        if !(1.0..=130.0).contains(&speed_kmh) {
            return Err(ProfileError::Speed(speed_kmh));
        }
        if !(1.0..=10.0).contains(&detour) {
            return Err(ProfileError::Detour(detour));
        }
        Ok(Self { speed_kmh, detour })
    }

    /// Mean speed door to door, in km/h.
    pub fn speed_kmh(self) -> f64 {
        self.speed_kmh
    }

    /// Length of the road divided by length of the straight line.
    pub fn detour(self) -> f64 {
        self.detour
    }
}

/// How a carrier's vehicle travels in each kind of land.
///
/// The defaults are those of a motorbike: urban 20 km/h × 1.3, delta 28 km/h × 1.4, mountain
/// 20 km/h × 1.8, water 18 km/h × 1.8. They are planning figures, not measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TravelProfile {
    /// In towns.
    pub urban: TerrainSpeed,
    /// In the rural plain.
    pub delta: TerrainSpeed,
    /// In hills and mountains.
    pub mountain: TerrainSpeed,
    /// Over water, waiting for the ferry included.
    pub water: TerrainSpeed,
    /// The least time between two different places: park, lock, find the next door.
    pub leg_min_time: Seconds,
    /// The least distance between two different places; two doors known only by the same point
    /// of their hamlet are not at the same spot.
    pub leg_min_distance: Meters,
}

impl Default for TravelProfile {
    fn default() -> Self {
        Self {
            urban: TerrainSpeed { speed_kmh: 20.0, detour: 1.3 },
            delta: TerrainSpeed { speed_kmh: 28.0, detour: 1.4 },
            mountain: TerrainSpeed { speed_kmh: 20.0, detour: 1.8 },
            water: TerrainSpeed { speed_kmh: 18.0, detour: 1.8 },
            leg_min_time: Seconds(60),
            leg_min_distance: Meters(150),
        }
    }
}

impl TravelProfile {
    /// Travel in this kind of land.
    pub fn on(&self, terrain: TerrainClass) -> TerrainSpeed {
        match terrain {
            TerrainClass::Urban => self.urban,
            TerrainClass::Delta => self.delta,
            TerrainClass::Mountain => self.mountain,
            TerrainClass::Water => self.water,
        }
    }
}
