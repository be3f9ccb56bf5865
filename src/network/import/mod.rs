//! OpenStreetMap extract → what this room needs of it, as it stands on the map.
//!
//! Two passes over the blocks, each in parallel: the first keeps the ways that touch the area, with
//! the nodes and relations that say something about them; the second fetches the positions of their
//! nodes. A third one follows only when lakes are drawn by relations. Memory grows with what is
//! kept, not with the extract: about 24 bytes per node of the area plus 16 per node of its ways.

mod area;
mod blocks;
mod pass;
pub(crate) mod tags;

use std::io::{self, Read, Seek};

use osmpbf::{PrimitiveBlock, RelMemberType};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

pub use area::{Area, Polygon, named_area};

use super::road_kind::{RoadKind, words};
use blocks::read_blocks;
use pass::{BlockContent, content};

/// What a build is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildStep {
    /// Looks for the named area.
    Area,
    /// Reads ways and relations.
    Ways,
    /// Reads the positions of nodes.
    Nodes,
    /// Makes edges and turns.
    Graph,
    /// Orders the nodes: the longest step.
    Order,
    /// Contracts, and prices each profile.
    Hierarchy,
    /// Writes the file.
    Write,
}

/// Hears how a build comes along.
pub trait BuildObserver: Sync {
    /// A step begins.
    fn begins(&self, _step: BuildStep) {}
    /// The share of the step that is done.
    fn progress(&self, _share: f64) {}
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuietBuild;

impl BuildObserver for QuietBuild {}

/// Why an extract cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It cannot be read.
    #[error("the extract cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is damaged, or no extract.
    #[error("this is no sound OpenStreetMap extract (.osm.pbf){}: {reason}", block_words(*block))]
    Extract {
        /// Which block, counted from 1.
        block: Option<usize>,
        /// What the reader said.
        reason: String,
    },
    /// Nodes after ways.
    #[error("the extract is not sorted (node {node} follows ways); run `osmium sort` on it")]
    Unsorted {
        /// The first such node.
        node: i64,
    },
    /// A polygon that cannot be used.
    #[error("the polygon cannot be used: {0}")]
    Polygon(String),
    /// No boundary of this name.
    #[error(
        "the extract knows no administrative boundary named {0:?}; give --box or --polygon, or r and the number of its relation"
    )]
    AreaUnknown(String),
    /// Several boundaries of one name and level.
    #[error("several boundaries are named {0:?}: {1}; give one of these numbers as --area")]
    AreaAmbiguous(String, String),
    /// A boundary whose ways are missing.
    #[error("the border of {0:?} is not in the extract; give --box or --polygon")]
    AreaOpen(String),
    /// Nothing to travel on.
    #[error("no road lies in the area; check --box (south,west,north,east) and the extract")]
    NoRoads,
    /// A profile that leads nowhere.
    #[error("no road of the area is open to the profile {0:?}; check its speeds")]
    NothingOpen(String),
    /// More than the ids can count.
    #[error("the area has more than {limit} {what}; cut a smaller one")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many fit.
        limit: u32,
    },
}

fn block_words(block: Option<usize>) -> String {
    block.map_or(String::new(), |number| format!(", block {number}"))
}

words!(
    /// What a point of the map is.
    PointKind {
        City = "city",
        Town = "town",
        Suburb = "suburb",
        Quarter = "quarter",
        Neighbourhood = "neighbourhood",
        Village = "village",
        Hamlet = "hamlet",
        Dwelling = "isolated_dwelling",
        Locality = "locality",
        Island = "island",
        Address = "address",
        PostOffice = "post_office",
        TownHall = "townhall",
    }
);

words!(
    /// Water as it is drawn.
    WaterKind {
        Area = "water",
        River = "river",
        Coast = "coastline",
    }
);

/// A way to travel on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawWay {
    pub(crate) id: i64,
    pub(crate) kind: u32,
    pub(crate) name: u32,
    /// Where its nodes begin among all refs, and how many there are.
    pub(crate) refs: (usize, u32),
}

