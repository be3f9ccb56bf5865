//! From the structs of a file to the model.
//!
//! | the file | the model |
//! | --- | --- |
//! | job | optional client; its prize ranks priority above number above cost |
//! | vehicles alike in everything but name | one vehicle type |
//! | breaks | rests on legs, always |
//! | skills | the sets of vehicles that have them |
//! | costs | a price per second of travel, per meter, per second of service |

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Meters, Seconds};
use crate::place::LatLon;
use crate::problem::model::{
    Client, ClientId, Departure, Load, MAX_LOADS, MAX_PRICE, MAX_RESTS, PlaceId, Presence, Problem,
    ProfileId, Rest, RestNeed, RestPlace, SkillSet, TimeWindow, VehicleType, VehicleTypeId,
};
use crate::problem::pairs::Pair;
use crate::problem::solution::{Route, Solution};
use crate::problem::travel::Travel;
use crate::problem::vroom::input::{
    AnswerRoute, Break, Costs, GivenStep, Input, Shipment, Spot, StepKind, TIME_MAX, Table, Tables,
    Task, Vehicle,
};
use crate::problem::vroom::{Remedy, TaskOf, TravelSource, TypeTables, Vroom, VroomError};

/// Costs are counted in this part of the file's unit, so that an hour's price has a whole price of a second.
const FINEST_SCALE: i64 = 3_600_000;
/// The largest price of a second or a meter.
const RATE_MAX: i64 = MAX_PRICE / crate::matrix::MAX_LEG_M as i64;
/// The profile of vehicles that name none.
const USUAL_PROFILE: &str = "car";

pub(super) fn convert(
    mut input: Input,
    travel: Option<&TravelSource<'_>>,
) -> Result<Vroom, VroomError> {
    check_ids(&input)?;
    check_dimensions(&input)?;
    share_out(&mut input);
    let is_estimated = input.tables.is_empty();
    let places = if is_estimated { coordinates(&mut input, travel)? } else { rows(&input)? };
    let prices = Prices::of(&input);
    let mut fleet = Fleet::default();
    let dimensions = used_dimensions(&input)?;
    let skills = Skills::of(&input)?;
    let halves = (0..input.shipments.len()).flat_map(|i| [TaskOf::Pickup(i), TaskOf::Delivery(i)]);
    let tasks: Vec<TaskOf> = (0..input.jobs.len()).map(TaskOf::Job).chain(halves).collect();
    let departure = departure(&input);
    for (i, vehicle) in input.vehicles.iter().enumerate() {
        let profile = fleet.profile(&input, vehicle, i, places)?;
        let kind = VehicleType {
            start: vehicle.start.index.map(PlaceId),
            end: vehicle.end.index.map(PlaceId),
            capacity: load(&vehicle.capacity, &dimensions),
            fixed: Cost((vehicle.costs.fixed * prices.scale).min(MAX_PRICE)),
            shift: vehicle.window.map_or(TimeWindow::ALWAYS, window),
            departure,
            clients_max: vehicle.max_tasks.map(|most| most as u32),
            rests: rests(i, &vehicle.breaks)?,
            skills: skills.of_vehicle(i),
            profile,
            per_meter: 0,
            ..VehicleType::at(PlaceId(0), 1, Load::ZERO)
        };
        let kind = fleet.priced(kind, vehicle, &prices);
        fleet.add(kind);
    }
    let n_tasks = tasks.len() as i64;
    let rank = Rank::of(&input, &fleet, n_tasks);
    let clients = tasks.iter().map(|&of| {
        let client = client(input.task(of), &rank, &dimensions, &skills);
        let is_job = matches!(of, TaskOf::Job(_));
        // What a shipment carries is its pair's, not a delivery from the start or a pickup to the end.
        if is_job { client } else { Client { delivery: Load::ZERO, pickup: Load::ZERO, ..client } }
    });
    let pairs = input.shipments.iter().enumerate().map(|(i, shipment)| {
        let pickup = ClientId::from_index(input.jobs.len() + 2 * i);
        let delivery = ClientId(pickup.0 + 1);
        Pair { pickup, delivery, load: load(&shipment.amount, &dimensions) }
    });
    let mut builder = Problem::builder()
        .clients(clients.collect::<Vec<_>>())
        .pairs(pairs.collect::<Vec<_>>())
        .vehicle_types(fleet.kinds.clone());
    for matrix in &fleet.matrices {
        builder = builder.profile(Travel::Matrix(Arc::clone(matrix)));
    }
    if fleet.matrices.is_empty() {
        let nothing = vec![0; places * places];
        let matrix = TravelMatrix::new(places, nothing.clone(), nothing)?;
        builder = builder.profile(Travel::Matrix(Arc::new(matrix)));
    }
    let problem = builder.build()?;
    let tables = fleet.kinds.iter().map(|kind| Arc::clone(&fleet.tables[kind.profile.index()]));
    let mut vroom = Vroom {
        problem,
        given: None,
        given_vehicles: Vec::new(),
        asks_for_plan: input.asks_for_plan,
        passed_over: std::mem::take(&mut input.passed_over),
        is_estimated,
        tasks,
        tables: tables.collect(),
        type_of: fleet.type_of,
        cost_scale: prices.scale,
        input: Arc::new(input),
    };
    read_given(&mut vroom)?;
    Ok(vroom)
}

