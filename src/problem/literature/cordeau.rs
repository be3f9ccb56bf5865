//! Cordeau's text: several depots, each with its limits.

use std::collections::HashSet;
use std::sync::Arc;

use crate::id::Id;
use crate::measure::Seconds;
use crate::problem::literature::table::{amount, cell, numeric_lines, scaled, wrong};
use crate::problem::literature::{Instance, InstanceError, InstanceFormat};
use crate::problem::model::{Client, Load, PlaceId, Problem, VehicleType, VehicleTypeId};
use crate::problem::travel::{Rounding, Travel};

pub(super) fn read_cordeau(text: &str, rounding: Rounding) -> Result<Instance, InstanceError> {
    let table = numeric_lines(text)?;
    let rows: Vec<(usize, &[f64])> = table.rows().collect();
    let &(line, head) = rows.first().ok_or(InstanceError::Missing { what: "the first line" })?;
    if cell(line, head, 0)? as i64 != 2 {
        let value = head[0].to_string();
        let feature = "a kind other than several depots (2)";
        return Err(InstanceError::Unsupported { line, value, feature });
    }
    let per_depot = amount(line, head, 1)? as u32;
    let n_clients = amount(line, head, 2)? as usize;
    let n_depots = amount(line, head, 3)? as usize;
    let (found, expected) = (rows.len(), 1 + n_clients + 2 * n_depots);
    if found != expected {
        return Err(InstanceError::Rows { what: "the text".to_owned(), found, expected });
    }
    let mut known = HashSet::new();
    let (limits, nodes) = rows[1..].split_at(n_depots);
    let (mut points, mut clients, mut types) = (Vec::new(), Vec::new(), Vec::new());
    for (place, &(line, row)) in nodes.iter().take(n_clients + n_depots).enumerate() {
        let name = amount(line, row, 0)?;
        if !known.insert(name as u32) {
            return Err(wrong(line, name, "a number of a node of its own"));
        }
        points.push((cell(line, row, 1)?, cell(line, row, 2)?));
        let place = PlaceId::from_index(place);
        if place.index() < n_clients {
            let service = Seconds(scaled(amount(line, row, 3)?, rounding));
            let delivery = Load::single(amount(line, row, 4)? as i64);
            clients.push(Client { delivery, service, ..Client::at(place) });
        } else {
            let (line, limit) = limits[place.index() - n_clients];
            let duration = scaled(amount(line, limit, 0)?, rounding);
            let capacity = Load::single(amount(line, limit, 1)? as i64);
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
