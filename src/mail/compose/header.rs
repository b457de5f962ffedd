//! Header fields, folded and encoded by ourselves (RFC 5322 §2.2.3, RFC 2047). lettre's encoder
//! lets a word such as `=?utf-8?Q?=0A?=` pass as it is, and never breaks a long word.

use data_encoding::BASE64;
use lettre::message::header::{HeaderName, HeaderValue};

use crate::mail::address::{Address, NamedAddress};
use crate::mail::message_id::MessageId;

/// Columns of a line with encoded words (RFC 2047 §2); the others follow.
const COLUMNS_MAX: usize = 76;
/// Bytes of any line (RFC 5322 §2.1.1).
const LINE_BYTES_MAX: usize = 998;
/// Characters of a word that is written as it is.
const PLAIN_WORD_MAX: usize = 60;
/// Bytes in one encoded word: 60 characters of base64, 72 with `=?utf-8?B?` and `?=`.
const ENCODED_BYTES_MAX: usize = 45;
/// What may stand in an unquoted phrase (RFC 5322 §3.2.3), less `=` and `?`.
const ATOM_MARKS: &str = "!#$%&'*+-/^_`{|}~";

/// An unstructured field.
pub(super) fn text(name: &'static str, text: &str) -> HeaderValue {
    folded(name, &unstructured(text))
}

/// A field with one mailbox.
pub(super) fn mailbox(name: &'static str, mailbox: &NamedAddress) -> HeaderValue {
    let mut words = phrase(&mailbox.name);
    if words.is_empty() {
        return address(name, &mailbox.address);
    }
    words.push(format!("<{}>", mailbox.address));
    // lettre reads its own copy of the value to see that there is a sender.
    HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str(name),
        mailbox.address.to_string(),
        fold(name, &words),
    )
}

/// A field with one bare address.
pub(super) fn address(name: &'static str, address: &Address) -> HeaderValue {
    folded(name, &[address.to_string()])
}

/// A field of message identifiers, each on a line of its own when they are many.
pub(super) fn identifiers<'a>(
    name: &'static str,
    identifiers: impl IntoIterator<Item = &'a MessageId>,
) -> HeaderValue {
    let words: Vec<_> = identifiers.into_iter().map(ToString::to_string).collect();
    folded(name, &words)
}

/// A field with one word of printable ASCII.
pub(super) fn token(name: &'static str, value: &str) -> HeaderValue {
    folded(name, &[value.to_owned()])
}

fn folded(name: &'static str, words: &[String]) -> HeaderValue {
    let value = fold(name, words);
    HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str(name),
        words.join(" "),
        value,
    )
}

/// Joins words by a blank, or by a line end and a blank where the line would get too long. A line
/// is never blanks alone, as there are no empty words.
fn fold(name: &str, words: &[String]) -> String {
    let mut value = String::new();
    let mut column = name.len() + 1;
    for word in words {
        // A first word on a line of its own is legal, and some programs read an empty field.
        let alone = value.is_empty() && !word.starts_with("=?");
        let columns = if alone { LINE_BYTES_MAX } else { COLUMNS_MAX };
        if column + 1 + word.len() > columns {
            value.push_str("\r\n ");
            column = 1;
        } else {
            // lettre writes the first blank.
            value.push_str(if value.is_empty() { "" } else { " " });
            column += 1;
        }
        value.push_str(word);
        column += word.len();
    }
    value
}

/// The words of a text. Controls, line ends among them, part words like blanks.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|char: char| char == ' ' || char.is_control());
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Plain words as they are, and the run from the first to the last other one encoded as a whole: so
/// a ticket identifier at the start stays readable to every program.
fn unstructured(text: &str) -> Vec<String> {
    let words = words(text);
    let other = |word: &String| !is_plain(word);
    let (Some(first), Some(last)) = (words.iter().position(other), words.iter().rposition(other))
    else {
        return words;
    };
    let (before, rest) = words.split_at(first);
    let (others, after) = rest.split_at(last - first + 1);
    [before, &encoded(&others.join(" ")), after].concat()
}

fn is_plain(word: &str) -> bool {
    word.len() <= PLAIN_WORD_MAX
        && word.bytes().all(|byte| byte.is_ascii_graphic())
        && !word.contains("=?")
}

/// A display name: atoms, one quoted string, or encoded words (RFC 5322 §3.4, RFC 2047 §5).
fn phrase(name: &str) -> Vec<String> {
    let words = words(name);
    let is_atom = |word: &String| {
        word.len() <= PLAIN_WORD_MAX
            && word.chars().all(|char| char.is_ascii_alphanumeric() || ATOM_MARKS.contains(char))
    };
    if words.iter().all(is_atom) {
        return words;
    }
    let joined = words.join(" ");
    let quoted = joined.replace('\\', "\\\\").replace('"', "\\\"");
    if quoted.len() <= PLAIN_WORD_MAX && words.iter().all(|word| is_plain(word)) {
        return vec![format!("\"{quoted}\"")];
    }
    encoded(&joined)
}

/// Encoded words of at most 75 characters, none of which splits a character (RFC 2047 §2, §5).
fn encoded(text: &str) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    for char in text.chars() {
        match chunks.last_mut() {
            Some(chunk) if chunk.len() + char.len_utf8() <= ENCODED_BYTES_MAX => chunk.push(char),
            Some(_) | None => chunks.push(char.to_string()),
        }
    }
    chunks.iter().map(|chunk| format!("=?utf-8?B?{}?=", BASE64.encode(chunk.as_bytes()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_29_what_is_not_plain_is_encoded_as_a_whole() {
        check("Printer on fire", "Printer on fire");
        check(" a\r\nBcc:  b\0c ", "a Bcc: b c");
        check("=?utf-8?Q?=0ABcc?=", "=?utf-8?B?PT91dGYtOD9RPz0wQUJjYz89?=");
        check("Grüße aus Köln", "=?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?=");
        check("[EX#17] Aus Köln, bitte", "[EX#17] Aus =?utf-8?B?S8O2bG4s?= bitte");
        check("", "");

        #[track_caller]
        fn check(subject: &str, expected: &str) {
            assert_eq!(fold("Subject", &unstructured(subject)), expected);
        }
    }

    #[test]
    fn a_name_is_atoms_or_quoted_or_encoded() {
        check("Ada Lovelace", "Ada Lovelace");
        check("Lovelace, Ada \"Countess\"", "\"Lovelace, Ada \\\"Countess\\\"\"");
        check("a@b <c@d>", "\"a@b <c@d>\"");
        check("=?x?B?=", "=?utf-8?B?PT94P0I/PQ==?=");
        check("Jürgen", "=?utf-8?B?SsO8cmdlbg==?=");
        check("\r\n\t", "");

        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(phrase(name).join(" "), expected);
        }
    }

    #[test]
    fn std_23_an_identifier_of_full_length_fits_its_line() {
        let identifier = format!("<{}>", "x".repeat(MessageId::BYTES_MAX));
        let value = fold("Message-ID", &[identifier]);
        assert!(value.split("\r\n").all(|line| line.len() <= 998), "{}", value.len());
    }
}
