//! Bytes become a [`Mail`]. The one module that knows mail-parser.
//!
//! It never fails, takes time and memory in proportion to the bytes, and does not recurse. What a
//! message has beyond a bound is a [`Defect`] and is still in its raw bytes.

mod charset;
mod decode;
mod defects;
mod field;
mod flowed;
mod header;
pub(super) mod html;
mod invitation;
mod leaves;
mod parameter;
mod part;
mod reported;
mod role;
mod sender;
mod stub;
mod word;

use std::fmt;

use super::Mail;
use super::attachment::Attachment;
use super::automatic::{self, Evidence};
use super::importance;
use super::reply::Reply;
use defects::Defects;

pub use header::HOPS_MAX;

pub use field::{FIELD_BYTES_MAX, FIELDS_MAX, HEADER_BYTES_MAX};
pub use parameter::MIME_FIELD_BYTES_MAX;
pub use part::{DEPTH_MAX, PARTS_MAX};
pub use word::ENCODED_WORDS_MAX;

/// Addresses read from one field.
pub const ADDRESSES_MAX: usize = 500;

/// Something odd that a message was read in spite of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// It begins with its body.
    NoHeader,
    /// A line of a mailbox file stands above the header.
    MailboxLine,
    /// This many lines of the header are no fields.
    BadHeaderLines(usize),
    /// This many fields stand beyond [`FIELDS_MAX`] or [`HEADER_BYTES_MAX`].
    FieldsOverLimit(usize),
    /// This many fields are longer than [`FIELD_BYTES_MAX`].
    FieldsTooLong(usize),
    /// A field that may stand once stands there more often (RFC 5322 §3.6).
    Repeated {
        /// Its name.
        name: &'static str,
    },
    /// The sender is nobody.
    AmbiguousSender {
        /// What is wrong with `From`.
        why: &'static str,
    },
    /// This many addresses in a field are none.
    BadAddresses {
        /// The field.
        name: &'static str,
        /// How many.
        count: usize,
    },
    /// A field has more addresses than [`ADDRESSES_MAX`].
    AddressesOverLimit {
        /// The field.
        name: &'static str,
    },
    /// The subject has more encoded words than [`ENCODED_WORDS_MAX`].
    WordsOverLimit,
    /// No Message-ID.
    NoMessageId,
    /// A Message-ID that cannot be compared.
    BadMessageId,
    /// No date.
    NoDate,
    /// A date that is none, or none that mail can have.
    BadDate,
    /// A Return-Path that is no address.
    BadReturnPath,
    /// It passed this many servers (RFC 5321 §6.3): it may be in a loop.
    ManyHops(usize),
    /// More parts than [`PARTS_MAX`].
    TooManyParts,
    /// Multiparts deeper than [`DEPTH_MAX`].
    TooDeep,
    /// A multipart without a boundary, or without a line of it.
    NoBoundary,
    /// A multipart that is never closed.
    NoLastBoundary,
    /// A multipart with a transfer encoding, which it may not have (RFC 2045 §6.4).
    EncodedMultipart,
    /// A transfer encoding that nobody knows; the part is an attachment (RFC 2045 §6.4).
    UnknownEncoding,
    /// Bytes that the declared transfer encoding does not have.
    BrokenEncoding,
    /// A character set that nobody knows.
    UnknownCharset,
    /// Text that is not in its declared character set.
    BrokenCharset,
    /// A character set that is known and not read; the part is an attachment.
    UnreadCharset,
    /// More text than [`super::body::TEXT_BYTES_MAX`].
    TextOverLimit,
    /// This many attachments beyond [`super::attachment::ATTACHMENTS_MAX`].
    AttachmentsOverLimit(usize),
    /// Attachments are packed into a `winmail.dat` (MS-OXTNEF).
    Tnef,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoHeader => "no header",
            Self::MailboxLine => "a line of a mailbox file above the header",
            Self::BadHeaderLines(count) => {
                return write!(f, "{count} lines of the header that are no fields");
            }
            Self::FieldsOverLimit(count) => return write!(f, "{count} header fields too many"),
            Self::FieldsTooLong(count) => return write!(f, "{count} header fields too long"),
            Self::Repeated { name } => return write!(f, "more than one {name} field"),
            Self::AmbiguousSender { why } => return write!(f, "ambiguous sender: {why}"),
            Self::BadAddresses { name, count } => {
                return write!(f, "{count} addresses in {name} that are none");
            }
            Self::AddressesOverLimit { name } => return write!(f, "too many addresses in {name}"),
            Self::WordsOverLimit => "too many encoded words in the subject",
            Self::NoMessageId => "no Message-ID",
            Self::BadMessageId => "a Message-ID that cannot be compared",
            Self::NoDate => "no date",
            Self::BadDate => "a date that is none",
            Self::BadReturnPath => "a Return-Path that is no address",
            Self::ManyHops(count) => return write!(f, "passed {count} servers"),
            Self::TooManyParts => "too many parts",
            Self::TooDeep => "parts within parts too deep",
            Self::NoBoundary => "a multipart without boundary lines",
            Self::NoLastBoundary => "a multipart without its last boundary line",
            Self::EncodedMultipart => "a multipart with a transfer encoding",
            Self::UnknownEncoding => "an unknown transfer encoding",
            Self::BrokenEncoding => "a broken transfer encoding",
            Self::UnknownCharset => "an unknown character set",
            Self::BrokenCharset => "text not in its character set",
            Self::UnreadCharset => "a character set that is not read",
            Self::TextOverLimit => "too much text",
            Self::AttachmentsOverLimit(count) => {
                return write!(f, "{count} attachments too many");
            }
            Self::Tnef => "attachments packed in a winmail.dat",
        };
        f.write_str(text)
    }
}

