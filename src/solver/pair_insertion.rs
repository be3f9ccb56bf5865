//! Where a pair goes: the best place of its pickup, and behind it the best of its delivery.

use smallvec::SmallVec;

use crate::rng::Rng;
use crate::solver::couples::Couple;
use crate::solver::law::{FORBIDDEN, Law, Limit, Penalties, Piece};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::recreate::{Company, may_enter};
use crate::solver::routes::{BANK, Routes};

/// Where a pair would go, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PairPlace {
    pub slot: u32,
    /// The pickup goes behind this node.
    pub after: u32,
    /// The delivery goes behind this node; behind the pickup when it is the pickup.
    pub delivery_after: u32,
    pub delta: i64,
    /// Together with a return only where the two go side by side.
    pub company: Company,
}

/// A place of a route behind a node, and the detour that a delivery takes there.
#[derive(Clone, Copy)]
struct Gap {
    after: u32,
    next: u32,
    /// Leg from the delivery to the next node.
    away: i64,
    detour: i64,
    /// The shortest such detour here or farther behind.
    least: i64,
}

/// Looks for places of pairs, route by route.
///
/// Idea. A delivery's detours along a route are summed up from its end, so that a pickup's place is passed over
/// when even the shortest one behind it costs more than the best place so far. From the others the route is walked
/// on with the pickup in it, until lateness or load alone cost too much.
///
/// # Complexity
/// O(k) legs for a route of k clients, and O(k²) assessments at most; few are left by the bounds.
#[derive(Default)]
pub(super) struct PairInsertion {
    gaps: Vec<Gap>,
    slots: Vec<u32>,
    stamps: Vec<u32>,
    now: u32,
}

impl PairInsertion {
    /// The cheapest place on the routes of neighbors of either member, or on an empty one of each kind.
    pub(super) fn cheapest<L: Law>(
        &mut self,
        routes: &Routes<L>,
        near: &Neighborhood,
        couple: Couple,
        n_near: usize,
        penalties: Penalties,
        mut blinks: impl FnMut() -> bool,
    ) -> Option<PairPlace> {
        self.choose_slots(routes, near, couple, n_near);
        let mut best = None;
        for i in 0..self.slots.len() {
            let bound = best.map_or(FORBIDDEN / 2, |found: PairPlace| found.delta);
            let slot = self.slots[i];
            best = self.best_of_route(routes, slot, couple, penalties, bound, &mut blinks).or(best);
            if L::RELOADS {
                let bound = best.map_or(FORBIDDEN / 2, |found: PairPlace| found.delta);
                let prices = (penalties, bound);
                best = self.with_return(routes, slot, couple, prices, &mut blinks).or(best);
            }
        }
        if best.is_none() {
            // Nobody near will have it: a vehicle that may is perhaps far away.
            for slot in (0..routes.n_slots() as u32).filter(|&slot| may_enter(routes, slot)) {
                let bound = best.map_or(FORBIDDEN / 2, |found: PairPlace| found.delta);
                let found = self.best_of_route(routes, slot, couple, penalties, bound, &mut blinks);
                best = found.or(best);
            }
        }
        best
    }

    /// The cheapest place on the routes that this iteration has changed: who waited found none on the others.
    pub(super) fn cheapest_changed<L: Law>(
        &mut self,
        routes: &Routes<L>,
        couple: Couple,
        penalties: Penalties,
        bound: i64,
    ) -> Option<PairPlace> {
        let mut best = None;
        for &slot in routes.touched().iter().filter(|&&slot| may_enter(routes, slot)) {
            let bound = best.map_or(bound, |found: PairPlace| found.delta);
            best = self.best_of_route(routes, slot, couple, penalties, bound, || false).or(best);
        }
        best
    }

