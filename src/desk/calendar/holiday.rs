//! Public holidays of countries, by the law that names them.

mod easter;
mod germany;
mod norway;
mod united_states;

use jiff::civil::{Date, Weekday};

use super::rules::Holiday;

/// The public holidays of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolidaySet {
    /// The federal holidays of the United States of America (5 U.S.C. 6103), on their day and on the day
    /// on which they are observed (Executive Order 11582). Not Inauguration Day, which is one in and
    /// around the capital alone.
    UsFederal,
    /// What is a holiday in all of Germany: not those of some states.
    Germany,
    /// What is a holiday in Norway, Sundays among them.
    Norway,
}

/// A holiday, and the years in which it is one.
struct Rule {
    name: &'static str,
    first: i16,
    last: i16,
    day: Day,
}

/// Which day of a year.
#[derive(Clone, Copy)]
enum Day {
    /// Month and day.
    Fixed(i8, i8),
    /// The nth such weekday of a month; -1 is the last.
    Weekday(i8, i8, Weekday),
    /// Days after Easter Sunday.
    Easter(i16),
}

impl HolidaySet {
    const ALL: [Self; 3] = [Self::UsFederal, Self::Germany, Self::Norway];

    /// Its name in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UsFederal => "us-federal",
            Self::Germany => "de",
            Self::Norway => "no",
        }
    }

    /// Reads its name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.as_str() == text)
    }

    /// The names of all.
    #[must_use]
    pub fn names() -> [&'static str; 3] {
        Self::ALL.map(Self::as_str)
    }

    /// The holidays of a year by their names in the country's own language. One that is observed on
    /// another day may be so in the year before.
    #[must_use]
    pub fn of(self, year: i16) -> Vec<Holiday> {
        let rules: &[Rule] = match self {
            Self::UsFederal => &united_states::FEDERAL,
            Self::Germany => &germany::NATIONAL,
            Self::Norway => &norway::NATIONAL,
        };
        let mut found = Vec::with_capacity(2 * rules.len());
        for rule in rules.iter().filter(|rule| (rule.first..=rule.last).contains(&year)) {
            let Some(date) = rule.day.of(year) else { continue };
            found.push(Holiday { date, name: Some(rule.name.into()) });
            let observed = match self {
                Self::UsFederal => united_states::observed(date),
                Self::Germany | Self::Norway => None,
            };
            if let Some(date) = observed {
                let name = Some(format!("{} (observed)", rule.name).into());
                found.push(Holiday { date, name });
            }
        }
        found
    }
}

impl Rule {
    const fn new(name: &'static str, day: Day) -> Self {
        Self { name, first: i16::MIN, last: i16::MAX, day }
    }

    const fn since(self, first: i16) -> Self {
        Self { first, ..self }
    }

    const fn until(self, last: i16) -> Self {
        Self { last, ..self }
    }
}

impl Day {
    fn of(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed(month, day) => Date::new(year, month, day).ok(),
            Self::Weekday(month, nth, weekday) => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
            Self::Easter(days) => {
                easter::sunday(year)?.checked_add(jiff::Span::new().days(days)).ok()
            }
        }
    }
}
