use crate::solver::law::{Burden, Law, Limit, NewLegs, Piece};
use crate::solver::moves::{Beside, Here, NewRoute, Scan, least_detour};
use crate::solver::routes::{BANK, Node, Routes};

/// Longest chain of clients that is moved at once.
const CHAIN_MAX: usize = 3;
/// Chains of a client: itself, and two and three clients that begin or end with it.
const N_CHAINS: usize = 2 * CHAIN_MAX - 1;

/// A chain of clients on one route that begins or ends with the client whose moves are sought.
#[derive(Clone, Copy, Default)]
struct Chain {
    first: u32,
    last: u32,
    before: u32,
    behind: u32,
    length: u32,
    /// Whether the vehicle loads again within the chain.
    holds_return: bool,
    load: i64,
    /// Seconds at the doors of its clients.
    work: i64,
    /// Legs within the chain.
    inner: i64,
    /// Legs saved where it is taken out, its own included.
    saved: i64,
    /// What the route is burdened with that is left when the chain is taken out; once somebody has asked.
    left: Option<Burden>,
    /// The most by which taking it out relieves the route, and by which another place on the route does.
    relief: i64,
    relief_within: i64,
    bonds: Bonds,
}

/// What the pairs of a chain's clients allow.
#[derive(Clone, Copy)]
struct Bonds {
    /// Whether all partners are in the chain.
    is_closed: bool,
    /// Whether no partner is, so that the chain may be turned.
    is_turnable: bool,
    /// Position of the first delivery behind the chain whose pickup is in it, or of a return before that.
    ahead: u32,
    /// Position of the last pickup before the chain whose delivery is in it, or of a return behind that.
    back: u32,
}

impl Bonds {
    const FREE: Self = Self { is_closed: true, is_turnable: true, ahead: u32::MAX, back: 0 };

    fn of<L: Law>(scan: &Scan<L>, chain: &Chain) -> Self {
        let routes = scan.routes;
        let (first, last) = (routes.node(chain.first).position, routes.node(chain.last).position);
        let mut bonds = Self::FREE;
        let mut client = chain.first;
        loop {
            if let Some(couple) = routes.law.couple_of(client) {
                let position = routes.node(couple.partner_of(client)).position;
                if position < first {
                    bonds.back = bonds.back.max(position);
                } else if last < position {
                    bonds.ahead = bonds.ahead.min(position);
                } else {
                    bonds.is_turnable = false;
                }
            }
            if client == chain.last {
                break;
            }
            client = routes.node(client).next;
        }
        bonds.is_closed = bonds.ahead == u32::MAX && bonds.back == 0;
        if L::RELOADS && !bonds.is_closed {
            bonds.stay_on_trip(routes, chain);
        }
        bonds
    }

    /// Whoever's partner is elsewhere on the trip does not leave it.
    fn stay_on_trip<L: Law>(&mut self, routes: &Routes<L>, chain: &Chain) {
        let is_inside = |node: u32| routes.links.is_client(node) && !routes.is_reload(node);
        let (mut before, mut behind) = (chain.before, chain.behind);
        while is_inside(before) {
            before = routes.node(before).prev;
        }
        while is_inside(behind) {
            behind = routes.node(behind).next;
        }
        self.back = self.back.max(routes.node(before).position);
        self.ahead = self.ahead.min(routes.node(behind).position);
    }
}

impl Default for Bonds {
    fn default() -> Self {
        Self::FREE
    }
}

impl Chain {
    /// The route of a slot without it.
    fn rest(&self, slot: u32) -> NewRoute {
        NewRoute::new(slot, [Piece::Prefix(self.before), Piece::Suffix(self.behind)])
    }

    /// What that is burdened with.
    #[inline]
    fn left<L: Law>(&mut self, scan: &Scan<L>, slot: u32) -> Burden {
        if let Some(left) = self.left {
            return left;
        }
        let left = if self.length == 1 {
            scan.removals.without(scan.routes, self.first)
        } else {
            let Routes { law, links, .. } = scan.routes;
            law.assess(slot, self.rest(slot).pieces(), links, Limit::NONE)
        };
        self.left = Some(left);
        left
    }
}

