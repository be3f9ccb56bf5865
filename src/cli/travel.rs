//! Where the travel times of a plan come from: a region, a file, a server, or an estimate.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::civil::Date;
use serde::Deserialize;

use crate::network::{
    ChangeEffect, ChangedRoads, DayRules, Fetch, FetchError, MatrixFile, Region, RegionBytes,
    RoadChange, RoadProfile, Router, ServerTravel, Travel, Vehicle,
};
use crate::outputs::wording::Lang;
use crate::place::BoundingBox;

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
    let file = File::open(path).map_err(|error| {
        NoRegionFile(format!("cannot open the region {}: {error}", path.display()))
    })?;
    let bytes = RegionBytes::map(&file).map_err(|error| {
        NoRegionFile(format!("cannot map the region {}: {error}", path.display()))
    })?;
    let region = Region::open(bytes).with_context(|| path.display().to_string())?;
    Ok(Arc::new(region))
}

/// A region that is not there: told apart by its exit code.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoRegionFile(String);

/// The source of a day's travel times; `None` is the estimate.
///
/// # Errors
/// When it cannot be opened or read.
pub(crate) fn source(
    args: &TravelArgs,
    date: Date,
    lang: Lang,
) -> anyhow::Result<Option<Arc<dyn Travel>>> {
    if let Some(path) = &args.region {
        let region = open_region(path)?;
        let changes = match &args.road_changes {
            Some(path) => read_changes(path, date)?,
            None => Vec::new(),
        };
        let router =
            router(region, &args.profile, changes).with_context(|| path.display().to_string())?;
        for &index in router.unmet_changes() {
            let words = lang.pick(
                "thay đổi đường này không khớp đoạn đường nào",
                "this road change meets no road",
            );
            eprintln!("buuta: {words}: {}", index + 1);
        }
        return Ok(Some(Arc::new(router)));
    }
    match args.travel.as_deref() {
        None | Some("estimate") => Ok(None),
        Some(text) => match text.split_once(':') {
            Some(("matrix", file)) => {
                let content =
                    fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
                let matrix =
                    MatrixFile::from_text(file, &content).with_context(|| format!("in {file}"))?;
                Ok(Some(Arc::new(matrix)))
            }
            Some(("osrm" | "valhalla", _)) => {
                Ok(Some(Arc::new(ServerTravel::new(text, Box::new(HttpFetch::new()))?)))
            }
            _ => bail!(
                "{text:?} is no source of travel times; write osrm:URL, valhalla:URL, matrix:FILE or estimate"
            ),
        },
    }
}

/// A router for a profile by name, or by file, on a day with changes.
///
/// # Errors
/// When the profile is unknown or unreadable, or the region damaged.
pub(crate) fn router(
    region: Arc<Region>,
    profile: &str,
    changes: Vec<RoadChange>,
) -> anyhow::Result<Router> {
    let is_file = Path::new(profile).extension().is_some_and(|extension| extension == "toml");
    if is_file {
        let text = fs::read_to_string(profile).with_context(|| format!("cannot read {profile}"))?;
        let profile = RoadProfile::from_toml(&text).with_context(|| format!("in {profile}"))?;
        let day = DayRules { hours: None, changes };
        return Ok(Router::for_day(region, profile, &day)?);
    }
    let router = Router::new(Arc::clone(&region), profile)?;
    if changes.is_empty() {
        return Ok(router);
    }
    let day = DayRules { hours: None, changes };
    Ok(Router::for_day(region, router.profile().clone(), &day)?)
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
        text.parse().with_context(|| format!("{text:?} is no date; write 2025-11-24"))
    }
}

/// The changes that hold on a day.
///
/// # Errors
/// When the file cannot be read, or an entry says nothing or too much.
pub(crate) fn read_changes(path: &Path, date: Date) -> anyhow::Result<Vec<RoadChange>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file: ChangesFile =
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
    let mut changes = Vec::new();
    for (i, entry) in file.change.into_iter().enumerate() {
        let shown = || format!("in {}, change {}", path.display(), i + 1);
        let holds = holds_on(&entry, date).with_context(shown)?;
        let change = change(entry).with_context(shown)?;
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
        bail!("it ends on {until}, before it begins on {from}");
    }
    Ok(from.is_none_or(|from| from <= date) && until.is_none_or(|until| date <= until))
}

fn change(entry: ChangeEntry) -> anyhow::Result<RoadChange> {
    let bounds = entry.bounds.map(box_of).transpose()?;
    let roads = match (entry.way, entry.street, bounds) {
        (Some(way), None, None) => ChangedRoads::Way(way),
        (None, Some(street), None) => ChangedRoads::Street(street),
        (None, None, Some(bounds)) => ChangedRoads::Box(bounds),
        (None, Some(street), Some(bounds)) => ChangedRoads::StreetWithin(street, bounds),
        _ => bail!("name a way, a street, a box, or a street and a box"),
    };
    let effect = match (entry.closed, entry.speed_kmh, entry.time_factor) {
        (Some(true), None, None) => ChangeEffect::Closed,
        (None, Some(kmh), None) if SPEED_KMH.contains(&kmh) => ChangeEffect::SpeedKmh(kmh),
        (None, Some(kmh), None) => bail!("speed_kmh is {kmh}; it must lie between 1 and 160"),
        (None, None, Some(factor)) if (0.1..=100.0).contains(&factor) => {
            ChangeEffect::TimeFactor(factor)
        }
        (None, None, Some(factor)) => {
            bail!("time_factor is {factor}; it must lie between 0.1 and 100")
        }
        _ => bail!("say exactly one of closed = true, speed_kmh and time_factor"),
    };
    Ok(RoadChange { roads, effect, vehicles: entry.vehicles })
}

/// A box of south, west, north, east.
///
/// # Errors
/// When it is not on the globe, or empty.
pub(crate) fn box_of(
    [lat_min, lon_min, lat_max, lon_max]: [f64; 4],
) -> anyhow::Result<BoundingBox> {
    let is_ordered = lat_min < lat_max && lon_min < lon_max;
    let is_on_globe = lat_min >= -90.0 && lat_max <= 90.0 && lon_min >= -180.0 && lon_max <= 180.0;
    if !is_ordered || !is_on_globe {
        bail!(
            "{lat_min},{lon_min},{lat_max},{lon_max} is no box; write south,west,north,east in degrees"
        );
    }
    Ok(BoundingBox { lat_min, lon_min, lat_max, lon_max })
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
