//! About where a commune lies, when nobody has its outline.

use crate::place::LatLon;
use crate::territory::{Commune, CommuneCode, Gazetteer};

/// Corners of the circle a cell is cut from.
const N_CORNERS: usize = 48;
/// Radius of that circle over the radius of a round commune of the same area: communes are seldom round.
const STRETCH: f64 = 1.5;
/// Area of a commune whose area is unknown, in square kilometers.
const USUAL_AREA_KM2: f64 = 50.0;
/// Kilometers of one degree of latitude.
const DEGREE_KM: f64 = 111.195;

/// A place in kilometers east and north of a commune's point.
type Offset = (f64, f64);

/// The land nearer to this commune's point than to any other's, within a circle of about its size: a ring.
///
/// A drawing aid and nothing more: whoever has outlines uses those ([`Boundaries`](crate::territory::Boundaries)).
/// Nothing for a code that is no commune of today.
pub fn cell(gazetteer: &Gazetteer, code: CommuneCode) -> Option<Vec<LatLon>> {
    let commune = gazetteer.commune(code)?;
    let radius_km =
        STRETCH * (commune.area_km2.unwrap_or(USUAL_AREA_KM2) / std::f64::consts::PI).sqrt();
    let mut ring: Vec<Offset> = (0..N_CORNERS)
        .map(|corner| {
            let angle = corner as f64 / N_CORNERS as f64 * std::f64::consts::TAU;
            (radius_km * angle.cos(), radius_km * angle.sin())
        })
        .collect();
    for other in gazetteer.communes() {
        let (x, y) = offset(commune, other.point);
        // The bisector towards a point beyond twice the radius does not meet the circle.
        let is_other = other.code != code && (x, y) != (0.0, 0.0);
        if is_other && x.hypot(y) < 2.0 * radius_km {
            ring = nearer_side(&ring, (x, y));
        }
    }
    let place = |(x, y): Offset| {
        let lat = commune.point.lat() + y / DEGREE_KM;
        LatLon::new(lat, commune.point.lon() + x / DEGREE_KM / narrowing(commune))
    };
    Some(ring.into_iter().filter_map(place).collect())
}

/// A degree of longitude over one of latitude.
fn narrowing(commune: &Commune) -> f64 {
    commune.point.lat().to_radians().cos()
}

fn offset(from: &Commune, to: LatLon) -> Offset {
    let east = (to.lon() - from.point.lon()) * narrowing(from) * DEGREE_KM;
    (east, (to.lat() - from.point.lat()) * DEGREE_KM)
}

/// The part of a convex ring around the origin that is nearer to it than to `other` (Sutherland, Hodgman 1974).
fn nearer_side(ring: &[Offset], other: Offset) -> Vec<Offset> {
    let half = 0.5 * (other.0 * other.0 + other.1 * other.1);
    let beyond = |p: Offset| p.0 * other.0 + p.1 * other.1 - half;
    let mut kept = Vec::with_capacity(ring.len() + 1);
    for (i, &corner) in ring.iter().enumerate() {
        let before = ring[(i + ring.len() - 1) % ring.len()];
        let (a, b) = (beyond(before), beyond(corner));
        if (a < 0.0) != (b < 0.0) {
            let t = a / (a - b);
            kept.push((before.0 + t * (corner.0 - before.0), before.1 + t * (corner.1 - before.1)));
        }
        if b < 0.0 {
            kept.push(corner);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_corner_of_a_cell_is_as_near_to_its_own_point_as_to_any_other() {
        let gazetteer = Gazetteer::bundled();
        let communes = gazetteer.commune_named("Thăng Bình", Some("Đà Nẵng"));
        let own = gazetteer.commune(communes[0]).unwrap();
        let ring = cell(gazetteer, own.code).unwrap();
        assert!(3 <= ring.len());
        for corner in ring {
            let nearest = gazetteer.communes().map(|c| c.point.distance_m(corner));
            let nearest = nearest.min_by(f64::total_cmp).unwrap();
            // A flat map of a commune is off by some meters.
            assert!(own.point.distance_m(corner) < nearest + 50.0);
        }
    }

    #[test]
    fn every_commune_of_today_has_a_cell_around_its_point() {
        let gazetteer = Gazetteer::bundled();
        for commune in gazetteer.communes() {
            assert!(3 <= cell(gazetteer, commune.code).unwrap().len(), "{}", commune.full_name);
        }
        assert_eq!(cell(gazetteer, CommuneCode(99_999)), None);
    }
}
