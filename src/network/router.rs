//! Travel on the roads of a region with one profile on one day.

use std::fmt;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::changes::{RoadChange, apply};
use super::drawing::DrawnShape;
use super::estimate::NetworkPlace;
use super::import::tags::fold_name;
use super::metric::{MetricArrays, customize, weigh_edges};
use super::profile::TravelProfile;
use super::query::{FoundPath, Network};
use super::region::{Region, RegionError};
use super::road_profile::{RoadProfile, SpeedName};
use super::snap::{Candidate, SnapConfig, Snapped, Snapper, part_of_shape};
use super::travel::{Measured, Travel, TravelError, TravelKind, TravelName, fill};
use super::weight::{INFINITE, rounded, share, time_ms};
use crate::measure::{Meters, Seconds};
use crate::place::{BoundingBox, LatLon};

/// What holds on one day beside the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayRules {
    /// Hours of the round: ferries that do not run in them are closed.
    pub hours: Option<(Seconds, Seconds)>,
    /// Closures and speeds of the day.
    pub changes: Vec<RoadChange>,
}

/// A stretch of a way along one street.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteStep {
    /// The street's name; empty when it has none.
    pub street: String,
    /// Length.
    pub distance: Meters,
    /// How the way turns into it, in degrees: right is positive; 0 at the start.
    pub turn_degrees: i32,
    /// Where it begins.
    pub at: LatLon,
}

/// A way between two places.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadRoute {
    /// Time, the last meters to the door included.
    pub time: Seconds,
    /// Length, the last meters to the door included.
    pub distance: Meters,
    /// The line from place to place.
    pub line: Vec<LatLon>,
    /// What to follow.
    pub steps: Vec<RouteStep>,
}

/// A region, a profile and a day: answers how long it takes.
pub struct Router {
    region: Arc<Region>,
    profile: RoadProfile,
    weights: Weights,
    snap: SnapConfig,
    unmet: Vec<usize>,
}

/// Whose weights are used.
enum Weights {
    /// Those in the region, of this profile.
    Stored(usize),
    /// Those made for the day.
    Own(Box<MetricArrays>),
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let region = &self.region.summary().name;
        f.debug_struct("Router")
            .field("region", region)
            .field("profile", &self.profile.name())
            .finish_non_exhaustive()
    }
}

impl Router {
    /// Travel with a profile that the region was built with.
    ///
    /// # Errors
    /// When the region has no such profile or is damaged.
    pub fn new(region: Arc<Region>, profile: &str) -> Result<Self, RegionError> {
        let index = region.profile_index(profile)?;
        region.check_roads()?;
        region.check_profile(index)?;
        let profile = region.profiles()[index].clone();
        Ok(Self {
            region,
            profile,
            weights: Weights::Stored(index),
            snap: SnapConfig::default(),
            unmet: Vec::new(),
        })
    }

    /// Travel with any profile, on a day with its own closures: the hierarchy is priced anew.
    ///
    /// # Errors
    /// When the region is damaged.
    pub fn for_day(
        region: Arc<Region>,
        profile: RoadProfile,
        day: &DayRules,
    ) -> Result<Self, RegionError> {
        region.check_roads()?;
        let roads = region.roads();
        let mut edges = weigh_edges(&roads, &profile, day.hours);
        let name = |number: u32| fold_name(region.name(number));
        let n_met = apply(&roads, &day.changes, profile.vehicle(), &mut edges, &name);
        let metric = customize(&roads, &region.hierarchy(), edges, profile.vehicle().bit());
        let weights = Weights::Own(Box::new(metric));
        let unmet = (0..n_met.len()).filter(|&change| n_met[change] == 0).collect();
        Ok(Self { region, profile, weights, snap: SnapConfig::default(), unmet })
    }

    /// Travel with a profile of the region on a day: priced anew only when the day asks for it.
    ///
    /// # Errors
    /// When the region has no such profile or is damaged.
    pub fn on_day(region: Arc<Region>, profile: &str, day: &DayRules) -> Result<Self, RegionError> {
        let router = Self::new(region, profile)?;
        let pace =
            |kind, hours| [0, 1].map(|direction| router.profile.pace(kind, direction, hours));
        let mut kinds = router.region.roads().kinds.iter();
        let is_usual = kinds.all(|kind| pace(kind, day.hours) == pace(kind, None));
        if is_usual && day.changes.is_empty() {
            return Ok(router);
        }
        Self::for_day(Arc::clone(&router.region), router.profile.clone(), day)
    }

