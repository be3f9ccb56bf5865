//! Routes that a file or an answer gives.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::smallvec;

use crate::id::Id;
use crate::problem::model::{Client, ClientId, Problem, VehicleTypeId};
use crate::problem::solution::{Route, Solution};
use crate::problem::vroom::answer::AnswerRoute;
use crate::problem::vroom::convert::fleet::window;
use crate::problem::vroom::input::{GivenStep, StepKind, TIME_MAX};
use crate::problem::vroom::{Remedy, TaskOf, Vroom, VroomError};

/// Reads the routes that vehicles bring along.
pub(super) fn read_given(vroom: &mut Vroom) -> Result<(), VroomError> {
    let input = Arc::clone(&vroom.input);
    if input.vehicles.iter().all(|vehicle| vehicle.steps.is_none()) {
        return Ok(());
    }
    let client_of = clients_by_id(vroom);
    let mut is_served = vec![false; vroom.problem.n_clients()];
    let mut solution = Solution::default();
    for (v, vehicle) in input.vehicles.iter().enumerate() {
        let Some(steps) = &vehicle.steps else { continue };
        let mut clients = Vec::new();
        for (s, step) in steps.iter().enumerate() {
            let refuse = |remedy| {
                let value = step.id.map_or("without `id`".to_owned(), |id| id.to_string());
                Err(VroomError::Value { path: format!("vehicles[{v}].steps[{s}]"), value, remedy })
            };
            match (step.kind, step.id) {
                (StepKind::Start | StepKind::End | StepKind::Break, _) => {}
                (kind, id) => {
                    let client = id.and_then(|id| client_of.get(&(kind, id)));
                    let Some(&client) = client else { return refuse(Remedy::KnownStep) };
                    if std::mem::replace(&mut is_served[client.index()], true) {
                        return refuse(Remedy::StepOnce);
                    }
                    clients.push(client);
                }
            }
        }
        vroom.given_vehicles.push(v);
        solution.routes.push(Route::new(vroom.type_of[v], clients));
    }
    let unserved = vroom.problem.clients().ids().filter(|client| !is_served[client.index()]);
    solution.unserved = unserved.collect();
    vroom.given = Some(solution);
    Ok(())
}

/// The problem in which the given routes keep the moments that their steps ask for: such a moment is a client's only
/// window.
///
/// # Errors
/// When the moments asked for make no window.
pub(in crate::problem::vroom) fn with_given_times(vroom: &Vroom) -> Result<Problem, VroomError> {
    let mut clients: Vec<Client> = vroom.problem.clients().values().cloned().collect();
    let routes = vroom.given.iter().flat_map(|given| &given.routes);
    for (route, &v) in routes.zip(&vroom.given_vehicles) {
        let steps = vroom.input.vehicles[v].steps.iter().flatten().enumerate();
        let tasks = steps.filter(|(_, step)| {
            matches!(step.kind, StepKind::Job | StepKind::Pickup | StepKind::Delivery)
        });
        for (&client, (s, step)) in route.clients.iter().zip(tasks) {
            let GivenStep { at, after, before, .. } = *step;
            if at.or(after).or(before).is_none() {
                continue;
            }
            let (start, end) = (at.or(after).unwrap_or(0), at.or(before).unwrap_or(TIME_MAX));
            if end < start {
                let path = format!("vehicles[{v}].steps[{s}].service_before");
                return Err(VroomError::Value {
                    path,
                    value: end.to_string(),
                    remedy: Remedy::Window,
                });
            }
            clients[client.index()].windows = smallvec![window([start, end])];
        }
    }
    let kinds = vroom.problem.vehicle_types().values().cloned().collect::<Vec<_>>();
    let pairs = vroom.problem.pairs().to_vec();
    let mut builder = Problem::builder().clients(clients).pairs(pairs).vehicle_types(kinds);
    for travel in vroom.problem.profiles().values() {
        builder = builder.profile(travel.clone());
    }
    Ok(builder.build()?)
}

/// The routes of an answer in the model's numbers.
pub(in crate::problem::vroom) fn solution(
    routes: &[AnswerRoute],
    vroom: &Vroom,
) -> Result<Solution, VroomError> {
    let vehicles = vroom.input.vehicles.iter().zip(&vroom.type_of);
    let type_of: FxHashMap<i64, VehicleTypeId> =
        vehicles.map(|(it, &kind)| (it.id, kind)).collect();
    let client_of = clients_by_id(vroom);
    let mut is_served = vec![false; vroom.problem.n_clients()];
    let mut solution = Solution::default();
    for (r, route) in routes.iter().enumerate() {
        let refuse = |field: &str, value: i64, remedy| VroomError::Value {
            path: format!("routes[{r}].{field}"),
            value: value.to_string(),
            remedy,
        };
        let Some(&vehicle_type) = type_of.get(&route.vehicle) else {
            return Err(refuse("vehicle", route.vehicle, Remedy::KnownVehicle));
        };
        let mut clients = Vec::new();
        for &(kind, id) in &route.tasks {
            let Some(&client) = client_of.get(&(kind, id)) else {
                return Err(refuse("steps", id, Remedy::KnownStep));
            };
            is_served[client.index()] = true;
            clients.push(client);
        }
        solution.routes.push(Route::new(vehicle_type, clients));
    }
    let unserved = vroom.problem.clients().ids().filter(|client| !is_served[client.index()]);
    solution.unserved = unserved.collect();
    Ok(solution)
}

/// The client of each task by its type and id.
pub(super) fn clients_by_id(vroom: &Vroom) -> FxHashMap<(StepKind, i64), ClientId> {
    let key = |client: ClientId| {
        let kind = match vroom.tasks[client.index()] {
            TaskOf::Job(_) => StepKind::Job,
            TaskOf::Pickup(_) => StepKind::Pickup,
            TaskOf::Delivery(_) => StepKind::Delivery,
        };
        ((kind, vroom.task(client).id), client)
    };
    vroom.problem.clients().ids().map(key).collect()
}
