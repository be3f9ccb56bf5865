//! How the working solution changes, and an undo that costs only what was touched.
//!
//! Clients are spliced out and in one by one while a plan is ruined and recreated; a move hands over whole new routes
//! as steps that already know their legs. The first time an iteration touches a route its steps are saved, so that a
//! rejected iteration relinks only those, and no leg is looked up twice.

use crate::solver::law::Law;
use crate::solver::loyalty::Loyalty;
use crate::solver::routes::{BANK, Node, Routes, SlotState, Step};

/// What an iteration must know to be taken back.
#[derive(Default)]
pub(super) struct Undo {
    /// Which slots were saved in this iteration, in order.
    pub(super) touched: Vec<u32>,
    is_touched: Vec<bool>,
    saved_versions: Vec<u64>,
    saved_states: Vec<SlotState>,
    saved_ends: Vec<usize>,
    saved_steps: Vec<Step>,
    saved_bank: Vec<u32>,
    saved_reloads: Vec<u32>,
    cost: i64,
    n_infeasible: u32,
    n_strangers: u32,
}

impl Undo {
    pub(super) fn new(n_slots: usize) -> Self {
        Self { is_touched: vec![false; n_slots], ..Self::default() }
    }

    #[inline]
    pub(super) fn is_touched(&self, slot: u32) -> bool {
        self.is_touched[slot as usize]
    }
}

