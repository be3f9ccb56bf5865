//! Extracts and region files as they come: cut, damaged, older, newer.

use std::io::Cursor;
use std::sync::Arc;

use super::little::{built, grid, is_slow, nodes, opened, region_of, shipped};
use crate::measure::Seconds;
use crate::network::region::format::{RegionWriter, SectionId, read_table, seal};
use crate::network::{
    Area, BuildConfig, BuildError, ChangeEffect, ChangedRoads, DayRules, DrawnShape, ImportError,
    MapSketch, Member, NetworkPlace, PointKind, Polygon, QuietBuild, Region, RegionBytes,
    RegionError, RoadChange, RoadProfile, RoadProfileError, Router, TerrainClass, Travel,
    TravelProfile, WaterKind, build_region, drawing_geojson, named_area,
};
use crate::place::{BoundingBox, LatLon};
use crate::rng::{Rng, Seed};

/// A village: streets with names, a place, an address, an office, a lake.
fn village() -> MapSketch {
    let mut map = MapSketch::new();
    nodes(
        &mut map,
        &[
            (1, 0., 0.),
            (2, 0., 1.),
            (3, 0., 2.),
            (4, 1., 2.),
            (5, 1., 0.),
            (6, 3., 3.),
            (7, 3., 4.),
        ],
    );
    nodes(&mut map, &[(8, 4., 4.), (30, 0.4, 0.4), (31, 0.4, 0.6), (32, 0.6, 0.6)]);
    let named = |id: i64, north: f64, tags: &[(&str, &str)], map: &mut MapSketch| {
        let at = grid(north, 0.5);
        map.tagged_node(id, at.lat(), at.lon(), tags);
    };
    named(20, 0.2, &[("place", "hamlet"), ("name", "Thôn Mẫu")], &mut map);
    named(21, 0.1, &[("addr:housenumber", "12/3"), ("addr:street", "Đường Mẫu")], &mut map);
    named(22, 0.9, &[("amenity", "post_office"), ("name", "Bưu cục Mẫu")], &mut map);
    named(23, 0.9, &[("place", "planet"), ("name", "Nowhere")], &mut map);
    map.way(1, &[1, 2], &[("highway", "residential"), ("name", "Đường Mẫu")]);
    map.way(2, &[2, 3], &[("highway", "tertiary"), ("name", "Đường Mẫu")]);
    map.way(3, &[3, 4, 5, 1], &[("highway", "unclassified")]);
    map.way(4, &[6, 7, 8, 6], &[("natural", "water")]);
    map.way(5, &[30, 31, 32, 30], &[("building", "yes"), ("addr:housenumber", "7")]);
    map
}

#[test]
fn streets_places_addresses_offices_and_water_come_along() {
    let region = region_of(&village());
    let streets = region.streets().unwrap();
    assert_eq!(streets.len(), 1, "two ways of one name that meet are one street");
    assert_eq!((streets[0].name, streets[0].lines.len()), ("Đường Mẫu", 2));
    let points = region.points().unwrap();
    let told: Vec<_> = points.iter().map(|p| (p.kind, p.name, p.house)).collect();
    assert_eq!(
        told,
        [
            (PointKind::Hamlet, "Thôn Mẫu", ""),
            (PointKind::Address, "Đường Mẫu", "12/3"),
            (PointKind::PostOffice, "Bưu cục Mẫu", ""),
            (PointKind::Address, "", "7"),
        ]
    );
    // A building's point is the mean of its corners, the closing one counted again.
    assert!(points[3].at.distance_m(grid(0.45, 0.5)) < 10.0);
    let waters = region.waters().unwrap();
    assert_eq!((waters.len(), waters[0].kind, waters[0].line.len()), (1, WaterKind::Area, 4));
}