/// Gives both halves of each shipment what the shipment says.
fn share_out(input: &mut Input) {
    for shipment in &mut input.shipments {
        let Shipment { pickup, delivery, amount, skills, priority } = shipment;
        for half in [&mut *pickup, &mut *delivery].into_iter().flatten() {
            half.skills.clone_from(skills);
            half.priority = *priority;
            (half.pickup, half.delivery) = (Vec::new(), Vec::new());
        }
        if let (Some(pickup), Some(delivery)) = (pickup, delivery) {
            pickup.pickup.clone_from(amount);
            delivery.delivery.clone_from(amount);
        }
    }
}

fn check_ids(input: &Input) -> Result<(), VroomError> {
    let jobs = input.jobs.iter().enumerate().map(|(i, task)| (task.id, format!("jobs[{i}]")));
    own_ids(jobs)?;
    let vehicles = input.vehicles.iter().enumerate();
    own_ids(vehicles.map(|(i, vehicle)| (vehicle.id, format!("vehicles[{i}]"))))?;
    let half = |half: &'static str| {
        let shipments = input.shipments.iter().enumerate();
        shipments.filter_map(move |(i, shipment)| {
            let task = if half == "pickup" { &shipment.pickup } else { &shipment.delivery };
            task.as_ref().map(|task| (task.id, format!("shipments[{i}].{half}")))
        })
    };
    own_ids(half("pickup"))?;
    own_ids(half("delivery"))
}

/// No id twice.
fn own_ids(ids: impl Iterator<Item = (i64, String)>) -> Result<(), VroomError> {
    let mut seen: FxHashMap<i64, String> = FxHashMap::default();
    for (id, path) in ids {
        if let Some(first) = seen.get(&id) {
            let remedy = Remedy::OwnId { first: first.clone() };
            return Err(VroomError::Value {
                path: format!("{path}.id"),
                value: id.to_string(),
                remedy,
            });
        }
        seen.insert(id, path);
    }
    Ok(())
}

