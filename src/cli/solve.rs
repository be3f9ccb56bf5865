//! `buuta solve`: a good plan for a research instance.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::instance::{
    InstanceArgs, ObjectiveWord, load_plan, number, published_cost, published_distance,
};
use crate::cli::quantity::parse_duration;
use crate::cli::trouble::{Say, Trouble, told};
use crate::cli::voice::{self, note};
use crate::measure::Cost;
use crate::outputs::wording::{Lang, research as say, troubles};
use crate::problem::{
    Instance, InstanceFormat, Report, Solution, VroomAnswer, check, write_sol, write_solution,
    write_vroom, write_vroom_error,
};
use crate::rng::Seed;
use crate::solver::{Objective, SolverConfig, StopWhen, solve};

/// How a plan is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PlanFormat {
    /// VRPLIB text: `Route #1: 4 7 2`.
    #[default]
    Sol,
    /// JSON with the schedule of each route.
    Json,
    /// VROOM's answer.
    Vroom,
}

/// An instance, how long to search, and where the plan goes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SolveArgs {
    /// What is to be solved.
    #[command(flatten)]
    pub(crate) instance: InstanceArgs,
    /// Wall-clock time of the whole command, reading and writing included: 30s, 10min, 500ms.
    #[arg(long, value_parser = parse_duration, default_value = "30s", conflicts_with = "iterations")]
    pub(crate) time: Duration,
    /// Iterations of all workers together instead of a time: the same plan on every machine.
    #[arg(long)]
    pub(crate) iterations: Option<u64>,
    /// Threads; all cores when 0. Changes no answer of an iteration budget.
    #[arg(long, default_value_t = 0)]
    pub(crate) threads: usize,
    /// Searches side by side, part of what determines the answer; chosen by the program when 0.
    #[arg(long, default_value_t = 0)]
    pub(crate) workers: usize,
    /// What chance starts from.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// A plan to begin with, in VRPLIB text: complete, partial or broken.
    #[arg(long, value_name = "PLAN")]
    pub(crate) start: Option<PathBuf>,
    /// Where the plan goes.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// No search: the times and violations of the routes that the file gives.
    #[arg(short = 'c', long, conflicts_with_all = ["start", "iterations", "time"])]
    pub(crate) plan: bool,
    /// How the plan is written; as the format of the instance wants when not given.
    #[arg(long, value_enum)]
    pub(crate) write: Option<PlanFormat>,
    /// One line of JSON about the result on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be used, or the result cannot be written.
pub(crate) fn run(args: &SolveArgs, started: Instant, lang: Lang) -> anyhow::Result<ExitCode> {
    let done = work(args, started).inspect_err(|error| {
        if args.write == Some(PlanFormat::Vroom) {
            // Who reads that program's answers finds its errors there too.
            let told = write_vroom_error(&told(lang, error));
            let _ = voice::stdout().write_all(told.as_bytes());
        }
    })?;
    for warning in done.warnings(lang) {
        note!("{}", say::WARNING.with(lang, &[&warning]));
    }
    let plan = done.plan(done.plan_format);
    if let Some(path) = &args.output {
        fs::write(path, &plan).say(troubles::CANNOT_WRITE, &[&path.display()])?;
    }
    let summary = done.to_json(started.elapsed());
    let mut out = voice::stdout();
    if args.json {
        writeln!(out, "{summary}")?;
    } else {
        if args.output.is_none() {
            out.write_all(plan.as_bytes())?;
        }
        note!("{}", done.to_text(started.elapsed(), lang));
    }
    for violation in &done.report.violations {
        note!("{}", say::WARNING.with(lang, &[&violation.to_string()]));
    }
    Ok(ExitCode::SUCCESS)
}

/// A checked plan.
struct Done {
    instance: Instance,
    solution: Solution,
    report: Report,
    iterations: u64,
    plan_format: PlanFormat,
    is_plan: bool,
    loading: Duration,
    solving: Duration,
}

