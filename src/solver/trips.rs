//! The law of several trips: everything the rich law knows, for vehicles that may load again on the way.
//!
//! A route is kept in halves ([`Half`]), up to each node and from it on: the trips that are closed there, and the one that is
//! open. Closed trips have their releases worked into their times, so that two halves join in O(1): the open trips that meet
//! become one, and close. A client keeps what is open, and a return what is closed for all clients of a trip. What has no summary is
//! walked (`walk`).

mod burden;
mod half;
mod marks;
mod walk;

use crate::problem::Problem;
use crate::solver::capacity::{Capacity, Room};
use crate::solver::couples::Couple;
use crate::solver::law::{Burden, Law, Limit, Penalties, Piece, is_empty, visits_of};
use crate::solver::part::Part;
use crate::solver::rich::{MISPLACED, RichLaw, SlotKind};
use crate::solver::routes::Links;
use crate::solver::timed::{HORIZON, Stretch};
use crate::solver::trips::half::{Driver, Half};
use crate::solver::trips::marks::{NOWHERE, TripBrief, TripMark};

/// Takes no time, at any time.
const AT_ONCE: Stretch = Stretch { duration: 0, warp: 0, earliest: 0, latest: HORIZON };

/// Vehicles that may load again.
pub(super) struct TripLaw<const D: usize, const A: usize> {
    ground: RichLaw<D, A, 0>,
    n_clients: u32,
    n_visits: u32,
    returns: Vec<Return>,
    /// By kind.
    trips: Vec<Trips>,
    /// What each client is brought in the first dimension, where nothing is picked up or carried in it: then that adds up along
    /// a trip. Else nothing.
    deliveries: Vec<i64>,
    adds_up: bool,
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
    /// What loading on the way costs.
    price: i64,
}

/// A route to be: up to `after`, then a pickup, then today's clients up to `last`.
#[derive(Clone)]
pub(super) struct TripHead<const D: usize, const A: usize> {
    ahead: Half<D, A>,
    after: u32,
    pickup: u32,
    last: u32,
}

impl<const D: usize, const A: usize> Default for TripHead<D, A> {
    fn default() -> Self {
        Self { ahead: Half::none(0), after: u32::MAX, pickup: u32::MAX, last: u32::MAX }
    }
}

impl<const D: usize, const A: usize> TripLaw<D, A> {
    #[inline]
    fn driver(&self, slot: u32) -> Driver<'_, D, A> {
        let place = self.ground.slot(slot);
        Driver { law: self, place, trips: &self.trips[place.kind as usize] }
    }

    #[inline(always)]
    fn row(&self, place: &SlotKind, node: u32) -> u32 {
        if node < self.n_clients {
            node
        } else if node < self.n_visits {
            self.returns[(node - self.n_clients) as usize].row
        } else {
            place.end_of(node - self.n_visits)
        }
    }

    /// The row of a node that is left, and what leaving it costs: to open the route.
    #[inline(always)]
    fn left(&self, place: &SlotKind, node: u32) -> (u32, i64) {
        if node < self.n_clients {
            return (node, 0);
        }
        (self.row(place, node), if node < self.n_visits { 0 } else { place.fixed })
    }

    /// The row of a node that is reached, and what loading there costs.
    #[inline(always)]
    fn reached(&self, place: &SlotKind, node: u32) -> (u32, i64) {
        if node < self.n_clients {
            return (node, 0);
        }
        let is_return = node < self.n_visits;
        (self.row(place, node), if is_return { self.reloading(place.kind) } else { 0 })
    }

    /// What loading on the way costs.
    #[inline]
    fn reloading(&self, kind: u32) -> i64 {
        self.trips[kind as usize].price
    }

    /// What coming to a node costs whatever the way.
    #[inline]
    fn stay(&self, place: &SlotKind, node: u32) -> i64 {
        if node < self.n_clients {
            self.ground.stay(place, node)
        } else {
            self.reloading(place.kind)
        }
    }
}

