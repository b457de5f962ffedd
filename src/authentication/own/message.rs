//! A message as its signatures see it; and which signatures are worth a question.

use std::sync::OnceLock;

use ring::digest::{Context, Digest, SHA256};

use super::canonical::Form;
use super::claim::{self, Claim, Refusal};
use super::tags::Tags;
use crate::mail::parse::{FIELDS_MAX, HEADER_BYTES_MAX, parse};
use crate::mail::proof::Outcome;
use crate::mail::{self, address::Address};
use crate::time::Timestamp;

/// Signatures that are verified; others are passed over (RFC 6376 §6.1 leaves the number to us).
pub(super) const SIGNATURES_MAX: usize = 10;

/// A message taken apart.
pub(super) struct Letter<'a> {
    /// Topmost first.
    pub fields: Vec<Field<'a>>,
    body: &'a [u8],
    simple: OnceLock<Body>,
    relaxed: OnceLock<Body>,
}

/// A field as it stands in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Where it stands; the topmost is 0.
    pub at: usize,
    /// What stands before the colon.
    pub name: &'a [u8],
    /// What stands behind it, folded, without its line end.
    pub value: &'a [u8],
}

/// A body in one form.
pub(super) struct Body {
    pub digest: Digest,
    /// Its octets.
    pub length: u64,
}

/// What a signer is to the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kin {
    /// The same domain.
    Author,
    /// Perhaps of the same organisation: the last two labels are the same.
    Relative,
    /// Never aligned with the author.
    Stranger,
}

/// A DKIM-Signature field.
pub(super) struct Signed<'a> {
    pub kin: Kin,
    /// Who signed; empty where that cannot be read.
    pub domain: String,
    pub field: Field<'a>,
    pub claim: Result<Claim<'a>, Refusal>,
}

impl Field<'_> {
    /// Whether it has this name (RFC 6376 §3.4.2: blanks before the colon do not count).
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value with what stands in `b=` taken out (RFC 6376 §3.5).
    pub(super) fn unsigned(&self) -> Vec<u8> {
        let mut kept = Vec::with_capacity(self.value.len());
        for (nth, tag) in self.value.split(|byte| *byte == b';').enumerate() {
            if nth > 0 {
                kept.push(b';');
            }
            let equals = tag.iter().position(|byte| *byte == b'=').unwrap_or(tag.len());
            let (name, _) = tag.split_at(equals);
            if name.trim_ascii() == b"b" {
                kept.extend_from_slice(name);
                kept.push(b'=');
            } else {
                kept.extend_from_slice(tag);
            }
        }
        kept
    }
}

impl<'a> Letter<'a> {
    /// Takes a message apart.
    ///
    /// # Errors
    /// Why its signatures are not looked at. Where this reader sees another author than we do, it
    /// would verify another message than people read.
    pub(super) fn read(raw: &'a [u8], author: Option<&Address>) -> Result<Self, &'static str> {
        let (fields, body) = split(raw)?;
        let (simple, relaxed) = (OnceLock::new(), OnceLock::new());
        let letter = Self { fields, body, simple, relaxed };
        let mut froms = letter.fields.iter().filter(|field| field.is("from"));
        match (author, froms.next(), froms.next()) {
            (None, _, _) => Ok(letter),
            (Some(author), Some(one), None) if author_of(one).as_ref() == Some(author) => {
                Ok(letter)
            }
            (Some(_), None, _) if letter.fields.is_empty() => Ok(letter),
            (Some(_), _, _) => Err("readers differ about the author"),
        }
    }

    /// The body in one form.
    pub(super) fn body(&self, form: Form) -> &Body {
        let known = match form {
            Form::Simple => &self.simple,
            Form::Relaxed => &self.relaxed,
        };
        known.get_or_init(|| {
            let (mut context, mut length) = (Context::new(&SHA256), 0);
            form.body(self.body, |piece| {
                context.update(piece);
                length += piece.len() as u64;
            });
            Body { digest: context.finish(), length }
        })
    }

    /// What a signature in `field` signs: the fields it names from the bottom up, and itself (RFC
    /// 6376 §3.7, §5.4.2).
    pub(super) fn signed_header(&self, claim: &Claim<'_>, field: Field<'_>) -> Vec<u8> {
        let (form, _) = claim.forms;
        let mut free: Vec<&Field<'_>> =
            self.fields.iter().rev().filter(|other| other.at != field.at).collect();
        let mut data = Vec::new();
        for name in &claim.names {
            let Some(at) = free.iter().position(|found| found.is(name)) else { continue };
            let found = free.remove(at);
            form.field(found.name, found.value, &mut data);
        }
        form.field(field.name, &field.unsigned(), &mut data);
        // The line end of the field itself is not signed.
        data.truncate(data.len().saturating_sub(2));
        data
    }

    /// Whether each From field is signed: one that was added would be read (RFC 6376 §8.15).
    pub(super) fn signs_every_from(&self, claim: &Claim<'_>) -> bool {
        self.fields.iter().filter(|field| field.is("from")).count() <= claim.times("from")
    }

    /// The signatures that are looked at, the author's domain first.
    pub(super) fn signatures(
        &self,
        author: Option<&Address>,
        received: Timestamp,
    ) -> Vec<Signed<'a>> {
        let mut found: Vec<_> = self
            .fields
            .iter()
            .filter(|field| field.is("dkim-signature"))
            .map(|field| Signed::read(*field, author, received))
            .collect();
        found.sort_by_key(|signed| signed.kin);
        found.truncate(SIGNATURES_MAX);
        found
    }
}

