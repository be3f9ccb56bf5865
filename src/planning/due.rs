//! When is an item due, and how pressing is that today? (R-PL-3)

use jiff::civil::Date;

use crate::measure::Meters;
use crate::planning::config::ZoneNorm;
use crate::post::{Calendar, DueClass, Item};

/// The day an item is due: the promised day or the postal norm of its zone, whichever comes first.
///
/// The recipient waits for the promised day; the norm counts working days from the handover to the post. A day
/// the recipient asked for replaces both.
pub fn due_date(item: &Item, distance: Meters, zones: &[ZoneNorm], calendar: &Calendar) -> Date {
    if let Some(appointment) = item.appointment {
        return appointment;
    }
    let zone = zones.iter().find(|zone| distance <= zone.within).or(zones.last());
    let by_norm =
        zone.map(|zone| calendar.add_working_days(item.handed_over, zone.working_days));
    by_norm.map_or(item.promised, |norm| norm.min(item.promised))
}

/// How pressing an item is today. An urgent one is never less than due today.
pub fn due_class(item: &Item, due: Date, today: Date, calendar: &Calendar) -> DueClass {
    let class = DueClass::of(due, today, calendar);
    if item.handling.urgent { class.min(DueClass::Today) } else { class }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::planning::config::PlanConfig;
    use crate::planning::samples::item;

    /// Handed over on Saturday 22 November 2025, promised for `promised`, this far away.
    #[track_caller]
    fn check(promised: Date, distance: i64, expected: Date) {
        let item = Item { promised, handed_over: date(2025, 11, 22), ..item("A", "x") };
        let zones = PlanConfig::default().zones;
        assert_eq!(due_date(&item, Meters(distance), &zones, &Calendar::default()), expected);
    }

    #[test]
    fn the_norm_of_the_zone_counts_working_days_from_the_handover() {
        let far_promise = date(2025, 12, 31);
        // Sunday 23 is no working day: J+1 is Monday 24, J+2 Tuesday 25, J+3 Wednesday 26.
        check(far_promise, 3_000, date(2025, 11, 24));
        check(far_promise, 15_000, date(2025, 11, 25));
        check(far_promise, 60_000, date(2025, 11, 26));
        check(far_promise, 5_000_000, date(2025, 11, 26));
    }

    #[test]
    fn an_earlier_promise_wins_over_the_norm() {
        check(date(2025, 11, 20), 60_000, date(2025, 11, 20));
    }

    #[test]
    fn an_appointment_replaces_promise_and_norm() {
        let asked = date(2025, 11, 28);
        let item = Item { appointment: Some(asked), ..item("A", "x") };
        let zones = PlanConfig::default().zones;
        assert_eq!(due_date(&item, Meters(0), &zones, &Calendar::default()), asked);
    }

    #[test]
    fn an_urgent_item_is_due_today_at_the_latest() {
        let mut item = item("A", "x");
        let (due, today) = (date(2025, 11, 28), date(2025, 11, 24));
        let calendar = Calendar::default();
        assert_eq!(due_class(&item, due, today, &calendar), DueClass::Later);
        item.handling.urgent = true;
        assert_eq!(due_class(&item, due, today, &calendar), DueClass::Today);
        assert_eq!(due_class(&item, date(2025, 11, 1), today, &calendar), DueClass::Overdue);
    }
}
