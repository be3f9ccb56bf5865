//! Shortest paths: between two places with the way itself, and between all pairs of many.

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rustc_hash::FxHashMap;

use super::graph::Roads;
use super::hierarchy::{Hierarchy, NO_NODE};
use super::metric::{Metric, arc_weight};
use super::snap::{Snapped, direct};
use super::weight::INFINITE;

/// Sources that are searched together: their distances at one node lie side by side, so that one
/// pass over the arcs serves them all (bench `roads`).
const LANES: usize = 8;

/// A node and the way to it (or from it) outside of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seed {
    pub(crate) node: u32,
    pub(crate) weight: u64,
}

/// The graph, its hierarchy and a metric.
#[derive(Clone, Copy)]
pub(crate) struct Network<'a> {
    pub(crate) roads: Roads<'a>,
    pub(crate) hierarchy: Hierarchy<'a>,
    pub(crate) metric: Metric<'a>,
    pub(crate) vehicle: u8,
}

impl Network<'_> {
    /// Calls `visit` with every ancestor of the seeds, lowest first.
    fn climb(&self, seeds: impl Iterator<Item = u32>, mut visit: impl FnMut(usize)) {
        let mut fronts: Vec<u32> = seeds.collect();
        while let Some(&lowest) = fronts.iter().min() {
            visit(lowest as usize);
            let parent = self.hierarchy.parent(lowest as usize);
            fronts.retain(|&front| front != lowest);
            if parent != NO_NODE && !fronts.contains(&parent) {
                fronts.push(parent);
            }
        }
    }

    /// The shortest weights from all places to all places, row by row.
    ///
    /// Idea. Ways go up the hierarchy from the source and down to the target. The nodes above all
    /// places make a small graph of their own. For some sources at once, the way up is searched
    /// node by node along the elimination tree, then one sweep from the top down over the small
    /// graph gives the distances of all its nodes, targets among them.
    ///
    /// # Complexity
    /// O(sources × arcs of the small graph); sources in parallel, the same cells on any number of threads.
    ///
    /// # Reference
    /// Delling, Goldberg, Werneck (2011), Faster batched shortest paths in road networks (RPHAST),
    /// here over a customizable hierarchy.
    pub(crate) fn weights(&self, places: &[Snapped]) -> Vec<u64> {
        let above = Above::of(self, places);
        let n = places.len();
        let mut sharing: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (target, place) in places.iter().enumerate() {
            for candidate in &place.candidates {
                sharing.entry(candidate.edge).or_default().push(target as u32);
            }
        }
        let blocks: Vec<Vec<u64>> = places
            .chunks(LANES)
            .collect::<Vec<_>>()
            .into_par_iter()
            .with_max_len(1)
            .enumerate()
            .map_init(
                || vec![[INFINITE; LANES]; above.nodes.len()],
                |distances, (block, sources)| {
                    above.search(sources, distances);
                    let mut cells = vec![INFINITE; sources.len() * n];
                    for (lane, source) in sources.iter().enumerate() {
                        let row = &mut cells[lane * n..][..n];
                        above.read(lane, distances, row);
                        self.read_direct(source, places, &sharing, row);
                        row[block * LANES + lane] = 0;
                    }
                    cells
                },
            )
            .collect();
        blocks.concat()
    }

    /// Ways along one edge that both places lie on.
    fn read_direct(
        &self,
        source: &Snapped,
        places: &[Snapped],
        sharing: &FxHashMap<u32, Vec<u32>>,
        row: &mut [u64],
    ) {
        for candidate in &source.candidates {
            for &target in &sharing[&candidate.edge] {
                let cell = &mut row[target as usize];
                *cell = (*cell).min(direct(&self.metric, source, &places[target as usize]));
            }
        }
    }

    /// The shortest way between two places: its weight and the arcs of the graph, in order.
    ///
    /// An empty list of arcs means the way along the edge they share.
    pub(crate) fn path(&self, source: &Snapped, target: &Snapped) -> Option<(u64, FoundPath)> {
        let alongside = direct(&self.metric, source, target);
        let forward = self.ascend(&source.out, self.metric.up);
        let backward = self.ascend(&target.into, self.metric.down);
        let meetings = forward.order.iter().filter_map(|node| {
            let (up, down) = (forward.reached[node].0, backward.reached.get(node)?.0);
            Some((up + down, *node))
        });
        let best = meetings.min().filter(|(weight, _)| *weight < INFINITE);
        match best {
            Some((weight, meeting)) if weight < alongside => {
                let arcs = self.unpack_from(meeting, &forward, &backward)?;
                Some((weight, FoundPath::Arcs(arcs)))
            }
            _ => (alongside < INFINITE).then_some((alongside, FoundPath::Alongside)),
        }
    }

    /// Distances to all ancestors of the seeds, with the arcs that gave them.
    fn ascend(&self, seeds: &[Seed], weights: &[u64]) -> Ascent {
        let mut ascent = Ascent::default();
        for seed in seeds {
            let slot = ascent.reached.entry(seed.node).or_insert((INFINITE, None));
            slot.0 = slot.0.min(seed.weight);
        }
        let mut order = Vec::new();
        self.climb(seeds.iter().map(|seed| seed.node), |node| {
            order.push(node as u32);
            let here = ascent.reached.entry(node as u32).or_insert((INFINITE, None)).0;
            if here >= INFINITE {
                return;
            }
            for arc in self.hierarchy.up(node) {
                let weight = here + weights[arc];
                let slot =
                    ascent.reached.entry(self.hierarchy.up_head[arc]).or_insert((INFINITE, None));
                if weight < slot.0 {
                    *slot = (weight, Some(arc));
                }
            }
        });
        ascent.order = order;
        ascent
    }

    /// The arcs of the graph from source to target through the node where both searches met.
    ///
    /// `None` when the weights are not those of the graph: nobody's build writes such, but a file can.
    fn unpack_from(&self, meeting: u32, forward: &Ascent, backward: &Ascent) -> Option<Vec<usize>> {
        let mut upward = Vec::new();
        let mut at = meeting;
        while let Some(arc) = forward.reached[&at].1 {
            let low = self.hierarchy.tail_of(arc) as u32;
            upward.push((low, at));
            at = low;
        }
        let mut arcs = Vec::new();
        for &(from, to) in upward.iter().rev() {
            self.unpack(from, to, &mut arcs)?;
        }
        at = meeting;
        while let Some(arc) = backward.reached[&at].1 {
            let low = self.hierarchy.tail_of(arc) as u32;
            self.unpack(at, low, &mut arcs)?;
            at = low;
        }
        Some(arcs)
    }

    /// Replaces an arc of the hierarchy by the arcs of the graph that it stands for.
    ///
    /// Of several of one weight the arc of the graph comes first, then the lowest middle node.
    fn unpack(&self, from: u32, to: u32, arcs: &mut Vec<usize>) -> Option<()> {
        let mut todo = vec![(from, to)];
        while let Some((from, to)) = todo.pop() {
            let weight = self.weight(from, to);
            let stands_for = |&arc: &usize| {
                self.roads.arc_head[arc] == to
                    && arc_weight(&self.roads, self.metric.edges, self.vehicle, arc) == weight
            };
            if let Some(arc) = self.roads.arcs_of(from as usize).find(stands_for) {
                // A shortest way meets no arc twice.
                if arcs.len() == self.roads.arc_head.len() {
                    return None;
                }
                arcs.push(arc);
                continue;
            }
            let (low, high) = (from.min(to), from.max(to));
            let middles = self.hierarchy.down(low as usize).iter();
            let middle = middles
                .map(|&arc| self.hierarchy.tail_of(arc as usize) as u32)
                .filter(|&middle| self.hierarchy.arc(middle, high).is_some())
                .find(|&middle| self.weight(from, middle) + self.weight(middle, to) == weight)?;
            todo.push((middle, to));
            todo.push((from, middle));
        }
        Some(())
    }

    fn weight(&self, from: u32, to: u32) -> u64 {
        let arc = self.hierarchy.arc(from.min(to), from.max(to)).expect("neighbors");
        if from < to { self.metric.up[arc] } else { self.metric.down[arc] }
    }
}

