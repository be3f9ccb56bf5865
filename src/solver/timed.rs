//! The timed law: one kind of vehicle from one depot, one load, one window per client, durations.
//!
//! A stretch of visits is summarized by four numbers that join in O(1): duration, time warp, and the earliest
//! and latest start that attain them (Vidal, Crainic, Gendreau, Prins 2013, A hybrid genetic algorithm with adaptive
//! diversity management for a large class of vehicle routing problems with time windows, section 4.5).

use crate::problem::{Client, Problem};
use crate::solver::capacity::Units;
use crate::solver::home::{BuildLegs, Home, Hours, only_kind};
use crate::solver::law::{Burden, Law, Limit, Piece, visits_of};
use crate::solver::part::Part;
use crate::solver::routes::{Links, Node};

/// Later than any moment the timed law is used for; windows without an end stop here.
pub(super) const HORIZON: i64 = 1 << 41;

/// A stretch of visits in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    pub duration: i64,
    pub warp: i64,
    pub earliest: i64,
    pub latest: i64,
}

impl Stretch {
    pub(super) fn visit(service: i64, start: i64, end: i64) -> Self {
        Self { duration: service, warp: 0, earliest: start, latest: end }
    }

    /// This stretch, a leg, then the other.
    #[inline]
    pub(super) fn join(self, leg: i64, other: Self) -> Self {
        let at = self.duration - self.warp + leg;
        let wait = (other.earliest - at - self.latest).max(0);
        let warp = (self.earliest + at - other.latest).max(0);
        Self {
            duration: self.duration + other.duration + leg + wait,
            warp: self.warp + other.warp + warp,
            earliest: self.earliest.max(other.earliest - at) - wait,
            latest: self.latest.min(other.latest - at) + warp,
        }
    }
}

/// What the timed law keeps at a node.
#[derive(Clone, Copy, Default)]
pub(super) struct TimedMark {
    before: Stretch,
    behind: Stretch,
    load: i64,
}

/// Capacity, windows, durations.
pub(super) struct TimedLaw<G> {
    home: Home<G>,
    hours: Hours,
    demand: Vec<i64>,
    visits: Vec<Stretch>,
}

impl<G: BuildLegs> TimedLaw<G> {
    #[inline]
    fn visit(&self, node: u32) -> Stretch {
        self.visits[self.home.row(node) as usize]
    }

    #[inline]
    fn demand(&self, node: u32) -> i64 {
        self.demand[self.home.row(node) as usize]
    }

    #[inline]
    fn burden(&self, stretch: Stretch, load: i64) -> Burden {
        Burden {
            priced: 0,
            firm: 0,
            idle: 0,
            load: (load - self.home.capacity).max(0),
            time: self.hours.excess(stretch),
            work: 0,
        }
    }
}

/// A candidate route while its pieces are joined.
struct Joined {
    stretch: Stretch,
    load: i64,
    last: u32,
}

impl<G: BuildLegs> Law for TimedLaw<G> {
    type Mark = TimedMark;
    type Brief = ();
    type Head = ();
    type Room = Units;
    const REVERSES: bool = false;
    const INSERTS_BY_MARKS: bool = true;

