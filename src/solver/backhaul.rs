//! The law of backhauls: the plain law where some are delivered to and the others picked up from, pickups last.
//!
//! Each client does one of the two, so that order is a matter of neighbors: a leg from a pickup to a delivery breaks it,
//! and where pickups need a delivery, so does a leg from the start to a pickup. Broken legs add up along a route, and
//! with the order kept the load is never more than either sum: nothing needs to be walked.

use crate::problem::{PickupOrder, Problem};
use crate::solver::capacity::Room;
use crate::solver::home::{BuildLegs, Home, only_kind};
use crate::solver::law::{Burden, Law, Limit, Piece, is_empty};
use crate::solver::part::Part;
use crate::solver::routes::Links;

/// Where the pickups of a packed load begin: all loads of a problem together need fewer bits.
const PICKUP_SHIFT: u32 = 31;
const DELIVERY_MASK: i64 = (1 << PICKUP_SHIFT) - 1;

/// The capacity of a vehicle for deliveries and for pickups, packed into one load.
#[derive(Clone, Copy)]
pub(super) struct Both(i64);

impl Room for Both {
    #[inline]
    fn excess(self, load: i64) -> i64 {
        let (delivery, pickup) = (load & DELIVERY_MASK, load >> PICKUP_SHIFT);
        (delivery - self.0).max(0) + (pickup - self.0).max(0)
    }
}

/// Capacity for deliveries and for pickups, deliveries first.
pub(super) struct BackhaulLaw<G> {
    home: Home<G>,
    symmetric: bool,
    /// Deliveries, and pickups above them.
    demand: Vec<i64>,
    /// By row, the depot last.
    roles: Vec<Role>,
    /// What a broken leg weighs: the mean load of a client.
    weight: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Delivery,
    Pickup,
    /// A start that pickups may follow at once, or the end.
    Depot,
    /// A start that pickups may not follow at once.
    StrictStart,
}

/// The route up to and with a node.
#[derive(Clone, Copy, Default)]
pub(super) struct BackhaulMark {
    load: i64,
    /// Legs that break the order.
    broken: i32,
    /// Legs that would break it if driven the other way.
    broken_back: i32,
}

impl<G: BuildLegs> BackhaulLaw<G> {
    #[inline]
    fn is_broken(&self, from: u32, to: u32) -> bool {
        let is_late = matches!(self.roles[from as usize], Role::Pickup | Role::StrictStart);
        let behind =
            if self.roles[from as usize] == Role::Pickup { Role::Delivery } else { Role::Pickup };
        is_late && self.roles[to as usize] == behind
    }

    /// Whether a leg between two nodes breaks the order.
    #[inline]
    fn breaks(&self, from: u32, to: u32) -> i32 {
        i32::from(self.is_broken(self.home.row(from), self.home.row(to)))
    }

    fn burden(&self, load: i64, broken: i32) -> Burden {
        let load = self.over(load) + i64::from(broken) * self.weight;
        Burden { priced: self.home.fixed, firm: self.home.fixed, idle: 0, load, time: 0, work: 0 }
    }

    #[inline]
    fn over(&self, load: i64) -> i64 {
        Both(self.home.capacity).excess(load)
    }

    #[inline]
    fn demand(&self, node: u32) -> i64 {
        if node < self.home.depot { self.demand[node as usize] } else { 0 }
    }
}

impl<G: BuildLegs> Law for BackhaulLaw<G> {
    type Mark = BackhaulMark;
    type Brief = ();
    type Head = ();
    type Room = Both;
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = false;

    fn build(problem: &Problem, part: &Part) -> Self {
        let home = Home::build(problem, part);
        let clients = || part.clients.iter().map(|&client| &problem.clients()[client]);
        let is_strict = only_kind(problem, part)
            .is_some_and(|kind| kind.pickups == PickupOrder::LastOfDeliveries);
        let start = if is_strict { Role::StrictStart } else { Role::Depot };
        let role = |picks_up| if picks_up { Role::Pickup } else { Role::Delivery };
        let loads: i64 = clients().map(|c| c.delivery.0[0] + c.pickup.0[0]).sum();
        Self {
            symmetric: home.is_symmetric(),
            home,
            demand: clients().map(|c| c.delivery.0[0] | c.pickup.0[0] << PICKUP_SHIFT).collect(),
            roles: clients().map(|client| role(client.picks_up())).chain([start]).collect(),
            weight: (loads / part.n_clients().max(1) as i64).max(1),
        }
    }

    #[inline]
    fn leg(&self, _slot: u32, from: u32, to: u32) -> i64 {
        self.home.leg(from, to)
    }

