//! `buuta evaluate`: how far from the best known, and was the last change any good?

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};

use crate::cli::evaluate_addresses::{AddressesArgs, evaluate_addresses};
use crate::cli::quantity::parse_duration;
use crate::cli::trouble::Say;
use crate::cli::voice::{note, tell};
use crate::evaluation::{
    FamilyComparison, FamilyConfig, FamilySummary, RunRow, compare_runs, read_rows, run_family,
    summarize,
};
use crate::outputs::wording::{Lang, research as say, troubles};
use crate::solver::Objective;

/// Folders of instances, how long to search, and what to compare with.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct EvaluateArgs {
    #[command(subcommand)]
    pub(crate) what: Option<EvaluateCommand>,
    /// Folders of instances, one family each.
    #[arg(value_name = "DIR", required = true)]
    pub(crate) folders: Vec<PathBuf>,
    /// So many instances of each family, evenly over the sorted names; all when not given.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) sample: Option<u32>,
    /// Seeds 1 to N; medians over them are reported.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) seeds: u64,
    /// Wall-clock time of each run, reading included: 30s, 10min, 500ms.
    #[arg(long, value_parser = parse_duration, default_value = "30s")]
    pub(crate) time: Duration,
    /// Iterations of all workers together instead of a time.
    #[arg(long, conflicts_with = "time")]
    pub(crate) iterations: Option<u64>,
    /// Threads; all cores when 0.
    #[arg(long, default_value_t = 2)]
    pub(crate) threads: usize,
    /// Searches side by side; chosen by the program when 0.
    #[arg(long, default_value_t = 0)]
    pub(crate) workers: usize,
    /// What is to be small; vehicles first where bks.csv counts them, when not given.
    #[arg(long, value_enum)]
    pub(crate) objective: Option<FamilyObjective>,
    /// Where one line per run goes, as soon as it is done.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// The CSV of an earlier run to compare with.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
}

/// What is to be small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FamilyObjective {
    /// The cost that the instance states.
    Distance,
    /// As few vehicles as possible, then the cost.
    VehiclesDistance,
}

impl From<FamilyObjective> for Objective {
    fn from(word: FamilyObjective) -> Self {
        match word {
            FamilyObjective::Distance => Self::Cost,
            FamilyObjective::VehiclesDistance => Self::VehiclesThenCost,
        }
    }
}

/// What else can be evaluated.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum EvaluateCommand {
    /// Resolves addresses whose commune is known.
    Addresses(AddressesArgs),
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be used.
pub(crate) fn run(args: &EvaluateArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let text = match &args.what {
        Some(EvaluateCommand::Addresses(args)) => evaluate_addresses(args, lang)?,
        None => work(args, lang)?,
    };
    tell!("{text}")?;
    Ok(ExitCode::SUCCESS)
}

/// Runs everything; the report.
fn work(args: &EvaluateArgs, lang: Lang) -> anyhow::Result<String> {
    // Read first: an hour of runs must not end in a missing file.
    let baseline = args.baseline.as_deref().map(load_baseline).transpose()?;
    let mut writer = args.csv.as_deref().map(open_csv).transpose()?;
    let config = FamilyConfig {
        sample: args.sample.map(|size| size as usize),
        n_seeds: args.seeds,
        time: args.time,
        iterations: args.iterations,
        threads: args.threads,
        workers: args.workers,
        objective: args.objective.map(Objective::from),
    };
    let mut rows = Vec::new();
    for folder in &args.folders {
        let mut failed = None;
        let told = run_family(folder, &config, |row| {
            note!("{}", progress_line(row, lang));
            if let Some(writer) = &mut writer {
                failed = write_row(writer, row).err().or(failed.take());
            }
        })?;
        if let Some(error) = failed {
            let path = args.csv.as_deref().unwrap_or(Path::new("CSV"));
            return Err(error).say(troubles::CANNOT_WRITE, &[&path.display()]);
        }
        rows.extend(told);
    }
    Ok(report(&rows, baseline.as_deref(), lang))
}

fn load_baseline(path: &Path) -> anyhow::Result<Vec<RunRow>> {
    let file = File::open(path).say(troubles::CANNOT_READ, &[&path.display()])?;
    read_rows(file).say(troubles::NO_EVALUATION, &[&path.display()])
}

fn open_csv(path: &Path) -> anyhow::Result<csv::Writer<File>> {
    let writer = csv::Writer::from_path(path);
    writer.say(troubles::CANNOT_WRITE, &[&path.display()])
}

