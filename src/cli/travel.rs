//! Where the travel times of a plan come from: a region, a file, a server, or an estimate.

use std::fmt::Display;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use serde::Deserialize;

use crate::cli::quantity::box_of;
use crate::cli::trouble::{Say, Trouble};
use crate::cli::voice::note;
use crate::measure::Seconds;
use crate::network::{
    ChangeEffect, ChangedRoads, DayRules, Fetch, FetchError, MatrixFile, Region, RegionBytes,
    RoadChange, RoadProfile, Router, ServerTravel, Travel, Vehicle,
};
use crate::outputs::wording::{Lang, roads, troubles as say};

/// A server that has not answered by then is away.
const SERVER_TIMEOUT: Duration = Duration::from_secs(20);
/// How often a server is asked before it counts as away.
const SERVER_TRIES: u32 = 3;
/// The pause before asking again; it doubles each time.
const SERVER_PAUSE: Duration = Duration::from_millis(300);
/// Speeds that a change may set.
const SPEED_KMH: std::ops::RangeInclusive<f64> = 1.0..=160.0;

/// Where travel times come from.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct TravelArgs {
    /// A region file: real roads (see `buuta region build`).
    #[arg(long, value_name = "FILE", conflicts_with = "travel")]
    pub(crate) region: Option<PathBuf>,
    /// A profile of the region, or a profile file (.toml).
    #[arg(long, default_value = "motorbike", value_name = "NAME|FILE")]
    pub(crate) profile: String,
    /// Closures and speeds with their dates (.toml), applied to the region for this day.
    #[arg(long, value_name = "FILE", requires = "region")]
    pub(crate) road_changes: Option<PathBuf>,
    /// Another source: osrm:URL, valhalla:URL, matrix:FILE, or estimate.
    #[arg(long, value_name = "SOURCE")]
    pub(crate) travel: Option<String>,
}

/// Opens a region file.
///
/// # Errors
/// When there is none, or it is damaged.
pub(crate) fn open_region(path: &Path) -> anyhow::Result<Arc<Region>> {
    let missing = |cause| NoRegionFile { path: path.display().to_string(), cause };
    let file = File::open(path).map_err(missing)?;
    let bytes = RegionBytes::map(&file).map_err(missing)?;
    let region = Region::open(bytes).say(say::IN_FILE, &[&path.display()])?;
    Ok(Arc::new(region))
}

/// A region that is not there: told apart by its exit code.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the region {path}: {cause}")]
pub(crate) struct NoRegionFile {
    pub(crate) path: String,
    pub(crate) cause: io::Error,
}

/// The source of a day's travel times; `None` is the estimate.
///
/// `hours` are those of all shifts together: a ferry that does not run in them is closed.
///
/// # Errors
/// When it cannot be opened or read.
pub(crate) fn source(
    args: &TravelArgs,
    date: Date,
    hours: Option<(Seconds, Seconds)>,
    lang: Lang,
) -> anyhow::Result<Option<Arc<dyn Travel>>> {
    if let Some(path) = &args.region {
        let region = open_region(path)?;
        let changes = match &args.road_changes {
            Some(path) => read_changes(path, date)?,
            None => Vec::new(),
        };
        let day = DayRules { hours, changes };
        let router = router(region, &args.profile, &day).say(say::IN_FILE, &[&path.display()])?;
        for &index in router.unmet_changes() {
            let number = (index + 1).to_string();
            note!("buuta: {}", roads::UNMET_CHANGE.with(lang, &[&number]));
        }
        return Ok(Some(Arc::new(router)));
    }
    match args.travel.as_deref() {
        None | Some("estimate") => Ok(None),
        Some(text) => match text.split_once(':') {
            Some(("matrix", file)) => {
                let content = fs::read_to_string(file).say(say::CANNOT_READ, &[&file])?;
                let matrix = MatrixFile::from_text(file, &content).say(say::IN_FILE, &[&file])?;
                Ok(Some(Arc::new(matrix)))
            }
            Some(("osrm" | "valhalla", _)) => {
                Ok(Some(Arc::new(ServerTravel::new(text, Box::new(HttpFetch::new()))?)))
            }
            _ => Err(Trouble::new(say::NO_TRAVEL_SOURCE, &[&text]).into()),
        },
    }
}

/// A router for a profile by name, or by file, on a day.
///
/// # Errors
/// When the profile is unknown or unreadable, or the region damaged.
pub(crate) fn router(region: Arc<Region>, profile: &str, day: &DayRules) -> anyhow::Result<Router> {
    if !is_profile_file(profile) {
        return Ok(Router::on_day(region, profile, day)?);
    }
    let profile = road_profile(&region, profile)?;
    Ok(Router::for_day(region, profile, day)?)
}

/// A profile of a region by name, or by file.
///
/// # Errors
/// When it is unknown or unreadable.
pub(crate) fn road_profile(region: &Region, profile: &str) -> anyhow::Result<RoadProfile> {
    if !is_profile_file(profile) {
        return Ok(region.profile(profile)?.clone());
    }
    let text = fs::read_to_string(profile).say(say::CANNOT_READ, &[&profile])?;
    RoadProfile::from_toml(&text).say(say::IN_FILE, &[&profile])
}

fn is_profile_file(profile: &str) -> bool {
    Path::new(profile).extension().is_some_and(|extension| extension == "toml")
}

/// The file of closures and speeds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangesFile {
    #[serde(default)]
    change: Vec<ChangeEntry>,
}

