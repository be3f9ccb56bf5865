use crate::solver::law::{Law, Piece};
use crate::solver::moves::{Beside, Here, NewRoute, Scan};
use crate::solver::routes::Node;

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
    let relief = scan.relief_of_two(slot, target);
    // Detours are seldom negative: what overload alone costs more than both removals save is lost.
    let more = law.load(client) - law.load(other);
    let priced = scan.overload(target, scan.load_of(target) + more)
        + scan.overload(slot, scan.load_of(slot) - more);
    let Node { prev, next, leg_in, leg_out, .. } = beside.node;
    let budget = scan.bound + relief - priced + removal.saved + leg_in + leg_out;
    if budget <= 0 {
        return;
    }
    let saved_both = removal.saved + leg_in + leg_out - scan.leg(target, prev, next);
    if priced - saved_both - relief >= scan.bound {
        return;
    }
    if !law.allows(slot, other) || !law.allows(target, client) {
        return;
    }
    let (to, cost_to) = best_place(scan, client, other, &beside.node);
    if cost_to + priced - saved_both - relief >= scan.bound {
        return;
    }
    let (from, cost_from) = best_place(scan, other, here.client, &here.node);
    let legs = cost_to + cost_from - saved_both;
    if legs - relief >= scan.bound {
        return;
    }
    let first = replaced(scan, slot, client, other, from);
    let second = replaced(scan, target, other, client, to);
    let (a, b) = (&here.node, &beside.node);
    scan.offer_two(legs, first, second, [client, other, a.prev, a.next, b.prev, b.next]);
}

/// What taking the client out saves.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Removal {
    saved: i64,
}

impl Removal {
    pub(in crate::solver) fn of<L: Law>(scan: &Scan<L>, here: &Here) -> Self {
        let Node { prev, next, slot, leg_in, leg_out, .. } = here.node;
        Self { saved: leg_in + leg_out - scan.leg(slot, prev, next) }
    }
}

/// The cheapest place for a client on the route of `leaving`, which goes: `None` is the place it leaves.
fn best_place<L: Law>(
    scan: &Scan<L>,
    client: u32,
    leaving: u32,
    gone: &Node,
) -> (Option<u32>, i64) {
    let slot = gone.slot;
    let around =
        |after: u32, next: u32| scan.leg_into(slot, after, client) + scan.leg(slot, client, next);
    let instead = around(gone.prev, gone.next) - scan.leg(slot, gone.prev, gone.next);
    let mut best = (None, instead);
    for &other in scan.near.of(client).iter().take(scan.n_moves) {
        let node = scan.routes.node(other);
        if node.slot != slot || other == leaving {
            continue;
        }
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
