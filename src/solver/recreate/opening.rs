//! A route of those who wait: the prize of none of them pays for the way there and back, those of several together do.

use crate::rng::Rng;
use crate::solver::law::{Law, Penalties};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::recreate::places::{gaps, price};
use crate::solver::routes::{BANK, Routes};
use crate::solver::ties::Ties;

/// Among how many of those nearest to a client who wait the first of a new route is drawn.
const FIRST_AMONG: usize = 10;
/// Of how many of the neighbors of each on the route those who wait may join it, and how many may in all.
const NEIGHBORS: usize = 60;
const CANDIDATES_MAX: usize = 300;
/// Prizes are taken for up to so much more or less than they are, so that not all routes begun at one place are the same.
const NOISE: f64 = 0.3;

/// Somebody who waits and may join the new route.
#[derive(Clone, Copy)]
struct Candidate {
    client: u32,
    /// What leaving it out costs.
    prize: i64,
    /// For what that is taken.
    taken_for: f64,
    /// What it cost when it was last looked at, behind which node, and how good that is.
    delta: i64,
    after: u32,
    score: f64,
}

/// By what those are chosen who join.
#[derive(Clone, Copy)]
enum By {
    /// What is left of the prize when the way is paid.
    Profit,
    /// How many times the prize pays for the way.
    Ratio,
}

impl By {
    fn score(self, taken_for: f64, delta: i64) -> f64 {
        match self {
            Self::Profit => taken_for - delta as f64,
            Self::Ratio => taken_for / delta.max(1) as f64,
        }
    }
}

impl Candidate {
    /// Looks at a place of the route.
    fn look<L: Law>(&mut self, routes: &Routes<L>, slot: u32, after: u32, by: By) {
        let (client, prices) = (self.client, Penalties::PROHIBITIVE);
        if let Some(delta) = price(routes, client, slot, after, prices, self.delta) {
            (self.delta, self.after) = (delta, after);
            self.score = by.score(self.taken_for, delta);
        }
    }

    /// Looks at all places of the route, whatever it has seen before; perhaps there is none that pays.
    fn look_anew<L: Law>(&mut self, routes: &Routes<L>, slot: u32, by: By) {
        (self.delta, self.after, self.score) = (self.prize, BANK, f64::NEG_INFINITY);
        gaps(routes, slot).for_each(|after| self.look(routes, slot, after, by));
    }
}

/// Begins routes of those who wait.
///
/// Idea. A client near the place of a ruin goes alone, whatever that costs. The neighbors of whoever is on the route may join it, each
/// time the one for whom it is worth most, as long as that pays: so the route grows in all directions, and to both ends of the day.
///
/// # Complexity
/// O(k · c) prices for a route of k and c candidates.
#[derive(Default)]
pub(super) struct Opening {
    candidates: Vec<Candidate>,
    /// When each client was last a candidate.
    stamps: Vec<u32>,
    now: u32,
}

impl Opening {
    /// Begins a route near a client, if somebody waits there and a vehicle is idle; who is on it is told.
    pub(super) fn begin_route<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        seed: u32,
        rng: &mut Rng,
        inserted: &mut Vec<u32>,
    ) {
        let around = std::iter::once(&seed).chain(near.of(seed));
        let waits = |&&client: &&u32| routes.slot_of(client) == BANK && is_single(routes, client);
        let firsts: smallvec::SmallVec<[u32; FIRST_AMONG]> =
            around.filter(waits).copied().take(FIRST_AMONG).collect();
        if firsts.is_empty() {
            return;
        }
        let first = firsts[rng.index(firsts.len())];
        let alone = |slot: u32| {
            let (after, most) = (routes.start(slot), Penalties::least_prohibited());
            Some((price(routes, first, slot, after, Penalties::PROHIBITIVE, most)?, slot))
        };
        let Some((_, slot)) = routes.empty_slots().filter_map(alone).min() else { return };
        self.candidates.clear();
        self.stamps.resize(routes.n_clients(), 0);
        self.now += 1;
        let by = if rng.chance(0.5) { By::Profit } else { By::Ratio };
        let (mut joining, mut after) = (first, routes.start(slot));
        loop {
            routes.insert(joining, slot, after);
            inserted.push(joining);
            for candidate in &mut self.candidates {
                candidate.look(routes, slot, after, by);
                candidate.look(routes, slot, joining, by);
            }
            self.add_neighbors(routes, near, (slot, joining), by, rng);
            let Some(next) = self.next_to_join(routes, slot, by) else { break };
            (joining, after) = (next.client, next.after);
        }
    }

    /// Those around who just joined may join too.
    fn add_neighbors<L: Law>(
        &mut self,
        routes: &Routes<L>,
        near: &Neighborhood,
        (slot, joined): (u32, u32),
        by: By,
        rng: &mut Rng,
    ) {
        self.stamps[joined as usize] = self.now;
        for &client in near.of(joined).iter().take(NEIGHBORS) {
            let stamp = &mut self.stamps[client as usize];
            let is_new = std::mem::replace(stamp, self.now) != self.now;
            if !is_new || routes.slot_of(client) != BANK || !is_single(routes, client) {
                continue;
            }
            if self.candidates.len() == CANDIDATES_MAX {
                return;
            }
            // No prize pays for any excess.
            let prize = routes.unserved_price(client).min(Penalties::least_prohibited());
            let taken_for = prize as f64 * (1.0 + NOISE * (2.0 * rng.unit() - 1.0));
            let mut candidate =
                Candidate { client, prize, taken_for, delta: prize, after: BANK, score: 0.0 };
            candidate.look_anew(routes, slot, by);
            self.candidates.push(candidate);
        }
    }

    /// Who joins next, if that pays for anybody: no longer a candidate. Who joined since may have made a place dearer.
    fn next_to_join<L: Law>(&mut self, routes: &Routes<L>, slot: u32, by: By) -> Option<Candidate> {
        loop {
            let score = |&(_, candidate): &(usize, &Candidate)| candidate.score;
            let (index, _) = self
                .candidates
                .iter()
                .enumerate()
                .filter(|(_, candidate)| candidate.after != BANK)
                .max_by(|a, b| score(a).total_cmp(&score(b)))?;
            let known = self.candidates[index];
            let candidate = &mut self.candidates[index];
            candidate.look_anew(routes, slot, by);
            if candidate.score >= known.score {
                return Some(self.candidates.swap_remove(index));
            }
        }
    }
}

