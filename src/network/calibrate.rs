//! Speeds from recorded legs: how much slower or faster carriers are than a profile says.
//!
//! Idea. The fastest way of each recorded leg tells how long it is driven at each speed of the
//! profile; what remains (doors, signals, ferries) is fixed. A factor per speed is then fitted by
//! least squares, so that the sums come near what was recorded. Legs far from the others held a
//! rest or a detour: those beyond three robust deviations of the logarithm of their ratio are left
//! out, and the rest is weighed down beyond Huber's threshold. Every speed starts at the median
//! ratio of all legs and is held there by so many seconds as [`HELD_BY_S`]: a class that was hardly
//! driven follows the others. As other speeds make other ways the fastest, this is done three times.
//!
//! Every fifth leg is kept out of a first fit, to say honestly how near the new profile comes;
//! the profile itself is fitted to all.
//!
//! # Reference
//! Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics 35(1).

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Deserialize;

use super::region::{Region, RegionError};
use super::road_profile::{RoadProfile, SpeedName};
use super::router::{DayRules, Router, TimeShares};
use crate::measure::Seconds;
use crate::place::LatLon;

/// Fewer legs tell nothing.
const LEGS_MIN: usize = 20;
/// Shorter legs are mostly doors.
const DRIVEN_MIN_S: f64 = 20.0;
/// How firmly a speed is held at the median of all: as if so long had been driven at it.
const HELD_BY_S: f64 = 300.0;
/// Slower or faster than this is no matter of speed.
const FACTOR: std::ops::RangeInclusive<f64> = 0.25..=4.0;
/// Ratios within this logarithm of the median are never outliers.
const SPREAD_MIN: f64 = 0.5;
/// A median absolute deviation times this is a standard deviation, for a normal distribution.
const MAD_TO_SD: f64 = 1.4826;
/// Huber's threshold in standard deviations.
const HUBER: f64 = 1.345;
/// Fits with the ways of the profile fitted before.
const N_ROUNDS: usize = 3;
/// Sweeps over all factors; each is exact in its own factor.
const N_SWEEPS: usize = 60;
/// One leg in so many is kept to judge by.
const JUDGE_EVERY: usize = 5;

/// Why speeds cannot be calibrated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CalibrateError {
    /// No table of legs.
    #[error("no table of legs: the first row must name from_lat, from_lon, to_lat, to_lon, time_s")]
    NoTable,
    /// Too few to tell.
    #[error("{n_usable} of {n_legs} legs can be used, at least {LEGS_MIN} are needed; record more")]
    TooFew {
        /// As read.
        n_legs: usize,
        /// With both ends on roads, long enough, and not far from the others.
        n_usable: usize,
    },
    /// The region.
    #[error(transparent)]
    Region(#[from] RegionError),
}

/// A leg as it was driven.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordedLeg {
    /// From here.
    pub from: LatLon,
    /// To here.
    pub to: LatLon,
    /// On the way, without the time at the door.
    pub time: Seconds,
}

/// Recorded legs of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedLegs {
    /// The legs.
    pub legs: Vec<RecordedLeg>,
    /// Rows that are none, counted from 1 with the headers, and why.
    pub refused: Vec<(u64, String)>,
}

#[derive(Deserialize)]
struct CsvLeg {
    from_lat: f64,
    from_lon: f64,
    to_lat: f64,
    to_lon: f64,
    time_s: f64,
}

impl RecordedLegs {
    /// Reads a CSV with the headers `from_lat, from_lon, to_lat, to_lon, time_s`; others may stand beside.
    ///
    /// # Errors
    /// When the headers are not there.
    pub fn from_csv(text: &str) -> Result<Self, CalibrateError> {
        let text = text.trim_start_matches('\u{feff}');
        let header = text.lines().next().unwrap_or_default();
        let delimiters = [',', ';', '\t'];
        let delimiter = delimiters.into_iter().max_by_key(|&d| header.matches(d).count());
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(',') as u8)
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        let is_named = |name| headers.iter().any(|header| header == name);
        if !["from_lat", "from_lon", "to_lat", "to_lon", "time_s"].into_iter().all(is_named) {
            return Err(CalibrateError::NoTable);
        }
        let mut read = Self::default();
        for (i, record) in reader.records().enumerate() {
            let leg = record.and_then(|record| record.deserialize::<CsvLeg>(Some(&headers)));
            match leg.map_err(|error| error.to_string()).and_then(|leg| leg.checked()) {
                Ok(leg) => read.legs.push(leg),
                Err(reason) => read.refused.push((i as u64 + 2, reason)),
            }
        }
        Ok(read)
    }
}