/// A turn rule as drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawRestriction {
    pub(crate) from: Vec<i64>,
    pub(crate) via_nodes: Vec<i64>,
    pub(crate) via_ways: Vec<i64>,
    pub(crate) to: Vec<i64>,
    pub(crate) is_only: bool,
    /// Bits of the vehicles that it binds.
    pub(crate) vehicles: u8,
}

/// A point with a name or a house number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawPoint {
    pub(crate) kind: PointKind,
    pub(crate) name: u32,
    /// House number of an address.
    pub(crate) house: u32,
    /// Latitude and longitude in 1e-7 degrees.
    pub(crate) at: [i32; 2],
}

/// Water by its nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawWater {
    pub(crate) kind: WaterKind,
    pub(crate) refs: (usize, u32),
}

/// The kept part of an extract.
#[derive(Debug, Default)]
pub(crate) struct RawMap {
    pub(crate) ways: Vec<RawWay>,
    pub(crate) refs: Vec<i64>,
    pub(crate) kinds: Interner<RoadKind>,
    pub(crate) names: Interner<String>,
    /// Ids of all nodes of the ways, ascending.
    pub(crate) node_ids: Vec<i64>,
    /// Their positions; [`NOWHERE`] where the extract does not have them.
    pub(crate) node_at: Vec<[i32; 2]>,
    /// Barriers: node and kind, ascending.
    pub(crate) barriers: Vec<(i64, u32)>,
    /// Traffic signals, ascending.
    pub(crate) signals: Vec<i64>,
    pub(crate) restrictions: Vec<RawRestriction>,
    pub(crate) points: Vec<RawPoint>,
    pub(crate) water: Vec<RawWater>,
}

/// The position of a node that is not in the extract.
pub(crate) const NOWHERE: [i32; 2] = [i32::MAX, i32::MAX];

impl RawMap {
    /// The index of a node among all.
    pub(crate) fn node_index(&self, id: i64) -> Option<usize> {
        self.node_ids.binary_search(&id).ok()
    }

    /// The ids of a way's nodes.
    pub(crate) fn refs(&self, (first, n): (usize, u32)) -> &[i64] {
        &self.refs[first..first + n as usize]
    }
}