#[test]
fn a_lake_drawn_by_a_relation_is_found_by_its_members() {
    let mut map = village();
    nodes(&mut map, &[(40, 5., 0.), (41, 5., 1.), (42, 6., 1.)]);
    map.way(40, &[40, 41, 42, 40], &[]);
    map.relation(1, &[Member::Way(40, "outer")], &[("type", "multipolygon"), ("natural", "water")]);
    assert_eq!(region_of(&map).waters().unwrap().len(), 2);
}

#[test]
fn a_drawing_holds_what_lies_in_its_box_and_its_attribution() {
    let region = region_of(&village());
    let around = |north: f64, east: f64| {
        let (lo, hi) = (grid(north - 0.5, east - 0.5), grid(north + 0.5, east + 0.5));
        BoundingBox { lat_min: lo.lat(), lon_min: lo.lon(), lat_max: hi.lat(), lon_max: hi.lon() }
    };
    let west = region.drawing(around(0.5, 0.5)).unwrap();
    let is_name =
        |shape: &DrawnShape| matches!(shape, DrawnShape::Name { name, .. } if name == "Thôn Mẫu");
    assert!(west.iter().any(is_name));
    assert!(west.iter().all(|shape| !matches!(shape, DrawnShape::Water { .. })));
    let north = region.drawing(around(3.5, 3.5)).unwrap();
    assert!(matches!(north[..], [DrawnShape::Water { .. }]));
    let text = drawing_geojson(&west);
    let parsed: geojson::GeoJson = text.parse().unwrap();
    assert!(matches!(parsed, geojson::GeoJson::FeatureCollection(_)));
    assert!(text.contains("OpenStreetMap contributors"));
}

#[test]
fn a_box_and_a_polygon_keep_whole_ways_that_touch_them() {
    let (lo, hi) = (grid(-0.1, 0.9), grid(0.1, 1.1));
    let bounds =
        BoundingBox { lat_min: lo.lat(), lon_min: lo.lon(), lat_max: hi.lat(), lon_max: hi.lon() };
    let polygon = format!(
        "{{\"type\":\"Polygon\",\"coordinates\":[[[{0},{1}],[{2},{1}],[{2},{3}],[{0},{3}],[{0},{1}]]]}}",
        lo.lon(),
        lo.lat(),
        hi.lon(),
        hi.lat()
    );
    let poly = format!(
        "area\n1\n {0} {1}\n {2} {1}\n {2} {3}\n {0} {3}\nEND\nEND\n",
        lo.lon(),
        lo.lat(),
        hi.lon(),
        hi.lat()
    );
    let areas = [
        Area::Box(bounds),
        Area::Polygon(Polygon::from_text(&polygon).unwrap()),
        Area::Polygon(Polygon::from_text(&poly).unwrap()),
    ];
    let extract = village().to_pbf();
    let builds = areas.map(|area| built(&extract, area, vec![RoadProfile::motorbike()]));
    // Node 2 is inside: ways 1 and 2 are kept whole, way 3 is not.
    let region = opened(&builds[0]);
    assert_eq!(region.summary().n_edges, 2);
    assert!(builds[0] == builds[1] && builds[1] == builds[2], "one area, one region");
}

/// The village within a boundary relation.
fn bounded_village() -> MapSketch {
    let mut map = village();
    nodes(&mut map, &[(50, -1., -1.), (51, -1., 3.), (52, 2., 3.), (53, 2., -1.)]);
    nodes(&mut map, &[(60, 9., 9.), (61, 9., 10.)]);
    map.way(50, &[50, 51, 52], &[]).way(51, &[52, 53, 50], &[]);
    map.way(60, &[60, 61], &[("highway", "residential")]);
    let boundary = |id: i64, level: &str, map: &mut MapSketch| {
        let members = [Member::Way(50, "outer"), Member::Way(51, "outer")];
        let tags = [("boundary", "administrative"), ("name", "Xã Mẫu"), ("admin_level", level)];
        map.relation(id, &members, &tags);
    };
    boundary(70, "6", &mut map);
    boundary(71, "8", &mut map);
    map
}

