//! What is kept at every node of a route, and how it is brought up to date: only what changed is joined anew.

use crate::solver::routes::Links;
use crate::solver::timed::Stretch;
use crate::solver::trips::half::{Closed, Half, Open};
use crate::solver::trips::{AT_ONCE, TripLaw};

/// Of no return.
pub(super) const NOWHERE: u32 = u32::MAX;

/// What is kept at a node of a route up to it, and from it on.
#[derive(Clone, Copy)]
pub(in crate::solver) struct TripMark<const D: usize, const A: usize> {
    /// The times of the whole route.
    pub(super) times_before: Stretch,
    pub(super) times_behind: Stretch,
    before: Kept<D, A>,
    behind: Kept<D, A>,
}

/// At a client, of its trip only: what is closed is the same for all clients of a trip, and kept at the return.
#[derive(Clone, Copy)]
enum Kept<const D: usize, const A: usize> {
    Open(Open<D, A>),
    Closed(Closed<A>),
}

impl<const D: usize, const A: usize> Kept<D, A> {
    fn at_client(&self) -> Open<D, A> {
        match self {
            Self::Open(open) => *open,
            Self::Closed(_) => unreachable!("a client keeps what is open"),
        }
    }

    fn at_return(&self) -> Closed<A> {
        match self {
            Self::Open(_) => unreachable!("a return keeps what is closed"),
            Self::Closed(closed) => *closed,
        }
    }
}

/// What bounds most candidates without marks.
#[derive(Clone, Copy)]
pub(in crate::solver) struct TripBrief {
    /// Deliveries in the first dimension of the trip that is open behind the node, and ahead of it. At the end of a route,
    /// of the trip that delivers least.
    pub(super) delivery_before: i64,
    pub(super) delivery_behind: i64,
    /// Loads of pairs under way when the node is left; at the end of a route, how many trips it makes.
    pub(super) open: i32,
    /// The last return ahead of the node, and the first behind it; beyond all nodes where there is none.
    pub(super) return_ahead: u32,
    pub(super) return_behind: u32,
}

impl TripBrief {
    /// At the end of a route, how many trips it makes.
    #[inline]
    pub(super) fn n_trips(&self) -> i64 {
        self.open.into()
    }
}

impl Default for TripBrief {
    fn default() -> Self {
        Self {
            delivery_before: 0,
            delivery_behind: 0,
            open: 0,
            return_ahead: NOWHERE,
            return_behind: NOWHERE,
        }
    }
}

impl<const D: usize, const A: usize> Default for TripMark<D, A> {
    fn default() -> Self {
        Self {
            times_before: AT_ONCE,
            times_behind: AT_ONCE,
            before: Kept::Open(Open::EMPTY),
            behind: Kept::Open(Open::EMPTY),
        }
    }
}

impl<const D: usize, const A: usize> TripLaw<D, A> {
    /// A slot's route up to a node and with it.
    #[inline]
    pub(super) fn up_to(&self, slot: u32, node: u32, links: &Links<Self>) -> Half<D, A> {
        let mark = &links.marks[node as usize];
        if node < self.n_clients {
            let closed = match links.briefs[node as usize].return_ahead {
                NOWHERE => Closed::none(self.ground.slot(slot).start),
                reload => links.marks[reload as usize].before.at_return(),
            };
            return Half { closed, open: mark.before.at_client() };
        }
        if node < self.n_visits {
            return Half { closed: mark.before.at_return(), open: Open::EMPTY };
        }
        self.driver(slot).at_start()
    }

    /// A slot's route from a node on.
    #[inline]
    pub(super) fn from(&self, slot: u32, node: u32, links: &Links<Self>) -> Half<D, A> {
        let mark = &links.marks[node as usize];
        if node < self.n_clients {
            let closed = match links.briefs[node as usize].return_behind {
                NOWHERE => Closed::none(self.ground.slot(slot).end),
                reload => links.marks[reload as usize].behind.at_return(),
            };
            return Half { closed, open: mark.behind.at_client() };
        }
        if node < self.n_visits {
            return Half { closed: mark.behind.at_return(), open: Open::EMPTY };
        }
        self.driver(slot).at_end()
    }

