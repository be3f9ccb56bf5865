//! What lies behind a node, by when it is reached: how late one may be there for nobody behind to be late, and what delays
//! behind it cost. Whoever changes a route in front of it need not walk on.
//!
//! Idea. The later a vehicle comes, the later it is everywhere behind, and the more clients are delayed: as long as nobody is
//! late, what delays cost behind a node is a convex function of when it is reached. Its tangent, once all waiting behind is
//! used up, bounds it from below, and is exact for a while.

use crate::problem::TimeWindow;
use crate::solver::law::{Burden, Piece, visits_of};
use crate::solver::rich::clock::Dated;
use crate::solver::rich::stops::Stop;
use crate::solver::rich::{RichLaw, SlotKind};
use crate::solver::routes::{Links, Node};

/// Nobody will ever be late.
const ENDLESS: i64 = i64::MAX / 8;

/// The latest moment to be at a place with such windows for service to begin by a moment; long ago when there is none.
fn latest_arrival(windows: &[TimeWindow], begin_by: i64) -> i64 {
    if windows.is_empty() {
        return begin_by;
    }
    let open = windows.iter().rev().find(|window| window.start.value() <= begin_by);
    open.map_or(-ENDLESS, |window| begin_by.min(window.end.value()))
}

/// What delays cost from a node on.
#[derive(Clone, Copy, Default)]
pub(super) struct Tail {
    /// When it is reached today.
    arrival: i64,
    /// What delays cost today, from there on.
    price: i64,
    /// So much later it could be reached for nothing to cost more; today it is not waited less there.
    wait: i64,
    /// What every second more costs then.
    slope: i64,
    /// How much later it may be reached for that to be exact.
    exact: i64,
}

impl Tail {
    /// Behind the last client.
    const NONE: Self = Self { arrival: 0, price: 0, wait: 0, slope: 0, exact: ENDLESS };

    /// From a client on that is reached and served at such moments, when this is what lies behind it.
    fn lengthened(self, due: Dated, arrival: i64, begin: i64, stays_open: i64) -> Self {
        let price = self.price + due.price(begin);
        if begin < arrival {
            // Late already, it is served no later than now.
            return Self { arrival, price, wait: 0, slope: 0, exact: 0 };
        }
        let (own, changes) = due.slope(begin);
        let (wait, slope, exact) = match (own, self.wait) {
            (0, wait) => (wait, self.slope, self.exact),
            (own, 0) => (0, own + self.slope, self.exact),
            (own, wait) => (0, own, self.exact.min(wait)),
        };
        let waits = begin - arrival;
        let exact = waits + exact.min(changes).min(stays_open);
        Self { arrival, price, wait: waits + wait, slope, exact }
    }

    /// What delays cost at least where the node is reached at another moment, `latest` being the last one for nobody to be
    /// late; and whether just that.
    #[inline]
    fn price_at(&self, arrival: i64, latest: i64, has_several_windows: bool) -> (i64, bool) {
        let later = arrival - self.arrival;
        if later >= 0 {
            // Whoever is late is served at the end of a window, and nobody behind is delayed further.
            let counted = later.min((latest - self.arrival).max(0));
            return (self.price + self.slope * (counted - self.wait).max(0), later <= self.exact);
        }
        if self.arrival > latest || has_several_windows {
            return (0, false);
        }
        // What would not cost more for a while would not cost less earlier.
        let is_flat = self.wait > 0 || self.slope == 0;
        (if is_flat { self.price } else { (self.price + self.slope * later).max(0) }, is_flat)
    }
}

/// What is known of a candidate route that was not walked to its end.
#[derive(Clone, Copy)]
pub(super) struct Foreseen {
    /// What delays cost at least.
    pub delays: i64,
    /// Seconds late, when that is what delays cost.
    pub late: Option<i64>,
}

impl Foreseen {
    /// What it burdens the route with at least.
    #[inline]
    pub(super) fn least(self) -> Burden {
        Burden { priced: self.delays, ..Burden::default() }
    }
}

/// A candidate route so far: when its vehicle is done with the last visit, how late it was, what delays cost, and where it is.
struct Ahead {
    at: i64,
    late: i64,
    delays: i64,
    last: u32,
}

impl<const D: usize, const A: usize, const P: usize, const M: usize> RichLaw<D, A, P, M> {
    /// Notes at the clients of a slot's route what lies behind each. Its clock was kept; its vehicle does not rest. From `held`
    /// on, the route is as it was.
    pub(super) fn look_ahead(&self, slot: u32, held: u32, links: &mut Links<Self>) {
        let (place, start, end) = (self.slot(slot), links.slots.start(slot), links.slots.end(slot));
        // What delays cost depends on when a node is reached today.
        let mut next = if P > 0 { end } else { held };
        let mut latest = if next == end {
            self.rules[place.kind as usize].shift.1
        } else {
            links.marks[next as usize].latest
        };
        let mut tail = Tail::NONE;
        let mut node = links.nodes[next as usize].prev;
        while node != start {
            let prev = links.nodes[node as usize].prev;
            let Stop { stay, windows } = self.stops.at(node);
            let leg_out = i64::from(links.briefs[next as usize].leg_in.time);
            latest = latest_arrival(windows, latest - leg_out - stay);
            if P > 0 {
                let left = if prev == start {
                    links.marks[node as usize].clock.departure
                } else {
                    links.marks[prev as usize].clock.now()
                };
                let arrival = left + i64::from(links.briefs[node as usize].leg_in.time);
                let spared = self.spared(self.row(place, prev), node);
                let begin = links.marks[node as usize].clock.now() - stay + spared;
                let open = windows.iter().find(|window| begin <= window.end.value());
                let stays_open = open.map_or(ENDLESS, |window| window.end.value() - begin);
                let due = self.dues[node as usize];
                tail = tail.lengthened(due, arrival, begin, stays_open);
            }
            let mark = &mut links.marks[node as usize];
            mark.latest = latest;
            mark.tail = [tail; P];
            (next, node) = (node, prev);
        }
    }

