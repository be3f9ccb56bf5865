use std::cell::Cell;

use crate::solver::law::{Burden, Law, Limit, Piece};
use crate::solver::routes::Routes;

/// What routes are burdened with when one of their clients is taken out: asked for by every move that takes it out, and
/// known until the route changes.
pub(in crate::solver) struct Removals {
    known: Vec<Cell<Known>>,
}

#[derive(Clone, Copy, Default)]
struct Known {
    /// When the client's route had changed last.
    version: u64,
    burden: Burden,
}

impl Removals {
    pub(in crate::solver) fn new(n_visits: usize) -> Self {
        Self { known: vec![Cell::default(); n_visits] }
    }

    /// The burden of a client's route without it.
    #[inline]
    pub(super) fn without<L: Law>(&self, routes: &Routes<L>, client: u32) -> Burden {
        let node = routes.node(client);
        let version = routes.version(node.slot);
        let known = &self.known[client as usize];
        let Known { version: known_at, burden } = known.get();
        if known_at == version {
            return burden;
        }
        let pieces = [Piece::Prefix(node.prev), Piece::Suffix(node.next)];
        let burden = routes.law.assess(node.slot, &pieces, &routes.links, Limit::NONE);
        known.set(Known { version, burden });
        burden
    }
}
