//! What binds clients to vehicles and to each other, pairs aside: locks, orders, groups and refusals, in the numbers of a part.
//!
//! Candidates are asked last, when they would already be the best found: a problem without ties pays one test for each
//! of those, and any law serves problems with them.

use smallvec::SmallVec;

use crate::id::Id;
use crate::problem::{Bond, ClientId, Problem, VehicleTypeId};
use crate::solver::law::{Law, Piece, visits_of};
use crate::solver::moves::NewRoute;
use crate::solver::part::Vehicle;
use crate::solver::routes::Links;

/// No client, no slot, no lock.
const NOBODY: u32 = u32::MAX;

/// How firmly a client sits where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grip {
    Free,
    /// Never left out: its partner stands at the beginning of the route.
    Kept,
    /// Stands at the beginning of its route, where it stays.
    Held,
}

/// The ties of a part.
#[derive(Debug)]
pub(super) struct Ties {
    n_clients: u32,
    /// By client, the slot that alone may serve it, or NOBODY.
    homes: Vec<u32>,
    grips: Vec<Grip>,
    /// By slot, its lock, or NOBODY.
    locks: Vec<u32>,
    /// By slot, whom its route always serves: those held, in order, then those kept.
    beginnings: Vec<Vec<u32>>,
    /// By client, who comes right behind and right ahead of it, or NOBODY; empty when nobody does.
    behind: Vec<u32>,
    ahead: Vec<u32>,
    /// By client, who may come behind it only, where both are on one route; empty when there are no such orders.
    thens: Vec<SmallVec<[u32; 2]>>,
    firsts: Vec<SmallVec<[u32; 2]>>,
    /// By client, the types of vehicles that may not serve it; empty without refusals.
    refused: Vec<SmallVec<[VehicleTypeId; 2]>>,
    /// By slot, its type.
    kinds: Vec<VehicleTypeId>,
    /// The alternatives of each group, those of the part.
    groups: Vec<Vec<u32>>,
    /// By client, its group, or NOBODY; empty without groups.
    group_of: Vec<u32>,
}

impl Ties {
    /// The ties among a part's clients and the vehicles of its slots, whose locks are given; `None` in a problem that has
    /// none. O(clients of the problem).
    ///
    /// # Panics
    /// When a part lacks a client or a vehicle that one of its clients is bound to.
    pub(super) fn new(
        problem: &Problem,
        clients: &[ClientId],
        vehicles: &[Vehicle],
    ) -> Option<Self> {
        let is_unbound = problem.locks().is_empty() && problem.orders().is_empty();
        if is_unbound && problem.groups().is_empty() && problem.refusals().is_empty() {
            return None;
        }
        let mut numbers = vec![NOBODY; problem.n_clients()];
        for (number, client) in clients.iter().enumerate() {
            numbers[client.index()] = number as u32;
        }
        let mut ties = Self {
            n_clients: clients.len() as u32,
            homes: vec![NOBODY; clients.len()],
            grips: vec![Grip::Free; clients.len()],
            locks: vehicles.iter().map(|(_, lock)| lock.map_or(NOBODY, |l| l as u32)).collect(),
            beginnings: vec![Vec::new(); vehicles.len()],
            behind: Vec::new(),
            ahead: Vec::new(),
            thens: Vec::new(),
            firsts: Vec::new(),
            refused: Vec::new(),
            kinds: vehicles.iter().map(|(kind, _)| *kind).collect(),
            groups: vec![Vec::new(); problem.groups().len()],
            group_of: Vec::new(),
        };
        ties.bind_vehicles(problem, clients, &numbers);
        ties.bind_neighbors(problem, &numbers);
        ties.bind_alternatives(problem, clients);
        if !problem.refusals().is_empty() {
            ties.refused = clients.iter().map(|&c| problem.refused_by(c).collect()).collect();
        }
        Some(ties)
    }

