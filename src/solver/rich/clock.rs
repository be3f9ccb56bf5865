//! When a vehicle is where, walked from visit to visit: rests and several windows have no summary.

use std::cmp::Reverse;

use crate::measure::Seconds;
use crate::problem::{
    Client, Departure, Due, Effort, MAX_RESTS, Respite, Rest, RestNeed, RestPlace, TimeWindow,
    VehicleType,
};

/// Moments of a vehicle that takes all the rests it may: before each, and behind the last.
pub(in crate::solver) const MOMENTS_MAX: usize = MAX_RESTS + 1;
/// Of what may be put off without end.
const ENDLESS: i64 = i64::MAX / 4;

/// A moment reached, the lateness it took, and what was done since the vehicle last stood long enough to have rested.
/// The smaller is the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment<const P: usize> {
    late: i64,
    at: i64,
    /// Counted for vehicles with a respite only.
    effort: i64,
    /// What it cost to come here, in a law that prices moments (`P` is 1, otherwise 0): the respites among all standing
    /// still are not waiting, and so are paid back.
    price: [i64; P],
    /// By how much a free departure could be put off for nobody to miss the window it has now, and for nothing to change from
    /// the first rest, respite or wait that spares one on.
    slack: Reverse<i64>,
    /// Waiting so far: so much of a put-off is made up for.
    waited: Reverse<i64>,
    /// How many visits came before all that does not change, and how much of the slack delays none of them who is due.
    n_open: [i64; P],
    calm: [i64; P],
}

impl<const P: usize> Moment<P> {
    /// Later than any other.
    const NEVER: Self = Self { late: 1 << 60, ..Self::at(0) };

    const fn at(at: i64) -> Self {
        Self {
            late: 0,
            at,
            effort: 0,
            price: [0; P],
            slack: Reverse(ENDLESS),
            waited: Reverse(0),
            n_open: [0; P],
            calm: [i64::MAX; P],
        }
    }

    /// The first moment in one of the windows, and how long that stays open; beyond the last one, time is warped back to
    /// its end.
    #[inline]
    fn enter(self, windows: &[TimeWindow]) -> (Self, i64) {
        let Some(last) = windows.last() else { return (self, ENDLESS) };
        let Some(window) = windows.iter().find(|window| self.at <= window.end.value()) else {
            let at = last.end.value();
            return (Self { late: self.late + self.at - at, at, ..self }, ENDLESS);
        };
        let at = self.at.max(window.start.value());
        (Self { at, ..self }, window.end.value() - at)
    }

    /// Nothing changes from here on, however late the departure.
    #[inline]
    fn settled(self) -> Self {
        Self { slack: self.slack.max(self.waited), ..self }
    }

    /// So many respites were taken.
    #[inline]
    fn relieved(mut self, kind: &VehicleType, respite: &Respite, n_taken: i64) -> Self {
        for price in &mut self.price {
            *price -= kind.per_waiting_second * n_taken * respite.duration.value();
        }
        if n_taken > 0 { self.settled() } else { self }
    }

    /// Drives so long, resting where that falls due.
    #[inline]
    fn drive(self, kind: &VehicleType, leg: i64) -> Self {
        let at = self.at + leg;
        let Some(respite) = &kind.respite else { return Self { at, ..self } };
        let (after, effort) = (respite.after.value(), self.effort + leg);
        // One that falls due at the end of the leg waits for the next.
        let n_taken = (effort - 1).max(0) / after;
        let at = at + n_taken * respite.duration.value();
        let effort = effort - n_taken * after;
        Self { at, effort, ..self }.relieved(kind, respite, n_taken)
    }

