//! Where a pair goes: the best place of its pickup, and behind it the best of its delivery.

use smallvec::SmallVec;

use crate::rng::Rng;
use crate::solver::couples::Couple;
use crate::solver::law::{Law, Limit, Penalties, Piece};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::recreate::in_vain::{Look, Places};
use crate::solver::recreate::places::{Company, gaps, may_enter};
use crate::solver::recreate::returns::has_all_returns;
use crate::solver::routes::{BANK, Node, Routes};

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

/// A place of a route behind a node, and what legs a pair drives there.
#[derive(Clone, Copy)]
struct Gap {
    after: u32,
    next: u32,
    /// Detour of the pickup alone, and of both side by side.
    alone: i64,
    together: i64,
    /// Detour of the delivery alone, and the shortest such detour here or farther behind.
    detour: i64,
    least: i64,
}

/// A route that may have a pair, its gaps, and what that costs at least.
#[derive(Clone, Copy)]
struct Promising {
    slot: u32,
    first: usize,
    end: usize,
    least: i64,
}

/// Looks for places of pairs, the route first on which legs promise most.
///
/// Idea. Of every route the detours of both members are looked up once, the delivery's summed up from its end: that tells the
/// least that the pair could cost there. The best place of the most promising routes then passes over most others, and on a
/// route a pickup's place behind which even the shortest detour costs too much. From the places left the route is walked on
/// with the pickup in it, until lateness or load alone cost too much.
///
/// # Complexity
/// O(k) legs for a route of k clients, and O(k²) assessments at most; few are left by the bounds.
#[derive(Default)]
pub(super) struct PairInsertion {
    gaps: Vec<Gap>,
    promising: Vec<Promising>,
    slots: Vec<u32>,
    stamps: Vec<u32>,
    now: u32,
}

impl PairInsertion {
    /// The cheapest place on the routes of so many neighbors of either member, or on an empty one of each kind, that costs less
    /// than the bound; everywhere when none of these may have them. Who waits looks.
    pub(super) fn cheapest<L: Law>(
        &mut self,
        routes: &Routes<L>,
        (near, n_near): (&Neighborhood, usize),
        couple: Couple,
        prices: (Penalties, i64),
        mut look: Option<Look>,
        mut blinks: impl FnMut() -> bool,
    ) -> Option<PairPlace> {
        let mut has_blinked = false;
        let mut blinks = || {
            let blinks = blinks();
            has_blinked |= blinks;
            blinks
        };
        self.choose_slots(routes, near, couple, n_near);
        let mut found = self.best_of_slots(routes, couple, prices, look.as_ref(), &mut blinks);
        if found.is_none() && !self.slots.iter().any(|&slot| is_welcome(routes, couple, slot)) {
            // A vehicle that may have them is perhaps far away.
            self.slots.clear();
            self.slots.extend((0..routes.n_slots() as u32).filter(|&slot| may_enter(routes, slot)));
            found = self.best_of_slots(routes, couple, prices, look.as_ref(), &mut blinks);
        }
        if let Some(look) = look.as_mut().filter(|_| found.is_none() && !has_blinked) {
            for &slot in self.slots.iter().filter(|&&slot| has_all_returns(routes, slot)) {
                look.note(routes, slot, Places::All);
            }
        }
        found
    }

    /// The cheapest place on the routes that this iteration has changed: who waited found none on the others.
    pub(super) fn cheapest_changed<L: Law>(
        &mut self,
        routes: &Routes<L>,
        couple: Couple,
        penalties: Penalties,
        bound: i64,
    ) -> Option<PairPlace> {
        self.slots.clear();
        self.slots.extend(routes.touched().iter().filter(|&&slot| may_enter(routes, slot)));
        self.best_of_slots(routes, couple, (penalties, bound), None, || false)
    }

