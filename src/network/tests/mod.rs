mod calibrate;
mod files;
mod laws;
mod little;
mod rules;
mod sources;

use super::*;

use crate::matrix::MatrixError;
use crate::measure::Meters;
use crate::measure::Seconds;
use crate::place::LatLon;

fn place(lat: f64, lon: f64, terrain: TerrainClass) -> NetworkPlace {
    NetworkPlace { at: LatLon::new(lat, lon).unwrap(), terrain }
}

#[track_caller]
fn check(a: NetworkPlace, b: NetworkPlace, expected: (Seconds, Meters)) {
    let matrix = estimate(&[a, b], &TravelProfile::default()).unwrap();
    assert_eq!((matrix.time(0, 1), matrix.distance(0, 1)), expected);
    assert_eq!((matrix.time(1, 0), matrix.distance(1, 0)), expected);
    assert_eq!((matrix.time(0, 0), matrix.distance(1, 1)), (Seconds::ZERO, Meters::ZERO));
}

#[test]
fn a_leg_within_one_terrain_is_the_great_circle_times_its_detour_at_its_speed() {
    let a = place(15.60, 108.48, TerrainClass::Delta);
    let b = place(15.61, 108.48, TerrainClass::Delta);
    // 0.01 degrees of the meridian: 2·pi·6371008.8 / 36000 = 1111.951 m; × 1.4 = 1556.731 m.
    // 28 km/h = 7.7778 m/s: 200.151 s, rounded up.
    check(a, b, (Seconds(201), Meters(1557)));
}

#[test]
fn a_leg_between_two_terrains_takes_the_mean_detour_and_the_harmonic_mean_speed() {
    let a = place(15.60, 108.48, TerrainClass::Delta);
    let b = place(15.70, 108.48, TerrainClass::Mountain);
    // 11119.508 m × (1.4 + 1.8) / 2 = 17791.213 m.
    // Half of it at 28 km/h: 1143.721 s; half at 20 km/h: 1601.209 s; together 2744.930 s.
    check(a, b, (Seconds(2745), Meters(17_791)));
}

#[test]
fn two_doors_known_by_one_point_are_the_least_leg_apart() {
    let a = place(15.6, 108.48, TerrainClass::Urban);
    check(a, a, (Seconds(60), Meters(150)));
    // 0.0005 degrees: 55.6 m × 1.3 = 72.3 m, 13 s: still less than the least leg.
    check(a, place(15.6005, 108.48, TerrainClass::Urban), (Seconds(60), Meters(150)));
}

#[test]
fn an_estimate_agrees_with_the_haversine_distance_in_any_direction() {
    let straight = TerrainSpeed::new(36.0, 1.0).unwrap();
    let profile = TravelProfile { urban: straight, ..TravelProfile::default() };
    let points = [(15.57, 108.47), (15.88, 108.33), (15.2, 107.6), (-33.9, 151.2), (64.1, -21.9)];
    let places: Vec<_> =
        points.iter().map(|&(lat, lon)| place(lat, lon, TerrainClass::Urban)).collect();
    let matrix = estimate(&places, &profile).unwrap();
    for (from, a) in places.iter().enumerate() {
        for (to, b) in places.iter().enumerate() {
            let haversine = a.at.distance(b.at).value();
            assert!((matrix.distance(from, to).value() - haversine).abs() <= 1);
            // 36 km/h is 10 m/s.
            assert!((matrix.time(from, to).value() * 10 - haversine).abs() <= 11);
        }
    }
}

#[test]
fn the_estimate_is_the_same_on_any_number_of_threads() {
    let places: Vec<_> = (0..60)
        .map(|i| {
            let i = f64::from(i);
            place(15.0 + 0.013 * (i * 7.0 % 60.0), 108.0 + 0.011 * i, TerrainClass::Delta)
        })
        .collect();
    let on_threads = |n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| estimate(&places, &TravelProfile::default()).unwrap())
    };
    assert_eq!(on_threads(1), on_threads(2));
    assert_eq!(on_threads(1), on_threads(8));
}

#[test]
fn no_places_make_an_empty_matrix() {
    assert_eq!(estimate(&[], &TravelProfile::default()).unwrap().n_places(), 0);
}

#[test]
fn a_leg_beyond_the_limits_names_its_ends() {
    let profile = TravelProfile { leg_min_distance: Meters(1 << 40), ..TravelProfile::default() };
    let a = place(15.6, 108.48, TerrainClass::Urban);
    let error = estimate(&[a, a], &profile).unwrap_err();
    assert!(matches!(error, MatrixError::TooLong { from: 0, to: 1, .. }));
}

#[test]
fn density_decides_the_terrain_and_an_unknown_one_is_delta() {
    let class = TerrainClass::from_density;
    assert_eq!(class(Some(2_000.0)), TerrainClass::Urban);
    assert_eq!(class(Some(1_999.9)), TerrainClass::Delta);
    assert_eq!(class(Some(200.0)), TerrainClass::Delta);
    assert_eq!(class(Some(199.9)), TerrainClass::Mountain);
    assert_eq!(class(None), TerrainClass::Delta);
    assert_eq!(class(Some(f64::NAN)), TerrainClass::Delta);
}

#[test]
fn a_speed_or_detour_that_cannot_be_is_refused_with_its_value() {
    assert_eq!(TerrainSpeed::new(0.0, 1.3), Err(ProfileError::Speed(0.0)));
    assert_eq!(TerrainSpeed::new(20.0, 0.9), Err(ProfileError::Detour(0.9)));
    assert!(TerrainSpeed::new(f64::NAN, 1.3).is_err());
    let message = TerrainSpeed::new(500.0, 1.3).unwrap_err().to_string();
    assert_eq!(message, "the speed 500 km/h is not between 1 and 130");
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let profile = TravelProfile::default();
    let stated = [
        (TerrainClass::Urban, 20.0, 1.3),
        (TerrainClass::Delta, 28.0, 1.4),
        (TerrainClass::Mountain, 20.0, 1.8),
        (TerrainClass::Water, 18.0, 1.8),
    ];
    for (terrain, speed_kmh, detour) in stated {
        assert_eq!(Ok(profile.on(terrain)), TerrainSpeed::new(speed_kmh, detour));
    }
}
