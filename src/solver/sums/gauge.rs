//! What a kind of vehicle limits and prices of what adds up.

use crate::measure::{Meters, Seconds};
use crate::problem::VehicleType;
use crate::solver::capacity::{Capacity, Room};
use crate::solver::law::{Burden, Penalties};
use crate::solver::sums::measures::{LegMeasure, VisitMeasure};
use crate::solver::sums::peak::Peak;

/// Of what is not limited.
const NO_END: i64 = i64::MAX / 4;

/// The limits and prices of a kind of vehicle.
pub(super) struct Kind<const V: usize, const T: usize, const P: usize> {
    /// How much of the scarcest of what visits add it takes.
    pub(super) scarce_max: Capacity,
    /// How much of each; without end where a peak tells.
    visits_max: [Capacity; V],
    peaks_max: [Capacity; P],
    pub(super) gauges: [Gauge; T],
    opens: i64,
    closes: i64,
    pub(super) skills: u64,
    pub(super) area_split: i64,
}

/// What a kind of vehicle limits and prices of one measure of legs.
#[derive(Clone, Copy)]
pub(super) struct Gauge {
    meters_max: i64,
    seconds_max: i64,
    /// Whether the vehicle must be back by the end of its shift after so long.
    is_clocked: bool,
    /// Whether so much, or so little, may cost anything.
    is_priced: bool,
    /// Whether it may take too long, the shift apart.
    is_limited: bool,
    overtime_after: i64,
    overtime_price: i64,
    work_min: i64,
    work_max: i64,
    balance_price: i64,
}

impl Gauge {
    const NONE: Self = Self {
        meters_max: NO_END,
        seconds_max: NO_END,
        is_clocked: false,
        is_priced: false,
        is_limited: false,
        overtime_after: NO_END,
        overtime_price: 0,
        work_min: 0,
        work_max: NO_END,
        balance_price: 0,
    };

    fn of(kind: &VehicleType, measure: LegMeasure) -> Self {
        match measure {
            LegMeasure::Nothing => Self::NONE,
            LegMeasure::Distance => {
                let meters_max = kind.distance_max.map_or(NO_END, Meters::value);
                Self { meters_max, ..Self::NONE }
            }
            LegMeasure::Travel => {
                let seconds_max = kind.travel_max.map_or(NO_END, Seconds::value);
                Self { seconds_max, ..Self::NONE }
            }
            LegMeasure::Work => {
                let balance = kind.balance.as_ref();
                let overtime_price = kind.overtime.as_ref().map_or(0, |o| o.per_second);
                let balance_price = balance.map_or(0, |balance| balance.per_second);
                Self {
                    meters_max: NO_END,
                    seconds_max: kind.duration_max.map_or(NO_END, Seconds::value),
                    is_clocked: true,
                    is_priced: overtime_price > 0 || balance_price > 0,
                    is_limited: kind.duration_max.is_some(),
                    overtime_after: kind.overtime.as_ref().map_or(NO_END, |o| o.after.value()),
                    overtime_price,
                    work_min: balance.map_or(0, |balance| balance.work_min.value()),
                    work_max: balance.map_or(NO_END, |balance| balance.work_max.value()),
                    balance_price,
                }
            }
        }
    }

    fn minds_work(&self) -> bool {
        self.is_clocked && (self.is_limited || self.is_priced)
    }

    /// What it costs that a sum is so large.
    #[inline(always)]
    pub(super) fn price(&self, sum: i64) -> i64 {
        if !self.is_priced {
            return 0;
        }
        (sum - self.overtime_after).max(0) * self.overtime_price
            + (sum - self.work_max).max(0) * self.balance_price
    }

    /// What it costs to work less than one should.
    #[inline(always)]
    fn missing(&self, sum: i64) -> i64 {
        if !self.is_priced {
            return 0;
        }
        (self.work_min - sum).max(0) * self.balance_price
    }

