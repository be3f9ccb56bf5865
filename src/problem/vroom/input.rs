//! The text of a problem as plain structs, number by number within its limits; nothing is understood yet.

use crate::problem::vroom::json::Reader;
use crate::problem::vroom::{Remedy, VroomError};
use crate::problem::{MAX_CLIENTS, model};

/// The latest moment and the longest time.
pub(super) const TIME_MAX: i64 = model::MAX_TIME / 4;
/// The largest amount.
const AMOUNT_MAX: i64 = model::MAX_LOAD / 4;
/// The largest cell of a matrix.
const CELL_MAX: i64 = crate::matrix::MAX_LEG_M as i64;
/// The highest priority.
const PRIORITY_MAX: i64 = 100;
/// The highest price.
const PRICE_MAX: i64 = 1_000_000_000;
/// The largest id: an integer that every reader of JSON keeps.
pub(super) const ID_MAX: i64 = (1 << 53) - 1;
/// The largest index of a matrix.
const INDEX_MAX: i64 = u16::MAX as i64;
/// The most values of a list that belongs to one job or vehicle.
const LIST_MAX: usize = 4_096;
/// The most vehicles.
pub(super) const VEHICLES_MAX: usize = 100_000;

/// Where something is: a row of the matrices, or degrees `[lon, lat]`, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spot {
    pub index: Option<u32>,
    pub lon_lat: Option<[f64; 2]>,
}

impl Spot {
    pub(super) fn is_given(self) -> bool {
        self.index.is_some() || self.lon_lat.is_some()
    }
}

/// A job, or one end of a shipment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Task {
    pub id: i64,
    pub description: Option<String>,
    pub spot: Spot,
    pub setup_s: i64,
    pub service_s: i64,
    pub delivery: Vec<i64>,
    pub pickup: Vec<i64>,
    pub skills: Vec<i64>,
    pub priority: i64,
    pub windows: Vec<[i64; 2]>,
}

/// Something to be brought from one place to another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shipment {
    pub pickup: Option<Task>,
    pub delivery: Option<Task>,
    pub amount: Vec<i64>,
    pub skills: Vec<i64>,
    pub priority: i64,
}

/// A break of a vehicle.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Break {
    pub id: i64,
    pub description: Option<String>,
    pub windows: Vec<[i64; 2]>,
    pub service_s: i64,
}

/// Prices of a vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Costs {
    pub fixed: i64,
    pub per_hour: i64,
    pub per_km: i64,
    pub per_task_hour: i64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { fixed: 0, per_hour: 3600, per_km: 0, per_task_hour: 0 }
    }
}

/// What a step of a given route is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum StepKind {
    Start,
    Job,
    Pickup,
    Delivery,
    Break,
    End,
}

/// A step of a given route.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GivenStep {
    pub kind: StepKind,
    pub id: Option<i64>,
    pub at: Option<i64>,
    pub after: Option<i64>,
    pub before: Option<i64>,
}

/// A vehicle.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Vehicle {
    pub id: i64,
    pub description: Option<String>,
    pub profile: Option<String>,
    pub start: Spot,
    pub end: Spot,
    pub capacity: Vec<i64>,
    pub costs: Costs,
    pub skills: Vec<i64>,
    pub window: Option<[i64; 2]>,
    pub breaks: Vec<Break>,
    pub speed_factor: Option<f64>,
    pub max_tasks: Option<i64>,
    pub max_travel_time: Option<i64>,
    pub max_distance: Option<i64>,
    pub steps: Option<Vec<GivenStep>>,
}

/// The tables of a profile, each row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tables {
    pub profile: String,
    pub durations: Option<Table>,
    pub distances: Option<Table>,
    pub costs: Option<Table>,
}

/// A square of numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table {
    pub n: usize,
    pub cells: Vec<u32>,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Input {
    pub jobs: Vec<Task>,
    pub shipments: Vec<Shipment>,
    pub vehicles: Vec<Vehicle>,
    pub tables: Vec<Tables>,
    /// The file itself asks for the times of its given routes.
    pub asks_for_plan: bool,
    /// Fields that mean nothing here.
    pub passed_over: Vec<String>,
}

