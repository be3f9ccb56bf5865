//! Reads and writes the text formats of research instances and of their published solutions.
//!
//! Reading is linear in the text. What today's model cannot state is refused by name instead of being read as something
//! easier.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Seconds};
use crate::problem::format::{FormatError, read_problem};
use crate::problem::model::{
    Client, ClientId, Load, PickupOrder, PlaceId, Presence, Problem, ProblemError, Reload,
    SkillSet, TimeWindow, VehicleType, VehicleTypeId,
};
use crate::problem::pairs::Pair;
use crate::problem::solution::{ReloadStop, Route, Solution};
use crate::problem::travel::{Rounding, Travel};
use crate::problem::vroom::{Vroom, VroomError, is_vroom, read_vroom};

/// The text formats of research instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InstanceFormat {
    /// Found out from the text.
    #[default]
    Auto,
    /// `KEY : value` lines and `…_SECTION` tables.
    Vrplib,
    /// Solomon, Gehring and Homberger.
    Solomon,
    /// Pickup and delivery pairs with windows, Li and Lim.
    LiLim,
    /// Several depots, Cordeau.
    Cordeau,
    /// The program's own `buuta-problem/1`.
    Buuta,
    /// The JSON of the VROOM API.
    Vroom,
}

/// A research instance: its problem, and how its numbers relate to the published ones.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The format it was read from.
    pub format: InstanceFormat,
    /// As the file calls it.
    pub name: String,
    /// The problem.
    pub problem: Problem,
    /// Cost units in one unit of the published value.
    pub cost_scale: i64,
    /// Number of each client in published solutions.
    pub client_names: Vec<u32>,
    /// Type of the k-th vehicle, when vehicles differ; then route k of a solution file is vehicle k.
    pub vehicles: Vec<VehicleTypeId>,
    /// What is needed to answer in VROOM's JSON, when the problem came in it.
    pub vroom: Option<Arc<Vroom>>,
}

