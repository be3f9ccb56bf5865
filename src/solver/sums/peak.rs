//! The load of a vehicle that delivers and picks up in one dimension: what is most of it on board anywhere.

use crate::problem::{Client, Problem};

/// Load of a stretch in one dimension. Deliveries are on board from the start, pickups until the end.
#[derive(Clone, Copy, Default)]
pub(super) struct Peak {
    delivery: i64,
    pickup: i64,
    pub(super) most: i64,
}

impl Peak {
    pub(super) fn of(client: &Client, dimension: usize) -> Self {
        let (delivery, pickup) = (client.delivery.0[dimension], client.pickup.0[dimension]);
        Self { delivery, pickup, most: delivery.max(pickup) }
    }

    /// This stretch, then the other.
    #[inline(always)]
    pub(super) fn then(self, other: Self) -> Self {
        Self {
            delivery: self.delivery + other.delivery,
            pickup: self.pickup + other.pickup,
            most: (self.most + other.delivery).max(self.pickup + other.most),
        }
    }
}

/// The dimensions in which somebody is delivered to and somebody picks up.
pub(super) fn peaked(problem: &Problem) -> Vec<usize> {
    let clients = || problem.clients().values();
    let is_both = |&d: &usize| {
        clients().any(|client| client.delivery.0[d] > 0)
            && clients().any(|client| client.pickup.0[d] > 0)
    };
    (0..crate::problem::MAX_LOADS).filter(is_both).collect()
}
