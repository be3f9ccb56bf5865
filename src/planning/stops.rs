//! Items at one door make one stop: one visit, one signature list (R-AD-4).

use rustc_hash::FxHashMap;

use crate::address::{Confidence, Placement};
use crate::id::IdVec;
use crate::measure::Seconds;
use crate::planning::config::ServiceTimes;
use crate::planning::plan::{Stop, StopId};
use crate::post::{DueClass, Item, ItemId};
use crate::territory::{CommuneCode, fold_into};

/// An item that can be visited today.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Located {
    /// Which.
    pub(crate) item: ItemId,
    /// Its commune.
    pub(crate) commune: CommuneCode,
    /// Its position.
    pub(crate) placement: Placement,
    /// How sure the commune is.
    pub(crate) confidence: Confidence,
    /// How pressing it is.
    pub(crate) due: DueClass,
    /// Whether the address names a house: then it is one door whoever lives there.
    pub(crate) has_house: bool,
}

/// What makes two items share a door.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum DoorKey {
    /// The same address line; with the recipient's name where the line names no house, as a hamlet has many doors.
    Line { commune: CommuneCode, line: String, recipient: String },
    /// The same person under the same phone.
    Person { commune: CommuneCode, phone: String, recipient: String },
}

/// Gathers items into stops, in order of intake.
///
/// Two items share a stop when commune and address line agree, or commune, phone and recipient; but not when the
/// hours they ask for exclude each other.
pub(crate) fn gather(
    items: &IdVec<ItemId, Item>,
    located: &[Located],
    times: &ServiceTimes,
) -> IdVec<StopId, Stop> {
    let mut stops: IdVec<StopId, Stop> = IdVec::new();
    let mut by_key: FxHashMap<DoorKey, Vec<StopId>> = FxHashMap::default();
    for visit in located {
        let item = &items[visit.item];
        let keys = door_keys(item, visit);
        let candidates = keys.iter().filter_map(|key| by_key.get(key)).flatten().copied();
        let found = candidates.into_iter().find(|&id| share_hours(stops[id].hours, item.hours));
        let id = match found {
            Some(id) => {
                join(&mut stops[id], visit, item);
                id
            }
            None => stops.push(stop_of(visit, item)),
        };
        for key in keys {
            let ids = by_key.entry(key).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    for stop in stops.values_mut() {
        stop.service = service_of(stop, items, times);
    }
    stops
}

fn door_keys(item: &Item, visit: &Located) -> Vec<DoorKey> {
    let (commune, recipient) = (visit.commune, folded(&item.recipient.name));
    let mut keys = Vec::with_capacity(2);
    let line = folded(&item.address.line);
    if !line.is_empty() {
        let recipient = if visit.has_house { String::new() } else { recipient.clone() };
        keys.push(DoorKey::Line { commune, line, recipient });
    }
    if let Some(phone) = item.recipient.phone.clone() {
        keys.push(DoorKey::Person { commune, phone, recipient });
    }
    keys
}

fn folded(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    fold_into(&mut key, text);
    key
}

fn stop_of(visit: &Located, item: &Item) -> Stop {
    Stop {
        items: vec![visit.item],
        place: visit.placement.place,
        tier: visit.placement.tier,
        commune: visit.commune,
        confidence: visit.confidence,
        service: Seconds::ZERO,
        hours: item.hours,
        due: visit.due,
        handling: item.handling,
        money_due: item.money_due(),
    }
}

fn join(stop: &mut Stop, visit: &Located, item: &Item) {
    stop.items.push(visit.item);
    if visit.placement.tier < stop.tier {
        (stop.place, stop.tier) = (visit.placement.place, visit.placement.tier);
    }
    stop.confidence = stop.confidence.max(visit.confidence);
    stop.hours = meet(stop.hours, item.hours);
    stop.due = stop.due.min(visit.due);
    stop.handling = stop.handling.union(item.handling);
    stop.money_due = stop.money_due + item.money_due();
}

/// The hours that suit both.
fn meet(a: Option<(Seconds, Seconds)>, b: Option<(Seconds, Seconds)>) -> Option<(Seconds, Seconds)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.max(b.0), a.1.min(b.1))),
        (one, other) => one.or(other),
    }
}

