//! Large problems by parts: neighboring routes are searched together, and the borders move every epoch.
//!
//! The cost is a sum over routes and annealing looks at differences only, so parts searched at one temperature obey
//! the very rule that a search of the whole would obey; only strings across a border have to wait for the next epoch.

use crate::id::Id;
use crate::problem::{ClientId, Problem, ProfileId, ReloadStop, Travel, VehicleTypeId};
use crate::rng::Rng;
use crate::solver::part::{Part, Vehicle};

/// Spare vehicles a part may open beyond its own share.
const SPARE_MIN: usize = 2;

/// A route of the whole problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WholeRoute {
    pub vehicle_type: VehicleTypeId,
    /// The lock of its vehicle.
    pub lock: Option<usize>,
    pub clients: Vec<ClientId>,
    pub reloads: Vec<ReloadStop>,
}

/// A plan of the whole problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WholePlan {
    pub cost: i64,
    pub routes: Vec<WholeRoute>,
    pub unserved: Vec<ClientId>,
}

/// A part of a plan, ready to be searched: its routes are given by slot, in the part's own numbers.
pub(super) struct Task {
    pub part: Part,
    pub start: Vec<Vec<u32>>,
}

/// The parts of a plan, and who is where.
pub(super) struct Cut {
    pub tasks: Vec<Task>,
    pub numbering: Numbering,
}

/// Which part each client of the problem is in, and its number there.
pub(super) struct Numbering {
    pub part_of: Vec<u32>,
    pub number: Vec<u32>,
}

impl Cut {
    /// The whole problem as its only part, with these routes by slot.
    pub(super) fn whole(part: Part, start: Vec<Vec<u32>>) -> Self {
        let n_clients = part.n_clients();
        let number = (0..n_clients as u32).collect();
        let numbering = Numbering { part_of: vec![0; n_clients], number };
        Self { tasks: vec![Task { part, start }], numbering }
    }
}

/// Positions of clients for drawing borders, when there are any.
pub(super) struct Map {
    points: Vec<(f64, f64)>,
    depot: (f64, f64),
}

impl Map {
    /// From the points of a plane, or from distances to two far places of a matrix.
    pub(super) fn new(problem: &Problem) -> Self {
        let depot = problem.vehicle_types().values().find_map(|vehicle_type| vehicle_type.start);
        let depot = depot.map_or(0, Id::index);
        let travel = &problem.profiles()[ProfileId(0)];
        let place = |client: &crate::problem::Client| client.place.index();
        match travel {
            Travel::Plane { points, .. } => Self {
                points: problem.clients().values().map(|client| points[place(client)]).collect(),
                depot: points[depot],
            },
            Travel::Matrix(_) => {
                // Distances from two landmarks spread clients well enough to group neighbors.
                let far = |from: usize| {
                    let length = |&to: &usize| travel.distance(from, to).value();
                    (0..problem.n_places()).max_by_key(length).unwrap_or(from)
                };
                let a = far(depot);
                let b = far(a);
                let point = |to: usize| {
                    let length = |from| travel.distance(from, to).value() as f64;
                    (length(a), length(b))
                };
                Self {
                    points: problem.clients().values().map(|client| point(place(client))).collect(),
                    depot: point(depot),
                }
            }
        }
    }

    fn center(&self, clients: &[ClientId]) -> (f64, f64) {
        let mut sum = (0.0, 0.0);
        for &client in clients {
            let (x, y) = self.points[client.index()];
            sum = (sum.0 + x, sum.1 + y);
        }
        let n = clients.len().max(1) as f64;
        (sum.0 / n, sum.1 / n)
    }
}

/// More sectors about a depot than this are so thin that few neighbors share one.
const SECTORS_MAX: usize = 32;

