//! Builds the rich law of a part: rows of legs, kinds of vehicles, what each client asks for.

use crate::id::Id;
use crate::measure::Seconds;
use crate::problem::{
    Client, Load, MAX_LOADS, PickupOrder, Presence, Problem, Travel, VehicleType,
};
use crate::solver::capacity::Capacity;
use crate::solver::couples::{Couples, carried};
use crate::solver::legs::rows_of;
use crate::solver::part::Part;
use crate::solver::rich::rules::Rules;
use crate::solver::rich::stops::Stops;
use crate::solver::rich::{Dated, RichLaw, Segment, SlotKind};
use crate::solver::squares::{Square, Squares};

impl<const D: usize, const A: usize, const P: usize, const M: usize> RichLaw<D, A, P, M> {
    pub(super) fn built(problem: &Problem, part: &Part) -> Self {
        let depots = part.depots(problem);
        let mut rows = rows_of(problem, &part.clients, &depots);
        let types = part.slots.iter().map(|&id| &problem.vehicle_types()[id]);
        let is_open = types.clone().any(|kind| kind.start.is_none() || kind.end.is_none());
        let nowhere = rows.len() as u32;
        let width = rows.len() + usize::from(is_open);
        let mut squares = Squares::new(width);
        let travels = problem.profiles().values();
        let profiles: Vec<Profile> =
            travels.map(|travel| Profile::of(travel, &rows, width, &mut squares)).collect();
        rows.resize(width, usize::MAX);
        let n_clients = part.n_clients() as u32;
        let row_of = |place| {
            let index = depots.iter().position(|&depot| depot == place);
            n_clients + index.expect("`depots` lists every end of every slot") as u32
        };
        let mut kinds: Vec<VehicleType> = Vec::new();
        let mut slots: Vec<SlotKind> = Vec::with_capacity(part.slots.len());
        let mut slot_of = vec![None; problem.vehicle_types().len()];
        for &id in &part.slots {
            if let Some(known) = slot_of[id.index()] {
                slots.push(slots[known]);
                continue;
            }
            slot_of[id.index()] = Some(slots.len());
            let vehicle_type = &problem.vehicle_types()[id];
            slots.push(SlotKind {
                kind: kinds.len() as u32,
                start: vehicle_type.start.map_or(nowhere, row_of),
                end: vehicle_type.end.map_or(nowhere, row_of),
                profile: vehicle_type.profile.index() as u32,
                lengths: profiles[vehicle_type.profile.index()].lengths,
                times: profiles[vehicle_type.profile.index()].times,
                prices: Square::NOWHERE,
                stays: kinds.len() * part.n_clients(),
                skills: vehicle_type.skills.0,
                walks: false,
                rests: !vehicle_type.rests.is_empty() || vehicle_type.respite.is_some(),
                minds_duration: false,
                mends: vehicle_type.pickups == PickupOrder::LastOfDeliveries,
                scarce_max: Capacity::ENDLESS,
                per_meter: vehicle_type.per_meter,
                per_travel_second: vehicle_type.per_second + vehicle_type.per_travel_second,
                per_idle_second: vehicle_type.per_second + vehicle_type.per_waiting_second,
                fixed: vehicle_type.fixed.value(),
            });
            debug_assert!(vehicle_type.rests.len() < M);
            kinds.push(vehicle_type.clone());
        }
        let mut clients: Vec<Client> =
            part.clients.iter().map(|&client| problem.clients()[client].clone()).collect();
        let setups = setups_of(&mut clients, &rows);
        let loads: Vec<Load> = part.clients.iter().map(|&c| carried(problem, c)).collect();
        let is_symmetric = profiles.iter().all(|profile| profile.is_symmetric);
        let visits: Vec<Segment<D, A>> =
            clients.iter().zip(&loads).map(|(client, load)| Segment::of(client, load)).collect();
        let (least_stays, stays) = stays_of(&kinds, &clients, &setups);
        let shares = shares_of(&mut slots, &kinds, &visits);
        let rules: Vec<Rules<D>> = kinds.iter().map(Rules::of).collect();
        let turns_alike = is_symmetric
            && setups.is_empty()
            && stays.is_empty()
            && slots.iter().all(|slot| slot.prices_ways_as(&slots[0]));
        let mut built = Self {
            squares,
            counts_meters: kinds.iter().any(|kind| kind.distance_max.is_some()),
            is_symmetric: is_symmetric && setups.is_empty(),
            setups,
            dues: dues_of(problem, &clients, P),
            places: rows,
            shares,
            visits,
            skills: clients.iter().map(|client| client.skills.0).collect(),
            least_stays,
            stays,
            sizes: clients.iter().zip(&loads).map(|(c, load)| size_of(c, load)).collect(),
            has_releases: clients.iter().any(|client| client.release != Seconds::ZERO),
            has_several_windows: clients.iter().any(|client| client.windows.len() > 1),
            is_dated: is_dated(clients.iter()),
            couples: Couples::new(problem, part),
            stops: Stops::of(&clients),
            prices_work: rules.iter().any(Rules::prices_work),
            turns_alike,
            drives_alike: slots
                .iter()
                .all(|slot| slot.profile == slots[0].profile && slot.end == slots[0].end),
            rules,
            kinds,
            slots,
        };
        let walks: Vec<bool> = built.kinds.iter().map(|kind| built.walks(kind)).collect();
        for slot in &mut built.slots {
            slot.walks = walks[slot.kind as usize];
            slot.minds_duration = built.rules[slot.kind as usize].minds_duration();
        }
        built.keep_prices(&profiles);
        built
    }