    fn build(problem: &Problem, part: &Part) -> Self {
        let home = Home::build(problem, part);
        let hours = Hours::of(only_kind(problem, part));
        let clients = || part.clients.iter().map(|&client| &problem.clients()[client]);
        Self {
            home,
            hours,
            demand: clients().map(|c| c.delivery.0[0]).chain([0]).collect(),
            visits: clients().map(visit_of).chain([hours.shift]).collect(),
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
        let depot = self.visits[self.home.depot as usize];
        let mut joined = Joined { stretch: depot, load: 0, last: self.home.depot };
        for &client in sequence {
            self.join(&mut joined, client);
        }
        let whole = joined.stretch.join(self.home.leg(joined.last, self.home.depot), depot);
        self.burden(whole, joined.load)
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let depot = self.visits[self.home.depot as usize];
        let (mut stretch, mut load) = (depot, 0);
        links.marks[start as usize] = TimedMark { before: depot, behind: depot, load: 0 };
        let Node { next: first, leg_out, .. } = links.nodes[start as usize];
        // The price of the first leg opens the route as well; all other legs are priced by their time.
        let mut leg = leg_out - self.home.fixed;
        let mut node = first;
        while node != end {
            let Node { next, leg_out, .. } = links.nodes[node as usize];
            stretch = stretch.join(leg, self.visits[node as usize]);
            load += self.demand[node as usize];
            let mark = &mut links.marks[node as usize];
            (mark.before, mark.load) = (stretch, load);
            (leg, node) = (leg_out, next);
        }
        if first == end {
            links.marks[end as usize] = TimedMark { before: depot, behind: depot, load: 0 };
            return Burden::default();
        }
        let whole = stretch.join(leg, depot);
        links.marks[end as usize] = TimedMark { before: whole, behind: depot, load };
        let mut behind = depot;
        let mut node = links.nodes[end as usize].prev;
        while node != start {
            let Node { prev, leg_out, .. } = links.nodes[node as usize];
            behind = self.visits[node as usize].join(leg_out, behind);
            links.marks[node as usize].behind = behind;
            node = prev;
        }
        links.marks[start as usize].behind = whole;
        self.burden(whole, load)
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
        let visit = self.visits[client as usize];
        let end = links.slots.end(slot);
        let stretch =
            links.marks[after as usize].before.join(self.home.leg_into(after, client), visit);
        let into = self.home.leg(client, next);
        let whole = stretch.join(into, links.marks[next as usize].behind);
        self.burden(whole, links.marks[end as usize].load + self.demand[client as usize])
    }

    #[inline]
    fn assess(&self, _slot: u32, pieces: &[Piece], links: &Links<Self>, _: Limit) -> Burden {
        let Piece::Prefix(first) = pieces[0] else {
            unreachable!("every route begins at its start")
        };
        let mark = links.marks[first as usize];
        let mut joined = Joined { stretch: mark.before, load: mark.load, last: first };
        for piece in &pieces[1..] {
            match *piece {
                Piece::Prefix(_) => unreachable!("only the first piece begins a route"),
                Piece::One(client) => self.join(&mut joined, client),
                Piece::Span(..) | Piece::Reversed(..) => {
                    visits_of(*piece, links).for_each(|client| self.join(&mut joined, client));
                }
                Piece::Suffix(node) => {
                    let mark = links.marks[node as usize];
                    let end = links.slots.end(links.nodes[node as usize].slot);
                    joined.stretch =
                        joined.stretch.join(self.home.leg(joined.last, node), mark.behind);
                    joined.load += links.marks[end as usize].load - mark.load;
                    joined.load += if links.is_client(node) { self.demand(node) } else { 0 };
                    joined.last = end;
                }
            }
        }
        self.burden(joined.stretch, joined.load)
    }

    #[inline]
    fn load(&self, client: u32) -> i64 {
        self.demand(client)
    }

    #[inline]
    fn load_up_to(&self, node: u32, links: &Links<Self>) -> i64 {
        links.marks[node as usize].load
    }

    #[inline]
    fn room(&self, _slot: u32) -> Units {
        Units(self.home.capacity)
    }

    fn size(&self, client: u32) -> i64 {
        self.demand(client)
    }
}

impl<G: BuildLegs> TimedLaw<G> {
    #[inline]
    fn join(&self, joined: &mut Joined, client: u32) {
        joined.stretch =
            joined.stretch.join(self.home.leg(joined.last, client), self.visit(client));
        joined.load += self.demand(client);
        joined.last = client;
    }
}

pub(super) fn visit_of(client: &Client) -> Stretch {
    let window = client.windows.first();
    let (start, end) = window.map_or((0, HORIZON), |w| (w.start.value(), w.end.value()));
    Stretch::visit(client.service.value(), start, end)
}
