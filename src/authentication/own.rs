//! Our own check of a message: what the sender's domain signed and publishes (RFC 6376, 7208, 9989,
//! 8617). The one room of this module that waits, [`DEADLINE`] at most; what has no answer by then is
//! tried again later.

mod message;

use std::future::Future;
use std::time::Duration;

use mail_auth::common::cache::NoCache;
use mail_auth::common::verify::{DomainKey, VerifySignature as _};
use mail_auth::dkim::{self, DkimError};
use mail_auth::dmarc::Policy;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcResult, DnsError, Error, Parameters,
    SpfOutput, SpfResult, Txt,
};
use tokio::time::{Instant, timeout_at};

use super::dns::{Budget, Dns};
use super::results;
use super::trace::Client;
use crate::mail::Digest;
use crate::mail::address::Address;
use crate::mail::envelope::ReversePath;
use crate::mail::proof::{Outcome, Published, SIGNED_MAX};
use crate::time::Timestamp;
use message::{Kin, Refusal};

/// Time for all questions of one message: people wait behind it.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// The flag of a key that is only tried out (RFC 6376 §3.6.1, `t=y`), as mail-auth keeps it.
const TESTING: u64 = 0x10;

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
    /// Who sealed it, the first one first.
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

/// What SPF came to, and for whom.
#[derive(Default)]
struct Envelope {
    domain: String,
    output: SpfOutput,
}

struct Check<'a> {
    dns: &'a Dns,
    budget: Budget,
    until: Instant,
    question: Question<'a>,
}

/// Asks the DNS about a message.
pub async fn examine(dns: &Dns, question: Question<'_>) -> Findings {
    let until = Instant::now() + DEADLINE;
    let check = Check { dns, budget: Budget::default(), until, question };
    let mut findings = Findings::default();
    let mut message = match message::read(question.raw, question.author) {
        Ok(message) => message,
        Err(why) => {
            findings.refused = Some(why);
            return findings;
        }
    };
    let signatures = message::signatures(&mut message, question.author);
    let (kin, others): (Vec<_>, Vec<_>) =
        signatures.into_iter().partition(|(kin, _)| *kin != Kin::Stranger);
    findings.signatures = message::unreadable(&message);
    let mut outputs = Vec::new();
    for (_, header) in &kin {
        let (outcome, why) = check.signature(&mut message, header).await;
        outputs.push((outcome, &header.header));
        if outcome == Outcome::Pass && findings.signed.len() < SIGNED_MAX {
            findings.signed.push(message::key(&header.header));
        }
        findings.signatures.push(Signature { domain: header.header.d.clone(), outcome, why });
    }
    if let Some(author) = question.author {
        // What a stranger's domain answers, or does not, comes last: it proves nothing here.
        let signed = outputs.iter().any(|(outcome, _)| *outcome == Outcome::Pass);
        let mut spf = Envelope::default();
        if !signed && check.is_kin(author) {
            spf = check.spf(&mut findings).await;
        }
        check.dmarc(author, &outputs, &spf, &mut findings).await;
        if signed && findings.says != Says::Signed && check.is_kin(author) {
            spf = check.spf(&mut findings).await;
            check.dmarc(author, &outputs, &spf, &mut findings).await;
        }
    }
    for (_, header) in &others {
        let (outcome, why) = check.signature(&mut message, header).await;
        findings.signatures.push(Signature { domain: header.header.d.clone(), outcome, why });
    }
    if findings.spf == Outcome::NotEvaluated {
        check.spf(&mut findings).await;
    }
    check.arc(&mut message, &mut findings).await;
    findings
}

