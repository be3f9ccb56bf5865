//! The rich law: everything a vehicle type and a client can state.
//!
//! A stretch of visits is summarized by a [`Segment`] whose parts join in O(1): time, loads, work, areas. Only rests,
//! clients with several windows, setups that a place shares and clients who are due have no such summary: where a vehicle
//! knows them its clock is kept at every node, and walked on from the first node that changes.

mod build;
mod burden;
mod clock;
mod foresight;
mod insertion;
mod marks;
mod put_off;
mod rules;
mod segment;
mod stops;

pub(super) use build::is_dated;
pub(super) use burden::{soonest, stood_at_least};
pub(super) use clock::{Call, Clock, Dated, MOMENTS_MAX, Run};
pub(super) use put_off::{Turn, Turns};
pub(super) use segment::{Segment, Totals, excess_of};
pub(super) use stops::Stop;

use crate::problem::{Problem, VehicleType};
use crate::solver::capacity::Capacity;
use crate::solver::couples::{Couple, Couples};
use crate::solver::law::{Burden, Law, Limit, NewLegs, Penalties, Piece, visits_of};
use crate::solver::part::Part;
use crate::solver::rich::foresight::Foreseen;
use crate::solver::rich::marks::{RichBrief, RichMark};
use crate::solver::rich::rules::Rules;
use crate::solver::rich::stops::Stops;
use crate::solver::routes::Links;
use crate::solver::squares::{Leg, Square, Squares};

/// A client delivered to behind a pickup weighs as much as so many thousandths of the capacity too much.
pub(super) const MISPLACED: i64 = 100;

/// Everything the model can state, with loads in `D` dimensions, areas in `A` words of bits, prices of moments when `P` is 1,
/// not 0, and less than `M` rests.
pub(super) struct RichLaw<
    const D: usize,
    const A: usize,
    const P: usize,
    const M: usize = MOMENTS_MAX,
> {
    /// How far legs are, how long they take, and what they cost. Rows are clients, then depots, then perhaps nowhere, where open
    /// routes begin and end, as near to everything.
    pub(super) squares: Squares,
    /// Whether any kind limits how far it goes; meters are not counted otherwise.
    counts_meters: bool,
    pub(super) is_symmetric: bool,
    pub(super) stops: Stops,
    /// What each client asks of a vehicle.
    skills: Vec<u64>,
    /// Each client as a stretch of its own.
    pub(super) visits: Vec<Segment<D, A>>,
    pub(super) kinds: Vec<VehicleType>,
    /// By kind.
    pub(super) rules: Vec<Rules<D>>,
    /// What serving each client costs whatever the way and whoever does it.
    least_stays: Vec<i64>,
    /// By kind, then by client: what serving it costs more; empty where all kinds are alike in that.
    stays: Vec<i64>,
    slots: Vec<SlotKind>,
    sizes: Vec<i64>,
    has_several_windows: bool,
    /// Whether anybody is released, so that others decide about when a vehicle leaves.
    has_releases: bool,
    /// Whether most clients have narrow windows: then turning a stretch around is seldom worth trying.
    is_dated: bool,
    /// When each client is due; empty when none is.
    pub(super) dues: Vec<Dated>,
    /// Setup of each client; empty when none depends on where the vehicle comes from.
    setups: Vec<i64>,
    /// Place of each row.
    places: Vec<usize>,
    /// What each client adds to the scarcest of what adds up along a route.
    shares: Vec<i64>,
    /// Whether any kind prices work, which is then summed up.
    prices_work: bool,
    /// Whether all slots drive the same legs, and to the same end.
    drives_alike: bool,
    /// Whether every leg between two clients costs the same both ways, whoever drives it.
    turns_alike: bool,
    pub(super) couples: Couples,
}

