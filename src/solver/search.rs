//! The search of one part: ruin, recreate, descend, accept or undo.

mod reduction;

pub(super) use reduction::FleetReduction;

use crate::rng::{Rng, Seed};
use crate::solver::acceptance::Cooling;
use crate::solver::config::Tuning;
use crate::solver::fleet::Fleet;
use crate::solver::law::{Law, Penalties};
use crate::solver::local_search::LocalSearch;
use crate::solver::loyalty::Loyalty;
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;
use crate::solver::prospect::Prospect;
use crate::solver::recreate::Recreate;
use crate::solver::routes::Routes;
use crate::solver::ruin::{Around, Ruined, StringRuin};

/// How often the clock is read and the temperature set.
const CLOCK_EVERY: u64 = 32;
/// Excess is priced this many times dearer while a route is being repaired.
const REPAIR_FACTOR: i64 = 1_000;
/// Changes with others waiting are so many times as many as those without where these tell nothing about the unit of temperature.
const OTHERS_PER_SAME: usize = 4;
/// Then the unit is so much of the lower quartile of all changes.
const SHARE_OF_QUARTILE: f64 = 1.0 / 3.0;
/// Prices of excess move by these factors after an iteration that overloaded a route, and after one that did not.
const PENALTY_UP: f64 = 1.1;

/// A part's routes by slot, and its cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub cost: i64,
    pub routes: Vec<Vec<u32>>,
}

/// A running search over one part.
pub(super) struct Search<'a, L: Law> {
    routes: Routes<'a, L>,
    near: &'a Neighborhood,
    tuning: &'a Tuning,
    ruin: StringRuin,
    recreate: Recreate,
    local: LocalSearch,
    prospect: Prospect,
    fleet: Fleet,
    /// Price of one unit of excess load and time.
    prices: (f64, f64),
    rng: Rng,
    best: Plan,
    is_dirty: Vec<bool>,
    dirty: Vec<u32>,
    pub iterations: u64,
    pub n_overloaded: u64,
    pub n_accepted: u64,
}

impl<'a, L: Law> Search<'a, L> {
    /// A search that starts from these routes; clients they leave out are in the bank.
    pub(super) fn new(
        law: &'a L,
        part: &'a Part,
        near: &'a Neighborhood,
        tuning: &'a Tuning,
        start: &[Vec<u32>],
        prices: (f64, f64),
        seed: Seed,
    ) -> Self {
        let mut routes = Routes::new(law, part);
        for (slot, clients) in start.iter().enumerate() {
            for &client in clients {
                let end = routes.end(slot as u32);
                let after = routes.node(end).prev;
                routes.insert(client, slot as u32, after);
            }
        }
        routes.freshen();
        routes.begin();
        let (n_visits, n_slots) = (routes.n_visits(), routes.n_slots());
        let best = Plan { cost: routes.cost(), routes: start.to_vec() };
        Self {
            routes,
            near,
            tuning,
            ruin: StringRuin::new(n_visits + 2 * n_slots),
            recreate: Recreate::new(),
            local: LocalSearch::new(n_visits),
            prospect: Prospect::new(),
            fleet: Fleet::new(),
            prices,
            rng: Rng::new(seed),
            best,
            is_dirty: vec![false; n_slots],
            dirty: Vec::new(),
            iterations: 0,
            n_overloaded: 0,
            n_accepted: 0,
        }
    }

    /// From here on no more routes are opened than there are: whoever finds no place waits, and the iteration is undone.
    pub(super) fn keep_vehicles(&mut self) {
        self.routes.limit = self.routes.n_used();
    }

    /// From here on clients are used to slots: another one costs more, the hotter the more.
    pub(super) fn be_loyal(&mut self, loyalty: Loyalty) {
        self.routes.be_loyal(loyalty);
    }

