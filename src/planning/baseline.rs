//! The day without a plan: each item to its commune's carrier, in list order (R-PL-7).

use crate::id::{Id, IdVec};
use crate::measure::Seconds;
use crate::planning::assembly::{Work, type_of_carrier};
use crate::planning::plan::{Baseline, StopId};
use crate::post::{Carrier, CarrierId};
use crate::problem::{ClientId, Problem, Route, Solution, Violation, check};
use crate::territory::CommuneCode;

/// How the day would go by standing walks.
///
/// Every stop is visited, as far as the shift may have to stretch for it; the stops follow the list.
pub(crate) fn baseline(work: &Work<'_>, problem: &Problem) -> Baseline {
    let mut lists: IdVec<CarrierId, Vec<ClientId>> = vec![Vec::new(); work.carriers.len()].into();
    for stop in in_list_order(work) {
        let carrier = carrier_of(work, work.stops[stop].commune);
        lists[carrier].push(ClientId::from_index(stop.index()));
    }
    let routes = lists
        .iter()
        .filter(|(_, clients)| !clients.is_empty())
        .map(|(id, clients)| Route::new(type_of_carrier(id), clients.clone()));
    let solution = Solution { routes: routes.collect(), unserved: Vec::new() };
    let report = check(problem, &solution);
    let existing = |route: &Route| {
        let carrier: &Carrier = &work.carriers[CarrierId::from_index(route.vehicle_type.index())];
        carrier.existing_work
    };
    let days = solution.routes.iter().zip(&report.routes);
    let over_shift = |v: &&Violation| matches!(v, Violation::ShiftEnd { .. });
    Baseline {
        distance: report.routes.iter().map(|route| route.distance).sum(),
        travel: report.routes.iter().map(|route| route.travel).sum(),
        work_max: days
            .map(|(route, schedule)| schedule.work() + existing(route))
            .max()
            .unwrap_or(Seconds::ZERO),
        n_over_shift: report.violations.iter().filter(over_shift).count(),
    }
}

/// Stops by their first item.
fn in_list_order(work: &Work<'_>) -> Vec<StopId> {
    let mut stops: Vec<StopId> = work.stops.ids().collect();
    stops.sort_by_key(|&id| (work.stops[id].items.first().copied(), id));
    stops
}

/// The carrier whose walk holds the commune most firmly; else the one whose walk lies nearest; else, when nobody
/// has a walk, by the commune's code in turn.
fn carrier_of(work: &Work<'_>, commune: CommuneCode) -> CarrierId {
    let mut best: Option<(CarrierId, f64)> = None;
    for (id, walk) in work.walks.iter() {
        let habit = walk.habit(commune);
        if habit > best.map_or(0.0, |(_, most)| most) {
            best = Some((id, habit));
        }
    }
    if let Some((id, _)) = best {
        return id;
    }
    let Some(point) = work.gazetteer.commune(commune).map(|commune| commune.point) else {
        return CarrierId(0);
    };
    let mut nearest: Option<(CarrierId, f64)> = None;
    for (id, walk) in work.walks.iter() {
        for code in walk.by_habit() {
            let Some(known) = work.gazetteer.commune(code) else { continue };
            let distance = known.point.distance_m(point);
            if nearest.is_none_or(|(_, least)| distance < least) {
                nearest = Some((id, distance));
            }
        }
    }
    let in_turn = CarrierId::from_index(commune.0 as usize % work.carriers.len());
    nearest.map_or(in_turn, |(id, _)| id)
}
