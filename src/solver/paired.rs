//! The paired law: the timed law's windows and durations, and one load that may be carried between two clients.

use crate::problem::Problem;
use crate::solver::couples::{Couple, Couples, carried};
use crate::solver::home::{BuildLegs, Home, Hours, only_kind};
use crate::solver::law::{Burden, Law, Limit, Piece, visits_of};
use crate::solver::part::Part;
use crate::solver::routes::{Links, Node};
use crate::solver::timed::{Stretch, visit_of};

/// A stretch of visits in time and load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ride {
    stretch: Stretch,
    /// On board at its beginning, for its own visits.
    initial: i64,
    /// On board at its end, when nothing else was at the beginning; negative where loads end that began before.
    at_end: i64,
    /// The most on board on the way, likewise.
    peak: i64,
}

impl Ride {
    /// This ride, a leg, then the other.
    #[inline]
    fn join(self, leg: i64, other: Self) -> Self {
        Self {
            stretch: self.stretch.join(leg, other.stretch),
            initial: self.initial + other.initial,
            at_end: self.at_end + other.at_end,
            peak: (self.peak + other.initial).max(self.at_end + other.peak),
        }
    }
}

/// What the paired law keeps at a node.
#[derive(Clone, Copy, Default)]
pub(super) struct PairedMark {
    before: Ride,
    behind: Ride,
    /// Loads under way when the node is left.
    open: i32,
}

/// A route to be, up to the last client put on it.
#[derive(Clone, Copy, Default)]
pub(super) struct PairedHead {
    ride: Ride,
    last: u32,
}

/// Capacity, windows, durations, pairs.
pub(super) struct PairedLaw<G> {
    home: Home<G>,
    hours: Hours,
    rides: Vec<Ride>,
    couples: Couples,
}

impl<G: BuildLegs> PairedLaw<G> {
    #[inline]
    fn burden(&self, ride: &Ride) -> Burden {
        Burden {
            priced: 0,
            firm: 0,
            idle: 0,
            load: (ride.peak - self.home.capacity).max(0),
            time: self.hours.excess(ride.stretch),
            work: 0,
        }
    }

    #[inline]
    fn push(&self, head: &mut PairedHead, client: u32) {
        self.push_after(head, self.home.leg_into(head.last, client), client);
    }

    /// Drives a leg to a client and serves it.
    #[inline]
    fn push_after(&self, head: &mut PairedHead, leg: i64, client: u32) {
        head.ride = head.ride.join(leg, self.rides[client as usize]);
        head.last = client;
    }

    /// The rest of today's route from a node on.
    #[inline]
    fn finish(&self, head: &mut PairedHead, node: u32, links: &Links<Self>) {
        let leg = self.home.leg(head.last, node);
        head.ride = head.ride.join(leg, links.marks[node as usize].behind);
        head.last = self.home.depot;
    }
}

impl<G: BuildLegs> Law for PairedLaw<G> {
    type Mark = PairedMark;
    type Brief = ();
    type Head = PairedHead;
    type Room = ();
    const REVERSES: bool = false;
    const INSERTS_BY_MARKS: bool = true;

    #[inline(always)]
    fn room(&self, _slot: u32) {}

    fn build(problem: &Problem, part: &Part) -> Self {
        let home = Home::build(problem, part);
        let hours = Hours::of(only_kind(problem, part));
        let rides = part.clients.iter().map(|&id| {
            let client = &problem.clients()[id];
            let initial = client.delivery.0[0];
            let at_end = client.pickup.0[0] + carried(problem, id).0[0];
            Ride { stretch: visit_of(client), initial, at_end, peak: initial.max(at_end) }
        });
        let depot = Ride { stretch: hours.shift, ..Ride::default() };
        Self {
            home,
            hours,
            rides: rides.chain([depot]).collect(),
            couples: Couples::new(problem, part),
        }
    }

    #[inline]
    fn leg(&self, _slot: u32, from: u32, to: u32) -> i64 {
        self.home.leg(from, to) + self.home.opening(from)
    }

    #[inline]
    fn leg_back(&self, _slot: u32, from: u32, to: u32, there: i64) -> i64 {
        self.home.leg_back(from, to, there)
    }

    #[inline]
    fn leg_into(&self, _slot: u32, from: u32, to: u32) -> i64 {
        self.home.leg_into(from, to) + self.home.opening(from)
    }

    #[inline]
    fn way(&self, from: u32, to: u32) -> i64 {
        self.home.leg(from, to)
    }

