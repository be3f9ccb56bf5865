//! Who was served by whom in the plan that was given.
//!
//! A search from a given plan must heat it to improve it, and there are so many more plans far from it than near that heat
//! alone would lead away. So a client that is served by another vehicle than in that plan costs something, in proportion to
//! the heat: it counts while worse plans are taken for the sake of better ones, and the end is about little but the cost.
//! How much it costs falls while fewer than a share of the clients have changed, and rises while more have.

use std::collections::{HashMap, HashSet};

use crate::id::Id;
use crate::problem::{Problem, Solution};
use crate::solver::part::Part;
use crate::solver::routes::BANK;

/// A client whom no route of the given plan serves.
const NEW: u32 = u32::MAX;
/// What another vehicle costs at first, in temperatures, by which factor that moves at a time, and between which ends.
pub(super) const DEARNESS_FIRST: f64 = 0.5;
const DEARER: f64 = 1.05;
const DEARNESS_MIN: f64 = 0.01;
const DEARNESS_MAX: f64 = 8.0;

/// The route of each client in a plan that was given.
pub(super) struct Given {
    route_of: Vec<u32>,
}

impl Given {
    /// O(clients).
    pub(super) fn new(problem: &Problem, plan: &Solution) -> Self {
        let mut route_of = vec![NEW; problem.n_clients()];
        for (number, route) in (0..).zip(&plan.routes) {
            for client in &route.clients {
                // A broken plan may name whom the problem does not know, and somebody twice.
                if let Some(known) = route_of.get_mut(client.index()).filter(|of| **of == NEW) {
                    *known = number;
                }
            }
        }
        Self { route_of }
    }

    /// The slot of a part that each of its clients is used to, where its routes begin like this: each given route is
    /// the slot's that serves most of its clients, and no slot stands for two. [`BANK`] for those who are used to none.
    ///
    /// # Complexity
    /// O(n log n) for n clients.
    pub(super) fn usual_slots(&self, part: &Part, start: &[Vec<u32>]) -> Vec<u32> {
        let route_of = |client: u32| match part.clients.get(client as usize) {
            Some(id) => self.route_of[id.index()],
            // A return.
            None => NEW,
        };
        let mut n_shared: HashMap<(u32, u32), u32> = HashMap::new();
        for (slot, clients) in (0..).zip(start) {
            for route in clients.iter().map(|&client| route_of(client)).filter(|&r| r != NEW) {
                *n_shared.entry((route, slot)).or_default() += 1;
            }
        }
        let mut shared: Vec<_> = n_shared.into_iter().map(|(pair, n)| (n, pair)).collect();
        // Most first; equals in order, whatever order the map had.
        shared.sort_unstable_by_key(|&(n, pair)| (std::cmp::Reverse(n), pair));
        let mut slot_of: HashMap<u32, u32> = HashMap::new();
        let mut is_taken: HashSet<u32> = HashSet::new();
        for (_, (route, slot)) in shared {
            if !slot_of.contains_key(&route) && is_taken.insert(slot) {
                slot_of.insert(route, slot);
            }
        }
        let usual = |client: u32| slot_of.get(&route_of(client)).copied().unwrap_or(BANK);
        (0..part.n_clients() as u32).map(usual).collect()
    }
}

/// Which slot each client of a part is used to, and what another one costs now.
#[derive(Default)]
pub(super) struct Loyalty {
    /// Empty where no plan was given.
    usual: Vec<u32>,
    /// How many are used to a slot.
    pub n_loyal: u32,
    /// What another slot costs, in temperatures.
    pub dearness: f64,
    price: i64,
}

impl Loyalty {
    pub(super) fn new(usual: Vec<u32>, dearness: f64) -> Self {
        let n_loyal = usual.iter().filter(|&&slot| slot != BANK).count() as u32;
        Self { usual, n_loyal, dearness, price: 0 }
    }

    /// Whether a plan was given, and another slot costs anything now.
    #[inline]
    pub(super) fn counts(&self) -> bool {
        self.price != 0
    }

    /// Whether a client is used to another slot.
    #[inline]
    pub(super) fn is_stranger(&self, client: u32, slot: u32) -> bool {
        self.usual.get(client as usize).is_some_and(|&usual| usual != BANK && usual != slot)
    }

    /// What it costs now that a slot serves a client.
    #[inline]
    pub(super) fn price_of(&self, client: u32, slot: u32) -> i64 {
        if self.is_stranger(client, slot) { self.price } else { 0 }
    }

