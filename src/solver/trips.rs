//! The law of several trips: everything the rich law knows but rests, for vehicles that may load again on the way.
//!
//! A stretch of visits is a [`Tour`]: an open trip, and, where it comes back, the closed trips behind it and a second
//! open one. Closed trips have their releases worked into their times, so that two tours join in O(1): the open trips
//! that meet become one, and close when both sides have come back.

use crate::measure::{Meters, Seconds};
use crate::problem::{Departure, Problem};
use crate::solver::law::{Burden, FORBIDDEN, Law, Limit, Piece, is_empty, visits_of};
use crate::solver::part::Part;
use crate::solver::rich::{
    Leg, MISPLACED, RichLaw, Segment, SlotKind, beyond, excess_of, price_of,
};
use crate::solver::routes::{Links, Node};
use crate::solver::timed::{HORIZON, Stretch};

/// Takes no time, at any time.
const AT_ONCE: Stretch = Stretch { duration: 0, warp: 0, earliest: 0, latest: HORIZON };

/// Vehicles that may load again.
pub(super) struct TripLaw<const D: usize, const A: usize> {
    ground: RichLaw<D, A>,
    n_clients: u32,
    n_visits: u32,
    returns: Vec<Return>,
    /// By kind.
    trips: Vec<Trips>,
}

/// A return that a route may have.
#[derive(Clone, Copy)]
struct Return {
    /// Its place among the rows of legs.
    row: u32,
    /// The number of the first return to the same place.
    first: u32,
    /// One bit for each place.
    place: u64,
}

/// What a kind of vehicle may do.
struct Trips {
    /// The places where it may load again.
    places: u64,
    firsts: Vec<u32>,
    n_max: i64,
    duration: i64,
}

/// A stretch of visits within one trip, and its first and last row.
#[derive(Clone, Copy)]
struct Open<const D: usize, const A: usize> {
    segment: Segment<D, A>,
    first: u32,
    last: u32,
}

/// A stretch of visits, returns among them.
#[derive(Clone, Copy)]
pub(super) struct Tour<const D: usize, const A: usize> {
    /// Up to the first return, or all there is.
    head: Open<D, A>,
    n_returns: u32,
    first: u32,
    last: u32,
    /// From arriving at the first return to arriving at the last.
    middle: Stretch,
    /// Sums over the trips between these two; times and loads of theirs say nothing.
    closed: Segment<D, A>,
    /// Excess of these trips.
    excess: i64,
    /// Where they load.
    places: u64,
    /// From the last return on.
    tail: Open<D, A>,
}

/// What is kept at a node: the tours up to it and from it on, and what bounds most candidates without them.
#[derive(Clone, Copy)]
pub(super) struct TripMark<const D: usize, const A: usize> {
    /// Deliveries of the trip that is open behind the node, and ahead of it, in the first dimension.
    delivery_before: i64,
    delivery_behind: i64,
    /// The times of the whole route up to the node, and from it on.
    times_before: Stretch,
    times_behind: Stretch,
    before: Tour<D, A>,
    behind: Tour<D, A>,
}

impl<const D: usize, const A: usize> Default for TripMark<D, A> {
    fn default() -> Self {
        Self {
            delivery_before: 0,
            delivery_behind: 0,
            times_before: AT_ONCE,
            times_behind: AT_ONCE,
            before: Tour::EMPTY,
            behind: Tour::EMPTY,
        }
    }
}

impl<const D: usize, const A: usize> Open<D, A> {
    const EMPTY: Self = Self { segment: Segment::EMPTY, first: u32::MAX, last: u32::MAX };

    fn is_empty(&self) -> bool {
        self.segment.count == 0
    }
}

impl<const D: usize, const A: usize> Tour<D, A> {
    const EMPTY: Self = Self {
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

    /// The trip that is open at the end.
    #[inline]
    fn open(&mut self) -> &mut Open<D, A> {
        if self.n_returns == 0 { &mut self.head } else { &mut self.tail }
    }
}

/// A vehicle's slot, its rules, and the law: what it takes to join tours of its own.
struct Driver<'l, const D: usize, const A: usize> {
    law: &'l TripLaw<D, A>,
    place: &'l SlotKind,
    trips: &'l Trips,
}

