//! The slow truth about the working solution, for debug builds and the feature `paranoid`.

use crate::solver::law::Law;
use crate::solver::routes::{BANK, Routes};

impl<L: Law> Routes<'_, L> {
    /// Recomputes everything from the sequences and compares.
    pub(in crate::solver) fn assert_consistent(&mut self) {
        let slots: Vec<u32> = self.links.nodes.iter().map(|node| node.slot).collect();
        assert_eq!(self.slot_of, slots, "the slot of each node is known apart");
        let mut cost = 0;
        let mut served = 0;
        for slot in 0..self.n_slots() as u32 {
            let clients: Vec<u32> = self.clients(slot).collect();
            let state = self.states[slot as usize];
            let mut legs = 0;
            let mut prev = self.start(slot);
            for (i, &client) in clients.iter().enumerate() {
                legs += self.law.leg(slot, prev, client);
                let node = self.node(client);
                assert_eq!((node.prev, node.slot), (prev, slot), "links lead back");
                assert_eq!(node.position, i as u32 + 1, "positions count up");
                prev = client;
            }
            if !clients.is_empty() {
                legs += self.law.leg(slot, prev, self.end(slot));
            }
            assert_eq!(state.legs, legs, "slot {slot}: legs are summed exactly");
            let judged = self.law.judge(slot, &clients);
            assert_eq!(state.burden, judged, "slot {slot} is assessed exactly");
            let is_obedient = self.ties.is_none_or(|ties| ties.holds(slot, &clients));
            assert!(is_obedient, "slot {slot} obeys its ties: {clients:?}");
            cost += state.legs + state.burden.priced;
            served += clients.iter().filter(|&&client| !self.is_reload(client)).count();
        }
        for client in 0..self.n_clients() as u32 {
            cost += self.law.least_stay(client);
            let Some(couple) = self.law.couple_of(client) else { continue };
            let (pickup, delivery) = (self.node(couple.pickup), self.node(couple.delivery));
            assert_eq!(pickup.slot, delivery.slot, "a pair is served by one vehicle or none");
            let is_ordered = pickup.slot == BANK || pickup.position < delivery.position;
            assert!(is_ordered, "a pickup comes before its delivery");
            let mut on_the_way = couple.pickup;
            while pickup.slot != BANK && on_the_way != couple.delivery {
                assert!(!self.is_reload(on_the_way), "a pair is served on one trip");
                on_the_way = self.node(on_the_way).next;
            }
        }
        for client in 0..self.n_clients() as u32 {
            let alternatives = self.ties.map_or(&[][..], |ties| ties.alternatives(client));
            let n_served = alternatives.iter().filter(|&&a| self.slot_of(a) != BANK).count();
            assert!(n_served <= 1, "one of a group is served at most");
        }
        for (position, &client) in self.bank.iter().enumerate() {
            let node = self.node(client);
            assert_eq!(
                (node.slot, node.position),
                (BANK, position as u32),
                "the bank knows its clients"
            );
            cost += self.unserved_price[client as usize];
        }
        for (position, &reload) in self.idle_reloads.iter().enumerate() {
            let node = self.node(reload);
            assert_eq!(
                (node.slot, node.position),
                (BANK, position as u32),
                "idle returns are known"
            );
        }
        let of_slot = |slot: u32| {
            let is_stranger = |client: &u32| self.loyalty.is_stranger(*client, slot);
            self.clients(slot).filter(is_stranger).count() as u32
        };
        let n_strangers: u32 = (0..self.n_slots() as u32).map(of_slot).sum();
        assert_eq!(n_strangers, self.n_strangers, "strangers are counted");
        assert_eq!(cost, self.cost, "the cost is the sum of its parts");
        assert_eq!(served + self.bank.len(), self.n_clients(), "every client is somewhere, once");
        let n_infeasible = self.states.iter().filter(|s| !s.burden.is_feasible()).count();
        assert_eq!(n_infeasible as u32, self.n_infeasible, "infeasible routes are counted");
    }
}
