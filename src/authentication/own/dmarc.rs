//! DMARC (RFC 9989): which record applies to the author, and whether a signature or SPF is of his
//! organisation.

mod record;

use super::{Check, Findings, Outcome, Published, Says};
use crate::mail::address::Address;
use record::{Alignment, Policy, Record, Suffix};

/// Labels of the longest name that is asked for but for the first (RFC 9989 §4.10).
const WALK_LABELS_MAX: usize = 7;

/// The DNS did not answer for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unanswered;

/// The records on the way from a name up, the longest name first.
type Walk<'a> = Vec<(&'a str, Record)>;

impl Check<'_> {
    /// Evaluates DMARC for the author, as we read him; `sender` is the domain that SPF was about.
    pub(super) async fn dmarc(&self, author: &Address, sender: &str, findings: &mut Findings) {
        let author = author.domain();
        let may_pass = |outcome| matches!(outcome, Outcome::Pass | Outcome::TempError);
        let signers: Vec<_> = findings
            .signatures
            .iter()
            .filter(|one| may_pass(one.outcome))
            .map(|one| (one.outcome, one.domain.clone()))
            .collect();
        // Where nothing can pass, no answer that is missing would change that.
        let hope = !signers.is_empty() || may_pass(findings.spf);
        let unanswered = if hope { Says::Later } else { Says::Silent };
        let later = (Outcome::TempError, unanswered, Published::Unknown);
        let Ok(walk) = self.walk(author).await else {
            (findings.dmarc, findings.says, findings.published) = later;
            return;
        };
        let organisation = organisation(&walk, author);
        let Some((record, published)) = self.applied(&walk, author, organisation).await else {
            (findings.dmarc, findings.published) = (Outcome::None, Published::Nothing);
            // Without a policy each domain stands for itself alone (RFC 9989 §4.10.2).
            let own = signers.iter().filter(|(_, domain)| domain == author);
            let dkim = best(&own.map(|(outcome, _)| *outcome).collect::<Vec<_>>());
            let spf = if sender == author { findings.spf } else { Outcome::None };
            findings.says = says(dkim, spf);
            return;
        };
        let mut aligned = Vec::new();
        for (outcome, domain) in &signers {
            aligned.push(self.aligned(*outcome, domain, author, organisation, record.dkim).await);
        }
        let dkim = best(&aligned);
        let spf = if may_pass(findings.spf) {
            self.aligned(findings.spf, sender, author, organisation, record.spf).await
        } else {
            Outcome::None
        };
        let found = best(&[dkim, spf]);
        findings.dmarc = if found == Outcome::None { Outcome::Fail } else { found };
        findings.says = says(dkim, spf);
        findings.published =
            if found == Outcome::TempError { Published::Unknown } else { published };
    }

    /// The record that applies, and what it asks for (RFC 9989 §4.10.1).
    async fn applied<'w>(
        &self,
        walk: &'w Walk<'_>,
        author: &str,
        organisation: &str,
    ) -> Option<(&'w Record, Published)> {
        let of = |wanted: &str| walk.iter().find(|(name, _)| *name == wanted);
        let (name, record) = of(author).or_else(|| of(organisation)).or_else(|| walk.last())?;
        let stated = record.stated()?;
        let policy = if *name == author {
            stated
        } else if record.absent == record.below || self.exists(author).await {
            record.below.unwrap_or(stated)
        } else {
            record.absent.or(record.below).unwrap_or(stated)
        };
        Some((record, record.asks(policy)))
    }

    /// Whether there is such a name (RFC 8020); where that is not known, it is.
    async fn exists(&self, domain: &str) -> bool {
        self.records(domain).await != Ok(None)
    }

    /// What a pass for this domain is worth for the author.
    async fn aligned(
        &self,
        outcome: Outcome,
        domain: &str,
        author: &str,
        organisation: &str,
        alignment: Alignment,
    ) -> Outcome {
        if domain == author {
            return outcome;
        }
        if alignment == Alignment::Strict || !is_below(domain, organisation) {
            return Outcome::None;
        }
        match self.walk(domain).await {
            Ok(walk) if self::organisation(&walk, domain) == organisation => outcome,
            Ok(_) => Outcome::None,
            Err(Unanswered) => Outcome::TempError,
        }
    }

    /// Asks for the records from a name up (RFC 9989 §4.10).
    async fn walk<'n>(&self, domain: &'n str) -> Result<Walk<'n>, Unanswered> {
        let mut walk = Vec::new();
        let mut name = domain;
        if !name.contains('.') {
            return Ok(walk);
        }
        loop {
            let texts = self.records(&format!("_dmarc.{name}")).await?.unwrap_or_default();
            if let Some(record) = Record::of(&texts) {
                let ends = record.suffix != Suffix::Unsaid;
                walk.push((name, record));
                if ends {
                    return Ok(walk);
                }
            }
            loop {
                let Some((_, above)) = name.split_once('.') else { return Ok(walk) };
                name = above;
                if name.split('.').count() <= WALK_LABELS_MAX {
                    break;
                }
            }
        }
    }
}