/// All amounts and capacities have the same number of dimensions, or none.
fn check_dimensions(input: &Input) -> Result<(), VroomError> {
    let mut n_dimensions = input.vehicles.first().map(|vehicle| vehicle.capacity.len());
    let mut check = |path: String, amounts: &[i64], may_be_absent: bool| {
        let expected = *n_dimensions.get_or_insert(amounts.len());
        if amounts.len() == expected || (may_be_absent && amounts.is_empty()) {
            return Ok(());
        }
        let value = format!("{} numbers", amounts.len());
        Err(VroomError::Value { path, value, remedy: Remedy::Dimensions { n: expected } })
    };
    for (i, vehicle) in input.vehicles.iter().enumerate() {
        check(format!("vehicles[{i}].capacity"), &vehicle.capacity, false)?;
    }
    for (i, task) in input.jobs.iter().enumerate() {
        check(format!("jobs[{i}].delivery"), &task.delivery, true)?;
        check(format!("jobs[{i}].pickup"), &task.pickup, true)?;
    }
    for (i, shipment) in input.shipments.iter().enumerate() {
        check(format!("shipments[{i}].amount"), &shipment.amount, true)?;
    }
    Ok(())
}

/// The dimensions in which anything is carried at all.
fn used_dimensions(input: &Input) -> Result<Vec<usize>, VroomError> {
    let n_given = input.vehicles.first().map_or(0, |vehicle| vehicle.capacity.len());
    let amounts = || {
        let jobs = input.jobs.iter().flat_map(|task| [&task.delivery, &task.pickup]);
        jobs.chain(input.shipments.iter().map(|shipment| &shipment.amount))
    };
    let is_used = |d: &usize| amounts().any(|amount| amount.get(*d).is_some_and(|&it| it > 0));
    let used: Vec<usize> = (0..n_given).filter(is_used).collect();
    if used.len() > MAX_LOADS {
        let path = "vehicles[0].capacity".to_owned();
        let value = format!("{} numbers", used.len());
        return Err(VroomError::Value { path, value, remedy: Remedy::AtMost(MAX_LOADS) });
    }
    Ok(used)
}

fn load(amounts: &[i64], dimensions: &[usize]) -> Load {
    let mut load = Load::ZERO;
    for (into, &d) in load.0.iter_mut().zip(dimensions) {
        *into = amounts.get(d).copied().unwrap_or(0);
    }
    load
}

/// Every place with its path, for reading and changing.
fn spots(input: &mut Input) -> Vec<(String, &mut Spot)> {
    let mut spots: Vec<(String, &mut Spot)> = Vec::new();
    for (i, task) in input.jobs.iter_mut().enumerate() {
        spots.push((format!("jobs[{i}].location"), &mut task.spot));
    }
    for (i, shipment) in input.shipments.iter_mut().enumerate() {
        for (half, task) in [("pickup", &mut shipment.pickup), ("delivery", &mut shipment.delivery)]
        {
            if let Some(task) = task {
                spots.push((format!("shipments[{i}].{half}.location"), &mut task.spot));
            }
        }
    }
    for (i, vehicle) in input.vehicles.iter_mut().enumerate() {
        let Vehicle { start, end, .. } = vehicle;
        for (name, spot) in [("start", start), ("end", end)] {
            if spot.is_given() {
                spots.push((format!("vehicles[{i}].{name}"), spot));
            }
        }
    }
    spots
}

/// Numbers the coordinates and asks for tables between them; answers how many there are.
fn coordinates(input: &mut Input, travel: Option<&TravelSource<'_>>) -> Result<usize, VroomError> {
    let mut points: Vec<LatLon> = Vec::new();
    let mut known: FxHashMap<[u64; 2], u32> = FxHashMap::default();
    for (path, spot) in spots(input) {
        let point = spot.lon_lat.and_then(|[lon, lat]| LatLon::new(lat, lon));
        let (Some(point), Some(_)) = (point, travel) else {
            return Err(VroomError::NoTravel { path });
        };
        let key = [point.lat().to_bits(), point.lon().to_bits()];
        let index = *known.entry(key).or_insert_with(|| {
            points.push(point);
            points.len() as u32 - 1
        });
        spot.index = Some(index);
    }
    let Some(travel) = travel else { return Ok(0) };
    let mut names: Vec<String> = input.vehicles.iter().map(profile_name).collect();
    names.sort_unstable();
    names.dedup();
    for profile in names {
        let matrix = travel(&profile, &points)?;
        let n = matrix.n_places();
        let rows = |row: fn(&TravelMatrix, usize) -> &[u32]| {
            let cells = (0..n).flat_map(|from| row(&matrix, from)).copied().collect();
            Some(Table { n, cells })
        };
        let durations = rows(TravelMatrix::time_row_s);
        let distances = rows(TravelMatrix::distance_row_m);
        input.tables.push(Tables { profile, durations, distances, costs: None });
    }
    Ok(points.len())
}

