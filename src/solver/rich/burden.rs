//! What a joined route is burdened with, and how its times are walked where they have no summary.

use crate::problem::{Effort, VehicleType};
use crate::solver::law::{Burden, FORBIDDEN, Limit, Piece, visits_of};
use crate::solver::rich::clock::{Call, Clock, Run, rests_needed};
use crate::solver::rich::foresight::Foreseen;
use crate::solver::rich::put_off::{Turn, Turns};
use crate::solver::rich::rules::Rules;
use crate::solver::rich::segment::excess_of;
use crate::solver::rich::stops::Stop;
use crate::solver::rich::{Joined, MISPLACED, RichLaw, SlotKind};
use crate::solver::routes::Links;
use crate::solver::timed::Stretch;

/// What decides about the burden of a route: its visits, and the legs at its ends.
pub(super) struct Whole {
    /// From the first visit to the last.
    pub stretch: Stretch,
    /// Seconds from the start to the first visit.
    pub out: i64,
    /// Seconds from the last visit to the end.
    pub home: i64,
    pub travel: i64,
    /// Travel, setup and service.
    pub work: i64,
    pub release: i64,
    pub skills: u64,
    pub n_areas: i64,
    /// What is too much or out of order, in thousandths of a capacity, and too far.
    pub excess: i64,
}

impl Whole {
    /// Duration and lateness, where times need no walk.
    #[inline(always)]
    pub(super) fn times<const D: usize>(&self, rules: &Rules<D>) -> (i64, i64) {
        let (opens, closes) = rules.shift;
        let departure = opens.max(self.release);
        if rules.leaves_freely {
            let start = Stretch::visit(0, departure, closes.max(departure));
            let end = Stretch::visit(0, opens, closes);
            let whole = start.join(self.out, self.stretch).join(self.home, end);
            return (whole.duration - whole.warp, whole.warp);
        }
        let start = Stretch::visit(0, departure, departure);
        let whole = start.join(self.out, self.stretch);
        let duration = whole.duration - whole.warp + self.home;
        (duration, whole.warp + (departure + duration - closes).max(0))
    }
}

impl<const D: usize, const A: usize, const P: usize, const M: usize> RichLaw<D, A, P, M> {
    /// Whether the times of a kind's routes are summarized by their segments; otherwise segments bound them, and they must be
    /// walked. The prices of moments, where they have any, must be walked anyway.
    #[inline]
    pub(in crate::solver) fn has_summary(&self, kind: &VehicleType) -> bool {
        kind.rests.is_empty()
            && kind.respite.is_none()
            && !self.has_several_windows
            && self.setups.is_empty()
    }

    /// Whether a kind's clock is kept.
    #[inline]
    pub(super) fn walks(&self, kind: &VehicleType) -> bool {
        P > 0 || !self.has_summary(kind)
    }

    /// The legs from the start to a joined route and from there to the end, and what follows from them.
    #[inline(always)]
    fn whole(&self, place: &SlotKind, rules: &Rules<D>, joined: &Joined<D, A>) -> Whole {
        let out = self.between(place, place.start, joined.first);
        let home = self.between(place, joined.last, place.end);
        let spared = self.spared(place.start, joined.first);
        let (segment, way) = (&joined.segment, i64::from(out.time) + i64::from(home.time));
        let distance = segment.distance + i64::from(out.distance) + i64::from(home.distance);
        Whole {
            stretch: segment.stretch,
            out: out.time.into(),
            home: home.time.into(),
            travel: segment.travel + way,
            work: segment.work + way - spared,
            release: segment.release,
            skills: segment.skills,
            n_areas: if A == 0 { 0 } else { segment.n_areas().into() },
            excess: excess_of(&rules.capacity, &segment.peak)
                + MISPLACED * segment.order.broken(rules.pickups)
                + rules.too_far(distance, segment.count.into()),
        }
    }

    /// What is known of a candidate route before it is joined, where nobody decides about when its vehicle leaves.
    #[inline]
    pub(super) fn foreseen_apart(
        &self,
        slot: u32,
        pieces: &[Piece],
        links: &Links<Self>,
    ) -> Option<Foreseen> {
        let place = self.slot(slot);
        if !self.foresees(place) {
            return None;
        }
        self.foresee(slot, self.rules[place.kind as usize].shift.0, pieces, links)
    }

    /// What is known of a joined candidate route that is not walked.
    #[inline]
    pub(super) fn foreseen(
        &self,
        slot: u32,
        release: i64,
        pieces: &[Piece],
        links: &Links<Self>,
    ) -> Option<Foreseen> {
        let place = self.slot(slot);
        if place.rests {
            return None;
        }
        let departure = self.rules[place.kind as usize].shift.0.max(release);
        self.foresee(slot, departure, pieces, links)
    }

