use crate::solver::law::{Law, NewLegs, Piece};
use crate::solver::moves::{Beside, Here, NewRoute, Scan, least_detour};

/// Turns a stretch of one route around, so that the client comes next to a neighbor on the same route.
///
/// # Reference
/// Croes (1958), A method for solving traveling-salesman problems, Operations Research 6(6).
pub(in crate::solver) fn two_opt<L: Law>(scan: &mut Scan<L>, here: &Here, beside: &Beside) {
    if !L::REVERSES || !scan.routes.law.reverses() {
        return;
    }
    let (a, b) = ((here.client, here.node), (beside.other, beside.node));
    let (early, late) = if a.1.position < b.1.position { (a, b) } else { (b, a) };
    if early.1.next == late.0 {
        return;
    }
    let (slot, near) = (early.1.slot, beside.there.min(beside.back));
    // The two come next to each other either way; what the stretch between costs more turned around, few laws know.
    let is_known = scan.routes.law.is_symmetric();
    let budget = scan.bound + scan.routes.relief_of_order(slot, scan.penalties);
    if !is_known || least_detour(near, a.1.leg_out + b.1.leg_out) < budget {
        turn(scan, slot, early.1.next, late.0);
    }
    if !is_known || least_detour(near, a.1.leg_in + b.1.leg_in) < budget {
        turn(scan, slot, early.0, late.1.prev);
    }
}

/// Offers the route with the stretch from `first` to `last` turned around.
fn turn<L: Law>(scan: &mut Scan<L>, slot: u32, first: u32, last: u32) {
    let (before, behind) = (scan.routes.node(first).prev, scan.routes.node(last).next);
    let mut legs = scan.leg(slot, before, last) + scan.leg(slot, first, behind)
        - scan.leg_behind(before)
        - scan.leg_behind(last);
    if let Some(turning) = scan.routes.law.turning(slot, first, last) {
        legs += turning;
    } else {
        let mut node = first;
        while node != last {
            let next = scan.routes.node(node).next;
            legs += scan.leg(slot, next, node) - scan.leg_behind(node);
            node = next;
        }
    }
    if legs - scan.routes.relief_of_order(slot, scan.penalties) >= scan.bound {
        return;
    }
    let (new, gone) = ([(before, last), (first, behind)], [first, behind]);
    let change = NewLegs { new, gone, turned: true };
    if legs + scan.price_of_legs(slot, &change) >= scan.bound {
        return;
    }
    if scan.routes.law.has_couples() && parts_couples(scan, first, last) {
        return;
    }
    let pieces = [Piece::Prefix(before), Piece::Reversed(first, last), Piece::Suffix(behind)];
    let ends = [before, first, last, behind, before, behind];
    scan.offer_one(legs, NewRoute::new(slot, pieces), ends);
}

/// Whether turning the stretch brings a delivery before its pickup, or may bring a return between the two.
fn parts_couples<L: Law>(scan: &Scan<L>, first: u32, last: u32) -> bool {
    let end = scan.routes.node(last).position;
    let (mut node, mut holds_member, mut holds_return) = (first, false, false);
    loop {
        holds_return |= scan.routes.is_reload(node);
        if let Some(couple) = scan.routes.law.couple_of(node) {
            holds_member = true;
            if couple.pickup == node && scan.routes.node(couple.delivery).position <= end {
                return true;
            }
        }
        if holds_member && holds_return {
            return true;
        }
        if node == last {
            return false;
        }
        node = scan.routes.node(node).next;
    }
}
