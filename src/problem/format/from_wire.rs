//! From wire structs to the model, by hand, so that the model stays free.

use std::sync::Arc;

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Meters, Seconds};
use crate::problem::format::FormatError;
use crate::problem::format::wire::{
    BalanceWire, ClientWire, DepartureWire, DueWire, EffortWire, GroupWire, LockWire, OrderWire,
    OvertimeWire, PairWire, PickupOrderWire, ProblemWire, ProfileWire, RefusalWire, RespiteWire,
    RestWire, RoundingWire, SolutionWire, VehicleTypeWire,
};
use crate::problem::groups::{Group, GroupPresence};
use crate::problem::locks::{Bond, Lock, Order};
use crate::problem::model::{
    AreaId, BalanceRule, Client, ClientId, Departure, Due, Effort, Load, MAX_LOADS, Overtime,
    PickupOrder, PlaceId, Presence, Problem, ProfileId, Reload, Respite, Rest, RestNeed, RestPlace,
    SkillSet, TimeWindow, VehicleType, VehicleTypeId,
};
use crate::problem::pairs::Pair;
use crate::problem::refusals::Refusal;
use crate::problem::solution::{ReloadStop, Route, Solution};
use crate::problem::travel::{Rounding, Travel};

pub(super) fn problem_from_wire(wire: ProblemWire) -> Result<Problem, FormatError> {
    let mut builder = Problem::builder();
    for (profile, travel) in wire.profiles.into_iter().enumerate() {
        builder = builder.profile(travel_from_wire(profile, travel)?);
    }
    let mut kinds = Vec::with_capacity(wire.vehicle_types.len());
    for (i, kind) in wire.vehicle_types.into_iter().enumerate() {
        kinds.push(kind_from_wire(i, kind)?);
    }
    let mut clients = Vec::with_capacity(wire.clients.len());
    for (i, client) in wire.clients.iter().enumerate() {
        clients.push(client_from_wire(i, client)?);
    }
    let mut pairs: Vec<Pair> = Vec::with_capacity(wire.pairs.len());
    let mut pair_of = vec![None; clients.len()];
    for (i, pair) in wire.pairs.iter().enumerate() {
        pairs.push(pair_from_wire(i, pair, &mut pair_of)?);
    }
    let mut locks = Vec::with_capacity(wire.locks.len());
    for (i, lock) in wire.locks.iter().enumerate() {
        locks.push(lock_from_wire(i, lock, clients.len(), kinds.len())?);
    }
    let mut orders = Vec::with_capacity(wire.orders.len());
    for (i, order) in wire.orders.iter().enumerate() {
        orders.push(order_from_wire(i, order, clients.len())?);
    }
    let mut groups = Vec::with_capacity(wire.groups.len());
    for (i, group) in wire.groups.iter().enumerate() {
        groups.push(group_from_wire(i, group, clients.len())?);
    }
    let mut refusals = Vec::with_capacity(wire.refusals.len());
    for (i, refusal) in wire.refusals.iter().enumerate() {
        refusals.push(refusal_from_wire(i, refusal, clients.len(), kinds.len())?);
    }
    let builder = builder.vehicle_types(kinds).clients(clients).pairs(pairs).refusals(refusals);
    Ok(builder.locks(locks).orders(orders).groups(groups).build()?)
}

fn lock_from_wire(
    i: usize,
    wire: &LockWire,
    n_clients: usize,
    n_types: usize,
) -> Result<Lock, FormatError> {
    existing(wire.vehicle_type, n_types, || format!("locks[{i}].vehicle_type"))?;
    for (field, clients) in [("begins_with", &wire.begins_with), ("holds", &wire.holds)] {
        for (at, &client) in clients.iter().enumerate() {
            existing(client, n_clients, || format!("locks[{i}].{field}[{at}]"))?;
        }
    }
    let ids = |clients: &[u32]| clients.iter().copied().map(ClientId).collect();
    Ok(Lock {
        vehicle_type: VehicleTypeId(wire.vehicle_type),
        begins_with: ids(&wire.begins_with),
        holds: ids(&wire.holds),
        is_frozen: wire.frozen,
    })
}

