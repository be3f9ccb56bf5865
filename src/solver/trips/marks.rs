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

impl<const D: usize, const A: usize> Default for TripMark<D, A> {
    fn default() -> Self {
        Self {
            times_before: AT_ONCE,
            times_behind: AT_ONCE,
            before: Tour::EMPTY,
            behind: Tour::EMPTY,
        }
    }
}

impl<const D: usize, const A: usize> TripLaw<D, A> {
    /// Brings the marks of a slot's route up to date; the tour of all its visits.
    ///
    /// # Complexity
    /// O(visits), of which only those behind the first change, or ahead of the last one, join tours.
    pub(super) fn keep_up(&self, slot: u32, links: &mut Links<Self>) -> Tour<D, A> {
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let now = links.upkeep.begin(start);
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
        let end = links.slots.end(slot);
        let (mut prev, mut node) = links.upkeep.held_up_to(slot, &links.nodes, links.slots);
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
            links.upkeep.note_up_to(node, (slot, prev), now);
            (prev, node) = (node, links.nodes[node as usize].next);
        }
    }

    /// Joins tours from each node on, against a route.
    fn join_from(&self, slot: u32, now: u32, links: &mut Links<Self>) {
        let driver = self.driver(slot);
        let start = links.slots.start(slot);
        let (mut next, mut node) = links.upkeep.held_from(slot, &links.nodes, links.slots);
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
            links.upkeep.note_from(node, next, now);
            (next, node) = (node, prev);
        }
        links.briefs[start as usize].return_behind = return_behind;
    }
}
