//! The rich law: everything a vehicle type and a client can state.
//!
//! A stretch of visits is summarized by a [`Segment`] whose parts join in O(1): time, loads, work, areas. Only rests,
//! clients with several windows and setups that a place shares have no such summary: where a vehicle knows them its
//! clock is kept at every node, and walked on from the first node that changes.

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Meters, Seconds};
use crate::problem::{
    Client, Departure, Load, MAX_LOADS, MAX_RESTS, PickupOrder, Presence, Problem, RestNeed,
    RestPlace, TimeWindow, Travel, VehicleType,
};
use crate::solver::couples::{Couple, Couples, carried};
use crate::solver::law::{Burden, FORBIDDEN, Law, Limit, Piece, visits_of};
use crate::solver::part::Part;
use crate::solver::routes::{Links, Node};
use crate::solver::timed::{Stretch, visit_of};

/// A client delivered to behind a pickup weighs as much as so many thousandths of the capacity too much.
pub(super) const MISPLACED: i64 = 100;

/// Distance and time of a leg.
#[derive(Clone, Copy, Default)]
pub(super) struct Leg {
    pub(super) distance: u32,
    pub(super) time: u32,
}

/// Everything the model can state, with loads in `D` dimensions and areas in `A` words of bits.
pub(super) struct RichLaw<const D: usize, const A: usize> {
    width: usize,
    /// One square of legs per profile.
    pub(super) legs: Vec<Leg>,
    pub(super) is_symmetric: bool,
    clients: Vec<Client>,
    /// Each client as a stretch of its own.
    pub(super) visits: Vec<Segment<D, A>>,
    pub(super) kinds: Vec<VehicleType>,
    /// By kind, then by client: what serving it costs whatever the way.
    stays: Vec<i64>,
    pub(super) slots: Vec<SlotKind>,
    sizes: Vec<i64>,
    has_several_windows: bool,
    /// Whether most clients have narrow windows: then turning a stretch around is seldom worth trying.
    is_dated: bool,
    /// Setup of each client; empty when none depends on where the vehicle comes from.
    setups: Vec<i64>,
    /// Place of each row.
    places: Vec<usize>,
    /// Whether nothing is picked up or carried in the first dimension, so that loads add up there.
    is_additive: bool,
    couples: Couples,
}

/// What a slot is.
#[derive(Clone, Copy)]
pub(super) struct SlotKind {
    pub(super) kind: u32,
    /// Row of the start, if any.
    pub(super) start: Option<u32>,
    /// Row of the end, if any.
    pub(super) end: Option<u32>,
    /// Where this profile's square begins.
    pub(super) square: usize,
    per_meter: i64,
    /// Price of a second of travel, as travel and as duration.
    per_travel_second: i64,
    pub(super) fixed: i64,
}

impl SlotKind {
    /// Price of driving a leg.
    #[inline]
    pub(super) fn way(&self, leg: Leg) -> i64 {
        i64::from(leg.distance) * self.per_meter + i64::from(leg.time) * self.per_travel_second
    }
}

/// A stretch of visits: what joins in O(1). Without visits it counts none and says nothing else.
#[derive(Clone, Copy)]
pub(super) struct Segment<const D: usize, const A: usize> {
    pub(super) stretch: Stretch,
    pub(super) distance: i64,
    pub(super) travel: i64,
    /// Travel, setup and service, no waiting.
    pub(super) work: i64,
    pub(super) delivery: [i64; D],
    pickup: [i64; D],
    pub(super) peak: [i64; D],
    /// One bit for each area.
    areas: [u64; A],
    pub(super) release: i64,
    pub(super) skills: u64,
    pub(super) count: i64,
    pub(super) order: PickupsLast,
}

impl<const D: usize, const A: usize> Default for Segment<D, A> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const D: usize, const A: usize> Segment<D, A> {
    pub(super) const EMPTY: Self = Self {
        stretch: Stretch { duration: 0, warp: 0, earliest: 0, latest: 0 },
        distance: 0,
        travel: 0,
        work: 0,
        delivery: [0; D],
        pickup: [0; D],
        peak: [0; D],
        areas: [0; A],
        release: 0,
        skills: 0,
        count: 0,
        order: PickupsLast { deliveries: 0, misplaced: 0, picks_up: false },
    };

