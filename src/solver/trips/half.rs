//! A route from its start on, or to its end, and how a vehicle of a kind joins the two.

use crate::problem::Departure;
use crate::solver::capacity::Room;
use crate::solver::law::{Burden, Law, Piece, visits_of};
use crate::solver::rich::{MISPLACED, Segment, SlotKind, Totals, excess_of};
use crate::solver::routes::Links;
use crate::solver::squares::Leg;
use crate::solver::timed::{HORIZON, Stretch};
use crate::solver::trips::{AT_ONCE, Return, TripLaw, Trips};

/// A stretch of visits within one trip, and its first and last row.
#[derive(Clone, Copy)]
pub(super) struct Open<const D: usize, const A: usize> {
    pub(super) segment: Segment<D, A>,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// Trips that are closed: from the start of a route to a return, or from a return to the end.
#[derive(Clone, Copy)]
pub(super) struct Closed<const A: usize> {
    /// From leaving the start to arriving at the return, or from arriving there to arriving at the end.
    pub(super) times: Stretch,
    /// When the first trip of the route is released; of those from the start only.
    pub(super) release: i64,
    pub(super) totals: Totals<A>,
    /// Excess of these trips.
    pub(super) excess: i64,
    /// Where they load.
    pub(super) places: u64,
    pub(super) n_returns: u32,
    /// Row of the return; of the start or the end where no trip is closed.
    pub(super) row: u32,
}

/// A route from its start on, or to its end: the trips that are closed there, and the one that is open.
#[derive(Clone, Copy)]
pub(super) struct Half<const D: usize, const A: usize> {
    pub(super) closed: Closed<A>,
    pub(super) open: Open<D, A>,
}

impl<const D: usize, const A: usize> Open<D, A> {
    pub(super) const EMPTY: Self =
        Self { segment: Segment::EMPTY, first: u32::MAX, last: u32::MAX };

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.segment.count == 0
    }
}

impl<const A: usize> Closed<A> {
    /// No trip, at a start or an end.
    pub(super) const fn none(row: u32) -> Self {
        Self {
            times: AT_ONCE,
            release: 0,
            totals: Totals::NOTHING,
            excess: 0,
            places: 0,
            n_returns: 0,
            row,
        }
    }
}

impl<const D: usize, const A: usize> Half<D, A> {
    /// Nobody visited yet, at a start or an end.
    pub(super) const fn none(row: u32) -> Self {
        Self { closed: Closed::none(row), open: Open::EMPTY }
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.closed.n_returns == 0 && self.open.is_empty()
    }
}

/// A vehicle's slot, its rules, and the law: what it takes to join routes of its own.
pub(super) struct Driver<'l, const D: usize, const A: usize> {
    pub(super) law: &'l TripLaw<D, A>,
    pub(super) place: &'l SlotKind,
    pub(super) trips: &'l Trips,
}

