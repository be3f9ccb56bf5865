//! Where on the roads a place is: the nearest edges that lead on, and how to get to and from them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use geo_index::rtree::{RTreeIndex, RTreeRef};
use ordered_float::OrderedFloat;

use super::graph::point;
use super::metric::Metric;
use super::query::{Network, Seed};
use super::road_profile::RoadProfile;
use super::weight::{INFINITE, pack, share};
use crate::place::LatLon;

/// Meters per degree of latitude on the sphere of [`LatLon::distance_m`].
const DEGREE_M: f64 = 111_195.08;
/// The index counts in steps of so many 1e-7 degrees: it adds coordinates, and whole ones would
/// not fit its integers.
pub(crate) const INDEX_STEP: i32 = 10;
/// A place farther from all roads is not brought to them.
const REACH_M: f64 = 30_000.0;
/// On foot beyond the roads, the way is this much longer than the straight line.
const FOOT_DETOUR: f64 = 1.3;
/// Nearer to the middle of the road than this, a place is on no side of it.
const NO_SIDE_M: f64 = 2.0;

/// How places are brought to roads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SnapConfig {
    /// At most so many edges per place.
    pub candidates_max: usize,
    /// Edges at most so much farther than the nearest one are candidates too.
    pub slack_m: f64,
    /// Farther from any road, the carrier walks, and a finding says so.
    pub walk_from_m: f64,
}

impl Default for SnapConfig {
    fn default() -> Self {
        Self { candidates_max: 3, slack_m: 8.0, walk_from_m: 300.0 }
    }
}

/// A point of an edge that serves a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) edge: u32,
    /// Share of the edge before the point, from its tail.
    pub(crate) position: f64,
    pub(crate) at: LatLon,
    pub(crate) distance_m: f64,
    /// Between place and road.
    pub(crate) access: u64,
    /// Directions of travel that may begin and end here.
    pub(crate) open: [bool; 2],
}

/// A place on the roads.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Snapped {
    /// Nearest first; none when no road is in reach.
    pub(crate) candidates: Vec<Candidate>,
    /// Where ways from here enter the graph.
    pub(crate) out: Vec<Seed>,
    /// Where ways to here leave the graph.
    pub(crate) into: Vec<Seed>,
}

/// The way between two places along an edge that both lie on.
pub(crate) fn direct(metric: &Metric<'_>, source: &Snapped, target: &Snapped) -> u64 {
    let pairs =
        source.candidates.iter().flat_map(|s| target.candidates.iter().map(move |t| (s, t)));
    pairs
        .filter(|(s, t)| s.edge == t.edge)
        .flat_map(|(s, t)| {
            let along = t.position - s.position;
            let weights = metric.edges[s.edge as usize];
            let way = |direction: usize, part: f64| {
                let is_open = s.open[direction] && t.open[direction] && part >= 0.0;
                if is_open {
                    s.access + share(weights[direction], part) + t.access
                } else {
                    INFINITE
                }
            };
            [way(0, along), way(1, -along)]
        })
        .min()
        .unwrap_or(INFINITE)
}

/// The land around a place as a plane in meters, the place its origin.
pub(crate) struct Plane {
    place: LatLon,
    /// The place in steps of 1e-7 degrees, longitude and latitude.
    origin: [f64; 2],
    /// Meters of one step east and of one step north.
    scale: [f64; 2],
}

impl Plane {
    pub(crate) fn around(place: LatLon) -> Self {
        let north = DEGREE_M / 1e7;
        let east = north * place.lat().to_radians().cos().max(0.01);
        let origin = [place.lon() * 1e7, place.lat() * 1e7];
        Self { place, origin, scale: [east, north] }
    }

    #[inline]
    fn flat(&self, [lat, lon]: [i32; 2]) -> [f64; 2] {
        let along = |axis: usize, e7: i32| (f64::from(e7) - self.origin[axis]) * self.scale[axis];
        [along(0, lon), along(1, lat)]
    }

    /// The point of the map at some meters east and north.
    fn point(&self, [east, north]: [f64; 2]) -> LatLon {
        let at = |axis: usize, meters: f64| (self.origin[axis] + meters / self.scale[axis]) / 1e7;
        LatLon::new(at(1, north), at(0, east)).unwrap_or(self.place)
    }

    /// The square of the distance to a box of the index: west, south, east, north in its steps.
    fn squared_to(&self, bounds: &[i32]) -> f64 {
        let off = |axis: usize| {
            let e7 = |step: i32| f64::from(step) * f64::from(INDEX_STEP) - self.origin[axis];
            let (lo, hi) = (e7(bounds[axis]), e7(bounds[axis + 2]));
            lo.max(-hi).max(0.0) * self.scale[axis]
        };
        off(0) * off(0) + off(1) * off(1)
    }
}

/// What waits in the queue of [`Nearby`]; of two at one distance boxes are opened first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Waiting {
    /// A box of the index, as near as its nearest point.
    Box,
    /// An edge at its own distance.
    Edge,
}

