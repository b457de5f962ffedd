//! A decision in lines: one a fact, so that a difference names it.

use std::fmt::Write as _;

use tidings::desk::entitlement::Entitlement;
use tidings::mail::message_id::MessageId;
use tidings::mail::parse::parse;
use tidings::triage::decision::{Decision, Due, Effect, NewNotice};

pub(super) fn print(decision: &Decision) -> String {
    let mut text = String::new();
    writeln!(text, "verdict   {}", decision.verdict).unwrap();
    for why in &decision.why {
        writeln!(text, "why       {why}").unwrap();
    }
    writeln!(text, "recorded  {}", decision.reason()).unwrap();
    for effect in &decision.effects {
        writeln!(text, "effect    {}", line(effect)).unwrap();
    }
    text
}

fn line(effect: &Effect) -> String {
    match effect {
        Effect::OpenTicket(new) => format!(
            "open {} {} {} level {}, account {}{}, requester {} {:?}, subject {:?}, linked {}",
            new.number,
            new.status,
            new.priority,
            new.level,
            or_none(new.account.map(|_| "yes")),
            new.claimed.map_or("", |_| ", another claimed"),
            or_none(new.requester.as_ref()),
            new.requester_name,
            new.subject,
            or_none(new.linked),
        ),
        Effect::AddParticipant(new) => {
            format!("participant {} {} {:?}", new.ticket, new.address, new.name)
        }
        Effect::ChangeTicket(change) => {
            let to = change.entitlement.as_ref().map(entitlement).unwrap_or_default();
            format!("change {} {} → {}{to}", change.number, change.from, change.to)
        }
        Effect::AddArticle(new) => {
            let to: Vec<_> = new.recipients.iter().map(ToString::to_string).collect();
            format!(
                "article {} {} of {}, to {}, {} attachments, {:?}",
                new.ticket,
                new.kind,
                new.from,
                to.join(" "),
                new.attachments.len(),
                new.text.lines().next().unwrap_or_default(),
            ) + &answers(&new.ancestors)
                + &tagged(&new.tags)
        }
        Effect::Submit(new) => notice(new),
        Effect::Bounce(bounced) => {
            format!("bounced {} {}", bounced.ticket, bounced.message_id)
        }
        Effect::Undeliverable(gone) => {
            format!("undeliverable {}, ticket {}: {}", gone.address, gone.ticket, gone.why)
        }
        Effect::Prioritize(new) => {
            let by = new.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            format!("priority {} {}{by}", new.ticket, new.priority)
        }
        Effect::Rate(new) => format!("rate {} {} by {}", new.ticket, new.stars, new.rater),
        Effect::ByHand(by_hand) => format!("{by_hand:?}"),
        Effect::Redeem(new) => {
            format!("redeem {} coupon {} of {}", new.ticket, new.code.shown(), new.uses)
        }
        Effect::Hush(new) => format!("{} until {}", new.whom, new.until),
        Effect::Record(new) => format!("event {} {}: {}", new.ticket, new.kind, new.detail),
    }
}

/// What an article answers that nobody has seen.
fn answers(ancestors: &[MessageId]) -> String {
    let ids: Vec<_> = ancestors.iter().map(ToString::to_string).collect();
    if ids.is_empty() { String::new() } else { format!(", answers {}", ids.join(" ")) }
}

/// Other systems' tags of an article.
fn tagged(tags: &[String]) -> String {
    if tags.is_empty() { String::new() } else { format!(", tagged {}", tags.join(" ")) }
}

fn entitlement(to: &Entitlement) -> String {
    let by = to.level_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    format!(
        ", level {}{by}, account {}{}, proof {}",
        to.level,
        or_none(to.account.map(|_| "yes")),
        to.claimed.map_or("", |_| ", another claimed"),
        or_none(to.proof),
    )
}

/// A notice as a mail client sees it.
fn notice(new: &NewNotice) -> String {
    let (mail, _) = parse(&new.bytes);
    let ids: Vec<_> = mail.in_reply_to.iter().map(ToString::to_string).collect();
    let reply_to = mail.reply_to.first().map(|to| format!(", Reply-To {}", to.address));
    let to: Vec<_> = mail.to.iter().map(|to| format!("{:?} {}", to.name, to.address)).collect();
    let due = match new.due {
        Due::Uncapped => " uncapped".to_owned(),
        Due::Capped(at) if Some(at) == mail.date => String::new(),
        Due::Capped(at) => format!(" due {at}"),
    };
    let refused = mail.text.split_once("We could not accept ");
    let refused = refused.and_then(|(_, rest)| rest.split_once("\n\n"));
    let lines = refused
        .map_or("", |(list, _)| list)
        .lines()
        .skip(1)
        .map(|line| line.trim_start_matches([' ', '-']));
    let names = lines.collect::<Vec<_>>().join(", ");
    let refused = if names.is_empty() { names } else { format!(", does not take {names}") };
    format!(
        "{} {} from {} to {}, To {}{}, in reply to {}, subject {:?}{due}{refused}",
        new.kind.as_str(),
        new.ticket,
        new.envelope.from,
        new.envelope.to,
        to.join(" "),
        reply_to.unwrap_or_default(),
        ids.join(" "),
        mail.subject,
    )
}

fn or_none(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
