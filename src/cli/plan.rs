//! `buuta plan`: files of results in, a folder of routes, papers and a report out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::civil::Date;

use crate::address::ResolverConfig;
use crate::cli::depot::{self, Depot};
use crate::cli::knowledge::{KnowledgeArgs, read_boundaries};
use crate::cli::progress::{Narrator, ProgressStyle};
use crate::cli::quantity::parse_duration;
use crate::cli::summary;
use crate::cli::travel::{self, TravelArgs};
use crate::cli::trouble::{Say, Trouble};
use crate::cli::voice::note;
use crate::cli::{INPUT_ERRORS, INTERRUPTED, ITEMS_LEFT_OUT};
use crate::intake::{Intake, IntakeConfig, read_files};
use crate::network::DrawnShape;
use crate::outputs::wording::{Lang, troubles as say};
use crate::outputs::{Extras, Names, OutputOptions, RejectedRowView, write_all};
use crate::place::{BoundingBox, LatLon};
use crate::planning::{DayPlan, Morning, PlanConfig, plan_day, problem_of};
use crate::problem::write_problem;
use crate::rng::Seed;
use crate::solver::StopWhen;
use crate::territory::{Boundaries, CommuneCode, Gazetteer, cell};

/// A search that has found nothing better for this share of its time stops early.
const IDLE_SHARE: f64 = 0.5;

/// A day to be planned.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PlanArgs {
    /// Files of results: CSV and XLSX, mixed; a folder stands for all of them in it.
    #[arg(required = true)]
    pub(crate) results: Vec<PathBuf>,
    /// The depot's own file; `depot.toml` beside the results when not given.
    #[arg(long)]
    pub(crate) depot: Option<PathBuf>,
    /// The day to plan; today when not given.
    #[arg(long, default_value_t = jiff::Zoned::now().date(), hide_default_value = true)]
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
    /// Do not prefer the depot's own communes where an address allows several.
    #[arg(long)]
    pub(crate) no_area_prior: bool,
    #[command(flatten)]
    pub(crate) knowledge: KnowledgeArgs,
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
    let staging = if args.dry_run { None } else { Some(Staging::open(&args.out)?) };
    let gazetteer = args.knowledge.gazetteer(args.date)?;
    let narrator = Narrator::new(args.search.progress, lang);
    narrator.room("intake");
    let depot_file = args.depot.clone().unwrap_or_else(|| beside_results(&args.results));
    let depot = depot::read(&depot_file, gazetteer)?;
    let intake = read_files(&files_of(&args.results)?, &IntakeConfig::new(args.date))?;
    if intake.items.is_empty() {
        summary::print_rows(&intake, lang)?;
        note!("buuta: {}", say::NO_USABLE_ROW.of(lang));
        return Ok(ExitCode::from(INPUT_ERRORS));
    }
    let boundaries = args.boundaries.as_deref().map(read_boundaries).transpose()?;
    let mut config = config(&args.search, lang);
    config.skill_communes.clone_from(&depot.skill_communes);
    depot.choices.lay_over(&mut config).say(say::IN_FILE, &[&depot_file.display()])?;
    let shifts = || depot.carriers.iter().map(|carrier| &carrier.shift);
    let hours = shifts().map(|shift| shift.start).min().zip(shifts().map(|shift| shift.end).max());
    config.roads = travel::source(&args.travel, args.date, hours, lang)?;
    let reading = reading(args, gazetteer, &depot, boundaries.as_ref())?;
    let morning = Morning { reading, ..morning(args.date, depot, &intake) };
    if let Some(path) = &args.export_problem {
        let problem = problem_of(gazetteer, morning.clone(), &config)?;
        write_file(path, write_problem(&problem).as_bytes())?;
    }
    let plan = plan_day(gazetteer, morning, &config, &narrator)?;
    narrator.room("outputs");
    let written = match staging {
        Some(staging) => {
            let land = Land::of(&plan, gazetteer, boundaries.as_ref(), &config);
            let files = write_day(&plan, &intake, &land, &staging.folder, lang)?;
            staging.rename(&args.out, &files)?
        }
        None => Vec::new(),
    };
    narrator.finish(args.search.timings);
    match args.search.format {
        SummaryFormat::Table => summary::print(&plan, &intake, &written, &args.out, lang)?,
        SummaryFormat::Json => summary::print_json(&plan, &intake)?,
    }
    let all_planned = plan.unplanned.is_empty() && intake.rejected.is_empty();
    Ok(if all_planned { ExitCode::SUCCESS } else { ExitCode::from(ITEMS_LEFT_OUT) })
}

/// How addresses are read: with the depot's area as a weak preference, its memory, its streets.
fn reading(
    args: &PlanArgs,
    gazetteer: &Gazetteer,
    depot: &Depot,
    outlines: Option<&Boundaries>,
) -> anyhow::Result<ResolverConfig> {
    let roads = args.travel.region.as_deref().zip(outlines);
    let area = depot.area.iter().copied().filter(|_| !args.no_area_prior);
    Ok(ResolverConfig::with_area(area)
        .with_learned(args.knowledge.learned()?)
        .with_streets(args.knowledge.streets(gazetteer, roads)?))
}

