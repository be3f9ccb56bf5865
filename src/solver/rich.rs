//! The rich law: everything a vehicle type and a client can state, assessed by walking the candidate route.
//!
//! Walking costs O(route) for each candidate that survives the bound on its legs. A day's routes have tens of stops,
//! so this is affordable, and a rule is stated once, in order of the visit.

use smallvec::SmallVec;

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Meters, Seconds};
use crate::problem::{
    Client, Departure, MAX_LOADS, Presence, Problem, TimeWindow, Travel, VehicleType,
};
use crate::solver::law::{Burden, FORBIDDEN, Law, Piece};
use crate::solver::part::Part;
use crate::solver::routes::Links;
use crate::solver::timed::Stretch;

/// Distance and time of a leg.
#[derive(Clone, Copy, Default)]
struct Leg {
    distance: u32,
    time: u32,
}

/// Everything the model can state.
pub(super) struct RichLaw {
    width: usize,
    /// One square of legs per profile.
    legs: Vec<Leg>,
    clients: Vec<Client>,
    kinds: Vec<VehicleType>,
    slots: Vec<SlotKind>,
    sizes: Vec<i64>,
}

/// What a slot is.
#[derive(Clone, Copy)]
struct SlotKind {
    kind: u32,
    /// Row of the start, if any.
    start: Option<u32>,
    /// Row of the end, if any.
    end: Option<u32>,
    /// Where this profile's square begins.
    square: usize,
}

impl RichLaw {
    fn row(&self, slot: &SlotKind, node: u32) -> Option<u32> {
        let n_clients = self.clients.len() as u32;
        if node < n_clients {
            Some(node)
        } else if (node - n_clients).is_multiple_of(2) {
            slot.start
        } else {
            slot.end
        }
    }

    #[inline]
    fn between(&self, slot: &SlotKind, from: Option<u32>, to: Option<u32>) -> Leg {
        match (from, to) {
            (Some(from), Some(to)) => {
                self.legs[slot.square + from as usize * self.width + to as usize]
            }
            _ => Leg::default(),
        }
    }
}

impl Law for RichLaw {
    type Mark = ();
    const REVERSES: bool = true;

    fn build(problem: &Problem, part: &Part) -> Self {
        let depots = part.depots(problem);
        let rows = crate::solver::legs::rows_of(problem, &part.clients, &depots);
        let width = rows.len();
        let mut legs = Vec::with_capacity(width * width * problem.profiles().len());
        for travel in problem.profiles().values() {
            push_square(&mut legs, travel, &rows);
        }
        let n_clients = part.n_clients() as u32;
        let row_of = |place| {
            let index = depots.iter().position(|&depot| depot == place);
            n_clients + index.expect("`depots` lists every end of every slot") as u32
        };
        let mut kinds: Vec<VehicleType> = Vec::new();
        let mut slots: Vec<SlotKind> = Vec::with_capacity(part.slots.len());
        let mut previous = None;
        for &id in &part.slots {
            if previous == Some(id) {
                slots.push(*slots.last().expect("the slot before is of the same type"));
                continue;
            }
            previous = Some(id);
            let vehicle_type = &problem.vehicle_types()[id];
            slots.push(SlotKind {
                kind: kinds.len() as u32,
                start: vehicle_type.start.map(row_of),
                end: vehicle_type.end.map(row_of),
                square: vehicle_type.profile.index() * width * width,
            });
            kinds.push(vehicle_type.clone());
        }
        let clients: Vec<Client> =
            part.clients.iter().map(|&client| problem.clients()[client].clone()).collect();
        Self { width, legs, sizes: clients.iter().map(size_of).collect(), clients, kinds, slots }
    }

    #[inline]
    fn leg(&self, slot: u32, from: u32, to: u32) -> i64 {
        let kind = &self.slots[slot as usize];
        let leg = self.between(kind, self.row(kind, from), self.row(kind, to));
        i64::from(leg.distance) * self.kinds[kind.kind as usize].per_meter
    }

    #[inline]
    fn is_symmetric(&self) -> bool {
        false
    }

    #[inline]
    fn same_kind(&self, a: u32, b: u32) -> bool {
        self.slots[a as usize].kind == self.slots[b as usize].kind
    }

