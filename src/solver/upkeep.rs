//! Which of what the nodes of a route keep still holds when the route has changed: only the rest is joined anew.
//!
//! Idea. What is joined up to a node follows from the node in front and from what that one keeps. So it holds where it was
//! joined behind the same node of the same route, and no earlier than what that one keeps now; likewise from a node on.

use crate::solver::law::Slots;
use crate::solver::routes::Node;

/// When what each node keeps was joined.
pub(super) struct Upkeep {
    joined: Vec<WhenJoined>,
}

/// Between which nodes of which slot's route what a node keeps was joined, and in which of that slot's refreshes: what lies up
/// to it, and from it on. A start keeps the number of its slot's last refresh.
#[derive(Clone, Copy)]
struct WhenJoined {
    slot: u32,
    prev: u32,
    next: u32,
    before: u32,
    behind: u32,
}

impl WhenJoined {
    const fn nowhere_in(slot: u32) -> Self {
        Self { slot, prev: 0, next: 0, before: 0, behind: 0 }
    }
}

impl Upkeep {
    pub(super) fn new(n_nodes: usize) -> Self {
        Self { joined: vec![WhenJoined::nowhere_in(u32::MAX); n_nodes] }
    }

    /// Begins a refresh of the route from this start on; its number.
    pub(super) fn begin(&mut self, start: u32) -> u32 {
        let last = &mut self.joined[start as usize].before;
        *last += 1;
        *last
    }

    /// The last node of a slot's route, or its start, up to which all nodes keep what still holds, and the one behind it.
    pub(super) fn held_up_to(&self, slot: u32, nodes: &[Node], slots: Slots) -> (u32, u32) {
        let (mut prev, end) = (slots.start(slot), slots.end(slot));
        let mut node = nodes[prev as usize].next;
        let mut since = 0;
        while node != end {
            match self.when_up_to(node, (slot, prev)) {
                Some(when) if since <= when => since = when,
                _ => break,
            }
            (prev, node) = (node, nodes[node as usize].next);
        }
        (prev, node)
    }

    /// The first node of a slot's route, or its end, from which on all nodes keep what still holds, and the one ahead of it.
    /// What lies up to them was brought up to date before.
    pub(super) fn held_from(&self, slot: u32, nodes: &[Node], slots: Slots) -> (u32, u32) {
        let (start, mut next) = (slots.start(slot), slots.end(slot));
        let mut node = nodes[next as usize].prev;
        let mut since = 0;
        while node != start {
            match self.when_from(node, next) {
                Some(when) if since <= when => since = when,
                _ => break,
            }
            (next, node) = (node, nodes[node as usize].prev);
        }
        (next, node)
    }

    /// In which refresh of a slot's route what lies up to a node was joined, if that was behind this other one.
    #[inline]
    pub(super) fn when_up_to(&self, node: u32, (slot, prev): (u32, u32)) -> Option<u32> {
        let joined = &self.joined[node as usize];
        (joined.slot == slot && joined.prev == prev).then_some(joined.before)
    }

    /// In which refresh what lies from a node on was joined, if that was ahead of this other one. What lies up to the node was
    /// brought up to date in its slot before: else this may be of another slot.
    #[inline]
    pub(super) fn when_from(&self, node: u32, next: u32) -> Option<u32> {
        let joined = &self.joined[node as usize];
        (joined.next == next && joined.behind > 0).then_some(joined.behind)
    }

    /// What lies up to a node was joined behind another in such a refresh.
    #[inline]
    pub(super) fn note_up_to(&mut self, node: u32, (slot, prev): (u32, u32), now: u32) {
        let joined = &mut self.joined[node as usize];
        if joined.slot != slot {
            *joined = WhenJoined::nowhere_in(slot);
        }
        (joined.prev, joined.before) = (prev, now);
    }

    /// What lies from a node on was joined ahead of another in such a refresh.
    #[inline]
    pub(super) fn note_from(&mut self, node: u32, next: u32, now: u32) {
        let joined = &mut self.joined[node as usize];
        (joined.next, joined.behind) = (next, now);
    }
}
