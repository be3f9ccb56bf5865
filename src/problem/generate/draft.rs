//! A problem in the making: what each feature adds to it.

use std::sync::Arc;

use smallvec::smallvec;

use crate::id::Id;
use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Meters, Seconds};
use crate::problem::generate::features::Feature;
use crate::problem::generate::ties::Ties;
use crate::problem::model::{
    AreaId, BalanceRule, Client, ClientId, Departure, Due, Effort, Load, Overtime, PickupOrder,
    PlaceId, Presence, Problem, ProblemBuilder, ProfileId, Reload, Respite, Rest, RestNeed,
    RestPlace, SkillSet, TimeWindow, VehicleType,
};
use crate::problem::pairs::Pair;
use crate::problem::travel::{Rounding, Travel};
use crate::rng::Rng;

/// Places 0 and 1 are depots; clients live at the others.
const N_DEPOTS: u32 = 2;
/// When shifts begin: at eight.
const MORNING: i64 = 8 * 3_600;
/// A client's load, in the first dimension, is up to this.
const LOAD_MAX: u32 = 9;
/// Service takes up to this, in seconds.
const SERVICE_MAX: u32 = 240;
/// Clients in one area, on average.
const AREA_CLIENTS: usize = 40;

/// What a usual route takes; the ground for limits, windows and prices.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// Side of the square that the places lie in.
    side: u32,
    /// From a client to the next.
    leg: u32,
    /// Clients on a route.
    per_route: u32,
    /// A route's travel; its length as well.
    travel: u32,
    /// A route's travel and service.
    work: u32,
    /// Length of a shift.
    day: u32,
}

impl Scale {
    fn random(rng: &mut Rng, n_clients: usize) -> Self {
        let root = (n_clients.max(1) as f64).sqrt();
        let side = (60.0 * root).max(600.0) as u32;
        let leg = (f64::from(side) / root) as u32;
        let n_clients = n_clients as u32;
        let per_route = if n_clients < 10 { rng.between(2, 4) } else { rng.between(5, 25) };
        let per_route = per_route.min(n_clients.max(1));
        let travel = side + side / 2 + per_route * leg;
        let work = travel + per_route * SERVICE_MAX / 2;
        Self { side, leg, per_route, travel, work, day: part(rng, work, 100, 250) }
    }
}

/// Between `lo` and `hi` hundredths of `whole`.
fn part(rng: &mut Rng, whole: u32, lo: u32, hi: u32) -> u32 {
    (u64::from(whole) * u64::from(rng.between(lo, hi)) / 100) as u32
}

/// The same in seconds.
fn part_s(rng: &mut Rng, whole: u32, lo: u32, hi: u32) -> Seconds {
    Seconds(part(rng, whole, lo, hi).into())
}

/// The same as a price.
fn part_price(rng: &mut Rng, whole: u32, lo: u32, hi: u32) -> Cost {
    Cost(part(rng, whole, lo, hi).into())
}

fn amount(rng: &mut Rng, lo: u32, hi: u32) -> i64 {
    i64::from(rng.between(lo, hi))
}

/// A problem in the making.
pub(super) struct Draft {
    scale: Scale,
    points: Arc<Vec<(f64, f64)>>,
    profiles: Vec<Travel>,
    clients: Vec<Client>,
    kinds: Vec<VehicleType>,
    pairs: Vec<Pair>,
    ties: Ties,
}

