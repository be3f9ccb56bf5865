//! What a route of several trips is burdened with.

use crate::problem::{Departure, VehicleType};
use crate::solver::law::{Burden, FORBIDDEN, Limit};
use crate::solver::rich::{MISPLACED, Run, Segment, soonest, stood_at_least};
use crate::solver::squares::Leg;
use crate::solver::trips::tour::{Driver, Tour};
use crate::solver::trips::walk::Visits;

/// A whole route.
struct Whole<const D: usize, const A: usize> {
    /// Sums over all trips.
    sums: Segment<D, A>,
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
        tour: &Tour<D, A>,
        limit: Limit,
        visits: impl FnOnce() -> Visits,
    ) -> Burden {
        if tour.is_empty() {
            return Burden::default();
        }
        let (kind, whole) = (self.kind(), self.whole(tour));
        let has_summary = self.law.ground.has_summary(kind);
        let (duration, late) = whole.times;
        let least = if has_summary { Run::of(duration, late, 0) } else { self.bounded(&whole) };
        let least = self.burden_of(tour, &whole, least);
        if (has_summary && !self.law.has_dues()) || limit.is_passed_by(least) {
            return least;
        }
        self.burden_of(tour, &whole, self.run(&visits()))
    }

    /// Joins the trips of a route.
    fn whole(&self, tour: &Tour<D, A>) -> Whole<D, A> {
        let (ground, place) = (&self.law.ground, self.place);
        let mut sums = tour.head.segment;
        let departure = self.kind().shift.start.value().max(tour.head.segment.release);
        let mut stretch = self.start(departure);
        let mut last = place.start;
        let mut drive = |to: u32, last: &mut u32| -> i64 {
            let Leg { distance, time } = ground.between(place, *last, to);
            sums.distance += i64::from(distance);
            sums.travel += i64::from(time);
            let spared = if to < self.law.n_clients { ground.spared(*last, to) } else { 0 };
            sums.work += i64::from(time) - spared;
            *last = to;
            i64::from(time)
        };
        if !tour.head.is_empty() {
            let out = drive(tour.head.first, &mut last);
            stretch = stretch.join(out, tour.head.segment.stretch);
            last = tour.head.last;
        }
        if tour.n_returns > 0 {
            let back = drive(tour.first, &mut last);
            stretch = stretch.join(back, tour.middle).join(0, self.loading(&tour.tail.segment));
            last = tour.last;
            if !tour.tail.is_empty() {
                let out = drive(tour.tail.first, &mut last);
                stretch = stretch.join(out, tour.tail.segment.stretch);
                last = tour.tail.last;
            }
        }
        let home = drive(place.end, &mut last);
        if tour.n_returns > 0 {
            sums.add(&tour.closed);
            sums.add(&tour.tail.segment);
            sums.work += self.trips.duration;
        }
        let times = if self.kind().departure == Departure::Free {
            let whole = stretch.join(home, self.end());
            (whole.duration - whole.warp, whole.warp)
        } else {
            let duration = stretch.duration - stretch.warp + home;
            let shift_end = self.kind().shift.end.value();
            (duration, stretch.warp + (departure + duration - shift_end).max(0))
        };
        Whole { sums, departure, times }
    }

    /// A route that never waits: no route of these visits is back sooner or less late.
    fn bounded(&self, whole: &Whole<D, A>) -> Run {
        let (kind, Whole { sums, departure, times }) = (self.kind(), whole);
        let stood = stood_at_least(kind, sums.travel, sums.work);
        let ((duration, late), rested) = soonest(kind, *departure, sums.work, stood);
        let (rules, late) = (&self.law.ground.rules[self.place.kind as usize], late.max(times.1));
        Run::of(rules.out_at_least(duration - late), late, rested)
    }

    /// The burden of a route that runs so.
    fn burden_of(&self, tour: &Tour<D, A>, whole: &Whole<D, A>, run: Run) -> Burden {
        let (kind, sums) = (self.kind(), &whole.sums);
        let rules = &self.law.ground.rules[self.place.kind as usize];
        let mut excess = self.excess(&tour.head.segment);
        if tour.n_returns > 0 {
            excess += tour.excess + self.excess(&tour.tail.segment);
        }
        let is_forbidden =
            sums.skills & !kind.skills.0 != 0 || tour.places & !self.trips.places != 0;
        let too_late_start = (whole.departure - kind.shift.end.value()).max(0);
        let n_areas = i64::from(sums.n_areas());
        let stood = stood_at_least(kind, sums.travel, sums.work);
        let rested = run.rested.max(stood);
        let firm = rested * kind.per_second + (n_areas - 1).max(0) * kind.area_split.value();
        let idle = (run.duration - sums.work - rested).max(0);
        let waiting = (run.duration - sums.work - run.rested).max(0);
        let waiting = waiting * kind.per_waiting_second;
        let moments = (waiting + run.price).max(0);
        // Who leaves late to wait less, and delays others, need not when somebody fills the time.
        let filled = if run.is_torn() { moments } else { waiting.min(moments) };
        Burden {
            priced: firm
                + idle * kind.per_second
                + moments
                + rules.of_work(run.duration, sums.work)
                + n_areas.min(1) * kind.area_split.value()
                + if is_forbidden { FORBIDDEN } else { 0 },
            firm,
            idle: idle * kind.per_second + filled + rules.missing_work(sums.work),
            load: excess
                + rules.too_far(sums.distance, sums.count.into())
                + MISPLACED * (i64::from(tour.n_returns) + 1 - self.trips.n_max).max(0),
            time: run.late + too_late_start + rules.too_long(run.duration, sums.travel),
            work: 0,
        }
    }
}
