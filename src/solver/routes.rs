//! The mutable working solution: routes as linked lists, the bank of unserved clients, and an undo that costs
//! only what was touched.
//!
//! Clients are spliced out and in one by one while a plan is ruined and recreated; a move hands over whole new routes
//! as steps that already know their legs. The first time an iteration touches a route its steps are saved, so that a
//! rejected iteration relinks only those, and no leg is looked up twice.

use crate::solver::law::{Burden, Law, Penalties, Slots};
use crate::solver::part::Part;
use crate::solver::ties::Ties;

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
    /// Price of the leg from `prev`, for the vehicle of this route.
    pub leg_in: i64,
    /// Price of the leg to `next`.
    pub leg_out: i64,
}

impl Node {
    /// A client of the bank.
    fn waiting(position: u32) -> Self {
        Self { prev: BANK, next: BANK, slot: BANK, position, leg_in: 0, leg_out: 0 }
    }
}

/// A node of a route to be, and the price of the leg that leads to it. The last step of a route is its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub node: u32,
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
    /// What binds clients, where anything does.
    pub ties: Option<&'a Ties>,
    pub links: Links<L>,
    pub states: Vec<SlotState>,
    unserved_price: Vec<i64>,
    /// Most slots that may have a route: at so many, no empty one is offered.
    pub limit: usize,
    // Invariant: exactly the clients whose slot is BANK; position in the bank kept in `Node::position`.
    pub bank: Vec<u32>,
    // Invariant: exactly the returns whose slot is BANK; their position kept likewise.
    idle_reloads: Vec<u32>,
    n_clients: usize,
    /// Legs and real prices of all routes, and the price of the bank.
    cost: i64,
    // Invariant: slots whose burden is not feasible.
    n_infeasible: u32,
    n_used: usize,
    /// Empty slots, one stack per run of slots of the same kind.
    empty: Vec<Vec<u32>>,
    kind_of: Vec<u32>,
    empty_position: Vec<u32>,
    /// Slots whose positions and marks lag behind their links.
    stale: Vec<u32>,
    is_stale: Vec<bool>,
    undo: Undo,
}

#[derive(Default)]
struct Undo {
    /// Which slots were saved in this iteration, in order.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    saved_states: Vec<SlotState>,
    saved_ends: Vec<usize>,
    saved_steps: Vec<Step>,
    saved_bank: Vec<u32>,
    saved_reloads: Vec<u32>,
    cost: i64,
    n_infeasible: u32,
}

impl<'a, L: Law> Routes<'a, L> {
    /// Everyone in the bank, all routes empty.
    pub(super) fn new(law: &'a L, part: &'a Part) -> Self {
        let n_clients = part.n_clients();
        let n_slots = part.slots.len();
        let n_visits = part.n_visits();
        let slots = Slots { n_clients: n_visits as u32 };
        let mut nodes = vec![Node::default(); n_visits + 2 * n_slots];
        for (i, node) in nodes.iter_mut().take(n_visits).enumerate() {
            let position = if i < n_clients { i } else { i - n_clients };
            *node = Node::waiting(position as u32);
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
            ties: part.ties.as_deref(),
            links: Links { nodes, marks, slots },
            states: vec![SlotState::default(); n_slots],
            unserved_price: part.unserved.clone(),
            limit: usize::MAX,
            bank: (0..n_clients as u32).collect(),
            idle_reloads: (n_clients as u32..n_visits as u32).collect(),
            n_clients,
            cost: part.unserved.iter().sum(),
            n_infeasible: 0,
            n_used: n_slots,
            empty: vec![Vec::new(); kinds.len()],
            kind_of,
            empty_position: vec![0; n_slots],
            stale: Vec::new(),
            is_stale: vec![false; n_slots],
            undo: Undo { is_touched: vec![false; n_slots], ..Undo::default() },
        };
        for slot in (0..n_slots as u32).rev() {
            routes.relink(slot, &[Step { node: slots.end(slot), leg: 0 }]);
            routes.push_empty(slot);
        }
        routes
    }

    #[inline]
    pub(super) fn node(&self, node: u32) -> Node {
        self.links.nodes[node as usize]
    }

