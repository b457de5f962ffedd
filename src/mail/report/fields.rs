//! The fields for programs: one group a recipient (RFC 3464 §2.3).

use super::{Action, Recipient, Status, add, candidate, diagnostic};
use crate::mail::address::Address;

/// Reads every group that names a recipient.
pub(super) fn read(text: &str) -> Vec<Recipient> {
    let mut found = Vec::new();
    let mut group = Group::default();
    for line in text.lines() {
        if line.trim().is_empty() {
            group.end(&mut found);
        } else if line.starts_with([' ', '\t']) {
            group.go_on(line);
        } else if let Some((name, value)) = line.split_once(':') {
            group.field(&name.trim().to_ascii_lowercase(), value, &mut found);
        }
    }
    group.end(&mut found);
    found
}

/// The fields of a recipient, as far as they are read.
#[derive(Default)]
struct Group {
    original: Option<Address>,
    last: Option<Address>,
    action: String,
    status: String,
    diagnostic: String,
    open: Open,
}

/// The field that a folded line goes on with.
#[derive(Default)]
enum Open {
    Status,
    Diagnostic,
    #[default]
    Other,
}

impl Group {
    fn field(&mut self, name: &str, value: &str, found: &mut Vec<Recipient>) {
        self.open = Open::Other;
        match name {
            "final-recipient" => {
                // Some servers put no blank line between two groups.
                if self.last.is_some() {
                    self.end(found);
                }
                self.last = address(value);
            }
            "original-recipient" => self.original = address(value),
            "x-actual-recipient" if self.last.is_none() => self.last = address(value),
            "action" => value.clone_into(&mut self.action),
            "status" => {
                value.clone_into(&mut self.status);
                self.open = Open::Status;
            }
            "diagnostic-code" => {
                value.clone_into(&mut self.diagnostic);
                self.open = Open::Diagnostic;
            }
            _ => {}
        }
    }

    fn go_on(&mut self, line: &str) {
        match self.open {
            Open::Status => self.status.push_str(line),
            Open::Diagnostic => self.diagnostic.push_str(line),
            Open::Other => {}
        }
    }

    /// A recipient ends here. The address that we wrote to counts, not where it was led to.
    fn end(&mut self, found: &mut Vec<Recipient>) {
        let group = std::mem::take(self);
        let Some(address) = group.original.or(group.last) else { return };
        let text = group.diagnostic.split_once(';').map_or(&*group.diagnostic, |(_, text)| text);
        let status = status(&group.status, text);
        let action = action(&group.action);
        let text = if text.trim().is_empty() { comment(&group.status) } else { text };
        add(found, Recipient { address, action, status, diagnostic: diagnostic(text) });
    }
}

/// `rfc822; ada@example.com`, with or without the type and brackets.
fn address(value: &str) -> Option<Address> {
    candidate::candidates(value).next().map(|one| one.address)
}

/// RFC 3464 §2.3.3; some servers have words of their own.
fn action(value: &str) -> Option<Action> {
    let word = value.trim().to_ascii_lowercase();
    let words = [
        ("fail", Action::Failed),
        ("error", Action::Failed),
        ("delay", Action::Delayed),
        ("deliver", Action::Delivered),
        ("relay", Action::Relayed),
        ("expan", Action::Expanded),
    ];
    words.iter().find(|(begin, _)| word.starts_with(begin)).map(|(_, action)| *action)
}

/// The number in `Status`; where it says nothing but its class, one of that class in the words.
fn status(field: &str, words: &str) -> Option<Status> {
    let given = Status::first_in(field).or_else(|| Status::of_reply(field));
    match given {
        Some(given) if given.is_undefined() => Some(
            Status::first_in(words).filter(|one| one.class() == given.class()).unwrap_or(given),
        ),
        Some(given) => Some(given),
        None => Status::of_words(words),
    }
}

/// What stands in brackets behind the number.
fn comment(status: &str) -> &str {
    let inside = status.split_once('(').map_or("", |(_, rest)| rest);
    inside.trim_end().trim_end_matches(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_41_a_group_is_a_recipient() {
        check(
            "Reporting-MTA: dns; mx.example.com\n\n\
             Original-Recipient: rfc822;ada@example.com\n\
             Final-Recipient: rfc822; adele@inside.example.com\n\
             Action: failed\nStatus: 5.1.1\n\
             Diagnostic-Code: smtp; 550 5.1.1\n <adele@inside.example.com>: no such user\n",
            "ada@example.com failed 5.1.1 550 5.1.1 <adele@inside.example.com>: no such user",
        );
        check(
            "Final-Recipient: RFC822; <ada@example.com>\nAction: Delayed (until Monday)\n\
             Status: 4.4.1 (no answer from host)\n",
            "ada@example.com delayed 4.4.1 no answer from host",
        );
        // Two groups without a blank line between them.
        check(
            "Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.2.2\n\
             Final-Recipient: rfc822;c@d.example\nAction: delivered\nStatus: 2.1.5\n",
            "a@b.example failed 5.2.2 / c@d.example delivered 2.1.5",
        );
    }

    #[test]
    fn std_41_a_status_that_says_nothing_gives_way() {
        check(
            "Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.0.0\n\
             Diagnostic-Code: smtp; 550-5.7.1 blocked\n",
            "a@b.example failed 5.7.1 550-5.7.1 blocked",
        );
        check(
            "Final-Recipient: rfc822;a@b.example\nAction: failure\nStatus: 553 too large\n",
            "a@b.example failed 5.0.0",
        );
        check(
            "Final-Recipient: a@b.example\nAction: failed\nDiagnostic-Code: SMTP; 550 User unknown\n",
            "a@b.example failed 5.1.1 550 User unknown",
        );
        check(
            "Final-Recipient: rfc822;a@b.example\nStatus: 5.1.1\n\
             Diagnostic-Code: smtp; no\u{0}such\u{1b}[31m \u{202e}user\n",
            "a@b.example 5.1.1 no such [31m user",
        );
        check("Final-Recipient: x400; /S=a/OU=b/\nAction: failed\n", "");
        check("Action: failed\nStatus: 5.1.1\n", "");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = |one: &Recipient| {
            let status = one.status.map(|status| status.to_string());
            let words = [
                Some(one.address.to_string()),
                one.action.map(|action| action.as_str().to_owned()),
                status,
                Some(one.diagnostic.clone()).filter(|text| !text.is_empty()),
            ];
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        let found: Vec<_> = read(text).iter().map(shown).collect();
        assert_eq!(found.join(" / "), expected);
    }
}
