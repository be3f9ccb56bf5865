//! Several kinds of vehicles from several depots, by the law that is leanest for them.

use smallvec::smallvec;

use crate::measure::{Cost, Seconds};
use crate::problem::{
    Client, Load, PlaceId, Problem, ProfileId, SkillSet, Solution, TimeWindow, VehicleType,
    VehicleTypeId, check,
};
use crate::rng::{Rng, Seed};
use crate::solver::legs::Dense;
use crate::solver::mixed::MixedLaw;
use crate::solver::tests::{
    against_brute_force, homogeneous, is_broken, judge_all, plane, points, solved,
};
use crate::solver::{Features, SolverConfig, StopWhen, features, solve};

/// Two or three kinds of vehicles, one or two of each, from up to three depots: what they carry, may do, cost and, when
/// `timed`, how long they work differs.
fn mixed(seed: u64, n_clients: usize, timed: bool) -> Problem {
    let base = homogeneous(seed, n_clients, timed);
    let mut rng = Rng::new(Seed(seed).derive(23));
    let mut builder = Problem::builder().profile(base.profiles()[ProfileId(0)].clone());
    let clients = base.clients().values().cloned().map(|mut client| {
        client.skills = SkillSet(u64::from(rng.chance(0.2)));
        client
    });
    builder = builder.clients(clients.collect::<Vec<_>>());
    for number in 0..rng.between(2, 3) {
        let place = PlaceId(rng.below(3));
        let count = if n_clients > 8 { n_clients as u32 } else { rng.between(1, 2) };
        let capacity = Load::single(i64::from(rng.between(9, 25)));
        let mut kind = VehicleType::at(place, count, capacity);
        kind.fixed = Cost(i64::from(rng.below(300)));
        kind.per_meter = i64::from(rng.between(1, 3));
        kind.skills = SkillSet(u64::from(number == 0));
        if timed {
            let start = i64::from(rng.below(900));
            kind.shift = TimeWindow::new(start, start + i64::from(rng.between(3_000, 6_000)));
            kind.duration_max =
                rng.chance(0.5).then(|| Seconds(i64::from(rng.between(2_500, 4_500))));
        }
        builder = builder.vehicle_type(kind);
    }
    builder.build().unwrap()
}

#[test]
fn they_get_their_own_law() {
    assert_eq!(features(&mixed(1, 5, false)), Features::Mixed { timeless: true });
    assert_eq!(features(&mixed(1, 5, true)), Features::Mixed { timeless: false });
}

#[test]
fn the_mixed_law_judges_as_the_checker_does() {
    let problems = |timed| (0..200).map(move |seed| mixed(seed, 8, timed));
    judge_all::<MixedLaw<Dense, false>>(problems(false), |_| true);
    judge_all::<MixedLaw<Dense, true>>(problems(true), |_| true);
}

#[test]
fn small_mixed_problems_are_solved_to_the_optimum_nearly_always() {
    against_brute_force((0..40).map(|seed| mixed(seed, 5, seed % 2 == 0)), 0.95);
}

#[test]
fn plans_of_several_kinds_and_depots_pass_the_checker() {
    for seed in 0..8 {
        solved(&mixed(seed, 40, seed % 2 == 0), 400, seed);
    }
    // Cut into parts.
    solved(&mixed(2, 750, true), 300, 3);
    solved(&mixed(3, 750, false), 300, 3);
}

/// The way to the client is long by the first profile, which nobody drives by.
#[test]
fn a_lone_kind_of_vehicle_drives_by_its_own_profile() {
    let mut rng = Rng::new(Seed(3));
    let (far, near) = (points(&mut rng, 21), points(&mut rng, 21));
    let mut kind = VehicleType::at(PlaceId(0), 3, Load::single(10));
    kind.profile = ProfileId(1);
    let client = |place| Client { delivery: Load::single(1), ..Client::at(PlaceId(place)) };
    let with = |windows: bool| {
        let client = |place| {
            let mut client = client(place);
            if windows {
                client.windows = smallvec![TimeWindow::new(0, 4_000)];
            }
            client
        };
        let builder = Problem::builder().profile(plane(far.clone())).profile(plane(near.clone()));
        builder.clients((1..=20).map(client)).vehicle_type(kind.clone()).build().unwrap()
    };
    for problem in [with(false), with(true)] {
        let config = SolverConfig { threads: 1, ..SolverConfig::default() };
        let found = solve(&problem, &config, &StopWhen::iterations(600), Seed(1));
        let report = check(&problem, &found.solution);
        assert_eq!(report.violations.iter().find(|v| is_broken(v)), None);
        let believed = found.trace.last().map(|point| point.cost);
        assert_eq!(believed, Some(report.cost), "the solver and the checker agree");
    }
}

/// Between two depots whose vehicles cost the same lie clients in a row: each is served from the nearer one.
#[test]
fn clients_are_served_from_the_depot_that_is_nearer() {
    let places = (0..10).map(|x| (f64::from(x) * 100.0, 0.0)).collect();
    let client = |place| Client { delivery: Load::single(1), ..Client::at(PlaceId(place)) };
    let kind = |place| VehicleType::at(PlaceId(place), 1, Load::single(4));
    let builder = Problem::builder().profile(plane(places)).clients((1..=8).map(client));
    let problem = builder.vehicle_type(kind(0)).vehicle_type(kind(9)).build().unwrap();
    let Solution { routes, .. } = solved(&problem, 200, 1).solution;
    let places = |kind: u32| -> Vec<u32> {
        let of_kind = routes.iter().filter(|route| route.vehicle_type == VehicleTypeId(kind));
        let mut places: Vec<u32> =
            of_kind.flat_map(|route| &route.clients).map(|client| client.0 + 1).collect();
        places.sort_unstable();
        places
    };
    assert_eq!([places(0), places(1)], [vec![1, 2, 3, 4], vec![5, 6, 7, 8]]);
}
