//! What all mails of a desk about its tickets have in common.

use super::decision::{Due, NewNotice, NoticeKind};
use super::policy::Policy;
use crate::fresh::Fresh;
use crate::mail::address::NamedAddress;
use crate::mail::compose::{Automatic, ComposeError, Draft, compose};
use crate::mail::envelope::Envelope;
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;
use crate::render::Wording;

/// A mail about a ticket, before it has its final bytes.
pub(super) struct Outgoing {
    pub(super) kind: NoticeKind,
    pub(super) ticket: TicketNumber,
    pub(super) due: Due,
    /// What it is about, where that is counted.
    pub(super) topic: Option<String>,
    pub(super) to: NamedAddress,
    pub(super) wording: Wording,
    /// The message that it answers.
    pub(super) in_reply_to: Option<MessageId>,
    /// The thread, oldest first.
    pub(super) references: Vec<MessageId>,
}

impl Outgoing {
    /// The mail of a desk under this decision's name, signed where the desk signs.
    ///
    /// # Errors
    /// [`ComposeError`].
    pub(super) fn write(self, policy: &Policy, fresh: &Fresh) -> Result<NewNotice, ComposeError> {
        let Self { kind, ticket, due, topic, to, wording, in_reply_to, references } = self;
        let from = policy.envelope_from(kind, ticket, &fresh.message_id);
        let envelope = Envelope { from, to: to.address.clone() };
        let draft = Draft {
            from: policy.sender(),
            reply_to: policy.reply_to(ticket, &to.address),
            to,
            subject: wording.subject,
            date: fresh.now,
            message_id: fresh.message_id.clone(),
            in_reply_to,
            references,
            text: wording.text,
            html: wording.html,
            automatic: match kind {
                NoticeKind::Acknowledgement | NoticeKind::Raised => Automatic::Replied,
                NoticeKind::Answer => Automatic::No,
            },
            instance: policy.namer.instance().to_owned(),
        };
        let bytes = compose(&draft, policy.signer.as_ref())?;
        Ok(NewNotice { ticket, kind, due, topic, envelope, message_id: draft.message_id, bytes })
    }
}
