//! A signature or a chain against the keys in the DNS.

use std::sync::Arc;

use super::canonical::Form;
use super::chain::{self, Set};
use super::claim::{Claim, Refusal, Stamp};
use super::key::{self, Key, Scope, Stage};
use super::message::{Field, Letter, Signed};
use super::{Check, Findings, Outcome, Signature};
use crate::authentication::results;

/// The keys of a name, or why there are none.
pub(super) type Found = Result<Arc<Vec<Key>>, Refusal>;

const fn refusal(outcome: Outcome, why: &'static str) -> Refusal {
    Refusal { outcome, why }
}

impl Check<'_> {
    /// Verifies a DKIM-Signature.
    pub(super) async fn signature(&self, letter: &Letter<'_>, signed: &Signed<'_>) -> Signature {
        let verified = match &signed.claim {
            Ok(claim) => self.dkim(letter, claim, signed.field).await,
            Err(refused) => Err(*refused),
        };
        let (outcome, why) = match verified {
            Ok(()) => (Outcome::Pass, "verified"),
            Err(Refusal { outcome, why }) => (outcome, why),
        };
        Signature { domain: signed.domain.clone(), outcome, why }
    }

    async fn dkim(
        &self,
        letter: &Letter<'_>,
        claim: &Claim<'_>,
        field: Field<'_>,
    ) -> Result<(), Refusal> {
        let keys = self.message(letter, claim, field).await?;
        let exact = |identity: &String| *identity == claim.stamp.domain;
        let fits = |key: &&Key| match key.scope {
            Scope::Below => true,
            Scope::Exact => claim.identity.as_ref().is_none_or(exact),
        };
        let data = letter.signed_header(claim, field);
        let key = made(&keys, &claim.stamp, &data)?;
        if !fits(&key) {
            return Err(refusal(Outcome::PermError, "the key is not for i= (t=s)"));
        }
        match key.stage {
            Stage::InUse => Ok(()),
            Stage::Trial => Err(refusal(Outcome::Policy, "a key that is only tried out (t=y)")),
        }
    }

    /// What a signature of header and body says without its key; then the keys.
    async fn message(
        &self,
        letter: &Letter<'_>,
        claim: &Claim<'_>,
        field: Field<'_>,
    ) -> Result<Arc<Vec<Key>>, Refusal> {
        debug_assert!(letter.fields.contains(&field), "a field of another message");
        let (_, form) = claim.forms;
        let body = letter.body(form);
        match claim.length {
            Some(length) if length < body.length => {
                let why = "a part of the body is not signed (l=)";
                return Err(refusal(Outcome::Policy, why));
            }
            Some(length) if body.length < length => {
                return Err(refusal(Outcome::Fail, "the body was shortened (l=)"));
            }
            Some(_) | None => {}
        }
        if claim.body_hash != body.digest.as_ref() {
            return Err(refusal(Outcome::Fail, "the body was changed"));
        }
        if claim.times("from") > 0 && !letter.signs_every_from(claim) {
            return Err(refusal(Outcome::Fail, "a From field was added"));
        }
        self.keys(&claim.stamp).await
    }

    /// What the DNS has for a key: asked once a message.
    async fn keys(&self, stamp: &Stamp) -> Found {
        let name = format!("{}._domainkey.{}", stamp.selector, stamp.domain);
        let known = self.keys.lock().ok().and_then(|keys| keys.get(&name).cloned());
        if let Some(found) = known {
            return found;
        }
        let found = self.ask(&name).await;
        if let Ok(mut keys) = self.keys.lock() {
            keys.insert(name, found.clone());
        }
        found
    }

    async fn ask(&self, name: &str) -> Found {
        let texts = self.records(name).await;
        let texts = texts.map_err(|_| refusal(Outcome::TempError, "the DNS does not answer"))?;
        let texts = texts.unwrap_or_default();
        let keys = key::read(&texts).map_err(|why| refusal(Outcome::PermError, why))?;
        Ok(Arc::new(keys))
    }

    /// Verifies the chain of ARC (RFC 8617 §5.2).
    pub(super) async fn arc(&self, letter: &Letter<'_>, findings: &mut Findings) {
        let sets = match chain::read(letter, self.question.received) {
            Ok(sets) => sets,
            Err(why) => return broken(Outcome::Fail, why, findings),
        };
        let Some(last) = sets.last() else {
            findings.arc = Outcome::None;
            return;
        };
        match self.chain(letter, &sets, last).await {
            Ok(()) => findings.arc = Outcome::Pass,
            Err(Refusal { outcome: Outcome::TempError, why }) => {
                return broken(Outcome::TempError, why, findings);
            }
            Err(Refusal { why, .. }) => return broken(Outcome::Fail, why, findings),
        }
        // A seal on a message whose author may be anybody says nothing about him.
        let (_, newest) = &last.message;
        if newest.as_ref().is_ok_and(|claim| claim.times("from") > 0) {
            findings.sealers = sets.iter().map(|set| set.seal.1.domain.clone()).collect();
            findings.first_seen = sets.first().and_then(|set| first_seen(set.results.value));
        }
    }

    async fn chain(
        &self,
        letter: &Letter<'_>,
        sets: &[Set<'_>],
        last: &Set<'_>,
    ) -> Result<(), Refusal> {
        // The newest alone must hold: who comes later may change what an older one signed.
        let (field, claim) = &last.message;
        let claim = claim.as_ref().map_err(|why| refusal(Outcome::Fail, why))?;
        let keys = self.message(letter, claim, *field).await?;
        made(&keys, &claim.stamp, &letter.signed_header(claim, *field))?;
        let mut before = Vec::new();
        for Set { results, message: (message, _), seal: (seal, stamp) } in sets {
            Form::Relaxed.field(results.name, results.value, &mut before);
            Form::Relaxed.field(message.name, message.value, &mut before);
            let end = before.len();
            Form::Relaxed.field(seal.name, &seal.unsigned(), &mut before);
            let data = before.get(..before.len().saturating_sub(2)).unwrap_or_default();
            made(&self.keys(stamp).await?, stamp, data)?;
            before.truncate(end);
            Form::Relaxed.field(seal.name, seal.value, &mut before);
        }
        Ok(())
    }
}

fn broken(outcome: Outcome, why: &'static str, findings: &mut Findings) {
    findings.arc = outcome;
    findings.broken = Some(why);
}

/// The key that made a signature.
fn made<'k>(keys: &'k [Key], stamp: &Stamp, data: &[u8]) -> Result<&'k Key, Refusal> {
    let mut fitting = keys.iter().filter(|key| key.is_of(stamp.algorithm)).peekable();
    if fitting.peek().is_none() {
        return Err(refusal(Outcome::PermError, "the key is of another kind"));
    }
    let mut strong = fitting.filter(|key| key.is_strong()).peekable();
    if strong.peek().is_none() {
        return Err(refusal(Outcome::Fail, "a key below 1,024 bits"));
    }
    let found = strong.find(|key| key.made(&stamp.signature, data));
    found.ok_or(refusal(Outcome::Fail, "what is signed was changed"))
}

fn first_seen(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    results::without_instance(text).map(str::to_owned)
}
