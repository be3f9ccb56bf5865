//! The numbers a planner is judged by. Existing work counts as work; every rate has its two numbers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::id::IdVec;
use crate::measure::Seconds;
use crate::planning::plan::{CarrierRoute, DayPlan, Indicators};
use crate::post::{CarrierId, DueClass, ItemId};
use crate::territory::{CommuneCode, Walk};

/// Counts a finished plan.
pub(crate) fn indicators(
    day: &DayPlan,
    due: &IdVec<ItemId, DueClass>,
    walks: &IdVec<CarrierId, Walk>,
) -> Indicators {
    let stops = |route: &CarrierRoute| -> Vec<_> {
        route.visits.iter().map(|visit| &day.stops[visit.stop]).collect()
    };
    let is_pressing = |&item: &ItemId| due[item] <= DueClass::Today;
    let work = |route: &CarrierRoute| {
        route.travel() + route.service() + day.carriers[route.carrier].existing_work
    };
    let mut numbers = Indicators {
        n_items: day.items.len(),
        n_unplanned: day.unplanned.len(),
        n_forwarded: day.forwarded.len(),
        n_carriers_used: day.routes.len(),
        distance: day.routes.iter().map(CarrierRoute::distance).sum(),
        travel: day.routes.iter().map(CarrierRoute::travel).sum(),
        service: day.routes.iter().map(CarrierRoute::service).sum(),
        waiting: day.routes.iter().map(CarrierRoute::waiting).sum(),
        work_min: day.routes.iter().map(work).min().unwrap_or(Seconds::ZERO),
        work_max: day.routes.iter().map(work).max().unwrap_or(Seconds::ZERO),
        n_pressing: day.items.ids().filter(is_pressing).count(),
        ..Indicators::default()
    };
    let mut carriers_of: BTreeMap<CommuneCode, BTreeSet<CarrierId>> = BTreeMap::new();
    for route in &day.routes {
        for stop in stops(route) {
            let n_items = stop.items.len();
            let is_on_walk = walks[route.carrier].covers(stop.commune);
            numbers.n_stops += 1;
            numbers.n_planned += n_items;
            numbers.n_items_on_walk += if is_on_walk { n_items } else { 0 };
            numbers.n_pressing_planned += stop.items.iter().filter(|id| is_pressing(id)).count();
            numbers.money_due = numbers.money_due + stop.money_due;
            carriers_of.entry(stop.commune).or_default().insert(route.carrier);
        }
    }
    numbers.n_communes_split = carriers_of.values().filter(|carriers| carriers.len() > 1).count();
    numbers
}
