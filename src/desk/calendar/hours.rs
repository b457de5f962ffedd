//! The hours of a week without holidays, as they are written: `mon-fri = "08:00-12:00, 13:00-17:00"`.

use super::civil::{self, DAY, MINUTE};
use super::ranges::{self, Range};

/// When it is open in a week without holidays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// For each day from Monday on, what its wall clock shows while it is open, in microseconds since
    /// midnight: a set, within the day.
    days: [Vec<Range>; 7],
}

/// Why something is not the hours of a week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not a day.
    #[error("{0:?} is not a day or days such as \"mon\", \"mon-fri\" or \"sat-sun\"")]
    Days(String),
    /// Not a span of hours.
    #[error(
        "{0:?} is not hours such as \"08:00-12:00, 13:00-17:00\", \"22:00-06:00\" or \"00:00-24:00\""
    )]
    Span(String),
    /// Two spans have the same minute.
    #[error("{day} has two spans of hours at {hour:02}:{minute:02}")]
    Overlap {
        /// The day of the week.
        day: &'static str,
        /// The hour of the first minute that both have.
        hour: i64,
        /// The minute of it.
        minute: i64,
    },
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Spans of a day, at most.
const SPANS_MAX: usize = 24;

impl Hours {
    /// Open at every minute.
    #[must_use]
    pub fn always() -> Self {
        Self { days: std::array::from_fn(|_| vec![(0, DAY)]) }
    }

    /// Reads days and the hours of each of them.
    ///
    /// # Errors
    /// A day or an hour is not one, or two spans have the same minute.
    pub fn parse<'a>(
        written: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, HoursError> {
        let mut hours = Self::default();
        for (days, spans) in written {
            hours.add(days, spans)?;
        }
        Ok(hours)
    }

    /// Adds hours to some days.
    ///
    /// # Errors
    /// A day or an hour is not one, or is open at one of these minutes already.
    pub fn add(&mut self, days: &str, spans: &str) -> Result<(), HoursError> {
        let days = days_of(days).ok_or_else(|| HoursError::Days(days.to_owned()))?;
        let spans = spans_of(spans)?;
        for day in days {
            for span in &spans {
                self.open_at(day, *span)?;
            }
        }
        self.days = std::mem::take(&mut self.days).map(ranges::union);
        Ok(())
    }

    /// Whether there is no open minute.
    #[must_use]
    pub fn are_none(&self) -> bool {
        self.days.iter().all(Vec::is_empty)
    }

    /// What reaches beyond midnight is of the next day.
    fn open_at(&mut self, day: usize, (from, until): Range) -> Result<(), HoursError> {
        if from < until {
            return self.put(day, (from, until));
        }
        self.put(day, (from, DAY))?;
        self.put((day + 1) % 7, (0, until))
    }

    fn put(&mut self, day: usize, (from, until): Range) -> Result<(), HoursError> {
        let (Some(spans), Some(name)) = (self.days.get_mut(day), DAYS.get(day)) else {
            return Ok(());
        };
        if let Some((begin, _)) = spans.iter().find(|(begin, end)| *begin < until && from < *end) {
            let minute = from.max(*begin) / MINUTE;
            return Err(HoursError::Overlap { day: name, hour: minute / 60, minute: minute % 60 });
        }
        if from < until {
            spans.push((from, until));
        }
        Ok(())
    }

    /// What a wall clock shows while it is open, from one day to the day before another.
    pub(super) fn open(&self, from: i64, until: i64) -> Vec<Range> {
        let mut open: Vec<Range> = Vec::new();
        for day in from..until {
            let spans = self.days.get(civil::weekday(day)).map_or(&[][..], Vec::as_slice);
            for (begin, end) in spans {
                let (begin, end) = (day * DAY + begin, day * DAY + end);
                match open.last_mut() {
                    Some(last) if last.1 == begin => last.1 = end,
                    _ => open.push((begin, end)),
                }
            }
        }
        open
    }
}

/// The days of `fri` or `sat-sun`; `fri-mon` goes over the end of the week.
fn days_of(text: &str) -> Option<Vec<usize>> {
    let place = |name: &str| DAYS.iter().position(|day| *day == name.trim());
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (place(first)?, place(last)?);
    Some((0..=(last + 7 - first) % 7).map(|step| (first + step) % 7).collect())
}

fn spans_of(text: &str) -> Result<Vec<Range>, HoursError> {
    let wrong = || HoursError::Span(text.to_owned());
    let spans: Vec<_> = text.split(',').take(SPANS_MAX + 1).collect();
    if spans.len() > SPANS_MAX {
        return Err(wrong());
    }
    let read = |span: &&str| {
        let (from, until) = span.split_once('-')?;
        let (from, until) = (minutes(from)?, minutes(until)?);
        (from != until && from < 24 * 60).then_some((from * MINUTE, until * MINUTE))
    };
    spans.iter().map(|span| read(span).ok_or_else(wrong)).collect()
}

/// Minutes since midnight of `08:00`; `24:00` is the end of a day.
fn minutes(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str| {
        let good = text.len() == 2 && text.bytes().all(|one| one.is_ascii_digit());
        good.then(|| text.parse::<i64>().ok())?
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}
