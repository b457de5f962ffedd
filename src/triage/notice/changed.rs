//! What the requester is told of what changed: one mail for all of it. And that his answer is awaited.

use super::{language, promised, rating};
use crate::desk::level::LevelName;
use crate::desk::priority::Priority;
use crate::desk::sender_proof::SenderProof;
use crate::desk::silence::Outlook;
use crate::fresh::Fresh;
use crate::mail::address::NamedAddress;
use crate::mail::proof::Verdict;
use crate::mail::subject::TicketNumber;
use crate::render::Wording;
use crate::render::changed::{Change, Changed, PriorityLine, Reminder};
use crate::time::{Timestamp, for_people};
use crate::triage::answer::{Correspondence, record};
use crate::triage::decision::{Carries, Due, Effect, NewNotice, NoticeKind};
use crate::triage::outgoing::Outgoing;
use crate::triage::policy::{Policy, Told};
use crate::triage::raise;

/// What changes of a ticket at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Where it stands from now on, where that is news.
    pub status: Option<Told>,
    /// How urgent it is from now on.
    pub priority: Option<&'a Priority>,
    /// The level that it has from now on.
    pub level: Option<&'a LevelName>,
    /// Of which other ticket it is a part from now on.
    pub merged_into: Option<TicketNumber>,
}

/// Why something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// An agent wants it so.
    Staff,
    /// Nobody has said a word for long.
    Silence {
        /// Since when.
        since: Timestamp,
        /// What comes if that goes on.
        outlook: Outlook,
    },
}

