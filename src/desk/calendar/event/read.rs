//! A file of events, line by line.

use jiff::civil::{Date, DateTime};

use super::value::{When, read_duration};
use super::yearly::Yearly;
use super::{Again, Event};
use crate::desk::calendar::civil::{self, DAY};
use crate::desk::calendar::rules::Period;
use crate::mail::body::one_line;
use crate::mail::content_line::{ContentLine, content_lines, unescaped};

/// What in a file of events is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct EventError {
    /// The line; the first is 1.
    pub line: usize,
    /// What is wrong, for people.
    pub what: String,
}

/// Characters of an event's name.
const NAME_MAX: usize = 100;
/// Components within components.
const DEPTH_MAX: usize = 10;
/// Dates that one event lists.
const DATES_MAX: usize = 500;

/// An event's lines, as far as they are of use.
#[derive(Default)]
struct Lines {
    begin: Option<ContentLine>,
    end: Option<ContentLine>,
    duration: Option<ContentLine>,
    rule: Option<ContentLine>,
    more: Vec<ContentLine>,
    except: Vec<ContentLine>,
    name: Option<Box<str>>,
    cancelled: bool,
}

pub(super) fn events(text: &str) -> Result<Vec<Event>, EventError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut events = Vec::new();
    let mut within: Vec<String> = Vec::new();
    let (mut lines, mut last, mut calendar) = (Lines::default(), 1, false);
    for line in content_lines(text) {
        last = line.number;
        match line.name.as_str() {
            "BEGIN" if within.len() == DEPTH_MAX => return wrong(line.number, "is too deep"),
            "BEGIN" => {
                let name = line.value.trim().to_ascii_uppercase();
                calendar |= within.is_empty() && name == "VCALENDAR";
                if !calendar {
                    break;
                }
                if is_event(&within, &name) {
                    lines = Lines::default();
                }
                within.push(name);
            }
            "END" => {
                let name = within.pop().unwrap_or_default();
                if !line.value.trim().eq_ignore_ascii_case(&name) {
                    return wrong(line.number, "ends what did not begin");
                }
                if is_event(&within, &name) {
                    events.extend(std::mem::take(&mut lines).event(line.number)?);
                }
                if events.len() > Event::EVENTS_MAX {
                    return wrong(line.number, format!("more than {} events", Event::EVENTS_MAX));
                }
            }
            _ if within.len() == 2 && within.last().is_some_and(|name| name == "VEVENT") => {
                lines.take(line)?;
            }
            _ => {}
        }
    }
    match (calendar, within.is_empty()) {
        (false, _) => wrong(1, "is not an iCalendar file: it does not begin with BEGIN:VCALENDAR"),
        (true, false) => wrong(last, "the file ends in the middle"),
        (true, true) => Ok(events),
    }
}

fn is_event(around: &[String], name: &str) -> bool {
    around.len() == 1 && name == "VEVENT"
}

fn wrong<T>(line: usize, what: impl Into<String>) -> Result<T, EventError> {
    Err(EventError { line, what: what.into() })
}

impl Lines {
    fn take(&mut self, line: ContentLine) -> Result<(), EventError> {
        match line.name.as_str() {
            "DTSTART" => self.begin = Some(line),
            "DTEND" => self.end = Some(line),
            "DURATION" => self.duration = Some(line),
            "RRULE" if self.rule.is_some() => return wrong(line.number, "a second RRULE"),
            "RRULE" => self.rule = Some(line),
            "RDATE" => self.more.push(line),
            "EXDATE" => self.except.push(line),
            "EXRULE" | "RECURRENCE-ID" => {
                return wrong(line.number, format!("{} is not understood", line.name));
            }
            "STATUS" => self.cancelled = line.value.trim().eq_ignore_ascii_case("CANCELLED"),
            "SUMMARY" => {
                let name: String =
                    one_line(&unescaped(&line.value)).chars().take(NAME_MAX).collect();
                self.name = (!name.is_empty()).then(|| name.into());
            }
            _ => {}
        }
        Ok(())
    }

