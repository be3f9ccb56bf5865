use crate::solver::law::{Law, Piece};
use crate::solver::moves::{Beside, Here, NewRoute, Scan, least_detour};
use crate::solver::routes::Routes;

/// Exchanges the tails of two routes (2-opt*), so that the client is followed or preceded by a neighbor; on symmetric
/// legs also joins head with head and tail with tail. Routes are cut only where no load of a pair is under way.
///
/// # Reference
/// Potvin, Rousseau (1995), An exchange heuristic for routeing problems with time windows, JORS 46(12).
pub(in crate::solver) fn tails<L: Law>(scan: &mut Scan<L>, here: &Here, beside: &Beside) {
    let (client, other) = (here.client, beside.other);
    let (slot, target) = (here.node.slot, beside.node.slot);
    let Beside { there, back, .. } = *beside;
    let relief = scan.relief_of_two(slot, target);
    let law = scan.routes.law;
    let is_turnable =
        L::REVERSES && !law.has_couples() && law.is_symmetric() && law.same_kind(slot, target);
    let (a, b) = (&here.node, &beside.node);
    // Each joining drives the leg between the two anew and saves two legs.
    let is_lost = |anew: i64, saved: i64, bound: i64| least_detour(anew, saved) - relief >= bound;
    if !is_lost(there, a.leg_out + b.leg_in, scan.bound) {
        join(scan, (client, a.next), (b.prev, other), there, relief);
    }
    if !is_lost(back, b.leg_out + a.leg_in, scan.bound) {
        join(scan, (other, b.next), (a.prev, client), back, relief);
    }
    if is_turnable {
        if !is_lost(there, a.leg_out + b.leg_out, scan.bound) {
            heads(scan, (client, a.next), (other, b.next), relief);
        }
        if !is_lost(there, a.leg_in + b.leg_in, scan.bound) {
            heads(scan, (a.prev, client), (b.prev, other), relief);
        }
    }
}

/// Offers `from` followed by the tail that begins at `to`, and the two ends left over joined.
fn join<L: Law>(
    scan: &mut Scan<L>,
    (from, next): (u32, u32),
    (before, to): (u32, u32),
    leg: i64,
    relief: i64,
) {
    let routes = scan.routes;
    let (slot, target) = (routes.node(from).slot, routes.node(to).slot);
    if routes.law.is_open(from, &routes.links) || routes.law.is_open(before, &routes.links) {
        return;
    }
    let load = scan.load_up_to(from) + scan.load_of(target) - scan.load_up_to(before);
    let rest = scan.load_of(slot) + scan.load_of(target) - load;
    let overload = scan.overload(slot, load) + scan.overload(target, rest);
    let saved = scan.leg_behind(from) + scan.leg_behind(before);
    if least_detour(leg, saved) + overload - relief >= scan.bound {
        return;
    }
    // An empty route has no legs, not even from its start to its end.
    let closes = before == routes.start(target) && next == routes.end(slot);
    let rest = if closes { 0 } else { scan.leg(target, before, next) };
    let firm = if closes { routes.states[target as usize].burden.firm } else { 0 };
    let mut legs = leg + rest - saved;
    if legs + overload - relief - firm >= scan.bound {
        return;
    }
    let joined = scan.least_of_joined(slot, from, to) + scan.least_of_joined(target, before, next);
    if legs + overload + joined - scan.unfirm_of_two(slot, target) - firm >= scan.bound {
        return;
    }
    if !routes.law.same_kind(slot, target) {
        legs += tail_change(scan, to, target, slot) + tail_change(scan, next, slot, target);
    }
    let first = NewRoute::new(slot, [Piece::Prefix(from), Piece::Suffix(to)]);
    let second = NewRoute::new(target, [Piece::Prefix(before), Piece::Suffix(next)]);
    scan.offer_two(legs, first, second, [from, to, before, next, from, to]);
}

/// What the legs of a tail cost more when the vehicle of `new` drives it instead of that of `old`.
fn tail_change<L: Law>(scan: &Scan<L>, first: u32, old: u32, new: u32) -> i64 {
    let mut node = first;
    let mut change = 0;
    while scan.routes.links.is_client(node) {
        let next = scan.routes.node(node).next;
        let new_next = if scan.routes.links.is_client(next) { next } else { scan.routes.end(new) };
        change += scan.leg(new, node, new_next) - scan.leg(old, node, next);
        node = next;
    }
    change
}

/// Offers head joined to head and tail to tail, cut behind `a` and behind `b`; `a` and `b` may be starts.
fn heads<L: Law>(
    scan: &mut Scan<L>,
    (a, next_a): (u32, u32),
    (b, next_b): (u32, u32),
    relief: i64,
) {
    let routes = scan.routes;
    let (slot, target) = (routes.node(a).slot, routes.node(b).slot);
    let (start_a, start_b) = (routes.start(slot), routes.start(target));
    let (end_a, end_b) = (routes.end(slot), routes.end(target));
    if (a == start_a && b == start_b) || (next_a == end_a && next_b == end_b) {
        return;
    }
    let load = scan.load_up_to(a) + scan.load_up_to(b);
    let rest = scan.load_of(slot) + scan.load_of(target) - load;
    let priced = scan.overload(slot, load) + scan.overload(target, rest);
    let saved = scan.leg_behind(a) + scan.leg_behind(b);
    if priced - saved - relief >= scan.bound {
        return;
    }
    let legs = scan.leg(slot, a, b) + scan.leg(slot, next_a, next_b) - saved;
    if legs + priced - relief >= scan.bound {
        return;
    }
    let Routes { law, links, .. } = routes;
    let beginnings = law.least_of_beginnings(slot, a, b, links, scan.penalties);
    let endings = law.least_of_endings(target, next_a, next_b, links, scan.penalties);
    let joined = beginnings + endings;
    if legs + priced + joined - scan.unfirm_of_two(slot, target) >= scan.bound {
        return;
    }
    let (first_b, last_a) = (routes.node(start_b).next, routes.node(end_a).prev);
    let first = if b == start_b {
        NewRoute::new(slot, [Piece::Prefix(a), Piece::Suffix(end_a)])
    } else {
        let turned = Piece::Reversed(first_b, b);
        NewRoute::new(slot, [Piece::Prefix(a), turned, Piece::Suffix(end_a)])
    };
    let second = if next_a == end_a {
        NewRoute::new(target, [Piece::Prefix(start_b), Piece::Suffix(next_b)])
    } else {
        let turned = Piece::Reversed(next_a, last_a);
        NewRoute::new(target, [Piece::Prefix(start_b), turned, Piece::Suffix(next_b)])
    };
    scan.offer_two(legs, first, second, [a, b, next_a, next_b, a, b]);
}