/// Why a text is not an instance or a solution.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// The text follows no known format.
    #[error(
        "the text follows no known format; name it with `--format vrplib|solomon|lilim|cordeau|buuta|vroom`"
    )]
    UnknownFormat,
    /// Something that must be there is not.
    #[error("{what} is missing; the file may be cut off")]
    Missing {
        /// Which part.
        what: &'static str,
    },
    /// A value that cannot be understood.
    #[error("line {line}: `{value}` is not {expected}")]
    Value {
        /// Counted from one.
        line: usize,
        /// As read.
        value: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A feature that the model cannot state.
    #[error("line {line}: `{value}` asks for {feature}, which cannot be stated yet; leave it out")]
    Unsupported {
        /// Counted from one.
        line: usize,
        /// As read.
        value: String,
        /// In words.
        feature: &'static str,
    },
    /// The parts do not make a problem.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// The file in the program's own format cannot be used.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The file in VROOM's JSON cannot be used.
    #[error(transparent)]
    Vroom(#[from] VroomError),
}

/// Reads an instance; without a rounding, the usual one of its kind is taken.
///
/// # Errors
/// With the line, the value and what should stand there.
pub fn read_instance(
    text: &str,
    format: InstanceFormat,
    rounding: Option<Rounding>,
) -> Result<Instance, InstanceError> {
    match if format == InstanceFormat::Auto { detect(text)? } else { format } {
        InstanceFormat::Solomon => read_solomon(text, rounding.unwrap_or(Rounding::Dimacs)),
        InstanceFormat::Cordeau => read_cordeau(text, rounding.unwrap_or(Rounding::Scaled(1000))),
        InstanceFormat::LiLim => read_lilim(text, rounding.unwrap_or(Rounding::Scaled(1000))),
        InstanceFormat::Vrplib | InstanceFormat::Auto => read_vrplib(text, rounding),
        InstanceFormat::Buuta => Ok(own_instance(read_problem(text)?)),
        InstanceFormat::Vroom => Ok(read_vroom(text, None)?.into()),
    }
}

/// A problem of our own as an instance: its numbers are the published ones, its clients are numbered from zero.
fn own_instance(problem: Problem) -> Instance {
    Instance {
        vehicles: one_by_one(&problem),
        format: InstanceFormat::Buuta,
        name: String::new(),
        cost_scale: 1,
        client_names: (0..problem.n_clients() as u32).collect(),
        vroom: None,
        problem,
    }
}

/// The type of each vehicle, one entry each; no more of a type than there are clients.
fn one_by_one(problem: &Problem) -> Vec<VehicleTypeId> {
    let types = problem.vehicle_types().iter();
    let count = |kind: &VehicleType| (kind.count as usize).min(problem.n_clients());
    types.flat_map(|(id, kind)| std::iter::repeat_n(id, count(kind))).collect()
}

impl From<Vroom> for Instance {
    /// Clients are numbered from zero in plans that are not in VROOM's JSON.
    fn from(vroom: Vroom) -> Self {
        Self {
            format: InstanceFormat::Vroom,
            cost_scale: vroom.cost_scale(),
            vroom: Some(Arc::new(vroom.clone())),
            ..own_instance(vroom.problem)
        }
    }
}

fn detect(text: &str) -> Result<InstanceFormat, InstanceError> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().ok_or(InstanceError::UnknownFormat)?;
    if first.trim_start_matches('\u{feff}').starts_with('{') {
        let is_vroom = is_vroom(text);
        return Ok(if is_vroom { InstanceFormat::Vroom } else { InstanceFormat::Buuta });
    }
    if first.contains(':') || first.ends_with("_SECTION") {
        return Ok(InstanceFormat::Vrplib);
    }
    let numbers = first.split_whitespace().map(str::parse::<f64>);
    let n_numbers = numbers.collect::<Result<Vec<_>, _>>().map_or(0, |numbers| numbers.len());
    match n_numbers {
        4 => Ok(InstanceFormat::Cordeau),
        3 => Ok(InstanceFormat::LiLim),
        _ if lines.take(3).any(|line| line == "VEHICLE") => Ok(InstanceFormat::Solomon),
        _ => Err(InstanceError::UnknownFormat),
    }
}

/// Rows of numbers with the lines they come from, stored flat: a million rows are common.
#[derive(Default)]
struct Table {
    numbers: Vec<f64>,
    // Invariant: starts ascend and do not exceed the length of `numbers`.
    rows: Vec<(usize, usize)>,
}

impl Table {
    fn push(&mut self, line: usize, text: &str) -> Result<(), InstanceError> {
        self.rows.push((self.numbers.len(), line));
        for word in text.split_whitespace() {
            self.numbers.push(number(line, word)?);
        }
        Ok(())
    }

    fn rows(&self) -> impl ExactSizeIterator<Item = (usize, &[f64])> {
        (0..self.rows.len()).map(|i| {
            let (start, line) = self.rows[i];
            let end = self.rows.get(i + 1).map_or(self.numbers.len(), |row| row.0);
            (line, &self.numbers[start..end])
        })
    }
}

fn number(line: usize, word: &str) -> Result<f64, InstanceError> {
    let parsed = word.trim().parse::<f64>().ok().filter(|value| value.abs() < 1e15);
    parsed.ok_or_else(|| wrong(line, word, "a number"))
}

fn wrong(line: usize, value: impl std::fmt::Display, expected: &'static str) -> InstanceError {
    InstanceError::Value { line, value: value.to_string(), expected }
}

/// Number `column` of a row.
fn cell(line: usize, row: &[f64], column: usize) -> Result<f64, InstanceError> {
    let short = || wrong(line, format!("{row:?}"), "a row with enough columns");
    row.get(column).copied().ok_or_else(short)
}

fn scaled(value: f64, rounding: Rounding) -> i64 {
    (value * rounding.scale() as f64).round() as i64
}

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

