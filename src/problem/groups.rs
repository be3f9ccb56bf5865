//! Groups: alternatives of which at most one is served, such as two places where a receiver may be met.

use crate::id::Id;
use crate::problem::model::{Client, ClientId, Presence, Problem, ProblemError};
use crate::problem::pairs::Pairs;
use crate::problem::solution::Solution;
use crate::problem::violation::Violation;

/// Clients of whom at most one is visited. All are optional; the others' prizes are paid like those of anybody left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The alternatives.
    pub clients: Vec<ClientId>,
    /// Whether one of them must be visited.
    pub presence: GroupPresence,
}

/// Whether somebody of a group must be visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupPresence {
    /// Exactly one is: leaving all of them out is a violation.
    Required,
    /// One is, or none.
    #[default]
    Optional,
}

/// All groups of a problem, and which one each client belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    pub(super) list: Vec<Group>,
    // Invariant: empty without groups; otherwise by client, the place of its group in `list`, or NONE.
    of_client: Vec<u32>,
}

/// A client without a group.
const NONE: u32 = u32::MAX;

impl Groups {
    /// Checks that groups fit the clients and pairs.
    pub(super) fn new(
        list: Vec<Group>,
        clients: &[Client],
        pairs: &Pairs,
    ) -> Result<Self, ProblemError> {
        let mut of_client = vec![NONE; if list.is_empty() { 0 } else { clients.len() }];
        for (index, group) in list.iter().enumerate() {
            let part = || format!("group {index}");
            let conflict = |reason| Err(ProblemError::Conflict { part: part(), reason });
            if group.clients.is_empty() {
                return conflict("it has no clients; name its alternatives");
            }
            for &member in &group.clients {
                let Some(client) = clients.get(member.index()) else {
                    let (what, index, count) = ("client", member.0, clients.len());
                    return Err(ProblemError::Dangling { part: part(), what, index, count });
                };
                if client.presence == Presence::Required {
                    return conflict(
                        "one of its clients has no prize; give each a prize, 0 will do",
                    );
                }
                if pairs.of(member).is_some() {
                    return conflict(
                        "one of its clients is in a pair; alternatives have no partners",
                    );
                }
                let known = &mut of_client[member.index()];
                if *known != NONE {
                    return conflict(
                        "one of its clients is in a group already; name each client once",
                    );
                }
                *known = index as u32;
            }
        }
        Ok(Self { list, of_client })
    }

    /// The group of a client.
    pub(super) fn of(&self, client: ClientId) -> Option<usize> {
        let &index = self.of_client.get(client.index())?;
        (index != NONE).then_some(index as usize)
    }
}

/// At most one client of each group is visited, and exactly one where that is required.
pub(super) fn check_groups(
    problem: &Problem,
    solution: &Solution,
    violations: &mut Vec<Violation>,
) {
    let mut visited: Vec<Option<ClientId>> = vec![None; problem.groups().len()];
    for &client in solution.routes.iter().flat_map(|route| &route.clients) {
        let Some(group) = problem.group_of(client) else { continue };
        if let Some(first) = visited[group].replace(client) {
            violations.push(Violation::GroupRepeated { group, first, second: client });
        }
    }
    for (group, (rule, visited)) in problem.groups().iter().zip(visited).enumerate() {
        if rule.presence == GroupPresence::Required && visited.is_none() {
            violations.push(Violation::GroupUnserved { group });
        }
    }
}