    /// One visit; `carried` is what a pair adds to the load there.
    fn of(client: &Client, carried: &Load) -> Self {
        let (mut delivery, mut pickup, mut peak) = ([0; D], [0; D], [0; D]);
        for d in 0..D {
            (delivery[d], pickup[d]) = (client.delivery.0[d], client.pickup.0[d] + carried.0[d]);
            peak[d] = delivery[d].max(pickup[d]);
        }
        let mut areas = [0; A];
        if let Some(area) = client.area {
            areas[area.index() / 64] = 1 << (area.index() % 64);
        }
        Self {
            stretch: visit_of(client),
            distance: 0,
            travel: 0,
            work: (client.setup + client.service).value(),
            delivery,
            pickup,
            peak,
            areas,
            release: client.release.value(),
            skills: client.skills.0,
            count: 1,
            order: PickupsLast {
                deliveries: u32::from(client.delivers()),
                misplaced: 0,
                picks_up: client.picks_up(),
            },
        }
    }

    /// How many different areas it visits.
    #[inline]
    pub(super) fn n_areas(&self) -> u32 {
        self.areas.iter().map(|word| word.count_ones()).sum()
    }

    /// Adds what is summed whatever the order, of a stretch of another trip.
    pub(super) fn add(&mut self, other: &Self) {
        for (word, more) in self.areas.iter_mut().zip(other.areas) {
            *word |= more;
        }
        self.distance += other.distance;
        self.travel += other.travel;
        self.work += other.work;
        self.skills |= other.skills;
        self.count += other.count;
    }

    /// Appends a leg and the other stretch, whose first visit is spared some of its setup.
    #[inline]
    pub(super) fn append(&mut self, leg: Leg, spared: i64, other: &Self) {
        let time = i64::from(leg.time);
        for d in 0..D {
            // Deliveries are on board from the start, pickups until the end. The load of a pair is a pickup, and
            // one less where it is delivered.
            self.peak[d] = (self.peak[d] + other.delivery[d]).max(self.pickup[d] + other.peak[d]);
            self.delivery[d] += other.delivery[d];
            self.pickup[d] += other.pickup[d];
        }
        for (word, more) in self.areas.iter_mut().zip(other.areas) {
            *word |= more;
        }
        self.stretch = self.stretch.join(time, other.stretch);
        self.distance += i64::from(leg.distance) + other.distance;
        self.travel += time + other.travel;
        self.work += time + other.work - spared;
        self.release = self.release.max(other.release);
        self.skills |= other.skills;
        self.count += other.count;
        self.order = self.order.join(other.order);
    }
}

/// How far a stretch keeps its pickups last.
#[derive(Clone, Copy)]
pub(super) struct PickupsLast {
    /// Clients delivered to.
    deliveries: u32,
    /// Those of them that come behind a pickup.
    misplaced: u32,
    picks_up: bool,
}

impl PickupsLast {
    #[inline]
    fn join(self, behind: Self) -> Self {
        let late = if self.picks_up { behind.deliveries } else { behind.misplaced };
        Self {
            deliveries: self.deliveries + behind.deliveries,
            misplaced: self.misplaced + late,
            picks_up: self.picks_up | behind.picks_up,
        }
    }

    /// How many visits break the rule of a kind of vehicle.
    #[inline]
    pub(super) fn broken(self, rule: PickupOrder) -> i64 {
        let is_alone = self.picks_up && self.deliveries == 0;
        match rule {
            PickupOrder::Anytime => 0,
            PickupOrder::Last => i64::from(self.misplaced),
            PickupOrder::LastOfDeliveries => i64::from(self.misplaced) + i64::from(is_alone),
        }
    }
}

/// What is kept at a node: the stretches up to it and from it on, and the clock when its visit is done.
#[derive(Clone, Copy, Default)]
pub(super) struct RichMark<const D: usize, const A: usize> {
    before: Segment<D, A>,
    behind: Segment<D, A>,
    clock: Clock,
    /// Loads of pairs under way when the node is left.
    open: i32,
}

/// A route to be: up to `after`, then a pickup, then today's clients up to `last`.
#[derive(Clone, Copy)]
pub(super) struct RichHead<const D: usize, const A: usize> {
    joined: Joined<D, A>,
    after: u32,
    pickup: u32,
    last: u32,
}

