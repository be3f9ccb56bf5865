//! The places of one client: beside its neighbors, at the ends of routes, anywhere; and what they cost.

use smallvec::SmallVec;

use crate::rng::Rng;
use crate::solver::law::{Law, Limit, Penalties};
use crate::solver::moves::least_detour;
use crate::solver::recreate::Opens;
use crate::solver::recreate::in_vain::{Look, Places};
use crate::solver::recreate::listed::Listed;
use crate::solver::recreate::returns::note_returns;
use crate::solver::routes::{BANK, Routes};

/// Where a client would go, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::solver) struct Insertion {
    pub slot: u32,
    pub after: u32,
    pub delta: i64,
    pub company: Company,
}

/// Whether a client, or a pair, is inserted together with a return of its vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::solver) enum Company {
    Alone,
    /// The vehicle loads again just before.
    ReturnAhead(u32),
    /// The vehicle loads again just behind.
    ReturnBehind(u32),
}

impl Company {
    /// Visits that are inserted in a row, and the return that comes along.
    pub(in crate::solver) fn with(self, visits: &[u32]) -> SmallVec<[u32; 8]> {
        let (ahead, behind) = match self {
            Self::Alone => (None, None),
            Self::ReturnAhead(reload) => (Some(reload), None),
            Self::ReturnBehind(reload) => (None, Some(reload)),
        };
        ahead.into_iter().chain(visits.iter().copied()).chain(behind).collect()
    }
}

/// Who is to be put back, and on what terms.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Request {
    pub client: u32,
    pub penalties: Penalties,
    /// What it must cost less than.
    pub most: i64,
    pub opens: Opens,
    /// Whether the client waited before the ruin.
    pub is_waiting: bool,
}

/// The cheapest place found so far, below a price.
pub(in crate::solver) struct Cheapest<'r> {
    pub best: Option<Insertion>,
    pub bound: i64,
    blink: f64,
    has_blinked: bool,
    /// Of one who waits: where it has looked before.
    look: Option<Look<'r>>,
    pub rng: &'r mut Rng,
}

impl<'r> Cheapest<'r> {
    pub(super) fn below(most: i64, blink: f64, look: Option<Look<'r>>, rng: &'r mut Rng) -> Self {
        Self { best: None, bound: most, blink, has_blinked: false, look, rng }
    }

    /// Whether these places of a slot's route are known to be none.
    #[inline]
    pub(super) fn is_vain<L: Law>(&self, routes: &Routes<L>, slot: u32, places: Places) -> bool {
        self.look.as_ref().is_some_and(|look| look.is_vain(routes, slot, places))
    }

    /// Takes a place that costs less, unless it is overlooked: only would-be winners are, which is cheaper, and the same choice
    /// among the rest.
    #[inline]
    pub(super) fn take(&mut self, place: Insertion) {
        if self.rng.chance(self.blink) {
            self.has_blinked = true;
        } else {
            (self.best, self.bound) = (Some(place), place.delta);
        }
    }

    /// Considers a place of a client alone.
    #[inline(always)]
    pub(super) fn consider<L: Law>(
        &mut self,
        routes: &Routes<L>,
        request: &Request,
        slot: u32,
        after: u32,
    ) {
        let legs = legs_round(routes, request.client, slot, after);
        // Most places end here, and what a call takes is spared.
        if legs - routes.relief_by_insertion(slot, request.penalties) < self.bound {
            self.consider_at(routes, request, (slot, after), legs);
        }
    }

    /// Considers the first and the last place of a route, of a client to which it is so far from the start, and from there to the
    /// end. As in [`least_detour`], ways round that are shorter than straight ones are overlooked.
    #[inline(always)]
    pub(super) fn consider_ends<L: Law>(
        &mut self,
        routes: &Routes<L>,
        request: &Request,
        slot: u32,
        (out, home): (i64, i64),
    ) {
        let stranger = routes.loyalty.price_of(request.client, slot);
        let relief = routes.relief_by_insertion(slot, request.penalties) - stranger;
        let (start, end) = routes.ends(slot);
        if least_detour(out, routes.node(start).leg_out) - relief < self.bound {
            self.consider(routes, request, slot, start);
        }
        let last = routes.node(end);
        if least_detour(home, last.leg_in) - relief < self.bound {
            self.consider(routes, request, slot, last.prev);
        }
    }

