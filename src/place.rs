//! Points on the earth and the great circles between them.

use crate::measure::Meters;

/// Mean earth radius in meters (IUGG R1).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point in WGS 84, decimal degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatLon {
    // Invariant: -90 <= lat <= 90.
    lat: f64,
    // Invariant: -180 <= lon <= 180.
    lon: f64,
}

impl LatLon {
    /// The point at these degrees, or `None` when they are not on the globe.
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        let on_globe = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        on_globe.then_some(Self { lat, lon })
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// The great-circle distance in meters, by the haversine formula.
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_dlat = (lat2 - lat1) / 2.0;
        let half_dlon = (other.lon - self.lon).to_radians() / 2.0;
        let h = half_dlat.sin().powi(2) + lat1.cos() * lat2.cos() * half_dlon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }

    /// The great-circle distance, rounded to the nearest meter.
    pub fn distance(self, other: Self) -> Meters {
        Meters(self.distance_m(other).round() as i64)
    }
}

/// A rectangle of latitudes and longitudes; it does not cross the date line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundingBox {
    /// South edge, degrees.
    pub lat_min: f64,
    /// West edge, degrees.
    pub lon_min: f64,
    /// North edge, degrees.
    pub lat_max: f64,
    /// East edge, degrees.
    pub lon_max: f64,
}

impl BoundingBox {
    /// The smallest box around the points, or `None` when there are none.
    pub fn around(points: impl IntoIterator<Item = LatLon>) -> Option<Self> {
        points.into_iter().fold(None, |found: Option<Self>, p| {
            let b = found.unwrap_or(Self {
                lat_min: p.lat,
                lon_min: p.lon,
                lat_max: p.lat,
                lon_max: p.lon,
            });
            Some(Self {
                lat_min: b.lat_min.min(p.lat),
                lon_min: b.lon_min.min(p.lon),
                lat_max: b.lat_max.max(p.lat),
                lon_max: b.lon_max.max(p.lon),
            })
        })
    }

    /// Whether the point lies in the box or on its edge.
    pub fn contains(&self, p: LatLon) -> bool {
        (self.lat_min..=self.lat_max).contains(&p.lat)
            && (self.lon_min..=self.lon_max).contains(&p.lon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_degree_of_latitude_is_a_ninetieth_of_a_quarter_meridian() {
        let a = LatLon::new(15.0, 108.0).unwrap();
        let b = LatLon::new(16.0, 108.0).unwrap();
        // 2·pi·6371008.8 / 360 = 111195.08.
        assert_eq!(a.distance(b), Meters(111_195));
    }

    #[test]
    fn degrees_beyond_the_globe_are_refused() {
        assert_eq!(LatLon::new(108.3, 15.8), None);
        assert_eq!(LatLon::new(f64::NAN, 15.8), None);
    }
}