impl<const D: usize, const A: usize> Default for RichHead<D, A> {
    fn default() -> Self {
        Self { joined: Joined::EMPTY, after: u32::MAX, pickup: u32::MAX, last: u32::MAX }
    }
}

/// A candidate route while its pieces are joined.
#[derive(Clone, Copy)]
struct Joined<const D: usize, const A: usize> {
    segment: Segment<D, A>,
    first: u32,
    last: u32,
}

impl<const D: usize, const A: usize> Joined<D, A> {
    const EMPTY: Self = Self { segment: Segment::EMPTY, first: u32::MAX, last: u32::MAX };
}

impl<const D: usize, const A: usize> RichLaw<D, A> {
    fn row(&self, slot: &SlotKind, node: u32) -> Option<u32> {
        let n_clients = self.clients.len() as u32;
        if node < n_clients {
            Some(node)
        } else if (node - n_clients).is_multiple_of(2) {
            slot.start
        } else {
            slot.end
        }
    }

    #[inline]
    pub(super) fn between(&self, slot: &SlotKind, from: Option<u32>, to: Option<u32>) -> Leg {
        match (from, to) {
            (Some(from), Some(to)) => self.legs[self.cell(slot.square, from, to)],
            _ => Leg::default(),
        }
    }

    #[inline]
    pub(super) fn cell(&self, square: usize, from: u32, to: u32) -> usize {
        square + from as usize * self.width + to as usize
    }

    #[inline]
    pub(super) fn stay(&self, kind: u32, client: u32) -> i64 {
        self.stays[kind as usize * self.clients.len() + client as usize]
    }

    /// The setup that a client is spared by a vehicle that comes from a row at the same place.
    #[inline]
    fn spared(&self, from: Option<u32>, client: u32) -> i64 {
        match from {
            Some(from) if !self.setups.is_empty() => {
                let is_here = self.places[from as usize] == self.places[client as usize];
                if is_here { self.setups[client as usize] } else { 0 }
            }
            _ => 0,
        }
    }

    fn push(&self, slot: &SlotKind, joined: &mut Joined<D, A>, client: u32) {
        self.push_segment(slot, joined, client, client, &self.visits[client as usize]);
    }

    #[inline]
    fn push_segment(
        &self,
        slot: &SlotKind,
        joined: &mut Joined<D, A>,
        first: u32,
        last: u32,
        segment: &Segment<D, A>,
    ) {
        if joined.segment.count == 0 {
            (joined.first, joined.segment) = (first, *segment);
        } else {
            let leg = self.legs[self.cell(slot.square, joined.last, first)];
            let spared = self.spared(Some(joined.last), first);
            joined.segment.append(leg, spared, segment);
        }
        joined.last = last;
    }

    /// Joins the pieces of a candidate route.
    fn join(&self, slot: u32, pieces: &[Piece], links: &Links<Self>) -> Joined<D, A> {
        let place = &self.slots[slot as usize];
        let mut joined = Joined::EMPTY;
        for &piece in pieces {
            match piece {
                Piece::Prefix(node) if !links.is_client(node) => {}
                Piece::Prefix(node) => {
                    let start = links.slots.start(slot);
                    joined.segment = links.marks[node as usize].before;
                    joined.first = links.nodes[start as usize].next;
                    joined.last = node;
                }
                Piece::Suffix(node) if !links.is_client(node) => {}
                Piece::Suffix(node) => {
                    let owner = links.nodes[node as usize].slot;
                    let same_legs = self.slots[owner as usize].square == place.square;
                    if same_legs {
                        let last = links.nodes[links.slots.end(owner) as usize].prev;
                        let behind = &links.marks[node as usize].behind;
                        self.push_segment(place, &mut joined, node, last, behind);
                    } else {
                        visits_of(piece, links).for_each(|c| self.push(place, &mut joined, c));
                    }
                }
                Piece::One(client) => self.push(place, &mut joined, client),
                Piece::Span(..) | Piece::Reversed(..) => {
                    visits_of(piece, links).for_each(|c| self.push(place, &mut joined, c));
                }
            }
        }
        joined
    }

    /// Whether a kind's times must be walked.
    #[inline]
    fn walks(&self, kind: &VehicleType) -> bool {
        !kind.rests.is_empty() || self.has_several_windows || !self.setups.is_empty()
    }

