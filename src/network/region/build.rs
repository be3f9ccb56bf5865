//! An extract → a region file, step by step. The same extract gives the same bytes.

use std::io::{self, Read, Seek, Write};

use geo_index::rtree::RTreeBuilder;
use geo_index::rtree::sort::HilbertSort;
use rustc_hash::FxHashMap;

use super::format::RegionWriter;
use super::{ATTRIBUTION, Meta, ProfileSummary, RegionSummary, id};
use crate::network::graph::{Edges, Roads, cut_ways};
use crate::network::hierarchy::{HierarchyArrays, order};
use crate::network::import::{
    Area, BuildObserver, BuildStep, ImportError, NOWHERE, RawMap, RawPoint, read_map,
};
use crate::network::metric::{MetricArrays, customize, weigh_edges};
use crate::network::road_profile::RoadProfile;
use crate::network::snap::INDEX_STEP;
use crate::network::turns::{TurnGraph, turn_graph};
use crate::network::weight::INFINITE;

/// What to build.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildConfig {
    /// The region's name.
    pub name: String,
    /// The part of the extract.
    pub area: Area,
    /// Profiles to price beforehand.
    pub profiles: Vec<RoadProfile>,
}

/// Why a region cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The extract.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The file.
    #[error("the region cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Builds a region from an extract and writes it.
///
/// # Errors
/// When the extract is damaged, holds no road in the area, or the file cannot be written.
pub fn build_region<R: Read + Seek + Send, W: Write + Seek>(
    extract: &mut R,
    config: &BuildConfig,
    out: W,
    observer: &dyn BuildObserver,
) -> Result<RegionSummary, BuildError> {
    let map = read_map(extract, &config.area, observer)?;
    observer.begins(BuildStep::Graph);
    let edges = cut_ways(&map)?;
    let turns = turn_graph(&map, &edges);
    let places = Places::of(map);
    observer.begins(BuildStep::Order);
    let graph = Graph::ranked(edges, turns);
    observer.begins(BuildStep::Hierarchy);
    let roads = graph.view();
    let tails =
        (0..roads.n_nodes()).flat_map(|node| roads.arcs_of(node).map(move |arc| (node, arc)));
    let arcs = tails.map(|(node, arc)| (node as u32, roads.arc_head[arc]));
    let hierarchy = HierarchyArrays::contract(roads.n_nodes(), arcs);
    write(config, &graph, &hierarchy, &places, out, observer)
}

/// The graph with its nodes numbered by rank.
#[derive(Debug, Default)]
struct Graph {
    edges: Edges,
    node_at: Vec<[i32; 2]>,
    arc_first: Vec<u32>,
    arc_head: Vec<u32>,
    arc_edge: Vec<u32>,
    arc_ban: Vec<u8>,
    copies: Vec<[u32; 2]>,
    n_restrictions: usize,
    n_ignored: usize,
}

impl Graph {
    fn ranked(mut edges: Edges, turns: TurnGraph) -> Self {
        let at: Vec<[i32; 2]> =
            turns.node_vertex.iter().map(|&vertex| edges.vertex_at[vertex as usize]).collect();
        let tails: Vec<u32> = turns.arcs.iter().map(|arc| arc.0).collect();
        let heads: Vec<u32> = turns.arcs.iter().map(|arc| arc.1).collect();
        let order = order(&at, &tails, &heads);
        drop((tails, heads));
        let mut rank = vec![0u32; order.len()];
        for (position, &node) in order.iter().enumerate() {
            rank[node as usize] = position as u32;
        }
        let n_vertices = edges.vertex_at.len();
        let mut copies: Vec<[u32; 2]> = turns.node_vertex[n_vertices..]
            .iter()
            .enumerate()
            .map(|(copy, &vertex)| [rank[vertex as usize], rank[n_vertices + copy]])
            .collect();
        copies.sort_unstable();
        let mut arcs: Vec<(u32, u32, u32, u8)> = turns
            .arcs
            .into_iter()
            .map(|(tail, head, arc, ban)| (rank[tail as usize], arc, rank[head as usize], ban))
            .collect();
        arcs.sort_unstable();
        let mut arc_first = vec![0u32; order.len() + 1];
        for arc in &arcs {
            arc_first[arc.0 as usize + 1] += 1;
        }
        for node in 0..order.len() {
            arc_first[node + 1] += arc_first[node];
        }
        for end in edges.ends.iter_mut().flatten() {
            *end = rank[*end as usize];
        }
        Self {
            node_at: order.iter().map(|&node| at[node as usize]).collect(),
            arc_first,
            arc_head: arcs.iter().map(|arc| arc.2).collect(),
            arc_edge: arcs.iter().map(|arc| arc.1).collect(),
            arc_ban: arcs.iter().map(|arc| arc.3).collect(),
            copies,
            n_restrictions: turns.n_kept,
            n_ignored: turns.n_ignored,
            edges,
        }
    }

