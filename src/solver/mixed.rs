//! The mixed law: several kinds of vehicles, from a depot each; otherwise as lean as the plain law, or as the timed one.
//!
//! What a route is up to a node holds its own start, as no other route begins with it. What it is from a node on is kept
//! twice, with its own end and without, for a tail may be taken over by a vehicle that ends elsewhere.

use crate::id::Id;
use crate::problem::{PlaceId, Problem, VehicleType};
use crate::solver::capacity::{Capacity, Room};
use crate::solver::home::{BuildLegs, Hours};
use crate::solver::law::{Burden, FORBIDDEN, Law, Limit, Piece, visits_of};
use crate::solver::legs::rows_of;
use crate::solver::part::Part;
use crate::solver::rich::is_dated;
use crate::solver::routes::{Links, Node};
use crate::solver::timed::{Stretch, visit_of};

/// A kind of vehicle, and where it comes from and returns to.
struct Kind {
    /// Row of the depot.
    depot: u32,
    capacity: Capacity,
    fixed: i64,
    per_meter: i64,
    hours: Hours,
    skills: u64,
}

impl Kind {
    /// What a route of such a vehicle is burdened with; its times count where they are `TIMED`.
    #[inline]
    fn burden<const TIMED: bool>(&self, stretch: Stretch, load: i64, skills: u64) -> Burden {
        Burden {
            priced: if skills & !self.skills == 0 { 0 } else { FORBIDDEN },
            firm: 0,
            idle: 0,
            load: self.capacity.excess(load),
            time: if TIMED { self.hours.excess(stretch) } else { 0 },
            work: 0,
        }
    }
}

/// Capacities, skills, prices and depots by kind of vehicle; with `TIMED`, windows and durations as well.
pub(super) struct MixedLaw<G, const TIMED: bool> {
    legs: G,
    kinds: Vec<Kind>,
    /// The kind of each slot.
    kind_of: Vec<u32>,
    demand: Vec<i64>,
    visits: Vec<Stretch>,
    skills: Vec<u64>,
    is_dated: bool,
}

/// What the mixed law keeps at a node.
#[derive(Clone, Copy, Default)]
pub(super) struct MixedMark {
    /// From the start of the route to this node.
    before: Stretch,
    /// From this node to the last client.
    behind: Stretch,
    /// From this node to the end of the route.
    home: Stretch,
    /// Load up to and with this node; at the end of the route, all of it.
    load: i64,
    /// Skills that are asked for from this node on; at the start of the route, all of them.
    skills: u64,
}

/// A candidate route while its pieces are joined.
struct Joined {
    stretch: Stretch,
    load: i64,
    skills: u64,
    /// Row of the last visit.
    last: u32,
}

impl<G: BuildLegs, const TIMED: bool> MixedLaw<G, TIMED> {
    fn n_clients(&self) -> u32 {
        self.demand.len() as u32
    }

    #[inline]
    fn kind(&self, slot: u32) -> &Kind {
        &self.kinds[self.kind_of[slot as usize] as usize]
    }

    /// The row of a node of a route of this kind.
    #[inline]
    fn row(&self, kind: &Kind, node: u32) -> u32 {
        if node < self.n_clients() { node } else { kind.depot }
    }

    /// What using the vehicle costs, paid on the leg that leaves the start.
    #[inline]
    fn opening(&self, kind: &Kind, from: u32) -> i64 {
        if from < self.n_clients() { 0 } else { kind.fixed }
    }

    #[inline]
    fn push(&self, joined: &mut Joined, client: u32) {
        if TIMED {
            let leg = self.legs.distance(joined.last, client);
            joined.stretch = joined.stretch.join(leg, self.visits[client as usize]);
        }
        joined.load += self.demand[client as usize];
        joined.skills |= self.skills[client as usize];
        joined.last = client;
    }

    /// Back to the depot.
    #[inline]
    fn finish(&self, kind: &Kind, joined: &mut Joined) {
        if TIMED {
            let leg = self.legs.distance(joined.last, kind.depot);
            joined.stretch = joined.stretch.join(leg, kind.hours.shift);
        }
    }

