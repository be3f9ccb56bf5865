//! Stops and carriers as a routing problem: what is a rule, what has a price.
//!
//! Client `i` is stop `i`, vehicle type `i` is carrier `i` with one vehicle, area `i` is the `i`-th commune.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::id::{Id, IdVec};
use crate::matrix::TravelMatrix;
use crate::measure::{Cost, Seconds};
use crate::planning::clusters::work_of_stop;
use crate::planning::config::PlanConfig;
use crate::planning::plan::{Cluster, Stop, StopId};
use crate::planning::ways::DayPlaces;
use crate::post::{Carrier, CarrierId, DueClass, ItemId, Shift, Skill};
use crate::problem::{
    AreaId, BalanceRule, Client, ClientId, Departure, Load, PlaceId, Presence, Problem,
    ProblemError, Rest, SkillSet, TimeWindow, Travel, VehicleType, VehicleTypeId,
};
use crate::territory::{CommuneCode, CommuneKind, Gazetteer, Walk};

/// Dimension of the load that counts items.
pub(crate) const LOAD_ITEMS: usize = 0;
/// Dimension of the load in grams.
pub(crate) const LOAD_GRAMS: usize = 1;
/// Dimension of the load in đồng: collected at doors.
pub(crate) const LOAD_DONG: usize = 2;

/// What is planned, and by whom.
pub(crate) struct Work<'a> {
    /// The national lists.
    pub(crate) gazetteer: &'a Gazetteer,
    /// How pressing each item is.
    pub(crate) due: &'a IdVec<ItemId, DueClass>,
    /// The stops.
    pub(crate) stops: &'a IdVec<StopId, Stop>,
    /// The carriers.
    pub(crate) carriers: &'a IdVec<CarrierId, Carrier>,
    /// Their walks.
    pub(crate) walks: &'a IdVec<CarrierId, Walk>,
    /// Today's cluster of each.
    pub(crate) clusters: &'a IdVec<CarrierId, Cluster>,
    /// Where everything is.
    pub(crate) places: &'a DayPlaces,
    /// The office's choices.
    pub(crate) config: &'a PlanConfig,
}

/// The stop that a client stands for.
pub(crate) fn stop_of_client(client: ClientId) -> StopId {
    StopId::from_index(client.index())
}

/// The carrier that a vehicle type stands for.
pub(crate) fn carrier_of_type(kind: VehicleTypeId) -> CarrierId {
    CarrierId::from_index(kind.index())
}

/// The vehicle type that stands for a carrier.
pub(crate) fn type_of_carrier(carrier: CarrierId) -> VehicleTypeId {
    VehicleTypeId::from_index(carrier.index())
}

/// States the day as a routing problem.
///
/// # Errors
/// When a number of the day exceeds what a problem may hold.
pub(crate) fn assemble(work: &Work<'_>, matrix: TravelMatrix) -> Result<Problem, ProblemError> {
    let areas = areas_of(work.stops);
    let balance = balance_rules(work, &matrix);
    let clients: Vec<Client> =
        work.stops.iter().map(|(id, stop)| client(work, &areas, id, stop)).collect();
    let kinds: Vec<VehicleType> = work
        .carriers
        .iter()
        .map(|(id, carrier)| {
            let mut kind = vehicle_type(work, id, carrier);
            kind.habit = habit(work, &areas, id);
            kind.balance = balance[id.index()];
            kind
        })
        .collect();
    let travel = Travel::Matrix(Arc::new(matrix));
    Problem::builder().clients(clients).vehicle_types(kinds).profile(travel).build()
}

/// The communes that have stops, ascending; the position is the [`AreaId`].
fn areas_of(stops: &IdVec<StopId, Stop>) -> Vec<CommuneCode> {
    let mut areas: Vec<CommuneCode> = stops.values().map(|stop| stop.commune).collect();
    areas.sort_unstable();
    areas.dedup();
    areas
}

fn client(work: &Work<'_>, areas: &[CommuneCode], id: StopId, stop: &Stop) -> Client {
    let area = areas.binary_search(&stop.commune).expect("areas hold the commune of every stop");
    let mut client = Client::at(PlaceId::from_index(id.index()));
    let n_items = stop.items.len() as i64;
    client.delivery.0[LOAD_ITEMS] = n_items;
    client.delivery.0[LOAD_GRAMS] = work.config.item_weight.value() * n_items;
    client.pickup.0[LOAD_DONG] = stop.money_due.value().max(0);
    client.service = stop.service;
    client.windows = windows(stop, &work.config.office_hours);
    let price = |&item: &ItemId| work.config.prices.unserved(work.due[item]);
    client.presence = Presence::Optional { prize: stop.items.iter().map(price).sum() };
    client.skills = skills_needed(work, stop);
    client.area = Some(AreaId::from_index(area));
    client
}

