//! Refusals: vehicles that may not serve a client, for a reason that no skill tells.

use crate::problem::model::{ClientId, Problem, ProblemError, VehicleTypeId};
use crate::problem::solution::Solution;
use crate::problem::violation::Violation;

/// A client that no vehicle of a type may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// Who.
    pub client: ClientId,
    /// By which vehicles not.
    pub vehicle_type: VehicleTypeId,
}

/// All refusals of a problem.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusals {
    // Invariant: ascending, each once.
    pub(super) list: Vec<Refusal>,
}

impl Refusals {
    /// Checks that clients and vehicle types exist; what is said twice counts once.
    pub(super) fn new(
        mut list: Vec<Refusal>,
        n_clients: usize,
        n_types: usize,
    ) -> Result<Self, ProblemError> {
        for (number, &Refusal { client, vehicle_type }) in list.iter().enumerate() {
            let known =
                [("client", client.0, n_clients), ("vehicle type", vehicle_type.0, n_types)];
            if let Some(&(what, index, count)) =
                known.iter().find(|(_, index, count)| *index as usize >= *count)
            {
                let part = format!("refusal {number}");
                return Err(ProblemError::Dangling { part, what, index, count });
            }
        }
        list.sort_unstable();
        list.dedup();
        Ok(Self { list })
    }

    /// The types that may not serve a client, ascending.
    pub(super) fn of(&self, client: ClientId) -> &[Refusal] {
        let from = self.list.partition_point(|refusal| refusal.client < client);
        let n = self.list[from..].partition_point(|refusal| refusal.client == client);
        &self.list[from..from + n]
    }
}

/// No vehicle visits a client that it may not serve.
pub(super) fn check_refusals(
    problem: &Problem,
    solution: &Solution,
    violations: &mut Vec<Violation>,
) {
    for (route, tour) in solution.routes.iter().enumerate() {
        for &client in &tour.clients {
            if problem.refused_by(client).any(|vehicle_type| vehicle_type == tour.vehicle_type) {
                violations.push(Violation::Refused { route, client });
            }
        }
    }
}