    /// Appends today's route from a node on, and returns to the depot.
    #[inline]
    fn push_tail(&self, slot: u32, joined: &mut Joined, node: u32, links: &Links<Self>) {
        let kind = self.kind(slot);
        if !links.is_client(node) {
            return self.finish(kind, joined);
        }
        let owner = links.nodes[node as usize].slot;
        let end = links.slots.end(owner) as usize;
        let mark = &links.marks[node as usize];
        joined.load += links.marks[end].load - mark.load + self.demand[node as usize];
        joined.skills |= mark.skills;
        if !TIMED {
            return;
        }
        let leg = self.legs.distance(joined.last, node);
        if self.kind_of[owner as usize] == self.kind_of[slot as usize] {
            joined.stretch = joined.stretch.join(leg, mark.home);
        } else {
            joined.stretch = joined.stretch.join(leg, mark.behind);
            joined.last = links.nodes[end].prev;
            self.finish(kind, joined);
        }
    }
}

impl<G: BuildLegs, const TIMED: bool> Law for MixedLaw<G, TIMED> {
    type Mark = MixedMark;
    type Brief = ();
    type Head = ();
    type Room = Capacity;
    const REVERSES: bool = true;
    const INSERTS_BY_MARKS: bool = TIMED;

    fn build(problem: &Problem, part: &Part) -> Self {
        let depots = part.depots(problem);
        let row_of = |place: Option<PlaceId>| {
            let index = depots.iter().position(|&depot| Some(depot) == place);
            let index = index.expect("`depots` lists every depot of every slot");
            part.n_clients() as u32 + index as u32
        };
        let kind_of = |vehicle_type: &VehicleType| Kind {
            depot: row_of(vehicle_type.start),
            capacity: Capacity::of(vehicle_type.capacity.0[0]),
            fixed: vehicle_type.fixed.value(),
            per_meter: vehicle_type.per_meter,
            hours: Hours::of(Some(vehicle_type)),
            skills: vehicle_type.skills.0,
        };
        // Slots of one type stand in a row, or in several.
        let mut number_of = vec![None; problem.vehicle_types().len()];
        let (mut kinds, mut kinds_of_slots) = (Vec::new(), Vec::with_capacity(part.slots.len()));
        for &id in &part.slots {
            let number = *number_of[id.index()].get_or_insert_with(|| {
                kinds.push(kind_of(&problem.vehicle_types()[id]));
                kinds.len() as u32 - 1
            });
            kinds_of_slots.push(number);
        }
        let clients = || part.clients.iter().map(|&client| &problem.clients()[client]);
        Self {
            legs: G::build(problem, &rows_of(problem, &part.clients, &depots)),
            kinds,
            kind_of: kinds_of_slots,
            demand: clients().map(|client| client.delivery.0[0]).collect(),
            visits: clients().map(visit_of).collect(),
            skills: clients().map(|client| client.skills.0).collect(),
            is_dated: TIMED && is_dated(clients()),
        }
    }

