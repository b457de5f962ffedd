//! Silences of tickets: what begins and ends them, and what a rule of the desk does because of one.

use super::answer::{Correspondence, change, record};
use super::decision::by_hand::ByHand;
use super::decision::{Effect, Means, NewPriority, TicketChange};
use super::notice::changed::{self, Changes, Why};
use super::policy::{Policy, Told};
use super::promise::By;
use super::raise;
use crate::desk::calendar::Calendar;
use crate::desk::level::LevelName;
use crate::desk::silence::{Due, Owed, Rules, Silence, Step};
use crate::desk::ticket::{Mover, Status};
use crate::fresh::Fresh;
use crate::mail::subject::TicketNumber;
use crate::time::{Timestamp, for_people};

/// What a decision does to the silence of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It begins, or begins anew.
    Begins,
    /// It goes on; what it is counted by may be another.
    GoesOn,
    /// It goes on, and an agent has said how urgent the ticket is meanwhile.
    IsPrioritized,
    /// There is none any more.
    Ends,
}

/// What comes of a look at a silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing by now; something then, if nobody says a word.
    Waits(Option<Timestamp>),
    /// This, and so the silence goes on.
    Acts(Vec<Effect>, Silence),
    /// This, and with that it is over; another may begin.
    Ends(Vec<Effect>),
    /// This is remembered, and no more comes of it.
    Rests(Vec<Effect>),
}

/// What these effects do to the silences of tickets.
#[must_use]
pub fn turns(effects: &[Effect], by: By) -> Vec<(TicketNumber, Turn)> {
    let mut all = Vec::new();
    for effect in effects {
        if let Effect::OpenTicket(new) = effect
            && is_silent(new.status)
        {
            all.push((new.number, Turn::Begins));
        }
        if let Effect::ChangeTicket(change) = effect
            && let Some(turn) = changed(change, effects, by)
        {
            all.push((change.number, turn));
        }
    }
    all
}

fn changed(change: &TicketChange, effects: &[Effect], by: By) -> Option<Turn> {
    let (number, from, to) = (change.number, change.from, change.to);
    if !is_silent(to) {
        return is_silent(from).then_some(Turn::Ends);
    }
    let is_answer = |effect: &Effect| matches!(effect, Effect::AddArticle(new) if new.ticket == number && new.means == Means::Answers);
    let is_postponed = |effect: &Effect| matches!(effect, Effect::ByHand(ByHand::Postpone { ticket, .. }) if *ticket == number);
    if from != to || effects.iter().any(|effect| is_answer(effect) || is_postponed(effect)) {
        return Some(Turn::Begins);
    }
    let is_agents = |effect: &Effect| matches!(effect, Effect::Prioritize(new) if new.ticket == number && new.by.is_some());
    let is_prioritized = by != By::Time && effects.iter().any(is_agents);
    Some(if is_prioritized { Turn::IsPrioritized } else { Turn::GoesOn })
}

/// Whether a ticket that stands so waits for a word that may not come.
fn is_silent(status: Status) -> bool {
    match status {
        Status::Pending | Status::Resolved => true,
        Status::New | Status::Open | Status::Waiting | Status::Closed => false,
    }
}

/// When something is due at a ticket of this level, if nobody says a word.
#[must_use]
pub fn next(silence: &Silence, level: &LevelName, policy: &Policy) -> Option<Timestamp> {
    policy.silence.next(silence, &hours(level, policy)).map(|due| due.at)
}

/// A number that says by which rules, and in whose hours, silences are counted: another one for others; above
/// zero.
#[must_use]
pub fn ruled_by(policy: &Policy) -> i64 {
    // FNV-1a: the same in each run of each program.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let own = [&policy.default_level, &policy.lapsed_level];
    let levels = policy.levels.iter().chain(own);
    let hours: Vec<_> = levels.map(|level| (&level.name, &level.service.usual.hours)).collect();
    for byte in format!("{:?} {hours:?}", policy.silence).bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    i64::try_from(hash >> 1).unwrap_or(i64::MAX).max(1)
}

/// What a rule does by now to a ticket whose silence it is.
#[must_use]
pub fn act(ticket: &Correspondence, silence: &Silence, policy: &Policy, fresh: &Fresh) -> Outcome {
    let hours = hours(&ticket.entitlement.level, policy);
    let rules = &policy.silence;
    let Some(due) = rules.next(silence, &hours).filter(|due| stands(ticket, silence, due.step))
    else {
        return Outcome::Waits(None);
    };
    if fresh.now < due.at {
        return Outcome::Waits(Some(due.at));
    }
    let look = Look { ticket, silence, rules, hours: &hours, policy, fresh };
    // Who does not get our mail owes no answer.
    match ticket.gone.filter(|_| silence.owed == Owed::Answer) {
        Some(gone) => look.rests(gone),
        None => look.makes(due),
    }
}

