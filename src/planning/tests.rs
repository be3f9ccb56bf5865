//! A small golden day over real communes with invented people.

use jiff::civil::date;

use crate::address::ResolverConfig;
use crate::measure::{Cost, Dong, Seconds};
use crate::planning::config::PlanConfig;
use crate::planning::day::{Error, Quiet, plan_day, problem_of};
use crate::planning::morning::{Morning, NO_TIME_LEFT, WALK_UNKNOWN};
use crate::planning::plan::{DayPlan, StopId, UnplannedReason};
use crate::planning::samples::{carrier, item, office};
use crate::post::{Calendar, CarrierId, Item, ItemId};
use crate::problem::check;
use crate::solver::StopWhen;
use crate::territory::Gazetteer;

const PROVINCE: &str = "thành phố Đà Nẵng";

fn columns(serial: &str, line: &str, commune: &str) -> Item {
    let mut item = item(serial, line);
    item.address.commune = Some(commune.to_owned());
    item.address.province = Some(PROVINCE.to_owned());
    item
}

/// Ten items: seven doors near the office, one for another day, one without an address, one for another province.
fn morning() -> Morning {
    let mut items = vec![
        columns("0001", "12 Trần Cao Vân", "phường Tam Kỳ"),
        columns("0002", "12 Trần Cao Vân", "phường Tam Kỳ"),
        columns("0003", "khối phố 3", "phường Bàn Thạch"),
        columns("0004", "khối phố 5", "phường Bàn Thạch"),
        columns("0005", "thôn 2", "xã Chiên Đàn"),
        columns("0006", "thôn 4", "xã Chiên Đàn"),
        columns("0007", "thôn 1", "xã Tây Hồ"),
        columns("0008", "khối phố 1", "phường Hương Trà"),
        item("0009", "gửi người quen"),
        item("0010", "phường Hải Châu"),
    ];
    items[7].appointment = Some(date(2025, 11, 27));
    items[9].address.line = "số 3, phường Hoàn Kiếm, thành phố Hà Nội".to_owned();
    items[2].fee = Dong(50_000);
    items[3].handling.organization = true;
    let mut carriers = vec![carrier("01"), carrier("02")];
    carriers[0].walk = vec![("phường Tam Kỳ".to_owned(), 1.0), ("Bàn Thạch".to_owned(), 1.0)];
    carriers[1].walk = vec![("xã Chiên Đàn".to_owned(), 1.0), ("xã Tây Hồ".to_owned(), 1.0)];
    Morning {
        date: date(2025, 11, 24),
        office: office(),
        units: Vec::new(),
        carriers,
        calendar: Calendar::default(),
        items,
        findings: Vec::new(),
        area: Vec::new(),
        province: Some("Đà Nẵng".to_owned()),
        reading: ResolverConfig::default(),
    }
}

fn config() -> PlanConfig {
    PlanConfig { budget: StopWhen::iterations(400), threads: 1, ..PlanConfig::default() }
}

fn plan(morning: Morning, config: &PlanConfig) -> DayPlan {
    plan_day(Gazetteer::bundled(), morning, config, &Quiet).unwrap()
}

#[test]
fn a_golden_day_loses_nothing_and_gives_every_waiting_item_its_reason() {
    let day = plan(morning(), &config());
    let numbers = &day.indicators;
    assert_eq!(
        (numbers.n_items, numbers.n_planned, numbers.n_unplanned, numbers.n_forwarded),
        (10, 7, 2, 1)
    );
    let reasons: Vec<_> = day.unplanned.iter().map(|u| (u.item, u.reason.clone())).collect();
    let later = UnplannedReason::Appointment { date: date(2025, 11, 27) };
    assert_eq!(reasons, [(ItemId(7), later), (ItemId(8), UnplannedReason::NotLocated)]);
    assert_eq!(day.forwarded[0].item, ItemId(9));
    // Two results for one house: seven items, six doors.
    assert_eq!(numbers.n_stops, 6);
    assert_eq!(numbers.money_due, Dong(50_000));
    assert_eq!(numbers.n_pressing_planned, 7);
}