impl Check<'_> {
    /// What comes before the deadline.
    async fn timely<T>(&self, asked: impl Future<Output = T>) -> Option<T> {
        timeout_at(self.until, asked).await.ok()
    }

    async fn signature<'m>(
        &self,
        message: &mut AuthenticatedMessage<'m>,
        header: &message::Header<'m>,
    ) -> (Outcome, &'static str) {
        if let Err(Refusal { outcome, why }) =
            message::acceptable(&header.header, self.question.received)
        {
            return (outcome, why);
        }
        message.dkim_headers = vec![message::as_of_then(header)];
        let asked = Parameters::new(&*message).with_txt_cache(&self.budget);
        let verified = self.timely(self.dns.0.verify_dkim(asked)).await;
        let result = verified.and_then(|found| found.first().map(|one| one.result().clone()));
        match result {
            None => (Outcome::TempError, "no answer in time"),
            Some(DkimResult::Pass) if self.is_trial(&header.header).await => {
                (Outcome::Policy, "a key that is only tried out (t=y)")
            }
            Some(DkimResult::Pass) => (Outcome::Pass, "verified"),
            Some(DkimResult::TempError(_)) => (Outcome::TempError, "the DNS does not answer"),
            Some(DkimResult::Neutral(Error::Dkim(DkimError::FailedBodyHashMatch))) => {
                (Outcome::Fail, "the body was changed")
            }
            Some(DkimResult::Fail(_)) => (Outcome::Fail, "what is signed was changed"),
            Some(DkimResult::PermError(_)) => (Outcome::PermError, "no usable key is published"),
            Some(DkimResult::Neutral(_) | DkimResult::None) => (Outcome::Neutral, "not verified"),
        }
    }

    /// The key is in the resolver's memory by now.
    async fn is_trial(&self, signature: &dkim::Signature) -> bool {
        let asked = self
            .dns
            .0
            .txt_lookup::<DomainKey>(signature.domain_key(), None::<&NoCache<Box<str>, Txt>>);
        match self.timely(asked).await {
            Some(Ok(key)) => key.f & TESTING != 0,
            Some(Err(_)) | None => true,
        }
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

    async fn spf(&self, findings: &mut Findings) -> Envelope {
        let unknown = Envelope::default();
        let (Some(client), Some(path)) = (self.question.client, self.question.return_path) else {
            return unknown;
        };
        if client.ip.is_loopback() {
            return unknown;
        }
        let (ip, helo) = (client.ip, client.helo.as_str());
        let domain = self.envelope_domain().unwrap_or_default();
        let asked = match path {
            ReversePath::Address(address) => {
                SpfParameters::verify_mail_from(ip, helo, "unknown", address.as_str())
            }
            ReversePath::Null => SpfParameters::verify_ehlo(ip, helo, "unknown"),
        };
        let asked = Parameters::new(asked).with_txt_cache(&self.budget);
        let output = self.timely(self.dns.0.verify_spf(asked)).await;
        let output = output
            .unwrap_or_else(|| SpfOutput::new(domain.to_owned()).with_result(SpfResult::TempError));
        findings.spf = match output.result() {
            SpfResult::Pass => Outcome::Pass,
            SpfResult::Fail => Outcome::Fail,
            SpfResult::SoftFail => Outcome::SoftFail,
            SpfResult::Neutral => Outcome::Neutral,
            SpfResult::TempError => Outcome::TempError,
            SpfResult::PermError => Outcome::PermError,
            SpfResult::None => Outcome::None,
        };
        Envelope { domain: domain.to_lowercase(), output }
    }

    async fn dmarc(
        &self,
        author: &Address,
        signatures: &[(Outcome, &dkim::Signature)],
        envelope: &Envelope,
        findings: &mut Findings,
    ) {
        let later = || Error::Dns(DnsError::Resolver(String::new()));
        let mut outputs = Vec::new();
        for (outcome, signature) in signatures {
            if *outcome == Outcome::Pass {
                outputs.push(DkimOutput::pass().with_signature(signature));
            } else if *outcome == Outcome::TempError {
                outputs.push(DkimOutput::temp_err(later()).with_signature(signature));
            }
        }
        let (sender, spf) = (envelope.domain.as_str(), &envelope.output);
        // Where nothing can pass, no answer that is missing would change that.
        let hope =
            !outputs.is_empty() || matches!(spf.result(), SpfResult::Pass | SpfResult::TempError);
        let unanswered = if hope { Says::Later } else { Says::Silent };
        // The author as we read him, so that no two readers of From can differ.
        let from = format!("From: <{author}>\r\n\r\n");
        let Some(from) = AuthenticatedMessage::parse(from.as_bytes()) else { return };
        let asked = DmarcParameters::new(&from, &outputs, sender, spf);
        let asked = Parameters::new(asked).with_txt_cache(&self.budget);
        let Some(output) = self.timely(self.dns.0.verify_dmarc(asked)).await else {
            (findings.dmarc, findings.says) = (Outcome::TempError, unanswered);
            return;
        };
        findings.dmarc = outcome(&output.result());
        let applies = output.dmarc_record().is_some();
        findings.published = match output.policy() {
            _ if findings.dmarc == Outcome::TempError => Published::Unknown,
            _ if !applies => Published::Nothing,
            Policy::Quarantine | Policy::Reject => Published::Enforced,
            Policy::None | Policy::Unspecified => Published::Monitor,
        };
        let is_author = |domain: &str| domain.eq_ignore_ascii_case(author.domain());
        findings.says = if applies {
            says(outcome(output.dkim_result()), outcome(output.spf_result()))
        } else if findings.dmarc == Outcome::TempError {
            unanswered
        } else {
            // Without a policy each domain stands for itself alone (RFC 9989 §4.10.2).
            let signed = |wanted: Outcome| {
                signatures.iter().any(|(found, one)| *found == wanted && is_author(&one.d))
            };
            let dkim = [Outcome::Pass, Outcome::TempError].into_iter().find(|one| signed(*one));
            let spf = if is_author(sender) { findings.spf } else { Outcome::None };
            says(dkim.unwrap_or_default(), spf)
        };
    }

    async fn arc(&self, message: &mut AuthenticatedMessage<'_>, findings: &mut Findings) {
        if let Err(outcome) = message::chain(message, self.question.received) {
            findings.arc = outcome;
            return;
        }
        let asked = Parameters::new(&*message).with_txt_cache(&self.budget);
        let Some(output) = self.timely(self.dns.0.verify_arc(asked)).await else {
            findings.arc = Outcome::TempError;
            return;
        };
        findings.arc = match output.result() {
            DkimResult::Pass => Outcome::Pass,
            DkimResult::None => Outcome::None,
            DkimResult::TempError(_) => Outcome::TempError,
            DkimResult::Neutral(_) | DkimResult::Fail(_) | DkimResult::PermError(_) => {
                Outcome::Fail
            }
        };
        findings.sealers =
            output.sets().iter().map(|set| set.seal.header.d.to_lowercase()).collect();
        findings.first_seen = output.sets().first().and_then(|set| first_seen(set.results.value));
    }
}

fn first_seen(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    results::without_instance(text).map(str::to_owned)
}

fn outcome(result: &DmarcResult) -> Outcome {
    match result {
        DmarcResult::Pass => Outcome::Pass,
        DmarcResult::Fail(_) => Outcome::Fail,
        DmarcResult::TempError(_) => Outcome::TempError,
        DmarcResult::PermError(_) => Outcome::PermError,
        DmarcResult::None => Outcome::None,
    }
}

/// A signature that may yet verify comes before SPF: it is worth more.
fn says(dkim: Outcome, spf: Outcome) -> Says {
    if dkim == Outcome::Pass {
        Says::Signed
    } else if dkim == Outcome::TempError {
        Says::Later
    } else if spf == Outcome::Pass {
        Says::Sent
    } else if spf == Outcome::TempError {
        Says::Later
    } else {
        Says::Silent
    }
}