impl<const D: usize, const A: usize> Driver<'_, D, A> {
    #[inline]
    pub(super) fn leg(&self, from: u32, to: u32) -> Leg {
        self.law.ground.between(self.place, from, to)
    }

    /// Nobody visited yet, at the start.
    pub(super) fn at_start(&self) -> Half<D, A> {
        Half::none(self.place.start)
    }

    /// Nobody visited any more, at the end.
    pub(super) fn at_end(&self) -> Half<D, A> {
        Half::none(self.place.end)
    }

    #[inline]
    pub(super) fn join(&self, open: &mut Open<D, A>, behind: &Open<D, A>) {
        if open.is_empty() {
            *open = *behind;
        } else if !behind.is_empty() {
            let leg = self.leg(open.last, behind.first);
            let spared = self.law.ground.spared(open.last, behind.first);
            open.segment = open.segment.then(leg, spared, &behind.segment);
            open.last = behind.last;
        }
    }

    pub(super) fn client(&self, client: u32) -> Open<D, A> {
        Open { segment: self.law.ground.visits[client as usize], first: client, last: client }
    }

    /// Goes on from the start of a route to one more node.
    #[inline]
    pub(super) fn push(&self, ahead: &mut Half<D, A>, node: u32) {
        let Half { closed, open } = ahead;
        if node < self.law.n_clients {
            self.join(open, &self.client(node));
            return;
        }
        let at = self.return_at(node);
        let ready = self.ready(closed, open);
        if closed.n_returns == 0 {
            closed.release = open.segment.release;
        } else {
            closed.totals.work += self.trips.duration;
        }
        closed.times = self.drive(ready, &mut closed.totals, (closed.row, at.row), open);
        self.close(ahead, at);
    }

    /// Begins a route to the end by one more node.
    pub(super) fn push_ahead(&self, behind: &mut Half<D, A>, node: u32) {
        let Half { closed, open } = behind;
        if node < self.law.n_clients {
            let mut longer = self.client(node);
            self.join(&mut longer, open);
            *open = longer;
            return;
        }
        let at = self.return_at(node);
        let loading = self.loading(&open.segment);
        closed.totals.work += self.trips.duration;
        let trip = self.drive(loading, &mut closed.totals, (at.row, closed.row), open);
        closed.times = trip.join(0, closed.times);
        self.close(behind, at);
    }

    fn return_at(&self, node: u32) -> Return {
        self.law.returns[(node - self.law.n_clients) as usize]
    }

    /// Counts the open trip, which is driven already, among the closed ones, and begins another at a return.
    fn close(&self, half: &mut Half<D, A>, at: Return) {
        let Half { closed, open } = half;
        closed.excess += self.excess(&open.segment);
        closed.places |= at.place;
        closed.n_returns += 1;
        closed.row = at.row;
        *open = Open::EMPTY;
    }

    /// The times up to leaving for a trip behind closed ones: loaded, and not before all of it is released.
    #[inline]
    pub(super) fn ready(&self, closed: &Closed<A>, trip: &Open<D, A>) -> Stretch {
        if closed.n_returns == 0 {
            self.start(trip.segment.release)
        } else {
            closed.times.join(0, self.loading(&trip.segment))
        }
    }

    /// The times up to arriving behind a whole trip from one row to another; what it adds up to is added.
    #[inline]
    pub(super) fn drive(
        &self,
        ready: Stretch,
        totals: &mut Totals<A>,
        (from, to): (u32, u32),
        trip: &Open<D, A>,
    ) -> Stretch {
        if trip.is_empty() {
            let leg = self.leg(from, to);
            totals.drive(leg, 0);
            return ready.join(i64::from(leg.time), AT_ONCE);
        }
        let (out, home) = (self.leg(from, trip.first), self.leg(trip.last, to));
        totals.add(&Totals::of(&trip.segment));
        totals.drive(out, self.law.ground.spared(from, trip.first));
        totals.drive(home, 0);
        let there = ready.join(i64::from(out.time), trip.segment.stretch);
        there.join(i64::from(home.time), AT_ONCE)
    }

    /// Loading for a trip: it leaves when loaded, and not before all is released.
    #[inline]
    fn loading(&self, trip: &Segment<D, A>) -> Stretch {
        let begin = (trip.release - self.trips.duration).max(0);
        Stretch::visit(self.trips.duration, begin, HORIZON)
    }

    pub(super) fn excess(&self, trip: &Segment<D, A>) -> i64 {
        let kind = &self.law.ground.kinds[self.place.kind as usize];
        let rules = &self.law.ground.rules[self.place.kind as usize];
        excess_of(&rules.capacity, &trip.peak) + MISPLACED * trip.order.broken(kind.pickups)
    }

    /// When a vehicle may leave its start, for a first trip that is released then.
    #[inline]
    pub(super) fn start(&self, release: i64) -> Stretch {
        let kind = &self.law.ground.kinds[self.place.kind as usize];
        let departure = kind.shift.start.value().max(release);
        match kind.departure {
            Departure::Free => Stretch::visit(0, departure, kind.shift.end.value().max(departure)),
            Departure::AtShiftStart => Stretch::visit(0, departure, departure),
        }
    }

    #[inline]
    pub(super) fn end(&self) -> Stretch {
        let shift = self.law.ground.kinds[self.place.kind as usize].shift;
        Stretch::visit(0, shift.start.value(), shift.end.value())
    }

    pub(super) fn time(&self, from: u32, to: u32) -> i64 {
        i64::from(self.law.ground.between(self.place, from, to).time)
    }

    /// The times of a route from its start on.
    pub(super) fn times_up_to(&self, ahead: &Half<D, A>) -> Stretch {
        let Half { closed, open } = ahead;
        let ready = self.ready(closed, open);
        if open.is_empty() {
            return ready;
        }
        ready.join(self.time(closed.row, open.first), open.segment.stretch)
    }

    /// The times of a route to its end.
    pub(super) fn times_from(&self, behind: &Half<D, A>) -> Stretch {
        let Half { closed, open } = behind;
        let home = if open.is_empty() {
            closed.times
        } else {
            open.segment.stretch.join(self.time(open.last, closed.row), closed.times)
        };
        home.join(0, self.end())
    }

    /// What a candidate is burdened with at least: deliveries beyond capacity, and lateness if the trips that change
    /// were released as early as today. `None` where pieces of another kind of vehicle make that unknown.
    /// Where stretches bound no times, loads alone.
    pub(super) fn least(
        &self,
        slot: u32,
        pieces: &[Piece],
        links: &Links<TripLaw<D, A>>,
    ) -> Option<Burden> {
        let law = self.law;
        let capacity = law.ground.rules[self.place.kind as usize].capacity[0];
        let (mut open, mut load) = (0, 0);
        let mut times = self.start(0);
        let mut last = self.place.start;
        let mut visit = |node: u32, times: &mut Stretch, open: &mut i64, last: &mut u32| {
            let row = law.row(self.place, node);
            let leg = self.time(*last, row);
            if node < law.n_clients {
                let segment = &law.ground.visits[node as usize];
                *times = times.join(leg, segment.stretch);
                *open += segment.delivery[0];
            } else {
                *times = times.join(leg, Stretch::visit(self.trips.duration, 0, HORIZON));
                load += capacity.excess(*open);
                *open = 0;
            }
            *last = row;
        };
        for &piece in pieces {
            match piece {
                Piece::Prefix(node) if links.is_client(node) => {
                    let mark = &links.marks[node as usize];
                    times = mark.times_before;
                    open = links.briefs[node as usize].delivery_before;
                    last = law.row(self.place, node);
                }
                Piece::One(node) => visit(node, &mut times, &mut open, &mut last),
                Piece::Suffix(node) if links.is_client(node) => {
                    if !law.same_kind(links.nodes[node as usize].slot, slot) {
                        return None;
                    }
                    let mark = &links.marks[node as usize];
                    let leg = self.time(last, law.row(self.place, node));
                    times = times.join(leg, mark.times_behind);
                    open += links.briefs[node as usize].delivery_behind;
                    load += capacity.excess(open);
                    return Some(at_least(load, times.warp));
                }
                Piece::Prefix(_) | Piece::Suffix(_) => {}
                Piece::Span(..) | Piece::Reversed(..) => {
                    for node in visits_of(piece, links) {
                        visit(node, &mut times, &mut open, &mut last);
                    }
                }
            }
        }
        let whole = times.join(self.time(last, self.place.end), self.end());
        load += capacity.excess(open);
        Some(at_least(load, whole.warp))
    }

    /// The same of today's route with a client put between two nodes.
    #[inline]
    pub(super) fn least_with(
        &self,
        client: u32,
        (after, next): (u32, u32),
        links: &Links<TripLaw<D, A>>,
    ) -> Burden {
        let law = self.law;
        let [from, to] = [after, next].map(|node| law.row(self.place, node));
        let (mut times, mut load) = (self.start(0), 0);
        if links.is_client(after) {
            times = links.marks[after as usize].times_before;
            load += links.briefs[after as usize].delivery_before;
        }
        let visit = &law.ground.visits[client as usize];
        times = times.join(self.time(from, client), visit.stretch);
        load += visit.delivery[0];
        let mut behind = self.end();
        if links.is_client(next) {
            behind = links.marks[next as usize].times_behind;
            load += links.briefs[next as usize].delivery_behind;
        }
        times = times.join(self.time(client, to), behind);
        let capacity = law.ground.rules[self.place.kind as usize].capacity[0];
        at_least(capacity.excess(load), times.warp)
    }

    /// What a route that begins so is burdened with at least.
    pub(super) fn least_of(&self, ahead: &Half<D, A>) -> Burden {
        let rules = &self.law.ground.rules[self.place.kind as usize];
        let open = excess_of(&rules.capacity, &ahead.open.segment.peak);
        at_least(ahead.closed.excess + open, self.times_up_to(ahead).warp)
    }
}

fn at_least(load: i64, warp: i64) -> Burden {
    Burden { load, time: warp, ..Burden::default() }
}