fn write_row(writer: &mut csv::Writer<File>, row: &RunRow) -> Result<(), csv::Error> {
    writer.serialize(row)?;
    Ok(writer.flush()?)
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

fn progress_line(row: &RunRow, lang: Lang) -> String {
    let RunRow { family, instance, unreadable, .. } = row;
    if !unreadable.is_empty() {
        return say::UNREADABLE_INSTANCE.with(lang, &[family, instance, unreadable]);
    }
    let numbers = [
        row.seed.to_string(),
        row.cost.unwrap_or_default().to_string(),
        percent(row.gap),
        format!("{:.0}", row.iterations_per_s),
        format!("{:.1}", row.seconds),
    ];
    let [seed, cost, gap, rate, seconds] = numbers.each_ref().map(String::as_str);
    let text = say::RUN.with(lang, &[family, instance, seed, cost, gap, rate, seconds]);
    if row.feasible { text } else { text + say::NOT_FEASIBLE.of(lang) }
}

fn report(rows: &[RunRow], baseline: Option<&[RunRow]>, lang: Lang) -> String {
    let mut parts = vec![table_of_families(&summarize(rows), lang).to_string()];
    let unreadable = rows.iter().filter(|row| !row.unreadable.is_empty());
    parts.extend(unreadable.map(|row| progress_line(row, lang)));
    let incomparable = rows.iter().filter(|row| row.is_incomparable());
    parts.extend(incomparable.map(|row| {
        let numbers = [row.best, row.cost.unwrap_or_default()].map(|value| value.to_string());
        let [best, cost] = numbers.each_ref().map(String::as_str);
        say::OTHER_UNIT.with(lang, &[&row.family, &row.instance, best, cost])
    }));
    if let Some(baseline) = baseline {
        parts.extend(differing_protocol(rows, baseline, lang));
        parts.push(table_of_comparisons(&compare_runs(rows, baseline), lang).to_string());
    }
    parts.join("\n")
}

/// A warning when the two runs had different time or threads.
fn differing_protocol(rows: &[RunRow], baseline: &[RunRow], lang: Lang) -> Option<String> {
    let (new, old) = (rows.first()?, baseline.first()?);
    let protocol = |row: &RunRow| {
        say::PROTOCOL.with(lang, &[&row.time_s.to_string(), &row.threads.to_string()])
    };
    let (new, old) = (protocol(new), protocol(old));
    (new != old).then(|| say::PROTOCOL_DIFFERS.with(lang, &[&new, &old]))
}

pub(super) fn numeric_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(header.to_vec());
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn table_of_families(summaries: &[FamilySummary], lang: Lang) -> Table {
    let mut table = numeric_table(&say::FAMILIES_HEADER.map(|phrase| phrase.of(lang)));
    for summary in summaries {
        table.add_row([
            summary.family.clone(),
            summary.n_instances.to_string(),
            percent(summary.gap_1s),
            percent(summary.gap_3s),
            percent(summary.gap_10s),
            percent(summary.gap),
            percent(summary.primal_integral),
            summary.iterations_per_s.map_or_else(String::new, |rate| format!("{rate:.0}")),
            summary.vehicles_above.map_or_else(|| "-".to_owned(), |n| format!("{n:.2}")),
            summary.n_infeasible.to_string(),
            summary.n_unreadable.to_string(),
        ]);
    }
    table
}

fn table_of_comparisons(families: &[FamilyComparison], lang: Lang) -> Table {
    let mut table = numeric_table(&say::COMPARISON_HEADER.map(|phrase| phrase.of(lang)));
    for FamilyComparison { family, comparison } in families {
        table.add_row([
            family.clone().unwrap_or_else(|| say::ALL_FAMILIES.of(lang).to_owned()),
            comparison.wins.to_string(),
            comparison.losses.to_string(),
            comparison.ties.to_string(),
            comparison.mean_difference.map_or_else(|| "-".to_owned(), |mean| format!("{mean:+.4}")),
            format!("{:.3}", comparison.p_value),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(folder: &Path) -> EvaluateArgs {
        EvaluateArgs {
            what: None,
            folders: vec![folder.to_owned()],
            sample: None,
            seeds: 1,
            time: Duration::from_secs(30),
            iterations: Some(1_000),
            threads: 1,
            workers: 1,
            objective: None,
            csv: None,
            baseline: None,
        }
    }

    fn family() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances");
        std::fs::copy(data.join("square.vrp"), folder.path().join("square.vrp")).unwrap();
        std::fs::write(folder.path().join("bks.csv"), "name,bks\nsquare,40\nnone,1\n").unwrap();
        folder
    }

    #[test]
    fn a_run_against_its_own_csv_is_a_tie() {
        let folder = family();
        let csv = folder.path().join("runs.csv");
        let first = EvaluateArgs { csv: Some(csv.clone()), ..args(folder.path()) };
        let text = work(&first, Lang::En).unwrap();
        assert!(text.contains("none: unreadable: no file"), "{text}");
        let second = EvaluateArgs { baseline: Some(csv), ..args(folder.path()) };
        let text = work(&second, Lang::En).unwrap();
        assert!(text.contains("against baseline") && text.contains("+0.0000"), "{text}");
        assert!(!text.contains("warning"), "{text}");
    }

    #[test]
    fn a_baseline_that_is_none_is_refused_before_any_run() {
        let folder = family();
        let baseline = Some(folder.path().join("bks.csv"));
        let error = work(&EvaluateArgs { baseline, ..args(folder.path()) }, Lang::En).unwrap_err();
        assert!(error.to_string().ends_with("is no CSV of an earlier evaluation"), "{error}");
    }

    #[test]
    fn runs_of_different_length_are_compared_with_a_warning() {
        let row = |time_s| RunRow { time_s, threads: 2, ..RunRow::default() };
        let warning = differing_protocol(&[row(30.0)], &[row(10.0)], Lang::En).unwrap();
        assert!(warning.contains("30 s on 2 threads are compared with 10 s"), "{warning}");
        assert_eq!(differing_protocol(&[row(30.0)], &[row(30.0)], Lang::En), None);
    }
}