    /// Duration and lateness of a joined route whose times need no walk.
    fn times(&self, place: &SlotKind, kind: &VehicleType, joined: &Joined<D, A>) -> (i64, i64) {
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
    fn work(&self, place: &SlotKind, joined: &Joined<D, A>) -> i64 {
        let out = self.between(place, place.start, Some(joined.first)).time;
        let home = self.between(place, Some(joined.last), place.end).time;
        let spared = self.spared(place.start, joined.first);
        joined.segment.work + i64::from(out) + i64::from(home) - spared
    }

    /// The burden of a joined route with these times.
    fn burden(
        &self,
        place: &SlotKind,
        kind: &VehicleType,
        joined: &Joined<D, A>,
        (duration, late): (i64, i64),
        rested: i64,
    ) -> Burden {
        let segment = &joined.segment;
        let out = self.between(place, place.start, Some(joined.first));
        let home = self.between(place, Some(joined.last), place.end);
        let distance = segment.distance + i64::from(out.distance) + i64::from(home.distance);
        let travel = segment.travel + i64::from(out.time) + i64::from(home.time);
        let work = self.work(place, joined);
        let departure = kind.shift.start.value().max(segment.release);
        let too_late_start = (departure - kind.shift.end.value()).max(0);
        let is_forbidden = segment.skills & !kind.skills.0 != 0;
        // A move of a few clients takes a route out of one area at most, as a rule.
        let n_areas = i64::from(segment.n_areas());
        let firm = rested * kind.per_second + (n_areas - 1).max(0) * kind.area_split.value();
        let idle = (duration - work - rested).max(0);
        let over = |limit: Option<i64>, value: i64| limit.map_or(0, |limit| (value - limit).max(0));
        Burden {
            priced: firm
                + idle * kind.per_second
                + price_of(kind, duration, work)
                + n_areas.min(1) * kind.area_split.value()
                + if is_forbidden { FORBIDDEN } else { 0 },
            firm,
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
}

impl<const D: usize, const A: usize> Law for RichLaw<D, A> {
    type Mark = RichMark<D, A>;
    type Head = RichHead<D, A>;
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = true;

    fn build(problem: &Problem, part: &Part) -> Self {
        let depots = part.depots(problem);
        let rows = crate::solver::legs::rows_of(problem, &part.clients, &depots);
        let width = rows.len();
        let mut legs = Vec::with_capacity(width * width * problem.profiles().len());
        for travel in problem.profiles().values() {
            push_square(&mut legs, travel, &rows);
        }
        let n_clients = part.n_clients() as u32;
        let row_of = |place| {
            let index = depots.iter().position(|&depot| depot == place);
            n_clients + index.expect("`depots` lists every end of every slot") as u32
        };
        let mut kinds: Vec<VehicleType> = Vec::new();
        let mut slots: Vec<SlotKind> = Vec::with_capacity(part.slots.len());
        let mut previous = None;
        for &id in &part.slots {
            if previous == Some(id) {
                slots.push(*slots.last().expect("the slot before is of the same type"));
                continue;
            }
            previous = Some(id);
            let vehicle_type = &problem.vehicle_types()[id];
            slots.push(SlotKind {
                kind: kinds.len() as u32,
                start: vehicle_type.start.map(row_of),
                end: vehicle_type.end.map(row_of),
                square: vehicle_type.profile.index() * width * width,
                per_meter: vehicle_type.per_meter,
                per_travel_second: vehicle_type.per_second + vehicle_type.per_travel_second,
                fixed: vehicle_type.fixed.value(),
            });
            kinds.push(vehicle_type.clone());
        }
        let mut clients: Vec<Client> =
            part.clients.iter().map(|&client| problem.clients()[client].clone()).collect();
        let setups = setups_of(&mut clients, &rows);
        let loads: Vec<Load> = part.clients.iter().map(|&c| carried(problem, c)).collect();
        let n_dated = n_narrow(&clients);
        let is_symmetric = legs.chunks_exact((width * width).max(1)).all(|square| {
            let cell =
                |a: usize, b: usize| (square[a * width + b].distance, square[a * width + b].time);
            (0..width).all(|a| (0..a).all(|b| cell(a, b) == cell(b, a)))
        });
        Self {
            width,
            legs,
            is_symmetric: is_symmetric && setups.is_empty(),
            setups,
            places: rows,
            visits: clients.iter().zip(&loads).map(|(c, load)| Segment::of(c, load)).collect(),
            stays: kinds.iter().flat_map(|kind| clients.iter().map(|c| stay_of(kind, c))).collect(),
            sizes: clients.iter().zip(&loads).map(|(c, load)| size_of(c, load)).collect(),
            has_several_windows: clients.iter().any(|client| client.windows.len() > 1),
            is_dated: 2 * n_dated > clients.len(),
            is_additive: clients.iter().all(|client| client.pickup.0[0] == 0)
                && loads.iter().all(|load| load.0[0] == 0),
            couples: Couples::new(problem, part),
            clients,
            kinds,
            slots,
        }
    }

    #[inline]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = &self.slots[slot as usize];
        let n_clients = self.clients.len() as u32;
        let leg = if from < n_clients && to < n_clients {
            self.legs[self.cell(place.square, from, to)]
        } else {
            self.between(place, self.row(place, from), self.row(place, to))
        };
        let opening = if from < n_clients { 0 } else { place.fixed };
        let stay = if to < n_clients { self.stay(place.kind, to) } else { 0 };
        if !self.setups.is_empty() && to < n_clients {
            let kind = &self.kinds[place.kind as usize];
            let spared = self.spared(self.row(place, from), to);
            return place.way(leg) + opening + stay
                - spared * (kind.per_second + kind.per_service_second);
        }
        place.way(leg) + opening + stay
    }

    fn way(&self, from: u32, to: u32) -> i64 {
        let place = &self.slots[0];
        place.way(self.between(place, self.row(place, from), self.row(place, to)))
    }

    #[inline]
    fn reverses(&self) -> bool {
        !self.is_dated
    }

    #[inline]
    fn turning(&self, slot: u32, first: u32, last: u32) -> Option<i64> {
        // Turned around, the first client is arrived at and the last one no longer.
        let kind = self.slots[slot as usize].kind;
        self.is_symmetric.then(|| self.stay(kind, first) - self.stay(kind, last))
    }

    #[inline]
    fn same_kind(&self, a: u32, b: u32) -> bool {
        self.slots[a as usize].kind == self.slots[b as usize].kind
    }

    #[inline]
    fn allows(&self, slot: u32, client: u32) -> bool {
        let kind = &self.kinds[self.slots[slot as usize].kind as usize];
        kind.skills.covers(self.clients[client as usize].skills)
    }

    fn judge(&self, slot: u32, sequence: &[u32]) -> Burden {
        let place = &self.slots[slot as usize];
        let mut joined = Joined::EMPTY;
        for &client in sequence {
            self.push(place, &mut joined, client);
        }
        self.price(slot, &joined, Limit::NONE, |clock| {
            let mut last = place.start;
            for &client in sequence {
                self.tick(place, clock, last, client);
                last = Some(client);
            }
        })
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let place = &self.slots[slot as usize];
        let kind = &self.kinds[place.kind as usize];
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let mut joined = Joined::EMPTY;
        let mut open = 0;
        let mut node = links.nodes[start as usize].next;
        while node != end {
            self.push(place, &mut joined, node);
            open += self.couples.opens(node);
            let mark = &mut links.marks[node as usize];
            (mark.before, mark.open) = (joined.segment, open);
            node = links.nodes[node as usize].next;
        }
        links.marks[start as usize].before = Segment::EMPTY;
        links.marks[end as usize].before = joined.segment;
        if joined.segment.count == 0 {
            return Burden::default();
        }
        let mut behind = Segment::EMPTY;
        let mut node = links.nodes[end as usize].prev;
        while node != start {
            let Node { prev, next, .. } = links.nodes[node as usize];
            let mut longer = self.visits[node as usize];
            if next != end {
                let leg = self.legs[self.cell(place.square, node, next)];
                longer.append(leg, self.spared(Some(node), next), &behind);
            }
            behind = longer;
            links.marks[node as usize].behind = behind;
            node = prev;
        }
        let mut clock = Clock::at(kind.shift.start.value().max(joined.segment.release));
        if self.walks(kind) {
            let (mut last, mut node) = (place.start, links.nodes[start as usize].next);
            while node != end {
                self.tick(place, &mut clock, last, node);
                links.marks[node as usize].clock = clock;
                last = Some(node);
                node = links.nodes[node as usize].next;
            }
        }
        self.price(slot, &joined, Limit::NONE, |running| *running = clock)
    }

    fn assess(&self, slot: u32, pieces: &[Piece], links: &Links<Self>, limit: Limit) -> Burden {
        let joined = self.join(slot, pieces, links);
        self.price(slot, &joined, limit, |clock| self.walk(slot, clock, pieces, links))
    }

    #[inline]
    fn load(&self, client: u32) -> i64 {
        if self.is_additive { self.visits[client as usize].delivery[0] } else { 0 }
    }

    #[inline]
    fn load_up_to(&self, node: u32, links: &Links<Self>) -> i64 {
        if self.is_additive { links.marks[node as usize].before.delivery[0] } else { 0 }
    }

    #[inline]
    fn excess(&self, slot: u32, load: i64) -> i64 {
        let kind = &self.kinds[self.slots[slot as usize].kind as usize];
        beyond(load, kind.capacity.0[0])
    }

    fn size(&self, client: u32) -> i64 {
        self.sizes[client as usize]
    }

    #[inline]
    fn has_couples(&self) -> bool {
        !self.couples.is_empty()
    }

    #[inline]
    fn couple_of(&self, client: u32) -> Option<Couple> {
        self.couples.of(client)
    }

    #[inline]
    fn is_open(&self, node: u32, links: &Links<Self>) -> bool {
        links.is_client(node) && links.marks[node as usize].open != 0
    }

    fn head(&self, slot: u32, after: u32, links: &Links<Self>) -> RichHead<D, A> {
        let joined = self.join(slot, &[Piece::Prefix(after)], links);
        RichHead { joined, after, pickup: u32::MAX, last: u32::MAX }
    }

    fn lengthen(&self, slot: u32, head: &mut RichHead<D, A>, client: u32) {
        self.push(&self.slots[slot as usize], &mut head.joined, client);
        if head.pickup == u32::MAX {
            head.pickup = client;
        } else {
            head.last = client;
        }
    }

    fn least(&self, slot: u32, head: &RichHead<D, A>) -> Burden {
        let kind = &self.kinds[self.slots[slot as usize].kind as usize];
        let segment = &head.joined.segment;
        let (load, time) = (excess_of(kind, &segment.peak), segment.stretch.warp);
        // Several windows have no warp that holds for all of them.
        Burden { load, time: if self.walks(kind) { 0 } else { time }, ..Burden::default() }
    }

    fn assess_head(
        &self,
        slot: u32,
        head: &RichHead<D, A>,
        client: u32,
        next: u32,
        links: &Links<Self>,
        limit: Limit,
    ) -> Burden {
        let mut joined = head.joined;
        self.push(&self.slots[slot as usize], &mut joined, client);
        if links.is_client(next) {
            let owner = links.nodes[next as usize].slot;
            let last = links.nodes[links.slots.end(owner) as usize].prev;
            let behind = &links.marks[next as usize].behind;
            self.push_segment(&self.slots[slot as usize], &mut joined, next, last, behind);
        }
        let between = links.nodes[head.after as usize].next;
        let (pickup, span) = (Piece::One(head.pickup), Piece::Span(between, head.last));
        let (delivery, suffix) = (Piece::One(client), Piece::Suffix(next));
        let prefix = Piece::Prefix(head.after);
        let apart = [prefix, pickup, span, delivery, suffix];
        let together = [prefix, pickup, delivery, suffix];
        let pieces = if head.last == u32::MAX { &together[..] } else { &apart[..] };
        self.price(slot, &joined, limit, |clock| self.walk(slot, clock, pieces, links))
    }
}

/// How many clients have windows that cover less than a quarter of the time that all windows span.
fn n_narrow(clients: &[Client]) -> usize {
    let windows = || clients.iter().flat_map(|client| &client.windows);
    let first = windows().map(|window| window.start).min().unwrap_or(Seconds::ZERO);
    let last = windows().map(|window| window.end).max().unwrap_or(Seconds::ZERO);
    let is_narrow = |client: &&Client| {
        let open: i64 = client.windows.iter().map(|w| (w.end - w.start).value()).sum();
        !client.windows.is_empty() && 4 * open < (last - first).value()
    };
    clients.iter().filter(is_narrow).count()
}

fn push_square(legs: &mut Vec<Leg>, travel: &Travel, rows: &[usize]) {
    let matrix: Option<&TravelMatrix> = match travel {
        Travel::Matrix(matrix) => Some(matrix),
        Travel::Plane { .. } => None,
    };
    for &from in rows {
        if let Some(matrix) = matrix {
            let (distances, times) = (matrix.distance_row_m(from), matrix.time_row_s(from));
            legs.extend(rows.iter().map(|&to| Leg { distance: distances[to], time: times[to] }));
        } else {
            legs.extend(rows.iter().map(|&to| {
                let length = travel.distance(from, to).value() as u32;
                Leg { distance: length, time: length }
            }));
        }
    }
}

/// The setups that depend on where a vehicle comes from, by client: none when no such client shares its place with
/// another row, for then setup is service.
fn setups_of(clients: &mut [Client], rows: &[usize]) -> Vec<i64> {
    if clients.iter().all(|client| client.setup == Seconds::ZERO) {
        return Vec::new();
    }
    let mut n_rows = rustc_hash::FxHashMap::default();
    for &place in rows {
        *n_rows.entry(place).or_insert(0) += 1;
    }
    let is_shared =
        |(client, place): (&Client, &usize)| client.setup != Seconds::ZERO && n_rows[place] > 1;
    if clients.iter().zip(rows).any(is_shared) {
        return clients.iter().map(|client| client.setup.value()).collect();
    }
    for client in clients {
        client.service += std::mem::take(&mut client.setup);
    }
    Vec::new()
}

fn size_of(client: &Client, carried: &Load) -> i64 {
    let load = |d: usize| client.delivery.0[d].max(client.pickup.0[d]).max(carried.0[d]);
    let prize = match client.presence {
        Presence::Required => 0,
        Presence::Optional { prize } => prize.value(),
    };
    prize.max((0..MAX_LOADS).map(load).max().unwrap_or(0))
}

/// A moment reached, and the lateness it took.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    late: i64,
    at: i64,
}

impl Moment {
    /// Later than any other.
    const NEVER: Self = Self { late: 1 << 60, at: 0 };

