//! Locks: what is decided before anything is planned, about vehicles and about the order of clients.

use crate::id::{Id, IdVec};
use crate::problem::groups::Groups;
use crate::problem::model::{ClientId, ProblemError, VehicleType, VehicleTypeId};
use crate::problem::pairs::{Pair, Pairs};

/// What is decided about one vehicle. Each lock stands for a vehicle of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Its type.
    pub vehicle_type: VehicleTypeId,
    /// Its route begins with these clients, in this order: they are behind it already, or on board and next. They are
    /// visited whatever their presence says; it does not come back to load before or between them.
    pub begins_with: Vec<ClientId>,
    /// Clients that this vehicle visits, or none: their goods are on board.
    pub holds: Vec<ClientId>,
    /// Whether `begins_with` is the whole route, a single trip.
    pub is_frozen: bool,
}

/// An order between two clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Who comes first.
    pub first: ClientId,
    /// Who comes then.
    pub then: ClientId,
    /// How firmly.
    pub bond: Bond,
}

/// What an order between two clients insists on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bond {
    /// Where one vehicle visits both, the first comes before the other; there may be others between them.
    #[default]
    Loose,
    /// One vehicle visits both, the second right behind the first, or nobody visits either. Loading again between them
    /// is no visit.
    Direct,
}

/// All locks and orders of a problem, and whom they bind.
#[derive(Clone, Debug, Default)]
pub(super) struct Locks {
    pub(super) list: Vec<Lock>,
    pub(super) orders: Vec<Order>,
    // Invariant: empty without locks; otherwise by client, the lock whose vehicle alone may visit it, or NOBODY.
    // Partners and direct neighbors of whom a lock names are bound like them.
    lock_of: Vec<u32>,
    // Invariant: empty without direct orders; otherwise by client, who comes right behind it, or NOBODY.
    behind: Vec<u32>,
    // Invariant: likewise, who comes right ahead of it.
    ahead: Vec<u32>,
}

/// No client, no lock.
const NOBODY: u32 = u32::MAX;

fn look_up(list: &[u32], client: ClientId) -> Option<u32> {
    list.get(client.index()).copied().filter(|&found| found != NOBODY)
}

fn conflict(part: String, reason: &'static str) -> ProblemError {
    ProblemError::Conflict { part, reason }
}

impl Locks {
    /// Checks that locks and orders fit the other parts and each other.
    pub(super) fn new(
        (list, orders): (Vec<Lock>, Vec<Order>),
        n_clients: usize,
        vehicle_types: &IdVec<VehicleTypeId, VehicleType>,
        (pairs, groups): (&Pairs, &Groups),
    ) -> Result<Self, ProblemError> {
        let mut locks = Self { list, orders, ..Self::default() };
        locks.bind_vehicles(n_clients, vehicle_types)?;
        locks.bind_neighbors(n_clients, pairs)?;
        locks.refuse_circles(n_clients)?;
        locks.refuse_torn_beginnings(pairs)?;
        locks.bind_company(pairs)?;
        locks.bind_alternatives(groups)?;
        Ok(locks)
    }

    /// The lock whose vehicle alone may visit a client.
    pub(super) fn of(&self, client: ClientId) -> Option<usize> {
        look_up(&self.lock_of, client).map(|lock| lock as usize)
    }

    /// Who comes right behind a client.
    pub(super) fn behind(&self, client: ClientId) -> Option<ClientId> {
        look_up(&self.behind, client).map(ClientId)
    }

    /// Who comes right ahead of a client.
    pub(super) fn ahead(&self, client: ClientId) -> Option<ClientId> {
        look_up(&self.ahead, client).map(ClientId)
    }

