//! VRPLIB: `KEY : value` lines and `…_SECTION` tables, of CVRPLIB and of the families that extend it.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::id::Id;
use crate::matrix::{MAX_LEG_M, TravelMatrix};
use crate::measure::{Cost, Seconds};
use crate::problem::literature::table::{Table, amount, cell, number, scaled, window, wrong};
use crate::problem::literature::{Instance, InstanceError, InstanceFormat};
use crate::problem::model::{
    Client, Load, PickupOrder, PlaceId, Presence, Problem, Reload, SkillSet, TimeWindow,
    VehicleType, VehicleTypeId,
};
use crate::problem::travel::{Rounding, Travel};

/// Rows of a section, each with its line.
type Rows<'t> = Vec<(usize, &'t [f64])>;

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

    /// A header that counts something.
    fn header(&self, key: &str) -> Result<Option<f64>, InstanceError> {
        let Some(&(line, value)) = self.headers.get(key) else { return Ok(None) };
        amount(line, &[number(line, value)?], 0).map(Some)
    }

    /// The rows of a section in the order of their column 0, which counts from one: each once, none missing.
    fn rows(&self, key: &str, n: usize) -> Result<Option<Rows<'_>>, InstanceError> {
        let Some(table) = self.sections.get(key) else { return Ok(None) };
        let (found, expected) = (table.rows().len(), n);
        if found != expected {
            return Err(InstanceError::Rows { what: key.to_owned(), found, expected });
        }
        let mut rows: Rows<'_> = vec![(0, &[]); n];
        for (line, row) in table.rows() {
            let known = &mut rows[row_index(line, row, n)?];
            if known.0 > 0 {
                return Err(wrong(line, row[0], "a number that no row above has"));
            }
            *known = (line, row);
        }
        Ok(Some(rows))
    }

    /// Column 1 of a section by its column 0.
    fn column(&self, key: &str, n: usize) -> Result<Option<Vec<f64>>, InstanceError> {
        let Some(rows) = self.rows(key, n)? else { return Ok(None) };
        rows.into_iter().map(|(line, row)| amount(line, row, 1)).collect::<Result<_, _>>().map(Some)
    }
}

/// The sections that are read; of the others only pictures may be passed over.
const SECTIONS: [&str; 19] = [
    "NODE_COORD_SECTION",
    "EDGE_WEIGHT_SECTION",
    "DEMAND_SECTION",
    "LINEHAUL_SECTION",
    "BACKHAUL_SECTION",
    "DEPOT_SECTION",
    "SERVICE_TIME_SECTION",
    "TIME_WINDOW_SECTION",
    "RELEASE_TIME_SECTION",
    "PRIZE_SECTION",
    "CAPACITY_SECTION",
    "VEHICLES_UNIT_DISTANCE_COST_SECTION",
    "VEHICLES_FIXED_COST_SECTION",
    "VEHICLES_DEPOT_SECTION",
    "VEHICLES_ALLOWED_CLIENTS_SECTION",
    "VEHICLES_MAX_RELOADS_SECTION",
    "VEHICLES_RELOAD_DEPOT_SECTION",
    "DISPLAY_DATA_SECTION",
    "COMMENT_SECTION",
];

