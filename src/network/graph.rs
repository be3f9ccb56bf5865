//! The road graph: nodes where roads meet, edges between them, arcs in either direction.
//!
//! An edge is a piece of one way between two nodes, with its shape, kind and name. A barrier splits
//! its node: each road end becomes a node of its own, joined to the barrier's middle by an edge
//! without length, which a profile may close or delay. Turn restrictions split nodes too, see
//! `turns`: the graph is a plain one afterwards, and shortest paths know nothing of turns.

use crate::network::import::{NOWHERE, RawMap};
use crate::network::road_kind::{RoadClass, RoadKind};
use crate::place::LatLon;

use super::import::ImportError;

/// Degrees per kilometer in one step of a stored bend.
pub(super) const BEND_STEP: f64 = 20.0;
/// Shorter edges have corners, not bends.
const BENDS_FROM_CM: u32 = 20_000;

/// The road graph as slices, owned by a build or by an opened region.
#[derive(Clone, Copy)]
pub(crate) struct Roads<'a> {
    /// Position of each node, in 1e-7 degrees. Nodes are numbered by their rank in the hierarchy.
    pub(crate) node_at: &'a [[i32; 2]],
    /// First arc out of each node, and one beyond.
    pub(crate) arc_first: &'a [u32],
    /// Where each arc leads.
    pub(crate) arc_head: &'a [u32],
    /// The arc's edge times two, plus one when it runs backward.
    pub(crate) arc_edge: &'a [u32],
    /// Vehicles to which the turn into this arc is forbidden.
    pub(crate) arc_ban: &'a [u8],
    /// Pairs of a node and a copy of it that remembers how it was entered, ascending.
    pub(crate) copies: &'a [[u32; 2]],
    /// Tail and head of each edge.
    pub(crate) edge_ends: &'a [[u32; 2]],
    /// Length of each edge.
    pub(crate) edge_length_cm: &'a [u32],
    /// Kind of each edge.
    pub(crate) edge_kind: &'a [u32],
    /// Name of each edge, 0 for none.
    pub(crate) edge_name: &'a [u32],
    /// OpenStreetMap way of each edge, 0 for barriers.
    pub(crate) edge_way: &'a [i64],
    /// Signals met forward, signals met backward, bends in steps of [`BEND_STEP`], nothing.
    pub(crate) edge_marks: &'a [[u8; 4]],
    /// First inner corner of each edge, and one beyond.
    pub(crate) shape_first: &'a [u32],
    /// Inner corners of the edges.
    pub(crate) shape_at: &'a [[i32; 2]],
    /// The kinds.
    pub(crate) kinds: &'a [RoadKind],
}

impl<'a> Roads<'a> {
    pub(crate) fn n_nodes(&self) -> usize {
        self.node_at.len()
    }

    pub(crate) fn n_edges(&self) -> usize {
        self.edge_ends.len()
    }

    /// The arcs out of a node.
    pub(crate) fn arcs_of(&self, node: usize) -> std::ops::Range<usize> {
        self.arc_first[node] as usize..self.arc_first[node + 1] as usize
    }

    /// The node an arc comes from.
    pub(crate) fn tail_of(&self, arc: usize) -> usize {
        self.arc_first.partition_point(|&first| first as usize <= arc) - 1
    }

    /// The kind of an edge.
    pub(crate) fn kind(&self, edge: usize) -> &'a RoadKind {
        &self.kinds[self.edge_kind[edge] as usize]
    }

    /// All corners of an edge, from tail to head.
    pub(crate) fn shape(&self, edge: usize) -> impl DoubleEndedIterator<Item = [i32; 2]> + 'a {
        let [tail, head] = self.edge_ends[edge];
        let inner = self.shape_first[edge] as usize..self.shape_first[edge + 1] as usize;
        let (nodes, corners) = (self.node_at, self.shape_at);
        std::iter::once(nodes[tail as usize])
            .chain(corners[inner].iter().copied())
            .chain(std::iter::once(nodes[head as usize]))
    }

    /// The copies of a node.
    pub(crate) fn copies_of(&self, node: u32) -> impl Iterator<Item = u32> + 'a {
        let first = self.copies.partition_point(|pair| pair[0] < node);
        self.copies[first..].iter().take_while(move |pair| pair[0] == node).map(|pair| pair[1])
    }

    /// The arcs that travel an edge in a direction, at its tail and at the copies of it.
    pub(crate) fn arcs_along(
        &self,
        edge: usize,
        direction: usize,
    ) -> impl Iterator<Item = (u32, usize)> + use<'a, '_> {
        let tail = self.edge_ends[edge][direction];
        let wanted = (edge * 2 + direction) as u32;
        std::iter::once(tail).chain(self.copies_of(tail)).filter_map(move |node| {
            let arc = self.arcs_of(node as usize).find(|&arc| self.arc_edge[arc] == wanted)?;
            Some((node, arc))
        })
    }
}

