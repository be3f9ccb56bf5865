//! Each rule of the map with its own little map.

use super::little::{grid, leg, nodes, plain_router, region_of, region_with, shipped};
use crate::measure::Seconds;
use crate::network::weight::INFINITE;
use crate::network::{
    ChangeEffect, ChangedRoads, DayRules, MapSketch, Member, RoadChange, RoadProfile, Router,
};
use crate::place::BoundingBox;

type Tags<'a> = &'a [(&'a str, &'a str)];

const STREET: Tags<'static> = &[("highway", "residential")];

/// A square of streets, two steps wide; its south side has the tags to be tried.
///
/// ```text
/// 4 ── 5 ── 6
/// │         │
/// 1 ── 2 ── 3      south: from 1 to 3 over 2
/// ```
fn square(south: Tags<'_>) -> MapSketch {
    let mut map = MapSketch::new();
    nodes(
        &mut map,
        &[(1, 0., 0.), (2, 0., 1.), (3, 0., 2.), (4, 2., 0.), (5, 2., 1.), (6, 2., 2.)],
    );
    map.way(1, &[1, 2, 3], south);
    map.way(2, &[1, 4, 5, 6, 3], STREET);
    map
}

/// Whether the south side is taken from west to east, and from east to west.
#[track_caller]
fn check(south: Tags<'_>, profile: &RoadProfile, expected: [bool; 2]) {
    let map = square(south);
    let (west, east) = (grid(0.5, 0.0), grid(0.5, 2.0));
    let is_south = |from, to| {
        let (_, meters) = leg(&map, profile, from, to).expect("the north side is always open");
        // South: a quarter side, two steps, a quarter side. North: six steps less a step.
        meters < 400
    };
    assert_eq!([is_south(west, east), is_south(east, west)], expected, "{south:?}");
}

#[test]
fn a_plain_street_is_open_both_ways() {
    check(STREET, &RoadProfile::motorbike(), [true, true]);
    check(STREET, &RoadProfile::car(), [true, true]);
    check(STREET, &RoadProfile::walking(), [true, true]);
}

#[test]
fn a_one_way_street_is_closed_backward_but_not_to_walkers() {
    let oneway = &[("highway", "residential"), ("oneway", "yes")];
    check(oneway, &RoadProfile::motorbike(), [true, false]);
    check(oneway, &RoadProfile::walking(), [true, true]);
    let backward = &[("highway", "residential"), ("oneway", "-1")];
    check(backward, &RoadProfile::car(), [false, true]);
}

#[test]
fn a_one_way_street_may_be_open_to_motorbikes_in_both_directions() {
    let tags = &[("highway", "residential"), ("oneway", "yes"), ("oneway:motorcycle", "no")];
    check(tags, &RoadProfile::motorbike(), [true, true]);
    check(tags, &RoadProfile::car(), [true, false]);
    let tags = &[("highway", "residential"), ("oneway:motorcycle", "yes")];
    check(tags, &RoadProfile::motorbike(), [true, false]);
    check(tags, &RoadProfile::car(), [true, true]);
}

#[test]
fn a_direction_may_be_closed_to_one_vehicle() {
    let tags = &[("highway", "residential"), ("motorcycle:backward", "no")];
    check(tags, &RoadProfile::motorbike(), [true, false]);
    check(tags, &RoadProfile::car(), [true, true]);
}

#[test]
fn a_roundabout_is_one_way_unsaid() {
    let tags = &[("highway", "residential"), ("junction", "roundabout")];
    check(tags, &RoadProfile::motorbike(), [true, false]);
}

#[test]
fn a_street_whose_direction_changes_by_the_hour_is_closed() {
    let tags = &[("highway", "residential"), ("oneway", "reversible")];
    check(tags, &RoadProfile::car(), [false, false]);
}

#[test]
fn the_more_particular_key_of_the_access_chain_wins() {
    let closed = &[("highway", "residential"), ("access", "no")];
    check(closed, &RoadProfile::motorbike(), [false, false]);
    let opened = &[("highway", "residential"), ("access", "no"), ("motorcycle", "yes")];
    check(opened, &RoadProfile::motorbike(), [true, true]);
    check(opened, &RoadProfile::car(), [false, false]);
    let barred = &[("highway", "residential"), ("motor_vehicle", "yes"), ("motorcycle", "no")];
    check(barred, &RoadProfile::motorbike(), [false, false]);
    check(barred, &RoadProfile::car(), [true, true]);
    let private = &[("highway", "residential"), ("access", "private")];
    check(private, &RoadProfile::motorbike(), [false, false]);
}

