//! Builds the rich law of a part: rows of legs, kinds of vehicles, what each client asks for.

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::Seconds;
use crate::problem::{Client, Load, MAX_LOADS, Presence, Problem, Travel, VehicleType};
use crate::solver::couples::{Couples, carried};
use crate::solver::part::Part;
use crate::solver::rich::{Dated, Leg, RichLaw, Segment, SlotKind};

impl<const D: usize, const A: usize, const P: usize> RichLaw<D, A, P> {
    pub(super) fn built(problem: &Problem, part: &Part) -> Self {
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
                per_meter: vehicle_type.per_meter,
                per_travel_second: vehicle_type.per_second + vehicle_type.per_travel_second,
                per_idle_second: vehicle_type.per_second + vehicle_type.per_waiting_second,
                fixed: vehicle_type.fixed.value(),
            });
            kinds.push(vehicle_type.clone());
        }
        let mut clients: Vec<Client> =
            part.clients.iter().map(|&client| problem.clients()[client].clone()).collect();
        let setups = setups_of(&mut clients, &rows);
        let loads: Vec<Load> = part.clients.iter().map(|&c| carried(problem, c)).collect();
        let is_symmetric = legs.chunks_exact((width * width).max(1)).all(|square| {
            let cell =
                |a: usize, b: usize| (square[a * width + b].distance, square[a * width + b].time);
            (0..width).all(|a| (0..a).all(|b| cell(a, b) == cell(b, a)))
        });
        Self {
            width,
            legs,
            is_symmetric: is_symmetric && setups.is_empty(),
            setups,
            dues: dues_of(problem, &clients, P),
            places: rows,
            visits: clients.iter().zip(&loads).map(|(c, load)| Segment::of(c, load)).collect(),
            stays: kinds.iter().flat_map(|kind| clients.iter().map(|c| stay_of(kind, c))).collect(),
            sizes: clients.iter().zip(&loads).map(|(c, load)| size_of(c, load)).collect(),
            has_several_windows: clients.iter().any(|client| client.windows.len() > 1),
            is_dated: is_dated(clients.iter()),
            is_additive: clients.iter().all(|client| client.pickup.0[0] == 0)
                && loads.iter().all(|load| load.0[0] == 0),
            couples: Couples::new(problem, part),
            clients,
            kinds,
            slots,
        }
    }
}

/// Whether most clients have windows that cover less than a quarter of the time that all windows span.
pub(in crate::solver) fn is_dated<'c>(clients: impl Iterator<Item = &'c Client> + Clone) -> bool {
    let windows = || clients.clone().flat_map(|client| &client.windows);
    let first = windows().map(|window| window.start).min().unwrap_or(Seconds::ZERO);
    let last = windows().map(|window| window.end).max().unwrap_or(Seconds::ZERO);
    let is_narrow = |client: &&Client| {
        let open: i64 = client.windows.iter().map(|w| (w.end - w.start).value()).sum();
        !client.windows.is_empty() && 4 * open < (last - first).value()
    };
    2 * clients.clone().filter(is_narrow).count() > clients.count()
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

/// The setups that depend on where a vehicle comes from, by client: none when no such client shares its place with
/// another row, for then setup is service.
fn setups_of(clients: &mut [Client], rows: &[usize]) -> Vec<i64> {
    if clients.iter().all(|client| client.setup == Seconds::ZERO) {
        return Vec::new();
    }
    let mut n_rows = rustc_hash::FxHashMap::default();
    for &place in rows {
        *n_rows.entry(place).or_insert(0) += 1;
    }
    let is_shared =
        |(client, place): (&Client, &usize)| client.setup != Seconds::ZERO && n_rows[place] > 1;
    if clients.iter().zip(rows).any(is_shared) {
        return clients.iter().map(|client| client.setup.value()).collect();
    }
    for client in clients {
        client.service += std::mem::take(&mut client.setup);
    }
    Vec::new()
}

/// When each client is due. Laws that price moments ask for everybody, others only where anybody is.
fn dues_of(problem: &Problem, clients: &[Client], n_prices: usize) -> Vec<Dated> {
    if n_prices == 0 && clients.iter().all(|client| client.due.is_none()) {
        return Vec::new();
    }
    let closes = problem.vehicle_types().values().map(|kind| kind.shift.end.value()).max();
    clients.iter().map(|client| Dated::of(client, closes.unwrap_or(0))).collect()
}

fn size_of(client: &Client, carried: &Load) -> i64 {
    let load = |d: usize| client.delivery.0[d].max(client.pickup.0[d]).max(carried.0[d]);
    let prize = match client.presence {
        Presence::Required => 0,
        Presence::Optional { prize } => prize.value(),
    };
    prize.max((0..MAX_LOADS).map(load).max().unwrap_or(0))
}

/// What serving a client costs a kind of vehicle whatever the way: time at the door, and habit.
fn stay_of(kind: &VehicleType, client: &Client) -> i64 {
    let habit = client.area.and_then(|area| kind.habit.get(area.index()));
    (client.setup + client.service).value() * (kind.per_second + kind.per_service_second)
        + habit.map_or(0, |cost| cost.value())
}