/// The chains of a client.
#[derive(Default)]
pub(in crate::solver) struct Chains {
    list: [Chain; N_CHAINS],
    n: usize,
    /// Position of the client on its route.
    position: u32,
    /// The most that any of them saves by another place on its route, and by leaving it; the most that legs within any cost, the least load and
    /// the least work of any: what excludes a neighbor for all of them at once.
    most_within: i64,
    most_relieved: i64,
    most_inner: i64,
    least_load: i64,
    least_work: i64,
}

impl Chains {
    pub(in crate::solver) fn of<L: Law>(scan: &Scan<L>, here: &Here) -> Self {
        let mut found = Self {
            position: here.node.position,
            least_load: i64::MAX,
            least_work: i64::MAX,
            most_within: i64::MIN / 4,
            most_relieved: i64::MIN / 4,
            ..Self::default()
        };
        let (node, client) = (here.node, here.client);
        let load = scan.routes.law.load(client);
        let alone = Chain {
            first: client,
            last: client,
            before: node.prev,
            behind: node.next,
            length: 1,
            holds_return: false,
            load,
            work: scan.routes.law.work(client),
            inner: 0,
            saved: 0,
            left: None,
            relief: 0,
            relief_within: 0,
            bonds: Bonds::FREE,
        };
        let n_clients = scan.routes.states[node.slot as usize].n_clients;
        let legs = node.leg_in + node.leg_out;
        found.push(scan, node.slot, alone, legs, n_clients);
        let (mut longer, mut legs_longer) = (alone, legs);
        for _ in 1..CHAIN_MAX {
            let next = longer.behind;
            if !scan.routes.links.is_client(next) {
                break;
            }
            let joined = scan.routes.node(next);
            (longer.last, longer.behind) = (next, joined.next);
            longer.length += 1;
            longer.holds_return |= scan.routes.is_reload(next);
            longer.load += scan.routes.law.load(next);
            longer.work += scan.routes.law.work(next);
            longer.inner += joined.leg_in;
            legs_longer += joined.leg_out;
            found.push(scan, node.slot, longer, legs_longer, n_clients);
        }
        let (mut longer, mut legs_longer) = (alone, legs);
        for _ in 1..CHAIN_MAX {
            let prev = longer.before;
            if !scan.routes.links.is_client(prev) {
                break;
            }
            let joined = scan.routes.node(prev);
            (longer.first, longer.before) = (prev, joined.prev);
            longer.length += 1;
            longer.holds_return |= scan.routes.is_reload(prev);
            longer.load += scan.routes.law.load(prev);
            longer.work += scan.routes.law.work(prev);
            longer.inner += joined.leg_out;
            legs_longer += joined.leg_in;
            found.push(scan, node.slot, longer, legs_longer, n_clients);
        }
        found
    }

    fn push<L: Law>(&mut self, scan: &Scan<L>, slot: u32, chain: Chain, legs: i64, n_clients: u32) {
        let is_whole_route = chain.length == n_clients;
        let direct = if is_whole_route { 0 } else { scan.leg(slot, chain.before, chain.behind) };
        let has_couples = scan.routes.law.has_couples();
        let bonds = if has_couples { Bonds::of(scan, &chain) } else { Bonds::FREE };
        let saved = legs - direct;
        let mut chain = Chain { saved, bonds, ..chain };
        let (law, burden) = (scan.routes.law, scan.routes.states[slot as usize].burden);
        let (between, links) = ((chain.before, chain.behind), &scan.routes.links);
        let most = law.relief_of_leaving(slot, between, burden, links, scan.penalties);
        // As much as leaves with it comes back with it.
        chain.relief_within = law.relief_of_order(slot, burden, scan.penalties).min(most);
        if !bonds.is_closed {
            // It does not leave.
            chain.relief = i64::MIN / 4;
        } else if most > 0 {
            // Many places are asked for each chain: what it relieves its route of is better known than guessed.
            let left = chain.left(scan, slot);
            chain.relief = scan.penalties.price(burden) - scan.penalties.price(left);
            if !law.insertion_mends(slot) {
                let back = law.price_of_more_work(slot, left, chain.work, scan.penalties);
                let within = chain.relief + left.idle - back;
                chain.relief_within = chain.relief_within.min(within);
            }
        } else if is_whole_route {
            chain.relief = burden.firm;
        }
        self.list[self.n] = chain;
        self.n += 1;
        self.most_relieved = self.most_relieved.max(saved + chain.relief);
        self.most_within = self.most_within.max(saved + chain.relief_within);
        self.most_inner = self.most_inner.max(chain.inner);
        self.least_load = self.least_load.min(chain.load);
        self.least_work = self.least_work.min(chain.work);
    }
}

