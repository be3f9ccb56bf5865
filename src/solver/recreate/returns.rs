//! Where a client is put back together with a return of its vehicle.

use crate::rng::Rng;
use crate::solver::config::Tuning;
use crate::solver::law::{FORBIDDEN, Law, Limit, Penalties, Piece};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::recreate::{Company, Insertion};
use crate::solver::routes::{BANK, Routes};

/// Looks for places where a client comes in together with a return: beside its neighbors, and as a trip of its own
/// between two trips, ahead of the first and behind the last.
pub(super) fn cheapest_with_return<L: Law>(
    routes: &Routes<L>,
    near: &Neighborhood,
    tuning: &Tuning,
    client: u32,
    penalties: Penalties,
    best: &mut Option<Insertion>,
    rng: &mut Rng,
) {
    let mut consider = |slot: u32, after: u32, rng: &mut Rng| {
        if routes.law.is_open(after, &routes.links) {
            return;
        }
        for &first in routes.law.reloads(slot) {
            let Some(reload) = routes.idle_reload(first) else { continue };
            for company in [Company::ReturnAhead(reload), Company::ReturnBehind(reload)] {
                let bound = best.map_or(FORBIDDEN / 2, |found| found.delta);
                let found = Insertion { slot, after, delta: bound, company };
                let delta = price_with_return(routes, client, reload, &found, penalties);
                if let Some(delta) = delta.filter(|_| !rng.chance(tuning.blink)) {
                    *best = Some(Insertion { delta, ..found });
                }
            }
        }
    };
    for &other in near.of(client).iter().take(tuning.insertion_neighbors) {
        let node = routes.node(other);
        if node.slot != BANK {
            consider(node.slot, other, rng);
            consider(node.slot, node.prev, rng);
        }
    }
    for slot in routes.used_slots() {
        let mut node = routes.start(slot);
        consider(slot, node, rng);
        while node != routes.end(slot) {
            if routes.is_reload(node) {
                consider(slot, node, rng);
            }
            node = routes.node(node).next;
        }
        consider(slot, routes.node(node).prev, rng);
    }
}

/// Price of inserting a client with a return, when it is below the one found.
fn price_with_return<L: Law>(
    routes: &Routes<L>,
    client: u32,
    reload: u32,
    found: &Insertion,
    penalties: Penalties,
) -> Option<i64> {
    let (law, slot, after) = (routes.law, found.slot, found.after);
    let node = routes.node(after);
    let (first, second) = match found.company {
        Company::ReturnAhead(_) => (reload, client),
        _ => (client, reload),
    };
    let legs = law.leg(slot, after, first)
        + law.leg(slot, first, second)
        + law.leg(slot, second, node.next)
        - node.leg_out
        + routes.loyalty.price_of(client, slot);
    if legs - routes.relief(slot, penalties) >= found.delta || !law.allows(slot, client) {
        return None;
    }
    let before = routes.burden_price(slot, penalties);
    let limit = Limit { penalties, price: found.delta - legs + before };
    let pieces =
        [Piece::Prefix(after), Piece::One(first), Piece::One(second), Piece::Suffix(node.next)];
    let burden = law.assess(slot, &pieces, &routes.links, limit);
    let delta = legs + penalties.price(burden) - before;
    (delta < found.delta && routes.has_room(client, slot, after)).then_some(delta)
}
