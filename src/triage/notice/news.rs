//! The notice of a level that was raised.

use super::{Told, language};
use crate::desk::language::Language;
use crate::desk::level::LevelName;
use crate::fresh::Fresh;
use crate::mail::address::NamedAddress;
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;
use crate::render::part::CouponLine;
use crate::render::raised::Raised;
use crate::triage::case::{Case, TicketFacts};
use crate::triage::decision::{Carries, Due, NewNotice, NoticeKind};
use crate::triage::entitle;
use crate::triage::gate::recipient;
use crate::triage::outgoing::Outgoing;
use crate::triage::policy::{Acknowledge, Policy};
use crate::triage::raise;

/// What is told of a ticket whose level was raised by a message of its requester. No cap holds it back:
/// he is proven, and it is once a level.
#[must_use]
pub fn raised(
    case: &Case<'_>,
    ticket: &TicketFacts,
    level: &LevelName,
    coupon: Option<CouponLine>,
) -> Told {
    let told = recipient(case).map_err(|why| why.to_string()).and_then(|to| {
        let mut references = case.mail.references.clone();
        references.extend(case.mail.message_id.clone());
        let news = News {
            ticket: ticket.number,
            subject: &ticket.subject,
            to,
            level,
            language: language::of(case, entitle::standing(case).account, ticket.language),
            answers: case.mail.message_id.clone(),
            references,
            coupon,
        };
        tell(news, case.policy, case.fresh)
    });
    match told {
        Ok(notice) => {
            Told { why: format!("raised, told to {}", notice.envelope.to), notice: Some(notice) }
        }
        Err(why) => Told { why: format!("raised, told to nobody: {why}"), notice: None },
    }
}

/// A level that was raised, and who is told in which thread.
#[derive(Clone, Debug)]
pub struct News<'a> {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Its base subject.
    pub subject: &'a str,
    /// The requester.
    pub to: &'a NamedAddress,
    /// The level that it has now.
    pub level: &'a LevelName,
    /// In which he is told.
    pub language: Language,
    /// The message that is answered.
    pub answers: Option<MessageId>,
    /// The thread, oldest first.
    pub references: Vec<MessageId>,
    /// The coupon that gave it.
    pub coupon: Option<CouponLine>,
}

/// Tells a requester that the level of a ticket was raised.
///
/// # Errors
/// Why nothing is told, for people.
pub fn tell(news: News<'_>, policy: &Policy, fresh: &Fresh) -> Result<NewNotice, String> {
    if policy.acknowledge == Acknowledge::None {
        return Err("acknowledge = \"none\"".to_owned());
    }
    let title = raise::level(policy, news.level).map(|level| level.title.clone());
    let fields = Raised {
        tid: policy.prefix.tid(news.ticket),
        subject: news.subject.to_owned(),
        level_title: title.unwrap_or_else(|| news.level.to_string()),
        coupon: news.coupon,
        desk_name: policy.display_name.clone(),
        desk_address: policy.address.to_string(),
    };
    let wording =
        policy.templates.notice(news.language, &fields).map_err(|error| error.to_string())?;
    Outgoing {
        kind: NoticeKind::Raised,
        ticket: news.ticket,
        due: Due::Uncapped,
        topic: None,
        from: policy.sender(),
        reply_to: policy.reply_to(news.ticket, &news.to.address),
        to: news.to.clone(),
        message_id: fresh.message_id.clone(),
        wording,
        in_reply_to: news.answers,
        references: news.references,
        carries: Carries::Nothing,
    }
    .write(policy, fresh.now)
    .map_err(|error| error.to_string())
}
