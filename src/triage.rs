//! What one message does to the desk. Plain functions over values: no clock, no query, no wait.

pub mod announce;
pub mod answer;
pub mod case;
pub mod class;
pub mod colleague;
pub mod coupon;
pub mod decision;
pub mod entitle;
mod follow_up;
mod from_agents;
pub mod gate;
pub mod grant;
pub mod history;
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
pub mod request;
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

use case::{Case, Form};
use class::{OfNone, OfTicket, Rule};
use decision::{Decision, Effect, Means, NewArticle, NewEvent, NewParticipant, NewTicket, Verdict};
use follow_up::{Word, follow_up, trust_in};
use gate::Occasion;
use notice::agents::Briefing;
use request::supervisor::Wish;
use spam::Suspicion;
use thread::Thread;

use crate::desk::article::ArticleKind;
use crate::desk::sender_proof::SenderProof;
use crate::desk::target::clocks::Clocks;
use crate::desk::ticket::{Mover, Status};
use crate::mail::Sender;
use crate::mail::subject::{TicketNumber, TicketPrefix, base_subject, foreign_tags};

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
    let found = thread.found();
    if let Some(decision) = found.and_then(|found| request::alone(case, &found)) {
        return let_through(case, decision);
    }
    let mut decision = match (thread, of_ticket) {
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
    if let Some(found) = found {
        request::beside(case, &found, &mut decision);
    }
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
    let (wish, occasion) = (Wish::of(case, None), Occasion::Ticket(priority));
    let acknowledged = notice::acknowledgement(case, &standing, occasion, wish.told());
    why.push(acknowledged.why);
    effects.extend(acknowledged.notice.map(Effect::Submit));
    let clocks = Clocks::default();
    let next = notice::promised::next_due(case, clocks, standing.level, priority, &effects);
    let briefing = Briefing {
        number,
        subject: &subject,
        heading: None,
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
    why.extend(notice::agents::tell(case, briefing, audience, &wish, &mut effects));
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