impl<const D: usize, const A: usize> Law for TripLaw<D, A> {
    type Mark = TripMark<D, A>;
    type Brief = TripBrief;
    type Head = TripHead<D, A>;
    type Room = Capacity;
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = true;
    const KEEPS_UP: bool = true;
    const RELOADS: bool = true;

    fn build(problem: &Problem, part: &Part) -> Self {
        let ground = RichLaw::<D, A, 0>::build(problem, part);
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
        for (number, kind) in ground.kinds.iter().enumerate() {
            let known = kind.reload.iter().flat_map(|reload| &reload.places);
            let bits = known.clone().filter_map(|p| places.iter().position(|other| other == p));
            let duration = kind.reload.as_ref().map_or(0, |reload| reload.duration.value());
            trips.push(Trips {
                places: bits.fold(0, |bits, bit| bits | 1 << bit),
                firsts: known.filter_map(|&p| part.first_reload(p)).map(|n| n as u32).collect(),
                n_max: match &kind.reload {
                    None => 1,
                    Some(reload) => reload.trips_max.map_or(i64::MAX / 4, i64::from),
                },
                duration,
                price: duration * ground.per_stay_second(number as u32),
            });
        }
        let adds_up = ground.visits.iter().all(|visit| visit.pickup[0] == 0);
        let n_visits = part.n_visits() as u32;
        let mut deliveries = vec![0; n_visits as usize];
        for (delivery, visit) in deliveries.iter_mut().zip(ground.visits.iter().filter(|_| adds_up))
        {
            *delivery = visit.delivery[0];
        }
        Self { ground, n_clients, n_visits, returns, trips, deliveries, adds_up }
    }

