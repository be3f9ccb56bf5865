//! A part of a problem: some clients, some vehicles. The kernel solves parts; the whole is one of them.

use std::sync::Arc;

use crate::id::Id;
use crate::measure::Seconds;
use crate::problem::{
    Client, ClientId, Group, GroupPresence, PlaceId, Presence, Problem, VehicleTypeId,
};
use crate::solver::ties::Ties;

/// Some clients and the vehicles that may serve them. Clients are renumbered from zero, vehicles become slots.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The client of each number.
    pub clients: Vec<ClientId>,
    /// The vehicle type of each slot; at most one route per slot.
    pub slots: Vec<VehicleTypeId>,
    /// Price of leaving each client out.
    pub unserved: Vec<i64>,
    /// Where vehicles may load again, once for each return that routes could have. They are numbered behind the
    /// clients, those of one place in a row.
    pub reloads: Vec<PlaceId>,
    /// What binds its clients, where the problem states any such thing.
    pub ties: Option<Arc<Ties>>,
}

/// A vehicle of a part: its type, and its lock, if any.
pub(super) type Vehicle = (VehicleTypeId, Option<usize>);

impl Part {
    /// The whole problem.
    pub(super) fn whole(problem: &Problem, unserved: &[i64]) -> Self {
        let n_clients = problem.n_clients();
        let slots = problem.vehicle_types().iter().flat_map(|(id, vehicle_type)| {
            let locks = problem.locks().iter().enumerate();
            let locks = locks.filter(move |(_, lock)| lock.vehicle_type == id);
            let locked = locks.map(|(index, _)| Some(index)).chain(std::iter::repeat(None));
            locked.take((vehicle_type.count as usize).min(n_clients)).map(move |lock| (id, lock))
        });
        let slots: Vec<Vehicle> = slots.collect();
        Self::new(problem, problem.clients().ids().collect(), &slots, unserved.to_vec())
    }

    /// A part of these clients and vehicles.
    pub(super) fn new(
        problem: &Problem,
        clients: Vec<ClientId>,
        vehicles: &[Vehicle],
        unserved: Vec<i64>,
    ) -> Self {
        let slots: Vec<_> = vehicles.iter().map(|(vehicle_type, _)| *vehicle_type).collect();
        let reloads = reloads_of(problem, &slots, clients.len());
        let ties = Ties::new(problem, &clients, vehicles).map(Arc::new);
        Self { clients, slots, unserved, reloads, ties }
    }

    /// Clients and vehicles without what binds them.
    pub(super) fn unbound(
        problem: &Problem,
        clients: Vec<ClientId>,
        slots: Vec<VehicleTypeId>,
    ) -> Self {
        let reloads = reloads_of(problem, &slots, clients.len());
        let unserved = vec![0; clients.len()];
        Self { clients, slots, unserved, reloads, ties: None }
    }

    /// The lock of a slot's vehicle.
    pub(super) fn lock_of(&self, slot: usize) -> Option<usize> {
        self.ties.as_ref().and_then(|ties| ties.lock_of(slot as u32))
    }

    /// How many clients and returns.
    pub(super) fn n_visits(&self) -> usize {
        self.clients.len() + self.reloads.len()
    }

    /// The first return to a place, by number; those to the same place follow.
    pub(super) fn first_reload(&self, place: PlaceId) -> Option<usize> {
        let index = self.reloads.iter().position(|&other| other == place);
        index.map(|index| self.clients.len() + index)
    }

    pub(super) fn n_clients(&self) -> usize {
        self.clients.len()
    }

    /// The places where routes start or end, each once, in order of first use.
    pub(super) fn depots(&self, problem: &Problem) -> Vec<PlaceId> {
        let mut depots = Vec::new();
        let mut seen_type = None;
        for &slot in &self.slots {
            if seen_type == Some(slot) {
                continue;
            }
            seen_type = Some(slot);
            let vehicle_type = &problem.vehicle_types()[slot];
            let reload =
                vehicle_type.reload.iter().flat_map(|reload| reload.places.iter().copied());
            for place in [vehicle_type.start, vehicle_type.end].into_iter().flatten().chain(reload)
            {
                if !depots.contains(&place) {
                    depots.push(place);
                }
            }
        }
        depots
    }
}

/// Every place where one of these vehicles may load again, as often as returns to it could ever be of use: each
/// return but those of an empty first trip is followed by a client.
fn reloads_of(problem: &Problem, slots: &[VehicleTypeId], n_clients: usize) -> Vec<PlaceId> {
    let mut counts: Vec<(PlaceId, usize)> = Vec::new();
    for &slot in slots {
        let Some(reload) = &problem.vehicle_types()[slot].reload else { continue };
        let n_returns = reload.trips_max.map_or(n_clients, |n| n as usize - 1).min(n_clients);
        for &place in &reload.places {
            match counts.iter_mut().find(|(other, _)| *other == place) {
                Some((_, count)) => *count += n_returns,
                None => counts.push((place, n_returns)),
            }
        }
    }
    let repeated =
        |&(place, count): &(PlaceId, usize)| std::iter::repeat_n(place, count.min(n_clients));
    counts.iter().flat_map(repeated).collect()
}

