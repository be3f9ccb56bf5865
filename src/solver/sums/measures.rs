//! What adds up along a route: only what some vehicle limits or prices.

use crate::measure::{Cost, Seconds};
use crate::problem::{Client, MAX_LOADS, PickupOrder, Problem, TimeWindow, VehicleType};
use crate::solver::part::Part;
use crate::solver::squares::Leg;
use crate::solver::sums::peak::peaked;

/// What legs add up to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LegMeasure {
    /// Seconds of travel, setup and service.
    Work,
    /// Meters.
    Distance,
    /// Seconds of travel.
    Travel,
    /// Nothing: a place that is left over.
    Nothing,
}

impl LegMeasure {
    /// What a leg adds, to a client who is spared so much of its setup.
    #[inline(always)]
    pub(super) fn of(self, leg: Leg, spared: i64) -> i64 {
        match self {
            Self::Work => i64::from(leg.time) - spared,
            Self::Distance => leg.distance.into(),
            Self::Travel => leg.time.into(),
            Self::Nothing => 0,
        }
    }

    /// What a client adds.
    pub(super) fn at_door(self, client: &Client) -> i64 {
        if self == Self::Work { (client.setup + client.service).value() } else { 0 }
    }
}

/// What visits add up to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum VisitMeasure {
    /// What is delivered in a dimension.
    Delivery(usize),
    /// What is picked up in a dimension.
    Pickup(usize),
    /// Clients.
    Count,
}

impl VisitMeasure {
    /// What a client adds.
    pub(super) fn amount(self, client: &Client) -> i64 {
        match self {
            Self::Delivery(d) => client.delivery.0[d],
            Self::Pickup(d) => client.pickup.0[d],
            Self::Count => 1,
        }
    }

    /// The dimension of load.
    pub(super) fn dimension(self) -> Option<usize> {
        match self {
            Self::Delivery(d) | Self::Pickup(d) => Some(d),
            Self::Count => None,
        }
    }

    /// The most that a vehicle takes.
    pub(super) fn most(self, kind: &VehicleType) -> i64 {
        match self {
            Self::Delivery(d) | Self::Pickup(d) => kind.capacity.0[d],
            Self::Count => kind.clients_max.map_or(i64::MAX / 4, i64::from),
        }
    }
}

/// The measures of legs that anybody limits or prices. Work comes first.
pub(super) fn leg_measures(problem: &Problem) -> Vec<LegMeasure> {
    let any =
        |is_asked: &dyn Fn(&VehicleType) -> bool| problem.vehicle_types().values().any(is_asked);
    let has_releases = problem.clients().values().any(|client| client.release != Seconds::ZERO);
    let works = |kind: &VehicleType| {
        kind.shift != TimeWindow::ALWAYS
            || kind.duration_max.is_some()
            || kind.overtime.as_ref().is_some_and(|overtime| overtime.per_second > 0)
            || kind.balance.as_ref().is_some_and(|balance| balance.per_second > 0)
    };
    let asked = [
        (LegMeasure::Work, has_releases || any(&works)),
        (LegMeasure::Distance, any(&|kind| kind.distance_max.is_some())),
        (LegMeasure::Travel, any(&|kind| kind.travel_max.is_some())),
    ];
    asked.into_iter().filter(|&(_, is_asked)| is_asked).map(|(measure, _)| measure).collect()
}

/// The measures of visits that a vehicle may have too much of, the scarcest first: that which asks for most of the room
/// that there is.
pub(super) fn visit_measures(problem: &Problem, part: &Part) -> Vec<VisitMeasure> {
    let of_part = || part.clients.iter().map(|&client| &problem.clients()[client]);
    let need = |measure: VisitMeasure| {
        let asked: i64 = of_part().map(|client| measure.amount(client)).sum();
        let room = |sum: i64, kind: &VehicleType| sum.saturating_add(measure.most(kind));
        let types = part.slots.iter().map(|&id| &problem.vehicle_types()[id]);
        asked as f64 / types.fold(0, room).max(1) as f64
    };
    let mut measures = asked_of_visits(problem);
    measures.sort_by(|&a, &b| need(b).total_cmp(&need(a)));
    measures
}

/// The same in no order. Of a dimension in which some are delivered to and others pick up, that of which there is more: it
/// bounds the peak.
fn asked_of_visits(problem: &Problem) -> Vec<VisitMeasure> {
    let asked = |measure: VisitMeasure| -> i64 {
        problem.clients().values().map(|client| measure.amount(client)).sum()
    };
    let larger = |d: usize| {
        let both = [VisitMeasure::Delivery(d), VisitMeasure::Pickup(d)].map(|m| (asked(m), m));
        if both[0].0 < both[1].0 { both[1] } else { both[0] }
    };
    let loads = (0..MAX_LOADS).map(larger).filter(|&(asked, _)| asked > 0);
    let mut measures: Vec<VisitMeasure> = loads.map(|(_, measure)| measure).collect();
    if problem.vehicle_types().values().any(|kind| kind.clients_max.is_some()) {
        measures.push(VisitMeasure::Count);
    }
    measures
}

/// Whether somebody who picks up must wait for others to be delivered to.
pub(super) fn has_order(problem: &Problem) -> bool {
    problem.vehicle_types().values().any(|kind| kind.pickups != PickupOrder::Anytime)
        && problem.clients().values().any(Client::picks_up)
}

/// How much a law of sums must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::solver) struct Needs {
    /// Measures of visits.
    pub visits: usize,
    /// Measures of legs.
    pub legs: usize,
    /// Words of what is gathered: releases, skills, then areas; none where nobody asks for any.
    pub words: usize,
    /// Dimensions of load in which some are delivered to and others pick up.
    pub peaks: usize,
}

/// What a problem whose time of day matters to nobody asks of the law of sums.
pub(in crate::solver) fn needs(problem: &Problem) -> Needs {
    let (clients, kinds) = (problem.clients(), problem.vehicle_types());
    let has_releases = clients.values().any(|client| client.release != Seconds::ZERO);
    let lacks = |kind: &VehicleType| clients.values().any(|c| !kind.skills.covers(c.skills));
    let prices_areas = kinds.values().any(|kind| kind.area_split != Cost::ZERO);
    let words = match problem.n_areas() {
        n_areas if prices_areas => 2 + n_areas.div_ceil(64),
        _ if has_releases || kinds.values().any(lacks) => 2,
        _ => 0,
    };
    let (visits, legs) = (asked_of_visits(problem).len(), leg_measures(problem).len());
    Needs { visits, legs, words, peaks: peaked(problem).len() }
}