    /// The routes of both members' neighbors, then the empty ones.
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
            if slot != BANK
                && std::mem::replace(&mut self.stamps[slot as usize], self.now) != self.now
            {
                self.slots.push(slot);
            }
        }
        self.slots.extend(routes.empty_slots());
    }

    /// The cheapest place on the routes of the slots chosen that costs less than the bound, but for those known to have none;
    /// `blinks` overlooks some.
    fn best_of_slots<L: Law>(
        &mut self,
        routes: &Routes<L>,
        couple: Couple,
        (penalties, bound): (Penalties, i64),
        look: Option<&Look>,
        mut blinks: impl FnMut() -> bool,
    ) -> Option<PairPlace> {
        self.survey(routes, couple, penalties, |slot| {
            look.is_none_or(|look| !look.is_vain(routes, slot, Places::All))
        });
        let mut best: Option<PairPlace> = None;
        for route in &self.promising {
            let gaps = &self.gaps[route.first..route.end];
            let bound = best.map_or(bound, |found| found.delta);
            if route.least < bound {
                let prices = (penalties, bound);
                best =
                    best_of_route(routes, route.slot, gaps, couple, prices, &mut blinks).or(best);
            } else if !L::RELOADS {
                break;
            }
            if L::RELOADS {
                let prices = (penalties, best.map_or(bound, |found| found.delta));
                best = with_return(routes, route.slot, gaps, couple, prices, &mut blinks).or(best);
            }
        }
        best
    }

    /// Lists the routes of the slots chosen that may have a pair, the most promising first.
    fn survey<L: Law>(
        &mut self,
        routes: &Routes<L>,
        couple: Couple,
        penalties: Penalties,
        has_hope: impl Fn(u32) -> bool,
    ) {
        self.gaps.clear();
        self.promising.clear();
        for &slot in self.slots.iter().filter(|&&slot| has_hope(slot)) {
            if !routes.allows(slot, couple.pickup) || !routes.allows(slot, couple.delivery) {
                continue;
            }
            let first = self.gaps.len();
            let legs = measure(routes, slot, couple, &mut self.gaps);
            let relief = routes.relief_by_insertion(slot, penalties);
            let least = legs + strangeness(routes, couple, slot) - relief;
            self.promising.push(Promising { slot, first, end: self.gaps.len(), least });
        }
        self.promising.sort_unstable_by_key(|route| (route.least, route.slot));
    }
}

/// Whether the vehicle of a slot may have a pair somewhere on its route, whatever that costs.
fn is_welcome<L: Law>(routes: &Routes<L>, couple: Couple, slot: u32) -> bool {
    let Couple { pickup, delivery } = couple;
    let has_room =
        |client: u32| gaps(routes, slot).any(|after| routes.has_room(client, slot, after));
    routes.allows(slot, pickup)
        && routes.allows(slot, delivery)
        && has_room(pickup)
        && has_room(delivery)
}

/// Appends the gaps of a route; what legs a pair drives there at least.
fn measure<L: Law>(
    routes: &Routes<L>,
    slot: u32,
    Couple { pickup, delivery }: Couple,
    gaps: &mut Vec<Gap>,
) -> i64 {
    let (law, first, end) = (routes.law, gaps.len(), routes.end(slot));
    let across = law.leg(slot, pickup, delivery);
    let mut after = routes.start(slot);
    let mut there = [pickup, delivery].map(|client| law.leg_into(slot, after, client));
    loop {
        let Node { next, leg_out, .. } = routes.node(after);
        let away = [pickup, delivery].map(|client| law.leg(slot, client, next));
        let in_front = there[0] - leg_out;
        gaps.push(Gap {
            after,
            next,
            alone: in_front + away[0],
            together: in_front + across + away[1],
            detour: there[1] + away[1] - leg_out,
            least: 0,
        });
        if next == end {
            break;
        }
        after = next;
        there = if routes.is_reload(after) {
            [pickup, delivery].map(|client| law.leg_into(slot, after, client))
        } else {
            [
                law.leg_back(slot, after, pickup, away[0]),
                law.leg_back(slot, after, delivery, away[1]),
            ]
        };
    }
    let (mut behind, mut least) = (i64::MAX / 4, i64::MAX / 4);
    for gap in gaps[first..].iter_mut().rev() {
        least = least.min(gap.together).min(gap.alone + behind);
        behind = behind.min(gap.detour);
        gap.least = behind;
    }
    least
}