/// Price of leaving each client out: the prize of an optional one; for a required one more than any route can cost
/// to serve it, so that it is left out only when no vehicle can take it.
pub(super) fn unserved_prices(problem: &Problem) -> Vec<i64> {
    let required = required_price(problem);
    let price = |(id, client): (ClientId, &Client)| match client.presence {
        Presence::Required => required,
        Presence::Optional { prize } if is_of_required_group(problem, id) => {
            prize.value() + required
        }
        Presence::Optional { prize } => prize.value(),
    };
    problem.clients().iter().map(price).collect()
}

fn is_of_required_group(problem: &Problem, client: ClientId) -> bool {
    let group = problem.group_of(client).map(|group| &problem.groups()[group]);
    group.is_some_and(|group| group.presence == GroupPresence::Required)
}

/// What [`unserved_prices`] charge beyond the cost of a plan that serves every required group: who of it is not chosen is
/// left out at the price of the whole group.
pub(super) fn price_of_alternatives(problem: &Problem) -> i64 {
    let is_required = |group: &&Group| group.presence == GroupPresence::Required;
    let required = problem.groups().iter().filter(is_required);
    let n_others: usize = required.map(|group| group.clients.len() - 1).sum();
    if n_others == 0 { 0 } else { n_others as i64 * required_price(problem) }
}

fn required_price(problem: &Problem) -> i64 {
    let mut dearest = 1i64;
    let opens = last_opening(problem);
    let stays = problem.clients().values().map(|client| (client.setup + client.service).value());
    let service = stays.max().unwrap_or(0);
    for (id, vehicle_type) in problem.vehicle_types().iter() {
        let travel = problem.travel(id);
        let ends = [vehicle_type.start, vehicle_type.end];
        let depot = ends.into_iter().flatten().next();
        let mut longest = (1i64, 1i64);
        for client in problem.clients().values() {
            let from = depot.unwrap_or(PlaceId(0)).index();
            let to = client.place.index();
            longest.0 = longest
                .0
                .max(travel.distance(from, to).value() + travel.distance(to, from).value());
            longest.1 =
                longest.1.max(travel.time(from, to).value() + travel.time(to, from).value());
        }
        // One client more may delay all others, and have the vehicle wait from its first moment to its last.
        let shift = vehicle_type.shift;
        let busy = (longest.1 + service).saturating_mul(problem.n_clients() as i64);
        let closes = opens.max(shift.start.value()).saturating_add(busy).min(shift.end.value());
        let day = (closes - shift.start.value()).max(0);
        let habit = vehicle_type.habit.iter().map(|cost| cost.value()).max().unwrap_or(0);
        // Seconds may be priced for several reasons, and service takes some as well.
        let overtime = vehicle_type.overtime.map_or(0, |overtime| overtime.per_second);
        let balance = vehicle_type.balance.map_or(0, |balance| balance.per_second);
        let per_second = vehicle_type.per_second + overtime + balance;
        let price = vehicle_type.fixed.value()
            + vehicle_type.per_meter * longest.0
            + (per_second + vehicle_type.per_travel_second) * longest.1
            + (per_second + vehicle_type.per_service_second).saturating_mul(service)
            + vehicle_type.per_waiting_second.saturating_mul(day)
            + vehicle_type.area_split.value()
            + habit;
        let price = price.saturating_add(price_of_delays(problem, closes));
        dearest = dearest.max(price);
    }
    let prizes = problem.clients().values().map(|client| match client.presence {
        Presence::Optional { prize } => prize.value(),
        Presence::Required => 0,
    });
    dearest.saturating_mul(4).max(prizes.max().unwrap_or(0)).min(1 << 44)
}

/// The last moment until which service may have to wait.
fn last_opening(problem: &Problem) -> i64 {
    let opening = |client: &Client| {
        let window = client.windows.last().map_or(0, |window| window.start.value());
        window.max(client.release.value())
    };
    problem.clients().values().map(opening).max().unwrap_or(0)
}

/// What it costs that everybody is served as late as can be, and none later than this.
fn price_of_delays(problem: &Problem, closes: i64) -> i64 {
    let prices = problem.clients().values().map(|client| client.dearest_delay(Seconds(closes)));
    prices.fold(0, i64::saturating_add)
}
