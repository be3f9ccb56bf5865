//! Invented outlines, broken ones, and those of a real province where they are at hand.

use std::io::Write;

use super::*;
use crate::territory::tests::real_outlines;

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
    let twice = one(code, square).replacen(
        "]}}]}",
        &format!("]}}}},{{\"type\":\"Feature\",\"properties\":{code},\"geometry\":{square}}}]}}"),
        1,
    );
    check_error(&twice, "feature 2 repeats commune 20341");
}

#[test]
fn the_outlines_of_a_real_province_hold_hoi_an_and_make_a_plausible_map() {
    let Some(boundaries) = real_outlines() else { return };
    assert_eq!(boundaries.codes().count(), 94);
    let codes: BTreeSet<_> = boundaries.codes().collect();
    let pairs = touching_pairs(&boundaries, &codes);
    // A planar map of 94 areas has fewer than 3 · 94 borders, and most have several.
    assert!((150..282).contains(&pairs.len()), "{} borders", pairs.len());
    // The old town of Hội An lies in Phường Hội An.
    let hoi_an = boundaries.commune_at(at(15.8771, 108.3280)).unwrap();
    assert_eq!(hoi_an, CommuneCode(20_410));
}
