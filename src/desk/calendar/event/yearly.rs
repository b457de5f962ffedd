//! What comes again every year: `RRULE:FREQ=YEARLY` (RFC 5545 §3.3.10).

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Weekday};

use super::value::When;
use crate::desk::calendar::year::LAST;

/// On which days of a year something comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Yearly {
    /// Every so many years, from the first on.
    interval: i16,
    ends: Ends,
    months: Vec<i8>,
    /// Days of a month; negative ones from its end.
    days: Vec<i8>,
    weekdays: Vec<(Nth, Weekday)>,
    /// Of the days of a year that all this leaves, which; negative ones from the end.
    places: Vec<i16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Never,
    /// The last beginning, inclusive.
    Until(DateTime),
}

/// Which such weekdays of a month, or of the year where no month is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nth {
    Every,
    /// Negative ones from the end.
    One(i16),
}

/// Numbers of one list.
const LIST_MAX: usize = 64;

impl Yearly {
    /// Reads the rule of what first begins at `first`; what in it is not understood, otherwise. `until`
    /// reads when it ends, and `shown` tells what the event's clock shows then.
    pub(super) fn read(
        text: &str,
        first: DateTime,
        until: impl Fn(&str) -> Result<When, String>,
        shown: impl Fn(&When) -> Option<DateTime>,
    ) -> Result<Self, String> {
        let mut rule = Self {
            interval: 1,
            ends: Ends::Never,
            months: Vec::new(),
            days: Vec::new(),
            weekdays: Vec::new(),
            places: Vec::new(),
        };
        let (mut yearly, mut count) = (false, None);
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let wrong = || format!("RRULE: {name} is not understood as it is written");
            match name.to_ascii_uppercase().as_str() {
                "FREQ" => yearly = value.eq_ignore_ascii_case("YEARLY"),
                "INTERVAL" => {
                    rule.interval = number(value, 1, 1_000).ok_or_else(wrong)?;
                }
                "COUNT" => {
                    let most: i16 = number(value, 1, i16::MAX).ok_or_else(wrong)?;
                    count = usize::try_from(most).ok();
                }
                "UNTIL" => {
                    let last = until(value)?;
                    let last = match last {
                        When::Day(date) => date.at(23, 59, 59, 0),
                        When::Time(..) => shown(&last).ok_or_else(wrong)?,
                    };
                    rule.ends = Ends::Until(last);
                }
                "BYMONTH" => rule.months = list(value, 1, 12).ok_or_else(wrong)?,
                "BYMONTHDAY" => rule.days = list(value, -31, 31).ok_or_else(wrong)?,
                "BYDAY" => rule.weekdays = weekdays(value).ok_or_else(wrong)?,
                "BYSETPOS" => rule.places = list(value, -366, 366).ok_or_else(wrong)?,
                // It bears on weeks alone.
                "WKST" => {}
                _ => return Err(format!("RRULE: {} is not understood", shortened(name))),
            }
        }
        if !yearly {
            return Err("RRULE: only FREQ=YEARLY is understood; list the days instead".to_owned());
        }
        if let Some(count) = count {
            // The first is one of them.
            let others = rule.between(first, first.year(), i16::MAX);
            rule.ends = match others.get(..count - 1) {
                Some(others) => Ends::Until(others.last().copied().unwrap_or(first)),
                None => Ends::Never,
            };
        }
        Ok(rule)
    }

    /// When something that first began at `first` begins in these years.
    pub(super) fn between(&self, first: DateTime, from: i16, to: i16) -> Vec<DateTime> {
        let begin = from.max(first.year());
        let mut found = Vec::new();
        for year in begin..=to.min(i16::try_from(LAST).unwrap_or(to) + 1) {
            if (i32::from(year) - i32::from(first.year())) % i32::from(self.interval) != 0 {
                continue;
            }
            let days = self.of(year, first.date());
            let later = days.into_iter().map(|day| day.to_datetime(first.time()));
            found.extend(later.filter(|begin| *begin > first));
        }
        if let Ends::Until(last) = self.ends {
            found.retain(|begin| *begin <= last);
        }
        found
    }

    /// The days of a year.
    fn of(&self, year: i16, first: Date) -> Vec<Date> {
        let one = [first.month()];
        let all: Vec<i8> = (1..=12).collect();
        let months: &[i8] =
            match (self.months.is_empty(), self.days.is_empty(), self.weekdays.is_empty()) {
                (false, _, _) => &self.months,
                (true, true, true) => &one,
                (true, _, _) => &all,
            };
        let mut days: Vec<Date> = Vec::new();
        for month in months {
            let begin = Date::new(year, *month, 1);
            let all = begin.iter().flat_map(|begin| begin.series(1.day()));
            let all = all.take_while(|day| day.month() == *month);
            days.extend(all.filter(|day| self.has(*day, first)));
        }
        days.sort_unstable();
        days.dedup();
        if self.places.is_empty() {
            return days;
        }
        let count = i16::try_from(days.len()).unwrap_or(i16::MAX);
        (1..)
            .zip(days)
            .filter(|(place, _)| self.places.iter().any(|of| is(*of, *place, count)))
            .map(|(_, day)| day)
            .collect()
    }

    fn has(&self, day: Date, first: Date) -> bool {
        let last = i16::from(day.days_in_month());
        let by_day = self.days.iter().any(|of| is(i16::from(*of), i16::from(day.day()), last));
        match (self.days.is_empty(), self.weekdays.is_empty()) {
            (true, true) => day.day() == first.day(),
            (true, false) => self.has_weekday(day),
            (false, true) => by_day,
            (false, false) => by_day && self.has_weekday(day),
        }
    }

    fn has_weekday(&self, day: Date) -> bool {
        let (place, last) = if self.months.is_empty() {
            (day.day_of_year(), day.days_in_year())
        } else {
            (i16::from(day.day()), i16::from(day.days_in_month()))
        };
        // How many of its weekday there are to it, and in all.
        let nth = (place - 1) / 7 + 1;
        let count = nth + (last - place) / 7;
        self.weekdays.iter().any(|(which, weekday)| {
            *weekday == day.weekday()
                && match which {
                    Nth::Every => true,
                    Nth::One(of) => is(*of, nth, count),
                }
        })
    }
}

