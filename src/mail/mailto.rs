//! Links that open a mail (RFC 6068).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::address::Address;

/// What stands in a link as it is (RFC 3986 §2.3); the rest is escaped, which is always right.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A mail to this address, under this subject.
#[must_use]
pub fn mailto(to: &Address, subject: &str) -> String {
    let part = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
    let (local, domain) = (part(to.local()), part(to.domain()));
    format!("mailto:{local}@{domain}?subject={}", part(subject))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_link_cannot_have_is_escaped() {
        check("support@desk.example", "A b", "mailto:support@desk.example?subject=A%20b");
        check(
            "a+b?c&d@desk.example",
            "1&2=3",
            "mailto:a%2Bb%3Fc%26d@desk.example?subject=1%262%3D3",
        );
        check(
            "a@desk.example",
            "[EX#17] ä",
            "mailto:a@desk.example?subject=%5BEX%2317%5D%20%C3%A4",
        );

        #[track_caller]
        fn check(to: &str, subject: &str, expected: &str) {
            assert_eq!(mailto(&Address::parse(to).unwrap(), subject), expected);
        }
    }
}