/// The domain of the organisation (RFC 9989 §4.10.2).
fn organisation<'n>(walk: &Walk<'n>, domain: &'n str) -> &'n str {
    for (name, record) in walk {
        match record.suffix {
            Suffix::No => return name,
            Suffix::Yes if *name != domain => return one_below(name, domain),
            Suffix::Yes | Suffix::Unsaid => {}
        }
    }
    walk.last().map_or(domain, |(name, _)| name)
}

/// The name one label below `suffix` on the way to `domain`.
fn one_below<'n>(suffix: &str, domain: &'n str) -> &'n str {
    let above = domain.len().saturating_sub(suffix.len() + 1);
    let before = domain.get(..above).unwrap_or_default();
    let start = before.rfind('.').map_or(0, |dot| dot + 1);
    domain.get(start..).unwrap_or(domain)
}

fn is_below(low: &str, high: &str) -> bool {
    low.strip_suffix(high).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A pass, or what may become one, or none.
fn best(outcomes: &[Outcome]) -> Outcome {
    let wanted = [Outcome::Pass, Outcome::TempError];
    wanted.into_iter().find(|wanted| outcomes.contains(wanted)).unwrap_or(Outcome::None)
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

impl Record {
    /// What a policy asks for; while a domain only tries one out (`t=y`), the next lower one does
    /// (RFC 9989 §4.7).
    fn asks(self, policy: Policy) -> Published {
        let lowest = match self.stage {
            record::Stage::InUse => Policy::Quarantine,
            record::Stage::Trial => Policy::Reject,
        };
        if policy < lowest { Published::Monitor } else { Published::Enforced }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_73_the_organisation_is_found_on_the_way_up() {
        check("a.b.example.com", &[], "a.b.example.com");
        check("a.b.example.com", &[("example.com", "")], "example.com");
        check("a.b.example.com", &[("b.example.com", ""), ("example.com", "")], "example.com");
        check("a.b.example.com", &[("b.example.com", "psd=n")], "b.example.com");
        check("a.b.example.com", &[("example.com", ""), ("com", "psd=y")], "example.com");
        check("a.b.example.com", &[("com", "psd=y")], "example.com");
        check("example.com", &[("com", "psd=y")], "example.com");
        check("gov.example", &[("gov.example", "psd=y")], "gov.example");

        #[track_caller]
        fn check(domain: &str, records: &[(&'static str, &str)], expected: &str) {
            let record = |tags: &str| Record::of(&[format!("v=DMARC1; p=none; {tags}")]).unwrap();
            let walk = records.iter().map(|(name, tags)| (*name, record(tags))).collect();
            assert_eq!(organisation(&walk, domain), expected, "{domain} {records:?}");
        }
    }
}
