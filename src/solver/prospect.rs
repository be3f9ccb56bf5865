//! Which descents to give up on their way: a plan that will be undone anyway need not be brought to the bottom first.
//!
//! How far a plan may be worth beyond what is accepted for a descent to have a prospect follows from what descents gain: so much
//! on average for each client they look at.

/// How many clients moves are expected to queue beyond those who are.
const QUEUED_LATER: f64 = 10.0;
/// A descent is given up when each of these clients would have to gain more than so many times the average. At three times, of
/// the changed plans that would be accepted 2 to 3 of 100 are lost, and a third of the time is saved.
const GAIN_MAX: f64 = 3.0;
/// One descent of so many is gone through with whatever its prospect, and it alone teaches what descents gain: what the others tell
/// falls as those that gain most are given up, until nearly all are.
const TEACHES_EVERY: u64 = 8;
/// By which share the averages move to what such a descent was.
const AVERAGE_MOVES: f64 = 0.05;
/// Nothing is given up before such averages are of so many clients: those of the first few descents say little.
const LOOKED_AT_MIN: f64 = 1.0;

/// What descents have gained.
pub(super) struct Prospect {
    /// Gain of a descent, and how many clients it looked at, on average.
    gain: f64,
    n_looked_at: f64,
    n_descents: u64,
}

/// A descent on its way down to a worth.
pub(super) struct Descent {
    /// What the plan may be worth at the end to be accepted; excess is priced, here and below.
    most: i64,
    /// What a client has to gain at most for the descent to go on; infinite when it teaches.
    gain_max: f64,
    first: i64,
    n_looked_at: u32,
}

impl Prospect {
    pub(super) fn new() -> Self {
        Self { gain: 0.0, n_looked_at: 0.0, n_descents: 0 }
    }

    /// Begins a descent of a plan that is worth so much.
    pub(super) fn begin(&mut self, worth: i64, most: i64) -> Descent {
        let teaches = self.n_descents.is_multiple_of(TEACHES_EVERY);
        self.n_descents += 1;
        let gain_max = if teaches || self.n_looked_at < LOOKED_AT_MIN {
            f64::INFINITY
        } else {
            GAIN_MAX * self.gain / self.n_looked_at
        };
        Descent { most, gain_max, first: worth, n_looked_at: 0 }
    }

    /// Learns from a descent that came to its end at this worth.
    pub(super) fn learn(&mut self, descent: &Descent, worth: i64) {
        if descent.gain_max.is_finite() {
            return;
        }
        self.gain += AVERAGE_MOVES * ((descent.first - worth) as f64 - self.gain);
        self.n_looked_at += AVERAGE_MOVES * (f64::from(descent.n_looked_at) - self.n_looked_at);
    }
}

impl Descent {
    /// Whether to look at one more client of so many that are queued, now that the plan is worth so much.
    #[inline]
    pub(super) fn goes_on(&mut self, worth: i64, n_queued: usize) -> bool {
        self.n_looked_at += 1;
        worth.saturating_sub(self.most) as f64 <= self.gain_max * (n_queued as f64 + QUEUED_LATER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A descent gone through with that gained so much in each of so many looks.
    fn teach(prospect: &mut Prospect, gain: i64, n: u32) {
        let mut descent = prospect.begin(1_000_000, 0);
        for _ in 0..n {
            descent.goes_on(1_000_000, 1);
        }
        prospect.learn(&descent, 1_000_000 - gain * i64::from(n));
    }

    #[test]
    fn what_a_client_gains_on_average_decides() {
        let mut prospect = Prospect::new();
        teach(&mut prospect, 7, 50);
        // Three times seven for each of four who are queued and ten more.
        let mut descent = prospect.begin(5_000, 1_000);
        assert!(descent.goes_on(1_000 + 3 * 7 * 14, 4));
        assert!(!descent.goes_on(1_000 + 3 * 7 * 14 + 1, 4));
        assert!(!descent.goes_on(1_000 + 3 * 7 * 14, 3));
        assert!(descent.goes_on(900, 1), "what is accepted already has a prospect");
    }

    #[test]
    fn one_descent_of_eight_teaches_and_is_gone_through_with() {
        let mut prospect = Prospect::new();
        for n in 0..80 {
            let mut descent = prospect.begin(0, 0);
            let goes_on = descent.goes_on(i64::MAX, 1);
            assert_eq!(goes_on, n % TEACHES_EVERY == 0 || prospect.n_looked_at < LOOKED_AT_MIN);
            for _ in 1..30 {
                descent.goes_on(0, 1);
            }
            prospect.learn(&descent, -30 * 7);
        }
        assert!((prospect.gain / prospect.n_looked_at - 7.0).abs() < 1e-9);
    }

    #[test]
    fn descents_that_may_be_given_up_teach_nothing() {
        let mut prospect = Prospect::new();
        teach(&mut prospect, 7, 50);
        let before = prospect.gain;
        teach(&mut prospect, 900, 50);
        assert!((prospect.gain - before).abs() < 1e-9);
    }

    #[test]
    fn no_worth_is_too_large() {
        let mut prospect = Prospect::new();
        assert!(prospect.begin(0, 0).goes_on(0, 1));
        teach(&mut prospect, 7, 50);
        assert!(!prospect.begin(i64::MAX, i64::MIN).goes_on(i64::MAX, 1));
        assert!(prospect.begin(0, i64::MAX).goes_on(i64::MIN, 1));
    }
}
