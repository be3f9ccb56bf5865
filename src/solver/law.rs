//! What a route costs beyond its legs, and how far it breaks the rules.
//!
//! The kernel is generic over a [`Law`]: the plain law knows loads, the timed law adds windows and durations,
//! the rich law adds everything else. A law keeps a [`Law::Mark`] at every node, the summary of the route up to
//! and from there, so that a candidate route is assessed from a few [`Piece`]s without walking it.

use crate::problem::Problem;
use crate::solver::capacity::Room;
use crate::solver::couples::Couple;
use crate::solver::routes::Links;

/// Price of a route that must not exist: a vehicle without the skill, say. Far above any sum of legs.
pub(super) const FORBIDDEN: i64 = 1 << 50;

/// What a route costs beyond its legs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Burden {
    /// Real prices: overtime, waiting, balance …
    pub priced: i64,
    /// The part of `priced` that a move seldom changes: what opening a route costs, or its rest. Bounds leave it out.
    pub firm: i64,
    /// The part of `priced` that taking a client in may lower: idle time that it fills. Excess, overtime and delays it only
    /// makes worse, as long as ways round are no shorter; but see [`Law::insertion_mends`], and `bound_tests` for what is
    /// overlooked.
    pub idle: i64,
    /// Load beyond capacity, clients beyond their number, meters beyond the longest route; see [`Capacity`](crate::solver::capacity::Capacity).
    pub load: i64,
    /// Seconds late, and seconds beyond the longest duration.
    pub time: i64,
    /// Seconds of travel and service, of laws that price them.
    pub work: i64,
}

impl Burden {
    #[inline]
    pub(super) fn is_feasible(self) -> bool {
        self.load == 0 && self.time == 0
    }
}

/// More excess than this is priced like this much: at the dearest price, 2^34, of both, sums stay within 63 bits.
pub(super) const EXCESS_MAX: i64 = 1 << 27;

/// Prices of excess, in 1/1024 cost units per unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Penalties {
    pub load: i64,
    pub time: i64,
}

impl Penalties {
    /// Excess that nothing can pay for.
    pub(super) const PROHIBITIVE: Self = Self { load: 1 << 34, time: 1 << 34 };

    /// What the least excess costs then.
    pub(super) fn least_prohibited() -> i64 {
        Self::PROHIBITIVE.price(Burden { load: 1, ..Burden::default() })
    }

    /// The most by which a move usually relieves a route.
    #[inline]
    pub(super) fn relief(self, burden: Burden) -> i64 {
        self.price(burden) - burden.firm
    }

    /// Real and penalized price together.
    #[inline]
    pub(super) fn price(self, burden: Burden) -> i64 {
        let (load, time) = (burden.load.min(EXCESS_MAX), burden.time.min(EXCESS_MAX));
        burden.priced + ((load * self.load + time * self.time) >> 10)
    }

    /// The price of excess time alone.
    #[inline]
    pub(super) fn of_time(self, excess: i64) -> i64 {
        (excess.min(EXCESS_MAX) * self.time) >> 10
    }

    /// The price of excess load alone.
    #[inline]
    pub(super) fn of_load(self, excess: i64) -> i64 {
        (excess.min(EXCESS_MAX) * self.load) >> 10
    }
}

impl Penalties {
    /// Excess priced so many times dearer, within what sums can hold.
    pub(super) fn dearer(self, factor: i64) -> Self {
        let times = |price: i64| price.max(1).saturating_mul(factor).min(1 << 34);
        Self { load: times(self.load), time: times(self.time) }
    }
}

/// What a candidate's burden may be priced at most to be of interest. A law that sees early that it is not may answer
/// with a burden that is too small, if that alone is priced so high.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub penalties: Penalties,
    pub price: i64,
}

impl Limit {
    /// No burden is too dear.
    pub(super) const NONE: Self =
        Self { penalties: Penalties { load: 0, time: 0 }, price: i64::MAX };

    #[inline]
    pub(super) fn is_passed_by(self, burden: Burden) -> bool {
        self.penalties.price(burden) >= self.price
    }
}

/// Legs that a route drives anew, and the nodes to which the legs in their place lead today.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewLegs<const N: usize> {
    pub new: [(u32, u32); N],
    pub gone: [u32; N],
    /// Whether clients between them are driven to the other way round.
    pub turned: bool,
}