#[test]
fn expressways_are_closed_to_motorbikes() {
    let motorway = &[("highway", "motorway"), ("oneway", "no")];
    check(motorway, &RoadProfile::motorbike(), [false, false]);
    check(motorway, &RoadProfile::car(), [true, true]);
    let expressway = &[("highway", "trunk"), ("motorroad", "yes")];
    check(expressway, &RoadProfile::motorbike(), [false, false]);
    check(expressway, &RoadProfile::walking(), [false, false]);
    let allowed = &[("highway", "trunk"), ("motorroad", "yes"), ("motorcycle", "designated")];
    check(allowed, &RoadProfile::motorbike(), [true, true]);
}

#[test]
fn alleys_and_paths_are_for_motorbikes_and_walkers_only() {
    let alley = &[("highway", "service"), ("service", "alley")];
    check(alley, &RoadProfile::motorbike(), [true, true]);
    check(alley, &RoadProfile::car(), [false, false]);
    check(&[("highway", "path")], &RoadProfile::motorbike(), [true, true]);
    check(&[("highway", "path")], &RoadProfile::car(), [false, false]);
}

#[test]
fn a_footbridge_opens_to_motorbikes_by_its_own_tag_only() {
    let bridge = &[("highway", "footway"), ("bridge", "yes")];
    check(bridge, &RoadProfile::motorbike(), [false, false]);
    check(bridge, &RoadProfile::walking(), [true, true]);
    let open = &[("highway", "footway"), ("bridge", "yes"), ("motorcycle", "yes")];
    check(open, &RoadProfile::motorbike(), [true, true]);
    check(&[("highway", "footway"), ("access", "yes")], &RoadProfile::motorbike(), [false, false]);
}

#[test]
fn a_way_too_narrow_is_closed() {
    let narrow = &[("highway", "residential"), ("width", "1.5 m")];
    check(narrow, &RoadProfile::car(), [false, false]);
    check(narrow, &RoadProfile::motorbike(), [true, true]);
}

#[test]
fn toll_roads_are_closed_to_a_profile_that_pays_none() {
    let toll = &[("highway", "residential"), ("toll", "yes")];
    check(toll, &RoadProfile::car(), [true, true]);
    let text = RoadProfile::car().to_toml().replace("toll = true", "toll = false");
    check(toll, &RoadProfile::from_toml(&text).unwrap(), [false, false]);
}

/// Seconds along the south side, door to door in the middle of its two halves.
#[track_caller]
fn seconds(south: Tags<'_>, profile: &RoadProfile) -> u32 {
    let map = square(south);
    leg(&map, profile, grid(0.0, 0.5), grid(0.0, 1.5)).unwrap().0
}

#[test]
fn speed_follows_class_surface_smoothness_and_limit() {
    let motorbike = RoadProfile::motorbike();
    // One step east: 1e-3 degrees × cos 15.5° × 111195 m = 107.15 m.
    // 22 km/h: 17.53 s; each edge rounds up within a millisecond.
    assert_eq!(seconds(STREET, &motorbike), 18);
    // 22 × 0.65: 26.97 s.
    assert_eq!(seconds(&[("highway", "residential"), ("surface", "dirt")], &motorbike), 27);
    // The worst of surface and smoothness counts: 22 × 0.4: 43.8 s.
    let rough = &[("highway", "residential"), ("surface", "dirt"), ("smoothness", "horrible")];
    assert_eq!(seconds(rough, &motorbike), 44);
    // 90 % of 10 km/h: 42.86 s.
    assert_eq!(seconds(&[("highway", "residential"), ("maxspeed", "10")], &motorbike), 43);
    // A limit above the usual speed changes nothing.
    assert_eq!(seconds(&[("highway", "residential"), ("maxspeed", "50")], &motorbike), 18);
    // Destination traffic: 22 × 0.7: 25.05 s.
    let own = &[("highway", "residential"), ("access", "destination")];
    assert_eq!(seconds(own, &motorbike), 26);
    // Steep: 22 × 0.7.
    assert_eq!(seconds(&[("highway", "residential"), ("incline", "-12%")], &motorbike), 26);
    // Narrow: 22 × 0.8: 21.9 s.
    assert_eq!(seconds(&[("highway", "residential"), ("width", "1.5")], &motorbike), 22);
}