impl CsvLeg {
    fn checked(&self) -> Result<RecordedLeg, String> {
        let place = |lat: f64, lon: f64| {
            LatLon::new(lat, lon).ok_or_else(|| format!("{lat},{lon} is not on the globe"))
        };
        if !(1.0..=86_400.0).contains(&self.time_s) {
            return Err(format!("time_s is {}; it must lie between 1 and 86400", self.time_s));
        }
        Ok(RecordedLeg {
            from: place(self.from_lat, self.from_lon)?,
            to: place(self.to_lat, self.to_lon)?,
            time: Seconds(self.time_s.round() as i64),
        })
    }
}

/// A speed before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibratedSpeed {
    /// Which.
    pub name: SpeedName,
    /// Driven at it in all legs together, as the old profile says.
    pub driven: Seconds,
    /// The old speed in km/h, or share of the limit.
    pub before: f64,
    /// The new one.
    pub after: f64,
}

/// A profile fitted to recorded legs.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibrated {
    /// The profile.
    pub profile: RoadProfile,
    /// The speeds that legs were driven at.
    pub speeds: Vec<CalibratedSpeed>,
    /// Legs that were used.
    pub n_used: usize,
    /// Legs too short to tell, or with an end that no road leads to.
    pub n_untold: usize,
    /// Legs far from the others.
    pub n_outliers: usize,
    /// Median deviation of a leg from its recorded time on legs not fitted to, before and after.
    pub deviation: [f64; 2],
}

/// Fits the speeds of a profile to recorded legs.
///
/// # Complexity
/// One fastest way per leg and round; the fit itself is small.
///
/// # Errors
/// When fewer than twenty legs are usable, or the region is damaged.
pub fn calibrate(
    region: &Arc<Region>,
    profile: &RoadProfile,
    legs: &[RecordedLeg],
) -> Result<Calibrated, CalibrateError> {
    let measured = measure(region, profile, legs)?;
    let told: Vec<(RecordedLeg, TimeShares)> = measured.into_iter().flatten().collect();
    let n_untold = legs.len() - told.len();
    let ratio = |(leg, shares): &(RecordedLeg, TimeShares)| {
        ((seconds(leg) - shares.fixed_s).max(1.0) / shares.driven_s()).ln()
    };
    let middle = median(told.iter().map(ratio).collect());
    let mad = median(told.iter().map(|leg| (ratio(leg) - middle).abs()).collect());
    let reach = (3.0 * MAD_TO_SD * mad).max(SPREAD_MIN);
    let near: Vec<RecordedLeg> = told
        .iter()
        .filter(|leg| (ratio(leg) - middle).abs() <= reach)
        .map(|(leg, _)| *leg)
        .collect();
    if near.len() < LEGS_MIN {
        return Err(CalibrateError::TooFew { n_legs: legs.len(), n_usable: near.len() });
    }
    let fit = |legs: &[RecordedLeg]| fitted(region, profile, legs, middle.exp());
    let is_judge = |i: usize| i % JUDGE_EVERY == JUDGE_EVERY - 1;
    let split = |judges: bool| -> Vec<RecordedLeg> {
        let chosen = near.iter().enumerate().filter(|(i, _)| is_judge(*i) == judges);
        chosen.map(|(_, leg)| *leg).collect()
    };
    let (judges, others) = (split(true), split(false));
    let judged = profile.slowed(&fit(&others)?);
    let deviation = [deviation(region, profile, &judges)?, deviation(region, &judged, &judges)?];
    let factors = fit(&near)?;
    let fitted = profile.slowed(&factors);
    let driven = |name: SpeedName| {
        let all = told.iter().flat_map(|(_, shares)| &shares.moving_s);
        Seconds(all.filter(|share| share.0 == name).map(|share| share.1).sum::<f64>() as i64)
    };
    let speed = |&name: &SpeedName| CalibratedSpeed {
        name,
        driven: driven(name),
        before: profile.speed(name),
        after: fitted.speed(name),
    };
    Ok(Calibrated {
        speeds: factors.keys().map(speed).collect(),
        profile: fitted,
        n_used: near.len(),
        n_untold,
        n_outliers: told.len() - near.len(),
        deviation,
    })
}

impl TimeShares {
    fn driven_s(&self) -> f64 {
        self.moving_s.iter().map(|share| share.1).sum()
    }
}