impl Draft {
    pub(super) fn plain(rng: &mut Rng, n_clients: usize) -> Self {
        let scale = Scale::random(rng, n_clients);
        let points = Arc::new(random_points(rng, scale.side, n_clients));
        let roundings = [Rounding::Nearest, Rounding::Floor, Rounding::Ceil, Rounding::Scaled(1)];
        let rounding = roundings[rng.index(roundings.len())];
        let clients = (0..n_clients as u32).map(|i| {
            // Now and then two live in one house.
            let is_neighbor = i > 0 && rng.chance(0.1);
            let mut client = Client::at(PlaceId(N_DEPOTS + i - u32::from(is_neighbor)));
            client.delivery = Load::single(amount(rng, 1, LOAD_MAX));
            client.service = Seconds(amount(rng, 0, SERVICE_MAX));
            client
        });
        let clients = clients.collect();
        let capacity = (scale.per_route * LOAD_MAX.div_ceil(2)).max(LOAD_MAX);
        let n_routes = n_clients as u32 / scale.per_route;
        let count = n_routes + n_routes / 5 + 1;
        let kind = VehicleType::at(PlaceId(0), count, Load::single(capacity.into()));
        let profiles = vec![Travel::Plane { points: Arc::clone(&points), rounding }];
        Self {
            scale,
            points,
            profiles,
            clients,
            kinds: vec![kind],
            pairs: Vec::new(),
            ties: Ties::default(),
        }
    }

    /// States one feature more.
    pub(super) fn add(&mut self, feature: Feature, rng: &mut Rng) {
        let scale = self.scale;
        match feature {
            Feature::Fleet => self.add_fleet(rng),
            Feature::Depots => self.add_depots(rng),
            Feature::OpenRoutes => self.each_kind(|kind| {
                kind.end = None;
                kind.start = kind.start.filter(|_| rng.chance(0.7));
            }),
            Feature::Matrix => self.profiles[0] = bumpy(rng, &self.profiles[0], (1, 2)),
            Feature::Speeds => {
                let halves = rng.between(2, 3);
                let slower = bumpy(rng, &self.profiles[0], (halves, 2));
                self.profiles.push(slower);
                self.last_of_several().profile = ProfileId(1);
            }
            Feature::Loads => self.add_loads(rng),
            Feature::Pickups => self.some_clients(rng, 0.4, |rng, client| {
                client.pickup = Load::single(amount(rng, 1, LOAD_MAX));
                if rng.chance(0.5) {
                    client.delivery = Load::ZERO;
                }
            }),
            Feature::Backhauls => self.add_backhauls(rng),
            Feature::Shifts => self.each_kind(|kind| {
                kind.shift = TimeWindow::new(MORNING, MORNING + i64::from(scale.day));
            }),
            Feature::FixedDeparture => {
                self.each_kind(|kind| kind.departure = Departure::AtShiftStart);
            }
            Feature::Windows => self.some_clients(rng, 0.8, |rng, client| {
                let width = part(rng, scale.day, 0, 50);
                let start = MORNING + amount(rng, 0, scale.day - width);
                client.windows = smallvec![TimeWindow::new(start, start + i64::from(width))];
            }),
            Feature::SeveralWindows => self.some_clients(rng, 0.4, |rng, client| {
                if let Some(first) = client.windows.first() {
                    let start = first.end + part_s(rng, scale.day, 5, 20);
                    let end = start + part_s(rng, scale.day, 0, 20);
                    client.windows.push(TimeWindow { start, end });
                }
            }),
            Feature::Releases => self.some_clients(rng, 0.3, |rng, client| {
                client.release = Seconds(MORNING) + part_s(rng, scale.day, 0, 30);
            }),
            Feature::Setups => self.some_clients(rng, 0.4, |rng, client| {
                client.setup = Seconds(amount(rng, 1, SERVICE_MAX));
            }),
            Feature::Pairs => self.add_pairs(rng),
            Feature::Prizes => self.some_clients(rng, 0.5, |rng, client| {
                let prize = part_price(rng, scale.side, 5, 150);
                client.presence = Presence::Optional { prize };
            }),
            Feature::Skills => {
                self.last_of_several().skills = SkillSet(0b01);
                self.some_clients(rng, 0.4, |rng, client| {
                    client.skills = SkillSet(1 << rng.below(2));
                });
            }
            Feature::DurationLimit => self.each_kind(|kind| {
                kind.duration_max = Some(part_s(rng, scale.work, 70, 130));
            }),
            Feature::TravelLimit => self.each_kind(|kind| {
                kind.travel_max = Some(part_s(rng, scale.travel, 70, 130));
            }),
            Feature::DistanceLimit => self.each_kind(|kind| {
                kind.distance_max = Some(Meters(part(rng, scale.travel, 70, 130).into()));
            }),
            Feature::StopLimit => self.each_kind(|kind| {
                kind.clients_max = Some(part(rng, scale.per_route, 60, 120).max(1));
            }),
            Feature::FixedPrice => {
                self.each_kind(|kind| kind.fixed += part_price(rng, scale.side, 10, 200));
            }
            Feature::TimePrice => self.each_kind(|kind| {
                kind.per_second = amount(rng, 1, 3);
                kind.per_meter = amount(rng, 0, 1);
            }),
            Feature::WorkPrice => self.each_kind(|kind| {
                kind.per_travel_second = amount(rng, 0, 2);
                kind.per_service_second = amount(rng, 1, 2);
            }),
            Feature::Overtime => self.each_kind(|kind| {
                let after = part_s(rng, scale.work, 50, 100);
                kind.overtime = Some(Overtime { after, per_second: amount(rng, 1, 3) });
            }),
            Feature::Rests => self.each_kind(|kind| kind.rests = random_rests(rng, scale.day)),
            Feature::Respites => self.each_kind(|kind| {
                let of = if rng.chance(0.5) { Effort::Travel } else { Effort::Work };
                let longest_visit = Seconds(2 * i64::from(SERVICE_MAX));
                let after = part_s(rng, scale.work, 40, 90).max(longest_visit);
                let duration = part_s(rng, scale.day, 3, 10).max(Seconds(1));
                kind.respite = Some(Respite { after, duration, of });
            }),
            Feature::Trips => self.add_trips(rng),
            Feature::Habits => {
                let n_areas = self.add_areas();
                self.each_kind(|kind| {
                    let price = |_| part_price(rng, scale.leg, 0, 200);
                    kind.habit = (0..n_areas).map(price).collect();
                });
            }
            Feature::Compactness => {
                self.add_areas();
                self.each_kind(|kind| kind.area_split = part_price(rng, scale.leg, 20, 200));
            }
            Feature::Balance => self.each_kind(|kind| {
                let work_min = part_s(rng, scale.work, 30, 70);
                let work_max = work_min + part_s(rng, scale.work, 0, 40);
                kind.balance = Some(BalanceRule { work_min, work_max, per_second: 1 });
            }),
            Feature::Ties => {
                self.ties = Ties::random(rng, &self.clients, &self.kinds, &self.pairs);
            }
            Feature::SoftWindows => self.some_clients(rng, 0.6, |rng, client| {
                let day = TimeWindow::new(MORNING, MORNING + i64::from(scale.day));
                let start = client.windows.first().unwrap_or(&day).start;
                let span = client.windows.last().unwrap_or(&day).end - start;
                let at = start + part_s(rng, span.value() as u32, 0, 100);
                client.due = Some(Due { at, per_second: amount(rng, 1, 3) });
            }),
            Feature::WaitingPrice => {
                self.each_kind(|kind| kind.per_waiting_second = amount(rng, 1, 3));
            }
        }
    }

