//! Returns to load again: had where a route needs one, dropped where it does not, moved along it.

use crate::solver::law::{Law, Limit, Penalties, Piece};
use crate::solver::moves::{Move, NewRoute, Scan};
use crate::solver::routes::Routes;

/// How far a return is moved along its route. It is never put where the load of a pair is under way, nor within a locked
/// beginning.
const SHIFT_MAX: usize = 8;

/// Whether a route costs no more without one of its returns.
pub(in crate::solver) fn is_idle<L: Law>(
    routes: &Routes<L>,
    reload: u32,
    penalties: Penalties,
) -> bool {
    let node = routes.node(reload);
    let is_last = routes.states[node.slot as usize].n_clients == 1;
    let direct = if is_last { 0 } else { routes.law.leg(node.slot, node.prev, node.next) };
    let legs = direct - node.leg_in - node.leg_out;
    let pieces = [Piece::Prefix(node.prev), Piece::Suffix(node.next)];
    let burden = routes.law.assess(node.slot, &pieces, &routes.links, Limit::NONE);
    legs + penalties.price(burden) - routes.burden_price(node.slot, penalties) <= 0
}

/// The best move of a return to another place along its route, if any improves.
pub(in crate::solver) fn best_shift<L: Law>(scan: &mut Scan<L>, reload: u32) -> Option<Move> {
    let routes = scan.routes;
    let node = routes.node(reload);
    let (slot, before, behind) = (node.slot, node.prev, node.next);
    let around =
        |after: u32, next: u32| scan.leg(slot, after, reload) + scan.leg(slot, reload, next);
    let saved = node.leg_in + node.leg_out - scan.leg(slot, before, behind);
    let mut moves: smallvec::SmallVec<[(i64, NewRoute, [u32; 6]); 16]> = smallvec::SmallVec::new();
    let mut last = behind;
    for _ in 0..SHIFT_MAX {
        if !routes.links.is_client(last) {
            break;
        }
        let next = routes.node(last).next;
        if routes.law.is_open(last, &routes.links) {
            last = next;
            continue;
        }
        let legs = around(last, next) - routes.node(last).leg_out - saved;
        let between = Piece::Span(behind, last);
        let pieces = [Piece::Prefix(before), between, Piece::One(reload), Piece::Suffix(next)];
        let ends = [before, behind, last, next, reload, reload];
        moves.push((legs, NewRoute::new(slot, pieces), ends));
        last = next;
    }
    let mut first = before;
    for _ in 0..SHIFT_MAX {
        if !routes.links.is_client(first) {
            break;
        }
        let prev = routes.node(first).prev;
        if routes.law.is_open(prev, &routes.links) {
            first = prev;
            continue;
        }
        let legs = around(prev, first) - routes.node(first).leg_in - saved;
        let between = Piece::Span(first, before);
        let pieces = [Piece::Prefix(prev), Piece::One(reload), between, Piece::Suffix(behind)];
        let ends = [before, behind, first, prev, reload, reload];
        moves.push((legs, NewRoute::new(slot, pieces), ends));
        first = prev;
    }
    for (legs, route, ends) in moves {
        scan.offer_one(legs, route, ends);
    }
    scan.best
}

/// The best return behind or ahead of a client of a route that breaks its limits.
pub(in crate::solver) fn return_beside<L: Law>(
    scan: &mut Scan<L>,
    client: u32,
) -> Option<(u32, u32)> {
    let routes = scan.routes;
    let node = routes.node(client);
    if routes.states[node.slot as usize].burden.is_feasible() {
        return None;
    }
    let before = routes.burden_price(node.slot, scan.penalties);
    let mut best = None;
    for &first in routes.law.reloads(node.slot) {
        let Some(reload) = routes.idle_reload(first) else { continue };
        for (after, next, direct) in
            [(node.prev, client, node.leg_in), (client, node.next, node.leg_out)]
        {
            let legs =
                scan.leg(node.slot, after, reload) + scan.leg(node.slot, reload, next) - direct;
            let is_beyond = legs - routes.relief(node.slot, scan.penalties) >= scan.bound;
            let is_locked = routes.ties.is_some_and(|ties| ties.is_held(next));
            if is_beyond || is_locked || routes.law.is_open(after, &routes.links) {
                continue;
            }
            let pieces = [Piece::Prefix(after), Piece::One(reload), Piece::Suffix(next)];
            let limit = Limit { penalties: scan.penalties, price: scan.bound - legs + before };
            let burden = routes.law.assess(node.slot, &pieces, &routes.links, limit);
            let delta = legs + scan.penalties.price(burden) - before;
            if delta < scan.bound {
                scan.bound = delta;
                best = Some((reload, after));
            }
        }
    }
    best
}
