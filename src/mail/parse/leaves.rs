//! Leaves become text and attachments.

use std::borrow::Cow;

use super::Defect;
use super::decode::{self, Charset, Decoded, Encoding};
use super::defects::Defects;
use super::header::nested_subject;
use super::html;
use super::part::{About, Leaf, Parts, Place};
use crate::mail::Digest;
use crate::mail::attachment::{ATTACHMENTS_MAX, Attachment, Placement, display_name, given_name};
use crate::mail::body::{Fit, TEXT_BYTES_MAX, push_clean};

/// Bytes of one part that are read as text: with the most wasteful character set and markup
/// still more than [`TEXT_BYTES_MAX`] (4 MiB).
const ENCODED_TEXT_BYTES_MAX: usize = 4 * TEXT_BYTES_MAX;

/// What a message says.
#[derive(Debug)]
pub(super) struct Said {
    pub text: String,
    pub attachments: Vec<Attachment>,
    pub content: Digest,
}

/// What a leaf is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Plain,
    Html,
    /// Another version of what is read already; not listed.
    Version,
    Attachment,
    /// A named text without which there would be nothing to read: text and attachment.
    Both,
}

/// Reads the leaves of a message.
pub(super) fn read(parts: &Parts<'_>, defects: &mut Defects) -> Said {
    let roles = roles(&parts.leaves);
    let mut reader = Reader {
        text: String::new(),
        attachments: Vec::new(),
        unlisted: 0,
        digests: Vec::with_capacity(parts.leaves.len() + 1),
        defects,
    };
    for (leaf, role) in parts.leaves.iter().zip(roles) {
        reader.leaf(leaf, role);
    }
    if !parts.rest.is_empty() {
        reader.digests.push(Digest::of(parts.rest));
    }
    reader.defects.add_count(reader.unlisted, Defect::AttachmentsOverLimit);
    Said {
        content: Digest::of_parts(reader.digests.iter().map(|digest| digest.0.as_slice())),
        text: reader.text,
        attachments: reader.attachments,
    }
}

/// Decides what is text: plain text wins within an alternative, elsewhere each text counts.
fn roles(leaves: &[Leaf<'_>]) -> Vec<Role> {
    let mut roles: Vec<Role> = leaves.iter().map(role).collect();
    let plain: Vec<usize> = leaves
        .iter()
        .zip(&roles)
        .filter(|(leaf, role)| **role == Role::Plain && !leaf.body.trim_ascii().is_empty())
        .filter_map(|(leaf, _)| leaf.alternative)
        .collect();
    let html: Vec<usize> = leaves
        .iter()
        .zip(&roles)
        .filter(|(_, role)| **role == Role::Html)
        .filter_map(|(leaf, _)| leaf.alternative)
        .collect();
    // Both lists rise, as leaves stand in order.
    let has = |list: &[usize], alternative| list.binary_search(&alternative).is_ok();
    for (leaf, role) in leaves.iter().zip(&mut roles) {
        let Some(alternative) = leaf.alternative else { continue };
        let other = match role {
            Role::Html => has(&plain, alternative),
            Role::Plain => !has(&plain, alternative) && has(&html, alternative),
            Role::Version | Role::Attachment | Role::Both => false,
        };
        if other {
            *role = Role::Version;
        }
    }
    if !roles.iter().any(|role| matches!(role, Role::Plain | Role::Html)) {
        let named =
            leaves.iter().position(|leaf| is_text(&leaf.about) && leaf.place == Place::Open);
        if let Some(role) = named.and_then(|index| roles.get_mut(index)) {
            *role = Role::Both;
        }
    }
    roles
}

fn role(leaf: &Leaf<'_>) -> Role {
    let about = &leaf.about;
    if leaf.place == Place::Aside || !is_text(about) || about.name().is_some() {
        return Role::Attachment;
    }
    match about.media_type.as_str() {
        "text/plain" => Role::Plain,
        "text/html" => Role::Html,
        // Rare versions of a text (enriched, for a watch) beside the usual ones.
        _ if leaf.alternative.is_some() => Role::Attachment,
        _ => Role::Plain,
    }
}

/// Whether people can read it as it is, and the sender does not say that it is a file.
fn is_text(about: &About) -> bool {
    const FILES: [&str; 8] = [
        "text/calendar",
        "text/csv",
        "text/rfc822-headers",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/rtf",
        "text/xml",
    ];
    about.media_type.starts_with("text/")
        && !FILES.contains(&about.media_type.as_str())
        && about.disposition.value != "attachment"
        && about.encoding != Encoding::Unknown
        && !about.content_type.get("charset").is_some_and(|name| decode::is_unreadable(&name))
}

struct Reader<'d> {
    text: String,
    attachments: Vec<Attachment>,
    unlisted: usize,
    digests: Vec<Digest>,
    defects: &'d mut Defects,
}

impl Reader<'_> {
    fn leaf(&mut self, leaf: &Leaf<'_>, role: Role) {
        let about = &leaf.about;
        if about.encoding == Encoding::Unknown {
            self.defects.add(Defect::UnknownEncoding);
        }
        let (bytes, decoded) = decode::decode(leaf.body, about.encoding);
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
        let charset = about.content_type.get("charset");
        let (text, charset) = decode::text(read, charset.as_deref());
        match charset {
            Charset::Good => {}
            Charset::Unknown => self.defects.add(Defect::UnknownCharset),
            Charset::Broken => self.defects.add(Defect::BrokenCharset),
        }
        let text = if about.media_type == "text/html" {
            Cow::Owned(html::to_text(&text, TEXT_BYTES_MAX))
        } else {
            text
        };
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
        if about.content_type.get("charset").is_some_and(|name| decode::is_unreadable(&name)) {
            self.defects.add(Defect::UnsafeCharset);
        }
        if matches!(&*about.media_type, "application/ms-tnef" | "application/vnd.ms-tnef") {
            self.defects.add(Defect::Tnef);
        }
        let number = self.attachments.len() + 1;
        self.attachments.push(Attachment {
            name: name(about, bytes, number),
            media_type: about.media_type.clone(),
            size: bytes.len(),
            digest,
            placement: placement(about),
        });
    }
}

fn name(about: &About, bytes: &[u8], number: usize) -> String {
    let given = about.name().map(|name| display_name(&name)).filter(|name| !name.is_empty());
    let nested = matches!(about.media_type.as_str(), "message/rfc822" | "message/global");
    let given = given.or_else(|| {
        let subject = nested.then(|| nested_subject(bytes)).flatten()?;
        // A subject is no path: a slash in it separates words.
        Some(display_name(&format!("{}.eml", subject.replace(['/', '\\'], "_"))))
    });
    given.unwrap_or_else(|| given_name(number, &about.media_type))
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