fn group_from_wire(i: usize, wire: &GroupWire, n_clients: usize) -> Result<Group, FormatError> {
    for (at, &client) in wire.clients.iter().enumerate() {
        existing(client, n_clients, || format!("groups[{i}].clients[{at}]"))?;
    }
    let presence = if wire.required { GroupPresence::Required } else { GroupPresence::Optional };
    Ok(Group { clients: wire.clients.iter().copied().map(ClientId).collect(), presence })
}

fn refusal_from_wire(
    i: usize,
    wire: &RefusalWire,
    n_clients: usize,
    n_types: usize,
) -> Result<Refusal, FormatError> {
    existing(wire.client, n_clients, || format!("refusals[{i}].client"))?;
    existing(wire.vehicle_type, n_types, || format!("refusals[{i}].vehicle_type"))?;
    let (client, vehicle_type) = (ClientId(wire.client), VehicleTypeId(wire.vehicle_type));
    Ok(Refusal { client, vehicle_type })
}

fn order_from_wire(i: usize, wire: &OrderWire, n_clients: usize) -> Result<Order, FormatError> {
    existing(wire.first, n_clients, || format!("orders[{i}].first"))?;
    existing(wire.then, n_clients, || format!("orders[{i}].then"))?;
    let bond = if wire.directly { Bond::Direct } else { Bond::Loose };
    Ok(Order { first: ClientId(wire.first), then: ClientId(wire.then), bond })
}

/// `pair_of` holds the pair that has named each client so far.
fn pair_from_wire(
    i: usize,
    wire: &PairWire,
    pair_of: &mut [Option<usize>],
) -> Result<Pair, FormatError> {
    let (n_clients, path) = (pair_of.len(), |field: &str| format!("pairs[{i}].{field}"));
    for (field, client) in [("pickup", wire.pickup), ("delivery", wire.delivery)] {
        existing(client, n_clients, || path(field))?;
        if let Some(first) = pair_of[client as usize].replace(i) {
            let remedy = if first == i {
                "the same client as its pickup; give two clients, they may share a place".to_owned()
            } else {
                format!("pairs[{first}] has that client; split it into two clients at its place")
            };
            let (path, value) = (path(field), i64::from(client));
            return Err(FormatError::Value { path, value, remedy });
        }
    }
    Ok(Pair {
        pickup: ClientId(wire.pickup),
        delivery: ClientId(wire.delivery),
        load: load_from_wire(&wire.load, || path("load"))?,
    })
}

fn travel_from_wire(profile: usize, wire: ProfileWire) -> Result<Travel, FormatError> {
    match wire {
        ProfileWire::Plane { points, rounding } => {
            let points = points.iter().map(|[x, y]| (x.0, y.0)).collect();
            Ok(Travel::Plane { points: Arc::new(points), rounding: rounding.into() })
        }
        ProfileWire::Matrix { times_s, distances_m } => {
            let n_places = times_s.len();
            let times_s = cells(profile, "times_s", times_s, n_places)?;
            let distances_m = cells(profile, "distances_m", distances_m, n_places)?;
            TravelMatrix::new(n_places, times_s, distances_m)
                .map(|matrix| Travel::Matrix(Arc::new(matrix)))
                .map_err(|error| FormatError::Matrix { profile, error })
        }
    }
}

/// Packs rows; each must have one cell per place.
fn cells(
    profile: usize,
    table: &'static str,
    rows: Vec<Vec<u32>>,
    n_places: usize,
) -> Result<Vec<u32>, FormatError> {
    let path = format!("profiles[{profile}].matrix.{table}");
    if rows.len() != n_places {
        let remedy = format!("give {n_places}, one row per place, as in times_s");
        return Err(FormatError::Length { path, found: rows.len(), remedy });
    }
    if let Some((row, cells)) = rows.iter().enumerate().find(|(_, row)| row.len() != n_places) {
        let remedy = format!("give {n_places}, one cell per row");
        return Err(FormatError::Length {
            path: format!("{path}[{row}]"),
            found: cells.len(),
            remedy,
        });
    }
    Ok(rows.into_iter().flatten().collect())
}

