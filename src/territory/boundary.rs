//! The outlines of communes: which commune holds a point, which is nearest, which are neighbors.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Read;

use geo::{
    BoundingRect, Coord, Distance, Euclidean, Intersects, Line, LineString, LinesIter,
    MultiPolygon, Point, Polygon, Rect,
};
use geojson::{Feature, FeatureCollection, GeometryValue, Position};

use super::unit::CommuneCode;
use crate::measure::Meters;
use crate::place::LatLon;

/// Borders at most this far apart count as one border: simplified outlines leave gaps between
/// neighbors, and a commune across a narrow river is a neighbor too.
pub const NEAR_BORDER: Meters = Meters(50);

/// The most text one boundary file may hold once unpacked; a country takes some 10 MB.
const MAX_TEXT_BYTES: u64 = 1 << 30;
/// Meters in one degree of a meridian.
const METERS_PER_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

/// Why a boundary file cannot be used. Features are counted from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BoundaryError {
    /// The gzip stream is damaged.
    #[error("the boundary file is damaged gzip: {0}")]
    Gzip(#[source] std::io::Error),
    /// The file is too large.
    #[error("the boundary file holds more than {MAX_TEXT_BYTES} bytes of text")]
    TooLarge,
    /// The file is no `GeoJSON` feature collection.
    #[error("the boundary file is not a GeoJSON feature collection: {0}")]
    Json(#[source] serde_json::Error),
    /// One feature does not follow `GeoJSON`.
    #[error("feature {feature} is not valid GeoJSON: {cause}")]
    Feature {
        /// Which feature.
        feature: usize,
        /// What the reader says.
        #[source]
        cause: serde_json::Error,
    },
    /// There are no features at all.
    #[error("the boundary file holds no features")]
    Empty,
    /// A feature has no usable commune code.
    #[error("feature {feature} needs a property `code` of five digits, found {found}")]
    Code {
        /// Which feature.
        feature: usize,
        /// What stands there instead.
        found: String,
    },
    /// Two features name one commune.
    #[error("feature {feature} repeats commune {code}: join its parts into one MultiPolygon")]
    Repeated {
        /// The second feature of the commune.
        feature: usize,
        /// The commune.
        code: CommuneCode,
    },
    /// A feature is not an area.
    #[error("feature {feature} (commune {code}) must be a Polygon or MultiPolygon, found {found}")]
    Shape {
        /// Which feature.
        feature: usize,
        /// Its commune.
        code: CommuneCode,
        /// The kind of geometry found.
        found: String,
    },
    /// A ring has too few points.
    #[error("feature {feature} (commune {code}) has a ring of {found} positions, fewer than 4")]
    Ring {
        /// Which feature.
        feature: usize,
        /// Its commune.
        code: CommuneCode,
        /// How many positions the ring has.
        found: usize,
    },
    /// A position does not lie on the globe.
    #[error(
        "feature {feature} (commune {code}) has the position {found:?}, not degrees of longitude and latitude"
    )]
    Position {
        /// Which feature.
        feature: usize,
        /// Its commune.
        code: CommuneCode,
        /// The numbers found.
        found: Vec<f64>,
    },
}

/// One commune's area.
#[derive(Clone, Debug, PartialEq)]
struct Area {
    // Invariant: never empty, and every vertex lies on the globe.
    shape: MultiPolygon,
    extent: Rect,
}

/// The areas of communes.
///
/// Queries scan the extents of all communes, some microseconds for a whole country, and look at
/// the outlines of the few that remain.
#[derive(Clone, Debug, PartialEq)]
pub struct Boundaries {
    // Invariant: not empty.
    areas: BTreeMap<CommuneCode, Area>,
}

impl Boundaries {
    /// Reads a `GeoJSON` feature collection, plain or gzip, whose features have a property `code`
    /// and a `Polygon` or `MultiPolygon`.
    ///
    /// # Errors
    /// When the bytes are no such collection; the error names the feature.
    pub fn from_geojson(bytes: &[u8]) -> Result<Self, BoundaryError> {
        let text = unpacked(bytes)?;
        let mut areas = BTreeMap::new();
        for (index, feature) in features(&text)?.into_iter().enumerate() {
            let (code, area) = read_feature(index + 1, feature)?;
            if areas.insert(code, area).is_some() {
                return Err(BoundaryError::Repeated { feature: index + 1, code });
            }
        }
        if areas.is_empty() {
            return Err(BoundaryError::Empty);
        }
        Ok(Self { areas })
    }

