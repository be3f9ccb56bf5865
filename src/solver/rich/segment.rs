//! A stretch of visits, summarized by what joins in O(1).

use crate::id::Id;
use crate::problem::{Client, Load, PickupOrder};
use crate::solver::capacity::{Capacity, Room};
use crate::solver::squares::Leg;
use crate::solver::timed::{Stretch, visit_of};

/// A stretch of visits: what joins in O(1). Without visits it counts none and says nothing else. What bounds a route's times
/// stands first, on one line of the cache.
#[derive(Clone, Copy)]
#[repr(C)]
pub(in crate::solver) struct Segment<const D: usize, const A: usize> {
    pub(in crate::solver) stretch: Stretch,
    pub(in crate::solver) release: i64,
    pub(in crate::solver) travel: i64,
    /// Travel, setup and service, no waiting.
    pub(in crate::solver) work: i64,
    pub(in crate::solver) distance: i64,
    pub(in crate::solver) delivery: [i64; D],
    pub(in crate::solver) pickup: [i64; D],
    pub(in crate::solver) peak: [i64; D],
    /// One bit for each area.
    areas: [u64; A],
    pub(in crate::solver) skills: u64,
    pub(in crate::solver) order: PickupsLast,
    pub(in crate::solver) count: u32,
}

/// A visit whose windows are taken for one from the first to the last, and who is spared its setup where that may be: no
/// vehicle is there earlier, or less late.
fn hull_of(client: &Client) -> Stretch {
    match client.windows[..] {
        [first, .., last] => {
            Stretch::visit(client.service.value(), first.start.value(), last.end.value())
        }
        _ => visit_of(client),
    }
}

impl<const D: usize, const A: usize> Default for Segment<D, A> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const D: usize, const A: usize> Segment<D, A> {
    pub(in crate::solver) const EMPTY: Self = Self {
        stretch: Stretch { duration: 0, warp: 0, earliest: 0, latest: 0 },
        distance: 0,
        travel: 0,
        work: 0,
        delivery: [0; D],
        pickup: [0; D],
        peak: [0; D],
        areas: [0; A],
        release: 0,
        skills: 0,
        count: 0,
        order: PickupsLast { deliveries: 0, misplaced: 0, picks_up: false },
    };

    /// One visit; `carried` is what a pair adds to the load there.
    pub(super) fn of(client: &Client, carried: &Load) -> Self {
        let (mut delivery, mut pickup, mut peak) = ([0; D], [0; D], [0; D]);
        for d in 0..D {
            (delivery[d], pickup[d]) = (client.delivery.0[d], client.pickup.0[d] + carried.0[d]);
            peak[d] = delivery[d].max(pickup[d]);
        }
        let mut areas = [0; A];
        if let Some(area) = client.area.filter(|_| A > 0) {
            areas[area.index() / 64] = 1 << (area.index() % 64);
        }
        Self {
            stretch: hull_of(client),
            distance: 0,
            travel: 0,
            work: (client.setup + client.service).value(),
            delivery,
            pickup,
            peak,
            areas,
            release: client.release.value(),
            skills: client.skills.0,
            count: 1,
            order: PickupsLast {
                deliveries: u32::from(client.delivers()),
                misplaced: 0,
                picks_up: client.picks_up(),
            },
        }
    }

    /// How many different areas it visits.
    #[inline]
    pub(in crate::solver) fn n_areas(&self) -> u32 {
        self.areas.iter().map(|word| word.count_ones()).sum()
    }

    /// How many different areas it would visit with another.
    #[inline]
    pub(super) fn n_areas_with(&self, other: &Self) -> u32 {
        self.areas.iter().zip(other.areas).map(|(word, more)| (word | more).count_ones()).sum()
    }