impl<'a> Signed<'a> {
    /// By what it is known again: who signed, and the signature itself, whatever is written around it.
    pub(super) fn key(&self) -> Option<mail::Digest> {
        let stamp = &self.claim.as_ref().ok()?.stamp;
        Some(mail::Digest::of_parts([stamp.domain.as_bytes(), &stamp.signature]))
    }

    fn read(field: Field<'a>, author: Option<&Address>, received: Timestamp) -> Self {
        let tags = Tags::parse(field.value);
        let domain = tags.as_ref().ok().and_then(claim::domain).unwrap_or_default();
        let kin = kin(&domain, author.map(Address::domain));
        let claim = match tags {
            Ok(tags) => claim::dkim(&tags, received),
            Err(why) => Err(Refusal { outcome: Outcome::PermError, why }),
        };
        Self { kin, domain, field, claim }
    }
}

/// Fields and body.
fn split(raw: &[u8]) -> Result<(Vec<Field<'_>>, &[u8]), &'static str> {
    let (mut fields, mut at, mut open) = (Vec::new(), 0, None);
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or_default();
        if matches!(line, b"\n" | b"\r\n") {
            fields.extend(field(raw, open, fields.len()));
            return Ok((fields, raw.get(at + length..).unwrap_or_default()));
        }
        if HEADER_BYTES_MAX < at + length {
            return Err("a longer header than is looked at");
        }
        open = match open {
            Some((start, _)) if matches!(line.first(), Some(b' ' | b'\t')) => {
                Some((start, at + length))
            }
            before => {
                fields.extend(field(raw, before, fields.len()));
                Some((at, at + length))
            }
        };
        if FIELDS_MAX < fields.len() {
            return Err("more header fields than are looked at");
        }
        at += length;
    }
    fields.extend(field(raw, open, fields.len()));
    Ok((fields, b""))
}

/// The field between two places; a line without a colon, such as that of a mailbox file, is none.
fn field(raw: &[u8], open: Option<(usize, usize)>, at: usize) -> Option<Field<'_>> {
    let (start, end) = open?;
    let text = raw.get(start..end)?;
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let colon = text.iter().position(|byte| *byte == b':')?;
    Some(Field { at, name: text.get(..colon)?, value: text.get(colon + 1..)? })
}

/// The one author in a From field, as we read him.
fn author_of(from: &Field<'_>) -> Option<Address> {
    let alone = [b"From:", from.value, b"\r\n\r\n"].concat();
    parse(&alone).0.sender.address().cloned()
}

pub(super) fn kin(signer: &str, author: Option<&str>) -> Kin {
    let Some(author) = author else { return Kin::Stranger };
    let signer = signer.to_lowercase();
    let labels = |domain: &str| domain.rsplit('.').take(2).map(str::to_owned).collect::<Vec<_>>();
    if signer == author {
        Kin::Author
    } else if labels(&signer) == labels(author) {
        Kin::Relative
    } else {
        Kin::Stranger
    }
}

#[cfg(test)]
mod tests;