    /// `None` for what is called off, and for what takes no time.
    fn event(self, number: usize) -> Result<Option<Event>, EventError> {
        let Some(line) = &self.begin else { return wrong(number, "an event without DTSTART") };
        if self.cancelled {
            return Ok(None);
        }
        let begin = when(line, &line.value)?;
        let from = begin.shown();
        let zone = match &begin {
            When::Day(_) => None,
            When::Time(_, zone) => zone.clone(),
        };
        let shown = |when: &When| when.shown_by(zone.as_ref());
        let until = self.until(&begin, &shown)?;
        if until <= from {
            return Ok(None);
        }
        let again = match &self.rule {
            None => Again::At(dates(&self.more, &shown, &from)?),
            Some(line) if !self.more.is_empty() => {
                return wrong(line.number, "RRULE beside RDATE is not understood");
            }
            Some(line) => {
                let rule = Yearly::read(&line.value, from, |value| When::read(line, value), shown);
                Again::Yearly(rule.or_else(|what| wrong(line.number, what))?)
            }
        };
        let except = dates(&self.except, &shown, &from)?;
        let first = Period { from, until, name: self.name };
        Ok(Some(Event { first, zone, again, except }))
    }

    /// The end of the first time.
    fn until(
        &self,
        begin: &When,
        shown: &impl Fn(&When) -> Option<DateTime>,
    ) -> Result<DateTime, EventError> {
        let from = begin.shown();
        let later = |us: i64| civil::date_time(civil::shown(from) + us);
        let next_day = later(DAY);
        let until = match (&self.end, &self.duration) {
            (Some(line), _) => {
                let end = shown(&when(line, &line.value)?);
                match end {
                    Some(end) => end,
                    None => return wrong(line.number, "DTEND has a zone, and DTSTART has none"),
                }
            }
            (None, Some(line)) => match read_duration(&line.value) {
                Some(seconds) => later(seconds * 1_000_000),
                None => return wrong(line.number, "DURATION is not one"),
            },
            (None, None) if matches!(begin, When::Day(_)) => next_day,
            (None, None) => from,
        };
        if until < from {
            let line = self.end.as_ref().map_or(0, |line| line.number);
            return wrong(line, "DTEND is before DTSTART");
        }
        // Some programs write the same day for the end of a day.
        let whole = matches!(begin, When::Day(_)) && until == from;
        let until = if whole { next_day } else { until };
        if civil::shown(until) - civil::shown(from) > LENGTH_MAX {
            return wrong(self.begin.as_ref().map_or(0, |line| line.number), "longer than a year");
        }
        Ok(until)
    }
}

/// The most that one event takes.
const LENGTH_MAX: i64 = 366 * DAY;

/// A date or time of a line, in years that a calendar has.
fn when(line: &ContentLine, value: &str) -> Result<When, EventError> {
    let when = When::read(line, value).or_else(|what| wrong(line.number, what))?;
    if when.shown().date() < Date::constant(1900, 1, 1) {
        return wrong(line.number, format!("{} is before 1900", line.name));
    }
    Ok(when)
}

/// The dates of lines such as EXDATE; a day means the event of that day.
fn dates(
    lines: &[ContentLine],
    shown: &impl Fn(&When) -> Option<DateTime>,
    from: &DateTime,
) -> Result<Vec<DateTime>, EventError> {
    let mut dates = Vec::new();
    for line in lines {
        for value in line.value.split(',') {
            let at = when(line, value)?;
            let at = match &at {
                When::Day(date) => Some(date.to_datetime(from.time())),
                When::Time(..) => shown(&at),
            };
            match at {
                Some(at) if dates.len() < DATES_MAX => dates.push(at),
                Some(_) => return wrong(line.number, format!("more than {DATES_MAX} dates")),
                None => {
                    return wrong(
                        line.number,
                        format!("{} has a zone, and DTSTART has none", line.name),
                    );
                }
            }
        }
    }
    Ok(dates)
}