/// Moves the client and up to two that follow or precede it beside one of its neighbors.
///
/// # Complexity
/// O(1) prices per neighbor.
pub(in crate::solver) fn relocate<L: Law>(
    scan: &mut Scan<L>,
    here: &Here,
    chains: &mut Chains,
    beside: &Beside,
) {
    let (slot, target) = (here.node.slot, beside.node.slot);
    let is_same = slot == target;
    let reverses = L::REVERSES && scan.routes.law.reverses();
    let after = least_detour(beside.back, beside.node.leg_out);
    let ahead = least_detour(beside.there, beside.node.leg_in);
    // On its own route a chain only changes its place; on another it is taken in.
    let relief_there = if is_same { 0 } else { scan.relief_by_insertion(target) };
    let (most_saved, least_priced) = if is_same {
        (chains.most_within, 0)
    } else {
        let least = scan.price_of_more(beside, chains.least_load, chains.least_work);
        (chains.most_relieved, least)
    };
    if scan.bound + most_saved + relief_there - least_priced
        <= (after.min(ahead) - chains.most_inner).max(0)
    {
        return;
    }
    let across = if is_same { scan.load_across(here, beside) } else { None };
    let position = chains.position;
    for chain in &mut chains.list[..chains.n] {
        let relief = if is_same {
            let across = across.filter(|_| !chain.holds_return);
            chain.relief_within - across.map_or(0, |load| scan.overload_by(slot, load, chain.load))
        } else {
            chain.relief + relief_there - scan.price_of_more(beside, chain.load, chain.work)
        };
        // Detours are seldom negative: what overload alone costs more than the chain saves is lost.
        let budget = scan.bound + chain.saved + relief;
        if budget <= (after.min(ahead) - chain.inner).max(0)
            || (is_same && chain.holds(position, here, beside.node.position))
        {
            continue;
        }
        // The client itself comes next to its neighbor; a longer chain is turned when that needs it.
        let (is_single, client_leads) = (chain.length == 1, chain.first == here.client);
        if (is_single || client_leads || reverses) && after - chain.inner < budget {
            let turned = !(is_single || client_leads);
            place(scan, slot, chain, target, (beside.other, beside.node.next), turned, relief);
        }
        if (is_single || !client_leads || reverses) && ahead - chain.inner < budget {
            let turned = !is_single && client_leads;
            place(scan, slot, chain, target, (beside.node.prev, beside.other), turned, relief);
        }
    }
}

impl Chain {
    /// Whether a position on the client's own route lies within the chain, the client's position given.
    #[inline]
    fn holds(&self, client: u32, here: &Here, position: u32) -> bool {
        let first = if self.first == here.client { client } else { client + 1 - self.length };
        (first..first + self.length).contains(&position)
    }
}

/// Moves the client's chains to an empty route of each kind.
pub(in crate::solver) fn relocate_to_empty<L: Law>(
    scan: &mut Scan<L>,
    here: &Here,
    chains: &mut Chains,
) {
    let (routes, slot) = (scan.routes, here.node.slot);
    let n_clients = routes.states[slot as usize].n_clients;
    // Whoever comes along, the way out to the client and home again is driven: legs that break the triangle inequality can make
    // a move overlooked.
    let alone = |empty: u32| {
        let (start, end) = (routes.start(empty), routes.end(empty));
        (empty, routes.law.detour(empty, start, here.client, end))
    };
    let empties: smallvec::SmallVec<[(u32, i64); 4]> = routes.empty_slots().map(alone).collect();
    for chain in &mut chains.list[..chains.n] {
        for &(empty, least) in &empties {
            if least - chain.saved - chain.relief >= scan.bound {
                continue;
            }
            let same_kind = routes.law.same_kind(slot, empty);
            if !(same_kind && chain.length == n_clients) {
                let gap = (routes.start(empty), routes.end(empty));
                place(scan, slot, chain, empty, gap, false, chain.relief);
            }
        }
    }
}