/// What a slot is: by slot, as it is asked for with every leg.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct SlotKind {
    pub(super) kind: u32,
    /// Row of the start.
    pub(super) start: u32,
    /// Row of the end.
    pub(super) end: u32,
    pub(super) profile: u32,
    pub(super) lengths: Square,
    pub(super) times: Square,
    /// What legs cost, arriving included; nowhere where that fits into no square.
    pub(super) prices: Square,
    /// Where what clients' stays cost begins.
    stays: usize,
    skills: u64,
    /// Whether its clock is kept.
    walks: bool,
    /// Whether the vehicle takes rests or respites.
    rests: bool,
    /// Whether it matters how long it is out, or idle.
    minds_duration: bool,
    /// Whether one more delivery may put pickups in order.
    mends: bool,
    /// How much the vehicle takes of what is scarcest.
    scarce_max: Capacity,
    per_meter: i64,
    /// Price of a second of travel, as travel and as duration.
    per_travel_second: i64,
    /// Price of a second of waiting, as waiting and as duration.
    pub(super) per_idle_second: i64,
    pub(super) fixed: i64,
}

impl SlotKind {
    /// The row of a start, or of an end, by its number among all of both.
    #[inline]
    pub(super) fn end_of(&self, number: u32) -> u32 {
        if number.is_multiple_of(2) { self.start } else { self.end }
    }

    /// Whether another vehicle pays the same for every way.
    pub(super) fn prices_ways_as(&self, other: &Self) -> bool {
        let pricing = |slot: &Self| (slot.profile, slot.per_meter, slot.per_travel_second);
        pricing(self) == pricing(other)
    }

    #[inline(always)]
    fn time(&self, squares: &Squares, from: u32, to: u32) -> u32 {
        squares.read(self.times, from, to).expect("times of all legs are kept")
    }

    /// How far a leg is, and how long it takes.
    #[inline]
    pub(super) fn leg(&self, squares: &Squares, from: u32, to: u32) -> Leg {
        let distance = squares.read(self.lengths, from, to).expect("lengths of all legs are kept");
        Leg { distance, time: self.time(squares, from, to) }
    }

    /// Price of driving a leg.
    #[inline]
    fn way(&self, leg: Leg) -> i64 {
        i64::from(leg.distance) * self.per_meter + i64::from(leg.time) * self.per_travel_second
    }
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

impl<const D: usize, const A: usize, const P: usize, const M: usize> RichLaw<D, A, P, M> {
    /// What a slot is.
    #[inline(always)]
    pub(super) fn slot(&self, slot: u32) -> &SlotKind {
        &self.slots[slot as usize]
    }

    #[inline]
    pub(super) fn n_clients(&self) -> u32 {
        self.shares.len() as u32
    }

    /// The row of a node of a slot's route to be: starts and ends of other slots stand for its own.
    #[inline(always)]
    fn row(&self, slot: &SlotKind, node: u32) -> u32 {
        let n_clients = self.n_clients();
        if node < n_clients { node } else { slot.end_of(node - n_clients) }
    }

    /// How long it takes from one row to another, and how far that is where meters count.
    #[inline(always)]
    pub(super) fn between(&self, slot: &SlotKind, from: u32, to: u32) -> Leg {
        Leg { distance: self.counted(slot, from, to), time: slot.time(&self.squares, from, to) }
    }

    /// The same, read from where legs into one row lie together.
    #[inline(always)]
    fn between_into(&self, slot: &SlotKind, from: u32, to: u32) -> Leg {
        match self.squares.read_into(slot.times, from, to) {
            Some(time) => Leg { distance: self.counted(slot, from, to), time },
            None => self.between(slot, from, to),
        }
    }

    #[inline(always)]
    fn counted(&self, slot: &SlotKind, from: u32, to: u32) -> u32 {
        if self.counts_meters { slot.leg(&self.squares, from, to).distance } else { 0 }
    }

    /// What it costs to drive from one row to another, and to arrive there.
    #[inline(always)]
    pub(super) fn price_between(&self, slot: &SlotKind, from: u32, to: u32) -> i64 {
        match self.squares.read(slot.prices, from, to) {
            Some(price) => price.into(),
            None => self.dear_price(slot, from, to),
        }
    }