/// Equal things once, numbered by first appearance.
#[derive(Debug)]
pub(crate) struct Interner<T> {
    numbers: FxHashMap<T, u32>,
    list: Vec<T>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self { numbers: FxHashMap::default(), list: Vec::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Interner<T> {
    /// The number of a thing.
    pub(crate) fn number(&mut self, thing: T) -> u32 {
        if let Some(&number) = self.numbers.get(&thing) {
            return number;
        }
        let number = self.list.len() as u32;
        self.numbers.insert(thing.clone(), number);
        self.list.push(thing);
        number
    }

    /// All things by number.
    pub(crate) fn list(&self) -> &[T] {
        &self.list
    }
}

/// Outlines that stand for a point: buildings with an address or an office.
struct Outline {
    kind: PointKind,
    name: u32,
    house: u32,
    refs: (usize, u32),
}

/// Everything kept so far, and what is still to be fetched.
struct Keeper<'a> {
    area: &'a Area,
    map: RawMap,
    /// Nodes within the area; empty when everything is kept.
    inside: Vec<i64>,
    outlines: Vec<Outline>,
    /// Ways that draw a lake only through their relation, in order of mention.
    lake_ways: Vec<i64>,
    has_ways: bool,
}

/// Reads the part of an extract that lies in the area.
///
/// # Errors
/// When the extract is damaged or unsorted, or no road lies in the area.
pub(crate) fn read_map<R: Read + Seek + Send>(
    extract: &mut R,
    area: &Area,
    observer: &dyn BuildObserver,
) -> Result<RawMap, ImportError> {
    let mut keeper = Keeper {
        area,
        map: RawMap::default(),
        inside: Vec::new(),
        outlines: Vec::new(),
        lake_ways: Vec::new(),
        has_ways: false,
    };
    keeper.map.names.number(String::new());
    observer.begins(BuildStep::Ways);
    read_blocks(extract, observer, |block| content(block, area), |found| keeper.keep(found))?;
    if keeper.map.ways.is_empty() {
        return Err(ImportError::NoRoads);
    }
    observer.begins(BuildStep::Nodes);
    keeper.inside = Vec::new();
    let lakes = keeper.fetch_nodes(extract, observer)?;
    if !lakes.is_empty() {
        keeper.fetch_lakes(extract, &lakes, observer)?;
    }
    keeper.place_outlines();
    let mut map = keeper.map;
    map.barriers.sort_unstable();
    map.barriers.dedup_by_key(|barrier| barrier.0);
    map.signals.sort_unstable();
    // A way that is in the file twice is one way.
    map.ways.sort_by_key(|way| way.id);
    map.ways.dedup_by_key(|way| way.id);
    Ok(map)
}

impl Keeper<'_> {
    fn keep(&mut self, found: BlockContent) -> Result<(), ImportError> {
        if let (true, Some(&node)) = (self.has_ways, found.nodes_inside.first()) {
            return Err(ImportError::Unsorted { node });
        }
        self.has_ways |= found.has_ways;
        if *self.area != Area::Everything {
            self.inside.extend(found.nodes_inside);
            if !self.inside.is_sorted() {
                self.inside.sort_unstable();
            }
        }
        for point in found.points {
            let (name, house) = (self.name(point.name), self.name(point.house));
            self.map.points.push(RawPoint { kind: point.kind, name, house, at: point.at });
        }
        for (node, kind) in found.barriers {
            let kind = self.map.kinds.number(kind);
            self.map.barriers.push((node, kind));
        }
        self.map.signals.extend(found.signals);
        for way in found.ways {
            if let Some(refs) = self.keep_refs(&way.refs) {
                let kind = self.map.kinds.number(way.kind);
                let name = self.name(way.name);
                self.map.ways.push(RawWay { id: way.id, kind, name, refs });
            }
        }
        for (kind, refs) in found.water {
            if let Some(refs) = self.keep_refs(&refs) {
                self.map.water.push(RawWater { kind, refs });
            }
        }
        for (point, refs) in found.outlines {
            if let Some(refs) = self.keep_refs(&refs) {
                let (name, house) = (self.name(point.name), self.name(point.house));
                self.outlines.push(Outline { kind: point.kind, name, house, refs });
            }
        }
        self.map.restrictions.extend(found.restrictions);
        self.lake_ways.extend(found.lake_ways);
        Ok(())
    }

    fn name(&mut self, name: String) -> u32 {
        if name.is_empty() { 0 } else { self.map.names.number(name) }
    }

    /// Keeps the nodes of a way that touches the area.
    fn keep_refs(&mut self, refs: &[i64]) -> Option<(usize, u32)> {
        let is_inside = |id: &i64| self.inside.binary_search(id).is_ok();
        if refs.len() < 2 || *self.area != Area::Everything && !refs.iter().any(is_inside) {
            return None;
        }
        let first = self.map.refs.len();
        self.map.refs.extend_from_slice(refs);
        Some((first, refs.len() as u32))
    }

    /// Fetches the positions of all kept nodes, and the ways of lakes.
    fn fetch_nodes<R: Read + Seek + Send>(
        &mut self,
        extract: &mut R,
        observer: &dyn BuildObserver,
    ) -> Result<Vec<Vec<i64>>, ImportError> {
        let mut ids = self.map.refs.clone();
        ids.sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        self.lake_ways.sort_unstable();
        let mut at = vec![NOWHERE; ids.len()];
        let mut lakes = Vec::new();
        let lake_ways = &self.lake_ways;
        let map = |block: &PrimitiveBlock| {
            let nodes = nodes_in(block, &|id| ids.binary_search(&id).is_ok());
            let ways = block.groups().flat_map(|group| group.ways().collect::<Vec<_>>());
            let ways = ways.filter(|way| lake_ways.binary_search(&way.id()).is_ok());
            (nodes, ways.map(|way| way.refs().collect::<Vec<i64>>()).collect::<Vec<_>>())
        };
        read_blocks(extract, observer, map, |(nodes, mut ways)| {
            for (id, place) in nodes {
                let index = ids.binary_search(&id).expect("only wanted nodes were taken");
                at[index] = place;
            }
            lakes.append(&mut ways);
            Ok(())
        })?;
        (self.map.node_ids, self.map.node_at) = (ids, at);
        Ok(lakes)
    }