/// Offers the chain in a gap of a route, turned or not.
#[inline]
fn place<L: Law>(
    scan: &mut Scan<L>,
    slot: u32,
    chain: &mut Chain,
    target: u32,
    gap: (u32, u32),
    turned: bool,
    relief: i64,
) {
    let routes = scan.routes;
    let (after, next) = gap;
    let Chain { first, last, before, behind, saved, .. } = *chain;
    // Beside the chain itself: nothing would move.
    if after == last || next == first {
        return;
    }
    if routes.law.has_couples() && parts_couples(scan, chain, target != slot, after, turned) {
        return;
    }
    let (head, tail) = if turned { (last, first) } else { (first, last) };
    let around = if first == last {
        routes.law.detour(target, after, first, next)
    } else {
        scan.leg_into(target, after, head) + scan.leg(target, tail, next)
    };
    let outer = around - scan.leg_behind(after);
    if outer - saved - relief >= scan.bound {
        return;
    }
    let legs = outer - saved + inner_legs(scan, target, chain, turned);
    let moved = match (first == last, turned) {
        (true, _) => Piece::One(first),
        (false, false) => Piece::Span(first, last),
        (false, true) => Piece::Reversed(first, last),
    };
    let ends = [before, behind, after, next, first, last];
    if target != slot {
        if !allows(scan, target, chain) {
            return;
        }
        let half = legs + scan.penalties.price(chain.left(scan, slot))
            - scan.routes.burden_price(slot, scan.penalties)
            - scan.routes.burden_price(target, scan.penalties);
        if half >= scan.bound {
            return;
        }
        let delta = half + scan.price_taking_in(target, moved, after, scan.bound - half);
        if delta < scan.bound {
            let joined = [Piece::Prefix(after), moved, Piece::Suffix(next)];
            scan.offer_priced(delta, chain.rest(slot), NewRoute::new(target, joined), ends);
        }
        return;
    }
    let change = NewLegs {
        new: [(before, behind), (after, head), (tail, next)],
        gone: [first, behind, next],
        turned,
    };
    if legs + scan.price_of_legs(slot, &change) >= scan.bound {
        return;
    }
    if routes.node(after).position > routes.node(first).position {
        let between = Piece::Span(behind, after);
        let pieces = [Piece::Prefix(before), between, moved, Piece::Suffix(next)];
        scan.offer_one(legs, NewRoute::new(slot, pieces), ends);
    } else {
        let between = Piece::Span(next, before);
        let pieces = [Piece::Prefix(after), moved, between, Piece::Suffix(behind)];
        scan.offer_one(legs, NewRoute::new(slot, pieces), ends);
    }
}

/// Whether moving the chain behind a node, perhaps turned, parts a pair, by a return too, or brings a delivery before its
/// pickup.
fn parts_couples<L: Law>(
    scan: &Scan<L>,
    chain: &Chain,
    leaves: bool,
    after: u32,
    turned: bool,
) -> bool {
    let Bonds { is_closed, is_turnable, ahead, back } = chain.bonds;
    if turned && !is_turnable {
        return true;
    }
    let is_open = || scan.routes.law.is_open(after, &scan.routes.links);
    if chain.holds_return && (!is_closed || is_open()) {
        return true;
    }
    if leaves {
        return !is_closed;
    }
    // Starts are at position 0, before every pickup.
    let position = scan.routes.node(after).position;
    ahead <= position || position < back
}

/// Legs inside the chain, driven by the vehicle of a slot in this direction.
fn inner_legs<L: Law>(scan: &Scan<L>, slot: u32, chain: &Chain, turned: bool) -> i64 {
    let mut node = chain.first;
    let mut legs = 0;
    while node != chain.last {
        let Node { next, slot: owner, leg_out, .. } = scan.routes.node(node);
        legs += match turned {
            false if owner == slot => leg_out,
            false => scan.leg(slot, node, next),
            true => scan.leg(slot, next, node),
        };
        node = next;
    }
    legs
}

fn allows<L: Law>(scan: &Scan<L>, slot: u32, chain: &Chain) -> bool {
    let mut node = chain.first;
    while node != chain.last {
        if !scan.routes.law.allows(slot, node) {
            return false;
        }
        node = scan.routes.node(node).next;
    }
    debug_assert!(scan.routes.slot_of(node) != BANK);
    scan.routes.law.allows(slot, node)
}