fn seconds(leg: &RecordedLeg) -> f64 {
    leg.time.value() as f64
}

/// The middle of some numbers; 0 of none.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}

/// The legs with their fastest ways; `None` where there is no way, or hardly one.
fn measure(
    region: &Arc<Region>,
    profile: &RoadProfile,
    legs: &[RecordedLeg],
) -> Result<Vec<Option<(RecordedLeg, TimeShares)>>, RegionError> {
    let router = Router::for_day(Arc::clone(region), profile.clone(), &DayRules::default())?;
    let measure = |leg: &RecordedLeg| {
        let shares = router.shares(leg.from, leg.to)?;
        (shares.driven_s() >= DRIVEN_MIN_S).then_some((*leg, shares))
    };
    Ok(legs.par_iter().map(measure).collect())
}

/// The median deviation of a profile's times from recorded ones, as a share of them.
fn deviation(
    region: &Arc<Region>,
    profile: &RoadProfile,
    legs: &[RecordedLeg],
) -> Result<f64, RegionError> {
    let told = measure(region, profile, legs)?.into_iter().flatten();
    let share = |(leg, shares): (RecordedLeg, TimeShares)| {
        (shares.fixed_s + shares.driven_s() - seconds(&leg)).abs() / seconds(&leg)
    };
    Ok(median(told.map(share).collect()))
}

/// How many times as long each speed of the profile takes.
fn fitted(
    region: &Arc<Region>,
    profile: &RoadProfile,
    legs: &[RecordedLeg],
    middle: f64,
) -> Result<BTreeMap<SpeedName, f64>, RegionError> {
    let middle = middle.clamp(*FACTOR.start(), *FACTOR.end());
    let mut factors: BTreeMap<SpeedName, f64> = BTreeMap::new();
    for _ in 0..N_ROUNDS {
        let told = measure(region, &profile.slowed(&factors), legs)?.into_iter().flatten();
        let rows: Vec<Row> = told.map(|(leg, shares)| Row::of(&leg, &shares, &factors)).collect();
        for (name, _) in rows.iter().flat_map(|row| &row.base_s) {
            factors.entry(*name).or_insert(middle);
        }
        for _ in 0..N_SWEEPS {
            sweep(&rows, middle, &mut factors);
        }
    }
    Ok(factors)
}

/// One leg as an equation: the sum of factors times base seconds should be the target.
struct Row {
    target_s: f64,
    /// Seconds driven at each speed, as the old profile prices it.
    base_s: Vec<(SpeedName, f64)>,
}

impl Row {
    fn of(leg: &RecordedLeg, shares: &TimeShares, factors: &BTreeMap<SpeedName, f64>) -> Self {
        let base = |&(name, s): &(SpeedName, f64)| (name, s / factors.get(&name).unwrap_or(&1.0));
        Self {
            target_s: (seconds(leg) - shares.fixed_s).max(1.0),
            base_s: shares.moving_s.iter().map(base).collect(),
        }
    }

    /// What is missing to the target, in standard units: deviations grow as the root of the time.
    fn missing(&self, factors: &BTreeMap<SpeedName, f64>) -> f64 {
        let sum: f64 = self.base_s.iter().map(|(name, s)| factors[name] * s).sum();
        (self.target_s - sum) / self.target_s.sqrt()
    }
}

/// Moves each factor to its best value, the others held.
fn sweep(rows: &[Row], middle: f64, factors: &mut BTreeMap<SpeedName, f64>) {
    let missing: Vec<f64> = rows.iter().map(|row| row.missing(factors)).collect();
    let spread = MAD_TO_SD * median(missing.iter().map(|m| m.abs()).collect());
    let weight = |missing: f64| (HUBER * spread / missing.abs().max(1e-9)).min(1.0);
    let weights: Vec<f64> = missing.into_iter().map(weight).collect();
    let names: Vec<SpeedName> = factors.keys().copied().collect();
    for name in names {
        let (mut above, mut below) = (middle * HELD_BY_S, HELD_BY_S);
        for (row, weight) in rows.iter().zip(&weights) {
            let Some(&(_, base_s)) = row.base_s.iter().find(|share| share.0 == name) else {
                continue;
            };
            let scaled = base_s / row.target_s.sqrt();
            let own = factors[&name] * scaled;
            above += weight * scaled * (row.missing(factors) + own);
            below += weight * scaled * scaled;
        }
        factors.insert(name, (above / below).clamp(*FACTOR.start(), *FACTOR.end()));
    }
}