#[test]
fn a_named_area_is_its_boundary_and_of_two_the_higher() {
    let extract = bounded_village().to_pbf();
    let area = |name: &str| named_area(&mut Cursor::new(&extract), name, &QuietBuild);
    let by_name = area("xã mẫu").unwrap();
    assert!(by_name.contains(grid(0., 1.).lat(), grid(0., 1.).lon()));
    assert!(!by_name.contains(grid(9., 9.).lat(), grid(9., 9.).lon()));
    assert_eq!(by_name, area("r71").unwrap());
    let error = area("Xã Khác").unwrap_err().to_string();
    assert!(error.contains("Xã Khác") && error.contains("--box"), "{error}");
    let region = opened(&built(&extract, by_name, vec![RoadProfile::motorbike()]));
    assert_eq!(region.streets().unwrap().len(), 1);
}

#[test]
fn two_areas_of_one_name_and_level_are_told_apart_by_number() {
    let mut map = bounded_village();
    let tags = [("boundary", "administrative"), ("name", "Xã Mẫu"), ("admin_level", "6")];
    map.relation(72, &[Member::Way(50, "outer")], &tags);
    let found = named_area(&mut Cursor::new(map.to_pbf()), "Xã Mẫu", &QuietBuild);
    let error = found.unwrap_err().to_string();
    assert!(error.contains("r70") && error.contains("r72"), "{error}");
}

fn build_error(extract: &[u8]) -> BuildError {
    let profiles = vec![RoadProfile::motorbike()];
    let config = BuildConfig { name: "x".to_owned(), area: Area::Everything, profiles };
    let out = Cursor::new(Vec::new());
    build_region(&mut Cursor::new(extract), &config, out, &QuietBuild).unwrap_err()
}

#[test]
fn what_is_no_extract_is_refused_with_a_reason() {
    for bytes in [&b""[..], b"hello, this is no map", &[0, 0, 0, 200, 1, 2, 3]] {
        let error = build_error(bytes).to_string();
        assert!(error.contains("no sound OpenStreetMap extract"), "{error}");
    }
    let mut empty = MapSketch::new();
    nodes(&mut empty, &[(1, 0., 0.)]);
    assert!(build_error(&empty.to_pbf()).to_string().contains("no road lies in the area"));
    let mut closed = MapSketch::new();
    nodes(&mut closed, &[(1, 0., 0.), (2, 0., 1.)]);
    closed.way(1, &[1, 2], &[("highway", "motorway")]);
    let error = build_error(&closed.to_pbf()).to_string();
    assert!(error.contains("no road of the area is open to the profile \"motorbike\""), "{error}");
}

#[test]
fn nodes_after_ways_are_refused_with_the_remedy() {
    let mut backward = village().to_pbf();
    backward.extend(village().to_pbf());
    let error = build_error(&backward);
    assert!(matches!(error, BuildError::Import(ImportError::Unsorted { node: 1 })), "{error}");
    assert!(error.to_string().contains("osmium sort"));
}

#[test]
fn a_damaged_extract_is_refused_or_read_but_never_a_crash() {
    let whole = village().to_pbf();
    let mut rng = Rng::new(Seed(11));
    let config = BuildConfig {
        name: "x".to_owned(),
        area: Area::Everything,
        profiles: vec![RoadProfile::motorbike()],
    };
    // The reader of the format asserts; its words need not fill the test's output.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut n_refused = 0;
    for round in 0..600 {
        let mut bytes = whole.clone();
        if round % 3 == 0 {
            bytes.truncate(rng.index(whole.len()));
        }
        for _ in 0..=rng.index(3) {
            let at = rng.index(bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << rng.index(8);
            }
        }
        let out = Cursor::new(Vec::new());
        let built = build_region(&mut Cursor::new(&bytes), &config, out, &QuietBuild);
        n_refused += usize::from(built.is_err());
    }
    std::panic::set_hook(hook);
    assert!(n_refused > 100, "only {n_refused} of 600 were noticed");
}