    /// The burden of a route with these times, of which so much is rest. Where moments have prices, `moments` is what they
    /// cost together, and how much of that is for waiting; otherwise idle seconds tell.
    #[inline(always)]
    pub(super) fn burden(
        place: &SlotKind,
        rules: &Rules<D>,
        whole: &Whole,
        (duration, late): (i64, i64),
        rested: i64,
        (moments, waiting): (i64, i64),
    ) -> Burden {
        let &Whole { travel, work, release, skills, n_areas, excess, .. } = whole;
        let departure = rules.shift.0.max(release);
        let too_late_start = (departure - rules.shift.1).max(0);
        let is_forbidden = skills & !rules.skills != 0;
        // A move of a few clients takes a route out of one area at most, as a rule.
        let firm = rested * rules.per_second + (n_areas - 1).max(0) * rules.area_split;
        let idle = (duration - work - rested).max(0);
        let per_idle_second = if P == 0 { place.per_idle_second } else { rules.per_second };
        Burden {
            priced: firm
                + idle * per_idle_second
                + moments
                + rules.of_work(duration, work)
                + n_areas.min(1) * rules.area_split
                + if is_forbidden { FORBIDDEN } else { 0 },
            firm,
            idle: idle * per_idle_second + waiting + rules.missing_work(work),
            load: excess,
            time: late + too_late_start + rules.too_long(duration, travel),
            work,
        }
    }

    /// The burden of a joined route. Where times must be walked, `foreseen` says what is known without, `walk` leads a clock
    /// along it, until delays cost more than it is told; `visits` names its clients in order.
    #[inline(always)]
    pub(super) fn price(
        &self,
        slot: u32,
        joined: &Joined<D, A>,
        limit: Limit,
        foreseen: impl FnOnce() -> Option<Foreseen>,
        walk: impl FnOnce(&mut Clock<P, M>, i64),
        visits: impl Fn(&mut dyn FnMut(u32)),
    ) -> Burden {
        if joined.segment.count == 0 {
            return Burden::default();
        }
        let place = self.slot(slot);
        let rules = &self.rules[place.kind as usize];
        let whole = self.whole(place, rules, joined);
        if !place.walks {
            return Self::burden(place, rules, &whole, whole.times(rules), 0, (0, 0));
        }
        self.price_walked(place, &whole, limit, foreseen, walk, visits)
    }

    #[inline(never)]
    pub(super) fn price_walked(
        &self,
        place: &SlotKind,
        whole: &Whole,
        limit: Limit,
        foreseen: impl FnOnce() -> Option<Foreseen>,
        walk: impl FnOnce(&mut Clock<P, M>, i64),
        visits: impl Fn(&mut dyn FnMut(u32)),
    ) -> Burden {
        let (rules, kind) = (&self.rules[place.kind as usize], &self.kinds[place.kind as usize]);
        let mut clock = Clock::at(rules.shift.0.max(whole.release));
        let stood = stood_at_least(kind, whole.travel, whole.work);
        // The burden without delays, and what these may cost before the route is too dear.
        let (mut least, mut paid) = (Burden::default(), i64::MAX);
        if limit.price != i64::MAX {
            least = if P > 0 && self.has_summary(kind) {
                let times = whole.times(rules);
                let idle = (times.0 - whole.work).max(0);
                let waiting = idle * rules.per_waiting_second;
                Self::burden(place, rules, whole, times, 0, (waiting, waiting))
            } else {
                let ((duration, late), _) = soonest(kind, clock.departure, whole.work, stood);
                let times = whole.times(rules);
                // Who is late anyway may leave when others would be later.
                let is_bound = times.1 == 0 || !rules.leaves_freely;
                let duration = if is_bound { duration.max(times.0) } else { duration };
                let late = late.max(times.1);
                // Idle time is rest or costs more.
                let rested = (duration - whole.work).max(0);
                let duration = rules.out_at_least(duration - late);
                Self::burden(place, rules, whole, (duration, late), rested, (0, 0))
            };
            if limit.is_passed_by(least) {
                return least;
            }
            if P > 0 && kind.rests.is_empty() && kind.respite.is_none() {
                paid = limit.price - limit.penalties.price(least);
            }
        }
        if let Some(Foreseen { delays, late }) = foreseen() {
            if P > 0 && delays >= paid {
                return Burden { priced: least.priced + delays, ..least };
            }
            if let (Some(late), false) = (late, place.minds_duration) {
                let times = (whole.work, late);
                return Self::burden(place, rules, whole, times, 0, (delays, 0));
            }
        }
        walk(&mut clock, paid);
        if P > 0 && clock.delay() >= paid {
            return Burden { priced: least.priced + clock.delay(), ..least };
        }
        let departure = clock.departure;
        let mut run = clock.finish(kind, (0, whole.home));
        if P > 0 && run.is_torn() {
            run = run.left_when_cheapest(kind, &self.turns(place, departure, &run, visits));
        }
        let Run { duration, late, rested, price, .. } = run;
        // Who leaves late to wait less, and delays others, need not when somebody fills the time.
        let is_torn = P > 0 && run.is_torn();
        let moments = if P == 0 {
            (0, 0)
        } else {
            let waiting = (duration - whole.work - rested).max(0) * rules.per_waiting_second;
            let together = (waiting + price).max(0);
            (together, if is_torn { together } else { waiting.min(together) })
        };
        Self::burden(place, rules, whole, (duration, late), rested.max(stood), moments)
    }