fn profile_name(vehicle: &Vehicle) -> String {
    vehicle.profile.clone().unwrap_or_else(|| USUAL_PROFILE.to_owned())
}

/// Insists that all tables have one size and every place is a row of them; answers how many rows there are.
fn rows(input: &Input) -> Result<usize, VroomError> {
    let mut size = None;
    for tables in &input.tables {
        let named = [
            ("durations", &tables.durations),
            ("distances", &tables.distances),
            ("costs", &tables.costs),
        ];
        for (name, table) in named {
            let Some(table) = table else { continue };
            let n = *size.get_or_insert(table.n);
            if table.n != n {
                let path = format!("matrices.{}.{name}", tables.profile);
                let value = format!("{} rows", table.n);
                return Err(VroomError::Value { path, value, remedy: Remedy::Square { n } });
            }
        }
    }
    let n = size.unwrap_or(0);
    let mut copy = input.clone_places();
    for (path, spot) in spots(&mut copy) {
        let is_row = spot.index.is_some_and(|index| (index as usize) < n);
        if !is_row {
            let value = spot.index.map_or("without an index".to_owned(), |index| index.to_string());
            return Err(VroomError::Value {
                path: path + "_index",
                value,
                remedy: Remedy::Row { n },
            });
        }
    }
    Ok(n)
}

impl Input {
    pub(super) fn task(&self, of: TaskOf) -> &Task {
        match of {
            TaskOf::Job(i) => &self.jobs[i],
            TaskOf::Pickup(i) | TaskOf::Delivery(i) => {
                let Shipment { pickup, delivery, .. } = &self.shipments[i];
                let task = if matches!(of, TaskOf::Pickup(_)) { pickup } else { delivery };
                task.as_ref().expect("a shipment without one of its halves was refused")
            }
        }
    }

    /// All jobs and both halves of all shipments.
    fn tasks(&self) -> impl Iterator<Item = &Task> {
        let halves = self.shipments.iter().flat_map(|it| it.pickup.iter().chain(&it.delivery));
        self.jobs.iter().chain(halves)
    }

    /// The same without its tables, which are large.
    fn clone_places(&self) -> Self {
        Self {
            jobs: self.jobs.clone(),
            shipments: self.shipments.clone(),
            vehicles: self.vehicles.clone(),
            ..Self::default()
        }
    }
}

/// Prices of the whole fleet in one scale.
struct Prices {
    /// Units of the model in one unit of the file.
    scale: i64,
}

impl Prices {
    /// The coarsest scale in which every price is whole; a coarser one still where rates would be beyond the limits.
    fn of(input: &Input) -> Self {
        let mut common = FINEST_SCALE;
        let mut dearest = 1;
        for vehicle in &input.vehicles {
            let Costs { per_hour, per_km, per_task_hour, .. } = vehicle.costs;
            for rate in [per_hour * 1_000, per_km * 3_600, per_task_hour * 1_000] {
                common = greatest_common_divisor(common, rate);
                dearest = dearest.max(rate);
            }
        }
        let scale = FINEST_SCALE / common;
        let coarser = (dearest / common / RATE_MAX + 1).max(1);
        Self { scale: (scale / coarser).max(1) }
    }

