//! What one message does to the desk. Plain functions over values: no clock, no query, no wait.

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
pub mod loops;
pub mod merge;
pub mod notice;
mod outgoing;
pub mod pending;
pub mod policy;
pub mod raise;
pub mod reconsider;
pub mod relay;
pub mod replay;
pub mod requester;
pub mod returned;
pub mod screen;
pub mod set;
pub mod spam;
pub mod split;
pub mod thanks;
pub mod thread;
pub mod token;

use case::{Case, Form, TicketFacts};
use class::{OfNone, OfTicket, Rule};
use coupon::Named;
use decision::{
    Decision, Effect, NewArticle, NewEvent, NewParticipant, NewTicket, TicketChange, Verdict,
};
use gate::Occasion;
use notice::Told;
use notice::agents::Briefing;
use raise::Raise;
use spam::Suspicion;
use thread::{Found, Thread};

use crate::desk::article::ArticleKind;
use crate::desk::priority::Priority;
use crate::desk::sender_proof::SenderProof;
use crate::desk::ticket::{Mover, Status};
use crate::mail::Sender;
use crate::mail::automatic::Kind;
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
            follow_up(case, &found, ArticleKind::Internal, found.ticket.status)
        }
        (Thread::Ticket(found), OfTicket::Reopens | OfTicket::Article) => {
            match trust_in(case, &found) {
                Word::Taken => {
                    let from = found.ticket.status;
                    let to = match of_ticket {
                        OfTicket::Reopens => from.after(Mover::FollowUp),
                        OfTicket::Article | OfTicket::Internal | OfTicket::Event => from,
                    };
                    follow_up(case, &found, ArticleKind::Requester, to)
                }
                Word::Doubted if found.ticket.status.is_over() => {
                    let number = found.ticket.number;
                    let why = format!("may belong to ticket {number}, but its sender is forged");
                    open(case, &why, Some(number))
                }
                Word::Doubted => {
                    follow_up(case, &found, ArticleKind::Requester, found.ticket.status)
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
    let ticket = NewTicket {
        number,
        status: Status::New,
        priority: Priority::default(),
        level: standing.level.name.clone(),
        account: standing.account.map(|found| found.account),
        claimed: standing.claimed.map(|found| found.account),
        proof: Some(asks.proof(case.proof).verdict),
        requester: requester.clone(),
        requester_name: name.clone(),
        subject: subject.clone(),
        topic: topic.clone(),
        linked,
    };
    let mut why: Vec<String> = requester::why(case).into_iter().collect();
    why.extend([thread_why.to_owned(), standing.why.clone()]);
    why.extend(coupon.why());
    let first = article(case, number, ArticleKind::Requester);
    let mut effects = vec![Effect::OpenTicket(ticket), Effect::AddArticle(first)];
    let is_party = asks.form().is_some() || !requester::is_form(case);
    if let Some(address) = requester.filter(|_| is_party) {
        effects.push(Effect::AddParticipant(NewParticipant { ticket: number, address, name }));
    }
    let acknowledged = notice::acknowledgement(case, &standing, Occasion::Ticket);
    why.push(acknowledged.why);
    effects.extend(acknowledged.notice.map(Effect::Submit));
    let briefing = Briefing {
        number,
        subject: &subject,
        occasion: notice::agents::Occasion::Opens,
        status: Status::New,
        priority: Priority::default(),
        level: &standing.level.name,
        why: &standing.why,
        account: standing.account.map(|found| found.key.as_str()),
        agent: None,
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
    effects.push(Effect::Record(NewEvent {
        ticket: number,
        kind: "opened",
        detail: why.join("; "),
    }));
    effects.extend(
        class::mark(case)
            .map(|detail| Effect::Record(NewEvent { ticket: number, kind: "class", detail })),
    );
    effects.extend(coupon.effects(number));
    let may_belong = |other| format!("may belong to ticket {other}: {thread_why}");
    effects.extend(linked.map(|other| event(number, "linked", may_belong(other))));
    effects.extend(oversize(case, number));
    Decision { verdict: Verdict::Opened(number), why, effects }
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
    article_kind: ArticleKind,
    to: Status,
) -> Decision {
    let number = found.ticket.number;
    let from = found.ticket.status;
    let mut why = vec![found.why()];
    why.extend(doubt(case));
    let only_thanks = thanks::only_thanks(case, found.ticket);
    let to = if only_thanks { from } else { to };
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
        Effect::ChangeTicket(TicketChange { number, version, from, to, entitlement }),
        Effect::AddArticle(article(case, number, article_kind)),
    ];
    effects.extend(acknowledged.notice.map(Effect::Submit));
    why.extend(told_to_agents(case, found.ticket, article_kind, to, &mut effects));
    let (kind, detail) = (if only_thanks { "thanks" } else { "follow_up" }, why.join("; "));
    effects.push(Effect::Record(NewEvent { ticket: number, kind, detail }));
    effects.extend(oversize(case, number));
    if let Some(raise) = raise {
        effects.push(event(number, raise.kind, raise.why.join("; ")));
        effects.extend(raise.notice.map(Effect::Submit));
        why.extend(raise.why);
    }
    why.extend(coupon.why());
    effects.extend(coupon.effects(number));
    Decision { verdict: Verdict::FollowUp(number), why, effects }
}

/// What the agents are told of what was added to a ticket: all that somebody said, and of a machine's answer in
/// the name of who is awaited a line.
fn told_to_agents(
    case: &Case<'_>,
    ticket: &TicketFacts,
    kind: ArticleKind,
    status: Status,
    effects: &mut Vec<Effect>,
) -> Option<String> {
    let from = case.mail.sender.address();
    let asks = ticket.requester.as_ref().map(|requester| &requester.address);
    let is_awaited = status == Status::Pending && from.is_some() && from == asks;
    let line = match (kind, requester::kind(case)) {
        (ArticleKind::Requester, _) => None,
        (ArticleKind::Internal, Kind::AutoReply | Kind::OutOfOffice) if is_awaited => {
            Some(format!("An automatic answer: {}", first_line(&case.mail.text)))
        }
        (ArticleKind::Agent | ArticleKind::Internal, _) => return None,
    };
    let briefing = Briefing {
        status,
        writer: requester::of(case).named().or(case.mail.sender.named()),
        text: line.as_deref().unwrap_or(&case.mail.text),
        ..Briefing::of(ticket, notice::agents::Occasion::Adds)
    };
    let audience = notice::agents::audience(case.policy, ticket.agent.as_deref(), None);
    notice::agents::brief(case, briefing, &audience, &mut case.fresh.further.iter(), effects)
}

/// The first words of a text, at most so many characters.
fn first_line(text: &str) -> String {
    const CHARACTERS_MAX: usize = 200;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().take(CHARACTERS_MAX).collect()
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

fn article(case: &Case<'_>, ticket: TicketNumber, kind: ArticleKind) -> NewArticle {
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
