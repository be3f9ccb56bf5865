//! What the rows of an evaluation say together: means over families, and one run against another.

use std::collections::BTreeMap;
use std::io::Read;

use crate::evaluation::run::RunRow;
use crate::evaluation::statistics::{Comparison, compare, mean, median};

/// A family in one line: medians over seeds, then means over instances. Gaps in percent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamilySummary {
    /// Name of the family.
    pub family: String,
    /// Instances solved.
    pub n_instances: usize,
    /// Instances that could not be read.
    pub n_unreadable: usize,
    /// Runs whose plan breaks a rule or leaves out a client that must be served; they are in no mean of the end.
    pub n_infeasible: usize,
    /// Mean gap after one second.
    pub gap_1s: Option<f64>,
    /// Mean gap after three seconds.
    pub gap_3s: Option<f64>,
    /// Mean gap after ten seconds.
    pub gap_10s: Option<f64>,
    /// Mean gap at the end.
    pub gap: Option<f64>,
    /// Mean of the gap averaged over the time.
    pub primal_integral: Option<f64>,
    /// Mean iterations a second.
    pub iterations_per_s: Option<f64>,
    /// Mean of vehicles used above the best known, where they come first.
    pub vehicles_above: Option<f64>,
}

/// Rows by family, then by instance.
type Grouped<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a RunRow>>>;

fn grouped(rows: &[RunRow]) -> Grouped<'_> {
    let mut families = Grouped::new();
    for row in rows {
        let family = families.entry(row.family.as_str()).or_default();
        family.entry(row.instance.as_str()).or_default().push(row);
    }
    families
}

/// The median over seeds of a column that may be empty.
fn median_of(rows: &[&RunRow], column: impl Fn(&RunRow) -> Option<f64>) -> Option<f64> {
    let values: Vec<f64> = rows.iter().filter_map(|row| column(row)).collect();
    median(&values)
}

/// Summaries of all families, by name.
pub fn summarize(rows: &[RunRow]) -> Vec<FamilySummary> {
    let families = grouped(rows);
    families.into_iter().map(|(family, instances)| summary_of(family, &instances)).collect()
}

fn summary_of(family: &str, instances: &BTreeMap<&str, Vec<&RunRow>>) -> FamilySummary {
    let is_read = |rows: &&Vec<&RunRow>| rows.iter().all(|row| row.unreadable.is_empty());
    let read: Vec<&Vec<&RunRow>> = instances.values().filter(is_read).collect();
    let mean_of = |column: fn(&RunRow) -> Option<f64>| {
        let medians: Vec<f64> = read.iter().filter_map(|rows| median_of(rows, column)).collect();
        mean(&medians)
    };
    FamilySummary {
        family: family.to_owned(),
        n_instances: read.len(),
        n_unreadable: instances.len() - read.len(),
        n_infeasible: read.iter().flat_map(|rows| rows.iter()).filter(|row| !row.feasible).count(),
        gap_1s: mean_of(|row| row.gap_1s),
        gap_3s: mean_of(|row| row.gap_3s),
        gap_10s: mean_of(|row| row.gap_10s),
        gap: mean_of(|row| row.gap),
        primal_integral: mean_of(|row| row.primal_integral),
        iterations_per_s: mean_of(|row| Some(row.iterations_per_s)),
        vehicles_above: mean_of(|row| {
            let (used, best) = (row.vehicles?, row.best_vehicles?);
            row.feasible.then_some(used as f64 - best as f64)
        }),
    }
}

/// A family compared with an earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyComparison {
    /// Name of the family; nothing for all families together.
    pub family: Option<String>,
    /// The comparison of instances that both runs hold.
    pub comparison: Comparison,
}

/// What an instance is compared by: with vehicles first, one vehicle more outweighs any gap.
fn compared_by(row: &RunRow) -> Option<f64> {
    /// Percent; no plan worth keeping lies so far off.
    const VEHICLE: f64 = 1e4;
    let above = match (row.vehicles, row.best_vehicles) {
        (Some(used), Some(best)) => used as f64 - best as f64,
        _ => 0.0,
    };
    row.gap.map(|gap| gap + VEHICLE * above)
}