/// Whether the ticket is where this can be done to it.
fn stands(ticket: &Correspondence, silence: &Silence, step: Step) -> bool {
    let is_owed = match ticket.status {
        Status::Pending => silence.owed == Owed::Answer,
        Status::Resolved => silence.owed == Owed::Nothing,
        Status::New | Status::Open | Status::Waiting | Status::Closed => false,
    };
    let is_moved = |to| ticket.status.after(Mover::Silence) == to;
    is_owed
        && ticket.merged_into.is_none()
        && match step {
            Step::Remind | Step::LowerPriority => true,
            Step::Resolve => is_moved(Status::Resolved),
            Step::Close => is_moved(Status::Closed),
        }
}

fn hours(level: &LevelName, policy: &Policy) -> Calendar {
    raise::level(policy, level)
        .map_or_else(Calendar::always, |level| level.service.usual.hours.clone())
}

/// A ticket of which something is due.
#[derive(Clone, Copy)]
struct Look<'a> {
    ticket: &'a Correspondence,
    silence: &'a Silence,
    rules: &'a Rules,
    hours: &'a Calendar,
    policy: &'a Policy,
    fresh: &'a Fresh,
}

impl Look<'_> {
    fn makes(self, due: Due) -> Outcome {
        match due.step {
            Step::Remind => self.reminds(),
            Step::LowerPriority => self.lowers(),
            Step::Resolve => self.moves(Told::Resolved),
            Step::Close => self.moves(Told::Closed),
        }
    }

    fn reminds(self) -> Outcome {
        let Self { ticket, silence, .. } = self;
        let after = self.after(Step::Remind);
        let outlook = self.rules.outlook(&after, self.hours);
        let told = changed::remind(ticket, silence.since, outlook, self.policy, self.fresh);
        let mut effects = vec![change(ticket, ticket.status)];
        match told {
            Ok(notice) => {
                let to = &notice.envelope.to;
                effects.push(record(ticket, "reminded", format!("{}; told to {to}", self.why())));
                effects.push(Effect::Submit(notice));
                Outcome::Acts(effects, after)
            }
            Err(why) => {
                effects.push(record(ticket, "reminded", format!("told to nobody: {why}")));
                Outcome::Acts(effects, self.passed(Step::Remind))
            }
        }
    }

    fn lowers(self) -> Outcome {
        let Self { ticket, policy, .. } = self;
        let Some(lower) = policy.priorities.less_urgent(&ticket.priority) else {
            return Outcome::Acts(Vec::new(), self.passed(Step::LowerPriority));
        };
        let after = self.after(Step::LowerPriority);
        let changes = Changes { priority: Some(lower), ..Changes::default() };
        // Whose word it was stays: a requester who was heard before may say it again.
        let (number, by) = (ticket.number, ticket.priority_by.clone());
        let detail = format!("{} → {lower}: {}", ticket.priority, self.why());
        let mut effects = vec![
            change(ticket, ticket.status),
            Effect::Prioritize(NewPriority { ticket: number, priority: lower.clone(), by }),
            record(ticket, "priority", detail),
        ];
        let told = self.tells(&changes, &after);
        let silence = if told.iter().any(|one| matches!(one, Effect::Submit(_))) {
            after
        } else {
            self.passed(Step::LowerPriority)
        };
        effects.extend(told);
        Outcome::Acts(effects, silence)
    }

    fn moves(self, told: Told) -> Outcome {
        let Self { ticket, silence, .. } = self;
        let (from, to) = (ticket.status, ticket.status.after(Mover::Silence));
        let changes = Changes { status: Some(told), ..Changes::default() };
        let mut effects = vec![
            change(ticket, to),
            record(ticket, "status", format!("{from} → {to}: {}", self.why())),
        ];
        effects.extend(self.tells(&changes, silence));
        Outcome::Ends(effects)
    }

    /// Nothing more comes of this silence.
    fn rests(self, gone: Timestamp) -> Outcome {
        let whom = self.ticket.requester.as_ref().map(|to| to.address.to_string());
        let detail = format!(
            "{} takes no mail, as a server said {}; no rule reminds him or ends it",
            whom.unwrap_or_default(),
            for_people(gone)
        );
        Outcome::Rests(vec![record(self.ticket, "rests", detail)])
    }

    fn tells(self, changes: &Changes<'_>, silence: &Silence) -> Vec<Effect> {
        let outlook = self.rules.outlook(silence, self.hours);
        let why = Why::Silence { since: self.silence.since, outlook };
        changed::told(self.ticket, changes, why, self.policy, self.fresh)
    }

    fn why(self) -> String {
        let since = for_people(self.silence.since);
        match self.silence.owed {
            Owed::Answer | Owed::Day => format!("no answer since {since}"),
            Owed::Nothing => format!("resolved since {since}"),
        }
    }

    fn after(self, step: Step) -> Silence {
        self.rules.after(self.silence, step, self.fresh.now, self.hours)
    }

    fn passed(self, step: Step) -> Silence {
        self.rules.passed(self.silence, step, self.fresh.now, self.hours)
    }
}