    /// The same with another way of bringing places to roads.
    pub fn with_snap(self, snap: SnapConfig) -> Self {
        Self { snap, ..self }
    }

    /// Changes of the day that met no road of this vehicle, by index.
    pub fn unmet_changes(&self) -> &[usize] {
        &self.unmet
    }

    /// The region.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The profile.
    pub fn profile(&self) -> &RoadProfile {
        &self.profile
    }

    pub(crate) fn network(&self) -> Network<'_> {
        Network {
            roads: self.region.roads(),
            hierarchy: self.region.hierarchy(),
            metric: match &self.weights {
                Weights::Stored(profile) => self.region.metric(*profile),
                Weights::Own(metric) => metric.view(),
            },
            vehicle: self.profile.vehicle().bit(),
        }
    }

    pub(crate) fn snapper(&self) -> Snapper<'_> {
        Snapper {
            network: self.network(),
            index: self.region.index(),
            profile: &self.profile,
            config: self.snap,
        }
    }

    /// Weights between all places, row by row, and the places on the roads.
    pub(crate) fn weights(&self, places: &[LatLon]) -> (Vec<u64>, Vec<Snapped>) {
        let snapper = self.snapper();
        let snapped: Vec<Snapped> = places.par_iter().map(|&place| snapper.snap(place)).collect();
        (self.network().weights(&snapped), snapped)
    }

    /// The fastest way between two places, or `None` when a place has no road in reach.
    pub fn route(&self, from: LatLon, to: LatLon) -> Option<RoadRoute> {
        let (weight, pieces) = self.pieces(from, to)?;
        Some(self.drawn(from, to, weight, &pieces))
    }

    /// The fastest way as pieces of edges, with its weight.
    fn pieces(&self, from: LatLon, to: LatLon) -> Option<(u64, Vec<Piece>)> {
        let snapper = self.snapper();
        let network = self.network();
        let (source, target) = (snapper.snap(from), snapper.snap(to));
        let (weight, found) = network.path(&source, &target)?;
        let pieces = match &found {
            FoundPath::Alongside => alongside(&network, &source, &target, weight),
            FoundPath::Arcs(arcs) => over_arcs(&network, &source, &target, arcs),
        };
        Some((weight, pieces))
    }

    /// The time of the fastest way in seconds, apart by the speed that it was driven at.
    pub(super) fn shares(&self, from: LatLon, to: LatLon) -> Option<TimeShares> {
        let (weight, pieces) = self.pieces(from, to)?;
        let roads = self.region.roads();
        let edges = self.network().metric.edges;
        let mut moving_s: Vec<(SpeedName, f64)> = Vec::new();
        for piece in &pieces {
            let Some(name) = self.profile.speed_name(roads.kind(piece.edge)) else { continue };
            let direction = usize::from(piece.to < piece.from);
            let signals = u32::from(roads.edge_marks[piece.edge][direction]);
            let edge_ms = time_ms(edges[piece.edge][direction]);
            let driven_ms = edge_ms.saturating_sub(signals * self.profile.signal_ms());
            let seconds = f64::from(driven_ms) / 1e3 * (piece.to - piece.from).abs();
            match moving_s.iter_mut().find(|share| share.0 == name) {
                Some(share) => share.1 += seconds,
                None => moving_s.push((name, seconds)),
            }
        }
        let whole_s = f64::from(time_ms(weight)) / 1e3;
        let driven_s: f64 = moving_s.iter().map(|share| share.1).sum();
        Some(TimeShares { fixed_s: (whole_s - driven_s).max(0.0), moving_s })
    }

    /// Joins pieces of edges to a line with steps.
    fn drawn(&self, from: LatLon, to: LatLon, weight: u64, pieces: &[Piece]) -> RoadRoute {
        let roads = self.region.roads();
        let mut line = vec![from];
        let mut steps: Vec<RouteStep> = Vec::new();
        let mut lengths_cm: Vec<u64> = Vec::new();
        let mut last_name = None;
        let mut heading: Option<f64> = None;
        for piece in pieces {
            let corners: Vec<[i32; 2]> = roads.shape(piece.edge).collect();
            let part = part_of_shape(&corners, piece.from, piece.to);
            let name = roads.edge_name[piece.edge];
            let length_cm_of = |m: f64| (m * 100.0).round() as u64;
            let length: f64 = part.windows(2).map(|w| w[0].distance_m(w[1])).sum();
            if let [first, second, ..] = part[..] {
                if last_name != Some(name) {
                    let turn = heading.map_or(0.0, |before| turn(before, bearing(first, second)));
                    steps.push(RouteStep {
                        street: self.region.name(name).to_owned(),
                        distance: Meters::ZERO,
                        turn_degrees: turn.round() as i32,
                        at: first,
                    });
                    lengths_cm.push(0);
                    last_name = Some(name);
                }
                let end = part.len() - 1;
                heading = Some(bearing(part[end - 1], part[end]));
            }
            if let Some(step_cm) = lengths_cm.last_mut() {
                *step_cm += length_cm_of(length);
            }
            line.extend(part);
        }
        for (step, cm) in steps.iter_mut().zip(lengths_cm) {
            step.distance = Meters(((cm + 50) / 100) as i64);
        }
        line.push(to);
        line.dedup();
        let (time_s, distance_m) = rounded(weight);
        RoadRoute {
            time: Seconds(i64::from(time_s)),
            distance: Meters(i64::from(distance_m)),
            line,
            steps,
        }
    }
}