/// Edges around a place, nearest first, ties by number.
///
/// The tree of boxes is opened best first, so that a place far from all roads looks at no more of
/// them than one in a street (bench `roads`).
///
/// # Reference
/// Hjaltason, Samet (1999), Distance browsing in spatial databases, ACM Transactions on Database
/// Systems 24(2).
struct Nearby<'a> {
    snapper: &'a Snapper<'a>,
    plane: &'a Plane,
    tree: RTreeRef<'a, i32>,
    queue: BinaryHeap<Reverse<(OrderedFloat<f64>, Waiting, u32)>>,
}

impl<'a> Nearby<'a> {
    fn of(snapper: &'a Snapper<'a>, plane: &'a Plane) -> Option<Self> {
        let tree = RTreeRef::<i32>::try_new(&snapper.index).ok()?;
        let root = tree.num_nodes().checked_sub(1)? as u32;
        let queue = BinaryHeap::from([Reverse((OrderedFloat(0.0), Waiting::Box, root))]);
        Some(Self { snapper, plane, tree, queue })
    }

    /// Replaces a box by the boxes within it, or by its edge.
    fn open(&mut self, position: usize) {
        let number = self.tree.indices().get(position);
        if position < self.tree.num_items() as usize {
            if self.snapper.network.roads.edge_length_cm[number] > 0 {
                let squared = self.snapper.nearest_point(number as u32, self.plane).squared;
                self.queue.push(Reverse((OrderedFloat(squared), Waiting::Edge, number as u32)));
            }
            return;
        }
        // Boxes are four numbers each; levels end at multiples of that.
        let levels = self.tree.level_bounds();
        let level_end = levels[levels.partition_point(|&end| end <= number)];
        let end = (number + usize::from(self.tree.node_size()) * 4).min(level_end);
        for (nth, bounds) in self.tree.boxes()[number..end].chunks_exact(4).enumerate() {
            let squared = self.plane.squared_to(bounds);
            let child = (number / 4 + nth) as u32;
            self.queue.push(Reverse((OrderedFloat(squared), Waiting::Box, child)));
        }
    }
}

impl Iterator for Nearby<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        loop {
            match self.queue.pop()?.0 {
                (_, Waiting::Edge, edge) => return Some(edge),
                (_, Waiting::Box, position) => self.open(position as usize),
            }
        }
    }
}

/// The point of an edge nearest to the origin of a plane.
struct NearestPoint {
    /// Square of the distance in meters.
    squared: f64,
    /// Meters east and north.
    at: [f64; 2],
    segment: usize,
    /// Share of the segment before the point.
    t: f64,
    is_right: bool,
}

impl Default for NearestPoint {
    fn default() -> Self {
        Self { squared: f64::INFINITY, at: [0.0; 2], segment: 0, t: 0.0, is_right: false }
    }
}

/// Finds edges near places.
pub(crate) struct Snapper<'a> {
    pub(crate) network: Network<'a>,
    /// The index of edges, known to be one.
    pub(crate) index: &'a [u8],
    pub(crate) profile: &'a RoadProfile,
    pub(crate) config: SnapConfig,
}

