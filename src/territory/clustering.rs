//! Communes and their work → balanced, compact, connected clusters.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use petgraph::graph::UnGraph;
use petgraph::visit::EdgeRef;

use super::neighbors::{PlanePoint, on_plane, squared};
use super::unit::CommuneCode;
use crate::measure::Seconds;
use crate::place::LatLon;

/// What one unit of spread counts against one unit of imbalance; see [`cluster`].
const COMPACT_WEIGHT: f64 = 1.0;
/// What one unit of work outside its own walk counts against one unit of imbalance.
const STRAY_WEIGHT: f64 = 2.0;
/// A change must gain more than this, so that rounding noise cannot make the search circle.
const GAIN_MIN: f64 = 1e-9;

/// One commune's share of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommuneWork {
    /// Which commune.
    pub code: CommuneCode,
    /// The point it is reached by, or the middle of today's stops.
    pub point: LatLon,
    /// Working time at its doors and between them.
    pub work: Seconds,
}

/// Divides communes into `n_clusters` balanced, compact, connected clusters.
///
/// List `i` of the answer follows `seeds[i]`, the communes of a carrier's walk, the firmest first;
/// an empty or missing walk gets a seed of its own, as far as possible from the others. Every
/// commune is in exactly one list. Lists are sorted by code; some stay empty when there are fewer
/// communes than clusters; walks beyond `n_clusters` are not looked at. With no clusters asked for, everything is one cluster. The answer does
/// not depend on the order of `communes`.
///
/// Idea. Every cluster starts at one commune. The cluster with the least work so far takes the
/// nearest unassigned neighbor, its own walk's communes first and another walk's last. Then
/// communes on the borders change sides, alone or two against each other, the best change first,
/// as long as both clusters stay connected and this sum falls:
///
/// imbalance `Σ (W − W̄)² / W̄²` over clusters of work W, plus spread (inertia about the clusters'
/// centers as a share of the inertia about the center of all), plus twice the share of work that
/// lies in some walk but not in its own cluster's.
///
/// Connected means as connected as `graph` allows: [`super::neighbor_graph`] is connected as a
/// whole, but a part of another graph that no seed falls into is given to the nearest cluster.
///
/// # Complexity
/// Growth O(n² + m) for n communes and m borders. Each change looks at O(b) border communes, and at
/// O(b²/k) pairs when no single one gains, with a connectivity check O(n/k + m/k) for the promising
/// ones; at most 20·n changes are made.
///
/// # Reference
/// Bozkaya, Erkut, Laporte (2003), A tabu search heuristic and adaptive memory procedure for
/// political districting, European Journal of Operational Research 144(1). We differ: descent
/// instead of tabu search, because walks make good starts and a day must be planned in seconds.
pub fn cluster(
    communes: &[CommuneWork],
    graph: &UnGraph<CommuneCode, ()>,
    seeds: &[Vec<CommuneCode>],
    n_clusters: usize,
) -> Vec<Vec<CommuneCode>> {
    let n_clusters = n_clusters.max(1);
    let land = Land::new(communes, graph, &seeds[..seeds.len().min(n_clusters)]);
    let mut division = Division::grown(&land, n_clusters);
    for _ in 0..20 * land.codes.len() {
        let change = division.best_move().or_else(|| division.best_swap());
        let Some(change) = change else { break };
        for (commune, to) in change {
            division.reassign(commune, to);
        }
    }
    let mut clusters = vec![Vec::new(); n_clusters];
    for (commune, &code) in land.codes.iter().enumerate() {
        clusters[division.owner[commune]].push(code);
    }
    debug_assert_eq!(clusters.iter().map(Vec::len).sum::<usize>(), land.codes.len());
    clusters
}

/// What is given, by dense position in order of code.
struct Land {
    codes: Vec<CommuneCode>,
    points: Vec<PlanePoint>,
    work: Vec<f64>,
    neighbors: Vec<Vec<usize>>,
    /// Positions of each walk's communes, the firmest first.
    walks: Vec<Vec<usize>>,
    /// Whether the commune belongs to any walk.
    in_walk: Vec<bool>,
    /// Inertia of all work about its center.
    inertia: f64,
}