fn work(args: &SolveArgs, started: Instant) -> anyhow::Result<Done> {
    let reading = Instant::now();
    let instance = args.instance.load()?;
    let plan_format = plan_format(args, &instance)?;
    let reading = reading.elapsed();
    let given = instance.vroom.as_ref().filter(|vroom| args.plan || vroom.asks_for_plan);
    if args.plan || given.is_some() {
        return planned(args, &instance, plan_format, reading);
    }
    let start = args.start.as_deref().map(|path| load_plan(path, &instance)).transpose()?;
    let start = start.or_else(|| instance.vroom.as_ref().and_then(|vroom| vroom.given.clone()));
    let stop = match args.iterations {
        Some(n) => StopWhen::iterations(n),
        None => StopWhen::deadline(started + args.time.saturating_sub(reserve(args.time, reading))),
    };
    let config = SolverConfig {
        threads: args.threads,
        workers: args.workers,
        start,
        objective: match args.instance.objective {
            ObjectiveWord::VehiclesDistance => Objective::VehiclesThenCost,
            ObjectiveWord::Distance | ObjectiveWord::Duration => Objective::Cost,
        },
        ..SolverConfig::default()
    };
    let stop = stop.or_cancelled(raised_on_interrupt());
    let solving = Instant::now();
    let solved = solve(&instance.problem, &config, &stop, Seed(args.seed));
    let solving = solving.elapsed();
    let report = check(&instance.problem, &solved.solution);
    let (solution, iterations) = (solved.solution, solved.iterations);
    let loading = reading;
    let is_plan = false;
    Ok(Done { instance, solution, report, iterations, plan_format, is_plan, loading, solving })
}

/// The format asked for, or the usual one of the instance.
fn plan_format(args: &SolveArgs, instance: &Instance) -> anyhow::Result<PlanFormat> {
    match (args.write, &instance.vroom) {
        (None, Some(_)) => Ok(PlanFormat::Vroom),
        (Some(PlanFormat::Vroom), None) => {
            Err(Trouble::new(troubles::NOT_VROOM, &[&args.instance.file.display()]).into())
        }
        (asked, _) => Ok(asked.unwrap_or_default()),
    }
}

/// The routes that the file gives, with the moments they ask for.
fn planned(
    args: &SolveArgs,
    instance: &Instance,
    plan_format: PlanFormat,
    loading: Duration,
) -> anyhow::Result<Done> {
    let file = args.instance.file.display();
    let vroom = instance.vroom.as_deref().filter(|vroom| vroom.given.is_some());
    let vroom = vroom.say(troubles::NO_GIVEN_ROUTES, &[&file])?.clone();
    let vroom = vroom.with_given_times().say(troubles::IN_FILE, &[&file])?;
    let solution = vroom.given.clone().expect("a file without given routes was refused");
    let report = check(&vroom.problem, &solution);
    let (iterations, solving, is_plan) = (0, Duration::ZERO, true);
    let instance = vroom.into();
    Ok(Done { instance, solution, report, iterations, plan_format, is_plan, loading, solving })
}

/// Time kept back for checking and writing, which cost about what reading costs; a twentieth at most.
fn reserve(limit: Duration, reading: Duration) -> Duration {
    (reading + Duration::from_millis(5)).min(limit / 20)
}

/// A flag that the first interrupt raises, so that the best plan so far is still written.
fn raised_on_interrupt() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    // Where a handler stands already, an interrupt ends the process without a plan: worse, but no reason to stop now.
    let _ = ctrlc::set_handler(move || raised.store(true, Ordering::Relaxed));
    flag
}

impl Done {
    fn plan(&self, format: PlanFormat) -> String {
        match format {
            PlanFormat::Vroom => {
                let vroom = self.instance.vroom.as_deref();
                write_vroom(&VroomAnswer {
                    vroom: vroom.expect("only problems in VROOM's JSON are answered in it"),
                    solution: &self.solution,
                    is_plan: self.is_plan,
                    loading: self.loading,
                    solving: self.solving,
                })
            }
            PlanFormat::Sol => write_sol(&self.solution, &self.instance, self.report.cost),
            PlanFormat::Json if self.instance.format == InstanceFormat::Buuta => {
                write_solution(&self.solution, self.report.cost)
            }
            PlanFormat::Json => format!("{:#}\n", self.plan_json()),
        }
    }

