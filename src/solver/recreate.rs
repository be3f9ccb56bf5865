//! How to put clients back: cheapest insertion beside neighbors, with blinks.

pub(super) mod in_vain;
mod listed;
mod opening;
pub(super) mod places;
pub(super) mod returns;

use smallvec::SmallVec;

use crate::rng::Rng;
use crate::solver::config::Tuning;
use crate::solver::law::{FORBIDDEN, Law, Penalties};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::pair_insertion::{PairInsertion, blinking, insert_pair};
use crate::solver::recreate::in_vain::{InVain, Places, Terms};
use crate::solver::recreate::opening::Opening;
use crate::solver::recreate::places::{
    Beside, Cheapest, Company, Insertion, Request, gaps, is_welcome, may_enter, price,
    slots_allowed,
};
use crate::solver::recreate::returns::cheapest_with_return;
use crate::solver::routes::{BANK, Routes};
use crate::solver::ruin::{Ruined, relative_length};

/// Clients of the bank that join a repair: all of so few, otherwise so many of those near the ruin.
const WAITING_NEAR: usize = 10;
/// Clients of a large bank that join a repair wherever they are.
const WAITING_FAR: usize = 2;

/// Chance that a repair begins a route of those who wait, where so many do.
const BEGINS_ROUTE_CHANCE: f64 = 0.05;
const BEGINS_ROUTE_WAITING: usize = 30;

/// Chance that those dearest to leave out come first while vehicles are being saved.
const DEAREST_FIRST: f64 = 0.3;

/// Chances that a repair may open routes of one kind of vehicle only, that of a ruined route, or any: the cheapest to
/// open is seldom the one to have.
const SAME_KIND_CHANCE: f64 = 0.25;
const OTHER_KIND_CHANCE: f64 = 0.25;

/// Which kinds of vehicles this repair may begin routes of.
fn choose_kinds<L: Law>(routes: &Routes<L>, rng: &mut Rng) -> Opens {
    if routes.n_kinds() < 2 {
        return Opens::Any;
    }
    let draw = rng.unit();
    let touched = routes.touched();
    if draw < OTHER_KIND_CHANCE {
        Opens::Only(rng.index(routes.n_kinds()))
    } else if draw < OTHER_KIND_CHANCE + SAME_KIND_CHANCE && !touched.is_empty() {
        Opens::Only(routes.kind(touched[rng.index(touched.len())]))
    } else {
        Opens::Any
    }
}

/// Chooses the routes whose stems, the legs from and to the depot, are places for some in this repair. The neighbors of
/// a client in a town are all of that town; a vehicle that drives past it on its way to another is none of theirs, and
/// yet often the best to serve some of them.
///
/// # Complexity
/// O(slots).
fn choose_stems<L: Law>(routes: &Routes<L>, tuning: &Tuning, stems: &mut Stems, rng: &mut Rng) {
    let slots = &mut stems.slots;
    slots.clear();
    slots.extend(routes.used_slots());
    let average_length = routes.n_clients() as f64 / slots.len().max(1) as f64;
    stems.chance = tuning.stem_chance * relative_length(average_length);
    if slots.len() > tuning.stems {
        rng.choose_first(slots, tuning.stems);
        slots.truncate(tuning.stems);
    }
}

/// Routes whose stems are places in one repair, and the chance of each client that they are tried.
#[derive(Default)]
pub(super) struct Stems {
    slots: Vec<u32>,
    chance: f64,
}

/// Which kinds of vehicles a repair may begin routes of.
#[derive(Clone, Copy)]
pub(super) enum Opens {
    Any,
    Only(usize),
}

/// Puts the bank's clients back, those just removed first of all.
pub(super) struct Recreate {
    order: Vec<(i64, u32)>,
    waiting: Vec<u32>,
    stems: Stems,
    pub in_vain: InVain,
    beside: Beside,
    pairs: PairInsertion,
    opening: Opening,
    /// Whether vehicles are being saved: whoever waits goes wherever on the changed routes there is room, and who is dear
    /// to leave out often comes first.
    pub squeezes: bool,
    /// Who was put where; the caller's local search begins there.
    pub inserted: Vec<u32>,
}