    /// The same, read from where legs into one row lie together.
    #[inline(always)]
    pub(super) fn price_into(&self, slot: &SlotKind, from: u32, to: u32) -> i64 {
        match self.squares.read_into(slot.prices, from, to) {
            Some(price) => price.into(),
            None => self.dear_price(slot, from, to),
        }
    }

    /// The same, where such prices fit into no square.
    #[cold]
    fn dear_price(&self, slot: &SlotKind, from: u32, to: u32) -> i64 {
        self.way_between(slot, from, to) + self.arrival(slot, from, to)
    }

    /// What the way alone costs from one row to another.
    pub(super) fn way_between(&self, slot: &SlotKind, from: u32, to: u32) -> i64 {
        slot.way(slot.leg(&self.squares, from, to))
    }

    /// What it costs to arrive at a row from another, once the way there is driven.
    pub(super) fn arrival(&self, slot: &SlotKind, from: u32, row: u32) -> i64 {
        if row >= self.n_clients() {
            return 0;
        }
        let stay = self.stay(slot, row);
        if self.setups.is_empty() { stay } else { stay - self.spared_price(slot, from, row) }
    }

    /// What a client's setup would cost that a vehicle from a row is spared.
    fn spared_price(&self, slot: &SlotKind, from: u32, client: u32) -> i64 {
        self.spared(from, client) * self.per_stay_second(slot.kind)
    }

    /// How much a slot's vehicle carries in the first dimension.
    #[inline]
    pub(super) fn capacity(&self, slot: u32) -> Capacity {
        self.rules[self.slot(slot).kind as usize].capacity[0]
    }

    /// Whether every leg between two clients costs the same both ways, whoever drives it.
    #[inline(always)]
    pub(super) fn turns_alike(&self) -> bool {
        self.turns_alike
    }

    /// Whether serving a client costs the same whoever does it.
    pub(super) fn stays_alike(&self) -> bool {
        self.stays.is_empty()
    }

    /// What serving a client costs the vehicle of a slot whatever the way, beyond what it costs whoever does it.
    #[inline]
    pub(super) fn stay(&self, slot: &SlotKind, client: u32) -> i64 {
        if self.stays.is_empty() { 0 } else { self.stays[slot.stays + client as usize] }
    }

    /// Price of a second of setup, service or loading, as such and as duration.
    #[inline]
    pub(super) fn per_stay_second(&self, kind: u32) -> i64 {
        let kind = &self.kinds[kind as usize];
        kind.per_second + kind.per_service_second
    }

    /// Whether anybody is spared a setup by coming from the same place.
    pub(super) fn spares_setups(&self) -> bool {
        !self.setups.is_empty()
    }

    /// The setup that a client is spared by a vehicle that comes from a row at the same place; none at the end of a route.
    #[inline]
    pub(super) fn spared(&self, from: u32, client: u32) -> i64 {
        let Some(&setup) = self.setups.get(client as usize) else { return 0 };
        if self.places[from as usize] == self.places[client as usize] { setup } else { 0 }
    }

    /// The row of a node that is left, and what leaving it costs: to open the route.
    #[inline(always)]
    fn left(&self, slot: &SlotKind, node: u32) -> (u32, i64) {
        let n_clients = self.n_clients();
        if node < n_clients {
            return (node, 0);
        }
        (slot.end_of(node - n_clients), slot.fixed)
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
            let leg = self.between(slot, joined.last, first);
            let spared = self.spared(joined.last, first);
            joined.segment = joined.segment.then(leg, spared, segment);
        }
        joined.last = last;
    }

    /// What a slot's route is burdened with at least that works so long.
    #[inline]
    fn least_of_work(&self, slot: u32, work: i64) -> Burden {
        let rules = &self.rules[self.slot(slot).kind as usize];
        let priced = rules.overtime(rules.out_at_least(work)) + rules.too_much_work(work);
        Burden { priced, time: rules.too_long(work, 0), ..Burden::default() }
    }

