//! Little maps, and questions to them.

use std::io::Cursor;
use std::sync::Arc;

use crate::network::graph::Roads;
use crate::network::metric::arc_weight;
use crate::network::query::{Network, Seed};
use crate::network::snap::{Snapped, direct};
use crate::network::weight::{INFINITE, rounded};
use crate::network::{
    Area, BuildConfig, DayRules, MapSketch, QuietBuild, Region, RegionBytes, RoadProfile, Router,
    SnapConfig, build_region,
};
use crate::place::LatLon;

/// One step of the little maps' grid in degrees: about 111 m north, 107 m east.
pub(super) const STEP: f64 = 0.001;

/// The place at grid coordinates, north and east.
pub(super) fn grid(north: f64, east: f64) -> LatLon {
    LatLon::new(15.5 + north * STEP, 108.4 + east * STEP).unwrap()
}

/// Draws nodes at grid coordinates: id, north, east.
pub(super) fn nodes(map: &mut MapSketch, list: &[(i64, f64, f64)]) {
    for &(id, north, east) in list {
        let at = grid(north, east);
        map.node(id, at.lat(), at.lon());
    }
}

pub(super) fn is_slow() -> bool {
    std::env::var_os("RUN_SLOW_TESTS").is_some()
}

pub(super) fn shipped() -> Vec<RoadProfile> {
    vec![RoadProfile::motorbike(), RoadProfile::car(), RoadProfile::walking()]
}

pub(super) fn built(extract: &[u8], area: Area, profiles: Vec<RoadProfile>) -> Vec<u8> {
    let config = BuildConfig { name: "test".to_owned(), area, profiles };
    let mut out = Cursor::new(Vec::new());
    build_region(&mut Cursor::new(extract), &config, &mut out, &QuietBuild).unwrap();
    out.into_inner()
}

pub(super) fn region_of(map: &MapSketch) -> Arc<Region> {
    region_with(map, vec![RoadProfile::motorbike()])
}

pub(super) fn region_with(map: &MapSketch, profiles: Vec<RoadProfile>) -> Arc<Region> {
    opened(&built(&map.to_pbf(), Area::Everything, profiles))
}

pub(super) fn opened(bytes: &[u8]) -> Arc<Region> {
    Arc::new(Region::open(RegionBytes::copied(bytes)).unwrap())
}

/// A router that takes only the nearest edge, so that little maps are easy to reason about.
pub(super) fn plain_router(region: Arc<Region>, profile: &RoadProfile) -> Router {
    let router = Router::for_day(region, profile.clone(), &DayRules::default()).unwrap();
    router.with_snap(SnapConfig { candidates_max: 1, ..SnapConfig::default() })
}

/// Seconds and meters between two places of a little map, by matrix and by route alike.
#[track_caller]
pub(super) fn leg(
    map: &MapSketch,
    profile: &RoadProfile,
    from: LatLon,
    to: LatLon,
) -> Option<(u32, u32)> {
    let region = region_with(map, vec![profile.clone()]);
    let router = plain_router(region, profile);
    let (weights, _) = router.weights(&[from, to]);
    let by_matrix = (weights[1] < INFINITE).then(|| rounded(weights[1]));
    let by_route = router.route(from, to);
    let by_route = by_route.map(|r| (r.time.value() as u32, r.distance.value() as u32));
    assert_eq!(by_matrix, by_route);
    by_matrix
}

/// Dijkstra from seeds, plainly: the judge of the hierarchy.
pub(super) fn dijkstra(network: &Network<'_>, seeds: &[Seed]) -> Vec<u64> {
    let roads: &Roads<'_> = &network.roads;
    let mut distance = vec![INFINITE; roads.n_nodes()];
    let mut queue = std::collections::BinaryHeap::new();
    for seed in seeds {
        if seed.weight < distance[seed.node as usize] {
            distance[seed.node as usize] = seed.weight;
            queue.push(std::cmp::Reverse((seed.weight, seed.node)));
        }
    }
    while let Some(std::cmp::Reverse((weight, node))) = queue.pop() {
        if weight > distance[node as usize] {
            continue;
        }
        for arc in roads.arcs_of(node as usize) {
            let along = arc_weight(roads, network.metric.edges, network.vehicle, arc);
            let head = roads.arc_head[arc] as usize;
            if along < INFINITE && weight + along < distance[head] {
                distance[head] = weight + along;
                queue.push(std::cmp::Reverse((weight + along, head as u32)));
            }
        }
    }
    distance
}

/// The weight between two places by Dijkstra's distances from the first.
pub(super) fn read(network: &Network<'_>, distance: &[u64], from: &Snapped, to: &Snapped) -> u64 {
    let over = to.into.iter().map(|seed| distance[seed.node as usize] + seed.weight).min();
    over.unwrap_or(INFINITE).min(direct(&network.metric, from, to)).min(INFINITE)
}