    /// Drives on a leg until a moment, or to its end; a respite under way is finished. Says how much of the leg is left.
    fn drive_until(self, kind: &VehicleType, leg: i64, until: i64) -> (Self, i64) {
        let whole = self.drive(kind, leg);
        if whole.at <= until {
            return (whole, 0);
        }
        let span = (until - self.at).max(0);
        let first = kind.respite.as_ref().map_or(span, |r| r.after.value() - self.effort);
        let Some(respite) = kind.respite.as_ref().filter(|_| first < span) else {
            let effort = self.effort + span;
            return (Self { at: self.at + span, effort, ..self }, leg - span);
        };
        let (after, rest) = (respite.after.value(), respite.duration.value());
        let (n_rounds, over) = ((span - first) / (rest + after), (span - first) % (rest + after));
        let begun = (over - rest).max(0);
        let at = if over == 0 { until } else { until + (rest - over).max(0) };
        let effort = if over == 0 { after } else { begun };
        let n_taken = n_rounds + i64::from(over > 0);
        let reached = Self { at, effort, ..self }.relieved(kind, respite, n_taken);
        (reached, leg - first - n_rounds * after - begun)
    }

    /// Stands until a moment, which might be so much later, and then rests so long.
    #[inline]
    fn stand(self, kind: &VehicleType, (to, spare): (Self, i64), rest: i64) -> Self {
        let waits = (to.at - self.at).max(0);
        let waited = self.waited.0 + waits;
        let (mut slack, mut effort) = (self.slack.0.min(waited + spare), self.effort);
        if let Some(respite) = &kind.respite {
            let beyond = waits + rest - respite.duration.value();
            if beyond >= 0 && effort > 0 {
                slack = slack.min(self.waited.0 + beyond);
                effort = 0;
            }
        }
        let (slack, waited) = (Reverse(slack), Reverse(waited));
        Self { at: to.at + rest, effort, slack, waited, ..to }
    }

    /// Service begins now.
    #[inline]
    fn begun(mut self, due: [Dated; P]) -> Self {
        for (price, due) in self.price.iter_mut().zip(due) {
            *price += due.price(self.at);
        }
        for (calm, due) in self.calm.iter_mut().zip(due) {
            *calm = (*calm).min(self.waited.0 + due.spare(self.at));
        }
        for n_open in &mut self.n_open {
            *n_open += i64::from(self.slack.0 > self.waited.0);
        }
        self
    }

    /// Serves, or loads, as soon as a window allows.
    #[inline]
    fn serve(mut self, kind: &VehicleType, Call { windows, stay, due }: Call<'_, P>) -> Self {
        let mut effort = 0;
        if let Some(respite) = &kind.respite
            && respite.of == Effort::Work
        {
            effort = stay;
            if effort > 0 && self.effort + effort > respite.after.value() {
                let at = self.at + respite.duration.value();
                self = Self { at, effort: 0, ..self }.relieved(kind, respite, 1);
            }
        }
        let start = self.stand(kind, self.enter(windows), 0).begun(due);
        Self { at: start.at + stay, effort: start.effort + effort, ..start }
    }

    /// Takes a rest here, or at the end of a leg.
    #[inline]
    fn rest(self, kind: &VehicleType, rest: &Rest) -> Self {
        self.stand(kind, self.enter(&rest.windows), rest.duration.value()).settled()
    }

    /// Waits for a release.
    #[inline]
    fn wait_for(self, kind: &VehicleType, release: i64) -> Self {
        let to = Self { at: self.at.max(release), ..self };
        self.stand(kind, (to, ENDLESS), 0)
    }
}

/// How a walked route ran.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Run {
    pub(in crate::solver) duration: i64,
    pub(in crate::solver) late: i64,
    /// How much of it was rest in its windows.
    pub(in crate::solver) rested: i64,
    /// What delays cost, less what respites would as waiting.
    pub(in crate::solver) price: i64,
    /// By how much a free departure is put off, by how much it could be at most before it delays clients who are due, and how
    /// many of the first visits it moves at all.
    pub(in crate::solver) put_off: i64,
    pub(in crate::solver) calm: i64,
    pub(in crate::solver) n_open: i64,
}

impl Run {
    /// A route whose moments cost nothing.
    pub(in crate::solver) fn of(duration: i64, late: i64, rested: i64) -> Self {
        Self { duration, late, rested, price: 0, put_off: 0, calm: i64::MAX, n_open: 0 }
    }
}

/// What is done at a place.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Call<'a, const P: usize> {
    pub(in crate::solver) windows: &'a [TimeWindow],
    /// Setup and service, or loading.
    pub(in crate::solver) stay: i64,
    /// In a law that prices moments.
    pub(in crate::solver) due: [Dated; P],
}

