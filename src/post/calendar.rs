//! Working days, shifts, due classes, lawful waits.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::measure::Seconds;

/// Which days of the week are worked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeekPattern {
    /// Monday to Saturday, the post's usual week.
    #[default]
    MondayToSaturday,
    /// Monday to Friday.
    MondayToFriday,
}

/// Working days: a week pattern less the holidays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Days of the week.
    pub pattern: WeekPattern,
    /// Days off by law or notice.
    pub holidays: Vec<Date>,
}

impl Calendar {
    /// Whether the post works on this day.
    pub fn is_working_day(&self, date: Date) -> bool {
        let weekday = date.weekday();
        let in_week = match self.pattern {
            WeekPattern::MondayToSaturday => weekday != Weekday::Sunday,
            WeekPattern::MondayToFriday => {
                weekday != Weekday::Sunday && weekday != Weekday::Saturday
            }
        };
        in_week && !self.holidays.contains(&date)
    }

    /// The `n`-th working day after `date`; for 0 the day itself, or the next working day when it is none.
    pub fn add_working_days(&self, date: Date, n: u32) -> Date {
        let mut day = date;
        while !self.is_working_day(day) {
            day += 1.day();
        }
        for _ in 0..n {
            day += 1.day();
            while !self.is_working_day(day) {
                day += 1.day();
            }
        }
        day
    }

    /// How many working days lie after `from` up to and including `to`; 0 when `to` is not later.
    pub fn working_days_between(&self, from: Date, to: Date) -> u32 {
        let mut day = from;
        let mut n = 0;
        while day < to {
            day += 1.day();
            n += u32::from(self.is_working_day(day));
        }
        n
    }
}

/// How pressing an item is on a day (R-PL-3). Later classes may be left out before earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DueClass {
    /// The due date has passed.
    Overdue,
    /// Due on the day itself.
    Today,
    /// Due on the next working day.
    NextDay,
    /// Due later.
    Later,
}

impl DueClass {
    /// The class of an item due on `due`, seen from the day `today`.
    pub fn of(due: Date, today: Date, calendar: &Calendar) -> Self {
        if due < today {
            Self::Overdue
        } else if due == today {
            Self::Today
        } else if due <= calendar.add_working_days(today + 1.day(), 0) {
            Self::NextDay
        } else {
            Self::Later
        }
    }
}

/// A carrier's hours on the street.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Leaves the depot no earlier.
    pub start: Seconds,
    /// Is back no later.
    pub end: Seconds,
    /// Rest between these times of day, not on the road and at no door.
    pub rest: Option<(Seconds, Seconds)>,
}

impl Shift {
    /// Hours on the street, rest excluded.
    pub fn working_time(&self) -> Seconds {
        let rest = self.rest.map_or(Seconds::ZERO, |(from, to)| to - from);
        self.end - self.start - rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn calendar() -> Calendar {
        Calendar { pattern: WeekPattern::MondayToSaturday, holidays: vec![date(2025, 9, 2)] }
    }

    #[test]
    fn working_days_skip_sundays_and_holidays() {
        let calendar = calendar();
        // 30 Aug 2025 is a Saturday; 31 a Sunday, 1 Sept a Monday, 2 a holiday, 3 a Wednesday.
        assert_eq!(calendar.add_working_days(date(2025, 8, 30), 1), date(2025, 9, 1));
        assert_eq!(calendar.add_working_days(date(2025, 8, 30), 2), date(2025, 9, 3));
        assert_eq!(calendar.add_working_days(date(2025, 8, 31), 0), date(2025, 9, 1));
        assert_eq!(calendar.working_days_between(date(2025, 8, 30), date(2025, 9, 3)), 2);
    }

    #[test]
    fn the_next_day_after_saturday_is_monday() {
        let calendar = calendar();
        let saturday = date(2025, 8, 30);
        let class = |due| DueClass::of(due, saturday, &calendar);
        assert_eq!(class(date(2025, 8, 29)), DueClass::Overdue);
        assert_eq!(class(saturday), DueClass::Today);
        assert_eq!(class(date(2025, 9, 1)), DueClass::NextDay);
        assert_eq!(class(date(2025, 9, 3)), DueClass::Later);
    }
}
