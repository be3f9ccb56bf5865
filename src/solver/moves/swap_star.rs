use crate::solver::law::{Law, Piece};
use crate::solver::moves::{NewRoute, Scan};
use crate::solver::routes::BANK;

/// Exchanges the client with a neighbor of another route, each inserted where it fits best (SWAP*).
///
/// Positions tried are the place that becomes free, and both sides of the inserted client's own neighbors.
///
/// # Reference
/// Vidal (2022), Hybrid genetic search for the CVRP: open-source implementation and SWAP* neighborhood,
/// Computers & Operations Research 140. We differ: positions come from neighbor lists, not from whole routes.
pub(in crate::solver) fn swap_star<L: Law>(scan: &mut Scan<L>, client: u32) {
    let slot = scan.routes.slot_of(client);
    let saved = saved_by_removing(scan, client);
    for &other in scan.near.of(client).iter().take(scan.n_swaps) {
        let target = scan.routes.slot_of(other);
        if target == BANK || target == slot {
            continue;
        }
        let saved_both = saved + saved_by_removing(scan, other);
        // Detours are seldom negative: what overload alone costs more than both removals save is lost.
        let more = scan.routes.law.load(client) - scan.routes.law.load(other);
        let priced = scan.overload(target, more) + scan.overload(slot, -more);
        if scan.is_lost(priced - saved_both, slot, target) {
            continue;
        }
        let law = scan.routes.law;
        if !law.allows(slot, other) || !law.allows(target, client) {
            continue;
        }
        let (to, cost_to) = best_place(scan, client, other);
        if scan.is_lost(cost_to - saved_both, slot, target) {
            continue;
        }
        let (from, cost_from) = best_place(scan, other, client);
        let legs = cost_to + cost_from - saved_both;
        if scan.is_lost(legs, slot, target) {
            continue;
        }
        let first = replaced(scan, slot, client, other, from);
        let second = replaced(scan, target, other, client, to);
        let (a, b) = (scan.routes.node(client), scan.routes.node(other));
        scan.offer_two(legs, first, second, [client, other, a.prev, a.next, b.prev, b.next]);
    }
}

fn saved_by_removing<L: Law>(scan: &Scan<L>, client: u32) -> i64 {
    let node = scan.routes.node(client);
    scan.leg_behind(node.prev) + node.leg - scan.leg(node.slot, node.prev, node.next)
}

/// The cheapest place for a client on the route of `leaving`, which goes: `None` is the place it leaves.
fn best_place<L: Law>(scan: &Scan<L>, client: u32, leaving: u32) -> (Option<u32>, i64) {
    let gone = scan.routes.node(leaving);
    let slot = gone.slot;
    let around =
        |after: u32, next: u32| scan.leg(slot, after, client) + scan.leg(slot, client, next);
    let detour = |after: u32, next: u32| around(after, next) - scan.leg_behind(after);
    let instead = around(gone.prev, gone.next) - scan.leg(slot, gone.prev, gone.next);
    let mut best = (None, instead);
    for &other in scan.near.of(client).iter().take(scan.n_moves) {
        let node = scan.routes.node(other);
        if node.slot != slot || other == leaving {
            continue;
        }
        for (after, next) in [(other, node.next), (node.prev, other)] {
            if after != leaving && next != leaving {
                let cost = detour(after, next);
                if cost < best.1 {
                    best = (Some(after), cost);
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
