//! Random problems over every feature of the model, for tests, benchmarks and trials of other engines.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Meters, Seconds};
use crate::problem::model::{
    AreaId, BalanceRule, Client, ClientId, Departure, Effort, Load, Overtime, PickupOrder, PlaceId,
    Presence, Problem, ProfileId, Reload, Respite, Rest, RestNeed, RestPlace, SkillSet, TimeWindow,
    VehicleType,
};
use crate::problem::pairs::Pair;
use crate::problem::travel::{Rounding, Travel};
use crate::rng::{Rng, Seed};

/// Side of the square that the places lie in.
const SIDE: u32 = 1_000;
/// Places 0 and 1 are depots; clients live at the others.
const N_DEPOTS: u32 = 2;
const N_AREAS: u32 = 3;

/// A problem that may use any feature of the model; the same for the same seed, on every machine.
///
/// Most problems have a plan that serves all required clients, not all: windows, loads and skills are drawn
/// without looking at each other.
///
/// # Panics
/// When `n_clients` exceeds [`MAX_CLIENTS`](crate::problem::MAX_CLIENTS), or a matrix of as many places exceeds memory.
pub fn random_problem(seed: Seed, n_clients: usize) -> Problem {
    let mut rng = Rng::new(seed);
    let n_places = n_clients as u32 + N_DEPOTS;
    let profiles = random_profiles(&mut rng, n_places);
    let has_trips = rng.chance(0.3);
    let departure = if rng.chance(0.6) { Departure::AtShiftStart } else { Departure::Free };
    let n_kinds = rng.between(1, 3);
    let kinds: Vec<VehicleType> = (0..n_kinds)
        .map(|_| {
            random_kind(&mut rng, n_clients as u32, (departure, has_trips), profiles.len() as u32)
        })
        .collect();
    let clients: Vec<Client> = (N_DEPOTS..n_places)
        .map(|place| {
            let is_neighbor = place > N_DEPOTS && rng.chance(0.1);
            random_client(&mut rng, PlaceId(place - u32::from(is_neighbor)), (departure, has_trips))
        })
        .collect();
    // Vehicles that load again know no pairs.
    let has_pairs = rng.chance(0.4) && !has_trips;
    let pairs = if has_pairs { random_pairs(&mut rng, n_clients, 3) } else { Vec::new() };
    let mut builder = Problem::builder().clients(clients).vehicle_types(kinds).pairs(pairs);
    for profile in profiles {
        builder = builder.profile(profile);
    }
    builder.build().expect("every number is drawn within its limits")
}

fn random_profiles(rng: &mut Rng, n_places: u32) -> Vec<Travel> {
    let mut coordinate = || f64::from(rng.below(SIDE));
    let points = Arc::new((0..n_places).map(|_| (coordinate(), coordinate())).collect::<Vec<_>>());
    let rounding = [Rounding::Nearest, Rounding::Floor, Rounding::Ceil, Rounding::Scaled(1)];
    let rounding = rounding[rng.index(rounding.len())];
    let straight = Travel::Plane { points, rounding };
    let first = if rng.chance(0.5) { bumpy(rng, &straight, 2) } else { straight.clone() };
    let slower = rng.chance(0.3).then(|| bumpy(rng, &straight, 1));
    [first].into_iter().chain(slower).collect()
}

/// An asymmetric matrix: straight legs and something more, at this many meters a second.
fn bumpy(rng: &mut Rng, straight: &Travel, speed: u32) -> Travel {
    let n_places = straight.n_places();
    let mut times_s = Vec::with_capacity(n_places * n_places);
    let mut distances_m = Vec::with_capacity(n_places * n_places);
    for from in 0..n_places {
        for to in 0..n_places {
            let length_m = straight.distance(from, to).value() as u32;
            let bump = if from == to { 0 } else { rng.below(200) };
            distances_m.push(length_m + bump);
            times_s.push(length_m / speed + bump);
        }
    }
    let matrix = TravelMatrix::new(n_places, times_s, distances_m);
    Travel::Matrix(Arc::new(matrix.expect("legs within the square are short")))
}

