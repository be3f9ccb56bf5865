//! Speeds are found again from the times that they make.

use std::sync::Arc;

use super::little::{grid, region_with};
use crate::measure::Seconds;
use crate::network::{
    CalibrateError, DayRules, MapSketch, RecordedLeg, RecordedLegs, Region, RoadClass, RoadProfile,
    Router, SpeedName, calibrate,
};
use crate::rng::{Rng, Seed};

/// Streets of three classes, 40 by 40, and signals on the greater ones.
fn town() -> Arc<Region> {
    let mut map = MapSketch::new();
    let size = 40;
    for id in 0..size * size {
        let at = grid(f64::from(id / size), f64::from(id % size));
        if id % 97 == 0 {
            map.tagged_node(
                i64::from(id) + 1,
                at.lat(),
                at.lon(),
                &[("highway", "traffic_signals")],
            );
        } else {
            map.node(i64::from(id) + 1, at.lat(), at.lon());
        }
    }
    for line in 0..size {
        let class = match line % 8 {
            0 => "secondary",
            4 => "tertiary",
            _ => "residential",
        };
        let ids =
            |of: &dyn Fn(i32) -> i32| (0..size).map(|i| i64::from(of(i)) + 1).collect::<Vec<_>>();
        let tags: &[(&str, &str)] = match line {
            8 => &[("highway", class), ("maxspeed", "20")],
            _ => &[("highway", class)],
        };
        map.way(i64::from(line) * 2 + 1, &ids(&|i| line * size + i), tags);
        map.way(i64::from(line) * 2 + 2, &ids(&|i| i * size + line), tags);
    }
    region_with(&map, vec![RoadProfile::motorbike()])
}

/// Legs as driven with a profile, each off by up to a tenth; every ninth with a rest in it.
fn recorded(region: &Arc<Region>, truth: &RoadProfile, n: usize) -> Vec<RecordedLeg> {
    let router = Router::for_day(Arc::clone(region), truth.clone(), &DayRules::default()).unwrap();
    let mut rng = Rng::new(Seed(5));
    (0..n)
        .map(|i| {
            let mut place = || grid(rng.unit() * 39.0, rng.unit() * 39.0);
            let (from, to) = (place(), place());
            let driven = router.route(from, to).unwrap().time.value() as f64;
            let rest = if i % 9 == 0 { 3_600.0 } else { 0.0 };
            let time = driven * (0.9 + 0.2 * rng.unit()) + rest;
            RecordedLeg { from, to, time: Seconds(time.round() as i64) }
        })
        .collect()
}

fn with_speeds(changes: &[(&str, &str)]) -> RoadProfile {
    let mut text = RoadProfile::motorbike().to_toml();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    RoadProfile::from_toml(&text).unwrap()
}

#[test]
fn true_speeds_are_found_again_through_noise_and_rests() {
    let region = town();
    let truth = with_speeds(&[
        ("\nresidential = 22.0", "\nresidential = 15.0"),
        ("\ntertiary = 30.0", "\ntertiary = 33.0"),
        ("\nsecondary = 34.0", "\nsecondary = 26.0"),
    ]);
    let legs = recorded(&region, &truth, 600);
    let found = calibrate(&region, &RoadProfile::motorbike(), &legs).unwrap();
    for (class, true_kmh) in
        [(RoadClass::Residential, 15.0), (RoadClass::Tertiary, 33.0), (RoadClass::Secondary, 26.0)]
    {
        let name = SpeedName::Class(class);
        let speed = found.speeds.iter().find(|speed| speed.name == name).unwrap();
        assert!((speed.after / true_kmh - 1.0).abs() < 0.06, "{speed:?}, truly {true_kmh}");
    }
    // 67 legs hold a rest of an hour; the longest leg takes 20 minutes.
    assert!((60..=75).contains(&found.n_outliers), "{found:?}");
    assert_eq!(found.n_used + found.n_outliers + found.n_untold, 600);
    let [before, after] = found.deviation;
    // Each leg is off by up to a tenth, half of them by less than a twentieth: nothing can be nearer.
    assert!(after < 0.065 && after < before * 0.8, "{before} {after}");
}

#[test]
fn a_profile_that_is_right_already_stays_and_its_other_lines_too() {
    let region = town();
    let truth = RoadProfile::motorbike();
    let found = calibrate(&region, &truth, &recorded(&region, &truth, 300)).unwrap();
    for speed in &found.speeds {
        assert!((speed.after / speed.before - 1.0).abs() < 0.06, "{speed:?}");
    }
    let untouched = |profile: &RoadProfile| {
        let text = profile.to_toml();
        let is_speed = |line: &&str| {
            let name = line.split(" = ").next().unwrap_or_default();
            RoadClass::from_word(name).is_some() || name == "limit_share"
        };
        text.lines().filter(|line| !is_speed(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(untouched(&found.profile), untouched(&truth));
}

#[test]
fn too_few_legs_are_refused_with_their_number() {
    let region = town();
    let legs = recorded(&region, &RoadProfile::motorbike(), 19);
    let error = calibrate(&region, &RoadProfile::motorbike(), &legs).unwrap_err();
    assert!(matches!(error, CalibrateError::TooFew { n_legs: 19, .. }), "{error}");
    assert!(calibrate(&region, &RoadProfile::motorbike(), &[]).is_err());
}

#[test]
fn rows_that_are_no_legs_are_told_and_the_others_read() {
    let text = "from_lat;from_lon;to_lat;to_lon;time_s;note\n\
        15.5;108.4;15.6;108.4;600;a\n15.5;108.4;15.6;108.4;soon;\n95;108.4;15.6;108.4;600;\n\
        15.5;108.4;15.6;108.4;0;\n15.5;108.4\n15.5;108.4;15.6;108.5;61.4;\n";
    let read = RecordedLegs::from_csv(text).unwrap();
    assert_eq!(read.legs.len(), 2);
    assert_eq!(read.legs[1].time, Seconds(61));
    let rows: Vec<u64> = read.refused.iter().map(|refused| refused.0).collect();
    assert_eq!(rows, [3, 4, 5, 6]);
    assert!(read.refused[1].1.contains("95,108.4 is not on the globe"), "{:?}", read.refused);
    for other in ["", "a,b\n1,2\n", "PK\u{3}\u{4}"] {
        assert!(matches!(RecordedLegs::from_csv(other), Err(CalibrateError::NoTable)));
    }
}