    /// This stretch, a leg, then the other, whose first visit is spared some of its setup.
    #[inline(always)]
    pub(in crate::solver) fn then(&self, leg: Leg, spared: i64, other: &Self) -> Self {
        let time = i64::from(leg.time);
        let sum = |a: &[i64; D], b: &[i64; D]| std::array::from_fn(|d| a[d] + b[d]);
        Self {
            stretch: self.stretch.join(time, other.stretch),
            distance: self.distance + i64::from(leg.distance) + other.distance,
            travel: self.travel + time + other.travel,
            work: self.work + time + other.work - spared,
            delivery: sum(&self.delivery, &other.delivery),
            pickup: sum(&self.pickup, &other.pickup),
            // Deliveries are on board from the start, pickups until the end. The load of a pair is a pickup, and one less
            // where it is delivered.
            peak: std::array::from_fn(|d| {
                (self.peak[d] + other.delivery[d]).max(self.pickup[d] + other.peak[d])
            }),
            areas: std::array::from_fn(|word| self.areas[word] | other.areas[word]),
            release: self.release.max(other.release),
            skills: self.skills | other.skills,
            count: self.count + other.count,
            order: self.order.join(other.order),
        }
    }
}

/// What visits and legs add up to over several trips.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Totals<const A: usize> {
    pub(in crate::solver) distance: i64,
    pub(in crate::solver) travel: i64,
    /// Travel, setup and service, loading included.
    pub(in crate::solver) work: i64,
    areas: [u64; A],
    pub(in crate::solver) skills: u64,
    pub(in crate::solver) count: u32,
}

impl<const A: usize> Totals<A> {
    pub(in crate::solver) const NOTHING: Self =
        Self { distance: 0, travel: 0, work: 0, areas: [0; A], skills: 0, count: 0 };

    /// Those of a stretch.
    #[inline(always)]
    pub(in crate::solver) fn of<const D: usize>(stretch: &Segment<D, A>) -> Self {
        let &Segment { distance, travel, work, areas, skills, count, .. } = stretch;
        Self { distance, travel, work, areas, skills, count }
    }

    #[inline(always)]
    pub(in crate::solver) fn add(&mut self, other: &Self) {
        for (word, more) in self.areas.iter_mut().zip(other.areas) {
            *word |= more;
        }
        self.distance += other.distance;
        self.travel += other.travel;
        self.work += other.work;
        self.skills |= other.skills;
        self.count += other.count;
    }

    /// Adds a leg to a visit that is spared so much of its setup.
    #[inline(always)]
    pub(in crate::solver) fn drive(&mut self, leg: Leg, spared: i64) {
        self.distance += i64::from(leg.distance);
        self.travel += i64::from(leg.time);
        self.work += i64::from(leg.time) - spared;
    }

    /// How many different areas are visited.
    #[inline]
    pub(in crate::solver) fn n_areas(&self) -> i64 {
        self.areas.iter().map(|word| i64::from(word.count_ones())).sum()
    }
}

/// How far a stretch keeps its pickups last.
#[derive(Clone, Copy)]
pub(in crate::solver) struct PickupsLast {
    /// Clients delivered to.
    deliveries: u32,
    /// Those of them that come behind a pickup.
    misplaced: u32,
    picks_up: bool,
}

impl PickupsLast {
    #[inline(always)]
    pub(super) fn join(self, behind: Self) -> Self {
        let late = if self.picks_up { behind.deliveries } else { behind.misplaced };
        Self {
            deliveries: self.deliveries + behind.deliveries,
            misplaced: self.misplaced + late,
            picks_up: self.picks_up | behind.picks_up,
        }
    }

    /// How many visits break the rule of a kind of vehicle.
    #[inline(always)]
    pub(in crate::solver) fn broken(self, rule: PickupOrder) -> i64 {
        let is_alone = self.picks_up && self.deliveries == 0;
        match rule {
            PickupOrder::Anytime => 0,
            PickupOrder::Last => i64::from(self.misplaced),
            PickupOrder::LastOfDeliveries => i64::from(self.misplaced) + i64::from(is_alone),
        }
    }
}

/// Load beyond capacity in all dimensions. They differ by orders of magnitude: each is measured in thousandths of its
/// own capacity.
#[inline(always)]
pub(in crate::solver) fn excess_of<const D: usize>(
    capacity: &[Capacity; D],
    peak: &[i64; D],
) -> i64 {
    (0..D).map(|d| capacity[d].excess(peak[d])).sum()
}
