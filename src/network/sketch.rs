//! Draws little maps as OpenStreetMap extracts: for tests, measurements and trying out a rule.
//!
//! The writer knows as much of the PBF format as the reader of extracts needs: plain nodes, ways
//! and relations in raw blocks, ids ascending, nodes before ways before relations.

use std::collections::HashMap;

/// Elements of one block; real extracts have as many.
const BLOCK_ELEMENTS: usize = 8_000;

/// Tags as drawn.
type DrawnTags = Vec<(String, String)>;
/// A relation as drawn: id, members by type, id and role, tags.
type DrawnRelation = (i64, Vec<(u64, i64, String)>, DrawnTags);

/// A member of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member<'a> {
    /// A node and its role.
    Node(i64, &'a str),
    /// A way and its role.
    Way(i64, &'a str),
}

/// A little map.
///
/// ```
/// use buuta::network::MapSketch;
/// let mut map = MapSketch::new();
/// map.node(1, 15.57, 108.47).node(2, 15.58, 108.47);
/// map.way(1, &[1, 2], &[("highway", "residential"), ("name", "Phố Mẫu")]);
/// assert!(!map.to_pbf().is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct MapSketch {
    nodes: Vec<(i64, i32, i32, DrawnTags)>,
    ways: Vec<(i64, Vec<i64>, DrawnTags)>,
    relations: Vec<DrawnRelation>,
}

impl MapSketch {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws a node.
    pub fn node(&mut self, id: i64, lat: f64, lon: f64) -> &mut Self {
        self.tagged_node(id, lat, lon, &[])
    }

    /// Draws a node with tags.
    pub fn tagged_node(&mut self, id: i64, lat: f64, lon: f64, tags: &[(&str, &str)]) -> &mut Self {
        let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
        self.nodes.push((id, e7(lat), e7(lon), owned(tags)));
        self
    }

    /// Draws a way through nodes.
    pub fn way(&mut self, id: i64, nodes: &[i64], tags: &[(&str, &str)]) -> &mut Self {
        self.ways.push((id, nodes.to_vec(), owned(tags)));
        self
    }

