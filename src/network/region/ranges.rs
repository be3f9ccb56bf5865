//! Every number of a region leads somewhere: what checksums cannot know.
//!
//! A checksum tells that the bytes are those that were written, not that they were written well. A
//! file made by another hand, with sound checksums, must be refused and not trip a search. So once
//! per region every number that is used as a place in an array is looked at, and what a search
//! relies on: arcs lead upward, and where two arcs leave a node their ends are neighbors.

use geo_index::rtree::{RTreeIndex, RTreeRef};

use super::{RegionError, id};
use crate::network::graph::Roads;
use crate::network::hierarchy::{Hierarchy, NO_NODE};
use crate::network::metric::Metric;
use crate::network::region::format::SectionId;
use crate::network::weight::INFINITE;
use crate::place::LatLon;

/// Grades of a track, 0 for none.
const GRADE_MAX: u8 = 5;

/// Refuses the first section that does not hold what it should.
fn all_hold(checks: &[(SectionId, &dyn Fn() -> bool)]) -> Result<(), RegionError> {
    match checks.iter().find(|(_, holds)| !holds()) {
        None => Ok(()),
        Some((section, _)) => {
            let what = format!("section {} does not fit the others", section.0);
            Err(RegionError::Damaged { what })
        }
    }
}

/// Checks the graph, its hierarchy and the index of its edges.
pub(super) fn check_roads(
    roads: &Roads<'_>,
    hierarchy: &Hierarchy<'_>,
    index: &[u8],
) -> Result<(), RegionError> {
    let (n, n_edges) = (roads.n_nodes(), roads.n_edges());
    let n_arcs = roads.arc_head.len();
    let n_up = hierarchy.up_head.len();
    // In this order: later checks rely on earlier ones.
    all_hold(&[
        (id::KINDS, &|| roads.kinds.iter().all(|kind| kind.grade <= GRADE_MAX)),
        (id::NODE_AT, &|| on_globe(roads.node_at) && n < NO_NODE as usize),
        (id::ARC_FIRST, &|| are_starts(roads.arc_first, n, n_arcs)),
        (id::ARC_HEAD, &|| are_below(roads.arc_head, n)),
        (id::ARC_EDGE, &|| {
            roads.arc_edge.len() == n_arcs && are_below(roads.arc_edge, n_edges * 2)
        }),
        (id::ARC_BAN, &|| roads.arc_ban.len() == n_arcs),
        (id::COPIES, &|| are_below(roads.copies.as_flattened(), n)),
        (id::EDGE_ENDS, &|| are_below(roads.edge_ends.as_flattened(), n)),
        (id::EDGE_LENGTH, &|| roads.edge_length_cm.len() == n_edges),
        (id::EDGE_KIND, &|| {
            roads.edge_kind.len() == n_edges && are_below(roads.edge_kind, roads.kinds.len())
        }),
        (id::EDGE_NAME, &|| roads.edge_name.len() == n_edges),
        (id::EDGE_WAY, &|| roads.edge_way.len() == n_edges),
        (id::EDGE_MARKS, &|| roads.edge_marks.len() == n_edges),
        (id::SHAPE_FIRST, &|| are_starts(roads.shape_first, n_edges, roads.shape_at.len())),
        (id::SHAPE_AT, &|| on_globe(roads.shape_at)),
        (id::INDEX, &|| is_index(index, n_edges)),
        (id::UP_FIRST, &|| are_starts(hierarchy.up_first, n, n_up)),
        (id::UP_HEAD, &|| leads_up(hierarchy, n) && is_closed(hierarchy)),
        (id::ARC_HEAD, &|| is_graph_of(roads, hierarchy)),
        (id::DOWN_FIRST, &|| are_starts(hierarchy.down_first, n, n_up)),
        (id::DOWN_ARC, &|| hierarchy.down_arc.len() == n_up && leads_down(hierarchy)),
    ])
}

/// Checks the weights of a profile.
///
/// None exceeds [`INFINITE`]: sums of two stay below what an integer holds, and searches keep the
/// smaller of a sum and [`INFINITE`].
pub(super) fn check_metric(
    metric: &Metric<'_>,
    [n_nodes, n_edges, n_up]: [usize; 3],
    ids: [SectionId; 4],
) -> Result<(), RegionError> {
    let are_weights = |weights: &[u64]| weights.iter().all(|&weight| weight <= INFINITE);
    all_hold(&[
        (ids[0], &|| metric.up.len() == n_up && are_weights(metric.up)),
        (ids[1], &|| metric.down.len() == n_up && are_weights(metric.down)),
        (ids[2], &|| metric.main.len() == n_nodes),
        (ids[3], &|| metric.edges.len() == n_edges && are_weights(metric.edges.as_flattened())),
    ])
}

