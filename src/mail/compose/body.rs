//! Bodies, always in an encoding that leaves no doubt about where a line ends (PIN-01: lettre
//! before 0.11.24 sends bare line ends as they are, RUSTSEC-2026-0561).

use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{MultiPart, SinglePart};

use crate::mail::Digest;
use crate::mail::message_id::MessageId;

/// `text/plain` as the whole body.
pub(super) fn plain(text: &str) -> SinglePart {
    let mut text = canonical(text);
    if is_mostly_ascii(&text) && text.ends_with("\r\n") {
        // lettre ends the body with a line end of its own, which quoted-printable does not hide.
        text.truncate(text.len() - 2);
    }
    part(ContentType::TEXT_PLAIN, text)
}

/// `text/plain` and `text/html`, the better last (RFC 2046 §5.1.4).
pub(super) fn alternative(text: &str, html: &str, message_id: &MessageId) -> MultiPart {
    MultiPart::alternative()
        .boundary(boundary(message_id))
        .singlepart(part(ContentType::TEXT_PLAIN, canonical(text)))
        .singlepart(part(ContentType::TEXT_HTML, canonical(html)))
}

fn part(kind: ContentType, text: String) -> SinglePart {
    let encoding = if is_mostly_ascii(&text) {
        ContentTransferEncoding::QuotedPrintable
    } else {
        ContentTransferEncoding::Base64
    };
    // As bytes: lettre mends the line ends of strings in quadratic time.
    SinglePart::builder().header(kind).header(encoding).body(text.into_bytes())
}

/// Whether quoted-printable is the shorter encoding: three bytes for one against four for three.
fn is_mostly_ascii(text: &str) -> bool {
    text.bytes().filter(|byte| !byte.is_ascii()).count() <= text.len() / 6
}

/// The text with CRLF for every line end, of whichever kind.
fn canonical(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

/// `=_` can stand in no encoded body (RFC 2045 §6.7), so no text can hold a boundary.
fn boundary(message_id: &MessageId) -> String {
    let digest = Digest::of(message_id.as_str().as_bytes()).to_string();
    format!("=_{}", digest.get(..32).unwrap_or_default())
}