    /// Draws a relation.
    pub fn relation(
        &mut self,
        id: i64,
        members: &[Member<'_>],
        tags: &[(&str, &str)],
    ) -> &mut Self {
        let members = members.iter().map(|member| match *member {
            Member::Node(id, role) => (0, id, role.to_owned()),
            Member::Way(id, role) => (1, id, role.to_owned()),
        });
        self.relations.push((id, members.collect(), owned(tags)));
        self
    }

    /// A restriction of turns at a node: `no_left_turn`, `only_straight_on` …
    pub fn restriction(&mut self, id: i64, kind: &str, from: i64, via: i64, to: i64) -> &mut Self {
        let members = [Member::Way(from, "from"), Member::Node(via, "via"), Member::Way(to, "to")];
        self.relation(id, &members, &[("type", "restriction"), ("restriction", kind)])
    }

    /// The map as an extract. Elements come in the order of their ids.
    pub fn to_pbf(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut header = Vec::new();
        text(&mut header, 4, "OsmSchema-V0.6");
        text(&mut header, 16, "buuta");
        blob(&mut out, "OSMHeader", &header);
        let mut nodes = self.nodes.clone();
        nodes.sort_by_key(|node| node.0);
        for block in nodes.chunks(BLOCK_ELEMENTS) {
            block_of(&mut out, 1, block, |strings, (id, lat, lon, tags)| {
                let mut node = Vec::new();
                varint_field(&mut node, 1, zigzag(*id));
                strings.tags(&mut node, tags);
                varint_field(&mut node, 8, zigzag(i64::from(*lat)));
                varint_field(&mut node, 9, zigzag(i64::from(*lon)));
                node
            });
        }
        let mut ways = self.ways.clone();
        ways.sort_by_key(|way| way.0);
        for block in ways.chunks(BLOCK_ELEMENTS) {
            block_of(&mut out, 3, block, |strings, (id, nodes, tags)| {
                let mut way = Vec::new();
                varint_field(&mut way, 1, *id as u64);
                strings.tags(&mut way, tags);
                packed(&mut way, 8, deltas(nodes.iter().copied()).map(zigzag));
                way
            });
        }
        let mut relations = self.relations.clone();
        relations.sort_by_key(|relation| relation.0);
        for block in relations.chunks(BLOCK_ELEMENTS) {
            block_of(&mut out, 4, block, |strings, (id, members, tags)| {
                let mut relation = Vec::new();
                varint_field(&mut relation, 1, *id as u64);
                strings.tags(&mut relation, tags);
                let roles: Vec<u64> = members.iter().map(|m| strings.index(&m.2)).collect();
                packed(&mut relation, 8, roles.into_iter());
                packed(&mut relation, 9, deltas(members.iter().map(|m| m.1)).map(zigzag));
                packed(&mut relation, 10, members.iter().map(|m| m.0));
                relation
            });
        }
        out
    }
}

fn owned(tags: &[(&str, &str)]) -> DrawnTags {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The strings of one block; number 0 is the empty one by convention.
struct Strings {
    index: HashMap<String, u64>,
    list: Vec<String>,
}

impl Strings {
    fn index(&mut self, string: &str) -> u64 {
        if let Some(&index) = self.index.get(string) {
            return index;
        }
        let index = self.list.len() as u64;
        self.index.insert(string.to_owned(), index);
        self.list.push(string.to_owned());
        index
    }

    fn tags(&mut self, element: &mut Vec<u8>, tags: &DrawnTags) {
        let keys: Vec<u64> = tags.iter().map(|(key, _)| self.index(key)).collect();
        let values: Vec<u64> = tags.iter().map(|(_, value)| self.index(value)).collect();
        packed(element, 2, keys.into_iter());
        packed(element, 3, values.into_iter());
    }
}

/// One block of elements of one kind; `field` is their number within a group.
fn block_of<T>(
    out: &mut Vec<u8>,
    field: u64,
    elements: &[T],
    mut encode: impl FnMut(&mut Strings, &T) -> Vec<u8>,
) {
    let mut strings = Strings { index: HashMap::new(), list: Vec::new() };
    strings.index("");
    let mut group = Vec::new();
    for element in elements {
        let bytes = encode(&mut strings, element);
        bytes_field(&mut group, field, &bytes);
    }
    let mut table = Vec::new();
    for string in &strings.list {
        bytes_field(&mut table, 1, string.as_bytes());
    }
    let mut block = Vec::new();
    bytes_field(&mut block, 1, &table);
    bytes_field(&mut block, 2, &group);
    blob(out, "OSMData", &block);
}

fn blob(out: &mut Vec<u8>, kind: &str, content: &[u8]) {
    let mut body = Vec::new();
    bytes_field(&mut body, 1, content);
    varint_field(&mut body, 2, content.len() as u64);
    let mut header = Vec::new();
    text(&mut header, 1, kind);
    varint_field(&mut header, 3, body.len() as u64);
    out.extend((header.len() as u32).to_be_bytes());
    out.extend(header);
    out.extend(body);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn varint_field(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes_field(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend(bytes);
}

fn text(out: &mut Vec<u8>, field: u64, text: &str) {
    bytes_field(out, field, text.as_bytes());
}

fn packed(out: &mut Vec<u8>, field: u64, values: impl Iterator<Item = u64>) {
    let mut bytes = Vec::new();
    values.for_each(|value| varint(&mut bytes, value));
    bytes_field(out, field, &bytes);
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

fn deltas(values: impl Iterator<Item = i64>) -> impl Iterator<Item = i64> {
    values.scan(0, |last, value| {
        let delta = value - *last;
        *last = value;
        Some(delta)
    })
}
