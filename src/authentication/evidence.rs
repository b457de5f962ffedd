//! What is known about a message becomes evidence about its author: who says it, and what it says.

use super::own::{Findings, Says};
use super::results::{self, Form, Results, Statement};
use super::trace::{Login, Trace};
use super::{OwnDkim, Trust};
use crate::mail::address::{Address, normal_domain};
use crate::mail::proof::{Internal, Outcome};

/// All that a verdict rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Whether there is one author.
    pub author: Author,
    /// What the servers in front of the mailbox say.
    pub header: Header,
    /// What our own check says.
    pub own: Says,
    /// What a forwarder says that is believed.
    pub forwarded: Forwarded,
    /// Whether it was sent by the author from within.
    pub internal: Internal,
}

impl Evidence {
    /// The same, where no signature counts.
    #[must_use]
    pub fn unsigned(self) -> Self {
        Self {
            header: match self.header {
                Header::Silent | Header::Signed => Header::Silent,
                other @ (Header::Sent | Header::Forged) => other,
            },
            own: match self.own {
                Says::Silent | Says::Signed => Says::Silent,
                other @ (Says::Sent | Says::Later) => other,
            },
            forwarded: Forwarded::Unproven,
            ..self
        }
    }
}

/// Whether there is one author (RFC 5322 §3.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// One plain address in one From field.
    One,
    /// Anything else.
    Ambiguous,
}

/// What believed Authentication-Results say about the author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Header {
    /// Nothing.
    #[default]
    Silent,
    /// His domain signed the message.
    Signed,
    /// His domain lets this client send; nothing is signed.
    Sent,
    /// It is not from his domain: DMARC fails.
    Forged,
}

/// Whether a believed forwarder saw that the message was the author's (RFC 8617).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Forwarded {
    /// No.
    #[default]
    Unproven,
    /// Yes: every seal is a believed one, and the first of them saw DMARC pass.
    Proven,
}

/// What each method came to, by whom it may have been found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub dkim: Outcome,
    pub spf: Outcome,
    pub dmarc: Outcome,
    pub arc: Outcome,
    pub says: Header,
}

/// Puts together what is known about a message.
#[must_use]
pub fn gather(
    author: Option<&Address>,
    trace: &Trace,
    findings: Option<&Findings>,
    trust: &Trust,
) -> Evidence {
    let Some(address) = author else {
        return Evidence {
            author: Author::Ambiguous,
            header: Header::Silent,
            own: Says::Silent,
            forwarded: Forwarded::Unproven,
            internal: Internal::Unproven,
        };
    };
    let counted = findings.filter(|_| trust.own_dkim == OwnDkim::On);
    Evidence {
        author: Author::One,
        header: header(&trace.results, Some(address)).says,
        own: counted.map(|findings| findings.says).unwrap_or_default(),
        forwarded: counted.map(|found| forwarded(found, address, trust)).unwrap_or_default(),
        internal: internal(trace.login.as_ref(), address, trust),
    }
}

/// Reads the believed fields together: of several that differ about DMARC or SPF, the worse counts.
pub(super) fn header(fields: &[Results], author: Option<&Address>) -> Found {
    let author = author.map(Address::domain);
    let of = |method: &'static str| {
        fields.iter().flat_map(|field| &field.statements).filter(move |one| one.method == method)
    };
    let about_author =
        |one: &&Statement| author.is_some() && domain_of(one, "header.from").as_deref() == author;
    let dmarc = worst(of("dmarc").filter(about_author));
    let spf = worst(of("spf"));
    let signers: Vec<String> =
        of("dkim").filter(|one| one.result == "pass").filter_map(signer).collect();
    let dkim = if signers.is_empty() { worst(of("dkim")) } else { Outcome::Pass };
    let signed_by = |fits: fn(&str, &str) -> bool| {
        author.is_some_and(|author| signers.iter().any(|signer| fits(signer, author)))
    };
    let senders: Vec<_> = of("spf").map(|one| domain_of(one, "smtp.mailfrom")).collect();
    let sent_by_author = spf == Outcome::Pass
        && author.is_some()
        && senders.iter().all(|sender| sender.as_deref() == author);
    let says = if dmarc == Outcome::Fail {
        Header::Forged
    } else if dmarc == Outcome::Pass {
        if signed_by(is_related) { Header::Signed } else { Header::Sent }
    } else if signed_by(|signer, author| signer == author) {
        // Without a policy each domain stands for itself alone.
        Header::Signed
    } else if sent_by_author {
        Header::Sent
    } else {
        Header::Silent
    };
    Found { dkim, spf, dmarc, arc: worst(of("arc")), says }
}

/// The domain in a property, as domains are compared.
fn domain_of(statement: &Statement, property: &str) -> Option<String> {
    let value = statement.get(property)?;
    let domain = value.rsplit_once('@').map_or(value, |(_, domain)| domain);
    normal_domain(domain).ok()
}

fn signer(statement: &Statement) -> Option<String> {
    domain_of(statement, "header.d").or_else(|| domain_of(statement, "header.i"))
}

/// Whether one domain is the other or below it: enough to tell what DMARC passed by.
fn is_related(signer: &str, author: &str) -> bool {
    let below = |low: &str, high: &str| {
        low.strip_suffix(high).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    below(signer, author) || below(author, signer)
}

fn worst<'a>(statements: impl Iterator<Item = &'a Statement>) -> Outcome {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Fail => 0,
        Outcome::SoftFail => 1,
        Outcome::TempError => 2,
        Outcome::PermError => 3,
        Outcome::Policy => 4,
        Outcome::Neutral => 5,
        Outcome::None => 6,
        Outcome::Pass => 7,
        Outcome::NotEvaluated => 8,
    };
    statements.map(|one| Outcome::parse(&one.result)).min_by_key(rank).unwrap_or_default()
}

fn forwarded(findings: &Findings, author: &Address, trust: &Trust) -> Forwarded {
    let known = |sealer: &String| trust.forwarders.iter().any(|one| **one == **sealer);
    let sealed = findings.arc == Outcome::Pass
        && !findings.sealers.is_empty()
        && findings.sealers.iter().all(known);
    let seen = findings.first_seen.as_deref().filter(|_| sealed);
    let seen = seen.and_then(|text| results::parse(text, Form::Standard).ok());
    match seen.map(|seen| header(&[seen], Some(author)).dmarc) {
        Some(Outcome::Pass) => Forwarded::Proven,
        Some(_) | None => Forwarded::Unproven,
    }
}

/// A login is proof of its own address alone, or nobody could be told from his colleague.
fn internal(login: Option<&Login>, author: &Address, trust: &Trust) -> Internal {
    let of_the_desk = trust.addresses.iter().any(|one| one.domain() == author.domain());
    let proven = match login {
        None => false,
        Some(Login::Exchange) => of_the_desk,
        Some(Login::Named(login)) if login.contains('@') => {
            Address::parse(login).as_ref() == Ok(author)
        }
        Some(Login::Named(login)) => of_the_desk && login.to_lowercase() == author.local(),
    };
    if proven { Internal::Proven } else { Internal::Unproven }
}

#[cfg(test)]
mod tests;
