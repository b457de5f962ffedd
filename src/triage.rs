//! What one message does to the desk. Plain functions over values: no clock, no query, no wait.

pub mod announce;
pub mod answer;
pub mod case;
pub mod class;
pub mod colleague;
pub mod coupon;
pub mod decision;
pub mod entitle;
mod from_agents;
pub mod gate;
pub mod grant;
pub mod late;
pub mod loops;
pub mod merge;
pub mod notice;
mod outgoing;
pub mod pending;
pub mod policy;
pub mod prioritize;
pub mod promise;
pub mod raise;
pub mod reconsider;
pub mod relay;
pub mod replay;
pub mod requester;
pub mod returned;
pub mod screen;
mod secrets;
pub mod set;
pub mod silence;
pub mod spam;
pub mod split;
pub mod thanks;
pub mod thread;
pub mod token;

use case::{Case, Form, TicketFacts};
use class::{OfNone, OfTicket, Rule};
use coupon::Named;
use decision::{
    Decision, Effect, Means, NewArticle, NewEvent, NewParticipant, NewPriority, NewTicket,
    TicketChange, Verdict,
};
use gate::Occasion;
use notice::Told;
use notice::agents::{Briefing, Now};
use prioritize::Change;
use raise::Raise;
use spam::Suspicion;
use thread::{Found, Thread};

use crate::desk::article::ArticleKind;
use crate::desk::sender_proof::SenderProof;
use crate::desk::target::clocks::Clocks;
use crate::desk::ticket::{Mover, Status};
use crate::mail::Sender;
use crate::mail::proof;
use crate::mail::subject::{TicketNumber, TicketPrefix, base_subject, foreign_tags};
use crate::render::part::CouponLine;

/// Decides what one message does to the desk. Evidence is weighed in the order of the text.
#[must_use]
pub fn decide(case: &Case<'_>) -> Decision {
    let proof = replay::worth(case);
    let case = &Case { proof: &proof, ..*case };
    if let Some(decision) = screen::screen(case) {
        return decision;
    }
    let Rule { of_ticket, of_none } = class::of(case);
    if let Some(decision) = from_agents::for_somebody(case) {
        return let_through(case, decision);
    }
    let thread = thread::find(case);
    if let Some(decision) = from_agents::of_ticket(case, &thread, of_ticket) {
        return let_through(case, decision);
    }
    let decision = match (thread, of_ticket) {
        (Thread::Ticket(found) | Thread::Linked { found, .. }, OfTicket::Event) => {
            returned::note(case, &found)
        }
        (Thread::Ticket(found) | Thread::Linked { found, .. }, OfTicket::Internal) => {
            let article = (ArticleKind::Internal, Means::Nothing);
            follow_up(case, &found, article, found.ticket.status)
        }
        (Thread::Ticket(found), OfTicket::Reopens | OfTicket::Article) => {
            match trust_in(case, &found) {
                Word::Taken => {
                    let from = found.ticket.status;
                    let (to, means) = match of_ticket {
                        OfTicket::Reopens => (from.after(Mover::FollowUp), Means::Asks),
                        OfTicket::Article | OfTicket::Internal | OfTicket::Event => {
                            (from, Means::Nothing)
                        }
                    };
                    follow_up(case, &found, (ArticleKind::Requester, means), to)
                }
                Word::Doubted if found.ticket.status.is_over() => {
                    let number = found.ticket.number;
                    let why = format!("may belong to ticket {number}, but its sender is forged");
                    open(case, &why, Some(number))
                }
                Word::Doubted => {
                    let article = (ArticleKind::Requester, Means::Nothing);
                    follow_up(case, &found, article, found.ticket.status)
                }
            }
        }
        (Thread::New { may_belong, why }, _) => alone(case, of_none, &why, may_belong),
        (Thread::Linked { found, why }, OfTicket::Reopens | OfTicket::Article) => {
            alone(case, of_none, &why, Some(found.ticket.number))
        }
    };
    let_through(case, decision)
}