pub(super) fn read(text: &str) -> Result<Input, VroomError> {
    let mut reader = Reader::new(text);
    let mut input = Input::default();
    reader.object(|reader, key| {
        match key {
            "jobs" => list(reader, &mut input.jobs, MAX_CLIENTS, task)?,
            "shipments" => list(reader, &mut input.shipments, MAX_CLIENTS / 2, shipment)?,
            "vehicles" => list(reader, &mut input.vehicles, VEHICLES_MAX, vehicle)?,
            "matrices" => input.tables.extend(matrices(reader)?),
            "matrix" => {
                let durations = Some(table(reader)?);
                let profile = "car".to_owned();
                input.tables.push(Tables { profile, durations, ..Tables::default() });
            }
            "options" => reader.object(|reader, key| {
                let is_plan = key == "c";
                if is_plan {
                    input.asks_for_plan = reader.boolean()?;
                }
                Ok(is_plan)
            })?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    reader.end()?;
    input.passed_over = std::mem::take(&mut reader.passed_over);
    Ok(input)
}

pub(super) fn list<T>(
    reader: &mut Reader<'_>,
    into: &mut Vec<T>,
    max: usize,
    mut item: impl FnMut(&mut Reader<'_>) -> Result<T, VroomError>,
) -> Result<(), VroomError> {
    into.clear();
    reader.array(|reader, index| {
        if index >= max {
            return Err(reader.refuse(index + 1, Remedy::AtMost(max)));
        }
        into.push(item(reader)?);
        Ok(())
    })
}

fn integers(reader: &mut Reader<'_>, max: i64) -> Result<Vec<i64>, VroomError> {
    let mut values = Vec::new();
    list(reader, &mut values, LIST_MAX, |reader| reader.integer(0, max))?;
    Ok(values)
}

fn time(reader: &mut Reader<'_>) -> Result<i64, VroomError> {
    reader.integer(0, TIME_MAX)
}

fn window(reader: &mut Reader<'_>) -> Result<[i64; 2], VroomError> {
    let mut ends = Vec::new();
    list(reader, &mut ends, 2, time)?;
    match ends[..] {
        [start, end] if start <= end => Ok([start, end]),
        [start, end] => Err(reader.refuse(format!("[{start}, {end}]"), Remedy::Window)),
        _ => Err(reader.refuse(format!("{} numbers", ends.len()), Remedy::Window)),
    }
}

/// Windows in order, none into the next.
fn windows(reader: &mut Reader<'_>) -> Result<Vec<[i64; 2]>, VroomError> {
    let mut windows: Vec<[i64; 2]> = Vec::new();
    reader.array(|reader, index| {
        let [start, end] = window(reader)?;
        let is_behind = windows.last().is_none_or(|before| before[1] < start);
        if !is_behind || index >= LIST_MAX {
            return Err(reader.refuse(format!("[{start}, {end}]"), Remedy::WindowOrder));
        }
        windows.push([start, end]);
        Ok(())
    })?;
    Ok(windows)
}

fn degree(reader: &mut Reader<'_>) -> Result<f64, VroomError> {
    reader.float()
}

fn lon_lat(reader: &mut Reader<'_>) -> Result<[f64; 2], VroomError> {
    let mut degrees = Vec::new();
    list(reader, &mut degrees, 2, degree)?;
    match degrees[..] {
        [lon, lat] if lon.abs() <= 180.0 && lat.abs() <= 90.0 => Ok([lon, lat]),
        _ => {
            let shown: Vec<String> = degrees.iter().map(ToString::to_string).collect();
            Err(reader.refuse(format!("[{}]", shown.join(", ")), Remedy::LonLat))
        }
    }
}

fn index(reader: &mut Reader<'_>) -> Result<Option<u32>, VroomError> {
    Ok(Some(reader.integer(0, INDEX_MAX)? as u32))
}

fn description(reader: &mut Reader<'_>) -> Result<Option<String>, VroomError> {
    Ok(Some(reader.text()?.into_owned()))
}

fn task(reader: &mut Reader<'_>) -> Result<Task, VroomError> {
    let mut task = Task::default();
    let mut has_id = false;
    reader.object(|reader, key| {
        match key {
            "id" => (task.id, has_id) = (reader.integer(0, ID_MAX)?, true),
            "description" => task.description = description(reader)?,
            "location" => task.spot.lon_lat = Some(lon_lat(reader)?),
            "location_index" => task.spot.index = index(reader)?,
            "setup" => task.setup_s = time(reader)?,
            "service" => task.service_s = time(reader)?,
            "delivery" | "amount" => task.delivery = integers(reader, AMOUNT_MAX)?,
            "pickup" => task.pickup = integers(reader, AMOUNT_MAX)?,
            "skills" => task.skills = integers(reader, ID_MAX)?,
            "priority" => task.priority = reader.integer(0, PRIORITY_MAX)?,
            "time_windows" => task.windows = windows(reader)?,
            "setup_per_type" | "service_per_type" => {
                return Err(reader.refuse("{…}", Remedy::Unsupported("times by type of vehicle")));
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    if !has_id {
        return Err(reader.refuse("without `id`", Remedy::Id));
    }
    if !task.spot.is_given() {
        return Err(reader.refuse("without `location` and `location_index`", Remedy::Spot));
    }
    Ok(task)
}

fn shipment(reader: &mut Reader<'_>) -> Result<Shipment, VroomError> {
    let mut shipment = Shipment::default();
    reader.object(|reader, key| {
        match key {
            "pickup" => shipment.pickup = Some(task(reader)?),
            "delivery" => shipment.delivery = Some(task(reader)?),
            "amount" => shipment.amount = integers(reader, AMOUNT_MAX)?,
            "skills" => shipment.skills = integers(reader, ID_MAX)?,
            "priority" => shipment.priority = reader.integer(0, PRIORITY_MAX)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    match (&shipment.pickup, &shipment.delivery) {
        (Some(_), Some(_)) => Ok(shipment),
        (None, _) => Err(reader.refuse("without `pickup`", Remedy::Partner)),
        (_, None) => Err(reader.refuse("without `delivery`", Remedy::Partner)),
    }
}

fn vehicle(reader: &mut Reader<'_>) -> Result<Vehicle, VroomError> {
    let mut vehicle = Vehicle::default();
    let mut has_id = false;
    reader.object(|reader, key| {
        match key {
            "id" => (vehicle.id, has_id) = (reader.integer(0, ID_MAX)?, true),
            "description" => vehicle.description = description(reader)?,
            "profile" => vehicle.profile = Some(reader.text()?.into_owned()),
            "start" => vehicle.start.lon_lat = Some(lon_lat(reader)?),
            "start_index" => vehicle.start.index = index(reader)?,
            "end" => vehicle.end.lon_lat = Some(lon_lat(reader)?),
            "end_index" => vehicle.end.index = index(reader)?,
            "capacity" => vehicle.capacity = integers(reader, AMOUNT_MAX)?,
            "costs" => vehicle.costs = costs(reader)?,
            "skills" => vehicle.skills = integers(reader, ID_MAX)?,
            "time_window" => vehicle.window = Some(window(reader)?),
            "breaks" => list(reader, &mut vehicle.breaks, LIST_MAX, one_break)?,
            "speed_factor" => vehicle.speed_factor = Some(speed_factor(reader)?),
            "max_tasks" => vehicle.max_tasks = Some(reader.integer(0, i64::from(u32::MAX))?),
            "max_travel_time" => vehicle.max_travel_time = Some(time(reader)?),
            "max_distance" => vehicle.max_distance = Some(time(reader)?),
            "steps" => {
                let mut steps = Vec::new();
                list(reader, &mut steps, MAX_CLIENTS, step)?;
                vehicle.steps = Some(steps);
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    if !has_id {
        return Err(reader.refuse("without `id`", Remedy::Id));
    }
    if !vehicle.start.is_given() && !vehicle.end.is_given() {
        return Err(reader.refuse("without `start` and `end`", Remedy::StartOrEnd));
    }
    let longest = vehicle.window.map_or(i64::MAX, |[start, end]| end - start);
    let too_long = vehicle.breaks.iter().position(|one| one.service_s > longest);
    if let Some(i) = too_long {
        let value = format!("{} s in breaks[{i}].service", vehicle.breaks[i].service_s);
        return Err(reader.refuse(value, Remedy::BreakInShift { shift_s: longest }));
    }
    Ok(vehicle)
}

fn costs(reader: &mut Reader<'_>) -> Result<Costs, VroomError> {
    let mut costs = Costs::default();
    reader.object(|reader, key| {
        let price = match key {
            "fixed" => &mut costs.fixed,
            "per_hour" => &mut costs.per_hour,
            "per_km" => &mut costs.per_km,
            "per_task_hour" => &mut costs.per_task_hour,
            _ => return Ok(false),
        };
        *price = reader.integer(0, PRICE_MAX)?;
        Ok(true)
    })?;
    Ok(costs)
}

fn speed_factor(reader: &mut Reader<'_>) -> Result<f64, VroomError> {
    let factor = reader.float()?;
    if (0.01..=100.0).contains(&factor) {
        return Ok(factor);
    }
    Err(reader.refuse(factor, Remedy::SpeedFactor))
}

fn one_break(reader: &mut Reader<'_>) -> Result<Break, VroomError> {
    let mut one = Break::default();
    reader.object(|reader, key| {
        match key {
            "id" => one.id = reader.integer(0, ID_MAX)?,
            "description" => one.description = description(reader)?,
            "time_windows" => one.windows = windows(reader)?,
            "service" => one.service_s = time(reader)?,
            "max_load" => {
                return Err(reader.refuse("[…]", Remedy::Unsupported("a break with a load limit")));
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(one)
}

pub(super) fn step(reader: &mut Reader<'_>) -> Result<GivenStep, VroomError> {
    let mut kind = None;
    let (mut id, mut at, mut after, mut before) = (None, None, None, None);
    reader.object(|reader, key| {
        match key {
            "type" => {
                let word = reader.text()?;
                kind = Some(match word.as_ref() {
                    "start" => StepKind::Start,
                    "job" => StepKind::Job,
                    "pickup" => StepKind::Pickup,
                    "delivery" => StepKind::Delivery,
                    "break" => StepKind::Break,
                    "end" => StepKind::End,
                    other => return Err(reader.refuse(other, Remedy::StepType)),
                });
            }
            "id" | "job" => id = Some(reader.integer(0, ID_MAX)?),
            "service_at" => at = Some(time(reader)?),
            "service_after" => after = Some(time(reader)?),
            "service_before" => before = Some(time(reader)?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let Some(kind) = kind else { return Err(reader.refuse("without `type`", Remedy::StepType)) };
    Ok(GivenStep { kind, id, at, after, before })
}

fn matrices(reader: &mut Reader<'_>) -> Result<Vec<Tables>, VroomError> {
    let mut all: Vec<Tables> = Vec::new();
    reader.object(|reader, profile| {
        let mut tables = Tables { profile: profile.to_owned(), ..Tables::default() };
        reader.object(|reader, key| {
            let into = match key {
                "durations" => &mut tables.durations,
                "distances" => &mut tables.distances,
                "costs" => &mut tables.costs,
                _ => return Ok(false),
            };
            *into = Some(table(reader)?);
            Ok(true)
        })?;
        all.push(tables);
        Ok(true)
    })?;
    Ok(all)
}

fn table(reader: &mut Reader<'_>) -> Result<Table, VroomError> {
    let mut cells: Vec<u32> = Vec::new();
    let mut width = None;
    let mut n_rows = 0;
    reader.array(|reader, _| {
        let before = cells.len();
        reader.array(|reader, _| {
            cells.push(reader.integer(0, CELL_MAX)? as u32);
            Ok(())
        })?;
        let found = cells.len() - before;
        let expected = *width.get_or_insert(found);
        if found != expected {
            return Err(reader.refuse(format!("{found} numbers"), Remedy::Square { n: expected }));
        }
        n_rows += 1;
        Ok(())
    })?;
    let width = width.unwrap_or(0);
    if n_rows != width {
        return Err(reader.refuse(format!("{n_rows} rows"), Remedy::Square { n: width }));
    }
    Ok(Table { n: width, cells })
}