/// Whether a client comes alone, and wherever it likes.
fn is_single<L: Law>(routes: &Routes<L>, client: u32) -> bool {
    let is_free = |ties: &Ties| {
        ties.head_of(client) == client
            && !ties.leads(client)
            && ties.alternatives(client).len() < 2
            && ties.home(client).is_none()
    };
    routes.law.couple_of(client).is_none() && routes.ties.is_none_or(is_free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Feature, FeatureSet, MAX_LOADS, Problem, generate_problem};
    use crate::rng::Seed;
    use crate::solver::part::Part;
    use crate::solver::rich::RichLaw;
    use crate::solver::trips::TripLaw;

    /// Begins routes; each is within limits and pays more with each who joins. Where nobody makes it cheaper that another joins, it
    /// leaves nobody waiting near it for whom that pays. How many joined.
    fn begin_routes<L: Law>(
        problem: &Problem,
        price_of_waiting: i64,
        only_legs_cost: bool,
        seed: u64,
    ) -> usize {
        let part = Part::whole(problem, &vec![price_of_waiting; problem.n_clients()]);
        let law = L::build(problem, &part);
        let near = Neighborhood::new(problem, &part, &law, 30);
        let mut routes = Routes::new(&law, &part);
        let (mut opening, mut rng) = (Opening::default(), Rng::new(Seed(seed)));
        let mut n_joined = 0;
        routes.begin();
        for _ in 0..10 {
            let mut inserted = Vec::new();
            let center = rng.below(problem.n_clients() as u32);
            opening.begin_route(&mut routes, &near, center, &mut rng, &mut inserted);
            routes.freshen();
            routes.assert_consistent();
            let Some((&first, others)) = inserted.split_first() else { continue };
            let slot = routes.slot_of(first);
            assert!(inserted.iter().all(|&client| routes.slot_of(client) == slot));
            assert!(inserted.iter().all(|&client| is_single(&routes, client)));
            assert!(routes.states[slot as usize].burden.is_feasible());
            let around = inserted.iter().flat_map(|&client| near.of(client));
            let around = around.filter(|_| only_legs_cost);
            for &client in around.filter(|&&client| routes.slot_of(client) == BANK) {
                let pays = |after: u32| {
                    let prices = Penalties::PROHIBITIVE;
                    price(&routes, client, slot, after, prices, price_of_waiting).is_some()
                };
                assert!(!is_single(&routes, client) || !gaps(&routes, slot).any(pays));
            }
            let worth = routes.worth();
            routes.remove_all(slot, others);
            routes.freshen();
            assert!(others.is_empty() || worth < routes.worth(), "whoever joins pays");
            n_joined += others.len();
        }
        n_joined
    }

    #[test]
    fn a_new_route_takes_all_who_pay_for_their_way() {
        let sets: [FeatureSet; 4] = [
            FeatureSet::PLAIN,
            [Feature::Windows, Feature::Loads, Feature::Skills].into_iter().collect(),
            [Feature::Trips, Feature::Pairs].into_iter().collect(),
            FeatureSet::all(),
        ];
        let mut n_joined = [0; 4];
        for seed in 0..4 {
            for (number, (set, n_joined)) in sets.iter().zip(&mut n_joined).enumerate() {
                let only_legs_cost = number < 2;
                let problem = generate_problem(Seed(seed), 60, set.complete());
                for price in [100, 1_000, 10_000] {
                    *n_joined += if set.has(Feature::Trips) {
                        begin_routes::<TripLaw<MAX_LOADS, 1>>(&problem, price, only_legs_cost, seed)
                    } else {
                        begin_routes::<RichLaw<MAX_LOADS, 1, 1>>(
                            &problem,
                            price,
                            only_legs_cost,
                            seed,
                        )
                    };
                }
            }
        }
        assert!(n_joined.iter().all(|&n| n > 10), "{n_joined:?}");
    }
}
