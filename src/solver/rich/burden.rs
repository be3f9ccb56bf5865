//! What a joined route is burdened with, and how its times are walked where they have no summary.

use crate::measure::{Meters, Seconds};
use crate::problem::{Departure, Effort, VehicleType};
use crate::solver::law::{Burden, FORBIDDEN, Limit, Piece, visits_of};
use crate::solver::rich::clock::{Call, Clock, Run, rests_needed};
use crate::solver::rich::put_off::{Turn, Turns};
use crate::solver::rich::segment::excess_of;
use crate::solver::rich::{Joined, MISPLACED, RichLaw, SlotKind};
use crate::solver::routes::Links;
use crate::solver::timed::Stretch;

impl<const D: usize, const A: usize, const P: usize> RichLaw<D, A, P> {
    /// Whether the times of a kind's routes are summarized by their segments; otherwise they must be walked. The prices of
    /// moments, where they have any, must be walked anyway.
    #[inline]
    pub(in crate::solver) fn has_summary(&self, kind: &VehicleType) -> bool {
        kind.rests.is_empty() && kind.respite.is_none() && self.stretches_bound_times()
    }

    /// Whether a route is never earlier or less late than its segments say: rests only make it later.
    #[inline]
    pub(in crate::solver) fn stretches_bound_times(&self) -> bool {
        !self.has_several_windows && self.setups.is_empty()
    }

    /// Whether a kind's clock is kept.
    #[inline]
    pub(super) fn walks(&self, kind: &VehicleType) -> bool {
        P > 0 || !self.has_summary(kind)
    }

    /// Duration and lateness of a joined route whose times need no walk.
    pub(super) fn times(
        &self,
        place: &SlotKind,
        kind: &VehicleType,
        joined: &Joined<D, A>,
    ) -> (i64, i64) {
        let segment = &joined.segment;
        let departure = kind.shift.start.value().max(segment.release);
        let out = i64::from(self.between(place, place.start, Some(joined.first)).time);
        let home = i64::from(self.between(place, Some(joined.last), place.end).time);
        let shift_end = kind.shift.end.value();
        if kind.departure == Departure::Free {
            let start = Stretch::visit(0, departure, shift_end.max(departure));
            let end = Stretch::visit(0, kind.shift.start.value(), shift_end);
            let whole = start.join(out, segment.stretch).join(home, end);
            return (whole.duration - whole.warp, whole.warp);
        }
        let start = Stretch::visit(0, departure, departure);
        let whole = start.join(out, segment.stretch);
        let duration = whole.duration - whole.warp + home;
        (duration, whole.warp + (departure + duration - shift_end).max(0))
    }

    /// Travel, setup and service of a joined route.
    #[inline]
    pub(super) fn work(&self, place: &SlotKind, joined: &Joined<D, A>) -> i64 {
        let out = self.between(place, place.start, Some(joined.first)).time;
        let home = self.between(place, Some(joined.last), place.end).time;
        let spared = self.spared(place.start, joined.first);
        joined.segment.work + i64::from(out) + i64::from(home) - spared
    }

    /// Travel of a joined route.
    #[inline]
    fn travel(&self, place: &SlotKind, joined: &Joined<D, A>) -> i64 {
        let out = self.between(place, place.start, Some(joined.first)).time;
        let home = self.between(place, Some(joined.last), place.end).time;
        joined.segment.travel + i64::from(out) + i64::from(home)
    }

    /// The burden of a joined route with these times, of which so much is rest. Where moments have prices, `moments` is
    /// what they cost together, and how much of that is for waiting; otherwise idle seconds tell.
    pub(super) fn burden(
        &self,
        place: &SlotKind,
        kind: &VehicleType,
        joined: &Joined<D, A>,
        (duration, late): (i64, i64),
        rested: i64,
        (moments, waiting): (i64, i64),
    ) -> Burden {
        let segment = &joined.segment;
        let out = self.between(place, place.start, Some(joined.first));
        let home = self.between(place, Some(joined.last), place.end);
        let distance = segment.distance + i64::from(out.distance) + i64::from(home.distance);
        let travel = self.travel(place, joined);
        let work = self.work(place, joined);
        let departure = kind.shift.start.value().max(segment.release);
        let too_late_start = (departure - kind.shift.end.value()).max(0);
        let is_forbidden = segment.skills & !kind.skills.0 != 0;
        // A move of a few clients takes a route out of one area at most, as a rule.
        let n_areas = i64::from(segment.n_areas());
        let firm = rested * kind.per_second + (n_areas - 1).max(0) * kind.area_split.value();
        let idle = (duration - work - rested).max(0);
        let per_idle_second = if P == 0 { place.per_idle_second } else { kind.per_second };
        let over = |limit: Option<i64>, value: i64| limit.map_or(0, |limit| (value - limit).max(0));
        Burden {
            priced: firm
                + idle * per_idle_second
                + moments
                + price_of(kind, duration, work)
                + n_areas.min(1) * kind.area_split.value()
                + if is_forbidden { FORBIDDEN } else { 0 },
            firm,
            idle: idle * per_idle_second + waiting + missing_price(kind, work),
            load: excess_of(kind, &segment.peak)
                + MISPLACED * segment.order.broken(kind.pickups)
                + over(kind.distance_max.map(Meters::value), distance)
                + over(kind.clients_max.map(i64::from), segment.count),
            time: late
                + too_late_start
                + over(kind.duration_max.map(Seconds::value), duration)
                + over(kind.travel_max.map(Seconds::value), travel),
        }
    }

