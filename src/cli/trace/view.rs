//! A trace, shown: a block an entry for people, an object an entry for programs.

use serde_json::{Value, json};

use crate::cli::output::{json, line, printable};
use crate::cli::ticket::view::tid;
use crate::config::Config;
use crate::mail::secret::masked;
use crate::store::inbound::review::InboundRow;
use crate::store::outbox::review::NoticeRow;
use crate::store::trace::{Entry, What};

/// Prints what was found, and how to see the rest of it.
pub(super) fn print(config: &Config, entries: &[Entry], rest: &[Entry], unknown: i64) {
    let told: Vec<_> =
        entries.iter().map(|entry| (entry.at, label(entry), lines(config, entry))).collect();
    let width = told.iter().map(|(_, label, _)| label.len()).max().unwrap_or(0);
    for (at, label, lines) in &told {
        let at = at.to_string();
        let mut head = format!("{at}  {label:<width$}  ");
        for text in lines {
            line(&format!("{head}{}", printable(text)));
            head = " ".repeat(head.len());
        }
    }
    if let Some(next) = rest.first() {
        let (count, since) = (rest.len(), next.at.to_the_microsecond());
        line(&format!("at least {count} more; go on with --since {since}"));
    }
    if let Some(text) = self::unknown(unknown) {
        line(&text);
    }
}

/// The same for programs.
pub(super) fn print_json(config: &Config, entries: &[Entry], rest: &[Entry]) {
    for entry in entries {
        json(&object(config, entry));
    }
    if let Some(next) = rest.first() {
        let what = format!("at least {} more", rest.len());
        let at = next.at.to_the_microsecond();
        json(&filled(json!({ "at": at, "kind": "more", "what": what })));
    }
}

/// What may belong here, for all that is known.
pub(super) fn unknown(messages: i64) -> Option<String> {
    let list = "see which: `tidings inbound list`";
    match messages {
        0 => None,
        1 => Some(format!("1 message waits or is held, and its sender is not known; {list}")),
        _ => Some(format!(
            "{messages} messages wait or are held, and their senders are not known; {list}"
        )),
    }
}

fn label(entry: &Entry) -> String {
    match &entry.what {
        What::Inbound(inbound) => format!("inbound {}", inbound.id.0),
        What::Ticket(ticket) => format!("ticket {}", ticket.number),
        What::Article(_) => "article".to_owned(),
        What::Event(_) => "event".to_owned(),
        What::Notice(notice) => format!("outbox {}", notice.id.0),
    }
}

fn lines(config: &Config, entry: &Entry) -> Vec<String> {
    match &entry.what {
        What::Inbound(inbound) => inbound_lines(inbound),
        What::Ticket(ticket) => vec![
            format!("{} {}", tid(config, ticket), masked(&ticket.subject)),
            format!(
                "status {}, level {}, account {}, requester {}",
                ticket.status,
                ticket.level,
                ticket.account.as_deref().unwrap_or("none"),
                ticket.requester.as_deref().unwrap_or("unknown"),
            ),
        ],
        What::Article(article) => {
            let said = if article.kind == "internal" { "wrote a note" } else { "wrote" };
            vec![format!("ticket {}: {} {said}", article.ticket, article.sender)]
        }
        What::Event(event) => {
            let told = &event.event;
            vec![format!("ticket {}: {}: {}", event.ticket, told.kind, told.detail)]
        }
        What::Notice(notice) => notice_lines(notice),
    }
}

