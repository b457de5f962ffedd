//! The tickets of a world.

use serde::Deserialize;
use tidings::desk::account::AccountId;
use tidings::desk::article::ArticleKind;
use tidings::desk::entitlement::Entitlement;
use tidings::desk::level::LevelName;
use tidings::desk::priority::Priority;
use tidings::desk::ticket::Status;
use tidings::mail::Digest;
use tidings::mail::address::Address;
use tidings::mail::attachment::{Attachment, Placement};
use tidings::mail::envelope::{Envelope, ReversePath};
use tidings::mail::message_id::MessageId;
use tidings::mail::proof::Verdict;
use tidings::mail::rating::Stars;
use tidings::mail::subject::TicketNumber;
use tidings::time::Timestamp;
use tidings::triage::decision::by_hand::ByHand;
use tidings::triage::decision::{
    Carries, Due, Effect, Means, NewArticle, NewEvent, NewNotice, NewParticipant, NewPriority,
    NewRating, NewTicket, NoticeKind, TicketChange,
};

use super::{address, now};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TicketFile {
    number: i64,
    pub(super) desk: Option<String>,
    status: Option<String>,
    pub(super) account: Option<String>,
    pub(super) claimed: Option<String>,
    level: Option<String>,
    /// Who set the level by hand.
    level_by: Option<String>,
    proof: Option<String>,
    priority: Option<String>,
    /// The agent who has said so.
    priority_by: Option<String>,
    /// The coupon that was redeemed for it.
    pub(super) coupon: Option<String>,
    subject: String,
    /// When it was opened; at the instant of a case that names none, if nothing else is said.
    opened: Option<String>,
    /// When an agent answered it.
    answered: Option<String>,
    /// Since when it stands so.
    over: Option<String>,
    /// How its requester has rated it.
    rated: Option<i64>,
    /// When its supervisor was told because somebody asked for that.
    supervisor_told: Option<String>,
    /// When its correspondence was sent.
    #[serde(default)]
    pub(super) histories: Vec<String>,
    /// Into which ticket, named before it, it was merged.
    merged_into: Option<i64>,
    pub(super) parties: Vec<String>,
    #[serde(default)]
    pub(super) article: Vec<ArticleFile>,
    /// The numbers of those of our own Message-IDs under which this ticket's notices went out.
    #[serde(default)]
    pub(super) own: Vec<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArticleFile {
    id: String,
    /// What it answers and nobody has seen.
    #[serde(default)]
    ancestors: Vec<String>,
    #[serde(default)]
    recipients: Vec<String>,
    /// What came along, the bytes of one file.
    attached: Option<String>,
}

impl TicketFile {
    fn status(&self) -> Status {
        Status::parse(self.status.as_deref().unwrap_or("open")).unwrap()
    }

    fn level(&self) -> LevelName {
        LevelName::parse(self.level.as_deref().unwrap_or("community")).unwrap()
    }

    fn priority(&self) -> Priority {
        Priority::parse(self.priority.as_deref().unwrap_or("medium")).unwrap()
    }

    fn proof(&self) -> Option<Verdict> {
        self.proof.as_deref().map(|word| Verdict::parse(word).unwrap())
    }

    /// What an agent has done to it.
    pub(super) fn by_hand(
        &self,
        account: Option<AccountId>,
        claimed: Option<AccountId>,
    ) -> Vec<Effect> {
        if let Some(by) = self.priority_by.clone() {
            let (ticket, priority) = (self.number(), self.priority());
            return vec![Effect::Prioritize(NewPriority { ticket, priority, by: Some(by) })];
        }
        let Some(by) = &self.level_by else { return Vec::new() };
        let (level, proof) = (self.level(), self.proof());
        let level_by = Some(by.clone());
        let (number, from) = (self.number(), self.status());
        let entitlement = Some(Entitlement { level, level_by, account, claimed, proof });
        let change = TicketChange { number, version: 1, from, to: from, entitlement };
        vec![Effect::ChangeTicket(change)]
    }

    /// How it ended, and when.
    pub(super) fn ending(&self) -> Option<(Timestamp, Vec<Effect>)> {
        let at = self.over.as_deref().map(|text| Timestamp::parse(text).unwrap())?;
        let (number, to) = (self.number(), self.status());
        let change = TicketChange { number, version: 1, from: Status::Open, to, entitlement: None };
        let mut effects = vec![Effect::ChangeTicket(change)];
        if let Some(into) = self.merged_into.and_then(TicketNumber::new) {
            effects.push(Effect::ByHand(ByHand::Merge { ticket: number, into }));
        }
        Some((at, effects))
    }

    pub(super) fn opened(&self) -> Timestamp {
        self.opened.as_deref().map_or_else(now, |text| Timestamp::parse(text).unwrap())
    }

    /// What an agent has said to it, and when.
    pub(super) fn answer(&self) -> Option<(Timestamp, Vec<Effect>)> {
        let at = Timestamp::parse(self.answered.as_deref()?).unwrap();
        let answer = Effect::AddArticle(NewArticle {
            ticket: self.number(),
            kind: ArticleKind::Agent,
            from: "bea".to_owned(),
            at,
            text: "Try this.".to_owned(),
            message_id: None,
            ancestors: Vec::new(),
            tags: Vec::new(),
            recipients: Vec::new(),
            attachments: Vec::new(),
            means: Means::Answers,
        });
        Some((at, vec![answer]))
    }

    /// That its supervisor was told, and when.
    pub(super) fn supervised(&self) -> Option<(Timestamp, Effect)> {
        let at = Timestamp::parse(self.supervisor_told.as_deref()?).unwrap();
        let (ticket, kind) = (self.number(), "supervisor");
        Some((at, Effect::Record(NewEvent { ticket, kind, detail: "told".to_owned() })))
    }

    /// The correspondence goes out.
    pub(super) fn history(&self, message_id: MessageId) -> Effect {
        let Effect::Submit(notice) = self.notice(message_id) else { unreachable!() };
        Effect::Submit(NewNotice { kind: NoticeKind::History, ..notice })
    }

    pub(super) fn number(&self) -> TicketNumber {
        TicketNumber::new(self.number).unwrap()
    }

    pub(super) fn opening(
        &self,
        account: Option<AccountId>,
        claimed: Option<AccountId>,
    ) -> Vec<Effect> {
        let number = self.number();
        let requester = requester_of(self);
        let mut effects = vec![Effect::OpenTicket(NewTicket {
            number,
            status: if self.over.is_some() { Status::Open } else { self.status() },
            priority: self.priority(),
            level: self.level(),
            account,
            claimed,
            proof: self.proof(),
            requester,
            requester_name: String::new(),
            subject: self.subject.clone(),
            topic: None,
            linked: None,
            language: None,
        })];
        if let (Some(stars), Some(rater)) = (self.rated.and_then(Stars::new), requester_of(self)) {
            effects.push(Effect::Rate(NewRating { ticket: number, stars, rater }));
        }
        effects.extend(self.parties.iter().map(|party| {
            let address = address(party);
            Effect::AddParticipant(NewParticipant { ticket: number, address, name: String::new() })
        }));
        effects
    }

    pub(super) fn notice(&self, message_id: MessageId) -> Effect {
        let to = address(self.parties.first().unwrap());
        Effect::Submit(NewNotice {
            ticket: self.number(),
            kind: NoticeKind::Answer,
            due: Due::Uncapped,
            topic: None,
            envelope: Envelope { from: ReversePath::Null, to },
            message_id,
            bytes: b"x".to_vec(),
            carries: Carries::Nothing,
        })
    }
}

fn requester_of(ticket: &TicketFile) -> Option<Address> {
    ticket.parties.first().map(|text| address(text))
}

impl ArticleFile {
    pub(super) fn meant(&self, ticket: &TicketFile) -> Effect {
        Effect::AddArticle(NewArticle {
            ticket: ticket.number(),
            kind: ArticleKind::Requester,
            from: ticket.parties.first().cloned().unwrap_or_default(),
            at: now(),
            text: String::new(),
            message_id: Some(MessageId::parse(&self.id).unwrap()),
            ancestors: self.ancestors.iter().map(|id| MessageId::parse(id).unwrap()).collect(),
            tags: Vec::new(),
            recipients: self.recipients.iter().map(|text| address(text)).collect(),
            attachments: self.attached.iter().map(|bytes| picture(bytes)).collect(),
            means: Means::Asks,
        })
    }
}

fn picture(bytes: &str) -> Attachment {
    Attachment {
        name: "logo.png".to_owned(),
        media_type: "image/png".to_owned(),
        format: None,
        size: bytes.len(),
        digest: Digest::of(bytes.as_bytes()),
        placement: Placement::Inline,
    }
}
