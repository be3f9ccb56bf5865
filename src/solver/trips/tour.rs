//! A stretch of visits that may come back to load, and how a vehicle of a kind joins such stretches.

use crate::problem::Departure;
use crate::solver::capacity::Room;
use crate::solver::law::{Burden, Law, Piece, visits_of};
use crate::solver::rich::{MISPLACED, Segment, SlotKind, excess_of};
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

/// A stretch of visits, returns among them.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Tour<const D: usize, const A: usize> {
    /// Up to the first return, or all there is.
    pub(super) head: Open<D, A>,
    pub(super) n_returns: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    /// From arriving at the first return to arriving at the last.
    pub(super) middle: Stretch,
    /// Sums over the trips between these two; times and loads of theirs say nothing.
    pub(super) closed: Segment<D, A>,
    /// Excess of these trips.
    pub(super) excess: i64,
    /// Where they load.
    pub(super) places: u64,
    /// From the last return on.
    pub(super) tail: Open<D, A>,
}

impl<const D: usize, const A: usize> Open<D, A> {
    pub(super) const EMPTY: Self =
        Self { segment: Segment::EMPTY, first: u32::MAX, last: u32::MAX };

    pub(super) fn is_empty(&self) -> bool {
        self.segment.count == 0
    }
}

impl<const D: usize, const A: usize> Tour<D, A> {
    pub(super) const EMPTY: Self = Self {
        head: Open::EMPTY,
        n_returns: 0,
        first: u32::MAX,
        last: u32::MAX,
        middle: AT_ONCE,
        closed: Segment::EMPTY,
        excess: 0,
        places: 0,
        tail: Open::EMPTY,
    };

    pub(super) fn is_empty(&self) -> bool {
        self.n_returns == 0 && self.head.is_empty()
    }

    /// The trip that is open at the end.
    #[inline]
    pub(super) fn open(&mut self) -> &mut Open<D, A> {
        if self.n_returns == 0 { &mut self.head } else { &mut self.tail }
    }
}