    /// How much dearer a route becomes at least whose sum grows.
    #[inline(always)]
    pub(super) fn price_of_more(&self, sum: i64, more: i64, prices: Penalties) -> i64 {
        let beyond = |limit: i64| (sum + more - limit).clamp(0, more);
        let mut price = 0;
        if self.is_priced {
            price = beyond(self.overtime_after) * self.overtime_price
                + beyond(self.work_max) * self.balance_price;
        }
        if self.is_limited && sum + more > self.seconds_max {
            let late = |sum: i64| prices.of_time((sum - self.seconds_max).max(0));
            price += late(sum + more) - late(sum);
        }
        price
    }
}

impl<const V: usize, const T: usize, const P: usize> Kind<V, T, P> {
    pub(super) fn of(
        kind: &VehicleType,
        of_visits: &[VisitMeasure],
        of_legs: [LegMeasure; T],
        peaked: [Option<usize>; P],
    ) -> Self {
        let most = |measure: &VisitMeasure| {
            let has_peak = peaked.iter().any(|d| d.is_some() && *d == measure.dimension());
            if has_peak { Capacity::ENDLESS } else { Capacity::of(measure.most(kind)) }
        };
        let visit_max = |v: usize| of_visits.get(v).map_or(Capacity::ENDLESS, most);
        Self {
            scarce_max: of_visits.first().map_or(Capacity::ENDLESS, |v| Capacity::of(v.most(kind))),
            peaks_max: peaked
                .map(|d| d.map_or(Capacity::ENDLESS, |d| Capacity::of(kind.capacity.0[d]))),
            visits_max: std::array::from_fn(visit_max),
            gauges: of_legs.map(|measure| Gauge::of(kind, measure)),
            opens: kind.shift.start.value(),
            closes: kind.shift.end.value(),
            skills: kind.skills.0,
            area_split: kind.area_split.value(),
        }
    }

    /// Whether working longer may cost more, or be too long.
    pub(super) fn minds_work(&self) -> bool {
        self.gauges.first().is_some_and(Gauge::minds_work)
    }

    /// Whether working longer may cost more.
    pub(super) fn prices_work(&self) -> bool {
        self.gauges.first().is_some_and(|gauge| gauge.is_clocked && gauge.is_priced)
    }

    /// Excess of all measures but the scarcest.
    #[inline(always)]
    pub(super) fn excess_of_others(&self, sums: &[i64; V]) -> i64 {
        (1..V).map(|v| self.visits_max[v].excess(sums[v])).sum()
    }

    #[inline(always)]
    pub(super) fn weigh_visits(&self, burden: &mut Burden, sums: &[i64; V], load: &[Peak; P]) {
        for (&sum, most) in sums.iter().zip(&self.visits_max) {
            burden.load += most.excess(sum);
        }
        for (peak, most) in load.iter().zip(&self.peaks_max) {
            burden.load += most.excess(peak.most);
        }
    }

    #[inline(always)]
    pub(super) fn weigh_legs(&self, burden: &mut Burden, sums: &[i64; T], release: i64) {
        let departure = self.opens.max(release);
        for (&sum, gauge) in sums.iter().zip(&self.gauges) {
            let missing = gauge.missing(sum);
            burden.priced += gauge.price(sum) + missing;
            burden.idle += missing;
            burden.load += (sum - gauge.meters_max).max(0);
            burden.time += (sum - gauge.seconds_max).max(0);
            if gauge.is_clocked {
                burden.time +=
                    (departure + sum - self.closes).max(0) + (departure - self.closes).max(0);
            }
        }
    }

    /// What it is priced that legs add up to so much.
    #[inline(always)]
    pub(super) fn price_of_legs(&self, sums: &[i64; T], release: i64, prices: Penalties) -> i64 {
        let mut burden = Burden::default();
        self.weigh_legs(&mut burden, sums, release);
        prices.price(burden)
    }
}
