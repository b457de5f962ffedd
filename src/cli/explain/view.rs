//! A dry run, shown.

use serde_json::{Value, json};

use super::desk::Desk;
use crate::cli::output::{line, printable, printable_lines};
use crate::cli::source::Message;
use crate::desk::priority::Priority;
use crate::mail::address::NamedAddress;
use crate::mail::attachment::accepted::Refusal;
use crate::mail::attachment::format::Format;
use crate::mail::attachment::{Attachment, Placement};
use crate::mail::automatic::Kind;
use crate::mail::message_id::MessageId;
use crate::mail::parse::Defect;
use crate::mail::proof::Internal;
use crate::mail::report::{Action, Recipient};
use crate::mail::secret;
use crate::mail::{Claimed, Mail, Sender};
use crate::triage::case::Case;
use crate::triage::decision::{Decision, Effect, Ignored, NewPriority, NewTicket, Verdict};
use crate::triage::thread::{self, Thread};
use crate::triage::{entitle, requester};

/// One object a message. What is not built yet is null.
pub(super) fn object(
    message: &Message,
    case: &Case<'_>,
    decision: &Decision,
    defects: &[Defect],
    desk: &Desk,
) -> Value {
    let (mail, proof) = (case.mail, case.proof);
    let own = decision.verdict == Verdict::Ignored(Ignored::Own);
    let (kind, reasons) = if own {
        ("own", &decision.why)
    } else {
        (requester::kind(case).as_str(), &mail.class.reasons)
    };
    let mut object = json!({
        "file": message.file,
        "message_id": mail.message_id.as_ref().map(MessageId::as_str),
        "from": match &mail.sender {
            Sender::One(named) => address(named),
            Sender::Ambiguous { shown, claimed, .. } => claim(shown, claimed),
        },
        "reply_to": addresses(&mail.reply_to),
        "to": addresses(&mail.to),
        "cc": addresses(&mail.cc),
        "subject": mail.subject,
        "date": mail.date.map(|date| date.to_string()),
        "text": mail.text,
        "reply": mail.reply,
        "attachments": attachments(case),
        "class": { "kind": kind, "reasons": reasons },
        "bounce": bounce(mail),
        "proof": {
            "verdict": proof.verdict.as_str(),
            "dkim": proof.dkim.as_str(),
            "spf": proof.spf.as_str(),
            "dmarc": proof.dmarc.as_str(),
            "arc": proof.arc.as_str(),
            "internal": proof.internal == Internal::Proven,
            "reasons": proof.reasons,
        },
        "sender": sender(case, desk),
        "priority": priority(decision),
        "thread": found(case, desk),
        "decision": {
            "verdict": decision.verdict.word(),
            "effects": decision.effects.iter().map(effect).collect::<Vec<_>>(),
            "why": decision.reason(),
        },
        "defects": defects.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    if let (Some(index), Some(fields)) = (message.index, object.as_object_mut()) {
        fields.insert("index".into(), json!(index));
    }
    object
}

/// The same without what is secret in the words of its sender.
pub(super) fn masked(mut explained: Value) -> Value {
    for name in ["subject", "text", "reply"] {
        if let Some(Value::String(text)) = explained.get_mut(name) {
            *text = secret::masked(text).into_owned();
        }
    }
    explained
}

/// The same for people.
pub(super) fn print(explained: &Value) {
    let text = |pointer: &str| match explained.pointer(pointer) {
        Some(Value::String(text)) => printable(text),
        Some(Value::Null) | None => "-".to_owned(),
        Some(other) => printable(&other.to_string()),
    };
    line(&format!("file       {}", text("/file")));
    line(&format!("from       {} {}", text("/from/address"), text("/from/name")));
    line(&format!("subject    {}", text("/subject")));
    line(&format!("class      {} {}", text("/class/kind"), text("/class/reasons")));
    let failed = explained.pointer("/bounce/recipients").and_then(Value::as_array);
    for one in failed.into_iter().flatten() {
        let text = |name: &str| printable(one.get(name).and_then(Value::as_str).unwrap_or("-"));
        line(&format!(
            "bounce     {} {} {} {}",
            text("recipient"),
            text("action"),
            text("status"),
            text("diagnostic")
        ));
    }
    line(&format!("proof      {}", proof(explained)));
    line(&format!("level      {}: {}", text("/sender/level"), text("/sender/why")));
    line(&format!("priority   {}: {}", text("/priority/name"), text("/priority/why")));
    line(&format!("thread     {}: {}", text("/thread/ticket"), text("/thread/why")));
    line(&format!("decision   {}: {}", text("/decision/verdict"), text("/decision/why")));
    for effect in
        explained.pointer("/decision/effects").and_then(Value::as_array).into_iter().flatten()
    {
        line(&format!("  effect   {}", printable(effect.as_str().unwrap_or_default())));
    }
    for attachment in
        explained.pointer("/attachments").and_then(Value::as_array).into_iter().flatten()
    {
        line(&format!("attachment {}", printable(&attachment.to_string())));
    }
    for defect in explained.pointer("/defects").and_then(Value::as_array).into_iter().flatten() {
        line(&format!("defect     {}", printable(defect.as_str().unwrap_or_default())));
    }
    line("");
    let body = explained.pointer("/text").and_then(Value::as_str).unwrap_or_default();
    line(&printable_lines(body));
    line("");
}

/// What a report of a failure says; null where the message is none.
fn bounce(mail: &Mail) -> Value {
    let report = mail.report.as_ref().filter(|_| mail.class.kind == Kind::Bounce);
    let Some(report) = report else { return Value::Null };
    let recipient = |one: &Recipient| {
        json!({
            "recipient": one.address.as_str(),
            "action": one.action.map(Action::as_str),
            "status": one.status.map(|status| status.to_string()),
            "diagnostic": one.diagnostic,
        })
    };
    json!({
        "recipients": report.recipients.iter().map(recipient).collect::<Vec<_>>(),
        "original_message_id": report.original.as_ref().map(MessageId::as_str),
    })
}

/// `pass (dkim pass, dmarc pass; reasons)`: what is not evaluated is not named.
fn proof(explained: &Value) -> String {
    let text = |name: &str| {
        explained.pointer(&format!("/proof/{name}")).and_then(Value::as_str).unwrap_or_default()
    };
    let reasons = explained.pointer("/proof/reasons").and_then(Value::as_array);
    let known = ["dkim", "spf", "dmarc", "arc"]
        .into_iter()
        .filter(|name| !matches!(text(name), "not evaluated" | "none"))
        .map(|name| format!("{name} {}", text(name)));
    let reasons =
        reasons.into_iter().flatten().filter_map(Value::as_str).map(printable).collect::<Vec<_>>();
    let known: Vec<_> = known.chain(reasons).collect();
    format!("{} ({})", text("verdict"), known.join("; "))
}

fn sender(case: &Case<'_>, desk: &Desk) -> Value {
    if let Some(why) = &desk.unknown {
        return json!({ "role": null, "account": null, "licence": null, "level": null, "why": why });
    }
    let standing = entitle::standing(case);
    json!({
        "role": if standing.account.is_some() { "contact" } else { "unknown" },
        "account": standing.account.map(|found| &found.key),
        "licence": standing.licence.map(|licence| &licence.key),
        "level": standing.level.name.as_str(),
        "why": standing.why,
    })
}

/// How urgent its ticket becomes by it, and who says so.
fn priority(decision: &Decision) -> Value {
    let (mut name, mut said) = (None, None);
    for effect in &decision.effects {
        if let Effect::OpenTicket(NewTicket { priority, .. })
        | Effect::Prioritize(NewPriority { priority, .. }) = effect
        {
            name = Some(priority);
        }
        if let Effect::Record(new) = effect
            && new.kind == "priority"
        {
            said = Some(new.detail.as_str());
        }
    }
    let why = name.map(|name| match said {
        // Of an opening the record has the name, too.
        Some(said) => said.strip_prefix(&format!("{name}: ")).unwrap_or(said),
        None => "nobody says how urgent it is",
    });
    json!({ "name": name.map(Priority::as_str), "why": why })
}

fn found(case: &Case<'_>, desk: &Desk) -> Value {
    if let Some(why) = &desk.unknown {
        return json!({ "ticket": null, "by": null, "why": why });
    }
    match thread::find(case) {
        Thread::Ticket(found) => json!({
            "ticket": found.ticket.number.get(),
            "by": found.by.as_str(),
            "why": found.why(),
        }),
        Thread::Linked { why, .. } | Thread::New { why, .. } => {
            json!({ "ticket": null, "by": null, "why": why })
        }
    }
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::OpenTicket(new) => {
            format!("open a ticket at level {}, priority {}", new.level, new.priority)
        }
        Effect::AddParticipant(new) => format!("{} becomes a party", new.address),
        Effect::ChangeTicket(change) => {
            format!("ticket {}: {} → {}", change.number, change.from, change.to)
        }
        Effect::AddArticle(new) => format!("an article from {}", new.from),
        Effect::Submit(new) => format!("{} to {}", new.kind.as_str(), new.envelope.to),
        Effect::Bounce(bounced) => format!("<{}> did not arrive", bounced.message_id.as_str()),
        Effect::Undeliverable(gone) => format!("{} takes no mail", gone.address),
        Effect::Record(new) => format!("record: {}", new.kind),
        Effect::Prioritize(new) => format!("ticket {}: priority {}", new.ticket, new.priority),
        Effect::Rate(new) => format!("ticket {}: rated {}", new.ticket, new.stars),
        Effect::ByHand(_) => "what an agent does".to_owned(),
        Effect::Redeem(new) => format!("a coupon of ticket {} is counted", new.ticket),
        Effect::Hush(new) => format!("{} until {}", new.whom, new.until),
    }
}

/// What stands in From; the defects say that it is nobody.
fn claim(shown: &str, claimed: &Claimed) -> Value {
    if claimed.address.is_empty() {
        return json!({ "name": shown, "address": null });
    }
    json!({ "name": claimed.name, "address": claimed.address })
}

fn address(named: &NamedAddress) -> Value {
    json!({ "name": named.name, "address": named.address.as_str() })
}

fn addresses(list: &[NamedAddress]) -> Vec<Value> {
    list.iter().map(address).collect()
}

fn attachments(case: &Case<'_>) -> Vec<Value> {
    let refusal = |one| case.policy.attachments.refusal(one).map(Refusal::as_str);
    case.mail.attachments.iter().map(|one| attachment(one, refusal(one))).collect()
}

fn attachment(attachment: &Attachment, refused: Option<&str>) -> Value {
    json!({
        "name": attachment.name,
        "type": attachment.media_type,
        "content_type": attachment.format.map(Format::media_type),
        "size": attachment.size,
        "sha256": attachment.digest.to_string(),
        "inline": attachment.placement == Placement::Inline,
        "refused": refused,
        "note": attachment.note(),
    })
}
