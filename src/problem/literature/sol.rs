//! Solutions as VRPLIB text: `Route #1: 4 7 2`.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::id::Id;
use crate::measure::Cost;
use crate::problem::literature::table::wrong;
use crate::problem::literature::{Instance, InstanceError, InstanceFormat};
use crate::problem::model::{ClientId, PlaceId, VehicleTypeId};
use crate::problem::solution::{ReloadStop, Route, Solution};

/// Reads a solution in VRPLIB text; clients on no route are unserved.
///
/// # Errors
/// With the line of a number that is no client.
pub fn read_sol(text: &str, instance: &Instance) -> Result<Solution, InstanceError> {
    let names = instance.client_names.iter().enumerate();
    let by_name: HashMap<u32, usize> = names.map(|(id, &name)| (name, id)).collect();
    let mut is_served = vec![false; instance.client_names.len()];
    let mut routes = Vec::new();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    for (k, (line, route)) in lines.filter(|(_, line)| line.starts_with("Route")).enumerate() {
        let (_, words) = route.split_once(':').ok_or_else(|| wrong(line, route, "a route"))?;
        let (mut clients, mut reloads) = (Vec::new(), Vec::new());
        for word in words.split_whitespace() {
            if let Some(place) = instance.reload_place(word) {
                reloads.push(ReloadStop { before: clients.len(), place });
                continue;
            }
            let id = word.parse().ok().and_then(|name: u32| by_name.get(&name));
            let &id = id.ok_or_else(|| wrong(line, word, "a client of the instance"))?;
            is_served[id] = true;
            clients.push(ClientId::from_index(id));
        }
        let vehicle_type = instance.vehicles.get(k).copied().unwrap_or(VehicleTypeId(0));
        if !clients.is_empty() {
            routes.push(Route { vehicle_type, clients, reloads });
        }
    }
    let unserved = (0..is_served.len()).filter(|&id| !is_served[id]).map(ClientId::from_index);
    Ok(Solution { routes, unserved: unserved.collect() })
}

/// Writes a solution as VRPLIB text. Where vehicles differ, route k is vehicle k, empty ones included.
pub fn write_sol(solution: &Solution, instance: &Instance, cost: Cost) -> String {
    let mut text = String::new();
    let mut write_route = |number: usize, route: Option<&Route>| {
        let _ = write!(text, "Route #{number}:");
        let mut reloads = route.into_iter().flat_map(|route| &route.reloads).peekable();
        let clients = route.map_or(&[][..], |route| &route.clients);
        for position in 0..=clients.len() {
            while let Some(reload) = reloads.next_if(|reload| reload.before <= position) {
                let _ = write!(text, " {}", instance.reload_name(reload.place));
            }
            if let Some(client) = clients.get(position) {
                let _ = write!(text, " {}", instance.client_names[client.index()]);
            }
        }
        text.push('\n');
    };
    if instance.problem.vehicle_types().len() > 1 && !instance.vehicles.is_empty() {
        let mut left: Vec<&Route> = solution.routes.iter().collect();
        for (k, &vehicle_type) in instance.vehicles.iter().enumerate() {
            let found = left.iter().position(|route| route.vehicle_type == vehicle_type);
            write_route(k + 1, found.map(|at| left.remove(at)));
        }
    } else {
        for (k, route) in solution.routes.iter().enumerate() {
            write_route(k + 1, Some(route));
        }
    }
    let _ = writeln!(text, "Cost {}", instance.published(cost));
    text
}

impl Instance {
    /// How a solution file calls a place of loading: by the number of its node, as published files do, where that is
    /// no client's number.
    fn reload_name(&self, place: PlaceId) -> String {
        match self.format {
            InstanceFormat::Buuta => format!("R{}", place.0),
            _ => place.0.to_string(),
        }
    }

    /// The place of loading that a word of a solution file names, if it does.
    fn reload_place(&self, word: &str) -> Option<PlaceId> {
        let reloads = self.problem.vehicle_types().values().filter_map(|t| t.reload.as_ref());
        let mut places = reloads.flat_map(|reload| &reload.places).copied();
        places.find(|&place| word == self.reload_name(place))
    }
}