/// One morning is one folder: a folder among the results stands for its tables, by name.
fn files_of(results: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in results {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).say(say::CANNOT_READ, &[&path.display()])? {
            let file = entry.say(say::CANNOT_READ, &[&path.display()])?.path();
            if file.is_file() && is_table_name(&file) {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            return Err(Trouble::new(say::NO_TABLES_IN, &[&path.display()]).into());
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// Spreadsheet programs keep lock files named `~$…` beside an open table.
fn is_table_name(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let extension = file.extension().unwrap_or_default().to_ascii_lowercase();
    let is_hidden = name.starts_with("~$") || name.starts_with('.');
    !is_hidden && (extension == "csv" || extension == "xlsx")
}

fn beside_results(results: &[PathBuf]) -> PathBuf {
    let first = results.first().map_or(Path::new(""), PathBuf::as_path);
    let folder = if first.is_dir() { first } else { first.parent().unwrap_or(first) };
    folder.join("depot.toml")
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
        reading: ResolverConfig::default(),
    }
}

fn config(search: &SearchArgs, lang: Lang) -> PlanConfig {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    // Who interrupts twice does not want to wait for the writing either; nothing half-written stays in place.
    let interrupted = move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED.into());
        }
        note!("buuta: {}", say::INTERRUPTED.of(lang));
    };
    // A second handler cannot be set within one process; the first one already raises a flag.
    let _ = ctrlc::set_handler(interrupted);
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

/// Writes a file, its folder first when that is missing.
fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes));
    written.say(say::CANNOT_WRITE, &[&path.display()])
}

/// The land of the day: names of communes, their areas, and the roads beneath the routes.
struct Land<'a> {
    gazetteer: &'a Gazetteer,
    areas: Vec<(CommuneCode, Vec<Vec<LatLon>>)>,
    /// Without outlines.
    areas_are_sketched: bool,
    backdrop: Vec<DrawnShape>,
}

impl<'a> Land<'a> {
    fn of(
        plan: &DayPlan,
        gazetteer: &'a Gazetteer,
        outlines: Option<&Boundaries>,
        config: &PlanConfig,
    ) -> Self {
        let mut communes: Vec<CommuneCode> = plan.stops.values().map(|stop| stop.commune).collect();
        communes.sort_unstable();
        communes.dedup();
        let area = |code| match outlines {
            Some(outlines) => Some((code, outlines.polygon(code)?)),
            None => Some((code, vec![cell(gazetteer, code)?])),
        };
        let areas = communes.into_iter().filter_map(area).collect();
        let backdrop = config.roads.as_ref().map(|roads| roads.drawing(bounds(plan)));
        Self {
            gazetteer,
            areas,
            areas_are_sketched: outlines.is_none(),
            backdrop: backdrop.unwrap_or_default(),
        }
    }
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

/// The folder may be new, empty, or an older plan; anything else is somebody's work and stays.
fn check_folder(out: &Path) -> anyhow::Result<()> {
    if out.file_name().is_none() {
        return Err(Trouble::new(say::OUT_HAS_NO_NAME, &[&out.display()]).into());
    }
    if !out.exists() {
        return Ok(());
    }
    if !out.is_dir() {
        return Err(Trouble::new(say::OUT_IS_FILE, &[&out.display()]).into());
    }
    let mut entries = fs::read_dir(out).say(say::CANNOT_READ, &[&out.display()])?;
    let is_plan = out.join("plan.json").is_file();
    if entries.next().is_some() && !is_plan {
        return Err(Trouble::new(say::OUT_IS_TAKEN, &[&out.display()]).into());
    }
    Ok(())
}

/// The folder beside the target that everything is written into and that is renamed in the end: a plan is there whole
/// or not at all. It is made before the search, so that a folder that cannot be written is told at once.
struct Staging {
    folder: PathBuf,
}

impl Staging {
    fn open(out: &Path) -> anyhow::Result<Self> {
        check_folder(out)?;
        let folder = beside(out, ".writing");
        remove_if_there(&folder)?;
        fs::create_dir_all(&folder).say(say::CANNOT_CREATE, &[&out.display()])?;
        Ok(Self { folder })
    }

    /// Puts the folder into place; the files as they are called from then on. An older plan goes only when the new one
    /// stands.
    fn rename(self, out: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
        let inside = files.iter().filter_map(|file| file.strip_prefix(&self.folder).ok());
        let renamed = inside.map(|file| out.join(file)).collect();
        let older = beside(out, ".older");
        remove_if_there(&older)?;
        if out.exists() {
            fs::rename(out, &older).say(say::CANNOT_REPLACE, &[&out.display()])?;
        }
        if let Err(error) = fs::rename(&self.folder, out) {
            if older.exists() {
                fs::rename(&older, out)
                    .say(say::CANNOT_RENAME, &[&older.display(), &out.display()])?;
            }
            return Err(error).say(say::CANNOT_RENAME, &[&self.folder.display(), &out.display()]);
        }
        remove_if_there(&older)?;
        Ok(renamed)
    }
}

/// The folder next to `out` with this ending; a trailing slash does not lead into `out` itself.
fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name = out.components().collect::<PathBuf>().into_os_string();
    name.push(ending);
    PathBuf::from(name)
}

impl Drop for Staging {
    /// Clears away what was not renamed: after an error nothing half-written stays.
    fn drop(&mut self) {
        // A folder that is gone or cannot be removed is no reason to hide the error that led here.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Writes every output of the day.
fn write_day(
    plan: &DayPlan,
    intake: &Intake,
    land: &Land<'_>,
    folder: &Path,
    lang: Lang,
) -> anyhow::Result<Vec<PathBuf>> {
    let name = |code: CommuneCode| {
        let known = land.gazetteer.commune(code).map(|commune| commune.full_name.to_string());
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
        commune_areas: &land.areas,
        areas_are_sketched: land.areas_are_sketched,
        backdrop: &land.backdrop,
    };
    Ok(write_all(plan, &extras, folder)?)
}

fn remove_if_there(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).say(say::CANNOT_REPLACE, &[&folder.display()])?;
    }
    Ok(())
}
