//! Where clients go who stand right behind one another: all of them at once.

use smallvec::SmallVec;

use crate::solver::law::{FORBIDDEN, Law, Limit, Penalties, Piece};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::recreate::Recreate;
use crate::solver::recreate::places::{Company, Insertion, gaps, slots_allowed};
use crate::solver::routes::{BANK, Routes};

impl Recreate {
    /// Inserts a client, and those who come right behind it, where they are cheapest, unless leaving them out costs less.
    pub(super) fn insert_chain<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        head: u32,
        n_near: usize,
        penalties: Penalties,
        blinks: impl FnMut() -> bool,
    ) {
        let Some(ties) = routes.ties else { return };
        let chain: SmallVec<[u32; 8]> = ties.chain(head).collect();
        let unserved: i64 = chain.iter().map(|&client| routes.unserved_price(client)).sum();
        let unserved = self.most_paid(unserved);
        // Several clients at once are priced by marks.
        routes.freshen();
        let prices = (penalties, unserved.min(FORBIDDEN / 2));
        if let Some(found) = cheapest_chain(routes, near, &chain, n_near, prices, blinks) {
            self.insert(routes, &chain, &found);
        }
    }
}

/// The cheapest place of a chain of the bank below a price, with a return or without: both sides of the neighbors of its ends, and an
/// empty route of each kind; everywhere on the one vehicle that may serve it, or on all when nobody near may.
///
/// # Complexity
/// O(k) prices for k neighbors, each in the length of the chain.
fn cheapest_chain<L: Law>(
    routes: &Routes<L>,
    near: &Neighborhood,
    chain: &[u32],
    n_near: usize,
    (penalties, most): (Penalties, i64),
    mut blinks: impl FnMut() -> bool,
) -> Option<Insertion> {
    let (first, last) = (*chain.first()?, *chain.last()?);
    let mut best: Option<Insertion> = None;
    let mut consider = |best: &mut Option<Insertion>, slot: u32, after: u32| {
        let mut consider_with = |company: Company| {
            let bound = best.map_or(most, |found| found.delta);
            let chain = company.with(chain);
            let delta = price_of_chain(routes, &chain, slot, after, penalties, bound);
            if let Some(delta) = delta.filter(|_| !blinks()) {
                *best = Some(Insertion { slot, after, delta, company });
            }
        };
        consider_with(Company::Alone);
        if L::RELOADS && !routes.law.is_open(after, &routes.links) {
            for &first in routes.law.reloads(slot) {
                let Some(reload) = routes.idle_reload(first) else { continue };
                consider_with(Company::ReturnAhead(reload));
                consider_with(Company::ReturnBehind(reload));
            }
        }
    };
    let may_enter_behind = |slot: u32, after: u32| {
        chain.iter().all(|&c| routes.allows(slot, c) && routes.has_room(c, slot, after))
    };
    // Whether somebody near may have them, whatever that costs.
    let mut is_welcome = false;
    let is_bound = routes.ties.is_some_and(|ties| ties.home(first).is_some());
    if !is_bound {
        let of_both = near.of(first).iter().zip(near.of(last)).take(n_near);
        for other in of_both.flat_map(|(&a, &b)| [a, b]) {
            let node = routes.node(other);
            if node.slot != BANK {
                for after in [other, node.prev] {
                    consider(&mut best, node.slot, after);
                    is_welcome = is_welcome || may_enter_behind(node.slot, after);
                }
            }
        }
        for slot in routes.empty_slots() {
            let after = routes.start(slot);
            consider(&mut best, slot, after);
            is_welcome = is_welcome || may_enter_behind(slot, after);
        }
    }
    if best.is_none() && !is_welcome {
        for slot in slots_allowed(routes, first) {
            for after in gaps(routes, slot) {
                consider(&mut best, slot, after);
            }
        }
    }
    best
}

/// Price of inserting a chain, a return at its end or not, behind a node, when it is below the bound. Marks are up to date.
fn price_of_chain<L: Law>(
    routes: &Routes<L>,
    chain: &[u32],
    slot: u32,
    after: u32,
    penalties: Penalties,
    bound: i64,
) -> Option<i64> {
    let law = routes.law;
    let node = routes.node(after);
    let mut legs = -node.leg_out;
    let mut last = after;
    for &client in chain.iter().chain([&node.next]) {
        legs += law.leg(slot, last, client);
        last = client;
    }
    legs += chain.iter().map(|&client| routes.loyalty.price_of(client, slot)).sum::<i64>();
    if legs - routes.relief(slot, penalties) >= bound
        || !chain.iter().all(|&client| law.allows(slot, client))
    {
        return None;
    }
    let before = routes.burden_price(slot, penalties);
    let limit = Limit { penalties, price: bound - legs + before };
    let ones = chain.iter().map(|&client| Piece::One(client));
    let pieces: SmallVec<[Piece; 10]> =
        [Piece::Prefix(after)].into_iter().chain(ones).chain([Piece::Suffix(node.next)]).collect();
    let burden = law.assess(slot, &pieces, &routes.links, limit);
    let delta = legs + penalties.price(burden) - before;
    let has_room = |&visit: &u32| routes.is_reload(visit) || routes.has_room(visit, slot, after);
    (delta < bound && chain.iter().all(has_room)).then_some(delta)
}
