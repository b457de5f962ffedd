//! Leaves become text and attachments.

use std::borrow::Cow;

use super::Defect;
use super::charset::{self, Charset};
use super::decode::{self, Decoded, Encoding};
use super::defects::Defects;
use super::header::nested_subject;
use super::invitation::Invitation;
use super::part::{About, Leaf, Parts};
use super::role::{self, Role};
use crate::mail::Digest;
use crate::mail::attachment::format::Format;
use crate::mail::attachment::{ATTACHMENTS_MAX, Attachment, Placement, display_name, given_name};
use crate::mail::body::{Fit, Source, TEXT_BYTES_MAX, push_clean};
use crate::mail::formatted::HTML_BYTES_MAX;

/// Bytes of one part that are read as text: with the most wasteful character set and markup
/// still more than [`TEXT_BYTES_MAX`] (4 MiB).
const ENCODED_TEXT_BYTES_MAX: usize = 4 * TEXT_BYTES_MAX;

/// What a message says.
#[derive(Debug)]
pub(super) struct Said {
    pub text: String,
    pub source: Source,
    pub attachments: Vec<Attachment>,
    pub content: Digest,
}

/// Reads the leaves of a message.
pub(super) fn read(
    parts: &Parts<'_>,
    defects: &mut Defects,
    each: &mut dyn FnMut(&Attachment, &[u8]),
) -> Said {
    let roles = role::roles(&parts.leaves);
    let mut reader = Reader {
        text: String::new(),
        source: Source::Plain,
        attachments: Vec::new(),
        invitation: None,
        sealed: None,
        unlisted: 0,
        digests: Vec::with_capacity(parts.leaves.len() + 1),
        defects,
        each,
    };
    for (leaf, role) in parts.leaves.iter().zip(roles) {
        reader.leaf(leaf, role);
    }
    reader.describe();
    if !parts.rest.is_empty() {
        reader.digests.push(Digest::of(parts.rest));
    }
    reader.defects.add_count(reader.unlisted, Defect::AttachmentsOverLimit);
    Said {
        content: Digest::of_parts(reader.digests.iter().map(|digest| digest.0.as_slice())),
        text: reader.text,
        source: reader.source,
        attachments: reader.attachments,
    }
}

/// The HTML that is read as text, or is another version of that; `None` if it is too much.
pub(super) fn html(parts: &Parts<'_>) -> Option<String> {
    let mut html = String::new();
    for (leaf, role) in parts.leaves.iter().zip(role::roles(&parts.leaves)) {
        if leaf.about.media_type != "text/html" || !matches!(role, Role::Html | Role::Version) {
            continue;
        }
        // A character takes three bytes of base64 at the most, and as many of quoted-printable.
        if leaf.body.len() > 4 * HTML_BYTES_MAX {
            return None;
        }
        html.push_str(&role::characters(&leaf.about, &bytes(leaf).0).0);
        if html.len() > HTML_BYTES_MAX {
            return None;
        }
    }
    (!html.is_empty()).then_some(html)
}

struct Reader<'d> {
    text: String,
    source: Source,
    attachments: Vec<Attachment>,
    /// The first event of a calendar in it.
    invitation: Option<Invitation>,
    /// Why there is nothing to read.
    sealed: Option<&'static str>,
    unlisted: usize,
    digests: Vec<Digest>,
    defects: &'d mut Defects,
    /// Is given each attachment that is listed, and its bytes.
    each: &'d mut dyn FnMut(&Attachment, &[u8]),
}