    fn judge(&self, _slot: u32, sequence: &[u32]) -> Burden {
        if sequence.is_empty() {
            return Burden::default();
        }
        let mut head =
            PairedHead { ride: self.rides[self.home.depot as usize], last: self.home.depot };
        for &client in sequence {
            self.push(&mut head, client);
        }
        self.push(&mut head, self.home.depot);
        self.burden(&head.ride)
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let depot = self.rides[self.home.depot as usize];
        let mark = PairedMark { before: depot, behind: depot, open: 0 };
        (links.marks[start as usize], links.marks[end as usize]) = (mark, mark);
        let Node { next: first, leg_out, .. } = links.nodes[start as usize];
        if first == end {
            return Burden::default();
        }
        // The price of the first leg opens the route as well; all other legs are priced by their time.
        let (mut ride, mut leg, mut open, mut node) = (depot, leg_out - self.home.fixed, 0, first);
        while node != end {
            let Node { next, leg_out, .. } = links.nodes[node as usize];
            ride = ride.join(leg, self.rides[node as usize]);
            open += self.couples.opens(node);
            let mark = &mut links.marks[node as usize];
            (mark.before, mark.open) = (ride, open);
            (leg, node) = (leg_out, next);
        }
        let whole = ride.join(leg, depot);
        links.marks[end as usize].before = whole;
        let mut behind = depot;
        let mut node = links.nodes[end as usize].prev;
        while node != start {
            let Node { prev, leg_out, .. } = links.nodes[node as usize];
            behind = self.rides[node as usize].join(leg_out, behind);
            links.marks[node as usize].behind = behind;
            node = prev;
        }
        links.marks[start as usize].behind = whole;
        self.burden(&whole)
    }

    #[inline]
    fn assess(&self, _slot: u32, pieces: &[Piece], links: &Links<Self>, _: Limit) -> Burden {
        let Piece::Prefix(first) = pieces[0] else {
            unreachable!("every route begins at its start")
        };
        let mut head = PairedHead { ride: links.marks[first as usize].before, last: first };
        for piece in &pieces[1..] {
            match *piece {
                Piece::Prefix(_) => unreachable!("only the first piece begins a route"),
                Piece::One(client) => self.push(&mut head, client),
                Piece::Span(..) | Piece::Reversed(..) => {
                    visits_of(*piece, links).for_each(|client| self.push(&mut head, client));
                }
                Piece::Suffix(node) => self.finish(&mut head, node, links),
            }
        }
        self.burden(&head.ride)
    }

    fn size(&self, client: u32) -> i64 {
        self.rides[client as usize].peak
    }

    #[inline]
    fn has_couples(&self) -> bool {
        true
    }

    #[inline]
    fn couple_of(&self, client: u32) -> Option<Couple> {
        self.couples.of(client)
    }

    #[inline]
    fn is_open(&self, node: u32, links: &Links<Self>) -> bool {
        links.marks[node as usize].open != 0
    }

    #[inline]
    fn head(&self, _slot: u32, after: u32, pickup: u32, links: &Links<Self>) -> PairedHead {
        let mut head = PairedHead { ride: links.marks[after as usize].before, last: after };
        self.push(&mut head, pickup);
        head
    }

    #[inline]
    fn lengthen(&self, _slot: u32, head: &mut PairedHead, client: u32, links: &Links<Self>) {
        let Node { prev, leg_in, .. } = links.nodes[client as usize];
        // Between two clients a leg's price is its time.
        let leg = if prev == head.last { leg_in } else { self.home.leg(head.last, client) };
        self.push_after(head, leg, client);
    }

    #[inline]
    fn least_behind(
        &self,
        _slot: u32,
        head: &PairedHead,
        delivery: u32,
        next: u32,
        links: &Links<Self>,
    ) -> Burden {
        let (rest, joins) = (&links.marks[next as usize].behind, &self.rides[delivery as usize]);
        // Whatever those behind are brought is on board from the start, and whatever is picked up until the end.
        let ahead = head.ride.peak + joins.initial + rest.initial;
        let behind = head.ride.at_end + joins.at_end.min(joins.initial) + rest.peak;
        let load = (ahead.max(behind) - self.home.capacity).max(0);
        let time = head.ride.stretch.warp + rest.stretch.warp;
        Burden { load, time, ..Burden::default() }
    }

    #[inline]
    fn assess_head(
        &self,
        _slot: u32,
        head: &PairedHead,
        client: u32,
        next: u32,
        links: &Links<Self>,
        _: Limit,
    ) -> Burden {
        let mut whole = *head;
        self.push(&mut whole, client);
        self.finish(&mut whole, next, links);
        self.burden(&whole.ride)
    }
}
