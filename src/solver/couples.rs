//! The pairs of a part, in its own numbers: two clients whom one vehicle must visit, one after the other.

use crate::id::Id;
use crate::problem::{Load, MAX_LOADS, Pair, Problem};
use crate::solver::part::Part;

/// The two members of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Couple {
    pub pickup: u32,
    pub delivery: u32,
}

impl Couple {
    /// Stands for no couple, so that a look-up is one read.
    const NONE: Self = Self { pickup: u32::MAX, delivery: u32::MAX };

    /// The other member.
    #[inline]
    pub(super) fn partner_of(self, client: u32) -> u32 {
        if client == self.pickup { self.delivery } else { self.pickup }
    }
}

/// The couple of each client.
#[derive(Default)]
pub(super) struct Couples {
    // Invariant: empty without pairs.
    of: Vec<Couple>,
}

impl Couples {
    /// The pairs among a part's clients. O(clients of the problem) when it has pairs.
    ///
    /// # Panics
    /// When a part holds one member of a pair only.
    pub(super) fn new(problem: &Problem, part: &Part) -> Self {
        if problem.pairs().is_empty() {
            return Self::default();
        }
        let mut number = vec![u32::MAX; problem.n_clients()];
        for (local, client) in part.clients.iter().enumerate() {
            number[client.index()] = local as u32;
        }
        let of = part.clients.iter().map(|&client| {
            let Some(pair) = problem.pair_of(client) else { return Couple::NONE };
            let local = |client: crate::problem::ClientId| number[client.index()];
            let couple = Couple { pickup: local(pair.pickup), delivery: local(pair.delivery) };
            assert!(couple.pickup != u32::MAX, "a part holds both members of a pair");
            assert!(couple.delivery != u32::MAX, "a part holds both members of a pair");
            couple
        });
        Self { of: of.collect() }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// The couple of a client, if it has one.
    #[inline]
    pub(super) fn of(&self, client: u32) -> Option<Couple> {
        self.of.get(client as usize).copied().filter(|&couple| couple != Couple::NONE)
    }

    /// By how many a visit changes the number of loads that are under way.
    #[inline]
    pub(super) fn opens(&self, client: u32) -> i32 {
        match self.of(client) {
            None => 0,
            Some(couple) if couple.pickup == client => 1,
            Some(_) => -1,
        }
    }
}

/// What a client's pair adds to the load when it is visited: negative at a delivery.
pub(super) fn carried(problem: &Problem, client: crate::problem::ClientId) -> Load {
    let Some(&Pair { pickup, load, .. }) = problem.pair_of(client) else { return Load::ZERO };
    let sign = if pickup == client { 1 } else { -1 };
    let mut signed = Load::ZERO;
    for d in 0..MAX_LOADS {
        signed.0[d] = sign * load.0[d];
    }
    signed
}
