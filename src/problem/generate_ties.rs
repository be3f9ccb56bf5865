//! Random locks and orders, for problems over every feature.

use crate::id::Id;
use crate::problem::locks::{Bond, Lock, Order};
use crate::problem::model::{ClientId, VehicleType, VehicleTypeId};
use crate::problem::pairs::Pair;
use crate::rng::Rng;

/// Locks and orders that fit the other parts and each other: mostly none, otherwise a few.
///
/// Clients are drawn in one random order that all of them follow, so that none contradicts another; whoever is in a pair
/// has loose orders only.
pub(super) fn random_ties(
    rng: &mut Rng,
    n_clients: usize,
    kinds: &[VehicleType],
    pairs: &[Pair],
) -> (Vec<Lock>, Vec<Order>) {
    let (mut locks, mut orders) = (Vec::new(), Vec::new());
    if !rng.chance(0.3) {
        return (locks, orders);
    }
    let mut drawn: Vec<ClientId> = (0..n_clients).map(ClientId::from_index).collect();
    rng.shuffle(&mut drawn);
    let is_paired = |client: &ClientId| {
        pairs.iter().any(|pair| pair.pickup == *client || pair.delivery == *client)
    };
    let singles: Vec<ClientId> = drawn.iter().copied().filter(|c| !is_paired(c)).collect();
    let mut singles = singles.as_slice();
    let mut take = |rng: &mut Rng, most: usize| -> Vec<ClientId> {
        let n = (rng.below(3) as usize).min(most).min(singles.len());
        let (taken, left) = singles.split_at(n);
        singles = left;
        taken.to_vec()
    };
    for (index, kind) in kinds.iter().enumerate().filter(|(_, kind)| kind.count > 0) {
        let begins_with = take(rng, if kind.reload.is_some() { 0 } else { 2 });
        let is_frozen = !begins_with.is_empty() && rng.chance(0.2);
        let holds = take(rng, if is_frozen { 0 } else { 2 });
        if !begins_with.is_empty() || !holds.is_empty() {
            let vehicle_type = VehicleTypeId::from_index(index);
            locks.push(Lock { vehicle_type, begins_with, holds, is_frozen });
        }
    }
    for chain in take(rng, 2).windows(2) {
        orders.push(Order { first: chain[0], then: chain[1], bond: Bond::Direct });
    }
    for _ in 0..rng.below(3) {
        let mut at = || rng.index(drawn.len().max(1));
        let (a, b) = (at(), at());
        let (first, then) = (a.min(b), a.max(b));
        let is_turned =
            |pair: &Pair| (pair.pickup, pair.delivery) == (drawn[then], drawn[first]);
        if first != then && !pairs.iter().any(is_turned) {
            orders.push(Order { first: drawn[first], then: drawn[then], bond: Bond::Loose });
        }
    }
    (locks, orders)
}
