//! Coupons: a level bought for a number of tickets, and the codes by which they are named in a mail.

use std::fmt;

use crate::desk::level::LevelName;

/// A level bought for a number of tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupon {
    /// What its owner writes into a message.
    pub code: CouponCode,
    /// The level that it gives a ticket.
    pub level: LevelName,
    /// For how many tickets, since it was sold.
    pub uses: u32,
}

/// The code of a coupon. Upper and lower case are the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CouponCode {
    folded: Box<str>,
    shown: Box<str>,
}

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a coupon's code has 4 to 64 letters of ASCII, digits, \"-\" or \"_\", a digit among them, and \
     begins and ends with a letter or a digit"
)]
pub struct NoCode;

impl CouponCode {
    const CHARS_LEAST: usize = 4;
    /// Characters of a code.
    pub const CHARS_MAX: usize = 64;

    /// Reads a code. One without a digit could be a word that somebody uses in passing.
    ///
    /// # Errors
    /// [`NoCode`].
    pub fn parse(text: &str) -> Result<Self, NoCode> {
        if !is_code(text) {
            return Err(NoCode);
        }
        Ok(Self { folded: text.to_ascii_lowercase().into(), shown: text.into() })
    }

    /// As it is compared.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// As its owner reads it.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

/// A code is worth a ticket: what is printed for programmers, and may reach a log, does not have it.
impl fmt::Debug for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CouponCode")
    }
}

/// Codes of a message that are looked up.
pub const CANDIDATES_MAX: usize = 64;
/// Bytes of a message in which codes are looked for.
const TEXT_MAX: usize = 64 * 1024;

/// What may be codes in these texts, each once, in their order, in lower case. A code stands between
/// characters that cannot be in one.
#[must_use]
pub fn candidates(texts: [&str; 2]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        for word in words(text) {
            if is_code(word) && !found.iter().any(|known| known.eq_ignore_ascii_case(word)) {
                found.push(word.to_ascii_lowercase());
            }
            if found.len() == CANDIDATES_MAX {
                return found;
            }
        }
    }
    found
}

/// Whether a text says that it names a coupon, whether there is one or not: the word, and behind it in
/// the same line what may be a code.
#[must_use]
pub fn is_mentioned(texts: [&str; 2]) -> bool {
    texts.iter().flat_map(|text| beginning(text).lines()).any(|line| {
        let mut words = words(line).skip_while(|word| {
            !word.eq_ignore_ascii_case("coupon") && !word.eq_ignore_ascii_case("voucher")
        });
        words.any(is_code)
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words =
        beginning(text).split(|char: char| !(char.is_alphanumeric() || "-_".contains(char)));
    words.map(|word| word.trim_matches(['-', '_']))
}

fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_MAX)).unwrap_or(text)
}

fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    (CouponCode::CHARS_LEAST..=CouponCode::CHARS_MAX).contains(&bytes.len())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
        && bytes.iter().any(u8::is_ascii_digit)
        && ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_at_word_boundaries_in_any_case() {
        check("Coupon: VIP-1", &["vip-1"]);
        check("(vip-1), please.", &["vip-1"]);
        check("VIP-1\nvip-1 Vip-1", &["vip-1"]);
        check("see AVIP-1 and VIP-12", &["avip-1", "vip-12"]);
        check("äVIP-1 VIP-1ß", &[]);
        check("-VIP-1- __VIP-2__", &["vip-1", "vip-2"]);
        check("no digits: VIP-ONE help; too short: A-1", &[]);
        check(&format!("too long: 1{}", "a".repeat(64)), &[]);

        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(candidates(["", text]), expected, "{text}");
        }
    }

    #[test]
    fn a_hundred_thousand_words_are_a_few_candidates() {
        let words: Vec<_> = (1000..100_000).map(|number| format!("A-{number}")).collect();
        let text = words.join(" ");
        assert_eq!(candidates(["Subject B-1000", &text]).len(), CANDIDATES_MAX);
    }

    #[test]
    fn a_coupon_is_mentioned_by_its_name_and_a_code() {
        assert!(is_mentioned(["Coupon ABCD-1", ""]));
        assert!(is_mentioned(["", "Hello,\nmy voucher is ABCD-1.\n"]));
        assert!(!is_mentioned(["Coupon", "ABCD-1"]));
        assert!(!is_mentioned(["ABCD-1 is no coupon", ""]));
    }

    #[test]
    fn a_code_is_not_printed_for_programmers() {
        let code = CouponCode::parse("VIP-1").unwrap();
        assert!(!format!("{code:?}").to_lowercase().contains("vip"));
        assert_eq!(CouponCode::parse("help"), Err(NoCode));
        assert_eq!(CouponCode::parse("VIP 1"), Err(NoCode));
        assert_eq!((code.folded(), code.shown()), ("vip-1", "VIP-1"));
    }
}
