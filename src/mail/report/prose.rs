//! Reports in prose: what stands above the message that came back.
//!
//! Old and large systems write sentences. What they have in common is that a phrase announces
//! recipients, or a label stands before one, and the reason follows. So every address gets a rank by
//! what stands around it, and those of the best rank count.

use super::candidate::{Candidate, candidates};
use super::{
    Action, DIAGNOSTIC_CHARS_MAX, Recipient, Sources, Status, add, diagnostic, head, words,
};
use crate::mail::address::Address;

/// Lines of prose that are read.
const LINES_MAX: usize = 1_000;

/// Bytes before an address that are looked at. In longer lines of prose nothing stands alone.
const BEFORE_BYTES_MAX: usize = 200;

/// What stands above the message that came back, and what it says of all recipients.
pub(super) struct Prose<'a> {
    text: &'a str,
    status: Option<Status>,
    action: Action,
}

/// How sure it is that an address is a recipient's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It was announced, or has a label.
    Announced,
    /// Its line speaks of a failure.
    Blamed,
    /// It stands there.
    Mentioned,
}

/// An address with its rank, and where what is said of it begins.
struct Ranked {
    rank: Rank,
    address: Address,
    at: usize,
}

/// What stands above the message that came back.
pub(super) fn before_original(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n').take(LINES_MAX) {
        let bare = line.trim_start_matches(['>', ' ', '\t']);
        let header = ["received:", "return-path:"].iter().any(|name| {
            bare.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name))
        });
        if header || words::is_separator(&words::folded(line)) {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or(text)
}

impl<'a> Prose<'a> {
    pub(super) fn of(sources: &Sources<'a>) -> Self {
        let text = before_original(head(sources.text));
        let late = words::is_late(&words::folded(text));
        let action = if late { Action::Delayed } else { Action::Failed };
        Self { text, status: Status::of_words(text), action }
    }

    /// The recipients of whom it speaks.
    pub(super) fn recipients(&self, sources: &Sources<'_>) -> Vec<Recipient> {
        let mut found = self.ranked(sources);
        let Some(best) = found.iter().map(|one| one.rank).min() else {
            return self.names_alone(sources);
        };
        found.retain(|one| one.rank == best);
        found.dedup_by(|next, one| next.address == one.address);
        let ends = found.iter().skip(1).map(|next| next.at).chain([self.text.len()]);
        let mut recipients = Vec::new();
        for (one, end) in found.iter().zip(ends.collect::<Vec<_>>()) {
            let block = self.text.get(one.at..end).unwrap_or_default();
            add(&mut recipients, self.recipient(one.address.clone(), block));
        }
        recipients
    }

    /// What it says of a recipient that is known already.
    pub(super) fn told(&self, address: Address) -> Recipient {
        let text = self.text;
        let of_him = candidates(text).find(|one| one.address == address);
        let block = of_him.map_or(text, |one| one.after);
        self.recipient(address, block)
    }

    fn ranked(&self, sources: &Sources<'_>) -> Vec<Ranked> {
        let mut found = Vec::new();
        let mut announced = false;
        let mut above = String::new();
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let folded = words::folded(line);
            // A phrase may run over two lines.
            let both = format!("{above} {folded}");
            if is_rule(&folded) {
                announced = words::introduces(&folded);
            } else if words::introduces(&both) {
                announced = true;
            }
            let blames = line.contains('@') && words::says_failed(&folded);
            for one in candidates(line) {
                if let Some(rank) = rank(&one, &folded, announced, sources) {
                    let rank = if rank == Rank::Mentioned && blames { Rank::Blamed } else { rank };
                    let behind = at + line.len() - one.after.len();
                    found.push(Ranked { rank, address: one.address, at: behind });
                }
            }
            above = folded;
            at += line.len();
        }
        found
    }

    /// Names without a domain are of the domain that reports.
    fn names_alone(&self, sources: &Sources<'_>) -> Vec<Recipient> {
        let Some(domain) = sources.reporter.map(Address::domain) else { return Vec::new() };
        let announces = |line: &&str| words::introduces(&words::folded(line));
        let lines = self.text.lines().skip_while(|line| !announces(line)).skip(1);
        let mut found = Vec::new();
        for line in lines.filter(|line| !line.trim().is_empty()) {
            let word = line.split_whitespace().next().unwrap_or_default();
            let Ok(address) = Address::parse(&format!("{word}@{domain}")) else { break };
            if !line.starts_with([' ', '\t']) {
                break;
            }
            add(&mut found, self.recipient(address, line));
        }
        found
    }

    /// `block` is said of this address alone.
    fn recipient(&self, address: Address, block: &str) -> Recipient {
        let near: String = block.chars().take(2 * DIAGNOSTIC_CHARS_MAX).collect();
        let status = Status::of_words(&near).or(self.status);
        let near = near.trim_start_matches(|one: char| !one.is_alphanumeric() && one != '#');
        let status = match self.action {
            Action::Delayed => status.map(Status::transient),
            Action::Failed | Action::Delivered | Action::Relayed | Action::Expanded => status,
        };
        let text = if near.is_empty() { self.text } else { near };
        Recipient { address, action: Some(self.action), status, diagnostic: diagnostic(text) }
    }
}

fn rank(one: &Candidate<'_>, line: &str, announced: bool, sources: &Sources<'_>) -> Option<Rank> {
    let from = one.before.len().saturating_sub(BEFORE_BYTES_MAX);
    let near = one.before.get(one.before.ceil_char_boundary(from)..).unwrap_or_default();
    let before = words::folded(near);
    if words::is_label(&before) {
        return Some(Rank::Announced);
    }
    let own = sources.reported_to.contains(&&one.address)
        || sources.reporter == Some(&one.address)
        || ["postmaster", "mailer-daemon", "abuse"].contains(&one.address.local());
    if own || words::is_other(line, &before) {
        return None;
    }
    let has_colon = one.after.trim_start_matches(['>', '"', '\'']).starts_with(':');
    let alone = from == 0 && !before.contains(|one: char| one.is_alphanumeric());
    if words::introduces(&before) || (alone && (announced || has_colon)) {
        return Some(Rank::Announced);
    }
    Some(Rank::Mentioned)
}

/// Whether a line is a heading between signs: `----- Transcript of session follows -----`.
fn is_rule(line: &str) -> bool {
    ["---", "***", "===", "|--"].iter().any(|rule| line.starts_with(rule))
        && line.contains(|one: char| one.is_alphanumeric())
}