/// Opens a region and uses all of it, with its own weights and with those of a day.
fn use_all(bytes: &[u8]) -> Result<(), RegionError> {
    let region = Arc::new(Region::open(RegionBytes::copied(bytes))?);
    region.verify()?;
    use_sound(&region)
}

fn use_sound(region: &Arc<Region>) -> Result<(), RegionError> {
    region.streets()?;
    region.points()?;
    region.waters()?;
    region.drawing(region.summary().bounding_box())?;
    let changes = vec![RoadChange {
        roads: ChangedRoads::Street("Đường Mẫu".to_owned()),
        effect: ChangeEffect::TimeFactor(1.5),
        vehicles: Vec::new(),
    }];
    let day = DayRules { hours: Some((Seconds::clock(8, 0), Seconds::clock(17, 0))), changes };
    let routers = [
        Router::new(Arc::clone(region), "motorbike")?,
        Router::on_day(Arc::clone(region), "motorbike", &day)?,
    ];
    let places = [grid(0., 0.2), grid(1., 1.), grid(0.5, 2.), grid(0., 1.7), grid(0.6, 0.)];
    let at = places.map(|at| NetworkPlace { at, terrain: TerrainClass::Urban });
    for router in &routers {
        for from in places {
            for to in places {
                router.route(from, to);
            }
        }
        // A leg of a forged map may exceed all limits, and is refused.
        let _ = router.measure(&at, &TravelProfile::default());
    }
    Ok(())
}

#[test]
fn a_forged_region_with_sound_checksums_never_trips_a_search() {
    let profiles = vec![RoadProfile::motorbike()];
    let whole = built(&ferried_village().to_pbf(), Area::Everything, profiles);
    assert_eq!(use_all(&whole), Ok(()));
    let sections = read_table(&whole).unwrap();
    let mut rng = Rng::new(Seed(13));
    let (mut n_refused, mut n_used) = (0, 0);
    for _ in 0..if is_slow() { 60_000 } else { 4_000 } {
        let mut bytes = whole.clone();
        for _ in 0..=rng.index(2) {
            let section = &sections[rng.index(sections.len())];
            if section.n_bytes == 0 {
                continue;
            }
            let width = (section.element_bytes as usize).min(4);
            let at = section.offset + rng.index(section.n_bytes / width) * width;
            forge(&mut bytes[at..at + width], &mut rng);
        }
        seal(&mut bytes);
        match use_all(&bytes) {
            Ok(()) => n_used += 1,
            Err(error) => {
                assert!(matches!(
                    error,
                    RegionError::Damaged { .. } | RegionError::UnknownProfile { .. }
                ));
                n_refused += 1;
            }
        }
    }
    assert!(n_refused > 500 && n_used > 500, "{n_refused} refused, {n_used} used");
}

/// Changes one number: by one bit, by one, or to another one.
fn forge(number: &mut [u8], rng: &mut Rng) {
    let first = number[0];
    match rng.index(4) {
        0 => number[rng.index(number.len())] ^= 1 << rng.index(8),
        1 => number[0] = first.wrapping_add(1),
        2 => number[0] = first.wrapping_sub(1),
        _ => number.iter_mut().for_each(|byte| *byte = rng.index(256) as u8),
    }
}

/// The village with a ferry, a barrier and a forbidden turn.
fn ferried_village() -> MapSketch {
    let mut map = village();
    nodes(&mut map, &[(70, 2., 2.), (71, 2., 1.)]);
    map.way(70, &[4, 70], &[("route", "ferry"), ("opening_hours", "05:00-06:00")]);
    map.way(71, &[70, 71], &[("highway", "residential")]);
    map.way(72, &[71, 5], &[("highway", "path")]);
    map.restriction(90, "no_left_turn", 2, 3, 3);
    map
}

