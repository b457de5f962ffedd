//! A message as data. Nothing in this module does I/O, and nothing in it fails on odd input: what
//! is wrong with a message is a [`parse::Defect`], and the message still becomes something.

pub mod address;
pub mod attachment;
pub mod automatic;
pub mod body;
pub mod compose;
pub mod content_line;
pub mod dkim;
pub mod envelope;
pub mod formatted;
pub mod importance;
pub mod mailbox;
pub mod mailto;
pub mod message_id;
pub mod parse;
pub mod proof;
pub mod rating;
pub mod reply;
pub mod report;
pub mod secret;
pub mod spam;
pub mod subject;
pub mod thanks;
pub mod topic;

use std::fmt;

use crate::time::Timestamp;
use address::{Address, NamedAddress};
use attachment::Attachment;
use automatic::{Class, ListId};
use envelope::ReversePath;
use importance::Importance;
use message_id::MessageId;
use report::Report;

/// One inbound message, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its own identifier; `None` when absent or not one that can be compared.
    pub message_id: Option<MessageId>,
    /// The messages it answers (RFC 5322 §3.6.4), at most [`message_id::REFERENCES_MAX`].
    pub in_reply_to: Vec<MessageId>,
    /// Its thread, oldest first (RFC 5322 §3.6.4), at most [`message_id::REFERENCES_MAX`].
    pub references: Vec<MessageId>,
    /// What it says of another message, if it is a report (RFC 3464, RFC 8098).
    pub report: Option<Report>,
    /// Identifiers that it had before somebody passed it on, as relays note them that give it
    /// another, at most [`message_id::REFERENCES_MAX`] a field.
    pub earlier_ids: Vec<MessageId>,
    /// Who marked it against loops (`X-Loop`).
    pub loop_marks: Vec<String>,
    /// How many servers it passed (`Received`, RFC 5321 §6.3).
    pub hops: usize,
    /// Who wrote it.
    pub sender: Sender,
    /// Where its writer wants answers. Shown, never trusted.
    pub reply_to: Vec<NamedAddress>,
    /// The one plain address in the one `Reply-To` field, if that is what stands there.
    pub only_reply_to: Option<NamedAddress>,
    /// Its primary recipients, at most [`parse::ADDRESSES_MAX`].
    pub to: Vec<NamedAddress>,
    /// Its other recipients, at most [`parse::ADDRESSES_MAX`].
    pub cc: Vec<NamedAddress>,
    /// To whom somebody passed it on (RFC 5322 §3.6.6), at most twice [`parse::ADDRESSES_MAX`].
    pub resent_to: Vec<NamedAddress>,
    /// The subject, decoded and unfolded; empty when absent.
    pub subject: String,
    /// When its writer says that it was written.
    pub date: Option<Timestamp>,
    /// The instant in the topmost `Received` field: when the last server took it.
    pub received: Option<Timestamp>,
    /// The reverse path that the delivering server wrote; `None` when it wrote none.
    pub return_path: Option<ReversePath>,
    /// All readable text, with `\n` line ends; at most [`body::TEXT_BYTES_MAX`] bytes.
    pub text: String,
    /// What of it was written now, without quotes and what stands below it: [`reply::Reply`].
    pub reply: String,
    /// From what that text is, or its beginning.
    pub text_source: body::Source,
    /// Everything that is not readable text, at most [`attachment::ATTACHMENTS_MAX`].
    pub attachments: Vec<Attachment>,
    /// The one message that came along as an attachment, read where that is asked for
    /// ([`parse::with_enclosed`]).
    pub enclosed: Option<Box<Mail>>,
    /// The HTML of its text, kept where that is asked for ([`parse::with_html`]). A stranger's: it is
    /// read, and never written anywhere.
    pub html: Option<String>,
    /// How important its writer's program calls it; `None` where it says nothing.
    pub importance: Option<Importance>,
    /// Person or machine, and of which kind.
    pub class: Class,
    /// SHA-256 over the decoded text and every attachment's bytes: what the message says,
    /// whatever way it came.
    pub content: Digest,
}

/// Who wrote a message (RFC 5322 §3.6.2), as far as the message itself can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Exactly one `From` field with exactly one plain address.
    One(NamedAddress),
    /// Anything else. Such a sender is nobody: no level, no answer.
    Ambiguous {
        /// What is wrong with the field, for people.
        why: &'static str,
        /// The field as it stands, made printable and cut to 200 characters.
        shown: String,
        /// What stands where a name and an address should. For people: it is compared with
        /// nothing, and nobody is answered there.
        claimed: Claimed,
    },
}

impl Mail {
    /// The same as those see it who are behind these lists.
    #[must_use]
    pub fn apart_from(self, own: &[ListId]) -> Self {
        Self { class: self.class.apart_from(own), ..self }
    }

    /// The message that it brings back, or tells of.
    #[must_use]
    pub fn returned(&self) -> Option<&MessageId> {
        self.report.as_ref()?.original.as_ref()
    }
}

/// A name and an address as somebody wrote them, each empty when absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// The name.
    pub name: String,
    /// The address, or what stands in its place.
    pub address: String,
}

impl Sender {
    /// The address, where there is one.
    #[must_use]
    pub fn address(&self) -> Option<&Address> {
        self.named().map(|named| &named.address)
    }

    /// The name and the address, where there is one.
    #[must_use]
    pub fn named(&self) -> Option<&NamedAddress> {
        match self {
            Self::One(named) => Some(named),
            Self::Ambiguous { .. } => None,
        }
    }
}

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_ring(&ring::digest::digest(&ring::digest::SHA256, bytes))
    }

    /// The digest of `parts`, each with its length before it, so that no two lists of parts have
    /// the same digest.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        Self::from_ring(&context.finish())
    }

    /// The digest of the bytes that `digester` was given.
    #[must_use]
    pub fn finish(digester: Digester) -> Self {
        Self::from_ring(&digester.0.finish())
    }

    fn from_ring(digest: &ring::digest::Digest) -> Self {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Self(bytes)
    }
}

/// Digests bytes that come in pieces.
#[derive(Clone)]
pub struct Digester(ring::digest::Context);

impl Default for Digester {
    fn default() -> Self {
        Self(ring::digest::Context::new(&ring::digest::SHA256))
    }
}

impl Digester {
    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// In lower-case hexadecimal.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
