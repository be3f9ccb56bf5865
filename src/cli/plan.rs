//! `buuta plan`: files of results in, a folder of routes, papers and a report out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use jiff::civil::Date;

use crate::cli::depot::{self, Depot};
use crate::cli::progress::{Narrator, ProgressStyle};
use crate::cli::quantity::parse_duration;
use crate::cli::summary;
use crate::cli::travel::{self, TravelArgs};
use crate::cli::{INPUT_ERRORS, ITEMS_LEFT_OUT};
use crate::intake::{Intake, IntakeConfig, read_files};
use crate::network::DrawnShape;
use crate::outputs::wording::Lang;
use crate::outputs::{Extras, Names, OutputOptions, RejectedRowView, write_all};
use crate::place::{BoundingBox, LatLon};
use crate::planning::{DayPlan, Morning, PlanConfig, plan_day, problem_of};
use crate::problem::write_problem;
use crate::rng::Seed;
use crate::solver::StopWhen;
use crate::territory::{Boundaries, CommuneCode, Gazetteer};

/// A search that has found nothing better for this share of its time stops early.
const IDLE_SHARE: f64 = 0.5;

/// A day to be planned.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    buuta plan out/demo.input/1-tam-ky.csv --depot out/demo.input/depot.toml --date 2025-11-24 --out out/one\n  \
    buuta plan results.csv more.xlsx --depot depot.toml --out out/today --time 30s --timings")]
pub(crate) struct PlanArgs {
    /// Files of results: CSV and XLSX, mixed.
    #[arg(required = true)]
    pub(crate) results: Vec<PathBuf>,
    /// The depot's own file.
    #[arg(long)]
    pub(crate) depot: PathBuf,
    /// The day to plan; today when not given.
    #[arg(long, default_value_t = jiff::Zoned::now().date())]
    pub(crate) date: Date,
    /// The folder to write; an older plan there is replaced.
    #[arg(long)]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) search: SearchArgs,
    #[command(flatten)]
    pub(crate) travel: TravelArgs,
    /// `GeoJSON` of commune outlines (plain or .gz), for the map.
    #[arg(long)]
    pub(crate) boundaries: Option<PathBuf>,
    /// Also write the routing problem alone: no names, no addresses.
    #[arg(long)]
    pub(crate) export_problem: Option<PathBuf>,
    /// Plan and print, write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// How to search, and how to tell about it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// How long to search, such as 10s or 2min; stops early when nothing gets better.
    #[arg(long, default_value = "10s", value_parser = parse_duration)]
    pub(crate) time: Duration,
    /// Search this many iterations instead: the same plan on every machine.
    #[arg(long)]
    pub(crate) iterations: Option<u64>,
    /// Where the search's chance starts.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads; 0 takes all cores.
    #[arg(long, default_value_t = 0)]
    pub(crate) threads: usize,
    /// Print how long each room took.
    #[arg(long)]
    pub(crate) timings: bool,
    /// How the summary is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: SummaryFormat,
    /// How progress is shown.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) progress: ProgressStyle,
}

/// How the summary is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum SummaryFormat {
    /// For people.
    #[default]
    Table,
    /// For machines: one JSON object.
    Json,
}

/// Runs the command.
///
/// # Errors
/// When the input cannot be read at all, the day cannot be planned, or the folder cannot be written.
pub(crate) fn run(args: &PlanArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    check_folder(&args.out)?;
    let gazetteer = Gazetteer::bundled();
    let narrator = Narrator::new(args.search.progress, lang);
    narrator.room("intake");
    let depot = depot::read(&args.depot, gazetteer)?;
    let intake = read_files(&args.results, &IntakeConfig::new(args.date))?;
    if intake.items.is_empty() {
        summary::print_rows(&intake, lang);
        eprintln!("{}", lang.pick("không có dòng nào dùng được", "no row can be used"));
        return Ok(ExitCode::from(INPUT_ERRORS));
    }
    let boundaries = args.boundaries.as_deref().map(read_boundaries).transpose()?;
    let morning = morning(args.date, depot, &intake);
    let travel = travel::source(&args.travel, args.date, lang)?;
    let config = PlanConfig { roads: travel, ..config(&args.search) };
    if let Some(path) = &args.export_problem {
        let problem = problem_of(gazetteer, morning.clone(), &config)?;
        fs::write(path, write_problem(&problem))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let plan = plan_day(gazetteer, morning, &config, &narrator)?;
    narrator.room("outputs");
    let areas = boundaries.map(|outlines| areas(&plan, &outlines)).unwrap_or_default();
    let backdrop = config.roads.as_ref().map(|roads| roads.drawing(bounds(&plan)));
    let backdrop = backdrop.unwrap_or_default();
    let written = if args.dry_run {
        Vec::new()
    } else {
        write_into_place(&plan, &intake, &Ground { areas, backdrop }, &args.out, lang)?
    };
    narrator.finish(args.search.timings);
    match args.search.format {
        SummaryFormat::Table => summary::print(&plan, &intake, &written, &args.out, lang),
        SummaryFormat::Json => summary::print_json(&plan, &intake),
    }
    let all_planned = plan.unplanned.is_empty() && intake.rejected.is_empty();
    Ok(if all_planned { ExitCode::SUCCESS } else { ExitCode::from(ITEMS_LEFT_OUT) })
}

fn morning(date: Date, depot: Depot, intake: &Intake) -> Morning {
    Morning {
        date,
        office: depot.office,
        units: depot.units,
        carriers: depot.carriers,
        calendar: depot.calendar,
        items: intake.items.clone(),
        findings: intake.findings.clone(),
        area: depot.area,
        province: depot.province,
    }
}

fn config(search: &SearchArgs) -> PlanConfig {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    // A second handler cannot be set within one process; the first one already raises a flag.
    let _ = ctrlc::set_handler(move || raised.store(true, Ordering::Relaxed));
    let stop = match search.iterations {
        Some(n) => StopWhen::iterations(n),
        None => StopWhen::elapsed(search.time).or_no_improvement(search.time.mul_f64(IDLE_SHARE)),
    };
    PlanConfig {
        budget: stop.or_cancelled(flag),
        seed: Seed(search.seed),
        threads: search.threads,
        ..PlanConfig::default()
    }
}

fn read_boundaries(path: &Path) -> anyhow::Result<Boundaries> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Boundaries::from_geojson(&bytes).with_context(|| format!("in {}", path.display()))
}