#[test]
fn bends_slow_a_mountain_road_down() {
    let mut straight = MapSketch::new();
    nodes(&mut straight, &[(1, 0., 0.), (2, 0., 10.)]);
    straight.way(1, &[1, 2], &[("highway", "tertiary")]);
    let mut bent = MapSketch::new();
    let zigzag: Vec<(i64, f64, f64)> =
        (0..=40).map(|i| (i + 1, f64::from(i as i32 % 2) * 0.25, i as f64 * 0.25)).collect();
    nodes(&mut bent, &zigzag);
    bent.way(1, &(1..=41).collect::<Vec<_>>(), &[("highway", "tertiary")]);
    let pace = |map: &MapSketch| {
        let (time, length) =
            leg(map, &RoadProfile::motorbike(), grid(0., 0.), grid(0., 10.)).unwrap();
        f64::from(length) / f64::from(time) * 3.6
    };
    // 30 km/h straight; turning 90 degrees every 38 m is far beyond 1200 degrees per km: × 0.65.
    assert!((pace(&straight) - 30.0).abs() < 0.3, "{}", pace(&straight));
    assert!((pace(&bent) - 19.5).abs() < 0.3, "{}", pace(&bent));
}

#[test]
fn a_signal_costs_its_waiting_once_per_passage() {
    let mut map = square(STREET);
    let before = leg(&map, &RoadProfile::motorbike(), grid(0., 0.5), grid(0., 1.5)).unwrap();
    let at = grid(0.0, 1.0);
    map.tagged_node(2, at.lat(), at.lon(), &[("highway", "traffic_signals")]);
    // The later drawing of node 2 comes last in the file's order of equal ids.
    let mut lit = MapSketch::new();
    nodes(&mut lit, &[(1, 0., 0.), (3, 0., 2.), (4, 2., 0.), (5, 2., 1.), (6, 2., 2.)]);
    lit.tagged_node(2, at.lat(), at.lon(), &[("highway", "traffic_signals")]);
    lit.way(1, &[1, 2, 3], STREET).way(2, &[1, 4, 5, 6, 3], STREET);
    let (west, east) = (grid(0.25, 0.0), grid(0.25, 2.0));
    let (dark_s, _) = leg(&square(STREET), &RoadProfile::motorbike(), west, east).unwrap();
    let (lit_s, _) = leg(&lit, &RoadProfile::motorbike(), west, east).unwrap();
    assert_eq!(lit_s, dark_s + 10);
    assert!(before.0 < dark_s);
}

/// The square with a barrier in the middle of its south side.
fn barred(tags: Tags<'_>) -> MapSketch {
    let mut map = MapSketch::new();
    nodes(&mut map, &[(1, 0., 0.), (3, 0., 2.), (4, 2., 0.), (5, 2., 1.), (6, 2., 2.)]);
    let at = grid(0.0, 1.0);
    map.tagged_node(2, at.lat(), at.lon(), tags);
    map.way(1, &[1, 2, 3], STREET).way(2, &[1, 4, 5, 6, 3], STREET);
    map
}

#[test]
fn barriers_close_or_delay_by_kind_and_vehicle() {
    let (west, east) = (grid(0.5, 0.0), grid(0.5, 2.0));
    let passes = |tags: Tags<'_>, profile: &RoadProfile| {
        leg(&barred(tags), profile, west, east).unwrap().1 < 400
    };
    let (motorbike, car) = (RoadProfile::motorbike(), RoadProfile::car());
    assert!(passes(&[("barrier", "bollard")], &motorbike));
    assert!(!passes(&[("barrier", "bollard")], &car));
    assert!(!passes(&[("barrier", "block")], &motorbike));
    assert!(passes(&[("barrier", "block"), ("motorcycle", "yes")], &motorbike));
    assert!(!passes(&[("barrier", "gate"), ("access", "private")], &motorbike));
    assert!(passes(&[("barrier", "entrance")], &car));
    let plain = leg(&square(STREET), &motorbike, west, east).unwrap();
    let gated = leg(&barred(&[("barrier", "gate")]), &motorbike, west, east).unwrap();
    assert_eq!(gated, (plain.0 + 15, plain.1));
}

