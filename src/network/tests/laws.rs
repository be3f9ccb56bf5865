//! The hierarchy against Dijkstra, and drawn ways against what they say.

use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use super::little::{
    built, dijkstra, grid, is_slow, opened, plain_router, read, region_with, shipped,
};
use crate::network::query::FoundPath;
use crate::network::snap::{Candidate, Plane, Snapped};
use crate::network::weight::{INFINITE, length_cm};
use crate::network::{Area, MapSketch, Region, RoadProfile, Router, SnapConfig};
use crate::place::LatLon;
use crate::rng::{Rng, Seed};

/// The extracts beside the repository, when they are there.
fn shared(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: {name} is not there");
    }
    bytes
}

/// Random places in the box of a region.
fn random_places(region: &Region, n: usize, seed: u64) -> Vec<LatLon> {
    let bounds = region.summary().bounding_box();
    let mut rng = Rng::new(Seed(seed));
    (0..n)
        .map(|_| {
            let lat = bounds.lat_min + (bounds.lat_max - bounds.lat_min) * rng.unit();
            let lon = bounds.lon_min + (bounds.lon_max - bounds.lon_min) * rng.unit();
            LatLon::new(lat, lon).unwrap()
        })
        .collect()
}

/// All pairs of random places equal Dijkstra, in time and length together.
#[track_caller]
fn check_pairs(router: &Router, n_places: usize, seed: u64) {
    let places = random_places(router.region(), n_places, seed);
    let (weights, snapped) = router.weights(&places);
    let network = router.network();
    for (from, source) in snapped.iter().enumerate() {
        let distance = dijkstra(&network, &source.out);
        for (to, target) in snapped.iter().enumerate().filter(|(to, _)| *to != from) {
            let expected = read(&network, &distance, source, target);
            assert_eq!(weights[from * n_places + to], expected, "from {from} to {to}");
            assert!(expected < INFINITE);
        }
    }
}

/// Places are brought to the edges that a look at all of them finds.
#[track_caller]
fn check_snapping(router: &Router, n_places: usize, seed: u64) {
    let (snapper, config) = (router.snapper(), SnapConfig::default());
    for place in random_places(router.region(), n_places, seed) {
        let plane = Plane::around(place);
        let is_road = |&edge: &u32| snapper.network.roads.edge_length_cm[edge as usize] > 0;
        let mut all: Vec<Candidate> = (0..snapper.network.roads.n_edges() as u32)
            .filter(is_road)
            .map(|edge| snapper.candidate(edge, &plane))
            .filter(|(candidate, _)| candidate.distance_m <= 30_000.0)
            .filter_map(|(candidate, is_right)| snapper.opened(candidate, is_right))
            .collect();
        all.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.edge.cmp(&b.edge)));
        let reach_m = all.first().map_or(0.0, |nearest| nearest.distance_m + config.slack_m);
        all.retain(|candidate| candidate.distance_m <= reach_m);
        all.truncate(config.candidates_max);
        assert_eq!(snapper.snap(place).candidates, all, "{place:?}");
    }
}

/// Every drawn way is connected, begins and ends at its doors, and is as long as it says.
#[track_caller]
fn check_ways(router: &Router, n_pairs: usize, seed: u64) {
    let places = random_places(router.region(), n_pairs * 2, seed);
    let (snapper, network) = (router.snapper(), router.network());
    for pair in places.chunks(2) {
        let (source, target) = (snapper.snap(pair[0]), snapper.snap(pair[1]));
        let (weight, found) = network.path(&source, &target).unwrap();
        if let FoundPath::Arcs(arcs) = &found {
            for step in arcs.windows(2) {
                let head = network.roads.arc_head[step[0]] as usize;
                assert_eq!(head, network.roads.tail_of(step[1]));
            }
        }
        let route = router.route(pair[0], pair[1]).unwrap();
        assert_eq!((route.line.first(), route.line.last()), (pair.first(), pair.last()));
        // The ends are straight; farther than 300 m the way on foot is 1.3 times as long.
        let foot =
            |s: &Snapped| s.candidates.iter().map(|c| c.distance_m * 0.3).fold(0.0, f64::max);
        let bent = foot(&source) + foot(&target);
        let drawn: f64 = route.line.windows(2).map(|w| w[0].distance_m(w[1])).sum();
        let said = f64::from(length_cm(weight)) / 100.0;
        let slack = 2.0 + said * 2e-4 + bent;
        assert!((drawn - said).abs() <= slack, "drawn {drawn}, said {said}");
        let steps: i64 = route.steps.iter().map(|step| step.distance.value()).sum();
        assert!(steps <= route.distance.value() + route.steps.len() as i64);
    }
}

