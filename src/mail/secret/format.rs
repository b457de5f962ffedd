//! Secrets that are known by their form: keys in PEM, tokens of services, passwords in addresses.

use super::{Kind, Secret};

/// What begins a token, how many characters follow at least, and which they are.
const TOKENS: [(&str, usize, Alphabet); 17] = [
    ("ghp_", 30, Alphabet::Word),
    ("gho_", 30, Alphabet::Word),
    ("ghu_", 30, Alphabet::Word),
    ("ghs_", 30, Alphabet::Word),
    ("ghr_", 30, Alphabet::Word),
    ("github_pat_", 40, Alphabet::Word),
    ("glpat-", 20, Alphabet::Word),
    ("xoxb-", 20, Alphabet::Word),
    ("xoxp-", 20, Alphabet::Word),
    ("AKIA", 16, Alphabet::Upper),
    ("ASIA", 16, Alphabet::Upper),
    ("AIza", 35, Alphabet::Word),
    ("sk_live_", 16, Alphabet::Word),
    ("rk_live_", 16, Alphabet::Word),
    ("npm_", 36, Alphabet::Word),
    ("hf_", 30, Alphabet::Word),
    ("AGE-SECRET-KEY-1", 50, Alphabet::Upper),
];

/// Characters of a part of a JSON Web Token (RFC 7519) at least.
const PART_MIN: usize = 10;
/// Bytes of the label of a key.
const LABEL_MAX: usize = 64;
/// Bytes of a user's name and password in an address.
const USER_INFO_MAX: usize = 200;

#[derive(Clone, Copy)]
enum Alphabet {
    /// Letters, digits, `-` and `_`.
    Word,
    /// Capital letters and digits.
    Upper,
}

/// All of them, each form apart.
pub(super) fn secrets(text: &str) -> impl Iterator<Item = Secret> {
    private_keys(text)
        .chain(TOKENS.iter().flat_map(|(prefix, least, of)| tokens(text, prefix, *least, *of)))
        .chain(web_tokens(text))
        .chain(in_addresses(text))
}

/// From `-----BEGIN … PRIVATE KEY…-----` (RFC 7468) to its end; what has none goes to the end of the text.
fn private_keys(text: &str) -> impl Iterator<Item = Secret> {
    let begins = text.match_indices("-----BEGIN ").filter_map(move |(start, begin)| {
        let label = beginning(text.get(start + begin.len()..)?, LABEL_MAX);
        if !label.split('\n').next()?.contains("PRIVATE KEY") {
            return None;
        }
        let body = text.get(start..)?;
        let end = body.find("-----END ").map_or(body.len(), |end| {
            end + body.get(end..).and_then(|line| line.find('\n')).unwrap_or(body.len() - end)
        });
        Some(Secret { kind: Kind::PrivateKey, range: start..start + end })
    });
    let putty = text.match_indices("PuTTY-User-Key-File-").map(move |(start, _)| {
        let body = text.get(start..).unwrap_or_default();
        let end = body.find("Private-MAC:").map_or(body.len(), |end| {
            end + body.get(end..).and_then(|line| line.find('\n')).unwrap_or(body.len() - end)
        });
        Secret { kind: Kind::PrivateKey, range: start..start + end }
    });
    begins.chain(putty)
}

fn tokens(
    text: &str,
    prefix: &'static str,
    least: usize,
    alphabet: Alphabet,
) -> impl Iterator<Item = Secret> {
    text.match_indices(prefix).filter_map(move |(start, _)| {
        if !begins_word(text, start) {
            return None;
        }
        let rest = text.get(start + prefix.len()..)?;
        let length = rest.bytes().take_while(|byte| alphabet.has(*byte)).count();
        let range = start..start + prefix.len() + length;
        (least <= length).then_some(Secret { kind: Kind::Token, range })
    })
}

/// Three parts in base64url, of which the first is JSON.
fn web_tokens(text: &str) -> impl Iterator<Item = Secret> {
    text.match_indices("eyJ").filter_map(move |(start, _)| {
        if !begins_word(text, start) {
            return None;
        }
        let body = text.get(start..)?;
        let of_token = |byte: &u8| Alphabet::Word.has(*byte) || *byte == b'.';
        let length = body.bytes().take_while(of_token).count();
        let body = body.get(..length)?;
        let parts: Vec<_> = body.trim_end_matches('.').splitn(4, '.').collect();
        let is_whole = parts.len() == 3 && parts.iter().all(|part| PART_MIN <= part.len());
        let range = start..start + length;
        is_whole.then_some(Secret { kind: Kind::Token, range })
    })
}

/// The password of `scheme://user:password@host` (RFC 3986 §3.2.1).
fn in_addresses(text: &str) -> impl Iterator<Item = Secret> {
    text.match_indices("://").filter_map(move |(at, separator)| {
        let start = at + separator.len();
        let rest = text.get(start..)?;
        let end = rest.find(|char: char| char.is_whitespace() || "/?#<>\"".contains(char));
        let authority = rest.get(..end.unwrap_or(rest.len()))?;
        let (info, host) = authority.rsplit_once('@')?;
        let (user, password) = info.split_once(':')?;
        let is_one = !password.is_empty()
            && !host.is_empty()
            && info.len() <= USER_INFO_MAX
            && !super::labelled::is_none(password);
        let start = start + user.len() + 1;
        is_one.then_some(Secret { kind: Kind::Password, range: start..start + password.len() })
    })
}

fn begins_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    !before.is_some_and(|char| char.is_alphanumeric() || "_-.".contains(char))
}

fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Word => byte.is_ascii_alphanumeric() || b"-_".contains(&byte),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        }
    }
}