    /// What a reader of the answer should know of how the file was read.
    fn warnings(&self, lang: Lang) -> Vec<String> {
        let Some(vroom) = &self.instance.vroom else { return Vec::new() };
        let estimated = vroom.is_estimated.then(|| say::ESTIMATED.of(lang).to_owned());
        let passed_over = (!vroom.passed_over.is_empty())
            .then(|| say::PASSED_OVER.with(lang, &[&vroom.passed_over.join(", ")]));
        estimated.into_iter().chain(passed_over).collect()
    }

    /// The cost; prizes of the left out are in it where the format counts them.
    fn cost(&self) -> Cost {
        let is_vroom = self.instance.vroom.is_some();
        let prizes = if is_vroom { self.report.breakdown.unserved } else { Cost::ZERO };
        self.report.cost - prizes
    }

    /// The plan with its schedule. Clients bear the numbers of the instance; times and lengths are integers in the
    /// unit in which the instance was solved.
    fn plan_json(&self) -> Value {
        let Self { instance, solution, report, .. } = self;
        let names = &instance.client_names;
        let routes = solution.routes.iter().zip(&report.routes).map(|(route, schedule)| {
            let clients: Vec<u32> = route.clients.iter().map(|c| names[c.0 as usize]).collect();
            let starts: Vec<i64> = schedule.stops.iter().map(|stop| stop.start.value()).collect();
            let mut row = json!({
                "vehicle_type": route.vehicle_type.0,
                "clients": clients,
                "distance": schedule.distance.value(),
                "departure": schedule.departure.value(),
                "service_starts": starts,
                "arrival": schedule.arrival.value(),
            });
            let returns = route.reloads.iter().zip(&schedule.reloads).map(|(stop, time)| {
                json!({
                    "before": stop.before,
                    "place": time.place.0,
                    "arrival": time.arrival.value(),
                    "departure": time.departure.value(),
                })
            });
            if !route.reloads.is_empty() {
                row["reloads"] = returns.collect();
            }
            row
        });
        let unserved: Vec<u32> = solution.unserved.iter().map(|c| names[c.0 as usize]).collect();
        json!({
            "name": instance.name,
            "cost": published_cost(instance, self.cost()),
            "cost_scale": instance.cost_scale,
            "feasible": report.is_feasible(),
            "routes": routes.collect::<Vec<_>>(),
            "unserved": unserved,
        })
    }

    fn to_json(&self, elapsed: Duration) -> Value {
        let Self { instance, solution, report, iterations, .. } = self;
        json!({
            "cost": published_cost(instance, self.cost()),
            "distance": number(published_distance(instance, solution, report)),
            "vehicles": report.n_vehicles(),
            "unserved": solution.unserved.len(),
            "feasible": report.is_feasible(),
            "iterations": iterations,
            "seconds": milliseconds_as_seconds(elapsed),
        })
    }

    fn to_text(&self, elapsed: Duration, lang: Lang) -> String {
        let Self { instance, solution, report, iterations, .. } = self;
        let numbers = [
            instance.published(self.cost()).to_string(),
            published_distance(instance, solution, report).to_string(),
            report.n_vehicles().to_string(),
            solution.unserved.len().to_string(),
            iterations.to_string(),
            format!("{:.2}", elapsed.as_secs_f64()),
        ];
        let text = say::SOLVED.with(lang, &numbers.each_ref().map(String::as_str));
        if report.is_feasible() { text } else { text + say::NOT_FEASIBLE.of(lang) }
    }
}