#[test]
fn a_door_on_either_side_of_a_closed_barrier_is_reached_around() {
    let map = barred(&[("barrier", "block")]);
    let (left, right) = (grid(0.0, 0.5), grid(0.0, 1.5));
    let (_, meters) = leg(&map, &RoadProfile::motorbike(), left, right).unwrap();
    // Half a step back, around the north: 2 × 111.2 + 2 × 107.1 + 2 × 111.2, and half a step.
    assert!((760..775).contains(&meters), "{meters}");
}

#[test]
fn a_ferry_takes_its_duration_and_half_of_its_interval() {
    let motorbike = RoadProfile::motorbike();
    let mut map = MapSketch::new();
    nodes(&mut map, &[(1, 0., 0.), (2, 0., 1.), (3, 0., 5.), (4, 0., 6.)]);
    map.way(1, &[1, 2], STREET).way(2, &[3, 4], STREET);
    let ferry =
        [("route", "ferry"), ("duration", "00:10"), ("interval", "00:20"), ("motorcycle", "yes")];
    map.way(3, &[2, 3], &ferry);
    let (time, _) = leg(&map, &motorbike, grid(0., 1.), grid(0., 5.)).unwrap();
    // 10 minutes and half of 20.
    assert!((1200..=1202).contains(&time), "{time}");
}

#[test]
fn a_ferry_that_does_not_run_in_the_hours_of_the_round_is_closed() {
    let mut map = square(&[
        ("route", "ferry"),
        ("duration", "00:01"),
        ("interval", "00:00:20"),
        ("opening_hours", "Mo-Su 05:00-07:30"),
    ]);
    // The way around is long, so that the ferry is worth taking.
    nodes(&mut map, &[(7, 60., 1.)]);
    let region = region_of(&map);
    let meters = |hours| {
        let day = DayRules { hours, changes: Vec::new() };
        let priced = Router::for_day(region.clone(), RoadProfile::motorbike(), &day).unwrap();
        let chosen = Router::on_day(region.clone(), "motorbike", &day).unwrap();
        let [anew, chosen] = [priced, chosen]
            .map(|router| router.route(grid(0.5, 0.0), grid(0.5, 2.0)).unwrap().time.value());
        assert_eq!(anew, chosen, "weights of the region serve only days that they hold for");
        anew
    };
    let (early, late) = (meters(None), meters(Some((Seconds::clock(8, 0), Seconds::clock(17, 0)))));
    let morning = meters(Some((Seconds::clock(6, 0), Seconds::clock(12, 0))));
    assert_eq!(early, morning);
    assert!(early < late, "{early} {late}");
}

/// A crossing: four arms of two steps around node 5, and a ring that joins their ends.
///
/// ```text
///      2
///      │
///  1 ─ 5 ─ 3
///      │
///      4
/// ```
fn crossing() -> MapSketch {
    let mut map = MapSketch::new();
    nodes(&mut map, &[(1, 0., -2.), (2, 2., 0.), (3, 0., 2.), (4, -2., 0.), (5, 0., 0.)]);
    map.way(1, &[1, 5], STREET).way(2, &[5, 2], STREET);
    map.way(3, &[5, 3], STREET).way(4, &[4, 5], STREET);
    map.way(10, &[1, 2], STREET).way(11, &[2, 3], STREET);
    map.way(12, &[3, 4], STREET).way(13, &[4, 1], STREET);
    map
}

/// Meters from the middle of arm `from` to the middle of arm `to`.
fn across(map: &MapSketch, profile: &RoadProfile, from: usize, to: usize) -> u32 {
    let arms = [grid(0., -1.), grid(1., 0.), grid(0., 1.), grid(-1., 0.)];
    leg(map, profile, arms[from], arms[to]).unwrap().1
}