/// What the map shows beneath the routes.
struct Ground {
    areas: Vec<(CommuneCode, Vec<Vec<LatLon>>)>,
    backdrop: Vec<DrawnShape>,
}

/// The box around everything that the day touches, with a margin.
fn bounds(plan: &DayPlan) -> BoundingBox {
    let lines = plan.routes.iter().flat_map(|route| route.line.iter().copied());
    let places = plan.stops.values().map(|stop| stop.place).chain([plan.office.place]);
    let b = BoundingBox::around(lines.chain(places)).expect("the office is a place");
    let margin = ((b.lat_max - b.lat_min) * 0.05).max(0.002);
    BoundingBox {
        lat_min: b.lat_min - margin,
        lon_min: b.lon_min - margin,
        lat_max: b.lat_max + margin,
        lon_max: b.lon_max + margin,
    }
}

/// Outlines of the communes that the day touches.
fn areas(plan: &DayPlan, outlines: &Boundaries) -> Vec<(CommuneCode, Vec<Vec<LatLon>>)> {
    let mut communes: Vec<CommuneCode> = plan.stops.values().map(|stop| stop.commune).collect();
    communes.sort_unstable();
    communes.dedup();
    let outline = |code| Some((code, outlines.polygon(code)?));
    communes.into_iter().filter_map(outline).collect()
}

/// The folder may be new, empty, or an older plan; anything else is somebody's work and stays.
fn check_folder(out: &Path) -> anyhow::Result<()> {
    if !out.exists() {
        return Ok(());
    }
    ensure!(out.is_dir(), "{} is a file; name a folder with --out", out.display());
    let mut entries =
        fs::read_dir(out).with_context(|| format!("cannot read {}", out.display()))?;
    let is_plan = out.join("plan.json").is_file();
    if entries.next().is_some() && !is_plan {
        bail!("{} holds files but no plan.json; name another folder with --out", out.display());
    }
    Ok(())
}

/// Writes everything into a folder beside the target, then renames it into place: a plan is there whole or not at all.
fn write_into_place(
    plan: &DayPlan,
    intake: &Intake,
    ground: &Ground,
    out: &Path,
    lang: Lang,
) -> anyhow::Result<Vec<PathBuf>> {
    let mut beside = out.as_os_str().to_owned();
    beside.push(".writing");
    let beside = PathBuf::from(beside);
    remove_if_there(&beside)?;
    fs::create_dir_all(&beside)
        .with_context(|| format!("cannot create the folder {}", beside.display()))?;
    let gazetteer = Gazetteer::bundled();
    let name = |code: CommuneCode| {
        let known = gazetteer.commune(code).map(|commune| commune.full_name.to_string());
        known.unwrap_or_else(|| code.to_string())
    };
    let rejected: Vec<RejectedRowView> = intake
        .rejected
        .iter()
        .map(|row| RejectedRowView {
            source: row.source.clone(),
            headers: row.headers.clone(),
            cells: row.cells.clone(),
            reasons: row.findings.clone(),
        })
        .collect();
    let extras = Extras {
        options: OutputOptions { lang, ..OutputOptions::default() },
        names: Names { commune: &name },
        rejected: &rejected,
        commune_areas: &ground.areas,
        backdrop: &ground.backdrop,
    };
    let written = write_all(plan, &extras, &beside)?;
    remove_if_there(out)?;
    fs::rename(&beside, out)
        .with_context(|| format!("cannot rename {} to {}", beside.display(), out.display()))?;
    let moved = written.iter().map(|path| match path.strip_prefix(&beside) {
        Ok(inside) => out.join(inside),
        Err(_) => path.clone(),
    });
    Ok(moved.collect())
}

fn remove_if_there(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot replace the folder {}", folder.display()))?;
    }
    Ok(())
}
