//! What a notice says about time: by when a person answers, and when nobody is there.

use crate::desk::calendar::{Period, words};
use crate::desk::language::Language;
use crate::desk::level::Level;
use crate::desk::priority::Priority;
use crate::desk::target::clocks::{Clocks, Occurrence};
use crate::desk::target::{Kind, Target};
use crate::render::part::Hours;
use crate::time::Timestamp;
use crate::triage::case::Case;
use crate::triage::decision::Effect;
use crate::triage::late::distance;
use crate::triage::promise::{self, By, What};

/// Holidays, closures and maintenance of so many days are told.
const AHEAD_DAYS: u16 = 7;
/// At most so many.
const AHEAD_MAX: usize = 5;

/// By when a person answers a message that opens a ticket: `Tuesday, 24 November, 10:15 CET`; `None` where nothing is
/// promised, or that has passed.
#[must_use]
pub fn first_answer(
    case: &Case<'_>,
    level: &Level,
    priority: &Priority,
    language: Language,
) -> Option<String> {
    let due = begun(case, level, priority).alive(Kind::FirstResponse)?.due?;
    let now = case.fresh.now;
    (now < due).then(|| instant(level, due, now, language))
}

/// What of a ticket is due first once these effects are written, for agents: `first response by …, in 3 h 59 min`.
#[must_use]
pub fn next_due(
    case: &Case<'_>,
    mut clocks: Clocks,
    level: &Level,
    priority: &Priority,
    effects: &[Effect],
) -> Option<String> {
    let now = case.fresh.now;
    let since = promise::since(case.arrival.received, now);
    for happening in promise::happenings(effects, By::Mail) {
        if let What::Plain(occurrence) = happening.what {
            clocks.follow(&occurrence, since, &Kind::ALL, level.service.at(priority));
        }
    }
    let awaited = |target: &&Target| target.is_alive() && target.kind != Kind::OnCall;
    let dues = clocks.targets.iter().filter(awaited);
    let (due, kind) = dues.filter_map(|target| Some((target.due?, target.kind))).min()?;
    let left = if now < due {
        format!("in {}", distance(due.since(now)))
    } else {
        format!("{} late", distance(now.since(due)))
    };
    Some(format!("{kind} by {}, {left}", instant(level, due, now, Language::English)))
}

/// An instant by the clock of a level.
#[must_use]
pub fn instant(level: &Level, at: Timestamp, now: Timestamp, language: Language) -> String {
    words::instant(&level.service.usual.hours, at, now, language)
}

/// When nobody is there: now, and in the next week.
#[must_use]
pub fn hours(level: &Level, now: Timestamp, language: Language) -> Hours {
    let hours = &level.service.usual.hours;
    let told = |periods: Vec<Period>| {
        let words = |period| words::period(hours, &period, now, language);
        periods.into_iter().take(AHEAD_MAX).map(words).collect()
    };
    Hours {
        closed_until: (!hours.is_open(now))
            .then(|| instant(level, hours.next_open(now), now, language)),
        closed: told(hours.ahead(now, AHEAD_DAYS)),
        maintenance: told(hours.maintenance_ahead(now, AHEAD_DAYS)),
    }
}

/// The clocks of a ticket that the message opens.
fn begun(case: &Case<'_>, level: &Level, priority: &Priority) -> Clocks {
    let since = promise::since(case.arrival.received, case.fresh.now);
    let mut clocks = Clocks::default();
    clocks.follow(&Occurrence::Opened, since, &Kind::ALL, level.service.at(priority));
    clocks
}