/// Cuts a plan into parts of about equally many clients, with borders of their own each epoch.
///
/// Every other epoch routes are sorted by angle about the depot, unless there are too many parts for that, otherwise they
/// are split in two recursively at the median along a random direction.
pub(super) fn cut(
    problem: &Problem,
    plan: &WholePlan,
    map: &Map,
    unserved_prices: &[i64],
    n_parts: usize,
    epoch: u64,
    rng: &mut Rng,
) -> Cut {
    if plan.routes.is_empty() && !plan.unserved.is_empty() {
        // Nobody is served yet, as at the start of a mixed fleet: there is nothing to cut along.
        let part = Part::whole(problem, unserved_prices);
        let start = vec![Vec::new(); part.slots.len()];
        return Cut::whole(part, start);
    }
    let centers: Vec<(f64, f64)> =
        plan.routes.iter().map(|route| map.center(&route.clients)).collect();
    let sizes: Vec<usize> = plan.routes.iter().map(|route| route.clients.len()).collect();
    let mut order: Vec<usize> = (0..plan.routes.len()).collect();
    let mut groups: Vec<Vec<usize>> = Vec::with_capacity(n_parts);
    if epoch.is_multiple_of(2) && n_parts <= SECTORS_MAX {
        let turn = rng.unit() * std::f64::consts::TAU;
        let angle = |&route: &usize| {
            let (x, y) = centers[route];
            let angle = (y - map.depot.1).atan2(x - map.depot.0) + turn;
            ordered_float::OrderedFloat(angle.rem_euclid(std::f64::consts::TAU))
        };
        order.sort_by_key(angle);
        split_evenly(&order, &sizes, n_parts, &mut groups);
    } else {
        bisect(&mut order, &sizes, &centers, n_parts, rng, &mut groups);
    }
    if groups.is_empty() {
        // Nobody is on a route yet: one part for all who wait.
        groups.push(Vec::new());
    }
    tasks(problem, plan, map, unserved_prices, &groups, &centers, rng)
}

/// Cuts an order into stretches of about equally many clients.
fn split_evenly(order: &[usize], sizes: &[usize], n_parts: usize, groups: &mut Vec<Vec<usize>>) {
    let total: usize = order.iter().map(|&route| sizes[route]).sum();
    let mut done = 0;
    let mut group = Vec::new();
    for &route in order {
        group.push(route);
        done += sizes[route];
        if done * n_parts >= total * (groups.len() + 1) {
            groups.push(std::mem::take(&mut group));
        }
    }
    if !group.is_empty() {
        groups.push(group);
    }
}

/// Splits routes at the median along a random direction until there are enough groups.
fn bisect(
    order: &mut [usize],
    sizes: &[usize],
    centers: &[(f64, f64)],
    n_parts: usize,
    rng: &mut Rng,
    groups: &mut Vec<Vec<usize>>,
) {
    if n_parts <= 1 || order.len() <= 1 {
        if !order.is_empty() {
            groups.push(order.to_vec());
        }
        return;
    }
    let (sin, cos) = (rng.unit() * std::f64::consts::TAU).sin_cos();
    let along = |&route: &usize| {
        let (x, y) = centers[route];
        ordered_float::OrderedFloat(x * cos + y * sin)
    };
    order.sort_by_key(along);
    let total: usize = order.iter().map(|&route| sizes[route]).sum();
    let left_parts = n_parts / 2;
    let mut done = 0;
    let mut at = 0;
    while at + 1 < order.len() && done * n_parts < total * left_parts {
        done += sizes[order[at]];
        at += 1;
    }
    let (left, right) = order.split_at_mut(at.max(1));
    bisect(left, sizes, centers, left_parts, rng, groups);
    bisect(right, sizes, centers, n_parts - left_parts, rng, groups);
}