    fn view(&self) -> Roads<'_> {
        let edges = &self.edges;
        Roads {
            node_at: &self.node_at,
            arc_first: &self.arc_first,
            arc_head: &self.arc_head,
            arc_edge: &self.arc_edge,
            arc_ban: &self.arc_ban,
            copies: &self.copies,
            edge_ends: &edges.ends,
            edge_length_cm: &edges.length_cm,
            edge_kind: &edges.kind,
            edge_name: &edges.name,
            edge_way: &edges.way,
            edge_marks: &edges.marks,
            shape_first: &edges.shape_first,
            shape_at: &edges.shape_at,
            kinds: &edges.kinds,
        }
    }

    /// The boxes of all edges as a packed Hilbert R-tree, in steps of [`INDEX_STEP`].
    fn index(&self) -> Vec<u8> {
        let roads = self.view();
        let mut builder = RTreeBuilder::<i32>::new(roads.n_edges() as u32);
        for edge in 0..roads.n_edges() {
            let start = [i32::MAX, i32::MAX, i32::MIN, i32::MIN];
            let bounds = roads.shape(edge).fold(start, |b, [lat, lon]| {
                [b[0].min(lon), b[1].min(lat), b[2].max(lon), b[3].max(lat)]
            });
            let [west, south, east, north] = bounds.map(|e7| e7.div_euclid(INDEX_STEP));
            builder.add(west, south, east + 1, north + 1);
        }
        builder.finish::<HilbertSort>().into_inner()
    }
}

/// Names, points and waters, ready to be written.
struct Places {
    names: Vec<String>,
    points: Vec<RawPoint>,
    water: Vec<(u8, Vec<[i32; 2]>)>,
}

impl Places {
    fn of(map: RawMap) -> Self {
        let water = map.water.iter().filter_map(|water| {
            let ids = map.refs(water.refs).iter();
            let at = ids.filter_map(|&id| map.node_index(id)).map(|index| map.node_at[index]);
            let line: Vec<[i32; 2]> = at.filter(|&at| at != NOWHERE).collect();
            (line.len() > 1).then_some((water.kind as u8, line))
        });
        Self { water: water.collect(), names: map.names.list().to_vec(), points: map.points }
    }
}

/// The representative of an edge, with the way to it halved.
fn find(root: &mut [u32], mut edge: u32) -> u32 {
    while root[edge as usize] != edge {
        root[edge as usize] = root[root[edge as usize] as usize];
        edge = root[edge as usize];
    }
    edge
}

/// Connected edges of one name: name and edges, by name and lowest edge.
fn streets(roads: &Roads<'_>) -> Vec<(u32, Vec<u32>)> {
    // Union–find over edges that share a node and a name.
    let mut root: Vec<u32> = (0..roads.n_edges() as u32).collect();
    let mut at_node: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for edge in (0..roads.n_edges()).filter(|&edge| roads.edge_name[edge] != 0) {
        for end in roads.edge_ends[edge] {
            let first = *at_node.entry((end, roads.edge_name[edge])).or_insert(edge as u32);
            let (a, b) = (find(&mut root, first), find(&mut root, edge as u32));
            root[a.max(b) as usize] = a.min(b);
        }
    }
    let mut streets: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for edge in (0..roads.n_edges() as u32).filter(|&edge| roads.edge_name[edge as usize] != 0) {
        streets.entry(find(&mut root, edge)).or_default().push(edge);
    }
    let mut list: Vec<(u32, Vec<u32>)> =
        streets.into_values().map(|edges| (roads.edge_name[edges[0] as usize], edges)).collect();
    list.sort_unstable();
    list
}