/// Points, streets and waters as slices.
pub(super) struct PlaceSlices<'a> {
    pub(super) point_at: &'a [[i32; 2]],
    pub(super) street_name: &'a [u32],
    pub(super) street_first: &'a [u32],
    pub(super) street_edge: &'a [u32],
    pub(super) water_kind: &'a [u8],
    pub(super) water_first: &'a [u32],
    pub(super) water_at: &'a [[i32; 2]],
}

/// Checks points, streets and waters.
pub(super) fn check_places(places: &PlaceSlices<'_>, n_edges: usize) -> Result<(), RegionError> {
    let (n_streets, n_waters) = (places.street_name.len(), places.water_kind.len());
    let (n_street_edges, n_corners) = (places.street_edge.len(), places.water_at.len());
    all_hold(&[
        (id::POINT_AT, &|| on_globe(places.point_at)),
        (id::STREET_FIRST, &|| are_starts(places.street_first, n_streets, n_street_edges)),
        (id::STREET_EDGE, &|| are_below(places.street_edge, n_edges)),
        (id::WATER_FIRST, &|| are_starts(places.water_first, n_waters, n_corners)),
        (id::WATER_AT, &|| on_globe(places.water_at)),
    ])
}

fn are_below(numbers: &[u32], limit: usize) -> bool {
    numbers.iter().all(|&number| (number as usize) < limit)
}

/// Whether numbers say where each of `n` lists begins in one of so many elements, and where it ends.
fn are_starts(first: &[u32], n: usize, n_elements: usize) -> bool {
    first.len() == n + 1 && first[0] == 0 && first[n] as usize == n_elements && first.is_sorted()
}

fn on_globe(positions: &[[i32; 2]]) -> bool {
    let degrees = |e7: i32| f64::from(e7) / 1e7;
    positions.iter().all(|&[lat, lon]| LatLon::new(degrees(lat), degrees(lon)).is_some())
}

/// Whether arcs lead from lower to higher nodes, ascending at each.
fn leads_up(hierarchy: &Hierarchy<'_>, n: usize) -> bool {
    (0..n).all(|node| {
        let heads = &hierarchy.up_head[hierarchy.up(node)];
        let mut below = node;
        heads.iter().all(|&head| {
            let is_above = below < head as usize && (head as usize) < n;
            below = head as usize;
            is_above
        })
    })
}

/// Whether the upper neighbors of each node are neighbors of each other.
///
/// It is enough that the lowest knows the others: what holds for it holds for them in turn.
fn is_closed(hierarchy: &Hierarchy<'_>) -> bool {
    (0..hierarchy.n_nodes()).all(|node| {
        let Some((&parent, others)) = hierarchy.up_head[hierarchy.up(node)].split_first() else {
            return true;
        };
        let mut known = hierarchy.up_head[hierarchy.up(parent as usize)].iter();
        others.iter().all(|head| known.any(|other| other == head))
    })
}

/// Whether every arc of the graph is one of the hierarchy.
fn is_graph_of(roads: &Roads<'_>, hierarchy: &Hierarchy<'_>) -> bool {
    (0..roads.n_nodes()).all(|tail| {
        roads.arcs_of(tail).all(|arc| {
            let (tail, head) = (tail as u32, roads.arc_head[arc]);
            tail == head || hierarchy.arc(tail.min(head), tail.max(head)).is_some()
        })
    })
}

/// Whether the arcs listed at a node from above are those that end there.
fn leads_down(hierarchy: &Hierarchy<'_>) -> bool {
    (0..hierarchy.n_nodes()).all(|node| {
        let ends_here = |&arc: &u32| hierarchy.up_head.get(arc as usize) == Some(&(node as u32));
        hierarchy.down(node).iter().all(ends_here)
    })
}

/// Whether bytes are a packed tree over all edges: each inner entry leads to its own children, each
/// edge is there once. The reader of the tree relies on it without looking.
fn is_index(bytes: &[u8], n_edges: usize) -> bool {
    // The reader asserts that nodes have room for two, and trusts the number of items.
    let is_head_sound = bytes.len() >= 8
        && u16::from_le_bytes([bytes[2], bytes[3]]) >= 2
        && u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize == n_edges;
    if !is_head_sound {
        return false;
    }
    let Ok(tree) = RTreeRef::<i32>::try_new(&bytes) else { return false };
    let entries = tree.indices();
    let mut is_met = vec![false; n_edges];
    for position in 0..n_edges {
        let Some(is_met) = is_met.get_mut(entries.get(position)) else { return false };
        if std::mem::replace(is_met, true) {
            return false;
        }
    }
    // Levels end at multiples of four numbers, a box each; an entry names the first box of its children.
    let node_size = usize::from(tree.node_size());
    let levels: Vec<usize> = tree.level_bounds().iter().map(|bound| bound / 4).collect();
    let mut below = 0;
    levels.windows(2).all(|level| {
        let children = below;
        below = level[0];
        (level[0]..level[1])
            .enumerate()
            .all(|(nth, position)| entries.get(position) == (children + nth * node_size) * 4)
    })
}
