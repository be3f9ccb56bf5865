//! The places of a day and the ways between them.

use crate::address::Tier;
use crate::finding::{Finding, Severity};
use crate::id::{Id, IdVec};
use crate::matrix::TravelMatrix;
use crate::measure::Meters;
use crate::network::{Measured, NetworkPlace, TerrainClass, Travel, TravelError, estimate};
use crate::place::LatLon;
use crate::planning::config::PlanConfig;
use crate::planning::morning::{DOOR_FAR_FROM_ROADS, DOOR_OFF_THE_ROADS};
use crate::planning::plan::{Stop, StopId};
use crate::post::{Carrier, CarrierId, Item, ItemId};
use crate::problem::PlaceId;
use crate::territory::{CommuneCode, Gazetteer};

/// Mean leg of a long round through random points is this times the root of the area each of them has to itself
/// (Beardwood, Halton, Hammersley 1959; constant as measured by Applegate et al.).
const ROUND_CONSTANT: f64 = 0.7124;

/// Where everything is, as rows of the travel matrix: first the stops, then starts and ends.
#[derive(Clone, Debug)]
pub(crate) struct DayPlaces {
    /// All places.
    pub(crate) places: Vec<NetworkPlace>,
    /// Where each carrier starts.
    pub(crate) starts: IdVec<CarrierId, PlaceId>,
    /// Where each carrier ends.
    pub(crate) ends: IdVec<CarrierId, PlaceId>,
}

impl DayPlaces {
    /// Lists the places. Carriers who start or end at one point share it.
    pub(crate) fn of(
        gazetteer: &Gazetteer,
        stops: &IdVec<StopId, Stop>,
        carriers: &IdVec<CarrierId, Carrier>,
        roads: Option<&dyn Travel>,
    ) -> Self {
        // Where a door is known only by its commune, nobody walks from the road to that very point.
        let at = |stop: &Stop| {
            let on_road =
                roads.filter(|_| is_coarse(stop)).and_then(|r| r.nearest_road(stop.place));
            on_road.unwrap_or(stop.place)
        };
        let mut places: Vec<NetworkPlace> = stops
            .values()
            .map(|stop| NetworkPlace { at: at(stop), terrain: terrain(gazetteer, stop.commune) })
            .collect();
        let n_stops = places.len();
        let mut base = |at: LatLon| {
            let known = places[n_stops..].iter().position(|place| place.at == at);
            let index = known.map_or(places.len(), |i| n_stops + i);
            if index == places.len() {
                places.push(NetworkPlace { at, terrain: terrain_around(gazetteer, at) });
            }
            PlaceId(index as u32)
        };
        let starts = carriers.values().map(|carrier| base(carrier.start)).collect();
        let ends = carriers.values().map(|carrier| base(carrier.end)).collect();
        Self { places, starts, ends }
    }
}

/// The kind of land in a commune, from its people per square kilometer.
fn terrain(gazetteer: &Gazetteer, code: CommuneCode) -> TerrainClass {
    let Some(commune) = gazetteer.commune(code) else { return TerrainClass::from_density(None) };
    let people = commune.population.zip(commune.area_km2.filter(|&area| area > 0.0));
    TerrainClass::from_density(people.map(|(people, area_km2)| f64::from(people) / area_km2))
}

fn terrain_around(gazetteer: &Gazetteer, at: LatLon) -> TerrainClass {
    let nearest = gazetteer
        .communes()
        .min_by(|a, b| a.point.distance_m(at).total_cmp(&b.point.distance_m(at)));
    nearest.map_or(TerrainClass::from_density(None), |commune| terrain(gazetteer, commune.code))
}

/// Measures all ways: by the day's source, or estimated.
///
/// Stops known only by the point of their commune all stand on that point: the way between two of them is what a
/// round through so many doors scattered over the commune's settled land takes, not zero (R-AD-3).
pub(crate) fn measure(
    gazetteer: &Gazetteer,
    stops: &IdVec<StopId, Stop>,
    places: &DayPlaces,
    config: &PlanConfig,
) -> Result<Measured, TravelError> {
    let profile = &config.travel;
    let measured = match &config.roads {
        None => Measured {
            matrix: estimate(&places.places, profile)?,
            estimated: Vec::new(),
            walked: Vec::new(),
        },
        Some(roads) => roads.measure(&places.places, profile)?,
    };
    let groups = groups_on_one_point(stops);
    if groups.is_empty() && config.roads.is_none() {
        return Ok(measured);
    }
    let n = measured.matrix.n_places();
    let mut times_s: Vec<u32> =
        (0..n).flat_map(|from| measured.matrix.time_row_s(from).to_vec()).collect();
    let mut distances_m: Vec<u32> =
        (0..n).flat_map(|from| measured.matrix.distance_row_m(from).to_vec()).collect();
    // Two doors are never zero apart, however near their road is (an estimate knows that itself).
    let leg_min_s = profile.leg_min_time.value() as u32;
    for (_, time_s) in times_s.iter_mut().enumerate().filter(|(cell, _)| cell / n != cell % n) {
        *time_s = (*time_s).max(leg_min_s);
    }
    for group in groups {
        let first = &stops.as_slice()[group[0]];
        let area_km2 = settled_area_km2(gazetteer, first).min(config.settled_area_max_km2);
        let speed = profile.on(places.places[group[0]].terrain);
        let own_area_m2 = area_km2 * 1e6 / group.len() as f64;
        let leg_m = ROUND_CONSTANT * own_area_m2.sqrt() * speed.detour();
        let leg_s = (leg_m * 3.6 / speed.speed_kmh()).ceil() as u32;
        for &from in &group {
            for &to in group.iter().filter(|&&to| to != from) {
                let cell = from * n + to;
                times_s[cell] = times_s[cell].max(leg_s);
                distances_m[cell] = distances_m[cell].max(leg_m.round() as u32);
            }
        }
    }
    Ok(Measured { matrix: TravelMatrix::new(n, times_s, distances_m)?, ..measured })
}