    pub(super) fn build(self) -> Problem {
        let builder = Problem::builder().clients(self.clients).vehicle_types(self.kinds);
        let Ties { locks, orders, groups, refusals } = self.ties;
        let builder = builder.pairs(self.pairs).locks(locks).orders(orders);
        let builder = builder.groups(groups).refusals(refusals);
        let builder = self.profiles.into_iter().fold(builder, ProblemBuilder::profile);
        builder.build().expect("every number is drawn within its limits")
    }

    fn each_kind(&mut self, change: impl FnMut(&mut VehicleType)) {
        self.kinds.iter_mut().for_each(change);
    }

    fn some_clients(
        &mut self,
        rng: &mut Rng,
        share: f64,
        mut change: impl FnMut(&mut Rng, &mut Client),
    ) {
        for client in &mut self.clients {
            if rng.chance(share) {
                change(rng, client);
            }
        }
    }

    /// The last of two kinds or more.
    fn last_of_several(&mut self) -> &mut VehicleType {
        if self.kinds.len() == 1 {
            let half = self.kinds[0].count.div_ceil(2);
            self.kinds[0].count = half;
            self.kinds.push(self.kinds[0].clone());
        }
        self.kinds.last_mut().expect("there are two at least")
    }

    /// A smaller kind that is cheap to drive, a larger one that is dear.
    fn add_fleet(&mut self, rng: &mut Rng) {
        let side = self.scale.side;
        let large = self.last_of_several();
        let room = large.capacity.0[0] as u32;
        large.capacity = Load::single(part(rng, room, 120, 250).into());
        large.fixed = part_price(rng, side, 50, 200);
        large.per_meter = amount(rng, 1, 3);
        self.kinds[0].capacity = Load::single(part(rng, room, 60, 100).max(LOAD_MAX).into());
        self.kinds[0].fixed = part_price(rng, side, 10, 50);
    }