    /// The burden of a joined candidate route of these pieces, of which so much is known.
    #[inline(always)]
    pub(super) fn price_pieces(
        &self,
        slot: u32,
        joined: &Joined<D, A>,
        known: Option<Foreseen>,
        limit: Limit,
        pieces: &[Piece],
        links: &Links<Self>,
    ) -> Burden {
        let walk = |clock: &mut Clock<P, M>, paid| self.walk(slot, clock, paid, pieces, links);
        let visits = |see: &mut dyn FnMut(u32)| {
            pieces.iter().flat_map(|&piece| visits_of(piece, links)).for_each(see);
        };
        let foreseen =
            || known.or_else(|| self.foreseen(slot, joined.segment.release, pieces, links));
        self.price(slot, joined, limit, foreseen, walk, visits)
    }

    /// Where putting off the departure of a route that runs so begins to delay clients.
    fn turns(
        &self,
        place: &SlotKind,
        departure: i64,
        run: &Run,
        visits: impl Fn(&mut dyn FnMut(u32)),
    ) -> Turns {
        let (mut turns, mut clock, mut last) = (Turns::new(), Clock::at(departure), place.start);
        let mut n_open = run.n_open;
        visits(&mut |client| {
            self.tick(place, &mut clock, last, client);
            let at = clock.turn();
            if at < run.put_off && n_open > 0 {
                turns.push(Turn { at, due: self.dues[client as usize] });
            }
            n_open -= 1;
            last = client;
        });
        turns
    }

    /// Leads a clock along the pieces of a route, from the first client on that changes, until delays cost so much.
    pub(super) fn walk(
        &self,
        slot: u32,
        clock: &mut Clock<P, M>,
        paid: i64,
        mut pieces: &[Piece],
        links: &Links<Self>,
    ) {
        let place = self.slot(slot);
        let mut last = place.start;
        if let [Piece::Prefix(node), rest @ ..] = pieces
            && links.is_client(*node)
        {
            let mark = &links.marks[*node as usize];
            // Another departure would shift every moment before.
            if mark.clock.departure == clock.departure {
                *clock = mark.clock;
                (pieces, last) = (rest, *node);
            }
        }
        for client in pieces.iter().flat_map(|&piece| visits_of(piece, links)) {
            self.tick(place, clock, last, client);
            if P > 0 && clock.delay() >= paid {
                return;
            }
            last = client;
        }
    }

    /// Leads a clock over a leg and through a visit.
    #[inline]
    pub(super) fn tick(&self, place: &SlotKind, clock: &mut Clock<P, M>, last: u32, client: u32) {
        let kind = &self.kinds[place.kind as usize];
        let leg = i64::from(self.between(place, last, client).time);
        let spared = self.spared(last, client);
        let due = std::array::from_fn(|_| self.dues[client as usize]);
        let Stop { stay, windows } = self.stops.at(client);
        clock.visit(kind, (0, leg), Call { windows, stay: stay - spared, due });
    }
}

/// How long a vehicle stands idle at least that travels and works so much: its respites, or the waiting and the rests
/// that take their place.
pub(in crate::solver) fn stood_at_least(kind: &VehicleType, travel: i64, work: i64) -> i64 {
    let Some(respite) = &kind.respite else { return 0 };
    let effort = match respite.of {
        Effort::Travel => travel,
        Effort::Work => work,
    };
    (effort - 1).max(0) / respite.after.value() * respite.duration.value()
}

/// Duration and lateness of a route that never waits, and how much of it is rest: nobody is back before all work is
/// done, nor before a rest that then falls due.
pub(in crate::solver) fn soonest(
    kind: &VehicleType,
    departure: i64,
    work: i64,
    stood: i64,
) -> ((i64, i64), i64) {
    let of_first = |n: usize| -> i64 { kind.rests[..n].iter().map(|r| r.duration.value()).sum() };
    let n_rests = rests_needed(kind, |n| departure + work + of_first(n));
    let rested = of_first(n_rests).max(stood);
    let late = (departure + work + rested - kind.shift.end.value()).max(0);
    ((work + rested, late), rested)
}