    /// How much dearer a slot's route becomes for a client's work and area, and by what idle time that work does not fill.
    fn price_of_work_and_area(
        &self,
        slot: u32,
        client: u32,
        after: u32,
        now: Burden,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let place = self.slot(slot);
        let areas = self.price_of_area(place, slot, client, links);
        if now.idle == 0 && !self.prices_work {
            return areas;
        }
        let next = links.nodes[after as usize].next;
        let (from, to) = (self.row(place, after), self.row(place, next));
        let time = |leg: Leg| i64::from(leg.time);
        let round = [self.between_into(place, from, client), self.between(place, client, to)];
        let way = round.map(time).iter().sum::<i64>() - time(links.briefs[next as usize].leg_in);
        let spared = self.spared(from, client) + self.spared(client, to) - self.spared(from, to);
        let work = self.visits[client as usize].work + way - spared;
        areas
            + self.price_of_more_work(slot, now, work, prices)
            + self.idle_kept(place, slot, client, now, work, links)
    }

    /// What it costs a slot's route to visit the area of a client as well.
    #[inline]
    fn price_of_area(&self, place: &SlotKind, slot: u32, client: u32, links: &Links<Self>) -> i64 {
        if A == 0 {
            return 0;
        }
        let now = &links.marks[links.slots.end(slot) as usize].before;
        let n_more = now.n_areas_with(&self.visits[client as usize]) - now.n_areas();
        i64::from(n_more) * self.rules[place.kind as usize].area_split
    }

    /// What idle time costs a slot's route at least that a client does not fill who is so much more work: where
    /// times have a summary, one more client lets no vehicle be out for less.
    #[inline]
    fn idle_kept(
        &self,
        place: &SlotKind,
        slot: u32,
        client: u32,
        now: Burden,
        more_work: i64,
        links: &Links<Self>,
    ) -> i64 {
        let rules = &self.rules[place.kind as usize];
        let release = links.marks[links.slots.end(slot) as usize].before.release;
        let leaves_later = self.visits[client as usize].release > release.max(rules.shift.0);
        if place.walks || leaves_later {
            return 0;
        }
        let waiting = now.idle - rules.missing_work(now.work);
        (waiting - more_work * place.per_idle_second).max(0)
            + rules.missing_work(now.work + more_work)
    }

    /// What a candidate route is burdened with at least for how long it works; `None` where only walking tells, or for an empty
    /// route.
    fn least_of_pieces(&self, slot: u32, pieces: &[Piece], links: &Links<Self>) -> Option<Burden> {
        let place = self.slot(slot);
        let (mut work, mut last, mut is_empty) = (0, links.slots.start(slot), true);
        for &piece in pieces {
            let (first, end, more) = match piece {
                Piece::Prefix(node) | Piece::Suffix(node) if !links.is_client(node) => continue,
                Piece::Prefix(node) => {
                    (work, last, is_empty) = (links.briefs[node as usize].before, node, false);
                    continue;
                }
                Piece::Suffix(node) => (node, u32::MAX, links.briefs[node as usize].behind),
                Piece::One(client) => (client, client, self.work(client)),
                Piece::Reversed(..) if !self.is_symmetric => return None,
                Piece::Span(first, last) | Piece::Reversed(first, last) => {
                    let up_to = |node: u32| links.briefs[node as usize].before;
                    let along = up_to(last) - up_to(first);
                    let is_turned = matches!(piece, Piece::Reversed(..));
                    let (head, tail) = if is_turned { (last, first) } else { (first, last) };
                    (head, tail, along + self.work(first))
                }
            };
            work += i64::from(self.between(place, self.row(place, last), first).time) + more;
            (last, is_empty) = (end, false);
        }
        if is_empty {
            return None;
        }
        if last != u32::MAX {
            work += i64::from(self.between(place, self.row(place, last), place.end).time);
        }
        Some(self.least_of_work(slot, work))
    }