    /// Whether the vehicle of a slot may serve a client at all.
    #[inline]
    pub(super) fn allows(&self, slot: u32, client: u32) -> bool {
        self.law.allows(slot, client) && self.ties.is_none_or(|ties| ties.allows(slot, client))
    }

    /// Whether ties let a client of the bank go behind a node.
    #[inline]
    pub(super) fn has_room(&self, client: u32, slot: u32, after: u32) -> bool {
        self.ties.is_none_or(|ties| ties.has_room(&self.links, client, slot, after))
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

    /// The nodes at both ends of a slot's route.
    #[inline]
    pub(super) fn ends(&self, slot: u32) -> (u32, u32) {
        (self.start(slot), self.end(slot))
    }

    /// How many kinds of vehicles there are.
    #[inline]
    pub(super) fn n_kinds(&self) -> usize {
        self.empty.len()
    }

    /// How many clients, returns not counted.
    pub(super) fn n_clients(&self) -> usize {
        self.n_clients
    }

    /// How many clients and returns.
    pub(super) fn n_visits(&self) -> usize {
        self.links.slots.n_clients as usize
    }

    /// Whether a node is a return.
    #[inline]
    pub(super) fn is_reload(&self, node: u32) -> bool {
        L::RELOADS && node as usize >= self.n_clients && self.links.is_client(node)
    }

    /// Whether one more return may be had.
    pub(super) fn idle_reload(&self, first: u32) -> Option<u32> {
        self.idle_reloads.iter().rev().copied().find(|&r| self.law.same_reload(r, first))
    }

    /// How many routes there are.
    pub(super) fn n_used(&self) -> usize {
        self.n_used
    }

    /// How many trips all routes have together.
    pub(super) fn n_trips(&self) -> usize {
        self.n_used + self.n_visits() - self.n_clients - self.idle_reloads.len()
    }

    /// The node where the trip of a served client begins: the start of its route, or a return.
    #[inline]
    pub(super) fn beginning(&self, client: u32) -> u32 {
        let mut node = self.links.nodes[client as usize];
        if L::RELOADS {
            while self.links.is_client(node.prev) {
                if self.is_reload(node.prev) {
                    return node.prev;
                }
                node = self.links.nodes[node.prev as usize];
            }
        }
        self.start(node.slot)
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

    /// What leaving out everyone in the bank costs.
    pub(super) fn waiting_price(&self) -> i64 {
        self.bank.iter().map(|&client| self.unserved_price[client as usize]).sum()
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

    /// The most by which a move usually relieves a slot's route.
    #[inline]
    pub(super) fn relief(&self, slot: u32, penalties: Penalties) -> i64 {
        penalties.relief(self.states[slot as usize].burden)
    }

    /// One empty slot of every kind that has any, below the limit of routes.
    pub(super) fn empty_slots(&self) -> impl Iterator<Item = u32> + '_ {
        let stacks = if self.n_used < self.limit { &self.empty[..] } else { &[] };
        stacks.iter().filter_map(|stack| stack.last().copied())
    }

    /// Changes what leaving a client out costs.
    pub(super) fn reprice(&mut self, client: u32, price: i64) {
        let known = &mut self.unserved_price[client as usize];
        if self.links.nodes[client as usize].slot == BANK {
            self.cost += price - *known;
        }
        *known = price;
    }

    /// Number of a slot's kind.
    pub(super) fn kind(&self, slot: u32) -> usize {
        self.kind_of[slot as usize] as usize
    }

    /// Whether there is an empty slot of a slot's kind.
    pub(super) fn has_idle(&self, slot: u32) -> bool {
        !self.empty[self.kind_of[slot as usize] as usize].is_empty()
    }

    /// One empty slot of a kind, when there is any that may be opened.
    pub(super) fn empty_slot_of(&self, kind: usize) -> Option<u32> {
        if self.n_used >= self.limit {
            return None;
        }
        self.empty.get(kind).and_then(|stack| stack.last().copied())
    }

    /// The slots that have a route.
    pub(super) fn used_slots(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.n_slots() as u32).filter(|&slot| self.states[slot as usize].n_clients > 0)
    }

    /// Takes the returns out of routes of this iteration that visit nobody.
    pub(super) fn drop_empty_trips(&mut self) {
        if !L::RELOADS {
            return;
        }
        for at in 0..self.undo.touched.len() {
            let slot = self.undo.touched[at];
            let visits: Vec<u32> = self.clients(slot).collect();
            if !visits.is_empty() && visits.iter().all(|&node| self.is_reload(node)) {
                self.remove_all(slot, &visits);
            }
        }
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
        self.undo.saved_steps.clear();
        self.undo.saved_bank.clear();
        self.undo.saved_bank.extend_from_slice(&self.bank);
        self.undo.saved_reloads.clear();
        self.undo.saved_reloads.extend_from_slice(&self.idle_reloads);
        self.undo.cost = self.cost;
        self.undo.n_infeasible = self.n_infeasible;
    }

    /// Takes back everything since [`Routes::begin`].
    pub(super) fn rollback(&mut self) {
        while let Some(client) = self.bank.pop().or_else(|| self.idle_reloads.pop()) {
            self.links.nodes[client as usize].slot = BANK - 1;
        }
        let undo = std::mem::take(&mut self.undo);
        let mut from = 0;
        for (i, &slot) in undo.touched.iter().enumerate() {
            let to = undo.saved_ends[i];
            self.replace(slot, &undo.saved_steps[from..to]);
            debug_assert_eq!(self.states[slot as usize], undo.saved_states[i]);
            from = to;
        }
        for (position, &client) in undo.saved_bank.iter().enumerate() {
            self.bank.push(client);
            self.links.nodes[client as usize] = Node::waiting(position as u32);
        }
        for (position, &reload) in undo.saved_reloads.iter().enumerate() {
            self.idle_reloads.push(reload);
            self.links.nodes[reload as usize] = Node::waiting(position as u32);
        }
        self.cost = undo.cost;
        self.n_infeasible = undo.n_infeasible;
        self.undo = undo;
        self.begin();
    }

    /// Replaces the route of a slot. The clients named must be in no other route when the iteration ends.
    pub(super) fn set_route(&mut self, slot: u32, steps: &[Step]) {
        self.save(slot);
        let before = self.states[slot as usize];
        self.replace(slot, steps);
        self.account(slot, before);
    }

    /// Replaces the whole plan by these routes; clients they leave out wait in the bank.
    pub(super) fn set_all(&mut self, routes: &[Vec<u32>]) {
        for slot in 0..self.n_slots() as u32 {
            let clients: Vec<u32> = self.clients(slot).collect();
            if routes[slot as usize] != clients {
                self.remove_all(slot, &clients);
            }
        }
        for (slot, clients) in routes.iter().enumerate() {
            for &client in clients {
                if self.slot_of(client) == BANK {
                    let after = self.node(self.end(slot as u32)).prev;
                    self.insert(client, slot as u32, after);
                }
            }
        }
        self.freshen();
    }

    /// Replaces two routes that exchange clients.
    pub(super) fn set_routes(&mut self, a: (u32, &[Step]), b: (u32, &[Step])) {
        // Both must be saved before either is relinked: a saved route is read along its links.
        self.save(a.0);
        self.save(b.0);
        self.set_route(a.0, a.1);
        self.set_route(b.0, b.1);
    }

    /// Inserts a client of the bank behind a node of a slot's route. Where the law allows, marks and positions are
    /// brought up to date later, by [`Routes::freshen`].
    pub(super) fn insert(&mut self, client: u32, slot: u32, after: u32) {
        self.save(slot);
        self.leave_bank(client);
        let before = self.states[slot as usize];
        let next = self.links.nodes[after as usize].next;
        let leg_in = self.law.leg_into(slot, after, client);
        let leg_out = self.law.leg(slot, client, next);
        let nodes = &mut self.links.nodes;
        nodes[client as usize] = Node { prev: after, next, slot, position: 0, leg_in, leg_out };
        let ahead = &mut nodes[after as usize];
        let direct = ahead.leg_out;
        (ahead.next, ahead.leg_out) = (client, leg_in);
        let behind = &mut nodes[next as usize];
        (behind.prev, behind.leg_in) = (client, leg_out);
        let state = &mut self.states[slot as usize];
        state.legs += leg_in + leg_out - direct;
        state.n_clients += 1;
        if L::INSERTS_BY_MARKS {
            self.refresh(slot);
        } else {
            self.states[slot as usize].burden = self.law.take_in(slot, client, &mut self.links);
            if !std::mem::replace(&mut self.is_stale[slot as usize], true) {
                self.stale.push(slot);
            }
        }
        if before.n_clients == 0 {
            self.pop_empty(slot);
        }
        self.account(slot, before);
    }

    /// Takes clients out of one route, into the bank. They need not stand together.
    pub(super) fn remove_all(&mut self, slot: u32, clients: &[u32]) {
        self.save(slot);
        let before = self.states[slot as usize];
        let (start, end) = (self.start(slot), self.end(slot));
        for &client in clients {
            let Node { prev, next, leg_in, leg_out, .. } = self.links.nodes[client as usize];
            // An empty route has no legs, not even from its start to its end.
            let is_last = prev == start && next == end;
            let direct = if is_last { 0 } else { self.law.leg(slot, prev, next) };
            let ahead = &mut self.links.nodes[prev as usize];
            (ahead.next, ahead.leg_out) = (next, direct);
            let behind = &mut self.links.nodes[next as usize];
            (behind.prev, behind.leg_in) = (prev, direct);
            self.states[slot as usize].legs += direct - leg_in - leg_out;
            self.enter_bank(client);
        }
        self.states[slot as usize].n_clients -= clients.len() as u32;
        self.refresh(slot);
        if before.n_clients > 0 && self.states[slot as usize].n_clients == 0 {
            self.push_empty(slot);
        }
        self.account(slot, before);
    }

    /// Brings all marks and positions up to date that lag behind.
    pub(super) fn freshen(&mut self) {
        while let Some(slot) = self.stale.pop() {
            if std::mem::replace(&mut self.is_stale[slot as usize], false) {
                self.refresh(slot);
            }
        }
    }

    /// Books what a slot's route costs now instead of before.
    fn account(&mut self, slot: u32, before: SlotState) {
        let after = self.states[slot as usize];
        self.cost += after.legs + after.burden.priced - before.legs - before.burden.priced;
        self.n_infeasible += u32::from(!after.burden.is_feasible());
        self.n_infeasible -= u32::from(!before.burden.is_feasible());
    }

    fn enter_bank(&mut self, client: u32) {
        let is_reload = self.is_reload(client);
        let bank = if is_reload { &mut self.idle_reloads } else { &mut self.bank };
        let position = bank.len() as u32;
        bank.push(client);
        self.links.nodes[client as usize] = Node::waiting(position);
        self.cost += if is_reload { 0 } else { self.unserved_price[client as usize] };
    }

    fn leave_bank(&mut self, client: u32) {
        let Node { slot, position, .. } = self.links.nodes[client as usize];
        debug_assert_eq!(slot, BANK, "only clients of the bank are inserted");
        let is_reload = self.is_reload(client);
        let bank = if is_reload { &mut self.idle_reloads } else { &mut self.bank };
        bank.swap_remove(position as usize);
        if let Some(&moved) = bank.get(position as usize) {
            self.links.nodes[moved as usize].position = position;
        }
        self.cost -= if is_reload { 0 } else { self.unserved_price[client as usize] };
    }

    fn save(&mut self, slot: u32) {
        if std::mem::replace(&mut self.undo.is_touched[slot as usize], true) {
            return;
        }
        self.undo.touched.push(slot);
        self.undo.saved_states.push(self.states[slot as usize]);
        let end = self.end(slot);
        let mut node = self.start(slot);
        while node != end {
            let Node { next, leg_out, .. } = self.links.nodes[node as usize];
            self.undo.saved_steps.push(Step { node: next, leg: leg_out });
            node = next;
        }
        self.undo.saved_ends.push(self.undo.saved_steps.len());
    }

    /// Replaces a route and keeps the empty slots known.
    fn replace(&mut self, slot: u32, steps: &[Step]) {
        let was_empty = self.states[slot as usize].n_clients == 0;
        self.relink(slot, steps);
        match (was_empty, self.states[slot as usize].n_clients == 0) {
            (true, false) => self.pop_empty(slot),
            (false, true) => self.push_empty(slot),
            _ => {}
        }
    }

    fn relink(&mut self, slot: u32, steps: &[Step]) {
        let mut prev = self.start(slot);
        let mut legs = 0;
        let nodes = &mut self.links.nodes;
        nodes[prev as usize] = Node { prev, slot, ..Node::default() };
        for (i, &Step { node, leg }) in steps.iter().enumerate() {
            let ahead = &mut nodes[prev as usize];
            (ahead.next, ahead.leg_out) = (node, leg);
            let position = i as u32 + 1;
            nodes[node as usize] =
                Node { prev, next: node, slot, position, leg_in: leg, leg_out: 0 };
            legs += leg;
            prev = node;
        }
        self.is_stale[slot as usize] = false;
        let burden = self.law.refresh(slot, &mut self.links);
        let n_clients = steps.len() as u32 - 1;
        self.states[slot as usize] = SlotState { legs, burden, n_clients };
    }

    /// Brings positions, marks and burden of a route up to date with its links.
    fn refresh(&mut self, slot: u32) {
        self.is_stale[slot as usize] = false;
        let end = self.end(slot);
        let mut node = self.start(slot);
        let mut position = 0;
        while node != end {
            let here = &mut self.links.nodes[node as usize];
            here.position = position;
            node = here.next;
            position += 1;
        }
        self.links.nodes[end as usize].position = position;
        self.states[slot as usize].burden = self.law.refresh(slot, &mut self.links);
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
            let state = self.states[slot as usize];
            let mut legs = 0;
            let mut prev = self.start(slot);
            for (i, &client) in clients.iter().enumerate() {
                legs += self.law.leg(slot, prev, client);
                let node = self.node(client);
                assert_eq!((node.prev, node.slot), (prev, slot), "links lead back");
                assert_eq!(node.position, i as u32 + 1, "positions count up");
                prev = client;
            }
            if !clients.is_empty() {
                legs += self.law.leg(slot, prev, self.end(slot));
            }
            assert_eq!(state.legs, legs, "slot {slot}: legs are summed exactly");
            let judged = self.law.judge(slot, &clients);
            assert_eq!(state.burden, judged, "slot {slot} is assessed exactly");
            let is_obedient = self.ties.is_none_or(|ties| ties.holds(slot, &clients));
            assert!(is_obedient, "slot {slot} obeys its ties: {clients:?}");
            cost += state.legs + state.burden.priced;
            served += clients.iter().filter(|&&client| !self.is_reload(client)).count();
        }
        for client in 0..self.n_clients() as u32 {
            let Some(couple) = self.law.couple_of(client) else { continue };
            let (pickup, delivery) = (self.node(couple.pickup), self.node(couple.delivery));
            assert_eq!(pickup.slot, delivery.slot, "a pair is served by one vehicle or none");
            let is_ordered = pickup.slot == BANK || pickup.position < delivery.position;
            assert!(is_ordered, "a pickup comes before its delivery");
        }
        for client in 0..self.n_clients() as u32 {
            let alternatives = self.ties.map_or(&[][..], |ties| ties.alternatives(client));
            let n_served = alternatives.iter().filter(|&&a| self.slot_of(a) != BANK).count();
            assert!(n_served <= 1, "one of a group is served at most");
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
        for (position, &reload) in self.idle_reloads.iter().enumerate() {
            let node = self.node(reload);
            assert_eq!(
                (node.slot, node.position),
                (BANK, position as u32),
                "idle returns are known"
            );
        }
        assert_eq!(cost, self.cost, "the cost is the sum of its parts");
        assert_eq!(served + self.bank.len(), self.n_clients(), "every client is somewhere, once");
        let n_infeasible = self.states.iter().filter(|s| !s.burden.is_feasible()).count();
        assert_eq!(n_infeasible as u32, self.n_infeasible, "infeasible routes are counted");
    }
}
