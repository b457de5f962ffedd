//! What stories write into a store.

use tidings::desk::article::ArticleKind;
use tidings::desk::level::LevelName;
use tidings::desk::priority::Priority;
use tidings::desk::ticket::Status;
use tidings::mail::envelope::{Envelope, ReversePath};
use tidings::triage::decision::{
    Carries, Due, Effect, Means, NewArticle, NewNotice, NewParticipant, NewTicket, NoticeKind,
};

use super::{address, at, id, number};

/// A ticket with its requester, Ada of Acme.
pub(super) fn opening(ticket: i64) -> Vec<Effect> {
    let requester = address("ada@acme.example");
    vec![
        Effect::OpenTicket(NewTicket {
            language: None,
            number: number(ticket),
            status: Status::New,
            priority: Priority::parse("medium").unwrap(),
            level: LevelName::parse("community").unwrap(),
            claimed: None,
            proof: None,
            account: None,
            requester: Some(requester.clone()),
            requester_name: "Ada".to_owned(),
            subject: "Printer".to_owned(),
            topic: None,
            linked: None,
        }),
        Effect::AddParticipant(NewParticipant {
            ticket: number(ticket),
            address: requester,
            name: "Ada".to_owned(),
        }),
    ]
}

pub(super) fn article(ticket: i64, message_id: &str) -> NewArticle {
    NewArticle {
        ticket: number(ticket),
        kind: ArticleKind::Requester,
        from: "ada@acme.example".to_owned(),
        at: at(5),
        text: "It burns.".to_owned(),
        message_id: Some(id(message_id)),
        ancestors: Vec::new(),
        tags: Vec::new(),
        recipients: vec![address("support@desk.example")],
        attachments: Vec::new(),
        means: Means::Asks,
    }
}

pub(super) fn acknowledgement(ticket: i64, message_id: &str) -> Effect {
    notice(ticket, message_id, "ada@acme.example")
}

pub(super) fn notice(ticket: i64, message_id: &str, to: &str) -> Effect {
    Effect::Submit(NewNotice {
        ticket: number(ticket),
        kind: NoticeKind::Acknowledgement,
        due: Due::Uncapped,
        topic: Some("printer".to_owned()),
        envelope: Envelope { from: ReversePath::Null, to: address(to) },
        message_id: id(message_id),
        bytes: b"Subject: x\r\n\r\nWe have it.\r\n".to_vec(),
        carries: Carries::Nothing,
    })
}