    fn add_depots(&mut self, rng: &mut Rng) {
        self.last_of_several();
        for (i, kind) in self.kinds.iter_mut().enumerate() {
            let depot = PlaceId(i as u32 % N_DEPOTS);
            let ends_elsewhere = rng.chance(0.3);
            kind.start = Some(depot);
            kind.end = Some(if ends_elsewhere { PlaceId(1 - depot.0) } else { depot });
        }
    }

    /// Weight and pieces beside the load there is.
    fn add_loads(&mut self, rng: &mut Rng) {
        let per_route = self.scale.per_route;
        let room = [part(rng, per_route * 250, 90, 150).max(499), per_route.max(2)];
        self.each_kind(|kind| {
            kind.capacity.0[1..3].copy_from_slice(&room.map(i64::from));
            kind.capacity.0[3] = i64::from(rng.between(1, 3));
        });
        self.some_clients(rng, 0.9, |rng, client| {
            client.delivery.0[1..3].copy_from_slice(&[amount(rng, 0, 499), amount(rng, 0, 2)]);
            client.pickup.0[3] = i64::from(rng.chance(0.05));
        });
    }

    /// Each client hands over or takes, none does both.
    fn add_backhauls(&mut self, rng: &mut Rng) {
        for client in &mut self.clients {
            let only = if client.picks_up() { &mut client.delivery } else { &mut client.pickup };
            *only = Load::ZERO;
        }
        let rule = [PickupOrder::Last, PickupOrder::LastOfDeliveries][rng.index(2)];
        self.each_kind(|kind| kind.pickups = rule);
    }

    /// Two of every three clients belong to a pair. Who is to be served earlier hands over.
    fn add_pairs(&mut self, rng: &mut Rng) {
        let mut clients: Vec<ClientId> =
            (0..self.clients.len()).map(ClientId::from_index).collect();
        rng.shuffle(&mut clients);
        for members in clients.chunks_exact(2).take(clients.len() / 3) {
            let opens = |client: &ClientId| {
                self.clients[client.index()]
                    .windows
                    .first()
                    .map_or(0, |window| window.start.value())
            };
            let mut members = [members[0], members[1]];
            members.sort_by_key(opens);
            let mut load = Load::single(amount(rng, 1, LOAD_MAX));
            for member in members {
                let client = &mut self.clients[member.index()];
                load.0[1] = load.0[1].max(client.delivery.0[1]);
                if rng.chance(0.8) {
                    (client.delivery, client.pickup) = (Load::ZERO, Load::ZERO);
                }
            }
            self.pairs.push(Pair { pickup: members[0], delivery: members[1], load });
        }
    }

    /// Fewer vehicles, which have time to come back.
    fn add_trips(&mut self, rng: &mut Rng) {
        let day = self.scale.day;
        let places = [smallvec![PlaceId(0)], smallvec![PlaceId(0), PlaceId(1)]];
        let places = &places[rng.index(2)];
        let n_trips = rng.between(1, 4);
        self.each_kind(|kind| {
            kind.count = kind.count.div_ceil(n_trips);
            let trips_max = rng.chance(0.5).then_some(n_trips);
            let duration = part_s(rng, day, 0, 5);
            kind.reload = Some(Reload { places: places.clone(), trips_max, duration });
            kind.shift.end = kind.shift.start + Seconds(i64::from(n_trips.min(3) * day));
        });
    }