    /// Brings everyone home who is not yet served, and descends everywhere once, as far as time allows.
    pub(super) fn settle(&mut self, is_over: impl Fn() -> bool) {
        self.routes.begin();
        let waiting = self.routes.bank.clone();
        let penalties = self.penalties().dearer(REPAIR_FACTOR);
        if !waiting.is_empty() {
            let ruined = Ruined { removed: waiting, ..Ruined::default() };
            let Self { recreate, routes, near, tuning, rng, .. } = self;
            recreate.recreate(routes, near, tuning, &ruined, penalties, rng);
        }
        for client in 0..self.routes.n_clients() as u32 {
            self.local.push(client);
            self.local.descend(&mut self.routes, self.near, self.tuning, penalties);
            if u64::from(client).is_multiple_of(CLOCK_EVERY) && is_over() {
                break;
            }
        }
        if self.routes.is_feasible() && self.routes.cost() <= self.best.cost {
            self.mark_dirty();
            self.keep_best();
        } else {
            self.routes.rollback();
        }
        self.routes.begin();
    }

    /// Iterates until `is_over` says so; it is asked every few dozen iterations with their number, and sets the heat.
    pub(super) fn anneal(&mut self, mut cooling: impl FnMut(u64) -> Option<Cooling>) {
        let mut heat = 0.0;
        loop {
            if self.iterations.is_multiple_of(CLOCK_EVERY) {
                let Some(now) = cooling(self.iterations) else { break };
                heat = now.temperature;
                self.routes.steer_loyalty(self.tuning.strangers_share, heat);
            }
            self.iterations += 1;
            let threshold = -heat * self.rng.unit().max(1e-300).ln();
            self.iterate(threshold as i64);
        }
    }

    /// One iteration: what is not better than today's plan by the threshold is undone.
    fn iterate(&mut self, threshold: i64) {
        let most = self.routes.worth().saturating_add(threshold);
        self.routes.begin();
        if self.perturb_to(most) && self.repair_to(most) && self.routes.worth() <= most {
            self.n_accepted += 1;
            self.mark_dirty();
            if self.routes.cost() < self.best.cost {
                self.keep_best();
            }
        } else {
            self.routes.rollback();
        }
        if cfg!(any(debug_assertions, feature = "paranoid")) {
            assert!(self.local.is_idle(), "a descent leaves nobody to the next one");
            self.routes.assert_consistent();
        }
    }

    /// Ruins, recreates and descends; routes may end up overloaded, at a price.
    fn perturb(&mut self) {
        self.perturb_around(Around::Anyone, self.penalties());
    }

    fn perturb_around(&mut self, around: Around, penalties: Penalties) {
        self.rebuild(around, penalties);
        let Self { routes, near, tuning, local, .. } = self;
        local.descend(routes, near, tuning, penalties);
        self.reassign(penalties);
    }

    /// The same, given up when there is no prospect of a plan that is worth no more than so much; whether there was.
    fn perturb_to(&mut self, most: i64) -> bool {
        let penalties = self.penalties();
        self.rebuild(Around::Anyone, penalties);
        let Self { routes, near, tuning, local, prospect, .. } = self;
        routes.freshen();
        let mut descent = prospect.begin(routes.penalized_worth(penalties), most);
        let goes_on = |routes: &Routes<L>, n_queued: usize| {
            descent.goes_on(routes.penalized_worth(penalties), n_queued)
        };
        if !local.descend_while(routes, near, tuning, penalties, goes_on) {
            return false;
        }
        prospect.learn(&descent, routes.penalized_worth(penalties));
        self.reassign(penalties);
        true
    }

    /// Ruins and recreates; what changed is queued for a descent.
    fn rebuild(&mut self, around: Around, penalties: Penalties) {
        let Self { routes, near, tuning, ruin, recreate, local, rng, .. } = self;
        let n_trips = routes.n_trips().max(1);
        let average_length = (routes.n_clients() - routes.bank.len()) as f64 / n_trips as f64;
        ruin.ruin(routes, near, tuning, (around, average_length), rng);
        // The strings leave gaps: the ends of each gap are where a route changed.
        for &client in &ruin.ruined.gaps {
            local.push(client);
        }
        recreate.recreate(routes, near, tuning, &ruin.ruined, penalties, rng);
        for &client in &recreate.inserted {
            let node = routes.node(client);
            local.push(node.prev);
            local.push(node.next);
            local.push(client);
        }
    }