/// A stretch of a candidate route, named by nodes of today's routes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    /// From the start of its route to this node.
    Prefix(u32),
    /// From this node to the end of its route.
    Suffix(u32),
    /// One client.
    One(u32),
    /// From the first to the last node along today's route.
    Span(u32, u32),
    /// From the last to the first node, against today's route.
    Reversed(u32, u32),
}

/// Whether the pieces name no client at all.
#[inline]
pub(super) fn is_empty<L: Law>(pieces: &[Piece], links: &Links<L>) -> bool {
    let n_clients = links.slots.n_clients;
    matches!(*pieces, [Piece::Prefix(first), Piece::Suffix(last)]
        if first >= n_clients && last >= n_clients)
}

/// The clients of a piece, in order of the candidate route.
pub(super) fn visits_of<L: Law>(piece: Piece, links: &Links<L>) -> impl Iterator<Item = u32> + '_ {
    let n_clients = links.slots.n_clients;
    let (mut node, last, forward) = match piece {
        Piece::Prefix(last) => {
            let start = links.slots.start(links.nodes[last as usize].slot);
            let first = if last == start { u32::MAX } else { links.nodes[start as usize].next };
            (first, last, true)
        }
        Piece::Suffix(first) => {
            let end = links.slots.end(links.nodes[first as usize].slot);
            let last = links.nodes[end as usize].prev;
            let first = if first >= n_clients && first != end {
                links.nodes[first as usize].next
            } else {
                first
            };
            (if first == end { u32::MAX } else { first }, last, true)
        }
        Piece::One(client) => (client, client, true),
        Piece::Span(first, last) => (first, last, true),
        Piece::Reversed(first, last) => (last, first, false),
    };
    std::iter::from_fn(move || {
        if node == u32::MAX || node >= n_clients {
            return None;
        }
        let client = node;
        let Links { nodes, .. } = links;
        let step = nodes[client as usize];
        let following = if forward { step.next } else { step.prev };
        node = if client == last { u32::MAX } else { following };
        Some(client)
    })
}

/// What a route costs beyond its legs, under one set of features.
///
/// A leg's price holds everything that follows from the two nodes and the vehicle alone, what it costs to arrive at
/// the second node included, as far as it is more than [`Law::least_stay`]; the burden holds the rest and is never
/// negative, so that legs bound every price.
pub(super) trait Law: Sync + Send {
    /// What is kept at every node.
    type Mark: Copy + Default + Send;

    /// What moves ask of a node first of all, and often no further: kept apart from marks that are large.
    type Brief: Copy + Default + Send;

    /// A route to be, walked along from its start: how places for a delivery are tried one after the other. Nothing for
    /// laws without pairs.
    type Head: Clone + Default;
    /// How much of a load a vehicle takes.
    type Room: Room;

    /// Whether turning a stretch around can be worth trying.
    const REVERSES: bool;

    /// Whether an insertion is assessed from the marks beside it; otherwise the route's totals suffice, and marks
    /// are brought up to date once after several insertions.
    const INSERTS_BY_MARKS: bool;

    /// Whether vehicles may load again on the way; then visits beyond the clients are returns.
    const RELOADS: bool = false;

    /// Whether what nodes keep is brought up to date only where a route has changed.
    const KEEPS_UP: bool = false;

    /// The law of a part of a problem: its clients in order, and the vehicle type of each slot.
    fn build(problem: &Problem, part: &super::part::Part) -> Self;

    /// Price of a leg between two nodes, for the vehicle of a slot.
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64;

    /// The same price, read from where legs into one node lie together: for scans around a fixed `to`.
    #[inline]
    fn leg_into(&self, slot: u32, from: u32, to: u32) -> i64 {
        self.leg(slot, from, to)
    }

    /// The price for a slot's vehicle of a leg between two clients, when the leg back costs the vehicle of another so much.
    #[inline(always)]
    fn leg_back(&self, slot: u32, from: u32, to: u32, _there: i64) -> i64 {
        self.leg_into(slot, from, to)
    }

    /// Price of the two legs by which a slot's route goes round by a client.
    #[inline(always)]
    fn detour(&self, slot: u32, after: u32, client: u32, next: u32) -> i64 {
        self.leg_into(slot, after, client) + self.leg(slot, client, next)
    }