fn write<W: Write + Seek>(
    config: &BuildConfig,
    graph: &Graph,
    hierarchy: &HierarchyArrays,
    places: &Places,
    out: W,
    observer: &dyn BuildObserver,
) -> Result<RegionSummary, BuildError> {
    let roads = graph.view();
    let n_sections = id::N_FIXED + id::N_PER_PROFILE * config.profiles.len();
    let mut writer = RegionWriter::new(out, n_sections)?;
    let mut summaries = Vec::new();
    for (number, profile) in config.profiles.iter().enumerate() {
        observer.progress(number as f64 / config.profiles.len() as f64);
        let weights = weigh_edges(&roads, profile, None);
        let metric = customize(&roads, &hierarchy.view(), weights, profile.vehicle().bit());
        summaries.push(profile_summary(&roads, profile, &metric)?);
        writer.put(id::of_profile(number, 0), &metric.up)?;
        writer.put(id::of_profile(number, 1), &metric.down)?;
        writer.put(id::of_profile(number, 2), &metric.main)?;
        writer.put(id::of_profile(number, 3), &metric.edges)?;
    }
    observer.begins(BuildStep::Write);
    let streets = streets(&roads);
    let summary = summary(config, graph, hierarchy, places, streets.len(), summaries);
    let profiles = config.profiles.iter().map(RoadProfile::to_toml).collect();
    let meta = Meta { summary: summary.clone(), profiles };
    writer.put(id::META, json(&meta).as_slice())?;
    write_graph(&mut writer, graph)?;
    let hierarchy = hierarchy.view();
    writer.put(id::UP_FIRST, hierarchy.up_first)?;
    writer.put(id::UP_HEAD, hierarchy.up_head)?;
    writer.put(id::DOWN_FIRST, hierarchy.down_first)?;
    writer.put(id::DOWN_ARC, hierarchy.down_arc)?;
    write_places(&mut writer, places, &streets)?;
    writer.finish()?;
    Ok(summary)
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain data has a JSON form")
}

fn write_graph<W: Write + Seek>(writer: &mut RegionWriter<W>, graph: &Graph) -> io::Result<()> {
    let roads = graph.view();
    writer.put(id::KINDS, json(&roads.kinds).as_slice())?;
    writer.put(id::NODE_AT, roads.node_at)?;
    writer.put(id::ARC_FIRST, roads.arc_first)?;
    writer.put(id::ARC_HEAD, roads.arc_head)?;
    writer.put(id::ARC_EDGE, roads.arc_edge)?;
    writer.put(id::ARC_BAN, roads.arc_ban)?;
    writer.put(id::COPIES, roads.copies)?;
    writer.put(id::EDGE_ENDS, roads.edge_ends)?;
    writer.put(id::EDGE_LENGTH, roads.edge_length_cm)?;
    writer.put(id::EDGE_KIND, roads.edge_kind)?;
    writer.put(id::EDGE_NAME, roads.edge_name)?;
    writer.put(id::EDGE_WAY, roads.edge_way)?;
    writer.put(id::EDGE_MARKS, roads.edge_marks)?;
    writer.put(id::SHAPE_FIRST, roads.shape_first)?;
    writer.put(id::SHAPE_AT, roads.shape_at)?;
    writer.put(id::INDEX, graph.index().as_slice())
}

