//! Which places lie beside a list of neighbors, each of them once.

use crate::solver::neighborhood::list_wanted;

/// Who of the neighbors that are looked at is served: the place between two of them lies beside both, and is looked at once.
#[derive(Default)]
pub(super) struct Listed {
    /// Which neighbors are served, by rank.
    pub ranks: Vec<u32>,
    /// On which list each client was last.
    stamps: Vec<u64>,
    list: u64,
}

impl Listed {
    /// Lists those of these neighbors, clients with numbers below `n_clients`, that are served; all of them, but those that a
    /// list of neighbors which is too short repeats at its end.
    pub(super) fn list(
        &mut self,
        neighbors: &[u32],
        n_clients: usize,
        is_served: impl Fn(u32) -> bool,
    ) {
        self.stamps.resize(n_clients, 0);
        self.list += 1;
        self.ranks.resize(neighbors.len(), 0);
        let is_served = |rank: u32| is_served(neighbors[rank as usize]);
        let n_served = list_wanted(&mut self.ranks, 0..neighbors.len() as u32, is_served);
        self.ranks.truncate(n_served);
        let list = self.list;
        let is_again = |&rank: &u32| {
            let stamp = &mut self.stamps[neighbors[rank as usize] as usize];
            std::mem::replace(stamp, list) == list
        };
        if let Some(n_different) = self.ranks.iter().position(is_again) {
            self.ranks.truncate(n_different);
        }
    }

    /// The nodes behind which there is a place beside a neighbor, but the one behind which it is beside another. Starts and
    /// returns are on no list.
    #[inline]
    pub(super) fn places(&self, neighbor: u32, prev: u32) -> impl Iterator<Item = u32> {
        let is_listed = self.stamps.get(prev as usize).is_some_and(|&at| at == self.list);
        std::iter::once(neighbor).chain((!is_listed).then_some(prev))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Seed};

    #[test]
    fn the_places_beside_a_list_are_each_looked_at_once() {
        let (n_clients, start) = (40u32, 40u32);
        let mut rng = Rng::new(Seed(5));
        let mut listed = Listed::default();
        for round in 0..200 {
            // One route of all who are served, from the node of its start on.
            let waits_every = [2, 3, n_clients][round % 3];
            let is_served = |client: &u32| !client.is_multiple_of(waits_every);
            let mut route: Vec<u32> = (0..n_clients).filter(is_served).collect();
            rng.shuffle(&mut route);
            let mut prev = vec![start; n_clients as usize];
            for pair in route.windows(2) {
                prev[pair[1] as usize] = pair[0];
            }
            let mut neighbors: Vec<u32> = (0..n_clients).collect();
            rng.shuffle(&mut neighbors);
            neighbors.truncate(1 + rng.index(20));
            let is_served = |client: u32| !client.is_multiple_of(waits_every);
            let served: Vec<u32> = neighbors.iter().copied().filter(|&c| is_served(c)).collect();
            // Lists at a border repeat their last.
            let last = *neighbors.last().expect("a list of some");
            neighbors.resize(neighbors.len() + rng.index(3), last);

            listed.list(&neighbors, n_clients as usize, is_served);
            let near: Vec<u32> =
                listed.ranks.iter().map(|&rank| neighbors[rank as usize]).collect();
            assert_eq!(near, served);
            let mut found: Vec<u32> =
                near.iter().flat_map(|&other| listed.places(other, prev[other as usize])).collect();
            found.sort_unstable();
            let beside = near.iter().flat_map(|&other| [other, prev[other as usize]]);
            let mut expected: Vec<u32> = beside.collect();
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(found, expected, "beside {near:?} on {route:?}");
        }
    }
}
