use crate::solver::law::{Law, Piece};
use crate::solver::moves::{NewRoute, Scan};
use crate::solver::routes::BANK;

/// Longest chain of clients that is moved at once.
const CHAIN_MAX: usize = 3;

/// A chain of clients on one route.
#[derive(Clone, Copy)]
struct Chain {
    first: u32,
    last: u32,
    length: usize,
    load: i64,
    /// Legs saved where it is taken out, its own included.
    saved: i64,
}

/// Moves the client and up to two that follow or precede it beside one of its neighbors, or to an empty route.
///
/// # Complexity
/// O(neighbors) prices of O(1) each (plain law).
pub(in crate::solver) fn relocate<L: Law>(scan: &mut Scan<L>, client: u32) {
    let slot = scan.routes.slot_of(client);
    for (behind, length) in [(true, 1), (true, 2), (true, 3), (false, 2), (false, 3)] {
        let Some(chain) = chain_at(scan, slot, client, behind, length) else { continue };
        for &other in scan.near.of(client).iter().take(scan.n_moves) {
            let node = scan.routes.node(other);
            if node.slot == BANK || in_chain(scan, slot, &chain, other) {
                continue;
            }
            if node.slot != slot {
                // A detour is seldom negative: what overload alone costs more than the chain saves is lost.
                let priced = scan.overload(node.slot, chain.load);
                if priced > 0 && scan.is_lost(priced - chain.saved, slot, slot) {
                    continue;
                }
            }
            // The client itself comes next to its neighbor; a longer chain is turned when that needs it.
            let (client_leads, same_way) = (chain.first == client, length == 1);
            if same_way || client_leads {
                place(scan, slot, &chain, node.slot, other, false);
            } else if L::REVERSES {
                place(scan, slot, &chain, node.slot, other, true);
            }
            if same_way || !client_leads {
                place(scan, slot, &chain, node.slot, node.prev, false);
            } else if L::REVERSES {
                place(scan, slot, &chain, node.slot, node.prev, true);
            }
        }
        let n_clients = scan.routes.states[slot as usize].n_clients as usize;
        let empties: smallvec::SmallVec<[u32; 4]> = scan.routes.empty_slots().collect();
        for empty in empties {
            let same_kind = scan.routes.law.same_kind(slot, empty);
            if !(same_kind && chain.length == n_clients) {
                place(scan, slot, &chain, empty, scan.routes.start(empty), false);
            }
        }
    }
}

/// The chain of this length that begins (or ends) at the client, when the route has one.
fn chain_at<L: Law>(
    scan: &Scan<L>,
    slot: u32,
    client: u32,
    behind: bool,
    length: usize,
) -> Option<Chain> {
    debug_assert!(length <= CHAIN_MAX);
    let routes = scan.routes;
    let (mut first, mut last) = (client, client);
    let mut inner = 0;
    let mut load = routes.law.load(client);
    for _ in 1..length {
        let node = if behind { routes.node(last).next } else { routes.node(first).prev };
        if !routes.links.is_client(node) {
            return None;
        }
        if behind {
            inner += scan.leg_behind(last);
            last = node;
        } else {
            inner += scan.leg_behind(node);
            first = node;
        }
        load += routes.law.load(node);
    }
    let (before, next) = (routes.node(first).prev, routes.node(last).next);
    let whole_route = routes.states[slot as usize].n_clients as usize == length;
    let direct = if whole_route { 0 } else { scan.leg(slot, before, next) };
    let saved = scan.leg_behind(before) + inner + scan.leg_behind(last) - direct;
    Some(Chain { first, last, length, load, saved })
}

fn in_chain<L: Law>(scan: &Scan<L>, slot: u32, chain: &Chain, node: u32) -> bool {
    let at = scan.routes.node(node);
    let first = scan.routes.node(chain.first).position;
    at.slot == slot && (first..first + chain.length as u32).contains(&at.position)
}

/// Offers the chain behind a node of a route, turned or not.
#[inline]
fn place<L: Law>(
    scan: &mut Scan<L>,
    slot: u32,
    chain: &Chain,
    target: u32,
    after: u32,
    turned: bool,
) {
    let routes = scan.routes;
    let next = routes.node(after).next;
    let Chain { first, last, saved, .. } = *chain;
    if target == slot && (in_chain(scan, slot, chain, after) || in_chain(scan, slot, chain, next)) {
        return;
    }
    let (head, tail) = if turned { (last, first) } else { (first, last) };
    let outer =
        scan.leg(target, after, head) + scan.leg(target, tail, next) - scan.leg_behind(after);
    if scan.is_lost(outer - saved, slot, target) {
        return;
    }
    let legs = outer - saved + inner_legs(scan, target, chain, turned);
    let moved = match (first == last, turned) {
        (true, _) => Piece::One(first),
        (false, false) => Piece::Span(first, last),
        (false, true) => Piece::Reversed(first, last),
    };
    let (before, behind) = (routes.node(first).prev, routes.node(last).next);
    let ends = [before, behind, after, next, first, last];
    if target != slot {
        if !allows(scan, target, chain) {
            return;
        }
        let left = NewRoute::new(slot, [Piece::Prefix(before), Piece::Suffix(behind)]);
        let joined = [Piece::Prefix(after), moved, Piece::Suffix(next)];
        scan.offer_two(legs, left, NewRoute::new(target, joined), ends);
    } else if routes.node(after).position > routes.node(first).position {
        let between = Piece::Span(behind, after);
        let pieces = [Piece::Prefix(before), between, moved, Piece::Suffix(next)];
        scan.offer_one(legs, NewRoute::new(slot, pieces), ends);
    } else {
        let between = Piece::Span(next, before);
        let pieces = [Piece::Prefix(after), moved, between, Piece::Suffix(behind)];
        scan.offer_one(legs, NewRoute::new(slot, pieces), ends);
    }
}

/// Legs inside the chain, driven by the vehicle of a slot in this direction.
fn inner_legs<L: Law>(scan: &Scan<L>, slot: u32, chain: &Chain, turned: bool) -> i64 {
    let mut node = chain.first;
    let mut legs = 0;
    while node != chain.last {
        let next = scan.routes.node(node).next;
        legs += if turned { scan.leg(slot, next, node) } else { scan.leg(slot, node, next) };
        node = next;
    }
    legs
}

fn allows<L: Law>(scan: &Scan<L>, slot: u32, chain: &Chain) -> bool {
    let mut node = chain.first;
    while node != chain.last {
        if !scan.routes.law.allows(slot, node) {
            return false;
        }
        node = scan.routes.node(node).next;
    }
    scan.routes.law.allows(slot, node)
}