    #[inline]
    fn after(self, duration: i64) -> Self {
        Self { at: self.at + duration, ..self }
    }

    /// Service may begin in one of the windows; beyond the last one, time is warped back to its end.
    fn enter(self, windows: &[TimeWindow]) -> Self {
        let Some(last) = windows.last() else { return self };
        match windows.iter().find(|window| self.at <= window.end.value()) {
            Some(window) => Self { at: self.at.max(window.start.value()), ..self },
            None => Self { late: self.late + self.at - last.end.value(), at: last.end.value() },
        }
    }
}

/// When a vehicle that left at its departure is where, by the number of rests it has taken.
#[derive(Clone, Copy)]
struct Clock {
    departure: i64,
    moments: [Moment; MAX_RESTS + 1],
}

impl Default for Clock {
    fn default() -> Self {
        Self::at(0)
    }
}

impl Clock {
    fn at(departure: i64) -> Self {
        let mut moments = [Moment::NEVER; MAX_RESTS + 1];
        moments[0] = Moment { late: 0, at: departure };
        Self { departure, moments }
    }

    #[inline]
    fn advance(&mut self, kind: &VehicleType, step: impl Fn(Moment) -> Moment) {
        for moment in &mut self.moments[..=kind.rests.len()] {
            *moment = step(*moment);
        }
    }