impl<L: Law> Routes<'_, L> {
    /// Begins an iteration: from here [`Routes::rollback`] leads back.
    pub(in crate::solver) fn begin(&mut self) {
        for &slot in &self.undo.touched {
            self.undo.is_touched[slot as usize] = false;
        }
        self.undo.touched.clear();
        self.undo.saved_versions.clear();
        self.undo.saved_states.clear();
        self.undo.saved_ends.clear();
        self.undo.saved_steps.clear();
        self.undo.saved_bank.clear();
        self.undo.saved_bank.extend_from_slice(&self.bank);
        self.undo.saved_reloads.clear();
        self.undo.saved_reloads.extend_from_slice(&self.idle_reloads);
        self.undo.cost = self.cost;
        self.undo.n_infeasible = self.n_infeasible;
        self.undo.n_strangers = self.n_strangers;
    }

    /// Takes back everything since [`Routes::begin`].
    pub(in crate::solver) fn rollback(&mut self) {
        while let Some(client) = self.bank.pop().or_else(|| self.idle_reloads.pop()) {
            self.links.nodes[client as usize].slot = BANK - 1;
            self.slot_of[client as usize] = BANK - 1;
        }
        let undo = std::mem::take(&mut self.undo);
        let mut from = 0;
        for (i, &slot) in undo.touched.iter().enumerate() {
            let to = undo.saved_ends[i];
            self.replace(slot, &undo.saved_steps[from..to]);
            debug_assert_eq!(self.states[slot as usize], undo.saved_states[i]);
            // What was known of the route is true again.
            self.versions[slot as usize] = undo.saved_versions[i];
            from = to;
        }
        for (position, &client) in undo.saved_bank.iter().enumerate() {
            self.bank.push(client);
            self.put(client, Node::waiting(position as u32));
        }
        for (position, &reload) in undo.saved_reloads.iter().enumerate() {
            self.idle_reloads.push(reload);
            self.put(reload, Node::waiting(position as u32));
        }
        self.cost = undo.cost;
        self.n_infeasible = undo.n_infeasible;
        self.n_strangers = undo.n_strangers;
        self.undo = undo;
        self.begin();
    }

    /// Has the clients used to slots from here on; nothing is under way.
    pub(in crate::solver) fn be_loyal(&mut self, loyalty: Loyalty) {
        self.loyalty = loyalty;
        self.n_strangers = 0;
        for slot in 0..self.n_slots() as u32 {
            let strangers = self.clients(slot).filter(|&c| self.loyalty.is_stranger(c, slot));
            let n_strangers = strangers.count() as u32;
            self.states[slot as usize].n_strangers = n_strangers;
            self.n_strangers += n_strangers;
        }
        self.begin();
    }

    /// Replaces the route of a slot. The clients named must be in no other route when the iteration ends.
    pub(in crate::solver) fn set_route(&mut self, slot: u32, steps: &[Step]) {
        self.save(slot);
        let before = self.states[slot as usize];
        self.replace(slot, steps);
        self.account(slot, before);
    }

    /// Replaces the whole plan by these routes; clients they leave out wait in the bank.
    pub(in crate::solver) fn set_all(&mut self, routes: &[Vec<u32>]) {
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
    pub(in crate::solver) fn set_routes(&mut self, a: (u32, &[Step]), b: (u32, &[Step])) {
        // Both must be saved before either is relinked: a saved route is read along its links.
        self.save(a.0);
        self.save(b.0);
        self.set_route(a.0, a.1);
        self.set_route(b.0, b.1);
    }

    /// Inserts a client of the bank behind a node of a slot's route. Where the law allows, marks and positions are
    /// brought up to date later, by [`Routes::freshen`].
    pub(in crate::solver) fn insert(&mut self, client: u32, slot: u32, after: u32) {
        self.save(slot);
        self.leave_bank(client);
        let before = self.states[slot as usize];
        let next = self.links.nodes[after as usize].next;
        let leg_in = self.law.leg_into(slot, after, client);
        let leg_out = self.law.leg(slot, client, next);
        self.put(client, Node { prev: after, next, slot, position: 0, leg_in, leg_out });
        let nodes = &mut self.links.nodes;
        let ahead = &mut nodes[after as usize];
        let direct = ahead.leg_out;
        (ahead.next, ahead.leg_out) = (client, leg_in);
        let behind = &mut nodes[next as usize];
        (behind.prev, behind.leg_in) = (client, leg_out);
        let state = &mut self.states[slot as usize];
        state.legs += leg_in + leg_out - direct;
        state.n_clients += 1;
        state.n_strangers += u32::from(self.loyalty.is_stranger(client, slot));
        if L::INSERTS_BY_MARKS {
            self.refresh(slot);
        } else {
            self.note_change(slot);
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
    pub(in crate::solver) fn remove_all(&mut self, slot: u32, clients: &[u32]) {
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
            let state = &mut self.states[slot as usize];
            state.legs += direct - leg_in - leg_out;
            state.n_strangers -= u32::from(self.loyalty.is_stranger(client, slot));
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
    pub(in crate::solver) fn freshen(&mut self) {
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
        self.n_strangers += after.n_strangers;
        self.n_strangers -= before.n_strangers;
        self.n_infeasible += u32::from(!after.burden.is_feasible());
        self.n_infeasible -= u32::from(!before.burden.is_feasible());
    }

    #[inline]
    fn put(&mut self, client: u32, node: Node) {
        self.links.nodes[client as usize] = node;
        self.slot_of[client as usize] = node.slot;
    }

    fn enter_bank(&mut self, client: u32) {
        let is_reload = self.is_reload(client);
        let bank = if is_reload { &mut self.idle_reloads } else { &mut self.bank };
        let position = bank.len() as u32;
        bank.push(client);
        self.put(client, Node::waiting(position));
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
        self.undo.saved_versions.push(self.versions[slot as usize]);
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

    pub(super) fn relink(&mut self, slot: u32, steps: &[Step]) {
        let mut prev = self.start(slot);
        let (mut legs, mut n_strangers) = (0, 0);
        let nodes = &mut self.links.nodes;
        nodes[prev as usize] = Node { prev, slot, ..Node::default() };
        self.slot_of[prev as usize] = slot;
        for (i, &Step { node, leg }) in steps.iter().enumerate() {
            let ahead = &mut nodes[prev as usize];
            (ahead.next, ahead.leg_out) = (node, leg);
            let position = i as u32 + 1;
            nodes[node as usize] =
                Node { prev, next: node, slot, position, leg_in: leg, leg_out: 0 };
            self.slot_of[node as usize] = slot;
            legs += leg;
            n_strangers += u32::from(self.loyalty.is_stranger(node, slot));
            prev = node;
        }
        self.is_stale[slot as usize] = false;
        self.note_change(slot);
        let burden = self.law.refresh(slot, &mut self.links);
        let n_clients = steps.len() as u32 - 1;
        self.states[slot as usize] = SlotState { legs, burden, n_clients, n_strangers };
    }

    /// Brings positions, marks and burden of a route up to date with its links.
    fn refresh(&mut self, slot: u32) {
        self.is_stale[slot as usize] = false;
        self.note_change(slot);
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

    #[inline]
    fn note_change(&mut self, slot: u32) {
        self.n_changes += 1;
        self.versions[slot as usize] = self.n_changes;
    }

    pub(super) fn push_empty(&mut self, slot: u32) {
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
}