fn milliseconds_as_seconds(elapsed: Duration) -> f64 {
    elapsed.as_millis() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::cli::instance::FormatWord;
    use crate::problem::{random_problem, read_sol, write_problem};

    fn args(name: &str) -> SolveArgs {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances").join(name);
        let objective = ObjectiveWord::Distance;
        SolveArgs {
            instance: InstanceArgs { file, format: FormatWord::Auto, rounding: None, objective },
            time: Duration::from_secs(30),
            iterations: Some(2_000),
            threads: 1,
            workers: 1,
            seed: 1,
            start: None,
            output: None,
            plan: false,
            write: None,
            json: true,
        }
    }

    #[track_caller]
    fn solves_to(name: &str, cost: f64, vehicles: usize) {
        let done = work(&args(name), Instant::now()).unwrap();
        assert_eq!(done.report.violations, []);
        assert!((done.instance.published(done.report.cost) - cost).abs() < 1e-9, "{name}");
        assert_eq!(done.report.n_vehicles(), vehicles);
        let again = read_sol(&done.plan(PlanFormat::Sol), &done.instance).unwrap();
        assert_eq!(again.canonical(), done.solution.canonical());
    }

    #[test]
    fn small_instances_of_every_format_are_solved_to_the_optimum() {
        // Around the square; the triangle 3 + 5 + 4; 10 + 10 + 14.1; each client from its own depot.
        solves_to("square.vrp", 40.0, 1);
        solves_to("triangle.vrp", 12.0, 1);
        solves_to("windows.txt", 34.1, 1);
        solves_to("depots.txt", 4.0, 2);
    }

    #[test]
    fn the_line_for_machines_has_every_field_in_the_published_unit() {
        let done = work(&args("windows.txt"), Instant::now()).unwrap();
        let line = done.to_json(Duration::from_millis(1_234)).to_string();
        let start = r#"{"cost":34.1,"distance":34.1,"vehicles":1,"unserved":0,"feasible":true,"#;
        assert!(line.starts_with(start), "{line}");
        assert!(line.ends_with(r#""seconds":1.234}"#), "{line}");
    }

    #[test]
    fn a_plan_in_json_names_clients_as_the_instance_does() {
        let done = work(&args("square.vrp"), Instant::now()).unwrap();
        let plan: Value = serde_json::from_str(&done.plan(PlanFormat::Json)).unwrap();
        let mut clients: Vec<u64> = plan["routes"][0]["clients"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c.as_u64().unwrap())
            .collect();
        clients.sort_unstable();
        assert_eq!(clients, [1, 2, 3]);
        assert_eq!(plan["cost"], 40);
    }

    #[test]
    fn a_start_plan_that_names_nobody_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let start = folder.path().join("start.sol");
        fs::write(&start, "Route #1: 1 77\n").unwrap();
        let error =
            work(&SolveArgs { start: Some(start), ..args("square.vrp") }, Instant::now()).err();
        let message = format!("{:#}", error.unwrap());
        assert!(message.contains("start.sol: line 1: `77`"), "{message}");
    }

    #[test]
    fn a_start_plan_is_kept_when_nothing_better_is_searched_for() {
        let folder = tempfile::tempdir().unwrap();
        let start = folder.path().join("start.sol");
        fs::write(&start, "Route #1: 3 2 1\n").unwrap();
        let args = SolveArgs { start: Some(start), iterations: Some(0), ..args("square.vrp") };
        let done = work(&args, Instant::now()).unwrap();
        assert!((done.instance.published(done.report.cost) - 40.0).abs() < 1e-9);
    }

    #[test]
    fn a_short_time_keeps_most_of_itself_for_the_search() {
        let slow = Duration::from_secs(9);
        assert_eq!(reserve(Duration::from_secs(1), slow), Duration::from_millis(50));
        let quick = Duration::from_millis(2);
        assert_eq!(reserve(Duration::from_secs(30), quick), Duration::from_millis(7));
    }

    #[test]
    fn a_problem_of_our_own_is_solved_written_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let problem = random_problem(Seed(3), 8);
        fs::write(path("day.json"), write_problem(&problem)).unwrap();
        let mut args = SolveArgs { write: Some(PlanFormat::Json), ..args("square.vrp") };
        args.instance.file = path("day.json");
        let done = work(&args, Instant::now()).unwrap();
        fs::write(path("plan.json"), done.plan(PlanFormat::Json)).unwrap();
        let again = load_plan(&path("plan.json"), &done.instance).unwrap();
        assert_eq!(again.canonical(), done.solution.clone().canonical());
        let text = done.plan(PlanFormat::Sol);
        fs::write(path("plan.sol"), text).unwrap();
        let again = load_plan(&path("plan.sol"), &done.instance).unwrap();
        assert_eq!(check(&problem, &again).cost, done.report.cost);
    }
}
