//! Turn restrictions, by remembering only where it matters how a node was entered.
//!
//! Idea. A restriction forbids a sequence of arcs: into the node, perhaps along the ways between,
//! and out again. The forbidden sequences make an Aho–Corasick automaton whose letters are arcs.
//! Each of its inner states becomes a copy of the node it stands at; all other nodes stay as they
//! are. An arc leads to the copy of the longest forbidden beginning that the path now ends with,
//! and is banned where it would complete one. The result is an ordinary graph, larger by one node
//! per restricted entrance, instead of one by edges, which has a node for every arc.
//!
//! # Reference
//! Aho, Corasick (1975), Efficient string matching, Communications of the ACM 18(6); for
//! forbidden sequences in route planning Villeneuve, Desaulniers (2005), The shortest path problem
//! with forbidden paths, European Journal of Operational Research 165(1).

use rustc_hash::FxHashMap;

use super::graph::{Edges, NO_VERTEX};
use super::import::{RawMap, RawRestriction};

/// The start of the automaton: nothing to remember.
const ROOT: u32 = 0;

/// A graph in which turns are ordinary arcs.
#[derive(Debug, Default)]
pub(super) struct TurnGraph {
    /// Vertex of each node: first the vertices themselves, then the copies.
    pub(super) node_vertex: Vec<u32>,
    /// Tail, head, arc number (edge times two plus direction) and banned vehicles, by tail.
    pub(super) arcs: Vec<(u32, u32, u32, u8)>,
    /// Restrictions that were understood, and those that were not.
    pub(super) n_kept: usize,
    /// See `n_kept`.
    pub(super) n_ignored: usize,
}

/// Forbidden sequences of arcs as a tree, with the longest suffix of each that is in it.
struct Automaton {
    next: FxHashMap<(u32, u32), u32>,
    /// Last arc of each state.
    arc: Vec<u32>,
    fail: Vec<u32>,
    /// Vehicles banned from completing this state, suffixes included.
    ban: Vec<u8>,
    has_children: Vec<bool>,
}

impl Automaton {
    fn new(sequences: &[(Vec<u32>, u8)]) -> Self {
        let mut states = Self {
            next: FxHashMap::default(),
            arc: vec![u32::MAX],
            fail: vec![ROOT],
            ban: vec![0],
            has_children: vec![false],
        };
        let mut by_depth: Vec<Vec<(u32, u32)>> = Vec::new();
        for (arcs, vehicles) in sequences {
            let mut state = ROOT;
            for (depth, &arc) in arcs.iter().enumerate() {
                let known = states.next.get(&(state, arc)).copied();
                let next = known.unwrap_or_else(|| states.push(arc));
                if known.is_none() {
                    states.next.insert((state, arc), next);
                    states.has_children[state as usize] = true;
                    by_depth.resize(by_depth.len().max(depth + 1), Vec::new());
                    by_depth[depth].push((state, next));
                }
                state = next;
            }
            states.ban[state as usize] |= vehicles;
        }
        // Shallow states first: a suffix is always shorter.
        for (parent, state) in by_depth.into_iter().flatten() {
            let arc = states.arc[state as usize];
            let fail = match parent {
                ROOT => ROOT,
                _ => states.step(states.fail[parent as usize], arc),
            };
            states.fail[state as usize] = fail;
            states.ban[state as usize] |= states.ban[fail as usize];
        }
        states
    }

    fn push(&mut self, arc: u32) -> u32 {
        self.arc.push(arc);
        self.fail.push(ROOT);
        self.ban.push(0);
        self.has_children.push(false);
        (self.arc.len() - 1) as u32
    }

    /// The longest suffix of a state and an arc.
    fn step(&self, mut state: u32, arc: u32) -> u32 {
        loop {
            if let Some(&next) = self.next.get(&(state, arc)) {
                return next;
            }
            if state == ROOT {
                return ROOT;
            }
            state = self.fail[state as usize];
        }
    }

