//! Secrets that people write into mails: passwords, private keys, tokens. What is in doubt is none: of a mail in which
//! half of the words are hidden nobody can make sense.

mod format;
mod labelled;
mod words;

use std::borrow::Cow;
use std::ops::Range;

/// A secret, and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub range: Range<usize>,
}

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A password, or a number like one.
    Password,
    /// A private key.
    PrivateKey,
    /// What a program shows instead of a password.
    Token,
}

/// What stands where a secret was.
pub const MASK: &str = "[hidden]";

/// Secrets of one text that are looked for.
const SECRETS_MAX: usize = 1_000;

/// The secrets of a text, in its order; none lies in another.
#[must_use]
pub fn secrets(text: &str) -> Vec<Secret> {
    let mut found: Vec<_> =
        format::secrets(text).chain(labelled::secrets(text)).take(SECRETS_MAX).collect();
    found.sort_by_key(|secret| (secret.range.start, secret.range.len()));
    let mut apart: Vec<Secret> = Vec::with_capacity(found.len());
    for secret in found {
        match apart.last_mut() {
            Some(last) if secret.range.start < last.range.end => {
                last.range.end = last.range.end.max(secret.range.end);
            }
            Some(_) | None => apart.push(secret),
        }
    }
    apart
}

/// The kinds of secrets that a text has, each once.
#[must_use]
pub fn kinds(text: &str) -> Vec<Kind> {
    let mut kinds: Vec<_> = secrets(text).into_iter().map(|secret| secret.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The text with [`MASK`] in the place of each secret.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let secrets = secrets(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    for Secret { range, .. } in secrets {
        masked.push_str(text.get(at..range.start).unwrap_or_default());
        masked.push_str(MASK);
        at = range.end;
    }
    masked.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(masked)
}

impl Kind {
    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PrivateKey => "private key",
            Self::Token => "access token",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is hidden where it stands between two `|`, and nothing else is.
    #[test]
    fn a_secret_is_hidden_and_nothing_else() {
        let all = include_str!("secret/examples.txt");
        let (mut count, mut wrong) = (0, Vec::new());
        for example in all.split("\n%\n").map(str::trim_end).filter(|one| !one.starts_with('#')) {
            let text: String = example.split('|').collect();
            let expected: String = example
                .split('|')
                .enumerate()
                .map(|(at, part)| if at % 2 == 0 { part } else { MASK })
                .collect();
            let found = masked(&text);
            if found != expected {
                wrong.push(format!("{found}\n  instead of\n{expected}"));
            }
            count += 1;
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
        assert!(count > 60, "{count}");
    }

    #[test]
    fn each_kind_is_named_once() {
        let text = "Password: hunter2\nPassword: hunter3\nghp_0123456789abcdefghijABCDEFGHIJ012345";
        assert_eq!(kinds(text), [Kind::Password, Kind::Token]);
        assert_eq!(kinds("I forgot my password."), []);
    }

    #[test]
    fn what_is_hidden_hides_nothing_more_the_second_time() {
        for text in include_str!("secret/examples.txt").split("\n%\n") {
            let once = masked(text).into_owned();
            assert_eq!(masked(&once), once);
        }
    }
}