    #[inline(always)]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = self.ground.slot(slot);
        let ((from, opening), (to, loading)) = (self.left(place, from), self.reached(place, to));
        self.ground.price_between(place, from, to) + opening + loading
    }

    #[inline(always)]
    fn leg_into(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = self.ground.slot(slot);
        let ((from, opening), (to, loading)) = (self.left(place, from), self.reached(place, to));
        self.ground.price_into(place, from, to) + opening + loading
    }

    #[inline(always)]
    fn leg_back(&self, slot: u32, from: u32, to: u32, there: i64) -> i64 {
        if self.ground.turns_alike() { there } else { self.leg_into(slot, from, to) }
    }

    #[inline(always)]
    fn detour(&self, slot: u32, after: u32, node: u32, next: u32) -> i64 {
        let place = self.ground.slot(slot);
        let (from, opening) = self.left(place, after);
        let [(row, loading), (to, loading_next)] = [node, next].map(|n| self.reached(place, n));
        let there = self.ground.price_into(place, from, row) + loading;
        there + self.ground.price_between(place, row, to) + loading_next + opening
    }

    fn way(&self, from: u32, to: u32) -> i64 {
        let place = self.ground.slot(0);
        self.ground.way_between(place, self.row(place, from), self.row(place, to))
    }

    #[inline]
    fn least_stay(&self, client: u32) -> i64 {
        self.ground.least_stay(client)
    }

    #[inline]
    fn reverses(&self) -> bool {
        self.ground.reverses()
    }

    #[inline]
    fn turning(&self, slot: u32, first: u32, last: u32) -> Option<i64> {
        let place = self.ground.slot(slot);
        self.ground.is_symmetric.then(|| self.stay(place, first) - self.stay(place, last))
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
        let kind = self.ground.slot(slot).kind;
        let place = self.returns[(node - self.n_clients) as usize].place;
        place & self.trips[kind as usize].places != 0
    }

    fn judge(&self, slot: u32, sequence: &[u32]) -> Burden {
        let driver = self.driver(slot);
        let mut ahead = driver.at_start();
        for &node in sequence {
            driver.push(&mut ahead, node);
        }
        driver.burden(&ahead, &driver.at_end(), Limit::NONE, || sequence.iter().copied().collect())
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        self.keep_up(slot, links);
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let driver = self.driver(slot);
        let ahead = self.up_to(slot, links.nodes[end as usize].prev, links);
        let whole = Piece::Suffix(links.nodes[start as usize].next);
        driver.burden(&ahead, &driver.at_end(), Limit::NONE, || visits_of(whole, links).collect())
    }

    fn assess_insertion(
        &self,
        slot: u32,
        client: u32,
        after: u32,
        links: &Links<Self>,
        limit: Limit,
    ) -> Burden {
        let (driver, next) = (self.driver(slot), links.nodes[after as usize].next);
        let pieces = [Piece::Prefix(after), Piece::One(client), Piece::Suffix(next)];
        if client >= self.n_clients {
            // A return, and what is open at both sides of it are two trips.
            return self.assess(slot, &pieces, links, limit);
        }
        let least = driver.least_with(client, (after, next), links);
        if limit.is_passed_by(least) {
            return least;
        }
        let (mut ahead, behind) = (self.up_to(slot, after, links), self.from(slot, next, links));
        driver.push(&mut ahead, client);
        let burden = driver.burden(&ahead, &behind, limit, || {
            pieces.iter().flat_map(|&piece| visits_of(piece, links)).collect()
        });
        debug_assert!(least.load <= burden.load && least.time <= burden.time, "a bound");
        burden
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
        let (mut ahead, mut behind) = (driver.at_start(), driver.at_end());
        for &piece in pieces {
            match piece {
                Piece::Prefix(node) if links.is_client(node) => {
                    ahead = self.up_to(slot, node, links);
                }
                Piece::One(node) => driver.push(&mut ahead, node),
                Piece::Suffix(node) if links.is_client(node) => {
                    let owner = links.nodes[node as usize].slot;
                    if self.same_kind(owner, slot) {
                        behind = self.from(slot, node, links);
                    } else {
                        visits_of(piece, links).for_each(|node| driver.push(&mut ahead, node));
                    }
                }
                Piece::Prefix(_) | Piece::Suffix(_) => {}
                Piece::Span(..) | Piece::Reversed(..) => {
                    visits_of(piece, links).for_each(|node| driver.push(&mut ahead, node));
                }
            }
        }
        let burden = driver.burden(&ahead, &behind, limit, || {
            pieces.iter().flat_map(|&piece| visits_of(piece, links)).collect()
        });
        let is_bound = |least: Burden| least.load <= burden.load && least.time <= burden.time;
        debug_assert!(least.is_none_or(is_bound), "a bound is never above what it bounds");
        burden
    }

    #[inline]
    fn load(&self, node: u32) -> i64 {
        self.deliveries[node as usize]
    }

    /// Only trips that are open there meet.
    #[inline(always)]
    fn loads_at_cut(
        &self,
        (up_to, from): (u32, u32),
        _whole: i64,
        links: &Links<Self>,
    ) -> (i64, i64) {
        if !self.adds_up {
            return (0, 0);
        }
        (links.briefs[up_to as usize].delivery_before, links.briefs[from as usize].delivery_behind)
    }

    /// Nothing: the loads of trips do not add up to one of the route.
    #[inline(always)]
    fn excess(&self, _slot: u32, _load: i64) -> i64 {
        0
    }

    /// Of one trip.
    #[inline(always)]
    fn room(&self, slot: u32) -> Capacity {
        self.ground.capacity(slot)
    }

    fn excess_behind(
        &self,
        slot: u32,
        after: u32,
        (_, more): (i64, i64),
        _: Burden,
        links: &Links<Self>,
    ) -> (i64, i64) {
        if more == 0 {
            return (0, 0);
        }
        let next = links.nodes[after as usize].next;
        let load = links.briefs[after as usize].delivery_before
            + links.briefs[next as usize].delivery_behind;
        let capacity = self.ground.capacity(slot);
        (capacity.excess(load), capacity.excess(load + more))
    }

    fn more_of_exchange(&self, slot: u32, leaving: u32, coming: u32, links: &Links<Self>) -> i64 {
        if !self.adds_up {
            return 0;
        }
        let brief = &links.briefs[leaving as usize];
        let rest = brief.delivery_before + brief.delivery_behind - 2 * self.load(leaving);
        // The end knows the trip that delivers least.
        let least = links.briefs[links.slots.end(slot) as usize].delivery_before;
        self.ground.capacity(slot).excess(least.min(rest) + self.load(coming))
    }

    #[inline(always)]
    fn load_across(&self, client: u32, neighbor: u32, links: &Links<Self>) -> Option<i64> {
        let [from, to] = [client, neighbor].map(|node| &links.briefs[node as usize]);
        let is_across = self.adds_up && from.return_ahead != to.return_ahead;
        is_across.then(|| to.delivery_before + to.delivery_behind - self.load(neighbor))
    }

    #[inline]
    fn return_behind(&self, node: u32, links: &Links<Self>) -> Option<u32> {
        let found = links.briefs[node as usize].return_behind;
        (found != NOWHERE).then_some(found)
    }

    #[inline]
    fn reloads(&self, slot: u32) -> &[u32] {
        &self.trips[self.ground.slot(slot).kind as usize].firsts
    }

    /// One trip more than it may make.
    #[inline]
    fn price_of_return(&self, slot: u32, links: &Links<Self>, prices: Penalties) -> i64 {
        let n_trips = links.briefs[links.slots.end(slot) as usize].n_trips();
        let may_return = n_trips < self.trips[self.ground.slot(slot).kind as usize].n_max;
        if may_return { 0 } else { prices.of_load(MISPLACED) }
    }

    #[inline]
    fn same_reload(&self, a: u32, b: u32) -> bool {
        let first = |node: u32| self.returns[(node - self.n_clients) as usize].first;
        first(a) == first(b)
    }

    #[inline]
    fn insertion_mends(&self, slot: u32) -> bool {
        self.ground.insertion_mends(slot)
    }

    fn size(&self, client: u32) -> i64 {
        self.ground.size(client)
    }

    #[inline]
    fn has_couples(&self) -> bool {
        self.ground.has_couples()
    }

    #[inline]
    fn couple_of(&self, client: u32) -> Option<Couple> {
        self.ground.couple_of(client)
    }

    #[inline]
    fn is_open(&self, node: u32, links: &Links<Self>) -> bool {
        links.is_client(node) && links.briefs[node as usize].open != 0
    }

    fn head(&self, slot: u32, after: u32, pickup: u32, links: &Links<Self>) -> TripHead<D, A> {
        let mut ahead = self.up_to(slot, after, links);
        self.driver(slot).push(&mut ahead, pickup);
        TripHead { ahead, after, pickup, last: u32::MAX }
    }

    fn lengthen(&self, slot: u32, head: &mut TripHead<D, A>, client: u32, _links: &Links<Self>) {
        self.driver(slot).push(&mut head.ahead, client);
        head.last = client;
    }

    fn least_behind(
        &self,
        slot: u32,
        head: &TripHead<D, A>,
        _delivery: u32,
        _next: u32,
        _links: &Links<Self>,
    ) -> Burden {
        self.driver(slot).least_of(&head.ahead)
    }

    fn assess_head(
        &self,
        slot: u32,
        head: &TripHead<D, A>,
        client: u32,
        next: u32,
        links: &Links<Self>,
        limit: Limit,
    ) -> Burden {
        let driver = self.driver(slot);
        let mut ahead = head.ahead;
        driver.push(&mut ahead, client);
        let behind = self.from(slot, next, links);
        let prefix = visits_of(Piece::Prefix(head.after), links).chain([head.pickup]);
        let between = Piece::Span(links.nodes[head.after as usize].next, head.last);
        let between = Some(between).filter(|_| head.last != u32::MAX);
        let between = between.into_iter().flat_map(|piece| visits_of(piece, links));
        let suffix = visits_of(Piece::Suffix(next), links);
        driver.burden(&ahead, &behind, limit, || {
            prefix.chain(between).chain([client]).chain(suffix).collect()
        })
    }
}
