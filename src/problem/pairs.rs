//! Pairs: what one client hands over is carried to another by the same vehicle.

use crate::id::Id;
use crate::problem::model::{ClientId, Load, MAX_LOAD, MAX_LOADS, ProblemError};

/// A load carried from one client to another: both are visited by one vehicle, the pickup first, or neither is.
///
/// A required member makes the pair required; the prizes of optional members add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Where the load comes on board.
    pub pickup: ClientId,
    /// Where it leaves the vehicle.
    pub delivery: ClientId,
    /// What is carried between them.
    pub load: Load,
}

/// All pairs of a problem, and which one each client belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs {
    pub(super) list: Vec<Pair>,
    // Invariant: empty without pairs; otherwise by client, the place of its pair in `list`, or `ALONE`.
    of_client: Vec<u32>,
}

/// A client without a pair.
const ALONE: u32 = u32::MAX;

impl Pairs {
    /// Checks that the pairs fit clients counted from zero to `n_clients`.
    pub(super) fn new(list: Vec<Pair>, n_clients: usize) -> Result<Self, ProblemError> {
        let mut of_client = vec![ALONE; if list.is_empty() { 0 } else { n_clients }];
        for (index, pair) in list.iter().enumerate() {
            check_pair(index, pair, n_clients)?;
            for client in [pair.pickup, pair.delivery] {
                let known = &mut of_client[client.index()];
                if *known != ALONE {
                    let (first, second) = (*known as usize, index);
                    return Err(ProblemError::InTwoPairs { client: client.0, first, second });
                }
                *known = index as u32;
            }
        }
        Ok(Self { list, of_client })
    }

    pub(super) fn of(&self, client: ClientId) -> Option<&Pair> {
        let &index = self.of_client.get(client.index())?;
        (index != ALONE).then(|| &self.list[index as usize])
    }
}

fn check_pair(index: usize, pair: &Pair, n_clients: usize) -> Result<(), ProblemError> {
    let part = || format!("pair {index}");
    for ClientId(client) in [pair.pickup, pair.delivery] {
        if client as usize >= n_clients {
            let (what, count) = ("client", n_clients);
            return Err(ProblemError::Dangling { part: part(), what, index: client, count });
        }
    }
    if pair.pickup == pair.delivery {
        let reason = "its pickup is its delivery too; give two clients, they may share a place";
        return Err(ProblemError::Conflict { part: part(), reason });
    }
    for d in 0..MAX_LOADS {
        let (value, max) = (pair.load.0[d], MAX_LOAD);
        if !(0..=max).contains(&value) {
            let field = "load";
            return Err(ProblemError::OutOfRange { part: part(), field, value, min: 0, max });
        }
    }
    Ok(())
}
