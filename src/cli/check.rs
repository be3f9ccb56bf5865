//! `buuta check`: is this plan allowed, and what does it cost?

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::INPUT_ERRORS;
use crate::cli::instance::{
    InstanceArgs, number, parse_plan, published_cost, published_distance, read_text,
};
use crate::cli::voice;
use crate::outputs::wording::{Lang, research as say};
use crate::problem::{Instance, Report, Solution, check};

/// So many broken rules are shown to people; machines get all of them.
const SHOWN_MAX: usize = 20;

/// An instance, a plan for it, and how to answer.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// What the plan is for.
    #[command(flatten)]
    pub(crate) instance: InstanceArgs,
    /// The plan, in VRPLIB text.
    #[arg(value_name = "SOLUTION")]
    pub(crate) solution: PathBuf,
    /// One line of JSON instead of words.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be used, or the answer cannot be written.
pub(crate) fn run(args: &CheckArgs, lang: Lang) -> anyhow::Result<ExitCode> {
    let judged = judge(args)?;
    let mut out = voice::stdout();
    if args.json {
        writeln!(out, "{}", judged.to_json())?;
    } else {
        write!(out, "{}", judged.to_text(lang))?;
    }
    let is_feasible = judged.report.is_feasible();
    Ok(if is_feasible { ExitCode::SUCCESS } else { ExitCode::from(INPUT_ERRORS) })
}

/// A plan and what the checker says about it.
struct Judged {
    instance: Instance,
    solution: Solution,
    report: Report,
    /// The cost that the file states.
    stated: Option<f64>,
}

fn judge(args: &CheckArgs) -> anyhow::Result<Judged> {
    let instance = args.instance.load()?;
    let text = read_text(&args.solution)?;
    let solution = parse_plan(&args.solution, &text, &instance)?;
    let report = check(&instance.problem, &solution);
    Ok(Judged { instance, solution, report, stated: stated_cost(&text) })
}

/// The number of the line `Cost …`.
fn stated_cost(text: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.trim().strip_prefix("Cost"))?;
    rest.trim_start_matches(|c: char| c == ':' || c.is_whitespace()).trim_end().parse().ok()
}

impl Judged {
    /// Whether the file states another cost, in the published unit or in the scaled integers some families use.
    fn is_misstated(&self) -> bool {
        let cost = self.report.cost;
        self.stated.is_some_and(|stated| {
            let half_digit = 0.05;
            let differs = (self.instance.published(cost) - stated).abs() > half_digit;
            differs && (cost.value() as f64 - stated).abs() > half_digit
        })
    }

    fn to_json(&self) -> Value {
        let Self { instance, report, solution, stated } = self;
        let violations: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
        json!({
            "cost": published_cost(instance, report.cost),
            "distance": number(published_distance(instance, solution, report)),
            "vehicles": report.n_vehicles(),
            "unserved": solution.unserved.len(),
            "feasible": report.is_feasible(),
            "stated_cost": stated.map(number),
            "violations": violations,
        })
    }

    fn to_text(&self, lang: Lang) -> String {
        let Self { instance, report, solution, stated } = self;
        let numbers = [
            instance.published(report.cost).to_string(),
            published_distance(instance, solution, report).to_string(),
            report.n_vehicles().to_string(),
            solution.n_served().to_string(),
            instance.problem.n_clients().to_string(),
        ];
        let mut lines = vec![say::JUDGED.with(lang, &numbers.each_ref().map(String::as_str))];
        if let Some(stated) = stated.filter(|_| self.is_misstated()) {
            lines.push(say::MISSTATED.with(lang, &[&stated.to_string()]));
        }
        let n_broken = report.violations.len();
        if n_broken == 0 {
            lines.push(say::ALLOWED.of(lang).to_owned());
        } else {
            lines.push(say::NOT_ALLOWED.with(lang, &[&n_broken.to_string()]));
            lines.extend(report.violations.iter().take(SHOWN_MAX).map(|v| format!("  {v}")));
            if n_broken > SHOWN_MAX {
                let n_more = (n_broken - SHOWN_MAX).to_string();
                lines.push(say::MORE_BROKEN.with(lang, &[&n_more]));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::cli::instance::{FormatWord, ObjectiveWord};

    fn judged(plan: &str) -> Judged {
        let folder = tempfile::tempdir().unwrap();
        let solution = folder.path().join("plan.sol");
        std::fs::write(&solution, plan).unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instances/square.vrp");
        let objective = ObjectiveWord::Distance;
        let instance = InstanceArgs { file, format: FormatWord::Auto, rounding: None, objective };
        judge(&CheckArgs { instance, solution, json: false }).unwrap()
    }

    #[test]
    fn an_allowed_plan_is_said_to_be_so() {
        let judged = judged("Route #1: 1 2 3\nCost 40\n");
        assert_eq!(
            judged.to_text(Lang::En),
            "cost 40, distance 40, vehicles 1, clients served 3 of 3\nallowed: no rule is broken\n"
        );
    }

    #[test]
    fn a_missing_client_and_a_wrong_cost_are_told() {
        let judged = judged("Route #1: 1 2\nCost 99\n");
        let text = judged.to_text(Lang::En);
        assert!(text.contains("states cost 99"), "{text}");
        assert!(text.contains("not allowed: 1 broken rules"), "{text}");
        assert_eq!(judged.to_json()["feasible"], false);
        assert_eq!(judged.to_json()["stated_cost"], 99);
        assert_eq!(judged.to_json()["unserved"], 1);
    }
}