    fn bind_vehicles(&mut self, problem: &Problem, clients: &[ClientId], numbers: &[u32]) {
        let mut slots = vec![NOBODY; problem.locks().len()];
        for (slot, &lock) in self.locks.iter().enumerate().filter(|(_, lock)| **lock != NOBODY) {
            slots[lock as usize] = slot as u32;
        }
        for (home, &client) in self.homes.iter_mut().zip(clients) {
            let Some(lock) = problem.lock_of(client) else { continue };
            *home = slots[lock];
            assert!(*home != NOBODY, "a part holds the vehicles that its clients are bound to");
        }
        for slot in 0..self.locks.len() {
            let Some(lock) = self.lock_of(slot as u32) else { continue };
            let held = &problem.locks()[lock].begins_with;
            let partners = held.iter().filter_map(|&client| problem.partner(client));
            let kept = partners.filter(|partner| !held.contains(partner));
            for (client, grip) in
                held.iter().map(|&c| (c, Grip::Held)).chain(kept.map(|c| (c, Grip::Kept)))
            {
                let number = numbers[client.index()];
                self.grips[number as usize] = grip;
                self.beginnings[slot].push(number);
            }
        }
    }

    fn bind_neighbors(&mut self, problem: &Problem, numbers: &[u32]) {
        let n_clients = self.n_clients as usize;
        for order in problem.orders() {
            let (first, then) = (numbers[order.first.index()], numbers[order.then.index()]);
            if order.bond == Bond::Direct && self.behind.is_empty() {
                (self.behind, self.ahead) = (vec![NOBODY; n_clients], vec![NOBODY; n_clients]);
            }
            if order.bond == Bond::Loose && self.thens.is_empty() {
                self.thens = vec![SmallVec::new(); n_clients];
                self.firsts = vec![SmallVec::new(); n_clients];
            }
            // Those of different parts are on different routes.
            if first == NOBODY || then == NOBODY {
                assert!(
                    order.bond == Bond::Loose || first == then,
                    "a part holds direct neighbors together"
                );
                continue;
            }
            match order.bond {
                Bond::Direct => {
                    self.behind[first as usize] = then;
                    self.ahead[then as usize] = first;
                }
                Bond::Loose => {
                    self.thens[first as usize].push(then);
                    self.firsts[then as usize].push(first);
                }
            }
        }
    }

    fn bind_alternatives(&mut self, problem: &Problem, clients: &[ClientId]) {
        if problem.groups().is_empty() {
            return;
        }
        for (number, &client) in clients.iter().enumerate() {
            let group = problem.group_of(client);
            self.group_of.push(group.map_or(NOBODY, |group| group as u32));
            if let Some(group) = group {
                self.groups[group].push(number as u32);
            }
        }
    }

    /// The alternatives of which a client is one; nobody when it has no group.
    #[inline]
    pub(super) fn alternatives(&self, client: u32) -> &[u32] {
        match self.group_of.get(client as usize) {
            Some(&group) if group != NOBODY => &self.groups[group as usize],
            _ => &[],
        }
    }

    /// The lock of a slot's vehicle.
    pub(super) fn lock_of(&self, slot: u32) -> Option<usize> {
        self.locks.get(slot as usize).filter(|&&lock| lock != NOBODY).map(|&lock| lock as usize)
    }

    /// Whom a slot's route always serves: those at its beginning, whose place is fixed, and those behind them.
    pub(super) fn beginning(&self, slot: u32) -> (&[u32], &[u32]) {
        let beginning = &self.beginnings[slot as usize];
        beginning.split_at(beginning.partition_point(|&client| self.is_held(client)))
    }

    /// The slot that alone may serve a client.
    #[inline]
    pub(super) fn home(&self, client: u32) -> Option<u32> {
        let home = self.homes[client as usize];
        (home != NOBODY).then_some(home)
    }

    /// Whether the vehicle of a slot may serve a client, or pass with a return.
    #[inline]
    pub(super) fn allows(&self, slot: u32, client: u32) -> bool {
        let Some(&home) = self.homes.get(client as usize) else { return true };
        let is_refused = || {
            let kinds = self.refused.get(client as usize);
            kinds.is_some_and(|kinds| kinds.contains(&self.kinds[slot as usize]))
        };
        (home == NOBODY || home == slot) && !is_refused()
    }

