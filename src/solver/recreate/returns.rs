//! Where a client is put back together with a return of its vehicle.

use std::cell::LazyCell;

use smallvec::SmallVec;

use crate::solver::law::{Law, Limit, Penalties, Piece};
use crate::solver::recreate::in_vain::{Look, Places};
use crate::solver::recreate::places::{Cheapest, Company, Insertion, Request};
use crate::solver::routes::{Node, Routes};

/// Looks for places where a client comes in together with a return: behind some nodes beside its neighbors, and as a trip of its own
/// between two trips, ahead of the first and behind the last; but for those where it has looked in vain.
pub(super) fn cheapest_with_return<L: Law>(
    routes: &Routes<L>,
    gaps: &[u32],
    request: &Request,
    found: &mut Cheapest,
) {
    let &Request { client, penalties, .. } = request;
    let mut kinds = SmallVec::<[Option<Kind>; 8]>::from_elem(None, routes.n_kinds());
    for &after in gaps {
        let slot = routes.node(after).slot;
        if routes.law.is_open(after, &routes.links) {
            continue;
        }
        let relief = routes.relief_by_return(slot, penalties);
        let gap = Gap::new(routes, client, slot, after);
        if gap.alone() - relief >= found.bound {
            continue;
        }
        let kind = kinds[routes.kind(slot)].get_or_insert_with(|| Kind::new(routes, client, slot));
        let is_worth = || {
            let burden = routes.states[slot as usize].burden;
            !burden.is_feasible() || costs_more(routes, client, &gap, penalties)
        };
        let is_worth = LazyCell::new(is_worth);
        for &home in &kind.homes {
            for way in gap.with_return(routes, home) {
                // Most ways are too dear, and that is told sooner than whether a return is worth any.
                if found.may_return(way, relief) && *is_worth {
                    found.consider_return(routes, request, &gap, way);
                }
            }
        }
    }
    for slot in routes.used_slots() {
        let kind = kinds[routes.kind(slot)].get_or_insert_with(|| Kind::new(routes, client, slot));
        // A trip of its own takes nothing off the others.
        let relief = routes.relief_by_insertion(slot, penalties);
        if kind.shortest_trip - relief >= found.bound
            || found.is_vain(routes, slot, Places::OwnTrip)
        {
            continue;
        }
        let relief = relief - routes.price_of_return(slot, penalties);
        let mut beginning = Some(routes.start(slot));
        while let Some(after) = beginning {
            let gap = Gap::new(routes, client, slot, after);
            for &home in &kind.homes {
                let [_, behind] = gap.with_return(routes, home);
                if found.may_return(behind, relief) {
                    found.consider_return(routes, request, &gap, behind);
                }
            }
            beginning = routes.law.return_behind(after, &routes.links);
        }
        let gap = Gap::new(routes, client, slot, routes.node(routes.end(slot)).prev);
        for &home in &kind.homes {
            let [ahead, _] = gap.with_return(routes, home);
            if found.may_return(ahead, relief) {
                found.consider_return(routes, request, &gap, ahead);
            }
        }
    }
}

impl Cheapest<'_> {
    /// Whether coming with a return is not too dear for its legs alone, where it relieves a route by so much at most.
    #[inline]
    fn may_return(&self, (_, legs): (Company, i64), relief: i64) -> bool {
        legs - relief < self.bound
    }

    /// Considers a place of a client together with a return, where legs cost so much more.
    fn consider_return<L: Law>(
        &mut self,
        routes: &Routes<L>,
        &Request { client, penalties, .. }: &Request,
        gap: &Gap,
        (company, legs): (Company, i64),
    ) {
        let prices = (penalties, self.bound);
        if let Some(delta) = price_with_return(routes, client, gap, (company, legs), prices) {
            self.take(Insertion { slot: gap.slot, after: gap.after, delta, company });
        }
    }
}

/// What a client asks again and again of vehicles of one kind.
#[derive(Clone)]
struct Kind {
    homes: SmallVec<[Home; 4]>,
    /// What a trip of its own costs the client at least.
    shortest_trip: i64,
}

