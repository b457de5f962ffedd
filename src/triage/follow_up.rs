//! What a message does to the ticket that it belongs to.

use super::case::{Case, TicketFacts};
use super::coupon::Named;
use super::decision::{Decision, Effect, Means, NewEvent, NewPriority, TicketChange, Verdict};
use super::entitle;
use super::gate::{Occasion, Supervisor};
use super::notice::agents::Now;
use super::notice::{self, Told};
use super::prioritize::{self, Change};
use super::raise::{self, Raise};
use super::request::supervisor::Wish;
use super::thread::{Evidence, Found};
use super::{article, class, doubt, event, oversize, secrets, thanks};
use crate::desk::article::ArticleKind;
use crate::desk::sender_proof::SenderProof;
use crate::desk::ticket::Status;
use crate::mail::proof;
use crate::render::part::CouponLine;

/// Whether a message may move its ticket.
pub(super) enum Word {
    Taken,
    /// It is forged, and nothing but its sender ties it to the ticket: it is kept there and shown,
    /// and does nothing. Where nobody would look any more it opens a ticket.
    Doubted,
}

/// Whether a message may move the ticket that was found for it.
pub(super) fn trust_in(case: &Case<'_>, found: &Found<'_>) -> Word {
    let tied_by_sender = match found.by {
        Evidence::ReplyToken | Evidence::BounceToken | Evidence::OwnMessageId => false,
        Evidence::Reference | Evidence::Subject | Evidence::Sibling => true,
    };
    let asked = case.policy.sender_proof != SenderProof::Off;
    let forged = case.proof.verdict == proof::Verdict::Fail;
    if asked && forged && tied_by_sender { Word::Doubted } else { Word::Taken }
}

/// An article of the ticket, which then stands at `to`, and all that the message says beside it.
pub(super) fn follow_up(
    case: &Case<'_>,
    found: &Found<'_>,
    (article_kind, means): (ArticleKind, Means),
    to: Status,
) -> Decision {
    let number = found.ticket.number;
    let from = found.ticket.status;
    let mut why = vec![found.why()];
    why.extend(doubt(case));
    let only_thanks = thanks::only_thanks(case, found.ticket);
    let (to, means) = if only_thanks { (from, Means::Nothing) } else { (to, means) };
    match class::mark(case) {
        Some(mark) if to == from => why.push(format!("it stays {from}: {mark}")),
        mark => why.extend(mark),
    }
    if only_thanks {
        why.push(format!("it stays {from}, as this only says thanks"));
    }
    if to != from {
        why.push(format!("it was {from} and is {to}"));
    }
    let given = match prioritize::by_follow_up(case, found.ticket) {
        Change::None => None,
        Change::Refused(reason) => {
            why.push(reason);
            None
        }
        Change::Becomes(given) => Some(given),
    };
    let coupon = match article_kind {
        ArticleKind::Requester => raise::coupon(case, found.ticket),
        ArticleKind::Agent | ArticleKind::Internal => Named::None,
    };
    let raise = raise::by_coupon(case, found.ticket, &coupon)
        .or_else(|| raise::by_follow_up(case, found.ticket));
    let wish = Wish::of(case, Some(found));
    let acknowledged = added(case, found.ticket, raise.as_ref(), coupon.line(), wish.told());
    why.push(acknowledged.why);
    let version = found.ticket.version;
    let entitlement = raise.as_ref().map(|raise| raise.entitlement.clone());
    let mut effects = vec![
        Effect::ChangeTicket(TicketChange {
            number,
            version,
            from,
            to,
            entitlement: entitlement.clone(),
        }),
        Effect::AddArticle(article(case, number, article_kind, means)),
    ];
    effects.extend(acknowledged.notice.map(Effect::Submit));
    let known = &found.ticket.priority;
    let priority = given.as_ref().map_or(known, |given| &given.priority);
    let level = entitlement.as_ref().map_or(&found.ticket.entitlement.level, |one| &one.level);
    let now = Now { status: to, priority, level };
    why.extend(notice::agents::added(case, found.ticket, article_kind, now, &wish, &mut effects));
    if let Some(given) = &given {
        let detail = format!("{known} → {given}");
        why.push(format!("priority {detail}"));
        let new = NewPriority { ticket: number, priority: given.priority.clone(), by: None };
        effects.extend([Effect::Prioritize(new), event(number, "priority", detail)]);
    }
    let (kind, detail) = (if only_thanks { "thanks" } else { "follow_up" }, why.join("; "));
    effects.push(Effect::Record(NewEvent { ticket: number, kind, detail }));
    effects.extend(oversize(case, number));
    effects.extend(secrets::remark(case, number));
    if let Some(raise) = raise {
        effects.push(event(number, raise.kind, raise.why.join("; ")));
        effects.extend(raise.notice.map(Effect::Submit));
        why.extend(raise.why);
    }
    why.extend(coupon.why());
    effects.extend(coupon.effects(number));
    Decision { verdict: Verdict::FollowUp(number), why, effects }
}

/// The acknowledgement of a follow-up, unless its writer is told more by another mail.
fn added(
    case: &Case<'_>,
    ticket: &TicketFacts,
    raise: Option<&Raise>,
    coupon: Option<CouponLine>,
    supervisor: Supervisor,
) -> Told {
    let occasion = Occasion::FollowUp(ticket);
    let standing = entitle::Standing { coupon, ..entitle::standing(case) };
    let told = notice::acknowledgement(case, &standing, occasion, supervisor);
    match (told.notice, raise.and_then(|raise| raise.notice.as_ref())) {
        (Some(_), Some(_)) => {
            let why = "no acknowledgement: its writer is told that the level was raised";
            Told { why: why.to_owned(), notice: None }
        }
        (notice, _) => Told { notice, ..told },
    }
}
