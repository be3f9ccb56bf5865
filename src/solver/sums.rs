//! The law of sums: vehicles of any kinds, from anywhere to anywhere, where nobody has hours.
//!
//! Nobody waits then. What a route is burdened with follows from what adds up along it, loads, clients, and the meters
//! and seconds of its legs, and from what it gathers whatever the order: releases, skills, areas. Sums up to a node give
//! those of any stretch as a difference; a client more changes the totals, and nothing else needs to be looked at.

mod gauge;
mod measures;
mod peak;
mod table;

use crate::problem::{Client, Problem, TimeWindow, VehicleType};
use crate::solver::capacity::Capacity;
use crate::solver::law::{
    Burden, FORBIDDEN, Law, Limit, NewLegs, Penalties, Piece, is_empty, visits_of,
};
use crate::solver::part::Part;
use crate::solver::rich::RichLaw;
use crate::solver::routes::{Links, Node};
use crate::solver::sums::gauge::Kind;
use crate::solver::sums::measures::{LegMeasure, has_order, leg_measures, visit_measures};
use crate::solver::sums::peak::{Peak, peaked};
use crate::solver::sums::table::{Place, Table};

pub(super) use measures::{Needs, needs};

/// Legs and stays as the rich law has them; of its visits nothing is asked.
type Ground = RichLaw<1, 0, 0, 1>;

/// What adds up: `V` measures of visits, `T` of legs.
#[derive(Clone, Copy)]
struct Sums<const V: usize, const T: usize> {
    visits: [i64; V],
    legs: [i64; T],
}

impl<const V: usize, const T: usize> Sums<V, T> {
    const ZERO: Self = Self { visits: [0; V], legs: [0; T] };

    #[inline(always)]
    fn add(&mut self, other: &Self) {
        for (sum, more) in self.visits.iter_mut().zip(other.visits) {
            *sum += more;
        }
        self.add_legs(&other.legs);
    }

    #[inline(always)]
    fn add_legs(&mut self, legs: &[i64; T]) {
        for (sum, more) in self.legs.iter_mut().zip(legs) {
            *sum += more;
        }
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        Self {
            visits: std::array::from_fn(|v| self.visits[v] - other.visits[v]),
            legs: std::array::from_fn(|t| self.legs[t] - other.legs[t]),
        }
    }
}

/// What a route gathers whatever the order: the last release, the skills asked for, then bits for areas. Nothing where
/// nobody asks for any of it.
#[derive(Clone, Copy)]
struct Gathered<const W: usize>([u64; W]);

impl<const W: usize> Gathered<W> {
    const NOTHING: Self = Self([0; W]);

    #[inline(always)]
    fn add(&mut self, other: &Self) {
        for (word, (mine, more)) in self.0.iter_mut().zip(other.0).enumerate() {
            *mine = if word == 0 { (*mine).max(more) } else { *mine | more };
        }
    }

    #[inline(always)]
    fn release(&self) -> i64 {
        self.0.first().map_or(0, |&release| release as i64)
    }

    #[inline(always)]
    fn skills(&self) -> u64 {
        self.0.get(1).copied().unwrap_or(0)
    }

    /// The areas that another gathers as well, and nothing else.
    #[inline(always)]
    fn shared_with(&self, other: &Self) -> Self {
        let shared = |word: usize| if word < 2 { 0 } else { self.0[word] & other.0[word] };
        Self(std::array::from_fn(shared))
    }

    #[inline(always)]
    fn has_areas(&self) -> bool {
        self.0.iter().skip(2).any(|&word| word != 0)
    }

    /// Whether it gathers all areas that another does.
    #[inline(always)]
    fn has_areas_of(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).skip(2).all(|(mine, all)| mine & all == *all)
    }

    #[inline(always)]
    fn n_areas(&self) -> i64 {
        self.0.iter().skip(2).map(|word| i64::from(word.count_ones())).sum()
    }
}

