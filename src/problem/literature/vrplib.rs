//! VRPLIB: `KEY : value` lines and `…_SECTION` tables, of CVRPLIB and of the families that extend it.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Seconds};
use crate::problem::literature::table::{Table, cell, number, scaled, wrong};
use crate::problem::literature::{Instance, InstanceError, InstanceFormat};
use crate::problem::model::{
    Client, Load, PickupOrder, PlaceId, Presence, Problem, Reload, SkillSet, TimeWindow,
    VehicleType, VehicleTypeId,
};
use crate::problem::travel::{Rounding, Travel};

/// The raw parts of a VRPLIB text.
#[derive(Default)]
struct Vrplib<'a> {
    headers: HashMap<&'a str, (usize, &'a str)>,
    sections: HashMap<&'a str, Table>,
}

impl<'a> Vrplib<'a> {
    fn parse(text: &'a str) -> Result<Self, InstanceError> {
        let mut parts = Self::default();
        let mut current: Option<&str> = None;
        for (index, raw) in text.lines().enumerate() {
            let (line, raw) = (index + 1, raw.trim());
            let starts_with_letter = raw.starts_with(|c: char| c.is_alphabetic());
            if raw == "EOF" {
                break;
            } else if raw.is_empty() {
            } else if let Some((key, value)) = raw.split_once(':')
                && starts_with_letter
                && !key.trim().ends_with("_SECTION")
            {
                parts.headers.insert(key.trim(), (line, value.trim().trim_matches('"')));
            } else if starts_with_letter {
                let key = raw.trim_end_matches(':').trim();
                refuse_section(line, key)?;
                parts.sections.entry(key).or_default();
                current = Some(key);
            } else {
                let key = current.ok_or_else(|| wrong(line, raw, "a `KEY : value` line"))?;
                parts.sections.entry(key).or_default().push(line, raw)?;
            }
        }
        Ok(parts)
    }

    fn header(&self, key: &str) -> Result<Option<f64>, InstanceError> {
        self.headers.get(key).map(|&(line, value)| number(line, value)).transpose()
    }

    /// Column 1 of a section by its column 0, which counts from one.
    fn column(&self, key: &str, n: usize) -> Result<Option<Vec<f64>>, InstanceError> {
        let Some(table) = self.sections.get(key) else { return Ok(None) };
        let mut values = vec![0.0; n];
        for (line, row) in table.rows() {
            let index = row_index(line, row, n)?;
            values[index] = cell(line, row, 1)?;
        }
        Ok(Some(values))
    }
}

fn refuse_section(line: usize, key: &str) -> Result<(), InstanceError> {
    let feature = match key {
        "PICKUP_AND_DELIVERY_SECTION" => "pickup and delivery pairs",
        "MUTUALLY_EXCLUSIVE_GROUP_SECTION" => "groups of alternative clients",
        _ => return Ok(()),
    };
    Err(InstanceError::Unsupported { line, value: key.to_owned(), feature })
}

/// The row's first number, which counts from one, as an index below `n`.
fn row_index(line: usize, row: &[f64], n: usize) -> Result<usize, InstanceError> {
    let index = cell(line, row, 0)?;
    if index < 1.0 || index > n as f64 {
        return Err(wrong(line, index, "a number of a row between 1 and the dimension"));
    }
    Ok(index as usize - 1)
}

fn default_rounding(kind: &str) -> Rounding {
    match kind {
        "VRPTW" | "PCVRPTW" | "MTVRPTWR" => Rounding::Dimacs,
        "HFVRP" | "MDVRPTW" | "SDVRPTW" => Rounding::Scaled(1000),
        _ => Rounding::Nearest,
    }
}

