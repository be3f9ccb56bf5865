//! Which communes lie side by side.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;

use super::boundary::{Boundaries, touching_pairs};
use super::clustering::CommuneWork;
use super::unit::CommuneCode;
use crate::place::LatLon;

/// Meters in one degree of a meridian.
const METERS_PER_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

/// A point in meters east and north of a common origin.
pub(super) type PlanePoint = [f64; 2];

/// The points on one plane about their mean, true to scale at its latitude. Coordinates near zero
/// keep the digits that sums of squares would lose.
pub(super) fn on_plane(points: impl Iterator<Item = LatLon> + Clone) -> Vec<PlanePoint> {
    let n_points = points.clone().count().max(1) as f64;
    let lat_mean = points.clone().map(LatLon::lat).sum::<f64>() / n_points;
    let lon_mean = points.clone().map(LatLon::lon).sum::<f64>() / n_points;
    let meters_per_lon = METERS_PER_DEGREE * lat_mean.to_radians().cos();
    points
        .map(|p| [(p.lon() - lon_mean) * meters_per_lon, (p.lat() - lat_mean) * METERS_PER_DEGREE])
        .collect()
}

/// The square of the distance, in m².
pub(super) fn squared(a: PlanePoint, b: PlanePoint) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

/// The graph of neighboring communes: node `i` is `communes[i]`, and it is always connected.
///
/// Communes with an outline are neighbors when their outlines touch. A commune without one is a
/// neighbor by the Gabriel rule: no third commune's point lies in the circle that has the two
/// points as diameter. What is still apart, such as an island, is joined by its nearest pair.
/// The codes of `communes` must differ.
///
/// # Complexity
/// O(n² log n) for n communes, where the Gabriel test finds its witness early; O(n³) at worst.
///
/// # Reference
/// Gabriel, Sokal (1969), A New Statistical Approach to Geographic Variation Analysis,
/// Systematic Zoology 18(3).
pub fn neighbor_graph(
    communes: &[CommuneWork],
    boundaries: Option<&Boundaries>,
) -> UnGraph<CommuneCode, ()> {
    let points = on_plane(communes.iter().map(|commune| commune.point));
    let mut edges = boundaries.map_or_else(BTreeSet::new, |known| borders(communes, known));
    let outlined: BTreeSet<CommuneCode> =
        boundaries.map(|known| known.codes().collect()).unwrap_or_default();
    let has_outline = |i: usize| outlined.contains(&communes[i].code);
    edges.extend(gabriel(&points).into_iter().filter(|&(a, b)| !has_outline(a) || !has_outline(b)));
    join_parts(&points, &mut edges);
    let mut graph = UnGraph::with_capacity(communes.len(), edges.len());
    for commune in communes {
        graph.add_node(commune.code);
    }
    for (a, b) in edges {
        graph.add_edge(NodeIndex::new(a), NodeIndex::new(b), ());
    }
    graph
}

/// Pairs of positions whose outlines touch, lower position first.
fn borders(communes: &[CommuneWork], boundaries: &Boundaries) -> BTreeSet<(usize, usize)> {
    let position: BTreeMap<CommuneCode, usize> =
        communes.iter().enumerate().map(|(i, commune)| (commune.code, i)).collect();
    let codes = position.keys().copied().collect();
    let pairs = touching_pairs(boundaries, &codes).into_iter();
    pairs.map(|(a, b)| (position[&a], position[&b])).map(|(a, b)| (a.min(b), a.max(b))).collect()
}

fn gabriel(points: &[PlanePoint]) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for a in 0..points.len() {
        let distance = |b: usize| squared(points[a], points[b]);
        let mut near: Vec<usize> = (0..points.len()).filter(|&b| b != a).collect();
        near.sort_by(|&p, &q| distance(p).total_cmp(&distance(q)).then(p.cmp(&q)));
        for (rank, &b) in near.iter().enumerate().filter(|&(_, &b)| a < b) {
            // A witness inside the circle is nearer to `a` than `b` is, so it stands before `b`.
            let inside = |&c: &usize| distance(c) + squared(points[b], points[c]) < distance(b);
            if !near[..rank].iter().any(inside) {
                edges.push((a, b));
            }
        }
    }
    edges
}

/// Joins the parts of a graph by their nearest pairs, as Kruskal's algorithm would.
fn join_parts(points: &[PlanePoint], edges: &mut BTreeSet<(usize, usize)>) {
    let n = points.len();
    let mut parts = UnionFind::<usize>::new(n);
    let n_joined = edges.iter().filter(|&&(a, b)| parts.union(a, b)).count();
    if n <= n_joined + 1 {
        return;
    }
    let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
    let mut apart: Vec<_> = pairs.filter(|&(a, b)| !parts.equiv(a, b)).collect();
    let length = |(a, b): (usize, usize)| squared(points[a], points[b]);
    apart.sort_by(|&p, &q| length(p).total_cmp(&length(q)).then(p.cmp(&q)));
    edges.extend(apart.into_iter().filter(|&(a, b)| parts.union(a, b)));
}
