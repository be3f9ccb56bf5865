//! Closures and speeds of a day: applied to the weights, never to the region.

use super::graph::{Roads, point};
use super::road_kind::Vehicle;
use super::weight::{INFINITE, length_cm, pack, time_ms};
use crate::place::BoundingBox;

/// Which roads a change concerns.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangedRoads {
    /// A way of OpenStreetMap, by its number.
    Way(i64),
    /// All streets of this name.
    Street(String),
    /// All edges with a corner in a box.
    Box(BoundingBox),
    /// Streets of a name, as far as they have a corner in a box.
    StreetWithin(String, BoundingBox),
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ChangeEffect {
    /// Nobody passes.
    Closed,
    /// This speed, in km/h, whatever the profile says; closed roads stay closed.
    SpeedKmh(f64),
    /// Times are multiplied by this.
    TimeFactor(f64),
}

/// A closure, or another speed, for one day. The shell knows its dates; this room does not.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadChange {
    /// Where.
    pub roads: ChangedRoads,
    /// What.
    pub effect: ChangeEffect,
    /// For whom; empty for everyone.
    pub vehicles: Vec<Vehicle>,
}

/// Applies changes in their order; returns for each how many edges it met.
pub(super) fn apply(
    roads: &Roads<'_>,
    changes: &[RoadChange],
    vehicle: Vehicle,
    edges: &mut [[u64; 2]],
    name: &dyn Fn(u32) -> String,
) -> Vec<usize> {
    let mut n_met = Vec::with_capacity(changes.len());
    for change in changes {
        if !change.vehicles.is_empty() && !change.vehicles.contains(&vehicle) {
            n_met.push(0);
            continue;
        }
        let is_met = selector(roads, &change.roads, name);
        let met: Vec<usize> = (0..roads.n_edges()).filter(|&edge| is_met(edge)).collect();
        for &edge in &met {
            for weight in &mut edges[edge] {
                *weight = changed(*weight, change.effect);
            }
        }
        n_met.push(met.len());
    }
    n_met
}

fn changed(weight: u64, effect: ChangeEffect) -> u64 {
    if weight >= INFINITE {
        return INFINITE;
    }
    let cm = length_cm(weight);
    let ms = match effect {
        ChangeEffect::Closed => return INFINITE,
        ChangeEffect::SpeedKmh(kmh) => f64::from(cm) * 36.0 / kmh,
        ChangeEffect::TimeFactor(factor) => f64::from(time_ms(weight)) * factor,
    };
    pack(ms.ceil().clamp(1.0, f64::from(1 << 29)) as u32, cm)
}

fn selector<'a>(
    roads: &'a Roads<'a>,
    which: &'a ChangedRoads,
    name: &dyn Fn(u32) -> String,
) -> Box<dyn Fn(usize) -> bool + 'a> {
    let is_in = |bounds: BoundingBox| {
        move |edge: usize| roads.shape(edge).any(|corner| bounds.contains(point(corner)))
    };
    let is_named = |wanted: &str| {
        let wanted = super::import::tags::fold_name(wanted);
        let mut numbers: Vec<u32> = roads.edge_name.to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|&number| number != 0 && name(number) == wanted);
        move |edge: usize| numbers.binary_search(&roads.edge_name[edge]).is_ok()
    };
    match which {
        ChangedRoads::Way(way) => Box::new(move |edge| roads.edge_way[edge] == *way),
        ChangedRoads::Street(street) => Box::new(is_named(street)),
        ChangedRoads::Box(bounds) => Box::new(is_in(*bounds)),
        ChangedRoads::StreetWithin(street, bounds) => {
            let (named, inside) = (is_named(street), is_in(*bounds));
            Box::new(move |edge| named(edge) && inside(edge))
        }
    }
}