    /// The communes, by code.
    pub fn codes(&self) -> impl Iterator<Item = CommuneCode> + '_ {
        self.areas.keys().copied()
    }

    /// The commune that holds the point; on a shared border, the one of the lowest code.
    pub fn commune_at(&self, at: LatLon) -> Option<CommuneCode> {
        let point = Point::new(at.lon(), at.lat());
        self.areas
            .iter()
            .find(|(_, area)| area.extent.intersects(&point) && area.shape.intersects(&point))
            .map(|(&code, _)| code)
    }

    /// The nearest commune and how far its border is; zero when the commune holds the point.
    /// Of equally near ones, the one of the lowest code. `None` only for boundaries without areas.
    pub fn nearest(&self, at: LatLon) -> Option<(CommuneCode, Meters)> {
        if let Some(code) = self.commune_at(at) {
            return Some((code, Meters::ZERO));
        }
        let plane = Plane::around(at);
        let mut best: Option<(CommuneCode, f64)> = None;
        for (&code, area) in &self.areas {
            let reach = best.map_or(f64::INFINITY, |(_, distance_m)| distance_m);
            // Safe: no border is nearer than the extent that surrounds it.
            if plane.distance_to_rect_m(area.extent) < reach {
                let distance_m = plane.distance_to_borders_m(&area.shape);
                if distance_m < reach {
                    best = Some((code, distance_m));
                }
            }
        }
        best.map(|(code, distance_m)| (code, Meters(distance_m.round() as i64)))
    }

    /// The outer rings of the commune, each closed: its first point is its last.
    pub fn polygon(&self, code: CommuneCode) -> Option<Vec<Vec<LatLon>>> {
        let area = self.areas.get(&code)?;
        // Positions were checked on reading, so every one of them is a point on the globe.
        let ring = |part: &Polygon| {
            part.exterior().coords().map(|c| LatLon::new(c.y, c.x)).collect::<Option<Vec<_>>>()
        };
        area.shape.iter().map(ring).collect()
    }

    /// Whether the two communes have a border, or nearly one (within [`NEAR_BORDER`]), in common.
    /// A commune does not touch itself, nor one whose outline is unknown.
    pub fn touches(&self, a: CommuneCode, b: CommuneCode) -> bool {
        let (Some(area_a), Some(area_b)) = (self.areas.get(&a), self.areas.get(&b)) else {
            return false;
        };
        a != b && near(area_a, area_b)
    }
}

/// The text of the file, unpacked when it starts like gzip.
fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, BoundaryError> {
    let mut text = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let stream = flate2::read::MultiGzDecoder::new(bytes);
        stream.take(MAX_TEXT_BYTES + 1).read_to_end(&mut text).map_err(BoundaryError::Gzip)?;
    } else {
        text.extend_from_slice(bytes);
    }
    if MAX_TEXT_BYTES < text.len() as u64 {
        return Err(BoundaryError::TooLarge);
    }
    // A byte order mark is common in files saved on Windows and unknown to JSON.
    if text.starts_with(b"\xef\xbb\xbf") {
        text.drain(..3);
    }
    Ok(text)
}

fn features(text: &[u8]) -> Result<Vec<Feature>, BoundaryError> {
    match serde_json::from_slice::<FeatureCollection>(text) {
        Ok(collection) => Ok(collection.features),
        Err(error) => Err(blame_feature(text).unwrap_or(BoundaryError::Json(error))),
    }
}

/// The first feature that cannot be read; a second, slower reading that only a bad file pays for.
fn blame_feature(text: &[u8]) -> Option<BoundaryError> {
    let document: serde_json::Value = serde_json::from_slice(text).ok()?;
    let features = document.get("features")?.as_array()?.clone();
    features.into_iter().enumerate().find_map(|(index, feature)| {
        let cause = serde_json::from_value::<Feature>(feature).err()?;
        Some(BoundaryError::Feature { feature: index + 1, cause })
    })
}

fn read_feature(number: usize, feature: Feature) -> Result<(CommuneCode, Area), BoundaryError> {
    let code = read_code(number, &feature)?;
    let shape_error =
        |found: &str| BoundaryError::Shape { feature: number, code, found: found.to_owned() };
    let polygons = match feature.geometry.map(|geometry| geometry.value) {
        Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
        Some(other) => return Err(shape_error(other.type_name())),
        None => return Err(shape_error("no geometry")),
    };
    let polygon = |rings: Vec<Vec<Position>>| {
        let rings = rings.iter().map(|ring| read_ring(number, code, ring));
        let mut rings = rings.collect::<Result<Vec<_>, _>>()?.into_iter();
        let exterior = rings.next().ok_or_else(|| shape_error("a polygon without rings"))?;
        Ok(Polygon::new(exterior, rings.collect()))
    };
    let shape: MultiPolygon =
        polygons.into_iter().map(polygon).collect::<Result<Vec<_>, BoundaryError>>()?.into();
    let extent = shape.bounding_rect().ok_or_else(|| shape_error("no polygons"))?;
    Ok((code, Area { shape, extent }))
}