#[track_caller]
fn check_extract(name: &str, quick_places: usize) {
    let Some(extract) = shared(name) else { return };
    let profiles = if is_slow() { shipped() } else { vec![RoadProfile::motorbike()] };
    let region = opened(&built(&extract, Area::Everything, profiles.clone()));
    // 142 × 141 pairs are 20,022.
    let n_places = if is_slow() { 142 } else { quick_places };
    for profile in &profiles {
        let router = Router::new(Arc::clone(&region), profile.name()).unwrap();
        check_pairs(&router, n_places, 1);
        check_ways(&router, if is_slow() { 1_000 } else { 60 }, 2);
        check_snapping(&router, if is_slow() { 300 } else { 40 }, 3);
    }
}

#[test]
fn pairs_in_the_middle_of_da_nang_equal_dijkstra() {
    check_extract("roads_danang_haichau_2026.osm.pbf", 60);
}

#[test]
fn pairs_in_the_mountains_of_andorra_equal_dijkstra() {
    check_extract("roads_andorra_2013.osm.pbf", 30);
}

#[test]
fn pairs_in_hanoi_equal_dijkstra() {
    if is_slow() {
        check_extract("roads_hanoi_2025.osm.pbf", 0);
    }
}

/// A street grid with random one-ways and forbidden turns; each way is one edge.
#[derive(Clone, Debug)]
struct TurnMap {
    size: i64,
    /// Ways as node pairs, and whether they are one-way.
    ways: Vec<(i64, i64, bool)>,
    /// Restrictions: from way, via node, to way, only.
    rules: Vec<(usize, i64, usize, bool)>,
}

impl TurnMap {
    fn sketch(&self) -> MapSketch {
        let mut map = MapSketch::new();
        for id in 0..self.size * self.size {
            // Uneven, so that no two ways take the same time.
            let bend = 0.13 * ((id * 7) % 5) as f64;
            let at = grid((id / self.size) as f64 + bend, (id % self.size) as f64 + bend / 2.0);
            map.node(id + 1, at.lat(), at.lon());
        }
        for (number, &(a, b, oneway)) in self.ways.iter().enumerate() {
            let oneway = if oneway { "yes" } else { "no" };
            let tags = [("highway", "residential"), ("oneway", oneway)];
            map.way(number as i64 + 1, &[a + 1, b + 1], &tags);
        }
        for (number, &(from, via, to, only)) in self.rules.iter().enumerate() {
            let kind = if only { "only_straight_on" } else { "no_left_turn" };
            map.restriction(number as i64 + 1, kind, from as i64 + 1, via + 1, to as i64 + 1);
        }
        map
    }

    /// Whether the turn from one directed way into another is allowed; the judge reads the rules
    /// themselves.
    fn may_turn(&self, from: usize, via: i64, to: usize) -> bool {
        self.rules.iter().all(|&(rule_from, rule_via, rule_to, only)| {
            let applies = rule_from == from && rule_via == via;
            !applies || if only { rule_to == to } else { rule_to != to }
        })
    }
}

fn turn_maps() -> impl Strategy<Value = TurnMap> {
    let size = 4i64;
    let sides: Vec<(i64, i64)> = (0..size * size)
        .flat_map(|id| {
            let east = (id % size + 1 < size).then_some((id, id + 1));
            let north = (id / size + 1 < size).then_some((id, id + size));
            east.into_iter().chain(north)
        })
        .collect();
    let n = sides.len();
    (
        proptest::collection::vec(proptest::bool::weighted(0.2), n),
        proptest::collection::vec((0..n, 0..n, any::<bool>(), any::<bool>()), 0..14),
    )
        .prop_map(move |(oneways, picks)| {
            let ways: Vec<(i64, i64, bool)> =
                sides.iter().zip(oneways).map(|(&(a, b), oneway)| (a, b, oneway)).collect();
            let rules = picks
                .into_iter()
                .filter_map(|(from, to, at_end, only)| {
                    let via = if at_end { ways[from].1 } else { ways[from].0 };
                    let meets = ways[to].0 == via || ways[to].1 == via;
                    (meets && from != to).then_some((from, via, to, only))
                })
                .collect();
            TurnMap { size, ways, rules }
        })
}

