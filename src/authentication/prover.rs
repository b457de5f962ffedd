//! From the bytes of a message to its proof.

use super::dns::Dns;
use super::own::{self, Question};
use super::trace::{self, Boundary, Client};
use super::verdict;
use super::{OwnDkim, Trust};
use crate::mail::Sender;
use crate::mail::address::Address;
use crate::mail::envelope::ReversePath;
use crate::mail::parse::header_fields;
use crate::mail::proof::Proof;
use crate::mail::spam::SpamSign;
use crate::time::Timestamp;

/// Proves messages, as one desk sees them.
#[derive(Clone, Debug)]
pub struct Prover {
    trust: Trust,
    /// Whom to ask, or why nobody is asked.
    dns: Result<Dns, String>,
    /// Stands where no boundary host says who handed a message over.
    handed_over: Option<HandedOver>,
}

/// Who handed a message over, and under which reverse path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// Who.
    pub client: Client,
    /// MAIL FROM.
    pub return_path: ReversePath,
}

/// A message that is to be proven.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// As much of it as was fetched.
    pub raw: &'a [u8],
    /// Who wrote it, as it was read.
    pub sender: &'a Sender,
    /// When the mail server took it.
    pub at: Timestamp,
    /// Why its signatures cannot be looked at, if they cannot.
    pub unchecked: Option<&'static str>,
}

/// What is known of a message beside what it says.
#[derive(Clone, Debug)]
pub struct Proven {
    /// How sure it is who wrote it.
    pub proof: Proof,
    /// Under which addresses our servers delivered it.
    pub delivered_to: Vec<Address>,
    /// By what a filter in front of the mailbox calls it spam.
    pub spam: Option<SpamSign>,
}

impl Prover {
    /// Believes whom `trust` names, and asks `dns`; or says why nobody is asked.
    #[must_use]
    pub fn new(trust: Trust, dns: Result<Dns, String>) -> Self {
        let dns = match trust.own_dkim {
            OwnDkim::Off => Err("own_dkim is off".to_owned()),
            OwnDkim::On | OwnDkim::Advisory => dns,
        };
        Self { trust, dns, handed_over: None }
    }

    /// Takes this for who handed a message over, where no boundary host says it.
    #[must_use]
    pub fn handed_over(mut self, by: Option<HandedOver>) -> Self {
        self.handed_over = by;
        self
    }

    /// Waits for the DNS, [`own::DEADLINE`] at the most.
    pub async fn prove(&self, message: Received<'_>) -> Proven {
        let Received { raw, sender, at, unchecked } = message;
        let mut trace = trace::read(&header_fields(raw), &self.trust);
        let client = match (&trace.boundary, &self.handed_over) {
            (Boundary::Host { client, .. }, _) => client.clone(),
            (Boundary::Unknown | Boundary::Missing, Some(handed)) => {
                trace.return_path = Some(handed.return_path.clone());
                Some(handed.client.clone())
            }
            (Boundary::Unknown | Boundary::Missing, None) => None,
        };
        let question = Question {
            raw,
            author: sender.address(),
            received: at,
            client: client.as_ref(),
            return_path: client.as_ref().and(trace.return_path.as_ref()),
        };
        let findings = match (&self.dns, unchecked) {
            (_, Some(why)) => Err(why),
            (Err(why), None) => Err(why.as_str()),
            (Ok(dns), None) => Ok(own::examine(dns, question).await),
        };
        let findings = findings.as_ref().map_err(|why| *why);
        let mut proof = verdict::prove(sender, &trace, findings, &self.trust);
        if client.is_none() {
            proof.reasons.extend(verdict::no_client(&trace.boundary).map(str::to_owned));
        }
        Proven { proof, delivered_to: trace.delivered_to, spam: trace.spam }
    }
}