impl Snapper<'_> {
    /// Brings a place to the roads.
    pub(crate) fn snap(&self, place: LatLon) -> Snapped {
        let mut snapped = Snapped { candidates: self.nearest(place), ..Snapped::default() };
        for candidate in &snapped.candidates {
            for direction in [0, 1].into_iter().filter(|&d| candidate.open[d]) {
                let edge = candidate.edge as usize;
                let weight = self.network.metric.edges[edge][direction];
                // Backward, the tail of the edge is where the way leads.
                let after =
                    if direction == 0 { 1.0 - candidate.position } else { candidate.position };
                let onward = candidate.access + share(weight, after);
                let toward = candidate.access + share(weight, 1.0 - after);
                let head = self.head(edge, direction);
                snapped.out.extend(head.map(|node| Seed { node, weight: onward }));
                for (node, _) in self.entrances(edge, direction) {
                    snapped.into.push(Seed { node, weight: toward });
                }
            }
        }
        snapped
    }

    /// Where a way along an edge arrives, when it leads on from there.
    fn head(&self, edge: usize, direction: usize) -> Option<u32> {
        let (_, arc) = self.network.roads.arcs_along(edge, direction).next()?;
        let head = self.network.roads.arc_head[arc];
        (self.network.metric.main[head as usize] == 1).then_some(head)
    }

    /// The nodes from which a way may turn into an edge.
    fn entrances(&self, edge: usize, direction: usize) -> impl Iterator<Item = (u32, usize)> {
        let (roads, main) = (&self.network.roads, self.network.metric.main);
        roads.arcs_along(edge, direction).filter(move |&(node, arc)| {
            main[node as usize] == 1 && roads.arc_ban[arc] & self.network.vehicle == 0
        })
    }

    /// Candidates, nearest first, ties by number of edge.
    ///
    /// Whether ways lead on is asked nearest first, until it is known of enough edges.
    fn nearest(&self, place: LatLon) -> Vec<Candidate> {
        let plane = Plane::around(place);
        let mut kept: Vec<Candidate> = Vec::new();
        let Some(nearby) = Nearby::of(self, &plane) else { return kept };
        for edge in nearby {
            let (candidate, is_right) = self.candidate(edge, &plane);
            let reach_m =
                kept.first().map_or(REACH_M, |nearest| nearest.distance_m + self.config.slack_m);
            if candidate.distance_m > reach_m || kept.len() == self.config.candidates_max.max(1) {
                break;
            }
            kept.extend(self.opened(candidate, is_right));
        }
        kept
    }

    /// A candidate with the directions that lead there and on, when there is one.
    pub(crate) fn opened(&self, candidate: Candidate, is_right: bool) -> Option<Candidate> {
        let index = candidate.edge as usize;
        let mut open = [0, 1].map(|direction| {
            self.network.metric.edges[index][direction] < INFINITE
                && self.head(index, direction).is_some()
                && self.entrances(index, direction).next().is_some()
        });
        if open == [true, true]
            && candidate.distance_m > NO_SIDE_M
            && self.profile.wants_right_side(self.network.roads.kind(index))
        {
            open = [is_right, !is_right];
        }
        (open != [false, false]).then_some(Candidate { open, ..candidate })
    }

    /// The point of an edge nearest to a place.
    fn nearest_point(&self, edge: u32, plane: &Plane) -> NearestPoint {
        let mut corners = self.network.roads.shape(edge as usize).map(|corner| plane.flat(corner));
        let mut best = NearestPoint::default();
        let Some(mut a) = corners.next() else { return best };
        corners.enumerate().for_each(|(segment, b)| {
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let squared_length = dx * dx + dy * dy;
            let t =
                if squared_length > 0.0 { -(a[0] * dx + a[1] * dy) / squared_length } else { 0.0 };
            let t = t.clamp(0.0, 1.0);
            // A corner itself, not its sum: edges that meet there are equally near.
            let at = if t < 1.0 { [a[0] + t * dx, a[1] + t * dy] } else { b };
            let squared = at[0] * at[0] + at[1] * at[1];
            if squared < best.squared {
                // The place is the origin: on the right when the direction turns clockwise to it.
                let is_right = dx * (-a[1]) - dy * (-a[0]) < 0.0;
                best = NearestPoint { squared, at, segment, t, is_right };
            }
            a = b;
        });
        best
    }

    /// An edge as a candidate, and whether the place is on the edge's right.
    pub(crate) fn candidate(&self, edge: u32, plane: &Plane) -> (Candidate, bool) {
        let found = self.nearest_point(edge, plane);
        let corners: Vec<[f64; 2]> =
            self.network.roads.shape(edge as usize).map(|corner| plane.flat(corner)).collect();
        let length = |w: &[[f64; 2]]| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1]);
        let whole: f64 = corners.windows(2).map(length).sum();
        let before: f64 = corners.windows(2).take(found.segment).map(length).sum();
        let within = corners.windows(2).nth(found.segment).map_or(0.0, length) * found.t;
        let distance_m = found.squared.sqrt();
        let candidate = Candidate {
            edge,
            position: ((before + within) / whole.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0),
            at: plane.point(found.at),
            distance_m,
            access: self.access(distance_m),
            open: [false; 2],
        };
        (candidate, found.is_right)
    }

    fn access(&self, distance_m: f64) -> u64 {
        let (length_m, kmh) = if distance_m <= self.config.walk_from_m {
            (distance_m, self.profile.door_kmh())
        } else {
            (distance_m * FOOT_DETOUR, self.profile.walk_kmh())
        };
        let ms = (length_m * 3_600.0 / kmh).ceil();
        pack(ms as u32, (length_m * 100.0).round() as u32)
    }
}

/// The corners of an edge between two shares of it, in the order of travel, both ends included.
pub(crate) fn part_of_shape(corners: &[[i32; 2]], from: f64, to: f64) -> Vec<LatLon> {
    let points: Vec<LatLon> = corners.iter().map(|&corner| point(corner)).collect();
    let (lo, hi) = (from.min(to), from.max(to));
    let lengths: Vec<f64> = points.windows(2).map(|w| w[0].distance_m(w[1])).collect();
    let total: f64 = lengths.iter().sum();
    let mut part = Vec::new();
    let mut before = 0.0;
    for (pair, length) in points.windows(2).zip(lengths) {
        let after = before + length;
        let (begin, end) = (lo * total, hi * total);
        if before <= end && begin <= after && length > 0.0 {
            let along = |meters: f64| between(pair[0], pair[1], (meters - before) / length);
            let ends = [along(begin.max(before)), along(end.min(after))];
            part.extend(ends);
        }
        before = after;
    }
    part.dedup();
    if to < from {
        part.reverse();
    }
    part
}

fn between(a: LatLon, b: LatLon, t: f64) -> LatLon {
    let t = t.clamp(0.0, 1.0);
    let mix = |a: f64, b: f64| a + (b - a) * t;
    LatLon::new(mix(a.lat(), b.lat()), mix(a.lon(), b.lon()))
        .expect("between two points of the map")
}