    /// Each lock names a type and clients that exist, nobody twice, and there are vehicles enough.
    fn bind_vehicles(
        &mut self,
        n_clients: usize,
        vehicle_types: &IdVec<VehicleTypeId, VehicleType>,
    ) -> Result<(), ProblemError> {
        if self.list.is_empty() {
            return Ok(());
        }
        self.lock_of = vec![NOBODY; n_clients];
        let mut n_locks = vec![0i64; vehicle_types.len()];
        for (index, lock) in self.list.iter().enumerate() {
            let part = || format!("lock {index}");
            let VehicleTypeId(id) = lock.vehicle_type;
            let Some(kind) = vehicle_types.get(lock.vehicle_type) else {
                let (what, count) = ("vehicle type", vehicle_types.len());
                return Err(ProblemError::Dangling { part: part(), what, index: id, count });
            };
            for &client in lock.begins_with.iter().chain(&lock.holds) {
                known_client(part, client, n_clients)?;
                let bound = &mut self.lock_of[client.index()];
                if *bound != NOBODY {
                    let reason =
                        "it names a client that is in a lock already; name each client once";
                    return Err(conflict(part(), reason));
                }
                *bound = index as u32;
            }
            if lock.begins_with.is_empty() && (lock.holds.is_empty() || lock.is_frozen) {
                let reason =
                    "it says nothing: name the clients that its route begins with or holds";
                return Err(conflict(part(), reason));
            }
            if lock.is_frozen && !lock.holds.is_empty() {
                let reason = "a frozen route holds nobody beside those it begins with; name all of them there";
                return Err(conflict(part(), reason));
            }
            let n = &mut n_locks[lock.vehicle_type.index()];
            *n += 1;
            if *n > i64::from(kind.count) {
                let (field, value, max) = ("number of locks", *n, i64::from(kind.count));
                let part = format!("vehicle type {id}");
                return Err(ProblemError::OutOfRange { part, field, value, min: 0, max });
            }
        }
        Ok(())
    }

    /// Direct orders are chains of clients without pairs.
    fn bind_neighbors(&mut self, n_clients: usize, pairs: &Pairs) -> Result<(), ProblemError> {
        for (index, &Order { first, then, bond }) in self.orders.iter().enumerate() {
            let part = || format!("order {index}");
            known_client(part, first, n_clients)?;
            known_client(part, then, n_clients)?;
            if first == then {
                return Err(conflict(
                    part(),
                    "a client cannot come before itself; give two clients",
                ));
            }
            let is_turned = |pair: &Pair| (pair.pickup, pair.delivery) == (then, first);
            if pairs.of(first).is_some_and(is_turned) {
                let reason = "it asks for the delivery of a pair before its pickup; turn it around";
                return Err(conflict(part(), reason));
            }
            if bond == Bond::Loose {
                continue;
            }
            if pairs.of(first).is_some() || pairs.of(then).is_some() {
                let reason = "members of pairs have no direct order; a loose one may be given";
                return Err(conflict(part(), reason));
            }
            if self.behind.is_empty() {
                (self.behind, self.ahead) = (vec![NOBODY; n_clients], vec![NOBODY; n_clients]);
            }
            let (behind, ahead) = (&mut self.behind[first.index()], &mut self.ahead[then.index()]);
            if *behind != NOBODY || *ahead != NOBODY {
                let reason =
                    "only one client may be right behind another; give a chain of direct orders";
                return Err(conflict(part(), reason));
            }
            (*behind, *ahead) = (then.0, first.0);
        }
        Ok(())
    }

    /// No client comes before itself by way of others.
    fn refuse_circles(&self, n_clients: usize) -> Result<(), ProblemError> {
        if self.orders.is_empty() {
            return Ok(());
        }
        let mut behind: Vec<Vec<usize>> = vec![Vec::new(); n_clients];
        let mut n_ahead = vec![0usize; n_clients];
        for order in &self.orders {
            behind[order.first.index()].push(order.then.index());
            n_ahead[order.then.index()] += 1;
        }
        let mut ready: Vec<usize> = (0..n_clients).filter(|&client| n_ahead[client] == 0).collect();
        while let Some(client) = ready.pop() {
            for &then in &behind[client] {
                n_ahead[then] -= 1;
                if n_ahead[then] == 0 {
                    ready.push(then);
                }
            }
        }
        match n_ahead.iter().position(|&n| n > 0) {
            None => Ok(()),
            Some(client) => {
                let reason = "orders lead in a circle by way of it; leave one of them out";
                Err(conflict(format!("client {client}"), reason))
            }
        }
    }

