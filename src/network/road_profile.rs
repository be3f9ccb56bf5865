//! How fast a carrier moves on roads: an editable table, applied to the kinds of a region.
//!
//! A profile is a TOML file of format `buuta-profile/1`; the shipped ones lie in `data/profiles`.
//! A class without a speed is closed, unless the vehicle's own tag opens a way (`motorcycle=yes` on
//! a footway); then `opened_kmh` holds. Factors multiply: surface, smoothness, track grade and
//! width take the least of theirs, then access, incline and bends apply.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::road_kind::{Access, BarrierKind, RoadClass, RoadKind, Smoothness, Surface, Vehicle};
use crate::measure::Seconds;

/// Name and version of the file format.
pub const PROFILE_FORMAT: &str = "buuta-profile/1";
/// Speeds within a profile.
const SPEED_KMH: std::ops::RangeInclusive<f64> = 1.0..=160.0;
/// Shares of a signed limit that a profile may reach.
const LIMIT_SHARE: std::ops::RangeInclusive<f64> = 0.1..=1.5;

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RoadProfileError {
    /// Not the TOML of a profile.
    #[error("this is no profile: {0}")]
    Toml(Box<toml::de::Error>),
    /// Another format or version.
    #[error("the profile's format is {0:?}; this program reads {PROFILE_FORMAT}")]
    Format(String),
    /// A number outside its limits.
    #[error("{field} is {value}; it must lie between {lo} and {hi}")]
    Range {
        /// Which.
        field: String,
        /// As given.
        value: f64,
        /// Least.
        lo: f64,
        /// Most.
        hi: f64,
    },
    /// A profile without a single speed.
    #[error("the profile has no speed; name at least one class under [speed_kmh]")]
    Empty,
}

/// A table of speeds and rules for one way of traveling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoadProfile {
    format: String,
    name: String,
    vehicle: Vehicle,
    /// Speed on a way of a closed class that the vehicle's own tag opens.
    opened_kmh: f64,
    /// Share of the signed limit that is reached.
    limit_share: f64,
    /// Speed of the last meters between road and door.
    door_kmh: f64,
    /// Speed on foot, for doors far from any road.
    walk_kmh: f64,
    /// Waiting at a traffic signal.
    signal_s: f64,
    /// Whether roads with toll may be used.
    toll: bool,
    /// Speed of a ferry whose duration is not mapped.
    ferry_kmh: f64,
    /// Waiting for a ferry whose interval is not mapped.
    ferry_wait_s: f64,
    /// Classes on which a door must be on the right side of the road.
    #[serde(default)]
    right_side: Vec<RoadClass>,
    speed_kmh: BTreeMap<RoadClass, f64>,
    #[serde(default)]
    surface: BTreeMap<Surface, f64>,
    #[serde(default)]
    smoothness: BTreeMap<Smoothness, f64>,
    /// Factor by `tracktype`, grade 1 to 5.
    track_grade: [f64; 5],
    width: WidthRules,
    access: AccessRules,
    terrain: TerrainRules,
    #[serde(default)]
    barrier_s: BTreeMap<BarrierKind, f64>,
}

/// What narrow ways do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WidthRules {
    /// Narrower ways are closed; 0 when none is.
    closed_below_m: f64,
    /// Narrower ways are slow.
    narrow_below_m: f64,
    narrow_factor: f64,
}

/// What restricted access does; 0 closes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessRules {
    destination: f64,
    private: f64,
}

/// What hills do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TerrainRules {
    /// From this incline on `steep_factor` holds.
    steep_from_percent: f64,
    steep_factor: f64,
    /// Bends, in degrees turned per kilometer: no effect up to the first, all of it from the second.
    bends_from: f64,
    bends_to: f64,
    bends_factor: f64,
}

impl RoadProfile {
    /// The shipped profile of a motorbike.
    pub fn motorbike() -> Self {
        Self::shipped(include_str!("../../data/profiles/motorbike.toml"))
    }

