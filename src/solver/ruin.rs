//! Which clients to take out.

use crate::rng::Rng;
use crate::solver::config::Tuning;
use crate::solver::law::Law;
use crate::solver::neighborhood::Neighborhood;
use crate::solver::routes::{BANK, Routes};
use crate::solver::ties::Ties;

/// Chance that a string leaves a stretch in its middle (split string) rather than none.
const SPLIT_CHANCE: f64 = 0.5;
/// Chance that the stretch left in a split string grows by one more client.
const SPLIT_GROWS: f64 = 0.01;

/// Clients on a route from which on a search must take larger steps.
const LONG_ROUTE: f64 = 20.0;
/// How many times longer strings may become, and how many times hotter the search.
const LONGER_MAX: f64 = 2.6;
const HOTTER_MAX: f64 = 2.0;

/// How long routes of so many clients on average are; 1 up to where they are long.
pub(super) fn relative_length(average_length: f64) -> f64 {
    (average_length / LONG_ROUTE).max(1.0)
}

/// How many times hotter a search must be where routes have so many clients on average.
pub(super) fn relative_heat(average_length: f64) -> f64 {
    relative_length(average_length).min(HOTTER_MAX)
}

/// Around whom a ruin happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    Anyone,
    Client(u32),
}

/// What a ruin left behind.
#[derive(Clone, Debug, Default)]
pub(super) struct Ruined {
    /// The client around whom it happened.
    pub seed: u32,
    /// Who was taken out, in order.
    pub removed: Vec<u32>,
    /// Who stood beside a gap, before and behind: where routes changed.
    pub gaps: Vec<u32>,
}

/// Ruin by removing strings of neighboring clients.
///
/// Idea. Empty a small region of several routes at once, so that repair can re-divide it.
/// Size. At most 4·c / (1 + l) − 1 strings of length at most l (eq. 5–7); c is `removed_average`.
///
/// # Complexity
/// O(routes touched): one pass over the seed's neighbor list, and one over each of these routes.
///
/// # Reference
/// Christiaens, Vanden Berghe (2020), Slack Induction by String Removals for Vehicle Routing Problems,
/// Transportation Science 54(2). We differ: a split string keeps one client almost always.
pub(super) struct StringRuin {
    n_strings: usize,
    /// When a trip was last taken from, by the node at its beginning.
    stamp: Vec<u32>,
    now: u32,
    pub ruined: Ruined,
}

impl StringRuin {
    pub(super) fn new(n_nodes: usize) -> Self {
        Self { n_strings: 0, stamp: vec![0; n_nodes], now: 0, ruined: Ruined::default() }
    }

