//! The neighbors of each client: who is worth being next to whom.

use kiddo::{ImmutableKdTree, SquaredEuclidean};
use rayon::prelude::*;

use crate::problem::{Client, Problem, ProfileId, SkillSet, Travel};
use crate::solver::decomposition::Numbering;
use crate::solver::law::Law;
use crate::solver::part::Part;

/// Farther than anybody: those that no vehicle may serve both come last.
const STRANGE: i64 = 1 << 50;

/// Weight of unavoidable waiting between two clients (Vidal et al. 2013, section 4.3).
const WAITING_WEIGHT: f64 = 0.2;
/// Up to this many clients every pair is measured; beyond, candidates come from a k-d tree.
const ALL_PAIRS_MAX: usize = 4_000;

/// Puts those candidates that are wanted first into a list long enough for all; how many they are. Whether a neighbor is served,
/// or by whom, is as good as random: the list grows by what follows from it, and no branch is foretold wrongly.
#[inline(always)]
pub(super) fn list_wanted(
    list: &mut [u32],
    candidates: impl IntoIterator<Item = u32>,
    is_wanted: impl Fn(u32) -> bool,
) -> usize {
    let mut n = 0;
    for candidate in candidates {
        list[n] = candidate;
        n += usize::from(is_wanted(candidate));
    }
    n
}

/// For each client its nearest others, nearest first, all in one array.
pub(super) struct Neighborhood {
    width: usize,
    near: Vec<u32>,
}

impl Neighborhood {
    /// Up to `width` neighbors of every client. O(n²) for parts, O(n·log n) beyond.
    pub(super) fn new<L: Law>(problem: &Problem, part: &Part, law: &L, width: usize) -> Self {
        let n = part.n_clients();
        let width = width.min(n.saturating_sub(1));
        let measure = Measure::new(problem, part);
        let candidates = Candidates::new(problem, part, width);
        let rank = |ranked: &mut Vec<(i64, u32)>, client: u32, places: &mut [u32]| {
            ranked.clear();
            candidates.for_each(client, |other| {
                if other != client {
                    ranked.push((measure.proximity(law, client, other), other));
                }
            });
            if ranked.len() > width {
                ranked.select_nth_unstable(width - 1);
                ranked.truncate(width);
            }
            ranked.sort_unstable();
            // Fewer candidates than places happens only with many identical points: repeat the last.
            let last = ranked.last().map_or(client, |&(_, other)| other);
            let others = ranked.iter().map(|&(_, other)| other).chain(std::iter::repeat(last));
            places.iter_mut().zip(others).for_each(|(place, other)| *place = other);
        };
        let mut near = vec![0; n * width];
        if width > 0 {
            let lists = near.par_chunks_mut(width).enumerate();
            lists.for_each_init(Vec::new, |ranked, (client, places)| {
                rank(ranked, client as u32, places);
            });
        }
        Self { width, near }
    }

    /// Who of these is in a part, in the part's own numbers.
    pub(super) fn within(&self, part: &Part, index: u32, numbering: &Numbering) -> Self {
        let width = self.width.min(part.n_clients().saturating_sub(1));
        let mut near = Vec::with_capacity(part.n_clients() * width);
        for (number, client) in part.clients.iter().enumerate() {
            let from = near.len();
            let inside = self
                .of(client.0)
                .iter()
                .filter(|&&other| numbering.part_of[other as usize] == index);
            near.extend(inside.map(|&other| numbering.number[other as usize]).take(width));
            // At a border the list is shorter: repeat the last.
            let last = if near.len() > from { near[near.len() - 1] } else { number as u32 };
            near.resize(from + width, last);
        }
        Self { width, near }
    }

    /// Nobody near anybody.
    pub(super) fn empty(n_clients: usize) -> Self {
        debug_assert!(u32::try_from(n_clients).is_ok());
        Self { width: 0, near: Vec::new() }
    }

    /// The same with the nearest `width` only.
    pub(super) fn narrowed(self, width: usize) -> Self {
        if width >= self.width {
            return self;
        }
        let lists = self.near.chunks_exact(self.width);
        Self { width, near: lists.flat_map(|list| &list[..width]).copied().collect() }
    }

