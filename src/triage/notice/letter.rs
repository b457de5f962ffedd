//! The acknowledgement itself: what it says, and its final bytes.

use jiff::civil::Date;

use super::promised;
use crate::desk::calendar::words;
use crate::desk::checklist::missing;
use crate::desk::language::Language;
use crate::desk::level::Level;
use crate::desk::priority::Priority;
use crate::mail::address::NamedAddress;
use crate::mail::message_id::MessageId;
use crate::mail::subject::{TicketNumber, base_subject};
use crate::mail::topic::topic;
use crate::render::part::{self, CouponLine, Refused};
use crate::render::{Acknowledgement, Addition, RenderError, ShortAcknowledgement, Wording};
use crate::time::for_people;
use crate::triage::case::{Case, Form};
use crate::triage::decision::{Carries, Due, NewNotice, NoticeKind};
use crate::triage::entitle::{Because, Standing};
use crate::triage::outgoing::Outgoing;
use crate::triage::policy::Policy;

/// How much an acknowledgement says.
#[derive(Clone, Copy, Debug)]
pub enum Wordiness<'a> {
    /// It names the sender, the subject, and the level, which was granted, and why.
    Full(&'a Standing<'a>, &'a Priority),
    /// For a sender whom nothing proves: no word of the message, and the level of everybody. So it is the
    /// same for everybody, and of no use to who wants to send a text to a stranger.
    Short(&'a Level),
    /// That what the requester adds to this ticket has come.
    Addition(TicketNumber),
}

/// Bytes of an identifier that a short acknowledgement repeats. Longer ones are no client's, and it
/// must not become larger than what asks for it (THR-28).
const IDENTIFIER_BYTES_MAX: usize = 250;

/// Attachments that are named as not taken; of more, the number is said.
const REFUSED_NAMED_MAX: usize = 10;

/// An acknowledgement to this address.
///
/// # Errors
/// Why it cannot be written, for people.
pub fn letter(
    case: &Case<'_>,
    to: &NamedAddress,
    wordiness: Wordiness<'_>,
    due: Due,
    coupon: Option<CouponLine>,
) -> Result<NewNotice, String> {
    let wording = wording(case, to, wordiness, coupon).map_err(|error| error.to_string())?;
    let (to, in_reply_to, references) = match wordiness {
        Wordiness::Full(..) | Wordiness::Addition(_) => {
            let mut references = case.mail.references.clone();
            references.extend(case.mail.message_id.clone());
            (to.clone(), case.mail.message_id.clone(), references)
        }
        Wordiness::Short(_) => {
            let fits = |id: &&MessageId| id.as_str().len() <= IDENTIFIER_BYTES_MAX;
            let answered = case.mail.message_id.as_ref().filter(fits).cloned();
            let nameless = NamedAddress { name: String::new(), address: to.address.clone() };
            (nameless, answered.clone(), answered.into_iter().collect())
        }
    };
    let kind = NoticeKind::Acknowledgement;
    let ticket = match wordiness {
        Wordiness::Full(..) | Wordiness::Short(_) => case.fresh.number,
        Wordiness::Addition(ticket) => ticket,
    };
    Outgoing {
        kind,
        ticket,
        due,
        topic: Some(topic(&case.mail.subject)),
        from: case.policy.sender(),
        reply_to: case.policy.reply_to(ticket, &to.address),
        to,
        message_id: case.fresh.message_id.clone(),
        wording,
        in_reply_to,
        references,
        carries: Carries::Nothing,
    }
    .write(case.policy, case.fresh.now)
    .map_err(|error| error.to_string())
}

fn wording(
    case: &Case<'_>,
    to: &NamedAddress,
    wordiness: Wordiness<'_>,
    coupon: Option<CouponLine>,
) -> Result<Wording, RenderError> {
    let policy = case.policy;
    let tid = policy.prefix.tid(case.fresh.number);
    match wordiness {
        Wordiness::Full(standing, priority) => policy.templates.acknowledgement(&Acknowledgement {
            tid,
            subject: base_subject(&case.mail.subject, &policy.prefix),
            requester_name: to.name.clone(),
            level_title: standing.level.title.clone(),
            because: because(standing, policy),
            promise: promised::first_answer(case, standing.level, priority),
            announcements: case.facts.announcements.clone(),
            missing: missing(&policy.checklist, &case.mail.text),
            hours: promised::hours(standing.level, case.fresh.now),
            received: promised::instant(standing.level, case.arrival.received, case.fresh.now),
            oversize: case.arrival.form != Form::Whole,
            refused: refused(case),
            coupon,
            desk_name: policy.display_name.clone(),
            desk_address: policy.address.to_string(),
        }),
        Wordiness::Short(level) => policy.templates.short(&ShortAcknowledgement {
            tid,
            level_title: level.title.clone(),
            coupon,
            desk_name: policy.display_name.clone(),
            desk_address: policy.address.to_string(),
        }),
        Wordiness::Addition(ticket) => policy.templates.addition(&Addition {
            tid: policy.prefix.tid(ticket),
            subject: base_subject(&case.mail.subject, &policy.prefix),
            requester_name: to.name.clone(),
            received: for_people(case.arrival.received),
            oversize: case.arrival.form != Form::Whole,
            refused: refused(case),
            coupon,
            desk_name: policy.display_name.clone(),
            desk_address: policy.address.to_string(),
        }),
    }
}

/// Why it is that level, in words. Who is not known reads how to be known only where that would give him more.
fn because(standing: &Standing<'_>, policy: &Policy) -> Option<part::Because> {
    let day = |day: Date| words::date(day, Language::English);
    let rank = standing.level.rank;
    Some(match standing.because.clone() {
        Because::Licence { account, until } => {
            part::Because::Licence { account, until: until.map(day) }
        }
        Because::Ended { account, on } => part::Because::Ended { account, on: day(on) },
        Because::Begins { account, on } => part::Because::Begins { account, on: day(on) },
        Because::Suspended { account } => part::Because::Suspended { account },
        Because::NoLicence { account } => part::Because::NoLicence { account },
        Because::LevelEnded { level, on } => part::Because::LevelEnded { level, on: day(on) },
        Because::Unproven => part::Because::Unproven,
        Because::Unknown if policy.levels.iter().any(|other| rank < other.rank) => {
            part::Because::Unknown
        }
        Because::Unknown | Because::Given => return None,
    })
}

/// The attachments that the desk does not take, by their names, and why.
fn refused(case: &Case<'_>) -> Option<Refused> {
    let accepted = &case.policy.attachments;
    let why = |one| accepted.refusal(one).map(|refusal| format!("{} ({refusal})", one.name));
    let mut names: Vec<_> = case.mail.attachments.iter().filter_map(why).collect();
    let more = names.len().saturating_sub(REFUSED_NAMED_MAX);
    names.truncate(REFUSED_NAMED_MAX);
    if 0 < more {
        names.push(format!("and {more} more"));
    }
    let names = names.join(", ");
    (!names.is_empty()).then(|| Refused { names, accepted: accepted.to_string() })
}