    /// Brings the marks of a slot's route up to date.
    ///
    /// # Complexity
    /// O(visits), of which only those behind the first change, or ahead of the last one, join anything.
    pub(super) fn keep_up(&self, slot: u32, links: &mut Links<Self>) {
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let now = links.upkeep.begin(start);
        self.join_up_to(slot, now, links);
        self.join_from(slot, now, links);
        let Links { nodes, briefs, .. } = links;
        let last = nodes[end as usize].prev;
        let mut least = briefs[last as usize].delivery_before;
        let mut reload = briefs[start as usize].return_behind;
        let mut n_trips = 1;
        while reload != NOWHERE {
            let closed = nodes[reload as usize].prev;
            least = least.min(briefs[closed as usize].delivery_before);
            reload = briefs[reload as usize].return_behind;
            n_trips += 1;
        }
        let brief = &mut briefs[end as usize];
        (brief.delivery_before, brief.open) = (least, n_trips);
    }

    /// Joins what lies up to each node, along a route.
    fn join_up_to(&self, slot: u32, now: u32, links: &mut Links<Self>) {
        let driver = self.driver(slot);
        let end = links.slots.end(slot);
        let (mut prev, mut node) = links.upkeep.held_up_to(slot, &links.nodes, links.slots);
        let mut ahead = self.up_to(slot, prev, links);
        let TripBrief { open: mut n_open, mut return_ahead, .. } = links.briefs[prev as usize];
        if prev >= self.n_clients {
            return_ahead = if prev < self.n_visits { prev } else { NOWHERE };
        }
        // What is open in a trip is the same as long as the trip is from its return on.
        let mut held = None;
        while node != end {
            let when = links.upkeep.when_up_to(node, (slot, prev));
            held = held.and_then(|since| when.filter(|&when| since <= when));
            if held.is_some() && node < self.n_clients {
                ahead.open = links.marks[node as usize].before.at_client();
            } else {
                driver.push(&mut ahead, node);
            }
            n_open += self.ground.couples.opens(node);
            let (mark, brief) = (&mut links.marks[node as usize], &mut links.briefs[node as usize]);
            brief.delivery_before = ahead.open.segment.delivery[0];
            brief.open = n_open;
            brief.return_ahead = return_ahead;
            mark.times_before = driver.times_up_to(&ahead);
            if node < self.n_clients {
                mark.before = Kept::Open(ahead.open);
            } else {
                mark.before = Kept::Closed(ahead.closed);
                return_ahead = node;
                held = Some(0);
            }
            links.upkeep.note_up_to(node, (slot, prev), now);
            (prev, node) = (node, links.nodes[node as usize].next);
        }
    }

    /// Joins what lies from each node on, against a route.
    fn join_from(&self, slot: u32, now: u32, links: &mut Links<Self>) {
        let driver = self.driver(slot);
        let start = links.slots.start(slot);
        let (mut next, mut node) = links.upkeep.held_from(slot, &links.nodes, links.slots);
        let mut behind = self.from(slot, next, links);
        let mut return_behind = match next {
            next if next >= self.n_visits => NOWHERE,
            next if next >= self.n_clients => next,
            _ => links.briefs[next as usize].return_behind,
        };
        let mut held = None;
        while node != start {
            let when = links.upkeep.when_from(node, next);
            held = held.and_then(|since| when.filter(|&when| since <= when));
            if held.is_some() && node < self.n_clients {
                behind.open = links.marks[node as usize].behind.at_client();
            } else {
                driver.push_ahead(&mut behind, node);
            }
            let (mark, brief) = (&mut links.marks[node as usize], &mut links.briefs[node as usize]);
            brief.delivery_behind = behind.open.segment.delivery[0];
            brief.return_behind = return_behind;
            mark.times_behind = driver.times_from(&behind);
            if node < self.n_clients {
                mark.behind = Kept::Open(behind.open);
            } else {
                mark.behind = Kept::Closed(behind.closed);
                return_behind = node;
                held = Some(0);
            }
            links.upkeep.note_from(node, next, now);
            (next, node) = (node, links.nodes[node as usize].prev);
        }
        links.briefs[start as usize].return_behind = return_behind;
    }
}
