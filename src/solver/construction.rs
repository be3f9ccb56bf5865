//! Starts: savings for fleets of one kind; everybody else is inserted.

use crate::solver::law::{Law, Slots};
use crate::solver::neighborhood::Neighborhood;
use crate::solver::part::Part;

/// Routes by savings, limited to pairs of neighbors.
///
/// Idea. Begin with one route per client and join the two ends whose joining saves most, while the law allows.
///
/// # Complexity
/// O(n·k·log(n·k)) for k neighbors, and O(route) for each joining that is tried.
///
/// # Reference
/// Clarke, Wright (1964), Scheduling of vehicles from a central depot to a number of delivery points,
/// Operations Research 12(4); limited to neighbors as by Accorsi, Vigo (2021), Transportation Science 55(4).
pub(super) fn savings<L: Law>(law: &L, part: &Part, near: &Neighborhood) -> Vec<Vec<u32>> {
    let n_clients = part.n_clients();
    if part.slots.is_empty() {
        return Vec::new();
    }
    let slots = Slots { n_clients: n_clients as u32 };
    let (start, end) = (slots.start(0), slots.end(0));
    let mut pairs: Vec<(i64, u32, u32)> = Vec::new();
    for a in 0..n_clients as u32 {
        for &b in near.of(a) {
            let saved = law.leg(0, a, end) + law.leg(0, start, b) - law.leg(0, a, b);
            if saved > 0 && a != b {
                pairs.push((-saved, a, b));
            }
        }
    }
    pairs.sort_unstable();
    let mut joined = Joined::new(law, part);
    for (_, a, b) in pairs {
        joined.try_join(a, b);
    }
    let mut routes = joined.routes;
    routes.retain(|route| !route.is_empty());
    routes.sort_by_key(|route| std::cmp::Reverse(route.len()));
    routes.truncate(part.slots.len());
    routes
}

struct Joined<'l, L: Law> {
    law: &'l L,
    route_of: Vec<u32>,
    routes: Vec<Vec<u32>>,
    candidate: Vec<u32>,
}

impl<'l, L: Law> Joined<'l, L> {
    fn new(law: &'l L, part: &Part) -> Self {
        let n_clients = part.n_clients();
        let mut routes: Vec<Vec<u32>> = (0..n_clients as u32).map(|client| vec![client]).collect();
        // A client that no vehicle can serve even alone begins in the bank, as does one that something binds.
        for route in &mut routes {
            let is_bound = part.ties.as_ref().is_some_and(|ties| !ties.is_free(route[0]));
            if is_bound || !law.judge(0, route).is_feasible() {
                route.clear();
            }
        }
        Self { law, route_of: (0..n_clients as u32).collect(), routes, candidate: Vec::new() }
    }

    /// Lets the route that ends at `a` continue with the one that begins at `b`, turning either when that helps.
    fn try_join(&mut self, a: u32, b: u32) {
        let (ra, rb) = (self.route_of[a as usize] as usize, self.route_of[b as usize] as usize);
        if ra == rb || self.routes[ra].is_empty() || self.routes[rb].is_empty() {
            return;
        }
        let (turn_a, turn_b) =
            (self.routes[ra].last() != Some(&a), self.routes[rb].first() != Some(&b));
        let is_end_a = !turn_a || self.routes[ra].first() == Some(&a);
        let is_end_b = !turn_b || self.routes[rb].last() == Some(&b);
        if !is_end_a || !is_end_b || ((turn_a || turn_b) && !L::REVERSES) {
            return;
        }
        self.candidate.clear();
        push_turned(&mut self.candidate, &self.routes[ra], turn_a);
        push_turned(&mut self.candidate, &self.routes[rb], turn_b);
        if !self.law.judge(0, &self.candidate).is_feasible() {
            return;
        }
        for &client in &self.routes[rb] {
            self.route_of[client as usize] = ra as u32;
        }
        self.routes[rb] = Vec::new();
        std::mem::swap(&mut self.routes[ra], &mut self.candidate);
    }
}

fn push_turned(to: &mut Vec<u32>, route: &[u32], turned: bool) {
    if turned {
        to.extend(route.iter().rev());
    } else {
        to.extend(route);
    }
}