    /// Fetches the nodes of lakes that relations draw.
    fn fetch_lakes<R: Read + Seek + Send>(
        &mut self,
        extract: &mut R,
        lakes: &[Vec<i64>],
        observer: &dyn BuildObserver,
    ) -> Result<(), ImportError> {
        let mut wanted: Vec<i64> = lakes.iter().flatten().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut found: Vec<(i64, [i32; 2])> = Vec::new();
        let map = |block: &PrimitiveBlock| nodes_in(block, &|id| wanted.binary_search(&id).is_ok());
        read_blocks(extract, observer, map, |mut nodes| {
            found.append(&mut nodes);
            Ok(())
        })?;
        let known = std::mem::take(&mut self.map.node_ids).into_iter();
        found.extend(known.zip(std::mem::take(&mut self.map.node_at)));
        found.sort_unstable();
        found.dedup_by_key(|node| node.0);
        (self.map.node_ids, self.map.node_at) = found.into_iter().unzip();
        for lake in lakes.iter().filter(|lake| lake.len() > 1) {
            let refs = (self.map.refs.len(), lake.len() as u32);
            self.map.refs.extend(lake);
            self.map.water.push(RawWater { kind: WaterKind::Area, refs });
        }
        Ok(())
    }

    /// The middle of each building's corners.
    fn place_outlines(&mut self) {
        for outline in &self.outlines {
            let corners = self.map.refs(outline.refs).iter();
            let corners: Vec<[i32; 2]> = corners
                .filter_map(|&id| self.map.node_index(id))
                .map(|index| self.map.node_at[index])
                .filter(|&at| at != NOWHERE)
                .collect();
            let n = corners.len() as i64;
            if n == 0 {
                continue;
            }
            let mean =
                |axis: usize| (corners.iter().map(|c| i64::from(c[axis])).sum::<i64>() / n) as i32;
            let at = [mean(0), mean(1)];
            let Outline { kind, name, house, .. } = *outline;
            self.map.points.push(RawPoint { kind, name, house, at });
        }
    }
}

/// The wanted nodes of a block with their positions in 1e-7 degrees.
fn nodes_in(block: &PrimitiveBlock, is_wanted: &dyn Fn(i64) -> bool) -> Vec<(i64, [i32; 2])> {
    let mut found = Vec::new();
    for group in block.groups() {
        for node in group.dense_nodes().filter(|node| is_wanted(node.id())) {
            found.push((node.id(), [node.decimicro_lat(), node.decimicro_lon()]));
        }
        for node in group.nodes().filter(|node| is_wanted(node.id())) {
            found.push((node.id(), [node.decimicro_lat(), node.decimicro_lon()]));
        }
    }
    found.retain(|(_, at)| is_on_globe(*at));
    found
}

/// Whether a position can be one; a damaged extract may hold any number.
fn is_on_globe([lat, lon]: [i32; 2]) -> bool {
    lat.unsigned_abs() <= 900_000_000 && lon.unsigned_abs() <= 1_800_000_000
}

/// The members of a relation by type and role.
fn members(relation: &osmpbf::Relation<'_>, kind: &RelMemberType, role: &str) -> Vec<i64> {
    let wanted = relation.members().filter(|m| m.member_type == *kind);
    wanted.filter(|m| m.role().is_ok_and(|r| r == role)).map(|m| m.member_id).collect()
}