    /// Whether a client is never left out.
    #[inline]
    pub(super) fn is_fixed(&self, client: u32) -> bool {
        client < self.n_clients && self.grips[client as usize] != Grip::Free
    }

    /// Whether nothing binds a client.
    pub(super) fn is_free(&self, client: u32) -> bool {
        let at = client as usize;
        let is_single = self.behind.is_empty() || self.behind[at] == self.ahead[at];
        let is_single = is_single && self.alternatives(client).is_empty();
        let is_single = is_single && self.refused.get(at).is_none_or(SmallVec::is_empty);
        self.homes[at] == NOBODY && is_single && (self.thens.is_empty() || !self.is_ordered(client))
    }

    fn is_ordered(&self, client: u32) -> bool {
        !self.thens[client as usize].is_empty() || !self.firsts[client as usize].is_empty()
    }

    /// Whether a node stands at a locked beginning.
    pub(super) fn is_held(&self, node: u32) -> bool {
        node < self.n_clients && self.grips[node as usize] == Grip::Held
    }

    /// Whether clients are bound to direct neighbors at all.
    pub(super) fn has_chains(&self) -> bool {
        !self.behind.is_empty()
    }

    /// Whether another client must come right behind this one.
    pub(super) fn leads(&self, client: u32) -> bool {
        self.behind.get(client as usize).is_some_and(|&behind| behind != NOBODY)
    }

    /// The first of the chain of direct neighbors that a client belongs to, itself when it has none.
    pub(super) fn head_of(&self, mut client: u32) -> u32 {
        while let Some(&ahead) = self.ahead.get(client as usize)
            && ahead != NOBODY
        {
            client = ahead;
        }
        client
    }