/// Turns groups of routes into parts, each with its share of the vehicles that stand idle and of the bank.
fn tasks(
    problem: &Problem,
    plan: &WholePlan,
    map: &Map,
    unserved_prices: &[i64],
    groups: &[Vec<usize>],
    centers: &[(f64, f64)],
    rng: &mut Rng,
) -> Cut {
    let mut clients: Vec<Vec<ClientId>> = vec![Vec::new(); groups.len()];
    let mut group_of_route = vec![0usize; plan.routes.len()];
    for (group, routes) in groups.iter().enumerate() {
        for &route in routes {
            group_of_route[route] = group;
            clients[group].extend(&plan.routes[route].clients);
        }
    }
    let nearest = |client: ClientId| {
        let (x, y) = map.points[client.index()];
        let far = |&route: &usize| {
            let (cx, cy) = centers[route];
            ordered_float::OrderedFloat((cx - x).powi(2) + (cy - y).powi(2))
        };
        let nearest = (0..plan.routes.len()).min_by_key(far);
        nearest.map_or(0, |route| group_of_route[route])
    };
    let group_of_lock = groups_of_locks(problem, plan, &group_of_route, nearest);
    let route_of = routes_of_groups(problem, plan);
    for &client in &plan.unserved {
        let group = match problem.lock_of(client) {
            Some(lock) => group_of_lock[lock].0,
            None => match served_alternative(problem, &route_of, client) {
                Some(route) => group_of_route[route],
                None => nearest(leader(problem, client)),
            },
        };
        clients[group].push(client);
    }
    let mut spare = idle_vehicles(problem, plan);
    rng.shuffle(&mut spare);
    let share = spare.len() / groups.len().max(1);
    let mut numbers = vec![u32::MAX; problem.n_clients()];
    let mut part_of = vec![u32::MAX; problem.n_clients()];
    let mut tasks = Vec::with_capacity(groups.len());
    for (group, routes) in groups.iter().enumerate() {
        for (number, &client) in clients[group].iter().enumerate() {
            numbers[client.index()] = number as u32;
            part_of[client.index()] = group as u32;
        }
        let mut slots: Vec<(Vehicle, Option<usize>)> = Vec::new();
        for &route in routes {
            let WholeRoute { vehicle_type, lock, .. } = plan.routes[route];
            slots.push(((vehicle_type, lock), Some(route)));
        }
        for (lock, _) in group_of_lock.iter().enumerate().filter(|(_, at)| **at == (group, true)) {
            slots.push(((problem.locks()[lock].vehicle_type, Some(lock)), None));
        }
        let is_last = group + 1 == groups.len();
        let wanted = if is_last { spare.len() } else { share };
        // A small part, or one without routes yet, may need every vehicle it is dealt.
        let is_begun = !routes.is_empty();
        let limit = if is_begun { SPARE_MIN.max(clients[group].len() / 8) } else { usize::MAX };
        for vehicle_type in spare.drain(spare.len() - wanted..).take(limit) {
            slots.push(((vehicle_type, None), None));
        }
        slots.sort_by_key(|((vehicle_type, _), _)| *vehicle_type);
        let (vehicles, routes): (Vec<_>, Vec<_>) = slots.into_iter().unzip();
        let unserved = clients[group].iter().map(|client| unserved_prices[client.index()]);
        let unserved = unserved.collect();
        let part = Part::new(problem, std::mem::take(&mut clients[group]), &vehicles, unserved);
        let mut numbering = ReloadNumbers::new(&part);
        let number = |route: Option<usize>| {
            let Some(route) = route else { return Vec::new() };
            numbering.visits(&plan.routes[route], |client| numbers[client.index()])
        };
        let start = routes.into_iter().map(number).collect();
        tasks.push(Task { part, start });
    }
    Cut { tasks, numbering: Numbering { part_of, number: numbers } }
}

/// Whom those wait with who must be in one part: the pickup of a pair, the first of direct neighbors or of a group.
fn leader(problem: &Problem, client: ClientId) -> ClientId {
    let client = problem.pair_of(client).map_or(client, |pair| pair.pickup);
    let group = problem.group_of(client).and_then(|group| problem.groups()[group].clients.first());
    let client = *group.unwrap_or(&client);
    let ahead = std::iter::successors(Some(client), |&client| problem.right_ahead(client));
    ahead.last().unwrap_or(client)
}

/// The route that serves each group's alternative, if any.
fn routes_of_groups(problem: &Problem, plan: &WholePlan) -> Vec<Option<usize>> {
    let mut route_of = vec![None; problem.groups().len()];
    if route_of.is_empty() {
        return route_of;
    }
    for (index, route) in plan.routes.iter().enumerate() {
        for group in route.clients.iter().filter_map(|&client| problem.group_of(client)) {
            route_of[group] = Some(index);
        }
    }
    route_of
}

/// The route that serves another one of a client's group.
fn served_alternative(
    problem: &Problem,
    route_of: &[Option<usize>],
    client: ClientId,
) -> Option<usize> {
    problem.group_of(client).and_then(|group| route_of[group])
}

/// For each lock the group of its vehicle, and whether that stands idle: then it is where the first of its clients waits.
fn groups_of_locks(
    problem: &Problem,
    plan: &WholePlan,
    group_of_route: &[usize],
    nearest: impl Fn(ClientId) -> usize,
) -> Vec<(usize, bool)> {
    let mut groups: Vec<Option<usize>> = vec![None; problem.locks().len()];
    for (route, group) in plan.routes.iter().zip(group_of_route) {
        if let Some(lock) = route.lock {
            groups[lock] = Some(*group);
        }
    }
    let of_lock = |(group, lock): (Option<usize>, &crate::problem::Lock)| {
        let mut named = lock.begins_with.iter().chain(&lock.holds);
        let idle = || named.next().map_or(0, |&client| nearest(client));
        (group.unwrap_or_else(idle), group.is_none())
    };
    groups.into_iter().zip(problem.locks()).map(of_lock).collect()
}

