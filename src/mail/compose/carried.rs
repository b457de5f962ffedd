//! A composed message gets attachments: what it was becomes the first part of a `multipart/mixed`
//! (RFC 2046 §5.1.3), and nothing of where they come from but their names, types and bytes goes along.

use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::{Body, SinglePart};

use super::ComposeError;
use crate::mail::Digest;
use crate::mail::attachment::{Attachment, Placement};
use crate::mail::dkim::Signer;
use crate::time::Timestamp;

/// A message that gets attachments, one after the other.
#[derive(Debug)]
pub struct Carried {
    bytes: Vec<u8>,
    boundary: String,
}

/// Fields that say what the body is: they go with it.
const OF_THE_BODY: [&str; 3] = ["content-type", "content-transfer-encoding", "mime-version"];

impl Carried {
    /// Begins with what [`compose`](super::compose) gave without a signer.
    #[must_use]
    pub fn begin(message: &[u8]) -> Self {
        let (header, body) = halves(message);
        // `=_` can stand in no encoded body (RFC 2045 §6.7), and no two messages begin alike.
        let digest = Digest::of(header).to_string();
        let boundary = format!("=_m{}", digest.get(..32).unwrap_or_default());
        let (mut own, mut of_body) = (Vec::new(), Vec::new());
        for field in fields(header) {
            let name = field.split(|&byte| byte == b':').next().unwrap_or_default();
            let is_of_body = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
            if OF_THE_BODY.iter().any(|known| is_of_body(known)) {
                of_body.extend_from_slice(field);
            } else {
                own.extend_from_slice(field);
            }
        }
        let of_body = of_body.strip_prefix(b"MIME-Version: 1.0\r\n").unwrap_or(&of_body);
        let mut bytes = own;
        bytes.extend_from_slice(
            b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"",
        );
        bytes.extend_from_slice(boundary.as_bytes());
        bytes.extend_from_slice(b"\"\r\n\r\n--");
        bytes.extend_from_slice(boundary.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(of_body);
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        Self { bytes, boundary }
    }

    /// Adds an attachment under its name, as a file: in base64, so that nothing on the way changes it.
    pub fn add(&mut self, attachment: &Attachment, bytes: &[u8]) {
        let disposition = match attachment.placement {
            Placement::Beside => ContentDisposition::attachment(&attachment.name),
            Placement::Inline => ContentDisposition::inline_with_name(&attachment.name),
        };
        let body = Body::dangerous_pre_encoded(base64(bytes), ContentTransferEncoding::Base64);
        let part = SinglePart::builder()
            .header(media_type(&attachment.media_type))
            .header(disposition)
            .body(body);
        self.delimit(b"");
        self.bytes.extend_from_slice(&part.formatted());
    }

    /// The final bytes, signed if somebody signs.
    ///
    /// # Errors
    /// [`ComposeError::Unsigned`].
    pub fn end(mut self, signer: Option<&Signer>, at: Timestamp) -> Result<Vec<u8>, ComposeError> {
        self.delimit(b"--");
        match signer {
            Some(signer) => Ok(signer.sign(&self.bytes, at)?),
            None => Ok(self.bytes),
        }
    }

    fn delimit(&mut self, end: &[u8]) {
        if !self.bytes.ends_with(b"\r\n") {
            self.bytes.extend_from_slice(b"\r\n");
        }
        self.bytes.extend_from_slice(b"--");
        self.bytes.extend_from_slice(self.boundary.as_bytes());
        self.bytes.extend_from_slice(end);
        self.bytes.extend_from_slice(b"\r\n");
    }
}

/// The declared type, where it may stand on base64: a message may not (RFC 2046 §5.2.1), and a multipart
/// would be opened.
fn media_type(declared: &str) -> ContentType {
    let is_whole = ["message/", "multipart/"].iter().any(|kind| declared.starts_with(kind));
    let declared = if is_whole { "application/octet-stream" } else { declared };
    ContentType::parse(declared)
        .or_else(|_| ContentType::parse("application/octet-stream"))
        .unwrap_or(ContentType::TEXT_PLAIN)
}

/// Lines of 76 characters (RFC 2045 §6.8).
fn base64(bytes: &[u8]) -> Vec<u8> {
    const LINE_BYTES: usize = 57;
    let mut text = Vec::with_capacity(bytes.len() / LINE_BYTES * 78 + 80);
    for line in bytes.chunks(LINE_BYTES) {
        text.extend_from_slice(data_encoding::BASE64.encode(line).as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    text
}

/// The header with its last line end, and the body.
fn halves(message: &[u8]) -> (&[u8], &[u8]) {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 2);
    let end = end.unwrap_or(message.len());
    (message.get(..end).unwrap_or_default(), message.get(end + 2..).unwrap_or_default())
}

/// The fields, each with the lines that go on with it.
fn fields(header: &[u8]) -> Vec<&[u8]> {
    let mut fields = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in header.split_inclusive(|&byte| byte == b'\n') {
        let goes_on = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        if !goes_on && start < at {
            fields.extend(header.get(start..at));
            start = at;
        }
        at += line.len();
    }
    fields.extend(header.get(start..at).filter(|rest| !rest.is_empty()));
    fields
}

#[cfg(test)]
mod tests;
