//! The area to cut out of an extract: a box, a polygon, or a named boundary of the map itself.

use std::io::{Read, Seek};

use geojson::{GeoJson, GeometryValue};
use osmpbf::{PrimitiveBlock, RelMemberType};
use rustc_hash::{FxHashMap, FxHashSet};

use super::blocks::read_blocks;
use super::{BuildObserver, BuildStep, ImportError};
use crate::place::{BoundingBox, LatLon};

/// Bands of latitude that a boundary's segments are sorted into.
const N_BANDS: usize = 1_024;

/// What part of an extract to keep.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Area {
    /// All of it.
    #[default]
    Everything,
    /// What lies in a box.
    Box(BoundingBox),
    /// What lies in a polygon.
    Polygon(Polygon),
}

impl Area {
    /// Whether a point lies in the area.
    pub(crate) fn contains(&self, lat: f64, lon: f64) -> bool {
        match self {
            Self::Everything => true,
            Self::Box(bounds) => LatLon::new(lat, lon).is_some_and(|at| bounds.contains(at)),
            Self::Polygon(polygon) => polygon.contains(lat, lon),
        }
    }
}

/// An area by its border: whatever an odd number of segments separates from the far east.
///
/// Rings need not be sorted nor told from holes, so a boundary relation serves as it comes.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon {
    bounds: BoundingBox,
    /// Segments by band of latitude: lat, lon of both ends.
    bands: Vec<Vec<[f64; 4]>>,
}

impl Polygon {
    /// The area of some rings, or `None` when they enclose nothing.
    pub fn new(rings: &[Vec<LatLon>]) -> Option<Self> {
        let segments = rings.iter().flat_map(|ring| {
            let closing = ring.last().zip(ring.first()).filter(|(a, b)| a != b);
            let closing = closing.map(|(&a, &b)| [a.lat(), a.lon(), b.lat(), b.lon()]);
            let sides = ring.windows(2).map(|w| [w[0].lat(), w[0].lon(), w[1].lat(), w[1].lon()]);
            sides.chain(closing).collect::<Vec<_>>()
        });
        Self::from_segments(segments.collect())
    }

    fn from_segments(segments: Vec<[f64; 4]>) -> Option<Self> {
        let ends = segments.iter().flat_map(|s| [LatLon::new(s[0], s[1]), LatLon::new(s[2], s[3])]);
        let bounds = BoundingBox::around(ends.flatten())?;
        if bounds.lat_min >= bounds.lat_max || bounds.lon_min >= bounds.lon_max {
            return None;
        }
        let mut polygon = Self { bounds, bands: vec![Vec::new(); N_BANDS] };
        for segment in segments {
            let (a, b) = (polygon.band(segment[0]), polygon.band(segment[2]));
            for band in a.min(b)..=a.max(b) {
                polygon.bands[band].push(segment);
            }
        }
        Some(polygon)
    }

    fn band(&self, lat: f64) -> usize {
        let share = (lat - self.bounds.lat_min) / (self.bounds.lat_max - self.bounds.lat_min);
        ((share * N_BANDS as f64) as usize).min(N_BANDS - 1)
    }

    /// Whether a point lies in the area.
    pub(crate) fn contains(&self, lat: f64, lon: f64) -> bool {
        if !LatLon::new(lat, lon).is_some_and(|at| self.bounds.contains(at)) {
            return false;
        }
        let crosses = |s: &&[f64; 4]| {
            let is_between = (s[0] > lat) != (s[2] > lat);
            is_between && lon < (s[3] - s[1]) * (lat - s[0]) / (s[2] - s[0]) + s[1]
        };
        self.bands[self.band(lat)].iter().filter(crosses).count() % 2 == 1
    }

    /// Reads the polygons of a `GeoJSON` file, or of an Osmosis `.poly` file.
    ///
    /// # Errors
    /// When the text is neither, or encloses nothing.
    pub fn from_text(text: &str) -> Result<Self, ImportError> {
        let is_json = text.trim_start().starts_with('{');
        let rings = if is_json { geojson_rings(text)? } else { poly_rings(text)? };
        let nothing = || ImportError::Polygon("its rings enclose nothing".to_owned());
        Self::new(&rings).ok_or_else(nothing)
    }
}

fn geojson_rings(text: &str) -> Result<Vec<Vec<LatLon>>, ImportError> {
    let parsed: GeoJson =
        text.parse().map_err(|error: geojson::Error| ImportError::Polygon(error.to_string()))?;
    let mut values: Vec<GeometryValue> = Vec::new();
    match parsed {
        GeoJson::Geometry(geometry) => values.push(geometry.value),
        GeoJson::Feature(feature) => values.extend(feature.geometry.map(|g| g.value)),
        GeoJson::FeatureCollection(all) => {
            values.extend(all.features.into_iter().filter_map(|f| f.geometry).map(|g| g.value));
        }
    }
    let mut rings = Vec::new();
    while let Some(value) = values.pop() {
        match value {
            GeometryValue::Polygon { coordinates } => rings.extend(coordinates),
            GeometryValue::MultiPolygon { coordinates } => {
                rings.extend(coordinates.into_iter().flatten());
            }
            GeometryValue::GeometryCollection { geometries } => {
                values.extend(geometries.into_iter().map(|g| g.value));
            }
            _ => {}
        }
    }
    let corner = |position: &geojson::Position| {
        let &[lon, lat, ..] = position.as_slice() else { return None };
        LatLon::new(lat, lon)
    };
    let off_globe = || ImportError::Polygon("a corner is not on the globe".to_owned());
    rings
        .iter()
        .map(|ring| ring.iter().map(|p| corner(p).ok_or_else(off_globe)).collect())
        .collect()
}

