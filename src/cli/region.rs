//! `buuta region`: an OpenStreetMap extract to a file of roads, and questions to it.

use std::fs::{self, File};
use std::io::{BufWriter, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, bail};
use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use indicatif::{ProgressBar, ProgressStyle as BarStyle};
use jiff::civil::Date;
use serde_json::json;

use crate::cli::travel::{self, box_of, open_region};
use crate::network::{
    Area, BuildConfig, BuildObserver, BuildStep, Polygon, RoadProfile, RoadRoute, build_region,
    drawing_geojson, named_area,
};
use crate::outputs::wording::Lang;
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
}

#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    buuta region build vietnam-latest.osm.pbf --area \"Đà Nẵng\" -o danang.buuta-region\n  \
    buuta region build vietnam-latest.osm.pbf --box 14.9,107.2,16.3,108.8 -o danang.buuta-region")]
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
#[command(after_help = "Examples:\n  buuta region info danang.buuta-region")]
struct InfoArgs {
    /// The region file.
    region: PathBuf,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    buuta region route danang.buuta-region 15.5736,108.4740 15.8801,108.3380 -o way.geojson")]
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
    #[arg(long, default_value_t = jiff::Zoned::now().date())]
    date: Date,
    /// Write the way as `GeoJSON`.
    #[arg(long, short)]
    out: Option<PathBuf>,
}

#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    buuta region draw danang.buuta-region --box 15.5,108.4,15.6,108.5 -o map.geojson")]
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
#[command(after_help = "Examples:\n  buuta region profile motorbike > ours.toml")]
struct ProfileArgs {
    /// motorbike, car or walking.
    name: String,
}

/// Reads `south,west,north,east`.
fn parse_box(text: &str) -> Result<BoundingBox, String> {
    let numbers: Vec<f64> =
        text.split(',').map(|n| n.trim().parse().ok()).collect::<Option<_>>().unwrap_or_default();
    let corners: Result<[f64; 4], _> = numbers.try_into();
    let words = || format!("{text:?} is no box; write south,west,north,east in degrees");
    box_of(corners.map_err(|_| words())?).map_err(|error| error.to_string())
}

/// Reads `latitude,longitude`.
fn parse_place(text: &str) -> Result<LatLon, String> {
    let parts = text.split_once(',');
    let numbers =
        parts.and_then(|(lat, lon)| Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?)));
    numbers.and_then(|(lat, lon)| LatLon::new(lat, lon)).ok_or_else(|| {
        format!("{text:?} is no place; write latitude,longitude such as 15.5736,108.474")
    })
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
        RegionCommand::Profile(args) => {
            print!("{}", shipped(&args.name)?);
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
        _ => bail!("{name:?} is no shipped profile; there are motorbike, car and walking"),
    })
}

fn profile(name: &str) -> anyhow::Result<RoadProfile> {
    if Path::new(name).extension().is_some_and(|extension| extension == "toml") {
        let text = fs::read_to_string(name).with_context(|| format!("cannot read {name}"))?;
        return RoadProfile::from_toml(&text).with_context(|| format!("in {name}"));
    }
    Ok(RoadProfile::from_toml(shipped(name)?)?)
}

fn build(args: &BuildArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let shown = || args.extract.display().to_string();
    let mut extract =
        File::open(&args.extract).with_context(|| format!("cannot open {}", shown()))?;
    let narrator = BuildNarrator::new(lang);
    let area = area(args, &mut extract, &narrator).with_context(shown)?;
    let stem = args.out.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let profiles: Vec<RoadProfile> =
        args.profiles.iter().map(|name| profile(name)).collect::<Result<_, _>>()?;
    let config = BuildConfig { name: args.name.clone().unwrap_or(stem), area, profiles };
    let mut beside = args.out.as_os_str().to_owned();
    beside.push(".writing");
    let beside = PathBuf::from(beside);
    let out =
        File::create(&beside).with_context(|| format!("cannot write {}", beside.display()))?;
    let built = build_region(&mut extract, &config, BufWriter::new(out), &narrator);
    narrator.finish();
    if built.is_err() {
        // Half a region is of no use, and its absence is no further trouble.
        let _ = fs::remove_file(&beside);
    }
    let summary = built.with_context(shown)?;
    fs::rename(&beside, &args.out)
        .with_context(|| format!("cannot rename {} to {}", beside.display(), args.out.display()))?;
    eprintln!("{} · {:.1} s", args.out.display(), started.elapsed().as_secs_f64());
    println!("{}", table(&summary, None, lang));
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
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let polygon =
            Polygon::from_text(&text).with_context(|| format!("in {}", path.display()))?;
        return Ok(Area::Polygon(polygon));
    }
    Ok(Area::Everything)
}