    /// Considers a place of a client alone where legs cost so much more.
    #[inline(always)]
    fn consider_at<L: Law>(
        &mut self,
        routes: &Routes<L>,
        request: &Request,
        (slot, after): (u32, u32),
        legs: i64,
    ) {
        let &Request { client, penalties, .. } = request;
        let prices = (penalties, self.bound);
        if let Some(delta) = price_at(routes, client, (slot, after), legs, prices) {
            self.take(Insertion { slot, after, delta, company: Company::Alone });
        }
    }

    /// The look of one who waits and has found no place at all.
    pub(super) fn look_in_vain(&mut self) -> Option<&mut Look<'r>> {
        let is_in_vain = self.best.is_none() && !self.has_blinked;
        self.look.as_mut().filter(|_| is_in_vain)
    }
}

/// The places beside the neighbors of who is put back.
#[derive(Default)]
pub(super) struct Beside {
    listed: Listed,
    /// Behind which nodes it may come with a return.
    gaps: Vec<u32>,
    /// The routes that one who waits has just looked at, some of them again.
    looked_at: Vec<u32>,
}

impl Beside {
    /// Lists those of these neighbors that are served, each once.
    pub(super) fn list<L: Law>(&mut self, routes: &Routes<L>, near: &[u32]) {
        self.listed.list(near, routes.n_clients(), |client| routes.slot_of(client) != BANK);
    }

    /// Behind which nodes the client may come with a return.
    pub(super) fn gaps(&self) -> &[u32] {
        &self.gaps
    }

    /// Looks at both sides of the neighbors that were listed: for the client alone, if it may go anywhere, and for where it may
    /// come with a return.
    pub(super) fn look<L: Law>(
        &mut self,
        routes: &Routes<L>,
        near: &[u32],
        request: &Request,
        may_go_alone: bool,
        found: &mut Cheapest,
    ) {
        let &Request { client, penalties, most, is_waiting, .. } = request;
        self.gaps.clear();
        self.looked_at.clear();
        for &rank in &self.listed.ranks {
            let other = near[rank as usize];
            let slot = routes.slot_of(other);
            let is_vain = |places: Places| {
                let beside = |look: &Look| look.is_vain_beside(routes, rank as usize, slot, places);
                found.look.as_ref().is_some_and(beside)
            };
            let goes_alone = may_go_alone && !is_vain(Places::Beside);
            let comes_with_return = L::RELOADS && !is_vain(Places::BesideWithReturn);
            if !goes_alone && !comes_with_return {
                debug_assert!(
                    !may_go_alone
                        || [other, routes.node(other).prev].iter().all(|&after| {
                            price(routes, client, slot, after, penalties, most).is_none()
                        }),
                    "a route that has not changed has no place now for whom it had none"
                );
                continue;
            }
            if is_waiting {
                self.looked_at.push(slot);
            }
            let stranger = routes.loyalty.price_of(client, slot);
            let alone = routes.relief_by_insertion(slot, penalties);
            let with_return =
                if comes_with_return { routes.relief_by_return(slot, penalties) } else { 0 };
            for after in self.listed.places(other, routes.node(other).prev) {
                let legs = ways_round(routes, client, slot, after) + stranger;
                // Where the way alone is too dear, it is with a return.
                if comes_with_return && legs - with_return < found.bound {
                    self.gaps.push(after);
                }
                // Most places end here, and what a call takes is spared.
                if goes_alone && legs - alone < found.bound {
                    found.consider_at(routes, request, (slot, after), legs);
                }
            }
        }
    }

