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
    /// The file is no GeoJSON feature collection.
    #[error("the boundary file is not a GeoJSON feature collection: {0}")]
    Json(#[source] serde_json::Error),
    /// One feature does not follow GeoJSON.
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
    /// Reads a GeoJSON feature collection, plain or gzip, whose features have a property `code`
    /// and a Polygon or MultiPolygon.
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
        let on_globe =
            |c: &Coord| LatLon::new(c.y, c.x).expect("positions were checked on reading");
        let rings = area.shape.iter().map(|part| part.exterior().coords().map(on_globe).collect());
        Some(rings.collect())
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
    // Only lines within the limit of the other's extent can matter: a few of hundreds.
    let grown = |extent: Rect| {
        let lo = plane.coord(extent.min());
        let hi = plane.coord(extent.max());
        let margin = Coord { x: limit_m, y: limit_m };
        Rect::new(lo - margin, hi + margin)
    };
    let lines_near = |area: &Area, extent: Rect| -> Vec<Line> {
        let lines = area.shape.lines_iter().map(|line| plane.line(line));
        lines.filter(|line| line.intersects(&extent)).collect()
    };
    let lines_a = lines_near(a, grown(b.extent));
    let lines_b = lines_near(b, grown(a.extent));
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
mod tests {
    use std::io::Write;
    use std::path::Path;

    use super::*;

    /// Two squares side by side (codes 1 and 2), a third with a hole, 30 m off the second (3), and
    /// one in two parts far away (4). Invented.
    const SQUARES: &str = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"code":"00001"},"geometry":{"type":"Polygon","coordinates":
            [[[108.0,15.0],[108.1,15.0],[108.1,15.1],[108.0,15.1],[108.0,15.0]]]}},
        {"type":"Feature","properties":{"code":2},"geometry":{"type":"Polygon","coordinates":
            [[[108.1,15.0],[108.2,15.0],[108.2,15.1],[108.1,15.1],[108.1,15.0]]]}},
        {"type":"Feature","properties":{"code":"00003"},"geometry":{"type":"Polygon","coordinates":
            [[[108.2003,15.0],[108.3,15.0],[108.3,15.1],[108.2003,15.1],[108.2003,15.0]],
             [[108.24,15.04],[108.26,15.04],[108.26,15.06],[108.24,15.06],[108.24,15.04]]]}},
        {"type":"Feature","properties":{"code":"00004"},"geometry":{"type":"MultiPolygon",
            "coordinates":[[[[109.0,15.0],[109.1,15.0],[109.1,15.1],[109.0,15.0]]],
                           [[[109.0,16.0],[109.1,16.0],[109.1,16.1],[109.0,16.0]]]]}}]}"#;

    fn squares() -> Boundaries {
        Boundaries::from_geojson(SQUARES.as_bytes()).unwrap()
    }

    fn at(lat: f64, lon: f64) -> LatLon {
        LatLon::new(lat, lon).unwrap()
    }

    #[track_caller]
    fn check_error(json: &str, expected: &str) {
        let message = Boundaries::from_geojson(json.as_bytes()).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}");
    }

    /// A collection of one feature with these properties and this geometry.
    fn one(properties: &str, geometry: &str) -> String {
        let feature =
            format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#);
        format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#)
    }

    #[test]
    fn a_point_belongs_to_the_commune_that_holds_it() {
        let boundaries = squares();
        assert_eq!(boundaries.commune_at(at(15.05, 108.05)), Some(CommuneCode(1)));
        assert_eq!(boundaries.commune_at(at(15.05, 108.15)), Some(CommuneCode(2)));
        assert_eq!(boundaries.commune_at(at(16.05, 109.09)), Some(CommuneCode(4)));
        // In the hole, and out at sea.
        assert_eq!(boundaries.commune_at(at(15.05, 108.25)), None);
        assert_eq!(boundaries.commune_at(at(14.0, 108.05)), None);
    }

    #[test]
    fn a_point_on_a_shared_border_belongs_to_the_lower_code() {
        assert_eq!(squares().commune_at(at(15.05, 108.1)), Some(CommuneCode(1)));
    }

    #[test]
    fn the_nearest_commune_is_told_with_the_distance_to_its_border() {
        let boundaries = squares();
        assert_eq!(boundaries.nearest(at(15.05, 108.05)), Some((CommuneCode(1), Meters(0))));
        // 0.01 degrees south of the border: 1111.95 m.
        assert_eq!(boundaries.nearest(at(14.99, 108.05)), Some((CommuneCode(1), Meters(1_112))));
        // In the hole the near border is the hole's, 0.01 degrees north: 1111.95 m against
        // 1111.95 · cos(15.05°) = 1073.8 m to the west.
        assert_eq!(boundaries.nearest(at(15.05, 108.25)), Some((CommuneCode(3), Meters(1_074))));
    }

    #[test]
    fn communes_touch_along_a_border_and_across_a_gap_of_meters() {
        let boundaries = squares();
        let touches = |a, b| boundaries.touches(CommuneCode(a), CommuneCode(b));
        assert!(touches(1, 2) && touches(2, 1));
        // 0.0003 degrees of longitude at 15 degrees north: 32 m.
        assert!(touches(2, 3));
        assert!(!touches(1, 3) && !touches(3, 4));
        assert!(!touches(1, 1) && !touches(1, 9));
        let codes = boundaries.codes().collect();
        let pairs = [(CommuneCode(1), CommuneCode(2)), (CommuneCode(2), CommuneCode(3))];
        assert_eq!(touching_pairs(&boundaries, &codes), pairs);
    }

    #[test]
    fn the_outer_rings_are_given_closed_and_without_holes() {
        let boundaries = squares();
        let rings = boundaries.polygon(CommuneCode(3)).unwrap();
        assert_eq!((rings.len(), rings[0].len()), (1, 5));
        assert_eq!(rings[0][0], at(15.0, 108.2003));
        assert_eq!(boundaries.polygon(CommuneCode(4)).unwrap().len(), 2);
        assert_eq!(boundaries.polygon(CommuneCode(9)), None);
    }

    #[test]
    fn gzip_and_a_byte_order_mark_change_nothing() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(SQUARES.as_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(Boundaries::from_geojson(&packed).unwrap(), squares());
        let marked = format!("\u{feff}{SQUARES}");
        assert_eq!(Boundaries::from_geojson(marked.as_bytes()).unwrap(), squares());
        let cut = &packed[..packed.len() / 2];
        assert!(matches!(Boundaries::from_geojson(cut), Err(BoundaryError::Gzip(_))));
    }

    #[test]
    fn a_file_that_is_no_collection_is_refused() {
        check_error("ma_xa;ten_xa", "the boundary file is not a GeoJSON feature collection");
        check_error("", "the boundary file is not a GeoJSON feature collection");
        check_error(
            r#"{"type":"FeatureCollection","features":[]}"#,
            "the boundary file holds no features",
        );
    }

    #[test]
    fn a_broken_feature_is_named_with_what_is_wrong() {
        let code = r#"{"code":"20341"}"#;
        let square = r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}"#;
        check_error(
            &one(r#"{"code":"x"}"#, square),
            "feature 1 needs a property `code` of five digits, found \"x\"",
        );
        check_error(
            &one("null", square),
            "feature 1 needs a property `code` of five digits, found nothing",
        );
        check_error(
            &one(code, r#"{"type":"Point","coordinates":[1,1]}"#),
            "feature 1 (commune 20341) must be a Polygon or MultiPolygon, found Point",
        );
        check_error(
            &one(code, "null"),
            "feature 1 (commune 20341) must be a Polygon or MultiPolygon, found no geometry",
        );
        check_error(
            &one(code, r#"{"type":"MultiPolygon","coordinates":[]}"#),
            "feature 1 (commune 20341) must be a Polygon or MultiPolygon, found no polygons",
        );
        check_error(
            &one(code, r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[1,1]]]}"#),
            "feature 1 (commune 20341) has a ring of 3 positions, fewer than 4",
        );
        check_error(
            &one(code, r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[15,108],[1,1]]]}"#),
            "feature 1 (commune 20341) has the position [15.0, 108.0]",
        );
        check_error(
            &one(code, r#"{"type":"Polygon","coordinates":[7]}"#),
            "feature 1 is not valid GeoJSON",
        );
        let twice = one(code, square).replace("[{", "[{").replacen(
            "]}}]}",
            &format!(
                "]}}}},{{\"type\":\"Feature\",\"properties\":{code},\"geometry\":{square}}}]}}"
            ),
            1,
        );
        check_error(&twice, "feature 2 repeats commune 20341");
    }

    #[test]
    fn the_outlines_of_a_real_province_hold_hoi_an_and_make_a_plausible_map() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../shared/data/communes_quangnam_danang_2025.geojson");
        let Ok(bytes) = std::fs::read(&path) else {
            println!("skipped: ../shared/data/communes_quangnam_danang_2025.geojson is absent");
            return;
        };
        let boundaries = Boundaries::from_geojson(&bytes).unwrap();
        assert_eq!(boundaries.codes().count(), 94);
        let codes: BTreeSet<_> = boundaries.codes().collect();
        let pairs = touching_pairs(&boundaries, &codes);
        // A planar map of 94 areas has fewer than 3 · 94 borders, and most have several.
        assert!((150..282).contains(&pairs.len()), "{} borders", pairs.len());
        // The old town of Hội An lies in Phường Hội An.
        let hoi_an = boundaries.commune_at(at(15.8771, 108.3280)).unwrap();
        assert_eq!(hoi_an, CommuneCode(20_410));
    }
}