    fn rate(&self, price: i64, per: i64) -> i64 {
        let exact = i128::from(price) * i128::from(self.scale) + i128::from(per / 2);
        i64::try_from(exact / i128::from(per)).unwrap_or(RATE_MAX).min(RATE_MAX)
    }
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Vehicle types and profiles as they come up.
#[derive(Default)]
struct Fleet {
    kinds: Vec<VehicleType>,
    type_of: Vec<VehicleTypeId>,
    matrices: Vec<Arc<TravelMatrix>>,
    tables: Vec<Arc<TypeTables>>,
    /// Name, bits of the speed factor, whether meters are real.
    profiles: FxHashMap<(String, u64, bool), ProfileId>,
}

impl Fleet {
    /// The profile of a vehicle. Where nobody asks for meters, seconds or the file's costs stand for them: such
    /// problems are searched faster.
    fn profile(
        &mut self,
        input: &Input,
        vehicle: &Vehicle,
        i: usize,
        n_places: usize,
    ) -> Result<ProfileId, VroomError> {
        let name = profile_name(vehicle);
        let refuse = |field: &str, value: String, remedy: Remedy| {
            Err(VroomError::Value { path: format!("vehicles[{i}].{field}"), value, remedy })
        };
        let tables = input.tables.iter().find(|tables| tables.profile == name);
        let Some(Tables { durations: Some(durations), distances, costs, .. }) = tables else {
            return refuse("profile", name, Remedy::Profile);
        };
        if costs.is_some() {
            let is_usual = vehicle.costs.per_hour == Costs::default().per_hour;
            if !is_usual || vehicle.costs.per_km > 0 || vehicle.max_distance.is_some() {
                return refuse("costs", name, Remedy::CustomCosts);
            }
        }
        let wants_meters = wants_meters(vehicle);
        if wants_meters && distances.is_none() {
            return refuse("profile", name, Remedy::Distances);
        }
        let factor = vehicle.speed_factor.unwrap_or(1.0);
        let key = (name, factor.to_bits(), wants_meters);
        if let Some(&known) = self.profiles.get(&key) {
            return Ok(known);
        }
        let slowed = |&cell: &u32| (f64::from(cell) / factor).round() as u32;
        let times: Vec<u32> = durations.cells.iter().map(slowed).collect();
        let lengths = match (wants_meters, distances, costs) {
            (true, Some(distances), _) => distances.cells.clone(),
            (_, _, Some(costs)) => costs.cells.clone(),
            _ => times.clone(),
        };
        let shared = |table: &Option<Table>| table.as_ref().map(|t| Arc::new(t.cells.clone()));
        self.tables.push(Arc::new(TypeTables {
            n_places,
            distances: shared(distances),
            costs: shared(costs),
        }));
        self.matrices.push(Arc::new(TravelMatrix::new(n_places, times, lengths)?));
        let profile = ProfileId::from_index(self.matrices.len() - 1);
        self.profiles.insert(key, profile);
        Ok(profile)
    }

    /// A type with the prices and limits of its travel.
    fn priced(&self, kind: VehicleType, vehicle: &Vehicle, prices: &Prices) -> VehicleType {
        let Costs { per_hour, per_km, per_task_hour, .. } = vehicle.costs;
        let has_costs = self.tables[kind.profile.index()].costs.is_some();
        let kind = VehicleType {
            per_service_second: prices.rate(per_task_hour, 3_600),
            travel_max: vehicle.max_travel_time.map(Seconds),
            ..kind
        };
        let per_second = prices.rate(per_hour, 3_600);
        if wants_meters(vehicle) {
            let per_meter = prices.rate(per_km, 1_000);
            let distance_max = vehicle.max_distance.map(Meters);
            VehicleType { per_meter, per_travel_second: per_second, distance_max, ..kind }
        } else if has_costs {
            VehicleType { per_meter: prices.scale.min(RATE_MAX), ..kind }
        } else {
            let distance_max = kind.travel_max.map(|most| Meters(most.value()));
            VehicleType { per_meter: per_second, distance_max, travel_max: None, ..kind }
        }
    }

