//! What a route of several trips is burdened with.

use crate::problem::{Departure, VehicleType};
use crate::solver::law::{Burden, FORBIDDEN, Limit};
use crate::solver::rich::{MISPLACED, Run, Totals, soonest, stood_at_least};
use crate::solver::trips::half::{Driver, Half};
use crate::solver::trips::walk::Visits;

/// A whole route.
struct Whole<const A: usize> {
    /// Sums over all trips.
    totals: Totals<A>,
    excess: i64,
    places: u64,
    n_returns: u32,
    departure: i64,
    /// Duration and lateness, where segments know them.
    times: (i64, i64),
}

impl<const D: usize, const A: usize> Driver<'_, D, A> {
    fn kind(&self) -> &VehicleType {
        &self.law.ground.kinds[self.place.kind as usize]
    }

    /// The burden of a whole route; exactly when its price stays below the limit. A route whose times have no summary is
    /// walked along its visits.
    pub(super) fn burden(
        &self,
        ahead: &Half<D, A>,
        behind: &Half<D, A>,
        limit: Limit,
        visits: impl FnOnce() -> Visits,
    ) -> Burden {
        if ahead.is_empty() && behind.is_empty() {
            return Burden::default();
        }
        let (kind, whole) = (self.kind(), self.whole(ahead, behind));
        let has_summary = self.law.ground.has_summary(kind);
        let (duration, late) = whole.times;
        let least = if has_summary { Run::of(duration, late, 0) } else { self.bounded(&whole) };
        let least = self.burden_of(&whole, least);
        if (has_summary && !self.law.has_dues()) || limit.is_passed_by(least) {
            return least;
        }
        self.burden_of(&whole, self.run(&visits()))
    }

    /// Joins both halves of a route: the trips that are open there are one.
    fn whole(&self, ahead: &Half<D, A>, behind: &Half<D, A>) -> Whole<A> {
        let mut trip = ahead.open;
        self.join(&mut trip, &behind.open);
        let (first, last) = (&ahead.closed, &behind.closed);
        let mut totals = first.totals;
        totals.add(&last.totals);
        let is_first = first.n_returns == 0;
        totals.work += if is_first { 0 } else { self.trips.duration };
        let ready = self.ready(first, &trip);
        let there = self.drive(ready, &mut totals, (first.row, last.row), &trip);
        let times = there.join(0, last.times);
        let release = if is_first { trip.segment.release } else { first.release };
        let shift = self.kind().shift;
        let departure = shift.start.value().max(release);
        let times = if self.kind().departure == Departure::Free {
            let whole = times.join(0, self.end());
            (whole.duration - whole.warp, whole.warp)
        } else {
            let duration = times.duration - times.warp;
            (duration, times.warp + (departure + duration - shift.end.value()).max(0))
        };
        Whole {
            totals,
            excess: first.excess + self.excess(&trip.segment) + last.excess,
            places: first.places | last.places,
            n_returns: first.n_returns + last.n_returns,
            departure,
            times,
        }
    }

    /// A route that never waits: no route of these visits is back sooner or less late.
    fn bounded(&self, whole: &Whole<A>) -> Run {
        let (kind, Whole { totals, departure, times, .. }) = (self.kind(), whole);
        let stood = stood_at_least(kind, totals.travel, totals.work);
        let ((duration, late), rested) = soonest(kind, *departure, totals.work, stood);
        let (rules, late) = (&self.law.ground.rules[self.place.kind as usize], late.max(times.1));
        Run::of(rules.out_at_least(duration - late), late, rested)
    }

    /// The burden of a route that runs so.
    fn burden_of(&self, whole: &Whole<A>, run: Run) -> Burden {
        let (kind, totals) = (self.kind(), &whole.totals);
        let rules = &self.law.ground.rules[self.place.kind as usize];
        let is_forbidden =
            totals.skills & !kind.skills.0 != 0 || whole.places & !self.trips.places != 0;
        let too_late_start = (whole.departure - kind.shift.end.value()).max(0);
        let n_areas = totals.n_areas();
        let stood = stood_at_least(kind, totals.travel, totals.work);
        let rested = run.rested.max(stood);
        let firm = rested * kind.per_second + (n_areas - 1).max(0) * kind.area_split.value();
        let idle = (run.duration - totals.work - rested).max(0);
        let waiting = (run.duration - totals.work - run.rested).max(0);
        let waiting = waiting * kind.per_waiting_second;
        let moments = (waiting + run.price).max(0);
        // Who leaves late to wait less, and delays others, need not when somebody fills the time.
        let filled = if run.is_torn() { moments } else { waiting.min(moments) };
        Burden {
            priced: firm
                + idle * kind.per_second
                + moments
                + rules.of_work(run.duration, totals.work)
                + n_areas.min(1) * kind.area_split.value()
                + if is_forbidden { FORBIDDEN } else { 0 },
            firm,
            idle: idle * kind.per_second + filled + rules.missing_work(totals.work),
            load: whole.excess
                + rules.too_far(totals.distance, totals.count.into())
                + MISPLACED * (i64::from(whole.n_returns) + 1 - self.trips.n_max).max(0),
            time: run.late + too_late_start + rules.too_long(run.duration, totals.travel),
            work: 0,
        }
    }
}
