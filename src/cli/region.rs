//! `buuta region`: an OpenStreetMap extract to a file of roads, and questions to it.

use std::fs::{self, File};
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use indicatif::{ProgressBar, ProgressStyle as BarStyle};
use jiff::civil::Date;
use serde_json::json;

use crate::cli::calibrate::{self, CalibrateArgs};
use crate::cli::quantity::{parse_box, parse_place};
use crate::cli::travel::{self, open_region};
use crate::cli::trouble::{Say, Trouble};
use crate::cli::voice::{note, stdout, tell};
use crate::network::{
    Area, BuildConfig, BuildObserver, BuildStep, DayRules, Polygon, RoadProfile, RoadRoute,
    build_region, drawing_geojson, named_area,
};
use crate::outputs::wording::{Lang, Phrase, phrases, roads as say, troubles};
use crate::place::{BoundingBox, LatLon};

/// The roads of an area.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RegionArgs {
    #[command(subcommand)]
    command: RegionCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum RegionCommand {
    /// Builds a region file from an OpenStreetMap extract.
    Build(BuildArgs),
    /// Says what a region file holds; checks all of it.
    Info(InfoArgs),
    /// The fastest way between two places.
    Route(RouteArgs),
    /// The map beneath routes: roads, water and names of a box, as `GeoJSON`.
    Draw(DrawArgs),
    /// Prints a shipped profile, to be edited.
    Profile(ProfileArgs),
    /// Fits the speeds of a profile to recorded legs.
    Calibrate(CalibrateArgs),
}

#[derive(Clone, Debug, clap::Args)]
struct BuildArgs {
    /// The extract: .osm.pbf, sorted as they come.
    extract: PathBuf,
    /// The region file to write.
    #[arg(long, short)]
    out: PathBuf,
    /// Keep an administrative area of the map by its name, or by r and the number of its relation.
    #[arg(long, conflicts_with_all = ["bounds", "polygon"])]
    area: Option<String>,
    /// Keep a box: south,west,north,east in degrees.
    #[arg(long = "box", value_name = "S,W,N,E", value_parser = parse_box, conflicts_with = "polygon")]
    bounds: Option<BoundingBox>,
    /// Keep a polygon: `GeoJSON` or Osmosis .poly.
    #[arg(long, value_name = "FILE")]
    polygon: Option<PathBuf>,
    /// The region's name; the file's name when not given.
    #[arg(long)]
    name: Option<String>,
    /// Profiles to price: motorbike, car, walking, or profile files (.toml).
    #[arg(long, value_delimiter = ',', default_value = "motorbike,car,walking")]
    profiles: Vec<String>,
}

#[derive(Clone, Debug, clap::Args)]
struct InfoArgs {
    /// The region file.
    region: PathBuf,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Debug, clap::Args)]
struct RouteArgs {
    /// The region file.
    region: PathBuf,
    /// Where from: latitude,longitude.
    #[arg(value_parser = parse_place, allow_hyphen_values = true)]
    from: LatLon,
    /// Where to: latitude,longitude.
    #[arg(value_parser = parse_place, allow_hyphen_values = true)]
    to: LatLon,
    /// A profile of the region, or a profile file (.toml).
    #[arg(long, default_value = "motorbike")]
    profile: String,
    /// Closures and speeds with their dates (.toml).
    #[arg(long, value_name = "FILE")]
    road_changes: Option<PathBuf>,
    /// The day, for dated changes; today when not given.
    #[arg(long, default_value_t = jiff::Zoned::now().date(), hide_default_value = true)]
    date: Date,
    /// Write the way as `GeoJSON`.
    #[arg(long, short)]
    out: Option<PathBuf>,
}

#[derive(Clone, Debug, clap::Args)]
struct DrawArgs {
    /// The region file.
    region: PathBuf,
    /// The box: south,west,north,east in degrees; all of the region when not given.
    #[arg(long = "box", value_name = "S,W,N,E", value_parser = parse_box)]
    bounds: Option<BoundingBox>,
    /// Where the `GeoJSON` goes; standard output when not given.
    #[arg(long, short)]
    out: Option<PathBuf>,
}

