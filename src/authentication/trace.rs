//! Which fields of a header our own servers wrote. A server writes above what it got, so everything
//! down to the `Received` field of the host that took the message from outside is ours, and
//! everything below came with the message: whoever sent it could write there what he liked.

pub(super) mod below;

use std::net::IpAddr;

use super::received::Received;
use super::results::{self, Results};
use super::{Mode, Trust, spam};
use crate::mail::address::Address;
use crate::mail::envelope::ReversePath;
use crate::mail::parse::HeaderField;
use crate::mail::spam::SpamSign;

/// Addresses of a delivery that are read: each server that rewrites one notes it.
const DELIVERED_TO_MAX: usize = 20;

/// Fields that are told of, one by one, when they are not believed.
const REASONS_MAX: usize = 5;

/// Fields that say what a message is, or which. A signature is of the lowest one of a name, and a
/// reader takes the topmost: who has a signed message can write another above (RFC 6376 §8.15).
const ONCE: [&str; 5] =
    ["Message-ID", "Date", "Subject", "Content-Type", "Content-Transfer-Encoding"];

/// What our own servers wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Where the message came from outside.
    pub boundary: Boundary,
    /// The Authentication-Results that are believed, topmost first.
    pub results: Vec<Results>,
    /// MAIL FROM, as the server noted it that delivered the message (RFC 5321 §4.4).
    pub return_path: Option<ReversePath>,
    /// The addresses under which they delivered it: `Delivered-To` and `X-Original-To`, topmost
    /// first (RFC 9228).
    pub delivered_to: Vec<Address>,
    /// Who had logged in at our servers to send it.
    pub login: Option<Login>,
    /// A field of which there may be one, and there are several.
    pub repeated: Option<&'static str>,
    /// By what a filter calls it spam.
    pub spam: Option<SpamSign>,
    /// What was not believed, for people.
    pub reasons: Vec<String>,
}

/// Where a message came from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Boundary {
    /// Nobody said which hosts take mail from outside.
    #[default]
    Unknown,
    /// No `Received` field is by such a host.
    Missing,
    /// A host of ours took it.
    Host {
        /// As it calls itself.
        name: String,
        /// From whom; `None` where its note is not understood, which is never guessed.
        client: Option<Client>,
    },
}

/// Who handed a message over (RFC 5321 §4.4, "from").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address.
    pub ip: IpAddr,
    /// What it said in EHLO.
    pub helo: String,
}

/// Who had logged in at our servers to send a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// This login: `auth=pass` in a believed field, or `(Authenticated sender: …)`.
    Named(String),
    /// Somebody of the same organisation, says Exchange, which lets nobody write as another.
    Exchange,
}

/// A header, cut where the message came from outside.
pub(super) struct Cut<'a, 'raw> {
    /// What our own servers wrote, down to the boundary's note.
    pub ours: &'a [HeaderField<'raw>],
    /// What came with the message; and what a server wrote below its note.
    pub theirs: &'a [HeaderField<'raw>],
    /// The boundary's note.
    pub note: Option<Received>,
}

impl<'a, 'raw> Cut<'a, 'raw> {
    /// Cuts where a boundary host that is named took the message.
    pub(super) fn of(fields: &'a [HeaderField<'raw>], trust: &Trust) -> Self {
        Self::below(fields, boundary(fields, trust))
    }

    /// Cuts below a note; without one all came with the message.
    pub(super) fn below(fields: &'a [HeaderField<'raw>], found: Option<(usize, Received)>) -> Self {
        let at = found.as_ref().map_or(0, |(at, _)| at + 1);
        let (ours, theirs) = fields.split_at(at.min(fields.len()));
        Self { ours, theirs, note: found.map(|(_, note)| note) }
    }

    fn boundary(&self, trust: &Trust) -> Boundary {
        match &self.note {
            _ if trust.boundary.is_empty() => Boundary::Unknown,
            None => Boundary::Missing,
            Some(note) => Boundary::Host { name: note.by.clone(), client: note.client() },
        }
    }
}