    /// Joins a stretch up to a node and one from another on, of routes that drive the same legs, with perhaps a client
    /// between: most candidates are that.
    #[inline(always)]
    fn meet(
        &self,
        place: &SlotKind,
        (node, between, next): (u32, Option<u32>, u32),
        links: &Links<Self>,
    ) -> Joined<D, A> {
        let Links { nodes, marks, slots, .. } = links;
        let (slot, owner) = (nodes[node as usize].slot, nodes[next as usize].slot);
        let first = nodes[slots.start(slot) as usize].next;
        let last = nodes[slots.end(owner) as usize].prev;
        let (before, behind) = (&marks[node as usize].before, &marks[next as usize].behind);
        let leg = |from: u32, to: u32| (self.between(place, from, to), self.spared(from, to));
        let segment = match between {
            None => {
                let (leg, spared) = leg(node, next);
                before.then(leg, spared, behind)
            }
            Some(client) => {
                let ((there, spared), (away, spared_next)) = (leg(node, client), leg(client, next));
                let visit = &self.visits[client as usize];
                before.then(there, spared, visit).then(away, spared_next, behind)
            }
        };
        Joined { segment, first, last }
    }

    /// Joins the pieces of a candidate route.
    fn join(&self, slot: u32, pieces: &[Piece], links: &Links<Self>) -> Joined<D, A> {
        let place = self.slot(slot);
        if let [Piece::Prefix(node), ref middle @ .., Piece::Suffix(next)] = *pieces
            && links.is_client(node)
            && links.is_client(next)
            && self.slot(links.nodes[next as usize].slot).profile == place.profile
        {
            match *middle {
                [] => return self.meet(place, (node, None, next), links),
                [Piece::One(client)] => {
                    return self.meet(place, (node, Some(client), next), links);
                }
                _ => {}
            }
        }
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
                    let same_legs = self.slot(owner).profile == place.profile;
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
}

impl<const D: usize, const A: usize, const P: usize, const M: usize> Law for RichLaw<D, A, P, M> {
    type Mark = RichMark<D, A, P, M>;
    type Brief = RichBrief;
    type Head = RichHead<D, A>;
    type Room = Capacity;
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = true;
    const KEEPS_UP: bool = true;

    fn build(problem: &Problem, part: &Part) -> Self {
        Self::built(problem, part)
    }

    #[inline(always)]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = self.slot(slot);
        let (from, opening) = self.left(place, from);
        self.price_between(place, from, self.row(place, to)) + opening
    }

    #[inline(always)]
    fn leg_into(&self, slot: u32, from: u32, to: u32) -> i64 {
        let place = self.slot(slot);
        let (from, opening) = self.left(place, from);
        self.price_into(place, from, self.row(place, to)) + opening
    }

    #[inline(always)]
    fn leg_back(&self, slot: u32, from: u32, to: u32, there: i64) -> i64 {
        if self.turns_alike { there } else { self.leg_into(slot, from, to) }
    }

    #[inline(always)]
    fn detour(&self, slot: u32, after: u32, client: u32, next: u32) -> i64 {
        let place = self.slot(slot);
        let (from, opening) = self.left(place, after);
        let there = self.price_into(place, from, client);
        there + self.price_between(place, client, self.row(place, next)) + opening
    }

    fn way(&self, from: u32, to: u32) -> i64 {
        let place = self.slot(0);
        self.way_between(place, self.row(place, from), self.row(place, to))
    }

    #[inline]
    fn least_stay(&self, client: u32) -> i64 {
        self.least_stays[client as usize]
    }

    #[inline]
    fn reverses(&self) -> bool {
        !self.is_dated
    }

    #[inline]
    fn turning(&self, slot: u32, first: u32, last: u32) -> Option<i64> {
        // Turned around, the first client is arrived at and the last one no longer.
        let place = self.slot(slot);
        self.is_symmetric.then(|| self.stay(place, first) - self.stay(place, last))
    }

    #[inline]
    fn same_kind(&self, a: u32, b: u32) -> bool {
        self.slot(a).kind == self.slot(b).kind
    }

