//! Where everything is: rows of the tables, or coordinates that are numbered first.

use rustc_hash::FxHashMap;

use crate::matrix::TravelMatrix;
use crate::place::LatLon;
use crate::problem::vroom::input::{Input, Spot, Table, Tables, Vehicle};
use crate::problem::vroom::{Remedy, TravelSource, VroomError};

/// The profile of vehicles that name none.
const USUAL_PROFILE: &str = "car";

/// Every place with its path, for reading and changing.
pub(super) fn spots(input: &mut Input) -> Vec<(String, &mut Spot)> {
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
pub(super) fn coordinates(
    input: &mut Input,
    travel: Option<&TravelSource<'_>>,
) -> Result<usize, VroomError> {
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

pub(super) fn profile_name(vehicle: &Vehicle) -> String {
    vehicle.profile.clone().unwrap_or_else(|| USUAL_PROFILE.to_owned())
}

/// Insists that all tables have one size and every place is a row of them; answers how many rows there are.
pub(super) fn rows(input: &Input) -> Result<usize, VroomError> {
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