fn read_vrplib(text: &str, rounding: Option<Rounding>) -> Result<Instance, InstanceError> {
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
            if table.rows.len() != n {
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

/// The lines that hold nothing but numbers.
fn numeric_lines(text: &str) -> Table {
    let mut table = Table::default();
    for (index, line) in text.lines().enumerate() {
        let is_numeric = line.split_whitespace().all(|word| number(index + 1, word).is_ok());
        if is_numeric && !line.trim().is_empty() {
            table.push(index + 1, line).expect("every word was just read as a number");
        }
    }
    table
}

fn read_solomon(text: &str, rounding: Rounding) -> Result<Instance, InstanceError> {
    let table = numeric_lines(text);
    let mut rows = table.rows();
    let (line, fleet) = rows.next().ok_or(InstanceError::Missing { what: "the vehicles" })?;
    let (count, capacity) = (cell(line, fleet, 0)?, cell(line, fleet, 1)?);
    let (mut points, mut clients, mut client_names) = (Vec::new(), Vec::new(), Vec::new());
    let mut shift = TimeWindow::ALWAYS;
    for (line, row) in rows {
        let due = |column| cell(line, row, column).map(|value| scaled(value, rounding));
        let window = TimeWindow::new(due(4)?, due(5)?);
        let service = Seconds(due(6)?);
        points.push((cell(line, row, 1)?, cell(line, row, 2)?));
        if points.len() == 1 {
            shift = window;
            continue;
        }
        client_names.push(cell(line, row, 0)? as u32);
        clients.push(Client {
            delivery: Load::single(cell(line, row, 3)? as i64),
            windows: smallvec![window],
            service,
            ..Client::at(PlaceId::from_index(points.len() - 1))
        });
    }
    if points.is_empty() {
        return Err(InstanceError::Missing { what: "the depot" });
    }
    let depot = VehicleType::at(PlaceId(0), count as u32, Load::single(capacity as i64));
    let problem = Problem::builder()
        .profile(Travel::Plane { points: Arc::new(points), rounding })
        .clients(clients)
        .vehicle_type(VehicleType { shift, ..depot })
        .build()?;
    let name = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("").to_owned();
    let cost_scale = rounding.scale();
    let (format, vehicles) = (InstanceFormat::Solomon, Vec::new());
    Ok(Instance { format, name, problem, cost_scale, client_names, vehicles, vroom: None })
}

/// Vehicles, capacity and speed; then a row per node, the depot first: number, x, y, demand, window, service, and the
/// numbers of its pickup and of its delivery, one of which is 0. Times are distances at speed 1.
fn read_lilim(text: &str, rounding: Rounding) -> Result<Instance, InstanceError> {
    let mut table = Table::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        table.push(index + 1, line)?;
    }
    let mut rows = table.rows();
    let (line, fleet) = rows.next().ok_or(InstanceError::Missing { what: "the vehicles" })?;
    let (count, capacity) = (cell(line, fleet, 0)?, cell(line, fleet, 1)?);
    let rows: Vec<(usize, &[f64])> = rows.collect();
    let &(line, depot) = rows.first().ok_or(InstanceError::Missing { what: "the depot" })?;
    let window = |line, row: &[f64]| {
        let due = |column| cell(line, row, column).map(|value| scaled(value, rounding));
        Ok::<_, InstanceError>(TimeWindow::new(due(4)?, due(5)?))
    };
    let shift = window(line, depot)?;
    let mut numbers = HashMap::with_capacity(rows.len());
    let (mut points, mut clients, mut client_names) = (Vec::new(), Vec::new(), Vec::new());
    for (place, &(line, row)) in rows.iter().enumerate() {
        points.push((cell(line, row, 1)?, cell(line, row, 2)?));
        let name = cell(line, row, 0)?;
        if numbers.insert(name as u32, place).is_some() {
            return Err(wrong(line, name, "a number of a node of its own"));
        }
        if place > 0 {
            let service = Seconds(scaled(cell(line, row, 6)?, rounding));
            let windows = smallvec![window(line, row)?];
            client_names.push(name as u32);
            clients.push(Client { service, windows, ..Client::at(PlaceId::from_index(place)) });
        }
    }
    let mut pairs = Vec::with_capacity(clients.len() / 2);
    for (place, &(line, row)) in rows.iter().enumerate().skip(1) {
        let (demand, pickup, delivery) =
            (cell(line, row, 3)?, cell(line, row, 7)?, cell(line, row, 8)?);
        let partner = |name: f64| numbers.get(&(name as u32)).copied().filter(|&other| other > 0);
        // A pair is read at its pickup; its delivery must name that pickup back, with as much demand.
        let (name, is_pickup) = if pickup == 0.0 { (delivery, true) } else { (pickup, false) };
        let other = partner(name).ok_or_else(|| wrong(line, name, "the number of a partner"))?;
        let (other_line, other_row) = rows[other];
        let back = cell(other_line, other_row, if is_pickup { 7 } else { 8 })?;
        if back as u32 != client_names[place - 1] {
            return Err(wrong(line, name, "the number of a partner that names this node back"));
        }
        let other_demand = cell(other_line, other_row, 3)?;
        if is_pickup {
            if demand < 0.0 || demand + other_demand != 0.0 {
                return Err(wrong(line, demand, "a demand that the partner takes in full"));
            }
            let (pickup, delivery) =
                (ClientId::from_index(place - 1), ClientId::from_index(other - 1));
            pairs.push(Pair { pickup, delivery, load: Load::single(demand as i64) });
        }
    }
    let vehicle = VehicleType::at(PlaceId(0), count as u32, Load::single(capacity as i64));
    let problem = Problem::builder()
        .profile(Travel::Plane { points: Arc::new(points), rounding })
        .clients(clients)
        .pairs(pairs)
        .vehicle_type(VehicleType { shift, ..vehicle })
        .build()?;
    Ok(Instance {
        format: InstanceFormat::LiLim,
        name: String::new(),
        problem,
        cost_scale: rounding.scale(),
        client_names,
        vehicles: Vec::new(),
        vroom: None,
    })
}

fn read_cordeau(text: &str, rounding: Rounding) -> Result<Instance, InstanceError> {
    let table = numeric_lines(text);
    let rows: Vec<(usize, &[f64])> = table.rows().collect();
    let &(line, head) = rows.first().ok_or(InstanceError::Missing { what: "the first line" })?;
    if cell(line, head, 0)? as i64 != 2 {
        let value = head[0].to_string();
        let feature = "a kind other than several depots (2)";
        return Err(InstanceError::Unsupported { line, value, feature });
    }
    let per_depot = cell(line, head, 1)?.max(0.0) as u32;
    let n_clients = cell(line, head, 2)?.max(0.0) as usize;
    let n_depots = cell(line, head, 3)?.max(0.0) as usize;
    if rows.len() < n_clients.saturating_add(n_depots.saturating_mul(2)).saturating_add(1) {
        return Err(InstanceError::Missing { what: "a client or a depot" });
    }
    let (limits, nodes) = rows[1..].split_at(n_depots);
    let (mut points, mut clients, mut types) = (Vec::new(), Vec::new(), Vec::new());
    for (place, &(line, row)) in nodes.iter().take(n_clients + n_depots).enumerate() {
        points.push((cell(line, row, 1)?, cell(line, row, 2)?));
        let place = PlaceId::from_index(place);
        if place.index() < n_clients {
            let service = Seconds(scaled(cell(line, row, 3)?, rounding));
            let delivery = Load::single(cell(line, row, 4)? as i64);
            clients.push(Client { delivery, service, ..Client::at(place) });
        } else {
            let (line, limit) = limits[place.index() - n_clients];
            let duration = scaled(cell(line, limit, 0)?, rounding);
            let capacity = Load::single(cell(line, limit, 1)? as i64);
            types.push(VehicleType {
                duration_max: (duration > 0).then_some(Seconds(duration)),
                ..VehicleType::at(place, per_depot, capacity)
            });
        }
    }
    // Memory must not follow an absurd number of vehicles in the text.
    let per_type = (per_depot as usize).min(n_clients);
    let vehicles = (0..types.len())
        .flat_map(|kind| std::iter::repeat_n(VehicleTypeId::from_index(kind), per_type))
        .collect();
    let problem = Problem::builder()
        .profile(Travel::Plane { points: Arc::new(points), rounding })
        .clients(clients)
        .vehicle_types(types)
        .build()?;
    Ok(Instance {
        vroom: None,
        format: InstanceFormat::Cordeau,
        name: String::new(),
        problem,
        cost_scale: rounding.scale(),
        client_names: (1..=n_clients as u32).collect(),
        vehicles,
    })
}

/// Reads a solution in VRPLIB text; clients on no route are unserved.
///
/// # Errors
/// With the line of a number that is no client.
pub fn read_sol(text: &str, instance: &Instance) -> Result<Solution, InstanceError> {
    let names = instance.client_names.iter().enumerate();
    let by_name: HashMap<u32, usize> = names.map(|(id, &name)| (name, id)).collect();
    let mut is_served = vec![false; instance.client_names.len()];
    let mut routes = Vec::new();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    for (k, (line, route)) in lines.filter(|(_, line)| line.starts_with("Route")).enumerate() {
        let (_, words) = route.split_once(':').ok_or_else(|| wrong(line, route, "a route"))?;
        let (mut clients, mut reloads) = (Vec::new(), Vec::new());
        for word in words.split_whitespace() {
            if let Some(place) = instance.reload_place(word) {
                reloads.push(ReloadStop { before: clients.len(), place });
                continue;
            }
            let id = word.parse().ok().and_then(|name: u32| by_name.get(&name));
            let &id = id.ok_or_else(|| wrong(line, word, "a client of the instance"))?;
            is_served[id] = true;
            clients.push(ClientId::from_index(id));
        }
        let vehicle_type = instance.vehicles.get(k).copied().unwrap_or(VehicleTypeId(0));
        if !clients.is_empty() {
            routes.push(Route { vehicle_type, clients, reloads });
        }
    }
    let unserved = (0..is_served.len()).filter(|&id| !is_served[id]).map(ClientId::from_index);
    Ok(Solution { routes, unserved: unserved.collect() })
}

/// Writes a solution as VRPLIB text. Where vehicles differ, route k is vehicle k, empty ones included.
pub fn write_sol(solution: &Solution, instance: &Instance, cost: Cost) -> String {
    let mut text = String::new();
    let mut write_route = |number: usize, route: Option<&Route>| {
        let _ = write!(text, "Route #{number}:");
        let mut reloads = route.into_iter().flat_map(|route| &route.reloads).peekable();
        let clients = route.map_or(&[][..], |route| &route.clients);
        for position in 0..=clients.len() {
            while let Some(reload) = reloads.next_if(|reload| reload.before <= position) {
                let _ = write!(text, " {}", instance.reload_name(reload.place));
            }
            if let Some(client) = clients.get(position) {
                let _ = write!(text, " {}", instance.client_names[client.index()]);
            }
        }
        text.push('\n');
    };
    if instance.problem.vehicle_types().len() > 1 && !instance.vehicles.is_empty() {
        let mut left: Vec<&Route> = solution.routes.iter().collect();
        for (k, &vehicle_type) in instance.vehicles.iter().enumerate() {
            let found = left.iter().position(|route| route.vehicle_type == vehicle_type);
            write_route(k + 1, found.map(|at| left.remove(at)));
        }
    } else {
        for (k, route) in solution.routes.iter().enumerate() {
            write_route(k + 1, Some(route));
        }
    }
    let _ = writeln!(text, "Cost {}", instance.published(cost));
    text
}

impl Instance {
    /// How a solution file calls a place of loading: by the number of its node, as published files do, where that is
    /// no client's number.
    fn reload_name(&self, place: PlaceId) -> String {
        match self.format {
            InstanceFormat::Buuta => format!("R{}", place.0),
            _ => place.0.to_string(),
        }
    }

    /// The place of loading that a word of a solution file names, if it does.
    fn reload_place(&self, word: &str) -> Option<PlaceId> {
        let reloads = self.problem.vehicle_types().values().filter_map(|t| t.reload.as_ref());
        let mut places = reloads.flat_map(|reload| &reload.places).copied();
        places.find(|&place| word == self.reload_name(place))
    }

    /// A cost in the unit of the published values.
    pub fn published(&self, cost: Cost) -> f64 {
        cost.value() as f64 / self.cost_scale as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop, proptest};

    use super::*;
    use crate::problem::check::check;
    use crate::problem::violation::Violation;

    const SQUARE: &str = include_str!("../../data/instances/square.vrp");
    const MATRIX: &str = include_str!("../../data/instances/triangle.vrp");
    const WINDOWS: &str = include_str!("../../data/instances/windows.txt");
    const DEPOTS: &str = include_str!("../../data/instances/depots.txt");
    const PAIRS: &str = include_str!("../../data/instances/pairs.txt");

    #[track_caller]
    fn cost_of(text: &str, sol: &str, expected: f64) {
        let instance = read_instance(text, InstanceFormat::Auto, None).unwrap();
        let report = check(&instance.problem, &read_sol(sol, &instance).unwrap());
        assert_eq!(report.violations, []);
        assert!((instance.published(report.cost) - expected).abs() < 1e-9);
    }

    #[test]
    fn small_instances_of_every_format_cost_what_a_hand_computes() {
        // Around a square of side 10; out and back along its diagonal of 14.14, rounded to 14.
        cost_of(SQUARE, "Route #1: 1 2 3", 40.0);
        cost_of(SQUARE, "Route #1: 1 3\nRoute #2: 2", 34.0 + 28.0);
        // 0 to 1 is 3, 1 to 2 is 5, 2 to 0 is 4.
        cost_of(MATRIX, "Route #1: 1 2", 12.0);
        // The diagonal in tenths is 141: 10 + 10 + 14.1.
        cost_of(WINDOWS, "Route #1: 1 2", 34.1);
        // Up from the depot, where 3 is, down the diagonal, up again and home by the diagonal; 7 and 5 together would not fit.
        cost_of(PAIRS, "Route #1: 3 4 1 2", 10.0 + 14.142 + 10.0 + 14.142);
        // Each client one away from its own depot, there and back.
        cost_of(DEPOTS, "Route #1: 1\nRoute #2: 2", 4.0);
    }

    #[test]
    fn backhauls_come_last_and_never_alone() {
        let text = SQUARE
            .replace("TYPE : CVRP", "TYPE : VRPB")
            .replace("DEPOT_SECTION", "BACKHAUL_SECTION\n1 0\n2 0\n3 0\n4 5\nDEPOT_SECTION");
        let text = text.replace("\n4 10\n", "\n4 0\n");
        cost_of(&text, "Route #1: 1 2 3", 40.0);
        let instance = read_instance(&text, InstanceFormat::Auto, None).unwrap();
        let violations =
            |sol: &str| check(&instance.problem, &read_sol(sol, &instance).unwrap()).violations;
        let alone = violations("Route #1: 1 2\nRoute #2: 3");
        assert_eq!(alone, [Violation::PickupsAlone { route: 1 }]);
        let early = violations("Route #1: 1 3 2");
        assert_eq!(early, [Violation::DeliveryBehindPickup { route: 0, client: ClientId(1) }]);
    }

    #[test]
    fn a_depot_within_a_route_is_a_return() {
        let text = SQUARE.replace("EOF", "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1\n3 1\nEOF");
        // One van of 10, three clients of 10: out and back thrice, 20 + 28 + 20.
        let text = text.replace("CAPACITY : 30", "CAPACITY : 10");
        let sol = "Route #1: 1 0 2 0 3\n";
        cost_of(&text, sol, 68.0);
        let instance = read_instance(&text, InstanceFormat::Auto, None).unwrap();
        let solution = read_sol(sol, &instance).unwrap();
        assert_eq!(solution.routes[0].reloads.len(), 2);
        assert!(write_sol(&solution, &instance, Cost(68)).starts_with(sol));
    }

    #[test]
    fn the_windows_of_the_text_are_in_tenths() {
        let instance = read_instance(WINDOWS, InstanceFormat::Auto, None).unwrap();
        let client = &instance.problem.clients()[ClientId(1)];
        assert_eq!(client.windows[0], TimeWindow::new(200, 900));
        assert_eq!(client.service, Seconds(50));
    }

    #[test]
    fn what_the_model_cannot_state_is_refused_by_name() {
        let text = SQUARE.replace("EOF", "MUTUALLY_EXCLUSIVE_GROUP_SECTION\n1 2 3\nEOF");
        let error = read_instance(&text, InstanceFormat::Auto, None).unwrap_err();
        assert!(error.to_string().contains("alternative"), "{error}");
    }

    #[test]
    fn pairs_are_read_from_both_members() {
        let instance = read_instance(PAIRS, InstanceFormat::Auto, None).unwrap();
        assert_eq!(instance.format, InstanceFormat::LiLim);
        let pair = |pickup, delivery, load| Pair {
            pickup: ClientId(pickup),
            delivery: ClientId(delivery),
            load: Load::single(load),
        };
        assert_eq!(instance.problem.pairs(), [pair(0, 1, 7), pair(2, 3, 5)]);
    }

    #[test]
    fn a_pair_without_its_partner_is_refused_with_its_line() {
        let refused = |old: &str, new: &str| {
            assert!(PAIRS.contains(old), "{old}");
            let text = PAIRS.replacen(old, new, 1);
            read_instance(&text, InstanceFormat::Auto, None).unwrap_err().to_string()
        };
        let (first, second) = ("5 0 2", "5 1 0");
        assert_eq!(refused(first, "5 0 9"), "line 3: `9` is not the number of a partner");
        assert_eq!(refused(first, "5 0 0"), "line 3: `0` is not the number of a partner");
        let back = "is not the number of a partner that names this node back";
        assert_eq!(refused(first, "5 0 4"), format!("line 3: `4` {back}"));
        assert_eq!(refused(second, "5 3 0"), format!("line 3: `2` {back}"));
        let full = "is not a demand that the partner takes in full";
        assert_eq!(refused("-7", "-6"), format!("line 3: `7` {full}"));
        assert_eq!(
            refused(first, "5 0"),
            "line 3: `[1.0, 10.0, 0.0, 7.0, 0.0, 400.0, 5.0, 0.0]` is not a row with enough columns"
        );
        let own = "is not a number of a node of its own";
        assert_eq!(refused("\n4 ", "\n3 "), format!("line 6: `3` {own}"));
    }

    #[test]
    fn a_bad_number_names_its_line() {
        let text = SQUARE.replace("10 10", "10 ten");
        let error = read_instance(&text, InstanceFormat::Auto, None).unwrap_err();
        assert_eq!(error.to_string(), "line 10: `ten` is not a number");
    }

    #[test]
    fn a_number_that_is_no_client_is_refused() {
        let instance = read_instance(SQUARE, InstanceFormat::Auto, None).unwrap();
        let error = read_sol("Route #1: 1 9", &instance).unwrap_err();
        assert_eq!(error.to_string(), "line 1: `9` is not a client of the instance");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_a_reader_panic(text in ".{0,200}") {
            use InstanceFormat::{Cordeau, LiLim, Solomon, Vrplib};
            for format in [Vrplib, Solomon, LiLim, Cordeau] {
                let _ = read_instance(&text, format, None);
            }
        }

        #[test]
        fn no_damage_to_a_good_text_makes_a_reader_panic(
            which in 0usize..5,
            at in any::<prop::sample::Index>(),
            noise in "[-0-9 \n.:eA-Z_]{0,6}",
        ) {
            let good = [SQUARE, MATRIX, WINDOWS, DEPOTS, PAIRS][which];
            let at = at.index(good.len());
            let cut = (at + 2).min(good.len());
            let text = format!("{}{noise}{}", &good[..at], &good[cut..]);
            let _ = read_instance(&text, InstanceFormat::Auto, None);
        }
    }
}
