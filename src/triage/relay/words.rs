//! What of an agent's mail goes to others: his own words, and of what he quotes the requester's alone. What
//! is among the agents stays there, whatever their programs make of a quote (THR-31).

use percent_encoding::percent_decode_str;

use crate::fresh::Namer;
use crate::mail::address::Address;
use crate::mail::message_id::MessageId;
use crate::render::notification::MARKER;
use crate::time::Timestamp;
use crate::triage::policy::Policy;

/// Bytes of the requester's text in which a quoted line is looked for (64 KiB).
const SAID_BYTES_MAX: usize = 64 * 1024;
/// Quoted lines that are looked for; the others are left out.
const QUOTED_LINES_MAX: usize = 500;

/// A line that is not quoted stands directly below one that is quoted from among the agents: it may be the
/// rest of it, as programs leave it that break what they quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn;

/// The words of an agent as others may read them; empty where he only quotes. `said` is what the requester
/// said of late, the last first.
///
/// # Errors
/// [`Torn`].
pub fn public(
    text: &str,
    said: &[String],
    policy: &Policy,
    now: Timestamp,
) -> Result<String, Torn> {
    let said = squeezed(said);
    let (mut quoted, mut speaks, mut above) = (0, false, Above::Own);
    let mut kept: Vec<String> = Vec::new();
    for line in text.lines() {
        let body = line.trim_start_matches(|at: char| at == '>' || at.is_whitespace());
        let is_quoted = line.trim_start().starts_with('>');
        if !is_quoted && line.contains(MARKER) {
            break;
        }
        if is_quoted {
            quoted += 1;
            let body = one_line(body);
            let has_words = body.contains(char::is_alphanumeric);
            let is_his = has_words && said.contains(&body);
            above = if is_his || !has_words { Above::Own } else { Above::Internal };
            if QUOTED_LINES_MAX < quoted || !is_his {
                continue;
            }
        } else {
            if above == Above::Internal && !body.is_empty() {
                return Err(Torn);
            }
            above = Above::Own;
            speaks |= !body.is_empty();
        }
        kept.push(cleaned(line, policy, now));
    }
    Ok(if speaks { kept.join("\n").trim().to_owned() } else { String::new() })
}

/// What stands above a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    /// What others may read, or nothing.
    Own,
    /// What is quoted from among the agents.
    Internal,
}

/// A mail without the line on top of what it quotes from us. For one that has nothing but orders above
/// that line: its writer answers between the lines, or below them.
#[must_use]
pub fn without_marker(text: &str) -> String {
    let is_marker = |line: &&str| line.trim_start().starts_with('>') && line.contains(MARKER);
    text.split('\n').filter(|line| !is_marker(line)).collect::<Vec<_>>().join("\n")
}

/// The texts as one line, as far as lines are looked for in them.
fn squeezed(texts: &[String]) -> String {
    let mut all = String::new();
    for text in texts {
        let left = SAID_BYTES_MAX.saturating_sub(all.len());
        all.push_str(&one_line(text.get(..text.floor_char_boundary(left)).unwrap_or(text)));
        all.push('\n');
    }
    all
}

/// Without blanks at its ends, and one blank for many: programs wrap what they quote.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line in which the desk's address stands for those that are among the agents: their own, those with
/// tokens, and our Message-IDs. A link that hides one in its encoding goes as a whole.
pub(super) fn cleaned(line: &str, policy: &Policy, now: Timestamp) -> String {
    if !line.contains(['@', '%']) {
        return line.to_owned();
    }
    let mut clean = String::with_capacity(line.len());
    for word in line.split_inclusive(char::is_whitespace) {
        if hides(word, policy, now) {
            clean.push_str(HIDDEN);
            clean.extend(word.chars().next_back().filter(|last| last.is_whitespace()));
        } else {
            plain(word, policy, now, &mut clean);
        }
    }
    clean
}

/// Stands for a link that would say who is behind the desk.
const HIDDEN: &str = "[link]";
/// Rounds of percent-encoding that are undone: links are wrapped in links.
const ENCODED_MAX: usize = 4;

fn hides(word: &str, policy: &Policy, now: Timestamp) -> bool {
    let mut text = word.to_owned();
    for _ in 0..ENCODED_MAX {
        if !text.contains('%') {
            return false;
        }
        text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        let mut clean = String::with_capacity(text.len());
        plain(&text, policy, now, &mut clean);
        if clean != text {
            return true;
        }
    }
    false
}

/// Copies a text, and replaces what is internal around each `@`.
fn plain(text: &str, policy: &Policy, now: Timestamp, clean: &mut String) {
    let mut copied = 0;
    for (at, _) in text.match_indices('@') {
        let (Some(before), Some(behind)) = (text.get(copied..at), text.get(at + 1..)) else {
            continue;
        };
        let domain = behind.find(|one: char| !is_of_domain(one)).unwrap_or(behind.len());
        let domain = behind.get(..domain).unwrap_or_default().trim_end_matches(['.', '-']);
        let end = at + 1 + domain.len();
        let found = beginnings(before).find(|start| {
            text.get(copied + start..end).is_some_and(|word| is_internal(word, policy, now))
        });
        if let Some(start) = found {
            clean.push_str(before.get(..start).unwrap_or_default());
            clean.push_str(policy.address.as_str());
            copied = end;
        }
    }
    clean.push_str(text.get(copied..).unwrap_or_default());
}

/// Where the local part that ends a text may begin, the longest first: what may stand in one may stand before
/// one, too.
fn beginnings(text: &str) -> impl Iterator<Item = usize> {
    let local = text.char_indices().rev().take(LOCAL_CHARS_MAX);
    let start = local.take_while(|(_, one)| is_of_local(*one)).last().map(|(at, _)| at);
    let start = start.unwrap_or(text.len());
    let inner = text.get(start..).unwrap_or_default().char_indices();
    let inner = inner.filter(|(_, one)| !one.is_alphanumeric());
    std::iter::once(start).chain(inner.map(move |(at, one)| start + at + one.len_utf8()))
}

/// Characters before an `@` that are looked at; a local part has at most 64.
const LOCAL_CHARS_MAX: usize = 128;

fn is_of_local(at: char) -> bool {
    at.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(at)
}

fn is_of_domain(at: char) -> bool {
    at.is_alphanumeric() || ".-".contains(at)
}

fn is_internal(word: &str, policy: &Policy, now: Timestamp) -> bool {
    if !word.contains('@') {
        return false;
    }
    let of_agent = |address: &Address| policy.agents.iter().any(|agent| agent.has(address));
    let ours = |namer: &Namer, id: &MessageId| namer.made(id, now);
    Address::parse(word).is_ok_and(|address| of_agent(&address) || policy.has_token(&address))
        || MessageId::parse(word).is_ok_and(|id| ours(&policy.namer, &id))
}
