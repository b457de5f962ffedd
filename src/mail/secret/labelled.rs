//! Secrets that have their name before them: `Password: hunter2`.

use super::words::{FOR, IS, NONE, NUMBERS, PASSWORDS, TOKENS};
use super::{Kind, Secret};

/// Characters of a secret that stands behind its name.
const CHARS: std::ops::RangeInclusive<usize> = 4..=200;
/// Characters of a word that is a secret whatever stands behind it.
const STRONG_MIN: usize = 6;
/// Characters of a token of a program.
const TOKEN_MIN: usize = 12;
/// Bytes between the name of a secret and the colon.
const FOR_MAX: usize = 40;

/// What a name says that it is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Password,
    Number,
    Token,
}

/// What stands between a name and what it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    /// A colon, or the like.
    Sign,
    /// A word of a sentence.
    Verb,
    /// The end of a tag.
    Tag,
}

/// All of them.
pub(super) fn secrets(text: &str) -> impl Iterator<Item = Secret> {
    let lines = text.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    });
    lines.flat_map(move |(at, line)| {
        let next = text.get(at + line.len()..).unwrap_or_default();
        let next = next.split('\n').next().unwrap_or_default();
        of_line(at, line, next)
    })
}

/// Whether a word says that there is no secret, or stands for any.
pub(super) fn is_none(value: &str) -> bool {
    let word = value.trim_matches(|char: char| ".,;:!?()*'\"".contains(char)).to_lowercase();
    let first = word.chars().next();
    NONE.contains(&word.as_str())
        || PASSWORDS.contains(&word.as_str())
        || first.is_none_or(|first| word.chars().all(|char| char == first))
        || value.starts_with(['<', '[', '{', '$', '%'])
        || value.contains("://")
        || (value.contains('.') && value.parse::<f64>().is_ok())
}

fn of_line(start: usize, line: &str, next: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    let (mut last, mut done) = (' ', 0);
    for (at, char) in line.char_indices() {
        let begins = !last.is_alphanumeric() && char.is_alphabetic();
        last = char;
        if !begins || at < done {
            continue;
        }
        let (before, rest) = line.split_at(at);
        let Some((of, name)) = named(char, rest) else { continue };
        done = at + name;
        if let Some((from, length)) = behind(before, rest, name, of, next) {
            let kind = if of == Of::Token { Kind::Token } else { Kind::Password };
            let from = at + from;
            found.push(Secret { kind, range: start + from..start + from + length });
            done = from + length;
        }
    }
    found
}

/// The name that begins here, with this letter, and its bytes.
fn named(first: char, rest: &str) -> Option<(Of, usize)> {
    let first = first.to_lowercase().next()?;
    let all =
        [(Of::Password, &PASSWORDS[..]), (Of::Number, &NUMBERS[..]), (Of::Token, &TOKENS[..])];
    let names = all.into_iter().flat_map(|(of, names)| names.iter().map(move |name| (of, *name)));
    let names = names.filter(|(_, name)| name.starts_with(first));
    let found = names.filter_map(|(of, name)| Some((of, prefix(rest, name)?)));
    found.max_by_key(|(_, length)| *length)
}

/// The bytes of this word, in any case, where a text begins with it.
fn prefix(text: &str, word: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    for expected in word.chars() {
        let (_, char) = chars.next()?;
        if !char.to_lowercase().eq(std::iter::once(expected)) {
            return None;
        }
    }
    let length = chars.next().map_or(text.len(), |(at, _)| at);
    let after = text.get(length..)?.chars().next();
    (!after.is_some_and(|char| char.is_alphanumeric() || char == '_')).then_some(length)
}

/// Where the secret stands behind its name, and its bytes.
fn behind(before: &str, rest: &str, name: usize, of: Of, next: &str) -> Option<(usize, usize)> {
    let (link, from) = link(before, rest, name)?;
    let value = rest.get(from..)?;
    let indent = value.len() - value.trim_start_matches([' ', '\t', '*']).len();
    let (from, value) = (from + indent, value.get(indent..)?.trim_end_matches(['\r', '\n']));
    if value.trim().is_empty() && link == Link::Sign {
        // It may stand alone in the next line.
        let alone = next.trim();
        let is_one = !alone.contains(char::is_whitespace) && is_strong(alone) && fits(alone, of);
        let indent = next.len() - next.trim_start().len();
        return is_one.then(|| (rest.len() + indent, alone.len()));
    }
    if link == Link::Tag {
        let end = value.find("</")?;
        let value = value.get(..end)?;
        return fits(value, of).then_some((from, value.len()));
    }
    if let Some((open, length)) = quoted(value) {
        let value = value.get(open..open + length)?;
        return fits(value, of).then_some((from + open, length));
    }
    let end = value.find(char::is_whitespace).unwrap_or(value.len());
    let (word, more) = value.split_at_checked(end)?;
    // In a configuration or in JSON.
    let word = word.trim_end_matches(['"', '\'', ',', ';', '<', ')']);
    let more = more.trim();
    if let Some(second) = more.strip_prefix('/').filter(|_| before.trim_end().ends_with('/')) {
        // User / password: bob / hunter2
        return fits(second.trim(), of).then(|| (from, value.trim_end().len()));
    }
    let is_alone = more.is_empty() || more.starts_with(['(', '|', '/', '#', '<', '-', '–']);
    let is_one = match link {
        Link::Sign => (is_alone && !word.ends_with('?')) || is_strong(word),
        Link::Verb => is_strong(word.trim_end_matches(['.', '!', '?'])),
        Link::Tag => false,
    };
    (is_one && fits(word, of)).then_some((from, word.len()))
}

