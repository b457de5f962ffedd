//! Our own check of a message: what the sender's domain signed and publishes (RFC 6376, 7208, 9989,
//! 8617). The one room of this module that waits, [`DEADLINE`] at most; what has no answer by then is
//! tried again later.
//!
//! Signatures and seals are read and verified here: `message` takes the bytes apart, `tags` → `claim`
//! says what a signature claims, `chain` what ARC does, `key` what the DNS publishes, `canonical` what
//! was signed, `verify` puts them together; `spf` asks about the client, `dmarc` about the author.

mod canonical;
mod chain;
mod claim;
mod dmarc;
mod key;
mod message;
mod spf;
mod tags;
mod verify;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::dns::{Budget, Dns};
use super::trace::Client;
use crate::dns::LookupError;
use crate::mail::Digest;
use crate::mail::address::Address;
use crate::mail::envelope::ReversePath;
use crate::mail::proof::{Outcome, Published, SIGNED_MAX};
use crate::time::Timestamp;
use dmarc::Unanswered;
use message::{Kin, Letter};
use verify::Found;

/// Time for all questions of one message: people wait behind it.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The message as it was received.
    pub raw: &'a [u8],
    /// The one address in From; `None` where there is no such.
    pub author: Option<&'a Address>,
    /// When the mail server took it: signatures are judged as of then.
    pub received: Timestamp,
    /// Who handed it over, if that is known.
    pub client: Option<&'a Client>,
    /// MAIL FROM, if the server that knows the client noted it.
    pub return_path: Option<&'a ReversePath>,
}

/// What it came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What it says about the author.
    pub says: Says,
    /// Why signatures were not looked at, if they were not.
    pub refused: Option<&'static str>,
    /// Each signature, the author's domain first.
    pub signatures: Vec<Signature>,
    /// Those that hold and may be the author's, each by a digest of itself and of who signed.
    pub signed: Vec<Digest>,
    /// SPF for MAIL FROM, or EHLO where that is null.
    pub spf: Outcome,
    /// DMARC.
    pub dmarc: Outcome,
    /// What the author's domain wants done with mail that fails.
    pub published: Published,
    /// The chain of ARC.
    pub arc: Outcome,
    /// Why it does not hold, for people, if it does not.
    pub broken: Option<&'static str>,
    /// Who sealed it, the first one first; nobody where From is not signed.
    pub sealers: Vec<String>,
    /// What the first one saw: its ARC-Authentication-Results without the instance.
    pub first_seen: Option<String>,
}

/// What our own check says about the author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Says {
    /// Nothing: it was not made, or found nothing that is the author's.
    #[default]
    Silent,
    /// His domain signed the message.
    Signed,
    /// His domain lets this client send; nothing is signed.
    Sent,
    /// The DNS did not answer for a name of his domain.
    Later,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who signed; empty where that cannot be read.
    pub domain: String,
    /// What it is worth.
    pub outcome: Outcome,
    /// Why, for people.
    pub why: &'static str,
}

struct Check<'a> {
    dns: &'a Dns,
    budget: Budget,
    /// What was asked for a key already, by its name.
    keys: Mutex<HashMap<String, Found>>,
    until: Instant,
    question: Question<'a>,
}

/// Asks the DNS about a message.
pub async fn examine(dns: &Dns, question: Question<'_>) -> Findings {
    let until = Instant::now() + DEADLINE;
    let (budget, keys) = (Budget::default(), Mutex::default());
    let check = Check { dns, budget, keys, until, question };
    let mut findings = Findings::default();
    let letter = match Letter::read(question.raw, question.author) {
        Ok(letter) => letter,
        Err(why) => {
            findings.refused = Some(why);
            return findings;
        }
    };
    let signatures = letter.signatures(question.author, question.received);
    let (kin, others): (Vec<_>, Vec<_>) =
        signatures.into_iter().partition(|signed| signed.kin != Kin::Stranger);
    for signed in &kin {
        let signature = check.signature(&letter, signed).await;
        if signature.outcome == Outcome::Pass && findings.signed.len() < SIGNED_MAX {
            findings.signed.extend(signed.key());
        }
        findings.signatures.push(signature);
    }
    if let Some(author) = question.author {
        // What a stranger's domain answers, or does not, comes last: it proves nothing here.
        let signed = findings.signatures.iter().any(|one| one.outcome == Outcome::Pass);
        let mut sender = String::new();
        if !signed && check.is_kin(author) {
            sender = check.spf(&mut findings).await;
        }
        check.dmarc(author, &sender, &mut findings).await;
        if signed && findings.says != Says::Signed && check.is_kin(author) {
            sender = check.spf(&mut findings).await;
            check.dmarc(author, &sender, &mut findings).await;
        }
    }
    for signed in &others {
        findings.signatures.push(check.signature(&letter, signed).await);
    }
    if findings.spf == Outcome::NotEvaluated {
        check.spf(&mut findings).await;
    }
    check.arc(&letter, &mut findings).await;
    findings
}

impl Check<'_> {
    /// What comes before the deadline.
    async fn timely<T>(&self, asked: impl Future<Output = T>) -> Option<T> {
        timeout_at(self.until, asked).await.ok()
    }

    /// The domain that SPF is about: that of MAIL FROM, or of EHLO where that is null.
    fn envelope_domain(&self) -> Option<&str> {
        match self.question.return_path? {
            ReversePath::Address(address) => Some(address.domain()),
            ReversePath::Null => self.question.client.map(|client| client.helo.as_str()),
        }
    }

    /// Whether SPF could be about the author's organisation.
    fn is_kin(&self, author: &Address) -> bool {
        let kin = |domain| message::kin(domain, Some(author.domain())) != Kin::Stranger;
        self.envelope_domain().is_some_and(kin)
    }

    /// The texts of a name; `None` where there is no such name.
    async fn records(&self, name: &str) -> Result<Option<Vec<String>>, Unanswered> {
        if !self.budget.spend() {
            return Err(Unanswered);
        }
        match self.timely(self.dns.0.texts(name)).await {
            Some(Ok(texts)) => Ok(Some(texts)),
            Some(Err(LookupError::NoSuchName)) => Ok(None),
            Some(Err(LookupError::NoSuchRecord | LookupError::Garbage(_))) => Ok(Some(Vec::new())),
            Some(Err(LookupError::Temporary(_))) | None => Err(Unanswered),
        }
    }
}
