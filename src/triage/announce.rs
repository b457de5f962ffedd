//! What nobody could plan is mailed to who has an open ticket.

use super::answer::{Correspondence, record};
use super::decision::{Carries, Due, Effect, NoticeKind};
use super::notice::{changed, language, promised};
use super::outgoing::Outgoing;
use super::policy::Policy;
use super::raise;
use crate::fresh::Fresh;
use crate::render::announced::Announced;
use crate::time::Timestamp;

/// Tells the requester of a ticket.
///
/// # Errors
/// Why he is not told, for people.
pub fn tell(
    ticket: &Correspondence,
    text: &str,
    until: Timestamp,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<Vec<Effect>, String> {
    let to = changed::hears(ticket, policy)?;
    let level = raise::level(policy, &ticket.entitlement.level).unwrap_or(&policy.default_level);
    let language = language::of_ticket(ticket, policy);
    let fields = Announced {
        tid: policy.prefix.tid(ticket.number),
        subject: ticket.subject.clone(),
        text: text.to_owned(),
        until: promised::instant(level, until, fresh.now, language),
        desk_name: policy.display_name.clone(),
        desk_address: policy.address.to_string(),
    };
    let wording = policy.templates.notice(language, &fields).map_err(|error| error.to_string())?;
    let notice = Outgoing {
        kind: NoticeKind::Announcement,
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
    .map_err(|error| error.to_string())?;
    let told = record(ticket, "announced", format!("told to {}", to.address));
    Ok(vec![Effect::Submit(notice), told])
}
