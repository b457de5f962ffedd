//! What a level promises at which priority.

use std::collections::BTreeMap;

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::{LevelFile, PromisesFile};
use crate::desk::calendar::{Calendar, CalendarName, Span};
use crate::desk::priorities::Priorities;
use crate::desk::promise::{AtBreach, Promise, Promises, Service, Share, WhileWaiting};
use crate::desk::target::Kind;
use crate::mail::address::Address;

/// Every calendar, by its name.
pub(super) type Calendars = BTreeMap<CalendarName, Calendar>;

/// Addresses that are called.
const ON_CALL_MAX: usize = 20;
/// Who has a ticket is warned when so much of the time is gone, unless the configuration says it.
const WARN_AT: &str = "80%";

/// What is written of a level's promises.
pub(super) fn service<'a>(
    at: &At<'a>,
    written: &'a LevelFile,
    calendars: &Calendars,
    priorities: &Priorities,
) -> Result<Service, ConfigError> {
    let own = Written::of_level(written);
    let hours = own.calendar(at, calendars)?.unwrap_or_else(Calendar::always);
    let nothing = Promises { hours: hours.clone(), ..Promises::default() };
    let usual = own.promises(at, &nothing, &hours, &Written::NOTHING)?;
    let mut by_priority = BTreeMap::new();
    let of_priorities = at.table("priority");
    for (word, written) in &written.priority {
        let priority =
            priorities.named(word).map_err(|error| of_priorities.wrong(word, error.to_string()))?;
        let at = of_priorities.table(word);
        let other = Written::of_priority(written);
        let calendar = other.calendar(&at, calendars)?.unwrap_or_else(|| hours.clone());
        let promises = other.promises(&at, &usual, &calendar, &own)?;
        if by_priority.insert(priority.clone(), promises).is_some() {
            return Err(of_priorities.wrong(word, format!("{priority} is there twice")));
        }
    }
    Ok(Service { usual, by_priority })
}

/// What is written of promises, of a level or of one of its priorities.
#[derive(Clone, Copy)]
struct Written<'a> {
    calendar: Option<&'a str>,
    within: [(Kind, Option<&'a str>); 5],
    warn_at: Option<&'a str>,
    while_waiting: Option<&'a str>,
    on_call: Option<&'a [String]>,
    at_breach: Option<&'a [String]>,
}

macro_rules! written {
    ($written:ident) => {
        Written {
            calendar: $written.calendar.as_deref(),
            within: [
                (Kind::FirstResponse, $written.first_response.as_deref()),
                (Kind::NextResponse, $written.next_response.as_deref()),
                (Kind::Review, $written.review.as_deref()),
                (Kind::Update, $written.update.as_deref()),
                (Kind::Resolution, $written.resolution.as_deref()),
            ],
            warn_at: $written.warn_at.as_deref(),
            while_waiting: $written.while_waiting.as_deref(),
            on_call: $written.on_call.as_deref(),
            at_breach: $written.at_breach.as_deref(),
        }
    };
}

impl<'a> Written<'a> {
    const NOTHING: Self = Self {
        calendar: None,
        within: [
            (Kind::FirstResponse, None),
            (Kind::NextResponse, None),
            (Kind::Review, None),
            (Kind::Update, None),
            (Kind::Resolution, None),
        ],
        warn_at: None,
        while_waiting: None,
        on_call: None,
        at_breach: None,
    };

    fn of_level(file: &'a LevelFile) -> Self {
        written!(file)
    }

    fn of_priority(file: &'a PromisesFile) -> Self {
        written!(file)
    }

    fn calendar(
        &self,
        at: &At<'_>,
        calendars: &Calendars,
    ) -> Result<Option<Calendar>, ConfigError> {
        let Some(text) = self.calendar else { return Ok(None) };
        let found = CalendarName::parse(text).and_then(|name| calendars.get(&name));
        let found = found.ok_or_else(|| {
            let known: Vec<_> = calendars.keys().map(CalendarName::as_str).collect();
            let known = known.join(", ");
            at.wrong("calendar", format!("there is no [calendar.{text}]; there is {known}"))
        })?;
        Ok(Some(found.clone()))
    }

    /// What it comes to; what is not written is as in `usual`, in hours of its own.
    fn promises(
        &self,
        at: &At<'_>,
        usual: &Promises,
        calendar: &Calendar,
        above: &Written<'_>,
    ) -> Result<Promises, ConfigError> {
        let mut within = BTreeMap::new();
        for ((kind, own), (_, above)) in self.within.into_iter().zip(above.within) {
            let Some(text) = own.or(above).filter(|text| *text != "none") else { continue };
            let span =
                Span::parse(text).map_err(|error| at.wrong(kind.as_str(), error.to_string()))?;
            within.insert(kind, Promise { span, calendar: calendar.clone() });
        }
        let waits = [("runs", WhileWaiting::Runs), ("pauses", WhileWaiting::Pauses)];
        let while_waiting =
            at.word("while_waiting", self.while_waiting, usual.while_waiting, &waits)?;
        let warn_at = match self.warn_at.or(above.warn_at).unwrap_or(WARN_AT) {
            "none" => None,
            text => Some(Share::parse(text).ok_or_else(|| {
                at.wrong("warn_at", "must be \"none\" or a part of the time, such as \"80%\"")
            })?),
        };
        Ok(Promises {
            within,
            warn_at,
            while_waiting,
            hours: usual.hours.clone(),
            on_call: self.on_call(at)?.unwrap_or_else(|| usual.on_call.clone()),
            at_breach: self.at_breach(at)?.unwrap_or_else(|| usual.at_breach.clone()),
        })
    }

    fn on_call(&self, at: &At<'_>) -> Result<Option<Vec<Address>>, ConfigError> {
        let Some(written) = self.on_call else { return Ok(None) };
        if written.len() > ON_CALL_MAX {
            return Err(at.wrong("on_call", format!("must be at most {ON_CALL_MAX} addresses")));
        }
        written.iter().map(|text| at.address("on_call", text)).collect::<Result<_, _>>().map(Some)
    }

    fn at_breach(&self, at: &At<'_>) -> Result<Option<Vec<AtBreach>>, ConfigError> {
        let Some(written) = self.at_breach else { return Ok(None) };
        let words = [
            ("raise_priority", AtBreach::RaisePriority),
            ("assign_supervisor", AtBreach::AssignSupervisor),
        ];
        let read =
            |text: &String| at.word("at_breach", Some(text), AtBreach::RaisePriority, &words);
        written.iter().map(read).collect::<Result<_, _>>().map(Some)
    }
}