    /// The longest suffix that can still become forbidden.
    fn landing(&self, mut state: u32) -> u32 {
        while state != ROOT && !self.has_children[state as usize] {
            state = self.fail[state as usize];
        }
        state
    }
}

/// Builds the graph of a map's edges and restrictions.
pub(super) fn turn_graph(map: &RawMap, edges: &Edges) -> TurnGraph {
    let out = ArcsOut::of(edges);
    let mut graph = TurnGraph::default();
    let mut sequences = Vec::new();
    let finder = Finder { map, edges, out: &out, edges_of_way: edges_of_way(edges) };
    for restriction in &map.restrictions {
        let found = finder.sequences(restriction);
        if found.is_empty() {
            graph.n_ignored += 1;
        } else {
            graph.n_kept += 1;
        }
        sequences.extend(found.into_iter().map(|arcs| (arcs, restriction.vehicles)));
    }
    let automaton = Automaton::new(&sequences);
    let n_vertices = edges.vertex_at.len() as u32;
    graph.node_vertex = (0..n_vertices).collect();
    let mut node_of_state: FxHashMap<u32, u32> = FxHashMap::default();
    let mut states = vec![ROOT; n_vertices as usize];
    for state in (1..automaton.arc.len() as u32).filter(|&s| automaton.has_children[s as usize]) {
        node_of_state.insert(state, graph.node_vertex.len() as u32);
        graph.node_vertex.push(head(edges, automaton.arc[state as usize]));
        states.push(state);
    }
    for (node, &state) in states.iter().enumerate() {
        for &arc in out.of_vertex(graph.node_vertex[node]) {
            let next = automaton.step(state, arc);
            let landing = automaton.landing(next);
            let target = node_of_state.get(&landing).copied().unwrap_or(head(edges, arc));
            graph.arcs.push((node as u32, target, arc, automaton.ban[next as usize]));
        }
    }
    graph
}

fn tail(edges: &Edges, arc: u32) -> u32 {
    edges.ends[arc as usize / 2][arc as usize % 2]
}

fn head(edges: &Edges, arc: u32) -> u32 {
    edges.ends[arc as usize / 2][1 - arc as usize % 2]
}

/// Arcs by the vertex they leave.
struct ArcsOut {
    first: Vec<u32>,
    arcs: Vec<u32>,
}

impl ArcsOut {
    fn of(edges: &Edges) -> Self {
        let mut first = vec![0; edges.vertex_at.len() + 1];
        let arcs = 0..edges.ends.len() as u32 * 2;
        arcs.clone().for_each(|arc| first[tail(edges, arc) as usize + 1] += 1);
        for vertex in 0..edges.vertex_at.len() {
            first[vertex + 1] += first[vertex];
        }
        let mut next = first.clone();
        let mut sorted = vec![0; arcs.len()];
        for arc in arcs {
            let slot = &mut next[tail(edges, arc) as usize];
            sorted[*slot as usize] = arc;
            *slot += 1;
        }
        Self { first, arcs: sorted }
    }

    fn of_vertex(&self, vertex: u32) -> &[u32] {
        let vertex = vertex as usize;
        &self.arcs[self.first[vertex] as usize..self.first[vertex + 1] as usize]
    }
}

/// The edges of each way; they were made way by way.
fn edges_of_way(edges: &Edges) -> FxHashMap<i64, std::ops::Range<usize>> {
    let mut ranges: FxHashMap<i64, std::ops::Range<usize>> = FxHashMap::default();
    for (edge, &way) in edges.way.iter().enumerate().filter(|(_, way)| **way != 0) {
        ranges.entry(way).or_insert(edge..edge).end = edge + 1;
    }
    ranges
}

/// Finds the arcs that a restriction speaks of.
struct Finder<'a> {
    map: &'a RawMap,
    edges: &'a Edges,
    out: &'a ArcsOut,
    edges_of_way: FxHashMap<i64, std::ops::Range<usize>>,
}