/// The cheapest place on a slot's route that costs less than the bound; `blinks` overlooks some.
fn best_of_route<L: Law>(
    routes: &Routes<L>,
    slot: u32,
    gaps: &[Gap],
    couple: Couple,
    (penalties, mut bound): (Penalties, i64),
    mut blinks: impl FnMut() -> bool,
) -> Option<PairPlace> {
    let Couple { pickup, delivery } = couple;
    let (law, links) = (routes.law, &routes.links);
    let before = routes.burden_price(slot, penalties);
    let relief = routes.relief_by_insertion(slot, penalties);
    let strange = strangeness(routes, couple, slot);
    let mut best: Option<PairPlace> = None;
    for (i, &Gap { after, next, alone, together, .. }) in gaps.iter().enumerate() {
        let (alone, together) = (alone + strange, together + strange);
        let apart = gaps.get(i + 1).map_or(i64::MAX, |gap| alone + gap.least);
        if together.min(apart) - relief >= bound {
            continue;
        }
        let mut head = law.head(slot, after, pickup, links);
        let mut price = |legs: i64, head: &L::Head, at: u32, next: u32, bound: &mut i64| {
            let limit = Limit { penalties, price: *bound - legs + before };
            let burden = law.assess_head(slot, head, delivery, next, links, limit);
            let delta = legs + penalties.price(burden) - before;
            let behind = if at == pickup { after } else { at };
            let has_room = |client, after| routes.has_room(client, slot, after);
            if delta < *bound && !blinks() && has_room(pickup, after) && has_room(delivery, behind)
            {
                let company = Company::Alone;
                best = Some(PairPlace { slot, after, delivery_after: at, delta, company });
                *bound = delta;
            }
        };
        let least = law.least_behind(slot, &head, delivery, next, links);
        let least = (penalties.price(least) - before).max(-relief);
        if together.min(apart) + least >= bound {
            continue;
        }
        if together + least < bound {
            price(together, &head, pickup, next, &mut bound);
        }
        for gap in &gaps[i + 1..] {
            if alone + gap.least - relief >= bound || routes.is_reload(gap.after) {
                break;
            }
            law.lengthen(slot, &mut head, gap.after, links);
            let least = law.least_behind(slot, &head, delivery, gap.next, links);
            let least = (penalties.price(least) - before).max(-relief);
            if alone + gap.least + least >= bound {
                break;
            }
            let legs = alone + gap.detour;
            if legs + least < bound {
                price(legs, &head, gap.after, gap.next, &mut bound);
            }
        }
    }
    best
}

/// The cheapest place on a slot's route where a pair goes side by side with a return ahead or behind.
fn with_return<L: Law>(
    routes: &Routes<L>,
    slot: u32,
    gaps: &[Gap],
    couple: Couple,
    (penalties, mut bound): (Penalties, i64),
    mut blinks: impl FnMut() -> bool,
) -> Option<PairPlace> {
    let Couple { pickup, delivery } = couple;
    let (law, links) = (routes.law, &routes.links);
    let before = routes.burden_price(slot, penalties);
    let relief = routes.relief_by_return(slot, penalties);
    let strange = strangeness(routes, couple, slot);
    let is_beyond = !routes.states[slot as usize].burden.is_feasible();
    // Elsewhere a return is not worth its way.
    let costs_more = |gap: &Gap| {
        let pair = [pickup, delivery].map(Piece::One);
        let pieces = [Piece::Prefix(gap.after), pair[0], pair[1], Piece::Suffix(gap.next)];
        let limit = Limit { penalties, price: before + 1 };
        penalties.price(law.assess(slot, &pieces, links, limit)) > before
    };
    let mut best = None;
    let reloads: SmallVec<[u32; 4]> =
        law.reloads(slot).iter().filter_map(|&first| routes.idle_reload(first)).collect();
    'gaps: for gap in gaps {
        let &Gap { after, next, together, .. } = gap;
        if together + strange - relief >= bound || law.is_open(after, links) {
            continue;
        }
        let mut is_worth_it = None;
        for &reload in &reloads {
            let ahead = (Company::ReturnAhead(reload), [reload, pickup, delivery]);
            let behind = (Company::ReturnBehind(reload), [pickup, delivery, reload]);
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
                if !*is_worth_it.get_or_insert_with(|| is_beyond || costs_more(gap)) {
                    continue 'gaps;
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
