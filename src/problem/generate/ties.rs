//! Random locks, orders and groups, for problems over every feature.

use crate::id::Id;
use crate::problem::groups::{Group, GroupPresence};
use crate::problem::locks::{Bond, Lock, Order};
use crate::problem::model::{Client, ClientId, Presence, VehicleType, VehicleTypeId};
use crate::problem::pairs::Pair;
use crate::problem::refusals::Refusal;
use crate::rng::Rng;

/// What binds clients of a problem.
#[derive(Default)]
pub(super) struct Ties {
    pub(super) locks: Vec<Lock>,
    pub(super) orders: Vec<Order>,
    pub(super) groups: Vec<Group>,
    pub(super) refusals: Vec<Refusal>,
}

impl Ties {
    /// Ties that fit the other parts and each other: a few, and none that must be kept whatever it costs: a random
    /// beginning of a route, or a required group, would leave many problems without any plan.
    ///
    /// Clients are drawn in one random order that all of them follow, so that none contradicts another; whoever is in a
    /// pair has loose orders only.
    pub(super) fn random(
        rng: &mut Rng,
        clients: &[Client],
        kinds: &[VehicleType],
        pairs: &[Pair],
    ) -> Self {
        let mut ties = Self::default();
        let mut drawn: Vec<ClientId> = (0..clients.len()).map(ClientId::from_index).collect();
        rng.shuffle(&mut drawn);
        let is_paired = |client: &ClientId| {
            pairs.iter().any(|pair| pair.pickup == *client || pair.delivery == *client)
        };
        let mut singles: Vec<ClientId> = drawn.iter().copied().filter(|c| !is_paired(c)).collect();
        let mut take = |rng: &mut Rng| -> Vec<ClientId> {
            let n = (rng.below(3) as usize).min(singles.len());
            singles.split_off(singles.len() - n)
        };
        for (index, _) in kinds.iter().enumerate().filter(|(_, kind)| kind.count > 0) {
            let (vehicle_type, holds) = (VehicleTypeId::from_index(index), take(rng));
            if !holds.is_empty() {
                let begins_with = Vec::new();
                ties.locks.push(Lock { vehicle_type, begins_with, holds, is_frozen: false });
            }
        }
        if let [first, then] = *take(rng) {
            ties.orders.push(Order { first, then, bond: Bond::Direct });
        }
        let is_optional =
            |client: &ClientId| clients[client.index()].presence != Presence::Required;
        let alternatives: Vec<ClientId> = take(rng).into_iter().filter(is_optional).collect();
        if !alternatives.is_empty() {
            ties.groups.push(Group { clients: alternatives, presence: GroupPresence::Optional });
        }
        for _ in 0..if drawn.len() < 2 { 0 } else { rng.below(3) } {
            let (a, b) = (rng.index(drawn.len()), rng.index(drawn.len()));
            let (first, then) = (drawn[a.min(b)], drawn[a.max(b)]);
            let is_turned = |pair: &Pair| (pair.pickup, pair.delivery) == (then, first);
            if a != b && !pairs.iter().any(is_turned) {
                ties.orders.push(Order { first, then, bond: Bond::Loose });
            }
        }
        for &client in drawn.iter().take(rng.below(3) as usize) {
            let vehicle_type = VehicleTypeId::from_index(rng.index(kinds.len()));
            ties.refusals.push(Refusal { client, vehicle_type });
        }
        ties
    }
}
