//! Where those who wait have looked for a place in vain, and need not look again.
//!
//! Idea. Whoever waits looks for a place in every repair nearby, most often on routes that are what they were the last time. A
//! route that is taken back has the version it had, so that a version tells for good what was found there.

use crate::solver::law::Law;
use crate::solver::routes::Routes;

/// Which places of a route were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::solver) enum Places {
    /// Those beside neighbors.
    Beside = 1,
    /// The first and the last.
    Ends = 2,
    /// These, and all others.
    All = 7,
    /// Those beside neighbors, for whoever comes with a return.
    BesideWithReturn = 8,
    /// Those of a trip of its own.
    OwnTrip = 16,
}

/// On what terms a client looks for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::solver) struct Terms {
    /// What it must cost less than.
    pub most: i64,
    /// What it costs to be served by others than it is used to.
    pub elsewhere: i64,
    /// How many neighbors are looked at.
    pub n_near: usize,
}

impl Terms {
    /// Whether whatever is looked for in vain on these terms is so on others too.
    fn cover(&self, others: &Self) -> bool {
        others.most <= self.most && others.elsewhere >= self.elsewhere
    }
}

/// What those who wait have looked for in vain.
#[derive(Default)]
pub(in crate::solver) struct InVain {
    /// By client; that of a pair by its pickup.
    known: Vec<Known>,
    /// Whether nothing is known the next time.
    #[cfg(test)]
    pub forgets: bool,
}

/// What one client has looked for in vain.
#[derive(Clone)]
struct Known {
    terms: Terms,
    /// By slot: the version of the route, as many bits of it as there is room for, and which of its places, in the lowest bits. Those
    /// who wait may be many: what is kept of each must stay small.
    seen: Vec<u32>,
}

/// Bits that tell which places were seen.
const PLACES_BITS: u32 = 5;

/// What is kept of a version. Of the hundred million changes of routes between two that are alike in that, one would have to make
/// a route anew just then for a place there to be overlooked.
#[inline]
fn kept_of(version: u64) -> u32 {
    version as u32 & (u32::MAX >> PLACES_BITS)
}

/// A look for a place of one client.
pub(in crate::solver) struct Look<'k> {
    terms: Terms,
    known: &'k mut Known,
}

impl InVain {
    /// Has a client look for a place on these terms.
    ///
    /// # Complexity
    /// O(1); O(slots) where its terms have become better, or many more neighbors are looked at: what is known tells nothing then.
    pub(in crate::solver) fn look(
        &mut self,
        client: u32,
        n_slots: usize,
        terms: Terms,
    ) -> Look<'_> {
        let client = client as usize;
        if self.known.len() <= client {
            let nothing = Known { terms: Terms { most: i64::MIN, ..terms }, seen: Vec::new() };
            self.known.resize(client + 1, nothing);
        }
        let known = &mut self.known[client];
        #[cfg(test)]
        if self.forgets {
            known.terms.most = i64::MIN;
        }
        let known_near = known.terms.n_near;
        if !known.terms.cover(&terms) || terms.n_near > known_near + known_near / 4 {
            known.terms = terms;
            known.seen.clear();
            known.seen.resize(n_slots, 0);
        }
        Look { terms, known }
    }
}

#[cfg(test)]
impl InVain {
    /// Of how many routes something is known of somebody.
    pub(in crate::solver) fn n_known(&self) -> usize {
        self.known.iter().flat_map(|known| &known.seen).filter(|&&seen| seen != 0).count()
    }
}

impl Look<'_> {
    /// Whether there is nothing at these places of a slot's route beside the neighbor of such a rank.
    #[inline]
    pub(in crate::solver) fn is_vain_beside<L: Law>(
        &self,
        routes: &Routes<L>,
        rank: usize,
        slot: u32,
        places: Places,
    ) -> bool {
        rank < self.known.terms.n_near && self.is_vain(routes, slot, places)
    }

    /// Whether there is nothing at these places of a slot's route.
    #[inline]
    pub(in crate::solver) fn is_vain<L: Law>(
        &self,
        routes: &Routes<L>,
        slot: u32,
        places: Places,
    ) -> bool {
        let (seen, places) = (self.known.seen[slot as usize], places as u32);
        seen >> PLACES_BITS == kept_of(routes.version(slot)) && seen & places == places
    }

    /// Notes that there is nothing at these places of a slot's route. Of a route that this iteration has touched nothing is noted:
    /// most often that is taken back.
    pub(in crate::solver) fn note<L: Law>(
        &mut self,
        routes: &Routes<L>,
        slot: u32,
        places: Places,
    ) {
        if routes.is_touched(slot) || !self.terms.cover(&self.known.terms) {
            return;
        }
        let known = &mut *self.known;
        known.terms.n_near = known.terms.n_near.min(self.terms.n_near);
        let (seen, version) = (&mut known.seen[slot as usize], kept_of(routes.version(slot)));
        let others = if *seen >> PLACES_BITS == version { *seen } else { 0 };
        *seen = version << PLACES_BITS | others | places as u32;
    }
}
