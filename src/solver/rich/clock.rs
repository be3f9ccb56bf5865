//! When a vehicle is where, walked from visit to visit: rests and several windows have no summary.

use crate::problem::{MAX_RESTS, RestNeed, RestPlace, TimeWindow, VehicleType};

/// A moment reached, and the lateness it took.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    late: i64,
    at: i64,
}

impl Moment {
    /// Later than any other.
    const NEVER: Self = Self { late: 1 << 60, at: 0 };

    #[inline]
    pub(super) fn after(self, duration: i64) -> Self {
        Self { at: self.at + duration, ..self }
    }

    /// Service may begin in one of the windows; beyond the last one, time is warped back to its end.
    pub(super) fn enter(self, windows: &[TimeWindow]) -> Self {
        let Some(last) = windows.last() else { return self };
        match windows.iter().find(|window| self.at <= window.end.value()) {
            Some(window) => Self { at: self.at.max(window.start.value()), ..self },
            None => Self { late: self.late + self.at - last.end.value(), at: last.end.value() },
        }
    }
}

/// When a vehicle that left at its departure is where, by the number of rests it has taken.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    pub(super) departure: i64,
    pub(super) moments: [Moment; MAX_RESTS + 1],
}

impl Default for Clock {
    fn default() -> Self {
        Self::at(0)
    }
}

impl Clock {
    pub(super) fn at(departure: i64) -> Self {
        let mut moments = [Moment::NEVER; MAX_RESTS + 1];
        moments[0] = Moment { late: 0, at: departure };
        Self { departure, moments }
    }

    #[inline]
    pub(super) fn advance(&mut self, kind: &VehicleType, step: impl Fn(Moment) -> Moment) {
        for moment in &mut self.moments[..=kind.rests.len()] {
            *moment = step(*moment);
        }
    }

    /// Offers rests here and now.
    #[inline]
    pub(super) fn offer_rests(&mut self, kind: &VehicleType) {
        for (k, rest) in kind.rests.iter().enumerate() {
            if rest.place == RestPlace::BetweenLegs {
                let rested = self.moments[k].enter(&rest.windows).after(rest.duration.value());
                self.moments[k + 1] = self.moments[k + 1].min(rested);
            }
        }
    }

    /// Drives a leg, with rests on it where that is better.
    #[inline]
    pub(super) fn drive(&mut self, kind: &VehicleType, leg: i64) {
        let before = self.moments;
        self.advance(kind, |moment| moment.after(leg));
        if kind.rests.iter().all(|rest| rest.place == RestPlace::BetweenLegs) {
            return;
        }
        for (from, &moment) in before.iter().take(kind.rests.len()).enumerate() {
            let (mut now, mut left) = (moment, leg);
            for (k, rest) in kind.rests.iter().enumerate().skip(from) {
                if rest.place == RestPlace::BetweenLegs {
                    break;
                }
                let begin = now.enter(&rest.windows);
                left -= (begin.at - now.at).clamp(0, left);
                now = begin.after(rest.duration.value());
                self.moments[k + 1] = self.moments[k + 1].min(now.after(left));
            }
        }
    }

    /// Duration and lateness of a route whose last leg takes so long, and how much of it is rest.
    pub(super) fn finish(mut self, kind: &VehicleType, home: i64) -> ((i64, i64), i64) {
        self.offer_rests(kind);
        self.drive(kind, home);
        self.offer_rests(kind);
        let n_taken = rests_needed(kind, |n_taken| self.moments[n_taken].at);
        let done = self.moments[n_taken];
        let rested = kind.rests[..n_taken].iter().map(|rest| rest.duration.value()).sum();
        let late = done.late + (done.at - kind.shift.end.value()).max(0);
        ((done.at - self.departure, late), rested)
    }
}

/// How many of its rests a vehicle has to take that is back at such a moment after so many of them.
pub(super) fn rests_needed(kind: &VehicleType, back: impl Fn(usize) -> i64) -> usize {
    let is_enough = |&n_taken: &usize| {
        let left = &kind.rests[n_taken..];
        left.first().is_none_or(|rest| back(n_taken) <= rest.earliest().value())
            && left.iter().all(|rest| rest.need == RestNeed::WhenDue)
    };
    (0..kind.rests.len()).find(is_enough).unwrap_or(kind.rests.len())
}
