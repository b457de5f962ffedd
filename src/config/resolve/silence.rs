//! What a desk does by itself when nobody says a word, and of which changes requesters are told.

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::DeskFile;
use crate::desk::calendar::Span;
use crate::desk::silence::Rules;
use crate::triage::policy::{Acknowledge, Told};

pub(super) fn rules(at: &At<'_>, written: &DeskFile) -> Result<Rules, ConfigError> {
    let pending = at.table("when_pending");
    let remind_after = reminders(&pending, &written.when_pending.remind_after)?;
    let (lower, resolve) =
        (&written.when_pending.lower_priority_after, &written.when_pending.resolve_after);
    let lower_priority_after = span(&pending, "lower_priority_after", lower.as_deref())?;
    let resolve_after = span(&pending, "resolve_after", resolve.as_deref())?;
    if let Some(end) = resolve_after {
        let steps = remind_after.iter().map(|span| ("remind_after", *span));
        let steps = steps.chain(lower_priority_after.map(|span| ("lower_priority_after", span)));
        for (key, step) in steps {
            if !is_before(step, end) {
                let what = format!("{step} would never come: resolve_after is {end}");
                return Err(pending.wrong(key, what));
            }
        }
    }
    let close = written.when_resolved.close_after.as_deref();
    let close_after = span(&at.table("when_resolved"), "close_after", close)?;
    Ok(Rules { remind_after, lower_priority_after, resolve_after, close_after })
}

fn reminders(at: &At<'_>, written: &[String]) -> Result<Vec<Span>, ConfigError> {
    let (key, most) = ("remind_after", Rules::REMINDERS_MAX);
    if most < written.len() {
        return Err(at.wrong(key, format!("must be at most {most} spans")));
    }
    let mut spans: Vec<Span> = Vec::new();
    for text in written {
        let span = Span::parse(text).map_err(|error| at.wrong(key, error.to_string()))?;
        if let Some(before) = spans.last().filter(|before| !is_before(**before, span)) {
            return Err(at.wrong(key, format!("the shortest first: {span} comes after {before}")));
        }
        spans.push(span);
    }
    Ok(spans)
}

/// Hours and days are comparable by a calendar alone; whichever comes first then is done first.
fn is_before(one: Span, other: Span) -> bool {
    match (one, other) {
        (Span::Opening(one), Span::Opening(other)) => one < other,
        (Span::Days(one), Span::Days(other)) => one < other,
        (Span::Opening(_), Span::Days(_)) | (Span::Days(_), Span::Opening(_)) => true,
    }
}

fn span(at: &At<'_>, key: &str, written: Option<&str>) -> Result<Option<Span>, ConfigError> {
    let Some(text) = written.filter(|text| *text != "none") else { return Ok(None) };
    Span::parse(text).map(Some).map_err(|error| at.wrong(key, error.to_string()))
}

/// Of which changes requesters are told: of all, where the desk acknowledges anything.
pub(super) fn notices(
    at: &At<'_>,
    written: &DeskFile,
    acknowledge: Acknowledge,
) -> Result<Vec<Told>, ConfigError> {
    let Some(words) = &written.notices else {
        return Ok(match acknowledge {
            Acknowledge::Tickets | Acknowledge::Messages => Told::ALL.to_vec(),
            Acknowledge::None => Vec::new(),
        });
    };
    let known = Told::ALL.map(|told| (told.as_str(), told));
    let read = |word: &String| at.word("notices", Some(word), Told::Resolved, &known);
    words.iter().map(read).collect()
}
