//! The requester of a ticket asks for all that was said in it: he alone gets it, with real proof, and not too often.

use std::time::Duration;

use super::opener;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::proof::Verdict;
use crate::render::history::History;
use crate::time::{Timestamp, for_people};
use crate::triage::case::ordered::{Exchanged, Ordered};
use crate::triage::case::{Case, TicketFacts};
use crate::triage::decision::{Carries, Due, Effect, NewNotice, NoticeKind};
use crate::triage::gate;
use crate::triage::notice::{language, promised};
use crate::triage::outgoing::Outgoing;
use crate::triage::{entitle, event, raise};

/// Mails of one ticket within [`WITHIN`]; the next one has none.
pub const MANY: usize = 3;
/// So long each counts.
pub const WITHIN: Duration = Duration::from_hours(24);
/// So long after one there is no other.
const APART: Duration = Duration::from_mins(10);

/// The mail, where there is one; and what is remembered of it. `adds` is when the article was said that the message
/// is itself.
pub(super) fn heard(
    case: &Case<'_>,
    ticket: &TicketFacts,
    adds: Option<Timestamp>,
    why: &mut Vec<String>,
) -> Vec<Effect> {
    let sent = whose(case, ticket).and_then(|to| {
        let exchanged = room(case, ticket, adds)?;
        Ok((letter(case, ticket, to, &exchanged)?, exchanged))
    });
    let (detail, notice, kind) = match sent {
        Ok((notice, Exchanged { count, .. })) => {
            let to = &notice.envelope.to;
            let detail = format!("the correspondence goes to {to}, {count} in all");
            (detail, Some(notice), "history")
        }
        Err(reason) => {
            let from = case.mail.sender.address().map(Address::as_str).unwrap_or_default();
            let detail =
                format!("{from} asks for the correspondence and does not get it: {reason}");
            (detail, None, "request")
        }
    };
    why.push(detail.clone());
    let submit = notice.map(Effect::Submit);
    submit.into_iter().chain([event(ticket.number, kind, detail)]).collect()
}

/// To whom it may go: to the address that opened the ticket, if the mail is surely from there.
pub(super) fn whose<'a>(
    case: &Case<'_>,
    ticket: &'a TicketFacts,
) -> Result<&'a NamedAddress, String> {
    let requester = opener(case, ticket)?;
    match case.proof.verdict {
        Verdict::Strong | Verdict::Pass | Verdict::PassSpf => {}
        Verdict::None | Verdict::Pending | Verdict::Fail | Verdict::Ambiguous => {
            return Err(case.proof.doubt("its sender").unwrap_or_default());
        }
    }
    gate::reachable(case).map_err(|why| why.to_string())?;
    Ok(requester)
}

/// What there is to send, if there was not enough of it of late.
fn room(
    case: &Case<'_>,
    ticket: &TicketFacts,
    adds: Option<Timestamp>,
) -> Result<Exchanged, String> {
    let now = case.fresh.now;
    let known = case.facts.ordered_of(ticket.number);
    let sent = known.map_or(&[][..], |known: &Ordered| &known.histories);
    let today = sent.iter().filter(|at| now.since(**at) < WITHIN);
    let last = today.clone().max().copied();
    if let Some(last) = last.filter(|last| now.since(*last) < APART) {
        return Err(format!("it went out {}", for_people(last)));
    }
    if MANY <= today.count() {
        return Err(format!("it went out {MANY} times in a day"));
    }
    let before = known.and_then(|known| known.exchanged);
    let own = adds.map(|at| Exchanged { count: 1, first: at, last: at });
    match (before, own) {
        (Some(before), Some(own)) => Ok(Exchanged {
            count: before.count + 1,
            first: before.first.min(own.first),
            last: before.last.max(own.last),
        }),
        (before, own) => before.or(own).ok_or_else(|| "nothing was said".to_owned()),
    }
}

fn letter(
    case: &Case<'_>,
    ticket: &TicketFacts,
    to: &NamedAddress,
    exchanged: &Exchanged,
) -> Result<NewNotice, String> {
    let (policy, mail) = (case.policy, case.mail);
    let level = raise::level(policy, &ticket.entitlement.level).unwrap_or(&policy.default_level);
    let language = language::of(case, entitle::standing(case).account, ticket.language);
    let instant = |at| promised::instant(level, at, case.fresh.now, language);
    let fields = History {
        tid: policy.prefix.tid(ticket.number),
        subject: ticket.subject.clone(),
        requester_name: to.name.clone(),
        count: exchanged.count,
        first: instant(exchanged.first),
        last: instant(exchanged.last),
        desk_name: policy.display_name.clone(),
        desk_address: policy.address.to_string(),
    };
    // The first ones are for the desk.
    let message_id = case.fresh.further.last().ok_or("no identifier is left")?;
    let wording = policy.templates.notice(language, &fields).map_err(|error| error.to_string())?;
    let mut references = mail.references.clone();
    references.extend(mail.message_id.clone());
    Outgoing {
        kind: NoticeKind::History,
        ticket: ticket.number,
        due: Due::Uncapped,
        topic: None,
        from: policy.sender(),
        reply_to: policy.reply_to(ticket.number, &to.address),
        to: to.clone(),
        message_id: message_id.clone(),
        wording,
        in_reply_to: mail.message_id.clone(),
        references,
        carries: Carries::Correspondence,
    }
    .write(policy, case.fresh.now)
    .map_err(|error| error.to_string())
}
