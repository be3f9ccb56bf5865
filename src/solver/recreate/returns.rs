//! Where a client is put back together with a return of its vehicle.

use crate::rng::Rng;
use crate::solver::config::Tuning;
use crate::solver::law::{Law, Limit, Penalties, Piece};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::recreate::{Company, Insertion, Request};
use crate::solver::routes::{BANK, Routes};

/// Looks for places where a client comes in together with a return: beside its neighbors, and as a trip of its own
/// between two trips, ahead of the first and behind the last.
pub(super) fn cheapest_with_return<L: Law>(
    routes: &Routes<L>,
    near: &Neighborhood,
    tuning: &Tuning,
    &Request { client, penalties, most, .. }: &Request,
    best: &mut Option<Insertion>,
    rng: &mut Rng,
) {
    let bound_of = |best: &Option<Insertion>| best.map_or(most, |found| found.delta);
    let mut consider = |best: &mut Option<Insertion>, slot: u32, after: u32, company: Company| {
        let (Company::ReturnAhead(reload) | Company::ReturnBehind(reload)) = company else {
            return;
        };
        let found = Insertion { slot, after, delta: bound_of(best), company };
        let delta = price_with_return(routes, client, reload, &found, penalties);
        if let Some(delta) = delta.filter(|_| !rng.chance(tuning.blink)) {
            *best = Some(Insertion { delta, ..found });
        }
    };
    let idle = |slot: u32| {
        let firsts = routes.law.reloads(slot).iter();
        firsts.filter_map(|&first| routes.idle_reload(first))
    };
    for &other in near.of(client).iter().take(tuning.insertion_neighbors) {
        let node = routes.node(other);
        if node.slot == BANK {
            continue;
        }
        for after in [other, node.prev] {
            if routes.law.is_open(after, &routes.links)
                || !is_of_use(routes, client, (node.slot, after), penalties, bound_of(best))
            {
                continue;
            }
            for reload in idle(node.slot) {
                consider(best, node.slot, after, Company::ReturnAhead(reload));
                consider(best, node.slot, after, Company::ReturnBehind(reload));
            }
        }
    }
    let mut trip_of_kind =
        smallvec::SmallVec::<[Option<i64>; 8]>::from_elem(None, routes.n_kinds());
    for slot in routes.used_slots() {
        let trip = &mut trip_of_kind[routes.kind(slot)];
        let trip = *trip.get_or_insert_with(|| shortest_trip(routes, client, slot));
        if trip - routes.relief(slot, penalties) >= bound_of(best) {
            continue;
        }
        let mut beginning = Some(routes.start(slot));
        while let Some(after) = beginning {
            for reload in idle(slot) {
                consider(best, slot, after, Company::ReturnBehind(reload));
            }
            beginning = routes.law.return_behind(after, &routes.links);
        }
        let last = routes.node(routes.end(slot)).prev;
        for reload in idle(slot) {
            consider(best, slot, last, Company::ReturnAhead(reload));
        }
    }
}

/// Whether a return may be worth its way where a client comes in: it is not where the client alone costs its ways only, and
/// nothing is to be relieved.
fn is_of_use<L: Law>(
    routes: &Routes<L>,
    client: u32,
    (slot, after): (u32, u32),
    penalties: Penalties,
    bound: i64,
) -> bool {
    let (law, relief) = (routes.law, routes.relief(slot, penalties));
    let node = routes.node(after);
    let legs = law.detour(slot, after, client, node.next) - node.leg_out;
    if legs - relief >= bound {
        return false;
    }
    let before = routes.burden_price(slot, penalties);
    let limit = Limit { penalties, price: before + 1 };
    relief > 0
        || penalties.price(law.assess_insertion(slot, client, after, &routes.links, limit)) > before
}

/// What a trip of its own costs a client at least, from one of the places of a slot's vehicle to another, less the way between
/// the two.
fn shortest_trip<L: Law>(routes: &Routes<L>, client: u32, slot: u32) -> i64 {
    let (law, (start, end)) = (routes.law, routes.ends(slot));
    let reloads = law.reloads(slot);
    let trip = |(from, to): (u32, u32)| {
        law.leg(slot, from, client) + law.leg(slot, client, to) - law.leg(slot, from, to)
    };
    let out =
        reloads.iter().flat_map(|&to| reloads.iter().chain([&start]).map(move |&from| (from, to)));
    let home = reloads.iter().map(|&from| (from, end));
    out.chain(home).map(trip).min().unwrap_or(i64::MAX / 4)
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
