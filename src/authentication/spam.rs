//! By which fields a filter in front of the mailbox calls a message spam. Filters agree on no field;
//! those that are known here are of `SpamAssassin`, Rspamd and Exchange.

use super::trace::is;
use crate::mail::parse::HeaderField;
use crate::mail::spam::SpamSign;

/// Fields that count as a filter's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpamField {
    /// Those of the common filters.
    Known,
    /// One of a filter of the operator's own.
    Named {
        /// Its name.
        name: Box<str>,
        /// The words with which its value begins when it calls a message spam.
        words: Box<str>,
    },
}

/// The spam confidence level from which on Exchange calls a message spam.
const SCL_SPAM: i64 = 5;

/// The first of these fields that calls the message spam. They must be of our own servers.
pub(super) fn sign(ours: &[HeaderField<'_>], counted: &[SpamField]) -> Option<SpamSign> {
    let calls_spam = |field: &&HeaderField<'_>| {
        counted.iter().any(|one| match one {
            SpamField::Known => is_known_spam(field),
            SpamField::Named { name, words } => is(field, name) && begins(&field.value, words),
        })
    };
    ours.iter().find(calls_spam).map(|field| SpamSign::of(field.name, &field.value))
}

fn is_known_spam(field: &HeaderField<'_>) -> bool {
    let value = field.value.trim();
    match field.name.to_ascii_lowercase().as_str() {
        "x-spam-flag" | "x-spam-status" | "x-spam" => begins(value, "yes"),
        "x-ms-exchange-organization-scl" => {
            value.parse::<i64>().is_ok_and(|level| SCL_SPAM <= level)
        }
        // Its statements stand in any order.
        "x-forefront-antispam-report" => {
            value.split(';').any(|one| one.trim().eq_ignore_ascii_case("sfv:spm"))
        }
        _ => false,
    }
}

/// Whether a value begins with these words, and not with a longer one: `Yes, score=9` and not `Yesterday`.
fn begins(value: &str, words: &str) -> bool {
    let value = value.trim();
    let head = value.get(..words.len()).is_some_and(|head| head.eq_ignore_ascii_case(words));
    let next = value.get(words.len()..).and_then(|rest| rest.chars().next());
    head && next.is_none_or(|next| !next.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, value: &str, expected: Option<&str>) {
        let own = SpamField::Named { name: "X-Our-Filter".into(), words: "is spam".into() };
        let fields = [HeaderField { name, value: value.to_owned() }];
        let found = sign(&fields, &[SpamField::Known, own]).map(|sign| sign.to_string());
        assert_eq!(found.as_deref(), expected, "{name}: {value}");
    }

    #[test]
    fn a_field_of_a_known_filter_or_of_our_own_says_it() {
        let says = |name: &str, value: &str| {
            check(name, value, Some(&format!("{name}: {}", value.trim())));
        };
        says("X-Spam-Flag", "YES");
        says("x-spam-flag", " yes ");
        says("X-Spam-Status", "Yes, score=12.3 required=5.0");
        says("X-Spam-Status", "Yes");
        says("X-Spam", "Yes");
        says("X-MS-Exchange-Organization-SCL", "5");
        says("X-MS-Exchange-Organization-SCL", "9");
        says("X-Forefront-Antispam-Report", "CIP:192.0.2.1;CTRY:DE;SFV:SPM;SFS:(1)");
        says("X-Our-Filter", "Is Spam; 99%");
        let silent = |name: &str, value: &str| check(name, value, None);
        silent("X-Spam-Flag", "NO");
        silent("X-Spam-Flag", "");
        silent("X-Spam-Flag", "Yesterday");
        silent("X-Spam-Status", "No, score=1.0 YES");
        silent("X-Spam-Level", "*******");
        silent("X-MS-Exchange-Organization-SCL", "4");
        silent("X-MS-Exchange-Organization-SCL", "-1");
        silent("X-MS-Exchange-Organization-SCL", "nine");
        silent("X-Forefront-Antispam-Report", "CIP:192.0.2.1;SFV:NSPM");
        silent("X-Our-Filter", "is spamless");
        silent("X-Our-Filters", "is spam");
        silent("X-Spam-Flag", "é");
    }

    #[test]
    fn without_fields_nothing_says_it() {
        let fields = [HeaderField { name: "X-Spam-Flag", value: "YES".to_owned() }];
        assert_eq!(sign(&fields, &[]), None);
    }

    #[test]
    fn what_is_shown_is_short_and_on_one_line() {
        let long = format!("Yes,\r\n\t{}", "x".repeat(500));
        let fields = [HeaderField { name: "X-Spam-Status", value: long }];
        let shown = sign(&fields, &[SpamField::Known]).unwrap().to_string();
        assert!(shown.chars().count() <= 80 && !shown.contains(char::is_control), "{shown:?}");
    }
}