    /// Notes that there was no place.
    pub(super) fn note<L: Law>(&self, routes: &Routes<L>, has_gone_alone: bool, look: &mut Look) {
        for &slot in self.looked_at.iter().filter(|_| has_gone_alone) {
            look.note(routes, slot, Places::Beside);
        }
        if L::RELOADS {
            note_returns(routes, &self.looked_at, look);
        }
    }
}

/// Whether a vehicle beside one of these neighbors may have a client there, or one of these empty ones, whatever it costs.
pub(super) fn is_welcome<'n, L: Law>(
    routes: &Routes<L>,
    mut neighbors: impl Iterator<Item = &'n u32>,
    empty: &[u32],
    client: u32,
) -> bool {
    let is_welcome_beside = |&other: &u32| {
        let node = routes.node(other);
        node.slot != BANK
            && routes.allows(node.slot, client)
            && [other, node.prev].iter().any(|&after| routes.has_room(client, node.slot, after))
    };
    neighbors.any(is_welcome_beside) || empty.iter().any(|&slot| routes.allows(slot, client))
}

/// The slots whose vehicles may have a client, of routes that there are or that may yet be begun.
pub(in crate::solver) fn slots_allowed<L: Law>(
    routes: &Routes<L>,
    client: u32,
) -> impl Iterator<Item = u32> {
    let is_allowed = move |&slot: &u32| routes.allows(slot, client) && may_enter(routes, slot);
    (0..routes.n_slots() as u32).filter(is_allowed)
}

/// The nodes of a slot's route behind which there is a place.
pub(in crate::solver) fn gaps<L: Law>(routes: &Routes<L>, slot: u32) -> impl Iterator<Item = u32> {
    std::iter::once(routes.start(slot)).chain(routes.clients(slot))
}

/// Whether a slot has a route, or may have one.
pub(in crate::solver) fn may_enter<L: Law>(routes: &Routes<L>, slot: u32) -> bool {
    routes.states[slot as usize].n_clients > 0 || routes.n_used() < routes.limit
}

/// What ways cost more when a route goes round by a client behind a node.
#[inline(always)]
fn ways_round<L: Law>(routes: &Routes<L>, client: u32, slot: u32, after: u32) -> i64 {
    let node = routes.node(after);
    routes.law.detour(slot, after, client, node.next) - node.leg_out
}

/// The same, and that the client is a stranger there.
#[inline(always)]
fn legs_round<L: Law>(routes: &Routes<L>, client: u32, slot: u32, after: u32) -> i64 {
    ways_round(routes, client, slot, after) + routes.loyalty.price_of(client, slot)
}

/// Price of inserting a client behind a node, when it is below the bound.
pub(super) fn price<L: Law>(
    routes: &Routes<L>,
    client: u32,
    slot: u32,
    after: u32,
    penalties: Penalties,
    bound: i64,
) -> Option<i64> {
    let legs = legs_round(routes, client, slot, after);
    price_at(routes, client, (slot, after), legs, (penalties, bound))
}

/// The same, given what legs cost more.
#[inline]
fn price_at<L: Law>(
    routes: &Routes<L>,
    client: u32,
    (slot, after): (u32, u32),
    legs: i64,
    (penalties, bound): (Penalties, i64),
) -> Option<i64> {
    let law = routes.law;
    // Where legs alone reach the bound, or with what overload and overtime cost more, all is lost.
    let least = legs - routes.relief_by_insertion(slot, penalties);
    if least >= bound || !law.allows(slot, client) {
        return None;
    }
    let before = routes.burden_price(slot, penalties);
    let burden = routes.states[slot as usize].burden;
    let loads = (routes.load_of(slot), law.load(client));
    let overload = routes.more_overload(slot, after, loads, penalties);
    let joining = law.price_of_joining(slot, client, after, burden, &routes.links, penalties);
    if least + overload + joining >= bound {
        return None;
    }
    let limit = Limit { penalties, price: bound - legs + before };
    let burden = law.assess_insertion(slot, client, after, &routes.links, limit);
    let delta = legs + penalties.price(burden) - before;
    (delta < bound && routes.has_room(client, slot, after)).then_some(delta)
}
