//! Authentication-Results that a server writes directly below its own `Received` field, as Gmail and
//! many milters do. A sender can put a field in the same place, and a server that writes one puts it
//! above his: so the topmost is the server's if the server always writes one, and nobody but its
//! operator knows that. What the same header tells otherwise is asked first.

use super::{Cut, is, is_results, names};
use crate::authentication::received::Received;
use crate::authentication::results::{self, Malformed, Results};
use crate::authentication::{Mode, Trust};
use crate::mail::parse::HeaderField;

/// Fields that servers write between their `Received` and their Authentication-Results, beside those
/// that begin with `X-`: Gmail (`Received-SPF`), Fastmail (ARC), `OpenDKIM` and
/// `OpenDMARC` (`-Filter`).
const BETWEEN: [&str; 7] = [
    "received-spf",
    "arc-seal",
    "arc-message-signature",
    "arc-authentication-results",
    "return-path",
    "dkim-filter",
    "dmarc-filter",
];

/// The topmost Authentication-Results directly below a note: nothing stands between that a server
/// does not write there, and no other `Received`.
pub(in crate::authentication) fn first<'a, 'raw>(
    theirs: &'a [HeaderField<'raw>],
) -> Option<&'a HeaderField<'raw>> {
    let near = theirs.iter().find(|field| !is_between(field));
    near.filter(|field| is_results(field))
}

fn is_between(field: &HeaderField<'_>) -> bool {
    let begin = field.name.as_bytes().get(..2);
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(b"x-"))
        || BETWEEN.iter().any(|name| is(field, name))
}

/// The one field below the boundary that is believed where the operator says that his server writes
/// there; `None` where none is looked for.
///
/// # Errors
/// Why it is not believed, for people.
pub(super) fn believed(cut: &Cut<'_, '_>, trust: &Trust) -> Result<Option<Results>, String> {
    let (Some(note), Mode::Below) = (&cut.note, trust.mode) else { return Ok(None) };
    let Some(field) = first(cut.theirs) else { return Ok(None) };
    let found =
        results::parse(&field.value, Mode::Below.form()).map_err(|error| error.to_string())?;
    match &found.authserv {
        Some(name) if names(&trust.authservs, name) => {}
        Some(name) => return Err(format!("{name:?} is not in trusted_authserv")),
        None => return Ok(None),
    }
    unchecked(note).map_or(Ok(()), Err)?;
    match sealed(cut.ours, trust) {
        None => Ok(Some(found)),
        Some(Ok(sealed)) if sealed.statements == found.statements => Ok(Some(found)),
        Some(Ok(_)) => Err("ARC-Authentication-Results of the same server differ".to_owned()),
        Some(Err(error)) => Err(format!("ARC-Authentication-Results above them: {error}")),
    }
}

/// Why a server may have written nothing about a message: many check only what comes from outside.
fn unchecked(note: &Received) -> Option<String> {
    let why = if note.login().is_some() {
        "a login handed the message in, which many servers do not check"
    } else if note.is_within_a_host() {
        "the boundary handed the message on within itself"
    } else {
        return None;
    };
    Some(why.to_owned())
}

/// What a trusted server sealed as its results (RFC 8617 §4.1.1) above the boundary, where nobody
/// else writes: it says the same as the field below. The lowest is of the boundary's own hop.
fn sealed(ours: &[HeaderField<'_>], trust: &Trust) -> Option<Result<Results, Malformed>> {
    let fields = ours.iter().rev().filter(|field| is(field, "arc-authentication-results"));
    let mut sealed = fields.map(|field| {
        let text = results::without_instance(&field.value).ok_or(Malformed::NoAuthserv)?;
        results::parse(text, Mode::Below.form())
    });
    sealed.find(|one| match one {
        Ok(one) => one.authserv.as_deref().is_some_and(|name| names(&trust.authservs, name)),
        Err(_) => true,
    })
}