/// A field of a header, for who reads what servers wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderField<'a> {
    /// Its name, any case.
    pub name: &'a str,
    /// Its value on one line, comments and all.
    pub value: String,
}

/// The fields of a message's header, topmost first: at most [`FIELDS_MAX`]. One that is longer than
/// [`FIELD_BYTES_MAX`] keeps its place without a value, so that none stands in its stead.
#[must_use]
pub fn header_fields(raw: &[u8]) -> Vec<HeaderField<'_>> {
    let block = header::block(raw, &mut Defects::default());
    let value = |field: &field::Field<'_>| match field.extent {
        field::Extent::Whole => field.unfolded(),
        field::Extent::Cut => String::new(),
    };
    block.fields.iter().map(|field| HeaderField { name: field.name, value: value(field) }).collect()
}

/// Gives each attachment that [`parse`] lists to `each`, in that order, with its bytes: they are
/// cut out of the raw message whenever they are wanted, and stored nowhere else.
pub fn each_attachment(raw: &[u8], mut each: impl FnMut(&Attachment, &[u8])) {
    let mut defects = Defects::default();
    let block = header::block(raw, &mut defects);
    let body = raw.get(block.body_at..).unwrap_or_default();
    let parts = part::parts(part::About::of(&block, "text/plain"), body, &mut defects);
    leaves::read(&parts, &mut defects, &mut each);
}

/// Reads the message that came along with a mail, if that is one message: what is within it stays closed.
#[must_use]
pub fn with_enclosed(mail: Mail, raw: &[u8]) -> Mail {
    let is_message = |one: &Attachment| one.media_type == "message/rfc822";
    if mail.attachments.iter().filter(|one| is_message(one)).count() != 1 {
        return mail;
    }
    let mut enclosed = None;
    each_attachment(raw, |attachment, bytes| {
        if is_message(attachment) {
            enclosed = Some(Box::new(parse(bytes).0));
        }
    });
    Mail { enclosed, ..mail }
}

/// Keeps the HTML that is of the mail's text, one part behind the other, if it is not too much
/// ([`super::formatted::HTML_BYTES_MAX`]).
#[must_use]
pub fn with_html(mail: Mail, raw: &[u8]) -> Mail {
    let mut defects = Defects::default();
    let block = header::block(raw, &mut defects);
    let body = raw.get(block.body_at..).unwrap_or_default();
    let parts = part::parts(part::About::of(&block, "text/plain"), body, &mut defects);
    Mail { html: leaves::html(&parts), ..mail }
}

/// Reads any bytes as a mail. Nothing is lost: the raw bytes stay where they are.
#[must_use]
pub fn parse(raw: &[u8]) -> (Mail, Vec<Defect>) {
    let mut defects = Defects::default();
    let block = header::block(raw, &mut defects);
    let body = raw.get(block.body_at..).unwrap_or_default();
    let header = header::read(&block, &mut defects);
    let about = part::About::of(&block, "text/plain");
    let report_type = about.content_type.get("report-type").unwrap_or_default();
    let media_type = about.media_type.clone();
    let parts = part::parts(about, body, &mut defects);
    let types: Vec<&str> = parts.leaves.iter().map(|leaf| &*leaf.about.media_type).collect();
    let said = leaves::read(&parts, &mut defects, &mut |_, _| {});
    let fields: Vec<_> = block.fields.iter().map(|field| (field.name, field.unfolded())).collect();
    let files: Vec<&str> = said.attachments.iter().map(|one| one.name.as_str()).collect();
    let class = automatic::classify(&Evidence {
        fields: &fields,
        sender: &header.sender,
        return_path: header.return_path.as_ref(),
        subject: &header.subject,
        media_type: &media_type,
        report_type: &report_type,
        parts: &types,
        files: &files,
        text: &said.text,
    });
    let report = reported::of(class.kind, &parts, &header, &fields, &said.text);
    let mail = Mail {
        report,
        message_id: header.message_id,
        in_reply_to: header.in_reply_to,
        references: header.references,
        earlier_ids: header.earlier_ids,
        loop_marks: header.loop_marks,
        hops: header.hops,
        sender: header.sender,
        reply_to: header.reply_to,
        only_reply_to: header.only_reply_to,
        to: header.to,
        cc: header.cc,
        resent_to: header.resent_to,
        subject: header.subject,
        date: header.date,
        received: header.received,
        return_path: header.return_path,
        reply: Reply::of(&said.text).text,
        text: said.text,
        text_source: said.source,
        attachments: said.attachments,
        enclosed: None,
        html: None,
        importance: importance::importance(&fields),
        class,
        content: said.content,
    };
    (mail, defects.list)
}