impl Finder<'_> {
    /// The forbidden sequences; none when the restriction does not fit the roads that are there.
    fn sequences(&self, rule: &RawRestriction) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        for &from in &rule.from {
            for &to in &rule.to {
                if let Some(path) = self.path(rule, from, to) {
                    found.extend(self.forbidden(rule, path));
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The arcs of a restriction, in and out included.
    fn path(&self, rule: &RawRestriction, from: i64, to: i64) -> Option<Vec<u32>> {
        match (&rule.via_nodes[..], &rule.via_ways[..]) {
            (&[node], []) => {
                let via = self.edges.vertex_of_node[self.map.node_index(node)?];
                if via == NO_VERTEX {
                    return None;
                }
                Some(vec![self.only_arc_into(from, via)?, self.only_arc_out(to, via)?])
            }
            ([], ways @ [_, ..]) => self.path_along(from, ways, to),
            _ => None,
        }
    }

    /// Through ways: the first starts where `from` ends, each next one where the last one ended.
    fn path_along(&self, from: i64, ways: &[i64], to: i64) -> Option<Vec<u32>> {
        let starts = self.way_ends(ways[0])?;
        starts.into_iter().find_map(|start| {
            let mut arcs = vec![self.only_arc_into(from, start)?];
            let mut at = start;
            for &way in ways {
                let along = self.traverse(way, at)?;
                at = head(self.edges, *along.last()?);
                arcs.extend(along);
            }
            arcs.push(self.only_arc_out(to, at)?);
            Some(arcs)
        })
    }

    /// The two ends of a way.
    fn way_ends(&self, way: i64) -> Option<[u32; 2]> {
        let range = self.edges_of_way.get(&way)?.clone();
        let last = range.end.checked_sub(1)?;
        Some([self.edges.ends[range.start][0], self.edges.ends[last][1]])
    }

    /// The arcs along a whole way from one of its ends.
    fn traverse(&self, way: i64, from: u32) -> Option<Vec<u32>> {
        let range = self.edges_of_way.get(&way)?.clone();
        let [start, end] = self.way_ends(way)?;
        let arcs: Vec<u32> = match from {
            _ if from == start => range.map(|edge| edge as u32 * 2).collect(),
            _ if from == end => range.rev().map(|edge| edge as u32 * 2 + 1).collect(),
            _ => return None,
        };
        let joins = |w: &[u32]| head(self.edges, w[0]) == tail(self.edges, w[1]);
        arcs.windows(2).all(joins).then_some(arcs)
    }

    /// The arc of a way that leaves a vertex, when there is exactly one.
    fn only_arc_out(&self, way: i64, vertex: u32) -> Option<u32> {
        let is_of_way = |arc: &&u32| self.edges.way[**arc as usize / 2] == way;
        let mut arcs = self.out.of_vertex(vertex).iter().filter(is_of_way);
        let only = arcs.next().copied();
        arcs.next().is_none().then_some(only).flatten()
    }

    /// The arc of a way that enters a vertex, when there is exactly one.
    fn only_arc_into(&self, way: i64, vertex: u32) -> Option<u32> {
        // The arc out, turned around, is the arc in.
        self.only_arc_out(way, vertex).map(|arc| arc ^ 1)
    }

    /// What a path forbids: itself, or every other way out.
    fn forbidden(&self, rule: &RawRestriction, path: Vec<u32>) -> Vec<Vec<u32>> {
        if !rule.is_only {
            return vec![path];
        }
        let (last, before) = (path[path.len() - 1], &path[..path.len() - 1]);
        let others = self.out.of_vertex(tail(self.edges, last)).iter();
        others
            .filter(|&&arc| arc != last)
            .map(|&arc| before.iter().copied().chain([arc]).collect())
            .collect()
    }
}
