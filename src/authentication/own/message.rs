//! A message as its signatures see it; and which signatures are worth a question.

use mail_auth::common::crypto::Algorithm;
use mail_auth::dkim::{self, DkimError};
use mail_auth::{AuthenticatedMessage, Error};

use super::{Outcome, Signature};
use crate::mail::Digest;
use crate::mail::address::Address;
use crate::mail::parse::FIELDS_MAX;
use crate::time::Timestamp;

/// Signatures that are verified; others are passed over (RFC 6376 §6.1 leaves the number to us).
pub(super) const SIGNATURES_MAX: usize = 10;

/// Sets of a chain (RFC 8617 §5.1 allows 50; each is a question to the DNS).
const CHAIN_MAX: usize = 10;

/// Names in `h=`: with [`FIELDS_MAX`] it bounds the time to find them.
const SIGNED_NAMES_MAX: usize = 200;

/// By what a signature is known again: who signed, and the signature itself, whatever is written around
/// it.
pub(super) fn key(signature: &dkim::Signature) -> Digest {
    Digest::of_parts([signature.d.to_lowercase().as_bytes(), &signature.b])
}

/// A field with a signature.
pub(super) type Header<'a> = mail_auth::common::headers::Header<'a, dkim::Signature>;

/// Why a signature is not asked about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub outcome: Outcome,
    pub why: &'static str,
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

/// Takes the header apart and digests the body.
///
/// # Errors
/// Why that is not worth it. Where this reader sees another author than we do, it would verify
/// another message than people read.
pub(super) fn read<'a>(
    raw: &'a [u8],
    author: Option<&Address>,
) -> Result<AuthenticatedMessage<'a>, &'static str> {
    let Some(message) = AuthenticatedMessage::parse(raw) else {
        return Ok(AuthenticatedMessage::default());
    };
    if FIELDS_MAX < message.headers.len() {
        return Err("more header fields than are looked at");
    }
    match (author, message.froms()) {
        (None, _) => Ok(message),
        (Some(author), [one]) if Address::parse(one).as_ref() == Ok(author) => Ok(message),
        (Some(_), _) => Err("readers differ about the author"),
    }
}

/// The signatures that are looked at, the author's domain first. The message keeps none.
pub(super) fn signatures<'a>(
    message: &mut AuthenticatedMessage<'a>,
    author: Option<&Address>,
) -> Vec<(Kin, Header<'a>)> {
    let mut found: Vec<_> = std::mem::take(&mut message.dkim_headers)
        .into_iter()
        .map(|header| (kin(&header.header.d, author.map(Address::domain)), header))
        .collect();
    found.sort_by_key(|(kin, _)| *kin);
    found.truncate(SIGNATURES_MAX);
    found
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

/// Signatures that the reader refuses, told as what they are.
pub(super) fn unreadable(message: &AuthenticatedMessage<'_>) -> Vec<Signature> {
    let of_dkim = |name: &[u8]| name.eq_ignore_ascii_case(b"dkim-signature");
    let told = |error: &Error| {
        if *error == Error::Dkim(DkimError::SignatureLength) {
            (Outcome::Policy, "a part of the body is not signed (l=)")
        } else {
            (Outcome::PermError, "a signature that cannot be read")
        }
    };
    let refused = message.errors.iter().filter(|field| of_dkim(field.name));
    refused
        .take(SIGNATURES_MAX)
        .map(|field| {
            let (outcome, why) = told(&field.header);
            Signature { domain: String::new(), outcome, why }
        })
        .collect()
}

/// What mail-auth does not ask of a signature, or asks of today's clock.
pub(super) fn acceptable(signature: &dkim::Signature, received: Timestamp) -> Result<(), Refusal> {
    let refused = |outcome, why| Err(Refusal { outcome, why });
    if signature.a == Algorithm::RsaSha1 {
        return refused(Outcome::Policy, "signed with SHA-1");
    }
    if !signature.h.iter().any(|name| name.eq_ignore_ascii_case("from")) {
        return refused(Outcome::PermError, "From is not signed");
    }
    if SIGNED_NAMES_MAX < signature.h.len() {
        return refused(Outcome::Policy, "more signed fields than are looked at");
    }
    if !holds(signature.t, signature.x, received) {
        return refused(Outcome::Fail, "expired when it was received");
    }
    Ok(())
}

/// Whether a signature made at `t` and good until `x` was good when it was received; 0 is unsaid. One
/// that was made later than that is (RFC 6376 §3.5 leaves it to us): clocks go wrong, and a file may
/// say too early when it came.
fn holds(made: u64, until: u64, received: Timestamp) -> bool {
    let received = u64::try_from(received.as_seconds()).unwrap_or(0);
    until == 0 || (made < until && received < until)
}

/// The signature without what today's clock decides, and without questions of its own choice.
pub(super) fn as_of_then<'a>(header: &Header<'a>) -> Header<'a> {
    let mut header = header.clone();
    header.header.x = 0;
    header.header.r = false;
    header.header.atps = None;
    header
}

