//! What a desk does by itself about a ticket of which nobody says a word: its requester is reminded, it
//! becomes less urgent, it is resolved, and what is resolved is closed.

use std::time::Duration;

use super::calendar::{Calendar, Span};
use crate::time::Timestamp;

/// The rules of a desk. What is not there is not done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// After so long the requester is reminded, once each; at most [`Self::REMINDERS_MAX`], the shortest first.
    pub remind_after: Vec<Span>,
    /// After so long the ticket is less urgent by one.
    pub lower_priority_after: Option<Span>,
    /// After so long it is resolved.
    pub resolve_after: Option<Span>,
    /// So long after it was resolved it is closed.
    pub close_after: Option<Span>,
}

/// A silence: nobody has said a word since the requester was asked, or since the ticket was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// What is awaited.
    pub owed: Owed,
    /// Since when.
    pub since: Timestamp,
    /// Reminders that are behind it: told, or overtaken.
    pub reminded: usize,
    /// When its priority was settled for this silence: lowered, or set by an agent.
    pub lowered: Option<Timestamp>,
    /// When the requester was told of a step last.
    pub acted: Option<Timestamp>,
}

/// What is awaited of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    /// An answer of its requester.
    Answer,
    /// A day that an agent has named: until then nobody owes a word.
    Day,
    /// Nothing: it is resolved.
    Nothing,
}

/// What is done by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The requester is reminded.
    Remind,
    /// The ticket is less urgent by one.
    LowerPriority,
    /// It is resolved.
    Resolve,
    /// It is closed.
    Close,
}

/// A step, and the instant from which on it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub step: Step,
    /// From when on.
    pub at: Timestamp,
}

/// What comes if the silence goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// When the ticket becomes less urgent.
    pub lowers: Option<Timestamp>,
    /// When it is resolved.
    pub resolves: Option<Timestamp>,
}

/// A day: steps that were late come at least an opening day one after the other.
const DAY: Duration = Duration::from_hours(24);

impl Rules {
    /// Reminders.
    pub const REMINDERS_MAX: usize = 5;

    /// The next step of a silence. Steps come in the order of their times. One whose time had passed when the
    /// step before it was made comes as long after that as was meant, up to an opening day: what a stop of the
    /// daemon has put off does not come all at once.
    #[must_use]
    pub fn next(&self, silence: &Silence, hours: &Calendar) -> Option<Due> {
        let planned = |span: Span| hours.add(silence.since, span);
        match silence.owed {
            Owed::Day => None,
            Owed::Nothing => {
                self.close_after.map(|span| Due { step: Step::Close, at: planned(span) })
            }
            Owed::Answer => {
                let lower = self.lower_priority_after.filter(|_| silence.lowered.is_none());
                let steps = [
                    (self.remind_after.get(silence.reminded).copied(), Step::Remind),
                    (lower, Step::LowerPriority),
                    (self.resolve_after, Step::Resolve),
                ];
                let steps =
                    steps.into_iter().filter_map(|(span, step)| Some((planned(span?), step)));
                let (at, step) = steps.min()?;
                let at = match silence.acted {
                    Some(acted) => at.max(self.apart(silence, acted, at, hours)),
                    None => at,
                };
                Some(Due { step, at })
            }
        }
    }

    /// The silence after a step of which the requester was told.
    #[must_use]
    pub fn after(
        &self,
        silence: &Silence,
        step: Step,
        now: Timestamp,
        hours: &Calendar,
    ) -> Silence {
        Silence { acted: Some(now), ..self.passed(silence, step, now, hours) }
    }

    /// The silence after a step of which nobody was told.
    #[must_use]
    pub fn passed(
        &self,
        silence: &Silence,
        step: Step,
        now: Timestamp,
        hours: &Calendar,
    ) -> Silence {
        let mut silence = silence.clone();
        match step {
            Step::Remind => {
                let overtaken = |span: &&Span| hours.add(silence.since, **span) <= now;
                let passed = self.remind_after.iter().take_while(overtaken).count();
                silence.reminded = passed.max(silence.reminded + 1);
            }
            Step::LowerPriority => silence.lowered = Some(now),
            Step::Resolve | Step::Close => {}
        }
        silence
    }

    /// What comes if the silence goes on, for who is told of it.
    #[must_use]
    pub fn outlook(&self, silence: &Silence, hours: &Calendar) -> Outlook {
        let (mut silence, mut outlook) = (silence.clone(), Outlook::default());
        // Each step but the last is made once.
        for _ in 0..Self::REMINDERS_MAX + 2 {
            match self.next(&silence, hours) {
                Some(Due { step: Step::Resolve, at }) => {
                    outlook.resolves = Some(at);
                    break;
                }
                Some(Due { step, at }) => {
                    if step == Step::LowerPriority {
                        outlook.lowers = Some(at);
                    }
                    silence = self.after(&silence, step, at, hours);
                }
                None => break,
            }
        }
        outlook
    }

    /// The earliest instant of a step that was meant for `at`, after one that was made at `acted`.
    fn apart(
        &self,
        silence: &Silence,
        acted: Timestamp,
        at: Timestamp,
        hours: &Calendar,
    ) -> Timestamp {
        let lowered = self.lower_priority_after.filter(|_| silence.lowered.is_some());
        let made = self.remind_after.iter().take(silence.reminded).copied().chain(lowered);
        let meant =
            made.map(|span| hours.add(silence.since, span)).filter(|made| *made <= at).max();
        let gap = at.since(meant.unwrap_or(silence.since));
        if gap < DAY { hours.next_open(acted.after(gap)) } else { hours.add(acted, Span::Days(1)) }
    }
}

#[cfg(test)]
mod tests;