pub(super) fn read_vrplib(
    text: &str,
    rounding: Option<Rounding>,
) -> Result<Instance, InstanceError> {
    let parts = Vrplib::parse(text)?;
    let kind = parts.headers.get("TYPE").map_or("CVRP", |&(_, value)| value);
    // These families publish whole integers in the scaled unit itself.
    let published_scaled = matches!(kind, "PCVRPTW" | "MDVRPTW" | "SDVRPTW" | "MTVRPTWR");
    let rounding = rounding.unwrap_or_else(|| default_rounding(kind));
    let &(line, dimension) =
        parts.headers.get("DIMENSION").ok_or(InstanceError::Missing { what: "DIMENSION" })?;
    let n = dimension.parse::<usize>().ok().filter(|n| (1..=1 << 22).contains(n));
    let n = n.ok_or_else(|| wrong(line, dimension, "a number of nodes up to 4194304"))?;
    let travel = read_travel(&parts, n, rounding)?;
    let depots = read_depots(&parts, n)?;
    let columns = Columns::read(&parts, n)?;
    let nodes: Vec<usize> = (0..n).filter(|node| !depots.contains(node)).collect();
    let allowed = read_allowed(&parts)?;
    let clients: Vec<Client> =
        nodes.iter().map(|&node| columns.client(node, rounding, &allowed)).collect();
    let fleet = read_fleet(&parts, &columns, &depots, nodes.len(), rounding, &allowed)?;
    let (types, vehicles) = fleet;
    let unit_costs = parts.sections.contains_key("VEHICLES_UNIT_DISTANCE_COST_SECTION");
    let problem =
        Problem::builder().profile(travel).clients(clients).vehicle_types(types).build()?;
    Ok(Instance {
        vroom: None,
        format: InstanceFormat::Vrplib,
        name: parts.headers.get("NAME").map_or("", |&(_, value)| value).to_owned(),
        problem,
        // Unit distance costs stand in the file times 100.
        cost_scale: match (published_scaled, unit_costs) {
            (true, _) => 1,
            (false, true) => 100 * rounding.scale(),
            (false, false) => rounding.scale(),
        },
        client_names: nodes.iter().map(|&node| node as u32).collect(),
        vehicles,
    })
}

fn read_depots(parts: &Vrplib<'_>, n: usize) -> Result<Vec<usize>, InstanceError> {
    let mut depots = Vec::new();
    if let Some(table) = parts.sections.get("DEPOT_SECTION") {
        for (line, row) in table.rows().take_while(|(_, row)| row.first() != Some(&-1.0)) {
            depots.push(row_index(line, row, n)?);
        }
    }
    if depots.is_empty() {
        depots.push(0);
    }
    Ok(depots)
}

fn read_travel(parts: &Vrplib<'_>, n: usize, rounding: Rounding) -> Result<Travel, InstanceError> {
    let &(line, kind) = parts
        .headers
        .get("EDGE_WEIGHT_TYPE")
        .ok_or(InstanceError::Missing { what: "EDGE_WEIGHT_TYPE" })?;
    match kind {
        "EUC_2D" => {
            let table = parts.sections.get("NODE_COORD_SECTION");
            let table = table.ok_or(InstanceError::Missing { what: "NODE_COORD_SECTION" })?;
            if table.rows().len() != n {
                return Err(InstanceError::Missing { what: "a row of NODE_COORD_SECTION" });
            }
            let mut points = vec![(0.0, 0.0); n];
            for (line, row) in table.rows() {
                points[row_index(line, row, n)?] = (cell(line, row, 1)?, cell(line, row, 2)?);
            }
            Ok(Travel::Plane { points: Arc::new(points), rounding })
        }
        "EXPLICIT" => read_matrix(parts, n, rounding),
        _ => Err(wrong(line, kind, "EUC_2D or EXPLICIT")),
    }
}

fn read_matrix(parts: &Vrplib<'_>, n: usize, rounding: Rounding) -> Result<Travel, InstanceError> {
    let table = parts.sections.get("EDGE_WEIGHT_SECTION");
    let numbers = &table.ok_or(InstanceError::Missing { what: "EDGE_WEIGHT_SECTION" })?.numbers;
    let &(line, shape) = parts
        .headers
        .get("EDGE_WEIGHT_FORMAT")
        .ok_or(InstanceError::Missing { what: "EDGE_WEIGHT_FORMAT" })?;
    let n_expected = match shape {
        "FULL_MATRIX" => n * n,
        "LOWER_ROW" | "UPPER_ROW" => n * (n - 1) / 2,
        "LOWER_DIAG_ROW" | "UPPER_DIAG_ROW" => n * (n + 1) / 2,
        _ => return Err(wrong(line, shape, "FULL_MATRIX or a LOWER or UPPER form by rows")),
    };
    if numbers.len() != n_expected {
        return Err(InstanceError::Missing { what: "a number of EDGE_WEIGHT_SECTION" });
    }
    let mut cells = vec![0u32; n * n];
    let mut values = numbers.iter();
    for row in 0..n {
        let columns = match shape {
            "LOWER_ROW" => 0..row,
            "LOWER_DIAG_ROW" => 0..row + 1,
            "UPPER_ROW" => row + 1..n,
            "UPPER_DIAG_ROW" => row..n,
            _ => 0..n,
        };
        for (column, &value) in columns.zip(&mut values) {
            let length = rounding.round(value);
            let length = u32::try_from(length).map_err(|_| wrong(line, value, "a length"))?;
            cells[row * n + column] = length;
            if shape != "FULL_MATRIX" {
                cells[column * n + row] = length;
            }
        }
    }
    let matrix = TravelMatrix::new(n, cells.clone(), cells)
        .map_err(|_| wrong(line, shape, "a table of lengths within the limit"))?;
    Ok(Travel::Matrix(Arc::new(matrix)))
}