    /// What a route begins with agrees with orders and pairs.
    fn refuse_torn_beginnings(&self, pairs: &Pairs) -> Result<(), ProblemError> {
        for (index, lock) in self.list.iter().enumerate() {
            let part = || format!("lock {index}");
            let position = |client| lock.begins_with.iter().position(|&other| other == client);
            for (at, &client) in lock.begins_with.iter().enumerate() {
                let behind = self.behind(client);
                let ahead = self.ahead(client);
                let follows = behind.is_none_or(|next| position(next) == Some(at + 1));
                let is_led = ahead.is_none_or(|prev| at > 0 && position(prev) == Some(at - 1));
                if !follows || !is_led {
                    let reason = "its beginning cuts a direct order; name both clients, one behind the other";
                    return Err(conflict(part(), reason));
                }
                let Some(pair) = pairs.of(client) else { continue };
                let (pickup, delivery) = (position(pair.pickup), position(pair.delivery));
                if delivery.is_some_and(|then| pickup.is_none_or(|first| then < first)) {
                    let reason = "it begins with a delivery whose pickup is not before it; name the pickup first";
                    return Err(conflict(part(), reason));
                }
                if lock.is_frozen && delivery.is_none() {
                    let reason =
                        "its frozen route picks up what it does not deliver; name the delivery too";
                    return Err(conflict(part(), reason));
                }
            }
            // Deliveries of what it picks up come behind all of it.
            let place = |client| {
                let pickup = pairs.of(client).map(|pair| pair.pickup);
                position(client).or_else(|| pickup.and_then(position).map(|_| usize::MAX))
            };
            let mut loose = self.orders.iter();
            if loose.any(|order| match (place(order.first), place(order.then)) {
                (Some(first), Some(then)) => then < first,
                _ => false,
            }) {
                return Err(conflict(part(), "its beginning contradicts an order; change either"));
            }
        }
        Ok(())
    }

    /// Partners and direct neighbors of whom a lock names are bound to its vehicle too.
    fn bind_company(&mut self, pairs: &Pairs) -> Result<(), ProblemError> {
        if self.list.is_empty() {
            return Ok(());
        }
        for pair in &pairs.list {
            self.bind_together(&[pair.pickup, pair.delivery])?;
        }
        for head in 0..self.behind.len() {
            if self.ahead[head] != NOBODY || self.behind[head] == NOBODY {
                continue;
            }
            let first = ClientId::from_index(head);
            let chain: Vec<ClientId> =
                std::iter::successors(Some(first), |&client| self.behind(client)).collect();
            self.bind_together(&chain)?;
        }
        Ok(())
    }

    /// A vehicle that visits one of a group, or holds all of it, is the only one that may visit the others.
    fn bind_alternatives(&mut self, groups: &Groups) -> Result<(), ProblemError> {
        let is_chained =
            |&client: &ClientId| self.ahead(client).is_some() || self.behind(client).is_some();
        let chained = |index: &usize| groups.list[*index].clients.iter().any(is_chained);
        if let Some(index) = (0..groups.list.len()).find(chained) {
            let reason = "one of its clients has a direct order; alternatives have no neighbors";
            return Err(conflict(format!("group {index}"), reason));
        }
        if self.list.is_empty() {
            return Ok(());
        }
        for (index, group) in groups.list.iter().enumerate() {
            let begun =
                |client: &&ClientId| self.list.iter().any(|lock| lock.begins_with.contains(client));
            let n_begun = group.clients.iter().filter(begun).count();
            let n_bound = group.clients.iter().filter(|&&client| self.of(client).is_some()).count();
            if n_begun > 1 || (n_begun == 0 && n_bound > 0 && n_bound < group.clients.len()) {
                let reason = "locks begin with more than one of its clients, or hold some and not all; \
                              name one at a beginning, or hold all of them by one vehicle";
                return Err(conflict(format!("group {index}"), reason));
            }
            self.bind_together(&group.clients)?;
        }
        Ok(())
    }

    fn bind_together(&mut self, clients: &[ClientId]) -> Result<(), ProblemError> {
        let Some(lock) = clients.iter().find_map(|&client| self.of(client)) else { return Ok(()) };
        for &client in clients {
            if self.of(client).is_some_and(|other| other != lock) {
                let reason = "a lock binds it and another one its partner, direct neighbor or alternative; one vehicle may visit both";
                return Err(conflict(format!("client {}", client.0), reason));
            }
            self.lock_of[client.index()] = lock as u32;
        }
        Ok(())
    }
}

fn known_client(
    part: impl Fn() -> String,
    client: ClientId,
    n_clients: usize,
) -> Result<(), ProblemError> {
    if client.index() < n_clients {
        return Ok(());
    }
    let (what, index, count) = ("client", client.0, n_clients);
    Err(ProblemError::Dangling { part: part(), what, index, count })
}