/// One change: where, when, and exactly one of closed, `speed_kmh` and `time_factor`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeEntry {
    from: Option<Day>,
    until: Option<Day>,
    way: Option<i64>,
    street: Option<String>,
    /// South, west, north, east.
    #[serde(rename = "box")]
    bounds: Option<[f64; 4]>,
    closed: Option<bool>,
    speed_kmh: Option<f64>,
    time_factor: Option<f64>,
    #[serde(default)]
    vehicles: Vec<Vehicle>,
    /// For people only.
    #[serde(default)]
    #[allow(dead_code, reason = "read so that a note may stand in the file")]
    note: Option<String>,
}

/// A date, bare or as text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Day {
    Bare(toml::value::Datetime),
    Text(String),
}

impl Day {
    fn date(&self) -> anyhow::Result<Date> {
        let text = match self {
            Self::Bare(date) => date.to_string(),
            Self::Text(text) => text.clone(),
        };
        text.parse().ok().say(say::NO_DATE, &[&text])
    }
}

/// The changes that hold on a day.
///
/// # Errors
/// When the file cannot be read, or an entry says nothing or too much.
pub(crate) fn read_changes(path: &Path, date: Date) -> anyhow::Result<Vec<RoadChange>> {
    let text = fs::read_to_string(path).say(say::CANNOT_READ, &[&path.display()])?;
    let file: ChangesFile = toml::from_str(&text).say(say::IN_FILE, &[&path.display()])?;
    let mut changes = Vec::new();
    for (i, entry) in file.change.into_iter().enumerate() {
        let place: [&dyn Display; 2] = [&path.display(), &(i + 1)];
        let holds = holds_on(&entry, date).say(say::IN_CHANGE, &place)?;
        let change = change(entry).say(say::IN_CHANGE, &place)?;
        changes.extend(holds.then_some(change));
    }
    Ok(changes)
}

fn holds_on(entry: &ChangeEntry, date: Date) -> anyhow::Result<bool> {
    let from = entry.from.as_ref().map(Day::date).transpose()?;
    let until = entry.until.as_ref().map(Day::date).transpose()?;
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        return Err(Trouble::new(say::CHANGE_BACKWARD, &[&until, &from]).into());
    }
    Ok(from.is_none_or(|from| from <= date) && until.is_none_or(|until| date <= until))
}

fn change(entry: ChangeEntry) -> anyhow::Result<RoadChange> {
    let refused = |phrase, value: &dyn Display| Err(Trouble::new(phrase, &[value]).into());
    let bounds = match entry.bounds {
        None => None,
        Some(corners) => {
            let shown = corners.map(|degrees| degrees.to_string()).join(",");
            Some(box_of(corners).say(say::NO_BOX, &[&shown])?)
        }
    };
    let roads = match (entry.way, entry.street, bounds) {
        (Some(way), None, None) => ChangedRoads::Way(way),
        (None, Some(street), None) => ChangedRoads::Street(street),
        (None, None, Some(bounds)) => ChangedRoads::Box(bounds),
        (None, Some(street), Some(bounds)) => ChangedRoads::StreetWithin(street, bounds),
        _ => return refused(say::CHANGE_WHERE, &""),
    };
    let effect = match (entry.closed, entry.speed_kmh, entry.time_factor) {
        (Some(true), None, None) => ChangeEffect::Closed,
        (None, Some(kmh), None) if SPEED_KMH.contains(&kmh) => ChangeEffect::SpeedKmh(kmh),
        (None, Some(kmh), None) => return refused(say::CHANGE_SPEED, &kmh),
        (None, None, Some(factor)) if (0.1..=100.0).contains(&factor) => {
            ChangeEffect::TimeFactor(factor)
        }
        (None, None, Some(factor)) => {
            return refused(say::CHANGE_FACTOR, &factor);
        }
        _ => return refused(say::CHANGE_WHAT, &""),
    };
    Ok(RoadChange { roads, effect, vehicles: entry.vehicles })
}

/// HTTP with a timeout and some tries.
#[derive(Debug)]
struct HttpFetch {
    agent: ureq::Agent,
}

impl HttpFetch {
    fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(SERVER_TIMEOUT))
            .http_status_as_error(false)
            .build();
        Self { agent: config.into() }
    }

    fn once(&self, url: &str, body: Option<&str>) -> Result<String, FetchError> {
        let answer = match body {
            None => self.agent.get(url).call(),
            Some(body) => {
                self.agent.post(url).header("content-type", "application/json").send(body)
            }
        };
        let mut answer = answer.map_err(|error| FetchError::Away(error.to_string()))?;
        let status = answer.status().as_u16();
        let text = answer
            .body_mut()
            .with_config()
            .limit(256 << 20)
            .read_to_string()
            .map_err(|error| FetchError::Away(error.to_string()))?;
        if (200..300).contains(&status) {
            return Ok(text);
        }
        Err(FetchError::Refused { status, text })
    }
}

impl Fetch for HttpFetch {
    fn fetch(&self, url: &str, body: Option<&str>) -> Result<String, FetchError> {
        let mut pause = SERVER_PAUSE;
        let mut tries = 1;
        loop {
            let answer = self.once(url, body);
            // A server that is busy says so with these; asking again may help.
            let is_passing = match &answer {
                Err(FetchError::Away(_)) => true,
                Err(FetchError::Refused { status, .. }) => matches!(status, 429 | 500..=599),
                Ok(_) => false,
            };
            if !is_passing || tries == SERVER_TRIES {
                return answer;
            }
            std::thread::sleep(pause);
            pause *= 2;
            tries += 1;
        }
    }
}