    fn reassign(&mut self, penalties: Penalties) {
        self.fleet.reassign(&mut self.routes, penalties);
        self.routes.drop_empty_trips();
    }

    /// Brings overloaded routes back within their limits; `false` when that fails.
    fn repair(&mut self) -> bool {
        self.repair_to(i64::MAX)
    }

    /// The same, not begun where excess makes the plan worth more than so much: what takes it away costs more than it is priced,
    /// or the descent at that price would have done it.
    fn repair_to(&mut self, most: i64) -> bool {
        let overloaded = !self.routes.is_feasible();
        let penalties = self.penalties();
        self.steer_prices(overloaded);
        if !overloaded {
            return true;
        }
        if self.routes.penalized_worth(penalties) > most {
            return false;
        }
        self.n_overloaded += 1;
        let penalties = self.penalties().dearer(REPAIR_FACTOR);
        let touched: smallvec::SmallVec<[u32; 16]> = self.routes.touched().into();
        for slot in touched {
            if !self.routes.states[slot as usize].burden.is_feasible() {
                for client in self.routes.clients(slot) {
                    self.local.push(client);
                }
            }
        }
        self.local.descend(&mut self.routes, self.near, self.tuning, penalties);
        self.routes.is_feasible()
    }

    fn penalties(&self) -> Penalties {
        let fixed_point = |price: f64| (price * 1024.0) as i64;
        Penalties { load: fixed_point(self.prices.0), time: fixed_point(self.prices.1) }
    }

    /// Keeps the share of overloaded first passes near its target.
    fn steer_prices(&mut self, overloaded: bool) {
        let share = self.tuning.overload_share;
        // In equilibrium, share · ln(up) = (1 − share) · ln(1 / down).
        let down = PENALTY_UP.powf(-share / (1.0 - share));
        if overloaded {
            let (mut load, mut time) = (false, false);
            for &slot in self.routes.touched() {
                let burden = self.routes.states[slot as usize].burden;
                load |= burden.load > 0;
                time |= burden.time > 0;
            }
            self.prices.0 *= if load { PENALTY_UP } else { 1.0 };
            self.prices.1 *= if time { PENALTY_UP } else { 1.0 };
        } else {
            self.prices.0 *= down;
            self.prices.1 *= down;
        }
        self.prices.0 = self.prices.0.clamp(1e-2, 1e9);
        self.prices.1 = self.prices.1.clamp(1e-2, 1e9);
    }

    fn mark_dirty(&mut self) {
        for &slot in self.routes.touched() {
            if !std::mem::replace(&mut self.is_dirty[slot as usize], true) {
                self.dirty.push(slot);
            }
        }
    }

    fn keep_best(&mut self) {
        self.best.cost = self.routes.cost();
        for slot in self.dirty.drain(..) {
            self.is_dirty[slot as usize] = false;
            let route = &mut self.best.routes[slot as usize];
            route.clear();
            route.extend(self.routes.clients(slot));
        }
    }

    pub(super) fn n_clients(&self) -> usize {
        self.routes.n_clients()
    }

    /// Iterations since this was last asked.
    pub(super) fn take_iterations(&mut self) -> u64 {
        std::mem::take(&mut self.iterations)
    }

    /// Cost of today's plan.
    pub(super) fn current_cost(&self) -> i64 {
        self.routes.cost()
    }

    /// Goes on from another plan of the same part; the best one seen stays.
    pub(super) fn go_on_from(&mut self, plan: &Plan) {
        self.routes.begin();
        self.routes.set_all(&plan.routes);
        self.mark_dirty();
        debug_assert_eq!(
            self.routes.cost(),
            plan.cost,
            "a plan costs the same wherever it is read"
        );
        if self.routes.cost() < self.best.cost {
            self.keep_best();
        }
    }

