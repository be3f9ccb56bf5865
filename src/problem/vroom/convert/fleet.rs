//! From vehicles to vehicle types: prices in one scale, profiles, breaks.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Meters, Seconds};
use crate::problem::model::{
    MAX_RATE, MAX_RESTS, ProfileId, Rest, RestNeed, RestPlace, TimeWindow, VehicleType,
    VehicleTypeId,
};
use crate::problem::vroom::convert::places::profile_name;
use crate::problem::vroom::input::{Break, Costs, Input, Table, Tables, Vehicle};
use crate::problem::vroom::{Remedy, TypeTables, VroomError};

/// Costs are counted in this part of the file's unit, so that an hour's price has a whole price of a second.
const FINEST_SCALE: i64 = 3_600_000;

/// Prices of the whole fleet in one scale.
pub(super) struct Prices {
    /// Units of the model in one unit of the file.
    pub(super) scale: i64,
}

impl Prices {
    /// The coarsest scale in which every price is whole; a coarser one still where rates would be beyond the limits.
    pub(super) fn of(input: &Input) -> Self {
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
        let coarser = (dearest / common / MAX_RATE + 1).max(1);
        Self { scale: (scale / coarser).max(1) }
    }

    pub(super) fn rate(&self, price: i64, per: i64) -> i64 {
        let exact = i128::from(price) * i128::from(self.scale) + i128::from(per / 2);
        i64::try_from(exact / i128::from(per)).unwrap_or(MAX_RATE).min(MAX_RATE)
    }
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Vehicle types and profiles as they come up.
#[derive(Default)]
pub(super) struct Fleet {
    pub(super) kinds: Vec<VehicleType>,
    pub(super) type_of: Vec<VehicleTypeId>,
    pub(super) matrices: Vec<Arc<TravelMatrix>>,
    pub(super) tables: Vec<Arc<TypeTables>>,
    /// Name, bits of the speed factor, whether meters are real.
    profiles: FxHashMap<(String, u64, bool), ProfileId>,
}

impl Fleet {
    /// The profile of a vehicle. Where nobody asks for meters, seconds or the file's costs stand for them: such
    /// problems are searched faster.
    pub(super) fn profile(
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
    pub(super) fn priced(
        &self,
        kind: VehicleType,
        vehicle: &Vehicle,
        prices: &Prices,
    ) -> VehicleType {
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
            VehicleType { per_meter: prices.scale.min(MAX_RATE), ..kind }
        } else {
            let distance_max = kind.travel_max.map(|most| Meters(most.value()));
            VehicleType { per_meter: per_second, distance_max, travel_max: None, ..kind }
        }
    }

    pub(super) fn add(&mut self, kind: VehicleType) {
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

pub(super) fn wants_meters(vehicle: &Vehicle) -> bool {
    vehicle.costs.per_km > 0 || vehicle.max_distance.is_some()
}

pub(super) fn window([start_s, end_s]: [i64; 2]) -> TimeWindow {
    TimeWindow::new(start_s, end_s)
}

pub(in crate::problem::vroom) fn windows_of(windows: &[[i64; 2]]) -> SmallVec<[TimeWindow; 1]> {
    windows.iter().map(|&it| window(it)).collect()
}

pub(super) fn rests(i: usize, breaks: &[Break]) -> Result<Vec<Rest>, VroomError> {
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
pub(in crate::problem::vroom) fn in_order(breaks: &[Break]) -> Vec<&Break> {
    let mut breaks: Vec<&Break> = breaks.iter().collect();
    breaks.sort_by_key(|one| one.windows.first().map_or(0, |window| window[0]));
    breaks
}
