//! 期间 (day counting; 民法典 200-204, ruling R10).
//!
//! The first day is not counted; the period ends at the end of its last day; a last day that is a day off
//! moves to the next working day, where a holiday calendar is loaded for that year.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// 节假日安排 (a holiday calendar as a value). The default knows no year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayCalendar {
    /// One arrangement for each year that has been published.
    pub years: BTreeMap<i16, YearArrangement>,
}

/// 年度安排 (one year's arrangement). Saturdays and Sundays are days off unless listed as working.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearArrangement {
    /// 放假: days off.
    pub off: BTreeSet<Date>,
    /// 调休上班: working weekends.
    pub working: BTreeSet<Date>,
}

impl HolidayCalendar {
    /// No calendar loaded.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether a day is off; none where its year is not loaded.
    #[must_use]
    pub fn is_off(&self, date: Date) -> Option<bool> {
        let year = self.years.get(&date.year())?;
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        Some(year.off.contains(&date) || (weekend && !year.working.contains(&date)))
    }
}

/// 期间 (a period counted in days).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// First day counted: the day after the start.
    pub first: Date,
    /// Last day; the period ends at its end.
    pub last: Date,
    /// The last day before it moved off a day off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Date>,
    /// Always `R10`.
    pub ruling: String,
    /// Whether a calendar was loaded for the last day; when not, nothing was moved and the finding says so.
    pub calendar_loaded: bool,
}

impl Period {
    /// Whether the period is over on this day.
    #[must_use]
    pub fn has_ended(&self, today: Date) -> bool {
        today > self.last
    }

    /// The first day on which what had to wait may be done.
    #[must_use]
    pub fn over_on(&self) -> Date {
        add_days(self.last, 1)
    }
}

/// 提前通知 (notice of an event, so many days before it; ruling R10 (a)).
///
/// 提前N日, N日前: civil dates at least N apart. Notice of 3 June for 13 June is ten days' notice. Holidays do not move
/// days that are counted back from an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The day it was given.
    pub given: Date,
    /// The day of the event.
    pub held_on: Date,
    /// How many days were demanded.
    pub days: u16,
}

impl Notice {
    /// The first day on which the event is far enough away.
    #[must_use]
    pub fn earliest(&self) -> Date {
        add_days(self.given, self.days)
    }

    /// Whether the days demanded lie between.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        self.held_on >= self.earliest()
    }

    /// How many days lie between.
    #[must_use]
    pub fn apart(&self) -> i32 {
        self.given.until(self.held_on).map_or(0, |span| span.get_days())
    }
}

/// `date` and `days` later, at most the last date the calendar can write.
#[must_use]
pub fn add_days(date: Date, days: u16) -> Date {
    date.saturating_add(i64::from(days).days())
}

/// A period of `days` that starts by something done on `start`.
#[must_use]
pub fn period(start: Date, days: u16, calendar: &HolidayCalendar) -> Period {
    let counted = add_days(start, days);
    let mut last = counted;
    while calendar.is_off(last) == Some(true) && last < Date::MAX {
        last = add_days(last, 1);
    }
    Period {
        first: add_days(start, 1),
        last,
        moved_from: (last != counted).then_some(counted),
        ruling: "R10".to_owned(),
        calendar_loaded: calendar.is_off(last).is_some(),
    }
}