/// Reads what our own servers wrote.
#[must_use]
pub fn read(fields: &[HeaderField<'_>], trust: &Trust) -> Trace {
    let cut = Cut::of(fields, trust);
    let login = cut.note.as_ref().and_then(Received::login).map(Login::Named);
    let repeated = ONCE.into_iter().find(|name| {
        let of_name = fields.iter().filter(|field| is(field, name));
        of_name.count() > 1
    });
    let spam = spam::sign(cut.ours, &trust.spam_fields);
    let boundary = cut.boundary(trust);
    let mut trace = Trace { boundary, login, repeated, spam, ..Trace::default() };
    for field in cut.ours {
        trace.take(field, trust);
    }
    if cut.ours.is_empty() {
        // Who delivers a message writes the path on top (RFC 5321 §4.4), and takes others away.
        for field in fields.iter().take_while(|field| !is(field, "received")) {
            trace.take_delivery(field);
        }
    }
    let mut below = cut.theirs.iter().filter(|field| is_results(field)).count();
    match below::believed(&cut, trust) {
        Ok(None) => {}
        Ok(Some(results)) => {
            trace.results.push(results);
            below -= 1;
        }
        Err(why) => {
            trace.doubt(&why);
            below -= 1;
        }
    }
    if 0 < below {
        let why = match (&trace.boundary, trust.mode) {
            (Boundary::Unknown, _) => "no boundary is configured",
            (Boundary::Missing, _) => "no boundary host has received this message",
            (Boundary::Host { .. }, Mode::Below) => {
                "below the boundary only the topmost may be your server's"
            }
            (Boundary::Host { .. }, Mode::Standard | Mode::Exchange) => {
                "below the boundary anybody could write them"
            }
        };
        trace.reasons.push(format!("{below} Authentication-Results are not believed: {why}"));
    }
    trace
}

/// The note of the host that took the message from outside: the topmost one of a boundary host,
/// unless that only handed the message on within itself; then the next one below, if that is of a
/// boundary host, too. A note that is not understood ends the search: it may be the boundary's, made
/// strange by who spoke to it, and what stands below is then not ours.
fn boundary(fields: &[HeaderField<'_>], trust: &Trust) -> Option<(usize, Received)> {
    let mut noted = fields.iter().enumerate().filter(|(_, field)| is(field, "received"));
    let mut found: Option<(usize, Received)> = None;
    loop {
        let next = noted.next().and_then(|(at, field)| Some((at, Received::parse(&field.value)?)));
        let Some((at, received)) = next else { return found };
        let ours = names(&trust.boundary, &received.by);
        if ours && !received.is_within_a_host() {
            return Some((at, received));
        }
        if ours {
            found = Some((at, received));
        } else if found.is_some() {
            return found;
        }
    }
}

impl Trace {
    fn take(&mut self, field: &HeaderField<'_>, trust: &Trust) {
        self.take_delivery(field);
        let internal = trust.mode == Mode::Exchange
            && is(field, "x-ms-exchange-organization-authas")
            && field.value.trim().eq_ignore_ascii_case("internal");
        if internal && self.login.is_none() {
            self.login = Some(Login::Exchange);
        }
        if !is_results(field) {
            return;
        }
        match self.believed(field, trust) {
            Ok(results) => {
                let login = results.statements.iter().find_map(|statement| {
                    let login = (statement.method == "auth" && statement.result == "pass")
                        .then(|| statement.get("smtp.auth"))?;
                    login.filter(|login| !login.is_empty()).map(str::to_owned)
                });
                self.login = self.login.take().or(login.map(Login::Named));
                self.results.push(results);
            }
            Err(why) => self.doubt(&why),
        }
    }

    /// Says why a field is not believed.
    fn doubt(&mut self, why: &str) {
        if self.reasons.len() < REASONS_MAX {
            self.reasons.push(format!("Authentication-Results are not believed: {why}"));
        }
    }

    /// What the server wrote that delivered the message, and those that passed it on to that one.
    fn take_delivery(&mut self, field: &HeaderField<'_>) {
        if is(field, "return-path") && self.return_path.is_none() {
            self.return_path = reverse_path(field);
        }
        let names_mailbox = is(field, "delivered-to") || is(field, "x-original-to");
        if names_mailbox && self.delivered_to.len() < DELIVERED_TO_MAX {
            // In angle brackets or not: a Return-Path has the same two forms.
            if let Ok(ReversePath::Address(address)) = ReversePath::parse(&field.value) {
                self.delivered_to.push(address);
            }
        }
    }

    fn believed(&self, field: &HeaderField<'_>, trust: &Trust) -> Result<Results, String> {
        let results =
            results::parse(&field.value, trust.mode.form()).map_err(|error| error.to_string())?;
        match &results.authserv {
            // Exchange names nobody: only what stands on top is surely its own.
            None if self.results.is_empty() => Ok(results),
            None => Err("only the topmost is Exchange's".to_owned()),
            Some(name) if names(&trust.authservs, name) => Ok(results),
            Some(name) => Err(format!("{name:?} is not in trusted_authserv")),
        }
    }
}

pub(super) fn is(field: &HeaderField<'_>, name: &str) -> bool {
    field.name.eq_ignore_ascii_case(name)
}

fn reverse_path(field: &HeaderField<'_>) -> Option<ReversePath> {
    ReversePath::parse(&field.value).ok()
}

pub(super) fn is_results(field: &HeaderField<'_>) -> bool {
    is(field, "authentication-results")
}

/// Whether a host is named in a list, by itself or as one below a domain.
pub(super) fn names(list: &[Box<str>], host: &str) -> bool {
    let host = host.trim_end_matches('.').to_lowercase();
    list.iter().any(|listed| match listed.strip_prefix('*') {
        Some(domain) => domain.len() < host.len() && host.ends_with(domain),
        None => **listed == *host,
    })
}

#[cfg(test)]
mod tests;