fn info(args: &InfoArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let region = open_region(&args.region)?;
    region.verify().with_context(|| args.region.display().to_string())?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(region.summary())?);
    } else {
        println!("{}", table(region.summary(), Some(region.n_bytes()), lang));
    }
    Ok(ExitCode::SUCCESS)
}

fn table(summary: &crate::network::RegionSummary, n_bytes: Option<usize>, lang: Lang) -> Table {
    let word = |vi: &'static str, en: &'static str| lang.pick(vi, en).to_owned();
    let [south, west, north, east] = summary.bounds;
    let mut rows = vec![
        (word("vùng", "region"), summary.name.clone()),
        (word("nguồn", "source"), summary.attribution.clone()),
        (word("khung", "box"), format!("{south:.4},{west:.4},{north:.4},{east:.4}")),
        (
            word("nút", "nodes"),
            format!("{} (+{})", summary.n_nodes - summary.n_copies, summary.n_copies),
        ),
        (word("đoạn đường", "edges"), summary.n_edges.to_string()),
        (word("cung phân cấp", "hierarchy arcs"), summary.n_hierarchy_arcs.to_string()),
        (
            word("cấm rẽ (bỏ qua)", "turn restrictions (ignored)"),
            format!("{} ({})", summary.n_restrictions, summary.n_restrictions_ignored),
        ),
        (word("nút thiếu", "missing nodes"), summary.n_missing_nodes.to_string()),
        (word("đường có tên", "named streets"), summary.n_streets.to_string()),
        (word("điểm", "points"), summary.n_points.to_string()),
    ];
    for profile in &summary.profiles {
        let dropped = word("km liền nhau, bỏ", "km connected, dropped");
        let edges = word("km đảo", "km of islands");
        rows.push((
            profile.name.clone(),
            format!(
                "{} {dropped} {} {edges} ({})",
                profile.main_km, profile.dropped_km, profile.n_dropped_edges
            ),
        ));
    }
    if let Some(n_bytes) = n_bytes {
        rows.push((word("cỡ tệp", "file"), format!("{:.1} MB", n_bytes as f64 / 1e6)));
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
    let router = travel::router(region, &args.profile, changes)?;
    let route = router.route(args.from, args.to);
    let Some(route) = route else {
        bail!("a place has no road within 30 km in this region; check latitude,longitude")
    };
    let minutes = (route.time.value() + 59) / 60;
    println!(
        "{:.1} km · {minutes} min · {}",
        route.distance.value() as f64 / 1e3,
        router.profile().name()
    );
    for step in &route.steps {
        println!(
            "{:>6} m  {} {}",
            step.distance.value(),
            arrow(step.turn_degrees),
            street(&step.street, lang)
        );
    }
    println!("{}", router.region().summary().attribution);
    if let Some(path) = &args.out {
        fs::write(path, geojson(&route, router.profile().name()))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn street(name: &str, lang: Lang) -> &str {
    if name.is_empty() { lang.pick("đường không tên", "unnamed road") } else { name }
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
        println!("{text}");
        return Ok(ExitCode::SUCCESS);
    };
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
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
            BuildStep::Area => self.lang.pick("tìm ranh giới", "finding the area"),
            BuildStep::Ways => self.lang.pick("đọc đường", "reading ways"),
            BuildStep::Nodes => self.lang.pick("đọc tọa độ", "reading positions"),
            BuildStep::Graph => self.lang.pick("dựng mạng đường", "making the graph"),
            BuildStep::Order => self.lang.pick("xếp thứ tự nút", "ordering the nodes"),
            BuildStep::Hierarchy => self.lang.pick("tính phân cấp", "pricing the hierarchy"),
            BuildStep::Write => self.lang.pick("ghi tệp", "writing"),
        };
        if !std::io::stderr().is_terminal() {
            eprintln!("{words} …");
            return;
        }
        let left = self.lang.pick("còn", "left");
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