/// Whether a number, negative from the end, means this place of so many.
fn is(number: i16, place: i16, count: i16) -> bool {
    number == place || number == place - count - 1
}

fn number(text: &str, least: i16, most: i16) -> Option<i16> {
    let number = text.trim().strip_prefix('+').unwrap_or(text.trim()).parse().ok()?;
    (least..=most).contains(&number).then_some(number)
}

fn list<T: TryFrom<i16>>(text: &str, least: i16, most: i16) -> Option<Vec<T>> {
    let numbers = text.split(',').take(LIST_MAX + 1);
    let numbers = numbers.map(|one| {
        let number = number(one, least, most).filter(|number| *number != 0)?;
        T::try_from(number).ok()
    });
    numbers.collect::<Option<Vec<T>>>().filter(|list| list.len() <= LIST_MAX)
}

/// `MO,2TU,-1FR`
fn weekdays(text: &str) -> Option<Vec<(Nth, Weekday)>> {
    let read = |one: &str| {
        let one = one.trim();
        let (nth, day) = one.split_at_checked(one.len().checked_sub(2)?)?;
        let weekday = match day.to_ascii_uppercase().as_str() {
            "MO" => Weekday::Monday,
            "TU" => Weekday::Tuesday,
            "WE" => Weekday::Wednesday,
            "TH" => Weekday::Thursday,
            "FR" => Weekday::Friday,
            "SA" => Weekday::Saturday,
            "SU" => Weekday::Sunday,
            _ => return None,
        };
        let nth = match nth {
            "" => Nth::Every,
            nth => Nth::One(number(nth, -53, 53).filter(|nth| *nth != 0)?),
        };
        Some((nth, weekday))
    };
    text.split(',').take(LIST_MAX).map(read).collect()
}

fn shortened(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(20).collect()
}