    /// The burden of a joined route. Where times must be walked, `walk` leads a clock along it, until delays cost more than
    /// it is told; `visits` names its clients in order.
    #[inline]
    pub(super) fn price(
        &self,
        slot: u32,
        joined: &Joined<D, A>,
        limit: Limit,
        walk: impl FnOnce(&mut Clock<P>, i64),
        visits: impl Fn(&mut dyn FnMut(u32)),
    ) -> Burden {
        let segment = &joined.segment;
        if segment.count == 0 {
            return Burden::default();
        }
        let place = &self.slots[slot as usize];
        let kind = &self.kinds[place.kind as usize];
        if !self.walks(kind) {
            return self.burden(place, kind, joined, self.times(place, kind, joined), 0, (0, 0));
        }
        let mut clock = Clock::at(kind.shift.start.value().max(segment.release));
        let home = i64::from(self.between(place, Some(joined.last), place.end).time);
        let work = self.work(place, joined);
        let stood = stood_at_least(kind, self.travel(place, joined), work);
        // The burden without delays, and what these may cost before the route is too dear.
        let (mut least, mut paid) = (Burden::default(), i64::MAX);
        if limit.price != i64::MAX {
            least = if P > 0 && self.has_summary(kind) {
                let times = self.times(place, kind, joined);
                let idle = (times.0 - work).max(0);
                let waiting = idle * kind.per_waiting_second;
                self.burden(place, kind, joined, times, 0, (waiting, waiting))
            } else {
                let (times, rested) = soonest(kind, clock.departure, work, stood);
                self.burden(place, kind, joined, times, rested, (0, 0))
            };
            if limit.is_passed_by(least) {
                return least;
            }
            if P > 0 && kind.rests.is_empty() && kind.respite.is_none() {
                paid = limit.price - limit.penalties.price(least);
            }
        }
        walk(&mut clock, paid);
        if P > 0 && clock.delay() >= paid {
            return Burden { priced: least.priced + clock.delay(), ..least };
        }
        let departure = clock.departure;
        let mut run = clock.finish(kind, (0, home));
        if P > 0 && run.is_torn() {
            run = run.left_when_cheapest(kind, &self.turns(place, departure, &run, visits));
        }
        let Run { duration, late, rested, price, .. } = run;
        let moments = if P == 0 {
            (0, 0)
        } else {
            let waiting = (duration - work - rested).max(0) * kind.per_waiting_second;
            let together = (waiting + price).max(0);
            (together, waiting.min(together))
        };
        self.burden(place, kind, joined, (duration, late), rested.max(stood), moments)
    }

    /// The burden of a joined candidate route of these pieces.
    #[inline]
    pub(super) fn price_pieces(
        &self,
        slot: u32,
        joined: &Joined<D, A>,
        limit: Limit,
        pieces: &[Piece],
        links: &Links<Self>,
    ) -> Burden {
        let walk = |clock: &mut Clock<P>, paid| self.walk(slot, clock, paid, pieces, links);
        let visits = |see: &mut dyn FnMut(u32)| {
            pieces.iter().flat_map(|&piece| visits_of(piece, links)).for_each(see);
        };
        self.price(slot, joined, limit, walk, visits)
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
            last = Some(client);
        });
        turns
    }

    /// Leads a clock along the pieces of a route, from the first client on that changes, until delays cost so much.
    pub(super) fn walk(
        &self,
        slot: u32,
        clock: &mut Clock<P>,
        paid: i64,
        mut pieces: &[Piece],
        links: &Links<Self>,
    ) {
        let place = &self.slots[slot as usize];
        let mut last = place.start;
        if let [Piece::Prefix(node), rest @ ..] = pieces
            && links.is_client(*node)
        {
            let mark = &links.marks[*node as usize];
            // Another departure would shift every moment before.
            if mark.clock.departure == clock.departure {
                *clock = mark.clock;
                (pieces, last) = (rest, Some(*node));
            }
        }
        for client in pieces.iter().flat_map(|&piece| visits_of(piece, links)) {
            self.tick(place, clock, last, client);
            if P > 0 && clock.delay() >= paid {
                return;
            }
            last = Some(client);
        }
    }

    /// Leads a clock over a leg and through a visit.
    #[inline]
    pub(super) fn tick(
        &self,
        place: &SlotKind,
        clock: &mut Clock<P>,
        last: Option<u32>,
        client: u32,
    ) {
        let kind = &self.kinds[place.kind as usize];
        let leg = i64::from(self.between(place, last, Some(client)).time);
        let spared = self.spared(last.or(place.start), client);
        let due = std::array::from_fn(|_| self.dues[client as usize]);
        let client = &self.clients[client as usize];
        let stay = (client.setup + client.service).value() - spared;
        clock.visit(kind, (0, leg), Call { windows: &client.windows, stay, due });
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

/// Prices that depend on how long a vehicle is out and how much of that it works.
pub(in crate::solver) fn price_of(kind: &VehicleType, duration: i64, work: i64) -> i64 {
    let overtime = kind
        .overtime
        .map_or(0, |overtime| (duration - overtime.after.value()).max(0) * overtime.per_second);
    let beyond = kind
        .balance
        .map_or(0, |balance| (work - balance.work_max.value()).max(0) * balance.per_second);
    overtime + beyond + missing_price(kind, work)
}

/// What it costs that a vehicle works less than it should.
pub(in crate::solver) fn missing_price(kind: &VehicleType, work: i64) -> i64 {
    kind.balance.map_or(0, |balance| (balance.work_min.value() - work).max(0) * balance.per_second)
}