/// How a way was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FoundPath {
    /// Along the edge that both places lie on.
    Alongside,
    /// Out of one edge, over these arcs, into another edge.
    Arcs(Vec<usize>),
}

/// A search up the hierarchy.
#[derive(Default)]
struct Ascent {
    reached: FxHashMap<u32, (u64, Option<usize>)>,
    order: Vec<u32>,
}

/// The part of the hierarchy above some places, renumbered from its lowest node.
struct Above {
    /// Ranks, ascending.
    nodes: Vec<u32>,
    parent: Vec<u32>,
    /// First arc of each node, and one beyond.
    up_first: Vec<u32>,
    up: Vec<(u32, u64)>,
    down_first: Vec<u32>,
    down: Vec<(u32, u64)>,
    /// Seeds of each place by local number.
    out: FxHashMap<u32, u32>,
    into: Vec<Vec<Seed>>,
}

impl Above {
    fn of(network: &Network<'_>, places: &[Snapped]) -> Self {
        let hierarchy = &network.hierarchy;
        let mut nodes: Vec<u32> = Vec::new();
        let mut is_seen = rustc_hash::FxHashSet::default();
        for seed in places.iter().flat_map(|place| place.out.iter().chain(&place.into)) {
            let mut node = seed.node;
            while node != NO_NODE && is_seen.insert(node) {
                nodes.push(node);
                node = hierarchy.parent(node as usize);
            }
        }
        nodes.sort_unstable();
        let local = |node: u32| nodes.binary_search(&node).map_or(NO_NODE, |i| i as u32);
        let mut above = Self {
            parent: nodes.iter().map(|&n| local(hierarchy.parent(n as usize))).collect(),
            up_first: vec![0],
            up: Vec::new(),
            down_first: vec![0],
            down: Vec::new(),
            out: FxHashMap::default(),
            into: Vec::new(),
            nodes: Vec::new(),
        };
        for &node in &nodes {
            // Arcs that lead nowhere for this profile are left out.
            for arc in hierarchy.up(node as usize) {
                let head = local(hierarchy.up_head[arc]);
                let (up, down) = (network.metric.up[arc], network.metric.down[arc]);
                above.up.extend((up < INFINITE).then_some((head, up)));
                above.down.extend((down < INFINITE).then_some((head, down)));
            }
            above.up_first.push(above.up.len() as u32);
            above.down_first.push(above.down.len() as u32);
        }
        for place in places {
            let seeds = place.into.iter();
            above.into.push(seeds.map(|s| Seed { node: local(s.node), ..*s }).collect());
            above.out.extend(place.out.iter().map(|seed| (seed.node, local(seed.node))));
        }
        above.nodes = nodes;
        above
    }