/// The time of a way, apart by what decides it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimeShares {
    /// What no speed changes: doors, signals, barriers, ferries.
    pub(super) fixed_s: f64,
    /// Driven at each speed.
    pub(super) moving_s: Vec<(SpeedName, f64)>,
}

/// Bearing in degrees, clockwise from north.
fn bearing(a: LatLon, b: LatLon) -> f64 {
    let east = (b.lon() - a.lon()) * a.lat().to_radians().cos();
    east.atan2(b.lat() - a.lat()).to_degrees()
}

/// The turn between two bearings, within -180 and 180.
fn turn(before: f64, after: f64) -> f64 {
    (after - before + 540.0).rem_euclid(360.0) - 180.0
}

/// A part of an edge, by shares of it in the order of travel.
struct Piece {
    edge: usize,
    from: f64,
    to: f64,
}

fn alongside(network: &Network<'_>, source: &Snapped, target: &Snapped, weight: u64) -> Vec<Piece> {
    let pairs =
        source.candidates.iter().flat_map(|s| target.candidates.iter().map(move |t| (s, t)));
    let found = pairs.filter(|(s, t)| s.edge == t.edge).find(|(s, t)| {
        let one =
            |candidate: &Candidate| Snapped { candidates: vec![*candidate], ..Snapped::default() };
        super::snap::direct(&network.metric, &one(s), &one(t)) == weight
    });
    let (s, t) = found.expect("the pair whose weight was found");
    vec![Piece { edge: s.edge as usize, from: s.position, to: t.position }]
}

/// Out of the source's edge, over the arcs, into the target's edge.
fn over_arcs(
    network: &Network<'_>,
    source: &Snapped,
    target: &Snapped,
    arcs: &[usize],
) -> Vec<Piece> {
    let roads = &network.roads;
    let whole = |&arc: &usize| {
        let along = roads.arc_edge[arc] as usize;
        let (from, to) = if along.is_multiple_of(2) { (0.0, 1.0) } else { (1.0, 0.0) };
        Piece { edge: along / 2, from, to }
    };
    // The ends are those whose weights make up the whole; of equal ones the nearest candidate.
    let ends = EndsOf { network, source, target };
    let (first, last) = ends.find(arcs);
    let mut pieces = vec![first];
    pieces.extend(arcs.iter().map(whole));
    pieces.push(last);
    pieces
}

/// Looks for the part-edges at both ends of a path.
struct EndsOf<'a, 'n> {
    network: &'a Network<'n>,
    source: &'a Snapped,
    target: &'a Snapped,
}

