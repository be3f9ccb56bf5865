//! The rich law: everything a vehicle type and a client can state.
//!
//! A stretch of visits is summarized by a [`Segment`] whose parts join in O(1): time, loads, work, areas. Only rests,
//! clients with several windows, setups that a place shares and clients who are due have no such summary: where a vehicle
//! knows them its clock is kept at every node, and walked on from the first node that changes.

mod build;
mod burden;
mod clock;
mod put_off;
mod segment;

pub(super) use build::is_dated;
pub(super) use burden::{missing_price, price_of, soonest, stood_at_least};
pub(super) use clock::{Call, Clock, Dated, Run};
pub(super) use put_off::{Turn, Turns};
pub(super) use segment::{Segment, beyond, excess_of};

use crate::problem::{Client, PickupOrder, Problem, VehicleType};
use crate::solver::couples::{Couple, Couples};
use crate::solver::law::{Burden, Law, Limit, Piece, visits_of};
use crate::solver::part::Part;
use crate::solver::routes::{Links, Node};

/// A client delivered to behind a pickup weighs as much as so many thousandths of the capacity too much.
pub(super) const MISPLACED: i64 = 100;

/// Distance and time of a leg.
#[derive(Clone, Copy, Default)]
pub(super) struct Leg {
    pub(super) distance: u32,
    pub(super) time: u32,
}

/// Everything the model can state, with loads in `D` dimensions, areas in `A` words of bits, and prices of moments when
/// `P` is 1, not 0.
pub(super) struct RichLaw<const D: usize, const A: usize, const P: usize> {
    width: usize,
    /// One square of legs per profile.
    pub(super) legs: Vec<Leg>,
    pub(super) is_symmetric: bool,
    pub(super) clients: Vec<Client>,
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
    /// When each client is due; empty when none is.
    pub(super) dues: Vec<Dated>,
    /// Setup of each client; empty when none depends on where the vehicle comes from.
    setups: Vec<i64>,
    /// Place of each row.
    places: Vec<usize>,
    /// Whether nothing is picked up or carried in the first dimension, so that loads add up there.
    is_additive: bool,
    pub(super) couples: Couples,
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
    /// Price of a second of waiting, as waiting and as duration.
    pub(super) per_idle_second: i64,
    pub(super) fixed: i64,
}

impl SlotKind {
    /// Price of driving a leg.
    #[inline]
    pub(super) fn way(&self, leg: Leg) -> i64 {
        i64::from(leg.distance) * self.per_meter + i64::from(leg.time) * self.per_travel_second
    }
}

/// What is kept at a node: the stretches up to it and from it on, and the clock when its visit is done.
#[derive(Clone, Copy, Default)]
pub(super) struct RichMark<const D: usize, const A: usize, const P: usize> {
    before: Segment<D, A>,
    behind: Segment<D, A>,
    clock: Clock<P>,
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

impl<const D: usize, const A: usize, const P: usize> RichLaw<D, A, P> {
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

    /// Price of a second of setup, service or loading, as such and as duration.
    #[inline]
    pub(super) fn per_stay_second(&self, kind: u32) -> i64 {
        let kind = &self.kinds[kind as usize];
        kind.per_second + kind.per_service_second
    }

    /// The setup that a client is spared by a vehicle that comes from a row at the same place.
    #[inline]
    pub(super) fn spared(&self, from: Option<u32>, client: u32) -> i64 {
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
}

impl<const D: usize, const A: usize, const P: usize> Law for RichLaw<D, A, P> {
    type Mark = RichMark<D, A, P>;
    type Head = RichHead<D, A>;
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = true;

    fn build(problem: &Problem, part: &Part) -> Self {
        Self::built(problem, part)
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
            let spared = self.spared(self.row(place, from), to);
            return place.way(leg) + opening + stay - spared * self.per_stay_second(place.kind);
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
        let walk = |clock: &mut Clock<P>, _| {
            let mut last = place.start;
            for &client in sequence {
                self.tick(place, clock, last, client);
                last = Some(client);
            }
        };
        self.price(slot, &joined, Limit::NONE, walk, |see| sequence.iter().for_each(|&c| see(c)))
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
        let whole = Piece::Suffix(links.nodes[start as usize].next);
        let walk = |running: &mut Clock<P>, _| *running = clock;
        self.price(slot, &joined, Limit::NONE, walk, |see| visits_of(whole, links).for_each(see))
    }

    fn assess(&self, slot: u32, pieces: &[Piece], links: &Links<Self>, limit: Limit) -> Burden {
        let joined = self.join(slot, pieces, links);
        self.price_pieces(slot, &joined, limit, pieces, links)
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

    #[inline]
    fn insertion_mends(&self, slot: u32) -> bool {
        let kind = &self.kinds[self.slots[slot as usize].kind as usize];
        kind.pickups == PickupOrder::LastOfDeliveries
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
        Burden { load, time: if self.has_summary(kind) { time } else { 0 }, ..Burden::default() }
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
        self.price_pieces(slot, &joined, limit, pieces, links)
    }
}
