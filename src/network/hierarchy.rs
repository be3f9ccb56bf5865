//! A customizable contraction hierarchy: an order of the nodes and the arcs it adds.
//!
//! Idea. Nodes are removed one by one, separators of the map last; where a removed node lay on the
//! only way between two others, an arc takes its place. Which arcs there are depends on the roads
//! alone; what they weigh is decided later, for each profile and each day (`metric`). Node numbers
//! are ranks: an arc always leads from a lower to a higher number.
//!
//! # Complexity
//! The order: inertial flow cuts, some minutes for millions of nodes. The arcs: linear in their
//! number, three to six per node on roads.
//!
//! # Reference
//! Dibbelt, Strasser, Wagner (2016), Customizable Contraction Hierarchies, ACM Journal of
//! Experimental Algorithmics 21. The order comes from the crate `cch`; weights here are pairs of
//! time and length, which that crate does not know.

/// No node.
pub(crate) const NO_NODE: u32 = u32::MAX;

/// The hierarchy as slices.
#[derive(Clone, Copy)]
pub(crate) struct Hierarchy<'a> {
    /// First upward arc of each node, and one beyond.
    pub(crate) up_first: &'a [u32],
    /// Upper end of each arc, ascending within a node.
    pub(crate) up_head: &'a [u32],
    /// First downward neighbor of each node, and one beyond.
    pub(crate) down_first: &'a [u32],
    /// Arcs by their upper end, lower ends ascending.
    pub(crate) down_arc: &'a [u32],
}

impl Hierarchy<'_> {
    pub(crate) fn n_nodes(&self) -> usize {
        self.up_first.len() - 1
    }

    /// The upward arcs of a node.
    #[inline]
    pub(crate) fn up(&self, node: usize) -> std::ops::Range<usize> {
        self.up_first[node] as usize..self.up_first[node + 1] as usize
    }

    /// The lowest upper neighbor: every way up from `node` passes only ancestors.
    #[inline]
    pub(crate) fn parent(&self, node: usize) -> u32 {
        let arcs = self.up(node);
        if arcs.is_empty() { NO_NODE } else { self.up_head[arcs.start] }
    }

    /// The arc between two nodes, the lower one first.
    pub(crate) fn arc(&self, low: u32, high: u32) -> Option<usize> {
        let arcs = self.up(low as usize);
        let found = self.up_head[arcs.clone()].binary_search(&high).ok()?;
        Some(arcs.start + found)
    }

    /// The lower end of an arc.
    pub(crate) fn tail_of(&self, arc: usize) -> usize {
        self.up_first.partition_point(|&first| first as usize <= arc) - 1
    }

    /// The arcs that end at a node from below.
    pub(crate) fn down(&self, node: usize) -> &[u32] {
        &self.down_arc[self.down_first[node] as usize..self.down_first[node + 1] as usize]
    }
}

/// The arrays of a hierarchy.
#[derive(Debug, Default)]
pub(crate) struct HierarchyArrays {
    pub(crate) up_first: Vec<u32>,
    pub(crate) up_head: Vec<u32>,
    pub(crate) down_first: Vec<u32>,
    pub(crate) down_arc: Vec<u32>,
}

impl HierarchyArrays {
    pub(crate) fn view(&self) -> Hierarchy<'_> {
        Hierarchy {
            up_first: &self.up_first,
            up_head: &self.up_head,
            down_first: &self.down_first,
            down_arc: &self.down_arc,
        }
    }

    /// Contracts a graph whose nodes are numbered by rank.
    pub(crate) fn contract(n_nodes: usize, arcs: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut above: Vec<Vec<u32>> = vec![Vec::new(); n_nodes];
        for (tail, head) in arcs.filter(|(tail, head)| tail != head) {
            above[tail.min(head) as usize].push(tail.max(head));
        }
        let mut made = Self { up_first: vec![0], ..Self::default() };
        for node in 0..n_nodes {
            let mut heads = std::mem::take(&mut above[node]);
            heads.sort_unstable();
            heads.dedup();
            // Removing the node joins its upper neighbors; handing them to the lowest is enough,
            // for it hands them on.
            if let Some((&parent, others)) = heads.split_first() {
                above[parent as usize].extend_from_slice(others);
            }
            made.up_head.extend_from_slice(&heads);
            made.up_first.push(made.up_head.len() as u32);
        }
        made.sort_down(n_nodes);
        made
    }

    fn sort_down(&mut self, n_nodes: usize) {
        let mut first = vec![0u32; n_nodes + 1];
        self.up_head.iter().for_each(|&head| first[head as usize + 1] += 1);
        for node in 0..n_nodes {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        self.down_arc = vec![0; self.up_head.len()];
        // Arcs are sorted by their lower end already.
        for (arc, &head) in self.up_head.iter().enumerate() {
            self.down_arc[next[head as usize] as usize] = arc as u32;
            next[head as usize] += 1;
        }
        self.down_first = first;
    }
}

/// The order in which nodes are removed: the n-th entry is the n-th node.
pub(crate) fn order(node_at: &[[i32; 2]], tails: &[u32], heads: &[u32]) -> Vec<u32> {
    let axis = |axis: usize| -> Vec<f32> {
        // Steps of 1e-7 degrees do not fit the 24 bits of an f32: nodes of one house would share
        // a place. Only the order along a line counts, so that is no harm.
        node_at.iter().map(|at| (f64::from(at[axis]) / 1e7) as f32).collect()
    };
    cch::inertial_order(node_at.len() as u32, tails, heads, &axis(0), &axis(1))
}