/// The format of Osmosis: a name, then rings of `lon lat` lines, each ended by `END`.
fn poly_rings(text: &str) -> Result<Vec<Vec<LatLon>>, ImportError> {
    let mut rings = Vec::new();
    let mut ring: Option<Vec<LatLon>> = None;
    for (number, line) in text.lines().enumerate().skip(1) {
        let line = line.trim();
        match (line, ring.take()) {
            ("", open) => ring = open,
            ("END", Some(open)) => rings.push(open),
            ("END", None) => break,
            (_, None) => ring = Some(Vec::new()),
            (corner, Some(mut open)) => {
                let numbers: Vec<f64> =
                    corner.split_whitespace().filter_map(|n| n.parse().ok()).collect();
                let at = numbers
                    .first()
                    .zip(numbers.get(1))
                    .and_then(|(lon, lat)| LatLon::new(*lat, *lon));
                let no_corner = || {
                    ImportError::Polygon(format!("line {} is no `lon lat`: {corner}", number + 1))
                };
                open.push(at.ok_or_else(no_corner)?);
                ring = Some(open);
            }
        }
    }
    Ok(rings)
}

/// A boundary that bears the name asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Boundary {
    admin_level: u8,
    id: i64,
    name: String,
    ways: Vec<i64>,
}

/// Finds the administrative boundary of this name (or `r` and the number of its relation).
///
/// Of several of one name the highest level is taken; two of one level are told apart by number.
///
/// # Errors
/// When the extract is damaged, knows no such boundary, or several of one level.
pub fn named_area<R: Read + Seek + Send>(
    extract: &mut R,
    name: &str,
    observer: &dyn BuildObserver,
) -> Result<Area, ImportError> {
    observer.begins(BuildStep::Area);
    let mut found: Vec<Boundary> = Vec::new();
    let wanted = Wanted::new(name);
    read_blocks(
        extract,
        observer,
        |block| wanted.boundaries(block),
        |mut boundaries| {
            found.append(&mut boundaries);
            Ok(())
        },
    )?;
    found.sort();
    let boundary = match &found[..] {
        [] => return Err(ImportError::AreaUnknown(name.to_owned())),
        [first, second, ..] if first.admin_level == second.admin_level => {
            let same = found.iter().take_while(|b| b.admin_level == first.admin_level);
            let list: Vec<String> = same.map(|b| format!("r{} ({})", b.id, b.name)).collect();
            return Err(ImportError::AreaAmbiguous(name.to_owned(), list.join(", ")));
        }
        [first, ..] => first,
    };
    outline(extract, boundary, observer)
}

struct Wanted {
    id: Option<i64>,
    name: String,
}

impl Wanted {
    fn new(name: &str) -> Self {
        let id = name.strip_prefix('r').and_then(|digits| digits.parse().ok());
        Self { id, name: folded(name) }
    }

    fn boundaries(&self, block: &PrimitiveBlock) -> Vec<Boundary> {
        let relations = block.groups().flat_map(|group| group.relations().collect::<Vec<_>>());
        relations
            .filter_map(|relation| {
                let tags: Vec<(&str, &str)> = relation.tags().collect();
                let tag = |key| tags.iter().find(|(k, _)| *k == key).map(|(_, value)| *value);
                if tag("boundary") != Some("administrative") {
                    return None;
                }
                let names = ["name", "name:vi", "official_name", "name:en"].map(tag);
                let is_named = names.iter().flatten().any(|known| folded(known) == self.name);
                if !is_named && self.id != Some(relation.id()) {
                    return None;
                }
                let ways = relation.members().filter(|m| m.member_type == RelMemberType::Way);
                Some(Boundary {
                    admin_level: tag("admin_level").and_then(|l| l.parse().ok()).unwrap_or(u8::MAX),
                    id: relation.id(),
                    name: tag("name").unwrap_or_default().to_owned(),
                    ways: ways.map(|member| member.member_id).collect(),
                })
            })
            .collect()
    }
}

fn folded(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.trim().nfc().flat_map(char::to_lowercase).collect()
}

/// The border of a boundary: its ways, then their nodes.
fn outline<R: Read + Seek + Send>(
    extract: &mut R,
    boundary: &Boundary,
    observer: &dyn BuildObserver,
) -> Result<Area, ImportError> {
    let wanted: FxHashSet<i64> = boundary.ways.iter().copied().collect();
    let mut lines: Vec<Vec<i64>> = Vec::new();
    let ways_of = |block: &PrimitiveBlock| {
        let ways = block.groups().flat_map(|group| group.ways().collect::<Vec<_>>());
        let ways = ways.filter(|way| wanted.contains(&way.id()));
        ways.map(|way| way.refs().collect::<Vec<i64>>()).collect::<Vec<_>>()
    };
    read_blocks(extract, observer, ways_of, |mut found| {
        lines.append(&mut found);
        Ok(())
    })?;
    let nodes: FxHashSet<i64> = lines.iter().flatten().copied().collect();
    let mut places: FxHashMap<i64, (f64, f64)> = FxHashMap::default();
    let nodes_of = |block: &PrimitiveBlock| super::nodes_in(block, &|id| nodes.contains(&id));
    read_blocks(extract, observer, nodes_of, |found| {
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        places.extend(found.iter().map(|&(id, [lat, lon])| (id, (degrees(lat), degrees(lon)))));
        Ok(())
    })?;
    let segments = lines.iter().flat_map(|line| {
        let sides = line.windows(2).filter_map(|w| Some((places.get(&w[0])?, places.get(&w[1])?)));
        sides.map(|(a, b)| [a.0, a.1, b.0, b.1]).collect::<Vec<_>>()
    });
    let polygon = Polygon::from_segments(segments.collect());
    polygon.map(Area::Polygon).ok_or_else(|| ImportError::AreaOpen(boundary.name.clone()))
}
