//! What all mails of a desk about its tickets have in common.

use super::decision::{Carries, Due, NewNotice, NoticeKind};
use super::policy::Policy;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::compose::{Automatic, ComposeError, Draft, compose};
use crate::mail::envelope::Envelope;
use crate::mail::message_id::MessageId;
use crate::mail::secret::masked;
use crate::mail::subject::TicketNumber;
use crate::render::Wording;
use crate::time::Timestamp;

/// A mail about a ticket, before it has its final bytes.
pub(super) struct Outgoing {
    pub(super) kind: NoticeKind,
    pub(super) ticket: TicketNumber,
    pub(super) due: Due,
    /// What it is about, where that is counted.
    pub(super) topic: Option<String>,
    /// Who speaks, at the desk's address.
    pub(super) from: NamedAddress,
    /// Where answers go, if not there.
    pub(super) reply_to: Option<Address>,
    pub(super) to: NamedAddress,
    pub(super) message_id: MessageId,
    pub(super) wording: Wording,
    /// The message that it answers.
    pub(super) in_reply_to: Option<MessageId>,
    /// The thread, oldest first.
    pub(super) references: Vec<MessageId>,
    /// What is added to it before it goes out.
    pub(super) carries: Carries,
}

impl Outgoing {
    /// The final bytes, signed where the desk signs; of what carries something all but that.
    ///
    /// # Errors
    /// [`ComposeError`].
    pub(super) fn write(self, policy: &Policy, now: Timestamp) -> Result<NewNotice, ComposeError> {
        let Self { kind, ticket, due, topic, wording, carries, .. } = self;
        let from = policy.envelope_from(kind, ticket, &self.message_id);
        let envelope = Envelope { from, to: self.to.address.clone() };
        let draft = Draft {
            from: self.from,
            reply_to: self.reply_to,
            to: self.to,
            language: wording.tag(),
            subject: match kind {
                NoticeKind::Notification | NoticeKind::Refusal => wording.subject,
                NoticeKind::Acknowledgement
                | NoticeKind::Raised
                | NoticeKind::Warning
                | NoticeKind::Breach
                | NoticeKind::Call
                | NoticeKind::Digest
                | NoticeKind::Announcement
                | NoticeKind::Reminder
                | NoticeKind::Changed
                | NoticeKind::History
                | NoticeKind::Answer => masked(&wording.subject).into_owned(),
            },
            date: now,
            message_id: self.message_id,
            in_reply_to: self.in_reply_to,
            references: self.references,
            text: wording.text,
            html: wording.html,
            automatic: match kind {
                NoticeKind::Acknowledgement | NoticeKind::Raised | NoticeKind::History => {
                    Automatic::Replied
                }
                NoticeKind::Notification
                | NoticeKind::Refusal
                | NoticeKind::Warning
                | NoticeKind::Breach
                | NoticeKind::Call
                | NoticeKind::Digest
                | NoticeKind::Announcement
                | NoticeKind::Reminder
                | NoticeKind::Changed => Automatic::Generated,
                NoticeKind::Answer => Automatic::No,
            },
            instance: policy.namer.instance().to_owned(),
        };
        let signer = match carries {
            Carries::Nothing => policy.signer.as_ref(),
            Carries::Attachments | Carries::Correspondence => None,
        };
        let bytes = compose(&draft, signer)?;
        let message_id = draft.message_id;
        Ok(NewNotice { ticket, kind, due, topic, envelope, message_id, bytes, carries })
    }
}