/// What is known of each node.
struct Columns {
    demand: Vec<f64>,
    pickup: Option<Vec<f64>>,
    service: Vec<f64>,
    windows: Option<Vec<(f64, f64)>>,
    release: Vec<f64>,
    prize: Option<Vec<f64>>,
}

impl Columns {
    fn read(parts: &Vrplib<'_>, n: usize) -> Result<Self, InstanceError> {
        let common_service = parts.header("SERVICE_TIME")?.unwrap_or(0.0);
        let service = parts.column("SERVICE_TIME_SECTION", n)?;
        let has_linehauls = parts.sections.contains_key("LINEHAUL_SECTION");
        let demand = if has_linehauls { "LINEHAUL_SECTION" } else { "DEMAND_SECTION" };
        let windows = match parts.sections.get("TIME_WINDOW_SECTION") {
            None => None,
            Some(table) => {
                let mut windows = vec![(0.0, 0.0); n];
                for (line, row) in table.rows() {
                    let index = row_index(line, row, n)?;
                    windows[index] = (cell(line, row, 1)?, cell(line, row, 2)?);
                }
                Some(windows)
            }
        };
        Ok(Self {
            demand: parts.column(demand, n)?.unwrap_or_else(|| vec![0.0; n]),
            pickup: parts.column("BACKHAUL_SECTION", n)?,
            service: service.unwrap_or_else(|| vec![common_service; n]),
            windows,
            release: parts.column("RELEASE_TIME_SECTION", n)?.unwrap_or_else(|| vec![0.0; n]),
            prize: parts.column("PRIZE_SECTION", n)?,
        })
    }

    fn window(&self, node: usize, rounding: Rounding) -> Option<TimeWindow> {
        let &(start, end) = self.windows.as_ref()?.get(node)?;
        Some(TimeWindow::new(scaled(start, rounding), scaled(end, rounding)))
    }

    fn client(&self, node: usize, rounding: Rounding, allowed: &[Vec<usize>]) -> Client {
        let prize = self.prize.as_ref().map_or(0.0, |prizes| prizes[node]);
        let forbidden = allowed.iter().enumerate().filter(|(_, list)| !list.contains(&node));
        Client {
            delivery: Load::single(self.demand[node] as i64),
            pickup: Load::single(self.pickup.as_ref().map_or(0, |loads| loads[node] as i64)),
            service: Seconds(scaled(self.service[node], rounding)),
            windows: self.window(node, rounding).map_or_else(|| smallvec![], |w| smallvec![w]),
            release: Seconds(scaled(self.release[node], rounding)),
            // A prize of zero stands for a client who must be visited.
            presence: if prize > 0.0 {
                Presence::Optional { prize: Cost(scaled(prize, rounding)) }
            } else {
                Presence::Required
            },
            skills: SkillSet(forbidden.fold(0, |bits, (group, _)| bits | 1 << group)),
            ..Client::at(PlaceId::from_index(node))
        }
    }
}

/// The different lists of allowed clients. A client outside list g needs skill g, and the vehicles with
/// list g have every skill but that one.
fn read_allowed(parts: &Vrplib<'_>) -> Result<Vec<Vec<usize>>, InstanceError> {
    let mut lists = Vec::new();
    if let Some(table) = parts.sections.get("VEHICLES_ALLOWED_CLIENTS_SECTION") {
        for (line, row) in table.rows() {
            let list = allowed_list(row);
            if !lists.contains(&list) {
                lists.push(list);
            }
            if lists.len() > 64 {
                return Err(wrong(line, lists.len(), "one of at most 64 different lists"));
            }
        }
    }
    Ok(lists)
}

fn allowed_list(row: &[f64]) -> Vec<usize> {
    row.iter().skip(1).map(|&node| (node as usize).wrapping_sub(1)).collect()
}