/// A vehicle's slot, its rules, and the law: what it takes to join tours of its own.
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

    #[inline]
    pub(super) fn push(&self, tour: &mut Tour<D, A>, node: u32) {
        if node < self.law.n_clients {
            self.join(tour.open(), &self.client(node));
            return;
        }
        let Return { row, place, .. } = self.law.returns[(node - self.law.n_clients) as usize];
        if tour.n_returns == 0 {
            tour.first = row;
        } else {
            let tail = tour.tail;
            self.close(tour, &tail, row, false);
        }
        (tour.last, tour.tail) = (row, Open::EMPTY);
        tour.n_returns += 1;
        tour.places |= place;
    }

    pub(super) fn push_ahead(&self, tour: &mut Tour<D, A>, node: u32) {
        if node < self.law.n_clients {
            let mut longer = self.client(node);
            self.join(&mut longer, &tour.head);
            tour.head = longer;
            return;
        }
        let Return { row, place, .. } = self.law.returns[(node - self.law.n_clients) as usize];
        let head = std::mem::replace(&mut tour.head, Open::EMPTY);
        if tour.n_returns == 0 {
            (tour.last, tour.tail) = (row, head);
        } else {
            self.close(tour, &head, row, true);
        }
        tour.first = row;
        tour.n_returns += 1;
        tour.places |= place;
    }

    /// Closes the open trip behind a tour's last return with a further one to `row`, or the one ahead of its first.
    #[inline]
    pub(super) fn close(&self, tour: &mut Tour<D, A>, trip: &Open<D, A>, row: u32, is_ahead: bool) {
        let (from, to) = if is_ahead { (row, tour.first) } else { (tour.last, row) };
        let stretch = self.closed(tour, from, trip, to);
        tour.middle =
            if is_ahead { stretch.join(0, tour.middle) } else { tour.middle.join(0, stretch) };
    }

    /// The times of a whole trip from loading at one place to arriving at another; its sums are added to the tour.
    pub(super) fn closed(
        &self,
        tour: &mut Tour<D, A>,
        from: u32,
        trip: &Open<D, A>,
        to: u32,
    ) -> Stretch {
        let load = self.loading(&trip.segment);
        let sums = &mut tour.closed;
        sums.work += self.trips.duration;
        if trip.is_empty() {
            let leg = self.leg(from, to);
            sums.distance += i64::from(leg.distance);
            sums.travel += i64::from(leg.time);
            sums.work += i64::from(leg.time);
            return load.join(i64::from(leg.time), AT_ONCE);
        }
        let (out, home) = (self.leg(from, trip.first), self.leg(trip.last, to));
        sums.add(&trip.segment);
        sums.distance += i64::from(out.distance) + i64::from(home.distance);
        sums.travel += i64::from(out.time) + i64::from(home.time);
        let spared = self.law.ground.spared(from, trip.first);
        sums.work += i64::from(out.time) + i64::from(home.time) - spared;
        tour.excess += self.excess(&trip.segment);
        load.join(i64::from(out.time), trip.segment.stretch).join(i64::from(home.time), AT_ONCE)
    }

    /// Loading for a trip: it leaves when loaded, and not before all is released.
    #[inline]
    pub(super) fn loading(&self, trip: &Segment<D, A>) -> Stretch {
        let begin = (trip.release - self.trips.duration).max(0);
        Stretch::visit(self.trips.duration, begin, HORIZON)
    }

    pub(super) fn excess(&self, trip: &Segment<D, A>) -> i64 {
        let kind = &self.law.ground.kinds[self.place.kind as usize];
        let rules = &self.law.ground.rules[self.place.kind as usize];
        excess_of(&rules.capacity, &trip.peak) + MISPLACED * trip.order.broken(kind.pickups)
    }

    /// Joins a tour of the same kind of vehicle.
    #[inline]
    pub(super) fn append(&self, tour: &mut Tour<D, A>, behind: &Tour<D, A>) {
        self.join(tour.open(), &behind.head);
        if behind.n_returns == 0 {
            return;
        }
        if tour.n_returns == 0 {
            *tour = Tour { head: tour.head, ..*behind };
            return;
        }
        let tail = tour.tail;
        self.close(tour, &tail, behind.first, false);
        tour.middle = tour.middle.join(0, behind.middle);
        tour.closed.add(&behind.closed);
        tour.excess += behind.excess;
        tour.places |= behind.places;
        tour.n_returns += behind.n_returns;
        (tour.last, tour.tail) = (behind.last, behind.tail);
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

    /// The times of a route from its start to the end of a tour.
    pub(super) fn times_up_to(&self, tour: &Tour<D, A>) -> Stretch {
        let (mut whole, mut last) = (self.start(tour.head.segment.release), self.place.start);
        if !tour.head.is_empty() {
            whole = whole.join(self.time(last, tour.head.first), tour.head.segment.stretch);
            last = tour.head.last;
        }
        if tour.n_returns > 0 {
            whole = whole.join(self.time(last, tour.first), tour.middle);
            whole = whole.join(0, self.loading(&tour.tail.segment));
            if !tour.tail.is_empty() {
                let out = self.time(tour.last, tour.tail.first);
                whole = whole.join(out, tour.tail.segment.stretch);
            }
        }
        whole
    }

    /// The times of a route from the beginning of a tour to its end.
    pub(super) fn times_from(&self, tour: &Tour<D, A>) -> Stretch {
        let (mut whole, mut last) = (tour.head.segment.stretch, tour.head.last);
        if tour.n_returns > 0 {
            whole = if tour.head.is_empty() {
                tour.middle
            } else {
                whole.join(self.time(last, tour.first), tour.middle)
            };
            whole = whole.join(0, self.loading(&tour.tail.segment));
            last = tour.last;
            if !tour.tail.is_empty() {
                let out = self.time(last, tour.tail.first);
                whole = whole.join(out, tour.tail.segment.stretch);
                last = tour.tail.last;
            }
        }
        whole.join(self.time(last, self.place.end), self.end())
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

    /// What a route that begins with a tour is burdened with at least.
    pub(super) fn least_of(&self, tour: &Tour<D, A>) -> Burden {
        let rules = &self.law.ground.rules[self.place.kind as usize];
        let open = if tour.n_returns == 0 { &Open::EMPTY } else { &tour.tail };
        let [head, tail] =
            [&tour.head, open].map(|open| excess_of(&rules.capacity, &open.segment.peak));
        let load = head + tour.excess + tail;
        at_least(load, self.times_up_to(tour).warp)
    }
}

fn at_least(load: i64, warp: i64) -> Burden {
    Burden { load, time: warp, ..Burden::default() }
}
