//! In which language somebody is answered.

use crate::desk::language::Language;
use crate::triage::answer::Correspondence;
use crate::triage::case::Case;
use crate::triage::case::known::AccountMatch;
use crate::triage::policy::Policy;

/// The language for who wrote a message: by the account that serves him, else by what he wrote now, else by how the
/// ticket began to which it belongs.
#[must_use]
pub fn of(case: &Case<'_>, account: Option<&AccountMatch>, began: Option<Language>) -> Language {
    let known = account.map_or(&[][..], |found| &found.languages);
    case.policy.languages.choose(known, Some(&case.mail.reply), began)
}

/// The language for the requester of a ticket, where no message of his is answered.
#[must_use]
pub fn of_ticket(ticket: &Correspondence, policy: &Policy) -> Language {
    policy.languages.choose(&ticket.languages, None, ticket.language)
}