impl Recreate {
    pub(super) fn new() -> Self {
        Self {
            order: Vec::new(),
            waiting: Vec::new(),
            stems: Stems::default(),
            in_vain: InVain::default(),
            beside: Beside::default(),
            pairs: PairInsertion::default(),
            opening: Opening::default(),
            squeezes: false,
            inserted: Vec::new(),
        }
    }

    /// Inserts clients of the bank where each is cheapest, or leaves one when that costs less.
    pub(super) fn recreate<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        tuning: &Tuning,
        ruined: &Ruined,
        penalties: Penalties,
        rng: &mut Rng,
    ) {
        self.inserted.clear();
        // Those who waited come first in the bank: the removed were appended.
        let n_waiting = routes.bank.len() - ruined.removed.len();
        let may_begin = n_waiting >= BEGINS_ROUTE_WAITING && !self.squeezes;
        let begins_route = may_begin && rng.chance(BEGINS_ROUTE_CHANCE);
        let insertion_neighbors = routes.listed(tuning.insertion_neighbors, n_waiting);
        let tuning = &Tuning { insertion_neighbors, ..tuning.clone() };
        self.choose_order(routes, near, ruined, rng);
        let opens = choose_kinds(routes, rng);
        choose_stems(routes, tuning, &mut self.stems, rng);
        let order = std::mem::take(&mut self.order);
        for &(_, client) in &order {
            // Who has waited may not overload anybody: the price of waiting would pay for any excess.
            let is_waiting = self.waiting.contains(&client);
            let prices = if is_waiting { Penalties::PROHIBITIVE } else { penalties };
            if let Some(couple) = routes.law.couple_of(client) {
                let both = [couple.pickup, couple.delivery];
                let unserved: i64 = both.iter().map(|&member| routes.unserved_price(member)).sum();
                let most = self.most_paid(unserved).min(FORBIDDEN / 2);
                let found = if is_waiting && self.squeezes {
                    self.pairs.cheapest_changed(routes, couple, prices, most)
                } else {
                    let elsewhere = both.map(|member| routes.loyalty.price_elsewhere(member));
                    let terms = Terms { most, elsewhere: elsewhere.iter().sum(), n_near: 0 };
                    let look =
                        is_waiting.then(|| self.in_vain.look(client, routes.n_slots(), terms));
                    let blinks = blinking(rng, tuning.blink);
                    let near = (near, tuning.insertion_neighbors);
                    self.pairs.cheapest(routes, near, couple, (prices, most), look, blinks)
                };
                if let Some(found) = found {
                    let with_return = insert_pair(routes, couple, found);
                    self.inserted.extend(with_return);
                }
                continue;
            }
            if routes.ties.is_some_and(|ties| ties.leads(client)) {
                let n_near = tuning.insertion_neighbors;
                let blinks = blinking(rng, tuning.blink);
                self.insert_chain(routes, near, client, n_near, prices, blinks);
                continue;
            }
            if let Some(ties) = routes.ties
                && let alternatives @ [_, ..] = ties.alternatives(client)
            {
                let terms = (opens, prices, is_waiting);
                self.insert_one_of(routes, near, tuning, alternatives, terms, rng);
                continue;
            }
            let unserved = self.most_paid(routes.unserved_price(client));
            let found = if is_waiting && self.squeezes {
                cheapest_changed(routes, client, prices, unserved)
            } else {
                let (penalties, most) = (prices, unserved);
                let request = Request { client, penalties, most, opens, is_waiting };
                self.cheapest(routes, near, tuning, &request, rng)
            };
            if let Some(found) = found {
                self.insert(routes, &[client], &found);
            }
        }
        self.order = order;
        if begins_route {
            self.opening.begin_route(routes, near, ruined.seed, rng, &mut self.inserted);
        }
    }

    /// The cheapest place of a client of the bank: both sides of its neighbors, the ends of the routes named now and then,
    /// and an empty route of each kind.
    ///
    /// # Complexity
    /// O(neighbors) prices; fewer for whoever waits, of routes that are what they were when it looked in vain.
    fn cheapest<L: Law>(
        &mut self,
        routes: &Routes<L>,
        near: &Neighborhood,
        tuning: &Tuning,
        request: &Request,
        rng: &mut Rng,
    ) -> Option<Insertion> {
        let &Request { client, most, opens, is_waiting, .. } = request;
        let home = routes.ties.and_then(|ties| ties.home(client));
        let near = near.of(client);
        let near = &near[..tuning.insertion_neighbors.min(near.len())];
        self.beside.list(routes, near);
        // Who is bound to a vehicle is tried everywhere there, below.
        let neighbors = if home.is_some() { &[] } else { near };
        let elsewhere = routes.loyalty.price_elsewhere(client);
        let terms = Terms { most, elsewhere, n_near: neighbors.len() };
        let look = is_waiting.then(|| self.in_vain.look(client, routes.n_slots(), terms));
        let mut found = Cheapest::below(most, tuning.blink, look, rng);
        self.beside.look(routes, near, request, home.is_none(), &mut found);
        let by_stems = found.rng.chance(self.stems.chance);
        let stems = if by_stems { &self.stems.slots[..] } else { &[] };
        let n_stems = if by_stems { routes.n_kinds() } else { 0 };
        let mut ways = SmallVec::<[Option<(i64, i64)>; 8]>::from_elem(None, n_stems);
        for &slot in stems {
            if found.is_vain(routes, slot, Places::Ends) {
                continue;
            }
            let ways = ways[routes.kind(slot)].get_or_insert_with(|| {
                let (law, (start, end)) = (routes.law, routes.ends(slot));
                (law.leg_into(slot, start, client), law.leg(slot, client, end))
            });
            found.consider_ends(routes, request, slot, *ways);
        }
        let empty: SmallVec<[u32; 8]> = match opens {
            _ if home.is_some() => SmallVec::new(),
            Opens::Any => routes.empty_slots().collect(),
            Opens::Only(kind) => routes.empty_slot_of(kind).into_iter().collect(),
        };
        for &slot in &empty {
            if !found.is_vain(routes, slot, Places::Ends) {
                found.consider(routes, request, slot, routes.start(slot));
            }
        }
        if L::RELOADS {
            cheapest_with_return(routes, self.beside.gaps(), request, &mut found);
        }
        let is_lost = found.best.is_none() && !is_welcome(routes, neighbors.iter(), &empty, client);
        if is_lost {
            // A vehicle that may have it is perhaps far away.
            for slot in slots_allowed(routes, client) {
                if !found.is_vain(routes, slot, Places::All) {
                    gaps(routes, slot)
                        .for_each(|after| found.consider(routes, request, slot, after));
                }
            }
        }
        if let Some(look) = found.look_in_vain() {
            self.beside.note(routes, home.is_none(), look);
            for &slot in stems.iter().chain(&empty) {
                look.note(routes, slot, Places::Ends);
            }
            if is_lost {
                for slot in slots_allowed(routes, client) {
                    look.note(routes, slot, Places::All);
                }
            }
        }
        found.best
    }

    /// Inserts the one of a group that is cheapest, its prize counted, unless one of them is served or leaving all of them
    /// out costs less.
    fn insert_one_of<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        tuning: &Tuning,
        alternatives: &[u32],
        (opens, penalties, is_waiting): (Opens, Penalties, bool),
        rng: &mut Rng,
    ) {
        if alternatives.iter().any(|&client| routes.slot_of(client) != BANK) {
            return;
        }
        let mut best: Option<(i64, u32, Insertion)> = None;
        for &client in alternatives {
            let unserved = self.most_paid(routes.unserved_price(client));
            let most = unserved + best.map_or(0, |(gain, ..)| gain);
            let request = Request { client, penalties, most, opens, is_waiting };
            let found = self.cheapest(routes, near, tuning, &request, rng);
            if let Some(found) = found {
                best = Some((found.delta - unserved, client, found));
            }
        }
        if let Some((_, client, found)) = best {
            self.insert(routes, &[client], &found);
        }
    }

    /// Inserts visits in a row, and the return that comes along.
    pub(super) fn insert<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        visits: &[u32],
        found: &Insertion,
    ) {
        let mut after = found.after;
        for visit in found.company.with(visits) {
            routes.insert(visit, found.slot, after);
            self.inserted.push(visit);
            after = visit;
        }
    }

    /// What putting a client back may cost at most. While vehicles are saved, leaving one out grows so dear that it would
    /// pay for any excess: then the least excess is too dear.
    pub(super) fn most_paid(&self, unserved: i64) -> i64 {
        if self.squeezes { unserved.min(Penalties::least_prohibited()) } else { unserved }
    }

    /// Random, largest first, farthest first, nearest first: weights 4, 4, 2, 1 (Christiaens, Vanden Berghe 2020).
    fn choose_order<L: Law>(
        &mut self,
        routes: &Routes<L>,
        near: &Neighborhood,
        ruined: &Ruined,
        rng: &mut Rng,
    ) {
        self.order.clear();
        self.choose_waiting(routes, near, ruined, rng);
        let kind = if self.squeezes && rng.chance(DEAREST_FIRST) { 11 } else { rng.below(11) };
        let depot = routes.start(0);
        for &client in ruined.removed.iter().chain(&self.waiting) {
            // A pair is one item, known by its pickup.
            if routes.law.couple_of(client).is_some_and(|couple| couple.delivery == client) {
                continue;
            }
            // Direct neighbors are one item, known by the first.
            if routes.ties.is_some_and(|ties| ties.head_of(client) != client) {
                continue;
            }
            let key = match kind {
                0..4 => (rng.bits() >> 1) as i64,
                4..8 => -routes.law.size(client),
                8..10 => -routes.law.way(depot, client),
                10 => routes.law.way(depot, client),
                _ => -routes.unserved_price(client),
            };
            self.order.push((key, client));
        }
        self.order.sort_unstable();
    }

    /// Those who waited before the ruin and may find a place now: where routes have gaps, above all.
    fn choose_waiting<L: Law>(
        &mut self,
        routes: &Routes<L>,
        near: &Neighborhood,
        ruined: &Ruined,
        rng: &mut Rng,
    ) {
        self.waiting.clear();
        let n_waiting = routes.bank.len() - ruined.removed.len();
        if n_waiting <= WAITING_NEAR {
            if routes.ties.is_none() {
                self.waiting.extend_from_slice(&routes.bank[..n_waiting]);
                return;
            }
            for at in 0..n_waiting {
                self.waits_too(routes, routes.bank[at], n_waiting);
            }
            return;
        }
        for &client in std::iter::once(&ruined.seed).chain(near.of(ruined.seed)) {
            let node = routes.node(client);
            let is_waiting = node.slot == BANK && (node.position as usize) < n_waiting;
            // Lists that are short repeat their last.
            let is_new = is_waiting && self.waits_too(routes, client, n_waiting);
            if is_new && self.waiting.len() == WAITING_NEAR {
                break;
            }
        }
        for _ in 0..WAITING_FAR {
            let client = routes.bank[rng.index(n_waiting)];
            self.waits_too(routes, client, n_waiting);
        }
    }

    /// Adds a client that waits, or the pickup of its pair; whether it was not yet there.
    fn waits_too<L: Law>(&mut self, routes: &Routes<L>, client: u32, n_waiting: usize) -> bool {
        let client = routes.law.couple_of(client).map_or(client, |couple| couple.pickup);
        let mut is_wanted = true;
        let mut client = client;
        if let Some(ties) = routes.ties {
            let alternatives = ties.alternatives(client);
            // A group waits as one of it, and not while one of it is served or was until now.
            is_wanted = alternatives.iter().all(|&other| {
                let node = routes.node(other);
                node.slot == BANK && (node.position as usize) < n_waiting
            });
            client = ties.head_of(*alternatives.first().unwrap_or(&client));
        }
        let is_new = is_wanted && !self.waiting.contains(&client);
        if is_new {
            self.waiting.push(client);
        }
        is_new
    }
}

/// The cheapest place of a client on the routes that this iteration has changed: who waited found none on the others.
fn cheapest_changed<L: Law>(
    routes: &Routes<L>,
    client: u32,
    penalties: Penalties,
    most: i64,
) -> Option<Insertion> {
    let law = routes.law;
    let mut best: Option<Insertion> = None;
    for &slot in routes.touched() {
        let bound = best.map_or(most, |found| found.delta);
        let end = routes.end(slot);
        // Where vehicles are few, most of them are full.
        let load = routes.load_of(slot) + law.load(client);
        let excess = penalties.of_load(law.excess(slot, load));
        if !may_enter(routes, slot) || excess - routes.relief(slot, penalties) >= bound {
            continue;
        }
        let mut after = routes.start(slot);
        while after != end {
            let bound = best.map_or(most, |found| found.delta);
            if let Some(delta) = price(routes, client, slot, after, penalties, bound) {
                best = Some(Insertion { slot, after, delta, company: Company::Alone });
            }
            after = routes.node(after).next;
        }
    }
    best
}