fn write_places<W: Write + Seek>(
    writer: &mut RegionWriter<W>,
    places: &Places,
    streets: &[(u32, Vec<u32>)],
) -> io::Result<()> {
    let name_first = starts(places.names.iter().map(String::len));
    writer.put(id::NAME_FIRST, &name_first)?;
    writer.put(id::NAME_TEXT, places.names.concat().as_bytes())?;
    let kinds: Vec<u8> = places.points.iter().map(|point| point.kind as u8).collect();
    writer.put(id::POINT_KIND, &kinds)?;
    let names: Vec<[u32; 2]> = places.points.iter().map(|p| [p.name, p.house]).collect();
    writer.put(id::POINT_NAMES, &names)?;
    let at: Vec<[i32; 2]> = places.points.iter().map(|point| point.at).collect();
    writer.put(id::POINT_AT, &at)?;
    let street_names: Vec<u32> = streets.iter().map(|street| street.0).collect();
    writer.put(id::STREET_NAME, &street_names)?;
    writer.put(id::STREET_FIRST, &starts(streets.iter().map(|street| street.1.len())))?;
    let edges: Vec<u32> = streets.iter().flat_map(|street| &street.1).copied().collect();
    writer.put(id::STREET_EDGE, &edges)?;
    let kinds: Vec<u8> = places.water.iter().map(|water| water.0).collect();
    writer.put(id::WATER_KIND, &kinds)?;
    writer.put(id::WATER_FIRST, &starts(places.water.iter().map(|water| water.1.len())))?;
    let at: Vec<[i32; 2]> = places.water.iter().flat_map(|water| &water.1).copied().collect();
    writer.put(id::WATER_AT, &at)
}

/// Where each of some lists starts when they are laid end to end, and where the last one ends.
fn starts(lengths: impl Iterator<Item = usize>) -> Vec<u32> {
    let ends = lengths.scan(0, |end, length| {
        *end += length as u32;
        Some(*end)
    });
    std::iter::once(0).chain(ends).collect()
}

fn profile_summary(
    roads: &Roads<'_>,
    profile: &RoadProfile,
    metric: &MetricArrays,
) -> Result<ProfileSummary, ImportError> {
    let (mut main_cm, mut dropped_cm, mut n_dropped_edges) = (0, 0, 0);
    for edge in 0..roads.n_edges() {
        let length_cm = u64::from(roads.edge_length_cm[edge]);
        if metric.edges[edge] == [INFINITE; 2] || length_cm == 0 {
            continue;
        }
        if roads.edge_ends[edge].iter().all(|&end| metric.main[end as usize] == 1) {
            main_cm += length_cm;
        } else {
            dropped_cm += length_cm;
            n_dropped_edges += 1;
        }
    }
    if main_cm == 0 {
        return Err(ImportError::NothingOpen(profile.name().to_owned()));
    }
    let km = |cm: u64| (cm + 50_000) / 100_000;
    Ok(ProfileSummary {
        name: profile.name().to_owned(),
        main_km: km(main_cm),
        dropped_km: km(dropped_cm),
        n_dropped_edges,
    })
}

fn summary(
    config: &BuildConfig,
    graph: &Graph,
    hierarchy: &HierarchyArrays,
    places: &Places,
    n_streets: usize,
    profiles: Vec<ProfileSummary>,
) -> RegionSummary {
    let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let bounds = graph.node_at.iter().fold(start, |b, &[lat, lon]| {
        let (lat, lon) = (f64::from(lat) / 1e7, f64::from(lon) / 1e7);
        [b[0].min(lat), b[1].min(lon), b[2].max(lat), b[3].max(lon)]
    });
    RegionSummary {
        name: config.name.clone(),
        attribution: ATTRIBUTION.to_owned(),
        bounds,
        n_nodes: graph.node_at.len() as u64,
        n_copies: graph.copies.len() as u64,
        n_edges: graph.edges.ends.len() as u64,
        n_hierarchy_arcs: hierarchy.up_head.len() as u64,
        n_restrictions: graph.n_restrictions as u64,
        n_restrictions_ignored: graph.n_ignored as u64,
        n_missing_nodes: graph.edges.n_missing_nodes as u64,
        n_streets: n_streets as u64,
        n_points: places.points.len() as u64,
        profiles,
    }
}