impl Land {
    fn new(
        communes: &[CommuneWork],
        graph: &UnGraph<CommuneCode, ()>,
        seeds: &[Vec<CommuneCode>],
    ) -> Self {
        let mut by_code: BTreeMap<CommuneCode, CommuneWork> = BTreeMap::new();
        for commune in communes {
            let entry = by_code.entry(commune.code);
            entry.and_modify(|known| known.work += commune.work).or_insert(*commune);
        }
        let codes: Vec<CommuneCode> = by_code.keys().copied().collect();
        let position = |code: &CommuneCode| codes.binary_search(code).ok();
        let mut neighbors = vec![BTreeSet::new(); codes.len()];
        for edge in graph.edge_references() {
            let ends = (position(&graph[edge.source()]), position(&graph[edge.target()]));
            if let (Some(a), Some(b)) = ends
                && a != b
            {
                neighbors[a].insert(b);
                neighbors[b].insert(a);
            }
        }
        let walks: Vec<Vec<usize>> =
            seeds.iter().map(|walk| walk.iter().filter_map(position).collect()).collect();
        let mut in_walk = vec![false; codes.len()];
        walks.iter().flatten().for_each(|&commune| in_walk[commune] = true);
        let points = on_plane(by_code.values().map(|commune| commune.point));
        // A commune without work still has a place, and a cluster of nothing still has a center.
        let work: Vec<f64> = by_code.values().map(|c| c.work.value().max(1) as f64).collect();
        let whole = (0..codes.len()).fold(Mass::default(), |mass, i| mass.with(work[i], points[i]));
        Self {
            neighbors: neighbors.into_iter().map(|set| set.into_iter().collect()).collect(),
            inertia: whole.inertia().max(1.0),
            codes,
            points,
            work,
            walks,
            in_walk,
        }
    }

    /// Whether the commune lies in some walk, but not in that of this cluster.
    fn strays(&self, commune: usize, cluster: usize) -> bool {
        self.in_walk[commune] && !self.walks.get(cluster).is_some_and(|w| w.contains(&commune))
    }
}

/// The work of a cluster and its moments, from which its inertia follows in O(1).
#[derive(Clone, Copy, Debug, Default)]
struct Mass {
    work: f64,
    first: [f64; 2],
    second: f64,
}

impl Mass {
    fn with(self, work: f64, [x, y]: PlanePoint) -> Self {
        Self {
            work: self.work + work,
            first: [self.first[0] + work * x, self.first[1] + work * y],
            second: self.second + work * (x * x + y * y),
        }
    }

    fn without(self, work: f64, point: PlanePoint) -> Self {
        self.with(-work, point)
    }

    fn center(self) -> PlanePoint {
        self.first.map(|moment| moment / self.work)
    }

    /// `Σ w·|p − center|²`, by the theorem of parallel axes.
    fn inertia(self) -> f64 {
        if self.work < 0.5 {
            return 0.0;
        }
        let about_origin = self.first[0].powi(2) + self.first[1].powi(2);
        (self.second - about_origin / self.work).max(0.0)
    }
}

/// Communes that go to other clusters together.
type Change = Vec<(usize, usize)>;

/// Which cluster owns each commune.
struct Division<'a> {
    land: &'a Land,
    owner: Vec<usize>,
    masses: Vec<Mass>,
    n_communes: Vec<usize>,
    work_mean: f64,
}

/// The owner of a commune that has none yet.
const NOBODY: usize = usize::MAX;

impl<'a> Division<'a> {
    fn grown(land: &'a Land, n_clusters: usize) -> Self {
        let mut division = Self {
            land,
            owner: vec![NOBODY; land.codes.len()],
            masses: vec![Mass::default(); n_clusters],
            n_communes: vec![0; n_clusters],
            work_mean: land.work.iter().sum::<f64>() / n_clusters as f64,
        };
        division.plant_walks();
        division.plant_far_apart();
        while let Some((cluster, commune)) = division.next_growth() {
            division.assign(commune, cluster);
        }
        division
    }

    /// Each walk starts at its firmest commune that is here today and not yet taken.
    fn plant_walks(&mut self) {
        let land = self.land;
        for (cluster, walk) in land.walks.iter().enumerate().take(self.masses.len()) {
            if let Some(&commune) = walk.iter().find(|&&c| self.owner[c] == NOBODY) {
                self.assign(commune, cluster);
            }
        }
    }