    /// Offers rests here and now.
    #[inline]
    fn offer_rests(&mut self, kind: &VehicleType) {
        for (k, rest) in kind.rests.iter().enumerate() {
            if rest.place == RestPlace::BetweenLegs {
                let rested = self.moments[k].enter(&rest.windows).after(rest.duration.value());
                self.moments[k + 1] = self.moments[k + 1].min(rested);
            }
        }
    }

    /// Drives a leg, with rests on it where that is better.
    #[inline]
    fn drive(&mut self, kind: &VehicleType, leg: i64) {
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
    fn finish(mut self, kind: &VehicleType, home: i64) -> ((i64, i64), i64) {
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
fn rests_needed(kind: &VehicleType, back: impl Fn(usize) -> i64) -> usize {
    let is_enough = |&n_taken: &usize| {
        let left = &kind.rests[n_taken..];
        left.first().is_none_or(|rest| back(n_taken) <= rest.earliest().value())
            && left.iter().all(|rest| rest.need == RestNeed::WhenDue)
    };
    (0..kind.rests.len()).find(is_enough).unwrap_or(kind.rests.len())
}

impl<const D: usize, const A: usize> RichLaw<D, A> {
    /// The burden of a joined route; `walk` leads a clock along it where times must be walked.
    #[inline]
    fn price(
        &self,
        slot: u32,
        joined: &Joined<D, A>,
        limit: Limit,
        walk: impl FnOnce(&mut Clock),
    ) -> Burden {
        let segment = &joined.segment;
        if segment.count == 0 {
            return Burden::default();
        }
        let place = &self.slots[slot as usize];
        let kind = &self.kinds[place.kind as usize];
        if !self.walks(kind) {
            return self.burden(place, kind, joined, self.times(place, kind, joined), 0);
        }
        let mut clock = Clock::at(kind.shift.start.value().max(segment.release));
        let home = i64::from(self.between(place, Some(joined.last), place.end).time);
        if limit.price != i64::MAX {
            // Nobody is back before all work is done, nor before a rest that then falls due.
            let work = self.work(place, joined);
            let of_first =
                |n: usize| -> i64 { kind.rests[..n].iter().map(|r| r.duration.value()).sum() };
            let n_rests = rests_needed(kind, |n| clock.departure + work + of_first(n));
            let rested = of_first(n_rests);
            let late = (clock.departure + work + rested - kind.shift.end.value()).max(0);
            let least = self.burden(place, kind, joined, (work + rested, late), rested);
            if limit.is_passed_by(least) {
                return least;
            }
        }
        walk(&mut clock);
        let (times, rested) = clock.finish(kind, home);
        self.burden(place, kind, joined, times, rested)
    }

    /// Leads a clock along the pieces of a route, from the first client on that changes.
    fn walk(&self, slot: u32, clock: &mut Clock, mut pieces: &[Piece], links: &Links<Self>) {
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
            last = Some(client);
        }
    }

    /// Leads a clock over a leg and through a visit.
    #[inline]
    fn tick(&self, place: &SlotKind, clock: &mut Clock, last: Option<u32>, client: u32) {
        let kind = &self.kinds[place.kind as usize];
        let leg = i64::from(self.between(place, last, Some(client)).time);
        let spared = self.spared(last.or(place.start), client);
        let client = &self.clients[client as usize];
        let stay = (client.setup + client.service).value() - spared;
        if kind.rests.is_empty() {
            clock.moments[0] = clock.moments[0].after(leg).enter(&client.windows).after(stay);
            return;
        }
        clock.offer_rests(kind);
        clock.drive(kind, leg);
        clock.advance(kind, |moment| moment.enter(&client.windows).after(stay));
    }
}

/// Prices that depend on how long a vehicle is out and how much of that it works.
pub(super) fn price_of(kind: &VehicleType, duration: i64, work: i64) -> i64 {
    let overtime = kind
        .overtime
        .map_or(0, |overtime| (duration - overtime.after.value()).max(0) * overtime.per_second);
    let balance = kind.balance.map_or(0, |balance| {
        let missing = (balance.work_min.value() - work).max(0);
        let beyond = (work - balance.work_max.value()).max(0);
        (missing + beyond) * balance.per_second
    });
    overtime + balance
}

/// What serving a client costs a kind of vehicle whatever the way: time at the door, and habit.
fn stay_of(kind: &VehicleType, client: &Client) -> i64 {
    let habit = client.area.and_then(|area| kind.habit.get(area.index()));
    (client.setup + client.service).value() * (kind.per_second + kind.per_service_second)
        + habit.map_or(0, |cost| cost.value())
}

/// Load beyond capacity in all dimensions. They differ by orders of magnitude: each is measured in thousandths of its
/// own capacity.
pub(super) fn excess_of<const D: usize>(kind: &VehicleType, peak: &[i64; D]) -> i64 {
    (0..D).map(|d| beyond(peak[d], kind.capacity.0[d])).sum()
}

#[inline]
pub(super) fn beyond(load: i64, capacity: i64) -> i64 {
    let more = load - capacity;
    if more > 0 { 1 + more.saturating_mul(1_000) / capacity.max(1) } else { 0 }
}