    #[inline]
    fn allows(&self, slot: u32, client: u32) -> bool {
        let kind = &self.kinds[self.slots[slot as usize].kind as usize];
        kind.skills.covers(self.clients[client as usize].skills)
    }

    fn refresh(&self, slot: u32, sequence: &[u32], _marks: &mut [()]) -> Burden {
        self.walk(slot, || sequence.iter().copied())
    }

    fn assess(&self, slot: u32, pieces: &[Piece], links: &Links<Self>) -> Burden {
        self.walk(slot, || pieces.iter().flat_map(|&piece| visits_of(piece, links)))
    }

    fn size(&self, client: u32) -> i64 {
        self.sizes[client as usize]
    }
}

fn push_square(legs: &mut Vec<Leg>, travel: &Travel, rows: &[usize]) {
    let matrix: Option<&TravelMatrix> = match travel {
        Travel::Matrix(matrix) => Some(matrix),
        Travel::Plane { .. } => None,
    };
    for &from in rows {
        if let Some(matrix) = matrix {
            let (distances, times) = (matrix.distance_row_m(from), matrix.time_row_s(from));
            legs.extend(rows.iter().map(|&to| Leg { distance: distances[to], time: times[to] }));
        } else {
            legs.extend(rows.iter().map(|&to| {
                let length = travel.distance(from, to).value() as u32;
                Leg { distance: length, time: length }
            }));
        }
    }
}

fn size_of(client: &Client) -> i64 {
    let load = |d: usize| client.delivery.0[d].max(client.pickup.0[d]);
    let prize = match client.presence {
        Presence::Required => 0,
        Presence::Optional { prize } => prize.value(),
    };
    prize.max((0..MAX_LOADS).map(load).max().unwrap_or(0))
}

/// The clients of a piece, in order of the candidate route.
fn visits_of<L: Law>(piece: Piece, links: &Links<L>) -> impl Iterator<Item = u32> + '_ {
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

/// A moment reached, and the lateness it took.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    late: i64,
    at: i64,
}

impl Moment {
    fn after(self, duration: i64) -> Self {
        Self { at: self.at + duration, ..self }
    }

    /// Service may begin in one of the windows; beyond the last one, time is warped back to its end.
    fn enter(self, windows: &[TimeWindow]) -> Self {
        let Some(last) = windows.last() else { return self };
        match windows.iter().find(|window| self.at <= window.end.value()) {
            Some(window) => Self { at: self.at.max(window.start.value()), ..self },
            None => Self { late: self.late + self.at - last.end.value(), at: last.end.value() },
        }
    }
}

/// When the vehicle is where: alone, or with the rest already taken.
struct Clock {
    plain: Moment,
    rested: Option<Moment>,
}

impl Clock {
    fn advance(&mut self, step: impl Fn(Moment) -> Moment) {
        self.plain = step(self.plain);
        self.rested = self.rested.map(&step);
    }

    /// Offers a rest here and now.
    fn offer_rest(&mut self, kind: &VehicleType) {
        if let Some(rest) = kind.rest {
            let rested = self.plain.enter(&[rest.start]).after(rest.duration.value());
            self.rested = Some(self.rested.map_or(rested, |other| other.min(rested)));
        }
    }
}

