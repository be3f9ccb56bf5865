//! The mutable working solution: routes as linked lists, the bank of unserved clients, and an undo that costs
//! only what was touched.
//!
//! A change hands over the new sequence of one route; the route is rebuilt with its marks and its burden. The first
//! time an iteration touches a route its old sequence is saved, so that a rejected iteration relinks only those.

use crate::solver::law::{Burden, Law, Penalties, Slots};
use crate::solver::part::Part;

/// The slot of a client that no route serves.
pub(super) const BANK: u32 = u32::MAX;

/// A node's place in its route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub prev: u32,
    pub next: u32,
    pub slot: u32,
    /// Counted from 1 behind the start; 0 at the start itself.
    pub position: u32,
    /// Price of the leg to `next`, for the vehicle of this route.
    pub leg: i64,
}

/// All nodes and their marks: what a law needs to assess a candidate.
pub(super) struct Links<L: Law> {
    pub nodes: Vec<Node>,
    pub marks: Vec<L::Mark>,
    pub slots: Slots,
}

impl<L: Law> Links<L> {
    #[inline]
    pub(super) fn is_client(&self, node: u32) -> bool {
        node < self.slots.n_clients
    }
}

/// What a slot's route costs now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SlotState {
    pub legs: i64,
    pub burden: Burden,
    pub n_clients: u32,
}

/// The working solution.
pub(super) struct Routes<'a, L: Law> {
    pub law: &'a L,
    pub links: Links<L>,
    pub states: Vec<SlotState>,
    unserved_price: &'a [i64],
    // Invariant: exactly the clients whose slot is BANK; position in the bank kept in `Node::position`.
    pub bank: Vec<u32>,
    /// Legs and real prices of all routes, and the price of the bank.
    cost: i64,
    // Invariant: slots whose burden is not feasible.
    n_infeasible: u32,
    n_used: usize,
    /// Empty slots, one stack per run of slots of the same kind.
    empty: Vec<Vec<u32>>,
    kind_of: Vec<u32>,
    empty_position: Vec<u32>,
    undo: Undo,
    scratch: Vec<u32>,
}

#[derive(Default)]
struct Undo {
    /// Which slots were saved in this iteration, in order.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    saved_states: Vec<SlotState>,
    saved_ends: Vec<usize>,
    saved_clients: Vec<u32>,
    saved_bank: Vec<u32>,
    cost: i64,
    n_infeasible: u32,
}

impl<'a, L: Law> Routes<'a, L> {
    /// Everyone in the bank, all routes empty.
    pub(super) fn new(law: &'a L, part: &'a Part) -> Self {
        let n_clients = part.n_clients();
        let n_slots = part.slots.len();
        let slots = Slots { n_clients: n_clients as u32 };
        let mut nodes = vec![Node::default(); n_clients + 2 * n_slots];
        for (i, node) in nodes.iter_mut().take(n_clients).enumerate() {
            *node = Node { prev: BANK, next: BANK, slot: BANK, position: i as u32, leg: 0 };
        }
        let marks = vec![L::Mark::default(); nodes.len()];
        let mut kind_of = Vec::with_capacity(n_slots);
        let mut kinds: Vec<u32> = Vec::new();
        for slot in 0..n_slots as u32 {
            let known = kinds.last().is_some_and(|&first| law.same_kind(first, slot));
            if !known {
                kinds.push(slot);
            }
            kind_of.push(kinds.len() as u32 - 1);
        }
        let mut routes = Self {
            law,
            links: Links { nodes, marks, slots },
            states: vec![SlotState::default(); n_slots],
            unserved_price: &part.unserved,
            bank: (0..n_clients as u32).collect(),
            cost: part.unserved.iter().sum(),
            n_infeasible: 0,
            n_used: n_slots,
            empty: vec![Vec::new(); kinds.len()],
            kind_of,
            empty_position: vec![0; n_slots],
            undo: Undo { is_touched: vec![false; n_slots], ..Undo::default() },
            scratch: Vec::new(),
        };
        for slot in (0..n_slots as u32).rev() {
            routes.rebuild(slot, &[]);
            routes.push_empty(slot);
        }
        routes
    }

    #[inline]
    pub(super) fn node(&self, node: u32) -> Node {
        self.links.nodes[node as usize]
    }

    #[inline]
    pub(super) fn slot_of(&self, client: u32) -> u32 {
        self.links.nodes[client as usize].slot
    }

    #[inline]
    pub(super) fn start(&self, slot: u32) -> u32 {
        self.links.slots.start(slot)
    }

    #[inline]
    pub(super) fn end(&self, slot: u32) -> u32 {
        self.links.slots.end(slot)
    }

    pub(super) fn n_clients(&self) -> usize {
        self.links.slots.n_clients as usize
    }

    /// How many slots have a route.
    pub(super) fn n_used(&self) -> usize {
        self.n_used
    }

    pub(super) fn n_slots(&self) -> usize {
        self.states.len()
    }

