//! In which language somebody is answered.

use crate::desk::language::Language;
use crate::triage::case::Case;
use crate::triage::case::known::AccountMatch;

/// The language for who wrote a message: by the account that serves him, else by what he wrote now.
#[must_use]
pub fn of(case: &Case<'_>, account: Option<&AccountMatch>) -> Language {
    let known = account.map_or(&[][..], |found| &found.languages);
    case.policy.languages.choose(known, Some(&case.mail.reply))
}