fn share_hours(a: Option<(Seconds, Seconds)>, b: Option<(Seconds, Seconds)>) -> bool {
    meet(a, b).is_none_or(|(from, to)| from <= to)
}

/// The slowest kind of care once, money once, each original and each further item.
fn service_of(stop: &Stop, items: &IdVec<ItemId, Item>, times: &ServiceTimes) -> Seconds {
    let takes_back = |&&id: &&ItemId| items[id].handling.take_back_original;
    let n_originals = stop.items.iter().filter(takes_back).count() as i64;
    let n_further = stop.items.len().saturating_sub(1) as i64;
    let fee = if stop.money_due.value() > 0 { times.fee } else { Seconds::ZERO };
    times.base(stop.handling) + fee + times.original * n_originals + times.further_item * n_further
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Tier;
    use crate::measure::Dong;
    use crate::planning::samples::{item, point};

    /// Stops of items that all lie in one commune.
    fn stops_of(items: Vec<Item>, has_house: bool) -> IdVec<StopId, Stop> {
        let items: IdVec<ItemId, Item> = items.into();
        let located: Vec<Located> = items
            .ids()
            .map(|id| Located {
                item: id,
                commune: CommuneCode(20_341),
                placement: Placement { place: point(15.57, 108.47), tier: Tier::Commune },
                confidence: Confidence::Certain,
                due: DueClass::Later,
                has_house,
            })
            .collect();
        gather(&items, &located, &ServiceTimes::default())
    }

    #[test]
    fn two_spellings_of_one_house_make_one_stop_with_one_service() {
        let stops = stops_of(
            vec![item("0001", "12 Trần Hưng Đạo"), item("0002", "12  TRẦN HƯNG ĐẠO ")],
            true,
        );
        assert_eq!(stops.len(), 1);
        // 150 for the door and 30 for the second item.
        assert_eq!(stops.values().next().unwrap().service, Seconds(180));
    }

    #[test]
    fn two_families_of_one_hamlet_are_two_stops() {
        let line = "Thôn Trung Định, xã Chiên Đàn";
        assert_eq!(stops_of(vec![item("0001", line), item("0002", line)], false).len(), 2);
    }

    #[test]
    fn one_person_under_one_phone_is_one_stop_whatever_the_line() {
        let mut a = item("0001", "Thôn 1");
        let mut b = item("0002", "tổ 1, thôn 1");
        for item in [&mut a, &mut b] {
            item.recipient.name = "Lê Thị Mẫu".to_owned();
            item.recipient.phone = Some("0900000001".to_owned());
        }
        assert_eq!(stops_of(vec![a, b], false).len(), 1);
    }

    #[test]
    fn hours_that_exclude_each_other_keep_two_stops() {
        let mut a = item("0001", "12 Trần Hưng Đạo");
        let mut b = item("0002", "12 Trần Hưng Đạo");
        let mut c = item("0003", "12 Trần Hưng Đạo");
        a.hours = Some((Seconds::clock(8, 0), Seconds::clock(10, 0)));
        b.hours = Some((Seconds::clock(14, 0), Seconds::clock(16, 0)));
        c.hours = Some((Seconds::clock(15, 0), Seconds::clock(17, 0)));
        let stops = stops_of(vec![a, b, c], true);
        assert_eq!(stops.len(), 2);
        let afternoon = Some((Seconds::clock(15, 0), Seconds::clock(16, 0)));
        assert_eq!(stops[StopId(1)].hours, afternoon);
    }

    #[test]
    fn money_and_originals_lengthen_the_visit() {
        let mut a = item("0001", "12 Trần Hưng Đạo");
        a.fee = Dong(30_000);
        a.handling.take_back_original = true;
        a.handling.in_person = true;
        let stops = stops_of(vec![a], true);
        // 270 + 120 + 120.
        assert_eq!(stops[StopId(0)].service, Seconds(510));
        assert_eq!(stops[StopId(0)].money_due, Dong(30_000));
    }
}