fn random_kind(
    rng: &mut Rng,
    n_clients: u32,
    (departure, has_trips): (Departure, bool),
    n_profiles: u32,
) -> VehicleType {
    let depot = PlaceId(rng.below(N_DEPOTS));
    let other = PlaceId(rng.below(N_DEPOTS));
    let mut kind = VehicleType::at(depot, rng.between(1, 2), Load::ZERO);
    kind.start = (!rng.chance(0.1)).then_some(depot);
    kind.end = [Some(depot), Some(other), None][rng.index(3)];
    kind.capacity = Load([amount(rng, 8, 30), amount(rng, 500, 3_000), 9, amount(rng, 1, 4)]);
    kind.fixed = Cost(amount(rng, 0, 499));
    kind.per_meter = amount(rng, 1, 3);
    kind.per_second = amount(rng, 0, 2);
    kind.per_travel_second = sometimes(rng, 1, 2).unwrap_or(0);
    kind.per_service_second = sometimes(rng, 1, 2).unwrap_or(0);
    kind.shift = TimeWindow::new(100, amount(rng, 2_500, 9_000));
    kind.departure = departure;
    kind.duration_max = sometimes(rng, 3_000, 6_000).map(Seconds);
    kind.travel_max = sometimes(rng, 2_000, 4_000).map(Seconds);
    kind.distance_max = sometimes(rng, 3_000, 6_000).map(Meters);
    kind.clients_max = sometimes(rng, 2, n_clients.max(2)).map(|n| n as u32);
    kind.pickups = match rng.below(8) {
        0 => PickupOrder::Last,
        1 => PickupOrder::LastOfDeliveries,
        _ => PickupOrder::Anytime,
    };
    let after = sometimes(rng, 1_000, 3_000).map(Seconds);
    kind.overtime = after.map(|after| Overtime { after, per_second: 2 });
    if departure == Departure::AtShiftStart && !has_trips && rng.chance(0.4) {
        kind.rests = random_rests(rng);
    }
    if departure == Departure::AtShiftStart && !has_trips && rng.chance(0.3) {
        kind.respite = Some(Respite {
            after: Seconds(amount(rng, 500, 2_000)),
            duration: Seconds(amount(rng, 50, 400)),
            of: if rng.chance(0.5) { Effort::Travel } else { Effort::Work },
        });
    }
    if has_trips && rng.chance(0.8) {
        let places = [smallvec![depot], smallvec![other], smallvec![PlaceId(0), PlaceId(1)]];
        kind.reload = Some(Reload {
            places: places[rng.index(3)].clone(),
            trips_max: sometimes(rng, 1, 3).map(|n| n as u32),
            duration: Seconds(amount(rng, 0, 199)),
        });
    }
    kind.skills = if rng.chance(0.2) { kind.skills } else { SkillSet(u64::from(rng.below(4)) | 1) };
    kind.profile = ProfileId(rng.below(n_profiles));
    kind.habit = (0..rng.below(N_AREAS + 1)).map(|_| Cost(amount(rng, 0, 199))).collect();
    kind.area_split = Cost(amount(rng, 0, 199));
    let (work_min, work_max) = (Seconds(1_000), Seconds(2_000));
    kind.balance = rng.chance(0.3).then_some(BalanceRule { work_min, work_max, per_second: 1 });
    kind
}

/// One to three, each behind the one before.
fn random_rests(rng: &mut Rng) -> Vec<Rest> {
    let mut begin = 800;
    let n_rests = [1, 1, 2, 3][rng.index(4)];
    let rest = |_| {
        let end = begin + amount(rng, 300, 1_700);
        let mut windows = smallvec![TimeWindow::new(begin, end)];
        if rng.chance(0.2) {
            windows.push(TimeWindow::new(end + 200, end + 500));
        }
        begin = end + amount(rng, 0, 300);
        Rest {
            windows,
            duration: Seconds(amount(rng, 100, 600)),
            place: if rng.chance(0.5) { RestPlace::OnLegs } else { RestPlace::BetweenLegs },
            need: if rng.chance(0.3) { RestNeed::Always } else { RestNeed::WhenDue },
        }
    };
    (0..n_rests).map(rest).collect()
}

fn random_client(
    rng: &mut Rng,
    place: PlaceId,
    (departure, has_trips): (Departure, bool),
) -> Client {
    let mut client = Client::at(place);
    client.delivery = Load([amount(rng, 0, 4), amount(rng, 0, 499), 0, 0]);
    client.pickup = Load([amount(rng, 0, 4), 0, amount(rng, 0, 2), i64::from(rng.chance(0.1))]);
    client.service = Seconds(amount(rng, 0, 299));
    let setup = sometimes(rng, 1, 200).unwrap_or(0);
    client.setup = Seconds(if has_trips { 0 } else { setup });
    client.windows = random_windows(rng, departure, has_trips);
    client.release = Seconds(if rng.chance(0.2) { amount(rng, 0, 899) } else { 0 });
    if rng.chance(0.6) {
        client.presence = Presence::Optional { prize: Cost(amount(rng, 100, 6_000)) };
    }
    client.skills = SkillSet(u64::from(rng.chance(0.3)) << 1);
    client.area = rng.chance(0.7).then(|| AreaId(rng.below(N_AREAS)));
    client
}

/// Pairs of different clients: up to one for every `per_pair` clients.
fn random_pairs(rng: &mut Rng, n_clients: usize, per_pair: usize) -> Vec<Pair> {
    let mut clients: Vec<ClientId> = (0..n_clients).map(ClientId::from_index).collect();
    rng.shuffle(&mut clients);
    let pairs = clients.chunks_exact(2).take(n_clients / per_pair).map(|members| Pair {
        pickup: members[0],
        delivery: members[1],
        load: Load([amount(rng, 0, 6), amount(rng, 0, 499), 0, 0]),
    });
    pairs.collect()
}

/// None, one or two; two only where vehicles leave when their shift starts, for one trip.
fn random_windows(
    rng: &mut Rng,
    departure: Departure,
    has_trips: bool,
) -> SmallVec<[TimeWindow; 1]> {
    let start = amount(rng, 0, 1_499);
    let first = TimeWindow::new(start, start + amount(rng, 0, 1_500));
    match (rng.below(3), departure) {
        (1, _) if has_trips => smallvec![first],
        (0, _) => SmallVec::new(),
        (1, Departure::AtShiftStart) => {
            let again = first.end.value() + amount(rng, 1, 900);
            smallvec![first, TimeWindow::new(again, again + 900)]
        }
        _ => smallvec![first],
    }
}

fn amount(rng: &mut Rng, lo: u32, hi: u32) -> i64 {
    i64::from(rng.between(lo, hi))
}

fn sometimes(rng: &mut Rng, lo: u32, hi: u32) -> Option<i64> {
    let value = amount(rng, lo, hi);
    rng.chance(0.3).then_some(value)
}