    /// Keeps what legs cost, a square for each way that slots price them, and has the slots know theirs.
    fn keep_prices(&mut self, profiles: &[Profile]) {
        for number in 0..self.slots.len() {
            let slot = self.slots[number];
            let prices_alike = |other: &&SlotKind| {
                other.kind == slot.kind || self.stays_alike() && other.prices_ways_as(&slot)
            };
            let known = self.slots[..number].iter().find(prices_alike).map(|other| other.prices);
            self.slots[number].prices = known.unwrap_or_else(|| {
                let is_symmetric = profiles[slot.profile as usize].is_symmetric
                    && self.stays_alike()
                    && self.setups.is_empty();
                let drawn = self.drawn_prices(&slot);
                drawn.map_or_else(
                    |known| known,
                    |square| self.squares.keep_both(&square, is_symmetric),
                )
            });
        }
    }

    /// A square of what legs cost the vehicle of a slot, as [`Squares::drawn`].
    fn drawn_prices(&self, slot: &SlotKind) -> Result<Vec<u32>, Square> {
        let n_clients = self.n_clients();
        let stay =
            |row: usize| if row < n_clients as usize { self.stay(slot, row as u32) } else { 0 };
        let stays: Vec<i64> = (0..self.places.len()).map(stay).collect();
        self.squares.drawn((slot.lengths, slot.times), |from, to, leg| {
            let spared = if self.setups.is_empty() || to >= n_clients {
                0
            } else {
                self.spared_price(slot, from, to)
            };
            u32::try_from(slot.way(leg) + stays[to as usize] - spared)
        })
    }
}

/// The legs of a profile.
struct Profile {
    lengths: Square,
    times: Square,
    /// Whether all are the same both ways.
    is_symmetric: bool,
}

impl Profile {
    /// Keeps the legs between rows, in squares that may be wider: what lies beyond the rows is nowhere, as near to everything.
    fn of(travel: &Travel, rows: &[usize], width: usize, squares: &mut Squares) -> Self {
        match travel {
            Travel::Matrix(matrix) => {
                let lengths = square_of(rows, width, |from, to| matrix.distance_row_m(from)[to]);
                let times = square_of(rows, width, |from, to| matrix.time_row_s(from)[to]);
                squares.keep(&times);
                let turns = [&lengths, &times].map(|square| is_turnable(square, width));
                Self {
                    lengths: squares.keep(&lengths),
                    times: squares.keep_both(&times, turns[1]),
                    is_symmetric: turns[0] && turns[1],
                }
            }
            Travel::Plane { points, rounding } => {
                let length = |from: usize, to: usize| {
                    let ((x1, y1), (x2, y2)) = (points[from], points[to]);
                    let (dx, dy) = (x1 - x2, y1 - y2);
                    rounding.round((dx * dx + dy * dy).sqrt()) as u32
                };
                let square = square_of(rows, width, length);
                let lengths = squares.keep(&square);
                let times = squares.keep_both(&square, true);
                Self { lengths, times, is_symmetric: true }
            }
        }
    }
}

/// The legs between rows, in a square that may be wider.
fn square_of(rows: &[usize], width: usize, leg: impl Fn(usize, usize) -> u32) -> Vec<u32> {
    let mut square = Vec::with_capacity(width * width);
    for &from in rows {
        square.extend(rows.iter().map(|&to| leg(from, to)));
        square.resize(square.len() + width - rows.len(), 0);
    }
    square.resize(width * width, 0);
    square
}

/// Whether all legs of a square are the same both ways.
fn is_turnable(square: &[u32], width: usize) -> bool {
    (0..width).all(|a| (0..a).all(|b| square[a * width + b] == square[b * width + a]))
}

