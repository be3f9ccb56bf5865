//! What is kept at every node of a route, and how it is brought up to date: only what changed is joined anew.

use crate::solver::routes::{Links, Node};
use crate::solver::timed::Stretch;
use crate::solver::trips::tour::Tour;
use crate::solver::trips::{AT_ONCE, TripLaw};

/// What is kept at a node: the tours up to it and from it on.
#[derive(Clone, Copy)]
pub(in crate::solver) struct TripMark<const D: usize, const A: usize> {
    /// The times of the whole route up to the node, and from it on.
    pub(super) times_before: Stretch,
    pub(super) times_behind: Stretch,
    joined: WhenJoined,
    pub(super) before: Tour<D, A>,
    pub(super) behind: Tour<D, A>,
}

/// What bounds most candidates without tours.
#[derive(Clone, Copy)]
pub(in crate::solver) struct TripBrief {
    /// Deliveries in the first dimension of the trip that is open behind the node, and ahead of it. At the end of a route,
    /// of the trip that delivers least.
    pub(super) delivery_before: i64,
    pub(super) delivery_behind: i64,
    /// Loads of pairs under way when the node is left.
    pub(super) open: i32,
    /// The first return behind the node; beyond all nodes where there is none.
    pub(super) return_behind: u32,
}

impl Default for TripBrief {
    fn default() -> Self {
        Self { delivery_before: 0, delivery_behind: 0, open: 0, return_behind: u32::MAX }
    }
}

/// Between which nodes of which slot's route a node's tours were joined, and in which of that slot's refreshes: those up to
/// it, and those from it on. A start keeps the number of its slot's last refresh.
#[derive(Clone, Copy, Default)]
struct WhenJoined {
    slot: u32,
    prev: u32,
    next: u32,
    before: u32,
    behind: u32,
}

impl<const D: usize, const A: usize> Default for TripMark<D, A> {
    fn default() -> Self {
        Self {
            times_before: AT_ONCE,
            times_behind: AT_ONCE,
            joined: WhenJoined { slot: u32::MAX, ..WhenJoined::default() },
            before: Tour::EMPTY,
            behind: Tour::EMPTY,
        }
    }
}

impl<const D: usize, const A: usize> TripLaw<D, A> {
    /// Brings the marks of a slot's route up to date; the tour of all its visits.
    ///
    /// A node's tour up to it still holds where it was joined behind the same node of the same route, and no earlier than
    /// that one's; likewise the tour from it on.
    ///
    /// # Complexity
    /// O(visits), of which only those behind the first change, or ahead of the last one, join tours.
    pub(super) fn keep_up(&self, slot: u32, links: &mut Links<Self>) -> Tour<D, A> {
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let now = links.marks[start as usize].joined.before + 1;
        links.marks[start as usize].joined.before = now;
        self.join_up_to(slot, now, links);
        self.join_from(slot, now, links);
        let Links { nodes, marks, briefs, .. } = links;
        let last = nodes[end as usize].prev;
        let mut least = briefs[last as usize].delivery_before;
        let mut reload = briefs[start as usize].return_behind;
        while reload != u32::MAX {
            let closed = nodes[reload as usize].prev;
            least = least.min(briefs[closed as usize].delivery_before);
            reload = briefs[reload as usize].return_behind;
        }
        briefs[end as usize].delivery_before = least;
        if last == start { Tour::EMPTY } else { marks[last as usize].before }
    }

    /// Joins tours up to each node, along a route.
    fn join_up_to(&self, slot: u32, now: u32, links: &mut Links<Self>) {
        let driver = self.driver(slot);
        let (mut prev, end) = (links.slots.start(slot), links.slots.end(slot));
        let mut node = links.nodes[prev as usize].next;
        let mut since = 0;
        while node != end {
            let joined = &links.marks[node as usize].joined;
            if joined.slot != slot || joined.prev != prev || joined.before < since {
                break;
            }
            since = joined.before;
            (prev, node) = (node, links.nodes[node as usize].next);
        }
        let is_first = prev == links.slots.start(slot);
        let (mut tour, mut n_open) = if is_first {
            (Tour::EMPTY, 0)
        } else {
            (links.marks[prev as usize].before, links.briefs[prev as usize].open)
        };
        while node != end {
            driver.push(&mut tour, node);
            n_open += self.ground.couples.opens(node);
            let (mark, brief) = (&mut links.marks[node as usize], &mut links.briefs[node as usize]);
            brief.delivery_before = tour.open().segment.delivery[0];
            brief.open = n_open;
            mark.times_before = driver.times_up_to(&tour);
            mark.before = tour;
            if mark.joined.slot != slot {
                mark.joined = WhenJoined { slot, ..WhenJoined::default() };
            }
            (mark.joined.prev, mark.joined.before) = (prev, now);
            (prev, node) = (node, links.nodes[node as usize].next);
        }
    }

    /// Joins tours from each node on, against a route.
    fn join_from(&self, slot: u32, now: u32, links: &mut Links<Self>) {
        let driver = self.driver(slot);
        let (start, mut next) = (links.slots.start(slot), links.slots.end(slot));
        let mut node = links.nodes[next as usize].prev;
        let mut since = 0;
        while node != start {
            let joined = &links.marks[node as usize].joined;
            if joined.next != next || joined.behind == 0 || joined.behind < since {
                break;
            }
            since = joined.behind;
            (next, node) = (node, links.nodes[node as usize].prev);
        }
        let is_last = next == links.slots.end(slot);
        let mut tour = if is_last { Tour::EMPTY } else { links.marks[next as usize].behind };
        let mut return_behind = match next {
            _ if is_last => u32::MAX,
            next if next >= self.n_clients => next,
            _ => links.briefs[next as usize].return_behind,
        };
        while node != start {
            let Node { prev, .. } = links.nodes[node as usize];
            driver.push_ahead(&mut tour, node);
            let (mark, brief) = (&mut links.marks[node as usize], &mut links.briefs[node as usize]);
            brief.return_behind = return_behind;
            if node >= self.n_clients {
                return_behind = node;
            }
            brief.delivery_behind = tour.head.segment.delivery[0];
            mark.times_behind = driver.times_from(&tour);
            mark.behind = tour;
            (mark.joined.next, mark.joined.behind) = (next, now);
            (next, node) = (node, prev);
        }
        links.briefs[start as usize].return_behind = return_behind;
    }
}