#[test]
fn times_of_a_route_follow_from_each_other() {
    let day = plan(morning(), &config());
    for route in &day.routes {
        let mut clock = route.departure;
        for visit in &route.visits {
            assert!(clock + visit.travel <= visit.arrival);
            assert!(visit.arrival <= visit.start);
            assert_eq!(visit.start + day.stops[visit.stop].service, visit.departure);
            clock = visit.departure;
        }
        assert!(clock + route.travel_home <= route.arrival);
        assert_eq!(route.line.len(), route.visits.len() + 2);
    }
}

#[test]
fn carriers_stay_on_their_walks_when_nothing_speaks_against_it() {
    let day = plan(morning(), &config());
    assert_eq!(day.indicators.n_items_on_walk, 7);
    assert_eq!(day.indicators.n_communes_split, 0);
}

#[test]
fn the_same_day_is_planned_alike_on_one_thread_and_on_two() {
    let one = plan(morning(), &config());
    let two = plan(morning(), &PlanConfig { threads: 2, ..config() });
    assert_eq!(one.routes, two.routes);
    assert_eq!(one.score, two.score);
    assert_eq!(one.unplanned, two.unplanned);
}

#[test]
fn the_score_is_the_checkers_and_the_problem_alone_is_the_same_problem() {
    let day = plan(morning(), &config());
    let problem = problem_of(Gazetteer::bundled(), morning(), &config()).unwrap();
    assert_eq!(problem.n_clients(), day.stops.len());
    let nobody = crate::problem::Solution {
        routes: Vec::new(),
        unserved: problem.clients().ids().collect(),
    };
    let total: Cost = day.score.iter().map(|line| line.cost).sum();
    assert!(total < check(&problem, &nobody).cost);
}

#[test]
fn a_carrier_without_time_gets_nothing_and_the_clerk_hears_of_it() {
    let mut morning = morning();
    morning.carriers[1].existing_work = Seconds::clock(9, 0);
    morning.carriers[1].walk.push(("xã Không Có".to_owned(), 1.0));
    let day = plan(morning, &config());
    assert!(day.routes.iter().all(|route| route.carrier == CarrierId(0)));
    for code in [NO_TIME_LEFT, WALK_UNKNOWN] {
        assert!(day.findings.iter().any(|finding| finding.code == code), "{code}");
    }
}

#[test]
fn pressing_items_go_first_when_the_bag_is_small() {
    let mut morning = morning();
    morning.carriers.truncate(1);
    morning.carriers[0].limits.items = 3;
    for item in &mut morning.items {
        item.promised = date(2025, 12, 5);
    }
    for i in [4, 6] {
        morning.items[i].promised = date(2025, 11, 20);
    }
    let day = plan(morning, &config());
    assert_eq!((day.indicators.n_planned, day.indicators.n_pressing_planned), (3, 2));
    let full = day
        .unplanned
        .iter()
        .filter(|u| matches!(u.reason, UnplannedReason::Capacity { .. }))
        .count();
    assert_eq!(full, 4);
}

#[test]
fn an_empty_day_is_a_plan_and_nobody_on_duty_is_an_error() {
    let mut nothing = morning();
    nothing.items.clear();
    assert_eq!(plan(nothing, &config()).routes, []);
    let mut nobody = morning();
    nobody.carriers.clear();
    let error = plan_day(Gazetteer::bundled(), nobody, &config(), &Quiet).unwrap_err();
    assert!(matches!(error, Error::NoCarrier { .. }));
}

#[test]
fn every_stop_lies_in_the_cluster_of_its_commune() {
    let day = plan(morning(), &config());
    assert_eq!(day.clusters.len(), day.carriers.len());
    let mut stops: Vec<_> = day.clusters.iter().flat_map(|cluster| &cluster.stops).collect();
    stops.sort_unstable();
    assert!(stops.into_iter().copied().eq(day.stops.ids()));
    let tam_ky = day.stops[StopId(0)].commune;
    assert!(day.clusters[0].communes.contains(&tam_ky), "a cluster follows its carrier's walk");
}

#[test]
fn the_day_by_standing_walks_visits_everyone() {
    let day = plan(morning(), &config());
    assert!(day.baseline.distance >= day.indicators.distance);
    assert!(day.baseline.work_max > Seconds::ZERO);
    assert_eq!(day.baseline.n_over_shift, 0);
}