fn refuse_section(line: usize, key: &str) -> Result<(), InstanceError> {
    let feature = match key {
        "PICKUP_AND_DELIVERY_SECTION" => "pickup and delivery pairs",
        "MUTUALLY_EXCLUSIVE_GROUP_SECTION" => "groups of alternative clients",
        _ if SECTIONS.contains(&key) => return Ok(()),
        _ if key.ends_with("_SECTION") => "a section of an unknown name",
        _ => return Err(wrong(line, key, "a `KEY : value` line, a section's name or a row of it")),
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
    refuse_cut_off(&parts, kind)?;
    let columns = Columns::read(&parts, n, rounding)?;
    let nodes: Vec<usize> = (0..n).filter(|node| !depots.contains(node)).collect();
    let allowed = read_allowed(&parts, n)?;
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

/// A text that ends early would otherwise be read as an easier problem.
fn refuse_cut_off(parts: &Vrplib<'_>, kind: &str) -> Result<(), InstanceError> {
    let has = |section: &str| parts.sections.contains_key(section);
    let has_capacity = parts.headers.contains_key("CAPACITY") || has("CAPACITY_SECTION");
    if has_capacity && !has("DEMAND_SECTION") && !has("LINEHAUL_SECTION") {
        return Err(InstanceError::Missing { what: "DEMAND_SECTION" });
    }
    if kind.ends_with("TW") || kind.ends_with("TWR") {
        let window = has("TIME_WINDOW_SECTION").then_some(());
        return window.ok_or(InstanceError::Missing { what: "TIME_WINDOW_SECTION" });
    }
    Ok(())
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
            let rows = parts.rows("NODE_COORD_SECTION", n)?;
            let rows = rows.ok_or(InstanceError::Missing { what: "NODE_COORD_SECTION" })?;
            let point =
                |&(line, row): &(usize, &[f64])| Ok((cell(line, row, 1)?, cell(line, row, 2)?));
            let points: Vec<(f64, f64)> =
                rows.iter().map(point).collect::<Result<_, InstanceError>>()?;
            Ok(Travel::Plane { points: Arc::new(points), rounding })
        }
        "EXPLICIT" => read_matrix(parts, n, rounding),
        _ => Err(wrong(line, kind, "EUC_2D or EXPLICIT")),
    }
}

