//! Gaps, medians and the comparison of two runs: plain arithmetic, no file and no clock.

/// The mean; nothing of nothing.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The middle value, or the mean of the two middle ones; nothing of nothing.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        Some(sorted[middle])
    } else {
        sorted.get(middle).map(|&above| f64::midpoint(sorted[middle - 1], above))
    }
}

/// How far `cost` lies above the best known, in percent; negative when it is better.
pub(crate) fn gap_percent(cost: f64, best: f64) -> f64 {
    if best == 0.0 {
        return if cost == 0.0 { 0.0 } else { 100.0 };
    }
    100.0 * (cost - best) / best.abs()
}

/// A cost from this second on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Since the command began.
    pub seconds: f64,
    /// Of the best plan.
    pub cost: f64,
}

/// The cost at a moment; nothing before the first plan. Points come in order of time.
pub(crate) fn cost_at(curve: &[CurvePoint], seconds: f64) -> Option<f64> {
    let n_before = curve.partition_point(|point| point.seconds <= seconds);
    n_before.checked_sub(1).map(|last| curve[last].cost)
}

/// The primal gap averaged over the time from zero to `limit_s`, in percent.
///
/// Before the first plan, and wherever a plan costs more than twice the best known or so, the gap counts fully: the
/// primal gap is |cost − best| / max(|cost|, |best|).
///
/// # Reference
/// Berthold (2013), Measuring the impact of primal heuristics, Operations Research Letters 41(6). We differ: the
/// integral is divided by the time, so that runs of different length compare.
pub(crate) fn primal_integral_percent(curve: &[CurvePoint], best: f64, limit_s: f64) -> f64 {
    if limit_s <= 0.0 {
        return 100.0;
    }
    let primal_gap = |cost: f64| {
        let larger = cost.abs().max(best.abs());
        if larger == 0.0 { 0.0 } else { ((cost - best).max(0.0) / larger).min(1.0) }
    };
    let (mut area, mut since, mut gap) = (0.0, 0.0, 1.0);
    for point in curve.iter().take_while(|point| point.seconds < limit_s) {
        area += gap * (point.seconds - since);
        (since, gap) = (point.seconds, primal_gap(point.cost));
    }
    area += gap * (limit_s - since);
    100.0 * area / limit_s
}

/// Of `n` sorted things every k-th, so that `size` are taken; all where there are fewer.
pub(crate) fn sample_indices(n: usize, size: usize) -> Vec<usize> {
    let step = (n / size.max(1)).max(1);
    (0..n).step_by(step).take(size).collect()
}

/// Two runs over the same instances.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Instances on which the new run is better.
    pub wins: usize,
    /// Instances on which the old run is better.
    pub losses: usize,
    /// Instances on which they are equal.
    pub ties: usize,
    /// Mean of new gap minus old gap, percentage points, where both have one.
    pub mean_difference: Option<f64>,
    /// Chance of so uneven a count of wins and losses if neither run were better.
    pub p_value: f64,
}

/// Gaps closer than this are the same; far below one unit of any cost.
const SAME: f64 = 1e-9;

/// Compares pairs of new and old gaps. A run without a gap, having no allowed plan, loses against one that has one.
pub(crate) fn compare(pairs: &[(Option<f64>, Option<f64>)]) -> Comparison {
    let mut comparison = Comparison::default();
    let mut differences = Vec::new();
    for &(new, old) in pairs {
        let side = match (new, old) {
            (Some(new), Some(old)) => {
                differences.push(new - old);
                new - old
            }
            (Some(_), None) => -1.0,
            (None, Some(_)) => 1.0,
            (None, None) => 0.0,
        };
        comparison.wins += usize::from(side < -SAME);
        comparison.losses += usize::from(side > SAME);
        comparison.ties += usize::from(side.abs() <= SAME);
    }
    comparison.mean_difference = mean(&differences);
    comparison.p_value = sign_test(comparison.wins, comparison.losses);
    comparison
}

/// The two-sided sign test: the chance that a fair coin divides wins and losses at least so unevenly.
pub(crate) fn sign_test(wins: usize, losses: usize) -> f64 {
    let n = wins + losses;
    let fewer = wins.min(losses);
    let ln_half_n = n as f64 * 0.5_f64.ln();
    // ln C(n, k), built up from C(n, 0) = 1; logarithms, for 2⁻ⁿ underflows.
    let mut ln_choose = 0.0;
    let mut tail = 0.0;
    for k in 0..=fewer {
        tail += (ln_choose + ln_half_n).exp();
        ln_choose += ((n - k) as f64).ln() - ((k + 1) as f64).ln();
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    const CURVE: [CurvePoint; 3] = [
        CurvePoint { seconds: 1.0, cost: 200.0 },
        CurvePoint { seconds: 2.0, cost: 125.0 },
        CurvePoint { seconds: 4.0, cost: 100.0 },
    ];

    #[test]
    fn the_median_of_an_even_count_lies_between() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&[]), None);
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn the_cost_at_a_moment_is_that_of_the_last_point_before() {
        assert_eq!(cost_at(&CURVE, 0.5), None);
        assert_eq!(cost_at(&CURVE, 2.0), Some(125.0));
        assert_eq!(cost_at(&CURVE, 3.9), Some(125.0));
        assert_eq!(cost_at(&CURVE, 9.0), Some(100.0));
    }

    #[test]
    fn the_primal_integral_is_the_area_under_the_gap() {
        // One second of 1, one of 100/200, two of 25/125, one of 0: 1.9 of 5.
        assert_near(primal_integral_percent(&CURVE, 100.0, 5.0), 38.0);
        // Cut in the middle: 1 + 0.5 + 0.2 of 3.
        assert_near(primal_integral_percent(&CURVE, 100.0, 3.0), 100.0 * 1.7 / 3.0);
        assert_near(primal_integral_percent(&[], 100.0, 3.0), 100.0);
    }

    #[test]
    fn a_sample_takes_every_kth_and_no_more_than_asked() {
        assert_eq!(sample_indices(30, 8), [0, 3, 6, 9, 12, 15, 18, 21]);
        assert_eq!(sample_indices(5, 8), [0, 1, 2, 3, 4]);
        assert_eq!(sample_indices(8, 8).len(), 8);
        assert_eq!(sample_indices(0, 8), [0usize; 0]);
    }

    #[test]
    fn the_sign_test_is_that_of_a_fair_coin() {
        // Eight of eight: 2 / 256.
        assert_near(sign_test(8, 0), 2.0 / 256.0);
        // Seven of eight: 2 (1 + 8) / 256.
        assert_near(sign_test(1, 7), 18.0 / 256.0);
        assert_near(sign_test(4, 4), 1.0);
        assert_near(sign_test(0, 0), 1.0);
        assert!(sign_test(5000, 0) < 1e-100);
    }

    #[test]
    fn a_run_without_a_plan_loses() {
        let pairs = [(Some(1.0), Some(2.0)), (None, Some(2.0)), (Some(3.0), Some(3.0))];
        let comparison = compare(&pairs);
        assert_eq!((comparison.wins, comparison.losses, comparison.ties), (1, 1, 1));
        assert_eq!(comparison.mean_difference, Some(-0.5));
    }

    #[test]
    fn a_gap_is_relative_to_the_best_known() {
        assert_near(gap_percent(101.0, 100.0), 1.0);
        assert_near(gap_percent(99.0, 100.0), -1.0);
        assert_near(gap_percent(0.0, 0.0), 0.0);
    }
}
