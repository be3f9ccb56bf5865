//! An answer: which vehicle visits whom in which order, and who is left out.

use crate::problem::model::{ClientId, PlaceId, VehicleTypeId};

/// One vehicle's round: the clients between its start and its end, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Which kind of vehicle drives it. Several routes of one type use several of its vehicles.
    pub vehicle_type: VehicleTypeId,
    /// The clients, in order of visit.
    pub clients: Vec<ClientId>,
    /// Where the vehicle comes back to load again, ascending; empty for a route of one trip.
    pub reloads: Vec<ReloadStop>,
}

impl Route {
    /// A route of one trip.
    pub fn new(vehicle_type: VehicleTypeId, clients: Vec<ClientId>) -> Self {
        Self { vehicle_type, clients, reloads: Vec::new() }
    }
}

/// A return on the way: what was picked up leaves the vehicle, the deliveries of the next trip enter it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReloadStop {
    /// Position in the route of the client behind it: the first of the next trip.
    pub before: usize,
    /// Where.
    pub place: PlaceId,
}

/// A complete answer. Plain data: [`crate::problem::check()`] says whether it is any good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Solution {
    /// The rounds; empty ones are left out.
    pub routes: Vec<Route>,
    /// Clients not visited, ascending.
    pub unserved: Vec<ClientId>,
}

impl Solution {
    /// How many clients are visited.
    pub fn n_served(&self) -> usize {
        self.routes.iter().map(|route| route.clients.len()).sum()
    }

    /// The same solution in its canonical order: routes by vehicle type and first client, unserved ascending.
    pub fn canonical(mut self) -> Self {
        self.routes.retain(|route| !route.clients.is_empty());
        self.routes.sort_by(|a, b| (a.vehicle_type, &a.clients).cmp(&(b.vehicle_type, &b.clients)));
        self.unserved.sort_unstable();
        self
    }
}