/// Times in the middle of ways by a plain search over directed ways.
fn judged(map: &TurnMap, router: &Router, from: LatLon, to: LatLon) -> u64 {
    use std::cmp::Reverse;
    let network = router.network();
    let snapper = router.snapper();
    let (source, target) = (snapper.snap(from), snapper.snap(to));
    let (s, t) = (&source.candidates[0], &target.candidates[0]);
    let roads = &network.roads;
    let way_of = |edge: u32| roads.edge_way[edge as usize] as usize - 1;
    let edge_of_way: Vec<usize> = (0..map.ways.len())
        .map(|way| roads.edge_way.iter().position(|&w| w == way as i64 + 1).unwrap())
        .collect();
    let part = crate::network::weight::share;
    let mut best = crate::network::snap::direct(&network.metric, &source, &target);
    // States: a way and the end reached, 1 for its second node.
    let mut distance = vec![[INFINITE; 2]; map.ways.len()];
    let mut queue = std::collections::BinaryHeap::new();
    for direction in [0usize, 1] {
        let weight = network.metric.edges[s.edge as usize][direction];
        let after = if direction == 0 { 1.0 - s.position } else { s.position };
        if weight < INFINITE {
            let way = way_of(s.edge);
            distance[way][1 - direction] = s.access + part(weight, after);
            queue.push(Reverse((distance[way][1 - direction], way, 1 - direction)));
        }
    }
    while let Some(Reverse((weight, way, end))) = queue.pop() {
        if weight > distance[way][end] {
            continue;
        }
        let via = if end == 1 { map.ways[way].1 } else { map.ways[way].0 };
        for next in 0..map.ways.len() {
            let (a, b, _) = map.ways[next];
            let Some(direction) = [a, b].iter().position(|&node| node == via) else { continue };
            let along = network.metric.edges[edge_of_way[next]][direction];
            if along >= INFINITE || !map.may_turn(way, via, next) {
                continue;
            }
            if next == way_of(t.edge) {
                let before = if direction == 0 { t.position } else { 1.0 - t.position };
                best = best.min(weight + part(along, before) + t.access);
            }
            let reached = weight + along;
            if reached < distance[next][1 - direction] {
                distance[next][1 - direction] = reached;
                queue.push(Reverse((reached, next, 1 - direction)));
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if is_slow() { 400 } else { 40 }, ..ProptestConfig::default() })]

    #[test]
    fn forbidden_turns_are_what_a_search_over_ways_says(map in turn_maps()) {
        let profile = RoadProfile::car();
        let region = region_with(&map.sketch(), vec![profile.clone()]);
        let router = plain_router(Arc::clone(&region), &profile);
        let main = router.network().metric.main;
        // Where rules cut the map to pieces, doors move to the largest; the judge does not.
        prop_assume!(main.iter().all(|&m| m == 1));
        let places: Vec<LatLon> =
            (0..9).map(|i| grid(0.2 + f64::from(i / 3), 0.45 + f64::from(i % 3))).collect();
        let (weights, _) = router.weights(&places);
        for (i, &from) in places.iter().enumerate() {
            for (j, &to) in places.iter().enumerate().filter(|(j, _)| *j != i) {
                prop_assert_eq!(weights[i * places.len() + j], judged(&map, &router, from, to));
            }
        }
    }
}

#[test]
fn the_matrix_is_the_same_on_any_number_of_threads() {
    let map = TurnMap {
        size: 4,
        ways: (0..12)
            .map(|i| (i / 3 * 4 + i % 3, i / 3 * 4 + i % 3 + 1, false))
            .chain((0..12).map(|i| (i, i + 4, false)))
            .collect(),
        rules: vec![(0, 1, 1, false)],
    };
    let region = region_with(&map.sketch(), vec![RoadProfile::motorbike()]);
    let places = random_places(&region, 40, 3);
    let router = Router::new(region, "motorbike").unwrap();
    check_snapping(&router, 100, 4);
    let on_threads = |n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| router.weights(&places).0)
    };
    assert_eq!(on_threads(1), on_threads(2));
    assert_eq!(on_threads(1), on_threads(8));
}

#[test]
fn the_same_extract_gives_the_same_bytes_on_any_number_of_threads() {
    let Some(extract) = shared("roads_danang_haichau_2026.osm.pbf") else { return };
    let on_threads = |n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| built(&extract, Area::Everything, vec![RoadProfile::motorbike()]))
    };
    assert!(on_threads(1) == on_threads(2), "two builds differ");
}
