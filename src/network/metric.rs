//! What the arcs of a hierarchy weigh for one profile on one day.

use super::graph::{BEND_STEP, Roads};
use super::hierarchy::Hierarchy;
use super::road_profile::{Pace, RoadProfile};
use super::weight::{INFINITE, pack};
use crate::measure::Seconds;

/// Weights and the part of the map they connect.
#[derive(Clone, Copy)]
pub(crate) struct Metric<'a> {
    /// Weight of each arc from its lower to its upper end.
    pub(crate) up: &'a [u64],
    /// Weight of each arc from its upper to its lower end.
    pub(crate) down: &'a [u64],
    /// 1 for the nodes of the largest part in which every place is reached from every other.
    pub(crate) main: &'a [u8],
    /// Weight of each edge forward and backward.
    pub(crate) edges: &'a [[u64; 2]],
}

/// The arrays of a metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MetricArrays {
    pub(crate) up: Vec<u64>,
    pub(crate) down: Vec<u64>,
    pub(crate) main: Vec<u8>,
    pub(crate) edges: Vec<[u64; 2]>,
}

impl MetricArrays {
    pub(crate) fn view(&self) -> Metric<'_> {
        Metric { up: &self.up, down: &self.down, main: &self.main, edges: &self.edges }
    }
}

/// Weighs every edge in both directions.
pub(crate) fn weigh_edges(
    roads: &Roads<'_>,
    profile: &RoadProfile,
    hours: Option<(Seconds, Seconds)>,
) -> Vec<[u64; 2]> {
    let paces: Vec<[Option<Pace>; 2]> = roads
        .kinds
        .iter()
        .map(|kind| [0, 1].map(|direction| profile.pace(kind, direction, hours)))
        .collect();
    let signal_ms = f64::from(profile.signal_ms());
    let weigh = |edge: usize, direction: usize| {
        let Some(pace) = paces[roads.edge_kind[edge] as usize][direction] else { return INFINITE };
        let length_cm = roads.edge_length_cm[edge];
        let cm = f64::from(length_cm);
        let marks = roads.edge_marks[edge];
        let ms = match pace {
            Pace::Fixed { ms } => return pack(ms, length_cm),
            Pace::Crossing { ms_per_cm } => cm * ms_per_cm,
            Pace::Speed { kmh } => {
                let bends = profile.bends_factor(f64::from(marks[2]) * BEND_STEP);
                cm * 36.0 / (kmh * bends) + f64::from(marks[direction]) * signal_ms
            }
        };
        pack(ms.ceil().clamp(1.0, f64::from(1 << 29)) as u32, length_cm)
    };
    (0..roads.n_edges()).map(|edge| [weigh(edge, 0), weigh(edge, 1)]).collect()
}

/// The weight of an arc for a vehicle: its edge's, unless the turn is forbidden.
pub(crate) fn arc_weight(roads: &Roads<'_>, edges: &[[u64; 2]], vehicle: u8, arc: usize) -> u64 {
    if roads.arc_ban[arc] & vehicle != 0 {
        return INFINITE;
    }
    let along = roads.arc_edge[arc] as usize;
    edges[along / 2][along % 2]
}

/// Prices every arc of the hierarchy.
///
/// From below, each node offers its upper neighbors the way through itself. Afterwards an arc
/// weighs what the best way over lower nodes does (Dibbelt et al. 2016, section 5.1).
///
/// # Complexity
/// One step per lower triangle.
pub(crate) fn customize(
    roads: &Roads<'_>,
    hierarchy: &Hierarchy<'_>,
    edges: Vec<[u64; 2]>,
    vehicle: u8,
) -> MetricArrays {
    let n_arcs = hierarchy.up_head.len();
    let (mut up, mut down) = (vec![INFINITE; n_arcs], vec![INFINITE; n_arcs]);
    for node in 0..roads.n_nodes() {
        for arc in roads.arcs_of(node) {
            let (tail, head) = (node as u32, roads.arc_head[arc]);
            if tail == head {
                continue;
            }
            let found = hierarchy.arc(tail.min(head), tail.max(head));
            let slot = found.expect("every arc of the graph is one of the hierarchy");
            let side = if tail < head { &mut up[slot] } else { &mut down[slot] };
            *side = (*side).min(arc_weight(roads, &edges, vehicle, arc));
        }
    }
    for node in 0..hierarchy.n_nodes() {
        let arcs = hierarchy.up(node);
        for first in arcs.clone() {
            let mut upper = hierarchy.up(hierarchy.up_head[first] as usize).start;
            for second in first + 1..arcs.end {
                let high = hierarchy.up_head[second];
                while hierarchy.up_head[upper] != high {
                    upper += 1;
                }
                up[upper] = up[upper].min(down[first] + up[second]);
                down[upper] = down[upper].min(down[second] + up[first]);
            }
        }
    }
    let main = main_part(roads, &edges, vehicle);
    MetricArrays { up, down, main, edges }
}

/// Marks the largest strongly connected part; of two equal ones that of the lowest node.
///
/// # Reference
/// Tarjan (1972), without recursion.
fn main_part(roads: &Roads<'_>, edges: &[[u64; 2]], vehicle: u8) -> Vec<u8> {
    let n = roads.n_nodes();
    let (mut index, mut low) = (vec![0u32; n], vec![0u32; n]);
    let mut part = vec![u32::MAX; n];
    let mut n_parts = 0u32;
    let mut sizes: Vec<(usize, usize)> = Vec::new();
    let mut counter = 0;
    let mut stack: Vec<usize> = Vec::new();
    let mut calls: Vec<(usize, usize)> = Vec::new();
    for root in 0..n {
        if index[root] != 0 {
            continue;
        }
        calls.push((root, roads.arcs_of(root).start));
        while let Some((node, arc)) = calls.pop() {
            if index[node] == 0 {
                counter += 1;
                (index[node], low[node]) = (counter, counter);
                stack.push(node);
            }
            let mut arcs = arc..roads.arcs_of(node).end;
            let next = arcs.find(|&arc| {
                let head = roads.arc_head[arc] as usize;
                let is_open = arc_weight(roads, edges, vehicle, arc) < INFINITE;
                if is_open && index[head] != 0 && part[head] == u32::MAX {
                    low[node] = low[node].min(index[head]);
                }
                is_open && index[head] == 0
            });
            if let Some(arc) = next {
                calls.push((node, arc + 1));
                let head = roads.arc_head[arc] as usize;
                calls.push((head, roads.arcs_of(head).start));
                continue;
            }
            if low[node] == index[node] {
                let (mut size, mut least) = (0, node);
                while let Some(member) = stack.pop() {
                    part[member] = n_parts;
                    (size, least) = (size + 1, least.min(member));
                    if member == node {
                        break;
                    }
                }
                sizes.push((size, least));
                n_parts += 1;
            }
            if let Some(&(parent, _)) = calls.last() {
                low[parent] = low[parent].min(low[node]);
            }
        }
    }
    let by_size = |&part: &usize| (sizes[part].0, std::cmp::Reverse(sizes[part].1));
    let largest = (0..sizes.len()).max_by_key(by_size).map_or(u32::MAX, |part| part as u32);
    part.iter().map(|&part| u8::from(part == largest)).collect()
}
