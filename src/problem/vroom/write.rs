//! Tells a solution as that program does: a summary, routes in steps, and who is left out.
//!
//! A route runs as the checker says; its departure is then put off as far as the same end allows. Costs, lengths and
//! violations are counted here from the file's own tables and limits, so that they do not depend on how the model states
//! them.

mod sums;
mod way;

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::id::Id;
use crate::problem::check::check;
use crate::problem::model::ClientId;
use crate::problem::solution::{Route, Solution};
use crate::problem::violation::Violation;
use crate::problem::vroom::input::Spot;
use crate::problem::vroom::write::sums::Sums;
use crate::problem::vroom::write::way::Way;
use crate::problem::vroom::{TaskOf, Vroom};

/// A solution to be told.
#[derive(Clone, Copy, Debug)]
pub struct VroomAnswer<'a> {
    /// The problem it answers.
    pub vroom: &'a Vroom,
    /// The solution.
    pub solution: &'a Solution,
    /// Its routes are the given ones, in their order: each keeps its vehicle.
    pub is_plan: bool,
    /// How long reading took.
    pub loading: Duration,
    /// How long the search took.
    pub solving: Duration,
}

/// The JSON of an answer, in one line.
pub fn write_vroom(answer: &VroomAnswer<'_>) -> String {
    let VroomAnswer { vroom, solution, .. } = *answer;
    let report = check(&vroom.problem, solution);
    let vehicles = vehicles_of(answer);
    let mut order: Vec<usize> = (0..solution.routes.len()).collect();
    order.sort_by_key(|&route| vehicles[route]);
    let mut total = Sums::new(vroom);
    let mut routes = Vec::new();
    for route in order {
        if solution.routes[route].clients.is_empty() {
            continue;
        }
        let way = Way::new(vroom, vehicles[route], &solution.routes[route], &report.routes[route]);
        let (told, sums) = way.tell();
        total.add(&sums);
        routes.push(told);
    }
    let milliseconds = |time: Duration| time.as_millis() as u64;
    let mut summary = Map::new();
    summary.insert("cost".into(), total.cost().into());
    summary.insert("routes".into(), routes.len().into());
    summary.insert("unassigned".into(), solution.unserved.len().into());
    total.put_into(&mut summary);
    let times = json!({
        "loading": milliseconds(answer.loading),
        "solving": milliseconds(answer.solving),
        "routing": 0,
    });
    summary.insert("computing_times".into(), times);
    let unassigned: Vec<Value> =
        solution.unserved.iter().map(|&client| left_out(vroom, client)).collect();
    let whole = json!({"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes});
    format!("{whole}\n")
}

/// The JSON that says why there is no answer.
pub fn write_vroom_error(message: &str) -> String {
    format!("{}\n", json!({"code": 2, "error": message}))
}

/// The vehicle of each route: the given one that shares most with it, else the next of its type.
fn vehicles_of(answer: &VroomAnswer<'_>) -> Vec<usize> {
    let VroomAnswer { vroom, solution, is_plan, .. } = *answer;
    if is_plan {
        return vroom.given_vehicles.clone();
    }
    let mut given = vec![usize::MAX; vroom.problem.n_clients()];
    if let Some(plan) = &vroom.given {
        for (route, &vehicle) in plan.routes.iter().zip(&vroom.given_vehicles) {
            for client in &route.clients {
                given[client.index()] = vehicle;
            }
        }
    }
    let mut is_free = vec![true; vroom.type_of.len()];
    let mut vehicles = vec![usize::MAX; solution.routes.len()];
    let mut wishes: Vec<(usize, usize, usize)> = Vec::new();
    for (index, route) in solution.routes.iter().enumerate() {
        let mut votes = std::collections::BTreeMap::new();
        for client in &route.clients {
            *votes.entry(given[client.index()]).or_insert(0usize) += 1;
        }
        votes.remove(&usize::MAX);
        wishes.extend(votes.into_iter().map(|(vehicle, n)| (usize::MAX - n, index, vehicle)));
    }
    wishes.sort_unstable();
    for (_, route, vehicle) in wishes {
        let is_same_type = vroom.type_of[vehicle] == solution.routes[route].vehicle_type;
        if is_same_type && is_free[vehicle] && vehicles[route] == usize::MAX {
            vehicles[route] = vehicle;
            is_free[vehicle] = false;
        }
    }
    // The first free vehicle of each type; those before it are taken.
    let mut next = vec![0; vroom.tables.len()];
    for (index, route) in solution.routes.iter().enumerate() {
        if vehicles[index] != usize::MAX {
            continue;
        }
        let next = &mut next[route.vehicle_type.index()];
        while !is_free[*next] || vroom.type_of[*next] != route.vehicle_type {
            *next += 1;
        }
        vehicles[index] = *next;
        is_free[*next] = false;
    }
    vehicles
}

fn put_spot(step: &mut Map<String, Value>, spot: Spot, vroom: &Vroom) {
    if let Some(lon_lat) = spot.lon_lat {
        step.insert("location".into(), json!(lon_lat));
    }
    if let Some(index) = spot.index.filter(|_| !vroom.is_estimated) {
        step.insert("location_index".into(), index.into());
    }
}

fn put_description(step: &mut Map<String, Value>, description: Option<&String>) {
    if let Some(description) = description {
        step.insert("description".into(), description.as_str().into());
    }
}

fn task_type(vroom: &Vroom, client: ClientId) -> &'static str {
    match vroom.tasks[client.index()] {
        TaskOf::Job(_) => "job",
        TaskOf::Pickup(_) => "pickup",
        TaskOf::Delivery(_) => "delivery",
    }
}

/// A task that is not served, and why no vehicle could serve it even alone, or that the fleet had no room.
fn left_out(vroom: &Vroom, client: ClientId) -> Value {
    let task = vroom.task(client);
    let mut told = Map::new();
    told.insert("id".into(), task.id.into());
    told.insert("type".into(), task_type(vroom, client).into());
    put_spot(&mut told, task.spot, vroom);
    put_description(&mut told, task.description.as_ref());
    told.insert("reason".into(), reason(vroom, client).into());
    Value::Object(told)
}

/// What stands between a client and the vehicle that comes closest to serving it alone.
fn reason(vroom: &Vroom, client: ClientId) -> &'static str {
    // From the farthest from being served to the nearest.
    const REASONS: [&str; 6] =
        ["no vehicle", "skills", "capacity", "max_tasks", "time", "fleet is full"];
    let mut nearest = 0;
    let pair = vroom.problem.pair_of(client);
    let clients = pair.map_or(vec![client], |pair| vec![pair.pickup, pair.delivery]);
    for vehicle_type in vroom.problem.vehicle_types().ids() {
        let route = Route::new(vehicle_type, clients.clone());
        // Nobody else is named: that they are lost is of no interest here.
        let alone = Solution { routes: vec![route], unserved: Vec::new() };
        let violations = check(&vroom.problem, &alone).violations;
        let violations = violations.iter().filter(|it| !matches!(it, Violation::Lost { .. }));
        let rank = |violation: &Violation| match violation {
            Violation::Skills { .. } => 1,
            Violation::Overload { .. } => 2,
            Violation::TooManyClients { .. } => 3,
            _ => 4,
        };
        let farthest = violations.map(rank).min().unwrap_or(REASONS.len() - 1);
        nearest = nearest.max(farthest);
    }
    REASONS[nearest]
}