/// When a visit may begin. An organization also has office hours, and the visit must end within them; hours that
/// lie outside of office hours were asked for by someone who knows better.
pub(crate) fn windows(
    stop: &Stop,
    office_hours: &[(Seconds, Seconds)],
) -> SmallVec<[TimeWindow; 1]> {
    let asked = stop.hours.filter(|(from, to)| from <= to);
    let asked_window = asked.map(|(start, end)| TimeWindow { start, end });
    if !stop.handling.organization {
        return asked_window.into_iter().collect();
    }
    let (from, to) = asked.unwrap_or((Seconds::ZERO, TimeWindow::ALWAYS.end));
    let within: SmallVec<[TimeWindow; 1]> = office_hours
        .iter()
        .map(|&(open, close)| TimeWindow {
            start: open.max(from),
            end: (close - stop.service).max(open).min(to),
        })
        .filter(|window| window.start <= window.end)
        .collect();
    if within.is_empty() { asked_window.into_iter().collect() } else { within }
}

fn skills_needed(work: &Work<'_>, stop: &Stop) -> SkillSet {
    let is_island = work
        .gazetteer
        .commune(stop.commune)
        .is_some_and(|commune| commune.kind == CommuneKind::DacKhu);
    let by_place = work.config.skill_communes.iter().filter(|(code, _)| *code == stop.commune);
    let mut bits = by_place.fold(0, |bits, &(_, skill)| bits | bit(skill));
    if stop.handling.in_person {
        bits |= bit(Skill::InPerson);
    }
    if is_island {
        bits |= bit(Skill::Water);
    }
    SkillSet(bits)
}

fn bit(skill: Skill) -> u64 {
    let index = Skill::ALL.iter().position(|&known| known == skill);
    1 << index.expect("`Skill::ALL` lists every skill")
}

fn vehicle_type(work: &Work<'_>, id: CarrierId, carrier: &Carrier) -> VehicleType {
    let (config, limits) = (work.config, carrier.limits);
    let existing = i64::from(carrier.existing_items);
    let mut capacity = Load::ZERO;
    capacity.0[LOAD_ITEMS] = (i64::from(limits.items) - existing).max(0);
    let existing_grams = config.item_weight.value() * existing;
    capacity.0[LOAD_GRAMS] = (limits.weight.value() - existing_grams).max(0);
    capacity.0[LOAD_DONG] = limits.cash.value().max(0);
    let end = shortened_end(&carrier.shift, carrier.existing_work);
    VehicleType {
        end: Some(work.places.ends[id]),
        fixed: config.prices.carrier,
        per_meter: config.prices.meter,
        per_second: config.prices.second,
        shift: TimeWindow { start: carrier.shift.start, end },
        departure: Departure::AtShiftStart,
        clients_max: limits.stops,
        rests: rest(&carrier.shift, end, config.rest_slack).into_iter().collect(),
        skills: SkillSet(carrier.skills.iter().fold(0, |bits, &skill| bits | bit(skill))),
        area_split: config.prices.area_split,
        ..VehicleType::at(work.places.starts[id], 1, capacity)
    }
}

/// The end of a shift from which the time for ordinary mail is taken, last hours first, the rest skipped.
///
/// Ordinary mail shares its streets with the results, so its minutes lie all over the day; what the plan must know
/// is only how many are gone. Taking them from the end keeps every visit within the true shift.
pub(crate) fn shortened_end(shift: &Shift, existing_work: Seconds) -> Seconds {
    let end = match shift.rest {
        Some((rest_start, rest_end)) if shift.end - existing_work < rest_end => {
            rest_start - (existing_work - (shift.end - rest_end)).max(Seconds::ZERO)
        }
        _ => shift.end - existing_work,
    };
    end.max(shift.start)
}

/// The noon rest, when the day is long enough to reach it.
fn rest(shift: &Shift, end: Seconds, slack: Seconds) -> Option<Rest> {
    let (from, to) = shift.rest.filter(|&(from, to)| from < end && from < to)?;
    let start = (from - slack).max(shift.start).max(Seconds::ZERO);
    let latest = (from + slack).max(start);
    Some(Rest::within(TimeWindow { start, end: latest }, to - from))
}

/// What serving a door of each commune costs beyond the way: nothing on the own walk, the full price on another's;
/// where nobody walks, a little outside of the own cluster.
fn habit(work: &Work<'_>, areas: &[CommuneCode], id: CarrierId) -> Vec<Cost> {
    let prices = &work.config.prices;
    let strangeness = |&commune: &CommuneCode| {
        if work.walks.values().any(|walk| walk.covers(commune)) {
            let share = 1.0 - work.walks[id].habit(commune);
            Cost((prices.habit.value() as f64 * share).round() as i64)
        } else if work.clusters[id].communes.contains(&commune) {
            Cost::ZERO
        } else {
            prices.cluster
        }
    };
    areas.iter().map(strangeness).collect()
}

