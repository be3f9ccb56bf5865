//! What is kept at every node of a route, and how it is brought up to date: only what changed is joined anew.

use crate::solver::law::Law;
use crate::solver::rich::clock::Clock;
use crate::solver::rich::foresight::Tail;
use crate::solver::rich::segment::Segment;
use crate::solver::rich::{Joined, RichLaw};
use crate::solver::routes::Links;
use crate::solver::squares::Leg;

/// What is kept at a node: the stretches up to it and from it on, and the clock when its visit is done. Stretches of one load
/// begin on lines of the cache.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(in crate::solver) struct RichMark<
    const D: usize,
    const A: usize,
    const P: usize,
    const M: usize,
> {
    pub(super) before: Segment<D, A>,
    /// Loads of pairs under way when the node is left.
    pub(super) open: i64,
    pub(super) behind: Segment<D, A>,
    /// When the client may be reached at the latest for nobody from there on to be late, where the clock of a vehicle is kept
    /// that does not rest.
    pub(super) latest: i64,
    pub(super) clock: Clock<P, M>,
    pub(super) tail: [Tail; P],
}

impl<const D: usize, const A: usize, const P: usize, const M: usize> Default
    for RichMark<D, A, P, M>
{
    fn default() -> Self {
        let (before, behind, tail) = (Segment::EMPTY, Segment::EMPTY, [Tail::default(); P]);
        Self { before, open: 0, behind, latest: 0, clock: Clock::default(), tail }
    }
}

/// The leg that leads to a node, at a start the one that leaves it; seconds of travel and service up to and with the node,
/// and from and with it on, where anybody prices them.
#[derive(Clone, Copy, Default)]
pub(in crate::solver) struct RichBrief {
    pub(super) leg_in: Leg,
    pub(super) before: i64,
    pub(super) behind: i64,
}

impl<const D: usize, const A: usize, const P: usize, const M: usize> RichLaw<D, A, P, M> {
    /// Brings the marks of a slot's route up to date; the route joined, and the clock at its last visit.
    ///
    /// # Complexity
    /// O(visits), of which only those behind the first change, or ahead of the last one, are joined.
    pub(super) fn keep_up(
        &self,
        slot: u32,
        links: &mut Links<Self>,
    ) -> (Joined<D, A>, Clock<P, M>) {
        let place = self.slot(slot);
        let now = links.upkeep.begin(links.slots.start(slot));
        let (joined, held) = self.join_up_to(slot, now, links);
        let held_behind = self.join_from(slot, now, links);
        let departure = self.rules[place.kind as usize].shift.0.max(joined.segment.release);
        let mut clock = Clock::at(departure);
        if place.walks && joined.segment.count > 0 {
            clock = self.keep_clock(slot, departure, (held, now), links);
            if !place.rests {
                self.look_ahead(slot, held_behind, links);
            }
        }
        (joined, clock)
    }

    /// What the work of a client takes, and of the leg to it or from it where every vehicle would drive the same; nothing where
    /// nobody prices work.
    #[inline]
    fn work_at(&self, leg: Leg, client: u32) -> i64 {
        if !self.prices_work {
            return 0;
        }
        let way = if self.drives_alike { i64::from(leg.time) } else { 0 };
        way + self.work(client)
    }

    /// Joins a slot's route from its start, and notes at each node what it is up to there; and up to which node that was known.
    fn join_up_to(&self, slot: u32, now: u32, links: &mut Links<Self>) -> (Joined<D, A>, u32) {
        let (place, start, end) = (self.slot(slot), links.slots.start(slot), links.slots.end(slot));
        let first = links.nodes[start as usize].next;
        let (held, mut node) = links.upkeep.held_up_to(slot, &links.nodes, links.slots);
        let mut joined = Joined { segment: Segment::EMPTY, first, last: place.start };
        let (mut prev, mut scarce, mut open, mut work) = (held, 0, 0, 0);
        if held != start {
            let mark = &links.marks[held as usize];
            (joined.segment, joined.last, open) = (mark.before, held, mark.open);
            (scarce, work) = (links.loads[held as usize], links.briefs[held as usize].before);
        }
        while node != end {
            let (leg, visit) =
                (self.between(place, joined.last, node), &self.visits[node as usize]);
            joined.segment = if node == first {
                *visit
            } else {
                joined.segment.then(leg, self.spared(joined.last, node), visit)
            };
            joined.last = node;
            scarce += self.shares[node as usize];
            open += i64::from(self.couples.opens(node));
            work += self.work_at(leg, node);
            let (mark, brief) = (&mut links.marks[node as usize], &mut links.briefs[node as usize]);
            (mark.before, mark.open) = (joined.segment, open);
            (brief.leg_in, brief.before) = (leg, work);
            links.loads[node as usize] = scarce;
            links.upkeep.note_up_to(node, (slot, prev), now);
            (prev, node) = (node, links.nodes[node as usize].next);
        }
        links.marks[start as usize].before = Segment::EMPTY;
        links.marks[end as usize].before = joined.segment;
        links.loads[end as usize] = scarce;
        if first != end {
            links.briefs[start as usize].leg_in = links.briefs[first as usize].leg_in;
            links.briefs[end as usize].leg_in = self.between(place, joined.last, place.end);
        }
        (joined, held)
    }

    /// Joins a slot's route from its end, and notes at each node what lies from there on; and from which node on that was known.
    /// What lies up to them is up to date.
    fn join_from(&self, slot: u32, now: u32, links: &mut Links<Self>) -> u32 {
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let (held, mut node) = links.upkeep.held_from(slot, &links.nodes, links.slots);
        let (mut next, mut behind, mut work) = (held, Segment::EMPTY, 0);
        if held != end {
            let (mark, brief) = (&links.marks[held as usize], &links.briefs[held as usize]);
            (behind, work) = (mark.behind, brief.behind);
        }
        while node != start {
            let (leg_out, visit) =
                (links.briefs[next as usize].leg_in, &self.visits[node as usize]);
            behind = if next == end {
                *visit
            } else {
                visit.then(leg_out, self.spared(node, next), &behind)
            };
            work += self.work_at(leg_out, node);
            links.marks[node as usize].behind = behind;
            links.briefs[node as usize].behind = work;
            links.upkeep.note_from(node, next, now);
            (next, node) = (node, links.nodes[node as usize].prev);
        }
        held
    }

    /// Leads a clock along a slot's route that leaves at such a moment, from the last node on that keeps what holds, and notes it
    /// at each.
    fn keep_clock(
        &self,
        slot: u32,
        departure: i64,
        (held, now): (u32, u32),
        links: &mut Links<Self>,
    ) -> Clock<P, M> {
        let (place, start, end) = (self.slot(slot), links.slots.start(slot), links.slots.end(slot));
        let (mut clock, mut prev) = (Clock::at(departure), start);
        let known = &links.marks[held as usize].clock;
        if held != start && known.departure == departure {
            (clock, prev) = (*known, held);
        }
        let mut node = links.nodes[prev as usize].next;
        while node != end {
            self.tick(place, &mut clock, self.row(place, prev), node);
            links.marks[node as usize].clock = clock;
            // What is kept by whoever is not here now does not hold behind those who leave at another moment.
            links.upkeep.note_up_to(node, (slot, prev), now);
            (prev, node) = (node, links.nodes[node as usize].next);
        }
        clock
    }
}
