//! The area of a group of points, for maps without boundaries.

use geo::{ConvexHull, MultiPoint};

use crate::place::LatLon;

/// The ring around the points; fewer than three corners when they lie on one line.
pub(crate) fn ring(points: &[LatLon]) -> Vec<LatLon> {
    let points: MultiPoint<f64> =
        points.iter().map(|p| (p.lon(), p.lat())).collect::<Vec<_>>().into();
    let hull = points.convex_hull();
    hull.exterior().coords().filter_map(|c| LatLon::new(c.y, c.x)).collect()
}