fn client_from_wire(i: usize, wire: &ClientWire) -> Result<Client, FormatError> {
    let path = |field: &str| format!("clients[{i}].{field}");
    Ok(Client {
        place: PlaceId(wire.place),
        delivery: load_from_wire(&wire.delivery, || path("delivery"))?,
        pickup: load_from_wire(&wire.pickup, || path("pickup"))?,
        service: Seconds(wire.service_s),
        setup: Seconds(wire.setup_s),
        windows: wire.windows_s.iter().map(|&window| window_from_wire(window)).collect(),
        release: Seconds(wire.release_s),
        due: wire
            .due
            .map(|DueWire { at_s, cost_per_s }| Due { at: Seconds(at_s), per_second: cost_per_s }),
        presence: match wire.prize {
            Some(prize) => Presence::Optional { prize: Cost(prize) },
            None => Presence::Required,
        },
        skills: skills_from_wire(&wire.skills, || path("skills"))?,
        area: wire.area.map(AreaId),
    })
}

fn kind_from_wire(i: usize, wire: VehicleTypeWire) -> Result<VehicleType, FormatError> {
    let path = |field: &str| format!("vehicle_types[{i}].{field}");
    let skills = match wire.skills {
        Some(numbers) => skills_from_wire(&numbers, || path("skills"))?,
        None => SkillSet(u64::MAX),
    };
    Ok(VehicleType {
        count: wire.count,
        start: wire.start_place.map(PlaceId),
        end: wire.end_place.map(PlaceId),
        capacity: load_from_wire(&wire.capacity, || path("capacity"))?,
        fixed: Cost(wire.fixed_cost),
        per_meter: wire.cost_per_m,
        per_second: wire.cost_per_s,
        per_travel_second: wire.cost_per_travel_s,
        per_service_second: wire.cost_per_service_s,
        per_waiting_second: wire.cost_per_waiting_s,
        shift: wire.shift_s.map_or(TimeWindow::ALWAYS, window_from_wire),
        departure: match wire.departure {
            DepartureWire::Free => Departure::Free,
            DepartureWire::AtShiftStart => Departure::AtShiftStart,
        },
        duration_max: wire.duration_max_s.map(Seconds),
        travel_max: wire.travel_max_s.map(Seconds),
        distance_max: wire.distance_max_m.map(Meters),
        clients_max: wire.clients_max,
        pickups: match wire.pickups {
            PickupOrderWire::Anytime => PickupOrder::Anytime,
            PickupOrderWire::Last => PickupOrder::Last,
            PickupOrderWire::LastOfDeliveries => PickupOrder::LastOfDeliveries,
        },
        overtime: wire.overtime.map(|OvertimeWire { after_s, cost_per_s }| Overtime {
            after: Seconds(after_s),
            per_second: cost_per_s,
        }),
        rests: wire.rests.iter().map(rest_from_wire).collect(),
        respite: wire.respite.map(respite_from_wire),
        reload: wire.reload.map(|reload| Reload {
            places: reload.places.into_iter().map(PlaceId).collect(),
            trips_max: reload.trips_max,
            duration: Seconds(reload.duration_s),
        }),
        skills,
        profile: ProfileId(wire.profile),
        habit: wire.habit_costs.into_iter().map(Cost).collect(),
        area_split: Cost(wire.area_split_cost),
        balance: wire.balance.map(|BalanceWire { work_min_s, work_max_s, cost_per_s }| {
            let (work_min, work_max) = (Seconds(work_min_s), Seconds(work_max_s));
            BalanceRule { work_min, work_max, per_second: cost_per_s }
        }),
    })
}

fn rest_from_wire(wire: &RestWire) -> Rest {
    Rest {
        windows: wire.windows_s.iter().map(|&window| window_from_wire(window)).collect(),
        duration: Seconds(wire.duration_s),
        place: if wire.on_legs { RestPlace::OnLegs } else { RestPlace::BetweenLegs },
        need: if wire.always { RestNeed::Always } else { RestNeed::WhenDue },
    }
}

fn respite_from_wire(wire: RespiteWire) -> Respite {
    let of = match wire.of {
        EffortWire::Travel => Effort::Travel,
        EffortWire::Work => Effort::Work,
    };
    Respite { after: Seconds(wire.after_s), duration: Seconds(wire.duration_s), of }
}