    /// Legs and real prices of all routes, and the price of the bank; excess is not in it.
    pub(super) fn cost(&self) -> i64 {
        self.cost
    }

    pub(super) fn is_feasible(&self) -> bool {
        self.n_infeasible == 0
    }

    #[inline]
    pub(super) fn unserved_price(&self, client: u32) -> i64 {
        self.unserved_price[client as usize]
    }

    /// What the burden of a slot's route is priced now.
    #[inline]
    pub(super) fn burden_price(&self, slot: u32, penalties: Penalties) -> i64 {
        penalties.price(self.states[slot as usize].burden)
    }

    /// One empty slot of every kind that has any.
    pub(super) fn empty_slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.empty.iter().filter_map(|stack| stack.last().copied())
    }

    /// The clients of a slot's route, in order.
    pub(super) fn clients(&self, slot: u32) -> impl Iterator<Item = u32> + '_ {
        let n_clients = self.links.slots.n_clients;
        let mut node = self.links.nodes[self.start(slot) as usize].next;
        std::iter::from_fn(move || {
            (node < n_clients).then(|| {
                let client = node;
                node = self.links.nodes[node as usize].next;
                client
            })
        })
    }

    /// Slots touched since [`Routes::begin`].
    pub(super) fn touched(&self) -> &[u32] {
        &self.undo.touched
    }

    /// Begins an iteration: from here [`Routes::rollback`] leads back.
    pub(super) fn begin(&mut self) {
        for &slot in &self.undo.touched {
            self.undo.is_touched[slot as usize] = false;
        }
        self.undo.touched.clear();
        self.undo.saved_states.clear();
        self.undo.saved_ends.clear();
        self.undo.saved_clients.clear();
        self.undo.saved_bank.clear();
        self.undo.saved_bank.extend_from_slice(&self.bank);
        self.undo.cost = self.cost;
        self.undo.n_infeasible = self.n_infeasible;
    }

    /// Takes back everything since [`Routes::begin`].
    pub(super) fn rollback(&mut self) {
        while let Some(client) = self.bank.pop() {
            self.links.nodes[client as usize].slot = BANK - 1;
        }
        let undo = std::mem::take(&mut self.undo);
        let mut from = 0;
        for (i, &slot) in undo.touched.iter().enumerate() {
            let to = undo.saved_ends[i];
            self.relink(slot, &undo.saved_clients[from..to]);
            debug_assert_eq!(self.states[slot as usize], undo.saved_states[i]);
            from = to;
        }
        for (position, &client) in undo.saved_bank.iter().enumerate() {
            self.bank.push(client);
            self.links.nodes[client as usize] =
                Node { prev: BANK, next: BANK, slot: BANK, position: position as u32, leg: 0 };
        }
        self.cost = undo.cost;
        self.n_infeasible = undo.n_infeasible;
        self.undo = undo;
        self.begin();
    }

    /// Replaces the route of a slot. The clients named must be in no other route when the iteration ends.
    pub(super) fn set_route(&mut self, slot: u32, clients: &[u32]) {
        self.save(slot);
        let before = self.states[slot as usize];
        self.relink(slot, clients);
        let after = self.states[slot as usize];
        self.cost += after.legs + after.burden.priced - before.legs - before.burden.priced;
        self.n_infeasible += u32::from(!after.burden.is_feasible());
        self.n_infeasible -= u32::from(!before.burden.is_feasible());
    }

    /// Replaces two routes that exchange clients.
    pub(super) fn set_routes(&mut self, a: (u32, &[u32]), b: (u32, &[u32])) {
        // Both must be saved before either is relinked: a saved route is read along its links.
        self.save(a.0);
        self.save(b.0);
        self.set_route(a.0, a.1);
        self.set_route(b.0, b.1);
    }

    /// Inserts a client behind a node of a slot's route; the client comes from the bank or was just removed.
    pub(super) fn insert(&mut self, client: u32, slot: u32, after: u32) {
        self.leave_bank(client);
        let mut sequence = std::mem::take(&mut self.scratch);
        sequence.clear();
        if after == self.start(slot) {
            sequence.push(client);
        }
        for other in self.clients(slot) {
            sequence.push(other);
            if other == after {
                sequence.push(client);
            }
        }
        self.set_route(slot, &sequence);
        self.scratch = sequence;
    }

    /// Takes clients out of one route, into the bank.
    pub(super) fn remove_all(&mut self, slot: u32, is_removed: impl Fn(u32) -> bool) {
        let mut sequence = std::mem::take(&mut self.scratch);
        sequence.clear();
        let mut removed_from = 0;
        let n_before = self.states[slot as usize].n_clients as usize;
        for client in self.clients(slot) {
            if is_removed(client) {
                sequence.push(client);
            } else {
                sequence.insert(removed_from, client);
                removed_from += 1;
            }
        }
        debug_assert_eq!(sequence.len(), n_before);
        self.set_route(slot, &sequence[..removed_from]);
        for &client in &sequence[removed_from..] {
            self.enter_bank(client);
        }
        self.scratch = sequence;
    }

    fn enter_bank(&mut self, client: u32) {
        let position = self.bank.len() as u32;
        self.bank.push(client);
        self.links.nodes[client as usize] =
            Node { prev: BANK, next: BANK, slot: BANK, position, leg: 0 };
        self.cost += self.unserved_price[client as usize];
    }

    fn leave_bank(&mut self, client: u32) {
        let Node { slot, position, .. } = self.links.nodes[client as usize];
        debug_assert_eq!(slot, BANK, "only clients of the bank are inserted");
        self.bank.swap_remove(position as usize);
        if let Some(&moved) = self.bank.get(position as usize) {
            self.links.nodes[moved as usize].position = position;
        }
        self.cost -= self.unserved_price[client as usize];
    }

    fn save(&mut self, slot: u32) {
        if std::mem::replace(&mut self.undo.is_touched[slot as usize], true) {
            return;
        }
        self.undo.touched.push(slot);
        self.undo.saved_states.push(self.states[slot as usize]);
        let n_clients = self.links.slots.n_clients;
        let mut node = self.links.nodes[self.links.slots.start(slot) as usize].next;
        while node < n_clients {
            self.undo.saved_clients.push(node);
            node = self.links.nodes[node as usize].next;
        }
        self.undo.saved_ends.push(self.undo.saved_clients.len());
    }

    fn relink(&mut self, slot: u32, clients: &[u32]) {
        let was_empty = self.states[slot as usize].n_clients == 0;
        self.rebuild(slot, clients);
        match (was_empty, clients.is_empty()) {
            (true, false) => self.pop_empty(slot),
            (false, true) => self.push_empty(slot),
            _ => {}
        }
    }

    fn rebuild(&mut self, slot: u32, clients: &[u32]) {
        let (start, end) = (self.start(slot), self.end(slot));
        let mut prev = start;
        let mut legs = 0;
        self.links.nodes[start as usize] =
            Node { prev: start, next: end, slot, position: 0, leg: 0 };
        for (i, &client) in clients.iter().enumerate() {
            let leg = self.law.leg(slot, prev, client);
            let before = &mut self.links.nodes[prev as usize];
            (before.next, before.leg) = (client, leg);
            self.links.nodes[client as usize] =
                Node { prev, next: end, slot, position: i as u32 + 1, leg: 0 };
            legs += leg;
            prev = client;
        }
        // An empty route has no legs, not even from its start to its end.
        let home = if clients.is_empty() { 0 } else { self.law.leg(slot, prev, end) };
        let before = &mut self.links.nodes[prev as usize];
        (before.next, before.leg) = (end, home);
        self.links.nodes[end as usize] =
            Node { prev, next: end, slot, position: clients.len() as u32 + 1, leg: 0 };
        legs += home;
        let burden = self.law.refresh(slot, clients, &mut self.links.marks);
        self.states[slot as usize] = SlotState { legs, burden, n_clients: clients.len() as u32 };
    }

    fn push_empty(&mut self, slot: u32) {
        self.n_used -= 1;
        let stack = &mut self.empty[self.kind_of[slot as usize] as usize];
        self.empty_position[slot as usize] = stack.len() as u32;
        stack.push(slot);
    }

    fn pop_empty(&mut self, slot: u32) {
        self.n_used += 1;
        let stack = &mut self.empty[self.kind_of[slot as usize] as usize];
        let position = self.empty_position[slot as usize] as usize;
        stack.swap_remove(position);
        if let Some(&moved) = stack.get(position) {
            self.empty_position[moved as usize] = position as u32;
        }
    }

    /// Recomputes everything from the sequences and compares. For debug builds and the feature `paranoid`.
    pub(super) fn assert_consistent(&mut self) {
        let mut cost = 0;
        let mut served = 0;
        for slot in 0..self.n_slots() as u32 {
            let clients: Vec<u32> = self.clients(slot).collect();
            let before = self.states[slot as usize];
            self.rebuild(slot, &clients);
            assert_eq!(before, self.states[slot as usize], "slot {slot} was priced exactly");
            cost += before.legs + before.burden.priced;
            served += clients.len();
        }
        for (position, &client) in self.bank.iter().enumerate() {
            let node = self.node(client);
            assert_eq!(
                (node.slot, node.position),
                (BANK, position as u32),
                "the bank knows its clients"
            );
            cost += self.unserved_price[client as usize];
        }
        assert_eq!(cost, self.cost, "the cost is the sum of its parts");
        assert_eq!(served + self.bank.len(), self.n_clients(), "every client is somewhere, once");
        let n_infeasible = self.states.iter().filter(|s| !s.burden.is_feasible()).count();
        assert_eq!(n_infeasible as u32, self.n_infeasible, "infeasible routes are counted");
    }
}