impl<const D: usize, const A: usize> Driver<'_, D, A> {
    #[inline]
    fn leg(&self, from: u32, to: u32) -> Leg {
        self.law.ground.legs[self.law.ground.cell(self.place.square, from, to)]
    }

    #[inline]
    fn join(&self, open: &mut Open<D, A>, behind: &Open<D, A>) {
        if open.is_empty() {
            *open = *behind;
        } else if !behind.is_empty() {
            // Setups are refused where vehicles load again: nothing is spared.
            open.segment.append(self.leg(open.last, behind.first), 0, &behind.segment);
            open.last = behind.last;
        }
    }

    fn client(&self, client: u32) -> Open<D, A> {
        Open { segment: self.law.ground.visits[client as usize], first: client, last: client }
    }

    #[inline]
    fn push(&self, tour: &mut Tour<D, A>, node: u32) {
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

    fn push_ahead(&self, tour: &mut Tour<D, A>, node: u32) {
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
    fn close(&self, tour: &mut Tour<D, A>, trip: &Open<D, A>, row: u32, is_ahead: bool) {
        let (from, to) = if is_ahead { (row, tour.first) } else { (tour.last, row) };
        let stretch = self.closed(tour, from, trip, to);
        tour.middle =
            if is_ahead { stretch.join(0, tour.middle) } else { tour.middle.join(0, stretch) };
    }

    /// The times of a whole trip from loading at one place to arriving at another; its sums are added to the tour.
    fn closed(&self, tour: &mut Tour<D, A>, from: u32, trip: &Open<D, A>, to: u32) -> Stretch {
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
        sums.work += i64::from(out.time) + i64::from(home.time);
        tour.excess += self.excess(&trip.segment);
        load.join(i64::from(out.time), trip.segment.stretch).join(i64::from(home.time), AT_ONCE)
    }

    /// Loading for a trip: it leaves when loaded, and not before all is released.
    #[inline]
    fn loading(&self, trip: &Segment<D, A>) -> Stretch {
        let begin = (trip.release - self.trips.duration).max(0);
        Stretch::visit(self.trips.duration, begin, HORIZON)
    }

    fn excess(&self, trip: &Segment<D, A>) -> i64 {
        let kind = &self.law.ground.kinds[self.place.kind as usize];
        excess_of(kind, &trip.peak) + MISPLACED * trip.order.broken(kind.pickups)
    }

    /// Joins a tour of the same kind of vehicle.
    #[inline]
    fn append(&self, tour: &mut Tour<D, A>, behind: &Tour<D, A>) {
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
    fn start(&self, release: i64) -> Stretch {
        let kind = &self.law.ground.kinds[self.place.kind as usize];
        let departure = kind.shift.start.value().max(release);
        match kind.departure {
            Departure::Free => Stretch::visit(0, departure, kind.shift.end.value().max(departure)),
            Departure::AtShiftStart => Stretch::visit(0, departure, departure),
        }
    }

    #[inline]
    fn end(&self) -> Stretch {
        let shift = self.law.ground.kinds[self.place.kind as usize].shift;
        Stretch::visit(0, shift.start.value(), shift.end.value())
    }

    fn time(&self, from: Option<u32>, to: Option<u32>) -> i64 {
        i64::from(self.law.ground.between(self.place, from, to).time)
    }

    /// The times of a route from its start to the end of a tour.
    fn times_up_to(&self, tour: &Tour<D, A>) -> Stretch {
        let (mut whole, mut last) = (self.start(tour.head.segment.release), self.place.start);
        if !tour.head.is_empty() {
            whole = whole.join(self.time(last, Some(tour.head.first)), tour.head.segment.stretch);
            last = Some(tour.head.last);
        }
        if tour.n_returns > 0 {
            whole = whole.join(self.time(last, Some(tour.first)), tour.middle);
            whole = whole.join(0, self.loading(&tour.tail.segment));
            if !tour.tail.is_empty() {
                let out = self.time(Some(tour.last), Some(tour.tail.first));
                whole = whole.join(out, tour.tail.segment.stretch);
            }
        }
        whole
    }

    /// The times of a route from the beginning of a tour to its end.
    fn times_from(&self, tour: &Tour<D, A>) -> Stretch {
        let (mut whole, mut last) = (tour.head.segment.stretch, Some(tour.head.last));
        if tour.n_returns > 0 {
            whole = if tour.head.is_empty() {
                tour.middle
            } else {
                whole.join(self.time(last, Some(tour.first)), tour.middle)
            };
            whole = whole.join(0, self.loading(&tour.tail.segment));
            last = Some(tour.last);
            if !tour.tail.is_empty() {
                let out = self.time(last, Some(tour.tail.first));
                whole = whole.join(out, tour.tail.segment.stretch);
                last = Some(tour.tail.last);
            }
        }
        whole.join(self.time(last, self.place.end), self.end())
    }

    /// What a candidate is burdened with at least: deliveries beyond capacity, and lateness if the trips that change
    /// were released as early as today. `None` where pieces of another kind of vehicle make that unknown.
    fn least(&self, slot: u32, pieces: &[Piece], links: &Links<TripLaw<D, A>>) -> Option<Burden> {
        let law = self.law;
        let capacity = law.ground.kinds[self.place.kind as usize].capacity.0[0];
        let (mut open, mut load) = (0, 0);
        let mut times = self.start(0);
        let mut last = self.place.start;
        let mut visit = |node: u32, times: &mut Stretch, open: &mut i64, last: &mut Option<u32>| {
            let row = law.row(self.place, node);
            let leg = self.time(*last, row);
            if node < law.n_clients {
                let segment = &law.ground.visits[node as usize];
                *times = times.join(leg, segment.stretch);
                *open += segment.delivery[0];
            } else {
                *times = times.join(leg, Stretch::visit(self.trips.duration, 0, HORIZON));
                load += beyond(*open, capacity);
                *open = 0;
            }
            *last = row;
        };
        for &piece in pieces {
            match piece {
                Piece::Prefix(node) if links.is_client(node) => {
                    let mark = &links.marks[node as usize];
                    (times, open) = (mark.times_before, mark.delivery_before);
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
                    open += mark.delivery_behind;
                    let late = times.warp;
                    load += beyond(open, capacity);
                    return Some(Burden { load, time: late, ..Burden::default() });
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
        load += beyond(open, capacity);
        Some(Burden { load, time: whole.warp, ..Burden::default() })
    }

    /// The burden of a whole route.
    fn burden(&self, tour: &Tour<D, A>) -> Burden {
        let (place, trips) = (self.place, self.trips);
        let ground = &self.law.ground;
        let kind = &ground.kinds[place.kind as usize];
        let mut sums = tour.head.segment;
        if sums.count == 0 && tour.n_returns == 0 {
            return Burden::default();
        }
        let departure = kind.shift.start.value().max(tour.head.segment.release);
        let shift_end = kind.shift.end.value();
        let mut whole = self.start(departure);
        let mut last = place.start;
        let mut drive = |to: Option<u32>, last: &mut Option<u32>| -> i64 {
            let leg = ground.between(place, *last, to);
            sums.distance += i64::from(leg.distance);
            sums.travel += i64::from(leg.time);
            sums.work += i64::from(leg.time);
            *last = to;
            i64::from(leg.time)
        };
        if !tour.head.is_empty() {
            let out = drive(Some(tour.head.first), &mut last);
            whole = whole.join(out, tour.head.segment.stretch);
            last = Some(tour.head.last);
        }
        if tour.n_returns > 0 {
            let back = drive(Some(tour.first), &mut last);
            whole = whole.join(back, tour.middle).join(0, self.loading(&tour.tail.segment));
            last = Some(tour.last);
            if !tour.tail.is_empty() {
                let out = drive(Some(tour.tail.first), &mut last);
                whole = whole.join(out, tour.tail.segment.stretch);
                last = Some(tour.tail.last);
            }
        }
        let home = drive(place.end, &mut last);
        let (duration, late) = if kind.departure == Departure::Free {
            let whole = whole.join(home, self.end());
            (whole.duration - whole.warp, whole.warp)
        } else {
            let duration = whole.duration - whole.warp + home;
            (duration, whole.warp + (departure + duration - shift_end).max(0))
        };
        let mut excess = self.excess(&tour.head.segment);
        if tour.n_returns > 0 {
            excess += tour.excess + self.excess(&tour.tail.segment);
            sums.add(&tour.closed);
            sums.add(&tour.tail.segment);
            sums.work += trips.duration;
        }
        let is_forbidden = sums.skills & !kind.skills.0 != 0 || tour.places & !trips.places != 0;
        let too_late_start = (departure - shift_end).max(0);
        let n_areas = i64::from(sums.n_areas());
        let firm = (n_areas - 1).max(0) * kind.area_split.value();
        let idle = (duration - sums.work).max(0);
        let over = |limit: Option<i64>, value: i64| limit.map_or(0, |limit| (value - limit).max(0));
        Burden {
            priced: firm
                + idle * kind.per_second
                + price_of(kind, duration, sums.work)
                + n_areas.min(1) * kind.area_split.value()
                + if is_forbidden { FORBIDDEN } else { 0 },
            firm,
            load: excess
                + over(kind.distance_max.map(Meters::value), sums.distance)
                + over(kind.clients_max.map(i64::from), sums.count)
                + MISPLACED * (i64::from(tour.n_returns) + 1 - trips.n_max).max(0),
            time: late
                + too_late_start
                + over(kind.duration_max.map(Seconds::value), duration)
                + over(kind.travel_max.map(Seconds::value), sums.travel),
        }
    }
}

impl<const D: usize, const A: usize> TripLaw<D, A> {
    #[inline]
    fn driver(&self, slot: u32) -> Driver<'_, D, A> {
        let place = &self.ground.slots[slot as usize];
        Driver { law: self, place, trips: &self.trips[place.kind as usize] }
    }

    #[inline]
    fn row(&self, place: &SlotKind, node: u32) -> Option<u32> {
        if node < self.n_clients {
            Some(node)
        } else if node < self.n_visits {
            Some(self.returns[(node - self.n_clients) as usize].row)
        } else if (node - self.n_visits).is_multiple_of(2) {
            place.start
        } else {
            place.end
        }
    }

    /// What coming to a node costs whatever the way.
    #[inline]
    fn stay(&self, kind: u32, node: u32) -> i64 {
        if node < self.n_clients {
            self.ground.stay(kind, node)
        } else if node < self.n_visits {
            let rates = &self.ground.kinds[kind as usize];
            self.trips[kind as usize].duration * (rates.per_second + rates.per_service_second)
        } else {
            0
        }
    }
}

impl<const D: usize, const A: usize> Law for TripLaw<D, A> {
    type Mark = TripMark<D, A>;
    type Head = ();
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = true;
    const RELOADS: bool = true;

    fn build(problem: &Problem, part: &Part) -> Self {
        let ground = RichLaw::<D, A>::build(problem, part);
        let depots = part.depots(problem);
        let n_clients = part.n_clients() as u32;
        let mut returns: Vec<Return> = Vec::with_capacity(part.reloads.len());
        let mut places = Vec::new();
        for (number, place) in part.reloads.iter().enumerate() {
            let first = part.first_reload(*place).unwrap_or(number) as u32;
            let bit = places.iter().position(|other| other == place).unwrap_or_else(|| {
                places.push(*place);
                places.len() - 1
            });
            let row = depots.iter().position(|depot| depot == place);
            let row = n_clients + row.expect("`depots` lists every place of loading") as u32;
            returns.push(Return { row, first, place: 1 << bit });
        }
        let mut trips = Vec::with_capacity(ground.kinds.len());
        for kind in &ground.kinds {
            let known = kind.reload.iter().flat_map(|reload| &reload.places);
            let bits = known.clone().filter_map(|p| places.iter().position(|other| other == p));
            trips.push(Trips {
                places: bits.fold(0, |bits, bit| bits | 1 << bit),
                firsts: known.filter_map(|&p| part.first_reload(p)).map(|n| n as u32).collect(),
                n_max: match &kind.reload {
                    None => 1,
                    Some(reload) => reload.trips_max.map_or(i64::MAX / 4, i64::from),
                },
                duration: kind.reload.as_ref().map_or(0, |reload| reload.duration.value()),
            });
        }
        Self { ground, n_clients, n_visits: part.n_visits() as u32, returns, trips }
    }

    #[inline]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = &self.ground.slots[slot as usize];
        let leg = if from < self.n_clients && to < self.n_clients {
            self.ground.legs[self.ground.cell(place.square, from, to)]
        } else {
            self.ground.between(place, self.row(place, from), self.row(place, to))
        };
        let opening = if from < self.n_visits { 0 } else { place.fixed };
        place.way(leg) + opening + self.stay(place.kind, to)
    }

    fn way(&self, from: u32, to: u32) -> i64 {
        let place = &self.ground.slots[0];
        place.way(self.ground.between(place, self.row(place, from), self.row(place, to)))
    }

    #[inline]
    fn reverses(&self) -> bool {
        self.ground.reverses()
    }

    #[inline]
    fn turning(&self, slot: u32, first: u32, last: u32) -> Option<i64> {
        let kind = self.ground.slots[slot as usize].kind;
        self.ground.is_symmetric.then(|| self.stay(kind, first) - self.stay(kind, last))
    }

    #[inline]
    fn same_kind(&self, a: u32, b: u32) -> bool {
        self.ground.same_kind(a, b)
    }

    #[inline]
    fn allows(&self, slot: u32, node: u32) -> bool {
        if node < self.n_clients {
            return self.ground.allows(slot, node);
        }
        let kind = self.ground.slots[slot as usize].kind;
        let place = self.returns[(node - self.n_clients) as usize].place;
        place & self.trips[kind as usize].places != 0
    }

    fn judge(&self, slot: u32, sequence: &[u32]) -> Burden {
        let driver = self.driver(slot);
        let mut tour = Tour::EMPTY;
        for &node in sequence {
            driver.push(&mut tour, node);
        }
        driver.burden(&tour)
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let driver = self.driver(slot);
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let mut tour = Tour::EMPTY;
        links.marks[start as usize].before = tour;
        let mut node = links.nodes[start as usize].next;
        while node != end {
            driver.push(&mut tour, node);
            let open = if tour.n_returns == 0 { &tour.head } else { &tour.tail };
            let mark = &mut links.marks[node as usize];
            mark.delivery_before = open.segment.delivery[0];
            mark.times_before = driver.times_up_to(&tour);
            mark.before = tour;
            node = links.nodes[node as usize].next;
        }
        let mut behind = Tour::EMPTY;
        let mut node = links.nodes[end as usize].prev;
        while node != start {
            let Node { prev, .. } = links.nodes[node as usize];
            driver.push_ahead(&mut behind, node);
            let mark = &mut links.marks[node as usize];
            mark.delivery_behind = behind.head.segment.delivery[0];
            mark.times_behind = driver.times_from(&behind);
            mark.behind = behind;
            node = prev;
        }
        driver.burden(&tour)
    }

    fn assess(&self, slot: u32, pieces: &[Piece], links: &Links<Self>, limit: Limit) -> Burden {
        let driver = self.driver(slot);
        let mut least = None;
        if limit.price != i64::MAX && !is_empty(pieces, links) {
            least = driver.least(slot, pieces, links);
            if let Some(least) = least.filter(|&least| limit.is_passed_by(least)) {
                return least;
            }
        }
        let mut tour = Tour::EMPTY;
        for &piece in pieces {
            match piece {
                Piece::Prefix(node) if links.is_client(node) => {
                    tour = links.marks[node as usize].before;
                }
                Piece::One(node) => driver.push(&mut tour, node),
                Piece::Suffix(node) if links.is_client(node) => {
                    let owner = links.nodes[node as usize].slot;
                    if self.same_kind(owner, slot) {
                        driver.append(&mut tour, &links.marks[node as usize].behind);
                    } else {
                        visits_of(piece, links).for_each(|node| driver.push(&mut tour, node));
                    }
                }
                Piece::Prefix(_) | Piece::Suffix(_) => {}
                Piece::Span(..) | Piece::Reversed(..) => {
                    visits_of(piece, links).for_each(|node| driver.push(&mut tour, node));
                }
            }
        }
        let burden = driver.burden(&tour);
        let is_bound = |least: Burden| least.load <= burden.load && least.time <= burden.time;
        debug_assert!(least.is_none_or(is_bound), "a bound is never above what it bounds");
        burden
    }

    #[inline]
    fn reloads(&self, slot: u32) -> &[u32] {
        &self.trips[self.ground.slots[slot as usize].kind as usize].firsts
    }

    #[inline]
    fn same_reload(&self, a: u32, b: u32) -> bool {
        let first = |node: u32| self.returns[(node - self.n_clients) as usize].first;
        first(a) == first(b)
    }

    fn size(&self, client: u32) -> i64 {
        self.ground.size(client)
    }
}