    /// The routes of both members' neighbors, nearest first, then the empty ones.
    fn choose_slots<L: Law>(
        &mut self,
        routes: &Routes<L>,
        near: &Neighborhood,
        couple: Couple,
        n_near: usize,
    ) {
        self.slots.clear();
        self.stamps.resize(routes.n_slots(), 0);
        self.now += 1;
        let of_both = near.of(couple.pickup).iter().zip(near.of(couple.delivery)).take(n_near);
        for other in of_both.flat_map(|(&p, &d)| [p, d]) {
            let slot = routes.slot_of(other);
            let is_open = slot != BANK && routes.allows(slot, couple.pickup);
            if is_open && std::mem::replace(&mut self.stamps[slot as usize], self.now) != self.now {
                self.slots.push(slot);
            }
        }
        self.slots.extend(routes.empty_slots());
    }

    /// The cheapest place on a slot's route that costs less than the bound; `blinks` overlooks some.
    pub(super) fn best_of_route<L: Law>(
        &mut self,
        routes: &Routes<L>,
        slot: u32,
        couple: Couple,
        penalties: Penalties,
        bound: i64,
        mut blinks: impl FnMut() -> bool,
    ) -> Option<PairPlace> {
        let Couple { pickup, delivery } = couple;
        let (law, links) = (routes.law, &routes.links);
        if !routes.allows(slot, pickup) || !routes.allows(slot, delivery) {
            return None;
        }
        self.measure(routes, slot, delivery);
        let before = routes.burden_price(slot, penalties);
        let relief = routes.relief_by_insertion(slot, penalties);
        let strange = strangeness(routes, couple, slot);
        let across = law.leg(slot, pickup, delivery);
        let mut best: Option<PairPlace> = None;
        let mut bound = bound;
        for (i, &Gap { after, next, away, least, .. }) in self.gaps.iter().enumerate() {
            // Whatever the pickup's ways are, the delivery's come on top.
            if least + strange - relief >= bound {
                break;
            }
            let direct = routes.node(after).leg_out;
            let in_front = law.leg_into(slot, after, pickup) - direct + strange;
            let alone = in_front + law.leg(slot, pickup, next);
            let together = in_front + across + away;
            let apart = self.gaps.get(i + 1).map_or(i64::MAX, |gap| alone + gap.least);
            if together.min(apart) - relief >= bound {
                continue;
            }
            let mut head = law.head(slot, after, links);
            law.lengthen(slot, &mut head, pickup);
            let mut price = |legs: i64, head: &L::Head, at: u32, next: u32, bound: &mut i64| {
                let limit = Limit { penalties, price: *bound - legs + before };
                let burden = law.assess_head(slot, head, delivery, next, links, limit);
                let delta = legs + penalties.price(burden) - before;
                let behind = if at == pickup { after } else { at };
                let has_room = |client, after| routes.has_room(client, slot, after);
                if delta < *bound
                    && !blinks()
                    && has_room(pickup, after)
                    && has_room(delivery, behind)
                {
                    let company = Company::Alone;
                    best = Some(PairPlace { slot, after, delivery_after: at, delta, company });
                    *bound = delta;
                }
            };
            let least = law.least_behind(slot, &head, next, links);
            let least = penalties.price(least) - before;
            if together.min(apart) + least >= bound {
                continue;
            }
            if together - relief < bound {
                price(together, &head, pickup, next, &mut bound);
            }
            for gap in &self.gaps[i + 1..] {
                if alone + gap.least - relief >= bound || routes.is_reload(gap.after) {
                    break;
                }
                law.lengthen(slot, &mut head, gap.after);
                let least = law.least_behind(slot, &head, gap.next, links);
                let least = penalties.price(least) - before;
                if alone + gap.least + least >= bound {
                    break;
                }
                let legs = alone + gap.detour;
                if legs - relief < bound {
                    price(legs, &head, gap.after, gap.next, &mut bound);
                }
            }
        }
        best
    }

