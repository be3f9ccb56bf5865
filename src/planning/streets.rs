//! The streets of a region as addresses need them: in which communes, how much of each, which house numbers.

use std::collections::BTreeMap;

use crate::address::{StreetSide, StreetStretch};
use crate::network::{PointKind, Region, RegionError};
use crate::place::LatLon;
use crate::territory::{Boundaries, CommuneCode, NEAR_BORDER};

/// Streets are followed in steps of at most this length: their share of a commune is as exact as that.
const STEP_M: f64 = 50.0;

/// The part of a street that lies in one commune.
#[derive(Default)]
struct Part {
    length_m: f64,
    /// Least and greatest known number of the even and of the odd side.
    houses: [Option<(u32, u32)>; 2],
}

/// Every named street of a region by commune. Roads beyond the outlines belong to no commune and are left out.
///
/// # Errors
/// When the region is damaged.
pub fn streets_of(
    region: &Region,
    outlines: &Boundaries,
) -> Result<Vec<StreetStretch>, RegionError> {
    // Simplified outlines leave gaps between neighbors.
    let commune = |at: LatLon| {
        let (code, distance) = outlines.nearest(at)?;
        (distance <= NEAR_BORDER).then_some(code)
    };
    let mut parts: BTreeMap<(&str, CommuneCode), Part> = BTreeMap::new();
    for street in region.streets()? {
        for ends in street.lines.iter().flat_map(|line| line.windows(2)) {
            for (at, length_m) in steps(ends[0], ends[1]) {
                if let Some(code) = commune(at) {
                    parts.entry((bare(street.name), code)).or_default().length_m += length_m;
                }
            }
        }
    }
    for door in region.points()?.iter().filter(|point| point.kind == PointKind::Address) {
        let Some((number, code)) = first_number(door.house).zip(commune(door.at)) else { continue };
        if let Some(part) = parts.get_mut(&(bare(door.name), code)) {
            let side = &mut part.houses[number as usize % 2];
            let (lo, hi) = side.unwrap_or((number, number));
            *side = Some((lo.min(number), hi.max(number)));
        }
    }
    Ok(parts.iter().flat_map(|(&(name, code), part)| stretches(name, code, part)).collect())
}

/// One stretch for each side with known numbers; one for both when none are known.
fn stretches(name: &str, commune: CommuneCode, part: &Part) -> Vec<StreetStretch> {
    let known: Vec<(StreetSide, (u32, u32))> = [StreetSide::Even, StreetSide::Odd]
        .into_iter()
        .zip(part.houses)
        .filter_map(|(side, houses)| Some((side, houses?)))
        .collect();
    let weight = part.length_m / known.len().max(1) as f64;
    let stretch =
        |side, houses| StreetStretch { name: name.to_owned(), commune, weight, houses, side };
    if known.is_empty() {
        return vec![stretch(StreetSide::Both, None)];
    }
    known.into_iter().map(|(side, houses)| stretch(side, Some(houses))).collect()
}

/// The name without `Đường` in front: some doors name it, some do not.
fn bare(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix("Đường ").or(name.strip_prefix("đường ")).unwrap_or(name)
}

/// The first number in a house number: 12 of `12/5A`.
fn first_number(house: &str) -> Option<u32> {
    house.split(|c: char| !c.is_ascii_digit()).find(|run| !run.is_empty())?.parse().ok()
}

/// Points along a segment, each with the length it stands for.
fn steps(from: LatLon, to: LatLon) -> impl Iterator<Item = (LatLon, f64)> {
    let length_m = from.distance_m(to);
    let n = (length_m / STEP_M).ceil().max(1.0) as usize;
    let between = move |i: usize| {
        let share = (i as f64 + 0.5) / n as f64;
        let along = |a: f64, b: f64| a + (b - a) * share;
        LatLon::new(along(from.lat(), to.lat()), along(from.lon(), to.lon()))
    };
    (0..n).filter_map(move |i| Some((between(i)?, length_m / n as f64)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::network::{
        Area, BuildConfig, MapSketch, QuietBuild, RegionBytes, RoadProfile, build_region,
    };

    /// Two square communes side by side, and a street through both with doors in each.
    fn day() -> (Region, Boundaries) {
        let square = |code: &str, west: f64| {
            let east = west + 0.01;
            format!(
                r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon",
                "coordinates":[[[{west},15.0],[{east},15.0],[{east},15.01],[{west},15.01],[{west},15.0]]]}}}}"#
            )
        };
        let features = [square("20242", 108.0), square("20257", 108.01)].join(",");
        let outlines = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
        let mut map = MapSketch::new();
        // From the middle of the first square to a quarter of the second; a second street far from both.
        map.node(1, 15.005, 108.005).node(2, 15.005, 108.0125).node(3, 15.2, 108.0);
        map.way(1, &[1, 2], &[("highway", "residential"), ("name", "Đường Hùng Vương")]);
        map.way(2, &[2, 3], &[("highway", "residential")]);
        map.node(4, 15.21, 108.0);
        map.way(3, &[3, 4], &[("highway", "residential"), ("name", "Lê Lợi")]);
        for (id, lon, house) in [(11, 108.006, "12"), (12, 108.007, "20/4"), (13, 108.011, "31")] {
            let tags = [("addr:housenumber", house), ("addr:street", "Hùng Vương")];
            map.tagged_node(id, 15.005, lon, &tags);
        }
        let config = BuildConfig {
            name: "a".to_owned(),
            area: Area::Everything,
            profiles: vec![RoadProfile::motorbike()],
        };
        let mut file = Cursor::new(Vec::new());
        build_region(&mut Cursor::new(map.to_pbf()), &config, &mut file, &QuietBuild).unwrap();
        let region = Region::open(RegionBytes::copied(file.get_ref())).unwrap();
        (region, Boundaries::from_geojson(outlines.as_bytes()).unwrap())
    }

    #[test]
    fn a_street_is_shared_by_its_communes_with_its_length_and_house_numbers() {
        let (region, outlines) = day();
        let found = streets_of(&region, &outlines).unwrap();
        let facts: Vec<_> =
            found.iter().map(|s| (s.name.as_str(), s.commune.0, s.houses, s.side)).collect();
        let expected = [
            ("Hùng Vương", 20242, Some((12, 20)), StreetSide::Even),
            ("Hùng Vương", 20257, Some((31, 31)), StreetSide::Odd),
        ];
        assert_eq!(facts, expected, "the street beyond the outlines is left out");
        // 0.005 degrees of longitude against 0.0025, give or take a step.
        let share = found[0].weight / found[1].weight;
        assert!((share - 2.0).abs() < 0.5, "{share}");
    }
}