/// A suspicion that was not enough is told with the ticket.
fn let_through(case: &Case<'_>, mut decision: Decision) -> Decision {
    let allayed = match spam::suspicion(case) {
        Suspicion::Allayed(why) => Some(why),
        Suspicion::None | Suspicion::Stands(_) => None,
    };
    if let (Some(ticket), Some(why)) = (decision.verdict.ticket(), allayed) {
        let detail = why.clone();
        decision.why.push(why);
        decision.effects.push(Effect::Record(NewEvent { ticket, kind: "spam", detail }));
    }
    decision
}

/// A message that belongs to no ticket.
fn alone(
    case: &Case<'_>,
    of_none: OfNone,
    thread_why: &str,
    linked: Option<TicketNumber>,
) -> Decision {
    match of_none {
        OfNone::Opens => open(case, thread_why, linked),
        OfNone::Ignored(ignored) => class::ignored(case, ignored, thread_why),
    }
}

fn open(case: &Case<'_>, thread_why: &str, linked: Option<TicketNumber>) -> Decision {
    let number = case.fresh.number;
    let (standing, coupon) = coupon::standing(case, number);
    let asks = requester::of(case);
    let requester = asks.named().map(|named| named.address.clone());
    let name = asks.named().map(|named| named.name.clone()).unwrap_or_default();
    let topic = loops::counted_topic(case, &standing);
    let subject = ticket_subject(&case.mail.subject, &case.policy.prefix);
    let given = prioritize::at_opening(case);
    let priority = given.as_ref().map_or(case.policy.priorities.default(), |one| &one.priority);
    let ticket = NewTicket {
        number,
        status: Status::New,
        priority: priority.clone(),
        level: standing.level.name.clone(),
        account: standing.account.map(|found| found.account),
        claimed: standing.claimed.map(|found| found.account),
        proof: Some(asks.proof(case.proof).verdict),
        requester: requester.clone(),
        requester_name: name.clone(),
        subject: subject.clone(),
        topic: topic.clone(),
        linked,
        language: Some(notice::language::of(case, standing.account, None)),
    };
    let mut why: Vec<String> = requester::why(case).into_iter().collect();
    why.extend([thread_why.to_owned(), standing.why.clone()]);
    why.extend(coupon.why());
    let first = article(case, number, ArticleKind::Requester, Means::Asks);
    let mut effects = vec![Effect::OpenTicket(ticket), Effect::AddArticle(first)];
    let is_party = asks.form().is_some() || !requester::is_form(case);
    if let Some(address) = requester.filter(|_| is_party) {
        effects.push(Effect::AddParticipant(NewParticipant { ticket: number, address, name }));
    }
    why.extend(given.as_ref().map(|given| format!("priority {given}")));
    let acknowledged = notice::acknowledgement(case, &standing, Occasion::Ticket(priority));
    why.push(acknowledged.why);
    effects.extend(acknowledged.notice.map(Effect::Submit));
    let clocks = Clocks::default();
    let next = notice::promised::next_due(case, clocks, standing.level, priority, &effects);
    let briefing = Briefing {
        number,
        subject: &subject,
        occasion: notice::agents::Occasion::Opens,
        status: Status::New,
        priority,
        level: &standing.level.name,
        why: &standing.why,
        account: standing.account.map(|found| found.key.as_str()),
        agent: None,
        next: next.as_deref(),
        requester: asks.named(),
        writer: asks.named().or(case.mail.sender.named()),
        text: &case.mail.text,
    };
    let audience = notice::agents::audience(case.policy, None, None);
    let mut ids = case.fresh.further.iter();
    why.extend(notice::agents::brief(case, briefing, &audience, &mut ids, &mut effects));
    if let Some(hush) = topic.and_then(|_| loops::noted(case)) {
        why.push(format!("{}: the operator is told", hush.whom));
        effects.push(Effect::Hush(hush));
    }
    effects.push(event(number, "opened", why.join("; ")));
    effects.extend(given.map(|given| event(number, "priority", given.to_string())));
    effects.extend(coupon.effects(number));
    effects.extend(remarks(case, thread_why, linked));
    Decision { verdict: Verdict::Opened(number), why, effects }
}