    /// Price of the way alone from one node to another, whoever drives it: how near they are.
    #[inline]
    fn way(&self, from: u32, to: u32) -> i64 {
        self.leg(0, from, to)
    }

    /// What serving a client costs whoever does it and whatever the way: not in its legs, where it would blur by how much
    /// one way is longer than another.
    #[inline]
    fn least_stay(&self, _client: u32) -> i64 {
        0
    }

    /// Whether every leg costs the same both ways.
    #[inline]
    fn is_symmetric(&self) -> bool {
        false
    }

    /// Whether that can be worth trying in this problem.
    #[inline]
    fn reverses(&self) -> bool {
        Self::REVERSES
    }

    /// What the legs of a stretch cost more when it is turned around, its end legs not counted; `None` when only
    /// walking tells.
    #[inline]
    fn turning(&self, _slot: u32, _first: u32, _last: u32) -> Option<i64> {
        self.is_symmetric().then_some(0)
    }

    /// Whether two slots price and measure every route alike.
    #[inline]
    fn same_kind(&self, _a: u32, _b: u32) -> bool {
        true
    }

    /// Whether the vehicle of a slot may serve a client at all.
    #[inline]
    fn allows(&self, _slot: u32, _client: u32) -> bool {
        true
    }

    /// Assesses a route given by its clients in order, from nothing.
    fn judge(&self, slot: u32, sequence: &[u32]) -> Burden;

    /// Brings the marks of a slot's route up to date and assesses it. Links and legs are up to date.
    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden
    where
        Self: Sized;

    /// Brings only the totals of a route up to date that has just taken a client in, and assesses it.
    #[inline]
    fn take_in(&self, slot: u32, _client: u32, links: &mut Links<Self>) -> Burden
    where
        Self: Sized,
    {
        self.refresh(slot, links)
    }

    /// Assesses a candidate route for the vehicle of a slot; exactly when its price stays below the limit.
    fn assess(&self, slot: u32, pieces: &[Piece], links: &Links<Self>, limit: Limit) -> Burden
    where
        Self: Sized;

    /// Assesses a slot's route with a client, of the bank or of another route, put behind a node.
    #[inline]
    fn assess_insertion(
        &self,
        slot: u32,
        client: u32,
        after: u32,
        links: &Links<Self>,
        limit: Limit,
    ) -> Burden
    where
        Self: Sized,
    {
        let next = links.nodes[after as usize].next;
        let pieces = [Piece::Prefix(after), Piece::One(client), Piece::Suffix(next)];
        self.assess(slot, &pieces, links, limit)
    }

    /// Assesses a slot's route with clients of another route put behind a node: one, or a stretch of it.
    #[inline]
    fn assess_taking_in(
        &self,
        slot: u32,
        taken: Piece,
        after: u32,
        links: &Links<Self>,
        limit: Limit,
    ) -> Burden
    where
        Self: Sized,
    {
        if let Piece::One(client) = taken {
            return self.assess_insertion(slot, client, after, links, limit);
        }
        let next = links.nodes[after as usize].next;
        self.assess(slot, &[Piece::Prefix(after), taken, Piece::Suffix(next)], links, limit)
    }

    /// What a client adds to the load that decides about most moves before their legs are looked up; 0 when there
    /// is none.
    #[inline]
    fn load(&self, _client: u32) -> i64 {
        0
    }

    /// That load of the route up to and with a node; at the end of a route, all of it. 0 where trips have loads of their own.
    #[inline]
    fn load_up_to(&self, _node: u32, _links: &Links<Self>) -> i64
    where
        Self: Sized,
    {
        0
    }

    /// What meets other loads where a route is cut between two nodes: that load up to the cut, and from there on. `whole` is
    /// that of all the route.
    #[inline(always)]
    fn loads_at_cut(
        &self,
        (up_to, _from): (u32, u32),
        whole: i64,
        links: &Links<Self>,
    ) -> (i64, i64)
    where
        Self: Sized,
    {
        let load = self.load_up_to(up_to, links);
        (load, whole - load)
    }

    /// How much of what meets at a cut the vehicle of a slot takes.
    fn room(&self, slot: u32) -> Self::Room;

