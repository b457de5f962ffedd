//! What each leaf is to a reader: text to read, another version of it, or an attachment.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::charset::{self, Charset};
use super::decode::{self, Encoding};
use super::part::{About, Leaf, Place};
use super::{flowed, html, stub};
use crate::mail::body::TEXT_BYTES_MAX;

/// Bytes of a plain text, still encoded, that may be a stub (2 KiB).
const STUB_BYTES_MAX: usize = 2 * 1024;

/// Bytes of the text of an HTML part that a stub is compared with (64 KiB).
const COMPARED_BYTES_MAX: usize = 64 * 1024;

/// Stubs that are looked for in a message: each may have its HTML part read once more.
const STUBS_MAX: usize = 10;

/// What a leaf is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    Html,
    /// Another version of what is read already; not listed.
    Version,
    Attachment,
    /// Text that is listed, too: a named one without which there would be nothing to read, or one
    /// in an unknown transfer encoding.
    Both,
}

/// Decides what is text: plain text wins within an alternative, elsewhere each text counts. Where
/// the plain text is a stub ("please use a program that shows HTML") both are read: so nothing is
/// lost where it was none.
pub(super) fn roles(leaves: &[Leaf<'_>]) -> Vec<Role> {
    let mut roles: Vec<Role> = leaves.iter().map(role).collect();
    let stubs = stubs(leaves, &roles);
    let of = |wanted: &dyn Fn(&Leaf<'_>, Role) -> bool| -> BTreeSet<usize> {
        let pairs = leaves.iter().zip(&roles);
        pairs
            .filter(|(leaf, role)| wanted(leaf, **role))
            .filter_map(|(leaf, _)| leaf.alternative)
            .collect()
    };
    let plain = of(&|leaf, role| {
        matches!(role, Role::Plain | Role::Both) && !leaf.body.trim_ascii().is_empty()
    });
    let html = of(&|_, role| role == Role::Html);
    for (leaf, role) in leaves.iter().zip(&mut roles) {
        let Some(alternative) = leaf.alternative else { continue };
        let other = match role {
            Role::Html => plain.contains(&alternative) && !stubs.contains(&alternative),
            Role::Plain => !plain.contains(&alternative) && html.contains(&alternative),
            Role::Version | Role::Attachment | Role::Both => false,
        };
        if other {
            *role = Role::Version;
        }
    }
    if !roles.iter().any(|role| matches!(role, Role::Plain | Role::Html | Role::Both)) {
        let may = |leaf: &Leaf<'_>| {
            is_text(&leaf.about)
                && leaf.place == Place::Open
                && leaf.about.encoding != Encoding::Unknown
        };
        let named = leaves.iter().position(may);
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
    if about.encoding == Encoding::Unknown {
        // Such a part is bytes (RFC 2045 §6.4); where it can be read all the same, it is.
        return if is_printable(leaf.body) { Role::Both } else { Role::Attachment };
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
        && !about.content_type.get("charset").is_some_and(|name| charset::is_unreadable(&name))
}

fn is_printable(body: &[u8]) -> bool {
    let good = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    std::str::from_utf8(body).is_ok() && body.iter().all(good)
}

/// The text of a decoded part, as a reader sees it.
pub(super) fn readable<'a>(about: &About, bytes: &'a [u8]) -> (Cow<'a, str>, Charset) {
    let (text, charset) = characters(about, bytes);
    let text = if about.media_type == "text/html" {
        Cow::Owned(html::to_text(&text, TEXT_BYTES_MAX))
    } else {
        match flowed::Flow::of(about) {
            Some(flow) => Cow::Owned(flow.unfold(&text)),
            None => text,
        }
    };
    (text, charset)
}

/// The characters of a decoded part, markup and all.
pub(super) fn characters<'a>(about: &About, bytes: &'a [u8]) -> (Cow<'a, str>, Charset) {
    let is_html = about.media_type == "text/html";
    let declared = about.content_type.get("charset").filter(|name| !name.trim().is_empty());
    let declared = declared.or_else(|| is_html.then(|| html::declared_charset(bytes)).flatten());
    charset::text(bytes, declared.as_deref())
}

/// The alternatives whose plain text says nothing but that there is HTML.
fn stubs(leaves: &[Leaf<'_>], roles: &[Role]) -> BTreeSet<usize> {
    let mut stubs = BTreeSet::new();
    let mut short: Option<(usize, &Leaf<'_>)> = None;
    let mut tried = 0;
    for (leaf, role) in leaves.iter().zip(roles) {
        let Some(alternative) = leaf.alternative else { continue };
        match (role, short) {
            (Role::Plain, _) => {
                let is_short = leaf.body.len() <= STUB_BYTES_MAX;
                short = is_short.then_some((alternative, leaf));
            }
            (Role::Html, Some((of, plain))) if of == alternative && tried < STUBS_MAX => {
                tried += 1;
                let html_bytes = leaf.body.len().min(COMPARED_BYTES_MAX);
                if stub::is(&decoded(plain), html_bytes, || decoded(leaf)) {
                    stubs.insert(alternative);
                }
            }
            _ => {}
        }
    }
    stubs
}

fn decoded(leaf: &Leaf<'_>) -> String {
    let encoded = leaf.body.get(..COMPARED_BYTES_MAX).unwrap_or(leaf.body);
    let (bytes, _) = decode::decode(encoded, leaf.about.encoding);
    readable(&leaf.about, &bytes).0.into_owned()
}