    /// The neighbors of a client, nearest first.
    #[inline]
    pub(super) fn of(&self, client: u32) -> &[u32] {
        &self.near[client as usize * self.width..][..self.width]
    }
}

/// Whom to measure: everyone, or the nearest on the plane.
enum Candidates {
    All(u32),
    Tree { tree: Box<ImmutableKdTree<f64, 2>>, points: Vec<[f64; 2]>, n_nearest: usize },
}

impl Candidates {
    fn new(problem: &Problem, part: &Part, width: usize) -> Self {
        let n = part.n_clients();
        let travel = &problem.profiles()[ProfileId(0)];
        let (Travel::Plane { points, .. }, true) = (travel, n > ALL_PAIRS_MAX) else {
            return Self::All(n as u32);
        };
        let at = |client: &crate::problem::ClientId| {
            let (x, y) = points[problem.clients()[*client].place.0 as usize];
            [x, y]
        };
        let points: Vec<[f64; 2]> = part.clients.iter().map(at).collect();
        let tree = Box::new(ImmutableKdTree::new_from_slice(&points));
        Self::Tree { tree, points, n_nearest: width + 1 }
    }

    fn for_each(&self, client: u32, mut found: impl FnMut(u32)) {
        match self {
            Self::All(n) => (0..*n).for_each(found),
            Self::Tree { tree, points, n_nearest } => {
                let n_nearest =
                    std::num::NonZero::new(*n_nearest).expect("at least the client itself");
                let near = tree.nearest_n::<SquaredEuclidean>(&points[client as usize], n_nearest);
                for neighbor in near {
                    found(neighbor.item as u32);
                }
            }
        }
    }
}

/// How far two clients are from following each other well.
struct Measure {
    /// Start and end of the time in which service may begin, and should, and its duration; empty without windows.
    windows: Vec<(f64, f64, f64)>,
    /// What each client needs, where some vehicles cannot serve some clients; and what each kind of vehicle can.
    needs: Vec<SkillSet>,
    kinds: Vec<SkillSet>,
}

impl Measure {
    fn new(problem: &Problem, part: &Part) -> Self {
        let clients = || part.clients.iter().map(|&client| &problem.clients()[client]);
        let kinds: Vec<SkillSet> = problem.vehicle_types().values().map(|t| t.skills).collect();
        let is_open = |client: &Client| kinds.iter().all(|kind| kind.covers(client.skills));
        let needs: Vec<SkillSet> = if clients().all(is_open) {
            Vec::new()
        } else {
            clients().map(|client| client.skills).collect()
        };
        if clients().all(|client| client.windows.is_empty() && client.due.is_none()) {
            return Self { windows: Vec::new(), needs, kinds };
        }
        let window = |client: &Client| {
            let start = client.windows.first().map_or(0, |window| window.start.value());
            let end = client.windows.last().map_or(i64::MAX / 4, |window| window.end.value());
            let end = client.due.map_or(end, |due| due.at.value());
            (start as f64, end as f64, client.service.value() as f64)
        };
        Self { windows: clients().map(window).collect(), needs, kinds }
    }

    /// Symmetric: the better of the two orders (Vidal et al. 2013, eq. 4).
    fn proximity<L: Law>(&self, law: &L, a: u32, b: u32) -> i64 {
        let (there, back) = (law.way(a, b), law.way(b, a));
        if self.are_strangers(a, b) {
            return STRANGE + there.min(back);
        }
        if self.windows.is_empty() {
            return there.min(back);
        }
        self.one_way(a, b, there).min(self.one_way(b, a, back))
    }

    /// Whether no vehicle may serve both.
    fn are_strangers(&self, a: u32, b: u32) -> bool {
        if self.needs.is_empty() {
            return false;
        }
        let both = SkillSet(self.needs[a as usize].0 | self.needs[b as usize].0);
        !self.kinds.iter().any(|kind| kind.covers(both))
    }

    fn one_way(&self, from: u32, to: u32, leg: i64) -> i64 {
        let (start_from, end_from, service) = self.windows[from as usize];
        let (start_to, end_to, _) = self.windows[to as usize];
        let leg = leg as f64;
        let waiting = (start_to - leg - service - end_from).max(0.0);
        let warp = (start_from + service + leg - end_to).max(0.0);
        (leg + WAITING_WEIGHT * waiting + warp) as i64
    }
}