    fn add(&mut self, kind: VehicleType) {
        let alike = |known: &VehicleType| VehicleType { count: 1, ..known.clone() } == kind;
        // Alike vehicles usually stand together.
        let known = self.kinds.iter().rposition(alike);
        let index = known.unwrap_or_else(|| {
            self.kinds.push(VehicleType { count: 0, ..kind });
            self.kinds.len() - 1
        });
        self.kinds[index].count += 1;
        self.type_of.push(VehicleTypeId::from_index(index));
    }
}

fn wants_meters(vehicle: &Vehicle) -> bool {
    vehicle.costs.per_km > 0 || vehicle.max_distance.is_some()
}

/// When vehicles leave does not matter to this format's costs; rests and several windows need a fixed departure.
fn departure(input: &Input) -> Departure {
    let several_windows = input.tasks().any(|task| task.windows.len() > 1);
    let has_breaks = input.vehicles.iter().any(|vehicle| !vehicle.breaks.is_empty());
    if several_windows || has_breaks { Departure::AtShiftStart } else { Departure::Free }
}

fn window([start_s, end_s]: [i64; 2]) -> TimeWindow {
    TimeWindow::new(start_s, end_s)
}

pub(super) fn windows_of(windows: &[[i64; 2]]) -> SmallVec<[TimeWindow; 1]> {
    windows.iter().map(|&it| window(it)).collect()
}

fn rests(i: usize, breaks: &[Break]) -> Result<Vec<Rest>, VroomError> {
    if breaks.len() > MAX_RESTS {
        let (path, value) = (format!("vehicles[{i}].breaks"), format!("{} breaks", breaks.len()));
        return Err(VroomError::Value { path, value, remedy: Remedy::AtMost(MAX_RESTS) });
    }
    let rest = |one: &Break| Rest {
        windows: windows_of(&one.windows),
        duration: Seconds(one.service_s),
        place: RestPlace::OnLegs,
        need: RestNeed::Always,
    };
    Ok(in_order(breaks).into_iter().map(rest).collect())
}

/// Breaks as they are taken: by the begin of their first window, as listed where that is the same.
pub(super) fn in_order(breaks: &[Break]) -> Vec<&Break> {
    let mut breaks: Vec<&Break> = breaks.iter().collect();
    breaks.sort_by_key(|one| one.windows.first().map_or(0, |window| window[0]));
    breaks
}

/// Skills by who has them: two that the same vehicles have are one to the model.
struct Skills {
    bit_of: FxHashMap<i64, u32>,
    of_vehicles: Vec<SkillSet>,
}

impl Skills {
    fn of(input: &Input) -> Result<Self, VroomError> {
        let shipments = input.shipments.iter().flat_map(|shipment| &shipment.skills);
        let needed = input.jobs.iter().flat_map(|task| &task.skills).chain(shipments);
        let mut holders: FxHashMap<i64, Vec<usize>> =
            needed.map(|&skill| (skill, Vec::new())).collect();
        for (i, vehicle) in input.vehicles.iter().enumerate() {
            for skill in &vehicle.skills {
                if let Some(holders) = holders.get_mut(skill)
                    && holders.last() != Some(&i)
                {
                    holders.push(i);
                }
            }
        }
        let mut skills: Vec<(&i64, &Vec<usize>)> = holders.iter().collect();
        skills.sort_unstable();
        let mut bits: FxHashMap<&Vec<usize>, u32> = FxHashMap::default();
        let mut bit_of = FxHashMap::default();
        for (&skill, holders) in skills {
            let n_bits = bits.len() as u32;
            bit_of.insert(skill, *bits.entry(holders).or_insert(n_bits));
        }
        if bits.len() > u64::BITS as usize {
            let (path, value) = ("jobs[…].skills".to_owned(), format!("{} kinds", bits.len()));
            return Err(VroomError::Value { path, value, remedy: Remedy::AtMost(64) });
        }
        let mut skills = Self { bit_of, of_vehicles: Vec::new() };
        skills.of_vehicles = input.vehicles.iter().map(|it| skills.set(&it.skills)).collect();
        Ok(skills)
    }