fn read_matrix(parts: &Vrplib<'_>, n: usize, rounding: Rounding) -> Result<Travel, InstanceError> {
    let table = parts.sections.get("EDGE_WEIGHT_SECTION");
    let table = table.ok_or(InstanceError::Missing { what: "EDGE_WEIGHT_SECTION" })?;
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
    if table.numbers.len() != n_expected {
        let (found, expected) = (table.numbers.len(), n_expected);
        return Err(InstanceError::Numbers { what: "EDGE_WEIGHT_SECTION", found, expected });
    }
    let mut cells = vec![0u32; n * n];
    let mut values = table.numbers.iter().enumerate();
    for row in 0..n {
        let columns = match shape {
            "LOWER_ROW" => 0..row,
            "LOWER_DIAG_ROW" => 0..row + 1,
            "UPPER_ROW" => row + 1..n,
            "UPPER_DIAG_ROW" => row..n,
            _ => 0..n,
        };
        for (column, (position, &value)) in columns.zip(&mut values) {
            let length = rounding.round(value);
            let length = u32::try_from(length).ok().filter(|&length| length <= MAX_LEG_M);
            let of_line = || wrong(table.line_of(position), value, "a length up to 268435456");
            let length = length.filter(|_| value >= 0.0).ok_or_else(of_line)?;
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
    windows: Option<Vec<TimeWindow>>,
    release: Vec<f64>,
    prize: Option<Vec<f64>>,
}

impl Columns {
    fn read(parts: &Vrplib<'_>, n: usize, rounding: Rounding) -> Result<Self, InstanceError> {
        let common_service = parts.header("SERVICE_TIME")?.unwrap_or(0.0);
        let service = parts.column("SERVICE_TIME_SECTION", n)?;
        let has_linehauls = parts.sections.contains_key("LINEHAUL_SECTION");
        let demand = if has_linehauls { "LINEHAUL_SECTION" } else { "DEMAND_SECTION" };
        let window = |(line, row): (usize, &[f64])| window(line, row, 1, rounding);
        let windows = parts.rows("TIME_WINDOW_SECTION", n)?;
        let windows = windows.map(|rows| rows.into_iter().map(window).collect::<Result<_, _>>());
        let windows: Option<Vec<TimeWindow>> = windows.transpose()?;
        Ok(Self {
            demand: parts.column(demand, n)?.unwrap_or_else(|| vec![0.0; n]),
            pickup: parts.column("BACKHAUL_SECTION", n)?,
            service: service.unwrap_or_else(|| vec![common_service; n]),
            windows,
            release: parts.column("RELEASE_TIME_SECTION", n)?.unwrap_or_else(|| vec![0.0; n]),
            prize: parts.column("PRIZE_SECTION", n)?,
        })
    }

    fn window(&self, node: usize) -> Option<TimeWindow> {
        self.windows.as_ref()?.get(node).copied()
    }

    fn client(&self, node: usize, rounding: Rounding, allowed: &[Vec<usize>]) -> Client {
        let prize = self.prize.as_ref().map_or(0.0, |prizes| prizes[node]);
        let forbidden = allowed.iter().enumerate().filter(|(_, list)| !list.contains(&node));
        Client {
            delivery: Load::single(self.demand[node] as i64),
            pickup: Load::single(self.pickup.as_ref().map_or(0, |loads| loads[node] as i64)),
            service: Seconds(scaled(self.service[node], rounding)),
            windows: self.window(node).map_or_else(|| smallvec![], |w| smallvec![w]),
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
fn read_allowed(parts: &Vrplib<'_>, n: usize) -> Result<Vec<Vec<usize>>, InstanceError> {
    let mut lists = Vec::new();
    if let Some(table) = parts.sections.get("VEHICLES_ALLOWED_CLIENTS_SECTION") {
        for (line, row) in table.rows() {
            let list = allowed_list(row);
            if let Some(&stranger) =
                row.iter().skip(1).find(|node| !(1.0..=n as f64).contains(*node))
            {
                return Err(wrong(line, stranger, "the number of a node up to the dimension"));
            }
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

/// The most vehicles that differ.
const VEHICLES_MAX: usize = 1_000_000;

type Fleet = (Vec<VehicleType>, Vec<VehicleTypeId>);

fn read_fleet(
    parts: &Vrplib<'_>,
    columns: &Columns,
    depots: &[usize],
    n_clients: usize,
    rounding: Rounding,
    allowed: &[Vec<usize>],
) -> Result<Fleet, InstanceError> {
    let n = match parts.headers.get("VEHICLES") {
        None => n_clients,
        Some(&(line, value)) => {
            let n = value.parse::<usize>().ok().filter(|&n| n <= VEHICLES_MAX);
            n.ok_or_else(|| wrong(line, value, "a number of vehicles up to 1000000"))?
        }
    };
    let capacity = parts.header("CAPACITY")?.unwrap_or(0.0);
    let capacities = parts.column("CAPACITY_SECTION", n)?.unwrap_or_else(|| vec![capacity; n]);
    let unit_costs = parts.column("VEHICLES_UNIT_DISTANCE_COST_SECTION", n)?;
    let fixed = parts.column("VEHICLES_FIXED_COST_SECTION", n)?;
    let homes = read_homes(parts, (n, columns.demand.len()))?;
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
            Some(homes) => homes[vehicle],
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
            shift: columns.window(home).unwrap_or(TimeWindow::ALWAYS),
            duration_max: duration.map(|limit| Seconds(scaled(limit, rounding))),
            skills: SkillSet(skills),
            pickups: order,
            reload,
            ..VehicleType::at(
                PlaceId::from_index(home),
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

/// Where each of `n` vehicles starts and ends, one of the nodes.
fn read_homes(
    parts: &Vrplib<'_>,
    (n, n_nodes): (usize, usize),
) -> Result<Option<Vec<usize>>, InstanceError> {
    let Some(rows) = parts.rows("VEHICLES_DEPOT_SECTION", n)? else { return Ok(None) };
    let home = |(line, row): (usize, &[f64])| {
        let node = cell(line, row, 1)?;
        let is_node = (1.0..=n_nodes as f64).contains(&node);
        let home = is_node.then_some(node as usize);
        home.map(|node| node - 1).ok_or_else(|| wrong(line, node, "the number of a depot"))
    };
    rows.into_iter().map(home).collect::<Result<_, _>>().map(Some)
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
