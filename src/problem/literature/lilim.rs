//! The text of Li and Lim: pairs of pickups and deliveries with windows.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::smallvec;

use crate::id::Id;
use crate::measure::Seconds;
use crate::problem::literature::table::{Table, amount, cell, scaled, window, wrong};
use crate::problem::literature::{Instance, InstanceError, InstanceFormat};
use crate::problem::model::{Client, ClientId, Load, PlaceId, Problem, VehicleType};
use crate::problem::pairs::Pair;
use crate::problem::travel::{Rounding, Travel};

/// Vehicles, capacity and speed; then a row per node, the depot first: number, x, y, demand, window, service, and the
/// numbers of its pickup and of its delivery, one of which is 0. Times are distances at speed 1.
pub(super) fn read_lilim(text: &str, rounding: Rounding) -> Result<Instance, InstanceError> {
    let mut table = Table::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        table.push(index + 1, line)?;
    }
    let mut rows = table.rows();
    let (line, fleet) = rows.next().ok_or(InstanceError::Missing { what: "the vehicles" })?;
    let (count, capacity) = (amount(line, fleet, 0)?, amount(line, fleet, 1)?);
    let rows: Vec<(usize, &[f64])> = rows.collect();
    let &(line, depot) = rows.first().ok_or(InstanceError::Missing { what: "the depot" })?;
    let shift = window(line, depot, 4, rounding)?;
    let mut numbers = HashMap::with_capacity(rows.len());
    let (mut points, mut clients, mut client_names) = (Vec::new(), Vec::new(), Vec::new());
    for (place, &(line, row)) in rows.iter().enumerate() {
        points.push((cell(line, row, 1)?, cell(line, row, 2)?));
        let name = amount(line, row, 0)?;
        if numbers.insert(name as u32, place).is_some() {
            return Err(wrong(line, name, "a number of a node of its own"));
        }
        if place > 0 {
            let service = Seconds(scaled(amount(line, row, 6)?, rounding));
            let windows = smallvec![window(line, row, 4, rounding)?];
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