    /// The shipped profile of a car.
    pub fn car() -> Self {
        Self::shipped(include_str!("../../data/profiles/car.toml"))
    }

    /// The shipped profile of a walker.
    pub fn walking() -> Self {
        Self::shipped(include_str!("../../data/profiles/walking.toml"))
    }

    fn shipped(text: &str) -> Self {
        Self::from_toml(text).expect("a test reads every shipped profile")
    }

    /// Reads a profile file.
    ///
    /// # Errors
    /// When the text is not TOML of this format, or a number is outside its limits.
    pub fn from_toml(text: &str) -> Result<Self, RoadProfileError> {
        let profile: Self =
            toml::from_str(text).map_err(|error| RoadProfileError::Toml(Box::new(error)))?;
        profile.validate()?;
        Ok(profile)
    }

    /// The profile as a file.
    ///
    /// # Panics
    /// Never: a profile holds nothing that TOML cannot say.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("plain tables of numbers")
    }

    fn validate(&self) -> Result<(), RoadProfileError> {
        if self.format != PROFILE_FORMAT {
            return Err(RoadProfileError::Format(self.format.clone()));
        }
        if self.speed_kmh.is_empty() {
            return Err(RoadProfileError::Empty);
        }
        let (lo, hi) = (*SPEED_KMH.start(), *SPEED_KMH.end());
        for (class, &speed) in &self.speed_kmh {
            within(&format!("speed_kmh.{}", class.word()), speed, lo, hi)?;
        }
        for (field, speed) in [
            ("opened_kmh", self.opened_kmh),
            ("door_kmh", self.door_kmh),
            ("walk_kmh", self.walk_kmh),
            ("ferry_kmh", self.ferry_kmh),
        ] {
            within(field, speed, lo, hi)?;
        }
        within("limit_share", self.limit_share, *LIMIT_SHARE.start(), *LIMIT_SHARE.end())?;
        within("signal_s", self.signal_s, 0.0, 600.0)?;
        within("ferry_wait_s", self.ferry_wait_s, 0.0, 86_400.0)?;
        for (&barrier, &seconds) in &self.barrier_s {
            within(&format!("barrier_s.{}", barrier.word()), seconds, -1.0, 3_600.0)?;
        }
        within("width.closed_below_m", self.width.closed_below_m, 0.0, 20.0)?;
        within("width.narrow_below_m", self.width.narrow_below_m, 0.0, 20.0)?;
        within("terrain.steep_from_percent", self.terrain.steep_from_percent, 0.0, 100.0)?;
        within("terrain.bends_from", self.terrain.bends_from, 0.0, 5_000.0)?;
        within("terrain.bends_to", self.terrain.bends_to, self.terrain.bends_from, 5_000.0)?;
        for (field, factor) in self.factors() {
            within(&field, factor, 0.0, 2.0)?;
        }
        Ok(())
    }

    fn factors(&self) -> Vec<(String, f64)> {
        let surface = self.surface.iter().map(|(s, &f)| (format!("surface.{}", s.word()), f));
        let smooth = self.smoothness.iter().map(|(s, &f)| (format!("smoothness.{}", s.word()), f));
        let grades = self.track_grade.iter().enumerate();
        surface
            .chain(smooth)
            .chain(grades.map(|(i, &f)| (format!("track_grade[{i}]"), f)))
            .chain([
                ("width.narrow_factor".to_owned(), self.width.narrow_factor),
                ("access.destination".to_owned(), self.access.destination),
                ("access.private".to_owned(), self.access.private),
                ("terrain.steep_factor".to_owned(), self.terrain.steep_factor),
                ("terrain.bends_factor".to_owned(), self.terrain.bends_factor),
            ])
            .collect()
    }

    /// The profile's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose access tags and turn rules count.
    pub fn vehicle(&self) -> Vehicle {
        self.vehicle
    }

    /// Which of the profile's speeds a kind of road is driven at; none for ferries and barriers.
    pub(super) fn speed_name(&self, kind: &RoadKind) -> Option<SpeedName> {
        if matches!(kind.class, RoadClass::Ferry | RoadClass::Barrier) {
            return None;
        }
        let listed = self.speed_kmh.get(&kind.class);
        let limit_kmh = f64::from(kind.maxspeed_kmh) * self.limit_share;
        let is_limited = kind.maxspeed_kmh > 0 && limit_kmh < *listed.unwrap_or(&self.opened_kmh);
        Some(match listed {
            _ if is_limited => SpeedName::Limit,
            Some(_) => SpeedName::Class(kind.class),
            None => SpeedName::Opened,
        })
    }

    /// The speed of a name; of the limit the share of it that is reached.
    pub(super) fn speed(&self, name: SpeedName) -> f64 {
        match name {
            SpeedName::Class(class) => self.speed_kmh.get(&class).copied().unwrap_or(0.0),
            SpeedName::Opened => self.opened_kmh,
            SpeedName::Limit => self.limit_share,
        }
    }

    /// The profile with some speeds divided, within the limits of a profile.
    pub(super) fn slowed(&self, by: &BTreeMap<SpeedName, f64>) -> Self {
        let mut profile = self.clone();
        for (&name, factor) in by {
            let speed = self.speed(name) / factor;
            let kmh = (speed * 10.0).round().max(10.0) / 10.0;
            match name {
                SpeedName::Class(class) => {
                    profile.speed_kmh.insert(class, kmh.min(*SPEED_KMH.end()));
                }
                SpeedName::Opened => profile.opened_kmh = kmh.min(*SPEED_KMH.end()),
                SpeedName::Limit => {
                    profile.limit_share = ((speed * 100.0).round() / 100.0)
                        .clamp(*LIMIT_SHARE.start(), *LIMIT_SHARE.end());
                }
            }
        }
        profile
    }

    /// Speed of the last meters between road and door.
    pub(super) fn door_kmh(&self) -> f64 {
        self.door_kmh
    }

    /// Speed on foot, for doors far from any road.
    pub(super) fn walk_kmh(&self) -> f64 {
        self.walk_kmh
    }

    /// Waiting at one traffic signal.
    pub(super) fn signal_ms(&self) -> u32 {
        (self.signal_s * 1_000.0).round() as u32
    }

    /// Whether a door on this kind of road must be on the right side.
    pub(super) fn wants_right_side(&self, kind: &RoadKind) -> bool {
        self.right_side.contains(&kind.class)
    }

    /// What a kind of road means to this profile, or `None` where it is closed.
    ///
    /// `hours` are those of the round: a ferry that does not run in them is closed.
    pub(super) fn pace(
        &self,
        kind: &RoadKind,
        direction: usize,
        hours: Option<(Seconds, Seconds)>,
    ) -> Option<Pace> {
        let access = kind.access[self.vehicle as usize][direction];
        let factor = match access {
            Access::Closed => return None,
            Access::Private => self.access.private,
            Access::Destination => self.access.destination,
            Access::Open | Access::Unstated => 1.0,
        };
        let is_too_narrow =
            kind.width_dm > 0 && f64::from(kind.width_dm) < self.width.closed_below_m * 10.0;
        if factor <= 0.0 || is_too_narrow || kind.toll && !self.toll {
            return None;
        }
        match kind.class {
            RoadClass::Barrier => self.barrier(kind, access),
            RoadClass::Ferry => self.ferry(kind, hours),
            _ => self.road(kind, access, factor),
        }
    }

    fn road(&self, kind: &RoadKind, access: Access, factor: f64) -> Option<Pace> {
        let opened = (access == Access::Open).then_some(&self.opened_kmh);
        let mut speed_kmh = *self.speed_kmh.get(&kind.class).or(opened)?;
        if kind.maxspeed_kmh > 0 {
            speed_kmh = speed_kmh.min(f64::from(kind.maxspeed_kmh) * self.limit_share);
        }
        let is_narrow =
            kind.width_dm > 0 && f64::from(kind.width_dm) < self.width.narrow_below_m * 10.0;
        let is_steep = kind.incline_percent > 0
            && f64::from(kind.incline_percent) >= self.terrain.steep_from_percent;
        let grade = usize::from(kind.grade).checked_sub(1).map_or(1.0, |i| self.track_grade[i]);
        let mut least = grade;
        least = least.min(self.surface.get(&kind.surface).copied().unwrap_or(1.0));
        least = least.min(self.smoothness.get(&kind.smoothness).copied().unwrap_or(1.0));
        least = least.min(if is_narrow { self.width.narrow_factor } else { 1.0 });
        let steep = if is_steep { self.terrain.steep_factor } else { 1.0 };
        let factor = least * factor * steep;
        (factor > 0.0).then(|| Pace::Speed { kmh: (speed_kmh * factor).max(*SPEED_KMH.start()) })
    }

    fn barrier(&self, kind: &RoadKind, access: Access) -> Option<Pace> {
        let seconds = self.barrier_s.get(&kind.barrier).copied().unwrap_or(0.0);
        if seconds < 0.0 && access != Access::Open {
            return None;
        }
        // Half of it on either side of the barrier's middle.
        Some(Pace::Fixed { ms: (seconds.max(0.0) * 500.0).round() as u32 })
    }

    fn ferry(&self, kind: &RoadKind, hours: Option<(Seconds, Seconds)>) -> Option<Pace> {
        self.speed_kmh.get(&RoadClass::Ferry)?;
        if let (Some((from, until)), Some((begin, end))) = (kind.hours, hours) {
            let minute = |m: u16| Seconds::minutes(i64::from(m));
            if end <= minute(from) || minute(until) <= begin {
                return None;
            }
        }
        let crossing_ms = match kind.crossing_s {
            0 => f64::from(kind.crossing_cm) * 36.0 / self.ferry_kmh,
            seconds => f64::from(seconds) * 1_000.0,
        };
        let wait_ms = match kind.interval_s {
            0 => self.ferry_wait_s * 1_000.0,
            // Whoever comes at any time waits half of the interval.
            seconds => f64::from(seconds) * 500.0,
        };
        Some(Pace::Crossing {
            ms_per_cm: (crossing_ms + wait_ms) / f64::from(kind.crossing_cm.max(1)),
        })
    }

    /// How bends slow a way down, by the degrees turned per kilometer.
    pub(super) fn bends_factor(&self, degrees_per_km: f64) -> f64 {
        let rules = &self.terrain;
        let span = (rules.bends_to - rules.bends_from).max(1.0);
        let reach = ((degrees_per_km - rules.bends_from) / span).clamp(0.0, 1.0);
        1.0 - (1.0 - rules.bends_factor) * reach
    }
}

fn within(field: &str, value: f64, lo: f64, hi: f64) -> Result<(), RoadProfileError> {
    if (lo..=hi).contains(&value) {
        return Ok(());
    }
    Err(RoadProfileError::Range { field: field.to_owned(), value, lo, hi })
}

/// A speed of a profile by the line that says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpeedName {
    /// `speed_kmh` of a class.
    Class(RoadClass),
    /// `opened_kmh`.
    Opened,
    /// `limit_share`: where the signed limit is lower than the class's speed.
    Limit,
}

impl fmt::Display for SpeedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Class(class) => class.word(),
            Self::Opened => "opened_kmh",
            Self::Limit => "limit_share",
        })
    }
}

/// How long a piece of way takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pace {
    /// A road at this speed.
    Speed {
        /// Speed.
        kmh: f64,
    },
    /// A ferry, waiting spread over its way.
    Crossing {
        /// Milliseconds per centimeter.
        ms_per_cm: f64,
    },
    /// A barrier: the same time whatever its length.
    Fixed {
        /// Milliseconds.
        ms: u32,
    },
}
