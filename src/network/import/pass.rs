//! What one block of an extract holds for us.

use osmpbf::{PrimitiveBlock, RelMemberType};

use super::tags::{Tags, barrier_kind, road_kind};
use super::{Area, PointKind, RawRestriction, WaterKind, is_on_globe, members};
use crate::network::road_kind::{RoadKind, Vehicle};

/// A way to travel on, with its own words.
pub(super) struct FoundWay {
    pub(super) id: i64,
    pub(super) kind: RoadKind,
    pub(super) name: String,
    pub(super) refs: Vec<i64>,
}

/// A point with its own words; `at` is nowhere for outlines.
pub(super) struct FoundPoint {
    pub(super) kind: PointKind,
    pub(super) name: String,
    pub(super) house: String,
    pub(super) at: [i32; 2],
}

/// What a block holds.
#[derive(Default)]
pub(super) struct BlockContent {
    pub(super) has_ways: bool,
    pub(super) nodes_inside: Vec<i64>,
    pub(super) points: Vec<FoundPoint>,
    pub(super) barriers: Vec<(i64, RoadKind)>,
    pub(super) signals: Vec<i64>,
    pub(super) ways: Vec<FoundWay>,
    pub(super) water: Vec<(WaterKind, Vec<i64>)>,
    pub(super) outlines: Vec<(FoundPoint, Vec<i64>)>,
    pub(super) restrictions: Vec<RawRestriction>,
    pub(super) lake_ways: Vec<i64>,
}

/// Reads a block.
pub(super) fn content(block: &PrimitiveBlock, area: &Area) -> BlockContent {
    let mut found = BlockContent::default();
    for group in block.groups() {
        for node in group.dense_nodes().filter(|node| area.contains(node.lat(), node.lon())) {
            let at = [node.decimicro_lat(), node.decimicro_lon()];
            let tags: Vec<(&str, &str)> = node.tags().collect();
            found.node(node.id(), at, &Tags(&tags));
        }
        for node in group.nodes().filter(|node| area.contains(node.lat(), node.lon())) {
            let at = [node.decimicro_lat(), node.decimicro_lon()];
            let tags: Vec<(&str, &str)> = node.tags().collect();
            found.node(node.id(), at, &Tags(&tags));
        }
        for way in group.ways() {
            found.has_ways = true;
            let tags: Vec<(&str, &str)> = way.tags().collect();
            found.way(way.id(), &Tags(&tags), || way.refs().collect());
        }
        for relation in group.relations() {
            let tags: Vec<(&str, &str)> = relation.tags().collect();
            found.relation(&relation, &Tags(&tags));
        }
    }
    found
}

impl BlockContent {
    fn node(&mut self, id: i64, at: [i32; 2], tags: &Tags<'_>) {
        if !is_on_globe(at) {
            return;
        }
        self.nodes_inside.push(id);
        if tags.0.is_empty() {
            return;
        }
        if let Some(kind) = barrier_kind(tags) {
            self.barriers.push((id, kind));
        }
        if tags.is("highway", "traffic_signals") {
            self.signals.push(id);
        }
        self.points.extend(point(tags).map(|point| FoundPoint { at, ..point }));
    }

    fn way(&mut self, id: i64, tags: &Tags<'_>, refs: impl FnOnce() -> Vec<i64>) {
        if tags.0.is_empty() {
            return;
        }
        if let Some(kind) = road_kind(tags) {
            let name = tags.get("name").unwrap_or_default().to_owned();
            self.ways.push(FoundWay { id, kind, name, refs: refs() });
        } else if let Some(kind) = water(tags) {
            self.water.push((kind, refs()));
        } else if let Some(point) = point(tags) {
            self.outlines.push((point, refs()));
        }
    }

    fn relation(&mut self, relation: &osmpbf::Relation<'_>, tags: &Tags<'_>) {
        match tags.get("type") {
            Some("restriction") => self.restrictions.extend(restriction(relation, tags)),
            Some("multipolygon") if water(tags) == Some(WaterKind::Area) => {
                self.lake_ways.extend(members(relation, &RelMemberType::Way, "outer"));
            }
            _ => {}
        }
    }
}

fn water(tags: &Tags<'_>) -> Option<WaterKind> {
    match (tags.get("natural"), tags.get("waterway")) {
        (Some("water" | "bay"), _) | (_, Some("riverbank")) => Some(WaterKind::Area),
        (Some("coastline"), _) => Some(WaterKind::Coast),
        (_, Some("river" | "canal")) => Some(WaterKind::River),
        _ => None,
    }
}

/// A place, an office or an address.
fn point(tags: &Tags<'_>) -> Option<FoundPoint> {
    let name = tags.get("name:vi").or(tags.get("name")).unwrap_or_default().trim();
    let named = |kind| {
        let is_named = !name.is_empty();
        is_named.then(|| FoundPoint {
            kind,
            name: name.to_owned(),
            house: String::new(),
            at: [0, 0],
        })
    };
    if let Some(place) = tags.get("place") {
        let is_place = |kind: &PointKind| *kind < PointKind::Address;
        return PointKind::from_word(place).filter(is_place).and_then(named);
    }
    match tags.get("amenity") {
        Some("post_office") => return named(PointKind::PostOffice),
        Some("townhall") => return named(PointKind::TownHall),
        _ => {}
    }
    let house = tags.get("addr:housenumber")?.trim();
    let street = tags.get("addr:street").or(tags.get("addr:place")).unwrap_or_default().trim();
    (!house.is_empty()).then(|| FoundPoint {
        kind: PointKind::Address,
        name: street.to_owned(),
        house: house.to_owned(),
        at: [0, 0],
    })
}

fn restriction(relation: &osmpbf::Relation<'_>, tags: &Tags<'_>) -> Option<RawRestriction> {
    let (kind, vehicles) = rule_of(tags)?;
    let is_only = kind.starts_with("only_");
    (is_only || kind.starts_with("no_")).then(|| RawRestriction {
        from: members(relation, &RelMemberType::Way, "from"),
        via_nodes: members(relation, &RelMemberType::Node, "via"),
        via_ways: members(relation, &RelMemberType::Way, "via"),
        to: members(relation, &RelMemberType::Way, "to"),
        is_only,
        vehicles,
    })
}

/// The rule and whom it binds. Rules by the hour are not read.
fn rule_of<'a>(tags: &Tags<'a>) -> Option<(&'a str, u8)> {
    let (car, motorbike) = (Vehicle::Car.bit(), Vehicle::Motorbike.bit());
    if let Some(kind) = tags.get("restriction") {
        let excepted = tags.get("except").unwrap_or_default().split(';').map(str::trim);
        let free = excepted.fold(0, |free, word| match word {
            "motorcycle" => free | motorbike,
            "motorcar" => free | car,
            "motor_vehicle" | "vehicle" => free | car | motorbike,
            _ => free,
        });
        let bound = (car | motorbike) & !free;
        return (bound != 0).then_some((kind, bound));
    }
    [("restriction:motorcycle", motorbike), ("restriction:motorcar", car)]
        .into_iter()
        .find_map(|(key, vehicles)| Some((tags.get(key)?, vehicles)))
        .or_else(|| Some((tags.get("restriction:motor_vehicle")?, car | motorbike)))
}