    /// Squares of a grid, where none were drawn; how many.
    fn add_areas(&mut self) -> usize {
        let n = self.clients.len();
        let per_side = ((n / AREA_CLIENTS) as f64).sqrt().ceil().clamp(2.0, 40.0);
        let cell = f64::from(self.scale.side) / per_side;
        for (i, client) in self.clients.iter_mut().enumerate() {
            let (x, y) = self.points[client.place.index()];
            let column = |value: f64| (value / cell).floor().clamp(0.0, per_side - 1.0);
            // Nobody asks where every tenth one lives.
            let area = (column(y) * per_side + column(x)) as u32;
            client.area = (i % 10 != 9).then_some(AreaId(area));
        }
        (per_side * per_side) as usize
    }
}

/// Depots in the middle of the square, clients in villages and between them; whole numbers.
fn random_points(rng: &mut Rng, side: u32, n_clients: usize) -> Vec<(f64, f64)> {
    let anywhere = |rng: &mut Rng| [rng.below(side), rng.below(side)].map(f64::from);
    let villages: Vec<[f64; 2]> = (0..=n_clients / 25).map(|_| anywhere(rng)).collect();
    let middle = |rng: &mut Rng| f64::from(side / 3 + rng.below(side / 3));
    let depots: Vec<(f64, f64)> = (0..N_DEPOTS).map(|_| (middle(rng), middle(rng))).collect();
    let width = f64::from(side) / 8.0;
    let clients = (0..n_clients).map(|_| {
        if rng.chance(0.3) {
            return anywhere(rng).into();
        }
        let village = villages[rng.index(villages.len())];
        // The sum of two even chances falls off towards the edge of the village.
        let away = |rng: &mut Rng| (rng.unit() + rng.unit() - 1.0) * width;
        let at = village.map(|middle| (middle + away(rng)).clamp(0.0, f64::from(side - 1)).round());
        at.into()
    });
    depots.into_iter().chain(clients).collect()
}

/// Legs that differ there and back, and times that are a multiple of the lengths.
fn bumpy(rng: &mut Rng, straight: &Travel, (times, over): (u32, u32)) -> Travel {
    let n_places = straight.n_places();
    let mut times_s = Vec::with_capacity(n_places * n_places);
    let mut distances_m = Vec::with_capacity(n_places * n_places);
    for from in 0..n_places {
        for to in 0..n_places {
            let length_m = straight.distance(from, to).value() as u32;
            let bump = if from == to { 0 } else { rng.below(length_m / 3 + 10) };
            distances_m.push(length_m + bump);
            times_s.push((length_m * times).div_ceil(over) + bump);
        }
    }
    let matrix = TravelMatrix::new(n_places, times_s, distances_m);
    Travel::Matrix(Arc::new(matrix.expect("legs within the square are short")))
}

/// One to three, each behind the one before.
fn random_rests(rng: &mut Rng, day: u32) -> Vec<Rest> {
    let mut begin = Seconds(MORNING) + part_s(rng, day, 15, 35);
    let n_rests = [1, 1, 2, 3][rng.index(4)];
    let rest = |_| {
        let end = begin + part_s(rng, day, 5, 25);
        let mut windows = smallvec![TimeWindow { start: begin, end }];
        if rng.chance(0.2) {
            let start = end + part_s(rng, day, 3, 6);
            windows.push(TimeWindow { start, end: start + part_s(rng, day, 3, 6) });
        }
        begin = end + part_s(rng, day, 0, 5);
        Rest {
            windows,
            duration: part_s(rng, day, 2, 8),
            place: if rng.chance(0.5) { RestPlace::OnLegs } else { RestPlace::BetweenLegs },
            need: if rng.chance(0.3) { RestNeed::Always } else { RestNeed::WhenDue },
        }
    };
    (0..n_rests).map(rest).collect()
}
