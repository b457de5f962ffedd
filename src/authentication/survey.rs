//! What the headers of many messages say together about the servers in front of a mailbox: who is
//! seen, who is believed, and what an operator may write into the configuration. Nothing here is
//! proof; a proposal is read from mail, so that a person must look at it.

pub mod proposal;
pub mod tally;

use std::collections::{BTreeMap, BTreeSet};

use super::evidence;
use super::received::Received;
use super::results::{self, Form};
use super::trace::{self, Cut, below, is, is_results};
use super::{Mode, Trust};
use crate::mail::Sender;
use crate::mail::parse::{HeaderField, header_fields, parse};
use crate::mail::proof::Internal;
use tally::Tally;

/// Authentication-Results of one message that are looked at.
const FIELDS_MAX: usize = 20;

/// Characters of a name that are kept.
const NAME_MAX: usize = 80;

/// Hosts of Exchange Online that hand a message on, from public addresses, to each other.
const EXCHANGE: [&str; 3] = [".outlook.com", ".office365.com", ".exchangelabs.com"];

/// Those of them that take it from outside.
const EXCHANGE_EDGE: &str = ".mail.protection.outlook.com";

/// What messages say; each number counts messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// All that were looked at.
    pub messages: usize,
    /// A boundary host took it.
    pub bounded: usize,
    /// Authentication-Results are believed.
    pub believed: usize,
    /// A trusted server is named below the boundary, and not believed.
    pub forged: usize,
    /// A login handed it in at the host that took it, where few servers check anything.
    pub logins: usize,
    /// Which host took it from outside, as far as the header tells without a configuration.
    pub takers: Tally,
    /// Who is named in Authentication-Results above the boundary, or above the note of the taker
    /// where none is configured; [`NAMELESS`] is Exchange's form.
    pub above: Tally,
    /// Who is named in the topmost field directly below it.
    pub next: Tally,
    /// Who is named anywhere below it.
    pub below: Tally,
    /// List-Ids.
    pub lists: Tally,
    /// The desk's own domains that wrote, and how many of their messages a login of the author
    /// proves.
    pub insiders: BTreeMap<String, Insiders>,
}

/// How a field without the name of a server is counted.
pub const NAMELESS: &str = "(no name, as Exchange writes)";

/// Messages with an author of one of the desk's own domains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Insiders {
    /// All of them.
    pub messages: usize,
    /// Those that the author sent by a login of his own.
    pub proven: usize,
}

impl Survey {
    /// Looks at the header of one more message.
    pub fn add(&mut self, header: &[u8], trust: &Trust) {
        let fields = header_fields(header);
        let trace = trace::read(&fields, trust);
        self.messages += 1;
        let taker = taker(&fields);
        if let Some((_, note)) = &taker {
            self.takers.add(host(&note.by));
        }
        let cut = if trust.boundary.is_empty() {
            Cut::below(&fields, taker)
        } else {
            Cut::of(&fields, trust)
        };
        self.bounded += usize::from(cut.note.is_some() && !trust.boundary.is_empty());
        self.logins += usize::from(cut.note.as_ref().is_some_and(|note| note.login().is_some()));
        let names = |fields: &[HeaderField<'_>]| -> BTreeSet<String> {
            fields
                .iter()
                .filter(|field| is_results(field))
                .take(FIELDS_MAX)
                .filter_map(name)
                .collect()
        };
        self.above.add_all(names(cut.ours));
        if cut.note.is_some() {
            self.next.add_all(below::first(cut.theirs).and_then(name));
        }
        self.believed += usize::from(!trace.results.is_empty());
        self.forged += usize::from(forged(&cut, trace.results.len(), trust));
        self.below.add_all(names(cut.theirs));
        let lists = fields.iter().filter(|field| is(field, "list-id"));
        let lists: BTreeSet<String> = lists.map(|field| list(&field.value)).collect();
        self.lists.add_all(lists);
        self.insider(header, &trace, trust);
    }

    fn insider(&mut self, header: &[u8], trace: &trace::Trace, trust: &Trust) {
        let Sender::One(sender) = parse(header).0.sender else { return };
        let author = sender.address;
        if trust.addresses.iter().any(|own| own.domain() == author.domain()) {
            let internal = evidence::gather(Some(&author), trace, None, trust).internal;
            let insiders = self.insiders.entry(author.domain().to_owned()).or_default();
            insiders.messages += 1;
            insiders.proven += usize::from(internal == Internal::Proven);
        }
    }
}

/// Whether a trusted server is named below the boundary where it is not believed.
fn forged(cut: &Cut<'_, '_>, believed: usize, trust: &Trust) -> bool {
    let trusted = |fields: &[HeaderField<'_>]| {
        let fields = fields.iter().filter(|field| is_results(field)).take(FIELDS_MAX);
        fields.filter_map(name).filter(|name| trace::names(&trust.authservs, name)).count()
    };
    // One of those below may be the believed one.
    let spared = match trust.mode {
        Mode::Below => believed.saturating_sub(trusted(cut.ours)),
        Mode::Standard | Mode::Exchange => 0,
    };
    spared < trusted(cut.theirs)
}

/// Which host took a message from outside: the topmost note that names a client with a public
/// address. A note that is not understood ends the search.
fn taker(fields: &[HeaderField<'_>]) -> Option<(usize, Received)> {
    let notes = fields.iter().enumerate().filter(|(_, field)| is(field, "received"));
    let notes = notes.map_while(|(at, field)| Some((at, Received::parse(&field.value)?)));
    let mut notes = notes.skip_while(|(_, note)| !note.is_from_outside());
    let first = notes.next()?;
    let ends = |end: &str| first.1.by.ends_with(end);
    if EXCHANGE.iter().any(|end| ends(end)) && !ends(EXCHANGE_EDGE) {
        return notes.find(|(_, note)| note.by.ends_with(EXCHANGE_EDGE)).or(Some(first));
    }
    Some(first)
}

fn name(field: &HeaderField<'_>) -> Option<String> {
    if let Ok(standard) = results::parse(&field.value, Form::Standard) {
        return standard.authserv.as_deref().map(host);
    }
    results::parse(&field.value, Form::Exchange).ok().map(|_| NAMELESS.to_owned())
}

fn list(value: &str) -> String {
    let inner = value.rsplit_once('<').map_or(value, |(_, rest)| rest);
    host(inner.trim_end().trim_end_matches('>'))
}

/// A name as it is counted.
fn host(name: &str) -> String {
    name.trim().trim_end_matches('.').to_lowercase().chars().take(NAME_MAX).collect()
}

#[cfg(test)]
mod tests;
