//! The acknowledgement itself: what it says, and its final bytes.

use jiff::civil::Date;

use super::promised;
use crate::desk::calendar::words;
use crate::desk::checklist::missing;
use crate::desk::language::Language;
use crate::desk::level::Level;
use crate::desk::priority::Priority;
use crate::mail::address::NamedAddress;
use crate::mail::attachment::accepted::Refusal;
use crate::mail::message_id::MessageId;
use crate::mail::subject::{TicketNumber, base_subject};
use crate::mail::topic::topic;
use crate::render::acknowledged::{Acknowledgement, Addition, ShortAcknowledgement};
use crate::render::part::{self, CouponLine, Refused, RefusedAttachment, RefusedFor};
use crate::render::{RenderError, Wording};
use crate::triage::case::{Case, Form};
use crate::triage::decision::{Carries, Due, NewNotice, NoticeKind};
use crate::triage::entitle::{Because, Standing};
use crate::triage::gate::Supervisor;
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
    /// That what the requester adds to this ticket, of this level, has come.
    Addition(TicketNumber, &'a Level),
}

/// What an acknowledgement says, and how.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// How much.
    pub wordiness: Wordiness<'a>,
    /// In which language.
    pub language: Language,
    /// Whether the supervisor hears of the message.
    pub supervisor: Supervisor,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<CouponLine>,
}

/// Bytes of an identifier that a short acknowledgement repeats. Longer ones are no client's, and it
/// must not become larger than what asks for it (THR-28).
const IDENTIFIER_BYTES_MAX: usize = 120;

/// Attachments that are named as not taken; of more, the number is said.
const REFUSED_NAMED_MAX: usize = 10;

/// An acknowledgement to this address.
///
/// # Errors
/// Why it cannot be written, for people.
pub fn letter(
    case: &Case<'_>,
    to: &NamedAddress,
    said: &Said<'_>,
    due: Due,
) -> Result<NewNotice, String> {
    let wordiness = said.wordiness;
    let wording = wording(case, to, said).map_err(|error| error.to_string())?;
    let (to, in_reply_to, references) = match wordiness {
        Wordiness::Full(..) | Wordiness::Addition(..) => {
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
        Wordiness::Addition(ticket, _) => ticket,
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

fn wording(case: &Case<'_>, to: &NamedAddress, said: &Said<'_>) -> Result<Wording, RenderError> {
    let (policy, now) = (case.policy, case.fresh.now);
    let (language, coupon) = (said.language, said.coupon.clone());
    let supervisor = said.supervisor == Supervisor::Hears;
    let tid = policy.prefix.tid(case.fresh.number);
    let received = |level| promised::instant(level, case.arrival.received, now, language);
    match said.wordiness {
        Wordiness::Full(standing, priority) => policy.templates.notice(
            language,
            &Acknowledgement {
                tid,
                subject: base_subject(&case.mail.subject, &policy.prefix),
                requester_name: to.name.clone(),
                level_title: standing.level.title.clone(),
                because: because(standing, policy, language),
                promise: promised::first_answer(case, standing.level, priority, language),
                announcements: case.facts.announcements.clone(),
                missing: missing(&policy.checklist, &case.mail.text),
                hours: promised::hours(standing.level, now, language),
                received: received(standing.level),
                oversize: case.arrival.form != Form::Whole,
                refused: refused(case),
                supervisor,
                coupon,
                desk_name: policy.display_name.clone(),
                desk_address: policy.address.to_string(),
            },
        ),
        Wordiness::Short(level) => policy.templates.notice(
            language,
            &ShortAcknowledgement {
                tid,
                level_title: level.title.clone(),
                coupon,
                desk_name: policy.display_name.clone(),
                desk_address: policy.address.to_string(),
            },
        ),
        Wordiness::Addition(ticket, level) => policy.templates.notice(
            language,
            &Addition {
                tid: policy.prefix.tid(ticket),
                subject: base_subject(&case.mail.subject, &policy.prefix),
                requester_name: to.name.clone(),
                received: received(level),
                oversize: case.arrival.form != Form::Whole,
                refused: refused(case),
                supervisor,
                coupon,
                desk_name: policy.display_name.clone(),
                desk_address: policy.address.to_string(),
            },
        ),
    }
}

/// Why it is that level, in words. Who is not known reads how to be known only where that would give him more.
fn because(standing: &Standing<'_>, policy: &Policy, language: Language) -> Option<part::Because> {
    let day = |day: Date| words::date(day, language);
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
    let all = case.mail.attachments.iter();
    let mut names: Vec<_> = all
        .filter_map(|one| {
            let why = match accepted.refusal(one)? {
                Refusal::Type => RefusedFor::Type,
                Refusal::Content(format) => RefusedFor::Content { format: format.to_string() },
                Refusal::Size => RefusedFor::Size,
            };
            Some(RefusedAttachment { name: one.name.clone(), why })
        })
        .collect();
    let more = names.len().saturating_sub(REFUSED_NAMED_MAX);
    names.truncate(REFUSED_NAMED_MAX);
    let (types, size) = (accepted.types(), accepted.size());
    (!names.is_empty()).then_some(Refused { names, more, types, size })
}