/// What is kept at a node: sums up to and with it, and of the leg that leads to it; what is gathered, and loaded, up to and
/// with it, and from it on. At the end of a route, all of it.
#[derive(Clone, Copy)]
pub(super) struct SumsMark<const V: usize, const T: usize, const W: usize, const P: usize> {
    sums: Sums<V, T>,
    leg_in: [i64; T],
    before: Gathered<W>,
    behind: Gathered<W>,
    load_before: [Peak; P],
    load_behind: [Peak; P],
}

impl<const V: usize, const T: usize, const W: usize, const P: usize> Default
    for SumsMark<V, T, W, P>
{
    fn default() -> Self {
        let (sums, before, behind) = (Sums::ZERO, Gathered::NOTHING, Gathered::NOTHING);
        let (load_before, load_behind) = ([Peak::default(); P], [Peak::default(); P]);
        Self { sums, leg_in: [0; T], before, behind, load_before, load_behind }
    }
}

/// Everything that adds up along a route in `V` measures of visits, the scarcest first, and `T` of legs, or is gathered
/// in `W` words; with loads that rise and fall in `P` dimensions, one or none.
pub(super) struct SumsLaw<const V: usize, const T: usize, const W: usize, const P: usize> {
    table: Table<T>,
    kinds: Vec<Kind<V, T, P>>,
    /// What each client adds: its loads, and what it takes at its door.
    visits: Vec<Sums<V, T>>,
    gathered: Vec<Gathered<W>>,
    loads: Vec<[Peak; P]>,
    /// What each client adds to the first measure.
    shares: Vec<i64>,
    /// Seconds that serving each client takes at least.
    works: Vec<i64>,
    /// Whether the first measure of legs is work.
    knows_work: bool,
    /// Whether it matters to any kind how long it works, its shift apart.
    minds_work: bool,
    /// Whether it costs any kind something to work long, and work adds up whatever the order.
    prices_work: bool,
    is_symmetric: bool,
}

/// A candidate route while its pieces are joined.
struct Joined<const V: usize, const T: usize, const W: usize, const P: usize> {
    sums: Sums<V, T>,
    gathered: Gathered<W>,
    load: [Peak; P],
    /// Row of the last node.
    last: u32,
}

impl<const V: usize, const T: usize, const W: usize, const P: usize> Joined<V, T, W, P> {
    /// A route that has not left its start.
    fn from(place: &Place<T>) -> Self {
        let (sums, gathered, load) = (Sums::ZERO, Gathered::NOTHING, [Peak::default(); P]);
        Self { sums, gathered, load, last: place.start }
    }
}

/// One load, then another.
#[inline(always)]
fn loaded<const P: usize>(load: &[Peak; P], more: &[Peak; P]) -> [Peak; P] {
    std::array::from_fn(|p| load[p].then(more[p]))
}

impl<const V: usize, const T: usize, const W: usize, const P: usize> SumsLaw<V, T, W, P> {
    #[inline(always)]
    fn kind(&self, slot: u32) -> &Kind<V, T, P> {
        &self.kinds[self.table.place(slot).kind as usize]
    }

    /// What a client adds to a route of a slot between two nodes.
    #[inline(always)]
    fn one_more(
        &self,
        slot: u32,
        (after, next): (u32, u32),
        client: u32,
        links: &Links<Self>,
    ) -> Sums<V, T> {
        let mut more = self.visits[client as usize];
        if T > 0 {
            let place = self.table.place(slot);
            let (from, to) = (self.table.row(place, after), self.table.row(place, next));
            more.add_legs(&self.table.legs_round(place, from, client, to));
            for (sum, leg) in more.legs.iter_mut().zip(links.marks[next as usize].leg_in) {
                *sum -= leg;
            }
        }
        more
    }

    /// Whether what the legs of a stretch of a route add up to is the same for another vehicle.
    #[inline(always)]
    fn adds_up(&self, place: &Place<T>, owner: &Place<T>, is_turned: bool) -> bool {
        T == 0 || (owner.profile == place.profile && (!is_turned || self.table.is_symmetric))
    }

