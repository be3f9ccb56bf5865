//! The mutable working solution: routes as linked lists, and the bank of unserved clients. What is asked of it stands
//! here; how it changes, and goes back, in `changes`.

mod changes;
mod consistency;

use crate::solver::law::{Burden, Law, Penalties, Slots};
use crate::solver::loyalty::Loyalty;
use crate::solver::part::Part;
use crate::solver::routes::changes::Undo;
use crate::solver::ties::Ties;
use crate::solver::upkeep::Upkeep;

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
    /// How much of the load that decides about most moves is asked for up to and with a node, of laws whose marks are large:
    /// moves look here first, and often no further.
    pub loads: Vec<i64>,
    pub briefs: Vec<L::Brief>,
    pub upkeep: Upkeep,
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
    /// Clients who are used to another slot.
    pub n_strangers: u32,
}

/// What it costs to leave each client of a part out, less what is spared by it for certain.
pub(super) fn spared_prices<L: Law>(law: &L, part: &Part) -> Vec<i64> {
    let spared = |(client, price): (usize, &i64)| price - law.least_stay(client as u32);
    part.unserved.iter().enumerate().map(spared).collect()
}

/// The working solution.
pub(super) struct Routes<'a, L: Law> {
    pub law: &'a L,
    /// What binds clients, where anything does.
    pub ties: Option<&'a Ties>,
    pub links: Links<L>,
    // Invariant: the slot of each node, apart from all else: whoever passes over neighbors asks for nothing more.
    slot_of: Vec<u32>,
    pub states: Vec<SlotState>,
    /// When each slot's route became what it is, counted in changes; taken back, it is what it was.
    versions: Vec<u64>,
    n_changes: u64,
    /// What leaving a client out costs more than serving it does at least, whoever does it.
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
    /// Who is used to whom, where a plan was given.
    pub loyalty: Loyalty,
    // Invariant: clients who are served by another slot than they are used to.
    n_strangers: u32,
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
        let slot_of = nodes.iter().map(|node| node.slot).collect();
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
            links: Links {
                loads: vec![0; nodes.len()],
                briefs: vec![L::Brief::default(); nodes.len()],
                upkeep: Upkeep::new(if L::KEEPS_UP { nodes.len() } else { 0 }),
                nodes,
                marks,
                slots,
            },
            slot_of,
            states: vec![SlotState::default(); n_slots],
            versions: vec![0; n_slots],
            n_changes: 0,
            unserved_price: spared_prices(law, part),
            limit: usize::MAX,
            bank: (0..n_clients as u32).collect(),
            idle_reloads: (n_clients as u32..n_visits as u32).collect(),
            n_clients,
            cost: part.unserved.iter().sum(),
            n_infeasible: 0,
            loyalty: Loyalty::default(),
            n_strangers: 0,
            n_used: n_slots,
            empty: vec![Vec::new(); kinds.len()],
            kind_of,
            empty_position: vec![0; n_slots],
            stale: Vec::new(),
            is_stale: vec![false; n_slots],
            undo: Undo::new(n_slots),
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
        self.slot_of[client as usize]
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

    /// The cost, and what it costs now that clients are served by others than they are used to.
    #[inline]
    pub(super) fn worth(&self) -> i64 {
        self.cost + self.loyalty.price_of_all(self.n_strangers)
    }

    /// The worth, and what excess is priced; only routes of this iteration have any.
    pub(super) fn penalized_worth(&self, penalties: Penalties) -> i64 {
        debug_assert!(self.stale.is_empty(), "routes that lag behind tell no worth");
        let excess = |&slot: &u32| {
            let burden = self.states[slot as usize].burden;
            penalties.price(burden) - burden.priced
        };
        self.worth() + self.undo.touched.iter().map(excess).sum::<i64>()
    }

    /// What a slot's route is worth, and what its excess is priced.
    #[inline]
    pub(super) fn penalized_worth_of(&self, slot: u32, penalties: Penalties) -> i64 {
        let state = &self.states[slot as usize];
        let strangers = self.loyalty.price_of_all(state.n_strangers);
        state.legs + penalties.price(state.burden) + strangers
    }

    /// Sets what a stranger costs from here on; see [`Loyalty::steer`].
    pub(super) fn steer_loyalty(&mut self, share: f64, temperature: f64) {
        self.loyalty.steer(self.n_strangers, share, temperature);
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
    #[inline(always)]
    pub(super) fn burden_price(&self, slot: u32, penalties: Penalties) -> i64 {
        penalties.price(self.states[slot as usize].burden)
    }

    /// When a slot's route became what it is: no two routes, and no two states of one, have the same version.
    #[inline]
    pub(super) fn version(&self, slot: u32) -> u64 {
        self.versions[slot as usize]
    }

    /// Whether this iteration has touched a slot's route.
    #[inline]
    pub(super) fn is_touched(&self, slot: u32) -> bool {
        self.undo.is_touched(slot)
    }

    /// The most by which a move usually relieves a slot's route.
    #[inline(always)]
    pub(super) fn relief(&self, slot: u32, penalties: Penalties) -> i64 {
        penalties.relief(self.states[slot as usize].burden)
    }

    /// The most by which another order of its clients relieves a slot's route.
    #[inline(always)]
    pub(super) fn relief_of_order(&self, slot: u32, penalties: Penalties) -> i64 {
        self.law.relief_of_order(slot, self.states[slot as usize].burden, penalties)
    }

    /// The most by which taking a client in usually relieves a slot's route.
    #[inline(always)]
    pub(super) fn relief_by_insertion(&self, slot: u32, penalties: Penalties) -> i64 {
        if self.law.insertion_mends(slot) {
            return self.relief(slot, penalties);
        }
        self.states[slot as usize].burden.idle
    }

    /// The most by which taking a client in together with a return usually relieves a slot's route: the trip that is parted by it
    /// loads less, and its first part leaves before the second is released. Less what one trip more costs.
    #[inline(always)]
    pub(super) fn relief_by_return(&self, slot: u32, penalties: Penalties) -> i64 {
        let burden = self.states[slot as usize].burden;
        let excess = penalties.price(burden) - burden.priced;
        let relief = self.relief_by_insertion(slot, penalties) + excess;
        relief.min(self.relief(slot, penalties)) - self.price_of_return(slot, penalties)
    }

    /// How much dearer a slot's route becomes at least beyond its legs for one return more, what parting a trip takes off it apart.
    #[inline(always)]
    pub(super) fn price_of_return(&self, slot: u32, penalties: Penalties) -> i64 {
        self.law.price_of_return(slot, &self.links, penalties)
    }

    /// The load that decides about most moves, of a slot's whole route.
    #[inline(always)]
    pub(super) fn load_of(&self, slot: u32) -> i64 {
        self.law.load_up_to(self.end(slot), &self.links)
    }

    /// How much dearer excess becomes at least when a slot's route of so much of that load takes more of it in behind a node.
    #[inline(always)]
    pub(super) fn more_overload(
        &self,
        slot: u32,
        after: u32,
        load_and_more: (i64, i64),
        penalties: Penalties,
    ) -> i64 {
        let burden = self.states[slot as usize].burden;
        let (now, then) = self.law.excess_behind(slot, after, load_and_more, burden, &self.links);
        (penalties.of_load(then) - penalties.of_load(now)).max(0)
    }

    /// How many of a list of neighbors to look at while so many clients wait, so that as many of them are served as where
    /// nobody waits: those who wait are no places to go to.
    pub(super) fn listed(&self, n_near: usize, n_waiting: usize) -> usize {
        if n_waiting == 0 {
            return n_near;
        }
        n_near * self.n_clients / (self.n_clients - n_waiting).max(1)
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
}
