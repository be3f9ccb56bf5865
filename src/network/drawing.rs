//! What a map of a box shows beneath routes: roads, water and names, simplified to its scale.

use geo::algorithm::Simplify;
use geo::{Coord, LineString};
use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position};

use super::graph::point;
use super::import::{PointKind, WaterKind};
use super::region::{ATTRIBUTION, Region, RegionError};
use super::road_kind::RoadClass;
use crate::place::{BoundingBox, LatLon};

/// A line, ring or name of the map beneath.
#[derive(Clone, Debug, PartialEq)]
pub enum DrawnShape {
    /// A road; rank 0 is the greatest.
    Road {
        /// 0 motorway and trunk, 1 primary, 2 secondary, 3 tertiary, 4 the others.
        rank: u8,
        /// Its line.
        line: Vec<LatLon>,
    },
    /// Water; an area is a ring.
    Water {
        /// What it is.
        kind: WaterKind,
        /// Its line or ring.
        line: Vec<LatLon>,
    },
    /// A place's name.
    Name {
        /// What it is.
        kind: PointKind,
        /// The name.
        name: String,
        /// Where.
        at: LatLon,
    },
}

/// A corner may move by this share of the box's height.
const TOLERANCE_SHARE: f64 = 1.0 / 1_500.0;
/// Boxes of at most this height, in degrees, show every road; taller ones only greater roads.
const ALL_ROADS_DEG: f64 = 0.06;

fn rank(class: RoadClass) -> Option<u8> {
    use RoadClass as C;
    Some(match class {
        C::Motorway | C::MotorwayLink | C::Trunk | C::TrunkLink => 0,
        C::Primary | C::PrimaryLink => 1,
        C::Secondary | C::SecondaryLink => 2,
        C::Tertiary | C::TertiaryLink => 3,
        C::Barrier | C::Driveway | C::Footway | C::Steps => return None,
        _ => 4,
    })
}

impl Region {
    /// What lies in a box, ready to be drawn: water first, then roads from small to great, then names.
    ///
    /// # Errors
    /// When the region is damaged.
    pub fn drawing(&self, bounds: BoundingBox) -> Result<Vec<DrawnShape>, RegionError> {
        let height = bounds.lat_max - bounds.lat_min;
        let tolerance = height * TOLERANCE_SHARE;
        let rank_max = match height {
            h if h <= ALL_ROADS_DEG => 4,
            h if h <= 4.0 * ALL_ROADS_DEG => 3,
            h if h <= 12.0 * ALL_ROADS_DEG => 2,
            _ => 1,
        };
        let is_seen = |line: &[LatLon]| meets(line, &bounds);
        let mut shapes: Vec<DrawnShape> = self
            .waters()?
            .into_iter()
            .filter(|water| is_seen(&water.line))
            .map(|water| {
                let line = simplified(&water.line, tolerance);
                DrawnShape::Water { kind: water.kind, line }
            })
            .collect();
        let roads = self.roads();
        let mut lines: Vec<(u8, Vec<LatLon>)> = Vec::new();
        for edge in 0..roads.n_edges() {
            let Some(rank) = rank(roads.kind(edge).class).filter(|&rank| rank <= rank_max) else {
                continue;
            };
            let line: Vec<LatLon> = roads.shape(edge).map(point).collect();
            if is_seen(&line) {
                lines.push((rank, simplified(&line, tolerance)));
            }
        }
        lines.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        shapes.extend(lines.into_iter().map(|(rank, line)| DrawnShape::Road { rank, line }));
        let kind_max = if height <= ALL_ROADS_DEG { PointKind::Hamlet } else { PointKind::Village };
        for place in self.points()? {
            if place.kind <= kind_max && bounds.contains(place.at) {
                let (kind, name, at) = (place.kind, place.name.to_owned(), place.at);
                shapes.push(DrawnShape::Name { kind, name, at });
            }
        }
        Ok(shapes)
    }
}

/// The shapes as a `GeoJSON` collection with its attribution.
pub fn drawing_geojson(shapes: &[DrawnShape]) -> String {
    let corner = |at: &LatLon| Position::from([rounded(at.lon()), rounded(at.lat())]);
    let line = |line: &[LatLon]| line.iter().map(corner).collect::<Vec<_>>();
    let features = shapes.iter().map(|shape| {
        let (geometry, properties): (GeometryValue, Vec<(&str, serde_json::Value)>) = match shape {
            DrawnShape::Road { rank, line: at } => (
                GeometryValue::new_line_string(line(at)),
                vec![("kind", "road".into()), ("rank", (*rank).into())],
            ),
            DrawnShape::Water { kind: WaterKind::Area, line: at } if at.first() == at.last() => {
                (GeometryValue::new_polygon([line(at)]), vec![("kind", "water".into())])
            }
            DrawnShape::Water { kind, line: at } => {
                (GeometryValue::new_line_string(line(at)), vec![("kind", kind.word().into())])
            }
            DrawnShape::Name { kind, name, at } => (
                GeometryValue::new_point(corner(at)),
                vec![("kind", kind.word().into()), ("name", name.as_str().into())],
            ),
        };
        let properties: JsonObject =
            properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Feature {
            geometry: Some(Geometry::new(geometry)),
            properties: Some(properties),
            ..Feature::default()
        }
    });
    let mut members = JsonObject::new();
    members.insert("attribution".to_owned(), ATTRIBUTION.into());
    FeatureCollection { bbox: None, features: features.collect(), foreign_members: Some(members) }
        .to_string()
}

/// Six decimals: a tenth of a meter.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// Whether the box around a line meets a box.
fn meets(line: &[LatLon], bounds: &BoundingBox) -> bool {
    BoundingBox::around(line.iter().copied()).is_some_and(|own| {
        own.lat_min <= bounds.lat_max
            && bounds.lat_min <= own.lat_max
            && own.lon_min <= bounds.lon_max
            && bounds.lon_min <= own.lon_max
    })
}

fn simplified(line: &[LatLon], tolerance: f64) -> Vec<LatLon> {
    let coords: LineString = line.iter().map(|at| Coord { x: at.lon(), y: at.lat() }).collect();
    let simple = coords.simplify(tolerance);
    simple.0.iter().filter_map(|coord| LatLon::new(coord.y, coord.x)).collect()
}