    /// What a route adds up to and gathers from a node on.
    #[inline(always)]
    fn rest_of(&self, node: u32, owner: u32, links: &Links<Self>) -> (Sums<V, T>, Gathered<W>) {
        let mark = &links.marks[node as usize];
        let mut sums = links.marks[links.slots.end(owner) as usize].sums.minus(&mark.sums);
        if links.is_client(node) {
            sums.add(&self.visits[node as usize]);
        }
        (sums, mark.behind)
    }

    /// What it is priced that the legs of a slot's route add up to so much, and one between two nodes, and that it gathers
    /// so much; less what is firm in its price today.
    #[inline(always)]
    fn price_of_met(
        &self,
        slot: u32,
        (from, to): (u32, u32),
        legs: &[i64; T],
        gathered: &Gathered<W>,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let (place, kind) = (self.table.place(slot), self.kind(slot));
        let mut price = 0;
        if T > 0 {
            let (from, to) = (self.table.row(place, from), self.table.row(place, to));
            let between = self.table.leg(place, from, to);
            let sums = std::array::from_fn(|t| legs[t] + between[t]);
            price = kind.price_of_legs(&sums, gathered.release(), prices);
        }
        if W > 2 {
            let now = links.marks[links.slots.end(slot) as usize].before.n_areas();
            price += (gathered.n_areas() - (now - 1).max(0)) * kind.area_split;
        }
        price
    }

    #[inline(always)]
    fn burden(
        &self,
        slot: u32,
        sums: &Sums<V, T>,
        gathered: &Gathered<W>,
        load: &[Peak; P],
    ) -> Burden {
        let kind = self.kind(slot);
        let mut burden = Burden::default();
        kind.weigh_visits(&mut burden, &sums.visits, load);
        kind.weigh_legs(&mut burden, &sums.legs, gathered.release());
        if self.knows_work {
            burden.work = sums.legs[0];
        }
        if W > 0 {
            let n_areas = gathered.n_areas();
            // A move of a few clients takes a route out of one area at most, as a rule.
            burden.firm = (n_areas - 1).max(0) * kind.area_split;
            burden.priced += n_areas * kind.area_split;
            if gathered.skills() & !kind.skills != 0 {
                burden.priced += FORBIDDEN;
            }
        }
        burden
    }

    #[inline(always)]
    fn push(&self, place: &Place<T>, joined: &mut Joined<V, T, W, P>, client: u32) {
        joined.sums.add(&self.visits[client as usize]);
        joined.sums.add_legs(&self.table.leg(place, joined.last, client));
        joined.gathered.add(&self.gathered[client as usize]);
        joined.load = loaded(&joined.load, &self.loads[client as usize]);
        joined.last = client;
    }

    /// Appends clients of a route one by one.
    fn push_all(
        &self,
        place: &Place<T>,
        joined: &mut Joined<V, T, W, P>,
        piece: Piece,
        links: &Links<Self>,
    ) {
        visits_of(piece, links).for_each(|client| self.push(place, joined, client));
    }

    /// Appends a stretch of a route, perhaps turned around.
    fn push_stretch(
        &self,
        place: &Place<T>,
        joined: &mut Joined<V, T, W, P>,
        piece: Piece,
        links: &Links<Self>,
    ) {
        let (first, last, is_turned) = match piece {
            Piece::Span(first, last) => (first, last, false),
            Piece::Reversed(first, last) => (first, last, true),
            _ => unreachable!("only stretches within a route are appended so"),
        };
        let owner = self.table.place(links.nodes[first as usize].slot);
        if !self.adds_up(place, owner, is_turned) || W > 0 || P > 0 {
            return self.push_all(place, joined, piece, links);
        }
        let (head, tail) = if is_turned { (last, first) } else { (first, last) };
        let (up_to, from) = (&links.marks[last as usize].sums, &links.marks[first as usize].sums);
        joined.sums.add(&up_to.minus(from));
        joined.sums.add(&self.visits[first as usize]);
        joined.sums.add_legs(&self.table.leg(place, joined.last, head));
        joined.last = tail;
    }