/// The point of a stored position.
pub(crate) fn point([lat, lon]: [i32; 2]) -> LatLon {
    LatLon::new(f64::from(lat) / 1e7, f64::from(lon) / 1e7).expect("checked when the map was read")
}

/// Edges between vertices, before turns.
#[derive(Debug, Default)]
pub(super) struct Edges {
    pub(super) vertex_at: Vec<[i32; 2]>,
    pub(super) ends: Vec<[u32; 2]>,
    pub(super) length_cm: Vec<u32>,
    pub(super) kind: Vec<u32>,
    pub(super) name: Vec<u32>,
    pub(super) way: Vec<i64>,
    pub(super) marks: Vec<[u8; 4]>,
    pub(super) shape_first: Vec<u32>,
    pub(super) shape_at: Vec<[i32; 2]>,
    pub(super) kinds: Vec<RoadKind>,
    /// Vertex of each node of the map, or [`NO_VERTEX`].
    pub(super) vertex_of_node: Vec<u32>,
    /// Nodes of ways that the extract does not have.
    pub(super) n_missing_nodes: usize,
}

/// A node that is no vertex.
pub(super) const NO_VERTEX: u32 = u32::MAX;

/// Cuts the ways of a map into edges.
pub(super) fn cut_ways(map: &RawMap) -> Result<Edges, ImportError> {
    let mut edges = Edges { kinds: map.kinds.list().to_vec(), ..Edges::default() };
    let way_nodes = |way: &super::import::RawWay| -> Vec<usize> {
        let ids = map.refs(way.refs).iter();
        ids.map(|&id| map.node_index(id).expect("every node of a way was asked for")).collect()
    };
    // A node is a vertex when two roads meet there, or one ends.
    let mut uses = vec![0u8; map.node_ids.len()];
    for way in &map.ways {
        let nodes = way_nodes(way);
        for run in runs(&nodes, map) {
            for &node in run.iter().chain([&run[0], &run[run.len() - 1]]) {
                uses[node] = uses[node].saturating_add(1);
            }
        }
    }
    let mut is_barrier = vec![false; map.node_ids.len()];
    for (id, _) in &map.barriers {
        if let Some(node) = map.node_index(*id) {
            is_barrier[node] = uses[node] > 0;
        }
    }
    edges.vertex_of_node = vec![NO_VERTEX; map.node_ids.len()];
    for node in 0..uses.len() {
        if uses[node] > 1 || is_barrier[node] {
            edges.vertex_of_node[node] = edges.vertex(map.node_at[node]);
        }
    }
    edges.shape_first.push(0);
    for way in &map.ways {
        let nodes = way_nodes(way);
        let first_edge = edges.ends.len();
        for run in runs(&nodes, map) {
            edges.add_run(map, way, run, &is_barrier);
        }
        edges.n_missing_nodes += nodes.iter().filter(|&&n| map.node_at[n] == NOWHERE).count();
        edges.time_ferry(first_edge);
    }
    let limit = u32::MAX / 4;
    if edges.ends.len() as u64 > u64::from(limit) || edges.shape_at.len() as u64 > u64::from(limit)
    {
        return Err(ImportError::TooLarge { what: "edges or corners", limit });
    }
    if edges.ends.is_empty() {
        return Err(ImportError::NoRoads);
    }
    Ok(edges)
}

/// Stretches of a way whose nodes are all known, of two nodes and more.
fn runs<'n>(nodes: &'n [usize], map: &'n RawMap) -> impl Iterator<Item = &'n [usize]> {
    nodes.split(|&node| map.node_at[node] == NOWHERE).filter(|run| run.len() > 1)
}

impl Edges {
    fn vertex(&mut self, at: [i32; 2]) -> u32 {
        self.vertex_at.push(at);
        (self.vertex_at.len() - 1) as u32
    }