/// Numbers of a part's returns that no route has yet.
pub(super) struct ReloadNumbers<'a> {
    part: &'a Part,
    /// How many returns of each place are dealt, by the number of its first.
    dealt: Vec<(usize, usize)>,
}

impl<'a> ReloadNumbers<'a> {
    pub(super) fn new(part: &'a Part) -> Self {
        Self { part, dealt: Vec::new() }
    }

    /// Clients and returns of a route by number; returns of which the part has no more are left out.
    pub(super) fn visits(
        &mut self,
        route: &WholeRoute,
        number: impl Fn(ClientId) -> u32,
    ) -> Vec<u32> {
        let mut visits = Vec::with_capacity(route.clients.len() + route.reloads.len());
        let mut reloads = route.reloads.iter().peekable();
        for position in 0..=route.clients.len() {
            while let Some(reload) = reloads.next_if(|reload| reload.before <= position) {
                visits.extend(self.deal(reload));
            }
            visits.extend(route.clients.get(position).map(|&client| number(client)));
        }
        visits
    }

    fn deal(&mut self, reload: &ReloadStop) -> Option<u32> {
        let first = self.part.first_reload(reload.place)?;
        let at = self.dealt.iter().position(|&(other, _)| other == first).unwrap_or_else(|| {
            self.dealt.push((first, 0));
            self.dealt.len() - 1
        });
        let number = first + self.dealt[at].1;
        self.dealt[at].1 += 1;
        let place = self.part.reloads.get(number - self.part.n_clients());
        (place == Some(&reload.place)).then_some(number as u32)
    }
}

/// The vehicles that no route uses, one entry each; no more per type than there are clients.
fn idle_vehicles(problem: &Problem, plan: &WholePlan) -> Vec<VehicleTypeId> {
    let mut used = vec![0usize; problem.vehicle_types().len()];
    for route in &plan.routes {
        used[route.vehicle_type.index()] += 1;
    }
    // The vehicle of a lock is never spare.
    let is_idle = |lock: &usize| plan.routes.iter().all(|route| route.lock != Some(*lock));
    for lock in (0..problem.locks().len()).filter(is_idle) {
        used[problem.locks()[lock].vehicle_type.index()] += 1;
    }
    let idle = |(id, vehicle_type): (VehicleTypeId, &crate::problem::VehicleType)| {
        let count = (vehicle_type.count as usize).min(problem.n_clients());
        std::iter::repeat_n(id, count.saturating_sub(used[id.index()]))
    };
    problem.vehicle_types().iter().flat_map(idle).collect()
}

/// A part's plan in the numbers of the whole problem.
pub(super) fn whole_routes(part: &Part, routes: &[Vec<u32>]) -> Vec<WholeRoute> {
    let used = routes.iter().zip(&part.slots).enumerate();
    let used = used.filter(|(_, (route, _))| !route.is_empty());
    let whole = used.map(|(slot, (route, &vehicle_type))| {
        let (mut clients, mut reloads) = (Vec::with_capacity(route.len()), Vec::new());
        for &number in route {
            if let Some(&client) = part.clients.get(number as usize) {
                clients.push(client);
            } else {
                let place = part.reloads[number as usize - part.n_clients()];
                reloads.push(ReloadStop { before: clients.len(), place });
            }
        }
        WholeRoute { vehicle_type, lock: part.lock_of(slot), clients, reloads }
    });
    whole.collect()
}

/// The clients of a part that its routes leave out.
pub(super) fn left_out(part: &Part, routes: &[Vec<u32>]) -> Vec<ClientId> {
    let mut served = vec![false; part.n_clients()];
    for &number in routes.iter().flatten() {
        // Returns are numbered behind the clients.
        if let Some(served) = served.get_mut(number as usize) {
            *served = true;
        }
    }
    let unserved = part.clients.iter().zip(served).filter(|(_, served)| !served);
    unserved.map(|(&client, _)| client).collect()
}