    /// Appends today's route from a node on, and drives to the end.
    #[inline(always)]
    fn push_tail(
        &self,
        place: &Place<T>,
        joined: &mut Joined<V, T, W, P>,
        node: u32,
        links: &Links<Self>,
    ) {
        if !links.is_client(node) {
            joined.sums.add_legs(&self.table.leg(place, joined.last, place.end));
            return;
        }
        let owner = links.nodes[node as usize].slot;
        let other = self.table.place(owner);
        let mark = &links.marks[node as usize];
        if T > 0 && other.profile != place.profile {
            self.push_all(place, joined, Piece::Suffix(node), links);
            joined.sums.add_legs(&self.table.leg(place, joined.last, place.end));
            return;
        }
        let end = links.slots.end(owner) as usize;
        joined.sums.add(&links.marks[end].sums.minus(&mark.sums));
        joined.sums.add(&self.visits[node as usize]);
        joined.sums.add_legs(&self.table.leg(place, joined.last, node));
        joined.gathered.add(&mark.behind);
        joined.load = loaded(&joined.load, &mark.load_behind);
        if T > 0 && other.end != place.end {
            let last = links.nodes[end].prev;
            joined.sums.add_legs(&self.table.leg(place, last, place.end));
            let home = self.table.leg(place, last, other.end);
            joined.sums.add_legs(&home.map(|leg| -leg));
        }
    }
}

impl<const V: usize, const T: usize, const W: usize, const P: usize> Law for SumsLaw<V, T, W, P> {
    type Mark = SumsMark<V, T, W, P>;
    type Brief = ();
    type Head = ();
    type Room = Capacity;
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = P > 0;

    fn build(problem: &Problem, part: &Part) -> Self {
        let ground = Ground::build(problem, part);
        let types = || part.slots.iter().map(|&id| &problem.vehicle_types()[id]);
        let (measures, peaked) = (leg_measures(problem), peaked(problem));
        let of_visits = visit_measures(problem, part);
        debug_assert!(measures.len() <= T && of_visits.len() <= V && peaked.len() <= P);
        let peaked: [Option<usize>; P] = std::array::from_fn(|p| peaked.get(p).copied());
        let measures: [LegMeasure; T] =
            std::array::from_fn(|t| measures.get(t).copied().unwrap_or(LegMeasure::Nothing));
        let of_kind = |kind| Kind::of(kind, &of_visits, measures, peaked);
        let kinds: Vec<Kind<V, T, P>> = ground.kinds.iter().map(of_kind).collect();
        let clients = || part.clients.iter().map(|&client| &problem.clients()[client]);
        let visits = clients().map(|client| Sums {
            visits: std::array::from_fn(|v| of_visits.get(v).map_or(0, |m| m.amount(client))),
            legs: measures.map(|measure| measure.at_door(client)),
        });
        let prices_areas = types().any(|kind| kind.area_split.value() > 0);
        let gathered = clients().map(|client| {
            let mut words = [0; W];
            let area = client.area.filter(|_| prices_areas).map(|area| area.0 as usize);
            for (at, word) in words.iter_mut().enumerate() {
                *word = match at {
                    0 => client.release.value() as u64,
                    1 => client.skills.0,
                    _ => area.filter(|area| area / 64 == at - 2).map_or(0, |area| 1 << (area % 64)),
                };
            }
            Gathered(words)
        });
        let load = |client| peaked.map(|d| d.map_or_else(Peak::default, |d| Peak::of(client, d)));
        let loads = clients().map(load).collect();
        let returns_home = |slot: &u32| {
            let place = ground.slot(*slot);
            place.start == place.end && place.fixed == 0
        };
        let n_slots = part.slots.len() as u32;
        let is_symmetric =
            ground.is_symmetric && ground.stays_alike() && (0..n_slots).all(|s| returns_home(&s));
        let (visits, n): (Vec<Sums<V, T>>, usize) = (visits.collect(), part.slots.len());
        let scarce: Vec<Capacity> = kinds.iter().map(|kind| kind.scarce_max).collect();
        Self {
            shares: visits.iter().map(|sums| sums.visits[0]).collect(),
            visits,
            gathered: gathered.collect(),
            loads,
            works: (0..part.n_clients() as u32).map(|client| ground.work(client)).collect(),
            knows_work: measures.first() == Some(&LegMeasure::Work),
            minds_work: kinds.iter().any(Kind::minds_work),
            prices_work: kinds.iter().any(Kind::prices_work) && !ground.spares_setups(),
            kinds,
            is_symmetric,
            table: Table::new(ground, n, &scarce, measures),
        }
    }