    /// The excess that a route of a slot has at least with that load.
    #[inline(always)]
    fn excess(&self, slot: u32, load: i64) -> i64 {
        self.room(slot).excess(load)
    }

    /// Excess of a slot's route of so much of that load now, and at least when more of it is taken in behind a node.
    #[inline(always)]
    fn excess_behind(
        &self,
        slot: u32,
        _after: u32,
        (load, more): (i64, i64),
        now: Burden,
        _links: &Links<Self>,
    ) -> (i64, i64)
    where
        Self: Sized,
    {
        (now.load, self.excess(slot, load + more))
    }

    /// The excess beyond that of [`Law::excess`] that a slot's route has at least when one of its clients makes way for
    /// another, who may come in anywhere on it.
    #[inline(always)]
    fn more_of_exchange(&self, _slot: u32, _leaving: u32, _coming: u32, _links: &Links<Self>) -> i64
    where
        Self: Sized,
    {
        0
    }

    /// That load of the trip that a neighbor on the same route is served on, where the client is on another: then whoever moves
    /// there is load more.
    #[inline(always)]
    fn load_across(&self, _client: u32, _neighbor: u32, _links: &Links<Self>) -> Option<i64>
    where
        Self: Sized,
    {
        None
    }

    /// How many seconds serving a client takes at least, its ways not counted.
    #[inline]
    fn work(&self, _client: u32) -> i64 {
        0
    }

    /// How much dearer a slot's route, burdened so, becomes at least for working so much more.
    #[inline]
    fn price_of_more_work(&self, _slot: u32, _now: Burden, _more: i64, _prices: Penalties) -> i64 {
        0
    }

    /// How much dearer a slot's route, burdened so, becomes at least when a client of the bank is put behind a node, overload
    /// apart, than if it filled all idle time.
    #[inline]
    fn price_of_joining(
        &self,
        slot: u32,
        client: u32,
        _after: u32,
        now: Burden,
        _links: &Links<Self>,
        prices: Penalties,
    ) -> i64
    where
        Self: Sized,
    {
        self.price_of_more_work(slot, now, self.work(client), prices)
    }

    /// How much dearer a slot's route, burdened so, becomes at least beyond its legs when its clients stay, and new legs are
    /// driven in place of those that lead to some nodes; perhaps with a stretch turned around.
    #[inline]
    fn price_of_legs<const N: usize>(
        &self,
        _slot: u32,
        _legs: &NewLegs<N>,
        now: Burden,
        _links: &Links<Self>,
        prices: Penalties,
    ) -> i64
    where
        Self: Sized,
    {
        -prices.relief(now)
    }

    /// The most by which two slots, burdened so, are usually relieved when their routes are joined anew, crossed or head to
    /// head, at one of two cuts of each, given the nodes behind the cuts.
    #[inline]
    fn relief_of_exchange(
        &self,
        _slots: [u32; 2],
        _cuts: [[u32; 2]; 2],
        now: [Burden; 2],
        _links: &Links<Self>,
        prices: Penalties,
    ) -> i64
    where
        Self: Sized,
    {
        prices.relief(now[0]) + prices.relief(now[1])
    }

    /// The most by which another order of its clients relieves a slot's route, burdened so.
    #[inline]
    fn relief_of_order(&self, _slot: u32, now: Burden, prices: Penalties) -> i64 {
        prices.relief(now)
    }

    /// The most by which a slot's route, burdened so, is usually relieved when those between two of its nodes leave.
    #[inline]
    fn relief_of_leaving(
        &self,
        _slot: u32,
        _between: (u32, u32),
        now: Burden,
        _links: &Links<Self>,
        prices: Penalties,
    ) -> i64
    where
        Self: Sized,
    {
        prices.relief(now)
    }

    /// What a slot's route is priced at least that begins as today up to a node, then goes back the way another's of the
    /// same kind has come to another node; of laws that are symmetric. As in [`Law::least_of_joined`].
    #[inline]
    fn least_of_beginnings(
        &self,
        _slot: u32,
        _a: u32,
        _b: u32,
        _links: &Links<Self>,
        _prices: Penalties,
    ) -> i64
    where
        Self: Sized,
    {
        0
    }