/// When a client is due, and what delay costs.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Dated {
    at: i64,
    per_second: i64,
    /// The longest delay that a plan can have; beyond it nothing is priced, so that sums cannot overflow.
    delay_max: i64,
}

impl Dated {
    /// Not due at all.
    pub(in crate::solver) const NEVER: Self =
        Self { at: i64::MAX / 4, per_second: 0, delay_max: 0 };

    /// For vehicles that are all back by then.
    pub(in crate::solver) fn of(client: &Client, closes: i64) -> Self {
        let Some(Due { at, per_second }) = client.due else { return Self::NEVER };
        let delay_max = client.delay_max(Seconds(closes)).value();
        if per_second == 0 || delay_max == 0 {
            return Self::NEVER;
        }
        Self { at: at.value(), per_second, delay_max }
    }

    #[inline]
    pub(super) fn price(self, start: i64) -> i64 {
        self.price_of(start - self.at)
    }

    /// The price of so much delay.
    #[inline]
    pub(in crate::solver) fn price_of(self, delay: i64) -> i64 {
        self.per_second * delay.clamp(0, self.delay_max)
    }

    /// What a service that begins at such a moment costs more for each second that it begins later, and for how long that
    /// holds.
    #[inline]
    pub(super) fn slope(self, start: i64) -> (i64, i64) {
        let delay = start - self.at;
        if delay < 0 {
            (0, -delay)
        } else if delay < self.delay_max {
            (self.per_second, self.delay_max - delay)
        } else {
            (0, ENDLESS)
        }
    }

    /// How long before it is due a service begins.
    #[inline]
    fn spare(self, start: i64) -> i64 {
        (self.at - start).max(0)
    }
}

/// When a vehicle that left at its departure is where, by the number of rests it has taken, which is less than `M`.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Clock<const P: usize, const M: usize = MOMENTS_MAX> {
    pub(in crate::solver) departure: i64,
    moments: [Moment<P>; M],
}

// A law that prices no moments pays for none, at any node.
const _: () = assert!(size_of::<Clock<0, MOMENTS_MAX>>() == (1 + 5 * MOMENTS_MAX) * 8);

impl<const P: usize, const M: usize> Default for Clock<P, M> {
    fn default() -> Self {
        Self::at(0)
    }
}

impl<const P: usize, const M: usize> Clock<P, M> {
    pub(in crate::solver) fn at(departure: i64) -> Self {
        let mut moments = [Moment::NEVER; M];
        moments[0] = Moment::at(departure);
        Self { departure, moments }
    }

    #[inline]
    fn advance(&mut self, kind: &VehicleType, step: impl Fn(Moment<P>) -> Moment<P>) {
        for moment in &mut self.moments[..=kind.rests.len()] {
            *moment = step(*moment);
        }
    }

    /// Leaves a place, not before a release, and drives a leg; then serves, or loads.
    #[inline]
    pub(in crate::solver) fn visit(
        &mut self,
        kind: &VehicleType,
        (release, leg): (i64, i64),
        call: Call<'_, P>,
    ) {
        if kind.respite.is_none() {
            let left = self.moments[0].wait_for(kind, release);
            let done = Moment { at: left.at + leg, ..left }.serve(kind, call);
            // Whoever is done before the first rest may begin loses nothing by resting later, unless a rest on this leg would
            // let the next be taken between it and the one behind. Resting earlier may let a free departure be later where
            // that is no loss: after a wait for the next rest, or where nothing takes time.
            let is_early = || {
                done.at <= kind.rests[0].earliest().value()
                    && match kind.departure {
                        Departure::AtShiftStart => {
                            kind.rests.is_sorted_by_key(|rest| rest.place == RestPlace::OnLegs)
                        }
                        Departure::Free => kind.rests.len() == 1 && call.stay > 0,
                    }
            };
            if kind.rests.is_empty() || (self.moments.get(1) == Some(&Moment::NEVER) && is_early())
            {
                self.moments[0] = done;
                return;
            }
        }
        self.leave(kind, release, leg);
        self.advance(kind, |moment| moment.serve(kind, call));
    }

