//! Solomon's text, of Gehring and Homberger too: a fleet, and a row for each client with its window.

use std::collections::HashSet;
use std::sync::Arc;

use smallvec::smallvec;

use crate::id::Id;
use crate::measure::Seconds;
use crate::problem::literature::table::{amount, cell, numeric_lines, scaled, window, wrong};
use crate::problem::literature::{Instance, InstanceError, InstanceFormat};
use crate::problem::model::{Client, Load, PlaceId, Problem, TimeWindow, VehicleType};
use crate::problem::travel::{Rounding, Travel};

pub(super) fn read_solomon(text: &str, rounding: Rounding) -> Result<Instance, InstanceError> {
    let table = numeric_lines(text)?;
    let mut rows = table.rows();
    let (line, fleet) = rows.next().ok_or(InstanceError::Missing { what: "the vehicles" })?;
    let (count, capacity) = (amount(line, fleet, 0)?, amount(line, fleet, 1)?);
    let mut known = HashSet::new();
    let (mut points, mut clients, mut client_names) = (Vec::new(), Vec::new(), Vec::new());
    let mut shift = TimeWindow::ALWAYS;
    for (line, row) in rows {
        let window = window(line, row, 4, rounding)?;
        let service = Seconds(scaled(amount(line, row, 6)?, rounding));
        let name = amount(line, row, 0)?;
        if !known.insert(name as u32) {
            return Err(wrong(line, name, "a number of a client of its own"));
        }
        points.push((cell(line, row, 1)?, cell(line, row, 2)?));
        if points.len() == 1 {
            shift = window;
            continue;
        }
        client_names.push(name as u32);
        clients.push(Client {
            delivery: Load::single(amount(line, row, 3)? as i64),
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