/// What links a name to what it names, and where that begins.
fn link(before: &str, rest: &str, name: usize) -> Option<(Link, usize)> {
    let after = rest.get(name..)?;
    if after.starts_with('>') && before.trim_end_matches(char::is_alphanumeric).ends_with('<') {
        return Some((Link::Tag, name + 1));
    }
    let is_option = before.ends_with("--") && after.starts_with(' ');
    if is_option && !after.trim_start().starts_with('-') {
        return Some((Link::Sign, name + 1));
    }
    let quote = after.len() - after.trim_start_matches(['"', '\'', '*', '`', ']', ')']).len();
    let at = name + quote;
    if let Some(sign) = sign(rest.get(at..)?) {
        return Some((Link::Sign, at + sign));
    }
    let words = rest.get(at..)?;
    let blank = words.len() - words.trim_start_matches(' ').len();
    let words = words.get(blank..)?;
    let at = at + blank;
    if blank == 0 {
        return None;
    }
    if let Some(length) = IS.iter().find_map(|word| prefix(words, word)) {
        let colon = sign(words.get(length..)?).unwrap_or(0);
        return Some((Link::Verb, at + length + colon));
    }
    let is_for = words.starts_with('(') || FOR.iter().any(|word| prefix(words, word).is_some());
    let colon = words.find([':', '=']).filter(|colon| *colon <= FOR_MAX && is_for)?;
    let between = words.get(..colon)?;
    let is_plain = !between.contains(['.', '!', '?', ',', ';']);
    is_plain.then(|| (Link::Sign, at + colon + 1))
}

/// The bytes of a sign with the blanks before it.
fn sign(text: &str) -> Option<usize> {
    let trimmed = text.trim_start_matches([' ', '\t']);
    let blank = text.len() - trimmed.len();
    let sign =
        [":=", "=>", "==", ":", "=", "："].iter().find(|sign| trimmed.starts_with(**sign))?;
    (*sign != "==").then(|| blank + sign.len())
}

/// Where the words between quotation marks begin, and their bytes.
fn quoted(text: &str) -> Option<(usize, usize)> {
    let open = text.chars().next()?;
    let close: &[char] = match open {
        '"' => &['"'],
        '\'' => &['\''],
        '`' => &['`'],
        '„' => &['“', '”'],
        '“' => &['”'],
        '«' => &['»'],
        '»' => &['«'],
        _ => return None,
    };
    let inner = text.get(open.len_utf8()..)?;
    Some((open.len_utf8(), inner.find(close)?))
}

/// Whether a word looks like nothing that stands in a sentence.
fn is_strong(word: &str) -> bool {
    let inner = word.trim_end_matches(['.', ',', ';', '!', '?', ')']);
    let has = |which: fn(char) -> bool| inner.chars().any(which);
    let letters = || inner.chars().skip(1);
    let mixed = letters().any(char::is_uppercase) && letters().any(char::is_lowercase);
    let odd = |char: char| !char.is_alphanumeric() && !"-'’./,".contains(char);
    STRONG_MIN <= inner.chars().count()
        && has(char::is_alphabetic)
        && (has(|char| char.is_ascii_digit()) || has(odd) || mixed)
}

fn fits(value: &str, of: Of) -> bool {
    let length = value.chars().count();
    if !CHARS.contains(&length) || is_none(value) {
        return false;
    }
    match of {
        Of::Password => true,
        Of::Number => value.trim_end_matches('.').bytes().all(|byte| byte.is_ascii_digit()),
        Of::Token => {
            TOKEN_MIN <= length
                && value.chars().any(|char| char.is_ascii_digit())
                && value.chars().any(char::is_alphabetic)
                && !value.contains(char::is_whitespace)
        }
    }
}