#[test]
fn a_forbidden_turn_is_driven_around_by_vehicles_and_walked_by_walkers() {
    let mut map = crossing();
    map.restriction(1, "no_left_turn", 1, 5, 2);
    let (motorbike, walking) = (RoadProfile::motorbike(), RoadProfile::walking());
    // One step in, one step out: 107.15 + 111.2.
    assert_eq!(across(&crossing(), &motorbike, 0, 1), 218);
    assert!(across(&map, &motorbike, 0, 1) > 300);
    assert_eq!(across(&map, &walking, 0, 1), 218);
    // The other turns, and the same turn from elsewhere, stay.
    assert_eq!(across(&map, &motorbike, 0, 2), 214);
    assert_eq!(across(&map, &motorbike, 0, 3), 218);
    assert_eq!(across(&map, &motorbike, 2, 1), 218);
    assert_eq!(across(&map, &motorbike, 1, 0), 218);
}

#[test]
fn an_only_turn_forbids_all_others() {
    let mut map = crossing();
    map.restriction(1, "only_straight_on", 1, 5, 3);
    let car = RoadProfile::car();
    assert_eq!(across(&map, &car, 0, 2), 214);
    assert!(across(&map, &car, 0, 1) > 300);
    assert!(across(&map, &car, 0, 3) > 300);
    assert_eq!(across(&map, &car, 3, 1), 222);
}

#[test]
fn exceptions_free_one_vehicle_from_a_restriction() {
    let members = [Member::Way(1, "from"), Member::Node(5, "via"), Member::Way(2, "to")];
    let rule = |tags: Tags<'_>| {
        let mut map = crossing();
        map.relation(1, &members, tags);
        [RoadProfile::motorbike(), RoadProfile::car()].map(|p| across(&map, &p, 0, 1) == 218)
    };
    let kind = ("type", "restriction");
    let except = &[kind, ("restriction", "no_left_turn"), ("except", "motorcycle;bicycle")];
    assert_eq!(rule(except), [true, false]);
    assert_eq!(rule(&[kind, ("restriction:motorcycle", "no_left_turn")]), [false, true]);
    assert_eq!(rule(&[kind, ("restriction:motorcar", "no_left_turn")]), [true, false]);
    assert_eq!(rule(&[kind, ("restriction", "no_left_turn")]), [false, false]);
    assert_eq!(rule(&[kind, ("restriction:hgv", "no_left_turn")]), [true, true]);
}

#[test]
fn a_restriction_over_a_way_binds_only_those_who_came_that_way() {
    // 1 ─ 2 ─ 3 ─ 4 with arms up at 2 (to 5) and 3 (to 6): whoever came from 1 over 2-3 may not
    // turn up to 6; who comes from 5 may.
    let mut map = MapSketch::new();
    nodes(
        &mut map,
        &[(1, 0., 0.), (2, 0., 2.), (3, 0., 3.), (4, 0., 5.), (5, 2., 2.), (6, 2., 3.)],
    );
    map.way(1, &[1, 2], STREET).way(2, &[2, 3], STREET).way(3, &[3, 4], STREET);
    map.way(4, &[2, 5], STREET).way(5, &[3, 6], STREET);
    // A ring far around keeps everything reachable.
    map.way(6, &[1, 5, 6, 4], STREET);
    let members = [Member::Way(1, "from"), Member::Way(2, "via"), Member::Way(5, "to")];
    let motorbike = RoadProfile::motorbike();
    let (west, up_left, up_right) = (grid(0., 1.5), grid(1., 2.), grid(1., 3.));
    let free = leg(&map, &motorbike, west, up_right).unwrap();
    map.relation(1, &members, &[("type", "restriction"), ("restriction", "no_left_turn")]);
    let bound = leg(&map, &motorbike, west, up_right).unwrap();
    assert!(free.1 < bound.1, "{free:?} {bound:?}");
    let others = leg(&map, &motorbike, up_left, up_right).unwrap();
    // Down one step, across one, up one: 111.2 + 107.1 + 111.2.
    assert_eq!(others.1, 330);
}

#[test]
fn a_restriction_that_fits_no_road_is_counted_and_ignored() {
    let mut map = crossing();
    map.restriction(1, "no_left_turn", 1, 5, 99).restriction(2, "no_left_turn", 1, 77, 2);
    map.restriction(3, "no_left_turn", 1, 5, 2);
    let region = region_of(&map);
    assert_eq!(region.summary().n_restrictions, 1);
    assert_eq!(region.summary().n_restrictions_ignored, 2);
}