    /// What delays cost at least from a node of today's route of a vehicle of the same kind on, where it is driven to from a
    /// row that is left at such a moment; and whether just that, and nobody is late. `None` for another kind.
    #[inline]
    fn delays_behind(
        &self,
        place: &SlotKind,
        (at, last): (i64, u32),
        node: u32,
        links: &Links<Self>,
    ) -> Option<(i64, bool)> {
        let Node { prev, slot: owner, .. } = links.nodes[node as usize];
        if self.slot(owner).kind != place.kind {
            return None;
        }
        if !self.setups.is_empty()
            && self.spared(last, node) != self.spared(self.row(place, prev), node)
        {
            // It takes another time there than today.
            return Some((0, false));
        }
        let arrival = at + i64::from(self.between(place, last, node).time);
        let mark = &links.marks[node as usize];
        let (mut more, mut is_exact) = (0, true);
        for tail in &mark.tail {
            (more, is_exact) = tail.price_at(arrival, mark.latest, self.has_several_windows);
        }
        Some((more, is_exact && arrival <= mark.latest))
    }

    /// Whether what delays cost is told ahead of all else: nobody who is on a route decides when its vehicle leaves, or rests.
    #[inline(always)]
    pub(super) fn foresees(&self, place: &SlotKind) -> bool {
        P > 0 && !place.rests && !self.has_releases
    }

    /// What delays cost on a slot's route up to and with a node, and at least on any route that begins so. Nothing where they are not
    /// foreseen.
    #[inline]
    pub(super) fn delays_up_to(&self, slot: u32, node: u32, links: &Links<Self>) -> i64 {
        let is_known = self.foresees(self.slot(slot));
        if is_known && links.is_client(node) { links.marks[node as usize].clock.delay() } else { 0 }
    }

    /// What delays cost at least a slot's route that goes on from one node as another's does from another node on. Nothing where they
    /// are not foreseen.
    #[inline]
    pub(super) fn delays_of_joined(
        &self,
        slot: u32,
        up_to: u32,
        from: u32,
        links: &Links<Self>,
    ) -> i64 {
        let place = self.slot(slot);
        if !self.foresees(place) {
            return 0;
        }
        let (mut at, mut delays) = (self.rules[place.kind as usize].shift.0, 0);
        if links.is_client(up_to) {
            let clock = &links.marks[up_to as usize].clock;
            (at, delays) = (clock.now(), clock.delay());
        }
        if !links.is_client(from) {
            return delays;
        }
        let last = self.row(place, up_to);
        delays + self.delays_behind(place, (at, last), from, links).map_or(0, |(more, _)| more)
    }

    /// What delays a candidate route of a vehicle that does not rest, when it leaves at such a moment; `None` when only walking
    /// tells.
    #[inline]
    pub(super) fn foresee(
        &self,
        slot: u32,
        departure: i64,
        pieces: &[Piece],
        links: &Links<Self>,
    ) -> Option<Foreseen> {
        let place = self.slot(slot);
        let mut ahead = Ahead { at: departure, late: 0, delays: 0, last: place.start };
        for &piece in pieces {
            match piece {
                Piece::Prefix(node) => {
                    if links.is_client(node) {
                        let clock = &links.marks[node as usize].clock;
                        if clock.departure != departure {
                            return None;
                        }
                        let (at, late, delays) = (clock.now(), clock.late(), clock.delay());
                        ahead = Ahead { at, late, delays, last: node };
                    }
                }
                Piece::Suffix(node) if links.is_client(node) => {
                    let Ahead { at, late, delays, last } = ahead;
                    let (more, is_exact) = self.delays_behind(place, (at, last), node, links)?;
                    let late = is_exact.then_some(late);
                    return Some(Foreseen { delays: delays + more, late });
                }
                Piece::Suffix(_) => {}
                Piece::One(node) => self.go_on(place, &mut ahead, node),
                Piece::Span(..) | Piece::Reversed(..) => {
                    visits_of(piece, links).for_each(|node| self.go_on(place, &mut ahead, node));
                }
            }
        }
        let Ahead { at, late, delays, last } = ahead;
        let home = at + i64::from(self.between(place, last, place.end).time);
        let late = late + (home - self.rules[place.kind as usize].shift.1).max(0);
        Some(Foreseen { delays, late: Some(late) })
    }

    /// Drives to a client and serves it.
    #[inline(always)]
    fn go_on(&self, place: &SlotKind, ahead: &mut Ahead, node: u32) {
        let Stop { stay, windows } = self.stops.at(node);
        let arrival = ahead.at + i64::from(self.between(place, ahead.last, node).time);
        let begin = begin_in(windows, arrival);
        ahead.late += (arrival - begin).max(0);
        if P > 0 {
            ahead.delays += self.dues[node as usize].price(begin);
        }
        ahead.at = begin + stay - self.spared(ahead.last, node);
        ahead.last = node;
    }
}

/// When service begins in one of these windows at the soonest, or at the end of the last one.
#[inline]
fn begin_in(windows: &[TimeWindow], arrival: i64) -> i64 {
    let Some(last) = windows.last() else { return arrival };
    let open = windows.iter().find(|window| arrival <= window.end.value());
    open.map_or(last.end.value(), |window| arrival.max(window.start.value()))
}
