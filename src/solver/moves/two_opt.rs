use crate::solver::law::{Law, Piece};
use crate::solver::moves::{NewRoute, Scan};

/// Turns a stretch of one route around, so that the client comes next to a neighbor on the same route.
///
/// # Reference
/// Croes (1958), A method for solving traveling-salesman problems, Operations Research 6(6).
pub(in crate::solver) fn two_opt<L: Law>(scan: &mut Scan<L>, client: u32) {
    if !L::REVERSES {
        return;
    }
    let slot = scan.routes.slot_of(client);
    for &other in scan.near.of(client).iter().take(scan.n_moves) {
        let (a, b) = (scan.routes.node(client), scan.routes.node(other));
        if b.slot != slot {
            continue;
        }
        let (early, late) = if a.position < b.position { (client, other) } else { (other, client) };
        if scan.routes.node(early).next == late {
            continue;
        }
        turn(scan, slot, scan.routes.node(early).next, late);
        turn(scan, slot, early, scan.routes.node(late).prev);
    }
}

/// Offers the route with the stretch from `first` to `last` turned around.
fn turn<L: Law>(scan: &mut Scan<L>, slot: u32, first: u32, last: u32) {
    let (before, behind) = (scan.routes.node(first).prev, scan.routes.node(last).next);
    let mut legs = scan.leg(slot, before, last) + scan.leg(slot, first, behind)
        - scan.leg_behind(before)
        - scan.leg_behind(last);
    if !scan.routes.law.is_symmetric() {
        let mut node = first;
        while node != last {
            let next = scan.routes.node(node).next;
            legs += scan.leg(slot, next, node) - scan.leg(slot, node, next);
            node = next;
        }
    }
    if scan.is_lost(legs, slot, slot) {
        return;
    }
    let pieces = [Piece::Prefix(before), Piece::Reversed(first, last), Piece::Suffix(behind)];
    let ends = [before, first, last, behind, before, behind];
    scan.offer_one(legs, NewRoute::new(slot, pieces), ends);
}