fn read_code(number: usize, feature: &Feature) -> Result<CommuneCode, BoundaryError> {
    let found = feature.property("code");
    let text = match found {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    text.parse().map_err(|_| BoundaryError::Code {
        feature: number,
        found: found.map_or_else(|| "nothing".to_owned(), ToString::to_string),
    })
}

fn read_ring(
    number: usize,
    code: CommuneCode,
    ring: &[Position],
) -> Result<LineString, BoundaryError> {
    if ring.len() < 4 {
        return Err(BoundaryError::Ring { feature: number, code, found: ring.len() });
    }
    let coord = |position: &Position| match *position.as_slice() {
        [lon, lat, ..] if LatLon::new(lat, lon).is_some() => Ok(Coord { x: lon, y: lat }),
        ref found => Err(BoundaryError::Position { feature: number, code, found: found.to_vec() }),
    };
    ring.iter().map(coord).collect()
}

/// A plane that touches the earth at one point, in meters; good to a percent within 100 km.
struct Plane {
    origin: Coord,
    meters_per_lon: f64,
}

impl Plane {
    fn around(at: LatLon) -> Self {
        Self {
            origin: Coord { x: at.lon(), y: at.lat() },
            meters_per_lon: METERS_PER_DEGREE * at.lat().to_radians().cos(),
        }
    }

    fn coord(&self, c: Coord) -> Coord {
        Coord {
            x: (c.x - self.origin.x) * self.meters_per_lon,
            y: (c.y - self.origin.y) * METERS_PER_DEGREE,
        }
    }

    fn line(&self, line: Line) -> Line {
        Line::new(self.coord(line.start), self.coord(line.end))
    }

    fn distance_to_rect_m(&self, rect: Rect) -> f64 {
        let (lo, hi) = (self.coord(rect.min()), self.coord(rect.max()));
        // How far zero lies outside the interval.
        let outside = |lo: f64, hi: f64| lo.max(-hi).max(0.0);
        outside(lo.x, hi.x).hypot(outside(lo.y, hi.y))
    }

    fn distance_to_borders_m(&self, shape: &MultiPolygon) -> f64 {
        let here = Point::new(0.0, 0.0);
        let distances = shape.lines_iter().map(|line| Euclidean.distance(&here, &self.line(line)));
        distances.fold(f64::INFINITY, f64::min)
    }
}

/// Whether two areas come within [`NEAR_BORDER`] of each other.
fn near(a: &Area, b: &Area) -> bool {
    let limit_m = NEAR_BORDER.value() as f64;
    let middle = a.extent.center();
    let Some(at) = LatLon::new(middle.y, middle.x) else { return false };
    let plane = Plane::around(at);
    let grown = |extent: Rect| {
        let lo = plane.coord(extent.min());
        let hi = plane.coord(extent.max());
        let margin = Coord { x: limit_m, y: limit_m };
        Rect::new(lo - margin, hi + margin)
    };
    let (grown_a, grown_b) = (grown(a.extent), grown(b.extent));
    if !grown_a.intersects(&grown_b) {
        return false;
    }
    // Only lines within the limit of the other's extent can matter: a few of hundreds.
    let lines_near = |area: &Area, extent: Rect| -> Vec<Line> {
        let lines = area.shape.lines_iter().map(|line| plane.line(line));
        lines.filter(|line| line.intersects(&extent)).collect()
    };
    let lines_a = lines_near(a, grown_b);
    let lines_b = lines_near(b, grown_a);
    lines_a.iter().any(|p| lines_b.iter().any(|q| Euclidean.distance(p, q) <= limit_m))
}

/// All pairs of the given communes that touch, lower code first.
pub(super) fn touching_pairs(
    boundaries: &Boundaries,
    codes: &BTreeSet<CommuneCode>,
) -> Vec<(CommuneCode, CommuneCode)> {
    let mut pairs = Vec::new();
    for &a in codes {
        for &b in codes.range(a..).skip(1) {
            if boundaries.touches(a, b) {
                pairs.push((a, b));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