    /// Today's plan.
    pub(super) fn current(&self) -> Plan {
        let routes =
            (0..self.routes.n_slots() as u32).map(|slot| self.routes.clients(slot).collect());
        Plan { cost: self.routes.cost(), routes: routes.collect() }
    }

    /// The best plan seen.
    pub(super) fn best(&self) -> &Plan {
        &self.best
    }

    /// What another slot costs now, in temperatures, and how many clients that was steered by.
    pub(super) fn dearness(&self) -> (f64, u32) {
        (self.routes.loyalty.dearness, self.routes.loyalty.n_loyal)
    }

    /// The prices of excess as they stand.
    pub(super) fn prices(&self) -> (f64, f64) {
        self.prices
    }

    /// How much an undone iteration usually costs: the median of what it takes to ruin and repair without accepting
    /// anything worse. The natural unit of temperature: it follows the scale of the problem by itself.
    ///
    /// Where clients wait `by_choice`, others often do behind a change; what is made of such changes tells [`unit`].
    pub(super) fn probe(&mut self, n: usize, by_choice: bool, is_over: impl Fn() -> bool) -> f64 {
        let (mut same, mut others) = (Vec::with_capacity(n), Vec::new());
        let n_legs = self.n_clients() - self.routes.bank.len() + self.routes.n_used();
        let legs = self.routes.cost() - self.routes.waiting_price();
        let legs_ruined = self.tuning.removed_average * legs as f64 / n_legs.max(1) as f64;
        for i in 0..n as u64 {
            // A median of fewer changes would say little.
            if i >= CLOCK_EVERY && is_over() {
                break;
            }
            let (before, waiting) = (self.routes.cost(), self.routes.waiting_price());
            self.routes.begin();
            self.perturb();
            if self.repair() {
                let change = self.routes.cost() - before;
                if change > 0 {
                    let is_same = self.routes.waiting_price() == waiting;
                    (if is_same { &mut same } else { &mut others }).push(change);
                }
                if change < 0 {
                    self.mark_dirty();
                    if self.routes.cost() < self.best.cost {
                        self.keep_best();
                    }
                    continue;
                }
            }
            self.routes.rollback();
        }
        if !by_choice {
            others.clear();
        }
        unit(same, others, legs_ruined)
    }

    /// Iterates so many times, as far as time allows, and takes nothing that is worse.
    pub(super) fn improve(&mut self, n: usize, is_over: impl Fn() -> bool) {
        for i in 0..n as u64 {
            if i.is_multiple_of(CLOCK_EVERY) && is_over() {
                break;
            }
            self.iterate(0);
        }
    }

    /// Who waits in today's plan.
    pub(super) fn waiting(&self) -> &[u32] {
        &self.routes.bank
    }
}

/// The unit of temperature from what changes cost that leave the same clients waiting, and from those behind which others wait.
///
/// Prices of those who wait may be of another scale and must not set the heat of the ways: the median of the first counts. Where these
/// are few beside the second, nothing can be told from them: then all count, and the unit is a share of their lower quartile; but for
/// those of the second that cost more than the legs of a ruin.
fn unit(mut same: Vec<i64>, mut others: Vec<i64>, legs_ruined: f64) -> f64 {
    others.retain(|&change| change as f64 <= legs_ruined);
    if others.len() <= OTHERS_PER_SAME * same.len() {
        return quantile(&mut same, 2).map_or(1.0, |median| median as f64);
    }
    same.append(&mut others);
    SHARE_OF_QUARTILE * quantile(&mut same, 4).map_or(1.0, |quartile| quartile as f64)
}

/// The value behind the first `1 / parts` of them, in order.
fn quantile(values: &mut [i64], parts: usize) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / parts).copied()
}

#[cfg(test)]
mod descent_tests;
#[cfg(test)]
mod in_vain_tests;
#[cfg(test)]
mod probe_tests;