impl Reader<'_> {
    fn leaf(&mut self, leaf: &Leaf<'_>, role: Role) {
        let about = &leaf.about;
        if about.encoding == Encoding::Unknown {
            self.defects.add(Defect::UnknownEncoding);
        }
        let (bytes, decoded) = bytes(leaf);
        if decoded == Decoded::Repaired {
            self.defects.add(Defect::BrokenEncoding);
        }
        let lines = ["text/", "message/"].iter().any(|kind| about.media_type.starts_with(kind));
        let compared = if lines { with_line_feeds(&bytes) } else { Cow::Borrowed(&*bytes) };
        let digest = Digest::of(&compared);
        self.digests.push(digest);
        if matches!(role, Role::Plain | Role::Html | Role::Both) {
            self.text(about, &bytes);
        }
        if matches!(role, Role::Attachment | Role::Both) {
            let same = compared.len() == bytes.len();
            self.attachment(about, &bytes, if same { digest } else { Digest::of(&bytes) });
        }
    }

    fn text(&mut self, about: &About, bytes: &[u8]) {
        let read = bytes.get(..ENCODED_TEXT_BYTES_MAX).unwrap_or(bytes);
        let (text, charset) = role::readable(about, read);
        match charset {
            Charset::Good => {}
            Charset::Unknown => self.defects.add(Defect::UnknownCharset),
            Charset::Broken => self.defects.add(Defect::BrokenCharset),
        }
        if text.trim().is_empty() {
            return;
        }
        if self.text.is_empty() && about.media_type == "text/html" {
            self.source = Source::Html;
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') && self.text.len() < TEXT_BYTES_MAX {
            self.text.push('\n');
        }
        let fit = push_clean(&mut self.text, &text);
        if fit == Fit::Cut || read.len() < bytes.len() {
            self.defects.add(Defect::TextOverLimit);
        }
    }

    fn attachment(&mut self, about: &About, bytes: &[u8], digest: Digest) {
        if self.attachments.len() == ATTACHMENTS_MAX {
            self.unlisted += 1;
            return;
        }
        if about.content_type.get("charset").is_some_and(|name| charset::is_unreadable(&name)) {
            self.defects.add(Defect::UnreadCharset);
        }
        match &*about.media_type {
            "application/ms-tnef" | "application/vnd.ms-tnef" => self.defects.add(Defect::Tnef),
            "text/calendar" if self.invitation.is_none() => {
                self.invitation = Invitation::of(&role::readable(about, bytes).0);
            }
            _ => self.sealed = self.sealed.or_else(|| sealed(about)),
        }
        let number = self.attachments.len() + 1;
        let format = Format::of(bytes);
        let attachment = Attachment {
            name: name(about, bytes, number, format),
            media_type: about.media_type.clone(),
            format,
            size: bytes.len(),
            digest,
            placement: placement(about),
        };
        (self.each)(&attachment, bytes);
        self.attachments.push(attachment);
    }

    /// Adds a line of what has no text of its own: an event that the text does not name; why
    /// there is no text at all.
    fn describe(&mut self) {
        let blank = self.text.trim().is_empty();
        let event = self.invitation.take().filter(|event| {
            blank || event.summary.is_empty() || !self.text.contains(&event.summary)
        });
        let line = event.map(|event| event.line());
        let line = line.or_else(|| self.sealed.filter(|_| blank).map(str::to_owned));
        let Some(line) = line else { return };
        if !blank {
            self.text.push_str(if self.text.ends_with('\n') { "\n" } else { "\n\n" });
        }
        if push_clean(&mut self.text, &line) == Fit::Cut {
            self.defects.add(Defect::TextOverLimit);
        }
    }
}

/// The bytes of a leaf. Of an attached message, stores and gateways change the line ends, and
/// composers add empty lines behind it. It has one form here, and so one digest wherever it was
/// read: lines end in CRLF (RFC 5322 §2.1), and what is empty at its end is not its body (as
/// RFC 6376 §3.4.3 has it).
fn bytes<'a>(leaf: &Leaf<'a>) -> (Cow<'a, [u8]>, Decoded) {
    let about = &leaf.about;
    if about.encoding == Encoding::Identity && about.media_type.starts_with("message/") {
        let end = leaf.body.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
        let body = leaf.body.get(..end.map_or(0, |end| end + 1)).unwrap_or_default();
        return (with_crlf(body), Decoded::Clean);
    }
    decode::decode(leaf.body, about.encoding)
}

fn with_crlf(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut lines = bytes.split_inclusive(|&byte| byte == b'\n');
    if lines.all(|line| line.ends_with(b"\r\n") || !line.ends_with(b"\n")) {
        return Cow::Borrowed(bytes);
    }
    let mut text = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => {
                text.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                text.extend_from_slice(b"\r\n");
            }
            None => text.extend_from_slice(line),
        }
    }
    Cow::Owned(text)
}

/// What nobody here opens: keys are not given to a help desk (CVE-2017-17688).
fn sealed(about: &About) -> Option<&'static str> {
    match &*about.media_type {
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            let kind = about.content_type.get("smime-type").unwrap_or_default();
            Some(if kind.eq_ignore_ascii_case("signed-data") {
                "[Signed with S/MIME in one piece: its text is within the attachment]"
            } else {
                "[Encrypted with S/MIME: it is not decrypted]"
            })
        }
        "application/pgp-encrypted" => Some("[Encrypted with PGP: it is not decrypted]"),
        _ => None,
    }
}

fn name(about: &About, bytes: &[u8], number: usize, format: Option<Format>) -> String {
    let given = about.name().map(|name| display_name(&name)).filter(|name| !name.is_empty());
    let nested = matches!(about.media_type.as_str(), "message/rfc822" | "message/global");
    let given = given.or_else(|| {
        let subject = nested.then(|| nested_subject(bytes)).flatten()?;
        // A subject is no path: a slash in it separates words.
        Some(display_name(&format!("{}.eml", subject.replace(['/', '\\'], "_"))))
    });
    given.unwrap_or_else(|| given_name(number, &about.media_type, format))
}

/// Declared inline, or referred to by the text and not declared a file.
fn placement(about: &About) -> Placement {
    match about.disposition.value.as_str() {
        "inline" => Placement::Inline,
        "" if about.has_content_id => Placement::Inline,
        _ => Placement::Beside,
    }
}

/// Text as it is compared: a server on the way may have changed its line ends.
fn with_line_feeds(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    let mut text = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => {
                text.extend_from_slice(line);
                text.push(b'\n');
            }
            None => text.extend_from_slice(line),
        }
    }
    Cow::Owned(text)
}