    /// When a vehicle that does not rest is done with its last visit.
    #[inline]
    pub(super) fn now(&self) -> i64 {
        self.moments[0].at
    }

    /// How late such a vehicle has been so far.
    #[inline]
    pub(super) fn late(&self) -> i64 {
        self.moments[0].late
    }

    /// What delays have cost so far, for vehicles that do not rest.
    #[inline]
    pub(in crate::solver) fn delay(&self) -> i64 {
        self.moments[0].price.iter().sum()
    }

    /// The put-off at which the client served last begins to be delayed. The next one is asked apart from it.
    pub(in crate::solver) fn turn(&mut self) -> i64 {
        let calm = std::mem::replace(&mut self.moments[0].calm, [i64::MAX; P]);
        calm.first().copied().unwrap_or(i64::MAX)
    }

    /// Leaves a place, not before a release, and drives a leg.
    fn leave(&mut self, kind: &VehicleType, release: i64, leg: i64) {
        self.take_rests(kind, RestPlace::BetweenLegs, 0);
        if release > 0 {
            self.advance(kind, |moment| moment.wait_for(kind, release));
        }
        self.take_rests(kind, RestPlace::OnLegs, leg);
    }

    /// Drives a leg, with rests on it where that is better; or, without one, takes them here and now.
    fn take_rests(&mut self, kind: &VehicleType, place: RestPlace, leg: i64) {
        let (rests, drives) = (&kind.rests[..], place == RestPlace::OnLegs);
        if drives {
            self.moments[rests.len()] = self.moments[rests.len()].drive(kind, leg);
        }
        // Backwards, so that nobody rests twice: whoever has taken fewer is still where the leg begins.
        for from in (0..rests.len()).rev() {
            let moment = self.moments[from];
            if drives {
                self.moments[from] = moment.drive(kind, leg);
            }
            if rests[from].place == place && moment.late < Moment::<P>::NEVER.late {
                self.rest_from(from, moment, kind, leg);
            }
        }
    }

    /// Takes one rest after the other on a leg, or here and now, by who has taken so many and is at its beginning.
    fn rest_from(&mut self, from: usize, moment: Moment<P>, kind: &VehicleType, leg: i64) {
        let (mut now, mut left) = (moment, leg);
        let place = kind.rests[from].place;
        for (k, rest) in kind.rests.iter().enumerate().skip(from) {
            if rest.place != place {
                return;
            }
            let is_last = kind.rests.get(k + 1).is_none_or(|next| next.place != place);
            let late = now.late + (now.at - rest.latest().value()).max(0);
            if is_last && late > self.moments[k + 1].late {
                // Whoever has rested is less late.
                return;
            }
            let begin = now.enter(&rest.windows).0.at;
            if left > 0 && begin > now.at {
                (now, left) = now.drive_until(kind, left, begin);
            }
            now = now.rest(kind, rest);
            let arrival = if left > 0 { now.drive(kind, left) } else { now };
            self.moments[k + 1] = self.moments[k + 1].min(arrival);
        }
    }

    /// The end of a route whose last leg takes so long.
    pub(in crate::solver) fn finish(
        mut self,
        kind: &VehicleType,
        (release, home): (i64, i64),
    ) -> Run {
        self.leave(kind, release, home);
        self.take_rests(kind, RestPlace::BetweenLegs, 0);
        let n_taken = rests_needed(kind, |n_taken| self.moments[n_taken].at);
        let done = self.moments[n_taken];
        let rested = kind.rests[..n_taken].iter().map(|rest| rest.duration.value()).sum();
        let late = done.late + (done.at - kind.shift.end.value()).max(0);
        // A free departure is as late as the same end allows.
        let put_off = match kind.departure {
            Departure::Free => done.waited.0.min(done.slack.0),
            Departure::AtShiftStart => 0,
        };
        let duration = done.at - self.departure - put_off;
        let price = done.price.iter().sum();
        let calm = done.calm.first().copied().unwrap_or(i64::MAX);
        let n_open = done.n_open.iter().sum();
        Run { duration, late, rested, price, put_off, calm, n_open }
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