/// Readies a chain to be verified as of its receipt, or says what it is without that.
pub(super) fn chain(
    message: &mut AuthenticatedMessage<'_>,
    received: Timestamp,
) -> Result<(), Outcome> {
    if CHAIN_MAX < message.ams_headers.len().max(message.as_headers.len()) {
        return Err(Outcome::Policy);
    }
    for field in &mut message.ams_headers {
        let signature = &mut field.header;
        if SIGNED_NAMES_MAX < signature.h.len() {
            return Err(Outcome::Policy);
        }
        if !holds(signature.t, signature.x, received) {
            return Err(Outcome::Fail);
        }
        signature.x = 0;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_judged_as_of_its_receipt() {
        check(0, 0, true);
        check(1000, 0, true);
        check(9000, 0, true);
        check(9000, 9001, true);
        check(0, 1001, true);
        check(0, 1000, false);
        check(500, 1001, true);
        check(1100, 1100, false);

        #[track_caller]
        fn check(made: u64, until: u64, expected: bool) {
            let received = Timestamp::from_seconds(1000);
            assert_eq!(holds(made, until, received), expected, "t={made} x={until}");
        }
    }

    #[test]
    fn thr_20_a_reader_that_sees_another_author_is_not_believed() {
        check("From: ada@example.com\r\n\r\n", Some("ada@example.com"), true);
        check("From: <Ada@Example.com>\r\n\r\n", Some("ada@example.com"), true);
        check("From: ada@example.com\r\n\r\n", Some("bob@example.com"), false);
        check("From: ada@example.com\r\nFrom: b@c.d\r\n\r\n", Some("ada@example.com"), false);
        check("From: ada@example.com, b@c.d\r\n\r\n", Some("ada@example.com"), false);
        check("To: ada@example.com\r\n\r\n", Some("ada@example.com"), false);
        check("From: a@b.c\r\nFrom: b@c.d\r\n\r\n", None, true);

        #[track_caller]
        fn check(raw: &str, author: Option<&str>, expected: bool) {
            let author = author.map(|author| Address::parse(author).unwrap());
            assert_eq!(read(raw.as_bytes(), author.as_ref()).is_ok(), expected, "{raw}");
        }
    }

    #[test]
    fn signers_are_ordered_by_what_they_are_to_the_author() {
        check("example.com", Kin::Author);
        check("EXAMPLE.com", Kin::Author);
        check("mail.example.com", Kin::Relative);
        check("com", Kin::Stranger);
        check("example.net", Kin::Stranger);
        check("notexample.com", Kin::Stranger);
        check("", Kin::Stranger);

        #[track_caller]
        fn check(signer: &str, expected: Kin) {
            assert_eq!(kin(signer, Some("example.com")), expected, "{signer}");
        }
    }
}