    /// A client and those who come right behind it, one after the other.
    pub(super) fn chain(&self, head: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(head), |&client| {
            self.behind.get(client as usize).copied().filter(|&behind| behind != NOBODY)
        })
    }

    /// Whether a client of the bank may go behind a node of a slot's route.
    pub(super) fn has_room<L: Law>(
        &self,
        links: &Links<L>,
        client: u32,
        slot: u32,
        after: u32,
    ) -> bool {
        let next = links.nodes[after as usize].next;
        let is_inside = || {
            // Returns do not count between direct neighbors.
            let mut before = after;
            while before >= self.n_clients && links.is_client(before) {
                before = links.nodes[before as usize].prev;
            }
            self.leads(before)
        };
        self.allows(slot, client)
            && !self.is_held(next)
            && !is_inside()
            && self.is_in_order(links, client, slot, after)
    }

    /// Whether a client behind a node comes before and behind whom it must on that route.
    fn is_in_order<L: Law>(&self, links: &Links<L>, client: u32, slot: u32, after: u32) -> bool {
        if self.thens.is_empty() {
            return true;
        }
        let is_here = |other: &u32| links.nodes[*other as usize].slot == slot;
        let (firsts, thens) = (&self.firsts[client as usize], &self.thens[client as usize]);
        if firsts.iter().any(is_here) {
            let mut node = links.nodes[after as usize].next;
            while links.is_client(node) {
                if firsts.contains(&node) {
                    return false;
                }
                node = links.nodes[node as usize].next;
            }
        }
        if thens.iter().any(is_here) {
            let mut node = after;
            while links.is_client(node) {
                if thens.contains(&node) {
                    return false;
                }
                node = links.nodes[node as usize].prev;
            }
        }
        true
    }

    /// Whether a new route leaves everything in place that is bound.
    pub(super) fn permits<L: Law>(&self, links: &Links<L>, route: &NewRoute) -> bool {
        let pieces = route.pieces();
        // Those held stand in a row: what keeps the last of them keeps all.
        let keeps_beginning = match *pieces.first().expect("a route has pieces") {
            Piece::Prefix(last) => !self.is_held(links.nodes[last as usize].next),
            _ => self.beginnings[route.slot as usize].is_empty(),
        };
        let is_owned = |&piece: &Piece| {
            let (Piece::Prefix(node)
            | Piece::Suffix(node)
            | Piece::One(node)
            | Piece::Span(node, _)
            | Piece::Reversed(node, _)) = piece;
            links.nodes[node as usize].slot == route.slot
        };
        let mut newcomers = pieces.iter().filter(|piece| !is_owned(piece));
        keeps_beginning
            && newcomers.all(|&piece| visits_of(piece, links).all(|c| self.allows(route.slot, c)))
            && ((self.behind.is_empty() && self.thens.is_empty())
                || self.keeps_orders(pieces.iter().flat_map(|&piece| visits_of(piece, links))))
    }

    /// Whether clients and returns in this order keep all orders among them, and no chain is torn.
    pub(super) fn keeps_orders(&self, visits: impl Iterator<Item = u32>) -> bool {
        let clients: SmallVec<[u32; 64]> = visits.filter(|&c| c < self.n_clients).collect();
        let is_bound = |list: &[u32], client: Option<&u32>, other: Option<&u32>| {
            let bound = client.map_or(NOBODY, |&client| list[client as usize]);
            bound == NOBODY || Some(&bound) == other
        };
        if self.has_chains() {
            let seams = (0..=clients.len())
                .map(|at| (at.checked_sub(1).and_then(|at| clients.get(at)), clients.get(at)));
            for (last, next) in seams {
                if !is_bound(&self.behind, last, next) || !is_bound(&self.ahead, next, last) {
                    return false;
                }
            }
        }
        self.thens.is_empty()
            || clients.iter().enumerate().all(|(at, &client)| {
                let thens = &self.thens[client as usize];
                thens.is_empty() || clients[..at].iter().all(|other| !thens.contains(other))
            })
    }

    /// Whether a slot's whole route obeys all ties.
    pub(super) fn holds(&self, slot: u32, visits: &[u32]) -> bool {
        let beginning = self.beginnings[slot as usize].iter().copied();
        let held: SmallVec<[u32; 16]> = beginning.clone().filter(|&c| self.is_held(c)).collect();
        visits.starts_with(&held)
            && beginning.clone().all(|client| visits.contains(&client))
            && visits.iter().all(|&client| self.allows(slot, client))
            && self.keeps_orders(visits.iter().copied())
    }

    /// A given route of a slot, with whom it always serves, and without whom it may not serve or does not serve in order.
    pub(super) fn tidy(&self, slot: u32, given: &[u32]) -> Vec<u32> {
        let beginning = &self.beginnings[slot as usize];
        let is_late = |client: &&u32| !self.is_held(**client) && !given.contains(client);
        let held = beginning.iter().filter(|&&client| self.is_held(client));
        let mut route: Vec<u32> = held.chain(beginning.iter().filter(is_late)).copied().collect();
        let n_begun = route.len();
        for &client in given {
            let is_here = self.allows(slot, client) && !self.is_held(client);
            let strange = |&other: &u32| self.is_fixed(other) && !beginning.contains(&other);
            if !is_here || strange(&client) {
                continue;
            }
            let orders = self.thens.get(client as usize);
            if orders.is_none_or(|thens| !route.iter().any(|other| thens.contains(other))) {
                route.push(client);
            }
        }
        self.drop_torn_chains(&mut route, n_begun);
        route
    }

    /// Takes clients out whose direct neighbors are not beside them.
    pub(super) fn drop_torn_chains(&self, route: &mut Vec<u32>, n_begun: usize) {
        if !self.has_chains() {
            return;
        }
        let mut kept: Vec<u32> = route[..n_begun].to_vec();
        let mut at = n_begun;
        while at < route.len() {
            let chain: SmallVec<[u32; 8]> = self.chain(route[at]).collect();
            let is_whole = self.head_of(route[at]) == route[at] || route[at] >= self.n_clients;
            if is_whole && route[at..].starts_with(&chain) {
                kept.extend_from_slice(&chain);
                at += chain.len();
            } else {
                at += 1;
            }
        }
        *route = kept;
    }
}