    /// The cheapest place on the route measured last where the pair goes side by side with a return ahead or behind.
    fn with_return<L: Law>(
        &mut self,
        routes: &Routes<L>,
        slot: u32,
        couple: Couple,
        (penalties, mut bound): (Penalties, i64),
        mut blinks: impl FnMut() -> bool,
    ) -> Option<PairPlace> {
        let Couple { pickup, delivery } = couple;
        let (law, links) = (routes.law, &routes.links);
        if !routes.allows(slot, pickup) || !routes.allows(slot, delivery) {
            return None;
        }
        let before = routes.burden_price(slot, penalties);
        let relief = routes.relief(slot, penalties);
        let strange = strangeness(routes, couple, slot);
        let mut best = None;
        let reloads = law.reloads(slot).iter().filter_map(|&first| routes.idle_reload(first));
        for reload in reloads {
            let ahead = (Company::ReturnAhead(reload), [reload, pickup, delivery]);
            let behind = (Company::ReturnBehind(reload), [pickup, delivery, reload]);
            for &Gap { after, next, .. } in &self.gaps {
                if law.is_open(after, links) {
                    continue;
                }
                for (company, [first, second, third]) in [ahead, behind] {
                    let legs = law.leg(slot, after, first)
                        + law.leg(slot, first, second)
                        + law.leg(slot, second, third)
                        + law.leg(slot, third, next)
                        - routes.node(after).leg_out
                        + strange;
                    if legs - relief >= bound {
                        continue;
                    }
                    let [first, second, third] = [first, second, third].map(Piece::One);
                    let pieces = [Piece::Prefix(after), first, second, third, Piece::Suffix(next)];
                    let limit = Limit { penalties, price: bound - legs + before };
                    let burden = law.assess(slot, &pieces, links, limit);
                    let delta = legs + penalties.price(burden) - before;
                    let has_room = |client| routes.has_room(client, slot, after);
                    if delta < bound && !blinks() && has_room(pickup) && has_room(delivery) {
                        let delivery_after = pickup;
                        best = Some(PairPlace { slot, after, delivery_after, delta, company });
                        bound = delta;
                    }
                }
            }
        }
        best
    }

    /// Lists the gaps of a route with the delivery's detours.
    fn measure<L: Law>(&mut self, routes: &Routes<L>, slot: u32, delivery: u32) {
        self.gaps.clear();
        let (law, end) = (routes.law, routes.end(slot));
        let mut after = routes.start(slot);
        while after != end {
            let node = routes.node(after);
            let next = node.next;
            let there = law.leg_into(slot, after, delivery);
            let away = law.leg(slot, delivery, next);
            let detour = there + away - node.leg_out;
            self.gaps.push(Gap { after, next, away, detour, least: detour });
            after = next;
        }
        let mut least = i64::MAX / 2;
        for gap in self.gaps.iter_mut().rev() {
            least = least.min(gap.detour);
            gap.least = least;
        }
    }
}

/// What it costs now that a slot serves a pair.
fn strangeness<L: Law>(routes: &Routes<L>, couple: Couple, slot: u32) -> i64 {
    let price = |client| routes.loyalty.price_of(client, slot);
    price(couple.pickup) + price(couple.delivery)
}

/// Puts a pair of the bank where it was found to go; says who was inserted, the return that comes along among them.
pub(super) fn insert_pair<L: Law>(
    routes: &mut Routes<L>,
    Couple { pickup, delivery }: Couple,
    PairPlace { slot, after, delivery_after, company, .. }: PairPlace,
) -> SmallVec<[u32; 8]> {
    let visits = company.with(&[pickup, delivery]);
    let mut last = after;
    for &visit in &visits {
        // Apart from one another only without a return.
        let is_apart = visit == delivery && company == Company::Alone;
        routes.insert(visit, slot, if is_apart { delivery_after } else { last });
        last = visit;
    }
    visits
}

/// A chance to overlook places.
pub(super) fn blinking(rng: &mut Rng, chance: f64) -> impl FnMut() -> bool + '_ {
    move || rng.chance(chance)
}