    /// The other clusters start far from every start so far.
    fn plant_far_apart(&mut self) {
        let land = self.land;
        let whole = (0..land.codes.len())
            .fold(Mass::default(), |mass, i| mass.with(land.work[i], land.points[i]));
        for cluster in 0..self.masses.len() {
            if 0 < self.n_communes[cluster] {
                continue;
            }
            let starts: Vec<PlanePoint> = self.owned().map(|c| land.points[c]).collect();
            let apart = |commune: usize| {
                let point = land.points[commune];
                let nearest = starts.iter().map(|&start| squared(start, point));
                nearest.min_by(f64::total_cmp).unwrap_or_else(|| squared(whole.center(), point))
            };
            let free = (0..land.codes.len()).filter(|&c| self.owner[c] == NOBODY);
            // Of equally far ones the lowest code, which `max_by` would pass over unreversed.
            let farthest = free.rev().max_by(|&a, &b| {
                let unclaimed = land.in_walk[b].cmp(&land.in_walk[a]);
                unclaimed.then(apart(a).total_cmp(&apart(b)))
            });
            let Some(commune) = farthest else { return };
            self.assign(commune, cluster);
        }
    }

    fn owned(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.owner.len()).filter(|&commune| self.owner[commune] != NOBODY)
    }

    /// The next commune to take, and the cluster that takes it: the one with the least work of
    /// those that can still grow.
    fn next_growth(&self) -> Option<(usize, usize)> {
        let mut clusters: Vec<usize> = (0..self.masses.len()).collect();
        clusters
            .sort_by(|&a, &b| self.masses[a].work.total_cmp(&self.masses[b].work).then(a.cmp(&b)));
        let by_border = clusters.iter().find_map(|&c| Some((c, self.nearest_free_neighbor(c)?)));
        by_border.or_else(|| self.nearest_free_anywhere())
    }

    fn nearest_free_neighbor(&self, cluster: usize) -> Option<usize> {
        let land = self.land;
        let own = (0..self.owner.len()).filter(|&commune| self.owner[commune] == cluster);
        let free = own
            .flat_map(|commune| &land.neighbors[commune])
            .copied()
            .filter(|&commune| self.owner[commune] == NOBODY);
        let claim = |commune: usize| match (land.in_walk[commune], land.strays(commune, cluster)) {
            (true, false) => 0,
            (false, _) => 1,
            (true, true) => 2,
        };
        let center = self.masses[cluster].center();
        free.min_by(|&a, &b| {
            let (near_a, near_b) =
                (squared(center, land.points[a]), squared(center, land.points[b]));
            claim(a).cmp(&claim(b)).then(near_a.total_cmp(&near_b)).then(a.cmp(&b))
        })
    }

    /// For graphs in several parts: the free commune nearest to any owned one.
    fn nearest_free_anywhere(&self) -> Option<(usize, usize)> {
        let points = &self.land.points;
        let free = (0..self.owner.len()).filter(|&commune| self.owner[commune] == NOBODY);
        let pairs = free.flat_map(|f| self.owned().map(move |o| (o, f)));
        let length = |&(o, f): &(usize, usize)| squared(points[o], points[f]);
        let nearest = pairs.min_by(|p, q| length(p).total_cmp(&length(q)).then(p.cmp(q)));
        nearest.map(|(owned, free)| (self.owner[owned], free))
    }

    fn assign(&mut self, commune: usize, cluster: usize) {
        self.owner[commune] = cluster;
        self.n_communes[cluster] += 1;
        let mass = &mut self.masses[cluster];
        *mass = mass.with(self.land.work[commune], self.land.points[commune]);
    }

    fn reassign(&mut self, commune: usize, to: usize) {
        let from = self.owner[commune];
        self.n_communes[from] -= 1;
        let mass = &mut self.masses[from];
        *mass = mass.without(self.land.work[commune], self.land.points[commune]);
        self.assign(commune, to);
    }

    /// What a cluster of this mass adds to the sum.
    fn price(&self, mass: Mass) -> f64 {
        let imbalance = (mass.work - self.work_mean) / self.work_mean;
        imbalance * imbalance + COMPACT_WEIGHT * mass.inertia() / self.land.inertia
    }

    /// What the sum gains in walks when the commune goes to `to`.
    fn stray_change(&self, commune: usize, to: usize) -> f64 {
        let stray = |cluster| f64::from(u8::from(self.land.strays(commune, cluster)));
        let share = self.land.work[commune] / (self.work_mean * self.masses.len() as f64);
        STRAY_WEIGHT * share * (stray(to) - stray(self.owner[commune]))
    }

    /// The change of the sum when the communes of `change` swap two clusters' sides.
    fn delta(&self, change: &[(usize, usize)]) -> f64 {
        let (a, b) = (self.owner[change[0].0], change[0].1);
        let (mut mass_a, mut mass_b) = (self.masses[a], self.masses[b]);
        let mut delta = -self.price(mass_a) - self.price(mass_b);
        for &(commune, to) in change {
            let (work, point) = (self.land.work[commune], self.land.points[commune]);
            let (source, target) =
                if to == b { (&mut mass_a, &mut mass_b) } else { (&mut mass_b, &mut mass_a) };
            *source = source.without(work, point);
            *target = target.with(work, point);
            delta += self.stray_change(commune, to);
        }
        delta + self.price(mass_a) + self.price(mass_b)
    }

    /// Every commune on a border with each cluster across it.
    fn border(&self) -> BTreeSet<(usize, usize)> {
        let pairs = (0..self.owner.len()).flat_map(|commune| {
            self.land.neighbors[commune].iter().map(move |&other| (commune, self.owner[other]))
        });
        pairs.filter(|&(commune, to)| self.owner[commune] != to).collect()
    }

    fn best_move(&self) -> Option<Change> {
        let changes = self.border().into_iter().map(|step| vec![step]);
        // The last commune of a cluster stays: nobody's day is emptied by a balance.
        self.best(changes.filter(|change| 1 < self.n_communes[self.owner[change[0].0]]))
    }

    fn best_swap(&self) -> Option<Change> {
        let border = self.border();
        let pairs = border.iter().flat_map(|&(a, to)| {
            // Swaps are symmetric: the side with the lower number speaks for both.
            let back = border.iter().filter(move |&&(b, back)| {
                self.owner[a] < to && self.owner[b] == to && back == self.owner[a]
            });
            back.map(move |&(b, back)| vec![(a, to), (b, back)])
        });
        self.best(pairs)
    }

    /// The change that gains most among those that keep both clusters in one part.
    fn best(&self, changes: impl Iterator<Item = Change>) -> Option<Change> {
        let mut best: Option<(f64, Change)> = None;
        for change in changes {
            let limit = best.as_ref().map_or(-GAIN_MIN, |&(delta, _)| delta);
            let delta = self.delta(&change);
            // Cheapest test first: few changes gain, and only those are walked through.
            if delta < limit && self.keeps_connected(&change) {
                best = Some((delta, change));
            }
        }
        best.map(|(_, change)| change)
    }

    fn keeps_connected(&self, change: &[(usize, usize)]) -> bool {
        let owner_after = |commune: usize| {
            let moved = change.iter().find(|&&(moved, _)| moved == commune);
            moved.map_or(self.owner[commune], |&(_, to)| to)
        };
        let sides = [self.owner[change[0].0], change[0].1];
        sides.iter().all(|&side| {
            let before = self.n_parts(side, &|commune| self.owner[commune]);
            self.n_parts(side, &owner_after) <= before
        })
    }

    /// How many parts the cluster has under this ownership; one, unless the graph has several.
    fn n_parts(&self, cluster: usize, owner: &impl Fn(usize) -> usize) -> usize {
        let mut unseen: BTreeSet<usize> =
            (0..self.owner.len()).filter(|&commune| owner(commune) == cluster).collect();
        let mut n_parts = 0;
        while let Some(start) = unseen.pop_first() {
            n_parts += 1;
            let mut open = vec![start];
            while let Some(commune) = open.pop() {
                let inside =
                    self.land.neighbors[commune].iter().filter(|other| unseen.remove(other));
                open.extend(inside);
            }
        }
        n_parts
    }
}
