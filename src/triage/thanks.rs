//! A message that only says thanks: it is kept in its ticket, which neither opens again nor waits for
//! anybody because of it.

use super::case::{Case, Form, TicketFacts};
use super::requester;
use super::thread;
use crate::mail::Sender;
use crate::mail::attachment::Attachment;
use crate::mail::automatic::Kind;
use crate::mail::thanks::{is_only_courtesy, is_only_thanks};

/// Attachments of a message that may say thanks alone.
pub const ATTACHMENTS_MAX: usize = 16;

/// Whether a person's message to its ticket only says thanks: under the ticket's subject, with nothing
/// beside it that the desk does not know.
#[must_use]
pub fn only_thanks(case: &Case<'_>, ticket: &TicketFacts) -> bool {
    requester::kind(case) == Kind::Person
        && !requester::is_form(case)
        && thread::has_subject_of(case, ticket)
        && brings_nothing(case)
        && is_only_thanks(&said(&case.mail.reply), &names(&case.mail.sender))
}

/// Whether these of its writer's words are nothing that anybody has to read, and nothing came along.
pub(super) fn is_nothing_more(case: &Case<'_>, words: &str) -> bool {
    brings_nothing(case) && is_only_courtesy(&said(words), &names(&case.mail.sender))
}

/// Whether all of a message is here, and nothing is beside it that the desk does not know.
fn brings_nothing(case: &Case<'_>) -> bool {
    let is_whole = match case.arrival.form {
        Form::Whole => true,
        Form::Oversize { .. } => false,
    };
    is_whole && case.mail.attachments.iter().all(|one| is_known(case, one))
}

/// What was written now, without what is quoted beside it.
fn said(reply: &str) -> String {
    let own = reply.lines().filter(|line| !line.trim_start().starts_with('>'));
    own.collect::<Vec<_>>().join("\n")
}

/// A picture of a signature comes with each mail.
fn is_known(case: &Case<'_>, attachment: &Attachment) -> bool {
    is_signature(attachment) || case.facts.seen.contains(&attachment.digest)
}

/// Proof that goes with a message (RFC 8551 §3.5, RFC 3156 §5).
#[must_use]
pub fn is_signature(attachment: &Attachment) -> bool {
    ["application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"]
        .contains(&attachment.media_type.as_str())
}

/// Words of the writer's name and of his address, as thanks are compared.
fn names(sender: &Sender) -> Vec<String> {
    let Sender::One(named) = sender else { return Vec::new() };
    let text = format!("{} {}", named.name, named.address.local());
    let words = text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