/// What each client adds to the scarcest of what adds up along a route and is limited there: deliveries, or pickups, in one
/// dimension, or clients; has the slots know how much of it they take.
///
/// Whatever it is, it bounds from below by how much a route is beyond its limits.
fn shares_of<const D: usize, const A: usize>(
    slots: &mut [SlotKind],
    kinds: &[VehicleType],
    visits: &[Segment<D, A>],
) -> Vec<i64> {
    let all = |share: &dyn Fn(&Segment<D, A>) -> i64| visits.iter().map(share).sum::<i64>();
    let room = |limit: &dyn Fn(&VehicleType) -> i64| {
        slots.iter().fold(0i64, |sum, slot| sum.saturating_add(limit(&kinds[slot.kind as usize])))
    };
    let need = |asked: i64, room: i64| asked as f64 / room.max(1) as f64;
    let count_max = |kind: &VehicleType| kind.clients_max.map_or(i64::MAX / 4, i64::from);
    let of_clients = need(visits.len() as i64, room(&count_max));
    let of_loads = |d: usize| {
        let room = room(&|kind| kind.capacity.0[d]);
        [(true, need(all(&|v| v.delivery[d]), room)), (false, need(all(&|v| v.pickup[d]), room))]
            .map(|(is_delivery, need)| (d, is_delivery, need))
    };
    let scarcest = (0..D).flat_map(of_loads).max_by(|a, b| a.2.total_cmp(&b.2));
    let (d, is_delivery, of_load) = scarcest.expect("laws have a dimension of loads");
    let counts_clients = of_clients > of_load;
    for slot in slots {
        let kind = &kinds[slot.kind as usize];
        slot.scarce_max = if counts_clients {
            Capacity::of_count(count_max(kind))
        } else {
            Capacity::of(kind.capacity.0[d])
        };
    }
    let share = |visit: &Segment<D, A>| match (counts_clients, is_delivery) {
        (true, _) => 1,
        (false, true) => visit.delivery[d],
        (false, false) => visit.pickup[d],
    };
    visits.iter().map(share).collect()
}

/// Whether most clients have windows that cover less than a quarter of the time that all windows span.
pub(in crate::solver) fn is_dated<'c>(clients: impl Iterator<Item = &'c Client> + Clone) -> bool {
    let windows = || clients.clone().flat_map(|client| &client.windows);
    let first = windows().map(|window| window.start).min().unwrap_or(Seconds::ZERO);
    let last = windows().map(|window| window.end).max().unwrap_or(Seconds::ZERO);
    let is_narrow = |client: &&Client| {
        let open: i64 = client.windows.iter().map(|w| (w.end - w.start).value()).sum();
        !client.windows.is_empty() && 4 * open < (last - first).value()
    };
    2 * clients.clone().filter(is_narrow).count() > clients.count()
}

/// The setups that depend on where a vehicle comes from, by client: none when no such client shares its place with
/// another row, for then setup is service.
fn setups_of(clients: &mut [Client], rows: &[usize]) -> Vec<i64> {
    if clients.iter().all(|client| client.setup == Seconds::ZERO) {
        return Vec::new();
    }
    let mut n_rows = rustc_hash::FxHashMap::default();
    for &place in rows {
        *n_rows.entry(place).or_insert(0) += 1;
    }
    let is_shared =
        |(client, place): (&Client, &usize)| client.setup != Seconds::ZERO && n_rows[place] > 1;
    if clients.iter().zip(rows).any(is_shared) {
        return clients.iter().map(|client| client.setup.value()).collect();
    }
    for client in clients {
        client.service += std::mem::take(&mut client.setup);
    }
    Vec::new()
}

/// When each client is due. Laws that price moments ask for everybody, others only where anybody is.
fn dues_of(problem: &Problem, clients: &[Client], n_prices: usize) -> Vec<Dated> {
    if n_prices == 0 && clients.iter().all(|client| client.due.is_none()) {
        return Vec::new();
    }
    let closes = problem.vehicle_types().values().map(|kind| kind.shift.end.value()).max();
    clients.iter().map(|client| Dated::of(client, closes.unwrap_or(0))).collect()
}

fn size_of(client: &Client, carried: &Load) -> i64 {
    let load = |d: usize| client.delivery.0[d].max(client.pickup.0[d]).max(carried.0[d]);
    let prize = match client.presence {
        Presence::Required => 0,
        Presence::Optional { prize } => prize.value(),
    };
    prize.max((0..MAX_LOADS).map(load).max().unwrap_or(0))
}

/// What serving each client costs whoever does it, and what it costs more, by kind: nothing where all are alike. Setups that a
/// vehicle may be spared are never certain.
fn stays_of(kinds: &[VehicleType], clients: &[Client], setups: &[i64]) -> (Vec<i64>, Vec<i64>) {
    let certain = |kind: &VehicleType, client: usize| {
        let setup = setups.get(client).copied().unwrap_or(0);
        stay_of(kind, &clients[client]) - setup * (kind.per_second + kind.per_service_second)
    };
    let least = |client: usize| kinds.iter().map(|kind| certain(kind, client)).min().unwrap_or(0);
    let least: Vec<i64> = (0..clients.len()).map(least).collect();
    let more = |kind: &VehicleType, client: usize| stay_of(kind, &clients[client]) - least[client];
    let more: Vec<i64> =
        kinds.iter().flat_map(|k| (0..clients.len()).map(|c| more(k, c))).collect();
    let stays = if more.iter().all(|&price| price == 0) { Vec::new() } else { more };
    (least, stays)
}

/// What serving a client costs a kind of vehicle whatever the way: time at the door, and habit.
fn stay_of(kind: &VehicleType, client: &Client) -> i64 {
    let habit = client.area.and_then(|area| kind.habit.get(area.index()));
    (client.setup + client.service).value() * (kind.per_second + kind.per_service_second)
        + habit.map_or(0, |cost| cost.value())
}