    /// What it costs now that a client is served by any slot but the one it is used to.
    #[inline]
    pub(super) fn price_elsewhere(&self, client: u32) -> i64 {
        let is_loyal = self.usual.get(client as usize).is_some_and(|&usual| usual != BANK);
        if is_loyal { self.price } else { 0 }
    }

    /// What so many strangers cost now.
    #[inline]
    pub(super) fn price_of_all(&self, n_strangers: u32) -> i64 {
        self.price * i64::from(n_strangers)
    }

    /// Sets what a stranger costs from here on: more temperatures than before where more than this share of those who are used
    /// to a slot are strangers, else fewer. It takes about 14 times to double.
    pub(super) fn steer(&mut self, n_strangers: u32, share: f64, temperature: f64) {
        if self.n_loyal == 0 {
            return;
        }
        let are_many = f64::from(n_strangers) > share * f64::from(self.n_loyal);
        self.dearness *= if are_many { DEARER } else { 1.0 / DEARER };
        self.dearness = self.dearness.clamp(DEARNESS_MIN, DEARNESS_MAX);
        self.price = (temperature * self.dearness) as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{
        Client, ClientId, Load, PlaceId, Route, Travel, VehicleType, VehicleTypeId,
    };
    use std::sync::Arc;

    /// Six clients and four vehicles.
    fn problem() -> Problem {
        let points = Arc::new(vec![(0.0, 0.0); 7]);
        Problem::builder()
            .profile(Travel::Plane { points, rounding: crate::problem::Rounding::Nearest })
            .clients((1..7).map(|place| Client::at(PlaceId(place))).collect::<Vec<_>>())
            .vehicle_type(VehicleType::at(PlaceId(0), 4, Load::single(9)))
            .build()
            .unwrap()
    }

    fn given(problem: &Problem, routes: &[&[u32]]) -> Given {
        let route = |clients: &&[u32]| {
            Route::new(VehicleTypeId(0), clients.iter().copied().map(ClientId).collect())
        };
        let routes = routes.iter().map(route).collect();
        Given::new(problem, &Solution { routes, unserved: Vec::new() })
    }

    #[test]
    fn each_route_is_the_slot_that_serves_most_of_its_clients() {
        let problem = problem();
        let part = Part::whole(&problem, &[0; 6]);
        // Somebody named twice belongs to the first; whom the problem does not know, to nobody.
        let given = given(&problem, &[&[0, 1, 2], &[3, 4, 2, 77]]);
        let start = [vec![], vec![2, 3], vec![0, 1, 4], vec![5]];
        // Slot 2 serves two of the first route; of the second, slots 1 and 2 serve one each, and 2 is taken.
        assert_eq!(given.usual_slots(&part, &start), [2, 2, 2, 1, 1, BANK]);
    }

    #[test]
    fn a_slot_stands_for_one_route_only() {
        let problem = problem();
        let part = Part::whole(&problem, &[0; 6]);
        let given = given(&problem, &[&[0, 1], &[2, 3, 4]]);
        let start = [vec![0, 1, 2, 3, 4], vec![], vec![], vec![]];
        assert_eq!(given.usual_slots(&part, &start), [BANK, BANK, 0, 0, 0, BANK]);
        let mut loyalty = Loyalty::new(given.usual_slots(&part, &start), 1.0);
        loyalty.steer(0, 0.5, 1_000.0);
        assert_eq!([loyalty.price_of(2, 0), loyalty.price_of(2, 1)], [0, 952]);
        // Who is used to nobody is nowhere a stranger, nor is a return.
        assert_eq!([loyalty.price_of(0, 1), loyalty.price_of(6, 1)], [0, 0]);
        assert_eq!([0, 2, 6].map(|client| loyalty.price_elsewhere(client)), [0, 952, 0]);
    }

    #[test]
    fn another_slot_grows_dearer_while_more_than_a_share_change() {
        // Three are used to a slot, one to none: a third of them is one.
        let mut loyalty = Loyalty::new(vec![0, 0, 1, BANK], 1.0);
        let mut price_after = |n_strangers: u32, temperature: f64, times: usize| {
            for _ in 0..times {
                loyalty.steer(n_strangers, 0.34, temperature);
            }
            loyalty.price_of_all(1)
        };
        assert_eq!(price_after(2, 1_000.0, 1), 1_050);
        assert_eq!(price_after(2, 1_000.0, 1), 1_102);
        assert_eq!(price_after(1, 1_000.0, 1), 1_050);
        // Between the ends, and in proportion to the heat.
        assert_eq!(price_after(2, 1_000.0, 1_000), 8_000);
        assert_eq!(price_after(2, 0.0, 1), 0);
        assert_eq!(price_after(0, 1_000.0, 1_000), 10);
    }
}