    fn set(&self, skills: &[i64]) -> SkillSet {
        let bits = skills.iter().filter_map(|skill| self.bit_of.get(skill));
        SkillSet(bits.fold(0, |set, bit| set | 1 << bit))
    }

    fn of_vehicle(&self, i: usize) -> SkillSet {
        self.of_vehicles[i]
    }
}

/// What leaving out a task costs: first the sum of priorities counts, then the number of tasks, then the cost.
struct Rank {
    /// More than serving one more task can cost.
    unit: i64,
    /// How many tasks a point of priority outweighs.
    weight: i64,
}

impl Rank {
    fn of(input: &Input, fleet: &Fleet, n_tasks: i64) -> Self {
        let service = input.tasks().map(|task| task.setup_s + task.service_s).max().unwrap_or(0);
        let dearest = fleet.kinds.iter().map(|kind| {
            let matrix = &fleet.matrices[kind.profile.index()];
            let (mut time, mut length) = (0, 0);
            for from in 0..matrix.n_places() {
                time = matrix.time_row_s(from).iter().copied().max().unwrap_or(0).max(time);
                length = matrix.distance_row_m(from).iter().copied().max().unwrap_or(0).max(length);
            }
            let there_and_back =
                2 * (i64::from(length) * kind.per_meter + i64::from(time) * kind.per_travel_second);
            kind.fixed.value() + there_and_back + service * kind.per_service_second
        });
        let priority_max = input.tasks().map(|task| task.priority).max().unwrap_or(0);
        let unit = (dearest.max().unwrap_or(0) + 1).min(MAX_PRICE / (priority_max + 2));
        let room = (MAX_PRICE / unit - 1) / priority_max.max(1);
        Self { unit, weight: (n_tasks + 1).min(room).max(1) }
    }