    /// Distances from some sources to all nodes of this part.
    fn search(&self, sources: &[Snapped], distances: &mut [[u64; LANES]]) {
        distances.fill([INFINITE; LANES]);
        for (lane, source) in sources.iter().enumerate() {
            self.ascend(lane, source, distances);
        }
        for node in (0..self.nodes.len()).rev() {
            let mut best = distances[node];
            let arcs = self.down_first[node] as usize..self.down_first[node + 1] as usize;
            for &(head, weight) in &self.down[arcs] {
                let above = &distances[head as usize];
                for (best, above) in best.iter_mut().zip(above) {
                    *best = (*best).min(above + weight);
                }
            }
            distances[node] = best;
        }
    }

    /// The way up from one source, along the elimination tree.
    fn ascend(&self, lane: usize, source: &Snapped, distances: &mut [[u64; LANES]]) {
        let mut fronts: Vec<u32> = Vec::new();
        for seed in &source.out {
            let node = self.out[&seed.node];
            let slot = &mut distances[node as usize][lane];
            *slot = (*slot).min(seed.weight);
            fronts.push(node);
        }
        while let Some(&lowest) = fronts.iter().min() {
            let node = lowest as usize;
            let here = distances[node][lane];
            let arcs = self.up_first[node] as usize..self.up_first[node + 1] as usize;
            for &(head, weight) in &self.up[arcs] {
                let slot = &mut distances[head as usize][lane];
                *slot = (*slot).min(here + weight);
            }
            fronts.retain(|&front| front != lowest);
            let parent = self.parent[node];
            if parent != NO_NODE && !fronts.contains(&parent) {
                fronts.push(parent);
            }
        }
    }

    /// The distances of one source to all places.
    fn read(&self, lane: usize, distances: &[[u64; LANES]], row: &mut [u64]) {
        for (cell, seeds) in row.iter_mut().zip(&self.into) {
            for seed in seeds {
                *cell = (*cell).min(distances[seed.node as usize][lane] + seed.weight);
            }
        }
    }
}