    #[inline(always)]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        self.table.price(slot, from, to)
    }

    #[inline(always)]
    fn leg_into(&self, slot: u32, from: u32, to: u32) -> i64 {
        self.table.price_into(slot, from, to)
    }

    #[inline(always)]
    fn leg_back(&self, slot: u32, from: u32, to: u32, there: i64) -> i64 {
        if self.table.ground().turns_alike() { there } else { self.leg_into(slot, from, to) }
    }

    #[inline(always)]
    fn detour(&self, slot: u32, after: u32, client: u32, next: u32) -> i64 {
        self.table.detour(slot, after, client, next)
    }

    fn way(&self, from: u32, to: u32) -> i64 {
        self.table.way(from, to)
    }

    #[inline]
    fn least_stay(&self, client: u32) -> i64 {
        self.table.ground().least_stay(client)
    }

    #[inline(always)]
    fn is_symmetric(&self) -> bool {
        self.is_symmetric
    }

    #[inline]
    fn turning(&self, slot: u32, first: u32, last: u32) -> Option<i64> {
        self.table.ground().turning(slot, first, last)
    }

    #[inline(always)]
    fn same_kind(&self, a: u32, b: u32) -> bool {
        self.table.place(a).kind == self.table.place(b).kind
    }

    #[inline(always)]
    fn allows(&self, slot: u32, client: u32) -> bool {
        W == 0 || self.table.ground().allows(slot, client)
    }

    fn judge(&self, slot: u32, sequence: &[u32]) -> Burden {
        if sequence.is_empty() {
            return Burden::default();
        }
        let place = self.table.place(slot);
        let mut joined = Joined::from(place);
        for &client in sequence {
            self.push(place, &mut joined, client);
        }
        joined.sums.add_legs(&self.table.leg(place, joined.last, place.end));
        self.burden(slot, &joined.sums, &joined.gathered, &joined.load)
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let place = self.table.place(slot);
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        links.marks[start as usize] = SumsMark::default();
        let mut joined = Joined::from(place);
        let mut node = links.nodes[start as usize].next;
        let is_empty = node == end;
        while node != end {
            let leg_in = self.table.leg(place, joined.last, node);
            joined.sums.add(&self.visits[node as usize]);
            joined.sums.add_legs(&leg_in);
            joined.gathered.add(&self.gathered[node as usize]);
            joined.load = loaded(&joined.load, &self.loads[node as usize]);
            joined.last = node;
            let mark = &mut links.marks[node as usize];
            (mark.sums, mark.leg_in) = (joined.sums, leg_in);
            links.loads[node as usize] = joined.sums.visits[0];
            (mark.before, mark.load_before) = (joined.gathered, joined.load);
            node = links.nodes[node as usize].next;
        }
        if is_empty {
            links.marks[end as usize] = SumsMark::default();
            links.loads[end as usize] = 0;
            return Burden::default();
        }
        let leg_in = self.table.leg(place, joined.last, place.end);
        joined.sums.add_legs(&leg_in);
        let (sums, before, load_before) = (joined.sums, joined.gathered, joined.load);
        links.loads[end as usize] = sums.visits[0];
        let mark = &mut links.marks[end as usize];
        *mark = SumsMark { sums, leg_in, before, load_before, ..SumsMark::default() };
        if W > 0 || P > 0 {
            let (mut behind, mut load_behind) = (Gathered::NOTHING, [Peak::default(); P]);
            let mut node = links.nodes[end as usize].prev;
            while node != start {
                behind.add(&self.gathered[node as usize]);
                load_behind = loaded(&self.loads[node as usize], &load_behind);
                let mark = &mut links.marks[node as usize];
                (mark.behind, mark.load_behind) = (behind, load_behind);
                node = links.nodes[node as usize].prev;
            }
        }
        self.burden(slot, &sums, &before, &load_before)
    }

    #[inline]
    fn take_in(&self, slot: u32, client: u32, links: &mut Links<Self>) -> Burden {
        if P > 0 {
            return self.refresh(slot, links);
        }
        let Node { prev, next, .. } = links.nodes[client as usize];
        let end = links.slots.end(slot);
        let more = self.one_more(slot, (prev, next), client, links);
        if T > 0 {
            let place = self.table.place(slot);
            let (from, to) = (self.table.row(place, prev), self.table.row(place, next));
            links.marks[client as usize].leg_in = self.table.leg_into(place, from, client);
            links.marks[next as usize].leg_in = self.table.leg(place, client, to);
        }
        let total = &mut links.marks[end as usize];
        total.sums.add(&more);
        total.before.add(&self.gathered[client as usize]);
        let (sums, gathered, load) = (total.sums, total.before, total.load_before);
        links.loads[end as usize] = sums.visits[0];
        self.burden(slot, &sums, &gathered, &load)
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
        let total = &links.marks[links.slots.end(slot) as usize];
        let next = links.nodes[after as usize].next;
        let mut sums = self.one_more(slot, (after, next), client, links);
        sums.add(&total.sums);
        let mut gathered = total.before;
        gathered.add(&self.gathered[client as usize]);
        let mut load = [Peak::default(); P];
        if P > 0 {
            load = loaded(&links.marks[after as usize].load_before, &self.loads[client as usize]);
            load = loaded(&load, &links.marks[next as usize].load_behind);
        }
        self.burden(slot, &sums, &gathered, &load)
    }

    #[inline]
    fn assess_taking_in(
        &self,
        slot: u32,
        taken: Piece,
        after: u32,
        links: &Links<Self>,
        limit: Limit,
    ) -> Burden {
        let (first, last, is_turned) = match taken {
            Piece::One(client) => return self.assess_insertion(slot, client, after, links, limit),
            Piece::Span(first, last) => (first, last, false),
            Piece::Reversed(first, last) => (first, last, true),
            _ => unreachable!("beginnings and ends of routes are not taken in"),
        };
        let (place, next) = (self.table.place(slot), links.nodes[after as usize].next);
        let owner = self.table.place(links.nodes[first as usize].slot);
        if !self.adds_up(place, owner, is_turned) || P > 0 {
            let pieces = [Piece::Prefix(after), taken, Piece::Suffix(next)];
            return self.assess(slot, &pieces, links, limit);
        }
        let total = &links.marks[links.slots.end(slot) as usize];
        let (up_to, from) = (&links.marks[last as usize].sums, &links.marks[first as usize].sums);
        let mut sums = total.sums;
        sums.add(&up_to.minus(from));
        sums.add(&self.visits[first as usize]);
        let (head, tail) = if is_turned { (last, first) } else { (first, last) };
        let (row, end) = (self.table.row(place, after), self.table.row(place, next));
        sums.add_legs(&self.table.leg(place, row, head));
        sums.add_legs(&self.table.leg(place, tail, end));
        sums.add_legs(&links.marks[next as usize].leg_in.map(|leg| -leg));
        let mut gathered = total.before;
        if W > 0 {
            for client in visits_of(taken, links) {
                gathered.add(&self.gathered[client as usize]);
            }
        }
        self.burden(slot, &sums, &gathered, &total.load_before)
    }

    #[inline]
    fn assess(&self, slot: u32, pieces: &[Piece], links: &Links<Self>, _: Limit) -> Burden {
        if is_empty(pieces, links) {
            return Burden::default();
        }
        let Piece::Prefix(first) = pieces[0] else {
            unreachable!("every route begins at its start")
        };
        let place = self.table.place(slot);
        let mark = &links.marks[first as usize];
        let last = self.table.row(place, first);
        let (sums, gathered, load) = (mark.sums, mark.before, mark.load_before);
        let mut joined = Joined { sums, gathered, load, last };
        for &piece in &pieces[1..] {
            match piece {
                Piece::Prefix(_) => unreachable!("only the first piece begins a route"),
                Piece::One(client) => self.push(place, &mut joined, client),
                Piece::Span(..) | Piece::Reversed(..) => {
                    self.push_stretch(place, &mut joined, piece, links);
                }
                Piece::Suffix(node) => self.push_tail(place, &mut joined, node, links),
            }
        }
        self.burden(slot, &joined.sums, &joined.gathered, &joined.load)
    }

    #[inline(always)]
    fn load(&self, client: u32) -> i64 {
        self.shares[client as usize]
    }

    #[inline(always)]
    fn load_up_to(&self, node: u32, links: &Links<Self>) -> i64 {
        links.loads[node as usize]
    }

    #[inline(always)]
    fn room(&self, slot: u32) -> Capacity {
        self.table.place(slot).scarce_max
    }

    #[inline(always)]
    fn more_of_exchange(&self, slot: u32, leaving: u32, coming: u32, links: &Links<Self>) -> i64 {
        if V == 1 {
            return 0;
        }
        let sums = &links.marks[links.slots.end(slot) as usize].sums.visits;
        let (gone, more) = (&self.visits[leaving as usize], &self.visits[coming as usize]);
        let then = std::array::from_fn(|v| sums[v] + more.visits[v] - gone.visits[v]);
        self.kind(slot).excess_of_others(&then)
    }

    #[inline(always)]
    fn work(&self, client: u32) -> i64 {
        if T > 0 && self.minds_work { self.works[client as usize] } else { 0 }
    }

    #[inline(always)]
    fn price_of_more_work(&self, slot: u32, now: Burden, more: i64, prices: Penalties) -> i64 {
        if T == 0 || !self.minds_work {
            return 0;
        }
        self.kind(slot).gauges[0].price_of_more(now.work, more, prices)
    }

    /// Nothing: that is told as soon by assessing the insertion.
    #[inline(always)]
    fn price_of_joining(
        &self,
        _slot: u32,
        _client: u32,
        _after: u32,
        _now: Burden,
        _links: &Links<Self>,
        _prices: Penalties,
    ) -> i64 {
        0
    }

    #[inline]
    fn price_of_legs<const N: usize>(
        &self,
        slot: u32,
        legs: &NewLegs<N>,
        now: Burden,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        if T == 0 && P == 0 {
            return 0;
        }
        if P > 0 || (legs.turned && !self.table.is_symmetric) {
            return -prices.relief(now);
        }
        let place = self.table.place(slot);
        let row = |node: u32| self.table.row(place, node);
        let total = &links.marks[links.slots.end(slot) as usize];
        let mut sums = total.sums.legs;
        for (&(from, to), &gone) in legs.new.iter().zip(&legs.gone) {
            let (new, gone) =
                (self.table.leg(place, row(from), row(to)), &links.marks[gone as usize]);
            for t in 0..T {
                sums[t] += new[t] - gone.leg_in[t];
            }
        }
        let (kind, release) = (self.kind(slot), total.before.release());
        kind.price_of_legs(&sums, release, prices)
            - kind.price_of_legs(&total.sums.legs, release, prices)
    }

    #[inline]
    fn least_of_joined(
        &self,
        slot: u32,
        up_to: u32,
        from: u32,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let owner = links.nodes[from as usize].slot;
        let is_empty = !links.is_client(up_to) && !links.is_client(from);
        if (T == 0 && W == 0) || is_empty || !self.same_kind(slot, owner) {
            return 0;
        }
        let mark = &links.marks[up_to as usize];
        let (mut sums, behind) = (mark.sums, self.rest_of(from, owner, links));
        sums.add(&behind.0);
        let mut gathered = mark.before;
        gathered.add(&behind.1);
        self.price_of_met(slot, (up_to, from), &sums.legs, &gathered, links, prices)
    }

    #[inline(always)]
    fn relief_of_exchange(
        &self,
        slots: [u32; 2],
        cuts: [[u32; 2]; 2],
        now: [Burden; 2],
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let mut relief = prices.relief(now[0]) + prices.relief(now[1]);
        if T > 0 && self.prices_work && relief > 0 && self.same_kind(slots[0], slots[1]) {
            // Both work as long as before together, less the legs that are cut, or longer; what long work costs is convex, so
            // it is least where each does half of it.
            let work = |node: u32| links.marks[node as usize].leg_in[0];
            let cut: i64 = cuts.iter().map(|&[ahead, behind]| work(ahead).max(work(behind))).sum();
            let half = (now[0].work + now[1].work - cut) / 2;
            relief -= 2 * self.kind(slots[0]).gauges[0].price(half);
        }
        let [split, other_split] = slots.map(|slot| self.kind(slot).area_split);
        if W <= 2 || relief == 0 || split != other_split {
            return relief;
        }
        // Whatever one of them visits alone, one of them visits then.
        let both = slots.map(|slot| &links.marks[links.slots.end(slot) as usize].before);
        let n_counted: i64 = both.iter().map(|gathered| i64::from(gathered.has_areas())).sum();
        let n_shared = both[0].shared_with(both[1]).n_areas();
        relief - (n_counted - n_shared).max(0) * split
    }

    /// Only legs and loads that rise and fall ask for the order.
    #[inline(always)]
    fn relief_of_order(&self, _slot: u32, now: Burden, prices: Penalties) -> i64 {
        if T == 0 && P == 0 { 0 } else { prices.relief(now) }
    }

    #[inline(always)]
    fn relief_of_leaving(
        &self,
        slot: u32,
        (before, behind): (u32, u32),
        now: Burden,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        let relief = prices.relief(now);
        if W <= 2 || relief == 0 {
            return relief;
        }
        let mut left = links.marks[before as usize].before;
        left.add(&links.marks[behind as usize].behind);
        let total = &links.marks[links.slots.end(slot) as usize].before;
        let relieves = !total.has_areas() || !left.has_areas_of(total);
        if relieves { relief } else { relief - self.kind(slot).area_split }
    }

    #[inline]
    fn least_of_beginnings(
        &self,
        slot: u32,
        a: u32,
        b: u32,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        if T == 0 && W == 0 {
            return 0;
        }
        let (one, other) = (&links.marks[a as usize], &links.marks[b as usize]);
        let mut sums = one.sums;
        sums.add(&other.sums);
        let mut gathered = one.before;
        gathered.add(&other.before);
        self.price_of_met(slot, (a, b), &sums.legs, &gathered, links, prices)
    }

    #[inline]
    fn least_of_endings(
        &self,
        slot: u32,
        a: u32,
        b: u32,
        links: &Links<Self>,
        prices: Penalties,
    ) -> i64 {
        if T == 0 && W == 0 {
            return 0;
        }
        let slot_of = |node: u32| links.nodes[node as usize].slot;
        let (mut one, other) =
            (self.rest_of(a, slot_of(a), links), self.rest_of(b, slot_of(b), links));
        one.0.add(&other.0);
        one.1.add(&other.1);
        self.price_of_met(slot, (a, b), &one.0.legs, &one.1, links, prices)
    }

    fn size(&self, client: u32) -> i64 {
        self.table.ground().size(client)
    }
}

/// Whether a problem asks for nothing but what adds up or is gathered: nobody has hours, nobody rests or comes back,
/// and in one dimension of load at most some are delivered to and others pick up.
pub(super) fn adds_up(problem: &Problem) -> bool {
    let (clients, kinds) = (problem.clients(), problem.vehicle_types());
    let stays_out = |kind: &VehicleType| {
        kind.rests.is_empty() && kind.respite.is_none() && kind.reload.is_none()
    };
    let has_no_hours = |client: &Client| {
        client.due.is_none() && client.windows.iter().all(|&window| window == TimeWindow::ALWAYS)
    };
    problem.pairs().is_empty()
        && kinds.values().all(stays_out)
        && clients.values().all(has_no_hours)
        && peaked(problem).len() <= 1
        && !has_order(problem)
}
