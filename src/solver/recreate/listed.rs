//! Which places lie beside a list of neighbors, each of them once.

/// Who is among the neighbors that are looked at: the place between two of them lies beside both, and is looked at once.
#[derive(Default)]
pub(super) struct Listed {
    /// On which list each client was last.
    stamps: Vec<u64>,
    list: u64,
}

impl Listed {
    /// Begins a list of these neighbors, clients with numbers below `n_clients`; all of them, but those that a list which is too
    /// short repeats at its end.
    pub(super) fn list<'n>(&mut self, neighbors: &'n [u32], n_clients: usize) -> &'n [u32] {
        self.stamps.resize(n_clients, 0);
        self.list += 1;
        let list = self.list;
        let is_again =
            |&client: &u32| std::mem::replace(&mut self.stamps[client as usize], list) == list;
        let n_different = neighbors.iter().position(is_again).unwrap_or(neighbors.len());
        &neighbors[..n_different]
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
        for _ in 0..200 {
            // One route of all of them, from the node of its start on.
            let mut route: Vec<u32> = (0..n_clients).collect();
            rng.shuffle(&mut route);
            let mut prev = vec![start; n_clients as usize];
            for pair in route.windows(2) {
                prev[pair[1] as usize] = pair[0];
            }
            let mut neighbors: Vec<u32> = (0..n_clients).collect();
            rng.shuffle(&mut neighbors);
            neighbors.truncate(1 + rng.index(20));
            let n_different = neighbors.len();
            // Lists at a border repeat their last.
            let last = neighbors[n_different - 1];
            neighbors.resize(n_different + rng.index(3), last);

            let near = listed.list(&neighbors, n_clients as usize);
            assert_eq!(near, &neighbors[..n_different]);
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