impl Changes<'_> {
    /// Those of which the desk tells requesters.
    #[must_use]
    pub fn told_by(self, policy: &Policy) -> Self {
        let is_told = |told: Told| policy.notices.contains(&told);
        Self {
            status: self.status.filter(|status| is_told(*status)),
            priority: self.priority.filter(|_| is_told(Told::Priority)),
            level: self.level.filter(|_| is_told(Told::Level)),
            merged_into: self.merged_into.filter(|_| is_told(Told::Merged)),
        }
    }

    fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// For people.
    fn words(self) -> String {
        let words = [
            self.status.map(Told::as_str),
            self.priority.map(|_| Told::Priority.as_str()),
            self.level.map(|_| Told::Level.as_str()),
            self.merged_into.map(|_| Told::Merged.as_str()),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The mail to the requester, and what is remembered of it; nothing where the desk tells of none of these.
#[must_use]
pub fn told(
    ticket: &Correspondence,
    changes: &Changes<'_>,
    why: Why,
    policy: &Policy,
    fresh: &Fresh,
) -> Vec<Effect> {
    let changes = changes.told_by(policy);
    if changes.is_empty() {
        return Vec::new();
    }
    let words = changes.words();
    match tell(ticket, changes, why, policy, fresh) {
        Ok(notice) => {
            let detail = format!("{words}: told to {}", notice.envelope.to);
            vec![record(ticket, "told", detail), Effect::Submit(notice)]
        }
        Err(why) => vec![record(ticket, "told", format!("{words}: told to nobody: {why}"))],
    }
}

/// Reminds the requester that his answer is awaited since then.
///
/// # Errors
/// Why he is not told, for people.
pub fn remind(
    ticket: &Correspondence,
    since: Timestamp,
    outlook: Outlook,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<NewNotice, String> {
    let to = hears(ticket, policy)?;
    let instant = |at| instant(ticket, at, policy, fresh.now);
    let language = language::of_ticket(ticket, policy);
    let fields = Reminder {
        tid: policy.prefix.tid(ticket.number),
        subject: ticket.subject.clone(),
        since: instant(since),
        lowers: outlook.lowers.map(instant),
        resolves: outlook.resolves.map(instant),
        desk_name: policy.display_name.clone(),
        desk_address: policy.address.to_string(),
    };
    let wording = policy.templates.notice(language, &fields);
    let wording = wording.map_err(|error| error.to_string())?;
    write(NoticeKind::Reminder, ticket, to, wording, policy, fresh)
}

fn tell(
    ticket: &Correspondence,
    changes: Changes<'_>,
    why: Why,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<NewNotice, String> {
    let to = hears(ticket, policy)?;
    let now = fresh.now;
    let instant = |at| instant(ticket, at, policy, now);
    let (since, outlook) = match why {
        Why::Staff => (None, Outlook::default()),
        Why::Silence { since, outlook } => (Some(since), outlook),
    };
    let language = language::of_ticket(ticket, policy);
    let fields = Changed {
        tid: policy.prefix.tid(ticket.number),
        subject: ticket.subject.clone(),
        why: match why {
            Why::Staff => "staff",
            Why::Silence { .. } => "silence",
        },
        since: since.map(instant),
        change: change(ticket, changes, policy, now),
        resolves: outlook.resolves.filter(|_| changes.status.is_none()).map(instant),
        merged_into: changes.merged_into.map(|into| policy.prefix.tid(into)),
        desk_name: policy.display_name.clone(),
        desk_address: policy.address.to_string(),
    };
    let wording = policy.templates.notice(language, &fields);
    let wording = wording.map_err(|error| error.to_string())?;
    write(NoticeKind::Changed, ticket, to, wording, policy, fresh)
}

/// What an answer says of what changes with it. That an answer is awaited, and that somebody is at work, it says
/// itself.
#[must_use]
pub fn beside(
    ticket: &Correspondence,
    changes: &Changes<'_>,
    policy: &Policy,
    now: Timestamp,
) -> Change {
    let told = changes.told_by(policy);
    let status = told.status.filter(|status| match status {
        Told::Accepted | Told::Pending => false,
        Told::Waiting
        | Told::Resolved
        | Told::Closed
        | Told::Reopened
        | Told::Priority
        | Told::Level
        | Told::Merged
        | Told::Rating => true,
    });
    change(ticket, Changes { status, ..told }, policy, now)
}

fn change(
    ticket: &Correspondence,
    changes: Changes<'_>,
    policy: &Policy,
    now: Timestamp,
) -> Change {
    let is_over = matches!(changes.status, Some(Told::Resolved | Told::Closed));
    let reopens_until = ticket.over.unwrap_or(now).after(policy.reopen_within);
    let level = changes.level.map(|name| {
        raise::level(policy, name).map_or_else(|| name.to_string(), |level| level.title.clone())
    });
    Change {
        status: changes.status.map(Told::as_str),
        priority: changes.priority.map(|priority| PriorityLine {
            before: ticket.priority.to_string(),
            now: priority.to_string(),
        }),
        level_title: level,
        reopens_until: (is_over && now < reopens_until)
            .then(|| instant(ticket, reopens_until, policy, now)),
        ratings: rating::asked(ticket, changes.status, policy),
        sent_secret: is_over && ticket.over.is_none() && ticket.secret.is_some(),
    }
}

/// The requester, if he is told of what becomes of his ticket: he is proven as far as the desk asks for that, or
/// an agent has answered him. Who may not have written at all gets no mail that he did not ask for (THR-28).
pub(in crate::triage) fn hears<'a>(
    ticket: &'a Correspondence,
    policy: &Policy,
) -> Result<&'a NamedAddress, String> {
    let Some(to) = &ticket.requester else { return Err("nobody knows who asks".to_owned()) };
    let address = &to.address;
    if policy.takes(address) || policy.agents.iter().any(|one| one.has(address)) {
        return Err(format!("{address} is one of the desk"));
    }
    if let Some(gone) = ticket.gone {
        let gone = for_people(gone);
        return Err(format!("{address} takes no mail, as a server said {gone}"));
    }
    let is_proven = match ticket.entitlement.proof {
        None | Some(Verdict::Strong | Verdict::Pass | Verdict::PassSpf) => true,
        Some(Verdict::None | Verdict::Pending | Verdict::Fail | Verdict::Ambiguous) => false,
    };
    if is_proven || policy.sender_proof == SenderProof::Off || 0 < ticket.answers {
        return Ok(to);
    }
    Err(format!("nothing proves that {address} wrote it, and nobody has answered him"))
}

fn instant(ticket: &Correspondence, at: Timestamp, policy: &Policy, now: Timestamp) -> String {
    let level = raise::level(policy, &ticket.entitlement.level).unwrap_or(&policy.default_level);
    promised::instant(level, at, now, language::of_ticket(ticket, policy))
}

fn write(
    kind: NoticeKind,
    ticket: &Correspondence,
    to: &NamedAddress,
    wording: Wording,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<NewNotice, String> {
    Outgoing {
        kind,
        ticket: ticket.number,
        due: Due::Uncapped,
        topic: None,
        from: policy.sender(),
        reply_to: policy.reply_to(ticket.number, &to.address),
        to: to.clone(),
        message_id: fresh.message_id.clone(),
        wording,
        in_reply_to: ticket.last.clone(),
        references: ticket.thread.clone(),
        carries: Carries::Nothing,
    }
    .write(policy, fresh.now)
    .map_err(|error| error.to_string())
}