#[test]
fn every_damaged_byte_and_every_cut_of_a_region_is_noticed() {
    let whole = built(&village().to_pbf(), Area::Everything, vec![RoadProfile::motorbike()]);
    assert_eq!(use_all(&whole), Ok(()));
    let mut rng = Rng::new(Seed(12));
    let sections_end = whole.len();
    for _ in 0..3_000 {
        let mut bytes = whole.clone();
        let at = rng.index(sections_end);
        bytes[at] ^= 1 << rng.index(8);
        // Padding between sections is nobody's.
        let is_padding = whole[at] == 0 && use_all(&bytes).is_ok();
        let error = use_all(&bytes).err();
        assert!(is_padding || error.is_some(), "a changed byte at {at} was believed");
    }
    for length in (0..whole.len()).step_by(97) {
        let error = use_all(&whole[..length]).unwrap_err();
        assert!(matches!(error, RegionError::Damaged { .. } | RegionError::NoRegion), "{error}");
    }
    let mut longer = whole;
    longer.extend([0; 8]);
    assert!(matches!(use_all(&longer), Err(RegionError::Damaged { .. })));
}

#[test]
fn another_version_and_another_file_are_told_apart() {
    let whole = built(&village().to_pbf(), Area::Everything, vec![RoadProfile::motorbike()]);
    let mut newer = whole.clone();
    newer[13] = b'2';
    let error = use_all(&newer).unwrap_err();
    assert_eq!(error, RegionError::Version { version: 2 });
    assert!(error.to_string().contains("buuta-region/1"));
    let mut older = whole;
    older[13] = b'0';
    assert_eq!(use_all(&older), Err(RegionError::Version { version: 0 }));
    assert_eq!(
        use_all(b"PK\x03\x04 some workbook that was renamed to be a region, by mistake ......"),
        Err(RegionError::NoRegion)
    );
    assert_eq!(use_all(b""), Err(RegionError::NoRegion));
}

#[test]
fn a_well_formed_file_without_roads_is_refused() {
    let mut writer = RegionWriter::new(Cursor::new(Vec::new()), 1).unwrap();
    writer.put(SectionId(7), &[1u32, 2, 3]).unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert!(matches!(use_all(&bytes), Err(RegionError::Damaged { .. })));
}

#[test]
fn an_unknown_profile_is_refused_with_the_known_ones() {
    let bytes = built(&village().to_pbf(), Area::Everything, shipped());
    let error = Router::new(opened(&bytes), "helicopter").unwrap_err().to_string();
    assert!(error.contains("helicopter") && error.contains("motorbike, car, walking"), "{error}");
}

#[test]
fn a_mapped_file_answers_like_bytes_in_memory() {
    let bytes = built(&village().to_pbf(), Area::Everything, vec![RoadProfile::motorbike()]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.buuta-region");
    std::fs::write(&path, &bytes).unwrap();
    let mapped = RegionBytes::map(&std::fs::File::open(&path).unwrap()).unwrap();
    let mapped = Router::new(Arc::new(Region::open(mapped).unwrap()), "motorbike").unwrap();
    let copied = Router::new(opened(&bytes), "motorbike").unwrap();
    let (from, to): (LatLon, LatLon) = (grid(0., 0.2), grid(1., 1.));
    assert_eq!(mapped.route(from, to), copied.route(from, to));
}

#[test]
fn profiles_survive_their_file_and_refuse_what_cannot_be() {
    for profile in shipped() {
        assert_eq!(RoadProfile::from_toml(&profile.to_toml()).unwrap(), profile);
    }
    let text = RoadProfile::motorbike().to_toml();
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        RoadProfile::from_toml(&text.replacen(from, to, 1)).unwrap_err()
    };
    let error = refused("trunk = 45.0", "trunk = 450.0").to_string();
    assert_eq!(error, "speed_kmh.trunk is 450; it must lie between 1 and 160");
    assert!(matches!(refused("buuta-profile/1", "buuta-profile/9"), RoadProfileError::Format(_)));
    let error = refused("signal_s", "signals").to_string();
    assert!(error.contains("unknown field `signals`") && error.contains("line"), "{error}");
    assert!(matches!(refused("private = 0.0", "private = nan"), RoadProfileError::Range { .. }));
}