    /// One edge per piece between vertices.
    fn add_run(
        &mut self,
        map: &RawMap,
        way: &super::import::RawWay,
        run: &[usize],
        is_barrier: &[bool],
    ) {
        let mut first = 0;
        for last in 1..run.len() {
            if self.vertex_of_node[run[last]] == NO_VERTEX {
                continue;
            }
            let piece = &run[first..=last];
            let tail = self.end_at(map, piece[0], is_barrier);
            let head = self.end_at(map, piece[piece.len() - 1], is_barrier);
            self.add(map, way, piece, [tail, head]);
            first = last;
        }
    }

    /// The vertex where a piece ends: at a barrier, one of its own.
    fn end_at(&mut self, map: &RawMap, node: usize, is_barrier: &[bool]) -> u32 {
        let vertex = self.vertex_of_node[node];
        if !is_barrier[node] {
            return vertex;
        }
        let id = map.node_ids[node];
        let found = map.barriers.binary_search_by_key(&id, |barrier| barrier.0);
        let kind = map.barriers[found.expect("marked as a barrier")].1;
        let end = self.vertex(map.node_at[node]);
        self.push([end, vertex], 0, [kind, 0], 0, [0; 4]);
        end
    }

    fn add(&mut self, map: &RawMap, way: &super::import::RawWay, piece: &[usize], ends: [u32; 2]) {
        let at: Vec<[i32; 2]> = piece.iter().map(|&node| map.node_at[node]).collect();
        let length_cm = length_cm(&at);
        self.shape_at.extend_from_slice(&at[1..at.len() - 1]);
        let is_signal = |node: &usize| map.signals.binary_search(&map.node_ids[*node]).is_ok();
        let last = piece.len() - 1;
        let n_inner = piece[1..last].iter().filter(|node| is_signal(node)).count();
        let met = |end: usize| (n_inner + usize::from(is_signal(&piece[end]))).min(255) as u8;
        let marks = [met(last), met(0), bends(&at, length_cm), 0];
        self.push(ends, length_cm, [way.kind, way.name], way.id, marks);
    }

    fn push(
        &mut self,
        ends: [u32; 2],
        length_cm: u32,
        [kind, name]: [u32; 2],
        way: i64,
        marks: [u8; 4],
    ) {
        self.ends.push(ends);
        self.length_cm.push(length_cm);
        self.kind.push(kind);
        self.name.push(name);
        self.way.push(way);
        self.marks.push(marks);
        self.shape_first.push(self.shape_at.len() as u32);
    }

    /// Gives the edges of a ferry a kind that knows how long the whole crossing is.
    fn time_ferry(&mut self, first_edge: usize) {
        let Some(&kind) = self.kind.get(first_edge) else { return };
        if self.kinds[kind as usize].class != RoadClass::Ferry {
            return;
        }
        let crossing_cm = self.length_cm[first_edge..].iter().sum();
        let kind = RoadKind { crossing_cm, ..self.kinds[kind as usize].clone() };
        self.kinds.push(kind);
        let number = (self.kinds.len() - 1) as u32;
        let is_road = |edge: &usize| self.way[*edge] != 0;
        let edges: Vec<usize> = (first_edge..self.ends.len()).filter(is_road).collect();
        for edge in edges {
            self.kind[edge] = number;
        }
    }
}

fn length_cm(at: &[[i32; 2]]) -> u32 {
    let meters: f64 = at.windows(2).map(|pair| point(pair[0]).distance_m(point(pair[1]))).sum();
    (meters * 100.0).round() as u32
}

/// How much a road turns, in steps of [`BEND_STEP`] degrees per kilometer.
fn bends(at: &[[i32; 2]], length_cm: u32) -> u8 {
    if length_cm < BENDS_FROM_CM {
        return 0;
    }
    let bearing = |a: [i32; 2], b: [i32; 2]| {
        let east = f64::from(b[1] - a[1]) * point(a).lat().to_radians().cos();
        east.atan2(f64::from(b[0] - a[0])).to_degrees()
    };
    let turned: f64 = at
        .windows(3)
        .filter(|w| w[0] != w[1] && w[1] != w[2])
        .map(|w| {
            let turn = (bearing(w[1], w[2]) - bearing(w[0], w[1])).abs();
            turn.min(360.0 - turn)
        })
        .sum();
    let per_km = turned / (f64::from(length_cm) / 100_000.0);
    (per_km / BEND_STEP).round().min(255.0) as u8
}
