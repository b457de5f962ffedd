//! Passwords and the like in mails: what agents are told of them, and what nobody else reads.

use std::borrow::Cow;

use super::case::Case;
use super::decision::{Effect, NewEvent};
use crate::mail::secret::{Kind, kinds, masked};
use crate::mail::subject::TicketNumber;

/// What a ticket says about a message that carries a secret.
pub(super) fn remark(case: &Case<'_>, ticket: TicketNumber) -> Option<Effect> {
    let mut kinds = kinds(&case.mail.reply);
    kinds.extend(crate::mail::secret::kinds(&case.mail.subject));
    kinds.sort_unstable();
    kinds.dedup();
    let names: Vec<_> = kinds.into_iter().map(Kind::as_str).collect();
    let detail = format!("the message carries a {}", names.join(" and a "));
    (!names.is_empty()).then_some(Effect::Record(NewEvent { ticket, kind: "secret", detail }))
}

/// An agent's words, without the secrets of others that he quotes: who reads them need not be who wrote those.
pub(super) fn without_quoted(text: &str) -> Cow<'_, str> {
    let is_quoted = |line: &str| line.trim_start().starts_with('>');
    let quoted: String = text.split_inclusive('\n').filter(|line| is_quoted(line)).collect();
    if let Cow::Borrowed(_) = masked(&quoted) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n');
    let line =
        |line: &str| if is_quoted(line) { masked(line).into_owned() } else { line.to_owned() };
    Cow::Owned(lines.map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_may_give_a_password_and_not_give_one_away() {
        check("Yours is\nPassword: hunter2", "Yours is\nPassword: hunter2");
        check("> Password: hunter2\nChange it.", "> Password: [hidden]\nChange it.");
        check(
            "Password: new4you\n\n> pass: old4me\n> It does not work.",
            "Password: new4you\n\n> pass: [hidden]\n> It does not work.",
        );

        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(without_quoted(text), expected);
        }
    }
}
