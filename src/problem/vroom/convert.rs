//! From the structs of a file to the model.
//!
//! | the file | the model |
//! | --- | --- |
//! | job | optional client; its prize ranks priority above number above cost |
//! | vehicles alike in everything but name | one vehicle type |
//! | breaks | rests on legs, always |
//! | skills | the sets of vehicles that have them |
//! | costs | a price per second of travel, per meter, per second of service |

mod fleet;
mod places;
mod plans;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Seconds};
use crate::problem::model::{
    Client, ClientId, Departure, Load, MAX_LOADS, MAX_PRICE, PlaceId, Presence, Problem, SkillSet,
    TimeWindow, VehicleType,
};
use crate::problem::pairs::Pair;
use crate::problem::travel::Travel;
use crate::problem::vroom::convert::fleet::{Fleet, Prices, rests, window};
use crate::problem::vroom::convert::places::{coordinates, rows};
use crate::problem::vroom::convert::plans::read_given;
use crate::problem::vroom::input::{Input, Shipment, Task};
use crate::problem::vroom::{Remedy, TaskOf, TravelSource, Vroom, VroomError};

pub(super) use fleet::{in_order, windows_of};
pub(super) use plans::{solution, with_given_times};

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
    for (i, vehicle) in input.vehicles.iter().enumerate() {
        let profile = fleet.profile(&input, vehicle, i, places)?;
        let kind = VehicleType {
            start: vehicle.start.index.map(PlaceId),
            end: vehicle.end.index.map(PlaceId),
            capacity: load(&vehicle.capacity, &dimensions),
            fixed: Cost((vehicle.costs.fixed * prices.scale).min(MAX_PRICE)),
            shift: vehicle.window.map_or(TimeWindow::ALWAYS, window),
            // When vehicles leave does not matter to this format's costs.
            departure: Departure::Free,
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