    #[inline]
    fn allows(&self, slot: u32, client: u32) -> bool {
        self.skills[client as usize] & !self.slot(slot).skills == 0
    }

    fn judge(&self, slot: u32, sequence: &[u32]) -> Burden {
        let place = self.slot(slot);
        let mut joined = Joined::EMPTY;
        for &client in sequence {
            self.push(place, &mut joined, client);
        }
        let walk = |clock: &mut Clock<P, M>, _| {
            let mut last = place.start;
            for &client in sequence {
                self.tick(place, clock, last, client);
                last = client;
            }
        };
        self.price(
            slot,
            &joined,
            Limit::NONE,
            || None,
            walk,
            |see| sequence.iter().for_each(|&c| see(c)),
        )
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let (joined, clock) = self.keep_up(slot, links);
        let whole = Piece::Suffix(links.nodes[links.slots.start(slot) as usize].next);
        let walk = |running: &mut Clock<P, M>, _| *running = clock;
        self.price(
            slot,
            &joined,
            Limit::NONE,
            || None,
            walk,
            |see| visits_of(whole, links).for_each(see),
        )
    }

    fn assess_insertion(
        &self,
        slot: u32,
        client: u32,
        after: u32,
        links: &Links<Self>,
        limit: Limit,
    ) -> Burden {
        self.price_insertion(slot, client, after, links, limit)
    }

    fn assess(&self, slot: u32, pieces: &[Piece], links: &Links<Self>, limit: Limit) -> Burden {
        if self.prices_work
            && limit.price != i64::MAX
            && let Some(least) = self.least_of_pieces(slot, pieces, links)
            && limit.is_passed_by(least)
        {
            return least;
        }
        let known = self.foreseen_apart(slot, pieces, links);
        if let Some(least) = known.map(Foreseen::least).filter(|&least| limit.is_passed_by(least)) {
            return least;
        }
        let joined = self.join(slot, pieces, links);
        self.price_pieces(slot, &joined, known, limit, pieces, links)
    }

    #[inline]
    fn load(&self, client: u32) -> i64 {
        self.shares[client as usize]
    }

    #[inline(always)]
    fn load_up_to(&self, node: u32, links: &Links<Self>) -> i64 {
        links.loads[node as usize]
    }

    #[inline(always)]
    fn room(&self, slot: u32) -> Capacity {
        self.slot(slot).scarce_max
    }

    #[inline]
    fn work(&self, client: u32) -> i64 {
        self.visits[client as usize].stretch.duration
    }

    #[inline(always)]
    fn price_of_more_work(&self, slot: u32, now: Burden, more: i64, prices: Penalties) -> i64 {
        if !self.prices_work {
            return 0;
        }
        let least = self.least_of_work(slot, now.work + more);
        let known = now.priced - now.idle - now.firm + prices.of_time(now.time);
        (prices.price(least) - known).max(0)
    }

    #[inline(always)]
    fn price_of_joining(
        &self,
        slot: u32,
        client: u32,
        after: u32,
        now: Burden,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        if A == 0 && now.idle == 0 && !self.prices_work {
            return 0;
        }
        self.price_of_work_and_area(slot, client, after, now, links, prices)
    }

    #[inline]
    fn least_of_joined(
        &self,
        slot: u32,
        up_to: u32,
        from: u32,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let delays = self.delays_of_joined(slot, up_to, from, links);
        if !self.prices_work {
            return delays;
        }
        let work = links.briefs[up_to as usize].before + links.briefs[from as usize].behind;
        delays + prices.price(self.least_of_work(slot, work))
    }

    /// What delays cost up to the first new leg stays.
    #[inline]
    fn price_of_legs<const N: usize>(
        &self,
        slot: u32,
        legs: &NewLegs<N>,
        now: Burden,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let relief = prices.relief(now);
        if P == 0 || relief == 0 {
            return -relief;
        }
        let first = legs.new.iter().map(|&(from, _)| from);
        let first = first.min_by_key(|&from| links.nodes[from as usize].position);
        first.map_or(0, |first| self.delays_up_to(slot, first, links)) - relief
    }