    /// What a slot's route is priced at least that comes back the way it would have gone on from a node, then goes on as
    /// another's of the same kind does from another node; of laws that are symmetric. As in [`Law::least_of_joined`].
    #[inline]
    fn least_of_endings(
        &self,
        _slot: u32,
        _a: u32,
        _b: u32,
        _links: &Links<Self>,
        _prices: Penalties,
    ) -> i64
    where
        Self: Sized,
    {
        0
    }

    /// What a slot's route is priced at least that goes on from one node as another's route does from another node on, for
    /// sums that are known there; what [`Law::loads_at_cut`] tells is not in it, nor what is firm in its price today.
    #[inline]
    fn least_of_joined(
        &self,
        _slot: u32,
        _up_to: u32,
        _from: u32,
        _links: &Links<Self>,
        _prices: Penalties,
    ) -> i64
    where
        Self: Sized,
    {
        0
    }

    /// The first return behind a node on its route.
    #[inline]
    fn return_behind(&self, _node: u32, _links: &Links<Self>) -> Option<u32>
    where
        Self: Sized,
    {
        None
    }

    /// The first return to each place where the vehicle of a slot may load again.
    #[inline]
    fn reloads(&self, _slot: u32) -> &[u32] {
        &[]
    }

    /// How much dearer a slot's route becomes at least beyond its legs for one return more, what parting a trip takes off it apart.
    #[inline]
    fn price_of_return(&self, _slot: u32, _links: &Links<Self>, _prices: Penalties) -> i64
    where
        Self: Sized,
    {
        0
    }

    /// Whether two returns lead to the same place.
    #[inline]
    fn same_reload(&self, _a: u32, _b: u32) -> bool {
        true
    }

    /// Whether taking a client in may mend what a slot's route breaks: somebody delivered to makes a route of pickups a
    /// lawful one, where that must be.
    #[inline]
    fn insertion_mends(&self, _slot: u32) -> bool {
        false
    }

    /// What a client needs of the scarce: how hard it is to place.
    fn size(&self, client: u32) -> i64;

    /// Whether there are pairs at all.
    #[inline]
    fn has_couples(&self) -> bool {
        false
    }

    /// The pair of a client.
    #[inline]
    fn couple_of(&self, _client: u32) -> Option<Couple> {
        None
    }

    /// Whether a load of a pair is under way when a node is left.
    #[inline]
    fn is_open(&self, _node: u32, _links: &Links<Self>) -> bool
    where
        Self: Sized,
    {
        false
    }

    /// The route of a slot up to and with a node, and a pickup put on it.
    #[inline]
    fn head(&self, _slot: u32, _after: u32, _pickup: u32, _links: &Links<Self>) -> Self::Head
    where
        Self: Sized,
    {
        Self::Head::default()
    }

    /// Puts the next client of today's route on a head.
    #[inline]
    fn lengthen(&self, _slot: u32, _head: &mut Self::Head, _client: u32, _links: &Links<Self>)
    where
        Self: Sized,
    {
    }

    /// What a route is burdened with at least that begins with a head and goes on as today's from a node on, when a delivery
    /// joins it there or farther behind.
    #[inline]
    fn least_behind(
        &self,
        _slot: u32,
        _head: &Self::Head,
        _delivery: u32,
        _next: u32,
        _links: &Links<Self>,
    ) -> Burden
    where
        Self: Sized,
    {
        Burden::default()
    }

    /// Assesses a head followed by a delivery and by today's route from a node on; exactly when its price stays below
    /// the limit.
    fn assess_head(
        &self,
        _slot: u32,
        _head: &Self::Head,
        _client: u32,
        _next: u32,
        _links: &Links<Self>,
        _limit: Limit,
    ) -> Burden
    where
        Self: Sized,
    {
        unreachable!("only laws with pairs walk along heads")
    }
}

/// The node numbers of the ends of each slot's route.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slots {
    /// Clients, and returns behind them: whatever stands between the ends of routes.
    pub n_clients: u32,
}

impl Slots {
    /// Node at the start of a slot's route.
    #[inline]
    pub(super) fn start(self, slot: u32) -> u32 {
        self.n_clients + 2 * slot
    }

    /// Node at the end of a slot's route.
    #[inline]
    pub(super) fn end(self, slot: u32) -> u32 {
        self.n_clients + 2 * slot + 1
    }
}