    /// Takes strings out around a seed client, into the bank. Returns nothing when the seed is served by no route
    /// and has no neighbor that is.
    pub(super) fn ruin<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        near: &Neighborhood,
        tuning: &Tuning,
        (around, average_length): (Around, f64),
        rng: &mut Rng,
    ) {
        self.ruined.removed.clear();
        self.ruined.gaps.clear();
        self.n_strings = 0;
        self.now += 1;
        // Long routes are re-divided by longer strings only.
        let longer = relative_length(average_length).min(LONGER_MAX);
        let length_max = (longer * tuning.string_max as f64).min(average_length).max(1.0);
        let removed_average = tuning.removed_average * f64::midpoint(1.0, longer);
        let strings_max = (4.0 * removed_average / (1.0 + length_max) - 1.0).max(1.0);
        let n_strings = (1.0 + rng.unit() * strings_max) as usize;
        let seed = match around {
            Around::Anyone => rng.below(routes.n_clients() as u32),
            Around::Client(client) => client,
        };
        self.ruined.seed = seed;
        for &client in std::iter::once(&seed).chain(near.of(seed)) {
            if self.n_strings >= n_strings {
                break;
            }
            let slot = routes.slot_of(client);
            if slot == BANK {
                continue;
            }
            let trip = routes.beginning(client) as usize;
            if std::mem::replace(&mut self.stamp[trip], self.now) == self.now {
                continue;
            }
            self.n_strings += 1;
            let route_length = routes.states[slot as usize].n_clients as usize;
            let longest = length_max.min(route_length as f64);
            let length = (1.0 + rng.unit() * longest) as usize;
            self.take_string(routes, slot, client, length.min(route_length), rng);
        }
    }

    fn take_string<L: Law>(
        &mut self,
        routes: &mut Routes<L>,
        slot: u32,
        client: u32,
        length: usize,
        rng: &mut Rng,
    ) {
        let n = routes.states[slot as usize].n_clients as usize;
        let at = routes.node(client).position as usize - 1;
        let mut kept = 0;
        if length > 1 && length < n && rng.chance(SPLIT_CHANCE) {
            kept = 1;
            while length + kept < n && rng.chance(SPLIT_GROWS) {
                kept += 1;
            }
        }
        let span = length + kept;
        // The span covers the client and stays inside the route.
        let first_min = (at + 1).saturating_sub(span);
        let first_max = at.min(n - span);
        let first = rng.between(first_min as u32, first_max as u32) as usize;
        let hole = if kept > 0 { 1 + rng.index(length - 1) } else { length };
        let mut node = client;
        for _ in first..at {
            node = routes.node(node).prev;
        }
        let Ruined { removed, gaps, .. } = &mut self.ruined;
        // Starts and ends of routes may be among the gaps: the local search passes over them.
        gaps.push(routes.node(node).prev);
        let from = removed.len();
        for i in 0..span {
            let is_kept = (hole..hole + kept).contains(&i);
            (if is_kept { &mut *gaps } else { &mut *removed }).push(node);
            node = routes.node(node).next;
        }
        gaps.push(node);
        if let Some(ties) = routes.ties {
            self.leave_fixed(ties, from);
        }
        if routes.law.has_couples() {
            self.take_partners(routes, slot, from);
        }
        if let Some(ties) = routes.ties {
            self.take_chains(routes, ties, from);
        }
        routes.remove_all(slot, &self.ruined.removed[from..]);
        if L::RELOADS {
            self.ruined.removed.retain(|&node| !routes.is_reload(node));
        }
    }

    /// Whoever is never left out stays where it is.
    fn leave_fixed(&mut self, ties: &Ties, from: usize) {
        let Ruined { removed, gaps, .. } = &mut self.ruined;
        let mut kept = from;
        for at in from..removed.len() {
            if ties.is_fixed(removed[at]) {
                gaps.push(removed[at]);
            } else {
                removed[kept] = removed[at];
                kept += 1;
            }
        }
        removed.truncate(kept);
    }

    /// Whoever was taken takes its direct neighbors along.
    fn take_chains<L: Law>(&mut self, routes: &Routes<L>, ties: &Ties, from: usize) {
        if !ties.has_chains() {
            return;
        }
        let Ruined { removed, gaps, .. } = &mut self.ruined;
        for at in from..removed.len() {
            for client in ties.chain(ties.head_of(removed[at])) {
                if !removed[from..].contains(&client) {
                    let node = routes.node(client);
                    gaps.extend([node.prev, node.next]);
                    removed.push(client);
                }
            }
        }
    }

    /// Whoever of a pair was taken takes its partner along.
    fn take_partners<L: Law>(&mut self, routes: &Routes<L>, slot: u32, from: usize) {
        let Ruined { removed, gaps, .. } = &mut self.ruined;
        for i in from..removed.len() {
            let Some(couple) = routes.law.couple_of(removed[i]) else { continue };
            let partner = couple.partner_of(removed[i]);
            if !removed[from..].contains(&partner) {
                let node = routes.node(partner);
                debug_assert_eq!(node.slot, slot, "both members of a pair are on one route");
                gaps.extend([node.prev, node.next]);
                removed.push(partner);
            }
        }
    }
}