/// Compares family by family, and at last all together, the instances that both runs hold, by their medians over
/// seeds. Gaps in percentage points.
pub fn compare_runs(new: &[RunRow], old: &[RunRow]) -> Vec<FamilyComparison> {
    let (new, old) = (grouped(new), grouped(old));
    let (mut all, mut families) = (Vec::new(), Vec::new());
    for (family, instances) in &new {
        let pairs: Vec<(Option<f64>, Option<f64>)> = instances
            .iter()
            .filter_map(|(instance, rows)| {
                let before = old.get(family)?.get(instance)?;
                Some((median_of(rows, compared_by), median_of(before, compared_by)))
            })
            .collect();
        if !pairs.is_empty() {
            let family = Some((*family).to_owned());
            families.push(FamilyComparison { family, comparison: compare(&pairs) });
        }
        all.extend(pairs);
    }
    families.push(FamilyComparison { family: None, comparison: compare(&all) });
    families
}

/// Reads the rows that an earlier evaluation wrote.
///
/// # Errors
/// When a line does not hold the columns of [`RunRow`].
pub fn read_rows(text: impl Read) -> Result<Vec<RunRow>, csv::Error> {
    csv::Reader::from_reader(text).deserialize().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(instance: &str, seed: u64, gap: f64) -> RunRow {
        RunRow {
            family: "small".to_owned(),
            instance: instance.to_owned(),
            seed,
            cost: Some(100.0 + gap),
            best: 100.0,
            feasible: true,
            gap: Some(gap),
            iterations_per_s: 10.0,
            ..RunRow::default()
        }
    }

    #[test]
    fn a_family_is_the_mean_of_the_medians_over_seeds() {
        let rows = [row("a", 1, 1.0), row("a", 2, 9.0), row("a", 3, 2.0), row("b", 1, 4.0)];
        let summary = &summarize(&rows)[0];
        assert_eq!((summary.n_instances, summary.gap), (2, Some(3.0)));
        assert_eq!(summary.gap_1s, None);
    }

    #[test]
    fn unreadable_and_infeasible_instances_are_counted_and_in_no_mean() {
        let unreadable = RunRow { gap: None, unreadable: "pairs".to_owned(), ..row("c", 1, 0.0) };
        let infeasible = RunRow { gap: None, feasible: false, ..row("b", 1, 0.0) };
        let summary = &summarize(&[row("a", 1, 2.0), infeasible, unreadable])[0];
        assert_eq!((summary.n_instances, summary.n_unreadable, summary.n_infeasible), (2, 1, 1));
        assert_eq!(summary.gap, Some(2.0));
    }

    #[test]
    fn only_instances_of_both_runs_are_compared() {
        let new = [row("a", 1, 1.0), row("b", 1, 5.0), row("new", 1, 0.0)];
        let old = [row("a", 1, 2.0), row("b", 1, 4.5), row("old", 1, 0.0)];
        let compared = compare_runs(&new, &old);
        assert_eq!(compared.len(), 2);
        let all = compared[1].comparison;
        assert_eq!((all.wins, all.losses, all.ties), (1, 1, 0));
        assert_eq!(all.mean_difference, Some(-0.25));
    }

    #[test]
    fn fewer_vehicles_win_over_any_distance() {
        let with = |vehicles, gap| RunRow {
            vehicles: Some(vehicles),
            best_vehicles: Some(10),
            ..row("a", 1, gap)
        };
        let compared = compare_runs(&[with(10, 50.0)], &[with(11, 0.0)]);
        assert_eq!(compared[0].comparison.wins, 1);
    }

    #[test]
    fn rows_survive_their_csv() {
        let unreadable = RunRow {
            gap: None,
            cost: None,
            unreadable: "line 3: `x`, not a number".to_owned(),
            ..row("b", 1, 0.0)
        };
        let rows = vec![row("a", 1, 0.5), unreadable];
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &rows {
            writer.serialize(row).unwrap();
        }
        let text = writer.into_inner().unwrap();
        assert_eq!(read_rows(text.as_slice()).unwrap(), rows);
    }
}