#[test]
fn an_island_is_dropped_and_counted_and_its_doors_go_to_the_main_roads() {
    let mut map = square(STREET);
    nodes(&mut map, &[(20, 5., 0.), (21, 5., 1.)]);
    map.way(20, &[20, 21], STREET);
    let region = region_with(&map, shipped());
    let profile = &region.summary().profiles[0];
    assert_eq!((profile.n_dropped_edges, profile.main_km), (1, 1));
    let router = plain_router(region.clone(), &RoadProfile::motorbike());
    let (weights, snapped) = router.weights(&[grid(5., 0.5), grid(0., 0.5)]);
    assert!(weights[1] < INFINITE);
    // Three steps down to the square.
    assert!((snapped[0].candidates[0].distance_m - 333.0).abs() < 2.0);
}

#[test]
fn a_trap_that_one_way_streets_lead_into_is_no_place_to_stop() {
    let mut map = square(STREET);
    nodes(&mut map, &[(20, 0., 3.), (21, 0., 4.)]);
    map.way(20, &[3, 20, 21], &[("highway", "residential"), ("oneway", "yes")]);
    let (time, _) = leg(&map, &RoadProfile::motorbike(), grid(0., 4.), grid(0., 0.5)).unwrap();
    assert!(time > 0);
}

#[test]
fn closures_and_speeds_of_a_day_change_ways_without_a_rebuild() {
    let mut map = square(&[("highway", "residential"), ("name", "Đường Trần Mẫu")]);
    map.way(30, &[1, 5], &[("highway", "residential"), ("name", "Phố Chéo"), ("access", "no")]);
    let region = region_of(&map);
    let (west, east) = (grid(0.5, 0.0), grid(0.5, 2.0));
    let meters = |roads: ChangedRoads, effect| {
        let changes = vec![RoadChange { roads, effect, vehicles: Vec::new() }];
        let day = DayRules { hours: None, changes };
        let router = Router::for_day(region.clone(), RoadProfile::motorbike(), &day).unwrap();
        (router.route(west, east).unwrap().distance.value(), router.unmet_changes().len())
    };
    let street = |name: &str| ChangedRoads::Street(name.to_owned());
    // By name, with or without the word for street, in any case.
    assert!(meters(street("trần mẫu"), ChangeEffect::Closed).0 > 500);
    assert!(meters(street("Đường Trần Mẫu"), ChangeEffect::SpeedKmh(2.0)).0 > 500);
    assert!(meters(ChangedRoads::Way(1), ChangeEffect::TimeFactor(20.0)).0 > 500);
    assert!(meters(street("Đường Khác"), ChangeEffect::Closed).0 < 400);
    assert_eq!(meters(street("Đường Khác"), ChangeEffect::Closed).1, 1);
    let at = grid(0., 1.);
    let bounds = BoundingBox {
        lat_min: at.lat() - 1e-5,
        lon_min: at.lon() - 1e-5,
        lat_max: at.lat() + 1e-5,
        lon_max: at.lon() + 1e-5,
    };
    assert!(meters(ChangedRoads::Box(bounds), ChangeEffect::Closed).0 > 500);
    // A speed does not open what is closed.
    assert!(meters(street("Phố Chéo"), ChangeEffect::SpeedKmh(160.0)).0 < 400);
}

#[test]
fn a_door_beside_a_great_road_is_reached_on_its_own_side() {
    // A long two-way primary road; the door lies north of it, so that going east it is on the left.
    let mut map = MapSketch::new();
    nodes(&mut map, &[(1, 0., 0.), (2, 0., 10.), (3, 1., 10.), (4, 1., 20.), (5, 0., 20.)]);
    map.way(1, &[1, 2, 5], &[("highway", "primary")]);
    map.way(2, &[2, 3, 4, 5], STREET);
    let motorbike = RoadProfile::motorbike();
    let start = grid(0., 1.);
    let (north, south) = (grid(0.1, 5.), grid(-0.1, 5.));
    let (near, far) = (
        leg(&map, &motorbike, start, south).unwrap().1,
        leg(&map, &motorbike, start, north).unwrap().1,
    );
    // South is on the right: four steps. North: on to the junction and back.
    assert!(near < 450 && far > 1_000, "{near} {far}");
    // On a street nobody minds.
    let walking = RoadProfile::walking();
    assert!(leg(&map, &walking, start, north).unwrap().1 < 450);
}