    /// What delays cost up to the first cut of each stays.
    #[inline(always)]
    fn relief_of_exchange(
        &self,
        slots: [u32; 2],
        cuts: [[u32; 2]; 2],
        now: [Burden; 2],
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let relief = prices.relief(now[0]) + prices.relief(now[1]);
        if P == 0 || relief == 0 {
            return relief;
        }
        let stays = |slot: u32, [ahead, _]: [u32; 2]| {
            self.delays_up_to(slot, links.nodes[ahead as usize].prev, links)
        };
        relief - stays(slots[0], cuts[0]) - stays(slots[1], cuts[1])
    }

    #[inline]
    fn relief_of_leaving(
        &self,
        slot: u32,
        (before, behind): (u32, u32),
        now: Burden,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let relief = prices.relief(now);
        if P == 0 || relief == 0 {
            return relief;
        }
        (relief - self.delays_of_joined(slot, before, behind, links)).max(0)
    }

    #[inline(always)]
    fn insertion_mends(&self, slot: u32) -> bool {
        self.slot(slot).mends
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
        self.has_couples() && links.is_client(node) && links.marks[node as usize].open != 0
    }

    fn head(&self, slot: u32, after: u32, pickup: u32, links: &Links<Self>) -> RichHead<D, A> {
        let mut joined = self.join(slot, &[Piece::Prefix(after)], links);
        self.push(self.slot(slot), &mut joined, pickup);
        RichHead { joined, after, pickup, last: u32::MAX }
    }

    fn lengthen(&self, slot: u32, head: &mut RichHead<D, A>, client: u32, links: &Links<Self>) {
        let (joined, visit) = (&mut head.joined, &self.visits[client as usize]);
        let from = joined.last;
        let leg = if head.last == u32::MAX {
            self.between(self.slot(slot), from, client)
        } else {
            links.briefs[client as usize].leg_in
        };
        joined.segment = joined.segment.then(leg, self.spared(from, client), visit);
        (joined.last, head.last) = (client, client);
    }

    fn least_behind(
        &self,
        slot: u32,
        head: &RichHead<D, A>,
        delivery: u32,
        next: u32,
        links: &Links<Self>,
    ) -> Burden {
        let rules = &self.rules[self.slot(slot).kind as usize];
        let (segment, joins) = (&head.joined.segment, &self.visits[delivery as usize]);
        let mut time = segment.stretch.warp;
        let mut peak: [i64; D] = std::array::from_fn(|d| segment.peak[d] + joins.delivery[d]);
        if links.is_client(next) {
            let rest = &links.marks[next as usize].behind;
            for (d, peak) in peak.iter_mut().enumerate() {
                // Whatever those behind are brought is on board from the start, and whatever is picked up until the end.
                let picked_up = segment.pickup[d] + joins.pickup[d].min(joins.delivery[d]);
                *peak = (*peak + rest.delivery[d]).max(picked_up + rest.peak[d]);
            }
            time += rest.stretch.warp;
        }
        Burden { load: excess_of(&rules.capacity, &peak), time, ..Burden::default() }
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
        self.push(self.slot(slot), &mut joined, client);
        if links.is_client(next) {
            let owner = links.nodes[next as usize].slot;
            let last = links.nodes[links.slots.end(owner) as usize].prev;
            let behind = &links.marks[next as usize].behind;
            self.push_segment(self.slot(slot), &mut joined, next, last, behind);
        }
        let between = links.nodes[head.after as usize].next;
        let (pickup, span) = (Piece::One(head.pickup), Piece::Span(between, head.last));
        let (delivery, suffix) = (Piece::One(client), Piece::Suffix(next));
        let prefix = Piece::Prefix(head.after);
        let apart = [prefix, pickup, span, delivery, suffix];
        let together = [prefix, pickup, delivery, suffix];
        let pieces = if head.last == u32::MAX { &together[..] } else { &apart[..] };
        self.price_pieces(slot, &joined, None, limit, pieces, links)
    }
}
