use crate::solver::law::{Burden, Law, Piece};
use crate::solver::moves::{Beside, Here, NewRoute, Scan};
use crate::solver::neighborhood::list_wanted;
use crate::solver::routes::{Node, Routes};

/// How many neighbors are told apart at once by where they are.
const LISTED_AT_ONCE: usize = 32;

/// Exchanges the client with a neighbor of another route, each inserted where it fits best (SWAP*). Neither may belong to
/// a pair.
///
/// Positions tried are the place that becomes free, and both sides of the inserted client's own neighbors.
///
/// # Reference
/// Vidal (2022), Hybrid genetic search for the CVRP: open-source implementation and SWAP* neighborhood,
/// Computers & Operations Research 140. We differ: positions come from neighbor lists, not from whole routes.
pub(in crate::solver) fn swap_star<L: Law>(
    scan: &mut Scan<L>,
    here: &Here,
    removal: Removal,
    beside: &Beside,
) {
    let (client, other) = (here.client, beside.other);
    let (slot, target) = (here.node.slot, beside.node.slot);
    let law = scan.routes.law;
    if law.couple_of(client).is_some() || law.couple_of(other).is_some() {
        return;
    }
    // Detours are seldom negative: what overload alone costs more than both removals save is lost.
    let more = law.load(client) - law.load(other);
    let mut priced =
        scan.overload(target, beside.load + more) + scan.overload(slot, here.load - more);
    let Node { prev, next, leg_in, leg_out, .. } = beside.node;
    let most_saved = removal.saved + leg_in + leg_out;
    let most_relieved = removal.relief + scan.routes.relief(target, scan.penalties);
    if priced - most_saved - most_relieved >= scan.bound {
        return;
    }
    let there = relief_of(scan, target, other, (prev, next));
    let relief = removal.relief + there.0
        - law.price_of_more_work(target, there.1, law.work(client), scan.penalties)
        - law.price_of_more_work(slot, removal.left, law.work(other), scan.penalties);
    if priced - most_saved - relief >= scan.bound {
        return;
    }
    let saved_both = removal.saved + leg_in + leg_out - scan.leg(target, prev, next);
    if priced - saved_both - relief >= scan.bound {
        return;
    }
    if !law.allows(slot, other) || !law.allows(target, client) {
        return;
    }
    for (slot, leaving, coming) in [(target, other, client), (slot, client, other)] {
        let more = law.more_of_exchange(slot, leaving, coming, &scan.routes.links);
        priced += scan.penalties.of_load(more);
        if priced - saved_both - relief >= scan.bound {
            return;
        }
    }
    let (to, cost_to) = best_place(scan, scan.beside, client, other, &beside.node);
    if cost_to + priced - saved_both - relief >= scan.bound {
        return;
    }
    let near_other = scan.near.of(other);
    let near_other = &near_other[..scan.n_moves.min(near_other.len())];
    let (from, cost_from) = best_place(scan, near_other, other, here.client, &here.node);
    let legs = cost_to + cost_from - saved_both;
    if legs - relief >= scan.bound {
        return;
    }
    let first = replaced(scan, slot, client, other, from);
    let second = replaced(scan, target, other, client, to);
    let (a, b) = (&here.node, &beside.node);
    scan.offer_two(legs, first, second, [client, other, a.prev, a.next, b.prev, b.next]);
}

/// What taking the client out saves, and the most by which it relieves its route while another comes in.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Removal {
    saved: i64,
    relief: i64,
    /// What the route is burdened with then, or more.
    left: Burden,
}

impl Removal {
    pub(in crate::solver) fn of<L: Law>(scan: &Scan<L>, here: &Here) -> Self {
        let Node { prev, next, slot, leg_in, leg_out, .. } = here.node;
        let saved = leg_in + leg_out - scan.leg(slot, prev, next);
        let (relief, left) = relief_of(scan, slot, here.client, (prev, next));
        Self { saved, relief, left }
    }
}

/// The most by which putting another client in the place of this one usually relieves a route, what its load is priced
/// then not counted: what taking this one out does, and what the other fills of the time that is idle then. And what the
/// route is burdened with between the two, where that is told.
#[inline]
fn relief_of<L: Law>(scan: &Scan<L>, slot: u32, client: u32, between: (u32, u32)) -> (i64, Burden) {
    let (routes, law) = (scan.routes, scan.routes.law);
    let Routes { links, states, .. } = routes;
    let relief =
        law.relief_of_leaving(slot, between, states[slot as usize].burden, links, scan.penalties);
    if relief == 0 || law.insertion_mends(slot) || law.couple_of(client).is_some() {
        return (relief, Burden::default());
    }
    let left = scan.removals.without(routes, client);
    let change = scan.penalties.price(left) - left.idle - scan.penalties.of_load(left.load);
    (relief.min(routes.burden_price(slot, scan.penalties) - change), left)
}

/// The cheapest place for a client on the route of `leaving`, which goes, beside some of its neighbors: `None` is the place it
/// leaves.
fn best_place<L: Law>(
    scan: &Scan<L>,
    neighbors: &[u32],
    client: u32,
    leaving: u32,
    gone: &Node,
) -> (Option<u32>, i64) {
    let slot = gone.slot;
    let around = |after: u32, next: u32| scan.routes.law.detour(slot, after, client, next);
    let instead = around(gone.prev, gone.next) - scan.leg(slot, gone.prev, gone.next);
    let mut best = (None, instead);
    let is_there = |other: u32| scan.routes.slot_of(other) == slot && other != leaving;
    for neighbors in neighbors.chunks(LISTED_AT_ONCE) {
        let mut there = [0; LISTED_AT_ONCE];
        let n_there = list_wanted(&mut there, neighbors.iter().copied(), is_there);
        for &other in &there[..n_there] {
            let node = scan.routes.node(other);
            if node.next != leaving {
                let cost = around(other, node.next) - node.leg_out;
                if cost < best.1 {
                    best = (Some(other), cost);
                }
            }
            if node.prev != leaving {
                let cost = around(node.prev, other) - node.leg_in;
                if cost < best.1 {
                    best = (Some(node.prev), cost);
                }
            }
        }
    }
    best
}

/// The route of `leaving` without it, and with `coming` behind a node (or in the free place).
fn replaced<L: Law>(
    scan: &Scan<L>,
    slot: u32,
    leaving: u32,
    coming: u32,
    after: Option<u32>,
) -> NewRoute {
    let gone = scan.routes.node(leaving);
    let Some(after) = after else {
        let pieces = [Piece::Prefix(gone.prev), Piece::One(coming), Piece::Suffix(gone.next)];
        return NewRoute::new(slot, pieces);
    };
    let node = scan.routes.node(after);
    if node.position < gone.position {
        let between = Piece::Span(node.next, gone.prev);
        let pieces = [Piece::Prefix(after), Piece::One(coming), between, Piece::Suffix(gone.next)];
        NewRoute::new(slot, pieces)
    } else {
        let between = Piece::Span(gone.next, after);
        let pieces =
            [Piece::Prefix(gone.prev), between, Piece::One(coming), Piece::Suffix(node.next)];
        NewRoute::new(slot, pieces)
    }
}