    #[inline]
    fn leg_back(&self, _slot: u32, from: u32, to: u32, there: i64) -> i64 {
        self.home.leg_back(from, to, there)
    }

    #[inline]
    fn leg_into(&self, _slot: u32, from: u32, to: u32) -> i64 {
        self.home.leg_into(from, to)
    }

    #[inline]
    fn is_symmetric(&self) -> bool {
        self.symmetric
    }

    fn judge(&self, _slot: u32, sequence: &[u32]) -> Burden {
        if sequence.is_empty() {
            return Burden::default();
        }
        let from = std::iter::once(&self.home.depot).chain(sequence);
        let broken = from.zip(sequence).map(|(&from, &to)| self.breaks(from, to)).sum();
        self.burden(sequence.iter().map(|&client| self.demand(client)).sum(), broken)
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let mut mark = BackhaulMark::default();
        let (mut last, mut node) = (start, links.nodes[start as usize].next);
        links.marks[start as usize] = mark;
        let is_empty = node == end;
        while node != end {
            mark.load += self.demand[node as usize];
            mark.broken += self.breaks(last, node);
            mark.broken_back += self.breaks(node, last);
            links.marks[node as usize] = mark;
            (last, node) = (node, links.nodes[node as usize].next);
        }
        links.marks[end as usize] = mark;
        if is_empty { Burden::default() } else { self.burden(mark.load, mark.broken) }
    }

    #[inline]
    fn take_in(&self, slot: u32, client: u32, links: &mut Links<Self>) -> Burden {
        let node = links.nodes[client as usize];
        let total = &mut links.marks[links.slots.end(slot) as usize];
        total.load += self.demand[client as usize];
        total.broken += self.breaks_more(node.prev, client, node.next);
        self.burden(total.load, total.broken)
    }

    #[inline]
    fn assess_insertion(
        &self,
        slot: u32,
        client: u32,
        after: u32,
        links: &Links<Self>,
        _: Limit,
    ) -> Burden {
        let next = links.nodes[after as usize].next;
        let total = links.marks[links.slots.end(slot) as usize];
        let broken = total.broken + self.breaks_more(after, client, next);
        self.burden(total.load + self.demand[client as usize], broken)
    }

    #[inline]
    fn assess(&self, _slot: u32, pieces: &[Piece], links: &Links<Self>, _: Limit) -> Burden {
        if self.home.fixed != 0 && is_empty(pieces, links) {
            return Burden::default();
        }
        let mark = |node: u32| links.marks[node as usize];
        let (mut load, mut broken, mut last) = (0, 0, self.home.depot);
        for &piece in pieces {
            let (first, behind) = match piece {
                Piece::Prefix(node) => {
                    (load, broken, last) = (mark(node).load, mark(node).broken, node);
                    continue;
                }
                Piece::Suffix(node) => {
                    let end = links.slots.end(links.nodes[node as usize].slot);
                    load += mark(end).load - mark(node).load + self.demand(node);
                    broken += mark(end).broken - mark(node).broken;
                    (node, end)
                }
                Piece::One(client) => {
                    load += self.demand[client as usize];
                    (client, client)
                }
                Piece::Span(first, end) => {
                    load += mark(end).load - mark(first).load + self.demand(first);
                    broken += mark(end).broken - mark(first).broken;
                    (first, end)
                }
                Piece::Reversed(first, end) => {
                    load += mark(end).load - mark(first).load + self.demand(first);
                    broken += mark(end).broken_back - mark(first).broken_back;
                    (end, first)
                }
            };
            broken += self.breaks(last, first);
            last = behind;
        }
        self.burden(load, broken)
    }

    #[inline]
    fn load(&self, client: u32) -> i64 {
        self.demand[client as usize]
    }

    #[inline]
    fn load_up_to(&self, node: u32, links: &Links<Self>) -> i64 {
        links.marks[node as usize].load
    }

    #[inline]
    fn room(&self, _slot: u32) -> Both {
        Both(self.home.capacity)
    }

    #[inline]
    fn insertion_mends(&self, _slot: u32) -> bool {
        true
    }

    fn size(&self, client: u32) -> i64 {
        let load = self.demand[client as usize];
        (load & DELIVERY_MASK).max(load >> PICKUP_SHIFT)
    }
}

impl<G: BuildLegs> BackhaulLaw<G> {
    /// By how many more legs a route breaks the order when a client comes between two nodes.
    #[inline]
    fn breaks_more(&self, after: u32, client: u32, next: u32) -> i32 {
        self.breaks(after, client) + self.breaks(client, next) - self.breaks(after, next)
    }
}