impl EndsOf<'_, '_> {
    fn find(&self, arcs: &[usize]) -> (Piece, Piece) {
        let roads = &self.network.roads;
        let nodes = arcs
            .first()
            .zip(arcs.last())
            .map(|(&first, &last)| (roads.tail_of(first) as u32, roads.arc_head[last]));
        let outs = self.outward();
        let ins = self.inward();
        let (enter, leave) = nodes.unwrap_or_else(|| {
            // No arc between: the place where one end meets the other.
            let meets =
                |out: &(u64, u32, Piece)| ins.iter().filter(|i| i.1 == out.1).map(|i| i.0).min();
            let best = outs.iter().filter_map(|out| Some((out.0 + meets(out)?, out.1))).min();
            let node = best.expect("both ends meet in a node").1;
            (node, node)
        });
        let nearest = |ends: Vec<(u64, u32, Piece)>, node: u32| {
            let at_node = ends.into_iter().filter(|end| end.1 == node);
            at_node.min_by_key(|end| end.0).expect("the search began and ended here").2
        };
        (nearest(outs, enter), nearest(ins, leave))
    }

    fn directions(candidates: &[Candidate]) -> impl Iterator<Item = (&Candidate, usize)> {
        candidates
            .iter()
            .flat_map(|c| [0, 1].into_iter().filter(|&d| c.open[d]).map(move |d| (c, d)))
    }

    fn outward(&self) -> Vec<(u64, u32, Piece)> {
        let mut seeds = self.source.out.iter();
        let mut ends = Vec::new();
        for (candidate, direction) in Self::directions(&self.source.candidates) {
            let Some(seed) = seeds.next() else { break };
            let to = if direction == 0 { 1.0 } else { 0.0 };
            let piece = Piece { edge: candidate.edge as usize, from: candidate.position, to };
            ends.push((seed.weight, seed.node, piece));
        }
        ends
    }

    fn inward(&self) -> Vec<(u64, u32, Piece)> {
        let roads = &self.network.roads;
        let mut ends = Vec::new();
        for (candidate, direction) in Self::directions(&self.target.candidates) {
            let edge = candidate.edge as usize;
            let weight = self.network.metric.edges[edge][direction];
            let from = if direction == 0 { 0.0 } else { 1.0 };
            let before = if direction == 0 { candidate.position } else { 1.0 - candidate.position };
            for (node, _) in roads.arcs_along(edge, direction) {
                let is_seed = self.target.into.iter().any(|seed| seed.node == node);
                if is_seed {
                    let piece = Piece { edge, from, to: candidate.position };
                    ends.push((candidate.access + share(weight, before), node, piece));
                }
            }
        }
        ends
    }
}

impl Travel for Router {
    fn name(&self) -> TravelName {
        let summary = self.region.summary();
        TravelName {
            kind: TravelKind::Region,
            name: summary.name.clone(),
            attribution: summary.attribution.clone(),
        }
    }

    fn measure(
        &self,
        places: &[NetworkPlace],
        fallback: &TravelProfile,
    ) -> Result<Measured, TravelError> {
        let points: Vec<LatLon> = places.iter().map(|place| place.at).collect();
        let (weights, snapped) = self.weights(&points);
        let cell = |&weight: &u64| (weight < INFINITE).then(|| rounded(weight));
        let cells: Vec<_> = weights.iter().map(cell).collect();
        let (matrix, estimated) = fill(places, &cells, fallback)?;
        let far = |place: &Snapped| {
            let nearest = place.candidates.first()?;
            let is_far = nearest.distance_m > self.snap.walk_from_m;
            is_far.then(|| Meters(nearest.distance_m.round() as i64))
        };
        let walked = snapped.iter().enumerate().filter_map(|(i, place)| Some((i, far(place)?)));
        Ok(Measured { matrix, estimated, walked: walked.collect() })
    }

    fn line(&self, from: LatLon, to: LatLon) -> Option<Vec<LatLon>> {
        self.route(from, to).map(|route| route.line)
    }

    fn nearest_road(&self, at: LatLon) -> Option<LatLon> {
        self.snapper().snap(at).candidates.first().map(|candidate| candidate.at)
    }

    fn drawing(&self, bounds: BoundingBox) -> Vec<DrawnShape> {
        // A plan without the map beneath it is still a plan.
        self.region.drawing(bounds).unwrap_or_default()
    }
}