    #[inline]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        let kind = self.kind(slot);
        let distance = self.legs.distance(self.row(kind, from), self.row(kind, to));
        distance * kind.per_meter + self.opening(kind, from)
    }

    #[inline]
    fn leg_into(&self, slot: u32, from: u32, to: u32) -> i64 {
        let kind = self.kind(slot);
        let distance = self.legs.distance_into(self.row(kind, from), self.row(kind, to));
        distance * kind.per_meter + self.opening(kind, from)
    }

    #[inline]
    fn detour(&self, slot: u32, after: u32, client: u32, next: u32) -> i64 {
        let kind = self.kind(slot);
        let there = self.legs.distance_into(self.row(kind, after), client);
        let away = self.legs.distance(client, self.row(kind, next));
        (there + away) * kind.per_meter + self.opening(kind, after)
    }

    #[inline]
    fn way(&self, from: u32, to: u32) -> i64 {
        let kind = &self.kinds[0];
        self.legs.distance(self.row(kind, from), self.row(kind, to)) * kind.per_meter
    }

    #[inline]
    fn reverses(&self) -> bool {
        !self.is_dated
    }

    /// Only the leg from the start is dearer than the one back: it opens the route.
    #[inline]
    fn turning(&self, _slot: u32, _first: u32, _last: u32) -> Option<i64> {
        self.legs.is_symmetric().then_some(0)
    }

    #[inline]
    fn same_kind(&self, a: u32, b: u32) -> bool {
        self.kind_of[a as usize] == self.kind_of[b as usize]
    }

    #[inline]
    fn allows(&self, slot: u32, client: u32) -> bool {
        self.skills[client as usize] & !self.kind(slot).skills == 0
    }

    fn judge(&self, slot: u32, sequence: &[u32]) -> Burden {
        if sequence.is_empty() {
            return Burden::default();
        }
        let kind = self.kind(slot);
        let mut joined = Joined { stretch: kind.hours.shift, load: 0, skills: 0, last: kind.depot };
        for &client in sequence {
            self.push(&mut joined, client);
        }
        self.finish(kind, &mut joined);
        kind.burden::<TIMED>(joined.stretch, joined.load, joined.skills)
    }

    fn refresh(&self, slot: u32, links: &mut Links<Self>) -> Burden {
        let kind = self.kind(slot);
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let shift = kind.hours.shift;
        let mut joined = Joined { stretch: shift, load: 0, skills: 0, last: kind.depot };
        links.marks[start as usize] = MixedMark { before: shift, ..MixedMark::default() };
        let mut node = links.nodes[start as usize].next;
        while node != end {
            self.push(&mut joined, node);
            let mark = &mut links.marks[node as usize];
            (mark.before, mark.load) = (joined.stretch, joined.load);
            node = links.nodes[node as usize].next;
        }
        links.marks[end as usize] = MixedMark { home: shift, ..MixedMark::default() };
        if joined.last == kind.depot {
            return Burden::default();
        }
        self.finish(kind, &mut joined);
        let whole = MixedMark { before: joined.stretch, load: joined.load, ..MixedMark::default() };
        links.marks[end as usize] = MixedMark { home: shift, ..whole };
        let mut behind: Option<MixedMark> = None;
        let mut node = links.nodes[end as usize].prev;
        while node != start {
            let Node { prev, next, .. } = links.nodes[node as usize];
            let visit = self.visits[node as usize];
            let skills = self.skills[node as usize];
            let mark = &mut links.marks[node as usize];
            if TIMED {
                let leg =
                    self.legs.distance(node, if behind.is_some() { next } else { kind.depot });
                mark.behind = behind.map_or(visit, |behind| visit.join(leg, behind.behind));
                mark.home = visit.join(leg, behind.map_or(shift, |behind| behind.home));
            }
            mark.skills = skills | behind.map_or(0, |behind| behind.skills);
            behind = Some(*mark);
            node = prev;
        }
        links.marks[start as usize].skills = joined.skills;
        kind.burden::<TIMED>(joined.stretch, joined.load, joined.skills)
    }

    #[inline]
    fn take_in(&self, slot: u32, client: u32, links: &mut Links<Self>) -> Burden {
        if TIMED {
            return self.refresh(slot, links);
        }
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        links.marks[start as usize].skills |= self.skills[client as usize];
        links.marks[end as usize].load += self.demand[client as usize];
        let (skills, load) = (links.marks[start as usize].skills, links.marks[end as usize].load);
        self.kind(slot).burden::<TIMED>(Stretch::default(), load, skills)
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
        let kind = self.kind(slot);
        let (start, end) = (links.slots.start(slot), links.slots.end(slot));
        let load = links.marks[end as usize].load + self.demand[client as usize];
        let skills = links.marks[start as usize].skills | self.skills[client as usize];
        let mut stretch = Stretch::default();
        if TIMED {
            let next = links.nodes[after as usize].next;
            let (from, to) = (self.row(kind, after), self.row(kind, next));
            let visit = self.visits[client as usize];
            let before = links.marks[after as usize].before;
            stretch = before.join(self.legs.distance_into(from, client), visit);
            let home = links.marks[next as usize].home;
            stretch = stretch.join(self.legs.distance(client, to), home);
        }
        kind.burden::<TIMED>(stretch, load, skills)
    }

    fn assess(&self, slot: u32, pieces: &[Piece], links: &Links<Self>, _: Limit) -> Burden {
        let kind = self.kind(slot);
        let Piece::Prefix(first) = pieces[0] else {
            unreachable!("every route begins at its start")
        };
        let mark = &links.marks[first as usize];
        // All of the route's skills: whoever leaves it asks for nothing that its vehicle lacks.
        let skills = links.marks[links.slots.start(slot) as usize].skills;
        let last = self.row(kind, first);
        let mut joined = Joined { stretch: mark.before, load: mark.load, skills, last };
        for &piece in &pieces[1..] {
            match piece {
                Piece::Prefix(_) => unreachable!("only the first piece begins a route"),
                Piece::One(client) => self.push(&mut joined, client),
                Piece::Span(..) | Piece::Reversed(..) => {
                    visits_of(piece, links).for_each(|client| self.push(&mut joined, client));
                }
                Piece::Suffix(node) => self.push_tail(slot, &mut joined, node, links),
            }
        }
        kind.burden::<TIMED>(joined.stretch, joined.load, joined.skills)
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
    fn room(&self, slot: u32) -> Capacity {
        self.kind(slot).capacity
    }

    fn size(&self, client: u32) -> i64 {
        self.demand[client as usize]
    }
}
