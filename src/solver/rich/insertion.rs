//! What a route is burdened with that takes one client more: what is asked most often, and of a route that is known.

use crate::problem::PickupOrder;
use crate::solver::law::{Burden, Limit, Piece, visits_of};
use crate::solver::rich::burden::Whole;
use crate::solver::rich::clock::Clock;
use crate::solver::rich::foresight::Foreseen;
use crate::solver::rich::segment::excess_of;
use crate::solver::rich::{MISPLACED, RichLaw};
use crate::solver::routes::Links;
use crate::solver::squares::Leg;

impl<const D: usize, const A: usize, const P: usize, const M: usize> RichLaw<D, A, P, M> {
    /// A slot's route with a client put behind a node, and how long it is; `None` where there is no route yet. Sums are those
    /// of the route as it is and of three legs; only times ask where the client comes in. What is too much is not told, nor
    /// what is asked of the vehicle.
    #[inline(always)]
    fn running_with(
        &self,
        slot: u32,
        client: u32,
        after: u32,
        links: &Links<Self>,
    ) -> Option<(Whole, i64)> {
        let Links { nodes, marks, briefs, slots, .. } = links;
        let (start, end) = (slots.start(slot), slots.end(slot));
        let now = &marks[end as usize].before;
        if now.count == 0 {
            return None;
        }
        let place = self.slot(slot);
        let next = nodes[after as usize].next;
        let is_first = after == start;
        let is_last = next == end;
        let from = if is_first { place.start } else { after };
        let to = if is_last { place.end } else { next };
        let there = self.between_into(place, from, client);
        let away = self.between(place, client, to);
        let [direct, out, home] = [next, start, end].map(|node| briefs[node as usize].leg_in);
        let time = |leg: Leg| i64::from(leg.time);
        let length = |leg: Leg| i64::from(leg.distance);
        let (before, behind) = (&marks[after as usize].before, &marks[next as usize].behind);
        let visit = &self.visits[client as usize];
        let mut stretch = visit.stretch;
        if !is_first {
            stretch = before.stretch.join(time(there), stretch);
        }
        if !is_last {
            stretch = stretch.join(time(away), behind.stretch);
        }
        let way = time(out) + time(home) + time(there) + time(away) - time(direct);
        let distance = now.distance + length(out) + length(home) + length(there) + length(away)
            - length(direct);
        let mut work = now.work + visit.work + way;
        if !self.setups.is_empty() {
            let first = nodes[start as usize].next;
            let spared_now = self.spared(place.start, first) - self.spared(from, to);
            work -= spared_now + self.spared(from, client) + self.spared(client, to);
        }
        let whole = Whole {
            stretch,
            out: time(if is_first { there } else { out }),
            home: time(if is_last { away } else { home }),
            travel: now.travel + way,
            work,
            release: now.release.max(visit.release),
            skills: 0,
            n_areas: 0,
            excess: 0,
        };
        Some((whole, distance))
    }

    /// Tells of such a route what it loads and asks for, too.
    #[inline(always)]
    fn load_with(
        &self,
        whole: &mut Whole,
        (slot, client, after): (u32, u32, u32),
        distance: i64,
        links: &Links<Self>,
    ) {
        let rules = &self.rules[self.slot(slot).kind as usize];
        let next = links.nodes[after as usize].next;
        let now = &links.marks[links.slots.end(slot) as usize].before;
        // Neither what comes before the first visit nor what comes behind the last loads anything.
        let (before, behind) =
            (&links.marks[after as usize].before, &links.marks[next as usize].behind);
        let visit = &self.visits[client as usize];
        let peak: [i64; D] = std::array::from_fn(|d| {
            let pickup = before.pickup[d] + visit.pickup[d];
            let peak = (before.peak[d] + visit.delivery[d]).max(before.pickup[d] + visit.peak[d]);
            (peak + behind.delivery[d]).max(pickup + behind.peak[d])
        });
        let misplaced = if rules.pickups == PickupOrder::Anytime {
            0
        } else {
            before.order.join(visit.order).join(behind.order).broken(rules.pickups)
        };
        whole.skills = now.skills | visit.skills;
        whole.n_areas = if A == 0 { 0 } else { now.n_areas_with(visit).into() };
        whole.excess = excess_of(&rules.capacity, &peak)
            + MISPLACED * misplaced
            + rules.too_far(distance, i64::from(now.count) + 1);
    }

    /// The burden of a slot's route with a client of the bank put behind a node.
    pub(super) fn price_insertion(
        &self,
        slot: u32,
        client: u32,
        after: u32,
        links: &Links<Self>,
        limit: Limit,
    ) -> Burden {
        let next = links.nodes[after as usize].next;
        let pieces = [Piece::Prefix(after), Piece::One(client), Piece::Suffix(next)];
        let known = self.foreseen_apart(slot, &pieces, links);
        if let Some(least) = known.map(Foreseen::least).filter(|&least| limit.is_passed_by(least)) {
            return least;
        }
        let Some((mut whole, distance)) = self.running_with(slot, client, after, links) else {
            let joined = self.join(slot, &pieces, links);
            return self.price_pieces(slot, &joined, known, limit, &pieces, links);
        };
        let place = self.slot(slot);
        let rules = &self.rules[place.kind as usize];
        let times = whole.times(rules);
        // Most that are too dear are so for their times.
        let least = if place.walks {
            Burden { time: times.1, ..Burden::default() }
        } else {
            Self::burden(place, rules, &whole, times, 0, (0, 0))
        };
        if limit.is_passed_by(least) {
            return least;
        }
        self.load_with(&mut whole, (slot, client, after), distance, links);
        if !place.walks {
            return Self::burden(place, rules, &whole, times, 0, (0, 0));
        }
        let walk = |clock: &mut Clock<P, M>, paid| self.walk(slot, clock, paid, &pieces, links);
        let visits = |see: &mut dyn FnMut(u32)| {
            pieces.iter().flat_map(|&piece| visits_of(piece, links)).for_each(see);
        };
        let foreseen = || known.or_else(|| self.foreseen(slot, whole.release, &pieces, links));
        self.price_walked(place, &whole, limit, foreseen, walk, visits)
    }
}