/// What a new ticket says about the message that opened it.
fn remarks(case: &Case<'_>, thread_why: &str, linked: Option<TicketNumber>) -> Vec<Effect> {
    let number = case.fresh.number;
    let class = class::mark(case).map(|detail| event(number, "class", detail));
    let may_belong = |other| format!("may belong to ticket {other}: {thread_why}");
    let linked = linked.map(|other| event(number, "linked", may_belong(other)));
    let told = class.into_iter().chain(linked).chain(oversize(case, number));
    told.chain(secrets::remark(case, number)).collect()
}

/// What agents should know about the sender of a message, where proof is asked for.
fn doubt(case: &Case<'_>) -> Option<String> {
    match case.policy.sender_proof {
        SenderProof::Off => None,
        SenderProof::Dkim | SenderProof::Required | SenderProof::Preferred => {
            case.proof.doubt("its sender")
        }
    }
}

/// What a ticket says about a message that was not read as a whole.
fn oversize(case: &Case<'_>, ticket: TicketNumber) -> Option<Effect> {
    match case.arrival.form {
        Form::Whole => None,
        Form::Oversize { size } => Some(Effect::Record(NewEvent {
            ticket,
            kind: "oversize",
            detail: format!(
                "the message has {size} bytes, more than message_limit; its beginning is read, \
                 the whole stays in the mailbox, unmarked"
            ),
        })),
    }
}

/// Whether a message may move its ticket.
enum Word {
    Taken,
    /// It is forged, and nothing but its sender ties it to the ticket: it is kept there and shown,
    /// and does nothing. Where nobody would look any more it opens a ticket.
    Doubted,
}

fn trust_in(case: &Case<'_>, found: &Found<'_>) -> Word {
    let tied_by_sender = match found.by {
        thread::Evidence::ReplyToken
        | thread::Evidence::BounceToken
        | thread::Evidence::OwnMessageId => false,
        thread::Evidence::Reference | thread::Evidence::Subject | thread::Evidence::Sibling => true,
    };
    let asked = case.policy.sender_proof != SenderProof::Off;
    let forged = case.proof.verdict == proof::Verdict::Fail;
    if asked && forged && tied_by_sender { Word::Doubted } else { Word::Taken }
}

fn follow_up(
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
    let acknowledged = added(case, found.ticket, raise.as_ref(), coupon.line());
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
    why.extend(notice::agents::added(case, found.ticket, article_kind, now, &mut effects));
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
) -> Told {
    let occasion = Occasion::FollowUp(ticket);
    let standing = entitle::Standing { coupon, ..entitle::standing(case) };
    let told = notice::acknowledgement(case, &standing, occasion);
    match (told.notice, raise.and_then(|raise| raise.notice.as_ref())) {
        (Some(_), Some(_)) => {
            let why = "no acknowledgement: its writer is told that the level was raised";
            Told { why: why.to_owned(), notice: None }
        }
        (notice, _) => Told { notice, ..told },
    }
}

fn article(case: &Case<'_>, ticket: TicketNumber, kind: ArticleKind, means: Means) -> NewArticle {
    let mail = case.mail;
    let recipients = mail.to.iter().chain(&mail.cc).map(|named| named.address.clone()).collect();
    NewArticle {
        ticket,
        kind,
        from: sender_text(case),
        at: case.arrival.received,
        text: mail.text.clone(),
        message_id: mail.message_id.clone(),
        ancestors: thread::ancestors(case, ticket),
        tags: foreign_tags(&mail.subject, &case.policy.prefix),
        recipients,
        attachments: mail.attachments.clone(),
        means,
    }
}

fn event(ticket: TicketNumber, kind: &'static str, detail: String) -> Effect {
    Effect::Record(NewEvent { ticket, kind, detail })
}

fn sender_text(case: &Case<'_>) -> String {
    match &case.mail.sender {
        Sender::One(named) => named.address.to_string(),
        Sender::Ambiguous { shown, .. } => shown.clone(),
    }
}

/// What a ticket is called, from the subject that opens it or that a later message has.
fn ticket_subject(subject: &str, prefix: &TicketPrefix) -> String {
    let base = base_subject(subject, prefix);
    if base.is_empty() { "(no subject)".to_owned() } else { base }
}