fn inbound_lines(inbound: &InboundRow) -> Vec<String> {
    let from = inbound.sender.as_deref().unwrap_or("nobody known");
    let id = inbound.message_id.as_ref().map(|id| format!(" <{id}>")).unwrap_or_default();
    let of = match (inbound.ticket, inbound.duplicate_of) {
        (Some(ticket), _) => format!(", ticket {ticket}"),
        (None, Some(first)) => format!(", of inbound {}", first.0),
        (None, None) => String::new(),
    };
    let decided = match inbound.decided {
        Some(at) if at.as_seconds() != inbound.spooled.as_seconds() => format!(" at {at}"),
        Some(_) | None => String::new(),
    };
    let why = match inbound.reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    let mark = match &inbound.mark_reason {
        Some(reason) => format!("mark {}: {reason}", inbound.mark),
        None => format!("mark {}", inbound.mark),
    };
    vec![
        format!("from {from}{id}"),
        format!("received {}, {}, {mark}", inbound.received, inbound.origin),
        format!("{}{decided}{of}{why}", inbound.verdict),
    ]
}

fn notice_lines(notice: &NoticeRow) -> Vec<String> {
    let said = match &notice.reply {
        Some(reply) => format!(": {reply}"),
        None => String::new(),
    };
    let became = match notice.sent {
        Some(sent) => format!("sent {sent}{said}"),
        None if notice.state == "due" && notice.attempts > 0 => {
            format!("put off {} times, next try {}{said}", notice.attempts, notice.due)
        }
        None if notice.state == "due" => format!("due {}{said}", notice.due),
        None => format!("{}{said}", notice.state),
    };
    vec![
        format!(
            "{} of ticket {} to {} <{}>",
            notice.kind, notice.ticket, notice.recipient, notice.message_id
        ),
        became,
    ]
}

fn object(config: &Config, entry: &Entry) -> Value {
    let mut object = filled(fields(config, &entry.what));
    if let Some(fields) = object.as_object_mut() {
        fields.insert("at".into(), json!(entry.at.to_string()));
    }
    object
}

/// Each object has every field; what does not apply is null.
fn filled(fields: Value) -> Value {
    let mut object = json!({
        "at": null,
        "kind": null,
        "desk": null,
        "ticket": null,
        "inbound": null,
        "outbox": null,
        "who": null,
        "message_id": null,
        "what": null,
        "why": null,
        "state": null,
        "done_at": null,
        "duplicate_of": null,
    });
    if let (Some(all), Value::Object(fields)) = (object.as_object_mut(), fields) {
        all.extend(fields);
    }
    object
}

fn fields(config: &Config, what: &What) -> Value {
    match what {
        What::Inbound(inbound) => json!({
            "kind": "inbound",
            "desk": inbound.desk,
            "ticket": inbound.ticket,
            "inbound": inbound.id.0,
            "who": inbound.sender,
            "message_id": inbound.message_id,
            "what": inbound.verdict,
            "why": inbound.reason,
            "state": inbound.mark,
            "done_at": inbound.decided.map(|at| at.to_string()),
            "duplicate_of": inbound.duplicate_of.map(|first| first.0),
        }),
        What::Ticket(ticket) => json!({
            "kind": "ticket",
            "desk": ticket.desk,
            "ticket": ticket.number.get(),
            "who": ticket.requester,
            "what": format!("{} {}", tid(config, ticket), masked(&ticket.subject)),
            "why": format!("level {}", ticket.level),
            "state": ticket.status.as_str(),
        }),
        What::Article(article) => json!({
            "kind": "article",
            "desk": article.desk,
            "ticket": article.ticket,
            "who": article.sender,
            "message_id": article.message_id,
            "what": article.kind,
        }),
        What::Event(event) => json!({
            "kind": "event",
            "desk": event.desk,
            "ticket": event.ticket,
            "inbound": event.inbound.map(|inbound| inbound.0),
            "who": event.event.actor,
            "what": event.event.kind,
            "why": event.event.detail,
        }),
        What::Notice(notice) => json!({
            "kind": "notice",
            "desk": notice.desk,
            "ticket": notice.ticket,
            "outbox": notice.id.0,
            "who": notice.recipient,
            "message_id": notice.message_id,
            "what": notice.kind,
            "why": notice.reply,
            "state": notice.state,
            "done_at": notice.sent.map(|at| at.to_string()),
        }),
    }
}