/// Doors that the roads do not reach, for the planner to look at.
pub(crate) fn road_findings(
    items: &IdVec<ItemId, Item>,
    stops: &IdVec<StopId, Stop>,
    measured: &Measured,
) -> Vec<Finding> {
    let finding = |index: usize, code, value: String| {
        let stop = stops.get(StopId::from_index(index)).filter(|stop| !is_coarse(stop))?;
        let item = &items[*stop.items.first()?];
        let found = Finding::new(code, Severity::Warning, item.source.clone(), value);
        Some(found.detail(item.dossier.as_str()))
    };
    let walked = measured.walked.iter().filter_map(|&(index, Meters(distance_m))| {
        finding(index, DOOR_FAR_FROM_ROADS, distance_m.to_string())
    });
    let place = |index: usize| stops.as_slice().get(index).map(|stop| stop.place);
    let off = measured.estimated.iter().filter_map(|&index| {
        let at = place(index)?;
        finding(index, DOOR_OFF_THE_ROADS, format!("{:.5}, {:.5}", at.lat(), at.lon()))
    });
    walked.chain(off).collect()
}

/// Whether a stop's point stands for a whole commune.
fn is_coarse(stop: &Stop) -> bool {
    matches!(stop.tier, Tier::FormerCommune | Tier::Commune)
}

/// Stops that share the point of a commune, by index; groups of two and more, in order of their first stop.
fn groups_on_one_point(stops: &IdVec<StopId, Stop>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, stop) in stops.values().enumerate().filter(|(_, stop)| is_coarse(stop)) {
        let all = stops.as_slice();
        match groups.iter_mut().find(|group| all[group[0]].place == stop.place) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Area that a stop's point stands for: its commune, or an equal share of it for a former commune.
fn settled_area_km2(gazetteer: &Gazetteer, stop: &Stop) -> f64 {
    let area_km2 = gazetteer.commune(stop.commune).and_then(|commune| commune.area_km2);
    let n_parts = match stop.tier {
        Tier::FormerCommune => gazetteer.predecessors(stop.commune).len().max(1),
        _ => 1,
    };
    area_km2.unwrap_or(f64::INFINITY) / n_parts as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Confidence;
    use crate::measure::{Dong, Seconds};
    use crate::planning::samples::{carrier, point};
    use crate::post::{DueClass, Handling};

    fn stop(place: LatLon, tier: Tier, commune: CommuneCode) -> Stop {
        Stop {
            items: Vec::new(),
            place,
            tier,
            commune,
            confidence: Confidence::Certain,
            service: Seconds(150),
            hours: None,
            due: DueClass::Later,
            handling: Handling::default(),
            money_due: Dong::ZERO,
        }
    }

    #[test]
    fn doors_known_only_by_their_commune_are_not_zero_apart_but_nearer_than_the_office() {
        let gazetteer = Gazetteer::bundled();
        let code = gazetteer.commune_named("Thăng Bình", Some("Đà Nẵng"))[0];
        let at = gazetteer.commune(code).unwrap().point;
        let stops: IdVec<StopId, Stop> = vec![
            stop(at, Tier::Commune, code),
            stop(at, Tier::Commune, code),
            stop(at, Tier::Given, code),
        ]
        .into();
        let carriers: IdVec<CarrierId, Carrier> = vec![carrier("01"), carrier("02")].into();
        let places = DayPlaces::of(gazetteer, &stops, &carriers, None);
        // Three stops, and one point that both carriers share for start and end.
        assert_eq!(places.places.len(), 4);
        let config = PlanConfig::default();
        let matrix = measure(gazetteer, &stops, &places, &config).unwrap().matrix;
        assert!(matrix.distance(0, 1).value() > 1_000, "{}", matrix.distance(0, 1));
        assert!(matrix.distance(0, 1) < matrix.distance(0, 3));
        assert!(matrix.distance(0, 2) < matrix.distance(0, 1), "a given point is taken as it is");
        assert_eq!(matrix.time(1, 0), matrix.time(0, 1));
    }

    #[test]
    fn no_stop_makes_a_matrix_of_the_starts_alone() {
        let gazetteer = Gazetteer::bundled();
        let stops = IdVec::new();
        let carriers: IdVec<CarrierId, Carrier> = vec![carrier("01")].into();
        let places = DayPlaces::of(gazetteer, &stops, &carriers, None);
        let config = PlanConfig::default();
        let matrix = measure(gazetteer, &stops, &places, &config).unwrap().matrix;
        assert_eq!(matrix.n_places(), 1);
        assert_eq!(point(15.5736, 108.4740), places.places[0].at);
    }
}