fn window_from_wire([start_s, end_s]: [i64; 2]) -> TimeWindow {
    TimeWindow::new(start_s, end_s)
}

/// Dimensions left out at the end are zero.
fn load_from_wire(amounts: &[i64], path: impl Fn() -> String) -> Result<Load, FormatError> {
    if amounts.len() > MAX_LOADS {
        let remedy = format!("give at most {MAX_LOADS}, one per dimension");
        return Err(FormatError::Length { path: path(), found: amounts.len(), remedy });
    }
    let mut load = Load::ZERO;
    load.0[..amounts.len()].copy_from_slice(amounts);
    Ok(load)
}

fn skills_from_wire(numbers: &[u32], path: impl Fn() -> String) -> Result<SkillSet, FormatError> {
    let mut skills = SkillSet::default();
    for (i, &number) in numbers.iter().enumerate() {
        let Some(bit) = 1u64.checked_shl(number) else {
            let (path, value) = (format!("{}[{i}]", path()), i64::from(number));
            let remedy = "skills are numbered 0 to 63".to_owned();
            return Err(FormatError::Value { path, value, remedy });
        };
        skills.0 |= bit;
    }
    Ok(skills)
}

impl From<RoundingWire> for Rounding {
    fn from(wire: RoundingWire) -> Self {
        match wire {
            RoundingWire::Nearest => Self::Nearest,
            RoundingWire::Floor => Self::Floor,
            RoundingWire::Ceil => Self::Ceil,
            RoundingWire::Dimacs => Self::Dimacs,
            RoundingWire::Scaled(factor) => Self::Scaled(factor),
        }
    }
}

pub(super) fn solution_from_wire(
    wire: &SolutionWire,
    problem: &Problem,
) -> Result<Solution, FormatError> {
    let mut routes = Vec::with_capacity(wire.routes.len());
    for (i, route) in wire.routes.iter().enumerate() {
        let n_types = problem.vehicle_types().len();
        let path = || format!("routes[{i}].vehicle_type");
        existing(route.vehicle_type, n_types, path)?;
        let clients = clients_from_wire(&route.clients, problem, &format!("routes[{i}].clients"))?;
        let mut reloads = Vec::with_capacity(route.reloads.len());
        for (k, stop) in route.reloads.iter().enumerate() {
            existing(stop.place, problem.n_places(), || format!("routes[{i}].reloads[{k}].place"))?;
            let n_positions = clients.len() + 1;
            existing(stop.before, n_positions, || format!("routes[{i}].reloads[{k}].before"))?;
            reloads.push(ReloadStop { before: stop.before as usize, place: PlaceId(stop.place) });
        }
        let vehicle_type = VehicleTypeId(route.vehicle_type);
        routes.push(Route { vehicle_type, clients, reloads });
    }
    let unserved = match &wire.unserved {
        Some(unserved) => clients_from_wire(unserved, problem, "unserved")?,
        None => on_no_route(&routes, problem),
    };
    Ok(Solution { routes, unserved })
}

fn clients_from_wire(
    numbers: &[u32],
    problem: &Problem,
    path: &str,
) -> Result<Vec<ClientId>, FormatError> {
    for (i, &number) in numbers.iter().enumerate() {
        existing(number, problem.n_clients(), || format!("{path}[{i}]"))?;
    }
    Ok(numbers.iter().copied().map(ClientId).collect())
}

fn on_no_route(routes: &[Route], problem: &Problem) -> Vec<ClientId> {
    let mut is_served = vec![false; problem.n_clients()];
    for client in routes.iter().flat_map(|route| &route.clients) {
        is_served[client.index()] = true;
    }
    problem.clients().ids().filter(|client| !is_served[client.index()]).collect()
}

fn existing(number: u32, count: usize, path: impl Fn() -> String) -> Result<(), FormatError> {
    if (number as usize) < count {
        return Ok(());
    }
    let remedy = format!("the problem has {count} of them, counted from zero");
    Err(FormatError::Value { path: path(), value: i64::from(number), remedy })
}