type Fleet = (Vec<VehicleType>, Vec<VehicleTypeId>);

fn read_fleet(
    parts: &Vrplib<'_>,
    columns: &Columns,
    depots: &[usize],
    n_clients: usize,
    rounding: Rounding,
    allowed: &[Vec<usize>],
) -> Result<Fleet, InstanceError> {
    let n = parts.header("VEHICLES")?.map_or(n_clients, |n| n.clamp(0.0, 1e6) as usize);
    let capacity = parts.header("CAPACITY")?.unwrap_or(0.0);
    let capacities = parts.column("CAPACITY_SECTION", n)?.unwrap_or_else(|| vec![capacity; n]);
    let unit_costs = parts.column("VEHICLES_UNIT_DISTANCE_COST_SECTION", n)?;
    let fixed = parts.column("VEHICLES_FIXED_COST_SECTION", n)?;
    let homes = parts.column("VEHICLES_DEPOT_SECTION", n)?;
    let duration = match parts.header("VEHICLES_MAX_DURATION")? {
        None => parts.header("DISTANCE")?,
        given => given,
    };
    // With backhauls in the name, a vehicle picks up on its way home, and only where it also delivers.
    let is_backhaul = parts.headers.get("TYPE").is_some_and(|&(_, value)| value == "VRPB");
    let order = if is_backhaul { PickupOrder::LastOfDeliveries } else { PickupOrder::Anytime };
    let mut groups = vec![None; n];
    if let Some(table) = parts.sections.get("VEHICLES_ALLOWED_CLIENTS_SECTION") {
        for (line, row) in table.rows() {
            let vehicle = row_index(line, row, n)?;
            groups[vehicle] = allowed.iter().position(|list| *list == allowed_list(row));
        }
    }
    let trips_max = parts.column("VEHICLES_MAX_RELOADS_SECTION", n)?;
    let mut reload_places = read_reload_places(parts, n)?;
    let mut types: Vec<VehicleType> = Vec::new();
    let mut vehicles = Vec::with_capacity(n);
    for vehicle in 0..n {
        let home = match &homes {
            Some(homes) => (homes[vehicle] as usize).wrapping_sub(1),
            None => depots[0],
        };
        let places = std::mem::take(&mut reload_places[vehicle]);
        let reload = (!places.is_empty()).then(|| Reload {
            places,
            trips_max: trips_max.as_ref().map(|reloads| reloads[vehicle].max(0.0) as u32 + 1),
            duration: Seconds::ZERO,
        });
        let skills = groups[vehicle].map_or(u64::MAX, |group| !(1 << group));
        let kind = VehicleType {
            per_meter: unit_costs.as_ref().map_or(1, |costs| costs[vehicle] as i64),
            fixed: Cost(fixed.as_ref().map_or(0, |costs| scaled(costs[vehicle], rounding))),
            shift: columns.window(home, rounding).unwrap_or(TimeWindow::ALWAYS),
            duration_max: duration.map(|limit| Seconds(scaled(limit, rounding))),
            skills: SkillSet(skills),
            pickups: order,
            reload,
            ..VehicleType::at(
                PlaceId::from_index(home.min(u32::MAX as usize)),
                0,
                Load::single(capacities[vehicle] as i64),
            )
        };
        let known =
            types.iter().position(|other| VehicleType { count: 0, ..other.clone() } == kind);
        let index = known.unwrap_or_else(|| {
            types.push(kind);
            types.len() - 1
        });
        types[index].count += 1;
        vehicles.push(VehicleTypeId::from_index(index));
    }
    Ok((types, vehicles))
}

/// The places where each vehicle may load again: the depots in its row, which counts from one like them.
fn read_reload_places(
    parts: &Vrplib<'_>,
    n: usize,
) -> Result<Vec<SmallVec<[PlaceId; 1]>>, InstanceError> {
    let mut places = vec![SmallVec::new(); n];
    if let Some(table) = parts.sections.get("VEHICLES_RELOAD_DEPOT_SECTION") {
        for (line, row) in table.rows() {
            let vehicle = row_index(line, row, n)?;
            for &depot in &row[1..] {
                if !(1.0..=4_194_304.0).contains(&depot) {
                    return Err(wrong(line, depot, "the number of a depot, counted from one"));
                }
                places[vehicle].push(PlaceId(depot as u32 - 1));
            }
        }
    }
    Ok(places)
}