impl Kind {
    fn new<L: Law>(routes: &Routes<L>, client: u32, slot: u32) -> Self {
        let law = routes.law;
        let idle = law.reloads(slot).iter().filter_map(|&first| routes.idle_reload(first));
        let home = |reload| Home {
            reload,
            there: law.leg_into(slot, reload, client),
            back: law.leg(slot, client, reload),
        };
        let shortest_trip = shortest_trip(routes, client, slot);
        Self { homes: idle.map(home).collect(), shortest_trip }
    }
}

/// A return that may be had, and the legs from it to a client and back.
#[derive(Clone, Copy)]
struct Home {
    reload: u32,
    there: i64,
    back: i64,
}

/// Notes that a client has found no place with a return beside its neighbors, on the routes it has looked at, nor as a trip of its own,
/// wherever one could have been had.
pub(super) fn note_returns<L: Law>(routes: &Routes<L>, looked_at: &[u32], look: &mut Look) {
    for &slot in looked_at.iter().filter(|&&slot| has_all_returns(routes, slot)) {
        look.note(routes, slot, Places::BesideWithReturn);
    }
    for slot in routes.used_slots().filter(|&slot| has_all_returns(routes, slot)) {
        look.note(routes, slot, Places::OwnTrip);
    }
}

/// Whether a slot's vehicle may have one more return to any of its places of loading: what was looked for without may be found with
/// it later.
pub(in crate::solver) fn has_all_returns<L: Law>(routes: &Routes<L>, slot: u32) -> bool {
    routes.law.reloads(slot).iter().all(|&first| routes.idle_reload(first).is_some())
}

/// A place of a route where a client would come in.
struct Gap {
    slot: u32,
    after: u32,
    next: u32,
    /// The legs to the client and from it.
    there: i64,
    away: i64,
    /// The leg that is saved, less what it costs that the client is a stranger there.
    saved: i64,
}

impl Gap {
    #[inline]
    fn new<L: Law>(routes: &Routes<L>, client: u32, slot: u32, after: u32) -> Self {
        let (law, Node { next, leg_out, .. }) = (routes.law, routes.node(after));
        let saved = leg_out - routes.loyalty.price_of(client, slot);
        let (there, away) = (law.leg_into(slot, after, client), law.leg(slot, client, next));
        Self { slot, after, next, there, away, saved }
    }

    /// Legs of the client alone.
    fn alone(&self) -> i64 {
        self.there + self.away - self.saved
    }

    /// Legs with a return ahead of the client, and behind it.
    #[inline]
    fn with_return<L: Law>(
        &self,
        routes: &Routes<L>,
        Home { reload, there, back }: Home,
    ) -> [(Company, i64); 2] {
        let (slot, law) = (self.slot, routes.law);
        let ahead = law.leg(slot, self.after, reload) + there + self.away;
        let behind = self.there + back + law.leg(slot, reload, self.next);
        [
            (Company::ReturnAhead(reload), ahead - self.saved),
            (Company::ReturnBehind(reload), behind - self.saved),
        ]
    }
}

/// Whether a client alone costs a route more than its ways: elsewhere a return is not worth its own.
fn costs_more<L: Law>(routes: &Routes<L>, client: u32, gap: &Gap, penalties: Penalties) -> bool {
    let before = routes.burden_price(gap.slot, penalties);
    let limit = Limit { penalties, price: before + 1 };
    let law = routes.law;
    let burden = law.assess_insertion(gap.slot, client, gap.after, &routes.links, limit);
    penalties.price(burden) > before
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

/// Price of inserting a client with a return, when it is below the bound.
fn price_with_return<L: Law>(
    routes: &Routes<L>,
    client: u32,
    gap: &Gap,
    (company, legs): (Company, i64),
    (penalties, bound): (Penalties, i64),
) -> Option<i64> {
    let (law, &Gap { slot, after, next, .. }) = (routes.law, gap);
    if !law.allows(slot, client) {
        return None;
    }
    let (first, second) = match company {
        Company::Alone => return None,
        Company::ReturnAhead(reload) => (reload, client),
        Company::ReturnBehind(reload) => (client, reload),
    };
    let before = routes.burden_price(slot, penalties);
    let limit = Limit { penalties, price: bound - legs + before };
    let pieces = [Piece::Prefix(after), Piece::One(first), Piece::One(second), Piece::Suffix(next)];
    let burden = law.assess(slot, &pieces, &routes.links, limit);
    let delta = legs + penalties.price(burden) - before;
    (delta < bound && routes.has_room(client, slot, after)).then_some(delta)
}