#[derive(Clone, Debug, clap::Args)]
struct ProfileArgs {
    /// motorbike, car or walking.
    name: String,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, used or written.
pub(crate) fn run(args: &RegionArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    match &args.command {
        RegionCommand::Build(args) => build(args, lang),
        RegionCommand::Info(args) => info(args, lang),
        RegionCommand::Route(args) => route(args, lang),
        RegionCommand::Draw(args) => draw(args),
        RegionCommand::Calibrate(args) => calibrate::run(args, lang),
        RegionCommand::Profile(args) => {
            stdout().write_all(shipped(&args.name)?.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The text of a shipped profile, its comments included.
fn shipped(name: &str) -> anyhow::Result<&'static str> {
    Ok(match name {
        "motorbike" => include_str!("../../data/profiles/motorbike.toml"),
        "car" => include_str!("../../data/profiles/car.toml"),
        "walking" => include_str!("../../data/profiles/walking.toml"),
        _ => return Err(Trouble::new(troubles::NO_SHIPPED_PROFILE, &[&name]).into()),
    })
}

fn profile(name: &str) -> anyhow::Result<RoadProfile> {
    if Path::new(name).extension().is_some_and(|extension| extension == "toml") {
        let text = fs::read_to_string(name).say(troubles::CANNOT_READ, &[&name])?;
        return RoadProfile::from_toml(&text).say(troubles::IN_FILE, &[&name]);
    }
    Ok(RoadProfile::from_toml(shipped(name)?)?)
}

fn build(args: &BuildArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let shown = args.extract.display();
    let mut extract = File::open(&args.extract).say(troubles::CANNOT_READ, &[&shown])?;
    let narrator = BuildNarrator::new(lang);
    let area = area(args, &mut extract, &narrator).say(troubles::IN_FILE, &[&shown])?;
    let stem = args.out.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let profiles: Vec<RoadProfile> =
        args.profiles.iter().map(|name| profile(name)).collect::<Result<_, _>>()?;
    let config = BuildConfig { name: args.name.clone().unwrap_or(stem), area, profiles };
    let mut beside = args.out.as_os_str().to_owned();
    beside.push(".writing");
    let beside = PathBuf::from(beside);
    let out = File::create(&beside).say(troubles::CANNOT_WRITE, &[&args.out.display()])?;
    let built = build_region(&mut extract, &config, BufWriter::new(out), &narrator);
    narrator.finish();
    if built.is_err() {
        // Half a region is of no use, and its absence is no further trouble.
        let _ = fs::remove_file(&beside);
    }
    let summary = built.say(troubles::IN_FILE, &[&shown])?;
    fs::rename(&beside, &args.out).say(troubles::CANNOT_WRITE, &[&args.out.display()])?;
    note!("{} · {:.1} s", args.out.display(), started.elapsed().as_secs_f64());
    tell!("{}", table(&summary, None, lang))?;
    Ok(ExitCode::SUCCESS)
}

fn area(args: &BuildArgs, extract: &mut File, narrator: &BuildNarrator) -> anyhow::Result<Area> {
    if let Some(name) = &args.area {
        return Ok(named_area(extract, name, narrator)?);
    }
    if let Some(bounds) = args.bounds {
        return Ok(Area::Box(bounds));
    }
    if let Some(path) = &args.polygon {
        let text = fs::read_to_string(path).say(troubles::CANNOT_READ, &[&path.display()])?;
        let polygon = Polygon::from_text(&text).say(troubles::IN_FILE, &[&path.display()])?;
        return Ok(Area::Polygon(polygon));
    }
    Ok(Area::Everything)
}

fn info(args: &InfoArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let region = open_region(&args.region)?;
    region.verify().say(troubles::IN_FILE, &[&args.region.display()])?;
    if args.json {
        tell!("{}", serde_json::to_string_pretty(region.summary())?)?;
    } else {
        tell!("{}", table(region.summary(), Some(region.n_bytes()), lang))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table(summary: &crate::network::RegionSummary, n_bytes: Option<usize>, lang: Lang) -> Table {
    let word = |phrase: Phrase| phrase.of(lang).to_owned();
    let [south, west, north, east] = summary.bounds;
    let mut rows = vec![
        (word(say::REGION), summary.name.clone()),
        (word(say::SOURCE), summary.attribution.clone()),
        (word(say::BOX), format!("{south:.4},{west:.4},{north:.4},{east:.4}")),
        (
            word(say::NODES),
            format!("{} (+{})", summary.n_nodes - summary.n_copies, summary.n_copies),
        ),
        (word(say::EDGES), summary.n_edges.to_string()),
        (word(say::HIERARCHY_ARCS), summary.n_hierarchy_arcs.to_string()),
        (
            word(say::RESTRICTIONS),
            format!("{} ({})", summary.n_restrictions, summary.n_restrictions_ignored),
        ),
        (word(say::MISSING_NODES), summary.n_missing_nodes.to_string()),
        (word(say::STREETS), summary.n_streets.to_string()),
        (word(say::POINTS), summary.n_points.to_string()),
    ];
    for profile in &summary.profiles {
        let numbers = [
            profile.main_km.to_string(),
            profile.dropped_km.to_string(),
            profile.n_dropped_edges.to_string(),
        ];
        let numbers = numbers.each_ref().map(String::as_str);
        rows.push((profile.name.clone(), say::PROFILE_ROADS.with(lang, &numbers)));
    }
    if let Some(n_bytes) = n_bytes {
        rows.push((word(say::FILE_SIZE), format!("{:.1} MB", n_bytes as f64 / 1e6)));
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    for (name, value) in rows {
        table.add_row([name, value]);
    }
    table
}

fn route(args: &RouteArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let region = open_region(&args.region)?;
    let changes = match &args.road_changes {
        Some(path) => travel::read_changes(path, args.date)?,
        None => Vec::new(),
    };
    let router = travel::router(region, &args.profile, &DayRules { hours: None, changes })?;
    let route = router.route(args.from, args.to);
    let Some(route) = route else {
        return Err(Trouble::new(troubles::NO_ROAD_NEAR, &[]).into());
    };
    let minutes = (route.time.value() + 59) / 60;
    let km = route.distance.value() as f64 / 1e3;
    tell!("{km:.1} km · {minutes} min · {}", router.profile().name())?;
    for step in &route.steps {
        let (meters, street) = (step.distance.value(), street(&step.street, lang));
        tell!("{meters:>6} m  {} {street}", arrow(step.turn_degrees))?;
    }
    tell!("{}", router.region().summary().attribution)?;
    if let Some(path) = &args.out {
        fs::write(path, geojson(&route, router.profile().name()))
            .say(troubles::CANNOT_WRITE, &[&path.display()])?;
    }
    Ok(ExitCode::SUCCESS)
}

fn street(name: &str, lang: Lang) -> &str {
    if name.is_empty() { say::UNNAMED_ROAD.of(lang) } else { name }
}

fn arrow(turn_degrees: i32) -> char {
    match turn_degrees {
        -30..=30 => '↑',
        31..=75 => '↗',
        76..=150 => '→',
        -75..=-31 => '↖',
        -150..=-76 => '←',
        _ => '↓',
    }
}

fn geojson(route: &RoadRoute, profile: &str) -> String {
    let position = |at: &LatLon| json!([at.lon(), at.lat()]);
    let line: Vec<_> = route.line.iter().map(position).collect();
    let steps: Vec<_> = route
        .steps
        .iter()
        .map(|step| {
            json!({
                "street": step.street,
                "distance_m": step.distance.value(),
                "turn_degrees": step.turn_degrees,
                "at": position(&step.at),
            })
        })
        .collect();
    json!({
        "type": "FeatureCollection",
        "attribution": crate::network::ATTRIBUTION,
        "features": [{
            "type": "Feature",
            "geometry": { "type": "LineString", "coordinates": line },
            "properties": {
                "profile": profile,
                "time_s": route.time.value(),
                "distance_m": route.distance.value(),
                "steps": steps,
            },
        }],
    })
    .to_string()
}

fn draw(args: &DrawArgs) -> anyhow::Result<ExitCode> {
    let region = open_region(&args.region)?;
    let bounds = args.bounds.unwrap_or(region.summary().bounding_box());
    let text = drawing_geojson(&region.drawing(bounds)?);
    let Some(path) = &args.out else {
        tell!("{text}")?;
        return Ok(ExitCode::SUCCESS);
    };
    fs::write(path, text).say(troubles::CANNOT_WRITE, &[&path.display()])?;
    Ok(ExitCode::SUCCESS)
}

/// A bar per step on a terminal, a line per step elsewhere.
struct BuildNarrator {
    lang: Lang,
    bar: Mutex<Option<ProgressBar>>,
}

/// Steps of a bar.
const BAR_STEPS: u64 = 1_000;

impl BuildNarrator {
    fn new(lang: Lang) -> Self {
        Self { lang, bar: Mutex::new(None) }
    }

    fn finish(&self) {
        if let Some(bar) = self.bar.lock().ok().and_then(|mut bar| bar.take()) {
            bar.finish_and_clear();
        }
    }
}

impl BuildObserver for BuildNarrator {
    fn begins(&self, step: BuildStep) {
        self.finish();
        let words = match step {
            BuildStep::Area => say::FINDING_AREA,
            BuildStep::Ways => say::READING_WAYS,
            BuildStep::Nodes => say::READING_POSITIONS,
            BuildStep::Graph => say::MAKING_GRAPH,
            BuildStep::Order => say::ORDERING_NODES,
            BuildStep::Hierarchy => say::PRICING_HIERARCHY,
            BuildStep::Write => say::WRITING,
        };
        let words = words.of(self.lang);
        if !std::io::stderr().is_terminal() {
            note!("{words} …");
            return;
        }
        let left = phrases::TIME_LEFT.of(self.lang);
        let template = format!("{words} {{bar:30}} {{percent:>3}} % · {left} {{eta}}");
        let bar = ProgressBar::new(BAR_STEPS);
        if let Ok(style) = BarStyle::with_template(&template) {
            bar.set_style(style);
        }
        if let Ok(mut shown) = self.bar.lock() {
            *shown = Some(bar);
        }
    }

    fn progress(&self, share: f64) {
        if let Some(bar) = self.bar.lock().ok().as_ref().and_then(|bar| bar.as_ref()) {
            bar.set_position((share * BAR_STEPS as f64) as u64);
        }
    }
}