impl RichLaw {
    /// Follows the vehicle along its visits, rule by rule.
    fn walk<I: Iterator<Item = u32>>(&self, slot: u32, visits: impl Fn() -> I) -> Burden {
        let place = &self.slots[slot as usize];
        let kind = &self.kinds[place.kind as usize];
        let mut count = 0i64;
        let mut departure = kind.shift.start.value();
        let mut forbidden = false;
        let (mut priced, mut distance, mut work) = (0i64, 0i64, 0i64);
        let mut areas: SmallVec<[u32; 16]> = SmallVec::new();
        let mut bag = Bag::default();
        for client in visits() {
            let client = &self.clients[client as usize];
            count += 1;
            forbidden |= !kind.skills.covers(client.skills);
            departure = departure.max(client.release.value());
            bag.visit(client);
            if let Some(area) = client.area {
                priced += kind.habit.get(area.index()).map_or(0, |cost| cost.value());
                if !areas.contains(&area.0) {
                    areas.push(area.0);
                }
            }
        }
        if count == 0 {
            return Burden::default();
        }
        let (mut last, mut free) = (place.start, None);
        let start = Moment { late: 0, at: departure };
        let mut clock = Clock { plain: start, rested: None };
        if kind.departure == Departure::Free {
            free = Some(Stretch::visit(0, departure, kind.shift.end.value().max(departure)));
        }
        for number in visits() {
            let client = &self.clients[number as usize];
            let leg = self.between(place, last, Some(number));
            let (time, service) = (i64::from(leg.time), client.service.value());
            distance += i64::from(leg.distance);
            work += time + service;
            if let Some(stretch) = free {
                free = Some(stretch.join(time, visit_of(client)));
            } else {
                clock.offer_rest(kind);
                clock.advance(|moment| moment.after(time).enter(&client.windows).after(service));
            }
            last = Some(number);
        }
        let home = self.between(place, last, place.end);
        distance += i64::from(home.distance);
        work += i64::from(home.time);
        let (duration, late) = match free {
            Some(stretch) => {
                let end = Stretch::visit(0, kind.shift.start.value(), kind.shift.end.value());
                let whole = stretch.join(i64::from(home.time), end);
                (whole.duration - whole.warp, whole.warp)
            }
            None => finish(kind, clock, i64::from(home.time), departure),
        };
        let too_late_start = (departure - kind.shift.end.value()).max(0);
        priced += price_of(kind, duration, work, areas.len());
        priced += if forbidden { FORBIDDEN } else { 0 };
        let over = |limit: Option<i64>, value: i64| limit.map_or(0, |limit| (value - limit).max(0));
        Burden {
            priced,
            load: bag.excess(kind)
                + over(kind.distance_max.map(Meters::value), distance)
                + over(kind.clients_max.map(i64::from), count),
            time: late + too_late_start + over(kind.duration_max.map(Seconds::value), duration),
        }
    }
}

fn visit_of(client: &Client) -> Stretch {
    let window = client.windows.first().copied().unwrap_or(TimeWindow::ALWAYS);
    Stretch::visit(client.service.value(), window.start.value(), window.end.value())
}

/// Duration and lateness of a route that left at its shift's start.
fn finish(kind: &VehicleType, mut clock: Clock, home: i64, departure: i64) -> (i64, i64) {
    clock.offer_rest(kind);
    clock.advance(|moment| moment.after(home));
    let mut done = clock.plain;
    if let Some(rest) = kind.rest
        && done.at > rest.start.start.value()
    {
        clock.offer_rest(kind);
        done = clock.rested.expect("a rest was just offered");
    }
    let late = done.late + (done.at - kind.shift.end.value()).max(0);
    (done.at - departure, late)
}

fn price_of(kind: &VehicleType, duration: i64, work: i64, n_areas: usize) -> i64 {
    let overtime = kind
        .overtime
        .map_or(0, |overtime| (duration - overtime.after.value()).max(0) * overtime.per_second);
    let balance = kind.balance.map_or(0, |balance| {
        let missing = (balance.work_min.value() - work).max(0);
        let beyond = (work - balance.work_max.value()).max(0);
        (missing + beyond) * balance.per_second
    });
    let split = kind.area_split.value() * n_areas as i64;
    kind.fixed.value() + duration * kind.per_second + overtime + balance + split
}

/// Loads along a route: deliveries on board from the start, pickups to the end.
#[derive(Default)]
struct Bag {
    picked: [i64; MAX_LOADS],
    peak: [i64; MAX_LOADS],
}

impl Bag {
    fn visit(&mut self, client: &Client) {
        for d in 0..MAX_LOADS {
            self.picked[d] += client.pickup.0[d];
            self.peak[d] = (self.peak[d] + client.delivery.0[d]).max(self.picked[d]);
        }
    }

    fn excess(&self, kind: &VehicleType) -> i64 {
        // Dimensions differ by orders of magnitude: each is measured in thousandths of its own capacity.
        let over = |d: usize| {
            let (capacity, beyond) = (kind.capacity.0[d], self.peak[d] - kind.capacity.0[d]);
            if beyond > 0 { 1 + beyond.saturating_mul(1_000) / capacity.max(1) } else { 0 }
        };
        (0..MAX_LOADS).map(over).sum()
    }
}