/// Bands of work that level the whole day of the carriers, ordinary mail included.
fn balance_rules(work: &Work<'_>, matrix: &TravelMatrix) -> Vec<Option<BalanceRule>> {
    let per_second = work.config.prices.balance_second;
    if per_second <= 0 || work.carriers.len() < 2 {
        return vec![None; work.carriers.len()];
    }
    let rooms: Vec<(Seconds, Seconds)> = work
        .carriers
        .values()
        .map(|carrier| {
            let free = carrier.shift.working_time() - carrier.existing_work;
            (carrier.existing_work, free.max(Seconds::ZERO))
        })
        .collect();
    let doors = work.stops.iter().map(|(id, stop)| work_of_stop(id, stop, matrix));
    let level = level(&rooms, doors.sum());
    let margin = Seconds(level.value() * work.config.prices.balance_percent / 100);
    rooms
        .iter()
        .map(|&(existing, free)| {
            let target = (level - existing).clamp(Seconds::ZERO, free);
            let work_min = (target - margin).max(Seconds::ZERO);
            Some(BalanceRule { work_min, work_max: target + margin, per_second })
        })
        .collect()
}

/// The water level: every carrier works up to it, as far as the shift allows, and all work is done.
fn level(rooms: &[(Seconds, Seconds)], work: Seconds) -> Seconds {
    let done = |level: Seconds| -> Seconds {
        rooms.iter().map(|&(existing, free)| (level - existing).clamp(Seconds::ZERO, free)).sum()
    };
    let (mut lo, mut hi) = (0, Seconds::clock(24, 0).value());
    while lo < hi {
        let middle = i64::midpoint(lo, hi);
        if done(Seconds(middle)) < work { lo = middle + 1 } else { hi = middle }
    }
    Seconds(lo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::{Confidence, Tier};
    use crate::measure::Dong;
    use crate::planning::samples::{carrier, point};
    use crate::post::Handling;

    fn stop(organization: bool, hours: Option<(Seconds, Seconds)>) -> Stop {
        Stop {
            items: Vec::new(),
            place: point(15.57, 108.47),
            tier: Tier::Commune,
            commune: CommuneCode(20_341),
            confidence: Confidence::Certain,
            service: Seconds::minutes(5),
            hours,
            due: DueClass::Later,
            handling: Handling { organization, ..Handling::default() },
            money_due: Dong::ZERO,
        }
    }

    #[test]
    fn existing_work_is_taken_from_the_end_of_the_shift_and_skips_the_rest() {
        let shift = carrier("01").shift;
        let end = |hours| shortened_end(&shift, Seconds::clock(hours, 0));
        assert_eq!(end(0), Seconds::clock(17, 0));
        assert_eq!(end(2), Seconds::clock(15, 0));
        // Four hours: three and a half after the rest, half an hour before it.
        assert_eq!(end(4), Seconds::clock(11, 0));
        assert_eq!(end(9), Seconds::clock(8, 0));
    }

    #[test]
    fn a_morning_has_no_noon_rest() {
        let shift = carrier("01").shift;
        let slack = Seconds::minutes(20);
        assert_eq!(rest(&shift, Seconds::clock(11, 0), slack), None);
        let rest = rest(&shift, Seconds::clock(17, 0), slack).unwrap();
        assert_eq!(rest.duration, Seconds::clock(2, 0));
        assert_eq!(rest.earliest(), Seconds::clock(11, 10));
    }

    #[test]
    fn a_visit_to_an_organization_ends_within_its_office_hours() {
        let office_hours = PlanConfig::default().office_hours;
        let windows = |stop: &Stop| windows(stop, &office_hours).to_vec();
        let morning = TimeWindow { start: Seconds::clock(7, 30), end: Seconds::clock(11, 25) };
        let afternoon = TimeWindow { start: Seconds::clock(13, 30), end: Seconds::clock(16, 55) };
        assert_eq!(windows(&stop(true, None)), [morning, afternoon]);
        let after_three = Some((Seconds::clock(15, 0), Seconds::clock(18, 0)));
        let late = TimeWindow { start: Seconds::clock(15, 0), ..afternoon };
        assert_eq!(windows(&stop(true, after_three)), [late]);
        let at_noon = (Seconds::clock(12, 0), Seconds::clock(13, 0));
        let noon = TimeWindow { start: at_noon.0, end: at_noon.1 };
        assert_eq!(windows(&stop(true, Some(at_noon))), [noon]);
        assert_eq!(windows(&stop(false, None)), []);
    }

    #[test]
    fn the_level_counts_what_carriers_already_carry() {
        let hour = |n| Seconds::clock(n, 0);
        // One has four hours of mail, the other none; two hours of results go to the other.
        assert_eq!(level(&[(hour(4), hour(3)), (hour(0), hour(7))], hour(2)), hour(2));
        // Six hours: up to four for the other, then one each: level five.
        assert_eq!(level(&[(hour(4), hour(3)), (hour(0), hour(7))], hour(6)), hour(5));
    }
}