    fn prize(&self, priority: i64) -> Cost {
        Cost(self.unit * (priority * self.weight + 1))
    }
}

fn client(task: &Task, rank: &Rank, dimensions: &[usize], skills: &Skills) -> Client {
    Client {
        delivery: load(&task.delivery, dimensions),
        pickup: load(&task.pickup, dimensions),
        service: Seconds(task.service_s),
        setup: Seconds(task.setup_s),
        windows: windows_of(&task.windows),
        presence: Presence::Optional { prize: rank.prize(task.priority) },
        skills: skills.set(&task.skills),
        ..Client::at(PlaceId(task.spot.index.expect("every place has its row by now")))
    }
}

/// Reads the routes that vehicles bring along.
fn read_given(vroom: &mut Vroom) -> Result<(), VroomError> {
    let input = Arc::clone(&vroom.input);
    if input.vehicles.iter().all(|vehicle| vehicle.steps.is_none()) {
        return Ok(());
    }
    let client_of = clients_by_id(vroom);
    let mut is_served = vec![false; vroom.problem.n_clients()];
    let mut solution = Solution::default();
    for (v, vehicle) in input.vehicles.iter().enumerate() {
        let Some(steps) = &vehicle.steps else { continue };
        let mut clients = Vec::new();
        for (s, step) in steps.iter().enumerate() {
            let refuse = |remedy| {
                let value = step.id.map_or("without `id`".to_owned(), |id| id.to_string());
                Err(VroomError::Value { path: format!("vehicles[{v}].steps[{s}]"), value, remedy })
            };
            match (step.kind, step.id) {
                (StepKind::Start | StepKind::End | StepKind::Break, _) => {}
                (kind, id) => {
                    let client = id.and_then(|id| client_of.get(&(kind, id)));
                    let Some(&client) = client else { return refuse(Remedy::KnownStep) };
                    if std::mem::replace(&mut is_served[client.index()], true) {
                        return refuse(Remedy::StepOnce);
                    }
                    clients.push(client);
                }
            }
        }
        vroom.given_vehicles.push(v);
        solution.routes.push(Route::new(vroom.type_of[v], clients));
    }
    let unserved = vroom.problem.clients().ids().filter(|client| !is_served[client.index()]);
    solution.unserved = unserved.collect();
    vroom.given = Some(solution);
    Ok(())
}

/// The problem in which the given routes keep the moments that their steps ask for: such a moment is a client's only
/// window.
///
/// # Errors
/// When the moments asked for make no window.
pub(super) fn with_given_times(vroom: &Vroom) -> Result<Problem, VroomError> {
    let mut clients: Vec<Client> = vroom.problem.clients().values().cloned().collect();
    let routes = vroom.given.iter().flat_map(|given| &given.routes);
    for (route, &v) in routes.zip(&vroom.given_vehicles) {
        let steps = vroom.input.vehicles[v].steps.iter().flatten().enumerate();
        let tasks = steps.filter(|(_, step)| {
            matches!(step.kind, StepKind::Job | StepKind::Pickup | StepKind::Delivery)
        });
        for (&client, (s, step)) in route.clients.iter().zip(tasks) {
            let GivenStep { at, after, before, .. } = *step;
            if at.or(after).or(before).is_none() {
                continue;
            }
            let (start, end) = (at.or(after).unwrap_or(0), at.or(before).unwrap_or(TIME_MAX));
            if end < start {
                let path = format!("vehicles[{v}].steps[{s}].service_before");
                return Err(VroomError::Value {
                    path,
                    value: end.to_string(),
                    remedy: Remedy::Window,
                });
            }
            clients[client.index()].windows = smallvec![window([start, end])];
        }
    }
    let kinds = vroom.problem.vehicle_types().values().cloned().collect::<Vec<_>>();
    let pairs = vroom.problem.pairs().to_vec();
    let mut builder = Problem::builder().clients(clients).pairs(pairs).vehicle_types(kinds);
    for travel in vroom.problem.profiles().values() {
        builder = builder.profile(travel.clone());
    }
    Ok(builder.build()?)
}

/// The routes of an answer in the model's numbers.
pub(super) fn solution(routes: &[AnswerRoute], vroom: &Vroom) -> Result<Solution, VroomError> {
    let vehicles = vroom.input.vehicles.iter().zip(&vroom.type_of);
    let type_of: FxHashMap<i64, VehicleTypeId> =
        vehicles.map(|(it, &kind)| (it.id, kind)).collect();
    let client_of = clients_by_id(vroom);
    let mut is_served = vec![false; vroom.problem.n_clients()];
    let mut solution = Solution::default();
    for (r, route) in routes.iter().enumerate() {
        let refuse = |field: &str, value: i64, remedy| VroomError::Value {
            path: format!("routes[{r}].{field}"),
            value: value.to_string(),
            remedy,
        };
        let Some(&vehicle_type) = type_of.get(&route.vehicle) else {
            return Err(refuse("vehicle", route.vehicle, Remedy::KnownVehicle));
        };
        let mut clients = Vec::new();
        for &(kind, id) in &route.tasks {
            let Some(&client) = client_of.get(&(kind, id)) else {
                return Err(refuse("steps", id, Remedy::KnownStep));
            };
            is_served[client.index()] = true;
            clients.push(client);
        }
        solution.routes.push(Route::new(vehicle_type, clients));
    }
    let unserved = vroom.problem.clients().ids().filter(|client| !is_served[client.index()]);
    solution.unserved = unserved.collect();
    Ok(solution)
}

/// The client of each task by its type and id.
fn clients_by_id(vroom: &Vroom) -> FxHashMap<(StepKind, i64), ClientId> {
    let key = |client: ClientId| {
        let kind = match vroom.tasks[client.index()] {
            TaskOf::Job(_) => StepKind::Job,
            TaskOf::Pickup(_) => StepKind::Pickup,
            TaskOf::Delivery(_) => StepKind::Delivery,
        };
        ((kind, vroom.task(client).id), client)
    };
    vroom.problem.clients().ids().map(key).collect()
}
